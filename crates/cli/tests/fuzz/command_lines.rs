//! Command lines put together from the definition of the program and from values that it may not
//! like, run in a process of their own, many by each.

use crate::drive::{Inputs, LONGEST, Random, drive};
use crate::examples;
use crate::mutate::{NASTY_NUMBERS, NASTY_TEXTS, below, damage_text, once_in, pick};
use crate::worker::{Outcome, Worker};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What a worker may not outlive: the memory of files it read grows.
const LINES_OF_A_WORKER: usize = 2000;

/// Slow by design, or as large as the request: not a matter of this test.
///
/// - `figure`, `verify`, `man`: long by themselves;
/// - `--order exact`, `--finite-size`, `condensation`, `t_C.participation` and the like: the exact law of a finite
///   data set, seconds for a row;
/// - `simulate`: d · n as asked for; small ones are drawn apart.
const SLOW_WORDS: &[&str] = &[
    "figure",
    "verify",
    "man1",
    "exact",
    "finite-size",
    "condensation",
    "participation",
    "leave-one-out",
    "t_C.clones",
    "simulate ",
];

/// A word that a flag may take, mostly one that it likes.
fn value(random: &mut Random, flag: &str) -> String {
    if once_in(random, 4) {
        return nasty(random);
    }
    let plain =
        ["0.5", "1", "2", "0.1,0.2", "1:2:0.5", "0.5:2:#3", "0.1:10:*3", "3", "1e-3", "log(2)"];
    let text = match flag {
        "d" => pick(random, &["16", "64", "256", "1", "2", "3", "inf", "1e6", "16,64"]),
        "n" => pick(random, &["100", "20000", "2", "1", "1e6", "1e300"]),
        "log-n" => pick(random, &["10", "1", "0.1", "1e5"]),
        "alpha" => pick(random, &["0.1", "1", "0.01", "0.5,1"]),
        "t" => pick(random, &["1", "0.5:3:#3", "2,3", "0.01", "20"]),
        "format" => pick(random, &["csv", "json", "text", "md", "tex", "npy"]),
        "digits" => pick(random, &["1", "3", "17"]),
        "threads" => pick(random, &["1", "2"]),
        "prior" => pick(random, &["normal", "rademacher", "binary:0.3", "gauss-bernoulli:0.5"]),
        "activation" => {
            pick(random, &["tanh", "relu", "sign", "z", "z^2", "erf(z)", "z/0", "tanh("])
        }
        "schedule" => pick(random, &["ddpm-linear", "ddpm-cosine", "edm", "vp", "ve", "flow", "x"]),
        "for" => pick(random, &["n", "d", "mu", "sigma", "beta", "alpha", "t_C"]),
        "such-that" => pick(
            random,
            &["t_C=0.5", "t_S=t_C", "t_S.spectral=1", "t_C", "=", "t_C=nan", "t_C=t_C", "0=1"],
        ),
        "eigenvalues" => {
            pick(random, &["1,2,3", "0", "0,0", "1e300,1e-300", "samples.npy", "fe.csv"])
        }
        "shard" => pick(random, &["1/2", "2/2", "0/1", "3/2", "1/", "/"]),
        _ => pick(random, &plain),
    };
    text.to_owned()
}

fn nasty(random: &mut Random) -> String {
    match below(random, 8) {
        0..=3 => pick(random, NASTY_NUMBERS).to_owned(),
        4 => pick(random, NASTY_TEXTS).replace('\0', "?"),
        5 => pick(
            random,
            &[
                "1:2:0",
                "0:1:1e-300",
                "1:1e9:*1e9",
                "1:2:#0",
                "1:2:#1e300",
                "1:2:-1",
                "2:1:0.1",
                "::",
                "1:2:#2.5",
                "0:1:*3",
                "inf:1:#2",
                "1:2:#nan",
                "1,,2",
                ",",
                "1:2",
                "1:2:3:4",
                "(1,2",
                "1)",
                "1e300:1e308:*3",
                "-1e308:1e308:#3",
                "5e-324:1e-320:*3",
                "0:0:#3",
                "1:1:*2",
                "5:5:1",
            ],
        )
        .to_owned(),
        6 => "9".repeat([10, 400, 20_000][below(random, 3)]),
        _ => format!("{}:{}:#3", pick(random, NASTY_NUMBERS), pick(random, NASTY_NUMBERS)),
    }
}

/// A random way down the tree of commands, with flags that the last of them knows.
fn from_definition(random: &mut Random, nodes: &[examples::Node]) -> Vec<String> {
    let node = &nodes[below(random, nodes.len())];
    let mut words: Vec<String> = node.path.clone();
    for argument in node.command.get_arguments() {
        let wanted = argument.is_required_set() || once_in(random, 3);
        if !wanted {
            continue;
        }
        match argument.get_long() {
            Some("help" | "version" | "output") => {}
            Some(long) => {
                words.push(format!("--{long}"));
                if argument.get_action().takes_values() {
                    words.push(value(random, long));
                }
            }
            None => words.push(
                pick(random, &["classes.toml", "samples.npy", "data.npz", "phi.csv", "none", "."])
                    .to_owned(),
            ),
        }
    }
    words
}

/// Changes a word of a line that works.
fn from_example(random: &mut Random, lines: &[String], nodes: &[examples::Node]) -> Vec<String> {
    let line = &lines[below(random, lines.len())];
    let mut words = examples::words(line)[1..].to_vec();
    for _ in 0..1 + below(random, 2) {
        let at = below(random, words.len());
        match below(random, 10) {
            0..=4 => {
                // The value of a flag.
                let flags: Vec<usize> = (1..words.len())
                    .filter(|&k| words[k - 1].starts_with("--") && !words[k].starts_with("--"))
                    .collect();
                if !flags.is_empty() {
                    let at = flags[below(random, flags.len())];
                    words[at] = match below(random, 3) {
                        0 => value(random, words[at - 1].trim_start_matches('-')),
                        _ => nasty(random),
                    };
                }
            }
            5 => {
                words.remove(at);
            }
            6 => words.insert(at, words[at].clone()),
            7 => damage_text(random, &mut words[at]),
            8 => {
                let more = from_definition(random, nodes);
                words.extend(more.into_iter().skip_while(|word| !word.starts_with("--")).take(2));
            }
            _ => words[at] = nasty(random),
        }
        if words.is_empty() {
            break;
        }
    }
    words
}

/// A specification of a table, beside which the command line that reads it.
fn specification(random: &mut Random, lines: &[String]) -> String {
    let mut text = "title = \"x\"\n".to_owned();
    for _ in 0..1 + below(random, 2) {
        let words = examples::words(&lines[below(random, lines.len())]);
        let first = words.iter().position(|w| w.starts_with("--")).unwrap_or(words.len());
        text +=
            &format!("[[block]]\ncommand = {:?}\n[block.arguments]\n", words[1..first].join(" "));
        for pair in words[first..].chunks(2) {
            let name = pair[0].trim_start_matches('-');
            match pair {
                [_, value] if !once_in(random, 8) => text += &format!("{name:?} = {value:?}\n"),
                [_, _] => text += &format!("{name} = {}\n", pick(random, NASTY_NUMBERS)),
                _ => text += &format!("{name} = true\n"),
            }
        }
    }
    if once_in(random, 2) {
        damage_text(random, &mut text);
    }
    text
}

#[derive(Debug)]
struct Line {
    words: Vec<String>,
    /// What `spec.toml` holds.
    specification: Option<String>,
}

/// A small simulation in either precision, its data and noise of any size.
fn simulation(random: &mut Random) -> Vec<String> {
    let experiment = pick(random, &["clones", "entropy", "collapse", "levels"]);
    let scales = ["1", "1e-6", "1e3", "1e6", "2e3", "1e12", "1e150", "1e-150", "0", "3e38", "1e20"];
    let scale = if once_in(random, 6) { nasty(random) } else { pick(random, &scales).to_owned() };
    let model = match below(random, 8) {
        0 => format!("clusters --d 4 --mu {scale} --sigma 1"),
        1 => format!("clusters --d 3 --mu 1 --sigma {scale}"),
        2 => format!("gaussian --d 8 --sigma {scale}"),
        3 => format!("gaussian --d 2 --eigenvalues {scale},1"),
        4 => format!(
            "linear-manifold --d 8 --beta 0.5,1 --embedding {}",
            pick(random, &["iid-p", "iid-d", "orthonormal"])
        ),
        5 => format!(
            "manifold --d 4 --beta {} --gain {scale} --activation {}",
            pick(random, &["0.5", "2", "1e17", "4294967296"]),
            pick(random, &["tanh", "relu", "z", "exp(z^2)", "1/z"])
        ),
        6 => {
            format!("curie-weiss --d 6 --temperature {}", pick(random, &["0.5", "1", "2", "1e-3"]))
        }
        _ => pick(random, &["mixture classes.toml", "samples.npy", "data.npz"]).to_owned(),
    };
    let mut words = format!("simulate {experiment} {model} --blocks 2 --points 5");
    words += pick(random, &[" --precision f32", " --precision f64", ""]);
    let exact = experiment == "clones" && once_in(random, 4);
    if exact {
        words += " --score exact";
    } else if !model.contains(".np") {
        words += pick(random, &[" --n 2", " --n 50", " --n 300", " --alpha 0.5", " --n 1e15"]);
    }
    if experiment != "collapse" {
        let t = pick(random, &["1", "0.01,3", "1e-6", "1e-30", "40", "1e300", "0.3"]);
        words += &format!(" --t {}", if once_in(random, 6) { nasty(random) } else { t.into() });
    } else {
        words += pick(random, &["", " --show histogram --bins 3", " --show histories"]);
    }
    if ["clones", "collapse"].contains(&experiment) {
        words += pick(random, &[" --steps 20", " --steps 60 --horizon 1e-12", " --steps 40"]);
        words += pick(random, &[" --route jump", " --route euler", ""]);
    }
    words.split(' ').map(str::to_owned).collect()
}

fn line(random: &mut Random, lines: &[String], nodes: &[examples::Node]) -> Line {
    if once_in(random, 6) {
        return Line { words: simulation(random), specification: None };
    }
    loop {
        let mut specified = None;
        let mut words = match below(random, 8) {
            0..=2 => from_definition(random, nodes),
            3 => {
                specified = Some(specification(random, lines));
                vec!["table".to_owned(), "spec.toml".to_owned()]
            }
            _ => from_example(random, lines, nodes),
        };
        words.retain(|word| !word.contains('\0') && word != "--output" && word != "-o");
        match below(random, 12) {
            0 => words.extend(["--output".into(), "out.csv".into()]),
            1 => words
                .extend(["--output".into(), pick(random, &["out.npy", "out.json", "out"]).into()]),
            2 => words.extend(["--format".into(), "json".into()]),
            3 => words.extend(["--output".into(), "none/out.csv".into()]),
            _ => {}
        }
        let whole = words.join(" ") + specified.as_deref().unwrap_or("");
        if !SLOW_WORDS.iter().any(|slow| whole.contains(slow)) {
            return Line { words, specification: specified };
        }
    }
}

fn entries(folder: &Path) -> BTreeSet<PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// What is wrong with what a line did, if anything.
fn fault(words: &[String], outcome: &Outcome) -> Option<String> {
    let Outcome { status, out, errors } = outcome;
    let start: String = errors.chars().take(1500).collect();
    if errors.contains("panicked") || *status == 101 {
        return Some(format!("panicked: {start}"));
    }
    if !(0..=3).contains(status) {
        return Some(format!("ends with status {status}: {start}"));
    }
    let last =
        errors.lines().any(|line| line.starts_with("error:") && line.len() > "error: ".len());
    if *status == 2 && !last && !errors.contains("Usage:") {
        return Some(format!("status 2 without a reason: {start:?}"));
    }
    // The header repeats what was typed.
    let typed_nan = words.iter().any(|word| word.to_lowercase().contains("nan"));
    let says_how =
        words.first().is_some_and(|word| ["schema", "completions"].contains(&word.as_str()));
    let said_nan = out.lines().find(|line| {
        line.split(|c: char| !c.is_alphanumeric()).any(|word| word == "NaN" || word == "nan")
    });
    match said_nan {
        Some(line) if !typed_nan && !says_how => Some(format!("says {line}")),
        _ => None,
    }
}

#[test]
fn property_no_command_line_panics() {
    let folder = examples::Folder::new();
    let lines: Vec<String> = examples::all();
    let nodes = examples::nodes();
    let mut known = entries(folder.path());
    let spec = folder.file("spec.toml");
    std::fs::write(&spec, "").unwrap();
    known.insert(spec.clone());
    let mut worker: Option<Worker> = None;
    let mut inputs = Inputs::of("command-lines", 1500, 0.03);
    // The worker has a clock of its own.
    inputs.longest = 12 * LONGEST;
    let mut counts = [0u32; 4];
    drive(
        &inputs,
        |random| line(random, &lines, &nodes),
        |line, _| {
            if worker.as_ref().is_some_and(|worker| worker.done >= LINES_OF_A_WORKER) {
                worker = None;
            }
            if let Some(text) = &line.specification {
                std::fs::write(&spec, text).unwrap();
            }
            let running = worker.get_or_insert_with(|| Worker::start(folder.path()));
            let outcome = running.run(&line.words).inspect_err(|_| worker = None);
            let mut left = Vec::new();
            for path in entries(folder.path()).difference(&known) {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                // Where a word itself names a file it is written on request.
                if !line.words.iter().any(|word| word.contains(&name)) {
                    left.push(name);
                }
                if path.is_dir() {
                    std::fs::remove_dir_all(path).unwrap();
                } else {
                    std::fs::remove_file(path).unwrap();
                }
            }
            // Steep activations, and smooth ones almost without noise, may take minutes by design.
            let slow = line.words.iter().any(|word| word.contains("manifold"))
                || line.specification.as_ref().is_some_and(|text| text.contains("manifold"));
            let outcome = match outcome {
                Err(fault) if slow && fault.starts_with("takes more than") => return Ok(()),
                outcome => outcome?,
            };
            if let Some(fault) = fault(&line.words, &outcome) {
                return Err(fault);
            }
            counts[outcome.status as usize] += 1;
            if left.is_empty() { Ok(()) } else { Err(format!("left {left:?} behind")) }
        },
    );
    // A generator of refused lines would test little.
    if inputs.indices.end - inputs.indices.start >= 1000 {
        assert!(counts[0] * 10 > counts[2], "statuses 0 to 3: {counts:?}");
    }
}
