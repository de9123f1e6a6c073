//! The collapse onto one sample, measured: the zero of E log(Z_others/Z_own) over noises.

use super::centres::Centres;
use super::own::{Gaussian, log_ratio};
use crate::dataset::Source;
use crate::dataset::spectrum::MeasuredSpectrum;
use crate::dataset::tile::{NOISE, Tile, tile_queries};
use crate::error::Result;
use crate::numerics::products::{ColumnMajor, columns_against};
use crate::numerics::random::{Purpose, Seed};
use crate::numerics::stop;
use crate::process::{Noise, time_at_log_snr};
use rayon::prelude::*;

/// Noises for each of the samples that come first.
const NOISES: usize = 48;

/// How far in log snr from the Gaussian collapse the crossing may lie, and to what it is found.
const REACH: f64 = 6.0;
const CLOSE: f64 = 1e-6;

/// Halvings and secant steps of one crossing at most.
const STEPS: usize = 60;

/// A collapse that was measured, or why it was not.
pub(super) type Own = std::result::Result<(f64, f64), String>;

/// The collapse of each group: the zero of the mean of log(Z_others/Z_group) over noises.
pub(super) fn measured(
    (spectrum, gaussian, centres): (&MeasuredSpectrum, &Gaussian, &Centres<'_>),
    groups: &[&Vec<usize>],
    times: &[Option<f64>],
    seed: u64,
    heard: &dyn Fn(f64),
) -> Result<Vec<Own>> {
    let selection = centres.selection;
    let (n, d) = (selection.samples(), selection.dimension());
    let rank = gaussian.rank();
    let samples: Vec<usize> =
        groups.iter().flat_map(|group| std::iter::repeat_n(group[0], NOISES)).collect();
    let seed = Seed(seed);
    let per_tile = (tile_queries(n) / NOISES).max(1);
    let mut all = Vec::with_capacity(groups.len());
    for (place, part) in groups.chunks(per_tile).enumerate() {
        let start = place * per_tile;
        heard(start as f64 / groups.len() as f64);
        let range = start * NOISES..(start + part.len()) * NOISES;
        let tile = Tile::new(selection, &samples, seed, range, &spectrum.centre)?;
        let one = |(k, group): (usize, &&Vec<usize>)| -> Result<Own> {
            stop::point();
            let Some(guess) = times[group[0]].filter(|guess| guess.is_finite()) else {
                return Ok(Err("not looked for: Gaussian data have no collapse onto it".into()));
            };
            // Sample and noises along the eigenvectors.
            let mut row = vec![0.0; d];
            selection.read(group[0], &mut row)?;
            let mut left = Vec::with_capacity((NOISES + 1) * d);
            centres.subtract(group[0], &row, &mut left);
            left.resize((NOISES + 1) * d, 0.0);
            for (r, noise) in left[d..].chunks_exact_mut(d).enumerate() {
                let query = (start + k) * NOISES + r;
                seed.stream(Purpose::Points, NOISE, query as u64).normals(noise);
            }
            let directions = spectrum.directions();
            let directions = ColumnMajor { entries: &directions.entries[..rank * d], rows: d };
            let mut along = vec![0.0; rank * (NOISES + 1)];
            columns_against(directions, ColumnMajor { entries: &left, rows: d }, &mut along);
            let (own, noises) = along.split_at(rank);
            Ok(crossing(
                &Group { tile: &tile, first: k * NOISES, members: group },
                guess,
                &|r, snr| gaussian.fluctuation(own, &noises[r * rank..][..rank], snr),
            ))
        };
        let here: Result<Vec<Own>> = part.par_iter().enumerate().map(one).collect();
        all.extend(here?);
    }
    Ok(all)
}

/// A group as the noisy copies of its first sample see it.
struct Group<'a> {
    tile: &'a Tile,
    /// The first of its queries.
    first: usize,
    members: &'a [usize],
}

impl Group<'_> {
    /// log(Z_others/Z_group) of query `r`.
    fn log_ratio(&self, r: usize, noise: Noise, space: &mut Vec<f64>) -> f64 {
        let n = self.tile.n;
        let row = (self.first + r) * n;
        let (half, root) = (0.5 * noise.snr(), noise.snr().sqrt());
        let exponent = |member: usize| {
            let distance = self.tile.distance[row + member];
            // The own sample, at no distance, is marked by an infinite one.
            if distance.is_finite() {
                -(half * distance + root * self.tile.along[row + member])
            } else {
                0.0
            }
        };
        let copies: Vec<f64> = self.members.iter().map(|k| exponent(*k)).collect();
        let others = self.tile.others_without(self.first + r, self.members, noise, space);
        log_ratio(others.largest, others.sum, &copies)
    }
}

/// The zero of the mean over noises of log(Z_others/Z_group), whose fluctuation the control takes out.
fn crossing(group: &Group<'_>, guess: f64, control: &dyn Fn(usize, f64) -> f64) -> Own {
    let mut space = Vec::new();
    let mut mean = |u: f64| -> (f64, f64) {
        let noise = Noise::at_tau((-u).exp());
        let values: Vec<f64> = (0..NOISES)
            .map(|r| group.log_ratio(r, noise, &mut space) + control(r, noise.snr()))
            .collect();
        let mean = values.iter().sum::<f64>() / NOISES as f64;
        let spread: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
        (mean, (spread / (NOISES as f64 * (NOISES as f64 - 1.0))).sqrt())
    };
    let (mut low, mut high) = (guess - 0.5, guess + 0.5);
    let (mut below, mut above) = (mean(low).0, mean(high).0);
    while below < 0.0 && low > guess - REACH {
        low -= 1.0;
        below = mean(low).0;
    }
    while above > 0.0 && high < guess + REACH {
        high += 1.0;
        above = mean(high).0;
    }
    if !(below >= 0.0 && above <= 0.0) {
        return Err("not resolved: far from the time that Gaussian data have".into());
    }
    for step in 0..STEPS {
        if high - low < CLOSE {
            break;
        }
        // A chord, and every third time the middle.
        let chord = low + (high - low) * below / (below - above);
        let inside = chord > low && chord < high && step % 3 != 2;
        let middle = if inside { chord } else { 0.5 * (low + high) };
        let here = mean(middle).0;
        if here >= 0.0 {
            (low, below) = (middle, here);
        } else {
            (high, above) = (middle, here);
        }
    }
    let at = 0.5 * (low + high);
    let reach = 0.05;
    let slope = (mean(at + reach).0 - mean(at - reach).0) / (2.0 * reach);
    // |dt/du| = ½/(1 + e^u)
    let stderr = mean(at).1 / slope.abs() * 0.5 / (1.0 + at.exp());
    Ok((time_at_log_snr(at), stderr))
}
