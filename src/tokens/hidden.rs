//! Uniform noise on a chain: the output is a hidden Markov chain, and its entropy rate is bracketed.
//!
//! u is the predicted law of the next token given what was read. W_0(u) = log K − H(y|u),
//! W_k(u) = Σ_y P(y|u) W_{k−1}(T_y u), T_y u ∝ (u ∘ C_{·y})P. W_k(π) = log K − H(Y_{k+1}|Y_1^k) rises to
//! log K − (the rate), Σ_x π_x W_{k−1}(P_x) falls to it, and it lies between the smallest and the largest
//! of any W_k. What a token tells is then log K − h_row less that.

use super::chain::Chain;
use super::corruption::{UNITS, row_information};
use super::divergence_term;
use crate::numerics::summation::Compensated;
use crate::numerics::{Estimate, stop};
use nalgebra::{DMatrix, DVector};

/// Nodes of the interpolation over two symbols: ever more, until nothing changes.
const NODES: [usize; 9] = [16, 24, 32, 48, 64, 96, 128, 192, 256];

/// Steps of the recursion that are followed.
const STEPS: usize = 20_000;

/// Words that are enumerated where there are more than two symbols.
const WORDS: f64 = 2e6;

/// Words that hold what the nodes say.
const FEW: f64 = 3000.0;

/// Longest words.
const DEEPEST: usize = 24;

/// W_0(u).
fn gain(belief: &[f64], kept: f64) -> f64 {
    let k = belief.len() as f64;
    belief.iter().map(|u| divergence_term(kept * (k * u - 1.0))).sum::<f64>() / k
}

/// I(a; x_t) in nats per token of an endless string.
pub fn rate(chain: &Chain, kept: f64) -> Estimate {
    let symbols = chain.stationary().len() as f64;
    let token = row_information(kept, symbols);
    if kept == 0.0 {
        return Estimate::exact(0.0);
    }
    (token - limit(chain, kept)).widened(UNITS * token.value)
}

/// I(a; x_t) in nats of a string of `length` tokens, whole.
pub fn whole(chain: &Chain, kept: f64, length: usize) -> Estimate {
    let symbols = chain.stationary().len() as f64;
    let token = row_information(kept, symbols);
    if kept == 0.0 {
        return Estimate::exact(0.0);
    }
    let all = token * length as f64;
    (all - total(chain, kept, length)).widened(UNITS * all.value)
}

/// lim W_k.
fn limit(chain: &Chain, kept: f64) -> Estimate {
    let found = doubled(chain, kept, |grid| grid.limit());
    let sharp = found.is_some_and(|found| found.error <= SHARP);
    let (low, high, _) = enumerated(chain, kept, usize::MAX, if sharp { FEW } else { WORDS });
    // Words enclose it whatever the nodes say.
    let within = |found: &Estimate| found.upper() >= low && found.lower() <= high;
    sharper(found.filter(within), Estimate::between(low, high))
}

/// Σ_{k<L} W_k(π).
fn total(chain: &Chain, kept: f64, length: usize) -> Estimate {
    let start = chain.stationary()[0];
    let found = doubled(chain, kept, |grid| grid.total(start, length));
    if let Some(found) = found.filter(|found| found.error <= SHARP * length as f64) {
        return found;
    }
    let (low, high, known) = enumerated(chain, kept, length, WORDS);
    let rest = (length - known.len()) as f64;
    let sum = known.into_iter().fold(Estimate::exact(0.0), |sum, next| sum + next);
    sharper(found, sum + Estimate::between(low, high) * rest)
}

/// An error of a rate above which words are enumerated too: beliefs that are nearly certain interpolate
/// badly, and bracket well.
const SHARP: f64 = 1e-10;

fn sharper(found: Option<Estimate>, other: Estimate) -> Estimate {
    found.filter(|found| found.error < other.error).unwrap_or(other)
}

/// A number of the recursion over two symbols, on ever more nodes until it stays; nothing for other
/// alphabets, where a token can be certain of the next, and where it does not stay.
fn doubled(chain: &Chain, kept: f64, of: impl Fn(&Grid) -> Option<Estimate>) -> Option<Estimate> {
    let rows = chain.transition();
    if rows.len() != 2 || rows.iter().flatten().any(|p| *p == 0.0) {
        return None;
    }
    if rows[0][0] == rows[1][0] {
        return of(&Grid::new(rows, kept, 1));
    }
    let mut found: Option<Estimate> = None;
    let mut before: Option<f64> = None;
    for nodes in NODES {
        stop::point();
        // On some numbers of nodes the interpolant of an average grows: those say nothing.
        let Some(now) = of(&Grid::new(rows, kept, nodes)) else { continue };
        if let Some(before) = before {
            let change = (now.value - before).abs();
            let stated = now.widened(SAFETY * change);
            found = found.filter(|found| found.error < stated.error).or(Some(stated));
            if change <= now.error {
                return found;
            }
        }
        before = Some(now.value);
    }
    found
}

/// What a change from fewer nodes is taken for: at the ends of what can be reached W is nearly singular,
/// and differences may fall slowly.
const SAFETY: f64 = 4.0;

/// The recursion over two symbols on Chebyshev nodes in the log-odds of u, over all that can be reached.
struct Grid {
    middle: f64,
    half: f64,
    /// Steps after which the chain has forgotten most.
    memory: f64,
    /// W_0 at the nodes.
    first: Vec<f64>,
    /// The step: row i holds the weights of the nodes in W_k(node i).
    step: Vec<Vec<f64>>,
}

impl Grid {
    fn new(rows: &[Vec<f64>], kept: f64, count: usize) -> Self {
        let odds = |row: &[f64]| (row[0] / row[1]).ln();
        let (a, b) = (odds(&rows[0]), odds(&rows[1]));
        let mut grid = Self {
            middle: 0.5 * (a + b),
            half: 0.5 * (a - b).abs(),
            memory: 1.0 / (1.0 - (rows[0][0] - rows[1][0]).abs()),
            first: vec![],
            step: vec![],
        };
        let (own, other) = (0.5 * (1.0 + kept), 0.5 * (1.0 - kept));
        for k in 0..count {
            let x = grid.middle + grid.half * angle(k, count).cos();
            let u = [1.0 / (1.0 + (-x).exp()), 1.0 / (1.0 + x.exp())];
            grid.first.push(gain(&u, kept));
            let mut weights = vec![0.0; count];
            for seen in [0, 1] {
                let likely = |symbol: usize| u[symbol] * if symbol == seen { own } else { other };
                let joint = [likely(0), likely(1)];
                let next = |to: usize| joint[0] * rows[0][to] + joint[1] * rows[1][to];
                let probability = joint[0] + joint[1];
                if probability > 0.0 {
                    add_interpolation(
                        grid.angle((next(0) / next(1)).ln()),
                        probability,
                        &mut weights,
                    );
                }
            }
            grid.step.push(weights);
        }
        grid
    }

    /// The angle of a log-odds.
    fn angle(&self, x: f64) -> f64 {
        if self.half == 0.0 { 0.0 } else { ((x - self.middle) / self.half).clamp(-1.0, 1.0).acos() }
    }

    fn next(&self, values: &[f64]) -> Vec<f64> {
        self.step.iter().map(|row| row.iter().zip(values).map(|(a, b)| a * b).sum()).collect()
    }

    /// What roundings of the steps add up to, relative: a bias of each, over as many as are followed or
    /// remembered.
    fn rounding(&self, steps: f64) -> f64 {
        f64::EPSILON * (32.0 + 8.0 * steps + (self.first.len() as f64).ln())
    }

    /// ν W_0 with ν = νM: the mean over the stationary law of beliefs.
    fn limit(&self) -> Option<Estimate> {
        let count = self.first.len();
        // The last equation of (Mᵀ − 1)ν = 0 follows from the others; Σν = 1 stands in its place.
        let entry = |i: usize, j: usize| {
            if i + 1 == count { 1.0 } else { self.step[j][i] - f64::from(u8::from(i == j)) }
        };
        let mut right = DVector::zeros(count);
        right[count - 1] = 1.0;
        let law = DMatrix::from_fn(count, count, entry).lu().solve(&right)?;
        let value: f64 = law.iter().zip(&self.first).map(|(a, b)| a * b).sum();
        let size: f64 = law.iter().map(|x| x.abs()).sum();
        let error = self.rounding(self.memory) * size * value.abs();
        error.is_finite().then(|| Estimate::new(value, error))
    }

    fn total(&self, start: f64, length: usize) -> Option<Estimate> {
        let mut at = vec![0.0; self.first.len()];
        add_interpolation(self.angle((start / (1.0 - start)).ln()), 1.0, &mut at);
        let (mut values, mut sum) = (self.first.clone(), 0.0);
        let mut spread = f64::INFINITY;
        for step in 0..length {
            sum += at.iter().zip(&values).map(|(a, b)| a * b).sum::<f64>();
            let (low, high) = ends(&values);
            let rest = (length - step - 1) as f64;
            let error = self.rounding(step as f64);
            // The spread of averages never grows.
            if high - low > GROWN * spread + error * high {
                return None;
            }
            spread = spread.min(high - low);
            if (high - low) * rest <= error * sum || step + 1 == length || step + 1 == STEPS {
                let rest = Estimate::between(low, high) * rest;
                return Some(Estimate::new(sum, error * (sum + rest.value)) + rest);
            }
            values = self.next(&values);
        }
        Some(Estimate::exact(0.0))
    }
}

/// By how much the spread over the nodes may exceed that over all beliefs.
const GROWN: f64 = 1.01;

fn ends(values: &[f64]) -> (f64, f64) {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    (low, values.iter().copied().fold(f64::NEG_INFINITY, f64::max))
}

/// The angle of node `k` of `count`.
fn angle(k: usize, count: usize) -> f64 {
    std::f64::consts::PI * (k as f64 + 0.5) / count as f64
}

/// Adds `share` times the weights of the nodes in the interpolating polynomial at cos θ (barycentric).
/// Differences of cosines are products of sines: next to the ends they would be lost.
fn add_interpolation(theta: f64, share: f64, weights: &mut [f64]) {
    let count = weights.len();
    let term = |k: usize| {
        let node = angle(k, count);
        let sign = if k.is_multiple_of(2) { 1.0 } else { -1.0 };
        sign * node.sin() / ((0.5 * (theta + node)).sin() * (0.5 * (theta - node)).sin())
    };
    if let Some(place) = (0..count).find(|k| angle(*k, count) == theta) {
        weights[place] += share;
        return;
    }
    let terms: Vec<f64> = (0..count).map(term).collect();
    let total: f64 = terms.iter().sum();
    weights.iter_mut().zip(terms).for_each(|(weight, term)| *weight += share * term / total);
}

/// Bounds on lim W_k, and W_k(π) for all k that were reached, below `length`.
fn enumerated(chain: &Chain, kept: f64, length: usize, words: f64) -> (f64, f64, Vec<Estimate>) {
    let symbols = chain.stationary().len();
    let most = (words.ln() / (symbols as f64).ln()) as usize;
    let depth = most.clamp(1, DEEPEST).min(length);
    let mut from_start = vec![Compensated::default(); depth];
    let mut words = Words { chain, kept, sums: &mut from_start };
    words.follow(chain.stationary(), 1.0, 0);
    let mut from_rows = from_start.iter().map(|_| Compensated::default()).collect::<Vec<_>>();
    let mut words = Words { chain, kept, sums: &mut from_rows };
    for (row, weight) in chain.transition().iter().zip(chain.stationary()) {
        words.follow(row, *weight, usize::from(depth > 1));
    }
    // A weight is a product of `depth` probabilities, each a sum over the symbols.
    let units = (depth * (symbols + 4)) as f64;
    let known: Vec<Estimate> = from_start.iter().map(|sum| sum.estimate(units)).collect();
    let low = known[depth - 1].lower();
    let high = from_rows[depth - 1].estimate(units).upper();
    (low, high.max(low), known)
}

struct Words<'a> {
    chain: &'a Chain,
    kept: f64,
    sums: &'a mut [Compensated],
}

impl Words<'_> {
    fn follow(&mut self, belief: &[f64], weight: f64, level: usize) {
        self.sums[level].add(weight * gain(belief, self.kept));
        if level + 1 == self.sums.len() {
            return;
        }
        if level == 2 {
            stop::point();
        }
        let symbols = belief.len();
        let other = (1.0 - self.kept) / symbols as f64;
        let rows = self.chain.transition();
        let mut next = vec![0.0; symbols];
        for seen in 0..symbols {
            next.iter_mut().for_each(|x| *x = 0.0);
            let mut probability = 0.0;
            for (symbol, u) in belief.iter().enumerate() {
                let joint = u * if symbol == seen { self.kept + other } else { other };
                probability += joint;
                next.iter_mut().zip(&rows[symbol]).for_each(|(x, p)| *x += joint * p);
            }
            if probability > 0.0 {
                next.iter_mut().for_each(|x| *x /= probability);
                self.follow(&next.clone(), weight * probability, level + 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slow() -> Chain {
        Chain::new(vec![vec![0.9, 0.1], vec![0.3, 0.7]]).unwrap()
    }

    #[test]
    fn independent_words_enclose_the_recursion() {
        for (chain, kept) in
            [(slow(), 0.2), (slow(), 0.9), (Chain::ising(0.5), 0.6), (Chain::ising(1.0), 0.9)]
        {
            let found = limit(&chain, kept);
            let (low, high, known) = enumerated(&chain, kept, usize::MAX, WORDS);
            assert!(low <= found.upper() && found.lower() <= high, "{found:?} {low} {high}");
            assert!(found.error < 1e-13, "{found:?}");
            let short = total(&chain, kept, known.len());
            let sum = known.into_iter().fold(Estimate::exact(0.0), |sum, next| sum + next);
            assert!(
                (short.value - sum.value).abs() <= short.error + sum.error,
                "{short:?} {sum:?}"
            );
        }
    }

    proptest::proptest! {
        /// Slow, lopsided and nearly certain chains, faint noise and strong.
        #[test]
        fn property_words_enclose_the_recursion(
            log_a in -4.0..0.0f64, log_b in -4.0..0.0f64, kept in 0.0..1.0f64, faint in -5.0..0.0f64,
            strong in proptest::bool::ANY,
        ) {
            let (a, b) = (0.999 * 10f64.powf(log_a), 0.999 * 10f64.powf(log_b));
            let kept = if strong { 10f64.powf(faint) } else { kept };
            let chain = Chain::new(vec![vec![1.0 - a, a], vec![b, 1.0 - b]]).unwrap();
            let found = limit(&chain, kept);
            let (low, high, known) = enumerated(&chain, kept, usize::MAX, FEW);
            proptest::prop_assert!(low <= found.upper() && found.lower() <= high);
            let short = total(&chain, kept, known.len());
            let sum = known.into_iter().fold(Estimate::exact(0.0), |sum, next| sum + next);
            proptest::prop_assert!((short.value - sum.value).abs() <= short.error + sum.error);
        }
    }

    /// All words of a short string, by brute force.
    #[test]
    fn independent_short_strings_by_enumeration() {
        let rows = vec![vec![0.7, 0.2, 0.1], vec![0.1, 0.6, 0.3], vec![0.25, 0.15, 0.6]];
        let chain = Chain::new(rows.clone()).unwrap();
        let (kept, length) = (0.4f64, 4usize);
        let channel = |a: usize, b: usize| kept * f64::from(u8::from(a == b)) + (1.0 - kept) / 3.0;
        let letters = |word: usize| -> Vec<usize> {
            (0..length).map(|k| word / 3usize.pow(k as u32) % 3).collect()
        };
        let count = 3usize.pow(length as u32);
        let law: Vec<f64> = (0..count)
            .map(|word| {
                let a = letters(word);
                chain.stationary()[a[0]] * a.windows(2).map(|w| rows[w[0]][w[1]]).product::<f64>()
            })
            .collect();
        let mut information = 0.0;
        for y in 0..count {
            let seen = letters(y);
            let given: Vec<f64> = (0..count)
                .map(|x| letters(x).iter().zip(&seen).map(|(a, b)| channel(*a, *b)).product())
                .collect();
            let all: f64 = law.iter().zip(&given).map(|(p, c)| p * c).sum();
            information += law.iter().zip(&given).map(|(p, c)| p * c * (c / all).ln()).sum::<f64>();
        }
        let mine = whole(&chain, kept, length);
        assert!((mine.value - information).abs() < 1e-13 + mine.error, "{mine:?} {information}");
        assert!(mine.error < 1e-13);
    }
}
