//! Grids that are even in a rising function of the noise level.

use super::data::Data;
use super::frame::Ask;
use super::level::Level;
use super::optimal::spread;
use crate::error::{Error, Result};
use crate::numerics::NumericsError;
use crate::numerics::legendre;

/// Cells in which the function is tabulated; a level is then found within its cell.
const CELLS: usize = 256;

/// Halvings within a cell: to rounding.
const HALVINGS: usize = 60;

/// The grid on which a rising function of snr rises by the same amount in every step.
///
/// # Errors
/// Those of the function; a function that does not rise.
pub(super) fn evenly(ask: &Ask<'_>, f: impl Fn(f64) -> Result<f64>) -> Result<Vec<Level>> {
    within(ask, |snr, _| f(snr))
}

/// The same of a function that is known from the start of the cell: f(snr, cell).
fn within(ask: &Ask<'_>, f: impl Fn(f64, usize) -> Result<f64>) -> Result<Vec<Level>> {
    if ask.steps == 1 {
        return Ok(ask.ends.to_vec());
    }
    let nodes = cells(ask.data, [ask.ends[0].snr, ask.ends[1].snr]);
    let at_node = |(k, &snr): (usize, &f64)| f(snr, k.saturating_sub(1));
    let values: Vec<f64> = nodes.iter().enumerate().map(at_node).collect::<Result<_>>()?;
    let (low, high) = (values[0], values[CELLS]);
    if low >= high || low.is_nan() || high.is_nan() {
        let message = format!("nothing rises between snr = {:e} and {:e}", nodes[0], nodes[CELLS]);
        return Err(NumericsError::Domain { what: "grid", message }.into());
    }
    let mut grid = Vec::with_capacity(ask.steps + 1);
    grid.push(ask.ends[0]);
    for k in 1..ask.steps {
        let target = low + (high - low) * (k as f64 / ask.steps as f64);
        let cell = values.partition_point(|&value| value < target).clamp(1, CELLS) - 1;
        grid.push(Level::at_snr(inverted(|snr| f(snr, cell), target, &nodes, &values, cell)?));
    }
    grid.push(ask.ends[1]);
    Ok(grid)
}

/// Where a rising function meets a target within a cell: false position, halved where it stalls.
fn inverted(
    f: impl Fn(f64) -> Result<f64>,
    target: f64,
    nodes: &[f64],
    values: &[f64],
    cell: usize,
) -> Result<f64> {
    let (mut a, mut b) = (nodes[cell], nodes[cell + 1]);
    let (mut fa, mut fb) = (values[cell] - target, values[cell + 1] - target);
    for round in 0..HALVINGS {
        let share = if fb > fa { (-fa / (fb - fa)).clamp(0.0, 1.0) } else { 0.5 };
        let x = a + (b - a) * if round % 3 == 2 { 0.5 } else { share };
        if x <= a || x >= b {
            break;
        }
        let fx = f(x)? - target;
        if fx < 0.0 {
            (a, fa) = (x, fx);
        } else {
            (b, fb) = (x, fx);
        }
        if fx == 0.0 || b - a <= 4.0 * f64::EPSILON * b {
            break;
        }
    }
    Ok(if fb > fa { a + (b - a) * (-fa / (fb - fa)).clamp(0.0, 1.0) } else { 0.5 * (a + b) })
}

fn cells(data: &Data<'_>, [first, last]: [f64; 2]) -> Vec<f64> {
    spread(first, last, data.scale(), CELLS)
}

/// Even in ∫σ dI = ∫ mmse d√snr, which is tabulated cell by cell with Gauss-Legendre rules.
///
/// # Errors
/// An end without noise; failed numerics.
pub(super) fn rescaled(ask: &Ask<'_>) -> Result<Vec<Level>> {
    ask.noisy("rescaled-entropic")?;
    if ask.steps == 1 {
        return Ok(ask.ends.to_vec());
    }
    let nodes = cells(ask.data, [ask.ends[0].snr, ask.ends[1].snr]);
    let mut begun = vec![0.0];
    for k in 0..CELLS {
        begun.push(begun[k] + piece(ask.data, nodes[k], nodes[k + 1])?);
    }
    within(ask, |snr, cell| Ok(begun[cell] + piece(ask.data, nodes[cell], snr)?))
}

/// ∫ mmse d√snr between two levels of one cell.
fn piece(data: &Data<'_>, from: f64, to: f64) -> Result<f64> {
    let (mut sum, mut failed): (f64, Option<Error>) = (0.0, None);
    legendre::rule(POINTS).on(from.sqrt(), to.sqrt(), |root, weight| {
        match data.mmse(root * root) {
            Ok(mmse) => sum += weight * mmse.value,
            Err(error) => failed = Some(error),
        }
    });
    match failed {
        Some(error) => Err(error),
        None => Ok(sum),
    }
}

/// Points of the rule in a cell, in which mmse hardly changes.
const POINTS: usize = 5;
