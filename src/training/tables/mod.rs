//! The tables that `training` prints.

mod bands;
mod losses;
mod times;

pub use bands::plan as spectrum;
pub use losses::plan as losses;
pub use times::plan as times;

use crate::answer::Reason;
use crate::table::{Cell, Column, Row};

/// Fills what is left of a row with the reason why there is nothing.
fn absent(row: &mut Row, columns: &[Column], reason: &Reason) {
    let open = columns.len() - row.cells.len();
    row.cells.extend(std::iter::repeat_n(Cell::Missing(reason.clone()), open));
}
