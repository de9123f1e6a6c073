//! Between text and tree: the parser, its errors, and the printed forms.

mod constant;
mod display;
mod error;
mod lexer;
mod parser;

pub use constant::constant;
pub use error::ParseError;
pub use parser::{MAX_DEPTH, MAX_LENGTH, parse};
