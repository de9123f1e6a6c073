//! The window in which a class is decided, and from where sampling may start late.

use crate::Answer;
use crate::answer::short;
use crate::classes::{Classes, label_entropy};
use crate::error::{Error, Result};
use crate::models::{Model, Order};
use crate::numerics::{Estimate, roots};
use crate::process::{LOG_SNR, Noise, time_estimate};
use std::cell::RefCell;

/// KL of two Gaussians of one covariance whose total variation is 0.05 and 0.95: TV = 2Φ(√(KL/2)) − 1, so that
/// KL = 2 [Φ⁻¹((1 + TV)/2)]².
const DIVERGENCES: [(f64, f64); 2] =
    [(0.05, 0.007_864_280_000_039_045), (0.95, 7.682_917_641_388_252)];

/// Deviation of Var L from 2 E L, relative to it, up to which two classes have one covariance.
const EQUAL: f64 = 1e-9;

/// The root, in log-SNR, of a function that falls from positive values, as a time; the first error that it met
/// is handed on. `ends` are log-SNRs between which it is looked for.
fn falling(
    what: &'static str,
    f: impl Fn(Noise) -> Result<Estimate>,
    ends: (f64, f64),
) -> Result<Answer> {
    let failure: RefCell<Option<Error>> = RefCell::new(None);
    let at = |u: f64| {
        f(Noise::at_tau((-u).exp())).unwrap_or_else(|error| {
            failure.borrow_mut().get_or_insert(error);
            Estimate::exact(f64::NAN)
        })
    };
    let root = roots::near(what, at, 0.0, 1.0, false, ends);
    match (failure.into_inner(), root) {
        (Some(error), _) => Err(error),
        (None, root) => Ok(Answer::Value(time_estimate(root?.estimate()))),
    }
}

/// Where x_t tells the share `share` of what there is to know of the class, I(class; x_t) = share · H(class).
///
/// # Errors
/// Failed numerics.
pub fn class_known(model: &dyn Model, share: f64) -> Result<Answer> {
    if let Some(losses) = model.losses() {
        return Ok(losses.class_known(share));
    }
    model.classes().try_and_then(|classes| known(classes, share))
}

fn known(classes: &dyn Classes, share: f64) -> Result<Answer> {
    let wanted = label_entropy(classes.weights()) * share;
    let ends = classes.log_snr_window();
    let most = classes.information(Noise::at_tau((-ends.1).exp()))?;
    if most.lower() <= wanted.upper() {
        return Ok(Answer::absent(format!(
            "no such time: the classes overlap in the data themselves, which tell {} of {} nats",
            short(most.value),
            short(wanted.value / share)
        )));
    }
    falling("class window", |noise| Ok(wanted - classes.information(noise)?), ends)
}

/// Where the laws of two classes at t have a total variation of `DIVERGENCES[k]`: `[LC24]`.
///
/// # Errors
/// Failed numerics.
pub fn told_apart(model: &dyn Model, k: usize) -> Result<Answer> {
    let (variation, divergence) = DIVERGENCES[k];
    model.classes().try_and_then(|classes| {
        if classes.weights().len() != 2 {
            return Ok(Answer::absent("total variation is that of two classes"));
        }
        let one = classes.log_likelihood_ratio(0, 1, Noise::at_tau(1.0))?;
        if (one.variance.value - 2.0 * one.mean.value).abs() > EQUAL * one.variance.value {
            return Ok(Answer::absent("total variation is known for two classes of one covariance"));
        }
        let ends = classes.log_snr_window();
        let ratio = |noise: Noise| classes.log_likelihood_ratio(0, 1, noise).map(|ratio| ratio.mean);
        let most = ratio(Noise::at_tau((-ends.1).exp()))?;
        if most.lower() <= divergence {
            return Ok(Answer::absent(format!(
                "no such time: in the data themselves the classes have a smaller total variation than {variation}"
            )));
        }
        falling("class window", |noise| Ok(divergence - ratio(noise)?), ends)
    })
}

/// The cost in nats of starting at a noise level from the Gaussian that has the mean and the covariance of x_t:
/// KL = ½ log det(1 + C snr) − I(a; x_t), in all.
///
/// # Errors
/// Failed numerics.
pub fn start_cost(model: &dyn Model, noise: Noise) -> Result<Answer> {
    let d = model.dimension();
    if d.is_infinite() {
        return Ok(Answer::absent("a cost in all grows with d: give a finite d"));
    }
    let order = if model.classes().exists() { Order::ClassBit } else { Order::Asymptotic };
    let gaussian = model.covariance_information(noise)?;
    gaussian.try_and_then(|gaussian| {
        let information = model.information(noise, order)?;
        Ok(information.map(|information| (gaussian - information) * d))
    })
}

/// The smallest time at which [`start_cost`] is `budget` nats or less.
///
/// # Errors
/// Failed numerics.
pub fn late_start(model: &dyn Model, budget: f64) -> Result<Answer> {
    if model.gaussian().exists() {
        return Ok(Answer::absent(
            "the data are Gaussian: a Gaussian start costs nothing at any time",
        ));
    }
    if let Answer::Absent(reason) = start_cost(model, Noise::at_tau(1.0))?
        && model.losses().is_none()
    {
        return Ok(Answer::Absent(reason));
    }
    if let Some(losses) = model.losses() {
        return losses.late_start(budget);
    }
    let cost = |noise: Noise| match start_cost(model, noise)? {
        Answer::Value(cost) => Ok(cost),
        Answer::Absent(reason) => Err(Error::Usage(reason.into_owned())),
    };
    let nearest = cost(Noise::at_tau((-LARGEST_LOG_SNR).exp()))?;
    if nearest.upper() <= budget {
        return Ok(Answer::absent(format!(
            "no such time: the data are so nearly Gaussian that no start costs more than {} nats",
            short(nearest.value)
        )));
    }
    let ends = (LOG_SNR.0, LARGEST_LOG_SNR);
    falling("late start", |noise| Ok(budget - cost(noise)?), ends)
}

/// log-SNR beyond which the cost of a start is that of the data themselves.
const LARGEST_LOG_SNR: f64 = 60.0;
