//! How a quantity is explained: its lines of mathematics, what to know of them, and the numbers that one
//! needs to check the value by hand.

use crate::error::Result;
use crate::numerics::Estimate;
use crate::rem::large_deviations::Energies;

/// A line of mathematics: Unicode, LaTeX, source.
pub type Line = (&'static str, &'static str, &'static str);

/// A number on the way from the formula to the value.
pub struct Intermediate {
    /// Symbol in Unicode.
    pub symbol: &'static str,
    /// Symbol in LaTeX.
    pub latex: &'static str,
    /// Its value.
    pub value: fn(&Energies) -> Result<Estimate>,
}

/// What there is to say of a quantity beside its value.
pub struct Explanation {
    /// Symbol in Unicode.
    pub symbol: &'static str,
    /// Symbol in LaTeX.
    pub latex: &'static str,
    /// The formulas, each with its source.
    pub lines: &'static [Line],
    /// What to know of them: order of the corrections, where printed formulas differ.
    pub remarks: &'static [&'static str],
    /// Numbers on the way.
    pub intermediates: &'static [Intermediate],
}
