//! Results of finished blocks in a file, so that a killed simulation goes on where it was: a block is
//! a row of a [`Journal`], with its checksums and the head that says whose rows they are.

use crate::journal::Journal;
use crate::run::Run;
use regimes::error::Result;
use regimes::table::{Cell, Row};
use std::path::Path;

/// Blocks in a file.
#[derive(Debug)]
pub struct Checkpoint {
    journal: Journal,
}

impl Checkpoint {
    /// The file at `path`, with the blocks found in it, or a new one if there is none; for the
    /// simulation that `run` describes.
    ///
    /// # Errors
    /// [`regimes::Error::File`] for a file that is no checkpoint, or of another simulation: it is left alone.
    /// [`regimes::Error::Output`] if it cannot be written.
    pub fn new(path: &Path, run: &Run) -> Result<Self> {
        Ok(Self { journal: Journal::resume(path, run)? })
    }

    /// Number of blocks in it.
    pub fn found(&self) -> usize {
        self.journal.found()
    }

    /// The results of all blocks, those that are missing computed, at most `at_once` side by side.
    ///
    /// # Errors
    /// The first error of a block; a checkpoint that cannot be read or written.
    pub fn fill(
        self,
        at_once: usize,
        block: &(dyn Fn(usize) -> Result<Vec<f64>> + Sync),
    ) -> Result<Vec<Vec<f64>>> {
        let row = |index: usize| -> Result<Row> {
            let cells = block(index)?.into_iter().map(Cell::Number).collect();
            Ok(Row { cells, notes: Vec::new() })
        };
        let journal = self.journal.fill_by(at_once, &row, &|_| ())?;
        (0..journal.wanted())
            .map(|index| {
                let row = journal.row(index)?;
                let number = |cell: &Cell| match cell {
                    Cell::Number(x) => Some(*x),
                    _ => None,
                };
                let numbers: Option<Vec<f64>> = row.cells.iter().map(number).collect();
                numbers.ok_or_else(|| {
                    journal.error(format!("block {index} holds what is no number: remove it"))
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shard::Shard;
    use regimes::error::Error;
    use regimes::table::Head;

    fn run(n: &str) -> Run {
        let head = Head {
            command: "simulate x".into(),
            model: "clusters".into(),
            command_line: String::new(),
            title: None,
            conventions: Vec::new(),
            columns: Vec::new(),
            notes: Vec::new(),
            summary: Vec::new(),
            rows: 4,
            axes: Vec::new(),
            digits: None,
            row_notes: false,
            page: false,
        };
        let settings = vec![("n".into(), n.into()), ("seed".into(), "1".into())];
        Run::new(head, Vec::new(), Shard::WHOLE).of_numbers(2, settings)
    }

    fn block(index: usize) -> Result<Vec<f64>> {
        Ok([vec![0.1, 1e-300], vec![-3.0, 2.0 / 3.0], vec![-0.0, 5e-324], vec![1e308, 4.0]][index]
            .clone())
    }

    #[test]
    fn identity_results_survive_to_the_bit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run");
        let fill = |block: &(dyn Fn(usize) -> Result<Vec<f64>> + Sync)| {
            Checkpoint::new(&path, &run("10"))?.fill(2, block)
        };
        let stops =
            |index| if index > 1 { Err(Error::Usage("killed".into())) } else { block(index) };
        assert!(fill(&stops).unwrap_err().to_string().contains("killed"));
        assert_eq!(Checkpoint::new(&path, &run("10")).unwrap().found(), 2);
        let bits = |all: Vec<Vec<f64>>| -> Vec<u64> {
            all.into_iter().flatten().map(f64::to_bits).collect()
        };
        let want: Vec<u64> = (0..4).flat_map(|k| block(k).unwrap()).map(f64::to_bits).collect();
        assert_eq!(bits(fill(&block).unwrap()), want);
        let none = |_| Err(Error::Usage("there was nothing to compute".into()));
        assert_eq!(bits(fill(&none).unwrap()), want);
    }

    #[test]
    fn bad_input_other_settings_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run");
        Checkpoint::new(&path, &run("10")).unwrap();
        let message = Checkpoint::new(&path, &run("11")).unwrap_err().to_string();
        assert!(message.contains("there n was 10, here it is 11"), "{message}");
    }
}
