//! Speciation: when the backward process commits to a class.
//!
//! Papers define t_S by criteria that agree only to O(1) in t. Each is computed here by its own
//! name; none stands in for another.

use super::crossing::{cloning_of_several, crossing};
use super::ladder::merge_tree;
use super::steepest::steepest_by_interpolation;
use crate::Answer;
use crate::answer::short;
use crate::classes::{Classes, Posterior};
use crate::error::Result;
use crate::models::{Entry, Ingredient, Model};
use crate::numerics::Estimate;
use crate::prior::Binary;

pub use super::pairs::pair_bayes_time;

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
            _ if self.name == OF_THE_ENTROPY => entry.tells_classes(),
            _ => entry.classes,
        }
    }
}

/// The criterion that needs the information on the class alone.
const OF_THE_ENTROPY: &str = "class-entropy";

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
        name: OF_THE_ENTROPY,
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
    let value = short(eigenvalue.value);
    if eigenvalue.upper() <= 1.0 {
        return Answer::absent(format!(
            "no transition: {symbol} = {value} ≤ 1 would put it at t ≤ 0"
        ));
    }
    if eigenvalue.value <= 1.0 {
        return Answer::absent(format!(
            "no transition at t > {:.0e}: {symbol} = {value} is 1 within its error of {:.0e}",
            0.5 * eigenvalue.upper().ln(),
            eigenvalue.error
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
    model.classes().try_and_then(f)
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
        let excess = |posterior: Posterior| posterior.clone - target;
        let rough = |noise| {
            if let Some(bounds) = classes.cheap_bounds(noise) {
                let bounds = excess(bounds?);
                if bounds.sign_is_certain() {
                    return Ok(bounds);
                }
            }
            Ok(excess(classes.rough_posterior(noise)?))
        };
        if classes.weights().len() == 2 {
            let fine = |noise| Ok(excess(classes.posterior(noise)?));
            let window = classes.log_snr_window();
            return crossing("cloning criterion", window, f64::INFINITY, rough, fine);
        }
        cloning_of_several(classes, rough, excess)
    })
}

fn bayes(model: &dyn Model) -> Result<Answer> {
    with_classes(model, |classes| {
        let count = classes.weights().len();
        if count == 2 {
            return pair_bayes_time(classes, 0, 1);
        }
        // The first split of the merge tree.
        let tree = merge_tree(classes)?;
        Ok(tree.into_iter().next().map_or_else(
            || Answer::absent("no transition: no two classes separate"),
            |split| split.time,
        ))
    })
}

fn class_entropy(model: &dyn Model) -> Result<Answer> {
    if let Some(losses) = model.losses() {
        return Ok(losses.steepest_class_time());
    }
    with_classes(model, |classes| match classes.steepest_time() {
        Some(answer) => answer,
        None => steepest_by_interpolation(classes),
    })
}
