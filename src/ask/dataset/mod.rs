//! Spectrum, speciation and collapse times of a data set; its empirical score at noise levels.

mod curve;
pub(super) mod report;
pub(super) mod risk;
pub(super) mod scale;
mod spectrum;

use crate::dataset::chosen::Chosen;
use crate::dataset::moments::{Moments, Scan, scan};
use crate::dataset::observables::Queries;
use crate::dataset::spectrum::{Centring, MeasuredSpectrum};
use crate::dataset::{Selection, Source};
use crate::error::{Error, Result};
use crate::models::parameter::{Domain, Parameter, whole};
use crate::quantities::noise;
use crate::schedule::Beside;
use crate::sweep::{Request, Typed};
use crate::table::{Column, Head, Plan};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

const CENTER: Parameter = Parameter::optional(
    "center",
    "HOW",
    "subtract the mean of each feature, the global mean of all entries, or none",
    Domain::Name(&["feature", "global", "none"]),
)
.by_default("feature");

pub(super) const QUERIES: Parameter = Parameter::of_text(
    "queries",
    "COUNT",
    "noisy samples over which the empirical score is averaged",
)
.by_default("1000");

pub(super) const SEED: Parameter =
    Parameter::of_text("seed", "NUMBER", "seed of the noise and of the choice of samples")
        .by_default("1");

pub(super) const BLOCKS: Parameter = Parameter::of_text(
    "blocks",
    "COUNT",
    "parts of the data for the jackknife of t_S.bayes; 0 for none",
)
.by_default("5");

const OUTLIERS: Parameter =
    Parameter::of_text("outliers", "COUNT", "steps of the spectral ladder shown, at most")
        .by_default("5");

/// How the data are looked at.
pub const OPTIONS: [Parameter; 6] = [CENTER, QUERIES, SEED, BLOCKS, OUTLIERS, TOP];

/// The word that asks for the eigenvalues.
pub const SPECTRUM: &str = "spectrum";

/// The word that asks for the samples that are memorised first.
pub const RISK: &str = "risk";

/// How many of them.
pub const TOP: Parameter =
    Parameter::of_text("top", "COUNT", "with --risk: how many groups of copies are shown")
        .by_default("20");

/// Which table of a data set is wanted, where no noise level is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Its times.
    Times,
    /// The eigenvalues of its covariance.
    Spectrum,
    /// The samples that are memorised first.
    Risk,
}

impl Table {
    /// Of the words that were said.
    ///
    /// # Errors
    /// [`Error::Usage`] for both.
    pub fn of(spectrum: bool, risk: bool) -> Result<Self> {
        match (spectrum, risk) {
            (true, true) => Err(Error::Usage("give --spectrum or --risk, not both".into())),
            (true, false) => Ok(Self::Spectrum),
            (false, true) => Ok(Self::Risk),
            (false, false) => Ok(Self::Times),
        }
    }

    /// The word that asks for it.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Times => None,
            Self::Spectrum => Some(SPECTRUM),
            Self::Risk => Some(RISK),
        }
    }
}

/// The options, read.
pub(super) struct Options {
    pub(super) centring: Centring,
    queries: usize,
    seed: u64,
    blocks: usize,
    outliers: usize,
}

impl Options {
    pub(super) fn read<Face, T: Typed<Face> + ?Sized>(typed: &T) -> Result<Self> {
        let text = |p: &Parameter| typed.text(p.name).or(p.default).unwrap_or_default();
        let count = |p: &Parameter, most| whole(&format!("--{}", p.name), text(p), most);
        let centring = match CENTER.named(text(&CENTER))? {
            "global" => Centring::Global,
            "none" => Centring::None,
            _ => Centring::Feature,
        };
        let queries = count(&QUERIES, 100_000_000)?;
        if queries < 2 {
            return Err(Error::argument("--queries", queries, "a standard error needs at least 2"));
        }
        let seed = text(&SEED);
        let seed = seed.parse::<u64>().map_err(|_| {
            Error::argument("--seed", format!("{seed:?}"), "must be a whole number, 0 or above")
        })?;
        let blocks = if text(&BLOCKS) == "0" { 0 } else { count(&BLOCKS, 1000)? };
        if blocks == 1 {
            let expected = "a jackknife needs at least 2 parts; 0 for none";
            return Err(Error::argument("--blocks", 1, expected));
        }
        Ok(Self { centring, queries, seed, blocks, outliers: count(&OUTLIERS, 100_000)? })
    }

    /// The noisy samples over which the empirical score is averaged.
    fn queries(&self, selection: &Selection<'_>) -> Queries {
        Queries::new(self.queries, selection.samples(), self.seed)
    }
}

/// A data set as it was asked for, and what one pass over it found.
pub(super) struct Data<'a> {
    path: PathBuf,
    pub(super) selection: Selection<'a>,
    centring: Centring,
    pub(super) found: Scan,
    /// Found when it is first asked for.
    spectrum: OnceLock<Arc<MeasuredSpectrum>>,
    heard: &'a Heard<'a>,
}

/// Hears which work is being done, and its share that is.
pub type Heard<'a> = dyn Fn(&str, f64) + 'a;

impl<'a> Data<'a> {
    /// Scans the data.
    pub(super) fn new(
        chosen: Chosen<'a>,
        centring: Centring,
        heard: &'a Heard<'a>,
    ) -> Result<Self> {
        let Chosen { path, selection } = chosen;
        let groups = selection.labelling().map_or(1, |l| l.names.len());
        let group = |row: usize| {
            Some(selection.labelling().map_or(0, |labelling| labelling.class_of[row] as usize))
        };
        let n = selection.samples();
        if n < 2 {
            let message = format!("has {n} sample: at least two are needed");
            return Err(Error::File { path, location: None, message });
        }
        let rows = |done: usize| heard("reading", done as f64 / n as f64);
        let found = scan(&selection, groups, &group, &rows).map_err(|e| named(&path, e))?;
        Ok(Self { path, selection, centring, found, spectrum: OnceLock::new(), heard })
    }

    /// Names the data in errors that do not know them.
    fn named(&self, error: Error) -> Error {
        named(&self.path, error)
    }

    /// Moments of all samples.
    fn moments(&self) -> Moments {
        Moments::together(&self.found.groups)
    }

    /// Their covariance spectrum.
    pub(super) fn spectrum(&self) -> Result<Arc<MeasuredSpectrum>> {
        if let Some(found) = self.spectrum.get() {
            return Ok(Arc::clone(found));
        }
        let moments = self.moments();
        self.resolved(&moments)?;
        let found = MeasuredSpectrum::new(&moments, self.centring);
        let found = Arc::new(found.map_err(|e| self.named(e))?);
        Ok(Arc::clone(self.spectrum.get_or_init(|| found)))
    }

    /// Refuses samples that differ, and by less than numbers can tell once they are squared.
    pub(super) fn resolved(&self, moments: &Moments) -> Result<()> {
        let distinct = self.selection.samples() - self.found.duplicates;
        if distinct < 2 || moments.covariance.trace() > 4.0 * moments.error {
            return Ok(());
        }
        let (low, high) = self.found.range;
        Err(self.named(Error::Usage(format!(
            "{distinct} of the samples differ, by less than their variances can be told from 0: the entries run from {low:e} to {high:e}; bring their differences closer to 1 with --scale, and subtract a large common offset first"
        ))))
    }

    pub(super) fn head(&self, columns: Vec<Column>, rows: usize) -> Head {
        let model = self.path.file_name().unwrap_or_default().to_string_lossy();
        let mut head = Head::new("dataset", &model, columns, rows);
        let (center, divisor) = match self.centring {
            Centring::Feature => ("mean of each feature", "divisor n - 1"),
            Centring::Global => ("mean of all entries", "divisor n"),
            Centring::None => ("none", "divisor n"),
        };
        head.conventions.push((CENTER.name.into(), center.to_owned()));
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
}

/// Names the data in errors that do not know them.
fn named(path: &std::path::Path, error: Error) -> Error {
    match error {
        Error::Usage(message) => Error::File { path: path.to_owned(), location: None, message },
        other => other,
    }
}

/// Reads the data and computes what was asked for: their times; with a noise level their empirical
/// score there; or another `table`. `chosen` opens the data once all else was found right.
///
/// # Errors
/// Wrong arguments; data that cannot be read; failed numerics.
pub fn plan<'a, Face, T: Typed<Face> + ?Sized>(
    chosen: impl FnOnce() -> Result<Chosen<'a>>,
    typed: &T,
    table: Table,
    beside: Option<Beside>,
    heard: &'a Heard<'a>,
) -> Result<Plan<'static>> {
    let request = Request::read(typed, &noise::PARAMETERS)?;
    let options = Options::read(typed)?;
    // What one form of the table takes, another would leave unread.
    let refuse = |options: &[Parameter], form: &str, why: &str| match options
        .iter()
        .find(|p| typed.text(p.name).is_some())
    {
        Some(p) => Err(Error::Usage(format!("--{} does not go with {form}: {why}", p.name))),
        None => Ok(()),
    };
    let data = || Data::new(chosen()?, options.centring, heard);
    if !request.axes.is_empty() {
        noise::exactly_one(&request)?;
        if let Some(word) = table.word() {
            let message = format!("--{word} does not depend on a noise level: leave it out");
            return Err(Error::Usage(message));
        }
        let why = "it belongs to the times of the data set, without --t, --snr and --sigma-noise";
        refuse(&[BLOCKS, OUTLIERS, TOP], "a noise level", why)?;
        let levels = curve::levels(&request)?;
        return curve::plan(&data()?, levels, &options, beside);
    }
    if table == Table::Risk {
        refuse(&[CENTER, QUERIES, BLOCKS, OUTLIERS], "--risk", "leave it out")?;
        let text = typed.text(TOP.name).or(TOP.default).unwrap_or_default();
        let top = crate::dataset::risk::checked(whole("--top", text, usize::MAX)?)?;
        return risk::plan(&data()?, &options, top, beside);
    }
    refuse(&[TOP], "the times of the data set", "it is how many rows --risk shows")?;
    if table == Table::Spectrum {
        if beside.is_some() {
            let message = "--schedule or --config does not go with --spectrum: eigenvalues have no noise level";
            return Err(Error::Usage(message.into()));
        }
        refuse(&[QUERIES, SEED, BLOCKS, OUTLIERS], "--spectrum", "leave it out")?;
        return spectrum::plan(&data()?);
    }
    report::plan(&data()?, &options, beside)
}
