//! Two classes of independent two-valued tokens.

use super::independent::length;
use super::noise::CORRUPTION;
use super::{Strings, finite_length, noised};
use crate::Answer;
use crate::error::Result;
use crate::models::Entry;
use crate::models::parameter::{Domain, OPTIONAL_DIMENSION, Parameter};
use crate::numerics::random::Stream;
use crate::process::Process;
use crate::tokens::pair::Pair;
use crate::tokens::{Corruption, HiddenEntropy, Law};

const fn probability(
    name: &'static str,
    symbol: &'static str,
    latex: &'static str,
    help: &'static str,
) -> Parameter {
    Parameter {
        name,
        symbol,
        latex,
        aliases: &[],
        help,
        domain: Domain::Fraction,
        default: None,
        required: true,
    }
}

const FIRST: Parameter =
    probability("first", "p₁", "p_1", "probability that a token of the first class is one");
const SECOND: Parameter =
    probability("second", "p₂", "p_2", "probability that a token of the second class is one");

/// The entry.
pub(super) const ENTRY: Entry = Entry {
    name: "product-classes",
    about: "two fair classes of strings of independent two-valued tokens",
    parameters: &[OPTIONAL_DIMENSION, FIRST, SECOND, CORRUPTION],
    process: Process::Tokens,
    classes: true,
    levels: false,
    latent: false,
    example: "--first 0.6 --second 0.4 --d 50 --n 1000",
    build: |values| {
        let pair = Pair::new(values.required("first")?, values.required("second")?);
        noised(ENTRY.name, Products { pair, length: length(values) }, values)
    },
};

/// Two classes of products.
pub(super) struct Products {
    pub(super) pair: Pair,
    pub(super) length: f64,
}

impl Strings for Products {
    fn length(&self) -> f64 {
        self.length
    }

    fn information(&self, corruption: Corruption, kept: f64) -> Result<Answer> {
        Ok(Answer::Value(self.pair.within(corruption, kept)))
    }

    fn hidden_entropy(&self) -> Answer<HiddenEntropy<'_>> {
        // All that is kept of a token is all of it.
        let within = self.pair.within(Corruption::Masked, 1.0);
        finite_length(self.length).map(|length| -> HiddenEntropy<'_> {
            let class = self.pair.hidden_entropy(length);
            Box::new(move |kept| Ok(within + class(kept)))
        })
    }

    fn symbols(&self) -> f64 {
        2.0
    }

    fn draw(&self, stream: &mut Stream, tokens: &mut [u32]) -> Answer<()> {
        let p = if stream.uniform() < 0.5 { self.pair.first } else { self.pair.second };
        tokens.iter_mut().for_each(|token| *token = u32::from(stream.uniform() >= p));
        Answer::Value(())
    }

    fn law(&self) -> Answer<&Law> {
        Answer::absent("exact at finite n for independent tokens of one class")
    }

    fn pair(&self) -> Answer<Pair> {
        Answer::Value(self.pair)
    }

    fn whole(&self, corruption: Corruption, kept: f64) -> Result<Answer> {
        Ok(finite_length(self.length).map(|length| {
            let class = self.pair.at(corruption, kept, length).information;
            self.pair.within(corruption, kept) + class / self.length
        }))
    }
}
