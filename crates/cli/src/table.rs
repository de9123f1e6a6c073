//! `table SPEC.toml`: a table of a paper from a specification.
//!
//! A specification has a `title`, optionally `source` (what it reproduces), `columns` (which, in
//! which order) and `digits`, and a list `block` of commands: each has a `command` such as
//! "curve phi clusters", optionally a `label`, and `arguments` named like the flags.

use super::context::{Context, command_line, head as table_head};
use super::resume;
use super::verb::{Act, Verb};
use clap::{Arg, ArgMatches, Command, ValueHint};
use regimes::document::{Content, Document, Node};
use regimes::error::{Error, Result};
use regimes::table::shared_conventions;
use regimes_output::{Cell, Column, Head, Plan, Row};
use std::path::Path;

/// The command's definition.
pub(crate) const VERB: Verb =
    Verb { head, fill: |command| resume::with_flags(fill(command)), act: Act::Rows(plan) };

fn head() -> Command {
    Command::new("table")
        .about("a table from a specification file")
        .after_help("Example: regimes table tables/bbdm24-figure-2.toml --output figure-2.csv")
}

fn fill(command: Command) -> Command {
    command.arg(Arg::new("spec").value_name("SPEC.toml").required(true).value_hint(ValueHint::FilePath).help(
            "TOML or JSON: title, source, columns, digits, and [[block]]s of command, label, arguments",
        ))
}

/// Keys of a `[[block]]` that is drawn beside those of a table.
pub(crate) const DRAWN_KEYS: [&str; 4] = ["mark", "x", "y", "level"];

/// Keys of a specification. Those of figures are `figure`'s to read.
pub(crate) const KEYS: [&str; 7] =
    ["title", "source", "columns", "digits", "block", "figure", "points"];

/// Reads the specification and prepares its table.
///
/// # Errors
/// [`Error::File`] with line and key.
pub(crate) fn plan<'a>(matches: &ArgMatches, context: &Context) -> Result<Plan<'a>> {
    let path: &String =
        matches.get_one("spec").ok_or_else(|| Error::Usage("table needs a SPEC.toml".into()))?;
    let document = Document::read(Path::new(path))?;
    let root = document.root();
    document.table(root, &KEYS)?;
    let text = |key: &str| document.get(root, key).map(|node| document.text(node)).transpose();
    let (title, source) = (text("title")?, text("source")?);
    let mut context = context.clone();
    if let Some(node) = document.get(root, "digits") {
        let digits = document.number(node)?;
        if !(1.0..=17.0).contains(&digits) || digits.fract() != 0.0 {
            return Err(
                document.error(node, format!("must be a whole number from 1 to 17, not {digits}"))
            );
        }
        context.digits = Some(digits as usize);
    }
    let Some(list) = document.get(root, "block") else {
        return Err(document.error(root, "needs at least one [[block]]"));
    };
    let extra: &[&str] = if document.get(root, "figure").is_some() { &DRAWN_KEYS } else { &[] };
    let blocks = blocks(&document, list, extra, &context)?;
    if blocks.is_empty() {
        return Err(document.error(list, "needs at least one [[block]]"));
    }
    let columns = columns(&document, &blocks)?;
    let rows = blocks.iter().map(|b| b.plan.head.rows).sum();
    let mut head: Head = table_head(&context, "table", &common_model(&blocks), columns, rows);
    head.title = title.map(str::to_owned);
    head.conventions = shared_conventions(blocks.iter().map(|b| &b.plan.head.conventions));
    if let Some(source) = source {
        head.notes.push(format!("source: {source}"));
    }
    for block in &blocks {
        head.notes.push(block.plan.head.command_line.clone());
        for note in &block.plan.head.notes {
            if !head.notes.contains(note) {
                head.notes.push(note.clone());
            }
        }
    }
    let names: Vec<String> = head.columns.iter().map(|c| c.name.clone()).collect();
    // Where each column of the table stands in each block.
    let places: Vec<Vec<Option<usize>>> = blocks
        .iter()
        .map(|b| {
            names.iter().map(|n| b.plan.head.columns.iter().position(|c| c.name == *n)).collect()
        })
        .collect();
    Ok(Plan {
        head,
        row: Box::new(move |index| {
            let (mut block, mut rest) = (0, index);
            while rest >= blocks[block].plan.head.rows {
                rest -= blocks[block].plan.head.rows;
                block += 1;
            }
            let computed = (blocks[block].plan.row)(rest)?;
            let cells = names.iter().zip(&places[block]).map(|(name, place)| match place {
                Some(k) => computed.cells[*k].clone(),
                None if name == LABEL => Cell::Text(blocks[block].label.clone()),
                None => Cell::Missing("not a column of this block".into()),
            });
            Ok(Row { cells: cells.collect(), notes: computed.notes })
        }),
    })
}

const LABEL: &str = "label";

/// Commands that a block can have: those whose rows stand alone.
const ROWS: [&str; 8] =
    ["times", "curve", "solve", "guidance", "schedule", "dataset", "training", "steps"];

/// Arguments whose text may be a file beside the specification, or something else.
const PERHAPS_FILES: [&str; 2] = ["eigenvalues", "grid"];

/// A command of a specification.
pub(crate) struct Block<'a> {
    /// Its name.
    pub(crate) label: String,
    /// Its table.
    pub(crate) plan: Plan<'a>,
    /// Its command line.
    pub(crate) matches: ArgMatches,
}

/// The commands of a specification, in the order of `list`; `extra` keys are the caller's.
///
/// # Errors
/// [`Error::File`] with line and key.
pub(crate) fn blocks<'a>(
    document: &Document,
    list: &Node,
    extra: &[&str],
    context: &Context,
) -> Result<Vec<Block<'a>>> {
    document.list(list)?.iter().map(|node| block(document, node, extra, context)).collect()
}

fn common_model(blocks: &[Block<'_>]) -> String {
    let first = &blocks[0].plan.head.model;
    if blocks.iter().all(|b| b.plan.head.model == *first) { first.clone() } else { String::new() }
}

/// A block is a command line: its arguments become flags.
fn block<'a>(
    document: &Document,
    node: &Node,
    extra: &[&str],
    context: &Context,
) -> Result<Block<'a>> {
    let mut known = vec!["label", "command", "arguments"];
    known.extend(extra);
    document.table(node, &known)?;
    let Some(command) = document.get(node, "command") else {
        return Err(document.error(node, "needs a command such as \"curve phi clusters\""));
    };
    let mut words = vec!["regimes".to_owned()];
    words.extend(document.text(command)?.split_whitespace().map(str::to_owned));
    let named = words.get(1).map_or("", String::as_str);
    if !ROWS.contains(&named) {
        let hint = regimes::suggest::did_you_mean(named, ROWS);
        let message = format!(
            "{named:?} gives no rows that stand alone: must begin with {}{hint}",
            ROWS.join(", ")
        );
        return Err(document.error(command, message));
    }
    if let Some(arguments) = document.get(node, "arguments") {
        for (name, value) in document.table(arguments, &[])? {
            if let Content::Boolean(given) = value.content() {
                words.extend(given.then(|| format!("--{name}")));
                continue;
            }
            let text = argument_text(document, value)?;
            if PERHAPS_FILES.contains(&name.as_str())
                && Path::new(&beside(document, &text)).is_file()
            {
                words.extend([format!("--{name}"), beside(document, &text)]);
            } else if name == "file" {
                words.push(beside(document, &text));
            } else if name == "config" {
                words.extend(["--config".to_owned(), beside(document, &text)]);
            } else if let Some(file) = text.strip_prefix("mixture:").filter(|_| name == "prior") {
                words.extend(["--prior".into(), format!("mixture:{}", beside(document, file))]);
            } else {
                words.extend([format!("--{name}"), text]);
            }
        }
    }
    let matches = (context.program.on_demand)().try_get_matches_from(&words).map_err(|error| {
        // clap's first line says what is wrong; the rest is usage.
        let rendered = error.render().to_string();
        let line = rendered.lines().next().unwrap_or("").trim_start_matches("error: ").to_owned();
        document.error(node, line)
    })?;
    let arguments: Vec<std::ffi::OsString> = words.iter().map(Into::into).collect();
    let inner = Context { command_line: command_line(&arguments), ..context.clone() };
    let plan = (context.program.plan)(&matches, &inner).map_err(|error| match error {
        file @ Error::File { .. } => file,
        other => document.error(node, other.to_string()),
    })?;
    let label = match document.get(node, "label") {
        Some(label) => document.text(label)?.to_owned(),
        None => String::new(),
    };
    Ok(Block { label, plan, matches })
}

/// The value of an argument as it would be typed.
pub(crate) fn argument_text(document: &Document, node: &Node) -> Result<String> {
    Ok(match node.content() {
        Content::Number(x) => regimes_output::number::exact_text(*x),
        Content::Text(x) => x.clone(),
        Content::List(items) => {
            let texts: Result<Vec<String>> =
                items.iter().map(|item| argument_text(document, item)).collect();
            texts?.join(",")
        }
        _ => {
            return Err(
                document.error(node, "must be a number, text, a list of them, or true for a flag")
            );
        }
    })
}

/// Files named in a specification stand beside it.
fn beside(document: &Document, name: &str) -> String {
    let folder = document.path().parent().unwrap_or(Path::new("."));
    folder.join(name).to_string_lossy().into_owned()
}

/// The selected columns, or all columns of all blocks in the order they appear.
fn columns(document: &Document, blocks: &[Block<'_>]) -> Result<Vec<Column>> {
    let mut all: Vec<Column> = Vec::new();
    if blocks.iter().any(|b| !b.label.is_empty()) {
        all.push(Column::text(LABEL));
    }
    for column in blocks.iter().flat_map(|b| &b.plan.head.columns) {
        if !all.iter().any(|c| c.name == column.name) {
            all.push(column.clone());
        }
    }
    let Some(selection) = document.get(document.root(), "columns") else { return Ok(all) };
    let mut selected = Vec::new();
    for node in document.list(selection)? {
        let name = document.text(node)?;
        let Some(column) = all.iter().find(|c| c.name == name) else {
            let known: Vec<&str> = all.iter().map(|c| c.name.as_str()).collect();
            let hint = regimes::suggest::did_you_mean(name, known.iter().copied());
            let message =
                format!("no block has a column {name}{hint} (known: {})", known.join(", "));
            return Err(document.error(node, message));
        };
        selected.push(column.clone());
    }
    Ok(selected)
}
