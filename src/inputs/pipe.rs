//! Pipes as inputs: read once, from start to end, without waiting for ever.
//!
//! Opening a named pipe waits until somebody opens it for writing, and reading one until something is
//! written; neither can be told to give up after a while. A thread of its own opens and reads, and hands
//! over what it got; where it is kept waiting too long, it is left behind.

use super::{refused, unreadable};
use crate::error::{Error, Result};
use std::fs::{File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

/// How long a pipe may have no writer.
const OPENING: Duration = Duration::from_secs(10);

/// How long a writer may be silent: a program that makes its data before it writes them.
const SILENCE: Duration = Duration::from_secs(600);

/// Bytes handed over at a time, and how many such pieces may wait.
const PIECE: usize = 1 << 16;
const WAITING: usize = 16;

type Piece = std::io::Result<Vec<u8>>;

/// The reading end of a pipe.
#[derive(Debug)]
pub struct Pipe {
    path: PathBuf,
    pieces: Receiver<Piece>,
    /// The piece at hand, and how much of it is read.
    piece: Vec<u8>,
    done: usize,
}

/// Whether this is a pipe or a socket.
#[cfg(unix)]
pub(super) fn is_pipe(metadata: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    metadata.file_type().is_fifo()
}

/// Whether this is a pipe.
#[cfg(not(unix))]
pub(super) fn is_pipe(_: &Metadata) -> bool {
    false
}

impl Pipe {
    /// Opens the pipe at `path`.
    ///
    /// # Errors
    /// [`Error::File`] if nobody opens it for writing within ten seconds.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let (send, pieces) = sync_channel(WAITING);
        let theirs = path.to_owned();
        std::thread::spawn(move || pump(&theirs, &send));
        // The first piece is empty and says that the pipe is open.
        match pieces.recv_timeout(OPENING) {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return Err(unreadable(path, &error)),
            Err(_) => {
                let waited = OPENING.as_secs();
                let message =
                    format!("is a pipe that nobody writes to ({waited} seconds were waited)");
                return Err(refused(path, &message));
            }
        }
        Ok(Self { path: path.to_owned(), pieces, piece: Vec::new(), done: 0 })
    }

    /// The pipe's name.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// An error about the pipe.
    pub fn error(&self, message: &str) -> Error {
        refused(&self.path, message)
    }
}

/// Opens and reads until the end, an error, or until nobody listens any more.
fn pump(path: &Path, send: &SyncSender<Piece>) {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) => {
            let _ = send.send(Err(error));
            return;
        }
    };
    let mut piece = Vec::new();
    while send.send(Ok(piece)).is_ok() {
        piece = vec![0; PIECE];
        match file.read(&mut piece) {
            Ok(0) => return,
            Ok(count) => piece.truncate(count),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => piece.clear(),
            Err(error) => {
                let _ = send.send(Err(error));
                return;
            }
        }
    }
}

impl Read for Pipe {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        while self.done == self.piece.len() {
            self.piece = match self.pieces.recv_timeout(SILENCE) {
                Ok(piece) => piece?,
                // The thread is gone: that was all.
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
                Err(RecvTimeoutError::Timeout) => {
                    let message =
                        format!("nothing was written to this pipe for {} s", SILENCE.as_secs());
                    return Err(std::io::Error::new(std::io::ErrorKind::TimedOut, message));
                }
            };
            self.done = 0;
        }
        let count = out.len().min(self.piece.len() - self.done);
        out[..count].copy_from_slice(&self.piece[self.done..self.done + count]);
        self.done += count;
        Ok(count)
    }
}
