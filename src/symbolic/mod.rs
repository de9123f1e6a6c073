//! Expressions: parse, evaluate, print.
//!
//! Everything a user may type as a formula goes through this layer: numbers such as `log(20000)`
//! ([`constant()`]) and functions such as `tanh(2*z) + 0.1*z^2` ([`parse`]). It knows mathematics
//! only and imports nothing else from the crate.
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

mod constant;
mod display;
mod error;
mod expression;
mod function;
mod lexer;
mod parser;
mod special;

pub use constant::constant;
pub use error::ParseError;
pub use expression::{Constant, Expression, Node, Operator};
pub use function::Function;
pub use parser::{MAX_DEPTH, MAX_LENGTH, parse};
