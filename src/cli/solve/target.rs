//! What is asked of a solution: "t_C=0.5", "t_S=t_C", "phi=0.8".

use super::super::curve::{self, Point, Quantity};
use super::super::level_times::{FINITE, LEVELS, finite_time, level_time};
use super::super::noise;
use super::super::sample_size::SampleSize;
use crate::Answer;
use crate::error::{Error, Result};
use crate::models::parameter::{Parameter, Values};
use crate::models::{Entry, Model, Order};
use crate::numerics::Estimate;
use crate::suggest::did_you_mean;
use crate::symbolic::constant;
use crate::transitions::collapse::collapse_time;
use crate::transitions::speciation::{CRITERIA, Criterion};

/// Columns of which something is proved beforehand.
const COLUMNS: [&str; 3] = ["phi", "class_entropy", "information"];

/// One side of the equation.
#[derive(Clone, Copy)]
pub(super) enum Side {
    /// A number.
    Constant(f64),
    /// A speciation time.
    Speciation(&'static Criterion),
    /// A collapse time.
    Collapse(Order),
    /// A time of the random energy model.
    Level(usize),
    /// A time at finite n and d.
    Finite(usize),
    /// A column of a curve.
    Curve(&'static Quantity, usize),
}

/// The equation.
pub(super) struct Target {
    pub(super) left: Side,
    pub(super) right: Side,
}

impl Target {
    /// Reads "LEFT=RIGHT".
    ///
    /// # Errors
    /// [`Error::Argument`] naming what is not understood and what would be.
    pub(super) fn read(text: &str, entry: &Entry) -> Result<Self> {
        let fail = |expected: String| Error::argument("--such-that", text, expected);
        let sides: Vec<&str> = text.split('=').map(str::trim).collect();
        let [left, right] = sides[..] else {
            return Err(fail("must be one equation, such as \"t_C=0.5\" or \"t_S=t_C\"".into()));
        };
        let target = Self {
            left: Side::read(left, entry).map_err(fail)?,
            right: Side::read(right, entry).map_err(fail)?,
        };
        if matches!((target.left, target.right), (Side::Constant(_), Side::Constant(_))) {
            return Err(fail("compares two numbers: name a quantity on one side".into()));
        }
        Ok(target)
    }

    /// The quantity and the number, where one side is a number.
    pub(super) fn against_constant(&self) -> Option<(Side, f64)> {
        match (self.left, self.right) {
            (quantity, Side::Constant(x)) | (Side::Constant(x), quantity) => Some((quantity, x)),
            _ => None,
        }
    }

    /// Left minus right.
    ///
    /// # Errors
    /// Failed numerics, wrong parameters.
    pub(super) fn excess(&self, model: &dyn Model, values: &Values) -> Result<Answer> {
        let left = self.left.value(model, values)?;
        let right = self.right.value(model, values)?;
        Ok(left.and_then(|l| right.map(|r| l - r)))
    }

    /// What the quantities depend on beside the model.
    pub(super) fn needs_samples(&self) -> bool {
        self.left.needs_samples() || self.right.needs_samples()
    }

    /// Whether a noise level must be given.
    pub(super) fn needs_noise(&self) -> bool {
        self.left.quantity().or(self.right.quantity()).is_some()
    }

    /// Further parameters of the curves involved.
    pub(super) fn parameters(&self) -> Vec<Parameter> {
        [self.left, self.right]
            .into_iter()
            .filter_map(Side::quantity)
            .flat_map(|quantity| quantity.parameters.to_vec())
            .collect()
    }
}

impl Side {
    fn read(text: &str, entry: &Entry) -> std::result::Result<Self, String> {
        if let Ok(x) = constant(text) {
            return Ok(Self::Constant(x));
        }
        let known = names(entry);
        let wanted = match text {
            "t_S" => "t_S.spectral",
            "t_C" => "t_C.asymptotic",
            other => other,
        };
        known.iter().find(|(name, _)| name == wanted).map(|(_, side)| *side).ok_or_else(|| {
            let hint = did_you_mean(text, known.iter().map(|(name, _)| name.as_str()));
            let list: Vec<&str> = known.iter().map(|(name, _)| name.as_str()).collect();
            format!(
                "{text:?} is neither a number nor a quantity of {}{hint} (known: t_S, t_C, {})",
                entry.name,
                list.join(", ")
            )
        })
    }

    fn quantity(self) -> Option<&'static Quantity> {
        match self {
            Self::Curve(quantity, _) => Some(quantity),
            _ => None,
        }
    }

    /// The column of a curve, else nothing.
    pub(super) fn column(self) -> &'static str {
        match self {
            Self::Curve(quantity, k) => COLUMNS
                .iter()
                .find(|name| (quantity.columns)().get(k).is_some_and(|c| c.name == **name))
                .copied()
                .unwrap_or(""),
            _ => "",
        }
    }

    fn needs_samples(self) -> bool {
        match self {
            Self::Collapse(_) | Self::Level(_) | Self::Finite(_) => true,
            Self::Curve(quantity, _) => quantity.samples,
            _ => false,
        }
    }

    fn value(self, model: &dyn Model, values: &Values) -> Result<Answer> {
        let size = || SampleSize::of(values, model.dimension());
        match self {
            Self::Constant(x) => Ok(Answer::Value(Estimate::exact(x))),
            Self::Speciation(criterion) => (criterion.time)(model),
            Self::Collapse(order) => collapse_time(model, size()?.alpha, order, 0.0),
            Self::Level(k) => level_time(model, &size()?, 0.0, LEVELS[k].time),
            Self::Finite(k) => finite_time(model, &size()?, 0.0, values, FINITE[k].time),
            Self::Curve(quantity, column) => {
                let noise = noise::of(values)?;
                let size = if quantity.samples { Some(size()?) } else { None };
                let cells = (quantity.cells)(model, &Point { noise, size, values })?;
                let cell = &cells[column];
                // The error of a flat column stands in the next one.
                let beside = cells.get(column + 1).and_then(crate::output::Cell::value);
                Ok(match (cell.value(), cell.error().or(beside)) {
                    (Some(x), Some(error)) => Answer::Value(Estimate::new(x, error)),
                    (Some(x), None) => Answer::Value(Estimate::rounded(x)),
                    _ => Answer::absent(cell.reason().unwrap_or("no value").to_owned()),
                })
            }
        }
    }
}

/// Every quantity of a kind of data that can be solved for, by name.
fn names(entry: &Entry) -> Vec<(String, Side)> {
    let mut all: Vec<(String, Side)> = Vec::new();
    for criterion in CRITERIA.iter().filter(|c| c.applies(entry)) {
        all.push((format!("t_S.{}", criterion.name), Side::Speciation(criterion)));
    }
    for order in Order::ALL {
        if order.is_of_one_class() || entry.classes {
            all.push((format!("t_C.{}", order.name()), Side::Collapse(order)));
        }
    }
    if entry.levels {
        all.extend((0..LEVELS.len()).map(|k| (format!("t_C.{}", LEVELS[k].name), Side::Level(k))));
        all.extend((0..FINITE.len()).map(|k| (format!("t_C.{}", FINITE[k].name), Side::Finite(k))));
    }
    for quantity in curve::of(entry) {
        for (k, column) in (quantity.columns)().iter().enumerate() {
            let value = column.kind != crate::output::Kind::Text
                && !column.name.ends_with("error")
                && quantity.parameters.iter().all(|p| p.name != column.name);
            if value && all.iter().all(|(name, _)| *name != column.name) {
                all.push((column.name.clone(), Side::Curve(quantity, k)));
            }
        }
    }
    all
}
