//! Simplified trees joined to sums, and calls with the sign of their argument pulled out.

use std::sync::Arc;

use super::build::{add, call, call2, multiply, negate, number};
use super::form::Sum;
use super::order::compare;
use super::purpose::Purpose;
use super::rebuild::sum;
use crate::expression::Node;
use crate::function::Function;

impl Purpose {
    /// A linear combination of simplified trees.
    pub(crate) fn linear(self, parts: &[(&Arc<Node>, f64)]) -> Arc<Node> {
        let mut total = Sum::default();
        for (node, scale) in parts {
            total.collect(node, *scale);
        }
        if let Some(terms) = total.terms() {
            return sum(terms, self);
        }
        // Some coefficient overflows: leave the parts as they are.
        let mut left = number(0.0);
        for (node, scale) in parts {
            let scaled = multiply(number(*scale), Arc::clone(node));
            left = add(left, scaled);
        }
        left
    }

    /// A simplified tree with its sign changed.
    pub(crate) fn negated(self, a: &Arc<Node>) -> Arc<Node> {
        self.linear(&[(a, -1.0)])
    }

    /// A call whose argument has its sign pulled out by a rule of the given parity.
    pub(crate) fn with_parity(
        self,
        function: Function,
        argument: Arc<Node>,
        odd: bool,
    ) -> Arc<Node> {
        let leading = Sum::read(&argument, 1.0).terms();
        let flip = leading.is_some_and(|terms| terms.first().is_some_and(|t| t.coefficient < 0.0));
        if !flip {
            return call(function, argument);
        }
        let flipped = call(function, self.negated(&argument));
        if odd { negate(flipped) } else { flipped }
    }

    /// A call of two arguments that may be swapped.
    pub(crate) fn symmetric(self, function: Function, a: Arc<Node>, b: Arc<Node>) -> Arc<Node> {
        if compare(&a, &b).is_le() { call2(function, a, b) } else { call2(function, b, a) }
    }
}
