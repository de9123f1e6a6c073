//! Where, how steeply and how sharply a Gaussian collapses.

use crate::numerics::Estimate;
use crate::process::Noise;
use crate::spectrum::Spectrum;

/// |dI/dt|/d = snr (1 + snr) mmse/d, nats per dimension and unit of time: the slope of the entropy f above
/// t_C, where below it is zero `[GSV05]`. Isotropic data of variance σ² have e^{2α} − 1 at t_C for σ = 1.
pub fn slope(spectrum: &Spectrum, noise: Noise) -> Estimate {
    let tau = Estimate::rounded(noise.tau());
    (1.0 + 1.0 / tau) * dispersion(spectrum, noise)
}

/// V/d, the dispersion of the information density per dimension: ∫ρ(λ) λ snr/(1 + λ snr) = snr mmse/d.
pub fn dispersion(spectrum: &Spectrum, noise: Noise) -> Estimate {
    if noise.tau() == f64::INFINITY {
        return Estimate::exact(0.0);
    }
    spectrum.mmse(noise) / Estimate::rounded(noise.tau())
}

/// √V/|dI/dt| in d dimensions: how wide the collapse is in time.
pub fn width(spectrum: &Spectrum, noise: Noise, dimension: f64) -> Estimate {
    let variance = dispersion(spectrum, noise) * dimension;
    let tau = Estimate::rounded(noise.tau());
    1.0 / ((1.0 + 1.0 / tau) * variance.sqrt())
}

/// The same number at a time that is itself an estimate: slope and width move by at most three times the
/// relative change of snr, whose logarithm has the derivative −2(1 + snr).
pub fn at_time(time: Estimate, value: impl Fn(Noise) -> Estimate) -> crate::Result<Estimate> {
    let noise = Noise::at_time(time.value)?;
    let found = value(noise);
    let moved = 6.0 * (1.0 + 1.0 / noise.tau()) * time.error;
    Ok(found.widened(found.value.abs() * moved))
}
