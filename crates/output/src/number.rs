//! Numbers as text.

pub use regimes::number::{exact, exact_text, readable};

/// A parameter: its shortest exact form, unless that is longer than `digits` digits.
pub fn parameter(x: f64, digits: usize) -> String {
    let exact = exact_text(x);
    if exact.chars().filter(char::is_ascii_digit).count() <= digits + 1 {
        exact
    } else {
        readable(x, digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_parameters_stay_exact_while_short() {
        assert_eq!(parameter(0.1, 6), "0.1");
    }
}
