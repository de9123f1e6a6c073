//! `training losses|times|spectrum|density|collapse|linear`: the score that random features learn, and when they memorise.

use super::context::{Context, below};
use super::request::with_parameters;
use super::resume;
use super::verb::{Act, Verb, grouping};
use clap::{ArgMatches, Command};
use regimes::error::{Error, Result};
use regimes::training::{parameters, tables};
use regimes_output::Plan;

/// The command's definition.
pub(crate) const VERB: Verb = Verb {
    head,
    fill: |command| resume::with_flags(fill(command)),
    act: Act::Rows(|matches, context| {
        let (word, inner) = below(matches)?;
        plan(word, inner, context)
    }),
};

fn head() -> Command {
    grouping("training", "WHAT")
        .about("a score learned by random features: losses in training time, when to stop, when it memorises")
        .after_help("Examples:\n  regimes training times --activation tanh --n 20000 --p 160000 --d 1000 --t 0.1\n  regimes training losses --activation tanh --psi-n 4 --psi-p 16 --t 0.1 --tau 0.1:1e6:*40")
}

fn fill(parent: Command) -> Command {
    let losses = Command::new("losses")
        .about("train and test loss after a training time, with a ridge, or at the end of training")
        .after_help("Example: regimes training losses --activation relu --psi-n 4 --psi-p 16 --t 0.1 --tau 1,10,inf");
    let times = Command::new("times")
        .about("how long to train: generalisation, the best time to stop, onset and half of memorisation")
        .after_help("Example: regimes training times --activation tanh --psi-n 8 --psi-p 64 --t 0.1");
    let spectrum = Command::new("spectrum")
        .about("the bands of the features' covariance with their shares of the loss")
        .after_help(
            "Example: regimes training spectrum --activation tanh --psi-n 4 --psi-p 16 --t 0.01",
        );
    let linear = Command::new("linear")
        .about("a linear score from n samples: what it misses of Gaussian data, and its best ridge")
        .after_help("Example: regimes training linear --psi-n 0.5,1,10 --ridge 0.3");
    let density = Command::new("density")
        .about("the density of the features' covariance, band by band")
        .after_help("Example: regimes training density --activation tanh --psi-n 4 --psi-p 16 --t 0.01 --points 20");
    let collapse = Command::new("collapse")
        .about("the noise level below which a trained score is that of its samples, by training time, ridge and size")
        .after_help("Example: regimes training collapse --activation tanh --n 4000 --p 64000 --d 1000 --tau 1e4,inf");
    parent
        .subcommand(with_parameters(density, &parameters::of_density()))
        .subcommand(with_parameters(collapse, &parameters::of_collapse()))
        .subcommand(with_parameters(linear, &parameters::of_linear()))
        .subcommand(with_parameters(losses, &parameters::of_losses()))
        .subcommand(with_parameters(times, &parameters::of_times()))
        .subcommand(with_parameters(spectrum, &parameters::of_spectrum()))
}

/// Reads the query and prepares its table.
///
/// # Errors
/// Wrong arguments.
fn plan(word: &str, matches: &ArgMatches, context: &Context) -> Result<Plan<'static>> {
    let plan = match word {
        "density" => tables::density(matches)?,
        "collapse" => tables::collapse(matches)?,
        "linear" => tables::linear(matches)?,
        "losses" => tables::losses(matches)?,
        "times" => tables::times(matches)?,
        "spectrum" => tables::spectrum(matches)?,
        _ => {
            return Err(Error::Usage(format!(
                "training has losses, times, spectrum, density, collapse and linear, not {word}"
            )));
        }
    };
    Ok(context.named(plan))
}
