//! What a field of text is, and which rows of numbers look like names.

use super::dialect::{has_commas, unquote};
use super::number;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    /// Nothing.
    Empty,
    /// A number, and whether it is written as a whole number.
    Number(f64, bool),
    /// What programs write where a number is missing, and numbers that are none because of a comma.
    Missing,
    /// Anything else.
    Word,
}

/// Words for a missing number.
const MISSING: [&str; 11] =
    ["na", "n/a", "nan", "null", "none", "nil", "?", "-", "--", ".", "missing"];

/// What `field` holds.
pub(super) fn cell(field: &str) -> Cell {
    let field = unquote(field.trim());
    if field.is_empty() {
        return Cell::Empty;
    }
    if has_commas(&field) || MISSING.iter().any(|word| field.eq_ignore_ascii_case(word)) {
        return Cell::Missing;
    }
    match number(&field) {
        Some(x) => {
            let digits = field.strip_prefix(['+', '-']).unwrap_or(&field);
            Cell::Number(x, !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
        }
        None => Cell::Word,
    }
}

/// The numbers of a row, if it holds nothing else.
pub(super) fn numbers(cells: &[Cell]) -> Option<Vec<f64>> {
    let one = |cell: &Cell| if let Cell::Number(x, _) = cell { Some(*x) } else { None };
    cells.iter().map(one).collect()
}

/// Whether numbers count from 0 or 1 on.
pub(super) fn counts(numbers: &[f64]) -> bool {
    let first = numbers.first().copied().unwrap_or(f64::NAN);
    (first == 0.0 || first == 1.0)
        && numbers.iter().enumerate().all(|(k, x)| *x == first + k as f64)
}

/// Numbers of one distance other than zero.
fn evenly_spaced(numbers: &[f64]) -> bool {
    let step = numbers[1] - numbers[0];
    let close = |x: f64| (x - step).abs() <= 1e-9 * step.abs();
    step != 0.0 && step.is_finite() && numbers.windows(2).all(|w| close(w[1] - w[0]))
}

/// Shortest row whose even spacing is no accident.
const EVEN: usize = 4;

/// Why a first row of numbers could name its columns, seeing the rows below it; none if it could not.
pub(super) fn could_be_names(first: &[Cell], rows: &[Vec<Cell>]) -> Option<&'static str> {
    let numbers_here = numbers(first)?;
    let below: Vec<Vec<f64>> = rows.iter().filter_map(|row| numbers(row)).collect();
    let d = numbers_here.len() as f64;
    let next = |row: &Vec<Cell>| {
        let counted: Vec<bool> = row
            .iter()
            .zip(&numbers_here)
            .filter_map(|(cell, x)| match cell {
                Cell::Number(y, _) => Some(*y == x + d),
                _ => None,
            })
            .collect();
        !counted.is_empty() && counted.iter().all(|same| *same)
    };
    // Samples repeat, names do not; and numbers that count on in the next row are data that count.
    if below.contains(&numbers_here) || rows.first().is_some_and(next) {
        return None;
    }
    let whole = |cells: &[Cell]| cells.iter().all(|c| matches!(c, Cell::Number(_, true)));
    let none_whole = |cells: &Vec<Cell>| cells.iter().all(|c| !matches!(c, Cell::Number(_, true)));
    let unlike = !rows.is_empty() && rows.iter().all(none_whole);
    if whole(first) && counts(&numbers_here) && (first.len() > 1 || unlike) {
        return Some("counts its columns");
    }
    let mut sorted = numbers_here.clone();
    sorted.sort_by(f64::total_cmp);
    let distinct = sorted.windows(2).all(|w| w[0] < w[1]);
    if whole(first) && distinct && unlike && (first.len() > 1 || rows.len() > 1) {
        return Some("has whole numbers over columns that have none");
    }
    let even_below = below.iter().filter(|row| row.len() >= EVEN && evenly_spaced(row)).count();
    if first.len() >= EVEN && evenly_spaced(&numbers_here) && 2 * even_below <= below.len() {
        return Some("is evenly spaced, unlike the rows below it");
    }
    None
}
