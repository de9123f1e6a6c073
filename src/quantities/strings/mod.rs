//! What is computed of strings of tokens.

mod finite;
pub mod times;

use super::explanation::{Explanation, Line};
use super::{Curve, Point, copies};
use crate::Answer;
use crate::error::Result;
use crate::models::Model;
use crate::models::parameter::{Domain, Parameter};
use crate::numerics::Estimate;
use crate::numerics::precision::CURVE_TOLERANCE;
use crate::process::Process;
use crate::strings::hierarchy::has_levels;
use crate::strings::noise::{EPSILON, KEPT};
use crate::table::{Cell, Column};
use crate::tokens::{Corruption, Noised};

const ORDER: Parameter = Parameter {
    name: "order",
    symbol: "order",
    latex: "\\text{order}",
    aliases: &[],
    help: "asymptotic: f = log n/d − I/d; exact at this n and d",
    domain: Domain::Name(&["asymptotic", "exact"]),
    default: Some("asymptotic"),
    required: false,
};

const OF_THE_INFORMATION: Parameter = Parameter {
    help: "asymptotic: within a class; class-bit: with the class, exactly",
    domain: Domain::Name(&["asymptotic", "class-bit"]),
    ..ORDER
};

/// The level below the root whose symbols are meant.
pub const LEVEL: Parameter = Parameter::optional(
    "level",
    "l",
    "level below the root, up to the leaves, instead of the class",
    Domain::Whole { infinite: false },
);

fn column(
    name: &'static str,
    symbol: &'static str,
    unit: &'static str,
    source: &'static str,
) -> Column {
    Column::estimate(name, symbol, unit, source, CURVE_TOLERANCE)
}

/// A cell of what is computed of strings and ᾱ.
fn cell(
    model: &dyn Model,
    point: &Point<'_>,
    of: impl FnOnce(Noised<'_>, f64) -> Result<Answer>,
) -> Result<Cell> {
    let kept = point.values.required(KEPT.name)?;
    Ok(model.strings().try_and_then(|noised| of(noised, kept)).into())
}

/// The information under both corruptions.
const LINES_OF_THE_INFORMATION: [Line; 2] = [
    (
        "masked:  I(a; x_t) = E_S H(a_S), S the tokens that are kept, each with probability ᾱ",
        "\\text{masked: } I(a; x_t) &= \\mathbb{E}_S H(a_S), \\quad P(i \\in S) = \\bar\\alpha",
        "SAS24",
    ),
    (
        "uniform: I(a; x_t) = H(x_t) − d h(ᾱ), h the entropy of a token drawn again with probability 1 − ᾱ",
        "\\text{uniform: } I(a; x_t) &= H(x_t) - d\\, h(\\bar\\alpha)",
        "LME24",
    ),
];

/// I(a; x_t)/d.
pub static INFORMATION: Curve = Curve {
    name: "information",
    about: "information I(a; x_t) that noisy strings hold on the clean ones",
    process: Process::Tokens,
    has: |_| true,
    samples: false,
    parameters: &[OF_THE_INFORMATION],
    example: "--kept 0.05:1:#20",
    columns: || vec![column("information", "I(a; x_t)/d", "nats per token", "BBDM24").flat()],
    cells: |model, point| {
        let whole = point.values.text(ORDER.name) == Some("class-bit");
        Ok(vec![cell(model, point, |noised, kept| {
            let Noised { strings, corruption } = noised;
            if whole {
                strings.whole(corruption, kept)
            } else {
                strings.information(corruption, kept)
            }
        })?])
    },
    explanation: Some(&Explanation {
        symbol: "I/d",
        latex: "I/d",
        lines: &LINES_OF_THE_INFORMATION,
        remarks: &[],
        intermediates: &[],
    }),
};

/// dI(a; x_t)/dᾱ under masking.
pub static HIDDEN: Curve = Curve {
    name: "hidden-entropy",
    about: "mean entropy of a hidden token given those kept: the least validation loss of a masked language model",
    process: Process::Tokens,
    has: |_| true,
    samples: false,
    parameters: &[],
    example: "--kept 0:1:#20",
    columns: || vec![column("hidden_entropy", "h'", "nats per token", "SAS24").flat()],
    cells: |model, point| {
        Ok(vec![cell(model, point, |noised, kept| match noised.corruption {
            Corruption::Masked => {
                noised.strings.hidden_entropy().try_and_then(|of| Ok(of(kept)?.into()))
            }
            Corruption::Uniform => Ok(Answer::absent("no token is hidden under uniform noise")),
        })?])
    },
    explanation: Some(&Explanation {
        symbol: "h'",
        latex: "h'",
        lines: &[(
            "h'(ᾱ) = (1/d) Σ_i H(a_i | a_S), i ∉ S, each other token in S with probability ᾱ; h(ᾱ) = I(a; x_t)/d",
            "h'(\\bar\\alpha) &= \\tfrac1d \\sum_i H(a_i | a_S),\\ i \\notin S, \\quad h(\\bar\\alpha) = I(a; x_t)/d",
            "SAS24",
        )],
        remarks: &["with the class, where there are two"],
        intermediates: &[],
    }),
};

/// H(class|x_t) and I(class; x_t).
pub static CLASS_ENTROPY: Curve = Curve {
    name: "class-entropy",
    about: "entropy of the class given a noisy string",
    process: Process::Tokens,
    has: |entry| entry.classes,
    samples: false,
    parameters: &[],
    example: "--kept 0.05:1:#20",
    columns: || {
        vec![
            column("class_entropy", "H(class|x_t)", "nats", "ABBM26").flat(),
            column("class_information", "I(class; x_t)", "nats", "ABBM26"),
        ]
    },
    cells: |model, point| {
        let told = |noised: Noised<'_>, kept| noised.strings.class(noised.corruption, kept);
        let entropy = cell(model, point, |noised, kept| {
            let all = Estimate::exact(noised.strings.labels()).ln();
            Ok(told(noised, kept).map(|told| all - told))
        })?;
        Ok(vec![entropy, cell(model, point, |noised, kept| Ok(told(noised, kept)))?])
    },
    explanation: Some(&Explanation {
        symbol: "H(class|x_t)",
        latex: "H(\\mathrm{class}|x_t)",
        lines: &[(
            "H(class|x_t) = log K − I(class; x_t)",
            "H(\\mathrm{class}|x_t) &= \\log K - I(\\mathrm{class}; x_t)",
            "ABBM26",
        )],
        remarks: &[
            "masked: I(class; x_t) = Σ_r Bin(r; d, ᾱ) J_r, J_r what r tokens tell of their class; uniform: J_d of the noisy tokens",
        ],
        intermediates: &[],
    }),
};

const RETENTION: Explanation = Explanation {
    symbol: "φ",
    latex: "\\varphi",
    lines: &[(
        "φ = E_{x~P_t} Σ_k P(k|x)²",
        "\\varphi &= \\mathbb{E}_{x\\sim P_t} \\sum_k P(k|x)^2",
        "BBDM24 Eq. 6",
    )],
    remarks: &[],
    intermediates: &[],
};

/// φ.
pub static PHI: Curve = Curve {
    name: "phi",
    about: "probability that a draw from the posterior keeps the class of strings",
    process: Process::Tokens,
    has: |entry| entry.classes && !has_levels(entry),
    samples: false,
    parameters: &[],
    example: "--kept 0.05:1:#20",
    columns: || vec![column("phi", "φ", "probability", "BBDM24").flat()],
    cells: |model, point| {
        let level = point.values.number(LEVEL.name).unwrap_or(0.0) as usize;
        Ok(vec![cell(model, point, |noised, kept| {
            noised.strings.retention(noised.corruption, kept, level)
        })?])
    },
    explanation: Some(&RETENTION),
};

/// φ of the class, or of the symbols at a level below it.
pub static PHI_OF_LEVELS: Curve = Curve {
    name: PHI.name,
    about: PHI.about,
    process: Process::Tokens,
    has: has_levels,
    samples: false,
    parameters: &[LEVEL],
    example: PHI.example,
    columns: PHI.columns,
    cells: PHI.cells,
    explanation: Some(&RETENTION),
};

/// f = α − I(a; x_t)/d, or the entropy of the index exactly.
pub static EXCESS_ENTROPY: Curve = Curve {
    name: "excess-entropy",
    about: "empirical excess entropy f per token",
    process: Process::Tokens,
    has: |_| true,
    samples: true,
    parameters: &[ORDER],
    example: "--n 1000 --kept 0.05:1:#20",
    columns: || vec![column("f", "f", "nats per token", "BBDM24").flat()],
    cells: |model, point| {
        let size = point.size()?;
        let exact = point.values.text(ORDER.name) == Some("exact");
        Ok(vec![cell(model, point, |noised, kept| {
            if exact {
                let length = noised.strings.length();
                let found = finite::collapse(noised, kept, size.log_n);
                return Ok(found.map(|(entropy, _)| entropy / length));
            }
            let information = noised.strings.information(noised.corruption, kept)?;
            Ok(information.map(|information| size.alpha - information))
        })?])
    },
    explanation: Some(&Explanation {
        symbol: "f",
        latex: "f",
        lines: &[("f = α − I(a; x_t)/d", "f &= \\alpha - I(a; x_t)/d", "BBDM24 Eq. 5")],
        remarks: &[
            "--order exact of curve is H(index|x_t, data)/d at this n and d: under masking E log(1 + N), N the other samples that match",
        ],
        intermediates: &[],
    }),
};

/// The weight of the own sample.
pub static CONDENSATION: Curve = Curve {
    name: "condensation",
    about: "weight of the own sample under the empirical score",
    process: Process::Tokens,
    has: |_| true,
    samples: true,
    parameters: &copies::PARAMETERS,
    example: "--n 1000 --kept 0.05:1:#20",
    columns: || vec![column("own_weight", "E w_1", "probability", "D81")],
    cells: |model, point| {
        let size = point.size()?;
        let copies = copies::log_copies(point.values).filter(|copies| copies.value > 0.0);
        Ok(vec![cell(model, point, |noised, kept| {
            Ok(match copies {
                Some(copies) => finite::of_copies(noised, kept, size.log_n, copies.value),
                None => finite::collapse(noised, kept, size.log_n).map(|(_, own)| own),
            })
        })?])
    },
    explanation: Some(&Explanation {
        symbol: "E w₁",
        latex: "\\mathbb{E} w_1",
        lines: &[(
            "E w₁ = E 1/(1 + N), N the other samples that match the tokens kept",
            "\\mathbb{E} w_1 &= \\mathbb{E}\\, 1/(1 + N)",
            "D81",
        )],
        remarks: &["under uniform noise samples weigh by their Hamming distances instead"],
        intermediates: &[],
    }),
};

/// The belief in the root, over the noise of the leaves' beliefs.
pub static RECONSTRUCTION: Curve = Curve {
    name: "reconstruction",
    about: "belief in the root symbol over the noise of the leaves' beliefs",
    process: Process::Beliefs,
    has: has_levels,
    samples: false,
    parameters: &[],
    example: "--epsilon 0:1:#20",
    columns: || vec![column("p_root", "p_L", "belief", "SFW24").flat()],
    cells: |model, point| {
        let epsilon = point.values.required(EPSILON.name)?;
        Ok(vec![Ok(model.strings().and_then(|n| n.strings.reconstruction(epsilon))).into()])
    },
    explanation: Some(&Explanation {
        symbol: "p_L",
        latex: "p_L",
        lines: &[(
            "p_0 = 1 − ε + ε/v,  p_{l+1} = F(p_l)",
            "p_0 &= 1 - \\epsilon + \\epsilon/v, \\quad p_{l+1} = F(p_l)",
            "SFW24",
        )],
        remarks: &["a grammar that is named is followed exactly instead of by the averaged map F"],
        intermediates: &[],
    }),
};
