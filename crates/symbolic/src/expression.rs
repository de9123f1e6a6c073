//! The expression tree.

use std::sync::Arc;

use super::Function;
use super::special;

/// A number with a name of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Constant {
    /// The circle constant π.
    Pi,
    /// Euler's number e.
    E,
    /// Positive infinity.
    Infinity,
}

impl Constant {
    /// Every constant.
    pub const ALL: [Self; 3] = [Self::Pi, Self::E, Self::Infinity];

    /// The names it may be written by; the first is the one printed.
    #[must_use]
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::Pi => &["π", "pi"],
            Self::E => &["e"],
            Self::Infinity => &["inf", "∞"],
        }
    }

    /// Its value as a double.
    #[must_use]
    pub fn value(self) -> f64 {
        match self {
            Self::Pi => std::f64::consts::PI,
            Self::E => std::f64::consts::E,
            Self::Infinity => f64::INFINITY,
        }
    }
}

/// A binary operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operator {
    /// Sum.
    Add,
    /// Difference.
    Subtract,
    /// Product.
    Multiply,
    /// Quotient.
    Divide,
    /// Power, real: a negative base needs an integer exponent.
    Power,
}

impl Operator {
    /// Its value.
    #[must_use]
    pub fn apply(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Add => a + b,
            Self::Subtract => a - b,
            Self::Multiply => a * b,
            Self::Divide => a / b,
            Self::Power => special::power(a, b),
        }
    }
}

/// A node of the tree. Subtrees are shared, never changed.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// A number written in digits; never NaN. The sign of `-2` belongs to the number.
    Number(f64),
    /// A named number.
    Constant(Constant),
    /// A variable, by its place in [`Expression::variables`].
    Variable(usize),
    /// A change of sign.
    Negate(Arc<Self>),
    /// A binary operation.
    Binary(Operator, [Arc<Self>; 2]),
    /// A function with as many arguments as its [`Function::arity`].
    Call(Function, Vec<Arc<Self>>),
}

impl Node {
    /// The subtrees directly below.
    #[must_use]
    pub fn children(&self) -> &[Arc<Self>] {
        match self {
            Self::Number(_) | Self::Constant(_) | Self::Variable(_) => &[],
            Self::Negate(a) => std::slice::from_ref(a),
            Self::Binary(_, operands) => operands,
            Self::Call(_, arguments) => arguments,
        }
    }

    /// Its value where the variables take the given values; NaN where it is undefined.
    #[must_use]
    pub fn evaluate(&self, values: &[f64]) -> f64 {
        match self {
            Self::Number(x) => *x,
            Self::Constant(constant) => constant.value(),
            Self::Variable(i) => values.get(*i).copied().unwrap_or(f64::NAN),
            Self::Negate(a) => -a.evaluate(values),
            Self::Binary(operator, [a, b]) => {
                operator.apply(a.evaluate(values), b.evaluate(values))
            }
            Self::Call(function, arguments) => {
                let mut at = [f64::NAN; 3];
                for (slot, argument) in at.iter_mut().zip(arguments) {
                    *slot = argument.evaluate(values);
                }
                function.apply(&at)
            }
        }
    }
}

/// A parsed expression together with the names of its variables.
///
/// `Display` prints it in a form that [`parse`](super::parse) reads back to the same tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    root: Arc<Node>,
    variables: Arc<[String]>,
}

impl Expression {
    /// An expression from a tree whose [`Node::Variable`] indices are below `variables.len()`.
    pub(crate) fn new(root: Arc<Node>, variables: Arc<[String]>) -> Self {
        Self { root, variables }
    }

    /// The tree.
    #[must_use]
    pub fn root(&self) -> &Arc<Node> {
        &self.root
    }

    /// The variables it may contain, in the order in which they take values.
    #[must_use]
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    /// Its value where the variables take the given values, in the order of
    /// [`variables`](Self::variables); NaN where it is undefined or a value is missing.
    /// ```
    /// let saddle = regimes_symbolic::parse("x^2 - y^2", &["x", "y"])?;
    /// assert_eq!(saddle.evaluate(&[3.0, 1.0]), 8.0);
    /// # Ok::<(), regimes_symbolic::ParseError>(())
    /// ```
    #[must_use]
    pub fn evaluate(&self, values: &[f64]) -> f64 {
        self.root.evaluate(values)
    }
}

impl Expression {
    /// The same variables with another tree.
    pub(crate) fn with_root(&self, root: Arc<Node>) -> Self {
        Self::new(root, Arc::clone(&self.variables))
    }
}
