//! The empirical excess entropy f^e(t), and what else the weights of the samples say.

use super::blocks::{Looks, Measured, Unit};
use super::data::DataSet;
use super::real::Real;
use super::score::see;
use super::source::{Held, Source, least, noisy_samples};
use crate::error::Result;
use crate::numerics::random::Purpose;
use crate::process::Noise;
use std::f64::consts::LN_2;

/// Averages over noisy samples at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entropy {
    /// H(index | x_t, data) in nats, d times f^e.
    pub index: Measured,
    /// E log(Z_{2..n}/Z_1) in nats, what crosses zero at the collapse.
    pub leave_one_out: Measured,
    /// E 1/Σw².
    pub participation: Measured,
    /// φ_C = E Σw².
    pub clones: Measured,
    /// E w_1, the weight of the sample that x_t came from: equal to φ_C, and another estimate of it.
    pub own_weight: Measured,
    /// Probability that this sample is the nearest, averaged as the largest weight.
    pub nearest: Measured,
}

/// Numbers that a block has for every time.
const FIELDS: usize = 6;

/// One block: averages over `points` noisy samples at each of the `times`.
///
/// Given x_t, the sample that it came from is distributed as w: the index entropy is averaged as
/// −Σ w log w, which scatters less than −log w_1, and the nearest sample as the largest weight.
///
/// # Errors
/// [`crate::Error::Usage`] if the model has no samples; failed numerics.
pub fn block<T: Real>(
    source: Source<'_, T>,
    times: &[Noise],
    points: usize,
    unit: Unit<'_>,
) -> Result<Vec<f64>> {
    match source.held(unit.seed, unit.block, least(times)?)? {
        Held::Asked(data) => of_data(&*data, times, points, unit),
        Held::Double(data) => of_data(&*data, times, points, unit),
    }
}

/// The least noise at which the samples are looked at.
///
/// # Errors
/// [`crate::Error::Usage`] for no times at all.
pub fn least_noise(times: &[Noise]) -> Result<Noise> {
    least(times)
}

/// Numbers that a block has at `times` noise levels.
pub fn width(times: usize) -> usize {
    FIELDS * times + Looks::FIELDS
}

fn of_data<T: Real>(
    data: &DataSet<T>,
    times: &[Noise],
    points: usize,
    unit: Unit<'_>,
) -> Result<Vec<f64>> {
    let mut means = Vec::with_capacity(width(times.len()));
    let mut looks = Looks::default();
    for (k, &noise) in times.iter().enumerate() {
        let mut stream = unit.seed.stream(Purpose::Points, unit.block, k as u64);
        let points = noisy_samples(data, noise, points, &mut stream);
        let seen = see(data, &points, false)?;
        looks.add(&seen);
        let mut sums = [0.0; FIELDS];
        for (j, others) in seen.others.iter().enumerate() {
            let all = seen.all(data, &points, j);
            let odds = others.log_sum() - seen.own[j];
            let values = [
                all.entropy(),
                odds,
                1.0 / all.coincidence(),
                all.coincidence(),
                (seen.own[j] - all.log_sum()).exp(),
                (all.nearest_logit() - all.log_sum()).exp(),
            ];
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum += value;
            }
        }
        means.extend(sums.map(|sum| sum / points.len() as f64));
        (unit.heard)()?;
    }
    means.extend(looks.fields());
    Ok(means)
}

/// The averages over all blocks at time number `k`; `draws` is the number of points in all.
///
/// A near tie that no draw shows would add log 2 to an entropy and 1 to a participation.
pub fn at(blocks: &[Vec<f64>], k: usize, draws: f64) -> Entropy {
    let field = |field: usize, unseen: f64| {
        Measured::over(blocks.iter().map(|b| b[k * FIELDS + field]), unseen / draws)
    };
    Entropy {
        index: field(0, LN_2),
        leave_one_out: field(1, 0.0),
        participation: field(2, 1.0),
        clones: field(3, 1.0),
        own_weight: field(4, 1.0),
        nearest: field(5, 1.0),
    }
}
