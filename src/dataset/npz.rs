//! NumPy's npz files: zip archives of npy files.

use super::named::one_of;
use super::stored::Stored;
use super::{foreign, npy};
use crate::error::Result;
use std::io::Read;
use zip::ZipArchive;

/// What zip archives begin with.
pub const MAGIC: &[u8] = b"PK\x03\x04";

/// What an archive without members begins with.
pub const EMPTY: &[u8] = b"PK\x05\x06";

/// The names of the arrays in an archive, without the ending `.npy`.
///
/// # Errors
/// [`crate::Error::File`] for an archive that cannot be read.
pub fn names(stored: &Stored) -> Result<Vec<String>> {
    let archive = open(stored)?;
    let mut names = Vec::new();
    for name in archive.file_names() {
        let name = name.map_err(|e| stored.error(None, format!("is no sound npz archive: {e}")))?;
        names.extend(name.strip_suffix(".npy").map(str::to_owned));
    }
    Ok(names)
}

fn open(stored: &Stored) -> Result<ZipArchive<impl Read + std::io::Seek + '_>> {
    ZipArchive::new(stored.reader()?)
        .map_err(|e| stored.error(None, format!("is no sound npz archive: {e}")))
}

/// The array called `name`, unpacked into a temporary file; without a name, the only one.
///
/// # Errors
/// [`crate::Error::File`] naming the arrays there are, or for an archive that cannot be read.
pub fn member(stored: &Stored, name: Option<&str>) -> Result<Stored> {
    let known = names(stored)?;
    if known.is_empty() {
        foreign::refused(stored)?;
    }
    let chosen =
        one_of(stored, &known, name.map(|name| name.strip_suffix(".npy").unwrap_or(name)))?;
    let location = Some(format!("array {chosen}"));
    let mut archive = open(stored)?;
    let failed = |e: &dyn std::fmt::Display| {
        stored.error(location.clone(), format!("cannot be unpacked: {e}"))
    };
    let mut packed = archive.by_name(&format!("{chosen}.npy")).map_err(|e| failed(&e))?;
    // One byte more than promised is enough to find the promise broken, whatever follows.
    let promised = packed.size();
    let mut bytes = packed.by_ref().take(promised.saturating_add(1));
    let unpacked = Stored::temporary(stored.path(), |out| {
        std::io::copy(&mut bytes, out).map_err(|e| failed(&e)).map(|_| ())
    })?;
    stored.unchanged()?;
    if unpacked.length() != promised {
        return Err(failed(&format!("{promised} bytes are promised, {} came", unpacked.length())));
    }
    if !unpacked.start(npy::MAGIC.len())?.starts_with(npy::MAGIC) {
        return Err(stored.error(location, "is not an npy file"));
    }
    Ok(unpacked)
}
