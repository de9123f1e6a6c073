//! Results of finished blocks in a file, so that a killed simulation goes on where it was.

use crate::error::{Error, Result};
use crate::output::number::exact_text;
use crate::output::run::difference;
use crate::output::stream::to_file;
use serde_json::Value;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Time between two writes.
const BETWEEN: Duration = Duration::from_millis(300);

/// A checkpoint file and the parameters that its results belong to.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    path: PathBuf,
    parameters: Vec<(String, String)>,
    saved: Instant,
}

impl Checkpoint {
    /// The file at `path`, for a simulation with these parameters: everything that the results
    /// depend on, by name.
    pub fn new(path: &Path, parameters: Vec<(String, String)>) -> Self {
        Self { path: path.to_owned(), parameters, saved: Instant::now() }
    }

    fn wrong(&self, message: String) -> Error {
        Error::File { path: self.path.clone(), location: None, message }
    }

    /// The results that the file holds, at most `count`; none if there is no file yet.
    ///
    /// # Errors
    /// [`Error::File`] for a file that is no checkpoint, or of another simulation: it is left alone.
    pub(super) fn take(&mut self, count: usize) -> Result<Vec<Vec<f64>>> {
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                // That the file can be written should be known before hours of computing.
                self.save(&[], true)?;
                return Ok(Vec::new());
            }
            Err(error) => return Err(self.wrong(format!("cannot be read: {error}"))),
        };
        let no_checkpoint = |what: &str| {
            self.wrong(format!(
                "is not a checkpoint of a simulation ({what}): name another file or remove it"
            ))
        };
        let root: Value =
            serde_json::from_str(&text).map_err(|error| no_checkpoint(&error.to_string()))?;
        let stored = root
            .get("parameters")
            .and_then(Value::as_object)
            .ok_or_else(|| no_checkpoint("no parameters"))?;
        let stored: Vec<(String, String)> = stored
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
            .collect();
        if let Some(difference) = difference(&self.parameters, &stored) {
            return Err(self.wrong(format!(
                "belongs to another simulation: {difference}; name another file or remove it"
            )));
        }
        let blocks = root
            .get("blocks")
            .and_then(Value::as_array)
            .ok_or_else(|| no_checkpoint("no blocks"))?;
        let results: Option<Vec<Vec<f64>>> = blocks
            .iter()
            .map(|block| block.as_array()?.iter().map(Value::as_f64).collect())
            .collect();
        let mut results = results.ok_or_else(|| no_checkpoint("a result is no number"))?;
        results.truncate(count);
        Ok(results)
    }

    /// Writes all results, unless that was done a moment ago; `now` in any case.
    ///
    /// # Errors
    /// [`Error::Output`] if the file cannot be written.
    pub(super) fn save(&mut self, results: &[Vec<f64>], now: bool) -> Result<()> {
        if !now && self.saved.elapsed() < BETWEEN {
            return Ok(());
        }
        let quote = |text: &str| Value::String(text.to_owned()).to_string();
        let parameters: Vec<String> =
            self.parameters.iter().map(|(k, v)| format!("{}: {}", quote(k), quote(v))).collect();
        let blocks: Vec<String> = results
            .iter()
            .map(|block| {
                let numbers: Vec<String> = block.iter().map(|x| exact_text(*x)).collect();
                format!("[{}]", numbers.join(","))
            })
            .collect();
        let text = format!(
            "{{\"program\": \"regimes\", \"parameters\": {{{}}},\n\"blocks\": [\n{}\n]}}\n",
            parameters.join(", "),
            blocks.join(",\n")
        );
        to_file(&self.path, |out| {
            out.write_all(text.as_bytes())
                .map_err(|source| Error::Output { target: self.path.display().to_string(), source })
        })?;
        self.saved = Instant::now();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(n: &str) -> Vec<(String, String)> {
        vec![("n".into(), n.into()), ("seed".into(), "1".into())]
    }

    #[test]
    fn identity_results_survive_to_the_bit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.json");
        let results = vec![vec![0.1, 1e-300, -3.0, 2.0 / 3.0], vec![], vec![5e-324]];
        let mut checkpoint = Checkpoint::new(&path, parameters("10"));
        assert!(checkpoint.take(9).unwrap().is_empty());
        checkpoint.save(&results, true).unwrap();
        assert_eq!(Checkpoint::new(&path, parameters("10")).take(9).unwrap(), results);
    }

    #[test]
    fn bad_input_other_parameters_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.json");
        Checkpoint::new(&path, parameters("10")).save(&[], true).unwrap();
        let message =
            |parameters| Checkpoint::new(&path, parameters).take(1).unwrap_err().to_string();
        assert!(message(parameters("11")).contains("there n was 10, here it is 11"));
        assert!(message(vec![("n".into(), "10".into())]).contains("there seed was set"));
        std::fs::write(&path, "{\"blocks\": ").unwrap();
        assert!(message(parameters("10")).contains("is not a checkpoint"));
    }
}
