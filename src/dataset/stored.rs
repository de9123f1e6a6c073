//! Bytes of a file, read by position.

use crate::error::{Error, Result};
use std::fs::{File, Metadata};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A file opened for reading, with the state in which it was found.
#[derive(Debug)]
pub struct Stored {
    path: PathBuf,
    file: File,
    length: u64,
    /// Set for files of the user, which may change; temporary files are ours.
    found: Option<(u64, Option<SystemTime>)>,
}

impl Stored {
    /// Opens `path`.
    ///
    /// # Errors
    /// [`Error::File`] if it cannot be opened or is no regular file.
    pub fn open(path: &Path) -> Result<Self> {
        let failed = |e: std::io::Error| Error::File {
            path: path.to_owned(),
            location: None,
            message: format!("cannot be read: {e}"),
        };
        let file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if !metadata.is_file() {
            return Err(Error::File {
                path: path.to_owned(),
                location: None,
                message: "is not a regular file: data are read several times".into(),
            });
        }
        crate::inputs::remember(path);
        let found = Some(state(&metadata));
        Ok(Self { path: path.to_owned(), file, length: metadata.len(), found })
    }

    /// An unnamed temporary file filled by `fill`, standing for what `path` unpacks to.
    ///
    /// # Errors
    /// Those of `fill`; [`Error::Output`] if the temporary file cannot be written.
    pub fn temporary(path: &Path, fill: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<Self> {
        let failed = |source: std::io::Error| Error::Output {
            target: format!("a temporary file for the contents of {}", path.display()),
            source,
        };
        let file = tempfile::tempfile().map_err(failed)?;
        let mut out = std::io::BufWriter::with_capacity(1 << 20, file);
        fill(&mut out)?;
        let file = out.into_inner().map_err(|e| failed(e.into_error()))?;
        let length = file.metadata().map_err(failed)?.len();
        Ok(Self { path: path.to_owned(), file, length, found: None })
    }

    /// The file as the user named it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its length in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// An error about this file.
    pub fn error(&self, location: Option<String>, message: impl Into<String>) -> Error {
        Error::File { path: self.path.clone(), location, message: message.into() }
    }

    /// Fills `out` from byte `offset` on.
    ///
    /// # Errors
    /// [`Error::File`] if the bytes are not there, or the file changed since it was opened.
    pub fn read(&self, offset: u64, out: &mut [u8]) -> Result<()> {
        let read = crate::inputs::read_exact_at(&self.file, offset, out);
        self.unchanged()?;
        read.map_err(|e| self.error(Some(format!("byte {offset}")), format!("cannot be read: {e}")))
    }

    /// Its first bytes, at most `count`.
    ///
    /// # Errors
    /// As [`Stored::read`].
    pub fn start(&self, count: usize) -> Result<Vec<u8>> {
        let mut bytes = vec![0; count.min(usize::try_from(self.length).unwrap_or(count))];
        self.read(0, &mut bytes)?;
        Ok(bytes)
    }

    /// That the file is still as it was found.
    ///
    /// # Errors
    /// [`Error::File`] if its length or time of modification changed.
    pub fn unchanged(&self) -> Result<()> {
        let Some(found) = self.found else { return Ok(()) };
        let now = self.file.metadata().map(|m| state(&m));
        if now.is_ok_and(|now| now == found) {
            return Ok(());
        }
        Err(self.error(None, "changed while it was read: run again when it is complete"))
    }

    /// A reader from its first byte.
    ///
    /// # Errors
    /// [`Error::File`] if the system refuses.
    pub fn reader(&self) -> Result<impl Read + Seek + '_> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0))
            .map_err(|e| self.error(None, format!("cannot be read: {e}")))?;
        Ok(std::io::BufReader::with_capacity(1 << 18, file))
    }
}

fn state(metadata: &Metadata) -> (u64, Option<SystemTime>) {
    (metadata.len(), metadata.modified().ok())
}
