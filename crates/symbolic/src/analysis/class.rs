//! What a function is made of: constant, linear, steps, straight pieces, a polynomial.

use super::pieces::Pieces;
use crate::algebra::coefficients;

/// A polynomial on an interval.
#[derive(Debug, Clone, PartialEq)]
pub struct PolynomialPiece {
    /// Lower end, possibly −∞.
    pub lo: f64,
    /// Upper end, possibly ∞.
    pub hi: f64,
    /// Coefficients, constant first.
    pub coefficients: Vec<f64>,
}

/// A straight piece of a function: φ(z) = slope · z + intercept for lo < z < hi.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Segment {
    /// Lower end, possibly −∞.
    pub lo: f64,
    /// Upper end, possibly ∞.
    pub hi: f64,
    /// Slope.
    pub slope: f64,
    /// Value of the extended line at z = 0.
    pub intercept: f64,
}

/// A flat piece of a function: φ(z) = value for lo < z < hi.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Lower end, possibly −∞.
    pub lo: f64,
    /// Upper end, possibly ∞.
    pub hi: f64,
    /// The value.
    pub value: f64,
}

/// What a function is recognised as; the first that fits.
///
/// Every class but `General` is proved: the pieces cover the whole line, apart from the values at
/// the breakpoints themselves.
#[derive(Debug, Clone, PartialEq)]
pub enum Class {
    /// φ(z) = value.
    Constant(f64),
    /// φ(z) = slope · z + intercept.
    Linear {
        /// Slope, not zero.
        slope: f64,
        /// Value at zero.
        intercept: f64,
    },
    /// Finitely many values, constant between breakpoints.
    FiniteValued(Vec<Step>),
    /// Straight between breakpoints.
    PiecewiseLinear(Vec<Segment>),
    /// One polynomial of degree two or more; coefficients, constant first.
    Polynomial(Vec<f64>),
    /// Different polynomials between breakpoints.
    PiecewisePolynomial(Vec<PolynomialPiece>),
    /// Anything else.
    General,
}

/// The polynomial pieces of a function, if it consists of them.
pub(crate) fn polynomial_pieces(cut: &Pieces) -> Option<Vec<PolynomialPiece>> {
    if cut.reach < f64::INFINITY {
        return None;
    }
    let mut pieces: Vec<PolynomialPiece> = Vec::new();
    for piece in &cut.pieces {
        let coefficients = coefficients(&piece.node)?;
        match pieces.last_mut() {
            Some(last) if last.coefficients == coefficients => last.hi = piece.hi,
            _ => pieces.push(PolynomialPiece { lo: piece.lo, hi: piece.hi, coefficients }),
        }
    }
    Some(pieces)
}

/// The class of a function with the given polynomial pieces.
pub(crate) fn class(pieces: Option<&[PolynomialPiece]>) -> Class {
    let Some(pieces) = pieces else {
        return Class::General;
    };
    let degree = pieces.iter().map(|p| p.coefficients.len() - 1).max();
    match (pieces, degree) {
        ([one], Some(0)) => Class::Constant(one.coefficients[0]),
        ([one], Some(1)) => {
            Class::Linear { slope: one.coefficients[1], intercept: one.coefficients[0] }
        }
        ([one], _) => Class::Polynomial(one.coefficients.clone()),
        (_, Some(0)) => {
            let step = |p: &PolynomialPiece| Step { lo: p.lo, hi: p.hi, value: p.coefficients[0] };
            Class::FiniteValued(pieces.iter().map(step).collect())
        }
        (_, Some(1)) => {
            let segment = |p: &PolynomialPiece| Segment {
                lo: p.lo,
                hi: p.hi,
                slope: p.coefficients.get(1).copied().unwrap_or(0.0),
                intercept: p.coefficients[0],
            };
            Class::PiecewiseLinear(pieces.iter().map(segment).collect())
        }
        _ => Class::PiecewisePolynomial(pieces.to_vec()),
    }
}
