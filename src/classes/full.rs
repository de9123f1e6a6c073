//! Points of classes with full covariances, for the means of [`super::sampled`].
//!
//! With C_j = E_j Λ_j E_jᵀ, a point of class k at noise τ is m_k + C_k^{½} ζ + √τ η, and its distance from
//! class j is Σ_i (α_i + √τ η_i)²/(λ_i + τ) with α = E_jᵀ(m_k − m_j + C_k^{½} ζ) and η seen in the basis
//! E_j. Both are computed once, so that a noise level costs O(d) for a point and a pair of classes.

use super::class::GaussianClass;
use super::control::{Control, Surrogate, means};
use super::covariance;
use super::local::Priors;
use super::means::{Effort, Likelihoods, Means};
use super::points::EXPONENTIALS;
use super::reduction::Shared;
use crate::error::Result;
use crate::numerics::lattice::{self, LATTICE_DIMENSIONS, Marginal, REPLICATES, lattice_size};
use crate::numerics::products::transposed_product;
use crate::numerics::spectra::{self, Eigen};
use crate::numerics::{Estimate, NumericsError};
use nalgebra::{DMatrix, DVector};

/// Operations that the points may take before the first mean, about half a second, and how few or many
/// points of a randomisation that may make where they are no lattice.
const OPERATIONS: f64 = 4e9;
const POINTS: (usize, usize) = (4, 128);

/// How much less than a fine mean over a lattice a quick one takes.
const QUICK: usize = 8;

/// The points.
#[derive(Debug)]
pub(super) struct FullSampler {
    points: usize,
    /// Eigenvalues of each covariance.
    values: Vec<Vec<f64>>,
    /// Column n of matrix kK + j: α of point n.
    displaced: Vec<DMatrix<f64>>,
    /// Column n of matrix j: η of point n in the basis of class j.
    noise: Vec<DMatrix<f64>>,
    control: Common,
}

/// The classes with the mean covariance in the place of their own.
#[derive(Debug)]
struct Common {
    values: Vec<f64>,
    /// m_k − m_1 in the eigenbasis of the mean covariance.
    means: Vec<Vec<f64>>,
    shared: Option<Shared>,
    zeta: DMatrix<f64>,
    eta: DMatrix<f64>,
    surrogate: Option<Surrogate>,
}

impl FullSampler {
    /// True where fine means have points of their own: those of lattices.
    pub(super) fn has_finer(classes: &[GaussianClass]) -> bool {
        2 * classes[0].mean.len() <= LATTICE_DIMENSIONS
    }

    /// Points for these classes.
    ///
    /// # Errors
    /// Failed numerics.
    pub(super) fn new(classes: &[GaussianClass], seed: u64, effort: Effort) -> Result<Self> {
        let (d, count) = (classes[0].mean.len(), classes.len());
        let matrices: Vec<DMatrix<f64>> = classes.iter().map(|c| c.covariance.matrix(d)).collect();
        let eigen = matrices.iter().map(covariance::decomposed).collect::<Result<Vec<Eigen>>>()?;
        let each = OPERATIONS / (2.0 * (count * count * d * d * REPLICATES) as f64);
        let each = if Self::has_finer(classes) {
            let part = if effort == Effort::Fine { 1 } else { QUICK };
            lattice_size((each as usize).min(EXPONENTIALS / (part * count * count * REPLICATES)))
        } else {
            (each as usize).clamp(POINTS.0, POINTS.1)
        };
        let points = REPLICATES * each;
        let drawn = lattice::draw(seed, each, &vec![Marginal::Normal; 2 * d]);
        let drawn = DMatrix::from_vec(2 * d, points, drawn);
        let (zeta, eta) = (drawn.rows(0, d).into_owned(), drawn.rows(d, d).into_owned());
        let mut displaced = Vec::with_capacity(count * count);
        for k in 0..count {
            let own = transposed_product(&root(&eigen[k]), &zeta);
            for j in 0..count {
                let mut seen = transposed_product(&eigen[j].vectors, &own);
                let gap = eigen[j].vectors.tr_mul(&difference(&classes[k], &classes[j]));
                seen.column_iter_mut().for_each(|mut column| column += &gap);
                displaced.push(seen);
            }
        }
        let noise = eigen.iter().map(|e| transposed_product(&e.vectors, &eta)).collect();
        let mut mean = DMatrix::zeros(d, d);
        for (class, matrix) in classes.iter().zip(&matrices) {
            mean += matrix * class.weight;
        }
        let basis = spectra::symmetric("mean covariance", mean)?;
        let values: Vec<f64> = basis.values.iter().map(|v| v.max(0.0)).collect();
        let from_first = |c: &GaussianClass| {
            basis.vectors.tr_mul(&difference(c, &classes[0])).iter().copied().collect()
        };
        let means: Vec<Vec<f64>> = classes.iter().map(from_first).collect();
        let typical = values.iter().sum::<f64>() / d as f64;
        let shared = Shared::new(values.clone(), &means);
        let surrogate = shared
            .as_ref()
            .and_then(|s| Surrogate::new(s.gram(if typical > 0.0 { typical } else { 1.0 }), seed));
        let control = Common {
            zeta: transposed_product(&basis.vectors, &zeta),
            eta: transposed_product(&basis.vectors, &eta),
            values,
            means,
            shared,
            surrogate,
        };
        let values = eigen.iter().map(|e| e.values.iter().copied().collect()).collect();
        Ok(Self { points, values, displaced, noise, control })
    }

    /// The means at noise τ; `pairs` are the sums over pairs of classes, where they are known.
    ///
    /// # Errors
    /// [`NumericsError::Domain`] without noise where a covariance is singular.
    pub(super) fn means(
        &self,
        tau: f64,
        pairs: Option<[Estimate; 2]>,
        priors: &Priors,
        effort: Effort,
    ) -> Result<Means> {
        let count = self.values.len();
        let points = self.points / REPLICATES * effort.replicates();
        if self.values.iter().flatten().any(|v| v + tau <= 0.0) {
            let message = "a class without spread in some direction has no density at t = 0";
            return Err(NumericsError::Domain { what: "classes", message: message.into() }.into());
        }
        let root = tau.sqrt();
        let mut logs = Vec::with_capacity(count * count * points);
        let precisions: Vec<Vec<f64>> =
            self.values.iter().map(|v| v.iter().map(|v| 1.0 / (v + tau)).collect()).collect();
        let volumes: Vec<f64> =
            self.values.iter().map(|v| v.iter().map(|v| (v + tau).ln()).sum()).collect();
        for k in 0..count {
            for j in 0..count {
                let (alpha, eta) = (&self.displaced[k * count + j], &self.noise[j]);
                for n in 0..points {
                    let (own, noise) = (alpha.column(n), eta.column(n));
                    let mut sum = 0.0;
                    let terms = own.iter().zip(noise.iter()).zip(&precisions[j]);
                    for ((a, e), g) in terms {
                        let x = a + root * e;
                        sum += x * x * g;
                    }
                    logs.push(-0.5 * (sum + volumes[j]));
                }
            }
        }
        let likelihoods = Likelihoods { logs, points };
        let control = if effort == Effort::Coarse { None } else { self.control.at(tau, points) };
        means(&likelihoods, control, pairs, priors, effort)
    }
}

impl Common {
    fn at(&self, tau: f64, points: usize) -> Option<(Control, &Surrogate)> {
        let (surrogate, shared) = (self.surrogate.as_ref()?, self.shared.as_ref()?);
        let root = tau.sqrt();
        let spread: Vec<f64> = self.values.iter().map(|v| v.sqrt()).collect();
        let mut projections = Vec::with_capacity(self.means.len() * points);
        for mean in &self.means {
            let along: Vec<f64> =
                mean.iter().zip(&self.values).map(|(m, v)| m / (v + tau)).collect();
            for n in 0..points {
                let (zeta, eta) = (self.zeta.column(n), self.eta.column(n));
                let terms = zeta.iter().zip(eta.iter()).zip(spread.iter().zip(&along));
                projections.push(terms.map(|((z, e), (s, a))| a * (s * z + root * e)).sum());
            }
        }
        Some((Control { projections, gram: shared.gram(tau), expected: Vec::new() }, surrogate))
    }
}

fn difference(a: &GaussianClass, b: &GaussianClass) -> DVector<f64> {
    DVector::from_iterator(a.mean.len(), a.mean.iter().zip(&b.mean).map(|(x, y)| x - y))
}

/// The symmetric square root.
fn root(eigen: &Eigen) -> DMatrix<f64> {
    let mut scaled = eigen.vectors.transpose();
    for (mut row, value) in scaled.row_iter_mut().zip(&eigen.values) {
        row *= value.max(0.0).sqrt().sqrt();
    }
    transposed_product(&scaled, &scaled)
}
