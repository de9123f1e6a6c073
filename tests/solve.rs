//! `solve` against the forward computation, and `verify` whole.
#![allow(missing_docs, clippy::unwrap_used)]

use serde_json::Value;
use std::process::{Command, Output};

/// What a solution, put back, may miss the target by.
const ROUND_TRIP: f64 = 1e-9;

fn regimes(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_regimes")).args(arguments).output().unwrap()
}

fn rows(line: &str) -> Vec<Value> {
    let words: Vec<&str> = line.split_whitespace().chain(["--format", "json", "-q"]).collect();
    let output = regimes(&words);
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    all["rows"].as_array().unwrap().clone()
}

/// Random numbers of a fixed sequence (Weyl's, of the golden ratio).
struct Draws(f64);

impl Draws {
    fn between(&mut self, low: f64, high: f64) -> f64 {
        self.0 = (self.0 + 0.618_033_988_749_894_9).fract();
        low + (high - low) * self.0
    }

    fn list(&mut self, low: f64, high: f64, count: usize) -> String {
        let all: Vec<String> = (0..count).map(|_| format!("{}", self.between(low, high))).collect();
        all.join(",")
    }
}

/// A number in a row: plain, or a value with its error.
fn value(row: &Value, name: &str) -> Option<f64> {
    let mut at = row;
    for part in name.split('.') {
        at = &at[part];
    }
    at.as_f64().or_else(|| at["value"].as_f64())
}

/// Solves a sweep, then puts every solution back: `forward` is the command that computes
/// `quantity`, with the names of the parameters to take from the row.
fn round_trip(solve: &str, forward: &str, names: &[&str], quantity: &str, target: f64) -> usize {
    let mut solved = 0;
    for row in rows(solve) {
        let mut line = forward.to_owned();
        let mut missing = false;
        for name in names {
            match value(&row, name) {
                Some(x) => line.push_str(&format!(" --{}={x:?}", name.replace('_', "-"))),
                None => missing = true,
            }
        }
        if missing {
            assert_eq!(value(&row, "solutions"), Some(0.0), "{solve}: {row}");
            continue;
        }
        let got = value(&rows(&line)[0], quantity).unwrap_or_else(|| panic!("{line}: no value"));
        assert!((got - target).abs() < ROUND_TRIP, "{line}: {got} for {target}");
        solved += 1;
    }
    solved
}

#[test]
fn identity_solutions_put_back_give_the_target() {
    let mut draws = Draws(0.3);
    let mut solved = 0;
    for target in [0.05, 0.3, 1.2] {
        let (mu, sigma) = (draws.list(0.1, 2.0, 4), draws.list(0.5, 2.0, 5));
        let clusters = format!("clusters --d 300 --mu {mu} --sigma {sigma}");
        for order in ["asymptotic", "class-bit"] {
            let quantity = format!("t_C.{order}");
            let solve = format!("solve {clusters} --for alpha --such-that {quantity}={target}");
            let names = ["mu", "sigma", "alpha"];
            solved += round_trip(&solve, "times clusters --d 300", &names, &quantity, target);
            let solve = format!("solve {clusters} --for log-n --such-that {quantity}={target}");
            let names = ["mu", "sigma", "log-n"];
            solved += round_trip(&solve, "times clusters --d 300", &names, &quantity, target);
        }
        let (mu, alpha) = (draws.list(0.1, 2.0, 4), draws.list(0.1, 0.9, 5));
        let solve = format!(
            "solve clusters --d 300 --mu {mu} --alpha {alpha} --for sigma --such-that t_C={target}"
        );
        let names = ["mu", "alpha", "sigma"];
        solved += round_trip(&solve, "times clusters --d 300", &names, "t_C.asymptotic", target);
        let alpha = draws.list(0.1, 0.9, 10);
        let solve = format!(
            "solve linear-manifold --embedding iid-p --alpha {alpha} --for beta --such-that t_C={target}"
        );
        let forward = "times linear-manifold --embedding iid-p";
        solved += round_trip(&solve, forward, &["alpha", "beta"], "t_C.asymptotic", target);
        let solve = format!(
            "solve manifold --activation tanh --beta 0.6 --for alpha --such-that t_C={target}"
        );
        let forward = "times manifold --activation tanh --beta 0.6";
        solved += round_trip(&solve, forward, &["alpha"], "t_C.asymptotic", target);
    }
    for target in [1.5, 2.5] {
        let sigma = draws.list(0.1, 2.0, 10);
        for name in ["spectral", "curvature", "cloning", "bayes", "class-entropy"] {
            let quantity = format!("t_S.{name}");
            let solve = format!(
                "solve clusters --d 500 --sigma {sigma} --for mu --such-that {quantity}={target}"
            );
            let forward = "times clusters --d 500 --alpha 0.1";
            solved += round_trip(&solve, forward, &["sigma", "mu"], &quantity, target);
        }
    }
    for target in [0.55, 0.9] {
        let mu = draws.list(0.2, 2.0, 20);
        let solve = format!("solve clusters --d 500 --mu {mu} --for t --such-that phi={target}");
        solved += round_trip(&solve, "curve phi clusters --d 500", &["mu", "t"], "phi", target);
    }
    assert!(solved >= 400, "only {solved} queries had a solution");
}

#[test]
fn identity_times_that_meet_do_meet() {
    for row in rows("solve clusters --d 256,1024 --n 20000 --for mu --such-that t_S.bayes=t_C") {
        let (d, mu) = (value(&row, "d").unwrap(), value(&row, "mu").unwrap());
        let times = &rows(&format!("times clusters --d {d} --n 20000 --mu {mu:?}"))[0];
        let apart = value(times, "t_S.bayes").unwrap() - value(times, "t_C.asymptotic").unwrap();
        assert!(apart.abs() < ROUND_TRIP, "{row}: {apart}");
    }
}

#[test]
fn identity_whole_numbers_are_bracketed() {
    let row = &rows("solve clusters --for d --such-that t_S.between-class=3")[0];
    // e⁶ = 403.4
    assert_eq!(value(row, "d"), Some(403.5));
    assert_eq!(row["d"]["error"].as_f64().map(|e| (e * 100.0).round()), Some(50.0));
}

#[test]
fn limit_no_solution_is_an_answer_with_a_reason() {
    let row = &rows("solve clusters --d 256 --n 20000 --for sigma --such-that t_C=-1")[0];
    assert!(row["sigma"]["reason"].as_str().unwrap().contains("no solution"), "{row}");
}

#[test]
fn bad_input_of_solve_is_refused() {
    for (arguments, part) in [
        (["--for", "n", "--such-that", "t_X=3"], "t_X"),
        (["--for", "n", "--such-that", "t_C"], "equation"),
        (["--for", "n", "--such-that", "1=2"], "two numbers"),
        (["--for", "q", "--such-that", "t_C=1"], "must be one of"),
    ] {
        let start = ["solve", "clusters", "--d", "100"];
        let output = regimes(&start.iter().chain(&arguments).copied().collect::<Vec<_>>());
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
        assert!(message.contains(part) && output.stdout.is_empty(), "{arguments:?}: {message}");
    }
}

/// Every number of the literature that the program claims.
#[test]
fn published_verify_holds() {
    let output = regimes(&["verify", "--format", "csv"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let failed: Vec<&str> = text.lines().filter(|l| l.contains(",FAILS,")).collect();
    assert!(output.status.success() && failed.is_empty(), "{failed:?}");
    assert!(text.lines().filter(|l| l.contains(",holds,")).count() >= 60);
}
