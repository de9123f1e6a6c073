//! What a model of strings says of itself.

use super::grammar::Left;
use super::pair::{Pair, Told};
use super::{Corruption, Law};
use crate::Answer;
use crate::error::Result;
use crate::numerics::Estimate;
use crate::numerics::random::Stream;

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

    /// The mean entropy of a hidden token given those kept, as a function of ᾱ, or why it is not known.
    fn hidden_entropy(&self) -> Answer<HiddenEntropy<'_>> {
        Answer::absent("the entropy of a hidden token is not known for these strings")
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

    /// Number of symbols K of a token.
    fn symbols(&self) -> f64;

    /// Draws a string into `tokens`, or says why none is drawn.
    fn draw(&self, stream: &mut Stream, tokens: &mut [u32]) -> Answer<()>;

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
pub fn finite_length(length: f64) -> Answer<usize> {
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

/// The mean entropy in nats of a hidden token given those kept: the slope by ᾱ of what a masked string tells per
/// token, with its class.
pub type HiddenEntropy<'a> = Box<dyn Fn(f64) -> Result<Estimate> + 'a>;

/// Strings and what becomes of their tokens.
#[derive(Clone, Copy)]
pub struct Noised<'a> {
    /// The strings.
    pub strings: &'a dyn Strings,
    /// What becomes of a token that is not kept.
    pub corruption: Corruption,
}
