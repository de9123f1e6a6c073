//! Where strings collapse and choose their class, as the share ᾱ of tokens that is kept there.

use super::LINES_OF_THE_INFORMATION as OF_THE_INFORMATION;
use crate::Answer;
use crate::error::Result;
use crate::models::{Entry, Model};
use crate::numerics::Estimate;
use crate::numerics::precision::TIME_TOLERANCE;
use crate::process::Process;
use crate::quantities::explanation::{Explanation, Line};
use crate::quantities::{Point, Quantity};
use crate::strings::hierarchy::has_levels;
use crate::strings::transitions::{bayes, class_entropy, collapse, half_retention};
use crate::table::{Cell, Column};
use crate::tokens::Noised;

/// A transition of strings.
pub struct Transition {
    /// Its name after `kept_`.
    name: &'static str,
    about: &'static str,
    source: &'static str,
    has: fn(&Entry) -> bool,
    at: Kind,
    explanation: Explanation,
}

/// How it is found.
enum Kind {
    /// From the strings alone.
    OfStrings(fn(Noised<'_>) -> Result<Answer>),
    /// Where I(a; x_t) = log n, with the class or within it.
    OfSamples { whole: bool },
}

const fn explained(
    symbol: &'static str,
    latex: &'static str,
    lines: &'static [Line],
) -> Explanation {
    Explanation { symbol, latex, lines, remarks: &[], intermediates: &[] }
}

const COLLAPSE: Explanation = explained(
    "ᾱ_C",
    "\\bar\\alpha_C",
    &[
        (
            "f(ᾱ) = α − I(a; x_t)/d = 0 at ᾱ_C",
            "f(\\bar\\alpha) &= \\alpha - I(a; x_t)/d = 0 \\text{ at } \\bar\\alpha_C",
            "BBDM24 Eq. 5",
        ),
        OF_THE_INFORMATION[0],
        OF_THE_INFORMATION[1],
    ],
);

/// Every transition; a new one is an entry here.
pub static ALL: &[Transition] = &[
    Transition {
        name: "S.half-retention",
        about: "half of what can be kept of the class beyond chance is kept",
        source: "SFW24",
        has: has_levels,
        at: Kind::OfStrings(|n| half_retention(n.strings, n.corruption)),
        explanation: explained(
            "ᾱ_S",
            "\\bar\\alpha_S",
            &[("φ(ᾱ_S) = ½(1 + 1/v)", "\\varphi(\\bar\\alpha_S) &= \\tfrac12 (1 + 1/v)", "SFW24")],
        ),
    },
    Transition {
        name: "S.bayes",
        about: "the mean log-likelihood ratio of two classes is its standard deviation",
        source: "ABBM26",
        has: |entry| entry.classes && !has_levels(entry),
        at: Kind::OfStrings(|n| bayes(n.strings, n.corruption)),
        explanation: explained(
            "ᾱ_S",
            "\\bar\\alpha_S",
            &[
                (
                    "masked:  ᾱ_S = M₂/[D² (d + 1)], D = E log(p₁/p₂), M₂ = E log²(p₁/p₂) over a token of one class, the class for which it is less",
                    "\\text{masked: } \\bar\\alpha_S &= M_2/[D^2 (d + 1)]",
                    "ABBM26",
                ),
                (
                    "uniform: (d + 1) D²(ᾱ_S) = M₂(ᾱ_S) of noisy tokens",
                    "\\text{uniform: } (d + 1) D^2(\\bar\\alpha_S) &= M_2(\\bar\\alpha_S)",
                    "ABBM26",
                ),
            ],
        ),
    },
    Transition {
        name: "S.class-entropy",
        about: "the class is learned fastest in log ᾱ",
        source: "ABBM26",
        has: |entry| entry.classes && !has_levels(entry),
        at: Kind::OfStrings(|n| class_entropy(n.strings, n.corruption)),
        explanation: explained(
            "ᾱ_S",
            "\\bar\\alpha_S",
            &[(
                "dI(class; x_t)/d log ᾱ is largest at ᾱ_S",
                "dI(\\mathrm{class}; x_t)/d \\log\\bar\\alpha &\\text{ is largest at } \\bar\\alpha_S",
                "ABBM26",
            )],
        ),
    },
    Transition {
        name: "C.asymptotic",
        about: "I(a; x_t)/d = log n/d within the class",
        source: "BBDM24 Eq. 5",
        has: |_| true,
        at: Kind::OfSamples { whole: false },
        explanation: COLLAPSE,
    },
    Transition {
        name: "C.class-bit",
        about: "the same, the information on the class included",
        source: "BBDM24 Eq. 5, class information added",
        has: |entry| entry.classes && !has_levels(entry),
        at: Kind::OfSamples { whole: true },
        explanation: COLLAPSE,
    },
];

/// What a transition is called on a schedule of tokens, where `name` is its place in ᾱ.
pub fn on_a_schedule(name: &str) -> Option<String> {
    name.strip_prefix(KEPT).map(|name| format!("t_{name}"))
}

const KEPT: &str = "kept_";

impl Quantity for Transition {
    fn name(&self) -> String {
        format!("{KEPT}{}", self.name)
    }

    fn about(&self) -> &'static str {
        self.about
    }

    fn process(&self) -> Process {
        Process::Tokens
    }

    fn has(&self, entry: &Entry) -> bool {
        (self.has)(entry)
    }

    fn samples(&self) -> bool {
        matches!(self.at, Kind::OfSamples { .. })
    }

    fn columns(&self) -> Vec<Column> {
        let symbol = self.explanation.symbol;
        let (name, source) = (Quantity::name(self), self.source);
        vec![Column::estimate(name, symbol, "probability", source, TIME_TOLERANCE)]
    }

    fn is_collapse(&self) -> bool {
        self.samples()
    }

    fn alpha_at(&self, model: &dyn Model, at: f64) -> Result<Option<Answer>> {
        let Kind::OfSamples { whole } = self.at else { return Ok(None) };
        if !(at > 0.0 && at < 1.0) {
            return Ok(None);
        }
        let of = |noised: Noised<'_>| {
            let Noised { strings, corruption } = noised;
            if whole { strings.whole(corruption, at) } else { strings.information(corruption, at) }
        };
        model.strings().try_and_then(of).map(Some)
    }

    fn cells(&self, model: &dyn Model, point: &Point<'_>) -> Result<Vec<Cell>> {
        let noised = model.strings();
        Ok(vec![match self.at {
            Kind::OfStrings(at) => noised.try_and_then(at).into(),
            Kind::OfSamples { whole } => {
                let alpha: Estimate = point.size()?.alpha;
                noised.try_and_then(|n| collapse(n.strings, n.corruption, alpha, whole)).into()
            }
        }])
    }

    fn explanation(&self) -> Option<&Explanation> {
        Some(&self.explanation)
    }
}
