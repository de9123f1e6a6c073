//! Texts in npy files, as labels may be.

use super::npy::{Characters, Entry, Header, header};
use super::stored::Stored;
use crate::error::Result;
use crate::memory;

/// The texts of an npy file; nothing for one of numbers.
///
/// # Errors
/// [`crate::Error::File`] for a header that cannot be read or does not fit the file, and texts that are
/// none.
pub(super) fn of(stored: &Stored) -> Result<Option<Vec<String>>> {
    let Header { entry, shape, offset, .. } = header(stored)?;
    let Entry::Text(characters, length) = entry else { return Ok(None) };
    let wrong = |message: String| stored.error(None, message);
    let one = match characters {
        Characters::Bytes => 1,
        Characters::Unicode { .. } => 4,
    };
    let size = length.checked_mul(one).filter(|size| *size > 0);
    let count = shape.iter().try_fold(1usize, |product, size| product.checked_mul(*size));
    let bytes = size.zip(count).and_then(|(size, count)| size.checked_mul(count));
    let there = stored.length().saturating_sub(offset);
    let Some((bytes, size)) = bytes.filter(|bytes| *bytes as u64 == there).zip(size) else {
        return Err(wrong(format!("does not match its header: {there} bytes of texts are there")));
    };
    memory::fits("the texts", bytes as f64, "file")?;
    let mut all = vec![0; bytes];
    stored.read(offset, &mut all)?;
    let text = |(k, bytes): (usize, &[u8])| {
        let text = match characters {
            Characters::Bytes => String::from_utf8(bytes.to_vec()).ok(),
            Characters::Unicode { big_endian } => bytes
                .as_chunks::<4>()
                .0
                .iter()
                .map(|c| {
                    char::from_u32(if big_endian {
                        u32::from_be_bytes(*c)
                    } else {
                        u32::from_le_bytes(*c)
                    })
                })
                .collect(),
        };
        // Shorter texts are filled up with zeros.
        text.map(|text| text.trim_end_matches('\0').to_owned())
            .ok_or_else(|| wrong(format!("text {} is not Unicode", k + 1)))
    };
    all.chunks_exact(size).enumerate().map(text).collect::<Result<_>>().map(Some)
}
