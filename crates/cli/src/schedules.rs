//! Noise schedules on the command line: their names, and their parameters as flags.

use super::known::known;
use clap::{Arg, ArgMatches, Command, ValueHint};
use regimes::error::{Error, Result};
use regimes::schedule::{CATALOGUE, DynamicShift, Schedule};

pub(crate) use regimes::schedule::Beside;

/// Name of the argument for the μ of a dynamic shift; beside models `--mu` is theirs.
const MU: &str = "shift-mu";

/// Name of the argument for the image from which μ follows.
const IMAGE: &str = "image-size";

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
            Arg::new("schedule").long(flag).alias("schedule").value_name("NAME").help(help),
            names,
        ))
        .arg(
            Arg::new("config")
                .long("config")
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
    let mut seen: Vec<&str> = Vec::new();
    for parameter in CATALOGUE.iter().flat_map(|f| f.parameters) {
        if !seen.contains(&parameter.name) {
            seen.push(parameter.name);
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
    }
    command
}

/// The schedules asked for: none, one of a configuration file, or those named, `all` for every one.
///
/// # Errors
/// [`Error::Argument`] for unknown names and values outside their domain, [`Error::File`] for a bad
/// configuration.
pub(crate) fn chosen(matches: &ArgMatches) -> Result<Vec<Schedule>> {
    let mut overrides: Vec<(String, f64)> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for parameter in CATALOGUE.iter().flat_map(|f| f.parameters) {
        if seen.contains(&parameter.name) {
            continue;
        }
        seen.push(parameter.name);
        if let Some(text) = matches.get_one::<String>(parameter.name) {
            let flag = format!("--{}", parameter.name);
            let value = regimes::symbolic::constant(text)
                .map_err(|e| Error::argument(flag, format!("{text:?}"), e.to_string()))?;
            overrides.push((parameter.name.to_owned(), value));
        }
    }
    let name: Option<&String> = matches.get_one("schedule");
    let config: Option<&String> = matches.get_one("config");
    let shift = shift(matches)?;
    if config.is_none() && shift.is_some() {
        return Err(Error::Usage(
            "mu and the image size belong to a --config with use_dynamic_shifting; the schedule `flow` takes its --shift, e^mu"
                .into(),
        ));
    }
    match (name, config) {
        (Some(_), Some(_)) => {
            Err(Error::Usage("give a schedule by name or by --config, not both".into()))
        }
        (None, Some(path)) => {
            if let Some((flag, value)) = overrides.first() {
                let expected = "does not go with --config: change the file instead";
                return Err(Error::argument(format!("--{flag}"), value, expected));
            }
            let path = std::path::Path::new(path);
            let text = regimes::inputs::read_to_string(path)?;
            Ok(vec![Schedule::from_config_with(&text, path, shift)?])
        }
        (Some(name), None) if name == "all" => {
            if let Some((flag, value)) = overrides.first() {
                let expected = "needs a single named schedule";
                return Err(Error::argument(format!("--{flag}"), value, expected));
            }
            CATALOGUE.iter().map(|f| Schedule::named(f.name, &[])).collect()
        }
        (Some(names), None) => {
            names.split(',').map(|name| Schedule::named(name.trim(), &overrides)).collect()
        }
        (None, None) => match overrides.first() {
            Some((flag, value)) => {
                let expected = "is a schedule parameter: name the schedule too";
                Err(Error::argument(format!("--{flag}"), value, expected))
            }
            None => Ok(Vec::new()),
        },
    }
}

/// The schedule of a command that takes one, as it stands beside times.
///
/// # Errors
/// As [`chosen`]; several.
pub(crate) fn one(matches: &ArgMatches, command: &str) -> Result<Option<Beside>> {
    let mut schedules = chosen(matches)?;
    if schedules.len() > 1 {
        return Err(Error::Usage(format!("{command} takes a single --schedule")));
    }
    Ok(schedules.pop().map(Beside::new))
}

/// What fixes a dynamic shift, if it was given.
fn shift(matches: &ArgMatches) -> Result<Option<DynamicShift>> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    match (text(MU), text(IMAGE)) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(Error::Usage("give mu or --image-size, not both".into())),
        (Some(mu), None) => {
            let number = regimes::symbolic::constant(mu)
                .map_err(|e| Error::argument("--mu", format!("{mu:?}"), e.to_string()))?;
            if !number.is_finite() {
                return Err(Error::argument("--mu", number, "must be a finite number"));
            }
            Ok(Some(DynamicShift::Mu(number)))
        }
        (None, Some(size)) => {
            // One number is a square.
            let sides: Vec<&str> = size.split(['x', 'X', '×']).map(str::trim).collect();
            let sides = if let [side] = sides[..] { vec![side, side] } else { sides };
            let sides: Vec<f64> = sides.iter().filter_map(|side| side.parse().ok()).collect();
            match sides[..] {
                [width, height] if [width, height].iter().all(|x| IMAGE_SIDES.contains(x)) => {
                    Ok(Some(DynamicShift::Image([width, height])))
                }
                _ => {
                    let expected = "must be width x height in pixels, from 16 on, as in 1024x768";
                    Err(Error::argument("--image-size", format!("{size:?}"), expected))
                }
            }
        }
    }
}

/// Sides of an image in pixels: a token at least, and no more than anything will be.
const IMAGE_SIDES: std::ops::RangeInclusive<f64> = 16.0..=1e6;
