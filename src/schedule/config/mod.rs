//! Schedules from diffusers' `scheduler_config.json`.
//!
//! A file names a class and its arguments; an argument that is missing or null has the class's
//! default, which a note states. What is read is the training schedule. Settings that only choose
//! the noise levels of a sampler (`use_karras_sigmas`, `timestep_spacing`, …) do not move it; a
//! note names every key that was set aside. diffusers computes in single precision, this crate in
//! double from the same definitions.

mod classes;
mod flow;
mod inert;
mod keys;
mod sampling;

pub use flow::DynamicShift;

use super::axis::Axes;
use super::conditioning::Conditioning;
use super::parameter::{Domain, Named, Parameter, Values, suggestion};
use super::{Family, Schedule, betas, cosine, edm, linear, scaled_linear, ve, vp};
use crate::error::{Error, Result};
use crate::numerics::Estimate;
use classes::{Chain, Kind, Levels, ZeroSnr};
use keys::Keys;
use std::path::Path;

/// The values of `beta_schedule` that are understood.
const BETA_SCHEDULES: &[&str] = &["linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid", "exp"];

/// The values of `sigma_schedule` that are understood.
const SIGMA_SCHEDULES: &[&str] = &["karras", "exponential"];

/// How much the log-SNR of CogVideoX is lowered: its logarithm.
const SNR_SHIFT_SCALE: Parameter = Parameter {
    name: "snr-shift-scale",
    default: 3.0,
    domain: Domain::Positive,
    help: "divisor of the signal-to-noise ratio",
};

type Built = (Named, Axes);

impl Schedule {
    /// From the `text` of a diffusers `scheduler_config.json`; `path` is for messages.
    ///
    /// # Errors
    /// [`crate::Error::File`] where the text is not JSON (with line and column), or with the key
    /// whose value is not understood.
    pub fn from_config(text: &str, path: &Path) -> Result<Self> {
        Self::from_config_with(text, path, None)
    }

    /// The same with the shift of a flow that its file leaves to the sampler.
    ///
    /// # Errors
    /// Those of [`Schedule::from_config`]; [`crate::Error::Argument`] for a shift that the file has
    /// no use for.
    pub fn from_config_with(text: &str, path: &Path, shift: Option<DynamicShift>) -> Result<Self> {
        let mut keys = Keys::parse(text, path)?;
        let Some(class) = keys.text("_class_name")? else {
            return Err(keys.error("_class_name", "is missing: it names the scheduler's class"));
        };
        let Some(kind) = classes::find(&class) else {
            let known = classes::read();
            let message = format!("{class} is not a known class{}", suggestion(&class, &known));
            return Err(keys.error("_class_name", message));
        };
        let is_flow = match kind {
            Kind::Betas(chain) => flows(&keys, &class, &chain)?,
            kind => matches!(kind, Kind::Flow { dynamic: true }),
        };
        if shift.is_some() && !is_flow {
            let expected = format!("{class} has no shift of its times: leave it out");
            return Err(Error::argument("--mu or --image-size", "given", expected));
        }
        let (parameters, axes) = match kind {
            Kind::Betas(_) if is_flow => flow::solver(&mut keys, shift)?,
            Kind::Betas(chain) => chain_of(&mut keys, &chain)?,
            Kind::Sigmas(levels) => sigmas(&mut keys, &levels)?,
            Kind::Flow { dynamic: true } => flow::rectified(&mut keys, shift)?,
            Kind::Flow { dynamic: false } => flow::fixed(&mut keys, "shift")?,
            Kind::Angle => angle(&mut keys)?,
            Kind::Ve { sigma_max } => {
                let sigma_max = Parameter { default: sigma_max, ..ve::SIGMA_MAX };
                continuous(&mut keys, &ve::FAMILY, &[ve::SIGMA_MIN, sigma_max])?
            }
            Kind::Vp => continuous(&mut keys, &vp::FAMILY, &[vp::BETA_MIN, vp::BETA_MAX])?,
            Kind::Unsupported(why) => {
                let message = format!("{class} is known and not supported: {why}");
                return Err(keys.error("_class_name", message));
            }
        };
        let sampling =
            sampling::settings(&keys, &class, is_flow || matches!(kind, Kind::Flow { .. }));
        let expected = sampling::expected(&keys, &class);
        let solver = sampling::solver(&keys, &class);
        keys.set_aside(&class);
        Ok(Self { sampling, expected, solver, ..Self::new(&class, parameters, axes, keys.notes)? })
    }
}

/// Whether a class with a chain is to be read as a flow.
fn flows(keys: &Keys, class: &str, chain: &Chain) -> Result<bool> {
    let flow = chain.flow && keys.flag("use_flow_sigmas")?;
    if !flow && keys.text("prediction_type")?.as_deref() == Some("flow_prediction") {
        let needs = if chain.flow {
            "needs use_flow_sigmas true"
        } else {
            "is nothing that this class can predict"
        };
        let message = format!("flow_prediction: {class} has a variance-preserving chain; {needs}");
        return Err(keys.error("prediction_type", message));
    }
    Ok(flow)
}

/// A variance-preserving chain.
fn chain_of(keys: &mut Keys, chain: &Chain) -> Result<Built> {
    let (mut parameters, mut log_alpha_bar) = match keys.numbers("trained_betas")? {
        Some(trained) => trained_betas(keys, &trained)?,
        None => by_name(keys, chain)?,
    };
    if chain.snr_shift {
        let scale = keys.parameter(&SNR_SHIFT_SCALE)?;
        parameters.push((SNR_SHIFT_SCALE.name, scale));
        for log in &mut log_alpha_bar {
            *log = betas::with_snr_over(scale, *log);
        }
    }
    if keys.flag("rescale_betas_zero_snr")? {
        match chain.zero_snr {
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
    let log_sigma = |log: Option<&Estimate>| {
        log.map_or(0.0, |log| -0.5 * super::axis::log_snr_at_log_alpha_bar(*log).value)
    };
    let ends = [log_sigma(log_alpha_bar.first()), log_sigma(log_alpha_bar.last())];
    if chain.timestep_type
        && let Some(built) = continuous_levels(keys, ends)?
    {
        return Ok(built);
    }
    keys.sampling("the levels of inference steps; steps are training steps")?;
    let axes = betas::axes(log_alpha_bar).map_err(|error| keys.whole(error))?;
    Ok((parameters, axes))
}

/// The levels of a chain whose `timestep_type` is continuous: the network is told ¼ log σ. `ends`
/// are those of log σ on the chain.
fn continuous_levels(keys: &mut Keys, ends: [f64; 2]) -> Result<Option<Built>> {
    let kind = keys.choice_or("timestep_type", "discrete", &["discrete", "continuous"])?;
    if kind == "discrete" {
        return Ok(None);
    }
    let given = [keys.number("sigma_min")?, keys.number("sigma_max")?];
    let told = keys.text("prediction_type")?.as_deref() == Some("v_prediction");
    if !told {
        let note = "timestep_type: continuous is without effect unless prediction_type is \
                    v_prediction";
        keys.notes.push(note.into());
        if given.contains(&None) {
            return Ok(None);
        }
    }
    keys.notes.push("timestep_type: continuous, the network is told c_noise = log(sigma)/4".into());
    let mut values = Vec::new();
    let mut range = ends;
    for (k, parameter) in [edm::SIGMA_MIN, edm::SIGMA_MAX].into_iter().enumerate() {
        match given[k] {
            Some(_) => {
                let sigma = keys.parameter(&parameter)?;
                range[k] = sigma.ln();
                values.push((parameter.name, sigma));
            }
            None => {
                let key = parameter.name.replace('-', "_");
                keys.notes.push(format!("{key} is missing: that of the chain is used"));
                values.push((parameter.name, ends[k].exp()));
            }
        }
    }
    if range[0] >= range[1] || !range[1].is_finite() {
        let message =
            format!("{}: must be finite and above sigma_min = {}", values[1].1, values[0].1);
        return Err(keys.error("sigma_max", message));
    }
    keys.sampling("sampling levels; any sigma between the ends is a level here")?;
    let axes: Axes =
        vec![Box::new(Conditioning::logarithm(range[0], range[1])), Box::new(edm::Sigma)];
    Ok(Some((values, axes)))
}

/// log ᾱ of a chain whose variances are listed.
fn trained_betas(keys: &mut Keys, trained: &[f64]) -> Result<(Named, Vec<Estimate>)> {
    for (k, beta) in trained.iter().enumerate() {
        if !(*beta > 0.0 && (*beta < 1.0 || *beta == 1.0 && k + 1 == trained.len())) {
            let message =
                format!("entry {k} is {beta}: must be above 0 and, before the last, below 1");
            return Err(keys.error("trained_betas", message));
        }
    }
    let steps = trained.len() as f64;
    if let Some(other) = keys.number("num_train_timesteps")?.filter(|other| *other != steps) {
        let message = format!("{other}: trained_betas has {steps} entries, one for each step");
        return Err(keys.error("num_train_timesteps", message));
    }
    keys.notes.push(format!("trained_betas: its {steps} entries are the schedule"));
    let log_alpha_bar = trained.iter().map(|&beta| match beta {
        1.0 => Estimate::exact(f64::NEG_INFINITY),
        _ => (-Estimate::exact(beta)).ln_1p(),
    });
    Ok((vec![("num-train-timesteps", steps)], betas::cumulative(log_alpha_bar)))
}

/// log ᾱ of a chain whose `beta_schedule` has a name.
fn by_name(keys: &mut Keys, chain: &Chain) -> Result<(Named, Vec<Estimate>)> {
    let steps = Parameter { default: chain.steps, ..betas::NUM_TRAIN_TIMESTEPS };
    let steps = keys.parameter(&steps)?;
    let n = steps as usize;
    let schedule = match chain.only {
        Some(only) => keys.choice_or("beta_schedule", chain.schedule, only)?,
        None => keys.choice("beta_schedule", chain.schedule, BETA_SCHEDULES)?,
    };
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
    let [start, end] = chain.betas;
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

/// Classes whose training levels are those of σ, evenly spaced in σ^{1/ρ} or in log σ.
fn sigmas(keys: &mut Keys, levels: &Levels) -> Result<Built> {
    let schedule = match levels.schedule {
        Some(default) => keys.choice("sigma_schedule", default, SIGMA_SCHEDULES)?,
        None => "karras".to_owned(),
    };
    let mut values = Values(Vec::new());
    for (parameter, default) in [edm::SIGMA_MIN, edm::SIGMA_MAX].into_iter().zip(levels.sigma) {
        let parameter = Parameter { default, ..parameter };
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
    let steps = Parameter { default: levels.steps, ..betas::NUM_TRAIN_TIMESTEPS };
    let steps = keys.parameter(&steps)? + levels.more;
    values.0.push((edm::NUM_STEPS.name, steps));
    keys.notes.push(format!("num_train_timesteps: {steps} levels, both ends included"));
    if let Some(scale) = keys.number("sigma_data")? {
        keys.notes.push(format!("sigma_data: sigma is in units in which the data have {scale}"));
    }
    let axes = edm::axes(&values, rho).map_err(|error| keys.whole(error))?;
    Ok((values.0, axes))
}

/// iPNDM: amplitude and noise are cosine and sine of an angle, which is what the network is told.
fn angle(keys: &mut Keys) -> Result<Built> {
    if keys.numbers("trained_betas")?.is_some() {
        let message = "must be null: here they would be the levels of a sampler";
        return Err(keys.error("trained_betas", message));
    }
    keys.number("num_train_timesteps")?;
    keys.notes
        .push("num_train_timesteps: counts sampling steps; c_noise here is continuous".into());
    Ok((Vec::new(), vec![Box::new(Conditioning::angle())]))
}

/// A continuous family with these parameters, defaults being the class's.
fn continuous(keys: &mut Keys, family: &Family, parameters: &[Parameter]) -> Result<Built> {
    let mut values = Vec::new();
    for parameter in parameters {
        values.push((parameter.name, keys.parameter(parameter)?));
    }
    keys.number("num_train_timesteps")?;
    keys.notes.push("num_train_timesteps: counts sampling steps; time here is continuous".into());
    built(keys, family, values)
}

fn built(keys: &Keys, family: &Family, values: Named) -> Result<Built> {
    let values = Values(values);
    let axes = (family.axes)(&values).map_err(|error| keys.whole(error))?;
    Ok((values.0, axes))
}
