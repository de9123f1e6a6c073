//! The levels of a sampler with few steps: which of the noise levels of a schedule it visits, as diffusers'
//! classes place them.
//!
//! diffusers computes in single precision, this crate in double from the same definitions.

mod axis;
mod even;
mod levels;
mod rules;

pub use levels::names as sigma_spacings;
pub use rules::{Last, Spacing};

use super::axis::Axis;
use super::parameter::suggestion;
use super::{Schedule, edm, flow};
use crate::error::{Error, Result};
use crate::numerics::Estimate;
use axis::InferenceStep;
use levels::Levels;
use rules::{Ends, Kind, Rules};

/// What is asked of a sampler; what is left out is as its configuration says, else as its class does.
#[derive(Clone, Debug, Default)]
pub struct Inference {
    /// Number of steps.
    pub steps: Option<usize>,
    /// `leading`, `trailing` or `linspace`.
    pub timestep_spacing: Option<String>,
    /// One of [`sigma_spacings`].
    pub sigma_spacing: Option<String>,
    /// What is added to the steps of `leading`.
    pub steps_offset: Option<usize>,
    /// `zero` or `sigma_min`.
    pub final_sigmas_type: Option<String>,
    /// Levels of σ (of a flow: of its time) from the noisiest to the cleanest, instead of all of these.
    pub sigmas: Option<Vec<f64>>,
}

/// What a configuration file says of sampling, as it stands there.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings {
    pub(super) asked: Inference,
    /// Where the file ends σ: `set_alpha_to_one`.
    pub(super) alpha_to_one: Option<bool>,
    /// Whether the shift of a flow is dynamic: its training times are then not shifted.
    pub(super) dynamic: bool,
    /// Whether a solver of chains samples the flow, by its own times.
    pub(super) solver_flow: bool,
    /// Time at which a flow ends its last step but one.
    pub(super) shift_terminal: Option<f64>,
    /// Steps of the chain that a network of a flow was trained on.
    pub(super) train_steps: Option<f64>,
    /// Why the file's sampling is not computed here, where it is not.
    pub(super) refused: Option<String>,
}

/// Levels of log-SNR that are one up to rounding.
const SAME: f64 = 1e-12;

/// Training steps of a flow whose file does not say.
const TRAIN_STEPS: f64 = 1000.0;

impl Schedule {
    /// The same schedule with the levels of a sampler: a coordinate `inference_step`, counted from 0 at the
    /// noisiest level.
    ///
    /// ```
    /// use regimes::schedule::{Inference, Schedule};
    /// let ask = Inference { steps: Some(10), ..Inference::default() };
    /// let ddim = Schedule::named("ddpm-linear", &[])?.with_inference(&ask)?;
    /// // Leading: steps 900, 800, … of the chain.
    /// let second = ddim.noise_at("inference_step", 1.0)?;
    /// let step = ddim.position(second).get("step").unwrap().value().unwrap();
    /// assert!((step - 800.0).abs() < 1e-9);
    /// # Ok::<(), regimes::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Argument`] for what this schedule cannot do; [`Error::Usage`] for one that has no such steps.
    pub fn with_inference(mut self, ask: &Inference) -> Result<Self> {
        let levels = self.inference_levels(ask)?;
        let note = |k: usize| {
            let sigma = (levels[k].value * -0.5).exp();
            crate::answer::short(sigma)
        };
        let last = levels.len() - 1;
        self.notes.push(format!(
            "{last} inference steps, σ from {} to {}",
            note(0),
            if levels[last].value == f64::INFINITY { "0".into() } else { note(last) }
        ));
        self.axes.push(Box::new(InferenceStep::new(levels)?));
        Ok(self)
    }

    /// log-SNR of the levels of a sampler, from the noisiest to the one at which it ends; none where the
    /// schedule has no sampler.
    pub fn inference(&self) -> Option<Vec<Estimate>> {
        let axis = self.axes.iter().find(|axis| axis.column().name == axis::NAME)?;
        let last = axis.ends()[0];
        (0..=last as usize).map(|k| axis.log_snr(k as f64).ok()).collect()
    }

    fn inference_levels(&self, ask: &Inference) -> Result<Vec<Estimate>> {
        let Some(rules) = rules::of(&self.name) else {
            let known = suggestion(&self.name, &rules::known());
            return Err(Error::Usage(format!(
                "how {} places inference steps is not known{known}",
                self.name
            )));
        };
        let own = &self.sampling;
        let kind = if own.solver_flow { Kind::Flow } else { rules.kind };
        if let (Some(why), None) = (&own.refused, &ask.sigmas) {
            return Err(Error::Usage(format!("inference steps of this configuration: {why}")));
        }
        let either =
            |given: &Option<String>, own: &Option<String>| given.clone().or_else(|| own.clone());
        let last = match either(&ask.final_sigmas_type, &own.asked.final_sigmas_type).as_deref() {
            Some("zero") => Last::Zero,
            Some("sigma_min" | "sigma-min") => Last::SigmaMin,
            Some(other) => {
                return Err(Error::argument("--final-sigma", other, "must be zero or sigma-min"));
            }
            None => match own.alpha_to_one {
                Some(true) => Last::Zero,
                Some(false) => Last::SigmaMin,
                None => rules.last,
            },
        };
        let spacing = either(&ask.sigma_spacing, &own.asked.sigma_spacing);
        let spacing = match spacing {
            Some(name) => levels::named(&name)?,
            None => None,
        };
        let mut sigmas = match (&ask.sigmas, ask.steps) {
            (Some(list), None) => return self.listed(list, kind, last),
            (Some(_), Some(_)) => {
                return Err(Error::Usage(
                    "give --num-inference-steps or --sigmas, not both".into(),
                ));
            }
            (None, None) => {
                return Err(Error::Usage("--num-inference-steps is missing".into()));
            }
            (None, Some(0)) => {
                let expected = "must be a whole number from 1";
                return Err(Error::argument("--num-inference-steps", 0, expected));
            }
            (None, Some(steps)) if own.solver_flow => self.of_solver(spacing, steps)?,
            (None, Some(steps)) => match rules.kind {
                Kind::Chain => self.of_chain(&rules, ask, spacing, steps)?,
                Kind::Edm => self.of_edm(spacing, steps)?,
                Kind::Flow => self.of_flow(&rules, spacing, steps)?,
            },
        };
        if own.solver_flow && last == Last::SigmaMin {
            // The last level once more: its step does nothing.
            return Ok(sigmas);
        }
        let end = self.end(last, kind)?;
        // Some classes end at the level of their last step, which then does nothing.
        if sigmas.last().is_none_or(|level| end.value > level.value + SAME) {
            sigmas.push(end);
        }
        Ok(sigmas)
    }

    /// The level at which sampling ends.
    fn end(&self, last: Last, kind: Kind) -> Result<Estimate> {
        match (last, kind) {
            (Last::Zero, _) => Ok(Estimate::exact(f64::INFINITY)),
            (Last::SigmaMin, Kind::Flow) => {
                Err(Error::argument("--final-sigma", "sigma-min", "is not of a flow: it ends at 0"))
            }
            (Last::SigmaMin, _) => Ok(self.range[0]),
        }
    }

    /// Levels that were listed.
    fn listed(&self, list: &[f64], kind: Kind, last: Last) -> Result<Vec<Estimate>> {
        let mut levels = Vec::with_capacity(list.len() + 1);
        for &sigma in list {
            let highest = if kind == Kind::Flow { 1.0 } else { f64::INFINITY };
            if !(sigma >= 0.0 && sigma <= highest) {
                let expected = if kind == Kind::Flow {
                    "of a flow are its times, between 0 and 1"
                } else {
                    "must be 0 or above"
                };
                return Err(Error::argument("--sigmas", sigma, expected));
            }
            levels.push(match kind {
                Kind::Flow => flow::log_snr(1.0, sigma),
                _ if sigma == 0.0 => Estimate::exact(f64::INFINITY),
                _ => Estimate::exact(sigma).ln() * -2.0,
            });
        }
        if levels.last().is_some_and(|level| level.value < f64::INFINITY) {
            levels.push(self.end(last, kind)?);
        }
        Ok(levels)
    }

    fn of_chain(
        &self,
        rules: &Rules,
        ask: &Inference,
        spacing: Option<Levels>,
        count: usize,
    ) -> Result<Vec<Estimate>> {
        let chain = self.main()?;
        let Some(length) = chain.num_steps() else {
            if let (Some(spacing), Some(_)) = (spacing, rules.levels) {
                // Any σ between the ends is a level.
                let [low, high] = self.range.map(|log_snr| log_snr * -0.5);
                let logs = spacing.logs(high, low, count)?;
                return Ok(logs.into_iter().map(|log| log * -2.0).collect());
            }
            return Err(Error::Usage(format!("{} has no steps to choose from", self.name)));
        };
        let own = &self.sampling.asked;
        let even = match ask.timestep_spacing.as_ref().or(own.timestep_spacing.as_ref()) {
            Some(name) => Spacing::named(name).ok_or_else(|| {
                let known = suggestion(name, &["leading", "trailing", "linspace"]);
                Error::argument("--timestep-spacing", name, format!("is no spacing{known}"))
            })?,
            None => rules.spacing,
        };
        let offset = ask.steps_offset.or(own.steps_offset).unwrap_or(0);
        let steps = || even::steps(even, count, length, rules.one_more, rules.whole, offset);
        let Some(spacing) = spacing else {
            return steps()?.into_iter().map(|step| at_step(chain, step)).collect();
        };
        let [high, low] = match rules.levels {
            None => {
                let expected = "is not of this class, whose steps are evenly spaced";
                return Err(Error::argument("--sigma-spacing", self.name.as_str(), expected));
            }
            Some(Ends::OfSteps) => {
                let steps = steps()?;
                let [first, last] = [steps[0], steps[steps.len() - 1]];
                [at_step(chain, first)?, at_step(chain, last)?]
            }
            Some(Ends::OfChain) => [self.range[1], self.range[0]],
        };
        let logs = [high, low].map(|log_snr| log_snr * -0.5);
        if !logs[0].value.is_finite() {
            let expected = "needs a finite largest σ: the chain ends without signal";
            return Err(Error::argument("--sigma-spacing", self.name.as_str(), expected));
        }
        Ok(spacing.logs(logs[0], logs[1], count)?.into_iter().map(|log| log * -2.0).collect())
    }

    fn of_edm(&self, spacing: Option<Levels>, count: usize) -> Result<Vec<Estimate>> {
        let parameter = |name: &str| self.parameters.iter().find(|(known, _)| *known == name);
        let [low, high] = self.range.map(|log_snr| log_snr * -0.5);
        let logs = match (spacing, parameter(edm::RHO.name)) {
            (Some(spacing), _) => spacing.logs(high, low, count)?,
            (None, rho) => {
                let share = |k: usize| if count == 1 { 0.0 } else { k as f64 / (count - 1) as f64 };
                let at = |k| match rho {
                    Some((_, rho)) => levels::karras(high, low, share(k), *rho),
                    None => levels::exponential(high, low, share(k)),
                };
                (0..count).map(at).collect()
            }
        };
        Ok(logs.into_iter().map(|log| log * -2.0).collect())
    }

    /// Times of a flow, evenly spaced before the shift from the largest to the smallest that it was trained on;
    /// where the shift is fixed, those are shifted already, and are shifted once more.
    fn of_flow(
        &self,
        rules: &Rules,
        spacing: Option<Levels>,
        count: usize,
    ) -> Result<Vec<Estimate>> {
        let (shift, trained) = self.flow_parameters();
        let least = Estimate::exact(1.0) / trained;
        let least = if self.sampling.dynamic { least } else { shifted(least, shift) };
        let most = Estimate::exact(1.0);
        let share = |k: usize| if count == 1 { 0.0 } else { k as f64 / (count - 1) as f64 };
        let even = || (0..count).map(|k| most + (least - most) * share(k)).collect::<Vec<_>>();
        let times: Vec<Estimate> = match (spacing, rules.levels) {
            (None, _) => even(),
            (Some(_), None) => {
                let expected = "is not of this class, whose times are evenly spaced";
                return Err(Error::argument("--sigma-spacing", self.name.as_str(), expected));
            }
            (Some(spacing), Some(_)) => {
                let logs = spacing.logs(Estimate::exact(0.0), least.ln(), count)?;
                if logs[0].value > 0.0 {
                    let expected = "is published for other schedules: a flow has times up to 1";
                    return Err(Error::argument("--sigma-spacing", self.name.as_str(), expected));
                }
                logs.into_iter().map(Estimate::exp).collect()
            }
        };
        let mut times: Vec<Estimate> = times.into_iter().map(|time| shifted(time, shift)).collect();
        if let Some(terminal) = self.sampling.shift_terminal {
            let last = Estimate::exact(1.0) - times[times.len() - 1];
            let stretch = (Estimate::exact(1.0) - terminal) / last;
            times = times
                .into_iter()
                .map(|s| Estimate::exact(1.0) - (Estimate::exact(1.0) - s) * stretch)
                .collect();
        }
        Ok(times.into_iter().map(flow::log_snr_of_time).collect())
    }

    /// Times that a solver of chains takes of a flow: one more than steps, even from 1 − 1/N to 0, the last left
    /// out.
    fn of_solver(&self, spacing: Option<Levels>, count: usize) -> Result<Vec<Estimate>> {
        if spacing.is_some() {
            let expected = "does not go with use_flow_sigmas";
            return Err(Error::argument("--sigma-spacing", self.name.as_str(), expected));
        }
        let (shift, trained) = self.flow_parameters();
        let most = Estimate::exact(1.0) - Estimate::exact(1.0) / trained;
        let time = |k: usize| most * (Estimate::exact((count - k) as f64) / count as f64);
        let times = (0..count).map(|k| shifted(time(k), shift));
        Ok(times.map(flow::log_snr_of_time).collect())
    }

    /// The shift of a flow, and the steps of its training.
    fn flow_parameters(&self) -> (f64, f64) {
        let shift = self.parameters.iter().find(|(name, _)| *name == flow::SHIFT.name);
        let trained = self.sampling.train_steps.unwrap_or(TRAIN_STEPS);
        (shift.map_or(1.0, |(_, shift)| *shift), trained)
    }

    /// The coordinate that decides the range.
    fn main(&self) -> Result<&dyn Axis> {
        let axis = self.axes.first().map(AsRef::as_ref);
        axis.ok_or_else(|| Error::Usage(format!("{} has no coordinates", self.name)))
    }
}

/// s = k u/(1 + (k − 1) u) `[EKB24]`.
fn shifted(u: Estimate, shift: f64) -> Estimate {
    u * shift / (u * (shift - 1.0) + 1.0)
}

/// log-SNR at a step: σ is linear between steps.
fn at_step(chain: &dyn Axis, step: f64) -> Result<Estimate> {
    let low = step.floor();
    let a = chain.log_snr(low)?;
    if step == low {
        return Ok(a);
    }
    let b = chain.log_snr(low + 1.0)?;
    let [a, b] = [a, b].map(|log_snr| (log_snr * -0.5).exp());
    Ok((a + (b - a) * (step - low)).ln() * -2.0)
}
