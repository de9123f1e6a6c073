//! CIFAR's binary files: records of one or two labels and 3 × 32 × 32 bytes, without a header.

use super::array::{Array, Layout};
use super::element::{Element, Kind};
use super::stored::Stored;
use super::text::Samples;
use crate::error::{Error, Result};
use std::path::{Path, PathBuf};

/// Shape of a sample: channels first.
const SHAPE: [usize; 3] = [3, 32, 32];

/// Bytes of an image.
const PIXELS: usize = 3 * 32 * 32;

/// A kind of records: the labels before each image, with the number of classes of each.
#[derive(Debug)]
pub struct Records {
    labels: &'static [(&'static str, u8)],
}

const KINDS: [Records; 2] =
    [Records { labels: &[("label", 10)] }, Records { labels: &[("coarse", 20), ("fine", 100)] }];

impl Records {
    fn size(&self) -> usize {
        self.labels.len() + PIXELS
    }

    /// The kind of records that a file consists of, if it does.
    ///
    /// # Errors
    /// [`Error::File`] if it cannot be read.
    pub fn of(stored: &Stored) -> Result<Option<&'static Self>> {
        for kind in &KINDS {
            let size = kind.size() as u64;
            if stored.length() == 0 || !stored.length().is_multiple_of(size) {
                continue;
            }
            let mut record = vec![0; kind.labels.len()];
            let mut all = true;
            for first in (0..stored.length()).step_by(kind.size()) {
                stored.read(first, &mut record)?;
                all = record.iter().zip(kind.labels).all(|(x, (_, classes))| x < classes);
                if !all {
                    break;
                }
            }
            if all {
                return Ok(Some(kind));
            }
        }
        Ok(None)
    }

    /// What is wrong with a file that is named like one of CIFAR's and has no such records.
    fn refusal(stored: &Stored) -> Error {
        let sizes: Vec<String> = KINDS
            .iter()
            .map(|kind| {
                let (whole, more) =
                    (stored.length() / kind.size() as u64, stored.length() % kind.size() as u64);
                format!("{whole} records of {} bytes and {more} bytes more", kind.size())
            })
            .collect();
        let message = if KINDS.iter().all(|k| !stored.length().is_multiple_of(k.size() as u64)) {
            format!(
                "is named like a file of CIFAR and is truncated, or none: its {} bytes are {} (CIFAR-10), or {} (CIFAR-100)",
                stored.length(),
                sizes[0],
                sizes[1]
            )
        } else {
            format!(
                "is named like a file of CIFAR and is none: its {} bytes are whole records, whose first bytes are not labels (below 10 for CIFAR-10; below 20, then below 100 for CIFAR-100)",
                stored.length()
            )
        };
        stored.error(None, message)
    }

    /// Refuses a file of a name that CIFAR's have; to be asked of what is no such file.
    ///
    /// # Errors
    /// [`Error::File`] with the sizes that would be right.
    pub(super) fn refused(stored: &Stored) -> Result<()> {
        let name = stored.path().file_name().unwrap_or_default().to_string_lossy();
        let known = is_training(&name) || ["test.bin", "test_batch.bin"].contains(&name.as_ref());
        if known { Err(Self::refusal(stored)) } else { Ok(()) }
    }

    /// Which of the labels `name` means; the finest without a name.
    fn label(&self, name: Option<&str>) -> Result<usize> {
        let Some(name) = name else { return Ok(self.labels.len() - 1) };
        let known: Vec<&str> = self.labels.iter().map(|(name, _)| *name).collect();
        known.iter().position(|known| *known == name).ok_or_else(|| {
            let expected = format!("can be {}", crate::suggest::among(name, known));
            Error::argument("--label-column", name, expected)
        })
    }
}

/// The samples of files of one kind, one after the other; `path` stands for them in messages.
///
/// # Errors
/// [`Error::File`] for files that cannot be read or are of another kind.
pub fn samples(
    path: &Path,
    files: Vec<(Stored, &'static Records)>,
    label: Option<&str>,
) -> Result<Samples> {
    let mut labels = Vec::new();
    let Some(kind) = files.first().map(|(_, kind)| *kind) else {
        return Err(Error::File { path: path.into(), location: None, message: "is empty".into() });
    };
    let which = kind.label(label)?;
    let stored = Stored::temporary(path, |out| {
        let mut record = vec![0; kind.size()];
        for (file, own) in &files {
            if !std::ptr::eq(*own, kind) {
                return Err(file.error(None, "has other records than the files before it"));
            }
            for first in (0..file.length()).step_by(kind.size()) {
                file.read(first, &mut record)?;
                labels.push(record[which].to_string());
                out.write_all(&record[kind.labels.len()..])
                    .map_err(|e| Error::Output { target: "a temporary file".into(), source: e })?;
            }
        }
        Ok(())
    })?;
    let shape = [&[labels.len()], &SHAPE[..]].concat();
    let element = Element::new(Kind::Unsigned(1), false);
    let array = Array::new(stored, Layout { offset: 0, element, shape, fortran: false })?;
    let (name, classes) = kind.labels[which];
    let remark = format!(
        "CIFAR records: {} images of 3 × 32 × 32, channels first; their classes are its {name} labels, of {classes}",
        labels.len()
    );
    Ok(Samples { array, labels: Some(labels), remarks: vec![remark] })
}

/// Whether a file is named like training data of CIFAR-10 or CIFAR-100.
fn is_training(name: &str) -> bool {
    name == "train.bin" || name.starts_with("data_batch") && name.ends_with(".bin")
}

/// The training batches in a folder, in their order; none if it has none.
///
/// # Errors
/// [`Error::File`] for batches that cannot be read.
pub fn batches(files: &[PathBuf]) -> Result<Vec<(Stored, &'static Records)>> {
    let mut found = Vec::new();
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if is_training(&name) {
            let stored = Stored::open(path)?;
            let Some(kind) = Records::of(&stored)? else { return Err(Records::refusal(&stored)) };
            found.push((stored, kind));
        }
    }
    Ok(found)
}
