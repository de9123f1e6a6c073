//! Covariance spectra of data that do not fill their space, and data of many classes.
#![allow(missing_docs, clippy::unwrap_used)]

use proptest::prelude::*;
use regimes::dataset::Matrix;
use regimes::dataset::moments::scan;
use regimes::dataset::spectrum::{Centring, MeasuredSpectrum};
use regimes::numerics::random::{Purpose, Seed};
use serde_json::Value;
use std::process::Command;

fn normals(count: usize, seed: u64) -> Vec<f64> {
    let mut numbers = vec![0.0; count];
    Seed(seed).stream(Purpose::Samples, 0, 0).normals(&mut numbers);
    numbers
}

fn spectrum(n: usize, d: usize, entries: Vec<f64>) -> MeasuredSpectrum {
    let data = Matrix::new(n, d, entries).unwrap();
    let found = scan(&data, 1, &|_| Some(0), &|_| ()).unwrap();
    MeasuredSpectrum::new(&found.groups[0], Centring::Feature).unwrap()
}

/// Gray images stored with three equal channels have the spectrum of the gray ones, three times as large:
/// the same rank, outliers and bulk, and the rest is zero.
#[test]
fn regression_gray_images_in_three_channels_have_the_rank_of_one() {
    let (n, d) = (500, 36);
    let gray: Vec<f64> = normals(n * d, 4)
        .chunks(d)
        .flat_map(|x| {
            x.iter()
                .enumerate()
                .map(|(i, x)| x * if i == 0 { 5.0 } else { 1.0 })
                .collect::<Vec<_>>()
        })
        .collect();
    let colour: Vec<f64> = gray.iter().flat_map(|x| [*x; 3]).collect();
    let (one, three) = (spectrum(n, d, gray), spectrum(n, 3 * d, colour));
    assert!(!one.deficient && three.deficient);
    assert_eq!((three.rank, three.constant), (36, 0));
    assert_eq!(three.fit.spikes.len(), 1);
    // The same numbers up to the rounding of two decompositions.
    let close = |a: f64, b: f64| (a / (3.0 * b) - 1.0).abs() < 1e-11;
    assert!(
        close(three.fit.variance, one.fit.variance),
        "{} {}",
        three.fit.variance,
        one.fit.variance
    );
    assert!(close(three.fit.spikes[0], one.fit.spikes[0]));
    assert!(close(three.fit.threshold, one.fit.threshold));
    assert!((three.fit.distance - one.fit.distance).abs() < 1e-9);
    assert!(three.values[36..].iter().all(|x| *x == 0.0));
}

/// One column for each class: they add up to one.
#[test]
fn identity_indicators_of_classes_lack_one_direction() {
    let entries: Vec<f64> = (0..300)
        .flat_map(|k| (0..6).map(move |c| f64::from(u8::from(k * k % 7 % 5 == c))))
        .collect();
    let used = (0..6).filter(|c| entries.iter().skip(*c).step_by(6).any(|x| *x != 0.0)).count();
    let measured = spectrum(300, 6, entries);
    assert!((3..6).contains(&used));
    assert_eq!((measured.constant, measured.rank), (6 - used, used - 1));
    assert!(measured.deficient && measured.fit.variance > 1e-3);
}

/// Few samples are no subspace of the data: the Marchenko-Pastur law has an atom at zero for them.
#[test]
fn identity_few_samples_are_no_deficient_rank() {
    let measured = spectrum(20, 50, normals(1000, 5));
    assert_eq!((measured.rank, measured.deficient), (19, false));
    assert!((measured.fit.variance - 1.0).abs() < 0.2, "{}", measured.fit.variance);
    // Each sample twice: as many directions as there are distinct ones.
    let half = normals(1000, 5);
    let measured = spectrum(40, 50, [half.clone(), half].concat());
    assert_eq!((measured.rank, measured.deficient), (19, true));
    assert!(measured.fit.variance > 0.1);
}

#[test]
fn bad_input_scales_beyond_the_range_of_squares() {
    for scale in [1e150, 1e-150] {
        let entries = normals(60, 6).iter().map(|x| x * scale).collect();
        let data = Matrix::new(20, 3, entries).unwrap();
        let found = scan(&data, 1, &|_| Some(0), &|_| ()).unwrap();
        let message = MeasuredSpectrum::new(&found.groups[0], Centring::Feature).unwrap_err();
        assert!(message.to_string().contains("--scale"), "{message}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Random data of a known rank, mixed into more features, some of them constant, at any scale: the rank
    /// is found, and noise and spikes are positive numbers below what was measured.
    #[test]
    fn property_the_rank_of_mixed_features_is_found(
        rank in 1usize..9, copies in 1usize..6, constant in 0usize..4, extra in 2usize..40,
        exponent in -50i32..50, seed in any::<u64>(), spread in 0.0..3.0f64, offset in -1e3..1e3f64,
    ) {
        let d = rank * copies + constant;
        let n = d + extra;
        let scale = 10f64.powi(exponent);
        let latent = normals(n * rank, seed);
        let mixing = normals(rank * rank * copies, seed ^ 1);
        let mut entries = Vec::new();
        for z in latent.chunks(rank) {
            for row in mixing.chunks(rank) {
                let x: f64 = row.iter().zip(z).enumerate().map(|(i, (a, z))| a * z * 10f64.powf(-spread * i as f64 / rank as f64)).sum();
                entries.push(scale * (x + offset));
            }
            entries.extend(std::iter::repeat_n(scale * 0.7, constant));
        }
        let measured = spectrum(n, d, entries);
        // Nearly singular mixtures may have a rank that rounding hides; never a larger one.
        prop_assert!(measured.rank <= rank && measured.constant == constant);
        let above = measured.values.iter().take(rank).all(|x| *x > 4.0 * measured.error);
        prop_assert!(!above || measured.rank == rank);
        prop_assert!(measured.deficient == (measured.rank < d - constant));
        prop_assert!(measured.values[measured.rank..].iter().all(|x| *x == 0.0));
        let fit = &measured.fit;
        prop_assert!(fit.variance > 0.0 && fit.spikes.len() < measured.rank.max(1));
        for (spike, value) in fit.spikes.iter().zip(&measured.values) {
            prop_assert!(*spike > 0.0 && *spike <= value * (1.0 + 1e-9), "{} {}", spike, value);
        }
    }
}

fn json(arguments: &[&str]) -> Value {
    let run = Command::new(env!("CARGO_BIN_EXE_regimes")).args(arguments).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    serde_json::from_slice(&run.stdout).unwrap()
}

fn csv(d: usize, entries: &[f64]) -> String {
    let line = |x: &[f64]| x.iter().map(f64::to_string).collect::<Vec<_>>().join(",") + "\n";
    entries.chunks(d).map(line).collect()
}

#[test]
fn identity_the_rank_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    let entries: Vec<f64> = normals(400, 8).iter().flat_map(|x| [*x; 3]).collect();
    std::fs::write(&path, csv(12, &entries)).unwrap();
    let path = path.to_str().unwrap();
    let all = json(&["dataset", path, "--queries", "20", "--format", "json"]);
    assert!(all["notes"].to_string().contains("rank 4 of 12"), "{}", all["notes"]);
    let rows = json(&["dataset", path, "--spectrum", "--format", "json"]);
    let kinds: Vec<&str> =
        rows["rows"].as_array().unwrap().iter().map(|row| row["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds[4..], ["null"; 8]);
    assert!(rows["rows"][5]["eigenvalue"]["value"].as_f64() == Some(0.0), "{}", rows["rows"][5]);
}

/// Raw bytes beside a schedule are said to be such.
#[test]
fn regression_the_scale_of_raw_bytes_is_said_beside_a_schedule() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    let bytes: Vec<f64> =
        normals(400, 9).iter().map(|x| (128.0 + 60.0 * x).clamp(0.0, 255.0).round()).collect();
    std::fs::write(&path, csv(4, &bytes)).unwrap();
    let path = path.to_str().unwrap();
    let said = |more: &[&str]| {
        let arguments = [&["dataset", path, "--queries", "20", "--format", "json"], more].concat();
        json(&arguments)["notes"].to_string()
    };
    assert!(said(&["--schedule", "ddpm-linear"]).contains("--scale 2/255"));
    assert!(said(&["--schedule", "ddpm-linear", "--scale", "1/255"]).contains("--scale 2 "));
    for quiet in [&[][..], &["--schedule", "ddpm-linear", "--scale", "2/255"]] {
        assert!(!said(quiet).contains("the entries run from"), "{quiet:?}");
    }
    for (arguments, says) in [
        (&["--t", "0.5", "--schedule", "nonsense"][..], "nonsense"),
        (&["--spectrum", "--schedule", "ddpm-linear"], "does not go with"),
    ] {
        let run = Command::new(env!("CARGO_BIN_EXE_regimes"))
            .args([&["dataset", path], arguments].concat())
            .output()
            .unwrap();
        assert_eq!(run.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&run.stderr).contains(says));
    }
}

/// Two hundred classes make 19 900 pairs; the tree of their separations takes no longer than they do.
#[test]
fn regression_two_hundred_classes() {
    let (classes, each, d) = (200, 3, 3);
    let folder = tempfile::tempdir().unwrap();
    let centres = normals(classes * d, 10);
    let noise = normals(classes * each * d, 11);
    let (mut entries, mut labels) = (Vec::new(), String::new());
    for k in 0..classes * each {
        let class = k % classes;
        for i in 0..d {
            entries.push(20.0 * centres[class * d + i] + noise[k * d + i]);
        }
        labels += &format!("{class}\n");
    }
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    };
    let (data, labels) = (write("x.csv", &csv(d, &entries)), write("y.txt", &labels));
    let all = json(&[
        "dataset",
        &data,
        "--labels",
        &labels,
        "--blocks",
        "0",
        "--queries",
        "20",
        "--format",
        "json",
    ]);
    let ladder = all["rows"][0]["ladder"]["bayes"].as_object().unwrap();
    assert_eq!(ladder.len(), classes - 1);
    let times: Vec<f64> = ladder.values().filter_map(|cell| cell["value"].as_f64()).collect();
    assert!(times.windows(2).all(|w| w[0] >= w[1]), "latest first");
}
