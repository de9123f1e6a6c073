//! Class labels of samples.

use super::open::{self, Contents};
use super::{npy, npz, text};
use crate::error::Result;
use std::collections::BTreeMap;
use std::path::Path;

/// One label for each sample, in order; whole numbers are written without a point.
///
/// # Errors
/// [`crate::Error::File`] for a file that cannot be read, or whose labels are not `samples` many.
pub fn read(path: &Path, name: Option<&str>, samples: usize) -> Result<Vec<String>> {
    let contents = open::contents(path)?;
    let wrong_count = |stored: &super::stored::Stored, count: usize| {
        let message = format!("has {count} labels, the data have {samples} samples");
        stored.error(None, message)
    };
    if let Contents::Text(stored) = &contents {
        let table = text::table(stored)?;
        if table.lines.first().is_some_and(|(_, fields)| fields.len() != 1) {
            return Err(stored.error(None, "must have one label on each line"));
        }
        let mut labels: Vec<String> =
            table.lines.into_iter().flat_map(|(_, fields)| fields).collect();
        // A first line in words is a heading, or the first of labels in words.
        if let Some([first]) = table.names.as_deref()
            && labels.len() + 1 == samples
        {
            labels.insert(0, first.clone());
        }
        let tidy = |label: String| text::number(&label).map_or(label, |x| x.to_string());
        let labels: Vec<String> = labels.into_iter().map(tidy).collect();
        return if labels.len() == samples {
            Ok(labels)
        } else {
            Err(wrong_count(stored, labels.len()))
        };
    }
    let array = match contents {
        Contents::Npz(stored) => npy::array(npz::member(&stored, name)?)?,
        _ => open::array(path, name)?,
    };
    let count = array.entries();
    if count != samples {
        return Err(wrong_count(array.stored(), count));
    }
    Ok(array.all()?.into_iter().map(|x| x.to_string()).collect())
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
