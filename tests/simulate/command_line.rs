//! The command line: columns, threads, and what is wrong input.

use std::process::{Command, Output};

fn regimes(arguments: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_regimes"))
        .args(arguments.split_whitespace())
        .arg("--quiet")
        .output()
        .unwrap()
}

fn csv(arguments: &str) -> (Vec<String>, Vec<Vec<String>>, String) {
    let output = regimes(&format!("{arguments} --format csv"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let split = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    let mut lines = text.lines().filter(|l| !l.starts_with('#'));
    let header = split(lines.next().unwrap());
    (header, lines.map(split).collect(), text.clone())
}

fn column(header: &[String], rows: &[Vec<String>], name: &str) -> Vec<f64> {
    let at = header.iter().position(|c| c == name).unwrap_or_else(|| panic!("{name}: {header:?}"));
    rows.iter().map(|row| row[at].parse().unwrap()).collect()
}

#[test]
fn identity_curves_have_the_columns_of_the_theory() {
    let small = "--d 16 --n 50 --t 0.5:2.5:#3 --blocks 4 --points 16";
    let (header, rows, text) = csv(&format!("simulate entropy clusters {small}"));
    assert_eq!(rows.len(), 3);
    assert!(text.contains("4 independent blocks of 16 points"), "{text}");
    let f = column(&header, &rows, "f");
    let over = column(&header, &rows, "f_over_alpha");
    let alpha = column(&header, &rows, "alpha");
    for k in 0..3 {
        assert!((f[k] / alpha[k] - over[k]).abs() < 1e-15);
    }
    for name in ["t", "snr", "stderr", "f_over_alpha_stderr", "leave_one_out.stderr", "nearest"] {
        column(&header, &rows, name);
    }
    let route = "--route jump";
    let (header, rows, _) = csv(&format!("simulate clones clusters {small} {route}"));
    for name in ["phi", "stderr", "clones", "clones.stderr"] {
        column(&header, &rows, name);
    }
    let exact = "--d 16 --t 0.5:2.5:#3 --blocks 4 --points 16 --score exact --route jump";
    let (header, rows, _) = csv(&format!("simulate clones clusters {exact}"));
    assert!(!header.contains(&"clones".to_owned()) && !header.contains(&"n".to_owned()));
    assert!(column(&header, &rows, "phi").iter().all(|p| (0.5..=1.0).contains(p)));
}

/// Rows come in the order in which the parameters are written, and each is its own simulation.
#[test]
fn identity_sweeps_keep_their_order() {
    let rest = "--blocks 2 --points 8 --mu 1";
    let (header, rows, _) =
        csv(&format!("simulate entropy clusters --t 0.5,1 --d 8,16 --n 40 {rest}"));
    assert_eq!(column(&header, &rows, "t"), [0.5, 0.5, 1.0, 1.0]);
    assert_eq!(column(&header, &rows, "d"), [8.0, 16.0, 8.0, 16.0]);
    let (_, alone, _) = csv(&format!("simulate entropy clusters --t 0.5,1 --d 8 --n 40 {rest}"));
    assert_eq!((&rows[0], &rows[2]), (&alone[0], &alone[1]));
}

#[test]
fn identity_same_output_on_any_number_of_threads() {
    for arguments in [
        "simulate entropy clusters --d 24 --n 700 --t 0.5,1.5 --blocks 3 --points 300",
        "simulate clones clusters --d 8 --n 40 --t 1 --blocks 3 --points 20 --steps 100 --route euler",
        "simulate clones clusters --d 8 --n 40 --t 1 --blocks 3 --points 20",
        "simulate clones clusters --d 8 --t 1 --blocks 3 --points 20 --steps 100 --score exact --route euler",
        "simulate collapse clusters --d 8 --n 40 --blocks 3 --points 20 --steps 100 --route euler --show histogram",
        "simulate levels linear-manifold --beta 0.5 --embedding iid-p --d 8 --n 3000 --t 1 --blocks 3 --points 20",
        "simulate entropy manifold --activation tanh --beta 0.5 --d 8 --n 300 --t 1 --blocks 3 --points 20",
    ] {
        let (_, _, one) = csv(&format!("{arguments} --threads 1"));
        let (_, _, three) = csv(&format!("{arguments} --threads 3"));
        assert_eq!(one, three);
        let (_, _, other) = csv(&format!("{arguments} --seed 2"));
        assert_ne!(one, other);
    }
}

#[test]
fn identity_histories_tell_the_collapse_times() {
    let run =
        "simulate collapse clusters --d 8 --n 30 --blocks 2 --points 5 --steps 200 --horizon 5";
    for route in ["euler", "jump"] {
        let (header, rows, _) = csv(&format!("{run} --route {route} --show histories"));
        assert_eq!(rows.len(), 2 * 5 * 201);
        let (t, nearest) = (column(&header, &rows, "t"), column(&header, &rows, "nearest"));
        let times: Vec<f64> = (0..10)
            .map(|j| {
                let own = j * 201..(j + 1) * 201;
                assert_eq!((t[own.start], t[own.end - 1]), (5.0, 0.0));
                let last = nearest[own.end - 1];
                let change = own.clone().rev().find(|k| nearest[*k] != last).unwrap();
                0.5 * (t[change] + t[change + 1])
            })
            .collect();
        let (header, rows, _) = csv(&format!("{run} --route {route}"));
        let mean = times.iter().sum::<f64>() / 10.0;
        assert!((column(&header, &rows, "last_change")[0] - mean).abs() < 1e-12, "{route}");
        let (header, rows, _) = csv(&format!("{run} --route {route} --show histogram --bins 4"));
        let counts = column(&header, &rows, "count");
        assert_eq!((counts.len(), counts.iter().sum::<f64>()), (4, 10.0));
        let mass: f64 = column(&header, &rows, "density")
            .iter()
            .zip(column(&header, &rows, "width"))
            .map(|(p, w)| p * w)
            .sum();
        assert!((mass - 1.0).abs() < 1e-12);
    }
}

/// Samples in a file: the same weights as samples of a model, with labels of any whole numbers.
#[test]
fn identity_files_of_samples() {
    let folder = tempfile::tempdir().unwrap();
    let (samples, labels) = (folder.path().join("samples.csv"), folder.path().join("labels.csv"));
    let row = |i: usize| {
        let x = |j: usize| {
            (7.3 * i as f64 + 1.7 * j as f64).sin() + if i.is_multiple_of(3) { 4.0 } else { 0.0 }
        };
        (0..4).map(|j| x(j).to_string()).collect::<Vec<_>>().join(",")
    };
    let write = |path, lines: Vec<String>| std::fs::write(path, lines.join("\n") + "\n").unwrap();
    write(&samples, (0..60).map(row).collect());
    write(
        &labels,
        (0..60usize).map(|i| if i.is_multiple_of(3) { "8".into() } else { "1".into() }).collect(),
    );
    let (samples, labels) = (samples.to_str().unwrap(), labels.to_str().unwrap());
    let size = "--blocks 4 --points 32";
    let (header, rows, text) = csv(&format!("simulate entropy {samples} --t 0.0001,20 {size}"));
    assert!(text.contains("all with the samples of the file"), "{text}");
    assert_eq!((column(&header, &rows, "n")[0], column(&header, &rows, "d")[0]), (60.0, 4.0));
    // All samples are distinct: near the data one weighs all, in pure noise all weigh the same.
    let f = column(&header, &rows, "f_over_alpha");
    assert!(f[0] < 0.2 && (f[1] - 1.0).abs() < 1e-6, "{f:?}");
    let (header, rows, _) =
        csv(&format!("simulate clones {samples} --labels {labels} --t 0.3,20 --route jump {size}"));
    let phi = column(&header, &rows, "phi");
    // Classes of 20 and 40: Σ w_k² = 5/9 in pure noise.
    assert!(phi[0] > 0.95 && (phi[1] - 5.0 / 9.0).abs() < 1e-6, "{phi:?}");
    let (header, rows, _) = csv(&format!("simulate clones {samples} --t 0.3 --route jump {size}"));
    let at = header.iter().position(|c| c == "phi").unwrap();
    assert!(rows[0][at].is_empty() && rows[0].last().unwrap().contains("one class"));
    let histories = "--steps 50 --blocks 2 --points 2 --show histories";
    let (header, rows, _) = csv(&format!("simulate collapse {samples} {histories}"));
    assert!(column(&header, &rows, "nearest").iter().all(|i| (0.0..60.0).contains(i)));
    let few = folder.path().join("few.csv");
    write(&few, vec!["1".into(); 59]);
    for (arguments, message) in [
        (
            format!("entropy {samples} --labels {} --t 1", few.display()),
            "has 59 labels for the 60 samples",
        ),
        (format!("entropy {samples}x --t 1"), "samples.csvx"),
        (format!("clones {samples} --t 1 --score exact"), "--score = exact: a file has no score"),
        (format!("levels {samples} --t 1"), "samples.csv"),
        (format!("entropy {samples} --t 1 --memory 1e-6"), "more than --memory"),
    ] {
        let output = regimes(&format!("simulate {arguments}"));
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments}: {error}");
        assert!(error.contains(message), "{arguments}: {error}");
    }
}

#[test]
fn bad_input_says_what_would_be_right() {
    for (arguments, message) in [
        ("entropy clusters --d 16 --n 50 --t 0", "0 < t < ∞"),
        ("entropy clusters --d 16 --n 50", "exactly one of --t, --snr and --sigma-noise"),
        ("entropy clusters --d 16 --t 1", "give one of --n, --log-n and --alpha"),
        ("entropy clusters --d inf --alpha 0.5 --t 1", "needs a finite dimension"),
        ("entropy clusters --d 16 --n 1 --t 1", "n = 1: a simulation needs from 2"),
        (
            "entropy clusters --d 1000 --n 1e9 --t 1",
            "take 3.7 TiB in f32, more than --memory 8.0 GiB",
        ),
        (
            "entropy clusters --d 1000 --alpha 1 --t 1",
            "a simulation needs from 2 to 1.1e12 samples",
        ),
        (
            "entropy clusters --d 16 --n 50 --t 1 --blocks 1",
            "--blocks = 1: must be a whole number from 2",
        ),
        ("entropy clusters --d 16 --n 50 --t 1 --blocks 2,3", "must be a single number"),
        ("entropy clusters --d 16 --n 50 --t 1 --points 0", "--points"),
        ("entropy clusters --d 16 --n 50 --t 1 --seed 0.5", "--seed = 0.5: must be a whole number"),
        ("entropy clusters --d 16 --n 50 --t 1 --precision f16", "must be one of f32, f64"),
        (
            "clones clusters --d 16 --n 50 --t 1 --steps 0",
            "--steps = 0: must be a whole number from 1",
        ),
        ("clones clusters --d 16 --n 50 --t 1 --steps -5", "--steps = -5"),
        ("clones clusters --d 16 --n 50 --t 1 --steps 3", "--steps = 3: is too few"),
        (
            "clones clusters --d 16 --n 50 --t 1 --horizon 0",
            "--horizon = 0: must be a finite time above 0",
        ),
        ("clones clusters --d 16 --n 50 --t 1 --route fast", "must be one of jump, euler"),
        ("clones clusters --d 16 --n 50 --t 1 --score exact", "knows no samples"),
        (
            "clones curie-weiss --d 16 --temperature 0.5 --t 1 --score exact --route jump",
            "Gaussian classes only",
        ),
        ("collapse clusters --d 16 --n 50 --bins 0 --show histogram", "--bins = 0"),
        ("entropy linear-manifold --beta 0.33 --embedding iid-p --d 10 --n 9 --t 1", "β d = 3.3"),
        ("entropy linear-manifold --beta 0.5 --embedding iid-p --n 9 --t 1", "finite"),
        (
            "levels clusters --n 1e15 --d 4 --t 1",
            "n = 1000000000000000: a simulation needs from 2 to",
        ),
        ("levels manifold --activation z --beta 1e17 --d 8 --n 9 --t 1", "EiB, more than the"),
        ("levels manifold --activation z --beta 4294967296 --d 1 --n 9 --t 1", "--beta or --d"),
        (
            "entropy linear-manifold --beta 1 --embedding iid-p --d 1e6 --n 9 --t 1",
            "an embedding of 1000000 latent in 1000000 dimensions would take 7.3 TiB",
        ),
        ("entropy clusters --d 4 --n 9 --t 0:1:#1e12", "--t"),
        ("entropy clusters --d 4 --n 9 --t 1 --blocks 1e18", "--blocks"),
        ("entropy clusters --d 4 --n 9 --t 1 --points 1e18", "--points"),
        ("entropy clusters --d 1e8 --n 9 --t 1 --memory 1e9 --points 1e7", "take a smaller"),
        ("collapse clusters --d 4 --n 9 --points 1e7 --steps 1e9", "the points of one block"),
        (
            "collapse clusters --d 4 --n 9 --steps 1e9 --show histories",
            "--blocks, --points or --steps",
        ),
        ("clones clusters --d 4 --n 9 --t 1e300 --route euler", "steps of 1.0e-2 from the data"),
        ("entropy clusters --d 4:1e4:1 --n 9 --t 1 --blocks 1e5", "random numbers for"),
        ("entropy gaussian --sigma 1e150 --d 4 --n 9 --t 1", "is lost in the rounding"),
        ("levels gaussian --sigma 1e150 --d 4 --n 9 --t 1", "is lost in the rounding"),
        ("entropy gaussian --d 4 --n 9 --t 1e-40", "is lost in the rounding"),
        ("clones gaussian --sigma 1e300 --d 4 --n 9 --t 1", "is inf: every number must be finite"),
        ("entropy manifold --activation exp(900*z^2) --beta 1 --d 4 --n 9 --t 1", "grows too fast"),
    ] {
        let output = regimes(&format!("simulate {arguments}"));
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments}: {error}");
        assert!(error.contains(message), "{arguments}: {error}");
        assert!(output.stdout.is_empty());
    }
}

/// Thousands of threads stop a machine.
#[test]
fn regression_threads_are_capped() {
    for (flag, variable) in [("--threads 100000", None), ("", Some("100000"))] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_regimes"));
        command.args("simulate entropy clusters --d 4 --n 9 --t 1 --blocks 2".split(' '));
        command.args(flag.split_whitespace());
        if let Some(count) = variable {
            command.env("RAYON_NUM_THREADS", count);
        }
        let output = command.output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{errors}");
        assert!(errors.contains("= 100000 is capped at "), "{errors}");
    }
}

/// Products in single precision lost the nearest sample, or moved φ_C to 0.979.
#[test]
fn regression_samples_far_apart_are_told_apart() {
    for arguments in [
        "--sigma 2e3 --n 50 --t 1 --d 8 --blocks 2 --points 8 --route euler",
        "--sigma 1500 --n 50 --t 1 --d 8 --points 128 --steps 200 --route euler",
        "--sigma 1500 --n 50 --t 1 --d 8 --points 128",
    ] {
        let (header, rows, text) = csv(&format!("simulate clones gaussian {arguments}"));
        assert_eq!(column(&header, &rows, "clones"), [1.0], "{arguments}");
        assert!(text.contains("f64, since f32 would not do"), "{text}");
    }
}
