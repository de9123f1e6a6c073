//! Signs that can be read off a tree.

use crate::expression::{Node, Operator};
use crate::function::Function;

/// Whether a tree is certainly not negative wherever it is defined. `false` means not known.
pub(crate) fn nonnegative(node: &Node) -> bool {
    match node {
        Node::Number(x) => *x >= 0.0,
        Node::Constant(_) => true,
        Node::Variable(_) | Node::Negate(_) => false,
        Node::Binary(Operator::Add | Operator::Multiply | Operator::Divide, [a, b]) => {
            nonnegative(a) && nonnegative(b)
        }
        Node::Binary(Operator::Subtract, _) => false,
        Node::Binary(Operator::Power, [a, b]) => match **b {
            // A root is taken of what is not negative, and is not negative.
            Node::Number(n) => n % 2.0 == 0.0 || n.fract() != 0.0 || nonnegative(a),
            _ => nonnegative(a),
        },
        Node::Call(function, arguments) => match function {
            Function::Exp
            | Function::Sqrt
            | Function::Abs
            | Function::Cosh
            | Function::LogCosh
            | Function::Erfc
            | Function::Phi
            | Function::Relu
            | Function::Heaviside
            | Function::Sigmoid
            | Function::Softplus => true,
            Function::Max => arguments.iter().any(|a| nonnegative(a)),
            Function::Min | Function::Clip => arguments.iter().all(|a| nonnegative(a)),
            Function::Cbrt
            | Function::Sign
            | Function::Sinh
            | Function::Tanh
            | Function::Asinh
            | Function::Atan
            | Function::Asin
            | Function::Erf
            | Function::Expm1
            | Function::Log1p
            | Function::Gelu
            | Function::Silu => nonnegative(&arguments[0]),
            Function::Log
            | Function::Log2
            | Function::Log10
            | Function::Sin
            | Function::Cos
            | Function::Tan => false,
        },
    }
}
