//! What can be explained.

use crate::models::Entry;
use crate::models::parameter::Parameter;
use crate::process::Process;
use crate::quantities::information::{EXACT, EXCESS_ENTROPY};
use crate::quantities::{self, Curve, Explanation, Quantity, noise, sample_size};

/// The excess entropy of the order that is exact at finite n and d has formulas of its own.
const EXACT_EXCESS: &str = "excess-entropy-exact";

/// Parameters that no formula holds: the order is part of the name, accuracy is not at stake, strength is given
/// one way.
const NOT_IN_FORMULAS: [&str; 6] =
    ["order", "tolerance", "seed", "sampler", "guidance-scale", "start-class"];

/// A quantity under the name by which it is explained.
#[derive(Clone)]
pub struct Topic {
    /// The name.
    pub name: String,
    /// The quantity itself; of a curve whose models differ, that of the first of them.
    pub quantity: &'static dyn Quantity,
}

impl Topic {
    /// Everything that can be explained.
    pub fn all() -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for quantity in quantities::all() {
            let name = quantity.name();
            // Models of different kinds may compute a curve in different ways.
            if !all.iter().any(|topic| topic.name == name) {
                all.push(Self { name, quantity });
            }
        }
        all.push(Self { name: EXACT_EXCESS.to_owned(), quantity: &EXCESS_ENTROPY });
        all
    }

    /// The topic called `name`, or by its symbol alone.
    pub fn find(name: &str) -> Option<Self> {
        let name = quantities::meant(name);
        Self::all().into_iter().find(|topic| topic.name == name)
    }

    /// The quantity as data of this kind have it, if they do.
    pub fn of(&self, entry: &Entry) -> Option<&'static dyn Quantity> {
        if self.name == EXACT_EXCESS {
            return entry.levels.then_some(self.quantity);
        }
        quantities::find(&self.name, entry)
    }

    /// The order of the information to be used, where that is part of the name.
    pub(super) fn order(&self) -> Option<&'static str> {
        (self.name == EXACT_EXCESS).then_some(EXACT)
    }

    /// What it is, in a line.
    pub fn about(&self) -> String {
        if self.name == EXACT_EXCESS {
            return "empirical excess entropy f^e/d at finite n and d".into();
        }
        if self.quantity.noise() { Curve::abouts(&self.name) } else { self.quantity.about().into() }
    }

    /// Its formulas, where they do not depend on the model.
    pub(super) fn explanation(&self, entry: &Entry) -> Option<&'static Explanation> {
        // To leading order f is what the model's information makes of it.
        let leading = self.name == EXCESS_ENTROPY.name;
        if leading && entry.process == Process::Gaussian {
            None
        } else {
            self.of(entry)?.explanation()
        }
    }

    /// Parameters that its formulas have beside those of the model, the sample size and the noise level.
    pub fn own(&self, entry: &Entry) -> impl Iterator<Item = Parameter> {
        let explained = self.explanation(entry).is_some();
        let all = self.of(entry).filter(|_| explained).map_or(&[][..], |q| q.parameters());
        all.iter().filter(|p| !NOT_IN_FORMULAS.contains(&p.name)).map(|p| {
            Parameter {
                // Ranges that curves run over by default are no defaults here.
                default: p.default.filter(|text| !text.contains(':')),
                required: p.default.is_some_and(|text| text.contains(':')),
                ..*p
            }
        })
    }

    /// What may be given of it.
    pub fn parameters(&self, entry: &Entry) -> Vec<Parameter> {
        let quantity = self.of(entry).unwrap_or(self.quantity);
        let mut all = entry.parameters.to_vec();
        if quantity.samples() {
            all.extend(sample_size::PARAMETERS);
        }
        if quantity.noise() {
            all.extend(noise::coordinates(quantity.process()));
        }
        all.extend(self.own(entry));
        all
    }
}
