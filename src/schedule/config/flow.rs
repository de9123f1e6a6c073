//! Rectified flows in configuration files, and the shift that they fix or leave to the sampler.

use super::super::flow;
use super::super::parameter::{Domain, Parameter};
use super::keys::Keys;
use super::{Built, built};
use crate::error::{Error, Result};
use crate::numerics::Estimate;

/// What fixes the shift of a flow whose file has `use_dynamic_shifting`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DynamicShift {
    /// The number μ that the sampler is given.
    Mu(f64),
    /// Width and height of the image in pixels, from which μ follows.
    Image([f64; 2]),
}

/// Pixels along the side of a token: the autoencoder divides by 8, the patches by 2.
const PIXELS: f64 = 16.0;

const fn real(name: &'static str, default: f64, help: &'static str) -> Parameter {
    Parameter { name, default, domain: Domain::NonNegative, help }
}

const BASE_SHIFT: Parameter = real("base-shift", 0.5, "mu of the smallest image");
const MAX_SHIFT: Parameter = real("max-shift", 1.15, "mu of the largest image");
const BASE_LENGTH: Parameter = real("base-image-seq-len", 256.0, "tokens of the smallest image");
const MAX_LENGTH: Parameter = real("max-image-seq-len", 4096.0, "tokens of the largest image");

/// Flow-matching classes.
pub(super) fn rectified(keys: &mut Keys, dynamic: Option<DynamicShift>) -> Result<Built> {
    if keys.flag("invert_sigmas")? {
        return Err(keys.error("invert_sigmas", "is true: reversed flow times are not supported"));
    }
    shifted(keys, "shift", dynamic)
}

/// A solver with `use_flow_sigmas`, or the reason why it cannot have them.
pub(super) fn solver(keys: &mut Keys, dynamic: Option<DynamicShift>) -> Result<Built> {
    for key in ["use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas"] {
        if keys.flag(key)? {
            let message = "is true, and so is use_flow_sigmas: only one of them can be";
            return Err(keys.error(key, message));
        }
    }
    shifted(keys, "flow_shift", dynamic)
}

/// Rectified flow with the shift under `key`.
pub(super) fn fixed(keys: &mut Keys, key: &str) -> Result<Built> {
    let shift = keys.parameter_at(key, &flow::SHIFT)?;
    with_shift(keys, shift)
}

fn with_shift(keys: &mut Keys, shift: f64) -> Result<Built> {
    keys.sampling("levels of the sampler; set aside")?;
    if let Some(steps) = keys.number("num_train_timesteps")? {
        let note = format!("num_train_timesteps: the network is told flow_time times {steps}");
        keys.notes.push(note);
    }
    built(keys, &flow::FAMILY, vec![(flow::SHIFT.name, shift)])
}

/// Rectified flow with the shift under `key`, or the one of `dynamic`.
fn shifted(keys: &mut Keys, key: &str, dynamic: Option<DynamicShift>) -> Result<Built> {
    let is_dynamic = keys.flag("use_dynamic_shifting")?;
    match (is_dynamic, dynamic) {
        (false, None) => fixed(keys, key),
        (false, Some(given)) => {
            let message = "is not true: the file fixes its shift";
            let (flag, value) = match given {
                DynamicShift::Mu(mu) => ("mu", mu.to_string()),
                DynamicShift::Image([width, height]) => ("image-size", format!("{width}x{height}")),
            };
            let expected = format!("use_dynamic_shifting {message} under {key}");
            Err(Error::argument(format!("--{flag}"), value, expected))
        }
        (true, None) => Err(keys.error(
            "use_dynamic_shifting",
            "is true: the shift depends on the image size and is not in the file; give mu \
                 (--mu, beside a model --shift-mu) or the image (--image-size, as in 1024x1024)",
        )),
        (true, Some(given)) => {
            if keys.number(key)?.is_some() {
                keys.notes.push(format!("{key}: not used, because the shift is dynamic"));
            }
            let shift = dynamic_shift(keys, key, given)?;
            with_shift(keys, shift)
        }
    }
}

/// e^μ, or μ itself where time is shifted linearly.
fn dynamic_shift(keys: &mut Keys, key: &str, given: DynamicShift) -> Result<f64> {
    let exponential =
        keys.choice("time_shift_type", "exponential", &["exponential", "linear"])? == "exponential";
    if !exponential && key == "flow_shift" {
        let message = "linear: this class shifts time exponentially only";
        return Err(keys.error("time_shift_type", message));
    }
    let mu = match given {
        DynamicShift::Mu(mu) => mu,
        DynamicShift::Image(image) => mu_of(keys, image)?,
    };
    let shift = if exponential { Estimate::exact(mu).exp().value } else { mu };
    if !flow::SHIFT.domain.contains(shift) {
        let expected = if exponential {
            "must be a number whose exponential, the shift, is finite and above 0"
        } else {
            "must be a finite number above 0: with time_shift_type linear it is the shift itself"
        };
        return Err(Error::argument("--mu", mu, expected));
    }
    let how = if exponential { "e^mu" } else { "mu" };
    keys.notes.push(format!("use_dynamic_shifting: mu = {mu}, shift {how} = {shift}"));
    Ok(shift)
}

/// μ, linear in the number of tokens of an image.
fn mu_of(keys: &mut Keys, [width, height]: [f64; 2]) -> Result<f64> {
    let tokens = (width / PIXELS).floor() * (height / PIXELS).floor();
    let [low, high] = [BASE_SHIFT, MAX_SHIFT].map(|parameter| keys.parameter(&parameter));
    let [first, last] = [BASE_LENGTH, MAX_LENGTH].map(|parameter| keys.parameter(&parameter));
    let (low, high, first, last) = (low?, high?, first?, last?);
    if first >= last {
        let message = format!("{last}: must be above base_image_seq_len = {first}");
        return Err(keys.error("max_image_seq_len", message));
    }
    keys.notes
        .push(format!("image of {width}x{height}: {tokens} tokens of {PIXELS}x{PIXELS} pixels"));
    Ok(low + (high - low) * (tokens - first) / (last - first))
}
