//! Noise schedules on the command line: their names, and their parameters as flags.

use super::known::known;
use clap::{Arg, ArgMatches, Command, ValueHint};
use regimes::error::{Error, Result};
use regimes::schedule::{CATALOGUE, DynamicShift, Inference, Schedule, sigma_spacings};

pub(crate) use regimes::schedule::Beside;

/// Name of the argument for the μ of a dynamic shift; beside models `--mu` is theirs.
const MU: &str = "shift-mu";

/// Name of the argument for the image from which μ follows.
const IMAGE: &str = "image-size";

/// Flags that choose the levels of a sampler: name, value, help.
const INFERENCE: [(&str, &str, &str); 6] = [
    (
        "num-inference-steps",
        "K",
        "a sampler of K steps: levels and times are also counted in its steps",
    ),
    (
        "timestep-spacing",
        "SPACING",
        "leading, trailing or linspace [default: the configuration's, else its class's]",
    ),
    (
        "sigma-spacing",
        "SPACING",
        "levels of σ instead: karras, exponential, beta, lu, ays-sd15, ays-sdxl, ays-svd; even for none of them",
    ),
    ("steps-offset", "COUNT", "added to the steps of --timestep-spacing leading"),
    ("final-sigma", "END", "where sampling ends: zero or sigma-min"),
    ("sigmas", "LIST", "the levels themselves, σ from the noisiest on (of a flow its times)"),
];

/// What was asked of a sampler, if anything was.
fn inference(matches: &ArgMatches) -> Result<Option<Inference>> {
    let text = |name: &str| matches.get_one::<String>(name);
    if INFERENCE.iter().all(|(name, ..)| text(name).is_none()) {
        return Ok(None);
    }
    let count = |name: &str| -> Result<Option<usize>> {
        let Some(typed) = text(name) else { return Ok(None) };
        let wrong =
            || Error::argument(format!("--{name}"), format!("{typed:?}"), "must be a whole number");
        typed.parse().map(Some).map_err(|_| wrong())
    };
    let sigmas = text("sigmas").map(|list| {
        let number = |item: &str| {
            regimes::symbolic::constant(item)
                .map_err(|e| Error::argument("--sigmas", format!("{item:?}"), e.to_string()))
        };
        regimes::sweep::split(list, ',').into_iter().map(number).collect::<Result<Vec<f64>>>()
    });
    Ok(Some(Inference {
        steps: count("num-inference-steps")?,
        timestep_spacing: text("timestep-spacing").cloned(),
        sigma_spacing: text("sigma-spacing").cloned(),
        steps_offset: count("steps-offset")?,
        final_sigmas_type: text("final-sigma").cloned(),
        sigmas: sigmas.transpose()?,
    }))
}

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
    command = INFERENCE.iter().fold(command, |command, (name, value, help)| {
        let arg = Arg::new(*name).long(*name).value_name(*value).help_heading("Inference steps");
        let arg = arg.help(*help);
        command.arg(match *name {
            "timestep-spacing" => known(arg, ["leading", "trailing", "linspace"]),
            "sigma-spacing" => known(arg, sigma_spacings()),
            "final-sigma" => known(arg, ["zero", "sigma-min"]),
            _ => arg,
        })
    });
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
    let schedules = without_sampler(matches)?;
    match inference(matches)? {
        None => Ok(schedules),
        Some(_) if schedules.is_empty() => Err(Error::Usage(
            "inference steps are those of a schedule: name it, or give its configuration".into(),
        )),
        Some(ask) => schedules.into_iter().map(|schedule| schedule.with_inference(&ask)).collect(),
    }
}

/// The same before the levels of a sampler are chosen.
fn without_sampler(matches: &ArgMatches) -> Result<Vec<Schedule>> {
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

/// The arguments of a schedule that were given, by their flags.
pub(crate) fn given(matches: &ArgMatches) -> Option<String> {
    let parameters = CATALOGUE.iter().flat_map(|f| f.parameters).map(|p| p.name);
    let sampler = INFERENCE.iter().map(|(name, ..)| *name);
    let mut names = ["schedule", "config", MU, IMAGE].into_iter().chain(sampler).chain(parameters);
    let named = |name: &&str| matches.get_one::<String>(name).is_some();
    names.find(named).map(|name| format!("--{name}"))
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
