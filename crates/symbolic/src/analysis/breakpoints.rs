//! Kinks and jumps.

use std::sync::Arc;

use super::enclosure::enclose;
use super::interval::Interval;
use super::pieces::{MAX_PIECES, Piece, Pieces, TooIntricate, pieces};
use super::zeros::zeros;
use crate::expression::{Expression, Node, Operator};
use crate::function::Function;

/// What happens at a breakpoint.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum BreakpointKind {
    /// The value jumps.
    Jump {
        /// The limit from the left.
        left: f64,
        /// The limit from the right.
        right: f64,
    },
    /// The slope jumps.
    Kink {
        /// The slope on the left.
        left: f64,
        /// The slope on the right.
        right: f64,
    },
    /// A slope is infinite, as for √|z| or cbrt(z) at 0.
    Steep,
    /// Value and slope are continuous; a higher derivative jumps, as for z|z| at 0, or the
    /// expression touches the boundary of its domain.
    Weak,
}

/// A point where the function is not smooth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Breakpoint {
    /// Where.
    pub at: f64,
    /// What happens there.
    pub kind: BreakpointKind,
}

/// Every point on the line where a function is not smooth.
///
/// # What is guaranteed
/// - No kink or jump with |z| < [`reach`](Self::reach) is missing. Switching points are zeros of
///   the arguments of |u|, sign, relu, heaviside, min, max, clip; polynomials up to degree two
///   are solved in closed form, everything else by interval arithmetic, which discards only what
///   it proves to contain no zero. The exception is a stretch longer than 1e-3 on which the two
///   branches agree to 1e-14 of their size, as tanh and erf do far out: there they are taken to
///   be the same. Around a zero of high order, where they agree to 1e-5 for long, at most one
///   switch is reported.
/// - `reach` is infinite if the tails are proved to contain none, as for every argument that is a
///   polynomial or tends to a nonzero limit; otherwise, as for |sin z|, it is the window asked for.
/// - Positions are correct to the last bit or two where the argument crosses zero with a slope.
///   Where it touches zero without crossing, the position is known to half the digits, and the
///   point is listed only if the formula changes there.
/// - Isolated values, such as those of sign(z)² at 0, are not breakpoints.
#[derive(Debug, Clone, PartialEq)]
pub struct Breakpoints {
    /// In ascending order.
    pub points: Vec<Breakpoint>,
    /// The list is complete for |z| below this.
    pub reach: f64,
}

impl Breakpoints {
    /// The positions alone.
    pub fn positions(&self) -> impl Iterator<Item = f64> + '_ {
        self.points.iter().map(|point| point.at)
    }
}

impl Expression {
    /// Where the expression, as a function of its first variable, jumps or bends: see
    /// [`Breakpoints`] for what is guaranteed.
    ///
    /// Beyond |z| = `window` breakpoints are listed only if there are finitely many of them.
    ///
    /// # Errors
    /// [`TooIntricate`] if there are too many.
    /// ```
    /// use regimes_symbolic::{BreakpointKind, parse};
    /// let clipped = parse("relu(z^2 - 1)", &["z"])?.breakpoints(40.0)?;
    /// assert_eq!(clipped.positions().collect::<Vec<_>>(), [-1.0, 1.0]);
    /// assert_eq!(clipped.points[1].kind, BreakpointKind::Kink { left: 0.0, right: 2.0 });
    /// assert_eq!(clipped.reach, f64::INFINITY);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn breakpoints(&self, window: f64) -> Result<Breakpoints, TooIntricate> {
        breakpoints(&pieces(self.root(), window)?, window)
    }
}

/// The breakpoints of an expression cut into pieces.
pub(crate) fn breakpoints(cut: &Pieces, window: f64) -> Result<Breakpoints, TooIntricate> {
    let mut reach = cut.reach;
    let mut points = Vec::new();
    for (i, piece) in cut.pieces.iter().enumerate() {
        if i > 0 {
            points.push(Breakpoint { at: piece.lo, kind: kind(&cut.pieces[i - 1], piece) });
        }
        let mut roots = Vec::new();
        singular(&piece.node, &mut roots);
        for root in roots {
            let found = zeros(&root, piece.lo, piece.hi, window);
            if !found.complete || points.len() + found.at.len() > MAX_PIECES {
                return Err(TooIntricate);
            }
            reach = reach.min(found.reach);
            points.extend(found.at.into_iter().map(|at| Breakpoint {
                at,
                kind: if steep(piece, at) { BreakpointKind::Steep } else { BreakpointKind::Weak },
            }));
        }
    }
    points.sort_by(|a, b| a.at.total_cmp(&b.at));
    points.dedup_by(|a, b| a.at == b.at);
    Ok(Breakpoints { points, reach })
}

/// The arguments whose zeros are singular points of a smooth formula: those of roots and real
/// powers, and the distance of an inverse sine's argument from ±1.
fn singular(node: &Arc<Node>, found: &mut Vec<Arc<Node>>) {
    for child in node.children() {
        singular(child, found);
    }
    match &**node {
        Node::Call(Function::Sqrt | Function::Cbrt, arguments) => {
            found.push(Arc::clone(&arguments[0]));
        }
        Node::Binary(Operator::Power, [a, b]) if !matches!(**b, Node::Number(n) if n.fract() == 0.0) =>
        {
            found.push(Arc::clone(a));
        }
        Node::Call(Function::Asin, arguments) => {
            use crate::algebra::{number, power, subtract};
            let square = power(Arc::clone(&arguments[0]), number(2.0));
            found.push(subtract(number(1.0), square));
        }
        _ => {}
    }
}

/// The limits of a piece's value and slope at one of its ends, approached from `side`; the slope
/// is infinite where it has no bound.
fn jet(piece: &Piece, at: f64, side: f64) -> (f64, f64) {
    let mut value = piece.node.evaluate(&[at]);
    // The end is rounded, and may be just outside of a root's domain.
    let mut nudge = 4.0 * f64::EPSILON * at.abs().max(f64::MIN_POSITIVE);
    while value.is_nan() && nudge < 1e-9 * (1.0 + at.abs()) {
        value = piece.node.evaluate(&[at + side * nudge]);
        nudge *= 4.0;
    }
    let slope = match enclose(&piece.node, Interval::point(at)) {
        Ok(e) if e.slope.is_bounded() => 0.5 * (e.slope.lo + e.slope.hi),
        _ => f64::INFINITY,
    };
    (value, slope)
}

fn steep(piece: &Piece, at: f64) -> bool {
    jet(piece, at, 1.0).1.is_infinite()
}

fn kind(left: &Piece, right: &Piece) -> BreakpointKind {
    let at = right.lo;
    let ((a, p), (b, q)) = (jet(left, at, -1.0), jet(right, at, 1.0));
    // The point is known to a few units in the last place, and so are value and slope; next to an
    // infinite slope the value is known to half the digits.
    let differ = |a: f64, b: f64, scale: f64, tolerance: f64| {
        (a - b).abs() > tolerance * (a.abs().max(b.abs()) + scale) + 1e-14
    };
    let steep = p.is_infinite() || q.is_infinite();
    let jump = if steep {
        differ(a, b, 1.0, 1e-4)
    } else {
        differ(a, b, p.abs().max(q.abs()) * at.abs(), 1e-12)
    };
    if jump {
        BreakpointKind::Jump { left: a, right: b }
    } else if steep {
        BreakpointKind::Steep
    } else if differ(p, q, 0.0, 1e-12) {
        BreakpointKind::Kink { left: p, right: q }
    } else {
        BreakpointKind::Weak
    }
}
