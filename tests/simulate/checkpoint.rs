//! Killed simulations go on where they were, to the same bytes.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A simulation of many short blocks.
const ARGUMENTS: &[&str] = &[
    "simulate", "entropy", "clusters", "--d", "32", "--n", "600", "--t", "0.4:3:#8", "--blocks",
    "60", "--points", "64", "--format", "csv", "--quiet",
];

fn command(extra: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_regimes"));
    command.args(ARGUMENTS).args(extra).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(extra: &[&str]) -> String {
    let output = command(extra).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Killed at ten moments spread over the run, with its output going to a file.
#[test]
fn identity_killed_runs_end_with_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let start = Instant::now();
    let whole = run(&[]);
    let duration = start.elapsed();
    assert!(whole.lines().filter(|l| !l.starts_with('#')).count() == 9, "{whole}");
    let mut interrupted = 0;
    for k in 0..10u32 {
        let checkpoint = folder.path().join(format!("{k}.json"));
        let output = folder.path().join(format!("{k}.csv"));
        let files = ["--checkpoint", text(&checkpoint), "--output", text(&output)];
        // Golden steps: moments that look random, the same in every run of this test.
        let share = (f64::from(k) * 0.618_034 + 0.3).fract();
        let mut child = command(&files).spawn().unwrap();
        std::thread::sleep(Duration::from_secs_f64(share * duration.as_secs_f64()));
        let running = child.try_wait().unwrap().is_none();
        // SIGKILL on Unix, and what Ctrl-C sends.
        let interrupted_by_hand = cfg!(unix) && k % 2 == 1 && running && {
            let id = child.id().to_string();
            Command::new("kill").args(["-INT", &id]).status().unwrap().success()
        };
        if !interrupted_by_hand {
            child.kill().unwrap();
        }
        let running = running && !child.wait().unwrap().success();
        if running {
            interrupted += 1;
            assert!(!output.exists(), "a killed run left an output");
        }
        // Other threads than before.
        let threads = ["1", "2", "3"][k as usize % 3];
        let resumed = run(&["--checkpoint", text(&checkpoint), "--threads", threads]);
        assert_eq!(resumed, whole, "killed after {share:.2} of the run");
        // Now the checkpoint is complete: again costs nothing and gives the same.
        assert_eq!(run(&["--checkpoint", text(&checkpoint)]), whole);
    }
    // A machine that was busier during the whole run than later makes the moments too late.
    assert!(interrupted >= 3, "only {interrupted} of 10 runs were still running when killed");
    let left: Vec<String> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|f| f.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".csv") && !name.starts_with('.'))
        .collect();
    assert!(left.len() <= 10 - interrupted, "{left:?}");
}

#[test]
fn bad_input_checkpoint_of_another_simulation() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.json");
    let checkpoint = ["--checkpoint", text(&path)];
    run(&checkpoint);
    let before = std::fs::read(&path).unwrap();
    for (flag, value, message) in [
        ("--seed", "2", "there seed was 1, here it is 2"),
        ("--points", "32", "there points was 64, here it is 32"),
        ("--n", "601", "there n was 600, here it is 601"),
        ("--mu", "2", "there mu was 1, here it is 2"),
        ("--precision", "f64", "there precision was f32, here it is f64"),
    ] {
        let mut arguments: Vec<&str> = ARGUMENTS.to_vec();
        if let Some(at) = arguments.iter().position(|a| *a == flag) {
            arguments.drain(at..at + 2);
        }
        let output = Command::new(env!("CARGO_BIN_EXE_regimes"))
            .args(&arguments)
            .args(checkpoint)
            .args([flag, value])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(message) && error.contains("run.json"), "{error}");
    }
    assert_eq!(std::fs::read(&path).unwrap(), before, "a refused checkpoint is left alone");
    std::fs::write(&path, "not a checkpoint").unwrap();
    let output = command(&checkpoint).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("is not a file of finished rows"));
    let nowhere = folder.path().join("no/such/folder.json");
    let output = command(&["--checkpoint", text(&nowhere)]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}

/// What a checkpoint of `lines` looks like after each change, and what then comes out.
#[test]
fn identity_damaged_checkpoints_are_never_believed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    let checkpoint = ["--checkpoint", text(&path), "--blocks", "4", "--points", "8"];
    let (blocks, points) = (ARGUMENTS.iter().position(|a| *a == "--blocks").unwrap(), 4);
    let arguments: Vec<&str> =
        [&ARGUMENTS[..blocks], &ARGUMENTS[blocks + points..], &checkpoint[..]].concat();
    let run = || {
        let output = Command::new(env!("CARGO_BIN_EXE_regimes")).args(&arguments).output().unwrap();
        (output.status.code(), output.stdout, String::from_utf8(output.stderr).unwrap())
    };
    let whole = run().1;
    let sound = std::fs::read(&path).unwrap();
    let start = sound.iter().position(|b| *b == b'\n').unwrap() + 1;
    // Any length: what is there is used, the rest computed.
    for length in (start..sound.len()).step_by(97) {
        std::fs::write(&path, &sound[..length]).unwrap();
        assert_eq!(run().1, whole, "cut to {length}");
        assert_eq!(std::fs::read(&path).unwrap().len(), sound.len());
    }
    // Any byte: never another result.
    for at in (start..sound.len()).step_by(61) {
        let mut bytes = sound.clone();
        bytes[at] ^= 0x10;
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(run().1, whole, "byte {at} flipped");
    }
    // Records say which block they are: their order is nothing.
    let size = u32::from_le_bytes(sound[start..start + 4].try_into().unwrap()) as usize + 8;
    let records: Vec<&[u8]> = sound[start..start + 4 * size].chunks(size).collect();
    let mixed = [&sound[..start], records[2], records[0], records[3], records[1]].concat();
    std::fs::write(&path, [&mixed[..], &sound[start + 4 * size..]].concat()).unwrap();
    assert_eq!(run().1, whole);
    // The head, and files of others.
    for (bytes, message) in [
        ([&b"regimes-rows 2 x"[..], &sound[16..]].concat(), "first line is damaged"),
        (sound[1..].to_vec(), "is not a file of finished rows: remove it or name another"),
        (b"{\"program\": \"regimes\"}".to_vec(), "is not a file of finished rows"),
    ] {
        std::fs::write(&path, &bytes).unwrap();
        let (status, out, errors) = run();
        assert_eq!((status, out.len()), (Some(2), 0), "{errors}");
        assert!(errors.contains(message), "{errors}");
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "a refused file is left alone");
    }
}

/// What the blocks do not depend on may change; what a file of samples says may not.
#[test]
fn identity_checkpoints_know_what_blocks_depend_on() {
    let folder = tempfile::tempdir().unwrap();
    let (data, path) = (folder.path().join("a.csv"), folder.path().join("run"));
    let samples = |first: &str| format!("{first},1\n2,3\n0,5\n7,-1\n");
    std::fs::write(&data, samples("0")).unwrap();
    let run = |extra: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_regimes"))
            .args(["simulate", "collapse", text(&data), "--checkpoint", text(&path)])
            .args("--blocks 3 --points 4 --steps 50".split(' ').chain(extra.split_whitespace()))
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(run("").0, Some(0));
    assert_eq!(run("--show histogram --bins 3 --format json").0, Some(0));
    let (status, errors) = run("--show histories");
    assert!(status == Some(2) && errors.contains("there histories was false"), "{errors}");
    std::fs::write(&data, samples("1")).unwrap();
    let (status, errors) = run("");
    assert!(status == Some(2) && errors.contains("there file"), "{errors}");
}
