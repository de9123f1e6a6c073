//! How a text file separates its fields, and its lines field by field.

use super::super::stored::Stored;
use crate::error::{Error, Result};
use csv::StringRecord;
use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;

/// Looks at a line: its number and its fields.
pub(in crate::dataset) type Visit<'a> =
    dyn FnMut(u64, &StringRecord) -> Result<ControlFlow<()>> + 'a;

/// What stands between two fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dataset) enum Separator {
    /// One byte, outside quotes.
    Byte(u8),
    /// Any number of blanks and tabs, outside quotes.
    Blanks,
    /// Nothing: a line is a field.
    Line,
}

/// Bytes from which the separator is recognised.
const SAMPLE: u64 = 1 << 20;

/// The first line and the one after it that are neither empty nor comments: of names, and of numbers.
fn first_lines(stored: &Stored) -> Result<Vec<String>> {
    let failed = |e: std::io::Error| stored.error(None, format!("cannot be read: {e}"));
    let mut reader = BufReader::new(stored.reader()?.take(SAMPLE));
    let (mut line, mut lines) = (Vec::new(), Vec::new());
    while lines.len() < 2 && reader.read_until(b'\n', &mut line).map_err(failed)? > 0 {
        let text = String::from_utf8_lossy(&line);
        // Files of old have carriage returns alone.
        for part in text.trim_start_matches(BOM).split(['\n', '\r']) {
            if lines.len() < 2 && !part.trim().is_empty() && !is_comment(part) {
                lines.push(part.to_owned());
            }
        }
        line.clear();
    }
    Ok(lines)
}

const BOM: char = '\u{feff}';

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// The line with its quoted parts emptied.
fn unquoted(line: &str) -> String {
    let mut inside = false;
    line.chars()
        .filter(|c| {
            let quote = *c == '"';
            inside ^= quote;
            quote || !inside
        })
        .collect()
}

/// The separator of a file: semicolon, else tab or comma, else blanks; `words` are not split at blanks,
/// for labels of several words.
///
/// # Errors
/// [`Error::File`] for UTF-16, and for numbers with decimal commas between blanks.
pub(in crate::dataset) fn separator(stored: &Stored, words: bool) -> Result<Separator> {
    let start = stored.start(2)?;
    if start == [0xff, 0xfe] || start == [0xfe, 0xff] {
        return Err(stored.error(None, "is no text, or text in UTF-16: save it as UTF-8 (npy, npz, csv and IDX files are read)"));
    }
    let lines = first_lines(stored)?;
    let lines: Vec<String> = lines.iter().map(|line| unquoted(line)).collect();
    // A line of numbers tells more than one of names, unless there is nothing to separate.
    let separates = |line: &&String| line.trim().contains([',', ';', '\t', ' ']);
    let Some(typical) = lines.iter().rev().find(separates).or(lines.last()) else {
        return Ok(Separator::Byte(b','));
    };
    // Remarks at the end of a line may hold semicolons; the line of names does not.
    let named_by_commas = lines.first().is_some_and(|l| l.contains(',') && !l.contains(';'));
    if typical.contains(';') && !named_by_commas {
        return Ok(Separator::Byte(b';'));
    }
    // A tab beside a comma only aligns.
    let beside = |at: usize| {
        typical[..at].trim_end().ends_with(',') || typical[at + 1..].trim_start().starts_with(',')
    };
    let inner = typical.trim();
    if inner.contains('\t') {
        let tabs: Vec<usize> = typical.match_indices('\t').map(|(at, _)| at).collect();
        if !typical.contains(',') || !tabs.iter().all(|&at| beside(at)) {
            return Ok(Separator::Byte(b'\t'));
        }
    }
    if typical.contains(',') {
        let parts: Vec<&str> = typical.split_whitespace().collect();
        if parts.len() > 1 && parts.iter().all(|part| has_commas(part)) {
            let example = parts[0];
            return Err(stored.error(None, format!("has numbers such as {example}: numbers with decimal commas between blanks, or pairs of numbers with commas? Write decimal points, and one separator")));
        }
        return Ok(Separator::Byte(b','));
    }
    if words || inner.split_whitespace().count() < 2 {
        return Ok(Separator::Line);
    }
    Ok(Separator::Blanks)
}

/// Whether this was meant as a number, with commas before decimals or between thousands.
pub(super) fn has_commas(text: &str) -> bool {
    let text = text.trim_start_matches(['+', '-']);
    text.contains(',')
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.ends_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || "+-,.eE".contains(c))
}

/// Visits the lines of a text file with their numbers, field by field; comments and empty lines are
/// passed over, until `visit` breaks off. Lines may have different numbers of fields.
///
/// # Errors
/// [`Error::File`] for bytes that are no text, and those of `visit`.
pub(in crate::dataset) fn records(
    stored: &Stored,
    separator: Separator,
    visit: &mut Visit<'_>,
) -> Result<()> {
    let result = match separator {
        Separator::Byte(byte) => delimited(stored, byte, visit),
        Separator::Blanks | Separator::Line => lines(stored, separator, visit),
    };
    // A file that changed under the reader explains whatever was found wrong.
    stored.unchanged()?;
    result
}

fn no_text(stored: &Stored, line: Option<u64>) -> Error {
    let place = line.map(|line| format!("line {line}"));
    stored.error(place, "is no text (npy, npz, csv and IDX files are read)")
}

fn delimited(stored: &Stored, separator: u8, visit: &mut Visit<'_>) -> Result<()> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .delimiter(separator)
        // The reader takes a comment at the very end for a record unless its line ends.
        .from_reader(line_feeds(stored)?.chain(&b"\n"[..]));
    let mut record = StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {
                let blank = record.len() == 1 && record[0].is_empty();
                if !blank
                    && !is_comment(&record[0])
                    && visit(record.position().map_or(0, csv::Position::line), &record)?.is_break()
                {
                    return Ok(());
                }
            }
            Ok(false) => return Ok(()),
            Err(error) => {
                let line = error.position().map(csv::Position::line);
                return Err(match error.kind() {
                    csv::ErrorKind::Utf8 { .. } => no_text(stored, line),
                    _ => stored.error(
                        line.map(|line| format!("line {line}")),
                        format!("cannot be read: {error}"),
                    ),
                });
            }
        }
    }
}

/// A file whose lines end in carriage returns alone, as files of old, with line feeds in their place;
/// other files as they are. (The reader ends comments at line feeds only.)
struct LineFeeds<R> {
    inner: R,
    replaced: bool,
}

fn line_feeds(stored: &Stored) -> Result<LineFeeds<impl Read + '_>> {
    let start = stored.start(SAMPLE as usize)?;
    let replaced = start.contains(&b'\r') && !start.contains(&b'\n');
    Ok(LineFeeds { inner: stored.reader()?, replaced })
}

impl<R: Read> Read for LineFeeds<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(out)?;
        if self.replaced {
            out[..count].iter_mut().filter(|b| **b == b'\r').for_each(|b| *b = b'\n');
        }
        Ok(count)
    }
}

fn lines(stored: &Stored, separator: Separator, visit: &mut Visit<'_>) -> Result<()> {
    let mut reader = BufReader::new(stored.reader()?);
    let (mut bytes, mut record, mut number) = (Vec::new(), StringRecord::new(), 0u64);
    loop {
        bytes.clear();
        let count = reader
            .read_until(b'\n', &mut bytes)
            .map_err(|e| stored.error(None, format!("cannot be read: {e}")))?;
        if count == 0 {
            return Ok(());
        }
        let Ok(text) = std::str::from_utf8(&bytes) else {
            return Err(no_text(stored, Some(number + 1)));
        };
        for line in text.trim_end_matches('\n').trim_end_matches('\r').split('\r') {
            number += 1;
            let line = if number == 1 { line.trim_start_matches(BOM) } else { line };
            if line.trim().is_empty() || is_comment(line) {
                continue;
            }
            record.clear();
            if separator == Separator::Blanks {
                words(line, &mut record);
            } else {
                record.push_field(&unquote(line.trim()));
            }
            if visit(number, &record)?.is_break() {
                return Ok(());
            }
        }
    }
}

/// The fields of a line between blanks; quotes hold blanks together.
pub(in crate::dataset) fn words(line: &str, record: &mut StringRecord) {
    let mut rest = line.trim();
    while !rest.is_empty() {
        let mut quoted = false;
        let end = rest
            .char_indices()
            .find(|(_, c)| {
                quoted ^= *c == '"';
                c.is_whitespace() && !quoted
            })
            .map_or(rest.len(), |(at, _)| at);
        record.push_field(&unquote(&rest[..end]));
        rest = rest[end..].trim_start();
    }
}

/// A field without the quotes around it.
pub(super) fn unquote(field: &str) -> String {
    match field.strip_prefix('"').and_then(|field| field.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\"").trim().to_owned(),
        None => field.to_owned(),
    }
}
