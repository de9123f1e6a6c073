//! `regimes advise`: every line against the command that it names, doubts about scales, and what it refuses.
use crate::examples::{Folder, words};
use serde_json::Value;
use std::process::Command;

/// Schedulers as their classes write them: one of each way of sampling.
const CONFIGS: [(&str, &str); 4] = [
    ("ddpm.json", r#"{"_class_name": "DDPMScheduler", "clip_sample": false}"#),
    ("edm.json", r#"{"_class_name": "EDMEulerScheduler", "sigma_data": 0.7}"#),
    ("flow.json", r#"{"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0}"#),
    ("clip.json", r#"{"_class_name": "DDIMScheduler"}"#),
];

fn folder() -> Folder {
    let folder = Folder::new();
    for (name, text) in CONFIGS {
        std::fs::write(folder.file(name), text).unwrap();
    }
    let labels: String = (0..120).map(|k| if k % 2 == 0 { "dark\n" } else { "light\n" }).collect();
    std::fs::write(folder.file("labels.txt"), labels).unwrap();
    folder
}

fn page(folder: &Folder, line: &str) -> Vec<Value> {
    let output =
        folder.run(&words(&format!("advise {line} --queries 30 --blocks 0 --format json")));
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{line}: {errors}");
    let table: Value = serde_json::from_slice(&output.stdout).unwrap();
    table["rows"].as_array().unwrap().clone()
}

/// The numbers that a command line of a shell prints in a column.
fn printed(folder: &Folder, command: &str, column: &str) -> Vec<Option<f64>> {
    let program = env!("CARGO_BIN_EXE_regimes");
    let script = format!("regimes() {{ '{program}' \"$@\"; }}\n{command} --format json");
    let output = Command::new("sh").args(["-c", &script]).current_dir(folder.path()).output();
    let output = output.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{command}: {errors}");
    let table: Value = serde_json::from_slice(&output.stdout).unwrap();
    let number = |row: &Value| {
        let cell = column.split('.').fold(row, |cell, key| &cell[key]);
        cell.as_f64().or(cell["value"].as_f64())
    };
    table["rows"].as_array().unwrap().iter().map(number).collect()
}

/// Every number of the page is printed by the command that its line names, to the bit.
#[test]
fn identity_every_line_is_what_its_command_prints() {
    let folder = folder();
    for (line, answered) in [
        ("samples.npy --labels labels.txt --config ddpm.json --steps 10 --n 5000 --seed 3", 9),
        ("samples.npy --config flow.json --steps 12 --sampler ddim --top 2", 7),
        ("samples.npy --labels labels.txt --config edm.json --steps 8 --omega 3", 8),
        (
            "images.npy --scale 2/255 --classes dark,light --labels labels.txt --schedule ddpm-linear",
            7,
        ),
    ] {
        let rows = page(&folder, line);
        let mut count = 0;
        for row in rows.iter().filter(|row| row["command"] != "") {
            let (command, quantity) =
                (row["command"].as_str().unwrap(), row["quantity"].as_str().unwrap());
            let found = printed(&folder, command, quantity);
            assert!(found.contains(&row["value"].as_f64()), "{line}: {row}\n{found:?}");
            assert!(row["criterion"].as_str().is_some_and(|text| text.len() > 10), "{row}");
            assert!(row["why"].as_str().is_some_and(|text| text.len() > 10), "{row}");
            count += usize::from(row["value"].is_number());
        }
        assert!(count >= answered - 1, "{line}: {count} of {}", rows.len());
    }
}

/// Data of another scale than the schedule expects are doubted, others are not.
#[test]
fn property_scales_are_doubted() {
    let folder = folder();
    let answer = |line: &str| page(&folder, line)[0]["answer"].as_str().unwrap().to_owned();
    for (line, words) in [
        ("images.npy --config ddpm.json", "unit variance"),
        ("images.npy --scale 1/255 --schedule ddpm-linear", "Doubtful"),
        ("samples.npy --config clip.json", "clip_sample"),
        ("samples.npy --scale 9 --config edm.json", "sigma_data"),
        ("samples.npy --scale 1e-3 --config flow.json", "unit variance"),
    ] {
        let said = answer(line);
        assert!(said.starts_with("Doubtful") && said.contains(words), "{line}: {said}");
    }
    for line in ["samples.npy --config ddpm.json", "samples.npy --scale 0.7 --config edm.json"] {
        assert!(answer(line).starts_with("Yes"), "{line}: {}", answer(line));
    }
    assert!(answer("samples.npy").starts_with("Unknown without a schedule"));
}

/// The page in text: a paragraph for each question, its command on one line to be copied.
#[test]
fn identity_the_page_in_every_format() {
    let folder = folder();
    let line = "advise samples.npy --labels labels.txt --config ddpm.json --steps 10 --queries 30 --blocks 0";
    let write = |format: &str| {
        let output = folder.run(&words(&format!("{line} --format {format}")));
        assert!(output.status.success());
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let text = write("text");
    let rows = page(&folder, "samples.npy --labels labels.txt --config ddpm.json --steps 10");
    for row in &rows {
        assert!(text.contains(&format!("\n\n{}\n", row["question"].as_str().unwrap())), "{text}");
        assert!(text.contains(&format!("\n  $ {}\n", row["command"].as_str().unwrap())), "{text}");
    }
    let long = |line: &&str| line.chars().count() > 72 && !line.starts_with("  $ ");
    assert_eq!(text.lines().find(long), None);
    for format in ["csv", "md", "tex"] {
        let written = write(format);
        assert!(written.contains("Where does guidance act?"), "{format}: {written}");
    }
}

#[test]
fn bad_input_names_what_would_be_right() {
    let folder = folder();
    for (line, says) in [
        ("samples.npy --steps 5", "--config FILE or --schedule NAME"),
        ("samples.npy --steps 5 --num-inference-steps 5 --config ddpm.json", "not both"),
        ("samples.npy --steps 1001 --config ddpm.json", "--steps = 1001: must be at most 1000"),
        ("samples.npy --steps 0 --config ddpm.json", "--steps = 0"),
        ("samples.npy --steps 5 --schedule ddpm-linear,edm", "a single --schedule"),
        ("samples.npy --n 1", "at least 2"),
        ("samples.npy --n 10,20", "one value of each"),
        ("samples.npy --top 1000", "from 1 to 100"),
        ("samples.npy --labels losses.csv", "60 labels, the data have 120 samples"),
        ("samples.npy --sampler ddpm", "ancestral"),
        ("none.npy", "none.npy"),
    ] {
        let output = folder.run(&words(&format!("advise {line}")));
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{line}: {message}");
        assert!(message.contains(says) && output.stdout.is_empty(), "{line}: {message}");
    }
}

/// Steps of second order are not those of Euler, and classes of other frequencies are as far apart as they are.
#[test]
fn regression_what_a_newcomer_found() {
    let folder = folder();
    std::fs::write(
        folder.file("solver.json"),
        r#"{"_class_name": "DPMSolverMultistepScheduler", "algorithm_type": "dpmsolver++", "solver_order": 2}"#,
    )
    .unwrap();
    let cost = |line: &str| {
        let rows = page(&folder, line);
        let row =
            rows.iter().find(|row| row["question"].as_str().unwrap().contains("cost")).unwrap();
        row["answer"].as_str().unwrap().to_owned()
    };
    assert!(cost("samples.npy --config solver.json --steps 10").contains("higher order"));
    let euler = cost("samples.npy --config solver.json --steps 10 --sampler ddim");
    assert!(euler.contains("of the variance that it should have"), "{euler}");

    // ±1 and a little, of 60 and of 12 of 120 samples in the first class.
    let window = |of: usize| {
        let line = |k: usize, to: &dyn Fn(f64) -> String| to(if k < of { 1.0 } else { -1.0 });
        let sample = |k: usize| {
            let x = 0.3 * ((7 * k % 11) as f64 - 5.0) / 5.0;
            let y = ((3 * k % 7) as f64 - 3.0) / 3.0;
            line(k, &|class| format!("{},{y}\n", class + x))
        };
        let text: String = (0..120).map(sample).collect();
        let labels: String = (0..120).map(|k| line(k, &|class| format!("{class}\n"))).collect();
        std::fs::write(folder.file("two.csv"), format!("x,y\n{text}")).unwrap();
        std::fs::write(folder.file("two.txt"), labels).unwrap();
        let rows = page(&folder, "two.csv --labels two.txt");
        rows.into_iter().find(|row| row["quantity"] == "window.start").unwrap()
    };
    let (even, rare) = (window(60), window(12));
    let start = |row: &Value| row["value"].as_f64().unwrap();
    assert!((start(&even) - start(&rare)).abs() < 0.1, "{even} {rare}");
    let doubtful = |row: &Value| row["answer"].as_str().unwrap().contains("equally frequent");
    assert!(!doubtful(&even) && doubtful(&rare));
}
