//! The papers behind the formulas, from docs/references.bib.

/// The bibliography, as it stands in the repository.
pub const BIBLIOGRAPHY: &str = include_str!("../docs/references.bib");

/// Every key of the bibliography.
pub fn keys() -> Vec<&'static str> {
    BIBLIOGRAPHY
        .lines()
        .filter(|line| line.starts_with('@'))
        .filter_map(|line| line.split_once('{'))
        .map(|(_, rest)| rest.trim_end_matches(',').trim())
        .collect()
}

/// The value of a field of an entry.
fn field(key: &str, name: &str) -> Option<&'static str> {
    let start = BIBLIOGRAPHY.find(&format!("{{{key},"))?;
    let entry = &BIBLIOGRAPHY[start..];
    let entry = &entry[..entry.find("\n}").unwrap_or(entry.len())];
    let line = entry.lines().find(|line| {
        line.trim_start().strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('='))
    })?;
    let value = line.split_once('=')?.1.trim().trim_end_matches(',');
    Some(value.trim_start_matches('{').trim_end_matches('}'))
}

/// A source such as "BBDM24 Eq. 3" written out: authors, title, place.
pub fn citation(source: &str) -> String {
    let (key, place) = source.split_once(' ').unwrap_or((source, ""));
    let (Some(author), Some(title), Some(year)) =
        (field(key, "author"), field(key, "title"), field(key, "year"))
    else {
        return format!("[{source}]");
    };
    let author = author.replace(" and ", ", ");
    let at = field(key, "eprint").map(|e| format!(", arXiv {e}")).unwrap_or_default();
    let place = if place.is_empty() { String::new() } else { format!(", {place}") };
    format!("[{key}] {author}: {title} ({year}){at}{place}")
}
