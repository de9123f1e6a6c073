//! A file of finished rows: a killed table goes on where it was, and a split one can be joined.
//!
//! One line says which run the rows are of ([`Run`]), [`record`]s follow in the order in which rows
//! were finished, and a mark ends it when all are there. Nothing is believed because it was
//! written: a journal is valid up to its first record whose checksum is wrong, what follows is cut
//! off, and rows are checked again when they are read.

use super::destination::temporary;
use super::record::{self, FRAME, Mark};
use super::run::Run;
use super::stream::CHUNK;
use rayon::prelude::*;
use regimes::error::{Error, Result};
use regimes::table::{Plan, Row, Summary};
use std::fs::{File, TryLockError};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A kill costs each thread no more than this much computing, besides the row at hand.
const BETWEEN_WRITES: Duration = Duration::from_millis(200);

/// Time between two requests that the system bring the file to the disk, for power failures.
const BETWEEN_SYNCS: Duration = Duration::from_secs(5);

/// What a journal begins with; the number is that of its layout.
const MAGIC: &str = "regimes-rows 2 ";

/// Finished rows of one run.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    /// Set while the file has no name of its own.
    temporary: Option<tempfile::TempPath>,
    run: Run,
    /// Where each row of the shard begins and how long its payload is; zero where it is missing.
    places: Vec<(u64, u32)>,
    found: usize,
    complete: bool,
    /// End of the last sound record, and of the file.
    end: u64,
    length: u64,
}

impl Journal {
    /// A new journal of `run` without a name, in the folder of `path`.
    ///
    /// # Errors
    /// [`Error::Output`] if it cannot be written.
    pub fn unnamed(path: &Path, run: &Run) -> Result<Self> {
        let failed = |source| Error::Output { target: path.display().to_string(), source };
        let (mut file, temporary) = temporary(path).map_err(failed)?.into_parts();
        let head = run.to_json();
        let header = format!("{MAGIC}{:08x} {head}\n", crc(head.as_bytes()));
        file.write_all(header.as_bytes()).map_err(failed)?;
        let mut journal = Self::scan(path, file)?;
        journal.temporary = Some(temporary);
        Ok(journal)
    }

    /// The journal at `path` with the rows found in it, or a new one if there is none.
    ///
    /// # Errors
    /// [`Error::File`] for a journal of another run, one that another process writes, or a file
    /// that is no journal: it is left alone. [`Error::Output`] if it cannot be written.
    pub fn resume(path: &Path, run: &Run) -> Result<Self> {
        let failed = |source| Error::Output { target: path.display().to_string(), source };
        let mut journal = match File::options().read(true).write(true).open(path) {
            Ok(file) => {
                lock(path, &file)?;
                let journal = Self::scan(path, file)?;
                journal.must_be_of(run)?;
                journal
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let mut journal = Self::unnamed(path, run)?;
                lock(path, &journal.file)?;
                // Whole from the first: no kill can leave half a header.
                if let Some(temporary) = journal.temporary.take() {
                    temporary.persist_noclobber(path).map_err(|e| failed(e.error))?;
                }
                journal
            }
            Err(error) => return Err(failed(error)),
        };
        if journal.length > journal.end {
            journal.file.set_len(journal.end).map_err(failed)?;
            journal.length = journal.end;
        }
        Ok(journal)
    }

    /// The journal at `path`, to be read only.
    ///
    /// # Errors
    /// [`Error::File`] if it cannot be read or is no journal.
    pub fn read(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|e| wrong(path, format!("cannot be read: {e}")))?;
        Self::scan(path, file)
    }

    fn must_be_of(&self, run: &Run) -> Result<()> {
        let shards = (run.shard != self.run.shard)
            .then(|| format!("there shard was {}, here it is {}", self.run.shard, run.shard));
        match run.difference(&self.run).or(shards) {
            None => Ok(()),
            Some(difference) => Err(self.error(format!(
                "holds rows of another run: {difference}; remove it, or name another file"
            ))),
        }
    }

    /// An error about this file.
    pub fn error(&self, message: impl Into<String>) -> Error {
        wrong(&self.path, message)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The run that its rows are of.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// Number of rows in it.
    pub fn found(&self) -> usize {
        self.found
    }

    /// Number of rows that it is to hold.
    pub fn wanted(&self) -> usize {
        self.places.len()
    }

    /// True where it holds all of them and says so.
    pub fn complete(&self) -> bool {
        self.complete && self.found == self.wanted()
    }

    /// Reads which rows a file holds, up to the first record that is not sound.
    fn scan(path: &Path, file: File) -> Result<Self> {
        let failed = |error: std::io::Error| wrong(path, format!("cannot be read: {error}"));
        let length = file.metadata().map_err(failed)?.len();
        let mut reader = BufReader::with_capacity(1 << 18, &file);
        reader.seek(SeekFrom::Start(0)).map_err(failed)?;
        let (run, start) = header(path, &mut reader, length)?;
        let wanted = run.shard.rows(run.head.rows).len();
        let mut places = Vec::new();
        places
            .try_reserve_exact(wanted)
            .map_err(|_| wrong(path, format!("says it has {wanted} rows, more than fit here")))?;
        places.resize(wanted, (0, 0));
        let (mut end, mut found, mut complete) = (start, 0, false);
        let mut payload = Vec::new();
        while let Some(size) =
            record::read(&mut reader, length - end, &mut payload).map_err(failed)?
        {
            match record::mark(&payload) {
                Some(Mark::Row(row)) if row < run.head.rows && run.shard.holds(row) => {
                    let place = &mut places[row / run.shard.count()];
                    found += usize::from(place.0 == 0);
                    *place = (end, size);
                }
                Some(Mark::End(rows)) if rows == wanted => complete = true,
                _ => break,
            }
            end += FRAME as u64 + u64::from(size);
        }
        let (path, temporary) = (path.to_owned(), None);
        Ok(Self { path, file, temporary, run, places, found, complete, end, length })
    }

    /// Row `index` of the table.
    ///
    /// # Errors
    /// [`Error::File`] if it is not there, or not any more what was written.
    pub fn row(&self, index: usize) -> Result<Row> {
        let (place, size) = self.places[index / self.run.shard.count()];
        if place == 0 {
            return Err(self.error(format!("row {index} is not there")));
        }
        let mut bytes = vec![0; FRAME + size as usize];
        let damaged = || self.error(format!("row {index} is damaged: compute it again"));
        regimes::inputs::read_exact_at(&self.file, place, &mut bytes).map_err(|_| damaged())?;
        let (frame, payload) = bytes.split_first_chunk::<FRAME>().ok_or_else(damaged)?;
        let same = record::sound(*frame, payload)
            && record::length(*frame) == size
            && record::mark(payload) == Some(Mark::Row(index));
        let fits = |row: &Row| same && row.cells.len() == self.run.width;
        record::decode(payload).filter(fits).ok_or_else(damaged)
    }

    /// The whole table, its rows from here.
    pub fn plan(&self) -> Plan<'_> {
        Plan { head: self.run.head.clone(), row: Box::new(|index| self.row(index)) }
    }

    /// What the rows of this shard show.
    ///
    /// # Errors
    /// As [`Journal::row`].
    pub fn summary(&self) -> Result<Summary> {
        let mut summary = Summary::default();
        for index in self.run.shard.rows(self.run.head.rows) {
            summary.add(&self.run.head.columns, &self.row(index)?);
        }
        Ok(summary)
    }

    /// Computes the rows that are missing. `progress` hears of the rows there are.
    ///
    /// # Errors
    /// The first error of a row; [`Error::Output`] if writing fails. Rows finished before stay.
    pub fn fill(
        self,
        row: &(dyn Fn(usize) -> Result<Row> + Sync),
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Self> {
        self.fill_by(CHUNK, row, progress)
    }

    /// As [`Journal::fill`], at most `at_once` rows side by side.
    ///
    /// # Errors
    /// As [`Journal::fill`].
    pub fn fill_by(
        mut self,
        at_once: usize,
        row: &(dyn Fn(usize) -> Result<Row> + Sync),
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Self> {
        let missing: Vec<usize> = self
            .run
            .shard
            .rows(self.run.head.rows)
            .zip(&self.places)
            .filter(|(_, place)| place.0 == 0)
            .map(|(index, _)| index)
            .collect();
        let tail = Tail { end: self.end, synced: Instant::now(), written: Vec::new() };
        let tail = Mutex::new(tail);
        let append = |bytes: &mut Vec<u8>, ends: &mut Vec<(usize, usize)>| -> Result<()> {
            let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
            tail.append(&self.file, bytes, ends).map_err(|source| self.unwritten(source))?;
            let done = self.found + tail.written.len();
            drop(tail);
            progress(done);
            bytes.clear();
            ends.clear();
            Ok(())
        };
        let compute = |piece: &[usize]| -> Result<()> {
            let (mut bytes, mut ends, mut written) = (Vec::new(), Vec::new(), Instant::now());
            for index in piece {
                let row = match row(*index) {
                    Ok(row) => row,
                    Err(error) => return append(&mut bytes, &mut ends).and(Err(error)),
                };
                record::encode(*index, &row, &mut bytes);
                ends.push((*index, bytes.len()));
                if written.elapsed() > BETWEEN_WRITES {
                    append(&mut bytes, &mut ends)?;
                    written = Instant::now();
                }
            }
            append(&mut bytes, &mut ends)
        };
        for chunk in missing.chunks(at_once.max(1)) {
            let piece = chunk.len().div_ceil(8 * rayon::current_num_threads()).max(1);
            let results: Vec<Result<()>> = chunk.par_chunks(piece).map(compute).collect();
            // The first in the order of the rows: the same on any number of threads.
            results.into_iter().collect::<Result<()>>()?;
        }
        if !self.complete {
            let mut mark = Vec::new();
            record::encode_end(self.places.len(), &mut mark);
            append(&mut mark, &mut Vec::new())?;
            self.file.sync_all().map_err(|source| self.unwritten(source))?;
        }
        let tail = tail.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.found += tail.written.len();
        self.complete = true;
        (self.end, self.length) = (tail.end, tail.end);
        for (index, start, size) in tail.written {
            self.places[index / self.run.shard.count()] = (start, size);
        }
        Ok(self)
    }

    fn unwritten(&self, source: std::io::Error) -> Error {
        Error::Output { target: self.path.display().to_string(), source }
    }

    /// Gives the file the name `path`.
    ///
    /// # Errors
    /// [`Error::Output`] if the system refuses.
    pub fn rename(mut self, path: &Path) -> Result<()> {
        let failed = |source| Error::Output { target: path.display().to_string(), source };
        match self.temporary.take() {
            Some(temporary) => temporary.persist(path).map_err(|e| failed(e.error)),
            None => std::fs::rename(&self.path, path).map_err(failed),
        }
    }

    /// Removes the file.
    ///
    /// # Errors
    /// [`Error::Output`] if the system refuses.
    pub fn remove(self) -> Result<()> {
        std::fs::remove_file(&self.path).map_err(|source| self.unwritten(source))
    }
}

/// Where the next record goes, and which rows went where.
struct Tail {
    end: u64,
    synced: Instant,
    /// Index, beginning of the record, length of its payload.
    written: Vec<(usize, u64, u32)>,
}

impl Tail {
    /// Writes records at the known end, so that what a failed write left behind is overwritten;
    /// `ends` says of which rows they are and where in `bytes` each ends.
    fn append(
        &mut self,
        mut file: &File,
        bytes: &[u8],
        ends: &[(usize, usize)],
    ) -> std::io::Result<()> {
        file.seek(SeekFrom::Start(self.end))?;
        file.write_all(bytes)?;
        let mut start = 0;
        for (index, end) in ends {
            // Lengths beyond four gigabytes do not fit a record in the first place.
            let size = u32::try_from(end - start - FRAME).unwrap_or(u32::MAX);
            self.written.push((*index, self.end + start as u64, size));
            start = *end;
        }
        self.end += bytes.len() as u64;
        if self.synced.elapsed() > BETWEEN_SYNCS {
            file.sync_data()?;
            self.synced = Instant::now();
        }
        Ok(())
    }
}

fn wrong(path: &Path, message: impl Into<String>) -> Error {
    Error::File { path: path.to_owned(), location: None, message: message.into() }
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// One process writes a journal; its lock ends with it, however it ends.
fn lock(path: &Path, file: &File) -> Result<()> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => {
            Err(wrong(path, "is being written by another run: wait for it or end it"))
        }
        // File systems without locks: two runs at once are then the user's own care.
        Err(TryLockError::Error(_)) => Ok(()),
    }
}

/// The first line: which run this is. Returns it and where the records begin.
fn header(path: &Path, reader: &mut impl BufRead, length: u64) -> Result<(Run, u64)> {
    let foreign = || wrong(path, "is not a file of finished rows: remove it or name another");
    let failed = |error: std::io::Error| wrong(path, format!("cannot be read: {error}"));
    let mut magic = vec![0; MAGIC.len()];
    if length < MAGIC.len() as u64 {
        return Err(foreign());
    }
    reader.read_exact(&mut magic).map_err(failed)?;
    if magic != MAGIC.as_bytes() {
        return Err(foreign());
    }
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line).map_err(failed)?;
    let start = (MAGIC.len() + line.len()) as u64;
    let read = || {
        let line = std::str::from_utf8(line.strip_suffix(b"\n")?).ok()?;
        let (sum, text) = line.split_once(' ')?;
        let same = sum == format!("{:08x}", crc(text.as_bytes()));
        Run::from_json(text).filter(|_| same)
    };
    let damaged = || wrong(path, "its first line is damaged: remove it and compute its rows again");
    Ok((read().ok_or_else(damaged)?, start))
}
