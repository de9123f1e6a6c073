//! One page for whoever trains or samples a model of these data: what happens at which of their steps, what it
//! costs, and where each number comes from.
//!
//! Nothing is computed here: every line is read from a table of another question, and names the command that prints
//! it.

mod classes;
mod copies;
mod cost;
mod enough;
mod guidance;
mod line;
mod risk;
mod scale;
mod subject;

use super::dataset::{self, BLOCKS, Data, Heard, Options, QUERIES, SEED, TOP};
use super::given::of_schedules;
use crate::dataset::chosen::{Chosen, OF_A_FILE, OF_SAMPLES};
use crate::error::{Error, Result};
use crate::models::parameter::{Domain, Parameter, whole};
use crate::schedule::Schedule;
use crate::schedule::chosen::{self, INFERENCE};
use crate::sweep::{Entered, Named, Request, Typed};
use crate::table::Plan;
use line::Line;
use std::sync::Arc;
use subject::Subject;

const N: Parameter = Parameter::optional(
    "n",
    "n",
    "samples that the network is trained on [default: as many as FILE holds]",
    Domain::Whole { infinite: false },
);

const STEPS: Parameter = Parameter::of_text(
    "steps",
    "K",
    "steps of the sampler, on the schedule: the same as --num-inference-steps",
);

const SAMPLER: Parameter = Parameter::optional(
    "sampler",
    "SAMPLER",
    "ancestral or ddim [default: as the schedule's class samples: ancestral for DDPM and Euler-ancestral, ddim for classes of first order; others have no exact cost]",
    Domain::Name(&["ancestral", "ddim"]),
);

const OMEGA: Parameter = Parameter::optional(
    "omega",
    "ω",
    "strength of classifier-free guidance, one less than the guidance scale",
    Domain::NonNegative,
)
.by_default("1");

/// What may be given beside the data and a schedule.
pub const OPTIONS: [Parameter; 8] = [N, STEPS, SAMPLER, OMEGA, TOP_OF, QUERIES, SEED, BLOCKS];

/// Samples at risk that are named.
const TOP_OF: Parameter =
    Parameter::of_text(TOP.name, "COUNT", "samples at risk that are named").by_default("3");

/// The argument that [`STEPS`] stands for.
const INFERENCE_STEPS: &str = INFERENCE[0].name;

/// Most samples that are named on the page; `dataset --risk` lists more.
const MOST_NAMED: usize = 100;

/// A question: what is to be said of the subject.
type Question = fn(&Subject<'_>) -> Result<Vec<Line>>;

/// The questions, in the order of the page.
const QUESTIONS: [Question; 7] = [
    scale::lines,
    classes::lines,
    guidance::lines,
    copies::lines,
    enough::lines,
    risk::lines,
    cost::lines,
];

/// The page about data on a schedule: `whole`, or the one that is given as text. `chosen` opens the data once all
/// else was found right.
///
/// # Errors
/// Wrong arguments; data that cannot be read; failed numerics of the data's own times. What else cannot be answered
/// is said in its line.
pub fn plan<'a, Face, T: Typed<Face> + ?Sized>(
    chosen: impl FnOnce() -> Result<Chosen<'a>>,
    typed: &T,
    whole: Option<Arc<Schedule>>,
    heard: &'a Heard<'a>,
) -> Result<Plan<'static>> {
    // Of what was typed only what belongs here: the questions behind the lines ask for more by name.
    let file = Parameter::of_text("file", "FILE", "");
    let known: Vec<Parameter> = [file]
        .into_iter()
        .chain(OF_A_FILE)
        .chain(OF_SAMPLES)
        .chain(OPTIONS)
        .chain(of_schedules())
        .collect();
    let given = known.iter().filter_map(|p| Some((p.name, Entered::Text(typed.text(p.name)?))));
    let typed = Named::of(given, &known)?;
    let asked = Asked::read(&typed, whole)?;
    let options = Options::read(&typed)?;
    let data = Data::new(chosen()?, options.centring, heard)?;
    let subject = Subject::new(&data, &options, asked, &typed)?;
    let mut lines = Vec::new();
    for question in QUESTIONS {
        lines.extend(question(&subject)?);
    }
    Ok(line::page(&subject, lines))
}

/// What was asked beside the data, read.
struct Asked {
    schedule: Option<Arc<Schedule>>,
    /// Whether the schedule was given whole.
    whole: bool,
    n: Option<f64>,
    /// Whether sampling is stochastic, where that was said.
    ancestral: Option<bool>,
    omega: f64,
    top: usize,
}

impl Asked {
    fn read(typed: &Named<'_>, whole_schedule: Option<Arc<Schedule>>) -> Result<Self> {
        let request = Request::read(typed, &[N, SAMPLER, OMEGA])?;
        if request.rows()? != 1 {
            let message = "advice is for one n and one omega: give one value of each";
            return Err(Error::Usage(message.into()));
        }
        let values = request.at(0);
        let n = values.number(N.name);
        if let Some(n) = n.filter(|n| *n < 2.0) {
            return Err(Error::argument(
                "--n",
                n,
                "must be at least 2: one sample is always copied",
            ));
        }
        let top = typed.text(TOP_OF.name).or(TOP_OF.default).unwrap_or_default();
        Ok(Self {
            whole: whole_schedule.is_some(),
            schedule: schedule(typed, whole_schedule)?,
            n,
            ancestral: values.text(SAMPLER.name).map(|name| name == "ancestral"),
            omega: values.required(OMEGA.name)?,
            top: whole("--top", top, MOST_NAMED)?,
        })
    }
}

/// The one schedule, with the sampler's steps on it.
fn schedule(typed: &Named<'_>, given: Option<Arc<Schedule>>) -> Result<Option<Arc<Schedule>>> {
    let steps = typed.text(STEPS.name);
    if let (Some(_), Some(_)) = (steps, typed.text(INFERENCE_STEPS)) {
        let message = format!("give --steps or --{INFERENCE_STEPS}, not both: they are the same");
        return Err(Error::Usage(message));
    }
    let text = |name: &str| match name {
        INFERENCE_STEPS => typed.text(INFERENCE_STEPS).or(steps),
        name => typed.text(name),
    };
    if let Some(given) = given {
        if let Some(steps) = steps {
            let expected = "belongs to the schedule, which is given whole: count its steps there";
            return Err(Error::argument("--steps", steps, expected));
        }
        if chosen::chosen(&text)?.is_empty() {
            return Ok(Some(given));
        }
        return Err(Error::Usage("a schedule is given whole and by name: give one".into()));
    }
    let found = chosen::chosen(&text).map_err(|error| match error {
        Error::Argument { name, value, expected }
            if steps.is_some() && name == format!("--{INFERENCE_STEPS}") =>
        {
            Error::Argument { name: "--steps".into(), value, expected }
        }
        Error::Usage(_)
            if steps.is_some()
                && text(chosen::SCHEDULE).is_none()
                && text(chosen::CONFIG).is_none() =>
        {
            Error::Usage(
                "--steps are those of a schedule: add --config FILE or --schedule NAME".into(),
            )
        }
        other => other,
    })?;
    Ok(chosen::single(found, "advise")?.map(Arc::new))
}
