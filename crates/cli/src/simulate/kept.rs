//! A simulation being run: how far it is, and `--checkpoint`, which keeps its finished blocks.

use crate::page::{self, progress};
use crate::resume;
use clap::ArgMatches;
use regimes::error::{Error, Result};
use regimes::models::Parameter;
use regimes::simulate::Work;
use regimes_output::Head;
use regimes_output::checkpoint::Checkpoint;
use regimes_output::run::Run;
use regimes_output::shard::Shard;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Where finished blocks are kept.
pub(super) const CHECKPOINT: Parameter = Parameter::of_text(
    "checkpoint",
    "FILE",
    "keep finished blocks in this file; a run that was killed goes on from there, to the same bits",
);

/// Runs the blocks that no checkpoint holds.
///
/// # Errors
/// The first error of a block; a checkpoint of another simulation; files that changed meanwhile.
pub(super) fn run(
    work: &Work<'_>,
    matches: &ArgMatches,
    command_line: &str,
) -> Result<Vec<Vec<f64>>> {
    let described = || -> Result<Run> {
        let head = Head {
            command_line: command_line.to_owned(),
            ..Head::new(&work.command, work.model, Vec::new(), work.count)
        };
        let run = Run::new(head, resume::files()?, Shard::WHOLE);
        Ok(run.of_numbers(work.width, work.settings.clone()))
    };
    let run = described()?;
    let path = matches.get_one::<String>(CHECKPOINT.name);
    let checkpoint = path.map(|path| Checkpoint::new(Path::new(path), &run)).transpose()?;
    let found = checkpoint.as_ref().map_or(0, Checkpoint::found);
    // Blocks are told from the steps that they are made of.
    let (first, all) = ((work.steps)(0..found), (work.steps)(0..work.count));
    let progress = progress(first, all, "steps", matches.get_flag("quiet"));
    let made = AtomicUsize::new(first);
    let heard = || {
        made.fetch_add(1, Ordering::Relaxed);
        Ok(())
    };
    // Blocks that are computed again in double precision make more steps than were counted on.
    let report = || progress(all.saturating_sub(1).min(made.load(Ordering::Relaxed)));
    let kept = checkpoint.is_some();
    let results = page::while_reporting(&report, || match checkpoint {
        Some(checkpoint) => checkpoint.fill(work.at_once, &|block| (work.block)(block, &heard)),
        None => work.run(&heard),
    })?;
    progress(all);
    if kept && let Some(difference) = described()?.difference(&run) {
        return Err(Error::Usage(format!(
            "a file changed while the blocks were computed ({difference}): remove the checkpoint and run again"
        )));
    }
    Ok(results)
}
