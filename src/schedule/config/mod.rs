//! Schedules from diffusers' `scheduler_config.json`.
//!
//! A file names a class and its arguments; an argument that is missing or null has the class's
//! default, which a note states. What is read is the training schedule. Settings that only choose
//! the noise levels of a sampler (`use_karras_sigmas`, `timestep_spacing`, …) do not move it; the
//! ones that look as if they did are noted. diffusers computes in single precision, this crate in
//! double from the same definitions.

mod classes;
mod keys;

use super::axis::Axes;
use super::parameter::{Named, Parameter, Values, suggestion};
use super::{Family, Schedule, betas, cosine, edm, flow, linear, scaled_linear, ve, vp};
use crate::error::Result;
use crate::numerics::Estimate;
use classes::{CLASSES, Kind, ZeroSnr};
use keys::Keys;
use std::path::Path;

/// The values of `beta_schedule` that are understood.
const BETA_SCHEDULES: &[&str] = &["linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid", "exp"];

/// The values of `sigma_schedule` that are understood.
const SIGMA_SCHEDULES: &[&str] = &["karras", "exponential"];

type Built = (Named, Axes);

impl Schedule {
    /// From the `text` of a diffusers `scheduler_config.json`; `path` is for messages.
    ///
    /// # Errors
    /// [`crate::Error::File`] where the text is not JSON (with line and column), or with the key
    /// whose value is not understood.
    pub fn from_config(text: &str, path: &Path) -> Result<Self> {
        let mut keys = Keys::parse(text, path)?;
        let Some(class) = keys.text("_class_name")? else {
            return Err(keys.error("_class_name", "is missing: it names the scheduler's class"));
        };
        let Some((_, kind)) = CLASSES.iter().find(|(name, _)| *name == class) else {
            let known: Vec<_> = CLASSES.iter().map(|(name, _)| *name).collect();
            let message = format!("{class} is not a known class{}", suggestion(&class, &known));
            return Err(keys.error("_class_name", message));
        };
        let (parameters, axes) = match kind {
            Kind::Betas { .. } if keys.flag("use_flow_sigmas")? => {
                shifted(&mut keys, "flow_shift")?
            }
            Kind::Betas { defaults, schedule, zero_snr } => {
                chain(&mut keys, *defaults, schedule, *zero_snr)?
            }
            Kind::Edm => karras(&mut keys)?,
            Kind::Flow => rectified(&mut keys)?,
            Kind::Ve { sigma_max } => {
                let sigma_max = Parameter { default: *sigma_max, ..ve::SIGMA_MAX };
                continuous(&mut keys, &ve::FAMILY, &[ve::SIGMA_MIN, sigma_max])?
            }
            Kind::Vp => continuous(&mut keys, &vp::FAMILY, &[vp::BETA_MIN, vp::BETA_MAX])?,
        };
        Self::new(&class, parameters, axes, keys.notes)
    }
}

/// A variance-preserving chain.
fn chain(keys: &mut Keys, defaults: [f64; 2], schedule: &str, zero: ZeroSnr) -> Result<Built> {
    let (parameters, mut log_alpha_bar) = match keys.numbers("trained_betas")? {
        Some(trained) => {
            for (k, beta) in trained.iter().enumerate() {
                if !(*beta > 0.0 && (*beta < 1.0 || *beta == 1.0 && k + 1 == trained.len())) {
                    let message = format!(
                        "entry {k} is {beta}: must be above 0 and, before the last, below 1"
                    );
                    return Err(keys.error("trained_betas", message));
                }
            }
            let steps = trained.len() as f64;
            keys.notes.push(format!("trained_betas: its {steps} entries are the schedule"));
            let log_alpha_bar = trained.iter().map(|&beta| match beta {
                1.0 => Estimate::exact(f64::NEG_INFINITY),
                _ => (-Estimate::exact(beta)).ln_1p(),
            });
            (vec![("num-train-timesteps", steps)], betas::cumulative(log_alpha_bar))
        }
        None => by_name(keys, defaults, schedule)?,
    };
    if keys.flag("rescale_betas_zero_snr")? {
        match zero {
            ZeroSnr::Ignored => keys
                .notes
                .push("rescale_betas_zero_snr: this class does not know it; set aside".into()),
            ZeroSnr::Exact => {
                log_alpha_bar = betas::zero_terminal_snr(&log_alpha_bar, f64::NEG_INFINITY);
            }
            ZeroSnr::Floored => {
                let floor = -24.0 * std::f64::consts::LN_2;
                log_alpha_bar = betas::zero_terminal_snr(&log_alpha_bar, floor);
                keys.notes.push("rescale_betas_zero_snr: the last alpha_bar is 2^-24".into());
            }
        }
    }
    for key in ["use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas", "use_lu_lambdas"]
    {
        if keys.flag(key)? {
            keys.notes
                .push(format!("{key}: chooses sampling levels; steps here are training steps"));
        }
    }
    let axes = betas::axes(log_alpha_bar).map_err(|error| keys.whole(error))?;
    Ok((parameters, axes))
}

/// log ᾱ of a chain whose `beta_schedule` has a name.
fn by_name(
    keys: &mut Keys,
    [start, end]: [f64; 2],
    default: &str,
) -> Result<(Named, Vec<Estimate>)> {
    let steps = keys.parameter(&betas::NUM_TRAIN_TIMESTEPS)?;
    let n = steps as usize;
    let schedule = keys.choice("beta_schedule", default, BETA_SCHEDULES)?;
    match schedule.as_str() {
        "squaredcos_cap_v2" => {
            let (s, cap) = (cosine::COSINE_S.default, cosine::BETA_CAP.default);
            return Ok((
                vec![("num-train-timesteps", steps), ("cosine-s", s), ("beta-cap", cap)],
                cosine::log_alpha_bar(s, cap, n),
            ));
        }
        // ᾱ = e^{−12 k/N}: every step takes the same share of the signal.
        "exp" => {
            let share = Estimate::exact(-12.0) / steps;
            let floor = (-Estimate::exact(cosine::BETA_CAP.default)).ln_1p();
            let log_alpha = if share.value < floor.value { floor } else { share };
            return Ok((
                vec![("num-train-timesteps", steps)],
                betas::cumulative(std::iter::repeat_n(log_alpha, n)),
            ));
        }
        _ => {}
    }
    let start = keys.parameter(&Parameter { default: start, ..betas::BETA_START })?;
    let end = keys.parameter(&Parameter { default: end, ..betas::BETA_END })?;
    let log_alpha_bar = match schedule.as_str() {
        "scaled_linear" => scaled_linear::log_alpha_bar(start, end, n),
        "sigmoid" => {
            // β runs from start to end as a logistic function between −6 and 6.
            let share = betas::evenly(Estimate::exact(-6.0), Estimate::exact(6.0), n)
                .map(|x| Estimate::exact(1.0) / ((-x).exp() + 1.0));
            betas::from_betas(share.map(|share| share * (Estimate::exact(end) - start) + start))
        }
        _ => linear::log_alpha_bar(start, end, n),
    };
    let parameters = vec![("beta-start", start), ("beta-end", end), ("num-train-timesteps", steps)];
    Ok((parameters, log_alpha_bar))
}

/// EDM's classes, whose training levels are num_train_timesteps + 1 in number.
fn karras(keys: &mut Keys) -> Result<Built> {
    let schedule = keys.choice("sigma_schedule", "karras", SIGMA_SCHEDULES)?;
    let mut values = Values(Vec::new());
    for parameter in [edm::SIGMA_MIN, edm::SIGMA_MAX] {
        values.0.push((parameter.name, keys.parameter(&parameter)?));
    }
    let rho = if schedule == "karras" {
        let rho = keys.parameter(&edm::RHO)?;
        values.0.push((edm::RHO.name, rho));
        Some(rho)
    } else {
        keys.notes.push("sigma_schedule: exponential, log sigma evenly spaced".into());
        None
    };
    let steps = keys.parameter(&betas::NUM_TRAIN_TIMESTEPS)?;
    values.0.push((edm::NUM_STEPS.name, steps + 1.0));
    keys.notes.push(format!("num_train_timesteps: {} levels, both ends included", steps + 1.0));
    if let Some(scale) = keys.number("sigma_data")? {
        keys.notes.push(format!("sigma_data: sigma is in units in which the data have {scale}"));
    }
    let axes = edm::axes(&values, rho).map_err(|error| keys.whole(error))?;
    Ok((values.0, axes))
}

/// Rectified flow's classes.
fn rectified(keys: &mut Keys) -> Result<Built> {
    if keys.flag("use_dynamic_shifting")? {
        return Err(keys.error(
            "use_dynamic_shifting",
            "is true: the shift then depends on the image size, and the file does not fix it; \
             use the schedule `flow` with the shift of your size (exponential time shift: e^mu, \
             from e^base_shift to e^max_shift)",
        ));
    }
    if keys.flag("invert_sigmas")? {
        return Err(keys.error("invert_sigmas", "is true: reversed flow times are not supported"));
    }
    for key in ["shift_terminal", "use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas"]
    {
        if keys.is_set(key) {
            keys.notes.push(format!("{key}: chooses sampling levels; set aside"));
        }
    }
    shifted(keys, "shift")
}

/// Rectified flow with the shift under `key`.
fn shifted(keys: &mut Keys, key: &str) -> Result<Built> {
    let shift = keys.parameter_at(key, &flow::SHIFT)?;
    built(keys, &flow::FAMILY, vec![(flow::SHIFT.name, shift)])
}

/// A continuous family with these parameters, defaults being the class's.
fn continuous(keys: &mut Keys, family: &Family, parameters: &[Parameter]) -> Result<Built> {
    let mut values = Vec::new();
    for parameter in parameters {
        values.push((parameter.name, keys.parameter(parameter)?));
    }
    keys.notes.push("num_train_timesteps: counts sampling steps; time here is continuous".into());
    built(keys, family, values)
}

fn built(keys: &Keys, family: &Family, values: Named) -> Result<Built> {
    let values = Values(values);
    let axes = (family.axes)(&values).map_err(|error| keys.whole(error))?;
    Ok((values.0, axes))
}
