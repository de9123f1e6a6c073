//! Stopping what runs: a person presses Ctrl-C in a notebook, and the computation ends at its next
//! [`point`], by unwinding to where it began.
//!
//! The wish concerns the whole process, as Ctrl-C does. Nothing here is used by programs that are
//! simply killed.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);
static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// What was running was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted")]
pub struct Stopped;

/// Ends all computations that began in [`running`], each at its next [`point`].
pub fn stop() {
    ASKED.store(true, Ordering::Relaxed);
}

/// Whether what runs is to end.
#[inline]
pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}

/// Where a computation may end: called where work of some microseconds begins.
#[inline]
pub fn point() {
    if asked() {
        // Locks are taken back from a thread that unwinds, here as after any panic.
        resume_unwind(Box::new(Stopped));
    }
}

/// The result of `work`, which ends early where [`stop`] is called meanwhile.
///
/// # Errors
/// [`Stopped`] if it did.
///
/// # Panics
/// Where `work` does.
pub fn running<T>(work: impl FnOnce() -> T) -> Result<T, Stopped> {
    let _one = One::more();
    // What is left half-done is dropped with the result that never comes.
    catch_unwind(AssertUnwindSafe(work))
        .map_err(|payload| if payload.is::<Stopped>() { Stopped } else { resume_unwind(payload) })
}

/// One computation; when the last ends, the wish to stop is fulfilled.
struct One;

impl One {
    fn more() -> Self {
        RUNNING.fetch_add(1, Ordering::Relaxed);
        Self
    }
}

impl Drop for One {
    fn drop(&mut self) {
        if RUNNING.fetch_sub(1, Ordering::Relaxed) == 1 {
            ASKED.store(false, Ordering::Relaxed);
        }
    }
}
