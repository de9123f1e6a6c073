//! How likely a draw from the posterior of a point of class k is of class k again, for three or more
//! classes that differ on one axis.

use super::local::{Local, Priors};
use super::panels::EDGES;
use super::reduction::Axis;
use crate::numerics::Estimate;
use crate::numerics::legendre::rule;
use crate::numerics::precision::ROUNDING;
use crate::numerics::special::erfc;
use std::f64::consts::FRAC_1_SQRT_2;

/// Nodes of a panel; how often panels are halved at most.
const NODES: usize = 16;
const HALVINGS: u32 = 8;

/// E[P(k|x) | k] = E[P(k|x)²]/w_k, by Gauss-Legendre panels halved until it settles.
pub(super) fn on_line(axis: &Axis, priors: &Priors, k: usize, neglected: f64) -> Estimate {
    let reach = EDGES[EDGES.len() - 1];
    let volumes = axis.log_variances();
    let count = priors.weights.len();
    let places: Vec<(usize, f64)> = (0..count).map(|j| (j, 0.0)).collect();
    let mean = |pieces: usize| {
        let mut logs = vec![0.0; count];
        axis.nodes(&places, reach, pieces, rule(NODES))
            .into_iter()
            .map(|(x, weight)| {
                for (j, log) in logs.iter_mut().enumerate() {
                    *log = priors.logs[j] + axis.log_density(j, x, 0.0, &volumes);
                }
                let own = logs[k] - Local::new(&logs).log_density;
                weight * (logs[k] - priors.logs[k] + own).exp()
            })
            .sum::<f64>()
    };
    let (mut pieces, mut last) = (2, mean(1));
    for _ in 0..HALVINGS {
        let now = mean(pieces);
        let change = (now - last).abs();
        (pieces, last) = (2 * pieces, now);
        if change <= 8.0 * ROUNDING {
            let tail = erfc(reach * FRAC_1_SQRT_2);
            return Estimate::new(now, change + tail + neglected + 64.0 * ROUNDING);
        }
    }
    Estimate::new(last, (mean(pieces) - last).abs() + neglected + 64.0 * ROUNDING)
}
