//! What a configuration file says of its sampler: which of the levels it visits. Nothing here moves the forward
//! process, so nothing is refused until inference steps are asked for.

use super::super::expected::Expected;
use super::super::inference::{Inference, Settings};
use super::super::solver::Solver;
use super::keys::Keys;

/// Classes that read `set_alpha_to_one`.
const ALPHA_TO_ONE: &[&str] = &["DDIMScheduler", "DDIMParallelScheduler", "PNDMScheduler"];

/// Classes that read `final_sigmas_type`.
const FINAL_SIGMAS: &[&str] = &[
    "EulerDiscreteScheduler",
    "DPMSolverMultistepScheduler",
    "UniPCMultistepScheduler",
    "EDMEulerScheduler",
    "EDMDPMSolverMultistepScheduler",
];

/// Keys that choose levels of σ, and what they are called here.
const SPACINGS: [(&str, &str); 4] = [
    ("use_karras_sigmas", "karras"),
    ("use_exponential_sigmas", "exponential"),
    ("use_beta_sigmas", "beta"),
    ("use_lu_lambdas", "lu"),
];

/// Classes that clip what they predict of the data unless told otherwise, at ±1 unless told otherwise.
const CLIPPING: &[&str] =
    &["DDPMScheduler", "DDPMParallelScheduler", "DDIMScheduler", "DDIMParallelScheduler"];

/// What scale of the data a file of this class is made for.
pub(super) fn expected(keys: &Keys<'_>, class: &str) -> Expected {
    let class = class.strip_prefix("Flax").unwrap_or(class);
    let flag = |key: &str| keys.peek(key).and_then(serde_json::Value::as_bool);
    let number = |key: &str| keys.peek(key).and_then(serde_json::Value::as_f64);
    if CLIPPING.contains(&class) && flag("clip_sample") != Some(false) {
        return Expected::Within(number("clip_sample_range").unwrap_or(1.0));
    }
    match number("sigma_data") {
        Some(deviation) => Expected::Deviation(deviation),
        None => Expected::of(class),
    }
}

/// What a file of this class has its sampler do between two levels.
pub(super) fn solver(keys: &Keys<'_>, class: &str) -> Solver {
    let order = keys.peek("solver_order").and_then(serde_json::Value::as_f64);
    let algorithm = keys.peek("algorithm_type").and_then(serde_json::Value::as_str);
    Solver::of_class(class, order, algorithm)
}

/// The settings of a file of this class; `flow` where it is a flow.
pub(super) fn settings(keys: &Keys<'_>, class: &str, flow: bool) -> Settings {
    let class = class.strip_prefix("Flax").unwrap_or(class);
    let text = |key: &str| keys.peek(key).and_then(|value| value.as_str().map(str::to_owned));
    let flag = |key: &str| keys.peek(key).and_then(serde_json::Value::as_bool);
    let number = |key: &str| keys.peek(key).and_then(serde_json::Value::as_f64);
    let offset = keys.peek("steps_offset").and_then(serde_json::Value::as_u64);
    let spacing = SPACINGS.iter().find(|(key, _)| flag(key) == Some(true));
    let solver_flow = flow && !class.starts_with("Flow");
    let refused = if flag("skip_prk_steps") == Some(false) && class == "PNDMScheduler" {
        Some("skip_prk_steps is false: the Runge-Kutta steps that it adds are not known here")
    } else if text("interpolation_type").is_some_and(|kind| kind != "linear") {
        Some("interpolation_type: only linear is known here")
    } else if number("lambda_min_clipped").is_some() && class == "DPMSolverMultistepScheduler" {
        Some("lambda_min_clipped: a chain cut short is not known here")
    } else {
        None
    };
    Settings {
        asked: Inference {
            timestep_spacing: text("timestep_spacing"),
            sigma_spacing: spacing.map(|(_, name)| (*name).to_owned()),
            steps_offset: offset.and_then(|offset| usize::try_from(offset).ok()),
            final_sigmas_type: FINAL_SIGMAS
                .contains(&class)
                .then(|| text("final_sigmas_type"))
                .flatten(),
            ..Inference::default()
        },
        alpha_to_one: ALPHA_TO_ONE.contains(&class).then(|| flag("set_alpha_to_one")).flatten(),
        dynamic: flag("use_dynamic_shifting") == Some(true),
        solver_flow,
        shift_terminal: number("shift_terminal").filter(|terminal| *terminal != 0.0),
        train_steps: number("num_train_timesteps"),
        refused: refused.map(str::to_owned),
    }
}
