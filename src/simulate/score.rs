//! The empirical score: noisy points against all samples of a data set.
//!
//! Samples pass in blocks that never hold two classes. The scalar products of a block with all
//! points are one matrix product, the weighted mean of its samples another; between them the logits
//! become weights relative to the largest logit so far. Nothing of size n × points is ever stored.
//! How the work is cut depends on n alone, and pieces are joined in order, so the bits do not depend
//! on the number of threads.

use super::data::DataSet;
use super::products::{Products, Tile};
use super::real::{Accumulate, Real, Weights, arch};
use super::tally::Tally;
use crate::error::{Error, Result};
use crate::numerics::stop;
use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use rayon::prelude::*;
use std::ops::Range;

pub use super::points::Points;

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

/// What points see of a data set.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Sums over all samples but the own one.
    pub others: Vec<Tally>,
    /// Logits of the own samples; empty where there are none.
    pub own: Vec<f64>,
    /// For each point, what a sample's energy |x − a e^{−t}|²/2Δ and its logit add up to.
    pub common: Vec<f64>,
    /// How many points had products in single precision: those where that bounds the error of every
    /// logit well enough.
    pub single: usize,
    /// Weighted means Σ w a of all samples, point after point; empty where not wanted.
    pub means: Vec<f64>,
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
///
/// # Errors
/// [`Error::Usage`] for points and samples whose energies leave the range of numbers.
pub fn see<T: Real>(data: &DataSet<T>, points: &Points, means: bool) -> Result<Seen> {
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
    let mut seen = Seen {
        others: Vec::with_capacity(count),
        own: Vec::new(),
        common: Vec::with_capacity(count),
        single: 0,
        means: vec![0.0; if means { count * d } else { 0 }],
    };
    for start in (0..count).step_by(TILE) {
        let range = start..count.min(start + TILE);
        let tile = Tile::new(data, points, range.clone())?;
        let logits = |samples: &[usize]| -> Vec<f64> {
            let of = range.clone().into_par_iter().enumerate();
            of.filter_map(|(place, j)| Some(tile.logit(*samples.get(j)?, place))).collect()
        };
        // Relative to a near sample most others are negligible from the start.
        let hints = logits(&points.hints);
        seen.own.extend(logits(&points.own));
        let view = View { data, own: points.own.get(range.clone()).unwrap_or_default(), hints };
        let partials: Vec<Partial> =
            slices.par_iter().map(|slice| slice_sums(&view, &tile, slice, means)).collect();
        for (place, j) in range.enumerate() {
            let mut tally = Tally::new(data.classes().len(), f64::NEG_INFINITY);
            for partial in &partials {
                tally.merge(&partial.tallies[place]);
            }
            if !tally.nearest.0.is_finite() {
                return Err(Error::Usage(format!(
                    "at t = {} a point sees no sample: its weights left the range of numbers",
                    points.noises[j].time()
                )));
            }
            if means {
                mean_of(data, points, &seen.own, &partials, (place, j), &tally, &mut seen.means);
            }
            seen.others.push(tally);
            seen.common.push(tile.common(place));
        }
        seen.single += tile.single();
    }
    Ok(seen)
}

/// What a slice needs to know beside its tile.
struct View<'a, T> {
    data: &'a DataSet<T>,
    /// The own samples of the tile's points, and logits of near ones; empty where there are none.
    own: &'a [usize],
    hints: Vec<f64>,
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
        let values = data.rows(points.own[j]..points.own[j] + 1);
        arch().dispatch(Accumulate { values, factor, sums: mean });
    }
    // Weights add up to one: the mean lies about the centre as the samples do.
    for (k, a) in mean.iter_mut().enumerate() {
        *a = data.frame().outward(k, *a);
    }
}

/// One slice of the samples over one tile of the points.
fn slice_sums<T: Real>(
    view: &View<'_, T>,
    tile: &Tile<'_, T>,
    slice: &[Block],
    means: bool,
) -> Partial {
    stop::point();
    let (data, d, count) = (view.data, view.data.dimension(), tile.len());
    let negligible = T::narrow(LEFT_OUT / data.len() as f64);
    let start = |place: usize| view.hints.get(place).copied().unwrap_or(f64::NEG_INFINITY);
    let mut tallies: Vec<Tally> =
        (0..count).map(|place| Tally::new(data.classes().len(), start(place))).collect();
    let mut sums = Sums::new(if means { d } else { 0 }, count);
    let mut products = Products::new(tile, BLOCK);
    let mut weights = vec![T::default(); BLOCK * count];
    let mut logits = vec![0.0; BLOCK];
    let mut heavy = vec![0; count];
    for Block { class, range } in slice {
        let n = range.len();
        let weights = &mut weights[..n * count];
        products.multiply(range.clone());
        for (place, heavy) in heavy.iter_mut().enumerate() {
            let logits = &mut logits[..n];
            let mut largest = products.logits(place, logits);
            if let Some(own) = view.own.get(place).filter(|own| range.contains(own)) {
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
            *heavy = column.heavy;
        }
        if means {
            let samples = MatRef::from_column_major_slice(data.rows(range.clone()), d, n);
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
