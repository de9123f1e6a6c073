//! `solve` against the forward computation, and `verify` whole.
use serde_json::Value;
use std::process::{Command, Output};

/// What a solution, put back, may miss the target by.
const ROUND_TRIP: f64 = 1e-9;

fn regimes(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_regimes")).args(arguments).output().unwrap()
}

fn rows(line: &str) -> Vec<Value> {
    rows_with(line, &[0])
}

/// The rows of a command that ends with one of `statuses`.
fn rows_with(line: &str, statuses: &[i32]) -> Vec<Value> {
    let words: Vec<&str> = line.split_whitespace().chain(["--format", "json", "-q"]).collect();
    let output = regimes(&words);
    let status = output.status.code().unwrap();
    assert!(statuses.contains(&status), "{line}: {}", String::from_utf8_lossy(&output.stderr));
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
            let names = ["mu", "sigma", "log_n"];
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

/// Every solution that a row states: the first in its column, the others in notes.
fn solutions(row: &Value, name: &str) -> Vec<f64> {
    let mut all: Vec<f64> = value(row, name).into_iter().collect();
    for note in row["notes"].as_array().unwrap() {
        if let Some(rest) = note.as_str().unwrap().strip_prefix("also at ") {
            let text = rest.split_once(" = ").unwrap().1.split_once(" ± ").unwrap().0;
            all.push(text.parse().unwrap());
        }
    }
    all
}

/// What a solution may be off by relative to itself: near a turning point the error of the quantity
/// weighs as its square root, and notes have twelve digits.
const NEAR_A_TURN: f64 = 1e-5;

/// Queries whose answer is known, because the target was computed from it: forward command, its
/// column, and the same as a question for `unknown`.
struct Forward {
    command: &'static str,
    model: String,
    column: &'static str,
    target: &'static str,
    /// What only the forward command needs.
    more: &'static str,
    unknown: &'static str,
    range: (f64, f64),
}

#[test]
fn property_the_parameter_that_gave_the_target_is_among_the_solutions() {
    let mut draws = Draws(0.123);
    let mut queries = Vec::new();
    for d in [2, 3, 4, 10] {
        let clusters = |what: &str| format!("clusters --d {d} {what}");
        let entropy = |model, unknown, range| Forward {
            command: "times",
            model,
            column: "t_S.class-entropy",
            target: "t_S.class-entropy",
            more: "--alpha 1",
            unknown,
            range,
        };
        queries.push(entropy(clusters("--mu 1"), "sigma", (0.1, 5.0)));
        queries.push(entropy(clusters("--sigma 0.9"), "mu", (0.5, 3.0)));
        let class_bit = |model, unknown, range| Forward {
            command: "times",
            model,
            column: "t_C.class-bit",
            target: "t_C.class-bit",
            more: "",
            unknown,
            range,
        };
        queries.push(class_bit(clusters("--mu 1 --n 20"), "sigma", (0.05, 5.0)));
        queries.push(class_bit(clusters("--sigma 0.3 --n 20"), "mu", (0.01, 3.0)));
    }
    // Both have a minimum: in t, and in the position.
    for alpha in ["0.3", "1"] {
        queries.push(Forward {
            command: "curve kl",
            model: format!("gaussian --sigma 1 --alpha {alpha}"),
            column: "kl",
            target: "kl",
            more: "",
            unknown: "t",
            range: (0.01, 0.6),
        });
    }
    queries.push(Forward {
        command: "curve potential",
        model: "clusters --d 100 --t 1".into(),
        column: "potential",
        target: "potential",
        more: "",
        unknown: "q",
        range: (-3.0, 3.0),
    });
    queries.push(Forward {
        command: "times",
        model: "linear-manifold --embedding iid-p --alpha 0.4".into(),
        column: "t_C.asymptotic",
        target: "t_C",
        more: "",
        unknown: "beta",
        range: (0.05, 4.0),
    });
    queries.push(Forward {
        command: "times",
        model: "curie-weiss --d 300 --alpha 0.05".into(),
        column: "t_C.asymptotic",
        target: "t_C",
        more: "",
        unknown: "temperature",
        range: (0.5, 3.0),
    });
    let (mut solved, mut several) = (0, 0);
    for q in &queries {
        for _ in 0..12 {
            let x = draws.between(q.range.0, q.range.1);
            let (command, model, unknown) = (q.command, &q.model, q.unknown);
            let forward = format!("{command} {model} --{unknown}={x:?} {}", q.more);
            let Some(target) = value(&rows(&forward)[0], q.column) else { continue };
            let solve =
                format!("solve {model} --for {unknown} --such-that {}={target:?}", q.target);
            // Where the quantity hardly depends on the unknown, the tolerance may be missed.
            let row = &rows_with(&solve, &[0, 3])[0];
            let found = solutions(row, unknown);
            let reason = row[unknown]["reason"].as_str().unwrap_or("");
            if let Some((_, rest)) = reason.split_once(&format!("from {unknown} = ")) {
                // A limit that the quantity has reached at x, within its errors.
                let (from, to) = rest.split_once(',').unwrap().0.split_once(" to ").unwrap();
                let [from, to] = [from, to].map(|end| end.parse::<f64>().unwrap());
                // The points of the first look are a factor 1.29 apart.
                assert!(from / 1.3 < x && x < to, "{solve}: {x} {row}");
                continue;
            }
            let error = row[unknown]["error"].as_f64().unwrap_or(0.0);
            let near = |y: &f64| (y - x).abs() <= error + NEAR_A_TURN * x.abs();
            assert!(found.iter().any(near), "{solve}: {x} is not among {found:?}: {row}");
            assert_eq!(value(row, "solutions"), Some(found.len() as f64), "{solve}");
            solved += 1;
            several += usize::from(found.len() > 1);
        }
    }
    assert!(solved > 200 && several > 40, "{solved} solved, {several} of them with more than one");
}

/// The curve has its minimum, .48447, near σ = .893.
#[test]
fn regression_both_solutions_beside_a_minimum_are_found() {
    for (target, count) in [(0.486, 2), (0.48448, 2), (0.484, 0)] {
        let query =
            format!("clusters --d 4 --mu 1 --for sigma --such-that t_S.class-entropy={target}");
        let row = &rows(&format!("solve {query}"))[0];
        let found = solutions(row, "sigma");
        assert_eq!(found.len(), count, "{row}");
        for sigma in found {
            let line = format!("times clusters --d 4 --mu 1 --alpha 1 --sigma={sigma:?}");
            let got = value(&rows(&line)[0], "t_S.class-entropy").unwrap();
            assert!((got - target).abs() < ROUND_TRIP, "{sigma}: {got}");
        }
        if count == 0 {
            // Not proved, and said so: where was looked, and how close it came.
            let reason = row["sigma"]["reason"].as_str().unwrap();
            assert!(reason.contains("found between") && reason.contains("closest"), "{reason}");
        }
    }
}

/// What `times` calls no transition is no solution.
#[test]
fn regression_domains_hold_in_solve() {
    for (query, name, part) in [
        ("clusters --d 4 --for n --such-that t_C=50", "n", "fewer than two samples"),
        ("clusters --d 4 --for n --such-that t_C=400", "n", "single sample"),
        ("clusters --d 4 --for n --such-that t_C=0.3 --between 3:4", "n", "outside --between"),
        ("curie-weiss --temperature 0.5 --for alpha --such-that t_C=1e-9", "alpha", "largest"),
        ("clusters --d 4 --for t --such-that phi=0.5", "t", "no single solution"),
        ("clusters --d 4 --for t --such-that phi=1.5", "t", "probability"),
        ("clusters --d 4 --for t --such-that phi=0.3", "t", "falls with the noise"),
        ("clusters --d 4 --for sigma --such-that t_S.between-class=0.5*log(4)", "sigma", "depend"),
        (
            "linear-manifold --embedding orthonormal --alpha 1 --for beta --such-that t_C=3",
            "beta",
            "must be at most 1",
        ),
    ] {
        let row = &rows(&format!("solve {query}"))[0];
        let reason = row[name]["reason"].as_str().unwrap_or_else(|| panic!("{query}: {row}"));
        assert!(reason.contains(part), "{query}: {reason}");
        assert_eq!(value(row, "solutions"), Some(0.0), "{query}");
    }
}

#[test]
fn bad_input_of_solve_is_refused() {
    for (arguments, part) in [
        (["--for", "n", "--such-that", "t_X=3"], "t_X"),
        (["--for", "n", "--such-that", "t_C"], "equation"),
        (["--for", "n", "--such-that", "1=2"], "two numbers"),
        (["--for", "q", "--such-that", "t_C=1"], "must be one of"),
        (["--for", "n", "--such-that=t_C=1", "--between=0.5:9"], "1 or above"),
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
