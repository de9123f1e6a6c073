//! Tables that are killed, resumed, split and joined end with the bytes of one undisturbed run.
#![allow(missing_docs, clippy::unwrap_used)]

mod checkpoint;
mod journals;
mod killed;
mod shards;

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Rows of [`mixed_table`].
const ROWS: usize = 10_000;

/// Ten thousand rows of ten blocks: cheap ones, slow ones among them that leave time to kill, two
/// mixture files, "no transition",
/// Unicode and quotes, and bounds that miss their tolerance.
fn mixed_table(folder: &Path) {
    let classes = [("far", 3.0), ("a", -1.0), ("b, \\\"β\\\"", -1.3)].map(|(label, mean)| {
        format!("[[class]]\nlabel = \"{label}\"\nmean = {mean}\nvariance = 1\n")
    });
    write(folder, "three.toml", &format!("dimension = 100\n{}", classes.concat()));
    let mut five = String::from("dimension = 5\n");
    for k in 0..5 {
        let mean = ["6.0", "0", "0", "0", "0", "0", "0", "0", "0"];
        let mean = (0..5).map(|i| mean[(i + 9 - k) % 9]).collect::<Vec<_>>().join(", ");
        five.push_str(&format!("[[class]]\nmean = [{mean}]\nvariance = 1.{k}\n"));
    }
    write(folder, "five.toml", &five);
    let blocks = [
        ("clusters, \\\"quoted\\\"", "times clusters", "d = '16:65536:*60', n = '1:1e9:*80', mu = 0.3, sigma = 0.7"),
        ("slow", "times manifold", "activation = 'hermite3', beta = 0.5, alpha = '0.1:0.8:#8', d = 'inf'"),
        ("φ", "curve phi clusters", "d = '64:1024:*4', t = '0:12:#500'"),
        ("slow", "times manifold", "activation = 'hermite3', beta = 0.6, alpha = '0.1:0.8:#8', d = 'inf'"),
        ("", "times linear-manifold", "beta = '0.1:0.9:#20', alpha = '0.05:1:#68', embedding = 'orthonormal'"),
        ("", "schedule", "t = '0.01:5:#1886', name = 'ddpm-linear'"),
        ("slow", "times manifold", "activation = 'hermite3', beta = 0.7, alpha = '0.1:0.8:#8', d = 'inf'"),
        ("three", "times mixture", "file = 'three.toml', n = '10:1e6:*10'"),
        ("five", "curve phi mixture", "file = 'five.toml', t = '0.05:16:#32'"),
        ("tanh", "times manifold", "activation = 'tanh', beta = 0.5, alpha = '0.1:0.8:#8', d = 'inf'"),
    ]
    .map(|(label, command, arguments)| {
        format!("[[block]]\nlabel = \"{label}\"\ncommand = \"{command}\"\narguments = {{ {arguments} }}\n")
    });
    write(folder, "mixed.toml", &format!("title = \"Everything, τ and all\"\n{}", blocks.concat()));
}

const MIXED: &[&str] = &["table", "mixed.toml"];

/// A table of a thousand rows that are done at once.
const SMALL: &[&str] =
    &["times", "clusters", "--d", "16:4096:*50", "--n", "1:1e6:*20", "--sigma", "0.5"];

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

fn command(folder: &Path, arguments: &[&[&str]]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_regimes"));
    command.current_dir(folder).args(arguments.concat());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(folder: &Path, arguments: &[&[&str]]) -> Output {
    command(folder, arguments).output().unwrap()
}

/// Runs to the end; returns the exit status and what was said.
fn ended(folder: &Path, arguments: &[&[&str]]) -> (i32, String) {
    let output = run(folder, arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!said.contains("panicked"), "{said}");
    (output.status.code().unwrap(), said)
}

fn refused(folder: &Path, arguments: &[&[&str]], parts: &[&str]) {
    let (status, said) = ended(folder, arguments);
    assert_eq!(status, 2, "{arguments:?}: {said}");
    for part in parts {
        assert!(said.contains(part), "{arguments:?}: {said:?} does not say {part:?}");
    }
}

fn read(folder: &Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// Without printing megabytes where they differ.
fn same(a: &[u8], b: &[u8], what: &str) {
    let at = a.iter().zip(b).position(|(x, y)| x != y);
    assert!(a == b, "{what}: {} and {} bytes, first difference at {at:?}", a.len(), b.len());
}

/// Golden steps: shares that look random, the same in every run of this test.
fn share(k: usize) -> f64 {
    (k as f64 * 0.618_034 + 0.31).fract()
}
