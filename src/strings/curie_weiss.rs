//! Curie-Weiss spins as strings: within a phase two product measures, exactly where that is cheap.

use super::independent::length;
use super::product_classes::Products;
use super::{Strings, finite_length, noised};
use crate::Answer;
use crate::error::Result;
use crate::models::Entry;
use crate::models::parameter::{Domain, OPTIONAL_DIMENSION, Parameter};
use crate::models::{CurieWeiss, curie_weiss};
use crate::numerics::Estimate;
use crate::numerics::random::Stream;
use crate::process::Process;
use crate::tokens::law::chosen;
use crate::tokens::pair::Pair;
use crate::tokens::{Corruption, HiddenEntropy, Law, magnetisation};
use std::sync::OnceLock;

/// The model has Gaussian noise too, and that where nothing is said.
pub(super) const CORRUPTION: Parameter = Parameter::optional(
    "corruption",
    "",
    "what becomes of spins: gaussian, masked, or uniform (drawn again)",
    Domain::Name(&["gaussian", "masked", "uniform"]),
);

/// The entry.
pub(super) const ENTRY: Entry = Entry {
    name: curie_weiss::ENTRY.name,
    about: curie_weiss::ENTRY.about,
    parameters: &[OPTIONAL_DIMENSION, curie_weiss::TEMPERATURE, CORRUPTION],
    process: Process::Tokens,
    classes: true,
    levels: false,
    latent: false,
    example: "--d 200 --temperature 0.8 --corruption masked --n 10000",
    build: |values| {
        let (length, temperature) = (length(values), values.required("temperature")?);
        let m = CurieWeiss::new(f64::INFINITY, temperature)?.magnetisation();
        let pair = Pair::phases(m.value);
        noised(
            ENTRY.name,
            Spins {
                products: Products { pair, length },
                temperature,
                m,
                entropies: OnceLock::new(),
                counts: OnceLock::new(),
            },
            values,
        )
    },
};

struct Spins {
    products: Products,
    temperature: f64,
    m: Estimate,
    /// Entropies of so many spins, where they were needed.
    entropies: OnceLock<Vec<f64>>,
    /// The law of the number of ones, likewise.
    counts: OnceLock<Vec<f64>>,
}

impl Spins {
    /// Entropies of so many spins.
    fn entropies(&self) -> Answer<&[f64]> {
        let length = self.products.length;
        if length > magnetisation::LONGEST as f64 {
            return Answer::absent("summed for at most 5000 spins");
        }
        let made = || magnetisation::entropies(length as usize, self.temperature);
        Answer::Value(self.entropies.get_or_init(made))
    }
}

impl Strings for Spins {
    fn length(&self) -> f64 {
        self.products.length
    }

    /// Leading order in L: within a phase spins are independent.
    fn information(&self, corruption: Corruption, kept: f64) -> Result<Answer> {
        let found = self.products.pair.within(corruption, kept);
        // |dH₂/dm| = artanh m.
        let slope = if self.m.value < 1.0 { self.m.value.atanh() } else { 20.0 };
        Ok(Answer::Value(found.widened(slope * self.m.error)))
    }

    fn hidden_entropy(&self) -> Answer<HiddenEntropy<'_>> {
        self.entropies().map(|entropies| -> HiddenEntropy<'_> {
            Box::new(move |kept| Ok(magnetisation::hidden_entropy(entropies, kept)))
        })
    }

    fn symbols(&self) -> f64 {
        2.0
    }

    /// The number of ones by its law, then their places.
    fn draw(&self, stream: &mut Stream, tokens: &mut [u32]) -> Answer<()> {
        if self.length() > magnetisation::LONGEST as f64 {
            return Answer::absent("drawn for at most 5000 spins");
        }
        let made = || magnetisation::counts(tokens.len(), self.temperature);
        let mut left = chosen(self.counts.get_or_init(made), stream.uniform()) as usize;
        for k in 0..tokens.len() {
            let one = stream.below(tokens.len() - k) < left;
            tokens[k] = u32::from(one);
            left -= usize::from(one);
        }
        Answer::Value(())
    }

    fn law(&self) -> Answer<&Law> {
        Answer::absent("exact at finite n for independent tokens")
    }

    fn pair(&self) -> Answer<Pair> {
        if self.m.value > 0.0 {
            self.products.pair()
        } else {
            Answer::absent("at T ≥ 1 the spins have one phase")
        }
    }

    /// What m leaves open is 2 dm/m of a weak class, and less of a strong one.
    fn class(&self, corruption: Corruption, kept: f64) -> Answer {
        let told = self.pair().and_then(|pair| {
            finite_length(self.length()).map(|length| pair.at(corruption, kept, length))
        });
        let open = 4.0 * self.m.error / self.m.value.max(f64::MIN_POSITIVE);
        told.map(|told| told.information.widened(open * told.information.value))
    }

    fn whole(&self, corruption: Corruption, kept: f64) -> Result<Answer> {
        let length = self.products.length;
        Ok(match corruption {
            Corruption::Uniform => Answer::absent(
                "with its O(1) terms the information is not known under uniform noise: see the asymptotic order",
            ),
            Corruption::Masked => self
                .entropies()
                .map(|entropies| magnetisation::masked_information(entropies, kept) / length),
        })
    }

    fn notes(&self) -> Vec<String> {
        vec!["asymptotic, bayes, φ and the class information are those of the mixture of two product measures, leading order in d; class-bit is exact".into()]
    }
}
