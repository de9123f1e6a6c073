//! How many threads there are.

use super::context::say;
use regimes::error::{Error, Result};

/// The variable of the environment that a number of threads may stand in.
const VARIABLE: &str = "RAYON_NUM_THREADS";

/// Threads beyond the cores gain nothing, but tests of what does not depend on them want some; many
/// thousands stop a whole machine.
const LEAST_CAP: usize = 64;

/// The most threads that are started, by this face or another.
pub fn most_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).max(LEAST_CAP)
}

/// Starts the threads that were asked for by flag, else by the environment, else one for every core:
/// no more than the cap, which is said.
///
/// # Errors
/// [`Error::Usage`] where the system starts no more threads.
pub(super) fn start(flag: Option<usize>, quiet: bool) -> Result<()> {
    let variable = || std::env::var(VARIABLE).ok()?.trim().parse::<usize>().ok();
    let (asked, who) = match flag {
        Some(count) => (Some(count), "--threads"),
        None => (variable().filter(|count| *count > 0), VARIABLE),
    };
    let cap = most_threads();
    let count = match asked {
        Some(count) if count > cap => {
            if !quiet {
                say(&format!("note: {who} = {count} is capped at {cap} threads"));
            }
            cap
        }
        Some(count) => count,
        // One for every core, started by the first computation that wants them.
        None => return Ok(()),
    };
    match rayon::ThreadPoolBuilder::new().num_threads(count).build_global() {
        // A second call in one process finds a pool already.
        Err(error) if std::error::Error::source(&error).is_some() => {
            let expected = format!("cannot be started ({error}): give fewer");
            Err(Error::argument("--threads", count, expected))
        }
        _ => Ok(()),
    }
}
