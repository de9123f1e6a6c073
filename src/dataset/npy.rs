//! NumPy's npy files: a header in Python's notation, then the numbers.
//!
//! The header is read here and not by a crate, because it may lie: those at hand believe its lengths
//! (and ask for that much memory), recurse as deep as it nests, and refuse the comments that NumPy
//! reads and this program writes.

use super::array::{Array, Layout};
use super::element::Element;
use super::stored::Stored;
use crate::error::Result;

/// What npy files begin with.
pub const MAGIC: &[u8] = b"\x93NUMPY";

/// Longest header read; NumPy itself refuses headers beyond 10 000 bytes.
const LONGEST_HEADER: usize = 1 << 20;

/// Deepest nesting of a header's brackets; structured arrays need three.
const DEEPEST: usize = 8;

/// What one entry of an array is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A number.
    Number(Element),
    /// A record of named numbers, with its size in bytes.
    Record(Vec<Field>, usize),
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
    let Entry::Number(element) = entry else {
        return Err(stored.error(
            Some("header".into()),
            "has records of named fields: a plain array of numbers is needed",
        ));
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
    let mut reader = Reader { text, at: 0 };
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
        Python::Text(descr) => return Ok(Entry::Number(number(descr)?)),
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

/// The part of Python's notation that headers use.
#[derive(Clone, Debug, PartialEq)]
enum Python {
    Text(String),
    Whole(usize),
    Bool(bool),
    /// A list or a tuple.
    List(Vec<Python>),
    Dict(Vec<(Python, Python)>),
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

type Parsed<T> = std::result::Result<T, String>;

impl Reader<'_> {
    /// The next byte that means something: blanks and comments do not.
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.text.get(self.at)? {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                b'#' => {
                    while self.text.get(self.at).is_some_and(|&b| b != b'\n') {
                        self.at += 1;
                    }
                }
                byte => return Some(*byte),
            }
        }
    }

    fn wrong<T>(&self, expected: &str) -> Parsed<T> {
        Err(match self.text.get(self.at) {
            Some(&byte) => format!(
                "{:?} at character {} where {expected} should be",
                char::from(byte),
                self.at + 1
            ),
            None => format!("ends where {expected} should be"),
        })
    }

    fn end(&mut self) -> Parsed<()> {
        if self.peek().is_none() { Ok(()) } else { self.wrong("the end") }
    }

    fn value(&mut self, depth: usize) -> Parsed<Python> {
        if depth > DEEPEST {
            return Err(format!("nests brackets more than {DEEPEST} deep"));
        }
        match self.peek() {
            Some(b'{') => self
                .items(b'}', |reader| {
                    let key = reader.value(depth + 1)?;
                    if reader.peek() != Some(b':') {
                        return reader.wrong("a colon");
                    }
                    reader.at += 1;
                    Ok((key, reader.value(depth + 1)?))
                })
                .map(Python::Dict),
            Some(b'[') => self.items(b']', |reader| reader.value(depth + 1)).map(Python::List),
            Some(b'(') => self.items(b')', |reader| reader.value(depth + 1)).map(Python::List),
            Some(quote @ (b'\'' | b'"')) => self.quoted(quote),
            Some(b'0'..=b'9') => self.whole(),
            Some(b'T' | b'F') => self.bool(),
            _ => self.wrong("a value"),
        }
    }

    /// Items up to `close`, separated by commas, with or without one at the end.
    fn items<T>(
        &mut self,
        close: u8,
        mut item: impl FnMut(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            if self.peek() == Some(close) {
                self.at += 1;
                return Ok(items);
            }
            items.push(item(self)?);
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(byte) if byte == close => {}
                _ => return self.wrong("a comma or the closing bracket"),
            }
        }
    }

    fn quoted(&mut self, quote: u8) -> Parsed<Python> {
        let mut bytes = Vec::new();
        self.at += 1;
        loop {
            match self.text.get(self.at) {
                Some(&byte) if byte == quote => break,
                Some(b'\\') => {
                    self.at += 1;
                    bytes.extend(self.text.get(self.at));
                }
                Some(&byte) => bytes.push(byte),
                None => return self.wrong("a closing quote"),
            }
            self.at += 1;
        }
        self.at += 1;
        Ok(Python::Text(String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn whole(&mut self) -> Parsed<Python> {
        let mut value = 0usize;
        while let Some(digit @ b'0'..=b'9') = self.text.get(self.at) {
            let next = value.checked_mul(10).and_then(|v| v.checked_add(usize::from(digit - b'0')));
            let Some(next) = next else {
                return Err("has a size beyond any memory".into());
            };
            value = next;
            self.at += 1;
        }
        // Python 2 wrote long integers so.
        if self.text.get(self.at) == Some(&b'L') {
            self.at += 1;
        }
        Ok(Python::Whole(value))
    }

    fn bool(&mut self) -> Parsed<Python> {
        for (word, value) in [("True", true), ("False", false)] {
            if self.text[self.at..].starts_with(word.as_bytes()) {
                self.at += word.len();
                return Ok(Python::Bool(value));
            }
        }
        self.wrong("a value")
    }
}

#[cfg(test)]
mod tests {
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
