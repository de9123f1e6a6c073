//! Expressions without variables: numbers written as formulas, such as `log(20000)`.

use super::error::ParseError;
use super::parser::{Places, parse_with_places};
use crate::expression::{Constant, Node, Operator};
use crate::function::Function;

/// The value of an expression without variables.
///
/// The value is infinite only if the text says so with `inf`.
///
/// # Errors
/// A [`ParseError`] if the text cannot be read, if a part of it is undefined as in `log(-1)`,
/// `1/0` or `inf - inf`, or if a part overflows as in `exp(1000)`. The error names that part and
/// points at it.
/// ```
/// use regimes_symbolic::constant;
/// assert_eq!(constant("2^3^2"), Ok(512.0));
/// assert_eq!(constant("-inf"), Ok(f64::NEG_INFINITY));
/// assert!(constant("1 + log(-1)").unwrap_err().message.contains("log(-1) is undefined"));
/// ```
pub fn constant(text: &str) -> Result<f64, ParseError> {
    let (root, places) = parse_with_places(text, &[])?;
    evaluate(&root, &places, text)
}

/// Evaluates from the leaves up, so that the first fault found is the innermost.
fn evaluate(node: &Node, places: &Places, text: &str) -> Result<f64, ParseError> {
    let mut values = Vec::new();
    for child in node.children() {
        values.push(evaluate(child, places, text)?);
    }
    let value = match node {
        Node::Number(x) => *x,
        Node::Constant(constant) => constant.value(),
        // No name parses as a variable when none is declared.
        Node::Variable(_) => f64::NAN,
        Node::Negate(_) => -values[0],
        Node::Binary(operator, _) => operator.apply(values[0], values[1]),
        Node::Call(function, _) => function.apply(&values),
    };
    let unbounded = values.iter().any(|x| x.is_infinite())
        || matches!(node, Node::Constant(Constant::Infinity));
    let fault = match undefined(node, &values) {
        Some(reason) => format!("is undefined: {reason}"),
        None if value.is_nan() => "is undefined".to_owned(),
        None if value.is_infinite() && !unbounded => {
            "overflows: the largest number is 1.8e308".to_owned()
        }
        None => return Ok(value),
    };
    let place = places.get(&std::ptr::from_ref(node)).copied().unwrap_or(0);
    let written = node.display(&[]).to_string();
    let message = if written.chars().count() <= 60 {
        format!("{written} {fault}")
    } else {
        format!("this {fault}")
    };
    Err(ParseError::new(text, place, message))
}

/// Why an operation has no value, where the reason can be put in words.
fn undefined(node: &Node, values: &[f64]) -> Option<&'static str> {
    match (node, values) {
        (Node::Binary(Operator::Divide, _), [_, 0.0]) => Some("division by zero"),
        (Node::Binary(Operator::Divide, _), [a, b]) if a.is_infinite() && b.is_infinite() => {
            Some("inf/inf has no value")
        }
        (Node::Binary(Operator::Multiply, _), [a, b])
            if (*a == 0.0 && b.is_infinite()) || (a.is_infinite() && *b == 0.0) =>
        {
            Some("0·inf has no value")
        }
        (Node::Binary(Operator::Power, _), [0.0, b]) if *b < 0.0 => Some("division by zero"),
        (Node::Binary(Operator::Power, _), [a, b]) if *a < 0.0 && b.fract() != 0.0 => {
            Some("a negative number has real powers only for whole exponents")
        }
        (Node::Call(Function::Log | Function::Log2 | Function::Log10, _), [x]) if *x <= 0.0 => {
            Some("a logarithm needs a positive argument")
        }
        (Node::Call(Function::Log1p, _), [x]) if *x <= -1.0 => {
            Some("log1p needs an argument above -1")
        }
        (Node::Call(Function::Sqrt, _), [x]) if *x < 0.0 => {
            Some("a square root needs an argument that is not negative")
        }
        (Node::Call(Function::Asin, _), [x]) if x.abs() > 1.0 => {
            Some("asin needs an argument between -1 and 1")
        }
        (Node::Call(Function::Sin | Function::Cos | Function::Tan, _), [x]) if x.is_infinite() => {
            Some("a wave has no limit at infinity")
        }
        _ => None,
    }
}
