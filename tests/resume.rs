//! Tables that are killed, resumed, split and joined end with the bytes of one undisturbed run.
#![allow(missing_docs, clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Rows of [`mixed_table`].
const ROWS: usize = 10_000;

/// Ten thousand rows of seven commands: cheap ones, slow ones, two mixture files, "no transition",
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
        ("φ", "curve phi clusters", "d = '64:1024:*4', t = '0:12:#500'"),
        ("", "times linear-manifold", "beta = '0.1:0.9:#20', alpha = '0.05:1:#68', embedding = 'orthonormal'"),
        ("", "schedule", "t = '0.01:5:#1910', name = 'ddpm-linear'"),
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

/// Times that a table is killed before it may end.
const KILLS: usize = 9;

/// Golden steps: shares that look random, the same in every run of this test.
fn share(k: usize) -> f64 {
    (k as f64 * 0.618_034 + 0.31).fract()
}

/// SIGKILL, SIGTERM or SIGINT, in turn, where there are signals.
fn kill(child: &mut Child, k: usize) {
    let signal = ["-KILL", "-TERM", "-INT"][k % 3];
    if cfg!(unix) && signal != "-KILL" {
        assert!(
            Command::new("kill")
                .args([signal, &child.id().to_string()])
                .status()
                .unwrap()
                .success()
        );
    } else {
        child.kill().unwrap();
    }
}

/// The rows that the journal of a [`mixed_table`] holds, by what merge says of it.
fn rows_in(folder: &Path, name: &str) -> usize {
    let (status, said) = ended(folder, &[&["merge", name, "--output", "rows.csv"]]);
    if status != 2 {
        // Killed between the last row and the name of the table.
        return ROWS;
    }
    let words: Vec<&str> = said.split_whitespace().collect();
    let at = words.iter().position(|w| *w == "has").unwrap_or_else(|| panic!("{said}"));
    words[at + 1].parse().unwrap()
}

#[test]
fn identity_killed_tables_end_with_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    mixed_table(folder);
    let (status, said) = ended(folder, &[MIXED, &["--output", "whole.csv"]]);
    assert_eq!(status, 3, "{said}");
    assert!(said.contains("no transition") && said.contains("misses the tolerance"), "{said}");
    // The clock of the kills is the journal's length, which does not depend on the machine.
    ended(folder, &[MIXED, &["--shard", "1/1", "--output", "part"]]);
    let length = std::fs::metadata(folder.join("part")).unwrap().len() as f64;
    for (k, format) in ["csv", "json"].into_iter().enumerate() {
        let (whole, output) = (format!("whole.{format}"), format!("table.{format}"));
        let journal = format!("{output}.journal");
        if k > 0 {
            assert_eq!(ended(folder, &[MIXED, &["--output", &whole]]), (status, said.clone()));
        }
        let arguments = |n: usize| {
            let threads = ["1", "2", "3"][n % 3];
            command(folder, &[MIXED, &["--output", &output, "--resume", "--threads", threads]])
        };
        let (mut kills, mut found) = (0, vec![0]);
        for n in 0..KILLS {
            let mut child = arguments(n).spawn().unwrap();
            let target = length * (n as f64 + share(n + 7 * k)) / KILLS as f64;
            let reached = || {
                let length = std::fs::metadata(folder.join(&journal)).map_or(0, |m| m.len());
                length as f64 >= target
            };
            // The first dies young, perhaps before it has a journal.
            let young = Instant::now() + Duration::from_millis(if n == 0 { 12 } else { 60_000 });
            while child.try_wait().unwrap().is_none() && Instant::now() < young && !reached() {
                std::thread::sleep(Duration::from_micros(300));
            }
            if child.try_wait().unwrap().is_none() {
                kill(&mut child, n);
            }
            if child.wait().unwrap().code() == Some(status) {
                break;
            }
            kills += 1;
            if folder.join(&journal).exists() {
                found.push(rows_in(folder, &journal));
            }
        }
        assert!(found.is_sorted() && found.last() <= Some(&ROWS), "rows were lost: {found:?}");
        let mut amid = found.clone();
        amid.dedup();
        assert!(amid.len() >= 4, "{kills} kills stopped it at rows {found:?}");
        // What is said at the end is what the whole run says, after where it went on.
        let ended = arguments(KILLS).output().unwrap();
        let words = String::from_utf8(ended.stderr).unwrap();
        let went_on =
            format!("resumed: {} of {ROWS} rows found in {journal}\n", amid[amid.len() - 1]);
        assert_eq!((ended.status.code(), words), (Some(status), format!("{went_on}{said}")));
        same(&read(folder, &output), &read(folder, &whole), &format!("{format}, {found:?}"));
        assert!(!folder.join(&journal).exists());
    }
}

#[test]
fn identity_four_shards_are_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    mixed_table(folder);
    let mut statuses = Vec::new();
    for k in 1..=4 {
        let (shard, part) = (format!("{k}/4"), format!("part.{k}"));
        let files = ["--shard", &shard, "--output", &part, "--threads", ["1", "2"][k % 2]];
        let mut arguments: Vec<&[&str]> = vec![MIXED, &files];
        if k == 3 {
            // One shard dies and goes on.
            arguments.push(&["--resume"]);
            let mut child = command(folder, &arguments).spawn().unwrap();
            std::thread::sleep(Duration::from_millis(100));
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let (status, said) = ended(folder, &arguments);
        statuses.push(status);
        assert_eq!(said.contains("warning: "), status == 3, "{said}");
        if k == 3 {
            let again = ended(folder, &arguments);
            assert_eq!(again.0, status);
            assert!(again.1.contains("part.3: already complete"), "{}", again.1);
        }
    }
    // The bounds that miss their tolerance are in some shard.
    assert!(statuses.contains(&3) && statuses.iter().all(|s| [0, 3].contains(s)), "{statuses:?}");
    let shuffled = ["merge", "part.3", "part.1", "part.4", "part.2"];
    for format in ["csv", "json", "text", "md", "tex", "npy"] {
        let (whole, merged) = (format!("whole.{format}"), format!("merged.{format}"));
        let flags = ["--format", format, "--output"];
        let one = ended(folder, &[MIXED, &flags, &[&whole]]);
        assert_eq!(one, ended(folder, &[&shuffled, &flags, &[&merged]]), "{format}");
        assert_eq!(one.0, 3);
        same(&read(folder, &whole), &read(folder, &merged), format);
    }
    // To a pipe too, and without the files that the table was made from.
    std::fs::remove_file(folder.join("mixed.toml")).unwrap();
    std::fs::remove_file(folder.join("three.toml")).unwrap();
    same(&run(folder, &[&shuffled]).stdout, &read(folder, "whole.csv"), "pipe");
    refused(folder, &[&shuffled, &["part.1"]], &["part.1: is shard 1/4, and so is part.1"]);
    refused(
        folder,
        &[&["merge", "part.1", "part.4"]],
        &["shard 2/4, 3/4 is missing", "--shard 2/4"],
    );
    refused(folder, &[&["merge", "whole.csv"]], &["whole.csv: is not a file of finished rows"]);
    refused(folder, &[&["merge", "part.5"]], &["part.5: cannot be read"]);
    ended(folder, &[SMALL, &["--shard", "2/4", "--output", "part.5"]]);
    refused(
        folder,
        &[&["merge", "part.1", "part.5"]],
        &["part.5: is of another run than part.1: there command line was regimes times clusters"],
    );
    ended(folder, &[SMALL, &["--shard", "1/3", "--output", "part.6"]]);
    refused(folder, &[&["merge", "part.5", "part.6"]], &["part.6", "one of 3 shards, not of 4"]);
}

/// More shards than rows: some are empty.
#[test]
fn limit_empty_shards_merge_too() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let line: &[&str] = &["curve", "phi", "clusters", "--d", "256", "--t", "1,2"];
    let parts = ["a", "b", "c"];
    for (k, part) in parts.iter().enumerate() {
        let shard = format!("{}/3", k + 1);
        assert_eq!(ended(folder, &[line, &["--shard", &shard, "--output", part]]).0, 0);
    }
    ended(folder, &[line, &["--output", "whole.csv"]]);
    let merged = run(folder, &[&["merge"], &parts]).stdout;
    same(&merged, &read(folder, "whole.csv"), "three shards of two rows");
}

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

#[test]
fn limit_nothing_is_left_behind() {
    let folder = tempfile::tempdir().unwrap();
    let folder: PathBuf = folder.path().into();
    let (status, said) = ended(&folder, &[SMALL, &["--output", "a.csv", "--resume"]]);
    assert_eq!((status, said.contains("resumed")), (0, false), "{said}");
    ended(&folder, &[SMALL, &["--shard", "1/2", "--output", "b"]]);
    ended(&folder, &[SMALL, &["--shard", "2/2", "--output", "c", "--resume"]]);
    let mut names: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|f| f.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["a.csv", "b", "c"]);
}

/// What is finished before a row fails stays, and is not computed again.
#[test]
fn limit_an_error_amid_the_rows_keeps_the_others() {
    use regimes::output::journal::Journal;
    use regimes::output::run::Run;
    use regimes::output::shard::Shard;
    use regimes::output::{Cell, Column, Head, Row};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.journal");
    let head = Head {
        command: "times".into(),
        model: String::new(),
        command_line: "regimes times".into(),
        title: None,
        conventions: Vec::new(),
        columns: vec![Column::number("x", "x", "")],
        notes: Vec::new(),
        summary: Vec::new(),
        rows: 1000,
        digits: None,
        row_notes: false,
    };
    let run = Run::new(head, Vec::new(), Shard::parse("", "2/3").unwrap());
    let number = |index: usize| Cell::Number(-(index as f64).sqrt());
    let fails = |index: usize| {
        let failed = || regimes::Error::argument("x", index, "must be another row");
        let row = Row { cells: vec![number(index)], notes: Vec::new() };
        (index != 502).then_some(row).ok_or_else(failed)
    };
    let journal = Journal::resume(&path, &run).unwrap();
    assert_eq!((journal.found(), journal.wanted()), (0, 333));
    let error = journal.fill(&fails, &|_| ()).unwrap_err();
    assert!(error.to_string().contains("x = 502"), "{error}");
    let journal = Journal::resume(&path, &run).unwrap();
    let before = journal.found();
    assert!((1..333).contains(&before) && !journal.complete(), "{before}");
    let computed = std::sync::atomic::AtomicUsize::new(0);
    let works = |index: usize| {
        computed.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Ok(Row { cells: vec![number(index)], notes: Vec::new() })
    };
    let journal = journal.fill(&works, &|_| ()).unwrap();
    assert!(journal.complete());
    assert_eq!(computed.into_inner(), 333 - before);
    for index in (1..1000).step_by(3) {
        let cell = journal.row(index).unwrap().cells[0].clone();
        assert_eq!(cell.value().map(f64::to_bits), number(index).value().map(f64::to_bits));
    }
    drop(journal);
    assert!(Journal::read(&path).unwrap().complete());
}
