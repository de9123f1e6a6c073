//! A process that runs command lines, many one after the other.

use crate::drive::LONGEST;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Set, in the process that runs the lines, to the folder it runs them in.
const WORKER: &str = "REGIMES_FUZZ_WORKER";

/// Ends what a line wrote.
const MARK: &str = "\u{1}fuzz-line-done";

/// What a line did.
pub(crate) struct Outcome {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) errors: String,
}

/// A process that runs lines.
pub(crate) struct Worker {
    child: Child,
    out: Receiver<String>,
    errors: Receiver<String>,
    /// Lines it has run.
    pub(crate) done: usize,
}

/// What is written up to each mark.
fn pieces(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let (mut piece, mut line) = (String::new(), Vec::new());
        while reader.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
            let text = String::from_utf8_lossy(&line);
            if let Some(at) = text.find(MARK) {
                piece.push_str(&text[..at]);
                piece.push_str(text[at..].trim_end());
                if sender.send(std::mem::take(&mut piece)).is_err() {
                    return;
                }
            } else {
                piece.push_str(&text);
            }
            line.clear();
        }
        // What a process that died had said.
        let _ = sender.send(piece);
    });
    receiver
}

impl Worker {
    pub(crate) fn start(folder: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "worker::worker", "--ignored", "--nocapture", "--test-threads=1"])
            .env(WORKER, folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = pieces(child.stdout.take().unwrap());
        let errors = pieces(child.stderr.take().unwrap());
        let mut worker = Self { child, out, errors, done: 0 };
        worker.next(Duration::from_secs(60)).unwrap();
        worker
    }

    /// What is said until the next mark.
    fn next(&mut self, patience: Duration) -> Result<Outcome, String> {
        let (start, before) = (Instant::now(), self.computed());
        let mut late = |error: RecvTimeoutError| match error {
            RecvTimeoutError::Timeout => format!("takes more than {patience:?}"),
            RecvTimeoutError::Disconnected => "the process ended".to_owned(),
        };
        let out = loop {
            match self.out.recv_timeout(Duration::from_millis(500)) {
                Err(RecvTimeoutError::Timeout) if start.elapsed() < patience => {}
                // On a busy machine a line waits longer than it computes.
                Err(RecvTimeoutError::Timeout)
                    if start.elapsed() < 10 * patience
                        && self
                            .computed()
                            .zip(before)
                            .is_some_and(|(now, then)| now - then < patience) => {}
                out => break out.map_err(&mut late)?,
            }
        };
        let errors = self.errors.recv_timeout(patience).map_err(late)?;
        let Some((out, status)) = out.split_once(MARK) else {
            return Err(format!("the process ended: {errors}"));
        };
        let (errors, _) = errors.split_once(MARK).unwrap_or((&errors, ""));
        let status = status.trim().parse().map_err(|e| format!("status {status:?}: {e}"))?;
        Ok(Outcome { status, out: out.to_owned(), errors: errors.to_owned() })
    }

    /// Time that the process has computed, on one core, where the system says it.
    fn computed(&self) -> Option<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // utime and stime, in hundredths of a second, are the 12th and 13th after the name.
        let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
        let ticks: u64 = fields.get(11..13)?.iter().filter_map(|x| x.parse::<u64>().ok()).sum();
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Some(Duration::from_millis(10 * ticks) / cores as u32)
    }

    pub(crate) fn run(&mut self, words: &[String]) -> Result<Outcome, String> {
        self.done += 1;
        let mut request = serde_json::to_string(words).unwrap();
        request.push('\n');
        let input = self.child.stdin.as_mut().unwrap();
        input.write_all(request.as_bytes()).map_err(|e| format!("the process is gone: {e}"))?;
        self.next(LONGEST)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Not a test: what a [`Worker`] does. Reads lines of words and runs them.
#[test]
#[ignore = "the process that runs the command lines"]
fn worker() {
    let Some(folder) = std::env::var_os(WORKER) else { return };
    std::env::set_current_dir(folder).unwrap();
    let mark = |status: i32| {
        let mut out = std::io::stdout();
        out.write_all(format!("{MARK}{status}\n").as_bytes()).unwrap();
        out.flush().unwrap();
        std::io::stderr().write_all(format!("{MARK}\n").as_bytes()).unwrap();
    };
    mark(0);
    for line in std::io::stdin().lines() {
        let words: Vec<String> = serde_json::from_str(&line.unwrap()).unwrap();
        let words = std::iter::once("regimes".to_owned()).chain(words).map(Into::into);
        let run = || i32::from(regimes_cli::run(words));
        mark(std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).unwrap_or(101));
    }
}
