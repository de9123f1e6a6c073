//! What the visible tokens of a masked chain tell of a hidden one.

use super::Chain;
use super::chain::{MOST_GAPS, product};
use super::corruption::UNITS;
use crate::numerics::{Estimate, stop};
use std::cell::{Cell, RefCell};

/// M_1, M_2, …: what tokens k apart tell of each other, found as they are needed.
pub struct Gaps<'a> {
    chain: &'a Chain,
    entropy: Estimate,
    contraction: f64,
    found: RefCell<Found>,
    /// The largest q at which the sum was found not to end: at less it does not either.
    endless: Cell<f64>,
}

struct Found {
    /// The next power of the transition matrix.
    power: Vec<Vec<f64>>,
    dependences: Vec<Estimate>,
}

impl<'a> Gaps<'a> {
    /// Those of a chain.
    pub fn new(chain: &'a Chain) -> Self {
        let found = Found { power: chain.transition().to_vec(), dependences: Vec::new() };
        Self {
            chain,
            entropy: chain.token().entropy(),
            contraction: chain.contraction(),
            found: RefCell::new(found),
            endless: Cell::new(0.0),
        }
    }

    fn at(&self, gap: usize) -> Estimate {
        let mut found = self.found.borrow_mut();
        while found.dependences.len() < gap {
            let next = self.chain.dependence(&found.power, found.dependences.len() + 1);
            found.dependences.push(next);
            found.power = product(&found.power, self.chain.transition());
        }
        found.dependences[gap - 1]
    }

    /// H(a_i | both neighbours) = H(π) − 2 M_1 + M_2, the least that a hidden token of an endless string has.
    pub fn least(&self) -> Estimate {
        self.entropy - self.at(1) * 2.0 + self.at(2)
    }

    /// The mean entropy of a hidden token given those kept, in nats: the slope by q of what a masked string
    /// of `length` tokens tells per token, H(π) − Σ_k (1 − k/L) M_k d[q²(1 − q)^{k−1}]/dq; nothing where the
    /// sum does not end.
    pub fn hidden_entropy(&self, kept: f64, length: f64) -> Option<Estimate> {
        if kept <= 0.0 || length == 1.0 || self.chain.stationary().len() == 1 {
            return Some(self.entropy);
        }
        if kept <= self.endless.get() {
            return None;
        }
        let forgotten = (1.0 - (1.0 - kept) * self.contraction).max(kept);
        let (mut sum, mut size, mut error) = (0.0, 0.0, 0.0);
        // (1 − q)^{k−2}, of the second gap on.
        let mut share = 1.0;
        for gap in 1..=MOST_GAPS {
            if gap.is_multiple_of(4096) {
                stop::point();
            }
            let k = gap as f64;
            let dependence = self.at(gap);
            // d[q²(1 − q)^{k−1}]/dq, the two of whose terms cancel in part.
            let (rise, fall) = match gap {
                1 => (2.0 * kept, 0.0),
                _ => (2.0 * kept * (1.0 - kept) * share, (k - 1.0) * kept * kept * share),
            };
            let pairs = (1.0 - k / length).max(0.0);
            sum += dependence.value * pairs * (rise - fall);
            size += dependence.value * pairs * (rise + fall);
            error += dependence.error * pairs * (rise + fall);
            // What follows is at most M_k Σ_j c^j (rise + fall + j q² (1 − q)^{k−2}), c = (1 − q) η.
            let more = kept * kept * share;
            let open = dependence.upper() * pairs * (rise + fall + more / forgotten) / forgotten;
            let last = k + 1.0 >= length;
            if last || open <= ENDED * self.entropy.value || share == 0.0 {
                let rest = if last { 0.0 } else { open };
                return Some(
                    (self.entropy - Estimate::new(sum, error)).widened(rest + UNITS * size),
                );
            }
            if gap > 1 {
                share *= 1.0 - kept;
            }
        }
        self.endless.set(kept);
        None
    }
}

/// What is left of a sum, of an entropy, where it ends.
const ENDED: f64 = 1e-17;
