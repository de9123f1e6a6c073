//! What is simulated: a model, or the samples in a file.

use super::{DataSet, Real};
use crate::dataset::{Chosen, Source, for_each_block};
use crate::error::{Error, Result};
use crate::memory::{self, readable};
use crate::models::{Entry, Model};
use crate::sweep::Models;
use std::sync::Arc;

/// Rows read at a time, in numbers.
const BLOCK: usize = 1 << 18;

/// What is simulated.
pub(super) enum Origin<'a> {
    Model(&'static Entry, Models),
    Data(Chosen<'a>),
}

impl Origin<'_> {
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
            Self::Data(data) => Ok(data.selection.dimension() as f64),
        }
    }

    /// Whether the data have more than one class.
    pub(super) fn classes(&self, row: usize) -> Result<bool> {
        match self {
            Self::Model(_, models) => Ok(models.at(row)?.classes().exists()),
            Self::Data(data) => {
                Ok(data.selection.labelling().is_some_and(|labels| labels.names.len() > 1))
            }
        }
    }

    /// Number of samples of a file.
    pub(super) fn samples(&self) -> Option<f64> {
        match self {
            Self::Model(..) => None,
            Self::Data(data) => Some(data.selection.samples() as f64),
        }
    }

    /// What was chosen from a file, in words.
    pub(super) fn remarks(&self) -> &[String] {
        match self {
            Self::Model(..) => &[],
            Self::Data(data) => data.selection.remarks(),
        }
    }

    /// The samples of a file, in memory; none where there is no file.
    ///
    /// # Errors
    /// [`Error::File`] for numbers that are not finite.
    pub(super) fn load<T: Real>(&self) -> Result<Option<DataSet<T>>> {
        let Self::Data(data) = self else { return Ok(None) };
        let selection = &data.selection;
        let d = selection.dimension();
        let (n, rows) = (selection.samples(), (BLOCK / d.max(1)).max(1));
        let labels = selection.labelling().map(|labels| labels.class_of.as_slice());
        DataSet::read(d, n, labels, &mut |take| {
            for_each_block(selection, rows, &mut |_, rows| take(rows))
        })
        .map(Some)
        .map_err(|error| match error {
            Error::Usage(message) => {
                Error::File { path: data.path.clone(), location: None, message }
            }
            error => error,
        })
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
