//! What a normal form is for.

/// What the normal form is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be evaluated and read: stable builtins are recognised, products stay factored.
    Evaluate,
    /// To decide whether two expressions are the same: products of sums are multiplied out and
    /// no builtin is introduced.
    Compare,
}
