//! Which part of which data: the options that choose lines, columns, classes, channels and a scale.

use super::open::samples;
use super::text::Choice;
use super::{ChannelAxis, Selection, Source, labels};
use crate::error::{Error, Result};
use crate::models::parameter::{Domain, Parameter, whole};
use std::path::{Path, PathBuf};

/// The class labels of samples.
const LABELS: Parameter = Parameter::of_text(
    "labels",
    "FILE",
    "one class label for each sample: npy, npz, IDX or text; numbers or words",
);

/// How a file is read.
pub const OF_A_FILE: [Parameter; 7] = [
    Parameter::of_text("array", "NAME", "which array of an npz archive or a safetensors file"),
    HEADER,
    Parameter::of_text(
        "label-column",
        "COLUMN",
        "column of class labels in a text file: of FILE, or of the file of --labels; a name, or a position from 0; coarse or fine for CIFAR-100",
    ),
    Parameter::of_text(
        "drop",
        "COLUMNS",
        "columns of a text file to leave out, such as id,label or 0,5:7; none keeps all, an index of the rows too",
    ),
    Parameter::of_text(
        "columns-from",
        "COLUMNS",
        "columns of a text file that are the data, such as 1: or x1:x9; #2 is a position, name:2 a name",
    ),
    LABELS,
    Parameter::of_text("label-array", "NAME", "which array of an npz archive of labels"),
];

const HEADER: Parameter = Parameter::optional(
    "header",
    "yes|no",
    "whether the first line of a text file names its columns, where both could be",
    Domain::Name(&["yes", "no"]),
);

/// Which of the samples are taken, wherever they come from, and which of their numbers.
pub const OF_SAMPLES: [Parameter; 6] = [
    Parameter::of_text(
        "classes",
        "LABELS",
        "classes to keep, such as 1,8 [default: all that occur]",
    ),
    Parameter::of_text(
        "per-class",
        "COUNT",
        "keep the first COUNT samples of each class, in file order",
    ),
    Parameter::of_text("channel", "INDEX", "keep one channel of images, counted from 0"),
    CHANNEL_AXIS,
    Parameter::of_text("pad", "SIDE", "pad images with zeros to SIDE × SIDE pixels"),
    Parameter::optional("scale", "FACTOR", "multiply every entry, such as 1/255", Domain::Real)
        .by_default("1"),
];

const CHANNEL_AXIS: Parameter = Parameter::optional(
    "channel-axis",
    "AXIS",
    "where the channels are: first or last [default: the axis of at most 4]",
    Domain::Name(&["first", "last"]),
);

/// The texts given to parameters, by their names.
pub type Texts<'t> = dyn Fn(&str) -> Option<&'t str> + 't;

/// How a text file is to be read.
fn choice(text: &Texts<'_>) -> Result<Choice> {
    let header = text("header").map(|text| HEADER.named(text)).transpose()?;
    let drop =
        text("drop").map(|columns| if columns == "none" { Vec::new() } else { list(columns) });
    // With a file of labels, the column is one of that file.
    let label = text("label-column").filter(|_| text(LABELS.name).is_none()).map(str::to_owned);
    let header = header.map(|header| header == "yes");
    Ok(Choice { header, label, drop, features: text("columns-from").map(list) })
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(|name| name.trim().to_owned()).collect()
}

/// Data, and the part of them that was asked for.
pub struct Chosen<'a> {
    /// The file, or what stands for it in messages.
    pub path: PathBuf,
    /// The part.
    pub selection: Selection<'a>,
}

impl Chosen<'static> {
    /// Of the samples in a file.
    ///
    /// # Errors
    /// Options that do not fit each other or the file; files that do not hold what they should.
    pub fn of_a_file(path: &Path, text: &Texts<'_>) -> Result<Self> {
        let read = samples(path, text("array"), &choice(text)?)?;
        let count = read.array.samples();
        let selection = Selection::all(Box::new(read.array)).remarked(read.remarks);
        let labels = match text(LABELS.name) {
            Some(file) => {
                let (array, column) = (text("label-array"), text("label-column"));
                Some(labels::read_column(Path::new(file), array, column, count)?)
            }
            None => read.labels,
        };
        Ok(Self { path: path.to_owned(), selection: part(selection, labels.as_deref(), text)? })
    }
}

impl<'a> Chosen<'a> {
    /// Of samples in memory, called `name` in messages; `labels` has one for each of them.
    ///
    /// # Errors
    /// Options that do not fit each other or the data.
    pub fn of(
        name: &str,
        source: Box<dyn Source + 'a>,
        labels: Option<&[String]>,
        text: &Texts<'_>,
    ) -> Result<Self> {
        let count = source.samples();
        if let Some(labels) = labels.filter(|labels| labels.len() != count) {
            let message = format!("{} labels for {count} samples", labels.len());
            return Err(Error::Usage(message));
        }
        Ok(Self { path: name.into(), selection: part(Selection::all(source), labels, text)? })
    }
}

/// The part of the data that [`OF_SAMPLES`] choose.
fn part<'a>(
    mut selection: Selection<'a>,
    labels: Option<&[String]>,
    text: &Texts<'_>,
) -> Result<Selection<'a>> {
    let count = |name: &str| {
        text(name).map(|text| whole(&format!("--{name}"), text, usize::MAX)).transpose()
    };
    let per_class = count("per-class")?;
    if let Some(labels) = labels {
        let classes = text("classes").map(list).unwrap_or_default();
        selection = selection.labelled_by(labels, &classes, per_class)?;
    } else if let Some(name) =
        ["classes", "per-class", "label-array"].into_iter().find(|name| text(name).is_some())
    {
        return Err(Error::Usage(format!("--{name} needs the --labels of the samples")));
    }
    let axis = match text(CHANNEL_AXIS.name).map(|text| CHANNEL_AXIS.named(text)).transpose()? {
        None => None,
        Some("first") => Some(ChannelAxis::First),
        Some(_) => Some(ChannelAxis::Last),
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
    if let Some(side) = count("pad")? {
        selection = selection.padded(side)?;
    }
    if let Some(scale) = text("scale") {
        let scale = crate::symbolic::constant(scale)
            .map_err(|e| Error::argument("--scale", format!("{scale:?}"), e.to_string()))?;
        selection = selection.scaled(scale)?;
    }
    Ok(selection)
}
