//! Where the samples of a simulation come from: drawn anew for every block, or one given data set.

use super::data::DataSet;
use super::real::Real;
use super::score::Points;
use crate::error::{Error, Result};
use crate::models::{Model, Sampler};
use crate::numerics::random::{Purpose, Seed, Stream};
use crate::process::Noise;
use std::borrow::Cow;

/// The samples of a simulation.
#[derive(Clone, Copy)]
pub enum Source<'a, T> {
    /// n samples of a model, other ones in every block: standard errors include how data sets differ.
    Model(&'a dyn Model, usize),
    /// One data set: standard errors are those at these samples.
    Data(&'a DataSet<T>),
}

impl<'a, T: Real> Source<'a, T> {
    /// The data set of a block.
    ///
    /// # Errors
    /// [`Error::Usage`] if the model has no samples; failed numerics.
    pub fn data(&self, seed: Seed, block: u64) -> Result<Cow<'a, DataSet<T>>> {
        match self {
            Self::Model(model, n) => {
                let sampler = sampler(*model, seed, block)?;
                Ok(Cow::Owned(DataSet::draw(sampler.as_ref(), *n, seed, block)))
            }
            Self::Data(data) => Ok(Cow::Borrowed(data)),
        }
    }
}

/// The sampler of a block.
///
/// # Errors
/// [`Error::Usage`] if the model has no samples; failed numerics.
pub fn sampler(model: &dyn Model, seed: Seed, block: u64) -> Result<Box<dyn Sampler>> {
    model
        .sampler(&mut seed.stream(Purpose::Frame, block, 0))?
        .map_err(|reason| Error::Usage(format!("{} cannot be sampled: {reason}", model.name())))
}

/// `count` noisy samples x_t = e^{−t} a + √Δ_t z of a data set, each with the sample it came from.
pub(super) fn noisy_samples<T: Real>(
    data: &DataSet<T>,
    noise: Noise,
    count: usize,
    stream: &mut Stream,
) -> Points {
    let d = data.dimension();
    let mut points = Points {
        dimension: d,
        values: Vec::with_capacity(count * d),
        noises: vec![noise; count],
        own: Vec::with_capacity(count),
        hints: Vec::new(),
    };
    for _ in 0..count {
        let own = stream.below(data.len());
        points.own.push(own);
        points.values.extend(data.sample(own).iter().map(|a| noisy(a.wide(), noise, stream)));
    }
    points
}

/// One coordinate of x_t.
pub(super) fn noisy(a: f64, noise: Noise, stream: &mut Stream) -> f64 {
    noise.decay() * a + noise.delta().sqrt() * stream.normal()
}
