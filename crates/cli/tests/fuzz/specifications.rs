//! Files of mixtures, latent mixtures and schedules, and any other TOML or JSON.

use crate::drive::{Inputs, Random, drive};
use crate::mutate::{NASTY_NUMBERS, NASTY_TEXTS, below, damage_text, nested, once_in, pick};
use regimes::document::{Content, Document, Node};
use regimes::models::mixture_file;
use regimes::schedule::Schedule;
use std::path::Path;

/// Latent mixtures are read from the disk: one input in this many.
const FROM_DISK: usize = 20;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Reader {
    Mixture,
    Latents,
    Config,
}

#[derive(Debug)]
struct Specification {
    reader: Reader,
    /// A name, for its ending.
    name: &'static str,
    text: String,
}

fn value(random: &mut Random, depth: usize) -> String {
    match below(random, 12) {
        0..=5 => format!("{}", below(random, 5)),
        6 => format!("0.{}", below(random, 100)),
        7 => pick(random, NASTY_NUMBERS).to_owned(),
        8 => format!("{:?}", pick(random, NASTY_TEXTS)),
        9 => pick(random, &["true", "false", "null", "[]", "{}", "\"linear\""]).to_owned(),
        _ if depth == 0 => "1".to_owned(),
        _ => list(random, depth - 1),
    }
}

fn list(random: &mut Random, depth: usize) -> String {
    let items: Vec<String> = (0..below(random, 4)).map(|_| value(random, depth)).collect();
    format!("[{}]", items.join(", "))
}

/// A mean, a variance or the like that is mostly right in `d` dimensions.
fn of_class(random: &mut Random, key: &str, d: usize) -> String {
    let number = |random: &mut Random| format!("{}.{}", below(random, 3), below(random, 100));
    let vector = |random: &mut Random| {
        let items: Vec<String> = (0..d).map(|_| number(random)).collect();
        format!("[{}]", items.join(", "))
    };
    if once_in(random, 12) {
        return value(random, 2);
    }
    match key {
        "mean" | "variances" => vector(random),
        "covariance" => {
            let row = |i: usize| {
                let row: Vec<&str> = (0..d).map(|j| if i == j { "2.5" } else { "0.5" }).collect();
                format!("[{}]", row.join(", "))
            };
            format!("[{}]", (0..d).map(row).collect::<Vec<_>>().join(", "))
        }
        "label" => "\"a\"".into(),
        "dimension" => pick(random, &["1", "2", "3", "1e8", "100000000", "0", "2.5"]).to_owned(),
        _ => number(random),
    }
}

/// Keys and values, written as TOML or JSON.
fn written(json: bool, entries: &[(String, String)], header: &str) -> String {
    if json {
        let pairs: Vec<String> = entries.iter().map(|(k, v)| format!("{k:?}: {v}")).collect();
        return format!("{{{}}}", pairs.join(", "));
    }
    entries.iter().fold(format!("{header}\n"), |text, (k, v)| format!("{text}{k} = {v}\n"))
}

fn tables(random: &mut Random, json: bool, list: &str, keys: &[&str], weights: bool) -> String {
    let (count, d) = (1 + below(random, 3), 1 + below(random, 3));
    let shape = pick(random, &["variance", "variances", "covariance"]).to_owned();
    let mut texts = Vec::new();
    for _ in 0..count {
        let mut entries: Vec<(String, String)> = Vec::new();
        for key in keys.iter().copied().filter(|key| weights || *key != "weight") {
            entries.push((key.to_owned(), of_class(random, key, d)));
        }
        if weights {
            entries.retain(|(key, _)| key != "weight");
            entries.push(("weight".into(), format!("{}", 1.0 / count as f64)));
        }
        if list == "class" {
            entries.push((shape.clone(), of_class(random, &shape, d)));
        }
        if once_in(random, 15) {
            entries.push((pick(random, &["lable", "x", "", "a.b", "weight"]).into(), "1".into()));
        }
        if once_in(random, 15) {
            let place = below(random, entries.len());
            entries.remove(place);
        }
        texts.push(written(json, &entries, &format!("[[{list}]]")));
    }
    let dimension =
        (list == "class" && once_in(random, 4)).then(|| of_class(random, "dimension", d));
    if json {
        let dimension = dimension.map_or(String::new(), |d| format!("\"dimension\": {d}, "));
        format!("{{{dimension}\"{list}\": [{}]}}", texts.join(", "))
    } else {
        let dimension = dimension.map_or(String::new(), |d| format!("dimension = {d}\n"));
        dimension + &texts.join("")
    }
}

const CLASSES: &[&str] = &[
    "DDPMScheduler",
    "DDIMScheduler",
    "EulerDiscreteScheduler",
    "EDMEulerScheduler",
    "FlowMatchEulerDiscreteScheduler",
    "ScoreSdeVeScheduler",
    "ScoreSdeVpScheduler",
    "PNDMScheduler",
    "DPMSolverMultistepScheduler",
    "KarrasVeScheduler",
    "CosineScheduler",
];

const CONFIG_KEYS: &[&str] = &[
    "beta_start",
    "beta_end",
    "beta_schedule",
    "num_train_timesteps",
    "trained_betas",
    "rescale_betas_zero_snr",
    "use_flow_sigmas",
    "flow_shift",
    "shift",
    "sigma_min",
    "sigma_max",
    "sigma_data",
    "sigma_schedule",
    "rho",
    "beta_min",
    "beta_max",
    "use_karras_sigmas",
    "timestep_spacing",
    "prediction_type",
    "use_dynamic_shifting",
    "base_shift",
    "snr",
    "clip_sample",
];

fn config(random: &mut Random) -> String {
    let class = format!("{:?}", pick(random, CLASSES));
    let mut entries = vec![("_class_name".to_owned(), class)];
    for _ in 0..below(random, 6) {
        let key = pick(random, CONFIG_KEYS);
        let value = match key {
            "num_train_timesteps" => {
                pick(random, &["10", "1", "0", "1000", "1e9", "10000000000", "2.5", "-1"])
                    .to_owned()
            }
            "beta_schedule" => format!(
                "{:?}",
                pick(
                    random,
                    &["linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid", "exp", "x"]
                )
            ),
            "trained_betas" => list(random, 1),
            _ => value(random, 1),
        };
        entries.push((key.to_owned(), value));
    }
    written(true, &entries, "")
}

fn specification(random: &mut Random) -> Specification {
    let reader = match below(random, FROM_DISK) {
        0 => Reader::Latents,
        k if k % 3 == 0 => Reader::Config,
        _ => Reader::Mixture,
    };
    let json = reader == Reader::Config || once_in(random, 2);
    let weights = once_in(random, 2);
    let mut text = match reader {
        Reader::Mixture => tables(random, json, "class", &["mean", "label", "weight"], weights),
        Reader::Latents => tables(random, json, "component", &["mean", "variance"], true),
        Reader::Config => config(random),
    };
    if once_in(random, 200) {
        let (open, close) =
            [("[", "]"), ("{\"a\": ", "}"), ("{a = ", "}"), ("a.", ""), ("[a]\n", "")]
                [below(random, 5)];
        let deep = nested(random, open, "1", close);
        text = if json { format!("{{\"class\": {deep}}}") } else { format!("class = {deep}") };
    }
    if !once_in(random, 3) {
        for _ in 0..=below(random, 2) {
            damage_text(random, &mut text);
        }
    }
    Specification { reader, name: if json { "a.json" } else { "a.toml" }, text }
}

/// Every node of a document has a line and a key, and every reader of values an answer.
fn visit(document: &Document, node: &Node) {
    let _ = document.error(node, "x").to_string();
    let _ = (
        document.number(node).is_ok(),
        document.text(node).is_ok(),
        document.numbers(node).is_ok(),
    );
    match node.content() {
        Content::List(items) => items.iter().for_each(|item| visit(document, item)),
        Content::Table(entries) => entries.iter().for_each(|(_, item)| visit(document, item)),
        _ => {}
    }
}

fn check(folder: &Path, specification: &Specification, random: &mut Random) -> Result<(), String> {
    let Specification { reader, name, text } = specification;
    let said = |error: regimes::Error| match error.to_string() {
        words if words.trim().is_empty() => Err("an error without words".to_owned()),
        _ => Ok(()),
    };
    if let Ok(document) = Document::parse(Path::new(name), text.clone()) {
        visit(&document, document.root());
    }
    match reader {
        Reader::Mixture => {
            let read = Document::parse(Path::new(name), text.clone());
            match read.and_then(|document| mixture_file::classes(&document)) {
                Ok(classes) => {
                    let sum: f64 = classes.iter().map(|c| c.weight).sum();
                    let finite = classes.iter().all(|c| c.mean.iter().all(|x| x.is_finite()));
                    if (sum - 1.0).abs() > 1e-12 || !finite {
                        return Err(format!("weights add to {sum}, means finite: {finite}"));
                    }
                    Ok(())
                }
                Err(error) => said(error),
            }
        }
        Reader::Config => match Schedule::from_config(text, Path::new(name)) {
            Ok(schedule) => {
                let position = schedule.position(schedule.horizon());
                let shown = format!("{position:?}{:?}", schedule.horizon_time());
                if shown.contains("NaN") { Err(format!("position is {shown}")) } else { Ok(()) }
            }
            Err(error) => said(error),
        },
        Reader::Latents => {
            // Contents are remembered by path, for tables to say what they were made from.
            let path = folder.join(format!("{}-{name}", below(random, 10_000)));
            std::fs::write(&path, text).unwrap();
            match regimes::prior::named(&format!("mixture:{}", path.display())) {
                Ok(prior) if prior.mean().is_nan() || prior.second_moment().is_nan() => {
                    Err(format!("moments of {prior:?} are NaN"))
                }
                Ok(_) => Ok(()),
                Err(error) => said(error),
            }
        }
    }
}

#[test]
fn property_no_specification_panics() {
    let folder = tempfile::tempdir().unwrap();
    let inputs = Inputs::of("specifications", 40_000, 0.2);
    drive(&inputs, specification, |input, random| check(folder.path(), input, random));
}
