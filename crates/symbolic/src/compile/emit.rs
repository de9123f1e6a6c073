//! Trees to straight-line code: equal subexpressions once, whole powers by multiplication.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Key, Op, Program};
use crate::expression::{Node, Operator};
use crate::function::Function;

/// Whole powers up to this are multiplied out; the rounding errors of the factors stay below
/// those of the argument.
const LARGEST_POWER: f64 = 16.0;

/// The code that computes the given trees in variable 0.
pub(crate) fn compile(outputs: &[Arc<Node>]) -> Program {
    let mut emitter = Emitter::default();
    let values: Vec<usize> = outputs
        .iter()
        .map(|node| {
            let value = emitter.visit(node);
            emitter.register(value)
        })
        .collect();
    allocate(&emitter.ops, &values)
}

/// A value: a number known now, or the result of an operation.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Value {
    Constant(f64),
    Register(usize),
}

#[derive(Default)]
struct Emitter {
    ops: Vec<Op>,
    known: HashMap<Key, usize>,
    done: HashMap<*const Node, Value>,
}

impl Emitter {
    /// The register of an operation, which is added unless it is there already.
    fn push(&mut self, op: Op) -> Value {
        let next = self.ops.len();
        let register = *self.known.entry(op.key()).or_insert(next);
        if register == next {
            self.ops.push(op);
        }
        Value::Register(register)
    }

    fn register(&mut self, value: Value) -> usize {
        let value = match value {
            Value::Constant(c) => self.push(Op::Fill(c)),
            register @ Value::Register(_) => register,
        };
        match value {
            Value::Register(r) => r,
            Value::Constant(_) => 0,
        }
    }

    fn visit(&mut self, node: &Arc<Node>) -> Value {
        if let Some(&known) = self.done.get(&Arc::as_ptr(node)) {
            return known;
        }
        let value = match &**node {
            Node::Number(c) => Value::Constant(*c),
            Node::Constant(c) => Value::Constant(c.value()),
            Node::Variable(0) => self.push(Op::Variable),
            // Other variables have no value here.
            Node::Variable(_) => Value::Constant(f64::NAN),
            Node::Negate(a) => match self.visit(a) {
                Value::Constant(c) => Value::Constant(-c),
                Value::Register(r) => self.push(Op::Negate(r)),
            },
            Node::Binary(Operator::Power, [a, b]) => {
                let (a, b) = (self.visit(a), self.visit(b));
                self.power(a, b)
            }
            Node::Binary(operator, [a, b]) => {
                let (a, b) = (self.visit(a), self.visit(b));
                self.binary(*operator, a, b)
            }
            Node::Call(function, arguments) => {
                let arguments: Vec<Value> = arguments.iter().map(|a| self.visit(a)).collect();
                self.call(*function, &arguments)
            }
        };
        self.done.insert(Arc::as_ptr(node), value);
        value
    }

    fn binary(&mut self, operator: Operator, a: Value, b: Value) -> Value {
        use Value::{Constant, Register};
        let op = match (operator, a, b) {
            (_, Constant(x), Constant(y)) => return Constant(operator.apply(x, y)),
            (Operator::Add, Register(r), Constant(c))
            | (Operator::Add, Constant(c), Register(r)) => Op::AddConstant(r, c),
            // Operands in order, so that a + b and b + a are the same.
            (Operator::Add, Register(r), Register(s)) => Op::Add(r.min(s), r.max(s)),
            (Operator::Subtract, Register(r), Constant(c)) => Op::AddConstant(r, -c),
            (Operator::Subtract, Constant(c), Register(r)) => Op::SubtractFrom(c, r),
            (Operator::Subtract, Register(r), Register(s)) => Op::Subtract(r, s),
            (Operator::Multiply, Register(r), Constant(c))
            | (Operator::Multiply, Constant(c), Register(r)) => Op::MultiplyConstant(r, c),
            (Operator::Multiply, Register(r), Register(s)) => Op::Multiply(r.min(s), r.max(s)),
            (Operator::Divide, Register(r), Constant(c)) => Op::DivideConstant(r, c),
            (Operator::Divide, Constant(c), Register(r)) => Op::DivideInto(c, r),
            (Operator::Divide, Register(r), Register(s)) => Op::Divide(r, s),
            (Operator::Power, ..) => return self.power(a, b),
        };
        self.push(op)
    }

    fn power(&mut self, a: Value, b: Value) -> Value {
        match (a, b) {
            (Value::Constant(x), Value::Constant(y)) => {
                Value::Constant(Operator::Power.apply(x, y))
            }
            (Value::Register(r), Value::Constant(n)) => {
                if n == 0.5 {
                    self.push(Op::Call(Function::Sqrt, r))
                } else if n.fract() == 0.0 && (1.0..=LARGEST_POWER).contains(&n.abs()) {
                    let power = self.whole_power(r, n.abs() as u32);
                    if n > 0.0 {
                        return power;
                    }
                    let register = self.register(power);
                    self.push(Op::DivideInto(1.0, register))
                } else {
                    self.push(Op::PowerConstant(r, n))
                }
            }
            _ => {
                let (a, b) = (self.register(a), self.register(b));
                self.push(Op::Power(a, b))
            }
        }
    }

    /// aⁿ by repeated squaring; the squares are shared with other powers of a.
    fn whole_power(&mut self, a: usize, n: u32) -> Value {
        if n == 1 {
            return Value::Register(a);
        }
        let half = self.whole_power(a, n / 2);
        let half = self.register(half);
        let square = self.push(Op::Multiply(half, half));
        if n.is_multiple_of(2) {
            return square;
        }
        let square = self.register(square);
        self.push(Op::Multiply(a.min(square), a.max(square)))
    }

    fn call(&mut self, function: Function, arguments: &[Value]) -> Value {
        let constants: Vec<f64> = arguments
            .iter()
            .filter_map(|argument| match argument {
                Value::Constant(c) => Some(*c),
                Value::Register(_) => None,
            })
            .collect();
        if constants.len() == arguments.len() {
            return Value::Constant(function.apply(&constants));
        }
        match (function, arguments) {
            (Function::Min | Function::Max, &[a, b]) => {
                self.lattice(function == Function::Max, a, b)
            }
            (Function::Clip, &[x, lo, hi]) => {
                let raised = self.lattice(true, x, lo);
                self.lattice(false, raised, hi)
            }
            _ => match arguments.first() {
                Some(&Value::Register(r)) => self.push(Op::Call(function, r)),
                _ => Value::Constant(f64::NAN),
            },
        }
    }

    fn lattice(&mut self, maximum: bool, a: Value, b: Value) -> Value {
        use Value::{Constant, Register};
        let function = if maximum { Function::Max } else { Function::Min };
        let op = match (a, b) {
            (Constant(x), Constant(y)) => return Constant(function.apply(&[x, y])),
            (Register(r), Constant(c)) | (Constant(c), Register(r)) if maximum => {
                Op::MaxConstant(r, c)
            }
            (Register(r), Constant(c)) | (Constant(c), Register(r)) => Op::MinConstant(r, c),
            (Register(r), Register(s)) if maximum => Op::Max(r.min(s), r.max(s)),
            (Register(r), Register(s)) => Op::Min(r.min(s), r.max(s)),
        };
        self.push(op)
    }
}

/// Gives every value a register, reusing those whose value is not read any more.
fn allocate(ops: &[Op], outputs: &[usize]) -> Program {
    let mut last_read = vec![0; ops.len()];
    for (i, op) in ops.iter().enumerate() {
        for read in op.reads().into_iter().flatten() {
            last_read[read] = i;
        }
    }
    for &output in outputs {
        last_read[output] = usize::MAX;
    }
    let mut places = vec![0; ops.len()];
    let mut free: Vec<usize> = Vec::new();
    let mut registers = 0;
    let mut placed = Vec::with_capacity(ops.len());
    for (i, op) in ops.iter().enumerate() {
        placed.push(op.on(|r| places[r]));
        // The target is never one of the operands, so that a block can be written in one pass.
        places[i] = free.pop().unwrap_or_else(|| {
            registers += 1;
            registers - 1
        });
        let [a, b] = op.reads();
        for read in [a, b.filter(|_| a != b)].into_iter().flatten() {
            if last_read[read] == i {
                free.push(places[read]);
            }
        }
    }
    Program {
        ops: placed,
        targets: places.clone(),
        registers,
        outputs: outputs.iter().map(|&output| places[output]).collect(),
    }
}
