//! `explain QUANTITY MODEL`: the formula, its source, the numbers substituted, the value.

use super::context::{below, entry, missed, whole};
use super::examples;
use super::kinds;
use super::page::{chosen_format, print_text};
use super::request::with_parameters;
use super::verb::{Act, Verb, grouping};
use clap::{Arg, ArgAction, Command};
use regimes::error::Error;
use regimes::explain::{self, Notation, Topic};
use regimes::models::{Domain, Entry, Parameter};
use regimes::process::Process;
use regimes::quantities::{QUOTED, copies};
use regimes_output::text::explanation;

/// The command's definition.
pub(crate) const VERB: Verb = Verb {
    head,
    fill,
    act: Act::Own(|matches, around| {
        // A page is text in whatever format: a pipe changes nothing of it.
        chosen_format(around.common, around.target, true)?;
        let digits = whole(around.common, "digits", 17)?.unwrap_or(explain::DIGITS);
        let (name, inner) = below(matches)?;
        let (model, inner) = below(inner)?;
        let missing = || Error::Usage(format!("there is no quantity {name}"));
        let topic = Topic::find(name).ok_or_else(missing)?;
        let entry = entry(model, inner)?;
        if topic.of(entry).is_none() {
            // What has two kinds is Gaussian where nothing is said.
            let message = format!(
                "{} has no {name} under gaussian noise: name another --corruption",
                entry.name
            );
            return Err(Error::Usage(message));
        }
        let page = explain::page(&topic, entry, inner, digits)?;
        let notation = if inner.get_flag("latex") { Notation::Latex } else { Notation::Unicode };
        print_text(&explanation(&page, notation), around.target)?;
        Ok(page.failure.map_or(0, |what| missed(&what)))
    }),
};

fn head() -> Command {
    grouping("explain", "QUANTITY")
        .about("the formula of a quantity, its source, the numbers substituted, and the value")
        .after_help("Example: regimes explain t_S.curvature clusters --d 1024 --mu 1 --latex")
}

fn fill(parent: Command) -> Command {
    let parent = Topic::all().into_iter().fold(parent, |parent, topic| {
        // A criterion is meant by its symbol alone where it is the one that is quoted.
        let quoted = QUOTED.iter().find(|(_, meant)| *meant == topic.name);
        let child = grouping(&topic.name, "MODEL")
            .about(topic.about())
            .aliases(quoted.map(|(symbol, _)| *symbol));
        parent.subcommand(kinds::below(child, |entry| {
            topic.of(entry)?;
            let model =
                Command::new(entry.name).about(entry.about).after_help(example(&topic, entry));
            let model = with_parameters(model, &topic.parameters(entry)).arg(
                Arg::new("latex")
                    .long("latex")
                    .action(ArgAction::SetTrue)
                    .help("LaTeX instead of Unicode"),
            );
            Some(model)
        }))
    });
    examples::inherited(parent)
}

fn example(topic: &Topic, entry: &Entry) -> String {
    let quantity = topic.of(entry).unwrap_or(topic.quantity);
    let model = if quantity.samples() { entry.example } else { examples::without_samples(entry) };
    let noise = match quantity.process() {
        _ if !quantity.noise() => "",
        Process::Gaussian => " --t 1",
        Process::Tokens => " --kept 0.5",
        Process::Beliefs => " --epsilon 0.5",
    };
    // Copies are a wish: without them it is the time of a single sample.
    let wished = |p: &Parameter| copies::PARAMETERS.iter().any(|copy| copy.name == p.name);
    let needed = |p: &Parameter| p.default.is_none_or(|text| text.contains(':')) && !wished(p);
    let own = topic.own(entry).find(needed);
    let value = |p: &Parameter| if matches!(p.domain, Domain::Whole { .. }) { "2" } else { "0.5" };
    let own = own.map_or_else(String::new, |p| format!(" --{} {}", p.name, value(&p)));
    format!("Example: regimes explain {} {} {model}{noise}{own}", topic.name, entry.name)
}
