//! A network of random features that learns the score at one time: everything that fixes its losses.

use super::bands::Bands;
use super::coefficients::Coefficients;
use super::ensemble::Ensemble;
use super::population::Population;
use super::scan::Depth;
use crate::answer::Answer;
use crate::numerics::{Estimate, NumericsError};

/// The relative change of a coefficient by which its effect on a result is found.
const NUDGE: f64 = 1e-5;

/// Activation and data in the limit of large dimension, and how many samples, features and noise draws there are.
#[derive(Clone, Debug)]
pub struct Learner {
    /// What the activation makes of the data.
    pub coefficients: Coefficients,
    /// Spectrum of the data's covariance.
    pub population: Population,
    /// n/d.
    pub psi_n: f64,
    /// p/d.
    pub psi_p: f64,
    /// Noise draws a sample; infinite for the exact average.
    pub draws: f64,
    /// The ensemble of its features.
    pub ensemble: Ensemble,
}

impl Learner {
    /// A learner at ratios n/d and p/d, with a number of noise draws a sample that may be infinite.
    pub fn new(
        coefficients: Coefficients,
        population: Population,
        psi_n: f64,
        psi_p: f64,
        draws: f64,
    ) -> Self {
        let ensemble = Ensemble::new(&coefficients, &population, psi_n, psi_p, draws);
        Self { coefficients, population, psi_n, psi_p, draws, ensemble }
    }

    /// Whether the features say nothing of the noise on average: a = E φ′ = 0.
    pub fn is_deaf(&self) -> bool {
        self.ensemble.a2 == 0.0
    }

    /// c_j = e^{−2t} σ_j/Γ_j²: the loss that the population score leaves along an eigenvalue.
    pub fn left(&self, sigma: f64) -> f64 {
        let gain2 = self.coefficients.gain2_of(sigma);
        (gain2 - self.coefficients.delta) / gain2
    }

    /// The Bayes loss L* = ⟨e^{−2t}σ/Γ_j²⟩ of Gaussian data.
    pub fn bayes(&self) -> Estimate {
        let c = &self.coefficients;
        let decay = (-2.0 * c.t).exp();
        let value = self.population.mean(|s| decay * s / c.gain2_of(s));
        Estimate::new(value, 16.0 * f64::EPSILON * value)
    }

    /// κ = 2Δ/ψ_p.
    pub fn rate(&self) -> f64 {
        self.ensemble.rate()
    }

    /// The time in which an amplitude along the eigenvalue λ falls by e.
    pub fn mode_time(&self, eigenvalue: f64) -> f64 {
        1.0 / (self.rate() * eigenvalue)
    }

    /// The ensembles with one coefficient larger by a little, each with by how much, and by how much at most that
    /// coefficient is off, relatively.
    pub(super) fn nudged(&self) -> impl Iterator<Item = (Ensemble, f64, f64)> + '_ {
        let c = &self.coefficients;
        let all = [c.a, c.v2, c.s2];
        let off = |e: Estimate| if e.value == 0.0 { 0.0 } else { (e.error / e.value).abs() };
        (0..3).filter(move |k| off(all[*k]) > 0.0).map(move |k| {
            let mut values = all.map(|e| e.value);
            values[k] *= 1.0 + NUDGE;
            let ensemble = Ensemble::of_values(
                values,
                c,
                &self.population,
                [self.psi_n, self.psi_p, self.draws],
            );
            (ensemble, NUDGE, off(all[k]))
        })
    }

    /// The bands of the features' covariance.
    ///
    /// # Errors
    /// Numerics that do not settle.
    pub fn bands(&self) -> Result<Bands, NumericsError> {
        Ok(self.widened(Bands::new(&self.ensemble)?))
    }

    fn widened(&self, mut bands: Bands) -> Bands {
        for (changed, relative, known_to) in self.nudged() {
            bands.widen(&changed, relative, known_to);
        }
        bands
    }

    /// min(n, d, p)/p, the share of the eigenvalues that are the population's modes.
    fn population_share(&self) -> f64 {
        let rows = if self.draws.is_finite() { self.psi_n * self.draws } else { self.psi_n };
        rows.min(self.psi_p).min(1.0) / self.psi_p
    }

    /// The bands from those of the population's modes up; all of them where these have none of their own.
    ///
    /// # Errors
    /// Numerics that do not settle.
    pub fn population_bands(&self) -> Result<Bands, NumericsError> {
        let share = self.population_share();
        let bands = Bands::down_to(&self.ensemble, Depth::Share(share))?;
        if bands.edge_above(share).is_some() { Ok(self.widened(bands)) } else { self.bands() }
    }

    /// τ_gen: the time of the lowest of the population's modes, min(n, d, p) eigenvalues at the top, where they have
    /// bands of their own.
    pub fn generalisation_time(&self, bands: &Bands) -> Answer {
        match bands.edge_above(self.population_share()) {
            Some(edge) => Answer::Value(1.0 / (edge * Estimate::rounded(self.rate()))),
            None => Answer::absent(
                "no separate band of the population: only the limit of many samples and features is defined (tau_gen_limit)",
            ),
        }
    }
}
