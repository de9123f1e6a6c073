//! Running compiled code, on one value or on blocks of values.

use super::emit::compile;
use super::{Op, Program};
use crate::algebra::{Purpose, derivative, simplify};
use crate::expression::Expression;
use crate::function::Function;
use crate::special::{heaviside, maximum, minimum, power, sign};

/// Values per block: registers of this length stay in the first-level cache.
const BLOCK: usize = 128;

/// Registers that one evaluation keeps on the stack.
const FEW: usize = 24;

/// An expression in one variable, ready for fast evaluation with or without its derivative.
///
/// Constants are folded, equal subexpressions computed once, whole powers up to 16 multiplied
/// out. The value may differ from [`Expression::evaluate`] by rounding, and is finite where the
/// expression as typed would overflow halfway, as log(1 + exp(z)) does at z = 1000.
/// ```
/// let phi = regimes_symbolic::parse("tanh(2*z) + 0.1*z^2", &["z"])?.compile();
/// let (value, slope) = phi.eval_with_derivative(0.0);
/// assert_eq!((value, slope), (0.0, 2.0));
/// let mut values = [0.0; 3];
/// phi.eval_slice(&[-1.0, 0.0, 1.0], &mut values);
/// assert_eq!(values[2], phi.eval(1.0));
/// # Ok::<(), regimes_symbolic::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Compiled {
    value: Program,
    /// Value and derivative together, sharing what they have in common.
    both: Program,
}

impl Expression {
    /// Compiles the expression as a function of its first variable; other variables are NaN.
    #[must_use]
    pub fn compile(&self) -> Compiled {
        let value = simplify(self.root(), Purpose::Evaluate);
        let slope = simplify(&derivative(&value, 0), Purpose::Evaluate);
        Compiled { value: compile(std::slice::from_ref(&value)), both: compile(&[value, slope]) }
    }
}

impl Compiled {
    /// The value at z.
    #[must_use]
    pub fn eval(&self, z: f64) -> f64 {
        self.value.one(z)[0]
    }

    /// The value and the derivative at z. At a kink the derivative is the mean of both sides.
    #[must_use]
    pub fn eval_with_derivative(&self, z: f64) -> (f64, f64) {
        let [value, slope] = self.both.one(z);
        (value, slope)
    }

    /// The values at many points, in blocks: faster than one by one. The shorter of the slices
    /// decides how many.
    pub fn eval_slice(&self, z: &[f64], values: &mut [f64]) {
        self.value.many(z, &mut [values]);
    }

    /// The values and derivatives at many points.
    pub fn eval_slice_with_derivative(&self, z: &[f64], values: &mut [f64], slopes: &mut [f64]) {
        self.both.many(z, &mut [values, slopes]);
    }

    /// How many operations one value takes.
    #[must_use]
    pub fn operations(&self) -> usize {
        self.value.ops.len()
    }
}

impl Program {
    /// Runs on one value. The second output repeats the first if there is only one.
    fn one(&self, z: f64) -> [f64; 2] {
        if self.registers <= FEW {
            self.one_in(&mut [0.0; FEW], z)
        } else {
            self.one_in(&mut vec![0.0; self.registers], z)
        }
    }

    fn one_in(&self, r: &mut [f64], z: f64) -> [f64; 2] {
        for (&op, &target) in self.ops.iter().zip(&self.targets) {
            r[target] = match op {
                Op::Variable => z,
                Op::Fill(c) => c,
                Op::Add(a, b) => r[a] + r[b],
                Op::AddConstant(a, c) => r[a] + c,
                Op::Subtract(a, b) => r[a] - r[b],
                Op::SubtractFrom(c, a) => c - r[a],
                Op::Multiply(a, b) => r[a] * r[b],
                Op::MultiplyConstant(a, c) => r[a] * c,
                Op::Divide(a, b) => r[a] / r[b],
                Op::DivideConstant(a, c) => r[a] / c,
                Op::DivideInto(c, a) => c / r[a],
                Op::Negate(a) => -r[a],
                Op::Power(a, b) => power(r[a], r[b]),
                Op::PowerConstant(a, c) => power(r[a], c),
                Op::Call(function, a) => function.of_one()(r[a]),
                Op::Min(a, b) => minimum(r[a], r[b]),
                Op::MinConstant(a, c) => minimum(r[a], c),
                Op::Max(a, b) => maximum(r[a], r[b]),
                Op::MaxConstant(a, c) => maximum(r[a], c),
            };
        }
        let first = self.outputs[0];
        let second = self.outputs.last().copied().unwrap_or(first);
        [r[first], r[second]]
    }

    /// Runs on a slice of values, block by block.
    fn many(&self, z: &[f64], outputs: &mut [&mut [f64]]) {
        let total = outputs.iter().map(|out| out.len()).fold(z.len(), usize::min);
        let length = total.min(BLOCK);
        let mut registers = vec![vec![0.0; length]; self.registers];
        for start in (0..total).step_by(BLOCK) {
            let end = (start + BLOCK).min(total);
            self.block(&z[start..end], &mut registers);
            for (out, &register) in outputs.iter_mut().zip(&self.outputs) {
                out[start..end].copy_from_slice(&registers[register][..end - start]);
            }
        }
    }

    fn block(&self, z: &[f64], registers: &mut [Vec<f64>]) {
        let n = z.len();
        for (&op, &target) in self.ops.iter().zip(&self.targets) {
            // Taken out while it is written: it is never one of the operands.
            let mut taken = std::mem::take(&mut registers[target]);
            let out = &mut taken[..n];
            let r = |i: usize| &registers[i][..n];
            match op {
                Op::Variable => out.copy_from_slice(z),
                Op::Fill(c) => out.fill(c),
                Op::Add(a, b) => two(out, r(a), r(b), |x, y| x + y),
                Op::AddConstant(a, c) => map(out, r(a), |x| x + c),
                Op::Subtract(a, b) => two(out, r(a), r(b), |x, y| x - y),
                Op::SubtractFrom(c, a) => map(out, r(a), |x| c - x),
                Op::Multiply(a, b) => two(out, r(a), r(b), |x, y| x * y),
                Op::MultiplyConstant(a, c) => map(out, r(a), |x| x * c),
                Op::Divide(a, b) => two(out, r(a), r(b), |x, y| x / y),
                Op::DivideConstant(a, c) => map(out, r(a), |x| x / c),
                Op::DivideInto(c, a) => map(out, r(a), |x| c / x),
                Op::Negate(a) => map(out, r(a), |x| -x),
                Op::Power(a, b) => two(out, r(a), r(b), power),
                Op::PowerConstant(a, c) => map(out, r(a), |x| power(x, c)),
                Op::Min(a, b) => two(out, r(a), r(b), minimum),
                Op::MinConstant(a, c) => map(out, r(a), |x| minimum(x, c)),
                Op::Max(a, b) => two(out, r(a), r(b), maximum),
                Op::MaxConstant(a, c) => map(out, r(a), |x| maximum(x, c)),
                // The cheap ones are inlined, so that the loop is vectorised.
                Op::Call(Function::Abs, a) => map(out, r(a), f64::abs),
                Op::Call(Function::Sqrt, a) => map(out, r(a), f64::sqrt),
                Op::Call(Function::Relu, a) => map(out, r(a), |x| maximum(x, 0.0)),
                Op::Call(Function::Sign, a) => map(out, r(a), sign),
                Op::Call(Function::Heaviside, a) => map(out, r(a), heaviside),
                Op::Call(function, a) => {
                    let f = function.of_one();
                    map(out, r(a), f);
                }
            }
            registers[target] = taken;
        }
    }
}

fn map(out: &mut [f64], a: &[f64], f: impl Fn(f64) -> f64) {
    for (y, &x) in out.iter_mut().zip(a) {
        *y = f(x);
    }
}

fn two(out: &mut [f64], a: &[f64], b: &[f64], f: impl Fn(f64, f64) -> f64) {
    for ((z, &x), &y) in out.iter_mut().zip(a).zip(b) {
        *z = f(x, y);
    }
}
