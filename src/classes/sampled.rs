//! The class posterior where classes differ on more axes than a rule can cover: means over seeded,
//! randomised quasi-Monte-Carlo points.
//!
//! Every point is taken once in each class, with the weight of the class, and gives the entropy of its
//! posterior. The same points serve every noise level, so that the means are smooth in it. In many
//! dimensions most of their scatter is taken out by control variates: the same averages for classes
//! of one covariance, the mean of all, which live on the span of the class means and are known far
//! better, and the first-order change of these by what lies beyond the span, whose mean is 0. The error
//! is 4.1 standard errors of 16 randomisations, which one mean in a thousand exceeds.

use super::conditional::{Span, constant_of, weights_of};
use super::control::{Control, Surrogate, gram, mean_variances, pair_sums, regression};
use super::local::{Local, Priors};
use super::reduction::{Axis, Instance};
use crate::error::Result;
use crate::numerics::Estimate;
use crate::numerics::lattice::{
    self, LATTICE_DIMENSIONS, Marginal, REPLICATES, STANDARD_ERRORS, lattice_size,
};
use crate::numerics::products::{ColumnMajor, columns_against};
use std::sync::OnceLock;

/// How much work a mean is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    /// Enough to see where a curve is steep: [`COARSE`] randomisations of the quick points.
    Coarse,
    /// Some ten milliseconds, for what is asked at many noise levels.
    Quick,
    /// A hundred or a few, for a value of its own.
    Fine,
}

/// Randomisations that are enough to see where a curve is steep.
pub(super) const COARSE: usize = 2;

impl Effort {
    /// Randomisations.
    pub(super) fn replicates(self) -> usize {
        if self == Self::Coarse { COARSE } else { REPLICATES }
    }

    /// Points of lattices and of hypercubes, relative to quick ones.
    fn factors(self) -> [usize; 2] {
        if self == Self::Fine { [4, 8] } else { [1, 1] }
    }
}

/// Exponentials that a quick mean over lattice points takes.
pub(super) const EXPONENTIALS: usize = 1 << 21;

/// Products that a quick mean over hypercubes takes, and how few or many points of a randomisation that
/// may make.
const PRODUCTS: usize = 1 << 27;
const HYPERCUBE: (usize, usize) = (16, 512);

/// How many points a fine randomisation may have.
const FINEST: usize = 4096;

/// Pairs of classes times axes up to which all pairs are integrated exactly, for a control variate.
const PAIRS: usize = 20_000;

/// H and 1 − φ in every randomisation.
#[derive(Clone, Debug)]
pub(super) struct Means {
    /// The means, [H, 1 − φ], of every randomisation.
    pub(super) replicates: Vec<[f64; 2]>,
    /// Errors that they share: those of the controls' means, which other points gave.
    pub(super) shared: [f64; 2],
    /// What one event that no point shows would have added: log 2 and ½ times the weight of a point.
    unseen: f64,
}

impl Means {
    /// Mean and error of H (0) or 1 − φ (1).
    pub(super) fn estimate(&self, which: usize) -> Estimate {
        let values = self.replicates.iter().map(|r| r[which]);
        let unseen = self.unseen.hypot(self.shared[which]);
        scattered(&values.collect::<Vec<f64>>(), unseen)
    }
}

/// The mean of independent values, with [`STANDARD_ERRORS`] times its standard error and, in
/// quadrature, `unseen`.
pub(super) fn scattered(values: &[f64], unseen: f64) -> Estimate {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let spread: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    let error = (spread / (count * (count - 1.0))).sqrt();
    Estimate::new(mean, (STANDARD_ERRORS * error).hypot(unseen))
}

/// Log-likelihoods at the points: entry n of column kK + j is log p_j of point n taken in class k, up
/// to what all j share.
pub(super) struct Likelihoods {
    pub(super) logs: Vec<f64>,
    pub(super) points: usize,
}

/// [H, 1 − φ] at every point, averaged over the classes, and the same summed over pairs of classes.
#[derive(Default)]
struct Values {
    own: Vec<[f64; 2]>,
    pairs: Vec<[f64; 2]>,
}

impl Likelihoods {
    fn values(&self, priors: &Priors, with_pairs: bool) -> Values {
        let classes = priors.weights.len();
        let mut values = Values { own: vec![[0.0; 2]; self.points], ..Values::default() };
        if with_pairs {
            values.pairs = vec![[0.0; 2]; self.points];
        }
        let mut logs = vec![0.0; classes];
        for k in 0..classes {
            let weight = priors.weights[k];
            let columns = &self.logs[k * classes * self.points..(k + 1) * classes * self.points];
            for n in 0..self.points {
                for (j, log) in logs.iter_mut().enumerate() {
                    *log = columns[j * self.points + n] + priors.logs[j];
                }
                let local = Local::new(&logs);
                values.own[n][0] += weight * local.entropy;
                values.own[n][1] += weight * local.split;
                if let Some(sum) = values.pairs.get_mut(n) {
                    for (_, log) in logs.iter().enumerate().filter(|(j, _)| *j != k) {
                        // Of the odds e^{−x} against the likelier of the two.
                        let x = (logs[k] - log).abs();
                        let e = (-x).exp();
                        let norm = 1.0 / (1.0 + e);
                        sum[0] += weight * (e.ln_1p() + x * e * norm);
                        sum[1] += weight * 2.0 * e * norm * norm;
                    }
                }
            }
        }
        values
    }
}

/// Joins likelihoods to means, with a control and with the sums over pairs of classes, where these are
/// known.
pub(super) fn means(
    likelihoods: &Likelihoods,
    control: Option<(Control, &Surrogate)>,
    pairs: Option<[Estimate; 2]>,
    priors: &Priors,
    effort: Effort,
) -> Result<Means> {
    let points = likelihoods.points;
    let Values { own: mut values, pairs: sums } = likelihoods.values(priors, pairs.is_some());
    let mut controls: Vec<(Vec<[f64; 2]>, [Estimate; 2])> = Vec::new();
    if let Some((control, surrogate)) = control {
        let (own, beyond) = control.values(likelihoods, priors);
        controls.push((own, surrogate.averages(control.gram, priors, effort)?));
        controls.extend(beyond.map(|beyond| (beyond, [Estimate::exact(0.0); 2])));
    }
    controls.extend(pairs.map(|known| (sums, known)));
    let mut shared = [0.0; 2];
    for which in 0..2 {
        let slopes = regression(&values, &controls, which);
        for ((own, known), slope) in controls.iter().zip(&slopes) {
            for (v, c) in values.iter_mut().zip(own) {
                v[which] -= slope * (c[which] - known[which].value);
            }
            shared[which] += slope.abs() * known[which].error;
        }
    }
    let each = points / effort.replicates();
    let mean = |chunk: &[[f64; 2]]| {
        [0, 1].map(|which| chunk.iter().map(|v| v[which]).sum::<f64>() / each as f64)
    };
    let heaviest = priors.weights.iter().copied().fold(0.0, f64::max);
    let unseen = std::f64::consts::LN_2 * heaviest / points as f64;
    Ok(Means { replicates: values.chunks(each).map(mean).collect(), shared, unseen })
}

/// Quick and fine points on independent axes.
#[derive(Debug)]
pub(super) struct AxesSampler {
    marginals: Vec<Marginal>,
    classes: usize,
    seed: u64,
    quick: Sampler,
    fine: OnceLock<Sampler>,
    surrogate: Option<Surrogate>,
}

impl AxesSampler {
    pub(super) fn plain(marginals: Vec<Marginal>, classes: usize, seed: u64) -> Self {
        let quick = Sampler::new(&marginals, classes, seed, Effort::Quick);
        Self { marginals, classes, seed, quick, fine: OnceLock::new(), surrogate: None }
    }

    /// For classes that have these axes at some noise level.
    pub(super) fn new(instance: &Instance, weights: &[f64], seed: u64) -> Self {
        let marginal = |a: &Axis| a.freedom.map_or(Marginal::Normal, Marginal::Chi);
        let marginals: Vec<Marginal> = instance.axes.iter().map(marginal).collect();
        let many = marginals.len() > LATTICE_DIMENSIONS;
        let surrogate = if many { Surrogate::new(gram(instance, weights), seed) } else { None };
        Self { surrogate, ..Self::plain(marginals, weights.len(), seed) }
    }

    /// The means at one noise level.
    pub(super) fn means(
        &self,
        instance: &Instance,
        priors: &Priors,
        effort: Effort,
    ) -> Result<Means> {
        let sampler = if effort == Effort::Fine {
            let draw = || Sampler::new(&self.marginals, self.classes, self.seed, Effort::Fine);
            self.fine.get_or_init(draw)
        } else {
            &self.quick
        };
        let points = sampler.points / REPLICATES * effort.replicates();
        let surrogate = self.surrogate.as_ref().filter(|_| effort != Effort::Coarse);
        let span =
            surrogate.map(|_| Span::new(instance, &mean_variances(instance, &priors.weights)));
        let (likelihoods, coordinates) = sampler.likelihoods(instance, span.as_ref(), points);
        let control = surrogate.zip(span).map(|(surrogate, span)| {
            let control = Control {
                projections: span.projections(&coordinates, points),
                gram: gram(instance, &priors.weights),
                expected: span.expected(instance, &coordinates),
            };
            (control, surrogate)
        });
        let count = self.classes * (self.classes - 1) / 2 * instance.axes.len();
        let pairs = (effort == Effort::Fine && count <= PAIRS).then(|| pair_sums(instance, priors));
        means(&likelihoods, control, pairs, priors, effort)
    }
}

/// Points on independent axes, the same at every noise level.
#[derive(Debug)]
pub(super) struct Sampler {
    /// Number of points in all randomisations.
    points: usize,
    /// What enters the likelihoods, a column for each point: z² and z of a normal coordinate, χ² of a
    /// distance.
    features: Vec<f64>,
    rows: usize,
}

impl Sampler {
    fn new(marginals: &[Marginal], classes: usize, seed: u64, effort: Effort) -> Self {
        let pairs = classes * classes;
        let each = if marginals.len() <= LATTICE_DIMENSIONS {
            lattice_size(effort.factors()[0] * EXPONENTIALS / (pairs * REPLICATES))
        } else {
            let products = 2 * marginals.len() * pairs * REPLICATES;
            let most = if effort == Effort::Fine { FINEST } else { HYPERCUBE.1 };
            (effort.factors()[1] * PRODUCTS / products).clamp(HYPERCUBE.0, most)
        };
        let drawn = lattice::draw(seed, each, marginals);
        let mut features = Vec::with_capacity(2 * drawn.len());
        for point in drawn.chunks(marginals.len()) {
            for (x, marginal) in point.iter().zip(marginals) {
                features.push(x * x);
                if *marginal == Marginal::Normal {
                    features.push(*x);
                }
            }
        }
        let points = REPLICATES * each;
        let rows = features.len() / points;
        Self { points, features, rows }
    }

    /// Likelihoods at the first points and, if the span of the means is given, the coordinates along it,
    /// a column for each.
    fn likelihoods(
        &self,
        instance: &Instance,
        span: Option<&Span>,
        points: usize,
    ) -> (Likelihoods, Vec<f64>) {
        let classes = instance.axes[0].variances.len();
        let pairs = classes * classes;
        let columns = pairs + span.map_or(0, Span::dimension);
        let mut weights = Vec::with_capacity(columns * self.rows);
        let mut constants = Vec::with_capacity(pairs);
        for k in 0..classes {
            for j in 0..classes {
                let mut constant = 0.0;
                for axis in &instance.axes {
                    let (square, linear) = weights_of(axis, k, j);
                    weights.push(square);
                    if axis.freedom.is_none() {
                        weights.push(linear);
                    }
                    constant += constant_of(axis, k, j);
                }
                constants.push(constant);
            }
        }
        for p in pairs..columns {
            let direction = span.map_or(&[][..], |span| span.direction(p - pairs));
            for (axis, u) in instance.axes.iter().zip(direction) {
                weights.push(0.0);
                if axis.freedom.is_none() {
                    weights.push(*u);
                }
            }
        }
        let mut logs = vec![0.0; columns * points];
        let side = |entries| ColumnMajor { entries, rows: self.rows };
        columns_against(side(&self.features[..points * self.rows]), side(&weights), &mut logs);
        let coordinates = logs.split_off(pairs * points);
        for (column, constant) in logs.chunks_mut(points).zip(constants) {
            column.iter_mut().for_each(|x| *x += constant);
        }
        (Likelihoods { logs, points }, coordinates)
    }
}
