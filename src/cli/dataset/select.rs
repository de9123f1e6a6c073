//! Which part of which file: the flags that choose lines, columns, classes, channels and a scale.

use super::super::whole;
use crate::dataset::open::samples;
use crate::dataset::text::Choice;
use crate::dataset::{ChannelAxis, Selection, Source, labels};
use crate::error::{Error, Result};
use clap::ArgMatches;
use std::path::Path;

/// What --header can be.
pub(super) const HEADERS: [&str; 2] = ["yes", "no"];

/// How a text file is to be read.
fn choice(matches: &ArgMatches) -> Result<Choice> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let header = match text("header") {
        None => None,
        Some("yes") => Some(true),
        Some("no") => Some(false),
        Some(other) => return Err(Error::argument("--header", other, "must be yes or no")),
    };
    let drop =
        text("drop").map(|columns| if columns == "none" { Vec::new() } else { list(columns) });
    // With a file of labels, the column is one of that file.
    let label = text("label-column").filter(|_| text("labels").is_none()).map(str::to_owned);
    Ok(Choice { header, label, drop, features: text("columns-from").map(list) })
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(|name| name.trim().to_owned()).collect()
}

/// The part of the file that was asked for.
pub(super) fn select(matches: &ArgMatches, path: &Path) -> Result<Selection> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let labels = text("labels");
    let read = samples(path, text("array"), &choice(matches)?)?;
    let count = read.array.samples();
    let mut selection = Selection::all(Box::new(read.array)).remarked(read.remarks);
    let per_class = whole(matches, "per-class", usize::MAX)?;
    let labels = match labels {
        Some(file) => {
            let (array, column) = (text("label-array"), text("label-column"));
            Some(labels::read_column(Path::new(file), array, column, count)?)
        }
        None => read.labels,
    };
    if let Some(labels) = labels {
        let classes = text("classes").map(list).unwrap_or_default();
        selection = selection.labelled_by(&labels, &classes, per_class)?;
    } else if let Some(name) =
        ["classes", "per-class", "label-array"].into_iter().find(|name| text(name).is_some())
    {
        return Err(Error::Usage(format!("--{name} needs the --labels of the samples")));
    }
    let axis = match text("channel-axis") {
        None => None,
        Some("first") => Some(ChannelAxis::First),
        Some("last") => Some(ChannelAxis::Last),
        Some(other) => {
            return Err(Error::argument("--channel-axis", other, "must be first or last"));
        }
    };
    match text("channel") {
        Some(channel) => {
            let index = channel.parse().map_err(|_| {
                let expected = "must be a whole number, 0 or above";
                Error::argument("--channel", format!("{channel:?}"), expected)
            })?;
            selection = selection.channel(index, axis)?;
        }
        None if axis.is_some() => {
            return Err(Error::Usage("--channel-axis needs a --channel".into()));
        }
        None => {}
    }
    if let Some(side) = whole(matches, "pad", usize::MAX)? {
        selection = selection.padded(side)?;
    }
    if let Some(scale) = text("scale") {
        let scale = crate::symbolic::constant(scale)
            .map_err(|e| Error::argument("--scale", format!("{scale:?}"), e.to_string()))?;
        selection = selection.scaled(scale)?;
    }
    Ok(selection)
}
