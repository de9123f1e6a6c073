//! Sums over the panels of one law: the means themselves, and where they are certain.

use super::combine::add_combination;
use super::panel::{Grid, POWERS, Panel, series};
use crate::rem::finite::mellin::Kernel;

/// What a law has on the panels so far, to know where samples certainly hit.
pub(super) struct Hits {
    /// Weight on each panel from the first of the law on.
    pub(super) masses: Vec<f64>,
    /// Panels that are saturated, and the weight on them.
    saturated: (usize, f64),
    first: usize,
}

impl Hits {
    /// Of a law that starts on the panel `first`.
    pub(super) fn from(first: usize) -> Self {
        Self { masses: Vec::new(), saturated: (0, 0.0), first }
    }

    /// The weight on panels that are saturated at the point `before`, which ascends.
    pub(super) fn at(&mut self, before: usize, panels: &[Panel]) -> f64 {
        let (count, mass) = &mut self.saturated;
        while let (Some(next), Some(panel)) =
            (self.masses.get(*count), panels.get(self.first + *count))
        {
            if panel.saturated > before {
                break;
            }
            *mass += next;
            *count += 1;
        }
        *mass
    }
}

/// Means in the making.
pub(super) struct Sums {
    means: Vec<f64>,
    /// What saturates is added once, at the point from which it does.
    jumps: Vec<f64>,
    /// So are the sums of powers of ζ, at the point down from which the series holds.
    growths: Vec<[f64; POWERS]>,
}

impl Sums {
    /// Of so many kernels at `count` points.
    pub(super) fn new(count: usize, kernels: usize) -> Self {
        Self {
            means: vec![0.0; count * kernels],
            jumps: vec![0.0; count + 1],
            growths: vec![[0.0; POWERS]; count],
        }
    }

    /// What a law has on one panel.
    pub(super) fn add(&mut self, panel: &Panel, weights: &[f64], count: usize) {
        let &Panel { first, saturated, ref values, .. } = panel;
        let length = saturated - first;
        let kernels = self.means.len() / count.max(1);
        for (k, means) in self.means.chunks_exact_mut(count.max(1)).enumerate() {
            add_combination(&mut means[first..saturated], weights, |node| {
                &values[(node * kernels + k) * length..][..length]
            });
        }
        self.jumps[saturated] += weights.iter().sum::<f64>();
        if let Some(growth) = first.checked_sub(1).and_then(|below| self.growths.get_mut(below)) {
            for (&weight, powers) in weights.iter().zip(&panel.powers) {
                for (sum, power) in growth.iter_mut().zip(powers) {
                    *sum += weight * power;
                }
            }
        }
    }

    /// The means, with what the points between saturation and the series left out.
    pub(super) fn finished(mut self, kernels: &[Kernel], grid: Grid) -> Vec<f64> {
        let count = grid.count;
        let decay = (-grid.step).exp();
        for (&kernel, means) in kernels.iter().zip(self.means.chunks_exact_mut(count.max(1))) {
            let series = series(kernel);
            let mut powers = [0.0; POWERS];
            for (mean, growth) in means.iter_mut().zip(&self.growths).rev() {
                let mut factor = 1.0;
                for ((power, growth), coefficient) in powers.iter_mut().zip(growth).zip(series) {
                    factor *= decay;
                    *power = *power * factor + growth;
                    *mean += coefficient * *power;
                }
            }
            if matches!(kernel, Kernel::Hit | Kernel::HitSquare) {
                let mut jumped = 0.0;
                for (mean, jump) in means.iter_mut().zip(&self.jumps) {
                    jumped += jump;
                    *mean += jumped;
                }
            }
        }
        self.means
    }
}
