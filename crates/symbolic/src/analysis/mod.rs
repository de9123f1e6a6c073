//! Analysis of functions of one variable: where they are defined, where they bend or jump, how
//! fast they grow. Everything called proved rests on algebra or on interval arithmetic.

mod asymptotic;
mod breakpoints;
mod class;
mod domain;
mod enclosure;
mod features;
mod growth;
mod interval;
mod interval_functions;
mod pieces;
mod range;
mod tail;
mod zeros;

pub use breakpoints::{Breakpoint, BreakpointKind, Breakpoints};
pub use class::{Class, PolynomialPiece, Segment, Step};
pub use domain::{Domain, DomainError, DomainFault};
pub use growth::Growth;
pub use pieces::TooIntricate;

pub(crate) use breakpoints::breakpoints;
pub(crate) use class::{class, polynomial_pieces};
pub(crate) use features::{features, slope_at};
pub(crate) use pieces::{Pieces, pieces};
pub(crate) use range::range;

#[cfg(test)]
mod tests;
