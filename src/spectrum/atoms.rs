//! Spectra with finitely many distinct eigenvalues.

use crate::numerics::Estimate;
use crate::process::Noise;

/// Eigenvalues with the fractions of the dimensions that they hold; the fractions add to one.
#[derive(Clone, Debug)]
pub struct Atoms {
    atoms: Vec<(Estimate, f64)>,
}

impl Atoms {
    /// Distinct eigenvalues with their fractions.
    pub fn new(atoms: Vec<(Estimate, f64)>) -> Self {
        Self { atoms }
    }

    /// A single eigenvalue.
    pub fn isotropic(variance: f64) -> Self {
        Self { atoms: vec![(Estimate::exact(variance), 1.0)] }
    }

    /// Equal fractions of the given eigenvalues; repeated ones are joined.
    pub fn equally_weighted(eigenvalues: &[f64], error: f64) -> Self {
        let mut sorted = eigenvalues.to_vec();
        sorted.sort_by(|a, b| b.total_cmp(a));
        let mut counts: Vec<(f64, f64)> = Vec::new();
        for value in sorted {
            match counts.last_mut() {
                Some((last, count)) if *last == value => *count += 1.0,
                _ => counts.push((value, 1.0)),
            }
        }
        let total = eigenvalues.len() as f64;
        let atom = |(value, count)| (Estimate::new(value, error), count / total);
        Self { atoms: counts.into_iter().map(atom).collect() }
    }

    /// The eigenvalues and their fractions, as given.
    pub fn atoms(&self) -> &[(Estimate, f64)] {
        &self.atoms
    }

    /// Largest eigenvalue.
    pub fn top(&self) -> Estimate {
        let start = Estimate::exact(0.0);
        self.atoms.iter().fold(start, |top, (v, _)| if v.value > top.value { *v } else { top })
    }

    /// Mean eigenvalue.
    pub fn mean(&self) -> Estimate {
        self.average(|v| v)
    }

    /// Σ f_i ½ log(1 + λ_i/τ).
    pub fn information(&self, noise: Noise) -> Estimate {
        let tau = Estimate::rounded(noise.tau());
        self.average(|v| if v.value == 0.0 { v } else { (v / tau).ln_1p() * 0.5 })
    }

    /// Σ f_i λ_i τ/(τ + λ_i).
    pub fn mmse(&self, noise: Noise) -> Estimate {
        let tau = Estimate::rounded(noise.tau());
        self.average(|v| {
            // λτ/(τ + λ), which is λ for pure noise.
            if v.value == 0.0 || noise.tau() == f64::INFINITY { v } else { v * tau / (tau + v) }
        })
    }

    fn average(&self, f: impl Fn(Estimate) -> Estimate) -> Estimate {
        if let [(v, _)] = self.atoms[..] {
            return f(v);
        }
        self.atoms.iter().map(|&(v, fraction)| f(v) * Estimate::rounded(fraction)).sum()
    }
}
