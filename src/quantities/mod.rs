//! Every named quantity of the theory: its name, symbol, unit and source, what it needs, how it is computed
//! and how it is explained.
//!
//! One list serves every way of asking. A new quantity is its file and a line in [`all`], or an entry of
//! one of the lists that it chains.

pub mod accuracy;
pub mod classes;
pub mod collapse;
pub mod collapse_window;
pub mod copies;
pub mod curve;
pub mod dictionary;
pub mod energies;
pub mod explanation;
mod formulas;
pub mod geometry;
pub mod glass;
pub mod guidance;
pub mod information;
pub mod levels;
mod list;
pub mod losses;
pub mod margin;
pub mod measured;
pub mod noise;
pub mod phases;
pub mod point;
pub mod potential;
pub mod replica;
pub mod sample_size;
pub mod speciation;
pub mod strings;
pub mod uturn;
pub mod windows;

pub use curve::Curve;
pub use explanation::Explanation;
pub use list::CURVES;
pub use point::Point;
pub use sample_size::SampleSize;

use crate::Answer;
use crate::error::Result;
use crate::models::parameter::Parameter;
use crate::models::{Entry, Model};
use crate::process::Process;
use crate::table::{Cell, Column};

/// What is asked for by one name: a time, or the columns of a curve that are computed together.
pub trait Quantity: Sync {
    /// Its name: of a time that of its column, such as `t_S.spectral`; of a curve the one by which it is
    /// asked for, such as `class-entropy`.
    fn name(&self) -> String;

    /// What it is, in a line.
    fn about(&self) -> &'static str;

    /// Which kinds of data of its process have it.
    fn has(&self, entry: &Entry) -> bool;

    /// Whether it depends on the number of samples.
    fn samples(&self) -> bool;

    /// What noise does to the data that have it.
    fn process(&self) -> Process {
        Process::Gaussian
    }

    /// Whether it is one of a noise level; times are not.
    fn noise(&self) -> bool {
        false
    }

    /// The word by which a time is asked for that is not always shown.
    fn asked_for(&self) -> Option<&'static str> {
        None
    }

    /// Whether it is shown among all times, of the parameters that were given.
    fn shown(&self, given: &dyn Fn(&str) -> bool) -> bool {
        let _ = given;
        true
    }

    /// Whether it needs data of several classes, where data of the same kind can have one.
    fn several_classes(&self) -> bool {
        false
    }

    /// Parameters beside those of the model, the sample size and the noise level.
    fn parameters(&self) -> &'static [Parameter] {
        &[]
    }

    /// Its columns.
    fn columns(&self) -> Vec<Column>;

    /// Its values for a model, one cell a column; a value that does not exist says why.
    ///
    /// # Errors
    /// Wrong or missing parameters; numerics that fail for all of its columns.
    fn cells(&self, model: &dyn Model, point: &Point<'_>) -> Result<Vec<Cell>>;

    /// Whether it is the collapse of samples: it moves towards noise as they grow fewer.
    fn is_collapse(&self) -> bool {
        false
    }

    /// α = log n/d at which it, a collapse, takes the value `at`, where there is one.
    ///
    /// # Errors
    /// Failed numerics.
    fn alpha_at(&self, model: &dyn Model, at: f64) -> Result<Option<Answer>> {
        let _ = (model, at);
        Ok(None)
    }

    /// Its formulas, where they do not depend on the model.
    fn explanation(&self) -> Option<&Explanation> {
        None
    }
}

/// Every quantity, in the order of the output.
pub fn all() -> impl Iterator<Item = &'static dyn Quantity> {
    fn of<Q: Quantity>(list: &'static [Q]) -> impl Iterator<Item = &'static dyn Quantity> {
        list.iter().map(|quantity| quantity as &dyn Quantity)
    }
    of(crate::transitions::speciation::CRITERIA)
        .chain(of(&collapse::ORDERS))
        .chain(of(&copies::ALL))
        .chain(of(&levels::LEVELS))
        .chain(of(&margin::ALL))
        .chain(of(&losses::ALL))
        .chain(of(&windows::ALL))
        .chain(of(&windows::LATE))
        .chain(of(&glass::SHARPNESS))
        .chain(of(&phases::ALL))
        .chain(of(strings::times::ALL))
        .chain(CURVES.iter().map(|curve| *curve as &dyn Quantity))
}

/// Every quantity that data of a kind have.
pub fn of(entry: &Entry) -> impl Iterator<Item = &'static dyn Quantity> {
    all().filter(|quantity| has(*quantity, entry))
}

/// Whether data of a kind have a quantity.
pub fn has(quantity: &dyn Quantity, entry: &Entry) -> bool {
    quantity.process().is_of_tokens() == entry.process.is_of_tokens() && quantity.has(entry)
}

/// The column of the dimension of a kind of data.
pub fn dimension(entry: &Entry) -> Column {
    Column::number("d", "d", if entry.process.is_of_tokens() { "tokens" } else { "" })
}

/// Quantities that are meant by their symbol alone where they are quoted, after it.
pub const QUOTED: [(&str, &str); 4] = [
    ("t_S", "t_S.spectral"),
    ("t_C", "t_C.asymptotic"),
    ("kept_S", "kept_S.bayes"),
    ("kept_C", "kept_C.asymptotic"),
];

/// The name of the quantity that `name`, or a symbol alone, means.
pub fn meant(name: &str) -> &str {
    QUOTED.iter().find(|(symbol, _)| *symbol == name).map_or(name, |(_, meant)| meant)
}

/// The quantity called `name` of a kind of data.
pub fn find(name: &str, entry: &Entry) -> Option<&'static dyn Quantity> {
    of(entry).find(|quantity| quantity.name() == name)
}
