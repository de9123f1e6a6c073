//! Scalar activations φ(z): an expression or a name, with all that is known about it.

mod catalogue;
mod closed;
mod error;
mod estimate;
mod moments;
mod quadrature;
mod split;

pub use catalogue::{SHORTCUTS, Shortcut};
pub use error::ActivationError;
pub use estimate::Estimate;
pub use moments::{Local, MomentError, Moments};
pub use split::Split;

use super::analysis::{Pieces, class, pieces, polynomial_pieces, range, slope_at};
use super::{
    Breakpoints, Class, Compiled, Domain, Expression, Growth, Parity, PolynomialPiece, parse,
};

/// How far breakpoints are searched where there may be infinitely many.
const WINDOW: f64 = 40.0;

/// A scalar function φ(z) with finite Gaussian averages, ready for use.
#[derive(Debug, Clone)]
pub struct Activation {
    name: String,
    expression: Expression,
    compiled: Compiled,
    domain: Domain,
    cut: Pieces,
    breakpoints: Breakpoints,
    polynomials: Option<Vec<PolynomialPiece>>,
    class: Class,
    parity: Parity,
}

/// Reads an activation: a name from [`SHORTCUTS`], with its parameter after a colon if it has
/// one; the name of a builtin of one argument; or an expression in z.
///
/// # Errors
/// An [`ActivationError`] if the text cannot be read, or if the function is not finite on the
/// whole line, has no Gaussian average of its square, or has more than 4096 breakpoints.
/// ```
/// use regimes_symbolic::{Class, Parity, activation};
/// let phi = activation("leaky-relu:0.1")?;
/// assert_eq!(phi.to_string(), "leaky-relu:0.1");
/// assert_eq!(phi.breakpoints().positions().collect::<Vec<_>>(), [0.0]);
/// assert!(matches!(phi.class(), Class::PiecewiseLinear(_)));
/// assert_eq!(activation("tanh(2*z)*z^2")?.parity(), Parity::Odd);
/// assert!(activation("tahn").unwrap_err().to_string().contains("did you mean tanh?"));
/// # Ok::<(), regimes_symbolic::ActivationError>(())
/// ```
pub fn activation(text: &str) -> Result<Activation, ActivationError> {
    let formula = catalogue::formula(text)?;
    let expression = parse(&formula, &["z"]).map_err(ActivationError::Parse)?;
    Activation::named(text.trim(), expression)
}

impl Activation {
    /// An activation from an expression, whose first variable is z.
    ///
    /// # Errors
    /// As for [`activation`], apart from reading the text.
    pub fn new(expression: Expression) -> Result<Self, ActivationError> {
        let name = expression.to_string();
        Self::named(&name, expression)
    }

    fn named(name: &str, expression: Expression) -> Result<Self, ActivationError> {
        let domain = expression.domain().map_err(ActivationError::Domain)?;
        let cut = pieces(expression.root(), WINDOW).map_err(ActivationError::TooIntricate)?;
        let breakpoints =
            super::analysis::breakpoints(&cut, WINDOW).map_err(ActivationError::TooIntricate)?;
        let polynomials = polynomial_pieces(&cut);
        let class = class(polynomials.as_deref());
        Ok(Self {
            name: name.to_owned(),
            compiled: expression.compile(),
            parity: expression.parity(),
            expression,
            domain,
            cut,
            breakpoints,
            polynomials,
            class,
        })
    }

    /// The text it was made from.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The formula, with the shortcut and its parameter written out.
    #[must_use]
    pub fn expression(&self) -> &Expression {
        &self.expression
    }

    /// The formula in LaTeX, without dollar signs.
    #[must_use]
    pub fn latex(&self) -> String {
        self.expression.latex()
    }

    /// φ(z).
    #[must_use]
    pub fn eval(&self, z: f64) -> f64 {
        self.compiled.eval(z)
    }

    /// φ at many points: faster than one by one.
    pub fn eval_slice(&self, z: &[f64], values: &mut [f64]) {
        self.compiled.eval_slice(z, values);
    }

    /// φ(z) and φ′(z). At a kink the slope is the mean of both sides; jumps do not contribute.
    #[must_use]
    pub fn eval_with_derivative(&self, z: f64) -> (f64, f64) {
        let (value, slope) = self.compiled.eval_with_derivative(z);
        (value, if slope.is_nan() { slope_at(&self.cut, z) } else { slope })
    }

    /// φ and φ′ at many points.
    pub fn eval_slice_with_derivative(&self, z: &[f64], values: &mut [f64], slopes: &mut [f64]) {
        self.compiled.eval_slice_with_derivative(z, values, slopes);
        for (&z, slope) in z.iter().zip(slopes).filter(|(_, slope)| slope.is_nan()) {
            *slope = slope_at(&self.cut, z);
        }
    }

    /// The compiled function alone.
    #[must_use]
    pub fn compiled(&self) -> &Compiled {
        &self.compiled
    }

    /// Where it bends and jumps, for |z| ≤ 40 if there is no end of them.
    #[must_use]
    pub fn breakpoints(&self) -> &Breakpoints {
        &self.breakpoints
    }

    /// Its pieces if they are polynomials; they cover the whole line.
    #[must_use]
    pub fn polynomial_pieces(&self) -> Option<&[PolynomialPiece]> {
        self.polynomials.as_deref()
    }

    /// What it is recognised as.
    #[must_use]
    pub fn class(&self) -> &Class {
        &self.class
    }

    /// The distinct values in ascending order, if there are finitely many (apart from those at
    /// the breakpoints themselves).
    #[must_use]
    pub fn values(&self) -> Option<Vec<f64>> {
        let mut values: Vec<f64> = match &self.class {
            Class::Constant(value) => vec![*value],
            Class::FiniteValued(steps) => steps.iter().map(|step| step.value).collect(),
            _ => return None,
        };
        values.sort_by(f64::total_cmp);
        values.dedup();
        Some(values)
    }

    /// Its parity, if proved.
    #[must_use]
    pub fn parity(&self) -> Parity {
        self.parity
    }

    /// Where it was proved to be finite, and a bound on its growth.
    #[must_use]
    pub fn domain(&self) -> Domain {
        self.domain
    }

    /// Numbers that φ never goes below and never exceeds, proved on the whole line, and mostly
    /// within 1e-9 of the infimum and the supremum. `None` if it is not bounded, or if the proof
    /// fails far out, as it does where an unbounded factor is damped by another, z exp(−z²).
    #[must_use]
    pub fn bounds(&self) -> Option<(f64, f64)> {
        if let Some(values) = self.values() {
            return Some((*values.first()?, *values.last()?));
        }
        if self.domain.growth != Growth::Bounded {
            return None;
        }
        let (lo, hi) = range(self.expression.simplify().root());
        (lo.is_finite() && hi.is_finite()).then_some((lo, hi))
    }

    /// Points where the function changes on a short scale, with that scale: the zeros of its
    /// arguments.
    pub(crate) fn features(&self) -> Vec<(f64, f64)> {
        super::analysis::features(&self.cut)
    }
}

impl std::fmt::Display for Activation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}
