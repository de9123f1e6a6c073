//! The parse error, which shows the place it speaks of, and the search for the name meant.

use std::fmt;

/// How many characters of a long input the error shows around its caret.
const WINDOW: usize = 76;

/// Why a text is not an expression, and where.
///
/// `Display` prints three lines: the message, the input, and a caret under the character meant.
/// ```
/// let error = regimes_symbolic::parse("tanh(z", &["z"]).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "expected ')' to close the '(' at column 5\n  tanh(z\n        ^"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// Byte offset into [`input`](Self::input) of the character the message speaks of.
    pub position: usize,
    /// The same place counted in characters, starting at 1.
    pub column: usize,
    /// What is wrong and, where there is one, what to write instead.
    pub message: String,
    /// The text that was parsed.
    pub input: String,
}

impl ParseError {
    /// An error at a byte offset, which is moved back to a character boundary if it is not one.
    pub(crate) fn new(input: &str, position: usize, message: impl Into<String>) -> Self {
        let mut position = position.min(input.len());
        while !input.is_char_boundary(position) {
            position -= 1;
        }
        Self {
            position,
            column: input[..position].chars().count() + 1,
            message: message.into(),
            input: input.to_owned(),
        }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let caret = self.column - 1;
        let length = self.input.chars().count();
        let first = if length <= WINDOW {
            0
        } else {
            caret.saturating_sub(WINDOW / 2).min(length - WINDOW)
        };
        // Control characters would move the caret away from its place, or the cursor of a terminal.
        let shown: String = self
            .input
            .chars()
            .skip(first)
            .take(WINDOW)
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let left = if first > 0 { "…" } else { "" };
        let right = if first + WINDOW < length { "…" } else { "" };
        let indent = 2 + left.chars().count() + caret - first;
        write!(f, "{}\n  {left}{shown}{right}\n{:indent$}^", self.message, "")
    }
}

impl std::error::Error for ParseError {}

/// The candidate nearest to `name`, if one is near enough to be what was meant.
///
/// Near means: at most a third of the letters must change (at least one may), not counting case.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let length = lower.chars().count();
    if length > 40 {
        return None;
    }
    let allowed = (length.div_ceil(3)).max(1);
    candidates
        .into_iter()
        .map(|candidate| {
            let changes = edit_distance(&lower, &candidate.to_lowercase());
            // A one-letter name is near to every other letter; only its case may differ.
            let short = candidate.chars().count() < 2 || length < 2;
            (if short { changes * 2 } else { changes }, candidate)
        })
        .filter(|&(changes, _)| changes <= allowed)
        // Among equally near names the one of equal length: a swap is likelier than a loss.
        .min_by_key(|&(changes, candidate)| (changes, candidate.chars().count().abs_diff(length)))
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`.
fn edit_distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let substitution = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = substitution.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_nearest_name() {
        let names = ["tanh", "erf", "relu", "sigmoid", "z"];
        assert_eq!(nearest("tahn", names), Some("tanh"));
        assert_eq!(nearest("ReLU", names), Some("relu"));
        assert_eq!(nearest("sigmiod", names), Some("sigmoid"));
        assert_eq!(nearest("Z", names), Some("z"));
        assert_eq!(nearest("x", names), None);
        assert_eq!(nearest("banana", names), None);
    }

    #[test]
    fn identity_long_input_is_cut_around_the_caret() {
        let input = format!("{}?{}", "1+".repeat(100), "1+".repeat(100));
        let shown = ParseError::new(&input, 200, "message").to_string();
        let lines: Vec<&str> = shown.lines().collect();
        let caret = lines[2].chars().position(|c| c == '^').unwrap();
        assert_eq!(lines[1].chars().nth(caret), Some('?'));
        assert!(lines[1].chars().count() < 90);
    }
}
