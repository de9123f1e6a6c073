//! How a simulation is run: what is not swept.

use super::clones::Route;
use super::dynamics::Scheme;
use super::guidance;
use crate::error::{Error, Result};
use crate::models::parameter::{Domain, Parameter};
use crate::number::exact_text;
use crate::numerics::random::Seed;
use crate::sweep::{Typed, numbers};

const PLAIN: Parameter = Parameter {
    name: "blocks",
    symbol: "COUNT",
    latex: "",
    aliases: &[],
    help: "independent blocks, 2 or more, each with its own data set; standard errors come from their scatter",
    domain: Domain::Whole { infinite: false },
    default: Some("20"),
    required: false,
};

pub(super) const BLOCKS: Parameter = PLAIN;

pub(super) const POINTS: Parameter = Parameter {
    name: "points",
    help: "noisy points at every time (for collapse: trajectories) in each block",
    default: Some("256"),
    ..PLAIN
};

pub(super) const SEED: Parameter = Parameter {
    name: "seed",
    symbol: "SEED",
    help: "seed of the random numbers, a whole number, 0 or above",
    domain: Domain::NonNegative,
    default: Some("1"),
    ..PLAIN
};

pub(super) const PRECISION: Parameter = Parameter {
    name: "precision",
    symbol: "PRECISION",
    help: "f32 (products in single precision where that is enough, sums in double) or f64",
    domain: Domain::Name(&["f32", "f64"]),
    default: Some("f32"),
    ..PLAIN
};

pub(super) const SCORE: Parameter = Parameter {
    name: "score",
    symbol: "SCORE",
    help: "empirical (that of the samples) or exact (that of the model)",
    domain: Domain::Name(&["empirical", "exact"]),
    default: Some("empirical"),
    ..PLAIN
};

pub(super) const ROUTE: Parameter = Parameter {
    name: "route",
    symbol: "ROUTE",
    help: "jump (the law of the backward process itself: fast, without step error) or euler (backward Euler-Maruyama steps, as published)",
    domain: Domain::Name(&["jump", "euler"]),
    default: Some("jump"),
    ..PLAIN
};

pub(super) const HORIZON: Parameter = Parameter {
    name: "horizon",
    symbol: "T",
    help: "time at which trajectories start from pure noise; sets the step T/steps",
    domain: Domain::Real,
    default: Some("10"),
    ..PLAIN
};

pub(super) const STEPS: Parameter = Parameter {
    name: "steps",
    help: "Euler-Maruyama steps from the horizon to 0",
    domain: Domain::Real,
    default: Some("1000"),
    ..PLAIN
};

pub(super) const SHOW: Parameter = Parameter {
    name: "show",
    symbol: "WHAT",
    help: "summary (mean, deviation, median), histogram, or histories (the nearest sample of every trajectory at every time)",
    domain: Domain::Name(&["summary", "histogram", "histories"]),
    default: Some("summary"),
    ..PLAIN
};

pub(super) const BINS: Parameter =
    Parameter { name: "bins", help: "bins of the histogram", default: Some("20"), ..PLAIN };

pub(super) const MEMORY: Parameter = Parameter {
    name: "memory",
    symbol: "GIB",
    help: "largest data set, in GiB",
    domain: Domain::Positive,
    default: Some("8"),
    ..PLAIN
};

pub(super) const OMEGA: Parameter = Parameter {
    name: "omega",
    symbol: "OMEGA",
    help: "strength of guidance: S_c + ω (S_c − S); 0 is none",
    domain: Domain::Real,
    default: Some("1"),
    ..PLAIN
};

pub(super) const SAMPLER: Parameter = Parameter {
    name: "sampler",
    symbol: "SAMPLER",
    help: "sde (stochastic) or ode (probability flow)",
    domain: Domain::Name(&["sde", "ode"]),
    default: Some("sde"),
    ..PLAIN
};

pub(super) const CLASS: Parameter = Parameter {
    name: "class",
    symbol: "K",
    help: "number of the class that is guided to, from 1",
    default: Some("1"),
    ..PLAIN
};

pub(super) const GUIDED_STEPS: Parameter = Parameter {
    help: "Heun steps, even in log snr, from noise to data",
    domain: Domain::Whole { infinite: false },
    default: Some("800"),
    ..STEPS
};

pub(super) const GUIDED_BETWEEN: [Parameter; 2] = [
    Parameter {
        name: "from",
        symbol: "T1",
        help: "time at which guidance begins, above the one at which it ends",
        domain: Domain::Extended,
        default: Some("inf"),
        ..PLAIN
    },
    Parameter {
        name: "to",
        symbol: "T2",
        help: "time at which guidance ends",
        domain: Domain::NonNegative,
        default: Some("0"),
        ..PLAIN
    },
];

/// Largest number of blocks, points and bins.
const LARGEST_COUNT: f64 = 1e7;

/// Settings of a simulation.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) blocks: usize,
    pub(super) points: usize,
    pub(super) seed: Seed,
    pub(super) double: bool,
    pub(super) exact: bool,
    pub(super) scheme: Scheme,
    pub(super) euler: bool,
    pub(super) show: &'static str,
    pub(super) bins: usize,
    /// How classes are guided, where they are.
    pub(super) guided: Option<guidance::Plan>,
    /// Bytes.
    pub(super) memory: f64,
}

impl Settings {
    /// Reads what was typed; settings that an experiment does not have keep their defaults.
    ///
    /// # Errors
    /// [`Error::Argument`] naming the flag, the value and what would be right.
    pub(super) fn read<Face, T: Typed<Face> + ?Sized>(
        typed: &T,
        has: &[Parameter],
    ) -> Result<Self> {
        let text = |p: &Parameter| -> &str {
            let own = has.iter().any(|own| own.name == p.name);
            typed.text(p.name).filter(|_| own).or(p.default).unwrap_or_default()
        };
        let number = |p: &Parameter| -> Result<f64> {
            match numbers(p, text(p))?[..] {
                [x] => Ok(x),
                _ => Err(Error::argument(
                    format!("--{}", p.name),
                    text(p),
                    "must be a single number",
                )),
            }
        };
        let count = |p: &Parameter, least: f64| -> Result<usize> {
            let x = number(p)?;
            if (least..=LARGEST_COUNT).contains(&x) {
                Ok(x as usize)
            } else {
                let expected = format!("must be a whole number from {least} to {LARGEST_COUNT:e}");
                Err(Error::argument(format!("--{}", p.name), x, expected))
            }
        };
        let choice = |p: &Parameter| p.named(text(p));
        let seed = number(&SEED)?;
        // Beyond 2⁵³ neighbouring whole numbers are one double.
        if seed.fract() != 0.0 || seed > 9.0e15 {
            let expected = "must be a whole number from 0 to 9e15";
            return Err(Error::argument("--seed", seed, expected));
        }
        let guided = match has.iter().any(|own| own.name == OMEGA.name) {
            true => Some(guided(&number, choice(&SAMPLER)? == "ode", count(&GUIDED_STEPS, 2.0)?)?),
            false => None,
        };
        // Steps of guided runs are no Euler-Maruyama steps of a scheme.
        let scheme = match guided {
            Some(_) => Scheme::new(10.0, 1000.0)?,
            None => Scheme::new(number(&HORIZON)?, number(&STEPS)?)?,
        };
        Ok(Self {
            blocks: count(&BLOCKS, 2.0)?,
            points: count(&POINTS, 1.0)?,
            seed: Seed(seed as u64),
            double: choice(&PRECISION)? == "f64",
            exact: guided.is_some() || choice(&SCORE)? == "exact",
            scheme,
            euler: choice(&ROUTE)? == "euler",
            show: choice(&SHOW)?,
            bins: count(&BINS, 1.0)?,
            guided,
            memory: number(&MEMORY)? * f64::from(1 << 30),
        })
    }

    /// The route of clones.
    pub(super) fn route(&self) -> Route {
        if self.euler { Route::Euler(self.scheme) } else { Route::Jump }
    }

    /// What the results depend on, beside the number of blocks.
    pub(super) fn parameters(&self) -> Vec<(String, String)> {
        let guided = self.guided.map(|plan| ("guided".to_owned(), format!("{plan:?}")));
        let mut all: Vec<(String, String)> = [
            (BLOCKS.name, self.blocks.to_string()),
            (POINTS.name, self.points.to_string()),
            (SEED.name, self.seed.0.to_string()),
            (PRECISION.name, if self.double { "f64" } else { "f32" }.to_owned()),
            (SCORE.name, if self.exact { "exact" } else { "empirical" }.to_owned()),
            (ROUTE.name, if self.euler { "euler" } else { "jump" }.to_owned()),
            (HORIZON.name, exact_text(self.scheme.horizon)),
            (STEPS.name, self.scheme.steps.to_string()),
            ("histories", (self.show == "histories").to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        all.extend(guided);
        all
    }
}

/// How classes are guided, from the numbers that were given.
fn guided(
    number: &impl Fn(&Parameter) -> Result<f64>,
    flow: bool,
    steps: usize,
) -> Result<guidance::Plan> {
    let omega = number(&OMEGA)?;
    if omega < -1.0 {
        let expected = "must be −1 (the score of all classes) or above; 0 is no guidance";
        return Err(Error::argument("--omega", omega, expected));
    }
    let [from, to] = [number(&GUIDED_BETWEEN[0])?, number(&GUIDED_BETWEEN[1])?];
    if to >= from {
        let expected = format!("must lie below --from {from}: the window is empty");
        return Err(Error::argument("--to", to, expected));
    }
    let class = number(&CLASS)? as usize - 1;
    Ok(guidance::Plan { omega, class, flow, steps, window: [to, from] })
}
