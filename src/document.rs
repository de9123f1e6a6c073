//! TOML and JSON files as one tree whose every node knows its line.

use crate::error::{Error, Result};
use crate::suggest::did_you_mean;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// A parsed file.
#[derive(Debug)]
pub struct Document {
    path: PathBuf,
    text: String,
    root: Node,
}

/// One value in the file.
#[derive(Clone, Debug)]
pub struct Node {
    /// Byte offset of its first character.
    start: usize,
    /// Key path from the root, such as `class[2].mean`.
    key: String,
    content: Content,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub enum Content {
    /// JSON's null.
    Null,
    /// true or false.
    Boolean(bool),
    /// An integer or a real number.
    Number(f64),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Keys and values in the order written.
    Table(Vec<(String, Node)>),
}

/// What a document is called that was given in the place of its path.
const GIVEN: &str = "given.json";

impl Document {
    /// Reads and parses `path`: JSON if its name ends in .json, TOML otherwise. In the place of a path
    /// may stand the JSON object itself.
    ///
    /// # Errors
    /// [`Error::File`] with the line and what is wrong.
    pub fn read(path: &Path) -> Result<Self> {
        if let Some(text) = path.to_str().filter(|text| text.starts_with('{')) {
            return Self::parse(Path::new(GIVEN), text.to_owned());
        }
        Self::parse(path, crate::inputs::read_to_string(path)?)
    }

    /// Parses `text` as the content of `path`.
    ///
    /// # Errors
    /// [`Error::File`] with the line and what is wrong.
    pub fn parse(path: &Path, text: String) -> Result<Self> {
        let json = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
        let root = if json { parse_json(&text) } else { parse_toml(&text) };
        let root = root.map_err(|(offset, message)| Error::File {
            path: path.to_owned(),
            location: Some(format!("line {}", line(&text, offset))),
            message,
        })?;
        Ok(Self { path: path.to_owned(), text, root })
    }

    /// The outermost table.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// The file's name.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// An error about `node`.
    pub fn error(&self, node: &Node, message: impl Into<String>) -> Error {
        let line = line(&self.text, node.start);
        let key = if node.key.is_empty() { String::new() } else { format!(", {}", node.key) };
        Error::File {
            path: self.path.clone(),
            location: Some(format!("line {line}{key}")),
            message: message.into(),
        }
    }

    /// The entries of a table.
    ///
    /// # Errors
    /// [`Error::File`] if the node is not a table or has a key that is not in `known`.
    pub fn table<'a>(&self, node: &'a Node, known: &[&str]) -> Result<&'a [(String, Node)]> {
        let Content::Table(entries) = &node.content else {
            return Err(
                self.error(node, format!("must be a table with the keys {}", known.join(", ")))
            );
        };
        for (name, value) in entries {
            if !known.is_empty() && !known.contains(&name.as_str()) {
                let hint = did_you_mean(name, known.iter().copied());
                let message = format!("unknown key {name}{hint} (known: {})", known.join(", "));
                return Err(self.error(value, message));
            }
        }
        Ok(entries)
    }

    /// The value of `name` in a table, if it is there.
    pub fn get<'a>(&self, node: &'a Node, name: &str) -> Option<&'a Node> {
        match &node.content {
            Content::Table(entries) => entries.iter().find(|(n, _)| n == name).map(|(_, v)| v),
            _ => None,
        }
    }

    /// A number.
    ///
    /// # Errors
    /// [`Error::File`] for anything else.
    pub fn number(&self, node: &Node) -> Result<f64> {
        match node.content {
            Content::Number(x) => Ok(x),
            _ => Err(self.error(node, format!("must be a number, not {}", node.kind()))),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// [`Error::File`] for anything else.
    pub fn text<'a>(&self, node: &'a Node) -> Result<&'a str> {
        match &node.content {
            Content::Text(x) => Ok(x),
            _ => Err(self.error(node, format!("must be text, not {}", node.kind()))),
        }
    }

    /// A list.
    ///
    /// # Errors
    /// [`Error::File`] for anything else.
    pub fn list<'a>(&self, node: &'a Node) -> Result<&'a [Node]> {
        match &node.content {
            Content::List(x) => Ok(x),
            _ => Err(self.error(node, format!("must be a list, not {}", node.kind()))),
        }
    }

    /// A list of numbers.
    ///
    /// # Errors
    /// [`Error::File`] for anything else.
    pub fn numbers(&self, node: &Node) -> Result<Vec<f64>> {
        self.list(node)?.iter().map(|x| self.number(x)).collect()
    }
}

impl Node {
    /// What the node holds.
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// Key path from the root.
    pub fn key(&self) -> &str {
        &self.key
    }

    fn kind(&self) -> &'static str {
        match self.content {
            Content::Null => "null",
            Content::Boolean(_) => "true or false",
            Content::Number(_) => "a number",
            Content::Text(_) => "text",
            Content::List(_) => "a list",
            Content::Table(_) => "a table",
        }
    }
}

/// One-based line of a byte offset.
fn line(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())].iter().filter(|&&b| b == b'\n').count() + 1
}

fn join(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") }
}

/// Deepest nesting of JSON's brackets, as far as TOML's may go.
const DEEPEST: usize = 80;

type Located<T> = std::result::Result<T, (usize, String)>;

fn parse_toml(text: &str) -> Located<Node> {
    let table = DeTable::parse(text)
        .map_err(|e| (e.span().map_or(0, |s| s.start), e.message().trim().to_owned()))?;
    toml_table(table.get_ref(), 0, String::new())
}

fn toml_table(table: &DeTable<'_>, start: usize, key: String) -> Located<Node> {
    let mut entries = Vec::with_capacity(table.len());
    for (name, value) in table {
        let path = join(&key, name.get_ref());
        // A sub-table may carry the span of its header; the key's own span is where it is written.
        let node = toml_value(value.get_ref(), name.span().start, path)?;
        entries.push((name.get_ref().to_string(), node));
    }
    entries.sort_by_key(|(_, node)| node.start);
    Ok(Node { start, key, content: Content::Table(entries) })
}

fn toml_value(value: &DeValue<'_>, start: usize, key: String) -> Located<Node> {
    let number = |text: &str| {
        text.replace('_', "")
            .parse::<f64>()
            .map_err(|_| (start, format!("cannot read the number {text}")))
    };
    let content = match value {
        DeValue::String(x) => Content::Text(x.to_string()),
        DeValue::Integer(x) if x.radix() == 10 => Content::Number(number(x.as_str())?),
        DeValue::Integer(x) => {
            let value = i64::from_str_radix(&x.as_str().replace('_', ""), x.radix());
            let value =
                value.map_err(|_| (start, format!("cannot read the integer {}", x.as_str())))?;
            Content::Number(value as f64)
        }
        DeValue::Float(x) => Content::Number(number(x.as_str())?),
        DeValue::Boolean(x) => Content::Boolean(*x),
        DeValue::Datetime(x) => Content::Text(x.to_string()),
        DeValue::Array(items) => {
            let nodes = items.iter().enumerate().map(|(k, item)| {
                toml_value(item.get_ref(), item.span().start, format!("{key}[{}]", k + 1))
            });
            Content::List(nodes.collect::<Located<_>>()?)
        }
        DeValue::Table(table) => return toml_table(table, start, key),
    };
    Ok(Node { start, key, content })
}

fn parse_json(text: &str) -> Located<Node> {
    let fail = |e: serde_json::Error| {
        let before: usize =
            text.split_inclusive('\n').take(e.line().saturating_sub(1)).map(str::len).sum();
        (before + e.column().saturating_sub(1), e.to_string())
    };
    let raw: &RawValue = serde_json::from_str(text).map_err(fail)?;
    json_value(raw, text, String::new(), 0)
}

/// `depth` counts the brackets around the value: the reader calls itself once for each.
fn json_value(raw: &RawValue, text: &str, key: String, depth: usize) -> Located<Node> {
    let source = raw.get();
    // A raw value borrows from the text it was parsed from: the difference is its offset.
    let start = (source.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    let fail = |e: serde_json::Error| (start, e.to_string());
    if depth > DEEPEST {
        return Err((start, format!("nests brackets more than {DEEPEST} deep")));
    }
    let content = match source.as_bytes().first() {
        Some(b'{') => {
            let entries: BTreeMap<String, &RawValue> =
                serde_json::from_str(source).map_err(fail)?;
            let mut nodes = Vec::with_capacity(entries.len());
            for (name, value) in entries {
                let node = json_value(value, text, join(&key, &name), depth + 1)?;
                nodes.push((name, node));
            }
            nodes.sort_by_key(|(_, node)| node.start);
            Content::Table(nodes)
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(source).map_err(fail)?;
            let nodes = items
                .into_iter()
                .enumerate()
                .map(|(k, item)| json_value(item, text, format!("{key}[{}]", k + 1), depth + 1));
            Content::List(nodes.collect::<Located<_>>()?)
        }
        Some(b'"') => Content::Text(serde_json::from_str(source).map_err(fail)?),
        Some(b't' | b'f') => Content::Boolean(serde_json::from_str(source).map_err(fail)?),
        Some(b'n') => Content::Null,
        _ => Content::Number(serde_json::from_str(source).map_err(fail)?),
    };
    Ok(Node { start, key, content })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_toml_and_json_give_one_tree() {
        let toml = "a = 1\n[[b]]\nc = [1.5, 2]\n[[b]]\nc = \"x\"\n";
        let json = "{\"a\": 1,\n \"b\": [{\n\"c\": [1.5, 2]}, {\n\n\"c\": \"x\"}]}";
        for (name, text) in [("m.toml", toml), ("m.json", json)] {
            let doc = Document::parse(Path::new(name), text.to_owned()).unwrap();
            let b = doc.list(doc.get(doc.root(), "b").unwrap()).unwrap();
            let c = doc.get(&b[0], "c").unwrap();
            assert_eq!(doc.numbers(c).unwrap(), [1.5, 2.0]);
            let wrong = doc.number(doc.get(&b[1], "c").unwrap()).unwrap_err().to_string();
            assert!(wrong.contains("line 5, b[2].c: must be a number, not text"), "{wrong}");
        }
    }

    /// Each level is a call and reads its text again: without a limit both stack and time run out.
    #[test]
    fn bad_input_deep_nesting_is_an_error() {
        for depth in [DEEPEST + 1, 30_000] {
            for (open, close) in [("[", "]"), ("{\"a\": ", "}")] {
                let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
                let message = Document::parse(Path::new("m.json"), text).unwrap_err().to_string();
                assert!(message.contains("line 1: nests brackets more than"), "{message}");
            }
        }
        let text = format!("{}1{}", "[".repeat(DEEPEST), "]".repeat(DEEPEST));
        assert!(Document::parse(Path::new("m.json"), text).is_ok());
    }

    #[test]
    fn limit_syntax_errors_say_the_line() {
        for (name, text) in
            [("m.toml", "a = 1\nb = [1,\nc = 3\n"), ("m.json", "{\"a\": 1,\n\"b\": }")]
        {
            let message =
                Document::parse(Path::new(name), text.to_owned()).unwrap_err().to_string();
            assert!(message.contains("line "), "{message}");
        }
    }
}
