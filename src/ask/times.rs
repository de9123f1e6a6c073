//! Every transition time of a model, over a sweep.

use super::annealed;
use crate::Answer;
use crate::error::{Error, Result};
use crate::models::parameter::{Parameter, Values};
use crate::models::{Entry, Model};
use crate::numerics::precision::TIME_TOLERANCE;
use crate::process::Process;
use crate::quantities::levels::{FINITE_SIZE, is_sampled};
use crate::quantities::point::BANDWIDTH;
use crate::quantities::strings::times::on_a_schedule;
use crate::quantities::{
    self, Point, Quantity, SampleSize, accuracy, copies, measured, sample_size,
};
use crate::schedule::Beside;
use crate::strings::conventions;
use crate::strings::hierarchy::{ANNEALED, GRAMMAR, has_levels};
use crate::strings::schedules::{self as tokens, SCHEDULE};
use crate::sweep::{Models, Request, Typed, parameter_cell, parameter_column};
use crate::table::{Cell, Column, Head, Plan, Row};
use crate::transitions::collapse::{self, Regimes};
use crate::transitions::{ladder, quoted};
use std::sync::Arc;

/// Words that ask for times of a kind of data which are not always shown.
pub fn words(entry: &Entry) -> Vec<&'static str> {
    let mut words: Vec<&str> = quantities::of(entry).filter_map(|q| q.asked_for()).collect();
    words.dedup();
    words
}

/// What may be given beside those words and a schedule.
pub fn parameters(entry: &Entry) -> Vec<Parameter> {
    let mut all = entry.parameters.to_vec();
    all.extend(sample_size::PARAMETERS);
    if entry.process == Process::Gaussian {
        all.push(BANDWIDTH);
    }
    for parameter in quantities::of(entry).filter(|q| !q.noise()).flat_map(|q| q.parameters()) {
        if all.iter().all(|known| known.name != parameter.name) {
            all.push(*parameter);
        }
    }
    if entry.levels {
        all.extend(accuracy::PARAMETERS);
    }
    all
}

/// The table of all times of a model, and of those that `words` ask for; on a schedule, if there is one.
/// Strings have theirs as text.
///
/// # Errors
/// Wrong arguments; all of them before the first row is computed.
pub fn plan<Face, T: Typed<Face> + ?Sized>(
    entry: &'static Entry,
    typed: &T,
    words: &[&str],
    beside: Option<Beside>,
) -> Result<Plan<'static>> {
    let text = |p: &Parameter| typed.text(p.name).or(p.default);
    if has_levels(entry) && text(&GRAMMAR) == Some(ANNEALED) {
        if typed.text(SCHEDULE.name).is_some() {
            let message = "the annealed map stands on no schedule of tokens: leave --schedule out, or name another --grammar";
            return Err(Error::Usage(message.into()));
        }
        return annealed::plan(typed);
    }
    let tokens = match typed.text(SCHEDULE.name).filter(|_| entry.process.is_of_tokens()) {
        Some(name) => Some(tokens::Schedule::named(name)?),
        None => None,
    };
    let request = Arc::new(Request::read(typed, &parameters(entry))?);
    sample_size::exactly_one(&request)?;
    let given = |name: &str| request.axis(name).is_some() || request.fixed.get(name).is_some();
    let asked = |quantity: &&dyn Quantity| {
        !quantity.noise()
            && quantity.shown(&given)
            && quantity.asked_for().is_none_or(|word| words.contains(&word))
    };
    let quantities = quantities::of(entry).filter(asked).collect();
    let mut table = Times::new(entry, Arc::clone(&request), beside, quantities)?;
    table.tokens = tokens;
    table.columns = table.columns();
    let mut head = Head::new("times", entry.name, table.columns.clone(), table.request.rows()?);
    if entry.process.is_of_tokens() {
        conventions(&mut head);
    }
    head.axes = table.request.swept();
    head.notes = table.models.first_sound()?.map_or_else(Vec::new, |model| model.notes());
    if let Some(beside) = &table.beside {
        head.notes.extend(beside.notes());
    }
    Ok(Plan { head, row: Box::new(move |index| table.row(index)) })
}

struct Times {
    entry: &'static Entry,
    request: Arc<Request>,
    models: Models,
    beside: Option<Beside>,
    /// The schedule of tokens.
    tokens: Option<tokens::Schedule>,
    columns: Vec<Column>,
    /// Number of splits in the ladder of more than two classes; 0 for others.
    splits: usize,
    smoothed: bool,
    /// Names of the columns whose values are sampled, or of an accuracy that is asked for: they state
    /// their errors.
    stated: Vec<String>,
    quantities: Vec<Shown>,
    /// Parameters of the times themselves that were given.
    of_times: Vec<Parameter>,
    /// Whether times have standard errors, those of measured losses.
    spread: bool,
}

/// A quantity with the names of its columns, which every row needs.
struct Shown {
    quantity: &'static dyn Quantity,
    names: Vec<String>,
    /// Whether it is a time, which has a place on a schedule.
    placed: bool,
}

/// The collapse time whose place beside t_S decides the regimes.
const ASYMPTOTIC: &str = "t_C.asymptotic";

/// The times that depend on the whole class posterior.
const OF_THE_POSTERIOR: [&str; 3] = ["t_S.cloning", "t_S.class-entropy", "t_C.class-bit"];

impl Times {
    fn new(
        entry: &'static Entry,
        request: Arc<Request>,
        beside: Option<Beside>,
        mut quantities: Vec<&'static dyn Quantity>,
    ) -> Result<Self> {
        let models = Models::new(entry, Arc::clone(&request))?;
        // Sample sizes that do not go with the dimension must fail before the first row.
        let first = models.first_sound()?;
        if let Some(first) = &first {
            SampleSize::of(&request.at(0), first.dimension())?;
        }
        if let Some(axis) = request.axis("d") {
            for &d in &axis.values {
                let mut values = request.at(0);
                values.set("d", crate::models::Value::Number(d));
                SampleSize::of(&values, d)?;
            }
        }
        copies::checked(&request, first.as_ref().map(|model| model.dimension()))?;
        let classes =
            first.as_ref().and_then(|m| m.classes().found()).map_or(0, |c| c.weights().len());
        let smoothed =
            request.axis(BANDWIDTH.name).is_some_and(|axis| axis.values.iter().any(|&x| x > 0.0));
        // Latents without a class mean leave all that concerns classes out.
        let apart = request.axis("mu").is_none_or(|axis| axis.values.iter().any(|&x| x > 0.0));
        let classes_shown = entry.tells_classes() && (apart || !entry.latent);
        quantities.retain(|quantity| classes_shown || !quantity.several_classes());
        let mut stated = Vec::new();
        let sampled = || first.as_ref().is_some_and(|m| is_sampled(m.as_ref()));
        if accuracy::asked(&request).is_some() || sampled() {
            let finite = quantities.iter().filter(|q| q.asked_for() == Some(FINITE_SIZE));
            stated.extend(finite.map(|quantity| quantity.name()));
        }
        if first.as_ref().is_some_and(|m| accuracy::classes_are_sampled(m.as_ref())) {
            stated.extend(OF_THE_POSTERIOR.map(str::to_owned));
        }
        let measured = first.as_ref().is_some_and(|model| model.losses().is_some());
        if measured {
            stated.extend(quantities.iter().flat_map(|q| q.columns()).map(|column| column.name));
        }
        let spread = first.as_ref().is_some_and(|model| measured::has_errors(model.as_ref()));
        let splits = if classes > 2 { classes - 1 } else { 0 };
        let columns = Vec::new();
        let shown = |quantity: &'static dyn Quantity| Shown {
            quantity,
            names: quantity.columns().into_iter().map(|column| column.name).collect(),
            placed: quantity.columns().iter().all(Column::is_time),
        };
        let mut of_times: Vec<Parameter> = Vec::new();
        for parameter in quantities.iter().flat_map(|quantity| quantity.parameters()) {
            let known = of_times.iter().any(|other| other.name == parameter.name);
            if !known && request.axis(parameter.name).is_some() {
                of_times.push(*parameter);
            }
        }
        let quantities = quantities.into_iter().map(shown).collect();
        Ok(Self {
            entry,
            request,
            models,
            beside,
            tokens: None,
            columns,
            splits,
            smoothed,
            stated,
            quantities,
            of_times,
            spread,
        })
    }

    /// Parameters of the model other than d, the bandwidth where it is used, and those of times.
    fn parameters(&self) -> impl Iterator<Item = &Parameter> {
        let bandwidth = self.smoothed.then_some(&BANDWIDTH);
        let shown = |p: &&Parameter| p.name != "d" && self.has(p.name);
        self.entry.parameters.iter().filter(shown).chain(bandwidth).chain(&self.of_times)
    }

    fn has(&self, name: &str) -> bool {
        self.request.axis(name).is_some()
            || matches!(self.request.fixed.get(name), Some(crate::models::Value::Text(_)))
    }

    fn columns(&self) -> Vec<Column> {
        let mut columns = vec![quantities::dimension(self.entry)];
        columns.extend(SampleSize::columns());
        for p in self.parameters() {
            columns.push(parameter_column(p));
        }
        let ladder = |name: &str, k: usize, source: &str| {
            let name = format!("ladder.{name}.{k}");
            Column::estimate(name, "t_S", "OU time", source, TIME_TOLERANCE)
        };
        let of_quantities = self.quantities.iter().flat_map(|shown| shown.quantity.columns());
        let spectral = (1..=self.splits).map(|k| ladder("spectral", k, "BBDM24 Eq. 3"));
        let bayes = (1..=self.splits).map(|k| ladder("bayes", k, "ABBM26"));
        for mut column in of_quantities.chain(spectral).chain(bayes) {
            let name = column.name.clone();
            if self.stated.contains(&name) {
                column.tolerance = f64::INFINITY;
            }
            let placed = column.is_time();
            let of_tokens = self.on_tokens(&column);
            columns.push(column);
            columns.extend(of_tokens);
            if self.spread {
                columns.push(measured::column(&format!("{name}.stderr")));
            }
            if let Some(beside) = self.beside.as_ref().filter(|_| placed) {
                columns.extend(beside.columns(&name));
            }
        }
        columns
    }

    /// The same transition as a time of the schedule of tokens.
    fn on_tokens(&self, column: &Column) -> Option<Column> {
        let schedule = self.tokens.as_ref()?;
        let name = on_a_schedule(&column.name)?;
        let (symbol, unit) =
            (column.symbol.replace('ᾱ', "t"), format!("time of {}", schedule.label()));
        Some(Column::estimate(name, &symbol, unit, schedule.source(), TIME_TOLERANCE))
    }

    fn row(&self, index: usize) -> Result<Row> {
        let values = self.request.at(index);
        let model = self.models.at(index);
        let dimension = match &model {
            Ok(model) => model.dimension(),
            Err(_) => values.number("d").unwrap_or(f64::INFINITY),
        };
        let size = SampleSize::of(&values, dimension)?;
        let mut row = Row { cells: vec![Cell::Number(dimension)], notes: Vec::new() };
        row.cells.extend(size.cells());
        for p in self.parameters() {
            row.cells.push(parameter_cell(&values, p.name));
        }
        match model.and_then(|model| self.transitions(model.as_ref(), &size, &values, &mut row)) {
            Ok(()) => Ok(row),
            // What fails as a whole does not take the row with it.
            Err(error @ Error::Numerics(_)) => {
                row.fail_rest(&self.columns, &error);
                Ok(row)
            }
            Err(other) => Err(other),
        }
    }

    fn transitions(
        &self,
        model: &dyn Model,
        size: &SampleSize,
        values: &Values,
        row: &mut Row,
    ) -> Result<()> {
        let (mut speciations, mut collapse) = (Vec::new(), None);
        let point = Point { noise: None, size: Some(*size), values };
        for Shown { quantity, names, placed } in &self.quantities {
            let cells = quantity.cells(model, &point)?;
            let cells_of = |model: &dyn Model| quantity.cells(model, &point);
            let spreads = measured::spreads(model, &cells, self.spread, &cells_of)?;
            for ((name, cell), spread) in names.iter().zip(cells).zip(spreads) {
                // What failed is nobody's transition.
                let answer = cell.answer();
                if let (Some(criterion), Some(time)) = (name.strip_prefix("t_S."), &answer) {
                    speciations.push((criterion.to_owned(), time.clone()));
                }
                if name == ASYMPTOTIC {
                    collapse = answer;
                }
                if *placed {
                    self.push(row, name, cell, spread);
                } else {
                    let schedule = self.tokens.filter(|_| on_a_schedule(name).is_some());
                    let time = schedule.map(|schedule| match cell.answer() {
                        Some(answer) => Ok(answer.and_then(|kept| schedule.time(kept))).into(),
                        None => cell.clone(),
                    });
                    row.cells.push(cell);
                    row.cells.extend(time);
                    row.cells.extend(self.spread.then(|| spread.unwrap_or(Cell::EMPTY)));
                }
            }
        }
        if let (Some((name, s)), Some(c)) = (quoted(speciations), &collapse)
            && model.classes().exists()
            && collapse::regimes(&Answer::Value(s), c) == Regimes::NoRegimeTwo
        {
            row.notes.push(format!("no regime II: the score collapses before the classes separate (t_C.asymptotic ≥ t_S.{name})"));
        }
        if self.splits > 0 {
            self.ladder(model, row)?;
        }
        Ok(())
    }

    fn ladder(&self, model: &dyn Model, row: &mut Row) -> Result<()> {
        let Answer::Value(classes) = model.classes() else { return Ok(()) };
        let spectral = ladder::spectral(model)?;
        for k in 0..self.splits {
            let cell = spectral.get(k).map_or_else(
                || {
                    Cell::Missing(
                        "no further eigenvalue above the within-class spectrum and above 1".into(),
                    )
                },
                |time| Ok(Answer::Value(*time)).into(),
            );
            self.push(row, &format!("ladder.spectral.{}", k + 1), cell, None);
        }
        let tree = ladder::merge_tree(classes)?;
        let names = |group: &[usize]| {
            group.iter().map(|&k| classes.label(k)).collect::<Vec<_>>().join(", ")
        };
        for k in 0..self.splits {
            let Some(split) = tree.get(k) else { continue };
            let name = format!("ladder.bayes.{}", k + 1);
            if split.time.value().is_some() {
                let (left, right) = (names(&split.left), names(&split.right));
                row.notes.push(format!("{name} separates {{{left}}} from {{{right}}}"));
            }
            self.push(row, &name, Ok(split.time.clone()).into(), None);
        }
        Ok(())
    }

    /// A transition time, its standard error where it is measured, and where it stands on the schedule.
    fn push(&self, row: &mut Row, name: &str, cell: Cell, spread: Option<Cell>) {
        let mut spread = self.spread.then(|| spread.unwrap_or(Cell::EMPTY));
        if let Some(beside) = &self.beside {
            if name.starts_with("t_S") {
                row.notes.extend(beside.warning(name, &cell));
            }
            let own = beside.cells(&cell);
            row.cells.push(cell);
            row.cells.extend(spread.take());
            row.cells.extend(own);
        } else {
            row.cells.push(cell);
            row.cells.extend(spread.take());
        }
    }
}
