//! What can be read: files and pipes, and nothing that has no end.
#![cfg(unix)]
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn pipe(folder: &TempDir, name: &str) -> PathBuf {
    let path = folder.path().join(name);
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}

fn regimes(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_regimes"));
    command.args(arguments);
    command
}

/// Runs the command while `content` is written to the pipe at `path`.
fn fed(path: &Path, content: &str, arguments: &[&str]) -> Output {
    let (path, content) = (path.to_owned(), content.to_owned());
    let writer = std::thread::spawn(move || {
        let mut out = std::fs::OpenOptions::new().write(true).open(path).unwrap();
        // The reader may have seen enough.
        let _ = out.write_all(content.as_bytes());
    });
    let run = regimes(arguments).output().unwrap();
    writer.join().unwrap();
    run
}

fn table() -> String {
    (0..40)
        .map(|k| format!("{},{},{}\n", (k * 7 % 13) as f64 / 3.0, k * k % 11, k * 5 % 7))
        .collect()
}

const MIXTURE: &str = "dimension = 3\n[[class]]\nweight = 0.5\nmean = 2\nvariance = 1\n[[class]]\nweight = 0.5\nmean = -2\nvariance = 1\n";

/// What comes through a pipe gives the bytes that the same file gives.
#[test]
fn identity_a_pipe_is_read_as_a_file() {
    let folder = TempDir::new().unwrap();
    let fifo = pipe(&folder, "the-pipe");
    let file = folder.path().join("the-file");
    let curve = "t,phi,stderr\n0.5,0.9,0.1\n1.5,0.7,0.1\n2.5,0.6,0.1\n";
    for (content, before, after) in [
        (table().as_str(), &["dataset"][..], &["--queries", "20"][..]),
        (MIXTURE, &["times", "mixture"], &["--n", "1000"]),
        ("4,1,0.25", &["times", "gaussian", "--eigenvalues"], &["--n", "1000"]),
        ("lambda\n4\n1\n", &["times", "gaussian", "--eigenvalues"], &["--n", "1000"]),
        (
            curve,
            &["validate"],
            &["--against", "phi", "clusters", "--d", "16", "--mu", "1", "--sigma", "1"],
        ),
    ] {
        std::fs::write(&file, content).unwrap();
        let (direct, piped) = (file.to_str().unwrap(), fifo.to_str().unwrap());
        let direct = regimes(&[before, &[direct], after].concat()).output().unwrap();
        let piped = fed(&fifo, content, &[before, &[piped], after].concat());
        assert!(direct.status.success(), "{}", String::from_utf8_lossy(&direct.stderr));
        assert!(piped.status.success(), "{}", String::from_utf8_lossy(&piped.stderr));
        let text = |run: &Output, path: &Path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            String::from_utf8_lossy(&run.stdout)
                .replace(path.to_str().unwrap(), "X")
                .replace(name, "X")
        };
        assert_eq!(text(&direct, &file), text(&piped, &fifo), "{before:?}");
    }
}

fn refused(run: &Output, says: &str) {
    let message = String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(2), "{message}");
    assert!(message.contains(says), "{message:?} does not say {says:?}");
    assert!(run.stdout.is_empty());
}

/// Every way in refuses what has no end, or is no file, at once.
#[test]
fn bad_input_devices_and_directories_are_refused() {
    let folder = TempDir::new().unwrap();
    let directory = folder.path().to_str().unwrap().to_owned();
    let ways: [(&[&str], &[&str]); 5] = [
        (&["dataset"], &[]),
        (&["times", "mixture"], &["--n", "100"]),
        (&["times", "clusters", "--d", "4", "--n", "100", "--config"], &[]),
        (
            &["validate"],
            &["--against", "phi", "clusters", "--d", "16", "--mu", "1", "--sigma", "1"],
        ),
        (&["table"], &[]),
    ];
    for (before, after) in ways {
        for (path, says) in [
            ("/dev/zero", "but a device"),
            ("/dev/urandom", "but a device"),
            ("/dev/null", "but a device"),
            // A folder of images is a data set.
            (
                directory.as_str(),
                if before == ["dataset"] { "has no images" } else { "but a directory" },
            ),
        ] {
            refused(&regimes(&[before, &[path], after].concat()).output().unwrap(), says);
        }
    }
    for path in ["/dev/zero", "/dev/null"] {
        let run = regimes(&["times", "gaussian", "--eigenvalues", path, "--n", "100"]).output();
        refused(&run.unwrap(), "but a device");
    }
}

/// A pipe that nobody writes to, and one that never ends.
#[test]
fn bad_input_pipes_without_a_writer_or_an_end() {
    let folder = TempDir::new().unwrap();
    let fifo = pipe(&folder, "pipe");
    let path = fifo.to_str().unwrap();
    let start = Instant::now();
    refused(&regimes(&["dataset", path]).output().unwrap(), "a pipe that nobody writes to");
    assert!(start.elapsed() < Duration::from_secs(60));
    for (arguments, says) in [
        (&["dataset", "/dev/stdin"][..], "more than 1 GiB"),
        (&["times", "mixture", "/dev/stdin", "--n", "100"], "longer than 64 MiB"),
    ] {
        let mut endless =
            Command::new("cat").arg("/dev/zero").stdout(Stdio::piped()).spawn().unwrap();
        let run = regimes(arguments).stdin(endless.stdout.take().unwrap()).output().unwrap();
        refused(&run, says);
        let _ = endless.kill();
        endless.wait().unwrap();
    }
}
