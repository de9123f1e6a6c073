//! Journals that are damaged, or not those of this run.

use super::{MIXED, SMALL, command, ended, mixed_table, read, refused, same, share, write};
use std::path::Path;
use std::time::{Duration, Instant};

/// A complete journal of [`SMALL`], and the table: a shard 1/1 is one.
fn small_journal(folder: &Path) -> (Vec<u8>, Vec<u8>) {
    assert_eq!(ended(folder, &[SMALL, &["--output", "whole.csv"]]).0, 0);
    assert_eq!(ended(folder, &[SMALL, &["--shard", "1/1", "--output", "part"]]).0, 0);
    (read(folder, "part"), read(folder, "whole.csv"))
}

/// Resumes from `journal`: either the right bytes, or exit 2 and the journal as it was. Returns
/// whether it resumed.
fn right_or_refused(folder: &Path, journal: &[u8], whole: &[u8], what: &str) -> bool {
    let (table, kept) = (folder.join("table.csv"), folder.join("table.csv.journal"));
    let _ = std::fs::remove_file(&table);
    std::fs::write(&kept, journal).unwrap();
    let (status, said) = ended(folder, &[SMALL, &["--output", "table.csv", "--resume", "-q"]]);
    match status {
        0 => {
            same(&std::fs::read(&table).unwrap(), whole, what);
            assert!(!kept.exists());
            true
        }
        2 => {
            assert!(
                said.contains("table.csv.journal") && said.contains("remove it"),
                "{what}: {said}"
            );
            assert!(!table.exists() && std::fs::read(&kept).unwrap() == journal, "{what}");
            false
        }
        _ => panic!("{what}: status {status}, {said}"),
    }
}

#[test]
fn identity_damaged_journals_are_never_believed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (journal, whole) = small_journal(folder);
    let records = journal.iter().position(|b| *b == b'\n').unwrap() + 1;
    let place = |k: usize| (share(k) * journal.len() as f64) as usize;
    // Cut anywhere, or between two records and around the first.
    let near = [0, 1, 14, 15, records - 1, records, records + 1, journal.len() - 1, journal.len()];
    for length in (0..40).map(place).chain(near) {
        let resumed =
            right_or_refused(folder, &journal[..length], &whole, &format!("cut at {length}"));
        assert_eq!(resumed, length >= records, "cut at {length}");
        // What a disk may make of the end that it did not write.
        let mut zeros = journal[..length].to_vec();
        zeros.resize(journal.len(), 0);
        right_or_refused(folder, &zeros, &whole, &format!("zeros from {length}"));
    }
    for k in 0..60 {
        let mut flipped = journal.clone();
        // Half of them in the first line.
        let at = if k % 2 == 0 { place(k) } else { place(k) % records };
        flipped[at] ^= 1 << (k % 8);
        let resumed = right_or_refused(folder, &flipped, &whole, &format!("bit flipped at {at}"));
        assert_eq!(resumed, at >= records, "bit flipped at {at}");
        // No merge takes it for whole.
        std::fs::write(folder.join("part"), &flipped).unwrap();
        refused(folder, &[&["merge", "part", "--output", "merged.csv"]], &["part: "]);
    }
    // Records twice, records of no row, lines of something else.
    let mut twice = journal.clone();
    twice.extend_from_slice(&journal[records..]);
    assert!(right_or_refused(folder, &twice, &whole, "records twice"));
    let mut more = journal.clone();
    more.extend_from_slice(b"something else");
    assert!(right_or_refused(folder, &more, &whole, "something behind"));
    assert!(!right_or_refused(folder, b"d,n\n1,2\n", &whole, "a table"));
}

#[test]
fn bad_input_rows_of_another_run_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    mixed_table(folder);
    let spec = "[[block]]\ncommand = \"times mixture\"\narguments = { file = \"five.toml\", n = \"10,20\" }\n";
    write(folder, "mixed.toml", spec);
    let files = ["--output", "table.csv", "--resume"];
    let shard = ["--shard", "1/1", "--output", "table.csv.journal"];
    let (status, said) = ended(folder, &[MIXED, &shard]);
    assert!([0, 3].contains(&status), "{said}");
    let kept = read(folder, "table.csv.journal");
    let five = read(folder, "five.toml");
    let refuses = |arguments: &[&[&str]], parts: &[&str]| {
        refused(folder, arguments, parts);
        same(&read(folder, "table.csv.journal"), &kept, "a refused journal is left alone");
        assert!(!folder.join("table.csv").exists());
    };
    write(folder, "mixed.toml", &format!("{spec}\n"));
    refuses(&[MIXED, &files], &["table.csv.journal", "another run", "there file mixed.toml was"]);
    write(folder, "mixed.toml", spec);
    write(folder, "five.toml", &String::from_utf8_lossy(&five).replace("6.0", "6.5"));
    refuses(&[MIXED, &files], &["there file five.toml was", "remove it"]);
    std::fs::write(folder.join("five.toml"), &five).unwrap();
    refuses(
        &[MIXED, &files, &["--digits", "3"]],
        &["there command line was regimes table mixed.toml,"],
    );
    refuses(&[SMALL, &files], &["there command line was regimes table mixed.toml"]);
    let third = ["--shard", "1/3", "--output", "table.csv", "--resume"];
    refused(folder, &[MIXED, &third], &["a shard is no csv yet"]);
    // The same again goes on: nothing is left to compute.
    let (again, said) = ended(folder, &[MIXED, &files]);
    assert_eq!(again, status);
    assert!(said.starts_with("resumed: 2 of 2 rows found in table.csv.journal\n"), "{said}");
}

/// Schedule configurations and lists of eigenvalues are files of a run too.
#[test]
fn bad_input_every_file_of_a_run_counts() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(
        folder,
        "scheduler.json",
        r#"{"_class_name": "DDPMScheduler", "beta_start": 0.0001, "beta_end": 0.02, "beta_schedule": "linear", "num_train_timesteps": 1000}"#,
    );
    write(folder, "eigenvalues.txt", "1, 2, 3\n");
    write(
        folder,
        "prior.toml",
        "[[component]]\nweight = 0.5\nmean = 1\nvariance = 0.5\n[[component]]\nweight = 0.5\nmean = -1\nvariance = 0.5\n",
    );
    let lines: [(&str, &[&str]); 3] = [
        ("scheduler.json", &["schedule", "--t", "1,2", "--config", "scheduler.json"]),
        (
            "eigenvalues.txt",
            &["times", "gaussian", "--eigenvalues", "eigenvalues.txt", "--n", "100"],
        ),
        (
            "prior.toml",
            &[
                "curve",
                "information",
                "manifold",
                "--activation",
                "sign",
                "--prior",
                "mixture:prior.toml",
                "--beta",
                "0.5",
                "--snr",
                "1",
            ],
        ),
    ];
    for (file, line) in lines {
        let (status, said) =
            ended(folder, &[line, &["--shard", "1/1", "--output", "t.csv.journal"]]);
        assert_eq!(status, 0, "{said}");
        let mut text = read(folder, file);
        text.push(b'\n');
        std::fs::write(folder.join(file), text).unwrap();
        let part = format!("there file {file} was");
        refused(folder, &[line, &["--output", "t.csv", "--resume"]], &[&part]);
    }
}

#[test]
fn bad_input_two_runs_do_not_write_one_journal() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    mixed_table(folder);
    let files = ["--output", "table.csv", "--resume", "--threads", "1"];
    let mut child = command(folder, &[MIXED, &files]).spawn().unwrap();
    let start = Instant::now();
    while !folder.join("table.csv.journal").exists() && start.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(1));
    }
    let second = ended(folder, &[MIXED, &files]);
    let alive = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    if alive {
        assert_eq!(second.0, 2);
        assert!(
            second.1.contains("table.csv.journal: is being written by another run"),
            "{}",
            second.1
        );
    }
    // Its lock dies with it.
    assert_eq!(ended(folder, &[MIXED, &files]).0, 3);
}

#[test]
fn bad_input_flags_where_they_make_no_sense() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let resume: &[&str] = &["--resume"];
    let to_part: &[&str] = &["--output", "part"];
    let cases: &[(&[&[&str]], &[&str])] = &[
        (&[SMALL, resume], &["--resume needs --output FILE"]),
        (&[SMALL, &["--shard", "1/4"]], &["--shard needs --output FILE"]),
        (&[SMALL, to_part, &["--shard", "5/4"]], &["--shard = \"5/4\"", "1 ≤ i ≤ N"]),
        (&[SMALL, to_part, &["--shard", "0/4"]], &["--shard = \"0/4\"", "such as 1/4"]),
        (&[SMALL, to_part, &["--shard", "1of4"]], &["--shard = \"1of4\"", "must be i/N"]),
        (&[SMALL, &["--shard", "1/4", "--output", "a.npy"]], &["a.npy", "a shard is no npy yet"]),
        (&[SMALL, to_part, &["--shard", "1/4", "--format", "csv"]], &["--format = csv", "merge"]),
        (&[SMALL, resume, &["--output", "table.doc"]], &["table.doc", "names no format"]),
        (&[&["explain", "t_S.spectral", "clusters", "--d", "2"], resume], &["not with explain"]),
        (
            &[&["explain", "t_S.spectral", "clusters", "--shard", "1/2"]],
            &["--shard goes with times"],
        ),
        (&[&["verify"], resume], &["--resume goes with times, curve", "not with verify"]),
        (&[&["simulate", "clones", "clusters"], resume], &["--checkpoint"]),
        (&[&["dataset", "x.npy"], resume], &["its rows are computed together"]),
        (&[&["merge", "a", "b"], resume], &["not with merge"]),
        (&[&["merge"]], &["PART"]),
    ];
    for (arguments, parts) in cases {
        refused(folder, arguments, parts);
    }
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0);
    let nowhere = ["--output", "no/such/table.csv", "--resume"];
    assert_eq!(ended(folder, &[SMALL, &nowhere]).0, 1);
}
