//! How much memory there is, asked before it is taken.
//!
//! Systems promise more memory than they have and then end the process that uses it: whatever takes
//! as much as an argument or a file says is held against what there is first.

use crate::error::{Error, Result};

/// What is taken for available where the system does not say.
const UNKNOWN: f64 = 8.0 * GIB;

const GIB: f64 = 1_073_741_824.0;

/// Bytes that can be had now: what the system calls available, or what the group of processes that
/// this one belongs to has left.
pub fn available() -> f64 {
    let Some(system) = system() else { return UNKNOWN };
    group().map_or(system, |left| left.min(system))
}

/// Fails if `what` takes more `bytes` than there are; `argument` is what drives them.
///
/// # Errors
/// [`Error::Usage`] with the bytes, the limit and the argument.
pub fn fits(what: &str, bytes: f64, argument: &str) -> Result<()> {
    // Whoever looks at a few megabytes need not ask the system.
    const SMALL: f64 = 16_777_216.0;
    if bytes <= SMALL {
        return Ok(());
    }
    let most = available();
    if bytes <= most {
        return Ok(());
    }
    Err(Error::Usage(format!(
        "{what} would take {}, more than the {} of memory that are available: take a smaller {argument}",
        readable(bytes),
        readable(most)
    )))
}

/// A number of bytes for people.
pub fn readable(bytes: f64) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let (mut x, mut k) = (bytes, 0);
    while x >= 1024.0 && k + 1 < units.len() {
        x /= 1024.0;
        k += 1;
    }
    if x < 1e6 { format!("{x:.1} {}", units[k]) } else { format!("{x:.1e} {}", units[k]) }
}

#[cfg(target_os = "linux")]
fn system() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    Some(line.split_whitespace().next()?.parse::<f64>().ok()? * 1024.0)
}

#[cfg(target_os = "linux")]
fn group() -> Option<f64> {
    let number = |name: &str| -> Option<f64> {
        let text = std::fs::read_to_string(format!("/sys/fs/cgroup/{name}")).ok()?;
        text.trim().parse().ok()
    };
    Some((number("memory.max")? - number("memory.current")?).max(0.0))
}

#[cfg(not(target_os = "linux"))]
fn system() -> Option<f64> {
    None
}

#[cfg(not(target_os = "linux"))]
fn group() -> Option<f64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_input_more_than_there_is_is_refused() {
        assert!(available() > 0.0);
        assert!(fits("a little", 1e3, "--n").is_ok());
        let message = fits("an embedding", 4e12, "--d").unwrap_err().to_string();
        assert!(message.contains("an embedding would take 3.6 TiB"), "{message}");
        assert!(message.ends_with("take a smaller --d"), "{message}");
        assert!(
            fits("all", f64::INFINITY, "--d").is_err() && fits("none", f64::NAN, "--d").is_err()
        );
    }

    #[test]
    fn identity_bytes_for_people() {
        let shown = [0.0, 1536.0, 1e12, 1e300].map(readable);
        assert_eq!(shown, ["0.0 bytes", "1.5 KiB", "931.3 GiB", "8.7e281 EiB"]);
    }
}
