//! What a sampler's steps need to know of the data: information and posterior variance along snr.

use crate::Answer;
use crate::error::{Error, Result};
use crate::models::{Model, Order};
use crate::numerics::{Estimate, NumericsError};
use crate::process::Noise;

/// Data seen through noise, per ambient dimension.
pub struct Data<'a> {
    model: &'a dyn Model,
    order: Order,
    /// snr at which the first of the data comes out of the noise: the inverse of its largest variance.
    scale: f64,
}

/// The posterior variance and its derivatives by snr, times snr + scale and its square: far from one, they
/// alone would leave the range of numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jet {
    pub(super) mmse: f64,
    pub(super) slope: f64,
    pub(super) curvature: f64,
}

/// Spacing of the differences that give [`Jet`]s, relative to snr + scale: rounding is then 1e-13 of the first
/// derivative, and truncation less even where mmse falls exponentially.
pub(super) const SPACING: f64 = 1e-3;

impl<'a> Data<'a> {
    /// The data of a model at an order of its information, or why it has no such curves.
    ///
    /// # Errors
    /// Failed numerics.
    pub fn new(model: &'a dyn Model, order: Order) -> Result<Answer<Self>> {
        let one = Noise::at_snr(1.0)?;
        if let Answer::Absent(reason) = model.information(one, order)? {
            return Ok(Answer::Absent(reason));
        }
        let at_zero = model.mmse_of(Noise::at_snr(0.0)?, order)?;
        let top = model.top_eigenvalue()?;
        Ok(at_zero.map(|variance| {
            let largest = top.value().filter(|top| top.is_finite()).unwrap_or(0.0);
            let largest = largest.max(variance.value);
            let scale = if largest > 0.0 { 1.0 / largest } else { 1.0 };
            Self { model, order, scale }
        }))
    }

    /// The model.
    pub fn model(&self) -> &'a dyn Model {
        self.model
    }

    /// The snr below which nothing happens yet.
    pub(super) fn scale(&self) -> f64 {
        self.scale
    }

    /// I(a; x)/d at a signal-to-noise ratio.
    ///
    /// # Errors
    /// Failed numerics, or none there.
    pub fn information(&self, snr: f64) -> Result<Estimate> {
        found("information", self.model.information(Noise::at_snr(snr)?, self.order)?)
    }

    /// E|a − E[a|x]|²/d there.
    ///
    /// # Errors
    /// Failed numerics, or none there.
    pub fn mmse(&self, snr: f64) -> Result<Estimate> {
        found("posterior variance", self.model.mmse_of(Noise::at_snr(snr)?, self.order)?)
    }

    /// Standard deviation of a coordinate: what the data vary at snr = 0.
    ///
    /// # Errors
    /// Failed numerics.
    pub fn spread(&self) -> Result<f64> {
        let none = Noise::at_snr(0.0)?;
        let whole = self.model.mmse_of(none, Order::ClassBit)?;
        let whole = match whole.value() {
            Some(variance) => variance,
            None => self.mmse(0.0)?.value,
        };
        Ok(whole.sqrt())
    }

    /// The posterior variance with its derivatives, the model's own or by sixth-order differences; to steer by, and good to
    /// 1e-12 where the posterior variance is good to rounding.
    pub(super) fn jet(&self, snr: f64) -> Result<Jet> {
        let width = snr + self.scale;
        let h = (SPACING * width).min(0.25 * snr);
        // The spacing in units of the width.
        let share = h / width;
        if self.order == Order::Asymptotic {
            let slope = |snr: f64| Ok::<_, Error>(self.model.mmse_slope(Noise::at_snr(snr)?));
            if let (Some(slope), Some(after), Some(before)) =
                (slope(snr)?, slope(snr + h)?, slope(snr - h)?)
            {
                let mmse = self.mmse(snr)?.value;
                let curvature = (after - before) * width / (2.0 * share);
                return Ok(Jet { mmse, slope: slope * width, curvature });
            }
        }
        differences(|s| self.mmse(s).map(|mmse| mmse.value), snr, h, share)
    }
}

/// The jet of a function at a place by sixth-order differences `h` apart, `share` of the width.
///
/// # Errors
/// Those of `f`.
pub(super) fn differences(
    f: impl Fn(f64) -> Result<f64>,
    place: f64,
    h: f64,
    share: f64,
) -> Result<Jet> {
    let at = |k: f64| f(place + k * h);
    let [far, mid, near] = [3.0, 2.0, 1.0].map(|k| Ok::<_, Error>((at(k)?, at(-k)?)));
    let ((f3, b3), (f2, b2), (f1, b1), mmse) = (far?, mid?, near?, at(0.0)?);
    let slope = (45.0 * (f1 - b1) - 9.0 * (f2 - b2) + (f3 - b3)) / (60.0 * share);
    let even = 270.0 * (f1 + b1) - 27.0 * (f2 + b2) + 2.0 * (f3 + b3) - 490.0 * mmse;
    Ok(Jet { mmse, slope, curvature: even / (180.0 * share * share) })
}

fn found(what: &'static str, answer: Answer) -> Result<Estimate> {
    match answer {
        Answer::Value(value) if value.is_known() => Ok(value),
        Answer::Value(_) => {
            let message = crate::answer::OUT_OF_RANGE.to_owned();
            Err(NumericsError::Domain { what, message }.into())
        }
        Answer::Absent(reason) => {
            Err(NumericsError::Domain { what, message: reason.into_owned() }.into())
        }
    }
}
