//! Runs in parts.

use super::{MIXED, SMALL, command, ended, mixed_table, read, refused, run, same};
use std::time::Duration;

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
