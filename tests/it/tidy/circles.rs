//! No files of one room import each other in a circle: whoever reads one can stop at what it imports.
use super::sources;
use std::collections::{BTreeMap, BTreeSet};

/// Crates whose rooms are looked at beside the theory.
const ROOMS: &[&str] = &["numerics", "symbolic", "output", "figure", "cli"];

/// A module by the names from the root of its crate down.
type Path = Vec<String>;

/// What a module imports: the path as written, and the name by which it has it.
type Import = (Vec<String>, String);

/// The code of every module of a crate without comments and unit tests, given its files.
fn modules<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeMap<Path, String> {
    let mut all = BTreeMap::new();
    for (file, text) in files {
        let mut path: Path =
            file.trim_end_matches(".rs").split('/').map(ToOwned::to_owned).collect();
        if path.last().is_some_and(|name| ["mod", "lib", "main"].contains(&name.as_str())) {
            path.pop();
        }
        if path.last().is_some_and(|name| name == "tests") {
            continue;
        }
        // Unit tests in a file end it; `mod tests;` may stand among the others.
        let mut end = text.match_indices("#[cfg(test)]\nmod ").map(|(at, _)| at);
        let inline = |at: &usize| text[*at..].lines().nth(1).unwrap().ends_with('{');
        let code = &text[..end.find(inline).unwrap_or(text.len())];
        let lines = code.lines().map(|line| line.split("//").next().unwrap());
        all.insert(path, lines.collect::<Vec<_>>().join("\n"));
    }
    all
}

/// The paths of a tree such as `super::{a::B, c as d}`, one for each leaf.
fn leaves(tree: &str) -> Vec<String> {
    let Some((before, rest)) = tree.split_once('{') else {
        return vec![tree.trim().to_owned()];
    };
    let inner = rest.rfind('}').map_or(rest, |end| &rest[..end]);
    let (mut depth, mut start, mut all) = (0, 0, Vec::new());
    for (at, c) in inner.char_indices().chain([(inner.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let leaf = inner[start..at].trim();
                if !leaf.is_empty() {
                    all.extend(leaves(leaf).iter().map(|leaf| format!("{}{leaf}", before.trim())));
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    all
}

fn import(leaf: &str) -> Import {
    let (path, name) = leaf.split_once(" as ").unwrap_or((leaf, leaf));
    let path: Vec<String> = path.split("::").map(|word| word.trim().to_owned()).collect();
    let name = name.rsplit("::").next().unwrap().trim().to_owned();
    // `a::{self}` is a under its own name.
    match path.as_slice() {
        [before @ .., last] if last == "self" && !before.is_empty() => {
            let own = if name == "self" { before.last().unwrap().clone() } else { name };
            (before.to_vec(), own)
        }
        _ => (path, name),
    }
}

/// What the `use` declarations of some code import, and the paths written out in it.
fn imports(code: &str) -> Vec<Import> {
    let mut all = Vec::new();
    for (at, _) in code.match_indices("use ") {
        let line = code[..at].rsplit('\n').next().unwrap().trim();
        if line.is_empty() || line.starts_with("pub") {
            let tree = code[at + 4..].split(';').next().unwrap();
            all.extend(leaves(tree).iter().map(|leaf| import(leaf)));
        }
    }
    let of_a_name = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    for start in ["super::", "crate::"] {
        for (at, _) in code.match_indices(start) {
            if !code[..at].ends_with(of_a_name) {
                let end = code[at..].find(|c: char| !of_a_name(c)).unwrap_or(code.len() - at);
                all.push(import(code[at..at + end].trim_end_matches(':')));
            }
        }
    }
    all
}

/// The module that a path written in another one leads to, through re-exports; none outside the crate.
fn home(
    modules: &BTreeMap<Path, Vec<Import>>,
    from: &[String],
    path: &[String],
    depth: usize,
) -> Option<Path> {
    let mut rest = path;
    let mut at = match path.first()?.as_str() {
        "crate" => Vec::new(),
        "super" | "self" => from.to_vec(),
        first => {
            let child = [from, &[first.to_owned()]].concat();
            let path = [&["self".to_owned()][..], path].concat();
            return modules.contains_key(&child).then(|| home(modules, from, &path, depth))?;
        }
    };
    while let Some((word, more)) = rest.split_first() {
        match word.as_str() {
            "super" => {
                at.pop();
            }
            "self" | "crate" => {}
            _ => break,
        }
        rest = more;
    }
    while let Some((word, more)) = rest.split_first() {
        let child = [&at[..], std::slice::from_ref(word)].concat();
        if !modules.contains_key(&child) {
            break;
        }
        (at, rest) = (child, more);
    }
    // What a room lends from one of its files is that file's.
    let lent = rest.first().filter(|_| depth > 0).and_then(|word| {
        let mut same =
            modules.get(&at)?.iter().filter(|(path, name)| name == word && *path != rest);
        same.find_map(|(path, _)| home(modules, &at, path, depth - 1))
    });
    lent.or(Some(at))
}

/// The imports that circles of siblings are made of, each with who needs it.
fn circles(modules: &BTreeMap<Path, String>) -> BTreeSet<String> {
    /// Re-exports of re-exports that are followed.
    const DEPTH: usize = 5;
    let all: BTreeMap<Path, Vec<Import>> =
        modules.iter().map(|(path, code)| (path.clone(), imports(code))).collect();
    let mut edges: Vec<(Path, Path, String)> = Vec::new();
    for (from, list) in &all {
        for (path, _) in list {
            let Some(to) = home(&all, from, path, DEPTH) else { continue };
            let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
            // A room and its own files belong together.
            if shared < from.len() && shared < to.len() {
                let why = format!("{} imports {}", from.join("/"), path.join("::"));
                edges.push((from[..=shared].to_vec(), to[..=shared].to_vec(), why));
            }
        }
    }
    // Who imports nothing that is left, or is imported by nobody left, is in no circle.
    loop {
        let before = edges.len();
        let importing: BTreeSet<Path> = edges.iter().map(|(from, ..)| from.clone()).collect();
        edges.retain(|(_, to, _)| importing.contains(to));
        let imported: BTreeSet<Path> = edges.iter().map(|(_, to, _)| to.clone()).collect();
        edges.retain(|(from, ..)| imported.contains(from));
        if edges.len() == before {
            return edges.into_iter().map(|(.., why)| why).collect();
        }
    }
}

#[test]
fn identity_no_room_has_a_circle() {
    let files = sources();
    let of = |room: &str| -> BTreeMap<Path, String> {
        modules(files.iter().filter_map(|(file, text)| {
            let file = file.as_str();
            let inside = if room.is_empty() {
                super::theory_file(file).then_some(file)
            } else {
                file.strip_prefix(room)?.strip_prefix('/')
            };
            Some((inside?, text.as_str()))
        }))
    };
    for room in ROOMS.iter().chain([&""]) {
        let modules = of(room);
        assert!(modules.len() > 5, "{room}: {:?}", modules.keys());
        let circles = circles(&modules);
        assert!(circles.is_empty(), "files of {room:?} that import each other: {circles:#?}");
    }
}

/// Small rooms with and without circles.
#[test]
fn identity_circles_are_found() {
    let found = |files: &[(&str, &str)]| circles(&modules(files.iter().copied())).len();
    let (one, other) = ("use super::b::{B, self as c};", "fn f() { super::a::g() }");
    assert_eq!(found(&[("r/mod.rs", "mod a;"), ("r/a.rs", one), ("r/b.rs", "")]), 0);
    assert_eq!(found(&[("r/mod.rs", "mod a;"), ("r/a.rs", one), ("r/b.rs", other)]), 3);
    assert_eq!(found(&[("r/mod.rs", ""), ("r/a.rs", one), ("r/b.rs", "// super::a\n")]), 0);
    // Unit tests may import what they like.
    let test = "#[cfg(test)]\nmod tests {\n    use super::super::a;\n}";
    assert_eq!(found(&[("r/mod.rs", ""), ("r/a.rs", one), ("r/b.rs", test)]), 0);
    // Through what the room lends, but not through the room itself.
    let lends = ("r/mod.rs", "pub use a::A;\npub(super) struct R;");
    let through = |name: &str| format!("use crate::r::{name};");
    assert_eq!(found(&[lends, ("r/a.rs", one), ("r/b.rs", &through("A"))]), 3);
    assert_eq!(found(&[lends, ("r/a.rs", one), ("r/b.rs", &through("R"))]), 0);
    // Of three, and of rooms; files that only lead to a circle are none.
    let three =
        [("a.rs", "use crate::b;"), ("b.rs", "use crate::c::C;"), ("c.rs", "use super::a;")];
    assert_eq!(found(&three), 3);
    let rooms = [("a/x.rs", "use crate::b::y;"), ("b/y.rs", "use super::super::a::z;")];
    let others = [("a/mod.rs", ""), ("a/z.rs", ""), ("b/mod.rs", ""), ("d.rs", "use crate::a;")];
    assert_eq!(found(&[&rooms[..], &others[..]].concat()), 2);
}
