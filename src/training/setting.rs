//! From what was given to the networks of all rows.

use super::coefficients::Coefficients;
use super::learner::Learner;
use super::losses::Training;
use super::parameters::{
    ACTIVATION, D, DRAWS, LEARNING_RATE, N, P, PSI_N, PSI_P, READOUT, RIDGE, SPECTRUM, STEPS, TAU,
};
use super::population::Population;
use crate::answer::Answer;
use crate::error::{Error, Result};
use crate::models::parameter::{Parameter, Values};
use crate::numerics::Estimate;
use crate::quantities::noise;
use crate::sweep::{Request, parameter_cell, parameter_column};
use crate::symbolic::{Activation, Growth, activation};
use crate::table::{Cell, Column, Head};
use std::sync::Mutex;

/// Coefficients that are kept: a sweep over n, p or τ needs one, over t as many as it has times.
const KEPT: usize = 4096;

/// Rows whose activations are looked at before the first is computed.
const CHECKED: usize = 10_000;

/// Why nothing is learned without noise.
pub(super) const NO_NOISE: &str = "t = 0: no noise is added, so that nothing of it can be learned: the loss stays 1 (κ = 2Δ/ψ_p = 0)";

/// Why nothing is learned by features without a linear part.
pub(super) const NOTHING_LINEAR: &str = "the activation has no linear part (a = E φ′ = 0): its features say nothing of the noise, and the loss stays 1";

/// p/d² above which the equivalence of random features with Gaussian ones is doubted: late losses are off by a
/// tenth to a half of it, relatively.
const DOUBTED: f64 = 0.1;

/// What was asked, with what its texts are.
pub struct Setting {
    /// The parameters of all rows.
    pub request: Request,
    activations: Vec<(String, Activation)>,
    populations: Vec<(String, Population)>,
    kept: Mutex<Vec<(Key, Coefficients)>>,
}

/// What coefficients depend on: the activation's place, t, σ_x².
type Key = (usize, u64, u64);

/// A row's network.
pub struct Asked {
    /// The network.
    pub learner: Learner,
    /// Dimension, where it was given.
    pub d: Option<f64>,
}

impl Setting {
    /// Reads all texts and checks what belongs together.
    ///
    /// # Errors
    /// Wrong arguments.
    pub fn new(request: Request) -> Result<Self> {
        let setting = Self::of_any_time(request)?;
        setting.check_time()?;
        Ok(setting)
    }

    /// The same, where no noise level is asked for.
    ///
    /// # Errors
    /// Wrong arguments.
    pub fn of_any_time(request: Request) -> Result<Self> {
        let texts = |parameter: &Parameter| match request.axis(parameter.name) {
            Some(axis) => axis.typed(),
            None => request.fixed.text(parameter.name).map(str::to_owned).into_iter().collect(),
        };
        let read = |text: String| {
            let phi = activation(&text)
                .map_err(|error| Error::argument("--activation", &text, error.to_string()))?;
            Ok((text, phi))
        };
        let activations = texts(&ACTIVATION).into_iter().map(read).collect::<Result<_>>()?;
        let read = |text: String| {
            let population = Population::read(&text)?;
            Ok((text, population))
        };
        let populations = texts(&SPECTRUM).into_iter().map(read).collect::<Result<_>>()?;
        let setting = Self { request, activations, populations, kept: Mutex::default() };
        setting.check()?;
        Ok(setting)
    }

    fn given(&self, parameter: &Parameter) -> bool {
        self.request.axis(parameter.name).is_some()
    }

    fn check(&self) -> Result<()> {
        for (ratio, count) in [(&PSI_N, &N), (&PSI_P, &P)] {
            match (self.given(ratio), self.given(count)) {
                (true, true) => {
                    return Err(Error::Usage(format!(
                        "give --{} or --{}, not both",
                        ratio.name, count.name
                    )));
                }
                (false, false) => {
                    return Err(Error::Usage(format!(
                        "--{} is required: {}, or --{} with --d",
                        ratio.name, ratio.help, count.name
                    )));
                }
                (false, true) if !self.given(&D) => {
                    return Err(Error::Usage(format!(
                        "--{} needs --d: {} counts in units of the dimension",
                        count.name, ratio.symbol
                    )));
                }
                _ => {}
            }
        }
        if self.given(&LEARNING_RATE) && !self.given(&D) {
            return Err(Error::Usage("--learning-rate needs --d: τ = kη/d²".into()));
        }
        Ok(())
    }

    /// Checks that there is one noise level, and that all activations have moments there.
    fn check_time(&self) -> Result<()> {
        noise::exactly_one(&self.request).map_err(|_| {
            Error::Usage("training is at one noise level: give exactly one of --t, --snr and --sigma-noise, for example --t 0.1".into())
        })?;
        let fast = |phi: &Activation| {
            !matches!(phi.domain().growth, Growth::Bounded | Growth::Polynomial { .. })
        };
        let any_fast = self.activations.iter().any(|(_, phi)| fast(phi));
        let rows = self.request.rows()?.min(if any_fast { CHECKED } else { 1 });
        for index in 0..rows {
            let values = self.request.at(index);
            if time(&values)? > 0.0 {
                self.coefficients(&values, time(&values)?)?;
            }
        }
        Ok(())
    }

    fn coefficients(&self, values: &Values, t: f64) -> Result<(Coefficients, Population)> {
        let find = |parameter: &Parameter| values.text(parameter.name).unwrap_or_default();
        let missing = || Error::Usage("--activation and --spectrum are required".into());
        let place = self
            .activations
            .iter()
            .position(|(text, _)| text == find(&ACTIVATION))
            .ok_or_else(missing)?;
        let population = self
            .populations
            .iter()
            .find(|(text, _)| text == find(&SPECTRUM))
            .ok_or_else(missing)?
            .1
            .clone();
        let sigma2 = population.trace();
        let key = (place, t.to_bits(), sigma2.to_bits());
        let lock = || self.kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((_, kept)) = lock().iter().find(|(known, _)| *known == key) {
            return Ok((*kept, population));
        }
        let found = Coefficients::new(&self.activations[place].1, t, sigma2)?;
        let mut kept = lock();
        if kept.len() < KEPT {
            kept.push((key, found));
        }
        Ok((found, population))
    }

    /// The activation of a row.
    ///
    /// # Errors
    /// None that was given.
    pub fn activation(&self, values: &Values) -> Result<Activation> {
        let text = values.text(ACTIVATION.name).unwrap_or_default();
        let found = self.activations.iter().find(|(known, _)| known == text);
        found
            .map(|(_, phi)| phi.clone())
            .ok_or_else(|| Error::Usage("--activation is required".into()))
    }

    /// The network of a row.
    ///
    /// # Errors
    /// Wrong arguments.
    pub fn asked(&self, values: &Values) -> Result<Answer<Asked>> {
        self.asked_at(values, time(values)?)
    }

    /// The network of a row at a time of its own.
    ///
    /// # Errors
    /// Wrong arguments.
    pub fn asked_at(&self, values: &Values, t: f64) -> Result<Answer<Asked>> {
        let asked = self.even_deaf_at(values, t)?;
        Ok(asked.and_then(|asked| {
            if asked.learner.is_deaf() {
                Answer::absent(NOTHING_LINEAR)
            } else {
                Answer::Value(asked)
            }
        }))
    }

    /// The network of a row, be there a linear part in its activation or not.
    ///
    /// # Errors
    /// Wrong arguments.
    pub fn even_deaf(&self, values: &Values) -> Result<Answer<Asked>> {
        self.even_deaf_at(values, time(values)?)
    }

    fn even_deaf_at(&self, values: &Values, t: f64) -> Result<Answer<Asked>> {
        let d = values.number(D.name);
        let [psi_n, psi_p] = self.ratios(values)?;
        let draws = values.number(DRAWS.name).unwrap_or(f64::INFINITY);
        if t == 0.0 {
            return Ok(Answer::absent(NO_NOISE));
        }
        let (mut coefficients, population) = self.coefficients(values, t)?;
        if !coefficients.a.sign_is_certain() {
            // An even activation: what is left is the rounding of its moments.
            coefficients.a = Estimate::exact(0.0);
            coefficients.b = Estimate::exact(0.0);
        }
        Ok(Answer::Value(Asked {
            learner: Learner::new(coefficients, population, psi_n, psi_p, draws),
            d,
        }))
    }

    /// n/d and p/d of a row.
    ///
    /// # Errors
    /// One that is missing.
    pub fn ratios(&self, values: &Values) -> Result<[f64; 2]> {
        let ratio = |ratio: &Parameter, count: &Parameter| match (
            values.number(ratio.name),
            values.number(count.name),
        ) {
            (Some(ratio), _) => Ok(ratio),
            (None, Some(count)) => Ok(count / values.required(D.name)?),
            (None, None) => values.required(ratio.name),
        };
        Ok([ratio(&PSI_N, &N)?, ratio(&PSI_P, &P)?])
    }

    /// The flow time of one step of gradient descent, where a learning rate is given.
    ///
    /// # Errors
    /// A number of features that is missing.
    pub fn step(&self, values: &Values) -> Result<Option<f64>> {
        let (Some(rate), Some(d)) = (values.number(LEARNING_RATE.name), values.number(D.name))
        else {
            return Ok(None);
        };
        let [_, psi_p] = self.ratios(values)?;
        let features = if values.text(READOUT.name) == Some("standard") { psi_p * d } else { 1.0 };
        Ok(Some(rate * features / (d * d)))
    }

    /// The columns that say what was asked: the activation, ratios, time, and whatever else was given.
    pub fn columns(&self) -> Vec<Column> {
        let mut columns = self.columns_of_any_time();
        columns.extend(noise::columns());
        columns
    }

    /// Their cells.
    ///
    /// # Errors
    /// A noise level that does not exist.
    pub fn cells(&self, values: &Values) -> Result<Vec<Cell>> {
        let mut cells = self.cells_of_any_time(values);
        cells.extend(noise::cells(noise::of(values)?, values));
        Ok(cells)
    }

    /// The same without the time.
    pub fn columns_of_any_time(&self) -> Vec<Column> {
        let mut columns = vec![Column::text(ACTIVATION.name)];
        columns.extend(self.shown().iter().map(parameter_column));
        columns.push(Column::number("psi_n", PSI_N.symbol, "n/d"));
        columns.push(Column::number("psi_p", PSI_P.symbol, "p/d"));
        columns
    }

    /// Their cells.
    pub fn cells_of_any_time(&self, values: &Values) -> Vec<Cell> {
        let mut cells = vec![parameter_cell(values, ACTIVATION.name)];
        cells.extend(self.shown().iter().map(|p| parameter_cell(values, p.name)));
        let d = values.number(D.name).unwrap_or(f64::NAN);
        for (ratio, count) in [(&PSI_N, &N), (&PSI_P, &P)] {
            let value = values
                .number(ratio.name)
                .or_else(|| values.number(count.name).map(|count| count / d));
            cells.push(Cell::Number(value.unwrap_or(f64::NAN)));
        }
        cells
    }

    fn shown(&self) -> Vec<Parameter> {
        let numbers = [N, P, D].into_iter().filter(|p| self.given(p));
        numbers.chain([SPECTRUM, DRAWS].into_iter().filter(|p| self.is_typed(p))).collect()
    }

    /// Whether a parameter with a default was given another value.
    fn is_typed(&self, parameter: &Parameter) -> bool {
        match self.request.axis(parameter.name) {
            Some(axis) => {
                axis.values.len() > 1
                    || axis.typed().first().map(String::as_str) != parameter.default
            }
            None => self.request.fixed.text(parameter.name) != parameter.default,
        }
    }

    /// A table's head: conventions, and what is to be said of sizes.
    pub fn head(&self, command: &str, columns: Vec<Column>, rows: usize) -> Head {
        let mut head = Head::new(command, "", columns, rows);
        let own = [
            ("loss", "(1/d) E|√Δ s_A + z|², 1 at A = 0"),
            ("score", "s_A(x) = (A/√p) φ(Wx/√d), W standard normal"),
            (
                "training",
                "dA/dτ = −d² ∂L/∂A from A = 0: an amplitude relaxes as e^(−κτλ), κ = 2Δ/ψ_p",
            ),
        ];
        head.conventions.extend(own.map(|(name, text)| (name.into(), text.to_owned())));
        head
    }
}

impl Asked {
    /// What is to be said of a row's sizes.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some(d) = self.d
            && self.learner.psi_p / d > DOUBTED
        {
            notes.push(format!(
                "p/d² = {:.2}: the theory is for p ≪ d², late losses of true random features may differ by a tenth to a half of that",
                self.learner.psi_p / d
            ));
        }
        notes
    }
}

/// The time of a row: finite, for at t = ∞ nothing is left of the data.
fn time(values: &Values) -> Result<f64> {
    let t = noise::of(values)?.time();
    if t.is_finite() {
        Ok(t)
    } else {
        Err(Error::argument("--snr", 0, "must be above 0: at snr = 0 nothing is left of the data"))
    }
}

/// How long, or against what penalty, the network of a row is trained.
///
/// # Errors
/// [`Error::Usage`] unless exactly one of them is given.
pub fn training(setting: &Setting) -> Result<Parameter> {
    let given: Vec<Parameter> =
        [TAU, RIDGE, STEPS].into_iter().filter(|p| setting.given(p)).collect();
    match given[..] {
        [one] if one.name == STEPS.name && !setting.given(&LEARNING_RATE) => {
            Err(Error::Usage("--steps needs --learning-rate and --d: τ = kη/d²".into()))
        }
        [one] => Ok(one),
        _ => Err(Error::Usage(format!(
            "give exactly one of --tau, --ridge and --steps, not {}: for example --tau 10, --tau inf",
            given.len()
        ))),
    }
}

/// The training of a row.
///
/// # Errors
/// A value that is missing.
pub fn trained(setting: &Setting, values: &Values) -> Result<Training> {
    if let Some(zeta) = values.number(RIDGE.name) {
        return Ok(Training::Ridge(zeta));
    }
    match (values.number(STEPS.name), setting.step(values)?) {
        (Some(count), Some(step)) => Ok(Training::Flow(count * step)),
        _ => Ok(Training::Flow(values.required(TAU.name)?)),
    }
}
