//! One kind of table, many formats.
//!
//! A command describes its columns and computes rows; a [`Format`] turns them into bytes; the
//! [`stream`] module computes rows on all cores and writes them in order, whole or not at all; a
//! [`journal`] keeps finished rows of runs that may be killed or shared out.

pub mod checkpoint;
pub mod csv;
pub mod destination;
pub mod journal;
pub mod json;
pub mod latex;
pub mod markdown;
pub mod npy;
pub mod number;
pub mod record;
pub mod run;
pub mod shard;
pub mod stream;
pub mod text;

pub use regimes::table::{Cell, Column, Head, Kind, Plan, Row, Summary};
pub use stream::{Target, write};

/// A way to write tables.
pub trait Format: Sync {
    /// Name on the command line, and the ending of files that have it by default.
    fn name(&self) -> &'static str;

    /// Significant digits, in formats for people, where none are asked for.
    fn digits(&self) -> usize {
        6
    }

    /// Whatever comes before the first row.
    fn begin(&self, head: &Head, out: &mut Vec<u8>);

    /// Row `index` of the table; must not depend on the other rows.
    fn row(&self, head: &Head, index: usize, row: &Row, out: &mut Vec<u8>);

    /// Whatever comes after the last row.
    fn end(&self, head: &Head, summary: &Summary, out: &mut Vec<u8>);
}

/// Every format; a new one is its file and a line here.
pub const FORMATS: &[&dyn Format] =
    &[&text::Text::PLAIN, &json::Json, &csv::Csv, &markdown::Markdown, &latex::Latex, &npy::Npy];

/// The format called `name`.
pub fn format(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|f| f.name() == name)
}
