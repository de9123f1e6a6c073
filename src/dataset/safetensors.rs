//! safetensors files: the length of a JSON header, the header, then the numbers of all arrays.
//!
//! The header is read here and not by a crate for the reasons of npy: it may lie, and the arrays stay in
//! the file.

use super::array::{Array, Layout};
use super::element::{Element, Kind};
use super::named::one_of;
use super::stored::Stored;
use crate::error::Result;
use serde_json::{Map, Value};

/// Bytes before the header.
const PREFIX: u64 = 8;

/// Longest header; the format allows no longer one.
const LONGEST_HEADER: u64 = 100_000_000;

/// The entry of the header that is no array.
const METADATA: &str = "__metadata__";

/// Whether a file begins like one: a length that fits it, or one that the format allows and no text begins with, and
/// the header's brace.
pub(super) fn is_safetensors(start: &[u8], length: u64) -> bool {
    let Some((prefix, [b'{', ..])) = start.split_first_chunk::<8>() else { return false };
    let header = u64::from_le_bytes(*prefix);
    header <= LONGEST_HEADER || header.checked_add(PREFIX).is_some_and(|end| end <= length)
}

/// The kind of numbers that a name means: letters for the kind, then bits.
fn element(name: &str) -> Option<Element> {
    if name == "BOOL" {
        return Some(Element::new(Kind::Bool, false));
    }
    let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let bits: usize = name[letters.len()..].parse().ok()?;
    let kind = match (letters, bits) {
        ("F", 16) => Kind::Half,
        ("BF", 16) => Kind::Brain,
        ("F", 32) => Kind::Single,
        ("F", 64) => Kind::Double,
        ("I", 8 | 16 | 32 | 64) => Kind::Signed(bits / 8),
        ("U", 8 | 16 | 32 | 64) => Kind::Unsigned(bits / 8),
        _ => return None,
    };
    Some(Element::new(kind, false))
}

/// The array called `name`, or the only one.
///
/// # Errors
/// [`crate::Error::File`] for a header that cannot be read or does not fit the file.
pub(super) fn array(stored: Stored, name: Option<&str>) -> Result<Array> {
    let (header, numbers) = header(&stored)?;
    let known: Vec<String> = header.keys().filter(|key| *key != METADATA).cloned().collect();
    let name = one_of(&stored, &known, name)?;
    let wrong = |message: String| stored.error(Some(format!("array {name}")), message);
    let (element, shape, (from, to)) = header
        .get(name)
        .and_then(|entry| {
            let element = element(entry.get("dtype")?.as_str()?);
            let list = |key: &str| -> Option<Vec<u64>> {
                entry.get(key)?.as_array()?.iter().map(Value::as_u64).collect()
            };
            let ends: [u64; 2] = list("data_offsets")?.try_into().ok()?;
            let shape = list("shape")?.into_iter().map(|size| usize::try_from(size).ok());
            Some((element, shape.collect::<Option<Vec<usize>>>()?, (ends[0], ends[1])))
        })
        .ok_or_else(|| wrong("must have a dtype, a shape and two data_offsets".into()))?;
    let Some(element) = element else {
        let kinds = "those read are F16, BF16, F32, F64, BOOL, I8 to I64 and U8 to U64";
        return Err(wrong(format!("has numbers of another kind: {kinds}")));
    };
    let Some(offset) = numbers.checked_add(from) else {
        return Err(wrong("begins beyond any file".into()));
    };
    let layout = Layout { offset, element, shape, fortran: false };
    if layout.bytes().is_none_or(|bytes| from.checked_add(bytes) != Some(to)) {
        let shown = layout.shown_shape();
        return Err(wrong(format!(
            "has the shape {shown} and the data_offsets {from} and {to}, which do not fit"
        )));
    }
    Array::within(stored, layout, "a safetensors file")
}

/// The header, and where the numbers begin.
fn header(stored: &Stored) -> Result<(Map<String, Value>, u64)> {
    let wrong = |message: String| stored.error(Some("header".into()), message);
    let mut prefix = [0; PREFIX as usize];
    stored.read(0, &mut prefix)?;
    let length = u64::from_le_bytes(prefix);
    if length > LONGEST_HEADER {
        return Err(wrong(format!("promises {length} bytes, more than the format allows")));
    }
    let there = stored.length().saturating_sub(PREFIX);
    if there < length {
        return Err(wrong(format!(
            "of a safetensors file is truncated: it should have {length} bytes, and {there} are there"
        )));
    }
    // At most 10⁸ bytes, which any address reaches.
    let mut text = vec![0; length as usize];
    stored.read(PREFIX, &mut text)?;
    let header =
        serde_json::from_slice(&text).map_err(|e| wrong(format!("is no JSON object: {e}")))?;
    Ok((header, PREFIX + length))
}
