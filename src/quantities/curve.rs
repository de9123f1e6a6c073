//! Curves: what is computed at every noise level.

use super::explanation::Explanation;
use super::{Point, Quantity, accuracy, noise, sample_size};
use crate::error::Result;
use crate::models::parameter::Parameter;
use crate::models::{Entry, Model};
use crate::process::Process;
use crate::table::{Cell, Column};

/// A curve: what it needs and how its cells are computed.
pub struct Curve {
    /// Name by which it is asked for.
    pub name: &'static str,
    /// What it is, in a line.
    pub about: &'static str,
    /// What noise does to the data that have it.
    pub process: Process,
    /// Which kinds of data of its process have it.
    pub has: fn(&Entry) -> bool,
    /// Whether it depends on the number of samples.
    pub samples: bool,
    /// Further parameters.
    pub parameters: &'static [Parameter],
    /// An example of the arguments that follow the model's name.
    pub example: &'static str,
    /// Its columns.
    pub columns: fn() -> Vec<Column>,
    /// Its cells.
    pub cells: fn(&dyn Model, &Point<'_>) -> Result<Vec<Cell>>,
    /// Its formulas, where they do not depend on the model.
    pub explanation: Option<&'static Explanation>,
}

impl Quantity for Curve {
    fn name(&self) -> String {
        self.name.to_owned()
    }

    fn about(&self) -> &'static str {
        self.about
    }

    fn has(&self, entry: &Entry) -> bool {
        (self.has)(entry)
    }

    fn process(&self) -> Process {
        self.process
    }

    fn samples(&self) -> bool {
        self.samples
    }

    fn noise(&self) -> bool {
        true
    }

    fn parameters(&self) -> &'static [Parameter] {
        self.parameters
    }

    fn columns(&self) -> Vec<Column> {
        (self.columns)()
    }

    fn cells(&self, model: &dyn Model, point: &Point<'_>) -> Result<Vec<Cell>> {
        (self.cells)(model, point)
    }

    fn explanation(&self) -> Option<&Explanation> {
        self.explanation
    }
}

impl Curve {
    /// Everything that may be given to compute it of a kind of data.
    pub fn all_parameters(&self, entry: &Entry) -> Vec<Parameter> {
        let mut all: Vec<Parameter> = entry.parameters.to_vec();
        if self.samples {
            all.extend(sample_size::PARAMETERS);
        }
        all.extend(self.parameters);
        if !self.parameters.iter().any(|p| p.name == "seed") {
            all.extend(accuracy::class_seed(entry));
        }
        all.extend(noise::coordinates(self.process));
        all
    }
}
