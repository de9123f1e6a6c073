//! The boundary-value problems (s − L) f = S, L = ½∂² + b∂, that the backward equations of y become, on Chebyshev
//! elements whose inner points are eliminated one element at a time.
//!
//! All functions here have their nearest singularities at Im y = π/2. On elements of length ≈ 1 the
//! coefficients fall by 6 with each order.

use nalgebra::Complex;
use std::f64::consts::PI;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

/// Numbers in which a problem is solved.
pub(super) trait Scalar:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
{
    /// A real number.
    fn real(x: f64) -> Self;
    /// A real multiple.
    fn times(self, x: f64) -> Self;
    /// Its size, for pivots.
    fn size(self) -> f64;
}

impl Scalar for f64 {
    fn real(x: f64) -> Self {
        x
    }
    fn times(self, x: f64) -> Self {
        self * x
    }
    fn size(self) -> f64 {
        self.abs()
    }
}

impl Scalar for Complex<f64> {
    fn real(x: f64) -> Self {
        Self::new(x, 0.0)
    }
    fn times(self, x: f64) -> Self {
        self * x
    }
    fn size(self) -> f64 {
        self.norm_sqr()
    }
}

/// Elements of one order over an interval.
pub(super) struct Elements {
    /// Order: each element has order + 1 points, ends included.
    order: usize,
    edges: Vec<f64>,
    /// Points in [−1, 1] and the derivative there, row by row.
    reference: Vec<f64>,
    first: Vec<f64>,
    second: Vec<f64>,
    /// Points of all elements, those at edges twice.
    points: Vec<f64>,
}

/// f′ = slope·f + offset at an end of the interval.
#[derive(Clone, Copy)]
pub(super) struct End<T> {
    pub(super) slope: T,
    pub(super) offset: T,
}

impl Elements {
    /// Elements between `edges`.
    pub(super) fn new(edges: Vec<f64>, order: usize) -> Self {
        let size = order + 1;
        let x: Vec<f64> = (0..size).map(|j| -(PI * j as f64 / order as f64).cos()).collect();
        let c = |j: usize| {
            let end = if j == 0 || j == order { 2.0 } else { 1.0 };
            if j.is_multiple_of(2) { end } else { -end }
        };
        let mut first = vec![0.0; size * size];
        for i in 0..size {
            let mut sum = 0.0;
            for j in 0..size {
                if i != j {
                    // x_i − x_j by the product of sines keeps its digits.
                    let (a, b) = (PI * i as f64 / order as f64, PI * j as f64 / order as f64);
                    let gap = 2.0 * (0.5 * (a + b)).sin() * (0.5 * (a - b)).sin();
                    let value = c(i) / c(j) / gap;
                    first[i * size + j] = value;
                    sum += value;
                }
            }
            first[i * size + i] = -sum;
        }
        let mut second = vec![0.0; size * size];
        for i in 0..size {
            let mut sum = 0.0;
            for j in 0..size {
                if i != j {
                    let value: f64 =
                        (0..size).map(|k| first[i * size + k] * first[k * size + j]).sum();
                    second[i * size + j] = value;
                    sum += value;
                }
            }
            second[i * size + i] = -sum;
        }
        let points = edges
            .windows(2)
            .flat_map(|e| {
                let (middle, half) = (0.5 * (e[0] + e[1]), 0.5 * (e[1] - e[0]));
                x.iter().map(move |x| middle + half * x).collect::<Vec<f64>>()
            })
            .collect();
        Self { order, edges, reference: x, first, second, points }
    }

    /// Points of all elements, in order, those at edges twice.
    pub(super) fn points(&self) -> &[f64] {
        &self.points
    }

    /// The weights of all points in the value of f at `y`, by barycentric interpolation, added `times` to `sum`.
    pub(super) fn add_value(&self, y: f64, times: f64, sum: &mut [f64]) {
        let last = self.edges.len() - 2;
        let at = self.edges.partition_point(|e| *e <= y).saturating_sub(1).min(last);
        let (low, high) = (self.edges[at], self.edges[at + 1]);
        let x = (2.0 * y - low - high) / (high - low);
        let size = self.order + 1;
        let row = &mut sum[at * size..(at + 1) * size];
        if let Some(j) = self.reference.iter().position(|r| *r == x) {
            row[j] += times;
            return;
        }
        let weight = |j: usize| {
            let end = if j == 0 || j == self.order { 0.5 } else { 1.0 };
            (if j.is_multiple_of(2) { end } else { -end }) / (x - self.reference[j])
        };
        let total: f64 = (0..size).map(weight).sum();
        for (j, slot) in row.iter_mut().enumerate() {
            *slot += times * weight(j) / total;
        }
    }

    /// Solves (s − ½∂² − b∂) f = S for each of the sources, given at all points as is b, with conditions at both
    /// ends. Cost: a factorisation of order³/3 operations an element.
    pub(super) fn solve<T: Scalar, const N: usize>(
        &self,
        s: T,
        drift: &[f64],
        sources: &[Vec<T>; N],
        ends: &[[End<T>; 2]; N],
    ) -> [Vec<T>; N] {
        let (p, size) = (self.order, self.order + 1);
        let inner = p - 1;
        let count = self.edges.len() - 1;
        let zero = T::real(0.0);
        // Of each element: the inner points' answer to a one at the left and the right end, and to the sources.
        let mut answers = vec![zero; count * inner * (2 + N)];
        // Derivative at the left and the right end: times the two end values, and from the sources.
        let mut slopes = vec![[[zero; 2]; 2]; count];
        let mut offsets = vec![[[zero; N]; 2]; count];
        let mut matrix = vec![zero; inner * inner];
        for e in 0..count {
            let scale = 2.0 / (self.edges[e + 1] - self.edges[e]);
            let base = e * size;
            let entry = |i: usize, j: usize| {
                let b = drift[base + i];
                -0.5 * scale * scale * self.second[i * size + j]
                    - b * scale * self.first[i * size + j]
            };
            for i in 0..inner {
                for j in 0..inner {
                    matrix[i * inner + j] = T::real(entry(i + 1, j + 1));
                }
                matrix[i * inner + i] += s;
            }
            let own = &mut answers[e * inner * (2 + N)..(e + 1) * inner * (2 + N)];
            for i in 0..inner {
                own[i * (2 + N)] = T::real(-entry(i + 1, 0));
                own[i * (2 + N) + 1] = T::real(-entry(i + 1, p));
                for n in 0..N {
                    own[i * (2 + N) + 2 + n] = sources[n][base + i + 1];
                }
            }
            eliminate(&mut matrix, own, inner, 2 + N);
            for (side, row) in [0, p].into_iter().enumerate() {
                let d = |j: usize| scale * self.first[row * size + j];
                let mut sums = vec![zero; 2 + N];
                for i in 0..inner {
                    for (sum, a) in sums.iter_mut().zip(&own[i * (2 + N)..]) {
                        *sum += a.times(d(i + 1));
                    }
                }
                slopes[e][side] = [sums[0] + T::real(d(0)), sums[1] + T::real(d(p))];
                offsets[e][side].copy_from_slice(&sums[2..]);
            }
        }
        std::array::from_fn(|n| {
            // Derivatives agree at the edges: a tridiagonal system, eliminated from the left.
            let mut across = vec![zero; count];
            let mut edge = vec![zero; count + 1];
            let [left, right] = ends[n];
            let mut diagonal = slopes[0][0][0] - left.slope;
            let mut value = left.offset - offsets[0][0][n];
            for e in 0..count {
                // Row of edge e: … + diagonal f_e + upper f_{e+1} = value.
                let upper = slopes[e][0][1];
                across[e] = upper / diagonal;
                edge[e] = value / diagonal;
                let lower = slopes[e][1][0];
                let own = slopes[e][1][1];
                let (next, next_offset) = if e + 1 < count {
                    (slopes[e + 1][0][0], offsets[e + 1][0][n])
                } else {
                    (right.slope, right.offset)
                };
                // lower f_e + (own − next) f_{e+1} − (upper of the next) f_{e+2} = next offset − own offset, with
                // its sign turned so that the next row has +upper.
                diagonal = next - own + lower * across[e];
                value = offsets[e][1][n] - next_offset + lower * edge[e];
            }
            edge[count] = value / diagonal;
            for e in (0..count).rev() {
                let after = edge[e + 1];
                edge[e] -= across[e] * after;
            }
            let mut f = vec![zero; count * size];
            for e in 0..count {
                let (a, b) = (edge[e], edge[e + 1]);
                f[e * size] = a;
                f[e * size + p] = b;
                for i in 0..inner {
                    let own = &answers[(e * inner + i) * (2 + N)..];
                    f[e * size + i + 1] = own[0] * a + own[1] * b + own[2 + n];
                }
            }
            f
        })
    }
}

/// Solves matrix·x = right in place, rows of `width` right-hand sides, with partial pivots.
fn eliminate<T: Scalar>(matrix: &mut [T], right: &mut [T], n: usize, width: usize) {
    for k in 0..n {
        let pivot = (k..n)
            .max_by(|&i, &j| matrix[i * n + k].size().total_cmp(&matrix[j * n + k].size()))
            .unwrap_or(k);
        if pivot != k {
            for j in k..n {
                matrix.swap(k * n + j, pivot * n + j);
            }
            for j in 0..width {
                right.swap(k * width + j, pivot * width + j);
            }
        }
        let inverse = T::real(1.0) / matrix[k * n + k];
        for i in k + 1..n {
            let factor = matrix[i * n + k] * inverse;
            let (above, below) = matrix.split_at_mut(i * n);
            for (x, a) in below[k + 1..n].iter_mut().zip(&above[k * n + k + 1..(k + 1) * n]) {
                *x -= factor * *a;
            }
            let (above, below) = right.split_at_mut(i * width);
            for (x, a) in below[..width].iter_mut().zip(&above[k * width..(k + 1) * width]) {
                *x -= factor * *a;
            }
        }
    }
    for k in (0..n).rev() {
        let inverse = T::real(1.0) / matrix[k * n + k];
        for j in 0..width {
            let mut x = right[k * width + j];
            for i in k + 1..n {
                x -= matrix[k * n + i] * right[i * width + j];
            }
            right[k * width + j] = x * inverse;
        }
    }
}
