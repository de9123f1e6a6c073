//! A score learned by random features: drawn, trained by diagonalisation, tested.
//!
//! One block is one draw of weights and samples. Gradient flow acts on every eigenvector of the features'
//! covariance U by itself: after a time τ, B = −Δ^{−1/2} Vᵀ g(U), g(λ) = (1 − e^{−κτλ})/λ. Nothing of the theory of
//! large dimension enters, but that equivalent features are drawn with the activation's coefficients.

use super::averaged::{Seen, averaged};
use super::samples::Samples;
use crate::error::Result;
use crate::numerics::random::{Purpose, Seed};
use crate::numerics::{NumericsError, spectra};
use crate::symbolic::Activation;
use crate::training::{Coefficients, Population, Training};
use nalgebra::DMatrix;

/// Eigenvalues below this share of the largest are zero: those modes are never learned.
const ZERO: f64 = 1e-12;

/// How a drawn network is trained.
#[derive(Clone, Copy, Debug)]
pub(super) enum Trained {
    /// Gradient flow, or with a ridge.
    By(Training),
    /// Plain full-batch gradient descent: so many steps, each worth a time of the flow.
    Descent { step: f64, count: f64 },
}

/// What is drawn.
pub(super) struct Drawn {
    pub(super) phi: Activation,
    /// Whether features are φ of their input, or the Gaussian ones equivalent to them.
    pub(super) is_true: bool,
    pub(super) coefficients: Coefficients,
    pub(super) population: Population,
    pub(super) d: usize,
    pub(super) n: usize,
    pub(super) p: usize,
    /// Noise draws a sample; none for the exact average over the noise.
    pub(super) draws: Option<usize>,
    /// Fresh samples on which true features are tested.
    pub(super) fresh: usize,
    /// Where samples come from that are not Gaussian of the spectrum.
    pub(super) samples: Option<Samples>,
}

/// The loss on new samples as a function of the modes' gains.
type Tested<'m> = Box<dyn Fn(&[f64]) -> f64 + 'm>;

impl Drawn {
    /// Train and test loss of one block after each training.
    pub(super) fn block(
        &self,
        seed: Seed,
        block: u64,
        trainings: &[Trained],
    ) -> Result<Vec<[f64; 2]>> {
        let y = normals(seed, Purpose::Frame, block, 0, self.p, self.d) / (self.d as f64).sqrt();
        let [train, fresh] = self.signals(seed, block)?;
        let seen = self.seen(seed, block, &y, &train);
        let modes = Modes::of(seen)?;
        let delta = self.coefficients.delta;
        let rate = 2.0 * delta * self.d as f64 / self.p as f64;
        let gains = |training: &Trained| modes.gains(*training, rate);
        let test = self.tested(seed, block, &y, &modes, fresh);
        Ok(trainings
            .iter()
            .map(|training| {
                let gains = gains(training);
                [modes.train(&gains, self.d), test(&gains)]
            })
            .collect())
    }

    /// e^{−t} a of the training samples and, where they are needed, of fresh ones, a column each.
    fn signals(&self, seed: Seed, block: u64) -> Result<[DMatrix<f64>; 2]> {
        if let Some(samples) = &self.samples {
            let drawn = samples.drawn(seed, block, [self.n, self.fresh])?;
            return Ok(drawn.map(|all| all * (-self.coefficients.t).exp()));
        }
        Ok([
            self.signal(seed, Purpose::Samples, block, self.n),
            self.signal(seed, Purpose::Dynamics, block, self.fresh),
        ])
    }

    /// The features of the training samples.
    fn seen(&self, seed: Seed, block: u64, y: &DMatrix<f64>, signal: &DMatrix<f64>) -> Seen {
        let c = &self.coefficients;
        let [a, b, v, s] = [c.a.value, c.b.value, c.v2.value.sqrt(), c.s2.value.sqrt()];
        let clean = y * signal;
        if self.is_true && self.draws.is_none() {
            return averaged(&self.phi, y, &clean, c.delta);
        }
        let omega = normals(seed, Purpose::Samples, block, 1, self.p, self.n);
        let kept = &clean * a + &omega * v;
        let Some(draws) = self.draws else {
            let mut z = DMatrix::zeros(self.p, self.n + self.d);
            z.columns_mut(0, self.n).copy_from(&(kept / (self.n as f64).sqrt()));
            z.columns_mut(self.n, self.d).copy_from(&(y * b));
            return Seen::Factor { z, floor: s * s, v: y * b };
        };
        let rows = (self.n * draws) as f64;
        let mut z = DMatrix::zeros(self.p, self.n * draws);
        let mut v_matrix = DMatrix::zeros(self.p, self.d);
        for k in 0..draws {
            let noise = normals(seed, Purpose::Points, block, 2 * k as u64, self.d, self.n);
            let features = if self.is_true {
                self.through(&clean + y * &noise * c.delta.sqrt())
            } else {
                &kept
                    + y * &noise * b
                    + normals(seed, Purpose::Points, block, 2 * k as u64 + 1, self.p, self.n) * s
            };
            v_matrix += &features * noise.transpose() / rows;
            z.columns_mut(k * self.n, self.n).copy_from(&(features / rows.sqrt()));
        }
        Seen::Factor { z, floor: 0.0, v: v_matrix }
    }

    /// e^{−t} a for fresh data points, a column each; eigenvalues of Σ in the order of their weights.
    fn signal(&self, seed: Seed, purpose: Purpose, block: u64, count: usize) -> DMatrix<f64> {
        let mut signal = normals(seed, purpose, block, 0, self.d, count);
        let mut held = 0.0;
        let mut row = 0;
        for (weight, sigma) in self.population.atoms() {
            held += weight * self.d as f64;
            let scale = (-self.coefficients.t).exp() * sigma.sqrt();
            while row < self.d && (row as f64) < held - 0.5 + 1e-9 {
                signal.row_mut(row).scale_mut(scale);
                row += 1;
            }
        }
        signal
    }

    /// φ of every entry.
    fn through(&self, mut input: DMatrix<f64>) -> DMatrix<f64> {
        let points = input.clone();
        self.phi.eval_slice(points.as_slice(), input.as_mut_slice());
        input
    }

    /// The loss on new samples as a function of the gains: exact for equivalent features, on fresh samples for true
    /// ones.
    fn tested<'m>(
        &self,
        seed: Seed,
        block: u64,
        y: &DMatrix<f64>,
        modes: &'m Modes,
        signal: DMatrix<f64>,
    ) -> Tested<'m> {
        let c = self.coefficients;
        let d = self.d as f64;
        if self.is_true {
            let noise = normals(seed, Purpose::Dynamics, block, 1, self.d, signal.ncols());
            let count = signal.ncols() as f64;
            let features = self.through(y * (signal + &noise * c.delta.sqrt()));
            let seen = modes.vectors.transpose() * features;
            return Box::new(move |gains| {
                let learned = modes.learned(gains).transpose() * &seen;
                (&noise - learned).norm_squared() / (d * count)
            });
        }
        let across = y.transpose() * &modes.vectors;
        if self.samples.is_some() {
            // Equivalent features of fresh samples, the average over all else exact.
            let (a2, b, rest) = (c.a.value.powi(2), c.b.value, c.v2.value + c.s2.value);
            let (delta, count) = (c.delta, signal.ncols() as f64);
            let shown = signal.transpose() * &across;
            return Box::new(move |gains| {
                let learned = modes.learned(gains);
                let seen = &across * &learned;
                let signal = (&shown * &learned).norm_squared() / count;
                let square = a2 * (signal + delta * seen.norm_squared());
                1.0 + (square + rest * learned.norm_squared() - 2.0 * b * seen.trace()) / d
            });
        }
        // Coordinates of one eigenvalue share a weight, in the order in which signal() gave them.
        let mut weights = Vec::with_capacity(self.d);
        let mut held = 0.0;
        for (weight, sigma) in self.population.atoms() {
            held += weight * d;
            while weights.len() < self.d && (weights.len() as f64) < held - 0.5 + 1e-9 {
                weights.push(c.a.value.powi(2) * c.gain2_of(*sigma));
            }
        }
        let (b, rest) = (c.b.value, c.v2.value + c.s2.value);
        Box::new(move |gains| {
            let learned = modes.learned(gains);
            let seen = &across * &learned;
            let mut sum = rest * learned.norm_squared();
            for (j, row) in seen.row_iter().enumerate() {
                sum +=
                    weights.get(j).copied().unwrap_or(0.0) * row.norm_squared() - 2.0 * b * row[j];
            }
            1.0 + sum / d
        })
    }
}

/// Eigenvalues of U, the eigenvectors that V has a part along, and that part.
struct Modes {
    values: Vec<f64>,
    vectors: DMatrix<f64>,
    overlaps: DMatrix<f64>,
}

impl Modes {
    fn of(seen: Seen) -> std::result::Result<Self, NumericsError> {
        let what = "covariance of the features";
        let (mut values, mut vectors, v, floor);
        match seen {
            Seen::Whole { u, v: overlap } => {
                let eigen = spectra::symmetric(what, u)?;
                (values, vectors) = (eigen.values.as_slice().to_vec(), eigen.vectors);
                (v, floor) = (overlap, 0.0);
            }
            Seen::Factor { z, floor: least, v: overlap } if z.nrows() <= z.ncols() => {
                let eigen = spectra::symmetric(what, &z * z.transpose())?;
                (values, vectors) = (eigen.values.as_slice().to_vec(), eigen.vectors);
                (v, floor) = (overlap, least);
            }
            Seen::Factor { z, floor: least, v: overlap } => {
                let eigen = spectra::symmetric(what, z.transpose() * &z)?;
                values = eigen.values.as_slice().to_vec();
                vectors = z * eigen.vectors;
                (v, floor) = (overlap, least);
            }
        }
        let least = ZERO * values.first().copied().unwrap_or(0.0);
        let kept = values.iter().take_while(|value| **value > least).count();
        values.truncate(kept);
        vectors = vectors.columns(0, kept).into_owned();
        for mut column in vectors.column_iter_mut() {
            let norm = column.norm();
            column.unscale_mut(norm);
        }
        let overlaps = vectors.transpose() * v;
        values.iter_mut().for_each(|value| *value += floor);
        Ok(Self { values, vectors, overlaps })
    }

    /// g(λ) of every mode.
    fn gains(&self, training: Trained, rate: f64) -> Vec<f64> {
        let gain = |value: &f64| match training {
            Trained::By(Training::Ridge(zeta)) => 1.0 / (value + zeta),
            Trained::By(Training::Flow(tau)) => -(-rate * tau * value).exp_m1() / value,
            Trained::Descent { step, count } => {
                // (1 − hλ)^k, whose sign is that of odd k beyond hλ = 1.
                let left = 1.0 - rate * step * value;
                let odd = left < 0.0 && count % 2.0 == 1.0;
                let kept = left.abs().powf(count);
                (1.0 - if odd { -kept } else { kept }) / value
            }
        };
        self.values.iter().map(gain).collect()
    }

    /// What is learned along every mode.
    fn learned(&self, gains: &[f64]) -> DMatrix<f64> {
        let mut learned = self.overlaps.clone();
        for (mut row, gain) in learned.row_iter_mut().zip(gains) {
            row.scale_mut(*gain);
        }
        learned
    }

    /// The loss on the training samples.
    fn train(&self, gains: &[f64], d: usize) -> f64 {
        let terms = self.overlaps.row_iter().zip(&self.values).zip(gains);
        let sum: f64 = terms
            .map(|((row, value), gain)| (value * gain * gain - 2.0 * gain) * row.norm_squared())
            .sum();
        1.0 + sum / d as f64
    }
}

/// A matrix of standard normal numbers; each of its columns has a stream of its own.
fn normals(
    seed: Seed,
    purpose: Purpose,
    block: u64,
    part: u64,
    rows: usize,
    columns: usize,
) -> DMatrix<f64> {
    let mut matrix = DMatrix::zeros(rows, columns);
    seed.stream(purpose, block, part).normals(matrix.as_mut_slice());
    matrix
}
