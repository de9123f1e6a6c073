//! What can be explained.

use super::levels::LEVELS;
use crate::{curve, examples, noise, sample_size};
use regimes::models::parameter::Parameter;
use regimes::models::{Entry, Order};
use regimes::transitions::speciation::CRITERIA;

/// What can be explained, apart from the criteria of t_S.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    Speciation(usize),
    Collapse(Order),
    Phi,
    ClassEntropy,
    Information,
    ExcessEntropy,
    /// Of the random energy model: a line of [`LEVELS`].
    Level(usize),
}

impl Topic {
    pub(super) fn all() -> Vec<(String, Self)> {
        let mut all: Vec<(String, Self)> = CRITERIA
            .iter()
            .enumerate()
            .map(|(k, c)| (format!("t_S.{}", c.name), Self::Speciation(k)))
            .collect();
        all.extend(Order::ALL.map(|o| (format!("t_C.{}", o.name()), Self::Collapse(o))));
        all.push(("phi".into(), Self::Phi));
        all.push(("class-entropy".into(), Self::ClassEntropy));
        all.push(("information".into(), Self::Information));
        all.push(("excess-entropy".into(), Self::ExcessEntropy));
        all.extend(LEVELS.iter().enumerate().map(|(k, l)| (l.name.to_owned(), Self::Level(k))));
        all
    }

    /// What it is, in a line.
    pub(super) fn about(self) -> String {
        match self {
            Self::Speciation(k) => CRITERIA[k].definition.into(),
            Self::Collapse(Order::Asymptotic) => {
                "I(a; x_t)/d = log n/d, to leading order in d".into()
            }
            Self::Collapse(Order::ClassBit) => {
                "the same, the information on the class included".into()
            }
            Self::Phi => curve::abouts("phi"),
            Self::ClassEntropy => curve::abouts("class-entropy"),
            Self::Information => curve::abouts("information"),
            Self::ExcessEntropy => curve::abouts("excess-entropy"),
            Self::Level(k) if LEVELS[k].about.is_empty() => curve::abouts(LEVELS[k].name),
            Self::Level(k) => LEVELS[k].about.into(),
        }
    }

    /// Whether data of this kind have the quantity.
    pub(super) fn of(self, entry: &Entry) -> bool {
        match self {
            Self::Speciation(k) => CRITERIA[k].applies(entry),
            Self::Level(_) => entry.levels,
            Self::Phi | Self::ClassEntropy => entry.classes,
            _ => true,
        }
    }

    /// Whether it depends on the number of samples.
    pub(super) fn needs_samples(self) -> bool {
        matches!(self, Self::Collapse(_) | Self::ExcessEntropy | Self::Level(_))
    }

    pub(super) fn example(self, name: &str, entry: &Entry) -> String {
        let model =
            if self.needs_samples() { entry.example } else { examples::without_samples(entry) };
        let noise = if self.needs_noise() { " --t 1" } else { "" };
        format!("Example: regimes explain {name} {} {model}{noise}", entry.name)
    }

    pub(super) fn parameters(self, entry: &Entry) -> Vec<Parameter> {
        let mut all = entry.parameters.to_vec();
        if self.needs_samples() {
            all.extend(sample_size::PARAMETERS);
        }
        if self.needs_noise() {
            all.extend(noise::PARAMETERS);
        }
        if let Self::Level(k) = self {
            all.extend(LEVELS[k].parameters);
        }
        all
    }

    /// False for times.
    pub(super) fn needs_noise(self) -> bool {
        match self {
            Self::Collapse(_) | Self::Speciation(_) => false,
            Self::Level(k) => LEVELS[k].at_noise,
            _ => true,
        }
    }
}
