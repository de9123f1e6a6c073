//! What of a point tells Gaussian classes apart: the coordinates on which they differ.
//!
//! Directions in which all classes share mean and variance, and which are uncorrelated with the rest
//! in each of them, cancel in every likelihood ratio. What remains is a product of few axes:
//!
//! - coordinates with one variance in all classes, whitened with it, tell only through the span of
//!   the class means, of dimension K − 1 at most;
//! - coordinates that share their variances within each class tell through the span of the means and,
//!   orthogonal to it, through the distance from the origin, a χ variable;
//! - for full covariances C_k, with U a basis of the span of all C_k − C_1 and m_k − m_1, the classes
//!   are N(Uᵀ(m_k − m_1), M⁻¹ + Uᵀ(C_k − C_1)U) with M = Uᵀ(C_1 + τ)⁻¹U, whose dimension does not
//!   depend on the noise.

use super::class::GaussianClass;
use super::{Covariance, covariance};
use crate::error::Result;
use crate::numerics::random::{Purpose, Seed};
use nalgebra::{DMatrix, DVector, Matrix2};
use std::collections::BTreeMap;

/// One coordinate on which classes differ.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    /// Degrees of freedom of a distance from the origin; none for a coordinate on a line.
    pub(super) freedom: Option<f64>,
    /// Mean in each class; 0 for a distance.
    pub(super) means: Vec<f64>,
    /// Variance in each class, for a distance that of every coordinate in it.
    pub(super) variances: Vec<f64>,
}

/// The classes at one noise level, on independent axes.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    /// The axes.
    pub(super) axes: Vec<Axis>,
    /// Of two axes: how the mean on the second moves with the first in each class, if it does.
    pub(super) slopes: Vec<f64>,
    /// Bound on what the directions left out could tell, in nats.
    pub(super) neglected: f64,
}

/// Squared lengths below this fraction of the largest are taken for rounding; their neglect is added
/// to the error.
const NEGLECTED: f64 = 1e-13;

/// The same for the sine of the angle between a column and the span of the others.
const ALIGNED: f64 = 1e-9;

/// Variance, relative to the largest, that singular covariances in the plane are given at t = 0, and
/// what its standard deviation may cost.
const SINGULAR: f64 = 1e-14;
const SPREAD: f64 = 1e-5;

/// How classes are reduced.
#[derive(Clone, Debug)]
pub(super) enum Reduction {
    /// Covariances diagonal in one basis.
    Axes {
        /// Coordinates in which all classes have one variance.
        shared: Option<Shared>,
        /// The others, noise not yet added.
        axes: Vec<Axis>,
        /// Squared length of the means that these leave out, and the least variance there.
        left: (f64, f64),
    },
    /// Full covariances that differ in one or two directions.
    Low(Low),
    /// Full covariances that differ in more.
    Full,
}

/// Coordinates in which all classes have one variance.
#[derive(Clone, Debug)]
pub(super) struct Shared {
    /// The variance along each coordinate.
    variances: Vec<f64>,
    /// Means relative to that of the first class.
    means: Vec<Vec<f64>>,
    /// Classes whose means span those of all, in the order in which they are used: the same at every
    /// noise level, so that coordinates depend smoothly on it.
    pivots: Vec<usize>,
}

impl Shared {
    /// Coordinates of the given variances and means, or none if the means coincide.
    pub(super) fn new(variances: Vec<f64>, means: &[Vec<f64>]) -> Option<Self> {
        let first = &means[0];
        let from_first = |m: &Vec<f64>| m.iter().zip(first).map(|(a, b)| a - b).collect();
        let means: Vec<Vec<f64>> = means.iter().map(from_first).collect();
        let mut shared = Self { variances, means, pivots: Vec::new() };
        let typical = shared.variances.iter().sum::<f64>() / shared.variances.len() as f64;
        let gram = shared.gram(if typical > 0.0 { typical } else { 1.0 });
        shared.pivots = pivots(gram);
        (!shared.pivots.is_empty()).then_some(shared)
    }

    /// Gram matrix of the means relative to the first, whitened with the variances and the noise.
    pub(super) fn gram(&self, tau: f64) -> DMatrix<f64> {
        let product = |a: &[f64], b: &[f64]| -> f64 {
            let terms = a.iter().zip(b).zip(&self.variances);
            terms.map(|((x, y), v)| if *x == 0.0 { 0.0 } else { x * y / (v + tau) }).sum()
        };
        let count = self.means.len();
        let mut gram = DMatrix::zeros(count, count);
        for i in 0..count {
            for j in 0..=i {
                gram[(i, j)] = product(&self.means[i], &self.means[j]);
                gram[(j, i)] = gram[(i, j)];
            }
        }
        gram
    }

    /// Axes of unit variance, and the squared length that they leave out.
    pub(super) fn axes(&self, tau: f64) -> (Vec<Axis>, f64) {
        let (columns, left) = coordinates(self.gram(tau), &self.pivots);
        let unit = vec![1.0; self.means.len()];
        let axis = |means| Axis { freedom: None, means, variances: unit.clone() };
        (columns.into_iter().map(axis).collect(), left)
    }
}

/// Indices whose vectors span those of a Gram matrix, longest remainder first.
pub(super) fn pivots(mut gram: DMatrix<f64>) -> Vec<usize> {
    let largest = |gram: &DMatrix<f64>| gram.diagonal().argmax();
    let top = largest(&gram).1;
    let mut order = Vec::new();
    while order.len() < gram.nrows() {
        let (at, length) = largest(&gram);
        let counts = length > NEGLECTED * top;
        if !counts {
            break;
        }
        eliminate(&mut gram, at);
        order.push(at);
    }
    order
}

/// The coordinates along vector `at`; takes them out of the Gram matrix.
fn eliminate(gram: &mut DMatrix<f64>, at: usize) -> Vec<f64> {
    let column: DVector<f64> = gram.column(at) / gram[(at, at)].sqrt();
    *gram -= &column * column.transpose();
    gram.column_mut(at).fill(0.0);
    gram.row_mut(at).fill(0.0);
    column.iter().copied().collect()
}

/// Coordinates of all vectors along the pivots in turn, and the squared length left out.
pub(super) fn coordinates(mut gram: DMatrix<f64>, pivots: &[usize]) -> (Vec<Vec<f64>>, f64) {
    let top = gram.diagonal().max();
    let mut columns = Vec::new();
    for &at in pivots {
        // Rounding may have used up what is left of a vector.
        let left = gram[(at, at)] > NEGLECTED * top;
        columns.push(if left { eliminate(&mut gram, at) } else { vec![0.0; gram.nrows()] });
    }
    let left = gram.diagonal().iter().map(|x| x.abs()).sum();
    (columns, left)
}

impl Reduction {
    /// The reduction of classes whose common covariance, if there is one, has these variances along
    /// its modes and these means.
    ///
    /// # Errors
    /// Failed numerics.
    pub(super) fn new(
        classes: &[GaussianClass],
        common: Option<(Vec<f64>, Vec<Vec<f64>>)>,
    ) -> Result<Self> {
        if let Some((variances, means)) = common {
            let shared = Shared::new(variances, &means);
            return Ok(Self::Axes { shared, axes: Vec::new(), left: (0.0, 0.0) });
        }
        if classes.iter().all(|c| c.covariance.is_diagonal()) {
            return Ok(Self::diagonal(classes));
        }
        Ok(Low::new(classes)?.map_or(Self::Full, Self::Low))
    }

    fn diagonal(classes: &[GaussianClass]) -> Self {
        let dimension = classes[0].mean.len();
        let isotropic = classes.iter().all(|c| matches!(c.covariance, Covariance::Isotropic(_)));
        let variances =
            |i: usize| -> Vec<f64> { classes.iter().map(|c| c.covariance.diagonal(i)).collect() };
        // Coordinates by the variances that the classes have in them.
        let mut groups: BTreeMap<Vec<u64>, Vec<usize>> = BTreeMap::new();
        let mut same = Vec::new();
        for i in 0..dimension {
            let key = if isotropic && i > 0 { Vec::new() } else { variances(i) };
            if key.windows(2).all(|w| w[0] == w[1]) && !key.is_empty() {
                same.push(i);
            } else if let (true, Some(mut first)) = (isotropic, groups.first_entry()) {
                first.get_mut().push(i);
            } else {
                groups.entry(key.iter().map(|v| v.to_bits()).collect()).or_default().push(i);
            }
        }
        let means = |coordinates: &[usize]| -> Vec<Vec<f64>> {
            classes.iter().map(|c| coordinates.iter().map(|&i| c.mean[i]).collect()).collect()
        };
        let shared = (!same.is_empty())
            .then(|| Shared::new(same.iter().map(|&i| variances(i)[0]).collect(), &means(&same)))
            .flatten();
        let (mut axes, mut left) = (Vec::new(), (0.0, f64::INFINITY));
        for coordinates in groups.values() {
            let own = variances(coordinates[0]);
            let spanned = Shared::new(vec![0.0; coordinates.len()], &means(coordinates));
            let (spanned, out) = spanned.map_or((Vec::new(), 0.0), |shared| shared.axes(1.0));
            left = (left.0 + out, own.iter().copied().fold(left.1, f64::min));
            let rest = coordinates.len() as f64 - spanned.len() as f64;
            let line = |axis: Axis| Axis { variances: own.clone(), ..axis };
            axes.extend(spanned.into_iter().map(line));
            if rest > 0.0 {
                let means = vec![0.0; classes.len()];
                axes.push(Axis { freedom: Some(rest), means, variances: own.clone() });
            }
        }
        Self::Axes { shared, axes, left }
    }

    /// The classes at noise τ; none for full covariances.
    pub(super) fn at(&self, tau: f64) -> Option<Instance> {
        match self {
            Self::Axes { shared, axes, left } => {
                let (mut all, neglected) =
                    shared.as_ref().map_or((Vec::new(), 0.0), |shared| shared.axes(tau));
                let neglected =
                    neglected + if left.0 > 0.0 { left.0 / (left.1 + tau) } else { 0.0 };
                all.extend(axes.iter().map(|axis| Axis {
                    variances: axis.variances.iter().map(|v| v + tau).collect(),
                    ..axis.clone()
                }));
                Some(Instance { axes: all, slopes: Vec::new(), neglected })
            }
            Self::Low(low) => Some(low.at(tau)),
            Self::Full => None,
        }
    }
}

/// Full covariances that differ in one or two directions, or are in one or two dimensions.
#[derive(Clone, Debug)]
pub(super) struct Low {
    /// Eigenvalues of the reference covariance C_1.
    values: Vec<f64>,
    /// Components of the directions U along its eigenvectors.
    directions: Vec<Vec<f64>>,
    /// Uᵀ(m_k − m_1)
    means: Vec<Vec<f64>>,
    /// Uᵀ(C_k − C_1)U
    excess: Vec<DMatrix<f64>>,
    /// Bound on the Frobenius norms of what lies outside the directions.
    outside: f64,
}

impl Low {
    /// The reduction, if two directions are enough.
    fn new(classes: &[GaussianClass]) -> Result<Option<Self>> {
        let d = classes[0].mean.len();
        let matrices: Vec<DMatrix<f64>> = classes.iter().map(|c| c.covariance.matrix(d)).collect();
        // The narrowest class is the reference: the others then lose no digits against it.
        let traces: Vec<f64> = matrices.iter().map(|m| m.trace()).collect();
        let reference = (0..classes.len()).min_by(|&a, &b| traces[a].total_cmp(&traces[b]));
        let reference = reference.unwrap_or(0);
        let means: Vec<DVector<f64>> = classes
            .iter()
            .map(|c| {
                let from = &classes[reference].mean;
                DVector::from_iterator(d, c.mean.iter().zip(from).map(|(a, b)| a - b))
            })
            .collect();
        let excess: Vec<DMatrix<f64>> = matrices.iter().map(|m| m - &matrices[reference]).collect();
        let basis = if d <= 2 {
            (0..d).map(|i| DVector::from_fn(d, |k, _| f64::from(u8::from(k == i)))).collect()
        } else {
            match spanned(&means, &excess, matrices[reference].amax()) {
                Some(basis) => basis,
                None => return Ok(None),
            }
        };
        let u = DMatrix::from_fn(d, basis.len(), |i, k| basis[k][i]);
        let excess_in: Vec<DMatrix<f64>> = excess.iter().map(|e| u.tr_mul(&(e * &u))).collect();
        let outside = excess
            .iter()
            .zip(&excess_in)
            .map(|(e, small)| (e - &u * small * u.transpose()).norm())
            .fold(0.0, f64::max);
        let eigen = covariance::decomposed(&matrices[reference])?;
        let rotated = eigen.vectors.tr_mul(&u);
        Ok(Some(Self {
            values: eigen.values.iter().copied().collect(),
            directions: (0..basis.len())
                .map(|k| rotated.column(k).iter().copied().collect())
                .collect(),
            means: means.iter().map(|m| u.tr_mul(m).iter().copied().collect()).collect(),
            excess: excess_in,
            outside,
        }))
    }

    fn at(&self, tau: f64) -> Instance {
        let r = self.directions.len();
        let lowest = self.values.iter().copied().fold(f64::INFINITY, f64::min) + tau;
        // A change of the covariances by E moves each class by ½‖G⁻¹E‖ in total variation.
        let classes = self.means.len() as f64;
        let neglected =
            if self.outside > 0.0 { self.outside / lowest * (1.0 + classes.ln()) } else { 0.0 };
        let reduced = |k: usize| self.means.iter().map(|m| m[k]).collect::<Vec<f64>>();
        let product = |a: &[f64], b: &[f64]| -> f64 {
            a.iter().zip(b).zip(&self.values).map(|((x, y), v)| x * y / (v + tau)).sum()
        };
        let directions = &self.directions;
        if r == 0 {
            return Instance { axes: Vec::new(), slopes: Vec::new(), neglected };
        }
        if r == 1 {
            let own = 1.0 / product(&directions[0], &directions[0]);
            let variances = self.excess.iter().map(|e| own + e[(0, 0)]).collect();
            let axis = Axis { freedom: None, means: reduced(0), variances };
            return Instance { axes: vec![axis], slopes: Vec::new(), neglected };
        }
        // The inverse of M = Uᵀ(C_1 + τ)⁻¹U; in the whole plane that is Uᵀ(C_1 + τ)U itself.
        let own = if self.values.len() == 2 {
            let plain = |a: &[f64], b: &[f64]| -> f64 {
                a.iter().zip(b).zip(&self.values).map(|((x, y), v)| x * y * (v + tau)).sum()
            };
            let off = plain(&directions[0], &directions[1]);
            Matrix2::new(
                plain(&directions[0], &directions[0]),
                off,
                off,
                plain(&directions[1], &directions[1]),
            )
        } else {
            let (a, b, c) = (
                product(&directions[0], &directions[0]),
                product(&directions[0], &directions[1]),
                product(&directions[1], &directions[1]),
            );
            Matrix2::new(c, -b, -b, a) / (a * c - b * b)
        };
        let covariance = |e: &DMatrix<f64>| own + e.fixed_view::<2, 2>(0, 0);
        let mut all: Vec<Matrix2<f64>> = self.excess.iter().map(covariance).collect();
        let largest = all.iter().map(|c| c.trace()).fold(0.0, f64::max);
        let mut neglected = neglected;
        // Without noise, singular covariances have densities only in the limit.
        let regular = |c: &Matrix2<f64>| c.determinant() > (SINGULAR * c.trace()).powi(2);
        if !all.iter().all(regular) {
            all.iter_mut().for_each(|c| *c += Matrix2::identity() * (SINGULAR * largest));
            neglected += SPREAD;
        }
        let outer = all.iter().map(|c| c[(0, 0)]).collect();
        let slopes: Vec<f64> = all.iter().map(|c| c[(0, 1)] / c[(0, 0)]).collect();
        let inner = all.iter().map(|c| c.determinant() / c[(0, 0)]).collect();
        let axes = vec![
            Axis { freedom: None, means: reduced(0), variances: outer },
            Axis { freedom: None, means: reduced(1), variances: inner },
        ];
        Instance { axes, slopes, neglected }
    }
}

/// An orthonormal basis of the span of vectors and of the ranges of symmetric matrices, if it has at
/// most two elements; matrices below rounding beside `scale` do not count.
fn spanned(
    vectors: &[DVector<f64>],
    matrices: &[DMatrix<f64>],
    scale: f64,
) -> Option<Vec<DVector<f64>>> {
    let d = vectors[0].len();
    let mut columns: Vec<DVector<f64>> = vectors.to_vec();
    // Three random vectors find the range of a matrix of rank two, and that a larger one is larger.
    let mut stream = Seed(0).stream(Purpose::Quadrature, 0, 1);
    for matrix in matrices.iter().filter(|m| m.amax() > 8.0 * f64::EPSILON * scale) {
        for _ in 0..3 {
            columns.push(matrix * DVector::from_fn(d, |_, _| stream.normal()));
        }
    }
    let mut basis: Vec<DVector<f64>> = Vec::new();
    for column in columns.iter().filter(|c| c.norm() > 0.0) {
        let mut rest = column / column.norm();
        for _ in 0..2 {
            for b in &basis {
                rest -= b * b.dot(&rest);
            }
        }
        if rest.norm() > ALIGNED {
            basis.push(rest.normalize());
        }
        if basis.len() > 2 {
            return None;
        }
    }
    Some(basis)
}
