//! The `regimes` command: see [`regimes::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(regimes::cli::run(std::env::args_os()))
}
