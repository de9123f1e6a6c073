//! The file format of latent mixtures.
//!
//! TOML or JSON: a list `component` whose entries have a `weight`, a `mean` and a `variance` (0 is a
//! point mass); the weights add up to 1.

use super::{Component, Mixture};
use crate::document::{Document, Node};
use crate::error::Result;

/// Reads and validates a mixture.
///
/// # Errors
/// [`crate::Error::File`] with line, key and what would be right.
pub(super) fn mixture(document: &Document) -> Result<Mixture> {
    let root = document.root();
    document.table(root, &["component"])?;
    let Some(list) = document.get(root, "component") else {
        return Err(document.error(root, "needs a list [[component]] of weight, mean, variance"));
    };
    let mut components = Vec::new();
    for node in document.list(list)? {
        document.table(node, &["weight", "mean", "variance"])?;
        let number = |key: &str| number(document, node, key);
        components.push(Component {
            weight: number("weight")?,
            mean: number("mean")?,
            variance: number("variance")?,
        });
    }
    if components.is_empty() {
        return Err(document.error(list, "needs at least one component"));
    }
    Mixture::new(components).map_err(|error| document.error(list, error.to_string()))
}

fn number(document: &Document, node: &Node, key: &str) -> Result<f64> {
    match document.get(node, key) {
        Some(value) => document.number(value),
        None => Err(document.error(node, format!("needs a {key}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prior::Prior;
    use std::path::Path;

    fn read(text: &str) -> Result<Mixture> {
        mixture(&Document::parse(Path::new("latents.toml"), text.into())?)
    }

    #[test]
    fn identity_mixture_from_text() {
        let text = "[[component]]\nweight = 0.25\nmean = 1\nvariance = 0\n[[component]]\nweight = 0.75\nmean = -1\nvariance = 0.5\n";
        let mixture = read(text).unwrap();
        assert!((mixture.mean() + 0.5).abs() < 1e-15);
    }

    #[test]
    fn bad_input_is_located() {
        for (text, words) in [
            ("", "component"),
            ("[[component]]\nweight = 1\nmean = 0\n", "variance"),
            ("[[component]]\nweight = 0.5\nmean = 0\nvariance = 1\n", "add up to 1"),
            ("[[component]]\nweight = 1\nmean = 0\nvariance = -1\n", "0 or above"),
            ("[[component]]\nweight = 1\nmean = 0\nvariance = 0\n", "single value"),
        ] {
            let message = read(text).unwrap_err().to_string();
            assert!(message.contains(words) && message.contains("latents.toml"), "{message}");
        }
    }
}
