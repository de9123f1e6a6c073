//! Between text and tree: the parser, its errors, and the printed forms.

mod constant;
mod display;
mod error;
mod latex;
mod lexer;
mod parser;

pub use constant::constant;
pub use error::ParseError;
pub(crate) use error::nearest;

pub use parser::{MAX_DEPTH, MAX_LENGTH, parse};
