//! Random activations from the whole grammar of expressions.

use rand::rand_core::SeedableRng;
use rand::{RngExt, rngs::ChaCha8Rng};
use regimes::symbolic::{Activation, Function, activation};

/// A seeded source of activations and of numbers.
pub(crate) struct Generator(ChaCha8Rng);

impl Generator {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number between `low` and `high`, uniform in its logarithm.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low * (high / low).powf(self.0.random::<f64>())
    }

    fn below(&mut self, n: usize) -> usize {
        self.0.random_range(0..n)
    }

    fn number(&mut self) -> String {
        match self.below(4) {
            0 => format!("{}", 1 + self.below(4)),
            1 => format!("{:.2}", self.between(0.05, 5.0)),
            2 => "pi".to_owned(),
            _ => format!("{:.1}", self.between(0.1, 2.0)),
        }
    }

    fn signed(&mut self) -> String {
        let number = self.number();
        if self.below(2) == 0 { number } else { format!("(-{number})") }
    }

    /// An expression in z of at most the given depth.
    fn expression(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.below(6) {
                0 => self.signed(),
                1 => format!("({}*z)", self.signed()),
                2 => format!("(z-{})", self.number()),
                _ => "z".to_owned(),
            };
        }
        match self.below(12) {
            0 | 1 => format!("({}+{})", self.expression(depth - 1), self.expression(depth - 1)),
            2 => format!("({}-{})", self.expression(depth - 1), self.expression(depth - 1)),
            3 | 4 => format!("{}*{}", self.expression(depth - 1), self.expression(depth - 1)),
            5 => format!("{}/(1+({})^2)", self.expression(depth - 1), self.expression(depth - 1)),
            6 => format!("({})^{}", self.expression(depth - 1), 2 + self.below(3)),
            7 => format!("(1+abs({}))^{:.1}", self.expression(depth - 1), self.between(0.3, 1.5)),
            _ => self.call(depth),
        }
    }

    fn call(&mut self, depth: usize) -> String {
        let function = Function::ALL[self.below(Function::ALL.len())];
        let inner = self.expression(depth - 1);
        let name = function.name();
        match (name, function.arity()) {
            ("log" | "log2" | "log10", _) => format!("{name}(1+abs({inner}))"),
            ("log1p" | "sqrt", _) => format!("{name}(abs({inner}))"),
            ("asin", _) => format!("asin(tanh({inner}))"),
            ("tan", _) => format!("tan(tanh({inner}))"),
            ("clip", _) => format!("clip({inner}, -{}, {})", self.number(), self.number()),
            (_, 1) => format!("{name}({inner})"),
            (_, 2) => format!("{name}({inner}, {})", self.expression(depth - 1)),
            _ => format!("{name}({inner}, -{}, {})", self.number(), self.number()),
        }
    }

    /// The next text that the analysis accepts, with what it means.
    pub(crate) fn activation(&mut self) -> (String, Activation) {
        loop {
            let depth = 1 + self.below(3);
            let text = self.expression(depth);
            if let Ok(phi) = activation(&text)
                && !matches!(phi.class(), regimes::symbolic::Class::Constant(_))
            {
                return (text, phi);
            }
        }
    }
}
