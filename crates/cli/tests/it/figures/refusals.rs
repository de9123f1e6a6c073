//! Bad input names the argument.

use super::regimes;

#[test]
fn bad_input_names_the_argument() {
    let line = "figure curve phi clusters --d 256 --t 0:8:#9";
    let refused = |more: &str, parts: &[&str]| {
        let words = format!("{line} {more}");
        let output = regimes(&words.split_whitespace().collect::<Vec<_>>());
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{more}: {message}");
        assert!(output.stdout.is_empty() && !message.contains("panicked"), "{message}");
        for part in parts {
            assert!(message.contains(part), "{more}: {message:?} does not say {part:?}");
        }
    };
    refused("--y ph", &["--y", "ph", "did you mean phi?"]);
    refused("--x nosuch", &["--x", "nosuch", "known: d, "]);
    refused("--series nosuch", &["--series"]);
    refused("--width three", &["--width", "three", "one, two"]);
    refused("--height -1", &["--height"]);
    refused("--log z", &["--log", "x, y or value"]);
    refused("--x-range 3:1", &["--x-range", "3:1", "0:8"]);
    refused("--log x --x-range 0:1", &["--x-range", "above 0"]);
    refused("--contours 1,2", &["--contours", "heat maps"]);
    refused("--heat", &["two swept parameters"]);
    refused("--dpi 0", &["--dpi"]);
    refused("--output fig.jpg", &["--output", ".svg, .png or .pdf"]);
    refused("--resume", &["--resume", "not with figure"]);
    refused("--format json", &["--format", "json", ".svg, .png or .pdf"]);
    let output = regimes(&["figure", "curv", "phi"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn bad_input_a_measurement_beside_the_picture_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let (picture, data) = (folder.path().join("phi.svg"), folder.path().join("phi.csv"));
    std::fs::write(&data, "t,phi\n1,0.9\n").unwrap();
    let name = picture.to_string_lossy().into_owned();
    let line = ["figure", "curve", "phi", "clusters", "--d", "64", "--t", "0:8:#9", "-o", &name];
    let output = regimes(&line);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains("--output") && message.contains("phi.csv"), "{message}");
    assert_eq!(std::fs::read_to_string(&data).unwrap(), "t,phi\n1,0.9\n");
    assert!(!picture.exists());
    // Its own data it replaces.
    std::fs::remove_file(&data).unwrap();
    for _ in 0..2 {
        assert!(regimes(&line).status.success());
    }
}

#[test]
fn bad_input_in_specifications_names_the_line() {
    let folder = tempfile::tempdir().unwrap();
    let block =
        "[[block]]\ncommand = \"curve phi clusters\"\narguments = { d = 64, t = \"0:8:#9\" }\n";
    for (text, parts) in [
        (format!("[figure]\nwidht = 3\n{block}"), ["line 2", "did you mean width?"]),
        (format!("[figure]\nkind = \"heatmap\"\n{block}"), ["line 2, figure.kind", "heat-map"]),
        (format!("[figure]\ny = \"psi\"\n{block}"), ["line 1", "known: "]),
        ("[figure]\n".to_owned(), ["needs at least one", "block"]),
        (
            format!("{block}[[points]]\nfile = \"no.csv\"\nx = \"t\"\ny = \"p\"\n"),
            ["no.csv", "read"],
        ),
        (format!("{block}mark = \"dots\"\n"), ["mark", "line, points or both"]),
        (format!("[figure]\nshading = 3\n{block}"), ["line 2, figure.shading", "true or false"]),
    ] {
        let path = folder.path().join("spec.toml");
        std::fs::write(&path, &text).unwrap();
        let output = regimes(&["figure", &path.to_string_lossy()]);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{text}: {message}");
        for part in parts {
            assert!(message.contains(part), "{text}: {message:?} does not say {part:?}");
        }
    }
}
