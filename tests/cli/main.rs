//! The command line as its users and their scripts meet it.
#![allow(missing_docs, clippy::unwrap_used)]

#[cfg(test)]
mod answers;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod explanations;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod mixtures;
#[cfg(test)]
mod outputs;
#[cfg(test)]
mod refusals;

use serde_json::Value;
use std::process::{Command, Output};

fn regimes(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_regimes")).args(arguments).output().unwrap()
}

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

fn stdout(line: &str) -> String {
    let output = regimes(&words(line));
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{line}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(line: &str) -> Value {
    serde_json::from_str(&stdout(&format!("{line} --format json"))).unwrap()
}

/// Exit 2, a message that says each of `parts`, nothing on standard output.
fn refused(arguments: &[&str], parts: &[&str]) {
    let output = regimes(arguments);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
    assert!(output.stdout.is_empty(), "{arguments:?} wrote to standard output");
    for part in parts {
        assert!(message.contains(part), "{arguments:?}: {message:?} does not say {part:?}");
    }
    assert!(!message.contains("panicked"), "{message}");
}

/// A file of classes that lives as long as its folder.
fn mixture(text: &str, ending: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("classes.{ending}"));
    std::fs::write(&path, text).unwrap();
    let name = path.to_string_lossy().into_owned();
    (folder, name)
}
