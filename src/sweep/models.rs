//! The models of a sweep: of every combination of their own parameters, one.

use super::axis::Axis;
use super::request::Request;
use crate::error::{Error, Result};
use crate::models::{Entry, Model};
use std::sync::Arc;

/// Models kept ready for a sweep; beyond, they are built row by row.
const MODELS_KEPT: usize = 4096;

/// The models of a sweep: kept where they are few, built anew where they are many.
pub struct Models {
    entry: &'static Entry,
    request: Arc<Request>,
    kept: Vec<Option<Arc<dyn Model>>>,
    /// For each axis, its size and whether it is a parameter of the model.
    shape: Vec<(usize, bool)>,
}

impl Models {
    /// Validates every model of the sweep before the first row is computed.
    ///
    /// # Errors
    /// Whatever building a model finds wrong.
    pub fn new(entry: &'static Entry, request: Arc<Request>) -> Result<Self> {
        // Building reads the seed too, where it decides numbers that are drawn.
        let names = || entry.parameters.iter().map(|p| p.name).chain(["seed"]);
        let own = |axis: &Axis| names().any(|name| name == axis.parameter.name);
        let shape: Vec<(usize, bool)> =
            request.axes.iter().map(|a| (a.values.len(), own(a))).collect();
        let mut models = Self { entry, request, kept: Vec::new(), shape };
        let count: usize = models.shape.iter().filter(|s| s.1).map(|s| s.0).product();
        for k in 0..count {
            let values = models.request.at(models.row_of(k));
            // A model whose numerics fail costs its own rows only: they say so.
            let model: Option<Arc<dyn Model>> = match (entry.build)(&values) {
                Ok(model) => Some(model.into()),
                Err(Error::Numerics(_)) => None,
                Err(other) => return Err(other),
            };
            if count <= MODELS_KEPT {
                models.kept.push(model);
            }
        }
        Ok(models)
    }

    /// A row that has the k-th combination of the model's own parameters.
    fn row_of(&self, k: usize) -> usize {
        let (mut rest, mut row, mut stride) = (k, 0, 1);
        for (size, own) in self.shape.iter().rev() {
            if *own {
                row += (rest % size) * stride;
                rest /= size;
            }
            stride *= size;
        }
        row
    }

    /// Which combination of the model's own parameters row `index` has.
    fn combination(&self, index: usize) -> usize {
        let (mut rest, mut k, mut stride) = (index, 0, 1);
        for (size, own) in self.shape.iter().rev() {
            if *own {
                k += (rest % size) * stride;
                stride *= size;
            }
            rest /= size;
        }
        k
    }

    /// The model of row `index`.
    ///
    /// # Errors
    /// Whatever building it finds wrong.
    pub fn at(&self, index: usize) -> Result<Arc<dyn Model>> {
        if let Some(Some(model)) = self.kept.get(self.combination(index)) {
            return Ok(Arc::clone(model));
        }
        Ok((self.entry.build)(&self.request.at(index))?.into())
    }

    /// The first model, to ask what all of them have in common.
    ///
    /// # Errors
    /// Whatever building it finds wrong.
    pub fn first(&self) -> Result<Arc<dyn Model>> {
        self.at(0)
    }

    /// The first model that could be built, if any: what all have in common may be asked of it.
    ///
    /// # Errors
    /// Wrong arguments.
    pub fn first_sound(&self) -> Result<Option<Arc<dyn Model>>> {
        if let Some(Some(model)) = self.kept.iter().find(|model| model.is_some()) {
            return Ok(Some(Arc::clone(model)));
        }
        match self.first() {
            Ok(model) => Ok(Some(model)),
            Err(Error::Numerics(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }
}
