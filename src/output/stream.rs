//! Computes the rows of a table on all cores and writes them in order.

use super::Format;
use super::table::{Head, Row, Summary};
use crate::error::{Error, Result};
use rayon::prelude::*;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Rows computed between two writes; enough to keep every core busy.
pub(super) const CHUNK: usize = 4096;

/// A table before it is computed.
pub struct Plan<'a> {
    /// What is known beforehand.
    pub head: Head,
    /// Computes row `index` < `head.rows`.
    pub row: Box<dyn Fn(usize) -> Result<Row> + Sync + 'a>,
}

/// Where a table goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Standard output.
    Stdout,
    /// A file, which appears whole or not at all.
    File(PathBuf),
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
        Target::File(path) => to_file(path, |out| {
            let failed = |source| Error::Output { target: path.display().to_string(), source };
            rows(plan, format, progress, &mut |bytes| out.write_all(bytes).map_err(failed))
        }),
    }
}

/// Runs `fill` on a temporary file beside `path` that takes its name only when it is complete.
///
/// # Errors
/// Those of `fill`; [`Error::Output`] if the file cannot be made.
pub fn to_file<T>(path: &Path, fill: impl FnOnce(&mut dyn Write) -> Result<T>) -> Result<T> {
    let failed = |source| Error::Output { target: path.display().to_string(), source };
    let mut out = std::io::BufWriter::with_capacity(1 << 16, temporary(path)?);
    let result = fill(&mut out)?;
    let file = out.into_inner().map_err(|e| failed(e.into_error()))?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|e| failed(e.error))?;
    Ok(result)
}

/// A temporary file beside `path`.
pub(super) fn temporary(path: &Path) -> Result<tempfile::NamedTempFile> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".regimes-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What a plain file would get; the system applies the user's mask.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
        .tempfile_in(folder)
        .map_err(|source| Error::Output { target: path.display().to_string(), source })
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
