//! What is simulated: a model, or the samples in a file.

use super::super::request::{Models, Request};
use crate::dataset::{self, Array, Source, for_each_block};
use crate::error::{Error, Result};
use crate::memory::{self, readable};
use crate::models::parameter::{Domain, Parameter};
use crate::models::{Entry, Model};
use crate::simulate::{DataSet, Real};
use clap::ArgMatches;
use std::path::PathBuf;
use std::sync::Arc;

/// The name under which the command line keeps files; a path in place of a model gets it put before.
pub(super) const DATA: &str = "data";

const FILE: Parameter = Parameter {
    name: "file",
    symbol: "FILE",
    latex: "",
    aliases: &[],
    help: "samples: npy, npz, IDX or text, samples first",
    domain: Domain::Text,
    default: None,
    required: true,
};

const ARRAY: Parameter = Parameter {
    name: "array",
    symbol: "NAME",
    help: "which array of an npz archive",
    required: false,
    ..FILE
};

const LABELS: Parameter = Parameter {
    name: "labels",
    symbol: "FILE",
    help: "one class for each sample, a file of whole numbers",
    required: false,
    ..FILE
};

/// Flags of a data set.
pub(super) const PARAMETERS: [Parameter; 3] = [FILE, ARRAY, LABELS];

/// Rows read at a time, in numbers.
const BLOCK: usize = 1 << 18;

/// What is simulated.
pub(super) enum Origin {
    Model(&'static Entry, Models),
    Data(DataFile),
}

/// Samples in a file.
pub(super) struct DataFile {
    path: PathBuf,
    array: Array,
    /// The class of each sample, from 0 on, where labels were given.
    labels: Option<Vec<u32>>,
}

impl Origin {
    /// A model by its entry, or the file that the arguments name.
    ///
    /// # Errors
    /// Wrong parameters; a file that does not hold what it should.
    pub(super) fn new(
        entry: Option<&'static Entry>,
        request: &Arc<Request>,
        matches: &ArgMatches,
    ) -> Result<Self> {
        match entry {
            Some(entry) => Ok(Self::Model(entry, Models::new(entry, Arc::clone(request))?)),
            None => Ok(Self::Data(DataFile::open(matches)?)),
        }
    }

    /// The model's name, or that of the file.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Model(entry, _) => entry.name.to_owned(),
            Self::Data(data) => data.path.display().to_string(),
        }
    }

    /// The model of a row, where there is one.
    pub(super) fn model(&self, row: usize) -> Result<Option<Arc<dyn Model>>> {
        match self {
            Self::Model(_, models) => models.at(row).map(Some),
            Self::Data(_) => Ok(None),
        }
    }

    /// Ambient dimension of a row.
    pub(super) fn dimension(&self, row: usize) -> Result<f64> {
        match self {
            Self::Model(_, models) => Ok(models.at(row)?.dimension()),
            Self::Data(data) => Ok(data.array.dimension() as f64),
        }
    }

    /// Whether the data have more than one class.
    pub(super) fn classes(&self, row: usize) -> Result<bool> {
        match self {
            Self::Model(_, models) => Ok(models.at(row)?.classes().is_ok()),
            Self::Data(data) => {
                let labels = data.labels.as_deref().unwrap_or_default();
                Ok(labels.iter().any(|k| *k != labels[0]))
            }
        }
    }

    /// Number of samples of a file.
    pub(super) fn samples(&self) -> Option<f64> {
        match self {
            Self::Model(..) => None,
            Self::Data(data) => Some(data.array.samples() as f64),
        }
    }

    /// The samples of a file, in memory; none where there is no file.
    ///
    /// # Errors
    /// [`Error::File`] for numbers that are not finite.
    pub(super) fn load<T: Real>(&self) -> Result<Option<DataSet<T>>> {
        let Self::Data(data) = self else { return Ok(None) };
        let d = data.array.dimension();
        let (n, rows) = (data.array.samples(), (BLOCK / d.max(1)).max(1));
        DataSet::read(d, n, data.labels.as_deref(), &mut |take| {
            for_each_block(&data.array, rows, &mut |_, rows| take(rows))
        })
        .map(Some)
        .map_err(|error| match error {
            Error::Usage(message) => data.wrong(message),
            error => error,
        })
    }
}

impl DataFile {
    fn open(matches: &ArgMatches) -> Result<Self> {
        let text = |p: &Parameter| matches.get_one::<String>(p.name);
        let path: PathBuf = text(&FILE)
            .ok_or_else(|| Error::Usage("simulate needs a MODEL or a FILE of samples".into()))?
            .into();
        let array = dataset::open(&path, text(&ARRAY).map(String::as_str))?;
        let mut file = Self { path, array, labels: None };
        if let Some(path) = text(&LABELS) {
            let labels = dataset::open::array(path.as_ref(), None)?.all()?;
            file.labels = Some(file.classes_of(path, &labels)?);
        }
        Ok(file)
    }

    fn wrong(&self, message: String) -> Error {
        Error::File { path: self.path.clone(), location: None, message }
    }

    /// Classes 0, 1, … of labels that may be any whole numbers.
    fn classes_of(&self, path: &str, labels: &[f64]) -> Result<Vec<u32>> {
        let wrong = |message: String| Error::File { path: path.into(), location: None, message };
        if labels.len() != self.array.samples() {
            return Err(wrong(format!(
                "has {} labels for the {} samples of {}",
                labels.len(),
                self.array.samples(),
                self.path.display()
            )));
        }
        if let Some(at) = labels.iter().position(|x| x.fract() != 0.0 || !x.is_finite()) {
            let label = labels[at];
            return Err(wrong(format!("label {} is {label}, not a whole number", at + 1)));
        }
        let mut known = labels.to_vec();
        known.sort_by(f64::total_cmp);
        known.dedup();
        Ok(labels.iter().map(|x| known.partition_point(|k| k < x) as u32).collect())
    }
}

/// Fails if n samples in d dimensions take more than `memory` bytes.
///
/// # Errors
/// [`Error::Usage`] with the bytes and what to do instead.
pub(super) fn fits<T: Real>(n: f64, dimension: f64, memory: f64) -> Result<()> {
    let bytes = DataSet::<T>::bytes(n, dimension);
    if bytes <= memory {
        return memory::fits(&format!("n = {n} samples in d = {dimension}"), bytes, "n or d");
    }
    Err(Error::Usage(format!(
        "n = {n} samples in d = {dimension} take {} in {}, more than --memory {}: `simulate levels` draws samples one piece at a time, `curve excess-entropy --order exact` computes the mean for any n",
        readable(bytes),
        T::NAME,
        readable(memory),
    )))
}
