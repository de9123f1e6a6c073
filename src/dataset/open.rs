//! Files by what they contain: npy, npz, IDX, safetensors, CIFAR's records or text, each plain or
//! compressed with gzip; and folders of images.

use super::array::Array;
use super::stored::Stored;
use super::text::{Choice, Samples};
use super::{cifar, folder, foreign, idx, npy, npz, safetensors, text};
use crate::error::{Error, Result};
use flate2::read::MultiGzDecoder;
use std::path::Path;

/// What gzip files begin with.
const GZIP: &[u8] = &[0x1f, 0x8b];

/// Contents of a file.
#[derive(Debug)]
pub enum Contents {
    /// A NumPy array.
    Npy(Stored),
    /// An archive of them.
    Npz(Stored),
    /// An IDX array.
    Idx(Stored),
    /// Named arrays, as networks are kept.
    Safetensors(Stored),
    /// Images with their labels, as CIFAR has them.
    Cifar(Stored, &'static cifar::Records),
    /// Text.
    Text(Stored),
}

/// Opens a file and looks what it is, from its first bytes and not from its name.
///
/// # Errors
/// [`crate::Error::File`] if it cannot be read.
pub fn contents(path: &Path) -> Result<Contents> {
    let mut stored = Stored::open(path)?;
    if stored.length() == 0 {
        return Err(stored.error(None, "is empty"));
    }
    if stored.start(GZIP.len())? == GZIP {
        stored = unpacked(&stored)?;
    }
    let start = stored.start(9)?;
    Ok(if start.starts_with(npy::MAGIC) {
        Contents::Npy(stored)
    } else if start.starts_with(npz::MAGIC) || start.starts_with(npz::EMPTY) {
        Contents::Npz(stored)
    } else if idx::is_idx(&start) {
        Contents::Idx(stored)
    } else if safetensors::is_safetensors(&start, stored.length()) {
        Contents::Safetensors(stored)
    } else if let Some(kind) = cifar::Records::of(&stored)? {
        Contents::Cifar(stored, kind)
    } else {
        foreign::refused(&stored)?;
        cifar::Records::refused(&stored)?;
        Contents::Text(stored)
    })
}

/// What a gzip file contains.
fn unpacked(packed: &Stored) -> Result<Stored> {
    let mut bytes = MultiGzDecoder::new(packed.reader()?);
    let unpacked = Stored::temporary(packed.path(), |out| {
        std::io::copy(&mut bytes, out)
            .map_err(|e| packed.error(None, format!("cannot be unpacked: {e}")))
            .map(|_| ())
    })?;
    packed.unchanged()?;
    Ok(unpacked)
}

impl Contents {
    /// The file.
    pub fn stored(&self) -> &Stored {
        let (Self::Npy(stored)
        | Self::Npz(stored)
        | Self::Idx(stored)
        | Self::Safetensors(stored)
        | Self::Cifar(stored, _)
        | Self::Text(stored)) = self;
        stored
    }
}

/// The array in a file, of any number of axes; `name` chooses one of an npz archive.
///
/// # Errors
/// [`crate::Error::File`] saying what is wrong with the file.
pub fn array(path: &Path, name: Option<&str>) -> Result<Array> {
    array_of(contents(path)?, name)
}

/// The same of a file that was looked into: a pipe can be read only once.
///
/// # Errors
/// [`crate::Error::File`] saying what is wrong with the file.
pub fn array_of(contents: Contents, name: Option<&str>) -> Result<Array> {
    match contents {
        Contents::Npz(stored) => npy::array(npz::member(&stored, name)?),
        Contents::Safetensors(stored) => safetensors::array(stored, name),
        other if name.is_some() => Err(nameless(&other)),
        Contents::Cifar(stored, kind) => {
            let path = stored.path().to_owned();
            Ok(cifar::samples(&path, vec![(stored, kind)], None)?.array)
        }
        Contents::Npy(stored) => npy::array(stored),
        Contents::Idx(stored) => idx::array(stored),
        Contents::Text(stored) => text::array(&stored),
    }
}

/// An array was named in a file without names.
pub(super) fn nameless(contents: &Contents) -> Error {
    let message = "is no npz archive and no safetensors file: it has no named arrays";
    contents.stored().error(None, message)
}

/// The samples in a file: an array of two axes or more, samples first.
///
/// # Errors
/// [`crate::Error::File`] saying what is wrong with the file.
pub fn open(path: &Path, name: Option<&str>) -> Result<Array> {
    Ok(samples(path, name, &Choice::default())?.array)
}

/// The samples in a file, a text read by `choice`, with its labels where they stand in the same file.
///
/// # Errors
/// [`crate::Error::File`] saying what is wrong with the file, or how else it can be read;
/// [`crate::Error::Argument`] for columns that are not there.
pub fn samples(path: &Path, name: Option<&str>, choice: &Choice) -> Result<Samples> {
    let others = "--header, --drop and --columns-from are for columns of text";
    if path.is_dir() {
        if name.is_some() || !choice.is_label_alone() {
            let message = format!("is a folder: {others}, --array for files of named arrays");
            return Err(Error::File { path: path.to_owned(), location: None, message });
        }
        return folder::samples(path, choice.label.as_deref());
    }
    match contents(path)? {
        Contents::Text(stored) if name.is_none() => text::samples(&stored, choice),
        Contents::Cifar(stored, kind) if name.is_none() && choice.is_label_alone() => {
            cifar::samples(path, vec![(stored, kind)], choice.label.as_deref())
        }
        contents if choice.is_default() => {
            let array = array_of(contents, name)?.of_samples()?;
            Ok(Samples { array, labels: None, remarks: Vec::new() })
        }
        contents => Err(contents.stored().error(
            None,
            "is no text: --header, --label-column, --drop and --columns-from are for columns of text",
        )),
    }
}
