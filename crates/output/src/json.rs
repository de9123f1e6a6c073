//! JSON: an object with the columns described and one object a row, nested by dots.

use super::{Format, number};
use regimes::table::{Cell, Column, Head, Kind, Row, Summary};

/// The format.
pub struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn begin(&self, head: &Head, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"program\": \"regimes\", \"version\": ");
        text(env!("CARGO_PKG_VERSION"), out);
        member("command", &head.command, out);
        if !head.model.is_empty() {
            member("model", &head.model, out);
        }
        if let Some(title) = &head.title {
            member("title", title, out);
        }
        member("command_line", &head.command_line, out);
        out.extend_from_slice(b",\n \"conventions\": {");
        for (k, (name, value)) in head.conventions.iter().enumerate() {
            if k > 0 {
                out.extend_from_slice(b", ");
            }
            text(name, out);
            out.extend_from_slice(b": ");
            text(value, out);
        }
        out.push(b'}');
        if !head.summary.is_empty() {
            out.extend_from_slice(b",\n \"summary\": {");
            for (k, (name, value)) in head.summary.iter().enumerate() {
                if k > 0 {
                    out.extend_from_slice(b", ");
                }
                text(name, out);
                out.extend_from_slice(b": ");
                json_number(*value, out);
            }
            out.push(b'}');
        }
        out.extend_from_slice(b",\n \"notes\": [");
        list(&head.notes, out);
        out.extend_from_slice(b"],\n \"columns\": [");
        for (k, column) in head.columns.iter().enumerate() {
            out.extend_from_slice(if k > 0 { b",\n  {" } else { b"\n  {" });
            out.extend_from_slice(b"\"name\": ");
            text(&column.name, out);
            member("symbol", &column.symbol, out);
            member("unit", &column.unit, out);
            member("source", &column.source, out);
            out.push(b'}');
        }
        out.extend_from_slice(b"],\n \"rows\": [");
    }

    fn row(&self, head: &Head, index: usize, row: &Row, out: &mut Vec<u8>) {
        out.extend_from_slice(if index > 0 { b",\n  {" } else { b"\n  {" });
        let mut open: Vec<&str> = Vec::new();
        let mut fresh = true;
        for place in grouped(&head.columns) {
            let (Some(column), Some(cell)) = (head.columns.get(place), row.cells.get(place)) else {
                continue;
            };
            let path: Vec<&str> = column.name.split('.').collect();
            match (column.kind.spread(), cell) {
                (Some(spread), _) => {
                    let mut leaf = |key: &'static str, write: &dyn Fn(&mut Vec<u8>)| {
                        let path: Vec<&str> = path.iter().copied().chain([key]).collect();
                        enter(&mut open, &path, &mut fresh, out);
                        write(out);
                    };
                    match (cell.value(), cell.reason()) {
                        (Some(value), reason) => {
                            leaf("value", &|out| json_number(value, out));
                            match cell.spread() {
                                Some(width) => leaf(spread, &|out| json_number(width, out)),
                                None if column.kind == Kind::Sampled => {
                                    leaf(spread, &|out| out.extend_from_slice(b"null"));
                                }
                                None => leaf(spread, &|out| json_number(f64::INFINITY, out)),
                            }
                            if let Some(reason) = reason {
                                leaf("reason", &|out| text(reason, out));
                            }
                        }
                        (None, reason) => {
                            leaf("value", &|out| out.extend_from_slice(b"null"));
                            leaf("reason", &|out| text(reason.unwrap_or("not computed"), out));
                        }
                    }
                }
                (_, cell) => {
                    enter(&mut open, &path, &mut fresh, out);
                    match cell {
                        Cell::Text(x) => text(x, out),
                        cell => match cell.value() {
                            Some(x) => json_number(x, out),
                            None => out.extend_from_slice(b"null"),
                        },
                    }
                }
            }
        }
        for _ in 0..open.len().saturating_sub(1) {
            out.push(b'}');
        }
        if head.row_notes {
            let flat = head
                .columns
                .iter()
                .zip(&row.cells)
                .filter(|(column, _)| column.kind.spread().is_none())
                .filter_map(|(column, cell)| {
                    cell.reason().map(|r| format!("{}: {r}", column.name))
                });
            let notes: Vec<String> = flat.chain(row.notes.iter().cloned()).collect();
            out.extend_from_slice(if fresh { b"\"notes\": [" } else { b", \"notes\": [" });
            list(&notes, out);
            out.push(b']');
        }
        out.push(b'}');
    }

    fn end(&self, _: &Head, _: &Summary, out: &mut Vec<u8>) {
        out.extend_from_slice(b"]}\n");
    }
}

/// The places of the columns, those that share an object side by side: a key stands once in an object.
fn grouped(columns: &[Column]) -> Vec<usize> {
    let parents: Vec<Option<&str>> =
        columns.iter().map(|c| c.name.split_once('.').map(|(parent, _)| parent)).collect();
    let apart = |k: usize| {
        let own = parents[k];
        own.is_some() && k > 0 && own != parents[k - 1] && parents[..k].contains(&own)
    };
    let mut places: Vec<usize> = (0..columns.len()).collect();
    if places.iter().any(|&k| apart(k)) {
        let first = |prefix: &str| {
            columns.iter().position(|c| {
                c.name
                    .strip_prefix(prefix)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        // Where each prefix of a name stands first.
        places.sort_by_cached_key(|&k| {
            let name = &columns[k].name;
            let ends = name.match_indices('.').map(|(at, _)| at).chain([name.len()]);
            ends.map(|end| first(&name[..end])).collect::<Vec<_>>()
        });
    }
    places
}

/// Moves from the object where the last leaf was written to the one of `path`, and writes its key.
fn enter<'a>(open: &mut Vec<&'a str>, path: &[&'a str], fresh: &mut bool, out: &mut Vec<u8>) {
    let depth = path.len() - 1;
    let common = open
        .iter()
        .zip(&path[..depth])
        .take_while(|(a, b)| a == b)
        .count()
        .min(open.len().saturating_sub(1));
    // `open` holds the path of the last leaf, its own key included.
    for _ in common..open.len().saturating_sub(1) {
        out.push(b'}');
    }
    if !*fresh {
        out.extend_from_slice(b", ");
    }
    for key in &path[common..depth] {
        text(key, out);
        out.extend_from_slice(b": {");
    }
    text(path[depth], out);
    out.extend_from_slice(b": ");
    *fresh = false;
    open.clear();
    open.extend_from_slice(path);
}

/// JSON has no infinity: it is written as the string "inf".
fn json_number(x: f64, out: &mut Vec<u8>) {
    if x.is_finite() {
        number::exact(x, out);
    } else {
        out.push(b'"');
        number::exact(x, out);
        out.push(b'"');
    }
}

fn text(x: &str, out: &mut Vec<u8>) {
    // Writing a string to memory cannot fail; an empty string would still be valid JSON.
    if serde_json::to_writer(&mut *out, x).is_err() {
        out.extend_from_slice(b"\"\"");
    }
}

fn member(key: &str, value: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b", ");
    text(key, out);
    out.extend_from_slice(b": ");
    text(value, out);
}

fn list(items: &[String], out: &mut Vec<u8>) {
    for (k, item) in items.iter().enumerate() {
        if k > 0 {
            out.extend_from_slice(b", ");
        }
        text(item, out);
    }
}
