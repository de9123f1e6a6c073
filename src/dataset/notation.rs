//! The part of Python's notation that the headers of npy files use.

/// Deepest nesting of brackets; structured arrays need three.
const DEEPEST: usize = 8;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Python {
    Text(String),
    Whole(usize),
    Bool(bool),
    /// A list or a tuple.
    List(Vec<Python>),
    Dict(Vec<(Python, Python)>),
}

pub(super) struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

pub(super) type Parsed<T> = Result<T, String>;

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0 }
    }

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

    pub(super) fn end(&mut self) -> Parsed<()> {
        if self.peek().is_none() { Ok(()) } else { self.wrong("the end") }
    }

    pub(super) fn value(&mut self, depth: usize) -> Parsed<Python> {
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
