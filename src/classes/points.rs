//! Seeded quasi-Monte-Carlo points on independent axes, and the means over them alone.

use super::conditional::{Span, constant_of, weights_of};
use super::local::Priors;
use super::means::{Averages, Effort, Likelihoods, Means, Values, joined};
use super::pair::{self, Mode};
use super::reduction::{Axis, Instance};
use crate::numerics::Estimate;
use crate::numerics::lattice::{self, LATTICE_DIMENSIONS, Marginal, REPLICATES, lattice_size};
use crate::numerics::precision::ROUNDING;
use crate::numerics::products::{ColumnMajor, columns_against};
use crate::numerics::stop;
use std::sync::OnceLock;

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

/// Quick and fine points on independent axes.
#[derive(Debug)]
pub(super) struct AxesPoints {
    marginals: Vec<Marginal>,
    classes: usize,
    seed: u64,
    quick: Sampler,
    fine: OnceLock<Sampler>,
}

impl AxesPoints {
    pub(super) fn new(marginals: Vec<Marginal>, classes: usize, seed: u64) -> Self {
        let quick = Sampler::new(&marginals, classes, seed, Effort::Quick);
        Self { marginals, classes, seed, quick, fine: OnceLock::new() }
    }

    /// Likelihoods at the points that the effort is worth and, if the span of the means is given, the
    /// coordinates along it, a column for each.
    pub(super) fn likelihoods(
        &self,
        instance: &Instance,
        span: Option<&Span>,
        effort: Effort,
    ) -> (Likelihoods, Vec<f64>) {
        let sampler = if effort == Effort::Fine {
            let draw = || Sampler::new(&self.marginals, self.classes, self.seed, Effort::Fine);
            self.fine.get_or_init(draw)
        } else {
            &self.quick
        };
        let points = sampler.points / REPLICATES * effort.replicates();
        sampler.likelihoods(instance, span, points)
    }

    /// The sums over pairs of classes, where the effort is worth them.
    pub(super) fn pair_sums(
        &self,
        instance: &Instance,
        priors: &Priors,
        effort: Effort,
    ) -> Option<[Estimate; 2]> {
        let count = self.classes * (self.classes - 1) / 2 * instance.axes.len();
        (effort == Effort::Fine && count <= PAIRS).then(|| pair_sums(instance, priors))
    }

    /// The means at one noise level, with no other control than the sums over pairs of classes.
    pub(super) fn means(&self, instance: &Instance, priors: &Priors, effort: Effort) -> Means {
        let (likelihoods, _) = self.likelihoods(instance, None, effort);
        let pairs = self.pair_sums(instance, priors, effort);
        let Values { own, pairs: sums } = likelihoods.values(priors, pairs.is_some());
        let controls: Vec<(Averages, [Estimate; 2])> =
            pairs.map(|known| (sums, known)).into_iter().collect();
        joined(own, &controls, priors, effort)
    }
}

/// Points on independent axes, the same at every noise level.
#[derive(Debug)]
struct Sampler {
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
        stop::point();
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

/// Entropy and 1 − φ of all pairs of classes, each with its share of the probability.
fn pair_sums(instance: &Instance, priors: &Priors) -> [Estimate; 2] {
    let classes = priors.weights.len();
    let mut sums = [Estimate::exact(0.0); 2];
    for k in 0..classes {
        for j in 0..k {
            let mode = |axis: &Axis| {
                let (own, other) = (axis.variances[j], axis.variances[k]);
                Mode {
                    excess: (own - other) / other,
                    ratio: own / other,
                    error: 3.0 * ROUNDING,
                    shift: (axis.means[j] - axis.means[k]).powi(2) / other,
                    multiplicity: axis.freedom.unwrap_or(1.0),
                }
            };
            let modes: Vec<Mode> = instance.axes.iter().map(mode).collect();
            let pair = pair::integrals(&modes, priors.weights[j], priors.weights[k]);
            sums = [sums[0] + pair.entropy, sums[1] + pair.overlap * 2.0];
        }
    }
    sums
}
