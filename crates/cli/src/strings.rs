//! Strings of tokens on the command line: models of their own, and what they add to those that have
//! Gaussian noise too.

use super::request::{argument, with_parameters};
use clap::Command;
use regimes::models::parameter::Parameter;
use regimes::strings::curves::Curve;
use regimes::strings::{self, CATALOGUE, Entry};

pub(crate) use regimes::strings::meant;

/// Models that are strings whatever is said.
pub(crate) fn alone() -> impl Iterator<Item = &'static Entry> {
    CATALOGUE.iter().filter(|entry| meant(entry.name, None).is_some())
}

/// Adds to the model called `name` what it takes as strings and not otherwise, `more` included.
pub(crate) fn with_corruption(command: Command, name: &str, more: &[Parameter]) -> Command {
    let Some(entry) = strings::find(name) else { return command };
    entry.parameters.iter().chain(more).fold(command, |command, parameter| {
        let known = command.get_arguments().any(|arg| arg.get_id() == parameter.name);
        // Of Gaussian noise it needs none of them.
        if known { command } else { command.arg(argument(parameter).required(false)) }
    })
}

/// Adds the models that have a curve of strings.
pub(crate) fn curves_below(command: Command, curve: &'static Curve) -> Command {
    alone().filter(|entry| curve.of(entry)).fold(command, |command, entry| {
        let size = if curve.samples { entry.example } else { without_samples(entry.example) };
        let child = Command::new(entry.name).about(entry.about).after_help(format!(
            "Example: regimes curve {} {} {size} --{} 0.05:1:#20",
            curve.name,
            entry.name,
            curve.noise().name
        ));
        command.subcommand(with_parameters(child, &strings::curve_parameters(curve, entry)))
    })
}

/// An example without its number of samples, which stands last.
fn without_samples(example: &'static str) -> &'static str {
    let end = [" --n ", " --alpha "].iter().filter_map(|flag| example.find(flag)).min();
    &example[..end.unwrap_or(example.len())]
}
