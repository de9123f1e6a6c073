//! Class labels of samples.

use super::open::{self, Contents};
use super::stored::Stored;
use super::{npz, text, words};
use crate::error::Result;
use std::collections::BTreeMap;
use std::path::Path;

/// Whole numbers up to here are all different in double precision.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

/// One label for each sample, in order; whole numbers are written without a point.
///
/// # Errors
/// [`crate::Error::File`] for a file that cannot be read, or whose labels are not `samples` many.
pub fn read(path: &Path, name: Option<&str>, samples: usize) -> Result<Vec<String>> {
    read_column(path, name, None, samples)
}

/// The same of a text file of several columns, of which `column` is the one.
///
/// # Errors
/// As [`read`]; [`crate::Error::Argument`] for a column that is not there.
pub fn read_column(
    path: &Path,
    name: Option<&str>,
    column: Option<&str>,
    samples: usize,
) -> Result<Vec<String>> {
    let contents = open::contents(path)?;
    if let Contents::Text(stored) = &contents {
        return text::labels(stored, column, samples);
    }
    if column.is_some() {
        let message = "is no text: --label-column names a column of a text file";
        return Err(contents.stored().error(None, message));
    }
    let (contents, name) = match contents {
        Contents::Npz(stored) => (Contents::Npy(npz::member(&stored, name)?), None),
        other => (other, name),
    };
    let fits = |stored: &Stored, count: usize| {
        let message = format!("has {count} labels, the data have {samples} samples");
        if count == samples { Ok(()) } else { Err(stored.error(None, message)) }
    };
    if let (Contents::Npy(stored), None) = (&contents, name)
        && let Some(texts) = words::of(stored)?
    {
        fits(stored, texts.len())?;
        return Ok(texts);
    }
    let array = open::array_of(contents, name)?;
    fits(array.stored(), array.entries())?;
    let labels = array.all()?;
    let unclear = |x: f64| x.is_nan() || x.abs() > LARGEST_WHOLE;
    if let Some((k, x)) = labels.iter().enumerate().find(|(_, x)| unclear(**x)) {
        let message = format!(
            "label {} is {x}: a label is a text or a number that double precision tells from its neighbours, at most 2^53",
            k + 1
        );
        return Err(array.stored().error(None, message));
    }
    Ok(labels.into_iter().map(|x| x.to_string()).collect())
}

/// The distinct labels with their counts, numbers in their order before words in theirs.
pub fn distinct(labels: &[String]) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for label in labels {
        *counts.entry(label).or_default() += 1;
    }
    let mut distinct: Vec<(String, usize)> =
        counts.into_iter().map(|(label, count)| (label.to_owned(), count)).collect();
    distinct.sort_by(|(a, _), (b, _)| match (text::number(a), text::number(b)) {
        (Some(x), Some(y)) => x.total_cmp(&y),
        (x, y) => y.is_some().cmp(&x.is_some()).then_with(|| a.cmp(b)),
    });
    distinct
}
