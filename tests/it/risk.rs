//! Which samples of a data set are memorised first.
use regimes::ask::{Computed, Samples};
use regimes::dataset::View;
use regimes::numerics::random::{Purpose, Seed};
use regimes::rem::finite::Ensemble;
use regimes::table::Cell;
use regimes::{Answer, Noise};

/// How far a planted sample's time may be from theory: what the issue of its own radius leaves.
const PLANTED: f64 = 0.02;

/// Standard normal samples, row by row.
fn normal(n: usize, d: usize, seed: u64) -> Vec<f64> {
    let mut entries = vec![0.0; n * d];
    Seed(seed).stream(Purpose::Samples, 0, 0).normals(&mut entries);
    entries
}

/// Puts a sample of typical radius, |a|² = d, where `rows` are.
fn plant(entries: &mut [f64], d: usize, rows: std::ops::Range<usize>) {
    let sample: Vec<f64> = entries[rows.start * d..(rows.start + 1) * d].to_vec();
    let norm = sample.iter().map(|x| x * x).sum::<f64>().sqrt();
    let typical: Vec<f64> = sample.iter().map(|x| x * (d as f64).sqrt() / norm).collect();
    for row in rows {
        entries[row * d..(row + 1) * d].copy_from_slice(&typical);
    }
}

fn risk(entries: &[f64], d: usize, top: usize) -> Computed {
    let view = View::new(entries, entries.len() / d, &[d]).unwrap();
    Samples::of(&view).set("top", top).risk().unwrap()
}

/// The leave-one-out time of K copies among n samples of typical radius, exactly.
fn theory(d: f64, n: f64, copies: f64) -> f64 {
    let ensemble = Ensemble::isotropic(d, 1.0, n.ln()).unwrap();
    let ensemble = ensemble.with_copies(copies.ln()).unwrap().with_tolerance(1e-5);
    let (mut low, mut high): (f64, f64) = (0.1, 5.0);
    for _ in 0..30 {
        let middle = 0.5 * (low + high);
        match ensemble.leave_one_out(Noise::at_time(middle).unwrap()).unwrap() {
            Answer::Value(value) if value.value > 0.0 => high = middle,
            _ => low = middle,
        }
    }
    0.5 * (low + high)
}

/// Planted copies come first, the more of them the earlier, at the times of the exact theory.
#[test]
fn independent_planted_copies_come_first() {
    let (n, d) = (3000, 64);
    let mut entries = normal(n, d, 7);
    plant(&mut entries, d, 100..200);
    plant(&mut entries, d, 1000..1010);
    plant(&mut entries, d, 2000..2002);
    let table = risk(&entries, d, 6);
    let (sample, copies) = (table.value("sample").unwrap(), table.value("copies").unwrap());
    for (k, (first, count)) in [(100.0, 100.0), (1000.0, 10.0)].into_iter().enumerate() {
        assert_eq!((sample[k], copies[k]), (Some(first), Some(count)), "{table:?}");
    }
    let pair = sample.iter().position(|s| *s == Some(2000.0)).unwrap();
    assert_eq!(copies[pair], Some(2.0));
    for (k, count) in [(0, 100.0), (1, 10.0), (pair, 2.0)] {
        let Cell::Sampled(time, Some(stderr)) = *table.column("t_C.leave-one-out").unwrap()[k]
        else {
            panic!()
        };
        let want = theory(d as f64, n as f64, count);
        assert!(stderr < PLANTED, "{time} ± {stderr}");
        assert!((time - want).abs() < PLANTED + 4.0 * stderr, "{count}: {time} ± {stderr}, {want}");
        // As Gaussian data have it, t = ½ log(1 + 1/((n/K)^(2/d) − 1)) at typical radius; the covariance is that
        // of the samples, a few percent off.
        let gaussian = table.value("t_C.gaussian").unwrap()[k].unwrap();
        let closed = 0.5 * (1.0 / (2.0 * (n as f64 / count).ln() / d as f64).exp_m1()).ln_1p();
        assert!((gaussian - closed).abs() < 2.0 * PLANTED, "{gaussian} {closed}");
    }
}

/// Copies with a little noise are one group; samples farther apart are not.
#[test]
fn identity_near_copies_are_grouped() {
    let (n, d) = (800, 48);
    let mut entries = normal(n, d, 3);
    plant(&mut entries, d, 50..58);
    let blur = normal(8, d, 4);
    entries[50 * d..58 * d].iter_mut().zip(&blur).for_each(|(x, z)| *x += 0.02 * z);
    let table = risk(&entries, d, 3);
    assert_eq!(table.value("sample").unwrap()[0], Some(50.0));
    assert_eq!(table.value("copies").unwrap()[0], Some(8.0));
    assert_eq!(table.value("exact").unwrap()[0], Some(1.0));
    let Cell::Text(members) = table.column("members").unwrap()[0] else { panic!() };
    assert_eq!(members, "51 52 53 54 55 56 57");
    assert!(table.value("copies").unwrap()[1..].iter().all(|count| *count == Some(1.0)));
}

/// A sample far out is memorised early, and so is a small class.
#[test]
fn identity_outliers_and_rare_classes() {
    let (n, d) = (1000, 32);
    let mut entries = normal(n, d, 5);
    entries[400 * d..401 * d].iter_mut().for_each(|x| *x *= 2.5);
    let table = risk(&entries, d, 4);
    assert_eq!(table.value("sample").unwrap()[0], Some(400.0));
    assert!(table.value("radius").unwrap()[0].unwrap() > 2.0);
    // Ten samples of a class of their own, as far apart as the others are.
    let mut entries = normal(n, d, 6);
    let rare = |k: usize| k.is_multiple_of(100);
    for k in (0..n).filter(|k| rare(*k)) {
        entries[k * d..(k + 1) * d].iter_mut().for_each(|x| *x += 3.0);
    }
    let labels: Vec<String> =
        (0..n).map(|k| if rare(k) { "rare" } else { "common" }.to_owned()).collect();
    let view = View::new(&entries, n, &[d]).unwrap();
    let table = Samples::of(&view).labelled(&labels).set("top", 10).risk().unwrap();
    let first = table.column("label").unwrap();
    let rare = first.iter().filter(|cell| matches!(cell, Cell::Text(name) if name == "rare"));
    assert!(rare.count() >= 9);
    // The only sample of its class is no copy.
    let labels: Vec<String> =
        (0..n).map(|k| if k == 7 { "lone" } else { "common" }.to_owned()).collect();
    let table = Samples::of(&view).labelled(&labels).set("top", 3).risk().unwrap();
    let place = table.value("sample").unwrap().iter().position(|k| *k == Some(7.0)).unwrap();
    let reason = table.column("t_C.gaussian").unwrap()[place].reason().unwrap().to_owned();
    assert!(reason.contains("the only sample of its class"), "{reason}");
}

#[test]
fn bad_input_risk() {
    let entries = normal(30, 4, 1);
    let view = View::new(&entries, 30, &[4]).unwrap();
    for (top, says) in
        [("0", "whole number from 1"), ("x", "whole number"), ("20000", "at most 10000")]
    {
        let message = Samples::of(&view).set("top", top).risk().unwrap_err().to_string();
        assert!(message.contains("top") && message.contains(says), "{message}");
    }
    let message = Samples::of(&view).set("t", 1).risk().unwrap_err().to_string();
    assert!(message.contains("--risk does not depend on a noise level"), "{message}");
    let message = Samples::of(&view).set("top", 3).times().unwrap_err().to_string();
    assert!(message.contains("--top"), "{message}");
    let same = vec![1.0; 20];
    let view = View::new(&same, 10, &[2]).unwrap();
    assert!(Samples::of(&view).risk().unwrap_err().to_string().contains("do not vary"));
    // Entries whose squares vanish are not all the same.
    let small: Vec<f64> = entries.iter().map(|x| x * 1e-200).collect();
    let view = View::new(&small, 30, &[4]).unwrap();
    for table in [Samples::of(&view).risk(), Samples::of(&view).times()] {
        let message = table.unwrap_err().to_string();
        assert!(message.contains("30 of the samples differ"), "{message}");
    }
}
