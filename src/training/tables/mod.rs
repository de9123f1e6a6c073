//! The tables that `training` prints.

mod bands;
mod collapse;
mod compared;
mod density;
mod linear;
mod losses;
mod times;

pub use bands::plan as spectrum;
pub use collapse::plan as collapse;
pub use compared::{parameters as of_comparison, plan as compared};
pub use density::plan as density;
pub use linear::plan as linear;
pub use losses::plan as losses;
pub use times::plan as times;

use crate::answer::Reason;
use crate::table::{Cell, Column, Row};

/// Fills what is left of a row: the reason why there is nothing, said once.
fn absent(row: &mut Row, columns: &[Column], reason: &Reason) {
    let open = columns.len() - row.cells.len();
    row.cells.push(Cell::Missing(reason.clone()));
    row.cells.extend(std::iter::repeat_n(Cell::EMPTY, open.saturating_sub(1)));
}
