//! What the command line answers, the library answers: the same values by a call.

use regimes::ask::{Computed, Levels, Samples};
use regimes::catalogue;
use regimes::dataset::View;
use regimes::dataset::columns::Columns;
use regimes::explain::{Notation, Topic};
use regimes::models::{CATALOGUE, Domain, Parameter};
use regimes::quantities::noise;
use regimes::schedule::Schedule;
use regimes_output::text::explanation;
use std::path::Path;
use std::process::Command;

fn printed(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_regimes")).args(words).output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {message}");
    String::from_utf8(output.stdout).unwrap()
}

/// A computed table as JSON: every number to the bit, columns, notes, conventions.
fn json(computed: &Computed) -> String {
    let format = regimes_output::format("json").unwrap();
    let bytes = regimes_output::stream::bytes(computed.plan().flattened(), format, 72).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Holds a table against what the command line that it states prints.
fn is_printed(computed: &Computed) {
    let line = computed.head.command_line.replace('\'', "");
    let words: Vec<&str> =
        line.split_whitespace().skip(1).chain(["--format", "json", "-q"]).collect();
    assert_eq!(json(computed), printed(&words), "{line}");
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
    let of_a_file = ["mixture", "losses", "markov-chain"];
    for entry in catalogue::all().filter(|entry| !of_a_file.contains(&entry.name)) {
        for topic in Topic::all() {
            // Those of a second are left to the command line's own tests.
            let Some(quantity) = topic.of(entry).filter(|q| q.asked_for().is_none()) else {
                continue;
            };
            let mut all = given(entry.example, quantity.samples());
            if quantity.noise() {
                let [.., noise] = noise::coordinates(quantity.process()) else { panic!() };
                let noise =
                    if noise.name == "sigma-noise" { ("t", "1") } else { (noise.name, "0.5") };
                all.push((noise.0.into(), noise.1.into()));
            }
            // Copies are whole numbers, and said in one way.
            let own = topic.own(entry).filter(|p| p.name != "log-copies");
            let text =
                |p: &Parameter| if matches!(p.domain, Domain::Whole { .. }) { "2" } else { "0.5" };
            all.extend(own.map(|p| (p.name.to_owned(), text(&p).to_owned())));
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

/// Two classes in three dimensions, and labels, as numbers and as a csv file.
fn two_classes() -> (Vec<f32>, Vec<String>, tempfile::NamedTempFile) {
    let at = |k: usize| {
        ((k * 37 % 101) as f32 - 50.0) / 40.0 + if (k / 3).is_multiple_of(2) { 3.0 } else { -3.0 }
    };
    let rows: Vec<f32> = (0..180).map(at).collect();
    let labels: Vec<String> = (0..60).map(|k| ["a", "b"][k % 2].to_owned()).collect();
    let mut text = "x,y,z,class\n".to_owned();
    for (row, label) in rows.chunks(3).zip(&labels) {
        let [x, y, z] = [row[0], row[1], row[2]].map(f64::from);
        text.push_str(&format!("{x},{y},{z},{label}\n"));
    }
    let file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    std::fs::write(file.path(), text).unwrap();
    (rows, labels, file)
}

#[test]
fn identity_a_data_set_measured_is_what_dataset_prints() {
    let (rows, labels, file) = two_classes();
    let of_file = |name: &str, text: &str| {
        let samples = Samples::in_file(file.path()).set("label-column", "class");
        samples.set("queries", 50).set(name, text)
    };
    let cosine = || Schedule::named("ddpm-linear", &[]).unwrap();
    is_printed(&of_file("scale", "1/2").on(cosine()).times().unwrap());
    is_printed(&of_file("t", "0.5:2:#4").on(cosine()).times().unwrap());
    is_printed(&Samples::in_file(file.path()).set("label-column", "class").spectrum().unwrap());
    is_printed(&of_file("steps", "5").set("schedule", "ddpm-linear").advise().unwrap());

    // In memory the same numbers; what is said of the file differs.
    let view = View::new(&rows, 60, &[3]).unwrap();
    let memory = |name: &str, text: &str| {
        Samples::of(&view).labelled(&labels).set("queries", 50).set(name, text).times().unwrap()
    };
    for (name, text) in [("scale", "1/2"), ("t", "0.5:2:#4"), ("classes", "b,a")] {
        let (here, there) = (memory(name, text), of_file(name, text).times().unwrap());
        assert_eq!(format!("{:?}", here.rows), format!("{:?}", there.rows), "{name}");
        assert_eq!(format!("{:?}", here.head.columns), format!("{:?}", there.head.columns));
    }
}

#[test]
fn bad_input_of_samples_is_refused_as_on_the_command_line() {
    let (rows, labels, file) = two_classes();
    let view = View::new(&rows, 60, &[3]).unwrap();
    let wrong = |samples: Samples<'_>| samples.times().unwrap_err().to_string();
    for (name, text, says) in [
        ("queries", "1", "at least 2"),
        ("center", "featur", "did you mean feature"),
        ("blocks", "1", "at least 2 parts"),
        ("scale", "0", "other than 0"),
        ("classes", "c", "does not occur"),
        ("quries", "9", "did you mean queries"),
        ("t", "0", "needs noise"),
    ] {
        let message = wrong(Samples::of(&view).labelled(&labels).set(name, text));
        assert!(message.contains(says), "{message}");
        if name != "quries" {
            let words = ["dataset", &file.path().to_string_lossy(), "--label-column", "class"];
            let flag = format!("--{name}");
            let run = Command::new(env!("CARGO_BIN_EXE_regimes"))
                .args(words)
                .args([&flag, text])
                .output()
                .unwrap();
            let printed = String::from_utf8_lossy(&run.stderr).into_owned();
            assert_eq!(printed.trim(), format!("error: {message}"));
            assert_eq!(run.status.code(), Some(2));
        }
    }
    // How a file is read is no question to an array.
    assert!(wrong(Samples::of(&view).set("header", "yes")).contains("is no parameter"));
    assert!(wrong(Samples::of(&view).labelled(&labels[1..])).contains("59 labels for 60 samples"));
    assert!(View::new(&rows, 7, &[3]).is_err() && View::new(&rows[..0], 0, &[3]).is_err());
    let infinite = [1.0, f64::NAN, 2.0, 3.0];
    let view = View::new(&infinite, 2, &[2]).unwrap();
    assert!(wrong(Samples::of(&view)).starts_with("array: "), "{}", wrong(Samples::of(&view)));
    assert!(wrong(Samples::in_file(Path::new("no-such-file.npy"))).contains("no-such-file"));
}

#[test]
fn identity_a_simulation_is_what_simulate_prints() {
    let clusters = || regimes::ask("clusters").unwrap().set("d", 8).set("n", 40);
    let few =
        |name: &str| clusters().set("blocks", 4).set("points", 8).set("seed", 3).simulate(name);
    assert!(few("clones").unwrap_err().to_string().contains("exactly one of"));
    for name in ["clones", "entropy", "levels"] {
        let query = clusters().set("sigma", "0.5,1").set("t", "0.5,2").set("blocks", 4);
        is_printed(&query.set("points", 8).simulate(name).unwrap());
    }
    is_printed(&few("collapse").unwrap());

    let (rows, labels, file) = two_classes();
    let on_file = Samples::in_file(file.path()).set("label-column", "class").set("classes", "b");
    let few = |samples: Samples<'_>, name: &str| {
        let samples = samples.set("t", "0.5,1").set("blocks", 3).set("points", 8);
        samples.simulate(name)
    };
    let of_file = few(on_file, "entropy").unwrap();
    is_printed(&of_file);
    let view = View::new(&rows, 60, &[3]).unwrap();
    let memory = || Samples::of(&view).labelled(&labels).set("classes", "b");
    let here = few(memory(), "entropy").unwrap();
    assert_eq!(format!("{:?}", here.rows), format!("{:?}", of_file.rows));
    let wrong = |name: &str| few(memory(), name).unwrap_err().to_string();
    assert!(wrong("levels").contains("needs a model"), "{}", wrong("levels"));
    assert!(wrong("entropi").contains("did you mean entropy"), "{}", wrong("entropi"));
    assert!(wrong("collapse").contains("is no parameter"), "{}", wrong("collapse"));
}

#[test]
fn identity_a_comparison_is_what_validate_prints() {
    let points: [(&str, &[f64]); 3] = [
        ("t", &[0.5, 1.0, 1.5, 2.0, 2.5]),
        ("value", &[0.999, 0.98, 0.9, 0.74, 0.61]),
        ("stderr", &[0.001, 0.01, 0.02, 0.02, 0.02]),
    ];
    let file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    let mut text = "t,value,stderr\n".to_owned();
    for k in 0..5 {
        let [t, value, stderr] = points.map(|(_, column)| column[k]);
        text.push_str(&format!("{t},{value},{stderr}\n"));
    }
    std::fs::write(file.path(), text).unwrap();
    let of_file = Columns::read(file.path()).unwrap();
    let memory = Columns::of_numbers(&points).unwrap();
    let clusters = || regimes::ask("clusters").unwrap().set("d", 16).set("mu", "0.9");
    for query in [
        clusters(),
        clusters().set("between", "0.8:2.2").with("shared-noise"),
        clusters().set("fit", "mu").set("level", "0.05"),
    ] {
        let compared = query.validate("phi", &of_file).unwrap();
        is_printed(&compared);
        let here = query.validate("phi", &memory).unwrap();
        assert_eq!(format!("{:?}", here.rows), format!("{:?}", compared.rows));
        assert_eq!(format!("{:?}", here.head.summary), format!("{:?}", compared.head.summary));
    }
    let wrong = |query: regimes::ask::Query, against: &str| {
        query.validate(against, &memory).unwrap_err().to_string()
    };
    for (name, text) in [("fit", "my"), ("level", "2"), ("column", "fi"), ("t-column", "step")] {
        let file = file.path().to_string_lossy().into_owned();
        let flag = format!("--{name}");
        let words = ["validate", &file, "--against", "phi", "clusters", "--d", "16", &flag, text];
        let run = Command::new(env!("CARGO_BIN_EXE_regimes")).args(words).output().unwrap();
        let printed = String::from_utf8_lossy(&run.stderr).into_owned();
        let query = regimes::ask("clusters").unwrap().set("d", 16).set(name, text);
        assert_eq!(printed.trim(), format!("error: {}", wrong(query, "phi")));
    }
    assert!(wrong(clusters(), "fi").contains("has the curves"), "{}", wrong(clusters(), "fi"));
    assert!(wrong(clusters().with("finite-size"), "phi").contains("not for a comparison"));
    assert!(Columns::of_numbers(&[]).is_err());
    assert!(Columns::of_numbers(&[("t", &[1.0][..]), ("value", &[][..])]).is_err());
}

#[test]
fn identity_levels_are_what_schedule_prints() {
    let levels = || Levels::default().set("t", "0.5,1,2");
    is_printed(&levels().table().unwrap());
    is_printed(&levels().set("schedule", "all").table().unwrap());
    let bent = |levels: Levels| levels.set("schedule", "edm").set("sigma-min", "0.01");
    is_printed(&bent(levels()).table().unwrap());
    // By name or whole, beside levels, times and data.
    let edm = || Schedule::named("edm", &[("sigma-min".to_owned(), 0.01)]).unwrap();
    let whole = levels().on(edm()).table().unwrap();
    assert_eq!(format!("{:?}", whole.rows), format!("{:?}", bent(levels()).table().unwrap().rows));
    let clusters = || regimes::ask("clusters").unwrap().set("d", 64).set("n", 500);
    let named = clusters().set("schedule", "edm").set("sigma-min", "0.01").times().unwrap();
    is_printed(&named);
    let on = clusters().on(edm()).times().unwrap();
    assert_eq!(format!("{:?}", on.rows), format!("{:?}", named.rows));

    let wrong = |levels: Levels| levels.table().unwrap_err().to_string();
    assert!(wrong(Levels::default()).contains("exactly one of"));
    assert!(wrong(levels().set("schedule", "edn")).contains("did you mean edm"));
    assert!(wrong(levels().set("sigma-min", "1")).contains("name the schedule too"));
    assert!(wrong(levels().set("schedule", "edm").on(edm())).contains("give one"));
    assert!(wrong(Levels::default().set("step", 3)).contains("belongs to a schedule"));
    let two = clusters().set("schedule", "edm,flow").times().unwrap_err().to_string();
    assert!(two.contains("a single"), "{two}");
}

#[test]
fn identity_spectra_and_names_are_what_is_printed() {
    for entry in CATALOGUE.iter().filter(|entry| !["mixture", "losses"].contains(&entry.name)) {
        let query = regimes::ask(entry.name).unwrap();
        is_printed(&query.quantities().unwrap());
        let all = given(entry.example, false);
        let query = all.iter().fold(query, |query, (name, text)| query.set(name, text));
        is_printed(&query.curve("spectrum").unwrap());
    }
    let clusters = regimes::ask("clusters").unwrap().set("d", "64,128");
    assert!(clusters.curve("spectrum").unwrap_err().to_string().contains("one value"));
}
