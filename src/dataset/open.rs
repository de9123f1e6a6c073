//! Files by what they contain: npy, npz, IDX or text, each plain or compressed with gzip.

use super::array::Array;
use super::stored::Stored;
use super::{idx, npy, npz, text};
use crate::error::Result;
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
    let start = stored.start(8)?;
    Ok(if start.starts_with(npy::MAGIC) {
        Contents::Npy(stored)
    } else if start.starts_with(npz::MAGIC) || start.starts_with(npz::EMPTY) {
        Contents::Npz(stored)
    } else if idx::is_idx(&start) {
        Contents::Idx(stored)
    } else {
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

/// The array in a file, of any number of axes; `name` chooses one of an npz archive.
///
/// # Errors
/// [`crate::Error::File`] saying what is wrong with the file.
pub fn array(path: &Path, name: Option<&str>) -> Result<Array> {
    match contents(path)? {
        Contents::Npz(stored) => npy::array(npz::member(&stored, name)?),
        Contents::Npy(stored) | Contents::Idx(stored) | Contents::Text(stored)
            if name.is_some() =>
        {
            Err(stored.error(None, "is no npz archive: it has no named arrays"))
        }
        Contents::Npy(stored) => npy::array(stored),
        Contents::Idx(stored) => idx::array(stored),
        Contents::Text(stored) => text::array(&stored),
    }
}

/// The samples in a file: an array of two axes or more, samples first.
///
/// # Errors
/// [`crate::Error::File`] saying what is wrong with the file.
pub fn open(path: &Path, name: Option<&str>) -> Result<Array> {
    array(path, name)?.of_samples()
}
