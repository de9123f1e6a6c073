//! What the command line answers, the library answers: the same values by a call.

use regimes::explain::{Notation, Topic};
use regimes::models::CATALOGUE;
use regimes_output::text::explanation;
use std::process::Command;

fn printed(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_regimes")).args(words).output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {message}");
    String::from_utf8(output.stdout).unwrap()
}

/// The example of a model as names with values, without the number of samples unless it is wanted.
fn given(example: &str, samples: bool) -> Vec<(String, String)> {
    let words: Vec<&str> = example.split_whitespace().collect();
    let pairs = words.chunks(2).map(|pair| (pair[0].trim_start_matches("--"), pair[1]));
    let wanted = |name: &str| samples || !["n", "alpha", "log-n"].contains(&name);
    pairs
        .filter(|(name, _)| wanted(name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[test]
fn identity_a_page_is_what_explain_prints() {
    let mut pages = 0;
    for entry in CATALOGUE.iter().filter(|entry| entry.name != "mixture") {
        for topic in Topic::all() {
            // Those of a second are left to the command line's own tests.
            let Some(quantity) = topic.of(entry).filter(|q| q.asked_for().is_none()) else {
                continue;
            };
            let mut all = given(entry.example, quantity.samples());
            if quantity.noise() {
                all.push(("t".into(), "1".into()));
            }
            all.extend(topic.own(entry).map(|p| (p.name.to_owned(), "0.5".to_owned())));
            let query = regimes::ask(entry.name).unwrap();
            let page = all.iter().fold(query, |q, (name, text)| q.set(name, text));
            let page = page.explain(&topic.name).unwrap();
            let flags = all.iter().flat_map(|(name, text)| [format!("--{name}"), text.clone()]);
            let flags: Vec<String> = flags.collect();
            let mut words = vec!["explain", &topic.name, entry.name, "--digits", "10", "-q"];
            words.extend(flags.iter().map(String::as_str));
            assert_eq!(explanation(&page, Notation::Unicode), printed(&words), "{words:?}");
            words.push("--latex");
            assert_eq!(explanation(&page, Notation::Latex), printed(&words), "{words:?}");
            assert!(page.failure.is_none() && page.value().is_some(), "{words:?}");
            pages += 1;
        }
    }
    assert!(pages > 50, "{pages}");
    // A symbol alone means the quantity that is quoted; a name that is none has the nearest one.
    let clusters = || regimes::ask("clusters").unwrap().set("d", 64);
    let page = clusters().explain("t_S").unwrap();
    assert!(page.title.starts_with("t_S.spectral, "));
    let wrong = clusters().explain("t_S.spectrol").unwrap_err().to_string();
    assert!(wrong.contains("did you mean t_S.spectral"), "{wrong}");
    let wrong = clusters().with("finite-size").explain("t_S").unwrap_err().to_string();
    assert!(wrong.contains("not for an explanation"), "{wrong}");
}
