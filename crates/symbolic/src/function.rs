//! The functions an expression may call: one row each.

use super::special;

macro_rules! functions {
    ($($(#[$doc:meta])* $variant:ident: $names:expr, $arity:expr, $apply:expr;)*) => {
        /// A builtin function.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Function {
            $($(#[$doc])* $variant,)*
        }

        impl Function {
            /// Every builtin.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The names it is called by; the first is the one printed.
            #[must_use]
            pub fn names(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &$names,)* }
            }

            /// How many arguments it takes.
            #[must_use]
            pub fn arity(self) -> usize {
                match self { $(Self::$variant => $arity,)* }
            }

            /// The function itself, for evaluation without dispatch; NaN if it takes more than
            /// one argument.
            pub(crate) fn of_one(self) -> fn(f64) -> f64 {
                match self {
                    $(Self::$variant => |x| {
                        let f: fn([f64; 3]) -> f64 = $apply;
                        f([x, f64::NAN, f64::NAN])
                    },)*
                }
            }

            /// Its value; the slots beyond its arity are ignored.
            fn apply_padded(self, arguments: [f64; 3]) -> f64 {
                match self { $(Self::$variant => { let f: fn([f64; 3]) -> f64 = $apply; f(arguments) })* }
            }
        }
    };
}

functions! {
    /// Natural logarithm.
    Log: ["log", "ln"], 1, |[x, ..]| x.ln();
    /// Logarithm to base 2.
    Log2: ["log2"], 1, |[x, ..]| x.log2();
    /// Logarithm to base 10.
    Log10: ["log10"], 1, |[x, ..]| x.log10();
    /// log(1 + x), accurate near 0.
    Log1p: ["log1p"], 1, |[x, ..]| x.ln_1p();
    /// Exponential.
    Exp: ["exp"], 1, |[x, ..]| x.exp();
    /// exp(x) − 1, accurate near 0.
    Expm1: ["expm1"], 1, |[x, ..]| x.exp_m1();
    /// Square root.
    Sqrt: ["sqrt"], 1, |[x, ..]| x.sqrt();
    /// Real cube root, odd.
    Cbrt: ["cbrt"], 1, |[x, ..]| x.cbrt();
    /// Absolute value.
    Abs: ["abs"], 1, |[x, ..]| x.abs();
    /// Sign; sign(0) = 0.
    Sign: ["sign", "sgn"], 1, |[x, ..]| special::sign(x);
    /// Sine.
    Sin: ["sin"], 1, |[x, ..]| x.sin();
    /// Cosine.
    Cos: ["cos"], 1, |[x, ..]| x.cos();
    /// Tangent.
    Tan: ["tan"], 1, |[x, ..]| x.tan();
    /// Inverse sine.
    Asin: ["asin", "arcsin"], 1, |[x, ..]| x.asin();
    /// Inverse tangent.
    Atan: ["atan", "arctan"], 1, |[x, ..]| x.atan();
    /// Hyperbolic sine.
    Sinh: ["sinh"], 1, |[x, ..]| x.sinh();
    /// Hyperbolic cosine.
    Cosh: ["cosh"], 1, |[x, ..]| x.cosh();
    /// Hyperbolic tangent.
    Tanh: ["tanh"], 1, |[x, ..]| x.tanh();
    /// Inverse hyperbolic sine.
    Asinh: ["asinh", "arcsinh"], 1, |[x, ..]| x.asinh();
    /// log cosh x, without overflow.
    LogCosh: ["logcosh"], 1, |[x, ..]| special::log_cosh(x);
    /// Error function.
    Erf: ["erf"], 1, |[x, ..]| special::erf(x);
    /// Complementary error function 1 − erf.
    Erfc: ["erfc"], 1, |[x, ..]| special::erfc(x);
    /// Standard normal distribution function Φ.
    Phi: ["Φ", "Phi"], 1, |[x, ..]| special::normal_cdf(x);
    /// Rectifier max(x, 0).
    Relu: ["relu"], 1, |[x, ..]| special::maximum(x, 0.0);
    /// Step; heaviside(0) = ½, so that it equals (1 + sign)/2 everywhere.
    Heaviside: ["heaviside"], 1, |[x, ..]| special::heaviside(x);
    /// Logistic function 1/(1 + exp(−x)).
    Sigmoid: ["sigmoid", "logistic"], 1, |[x, ..]| special::sigmoid(x);
    /// log(1 + exp(x)), without overflow.
    Softplus: ["softplus"], 1, |[x, ..]| special::softplus(x);
    /// Gaussian error linear unit x Φ(x).
    Gelu: ["gelu"], 1, |[x, ..]| special::gelu(x);
    /// Sigmoid linear unit x sigmoid(x).
    Silu: ["silu", "swish"], 1, |[x, ..]| special::silu(x);
    /// The smaller argument.
    Min: ["min"], 2, |[x, y, _]| special::minimum(x, y);
    /// The larger argument.
    Max: ["max"], 2, |[x, y, _]| special::maximum(x, y);
    /// clip(x, lo, hi) = min(max(x, lo), hi).
    Clip: ["clip"], 3, |[x, lo, hi]| special::minimum(special::maximum(x, lo), hi);
}

impl Function {
    /// The name it is printed by.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.names()[0]
    }

    /// The function called `name`, letter for letter.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|function| function.names().contains(&name))
    }

    /// Its value at the arguments; NaN where it is undefined or an argument is missing.
    #[must_use]
    pub fn apply(self, arguments: &[f64]) -> f64 {
        let at = |i: usize| arguments.get(i).copied().unwrap_or(f64::NAN);
        self.apply_padded([at(0), at(1), at(2)])
    }
}
