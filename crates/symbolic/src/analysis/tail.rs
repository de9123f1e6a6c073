//! How an expression behaves far out, by the rules of [`super::asymptotic`].

use std::sync::Arc;

use super::asymptotic::{INF, Tail, UNKNOWN};
use crate::algebra::nonnegative;
use crate::expression::{Constant, Node, Operator};
use crate::function::Function;

/// The tail of a tree in variable 0 as z → ±∞.
pub(crate) fn tail(node: &Arc<Node>, side: f64) -> Tail {
    let of = |a: &Arc<Node>| tail(a, side);
    match &**node {
        Node::Number(c) => Tail::between(*c, *c),
        Node::Constant(Constant::Infinity) => UNKNOWN,
        Node::Constant(c) => Tail::between(c.value(), c.value()),
        Node::Variable(_) => Tail::power_law(1.0, side, side),
        Node::Negate(a) => of(a).negate(),
        Node::Binary(operator, [a, b]) => {
            let (u, v) = (of(a), of(b));
            match operator {
                Operator::Add => u.add(v),
                Operator::Subtract => u.add(v.negate()),
                Operator::Multiply if a == b => u.raise(2.0),
                Operator::Multiply => u.multiply(v),
                Operator::Divide => u.multiply(v.inverse()),
                Operator::Power => match **b {
                    Node::Number(n) => u.raise(n),
                    _ => v.multiply(u.logarithm()).exponential(),
                },
            }
        }
        Node::Call(function, arguments) => {
            let u = of(&arguments[0]);
            let result = call(*function, u, || arguments[1..].iter().map(&of).collect());
            // What is not negative has no negative limit points.
            if nonnegative(node) && result.lo < 0.0 { Tail { lo: 0.0, ..result } } else { result }
        }
    }
}

fn call(function: Function, u: Tail, rest: impl Fn() -> Vec<Tail>) -> Tail {
    let wave = || Tail::between(-1.0, 1.0);
    let near = |x: f64| Tail::between(x.next_down(), x.next_up());
    match function {
        Function::Exp | Function::Expm1 => {
            let up = u.exponential();
            if function == Function::Exp { up } else { up.add(Tail::between(-1.0, -1.0)) }
        }
        Function::Cosh | Function::Sinh => {
            let (up, down) = (u.exponential(), u.negate().exponential());
            up.add(if function == Function::Cosh { down } else { down.negate() })
        }
        Function::Log => u.logarithm(),
        Function::Log2 => u.logarithm().multiply(near(std::f64::consts::LOG2_E)),
        Function::Log10 => u.logarithm().multiply(near(std::f64::consts::LOG10_E)),
        Function::Log1p => u.add(Tail::between(1.0, 1.0)).logarithm(),
        Function::Asinh if u.is_bounded() => u.saturate(f64::asinh),
        Function::Asinh => {
            // |asinh u| ≤ log(1 + 2|u|)
            let size = u.absolute().add(Tail::between(1.0, 1.0)).logarithm();
            Tail {
                lo: if u.lo >= 0.0 { 0.0 } else { -size.hi },
                hi: if u.hi <= 0.0 { 0.0 } else { size.hi },
                ..size
            }
        }
        Function::Sqrt => u.raise(0.5),
        Function::Cbrt => u.raise(1.0 / 3.0),
        Function::Abs => u.absolute(),
        Function::Sin | Function::Cos => wave(),
        Function::Tan => UNKNOWN,
        Function::LogCosh if u.is_bounded() => {
            let u = u.absolute();
            u.saturate(crate::special::log_cosh)
        }
        Function::LogCosh => u.absolute(),
        Function::Relu => u.rectify(|x| x.max(0.0), INF),
        Function::Softplus => u.rectify(crate::special::softplus, INF),
        Function::Gelu => u.rectify(crate::special::gelu, -0.17),
        Function::Silu => u.rectify(crate::special::silu, -0.28),
        Function::Sign | Function::Heaviside => {
            // A limit point at zero leaves both sides open.
            let (lo, hi) = u.limits();
            let least = if function == Function::Sign { -1.0 } else { 0.0 };
            Tail::between(if lo > 0.0 { 1.0 } else { least }, if hi < 0.0 { least } else { 1.0 })
        }
        Function::Tanh
        | Function::Erf
        | Function::Erfc
        | Function::Phi
        | Function::Sigmoid
        | Function::Asin
        | Function::Atan => {
            let f = |x: f64| function.apply(&[x]);
            if function == Function::Erfc {
                let (lo, hi) = u.limits();
                Tail::between(f(hi), f(lo))
            } else {
                u.saturate(f)
            }
        }
        Function::Max => rest().into_iter().fold(u, Tail::maximum),
        Function::Min => {
            let least = |a: Tail, b: Tail| a.negate().maximum(b.negate()).negate();
            rest().into_iter().fold(u, least)
        }
        Function::Clip => match rest()[..] {
            [lo, hi] => u.maximum(lo).negate().maximum(hi.negate()).negate(),
            _ => UNKNOWN,
        },
    }
}
