//! `dataset FILE`: spectrum, speciation and collapse times of a data set.

mod curve;
mod report;
mod scale;
mod select;
mod spectrum;

use super::known::known;
use super::request::{Request, with_parameters};
use super::{Context, noise, schedules, whole};
use crate::dataset::moments::{Moments, Scan, scan};
use crate::dataset::observables::Queries;
use crate::dataset::spectrum::{Centring, MeasuredSpectrum};
use crate::dataset::{Selection, Source};
use crate::error::{Error, Result};
use crate::output::{Head, Plan};
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Flags with one word or number: name, value, help.
const OPTIONS: &[(&str, &str, &str)] = &[
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
    (
        "center",
        "HOW",
        "subtract the mean of each feature, the global mean of all entries, or none [default: feature]",
    ),
    (
        "queries",
        "COUNT",
        "noisy samples over which the empirical score is averaged [default: 1000]",
    ),
    ("seed", "NUMBER", "seed of the noise and of the choice of samples [default: 1]"),
    (
        "blocks",
        "COUNT",
        "parts of the data for the jackknife of t_S.bayes; 0 for none [default: 5]",
    ),
    ("outliers", "COUNT", "steps of the spectral ladder shown, at most [default: 5]"),
];

/// What --center can be.
const CENTRINGS: [&str; 3] = ["feature", "global", "none"];

/// Name of the flag that asks for the eigenvalues.
const SPECTRUM: &str = "spectrum";

/// The command's definition.
pub(crate) fn command() -> Command {
    let command = Command::new("dataset")
        .about("spectrum, speciation and collapse times of a data set, with standard errors")
        .long_about(
            "Spectrum, speciation and collapse times of a data set, with standard errors.\n\n\
             FILE is an npy, npz, IDX or text file, plain or compressed with gzip: samples along the first \
             axis, everything else flattened. Of a text file, a line of names, an index of the rows without a name, \
             comments and separators are recognised; what could be data or not is refused, with the flag that \
             settles it: --header, --label-column, --drop, --columns-from. FILE may be a pipe, of 1 GiB at most. \
             Data are read in blocks and may be larger than memory; the \
             covariance of d features takes 8 d² bytes for each class, three times.\n\n\
             With --t, --snr or --sigma-noise the empirical excess entropy f^e and the weights of the \
             empirical score at these noise levels; with --spectrum the eigenvalues.",
        )
        .after_help(
            "Examples:\n  regimes dataset images.npy --scale 1/255 --schedule ddpm-linear\n  regimes dataset train-images-idx3-ubyte --labels train-labels-idx1-ubyte --classes 1,8 --per-class 5000 --scale 1/255\n  regimes dataset data.npz --array x --t 0.5:4:#36 --format csv",
        )
        .arg_required_else_help(true)
        .arg(Arg::new("file").value_name("FILE").required(true).value_hint(ValueHint::FilePath).help("the data"));
    let command = OPTIONS.iter().fold(command, |command, (name, value, help)| {
        let arg = Arg::new(*name)
            .long(*name)
            .value_name(*value)
            .help(*help)
            .allow_hyphen_values(*name == "scale");
        command.arg(match *name {
            "labels" => arg.value_hint(ValueHint::FilePath),
            "center" => known(arg, CENTRINGS),
            "header" => known(arg, select::HEADERS),
            "channel-axis" => known(arg, ["first", "last"]),
            _ => arg,
        })
    });
    let command = command.arg(
        Arg::new(SPECTRUM)
            .long(SPECTRUM)
            .action(ArgAction::SetTrue)
            .help("the eigenvalues: Marchenko-Pastur bulk and outliers"),
    );
    schedules::with_schedule(with_parameters(command, &noise::PARAMETERS), "schedule")
}

/// A data set as it was asked for, and what one pass over it found.
struct Data {
    path: PathBuf,
    selection: Selection,
    centring: Centring,
    found: Scan,
    progress: Progress,
}

impl Data {
    /// Moments of all samples.
    fn moments(&self) -> Moments {
        Moments::together(&self.found.groups)
    }

    /// Their covariance spectrum.
    fn spectrum(&self) -> Result<MeasuredSpectrum> {
        MeasuredSpectrum::new(&self.moments(), self.centring).map_err(|e| named(&self.path, e))
    }

    /// Opens, selects and scans the data.
    fn read(matches: &ArgMatches) -> Result<Self> {
        let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
        let path = PathBuf::from(text("file").unwrap_or_default());
        let centring = centring(text("center"))?;
        let selection = select::select(matches, &path)?;
        let progress = Progress::new(matches.get_flag("quiet"));
        let groups = selection.labelling().map_or(1, |l| l.names.len());
        let group = |row: usize| {
            Some(selection.labelling().map_or(0, |labelling| labelling.class_of[row] as usize))
        };
        let n = selection.samples();
        if n < 2 {
            return Err(about(&path, &format!("has {n} sample: at least two are needed")));
        }
        let rows = |done: usize| progress.at("reading", done as f64 / n as f64);
        let found = scan(&selection, groups, &group, &rows).map_err(|e| named(&path, e))?;
        Ok(Self { path, selection, centring, found, progress })
    }

    fn head(&self, context: &Context, columns: Vec<crate::output::Column>, rows: usize) -> Head {
        let model = self.path.file_name().unwrap_or_default().to_string_lossy();
        let mut head = super::head(context, "dataset", &model, columns, rows);
        head.conventions.push((
            "center".into(),
            match self.centring {
                Centring::Feature => "mean of each feature",
                Centring::Global => "mean of all entries",
                Centring::None => "none",
            }
            .to_owned(),
        ));
        let divisor =
            if self.centring == Centring::Feature { "divisor n - 1" } else { "divisor n" };
        head.conventions.push(("covariance".into(), divisor.to_owned()));
        let shape: Vec<String> = self.selection.shape().iter().map(usize::to_string).collect();
        head.notes.push(format!("samples of shape ({})", shape.join(", ")));
        head.notes.extend(self.selection.remarks().iter().cloned());
        if self.selection.shape().len() >= 3 {
            head.notes.push("all channels together (see --channel)".to_owned());
        }
        if self.found.duplicates > 0 {
            head.notes.push(format!(
                "{} of {} samples repeat an earlier one exactly: the weight of a repeated sample is shared at every t",
                self.found.duplicates,
                self.selection.samples()
            ));
        }
        head
    }

    /// The noisy samples over which the empirical score is averaged.
    fn queries(&self, matches: &ArgMatches) -> Result<Queries> {
        let count = whole(matches, "queries", 100_000_000)?.unwrap_or(1000);
        if count < 2 {
            return Err(Error::argument("--queries", count, "a standard error needs at least 2"));
        }
        let seed = match matches.get_one::<String>("seed") {
            Some(text) => text.parse::<u64>().map_err(|_| {
                Error::argument("--seed", format!("{text:?}"), "must be a whole number, 0 or above")
            })?,
            None => 1,
        };
        Ok(Queries::new(count, self.selection.samples(), seed))
    }
}

fn centring(text: Option<&str>) -> Result<Centring> {
    match text {
        None | Some("feature") => Ok(Centring::Feature),
        Some("global") => Ok(Centring::Global),
        Some("none") => Ok(Centring::None),
        Some(other) => {
            let hint = crate::suggest::did_you_mean(other, CENTRINGS);
            Err(Error::argument(
                "--center",
                other,
                format!("must be feature, global or none{hint}"),
            ))
        }
    }
}

/// An error about the file of data.
fn about(path: &Path, message: &str) -> Error {
    Error::File { path: path.to_owned(), location: None, message: message.to_owned() }
}

/// Names the file in errors that do not know it.
fn named(path: &Path, error: Error) -> Error {
    match error {
        Error::Usage(message) => about(path, &message),
        other => other,
    }
}

/// Options of one form of the command, which another would leave unread.
fn refuse(matches: &ArgMatches, names: &[&str], form: &str, why: &str) -> Result<()> {
    match names.iter().find(|name| matches.get_one::<String>(name).is_some()) {
        Some(name) => Err(Error::Usage(format!("--{name} does not go with {form}: {why}"))),
        None => Ok(()),
    }
}

/// Reads the data and prepares the table that was asked for.
///
/// # Errors
/// Wrong arguments; files that cannot be read; failed numerics.
pub(crate) fn plan<'a>(matches: &ArgMatches, context: &Context) -> Result<Plan<'a>> {
    let request = Request::read(matches, &noise::PARAMETERS)?;
    let eigenvalues = matches.get_flag(SPECTRUM);
    if request.axes.is_empty() {
        return if eigenvalues {
            if let Some(flag) = schedules::given(matches) {
                let why = "eigenvalues have no noise level";
                return Err(Error::Usage(format!("{flag} does not go with --{SPECTRUM}: {why}")));
            }
            let why = "leave it out";
            refuse(matches, &["queries", "seed", "blocks", "outliers"], "--spectrum", why)?;
            spectrum::plan(&Data::read(matches)?, context)
        } else {
            report::plan(matches, context)
        };
    }
    noise::exactly_one(&request)?;
    if eigenvalues {
        return Err(Error::Usage(
            "--spectrum does not depend on a noise level: leave it out".into(),
        ));
    }
    let why = "it belongs to the times of the data set, without --t, --snr and --sigma-noise";
    refuse(matches, &["blocks", "outliers"], "a noise level", why)?;
    curve::plan(matches, &request, context)
}

/// Says on standard error how far long work is.
struct Progress {
    shown: bool,
    start: Instant,
    last: std::cell::Cell<f64>,
}

impl Progress {
    fn new(quiet: bool) -> Self {
        let shown = !quiet && std::io::stderr().is_terminal();
        Self { shown, start: Instant::now(), last: std::cell::Cell::new(1.0) }
    }

    /// `share` of the work called `what` is done.
    fn at(&self, what: &str, share: f64) {
        let now = self.start.elapsed().as_secs_f64();
        if self.shown && now > self.last.get() + 0.2 {
            self.last.set(now);
            // A closed standard error is nobody's fault.
            let _ = write!(std::io::stderr(), "\r{what}: {:3.0}%   \r", 100.0 * share);
        }
    }
}
