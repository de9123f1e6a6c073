//! The coordinates that every schedule shares, which come from the noise level alone.

use super::axis::{Column, log_snr_of, out_of_range};
use crate::answer::OUT_OF_RANGE;
use crate::numerics::Estimate;
use crate::numerics::precision::ROUNDING;
use crate::{Answer, Noise};
use std::f64::consts::LN_2;

/// Columns of [`universal`], in its order: t, snr, σ_VE, ᾱ, λ.
pub const UNIVERSAL: [Column; 5] = [
    Column {
        name: "t",
        symbol: "t",
        unit: "OU time",
        help: "time of the Ornstein-Uhlenbeck process",
    },
    Column {
        name: "snr",
        symbol: "snr",
        unit: "",
        help: "signal-to-noise ratio e^(-2t)/(1 - e^(-2t))",
    },
    Column {
        name: "sigma",
        symbol: "σ_VE",
        unit: "unit of the data",
        help: "noise of the variance-exploding process, sqrt(e^(2t) - 1)",
    },
    Column {
        name: "alpha_bar",
        symbol: "ᾱ",
        unit: "",
        help: "squared amplitude e^(-2t) of the data in a variance-preserving process",
    },
    Column {
        name: "log_snr", symbol: "λ", unit: "nats", help: "log of the signal-to-noise ratio"
    },
];

/// A noise level in the coordinates of [`UNIVERSAL`], each with its error.
///
/// `log_snr_error` bounds the error of the level itself, as an error of λ: zero for one that the
/// user gave, the error of [`super::Schedule::log_snr_at`] for one that a schedule gave.
pub fn universal(noise: Noise, log_snr_error: f64) -> [(Column, Answer); 5] {
    let (t, snr, sigma) = (noise.time(), noise.snr(), noise.sigma());
    let (alpha_bar, delta) = (noise.alpha_bar(), noise.delta());
    let log_snr = log_snr_of(noise);
    // Where the log-SNR is what is carried, its rounding is an error of the level too.
    let of_level = log_snr_error + if noise.is_extreme() { log_snr.error } else { 0.0 };
    // dt = (1 − ᾱ) dλ/2, d log snr = −2 d log σ = dλ, dᾱ = ᾱ(1 − ᾱ) dλ; none of the slopes
    // changes by more than e^{|dλ|} on the way. The accessors round e^{2t} and its like.
    let moved = of_level * of_level.exp();
    let rounding = 2.0 * ROUNDING * (1.0 + t.min(1.0 / ROUNDING));
    // Each with its logarithm, for where the number itself cannot be written.
    let lambda = log_snr.value;
    let values = [
        (t, 2.0 * ROUNDING * t + 0.5 * delta * moved, -lambda - LN_2),
        (snr, snr * (rounding + moved), lambda),
        (sigma, sigma * (rounding + moved), -0.5 * lambda),
        (alpha_bar, alpha_bar * (rounding + delta * moved), -2.0 * t),
        (lambda, log_snr.error + log_snr_error, 0.0),
    ];
    let mut values = values.iter();
    UNIVERSAL.map(|column| {
        let Some(&(value, error, log)) = values.next() else {
            return (column, Answer::absent(OUT_OF_RANGE));
        };
        let inside = lambda.is_finite();
        let answer = match (value.is_finite(), value == 0.0 && log != 0.0) {
            (true, true) if inside => out_of_range(log),
            (false, _) if inside => out_of_range(log),
            (true, _) if error.is_nan() => Estimate::new(value, f64::INFINITY).into(),
            (true, _) => Estimate::new(value, error + floor(value)).into(),
            (false, _) if lambda > 0.0 => Answer::absent("infinite: the data without noise"),
            (false, _) => Answer::absent("infinite: pure noise"),
        };
        (column, answer)
    })
}

/// What a value may lose at the lower end of the range of numbers.
fn floor(value: f64) -> f64 {
    // A few steps of subnormal numbers; of values of ordinary size, nothing that shows.
    if value == 0.0 { f64::MIN_POSITIVE } else { 4.0 * f64::from_bits(1) }
}
