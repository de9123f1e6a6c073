//! The spectrum of the data's covariance: a few eigenvalues with their weights.

use crate::error::{Error, Result};
use crate::symbolic::constant;

/// Most eigenvalues: every step of every solver runs over all of them.
const MOST: usize = 256;

/// How far weights may be from adding up to one: the rounding of numbers typed with a few digits is refused.
const WEIGHT_TOLERANCE: f64 = 1e-9;

/// Weights w_j, which add up to one, and eigenvalues σ_j ≥ 0, not all of them zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    atoms: Vec<(f64, f64)>,
}

impl Population {
    /// From weights and eigenvalues.
    ///
    /// # Errors
    /// [`Error::Argument`] for weights that are not positive or do not add up to one, for an eigenvalue that is
    /// negative, and where all are zero.
    pub fn new(atoms: &[(f64, f64)]) -> Result<Self> {
        let spelt = || {
            let parts: Vec<String> = atoms.iter().map(|(w, s)| format!("{w}:{s}")).collect();
            parts.join(";")
        };
        let wrong = |expected: String| Err(Error::argument("--spectrum", spelt(), expected));
        if atoms.is_empty() || atoms.len() > MOST {
            return wrong(format!("needs 1 to {MOST} eigenvalues, as in 0.25:3;0.75:0.25"));
        }
        if let Some((w, _)) = atoms.iter().find(|(w, _)| !(*w > 0.0 && w.is_finite())) {
            return wrong(format!("the weight {w} must be above 0"));
        }
        if let Some((_, s)) = atoms.iter().find(|(_, s)| !(*s >= 0.0 && s.is_finite())) {
            return wrong(format!("the eigenvalue {s} must be a finite number, 0 or above"));
        }
        let total: f64 = atoms.iter().map(|(w, _)| w).sum();
        if (total - 1.0).abs() > WEIGHT_TOLERANCE {
            return wrong(format!("the weights must add up to 1, not {total}"));
        }
        if atoms.iter().all(|(_, s)| *s == 0.0) {
            return wrong("one eigenvalue at least must be above 0".into());
        }
        Ok(Self { atoms: atoms.to_vec() })
    }

    /// Reads `weight:eigenvalue;weight:eigenvalue;…`.
    ///
    /// # Errors
    /// [`Error::Argument`] for a text that is no such list, and as for [`new`](Self::new).
    pub fn read(text: &str) -> Result<Self> {
        let wrong = |part: &str| {
            let expected = format!(
                "'{part}' is no weight:eigenvalue; write pairs separated by semicolons, as in \"0.25:3;0.75:0.25\""
            );
            Error::argument("--spectrum", text, expected)
        };
        let number = |part: &str, piece: &str| constant(piece.trim()).map_err(|_| wrong(part));
        let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
        let atoms = parts.map(|part| {
            let (w, s) = part.split_once(':').ok_or_else(|| wrong(part))?;
            Ok((number(part, w)?, number(part, s)?))
        });
        Self::new(&atoms.collect::<Result<Vec<_>>>()?)
    }

    /// The same in few eigenvalues, neighbours put together, as text.
    pub fn coarse(&self, most: usize) -> String {
        let count = self.atoms.len();
        let groups = most.min(count);
        let parts = (0..groups).map(|k| {
            let some = &self.atoms[k * count / groups..(k + 1) * count / groups];
            let weight: f64 = some.iter().map(|(w, _)| w).sum();
            let mean = some.iter().map(|(w, s)| w * s).sum::<f64>() / weight;
            format!("{weight}:{mean:.6}")
        });
        parts.collect::<Vec<_>>().join(";")
    }

    /// Weights and eigenvalues.
    pub fn atoms(&self) -> &[(f64, f64)] {
        &self.atoms
    }

    /// ⟨f(σ)⟩.
    pub fn mean(&self, f: impl Fn(f64) -> f64) -> f64 {
        self.atoms.iter().map(|(w, s)| w * f(*s)).sum()
    }

    /// tr Σ/d.
    pub fn trace(&self) -> f64 {
        self.mean(|s| s)
    }
}
