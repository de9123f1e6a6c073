//! Sums that are exact at finite n and d.

use crate::Answer;
use crate::numerics::Estimate;
use crate::tokens::strings::finite_length;
use crate::tokens::{Corruption, Law, Noised, hamming, matches};

/// H(index|x_t, data) and φ_C.
pub(super) fn collapse(noised: Noised<'_>, kept: f64, log_n: f64) -> Answer<(Estimate, Estimate)> {
    noised.strings.law().and_then(|law| {
        finite_length(noised.strings.length()).and_then(|length| match (noised.corruption, law) {
            (Corruption::Masked, law) => match matches::independent(law, length, kept) {
                Some(visible) => Answer::Value(matches::collapse(log_n, &visible)),
                None => Answer::absent(NOT_SUMMED),
            },
            (Corruption::Uniform, Law::Uniform(symbols)) if *symbols >= 2.0 => {
                match hamming::collapse(length, *symbols, kept, log_n) {
                    Some(found) => Answer::Value(found),
                    None => Answer::absent("so many samples or tokens are not summed"),
                }
            }
            (Corruption::Uniform, _) => {
                Answer::absent("exact at finite n under uniform noise for uniform tokens")
            }
        })
    })
}

/// The weight that a sample held K times has of masked strings.
pub(super) fn of_copies(noised: Noised<'_>, kept: f64, log_n: f64, log_copies: f64) -> Answer {
    if noised.corruption == Corruption::Uniform {
        return Answer::absent("copies are weighed exactly under masking");
    }
    if log_copies >= log_n {
        return Answer::absent("all samples are copies of one: it has all the weight");
    }
    noised.strings.law().and_then(|law| {
        finite_length(noised.strings.length()).and_then(|length| {
            match matches::independent(law, length, kept) {
                Some(visible) => {
                    Answer::Value(matches::collapse_of_copies(log_n, log_copies, &visible))
                }
                None => Answer::absent(NOT_SUMMED),
            }
        })
    })
}

/// Why there is no exact sum.
const NOT_SUMMED: &str =
    "exact at finite n for tokens that are uniform or have two values, and not too many";
