//! Strings of tokens against the enumeration of everything that can happen, limits, and bad input.
use crate::reference::{number, reference};
use proptest::prelude::*;
use regimes::Estimate;
use regimes::ask::{Computed, Query};
use regimes::strings::schedules::Schedule;
use regimes::table::Cell;

/// The references have twenty digits and are rounded to doubles.
const ROUNDED: f64 = 3e-16;

pub(crate) fn ask(model: &str, given: &[(&str, &str)]) -> Query {
    given.iter().fold(regimes::ask(model).unwrap(), |ask, (name, value)| ask.set(name, value))
}

pub(crate) fn one(table: &Computed, column: &str) -> (Option<f64>, f64) {
    let cell = table.column(column).unwrap()[0];
    (cell.value(), cell.spread().unwrap_or(0.0))
}

fn asked(ask: &Query, question: &str) -> regimes::Result<Computed> {
    match question {
        "times" => ask.times(),
        "steps" => ask.steps(),
        curve => ask.curve(curve),
    }
}

#[test]
fn independent_enumeration_of_short_strings() {
    for record in reference("tokens.csv") {
        let given: Vec<(&str, &str)> =
            record["parameters"].split(';').map(|pair| pair.split_once('=').unwrap()).collect();
        let table = asked(&ask(&record["model"], &given), &record["asked"]).unwrap();
        let (value, error) = one(&table, &record["column"]);
        let (value, known) =
            (value.unwrap_or_else(|| panic!("{record:?}: no value")), number(&record, "value"));
        assert!(
            (value - known).abs() <= error + ROUNDED * known.abs(),
            "{record:?}: {value} ± {error}"
        );
        // What is far below the tolerance of curves is not worth stating.
        assert!(error < 1e-9, "{record:?}: ± {error}");
    }
}

#[test]
fn limit_everything_kept_is_the_entropy_and_nothing_kept_is_nothing() {
    for corruption in ["masked", "uniform"] {
        for (model, given, entropy) in [
            ("tokens", vec![("tokens", "uniform:50257"), ("d", "10")], 50257f64.ln()),
            ("ising-chain", vec![("temperature", "1e6"), ("d", "inf")], 2f64.ln()),
            ("product-classes", vec![("first", "0.5"), ("second", "0.5"), ("d", "7")], 2f64.ln()),
        ] {
            let ask = ask(model, &given).set("corruption", corruption).set("kept", "0,1");
            let values = ask.curve("information").unwrap().value("information").unwrap();
            assert_eq!(values[0], Some(0.0), "{model} {corruption}");
            assert!((values[1].unwrap() - entropy).abs() < 1e-12, "{model} {corruption}");
        }
    }
}

/// Every noisy string, by the definition of the posterior: derivations are followed one by one.
#[test]
fn independent_hierarchy_by_its_strings() {
    let (v, m, a, b, q) = (3usize, 2usize, 2usize, 1usize, 0.35f64);
    let children = |level: usize, symbol: usize, rule: usize| {
        let number = (a * (symbol * m + rule) + b * level) % (v * v);
        [number / v, number % v]
    };
    // (root, symbols below it, leaves), equally likely.
    let mut strings = Vec::new();
    for root in 0..v {
        for rules in 0..8usize {
            let [x, y] = children(1, root, rules & 1);
            let (p, q) = (children(2, x, rules >> 1 & 1), children(2, y, rules >> 2 & 1));
            strings.push((root, [x, y], [p[0], p[1], q[0], q[1]]));
        }
    }
    let each = 1.0 / strings.len() as f64;
    let mut sums = [0.0; 3];
    for mask in 0..16usize {
        let seen = |s: &[usize; 4]| -> Vec<Option<usize>> {
            (0..4).map(|k| (mask >> k & 1 == 1).then_some(s[k])).collect()
        };
        let weight = (0..4).map(|k| if mask >> k & 1 == 1 { q } else { 1.0 - q }).product::<f64>();
        for (root, middle, leaves) in &strings {
            let like: Vec<_> = strings.iter().filter(|s| seen(&s.2) == seen(leaves)).collect();
            let count = like.len() as f64;
            sums[0] += weight * each * -(count * each).ln();
            sums[1] += weight * each * like.iter().filter(|s| s.0 == *root).count() as f64 / count;
            let same =
                |k: usize| like.iter().filter(|s| s.1[k] == middle[k]).count() as f64 / count;
            sums[2] += weight * each * 0.5 * (same(0) + same(1));
        }
    }
    let given = [
        ("symbols", "3"),
        ("rules", "2"),
        ("branching", "2"),
        ("levels", "2"),
        ("grammar", "affine:2,1"),
        ("kept", "0.35"),
    ];
    let ask = ask("hierarchy", &given);
    let value = |table: Computed, column: &str| one(&table, column).0.unwrap();
    assert!(
        (4.0 * value(ask.curve("information").unwrap(), "information") - sums[0]).abs() < 1e-12
    );
    assert!((value(ask.curve("phi").unwrap(), "phi") - sums[1]).abs() < 1e-12);
    assert!((value(ask.set("level", 1).curve("phi").unwrap(), "phi") - sums[2]).abs() < 1e-12);
}

#[test]
fn identity_annealed_fixed_points_and_their_noise() {
    let rules = |m: u32, s: u32| {
        ask("hierarchy", &[("symbols", "8")]).set("rules", m).set("branching", s).set("levels", 40)
    };
    let times = rules(4, 3).times().unwrap();
    let epsilon = one(&times, "epsilon_star").0.unwrap();
    // In deep trees the class is recovered on one side and lost on the other.
    let deep = |e: f64| rules(4, 3).set("epsilon", e).curve("reconstruction").unwrap();
    assert!(one(&deep(epsilon - 1e-3), "p_root").0.unwrap() > 0.999);
    assert!((one(&deep(epsilon + 1e-3), "p_root").0.unwrap() - 0.125).abs() < 1e-3);
    // Both slopes are what differences of the map say.
    let map = regimes::tokens::annealed::Annealed { symbols: 8.0, rules: 4.0, branching: 3.0 };
    let h = 1e-6;
    assert!(((map.map(1.0) - map.map(1.0 - h)) / h - map.slope_one().value).abs() < 1e-5);
    let flat = (map.map(0.125 + h) - map.map(0.125 - h)) / (2.0 * h);
    assert!((flat - map.slope_uniform().value).abs() < 1e-8);
    // A leaf under Gaussian noise, by its posterior: E e^y/(e^y + e^(other)) at v = 2.
    let two = regimes::tokens::annealed::Annealed { symbols: 2.0, rules: 1.0, branching: 2.0 };
    let step = 1e-3;
    let logistic: f64 = (-9000..=9000)
        .map(|k| {
            let z = step * f64::from(k);
            let gap = 2.0 + 2.0 * z; // snr + √(2 snr) z at snr = 2
            step * (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt() / (1.0 + (-gap).exp())
        })
        .sum();
    let leaf = two.gaussian_leaf(2.0);
    assert!((leaf.value - logistic).abs() <= leaf.error + 1e-10, "{leaf:?} {logistic}");
    let absent = rules(8, 2).times().unwrap();
    assert!(absent.column("epsilon_star").unwrap()[0].reason().unwrap().contains("F'(1)"));
}

#[test]
fn identity_schedules_come_back_and_know_their_horizon() {
    for text in [
        "linear",
        "loglinear:1e-3",
        "llada:1e-3",
        "mdlm-cosine:1e-3",
        "mdlm-cosinesqr:1e-3",
        "md4-cosine",
        "geometric:1e-3,1",
        "mdlm-linear:0,10",
    ] {
        let schedule = Schedule::named(text).unwrap();
        for k in 0..=20 {
            let t = f64::from(k) / 20.0;
            let back = schedule.time(Estimate::exact(schedule.kept(t))).value().unwrap();
            // A cosine is flat at its top: ᾱ there is known to ε, t to √ε.
            let flat = text.contains("cos") && !(0.05..=0.95).contains(&t);
            assert!((back - t).abs() < if flat { 3e-8 } else { 1e-13 }, "{text} {t}: {back}");
        }
    }
    let beyond = Schedule::named("geometric:0.001,1").unwrap().time(Estimate::exact(0.05));
    assert!(beyond.reason().unwrap().contains("beyond the horizon"));
    let mirrored = ["mdlm-cosine:0.001", "md4-cosine"]
        .map(|name| Schedule::named(name).unwrap().time(Estimate::exact(0.3)).value().unwrap());
    assert!(
        (mirrored[0] - 0.806_494_196_8).abs() < 1e-9
            && (mirrored[1] - 0.493_633_377_8).abs() < 1e-9
    );
}

/// What use has found: half of the class lost where strings are certain of it, classes that one token tells,
/// chains so certain that beliefs interpolate badly, one symbol, no noise at all.
#[test]
fn regression_certain_classes_and_chains() {
    let of = |first: &str, second: &str, d: u32, corruption: &str, kept: &str| {
        let given =
            [("first", first), ("second", second), ("corruption", corruption), ("kept", kept)];
        let table = ask("product-classes", &given).set("d", d).curve("class-entropy").unwrap();
        one(&table, "class_information")
    };
    for corruption in ["masked", "uniform"] {
        let (told, error) = of("0.6", "0.4", 3000, corruption, "1");
        assert!((told.unwrap() - 2f64.ln()).abs() < 1e-11 && error < 1e-10, "{corruption}");
        let (told, error) = of("1", "0", 50, corruption, "1");
        assert!((told.unwrap() - 2f64.ln()).abs() < 1e-12 && error < 1e-10, "{corruption}");
    }
    assert!(
        (of("0.6", "0.4", 3000, "uniform", "0.5").0.unwrap() - 0.693_147_120_045).abs() < 1e-11
    );
    let times = |first: &str, second: &str, corruption: &str| {
        let given = [("first", first), ("second", second), ("corruption", corruption)];
        let table = ask("product-classes", &given).set("d", 50).set("n", 10).times().unwrap();
        one(&table, "kept_S.class-entropy").0.unwrap()
    };
    assert!((times("1", "0.5", "masked") - 0.0610).abs() < 1e-3);
    assert!((times("1", "0.5", "uniform") - 0.35).abs() < 0.02);
    let cold =
        ask("ising-chain", &[("temperature", "0.05"), ("corruption", "uniform"), ("kept", "0.5")]);
    for d in ["1000", "inf"] {
        let (value, error) =
            one(&cold.clone().set("d", d).curve("information").unwrap(), "information");
        assert!((0.0..=0.347).contains(&value.unwrap()) && error < 0.35, "{value:?} ± {error}");
    }
    let alone = ask("markov-chain", &[("file", r#"{"transition": [[1]]}"#), ("d", "1e12")]);
    let alone = alone.set("corruption", "uniform").set("kept", 0.3).curve("information").unwrap();
    assert_eq!(one(&alone, "information"), (Some(0.0), 0.0));
    let tree = [
        ("symbols", "4"),
        ("rules", "2"),
        ("branching", "2"),
        ("levels", "3"),
        ("grammar", "affine:3,1"),
    ];
    let tree = ask("hierarchy", &tree)
        .set("corruption", "uniform")
        .set("kept", 1e-5)
        .curve("information")
        .unwrap();
    let (value, error) = one(&tree, "information");
    assert!(
        (value.unwrap() - 1.49e-10).abs() < 2e-12 + error && value.unwrap() > 0.0,
        "{value:?} ± {error}"
    );
}

#[test]
fn limit_data_that_repeat_themselves_have_no_collapse() {
    let table =
        ask("tokens", &[("tokens", "binary:0.1"), ("d", "20"), ("n", "5000")]).times().unwrap();
    let reason = table.column("kept_C.asymptotic").unwrap()[0].reason().unwrap().to_owned();
    assert!(reason.contains("repeats itself"), "{reason}");
    // Weak classes are never told apart, certain ones at the first token.
    let weak =
        ask("product-classes", &[("first", "0.501"), ("second", "0.5"), ("d", "10"), ("n", "2")]);
    assert!(matches!(weak.times().unwrap().column("kept_S.bayes").unwrap()[0], Cell::Missing(_)));
}

#[test]
fn bad_input_strings() {
    for (model, given, expected) in [
        ("tokens", vec![("tokens", "[0.5,0.3]")], "sum to 0.8"),
        ("tokens", vec![("tokens", "binary:1.5")], "between 0 and 1"),
        ("tokens", vec![("tokens", "uniform:2.5")], "whole number"),
        ("tokens", vec![("tokens", "uniform:2"), ("corruption", "gaussian")], "masked, uniform"),
        (
            "markov-chain",
            vec![("file", r#"{"transition": [[1, 0], [0.5, 0.5]]}"#)],
            "never reached",
        ),
        ("markov-chain", vec![("file", r#"{"transition": [[0, 1], [1, 0]]}"#)], "period 2"),
        (
            "markov-chain",
            vec![("file", r#"{"transition": [[0.5, 0.4], [0.5, 0.5]]}"#)],
            "sums to 0.9",
        ),
        ("product-classes", vec![("first", "-0.1"), ("second", "0.5")], "first"),
        ("tokens", vec![("tokens", "uniform:4"), ("schedule", "cosine")], "must be one of"),
        (
            "hierarchy",
            vec![
                ("symbols", "3"),
                ("rules", "4"),
                ("branching", "2"),
                ("levels", "2"),
                ("grammar", "random:1"),
            ],
            "at most v^(s-1)",
        ),
        (
            "hierarchy",
            vec![
                ("symbols", "4"),
                ("rules", "2"),
                ("branching", "2"),
                ("levels", "2"),
                ("grammar", "affine:4,1"),
            ],
            "rule twice",
        ),
        (
            "hierarchy",
            vec![
                ("symbols", "4"),
                ("rules", "2"),
                ("branching", "2"),
                ("levels", "2"),
                ("grammar", "annealed"),
            ],
            "no samples",
        ),
        (
            "hierarchy",
            vec![
                ("symbols", "4"),
                ("rules", "2"),
                ("branching", "2"),
                ("levels", "2"),
                ("grammar", "affine:1,0"),
                ("corruption", "gaussian"),
            ],
            "annealed alone",
        ),
        ("tokens", vec![("tokens", "uniform:4"), ("schedule", "llada:2")], "llada:EPSILON"),
    ] {
        let ask = ask(model, &given).set("n", "3");
        let asked = if model == "hierarchy" { ask.times() } else { ask.set("d", "8").times() };
        let message = asked.unwrap_err().to_string();
        assert!(message.contains(expected), "{model} {given:?}: {message}");
    }
    let kept =
        ask("tokens", &[("tokens", "uniform:4"), ("d", "8"), ("kept", "1.5")]).curve("information");
    assert!(kept.unwrap_err().to_string().contains("between 0 and 1"));
    assert!(regimes::ask("token").unwrap_err().to_string().contains("tokens"));
    assert!(ask("tokens", &[]).curve("phi").unwrap_err().to_string().contains("information"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    /// Any chain, any noise: informations lie between nothing and the entropy, rise with ᾱ, and errors
    /// are small; no answer is not a number.
    #[test]
    fn property_informations_rise(
        a in 0.001f64..0.999, b in 0.001f64..0.999, kept in 0.0f64..1.0, more in 0.0f64..1.0,
        d in 1u32..200, corruption in prop::sample::select(vec!["masked", "uniform"]),
    ) {
        let file = format!("{{\"transition\": [[{}, {a}], [{b}, {}]]}}", 1.0 - a, 1.0 - b);
        let (low, high) = (kept.min(more), kept.max(more));
        let ask = ask("markov-chain", &[("file", &file), ("corruption", corruption)])
            .set("d", d).set("kept", format!("{low:?},{high:?},1"));
        let table = ask.curve("information").unwrap();
        let cells = table.column("information").unwrap();
        let of = |k: usize| (cells[k].value().unwrap(), cells[k].spread().unwrap());
        for k in 0..2 {
            prop_assert!(of(k).0 - of(k).1 <= of(k + 1).0 + of(k + 1).1);
            prop_assert!(of(k).0 >= -of(k).1 && of(k).1 < 1e-10, "{:?}", of(k));
        }
    }
}
