//! Printing in Unicode, with as few brackets as the parser needs to read back the same tree.

use std::fmt::{self, Display as _};

use super::lexer::to_superscript;
use crate::expression::{Expression, Node, Operator};
use crate::function::Function;

/// How tightly what is printed holds together; brackets go around what holds less than needed.
#[derive(PartialEq, PartialOrd, Clone, Copy)]
enum Level {
    Sum,
    Product,
    Signed,
    Power,
    Atom,
}

impl Level {
    fn of(node: &Node) -> Self {
        match node {
            Node::Number(x) if x.is_sign_negative() => Self::Signed,
            Node::Number(_) | Node::Constant(_) | Node::Variable(_) | Node::Call(..) => Self::Atom,
            Node::Negate(_) => Self::Signed,
            Node::Binary(Operator::Add | Operator::Subtract, _) => Self::Sum,
            Node::Binary(Operator::Multiply | Operator::Divide, _) => Self::Product,
            Node::Binary(Operator::Power, _) => Self::Power,
        }
    }
}

/// A node with the names of its variables, ready to print.
pub(crate) struct Shown<'a> {
    node: &'a Node,
    variables: &'a [String],
}

impl Node {
    /// The node as `Display` prints it, with these names for its variables.
    pub(crate) fn display<'a>(&'a self, variables: &'a [String]) -> Shown<'a> {
        Shown { node: self, variables }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root().display(self.variables()).fmt(f)
    }
}

impl Shown<'_> {
    /// Writes a subtree, in brackets if it holds together less than `needed`.
    fn write(&self, f: &mut fmt::Formatter<'_>, node: &Node, needed: Level) -> fmt::Result {
        if Level::of(node) >= needed {
            node.display(self.variables).fmt(f)
        } else {
            write!(f, "({})", node.display(self.variables))
        }
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.node {
            Node::Number(x) => write_number(f, *x),
            Node::Constant(constant) => f.write_str(constant.names()[0]),
            Node::Variable(i) => f.write_str(self.variables.get(*i).map_or("?", String::as_str)),
            Node::Negate(a) => {
                f.write_str("-")?;
                // A bare number after the sign would be read as a negative number.
                let bare = matches!(**a, Node::Number(_));
                self.write(f, a, if bare { Level::Atom } else { Level::Signed })
            }
            Node::Binary(Operator::Power, [a, b]) => {
                self.write(f, a, Level::Atom)?;
                match **b {
                    Node::Number(n) if (0.0..=99.0).contains(&n) && n.fract() == 0.0 => {
                        f.write_str(&to_superscript(n as u32))
                    }
                    _ => {
                        f.write_str("^")?;
                        self.write(f, b, Level::Atom)
                    }
                }
            }
            Node::Binary(operator, [a, b]) => {
                let (symbol, left, right) = match operator {
                    Operator::Add => (" + ", Level::Sum, Level::Product),
                    Operator::Subtract => (" - ", Level::Sum, Level::Product),
                    Operator::Multiply => ("·", Level::Product, Level::Signed),
                    _ => ("/", Level::Product, Level::Signed),
                };
                self.write(f, a, left)?;
                f.write_str(symbol)?;
                // a + -b reads back but reads badly.
                let signed = Level::of(b) == Level::Signed;
                self.write(f, b, if signed { Level::Atom } else { right })
            }
            Node::Call(Function::Abs, arguments) => {
                f.write_str("|")?;
                self.list(f, arguments)?;
                f.write_str("|")
            }
            Node::Call(function, arguments) => {
                let name = match function {
                    Function::Sqrt => "√",
                    other => other.name(),
                };
                write!(f, "{name}(")?;
                self.list(f, arguments)?;
                f.write_str(")")
            }
        }
    }
}

impl Shown<'_> {
    fn list(&self, f: &mut fmt::Formatter<'_>, arguments: &[std::sync::Arc<Node>]) -> fmt::Result {
        for (i, argument) in arguments.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            self.write(f, argument, Level::Sum)?;
        }
        Ok(())
    }
}

/// The shortest digits that read back to the same double, with an exponent where that is shorter.
fn write_number(f: &mut fmt::Formatter<'_>, x: f64) -> fmt::Result {
    let size = x.abs();
    if x.is_infinite() {
        f.write_str(if x > 0.0 { "inf" } else { "(-inf)" })
    } else if size != 0.0 && !(1e-4..1e16).contains(&size) {
        write!(f, "{x:e}")
    } else {
        write!(f, "{x}")
    }
}
