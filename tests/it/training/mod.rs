//! The score that random features learn: coefficients, spectrum, losses, times; each by two routes.

mod coefficients;
mod extremes;
mod finite;
mod linear;
mod losses;
mod spectrum;
mod times;

use regimes::symbolic::activation;
use regimes::training::{Coefficients, Learner, Population};

/// A learner in the words of the command line.
pub fn learner(phi: &str, t: f64, [psi_n, psi_p]: [f64; 2], spectrum: &str, draws: f64) -> Learner {
    let population = Population::read(spectrum).unwrap();
    let phi = activation(phi).unwrap();
    let coefficients = Coefficients::new(&phi, t, population.trace()).unwrap();
    Learner::new(coefficients, population, psi_n, psi_p, draws)
}

/// Uniform numbers on (0, 1) for random parameters.
pub struct Uniform(u64);

impl Uniform {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[(self.next() * list.len() as f64) as usize]
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        (low.ln() + (high / low).ln() * self.next()).exp()
    }
}

/// A learner of random parameters.
pub fn any(u: &mut Uniform) -> Learner {
    let phi = u.of(&["tanh", "relu", "erf", "gelu", "sign"]);
    let spectrum = u.of(&["1:1", "0.5:0.5;0.5:1.5", "0.9:0.1;0.1:20", "0.3:0;0.7:1"]);
    let (t, ratios) = (u.between(1e-3, 2.0), [u.between(0.1, 300.0), u.between(0.1, 300.0)]);
    learner(phi, t, ratios, spectrum, u.of(&[f64::INFINITY, f64::INFINITY, 1.0, 3.0]))
}
