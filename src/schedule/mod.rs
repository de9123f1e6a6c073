//! Practitioners' noise schedules: maps between a noise level and the step or time at which a
//! schedule reaches it.
//!
//! A [`Noise`] has the coordinates that all schedules share ([`universal()`]). A [`Schedule`] adds
//! its own: a step index, or a continuous time. Its range ends at a horizon; a transition beyond
//! the horizon is one that the schedule never crosses, and [`Schedule::position`] says so.
//!
//! A new schedule is a file with a [`Family`] and a line in [`CATALOGUE`].

mod axis;
mod beside;
mod betas;
pub mod chosen;
mod conditioning;
mod config;
mod cosine;
mod edm;
mod expected;
mod flow;
mod inference;
mod ladder;
mod linear;
mod parameter;
mod place;
mod scaled_linear;
mod solver;
mod universal;
mod ve;
mod vp;

pub use axis::{Axis, Column};
pub use beside::Beside;
pub use config::DynamicShift;
pub use expected::Expected;
pub use inference::{Inference, Last, Spacing, sigma_spacings};
pub use parameter::{Domain, Family, Parameter};
pub use place::place;
pub use solver::Solver;
pub use universal::{UNIVERSAL, universal};

use crate::error::{Error, Result};
use crate::numerics::Estimate;
use crate::numerics::precision::ROUNDING;
use crate::process::time_estimate;
use crate::{Answer, Noise};
use axis::{Axes, log_snr_of};
use parameter::{Named, suggestion};

/// Every family of schedules known by name.
pub const CATALOGUE: &[Family] = &[
    linear::FAMILY,
    scaled_linear::FAMILY,
    cosine::FAMILY,
    edm::FAMILY,
    vp::FAMILY,
    ve::FAMILY,
    flow::FAMILY,
];

/// Digits from which a number can be the printed value of an end: fewer could be anything near it.
const ROUNDED_DIGITS: usize = 4;

/// A noise schedule.
#[derive(Debug)]
pub struct Schedule {
    name: String,
    parameters: Named,
    notes: Vec<String>,
    axes: Axes,
    /// What a configuration file says of sampling.
    sampling: inference::Settings,
    /// What scale of the data it was made for.
    expected: Expected,
    /// What its class does between two levels.
    solver: Solver,
    /// log-SNR at the least and at the largest noise.
    range: [Estimate; 2],
    /// The same two levels.
    ends: [Noise; 2],
}

/// A noise level in a schedule's own coordinates.
#[derive(Clone, Debug, PartialEq)]
pub struct Position {
    /// Each coordinate with its value, or the reason why the schedule does not have this level.
    pub coordinates: Vec<(Column, Answer)>,
}

impl Position {
    /// The coordinate called `column`.
    pub fn get(&self, column: &str) -> Option<&Answer> {
        self.coordinates.iter().find(|(c, _)| c.name == column).map(|(_, answer)| answer)
    }
}

impl Schedule {
    /// The schedule called `name` in the [`CATALOGUE`], where `overrides` replace the defaults of
    /// its parameters by name.
    ///
    /// ```
    /// use regimes::{Noise, schedule::Schedule};
    /// // At which of DDPM's 1000 steps do BBDM24's MNIST digits separate (Λ = 7.668)?
    /// let ddpm = Schedule::named("ddpm-linear", &[])?;
    /// let position = ddpm.position(Noise::at_time(0.5 * 7.668f64.ln())?);
    /// let step = position.get("step").and_then(|answer| answer.value()).unwrap();
    /// assert!((step - 446.067).abs() < 1e-3);
    /// # Ok::<(), regimes::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Argument`] for an unknown name or parameter, or a value outside its domain.
    pub fn named(name: &str, overrides: &[(String, f64)]) -> Result<Self> {
        let Some(family) = CATALOGUE.iter().find(|family| family.name == name) else {
            let known: Vec<_> = CATALOGUE.iter().map(|family| family.name).collect();
            let expected = format!("no such schedule{}", suggestion(name, &known));
            return Err(Error::argument("schedule", name, expected));
        };
        let values = family.values(overrides)?;
        let axes = (family.axes)(&values)?;
        Self::new(name, values.0, axes, Vec::new())
    }

    /// From its coordinates, the first of which decides the range.
    fn new(name: &str, parameters: Named, axes: Axes, notes: Vec<String>) -> Result<Self> {
        let Some(main) = axes.first() else {
            return Err(Error::Usage(format!("{name} has no coordinates")));
        };
        let [low, high] = main.ends();
        let range = [main.log_snr(low)?, main.log_snr(high)?];
        let ends = [Noise::at_log_snr(range[0].value)?, Noise::at_log_snr(range[1].value)?];
        let sampling = inference::Settings::default();
        let (name, expected) = (name.to_owned(), Expected::of(name));
        let solver = Solver::of_name(&name);
        Ok(Self { name, parameters, notes, axes, sampling, expected, solver, range, ends })
    }

    /// Its name: that of its family, or the class that a configuration file names.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its parameters by name, defaults included.
    pub fn parameters(&self) -> &[(&'static str, f64)] {
        &self.parameters
    }

    /// What a reader of a configuration file should know: defaults used, settings set aside.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The scale of data that it was made for.
    pub fn expected(&self) -> Expected {
        self.expected
    }

    /// What its class does between two levels.
    pub fn solver(&self) -> Solver {
        self.solver
    }

    /// Its own coordinates, in the order of [`Position::coordinates`].
    pub fn columns(&self) -> Vec<Column> {
        self.axes.iter().map(|axis| axis.column()).collect()
    }

    /// Number of steps; none in continuous time.
    pub fn num_steps(&self) -> Option<usize> {
        self.axes.iter().find_map(|axis| axis.num_steps())
    }

    /// Its least noise.
    pub fn start(&self) -> Noise {
        self.ends[0]
    }

    /// Its largest noise, where sampling begins. A transition at more noise than this has
    /// already happened in the noised data, and sampling from pure noise never crosses it.
    pub fn horizon(&self) -> Noise {
        self.ends[1]
    }

    /// t of the horizon, t_max, with its error.
    pub fn horizon_time(&self) -> Estimate {
        time_estimate(self.range[1])
    }

    /// Where the schedule reaches a noise level.
    pub fn position(&self, noise: Noise) -> Position {
        let outside = self.outside(noise);
        let coordinates = self.axes.iter().map(|axis| {
            let answer = match &outside {
                Some(reason) if axis.is_bounded() => Answer::absent(reason.clone()),
                _ => axis.at(noise).map(|value| clamped(value, axis.ends())),
            };
            (axis.column(), answer)
        });
        Position { coordinates: coordinates.collect() }
    }

    /// The end of the schedule that `value` of the universal coordinate `column` is, where the
    /// value lies beyond it only because it was rounded: to four digits or more, those of the end.
    pub fn rounded_end(&self, column: &str, value: f64) -> Option<Noise> {
        let noise = match column {
            "t" => Noise::at_time(value),
            "snr" => Noise::at_snr(value),
            "sigma" => Noise::at_sigma(value),
            "alpha_bar" => Noise::at_alpha_bar(value),
            "log_snr" => Noise::at_log_snr(value),
            _ => return None,
        };
        self.outside(noise.ok()?)?;
        let digits = format!("{value:e}").split('e').next()?.matches(char::is_numeric).count();
        if !(ROUNDED_DIGITS..16).contains(&digits) {
            return None;
        }
        let rounded = |end: &Noise| {
            let (_, exact) = universal(*end, 0.0).into_iter().find(|(c, _)| c.name == column)?;
            format!("{:.*e}", digits - 1, exact.value()?).parse::<f64>().ok()
        };
        self.ends.into_iter().find(|end| rounded(end) == Some(value))
    }

    /// λ = log snr at a `value` of the coordinate `column`, with its error.
    ///
    /// # Errors
    /// [`Error::Argument`] if the schedule has no such coordinate, or `value` is outside its range.
    pub fn log_snr_at(&self, column: &str, value: f64) -> Result<Estimate> {
        let Some(axis) = self.axes.iter().find(|axis| axis.column().name == column) else {
            let own: Vec<_> = self.columns().iter().map(|c| c.name).collect();
            let expected = format!(
                "{} does not count noise so; its columns are: {}",
                self.name,
                own.join(", ")
            );
            return Err(Error::argument(column, value, expected));
        };
        let [a, b] = axis.ends();
        if (a.min(b)..=a.max(b)).contains(&value) {
            axis.log_snr(value)
        } else {
            let expected =
                format!("must lie between {} and {} on {}", a.min(b), a.max(b), self.name);
            Err(Error::argument(column, value, expected))
        }
    }

    /// The noise level at a `value` of the coordinate `column`.
    ///
    /// # Errors
    /// Those of [`Schedule::log_snr_at`].
    pub fn noise_at(&self, column: &str, value: f64) -> Result<Noise> {
        Noise::at_log_snr(self.log_snr_at(column, value)?.value)
    }

    /// Why the schedule does not have this level, if it does not.
    ///
    /// A level within rounding of an end is at that end. Near the data the rounding is that of
    /// ᾱ, because a level may have been read from a printed ᾱ.
    fn outside(&self, noise: Noise) -> Option<String> {
        let here = log_snr_of(noise);
        let [start, horizon] = self.range;
        let [t_min, t_max] = self.ends.map(Noise::time);
        let of_alpha_bar = (4.0 * ROUNDING / noise.tau()).min(1e-9);
        let name = &self.name;
        if noise.time() == 0.0 && here.value.is_finite() && here.value > start.upper() {
            return Some(format!(
                "before the first step: log_snr = {:.1} is above {:.1}, where {name} begins",
                here.value, start.value
            ));
        }
        if here.lower() > start.upper() + of_alpha_bar {
            let (t, end) = told_apart(noise.time(), t_min);
            Some(format!("before the first step: t = {t} is below t_min = {end} of {name}"))
        } else if here.upper() < horizon.lower() {
            let (t, end) = told_apart(noise.time(), t_max);
            Some(format!(
                "beyond the horizon: t = {t} exceeds t_max = {end} of {name}; if this is t_S, \
                 class information survives its last step"
            ))
        } else {
            None
        }
    }
}

/// `value` moved between `ends`, the move counted as error.
fn clamped(value: Estimate, ends: [f64; 2]) -> Estimate {
    let inside = value.clamp(ends[0].min(ends[1]), ends[0].max(ends[1]));
    inside.widened(inside.value - value.value)
}

/// Two numbers in as few digits, four or more, as show their difference.
fn told_apart(a: f64, b: f64) -> (String, String) {
    let short = |x: f64, digits: usize| {
        format!("{x:.digits$e}").parse::<f64>().map_or_else(|_| x.to_string(), |x| x.to_string())
    };
    let pair = |digits| (short(a, digits), short(b, digits));
    (3..17).map(pair).find(|(a, b)| a != b).unwrap_or_else(|| pair(17))
}
