//! `times MODEL`: every transition time of a model.

use super::accuracy;
use super::context::{Context, below, entry, head as table_head};
use super::level_times::{
    FINITE, LEVELS, finite_size_flag, finite_time, is_sampled, level_time, matches_finite_size,
};
use super::phases;
use super::request::{Models, Request, parameter_cell, parameter_column, with_parameters};
use super::resume;
use super::sample_size::{self, SampleSize};
use super::schedules::{self, Beside};
use super::verb::{Act, Verb};
use clap::{ArgMatches, Command};
use regimes::Answer;
use regimes::error::{Error, Result};
use regimes::models::parameter::{Domain, Parameter, Values};
use regimes::models::{CATALOGUE, Entry, Model, Order};
use regimes::numerics::precision::TIME_TOLERANCE;
use regimes::transitions::collapse::{self, Regimes, collapse_time};
use regimes::transitions::ladder;
use regimes::transitions::quoted;
use regimes::transitions::speciation::{CRITERIA, Criterion};
use regimes_output::{Cell, Column, Plan, Row};

const BANDWIDTH: Parameter = Parameter {
    name: "bandwidth",
    symbol: "ε",
    latex: "\\epsilon",
    aliases: &["ε"],
    help: "smooth the empirical score: each sample becomes N(a, ε² I)",
    domain: Domain::NonNegative,
    default: Some("0"),
    required: false,
};

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
        let child = if entry.levels {
            with_parameters(child.arg(finite_size_flag()), &accuracy::PARAMETERS)
        } else {
            child
        };
        let child = if entry.latent { child.arg(phases::flag()) } else { child };
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
    let finite_size = matches_finite_size(entry, matches);
    let phases = entry.latent && matches.get_flag(phases::FLAG);
    let table = Times::new(entry, request, beside, finite_size, phases)?;
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
    finite_size: bool,
    /// Whether the times at finite n and d are sampled.
    sampled: bool,
    /// Whether what depends on the class posterior is.
    classes_sampled: bool,
    phases: bool,
    criteria: Vec<&'static Criterion>,
    orders: Vec<Order>,
}

impl Times {
    fn new(
        entry: &'static Entry,
        request: std::sync::Arc<Request>,
        beside: Option<Beside>,
        finite_size: bool,
        phases: bool,
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
        let shown =
            |c: &&Criterion| c.applies(entry) && (classes_shown || c.applies_to_one_class());
        let mut times = Self {
            entry,
            request,
            models,
            beside,
            columns: Vec::new(),
            splits: if classes > 2 { classes - 1 } else { 0 },
            smoothed,
            finite_size,
            sampled: finite_size && first.as_ref().is_some_and(|m| is_sampled(m.as_ref())),
            classes_sampled: first
                .as_ref()
                .is_some_and(|m| accuracy::classes_are_sampled(m.as_ref())),
            phases,
            criteria: CRITERIA.iter().filter(shown).collect(),
            orders: Order::ALL
                .into_iter()
                .filter(|o| o.is_of_one_class() || classes_shown)
                .collect(),
        };
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
        let mut transition = |name: String, symbol: &str, source: &str| {
            columns.push(Column::estimate(name.clone(), symbol, "OU time", source, TIME_TOLERANCE));
            if let Some(beside) = &self.beside {
                columns.extend(beside.columns(&name));
            }
        };
        for criterion in &self.criteria {
            transition(format!("t_S.{}", criterion.name), "t_S", criterion.source);
        }
        for order in &self.orders {
            transition(format!("t_C.{}", order.name()), "t_C", order.source());
        }
        if self.entry.levels {
            for level in &LEVELS {
                transition(format!("t_C.{}", level.name), level.symbol, level.source);
            }
        }
        if self.finite_size {
            for finite in &FINITE {
                transition(format!("t_C.{}", finite.name), "t_C", "D81");
            }
        }
        for phase in phases::PHASES.iter().filter(|_| self.phases) {
            transition(format!("phase.{}", phase.name), "t", "BKMMZ19");
        }
        for k in 1..=self.splits {
            transition(format!("ladder.spectral.{k}"), "t_S", "BBDM24 Eq. 3");
        }
        for k in 1..=self.splits {
            transition(format!("ladder.bayes.{k}"), "t_S", "ABBM26");
        }
        // Sampled times, and those of averages of a given accuracy, state their errors.
        if self.sampled || accuracy::asked(&self.request).is_some() {
            let names = FINITE.map(|f| format!("t_C.{}", f.name));
            for column in columns.iter_mut().filter(|c| names.contains(&c.name)) {
                column.tolerance = f64::INFINITY;
            }
        }
        if self.classes_sampled {
            let names = ["t_S.cloning", "t_S.class-entropy", "t_C.class-bit"];
            for column in columns.iter_mut().filter(|c| names.contains(&c.name.as_str())) {
                column.tolerance = f64::INFINITY;
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
        let bandwidth = values.number(BANDWIDTH.name).unwrap_or(0.0);
        let (mut speciations, mut collapse) = (Vec::new(), None);
        for criterion in &self.criteria {
            let answer = (criterion.time)(model);
            if let Ok(time) = &answer {
                speciations.push((criterion.name, time.clone()));
            }
            self.push(row, &format!("t_S.{}", criterion.name), answer.into());
        }
        for &order in &self.orders {
            let answer = collapse_time(model, size.alpha, order, bandwidth);
            if let Ok(time) = &answer {
                collapse.get_or_insert(time.clone());
            }
            self.push(row, &format!("t_C.{}", order.name()), answer.into());
        }
        if self.entry.levels {
            for level in &LEVELS {
                let time = level_time(model, size, bandwidth, level.time);
                self.push(row, &format!("t_C.{}", level.name), time.into());
            }
        }
        if self.finite_size {
            for finite in &FINITE {
                let time = finite_time(model, size, bandwidth, values, finite.time);
                self.push(row, &format!("t_C.{}", finite.name), time.into());
            }
        }
        if self.phases {
            for (name, cell) in phases::cells(model) {
                self.push(row, &name, cell);
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
