//! Numbers as people type them: expressions, lists and ranges.

use super::flag;
use crate::error::{Error, Result};
use crate::models::parameter::{Domain, Parameter};
use crate::symbolic;

/// Longest list or range of a single parameter, and longest table.
pub const LARGEST_SWEEP: usize = 10_000_000;

/// The values that `text` gives to a parameter: an expression, a list `a,b,c`, or a range
/// `start:stop:step`, `start:stop:#count` or `start:stop:*count`.
///
/// # Errors
/// [`Error::Argument`] naming the parameter, the text and what is wrong with it.
pub fn numbers(parameter: &Parameter, text: &str) -> Result<Vec<f64>> {
    let flag = flag(parameter);
    if text.starts_with("--") && text.chars().nth(2).is_some_and(char::is_alphabetic) {
        return Err(Error::argument(flag, text, "is another flag: a value is missing before it"));
    }
    let wrong = |message: String| Error::argument(flag.clone(), format!("{text:?}"), message);
    let mut values = Vec::new();
    let items = split(text, ',');
    if let Some(k) = (1..items.len()).find(|&k| is_group_of_thousands(items[k])) {
        let joined: String = items.concat();
        let list: Vec<&str> = items.iter().map(|item| without_zeros(item)).collect();
        return Err(wrong(format!(
            "is that {joined}, with commas between thousands, or a list? In a list {} has no leading zero: write {joined}, or {}",
            items[k].trim(),
            list.join(",")
        )));
    }
    for item in items {
        let parts = split(item, ':');
        match parts[..] {
            [one] => values.push(number(&flag, one)?),
            [start, stop, step] => {
                let (start, stop) = (number(&flag, start)?, number(&flag, stop)?);
                let whole = matches!(parameter.domain, Domain::Whole { .. });
                values.extend(range(&flag, start, stop, step, whole).map_err(|e| match e {
                    RangeError::Message(message) => wrong(message),
                    RangeError::Other(error) => error,
                })?);
            }
            _ => {
                return Err(wrong(
                    "a range is start:stop:step, start:stop:#count or start:stop:*count".into(),
                ));
            }
        }
        if values.len() > LARGEST_SWEEP {
            return Err(wrong(format!("more than {LARGEST_SWEEP} values")));
        }
    }
    values.into_iter().map(|value| parameter.check(value)).collect()
}

/// Whether an element of a list begins with a zero before another digit: nobody writes a number of a list
/// so, and everybody the thousands of `1,024`. (`100,200` stays a list.)
fn is_group_of_thousands(item: &str) -> bool {
    let digits = item.trim().as_bytes();
    digits.first() == Some(&b'0') && digits.get(1).is_some_and(u8::is_ascii_digit)
}

/// The element as a list would have it.
fn without_zeros(item: &str) -> &str {
    let item = item.trim();
    let kept = item.trim_start_matches('0');
    if kept.starts_with(|c: char| c.is_ascii_digit()) {
        kept
    } else {
        &item[item.len() - kept.len() - 1..]
    }
}

/// The two ends that `flag` LOW:HIGH gives, LOW below HIGH, both finite.
///
/// # Errors
/// [`Error::Argument`] naming the flag and what is wrong.
pub fn between(flag: &str, text: &str) -> Result<(f64, f64)> {
    let fail = |expected: &str| Error::argument(flag, text, expected);
    let Some((low, high)) = text.split_once(':') else {
        return Err(fail("must be LOW:HIGH"));
    };
    let end =
        |x: &str| symbolic::constant(x.trim()).map_err(|e| fail(&format!("must be LOW:HIGH: {e}")));
    let (low, high) = (end(low)?, end(high)?);
    if low < high && high.is_finite() && low.is_finite() {
        Ok((low, high))
    } else {
        Err(fail("LOW must lie below HIGH, and both be finite"))
    }
}

/// A constant expression.
fn number(flag: &str, text: &str) -> Result<f64> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::argument(
            flag,
            "(empty)",
            "must be a number or an expression such as log(20000)/256",
        ));
    }
    // Plain numbers are the common case in long lists.
    if let Ok(x) = text.parse::<f64>()
        && x.is_finite()
    {
        return Ok(x);
    }
    symbolic::constant(text).map_err(|e| Error::argument(flag, format!("{text:?}"), e.to_string()))
}

enum RangeError {
    Message(String),
    Other(Error),
}

impl From<Error> for RangeError {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

/// Steps in a range that has more than its first value: as typed, so rounded.
const ONE_STEP: f64 = 1.0 - 1e-9;

/// The points of a range; whole-number parameters are rounded to whole numbers, without repeats.
fn range(
    flag: &str,
    start: f64,
    stop: f64,
    step: &str,
    whole: bool,
) -> std::result::Result<Vec<f64>, RangeError> {
    let message = |m: String| RangeError::Message(m);
    if !start.is_finite() || !stop.is_finite() {
        return Err(message("the ends of a range must be finite".into()));
    }
    let step = step.trim();
    let counted = |text: &str| -> std::result::Result<usize, RangeError> {
        let count = number(flag, text)?;
        if count < 1.0 || count.fract() != 0.0 || count > LARGEST_SWEEP as f64 {
            return Err(message(format!(
                "the count of a range must be a whole number from 1 to {LARGEST_SWEEP}"
            )));
        }
        Ok(count as usize)
    };
    let mut values: Vec<f64> = if let Some(count) = step.strip_prefix('#') {
        let count = counted(count)?;
        let at = |k: usize| match k {
            0 => start,
            k if k == count - 1 => stop,
            k => tidy(start + (stop - start) * (k as f64 / (count - 1) as f64), start, stop),
        };
        (0..count).map(at).collect()
    } else if let Some(count) = step.strip_prefix('*') {
        let count = counted(count)?;
        if start <= 0.0 || stop <= 0.0 {
            return Err(message("a log-spaced range needs both ends above 0".into()));
        }
        let at = |k: usize| match k {
            0 => start,
            k if k == count - 1 => stop,
            k => {
                let (ratio, x) = (stop / start, k as f64 / (count - 1) as f64);
                // Ends whose ratio is no number have points between them all the same.
                if ratio.is_normal() {
                    start * ratio.powf(x)
                } else {
                    start.powf(1.0 - x) * stop.powf(x)
                }
            }
        };
        (0..count).map(at).collect()
    } else {
        let step = number(flag, step)?;
        if step == 0.0 || !step.is_finite() {
            return Err(message("the step of a range must be a finite number other than 0".into()));
        }
        let span = (stop - start) / step;
        if span < 0.0 {
            return Err(message(format!("a step of {step} never leads from {start} to {stop}")));
        }
        if span < ONE_STEP && start != stop {
            return Err(message(format!(
                "the step {step} is larger than the range: a number of points is written {start}:{stop}:#{step}"
            )));
        }
        if span > LARGEST_SWEEP as f64 {
            return Err(message(format!(
                "the range has {span:.0} values, more than {LARGEST_SWEEP}"
            )));
        }
        // The stop belongs to the grid if it lies on it up to rounding.
        let count = (span + 1e-9).floor() as usize + 1;
        let lands = ((count - 1) as f64 - span).abs() <= 1e-9;
        let at = |k: usize| {
            if lands && k == count - 1 { stop } else { tidy(start + step * k as f64, start, step) }
        };
        (0..count).map(at).collect()
    };
    if whole {
        values.iter_mut().for_each(|x| *x = x.round());
        values.dedup();
    }
    Ok(values)
}

/// 0.1·3 is 0.30000000000000004: where the ends have few decimals, so have the points between.
fn tidy(x: f64, a: f64, b: f64) -> f64 {
    let short = |y: f64| (y * 1e6).round() / 1e6 == y;
    let rounded = (x * 1e12).round() / 1e12;
    if short(a) && short(b) && x.abs() < 1e3 && (rounded - x).abs() < 1e-13 { rounded } else { x }
}

/// The names between the commas of `text`; a number after `NAME:NUMBER` belongs to that name.
pub(super) fn names(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in split(text, ',') {
        match names.last_mut() {
            Some(name) if name.contains(':') && part.trim().parse::<f64>().is_ok() => {
                name.push(',');
                name.push_str(part.trim());
            }
            _ => names.push(part.trim().to_owned()),
        }
    }
    names
}

/// Splits at `separator`, except within parentheses, brackets and braces.
pub fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0i32, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            c if c == separator && depth <= 0 => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::parameter::SIGMA;
    use proptest::prelude::*;

    const ANY: Parameter = Parameter { name: "x", domain: Domain::Real, ..SIGMA };

    fn read(text: &str) -> Vec<f64> {
        numbers(&ANY, text).unwrap()
    }

    #[test]
    fn identity_lists_and_ranges() {
        assert_eq!(read("0.1,0.2"), [0.1, 0.2]);
        assert_eq!(read("0:0.5:0.1"), [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]);
        assert_eq!(read("0:0.55:0.1").len(), 6);
        assert_eq!(read("1:0:-0.5"), [1.0, 0.5, 0.0]);
        assert_eq!(read("0:1:#3"), [0.0, 0.5, 1.0]);
        assert_eq!(read("1:100:*3"), [1.0, 10.0, 100.0]);
        let far = read("1e-300:1e300:*3");
        assert!((far[1] - 1.0).abs() < 1e-12 && far.len() == 3);
        assert_eq!(read("max(1,2),log(20000)/256"), [2.0, 20_000f64.ln() / 256.0]);
        assert_eq!(read("5:5:#1"), [5.0]);
        let whole = Parameter { domain: Domain::Whole { infinite: false }, ..ANY };
        assert_eq!(numbers(&whole, "1:10:*4").unwrap(), [1.0, 2.0, 5.0, 10.0]);
    }

    #[test]
    fn limit_wrong_ranges_are_errors() {
        for text in [
            "0:1:0", "3:1:0.1", "0:1", "0:1:#0", "-1:1:*3", "0:inf:1", "", "1,,2", "--n", "nan",
            "0:1:1e-9",
        ] {
            let message = numbers(&ANY, text).unwrap_err().to_string();
            assert!(message.starts_with("--x = "), "{text}: {message}");
        }
    }

    /// 1,024 is no list of 1 and 24; 100,200 is one.
    #[test]
    fn bad_input_commas_between_thousands() {
        for (text, number, list) in [
            ("1,024", "1024", "1,24"),
            ("12,000", "12000", "12,0"),
            ("1,000,000", "1000000", "1,0,0"),
            ("2,048,016", "2048016", "2,48,16"),
            ("1, 05", "105", "1,5"),
        ] {
            let message = numbers(&ANY, text).unwrap_err().to_string();
            let says = format!("write {number}, or {list}");
            assert!(message.replace(' ', "").contains(&says.replace(' ', "")), "{message}");
        }
        assert_eq!(read("100,200"), [100.0, 200.0]);
        assert_eq!(read("1,234"), [1.0, 234.0]);
        assert_eq!(read("0,0.5,0e3"), [0.0, 0.5, 0.0]);
        assert_eq!(read("064"), [64.0]);
    }

    proptest! {
        /// A whole number with commas between its thousands is itself, a plain list, or refused: of those with a
        /// zero after a comma none is read.
        #[test]
        fn property_no_thousands_with_a_zero_are_a_list(n in 1000u64..10_000_000_000) {
            let digits = n.to_string();
            let head = (digits.len() - 1) % 3 + 1;
            let groups: Vec<&str> = std::iter::once(&digits[..head])
                .chain((head..digits.len()).step_by(3).map(|k| &digits[k..k + 3]))
                .collect();
            let zero = groups[1..].iter().any(|group| group.starts_with('0'));
            prop_assert_eq!(numbers(&ANY, &groups.join(",")).is_err(), zero);
        }

        /// Whatever is typed, there is an answer or an error, never a panic.
        #[test]
        fn property_no_text_panics(text in "\\PC*") {
            let _ = numbers(&ANY, &text);
        }

        #[test]
        fn property_soup_of_ranges_does_not_panic(text in "[0-9:,#*.e()+\\-infloga]{0,24}") {
            let _ = numbers(&ANY, &text);
        }

        /// Counted ranges have their count and their ends.
        #[test]
        fn property_counted_range(a in -1e3..1e3f64, b in -1e3..1e3f64, n in 2usize..50) {
            let values = read(&format!("{a}:{b}:#{n}"));
            prop_assert_eq!(values.len(), n);
            prop_assert_eq!((values[0], values[n - 1]), (a, b));
        }
    }
}
