//! The `regimes` command.
fn main() {}
