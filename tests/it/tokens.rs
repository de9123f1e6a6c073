//! Strings of tokens against the enumeration of everything that can happen, limits, and bad input.
use crate::reference::{number, reference};
use proptest::prelude::*;
use regimes::Estimate;
use regimes::ask::{Computed, Strings};
use regimes::strings::schedules::Schedule;
use regimes::table::Cell;

/// The references have twenty digits; what is beside the stated error is their use of double parameters.
const ROUNDED: f64 = 1e-13;

fn ask(model: &str, given: &[(&str, &str)]) -> Strings {
    given.iter().fold(Strings::named(model).unwrap(), |ask, (name, value)| ask.set(name, value))
}

fn one(table: &Computed, column: &str) -> (Option<f64>, f64) {
    let cell = table.column(column).unwrap()[0];
    (cell.value(), cell.spread().unwrap_or(0.0))
}

fn asked(ask: &Strings, question: &str) -> regimes::Result<Computed> {
    if question == "times" { ask.times() } else { ask.curve(question) }
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
        ("tokens", vec![("tokens", "uniform:4"), ("schedule", "llada:2")], "llada:EPSILON"),
    ] {
        let asked = ask(model, &given).set("d", "8").set("n", "3").times();
        let message = asked.unwrap_err().to_string();
        assert!(message.contains(expected), "{model} {given:?}: {message}");
    }
    let kept =
        ask("tokens", &[("tokens", "uniform:4"), ("d", "8"), ("kept", "1.5")]).curve("information");
    assert!(kept.unwrap_err().to_string().contains("between 0 and 1"));
    assert!(Strings::named("token").unwrap_err().to_string().contains("tokens"));
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
