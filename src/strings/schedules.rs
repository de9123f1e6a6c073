//! Schedules of masked and uniform diffusion: ᾱ(t) for t from 0 (data) to 1 (noise).
//!
//! Those called cosine are mirror images: MDLM's keeps tokens long, MD4's hides them early. MD4's code
//! squeezes each to (1 − 2ε)ᾱ + ε, which is not done here.

use crate::Answer;
use crate::error::{Error, Result};
use crate::models::parameter::Parameter;
use crate::number::exact_text;
use crate::numerics::Estimate;
use crate::numerics::precision::TIME_TOLERANCE;
use crate::suggest::among;
use crate::sweep::{Request, Typed};
use crate::table::{Cell, Column, Head, Plan, Row};
use std::f64::consts::PI;

/// ᾱ, of which `schedule` shows the time.
pub const KEPT: Parameter = Parameter {
    help: "probability that a token was never hit: its time on a schedule of tokens",
    required: false,
    ..super::noise::KEPT
};

/// The schedule on which noise levels are shown as times too.
pub const SCHEDULE: Parameter = Parameter::of_text(
    "schedule",
    "NAME",
    "schedule of ᾱ: linear, loglinear:E, llada:E, mdlm-cosine:E, mdlm-cosinesqr:E, md4-cosine, geometric:A,B, mdlm-linear:A,B",
);

/// The table of the times at which a schedule called `name` keeps so much.
///
/// # Errors
/// Wrong arguments.
pub fn plan<Face, T: Typed<Face> + ?Sized>(typed: &T, name: &str) -> Result<Plan<'static>> {
    let schedule = Schedule::named(name)?;
    let request = Request::read(typed, &[KEPT])?;
    let unit = format!("time of {}", schedule.label());
    let columns = vec![
        Column::number(KEPT.name, KEPT.symbol, "probability"),
        Column::estimate("time", "t", unit, schedule.source(), TIME_TOLERANCE),
    ];
    let mut head = Head::new("schedule", schedule.name(), columns, request.rows()?);
    super::conventions(&mut head);
    head.axes = request.swept();
    let row = move |index: usize| {
        let kept = request.at(index).required(KEPT.name)?;
        let time = schedule.time(Estimate::exact(kept));
        Ok(Row { cells: vec![Cell::Number(kept), Ok(time).into()], notes: Vec::new() })
    };
    Ok(Plan { head, row: Box::new(row) })
}

/// A schedule.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    family: &'static Family,
    parameters: [f64; 2],
}

/// A family of schedules.
#[derive(Debug)]
pub struct Family {
    /// Its name.
    pub name: &'static str,
    /// Names of its parameters, and their values where none are given.
    pub parameters: &'static [(&'static str, f64)],
    /// The time at which ᾱ is reached, which may lie beyond the horizon.
    time: fn(f64, [f64; 2]) -> f64,
    /// ᾱ(t).
    kept: fn(f64, [f64; 2]) -> f64,
    /// Where it is defined.
    pub source: &'static str,
}

/// The ε that the published codes keep from the ends.
const EPSILON: &[(&str, f64)] = &[("EPSILON", 1e-3)];

/// Every family; a new one is a line here.
pub const FAMILIES: &[Family] = &[
    Family {
        name: "linear",
        parameters: &[],
        time: |q, _| 1.0 - q,
        kept: |t, _| 1.0 - t,
        source: "SAS24",
    },
    Family {
        name: "loglinear",
        parameters: EPSILON,
        time: |q, [e, _]| (1.0 - q) / (1.0 - e),
        kept: |t, [e, _]| 1.0 - (1.0 - e) * t,
        source: "LME24",
    },
    Family {
        name: "llada",
        parameters: EPSILON,
        time: |q, [e, _]| 1.0 - q / (1.0 - e),
        kept: |t, [e, _]| (1.0 - e) * (1.0 - t),
        source: "NZY25",
    },
    Family {
        name: "mdlm-cosine",
        parameters: EPSILON,
        time: |q, [e, _]| ((q - e) / (1.0 - e)).acos() * 2.0 / PI,
        kept: |t, [e, _]| e + (1.0 - e) * (0.5 * PI * t).cos(),
        source: "SAS24",
    },
    Family {
        name: "mdlm-cosinesqr",
        parameters: EPSILON,
        time: |q, [e, _]| ((q - e) / (1.0 - e)).sqrt().acos() * 2.0 / PI,
        kept: |t, [e, _]| e + (1.0 - e) * (0.5 * PI * t).cos().powi(2),
        source: "SAS24",
    },
    Family {
        name: "md4-cosine",
        parameters: &[],
        time: |q, _| 1.0 - (1.0 - q).acos() * 2.0 / PI,
        kept: |t, _| 1.0 - (0.5 * PI * (1.0 - t)).cos(),
        source: "SHWDT24",
    },
    Family {
        name: "geometric",
        parameters: &[("SIGMA_MIN", 1e-3), ("SIGMA_MAX", 1.0)],
        time: |q, [a, b]| (-q.ln() / a).ln() / (b / a).ln(),
        kept: |t, [a, b]| (-(a.powf(1.0 - t) * b.powf(t))).exp(),
        source: "LME24",
    },
    Family {
        name: "mdlm-linear",
        parameters: &[("SIGMA_MIN", 0.0), ("SIGMA_MAX", 10.0)],
        time: |q, [a, b]| (-q.ln() - a) / (b - a),
        kept: |t, [a, b]| (-(a + t * (b - a))).exp(),
        source: "SAS24",
    },
];

impl Schedule {
    /// The schedule that a text names: `NAME` or `NAME:PARAMETERS`.
    ///
    /// # Errors
    /// [`Error::Argument`] for a name that is none or parameters that do not fit.
    pub fn named(text: &str) -> Result<Self> {
        let (name, rest) = text.split_once(':').map_or((text, None), |(n, rest)| (n, Some(rest)));
        let Some(family) = FAMILIES.iter().find(|family| family.name == name) else {
            let known = among(name, FAMILIES.iter().map(|family| family.name));
            let expected = format!("must be one of {known}, with its numbers after a colon");
            return Err(Error::argument("--schedule", text, expected));
        };
        let names: Vec<&str> = family.parameters.iter().map(|p| p.0).collect();
        let shape = || {
            format!("must be {name}{}{}", if names.is_empty() { "" } else { ":" }, names.join(","))
        };
        let mut parameters = [0.0; 2];
        for (slot, (_, default)) in parameters.iter_mut().zip(family.parameters) {
            *slot = *default;
        }
        if let Some(rest) = rest {
            let given: Vec<&str> = rest.split(',').collect();
            if given.len() != names.len() {
                return Err(Error::argument("--schedule", text, shape()));
            }
            for (slot, text) in parameters.iter_mut().zip(given) {
                *slot = crate::symbolic::constant(text.trim())
                    .map_err(|e| Error::argument("--schedule", text, e.to_string()))?;
            }
        }
        let [a, b] = parameters;
        let sound = match family.parameters.len() {
            1 => (0.0..1.0).contains(&a),
            2 => a >= 0.0 && b > a && b.is_finite() && (family.name != "geometric" || a > 0.0),
            _ => true,
        };
        if !sound {
            let expected = format!("{}, ε in [0, 1), 0 ≤ σ_min < σ_max", shape());
            return Err(Error::argument("--schedule", text, expected));
        }
        Ok(Self { family, parameters })
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.family.name
    }

    /// The same with its numbers, as it would be typed.
    pub fn label(&self) -> String {
        let numbers = self.parameters.iter().take(self.family.parameters.len());
        let numbers: Vec<String> = numbers.map(|x| exact_text(*x)).collect();
        if numbers.is_empty() {
            self.name().to_owned()
        } else {
            format!("{}:{}", self.name(), numbers.join(","))
        }
    }

    /// Where it is defined.
    pub fn source(&self) -> &'static str {
        self.family.source
    }

    /// ᾱ(t).
    pub fn kept(&self, time: f64) -> f64 {
        (self.family.kept)(time, self.parameters)
    }

    /// The time at which `kept` is reached, or why it never is.
    pub fn time(&self, kept: Estimate) -> Answer {
        let (start, end) = (self.kept(0.0), self.kept(1.0));
        // The ends of some are off by a rounding of the cosine.
        let slack = 4.0 * f64::EPSILON;
        if kept.value > start + slack + kept.error {
            let start = crate::answer::short(start);
            return Answer::absent(format!(
                "beyond the horizon: this schedule begins at ᾱ = {start}"
            ));
        }
        if kept.value < end - slack - kept.error {
            let end = crate::answer::short(end);
            return Answer::absent(format!("beyond the horizon: this schedule ends at ᾱ = {end}"));
        }
        let at = |q: f64| (self.family.time)(q.clamp(end.min(start), start), self.parameters);
        let value = at(kept.value).clamp(0.0, 1.0);
        let ends = [kept.lower(), kept.upper()].map(|q| (at(q).clamp(0.0, 1.0) - value).abs());
        // Roundings of q move t by more where the schedule is flat.
        let step = 4.0 * f64::EPSILON * kept.value.max(1e-300);
        let flat =
            [kept.value - step, kept.value + step].map(|q| (at(q).clamp(0.0, 1.0) - value).abs());
        let error = ends[0].max(ends[1]) + flat[0].max(flat[1]) + 4.0 * f64::EPSILON;
        Answer::Value(Estimate::new(value, error))
    }
}
