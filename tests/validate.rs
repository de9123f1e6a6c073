//! `regimes validate`: measured curves with planted truths and planted faults.
#![allow(missing_docs, clippy::unwrap_used)]

use regimes::numerics::random::{Purpose, Seed};
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

fn regimes(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_regimes")).args(arguments).output().unwrap()
}

fn validate(file: &Path, line: &str) -> Output {
    let path = file.display().to_string();
    let mut arguments = vec!["validate", path.as_str()];
    arguments.extend(line.split_whitespace());
    regimes(&arguments)
}

fn json(file: &Path, line: &str) -> Value {
    let output = validate(file, &format!("{line} --format json"));
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{line}: {errors}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn summary(all: &Value, name: &str) -> f64 {
    all["summary"][name].as_f64().unwrap_or_else(|| panic!("{name}: {all}"))
}

fn refused(file: &Path, line: &str, says: &str) {
    let output = validate(file, line);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{line}: {message}");
    assert!(message.contains(says), "{line}: {message:?} does not say {says:?}");
}

/// The predicted curve `line` at given times: pairs of t and the column called `column`.
fn predicted(line: &str, column: &str) -> Vec<(f64, f64)> {
    let words: Vec<&str> = line.split_whitespace().chain(["--format", "json"]).collect();
    let all: Value = serde_json::from_slice(&regimes(&words).stdout).unwrap();
    let number = |row: &Value, key: &str| row[key].as_f64().unwrap();
    all["rows"].as_array().unwrap().iter().map(|r| (number(r, "t"), number(r, column))).collect()
}

/// A measured excess entropy: truth plus noise of 0.3% of log n/d, as in published simulations.
fn measured_entropy(seed: u64) -> String {
    let line = "curve excess-entropy clusters --d 64 --n 2000 --mu 1 --sigma 1 --order class-bit --t 1.2:5:#40";
    let mut stream = Seed(seed).stream(Purpose::Points, 0, 0);
    let mut text = "t,f_over_alpha,stderr\n".to_owned();
    for (t, f) in predicted(line, "f_over_alpha") {
        text.push_str(&format!("{t},{},0.003\n", f + 0.003 * stream.normal()));
    }
    text
}

const ENTROPY: &str = "--against excess-entropy clusters --d 64 --n 2000 --order class-bit";

/// A planted 3% error in σ is found, the truth is not called false, and the fit finds it.
#[test]
fn independent_planted_error_in_sigma_of_the_excess_entropy() {
    let folder = Folder::new();
    let (mut agreed, mut detected) = (0, 0);
    for seed in 0..6 {
        let file = folder.file("fe.csv", measured_entropy(seed));
        let truth = json(&file, ENTROPY);
        agreed += usize::from(summary(&truth, "agrees") == 1.0);
        let wrong = json(&file, &format!("{ENTROPY} --sigma 1.03"));
        detected += usize::from(summary(&wrong, "agrees") == 0.0);
        assert!(wrong["notes"].to_string().contains("disagree") || detected <= seed as usize);
        let fit = json(&file, &format!("{ENTROPY} --sigma 1.03 --fit sigma"));
        let (sigma, stderr) = (summary(&fit, "sigma"), summary(&fit, "sigma_stderr"));
        assert!((sigma - 1.0).abs() < 4.0 * stderr && stderr < 0.01, "{sigma} ± {stderr}");
        assert!(summary(&fit, "chi_squared") <= summary(&truth, "chi_squared") + 1e-6);
        assert_eq!(summary(&fit, "degrees_of_freedom"), 39.0);
    }
    assert!(agreed >= 5 && detected == 6, "{agreed} {detected}");
}

/// Clones counted: frequencies near one, where no normal error holds.
#[test]
fn independent_planted_error_in_sigma_of_the_cloning_probability() {
    let folder = Folder::new();
    let line = "curve phi clusters --d 6 --mu 1 --sigma 1 --t 0.1:3:#30";
    let trials = 20_000;
    let mut stream = Seed(5).stream(Purpose::Points, 0, 0);
    let mut text = String::from("t,phi,clones\n");
    for (t, phi) in predicted(line, "phi") {
        let hits = (0..trials).filter(|_| stream.uniform() < phi).count();
        text.push_str(&format!("{t},{},{trials}\n", hits as f64 / f64::from(trials)));
    }
    let file = folder.file("phi.csv", text);
    let against = "--against phi --trials clones clusters --d 6";
    assert_eq!(summary(&json(&file, against), "agrees"), 1.0);
    assert_eq!(summary(&json(&file, &format!("{against} --sigma 1.03")), "agrees"), 0.0);
    let fit = json(&file, &format!("{against} --mu 0.9 --sigma 1.1 --fit mu,sigma"));
    for name in ["mu", "sigma"] {
        let (value, stderr) = (summary(&fit, name), summary(&fit, &format!("{name}_stderr")));
        assert!((value - 1.0).abs() < 4.0 * stderr && stderr < 0.1, "{name}: {value} ± {stderr}");
    }
    assert!(fit["notes"].to_string().contains("correlation of mu and sigma"), "{fit}");
}

#[test]
fn identity_strict_decides_the_status_only() {
    let folder = Folder::new();
    let file = folder.file("fe.csv", measured_entropy(1));
    let wrong = format!("{ENTROPY} --sigma 1.2");
    assert_eq!(validate(&file, &wrong).status.code(), Some(0));
    let strict = validate(&file, &format!("{wrong} --strict --format csv"));
    assert_eq!(strict.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&strict.stdout).contains("agrees: 0"));
    assert_eq!(validate(&file, &format!("{ENTROPY} --strict")).status.code(), Some(0));
}

/// φ of 10⁴ clones; beyond t_S all agree, and the spread that they show is none.
fn cloned(trials: u32) -> String {
    let mut stream = Seed(7).stream(Purpose::Points, 0, 0);
    let mut text = String::from("t,phi,stderr\n");
    for (t, phi) in predicted("curve phi clusters --d 16 --t 0.05:2.5:#24", "phi") {
        let hits = (0..trials).filter(|_| stream.uniform() < phi).count();
        let p = hits as f64 / f64::from(trials);
        let stderr = (p * (1.0 - p) / f64::from(trials)).sqrt().max(4.6e-11);
        text.push_str(&format!("{t},{p},{stderr}\n"));
    }
    text
}

/// Points without spread neither make the verdict nor drag the fit away.
#[test]
fn limit_standard_errors_have_a_floor() {
    let folder = Folder::new();
    let text = cloned(2000);
    assert!(text.contains(",1,"), "some points show no spread: {text}");
    let file = folder.file("phi.csv", text);
    let all = json(&file, "--against phi clusters --d 16");
    assert!(summary(&all, "reduced_chi_squared") < 2.0, "{}", all["notes"]);
    assert_eq!(summary(&all, "agrees"), 1.0);
    assert!(all["notes"].to_string().contains("raised to that of a frequency"), "{all}");
    let fit = json(&file, "--against phi clusters --d 16 --mu 1.2 --fit mu");
    let (mu, stderr) = (summary(&fit, "mu"), summary(&fit, "mu_stderr"));
    assert!((mu - 1.0).abs() < 4.0 * stderr && stderr < 0.05, "{mu} ± {stderr}");
}

#[test]
fn identity_verdicts_say_what_makes_them() {
    let folder = Folder::new();
    let text = measured_entropy(1);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let t: String = lines[9].split(',').next().unwrap().to_owned();
    lines[9] = format!("{t},0.9,0.003");
    let file = folder.file("one.csv", lines.join("\n"));
    let notes = json(&file, ENTROPY)["notes"].to_string();
    assert!(notes.contains(&format!("t = {t} makes the verdict alone")), "{notes}");
    // Far from the truth no σ fits.
    let far: String = text.lines().map(|l| l.replace(",0.003", ",0.00001") + "\n").collect();
    let fit = json(&folder.file("far.csv", far), &format!("{ENTROPY} --fit sigma"));
    assert!(fit["notes"].to_string().contains("does not describe the data"), "{}", fit["notes"]);
}

/// One data set at many times: the noise of its samples is in every point.
#[test]
fn independent_own_simulations_are_not_called_a_drift() {
    let folder = Folder::new();
    let mut agreed = 0;
    let line = "clusters --d 12 --n 100";
    for seed in 1..=6 {
        let seed = seed.to_string();
        let mut words = vec!["simulate", "entropy"];
        words.extend(line.split_whitespace());
        words.extend(["--t", "0.6:2.6:#20", "--blocks", "8", "--points", "32", "--seed", &seed]);
        words.extend(["--format", "csv", "--quiet"]);
        let file = folder.file("fe.csv", regimes(&words).stdout);
        let all = json(&file, &format!("--against excess-entropy {line} --order exact"));
        let notes = all["notes"].to_string();
        assert!(notes.contains("share their noise") && !notes.contains("a drift"), "{notes}");
        agreed += usize::from(summary(&all, "agrees") == 1.0);
        if seed == "1" {
            // Against the curve at infinite n and d it does not agree, and is told which would.
            let notes =
                json(&file, &format!("--against excess-entropy {line}"))["notes"].to_string();
            assert!(notes.contains("--order exact predicts it"), "{notes}");
        }
    }
    assert!(agreed >= 5, "{agreed}");
    // Anyone's points can share their noise.
    let file = folder.file("own.csv", measured_entropy(2));
    let notes = json(&file, &format!("{ENTROPY} --shared-noise"))["notes"].to_string();
    assert!(notes.contains("share their noise"), "{notes}");
}

fn npy(descr: &str, shape: &str, bytes: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}}}\n");
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.as_bytes());
    file.extend(bytes);
    file
}

fn doubles(numbers: &[f64]) -> Vec<u8> {
    numbers.iter().flat_map(|x| x.to_le_bytes()).collect()
}

fn npz(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// The same measurement in every form gives the same χ².
#[test]
fn identity_every_form_of_a_measurement() {
    let folder = Folder::new();
    let t = [0.5, 1.0, 1.5, 2.0];
    let hits = [98.0, 91.0, 80.0, 62.0];
    let frequency: Vec<f64> = hits.iter().map(|h| h / 100.0).collect();
    let flat = |rows: &[&[f64]]| doubles(&rows.concat());
    let against = "--against phi clusters --d 8";
    let mut forms: Vec<(PathBuf, String)> = Vec::new();
    let text: String = (0..4).map(|k| format!("{},{}\n", t[k], frequency[k])).collect();
    forms.push((folder.file("a.csv", &text), format!("--trials 100 {against}")));
    forms.push((
        folder.file("b.npy", npy("'<f8'", "(2, 4)", &flat(&[&t, &frequency]))),
        format!("--trials 100 {against}"),
    ));
    let pairs: Vec<f64> = (0..4).flat_map(|k| [t[k], frequency[k]]).collect();
    forms.push((
        folder.file("c.npy", npy("'<f8'", "(4, 2)", &doubles(&pairs))),
        format!("{against} --trials 100"),
    ));
    forms.push((
        folder.file("d.npy", npy("[('time', '<f8'), ('agree', '<f8')]", "(4,)", &doubles(&pairs))),
        format!("--t-column time --value-column agree --trials 100 {against}"),
    ));
    let outcomes: Vec<u8> =
        hits.iter().flat_map(|h| (0..100).map(move |k| u8::from(f64::from(k) < *h))).collect();
    let archive = npz(&[
        ("t.npy", npy("'<f8'", "(4,)", &doubles(&t))),
        ("outcomes.npy", npy("'|u1'", "(4, 100)", &outcomes)),
    ]);
    forms.push((folder.file("e.npz", archive), against.to_owned()));
    let mut single = "d,t,outcome\n".to_owned();
    for k in 0..400 {
        // The clones of all times mixed up.
        let (point, clone) = (k % 4, k / 4);
        let outcome = u8::from((clone as f64) < hits[point]);
        single.push_str(&format!("8,{},{outcome}\n", t[point]));
    }
    forms.push((folder.file("f.csv", single), "--against phi clusters".to_owned()));
    let chi: Vec<f64> =
        forms.iter().map(|(file, line)| summary(&json(file, line), "chi_squared")).collect();
    assert!(chi[0] > 0.1, "{chi:?}");
    for (other, (file, _)) in chi.iter().zip(&forms) {
        assert!((other / chi[0] - 1.0).abs() < 1e-9, "{file:?}: {chi:?}");
    }
}

/// The program's own output is a measurement too: theory against itself deviates nowhere.
#[test]
fn identity_own_output_reads_back() {
    let folder = Folder::new();
    let curve = regimes(&[
        "curve", "phi", "clusters", "--d", "16,32", "--t", "0.5:3:#6", "--format", "npy",
    ]);
    let file = folder.file("phi.npy", curve.stdout);
    let all = json(&file, "--against phi clusters --trials 1000");
    assert_eq!(summary(&all, "points"), 12.0);
    assert!(summary(&all, "chi_squared") < 1e-12);
    let rows = all["rows"].as_array().unwrap();
    assert!(rows.iter().any(|r| r["d"] == 16.0) && rows.iter().any(|r| r["d"] == 32.0));
    assert!(all["notes"].to_string().contains("taken from the file: d, mu, sigma"), "{all}");
    // t = 0.5, 1, … 3: two of the six lie between, in either dimension.
    let part = json(&file, "--against phi clusters --trials 1000 --between 1:1.5");
    assert_eq!(summary(&part, "points"), 4.0);
    assert!(part["notes"].to_string().contains("8 rows left out"), "{part}");
}

#[test]
fn bad_input_files_and_flags() {
    let folder = Folder::new();
    let good = folder.file("a.csv", "t,value,stderr\n1,0.9,0.01\n2,0.7,0.01\n3,0.6,0.01\n");
    let phi = "--against phi clusters --d 64";
    assert_eq!(validate(&good, phi).status.code(), Some(0));
    refused(&good, "--against ph clusters --d 64", "did you mean phi");
    refused(&good, "clusters --d 64", "--against is missing");
    refused(&good, "--against phi clusters", "--d");
    refused(&good, "--against phi clusters --d 64,128", "one value of each parameter");
    refused(&good, "--against phi clusters --d 64 --order exact", "does not go with --against phi");
    refused(&good, &format!("{phi} --fit sgma"), "did you mean sigma");
    refused(&good, &format!("{phi} --fit d"), "can be");
    refused(&good, &format!("{phi} --fit mu,sigma,mu"), "named twice");
    refused(&good, &format!("{phi} --value-column v"), "has no column v");
    refused(&good, &format!("{phi} --column f"), "phi predicts phi");
    refused(&good, &format!("{phi} --level 2"), "between 0 and 1");
    refused(&good, &format!("{phi} --between 2:1"), "LOW must lie below HIGH");
    refused(&good, &format!("{phi} --between 1"), "must be LOW:HIGH");
    refused(&good, &format!("{phi} --between 70:80"), "t outside --between");
    refused(&good, &format!("{phi} --trials 10 --stderr-column stderr"), "not both");
    refused(&good, "--against excess-entropy clusters --d 64", "number of samples is missing");
    for (text, says) in [
        ("t,value,stderr\n", "has no rows"),
        ("x,value,stderr\n1,2,3\n", "no column t"),
        ("t,y,stderr\n1,2,3\n", "no column phi or value"),
        ("t,value\n1,0.9\n", "no column stderr"),
        ("t,value,stderr\n1,0.9,-0.1\n", "the standard error -0.1"),
        ("t,value,stderr\n1,inf,0.1\n", "not finite"),
        ("t,value,stderr\n-1,0.9,0.1\n", "a time must be 0 or above"),
        ("t,value,stderr\n1,high,0.1\n", "line 2, column value: \"high\" is not a number"),
        ("t,value,stderr\n1,0.9,0\n", "a standard error of 0"),
        ("t,value,stderr\n1,,0.1\n", "empty fields"),
        ("1,2,3,4\n", "4 columns without names"),
    ] {
        refused(&folder.file("b.csv", text), phi, says);
    }
    let two = folder.file("c.csv", "t,value,trials\n1,1.5,10\n");
    refused(&two, &format!("{phi} --trials trials"), "between 0 and 1");
    let uneven = npz(&[
        ("t.npy", npy("'<f8'", "(2,)", &doubles(&[1.0, 2.0]))),
        ("value.npy", npy("'<f8'", "(3,)", &doubles(&[1.0; 3]))),
    ]);
    refused(&folder.file("d.npz", uneven), phi, "all columns must be as long");
    let short = npy("[('t', '<f8')]", "(4,)", &[0; 16]);
    refused(&folder.file("e.npy", short), phi, "does not match its header");
}
