//! Random hierarchy models: strings derived from a root symbol, and exact belief propagation on them.
//!
//! Each of v symbols has m rules at every level, each rule s children; all m v rules of a level are different
//! strings, so that every string of leaves has one derivation.

use super::corruption::{Corruption, row_information};
use super::{binomial, divergence_term};
use crate::numerics::random::{Purpose, Seed, Stream};
use crate::numerics::special::entropy_term;
use crate::numerics::{Estimate, stop};

/// A grammar, level by level from the root.
#[derive(Clone, Debug)]
pub struct Grammar {
    symbols: usize,
    rules: usize,
    branching: usize,
    /// For each level, the children of rule r of symbol a at (a m + r) s.
    levels: Vec<Vec<usize>>,
}

/// Most strings of children that a grammar chooses its rules from.
const MOST_TUPLES: usize = 1 << 22;

/// Most observations that are summed.
pub const MOST_OBSERVATIONS: f64 = 3e6;

/// Most rules that are followed over all observations: some seconds.
const MOST_WORK: f64 = 3e9;

/// What all observations with as many visible leaves add up to; under uniform noise all of them together.
#[derive(Clone, Debug, Default)]
struct Sums {
    /// Σ −P log P; under uniform noise n log v less that.
    entropy: f64,
    /// Σ_a ½…: I(root; x).
    class: f64,
    /// Σ P(unchanged), for the root and every level below it.
    retained: Vec<f64>,
}

/// What a noise level leaves of strings.
#[derive(Clone, Debug)]
pub struct Left {
    /// I(a; x_t) in nats, whole.
    pub information: Estimate,
    /// I(root; x_t) in nats.
    pub class: Estimate,
    /// E Σ_c P(c|x_t)² of the root and of the symbols of each level below it, in the mean.
    pub retained: Vec<Estimate>,
    /// The mean entropy of a hidden leaf given those visible, in nats; none where no leaf is hidden.
    pub hidden_entropy: Option<Estimate>,
}

impl Grammar {
    /// The grammar whose rule r of symbol a at level l = 1 … L is the string with number
    /// (A(a m + r) + B l) mod v^s, digits of base v, most significant first; gcd(A, v) = 1.
    pub fn affine(shape: [usize; 4], a: u64, b: u64) -> Option<Self> {
        let [symbols, rules, branching, depth] = shape;
        let tuples = symbols.checked_pow(u32::try_from(branching).ok()?)?;
        let number = |level: usize, rule: usize| {
            ((u128::from(a) * rule as u128 + u128::from(b) * level as u128) % tuples as u128)
                as usize
        };
        let chosen = |level: usize| (0..symbols * rules).map(|rule| number(level, rule)).collect();
        Self::of(shape, (1..=depth).map(chosen).collect())
    }

    /// A grammar with rules drawn without repetition.
    pub fn random(shape: [usize; 4], seed: u64) -> Option<Self> {
        let [symbols, rules, branching, depth] = shape;
        let tuples = symbols.checked_pow(u32::try_from(branching).ok()?)?;
        if tuples > MOST_TUPLES || symbols * rules > tuples {
            return None;
        }
        let drawn = |level: usize| {
            let mut stream = Seed(seed).stream(Purpose::Samples, level as u64, 0);
            let mut all: Vec<usize> = (0..tuples).collect();
            for k in 0..symbols * rules {
                let other = k + stream.below(tuples - k);
                all.swap(k, other);
            }
            all.truncate(symbols * rules);
            all
        };
        Self::of(shape, (1..=depth).map(drawn).collect())
    }

    fn of([symbols, rules, branching, _]: [usize; 4], numbers: Vec<Vec<usize>>) -> Option<Self> {
        let mut levels = Vec::new();
        for level in numbers {
            let mut seen = level.clone();
            seen.sort_unstable();
            seen.dedup();
            if seen.len() < level.len() {
                return None;
            }
            let mut children = Vec::with_capacity(level.len() * branching);
            for number in level {
                children
                    .extend((0..branching).rev().map(|j| number / symbols.pow(j as u32) % symbols));
            }
            levels.push(children);
        }
        Some(Self { symbols, rules, branching, levels })
    }

    /// Number of leaves s^L.
    pub fn leaves(&self) -> usize {
        self.branching.pow(self.levels.len() as u32)
    }

    /// The leaves that a root and rules drawn at random lead to.
    pub fn derive(&self, stream: &mut Stream) -> Vec<usize> {
        let mut symbols = vec![stream.below(self.symbols)];
        for children in &self.levels {
            symbols = symbols
                .iter()
                .flat_map(|symbol| {
                    let rule = symbol * self.rules + stream.below(self.rules);
                    children[rule * self.branching..(rule + 1) * self.branching].iter().copied()
                })
                .collect();
        }
        symbols
    }

    /// log of the number of strings, log v + (s^L − 1)/(s − 1) log m.
    pub fn entropy(symbols: f64, rules: f64, branching: f64, levels: f64) -> Estimate {
        let inner = if branching == 1.0 {
            levels
        } else {
            (branching.powf(levels) - 1.0) / (branching - 1.0)
        };
        Estimate::exact(symbols).ln() + Estimate::exact(rules).ln() * inner
    }

    /// Messages of all nodes from those of the leaves: the root's first, then level by level.
    fn upward(&self, leaves: &[f64], messages: &mut [Vec<f64>]) {
        let v = self.symbols;
        let depth = self.levels.len();
        messages[depth].copy_from_slice(leaves);
        for level in (0..depth).rev() {
            let (above, below) = messages.split_at_mut(level + 1);
            let (above, below) = (&mut above[level], &below[0]);
            let rules = &self.levels[level];
            for node in 0..self.branching.pow(level as u32) {
                for a in 0..v {
                    let mut sum = 0.0;
                    for r in 0..self.rules {
                        let rule = (a * self.rules + r) * self.branching;
                        let mut product = 1.0;
                        for j in 0..self.branching {
                            product *= below[(node * self.branching + j) * v + rules[rule + j]];
                        }
                        sum += product;
                    }
                    above[node * v + a] = sum / self.rules as f64;
                }
            }
        }
    }

    /// What comes from above to every node: joint with what is seen outside of it.
    fn downward(&self, messages: &[Vec<f64>], from_above: &mut [Vec<f64>]) {
        let v = self.symbols;
        from_above[0].fill(1.0 / v as f64);
        for level in 0..self.levels.len() {
            let rules = &self.levels[level];
            let (above, below) = from_above.split_at_mut(level + 1);
            let (above, below) = (&above[level], &mut below[0]);
            below.fill(0.0);
            for node in 0..self.branching.pow(level as u32) {
                for a in 0..v {
                    let weight = above[node * v + a] / self.rules as f64;
                    if weight == 0.0 {
                        continue;
                    }
                    for r in 0..self.rules {
                        let rule = (a * self.rules + r) * self.branching;
                        for child in 0..self.branching {
                            let mut product = weight;
                            for j in (0..self.branching).filter(|j| *j != child) {
                                product *= messages[level + 1]
                                    [(node * self.branching + j) * v + rules[rule + j]];
                            }
                            below[(node * self.branching + child) * v + rules[rule + child]] +=
                                product;
                        }
                    }
                }
            }
        }
    }

    /// Sums over all observations; under masking by the number of visible leaves, with the weights of the
    /// mask left out.
    fn sums(&self, corruption: Corruption, kept: f64) -> Option<Vec<Sums>> {
        let (v, leaves, depth) = (self.symbols, self.leaves(), self.levels.len());
        let kinds = match corruption {
            Corruption::Masked => v + 1,
            Corruption::Uniform => v,
        };
        let observations = (kinds as f64).powf(leaves as f64);
        let each = (v * self.rules * self.branching * leaves) as f64;
        if observations > MOST_OBSERVATIONS || observations * each > MOST_WORK {
            return None;
        }
        let (other, even) = ((1.0 - kept) / v as f64, (v as f64).powf(leaves as f64));
        let empty = Sums { retained: vec![0.0; depth + 1], ..Sums::default() };
        let mut all = vec![empty; leaves + 1];
        let room = |level: usize| vec![0.0; self.branching.pow(level as u32) * v];
        let mut messages: Vec<Vec<f64>> = (0..=depth).map(room).collect();
        let mut from_above = messages.clone();
        let (mut seen, mut leaf) = (vec![0; leaves], vec![0.0; leaves * v]);
        for count in 0..kinds.pow(leaves as u32) {
            if count.is_multiple_of(4096) {
                stop::point();
            }
            let mut rest = count;
            for symbol in &mut seen {
                *symbol = rest % kinds;
                rest /= kinds;
            }
            for (message, &symbol) in leaf.chunks_exact_mut(v).zip(&seen) {
                for (a, m) in message.iter_mut().enumerate() {
                    *m = match corruption {
                        Corruption::Masked => f64::from(u8::from(symbol == v || symbol == a)),
                        Corruption::Uniform => other + if symbol == a { kept } else { 0.0 },
                    };
                }
            }
            self.upward(&leaf, &mut messages);
            let probability = messages[0].iter().sum::<f64>() / v as f64;
            if probability == 0.0 {
                continue;
            }
            let visible = match corruption {
                Corruption::Masked => seen.iter().filter(|symbol| **symbol < v).count(),
                Corruption::Uniform => 0,
            };
            let sums = &mut all[visible];
            sums.entropy += match corruption {
                Corruption::Masked => entropy_term(probability),
                // n log v − H(x), terms ≥ 0.
                Corruption::Uniform => divergence_term(probability * even - 1.0) / even,
            };
            let class =
                |m: &f64| if *m > 0.0 { m / v as f64 * (m / probability).ln() } else { 0.0 };
            sums.class += messages[0].iter().map(class).sum::<f64>();
            self.downward(&messages, &mut from_above);
            for (level, sum) in sums.retained.iter_mut().enumerate() {
                let nodes = self.branching.pow(level as u32);
                let joint = messages[level].iter().zip(&from_above[level]).map(|(m, u)| m * u);
                *sum += joint.map(|p| p * p).sum::<f64>() / probability / nodes as f64;
            }
        }
        if corruption == Corruption::Uniform {
            all.truncate(1);
        }
        Some(all)
    }

    /// What noise leaves, or nothing where there are too many observations to sum.
    pub fn left(&self, corruption: Corruption) -> Option<impl Fn(f64) -> Left + '_> {
        let masked = match corruption {
            Corruption::Masked => Some(self.sums(corruption, 1.0)?),
            Corruption::Uniform => {
                let count = (self.symbols as f64).powf(self.leaves() as f64);
                let each = (self.symbols * self.rules * self.branching * self.leaves()) as f64;
                (count <= MOST_OBSERVATIONS && count * each <= MOST_WORK).then_some(())?;
                None
            }
        };
        let n = self.leaves();
        Some(move |kept: f64| {
            let uniform = if masked.is_none() { self.sums(corruption, kept) } else { None };
            let all = masked.as_ref().or(uniform.as_ref()).map_or(&[][..], |all| all);
            let weight = |r: usize| match corruption {
                Corruption::Masked => kept.powi(r as i32) * (1.0 - kept).powi((n - r) as i32),
                Corruption::Uniform => 1.0,
            };
            let of = |part: &dyn Fn(&Sums) -> f64| {
                let value: f64 =
                    all.iter().enumerate().map(|(r, sums)| weight(r) * part(sums)).sum();
                Estimate::new(value, ROUNDING * value.abs())
            };
            let information = match corruption {
                Corruption::Masked => of(&|sums| sums.entropy),
                // H(x) − Σ H(x_i|a_i), both from log v a leaf.
                Corruption::Uniform => {
                    let rows = row_information(kept, self.symbols as f64) * n as f64;
                    // Roundings of the probabilities, ε each, are ε² where nothing is kept.
                    (rows - of(&|sums| sums.entropy)).widened(1e-15 * rows.value.sqrt() + 1e-29)
                }
            };
            let retained = (0..=self.levels.len()).map(|k| of(&|sums| sums.retained[k])).collect();
            // Sums over masks of r visible leaves: their mean is over the number of such masks.
            let hidden_entropy = (corruption == Corruption::Masked).then(|| {
                let mut masks = 1.0;
                let mut means = Vec::with_capacity(n + 1);
                for (r, sums) in all.iter().enumerate() {
                    means.push(sums.entropy / masks);
                    masks *= (n - r) as f64 / (r + 1) as f64;
                }
                let largest = means.iter().copied().fold(0.0, f64::max);
                binomial::gain(&means, ROUNDING * largest, kept)
            });
            Left {
                hidden_entropy,
                information,
                class: of(&|sums| sums.class).widened(1e-15),
                retained,
            }
        })
    }

    /// The mean belief in the true root of all strings, where every leaf is believed with 1 − ε + ε/v and
    /// the rest of the belief lies evenly on the others.
    pub fn believed(&self, epsilon: f64) -> Option<Estimate> {
        let (v, leaves, depth) = (self.symbols, self.leaves(), self.levels.len());
        if (v as f64).powf(leaves as f64) > MOST_OBSERVATIONS {
            return None;
        }
        let room = |level: usize| vec![0.0; self.branching.pow(level as u32) * v];
        let mut messages: Vec<Vec<f64>> = (0..=depth).map(room).collect();
        let mut leaf = vec![0.0; leaves * v];
        let (mut total, mut belief) = (0.0, 0.0);
        for count in 0..v.pow(leaves as u32) {
            let symbol = |k: usize| count / v.pow(k as u32) % v;
            let mut fill = |own: f64, others: f64| {
                for (k, message) in leaf.chunks_exact_mut(v).enumerate() {
                    message.fill(others);
                    message[symbol(k)] = own;
                }
            };
            fill(1.0, 0.0);
            self.upward(&leaf, &mut messages);
            let Some(root) = messages[0].iter().position(|m| *m > 0.0) else { continue };
            let probability = messages[0][root];
            let mut fill = |own: f64, others: f64| {
                for (k, message) in leaf.chunks_exact_mut(v).enumerate() {
                    message.fill(others);
                    message[symbol(k)] = own;
                }
            };
            fill(1.0 - epsilon + epsilon / v as f64, epsilon / v as f64);
            self.upward(&leaf, &mut messages);
            total += probability;
            belief += probability * messages[0][root] / messages[0].iter().sum::<f64>();
        }
        let value = belief / total;
        Some(Estimate::new(value, ROUNDING * value))
    }
}

/// Roundings of sums of up to three million products of positive numbers.
const ROUNDING: f64 = 1e-12;
