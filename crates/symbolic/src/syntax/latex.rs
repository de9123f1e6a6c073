//! LaTeX.

use std::sync::Arc;

use crate::expression::{Constant, Expression, Node, Operator};
use crate::function::Function;

impl Expression {
    /// The expression in LaTeX, without dollar signs.
    /// ```
    /// let phi = regimes_symbolic::parse("tanh(2*z) + z^2/sqrt(2)", &["z"])?;
    /// assert_eq!(
    ///     phi.latex(),
    ///     r"\tanh\left(2 z\right) + \frac{z^{2}}{\sqrt{2}}"
    /// );
    /// # Ok::<(), regimes_symbolic::ParseError>(())
    /// ```
    #[must_use]
    pub fn latex(&self) -> String {
        Writer { variables: self.variables() }.write(self.root())
    }
}

struct Writer<'a> {
    variables: &'a [String],
}

/// How tightly a formula holds together.
#[derive(PartialEq, PartialOrd, Clone, Copy)]
enum Level {
    Sum,
    Product,
    Power,
    Atom,
}

fn level(node: &Node) -> Level {
    match node {
        Node::Negate(_) | Node::Binary(Operator::Add | Operator::Subtract, _) => Level::Sum,
        Node::Number(x) if *x < 0.0 => Level::Sum,
        Node::Number(x) if scientific(*x) => Level::Product,
        Node::Binary(Operator::Multiply, _) => Level::Product,
        Node::Binary(Operator::Power, _) | Node::Call(Function::Exp, _) => Level::Power,
        Node::Binary(Operator::Divide, [a, _]) if matches!(**a, Node::Negate(_)) => Level::Sum,
        // A fraction has its own brackets, except under a power.
        Node::Binary(Operator::Divide, _) => Level::Product,
        _ => Level::Atom,
    }
}

fn scientific(x: f64) -> bool {
    x != 0.0 && !(1e-4..1e6).contains(&x.abs())
}

fn bracketed(inner: &str) -> String {
    format!(r"\left({inner}\right)")
}

impl Writer<'_> {
    fn at(&self, node: &Node, needed: Level) -> String {
        let inner = self.write(node);
        if level(node) >= needed { inner } else { bracketed(&inner) }
    }

    fn write(&self, node: &Node) -> String {
        match node {
            Node::Number(x) => number(*x),
            Node::Constant(Constant::Pi) => r"\pi".to_owned(),
            Node::Constant(Constant::E) => r"\mathrm{e}".to_owned(),
            Node::Constant(Constant::Infinity) => r"\infty".to_owned(),
            Node::Variable(i) => match self.variables.get(*i) {
                Some(name) if name.chars().count() == 1 => name.clone(),
                Some(name) => format!(r"\mathrm{{{}}}", name.replace('_', r"\_")),
                None => "?".to_owned(),
            },
            Node::Negate(a) => format!("-{}", self.at(a, Level::Product)),
            Node::Binary(operator, [a, b]) => match operator {
                Operator::Add => format!("{} + {}", self.write(a), self.addend(b)),
                Operator::Subtract => format!("{} - {}", self.write(a), self.at(b, Level::Product)),
                Operator::Multiply => {
                    let left = self.at(a, Level::Product);
                    let right = self.at(b, Level::Product);
                    let digit = right.starts_with(|c: char| c.is_ascii_digit());
                    format!("{left}{}{right}", if digit { r" \cdot " } else { " " })
                }
                // The sign of the numerator belongs to the fraction.
                Operator::Divide => match &**a {
                    Node::Negate(a) => format!(r"-\frac{{{}}}{{{}}}", self.write(a), self.write(b)),
                    _ => format!(r"\frac{{{}}}{{{}}}", self.write(a), self.write(b)),
                },
                Operator::Power => format!("{}^{{{}}}", self.at(a, Level::Atom), self.write(b)),
            },
            Node::Call(function, arguments) => self.call(*function, arguments),
        }
    }

    /// The right side of a plus sign.
    fn addend(&self, node: &Node) -> String {
        match level(node) {
            Level::Sum if !matches!(node, Node::Binary(..)) => bracketed(&self.write(node)),
            _ => self.write(node),
        }
    }

    fn call(&self, function: Function, arguments: &[Arc<Node>]) -> String {
        let inner: Vec<String> = arguments.iter().map(|a| self.write(a)).collect();
        let inner = inner.join(", ");
        let name = match function {
            Function::Sqrt => return format!(r"\sqrt{{{inner}}}"),
            Function::Cbrt => return format!(r"\sqrt[3]{{{inner}}}"),
            Function::Abs => return format!(r"\left|{inner}\right|"),
            Function::Exp => return format!(r"\mathrm{{e}}^{{{inner}}}"),
            Function::Log => r"\log".to_owned(),
            Function::Log2 => r"\log_{2}".to_owned(),
            Function::Log10 => r"\log_{10}".to_owned(),
            Function::Log1p => return format!(r"\log\left(1 + {inner}\right)"),
            Function::Expm1 => return format!(r"\left(\mathrm{{e}}^{{{inner}}} - 1\right)"),
            Function::LogCosh => return format!(r"\log \cosh\left({inner}\right)"),
            Function::Sin | Function::Cos | Function::Tan => format!(r"\{}", function.name()),
            Function::Sinh | Function::Cosh | Function::Tanh => format!(r"\{}", function.name()),
            Function::Asin => r"\arcsin".to_owned(),
            Function::Atan => r"\arctan".to_owned(),
            Function::Min => r"\min".to_owned(),
            Function::Max => r"\max".to_owned(),
            Function::Phi => r"\Phi".to_owned(),
            Function::Heaviside => r"\Theta".to_owned(),
            Function::Asinh
            | Function::Erf
            | Function::Erfc
            | Function::Sign
            | Function::Relu
            | Function::Sigmoid
            | Function::Softplus
            | Function::Gelu
            | Function::Silu
            | Function::Clip => format!(r"\operatorname{{{}}}", function.name()),
        };
        format!("{name}{}", bracketed(&inner))
    }
}

fn number(x: f64) -> String {
    if x.is_infinite() {
        return if x > 0.0 { r"\infty" } else { r"-\infty" }.to_owned();
    }
    if !scientific(x) {
        return x.to_string();
    }
    let text = format!("{x:e}");
    match text.split_once('e') {
        Some(("1", exponent)) => format!("10^{{{exponent}}}"),
        Some((digits, exponent)) => format!(r"{digits} \cdot 10^{{{exponent}}}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use crate::parse;

    #[test]
    fn identity_formulas() {
        for (text, expected) in [
            ("2*z", "2 z"),
            ("z*2", r"z \cdot 2"),
            ("-z^2", "-z^{2}"),
            ("(-z)^2", r"\left(-z\right)^{2}"),
            ("1 - (z - 2)", r"1 - \left(z - 2\right)"),
            ("z + -1", r"z + \left(-1\right)"),
            ("exp(-z^2/2)", r"\mathrm{e}^{-\frac{z^{2}}{2}}"),
            ("exp(z)^2", r"\left(\mathrm{e}^{z}\right)^{2}"),
            ("(z/2)^3", r"\left(\frac{z}{2}\right)^{3}"),
            ("(z + 1)*z", r"\left(z + 1\right) z"),
            ("abs(z - 1)", r"\left|z - 1\right|"),
            ("1e-9*z", r"10^{-9} z"),
            ("2.5e7", r"2.5 \cdot 10^{7}"),
            ("2*pi*e", r"2 \pi \mathrm{e}"),
            ("Phi(z)*heaviside(z)", r"\Phi\left(z\right) \Theta\left(z\right)"),
            ("max(z, 0)", r"\max\left(z, 0\right)"),
            ("cbrt(z)", r"\sqrt[3]{z}"),
        ] {
            assert_eq!(parse(text, &["z"]).unwrap().latex(), expected, "{text}");
        }
        assert_eq!(parse("snr*t", &["snr", "t"]).unwrap().latex(), r"\mathrm{snr} t");
    }
}
