//! What can go wrong, said to the person who asked.

use crate::numerics::NumericsError;
use std::path::{Path, PathBuf};

/// Result with the crate's error.
pub type Result<T> = std::result::Result<T, Error>;

/// Every failure of the library and the command line.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An argument outside its domain.
    #[error("{name} = {value}: {expected}")]
    Argument {
        /// Name of the argument as the user writes it.
        name: String,
        /// The value given.
        value: String,
        /// What would be right.
        expected: String,
    },
    /// A combination of arguments that makes no sense.
    #[error("{0}")]
    Usage(String),
    /// A file that cannot be read or does not say what it should.
    #[error("{}{}: {message}", shown(path), location.as_deref().map(|l| format!(", {l}")).unwrap_or_default())]
    File {
        /// The file.
        path: PathBuf,
        /// Line, key or byte offset, where known.
        location: Option<String>,
        /// What is wrong and what would be right.
        message: String,
    },
    /// A computation that did not reach its accuracy.
    #[error(transparent)]
    Numerics(#[from] NumericsError),
    /// Output that could not be written.
    #[error("cannot write {target}: {source}")]
    Output {
        /// Where the output was going.
        target: String,
        /// What the system said.
        source: std::io::Error,
    },
}

/// A path on one line: names may hold line breaks.
fn shown(path: &Path) -> String {
    let name = path.display().to_string();
    if !name.contains(char::is_control) {
        return name;
    }
    name.chars()
        .map(|c| if c.is_control() { c.escape_default().to_string() } else { c.into() })
        .collect()
}

impl Error {
    /// The message with every parameter that it writes as a flag called as `call` does: `str::to_owned`
    /// leaves the dashes out, `|name| name.replace('-', "_")` makes keyword arguments of them.
    ///
    /// ```
    /// let error = regimes::ask("clusters").unwrap().set("d", 64).set("log-n", -1).times().unwrap_err();
    /// assert_eq!(error.to_string(), "--log-n = -1: must be a finite number, 0 or above");
    /// let keyword = error.with_names(|name| name.replace('-', "_"));
    /// assert_eq!(keyword, "log_n = -1: must be a finite number, 0 or above");
    /// ```
    pub fn with_names(&self, call: impl Fn(&str) -> String) -> String {
        let message = self.to_string();
        let mut pieces = message.split("--");
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let of_a_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            let end = piece.find(|c| !of_a_name(c)).unwrap_or(piece.len());
            let before = text.ends_with(|c: char| c.is_alphanumeric() || c == '-');
            if before || !piece.starts_with(|c: char| c.is_ascii_lowercase()) {
                text.push_str("--");
                text.push_str(piece);
            } else {
                text.push_str(&call(&piece[..end]));
                text.push_str(&piece[end..]);
            }
        }
        text
    }

    /// An argument `name` whose `value` is not what is `expected` (a phrase such as "must be positive").
    pub fn argument(
        name: impl Into<String>,
        value: impl std::fmt::Display,
        expected: impl Into<String>,
    ) -> Self {
        Self::Argument { name: name.into(), value: value.to_string(), expected: expected.into() }
    }

    /// Exit status of the command line: 2 for wrong input, 3 for numerics, 1 for anything else.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Argument { .. } | Self::Usage(_) | Self::File { .. } => 2,
            Self::Numerics(_) => 3,
            Self::Output { .. } => 1,
        }
    }
}

/// `value` if it is a finite number above zero.
///
/// # Errors
/// [`Error::Argument`] naming `name`.
pub fn positive(name: &str, value: f64) -> Result<f64> {
    if value.is_finite() && value > 0.0 {
        Ok(value)
    } else {
        Err(Error::argument(name, value, "must be a finite number above 0"))
    }
}

/// `value` if it is a finite number, zero or above.
///
/// # Errors
/// [`Error::Argument`] naming `name`.
pub fn non_negative(name: &str, value: f64) -> Result<f64> {
    if value.is_finite() && value >= 0.0 {
        Ok(value)
    } else {
        Err(Error::argument(name, value, "must be a finite number, 0 or above"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_input_paths_with_line_breaks_are_said_on_one_line() {
        let error = |path: &str| {
            let message = "cannot be read".into();
            Error::File { path: path.into(), location: None, message }.to_string()
        };
        assert_eq!(error("\r\nü.toml"), "\\r\\nü.toml: cannot be read");
        assert_eq!(error("a b.toml"), "a b.toml: cannot be read");
    }
}
