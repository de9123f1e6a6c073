//! `times MODEL`: every transition time of a model.

use super::accuracy;
use super::context::{Context, below, entry, head as table_head};
use super::request::{Models, Request, parameter_cell, parameter_column, with_parameters};
use super::resume;
use super::sample_size::{self, SampleSize};
use super::schedules::{self, Beside};
use super::verb::{Act, Verb};
use clap::{Arg, ArgAction, ArgMatches, Command};
use regimes::Answer;
use regimes::error::{Error, Result};
use regimes::models::parameter::{Parameter, Values};
use regimes::models::{CATALOGUE, Entry, Model};
use regimes::numerics::precision::TIME_TOLERANCE;
use regimes::quantities::collapse::BANDWIDTH;
use regimes::quantities::levels::{FINITE_SIZE, is_sampled};
use regimes::quantities::phases::FLAG as PHASES;
use regimes::quantities::{self, Point, Quantity};
use regimes::transitions::collapse::{self, Regimes};
use regimes::transitions::ladder;
use regimes::transitions::quoted;
use regimes_output::{Cell, Column, Plan, Row};

/// Times that are shown only when they are asked for: the word, and what they are.
const ASKED_FOR: [(&str, &str); 2] = [
    (
        FINITE_SIZE,
        "also the collapse times that a simulation at this n and d shows: t_C.clones (φ_C = ½), t_C.leave-one-out, t_C.participation (= 2)",
    ),
    (
        PHASES,
        "also the transitions of the replica-symmetric potential: first-order line, spinodals, weak recovery (slower)",
    ),
];

/// Whether the times of a word are asked for, or never have to be.
fn is_asked_for(quantity: &dyn Quantity, matches: &ArgMatches) -> bool {
    quantity.asked_for().is_none_or(|word| matches.get_flag(word))
}

/// The command's definition.
pub(crate) const VERB: Verb = Verb {
    head,
    fill: |command| resume::with_flags(fill(command)),
    act: Act::Rows(|matches, context| {
        let (model, inner) = below(matches)?;
        plan(entry(model)?, inner, context)
    }),
};

fn head() -> Command {
    Command::new("times")
        .about("every speciation time t_S and collapse time t_C of a data model")
        .after_help("Example: regimes times clusters --d 256:4096:*5 --n 20000 --mu 1 --sigma 1")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand_value_name("MODEL")
}

fn fill(parent: Command) -> Command {
    CATALOGUE.iter().fold(parent, |parent, entry| {
        let child = Command::new(entry.name)
            .about(entry.about)
            .after_help(format!("Example: regimes times {} {}", entry.name, entry.example));
        let child = with_parameters(child, entry.parameters);
        let child = with_parameters(child, &sample_size::PARAMETERS);
        let child = with_parameters(child, [&BANDWIDTH]);
        let words = ASKED_FOR.iter().filter(|(word, _)| {
            quantities::of(entry).any(|quantity| quantity.asked_for() == Some(word))
        });
        let child = words.fold(child, |child, (word, help)| {
            child.arg(Arg::new(*word).long(*word).action(ArgAction::SetTrue).help(*help))
        });
        let child =
            if entry.levels { with_parameters(child, &accuracy::PARAMETERS) } else { child };
        parent.subcommand(schedules::with_schedule(child, "schedule"))
    })
}

/// Reads the query and prepares its table.
///
/// # Errors
/// Wrong arguments.
pub(crate) fn plan<'a>(
    entry: &'static Entry,
    matches: &ArgMatches,
    context: &Context,
) -> Result<Plan<'a>> {
    let parameters: Vec<Parameter> = entry
        .parameters
        .iter()
        .chain(&sample_size::PARAMETERS)
        .chain([&BANDWIDTH])
        .chain(if entry.levels { &accuracy::PARAMETERS[..] } else { &[] })
        .copied()
        .collect();
    let request = Request::read(matches, &parameters)?;
    sample_size::exactly_one(&request)?;
    let schedule = schedules::chosen(matches)?;
    if schedule.len() > 1 {
        return Err(Error::Usage("times takes a single --schedule".into()));
    }
    let beside = schedule.into_iter().next().map(Beside::new);
    let request = std::sync::Arc::new(request);
    let asked: Vec<&'static dyn Quantity> = quantities::of(entry)
        .filter(|quantity| !quantity.noise() && is_asked_for(*quantity, matches))
        .collect();
    let table = Times::new(entry, request, beside, asked)?;
    let mut head =
        table_head(context, "times", entry.name, table.columns.clone(), table.request.rows()?);
    head.notes = table.models.first_sound()?.map_or_else(Vec::new, |model| model.notes());
    if let Some(beside) = &table.beside {
        head.notes.extend(beside.notes());
    }
    Ok(Plan { head, row: Box::new(move |index| table.row(index)) })
}

struct Times {
    entry: &'static Entry,
    request: std::sync::Arc<Request>,
    models: Models,
    beside: Option<Beside>,
    columns: Vec<Column>,
    /// Number of splits in the ladder of more than two classes; 0 for others.
    splits: usize,
    smoothed: bool,
    /// Names of the columns whose values are sampled, or of an accuracy that is asked for: they state
    /// their errors.
    stated: Vec<String>,
    quantities: Vec<&'static dyn Quantity>,
}

/// The collapse time whose place beside t_S decides the regimes.
const ASYMPTOTIC: &str = "t_C.asymptotic";

/// The times that depend on the whole class posterior.
const OF_THE_POSTERIOR: [&str; 3] = ["t_S.cloning", "t_S.class-entropy", "t_C.class-bit"];

impl Times {
    fn new(
        entry: &'static Entry,
        request: std::sync::Arc<Request>,
        beside: Option<Beside>,
        mut quantities: Vec<&'static dyn Quantity>,
    ) -> Result<Self> {
        let models = Models::new(entry, std::sync::Arc::clone(&request))?;
        // Sample sizes that do not go with the dimension must fail before the first row.
        let first = models.first_sound()?;
        if let Some(first) = &first {
            SampleSize::of(&request.at(0), first.dimension())?;
        }
        if let Some(axis) = request.axis("d") {
            for &d in &axis.values {
                let mut values = request.at(0);
                values.set("d", regimes::models::Value::Number(d));
                SampleSize::of(&values, d)?;
            }
        }
        let classes =
            first.as_ref().and_then(|m| m.classes().found()).map_or(0, |c| c.weights().len());
        let smoothed =
            request.axis(BANDWIDTH.name).is_some_and(|axis| axis.values.iter().any(|&x| x > 0.0));
        // Latents without a class mean leave all that concerns classes out.
        let apart = request.axis("mu").is_none_or(|axis| axis.values.iter().any(|&x| x > 0.0));
        let classes_shown = entry.classes && (apart || !entry.latent);
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
        let splits = if classes > 2 { classes - 1 } else { 0 };
        let columns = Vec::new();
        let mut times =
            Self { entry, request, models, beside, columns, splits, smoothed, stated, quantities };
        times.columns = times.columns();
        Ok(times)
    }

    /// Parameters of the model other than d, and the bandwidth where it is used.
    fn parameters(&self) -> impl Iterator<Item = &Parameter> {
        let bandwidth = self.smoothed.then_some(&BANDWIDTH);
        let shown = |p: &&Parameter| p.name != "d" && self.has(p.name);
        self.entry.parameters.iter().filter(shown).chain(bandwidth)
    }

    fn has(&self, name: &str) -> bool {
        self.request.axis(name).is_some()
            || matches!(self.request.fixed.get(name), Some(regimes::models::Value::Text(_)))
    }

    fn columns(&self) -> Vec<Column> {
        let mut columns = vec![Column::number("d", "d", "")];
        columns.extend(SampleSize::columns());
        for p in self.parameters() {
            columns.push(parameter_column(p));
        }
        let ladder = |name: &str, k: usize, source: &str| {
            let name = format!("ladder.{name}.{k}");
            Column::estimate(name, "t_S", "OU time", source, TIME_TOLERANCE)
        };
        let of_quantities = self.quantities.iter().flat_map(|quantity| quantity.columns());
        let spectral = (1..=self.splits).map(|k| ladder("spectral", k, "BBDM24 Eq. 3"));
        let bayes = (1..=self.splits).map(|k| ladder("bayes", k, "ABBM26"));
        for mut column in of_quantities.chain(spectral).chain(bayes) {
            let name = column.name.clone();
            if self.stated.contains(&name) {
                column.tolerance = f64::INFINITY;
            }
            columns.push(column);
            if let Some(beside) = &self.beside {
                columns.extend(beside.columns(&name));
            }
        }
        columns
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
        for quantity in &self.quantities {
            for (column, cell) in quantity.columns().iter().zip(quantity.cells(model, &point)?) {
                // What failed is nobody's transition.
                let answer = cell.answer();
                if let (Some(criterion), Some(time)) = (column.name.strip_prefix("t_S."), &answer) {
                    speciations.push((criterion.to_owned(), time.clone()));
                }
                if column.name == ASYMPTOTIC {
                    collapse = answer;
                }
                self.push(row, &column.name, cell);
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
            self.push(row, &format!("ladder.spectral.{}", k + 1), cell);
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
            self.push(row, &name, Ok(split.time.clone()).into());
        }
        Ok(())
    }

    /// A transition time, and where it stands on the schedule.
    fn push(&self, row: &mut Row, name: &str, cell: Cell) {
        if let Some(beside) = &self.beside {
            if name.starts_with("t_S") {
                row.notes.extend(beside.warning(name, &cell));
            }
            let own = beside.cells(&cell);
            row.cells.push(cell);
            row.cells.extend(own);
        } else {
            row.cells.push(cell);
        }
    }
}
