//! Where strings change: kept_C of the samples, kept_S of the classes.

use super::{Strings, finite_length};
use crate::Answer;
use crate::answer::short;
use crate::error::{Error, Result};
use crate::numerics::chebyshev::Chebyshev;
use crate::numerics::{Estimate, roots};
use crate::tokens::Corruption;
use crate::tokens::pair::{LONGEST, Pair};
use std::cell::RefCell;

/// ᾱ_C where I(a; x_t) = log n, at α = log n/L; `whole` with the class.
///
/// # Errors
/// Failed numerics.
pub fn collapse(
    strings: &dyn Strings,
    corruption: Corruption,
    alpha: Estimate,
    whole: bool,
) -> Result<Answer> {
    let length = strings.length();
    let prepared = strings.curve(corruption);
    let at = |kept: f64| -> Result<Answer> {
        if let Some(left) = prepared.as_ref().filter(|_| kept < 1.0) {
            return Ok(Answer::Value(left(kept).information / length));
        }
        if whole { strings.whole(corruption, kept) } else { strings.information(corruption, kept) }
    };
    let most = match at(1.0)? {
        Answer::Value(most) => most,
        Answer::Absent(reason) => return Ok(Answer::Absent(reason)),
    };
    if alpha.value <= 0.0 {
        return Ok(Answer::absent(
            "a single sample, with which the score is collapsed at every noise level",
        ));
    }
    if let Answer::Absent(reason) = at(0.5)? {
        return Ok(Answer::Absent(reason));
    }
    if alpha.lower() > most.upper() {
        return Ok(Answer::absent(format!(
            "no transition: α exceeds the entropy of the strings, {} nats per token: the data set repeats itself",
            short(most.value)
        )));
    }
    if alpha.upper() >= most.lower() {
        return Ok(Answer::Value(Estimate::new(1.0, 1e-15)));
    }
    let failure: RefCell<Option<Error>> = RefCell::new(None);
    let excess = |kept: f64| match at(kept) {
        Ok(Answer::Value(information)) => information - alpha,
        Ok(Answer::Absent(_)) => Estimate::new(f64::NAN, 0.0),
        Err(error) => {
            failure.borrow_mut().get_or_insert(error);
            Estimate::new(f64::NAN, 0.0)
        }
    };
    let root = roots::bracketed("ᾱ_C", excess, 0.0, 1.0);
    if let Some(error) = failure.into_inner() {
        return Err(error);
    }
    Ok(Answer::Value(root?.estimate()))
}

/// ᾱ_S where the mean of the log-likelihood ratio of x from the first class is its standard deviation:
/// masked ᾱ = M₂/[D²(L + 1)], uniform (L + 1) D'² = M₂'.
///
/// # Errors
/// Failed numerics.
pub fn bayes(strings: &dyn Strings, corruption: Corruption) -> Result<Answer> {
    let pair = match strings.pair() {
        Answer::Value(pair) => pair,
        Answer::Absent(reason) => return Ok(Answer::Absent(reason)),
    };
    if pair.first == pair.second {
        return Ok(Answer::absent("no transition: the classes are the same"));
    }
    let tokens = strings.length() + 1.0;
    if tokens.is_infinite() {
        return Ok(Answer::absent("ᾱ_S tends to 0 with d: defined at finite d"));
    }
    // Of the two directions that which is told at more noise, whichever class is called first.
    let [one, other] = [pair, pair.swapped()].map(|pair| told_apart(pair, tokens, corruption));
    Ok(match (one?, other?) {
        (Answer::Value(a), Answer::Value(b)) => {
            Answer::Value(if b.value < a.value { b } else { a })
        }
        (Answer::Absent(_), value @ Answer::Value(_)) | (value, _) => value,
    })
}

/// The same of strings of the first class alone.
fn told_apart(pair: Pair, tokens: f64, corruption: Corruption) -> Result<Answer> {
    let never = "no transition: all tokens together do not tell the classes apart";
    match corruption {
        Corruption::Masked => {
            let (d, square) = pair.moments();
            if !d.value.is_finite() {
                return Ok(Answer::absent(
                    "a single token can be certain of the class: its log-likelihood ratio has no mean",
                ));
            }
            let kept = square / (d.squared() * tokens);
            if kept.lower() > 1.0 {
                return Ok(Answer::absent(never));
            }
            Ok(Answer::Value(kept))
        }
        Corruption::Uniform => {
            let excess = |kept: f64| {
                let (d, square) = pair.noisy(kept).moments();
                d.squared() * tokens - square
            };
            // A token that could be certain of the class is so at ᾱ = 1 alone.
            let mut top = 1.0;
            while !excess(top).value.is_finite() {
                top = 1.0 - (1.0 - top).max(1e-16) * 2.0;
            }
            if excess(top).upper() < 0.0 {
                return Ok(Answer::absent(never));
            }
            // Weak signal: ᾱ ≈ √(2/[(L + 1) c]), c ᾱ² = D'; both sides vanish with ᾱ.
            let low = 1e-3 / tokens.sqrt();
            Ok(Answer::Value(roots::bracketed("ᾱ_S", excess, low, top)?.estimate()))
        }
    }
}

/// ᾱ_S where half of what the class can be kept beyond chance is kept, φ = ½(1 + 1/K).
///
/// # Errors
/// Failed numerics.
pub fn half_retention(strings: &dyn Strings, corruption: Corruption) -> Result<Answer> {
    let Some(left) = strings.curve(corruption) else {
        // Why there is none.
        return Ok(strings
            .retention(corruption, 0.5, 0)?
            .and_then(|_| Answer::absent("not prepared")));
    };
    let half = 0.5 * (1.0 + 1.0 / strings.labels());
    let excess = |kept: f64| left(kept).retained[0] - Estimate::exact(half);
    if excess(1.0).upper() < 0.0 {
        return Ok(Answer::absent("no transition: half of the classes are not kept at ᾱ = 1"));
    }
    Ok(Answer::Value(roots::bracketed("ᾱ_S", excess, 0.0, 1.0)?.estimate()))
}

/// dI(class; x_t)/d log ᾱ.
fn rate(pair: Pair, corruption: Corruption, length: usize, told: &[f64], kept: f64) -> f64 {
    match corruption {
        // L Σ_r Bin(r; L − 1, q)(J_{r+1} − J_r).
        Corruption::Masked => {
            let (first, weights) = crate::tokens::binomial::weights(length - 1, kept);
            let slope: f64 = weights
                .iter()
                .enumerate()
                .map(|(k, w)| w * (told[first + k + 1] - told[first + k]))
                .sum();
            kept * length as f64 * slope
        }
        Corruption::Uniform => kept * pair.slope(kept, length),
    }
}

/// Points of log ᾱ at which the largest rate is looked for, and nodes of the polynomial around it.
const POINTS: usize = 96;
const NODES: usize = 24;

/// ᾱ_S where the class is learned fastest in log ᾱ.
///
/// # Errors
/// Failed numerics.
pub fn class_entropy(strings: &dyn Strings, corruption: Corruption) -> Result<Answer> {
    let found = strings.pair().and_then(|pair| finite_length(strings.length()).map(|l| (pair, l)));
    let (pair, length) = match found {
        Answer::Value(found) => found,
        Answer::Absent(reason) => return Ok(Answer::Absent(reason)),
    };
    if pair.first == pair.second {
        return Ok(Answer::absent("no transition: the classes are the same"));
    }
    if length > LONGEST {
        return Ok(Answer::absent(format!("computed for at most {LONGEST} tokens")));
    }
    let told: Vec<f64> = match corruption {
        Corruption::Masked => (0..=length).map(|r| pair.told(r).information.value).collect(),
        Corruption::Uniform => Vec::new(),
    };
    // At ᾱ = 1 a token can be certain of its class, and the rate has no value there.
    let at = |log: f64| {
        let rate = rate(pair, corruption, length, &told, log.exp().min(1.0));
        if rate.is_finite() { rate } else { 0.0 }
    };
    let low = -(length as f64).ln() - 8.0;
    let step = -low / (POINTS - 1) as f64;
    let grid: Vec<f64> = (0..POINTS).map(|k| low + step * k as f64).collect();
    let values: Vec<f64> = grid.iter().map(|x| at(*x)).collect();
    let best = (0..POINTS).max_by(|a, b| values[*a].total_cmp(&values[*b])).unwrap_or_default();
    let (from, to) = (grid[best.saturating_sub(2)], grid[(best + 2).min(POINTS - 1)]);
    let polynomial = Chebyshev::interpolate(|x| Ok::<f64, Error>(at(x)), from, to, NODES)?;
    let derivative = polynomial.derivative();
    if derivative.value(to) >= 0.0 {
        return Ok(Answer::absent(
            "no transition: the class is still learned faster and faster where all tokens are kept",
        ));
    }
    // What the polynomial misses and the roundings of the rate move its derivative by.
    let scale = values[best].abs();
    let missed = (polynomial.tail() + 1e-14 * scale) * (2 * NODES * NODES) as f64 / (to - from);
    let slope = |x: f64| Estimate::new(derivative.value(x), missed);
    let root = roots::bracketed("ᾱ_S", slope, from, to)?;
    Ok(Answer::Value(root.estimate().exp()))
}
