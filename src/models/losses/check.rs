//! Whether a loss curve can be what it is said to be; and if not, what it would fit.

use super::enclosure::Enclosure;
use super::file::Curve;
use super::parameterisation::Parameterisation;
use crate::answer::short;
use crate::error::Result;

/// Standard errors of a difference within which a curve may rise or lie too high.
const DOUBT: f64 = 4.0;

/// What a loss without standard errors may be off, relative to itself: digits of a file.
const DIGITS: f64 = 1e-6;

/// How far above the best linear denoiser a network's loss may lie to be proposed at all.
const LINEAR: f64 = 1.5;

/// Largest ratio of neighbouring σ: a decade.
const DECADE: f64 = 10.0;

/// A curve that was checked.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    pub(super) enclosure: Enclosure,
    /// Standard errors of the posterior variances, 0 where there are none.
    pub(super) stderr: Vec<f64>,
    /// Pairs of levels between which it rises within its standard errors.
    pub(super) rises: usize,
}

/// The posterior variances of a curve and their standard errors, over `divisor`.
fn variances(curve: &Curve, of: Parameterisation, divisor: f64) -> Vec<(f64, f64)> {
    let row = |row: &super::file::Row| {
        let factor = of.factor(row.noise) / divisor;
        (factor * row.loss, factor * row.stderr)
    };
    curve.rows.iter().map(row).collect()
}

/// What a value may be off by chance.
fn doubt((value, stderr): (f64, f64)) -> f64 {
    DOUBT * stderr + DIGITS * value
}

/// Checks a curve of data of `variance` per dimension.
///
/// # Errors
/// [`crate::Error::File`] naming the levels, the values, and what would fit.
pub(super) fn measured(
    curve: &Curve,
    of: Parameterisation,
    variance: f64,
    dimension: f64,
) -> Result<Measured> {
    let all = variances(curve, of, 1.0);
    let sigma = |k: usize| short(curve.rows[k].noise.sigma());
    let name = of.name();
    let fail = |k: usize, what: String| {
        let hint = hint(curve, of, variance, dimension);
        Err(curve.error(Some(curve.rows[k].line), format!("{what}{hint}")))
    };
    if let Some(k) = (0..all.len()).find(|k| all[*k].0 - doubt(all[*k]) > variance) {
        return fail(
            k,
            format!(
                "at σ = {} the loss {} is a posterior variance of {} per dimension as {name}, above the variance {variance} of the data",
                sigma(k),
                curve.rows[k].loss,
                short(all[k].0)
            ),
        );
    }
    let doubts = |k: usize| DOUBT * all[k].1.hypot(all[k + 1].1) + DIGITS * all[k].0;
    let rises = |k: usize| all[k + 1].0 - all[k].0;
    if let Some(k) = (0..all.len() - 1).find(|k| rises(*k) > doubts(*k)) {
        return fail(
            k + 1,
            format!(
                "as {name} the posterior variance rises from {} at σ = {} to {} at σ = {}, where it must fall with the noise",
                short(all[k].0),
                sigma(k),
                short(all[k + 1].0),
                sigma(k + 1)
            ),
        );
    }
    let gap = |w: &[super::file::Row]| w[0].noise.sigma() > DECADE * w[1].noise.sigma();
    let snr: Vec<f64> = curve.rows.iter().map(|row| row.noise.snr()).collect();
    let mmse: Vec<f64> = all.iter().map(|(value, _)| value.min(variance)).collect();
    let enclosure = Enclosure::new(variance, &snr, &mmse);
    if let Some(k) = curve.rows.windows(2).position(gap) {
        let low = enclosure.information(snr[k], None).low;
        let high = enclosure.information(snr[k + 1], None).high;
        let message = format!(
            "no loss from σ = {} to σ = {}, more than a decade: between them the information rises by up to {} nats per dimension; measure there too",
            sigma(k),
            sigma(k + 1),
            short(high - low)
        );
        return Err(curve.error(Some(curve.rows[k + 1].line), message));
    }
    let rises = (0..all.len() - 1).filter(|k| rises(*k) > DIGITS * all[*k].0).count();
    Ok(Measured { enclosure, stderr: all.into_iter().map(|(_, stderr)| stderr).collect(), rises })
}

/// Which parameterisation a curve would fit, as the end of a message.
fn hint(curve: &Curve, of: Parameterisation, variance: f64, dimension: f64) -> String {
    let fits = |one: Parameterisation, divisor: f64| {
        let all = variances(curve, one, divisor);
        let below = all.iter().zip(&curve.rows).all(|(value, row)| {
            let linear = variance / (1.0 + variance * row.noise.snr());
            value.0 - doubt(*value) <= (LINEAR * linear).min(variance)
        });
        // In much noise nothing is known yet.
        let first = variance / (1.0 + variance * curve.rows[0].noise.snr());
        let begins = all[0].0 + doubt(all[0]) >= 0.5 * first;
        below && begins && all.windows(2).all(|w| w[1].0 - w[0].0 <= doubt(w[0]) + doubt(w[1]))
    };
    let others = |divisor: f64| -> Vec<&str> {
        let all = Parameterisation::PLAIN.into_iter();
        all.filter(|one| (divisor != 1.0 || *one != of) && fits(*one, divisor))
            .map(Parameterisation::name)
            .collect()
    };
    let plain = others(1.0);
    if !plain.is_empty() {
        return format!(": it would fit --parameterisation {}", plain.join(" or "));
    }
    let summed =
        if dimension.is_finite() && dimension > 1.0 { others(dimension) } else { Vec::new() };
    if !summed.is_empty() {
        return format!(
            ": summed over the d = {dimension} dimensions it would fit {}; divide the loss by d",
            summed.join(" or ")
        );
    }
    ": no parameterisation fits it unweighted; is the loss weighted (edm:SIGMA_DATA divides EDM's weight out), are the data scaled otherwise than --variance says?".into()
}
