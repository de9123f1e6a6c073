//! What is computed of strings at every noise level.

use super::noise::{EPSILON, KEPT};
use super::{Entry, Strings, finite_length};
use crate::Answer;
use crate::error::Result;
use crate::models::parameter::{Domain, Parameter, Values};
use crate::numerics::Estimate;
use crate::numerics::precision::CURVE_TOLERANCE;
use crate::quantities::{SampleSize, copies};
use crate::table::{Cell, Column};
use crate::tokens::{Corruption, Law, hamming, matches};

/// Where a curve is computed.
pub struct At<'a> {
    /// The model.
    pub strings: &'a dyn Strings,
    /// What becomes of tokens.
    pub corruption: Corruption,
    /// ᾱ, or what the curve has in its place.
    pub kept: f64,
    /// The number of samples, where it matters.
    pub size: Option<SampleSize>,
    /// All parameters.
    pub values: &'a Values,
}

/// A curve.
pub struct Curve {
    /// Its name.
    pub name: &'static str,
    /// What it is, in a line.
    pub about: &'static str,
    /// Whether it depends on the number of samples.
    pub samples: bool,
    /// Whether it is one of two classes.
    pub classes: bool,
    /// Further parameters.
    pub parameters: &'static [Parameter],
    /// Its columns.
    pub columns: fn() -> Vec<Column>,
    /// Its cells.
    pub cells: fn(&At<'_>) -> Result<Vec<Cell>>,
}

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
    name: "order",
    symbol: "order",
    latex: "\\text{order}",
    aliases: &[],
    help: "asymptotic: within a class; class-bit: with the class, exactly",
    domain: Domain::Name(&["asymptotic", "class-bit"]),
    default: Some("asymptotic"),
    required: false,
};

fn estimate(
    name: &'static str,
    symbol: &'static str,
    unit: &'static str,
    source: &'static str,
) -> Column {
    Column::estimate(name, symbol, unit, source, CURVE_TOLERANCE)
}

fn cell(answer: Answer) -> Cell {
    Ok(answer).into()
}

/// The level below the root whose symbols are meant.
pub(super) const LEVEL: Parameter = Parameter::optional(
    "level",
    "l",
    "level below the root, up to the leaves, instead of the class",
    Domain::Whole { infinite: false },
);

/// Every curve; a new one is an entry here.
pub const ALL: &[Curve] = &[
    Curve {
        name: "information",
        about: "information I(a; x_t) that noisy strings hold on the clean ones",
        samples: false,
        classes: false,
        parameters: &[OF_THE_INFORMATION],
        columns: || vec![estimate("information", "I(a; x_t)/d", "nats per token", "BBDM24").flat()],
        cells: |at| {
            let order = at.values.text("order").unwrap_or("asymptotic");
            Ok(vec![cell(if order == "class-bit" {
                at.strings.whole(at.corruption, at.kept)?
            } else {
                at.strings.information(at.corruption, at.kept)?
            })])
        },
    },
    Curve {
        name: "class-entropy",
        about: "entropy of the class given a noisy string",
        samples: false,
        classes: true,
        parameters: &[],
        columns: || {
            vec![
                estimate("class_entropy", "H(class|x_t)", "nats", "ABBM26").flat(),
                estimate("class_information", "I(class; x_t)", "nats", "ABBM26"),
            ]
        },
        cells: |at| {
            let told = at.strings.class(at.corruption, at.kept);
            let all = Estimate::exact(at.strings.labels()).ln();
            let entropy = told.as_ref().map(|told| all - *told);
            Ok(vec![cell(entropy), cell(told)])
        },
    },
    Curve {
        name: "phi",
        about: "probability that a draw from the posterior keeps the class",
        samples: false,
        classes: true,
        parameters: &[],
        columns: || vec![estimate("phi", "φ", "probability", "BBDM24").flat()],
        cells: |at| {
            let level = at.values.number(LEVEL.name).unwrap_or(0.0) as usize;
            Ok(vec![cell(at.strings.retention(at.corruption, at.kept, level)?)])
        },
    },
    Curve {
        name: "excess-entropy",
        about: "empirical excess entropy f per token",
        samples: true,
        classes: false,
        parameters: &[ORDER],
        columns: || vec![estimate("f", "f", "nats per token", "BBDM24").flat()],
        cells: |at| {
            let Some(size) = at.size else { return Ok(vec![Cell::EMPTY]) };
            if at.values.text("order") == Some("exact") {
                let length = at.strings.length();
                return Ok(vec![cell(finite(at)?.map(|(entropy, _)| entropy / length))]);
            }
            let information = at.strings.information(at.corruption, at.kept)?;
            Ok(vec![cell(information.map(|information| size.alpha - information))])
        },
    },
    Curve {
        name: "condensation",
        about: "weight of the own sample under the empirical score",
        samples: true,
        classes: false,
        parameters: &copies::PARAMETERS,
        columns: || vec![estimate("own_weight", "E w_1", "probability", "D81")],
        cells: |at| {
            Ok(vec![cell(match copies::log_copies(at.values) {
                Some(copies) if copies.value > 0.0 => of_copies(at, copies.value),
                _ => finite(at)?.map(|(_, own)| own),
            })])
        },
    },
    Curve {
        name: RECONSTRUCTION,
        about: "belief in the root symbol over the noise of the leaves' beliefs",
        samples: false,
        classes: true,
        parameters: &[],
        columns: || vec![estimate("p_root", "p_L", "belief", "SFW24").flat()],
        cells: |at| Ok(vec![cell(at.strings.reconstruction(at.kept))]),
    },
];

/// The belief in the root, over the noise of the leaves' beliefs.
const RECONSTRUCTION: &str = "reconstruction";

impl Curve {
    /// Whether strings of a kind have it.
    pub fn of(&self, entry: &Entry) -> bool {
        if self.name == RECONSTRUCTION {
            return entry.levels;
        }
        entry.classes || !self.classes
    }

    /// The noise coordinate that it runs over.
    pub fn noise(&self) -> Parameter {
        if self.name == RECONSTRUCTION { EPSILON } else { KEPT }
    }

    /// Parameters beside those of the model and the noise.
    pub fn own(&self, entry: &Entry) -> Vec<Parameter> {
        let level = (entry.levels && self.name == "phi").then_some(LEVEL);
        self.parameters.iter().copied().chain(level).collect()
    }

    /// The curve called `name`.
    pub fn find(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|curve| curve.name == name)
    }
}

/// H(index|x_t, data) and φ_C, exactly at this n and d.
fn finite(at: &At<'_>) -> Result<Answer<(Estimate, Estimate)>> {
    let Some(size) = at.size else { return Ok(Answer::absent("needs the number of samples")) };
    let log_n = size.log_n;
    Ok(at.strings.law().and_then(|law| {
        finite_length(at.strings.length()).and_then(|length| match (at.corruption, law) {
            (Corruption::Masked, law) => match matches::independent(law, length, at.kept) {
                Some(visible) => Answer::Value(matches::collapse(log_n, &visible)),
                None => Answer::absent(NOT_SUMMED),
            },
            (Corruption::Uniform, Law::Uniform(symbols)) if *symbols >= 2.0 => {
                match hamming::collapse(length, *symbols, at.kept, log_n) {
                    Some(found) => Answer::Value(found),
                    None => Answer::absent("so many samples or tokens are not summed"),
                }
            }
            (Corruption::Uniform, _) => {
                Answer::absent("exact at finite n under uniform noise for uniform tokens")
            }
        })
    }))
}

/// The weight that a sample held K times has of masked strings, exactly at this n and d.
fn of_copies(at: &At<'_>, log_copies: f64) -> Answer {
    let Some(size) = at.size else { return Answer::absent("needs the number of samples") };
    if at.corruption == Corruption::Uniform {
        return Answer::absent("copies are weighed exactly under masking");
    }
    if log_copies >= size.log_n {
        return Answer::absent("all samples are copies of one: it has all the weight");
    }
    at.strings.law().and_then(|law| {
        finite_length(at.strings.length()).and_then(|length| {
            match matches::independent(law, length, at.kept) {
                Some(visible) => {
                    Answer::Value(matches::collapse_of_copies(size.log_n, log_copies, &visible))
                }
                None => Answer::absent(NOT_SUMMED),
            }
        })
    })
}

/// Why there is no exact sum.
const NOT_SUMMED: &str =
    "exact at finite n for tokens that are uniform or have two values, and not too many";
