//! Damage to inputs, whatever they are.

use crate::drive::Random;
use rand::RngExt;

/// Numbers that programs get wrong.
pub(crate) const NASTY_NUMBERS: &[&str] = &[
    "nan",
    "NaN",
    "inf",
    "-inf",
    "-0",
    "0",
    "0.0",
    "-1",
    "1",
    "2",
    "1e400",
    "-1e400",
    "1e308",
    "1e-308",
    "5e-324",
    "1e-320",
    "1e-400",
    "1e300",
    "9007199254740993",
    "18446744073709551615",
    "18446744073709551616",
    "9223372036854775807",
    "-9223372036854775808",
    "4294967296",
    "1e10",
    "1e16",
    "1e-16",
    "0.1",
    "0.5",
    "0.9999999999999999",
    "1.0000000000000002",
    "1/0",
    "0/0",
    "log(0)",
    "log(-1)",
    "sqrt(-1)",
    "exp(1000)",
    "2^1024",
    "0^0",
    "inf-inf",
    "1_000",
    "0x10",
    "1e",
    "e",
    "1e+",
    ".",
    "+",
    "--1",
    "1e9999999999",
    "∞",
    "π",
    "½",
    "٣",
];

/// Pieces of text that readers get wrong.
pub(crate) const NASTY_TEXTS: &[&str] = &[
    "",
    " ",
    "\0",
    "\n",
    "\r\n",
    "\t",
    "-",
    "--",
    "---",
    "=",
    ",",
    ",,",
    ":",
    "::",
    "#",
    "*",
    "é",
    "µ̃",
    "日本語",
    "\u{202e}abc",
    "\u{feff}",
    "🦀",
    "²",
    "⁻¹",
    "√",
    "|",
    "||",
    "(",
    ")",
    "()",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "\\",
    "%s",
    "{}",
    "$HOME",
    "../",
    "/",
    "/dev/null",
    ".",
    "..",
    "null",
    "true",
    "false",
    "NaN",
    "None",
];

pub(crate) fn below(random: &mut Random, n: usize) -> usize {
    random.random_range(0..n)
}

/// True once in `n`.
pub(crate) fn once_in(random: &mut Random, n: usize) -> bool {
    below(random, n) == 0
}

pub(crate) fn pick<'a, T: ?Sized>(random: &mut Random, from: &[&'a T]) -> &'a T {
    from[below(random, from.len())]
}

/// A place in bytes, ends included.
fn place(random: &mut Random, bytes: &[u8]) -> usize {
    below(random, bytes.len() + 1)
}

fn stretch(random: &mut Random, bytes: &[u8]) -> std::ops::Range<usize> {
    let (a, b) = (place(random, bytes), place(random, bytes));
    let (low, high) = (a.min(b), a.max(b));
    low..high.min(low + 64)
}

/// Changes bytes somewhere, once.
pub(crate) fn damage(random: &mut Random, bytes: &mut Vec<u8>) {
    match below(random, 9) {
        0 if !bytes.is_empty() => {
            let at = below(random, bytes.len());
            bytes[at] = random.random();
        }
        1 if !bytes.is_empty() => {
            let at = below(random, bytes.len());
            bytes[at] ^= 1 << below(random, 8);
        }
        2 => {
            let range = stretch(random, bytes);
            bytes.drain(range);
        }
        3 => {
            let range = stretch(random, bytes);
            let copy = bytes[range].to_vec();
            let at = place(random, bytes);
            bytes.splice(at..at, copy);
        }
        4 => {
            let length = place(random, bytes);
            bytes.truncate(length);
        }
        5 => {
            let at = place(random, bytes);
            bytes.splice(at..at, pick(random, NASTY_TEXTS).bytes());
        }
        6 => {
            let at = place(random, bytes);
            bytes.splice(at..at, pick(random, NASTY_NUMBERS).bytes());
        }
        7 => replace_number(random, bytes),
        _ => {
            let (a, b) = (stretch(random, bytes), stretch(random, bytes));
            let copy = bytes[a].to_vec();
            bytes.splice(b, copy);
        }
    }
}

/// Puts a nasty number in the place of a number.
fn replace_number(random: &mut Random, bytes: &mut Vec<u8>) {
    let digit = |b: &u8| b.is_ascii_digit() || *b == b'.';
    let starts: Vec<usize> = (0..bytes.len())
        .filter(|&k| digit(&bytes[k]) && (k == 0 || !digit(&bytes[k - 1])))
        .collect();
    if starts.is_empty() {
        return;
    }
    let start = starts[below(random, starts.len())];
    let end = start + bytes[start..].iter().take_while(|b| digit(b)).count();
    bytes.splice(start..end, pick(random, NASTY_NUMBERS).bytes());
}

/// Changes text somewhere, once; what is no longer UTF-8 becomes replacement characters.
pub(crate) fn damage_text(random: &mut Random, text: &mut String) {
    let mut bytes = std::mem::take(text).into_bytes();
    damage(random, &mut bytes);
    *text = String::from_utf8_lossy(&bytes).into_owned();
}

/// Nests `text` so deep that a reader which descends without counting runs out of stack.
pub(crate) fn nested(random: &mut Random, open: &str, text: &str, close: &str) -> String {
    let depth = [3, 30, 130, 300, 3000, 30_000][below(random, 6)];
    format!("{}{text}{}", open.repeat(depth), close.repeat(depth))
}
