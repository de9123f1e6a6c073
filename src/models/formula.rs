//! How models write the ingredients of the theory, for `explain`.

use crate::Answer;

/// A quantity of the theory that each model computes in its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ingredient {
    /// Λ, the largest eigenvalue of the data covariance.
    TopEigenvalue,
    /// Λ_B, the largest eigenvalue of the between-class covariance.
    BetweenEigenvalue,
    /// Λ_B to second order in the class separation.
    WeakSeparation,
    /// Twice the top eigenvalue of the Gaussian-equivalent data, as printed in GVM25.
    GaussianEquivalent,
    /// γ_t, the signal-to-noise ratio of the class.
    ClassSignal,
    /// I(a; x_t)/d to leading order.
    Information,
    /// t_C to leading order, where it has a closed form.
    Collapse,
}

/// A formula in two notations; `{name}` stands for a parameter, written as its symbol or as its
/// value.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    /// Left-hand side in Unicode.
    pub symbol: &'static str,
    /// Left-hand side in LaTeX.
    pub latex_symbol: &'static str,
    /// Right-hand side in Unicode.
    pub unicode: &'static str,
    /// Right-hand side in LaTeX.
    pub latex: &'static str,
    /// Source key and equation, as in docs/references.bib.
    pub source: &'static str,
}

/// A number that a formula uses and that is computed itself, such as m* or ϱ_1².
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Symbol in Unicode.
    pub symbol: &'static str,
    /// Symbol in LaTeX.
    pub latex: &'static str,
    /// Its value.
    pub value: Answer,
}
