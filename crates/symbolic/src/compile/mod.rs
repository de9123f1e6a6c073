//! Expressions of one variable as straight-line code over blocks of values.

mod emit;
mod run;

pub use run::Compiled;

use std::mem::Discriminant;

use super::function::Function;

/// One operation on registers, which hold the results of earlier ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Op {
    /// The variable.
    Variable,
    /// A constant.
    Fill(f64),
    Add(usize, usize),
    AddConstant(usize, f64),
    Subtract(usize, usize),
    /// c − a
    SubtractFrom(f64, usize),
    Multiply(usize, usize),
    MultiplyConstant(usize, f64),
    Divide(usize, usize),
    DivideConstant(usize, f64),
    /// c/a
    DivideInto(f64, usize),
    Negate(usize),
    Power(usize, usize),
    PowerConstant(usize, f64),
    Call(Function, usize),
    Min(usize, usize),
    MinConstant(usize, f64),
    Max(usize, usize),
    MaxConstant(usize, f64),
}

type Key = (Discriminant<Op>, [Option<usize>; 2], Option<u64>, Option<Function>);

impl Op {
    /// The registers it reads.
    fn reads(self) -> [Option<usize>; 2] {
        match self {
            Self::Variable | Self::Fill(_) => [None, None],
            Self::Add(a, b)
            | Self::Subtract(a, b)
            | Self::Multiply(a, b)
            | Self::Divide(a, b)
            | Self::Power(a, b)
            | Self::Min(a, b)
            | Self::Max(a, b) => [Some(a), Some(b)],
            Self::AddConstant(a, _)
            | Self::SubtractFrom(_, a)
            | Self::MultiplyConstant(a, _)
            | Self::DivideConstant(a, _)
            | Self::DivideInto(_, a)
            | Self::Negate(a)
            | Self::PowerConstant(a, _)
            | Self::Call(_, a)
            | Self::MinConstant(a, _)
            | Self::MaxConstant(a, _) => [Some(a), None],
        }
    }

    /// The number it contains, if it does.
    fn constant(self) -> Option<f64> {
        match self {
            Self::Fill(c)
            | Self::AddConstant(_, c)
            | Self::SubtractFrom(c, _)
            | Self::MultiplyConstant(_, c)
            | Self::DivideConstant(_, c)
            | Self::DivideInto(c, _)
            | Self::PowerConstant(_, c)
            | Self::MinConstant(_, c)
            | Self::MaxConstant(_, c) => Some(c),
            _ => None,
        }
    }

    /// Equal for equal operations.
    fn key(self) -> Key {
        let function = match self {
            Self::Call(function, _) => Some(function),
            _ => None,
        };
        let bits = self.constant().map(f64::to_bits);
        (std::mem::discriminant(&self), self.reads(), bits, function)
    }

    /// The same operation on other registers.
    fn on(self, place: impl Fn(usize) -> usize) -> Self {
        match self {
            Self::Variable | Self::Fill(_) => self,
            Self::Add(a, b) => Self::Add(place(a), place(b)),
            Self::Subtract(a, b) => Self::Subtract(place(a), place(b)),
            Self::Multiply(a, b) => Self::Multiply(place(a), place(b)),
            Self::Divide(a, b) => Self::Divide(place(a), place(b)),
            Self::Power(a, b) => Self::Power(place(a), place(b)),
            Self::Min(a, b) => Self::Min(place(a), place(b)),
            Self::Max(a, b) => Self::Max(place(a), place(b)),
            Self::AddConstant(a, c) => Self::AddConstant(place(a), c),
            Self::SubtractFrom(c, a) => Self::SubtractFrom(c, place(a)),
            Self::MultiplyConstant(a, c) => Self::MultiplyConstant(place(a), c),
            Self::DivideConstant(a, c) => Self::DivideConstant(place(a), c),
            Self::DivideInto(c, a) => Self::DivideInto(c, place(a)),
            Self::Negate(a) => Self::Negate(place(a)),
            Self::PowerConstant(a, c) => Self::PowerConstant(place(a), c),
            Self::Call(f, a) => Self::Call(f, place(a)),
            Self::MinConstant(a, c) => Self::MinConstant(place(a), c),
            Self::MaxConstant(a, c) => Self::MaxConstant(place(a), c),
        }
    }
}

/// Operations in order; the i-th writes register `targets[i]`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Program {
    ops: Vec<Op>,
    targets: Vec<usize>,
    registers: usize,
    outputs: Vec<usize>,
}
