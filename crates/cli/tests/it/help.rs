//! Help, manual pages and completions: whole, and true of the program.
use crate::examples::{Folder, nodes, words};
use std::process::Command;

fn stdout(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_regimes")).args(arguments).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn identity_every_command_shows_an_example_of_itself() {
    let all = nodes();
    assert!(all.len() > 200);
    for node in &all {
        let examples = node.examples();
        assert!(!examples.is_empty(), "regimes {} --help has no Example:", node.name());
        for example in examples {
            // FILE stands between the command and the model of `validate`, and before `data`'s flags.
            let mut rest = example.split(' ').skip(1);
            for word in node.path.iter().filter(|w| *w != "data") {
                assert!(rest.any(|w| w == word), "{}: {example}", node.name());
            }
        }
    }
}

/// What `--help` shows is what the definition holds.
#[test]
fn identity_help_shows_the_examples() {
    for line in ["times clusters", "curve phi", "simulate clones", "explain phi clusters", "man"] {
        let arguments: Vec<&str> = line.split(' ').chain(["--help"]).collect();
        let help = stdout(&arguments).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains(&format!("Example: regimes {line}")), "{help}");
    }
}

#[test]
fn identity_every_example_runs() {
    let folder = Folder::new();
    let mut wrong = Vec::new();
    for example in crate::examples::all() {
        let output = folder.run(&words(&example)[1..]);
        if !output.status.success() {
            wrong.push(format!("{example}: {}", String::from_utf8_lossy(&output.stderr)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(folder.has("figure-2.csv") && folder.has("man1/regimes.1"));
}

#[test]
fn identity_every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man1");
    stdout(&["man", "--output", pages.to_str().unwrap()]);
    let read = |name: &str| {
        // roff writes a hyphen as \- and protects a leading point.
        let text = std::fs::read_to_string(pages.join(name)).unwrap();
        text.replace("\\-", "-").replace("\\&", "").replace("\\*(Aq", "'")
    };
    let definition = regimes_cli::definition();
    let mut count = 1;
    assert!(read("regimes.1").contains("regimes times clusters"));
    for command in definition.get_subcommands() {
        let name = format!("regimes-{}.1", command.get_name());
        let text = read(&name);
        count += 1;
        for example in regimes_cli::examples::of(command) {
            assert!(text.contains(&example), "{name} lacks {example}");
        }
        for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "EXAMPLES", "EXIT STATUS", "SEE ALSO"] {
            let quoted = format!(".SH \"{section}\"");
            let plain = format!(".SH {section}");
            assert!(text.contains(&quoted) || text.contains(&plain), "{name}: no {section}");
        }
        for inner in command.get_subcommands() {
            assert!(text.contains(inner.get_name()), "{name} does not name {}", inner.get_name());
            for arg in inner.get_arguments().filter_map(clap::Arg::get_long) {
                assert!(text.contains(&format!("--{arg}")), "{name} lacks --{arg}");
            }
        }
        assert!(
            text.contains("regimes(1)")
                && !text.contains(&format!("{}(1)", &name[..name.len() - 2]))
        );
    }
    assert_eq!(std::fs::read_dir(&pages).unwrap().count(), count);
    // Once more, over what is there.
    stdout(&["man", "--output", pages.to_str().unwrap()]);
    assert_eq!(std::fs::read_dir(&pages).unwrap().count(), count);
}

#[test]
fn limit_manual_pages_appear_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("no/such/man1");
    let output = Command::new(env!("CARGO_BIN_EXE_regimes"))
        .args(["man", "--output", nowhere.to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    // A file where the folder should be stays what it is.
    let file = folder.path().join("man1");
    std::fs::write(&file, "mine").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_regimes"))
        .args(["man", "--output", file.to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    let output = Command::new(env!("CARGO_BIN_EXE_regimes")).arg("man").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--output DIR"));
}

/// What a shell is told that asks after `line`, in the place of its last word.
fn completed(shell: &str, line: &str) -> String {
    let typed: Vec<&str> = line.split(' ').collect();
    let index = (typed.len() - 1).to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_regimes"))
        .arg("--")
        .args(&typed)
        .env("REGIMES_COMPLETE", shell)
        .env("_CLAP_COMPLETE_INDEX", index)
        .env("_CLAP_COMPLETE_COMP_TYPE", "9")
        .env("_CLAP_COMPLETE_SPACE", "false")
        .env("_CLAP_IFS", "\n")
        .output()
        .unwrap();
    assert!(output.status.success(), "{shell}: {line}");
    String::from_utf8(output.stdout).unwrap()
}

/// Bytes of a script at most: a shell reads it at every start.
const SHORT: usize = 100_000;

#[test]
fn identity_completions_know_commands_flags_and_names() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = stdout(&["completions", shell]);
        assert!(script.contains("REGIMES_COMPLETE") && script.len() < SHORT, "{script}");
        for (line, known) in [
            ("regimes ti", "times"),
            ("regimes times cur", "curie-weiss"),
            ("regimes curve exc", "excess-entropy"),
            ("regimes explain t_S.curv", "t_S.curvature"),
            ("regimes times linear-manifold --emb", "--embedding"),
            ("regimes times linear-manifold --embedding iid", "iid-p"),
            ("regimes schedule --name ddpm-c", "ddpm-cosine"),
            ("regimes times manifold --prior gauss-b", "gauss-bernoulli"),
            ("regimes times manifold --activation leaky", "leaky-relu"),
            ("regimes simulate clones clusters --route j", "jump"),
        ] {
            let all = completed(shell, line);
            assert!(all.contains(known), "{shell} does not complete {line}: {all}");
        }
    }
    let output =
        Command::new(env!("CARGO_BIN_EXE_regimes")).args(["completions", "bsh"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("did you mean bash"));
}

/// bash itself reads the script, and completes by it.
#[test]
fn independent_bash_completes() {
    let script = "source <(\"$0\" completions bash)\n\
         COMP_WORDS=(regimes times linear-manifold --embedding iid); COMP_CWORD=4; COMP_TYPE=9\n\
         _clap_complete_regimes regimes iid --embedding; echo \"${COMPREPLY[@]}\"";
    let run = Command::new("bash").args(["-c", script, env!("CARGO_BIN_EXE_regimes")]).output();
    // A machine without bash has nothing to complete.
    let Ok(output) = run else { return };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("iid-p") && text.contains("iid-d"), "{text}{errors}");
}
