//! The empirical score: noisy points against all samples of a data set.
//!
//! Samples pass in blocks that never hold two classes. The scalar products of a block with all
//! points are one matrix product, the weighted mean of its samples another; between them the logits
//! become weights relative to the largest logit so far. Nothing of size n × points is ever stored.
//! How the work is cut depends on n alone, and pieces are joined in order, so the bits do not depend
//! on the number of threads.

use super::data::DataSet;
use super::real::{Accumulate, Logits, Real, Weights, arch};
use super::tally::Tally;
use crate::process::Noise;
use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use rayon::prelude::*;
use std::ops::Range;

/// Samples of a block, and points treated together: products of such pieces stay in the cache.
const BLOCK: usize = 256;
const TILE: usize = 256;

/// Blocks of one slice, and the largest number of slices: each has its own sums.
const SLICE_BLOCKS: usize = 8;
const SLICES: usize = 16;

/// Sums of weighted samples pass from the kernel's precision to double after so many blocks.
const BLOCKS_BETWEEN_FLUSHES: usize = 8;

/// All weights left out of a mean add up to less than this part of the sum of all weights.
const LEFT_OUT: f64 = 1e-9;

/// A block with fewer weights that count than one in so many is summed weight by weight.
const SPARSE: usize = 32;

/// How far the largest logit may rise above the reference before the sums are rescaled.
const HEADROOM: f64 = 8.0;

/// Noisy points x_t.
#[derive(Clone, Debug)]
pub struct Points {
    /// Dimension d.
    pub dimension: usize,
    /// Point j in `values[j d .. (j+1) d]`.
    pub values: Vec<f64>,
    /// The noise level of each; needs 0 < t < ∞.
    pub noises: Vec<Noise>,
    /// The sample that each came from, kept out of its sums; empty where there is none.
    pub own: Vec<usize>,
    /// A sample that is probably near each point, to start from; empty where none is known.
    pub hints: Vec<usize>,
}

/// What points see of a data set.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Sums over all samples but the own one.
    pub others: Vec<Tally>,
    /// Logits of the own samples; empty where there are none.
    pub own: Vec<f64>,
    /// Weighted means Σ w a of all samples, point after point; empty where not wanted.
    pub means: Vec<f64>,
}

impl Points {
    /// Number of points.
    pub fn len(&self) -> usize {
        self.noises.len()
    }

    /// True if there are no points.
    pub fn is_empty(&self) -> bool {
        self.noises.is_empty()
    }

    fn point(&self, j: usize) -> &[f64] {
        &self.values[j * self.dimension..][..self.dimension]
    }

    /// e^{−t}/Δ and ½ e^{−2t}/Δ, the factors of x·a and |a|² in a logit.
    fn factors(&self, j: usize) -> (f64, f64) {
        let (decay, delta) = (self.noises[j].decay(), self.noises[j].delta());
        (decay / delta, 0.5 * decay * decay / delta)
    }

    /// The logit of sample `i` seen from point `j`, in double precision.
    pub(super) fn logit<T: Real>(&self, data: &DataSet<T>, i: usize, j: usize) -> f64 {
        let (slope, half) = self.factors(j);
        slope * data.product(i, self.point(j)) - half * data.squares()[i]
    }
}

impl Seen {
    /// Sums over all samples, the own one included.
    pub fn all<T: Real>(&self, data: &DataSet<T>, points: &Points, j: usize) -> Tally {
        let mut tally = self.others[j].clone();
        if let (Some(&own), Some(&logit)) = (points.own.get(j), self.own.get(j)) {
            tally.add(logit, data.class_of(own), own);
        }
        tally
    }
}

/// A piece of the samples, of one class.
struct Block {
    class: usize,
    range: Range<usize>,
}

/// Sums of one slice of the samples over one tile of the points.
struct Partial {
    tallies: Vec<Tally>,
    /// Σ e^{l − reference} a.
    means: Vec<f64>,
}

/// What `points` see of `data`, with the weighted means if `means`.
pub fn see<T: Real>(data: &DataSet<T>, points: &Points, means: bool) -> Seen {
    let (d, count) = (data.dimension(), points.len());
    let blocks: Vec<Block> = data
        .classes()
        .iter()
        .enumerate()
        .flat_map(|(class, range)| {
            let end = range.end;
            range.clone().step_by(BLOCK).map(move |a| Block { class, range: a..end.min(a + BLOCK) })
        })
        .collect();
    let per_slice = SLICE_BLOCKS.max(blocks.len().div_ceil(SLICES));
    let slices: Vec<&[Block]> = blocks.chunks(per_slice).collect();
    let tiles: Vec<Range<usize>> =
        (0..count).step_by(TILE).map(|a| a..count.min(a + TILE)).collect();
    // Relative to a near sample most others are negligible from the start.
    let hints: Vec<f64> = (0..points.hints.len())
        .into_par_iter()
        .map(|j| points.logit(data, points.hints[j], j))
        .collect();
    let own: Vec<f64> = (0..points.own.len())
        .into_par_iter()
        .map(|j| points.logit(data, points.own[j], j))
        .collect();
    let mut seen =
        Seen { others: Vec::new(), own, means: vec![0.0; if means { count * d } else { 0 }] };
    for tile in tiles {
        let narrow: Vec<T> =
            points.values[tile.start * d..tile.end * d].iter().map(|x| T::narrow(*x)).collect();
        let partials: Vec<Partial> = slices
            .par_iter()
            .map(|slice| slice_sums(data, points, &tile, &narrow, &hints, slice, means))
            .collect();
        for (place, j) in tile.clone().enumerate() {
            let mut tally = Tally::new(data.classes().len(), f64::NEG_INFINITY);
            for partial in &partials {
                tally.merge(&partial.tallies[place]);
            }
            if means {
                mean_of(data, points, &seen.own, &partials, (place, j), &tally, &mut seen.means);
            }
            seen.others.push(tally);
        }
    }
    seen
}

/// Joins the weighted sums of the slices, adds the own sample, and divides.
fn mean_of<T: Real>(
    data: &DataSet<T>,
    points: &Points,
    own: &[f64],
    partials: &[Partial],
    (place, j): (usize, usize),
    others: &Tally,
    means: &mut [f64],
) {
    let d = data.dimension();
    let mean = &mut means[j * d..][..d];
    let mut all = others.clone();
    if let Some(&logit) = own.get(j) {
        all.add(logit, 0, points.own[j]);
    }
    for partial in partials {
        let factor = (partial.tallies[place].reference - all.reference).exp() / all.sum;
        if factor > 0.0 {
            let values = &partial.means[place * d..][..d];
            arch().dispatch(Accumulate { values, factor, sums: mean });
        }
    }
    if let Some(&logit) = own.get(j) {
        let factor = (logit - all.reference).exp() / all.sum;
        arch().dispatch(Accumulate { values: data.sample(points.own[j]), factor, sums: mean });
    }
}

/// One slice of the samples over one tile of the points.
fn slice_sums<T: Real>(
    data: &DataSet<T>,
    points: &Points,
    tile: &Range<usize>,
    narrow: &[T],
    hints: &[f64],
    slice: &[Block],
    means: bool,
) -> Partial {
    let (d, count) = (data.dimension(), tile.len());
    let negligible = T::narrow(LEFT_OUT / data.len() as f64);
    let start = |j: usize| hints.get(j).copied().unwrap_or(f64::NEG_INFINITY);
    let mut tallies: Vec<Tally> =
        tile.clone().map(|j| Tally::new(data.classes().len(), start(j))).collect();
    let mut sums = Sums::new(if means { d } else { 0 }, count);
    let (mut products, mut weights) =
        (vec![T::default(); BLOCK * count], vec![T::default(); BLOCK * count]);
    let mut logits = vec![0.0; BLOCK];
    let mut heavy = vec![0; count];
    for Block { class, range } in slice {
        let n = range.len();
        let (products, weights) = (&mut products[..n * count], &mut weights[..n * count]);
        let samples = MatRef::from_column_major_slice(data.rows(range.clone()), d, n);
        matmul(
            MatMut::from_column_major_slice_mut(products, n, count),
            Accum::Replace,
            samples.transpose(),
            MatRef::from_column_major_slice(narrow, d, count),
            T::narrow(1.0),
            Par::Seq,
        );
        for (place, j) in tile.clone().enumerate() {
            let (slope, half) = points.factors(j);
            let logits = &mut logits[..n];
            let mut largest = arch().dispatch(Logits {
                products: &products[place * n..][..n],
                squares: &data.squares()[range.clone()],
                slope,
                half,
                logits,
            });
            if let Some(own) = points.own.get(j).filter(|own| range.contains(own)) {
                logits[own - range.start] = f64::NEG_INFINITY;
                largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            }
            let tally = &mut tallies[place];
            if largest > tally.nearest.0 {
                let at = logits.iter().position(|l| *l == largest).unwrap_or(0);
                tally.nearest = (largest, range.start + at);
            }
            if largest > tally.reference + HEADROOM {
                sums.rescale(place, tally.raise(largest));
            }
            let column = arch().dispatch(Weights {
                logits,
                reference: tally.reference,
                negligible,
                weights: &mut weights[place * n..][..n],
            });
            tally.sum += column.sum;
            tally.squares += column.squares;
            tally.logs += column.logs;
            tally.classes[*class] += column.sum;
            heavy[place] = column.heavy;
        }
        if means {
            sums.add(samples, weights, &heavy);
        }
    }
    sums.flush();
    Partial { tallies, means: sums.wide }
}

/// Σ w a for every point: a sum in the kernel's precision over a few blocks, and one in double.
struct Sums<T> {
    dimension: usize,
    narrow: Vec<T>,
    pending: usize,
    wide: Vec<f64>,
}

impl<T: Real> Sums<T> {
    fn new(dimension: usize, count: usize) -> Self {
        let narrow = vec![T::default(); dimension * count];
        Self { dimension, narrow, pending: 0, wide: vec![0.0; dimension * count] }
    }

    /// Multiplies the sums of one point.
    fn rescale(&mut self, place: usize, factor: f64) {
        if factor == 1.0 {
            return;
        }
        let own = place * self.dimension..(place + 1) * self.dimension;
        self.wide[own.clone()].iter_mut().for_each(|x| *x *= factor);
        if self.pending > 0 {
            self.narrow[own].iter_mut().for_each(|x| *x = T::narrow(x.wide() * factor));
        }
    }

    /// Adds the samples of one block; `heavy` counts the weights of each point that are not 0.
    fn add(&mut self, samples: MatRef<'_, T>, weights: &[T], heavy: &[usize]) {
        let (d, n, count) = (self.dimension, samples.ncols(), heavy.len());
        let total: usize = heavy.iter().sum();
        if total * SPARSE < n * count {
            for place in (0..count).filter(|j| heavy[*j] > 0) {
                let sums = &mut self.wide[place * d..][..d];
                for (i, weight) in weights[place * n..][..n].iter().enumerate() {
                    if let (true, Some(column)) =
                        (weight.wide() > 0.0, samples.col(i).try_as_col_major())
                    {
                        let (values, factor) = (column.as_slice(), weight.wide());
                        arch().dispatch(Accumulate { values, factor, sums });
                    }
                }
            }
            return;
        }
        matmul(
            MatMut::from_column_major_slice_mut(&mut self.narrow, d, count),
            Accum::Add,
            samples,
            MatRef::from_column_major_slice(weights, n, count),
            T::narrow(1.0),
            Par::Seq,
        );
        self.pending += 1;
        if self.pending == BLOCKS_BETWEEN_FLUSHES {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if self.pending > 0 {
            let Self { narrow, wide, .. } = self;
            arch().dispatch(Accumulate { values: narrow, factor: 1.0, sums: wide });
            narrow.fill(T::default());
            self.pending = 0;
        }
    }
}
