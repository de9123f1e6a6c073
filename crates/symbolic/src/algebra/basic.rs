//! The builtins in terms of a few that have a parity.

use std::f64::consts::{FRAC_1_SQRT_2, LN_2};
use std::sync::Arc;

use super::build::{add, call, call2, multiply, negate, number, subtract};
use crate::expression::Node;
use crate::function::Function;

/// A builtin in more basic ones; `None` if it is basic itself.
pub(crate) fn basic(function: Function, a: &[Arc<Node>]) -> Option<Arc<Node>> {
    let half = || number(0.5);
    let x = || Arc::clone(&a[0]);
    let halved = |f: Function, argument: Arc<Node>| {
        // ½ + ½ f
        add(half(), multiply(half(), call(f, argument)))
    };
    let gauss = || halved(Function::Erf, multiply(number(FRAC_1_SQRT_2), x()));
    let logistic = || halved(Function::Tanh, multiply(half(), x()));
    Some(match function {
        Function::Sigmoid => logistic(),
        Function::Silu => multiply(x(), logistic()),
        Function::Phi => gauss(),
        Function::Gelu => multiply(x(), gauss()),
        Function::Erfc => subtract(number(1.0), call(Function::Erf, x())),
        Function::Heaviside => halved(Function::Sign, x()),
        Function::Relu => multiply(half(), add(x(), call(Function::Abs, x()))),
        // log(1 + eˣ) = x/2 + log cosh(x/2) + log 2
        Function::Softplus => add(
            add(multiply(half(), x()), call(Function::LogCosh, multiply(half(), x()))),
            number(LN_2),
        ),
        Function::Expm1 => subtract(call(Function::Exp, x()), number(1.0)),
        Function::Log1p => call(Function::Log, add(number(1.0), x())),
        Function::Cosh | Function::Sinh => {
            let (up, down) = (call(Function::Exp, x()), call(Function::Exp, negate(x())));
            let joint = if function == Function::Cosh { add(up, down) } else { subtract(up, down) };
            multiply(half(), joint)
        }
        Function::Min | Function::Max => {
            let y = || Arc::clone(&a[1]);
            let distance = call(Function::Abs, subtract(x(), y()));
            let both = add(x(), y());
            let joint = if function == Function::Max {
                add(both, distance)
            } else {
                subtract(both, distance)
            };
            multiply(half(), joint)
        }
        Function::Clip => match (&*a[1], &*a[2]) {
            // Between numbers in order: (lo + hi + |x − lo| − |x − hi|)/2.
            (Node::Number(lo), Node::Number(hi)) if lo <= hi => {
                let from = |at: &Arc<Node>| call(Function::Abs, subtract(x(), Arc::clone(at)));
                let ends = add(Arc::clone(&a[1]), Arc::clone(&a[2]));
                multiply(half(), add(ends, subtract(from(&a[1]), from(&a[2]))))
            }
            _ => call2(
                Function::Min,
                call2(Function::Max, x(), Arc::clone(&a[1])),
                Arc::clone(&a[2]),
            ),
        },
        _ => return None,
    })
}
