//! The nonlinear manifold on the command line, and its formulas.

use super::super::parameter::{
    BETA, Domain, LATENT_DIMENSION, OPTIONAL_DIMENSION, Parameter, Values, latent_ratio,
};
use super::super::{Entry, Formula, Ingredient};
use super::{Manifold, Normalisation};
use crate::error::{Error, Result};
use crate::process::Process;
use crate::{prior, symbolic};
use std::sync::Arc;

const ACTIVATION: Parameter = Parameter {
    name: "activation",
    symbol: "φ",
    latex: "\\varphi",
    aliases: &["φ"],
    help: "the activation: a name (tanh, relu, sign, erf, abs, leaky-relu:0.1, …) or an expression in z",
    domain: Domain::Text,
    default: None,
    required: true,
};

const NORMALISE: Parameter = Parameter {
    name: "normalise",
    symbol: "HOW",
    latex: "",
    aliases: &["normalize"],
    help: "none [default], or unit-variance: φ divided by the standard deviation of its coordinates, to set activations side by side",
    domain: Domain::Name(&["none", UNIT_VARIANCE]),
    default: None,
    required: false,
};

const UNIT_VARIANCE: &str = "unit-variance";

const PRIOR: Parameter = Parameter {
    name: "prior",
    symbol: "PRIOR",
    latex: "P_\\xi",
    aliases: &[],
    help: "law of a latent coordinate: normal[:MEAN], rademacher, binary:P, gauss-bernoulli:RHO, mixture:FILE",
    domain: Domain::Text,
    default: Some("normal"),
    required: false,
};

const GAIN: Parameter = Parameter {
    name: "gain",
    symbol: "g",
    latex: "g",
    aliases: &["g"],
    help: "factor inside the activation, φ(g z)",
    domain: Domain::Positive,
    default: Some("1"),
    required: false,
};

const EMBEDDING: Parameter = Parameter {
    name: "embedding",
    symbol: "EMBEDDING",
    latex: "",
    aliases: &[],
    help: "iid-p (pre-activations (Wξ)_i/√p) or iid-d ((Wξ)_i/√d)",
    domain: Domain::Name(&["iid-p", "iid-d"]),
    default: Some("iid-p"),
    required: false,
};

const MU: Parameter = Parameter {
    name: "mu",
    symbol: "μ̃",
    latex: "\\tilde\\mu",
    aliases: &["μ", "μ̃"],
    help: "two latent classes ±m with |m|² = p μ̃²; 0 is one class",
    domain: Domain::NonNegative,
    default: Some("0"),
    required: false,
};

/// The command line's entry.
pub const ENTRY: Entry = Entry {
    name: "manifold",
    about: "data on a nonlinear manifold, φ of a random projection of βd latent coordinates",
    parameters: &[
        ACTIVATION,
        OPTIONAL_DIMENSION,
        BETA,
        LATENT_DIMENSION,
        PRIOR,
        GAIN,
        EMBEDDING,
        NORMALISE,
        MU,
    ],
    process: Process::Gaussian,
    classes: true,
    levels: false,
    latent: true,
    example: "--activation tanh --beta 0.5 --mu 1 --d 1000 --alpha 0.5",
    build: |values: &Values| Ok(Box::new(manifold(values)?)),
};

fn manifold(values: &Values) -> Result<Manifold> {
    let text = values.text("activation").unwrap_or_default();
    let activation = symbolic::activation(text)
        .map_err(|error| Error::argument("--activation", text, error.to_string()))?;
    let prior = prior::named(values.text("prior").unwrap_or("normal"))?;
    let normalisation = match values.text("embedding") {
        Some("iid-d") => Normalisation::IidD,
        _ => Normalisation::IidP,
    };
    let d = values.number("d").unwrap_or(f64::INFINITY);
    let beta = latent_ratio(values, d)?;
    let gain = values.number("gain").unwrap_or(1.0);
    let mu = values.number("mu").unwrap_or(0.0);
    let typed = Manifold::new(d, activation, beta, Arc::clone(&prior), gain, normalisation, mu)?;
    if values.text(NORMALISE.name) != Some(UNIT_VARIANCE) {
        return Ok(typed);
    }
    // Pre-activations have the variance g²ρ, ρ the second moment of a latent coordinate.
    let rho = prior.second_moment() + mu * mu;
    let moments = typed
        .activation()
        .moments(typed.effective_gain() * rho.sqrt())
        .map_err(|error| Error::argument("--activation", text, error.to_string()))?;
    let spread = (moments.residual.value + moments.linear.value.powi(2)).sqrt();
    if !(spread > 0.0 && spread.is_finite()) {
        let expected = format!("has the standard deviation {spread}: no factor makes it 1");
        return Err(Error::argument("--activation", text, expected));
    }
    // The quotient is an activation like any other: its factor is exact by definition.
    let quotient = format!("({})/{spread:e}", typed.activation().expression());
    let activation = symbolic::activation(&quotient)
        .map_err(|error| Error::argument("--activation", quotient, error.to_string()))?;
    Manifold::new(d, activation, beta, prior, gain, normalisation, mu)
}

/// How the model writes its ingredients; `classes` where there are two, `outlier` where one class
/// has an eigenvalue above the bulk.
pub(super) fn formula(ingredient: Ingredient, classes: bool, outlier: bool) -> Option<Formula> {
    Some(match ingredient {
        Ingredient::TopEigenvalue if classes => Formula {
            symbol: "Λ",
            latex_symbol: "\\Lambda",
            unicode: "Λ_B + within-class variance along the class axis, Λ_B = {d}·E_h[φ̄_odd(h)²]",
            latex: "\\Lambda_B + O(1),\\quad \\Lambda_B = {d}\\,\\mathbb{E}_h[\\bar\\varphi_{\\rm odd}(h)^2]",
            source: "GVM25",
        },
        Ingredient::TopEigenvalue if outlier => Formula {
            symbol: "Λ",
            latex_symbol: "\\Lambda",
            unicode: "θ + ϱ_*² + ϱ_1²/(1 − ϱ_1²/({beta}·θ)), θ = (1 + κ/2)·ϱ_2²/{beta}, ϱ_k = E[He_k(z) φ(g z)]/√k!, ϱ_*² = Var φ(g z) − ϱ_1², κ the excess kurtosis of the prior",
            latex: "\\theta + \\varrho_*^2 + \\frac{\\varrho_1^2}{1 - \\varrho_1^2/({beta}\\,\\theta)},\\quad \\theta = \\frac{(1 + \\kappa/2)\\,\\varrho_2^2}{{beta}},\\quad \\varrho_k = \\frac{\\mathbb{E}[\\mathrm{He}_k(z)\\varphi(gz)]}{\\sqrt{k!}},\\quad \\varrho_*^2 = \\mathrm{Var}\\,\\varphi(gz) - \\varrho_1^2",
            source: "EK10",
        },
        Ingredient::TopEigenvalue => Formula {
            symbol: "Λ",
            latex_symbol: "\\Lambda",
            unicode: "ϱ_1²(1 + 1/√{beta})² + ϱ_*², ϱ_1 = E[z φ(g z)], ϱ_*² = Var φ(g z) − ϱ_1²",
            latex: "\\varrho_1^2 (1 + {beta}^{-1/2})^2 + \\varrho_*^2,\\quad \\varrho_1 = \\mathbb{E}[z\\varphi(gz)],\\quad \\varrho_*^2 = \\mathrm{Var}\\,\\varphi(gz) - \\varrho_1^2",
            source: "GVM25",
        },
        Ingredient::BetweenEigenvalue => Formula {
            symbol: "Λ_B",
            latex_symbol: "\\Lambda_B",
            unicode: "{d}·E_h[φ̄_odd(h)²], h ~ N(0, {mu}²), φ̄(h) = E_z φ({gain}·(h + z)), φ̄_odd(h) = ½(φ̄(h) − φ̄(−h))",
            latex: "{d}\\,\\mathbb{E}_h[\\bar\\varphi_{\\rm odd}(h)^2],\\quad h \\sim N(0, {mu}^2),\\quad \\bar\\varphi(h) = \\mathbb{E}_z \\varphi({gain}\\,(h + z))",
            source: "GVM25",
        },
        Ingredient::ClassSignal => Formula {
            symbol: "γ_t",
            latex_symbol: "\\gamma_t",
            unicode: "Λ_B e^(−2t)/(1 − e^(−2t) + A e^(−2t)), A the within-class variance along the class axis",
            latex: "\\frac{\\Lambda_B e^{-2t}}{1 - e^{-2t} + A e^{-2t}}",
            source: "GVM25",
        },
        Ingredient::WeakSeparation => Formula {
            symbol: "Λ_B",
            latex_symbol: "\\Lambda_B",
            unicode: "{d}·ϱ_1²·{mu}² for close classes, ϱ_1 = E[z φ({gain}·z)]",
            latex: "{d}\\,\\varrho_1^2\\,{mu}^2,\\quad \\varrho_1 = \\mathbb{E}[z\\varphi({gain} z)]",
            source: "GVM25",
        },
        Ingredient::GaussianEquivalent => Formula {
            symbol: "2Λ",
            latex_symbol: "2\\Lambda",
            unicode: "2(ϱ_1²·{beta}·{d}·{mu}² + ϱ_*²), as printed for a = φ(Wξ/√d)",
            latex: "2(\\varrho_1^2\\,{beta}\\,{d}\\,{mu}^2 + \\varrho_*^2)",
            source: "GVM25",
        },
        Ingredient::Information => Formula {
            symbol: "I/d",
            latex_symbol: "I/d",
            unicode: "min over v of {beta}·sup_r[i_ξ(r) − r v/2] + I_out(v; snr), I_out = E_V I(w; √snr φ(g(√(ρ−v) V + √v w)) + z | V)",
            latex: "\\min_v \\Bigl\\{{beta}\\, \\sup_r \\bigl[i_\\xi(r) - \\tfrac{rv}{2}\\bigr] + I_{\\rm out}(v; \\mathrm{snr})\\Bigr\\},\\quad I_{\\rm out} = \\mathbb{E}_V I\\bigl(w; \\sqrt{\\mathrm{snr}}\\,\\varphi(g(\\sqrt{\\rho - v}\\,V + \\sqrt{v}\\,w)) + z \\,\\big|\\, V\\bigr)",
            source: "BKMMZ19",
        },
        Ingredient::Collapse => return None,
    })
}
