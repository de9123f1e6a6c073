//! Parameters that make a prediction agree best, with their errors.

use super::Measurement;
use crate::error::{Error, Result};
use crate::numerics::Estimate;
use argmin::core::{CostFunction, Executor, State};
use argmin::solver::neldermead::NelderMead;
use nalgebra::{DMatrix, DVector};
use std::cell::RefCell;

/// Fitted parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Their values.
    pub values: Vec<f64>,
    /// Their standard errors, from the curvature of χ².
    pub errors: Vec<f64>,
    /// Correlations of their errors, row by row.
    pub correlations: Vec<Vec<f64>>,
    /// χ² at the minimum.
    pub chi_squared: f64,
}

/// Steps of the simplex; a handful of parameters takes fewer than a hundred each.
const STEPS: u64 = 400;

/// Size of the first simplex, relative to each parameter.
const SIMPLEX: f64 = 0.05;

/// Spread of χ² over the simplex at which it stops: far below what a standard error changes, 1.
const SPREAD: f64 = 1e-4;

/// Steps of the numerical derivative in standard errors of the parameter, roughly.
const DIFFERENCE: f64 = 1e-3;

/// Rounds of Gauss-Newton after the simplex.
const ROUNDS: usize = 6;

type Predict<'a> = dyn Fn(&[f64]) -> Result<Vec<Estimate>> + 'a;

struct ChiSquared<'a> {
    measured: &'a [Measurement],
    predict: &'a Predict<'a>,
    /// The first failure that was not about a parameter outside its domain.
    failure: RefCell<Option<Error>>,
}

impl ChiSquared<'_> {
    fn deviations(&self, values: &[f64]) -> Option<DVector<f64>> {
        match (self.predict)(values) {
            Ok(predicted) => {
                let pairs = self.measured.iter().zip(predicted);
                let z: Vec<f64> = pairs.map(|(m, p)| m.deviation(p)).collect();
                z.iter().all(|z| z.is_finite()).then(|| DVector::from_vec(z))
            }
            // The simplex stepped outside the domain: no place to be, but no failure either.
            Err(Error::Argument { .. }) => None,
            Err(error) => {
                self.failure.borrow_mut().get_or_insert(error);
                None
            }
        }
    }
}

impl CostFunction for ChiSquared<'_> {
    type Param = Vec<f64>;
    type Output = f64;
    fn cost(&self, values: &Vec<f64>) -> std::result::Result<f64, argmin::core::Error> {
        Ok(self.deviations(values).map_or(f64::MAX, |z| z.norm_squared()))
    }
}

/// The parameters, starting from `start`, for which χ² is smallest: a simplex search, then
/// Gauss-Newton, whose last Jacobian J gives the covariance (JᵀJ)⁻¹.
///
/// `predict` gives the predictions for the measured points and refuses parameters outside their
/// domain with [`Error::Argument`].
///
/// # Errors
/// [`Error::Usage`] for fewer points than parameters, a start without prediction, or parameters that
/// the data do not determine; failures of `predict`.
pub fn fit(measured: &[Measurement], start: &[f64], predict: &Predict<'_>) -> Result<Fit> {
    let k = start.len();
    if measured.len() <= k {
        return Err(Error::Usage(format!(
            "{} points do not determine {k} parameters and their errors",
            measured.len()
        )));
    }
    let problem = ChiSquared { measured, predict, failure: RefCell::new(None) };
    if problem.deviations(start).is_none() {
        let unknown =
            || Error::Usage("there is no prediction at the parameters to start from".into());
        return Err(problem.failure.into_inner().unwrap_or_else(unknown));
    }
    let mut simplex = vec![start.to_vec()];
    for i in 0..k {
        let mut corner = start.to_vec();
        corner[i] += if start[i] == 0.0 { SIMPLEX } else { SIMPLEX * start[i] };
        simplex.push(corner);
    }
    let failed = || Error::Usage("the fit found no minimum of χ²".into());
    let solver = NelderMead::new(simplex).with_sd_tolerance(SPREAD).map_err(|_| failed())?;
    let result = Executor::new(problem, solver)
        .configure(|state| state.max_iters(STEPS))
        .run()
        .map_err(|_| failed())?;
    let mut values = result.state().get_best_param().cloned().ok_or_else(failed)?;
    let Some(problem) = result.problem.problem else { return Err(failed()) };
    if let Some(error) = problem.failure.borrow_mut().take() {
        return Err(error);
    }
    let mut z = problem.deviations(&values).ok_or_else(failed)?;
    let mut step: Vec<f64> = values.iter().map(|v| 1e-4 * v.abs().max(1e-4)).collect();
    let mut covariance = DMatrix::zeros(k, k);
    for _ in 0..ROUNDS {
        let jacobian = jacobian(&problem, &values, &step).ok_or_else(|| {
            let typed: Vec<String> = values.iter().map(f64::to_string).collect();
            Error::Usage(format!("the fit ran to the end of a domain, {}", typed.join(", ")))
        })?;
        let normal = jacobian.transpose() * &jacobian;
        // Scaled to a unit diagonal, so that parameters of all sizes invert alike.
        let scale: DVector<f64> = normal.diagonal().map(|x| 1.0 / x.sqrt());
        let scaled = DMatrix::from_fn(k, k, |i, j| normal[(i, j)] * scale[i] * scale[j]);
        let undetermined =
            || Error::Usage("the data do not determine all of the fitted parameters".into());
        if scaled.iter().any(|x| !x.is_finite()) {
            return Err(undetermined());
        }
        let inverse = scaled.cholesky().ok_or_else(undetermined)?.inverse();
        covariance = DMatrix::from_fn(k, k, |i, j| inverse[(i, j)] * scale[i] * scale[j]);
        for i in 0..k {
            step[i] = DIFFERENCE.max(1e-9) * covariance[(i, i)].sqrt();
        }
        let newton = -(&covariance * jacobian.transpose() * &z);
        let next: Vec<f64> = values.iter().zip(newton.iter()).map(|(v, d)| v + d).collect();
        match problem.deviations(&next) {
            Some(there) if there.norm_squared() < z.norm_squared() => {
                let gain = z.norm_squared() - there.norm_squared();
                (values, z) = (next, there);
                if gain < 1e-10 {
                    break;
                }
            }
            // Nowhere lower: these are the values, with the covariance at them.
            _ => break,
        }
    }
    if let Some(error) = problem.failure.into_inner() {
        return Err(error);
    }
    let errors: Vec<f64> = (0..k).map(|i| covariance[(i, i)].sqrt()).collect();
    let correlation = |i: usize, j: usize| covariance[(i, j)] / (errors[i] * errors[j]);
    let correlations = (0..k).map(|i| (0..k).map(|j| correlation(i, j)).collect()).collect();
    Ok(Fit { values, errors, correlations, chi_squared: z.norm_squared() })
}

/// ∂z/∂θ by central differences, one-sided at the end of a domain.
fn jacobian(problem: &ChiSquared<'_>, values: &[f64], step: &[f64]) -> Option<DMatrix<f64>> {
    let mut jacobian = DMatrix::zeros(problem.measured.len(), values.len());
    for i in 0..values.len() {
        let at = |sign: f64| {
            let mut moved = values.to_vec();
            moved[i] += sign * step[i];
            problem.deviations(&moved).map(|z| (z, moved[i]))
        };
        let here = || problem.deviations(values).map(|z| (z, values[i]));
        let (up, up_at) = at(1.0).or_else(here)?;
        let (down, down_at) = at(-1.0).or_else(here)?;
        if up_at == down_at {
            return None;
        }
        jacobian.set_column(i, &((up - down) / (up_at - down_at)));
    }
    Some(jacobian)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A straight line has its least squares in closed form.
    #[test]
    fn independent_straight_line_by_normal_equations() {
        let x: Vec<f64> = (0..12).map(|k| 0.3 * f64::from(k)).collect();
        let noise = [0.3, -0.5, 0.1, 0.9, -1.2, 0.4, 0.2, -0.1, 0.7, -0.8, 0.5, -0.6];
        let measured: Vec<Measurement> = x
            .iter()
            .zip(noise)
            .map(|(x, z)| Measurement::Mean { value: 2.0 - 0.7 * x + 0.05 * z, stderr: 0.05 })
            .collect();
        let predict = |p: &[f64]| -> Result<Vec<Estimate>> {
            Ok(x.iter().map(|x| Estimate::exact(p[0] + p[1] * x)).collect())
        };
        let found = fit(&measured, &[1.0, 0.0], &predict).unwrap();
        let n = x.len() as f64;
        let mean_x = x.iter().sum::<f64>() / n;
        let mean_y = measured.iter().map(|m| m.value()).sum::<f64>() / n;
        let square: f64 = x.iter().map(|x| (x - mean_x).powi(2)).sum();
        let slope: f64 =
            x.iter().zip(&measured).map(|(x, m)| (x - mean_x) * m.value()).sum::<f64>() / square;
        let slope_error = 0.05 / square.sqrt();
        assert!((found.values[1] - slope).abs() < 1e-6 * slope_error.max(1.0), "{found:?}");
        assert!((found.values[0] - (mean_y - slope * mean_x)).abs() < 1e-6);
        assert!((found.errors[1] / slope_error - 1.0).abs() < 1e-6, "{found:?}");
        assert!(
            (found.correlations[0][1] + mean_x / (mean_x * mean_x + square / n).sqrt()).abs()
                < 1e-6
        );
    }

    #[test]
    fn bad_input_undetermined_parameters() {
        let measured = [Measurement::Mean { value: 1.0, stderr: 0.1 }; 4];
        let flat = |p: &[f64]| -> Result<Vec<Estimate>> { Ok(vec![Estimate::exact(p[0]); 4]) };
        assert!(fit(&measured, &[0.5], &flat).is_ok());
        let message = fit(&measured, &[0.5, 1.0], &flat).unwrap_err().to_string();
        assert!(message.contains("do not determine"), "{message}");
        assert!(fit(&measured[..1], &[0.5], &flat).is_err());
        let never = |_: &[f64]| -> Result<Vec<Estimate>> { Err(Error::Usage("broken".into())) };
        assert_eq!(fit(&measured, &[0.5], &never).unwrap_err().to_string(), "broken");
    }
}
