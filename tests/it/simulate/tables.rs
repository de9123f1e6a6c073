//! The committed simulations of tables/results against the theory's results beside them.

use std::path::Path;

/// Standard errors allowed at every point.
const STANDARD_ERRORS: f64 = 4.0;

/// χ²/N allowed.
const CHI_SQUARED: f64 = 1.6;

/// Columns d, t and `names` of a result.
fn columns(name: &str, names: &[&str]) -> Vec<Vec<f64>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tables/results").join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    let mut lines = text.lines().filter(|l| !l.starts_with('#')).map(|l| l.split(','));
    let header: Vec<&str> = lines.next().unwrap().collect();
    let places: Vec<usize> = ["d", "t"]
        .iter()
        .chain(names)
        .map(|name| header.iter().position(|c| c == name).unwrap())
        .collect();
    lines
        .map(|line| {
            let fields: Vec<&str> = line.collect();
            places.iter().map(|p| fields[*p].parse().unwrap()).collect()
        })
        .collect()
}

/// Compares rows of equal d and t; `bias` is what the scheme itself may be off by.
fn compare(measured: (&str, [&str; 2]), theory: (&str, [&str; 2]), bias: f64, rows: usize) -> f64 {
    let simulation = columns(measured.0, &measured.1);
    let theory = columns(theory.0, &theory.1);
    assert_eq!(simulation.len(), rows);
    let mut total = 0.0;
    for row in &simulation {
        let [d, t, value, stderr] = row[..] else { panic!("{row:?}") };
        let beside = theory.iter().find(|r| r[0] == d && (r[1] - t).abs() < 1e-12).unwrap();
        let z = ((value - beside[2]).abs() - bias).max(0.0) / stderr.hypot(beside[3]);
        assert!(z < STANDARD_ERRORS, "{}: d = {d}, t = {t}: {row:?}, {beside:?}", measured.0);
        total += z * z;
    }
    total / rows as f64
}

#[test]
fn published_figure_2_is_what_clones_do() {
    let theory = ("bbdm24-figure-2.csv", ["phi", "error"]);
    let jump = ("bbdm24-figure-2-simulation.csv", ["phi", "stderr"]);
    assert!(compare(jump, theory, 0.0, 4 * 37) < CHI_SQUARED);
    // The published steps of 0.01 move φ by less than half of one.
    let euler = ("bbdm24-figure-2-euler.csv", ["phi", "stderr"]);
    assert!(compare(euler, theory, 0.005, 37) < CHI_SQUARED);
}

#[test]
fn published_figure_3_is_what_the_empirical_score_shows() {
    let theory = ("bbdm24-figure-3-exact.csv", ["f_over_alpha", "f_over_alpha_error"]);
    let measured = ("bbdm24-figure-3-simulation.csv", ["f_over_alpha", "f_over_alpha_stderr"]);
    assert!(compare(measured, theory, 0.0, 3 * 20) < CHI_SQUARED);
}
