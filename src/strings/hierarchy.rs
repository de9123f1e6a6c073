//! The random hierarchy model: strings derived from a root symbol.

use super::{Strings, noised};
use crate::Answer;
use crate::error::{Error, Result};
use crate::models::Entry;
use crate::models::parameter::{Domain, Parameter, Values};
use crate::numerics::Estimate;
use crate::numerics::random::Stream;
use crate::process::Process;
use crate::tokens::annealed::Annealed;
use crate::tokens::grammar::{Grammar, Left, MOST_OBSERVATIONS};
use crate::tokens::{Corruption, HiddenEntropy, Law};

const fn whole(name: &'static str, symbol: &'static str, help: &'static str) -> Parameter {
    Parameter {
        required: true,
        ..Parameter::optional(name, symbol, help, Domain::Whole { infinite: false })
    }
}

const SYMBOLS: Parameter = whole("symbols", "v", "symbols at every level");
const RULES: Parameter = whole("rules", "m", "rules of a symbol");
const BRANCHING: Parameter = whole("branching", "s", "children of a rule");
/// L.
pub const LEVELS: Parameter = whole("levels", "L", "levels: s^L leaves");

/// How the rules are known.
pub const GRAMMAR: Parameter = Parameter::of_text(
    "grammar",
    "NAME",
    "annealed (beliefs averaged over the rules), affine:A,B (rule number (A i + B level) mod v^s), or random:SEED",
)
.by_default("annealed");

const CORRUPTION: Parameter = Parameter::optional(
    "corruption",
    "",
    "what becomes of leaves: masked, uniform, or gaussian (one-hot; annealed alone)",
    Domain::Name(&["masked", "uniform", "gaussian"]),
)
.by_default("masked");

/// The name of the annealed map.
pub const ANNEALED: &str = "annealed";

/// The entry.
pub const ENTRY: Entry = Entry {
    name: "hierarchy",
    about: "strings of a random hierarchy model: m rules of s children for each of v symbols, L levels",
    parameters: &[SYMBOLS, RULES, BRANCHING, LEVELS, GRAMMAR, CORRUPTION],
    process: Process::Tokens,
    classes: true,
    levels: false,
    latent: false,
    example: "--symbols 3 --rules 2 --branching 2 --levels 3 --grammar affine:2,1 --n 10",
    build: |values| noised(ENTRY.name, Hierarchy::new(values)?, values),
};

/// Whether strings of a kind have levels of symbols between the class and the leaves.
pub fn has_levels(entry: &Entry) -> bool {
    entry.parameters.iter().any(|p| p.name == LEVELS.name)
}

/// The annealed map of a row.
///
/// # Errors
/// Numbers outside their domain.
pub fn annealed(values: &Values) -> Result<Annealed> {
    let number = |p: &Parameter| values.required(p.name);
    let (symbols, rules, branching) = (number(&SYMBOLS)?, number(&RULES)?, number(&BRANCHING)?);
    if symbols < 2.0 {
        return Err(Error::argument("--symbols", symbols, "must be 2 or above"));
    }
    if symbols.powf(branching) > 1e300 {
        let expected = "is too many: v^s, the number of strings of children, must stay below 1e300";
        return Err(Error::argument("--branching", branching, expected));
    }
    if rules * symbols > symbols.powf(branching) {
        let expected = format!(
            "must be at most v^(s-1) = {}: all rules of a level are different strings",
            symbols.powf(branching - 1.0)
        );
        return Err(Error::argument("--rules", rules, expected));
    }
    Ok(Annealed { symbols, rules, branching })
}

/// A grammar, or the map averaged over all.
pub(super) struct Hierarchy {
    map: Annealed,
    levels: f64,
    grammar: Option<Grammar>,
}

/// Largest number of leaves, and of strings of children, that are followed one by one.
const LARGEST: f64 = 1e6;

/// Why strings need a grammar.
const NO_GRAMMAR: &str = "the annealed map knows no strings, and by matching mean beliefs it would overstate what masked and uniform noise leave: name --grammar affine:A,B or random:SEED";

impl Hierarchy {
    fn new(values: &Values) -> Result<Self> {
        let map = annealed(values)?;
        let levels = values.required(LEVELS.name)?;
        let text = values.text(GRAMMAR.name).unwrap_or(ANNEALED);
        let wrong = |expected: &str| Error::argument("--grammar", text, expected);
        let shape = || {
            let leaves = map.branching.powf(levels);
            if leaves > LARGEST || map.symbols.powf(map.branching) > LARGEST {
                return Err(wrong(
                    "is computed for at most a million leaves, and as many strings of children",
                ));
            }
            Ok([map.symbols, map.rules, map.branching, levels].map(|x| x as usize))
        };
        let twice = || wrong("has a rule twice: A must have no divisor in common with v");
        let grammar = if text == ANNEALED {
            None
        } else if let Some(seed) = text.strip_prefix("random:") {
            let seed =
                seed.parse().map_err(|_| wrong("needs a whole number as seed: random:SEED"))?;
            Some(Grammar::random(shape()?, seed).ok_or_else(twice)?)
        } else if let Some((a, b)) =
            text.strip_prefix("affine:").and_then(|rest| rest.split_once(','))
        {
            let number = |text: &str| {
                text.trim().parse().map_err(|_| wrong("needs two whole numbers: affine:A,B"))
            };
            Some(Grammar::affine(shape()?, number(a)?, number(b)?).ok_or_else(twice)?)
        } else {
            return Err(wrong("must be annealed, affine:A,B or random:SEED"));
        };
        Ok(Self { map, levels, grammar })
    }

    /// What noise leaves, in all.
    fn left(&self, corruption: Corruption, kept: f64) -> Answer<Left> {
        let Some(grammar) = &self.grammar else { return Answer::absent(NO_GRAMMAR) };
        match grammar.left(corruption) {
            Some(left) => Answer::Value(left(kept)),
            None => Answer::absent(format!(
                "summed over at most {MOST_OBSERVATIONS:.0e} noisy strings of leaves: these are more"
            )),
        }
    }

    fn entropy(&self) -> Estimate {
        let Annealed { symbols, rules, branching } = self.map;
        Grammar::entropy(symbols, rules, branching, self.levels)
    }
}

impl Strings for Hierarchy {
    fn length(&self) -> f64 {
        self.map.branching.powf(self.levels)
    }

    fn information(&self, corruption: Corruption, kept: f64) -> Result<Answer> {
        if self.grammar.is_none() {
            return Ok(Answer::absent(NO_GRAMMAR));
        }
        // Where everything or nothing is kept, every grammar is alike.
        let whole = if kept == 1.0 {
            Answer::Value(self.entropy())
        } else if kept == 0.0 {
            Answer::Value(Estimate::exact(0.0))
        } else {
            self.left(corruption, kept).map(|left| left.information)
        };
        Ok(whole.map(|whole| whole / self.length()))
    }

    fn curve(&self, corruption: Corruption) -> Option<Box<dyn Fn(f64) -> Left + '_>> {
        Some(Box::new(self.grammar.as_ref()?.left(corruption)?))
    }

    fn hidden_entropy(&self) -> Answer<HiddenEntropy<'_>> {
        // Why there is none is said by what noise leaves.
        let left = self.left(Corruption::Masked, 1.0);
        let Some(curve) = self.curve(Corruption::Masked) else {
            return left.and_then(|_| Answer::absent(NO_GRAMMAR));
        };
        Answer::Value(Box::new(move |kept| {
            Ok(curve(kept).hidden_entropy.unwrap_or(Estimate::exact(0.0)))
        }))
    }

    fn symbols(&self) -> f64 {
        self.map.symbols
    }

    fn draw(&self, stream: &mut Stream, tokens: &mut [u32]) -> Answer<()> {
        match &self.grammar {
            Some(grammar) => {
                let leaves = grammar.derive(stream);
                tokens.iter_mut().zip(leaves).for_each(|(token, leaf)| *token = leaf as u32);
                Answer::Value(())
            }
            None => Answer::absent(NO_GRAMMAR),
        }
    }

    fn law(&self) -> Answer<&Law> {
        Answer::absent("exact at finite n for independent tokens")
    }

    fn labels(&self) -> f64 {
        self.map.symbols
    }

    fn class(&self, corruption: Corruption, kept: f64) -> Answer {
        self.left(corruption, kept).map(|left| left.class)
    }

    fn retention(&self, corruption: Corruption, kept: f64, level: usize) -> Result<Answer> {
        if level as f64 > self.levels {
            let expected = format!("must be at most {}, the leaves", self.levels);
            return Err(Error::argument("--level", level, expected));
        }
        Ok(self.left(corruption, kept).map(|left| left.retained[level]))
    }

    fn reconstruction(&self, epsilon: f64) -> Answer {
        let v = self.map.symbols;
        match &self.grammar {
            None if self.levels <= LARGEST => {
                let p = 1.0 - epsilon + epsilon / v;
                Answer::Value(self.map.root(p, self.levels as usize))
            }
            None => Answer::absent("iterated for at most a million levels"),
            Some(grammar) => match grammar.believed(epsilon) {
                Some(found) => Answer::Value(found),
                None => Answer::absent(format!(
                    "summed over at most {MOST_OBSERVATIONS:.0e} strings of leaves: these are more"
                )),
            },
        }
    }
}
