//! Measured losses, of a simulation or of a network of one's own, beside the theory's.

use crate::dataset::columns::Columns;
use crate::error::{Error, Result};
use crate::models::parameter::Parameter;
use crate::numerics::Estimate;
use crate::quantities::noise;
use crate::sweep::{Entered, Named, Request, Typed};
use crate::table::{Cell, Column, Plan, Row};
use crate::training::losses::Losses;
use crate::training::parameters::{
    self, D, DRAWS, LEARNING_RATE, N, P, PSI_N, PSI_P, RIDGE, STEPS, TAU,
};
use crate::training::setting::{Setting, trained};
use crate::validate::{Compared, Comparison, Measurement, level};

/// Losses that are compared, by the names of their columns.
const LOSSES: [&str; 2] = ["train", "test"];

/// Options of a comparison that play no part here.
const WITHOUT: [&str; 6] =
    ["t-column", "between", "value-column", "stderr-column", "trials", "fit"];

/// What may be given: what fixes the network. How long it is trained, the file says.
pub fn parameters() -> Vec<Parameter> {
    let by = [TAU.name, RIDGE.name, STEPS.name];
    parameters::of_losses().into_iter().filter(|p| !by.contains(&p.name)).collect()
}

/// One measured loss.
struct Seen {
    loss: usize,
    row: usize,
    measurement: Measurement,
}

/// Holds the columns train and test of a file, over tau, ridge or steps, against the theory. What fixes the network
/// stands in flags or in columns of the file.
///
/// # Errors
/// Wrong arguments or columns; failed numerics.
pub fn plan<Face, T: Typed<Face> + ?Sized>(
    columns: impl FnOnce() -> Result<Columns>,
    typed: &T,
    shared: bool,
) -> Result<Compared> {
    if let Some(name) = WITHOUT.iter().find(|name| typed.text(name).is_some()) {
        return Err(Error::Usage(format!("--{name} does not go with training")));
    }
    if let Some(other) = typed.text("against").filter(|name| *name != "training-loss") {
        return Err(Error::argument(
            "--against",
            other,
            "must be training-loss, as it is without it",
        ));
    }
    let level = level(typed)?;
    let columns = columns()?;
    let by = [TAU, RIDGE, STEPS].into_iter().find(|p| columns.has(p.name)).ok_or_else(|| {
        columns.error(None, "needs a column tau, ridge or steps: how long the network was trained")
    })?;
    let amounts: Vec<f64> = whole(&columns, by.name)?;
    let numbers = given(&columns, typed, &by)?;
    let mut pairs: Vec<(&str, Entered<'_>)> = Vec::new();
    let all = parameters::of_losses();
    for parameter in &all {
        if let Some(text) = typed.text(parameter.name).filter(|_| parameter.name != by.name) {
            pairs.push((parameter.name, Entered::Text(text)));
        }
    }
    pairs
        .extend(numbers.iter().map(|(name, x)| (*name, Entered::Numbers(std::slice::from_ref(x)))));
    pairs.push((by.name, Entered::Numbers(&amounts)));
    let setting = Setting::new(Request::read(&Named::of(pairs, &all)?, &all)?)?;
    if setting.request.rows()? != amounts.len() {
        return Err(Error::Usage("validate takes one value of each parameter".into()));
    }
    let seen = seen(&columns, typed.text("column"))?;
    let mut notes = Vec::new();
    let mut predicted: Vec<Losses> = Vec::with_capacity(amounts.len());
    for k in 0..amounts.len() {
        let values = setting.request.at(k);
        let asked = setting.even_deaf(&values)?.required()?;
        if k == 0 {
            notes.extend(asked.notes());
        }
        predicted.push(asked.learner.losses(trained(&setting, &values)?)?.required()?);
    }
    let of = |seen: &Seen| match seen.loss {
        0 => predicted[seen.row].train,
        _ => predicted[seen.row].test,
    };
    let points: Vec<(Measurement, Estimate)> =
        seen.iter().map(|seen| (seen.measurement, of(seen))).collect();
    let comparison = Comparison::new(&points, 0);
    let comparison = if shared || columns.share_their_noise() {
        comparison.of_shared_noise()
    } else {
        comparison
    };
    let place =
        |k: usize| format!("{}, {} = {}", LOSSES[seen[k].loss], by.name, amounts[seen[k].row]);
    notes.push(comparison.verdict(level, place));
    let far = |k: &usize| (points[*k].0.value() / points[*k].1.value - 1.0).abs();
    if let Some(k) = (0..points.len()).max_by(|a, b| far(a).total_cmp(&far(b))) {
        notes.push(format!(
            "largest relative deviation {:.2} % ({}); matrices of finite d differ from the theory's by a part of order 1/d",
            100.0 * far(&k),
            place(k)
        ));
    }
    let mut shown = setting.columns();
    shown.push(Column::number(by.name, by.symbol, "as measured"));
    shown.push(Column::text("loss"));
    shown.extend([
        Column::sampled("value", "measured", "of the loss at A = 0", "").flat(),
        Column::estimate("predicted", "L", "of the loss at A = 0", "BUBM25", f64::INFINITY).flat(),
        Column::number("relative", "measured/L − 1", ""),
        Column::number("z", "z", "standard errors"),
    ]);
    let mut head = setting.head("validate training", shown, points.len());
    head.notes.extend(notes);
    head.summary = comparison.statistics(level);
    let agrees = comparison.agrees(level);
    let row = move |k: usize| {
        let (measurement, predicted) = points[k];
        let Seen { loss, row, .. } = seen[k];
        let mut cells = setting.cells(&setting.request.at(row))?;
        cells.push(Cell::Number(amounts[row]));
        cells.push(Cell::Text(LOSSES[loss].into()));
        cells.push(Cell::Sampled(measurement.value(), Some(measurement.stderr(predicted.value))));
        cells.push(Cell::Estimate(predicted));
        cells.push(Cell::Number(measurement.value() / predicted.value - 1.0));
        cells.push(Cell::Number(comparison.deviations[k]));
        Ok(Row { cells, notes: Vec::new() })
    };
    Ok(Compared { plan: Plan { head, row: Box::new(row) }, agrees })
}

/// The name of a column, be it written with dashes or underscores.
fn spelt(columns: &Columns, name: &str) -> Option<String> {
    [name.to_owned(), name.replace('-', "_")].into_iter().find(|name| columns.has(name))
}

/// A column without gaps.
fn whole(columns: &Columns, name: &str) -> Result<Vec<f64>> {
    let gap = |k: usize| columns.error(None, format!("has no {name} in row {}", k + 1));
    columns.numbers(name)?.into_iter().enumerate().map(|(k, x)| x.ok_or_else(|| gap(k))).collect()
}

/// What of the network stands in the file alone: one number each.
fn given<Face, T: Typed<Face> + ?Sized>(
    columns: &Columns,
    typed: &T,
    by: &Parameter,
) -> Result<Vec<(&'static str, f64)>> {
    let is_typed = |name: &str| typed.text(name).is_some();
    let mut wanted: Vec<&'static str> = Vec::new();
    for (ratio, count) in [(PSI_N, N), (PSI_P, P)] {
        if !is_typed(ratio.name) && !is_typed(count.name) {
            let known = spelt(columns, ratio.name).is_some();
            wanted.push(if known { ratio.name } else { count.name });
        }
    }
    let levels = noise::PARAMETERS.iter();
    if !levels.clone().any(|p| is_typed(p.name)) {
        wanted.extend(levels.map(|p| p.name).find(|name| spelt(columns, name).is_some()));
    }
    wanted.extend([D.name, DRAWS.name].into_iter().filter(|name| !is_typed(name)));
    if by.name == STEPS.name && !is_typed(LEARNING_RATE.name) {
        wanted.push(LEARNING_RATE.name);
    }
    let mut found = Vec::new();
    for name in wanted {
        let Some(column) = spelt(columns, name) else { continue };
        let all = whole(columns, &column)?;
        if all.iter().any(|x| *x != all[0]) {
            let message =
                format!("has several values of {name}: one network is compared at a time");
            return Err(columns.error(None, message));
        }
        found.extend(all.first().map(|x| (name, *x)));
    }
    Ok(found)
}

/// The measured losses with their standard errors.
fn seen(columns: &Columns, which: Option<&str>) -> Result<Vec<Seen>> {
    if let Some(name) = which.filter(|name| !LOSSES.contains(name)) {
        return Err(Error::argument("--column", name, "must be train or test"));
    }
    let mut all = Vec::new();
    for (loss, name) in LOSSES.iter().enumerate() {
        if which.is_some_and(|which| which != *name) || which.is_none() && !columns.has(name) {
            continue;
        }
        let errors = [format!("{name}.stderr"), format!("{name}_stderr")];
        let error = errors.iter().find(|name| columns.has(name)).ok_or_else(|| {
            let message =
                format!("needs a column {} beside {name}: its standard errors", errors[1]);
            columns.error(None, message)
        })?;
        for (row, (value, stderr)) in
            columns.numbers(name)?.into_iter().zip(columns.numbers(error)?).enumerate()
        {
            if let (Some(value), Some(stderr)) = (value, stderr) {
                if stderr <= 0.0 || stderr.is_nan() {
                    let message = format!("has a standard error of {stderr} in row {}", row + 1);
                    return Err(columns.error(None, message));
                }
                let measurement = Measurement::Mean { value, stderr };
                all.push(Seen { loss, row, measurement });
            }
        }
    }
    if all.is_empty() {
        return Err(columns.error(None, "needs a column train or test with measured losses"));
    }
    Ok(all)
}
