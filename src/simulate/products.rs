//! Logits of samples seen from points, each in the cheapest arithmetic whose error is bounded.
//!
//! About the centre of the data, with y = x − e^{−t} c, a logit is e^{−t} y·a/Δ − ½ e^{−2t}|a|²/Δ.
//! A sum of d products in a precision of unit roundoff u is off by about √d u |y||a| at most
//! `[HM19]`: with |y| and the largest |a| known, so is the error of every logit before it is computed.
//! Where it is too large for the precision that the samples are stored in, the products are computed
//! in double precision, and where that is too little, energies |y − e^{−t} a|²/2Δ are summed directly,
//! from differences without cancellation.

use super::data::DataSet;
use super::frame::power_above;
use super::points::Points;
use super::real::{Energy, Logits, Real, arch};
use crate::error::{Error, Result};
use crate::numerics::exponential::clean_registers;
use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use std::ops::Range;

/// Largest error of a logit, which is the relative error of a weight; signs differ from sample to
/// sample, and averages of many are off by far less.
const LOGIT_ERROR: f64 = 0.01;

/// Roundings of a product beside those of its sum: those of the point to the precision of the
/// products.
const ROUNDINGS: f64 = 2.0;

/// Energies beyond this leave no room for their sums and squares.
const LARGEST_ENERGY: f64 = 1e300;

/// How the logits of a tile are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    /// Products in the precision of the samples.
    Stored,
    /// Products in double precision.
    Double,
    /// Differences in double precision.
    Direct,
}

/// One point of a tile.
struct Line {
    /// Power of two above its coordinates.
    unit: f64,
    /// e^{−t}/Δ and ½ e^{−2t}/Δ for samples in their unit.
    slope: f64,
    half: f64,
    /// e^{−t} and 1/2Δ for samples in their unit.
    decay: f64,
    over: f64,
    /// |y|²/2Δ.
    common: f64,
}

/// Some points, as they see a data set.
pub(super) struct Tile<'a, T> {
    data: &'a DataSet<T>,
    way: Way,
    lines: Vec<Line>,
    /// y, point after point.
    offsets: Vec<f64>,
    /// The same in units of each point, in the precision of the products.
    stored: Vec<T>,
    double: Vec<f64>,
}

impl<'a, T: Real> Tile<'a, T> {
    /// The points of a range.
    ///
    /// # Errors
    /// [`Error::Usage`] where energies leave the range of numbers.
    pub(super) fn new(data: &'a DataSet<T>, points: &Points, range: Range<usize>) -> Result<Self> {
        let d = data.dimension();
        let (frame, largest) = (data.frame(), data.largest());
        let mut offsets = points.values[range.start * d..range.end * d].to_vec();
        let (mut lines, mut products, mut squares) =
            (Vec::with_capacity(range.len()), 0.0f64, 0.0f64);
        for (y, j) in offsets.chunks_exact_mut(d).zip(range) {
            let noise = points.noises[j];
            let (decay, delta) = (noise.decay(), noise.delta());
            if let Some(centre) = &frame.centre {
                y.iter_mut().zip(centre).for_each(|(y, c)| *y -= decay * c);
            }
            let square: f64 = y.iter().map(|y| y * y).sum();
            let reach = square.sqrt() + decay * largest;
            let energy = reach * reach / (2.0 * delta);
            if energy.is_nan() || energy >= LARGEST_ENERGY {
                return Err(Error::Usage(format!(
                    "at t = {} energies |x − a e^(−t)|²/2Δ leave the range of numbers: points and samples are up to {reach:.1e} apart",
                    noise.time()
                )));
            }
            products = products.max(decay / delta * square.sqrt() * largest);
            squares = squares.max(0.5 * decay * decay / delta * largest * largest);
            let size = y.iter().map(|y| y.abs()).fold(0.0, f64::max);
            let (unit, own) = (power_above(size), frame.unit);
            lines.push(Line {
                unit,
                slope: decay / delta * own * unit,
                half: 0.5 * decay * decay / delta * own * own,
                decay: decay * own,
                over: 0.5 / delta,
                common: square / (2.0 * delta),
            });
        }
        // Squares of samples are summed in double precision anyway.
        let bound = |rounding: f64| {
            ((d as f64).sqrt() + ROUNDINGS) * (rounding * products + f64::ROUNDING * squares)
        };
        let way = if bound(T::ROUNDING) <= LOGIT_ERROR {
            Way::Stored
        } else if bound(f64::ROUNDING) <= LOGIT_ERROR {
            Way::Double
        } else {
            Way::Direct
        };
        let scaled =
            || offsets.chunks_exact(d).zip(&lines).flat_map(|(y, l)| y.iter().map(|y| y / l.unit));
        let stored =
            if way == Way::Stored { scaled().map(T::narrow).collect() } else { Vec::new() };
        let double = if way == Way::Double { scaled().collect() } else { Vec::new() };
        Ok(Self { data, way, lines, offsets, stored, double })
    }

    /// Number of points.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// How many of its points have products in single precision.
    pub(super) fn single(&self) -> usize {
        if self.way == Way::Stored && T::BYTES == f32::BYTES { self.lines.len() } else { 0 }
    }

    /// What a logit of a point is less than: the energy of a sample is this less its logit.
    pub(super) fn common(&self, place: usize) -> f64 {
        if self.way == Way::Direct { 0.0 } else { self.lines[place].common }
    }

    /// The logit of sample `i`, in double precision.
    pub(super) fn logit(&self, i: usize, place: usize) -> f64 {
        let d = self.data.dimension();
        let (line, y) = (&self.lines[place], &self.offsets[place * d..][..d]);
        match self.way {
            Way::Direct => self.energy(i, place),
            _ => {
                (line.slope / line.unit) * self.data.product(i, y)
                    - line.half * self.data.squares()[i]
            }
        }
    }

    fn energy(&self, i: usize, place: usize) -> f64 {
        let (line, d) = (&self.lines[place], self.data.dimension());
        let samples = self.data.rows(i..i + 1);
        let point = &self.offsets[place * d..][..d];
        -line.over * arch().dispatch(Energy { samples, point, decay: line.decay })
    }
}

/// Room for the products of one block of samples with a tile.
pub(super) struct Products<'a, T> {
    tile: &'a Tile<'a, T>,
    stored: Vec<T>,
    double: Vec<f64>,
    samples: Vec<f64>,
    range: Range<usize>,
}

impl<'a, T: Real> Products<'a, T> {
    /// Room for blocks of up to `block` samples.
    pub(super) fn new(tile: &'a Tile<'a, T>, block: usize) -> Self {
        let count = block * tile.lines.len();
        let of = |way: Way, count: usize| if tile.way == way { count } else { 0 };
        Self {
            tile,
            stored: vec![T::default(); of(Way::Stored, count)],
            double: vec![0.0; of(Way::Double, count)],
            samples: vec![0.0; of(Way::Double, block * tile.data.dimension())],
            range: 0..0,
        }
    }

    /// Multiplies the samples of `range` with all points.
    pub(super) fn multiply(&mut self, range: Range<usize>) {
        let (d, n, count) = (self.tile.data.dimension(), range.len(), self.tile.lines.len());
        let rows = self.tile.data.rows(range.clone());
        self.range = range;
        match self.tile.way {
            Way::Stored => product(rows, &self.tile.stored, (d, n, count), &mut self.stored),
            Way::Double => {
                let samples = &mut self.samples[..n * d];
                samples.iter_mut().zip(rows).for_each(|(wide, x)| *wide = x.wide());
                product(samples, &self.tile.double, (d, n, count), &mut self.double);
            }
            Way::Direct => {}
        }
    }

    /// The logits of the samples multiplied last, seen from one point; returns the largest.
    pub(super) fn logits(&self, place: usize, logits: &mut [f64]) -> f64 {
        let (tile, n) = (self.tile, self.range.len());
        let Line { slope, half, .. } = tile.lines[place];
        let squares = &tile.data.squares()[self.range.clone()];
        match tile.way {
            Way::Stored => {
                let products = &self.stored[place * n..][..n];
                arch().dispatch(Logits { products, squares, slope, half, logits })
            }
            Way::Double => {
                let products = &self.double[place * n..][..n];
                arch().dispatch(Logits { products, squares, slope, half, logits })
            }
            Way::Direct => {
                for (i, logit) in self.range.clone().zip(logits.iter_mut()) {
                    *logit = tile.energy(i, place);
                }
                logits.iter().copied().fold(f64::NEG_INFINITY, f64::max)
            }
        }
    }
}

/// All products of `n` samples with `count` points.
fn product<T: Real>(
    samples: &[T],
    points: &[T],
    (d, n, count): (usize, usize, usize),
    out: &mut [T],
) {
    matmul(
        MatMut::from_column_major_slice_mut(&mut out[..n * count], n, count),
        Accum::Replace,
        MatRef::from_column_major_slice(samples, d, n).transpose(),
        MatRef::from_column_major_slice(points, d, count),
        T::narrow(1.0),
        Par::Seq,
    );
    clean_registers();
}
