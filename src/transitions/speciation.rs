//! Speciation: when the backward process commits to a class.
//!
//! Papers define t_S by criteria that agree only to O(1) in t. Each is computed here by its own
//! name; none stands in for another.

use crate::Answer;
use crate::classes::Classes;
use crate::error::Result;
use crate::models::{Entry, Ingredient, Model};
use crate::numerics::chebyshev::Chebyshev;
use crate::numerics::{Estimate, minima, roots};
use crate::prior::Binary;
use crate::process::{Noise, time_estimate};

/// A definition of t_S.
pub struct Criterion {
    /// Name in the output, after `t_S.`.
    pub name: &'static str,
    /// The definition in one line.
    pub definition: &'static str,
    /// The definition in LaTeX.
    pub latex: &'static str,
    /// Source key and equation.
    pub source: &'static str,
    /// What the criterion takes from the model.
    pub ingredient: Ingredient,
    /// Computes it.
    pub time: fn(&dyn Model) -> Result<Answer>,
}

impl Criterion {
    /// True for criteria that read the whole covariance, which data of one class have too.
    pub fn applies_to_one_class(&self) -> bool {
        self.ingredient == Ingredient::TopEigenvalue
    }

    /// True where data of this kind can have the criterion: the whole covariance, which data of one
    /// class have too; classes; or latent classes behind an activation.
    pub fn applies(&self, entry: &Entry) -> bool {
        match self.ingredient {
            Ingredient::TopEigenvalue => true,
            Ingredient::WeakSeparation | Ingredient::GaussianEquivalent => entry.latent,
            _ => entry.classes,
        }
    }
}

/// Every criterion, in the order of the output.
pub const CRITERIA: &[Criterion] = &[
    Criterion {
        name: "spectral",
        definition: "Λ e^(−2t) = 1: t_S = ½ log Λ",
        latex: "\\Lambda e^{-2t} = 1:\\quad t_S = \\tfrac12 \\log \\Lambda",
        source: "BBDM24 Eq. 3",
        ingredient: Ingredient::TopEigenvalue,
        time: spectral,
    },
    Criterion {
        name: "spectral-exact",
        definition: "Λ e^(−2t) = Δ_t: t_S = ½ log(1 + Λ)",
        latex: "\\Lambda e^{-2t} = \\Delta_t:\\quad t_S = \\tfrac12 \\log(1 + \\Lambda)",
        source: "BBDM24",
        ingredient: Ingredient::TopEigenvalue,
        time: spectral_exact,
    },
    Criterion {
        name: "between-class",
        definition: "t_S = ½ log Λ_B",
        latex: "t_S = \\tfrac12 \\log \\Lambda_B",
        source: "BBDM24",
        ingredient: Ingredient::BetweenEigenvalue,
        time: between_class,
    },
    Criterion {
        name: "curvature",
        definition: "the drift potential loses convexity: t_S = ½ log(2 Λ_B)",
        latex: "V''(0, t) = 0:\\quad t_S = \\tfrac12 \\log(2 \\Lambda_B)",
        source: "BBDM24",
        ingredient: Ingredient::BetweenEigenvalue,
        time: curvature,
    },
    Criterion {
        name: "cloning",
        definition: "two clones end in the same class with probability φ(t_S) = φ* = 0.775200…",
        latex: "\\varphi(t_S) = \\varphi^* = 0.775200\\ldots",
        source: "BBDM24 Eq. 6",
        ingredient: Ingredient::ClassSignal,
        time: cloning,
    },
    Criterion {
        name: "bayes",
        definition: "mean = standard deviation of the class log-likelihood ratio: γ(t_S) = 1 for equal covariances",
        latex: "\\mathbb{E} L = \\sqrt{\\mathrm{Var}\\, L},\\quad L = \\log \\frac{P_t(x|1)}{P_t(x|2)}",
        source: "ABBM26",
        ingredient: Ingredient::ClassSignal,
        time: bayes,
    },
    Criterion {
        name: "class-entropy",
        definition: "H(class | x_t) is steepest in t",
        latex: "t_S = \\arg\\max_t \\frac{d}{dt} H(\\mathrm{class}\\,|\\,x_t)",
        source: "BBDM24",
        ingredient: Ingredient::ClassSignal,
        time: class_entropy,
    },
    Criterion {
        name: "weak-separation",
        definition: "t_S = ½ log Λ_B, Λ_B ≈ d ϱ_1² μ̃² for close latent classes",
        latex: "t_S = \\tfrac12 \\log \\Lambda_B,\\quad \\Lambda_B \\approx d \\varrho_1^2 \\tilde\\mu^2",
        source: "GVM25",
        ingredient: Ingredient::WeakSeparation,
        time: weak_separation,
    },
    Criterion {
        name: "gvm25",
        definition: "as printed: t_S ≈ ½ log[2(ϱ_1² β d μ̃² + ϱ_*²)], the curvature criterion of the Gaussian-equivalent data, embedding W/√d",
        latex: "t_S \\approx \\tfrac12 \\log\\bigl[2(\\varrho_1^2 \\beta d \\tilde\\mu^2 + \\varrho_*^2)\\bigr]",
        source: "GVM25",
        ingredient: Ingredient::GaussianEquivalent,
        time: gaussian_equivalent,
    },
];

/// ½ log Λ, where that is a positive time; `symbol` names Λ in the reason why it is not.
pub fn half_log(symbol: &str, eigenvalue: Estimate) -> Answer {
    if eigenvalue.value <= 0.0 {
        return Answer::absent(format!("no transition: {symbol} = 0"));
    }
    if eigenvalue.upper() <= 1.0 || eigenvalue.value <= 1.0 {
        let value = eigenvalue.value;
        return Answer::absent(format!(
            "no transition: {symbol} = {value:.6} ≤ 1 would put it at t ≤ 0"
        ));
    }
    Answer::Value(eigenvalue.ln() * 0.5)
}

fn spectral(model: &dyn Model) -> Result<Answer> {
    Ok(model.top_eigenvalue()?.and_then(|top| half_log("Λ", top)))
}

fn spectral_exact(model: &dyn Model) -> Result<Answer> {
    Ok(model.top_eigenvalue()?.and_then(|top| {
        if top.value > 0.0 {
            Answer::Value(top.ln_1p() * 0.5)
        } else {
            Answer::absent("no transition: the data do not vary")
        }
    }))
}

/// Applies `f` to the classes, or passes on why there are none.
fn with_classes(
    model: &dyn Model,
    f: impl FnOnce(&dyn Classes) -> Result<Answer>,
) -> Result<Answer> {
    match model.classes() {
        Ok(classes) => f(classes),
        Err(reason) => Ok(Answer::absent(reason)),
    }
}

fn between_class(model: &dyn Model) -> Result<Answer> {
    with_classes(model, |classes| Ok(half_log("Λ_B", classes.between_eigenvalues()?[0])))
}

fn curvature(model: &dyn Model) -> Result<Answer> {
    // V'' at the point where every class has its prior weight: 1 − 2 e^{−2t} Λ_B.
    with_classes(model, |classes| Ok(half_log("2Λ_B", classes.between_eigenvalues()?[0] * 2.0)))
}

fn weak_separation(model: &dyn Model) -> Result<Answer> {
    let eigenvalue = model.eigenvalue(Ingredient::WeakSeparation)?;
    Ok(eigenvalue.and_then(|top| half_log("Λ_B", top)))
}

fn gaussian_equivalent(model: &dyn Model) -> Result<Answer> {
    let eigenvalue = model.eigenvalue(Ingredient::GaussianEquivalent)?;
    Ok(eigenvalue.and_then(|top| half_log("2Λ", top)))
}

/// φ*, the cloning probability of two balanced classes at √d μ̃ e^{−t} = 1, Γ = 1.
pub fn cloning_threshold() -> Estimate {
    Binary::BALANCED.clone_probability(Estimate::exact(1.0))
}

fn cloning(model: &dyn Model) -> Result<Answer> {
    let target = cloning_threshold();
    with_classes(model, |classes| {
        if let Some(answer) = classes.cloning_time(target) {
            return answer;
        }
        let floor: f64 = classes.weights().iter().map(|w| w * w).sum();
        if floor >= target.value {
            return Ok(Answer::absent(format!(
                "no transition: φ never falls below Σw² = {floor:.6}, above φ* = {:.6}",
                target.value
            )));
        }
        crossing(
            "cloning criterion",
            |noise| Ok(classes.rough_posterior(noise)?.clone - target),
            |noise| Ok(classes.posterior(noise)?.clone - target),
        )
    })
}

/// Latest time t > 0 at which `f`, negative at large t, becomes positive.
///
/// `rough` locates the sign change by steps of a quarter in log-SNR from pure noise towards the
/// data; `f` is solved within the step found.
fn crossing(
    what: &'static str,
    rough: impl Fn(Noise) -> Result<Estimate>,
    f: impl Fn(Noise) -> Result<Estimate>,
) -> Result<Answer> {
    let noise = |u: f64| Noise::at_tau((-u).exp());
    let (mut before, mut doubtful) = (LATEST, false);
    let start = rough(noise(before))?;
    if !start.sign_is_certain() {
        return Ok(Answer::absent(ONLY_BOUNDS));
    }
    if start.value > 0.0 {
        return Ok(Answer::absent("not resolved: the classes separate later than t = 40"));
    }
    let mut u = before;
    while u < EARLIEST {
        u += SCAN_STEP;
        let here = rough(noise(u))?;
        if !here.sign_is_certain() {
            // Beyond doubt only if a later point is certain again.
            doubtful = doubtful || here.error > 1e-3;
            continue;
        }
        if here.value > 0.0 {
            if doubtful {
                return Ok(Answer::absent(ONLY_BOUNDS));
            }
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
    Ok(Answer::absent(if doubtful {
        ONLY_BOUNDS
    } else {
        "no transition: the classes overlap in the data themselves"
    }))
}

/// Why a criterion on the class posterior may have no answer.
const ONLY_BOUNDS: &str = "not resolved: only bounds are known for three or more classes with different covariances, or whose means span more than a plane";

/// log-SNR of t = 40, where the search for transitions starts …
const LATEST: f64 = -80.0;
/// … and where it ends: τ = e^{−40} is far below any variance of interest.
const EARLIEST: f64 = 40.0;
/// Spacing of the search in log-SNR; class structure varies over units of it.
const SCAN_STEP: f64 = 0.25;

/// Time at which classes `j` and `k` separate by the Bayes criterion: mean = standard deviation of
/// log P_t(x|j)/P_t(x|k) under class j, or the same with the classes exchanged, whichever is later.
///
/// The two directions differ only for unequal covariances.
///
/// # Errors
/// Failed numerics.
pub fn pair_bayes_time(classes: &dyn Classes, j: usize, k: usize) -> Result<Answer> {
    if let Some(answer) = classes.bayes_time(j, k) {
        return Ok(answer);
    }
    let directed = |j: usize, k: usize| {
        let excess = |noise| {
            let ratio = classes.log_likelihood_ratio(j, k, noise)?;
            if ratio.mean.value < 1e-200 {
                return Ok(Estimate::exact(-1.0));
            }
            Ok(ratio.mean / ratio.variance.sqrt() - 1.0)
        };
        crossing("Bayes criterion", excess, excess)
    };
    let (one, other) = (directed(j, k)?, directed(k, j)?);
    let later = match (one.value(), other.value()) {
        (Some(a), Some(b)) => a >= b,
        (a, _) => a.is_some(),
    };
    Ok(if later { one } else { other })
}

fn bayes(model: &dyn Model) -> Result<Answer> {
    with_classes(model, |classes| {
        let count = classes.weights().len();
        if count == 2 {
            return pair_bayes_time(classes, 0, 1);
        }
        // The first split of the merge tree.
        let tree = super::ladder::merge_tree(classes)?;
        Ok(tree.into_iter().next().map_or_else(
            || Answer::absent("no transition: no two classes separate"),
            |split| split.time,
        ))
    })
}

fn class_entropy(model: &dyn Model) -> Result<Answer> {
    with_classes(model, |classes| match classes.steepest_time() {
        Some(answer) => answer,
        None => steepest_by_interpolation(classes),
    })
}

/// Spacing of the times at which the class entropy is sampled, beyond the first geometric ones.
const GRID: f64 = 0.05;

/// Earliest time at which the class entropy is sampled.
const FINEST_TIME: f64 = 1e-6;

/// The steepest point of H(class | x_t) where H is known by values only: from its values on a
/// coarse grid, then from the second derivative of a Chebyshev interpolant around it.
fn steepest_by_interpolation(classes: &dyn Classes) -> Result<Answer> {
    let entropy =
        |t: f64| -> Result<Estimate> { Ok(classes.posterior(Noise::at_time(t)?)?.entropy) };
    // Times from close to 0, first in geometric then in even steps, until the label entropy is
    // reached.
    let early = (0..50).map(|k| FINEST_TIME * (GRID / FINEST_TIME).powf(f64::from(k) / 50.0));
    let times = early.chain((1..=800).map(|k| GRID * f64::from(k)));
    let full = crate::classes::label_entropy(classes.weights()).value;
    let mut values: Vec<(f64, Estimate)> = Vec::new();
    for t in times {
        let here = classes.rough_posterior(Noise::at_time(t)?)?.entropy;
        if here.error > 1e-3 * full {
            return Ok(Answer::absent(ONLY_BOUNDS));
        }
        values.push((t, here));
        if t > GRID && full - here.value < 1e-4 * full {
            break;
        }
    }
    let spread = values.iter().map(|v| v.1.value).fold(f64::NEG_INFINITY, f64::max)
        - values.iter().map(|v| v.1.value).fold(f64::INFINITY, f64::min);
    if spread < 1e-3 * full {
        let reason = if full - values[0].1.value < 1e-3 * full {
            "no transition: the classes are not told apart at any time"
        } else {
            "not resolved: the classes separate earlier than t = 1e-6"
        };
        return Ok(Answer::absent(reason));
    }
    let slope = |w: &[(f64, Estimate)]| (w[1].1.value - w[0].1.value) / (w[1].0 - w[0].0);
    let slopes: Vec<f64> = values.windows(2).map(slope).collect();
    let steepest = (0..slopes.len()).max_by(|&a, &b| slopes[a].total_cmp(&slopes[b])).unwrap_or(0);
    if steepest < 2 {
        return Ok(Answer::absent("no transition: the class entropy is steepest at t = 0"));
    }
    let centre = 0.5 * (values[steepest].0 + values[steepest + 1].0);
    let step = values[steepest + 1].0 - values[steepest].0;
    // The structure of H has the scale of t near the data and of one further out.
    let scale = (1.5 * centre).min(1.0);
    let locate = |half_width: f64, nodes: usize| -> Result<Option<Estimate>> {
        let (low, high) = (centre - half_width * scale, centre + half_width * scale);
        let mut noise = 0.0f64;
        let sampled = |t: f64| -> Result<f64> {
            let here = entropy(t)?;
            noise = noise.max(here.error);
            Ok(here.value)
        };
        let slope = Chebyshev::interpolate(sampled, low, high, nodes)?.derivative();
        let second = slope.derivative();
        let third = second.derivative();
        let near = (centre - 2.0 * step, centre + 2.0 * step);
        let peak =
            minima::unimodal("steepest class entropy", |t| -slope.value(t), near.0, near.1)?.at;
        let around = (peak - 0.5 * step, peak + 0.5 * step);
        let f = |t: f64| Estimate::exact(second.value(t));
        let Ok(root) = roots::bracketed("steepest class entropy", f, around.0, around.1) else {
            return Ok(None);
        };
        // Well inside the interval, two derivatives amplify the noise of the values by about the
        // square of the number of nodes per half-width.
        let amplified = noise * (nodes as f64 / (half_width * scale)).powi(2);
        Ok(Some(Estimate::new(root.value, amplified / third.value(root.value).abs())))
    };
    // Two interpolants of different extent and degree: their disagreement is the rest of the error.
    match (locate(0.6, 40)?, locate(0.5, 34)?) {
        (Some(a), Some(b)) => Ok(Answer::Value(a.widened(4.0 * (a.value - b.value).abs()))),
        _ => Ok(Answer::absent("not resolved: no single steepest point of the class entropy")),
    }
}
