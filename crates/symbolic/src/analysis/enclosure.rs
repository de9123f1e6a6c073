//! Enclosures of an expression and its slope over an interval, with proof that it is defined there.

use std::sync::Arc;

use super::interval::{Interval, NOT_NEGATIVE, POSITIVE};
use crate::expression::{Constant, Node, Operator};
use crate::function::Function;
use crate::special;

/// An enclosure of the values of an expression over an interval, and of its slopes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Enclosure {
    pub(crate) value: Interval,
    pub(crate) slope: Interval,
}

/// Why an operation may be undefined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// A divisor may be zero.
    Division,
    /// A logarithm's argument may not be positive.
    Logarithm,
    /// A root's argument, or the base of a real power, may be negative.
    Root,
    /// A negative power of what may be zero.
    Inverse,
    /// An inverse sine beyond −1 or 1.
    Arcsine,
    /// A tangent at a pole.
    Tangent,
    /// The constant `inf`.
    Infinity,
    /// A second variable.
    Variable,
}

/// An operation that is not proved to be defined.
#[derive(Debug, Clone)]
pub(crate) struct Undefined {
    /// The operation.
    pub(crate) node: Arc<Node>,
    pub(crate) reason: Reason,
}

const UNIT: Interval = Interval { lo: 0.0, hi: 1.0, nonzero: false };

/// Encloses a tree in variable 0 over an interval.
///
/// The slope encloses all difference quotients, so that it is valid across kinks; across a jump
/// it is the whole line.
pub(crate) fn enclose(node: &Arc<Node>, x: Interval) -> Result<Enclosure, Undefined> {
    let constant = |value| Enclosure { value, slope: Interval::point(0.0) };
    let failed = |reason| Undefined { node: Arc::clone(node), reason };
    Ok(match &**node {
        Node::Number(c) => constant(Interval::point(*c)),
        Node::Constant(Constant::Infinity) => return Err(failed(Reason::Infinity)),
        Node::Constant(c) => {
            // The named constants are rounded to nearest.
            let value = c.value();
            constant(Interval::new(value.next_down(), value.next_up()))
        }
        Node::Variable(1..) => return Err(failed(Reason::Variable)),
        Node::Variable(0) => Enclosure { value: x, slope: Interval::point(1.0) },
        Node::Negate(a) => {
            let a = enclose(a, x)?;
            Enclosure { value: a.value.negate(), slope: a.slope.negate() }
        }
        Node::Binary(operator, [a, b]) => {
            let (u, v) = (enclose(a, x)?, enclose(b, x)?);
            match operator {
                Operator::Add => {
                    Enclosure { value: u.value.add(v.value), slope: u.slope.add(v.slope) }
                }
                Operator::Subtract => {
                    Enclosure { value: u.value.subtract(v.value), slope: u.slope.subtract(v.slope) }
                }
                Operator::Multiply => Enclosure {
                    value: if a == b { u.value.square() } else { u.value.multiply(v.value) },
                    slope: u.slope.multiply(v.value).add(u.value.multiply(v.slope)),
                },
                Operator::Divide => {
                    let value = u.value.divide(v.value).ok_or(failed(Reason::Division))?;
                    let change = u.slope.subtract(value.multiply(v.slope));
                    let slope = change.divide(v.value).unwrap_or(Interval::LINE);
                    Enclosure { value, slope }
                }
                Operator::Power => power(u, v).map_err(failed)?,
            }
        }
        Node::Call(function, arguments) => match &arguments[..] {
            [u] => {
                let u = enclose(u, x)?;
                let (value, slope) = unary(*function, u.value).map_err(failed)?;
                // A constant stays constant where its function is infinitely steep.
                let slope =
                    if u.slope == Interval::point(0.0) { u.slope } else { slope.multiply(u.slope) };
                Enclosure { value, slope }
            }
            [a, b] => {
                let (a, b) = (enclose(a, x)?, enclose(b, x)?);
                lattice(a, b, *function == Function::Max)
            }
            [a, lo, hi] => {
                let (a, lo, hi) = (enclose(a, x)?, enclose(lo, x)?, enclose(hi, x)?);
                lattice(lattice(a, lo, true), hi, false)
            }
            _ => return Err(failed(Reason::Infinity)),
        },
    })
}

/// The same, with the value narrowed by the mean value form f(c) + f′(X)(X − c), which is much
/// tighter on short intervals.
pub(crate) fn enclose_tightly(node: &Arc<Node>, x: Interval) -> Result<Enclosure, Undefined> {
    let mut e = enclose(node, x)?;
    if x.is_bounded() && !x.is_point() {
        let centre = Interval::point(0.5 * (x.lo + x.hi));
        if let Ok(middle) = enclose(node, centre) {
            let swing = e.slope.multiply(x.subtract(centre));
            e.value = e.value.meet(middle.value.add(swing));
        }
    }
    Ok(e)
}

/// Minimum or maximum.
fn lattice(a: Enclosure, b: Enclosure, maximum: bool) -> Enclosure {
    let gap = a.value.subtract(b.value);
    let value = if maximum { a.value.maximum(b.value) } else { a.value.minimum(b.value) };
    let slope = if gap.lo > 0.0 {
        if maximum { a.slope } else { b.slope }
    } else if gap.hi < 0.0 {
        if maximum { b.slope } else { a.slope }
    } else {
        a.slope.hull(b.slope)
    };
    Enclosure { value, slope }
}

fn power(a: Enclosure, b: Enclosure) -> Result<Enclosure, Reason> {
    let steady = b.slope == Interval::point(0.0);
    if steady && b.value.is_point() {
        let n = b.value.lo;
        let raise = |n: f64| {
            if n == 0.0 {
                Some(Interval::point(1.0))
            } else if n.fract() == 0.0 {
                a.value.whole_power(n)
            } else {
                a.value.real_power(n)
            }
        };
        let fault =
            if n.fract() != 0.0 && a.value.lo < 0.0 { Reason::Root } else { Reason::Inverse };
        let value = raise(n).ok_or(fault)?;
        // The slope of a root is unbounded at zero.
        let lower =
            raise(n - 1.0).unwrap_or(if a.value.lo >= 0.0 { NOT_NEGATIVE } else { Interval::LINE });
        let slope = Interval::point(n).multiply(lower);
        let slope = if a.slope == Interval::point(0.0) { a.slope } else { slope.multiply(a.slope) };
        return Ok(Enclosure { value, slope });
    }
    // aᵇ = exp(b log a)
    let (log, log_slope) = unary(Function::Log, a.value).map_err(|_| Reason::Root)?;
    let exponent = b.value.multiply(log);
    let exponent_slope = b.slope.multiply(log).add(b.value.multiply(log_slope.multiply(a.slope)));
    let value = exponent.increasing(f64::exp, POSITIVE);
    Ok(Enclosure { value, slope: value.multiply(exponent_slope) })
}

/// The value and the slope of a builtin over an interval.
fn unary(function: Function, x: Interval) -> Result<(Interval, Interval), Reason> {
    let one = Interval::point(1.0);
    let symmetric = Interval::new(-1.0, 1.0);
    let over = |a: Interval, b: Interval| a.divide(b).unwrap_or(Interval::LINE);
    let gauss = |x: Interval, rate: f64, height: f64| {
        let exponent = x.square().multiply(Interval::point(-rate));
        let bell = exponent.increasing(f64::exp, POSITIVE).meet(UNIT);
        bell.increasing(|y| y * height, NOT_NEGATIVE)
    };
    let logistic = |x: Interval| x.increasing(special::sigmoid, POSITIVE).meet(UNIT);
    let phi = |x: Interval| x.increasing(special::normal_cdf, POSITIVE).meet(UNIT);
    let of_sign = |negative: f64, positive: f64, at_zero: f64| {
        if x.is_positive() {
            Interval::point(positive)
        } else if x.is_negative() {
            Interval::point(negative)
        } else if x == Interval::point(0.0) {
            Interval::point(at_zero)
        } else {
            Interval::new(negative, positive)
        }
    };
    let step_slope = if x.nonzero { Interval::point(0.0) } else { Interval::LINE };
    Ok(match function {
        Function::Log | Function::Log2 | Function::Log10 => {
            if !x.is_positive() {
                return Err(Reason::Logarithm);
            }
            let (f, scale): (fn(f64) -> f64, f64) = match function {
                Function::Log2 => (f64::log2, std::f64::consts::LOG2_E),
                Function::Log10 => (f64::log10, std::f64::consts::LOG10_E),
                _ => (f64::ln, 1.0),
            };
            let inverse = over(one, x).increasing(|y| y * scale, NOT_NEGATIVE);
            (x.increasing(f, Interval::LINE), inverse)
        }
        Function::Log1p => {
            let shifted = one.add(x);
            if !shifted.is_positive() {
                return Err(Reason::Logarithm);
            }
            (x.increasing(f64::ln_1p, Interval::LINE), over(one, shifted))
        }
        Function::Exp => {
            let value = x.increasing(f64::exp, POSITIVE);
            (value, value)
        }
        Function::Expm1 => {
            let value = x.increasing(f64::exp_m1, Interval::new(-1.0, f64::INFINITY));
            (value, x.increasing(f64::exp, POSITIVE))
        }
        Function::Sqrt => {
            if x.lo < 0.0 {
                return Err(Reason::Root);
            }
            let value = x.real_power(0.5).ok_or(Reason::Root)?;
            let slope = Interval::point(0.5).divide(value).unwrap_or(POSITIVE);
            (value, slope)
        }
        Function::Cbrt => {
            let value = x.increasing(f64::cbrt, Interval::LINE);
            let third = one.divide(Interval::point(3.0)).unwrap_or(one);
            (value, third.divide(value.square()).unwrap_or(POSITIVE))
        }
        Function::Abs => (x.absolute(), of_sign(-1.0, 1.0, 0.0).hull(of_sign(-1.0, 1.0, 1.0))),
        Function::Sign => (of_sign(-1.0, 1.0, 0.0), step_slope),
        Function::Heaviside => (of_sign(0.0, 1.0, 0.5), step_slope),
        Function::Relu => (x.maximum(Interval::point(0.0)), of_sign(0.0, 1.0, 0.0)),
        Function::Sin => (x.wave(f64::sin, 0.5), x.wave(f64::cos, 0.0)),
        Function::Cos => (x.wave(f64::cos, 0.0), x.wave(f64::sin, 0.5).negate()),
        Function::Tan => {
            let cosine = x.wave(f64::cos, 0.0);
            if !cosine.nonzero || x.hi - x.lo > 3.15 {
                return Err(Reason::Tangent);
            }
            let value = x.increasing(f64::tan, Interval::LINE);
            (value, one.add(value.square()))
        }
        Function::Asin => {
            if x.lo < -1.0 || x.hi > 1.0 {
                return Err(Reason::Arcsine);
            }
            let below = one.subtract(x.square()).maximum(Interval::point(0.0));
            let root = below.real_power(0.5).unwrap_or(NOT_NEGATIVE);
            (x.increasing(f64::asin, Interval::LINE), one.divide(root).unwrap_or(POSITIVE))
        }
        Function::Atan => {
            let quarter = std::f64::consts::FRAC_PI_2.next_up();
            let range = Interval::new(-quarter, quarter);
            (x.increasing(f64::atan, range), over(one, one.add(x.square())))
        }
        Function::Sinh => (x.increasing(f64::sinh, Interval::LINE), x.valley(f64::cosh, 0.0, 1.0)),
        Function::Cosh => (x.valley(f64::cosh, 0.0, 1.0), x.increasing(f64::sinh, Interval::LINE)),
        Function::Tanh => {
            let value = x.increasing(f64::tanh, symmetric);
            (value, one.subtract(value.square()).meet(UNIT))
        }
        Function::Asinh => {
            let root = one.add(x.square()).real_power(0.5).unwrap_or(POSITIVE);
            (x.increasing(f64::asinh, Interval::LINE), over(one, root))
        }
        Function::LogCosh => {
            (x.valley(special::log_cosh, 0.0, 0.0), x.increasing(f64::tanh, symmetric))
        }
        Function::Erf => {
            (x.increasing(special::erf, symmetric), gauss(x, 1.0, std::f64::consts::FRAC_2_SQRT_PI))
        }
        Function::Erfc => (
            x.decreasing(special::erfc, POSITIVE).meet(Interval::new(0.0, 2.0)),
            gauss(x, 1.0, std::f64::consts::FRAC_2_SQRT_PI).negate(),
        ),
        Function::Phi => (phi(x), gauss(x, 0.5, 0.398_942_280_401_432_7)),
        Function::Sigmoid => {
            let value = logistic(x);
            (value, value.multiply(logistic(x.negate())))
        }
        Function::Softplus => (x.increasing(special::softplus, POSITIVE), logistic(x)),
        // The least values of gelu and silu, and the bounds of their slopes, rounded outwards.
        Function::Gelu => {
            let value = x.valley(special::gelu, -0.751_791_524_693_564_4, -0.169_971_207_5);
            let slope = phi(x).add(x.multiply(gauss(x, 0.5, 0.398_942_280_401_432_7)));
            (value, slope.meet(Interval::new(-0.129, 1.129)))
        }
        Function::Silu => {
            let value = x.valley(special::silu, -1.278_464_542_761_073_7, -0.278_464_542_8);
            let change = logistic(x).multiply(logistic(x.negate()));
            let slope = logistic(x).add(x.multiply(change));
            (value, slope.meet(Interval::new(-0.0999, 1.0999)))
        }
        // Not unary.
        Function::Min | Function::Max | Function::Clip => return Err(Reason::Infinity),
    })
}
