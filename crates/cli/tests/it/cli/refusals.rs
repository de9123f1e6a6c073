//! Bad input is refused with its place, whatever the command.

use super::{mixture, refused, words};

#[test]
fn limit_wrong_input_is_named() {
    let cases: &[(&str, &[&str])] = &[
        ("times clusters --d -5 --n 100", &["--d = -5", "whole number"]),
        ("times clusters --d 2.5 --n 100", &["--d = 2.5", "whole number"]),
        ("times clusters --d 256", &["--n", "--log-n", "--alpha"]),
        ("times clusters --n 100", &["--d is required"]),
        ("times clusters --d 256 --n 0", &["--n = 0"]),
        ("times clusters --d 256 --n 100 --alpha 0.3", &["--n and --alpha", "exactly one"]),
        ("times clusters --d inf --n 100", &["--n needs a finite --d"]),
        ("times clusters --d 256,inf --n 100", &["--n needs a finite --d"]),
        ("times clusters --d 256 --n 100 --mu nan", &["--mu", "nan"]),
        ("times clusters --d --n 100", &["--d", "value is required"]),
        ("curve potential clusters --d 9 --t 1 --q --mu", &["--q", "another flag"]),
        ("times clusters --d 256 --n 100 --sigm 1", &["--sigm", "--sigma"]),
        ("times cluster --d 256", &["cluster", "clusters"]),
        ("times gaussian --sigma 1 --alpha -1", &["--alpha = -1"]),
        ("times gaussian --eigenvalues 1,-2 --alpha 1", &["--eigenvalues", "-2"]),
        ("times gaussian --eigenvalues 1,2 --power-law 1 --alpha 1", &["not both"]),
        ("times gaussian --eigenvalues 1,2 --d 3 --alpha 1", &["--d = 3", "2"]),
        ("times gaussian --eigenvalues no/such.txt --alpha 1", &["no/such.txt", "no such file"]),
        ("times gaussian --power-law 1 --alpha 1", &["--d = inf", "finite"]),
        (
            "times linear-manifold --beta 2 --embedding orthonormal --alpha 1",
            &["--beta = 2", "at most 1"],
        ),
        ("times linear-manifold --beta 0.5 --alpha 1", &["--embedding is required"]),
        (
            "times linear-manifold --beta 0.5 --embedding iid-q --alpha 1",
            &["iid-q", "did you mean iid-"],
        ),
        ("times curie-weiss --d 10 --temperature 0 --alpha 1", &["--temperature = 0"]),
        ("times mixture no/such.toml --n 10", &["no/such.toml", "cannot be read"]),
        ("curve phi clusters --d 256 --t 0:1:0", &["--t", "step"]),
        ("curve phi clusters --d 256 --t 3:1:0.1", &["--t", "never leads"]),
        ("curve phi clusters --d 256 --t -1", &["--t = -1"]),
        ("curve phi clusters --d 256", &["exactly one of --t"]),
        ("curve phi clusters --d 256 --t 1 --snr 1", &["exactly one of --t"]),
        ("curve phi gaussian --t 1", &["gaussian"]),
        ("curve phy clusters --d 256 --t 1", &["phy", "phi"]),
        ("curve excess-entropy clusters --d 256 --t 1", &["--n", "--alpha"]),
        (
            "curve excess-entropy clusters --d 256 --n 10 --t 1 --order exakt",
            &["exakt", "asymptotic"],
        ),
        ("schedule --t 1 --name nosuch", &["nosuch", "ddpm-linear"]),
        ("schedule --t 1 --snr 2", &["exactly one"]),
        ("schedule --step 5", &["--step", "--name"]),
        ("schedule --step 5000 --name ddpm-linear", &["--step = 5000", "999"]),
        ("schedule --step 5 --name all", &["--step = 5"]),
        ("schedule --t 1 --rho 7", &["--rho", "name the schedule"]),
        ("table no/such.toml", &["no/such.toml", "cannot be read"]),
        ("explain t_S.spectral clusters --d 1,2", &["one value"]),
        ("times clusters --d 256 --n 100 --format xml", &["--format = xml", "json"]),
        ("times clusters --d 256 --n 100 --output table.doc", &["--output = table.doc", "ending"]),
        ("times clusters --d 256 --n 100 --threads 0", &["--threads", "0"]),
        ("times clusters --d 1:4000:1 --n 1:4000:1", &["16000000 rows", "10000000"]),
        ("curve phi clusters --d 256 --t 0:1:1e-9", &["--t", "10000000"]),
        ("times clusters --d 256 --n log(-1)", &["--n", "log(-1)", "undefined"]),
        ("times clusters --d 256 --n foo(2)", &["--n", "foo"]),
    ];
    for (line, parts) in cases {
        refused(&words(line), parts);
    }
    refused(&[], &["Usage"]);
}

#[test]
fn limit_malformed_specifications_say_where() {
    let cases: &[(&str, &[&str])] = &[
        ("title = \"x\"\n", &["[[block]]"]),
        ("[[block]]\ncommand = \"curve phi\"\n", &["line 1"]),
        (
            "[[block]]\ncommand = \"curve phi clusters\"\narguments = { d = 256, t = 1, bogus = 2 }\n",
            &["bogus"],
        ),
        (
            "[[block]]\ncommand = \"curve phi clusters\"\narguments = { d = -1, t = 1 }\n",
            &["--d = -1"],
        ),
        (
            "columns = [\"fi\"]\n[[block]]\ncommand = \"curve phi clusters\"\narguments = { d = 1, t = 1 }\n",
            &["line 1", "fi", "phi"],
        ),
        (
            "[[block]]\ncommand = \"table other.toml\"\n",
            &["times, curve, solve, guidance, schedule"],
        ),
        ("[[blok]]\n", &["blok", "did you mean block"]),
    ];
    for (text, parts) in cases {
        let (_folder, name) = mixture(text, "toml");
        refused(&["table", &name], parts);
    }
}

/// A name that is like none of those that exist gets them all.
#[test]
fn limit_unknown_names_get_the_ones_there_are() {
    refused(&["explain", "zzz"], &["zzz", "There are: ", "t_S", "t_C"]);
    refused(&["curve", "zzz", "clusters"], &["zzz", "There are: ", "excess-entropy"]);
    refused(&["times", "zzz"], &["zzz", "curie-weiss"]);
    refused(&["zzz"], &["zzz", "simulate, explain"]);
    // One that is like another gets that one.
    refused(&["times", "cluster"], &["cluster", "'clusters'"]);
}

/// Curie-Weiss spins have Gaussian noise and that of tokens: flags of the one do nothing for the other.
#[test]
fn bad_input_flags_of_the_other_kind_of_noise() {
    let spins = "curie-weiss --d 20 --temperature 0.8 --corruption masked";
    for (line, flag) in [
        (format!("times {spins} --n 50 --windows"), "--windows"),
        (format!("times {spins} --n 50 --bandwidth 0.1"), "--bandwidth"),
        (format!("curve phi {spins} --kept 0.3 --schedule edm"), "--schedule"),
        (format!("curve phi {spins} --kept 0.3 --t 1"), "--t"),
        (format!("solve {spins} --for n --such-that kept_C=0.3 --schedule edm"), "--schedule"),
        (format!("steps {spins} --grid uniform --steps 4 --kappa 3"), "--kappa"),
        (format!("simulate entropy {spins} --n 50 --kept 0.3 --precision f64"), "--precision"),
        ("curve phi curie-weiss --d 20 --temperature 0.8 --t 1 --kept 0.3".into(), "--kept"),
        (
            "schedule --name linear --kept 0.3 --num-inference-steps 4".into(),
            "--num-inference-steps",
        ),
    ] {
        refused(&words(&line), &[flag]);
    }
}
