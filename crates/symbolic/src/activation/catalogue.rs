//! Activations with names: one line each.

use super::error::ActivationError;
use crate::syntax::nearest;
use crate::{Function, constant, parse};

/// A named activation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shortcut {
    /// What it is called.
    pub name: &'static str,
    /// The value of its parameter `a` if none is given, for those that have one.
    pub default: Option<f64>,
    /// Its formula in z, and in a if it has a parameter.
    pub formula: &'static str,
}

const fn plain(name: &'static str, formula: &'static str) -> Shortcut {
    Shortcut { name, default: None, formula }
}

const fn with(name: &'static str, default: f64, formula: &'static str) -> Shortcut {
    Shortcut { name, default: Some(default), formula }
}

/// Every named activation. A parameter is given after a colon, as in `leaky-relu:0.1`.
pub const SHORTCUTS: &[Shortcut] = &[
    plain("linear", "z"),
    plain("tanh", "tanh(z)"),
    plain("erf", "erf(z)"),
    plain("sign", "sign(z)"),
    plain("heaviside", "heaviside(z)"),
    plain("relu", "relu(z)"),
    with("leaky-relu", 0.01, "relu(z) - a*relu(-z)"),
    plain("relu6", "clip(z, 0, 6)"),
    plain("hardtanh", "clip(z, -1, 1)"),
    plain("hardsigmoid", "clip(z/6 + 1/2, 0, 1)"),
    plain("hardswish", "z*clip(z/6 + 1/2, 0, 1)"),
    plain("abs", "abs(z)"),
    plain("square", "z^2"),
    plain("cube", "z^3"),
    with("hermite2", 1.0, "a*(z^2 - 1)/sqrt(2)"),
    with("hermite3", 1.0, "a*(z^3 - 3*z)/sqrt(6)"),
    plain("sigmoid", "sigmoid(z)"),
    plain("softplus", "softplus(z)"),
    plain("softsign", "z/(1 + abs(z))"),
    plain("gelu", "gelu(z)"),
    plain("silu", "silu(z)"),
    plain("mish", "z*tanh(softplus(z))"),
    with("elu", 1.0, "relu(z) + a*expm1(min(z, 0))"),
    // Klambauer et al., arXiv:1706.02515, equation 2 and appendix A.
    plain("selu", "1.0507009873554805*(relu(z) + 1.6732632423543772*expm1(min(z, 0)))"),
    plain("sin", "sin(z)"),
    plain("cos", "cos(z)"),
    plain("atan", "atan(z)"),
    plain("gauss", "exp(-z^2/2)"),
    plain("logcosh", "logcosh(z)"),
];

/// The formula that an activation's text stands for: that of the shortcut it names, or itself.
pub(super) fn formula(text: &str) -> Result<String, ActivationError> {
    let text = text.trim();
    let (name, parameter) = match text.split_once(':') {
        Some((name, parameter)) => (name.trim(), Some(parameter)),
        None => (text, None),
    };
    if let Some(shortcut) = SHORTCUTS.iter().find(|shortcut| shortcut.name == name) {
        return expand(shortcut, parameter);
    }
    // Any builtin of one argument may be given without it.
    if parameter.is_none() && Function::named(name).is_some_and(|f| f.arity() == 1) {
        return Ok(format!("{name}(z)"));
    }
    // A lone word that is no expression was meant as a name.
    let word = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_".contains(c));
    let word = word && name.starts_with(char::is_alphabetic);
    if parameter.is_none() && !(word && parse(text, &["z"]).is_err()) {
        return Ok(text.to_owned());
    }
    Err(ActivationError::UnknownName {
        name: name.chars().take(40).collect(),
        nearest: nearest(&name.replace('_', "-"), SHORTCUTS.iter().map(|s| s.name)),
    })
}

fn expand(shortcut: &Shortcut, parameter: Option<&str>) -> Result<String, ActivationError> {
    let value = match (shortcut.default, parameter) {
        (None, None) => return Ok(shortcut.formula.to_owned()),
        (None, Some(_)) => {
            return Err(ActivationError::NoParameter { name: shortcut.name });
        }
        (Some(default), None) => default,
        (Some(_), Some(text)) => constant(text).map_err(ActivationError::Parse)?,
    };
    if !value.is_finite() {
        return Err(ActivationError::InfiniteParameter { name: shortcut.name });
    }
    let formula = parse(shortcut.formula, &["z", "a"]).map_err(ActivationError::Parse)?;
    let a = crate::algebra::number(value);
    let root = crate::algebra::substitute(formula.root(), 1, &a);
    Ok(formula.with_root(root).to_string())
}
