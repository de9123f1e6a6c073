//! `dataset FILE`: spectrum, speciation and collapse times of a data set.

use super::context::Context;
use super::request::with_parameters;
use super::verb::{Act, Verb};
use super::{noise, samples, schedules};
use clap::{Arg, ArgAction, ArgMatches, Command};
use regimes::ask::dataset::{self, OPTIONS, RISK, SPECTRUM, Table};
use regimes::error::Result;
use regimes_output::Plan;
use std::io::{IsTerminal, Write};
use std::time::Instant;

/// The command's definition.
pub(crate) const VERB: Verb = Verb {
    head,
    fill,
    act: Act::Whole(
        |matches, context| Ok(plan(matches, context)?.keeping_rows().into()),
        "its rows are computed together",
    ),
};

fn head() -> Command {
    Command::new("dataset")
        .about("spectrum, speciation and collapse times of a data set, with standard errors")
        .long_about(
            "Spectrum, speciation and collapse times of a data set, with standard errors.\n\n\
             FILE is an npy, npz, IDX, safetensors or text file, plain or compressed with gzip, CIFAR's records \
             (one file, or a folder of batches), or a folder of PNG and JPEG pictures with a folder in it for each \
             class: samples along the first axis, everything else flattened. Of a text file, a line of names, an index of the rows without a name, \
             comments and separators are recognised; what could be data or not is refused, with the flag that \
             settles it: --header, --label-column, --drop, --columns-from. FILE may be a pipe, of 1 GiB at most. \
             Data are read in blocks and may be larger than memory; the \
             covariance of d features takes 8 d² bytes for each class, three times.\n\n\
             With --t, --snr or --sigma-noise the empirical excess entropy f^e and the weights of the \
             empirical score at these noise levels; with --spectrum the eigenvalues; with --risk the samples that are \
             memorised first.",
        )
        .after_help(
            "Examples:\n  regimes dataset images.npy --scale 1/255 --schedule ddpm-linear\n  regimes dataset train-images-idx3-ubyte --labels train-labels-idx1-ubyte --classes 1,8 --per-class 5000 --scale 1/255\n  regimes dataset data.npz --array x --t 0.5:4:#36 --format csv\n  regimes dataset images.npy --scale 1/255 --risk --top 5",
        )
        .arg_required_else_help(true)
}

fn fill(command: Command) -> Command {
    let command = with_parameters(samples::with_selection(command), &OPTIONS).arg(
        Arg::new(SPECTRUM)
            .long(SPECTRUM)
            .action(ArgAction::SetTrue)
            .help("the eigenvalues: Marchenko-Pastur bulk and outliers"),
    );
    let command = command.arg(Arg::new(RISK).long(RISK).action(ArgAction::SetTrue).help(
        "the samples that are memorised first, with their own t_C: copies, outliers, rare classes",
    ));
    schedules::with_schedule(with_parameters(command, &noise::PARAMETERS), "schedule")
}

/// Reads the data and prepares the table that was asked for.
fn plan(matches: &ArgMatches, context: &Context) -> Result<Plan<'static>> {
    let beside = schedules::one(matches, "dataset")?;
    let progress = Progress::new(matches.get_flag("quiet"));
    let heard = |what: &str, share: f64| progress.at(what, share);
    let chosen = || samples::selected(matches);
    let table = Table::of(matches.get_flag(SPECTRUM), matches.get_flag(RISK))?;
    let plan = dataset::plan(chosen, matches, table, beside, &heard)?;
    Ok(context.named(plan))
}

/// Says on standard error how far long work is.
pub(super) struct Progress {
    shown: bool,
    start: Instant,
    last: std::cell::Cell<f64>,
}

impl Progress {
    pub(super) fn new(quiet: bool) -> Self {
        let shown = !quiet && std::io::stderr().is_terminal();
        Self { shown, start: Instant::now(), last: std::cell::Cell::new(1.0) }
    }

    /// `share` of the work called `what` is done.
    pub(super) fn at(&self, what: &str, share: f64) {
        let now = self.start.elapsed().as_secs_f64();
        if self.shown && now > self.last.get() + 0.2 {
            self.last.set(now);
            // A closed standard error is nobody's fault.
            let _ = write!(std::io::stderr(), "\r{what}: {:3.0}%   \r", 100.0 * share);
        }
    }
}
