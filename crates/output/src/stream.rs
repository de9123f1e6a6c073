//! Computes the rows of a table on all cores and writes them in order.

use super::Format;
use super::destination::{Staged, is_standard_output};
use super::text::Text;
use rayon::prelude::*;
use regimes::error::{Error, Result};
use regimes::table::{Plan, Summary};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Rows computed between two writes; enough to keep every core busy.
pub(super) const CHUNK: usize = 4096;

/// Where a table goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Standard output.
    Stdout,
    /// A file, which appears whole or not at all.
    File(PathBuf),
}

impl Target {
    /// What `path` names; `-` and /dev/stdout are standard output.
    pub fn new(path: &str) -> Self {
        let path = PathBuf::from(path);
        if path == Path::new("-") || is_standard_output(&path) {
            Self::Stdout
        } else {
            Self::File(path)
        }
    }
}

/// Computes and writes a table. `progress` hears of the rows done.
///
/// # Errors
/// The first error of a row; [`Error::Output`] if writing fails.
pub fn write(
    plan: &Plan<'_>,
    format: &dyn Format,
    target: &Target,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Summary> {
    match target {
        Target::Stdout => {
            let out = std::io::stdout().lock();
            let failed = |source| Error::Output { target: "standard output".into(), source };
            let mut out = std::io::BufWriter::with_capacity(1 << 16, out);
            let summary =
                rows(plan, format, progress, &mut |bytes| out.write_all(bytes).map_err(failed))?;
            out.flush().map_err(failed)?;
            Ok(summary)
        }
        Target::File(path) => {
            to_file(path, |out| rows(plan, format, progress, &mut |bytes| out.fill(bytes)))
        }
    }
}

/// A table as bytes; text is fitted to what the table holds, on lines of `width` columns.
///
/// # Errors
/// The first error of a row.
pub fn bytes(plan: Plan<'_>, format: &dyn Format, width: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut keep = |more: &[u8]| {
        bytes.extend_from_slice(more);
        Ok(())
    };
    if format.name() == Text::PLAIN.name() {
        let (plan, text) = Text::fitted(plan, width, &|_| ())?;
        rows(&plan, &text, &|_| (), &mut keep)?;
    } else {
        rows(&plan, format, &|_| (), &mut keep)?;
    }
    Ok(bytes)
}

/// Runs `fill` on output that takes the name `path` only when it is complete.
///
/// # Errors
/// Those of `fill`; [`Error::Output`] if the file cannot be made.
pub fn to_file<T>(path: &Path, fill: impl FnOnce(&mut Staged) -> Result<T>) -> Result<T> {
    let mut out = Staged::new(path)?;
    let result = fill(&mut out)?;
    out.commit()?;
    Ok(result)
}

fn rows(
    plan: &Plan<'_>,
    format: &dyn Format,
    progress: &(dyn Fn(usize) + Sync),
    out: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<Summary> {
    let head = &plan.head;
    let mut summary = Summary::default();
    let mut first = Vec::new();
    format.begin(head, &mut first);
    let mut done = 0;
    let heard = AtomicUsize::new(0);
    while done < head.rows {
        let end = head.rows.min(done + CHUNK);
        // Pieces of a chunk keep their order; each is formatted where it was computed.
        let piece = (end - done).div_ceil(8 * rayon::current_num_threads()).max(1);
        let pieces: Vec<(usize, usize)> =
            (done..end).step_by(piece).map(|a| (a, end.min(a + piece))).collect();
        let results: Vec<Result<(Vec<u8>, Summary)>> = pieces
            .into_par_iter()
            .map(|(a, b)| {
                let (mut bytes, mut seen) = (Vec::new(), Summary::default());
                for index in a..b {
                    let row = (plan.row)(index)?;
                    progress(1 + heard.fetch_add(1, Ordering::Relaxed));
                    seen.add(&head.columns, &row);
                    format.row(head, index, &row, &mut bytes);
                }
                Ok((bytes, seen))
            })
            .collect();
        for result in results {
            let (bytes, seen) = result?;
            // Nothing is written before the first rows are known to be sound.
            out(&std::mem::take(&mut first))?;
            out(&bytes)?;
            summary.merge(seen);
        }
        done = end;
    }
    out(&first)?;
    let mut last = Vec::new();
    format.end(head, &summary, &mut last);
    out(&last)?;
    Ok(summary)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cell, Column};
    use regimes::numerics::NumericsError;
    use regimes::table::Head;

    fn head(columns: Vec<Column>) -> Head {
        Head {
            command: "test".into(),
            model: String::new(),
            command_line: "regimes test".into(),
            title: None,
            conventions: Vec::new(),
            columns,
            notes: Vec::new(),
            summary: Vec::new(),
            rows: 2,
            axes: Vec::new(),
            digits: None,
            row_notes: true,
            page: false,
        }
    }

    #[test]
    fn limit_a_row_that_fails_is_written_with_its_reason() {
        let columns =
            vec![Column::number("d", "d", ""), Column::estimate("t", "t", "", "BBDM24", 1e-9)];
        let row = |index| match index {
            0 => Err(NumericsError::NotFinite { what: "test", at: 0.5 }.into()),
            _ => Err(Error::Usage("wrong".into())),
        };
        let plan = Plan { head: head(columns.clone()), row: Box::new(row) }.keeping_rows();
        let kept = (plan.row)(0).unwrap();
        assert!(matches!(&kept.cells[0], Cell::Missing(_)) && kept.cells.len() == 2);
        assert!(kept.cells[1].reason().unwrap().contains("not finite at 0.5"));
        let mut summary = Summary::default();
        summary.add(&columns, &kept);
        assert!(summary.missed_tolerance);
        // Wrong input is no failed row.
        assert!((plan.row)(1).is_err());
    }
}
