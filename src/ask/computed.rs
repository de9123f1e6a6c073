//! A table with its rows.

use crate::error::{Error, Result};
use crate::numerics::stop;
use crate::suggest::did_you_mean;
use crate::table::{Cell, Head, Plan, Row, Summary};
use rayon::prelude::*;

/// A table whose rows are computed.
#[derive(Clone, Debug)]
pub struct Computed {
    /// What it is: columns with symbols, units and sources, conventions, remarks.
    pub head: Head,
    /// Its rows.
    pub rows: Vec<Row>,
}

impl Computed {
    /// Computes all rows of a plan, on all cores; `line` is what would be typed for it, and `heard` is
    /// told of each row that is done, of how many there are.
    ///
    /// # Errors
    /// Wrong arguments. Numerics that fail are cells that say so.
    pub fn new(
        plan: Plan<'_>,
        line: impl FnOnce() -> String,
        heard: &(dyn Fn(usize) + Sync),
    ) -> Result<Self> {
        let Plan { mut head, row } = plan.keeping_rows();
        head.command_line = line();
        let one = |index: usize| {
            if stop::asked() {
                return Err(Error::Usage(stop::Stopped.to_string()));
            }
            let row = row(index)?;
            heard(head.rows);
            Ok(row)
        };
        let rows = (0..head.rows).into_par_iter().map(one).collect::<Result<Vec<Row>>>();
        // One end for all rows: thousands of them would take seconds to unwind.
        stop::point();
        Ok(Self { head, rows: rows? })
    }

    /// The same table as a plan, whose rows are there.
    pub fn plan(&self) -> Plan<'_> {
        Plan { head: self.head.clone(), row: Box::new(|index| Ok(self.rows[index].clone())) }
    }

    /// The cells of a column.
    ///
    /// # Errors
    /// [`Error::Argument`] for a column that the table does not have, with the nearest one.
    pub fn column(&self, name: &str) -> Result<Vec<&Cell>> {
        let names = || self.head.columns.iter().map(|column| column.name.as_str());
        let Some(place) = names().position(|known| known == name) else {
            let hint = did_you_mean(name, names());
            let known: Vec<&str> = names().collect();
            let expected = format!("is no column of this table{hint} ({})", known.join(", "));
            return Err(Error::argument("column", name, expected));
        };
        Ok(self.rows.iter().map(|row| &row.cells[place]).collect())
    }

    /// The numbers of a column; nothing where there is none, for which [`Cell::reason`] says why.
    ///
    /// # Errors
    /// As [`Self::column`].
    pub fn value(&self, name: &str) -> Result<Vec<Option<f64>>> {
        Ok(self.column(name)?.into_iter().map(Cell::value).collect())
    }

    /// What is to be said of the table as a whole: its largest error, whether a value missed its
    /// tolerance, the reasons of missing values.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for row in &self.rows {
            summary.add(&self.head.columns, row);
        }
        summary
    }
}
