//! The JSON of every command against docs/schema/output.schema.json.
mod validator;

use crate::examples::{Folder, words};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use validator::Validator;

const SCHEMA: &str = include_str!("../../../../../docs/schema/output.schema.json");

/// Commands whose output is no table.
const NO_TABLE: &[&str] = &["explain", "figure", "completions", "man", "schema"];

/// A scheduler whose network is told c_noise in place of a step.
const CONTINUOUS: &str = r#"{"_class_name": "EulerDiscreteScheduler", "sigma_min": 0.002,
    "sigma_max": 700.0, "prediction_type": "v_prediction", "timestep_type": "continuous"}"#;

/// What the examples leave out: flags that change the columns.
const FURTHER: &[&str] = &[
    "times curie-weiss --temperature 0.8 --d 200 --n 100 --corruption masked --schedule linear",
    "training times --activation tanh --n 20000 --p 160000 --d 1000 --t 0.1 --learning-rate 0.1",
    "training losses --activation tanh --psi-n 4 --psi-p 16 --t 0.1 --tau 1 --noise-draws 2 --spectrum 0.5:1;0.5:2",
    "times hierarchy --symbols 16 --rules 4 --branching 2 --levels 5 --corruption gaussian",
    "times hierarchy --symbols 3 --rules 2 --branching 2 --levels 2 --grammar affine:2,1 --n 10",
    "curve reconstruction hierarchy --symbols 3 --rules 2 --branching 2 --levels 2 --epsilon 0.3",
    "curve phi hierarchy --symbols 3 --rules 2 --branching 2 --levels 2 --grammar affine:2,1 --kept 0.4 --level 1",
    "schedule --t 1,4 --config continuous.json",
    "times clusters --d 1024 --n 20000 --config continuous.json",
    "times clusters --d 64 --n 500 --schedule edm",
    "times clusters --d 64 --n 500 --schedule ve",
    "times clusters --d 64 --n 500 --schedule flow",
    "times clusters --d 64 --n 500 --finite-size --bandwidth 0.1",
    "times clusters --d 64 --n 500 --windows --budget 0.1 --log-copies 2 --margin",
    "times losses measured.csv --parameterisation epsilon --variance 1 --d 64 --conditional measured.csv --label-entropy 0.5 --train measured.csv --n 1000 --windows",
    "curve class-entropy losses measured.csv --parameterisation epsilon --variance 1 --d 64 --conditional measured.csv --label-entropy 0.5 --snr 0.5,1",
    "curve information losses measured.csv --parameterisation epsilon --variance 1 --d 64 --conditional measured.csv --label-entropy 0.5 --snr 0.5,1",
    "curve excess-entropy losses measured.csv --parameterisation epsilon --variance 1 --d 64 --conditional measured.csv --label-entropy 0.5 --n 100 --snr 0.5,1",
    "times clusters --d 100 --n 1 --mu 0.01",
    "times clusters --d inf --alpha 0.1",
    "times gaussian --power-law 1 --d 100 --alpha 0.3",
    "times mixture three.toml --n 500 --schedule ddpm-linear",
    "times manifold --activation abs --beta 0.5 --alpha 0.2 --gain 2 --phases",
    "times manifold --activation tanh --beta 0.5 --alpha 0.2 --prior rademacher --embedding iid-d",
    "curve information gaussian --snr 0,inf",
    "curve spectrum clusters --d 64 --n 200",
    "times manifold --activation relu --p 5 --d 10 --alpha 0.2 --normalise unit-variance",
    "curve spectrum linear-manifold --beta 0.5 --embedding iid-p",
    "curve excess-entropy clusters --d 64 --n 500 --order exact --t 1,2",
    "solve clusters --d 256 --for n --such-that t_C=0.5",
    "solve clusters --n 1000 --for d --such-that t_C=0.5",
    "solve clusters --d 64 --for t --such-that phi=0.8",
    "solve clusters --d 64 --for t --such-that phi=2",
    "schedule --t 1",
    "steps losses measured.csv --parameterisation epsilon --variance 1 --d 64 --grid karras --steps 5 --sigma-noise 0.1:50",
    "advise samples.npy --queries 20",
    "steps gaussian --sampler ddim --grid arctan --steps 5 --sigma-noise 0.1:10",
    "times clusters --d 64 --n 500 --schedule flow --num-inference-steps 8",
    "simulate clones clusters --d 16 --score exact --blocks 3 --points 16 --t 1 --route jump",
    "simulate collapse clusters --d 16 --n 100 --blocks 3 --points 16 --show histogram --route jump",
    "simulate collapse clusters --d 16 --n 100 --blocks 3 --points 4 --show histories --steps 50",
    "dataset samples.npy --schedule vp",
    "dataset samples.npy --spectrum",
    "dataset train-images-idx3-ubyte --labels train-labels-idx1-ubyte --center global --scale 1/255",
    "validate phi.csv --against phi clusters --d 256 --fit mu",
    "table labelled.toml",
    "solve ising-chain --temperature 1 --for kept --such-that information=0.2",
    "solve hierarchy --symbols 3 --rules 2 --branching 2 --levels 2 --for epsilon --such-that p_root=0.7",
];

const THREE: &str = "dimension = 100\n[[class]]\nlabel = \"far\"\nmean = 3.0\nvariance = 1\n[[class]]\nlabel = \"a\"\nmean = -1.0\nvariance = 1\n[[class]]\nlabel = \"b\"\nmean = -1.3\nvariance = 1\n";

const LABELLED: &str = "title = \"two curves\"\n[[block]]\nlabel = \"one\"\ncommand = \"curve phi clusters\"\narguments = { d = 64, t = [1, 2] }\n[[block]]\nlabel = \"two\"\ncommand = \"times clusters\"\narguments = { d = 64, n = 100 }\n";

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

/// The same command line for JSON on standard output.
fn as_json(line: &str) -> Vec<String> {
    let mut kept = Vec::new();
    let mut all = words(line).into_iter();
    while let Some(word) = all.next() {
        if ["--format", "--output", "-o"].contains(&word.as_str()) {
            all.next();
        } else if word != "regimes" {
            kept.push(word);
        }
    }
    kept.extend(["--format".to_owned(), "json".to_owned()]);
    kept
}

fn folder() -> Folder {
    let folder = Folder::new();
    std::fs::write(folder.file("three.toml"), THREE).unwrap();
    std::fs::write(folder.file("labelled.toml"), LABELLED).unwrap();
    std::fs::write(folder.file("continuous.json"), CONTINUOUS).unwrap();
    folder
}

fn table(folder: &Folder, line: &str) -> Value {
    let output = folder.run(&as_json(line));
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{line}: {errors}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{line}: {e}"))
}

/// What a schema cannot say: every row holds every column, and nothing else.
fn columns_and_rows_agree(line: &str, table: &Value) {
    let names: BTreeSet<String> =
        table["columns"].as_array().unwrap().iter().map(|c| text(&c["name"])).collect();
    for row in table["rows"].as_array().unwrap() {
        let mut leaves = BTreeSet::new();
        leaves_of(row, "", &mut leaves);
        for name in &names {
            let held = leaves.contains(name) || leaves.contains(&format!("{name}.value"));
            assert!(held, "{line}: a row lacks {name}");
        }
        for leaf in leaves.iter().filter(|leaf| *leaf != "notes") {
            let owner = ["value", "error", "stderr", "reason"]
                .iter()
                .find_map(|end| leaf.strip_suffix(end)?.strip_suffix('.'));
            let known = names.contains(leaf) || owner.is_some_and(|name| names.contains(name));
            assert!(known, "{line}: no column describes {leaf}");
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn leaves_of(value: &Value, path: &str, leaves: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (key, inner) in object {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                leaves_of(inner, &path, leaves);
            }
        }
        _ => {
            leaves.insert(path.to_owned());
        }
    }
}

#[test]
fn identity_every_command_writes_what_the_schema_says() {
    let (folder, schema) = (folder(), schema());
    let validator = Validator::new(&schema);
    let examples = crate::examples::all();
    let tables = examples
        .iter()
        .filter(|e| !NO_TABLE.iter().any(|name| e.starts_with(&format!("regimes {name}"))));
    let mut used = BTreeSet::new();
    let mut count = 0;
    for line in tables.map(String::as_str).chain(FURTHER.iter().copied()) {
        let table = table(&folder, line);
        if let Err(wrong) = validator.check(&table) {
            panic!("{line}: {wrong}");
        }
        columns_and_rows_agree(line, &table);
        for row in table["rows"].as_array().unwrap() {
            used.extend(row.as_object().unwrap().keys().cloned());
        }
        count += 1;
    }
    assert!(count > 100);
    let known: BTreeSet<String> =
        schema["$defs"]["row"]["properties"].as_object().unwrap().keys().cloned().collect();
    let unused: Vec<_> = known.difference(&used).collect();
    assert!(unused.is_empty(), "no output has these keys of the schema: {unused:?}");
}

#[test]
fn identity_the_program_prints_the_schema() {
    let folder = Folder::new();
    let output = folder.run(&["schema".to_owned()]);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), SCHEMA);
}

/// Every change of one place of a table.
fn mutations(value: &Value) -> Vec<(String, Value)> {
    fn walk(root: &Value, pointer: &str, all: &mut Vec<(String, Value)>) {
        let change = |what: &str, at: &dyn Fn(&mut Value)| {
            let mut copy = root.clone();
            at(copy.pointer_mut(pointer).unwrap());
            (format!("{pointer}: {what}"), copy)
        };
        let escaped =
            |key: &str| format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
        match root.pointer(pointer).unwrap() {
            Value::Object(object) => {
                // A summary may have any numbers.
                all.push(change("an unknown key", &|v| v["no such column"] = json!("x")));
                // A row may have a column of this name; what has a value of its own lies deeper.
                let computed = pointer.matches('/').count() > 2 && object.contains_key("value");
                for key in ["error", "stderr", "reason", "value"] {
                    if computed && object.contains_key(key) {
                        all.push(change(&format!("without its {key}"), &|v| {
                            v.as_object_mut().unwrap().remove(key);
                        }));
                    }
                }
                if computed && object.contains_key("error") {
                    all.push(change("no value, and no reason", &|v| v["value"] = Value::Null));
                }
                for key in object.keys() {
                    walk(root, &escaped(key), all);
                }
            }
            Value::Array(items) => {
                all.push(change("not a list", &|v| *v = json!("x")));
                for k in 0..items.len() {
                    walk(root, &format!("{pointer}/{k}"), all);
                }
            }
            Value::Number(_) => {
                for text in ["NaN", "nan", "1.5", ""] {
                    all.push(change(text, &|v| *v = json!(text)));
                }
                all.push(change("a list", &|v| *v = json!([1])));
                if pointer.ends_with("error") || pointer.ends_with("stderr") {
                    all.push(change("negative", &|v| *v = json!(-1e-9)));
                }
            }
            Value::String(_) => all.push(change("a number", &|v| *v = json!([0.5]))),
            Value::Null | Value::Bool(_) => all.push(change("a list", &|v| *v = json!([1]))),
        }
    }
    let mut all = Vec::new();
    walk(value, "", &mut all);
    for key in value
        .as_object()
        .unwrap()
        .keys()
        .filter(|k| !["model", "title", "summary"].contains(&k.as_str()))
    {
        let mut copy = value.clone();
        copy.as_object_mut().unwrap().remove(key);
        all.push((format!("without {key}"), copy));
    }
    for (what, key, change) in [
        ("column of a name that no row may have", "name", json!("t_S.nosuch")),
        ("source that is no key of the bibliography", "source", json!("somewhere")),
    ] {
        let mut copy = value.clone();
        copy["columns"][0][key] = change;
        all.push((what.to_owned(), copy));
    }
    for key in ["name", "symbol", "unit", "source"] {
        let mut copy = value.clone();
        copy["columns"][0].as_object_mut().unwrap().remove(key);
        all.push((format!("column without {key}"), copy));
    }
    all
}

#[test]
fn limit_the_schema_refuses_what_is_wrong() {
    let (folder, schema) = (folder(), schema());
    let validator = Validator::new(&schema);
    let mut count = 0;
    for line in [
        "times clusters --d 1024 --n 20000",
        "times clusters --d 100 --n 1 --mu 0.01 --schedule edm",
        "curve excess-entropy clusters --d 64 --n 500 --t 1,2",
        "solve clusters --d 64 --for t --such-that phi=0.8",
        "simulate entropy clusters --d 16 --n 100 --blocks 3 --points 16 --t 1",
        "dataset samples.npy --spectrum",
        "validate phi.csv --against phi clusters --d 256",
        "times mixture three.toml --n 500",
        "verify D81",
    ] {
        let table = table(&folder, line);
        assert_eq!(validator.check(&table), Ok(()), "{line}");
        for (what, wrong) in mutations(&table) {
            assert!(validator.check(&wrong).is_err(), "{line}: the schema allows {what}");
            count += 1;
        }
    }
    assert!(count > 1000, "{count}");
}
