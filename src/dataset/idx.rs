//! IDX files, as MNIST has them: a magic number, the sizes, then the numbers, all big-endian.

use super::array::{Array, Layout};
use super::element::{Element, Kind};
use super::stored::Stored;
use crate::error::Result;

/// Most axes that an IDX file of data has.
const MOST_AXES: u8 = 16;

/// Whether a file begins like IDX: two zeros, a known kind of number, a number of axes.
pub fn is_idx(start: &[u8]) -> bool {
    matches!(start, [0, 0, kind, axes, ..] if element(*kind).is_some() && (1..=MOST_AXES).contains(axes))
}

/// The kinds of numbers by their code.
fn element(code: u8) -> Option<Element> {
    let kind = match code {
        0x08 => Kind::Unsigned(1),
        0x09 => Kind::Signed(1),
        0x0b => Kind::Signed(2),
        0x0c => Kind::Signed(4),
        0x0d => Kind::Single,
        0x0e => Kind::Double,
        _ => return None,
    };
    Some(Element::new(kind, true))
}

/// The array in an IDX file.
///
/// # Errors
/// [`crate::Error::File`] for a header that does not fit the file.
pub fn array(stored: Stored) -> Result<Array> {
    let start = stored.start(4 + 4 * usize::from(MOST_AXES))?;
    let wrong = |message: &str| stored.error(Some("header".into()), message);
    let [0, 0, code, axes, sizes @ ..] = &start[..] else {
        return Err(wrong("is truncated"));
    };
    let Some(element) = element(*code) else {
        return Err(wrong("has numbers of an unknown kind"));
    };
    let axes = usize::from(*axes);
    let (sizes, _) = sizes.as_chunks::<4>();
    let Some(sizes) = sizes.get(..axes) else {
        return Err(wrong("is truncated: its sizes are missing"));
    };
    // 32 bits fit.
    let shape = sizes.iter().map(|size| u32::from_be_bytes(*size) as usize).collect();
    let offset = 4 + 4 * axes as u64;
    Array::new(stored, Layout { offset, element, shape, fortran: false })
}
