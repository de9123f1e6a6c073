//! The files that a run reads, remembered with their contents: rows kept from an earlier run may be
//! used only if its files said the same.
//!
//! The list belongs to the process. Every constructor that can read a file would otherwise hand one
//! through, and one that forgot to would make a resumed table silently wrong.

mod pipe;

pub use pipe::Pipe;

use crate::error::{Error, Result};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// What was read of a file.
#[derive(Clone, Debug)]
enum Seen {
    /// All of it at once: the fingerprint of each content met.
    Whole(Vec<String>),
    /// Pieces, as of data larger than memory: its fingerprint is taken when it is asked for.
    Pieces,
}

static SEEN: Mutex<BTreeMap<PathBuf, Seen>> = Mutex::new(BTreeMap::new());

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::File {
        path: path.to_owned(),
        location: None,
        message: format!("cannot be read: {error}"),
    }
}

/// A file opened for reading.
#[derive(Debug)]
pub enum Opened {
    /// A regular file: read by position, as often as wanted.
    File(File),
    /// A pipe, such as a shell makes of `<(command)`: read once, from its start to its end.
    Pipe(Pipe),
}

/// Opens a regular file or a pipe; neither is remembered yet.
///
/// Nothing else has an end that one may wait for: directories and devices are refused.
///
/// # Errors
/// [`Error::File`] saying what `path` is instead, or that nobody writes to the pipe.
pub fn open(path: &Path) -> Result<Opened> {
    let metadata = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if metadata.is_file() {
        return Ok(Opened::File(File::open(path).map_err(|error| unreadable(path, &error))?));
    }
    if pipe::is_pipe(&metadata) {
        return Ok(Opened::Pipe(Pipe::open(path)?));
    }
    let kind = if metadata.is_dir() { "a directory" } else { "a device" };
    Err(refused(path, &format!("is not a regular file but {kind}: files and pipes are read")))
}

fn refused(path: &Path, message: &str) -> Error {
    Error::File { path: path.to_owned(), location: None, message: message.to_owned() }
}

/// Deepest folder that is looked into.
const DEEPEST: usize = 8;

/// All files below a folder in the order of their names, but for hidden ones.
///
/// # Errors
/// [`Error::File`] if it cannot be read, or has folders in folders beyond any use.
pub fn below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    collect(folder, 0, &mut files)?;
    Ok(files)
}

fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<()> {
    if depth > DEEPEST {
        return Err(refused(folder, &format!("lies more than {DEEPEST} folders deep")));
    }
    let entries = std::fs::read_dir(folder)
        .and_then(|all| all.map(|entry| entry.map(|entry| entry.path())).collect());
    let mut entries: Vec<PathBuf> = entries.map_err(|error| unreadable(folder, &error))?;
    entries.sort();
    for entry in entries {
        if entry.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
            continue;
        }
        if entry.is_dir() {
            collect(&entry, depth + 1, files)?;
        } else {
            files.push(entry);
        }
    }
    Ok(())
}

/// Most bytes of a text that is read whole, 64 MiB: a thousand times the largest in use.
const LARGEST_TEXT: u64 = 1 << 26;

/// The text of a file or a pipe, which is remembered.
///
/// # Errors
/// [`Error::File`] if it cannot be read, is not UTF-8, or is larger than any text should be.
pub fn read_to_string(path: &Path) -> Result<String> {
    let mut text = String::new();
    let count = match open(path)? {
        Opened::File(file) => file.take(LARGEST_TEXT + 1).read_to_string(&mut text),
        Opened::Pipe(pipe) => pipe.take(LARGEST_TEXT + 1).read_to_string(&mut text),
    };
    let count = count.map_err(|error| unreadable(path, &error))?;
    if count as u64 > LARGEST_TEXT {
        return Err(refused(path, "is longer than 64 MiB: no text that is read here is"));
    }
    remember_whole(path, fingerprint(text.as_bytes()));
    Ok(text)
}

/// Remembers the fingerprint of all that was read of `path` at once.
pub fn remember_whole(path: &Path, fingerprint: String) {
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    match seen.entry(path.to_owned()).or_insert_with(|| Seen::Whole(Vec::new())) {
        Seen::Whole(contents) if !contents.contains(&fingerprint) => contents.push(fingerprint),
        _ => {}
    }
}

/// Remembers a file that is read in pieces.
pub fn remember(path: &Path) {
    SEEN.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), Seen::Pieces);
}

/// Every file read so far in this process, with length and hash of its contents; several of them
/// where it changed between two readings.
///
/// # Errors
/// [`Error::File`] if a file that was read in pieces cannot be read any more.
pub fn fingerprints() -> Result<Vec<(PathBuf, String)>> {
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner).clone();
    seen.into_iter()
        .map(|(path, seen)| {
            let text = match seen {
                Seen::Whole(contents) => contents.join(", then "),
                Seen::Pieces => of_file(&path)?,
            };
            Ok((path, text))
        })
        .collect()
}

fn of_file(path: &Path) -> Result<String> {
    let failed = |error: std::io::Error| unreadable(path, &error);
    let mut file = File::open(path).map_err(failed)?;
    let (mut fingerprint, mut block) = (Fingerprint::default(), vec![0; 1 << 18]);
    loop {
        let count = file.read(&mut block).map_err(failed)?;
        if count == 0 {
            return Ok(fingerprint.text());
        }
        fingerprint.add(&block[..count]);
    }
}

/// Length and hash (FNV-1a, 64 bits) of bytes that come in pieces.
#[derive(Clone, Copy, Debug)]
pub struct Fingerprint {
    length: u64,
    hash: u64,
}

impl Default for Fingerprint {
    fn default() -> Self {
        Self { length: 0, hash: 0xcbf2_9ce4_8422_2325 }
    }
}

impl Fingerprint {
    /// The next piece.
    pub fn add(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        for byte in bytes {
            self.hash = (self.hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// Length and hash so far, as text.
    pub fn text(&self) -> String {
        format!("{} bytes, {:016x}", self.length, self.hash)
    }
}

/// Length and hash of bytes, as text.
pub fn fingerprint(bytes: &[u8]) -> String {
    let mut fingerprint = Fingerprint::default();
    fingerprint.add(bytes);
    fingerprint.text()
}

/// Fills `out` from byte `offset` of a file on.
///
/// # Errors
/// What the system says; `UnexpectedEof` if the file ends before.
#[cfg(unix)]
pub fn read_exact_at(file: &File, offset: u64, out: &mut [u8]) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, out, offset)
}

/// Fills `out` from byte `offset` of a file on.
///
/// # Errors
/// What the system says; `UnexpectedEof` if the file ends before.
#[cfg(windows)]
pub fn read_exact_at(file: &File, offset: u64, out: &mut [u8]) -> std::io::Result<()> {
    let mut done = 0;
    while done < out.len() {
        let at = offset + done as u64;
        match std::os::windows::fs::FileExt::seek_read(file, &mut out[done..], at)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            count => done += count,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_contents_are_remembered_and_changes_are_seen() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        let of = |path: &Path| {
            fingerprints().unwrap().into_iter().find(|(p, _)| p == path).map(|(_, text)| text)
        };
        std::fs::write(&path, "x = 1").unwrap();
        assert_eq!(of(&path), None);
        read_to_string(&path).unwrap();
        let first = of(&path).unwrap();
        assert_eq!(first, fingerprint(b"x = 1"));
        read_to_string(&path).unwrap();
        assert_eq!(of(&path).unwrap(), first);
        std::fs::write(&path, "x = 2").unwrap();
        read_to_string(&path).unwrap();
        assert_eq!(of(&path).unwrap(), format!("{first}, then {}", fingerprint(b"x = 2")));
        remember(&path);
        assert_eq!(of(&path).unwrap(), fingerprint(b"x = 2"));
        assert!(read_to_string(&folder.path().join("none")).is_err());
    }
}
