//! `regimes dataset` on data with known answers, and what it says of data that are no good.
use regimes::dataset::moments::{Moments, scan};
use regimes::dataset::spectrum::{Centring, MeasuredSpectrum};
use regimes::dataset::{ChannelAxis, Matrix, Selection, Source};
use regimes::numerics::random::{Purpose, Seed};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn npy(&self, name: &str, shape: &str, numbers: &[f64]) -> PathBuf {
        let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}}}\n");
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(numbers.iter().flat_map(|x| x.to_le_bytes()));
        self.file(name, &bytes)
    }
}

fn regimes(file: &Path, arguments: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_regimes"))
        .arg("dataset")
        .arg(file)
        .args(arguments.split_whitespace())
        .output()
        .unwrap()
}

fn json(file: &Path, arguments: &str) -> Value {
    let output = regimes(file, &format!("{arguments} --format json"));
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments}: {errors}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refused(file: &Path, arguments: &str, says: &str) {
    let output = regimes(file, arguments);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{arguments}: {message}");
    assert!(output.stdout.is_empty());
    assert!(message.contains(says), "{arguments}: {message:?} does not say {says:?}");
    assert!(!message.contains("panicked"), "{message}");
}

fn normals(count: usize, seed: u64) -> Vec<f64> {
    let mut numbers = vec![0.0; count];
    Seed(seed).stream(Purpose::Samples, 0, 0).normals(&mut numbers);
    numbers
}

/// Two classes ±m with |m|² = d μ², σ = 1, alternating; labels 3 and 7.
fn clusters(n: usize, d: usize, mu: f64, seed: u64) -> (Vec<f64>, String) {
    let mut data = normals(n * d, seed);
    let mut labels = String::new();
    for (k, sample) in data.chunks_mut(d).enumerate() {
        let sign = if k % 2 == 0 { 1.0 } else { -1.0 };
        sample.iter_mut().for_each(|x| *x += sign * mu);
        labels.push_str(if k % 2 == 0 { "7\n" } else { "3\n" });
    }
    (data, labels)
}

fn within(cell: &Value, want: f64, errors: f64) {
    assert!(cell["stderr"].is_number(), "{cell}");
    let (value, stderr) = (cell["value"].as_f64().unwrap(), cell["stderr"].as_f64().unwrap());
    assert!(stderr > 0.0 && (value - want).abs() < errors * stderr, "{cell} for {want}");
}

/// Everything that theory says of two clusters, measured on samples of them.
#[test]
fn independent_times_of_planted_clusters() {
    let (n, d, mu) = (1500usize, 12usize, 1.0);
    let (data, labels) = clusters(n, d, mu, 1);
    let folder = Folder::new();
    let file = folder.npy("x.npy", "(1500, 3, 4)", &data);
    let labels = folder.file("y.txt", labels.as_bytes());
    let all = json(&file, &format!("--labels {} --queries 150 --schedule edm", labels.display()));
    let row = &all["rows"][0];
    assert_eq!((row["n"].as_f64(), row["d"].as_f64()), (Some(1500.0), Some(12.0)));
    let between = d as f64 * mu * mu;
    let top = between + 1.0;
    // Four standard errors, each from the same data.
    within(&row["Lambda"], top, 4.0);
    within(&row["t_S"]["spectral"], 0.5 * top.ln(), 4.0);
    within(&row["t_S"]["spectral-exact"], 0.5 * (1.0 + top).ln(), 4.0);
    within(&row["Lambda_between"], between, 4.0);
    within(&row["t_S"]["between-class"], 0.5 * between.ln(), 4.0);
    // Equal covariances: d μ² e^{−2t} = Γ_t = 1.
    within(&row["t_S"]["bayes"], 0.5 * between.ln(), 4.0);
    let sigma = row["t_S"]["spectral"]["sigma"].as_f64().unwrap();
    let t = row["t_S"]["spectral"]["value"].as_f64().unwrap();
    assert!((sigma - (2.0 * t).exp_m1().sqrt()).abs() < 1e-9);
    // One Gaussian with eigenvalues 1 and 1 + d: Σ ½ log(1 + λ snr) = log n.
    let information =
        |snr: f64| 0.5 * ((d - 1) as f64 * snr.ln_1p() + (top * snr).ln_1p()) - (n as f64).ln();
    let (mut low, mut high) = (1e-3, 1e3);
    for _ in 0..200 {
        let middle: f64 = 0.5 * (low + high);
        if information(middle) > 0.0 { high = middle } else { low = middle }
    }
    within(&row["t_C"]["gaussian"], 0.5 * (1.0 / low).ln_1p(), 4.0);
    assert_eq!(row["outliers"].as_f64(), Some(1.0));
    let noise = row["noise_variance"].as_f64().unwrap();
    assert!((noise - 1.0).abs() < 4.0 * (2.0 / (n * d) as f64).sqrt(), "{noise}");
    assert!(row["bulk_distance"].as_f64().unwrap() < 0.2);
    assert!(all["notes"].to_string().contains("3: 750, 7: 750"), "{all}");
    assert!(row["notes"].to_string().contains("separates {3} from {7}"), "{row}");
    // Other criteria of the collapse: earlier or later, but of that order.
    for name in ["leave-one-out", "participation", "clones"] {
        let cell = &row["t_C"][name];
        let (t, stderr) = (cell["value"].as_f64().unwrap(), cell["stderr"].as_f64().unwrap());
        assert!(t > 0.0 && t < 1.5 && stderr < 0.1, "{name}: {cell}");
    }
}

/// A crossing printed by the report lies where the curve says.
#[test]
fn identity_crossings_lie_on_the_curve() {
    let folder = Folder::new();
    let file = folder.npy("x.npy", "(300, 8)", &normals(2400, 5));
    let row = json(&file, "--queries 300 --seed 3")["rows"][0].clone();
    for (name, column, threshold) in [
        ("leave-one-out", "leave_one_out", 0.0),
        ("participation", "participation", 2.0),
        ("clones", "clones", 0.5),
    ] {
        let t = row["t_C"][name]["value"].as_f64().unwrap();
        let curve = json(&file, &format!("--queries 300 --seed 3 --t {t}"))["rows"][0].clone();
        let cell = &curve[column];
        let (value, stderr) = (cell["value"].as_f64().unwrap(), cell["stderr"].as_f64().unwrap());
        // The same queries: only the interpolation between levels is left.
        assert!((value - threshold).abs() < 0.02 * stderr, "{name}: {cell}");
    }
    let curve = json(&file, "--queries 100 --t 0.01,8");
    let f = |k: usize| curve["rows"][k]["f_over_alpha"].as_f64().unwrap();
    assert!(f(0) < 1e-3 && (f(1) - 1.0).abs() < 1e-2);
}

#[test]
fn identity_any_number_of_threads_gives_the_same_bytes() {
    let folder = Folder::new();
    let file = folder.npy("x.npy", "(300, 150)", &normals(45_000, 6));
    let run = |threads: usize| {
        regimes(&file, &format!("--queries 50 --format csv --threads {threads}")).stdout
    };
    let one = run(1);
    assert!(!one.is_empty());
    assert_eq!(one, run(3));
}

/// Covariances about the three centres, by their definition.
#[test]
fn independent_centrings_by_definition() {
    let (n, d) = (50usize, 4usize);
    let entries: Vec<f64> = normals(n * d, 7)
        .iter()
        .enumerate()
        .map(|(k, x)| x * (1 + k % d) as f64 + 3.0 * (k % d) as f64)
        .collect();
    let data = Matrix::new(n, d, entries.clone()).unwrap();
    let found = scan(&data, 1, &|_| Some(0), &|_| ()).unwrap();
    let moments = Moments::together(&found.groups);
    for (centring, divisor) in
        [(Centring::Feature, 49.0), (Centring::Global, 50.0), (Centring::None, 50.0)]
    {
        let measured = MeasuredSpectrum::new(&moments, centring).unwrap();
        let mean = |i: usize| entries.iter().skip(i).step_by(d).sum::<f64>() / n as f64;
        let centre = |i: usize| match centring {
            Centring::Feature => mean(i),
            Centring::Global => entries.iter().sum::<f64>() / (n * d) as f64,
            Centring::None => 0.0,
        };
        let trace: f64 =
            entries.iter().enumerate().map(|(k, x)| (x - centre(k % d)).powi(2)).sum::<f64>();
        let sum: f64 = measured.values.iter().sum();
        assert!((sum / (trace / divisor) - 1.0).abs() < 1e-12, "{centring:?}");
        let square: f64 = measured.values.iter().map(|v| v * v).sum();
        let mut direct = 0.0;
        for i in 0..d {
            for j in 0..d {
                let c: f64 =
                    entries.chunks(d).map(|x| (x[i] - centre(i)) * (x[j] - centre(j))).sum();
                direct += (c / divisor).powi(2);
            }
        }
        assert!((square / direct - 1.0).abs() < 1e-12, "{centring:?}");
    }
}

/// Standard errors against the spread over independent data sets.
#[test]
fn independent_standard_errors_by_repetition() {
    let (n, d, sets) = (400usize, 5usize, 60u64);
    let (mut tops, mut times, mut stated) = (Vec::new(), Vec::new(), (0.0, 0.0));
    for set in 0..sets {
        let mut entries = normals(n * d, 1000 + set);
        entries.iter_mut().step_by(d).for_each(|x| *x *= 2.0);
        let data = Matrix::new(n, d, entries).unwrap();
        let found = scan(&data, 1, &|_| Some(0), &|_| ()).unwrap();
        let measured = MeasuredSpectrum::new(&found.groups[0], Centring::Feature).unwrap();
        let time = measured.collapse_time().unwrap().value().unwrap();
        let errors = measured.standard_errors(&data, 1, Some(time), &|_| ()).unwrap();
        tops.push(measured.top());
        times.push(time);
        stated.0 += errors.eigenvalues[0] / sets as f64;
        stated.1 += errors.time.unwrap() / sets as f64;
    }
    let spread = |values: &[f64]| {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let square: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
        (square / (values.len() - 1) as f64).sqrt()
    };
    // A standard deviation of 60 values is known to 9%; three times that.
    assert!((stated.0 / spread(&tops) - 1.0).abs() < 0.28, "{stated:?} {}", spread(&tops));
    assert!((stated.1 / spread(&times) - 1.0).abs() < 0.28, "{stated:?} {}", spread(&times));
}

#[test]
fn identity_selections_by_hand() {
    // Two images of 2 × 3 pixels and 2 channels, channel last: entry = 100 image + 10 pixel + channel.
    let entries: Vec<f64> =
        (0..24).map(|k| (100 * (k / 12) + 10 * (k % 12 / 2) + k % 2) as f64).collect();
    let folder = Folder::new();
    let file = folder.npy("x.npy", "(2, 6, 9, 2)", &vec![0.0; 216]);
    refused(&file, "--channel 2", "there are 2 channels");
    refused(&file, "--channel 0 --pad 8", "at least as large");
    let file = folder.npy("x.npy", "(2, 5, 6, 2)", &[entries.clone(), vec![0.0; 96]].concat());
    let open = || Selection::all(Box::new(regimes::dataset::open(&file, None).unwrap()));
    let one = open().channel(1, None).unwrap().scaled(0.5).unwrap();
    let mut row = vec![0.0; 30];
    one.read(0, &mut row).unwrap();
    assert_eq!(&row[..3], &[0.5, 5.5, 10.5]);
    let first = open().channel(1, Some(ChannelAxis::First)).unwrap();
    assert_eq!(first.shape(), [6, 2]);
    let padded = open().channel(0, None).unwrap().padded(8).unwrap();
    let mut image = vec![1.0; 64];
    padded.read(0, &mut image).unwrap();
    // 5 × 6 in 8 × 8: one row above, one column to the left.
    assert_eq!((image[0], image[9], image[10]), (0.0, 0.0, 10.0));
    assert_eq!(
        image.iter().filter(|x| **x != 0.0).count(),
        row.iter().filter(|x| **x > 0.5).count()
    );
}

#[test]
fn identity_classes_in_file_order() {
    let folder = Folder::new();
    let numbers: Vec<f64> = (0..40).map(f64::from).collect();
    let file = folder.npy("x.npy", "(20, 2)", &numbers);
    let labels: String = (0..20).map(|k| format!("{}\n", ["a", "b", "c"][k % 3])).collect();
    let path = folder.file("y.csv", format!("label\n{labels}").as_bytes());
    let data = Selection::all(Box::new(regimes::dataset::open(&file, None).unwrap()));
    let kept = data.labelled(&path, None, &["c".into(), "a".into()], Some(3)).unwrap();
    let mut rows = vec![0.0; 12];
    kept.read(0, &mut rows).unwrap();
    let first: Vec<f64> = rows.iter().step_by(2).copied().collect();
    assert_eq!(first, [0.0, 4.0, 6.0, 10.0, 12.0, 16.0]);
    assert_eq!(kept.labelling().unwrap().class_of, [1, 0, 1, 0, 1, 0]);
}

#[test]
fn bad_input_data_that_are_no_good() {
    let folder = Folder::new();
    let good = folder.npy("x.npy", "(6, 2)", &normals(12, 8));
    let mut broken = normals(12, 8);
    broken[5] = f64::NAN;
    broken[8] = f64::INFINITY;
    let nan = folder.npy("nan.npy", "(6, 2)", &broken);
    refused(&nan, "", "2 entries are not finite, the first NaN in sample 2, feature 1");
    refused(&folder.npy("one.npy", "(1, 2)", &[1.0, 2.0]), "", "at least two");
    refused(&folder.npy("flat.npy", "(6, 2)", &[0.1; 12]), "", "Λ = 0");
    refused(&folder.0.path().join("absent.npy"), "", "cannot be read");
    let labels = |text: &str| folder.file("y.txt", text.as_bytes()).display().to_string();
    refused(
        &good,
        &format!("--labels {}", labels("1\n2\n")),
        "has 2 labels, the data have 6 samples",
    );
    let six = labels("1\n2\n1\n2\n1\n2\n");
    refused(
        &good,
        &format!("--labels {six} --classes 1,9"),
        "9: does not occur among the labels 1, 2",
    );
    refused(&good, &format!("--labels {six} --classes 1,1"), "is named twice");
    refused(&good, &format!("--labels {six} --per-class 4"), "class 1 has only 3 samples");
    refused(&good, "--classes 1", "needs the --labels");
    refused(&good, "--channel 0", "needs images");
    refused(&good, "--pad 32", "needs images");
    refused(&good, "--scale 0", "other than 0");
    refused(&good, "--center featre", "did you mean feature");
    refused(&good, "--t 0", "needs noise");
    refused(&good, "--t 1 --snr 2", "exactly one");
    refused(&good, "--queries 1", "at least 2");
    refused(&good, "--array x", "no npz archive");
    refused(&good, "--spectrum --t 1", "leave it out");
}

#[test]
fn bad_input_repeated_samples_are_counted_and_said() {
    let folder = Folder::new();
    let mut data = normals(200, 9);
    let (head, tail) = data.split_at_mut(100);
    tail.copy_from_slice(head);
    let file = folder.npy("x.npy", "(40, 5)", &data);
    let all = json(&file, "--queries 40");
    assert_eq!(all["rows"][0]["duplicates"].as_f64(), Some(20.0));
    assert!(all["notes"].to_string().contains("20 of 40 samples repeat an earlier one"));
    // Two copies share the weight for ever: no leave-one-out crossing, φ_C at most ½.
    let clones = &all["rows"][0]["t_C"]["clones"];
    assert!(clones["value"].is_null() && clones["reason"].as_str().unwrap().contains("repeated"));
}

/// The table of eigenvalues that `dataset --spectrum` writes is what `--eigenvalues` reads, as csv and
/// as npy: t_C of the data as Gaussian is the same by both routes.
#[test]
fn identity_a_measured_spectrum_is_a_gaussian_model() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let mut text = String::new();
    let mut state = 1u64;
    for _ in 0..40 {
        let line: Vec<String> = (0..5)
            .map(|k| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                format!("{}", (state >> 40) as f64 / 2f64.powi(24) * f64::from(k + 1))
            })
            .collect();
        text += &(line.join(",") + "\n");
    }
    std::fs::write(path("data.csv"), text).unwrap();
    let run = |words: &[&str]| {
        let run = Command::new(env!("CARGO_BIN_EXE_regimes")).args(words).output();
        let run = run.unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        String::from_utf8(run.stdout).unwrap()
    };
    let field = |csv: &str, name: &str| -> f64 {
        let mut lines = csv.lines().filter(|line| !line.starts_with('#'));
        let column = lines.next().unwrap().split(',').position(|c| c == name).unwrap();
        lines.next().unwrap().split(',').nth(column).unwrap().parse().unwrap()
    };
    run(&["dataset", &path("data.csv"), "--spectrum", "-o", &path("spectrum.csv")]);
    let measured = field(&run(&["dataset", &path("data.csv")]), "t_C.gaussian");
    let read = |file: &str| {
        let out = run(&["times", "gaussian", "--eigenvalues", &path(file), "--n", "40"]);
        field(&out, "t_C.asymptotic")
    };
    assert!((read("spectrum.csv") - measured).abs() < 1e-12);
    // A plain list, and one with a heading of its own.
    std::fs::write(path("list.txt"), "# largest first\n4 1\n0.25\n").unwrap();
    std::fs::write(path("named.csv"), "lambda\n4\n1\n0.25\n").unwrap();
    assert_eq!(read("list.txt"), read("named.csv"));
    assert_eq!(
        read("list.txt"),
        field(
            &run(&["times", "gaussian", "--eigenvalues", "4,1,0.25", "--n", "40"]),
            "t_C.asymptotic"
        )
    );
}
