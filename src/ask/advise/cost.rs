//! What the chosen steps cost, and how they are placed better.

use super::line::Line;
use super::subject::{DIGITS, Subject};
use crate::ask::Computed;
use crate::error::{Error, Result};
use crate::number::{exact_text, readable};
use crate::schedule::Solver;
use crate::table::Cell;

const QUESTION: &str = "What do the steps cost?";
const BETTER: &str = "How are they placed better?";

/// Grids with which a deterministic sampler's own is compared: that which is best for data of one variance, and
/// the common one.
const OTHERS: &str = "arctan,karras";

/// The same for a sampler that begins in pure noise, where the common one has no place.
const FROM_NOISE: &str = "arctan";

pub(super) fn lines(subject: &Subject<'_>) -> Result<Vec<Line>> {
    let steps = subject.schedule().and_then(|schedule| schedule.inference());
    let Some(count) = steps.map(|levels| levels.len() - 1) else {
        let reason =
            "that is a question about a sampler: give --steps, with --config or --schedule";
        return Ok(vec![Line::unanswered(QUESTION, reason)]);
    };
    let question = match count {
        1 => "What does 1 step cost?".to_owned(),
        count => format!("What do {count} steps cost?"),
    };
    if subject.solver() == Solver::Other {
        let reason = "its class takes steps of higher order or with noise of its own, which have no exact cost here, and usually cost less than Euler's: --sampler ddim has that of Euler steps on the same levels, --sampler ancestral that of DDPM's";
        return Ok(vec![Line::unanswered(question, reason)]);
    }
    if subject.ancestral() && count == 1 {
        let reason = "a single step leads from noise to none, which costs ancestral sampling infinitely much";
        return Ok(vec![Line::unanswered(question, reason)]);
    }
    let lines = if subject.ancestral() {
        ancestral(subject, &question)
    } else {
        deterministic(subject, &question)
    };
    match lines {
        Ok(lines) => Ok(lines),
        Err(error @ (Error::Numerics(_) | Error::Argument { .. } | Error::Usage(_))) => {
            Ok(vec![Line::failed(question, &error)])
        }
        Err(other) => Err(other),
    }
}

/// The cell of a table's row.
fn cell(table: &Computed, name: &str, row: usize) -> Result<Cell> {
    Ok(table.column(name)?[row].clone())
}

/// A number as it is, without the bound on its rounding; the reason where there is none.
fn bare(cell: Cell) -> Cell {
    cell.value().map_or(cell, Cell::Number)
}

fn ancestral(subject: &Subject<'_>, question: &str) -> Result<Vec<Line>> {
    let (query, command) = subject.gaussian("steps", &[("grid", "schedule")], true)?;
    let table = query.steps()?;
    let value = |name: &str| cell(&table, name, 0);
    let (kl, total) = (value("kl")?, value("kl_total")?);
    let (steps, ends) = (value("steps")?, [value("snr_first")?, value("snr_last")?]);
    let clean = subject.schedule().and_then(|schedule| schedule.inference()?.last().copied());
    let answer = match (kl.value(), total.value()) {
        (Some(kl), Some(total)) => format!(
            "{} nats in all, {} a dimension{}: what comes out differs from the data, as noisy as the last level, by no more than this (KL), with a perfect network. A network's excess loss comes on top.",
            readable(total, DIGITS),
            readable(kl, DIGITS),
            if clean.is_some_and(|last| last.value.is_infinite()) {
                ", the last step, to no noise at all, aside"
            } else {
                ""
            }
        ),
        _ => format!("Not known: {}.", kl.reason().unwrap_or("no cost")),
    };
    let cost = Line {
        question: question.to_owned(),
        answer,
        quantity: "kl_total",
        value: bare(total.clone()),
        unit: "nats".into(),
        criterion: "KL(true chain ‖ sampler's chain) [GSV05]: ½ Σ mmse δsnr − I, ancestral sampling",
        why: "it is exact for every step count and grid; the data enter by their covariance alone, as Gaussian data".into(),
        command,
    };
    let [Some(first), Some(last)] = ends.map(|end| end.value()) else { return Ok(vec![cost]) };
    let ends = format!("{}:{}", exact_text(first), exact_text(last));
    let steps = exact_text(steps.value().unwrap_or(f64::NAN));
    let flags = [("grid", "optimal"), ("steps", steps.as_str()), ("snr", &ends)];
    let (query, command) = subject.gaussian("steps", &flags, true)?;
    let (levels, command) = (query.with("levels").steps()?, command + " --levels");
    let best = levels.column("cumulative")?.last().map_or(Cell::EMPTY, |cell| (*cell).clone());
    let ratio = value("kl_over_optimal")?.value();
    let answer = match (best.value(), ratio) {
        (Some(best), Some(ratio)) => format!(
            "The {steps} steps between the same ends that cost least cost {} nats in all, {} times less, at σ = {}.",
            readable(
                best * total.value().unwrap_or(f64::NAN) / kl.value().unwrap_or(f64::NAN),
                DIGITS
            ),
            readable(ratio, DIGITS - 1),
            sigmas(&levels)?
        ),
        _ => format!("At σ = {}.", sigmas(&levels)?),
    };
    let placed = Line {
        question: BETTER.into(),
        answer,
        quantity: "cumulative",
        value: bare(best),
        unit: "nats per dimension".into(),
        criterion: "the grid of least KL: stationary in every level, the global minimum over a fine grid",
        why: "its ends are those of the sampler, so that only the levels between them are moved; a sampler that takes sigmas is handed these, one that takes timesteps the whole steps nearest to those that the command prints beside them".into(),
        command,
    };
    Ok(vec![cost, placed])
}

fn deterministic(subject: &Subject<'_>, question: &str) -> Result<Vec<Line>> {
    let sampler = ("sampler", "ddim");
    let (query, command) = subject.gaussian("steps", &[sampler, ("grid", "schedule")], true)?;
    let table = query.steps()?;
    let (kl, ratio) = (cell(&table, "output_kl", 0)?, cell(&table, "variance_ratio", 0)?);
    let answer = match (kl.value(), ratio.value()) {
        (Some(kl), Some(ratio)) => format!(
            "What comes out has {} of the variance that it should have, and a KL of {} nats a dimension to the data, with a perfect network.",
            readable(ratio, DIGITS),
            readable(kl, DIGITS)
        ),
        _ => format!("Not known: {}.", kl.reason().unwrap_or("no cost")),
    };
    let cost = Line {
        question: question.to_owned(),
        answer,
        quantity: "output_kl",
        value: bare(kl.clone()),
        unit: "nats per dimension".into(),
        criterion: "KL of the output of Euler steps in σ [SME21], in closed form for Gaussian data",
        why: "deterministic sampling has a closed form for every variance of the covariance; structure beyond it is not counted".into(),
        command,
    };
    let steps = exact_text(cell(&table, "steps", 0)?.value().unwrap_or(f64::NAN));
    let first = cell(&table, "snr_first", 0)?.value().unwrap_or(0.0);
    let others = if first > 0.0 { OTHERS } else { FROM_NOISE };
    let last = cell(&table, "snr_last", 0)?.value().unwrap_or(f64::INFINITY);
    let ends = format!("{}:{}", exact_text(first.sqrt().recip()), exact_text(last.sqrt().recip()));
    let flags = [sampler, ("grid", others), ("steps", steps.as_str()), ("sigma-noise", &ends)];
    let (query, command) = subject.gaussian("steps", &flags, false)?;
    let costs = query.steps()?.value("output_kl")?;
    let names: Vec<&str> = others.split(',').collect();
    let best = (0..names.len())
        .filter_map(|k| Some((k, costs.get(k).copied().flatten()?)))
        .min_by(|a, b| a.1.total_cmp(&b.1));
    let Some((k, least)) = best else { return Ok(vec![cost]) };
    let answer = if kl.value().is_some_and(|own| own <= least) {
        format!("Not by {} between the same ends: keep them.", names.join(" or "))
    } else {
        let flags =
            [sampler, ("grid", names[k]), ("steps", steps.as_str()), ("sigma-noise", &ends)];
        let levels = subject.gaussian("steps", &flags, true)?.0.with("levels").steps()?;
        format!(
            "By {} between the same ends: {} nats a dimension, at σ = {}.",
            names[k],
            readable(least, DIGITS),
            sigmas(&levels)?
        )
    };
    let placed = Line {
        question: BETTER.into(),
        answer,
        quantity: "output_kl",
        value: Cell::Number(least),
        unit: "nats per dimension".into(),
        criterion: "least KL of the output among named grids; arctan is the best one for data of one variance",
        why: "for several variances the best grid of deterministic sampling has no closed form; the same command with that one grid and --levels prints its levels, on a schedule too"
            .into(),
        command,
    };
    Ok(vec![cost, placed])
}

/// The noise levels of a grid.
fn sigmas(levels: &Computed) -> Result<String> {
    let all = levels.value("sigma")?;
    let shown = |sigma: &Option<f64>| sigma.map_or_else(|| "∞".into(), |x| readable(x, DIGITS));
    Ok(all.iter().map(shown).collect::<Vec<_>>().join(", "))
}
