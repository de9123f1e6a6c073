//! Priors by name, as the command line and specifications write them: `name` or `name:parameter`.

use super::{Binary, Mixture, Normal, Prior, mixture_file};
use crate::document::Document;
use crate::error::{Error, Result};
use crate::suggest::did_you_mean;
use crate::symbolic::constant;
use std::path::Path;
use std::sync::Arc;

/// A family of priors.
pub struct Named {
    /// Name before the colon.
    pub name: &'static str,
    /// What follows the colon: its symbol, and whether it must be there.
    pub parameter: Option<(&'static str, bool)>,
    /// The law in one line.
    pub about: &'static str,
    /// Builds it from what follows the colon.
    make: fn(Option<&str>) -> Result<Arc<dyn Prior>>,
}

/// Every family; a new one is its file and a line here.
pub const PRIORS: &[Named] = &[
    Named {
        name: "normal",
        parameter: Some(("MEAN", false)),
        about: "N(MEAN, 1), MEAN = 0 unless given",
        make: |mean| Ok(Arc::new(Normal::new(mean.map_or(Ok(0.0), number)?)?)),
    },
    Named {
        name: "rademacher",
        parameter: None,
        about: "±1 with equal probability",
        make: |_| Ok(Arc::new(Binary::BALANCED)),
    },
    Named {
        name: "binary",
        parameter: Some(("P", true)),
        about: "±1 with P(+1) = P",
        make: |p| Ok(Arc::new(Binary::new(number(p.unwrap_or_default())?)?)),
    },
    Named {
        name: "gauss-bernoulli",
        parameter: Some(("RHO", true)),
        about: "N(0, 1) with probability RHO, else 0",
        make: |rho| Ok(Arc::new(Mixture::gauss_bernoulli(number(rho.unwrap_or_default())?)?)),
    },
    Named {
        name: "mixture",
        parameter: Some(("FILE", true)),
        about: "a finite mixture of Gaussians and point masses from a TOML or JSON file",
        make: |file| {
            let document = Document::read(Path::new(file.unwrap_or_default()))?;
            Ok(Arc::new(mixture_file::mixture(&document)?))
        },
    },
];

fn number(text: &str) -> Result<f64> {
    constant(text).map_err(|error| Error::argument("the parameter", text, error.to_string()))
}

/// The prior called `text`, such as `normal`, `binary:0.3` or `mixture:latents.toml`.
///
/// # Errors
/// [`Error::Argument`] naming `text` and what would be right; [`Error::File`] for a mixture file.
/// ```
/// let sparse = regimes::prior::named("gauss-bernoulli:0.6")?;
/// assert!((sparse.second_moment() - 0.6).abs() < 1e-15);
/// # Ok::<(), regimes::Error>(())
/// ```
pub fn named(text: &str) -> Result<Arc<dyn Prior>> {
    let (name, parameter) = match text.trim().split_once(':') {
        Some((name, parameter)) => (name.trim(), Some(parameter.trim())),
        None => (text.trim(), None),
    };
    let fail = |expected: String| Error::argument("--prior", text, expected);
    let Some(family) = PRIORS.iter().find(|p| p.name == name) else {
        let known: Vec<String> = PRIORS.iter().map(spelling).collect();
        let hint = did_you_mean(name, PRIORS.iter().map(|p| p.name));
        return Err(fail(format!("must be one of {}{hint}", known.join(", "))));
    };
    match (family.parameter, parameter) {
        (None, Some(_)) => Err(fail(format!("{name} takes no parameter"))),
        (Some((_, true)), None | Some("")) => {
            Err(fail(format!("needs a parameter: {}, {}", spelling(family), family.about)))
        }
        _ => (family.make)(parameter).map_err(|error| match error {
            Error::Argument { value, expected, .. } => {
                fail(format!("{value} {}; {} is {}", expected, spelling(family), family.about))
            }
            other => other,
        }),
    }
}

fn spelling(family: &Named) -> String {
    match family.parameter {
        None => family.name.into(),
        Some((symbol, true)) => format!("{}:{symbol}", family.name),
        Some((symbol, false)) => format!("{}[:{symbol}]", family.name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_every_family_can_be_named() {
        for (text, mean, second) in [
            ("normal", 0.0, 1.0),
            ("normal:0.5", 0.5, 1.25),
            ("rademacher", 0.0, 1.0),
            ("binary:3/4", 0.5, 1.0),
            ("gauss-bernoulli:0.2", 0.0, 0.2),
        ] {
            let prior = named(text).unwrap();
            assert!((prior.mean() - mean).abs() < 1e-15, "{text}");
            assert!((prior.second_moment() - second).abs() < 1e-15, "{text}");
            let moved = prior.shifted(0.7).unwrap();
            assert!((moved.mean() - mean - 0.7).abs() < 1e-15, "{text}");
            assert!((moved.variance() - prior.variance()).abs() < 1e-12, "{text}");
        }
    }

    #[test]
    fn bad_input_names_what_would_be_right() {
        for (text, words) in [
            ("gauss-bernoulli:1.5", "(0, 1]"),
            ("gauss-bernoulli", "needs a parameter"),
            ("binary:x", "unknown"),
            ("rademacher:2", "takes no parameter"),
            ("rademachr", "rademacher"),
            ("normal:inf", "finite"),
            ("mixture:/nonexistent", "no such file"),
        ] {
            let message = named(text).unwrap_err().to_string().to_lowercase();
            assert!(message.contains(words), "{text}: {message}");
        }
    }
}
