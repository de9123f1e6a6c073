//! Where the samples of a simulation come from: drawn anew for every block, or one given data set.

use super::data::DataSet;
use super::points::Points;
use super::real::Real;
use crate::Answer;
use crate::error::{Error, Result};
use crate::memory;
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

/// A data set in the precision that was asked for, or in double precision where that would blur it.
pub(super) enum Held<'a, T: Clone> {
    Asked(Cow<'a, DataSet<T>>),
    Double(Box<DataSet<f64>>),
}

impl<'a, T: Real> Source<'a, T> {
    /// The data set of a block, sharp beside the least noise that it will be looked at with.
    ///
    /// # Errors
    /// [`Error::Usage`] if the model has no samples, or these are lost beside each other even in
    /// double precision; failed numerics.
    pub(super) fn held(&self, seed: Seed, block: u64, least: Noise) -> Result<Held<'a, T>> {
        match self {
            Self::Model(model, n) => {
                let sampler = sampler(*model, seed, block)?;
                let data: DataSet<T> = DataSet::draw(sampler.as_ref(), *n, seed, block)?;
                if data.is_sharp(least) {
                    return Ok(Held::Asked(Cow::Owned(data)));
                }
                drop(data);
                let bytes = DataSet::<f64>::bytes(*n as f64, sampler.dimension() as f64);
                memory::fits("samples in double precision, which this noise needs,", bytes, "--n")?;
                let data: DataSet<f64> = DataSet::draw(sampler.as_ref(), *n, seed, block)?;
                must_be_sharp(&data, least)?;
                Ok(Held::Double(Box::new(data)))
            }
            Self::Data(data) => {
                must_be_sharp(data, least)?;
                Ok(Held::Asked(Cow::Borrowed(data)))
            }
        }
    }
}

fn must_be_sharp<T: Real>(data: &DataSet<T>, least: Noise) -> Result<()> {
    if data.is_sharp(least) { Ok(()) } else { Err(lost(data.largest(), least)) }
}

/// The error about noise that the rounding of samples hides.
pub(super) fn lost(largest: f64, noise: Noise) -> Error {
    Error::Usage(format!(
        "the noise at t = {}, {:.1e} in every coordinate, is lost in the rounding of samples of size {largest:.1e}: take larger t, or smaller samples",
        noise.time(),
        noise.delta().sqrt(),
    ))
}

/// The sampler of a block.
///
/// # Errors
/// [`Error::Usage`] if the model has no samples; failed numerics.
pub fn sampler(model: &dyn Model, seed: Seed, block: u64) -> Result<Box<dyn Sampler>> {
    match model.sampler(&mut seed.stream(Purpose::Frame, block, 0))? {
        Answer::Value(sampler) => Ok(sampler),
        Answer::Absent(reason) => {
            Err(Error::Usage(format!("{} cannot be sampled: {reason}", model.name())))
        }
    }
}

/// The least noise of a list.
///
/// # Errors
/// [`Error::Usage`] for none.
pub(super) fn least(times: &[Noise]) -> Result<Noise> {
    let by_time = |a: &&Noise, b: &&Noise| a.time().total_cmp(&b.time());
    let none = || Error::Usage("a simulation needs a noise level".into());
    times.iter().min_by(by_time).copied().ok_or_else(none)
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
        points.values.extend(data.sample(own).map(|a| noisy(a, noise, stream)));
    }
    points
}

/// One coordinate of x_t.
pub(super) fn noisy(a: f64, noise: Noise, stream: &mut Stream) -> f64 {
    noise.decay() * a + noise.delta().sqrt() * stream.normal()
}
