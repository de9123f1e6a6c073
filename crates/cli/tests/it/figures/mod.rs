//! The committed figures are what their specifications draw today, and show what their data say.
mod data;
mod layout;
mod refusals;

use regimes_figure::axis::{Axis, Scale};
use roxmltree::{Document, Node};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Coordinates are written to a thousandth of a point; a value may be rounded once more on its way.
const PLACE: f64 = 0.002;

/// Other processors round differently: far below the width of a line, in points and in data.
const DRIFT: f64 = 0.02;

const DATA_DRIFT: f64 = 1e-8;

/// Committed files stay small.
const LARGEST: u64 = 300_000;

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn regimes(arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_regimes");
    Command::new(program).current_dir(root()).args(arguments).output().unwrap()
}

fn drawn(arguments: &[&str], picture: &Path) -> String {
    let path = picture.to_string_lossy().into_owned();
    let output = regimes(&[&["figure"], arguments, &["--quiet", "--output", &path]].concat());
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {message}");
    std::fs::read_to_string(picture).unwrap()
}

fn specs() -> Vec<String> {
    let folder = root().join("tables/figures");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "toml"))
        .map(|p| p.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert!(names.len() >= 6);
    names
}

/// Text with its numbers taken out, and the numbers.
fn numbers(text: &str) -> (String, Vec<f64>) {
    let (mut rest, mut found, mut word) = (String::new(), Vec::new(), String::new());
    let mut end = |word: &mut String, rest: &mut String| {
        match word.parse::<f64>() {
            Ok(x) => {
                found.push(x);
                rest.push('0');
            }
            Err(_) => rest.push_str(word),
        }
        word.clear();
    };
    for c in text.chars() {
        let exponent = c == '-' && word.ends_with('e') && word.len() > 1;
        let more = c.is_ascii_digit() || c == '.' || (c == 'e' && !word.is_empty()) || exponent;
        if !more {
            end(&mut word, &mut rest);
        }
        if more || c == '-' { word.push(c) } else { rest.push(c) }
    }
    end(&mut word, &mut rest);
    (rest, found)
}

fn same(name: &str, fresh: &str, committed: &str, drift: f64) {
    let ((text, values), (old_text, old_values)) = (numbers(fresh), numbers(committed));
    let advice =
        format!("regimes figure tables/figures/{name}.toml -o tables/results/figures/{name}.svg");
    assert_eq!(text, old_text, "{name}: {advice}");
    for (a, b) in values.iter().zip(&old_values) {
        let close = a == b || (a - b).abs() <= drift * b.abs().max(1.0);
        assert!(close, "{name}: {a} against {b}: {advice}");
    }
}

fn group<'a>(document: &'a Document<'a>, class: &str) -> Vec<Node<'a, 'a>> {
    let is = |n: &Node<'_, '_>| n.has_tag_name("g") && n.attribute("class") == Some(class);
    document.descendants().filter(is).collect()
}

fn axis(fact: &str) -> Axis {
    let words: Vec<&str> = fact.split(' ').collect();
    let number = |k: usize| words[k].parse::<f64>().unwrap();
    Axis {
        scale: if words[0] == "log" { Scale::Log } else { Scale::Linear },
        range: [number(1), number(2)],
        paper: [number(3), number(4)],
    }
}

/// Points of an absolute path of lines.
fn points(d: &str) -> Vec<[f64; 2]> {
    let parts = d.split(['M', 'L', 'Z']).filter(|p| !p.trim().is_empty());
    parts
        .map(|p| {
            let (x, y) = p.trim().split_once(' ').unwrap();
            [x.parse().unwrap(), y.parse().unwrap()]
        })
        .collect()
}
