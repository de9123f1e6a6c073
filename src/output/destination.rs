//! What stands at the end of an output's path: a name to take, or something to write through.
//!
//! A file appears under its name whole or not at all, with the mode that a file of that name had.
//! Links are followed, so that the file they lead to is replaced and not the link; devices, pipes and
//! descriptors of this process are no names at all, and are written through.

use crate::error::{Error, Result};
use std::fs::{File, Metadata};
use std::io::{BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

/// Links followed one after another; as many as the system follows.
const LINKS: usize = 40;

/// Output on its way to a path: nothing is there before [`Staged::commit`], unless the path is no file.
pub struct Staged {
    shown: String,
    way: Way,
}

/// How it gets there.
enum Way {
    /// A temporary file beside the name that it takes.
    Beside(BufWriter<tempfile::NamedTempFile>, PathBuf),
    /// A temporary file elsewhere, copied into a file whose folder takes no other.
    Copied(BufWriter<File>, PathBuf),
    /// A device or a pipe.
    Through(BufWriter<File>),
}

impl Staged {
    /// Prepares to write to `path`.
    ///
    /// # Errors
    /// [`Error::Output`] for a folder, for a file that may not be written, and where no file can be made.
    pub fn new(path: &Path) -> Result<Self> {
        let shown = path.display().to_string();
        let way =
            Way::to(path).map_err(|source| Error::Output { target: shown.clone(), source })?;
        Ok(Self { shown, way })
    }

    /// Writes all of `bytes`.
    ///
    /// # Errors
    /// [`Error::Output`].
    pub fn fill(&mut self, bytes: &[u8]) -> Result<()> {
        self.write_all(bytes).map_err(|source| self.unwritten(source))
    }

    /// Brings what was written to the disk, so that a name is all that is missing.
    ///
    /// # Errors
    /// [`Error::Output`] where the system refuses, as a full disk does.
    pub fn settle(&mut self) -> Result<()> {
        self.way.settle().map_err(|source| self.unwritten(source))
    }

    /// Gives what was written its name.
    ///
    /// # Errors
    /// [`Error::Output`].
    pub fn commit(mut self) -> Result<()> {
        self.settle()?;
        let Self { shown, way } = self;
        way.commit().map_err(|source| Error::Output { target: shown, source })
    }

    fn unwritten(&self, source: std::io::Error) -> Error {
        Error::Output { target: self.shown.clone(), source }
    }
}

impl Write for Staged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match &mut self.way {
            Way::Beside(out, _) => out.write(bytes),
            Way::Copied(out, _) | Way::Through(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match &mut self.way {
            Way::Beside(out, _) => out.flush(),
            Way::Copied(out, _) | Way::Through(out) => out.flush(),
        }
    }
}

impl Way {
    fn to(path: &Path) -> std::io::Result<Self> {
        let buffered = |file| BufWriter::with_capacity(1 << 16, file);
        let name = match end(path)? {
            End::Stream => {
                let file = File::options().append(true).open(path)?;
                return Ok(Self::Through(buffered(file)));
            }
            End::Name(name) => name,
        };
        let before = match std::fs::metadata(&name) {
            // A file that its user may not write to is not replaced either.
            Ok(before) => File::options().append(true).open(&name).map(|_| Some(before))?,
            Err(_) => None,
        };
        match temporary(&name) {
            Ok(file) => {
                if let Some(before) = &before {
                    like(file.as_file(), before)?;
                }
                Ok(Self::Beside(BufWriter::with_capacity(1 << 16, file), name))
            }
            Err(error)
                if before.is_some() && error.kind() == std::io::ErrorKind::PermissionDenied =>
            {
                Ok(Self::Copied(buffered(tempfile::tempfile()?), name))
            }
            Err(error) => Err(error),
        }
    }

    fn settle(&mut self) -> std::io::Result<()> {
        match self {
            Self::Beside(out, _) => {
                out.flush()?;
                out.get_ref().as_file().sync_all()
            }
            Self::Copied(out, _) | Self::Through(out) => out.flush(),
        }
    }

    /// After [`Way::settle`].
    fn commit(self) -> std::io::Result<()> {
        match self {
            Self::Beside(out, name) => {
                let file = out.into_inner().map_err(std::io::IntoInnerError::into_error)?;
                file.persist(name).map(drop).map_err(|e| e.error)
            }
            Self::Copied(out, name) => {
                let mut file = out.into_inner().map_err(std::io::IntoInnerError::into_error)?;
                file.rewind()?;
                let mut into = File::options().write(true).truncate(true).open(name)?;
                std::io::copy(&mut file, &mut into).map(drop)
            }
            Self::Through(_) => Ok(()),
        }
    }
}

/// What a path leads to.
enum End {
    /// A file, there or not yet, under its own name.
    Name(PathBuf),
    /// What has no content of its own to replace.
    Stream,
}

/// Follows links.
fn end(path: &Path) -> std::io::Result<End> {
    // Through every link, those of the system's descriptor tables too, whose text is no path.
    if let Ok(found) = std::fs::metadata(path) {
        if found.is_dir() {
            return Err(std::io::Error::new(std::io::ErrorKind::IsADirectory, "it is a folder"));
        }
        if !found.is_file() {
            return Ok(End::Stream);
        }
    }
    let mut name = path.to_owned();
    for _ in 0..LINKS {
        let Ok(to) = std::fs::read_link(&name) else { return Ok(End::Name(name)) };
        // An open file of a process, which goes on where its writer is.
        let folder = name.parent().and_then(|folder| folder.canonicalize().ok());
        if folder.is_some_and(|folder| folder.starts_with("/proc")) {
            return Ok(End::Stream);
        }
        name = name.parent().map_or_else(|| to.clone(), |folder| folder.join(&to));
    }
    Err(std::io::Error::other("its links lead in a circle"))
}

/// The file that `path` names, through links.
///
/// # Errors
/// [`Error::Argument`] naming `flag` where that is no file: what must be read again cannot be a pipe.
pub fn file_name(flag: &str, path: &Path) -> Result<PathBuf> {
    match end(path) {
        Ok(End::Name(name)) => Ok(name),
        Ok(End::Stream) => {
            Err(Error::argument(flag, path.display(), "must be a file: its rows are read again"))
        }
        Err(source) => Err(Error::Output { target: path.display().to_string(), source }),
    }
}

/// Whether `path` names no file but what is written through.
pub fn is_stream(path: &Path) -> bool {
    matches!(end(path), Ok(End::Stream))
}

/// Whether `path` is what standard output goes to already, as /dev/stdout is.
pub fn is_standard_output(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        use std::os::unix::fs::MetadataExt;
        let out = std::io::stdout().as_fd().try_clone_to_owned().map(File::from);
        let (Ok(here), Ok(there)) = (out.and_then(|out| out.metadata()), std::fs::metadata(path))
        else {
            return false;
        };
        // A name of its own is a file to replace, even if standard output was sent there.
        let descriptor = ["/dev", "/proc"].iter().any(|folder| path.starts_with(folder));
        descriptor && (here.dev(), here.ino()) == (there.dev(), there.ino())
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// A temporary file beside `path`.
pub(super) fn temporary(path: &Path) -> std::io::Result<tempfile::NamedTempFile> {
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
    builder.tempfile_in(folder)
}

/// Gives `file` the mode of the one that it is to replace, and its owner where the system lets us.
fn like(file: &File, before: &Metadata) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        // Only a privileged user can; anyone else owns what he writes.
        let _ = std::os::unix::fs::fchown(file, Some(before.uid()), Some(before.gid()));
    }
    file.set_permissions(before.permissions())
}
