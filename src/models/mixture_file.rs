//! The file format of Gaussian mixtures.
//!
//! TOML or JSON: an optional `dimension`, and a list `class` whose entries have a `mean` (a list of
//! d numbers, or one number for all coordinates), one of `variance` (isotropic), `variances`
//! (diagonal) or `covariance` (a symmetric matrix, row by row), and optionally `weight` (all or
//! none; equal if absent) and `label`.

use crate::classes::{Covariance, GaussianClass};
use crate::document::{Content, Document, Node};
use crate::error::Result;
use crate::numerics::spectra;
use nalgebra::DMatrix;

/// Weights must add to one within this; they are then normalised exactly.
const WEIGHT_SUM_TOLERANCE: f64 = 1e-9;

/// Most coordinates of all means together, 0.8 GB: one number in the file may stand for d of them.
const LARGEST_MEANS: f64 = 1e8;

/// Largest d of a full covariance: its eigendecomposition takes O(d³).
const LARGEST_FULL: usize = 4096;

/// Reads and validates the classes of a mixture.
///
/// # Errors
/// [`crate::Error::File`] with line, key and what would be right.
pub fn classes(document: &Document) -> Result<Vec<GaussianClass>> {
    let root = document.root();
    document.table(root, &["dimension", "class"])?;
    let Some(list) = document.get(root, "class") else {
        return Err(document.error(root, "needs a list [[class]] of at least two classes"));
    };
    let nodes = document.list(list)?;
    if nodes.len() < 2 {
        return Err(
            document.error(list, format!("needs at least two classes, not {}", nodes.len()))
        );
    }
    let dimension = dimension(document, nodes)?;
    if nodes.len() as f64 * dimension as f64 > LARGEST_MEANS {
        let message = format!(
            "{} classes in {dimension} dimensions have more than {LARGEST_MEANS} numbers in their means",
            nodes.len()
        );
        return Err(document.error(list, message));
    }
    let mut classes = Vec::with_capacity(nodes.len());
    for (k, node) in nodes.iter().enumerate() {
        classes.push(class(document, node, k, dimension)?);
    }
    normalise_weights(document, list, nodes, &mut classes)?;
    Ok(classes)
}

/// d, from the key `dimension` or the first list that shows it.
fn dimension(document: &Document, nodes: &[Node]) -> Result<usize> {
    if let Some(node) = document.get(document.root(), "dimension") {
        let d = document.number(node)?;
        if d >= 1.0 && d.fract() == 0.0 && d <= 1e8 {
            return Ok(d as usize);
        }
        return Err(document.error(node, format!("must be a whole number from 1 to 1e8, not {d}")));
    }
    let shown = nodes.iter().flat_map(|class| {
        ["mean", "variances", "covariance"].iter().filter_map(|key| document.get(class, key))
    });
    for node in shown {
        if let Content::List(entries) = node.content() {
            return Ok(entries.len());
        }
    }
    Err(document.error(document.root(), "needs a dimension: no class shows one by a list"))
}

fn class(document: &Document, node: &Node, k: usize, dimension: usize) -> Result<GaussianClass> {
    document.table(node, &["label", "weight", "mean", "variance", "variances", "covariance"])?;
    let label = match document.get(node, "label") {
        Some(label) => document.text(label)?.to_owned(),
        None => (k + 1).to_string(),
    };
    let Some(mean) = document.get(node, "mean") else {
        return Err(document.error(node, "needs a mean"));
    };
    let mean = match mean.content() {
        Content::Number(x) if x.is_finite() => vec![*x; dimension],
        Content::Number(_) => return Err(document.error(mean, "must be finite")),
        _ => vector(document, mean, dimension)?,
    };
    let shapes = ["variance", "variances", "covariance"];
    let given: Vec<&Node> = shapes.iter().filter_map(|key| document.get(node, key)).collect();
    let [shape] = given[..] else {
        let message = format!("needs exactly one of {}, not {}", shapes.join(", "), given.len());
        return Err(document.error(node, message));
    };
    let covariance = if document.get(node, "variance").is_some() {
        let v = document.number(shape)?;
        Covariance::Isotropic(v)
    } else if document.get(node, "variances").is_some() {
        let values = vector(document, shape, dimension)?;
        Covariance::Diagonal(values)
    } else {
        Covariance::Full(matrix(document, shape, dimension)?)
    };
    if let Some(fault) = covariance.fault(dimension) {
        return Err(document.error(shape, fault));
    }
    Ok(GaussianClass { label, weight: f64::NAN, mean, covariance })
}

fn vector(document: &Document, node: &Node, dimension: usize) -> Result<Vec<f64>> {
    let values = document.numbers(node)?;
    if values.len() != dimension {
        let message = format!("has {} entries, the dimension is {dimension}", values.len());
        return Err(document.error(node, message));
    }
    match values.iter().position(|x| !x.is_finite()) {
        Some(k) => {
            Err(document.error(node, format!("entry {} is {}, not finite", k + 1, values[k])))
        }
        None => Ok(values),
    }
}

fn matrix(document: &Document, node: &Node, dimension: usize) -> Result<DMatrix<f64>> {
    if dimension > LARGEST_FULL {
        let message = format!("full covariances go up to d = {LARGEST_FULL}; use variances");
        return Err(document.error(node, message));
    }
    let rows = document.list(node)?;
    if rows.len() != dimension {
        let message = format!("has {} rows, the dimension is {dimension}", rows.len());
        return Err(document.error(node, message));
    }
    let mut entries = Vec::with_capacity(dimension * dimension);
    for row in rows {
        entries.extend(vector(document, row, dimension)?);
    }
    let given = Covariance::Full(DMatrix::from_row_slice(dimension, dimension, &entries));
    if let Some(fault) = given.fault(dimension) {
        return Err(document.error(node, fault));
    }
    let matrix = given.matrix(dimension);
    let matrix = (&matrix + matrix.transpose()) * 0.5;
    let eigen = spectra::symmetric("covariance", matrix.clone())?;
    let lowest = eigen.values[dimension - 1];
    if lowest < -eigen.error {
        let message =
            format!("is not positive semidefinite: its lowest eigenvalue is {lowest:.6e}");
        return Err(document.error(node, message));
    }
    Ok(matrix)
}

fn normalise_weights(
    document: &Document,
    list: &Node,
    nodes: &[Node],
    classes: &mut [GaussianClass],
) -> Result<()> {
    let given = nodes.iter().filter(|n| document.get(n, "weight").is_some()).count();
    if given == 0 {
        let equal = 1.0 / classes.len() as f64;
        classes.iter_mut().for_each(|c| c.weight = equal);
        return Ok(());
    }
    for (class, node) in classes.iter_mut().zip(nodes) {
        let Some(weight) = document.get(node, "weight") else {
            return Err(
                document.error(node, "needs a weight: give weights to all classes or to none")
            );
        };
        let w = document.number(weight)?;
        if !(w > 0.0 && w < 1.0) {
            return Err(document.error(weight, format!("must lie between 0 and 1, not {w}")));
        }
        class.weight = w;
    }
    let sum: f64 = classes.iter().map(|c| c.weight).sum();
    if (sum - 1.0).abs() > WEIGHT_SUM_TOLERANCE {
        return Err(document.error(list, format!("weights must add to 1, not {sum}")));
    }
    classes.iter_mut().for_each(|c| c.weight /= sum);
    Ok(())
}
