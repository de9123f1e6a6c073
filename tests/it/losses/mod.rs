//! A trained network by its losses, against data whose information is known.
mod refusals;
mod regimes_of;

use regimes::Noise;
use regimes::ask::{Query, ask};
use std::fmt::Write;
use tempfile::NamedTempFile;

/// Levels of σ, the noisiest first.
pub(super) fn sigmas(high: f64, low: f64, count: usize) -> Vec<f64> {
    (0..count).map(|k| high * (low / high).powf(k as f64 / (count - 1) as f64)).collect()
}

/// A file of losses at levels of σ: value and, where it is above 0, standard error.
pub(super) fn file(sigmas: &[f64], of: impl Fn(Noise) -> (f64, f64)) -> NamedTempFile {
    let measured = sigmas.iter().any(|s| of(Noise::at_sigma(*s).unwrap()).1 > 0.0);
    let mut text = String::from(if measured { "sigma,loss,stderr\n" } else { "sigma,loss\n" });
    for sigma in sigmas {
        let (loss, stderr) = of(Noise::at_sigma(*sigma).unwrap());
        let more = if measured { format!(",{stderr}") } else { String::new() };
        writeln!(text, "{sigma},{loss}{more}").unwrap();
    }
    let file = NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

pub(super) fn losses(file: &NamedTempFile, variance: f64, d: f64) -> Query {
    predicted(file, "epsilon", variance, d)
}

/// The same of a network that predicts something else.
pub(super) fn predicted(file: &NamedTempFile, what: &str, variance: f64, d: f64) -> Query {
    let path = file.path().to_string_lossy();
    let query = ask("losses").unwrap().set("file", path).set("parameterisation", what);
    query.set("variance", variance).set("d", d)
}
