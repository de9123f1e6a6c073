//! Which part of which file: the flags that choose lines, columns, classes, channels and a scale.

use super::context::whole;
use super::known::known;
use clap::{Arg, ArgMatches, Command, ValueHint};
use regimes::dataset::open::samples;
use regimes::dataset::text::Choice;
use regimes::dataset::{ChannelAxis, Selection, Source, labels};
use regimes::error::{Error, Result};
use std::path::{Path, PathBuf};

/// A flag with one word or number: name, value, help.
pub(super) type Flag = (&'static str, &'static str, &'static str);

/// Flags that choose.
const FLAGS: &[Flag] = &[
    ("array", "NAME", "which array of an npz archive"),
    (
        "header",
        "yes|no",
        "whether the first line of a text file names its columns, where both could be",
    ),
    (
        "label-column",
        "COLUMN",
        "column of class labels in a text file: of FILE, or of the file of --labels; a name, or a position from 0",
    ),
    (
        "drop",
        "COLUMNS",
        "columns of a text file to leave out, such as id,label or 0,5:7; none keeps all, an index of the rows too",
    ),
    (
        "columns-from",
        "COLUMNS",
        "columns of a text file that are the data, such as 1: or x1:x9; #2 is a position, name:2 a name",
    ),
    ("labels", "FILE", "one class label for each sample: npy, npz, IDX or text"),
    ("label-array", "NAME", "which array of an npz archive of labels"),
    ("classes", "LABELS", "classes to keep, such as 1,8 [default: all that occur]"),
    ("per-class", "COUNT", "keep the first COUNT samples of each class, in file order"),
    ("channel", "INDEX", "keep one channel of images, counted from 0"),
    (
        "channel-axis",
        "AXIS",
        "where the channels are: first or last [default: the axis of at most 4]",
    ),
    ("pad", "SIDE", "pad images with zeros to SIDE × SIDE pixels"),
    ("scale", "FACTOR", "multiply every entry, such as 1/255 [default: 1]"),
];

/// What --header can be.
const HEADERS: [&str; 2] = ["yes", "no"];

/// A flag as clap wants it.
pub(super) fn argument((name, value, help): &Flag) -> Arg {
    Arg::new(*name).long(*name).value_name(*value).help(*help)
}

/// Adds the file and the flags that choose a part of it.
pub(super) fn with_selection(command: Command) -> Command {
    let file = Arg::new("file").value_name("FILE").required(true);
    let file = file.value_hint(ValueHint::FilePath).help("the data: npy, npz, IDX or text");
    FLAGS.iter().fold(command.arg(file), |command, flag| {
        let arg = argument(flag);
        command.arg(match flag.0 {
            "labels" => arg.value_hint(ValueHint::FilePath),
            "header" => known(arg, HEADERS),
            "channel-axis" => known(arg, ["first", "last"]),
            "scale" => arg.allow_hyphen_values(true),
            _ => arg,
        })
    })
}

/// The file and the flags as they were typed.
pub(super) fn typed(matches: &ArgMatches) -> Vec<(String, String)> {
    let names = std::iter::once("file").chain(FLAGS.iter().map(|flag| flag.0));
    let value = |name: &str| Some((name.to_owned(), matches.get_one::<String>(name)?.clone()));
    names.filter_map(value).collect()
}

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

/// The file, and the part of it that was asked for.
///
/// # Errors
/// Flags that do not fit each other or the file; files that do not hold what they should.
pub(super) fn selected(matches: &ArgMatches) -> Result<(PathBuf, Selection)> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let path = PathBuf::from(text("file").unwrap_or_default());
    let labels = text("labels");
    let read = samples(&path, text("array"), &choice(matches)?)?;
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
        let scale = regimes::symbolic::constant(scale)
            .map_err(|e| Error::argument("--scale", format!("{scale:?}"), e.to_string()))?;
        selection = selection.scaled(scale)?;
    }
    Ok((path, selection))
}
