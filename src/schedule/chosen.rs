//! Schedules from the texts of what may be given of them.

use super::{CATALOGUE, DynamicShift, Inference, Parameter, Schedule};
use crate::error::{Error, Result};
use crate::inputs;
use std::path::Path;

/// Name of the argument for the schedule's own name, or several with commas between them.
pub const SCHEDULE: &str = "schedule";

/// Name of the argument for a configuration in its place: a file, or its JSON.
pub const CONFIG: &str = "config";

/// Name of the argument for the μ of a dynamic shift; beside models `mu` is theirs.
pub const MU: &str = "shift-mu";

/// Name of the argument for the image from which μ follows.
pub const IMAGE: &str = "image-size";

/// One of the arguments that choose the levels of a sampler.
#[derive(Clone, Copy, Debug)]
pub struct OfASampler {
    /// Its name.
    pub name: &'static str,
    /// What its value is called.
    pub value: &'static str,
    /// What it does.
    pub help: &'static str,
}

/// The arguments that choose the levels of a sampler.
pub const INFERENCE: [OfASampler; 6] = [
    OfASampler {
        name: "num-inference-steps",
        value: "K",
        help: "a sampler of K steps: levels and times are also counted in its steps",
    },
    OfASampler {
        name: "timestep-spacing",
        value: "SPACING",
        help: "leading, trailing or linspace [default: the configuration's, else its class's]",
    },
    OfASampler {
        name: "sigma-spacing",
        value: "SPACING",
        help: "levels of σ instead: karras, exponential, beta, lu, ays-sd15, ays-sdxl, ays-svd; even for none of them",
    },
    OfASampler {
        name: "steps-offset",
        value: "COUNT",
        help: "added to the steps of --timestep-spacing leading",
    },
    OfASampler {
        name: "final-sigma",
        value: "END",
        help: "where sampling ends: zero or sigma-min",
    },
    OfASampler {
        name: "sigmas",
        value: "LIST",
        help: "the levels themselves, σ from the noisiest on (of a flow its times)",
    },
];

/// What was asked of a sampler, if anything was.
fn inference<'t>(text: &dyn Fn(&str) -> Option<&'t str>) -> Result<Option<Inference>> {
    if INFERENCE.iter().all(|argument| text(argument.name).is_none()) {
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
            crate::symbolic::constant(item)
                .map_err(|e| Error::argument("--sigmas", format!("{item:?}"), e.to_string()))
        };
        list.split(',').map(number).collect::<Result<Vec<f64>>>()
    });
    let own = |name: &str| text(name).map(str::to_owned);
    Ok(Some(Inference {
        steps: count("num-inference-steps")?,
        timestep_spacing: own("timestep-spacing"),
        sigma_spacing: own("sigma-spacing"),
        steps_offset: count("steps-offset")?,
        final_sigmas_type: own("final-sigma"),
        sigmas: sigmas.transpose()?,
    }))
}

/// Parameters of all schedules, each name once.
pub fn parameters() -> Vec<&'static Parameter> {
    let mut all: Vec<&Parameter> = Vec::new();
    for parameter in CATALOGUE.iter().flat_map(|family| family.parameters) {
        if all.iter().all(|known| known.name != parameter.name) {
            all.push(parameter);
        }
    }
    all
}

/// The schedules asked for: none, one of a configuration file, or those named, `all` for every one; with
/// the levels of a sampler, if it was asked for.
///
/// # Errors
/// [`Error::Argument`] for unknown names and values outside their domain, [`Error::File`] for a bad
/// configuration.
pub fn chosen<'t>(text: &dyn Fn(&str) -> Option<&'t str>) -> Result<Vec<Schedule>> {
    let schedules = without_sampler(text)?;
    match inference(text)? {
        None => Ok(schedules),
        Some(_) if schedules.is_empty() => Err(Error::Usage(
            "inference steps are those of a schedule: name it, or give its configuration".into(),
        )),
        Some(ask) => schedules.into_iter().map(|schedule| schedule.with_inference(&ask)).collect(),
    }
}

/// The same before the levels of a sampler are chosen.
fn without_sampler<'t>(text: &dyn Fn(&str) -> Option<&'t str>) -> Result<Vec<Schedule>> {
    let mut overrides: Vec<(String, f64)> = Vec::new();
    for parameter in parameters() {
        if let Some(text) = text(parameter.name) {
            let flag = format!("--{}", parameter.name);
            let value = crate::symbolic::constant(text)
                .map_err(|e| Error::argument(flag, format!("{text:?}"), e.to_string()))?;
            overrides.push((parameter.name.to_owned(), value));
        }
    }
    let (name, config) = (text(SCHEDULE), text(CONFIG));
    let shift = shift(text)?;
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
            // What begins as JSON does is no path.
            let (path, text) = if path.trim_start().starts_with('{') {
                (Path::new(CONFIG), path.to_owned())
            } else {
                (Path::new(path), inputs::read_to_string(path.as_ref())?)
            };
            Ok(vec![Schedule::from_config_with(&text, path, shift)?])
        }
        (Some("all"), None) => {
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

/// The one that `command` takes, if there is one.
///
/// # Errors
/// [`Error::Usage`] for several.
pub fn single<S>(mut schedules: Vec<S>, command: &str) -> Result<Option<S>> {
    if schedules.len() > 1 {
        return Err(Error::Usage(format!("{command} takes a single --schedule")));
    }
    Ok(schedules.pop())
}

/// What fixes a dynamic shift, if it was given.
fn shift<'t>(text: &dyn Fn(&str) -> Option<&'t str>) -> Result<Option<DynamicShift>> {
    match (text(MU), text(IMAGE)) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(Error::Usage("give mu or --image-size, not both".into())),
        (Some(mu), None) => {
            let number = crate::symbolic::constant(mu)
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
