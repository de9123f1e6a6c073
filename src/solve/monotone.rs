//! What is proved of a quantity before any search: its range, and in which parameters it is monotone.

use super::target::{Side, Target};
use crate::models::Entry;
use crate::process::Process;
use crate::quantities::{noise, sample_size};

/// Why left − right vanishes for one value of `parameter` at most, if a theorem says so.
pub(super) fn theorem(target: &Target, parameter: &str, entry: &Entry) -> Option<&'static str> {
    let (quantity, _) = target.against_constant()?;
    let of_noise = noise::coordinates(entry.process).iter().any(|p| p.name == parameter);
    let of_samples = sample_size::PARAMETERS.iter().any(|p| p.name == parameter);
    let Side::Of(of, column) = quantity else { return None };
    if quantity.collapse().is_some() && of_samples {
        return Some(match of.process() {
            Process::Gaussian => "t_C falls as n grows, since I(a; x_t) falls with t",
            _ => "ᾱ_C rises with n, since I(a; x_t) rises with ᾱ",
        });
    }
    let name = of.name();
    if of_noise && !entry.latent {
        return match (name.as_str(), column) {
            ("phi", 0) => {
                Some("φ falls with the noise, as the posterior of noisier points is an average")
            }
            ("class-entropy", 0) => Some("H(class|x_t) rises with the noise (data processing)"),
            ("information", 0) => Some("I(a; x_t) falls with the noise (data processing)"),
            _ => None,
        };
    }
    match (entry.name, name.strip_prefix("t_S.")?, parameter) {
        ("clusters", "spectral" | "spectral-exact", "d" | "mu" | "sigma")
        | ("gaussian", "spectral" | "spectral-exact", "sigma") => {
            Some("t_S rises with Λ, and Λ with every parameter")
        }
        ("clusters", "between-class" | "curvature" | "cloning" | "bayes", "d" | "mu") => {
            Some("t_S rises with the distance of the class means")
        }
        ("clusters", "cloning" | "bayes", "sigma") => {
            Some("t_S falls with the spread within the classes")
        }
        _ => None,
    }
}

/// Why the quantity never takes the value asked for, if it lies outside its range.
pub(super) fn out_of_range(target: &Target) -> Option<String> {
    let (quantity, value) = target.against_constant()?;
    let Side::Of(of, column) = quantity else { return None };
    let (low, high, why) = match (of.name().as_str(), column) {
        ("phi", 0) => (0.0, 1.0, "φ is a probability"),
        ("class-entropy", 0) => (0.0, f64::INFINITY, "an entropy is not negative"),
        ("information", 0) => (0.0, f64::INFINITY, "an information is not negative"),
        _ if of.noise() => return None,
        _ if of.process().is_of_tokens() => (0.0, 1.0, "ᾱ is a probability"),
        _ => (0.0, f64::INFINITY, "times are not negative"),
    };
    (value < low || value > high).then(|| format!("{why}, and {value} is asked for"))
}
