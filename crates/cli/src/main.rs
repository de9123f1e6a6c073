//! The `regimes` command: see [`regimes_cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(regimes_cli::run(std::env::args_os()))
}
