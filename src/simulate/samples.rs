//! The samples that a learned score is trained and tested on: Gaussian of a spectrum, of a model, or of a file.

use super::source::sampler;
use crate::dataset::{Chosen, Source, for_each_block};
use crate::error::{Error, Result};
use crate::models::{CATALOGUE, Model};
use crate::numerics::random::{Purpose, Seed};
use crate::numerics::spectra;
use crate::suggest::among;
use crate::sweep::{Models, Named, Request};
use crate::training::Population;
use nalgebra::DMatrix;
use std::path::Path;
use std::sync::Arc;

/// Where samples come from that no spectrum describes.
pub(super) enum Samples {
    /// Drawn anew in every block.
    Model(Arc<dyn Model>),
    /// A column each, about their mean; every block takes others of them.
    Pool(DMatrix<f64>),
}

/// Samples of which the spectrum of a model is measured, over its dimension.
const MEASURED: usize = 16;

/// Groups into which a measured spectrum is put together.
const GROUPS: usize = 64;

/// Rows read at a time, in numbers.
const BLOCK: usize = 1 << 18;

impl Samples {
    /// From `MODEL name=value …` or the path of a file; `d` goes to models that have it.
    ///
    /// # Errors
    /// [`Error::Argument`] for a text that is neither; what the model or the file has to say.
    pub(super) fn read(text: &str, d: f64) -> Result<Self> {
        let mut words = text.split_whitespace();
        let first = words.next().unwrap_or_default();
        let Some(entry) = CATALOGUE.iter().find(|entry| entry.name == first) else {
            if Path::new(text).exists() {
                return Self::of_a_file(Path::new(text));
            }
            let known = among(first, CATALOGUE.iter().map(|entry| entry.name));
            let expected = format!(
                "is no file, and no model with its parameters, as in \"clusters mu=2\": there are {known}"
            );
            return Err(Error::argument("--samples", text, expected));
        };
        let own = d.to_string();
        let mut pairs = Vec::new();
        for word in words {
            pairs.push(word.split_once('=').ok_or_else(|| {
                Error::argument("--samples", text, format!("'{word}' is no name=value"))
            })?);
        }
        let has_d = entry.parameters.iter().any(|p| p.name == "d");
        if has_d && !pairs.iter().any(|(name, _)| *name == "d") {
            pairs.push(("d", &own));
        }
        let named = Named::new(&pairs, entry.parameters)?;
        let request = Arc::new(Request::read(&named, entry.parameters)?);
        if request.rows()? != 1 {
            return Err(Error::argument("--samples", text, "must be one model, not a sweep"));
        }
        let model = Models::new(entry, request)?.at(0)?;
        if model.dimension() != d {
            let expected = format!("has dimension {}, not --d {d}", model.dimension());
            return Err(Error::argument("--samples", text, expected));
        }
        Ok(Self::Model(model))
    }

    fn of_a_file(path: &Path) -> Result<Self> {
        let chosen = Chosen::of_a_file(path, &|_| None)?;
        let selection = &chosen.selection;
        let (d, n) = (selection.dimension(), selection.samples());
        crate::memory::fits("the samples", 8.0 * d as f64 * n as f64, "--samples")?;
        let mut all = Vec::with_capacity(d * n);
        for_each_block(selection, (BLOCK / d.max(1)).max(1), &mut |_, rows| {
            all.extend_from_slice(rows);
            Ok(())
        })?;
        if all.iter().any(|x| !x.is_finite()) {
            let message = "holds numbers that are not finite".to_owned();
            return Err(Error::File { path: path.to_owned(), location: None, message });
        }
        let mut pool = DMatrix::from_vec(d, n, all);
        let mean = pool.column_mean();
        pool.column_iter_mut().for_each(|mut column| column -= &mean);
        Ok(Self::Pool(pool))
    }

    /// Dimension, and how many samples there are at most.
    pub(super) fn size(&self) -> (usize, Option<usize>) {
        match self {
            Self::Model(model) => (model.dimension() as usize, None),
            Self::Pool(pool) => (pool.nrows(), Some(pool.ncols())),
        }
    }

    /// Samples to train on and new ones to test on, a column each.
    ///
    /// # Errors
    /// A model without samples.
    pub(super) fn drawn(
        &self,
        seed: Seed,
        block: u64,
        [train, test]: [usize; 2],
    ) -> Result<[DMatrix<f64>; 2]> {
        match self {
            Self::Model(model) => {
                let sampler = sampler(model.as_ref(), seed, block)?;
                let draw = |purpose, count: usize| {
                    let mut all = DMatrix::zeros(sampler.dimension(), count);
                    let mut labels = vec![0; count];
                    sampler.draw(
                        &mut seed.stream(purpose, block, 7),
                        all.as_mut_slice(),
                        &mut labels,
                    );
                    all
                };
                Ok([draw(Purpose::Samples, train), draw(Purpose::Dynamics, test)])
            }
            Self::Pool(pool) => {
                let mut order: Vec<usize> = (0..pool.ncols()).collect();
                let mut stream = seed.stream(Purpose::Samples, block, 7);
                // Of Fisher and Yates.
                for k in 0..(train + test).min(order.len()) {
                    let other = k + stream.below(order.len() - k);
                    order.swap(k, other);
                }
                let of = |range: std::ops::Range<usize>| pool.select_columns(&order[range]);
                let end = (train + test).min(order.len());
                Ok([of(0..train), of(train..end)])
            }
        }
    }

    /// The spectrum of their covariance, as measured, eigenvalues of equal weight put together.
    ///
    /// # Errors
    /// A model without samples, failed numerics, samples that do not vary.
    pub(super) fn spectrum(&self, seed: Seed) -> Result<Population> {
        let all = match self {
            Self::Model(model) => {
                let count = MEASURED * model.dimension() as usize;
                let [all, _] =
                    self.drawn(seed, crate::numerics::random::MOST_BLOCKS - 1, [count, 0])?;
                all
            }
            Self::Pool(pool) => pool.clone(),
        };
        let covariance = &all * all.transpose() / all.ncols() as f64;
        let values = spectra::symmetric("covariance of the samples", covariance)?.values;
        let d = values.len();
        let groups = GROUPS.min(d);
        let atoms: Vec<(f64, f64)> = (0..groups)
            .map(|k| {
                let (from, to) = (k * d / groups, (k + 1) * d / groups);
                let sum: f64 = values.iter().skip(from).take(to - from).sum();
                ((to - from) as f64 / d as f64, (sum / (to - from) as f64).max(0.0))
            })
            .collect();
        Population::new(&atoms)
    }
}
