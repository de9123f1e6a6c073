//! How finely a finite-size average is resolved.

/// −log of what is neglected at either end of an integral at full accuracy: 5e-14.
pub(crate) const FULL: f64 = 30.6;

/// Least depth of a part of an average, however small its weight.
const LEAST: f64 = 9.0;

/// log of the number of parts with small weights that may add up in an average.
const PARTS: f64 = 8.0;

/// How finely an integral is resolved.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resolution {
    /// −log of what is neglected.
    depth: f64,
    /// Divides the spacing.
    refinement: f64,
}

impl Resolution {
    /// Enough for an absolute error well below `tolerance`; `refinement` 1 is enough.
    pub(crate) fn new(tolerance: f64, refinement: f64) -> Self {
        Self { depth: (8.0 - tolerance.ln()).clamp(14.0, FULL), refinement }
    }

    /// Enough for a part of weight `weight` ≤ 1 in an average: what it leaves out counts that much
    /// less, and there are many parts.
    pub(crate) fn weighted(self, weight: f64) -> Self {
        let least = self.depth.min(LEAST);
        Self { depth: (self.depth + weight.ln() + PARTS).clamp(least, self.depth), ..self }
    }

    /// What this resolution leaves out.
    pub(crate) fn left_out(self) -> f64 {
        (-self.depth).exp()
    }

    /// Divides every spacing.
    pub(crate) fn refinement(self) -> f64 {
        self.refinement
    }

    /// −log of what is neglected.
    pub(crate) fn depth(self) -> f64 {
        self.depth
    }
}
