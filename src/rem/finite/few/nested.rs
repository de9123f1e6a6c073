//! Nested rules that double until they have settled.

use std::f64::consts::PI;

/// Times the change that is expected next, where the last two changes tell how fast they fall.
const CAREFUL: f64 = 10.0;

/// Part of the change before last below which a change counts as small by chance.
const CHANCE: f64 = 1e-6;

/// Weights of Clenshaw and Curtis at cos(πk/`count`), k = 0 … `count`, which must be even.
pub(super) fn clenshaw_curtis(count: usize) -> Vec<f64> {
    let n = count as f64;
    (0..=count)
        .map(|k| {
            let end = if k == 0 || k == count { 1.0 } else { 2.0 };
            let sum: f64 = (1..=count / 2)
                .map(|j| {
                    let b = if 2 * j == count { 1.0 } else { 2.0 };
                    // The angle by whole multiples of π/n, which loses no digits.
                    let angle = PI * ((2 * j * k) % (2 * count)) as f64 / n;
                    b * angle.cos() / (4.0 * (j * j) as f64 - 1.0)
                })
                .sum();
            end / n * (1.0 - sum)
        })
        .collect()
}

/// What the last of a sequence of rules, each with twice the points of the one before, may miss.
///
/// A rule whose error falls exponentially squares it at every doubling; at worst the next change is
/// to the last one what that was to the one before.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Settling {
    last: Option<f64>,
    change: Option<f64>,
}

impl Settling {
    /// Takes the next value and says how far from the truth it may be.
    pub(super) fn next(&mut self, value: f64) -> f64 {
        let Some(last) = self.last.replace(value) else { return f64::INFINITY };
        let change = (value - last).abs();
        match self.change.replace(change) {
            None => change,
            Some(before) if before > 0.0 => {
                (change * (CAREFUL * change / before).min(1.0)).max(CHANCE * before)
            }
            Some(_) => change,
        }
    }
}
