//! The average over x in few dimensions, where the distribution of the energies is at hand.
//!
//! In units in which y = e^t x has unit variance within a class, with κ the part of the data in it, ρ
//! the distance of y from the centre of the own class and ρ′ from that of the other:
//! - the energies of a class are t²κ/(2(1 − κ)), t a non-central χ variable around ρ/√κ;
//! - the own energy is t²κ/2, t around ρ√((1 − κ)/κ).
//!
//! Means over them at all v are sums of positive terms (`rows`); for the other class they are
//! interpolated in ρ′ (`table`). What is left is a double integral, over ρ and the angle at which y
//! lies, by nested rules (`outer`). The general route sums over the same two variables by a Mellin
//! integral at every point: it needs no density, and costs some hundred times more where d is small.

mod chi;
mod combine;
mod nearest;
mod nested;
mod outer;
mod panel;
mod rows;
mod sums;
mod table;

use super::average::Geometry;
use super::count::Count;
use super::law::{Isotropic, Law};
use super::mellin::Kernel;
use super::profile::{Integral, spacing};
use super::quantity::{Quantity, TERMS};
use super::resolution::{FULL, Resolution};
use crate::numerics::precision::ROUNDING;
use chi::Chi;
use nearest::Nearest;
use outer::{Averaged, Other, Outer};
use panel::Grid;
use rows::Rows;
use std::f64::consts::LN_2;
use table::Interpolated;

/// Dimensions up to which this route is taken.
const FEW: f64 = 24.0;

/// Dimensions up to which it may be: densities are rounded by d log d units.
const MANY: f64 = 1e4;

/// log n up to which it is: means times n are numbers.
const LARGEST_LOG_COUNT: f64 = 600.0;

/// Points in v beyond which the general route is the better one.
const LONGEST: f64 = 80_000.0;

/// What is added to the depth for the probability that none hits, which stands at many points.
const BESIDE: f64 = 8.0;

/// Relative accuracy of the tables, times how far an error of log K moves an integral: by the range
/// of v over which n K stays near one, 40 at most.
const TABLES: f64 = 4e-12;

/// The mean of `quantity` over x, with an error bound; none where this route does not lead.
pub(super) fn average(
    quantity: Quantity,
    n: Count,
    geometry: &Geometry,
    tolerance: f64,
) -> Option<Integral> {
    if geometry.d > FEW { None } else { anywhere(quantity, n, geometry, tolerance) }
}

/// The same in any number of dimensions.
pub(super) fn anywhere(
    quantity: Quantity,
    n: Count,
    geometry: &Geometry,
    tolerance: f64,
) -> Option<Integral> {
    let Geometry { d, rest, separation, refinement, .. } = *geometry;
    let nearest = quantity == Quantity::NearestNeighbour;
    if d > MANY || rest <= 0.0 || (n.log > LARGEST_LOG_COUNT && !nearest) {
        return None;
    }
    let resolution = Resolution::new(tolerance, refinement);
    let chi = Chi::new(d);
    // How large the quantity may be where x is improbable.
    let large = match quantity {
        Quantity::Participation => n.log,
        Quantity::LeaveOneOut => (1.0 / rest).ln_1p() + 4.0,
        _ => 0.0,
    };
    let depth = resolution.depth() + large + 3.0;
    let log_count = if separation > 0.0 { n.log - LN_2 } else { n.log };
    let mut outer = Outer { geometry, two: separation > 0.0, tolerance, depth };
    let integral = if nearest {
        outer.mean(&Nearest { n, geometry, chi: &chi, log_count })
    } else {
        let Some(grid) = grid(quantity, n, geometry, resolution, large) else {
            // The general route would take minutes to give up where the energies spread as far.
            let hopeless = quantity == Quantity::LeaveOneOut;
            return hopeless.then_some(Integral { value: f64::NAN, error: f64::NAN });
        };
        let weights =
            Weights::new(quantity, n, geometry, &chi, grid, log_count, (&outer, resolution))?;
        outer.two = weights.other.is_some();
        outer.mean(&weights)
    };
    let left_out = 20.0 * resolution.left_out() + TABLES + 40.0 * ROUNDING * (d + n.log);
    let fixed = left_out * (1.0 + integral.value.abs());
    Some(Integral { error: integral.error + fixed, ..integral })
}

/// The points in v: spaced as in the general route, but the same for all x.
fn grid(
    quantity: Quantity,
    n: Count,
    geometry: &Geometry,
    resolution: Resolution,
    large: f64,
) -> Option<Grid> {
    let Geometry { d, kappa, rest, separation, .. } = *geometry;
    let depth = resolution.depth();
    // E e^{−E} ≤ (1 − κ)^{d/2}: below it not even one of n samples hits.
    let hits = |depth: f64| -depth - n.log - 0.5 * d * rest.ln();
    let start = match quantity {
        Quantity::IndexEntropy => hits(depth),
        Quantity::OwnWeight => -depth,
        // Kernels linear in ζ enter it in pairs.
        Quantity::Participation => (-0.5 * depth).min(hits(0.5 * depth)) - 1.0,
        _ => hits(depth).min(-depth),
    };
    // The own energy is ½χ²_d, above whose upper end nothing is left but Gumbel's tail.
    let gumbel = depth.ln() + 0.5;
    let upper = |scale: f64, shift: f64| {
        Isotropic { freedom: d, scale, shift }.upper(-depth - large) + gumbel
    };
    let mut end = upper(1.0, 0.0);
    if quantity == Quantity::LeaveOneOut {
        end = end.max(upper((1.0 + kappa) / rest, 4.0 * separation * separation / rest));
    }
    let step = spacing(quantity) * FULL / depth / resolution.refinement();
    let count = ((end - start) / step).ceil().max(0.0) + 1.0;
    // The farther the classes are apart, the more angles are summed over.
    let longest = if d == 1.0 { LONGEST } else { LONGEST / (1.0 + separation) };
    (count <= longest).then_some(Grid { start, step, count: count as usize })
}

/// A quantity that is an integral over v of means over the energies.
struct Weights<'a> {
    quantity: Quantity,
    n: Count,
    geometry: &'a Geometry,
    own: Rows<'a>,
    same: Rows<'a>,
    /// None where no sample of the other class hits.
    other: Option<Interpolated>,
}

impl<'a> Weights<'a> {
    fn new(
        quantity: Quantity,
        n: Count,
        geometry: &'a Geometry,
        chi: &'a Chi,
        grid: Grid,
        log_count: f64,
        (outer, resolution): (&Outer<'_>, Resolution),
    ) -> Option<Self> {
        let Geometry { d, kappa, rest, separation, refinement } = *geometry;
        // Functions of ζ² vary twice as fast as those of ζ, and ζ² e^{−ζ} is between.
        let sharp = match quantity {
            Quantity::Participation => 2.0,
            Quantity::CloneCollapse => 1.2,
            _ => 1.0,
        };
        let fine = ((refinement, refinement * sharp), resolution.depth());
        let (root, (_, high)) = (kappa.sqrt(), outer.range());
        // Up to where a sample of the other class may hit: E e^{−E} = (1 − κ)^{d/2} e^{−ρ²/2}, and
        // the own energy, ½χ²_d, is above v with probability e^{−v} (2ev/d)^{d/2} at most.
        let power = 0.5 * d * (1.0 + (2.0 * grid.end() / d).max(1.0).ln());
        // In the participation √n may stand beside it.
        let pairs = if quantity == Quantity::Participation { 0.5 * n.log + 2.0 } else { 0.0 };
        let hits = 2.0 * (power + pairs + n.log + outer.depth + 0.5 * d * rest.ln());
        let all = high + 2.0 * separation;
        let reach =
            if quantity == Quantity::LeaveOneOut { all } else { hits.max(0.0).sqrt().min(all) };
        let start = (2.0 * separation - high).max(0.0);
        let farthest = if separation > 0.0 { high.max(reach) } else { high };
        let rows = |kernels, scale, log_count, farthest: f64| {
            Rows::new(chi, kernels, scale, grid, log_count, farthest, fine)
        };
        // Where the probability that none hits is all that enters it is nothing from here on.
        let certain = match quantity.others() {
            [Kernel::Hit] => n.scaled_at(outer.depth + BESIDE, 1.0),
            _ => f64::INFINITY,
        };
        let same = rows(quantity.others(), kappa / rest, log_count, farthest / root).until(certain);
        let own = rows(quantity.own(), kappa, 0.0, high * rest.sqrt() / root);
        let other = if separation > 0.0 && start < reach {
            Some(Interpolated::new(&same, geometry, (start, reach), fine)?)
        } else {
            None
        };
        Some(Self { quantity, n, geometry, own, same, other })
    }
}

impl Averaged for Weights<'_> {
    /// Means over the own energy, and over those of the own class.
    type Place = (Vec<f64>, Vec<f64>);

    fn place(&self, rho: f64) -> Self::Place {
        let root = self.geometry.kappa.sqrt();
        let one = |rows: &Rows<'_>, gamma: f64| rows.means(&[gamma]).swap_remove(0);
        (one(&self.own, rho * self.geometry.rest.sqrt() / root), one(&self.same, rho / root))
    }

    fn value(&self, (own, same): &Self::Place, other: Option<Other>) -> f64 {
        let count = self.own.grid.count;
        let until = self.same.uncertain(same);
        // With one kernel what follows the point is certain; several are always known to the end.
        let mut all = if until < count { same[..until].to_vec() } else { same.clone() };
        if let (Some(table), Some(other)) = (&self.other, other) {
            table.add(other.rho, &mut all);
        }
        let at = |means: &[f64], j: usize| -> [f64; TERMS] {
            std::array::from_fn(|k| means.get(k * count + j).copied().unwrap_or(0.0))
        };
        let mut sum = 0.0;
        for j in until..count {
            let (a, b) = (self.quantity.own_factors(at(own, j)), self.quantity.when_hit());
            sum += a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
        }
        for j in 0..until {
            let a = self.quantity.own_factors(at(own, j));
            // Where nothing stands beside them the others need not be known.
            if a != [0.0; TERMS] {
                let b = self.quantity.other_factors(self.n, at(&all, j));
                sum += a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
            }
        }
        sum * self.own.grid.step
    }
}

#[cfg(test)]
mod tests;
