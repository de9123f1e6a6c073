//! The two ways to take a token away, and their noise coordinate.

use super::divergence_term;
use crate::numerics::Estimate;

/// What becomes of a token that is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Corruption {
    /// It is hidden: the reader sees which tokens are missing `[SAS24]`.
    Masked,
    /// It is drawn again from the whole alphabet, the same symbol included `[LME24]`.
    Uniform,
}

impl Corruption {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Masked, Self::Uniform];

    /// Name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Masked => "masked",
            Self::Uniform => "uniform",
        }
    }
}

/// Roundings of a sum of a few products, each a few units in the last place.
pub(crate) const UNITS: f64 = 32.0 * f64::EPSILON;

/// log K − h_row: what uniform noise leaves of a token that could be any of K symbols,
/// Σ_y C_xy log(K C_xy), C = ᾱ 1 + (1 − ᾱ)/K.
pub fn row_information(kept: f64, symbols: f64) -> Estimate {
    let own = divergence_term((symbols - 1.0) * kept) / symbols;
    let others = (symbols - 1.0) / symbols * divergence_term(-kept);
    let value = own + others;
    Estimate::new(value, UNITS * value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::special::binary_entropy;

    #[test]
    fn identity_two_symbols_are_a_bit_flip() {
        for kept in [1e-9, 0.01, 0.3, 0.7, 0.999, 1.0] {
            let mine = row_information(kept, 2.0);
            let flip = 2f64.ln() - binary_entropy(0.5 * (1.0 - kept));
            assert!((mine.value - flip).abs() < 4e-16 + mine.error, "{kept}");
        }
        // ᾱ²(K − 1)/2 where little is kept.
        let weak = row_information(1e-8, 50.0);
        assert!((weak.value / (49.0 * 0.5e-16) - 1.0).abs() < 1e-6);
    }
}
