//! Stated errors against the truth, for random queries of every quantity.
//!
//! `tests/reference/queries.py` draws the queries and computes the answers from the definitions; here
//! the program answers them, and no true error may exceed the stated one.
use crate::reference::reference;
use rayon::prelude::*;
use regimes::Noise;
use regimes::numerics::random::{Purpose, Seed};
use regimes::rem::finite::{Ensemble, Quantity};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;

/// Queries in the file at least; fewer would mean that it was cut.
const QUERIES: usize = 2000;

/// Share of answers that may miss their tolerance (and say so with exit status 3).
const MISSED: f64 = 0.01;

/// A query as the command line has it; a mixture in its line stands for a file.
fn answer(line: &str) -> Result<(Value, bool), String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mixture.json");
    let words = line.split_whitespace().map(|word| {
        if word.starts_with('{') {
            std::fs::write(&file, word).unwrap();
            return file.to_string_lossy().into_owned();
        }
        word.to_owned()
    });
    let run = Command::new(env!("CARGO_BIN_EXE_regimes"))
        .args(words)
        .args(["--format", "json", "--quiet", "--threads", "1"])
        .output()
        .unwrap();
    let status = run.status.code();
    if !matches!(status, Some(0 | 3)) {
        return Err(format!("{line}: exit {status:?}, {}", String::from_utf8_lossy(&run.stderr)));
    }
    let all: Value = serde_json::from_slice(&run.stdout).unwrap();
    Ok((all["rows"][0].clone(), status == Some(3)))
}

/// Value and stated error of a column, none where there is no value.
fn stated(row: &Value, column: &str) -> Option<(f64, f64)> {
    let cell = column.split('.').fold(row, |row, key| &row[key]);
    match cell {
        Value::Number(value) => {
            Some((value.as_f64().unwrap(), row["error"].as_f64().unwrap_or(0.0)))
        }
        Value::Object(cell) if cell["value"].is_null() => None,
        Value::Object(cell) => {
            Some((cell["value"].as_f64().unwrap(), cell["error"].as_f64().unwrap()))
        }
        _ => None,
    }
}

#[test]
fn independent_random_queries_stay_within_their_stated_errors() {
    let mut queries: BTreeMap<String, Vec<(String, Option<f64>, f64)>> = BTreeMap::new();
    for record in reference("queries.csv") {
        let want = (record["value"] != "none").then(|| record["value"].parse().unwrap());
        let tolerance = record["tolerance"].parse().unwrap();
        let query = (record["column"].clone(), want, tolerance);
        queries.entry(record["line"].clone()).or_default().push(query);
    }
    let count: usize = queries.values().map(Vec::len).sum();
    assert!(count >= QUERIES, "only {count} queries");
    let outcomes: Vec<(Vec<String>, usize)> = queries
        .par_iter()
        .map(|(line, columns)| {
            let (row, missed) = match answer(line) {
                Ok(answer) => answer,
                Err(fault) => return (vec![fault], 0),
            };
            let mut faults = Vec::new();
            for (column, want, tolerance) in columns {
                let fault = match (stated(&row, column), want) {
                    (None, None) => false,
                    (Some((got, error)), Some(want)) => {
                        // The reference is rounded to a double too.
                        let rounding = 0.5 * f64::EPSILON * want.abs();
                        let within = (got - want).abs() <= error + tolerance + rounding;
                        !(within && error.is_finite())
                    }
                    _ => true,
                };
                if fault {
                    faults.push(format!("{line}: {column} should be {want:?}, in {row}"));
                }
            }
            (faults, usize::from(missed))
        })
        .collect();
    let faults: Vec<&String> = outcomes.iter().flat_map(|(faults, _)| faults).collect();
    assert!(faults.is_empty(), "{} of {count}:\n{faults:#?}", faults.len());
    let missed: usize = outcomes.iter().map(|(_, missed)| missed).sum();
    assert!(missed as f64 <= MISSED * queries.len() as f64, "{missed} missed their tolerance");
}

/// Averages at finite n and d: what a loose tolerance states, held against a tight one.
#[test]
fn identity_loose_averages_stay_within_their_stated_errors() {
    const TIGHT: f64 = 1e-11;
    let mut stream = Seed(7).stream(Purpose::Samples, 0, 0);
    let mut uniform = |low: f64, high: f64| low + (high - low) * stream.uniform();
    let quantities = [Quantity::IndexEntropy, Quantity::OwnWeight, Quantity::CloneCollapse];
    for query in 0..80 {
        let d = uniform(1.6, 7.0).exp2().round();
        let (sigma, log_n) = (uniform(-1.0, 1.0).exp(), uniform(0.7, 20.0));
        let mean_norm_sq = if query % 2 == 0 { 0.0 } else { d * uniform(0.0, 2.0).powi(2) };
        let ensemble = Ensemble::clusters(d, mean_norm_sq, sigma, log_n).unwrap();
        let noise = Noise::at_time(uniform(0.05, 3.0)).unwrap();
        let quantity = quantities[query % quantities.len()];
        let truth = ensemble.with_tolerance(TIGHT).mean(quantity, noise).unwrap();
        for tolerance in [1e-3, 1e-6, 1e-8] {
            let loose = ensemble.with_tolerance(tolerance).mean(quantity, noise).unwrap();
            let apart = (loose.value - truth.value).abs();
            assert!(
                apart <= loose.error + truth.error,
                "d = {d}, log n = {log_n}, {noise:?}, {quantity:?} at {tolerance}: {loose:?}, not {truth:?}"
            );
        }
    }
}
