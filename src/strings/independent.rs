//! Independent tokens.

use super::noise::CORRUPTION;
use super::{Strings, noised};
use crate::Answer;
use crate::error::{Error, Result};
use crate::models::Entry;
use crate::models::parameter::{OPTIONAL_DIMENSION, Parameter, Values};
use crate::numerics::random::Stream;
use crate::process::Process;
use crate::tokens::{Corruption, HiddenEntropy, Law};

const TOKENS: Parameter = Parameter {
    required: true,
    ..Parameter::of_text(
        "tokens",
        "LAW",
        "law of a token: uniform:K, binary:P, or its probabilities [P1,P2,...]",
    )
};

/// The entry.
pub(super) const ENTRY: Entry = Entry {
    name: "tokens",
    about: "strings of independent tokens",
    parameters: &[OPTIONAL_DIMENSION, TOKENS, CORRUPTION],
    process: Process::Tokens,
    classes: false,
    levels: false,
    latent: false,
    example: "--tokens uniform:50257 --d 1024 --n 1e9",
    build: |values| {
        let text = values.text(TOKENS.name).unwrap_or_default();
        noised(ENTRY.name, Independent { law: law(text)?, length: length(values) }, values)
    },
};

/// How far from one probabilities may sum.
const SUM_TOLERANCE: f64 = 1e-9;

/// The law that a text describes.
fn law(text: &str) -> Result<Law> {
    let wrong = |expected: String| Error::argument("--tokens", text, expected);
    let number = |text: &str| {
        crate::symbolic::constant(text.trim()).map_err(|e| wrong(format!("{text}: {e}")))
    };
    if let Some(symbols) = text.strip_prefix("uniform:") {
        let symbols = number(symbols)?;
        if !(symbols >= 1.0 && symbols.fract() == 0.0 && symbols < 1e15) {
            return Err(wrong("uniform:K needs a whole number of symbols K, 1 or above".into()));
        }
        return Ok(Law::Uniform(symbols));
    }
    if let Some(p) = text.strip_prefix("binary:") {
        let p = number(p)?;
        if !(0.0..=1.0).contains(&p) {
            return Err(wrong("binary:P needs a probability P between 0 and 1".into()));
        }
        return Ok(Law::binary(p));
    }
    let list = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let p = list.split(',').map(number).collect::<Result<Vec<f64>>>()?;
    if let Some(bad) = p.iter().find(|p| !(0.0..=1.0).contains(*p)) {
        return Err(wrong(format!("{bad} is no probability: uniform:K, binary:P or [P1,P2,...]")));
    }
    let sum: f64 = p.iter().sum();
    if (sum - 1.0).abs() > SUM_TOLERANCE {
        return Err(wrong(format!("the probabilities sum to {sum}, not to 1")));
    }
    Ok(Law::Given(p.into_iter().map(|p| p / sum).collect()))
}

struct Independent {
    law: Law,
    length: f64,
}

impl Strings for Independent {
    fn length(&self) -> f64 {
        self.length
    }

    fn information(&self, corruption: Corruption, kept: f64) -> Result<Answer> {
        Ok(Answer::Value(self.law.information(corruption, kept)))
    }

    fn hidden_entropy(&self) -> Answer<HiddenEntropy<'_>> {
        let entropy = self.law.entropy();
        Answer::Value(Box::new(move |_| Ok(entropy)))
    }

    fn symbols(&self) -> f64 {
        self.law.symbols()
    }

    fn draw(&self, stream: &mut Stream, tokens: &mut [u32]) -> Answer<()> {
        tokens.iter_mut().for_each(|token| *token = self.law.draw(stream));
        Answer::Value(())
    }

    fn law(&self) -> Answer<&Law> {
        Answer::Value(&self.law)
    }
}

/// The number of tokens of a row.
pub(super) fn length(values: &Values) -> f64 {
    values.number("d").unwrap_or(f64::INFINITY)
}
