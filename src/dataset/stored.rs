//! Bytes of a file, read by position.

use crate::error::{Error, Result};
use crate::inputs::{self, Opened, Pipe};
use std::fs::{File, Metadata};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Most bytes that are taken from a pipe.
const LONGEST_PIPE: u64 = 1 << 30;

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
    /// Opens `path`; what comes through a pipe is kept in a temporary file, since data are read several
    /// times.
    ///
    /// # Errors
    /// [`Error::File`] if it cannot be opened, is neither a regular file nor a pipe, or is a pipe
    /// without end.
    pub fn open(path: &Path) -> Result<Self> {
        let file = match inputs::open(path)? {
            Opened::File(file) => file,
            Opened::Pipe(pipe) => return Self::piped(pipe),
        };
        let metadata = file.metadata().map_err(|e| Error::File {
            path: path.to_owned(),
            location: None,
            message: format!("cannot be read: {e}"),
        })?;
        inputs::remember(path);
        let found = Some(state(&metadata));
        Ok(Self { path: path.to_owned(), file, length: metadata.len(), found })
    }

    fn piped(mut pipe: Pipe) -> Result<Self> {
        let path = pipe.path().to_owned();
        let mut fingerprint = inputs::Fingerprint::default();
        let stored = Self::temporary(&path, |out| {
            let mut block = vec![0; 1 << 16];
            let mut total = 0u64;
            loop {
                let count = pipe.read(&mut block).map_err(|e| pipe.error(&e.to_string()))?;
                if count == 0 {
                    return Ok(());
                }
                total += count as u64;
                if total > LONGEST_PIPE {
                    return Err(pipe.error(
                        "is a pipe of more than 1 GiB, which is not kept: write the data to a file",
                    ));
                }
                fingerprint.add(&block[..count]);
                out.write_all(&block[..count]).map_err(|source| Error::Output {
                    target: format!("a temporary file for the contents of {}", path.display()),
                    source,
                })?;
            }
        })?;
        inputs::remember_whole(&path, fingerprint.text());
        Ok(stored)
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
        let read = inputs::read_exact_at(&self.file, offset, out);
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
