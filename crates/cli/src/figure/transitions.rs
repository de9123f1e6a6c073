//! t_S and t_C of the models whose curves are drawn, for the lines and the shading.

use super::super::request::{Models, Request};
use super::super::sample_size::SampleSize;
use crate::context::entry;
use clap::ArgMatches;
use regimes::Answer;
use regimes::error::Result;
use regimes::models::parameter::Values;
use regimes::models::{Entry, Model, Order};
use regimes::quantities::Curve;
use regimes::simulate::Experiment;
use regimes::transitions::collapse::collapse_time;
use regimes::transitions::quoted;
use regimes::transitions::speciation::CRITERIA;
use std::sync::Arc;

/// Finds the transition times of a row of a curve.
pub(super) struct Transitions<'a> {
    #[allow(clippy::type_complexity)]
    at: Box<dyn Fn(usize) -> Result<Times> + 'a>,
}

/// The transition times of one model at one sample size.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Times {
    /// The t_S that is quoted.
    pub(super) speciation: Option<f64>,
    /// t_C at d → ∞.
    pub(super) collapse: Option<f64>,
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
    let Ok(entry) = entry(model) else { return Ok(None) };
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
        times(entry, models.at(index)?.as_ref(), &values)
    };
    Ok(Some(Transitions { at: Box::new(at) }))
}

fn times(entry: &Entry, model: &dyn Model, values: &Values) -> Result<Times> {
    // As `times` shows them: without classes there is nothing to tell apart.
    let apart = values.number("mu").is_none_or(|mu| mu > 0.0);
    let mut times = Times::default();
    if entry.classes && (apart || !entry.latent) {
        // Computed one by one until there is one.
        for criterion in CRITERIA.iter().filter(|c| c.applies(entry)) {
            if let Some(((), time)) = quoted([((), (criterion.time)(model)?)]) {
                times.speciation = Some(time.value);
                break;
            }
        }
    }
    let sized = ["n", "log-n", "alpha"].iter().any(|name| values.number(name).is_some());
    if sized {
        let size = SampleSize::of(values, model.dimension())?;
        if let Answer::Value(time) = collapse_time(model, size.alpha, Order::ALL[0], 0.0)? {
            times.collapse = Some(time.value);
        }
    }
    Ok(times)
}
