//! What can be asked of the weights w_μ, each as one integral over v.
//!
//! With W = Z_{2..n}/Z_1 every quantity below is E ∫ dv Σ_i a_i(v) b_i(v), where a_i is the mean of a
//! kernel over the own energy E_1 given x and b_i a function of the kernels' means over the energies
//! of the others given x (conditionally on x all energies are independent `[D81]`). With
//! q = (1 − K)^{n−1}, K(v) = E(1 − exp(−e^{v−E})) and K° the same for the own energy:
//!
//! - H(index | x, data) = E log(1 + W) = ∫ (1 − q)(1 − K°): substitute s = e^{v − E_1} in
//!   log(1 + W) = ∫ (ds/s) e^{−s}(1 − e^{−sW});
//! - E log W = ∫ [(1 − q) − K°];
//! - E w_1 = E 1/(1 + W) = ∫ E°[ζe^{−ζ}] q;
//! - E Σ w² = E w_1² + (n − 1) E w_2² = ∫ { E°[ζ²e^{−ζ}] q + (1 − K°)(n − 1) E[ζ²e^{−ζ}](1 − K)^{n−2} };
//! - P(own is nearest) = ∫ p°(v) (1 − F(v))^{n−1};
//! - E 1/Σ w² = E (ΣZ)²/ΣZ² = 2 ∫ { C° A^{n−1} + 2(n − 1) B° B A^{n−2} + A° [(n − 1) C A^{n−2} +
//!   (n − 1)(n − 2) B² A^{n−3}] } with A, B, C = E[ζ^{0,1,2} e^{−ζ²}], from 1/Y = ∫ dp e^{−pY}.

use super::count::Count;
use super::mellin::Kernel;

/// A mean over data and noise of a function of the weights w_μ = softmax(−E^μ).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// H(index | x_t, data) = E log(1 + Z_{2..n}/Z_1) ≥ 0, nats: d times the empirical excess entropy.
    IndexEntropy,
    /// E log(Z_{2..n}/Z_1), nats: d times the leave-one-out excess entropy, which changes sign.
    LeaveOneOut,
    /// E w_1, the weight of the sample that x_t came from.
    OwnWeight,
    /// φ_C = E Σ_μ w_μ², the probability that two clones end on the same sample.
    CloneCollapse,
    /// Probability that the own sample is the nearest one.
    NearestNeighbour,
    /// E [1/Σ_μ w_μ²], the mean number of participating samples. Rare points with many
    /// participants count fully: at fixed α and large d they dominate this mean.
    Participation,
}

/// Number of products a_i b_i at most.
pub(crate) const TERMS: usize = 3;

/// −log of the least positive number.
const UNDERFLOW: f64 = 745.0;

impl Quantity {
    /// By how much the own energy is lower for the weight of K copies: log K, but for distances.
    pub(crate) fn shift(self, n: Count) -> f64 {
        if self == Self::NearestNeighbour { 0.0 } else { n.log_copies }
    }

    /// Kernels averaged over the own energy.
    pub(crate) fn own(self) -> &'static [Kernel] {
        match self {
            Self::IndexEntropy | Self::LeaveOneOut => &[Kernel::Hit],
            Self::OwnWeight => &[Kernel::First],
            Self::CloneCollapse => &[Kernel::Second, Kernel::Hit],
            Self::NearestNeighbour => &[Kernel::Density],
            Self::Participation => &[Kernel::SecondSquare, Kernel::FirstSquare, Kernel::HitSquare],
        }
    }

    /// Kernels averaged over the energies of the others; the first decides whether any hits.
    pub(crate) fn others(self) -> &'static [Kernel] {
        match self {
            Self::IndexEntropy | Self::LeaveOneOut | Self::OwnWeight => &[Kernel::Hit],
            Self::CloneCollapse => &[Kernel::Hit, Kernel::Second],
            Self::NearestNeighbour => &[Kernel::Below],
            Self::Participation => &[Kernel::HitSquare, Kernel::FirstSquare, Kernel::SecondSquare],
        }
    }

    /// a_i from the means of [`Self::own`].
    pub(crate) fn own_factors(self, means: [f64; TERMS]) -> [f64; TERMS] {
        match self {
            Self::IndexEntropy => [1.0 - means[0], 0.0, 0.0],
            Self::LeaveOneOut => [1.0, means[0], 0.0],
            Self::OwnWeight | Self::NearestNeighbour => [means[0], 0.0, 0.0],
            Self::CloneCollapse => [means[0], 1.0 - means[1], 0.0],
            Self::Participation => [2.0 * means[0], 2.0 * means[1], 2.0 * (1.0 - means[2])],
        }
    }

    /// b_i from n times the means of [`Self::others`].
    pub(crate) fn other_factors(self, n: Count, scaled: [f64; TERMS]) -> [f64; TERMS] {
        let hit = scaled[0];
        // Beyond this no product that contains (1 − K)^{n−3} is a number above 0, even where the
        // other means overflow.
        if n.exponent(hit, 3.0) > UNDERFLOW {
            return self.when_hit();
        }
        match self {
            Self::IndexEntropy => [-(-n.exponent(hit, 1.0)).exp_m1(), 0.0, 0.0],
            Self::LeaveOneOut => [-(-n.exponent(hit, 1.0)).exp_m1(), -1.0, 0.0],
            Self::OwnWeight | Self::NearestNeighbour => [n.miss(hit, 1.0), 0.0, 0.0],
            Self::CloneCollapse => {
                [n.miss(hit, 1.0), n.without(1.0) * scaled[1] * n.miss(hit, 2.0), 0.0]
            }
            Self::Participation => {
                let (one, two) = (n.without(1.0), n.without(2.0));
                let same = one * scaled[2] * n.miss(hit, 2.0);
                let pairs = one * two * scaled[1] * scaled[1] * n.miss(hit, 3.0);
                [n.miss(hit, 1.0), 2.0 * one * scaled[1] * n.miss(hit, 2.0), same + pairs]
            }
        }
    }

    /// b_i where some other sample certainly hits.
    pub(crate) fn when_hit(self) -> [f64; TERMS] {
        match self {
            Self::IndexEntropy => [1.0, 0.0, 0.0],
            Self::LeaveOneOut => [1.0, -1.0, 0.0],
            _ => [0.0; TERMS],
        }
    }
}
