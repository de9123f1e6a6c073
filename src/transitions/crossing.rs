//! Where a criterion of speciation changes sign, coming from pure noise.

use crate::Answer;
use crate::classes::{Classes, Posterior};
use crate::error::Result;
use crate::numerics::{Estimate, roots};
use crate::process::{Noise, time_at_log_snr, time_estimate};

/// The cloning time of three or more classes, by bisection: what the posterior says about the class is
/// garbled by further noise, so that φ, the mean of a convex function of it, never rises with t.
pub(super) fn cloning_of_several(
    classes: &dyn Classes,
    rough: impl Fn(Noise) -> Result<Estimate>,
    excess: impl Fn(Posterior) -> Estimate,
) -> Result<Answer> {
    let noise = |u: f64| Noise::at_tau((-u).exp());
    let (latest, earliest) = classes.log_snr_window();
    let (mut low, mut high) = (latest, earliest);
    if rough(noise(low))?.value > 0.0 {
        return Ok(Answer::absent(later(latest)));
    }
    let data = rough(noise(high))?;
    if !data.sign_is_certain() {
        return Ok(Answer::absent(format!(
            "not resolved: in the data themselves φ − φ* is {:.1e}, within its error",
            data.value
        )));
    }
    if data.value < 0.0 {
        return Ok(Answer::absent("no transition: the classes overlap in the data themselves"));
    }
    while high - low > SCAN_STEP {
        let middle = 0.5 * (low + high);
        let here = rough(noise(middle))?;
        match (here.sign_is_certain(), here.value > 0.0) {
            (false, _) => break,
            (true, true) => high = middle,
            (true, false) => low = middle,
        }
    }
    let mut failure = None;
    // Where the posterior is sampled, the quick one is: its error is that of the time.
    let fine = |u: f64| {
        let posterior = if classes.is_sampled() {
            classes.rough_posterior(noise(u))
        } else {
            classes.posterior(noise(u))
        };
        posterior.map(&excess).unwrap_or_else(|error| {
            failure = Some(error);
            Estimate::exact(f64::NAN)
        })
    };
    let root = roots::bracketed("cloning criterion", fine, low, high);
    match failure {
        Some(error) => Err(error),
        None => Ok(Answer::Value(time_estimate(root?.estimate()))),
    }
}

/// Latest time t > 0 at which `f`, negative at large t, becomes positive.
///
/// `rough` locates the sign change by steps of a quarter in log-SNR from pure noise, or from a noise
/// `beyond` which there is none, to the end of the `window` of the classes; `f` is solved between the last certain signs, so that where `f` is uncertain the answer is.
pub(super) fn crossing(
    what: &'static str,
    (latest, earliest): (f64, f64),
    beyond: f64,
    rough: impl Fn(Noise) -> Result<Estimate>,
    f: impl Fn(Noise) -> Result<Estimate>,
) -> Result<Answer> {
    let noise = |u: f64| Noise::at_tau((-u).exp());
    let steps = ((-beyond.ln() - latest) / SCAN_STEP).floor() - 1.0;
    let most = ((earliest - latest) / SCAN_STEP).floor() - 1.0;
    let mut before = latest + SCAN_STEP * steps.clamp(0.0, most);
    let start = rough(noise(before))?;
    if start.value > 0.0 || !start.sign_is_certain() {
        return Ok(Answer::absent(later(latest)));
    }
    let (mut u, mut certain) = (before, true);
    while u < earliest {
        u += SCAN_STEP;
        let here = rough(noise(u))?;
        certain = here.sign_is_certain();
        if !certain {
            continue;
        }
        if here.value > 0.0 {
            let mut failure = None;
            let excess = |x: f64| {
                f(noise(x)).unwrap_or_else(|error| {
                    failure = Some(error);
                    Estimate::exact(f64::NAN)
                })
            };
            let root = roots::bracketed(what, excess, before, u);
            if let Some(error) = failure {
                return Err(error);
            }
            return Ok(Answer::Value(time_estimate(root?.estimate())));
        }
        before = u;
    }
    Ok(Answer::absent(if certain {
        "no transition: the classes overlap in the data themselves"
    } else {
        "not resolved: whether the classes separate at all is within the error of the criterion"
    }))
}

/// Why a search that begins at a log-SNR finds classes told apart there.
fn later(latest: f64) -> String {
    format!("not resolved: the classes separate later than t = {:.0}", time_at_log_snr(latest))
}

/// Spacing of the search in log-SNR; class structure varies over units of it.
const SCAN_STEP: f64 = 0.25;
