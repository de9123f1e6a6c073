//! Strings of tokens under masked and uniform noise: the models, their transitions, their curves.
//!
//! The noise coordinate is ᾱ, the probability that a token was never hit: `kept`. A new model is its file
//! and a line in [`CATALOGUE`]; a new curve an entry of [`curves::ALL`].

mod annealed;
mod curie_weiss;
pub mod curves;
mod hierarchy;
mod independent;
mod ising_chain;
mod markov_chain;
pub mod noise;
mod product_classes;
pub mod schedules;
mod table;
mod times;
pub mod transitions;

pub use table::{parameters as curve_parameters, plan as curve};
pub use times::{SCHEDULE, parameters as times_parameters, plan as times};

use crate::Answer;
use crate::error::Result;
use crate::models::parameter::{Parameter, Values};
use crate::tokens::grammar::Left;
use crate::tokens::pair::{Pair, Told};
use crate::tokens::{Corruption, Law};

/// What a model of strings says of itself.
pub trait Strings: Send + Sync {
    /// Number of tokens L = d; infinite in the limit of long strings.
    fn length(&self) -> f64;

    /// I(a; x_t)/L within a class where there are two, in nats per token.
    ///
    /// # Errors
    /// Failed numerics.
    fn information(&self, corruption: Corruption, kept: f64) -> Result<Answer>;

    /// All that noise leaves, as a function of ᾱ, for models that prepare it once.
    fn curve(&self, corruption: Corruption) -> Option<Box<dyn Fn(f64) -> Left + '_>> {
        let _ = corruption;
        None
    }

    /// The law of independent tokens of data of one class, or why they are not independent.
    fn law(&self) -> Answer<&Law>;

    /// The two classes, or why there are none.
    fn pair(&self) -> Answer<Pair> {
        Answer::absent(ONE_CLASS)
    }

    /// I(a; x_t)/L with the class, exactly, or why it is not known.
    ///
    /// # Errors
    /// Failed numerics.
    fn whole(&self, corruption: Corruption, kept: f64) -> Result<Answer> {
        let _ = (corruption, kept);
        Ok(Answer::absent("one class: there is no class bit, the asymptotic order is exact"))
    }

    /// Number of classes.
    fn labels(&self) -> f64 {
        2.0
    }

    /// I(class; x_t) in nats, or why there is none.
    fn class(&self, corruption: Corruption, kept: f64) -> Answer {
        told(self.pair(), self.length(), corruption, kept).map(|told| told.information)
    }

    /// The probability that a draw from the posterior has the class, or at a level below it the symbol.
    ///
    /// # Errors
    /// A level that there is not.
    fn retention(&self, corruption: Corruption, kept: f64, level: usize) -> Result<Answer> {
        let _ = level;
        Ok(told(self.pair(), self.length(), corruption, kept).map(|told| told.cloning))
    }

    /// The belief in the class where every token is believed with 1 − ε.
    fn reconstruction(&self, epsilon: f64) -> Answer {
        let _ = epsilon;
        Answer::absent("defined for hierarchies")
    }

    /// Remarks that every result should carry.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

fn told(pair: Answer<Pair>, length: f64, corruption: Corruption, kept: f64) -> Answer<Told> {
    pair.and_then(|pair| finite_length(length).map(|length| pair.at(corruption, kept, length)))
}

/// Why there are no classes.
const ONE_CLASS: &str = "these strings have one class";

/// The length as a number of tokens to sum over, or why it is none.
pub(crate) fn finite_length(length: f64) -> Answer<usize> {
    if length > LONGEST {
        return Answer::absent(if length.is_infinite() {
            "defined at finite d"
        } else {
            "computed for strings of at most 100000 tokens"
        });
    }
    Answer::Value(length as usize)
}

/// Longest string whose sums are followed token by token.
const LONGEST: f64 = 1e5;

/// A kind of strings.
#[derive(Debug)]
pub struct Entry {
    /// Name on the command line.
    pub name: &'static str,
    /// One line of help.
    pub about: &'static str,
    /// Its parameters.
    pub parameters: &'static [Parameter],
    /// Whether it has classes.
    pub classes: bool,
    /// Whether it has levels of symbols between the class and the leaves.
    pub levels: bool,
    /// An example of the arguments that follow the name.
    pub example: &'static str,
    /// Builds the model.
    pub build: fn(&Values) -> Result<Box<dyn Strings>>,
}

/// Every kind of strings.
pub const CATALOGUE: &[Entry] = &[
    independent::ENTRY,
    markov_chain::ENTRY,
    ising_chain::ENTRY,
    product_classes::ENTRY,
    curie_weiss::ENTRY,
    hierarchy::ENTRY,
];

/// The kind of strings called `name`.
pub fn find(name: &str) -> Option<&'static Entry> {
    CATALOGUE.iter().find(|entry| entry.name == name)
}

/// The kind of strings that `model` means under a corruption that may be given: models that have Gaussian
/// noise too are strings where one is.
pub fn meant(model: &str, corruption: Option<&str>) -> Option<&'static Entry> {
    let gaussian = crate::models::CATALOGUE.iter().any(|entry| entry.name == model);
    find(model).filter(|_| !gaussian || corruption.is_some_and(|name| name != "gaussian"))
}
