//! Work on the threads of this process, without the interpreter's lock, and stopped by Ctrl-C.

use crate::errors::{internal, raised};
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use regimes::numerics::stop;
use regimes::simulate::Work;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// How often a waiting call looks for Ctrl-C.
const LOOK: Duration = Duration::from_millis(50);

/// After this long, the progress of what is computed is shown.
const LOOKS_BEFORE_PROGRESS: usize = 20;

/// Threads by their number, 0 for as many as there are cores.
type Pools = HashMap<usize, Arc<ThreadPool>>;

fn pools() -> &'static Mutex<Pools> {
    static POOLS: OnceLock<Mutex<Pools>> = OnceLock::new();
    POOLS.get_or_init(Mutex::default)
}

/// Told by the interpreter that this process is the child of a fork: of the threads of its parent it has
/// none, and starts its own.
#[pyfunction]
pub(crate) fn forked() {
    let mut pools = pools().lock().unwrap_or_else(PoisonError::into_inner);
    // Their threads are the parent's: to end them here would be to wait for ever.
    std::mem::take(&mut *pools).into_values().for_each(std::mem::forget);
}

fn pool(threads: usize) -> Result<Arc<ThreadPool>, String> {
    let threads = threads.min(regimes_cli::most_threads());
    let mut pools = pools().lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(pool) = pools.get(&threads) {
        return Ok(Arc::clone(pool));
    }
    let named = |k| format!("regimes {k}");
    let built = ThreadPoolBuilder::new().num_threads(threads).thread_name(named).build();
    let pool = Arc::new(built.map_err(|error| format!("no threads to compute with: {error}"))?);
    pools.insert(threads, Arc::clone(&pool));
    Ok(pool)
}

/// Steps in which a share of work is counted.
const SHARES: usize = 1000;

/// Rows done, and rows in all.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    done: AtomicUsize,
    all: AtomicUsize,
}

impl Progress {
    /// Runs a simulation, which says how far it is and stops where it is asked to.
    pub(crate) fn run(&self, work: &Work<'_>) -> regimes::Result<Vec<Vec<f64>>> {
        self.all.store((work.steps)(0..work.count), Ordering::Relaxed);
        work.run(&|| {
            stop::point();
            self.done.fetch_add(1, Ordering::Relaxed);
            Ok(())
        })
    }

    /// A share of the work is done.
    pub(crate) fn share(&self, share: f64) {
        self.all.store(SHARES, Ordering::Relaxed);
        self.done.store((share * SHARES as f64) as usize, Ordering::Relaxed);
    }

    /// One more of `all` rows is done.
    pub(crate) fn hear(&self, all: usize) {
        self.all.store(all, Ordering::Relaxed);
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

/// What came of a computation.
type Outcome<T> = std::thread::Result<Result<regimes::Result<T>, stop::Stopped>>;

/// What `work` gives, computed on `threads` threads (0 for one a core). Ctrl-C ends it at once; where it
/// takes long, `shown(done, all)` is called now and then.
///
/// # Errors
/// The exception of its error; what a handler of signals raises.
pub(crate) fn done<T: Send + 'static>(
    py: Python<'_>,
    threads: usize,
    shown: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&Arc<Progress>) -> regimes::Result<T> + Send + 'static,
) -> PyResult<T> {
    let pool = pool(threads).map_err(|message| internal(py, &message))?;
    let progress = Arc::new(Progress::default());
    let (sender, receiver) = channel();
    let heard = Arc::clone(&progress);
    pool.spawn(move || {
        let result = catch_unwind(AssertUnwindSafe(|| stop::running(|| work(&heard))));
        // Nobody listens where an exception has ended the call.
        let _ = sender.send(result);
    });
    awaited(py, receiver, &progress, shown)
}

/// The same of work on what belongs to the caller, such as an array.
///
/// # Errors
/// As [`done`].
pub(crate) fn done_here<T: Send>(
    py: Python<'_>,
    threads: usize,
    shown: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&Progress) -> regimes::Result<T> + Send,
) -> PyResult<T> {
    let pool = pool(threads).map_err(|message| internal(py, &message))?;
    let progress = Progress::default();
    std::thread::scope(|scope| {
        let (sender, receiver) = channel();
        let heard = &progress;
        scope.spawn(move || {
            let within = || pool.install(|| stop::running(|| work(heard)));
            let _ = sender.send(catch_unwind(AssertUnwindSafe(within)));
        });
        awaited(py, receiver, &progress, shown)
    })
}

/// Waits for the outcome, with an ear for Ctrl-C.
fn awaited<T: Send>(
    py: Python<'_>,
    mut receiver: Receiver<Outcome<T>>,
    progress: &Progress,
    shown: Option<&Bound<'_, PyAny>>,
) -> PyResult<T> {
    let mut interrupted = None;
    let mut looks = 0;
    loop {
        let waiting = &mut receiver;
        match py.detach(move || waiting.recv_timeout(LOOK)) {
            Ok(outcome) => {
                if let Some(interruption) = interrupted {
                    return Err(interruption);
                }
                return match outcome {
                    Ok(Ok(Ok(value))) => Ok(value),
                    Ok(Ok(Err(error))) => Err(raised(py, &error)),
                    // Of another thread's Ctrl-C.
                    Ok(Err(stop::Stopped)) => Err(PyKeyboardInterrupt::new_err(())),
                    Err(panic) => Err(internal(py, &said(&*panic))),
                };
            }
            Err(RecvTimeoutError::Timeout) => {
                looks += 1;
                let mut news = py.check_signals();
                if let (Ok(()), Some(shown), true) = (&news, shown, looks > LOOKS_BEFORE_PROGRESS) {
                    let all = progress.all.load(Ordering::Relaxed);
                    let so_far = progress.done.load(Ordering::Relaxed);
                    news = shown.call1((so_far, all)).map(|_| ());
                }
                if let Err(news) = news {
                    stop::stop();
                    interrupted = interrupted.or(Some(news));
                }
            }
            Err(RecvTimeoutError::Disconnected) => {
                return Err(internal(py, "the computation ended without an answer"));
            }
        }
    }
}

/// What a panic said.
fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a fault").to_owned()
}
