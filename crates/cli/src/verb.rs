//! What a command of the program is: its help, its flags, and what it does. A new one is its file and a
//! line in the list of `lib.rs`.

use crate::context::{Context, Program};
use clap::{ArgMatches, Command};
use regimes::error::{Error, Result};
use regimes_output::{Plan, Target};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

/// One command.
pub(crate) struct Verb {
    /// Name, help and examples: what is known of a command before it is entered.
    pub(crate) head: fn() -> Command,
    /// Adds its flags and the commands below it.
    pub(crate) fill: fn(Command) -> Command,
    pub(crate) act: Act,
}

/// A table and what else there is to say of it at its end.
pub(crate) struct Made {
    pub(crate) plan: Plan<'static>,
    pub(crate) verdict: Verdict,
}

/// What the exit status says beside what was reached.
pub(crate) enum Verdict {
    /// Nothing.
    None,
    /// Whether two curves disagree and that was to be a failure.
    Disagrees(bool),
    /// Rows that do not hold, counted while they are written.
    Failures(Arc<AtomicUsize>),
}

impl From<Plan<'static>> for Made {
    fn from(plan: Plan<'static>) -> Self {
        Self { plan, verdict: Verdict::None }
    }
}

/// What a command does.
pub(crate) enum Act {
    /// A table whose rows are computed one by one: it can be resumed, split, put in a specification.
    Rows(fn(&ArgMatches, &Context) -> Result<Plan<'static>>),
    /// A table that is computed as a whole, and why it cannot be resumed or split.
    Whole(fn(&ArgMatches, &Context) -> Result<Made>, &'static str),
    /// Text or pictures; the exit status.
    Own(fn(&ArgMatches, &Surroundings<'_>) -> Result<u8>),
}

/// What a command that makes no table needs to know.
pub(crate) struct Surroundings<'a> {
    pub(crate) command_line: &'a str,
    pub(crate) target: &'a Target,
    /// Flags that all commands share.
    pub(crate) common: &'a ArgMatches,
    pub(crate) program: &'static Program,
}

/// A command that only groups those below it: alone, it shows its help.
pub(crate) fn grouping(name: impl Into<clap::builder::Str>, below: &'static str) -> Command {
    Command::new(name)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand_value_name(below)
}

impl Verb {
    /// Its help and all flags.
    pub(crate) fn whole(&self) -> Command {
        (self.fill)((self.head)())
    }

    /// Its table, as it is printed: the errors of main values in columns of their own.
    ///
    /// # Errors
    /// Wrong arguments; a command that makes no table.
    pub(crate) fn table(&self, matches: &ArgMatches, context: &Context) -> Result<Made> {
        let Made { plan, verdict } = match self.act {
            Act::Rows(plan) => plan(matches, context)?.keeping_rows().into(),
            Act::Whole(make, _) => make(matches, context)?,
            Act::Own(_) => return Err(Error::Usage(format!("{} makes no table", self.name()))),
        };
        Ok(Made { plan: plan.flattened(), verdict })
    }

    /// Its name.
    pub(crate) fn name(&self) -> String {
        (self.head)().get_name().to_owned()
    }
}
