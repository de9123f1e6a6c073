//! Noise schedules on the command line: their names, and their parameters as flags.

use super::known::known;
use clap::{Arg, ArgMatches, Command, ValueHint};
use regimes::error::Result;
use regimes::models::Entry;
use regimes::process::Process;
use regimes::schedule::chosen::{self, CONFIG, IMAGE, INFERENCE, MU, OfASampler, SCHEDULE};
use regimes::schedule::{Beside, CATALOGUE, Schedule, sigma_spacings};
use regimes::sweep::Typed;

/// Adds `--{flag} NAME`, `--config FILE`, what configurations may leave open, and every schedule
/// parameter.
pub(crate) fn with_schedule(command: Command, flag: &'static str) -> Command {
    let mut names: Vec<&str> = CATALOGUE.iter().map(|f| f.name).collect();
    if flag == "name" {
        names.push("all");
    }
    let help = format!("noise schedule: {}", names.join(", "));
    let mut command = command
        .arg(known(
            Arg::new(SCHEDULE).long(flag).alias(SCHEDULE).value_name("NAME").help(help),
            names,
        ))
        .arg(
            Arg::new(CONFIG)
                .long(CONFIG)
                .value_name("FILE")
                .value_hint(ValueHint::FilePath)
                .help("a diffusers scheduler_config.json instead of a named schedule"),
        );
    let mu = Arg::new(MU)
        .value_name("NUMBER")
        .allow_hyphen_values(true)
        .help("mu of a --config with use_dynamic_shifting, which shifts by e^mu");
    command = command.arg(if flag == "name" { mu.long("mu").alias(MU) } else { mu.long(MU) }).arg(
        Arg::new(IMAGE)
            .long(IMAGE)
            .value_name("WxH")
            .help("instead of mu the image in pixels, as in 1024x768: 16 by 16 pixels a token"),
    );
    command = INFERENCE.iter().fold(command, |command, OfASampler { name, value, help }| {
        let arg = Arg::new(*name).long(*name).value_name(*value).help_heading("Inference steps");
        let arg = arg.help(*help);
        command.arg(match *name {
            "timestep-spacing" => known(arg, ["leading", "trailing", "linspace"]),
            "sigma-spacing" => known(arg, sigma_spacings()),
            "final-sigma" => known(arg, ["zero", "sigma-min"]),
            _ => arg,
        })
    });
    for parameter in chosen::parameters() {
        let owners: Vec<&str> = CATALOGUE
            .iter()
            .filter(|f| f.parameters.iter().any(|p| p.name == parameter.name))
            .map(|f| f.name)
            .collect();
        command = command.arg(
            Arg::new(parameter.name)
                .long(parameter.name)
                .value_name("NUMBER")
                .allow_hyphen_values(true)
                .help_heading("Schedule parameters")
                .help(format!("{} ({})", parameter.help, owners.join(", "))),
        );
    }
    command
}

/// The same for a kind of data that has Gaussian noise; tokens have schedules of their own.
pub(crate) fn of_kind(command: Command, entry: &Entry) -> Command {
    if entry.process == Process::Gaussian { with_schedule(command, "schedule") } else { command }
}

/// The schedule of Gaussian noise of a command that takes one.
///
/// # Errors
/// As [`chosen()`]; several.
pub(crate) fn single(
    entry: &Entry,
    matches: &ArgMatches,
    command: &str,
) -> Result<Option<Schedule>> {
    if entry.process != Process::Gaussian {
        return Ok(None);
    }
    chosen::single(chosen(matches)?, command)
}

/// Names of all flags that choose a schedule of Gaussian noise beside its own name.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    let sampler = INFERENCE.iter().map(|argument| argument.name);
    let parameters = chosen::parameters().into_iter().map(|p| p.name);
    [SCHEDULE, CONFIG, MU, IMAGE].into_iter().chain(sampler).chain(parameters)
}

/// The schedules asked for.
///
/// # Errors
/// As [`chosen::chosen`].
pub(crate) fn chosen(matches: &ArgMatches) -> Result<Vec<Schedule>> {
    chosen::chosen(&|name| matches.text(name))
}

/// The schedule of a command that takes one, as it stands beside times.
///
/// # Errors
/// As [`chosen()`]; several.
pub(crate) fn one(matches: &ArgMatches, command: &str) -> Result<Option<Beside>> {
    Ok(chosen::single(chosen(matches)?, command)?.map(Beside::new))
}
