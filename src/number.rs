//! Numbers as text that reads back as the same numbers.

use std::io::Write;

/// Appends the shortest decimal that reads back as the same double; `inf` for infinity.
pub fn exact(x: f64, out: &mut Vec<u8>) {
    if x.is_finite() {
        // serde_json writes the shortest round-trip form; writing to memory cannot fail.
        if serde_json::to_writer(&mut *out, &x).is_err() {
            let _ = write!(out, "{x:e}");
        } else if out.ends_with(b".0") {
            out.truncate(out.len() - 2);
        }
    } else if x.is_nan() {
        out.extend_from_slice(b"nan");
    } else {
        out.extend_from_slice(if x > 0.0 { b"inf" } else { b"-inf" });
    }
}

/// The exact form as a string.
pub fn exact_text(x: f64) -> String {
    let mut out = Vec::new();
    exact(x, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_exact_numbers_round_trip() {
        for x in [0.1, 1.0, -2.5e-300, 1e300, 0.007_241_157_312_322_155, 20000.0, 5e-324] {
            assert_eq!(exact_text(x).parse::<f64>().unwrap(), x);
        }
        assert_eq!(exact_text(20000.0), "20000");
        assert_eq!(exact_text(f64::INFINITY), "inf");
    }

    #[test]
    fn identity_readable_numbers() {
        assert_eq!(readable(3.466_223_872, 6), "3.46622");
        assert_eq!(readable(20000.0, 6), "20000");
        assert_eq!(readable(1.25e-9, 3), "1.25e-9");
    }
}
