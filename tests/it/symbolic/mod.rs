//! Formulas: parsed, rewritten, analysed, and their moments.

mod activation;
mod algebra;
mod analysis;
mod builtins;
mod moments;
mod parse;
