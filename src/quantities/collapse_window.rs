//! The window of collapse: own weight and entropy of the index over z = (log n − I)/√V, where all sizes are one.

use super::energies::ensemble;
use super::explanation::Explanation;
use super::glass::{EXACT_ORDER, LAWS, finite_size, is_gaussian, law};
use super::{Curve, Point, accuracy};
use crate::Answer;
use crate::error::Result;
use crate::models::Model;
use crate::models::parameter::{Domain, Parameter};
use crate::numerics::precision::CURVE_TOLERANCE;
use crate::process::Process;
use crate::rem::finite;
use crate::table::{Cell, Column};

const ORDER: Parameter = Parameter {
    default: Some(LAWS[1]),
    ..Parameter::optional(
        "order",
        "ORDER",
        "refined or scaling, laws of finite size; exact, the averages at this n and d themselves",
        Domain::Name(&[EXACT_ORDER, LAWS[0], LAWS[1]]),
    )
};

/// Own weight and entropy over z.
pub static COLLAPSE_WINDOW: Curve = Curve {
    name: "collapse-window",
    about: "own weight and entropy of the index over z = (log n − I)/√V, on which all n and d collapse",
    process: Process::Gaussian,
    has: is_gaussian,
    samples: true,
    parameters: &[ORDER, accuracy::PARAMETERS[0], accuracy::PARAMETERS[1]],
    example: "--alpha 0.05 --t 0.8:1.6:#9",
    columns: || {
        let column = |name: &str, symbol: &str, unit: &'static str| {
            Column::estimate(name, symbol, unit, "PPV10", CURVE_TOLERANCE)
        };
        vec![
            column("z", "z", "standard deviations of the information density"),
            column("phi_C", "φ_C", "probability"),
            column("index_entropy", "H(index|x_t)", "nats"),
        ]
    },
    cells,
    explanation: Some(&Explanation {
        symbol: "φ_C",
        latex: "\\varphi_C",
        lines: &[
            (
                "z = (log n − I)/√V, V = Σ_i λ_i snr/(1 + λ_i snr): φ_C ≈ Φ(−z), H ≈ √V [zΦ(z) + ϕ(z)]",
                "z &= (\\log n - I)/\\sqrt V, \\quad \\varphi_C \\approx \\Phi(-z), \\quad H \\approx \\sqrt V\\,[z\\Phi(z) + \\phi(z)]",
                "PPV10",
            ),
            (
                "refined: φ_C ≈ E 1/[1 + e^(log n − y) Φ((log n − D)/√V₁)], y|D ~ N(D, V₁), D ~ N(I, V − V₁)",
                "\\varphi_C &\\approx \\mathbb{E}\\,\\frac{1}{1 + e^{\\log n - y}\\,\\Phi((\\log n - D)/\\sqrt{V_1})}",
                "PPV10",
            ),
        ],
        remarks: &[
            "the refined law was measured within 0.005 of φ_C and 0.035 nats of H for |z| ≤ 2, d from 100 to 1000, n ≥ e^10; that it is no more is not proved",
        ],
        intermediates: &[],
    }),
};

fn cells(model: &dyn Model, point: &Point<'_>) -> Result<Vec<Cell>> {
    let laws = finite_size(model, point)?;
    let z = laws.as_ref().and_then(|laws| laws.place());
    let mut cells = vec![Cell::from(Ok(z))];
    if let Some(law) = law(point) {
        let far = cells[0].value().is_some_and(|z| z.abs() > FARTHEST);
        let laws = if far { Answer::absent(FAR) } else { laws };
        cells.push(Ok(laws.as_ref().map(|laws| laws.own_weight(law))).into());
        cells.push(Ok(laws.as_ref().map(|laws| laws.index_entropy(law))).into());
        return Ok(cells);
    }
    let noise = point.noise()?;
    let ensemble = ensemble(model, point)?;
    for quantity in [finite::Quantity::OwnWeight, finite::Quantity::IndexEntropy] {
        let mean = ensemble
            .as_ref()
            .try_and_then(|ensemble| ensemble.mean(quantity, noise).map(Into::into));
        cells.push(mean.into());
    }
    Ok(cells)
}

/// |z| beyond which the laws of the window say nothing of what is left.
const FARTHEST: f64 = 8.0;

const FAR: &str = "so far from the collapse the laws of its window do not hold: --order exact";
