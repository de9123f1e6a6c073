//! Running a check on many seeded inputs, under watch.

use rand::rand_core::SeedableRng;
use rand::rngs::ChaCha8Rng;
use std::fmt::Debug;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub(crate) type Random = ChaCha8Rng;

/// An input that takes longer is a failure.
pub(crate) const LONGEST: Duration = Duration::from_secs(5);

/// An input that takes longer never ends: the test is given up.
const HOPELESS: Duration = Duration::from_secs(120);

/// Failures printed before giving up.
const MOST_FAILURES: usize = 20;

fn number_from(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name}={text} is no whole number")))
}

/// Which inputs to run.
pub(crate) struct Inputs {
    kind: &'static str,
    pub(crate) seed: u64,
    pub(crate) indices: std::ops::Range<u64>,
    /// An input that takes longer is reported, and fails.
    pub(crate) longest: Duration,
}

impl Inputs {
    /// `default` inputs, or a `share` of what the environment asks for.
    pub(crate) fn of(kind: &'static str, default: u64, share: f64) -> Self {
        let count = number_from("REGIMES_FUZZ").map_or(default, |n| (n as f64 * share) as u64);
        let indices = match number_from("REGIMES_FUZZ_AT") {
            Some(index) => index..index + 1,
            None => 0..count,
        };
        Self {
            kind,
            seed: number_from("REGIMES_FUZZ_SEED").unwrap_or(1),
            indices,
            longest: LONGEST,
        }
    }

    /// Randomness of one input: it depends on nothing that ran before.
    pub(crate) fn random(&self, index: u64) -> Random {
        let name = self.kind.bytes().fold(0u64, |h, b| h.wrapping_mul(31).wrapping_add(b.into()));
        let mut random = ChaCha8Rng::seed_from_u64(self.seed ^ name.rotate_left(32));
        random.set_stream(index);
        random
    }

    pub(crate) fn name(&self, index: u64) -> String {
        format!("{} REGIMES_FUZZ_SEED={} REGIMES_FUZZ_AT={index}", self.kind, self.seed)
    }

    /// A file that holds the index at hand, for failures that end the process.
    fn note(&self) -> std::fs::File {
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
        std::fs::create_dir_all(folder).unwrap();
        std::fs::File::create(folder.join(format!("fuzz-{}-at", self.kind))).unwrap()
    }
}

struct Running {
    name: String,
    input: String,
    since: Instant,
    reported: bool,
}

/// What the watchdog looks at.
type Slot = Arc<Mutex<Option<Running>>>;

/// Reports the input that takes too long, while it does.
fn watch(slot: Slot, done: Arc<AtomicBool>, longest: Duration) {
    while !done.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(100));
        let mut slot = slot.lock().unwrap();
        let Some(running) = slot.as_mut() else { continue };
        let elapsed = running.since.elapsed();
        if elapsed > longest && !running.reported {
            running.reported = true;
            say(&format!("{}: more than {longest:?}: {}", running.name, running.input));
        }
        if elapsed > HOPELESS {
            say(&format!("{}: never ends", running.name));
            std::process::exit(101);
        }
    }
}

/// Past the test harness, which keeps what a test prints until it ends.
fn say(message: &str) {
    let _ = writeln!(std::io::stderr(), "{message}");
}

/// Makes inputs and checks them; fails with those that panic, take too long, or that `check` refuses.
pub(crate) fn drive<I: Debug>(
    inputs: &Inputs,
    mut make: impl FnMut(&mut Random) -> I,
    mut check: impl FnMut(&I, &mut Random) -> Result<(), String>,
) {
    let slot: Slot = Arc::default();
    let done = Arc::new(AtomicBool::new(false));
    let watchdog = {
        let (slot, done, longest) = (Arc::clone(&slot), Arc::clone(&done), inputs.longest);
        std::thread::spawn(move || watch(slot, done, longest))
    };
    let mut note = inputs.note();
    let mut failures = Vec::new();
    for index in inputs.indices.clone() {
        let mut random = inputs.random(index);
        let input = make(&mut random);
        std::io::Seek::rewind(&mut note).unwrap();
        writeln!(note, "{index:020}").unwrap();
        let since = Instant::now();
        let (name, shown) = (inputs.name(index), format!("{input:?}"));
        if inputs.indices.end - inputs.indices.start == 1 {
            say(&format!("{name}: {shown}"));
        }
        *slot.lock().unwrap() = Some(Running { name, input: shown, since, reported: false });
        let outcome = catch_unwind(AssertUnwindSafe(|| check(&input, &mut random)));
        let running = slot.lock().unwrap().take().unwrap();
        let fault = match outcome {
            Ok(Ok(())) if since.elapsed() > inputs.longest => format!("took {:?}", since.elapsed()),
            Ok(Ok(())) => continue,
            Ok(Err(fault)) => fault,
            Err(_) => "panicked".to_owned(),
        };
        let shown: String = running.input.chars().take(4000).collect();
        failures.push(format!("{}: {fault}: {shown}", running.name));
        say(&failures[failures.len() - 1]);
        if failures.len() >= MOST_FAILURES {
            break;
        }
    }
    done.store(true, Ordering::Relaxed);
    watchdog.join().unwrap();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Most memory that this process ever asked for, in bytes, where the system says it.
pub(crate) fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}
