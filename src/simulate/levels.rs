//! Energy levels of the samples seen from a noisy one, E^μ = |x − a^μ e^{−t}|²/2Δ_t `[D81]`, for more
//! samples than memory holds: given x the other samples are fresh draws, and pass in pieces.

use super::blocks::{Looks, Measured, Unit};
use super::data::{DataSet, PART, drawn_frame};
use super::points::Points;
use super::real::Real;
use super::score::see;
use super::source::{least, lost, noisy, sampler};
use super::tally::Tally;
use crate::error::Result;
use crate::models::{Model, Sampler};
use crate::numerics::random::{MOST_PARTS, Purpose};
use crate::process::Noise;

/// Numbers drawn at a time.
const PIECE: usize = 1 << 22;

/// Beyond so many samples random numbers would repeat.
pub const MOST_SAMPLES: f64 = MOST_PARTS as f64 * PART as f64;

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
    unit: Unit<'_>,
) -> Result<Vec<f64>> {
    let Unit { seed, block, .. } = unit;
    let sampler = sampler(model, seed, block)?;
    let least = least(times)?;
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
    let others = match others::<T>(sampler.as_ref(), n - 1, &points_of_all, least, unit)? {
        Ok(others) => others,
        // Samples that the precision blurs are drawn again in double precision.
        Err(_) => others::<f64>(sampler.as_ref(), n - 1, &points_of_all, least, unit)?
            .map_err(|largest| lost(largest, least))?,
    };
    let Others { tallies, common, looks } = others;
    let mut means = Vec::with_capacity(width(times.len()));
    for k in 0..times.len() {
        let mut sums = [0.0; FIELDS];
        for j in k * points..(k + 1) * points {
            let common = common[j];
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
    means.extend(looks.fields());
    Ok(means)
}

/// Numbers that a block has at `times` noise levels.
pub fn width(times: usize) -> usize {
    FIELDS * times + Looks::FIELDS
}

/// Steps that a block of n samples in d dimensions is made of.
pub fn pieces(n: usize, d: usize) -> usize {
    (n - 1).div_ceil(piece(d))
}

/// Samples drawn at a time: a whole number of the parts that they are drawn in.
fn piece(d: usize) -> usize {
    (PIECE / d / 1024).max(1) * 1024
}

/// What points see of samples that pass in pieces.
struct Others {
    tallies: Vec<Tally>,
    /// What energy and logit of a sample add up to, for each point.
    common: Vec<f64>,
    looks: Looks,
}

/// Sums over `count` fresh samples; or the size of samples that this precision blurs.
fn others<T: Real>(
    sampler: &dyn Sampler,
    count: usize,
    points: &Points,
    least: Noise,
    Unit { seed, block, heard }: Unit<'_>,
) -> Result<std::result::Result<Others, f64>> {
    let tallies = vec![Tally::new(sampler.classes(), f64::NEG_INFINITY); points.len()];
    let mut all = Others { tallies, common: Vec::new(), looks: Looks::default() };
    let frame = drawn_frame(sampler, count, seed, block)?;
    let piece = piece(sampler.dimension());
    for start in (0..count).step_by(piece) {
        let range = start..count.min(start + piece);
        let data: DataSet<T> = DataSet::draw_parts(sampler, range, seed, block, frame.clone())?;
        if !data.is_sharp(least) {
            return Ok(Err(data.largest()));
        }
        let mut seen = see(&data, points, false)?;
        all.looks.add(&seen);
        if start == 0 {
            all.common.clone_from(&seen.common);
        }
        for (j, tally) in all.tallies.iter_mut().enumerate() {
            // Pieces whose logits were computed in other ways meet in energies.
            if all.common[j] != seen.common[j] {
                tally.shift(-all.common[j]);
                seen.others[j].shift(-seen.common[j]);
                all.common[j] = 0.0;
            }
            tally.merge(&seen.others[j]);
        }
        heard()?;
    }
    Ok(Ok(all))
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
