//! The house rules that a compiler does not check.

mod circles;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Crates of the workspace beside the root, which is the theory. Which of them may use which, their
/// manifests say, and the compiler holds it.
const CRATES: &[&str] = &["numerics", "symbolic", "output", "figure", "cli"];

/// Layers of the theory from the bottom up, as docs/architecture.md draws them: each imports only from
/// above it in this list.
const LAYERS: &[&str] = &[
    "suggest",
    "number",
    "error",
    "answer",
    "table",
    "references",
    "inputs",
    "memory",
    "document",
    "process",
    "schedule",
    "prior",
    "channel",
    "tokens",
    "replica",
    "classes",
    "spectrum",
    "rem",
    "glass",
    "guidance",
    "models",
    "transitions",
    "dataset",
    "sweep",
    "strings",
    "catalogue",
    "quantities",
    "validate",
    "solve",
    "explain",
    "steps",
    "training",
    "simulate",
    "ask",
];

/// Beyond this many lines a file is probably two things.
const LONGEST_FILE: usize = 400;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> BTreeMap<String, String> {
    files_under("src")
}

/// The Rust files in a folder of every crate, those of the root without its name before them.
fn files_under(part: &str) -> BTreeMap<String, String> {
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|e| e == "rs") {
                files.push(path);
            }
        }
    }
    let mut all = BTreeMap::new();
    let folders = CRATES.iter().map(|c| (format!("{c}/"), root().join("crates").join(c)));
    for (prefix, folder) in folders.chain([(String::new(), root())]) {
        let folder = folder.join(part);
        let mut files = Vec::new();
        if folder.is_dir() {
            walk(&folder, &mut files);
        }
        for path in files {
            let name = path.strip_prefix(&folder).unwrap().to_string_lossy();
            let name = format!("{prefix}{}", name.replace('\\', "/"));
            all.insert(name, std::fs::read_to_string(path).unwrap());
        }
    }
    all
}

/// True for the files of the theory, which may import each other.
fn theory_file(file: &str) -> bool {
    !CRATES.iter().any(|c| file.starts_with(&format!("{c}/")))
}

fn theory() -> BTreeMap<String, String> {
    sources().into_iter().filter(|(file, _)| theory_file(file)).collect()
}

/// The part of a file before its unit tests.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap()
}

#[test]
fn identity_layers_import_downward_only() {
    let rank = |layer: &str| LAYERS.iter().position(|l| *l == layer);
    let mut wrong = Vec::new();
    for (file, text) in theory() {
        let layer = file.split(['/', '.']).next().unwrap();
        if layer == "lib" {
            continue;
        }
        let own = rank(layer).unwrap_or_else(|| panic!("{file}: {layer} is not in LAYERS"));
        // Links in documentation may point anywhere.
        let code: String =
            without_tests(&text).lines().filter(|l| !l.trim_start().starts_with("//")).collect();
        for piece in code.split("crate::").skip(1) {
            let used: String =
                piece.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            // `use crate::{Answer, Noise}` and `crate::Error` name re-exports of the lowest layers.
            if let Some(other) = rank(&used)
                && other > own
            {
                wrong.push(format!("{file} imports {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "imports that point upwards: {wrong:#?}");
}

/// Simulations test the theory: they must not know it.
#[test]
fn identity_simulations_do_not_know_the_theory() {
    for (file, text) in sources().iter().filter(|(file, _)| file.starts_with("simulate/")) {
        let code: String = text
            .lines()
            .filter(|l| !l.trim_start().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n");
        for layer in ["rem", "replica", "transitions"] {
            assert!(!code.contains(&format!("crate::{layer}")), "{file} uses {layer}");
        }
    }
}

#[test]
fn identity_architecture_names_every_layer() {
    let text = std::fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    for layer in LAYERS.iter().chain(CRATES) {
        assert!(text.contains(&format!("`{layer}")), "docs/architecture.md does not name {layer}");
    }
}

/// Only the command line prints or reads arguments.
#[test]
fn identity_only_the_command_line_prints() {
    for (file, text) in sources() {
        let ways_out = ["output/stream.rs", "output/destination.rs"];
        if file.starts_with("cli/") || ways_out.contains(&file.as_str()) {
            continue;
        }
        for word in ["println!", "eprint!", "std::env::args", "std::process::exit", "io::stdout"] {
            assert!(!without_tests(&text).contains(word), "{file} uses {word}");
        }
    }
}

/// A resumed table must know every file it depends on: they are read through `inputs`, which
/// remembers them; the others read their own writing, or for fingerprints of simulations.
#[test]
fn identity_files_are_read_where_they_are_remembered() {
    let readers =
        ["inputs.rs", "inputs/pipe.rs", "output/journal.rs", "output/destination.rs", "memory.rs"];
    for (file, text) in sources() {
        if readers.contains(&file.as_str()) {
            continue;
        }
        for word in ["fs::read", " File::open", "fs::File", "OpenOptions", "File::options"] {
            assert!(!without_tests(&text).contains(word), "{file} uses {word}");
        }
    }
}

#[test]
fn identity_files_hold_one_idea() {
    for part in ["src", "tests"] {
        let files = files_under(part);
        assert!(files.len() > 20, "{part}: {} files", files.len());
        for (file, text) in files {
            let lines = text.lines().count();
            assert!(lines <= LONGEST_FILE, "{file} in {part} has {lines} lines");
        }
    }
}

/// Keys such as [BBDM24 Eq. 3] in documentation, and sources given as text.
fn keys_used() -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for text in sources().values() {
        for (at, _) in text.match_indices(['[', '"']) {
            let word: String =
                text[at + 1..].chars().take_while(char::is_ascii_alphanumeric).collect();
            let letters = word.chars().take_while(char::is_ascii_uppercase).count();
            let digits = word.chars().skip(letters).collect::<String>();
            let key =
                letters >= 1 && digits.len() == 2 && digits.chars().all(|c| c.is_ascii_digit());
            if key
                && ["]", " ", "\"", ","]
                    .iter()
                    .any(|end| text[at + 1 + word.len()..].starts_with(end))
            {
                used.insert(word);
            }
        }
    }
    used
}

#[test]
fn identity_every_citation_is_in_the_bibliography() {
    let known: BTreeSet<String> =
        regimes::references::keys().into_iter().map(str::to_owned).collect();
    let used = keys_used();
    assert!(used.contains("BBDM24"));
    let unknown: Vec<_> = used.difference(&known).collect();
    assert!(unknown.is_empty(), "keys that docs/references.bib does not have: {unknown:?}");
    let unused: Vec<_> = known.difference(&used).collect();
    assert!(unused.is_empty(), "keys that no file cites: {unused:?}");
}

#[test]
fn identity_every_citation_reads_as_a_sentence() {
    for key in regimes::references::keys() {
        let line = regimes::references::citation(&format!("{key} Eq. 1"));
        assert!(line.contains(key) && line.contains("Eq. 1") && line.len() > 60, "{line}");
    }
}

/// Every dependency has its reason in docs/architecture.md.
#[test]
fn identity_every_dependency_has_a_reason() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let section = manifest.split("[workspace.dependencies]").nth(1).unwrap();
    let reasons = std::fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let section = section.split("[workspace.lints").next().unwrap();
    for line in section.lines().filter(|l| l.contains(" = ") && !l.starts_with("regimes")) {
        let name = line.split(" = ").next().unwrap();
        assert!(reasons.contains(&format!("`{name}`")), "no reason for {name}");
    }
}

/// `symbolic` knows mathematics only, and the tables map knows every specification.
#[test]
fn identity_every_table_is_listed() {
    let map = std::fs::read_to_string(root().join("tables/README.md")).unwrap();
    for entry in std::fs::read_dir(root().join("tables")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if name.ends_with(".toml") {
            assert!(map.contains(&name), "tables/README.md does not list {name}");
        }
    }
}

#[test]
fn identity_the_citation_is_of_this_version() {
    let citation = std::fs::read_to_string(root().join("CITATION.cff")).unwrap();
    assert!(citation.contains(&format!("\nversion: {}\n", env!("CARGO_PKG_VERSION"))));
}
