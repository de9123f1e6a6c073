//! What unmasking several tokens at a time costs, and how to place the steps better.
//!
//! Tokens are revealed in random order, each hidden one with probability (m_{k+1} − m_k)/(1 − m_k) in step k,
//! from the exact law given those before, and those of one step as if they were independent. Over fractions
//! 0 = m_0 < … < m_K = 1 that costs KL/d = Σ_k h'(m_k)(m_{k+1} − m_k) − h(1): a left Riemann sum of the entropy
//! of a hidden token, which falls, minus its integral.

mod grid;

use super::data::{Jet, SPACING, differences};
use super::optimal::{Falling, places};
use super::parameters::STEPS;
use crate::Answer;
use crate::error::{Error, Result};
use crate::models::Entry;
use crate::models::parameter::{Domain, Parameter, Values};
use crate::numerics::Estimate;
use crate::numerics::precision::CURVE_TOLERANCE;
use crate::numerics::summation::Compensated;
use crate::quantities;
use crate::strings::conventions;
use crate::sweep::{Models, Request, Typed, parameter_cell, parameter_column};
use crate::table::{Cell, Column, Head, Plan, Row};
use crate::tokens::grammar::Left;
use crate::tokens::{Corruption, HiddenEntropy, Noised, Strings};
use grid::Grid;
use std::sync::Arc;

const GRID: Parameter = Parameter {
    required: true,
    ..Parameter::of_text(
        "grid",
        "GRID",
        "optimal, uniform, a schedule of tokens (even in its own time: linear, llada:E, md4-cosine, ...), or a file with a column kept from 0 to 1",
    )
};

const SAMPLER: Parameter = Parameter::optional(
    "sampler",
    "SAMPLER",
    "unmask: tokens in random order, those of one step independently",
    Domain::Name(&["unmask"]),
)
.by_default("unmask");

/// Everything that may be given for a kind of strings.
pub(super) fn parameters(entry: &Entry) -> Vec<Parameter> {
    let mut all = entry.parameters.to_vec();
    all.extend([GRID, STEPS, SAMPLER]);
    all
}

/// The entropy of a hidden token of some strings.
struct Unmasked<'a> {
    strings: &'a dyn Strings,
    hidden: HiddenEntropy<'a>,
    /// Where it has half fallen.
    scale: f64,
    prepared: Option<Box<dyn Fn(f64) -> Left + 'a>>,
}

impl<'a> Unmasked<'a> {
    fn new(strings: &'a dyn Strings) -> Result<Answer<Self>> {
        let prepared = strings.curve(Corruption::Masked);
        strings.hidden_entropy().try_and_then(|hidden| {
            let scale = half_fallen(&hidden)?;
            Ok(Answer::Value(Self { strings, hidden, scale, prepared }))
        })
    }

    /// h(1): what all tokens tell.
    fn whole(&self) -> Result<Answer> {
        if let Some(left) = &self.prepared {
            return Ok(Answer::Value(left(1.0).information / self.strings.length()));
        }
        let whole = self.strings.whole(Corruption::Masked, 1.0)?;
        // Of one class the information within it is all.
        if whole.exists() { Ok(whole) } else { self.strings.information(Corruption::Masked, 1.0) }
    }

    /// The cost per token of every step of a grid, the last fraction being one.
    fn cost(&self, fractions: &[f64], whole: Estimate) -> Result<(Vec<Estimate>, Estimate)> {
        let heights =
            fractions.iter().map(|m| (self.hidden)(*m)).collect::<Result<Vec<Estimate>>>()?;
        let (mut sum, mut bound) = (Compensated::default(), 0.0);
        for (height, pair) in heights.iter().zip(fractions.windows(2)) {
            let area = *height * Estimate::rounded(pair[1] - pair[0]);
            sum.add(area.value);
            bound += area.error;
        }
        let total = sum.estimate(0.0).widened(bound) - whole;
        Ok((heights, total.clamp(0.0, f64::INFINITY)))
    }
}

/// Where the entropy of a hidden token has half fallen, which tells where its steps are to be looked for: 1/d of
/// classes that a few tokens tell, the inverse of its memory of a chain.
///
/// # Errors
/// Failed numerics.
fn half_fallen(hidden: &HiddenEntropy<'_>) -> Result<f64> {
    let half = 0.5 * (hidden(0.0)?.value + hidden(1.0)?.value);
    let (mut low, mut high) = (LEAST.ln(), 0.0f64);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if hidden(middle.exp())?.value > half { low = middle } else { high = middle }
    }
    Ok(high.exp())
}

/// A scale below which a value costs milliseconds: sums over as many tokens as its inverse.
const SLOW: f64 = 1e-4;

/// Least fraction that is looked at, of strings of at most as many tokens.
const LEAST: f64 = 1e-18;

/// Halvings of its logarithm: within a percent.
const HALVINGS: usize = 12;

impl Falling for Unmasked<'_> {
    fn value(&self, at: f64) -> Result<f64> {
        Ok((self.hidden)(at)?.value)
    }

    fn jet(&self, at: f64) -> Result<Jet> {
        let width = at + self.scale;
        let h = (SPACING * width).min(0.25 * at).min(0.25 * (1.0 - at));
        differences(|m| self.value(m), at, h, h / width)
    }

    fn scale(&self) -> f64 {
        self.scale
    }

    fn slow(&self) -> bool {
        self.scale < SLOW
    }
}

/// Residual above which the best grid is doubted.
const STATIONARY: f64 = 1e-6;

/// The table of costs, a row for each combination of what is given; or with `levels` a row for each fraction of the
/// one grid.
///
/// # Errors
/// Wrong arguments; all of them before the first row is computed.
pub(super) fn plan<Face, T: Typed<Face> + ?Sized>(
    entry: &'static Entry,
    typed: &T,
    levels: bool,
) -> Result<Plan<'static>> {
    let request = Arc::new(Request::read(typed, &parameters(entry))?);
    for index in 0..request.rows()?.min(super::CHECKED) {
        let values = request.at(index);
        Grid::read(values.text(GRID.name).unwrap_or_default())?.steps(&values)?;
        masked(&values, entry)?;
    }
    let models = Models::new(entry, Arc::clone(&request))?;
    let notes = models.first_sound()?.map_or_else(Vec::new, |model| model.notes());
    let mut plan =
        if levels { fractions(entry, &request, &models)? } else { costs(entry, request, models)? };
    conventions(&mut plan.head);
    plan.head.notes.splice(0..0, notes);
    Ok(plan)
}

/// Refuses a corruption that hides nothing.
fn masked(values: &Values, entry: &Entry) -> Result<()> {
    let corruption = crate::strings::noise::corruption(values)?;
    if corruption == Corruption::Masked {
        return Ok(());
    }
    let expected = format!("hides no token: the steps of {} here are those of masked", entry.name);
    Err(Error::argument("--corruption", corruption.name(), expected))
}

/// The grid of a row, and the residual that certifies it where it is the best one.
fn grid(unmasked: &Unmasked<'_>, values: &Values) -> Result<(Vec<f64>, usize)> {
    let grid = Grid::read(values.text(GRID.name).unwrap_or_default())?;
    let steps = grid.steps(values)?;
    let fractions = match grid {
        Grid::File(fractions) => fractions,
        Grid::Optimal => places(unmasked, [0.0, 1.0], steps)?.0,
        Grid::Schedule(schedule) => Grid::fractions(schedule, steps),
    };
    Ok((fractions, steps))
}

fn costs(entry: &'static Entry, request: Arc<Request>, models: Models) -> Result<Plan<'static>> {
    let given = |p: &&Parameter| {
        p.name != "d" && (request.axis(p.name).is_some() || request.fixed.text(p.name).is_some())
    };
    let shown: Vec<Parameter> = entry.parameters.iter().filter(given).copied().collect();
    let mut columns = vec![quantities::dimension(entry)];
    columns.extend(shown.iter().map(parameter_column));
    columns.extend([Column::text(GRID.name), Column::number(STEPS.name, STEPS.symbol, "")]);
    let kl = |name: &'static str, symbol: &'static str| {
        Column::estimate(name, symbol, "nats per token", "SAS24", CURVE_TOLERANCE)
    };
    columns.extend([
        kl("kl", "KL/d"),
        Column::estimate("kl_total", "KL", "nats", "SAS24", f64::INFINITY),
        kl("kl_optimal", "min KL/d"),
        Column::estimate("kl_over_optimal", "KL/min KL", "", "", f64::INFINITY),
        Column::number("residual", "r", "of the stationarity of the optimal grid"),
    ]);
    let mut head = Head::new("steps", entry.name, columns.clone(), request.rows()?);
    head.axes = request.swept();
    head.conventions.push((SAMPLER.name.into(), "unmask".into()));
    let row = move |index: usize| {
        let values = request.at(index);
        let model = models.at(index)?;
        let mut row = Row { cells: vec![Cell::Number(model.dimension())], notes: Vec::new() };
        row.cells.extend(shown.iter().map(|p| parameter_cell(&values, p.name)));
        row.cells.push(parameter_cell(&values, GRID.name));
        let steps = Grid::read(values.text(GRID.name).unwrap_or_default())?.steps(&values)?;
        row.cells.push(Cell::Number(steps as f64));
        let cells = match model.strings() {
            Answer::Value(noised) => of_a_grid(noised, &values, &mut row.notes),
            Answer::Absent(reason) => Ok(vec![Cell::Missing(reason)]),
        };
        match cells {
            Ok(cells) => {
                row.cells.extend(cells);
                let open = columns.len() - row.cells.len();
                row.cells.extend(std::iter::repeat_n(Cell::EMPTY, open));
            }
            Err(error @ Error::Numerics(_)) => row.fail_rest(&columns, &error),
            Err(other) => return Err(other),
        }
        Ok(row)
    };
    Ok(Plan { head, row: Box::new(row) })
}

fn of_a_grid(noised: Noised<'_>, values: &Values, notes: &mut Vec<String>) -> Result<Vec<Cell>> {
    let found = Unmasked::new(noised.strings)?;
    let found =
        found.try_and_then(|unmasked| Ok(unmasked.whole()?.map(|whole| (unmasked, whole))))?;
    let (unmasked, whole) = match found {
        Answer::Value(found) => found,
        Answer::Absent(reason) => {
            return Ok((0..4).map(|_| Cell::Missing(reason.clone())).collect());
        }
    };
    let (fractions, steps) = grid(&unmasked, values)?;
    let (_, kl) = unmasked.cost(&fractions, whole)?;
    let (best, residual) = places(&unmasked, [0.0, 1.0], steps)?;
    let (_, least) = unmasked.cost(&best, whole)?;
    if residual > STATIONARY && least.sign_is_certain() {
        notes.push(format!(
            "the optimal grid is not stationary everywhere (residual {residual:.1e}): the least cost may be a little lower"
        ));
    }
    let d = noised.strings.length();
    let total = if d.is_finite() {
        Answer::Value(kl * d)
    } else {
        Answer::absent("grows with d: give a finite d")
    };
    let gain = if least.sign_is_certain() {
        Answer::Value(kl / least)
    } else {
        Answer::absent("the least cost is zero up to its error")
    };
    Ok(vec![
        Ok(kl.into()).into(),
        Ok(total).into(),
        Ok(least.into()).into(),
        Ok(gain).into(),
        Cell::Number(residual),
    ])
}

/// The fractions of one grid, the entropy of a hidden token there, and where along it the cost arises.
fn fractions(entry: &'static Entry, request: &Request, models: &Models) -> Result<Plan<'static>> {
    let rows = request.rows()?;
    if rows != 1 {
        let message = format!(
            "the levels of one grid are shown at a time, not of {rows}: give every parameter one value"
        );
        return Err(Error::Usage(message));
    }
    let model = models.at(0)?;
    let noised = model.strings().required()?;
    let unmasked = Unmasked::new(noised.strings)?.required()?;
    let whole = unmasked.whole()?.required()?;
    let (fractions, _) = grid(&unmasked, &request.at(0))?;
    let (heights, _) = unmasked.cost(&fractions, whole)?;
    // What is told between two fractions is the difference of the information.
    let told = |m: f64| -> Result<Estimate> {
        match &unmasked.prepared {
            Some(left) => Ok(left(m).information / noised.strings.length()),
            None => match noised.strings.whole(Corruption::Masked, m)? {
                Answer::Value(told) => Ok(told),
                Answer::Absent(_) => noised.strings.information(Corruption::Masked, m)?.required(),
            },
        }
    };
    let told = fractions.iter().map(|m| told(*m)).collect::<Result<Vec<_>>>()?;
    let cell = |name: &'static str, symbol: &'static str| {
        Column::estimate(name, symbol, "nats per token", "SAS24", CURVE_TOLERANCE)
    };
    let columns = vec![
        Column::number("level", "k", "from 0, the noisiest"),
        Column::number("kept", "ᾱ", "probability"),
        cell("hidden_entropy", "h'"),
        cell("step_cost", "KL_k/d"),
    ];
    let mut head = Head::new("steps", entry.name, columns, fractions.len());
    head.conventions.push((SAMPLER.name.into(), "unmask".into()));
    let row = move |k: usize| {
        let cost = fractions.get(k + 1).map(|next| {
            let area = heights[k] * Estimate::rounded(next - fractions[k]);
            (area - (told[k + 1] - told[k])).clamp(0.0, f64::INFINITY)
        });
        let cost = match cost {
            Some(cost) => Ok(cost.into()).into(),
            None => Cell::Missing("the last level: no step begins here".into()),
        };
        let cells = vec![
            Cell::Number(k as f64),
            Cell::Number(fractions[k]),
            Ok(heights[k].into()).into(),
            cost,
        ];
        Ok(Row { cells, notes: Vec::new() })
    };
    Ok(Plan { head, row: Box::new(row) })
}
