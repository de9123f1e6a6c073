//! Samples of Gaussian classes: mean, and independent coordinates along axes, modes or an embedding.

use super::{BATCH, ClassFrame, Denoiser, Sampler};
use crate::Answer;
use crate::classes::{Covariance, GaussianClass};
use crate::error::Result;
use crate::numerics::random::Stream;
use crate::numerics::{special, spectra};
use crate::process::Noise;
use nalgebra::{DMatrix, DMatrixView, DMatrixViewMut, DVector, DVectorView};

/// How a class spreads about its mean.
#[derive(Clone, Debug)]
enum Spread {
    /// The same standard deviation along every axis.
    Isotropic(f64),
    /// One standard deviation per axis.
    Axes(Vec<f64>),
    /// a − m = Bξ, ξ ~ N(0, I_p), with B of shape d × p.
    Embedding(DMatrix<f64>),
}

#[derive(Clone, Debug)]
struct Class {
    mean: Vec<f64>,
    spread: Spread,
}

/// Gaussian classes that can be drawn from.
#[derive(Clone, Debug)]
pub struct GaussianSamples {
    dimension: usize,
    /// Cumulated weights of the classes.
    cumulated: Vec<f64>,
    classes: Vec<Class>,
}

impl GaussianSamples {
    /// Classes ±m with all coordinates of m equal to `mu`, standard deviation `sigma` within.
    pub(crate) fn clusters(dimension: usize, mu: f64, sigma: f64) -> Self {
        let class = |sign: f64| Class {
            mean: vec![sign * mu; dimension],
            spread: Spread::Isotropic(sigma),
        };
        // Two clusters that coincide are one class.
        let classes = if mu == 0.0 { vec![class(1.0)] } else { vec![class(1.0), class(-1.0)] };
        let cumulated = (1..=classes.len()).map(|k| k as f64).collect();
        Self { dimension, cumulated, classes }
    }

    /// One class about the origin, with the given variances along the axes.
    pub(crate) fn along_axes(variances: &[f64]) -> Self {
        let spread = if variances.iter().all(|v| *v == variances[0]) {
            Spread::Isotropic(variances[0].sqrt())
        } else {
            Spread::Axes(variances.iter().map(|v| v.sqrt()).collect())
        };
        let class = Class { mean: vec![0.0; variances.len()], spread };
        Self { dimension: variances.len(), cumulated: vec![1.0], classes: vec![class] }
    }

    /// One class about the origin, a = Bξ.
    pub(crate) fn embedded(embedding: DMatrix<f64>) -> Self {
        let dimension = embedding.nrows();
        let class = Class { mean: vec![0.0; dimension], spread: Spread::Embedding(embedding) };
        Self { dimension, cumulated: vec![1.0], classes: vec![class] }
    }

    /// The classes of a mixture.
    ///
    /// # Errors
    /// Failed numerics.
    pub(crate) fn mixture(classes: &[GaussianClass]) -> Result<Self> {
        let dimension = classes[0].mean.len();
        let mut total = 0.0;
        let cumulated = classes.iter().map(|class| {
            total += class.weight;
            total
        });
        let cumulated = cumulated.collect();
        let spread = |class: &GaussianClass| -> Result<Spread> {
            Ok(match &class.covariance {
                Covariance::Isotropic(v) => Spread::Isotropic(v.sqrt()),
                Covariance::Diagonal(v) => Spread::Axes(v.iter().map(|x| x.sqrt()).collect()),
                Covariance::Full(matrix) => {
                    let eigen = spectra::symmetric("covariance of a class", matrix.clone())?;
                    let roots = eigen.values.map(|x| x.max(0.0).sqrt());
                    Spread::Embedding(eigen.vectors * DMatrix::from_diagonal(&roots))
                }
            })
        };
        let classes: Result<Vec<Class>> = classes
            .iter()
            .map(|class| Ok(Class { mean: class.mean.clone(), spread: spread(class)? }))
            .collect();
        Ok(Self { dimension, cumulated, classes: classes? })
    }
}

impl Sampler for GaussianSamples {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn classes(&self) -> usize {
        self.classes.len()
    }

    fn draw(&self, stream: &mut Stream, samples: &mut [f64], labels: &mut [u32]) {
        let d = self.dimension;
        for (samples, labels) in samples.chunks_mut(BATCH * d).zip(labels.chunks_mut(BATCH)) {
            for label in labels.iter_mut() {
                *label = stream.among(&self.cumulated) as u32;
            }
            for (k, class) in self.classes.iter().enumerate() {
                let own: Vec<usize> =
                    (0..labels.len()).filter(|&i| labels[i] as usize == k).collect();
                class.draw(stream, d, &own, samples);
            }
        }
    }

    fn posterior(&self) -> Result<Answer<Box<dyn Denoiser>>> {
        let mut before = 0.0;
        let mut classes = Vec::with_capacity(self.classes.len());
        for (class, &upto) in self.classes.iter().zip(&self.cumulated) {
            classes.push(Mode::new(class, (upto - before).ln())?);
            before = upto;
        }
        Ok(Answer::Value(Box::new(GaussianPosterior { classes })))
    }
}

impl Class {
    /// Draws the samples at places `own`.
    fn draw(&self, stream: &mut Stream, d: usize, own: &[usize], samples: &mut [f64]) {
        if let Spread::Embedding(embedding) = &self.spread {
            let p = embedding.ncols();
            let mut latent = vec![0.0; p * own.len()];
            stream.normals(&mut latent);
            let mut drawn = vec![0.0; d * own.len()];
            DMatrixViewMut::from_slice(&mut drawn, d, own.len()).gemm(
                1.0,
                embedding,
                &DMatrixView::from_slice(&latent, p, own.len()),
                0.0,
            );
            for (&i, offset) in own.iter().zip(drawn.chunks_exact(d)) {
                for ((x, m), z) in samples[i * d..][..d].iter_mut().zip(&self.mean).zip(offset) {
                    *x = m + z;
                }
            }
            return;
        }
        for &i in own {
            let sample = &mut samples[i * d..][..d];
            for (j, (x, m)) in sample.iter_mut().zip(&self.mean).enumerate() {
                let deviation = match &self.spread {
                    Spread::Axes(deviations) => deviations[j],
                    Spread::Isotropic(deviation) => *deviation,
                    Spread::Embedding(_) => 0.0,
                };
                *x = m + deviation * stream.normal();
            }
        }
    }
}

/// A class in the basis in which its coordinates are independent.
#[derive(Clone, Debug)]
struct Mode {
    log_weight: f64,
    mean: Vec<f64>,
    spread: Modes,
}

#[derive(Clone, Debug)]
enum Modes {
    /// Variances along the axes; one for all where there is one.
    Axes(Vec<f64>),
    /// Orthonormal columns and the variances along them; none across.
    Basis(DMatrix<f64>, Vec<f64>),
}

impl Mode {
    fn new(class: &Class, log_weight: f64) -> Result<Self> {
        let spread = match &class.spread {
            Spread::Isotropic(deviation) => Modes::Axes(vec![deviation * deviation]),
            Spread::Axes(deviations) => Modes::Axes(deviations.iter().map(|s| s * s).collect()),
            Spread::Embedding(b) => {
                let (d, p) = b.shape();
                // The smaller of BBᵀ and BᵀB; their non-zero eigenvalues are the same.
                if p < d {
                    let eigen = spectra::symmetric("covariance of the embedding", b.tr_mul(b))?;
                    let floor = eigen.error.max(0.0);
                    let rank = eigen.values.iter().filter(|v| **v > floor).count();
                    let mut basis = b * eigen.vectors.columns(0, rank);
                    for (k, mut column) in basis.column_iter_mut().enumerate() {
                        column /= eigen.values[k].sqrt();
                    }
                    Modes::Basis(basis, eigen.values.iter().take(rank).copied().collect())
                } else {
                    let eigen =
                        spectra::symmetric("covariance of the embedding", b * b.transpose())?;
                    let variances = eigen.values.iter().map(|v| v.max(0.0)).collect();
                    Modes::Basis(eigen.vectors, variances)
                }
            }
        };
        Ok(Self { log_weight, mean: class.mean.clone(), spread })
    }

    /// log of w_k P_t(x|k) but for a constant common to all classes; E[a|x, k] to `mean`.
    fn at(&self, x: &[f64], noise: Noise, mean: Option<&mut [f64]>) -> f64 {
        let (decay, delta) = (noise.decay(), noise.delta());
        let offset: Vec<f64> = x.iter().zip(&self.mean).map(|(x, m)| x - decay * m).collect();
        // log of the density of one coordinate, relative to that of the noise alone.
        let relative = |variance: f64| -0.5 * (variance * decay * decay / delta).ln_1p();
        let shrink = |variance: f64| {
            decay * variance / (delta + decay * decay * variance).max(f64::MIN_POSITIVE)
        };
        match &self.spread {
            Modes::Axes(variances) => {
                let at = |i: usize| variances[if variances.len() == 1 { 0 } else { i }];
                let mut log = self.log_weight;
                for (i, y) in offset.iter().enumerate() {
                    let v = at(i);
                    log += relative(v) - 0.5 * y * y / (delta + decay * decay * v);
                }
                if let Some(mean) = mean {
                    for (i, a) in mean.iter_mut().enumerate() {
                        *a = self.mean[i] + shrink(at(i)) * offset[i];
                    }
                }
                log
            }
            Modes::Basis(basis, variances) => {
                let y = DVectorView::from_slice(&offset, offset.len());
                let along = basis.tr_mul(&y);
                // −|y|²/2Δ, and what the variance along each mode takes off it.
                let mut log = self.log_weight - 0.5 * y.norm_squared() / delta;
                for (k, &v) in variances.iter().enumerate() {
                    log += relative(v) + 0.5 * along[k].powi(2) * shrink(v) * decay / delta;
                }
                if let Some(mean) = mean {
                    let pulled = along.iter().zip(variances).map(|(y, &v)| shrink(v) * y);
                    let pulled = DVector::from_iterator(variances.len(), pulled);
                    let back = basis * pulled;
                    for ((a, m), b) in mean.iter_mut().zip(&self.mean).zip(back.iter()) {
                        *a = m + b;
                    }
                }
                log
            }
        }
    }
}

impl Mode {
    /// Smallest and largest variance.
    fn variances(&self) -> [f64; 2] {
        let all = match &self.spread {
            Modes::Axes(variances) => variances,
            Modes::Basis(_, variances) => variances,
        };
        let across = match &self.spread {
            Modes::Basis(basis, variances) if variances.len() < basis.nrows() => 0.0,
            _ => f64::INFINITY,
        };
        all.iter().fold([across, 0.0], |[low, high], v| [low.min(*v), high.max(*v)])
    }

    /// Σ of all variances in `d` dimensions.
    fn trace(&self, d: usize) -> f64 {
        match &self.spread {
            Modes::Axes(variances) if variances.len() == 1 => d as f64 * variances[0],
            Modes::Axes(variances) | Modes::Basis(_, variances) => variances.iter().sum(),
        }
    }

    /// uᵀCu.
    fn variance_along(&self, direction: &[f64]) -> f64 {
        match &self.spread {
            Modes::Axes(variances) if variances.len() == 1 => variances[0],
            Modes::Axes(variances) => direction.iter().zip(variances).map(|(u, v)| u * u * v).sum(),
            Modes::Basis(basis, variances) => {
                let along = basis.tr_mul(&DVectorView::from_slice(direction, direction.len()));
                along.iter().zip(variances).map(|(u, v)| u * u * v).sum()
            }
        }
    }
}

struct GaussianPosterior {
    classes: Vec<Mode>,
}

impl Denoiser for GaussianPosterior {
    fn denoise_class(&self, x: &[f64], noise: Noise, class: usize, mean: &mut [f64]) {
        self.classes[class].at(x, noise, Some(mean));
    }

    fn frame(&self, class: usize) -> Option<ClassFrame> {
        let own = &self.classes[class];
        let d = own.mean.len();
        let mut middle = vec![0.0; d];
        for class in &self.classes {
            let weight = class.log_weight.exp();
            middle.iter_mut().zip(&class.mean).for_each(|(c, m)| *c += weight * m);
        }
        let away: Vec<f64> = own.mean.iter().zip(&middle).map(|(m, c)| m - c).collect();
        let length = away.iter().map(|x| x * x).sum::<f64>().sqrt();
        if length == 0.0 {
            return None;
        }
        let direction: Vec<f64> = away.iter().map(|x| x / length).collect();
        let [least, most] = own.variances();
        let (mut small, mut large) = (least, most);
        for class in &self.classes {
            let apart: f64 = class.mean.iter().zip(&middle).map(|(m, c)| (m - c).powi(2)).sum();
            let [low, high] = class.variances();
            (small, large) = (small.min(low), large.max(high + apart));
        }
        // Where a class has no spread, noise much below its distance does not matter.
        let small = if small > 0.0 { small } else { 1e-3 * large };
        let variance = own.variance_along(&direction);
        let trace = own.trace(d);
        (variance > 0.0).then(|| ClassFrame {
            mean: own.mean.clone(),
            direction,
            variance,
            trace,
            sizes: [small, large],
        })
    }

    fn denoise(&self, x: &[f64], noise: Noise, classes: &mut [f64], mean: Option<&mut [f64]>) {
        let mut means = vec![0.0; if mean.is_some() { x.len() * self.classes.len() } else { 0 }];
        let mut pieces = means.chunks_exact_mut(x.len());
        for (class, log) in self.classes.iter().zip(classes.iter_mut()) {
            *log = class.at(x, noise, pieces.next());
        }
        let total = special::log_sum_exp(classes);
        classes.iter_mut().for_each(|log| *log = (*log - total).exp());
        if let Some(mean) = mean {
            mean.fill(0.0);
            for (piece, weight) in means.chunks_exact(x.len()).zip(classes.iter()) {
                for (a, m) in mean.iter_mut().zip(piece) {
                    *a += weight * m;
                }
            }
        }
    }
}
