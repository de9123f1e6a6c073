//! Analysis of functions of one variable: where they are defined, where they bend or jump, how
//! fast they grow. Everything called proved rests on algebra or on interval arithmetic.

mod asymptotic;
mod breakpoints;
mod domain;
mod enclosure;
mod growth;
mod interval;
mod interval_functions;
mod pieces;
mod tail;
mod zeros;

pub use breakpoints::{Breakpoint, BreakpointKind, Breakpoints};
pub use domain::{Domain, DomainError, DomainFault};
pub use growth::Growth;
pub use pieces::TooIntricate;
