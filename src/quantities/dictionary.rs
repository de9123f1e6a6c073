//! The dictionary between collapse and the glass transition, with a model's numbers.

use super::explanation::Explanation;
use super::{Curve, Point};
use crate::Answer;
use crate::error::Result;
use crate::models::{Model, Order};
use crate::process::Process;
use crate::rem::large_deviations::Energies;
use crate::table::{Cell, Column};
use crate::transitions::collapse::excess_entropy;

/// Names, symbols, units: what a glass calls a number of the collapse.
const WORDS: [(&str, &str, &str); 8] = [
    ("glass.entropy", "Σ(e_1)", "nats per dimension"),
    ("glass.energy", "e_1", "per dimension"),
    ("glass.kauzmann", "t_K = t_C", "OU time"),
    ("glass.dynamical", "T_d = t_o", "OU time"),
    ("glass.parisi", "m", "inverse temperature"),
    ("glass.basin", "r*", "noise radius"),
    ("glass.self_overlap", "q_EA", "unit of the data squared"),
    ("glass.overlap", "q_0", "unit of the data squared"),
];

/// All of them at a noise level.
pub static GLASS: Curve = Curve {
    name: "glass",
    about: "collapse as a glass transition: configurational entropy, Kauzmann and dynamical point, Parisi parameter, overlaps",
    process: Process::Gaussian,
    has: |entry| entry.levels,
    samples: true,
    parameters: &[],
    example: "--alpha 0.5 --t 0.1,0.2,0.3",
    columns: || {
        let column = |(name, symbol, unit): (&str, &str, &'static str)| {
            Column::estimate(name, symbol, unit, "D81", f64::INFINITY)
        };
        WORDS.map(column).to_vec()
    },
    cells: dictionary,
    explanation: Some(&Explanation {
        symbol: "Σ",
        latex: "\\Sigma",
        lines: &[
            (
                "configurations: training samples; disorder: the noisy point x_t; energy E = |x − e^(−t) a|²/2Δ at β = 1",
                "&\\text{configurations: training samples; disorder: } x_t;\\ E = |x - e^{-t} a|^2/2\\Delta,\\ \\beta = 1",
                "D81",
            ),
            (
                "configurational entropy Σ(e_1) = f(t) = α − I/d; it vanishes at the Kauzmann point, t_C",
                "\\Sigma(e_1) &= f(t) = \\alpha - I/d, \\text{ zero at the Kauzmann point } t_C",
                "BBDM24 Eq. 5",
            ),
            (
                "dynamical transition T_d: t_o, below which samples are metastable with basins of radius r*",
                "T_d &: t_o, \\text{ below which samples are metastable, with basins of radius } r^*",
                "AALMV25",
            ),
            (
                "Parisi parameter m = λ_c(t) < 1 below t_C, of a point that is made from no training sample",
                "m &= \\lambda_c(t) < 1 \\text{ below } t_C, \\text{ of a fresh point}",
                "D81",
            ),
            (
                "overlap: q_EA = E|a|²/d of a sample with itself, q_0 = E|E[a|x]|²/d of the population; P(q) = φ_C δ(q − q_EA) + (1 − φ_C) δ(q − q_0)",
                "P(q) &= \\varphi_C\\, \\delta(q - q_\\mathrm{EA}) + (1 - \\varphi_C)\\, \\delta(q - q_0)",
                "FP95",
            ),
        ],
        remarks: &[
            "random first order: the entropy is continuous with a jump of its slope, the mean energy is ½ on both sides (no latent heat), the overlap jumps",
            "a point made from a training sample is won by that sample as a whole at t_C: m describes fresh points only, and 1 − m is not the participation of generated samples",
        ],
        intermediates: &[],
    }),
};

fn dictionary(model: &dyn Model, point: &Point<'_>) -> Result<Vec<Cell>> {
    let (noise, alpha) = (point.noise()?, point.size()?.alpha);
    let levels = model.energies(alpha.value)?;
    let of = |number: &dyn Fn(&Energies) -> Result<Answer>| -> Cell {
        levels.as_ref().try_and_then(number).into()
    };
    let far = noise.tau() == 0.0 || !noise.tau().is_finite();
    let energy = |levels: &Energies| {
        if far {
            return Ok(Answer::absent("no levels to compare at t = 0 or t = ∞"));
        }
        Ok(levels.complexity(noise, 1.0)?.energy.into())
    };
    let parisi = |levels: &Energies| levels.parisi(noise);
    let own = model.second_moment();
    let population = match model.mmse(noise) {
        Ok(mmse) => Ok(mmse.and_then(|mmse| own.clone().map(|own| own - mmse))),
        Err(error) => Err(error),
    };
    let entropy = excess_entropy(model, alpha, Order::Asymptotic, 0.0, noise).map(|answer| {
        answer.and_then(|f| {
            if f.value.is_finite() {
                Answer::Value(f)
            } else {
                Answer::absent("the information of continuous data is infinite at t = 0")
            }
        })
    });
    Ok(vec![
        entropy.into(),
        of(&energy),
        of(&|levels| Ok(levels.collapse_time()?.into())),
        of(&|levels| Ok(levels.onset_time()?.into())),
        of(&parisi),
        of(&|levels| levels.basin(noise)),
        Ok(own).into(),
        population.into(),
    ])
}
