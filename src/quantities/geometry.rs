//! What the score's Jacobian shows of the spectrum, from a fresh point.

use super::explanation::Explanation;
use super::formulas::LARGE_DEVIATIONS;
use super::{Curve, Point};
use crate::Answer;
use crate::error::Result;
use crate::glass::geometry::{best_pair, effective_dimension, gap, largest_gap};
use crate::models::Model;
use crate::numerics::Estimate;
use crate::numerics::precision::CURVE_TOLERANCE;
use crate::process::Process;
use crate::spectrum::{Atoms, Spectrum};
use crate::table::{Cell, Column};

/// Effective dimension and spectral gap of the score's Jacobian.
pub static JACOBIAN: Curve = Curve {
    name: "jacobian",
    about: "the score's Jacobian at a fresh point: effective dimension of the empirical score, gap of the population's, best noise",
    process: Process::Gaussian,
    has: |entry| entry.name == crate::models::gaussian::ENTRY.name,
    samples: true,
    parameters: &[],
    example: "--alpha 0.5 --t 0.02:0.5:#13",
    columns: || {
        vec![
            Column::estimate("effective_dimension", "D/d", "per dimension", "D81", CURVE_TOLERANCE)
                .flat(),
            Column::estimate("gap", "g", "", "D81", CURVE_TOLERANCE),
            Column::estimate("gap_sigma", "σ*", "unit of the data", "D81", f64::INFINITY),
            Column::estimate("largest_gap", "g*", "", "D81", CURVE_TOLERANCE),
        ]
    },
    cells: jacobian,
    explanation: Some(&Explanation {
        symbol: "D/d",
        latex: "D/d",
        lines: &[
            LARGE_DEVIATIONS,
            (
                "D/d = Σ_i w_i λ_c (1 + λ_i snr)/(1 + λ_c λ_i snr): Cov_w,ii = λ_c λ_i/(1 + λ_c λ_i snr) over the posterior's",
                "D/d &= \\sum_i w_i \\frac{\\lambda_c (1 + \\lambda_i\\,\\mathrm{snr})}{1 + \\lambda_c \\lambda_i\\,\\mathrm{snr}}",
                "D81",
            ),
            (
                "g = σ²/(σ² + b) − σ²/(σ² + a) for neighbouring variances a > b; largest at σ² = √(ab), (√a − √b)/(√a + √b)",
                "g &= \\frac{\\sigma^2}{\\sigma^2 + b} - \\frac{\\sigma^2}{\\sigma^2 + a}, \\quad \\sigma_*^2 = \\sqrt{ab}, \\quad g_* = \\frac{\\sqrt a - \\sqrt b}{\\sqrt a + \\sqrt b}",
                "D81",
            ),
        ],
        remarks: &[
            "λ_c = 1 for t ≥ t_C: the population's. At fresh points directions of low variance are lost first, near a training point all are at t_C",
            "J of the gap is in coordinates a + σz, σ = σ_VE",
        ],
        intermediates: &[],
    }),
};

fn jacobian(model: &dyn Model, point: &Point<'_>) -> Result<Vec<Cell>> {
    let (noise, alpha) = (point.noise()?, point.size()?.alpha.value);
    let atoms: Answer<&Atoms> = match model.spectrum() {
        Answer::Value(Spectrum::Atoms(atoms)) => Answer::Value(atoms),
        _ => Answer::absent("known for spectra of finitely many eigenvalues"),
    };
    let dimension = atoms.clone().try_and_then(|atoms| {
        model.energies(alpha)?.try_and_then(|levels| {
            Ok(levels.parisi(noise)?.map(|m| effective_dimension(atoms, noise, m)))
        })
    });
    let pair = atoms.and_then(|atoms| {
        best_pair(atoms)
            .map_or_else(|| Answer::absent("one variance: there is no gap"), Answer::Value)
    });
    let here = pair.as_ref().and_then(|pair| {
        if noise.tau().is_finite() {
            Answer::Value(gap(*pair, noise))
        } else {
            Answer::Value(Estimate::exact(0.0))
        }
    });
    let best = pair.map(largest_gap);
    let part = |k: usize| Cell::from(Ok(best.as_ref().map(|best| best[k])));
    Ok(vec![dimension.into(), Ok(here).into(), part(0), part(1)])
}
