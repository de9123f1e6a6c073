//! One row as bytes, to the bit: how finished rows wait in a [`journal`](super::journal).
//!
//! A record is the length of its payload (four bytes), a CRC-32 over length and payload, and the
//! payload: the row's index, its cells, its remarks. All integers are little-endian.

use regimes::numerics::Estimate;
use regimes::table::{Cell, Row};
use std::io::Read;

/// Bytes before the payload.
pub const FRAME: usize = 8;

/// The length of the payload that `frame` announces.
pub fn length(frame: [u8; FRAME]) -> u32 {
    u32::from_le_bytes([frame[0], frame[1], frame[2], frame[3]])
}

/// True where the payload is the one that was framed.
pub fn sound(frame: [u8; FRAME], payload: &[u8]) -> bool {
    let stored = u32::from_le_bytes([frame[4], frame[5], frame[6], frame[7]]);
    checksum(&frame[..4], payload) == stored
}

fn checksum(length: &[u8], payload: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(length);
    crc.update(payload);
    crc.sum()
}

/// Appends row `index`.
pub fn encode(index: usize, row: &Row, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(&[0; FRAME]);
    out.extend_from_slice(&(index as u64).to_le_bytes());
    count(row.cells.len(), out);
    for cell in &row.cells {
        encode_cell(cell, out);
    }
    count(row.notes.len(), out);
    for note in &row.notes {
        text(note, out);
    }
    frame(start, out);
}

/// Appends the mark that `rows` rows are all there are.
pub fn encode_end(rows: usize, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(&[0; FRAME]);
    out.extend_from_slice(&END.to_le_bytes());
    out.extend_from_slice(&(rows as u64).to_le_bytes());
    frame(start, out);
}

/// In place of a row's index: no more rows follow.
const END: u64 = u64::MAX;

fn frame(start: usize, out: &mut [u8]) {
    let (frame, payload) = out[start..].split_at_mut(FRAME);
    // Texts of a row would have to fill four gigabytes to break this.
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX).to_le_bytes();
    frame[..4].copy_from_slice(&length);
    frame[4..].copy_from_slice(&checksum(&length, payload).to_le_bytes());
}

/// What a payload says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The row with this index.
    Row(usize),
    /// That all rows, this many, came before.
    End(usize),
}

/// Reads one sound record of at most `left` bytes and returns the length of its payload; none at the
/// end of what is sound.
///
/// # Errors
/// What the reader says.
pub fn read(
    reader: &mut impl Read,
    left: u64,
    payload: &mut Vec<u8>,
) -> std::io::Result<Option<u32>> {
    let mut frame = [0; FRAME];
    if left < FRAME as u64 {
        return Ok(None);
    }
    reader.read_exact(&mut frame)?;
    let size = length(frame);
    if u64::from(size) > left - FRAME as u64 {
        return Ok(None);
    }
    payload.resize(size as usize, 0);
    reader.read_exact(payload)?;
    Ok(sound(frame, payload).then_some(size))
}

/// Which row a payload holds; none if it is no payload.
pub fn mark(payload: &[u8]) -> Option<Mark> {
    let mut rest = Reader(payload);
    Some(match rest.word()? {
        END => Mark::End(usize::try_from(rest.word()?).ok()?),
        index => Mark::Row(usize::try_from(index).ok()?),
    })
}

/// The row in a payload; none if it is no payload.
pub fn decode(payload: &[u8]) -> Option<Row> {
    let mut rest = Reader(payload);
    rest.word()?;
    let cells = (0..rest.count()?).map(|_| rest.cell()).collect::<Option<_>>()?;
    let notes = (0..rest.count()?).map(|_| rest.text()).collect::<Option<_>>()?;
    rest.0.is_empty().then_some(Row { cells, notes })
}

fn encode_cell(cell: &Cell, out: &mut Vec<u8>) {
    let mut tagged = |tag: u8, numbers: &[f64]| {
        out.push(tag);
        for x in numbers {
            out.extend_from_slice(&x.to_le_bytes());
        }
    };
    match cell {
        Cell::Number(x) => tagged(b'n', &[*x]),
        Cell::Estimate(x) => tagged(b'e', &[x.value, x.error]),
        Cell::Sampled(x, Some(stderr)) => tagged(b's', &[*x, *stderr]),
        Cell::Sampled(x, None) => tagged(b'u', &[*x]),
        Cell::Failed(_, Some(best)) => tagged(b'b', &[best.value, best.error]),
        Cell::Failed(_, None) => tagged(b'f', &[]),
        Cell::Text(_) => tagged(b't', &[]),
        Cell::Missing(_) => tagged(b'm', &[]),
    }
    match cell {
        Cell::Text(words) | Cell::Failed(words, _) => text(words, out),
        Cell::Missing(reason) => text(reason, out),
        Cell::Number(_) | Cell::Estimate(_) | Cell::Sampled(..) => {}
    }
}

fn count(n: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(&u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes());
}

fn text(words: &str, out: &mut Vec<u8>) {
    count(words.len(), out);
    out.extend_from_slice(words.as_bytes());
}

/// What is left of a payload.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, n: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(taken)
    }

    fn word(&mut self) -> Option<u64> {
        self.bytes(8)?.try_into().ok().map(u64::from_le_bytes)
    }

    fn count(&mut self) -> Option<usize> {
        let count = u32::from_le_bytes(self.bytes(4)?.try_into().ok()?);
        usize::try_from(count).ok()
    }

    fn number(&mut self) -> Option<f64> {
        self.word().map(f64::from_bits)
    }

    fn estimate(&mut self) -> Option<Estimate> {
        Some(Estimate { value: self.number()?, error: self.number()? })
    }

    fn text(&mut self) -> Option<String> {
        let length = self.count()?;
        std::str::from_utf8(self.bytes(length)?).ok().map(str::to_owned)
    }

    fn cell(&mut self) -> Option<Cell> {
        Some(match self.bytes(1)?[0] {
            b'n' => Cell::Number(self.number()?),
            b'e' => Cell::Estimate(self.estimate()?),
            b's' => Cell::Sampled(self.number()?, Some(self.number()?)),
            b'u' => Cell::Sampled(self.number()?, None),
            b'b' => {
                let best = self.estimate()?;
                Cell::Failed(self.text()?, Some(best))
            }
            b'f' => Cell::Failed(self.text()?, None),
            b't' => Cell::Text(self.text()?),
            b'm' => Cell::Missing(self.text()?.into()),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Any bits at all: −0, subnormals, infinities and every NaN.
    fn number() -> impl Strategy<Value = f64> {
        prop_oneof![
            any::<u64>().prop_map(f64::from_bits),
            (0u64..1 << 52).prop_map(f64::from_bits),
            Just(-0.0),
            Just(f64::INFINITY),
        ]
    }

    fn estimate() -> impl Strategy<Value = Estimate> {
        (number(), number()).prop_map(|(value, error)| Estimate { value, error })
    }

    fn words() -> impl Strategy<Value = String> {
        prop_oneof![".{0,40}", "[\\x00-\\x7f]{0,9}", "[τΛ\u{1f9ea}\n\"\\\\,]{0,600}"]
    }

    fn cell() -> impl Strategy<Value = Cell> {
        prop_oneof![
            number().prop_map(Cell::Number),
            estimate().prop_map(Cell::Estimate),
            (number(), proptest::option::of(number())).prop_map(|(x, s)| Cell::Sampled(x, s)),
            words().prop_map(Cell::Text),
            words().prop_map(|reason| Cell::Missing(reason.into())),
            (words(), proptest::option::of(estimate())).prop_map(|(w, e)| Cell::Failed(w, e)),
        ]
    }

    fn row() -> impl Strategy<Value = Row> {
        (proptest::collection::vec(cell(), 0..20), proptest::collection::vec(words(), 0..4))
            .prop_map(|(cells, notes)| Row { cells, notes })
    }

    /// Everything in a row, numbers by their bits.
    fn bits(row: &Row) -> Vec<String> {
        let cell = |cell: &Cell| {
            let numbers = [cell.value(), cell.spread()].map(|x| x.map(f64::to_bits));
            let words = if let Cell::Text(words) = cell { Some(words.as_str()) } else { None };
            let kind = std::mem::discriminant(cell);
            format!("{kind:?} {numbers:?} {:?} {words:?}", cell.reason())
        };
        row.cells.iter().map(cell).chain(row.notes.iter().cloned()).collect()
    }

    fn split(record: &[u8]) -> ([u8; FRAME], &[u8]) {
        let (frame, payload) = record.split_at(FRAME);
        (frame.try_into().unwrap(), payload)
    }

    proptest! {
        #[test]
        fn identity_rows_survive_to_the_bit(index in 0usize..usize::MAX - 1, row in row()) {
            let mut bytes = Vec::new();
            encode(index, &row, &mut bytes);
            let (frame, payload) = split(&bytes);
            prop_assert_eq!(length(frame) as usize, payload.len());
            prop_assert!(sound(frame, payload));
            prop_assert_eq!(mark(payload), Some(Mark::Row(index)));
            prop_assert_eq!(bits(&decode(payload).unwrap()), bits(&row));
        }

        /// A record with up to three flipped bytes next to each other is never taken for sound: a
        /// CRC-32 sees every burst of up to 32 bits.
        #[test]
        fn identity_damage_is_seen(
            row in row(),
            place in any::<proptest::sample::Index>(),
            mask in 1u32..1 << 24,
        ) {
            let mut bytes = Vec::new();
            encode(7, &row, &mut bytes);
            let at = place.index(bytes.len() - 3);
            for (byte, flip) in bytes[at..].iter_mut().zip(mask.to_le_bytes()) {
                *byte ^= flip;
            }
            let (frame, payload) = split(&bytes);
            prop_assert!(length(frame) as usize != payload.len() || !sound(frame, payload));
        }

        #[test]
        fn bad_input_any_bytes_are_rows_or_none(
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
        ) {
            let _ = (mark(&bytes), decode(&bytes));
        }
    }

    #[test]
    fn identity_the_end_has_a_mark() {
        let mut bytes = Vec::new();
        encode_end(12, &mut bytes);
        let (frame, payload) = split(&bytes);
        assert!(sound(frame, payload));
        assert_eq!(mark(payload), Some(Mark::End(12)));
        // What a disk may leave after a power failure.
        assert_eq!(mark(&[]), None);
        assert!(!sound([0; FRAME], &[]));
    }
}
