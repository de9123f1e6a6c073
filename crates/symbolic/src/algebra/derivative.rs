//! Derivatives, one rule for each builtin.

use std::collections::HashMap;
use std::f64::consts::{FRAC_2_SQRT_PI, LN_2, LN_10};
use std::sync::Arc;

use super::build::{add, call, divide, is_number, multiply, negate, number, power, subtract};
use crate::expression::{Node, Operator};
use crate::function::Function;

/// 1/√(2π)
const NORMAL_HEIGHT: f64 = 0.398_942_280_401_432_7;

/// The derivative of a tree with respect to a variable, not simplified. Subtrees are shared with
/// the original.
pub(crate) fn derivative(node: &Arc<Node>, variable: usize) -> Arc<Node> {
    visit(node, variable, &mut HashMap::new())
}

/// What is done, by address. The node is kept beside its derivative, so that no other node can
/// take its address.
type Done = HashMap<*const Node, (Arc<Node>, Arc<Node>)>;

fn visit(node: &Arc<Node>, variable: usize, done: &mut Done) -> Arc<Node> {
    if let Some((_, known)) = done.get(&Arc::as_ptr(node)) {
        return Arc::clone(known);
    }
    let mut of = |a: &Arc<Node>| visit(a, variable, done);
    let same = Arc::clone;
    let result = match &**node {
        Node::Number(_) | Node::Constant(_) => number(0.0),
        Node::Variable(i) => number(if *i == variable { 1.0 } else { 0.0 }),
        Node::Negate(a) => negate(of(a)),
        Node::Binary(operator, [a, b]) => {
            let (da, db) = (of(a), of(b));
            match operator {
                Operator::Add => add(da, db),
                Operator::Subtract => subtract(da, db),
                Operator::Multiply => add(multiply(da, same(b)), multiply(same(a), db)),
                // (a/b)′ = a′/b − (a/b) b′/b
                Operator::Divide => {
                    subtract(divide(da, same(b)), divide(multiply(same(node), db), same(b)))
                }
                Operator::Power => powers(node, [a, b], da, db),
            }
        }
        Node::Call(function, arguments) => match &arguments[..] {
            [u] => {
                let du = of(u);
                if is_number(&du, 0.0) { du } else { multiply(unary(*function, u, node), du) }
            }
            [a, b] => {
                let (da, db) = (of(a), of(b));
                // Where a is the larger argument of max, or the smaller one of min.
                let gap = match function {
                    Function::Max => subtract(same(a), same(b)),
                    _ => subtract(same(b), same(a)),
                };
                let first = call(Function::Heaviside, same(&gap));
                let second = call(Function::Heaviside, negate(gap));
                add(multiply(first, da), multiply(second, db))
            }
            [x, lo, hi] => {
                // clip = min(max(x, lo), hi)
                let raised = Arc::new(Node::Call(Function::Max, vec![same(x), same(lo)]));
                let clipped = Arc::new(Node::Call(Function::Min, vec![raised, same(hi)]));
                of(&clipped)
            }
            _ => number(0.0),
        },
    };
    done.insert(Arc::as_ptr(node), (Arc::clone(node), Arc::clone(&result)));
    result
}

/// (aᵇ)′
fn powers(node: &Arc<Node>, [a, b]: [&Arc<Node>; 2], da: Arc<Node>, db: Arc<Node>) -> Arc<Node> {
    let of_base = match **b {
        _ if is_number(&da, 0.0) => da,
        Node::Number(n) => {
            let lower = power(Arc::clone(a), number(n - 1.0));
            multiply(multiply(number(n), lower), da)
        }
        _ => {
            let lower = power(Arc::clone(a), subtract(Arc::clone(b), number(1.0)));
            multiply(multiply(Arc::clone(b), lower), da)
        }
    };
    if is_number(&db, 0.0) {
        return of_base;
    }
    let logarithm = call(Function::Log, Arc::clone(a));
    add(of_base, multiply(multiply(Arc::clone(node), logarithm), db))
}

/// f′(u), where `f` is the call itself.
fn unary(function: Function, u: &Arc<Node>, f: &Arc<Node>) -> Arc<Node> {
    let x = || Arc::clone(u);
    let one = || number(1.0);
    let square = |a: Arc<Node>| power(a, number(2.0));
    let gauss = |scale: f64, rate: f64| {
        let exponent = multiply(number(-rate), square(x()));
        multiply(number(scale), call(Function::Exp, exponent))
    };
    let sigmoid = || call(Function::Sigmoid, x());
    let logistic_slope = || multiply(sigmoid(), call(Function::Sigmoid, negate(x())));
    match function {
        Function::Log => divide(one(), x()),
        Function::Log2 => divide(number(1.0 / LN_2), x()),
        Function::Log10 => divide(number(1.0 / LN_10), x()),
        Function::Log1p => divide(one(), add(one(), x())),
        Function::Exp => Arc::clone(f),
        Function::Expm1 => call(Function::Exp, x()),
        Function::Sqrt => divide(number(0.5), Arc::clone(f)),
        // (x^{1/3})′ = 1/(3 x^{2/3})
        Function::Cbrt => divide(number(1.0 / 3.0), square(Arc::clone(f))),
        Function::Abs => call(Function::Sign, x()),
        Function::Sin => call(Function::Cos, x()),
        Function::Cos => negate(call(Function::Sin, x())),
        Function::Tan => add(one(), square(Arc::clone(f))),
        Function::Asin => divide(one(), call(Function::Sqrt, subtract(one(), square(x())))),
        Function::Atan => divide(one(), add(one(), square(x()))),
        Function::Sinh => call(Function::Cosh, x()),
        Function::Cosh => call(Function::Sinh, x()),
        Function::Tanh => subtract(one(), square(Arc::clone(f))),
        Function::Asinh => divide(one(), call(Function::Sqrt, add(one(), square(x())))),
        Function::LogCosh => call(Function::Tanh, x()),
        Function::Erf => gauss(FRAC_2_SQRT_PI, 1.0),
        Function::Erfc => gauss(-FRAC_2_SQRT_PI, 1.0),
        Function::Phi => gauss(NORMAL_HEIGHT, 0.5),
        Function::Relu => call(Function::Heaviside, x()),
        Function::Sigmoid => logistic_slope(),
        Function::Softplus => sigmoid(),
        Function::Gelu => add(call(Function::Phi, x()), multiply(x(), gauss(NORMAL_HEIGHT, 0.5))),
        Function::Silu => add(sigmoid(), multiply(x(), logistic_slope())),
        // Their steps have no slope; the jump is reported by the breakpoints.
        Function::Sign | Function::Heaviside => number(0.0),
        Function::Min | Function::Max | Function::Clip => number(0.0),
    }
}
