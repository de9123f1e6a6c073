//! One quantity at one reduced radius of x: the integral over v.

use super::count::Count;
use super::law::Law;
use super::mellin::Line;
use super::quantity::{Quantity, TERMS};
use super::resolution::{FULL, Resolution};
use crate::numerics::precision::ROUNDING;

/// What lines of integration resolve beyond the depth of the integral, so that what they leave out
/// stands below it even where n times a mean is several hundred.
const BELOW: f64 = 3.4;

/// Points in v beyond which an integral is given up.
const LONGEST: f64 = 1e6;

/// Spacing of the trapezoidal rule in v. Functions of e^{v − E} are analytic for |Im v| < π/2, and
/// what the rule misses is their Fourier transform at y = 2π/h: Γ(1 − iy)/y, Γ(1 − iy), Γ(2 − iy)
/// for the kernels 1 − e^{−ζ}, ζe^{−ζ}, ζ²e^{−ζ}. With these spacings it is 1e-12.
pub(crate) fn spacing(quantity: Quantity) -> f64 {
    match quantity {
        Quantity::IndexEntropy | Quantity::LeaveOneOut | Quantity::NearestNeighbour => 0.36,
        Quantity::OwnWeight => 0.33,
        Quantity::CloneCollapse => 0.3,
        // Functions of ζ² vary twice as fast.
        Quantity::Participation => 0.15,
    }
}

/// The other energies seen from x: a mixture over the class of the sample, relative to the class of
/// the own one.
pub(crate) enum Others<L> {
    /// All samples alike.
    Alike(L),
    /// Half of the samples in the own class; the law of the other half depends on where x lies
    /// along the line between the classes, and has a weight for each place.
    TwoClasses {
        /// Energies of the own class.
        same: L,
        /// (weight, law of the other class), by ascending distance; the weights sum to one.
        other: Vec<(f64, L)>,
    },
}

/// Value and bound on its numerical error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Integral {
    pub(crate) value: f64,
    pub(crate) error: f64,
}

/// Where the kernels of one law matter.
#[derive(Clone, Copy)]
struct Window {
    /// Below it no sample of the law hits.
    low: f64,
    /// About one sample hits.
    middle: f64,
    /// Above it some sample certainly hits; infinite if there is no such place.
    high: f64,
    /// λ at the middle.
    slope: f64,
}

impl Window {
    fn of(law: &impl Law, log_count: f64, quantity: Quantity, depth: f64) -> Self {
        // Kernels are bounded by ζ^λ up to λ = cap.
        let (cap_low, cap) = match quantity {
            Quantity::NearestNeighbour => (1e15, 1e15),
            Quantity::Participation => (1.0, 2.0),
            _ => (1.0, 1.0),
        };
        let (_, mut low) = law.lower(-depth - log_count, cap_low);
        if quantity == Quantity::Participation {
            // `depth` is half of it for kernels that enter in pairs; ζ² enters alone.
            low = low.min(law.lower(-2.0 * depth - log_count, cap).1);
        }
        let (slope, middle) = law.lower(-log_count, cap);
        // Chernoff's bound misses the count by a factor of about √(2π) λ times the width.
        let width = law.cumulants(slope)[2].sqrt();
        // The square of the number of hits stands beside it in the participation.
        let pairs = if quantity == Quantity::Participation { 8.0 } else { 0.0 };
        let level = (depth + pairs + 2.0).ln() + 0.5 + (2.5 * slope * width).ln_1p() - log_count;
        let high = if level < -0.1 { law.lower(level, cap).1 + 1.0 } else { f64::INFINITY };
        Self { low, middle, high, slope }
    }
}

/// ∫ dv Σ a_i(v) b_i(v) with b averaged over the places of the other class.
pub(crate) fn integrate<L: Law>(
    quantity: Quantity,
    n: Count,
    own: &L,
    others: &Others<L>,
    resolution: Resolution,
) -> Integral {
    let (same, other, share) = match others {
        Others::Alike(law) => (law, &[][..], 0.0),
        Others::TwoClasses { same, other } => (same, other.as_slice(), std::f64::consts::LN_2),
    };
    let log_count = n.log - share;
    let below = resolution.depth() * if quantity == Quantity::Participation { 0.5 } else { 1.0 };
    let main = Window::of(same, log_count.max(1e-3), quantity, below);
    let job = Job { quantity, n, own, same, other, log_count, resolution, below, main };
    job.certain()
}

struct Job<'a, L> {
    quantity: Quantity,
    n: Count,
    own: &'a L,
    same: &'a L,
    other: &'a [(f64, L)],
    /// log of the number of samples per class.
    log_count: f64,
    resolution: Resolution,
    /// −log of what is neglected below: kernels linear in ζ enter the participation in pairs.
    below: f64,
    main: Window,
}

/// Means of the kernels on a grid, each times n.
type Means = [Vec<f64>; TERMS];

impl<L: Law> Job<'_, L> {
    fn window(&self, law: &L) -> Window {
        Window::of(law, self.log_count.max(1e-3), self.quantity, self.below)
    }

    /// The guess of where hits become certain is checked; without it nothing is cut off.
    fn certain(self) -> Integral {
        self.run().unwrap_or_else(|| {
            let main = Window { high: f64::INFINITY, ..self.main };
            let nothing = Integral { value: f64::NAN, error: f64::INFINITY };
            Job { main, ..self }.run().unwrap_or(nothing)
        })
    }

    /// Where the integrand starts and ends, and where hits start.
    fn ends(&self) -> (f64, f64, f64) {
        let (quantity, own) = (self.quantity, self.own);
        let shift = self.quantity.shift(self.n);
        let cap = if quantity == Quantity::NearestNeighbour { 1e15 } else { 1.0 };
        // Upper end of a Gumbel variable: P(X > x) = exp(−e^x).
        let (depth, gumbel) = (self.resolution.depth(), self.resolution.depth().ln());
        // The ends of the own factors: Chernoff, and Gumbel's double exponential above.
        let (mut own_low, own_high) = (own.lower(-self.below, cap).1, own.upper(-depth) + gumbel);
        if quantity == Quantity::Participation {
            own_low = own_low.min(own.lower(-depth, 2.0).1);
        }
        let (own_low, own_high) = (own_low - shift, own_high - shift);
        let hits = self
            .other
            .first()
            .map_or(self.main.low, |(_, law)| self.main.low.min(self.window(law).low));
        let start = match quantity {
            Quantity::IndexEntropy => hits,
            Quantity::OwnWeight | Quantity::NearestNeighbour => own_low,
            _ => hits.min(own_low),
        };
        let end = match quantity {
            Quantity::IndexEntropy => own_high,
            Quantity::LeaveOneOut => {
                let farthest = self.other.last().map_or(self.same, |(_, law)| law);
                let last = self.same.upper(-depth).max(farthest.upper(-depth)) + gumbel;
                own_high.max(self.main.high.min(last))
            }
            _ => own_high.min(self.main.high),
        };
        (start, end, hits)
    }

    fn step(&self) -> f64 {
        let step = spacing(self.quantity) * FULL / self.resolution.depth();
        let step = if self.quantity == Quantity::NearestNeighbour {
            // Densities vary on the scale of the energies, counts on that of 1/λ.
            let width = self.own.cumulants(0.0)[2].sqrt();
            (step / self.main.slope).min(0.4 * width)
        } else {
            step
        };
        step / self.resolution.refinement()
    }

    /// None if hits were not certain where they should have been.
    fn run(&self) -> Option<Integral> {
        let (start, end, hits) = self.ends();
        if end <= start {
            return Some(Integral { value: 0.0, error: self.resolution.left_out() });
        }
        let step = self.step();
        let length = ((end - start) / step).ceil();
        // NaN where the law's window left the range of numbers.
        if length.is_nan() || length > LONGEST {
            return Some(Integral { value: f64::NAN, error: f64::NAN });
        }
        let count = length as usize + 1;
        // Indices between which the kernels of the others are needed.
        let from = (((hits - start) / step).floor().max(0.0) as usize).min(count);
        let upto = (((self.main.high - start) / step).ceil().min(count as f64) as usize).max(from);
        let grid = Grid { start: start + from as f64 * step, step, count: upto - from };
        let (inside, others_error) = self.others(&grid)?;
        if upto < count
            && upto > from
            && self.not_certain(&inside[upto - from - 1], self.resolution)
        {
            return None;
        }

        let depth = self.resolution.depth() + BELOW;
        let mut own_error = 0.0;
        let mut own: Means = Default::default();
        for (sums, &kernel) in own.iter_mut().zip(self.quantity.own()) {
            *sums = vec![0.0; count];
            // K copies weigh as one sample whose energy is lower by log K.
            let shift = self.quantity.shift(self.n);
            let (start, end) = (start + shift, end + shift);
            let mean = self.own.mean();
            let reach = (end - start).max(mean - start).max(end - mean);
            let line = Line::at(kernel, self.own, 0.0, mean, reach, 0.0, depth);
            if line.too_long_for(count) {
                return Some(Integral { value: f64::NAN, error: f64::NAN });
            }
            line.add(1.0, start, step, sums);
            own_error += line.error;
        }

        let before = self.quantity.other_factors(self.n, [0.0; TERMS]);
        let after = self.quantity.when_hit();
        let (mut value, mut magnitude, mut length) = (0.0, 0.0, 0.0);
        for j in 0..count {
            let mean = |k: usize| own[k].get(j).copied().unwrap_or(0.0);
            let a = self.quantity.own_factors([mean(0), mean(1), mean(2)]);
            let b = match j {
                j if j < from => before,
                j if j < upto => inside[j - from],
                _ => after,
            };
            for (a, b) in a.iter().zip(b) {
                value += a * b;
                magnitude += (a * b).abs();
                length += b.abs();
            }
        }
        let (value, magnitude, length) = (value * step, magnitude * step, length * step);
        // The error of an own factor is uniform in v and counts where b does not vanish. An error δ
        // of log K moves v by δ over the slope, and integrals of bounded functions by as much.
        let from_others = others_error * (1.0 + 1.0 / self.main.slope);
        let from_others = match self.quantity {
            Quantity::Participation => from_others * (1.0 + magnitude),
            _ => from_others,
        };
        let rounding = 2.0 * ROUNDING * (magnitude + 4.0 * length);
        let error = rounding + own_error * length + from_others + self.resolution.left_out();
        Some(Integral { value, error })
    }

    /// True if the factors b differ from what they are where hits are certain.
    fn not_certain(&self, inside: &[f64; TERMS], resolution: Resolution) -> bool {
        let after = self.quantity.when_hit();
        inside
            .iter()
            .zip(after)
            .any(|(b, after)| b.is_nan() || (b - after).abs() > 0.2 * resolution.left_out())
    }

    /// b on the grid, averaged over the places of the other class, and an error of the kernels.
    fn others(&self, grid: &Grid) -> Option<(Vec<[f64; TERMS]>, f64)> {
        let zero: Means = std::array::from_fn(|_| vec![0.0; grid.count]);
        let mut same = zero.clone();
        let depth = self.resolution.depth();
        let mut error = self.hits(self.same, self.main.middle, grid, depth, &zero, &mut same);
        let mut inside = vec![[0.0; TERMS]; grid.count];
        let mut left = 1.0;
        let mut both = zero.clone();
        let alone = self.factors(&same, grid.count);
        for &(weight, ref law) in self.other {
            let place = self.window(law);
            if place.low > grid.start + grid.step * grid.count as f64 {
                break;
            }
            let resolution = self.resolution.weighted(weight);
            let below =
                grid.until(if self.main.high.is_finite() { place.high } else { f64::INFINITY });
            let depth = resolution.depth();
            error += weight * self.hits(law, place.middle, &below, depth, &same, &mut both);
            let factors = self.factors(&both, below.count);
            if factors
                .last()
                .is_some_and(|b| below.count < grid.count && self.not_certain(b, resolution))
            {
                return None;
            }
            let mut difference = 0.0f64;
            let certain = std::iter::repeat(self.quantity.when_hit());
            for ((sum, b), alone) in
                inside.iter_mut().zip(factors.into_iter().chain(certain)).zip(&alone)
            {
                for ((sum, b), alone) in sum.iter_mut().zip(b).zip(alone) {
                    *sum += weight * b;
                    difference = difference.max((b - alone).abs());
                }
            }
            left -= weight;
            // Farther places matter less still.
            if left.max(0.0) * difference < 0.1 * self.resolution.left_out() {
                break;
            }
        }
        let left = left.max(0.0);
        for (sum, alone) in inside.iter_mut().flatten().zip(alone.iter().flatten()) {
            *sum += left * alone;
        }
        let finite = error.is_finite() && inside.iter().flatten().all(|b| b.is_finite());
        finite.then_some((inside, error))
    }

    /// `base` plus n times the kernels' means over one class; returns a bound on their error, NaN if
    /// the law is too wide for the grid.
    fn hits(
        &self,
        law: &L,
        middle: f64,
        grid: &Grid,
        depth: f64,
        base: &Means,
        sums: &mut Means,
    ) -> f64 {
        let window = grid.step * grid.count as f64;
        let origin = middle.clamp(grid.start, grid.start + window);
        // Along the line through the saddle the error grows with v. Where the grid goes on to
        // certainty, the error is kept nearly uniform above the middle: on a line of small tilt,
        // not of tilt 0, on which the images of a very wide law would reach far.
        let split = if self.main.high.is_finite() {
            grid.count
        } else {
            (((origin - grid.start) / grid.step) as usize).min(grid.count)
        };
        let depth = depth + BELOW;
        let middle_start = grid.start + split as f64 * grid.step;
        let mut error = 0.0;
        for (k, &kernel) in self.quantity.others().iter().enumerate() {
            sums[k][..grid.count].copy_from_slice(&base[k][..grid.count]);
            let (lower, upper) = sums[k][..grid.count].split_at_mut(split);
            let line = Line::through_saddle(kernel, law, origin, window, self.log_count, depth);
            if line.too_long_for(lower.len()) {
                return f64::NAN;
            }
            line.add(1.0, grid.start, grid.step, lower);
            error += line.error;
            if !upper.is_empty() {
                let tilt = 1.0 / window.max(2.0);
                let line = Line::at(kernel, law, tilt, origin, window, self.log_count, depth);
                if line.too_long_for(upper.len()) {
                    return f64::NAN;
                }
                line.add(1.0, middle_start, grid.step, upper);
                error += line.error * std::f64::consts::E;
            }
        }
        error
    }

    /// b at the first points of the grid.
    fn factors(&self, means: &Means, count: usize) -> Vec<[f64; TERMS]> {
        let at = |j: usize| [means[0][j], means[1][j], means[2][j]];
        (0..count).map(|j| self.quantity.other_factors(self.n, at(j))).collect()
    }
}

/// Equally spaced v.
struct Grid {
    start: f64,
    step: f64,
    count: usize,
}

impl Grid {
    /// The part below v, and the first point that is not.
    fn until(&self, v: f64) -> Self {
        let count = ((v - self.start) / self.step).ceil().max(0.0);
        Self { count: self.count.min((count as usize).saturating_add(1)), ..*self }
    }
}
