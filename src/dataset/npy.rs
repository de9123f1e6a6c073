//! NumPy's npy files: a header in Python's notation, then the numbers.
//!
//! The header is read here and not by a crate, because it may lie: those at hand believe its lengths
//! (and ask for that much memory), recurse as deep as it nests, and refuse the comments that NumPy
//! reads and this program writes.

use super::array::{Array, Layout};
use super::element::Element;
use super::notation::{Python, Reader};
use super::stored::Stored;
use crate::error::Result;

/// What npy files begin with.
pub const MAGIC: &[u8] = b"\x93NUMPY";

/// Longest header read; NumPy itself refuses headers beyond 10 000 bytes.
const LONGEST_HEADER: usize = 1 << 20;

/// What one entry of an array is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A number.
    Number(Element),
    /// A record of named numbers, with its size in bytes.
    Record(Vec<Field>, usize),
    /// A text of so many characters.
    Text(Characters, usize),
}

/// The characters of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Characters {
    /// Bytes.
    Bytes,
    /// Unicode in four bytes, perhaps the highest first.
    Unicode {
        /// Whether the highest byte comes first.
        big_endian: bool,
    },
}

/// A number in a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub element: Element,
    /// Its first byte within the record.
    pub offset: usize,
}

/// A header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// What the entries are.
    pub entry: Entry,
    /// Whether the first index runs fastest.
    pub fortran: bool,
    /// Shape.
    pub shape: Vec<usize>,
    /// First byte after the header.
    pub offset: u64,
}

/// The array in a file.
///
/// # Errors
/// [`crate::Error::File`] for a header that cannot be read or does not fit the file.
pub fn array(stored: Stored) -> Result<Array> {
    let Header { entry, fortran, shape, offset } = header(&stored)?;
    let element = match entry {
        Entry::Number(element) => element,
        Entry::Record(..) => {
            let message = "has records of named fields: a plain array of numbers is needed";
            return Err(stored.error(Some("header".into()), message));
        }
        Entry::Text(..) => {
            let message = "has texts, as labels may be: an array of numbers is needed";
            return Err(stored.error(Some("header".into()), message));
        }
    };
    Array::new(stored, Layout { offset, element, shape, fortran })
}

/// The header of a file.
///
/// # Errors
/// [`crate::Error::File`] saying what is wrong with it.
pub fn header(stored: &Stored) -> Result<Header> {
    let prefix = stored.start(12)?;
    let wrong = |message: String| stored.error(Some("header".into()), message);
    let (start, length) = extent(&prefix).map_err(wrong)?;
    let there = stored.length().saturating_sub(start as u64);
    if length as u64 > there {
        return Err(wrong(format!(
            "is truncated: {length} bytes of header are promised, {there} are there"
        )));
    }
    if length > LONGEST_HEADER {
        return Err(wrong(format!(
            "promises {length} bytes of header, more than {LONGEST_HEADER}"
        )));
    }
    let mut text = vec![0; length];
    stored.read(start as u64, &mut text)?;
    let (entry, fortran, shape) = parse(&text).map_err(wrong)?;
    Ok(Header { entry, fortran, shape, offset: (start + length) as u64 })
}

/// Where the header's text begins, and its length.
fn extent(prefix: &[u8]) -> std::result::Result<(usize, usize), String> {
    match prefix {
        [0x93, b'N', b'U', b'M', b'P', b'Y', 1, _, a, b, ..] => {
            Ok((10, usize::from(u16::from_le_bytes([*a, *b]))))
        }
        [0x93, b'N', b'U', b'M', b'P', b'Y', 2 | 3, _, a, b, c, d] => {
            let length = u32::from_le_bytes([*a, *b, *c, *d]);
            // A usize holds 32 bits on every system that has this much data.
            Ok((12, usize::try_from(length).unwrap_or(usize::MAX)))
        }
        [0x93, b'N', b'U', b'M', b'P', b'Y', 1..=3, ..] => Err("is truncated".into()),
        [0x93, b'N', b'U', b'M', b'P', b'Y', version, ..] => {
            Err(format!("has version {version} of the npy format: 1, 2 and 3 are known"))
        }
        _ => Err("does not begin like an npy file".into()),
    }
}

/// The text of a header: entry, order, shape.
pub(crate) fn parse(text: &[u8]) -> std::result::Result<(Entry, bool, Vec<usize>), String> {
    let mut reader = Reader::new(text);
    let Python::Dict(members) = reader.value(0)? else {
        return Err("must be a Python dict of descr, fortran_order and shape".into());
    };
    reader.end()?;
    let get = |key: &str| {
        let mut found = members.iter().filter(|(k, _)| *k == Python::Text(key.into()));
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Ok(value),
            (None, _) => Err(format!("has no {key}")),
            _ => Err(format!("says {key} twice")),
        }
    };
    let entry = entry(get("descr")?)?;
    let Python::Bool(fortran) = get("fortran_order")? else {
        return Err("fortran_order must be True or False".into());
    };
    let Python::List(sizes) = get("shape")? else {
        return Err("shape must be a tuple of whole numbers".into());
    };
    let size = |size: &Python| match size {
        Python::Whole(size) => Ok(*size),
        _ => Err("shape must be a tuple of whole numbers".to_owned()),
    };
    let shape = sizes.iter().map(size).collect::<std::result::Result<_, _>>()?;
    Ok((entry, *fortran, shape))
}

/// What `descr` says.
fn entry(descr: &Python) -> std::result::Result<Entry, String> {
    let number = |descr: &str| {
        Element::from_numpy(descr).ok_or_else(|| {
            format!("has entries of type {descr:?}: floats (f2, f4, f8), integers (i1 to i8, u1 to u8) and b1 are read")
        })
    };
    let fields = match descr {
        Python::Text(descr) => {
            return Ok(match text_of(descr) {
                Some((characters, count)) => Entry::Text(characters, count),
                None => Entry::Number(number(descr)?),
            });
        }
        Python::List(fields) => fields,
        _ => return Err("descr must be a type such as '<f8'".into()),
    };
    let (mut named, mut offset) = (Vec::new(), 0);
    for field in fields {
        let Python::List(parts) = field else {
            return Err("a field of descr must be a pair of name and type".into());
        };
        let [Python::Text(name), Python::Text(descr)] = &parts[..] else {
            return Err("a field of descr must be a pair of name and type; arrays within records are not read".into());
        };
        let element = number(descr)?;
        named.push(Field { name: name.clone(), element, offset });
        offset += element.size();
    }
    if named.is_empty() {
        return Err("descr has no fields".into());
    }
    Ok(Entry::Record(named, offset))
}

/// The texts that `descr` means, such as `<U5` and `|S3`.
fn text_of(descr: &str) -> Option<(Characters, usize)> {
    let (order, rest) = descr.split_at_checked(1)?;
    let (kind, count) = rest.split_at_checked(1)?;
    let characters = match kind {
        "U" => Characters::Unicode { big_endian: order == ">" },
        "S" => Characters::Bytes,
        _ => return None,
    };
    Some((characters, count.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::super::notation::Parsed;
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Parsed<(Entry, bool, Vec<usize>)> {
        parse(text.as_bytes())
    }

    #[test]
    fn identity_headers_that_numpy_writes() {
        let plain = "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }     \n";
        let f8 = Element::from_numpy("<f8").unwrap();
        assert_eq!(read(plain).unwrap(), (Entry::Number(f8), false, vec![3, 2]));
        let long = "{'descr':'|u1','fortran_order':True,'shape':(60000L,28L,28L)} # made by hand\n";
        assert_eq!(read(long).unwrap().2, [60_000, 28, 28]);
        let scalar = "{'shape': (), 'fortran_order': False, 'descr': '>i4'}";
        assert_eq!(read(scalar).unwrap().2, [] as [usize; 0]);
        let record =
            "{'descr': [('t', '<f8'), (\"n\", '<i4')], 'fortran_order': False, 'shape': (5,)}";
        let Entry::Record(fields, size) = read(record).unwrap().0 else { panic!("no record") };
        assert_eq!((size, fields[1].offset, fields[1].name.as_str()), (12, 8, "n"));
    }

    #[test]
    fn bad_input_headers_are_errors_with_a_reason() {
        for (text, reason) in [
            ("", "ends where a value should be"),
            ("{'descr': '<f8', 'shape': (3,)}", "no fortran_order"),
            ("{'descr': '<f8', 'fortran_order': 1, 'shape': (3,)}", "True or False"),
            ("{'descr': '<c16', 'fortran_order': False, 'shape': (3,)}", "c16"),
            ("{'descr': '|O', 'fortran_order': False, 'shape': (3,)}", "|O"),
            ("{'descr': '<f8', 'fortran_order': False, 'shape': (-3,)}", "'-'"),
            ("{'descr': '<f8', 'fortran_order': False, 'shape': 3}", "tuple"),
            (
                "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}",
                "beyond any memory",
            ),
            ("{'descr': '<f8', 'descr': '<f4', 'fortran_order': False, 'shape': ()}", "twice"),
            ("{'descr': '<f8', 'fortran_order': False, 'shape': (3,)", "closing bracket"),
            ("{'descr': '<f8, 'fortran_order': False, 'shape': (3,)}", "comma"),
            ("{'descr': '<f8', 'fortran_order': False, 'shape': (3,)} 1", "the end"),
            ("((((((((((((((((((((", "deep"),
        ] {
            let message = read(text).unwrap_err();
            assert!(message.contains(reason), "{text}: {message}");
        }
    }

    proptest! {
        #[test]
        fn property_no_header_panics(text in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = parse(&text);
        }

        /// Soup of a header's own characters goes deeper than random bytes.
        #[test]
        fn property_soup_of_headers_does_not_panic(text in "[{}\\[\\](),:'\"<>|f84TrueFalsdcport_h #\\\\0-9L]{0,80}") {
            let _ = read(&text);
        }

        /// A header cut or changed anywhere gives an answer or an error.
        #[test]
        fn property_damaged_headers_do_not_panic(cut in 0usize..70, byte in any::<u8>(), at in 0usize..70) {
            let mut text = b"{'descr': [('t', '<f8')], 'fortran_order': False, 'shape': (3, 2), }".to_vec();
            let at = at % text.len();
            text[at] = byte;
            text.truncate(cut);
            let _ = parse(&text);
        }

        #[test]
        fn identity_any_shape_reads_back(shape in proptest::collection::vec(0usize..1_000_000, 0..6), fortran in any::<bool>()) {
            let sizes: String = shape.iter().map(|s| format!("{s}, ")).collect();
            let order = if fortran { "True" } else { "False" };
            let text = format!("{{'descr': '<f4', 'fortran_order': {order}, 'shape': ({sizes})}}");
            let (_, read_order, read_shape) = read(&text).unwrap();
            prop_assert_eq!((read_order, read_shape), (fortran, shape));
        }
    }
}
