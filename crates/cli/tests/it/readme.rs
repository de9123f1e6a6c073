//! The commands of the README and of the worked session, in the order in which they stand.
use crate::examples::{Folder, words};

/// Code blocks of a document: language and content.
fn blocks(name: &str) -> Vec<(String, String)> {
    let path = format!("{}/{name}", concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let text = std::fs::read_to_string(path).unwrap();
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => open = Some((language.to_owned(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some((_, content)), None) => content.push_str(&format!("{line}\n")),
            (None, None) => {}
        }
    }
    blocks
}

/// Runs the shell lines of a document that call the program; `NAME="value"` is remembered.
fn run_all(document: &str, folder: &Folder) -> usize {
    let mut variables: Vec<(String, String)> = Vec::new();
    let mut count = 0;
    for (language, content) in blocks(document) {
        if language != "sh" {
            continue;
        }
        for line in content.lines() {
            if let Some((name, value)) = line.split_once("=\"").filter(|(n, _)| !n.contains(' ')) {
                variables.push((format!("${name}"), value.trim_end_matches('"').to_owned()));
            }
            // What goes to the reader's own home is not for a test.
            if !line.starts_with("regimes ") || line.contains('~') {
                continue;
            }
            let line = variables.iter().fold(line.to_owned(), |l, (n, v)| l.replace(n, v));
            let output = folder.run(&words(&line)[1..]);
            let message = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{document}: {line}: {message}");
            count += 1;
        }
    }
    count
}

#[test]
fn identity_commands_of_the_readme_run() {
    let folder = Folder::new();
    assert!(run_all("README.md", &folder) > 25);
    let read = |name: &str| std::fs::read(folder.file(name)).unwrap();
    assert!(!read("cloning.svg").is_empty() && !read("manifold.csv").is_empty());
}

#[test]
fn identity_commands_of_the_worked_session_run() {
    let folder = Folder::new();
    for (language, content) in blocks("docs/worked-session.md") {
        if language == "toml" {
            std::fs::write(folder.file("digits.toml"), content).unwrap();
        }
    }
    assert!(run_all("docs/worked-session.md", &folder) >= 9);
    let table = std::fs::read_to_string(folder.file("digits.csv")).unwrap();
    assert_eq!(table.lines().filter(|line| !line.starts_with('#')).count(), 5);
}

/// The files that the session's Python makes are there, of the same shape.
#[test]
fn identity_commands_of_the_session_from_data_to_advice_run() {
    let folder = Folder::new();
    std::fs::copy(folder.file("images.npy"), folder.file("pictures.npy")).unwrap();
    let kinds: String = (0..120).map(|k| if k % 2 == 0 { "bars\n" } else { "rings\n" }).collect();
    std::fs::write(folder.file("kinds.txt"), kinds).unwrap();
    for (language, content) in blocks("docs/session.md") {
        if language == "json" {
            std::fs::write(folder.file("scheduler_config.json"), content).unwrap();
        }
    }
    assert!(run_all("docs/session.md", &folder) >= 8);
    assert!(folder.has("risk.csv") && folder.has("levels.csv"));
}

/// The two commands that the README promises are the ones that the project's own checks run.
#[test]
fn identity_the_two_commands_are_those_of_the_checks() {
    let path = format!("{}/.ci/run", concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let Ok(checks) = std::fs::read_to_string(path) else { return };
    let (_, commands) = blocks("README.md").into_iter().find(|(l, _)| l == "sh").unwrap();
    let commands: Vec<&str> = commands.lines().collect();
    assert_eq!(commands.len(), 2);
    assert!(commands[0].starts_with("cargo run --release -- times clusters"));
    assert!(checks.contains(commands[1]), "{} is not in .ci/run", commands[1]);
}
