//! `times MODEL`: every transition time of a model.

use super::accuracy;
use super::context::{Context, below, entry};
use super::kinds;
use super::request::with_parameters;
use super::resume;
use super::schedules;
use super::verb::{Act, Verb, grouping};
use clap::{Arg, ArgAction, ArgMatches, Command};
use regimes::ask;
use regimes::error::Result;
use regimes::models::Entry;
use regimes::quantities::levels::FINITE_SIZE;
use regimes::quantities::margin::MARGIN;
use regimes::quantities::phases::FLAG as PHASES;
use regimes::quantities::windows::WINDOWS;
use regimes::schedule::Beside;
use regimes::strings::schedules::SCHEDULE;
use regimes_output::Plan;

/// Times that are shown only when they are asked for: the word, and what they are.
const ASKED_FOR: [(&str, &str); 4] = [
    (
        WINDOWS,
        "also when the class is decided: 5, 50 and 95 % of the class information, 5 and 95 % total variation",
    ),
    (MARGIN, "also t_C.safe, where log n exceeds the information by two standard deviations of it"),
    (
        FINITE_SIZE,
        "also the collapse times that a simulation at this n and d shows: t_C.clones (φ_C = ½), t_C.leave-one-out, t_C.participation (= 2)",
    ),
    (
        PHASES,
        "also the transitions of the replica-symmetric potential: first-order line, spinodals, weak recovery (slower)",
    ),
];

/// The command's definition.
pub(crate) const VERB: Verb = Verb {
    head,
    fill: |command| resume::with_flags(fill(command)),
    act: Act::Rows(|matches, context| {
        let (model, inner) = below(matches)?;
        plan(entry(model, inner)?, inner, context)
    }),
};

fn head() -> Command {
    grouping("times", "MODEL")
        .about("every speciation time t_S and collapse time t_C of a data model")
        .after_help("Example: regimes times clusters --d 256:4096:*5 --n 20000 --mu 1 --sigma 1")
}

fn fill(parent: Command) -> Command {
    kinds::below(parent, |entry| {
        let child = Command::new(entry.name)
            .about(entry.about)
            .after_help(format!("Example: regimes times {} {}", entry.name, entry.example));
        let parameters = ask::times::parameters(entry);
        let (accuracy, first): (Vec<_>, Vec<_>) = parameters
            .into_iter()
            .partition(|p| accuracy::PARAMETERS.iter().any(|a| a.name == p.name));
        let child = with_parameters(child, &first);
        let words = ask::times::words(entry);
        let child = ASKED_FOR.iter().filter(|(word, _)| words.contains(word)).fold(
            child,
            |child, (word, help)| {
                child.arg(Arg::new(*word).long(*word).action(ArgAction::SetTrue).help(*help))
            },
        );
        let child = with_parameters(child, &accuracy);
        let child = schedules::of_kind(child, entry);
        let tokens = entry.process.is_of_tokens().then_some(&SCHEDULE);
        Some(with_parameters(child, tokens))
    })
}

/// Reads the query and prepares its table.
///
/// # Errors
/// Wrong arguments.
pub(crate) fn plan(
    entry: &'static Entry,
    matches: &ArgMatches,
    context: &Context,
) -> Result<Plan<'static>> {
    kinds::heed(entry, matches, |entry| {
        let parameters = ask::times::parameters(entry);
        // Tokens have a schedule of their own under the same flag.
        let flags = kinds::flags(entry, &parameters).into_iter().chain(ask::times::words(entry));
        let tokens = entry.process.is_of_tokens().then_some(SCHEDULE.name);
        flags.chain(tokens).collect()
    })?;
    let beside = schedules::single(entry, matches, "times")?.map(Beside::new);
    let mut words = ask::times::words(entry);
    words.retain(|word| matches.get_flag(word));
    let plan = ask::times::plan(entry, matches, &words, beside)?;
    Ok(context.named(plan))
}
