//! Why a text is not an activation.

use thiserror::Error;

use crate::{DomainError, ParseError, TooIntricate};

/// Why a text is not an activation.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ActivationError {
    /// It cannot be read.
    #[error("{0}")]
    Parse(ParseError),
    /// It is neither a name nor an expression.
    #[error(
        "unknown activation '{name}'{}; give a name (tanh, relu, leaky-relu:0.1, …) or an expression in z",
        nearest.map_or(String::new(), |name| format!("; did you mean {name}?"))
    )]
    UnknownName {
        /// What was given.
        name: String,
        /// The name that is nearest, if one is near.
        nearest: Option<&'static str>,
    },
    /// A parameter was given to an activation that has none.
    #[error("{name} takes no parameter")]
    NoParameter {
        /// The activation.
        name: &'static str,
    },
    /// The parameter is not a finite number.
    #[error("the parameter of {name} must be finite")]
    InfiniteParameter {
        /// The activation.
        name: &'static str,
    },
    /// It is not finite everywhere, or grows too fast.
    #[error("{0}")]
    Domain(DomainError),
    /// It has too many breakpoints.
    #[error("{0}")]
    TooIntricate(TooIntricate),
}
