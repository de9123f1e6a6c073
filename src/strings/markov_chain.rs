//! Stationary Markov chains, from a file, and what they tell.

use super::independent::length;
use super::noise::CORRUPTION;
use super::{Strings, noised};
use crate::Answer;
use crate::document::Document;
use crate::error::{Error, Result};
use crate::models::Entry;
use crate::models::parameter::{OPTIONAL_DIMENSION, Parameter};
use crate::numerics::Estimate;
use crate::numerics::random::Stream;
use crate::process::Process;
use crate::tokens::chain::NoChain;
use crate::tokens::gaps::Gaps;
use crate::tokens::law::chosen;
use crate::tokens::{Chain, Corruption, HiddenEntropy, Law, hidden};
use std::path::Path;

const FILE: Parameter = Parameter {
    required: true,
    ..Parameter::of_text("file", "file", "TOML or JSON file: transition = [[p, q, ...], ...]")
};

/// The entry.
pub(super) const ENTRY: Entry = Entry {
    name: "markov-chain",
    about: "strings drawn from a stationary Markov chain, from a file",
    parameters: &[FILE, OPTIONAL_DIMENSION, CORRUPTION],
    process: Process::Tokens,
    classes: false,
    levels: false,
    latent: false,
    example: "chain.toml --d 64 --n 10000",
    build: |values| {
        let path =
            values.text("file").ok_or_else(|| Error::Usage("markov-chain needs a FILE".into()))?;
        let document = Document::read(Path::new(path))?;
        let root = document.root();
        document.table(root, &["transition"])?;
        let node = document
            .get(root, "transition")
            .ok_or_else(|| document.error(root, "has no transition = [[...], ...]"))?;
        let rows = document.list(node)?;
        let matrix = rows.iter().map(|row| document.numbers(row)).collect::<Result<_>>()?;
        let chain = Chain::new(matrix).map_err(|why| document.error(node, said(&why)))?;
        noised(ENTRY.name, Markov::new(chain, length(values)), values)
    },
};

/// What is wrong with a matrix.
fn said(why: &NoChain) -> String {
    match why {
        NoChain::Shape => "must be a square matrix, a row for each symbol".into(),
        NoChain::Sum(row, sum) => format!("row {} sums to {sum}, not to 1", row + 1),
        NoChain::Entry(row, entry) => {
            format!("row {} has {entry}, which is no probability", row + 1)
        }
        NoChain::Reducible(from, to) => format!(
            "symbol {} is never reached from symbol {}: the chain has no single stationary law to start from",
            to + 1,
            from + 1
        ),
        NoChain::Periodic(period) => format!(
            "the chain has period {period}: tokens far apart never become independent, which the rates here need"
        ),
    }
}

/// A chain and the length of its strings.
pub(super) struct Markov {
    chain: Chain,
    token: Law,
    length: f64,
}

impl Markov {
    pub(super) fn new(chain: Chain, length: f64) -> Self {
        Self { token: chain.token(), chain, length }
    }
}

impl Strings for Markov {
    fn length(&self) -> f64 {
        self.length
    }

    fn information(&self, corruption: Corruption, kept: f64) -> Result<Answer> {
        if self.chain.stationary().len() == 1 {
            return Ok(Answer::Value(Estimate::exact(0.0)));
        }
        let length = self.length;
        let found = match corruption {
            Corruption::Masked if length.is_finite() => {
                self.chain.masked(kept, length as usize) / length
            }
            Corruption::Masked => {
                // Where the chain hardly forgets: no more is told than all tokens hold, and no less than their share.
                let rate = self.chain.entropy_rate();
                let most = (self.token.entropy() * kept).upper().min(rate.upper());
                let enclosed = || Estimate::between((rate * kept).lower().min(most), most);
                self.chain.masked_rate(kept).unwrap_or_else(enclosed)
            }
            Corruption::Uniform if length.is_finite() => {
                hidden::whole(&self.chain, kept, length as usize) / length
            }
            Corruption::Uniform => hidden::rate(&self.chain, kept),
        };
        // Whatever the sums say, it is no less than nothing and no more than all that is kept, or than there is.
        let rate = self.chain.entropy_rate();
        let all = if length.is_finite() {
            (self.token.entropy() + rate * (length - 1.0)) / length
        } else {
            rate
        };
        let most = (self.token.entropy() * kept).upper().min(all.upper()).max(0.0);
        let value = found.value.clamp(0.0, most);
        let found = Estimate::new(value, found.error.min(most));
        if found.upper() <= most + found.error * 0.5 {
            return Ok(Answer::Value(found));
        }
        Ok(Answer::Value(Estimate::between(found.lower().max(0.0), most)))
    }

    fn hidden_entropy(&self) -> Answer<HiddenEntropy<'_>> {
        let gaps = Gaps::new(&self.chain);
        // Whatever the sums say, it is an entropy.
        let most = self.token.entropy().upper();
        Answer::Value(Box::new(move |kept| {
            // No less than beside both neighbours.
            let enclosed = || Estimate::between(gaps.least().lower().max(0.0).min(most), most);
            let found = gaps.hidden_entropy(kept, self.length).unwrap_or_else(enclosed);
            Ok(Estimate::new(found.value.clamp(0.0, most), found.error.min(most)))
        }))
    }

    fn symbols(&self) -> f64 {
        self.chain.stationary().len() as f64
    }

    fn draw(&self, stream: &mut Stream, tokens: &mut [u32]) -> Answer<()> {
        let mut law = self.chain.stationary();
        for token in tokens {
            *token = chosen(law, stream.uniform());
            law = &self.chain.transition()[*token as usize];
        }
        Answer::Value(())
    }

    fn law(&self) -> Answer<&Law> {
        if self.length == 1.0 {
            return Answer::Value(&self.token);
        }
        Answer::absent("exact at finite n for independent tokens")
    }
}
