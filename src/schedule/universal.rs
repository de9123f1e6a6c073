//! The coordinates that every schedule shares, which come from the noise level alone.

use super::axis::{Column, log_snr_of};
use crate::numerics::Estimate;
use crate::numerics::precision::ROUNDING;
use crate::{Answer, Noise};

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
    // dt = (1 − ᾱ) dλ/2, d log snr = −2 d log σ = dλ, dᾱ = ᾱ(1 − ᾱ) dλ; none of the slopes
    // changes by more than e^{|dλ|} on the way. The accessors round e^{2t} and its like.
    let moved = log_snr_error * log_snr_error.exp();
    let rounding = 2.0 * ROUNDING * (1.0 + t.min(1.0 / ROUNDING));
    let values = [
        (t, 2.0 * ROUNDING * t + 0.5 * delta * moved),
        (snr, snr * (rounding + moved)),
        (sigma, sigma * (rounding + moved)),
        (alpha_bar, alpha_bar * (rounding + delta * moved)),
        (noise.log_snr(), log_snr_of(noise).error + log_snr_error),
    ];
    let mut values = values.iter();
    UNIVERSAL.map(|column| {
        let answer = match values.next() {
            Some(&(value, error)) if value.is_finite() => {
                Answer::Value(Estimate::new(value, error + f64::MIN_POSITIVE))
            }
            _ if noise.tau() == 0.0 => Answer::absent("infinite: the data without noise"),
            _ => Answer::absent("infinite: pure noise"),
        };
        (column, answer)
    })
}
