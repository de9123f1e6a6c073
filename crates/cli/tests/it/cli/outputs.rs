//! Where `--output` goes: files, links, pipes, devices; what the head says of it.

use super::{refused, regimes, words};
use std::path::Path;
use std::process::Command;

const QUERY: &str = "times clusters --d 4,5 --n 9";

/// What `QUERY` writes to `path`, and its standard output.
fn written(path: &str, more: &[&str]) -> Vec<u8> {
    let output = regimes(&[&words(QUERY), more, &["--output", path][..]].concat());
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{path}: {errors}");
    output.stdout
}

fn csv() -> Vec<u8> {
    regimes(&[&words(QUERY)[..], &["--format", "csv"]].concat()).stdout
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

#[test]
fn identity_runs_that_differ_in_where_they_write_leave_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let file = text(&folder.path().join("a.csv"));
    let want = csv();
    let glued = format!("-o{file}");
    let both = format!("-qo{file}");
    for flags in [
        &["-o", &file][..],
        &[&glued],
        &["-q", "-o", &file],
        &["-qo", &file],
        &[&both],
        &["--output", &file],
    ] {
        let output = regimes(&[&words(QUERY)[..], flags].concat());
        assert!(output.status.success() && output.stdout.is_empty(), "{flags:?}");
        assert_eq!(std::fs::read(&file).unwrap(), want, "{flags:?}");
        std::fs::remove_file(&file).unwrap();
    }
    assert_eq!(written("-", &["--format", "csv"]), want);
    assert!(!Path::new("-").exists());
}

#[cfg(unix)]
#[test]
fn identity_devices_and_pipes_are_written_through() {
    use std::os::unix::fs::FileTypeExt;
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = {
        let pipe = pipe.clone();
        std::thread::spawn(move || std::fs::read(pipe).unwrap())
    };
    written(&text(&pipe), &[]);
    assert_eq!(reader.join().unwrap(), csv());
    assert!(std::fs::metadata(&pipe).unwrap().file_type().is_fifo());
    assert!(written("/dev/null", &[]).is_empty());
    assert!(std::fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    assert_eq!(written("/dev/stdout", &[]), csv());
    // What is kept must be read again.
    refused(
        &[&words(QUERY)[..], &["--shard", "1/2", "-o", &text(&pipe)]].concat(),
        &["must be a file"],
    );
    refused(&[&words(QUERY)[..], &["--resume", "-o", "/dev/null"]].concat(), &["must be a file"]);
}

/// An open descriptor goes on where it is: what was there before stays.
#[cfg(unix)]
#[test]
fn identity_descriptors_are_appended_to() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    std::fs::write(&log, "before\n").unwrap();
    let script = format!(
        "exec 3>>\"$2\"; \"$1\" {QUERY} -o /dev/fd/3; \"$1\" {QUERY} -o /dev/stdout >> \"$2\""
    );
    let status = Command::new("sh")
        .args(["-c", &script, "sh", env!("CARGO_BIN_EXE_regimes"), &text(&log)])
        .status()
        .unwrap();
    assert!(status.success());
    let want = [b"before\n".to_vec(), csv(), csv()].concat();
    assert_eq!(std::fs::read(&log).unwrap(), want);
}

#[cfg(unix)]
#[test]
fn identity_links_stay_and_modes_are_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("real"), folder.path().join("link.csv"));
    std::fs::write(&real, "old").unwrap();
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real", &link).unwrap();
    for more in [&[][..], &["--resume"]] {
        written(&text(&link), more);
        assert_eq!(std::fs::read(&real).unwrap(), csv());
        assert!(link.is_symlink());
        assert_eq!(std::fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
        std::fs::write(&real, "old").unwrap();
    }
    // To a file that is not there yet.
    let new = folder.path().join("new.csv");
    symlink("later", &new).unwrap();
    written(&text(&new), &[]);
    assert_eq!(std::fs::read(folder.path().join("later")).unwrap(), csv());
    // Round and round.
    symlink("one.csv", folder.path().join("two.csv")).unwrap();
    symlink("two.csv", folder.path().join("one.csv")).unwrap();
    let output =
        regimes(&[&words(QUERY)[..], &["-o", &text(&folder.path().join("one.csv"))]].concat());
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("circle"));
}

/// A disk with room for the data of a figure but not for its picture gets neither.
#[cfg(unix)]
#[test]
fn limit_a_picture_that_finds_no_room_leaves_no_data() {
    let folder = tempfile::tempdir().unwrap();
    let picture = text(&folder.path().join("a.svg"));
    let figure =
        ["figure", "curve", "phi", "clusters", "--d", "64", "--t", "1:4:#9", "-o", &picture];
    assert!(regimes(&figure).status.success());
    let size = |name: &str| std::fs::metadata(folder.path().join(name)).unwrap().len();
    let blocks = size("a.csv").div_ceil(512) + 2;
    assert!(blocks * 512 < size("a.svg"), "the picture is what does not fit");
    for name in ["a.csv", "a.svg"] {
        std::fs::remove_file(folder.path().join(name)).unwrap();
    }
    // A limit on the size of files stands for a full disk.
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; \"$0\" \"$@\"");
    let status = Command::new("sh")
        .args(["-c", &script, env!("CARGO_BIN_EXE_regimes")])
        .args(figure)
        .output()
        .unwrap();
    assert_eq!(status.status.code(), Some(1), "{}", String::from_utf8_lossy(&status.stderr));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn bad_input_commands_without_rows_are_no_blocks() {
    for command in [
        "verify",
        "validate curve.csv",
        "explain t_S clusters",
        "simulate clones clusters",
        "tims clusters",
        "",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let spec = text(&folder.path().join("a.toml"));
        std::fs::write(&spec, format!("[[block]]\ncommand = \"{command}\"\n")).unwrap();
        refused(
            &["table", &spec],
            &["no rows that stand alone", "times, curve, solve, guidance, schedule, dataset"],
        );
    }
}

#[test]
fn bad_input_labels_that_cannot_be_set() {
    let folder = tempfile::tempdir().unwrap();
    let picture = text(&folder.path().join("a.svg"));
    let figure =
        ["figure", "curve", "phi", "clusters", "--d", "64", "--t", "1:4:#9", "-o", &picture];
    for label in ["--x-label", "--y-label", "--title"] {
        let more = [label, "$\\frac{a}{b}$"];
        refused(&[&figure[..], &more].concat(), &[label, "\\frac cannot be set"]);
    }
    let spec = text(&folder.path().join("a.toml"));
    let block = "[figure]\n[[block]]\nlabel = '$\\frac{a}{b}$'\ncommand = \"curve phi clusters\"\narguments = { d = 64, t = \"1:4:#9\" }\n";
    std::fs::write(&spec, block).unwrap();
    refused(&["figure", &spec, "-o", &picture], &["line 3", "\\frac cannot be set"]);
    assert!(!Path::new(&picture).exists());
}

/// Columns by name or by prefix, in the order asked for, errors with them; no other numbers.
#[test]
fn identity_columns_are_chosen_and_ordered() {
    let header = |arguments: &str| -> (String, Vec<String>) {
        let text = super::stdout(&format!("{arguments} --format csv --quiet"));
        let mut lines = text.lines().filter(|line| !line.starts_with('#'));
        let header = lines.next().unwrap().to_owned();
        (header, lines.map(str::to_owned).collect())
    };
    let (all, rows) = header("times clusters --d 64,256 --n 100");
    let (some, chosen) = header("times clusters --d 64,256 --n 100 --columns t_C.asymptotic,d");
    assert_eq!(some, "t_C.asymptotic,t_C.asymptotic.error,d,notes");
    let at = all.split(',').position(|name| name == "t_C.asymptotic").unwrap();
    for (row, part) in rows.iter().zip(&chosen) {
        let row: Vec<&str> = row.split(',').collect();
        assert!(part.starts_with(&format!("{},{},{},", row[at], row[at + 1], row[0])), "{part}");
    }
    let (times, _) = header("times clusters --d 64 --n 100 --columns t_C,t_S.spectral");
    assert!(times.starts_with("t_C.asymptotic,") && times.contains("t_C.class-bit,"), "{times}");
    assert!(times.ends_with("t_S.spectral,t_S.spectral.error,notes"), "{times}");
    let (curve, _) = header("curve phi clusters --d 64 --t 1,2 --columns t,phi");
    assert_eq!(curve, "t,phi,error,notes");
    refused(
        &words("times clusters --d 64 --n 9 --columns t_X"),
        &["--columns = t_X", "t_S.spectral"],
    );
    refused(&words("explain phi clusters --d 64 --t 1 --columns phi"), &["--columns goes with"]);
}
