//! Runs that are killed and resumed.

use super::{MIXED, ROWS, SMALL, command, ended, mixed_table, read, same, share};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// Times that a table is killed before it may end.
const KILLS: usize = 9;

/// Runs that may end before they were killed at three places.
const ATTEMPTS: usize = 8;

fn distinct(rows: &[usize]) -> Vec<usize> {
    let mut rows = rows.to_vec();
    rows.dedup();
    rows
}

/// True where a parent shell had this process ignore SIGINT, as it does in the background: so will its
/// children.
fn deaf() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 2 != 0)
}

/// SIGKILL, SIGTERM or SIGINT, in turn, where there are signals.
fn kill(child: &mut Child, k: usize) {
    let last = if deaf() { "-TERM" } else { "-INT" };
    let signal = ["-KILL", "-TERM", last][k % 3];
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
        // A busy machine may let a run end before it is killed often enough; then it begins anew.
        let (mut found, mut done) = (Vec::new(), true);
        for attempt in 0..ATTEMPTS {
            (found, done) = (vec![0], false);
            let _ = std::fs::remove_file(folder.join(&output));
            for n in 0..KILLS {
                let mut child = arguments(n).spawn().unwrap();
                let target = length * (n as f64 + share(n + 7 * k + attempt)) / KILLS as f64;
                let reached = || {
                    let length = std::fs::metadata(folder.join(&journal)).map_or(0, |m| m.len());
                    length as f64 >= target
                };
                // The first dies young, perhaps before it has a journal.
                let young =
                    Instant::now() + Duration::from_millis(if n == 0 { 12 } else { 60_000 });
                while child.try_wait().unwrap().is_none() && Instant::now() < young && !reached() {
                    std::thread::sleep(Duration::from_micros(300));
                }
                if child.try_wait().unwrap().is_none() {
                    kill(&mut child, n);
                }
                done = child.wait().unwrap().code() == Some(status);
                if done {
                    break;
                }
                if folder.join(&journal).exists() {
                    found.push(rows_in(folder, &journal));
                }
            }
            if !done && distinct(&found).len() >= 4 {
                break;
            }
        }
        assert!(found.is_sorted() && found.last() <= Some(&ROWS), "rows were lost: {found:?}");
        let amid = distinct(&found);
        assert!(!done && amid.len() >= 4, "kills stopped it at rows {found:?}");
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
    use regimes_output::journal::Journal;
    use regimes_output::run::Run;
    use regimes_output::shard::Shard;
    use regimes_output::{Cell, Column, Head, Row};
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
        axes: Vec::new(),
        digits: None,
        row_notes: false,
        page: false,
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
