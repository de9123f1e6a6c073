//! Energy levels of the samples seen from a noisy one, E^μ = |x − a^μ e^{−t}|²/2Δ_t `[D81]`, for more
//! samples than memory holds: given x the other samples are fresh draws, and pass in pieces.

use super::blocks::Measured;
use super::data::DataSet;
use super::real::Real;
use super::score::{Points, see};
use super::source::{noisy, sampler};
use super::tally::Tally;
use crate::error::Result;
use crate::models::Model;
use crate::numerics::random::{Purpose, Seed};
use crate::process::Noise;

/// Numbers drawn at a time.
const PIECE: usize = 1 << 22;

/// Averages over noisy samples at one time, per dimension.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Levels {
    /// Energy of the own sample, E_1/d.
    pub own: Measured,
    /// Least energy of the others.
    pub least: Measured,
    /// ψ = (1/d) log Σ_{μ>1} e^{−E^μ}.
    pub free_energy: Measured,
    /// E Σ_{μ>1} v² for weights v of the other samples alone: 0 while they are many, finite once they
    /// condense.
    pub condensed: Measured,
}

/// Numbers that a block has for every time.
const FIELDS: usize = 4;

/// One block: `points` noisy samples at each of the `times` against n − 1 fresh samples.
///
/// # Errors
/// [`crate::Error::Usage`] if the model has no samples; failed numerics.
pub fn block<T: Real>(
    model: &dyn Model,
    n: usize,
    times: &[Noise],
    points: usize,
    seed: Seed,
    block: u64,
) -> Result<Vec<f64>> {
    let sampler = sampler(model, seed, block)?;
    let (d, count) = (sampler.dimension(), points * times.len());
    let mut points_of_all = Points {
        dimension: d,
        values: vec![0.0; count * d],
        noises: Vec::with_capacity(count),
        own: Vec::new(),
        hints: Vec::new(),
    };
    let mut own = vec![0.0; count];
    for (k, &noise) in times.iter().enumerate() {
        let mut stream = seed.stream(Purpose::Points, block, k as u64);
        let values = &mut points_of_all.values[k * points * d..][..points * d];
        sampler.draw(&mut stream, values, &mut vec![0; points]);
        for (x, own) in values.chunks_exact_mut(d).zip(&mut own[k * points..]) {
            for x in x.iter_mut() {
                let before = *x;
                *x = noisy(before, noise, &mut stream);
                *own += (*x - noise.decay() * before).powi(2) / (2.0 * noise.delta());
            }
        }
        points_of_all.noises.extend(std::iter::repeat_n(noise, points));
    }
    let mut tallies = vec![Tally::new(sampler.classes(), f64::NEG_INFINITY); count];
    // A whole number of the parts that samples are drawn in.
    let piece = (PIECE / d / 1024).max(1) * 1024;
    for start in (0..n - 1).step_by(piece) {
        let range = start..(n - 1).min(start + piece);
        let data: DataSet<T> = DataSet::draw_parts(sampler.as_ref(), range, seed, block);
        let seen = see(&data, &points_of_all, false);
        tallies.iter_mut().zip(&seen.others).for_each(|(tally, more)| tally.merge(more));
    }
    let mut means = Vec::with_capacity(FIELDS * times.len());
    for k in 0..times.len() {
        let mut sums = [0.0; FIELDS];
        for j in k * points..(k + 1) * points {
            let square: f64 = points_of_all.values[j * d..][..d].iter().map(|x| x * x).sum();
            // E = |x|²/2Δ − l.
            let common = square / (2.0 * points_of_all.noises[j].delta());
            let per_dimension = [
                own[j],
                common - tallies[j].nearest_logit(),
                tallies[j].log_sum() - common,
                tallies[j].coincidence() * d as f64,
            ];
            for (sum, value) in sums.iter_mut().zip(per_dimension) {
                *sum += value / d as f64;
            }
        }
        means.extend(sums.map(|sum| sum / points as f64));
    }
    Ok(means)
}

/// The averages over all blocks at time number `k`; `draws` is the number of points in all.
pub fn at(blocks: &[Vec<f64>], k: usize, draws: f64) -> Levels {
    let field = |field: usize, unseen: f64| {
        Measured::over(blocks.iter().map(|b| b[k * FIELDS + field]), unseen)
    };
    Levels {
        own: field(0, 0.0),
        least: field(1, 0.0),
        free_energy: field(2, 0.0),
        condensed: field(3, 1.0 / draws),
    }
}
