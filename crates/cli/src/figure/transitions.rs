//! t_S and t_C of the models whose curves are drawn, for the lines and the shading.

use super::super::request::{Models, Request};
use crate::context::entry;
use clap::ArgMatches;
use regimes::ask::Bounds as Times;
use regimes::error::Result;
use regimes::process::Process;
use regimes::quantities::Curve;
use regimes::simulate::Experiment;
use std::sync::Arc;

/// Finds the transition times of a row of a curve.
pub(super) struct Transitions<'a> {
    #[allow(clippy::type_complexity)]
    at: Box<dyn Fn(usize) -> Result<Times> + 'a>,
}

impl Transitions<'_> {
    /// The times that go with row `index`.
    ///
    /// # Errors
    /// Failed numerics.
    pub(super) fn at(&self, index: usize) -> Result<Times> {
        (self.at)(index)
    }
}

/// The transitions behind a command, if it draws a curve of a model over noise levels.
///
/// # Errors
/// Wrong arguments.
pub(super) fn of<'a>(matches: &ArgMatches) -> Result<Option<Transitions<'a>>> {
    let Some((command, inner)) = matches.subcommand() else { return Ok(None) };
    let Some((what, inner)) = inner.subcommand() else { return Ok(None) };
    let Some((model, inner)) = inner.subcommand() else { return Ok(None) };
    let Ok(entry) = entry(model, inner) else { return Ok(None) };
    // Tokens have no times to mark.
    if entry.process != Process::Gaussian {
        return Ok(None);
    }
    let parameters = match command {
        "curve" => Curve::find(what, entry).map(|q| q.all_parameters(entry)),
        "simulate" => {
            let experiment = Experiment::find(what).ok().filter(|e| e.curve);
            experiment.map(|e| e.parameters(Some(entry)))
        }
        _ => None,
    };
    let Some(parameters) = parameters else { return Ok(None) };
    let request = Arc::new(Request::read(inner, &parameters)?);
    let models = Models::new(entry, Arc::clone(&request))?;
    let at = move |index: usize| {
        let values = request.at(index);
        Times::of(entry, models.at(index)?.as_ref(), &values)
    };
    Ok(Some(Transitions { at: Box::new(at) }))
}
