//! The average over y: its distance ρ from the own centre, and the angle from the line of the centres.

use super::nested::{Settling, clenshaw_curtis};
use crate::numerics::{Estimate, NumericsError, panels};
use crate::rem::finite::average::Geometry;
use crate::rem::finite::profile::Integral;
use rayon::prelude::*;
use std::f64::consts::PI;

/// Intervals of the rules in ρ and in the angle at first, and doublings in ρ at most.
const FIRST: usize = 16;
const FIRST_ANGLES: usize = 8;
const DOUBLINGS: usize = 7;

/// Times the first intervals in the angle after which a rule that has not settled gives way to panels.
const STEEP: usize = 16;

/// Part of a tolerance to which panels are asked to go: their own bounds are generous.
const PANELS: f64 = 0.5;

/// Part of the tolerance that the average over the angle may miss, and the one over ρ.
const SHARES: (f64, f64) = (0.02, 0.3);

/// Widths of the samples from a step or a centre at which panels end.
const CUTS: [f64; 5] = [1.0, 3.0, 8.0, 20.0, 100.0];

/// Weight relative to the largest below which points are taken as if they had this weight.
const LIGHT: f64 = 1e-12;

/// Something whose mean over y is wanted.
pub(super) trait Averaged: Sync {
    /// What all points at one ρ share.
    type Place;

    /// At a distance ρ from the own centre.
    fn place(&self, rho: f64) -> Self::Place;

    /// True where the value is a step, of the width of the samples, at the middle between the centres.
    fn is_step(&self) -> bool {
        false
    }

    /// The value, with the place of the other centre, none if there is no other class.
    fn value(&self, place: &Self::Place, other: Option<Other>) -> f64;
}

/// Where the other centre is.
#[derive(Clone, Copy)]
pub(super) struct Other {
    /// Its distance ρ′ from y.
    pub(super) rho: f64,
    /// ρ′ − ρ, to its own digits.
    pub(super) further: f64,
}

/// The average and how far it goes.
pub(super) struct Outer<'a> {
    pub(super) geometry: &'a Geometry,
    /// False where the other class is too far to matter.
    pub(super) two: bool,
    pub(super) tolerance: f64,
    /// −log of the density of ρ, relative to its maximum, beyond which nothing counts.
    pub(super) depth: f64,
}

/// Values at the points between the old ones, put among them.
fn merged<T>(old: Vec<T>, new: Vec<T>) -> Vec<T> {
    let mut all = Vec::with_capacity(old.len() + new.len());
    let mut new = new.into_iter();
    for value in old {
        all.push(value);
        all.extend(new.next());
    }
    all
}

/// A mean, from an integral over panels and that of the weight.
fn over_total(sum: Result<Estimate, NumericsError>, total: f64) -> Integral {
    match sum {
        Ok(sum) => Integral { value: sum.value / total, error: sum.error / total },
        Err(NumericsError::ToleranceMissed { value, error, .. }) => {
            Integral { value: value / total, error: error / total }
        }
        Err(_) => Integral { value: f64::NAN, error: f64::NAN },
    }
}

/// cos(πk/count) at the points that a rule has beyond the one with half as many.
fn cosines(count: usize, all: bool) -> Vec<f64> {
    let step = if all { 1 } else { 2 };
    (if all { 0 } else { 1 }..=count)
        .step_by(step)
        .map(|k| (PI * k as f64 / count as f64).cos())
        .collect()
}

impl Outer<'_> {
    /// log density of ρ relative to its maximum.
    fn log_weight(&self, rho: f64) -> f64 {
        let power = self.geometry.d - 1.0;
        let mode = power.sqrt();
        let growth = if power > 0.0 { power * (rho / mode).ln() } else { 0.0 };
        growth - 0.5 * (rho * rho - power)
    }

    /// Between these ρ the density is not negligible.
    pub(super) fn range(&self) -> (f64, f64) {
        let mode = (self.geometry.d - 1.0).sqrt();
        let fallen = |mut inside: f64, mut outside: f64| {
            for _ in 0..60 {
                let middle = 0.5 * (inside + outside);
                if self.log_weight(middle) > -self.depth {
                    inside = middle;
                } else {
                    outside = middle;
                }
            }
            outside
        };
        (fallen(mode, 0.0), fallen(mode, mode + (2.0 * self.depth).sqrt() + 1.0))
    }

    /// The mean over ρ, by the rules of Clenshaw and Curtis, which are nested.
    pub(super) fn mean(&self, of: &impl Averaged) -> Integral {
        let (low, high) = self.range();
        if self.two && self.geometry.d == 1.0 && of.is_step() {
            // On a line no angle smooths the step.
            return self.over_the_step(of, low, high);
        }
        let mut count = FIRST;
        let mut values: Vec<(f64, Integral)> = Vec::new();
        let mut settling = Settling::default();
        loop {
            let at = |cos: &f64| {
                let rho = 0.5 * (low + high) + 0.5 * (high - low) * cos;
                let weight = self.log_weight(rho).exp();
                (weight, self.over_angle(of, rho, weight))
            };
            let new = cosines(count, values.is_empty()).par_iter().map(at).collect();
            values = if values.is_empty() { new } else { merged(values, new) };
            let (mut total, mut value, mut error) = (0.0, 0.0, 0.0);
            for ((weight, y), rule) in values.iter().zip(clenshaw_curtis(count)) {
                // An infinite ρ-weight cannot be; a weight of zero takes no value with it.
                if *weight > 0.0 {
                    total += rule * weight;
                    value += rule * weight * y.value;
                    error += rule * weight * y.error;
                }
            }
            let value = value / total;
            let missed = settling.next(value);
            let enough = SHARES.1 * self.tolerance * (1.0 + value.abs());
            if value.is_nan() || missed <= enough || count >= FIRST << DOUBLINGS {
                return Integral { value, error: missed + error / total };
            }
            count *= 2;
        }
    }

    /// The same by panels that are cut around the step at ρ = M and where a centre is passed.
    fn over_the_step(&self, of: &impl Averaged, low: f64, high: f64) -> Integral {
        let Geometry { kappa, separation, .. } = *self.geometry;
        let width = kappa.sqrt();
        let around = |centre: f64| {
            CUTS.into_iter().flat_map(move |k| [centre - k * width, centre + k * width])
        };
        let mut ends = vec![low, high, separation];
        ends.extend(around(separation).chain(around(2.0 * separation)).chain(around(0.0)));
        ends.retain(|x| (low..=high).contains(x));
        ends.sort_by(f64::total_cmp);
        ends.dedup();
        let density = |rho: f64| self.log_weight(rho).exp();
        let mean = |rho: f64| {
            let weight = density(rho);
            if weight > 0.0 { weight * self.over_angle(of, rho, weight).value } else { 0.0 }
        };
        let total = match panels::integrate("weight of the distance", density, &ends, 1e-14) {
            Ok(total) => total.value,
            Err(_) => f64::NAN,
        };
        over_total(
            panels::integrate("distance", mean, &ends, PANELS * self.tolerance * total),
            total,
        )
    }

    /// The mean over the angle at one ρ; `weight` says how much it counts.
    fn over_angle(&self, of: &impl Averaged, rho: f64, weight: f64) -> Integral {
        let Geometry { d, separation, .. } = *self.geometry;
        let place = of.place(rho);
        if !self.two {
            return Integral { value: of.value(&place, None), error: 0.0 };
        }
        let at = |cos: f64| {
            // |y + 2m|, without cancellation where y is near −2m.
            let apart = rho - 2.0 * separation;
            let square = apart * apart + 4.0 * rho * separation * (1.0 + cos);
            let far = square.sqrt();
            let further = 4.0 * separation * (separation + rho * cos) / (far + rho);
            of.value(&place, Some(Other { rho: far, further }))
        };
        if d == 1.0 {
            return Integral { value: 0.5 * (at(1.0) + at(-1.0)), error: 0.0 };
        }
        // The weight has the width 1/√d.
        let first = FIRST_ANGLES * ((0.25 * d.sqrt()).ceil() as usize).next_power_of_two();
        let mut count = first;
        let mut values: Vec<f64> = Vec::new();
        let mut settling = Settling::default();
        let goal = SHARES.0 * self.tolerance / weight.clamp(LIGHT, 1.0);
        loop {
            let new = cosines(count, values.is_empty()).into_iter().map(at).collect();
            values = if values.is_empty() { new } else { merged(values, new) };
            let value = self.mean_over_angle(&values);
            let missed = settling.next(value);
            let enough = goal * (1.0 + value.abs());
            if value.is_nan() || missed <= enough {
                return Integral { value, error: missed };
            }
            if count >= STEEP * first {
                return self.over_panels(at, PANELS * enough);
            }
            count *= 2;
        }
    }

    /// The same where the classes are told apart over a small part of the angle: around cos θ = −M/ρ.
    fn over_panels(&self, at: impl Fn(f64) -> f64, tolerance: f64) -> Integral {
        let power = self.geometry.d as i32 - 2;
        let density = |theta: f64| theta.sin().powi(power);
        // ∫ sin^{d−2}θ dθ, by the same rule.
        let whole = panels::integrate("weight of the angle", density, &[0.0, 0.5 * PI, PI], 1e-14);
        let weighted = |theta: f64| density(theta) * at(theta.cos());
        let ends: Vec<f64> = (0..=8).map(|k| PI * f64::from(k) / 8.0).collect();
        let total = match &whole {
            Ok(whole) => whole.value,
            Err(_) => f64::NAN,
        };
        over_total(panels::integrate("angle", weighted, &ends, tolerance * total), total)
    }

    /// The mean with weight sin^{d−2}θ of values at θ = πk/N: for even d the weight is a trigonometric
    /// polynomial, for odd d one in cos θ, less sin θ dθ.
    fn mean_over_angle(&self, values: &[f64]) -> f64 {
        let d = self.geometry.d as i32;
        let count = values.len() - 1;
        let even = d % 2 == 0;
        let curtis = if even { Vec::new() } else { clenshaw_curtis(count) };
        let (mut total, mut sum) = (0.0, 0.0);
        for (k, value) in values.iter().enumerate() {
            let sin = (PI * k as f64 / count as f64).sin();
            let end = if k == 0 || k == count { 0.5 } else { 1.0 };
            let weight = if even { end * sin.powi(d - 2) } else { curtis[k] * sin.powi(d - 3) };
            total += weight;
            sum += weight * value;
        }
        sum / total
    }
}
