//! Expressions: parse, simplify, differentiate, find kinks, print, compile to fast code.
//!
//! Everything a user may type as a formula goes through this layer: numbers such as `log(20000)`
//! ([`constant()`]), functions such as `tanh(2*z) + 0.1*z^2` ([`parse`]), and scalar activations
//! with all that is known about them ([`activation()`]). It knows mathematics only and imports
//! nothing else from the crate.
//!
//! # Syntax
//!
//! | what | how |
//! |---|---|
//! | numbers | `1`, `.5`, `2e4`, `1E-3` |
//! | operators | `+ - * / ^`; `**` is `^`; also `−`, `·`, `×`, `÷` and superscripts as in `z²` |
//! | powers | associate to the right, `2^3^2 = 512`, and bind tighter than a sign, `-z^2 = -(z^2)` |
//! | constants | `pi` or `π`, `e`, `inf` or `∞` |
//! | functions | every name in [`Function::ALL`]; `√2` and `|z|` as on paper |
//!
//! A product needs its sign: `2z` is refused, with the advice to write `2*z`.
//!
//! # Inside
//!
//! - `syntax`: text to tree and tree to text, Unicode and LaTeX.
//! - `algebra`: normal forms, derivatives, polynomials, parity.
//! - `analysis`: interval arithmetic, and with it domains, growth, zeros, smooth pieces, kinks.
//! - `compile`: straight-line code over blocks of values.
//! - `activation`: names, and Gaussian moments by two routes.

mod activation;
mod algebra;
mod analysis;
mod compile;
mod expression;
mod function;
mod special;
mod syntax;

pub use activation::{
    Activation, ActivationError, Estimate, Local, MomentError, Moments, SHORTCUTS, Shortcut, Split,
    activation,
};
pub use algebra::Parity;
pub use analysis::{
    Breakpoint, BreakpointKind, Breakpoints, Class, Domain, DomainError, DomainFault, Growth,
    PolynomialPiece, Segment, Step, TooIntricate,
};
pub use compile::Compiled;
pub use expression::{Constant, Expression, Node, Operator};
pub use function::Function;
pub use syntax::{MAX_DEPTH, MAX_LENGTH, ParseError, constant, parse};
