//! Stationary Markov chains of tokens: their law, and what masked strings of them tell.
//!
//! The visible tokens are a chain with gaps, so that H(a_S) is their own entropies less the information
//! M_k = I(a_0; a_k) that each has on the next one visible.

use super::corruption::UNITS;
use super::divergence_term;
use super::law::Law;
use crate::numerics::{Estimate, stop};

/// A stationary chain.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    transition: Vec<Vec<f64>>,
    stationary: Vec<f64>,
}

/// Why a matrix is no chain that has one stationary law and forgets its start.
#[derive(Clone, Debug, PartialEq)]
pub enum NoChain {
    /// Not square, or empty.
    Shape,
    /// This row does not sum to one, but to that.
    Sum(usize, f64),
    /// An entry of this row is no probability.
    Entry(usize, f64),
    /// Not every symbol is reached from every other.
    Reducible(usize, usize),
    /// It alternates with this period.
    Periodic(usize),
}

/// How far from one a row may sum.
pub const SUM_TOLERANCE: f64 = 1e-9;

/// Most gaps that are summed.
pub(super) const MOST_GAPS: usize = 2_000_000;

impl Chain {
    /// The chain of a transition matrix, started from its stationary law; rows are brought to sum to one.
    ///
    /// # Errors
    /// Why it is none.
    pub fn new(mut transition: Vec<Vec<f64>>) -> Result<Self, NoChain> {
        let size = transition.len();
        if size == 0 || transition.iter().any(|row| row.len() != size) {
            return Err(NoChain::Shape);
        }
        for (k, row) in transition.iter_mut().enumerate() {
            if let Some(entry) = row.iter().find(|p| !(0.0..=1.0).contains(*p)) {
                return Err(NoChain::Entry(k, *entry));
            }
            let sum: f64 = row.iter().sum();
            if (sum - 1.0).abs() > SUM_TOLERANCE {
                return Err(NoChain::Sum(k, sum));
            }
            row.iter_mut().for_each(|p| *p /= sum);
        }
        connected(&transition)?;
        let stationary = stationary(&transition);
        Ok(Self { transition, stationary })
    }

    /// The Ising chain at inverse temperature b: the next spin is the same with probability 1/(1 + e^{−2b}).
    pub fn ising(b: f64) -> Self {
        let other = 1.0 / (1.0 + (2.0 * b).exp());
        let same = 1.0 / (1.0 + (-2.0 * b).exp());
        Self { transition: vec![vec![same, other], vec![other, same]], stationary: vec![0.5; 2] }
    }

    /// The transition matrix P.
    pub fn transition(&self) -> &[Vec<f64>] {
        &self.transition
    }

    /// The stationary law π.
    pub fn stationary(&self) -> &[f64] {
        &self.stationary
    }

    /// The law of one token.
    pub fn token(&self) -> Law {
        Law::Given(self.stationary.clone())
    }

    /// Entropy of a token given the one before, in nats.
    pub fn entropy_rate(&self) -> Estimate {
        let of = |row: &Vec<f64>| Law::Given(row.clone()).entropy();
        let rows = self.transition.iter().zip(&self.stationary);
        rows.fold(Estimate::exact(0.0), |sum, (row, weight)| {
            sum + of(row) * Estimate::rounded(*weight)
        })
    }

    /// M_1, M_2, … until `wanted` says that it has enough; what the last one leaves open is for the
    /// caller to bound, by M_k falling and by `contraction`.
    fn gaps(&self, mut wanted: impl FnMut(usize, Estimate) -> bool) {
        let mut power = self.transition.clone();
        for gap in 1..=MOST_GAPS {
            if gap.is_multiple_of(1024) {
                stop::point();
            }
            if !wanted(gap, self.dependence(&power, gap)) {
                return;
            }
            power = product(&power, &self.transition);
        }
    }

    /// Σ π_i π_j g((P^k)_ij/π_j − 1).
    pub(super) fn dependence(&self, power: &[Vec<f64>], gap: usize) -> Estimate {
        let mut sum = 0.0;
        for (row, from) in power.iter().zip(&self.stationary) {
            for (p, to) in row.iter().zip(&self.stationary) {
                sum += from * to * divergence_term((p - to) / to);
            }
        }
        // (P^k)_ij is known to some roundings: M_k, a square of deviations from π, to twice as much of
        // the deviation, and to their square.
        let least = self.stationary.iter().copied().fold(1.0, f64::min);
        let rounding = (4.0 + (gap as f64).sqrt()) * 4.0 * f64::EPSILON / least.sqrt();
        Estimate::new(sum, UNITS * sum + 2.0 * rounding * (2.0 * sum).sqrt() + rounding * rounding)
    }

    /// By how much at most the chain brings informations closer to zero at each step: Dobrushin's
    /// coefficient, the largest distance between two of its rows.
    pub(super) fn contraction(&self) -> f64 {
        let mut largest = 0.0f64;
        for a in &self.transition {
            for b in &self.transition {
                largest =
                    largest.max(0.5 * a.iter().zip(b).map(|(x, y)| (x - y).abs()).sum::<f64>());
            }
        }
        largest
    }

    /// I(a; x_t) in nats per token of an endless masked string, q H(π) − q² Σ_k (1 − q)^{k−1} M_k; nothing
    /// where the sum does not end.
    pub fn masked_rate(&self, kept: f64) -> Option<Estimate> {
        let entropy = self.token().entropy();
        if kept <= 0.0 {
            return Some(Estimate::exact(0.0));
        }
        let shrink = (1.0 - kept) * self.contraction();
        let (mut sum, mut share, mut rest) = (Estimate::exact(0.0), 1.0, None);
        self.gaps(|_, dependence| {
            sum = sum + dependence * share;
            share *= 1.0 - kept;
            // What follows is at most M_k (1 − q)^k (1 + c + c² + …), c = (1 − q) η.
            let open = dependence.upper() * share / (1.0 - shrink).max(kept);
            if kept * open <= 1e-17 * (entropy.value - kept * sum.value) || share == 0.0 {
                rest = Some(open);
            }
            rest.is_none()
        });
        let rate = entropy * kept - sum.widened(rest?) * kept * kept;
        Some(rate)
    }

    /// I(a; x_t) in nats of a masked string of `length` tokens, whole.
    pub fn masked(&self, kept: f64, length: usize) -> Estimate {
        let whole = self.token().entropy() * kept * length as f64;
        let (mut sum, mut share) = (Estimate::exact(0.0), kept * kept);
        if length > 1 {
            self.gaps(|gap, dependence| {
                let pairs = (length - gap) as f64;
                sum = sum + dependence * (pairs * share);
                share *= 1.0 - kept;
                let open = dependence.upper() * share * pairs
                    / (1.0 - (1.0 - kept) * self.contraction()).max(kept);
                let enough = gap + 1 >= length || open <= 1e-17 * whole.value;
                if enough && gap + 1 < length {
                    sum = sum.widened(open);
                }
                !enough
            });
        }
        whole - sum
    }
}

pub(super) fn product(a: &[Vec<f64>], b: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let row = |row: &Vec<f64>| {
        let mut out = vec![0.0; row.len()];
        for (x, line) in row.iter().zip(b) {
            out.iter_mut().zip(line).for_each(|(sum, y)| *sum += x * y);
        }
        // Rounding would let the sum of a row drift over many steps.
        let sum: f64 = out.iter().sum();
        out.iter_mut().for_each(|x| *x /= sum);
        out
    };
    a.iter().map(row).collect()
}

/// π by elimination without subtractions (Grassmann, Taksar and Heyman), relatively accurate.
fn stationary(transition: &[Vec<f64>]) -> Vec<f64> {
    let size = transition.len();
    let mut a = transition.to_vec();
    for last in (1..size).rev() {
        let out: f64 = a[last][..last].iter().sum();
        for row in 0..last {
            a[row][last] /= out;
            for column in 0..last {
                a[row][column] += a[row][last] * a[last][column];
            }
        }
    }
    let mut weights = vec![1.0; size];
    for k in 1..size {
        weights[k] = (0..k).map(|j| weights[j] * a[j][k]).sum();
    }
    let total: f64 = weights.iter().sum();
    weights.iter().map(|w| w / total).collect()
}

/// That every symbol is reached from every other, and that no period is kept.
fn connected(transition: &[Vec<f64>]) -> Result<(), NoChain> {
    let size = transition.len();
    let distances = |forward: bool| {
        let mut distance = vec![usize::MAX; size];
        distance[0] = 0;
        let mut queue = std::collections::VecDeque::from([0]);
        while let Some(at) = queue.pop_front() {
            for to in 0..size {
                let p = if forward { transition[at][to] } else { transition[to][at] };
                if p > 0.0 && distance[to] == usize::MAX {
                    distance[to] = distance[at] + 1;
                    queue.push_back(to);
                }
            }
        }
        distance
    };
    let (there, back) = (distances(true), distances(false));
    if let Some(far) = there.iter().position(|d| *d == usize::MAX) {
        return Err(NoChain::Reducible(0, far));
    }
    if let Some(far) = back.iter().position(|d| *d == usize::MAX) {
        return Err(NoChain::Reducible(far, 0));
    }
    let mut period = 0;
    for from in 0..size {
        for to in 0..size {
            if transition[from][to] > 0.0 {
                period = gcd(period, (there[from] + 1).abs_diff(there[to]));
            }
        }
    }
    if period == 1 { Ok(()) } else { Err(NoChain::Periodic(period)) }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The Ising chain's series, q log 2 − q² Σ τ^{2j}/{2j(2j − 1)[1 − (1 − q)τ^{2j}]}.
    #[test]
    fn independent_series_of_the_ising_chain() {
        for b in [0.2f64, 0.5, 1.0, 2.0] {
            for q in [1e-3, 0.05, 0.3, 0.8, 1.0] {
                let tau = b.tanh();
                let mut sum = 0.0;
                for j in 1..200_000 {
                    let power = tau.powi(2 * j);
                    if power < 1e-18 {
                        break;
                    }
                    let j = f64::from(j);
                    sum += power / (2.0 * j * (2.0 * j - 1.0) * (1.0 - (1.0 - q) * power));
                }
                let known = q * 2f64.ln() - q * q * sum;
                let mine = Chain::ising(b).masked_rate(q).unwrap();
                assert!(
                    (mine.value - known).abs() <= mine.error + 4e-16,
                    "{b} {q}: {mine:?} {known}"
                );
                assert!(mine.error < 1e-13);
            }
        }
    }

    /// All masks and all words of seven tokens.
    #[test]
    fn independent_short_strings_by_enumeration() {
        let p = vec![vec![0.7, 0.2, 0.1], vec![0.1, 0.6, 0.3], vec![0.25, 0.15, 0.6]];
        let chain = Chain::new(p.clone()).unwrap();
        let (length, q) = (5usize, 0.3f64);
        let mut total = 0.0;
        for mask in 0..1usize << length {
            let seen: Vec<usize> = (0..length).filter(|k| mask >> k & 1 == 1).collect();
            let mut words = std::collections::BTreeMap::new();
            for word in 0..3usize.pow(length as u32) {
                let letters: Vec<usize> =
                    (0..length).map(|k| word / 3usize.pow(k as u32) % 3).collect();
                let steps: f64 = letters.windows(2).map(|w| p[w[0]][w[1]]).product();
                let key: Vec<usize> = seen.iter().map(|k| letters[*k]).collect();
                *words.entry(key).or_insert(0.0) += chain.stationary()[letters[0]] * steps;
            }
            let entropy: f64 = words.values().map(|p: &f64| -p * p.ln()).sum();
            let count = seen.len() as i32;
            total += q.powi(count) * (1.0 - q).powi(length as i32 - count) * entropy;
        }
        let mine = chain.masked(q, length);
        assert!((mine.value - total).abs() < 1e-13 && mine.error < 1e-13, "{mine:?} {total}");
    }

    #[test]
    fn bad_input_matrices_that_are_no_chains() {
        let of = |rows: &[&[f64]]| {
            Chain::new(rows.iter().map(|row| row.to_vec()).collect()).unwrap_err()
        };
        assert_eq!(of(&[]), NoChain::Shape);
        assert_eq!(of(&[&[1.0], &[1.0]]), NoChain::Shape);
        assert!(matches!(of(&[&[0.5, 0.4], &[0.5, 0.5]]), NoChain::Sum(0, _)));
        assert!(matches!(of(&[&[0.5, 0.5], &[1.5, -0.5]]), NoChain::Entry(1, _)));
        assert_eq!(of(&[&[1.0, 0.0], &[0.5, 0.5]]), NoChain::Reducible(0, 1));
        assert_eq!(of(&[&[0.0, 1.0], &[1.0, 0.0]]), NoChain::Periodic(2));
    }
}
