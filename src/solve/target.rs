//! The equation: two sides, each a number or a quantity by its name.

use super::search::At;
use crate::Answer;
use crate::answer::OUT_OF_RANGE;
use crate::error::{Error, Result};
use crate::models::parameter::{Parameter, Values};
use crate::models::{Entry, Model};
use crate::numerics::Estimate;
use crate::process::Process;
use crate::quantities::SampleSize;
use crate::quantities::noise;
use crate::quantities::{self, Point, Quantity};
use crate::schedule::{Schedule, place};
use crate::suggest::did_you_mean;
use crate::symbolic::constant;
use crate::table::{Cell, Kind};

/// One side of the equation.
#[derive(Clone, Copy)]
pub(super) enum Side {
    /// A number.
    Constant(f64),
    /// A column of a quantity.
    Of(&'static dyn Quantity, usize),
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
    pub(super) fn read(text: &str, entry: &Entry, schedule: Option<&Schedule>) -> Result<Self> {
        let fail = |expected: String| Error::argument("--such-that", text, expected);
        let sides: Vec<&str> = text.split('=').map(str::trim).collect();
        let [left, right] = sides[..] else {
            return Err(fail("must be one equation, such as \"t_C=0.5\" or \"t_S=t_C\"".into()));
        };
        let target = Self {
            left: Side::read(left, entry, schedule).map_err(fail)?,
            right: Side::read(right, entry, schedule).map_err(fail)?,
        };
        // A noise level is a time: it is compared with nothing else.
        let level = [left, right].into_iter().find(|side| side.contains(':'));
        let other = [target.left, target.right].into_iter().find_map(Side::quantity);
        if let (Some(level), Some(other)) = (level, other)
            && other.noise()
        {
            let message = format!("{level} is a noise level, and {} is none", other.name());
            return Err(fail(message));
        }
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
    pub(super) fn excess(&self, model: &dyn Model, values: &Values) -> Result<At> {
        let left = match self.left.value(model, values)? {
            At::Value(left) => left,
            other => return Ok(other),
        };
        Ok(match self.right.value(model, values)? {
            At::Value(right) => match left - right {
                excess if excess.value.is_nan() => At::Failed(OUT_OF_RANGE.into()),
                excess if excess.value.is_infinite() => At::Absent("infinite".into()),
                excess => At::Value(excess),
            },
            other => other,
        })
    }

    /// What the quantities depend on beside the model.
    pub(super) fn needs_samples(&self) -> bool {
        self.left.needs_samples() || self.right.needs_samples()
    }

    /// The ways to give the noise level that must be given, if one must.
    pub(super) fn coordinates(&self) -> &'static [Parameter] {
        let mut sides = [self.left, self.right].into_iter().filter_map(Side::quantity);
        sides.find(|q| q.noise()).map_or(&[], |q| noise::coordinates(q.process()))
    }

    /// Further parameters of the curves involved.
    pub(super) fn parameters(&self) -> Vec<Parameter> {
        [self.left, self.right]
            .into_iter()
            .filter_map(Side::quantity)
            .flat_map(|quantity| quantity.parameters().to_vec())
            .collect()
    }
}

impl Side {
    fn read(
        text: &str,
        entry: &Entry,
        schedule: Option<&Schedule>,
    ) -> std::result::Result<Self, String> {
        let gaussian = entry.process == Process::Gaussian;
        if let Some(noise) = gaussian
            .then(|| place(text, schedule))
            .transpose()
            .map_err(|e| e.to_string())?
            .flatten()
        {
            return Ok(Self::Constant(noise.time()));
        }
        if let Ok(x) = constant(text) {
            return Ok(Self::Constant(x));
        }
        let known = names(entry);
        let wanted = quantities::meant(text);
        known.iter().find(|(name, _)| name == wanted).map(|(_, side)| *side).ok_or_else(|| {
            let hint = did_you_mean(text, known.iter().map(|(name, _)| name.as_str()));
            let list: Vec<&str> = known.iter().map(|(name, _)| name.as_str()).collect();
            let short = if gaussian { "t_S, t_C" } else { "kept_S, kept_C" };
            format!(
                "{text:?} is neither a number nor a quantity of {}{hint} (known: {short}, {})",
                entry.name,
                list.join(", ")
            )
        })
    }

    fn quantity(self) -> Option<&'static dyn Quantity> {
        match self {
            Self::Of(quantity, _) => Some(quantity),
            Self::Constant(_) => None,
        }
    }

    /// The quantity, where it is a collapse of samples: one that any number of them may have.
    pub(super) fn collapse(self) -> Option<&'static dyn Quantity> {
        self.quantity().filter(|quantity| quantity.is_collapse())
    }

    fn needs_samples(self) -> bool {
        self.quantity().is_some_and(|quantity| quantity.samples())
    }

    fn value(self, model: &dyn Model, values: &Values) -> Result<At> {
        let (quantity, column) = match self {
            Self::Constant(x) => return Ok(At::Value(Estimate::exact(x))),
            Self::Of(quantity, column) => (quantity, column),
        };
        let noise = if quantity.noise() { noise::level(quantity.process(), values)? } else { None };
        let size = if quantity.samples() {
            Some(SampleSize::of(values, model.dimension())?)
        } else {
            None
        };
        let cells = quantity.cells(model, &Point { noise, size, values })?;
        Ok(match (cells[column].answer(), &cells[column]) {
            (Some(Answer::Value(estimate)), _) => At::Value(estimate),
            (Some(Answer::Absent(reason)), _) if reason.is_empty() => At::Absent("no value".into()),
            (Some(Answer::Absent(reason)), _) => At::Absent(reason.into_owned()),
            // It missed its tolerance, but its error still bounds it: the search asks for no more.
            (None, Cell::Failed(_, Some(best))) if best.is_known() => At::Value(*best),
            (None, Cell::Failed(reason, _)) => At::Failed(reason.clone()),
            (None, _) => At::Absent("no number".into()),
        })
    }
}

/// Every quantity of a kind of data that can be solved for, by the names of its columns.
fn names(entry: &Entry) -> Vec<(String, Side)> {
    let mut all: Vec<(String, Side)> = Vec::new();
    for quantity in quantities::of(entry) {
        for (k, column) in quantity.columns().into_iter().enumerate() {
            let value = column.kind != Kind::Text
                && quantity.parameters().iter().all(|p| p.name != column.name);
            if value && all.iter().all(|(name, _)| *name != column.name) {
                all.push((column.name, Side::Of(quantity, k)));
            }
        }
    }
    all
}
