//! Minima of functions of one variable.

use super::NumericsError;
use super::precision::MINIMUM_STEPS;
use argmin::core::{CostFunction, Error, Executor, State};
use argmin::solver::brent::BrentOpt;

/// Where a function is smallest within an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Minimum {
    /// Location, good to about the square root of the rounding unit: a minimum is flat.
    pub at: f64,
    /// Smallest value, good to rounding.
    pub value: f64,
}

struct Objective<F>(F);

impl<F: Fn(f64) -> f64> CostFunction for Objective<F> {
    type Param = f64;
    type Output = f64;
    fn cost(&self, x: &f64) -> Result<f64, Error> {
        let y = (self.0)(*x);
        // Brent's method never ends on NaN; a very large value keeps it away instead.
        Ok(if y.is_nan() { f64::MAX } else { y })
    }
}

/// The minimum of a function that is unimodal on `[a, b]`, by Brent's method.
///
/// # Errors
/// [`NumericsError::NotFinite`] if no finite value is found.
pub fn unimodal(
    what: &'static str,
    f: impl Fn(f64) -> f64,
    a: f64,
    b: f64,
) -> Result<Minimum, NumericsError> {
    let tolerance = f64::EPSILON.sqrt();
    let solver = BrentOpt::new(a, b).set_tolerance(tolerance, tolerance * (b - a).abs() * 1e-3);
    let result = Executor::new(Objective(f), solver)
        .configure(|state| state.max_iters(MINIMUM_STEPS))
        .run()
        .map_err(|_| NumericsError::NotFinite { what, at: a })?;
    let state = result.state();
    match (state.get_best_param(), state.get_best_cost()) {
        (Some(&at), value) if value < f64::MAX => Ok(Minimum { at, value }),
        _ => Err(NumericsError::NotFinite { what, at: a }),
    }
}

/// The global minimum over a grid of starting intervals, each polished by Brent's method.
///
/// Every local minimum of the sampled values is polished; the smallest wins. Minima narrower than
/// the spacing of `grid` can be missed.
///
/// # Errors
/// As [`unimodal`]; [`NumericsError::Domain`] for a grid of fewer than three points.
pub fn over_grid(
    what: &'static str,
    f: impl Fn(f64) -> f64,
    grid: &[f64],
) -> Result<Minimum, NumericsError> {
    if grid.len() < 3 {
        let message = "a grid of at least three points is needed".to_owned();
        return Err(NumericsError::Domain { what, message });
    }
    let values: Vec<f64> = grid.iter().map(|&x| f(x)).collect();
    let mut best: Option<Minimum> = None;
    for k in 0..grid.len() {
        let left = k.saturating_sub(1);
        let right = (k + 1).min(grid.len() - 1);
        if values[k] <= values[left] && values[k] <= values[right] {
            let found = unimodal(what, &f, grid[left], grid[right])?;
            let sampled = Minimum { at: grid[k], value: values[k] };
            let found = if found.value < sampled.value { found } else { sampled };
            if best.is_none_or(|b| found.value < b.value) {
                best = Some(found);
            }
        }
    }
    best.ok_or(NumericsError::NotFinite { what, at: grid[0] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_parabola() {
        let found = unimodal("parabola", |x| (x - 0.3).powi(2) + 2.0, -4.0, 9.0).unwrap();
        assert!((found.at - 0.3).abs() < 1e-7 && (found.value - 2.0).abs() < 1e-14);
    }

    #[test]
    fn identity_grid_finds_the_deeper_of_two() {
        let f = |x: f64| (x * x - 1.0).powi(2) + 0.1 * x;
        let grid: Vec<f64> = (0..41).map(|k| -2.0 + 0.1 * f64::from(k)).collect();
        let found = over_grid("double well", f, &grid).unwrap();
        assert!(found.at < -1.0 && found.at > -1.1);
    }

    #[test]
    fn limit_nan_does_not_hang() {
        assert!(unimodal("nan", |_| f64::NAN, 0.0, 1.0).is_err());
    }
}
