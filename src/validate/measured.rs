//! The measured curve: which columns of the file say what.

use super::Measurement;
use crate::dataset::chosen::Texts;
use crate::dataset::columns::{Columns, HITS, TRIALS};
use crate::error::{Error, Result};
use crate::process::Noise;
use crate::schedule::{self, Schedule};

/// One measured point.
#[derive(Clone, Debug)]
pub(super) struct Point {
    /// Noise level.
    pub(super) noise: Noise,
    /// Parameters that the file gives, by the names of `parameters` asked for.
    pub(super) parameters: Vec<(&'static str, f64)>,
    /// The measurement.
    pub(super) measurement: Measurement,
}

/// A measured curve and how it was read.
pub(super) struct Curve {
    pub(super) points: Vec<Point>,
    /// Name of the column of values.
    pub(super) value: String,
    pub(super) remarks: Vec<String>,
    /// Whether the points share their noise.
    pub(super) shared: bool,
}

/// How a number becomes a noise level.
type Coordinate = fn(f64) -> Result<Noise>;

/// Coordinates by the names of their columns.
const COORDINATES: [(&str, Coordinate); 8] = [
    ("t", Noise::at_time),
    ("snr", Noise::at_snr),
    ("sigma-noise", Noise::at_sigma),
    ("sigma_noise", Noise::at_sigma),
    ("alpha-bar", Noise::at_alpha_bar),
    ("alpha_bar", Noise::at_alpha_bar),
    ("log-snr", Noise::at_log_snr),
    ("log_snr", Noise::at_log_snr),
];

/// How a column that was named counts the noise. A name is asked whether it is another coordinate,
/// because numbers alone do not tell steps from times.
fn coordinate_of(name: &str) -> Result<Coordinate> {
    if let Some((_, at)) = COORDINATES.iter().find(|(known, _)| *known == name) {
        return Ok(*at);
    }
    let own = schedule::CATALOGUE
        .iter()
        .flat_map(|f| Schedule::named(f.name, &[]).map(|s| s.columns()).unwrap_or_default());
    // `time` is a name of t too.
    let other = own.map(|c| c.name).filter(|n| !["time", "sigma"].contains(n)).any(|n| n == name);
    match name.replace('_', "-").as_str() {
        "sigma" => Err(Error::argument(
            "--t-column",
            name,
            "could be the noise level or the width of the classes: name it sigma-noise or t in the file",
        )),
        _ if other || ["steps", "timestep", "c_noise"].contains(&name) => Err(Error::argument(
            "--t-column",
            name,
            "counts the noise of a schedule and is no time: convert it first, as in regimes schedule --step 0:999:111 --name ddpm-linear --format csv",
        )),
        _ => Ok(Noise::at_time),
    }
}

/// Names of columns of values besides those of the predicted ones.
const VALUES: [&str; 2] = ["value", "outcome"];

/// Reads the curve. `parameters` are those that columns may give; `known` the names of predicted
/// columns, in the order of preference; `text` what is given of the options.
pub(super) fn read(
    columns: &Columns,
    text: &Texts<'_>,
    parameters: &[&'static str],
    known: &[String],
    shared: bool,
) -> Result<Curve> {
    let (coordinate, at) = match text("t-column") {
        Some(name) => (name.to_owned(), coordinate_of(name)?),
        None => COORDINATES
            .iter()
            .find(|(name, _)| columns.has(name))
            .map(|(name, at)| ((*name).to_owned(), *at))
            .ok_or_else(|| {
                let names = columns.names().join(", ");
                columns.error(
                    None,
                    format!(
                        "has no column t, snr or sigma-noise: name one of {names} with --t-column"
                    ),
                )
            })?,
    };
    let frequencies = columns.has(HITS) && columns.has(TRIALS);
    let value = match text("value-column") {
        Some(name) => name.to_owned(),
        None if frequencies => HITS.to_owned(),
        None => known
            .iter()
            .map(String::as_str)
            .chain(VALUES)
            .find(|name| columns.has(name))
            .map(str::to_owned)
            .ok_or_else(|| {
                let names = columns.names().join(", ");
                let wanted = known.join(", ");
                columns.error(
                    None,
                    format!(
                        "has no column {wanted} or value: name one of {names} with --value-column"
                    ),
                )
            })?,
    };
    let times = columns.numbers(&coordinate)?;
    let values = columns.numbers(&value)?;
    let given: Vec<(&'static str, Vec<Option<f64>>)> = parameters
        .iter()
        .filter_map(|&name| {
            let column = [name.to_owned(), name.replace('-', "_")];
            column.into_iter().find(|c| columns.has(c)).map(|c| (name, c))
        })
        .map(|(name, column)| Ok((name, columns.numbers(&column)?)))
        .collect::<Result<_>>()?;
    let spread = Spread::read(columns, text, &value, values.len())?;
    let between = text("between")
        .map(|text| crate::sweep::between("--between", text).map(|(a, b)| a..=b))
        .transpose()?;
    let mut outside = 0;
    let shared = shared || columns.share_their_noise();
    let mut curve = Curve { points: Vec::new(), value, remarks: Vec::new(), shared };
    if !given.is_empty() {
        let names: Vec<&str> = given.iter().map(|(name, _)| *name).collect();
        curve.remarks.push(format!("taken from the file: {}", names.join(", ")));
    }
    let (mut incomplete, mut exact) = (0, 0);
    for row in 0..values.len() {
        let parameters: Option<Vec<_>> =
            given.iter().map(|(name, column)| column[row].map(|x| (*name, x))).collect();
        let (Some(time), Some(value), Some(parameters)) = (times[row], values[row], parameters)
        else {
            incomplete += 1;
            continue;
        };
        let Some(measurement) = spread.measurement(columns, row, value)? else {
            incomplete += 1;
            continue;
        };
        if matches!(measurement, Measurement::Mean { stderr: 0.0, .. }) {
            exact += 1;
            continue;
        }
        let noise =
            at(time).map_err(|e| columns.error(Some(format!("row {}", row + 1)), e.to_string()))?;
        if between.as_ref().is_some_and(|range| !range.contains(&noise.time())) {
            outside += 1;
            continue;
        }
        curve.points.push(Point { noise, parameters, measurement });
    }
    if matches!(spread, Spread::Outcomes) {
        curve.points = grouped(&curve.points);
    }
    let left_out = |count: usize, why: &str| {
        let rows = if count == 1 { "row" } else { "rows" };
        format!("{count} {rows} left out: {why}")
    };
    if outside > 0 {
        curve.remarks.push(left_out(outside, "t outside --between"));
    }
    if incomplete > 0 {
        curve.remarks.push(left_out(incomplete, "empty fields"));
    }
    if exact > 0 {
        curve.remarks.push(left_out(exact, "a standard error of 0 cannot be compared"));
    }
    if curve.points.is_empty() {
        let why = if curve.remarks.is_empty() {
            String::new()
        } else {
            format!(" ({})", curve.remarks.join("; "))
        };
        return Err(columns.error(None, format!("has no complete rows{why}")));
    }
    // In the order of time within each setting of the parameters, so that runs mean something.
    curve.points.sort_by(|a, b| {
        let key = |p: &Point| p.parameters.iter().map(|(_, x)| *x).collect::<Vec<f64>>();
        key(a)
            .iter()
            .zip(&key(b))
            .map(|(x, y)| x.total_cmp(y))
            .find(|order| order.is_ne())
            .unwrap_or(std::cmp::Ordering::Equal)
            .then(a.noise.time().total_cmp(&b.noise.time()))
    });
    Ok(curve)
}

/// Where the uncertainty of a value comes from.
enum Spread {
    /// A column of standard errors.
    Errors(Vec<Option<f64>>),
    /// Values are frequencies of so many trials.
    Trials(Vec<Option<f64>>),
    /// Values are counts of so many trials.
    Counts(Vec<Option<f64>>),
    /// Values are single outcomes, 0 or 1, one in a row.
    Outcomes,
}

impl Spread {
    fn read(columns: &Columns, text: &Texts<'_>, value: &str, rows: usize) -> Result<Self> {
        let (errors, trials) = (text("stderr-column"), text("trials"));
        if errors.is_some() && trials.is_some() {
            return Err(Error::Usage("give --stderr-column or --trials, not both".into()));
        }
        if value == HITS && trials.is_none() && columns.has(TRIALS) {
            return Ok(Self::Counts(columns.numbers(TRIALS)?));
        }
        if let Some(trials) = trials {
            return Ok(Self::Trials(match trials.parse::<f64>() {
                Ok(count) if !columns.has(trials) => vec![Some(count); rows],
                _ => columns.numbers(trials)?,
            }));
        }
        if let Some(name) = errors {
            return Ok(Self::Errors(columns.numbers(name)?));
        }
        let own = [format!("{value}.stderr"), format!("{value}_stderr"), "stderr".to_owned()];
        if let Some(name) = own.iter().find(|name| columns.has(name)) {
            return Ok(Self::Errors(columns.numbers(name)?));
        }
        let single = columns.numbers(value)?.iter().flatten().all(|x| *x == 0.0 || *x == 1.0);
        if single {
            return Ok(Self::Outcomes);
        }
        let names = columns.names().join(", ");
        Err(columns.error(None, format!("has no column stderr: name one of {names} with --stderr-column, or give --trials for frequencies; without either, values must be outcomes 0 or 1")))
    }

    fn measurement(
        &self,
        columns: &Columns,
        row: usize,
        value: f64,
    ) -> Result<Option<Measurement>> {
        let wrong = |message: String| columns.error(Some(format!("row {}", row + 1)), message);
        if !value.is_finite() {
            return Err(wrong(format!("the value {value} is not finite")));
        }
        let trials = |column: &[Option<f64>]| match column[row] {
            Some(count) if count.is_finite() && count >= 1.0 => Ok(Some(count)),
            Some(count) => Err(wrong(format!("{count} trials: at least one is needed"))),
            None => Ok(None),
        };
        Ok(match self {
            Self::Errors(column) => match column[row] {
                Some(stderr) if stderr.is_finite() && stderr >= 0.0 => {
                    Some(Measurement::Mean { value, stderr })
                }
                Some(stderr) => {
                    return Err(wrong(format!(
                        "the standard error {stderr} must be a finite number, 0 or above"
                    )));
                }
                None => None,
            },
            Self::Trials(column) => {
                if !(0.0..=1.0).contains(&value) {
                    return Err(wrong(format!("the frequency {value} must lie between 0 and 1")));
                }
                trials(column)?.map(|n| Measurement::Frequency { hits: value * n, trials: n })
            }
            Self::Counts(column) => match trials(column)? {
                Some(n) if value < 0.0 || value > n => {
                    return Err(wrong(format!("{value} hits of {n} trials")));
                }
                trials => trials.map(|n| Measurement::Frequency { hits: value, trials: n }),
            },
            Self::Outcomes => Some(Measurement::Frequency { hits: value, trials: 1.0 }),
        })
    }
}

/// Outcomes at one place together.
fn grouped(points: &[Point]) -> Vec<Point> {
    let mut places: std::collections::HashMap<Vec<u64>, usize> = std::collections::HashMap::new();
    let mut together: Vec<Point> = Vec::new();
    for point in points {
        let bits = point.parameters.iter().map(|(_, x)| x.to_bits());
        let key = bits.chain([point.noise.time().to_bits()]).collect();
        let place = *places.entry(key).or_insert_with(|| {
            let empty = Measurement::Frequency { hits: 0.0, trials: 0.0 };
            together.push(Point { measurement: empty, ..point.clone() });
            together.len() - 1
        });
        if let Measurement::Frequency { hits, trials } = &mut together[place].measurement {
            *hits += point.measurement.value();
            *trials += 1.0;
        }
    }
    together
}
