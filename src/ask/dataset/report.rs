//! The times of a data set, in one row.

use super::spectrum::{fit_note, rank_note};
use super::{Data, Options, scale};
use crate::Answer;
use crate::dataset::Source;
use crate::dataset::collapse::{CRITERIA as COLLAPSES, collapse_times};
use crate::dataset::groups::between_standard_error;
use crate::dataset::ladder::{MeasuredLadder, measured_ladder};
use crate::dataset::spectrum::{MeasuredSpectrum, StandardErrors};
use crate::error::Result;
use crate::models::{Gaussian, Ingredient, Model};
use crate::numerics::Estimate;
use crate::schedule::Beside;
use crate::table::{Cell, Column, Plan, Row};
use crate::transitions::speciation::{self, half_log};

/// A row under construction, column by column.
struct Report {
    columns: Vec<Column>,
    row: Row,
    beside: Option<Beside>,
}

impl Report {
    fn number(&mut self, name: &str, symbol: &str, unit: &'static str, value: f64) {
        self.columns.push(Column::number(name, symbol, unit));
        self.row.cells.push(Cell::Number(value));
    }

    /// A transition time, and where it stands on the schedule.
    fn time(&mut self, name: &str, symbol: &str, source: &str, cell: Cell) {
        self.columns.push(Column::sampled(name, symbol, "OU time", source));
        if let Some(beside) = &self.beside {
            self.columns.extend(beside.columns(name));
            if symbol == "t_S" {
                self.row.notes.extend(beside.warning(name, &cell));
            }
            let own = beside.cells(&cell);
            self.row.cells.push(cell);
            self.row.cells.extend(own);
        } else {
            self.row.cells.push(cell);
        }
    }
}

/// A time with its standard error, or the reason why there is none.
fn sampled(answer: Answer, stderr: impl FnOnce(f64) -> Option<f64>) -> Cell {
    match answer {
        Answer::Value(time) => Cell::Sampled(time.value, stderr(time.value)),
        Answer::Absent(reason) => Cell::Missing(reason),
    }
}

/// Computes everything, and prepares the table.
pub(in crate::ask) fn plan(
    data: &Data<'_>,
    options: &Options,
    beside: Option<Beside>,
) -> Result<Plan<'static>> {
    let Options { outliers: shown, blocks, .. } = *options;
    let queries = options.queries(&data.selection);
    let measured = data.spectrum()?;
    let collapse = measured.collapse_time()?;
    let n = data.selection.samples();
    let outliers = shown.min(measured.fit.spikes.len());
    let reading = |done: usize| (data.heard)("standard errors", done as f64 / n as f64);
    let errors = measured
        .standard_errors(&data.selection, outliers.max(1), collapse.value(), &reading)
        .map_err(|e| data.named(e))?;

    let scheduled = beside.is_some();
    let notes = beside.as_ref().map(Beside::notes).unwrap_or_default();
    let mut report = Report { columns: Vec::new(), row: Row::default(), beside };
    sizes(&mut report, data, &measured, &errors);
    let ladder = match data.selection.labelling() {
        Some(labelling) if labelling.names.len() > 1 => {
            let share = |share: f64| (data.heard)("classes", share);
            let groups = &data.found.groups;
            let ladder = measured_ladder(&data.selection, labelling, groups, blocks, &share)
                .map_err(|e| data.named(e))?;
            Some((ladder, between(&mut report, data)?))
        }
        _ => None,
    };
    // Columns of one group stand together: JSON nests them.
    spectral(&mut report, &measured, &errors)?;
    if let Some((ladder, between)) = &ladder {
        classes(&mut report, data, ladder, *between);
    }
    let ladder = ladder.map(|(ladder, _)| ladder);
    report.time("t_C.gaussian", "t_C", "BBDM24 Eq. 5", sampled(collapse, |_| errors.time));
    let weighing = |share: f64| (data.heard)("weights", share);
    let crossings = collapse_times(&data.selection, &queries, &data.moments().mean, &weighing)
        .map_err(|e| data.named(e))?;
    for (criterion, crossing) in COLLAPSES.iter().zip(crossings) {
        let cell = match crossing {
            Ok(mean) => Cell::Sampled(mean.value, Some(mean.stderr)),
            Err(reason) => Cell::Missing(reason.into()),
        };
        report.time(&format!("t_C.{}", criterion.name), "t_C", criterion.source, cell);
    }
    for k in 0..outliers {
        let value = Estimate::new(measured.values[k], measured.error);
        let cell = sampled(half_log("λ", value), |_| {
            errors.eigenvalues.get(k).map(|s| 0.5 * s / value.value)
        });
        report.time(&format!("ladder.spectral.{}", k + 1), "t_S", "BBDM24 Eq. 3", cell);
    }
    if let Some(ladder) = &ladder {
        splits(&mut report, data, ladder);
    }

    let Report { columns, row, .. } = report;
    let mut head = data.head(columns, 1);
    head.notes.push(fit_note(&measured));
    head.notes.extend(rank_note(data, &measured));
    if measured.fit.spikes.len() > shown {
        head.notes.push(format!(
            "the first {shown} of {} outliers make the spectral ladder (--outliers)",
            measured.fit.spikes.len()
        ));
    }
    if n <= measured.dimension() {
        head.notes.push(format!(
            "only {n} samples in {} dimensions: the measured spectrum is far from that of the population",
            measured.dimension()
        ));
    }
    head.notes.push(format!(
        "standard errors: spectral and t_C.gaussian from the spread over the samples; t_C of the empirical score over {} noisy samples, the data given{}",
        queries.count(),
        if ladder.is_some() && blocks > 0 {
            format!("; t_S.bayes by a jackknife over {blocks} parts of the data")
        } else {
            String::new()
        }
    ));
    if scheduled {
        head.notes.extend(scale::note(
            data,
            measured.values.iter().sum::<f64>() / measured.dimension() as f64,
        ));
    }
    head.notes.extend(notes);
    Ok(Plan { head, row: Box::new(move |_| Ok(row.clone())) })
}

fn sizes(
    report: &mut Report,
    data: &Data<'_>,
    measured: &MeasuredSpectrum,
    errors: &StandardErrors,
) {
    let (n, d) = (data.selection.samples() as f64, measured.dimension() as f64);
    report.number("n", "n", "", n);
    report.number("d", "d", "", d);
    report.number("log_n", "log n", "nats", n.ln());
    report.number("alpha", "α", "nats per dimension", n.ln() / d);
    report.number("duplicates", "duplicates", "samples", data.found.duplicates as f64);
    report.number("constant_features", "constant", "features", measured.constant as f64);
    let mean = data.moments().mean.iter().sum::<f64>() / d;
    report.number("mean", "mean", "of all entries", mean);
    let variance = measured.values.iter().sum::<f64>() / d;
    report.number("variance", "tr C/d", "per feature", variance);
    report.columns.push(Column::sampled("Lambda", "Λ", "variance", "BBDM24 Eq. 3"));
    report.row.cells.push(Cell::Sampled(measured.top(), errors.eigenvalues.first().copied()));
    let (low, high) = measured.fit.sampled.bulk().edges();
    report.number("noise_variance", "σ²", "variance", measured.fit.variance);
    report.number("bulk_lower", "λ_−", "variance", low.value);
    report.number("bulk_upper", "λ_+", "variance", high.value);
    report.number("outliers", "outliers", "eigenvalues", measured.fit.spikes.len() as f64);
    report.number("bulk_distance", "KS", "distance", measured.fit.distance);
}

/// t_S of the criteria that read the spectrum.
fn spectral(
    report: &mut Report,
    measured: &MeasuredSpectrum,
    errors: &StandardErrors,
) -> Result<()> {
    let model = Gaussian::with_eigenvalues(&measured.values, measured.dimension() as f64)?;
    let (top, stderr) = (measured.top(), errors.eigenvalues.first().copied());
    for criterion in
        speciation::CRITERIA.iter().filter(|c| c.ingredient == Ingredient::TopEigenvalue)
    {
        let answer = (criterion.time)(&model as &dyn Model)?;
        // t = ½ log Λ, or ½ log(1 + Λ)
        let argument = if criterion.name == "spectral" { top } else { 1.0 + top };
        let cell = sampled(answer, |_| stderr.map(|s| 0.5 * s / argument));
        report.time(&format!("t_S.{}", criterion.name), "t_S", criterion.source, cell);
    }
    Ok(())
}

/// Λ_B with its standard error.
fn between(report: &mut Report, data: &Data<'_>) -> Result<(Estimate, f64)> {
    let groups = &data.found.groups;
    let total: f64 = groups.iter().map(|g| g.count as f64).sum();
    let weights: Vec<f64> = groups.iter().map(|g| g.count as f64 / total).collect();
    let means: Vec<Vec<f64>> = groups.iter().map(|g| g.mean.clone()).collect();
    let between = crate::classes::between_eigenvalues(&weights, &means)?[0];
    let stderr = between_standard_error(groups)?;
    report.columns.push(Column::sampled("Lambda_between", "Λ_B", "variance", "BBDM24"));
    report.row.cells.push(Cell::Sampled(between.value, Some(stderr)));
    Ok((between, stderr))
}

/// t_S of the criteria that read the classes.
fn classes(
    report: &mut Report,
    data: &Data<'_>,
    ladder: &MeasuredLadder,
    (between, stderr): (Estimate, f64),
) {
    let half = |_: f64| Some(0.5 * stderr / between.value);
    let cell = sampled(half_log("Λ_B", between), half);
    report.time("t_S.between-class", "t_S", "BBDM24", cell);
    let cell = match ladder.splits.first() {
        Some(first) => sampled(first.split.time.clone(), |_| first.stderr),
        None => Cell::Missing("no transition: no two classes separate".into()),
    };
    report.time("t_S.bayes", "t_S", "ABBM26", cell);
    let names = data.selection.labelling().map(|l| l.names.clone()).unwrap_or_default();
    let shrinkage: Vec<String> = names
        .iter()
        .zip(&ladder.shrinkage)
        .map(|(name, rho)| format!("{name}: {rho:.4}"))
        .collect();
    report.row.notes.push(format!(
        "t_S.bayes takes the classes as Gaussian, their covariances shrunk towards isotropy by {} [LW04]",
        shrinkage.join(", ")
    ));
}

/// The splits of the merge tree.
fn splits(report: &mut Report, data: &Data<'_>, ladder: &MeasuredLadder) {
    let names = data.selection.labelling().map(|l| l.names.clone()).unwrap_or_default();
    let group = |members: &[usize]| {
        members.iter().map(|&k| names[k].as_str()).collect::<Vec<_>>().join(", ")
    };
    for (k, measured) in ladder.splits.iter().enumerate() {
        let name = format!("ladder.bayes.{}", k + 1);
        if measured.split.time.value().is_some() {
            let (left, right) = (group(&measured.split.left), group(&measured.split.right));
            report.row.notes.push(format!("{name} separates {{{left}}} from {{{right}}}"));
        }
        let cell = sampled(measured.split.time.clone(), |_| measured.stderr);
        report.time(&name, "t_S", "ABBM26", cell);
    }
}
