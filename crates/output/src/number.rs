//! Numbers as text.

pub use regimes::number::{exact, exact_text};

/// `digits` significant digits, without trailing zeros for whole numbers; scientific far from 1.
pub fn readable(x: f64, digits: usize) -> String {
    if !x.is_finite() || x == 0.0 {
        return exact_text(x);
    }
    let digits = digits.max(1);
    let magnitude = x.abs().log10().floor();
    if x.fract() == 0.0 && x.abs() < 1e15 && magnitude < digits as f64 + 6.0 {
        return format!("{x:.0}");
    }
    if (-4.0..digits as f64).contains(&magnitude) {
        let decimals = (digits as f64 - 1.0 - magnitude).max(0.0) as usize;
        return format!("{x:.decimals$}");
    }
    format!("{x:.*e}", digits - 1)
}

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
    fn identity_readable_numbers() {
        assert_eq!(readable(3.466_223_872, 6), "3.46622");
        assert_eq!(readable(20000.0, 6), "20000");
        assert_eq!(readable(1.25e-9, 3), "1.25e-9");
        assert_eq!(parameter(0.1, 6), "0.1");
    }
}
