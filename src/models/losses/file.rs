//! The file of a loss curve: csv with a noise coordinate, a loss, and perhaps its standard error.

use crate::error::{Error, Result};
use crate::inputs;
use crate::process::Noise;
use std::path::{Path, PathBuf};

/// A loss at a noise level, as it was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) noise: Noise,
    pub(super) loss: f64,
    /// Standard error, 0 where there is none.
    pub(super) stderr: f64,
}

/// A loss curve, the noisiest level first.
#[derive(Clone, Debug)]
pub(super) struct Curve {
    pub(super) path: PathBuf,
    pub(super) rows: Vec<Row>,
}

/// Reads a level in a coordinate.
type Level = fn(f64) -> Result<Noise>;

/// The coordinates in which noise may be said.
const COORDINATES: [(&str, Level); 7] = [
    ("sigma", Noise::at_sigma),
    ("snr", Noise::at_snr),
    ("t", Noise::at_time),
    ("log_snr", Noise::at_log_snr),
    ("alpha_bar", Noise::at_alpha_bar),
    ("flow_time", |u| Noise::at_sigma(u / (1.0 - u))),
    ("sigma_noise", Noise::at_sigma),
];

/// Levels that are one: they differ by less, relative to their snr.
const SAME: f64 = 1e-9;

impl Curve {
    /// An error about the file.
    pub(super) fn error(&self, line: Option<u64>, message: impl Into<String>) -> Error {
        error(&self.path, line, message)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`Error::File`] with the line, for columns that are missing or said twice, entries that are no
    /// numbers, negative losses, levels that repeat.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = inputs::read_to_string(path)?;
        let fail = |line: Option<u64>, message: String| error(path, line, message);
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .trim(csv::Trim::All)
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let names: Vec<String> = reader
            .headers()
            .map_err(|e| fail(None, format!("is no csv: {e}")))?
            .iter()
            .map(|name| name.replace('-', "_").to_lowercase())
            .collect();
        let place = |name: &str| names.iter().position(|known| known == name);
        let noise: Vec<_> =
            COORDINATES.iter().filter_map(|(n, at)| Some((*n, place(n)?, *at))).collect();
        let known = COORDINATES.map(|(name, _)| name).join(", ");
        let has = names.join(", ");
        let [(coordinate, noise, at)] = noise[..] else {
            let message = format!(
                "needs one column of noise levels ({known}), not {} of them (it has {has})",
                noise.len()
            );
            return Err(fail(Some(1), message));
        };
        let Some(loss) = place("loss") else {
            return Err(fail(Some(1), format!("needs a column loss (it has {has})")));
        };
        let stderr = place("stderr");
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|e| fail(None, e.to_string()))?;
            let line = record.position().map_or(0, csv::Position::line);
            let number = |k: usize| -> Result<f64> {
                let field = record.get(k).unwrap_or("");
                match field.parse::<f64>() {
                    Ok(x) if x.is_finite() => Ok(x),
                    _ => Err(fail(
                        Some(line),
                        format!("{}: {field:?} is no finite number", names[k]),
                    )),
                }
            };
            let level = number(noise)?;
            let noise = at(level).map_err(|e| fail(Some(line), e.to_string()))?;
            let snr = noise.snr();
            if noise.tau() == 0.0 || snr <= 0.0 || !snr.is_finite() {
                let message = format!(
                    "{coordinate} = {level}: a level with some signal and some noise is needed"
                );
                return Err(fail(Some(line), message));
            }
            let stderr = stderr.map_or(Ok(0.0), number)?;
            if stderr < 0.0 {
                return Err(fail(Some(line), format!("stderr = {stderr} is below 0")));
            }
            let loss = number(loss)?;
            if loss < 0.0 {
                let message = format!(
                    "loss = {loss} is below 0: a mean square error is wanted, not its logarithm"
                );
                return Err(fail(Some(line), message));
            }
            rows.push(Row { line, noise, loss, stderr });
        }
        rows.sort_by(|a, b| a.noise.snr().total_cmp(&b.noise.snr()));
        if rows.len() < 3 {
            return Err(fail(
                None,
                format!("has {} levels: three or more make a curve", rows.len()),
            ));
        }
        let twice = rows.windows(2).find(|w| w[1].noise.snr() <= w[0].noise.snr() * (1.0 + SAME));
        if let Some([a, b]) = twice {
            let (first, second) = (a.line.min(b.line), a.line.max(b.line));
            let message = format!(
                "the noise level σ = {} is there twice, in line {first} too: give each once, with the mean of its losses",
                b.noise.sigma()
            );
            return Err(fail(Some(second), message));
        }
        Ok(Self { path: path.to_owned(), rows })
    }
}

fn error(path: &Path, line: Option<u64>, message: impl Into<String>) -> Error {
    let location = line.map(|line| format!("line {line}"));
    Error::File { path: path.to_owned(), location, message: message.into() }
}
