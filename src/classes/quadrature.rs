//! The class posterior on one or two axes, by Gauss-Legendre rules on panels that every class brings
//! along: as wide as it is around its centre, down to where its tail is nothing.
//!
//! The panels are halved until the averages settle; the last change is the error of the coarser rule, and
//! that of the finer one a small part of it. The averages add positive terms, so that small ones keep their digits.

use super::Posterior;
use super::local::{Local, Priors};
use super::panels::EDGES;
use super::reduction::{Axis, Instance};
use crate::numerics::legendre::{Rule, rule};
use crate::numerics::precision::ROUNDING;
use crate::numerics::special::erfc;
use crate::numerics::stop;
use crate::numerics::{Estimate, NumericsError};
use std::f64::consts::FRAC_1_SQRT_2;

/// How well the averages are to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    /// As well as the arithmetic allows on one axis, to [`PLANAR`] on two.
    Fine,
    /// To some five digits.
    Rough,
}

/// Nodes of a panel on one axis and on two, and where five digits are enough.
const NODES: [usize; 2] = [16, 8];
const ROUGH_NODES: usize = 4;

/// Absolute error at which an average over two axes is settled: a tenth of what curves promise.
const PLANAR: f64 = 1e-11;
const ROUGH: f64 = 1e-5;

/// On halving panels, the error of a rule of n nodes falls by 4ⁿ where the integrand is smooth over them,
/// and is squared where a singularity is near: far more than by this factor, once it is this small.
const GAIN: f64 = 0.01;
const CONVERGING: f64 = 1e-6;

/// Nodes times classes after which panels are not halved again: about a second.
const WORK: f64 = 1.5e8;

/// Panels reach up to here, where the density is below the range of numbers, if an average is so small
/// that it may come from there.
const FURTHEST: f64 = 40.0;

/// Class entropy from which the panels reach that far.
const SMALL: f64 = 1e-10;

/// Probability that the nodes may miss by rounding.
const LOST: f64 = 1e-9;

/// log of the weight below which nodes do not count.
const NOTHING: f64 = -48.0;

/// The averages over the nodes: probability, class entropy, 1 − φ, information, and what rounding may
/// have done to the terms.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    mass: f64,
    entropy: f64,
    split: f64,
    information: f64,
    rounding: f64,
}

impl Sums {
    fn values(&self) -> [f64; 3] {
        [self.entropy, self.split, self.information]
    }

    fn join(&mut self, other: &Self) {
        self.mass += other.mass;
        self.entropy += other.entropy;
        self.split += other.split;
        self.information += other.information;
        self.rounding += other.rounding;
    }

    /// What roundings of the logarithms do to the information, in units of them: δ = p/w − 1 moves by
    /// as much, and the information is of the order δ².
    fn drift(&self) -> f64 {
        4.0 * (self.information.sqrt() + self.information)
    }

    /// Adds a node of weight `weight` where log w_k p_k are `logs`; the information if priors are given.
    fn add(&mut self, weight: f64, logs: &[f64], priors: Option<&Priors>) {
        let local = Local::new(logs);
        let term = weight * local.log_density.exp();
        self.mass += term;
        self.entropy += term * local.entropy;
        self.split += term * local.split;
        if let Some(priors) = priors {
            self.information += term * local.information(logs, priors);
        }
        self.rounding += term * local.entropy * local.log_density.abs();
    }
}

/// The posterior of classes on at most two axes.
///
/// # Errors
/// [`NumericsError::NotFinite`] if a density is not.
pub(super) fn posterior(
    instance: &Instance,
    priors: &Priors,
    label_entropy: Estimate,
    aim: Aim,
) -> Result<Posterior, NumericsError> {
    let nothing = Estimate::new(0.0, instance.neglected);
    let (sums, errors, tail) = match &instance.axes[..] {
        [] => {
            let clone: f64 = priors.weights.iter().map(|w| w * w).sum();
            return Ok(Posterior {
                clone: Estimate::rounded(clone).widened(instance.neglected),
                entropy: label_entropy.widened(instance.neglected),
                information: nothing,
            });
        }
        [axis] => {
            let on = |reach: f64| {
                settled(&|pieces, rule| line(axis, priors, reach, pieces, rule), aim, 1)
            };
            let (sums, errors, work) = on(EDGES[EDGES.len() - 1]);
            if sums.entropy < SMALL && aim == Aim::Fine && work.is_finite() {
                let (sums, errors, _) = on(FURTHEST);
                (sums, errors, 0.0)
            } else {
                (sums, errors, erfc(EDGES[EDGES.len() - 1] * FRAC_1_SQRT_2))
            }
        }
        [outer, inner, ..] => {
            let plane = Plane { outer, inner, slopes: &instance.slopes };
            let reach = EDGES[EDGES.len() - 1];
            let (sums, errors, _) =
                settled(&|pieces, rule| plane.sums(priors, reach, pieces, rule), aim, 2);
            (sums, errors, 2.0 * erfc(reach * FRAC_1_SQRT_2) + 1e6 * NOTHING.exp())
        }
    };
    if !sums.mass.is_finite() {
        return Err(NumericsError::NotFinite { what: "class posterior", at: sums.mass });
    }
    let classes = priors.weights.len() as f64;
    // The probability of all nodes is one: what it misses, the averages may miss too.
    let missed = (sums.mass - 1.0).abs();
    let rounding = 4.0 * ROUNDING;
    // … beyond rounding only where a class is too narrow for the grid of numbers around its centre.
    let lost = if missed > LOST { missed * (1.0 + classes.ln()) } else { 0.0 };
    let bound = |value: f64, error: f64, extra: f64| {
        let own = error + lost + value * (missed + rounding * classes) + rounding * extra;
        let tail = tail * (1.0 + classes.ln());
        Estimate::new(value, own + tail + instance.neglected + f64::MIN_POSITIVE)
    };
    let entropy = bound(sums.entropy, errors[0], sums.rounding);
    let split = bound(sums.split, errors[1], sums.rounding);
    // δ = p/w − 1 is known to a rounding of the logarithms, and the information is of the order δ².
    let information = match instance.axes.len() {
        1 => bound(sums.information, errors[2], sums.drift()),
        _ => (label_entropy - entropy).clamp(0.0, f64::INFINITY),
    };
    Ok(Posterior { clone: (1.0 - split).clamp(0.0, 1.0), entropy, information })
}

/// Halves panels until the averages settle: the averages, their last changes, and the work done.
fn settled(
    sums: &dyn Fn(usize, &Rule) -> (Sums, f64),
    aim: Aim,
    axes: usize,
) -> (Sums, [f64; 3], f64) {
    let rule = rule(if aim == Aim::Fine { NODES[axes - 1] } else { ROUGH_NODES });
    let (mut last, _) = sums(1, rule);
    let mut pieces = 1;
    loop {
        pieces *= 2;
        let (now, work) = sums(pieces, rule);
        let (a, b) = (last.values(), now.values());
        let changes = [0, 1, 2].map(|i| (a[i] - b[i]).abs());
        let settling = |x: f64| aim == Aim::Fine && x < CONVERGING;
        let errors = changes.map(|x| if settling(x) { GAIN * x } else { x });
        let enough = |i: usize| match (aim, axes) {
            (Aim::Rough, _) => changes[i] <= ROUGH,
            (Aim::Fine, 1) => {
                let noise = if i == 2 { now.drift() } else { now.rounding };
                changes[i] <= ROUNDING * (64.0 * b[i] + 4.0 * noise) + f64::MIN_POSITIVE
            }
            (Aim::Fine, _) => errors[i] <= PLANAR,
        };
        let done = (0..3).all(enough) || !now.mass.is_finite();
        if done || work * 2f64.powi(axes as i32) > WORK {
            return (now, errors, work);
        }
        last = now;
    }
}

/// All classes where they are.
fn unmoved(classes: usize) -> Vec<(usize, f64)> {
    (0..classes).map(|k| (k, 0.0)).collect()
}

fn line(axis: &Axis, priors: &Priors, reach: f64, pieces: usize, rule: &Rule) -> (Sums, f64) {
    stop::point();
    let mut logs = vec![0.0; priors.weights.len()];
    let volumes = axis.log_variances();
    let mut sums = Sums::default();
    let nodes = axis.nodes(&unmoved(logs.len()), reach, pieces, rule);
    for &(x, weight) in &nodes {
        for (k, log) in logs.iter_mut().enumerate() {
            *log = priors.logs[k] + axis.log_density(k, x, 0.0, &volumes);
        }
        sums.add(weight, &logs, Some(priors));
    }
    (sums, nodes.len() as f64 * logs.len() as f64)
}

/// Two axes.
struct Plane<'a> {
    outer: &'a Axis,
    inner: &'a Axis,
    /// How the means on the inner axis move with the outer one, if they do.
    slopes: &'a [f64],
}

impl Plane<'_> {
    fn sums(&self, priors: &Priors, reach: f64, pieces: usize, rule: &Rule) -> (Sums, f64) {
        let classes = priors.weights.len();
        let volumes = [self.outer.log_variances(), self.inner.log_variances()];
        let volumes = &volumes;
        let outer = self.outer_nodes(classes, reach, pieces, rule);
        let tabulated = |places: &[(usize, f64)], near: &[(usize, f64)]| {
            let nodes = self.inner.nodes(near, reach, pieces, rule);
            let mut table = Vec::with_capacity(nodes.len() * classes);
            for &(y, _) in &nodes {
                let log = |&(k, shift)| self.inner.log_density(k, y, shift, &volumes[1]);
                table.extend(places.iter().map(log));
            }
            (nodes, table)
        };
        let fixed = self.slopes.is_empty().then(|| tabulated(&unmoved(classes), &unmoved(classes)));
        let (mut sums, mut work) = (Sums::default(), 0.0);
        let (mut logs, mut across) = (vec![0.0; classes], vec![0.0; classes]);
        for (x, weight) in outer {
            for (k, log) in across.iter_mut().enumerate() {
                *log = priors.logs[k] + self.outer.log_density(k, x, 0.0, &volumes[0]);
            }
            let moved;
            let (nodes, table) = match &fixed {
                Some(fixed) => fixed,
                None => {
                    let place = |k: usize| (k, self.slopes[k] * (x - self.outer.means[k]));
                    let places: Vec<(usize, f64)> = (0..classes).map(place).collect();
                    // Classes that are nothing in this row need no panels in it.
                    let mut near = places.clone();
                    near.retain(|&(k, _)| across[k] + weight.ln() > NOTHING);
                    moved = tabulated(&places, &near);
                    &moved
                }
            };
            // Row by row, so that rounding does not grow with the number of nodes.
            let mut row_sums = Sums::default();
            for (&(_, inner_weight), row) in nodes.iter().zip(table.chunks(classes)) {
                let mut top = f64::NEG_INFINITY;
                for ((log, a), b) in logs.iter_mut().zip(&across).zip(row) {
                    *log = a + b;
                    top = top.max(*log);
                }
                let weight = weight * inner_weight;
                if top + weight.ln() > NOTHING {
                    row_sums.add(weight, &logs, None);
                }
            }
            sums.join(&row_sums);
            work += (nodes.len() * classes) as f64;
        }
        (sums, work)
    }

    /// Nodes on the outer axis, with panels around the places where the ridges of two classes cross.
    fn outer_nodes(
        &self,
        classes: usize,
        reach: f64,
        pieces: usize,
        rule: &Rule,
    ) -> Vec<(f64, f64)> {
        stop::point();
        let mut edges = self.outer.edges(&unmoved(classes), reach, pieces);
        let (low, high) = (edges[0], edges[edges.len() - 1]);
        let count = self.slopes.len();
        for j in 0..count {
            for k in 0..j {
                let turn = self.slopes[j] - self.slopes[k];
                let height = |k: usize| self.inner.means[k] - self.slopes[k] * self.outer.means[k];
                let x = (height(k) - height(j)) / turn;
                let widths = self.inner.variances[j].sqrt() + self.inner.variances[k].sqrt();
                let width = (widths / turn).abs();
                let step = 2.0 / pieces as f64;
                let near = (-3 * pieces as i32..=3 * pieces as i32)
                    .map(|p| x + f64::from(p) * step * width);
                edges.extend(near.filter(|x| x.is_finite() && *x > low && *x < high));
            }
        }
        edges.sort_by(f64::total_cmp);
        let mut nodes = Vec::new();
        for panel in edges.windows(2).filter(|w| w[0] < w[1]) {
            rule.on(panel[0], panel[1], |x, w| nodes.push((x, w)));
        }
        nodes
    }
}
