//! Standard errors of what follows from measured losses: how far it moves when each of them is moved by its own,
//! added in squares.

use crate::error::Result;
use crate::models::Model;
use crate::table::{Cell, Column};

/// Whether the model was measured with standard errors.
pub fn has_errors(model: &dyn Model) -> bool {
    model.losses().is_some_and(crate::models::Losses::has_errors)
}

/// The column of a standard error.
pub fn column(name: &str) -> Column {
    Column::number(name, "s.e.", "standard error")
}

/// The standard errors of `cells`, computed by `cells_of`, one for each; none where the model was measured
/// without, or where they are not `wanted`.
///
/// # Errors
/// As `cells_of`.
pub fn spreads(
    model: &dyn Model,
    cells: &[Cell],
    wanted: bool,
    cells_of: &dyn Fn(&dyn Model) -> Result<Vec<Cell>>,
) -> Result<Vec<Option<Cell>>> {
    let Some(losses) = model.losses().filter(|_| wanted) else {
        return Ok(vec![None; cells.len()]);
    };
    let mut squares = vec![Some(0.0); cells.len()];
    for moved in losses.moves() {
        let there = cells_of(&moved)?;
        for ((square, here), there) in squares.iter_mut().zip(cells).zip(&there) {
            *square = match (*square, here.value(), there.value()) {
                (Some(sum), Some(here), Some(there)) => Some(sum + (there - here).powi(2)),
                _ => None,
            };
        }
    }
    let of = |square: Option<f64>| match square {
        Some(sum) => Some(Cell::Number(sum.sqrt())),
        None => Some(Cell::Missing("it exists or not within the standard errors".into())),
    };
    let shown = |(cell, square): (&Cell, Option<f64>)| match cell.value() {
        Some(_) => of(square),
        None => Some(Cell::EMPTY),
    };
    Ok(cells.iter().zip(squares).map(shown).collect())
}
