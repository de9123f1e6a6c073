//! Noise schedules on the command line: their names, their parameters as flags, and how a
//! transition time looks on them.

use super::known::known;
use clap::{Arg, ArgMatches, Command, ValueHint};
use regimes::answer::Answer;
use regimes::error::{Error, Result};
use regimes::numerics::Estimate;
use regimes::process::Noise;
use regimes::schedule::{CATALOGUE, DynamicShift, Schedule};
use regimes_output::{Cell, Column};

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

/// The arguments of a schedule that were given, by their flags.
pub(crate) fn given(matches: &ArgMatches) -> Option<String> {
    let parameters = CATALOGUE.iter().flat_map(|f| f.parameters).map(|p| p.name);
    let mut names = ["schedule", "config", MU, IMAGE].into_iter().chain(parameters);
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

/// A schedule beside transition times: σ and the schedule's own coordinates for each of them.
pub(crate) struct Beside {
    schedule: Schedule,
}

impl Beside {
    /// Wraps the schedule of a `times` query.
    pub(crate) fn new(schedule: Schedule) -> Self {
        Self { schedule }
    }

    /// Remarks on the schedule: its parameters and its horizon.
    pub(crate) fn notes(&self) -> Vec<String> {
        Self::notes_of(&self.schedule)
    }

    /// Remarks on any schedule.
    pub(crate) fn notes_of(schedule: &Schedule) -> Vec<String> {
        let parameters: Vec<String> =
            schedule.parameters().iter().map(|(name, value)| format!("{name} {value}")).collect();
        let mut notes = vec![format!(
            "schedule {} ({}), horizon t_max = {:.4}",
            schedule.name(),
            parameters.join(", "),
            schedule.horizon().time()
        )];
        notes.extend(schedule.notes().iter().cloned());
        notes
    }

    /// Columns of a noise level: σ and the schedule's own coordinates.
    pub(crate) fn level_columns(&self) -> Vec<Column> {
        let own = self.own().map(|c| Column::number(c.name, c.symbol, c.unit));
        std::iter::once(Column::number("sigma", "σ_VE", "unit of the data")).chain(own).collect()
    }

    /// Their cells.
    pub(crate) fn level_cells(&self, noise: Noise) -> Vec<Cell> {
        self.cells(&Cell::Number(noise.time()))
    }

    /// Columns for the transition called `name`.
    pub(crate) fn columns(&self, name: &str) -> Vec<Column> {
        let mut columns =
            vec![Column::number(&format!("{name}.sigma"), "σ_VE", "unit of the data")];
        for own in self.own() {
            columns.push(Column::number(&format!("{name}.{}", own.name), own.symbol, own.unit));
        }
        columns
    }

    /// Their cells at a transition time.
    pub(crate) fn cells(&self, time: &Cell) -> Vec<Cell> {
        let absent = || Cell::Missing("no transition".into());
        let Some(noise) = time.value().and_then(|t| Noise::at_time(t).ok()) else {
            return std::iter::repeat_with(absent).take(1 + self.own().count()).collect();
        };
        let position = self.schedule.position(noise);
        let own = self.own().map(|column| match position.get(column.name) {
            Some(Answer::Value(Estimate { value, .. })) => Cell::Number(*value),
            Some(Answer::Absent(reason)) => Cell::Missing(reason.clone()),
            None => absent(),
        });
        std::iter::once(Cell::Number(noise.sigma())).chain(own).collect()
    }

    /// The warning a t_S beyond the horizon deserves.
    pub(crate) fn warning(&self, name: &str, time: &Cell) -> Option<String> {
        let t = time.value()?;
        let horizon = self.schedule.horizon().time();
        (t > horizon).then(|| {
            format!(
                "{name} = {t:.4} lies beyond the horizon t_max = {horizon:.4} of {}: class information survives its last step",
                self.schedule.name()
            )
        })
    }

    /// The schedule's coordinates without σ, which every schedule shares.
    fn own(&self) -> impl Iterator<Item = regimes::schedule::Column> + '_ {
        self.schedule.columns().into_iter().filter(|column| column.name != "sigma")
    }
}
