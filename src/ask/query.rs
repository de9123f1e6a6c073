//! A question about a model: what is given, and what is asked.

use super::given::{Given, Value, shell};
use super::{Bounds, Computed, curve, guidance, quantities, spectrum, times};
use crate::dataset::columns::Columns;
use crate::error::{Error, Result};
use crate::explain::{self, Page, Topic};
use crate::models::Entry;
use crate::models::parameter::Parameter;
use crate::quantities::{Curve, sample_size};
use crate::schedule::Schedule;
use crate::schedule::chosen::single;
use crate::simulate::{self, Experiment, Runner, Subject};
use crate::solve::{self, Question};
use crate::steps;
use crate::suggest::among;
use crate::sweep::{Models, Request, spelt};
use crate::table::Plan;
use crate::validate;
use std::sync::Arc;

/// A model, and what is given of it.
#[derive(Clone, Debug)]
pub struct Query {
    entry: &'static Entry,
    given: Given,
    words: Vec<String>,
    heard: Heard,
}

/// Who is told of every row that is done, of how many there are.
#[derive(Clone, Default)]
struct Heard(Option<Arc<dyn Fn(usize) + Send + Sync>>);

impl std::fmt::Debug for Heard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "heard" } else { "unheard" })
    }
}

/// A query about the model called `model`.
///
/// # Errors
/// [`Error::Argument`] for a model that does not exist, with the nearest one that does.
pub fn ask(model: &str) -> Result<Query> {
    let entry = Entry::named(model)?;
    let heard = Heard::default();
    Ok(Query { entry, given: Given::default(), words: Vec::new(), heard })
}

impl Query {
    /// Gives the parameter `name` a number, an expression, a list `1,2,3` or a range `0:8:#80`. What is
    /// given last runs fastest over the rows.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl ToString) -> Self {
        self.given.set(name, Value::Text(value.to_string()));
        self
    }

    /// Gives the parameter `name` these numbers, as [`set`](Self::set) does a list of them as text.
    #[must_use]
    pub fn set_numbers(mut self, name: &str, numbers: impl Into<Arc<[f64]>>) -> Self {
        self.given.set(name, Value::Numbers(numbers.into()));
        self
    }

    /// Says something that is known of the data, which a question uses if it takes that parameter and is
    /// not given it anew: n may be known where a curve does not depend on it.
    #[must_use]
    pub fn know(mut self, name: &str, value: Value) -> Self {
        self.given.know(name, value);
        self
    }

    /// Refuses what no question about this model takes.
    ///
    /// # Errors
    /// [`Error::Argument`] for the first such name, with the nearest one that there is.
    pub fn check(&self) -> Result<()> {
        let mut every = solve::parameters(self.entry);
        let mut more = times::parameters(self.entry);
        more.extend(steps::parameters(self.entry));
        more.extend(guidance::parameters(self.entry));
        more.extend(validate::OPTIONS);
        for experiment in simulate::EXPERIMENTS {
            more.extend(experiment.parameters(Some(self.entry)));
            more.extend(experiment.settings);
        }
        for parameter in more {
            if spelt(parameter.name, &every).is_none() {
                every.push(parameter);
            }
        }
        self.given.check(&every)
    }

    /// Every quantity that the model has, with its symbol, unit and source, as `quantities` prints them.
    ///
    /// # Errors
    /// None of its own.
    pub fn quantities(&self) -> Result<Computed> {
        quantities::list(Some(self.entry.name))
    }

    /// Asks for times that are not always shown: `finite-size`, `phases`.
    #[must_use]
    pub fn with(mut self, word: &str) -> Self {
        self.words.push(word.to_owned());
        self
    }

    /// Shows transition times on a noise schedule too.
    ///
    /// The command line that the table states names the schedule and its parameters; of one that was
    /// read from a configuration it names the class, and the notes say the rest.
    #[must_use]
    pub fn on(mut self, schedule: impl Into<Arc<Schedule>>) -> Self {
        self.given.schedule = Some(schedule.into());
        self
    }

    /// Has `heard` told of every row that is done, and of how many there are. Rows are computed on all
    /// cores.
    #[must_use]
    pub fn heard_by(mut self, heard: impl Fn(usize) + Send + Sync + 'static) -> Self {
        self.heard = Heard(Some(Arc::new(heard)));
        self
    }

    /// Every transition time, as `times` prints it.
    ///
    /// # Errors
    /// Wrong arguments. A time that could not be computed is a cell that says so.
    pub fn times(&self) -> Result<Computed> {
        let known = times::words(self.entry);
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        if let Some(word) = words.iter().find(|word| !known.contains(word)) {
            let expected = match &known[..] {
                [] => format!("{} has no times that must be asked for", self.entry.name),
                known => format!("{} has {}", self.entry.name, known.join(", ")),
            };
            return Err(Error::argument("with", word, expected));
        }
        let parameters = times::parameters(self.entry);
        let (named, beside) = self.given.beside(&parameters, "times")?;
        let plan = times::plan(self.entry, &named, &words, beside)?;
        self.computed(plan, || self.command_line("times", &parameters))
    }

    /// The curve called `name`, as `curve` prints it; `spectrum` has the eigenvalues of the covariance.
    ///
    /// # Errors
    /// Wrong arguments; a curve that the model does not have.
    pub fn curve(&self, name: &str) -> Result<Computed> {
        let line =
            |parameters: &[Parameter]| self.command_line(&format!("curve {name}"), parameters);
        if name == spectrum::NAME {
            self.without_words("curve")?;
            let parameters = spectrum::parameters(self.entry);
            let plan = spectrum::plan(self.entry, &self.given.named(&parameters)?)?;
            return self.computed(plan, || line(&parameters));
        }
        if name == steps::STEP_COST {
            self.without_words("curve")?;
            let parameters = steps::parameters(self.entry);
            let (named, schedules) = self.given.with_schedules(&parameters)?;
            let plan = steps::curve(self.entry, &named, single(schedules, "curve")?)?;
            return self.computed(plan, || line(&parameters));
        }
        let Some(curve) = Curve::find(name, self.entry) else {
            let others = [spectrum::NAME, steps::STEP_COST];
            let known = Curve::of(self.entry).map(|curve| curve.name).chain(others);
            let expected = format!("{} has {}", self.entry.name, among(name, known));
            return Err(Error::argument("curve", name, expected));
        };
        self.without_words("curve")?;
        let parameters = curve::parameters(curve, self.entry);
        let (named, schedules) = self.given.with_schedules(&parameters)?;
        let plan = curve::plan(curve, self.entry, &named, single(schedules, "curve")?)?;
        self.computed(plan, || line(&parameters))
    }

    /// The values of the parameter `unknown` for which `such_that` holds, as `solve` prints them.
    ///
    /// # Errors
    /// Wrong arguments; an equation of quantities that the model does not have.
    pub fn solve(&self, unknown: &str, such_that: &str) -> Result<Computed> {
        self.solved(&Question { unknown, such_that, between: None, schedule: None })
    }

    /// The same of a question that may say where to search.
    ///
    /// # Errors
    /// As [`Self::solve`].
    pub fn solved(&self, question: &Question<'_>) -> Result<Computed> {
        self.without_words("solve")?;
        let every = solve::parameters(self.entry);
        let schedules = self.given.schedules(&every)?;
        let schedule = single(schedules, "solve")?;
        let question =
            &Question { schedule: schedule.as_deref().or(question.schedule), ..*question };
        // Of what is known only that which enters; what was given beside it is refused by the plan.
        let parameters = question.parameters(self.entry)?;
        let named = self.given.named_among(&parameters, &every)?;
        let plan = solve::plan(self.entry, &named, question)?;
        self.computed(plan, || {
            let Question { unknown, such_that, between, .. } = question;
            let between = between.map_or_else(String::new, |b| format!(" --between {}", shell(b)));
            let line = self.command_line("solve", &parameters);
            format!("{line} --for {unknown} --such-that {}{between}", shell(such_that))
        })
    }

    /// What the steps of a sampler cost, as `steps` prints it: `grid`, `steps` and the ends `snr` or
    /// `sigma-noise` are set like any parameter. With the word `levels` the levels of the grid themselves, on a
    /// schedule too.
    ///
    /// ```
    /// let clusters = regimes::ask("clusters")?.set("d", 64).set("snr", "0.001:50").set("steps", 20);
    /// let cost = clusters.set("grid", "geometric,optimal").steps()?;
    /// let kl = cost.value("kl")?;
    /// assert!(kl[0] > kl[1]);
    /// # Ok::<(), regimes::Error>(())
    /// ```
    ///
    /// # Errors
    /// Wrong arguments. A cost that could not be computed is a cell that says so.
    pub fn steps(&self) -> Result<Computed> {
        if let Some(word) = self.words.iter().find(|word| *word != steps::LEVELS) {
            return Err(Error::argument("with", word, "steps have the word levels"));
        }
        let parameters = steps::parameters(self.entry);
        let (named, schedules) = self.given.with_schedules(&parameters)?;
        let (levels, schedule) = (!self.words.is_empty(), single(schedules, "steps")?);
        self.computed(steps::plan(self.entry, &named, levels, schedule)?, || {
            self.command_line("steps", &parameters)
        })
    }

    /// What guidance generates and when it acts, as `guidance` prints it: `omega` (or `guidance-scale`), `sampler`,
    /// `window` and `power` are set like any parameter.
    ///
    /// ```
    /// let clusters = regimes::ask("clusters")?.set("d", 256).set("omega", 1);
    /// let stochastic = clusters.clone().guidance()?.value("mean_shift")?[0].unwrap();
    /// let deterministic = clusters.set("sampler", "ode").guidance()?.value("mean_shift")?[0].unwrap();
    /// assert!((stochastic - 0.681_725_814_8 / 16.0).abs() < 1e-10);
    /// assert!((deterministic - 0.649_112_98).abs() < 1e-8);
    /// # Ok::<(), regimes::Error>(())
    /// ```
    ///
    /// # Errors
    /// Wrong arguments.
    pub fn guidance(&self) -> Result<Computed> {
        self.only("guidance")?;
        let parameters = guidance::parameters(self.entry);
        let (named, beside) = self.given.beside(&parameters, "guidance")?;
        let plan = guidance::plan(self.entry, &named, beside)?;
        self.computed(plan, || self.command_line("guidance", &parameters))
    }

    /// The experiment called `name`, simulated with the exact score, as `simulate` prints it: with
    /// standard errors, and the same bits on any number of threads.
    ///
    /// # Errors
    /// Wrong arguments; failed numerics.
    pub fn simulate(&self, name: &str) -> Result<Computed> {
        self.simulate_by(name, &|work| work.run(&|| Ok(())))
    }

    /// The same, its blocks run by `runner`, which may count them, keep them, or stop.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    ///
    /// let clusters = regimes::ask("clusters")?.set("d", 8).set("n", 50).set("t", "1,2");
    /// let clusters = clusters.set("blocks", 4).set("points", 8);
    /// let steps = AtomicUsize::new(0);
    /// let counted = clusters.simulate_by("entropy", &|work| {
    ///     work.run(&|| {
    ///         steps.fetch_add(1, Ordering::Relaxed);
    ///         Ok(())
    ///     })
    /// })?;
    /// assert_eq!(counted.value("f")?, clusters.simulate("entropy")?.value("f")?);
    /// assert_eq!(steps.into_inner(), 8);
    /// let stopped = || Err(regimes::Error::Usage("stopped".into()));
    /// assert!(clusters.simulate_by("entropy", &|work| work.run(&stopped)).is_err());
    /// # Ok::<(), regimes::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Self::simulate`]; whatever `runner` finds wrong.
    pub fn simulate_by(&self, name: &str, runner: &Runner<'_>) -> Result<Computed> {
        let experiment = Experiment::find(name)?;
        self.without_words("simulation")?;
        let mut parameters = experiment.parameters(Some(self.entry));
        parameters.extend(experiment.settings);
        let named = self.given.named(&parameters)?;
        let plan = simulate::plan(experiment, &Subject::Model(self.entry), &named, runner)?;
        self.computed(plan, || self.command_line(&format!("simulate {name}"), &parameters))
    }

    /// Measured `columns` held against the curve called `against`, as `validate` prints it: deviations,
    /// χ², runs, a verdict, a fit. Options such as `fit` and `between` are [set](Self::set) like
    /// parameters; the word `shared-noise` says that the points are of one data set.
    ///
    /// ```
    /// use regimes::dataset::columns::Columns;
    ///
    /// let clusters = regimes::ask("clusters")?.set("d", 64);
    /// let predicted = clusters.clone().set("t", "1,2,3").curve("phi")?.value("phi")?;
    /// let phi: Vec<f64> = predicted.into_iter().flatten().collect();
    /// let columns = [("t", &[1.0, 2.0, 3.0][..]), ("phi", &phi), ("stderr", &[0.01; 3])];
    /// let compared = clusters.validate("phi", &Columns::of_numbers(&columns)?)?;
    /// assert!(compared.value("z")?.iter().all(|z| z.is_some_and(|z| z.abs() < 1e-6)));
    /// # Ok::<(), regimes::Error>(())
    /// ```
    ///
    /// # Errors
    /// Wrong arguments or columns; failed numerics.
    pub fn validate(&self, against: &str, columns: &Columns) -> Result<Computed> {
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        let shared = words == [validate::SHARED];
        if !shared {
            self.without_words("comparison")?;
        }
        let mut query = self.clone();
        query.given.set(validate::AGAINST.name, Value::Text(against.to_owned()));
        let mut parameters = validate::parameters(self.entry);
        parameters.extend(validate::OPTIONS);
        let named = query.given.named(&parameters)?;
        let compared = validate::plan(|| Ok(columns.clone()), &named, self.entry, shared)?;
        self.computed(compared.plan, || {
            let command = format!("validate {}", shell(&columns.path().to_string_lossy()));
            query.command_line(&command, &parameters)
        })
    }

    /// The formula of the quantity called `name`, its source, the numbers substituted and the value, as
    /// `explain` prints them.
    ///
    /// # Errors
    /// Wrong arguments; a quantity that the model does not have. A computation that fails is said on
    /// the page.
    pub fn explain(&self, name: &str) -> Result<Page> {
        let Some(topic) = Topic::find(name).filter(|topic| topic.of(self.entry).is_some()) else {
            let topics = Topic::all().into_iter().filter(|topic| topic.of(self.entry).is_some());
            let known: Vec<String> = topics.map(|topic| topic.name).collect();
            let known = among(name, known.iter().map(String::as_str));
            let expected = format!("{} has {known}", self.entry.name);
            return Err(Error::argument("quantity", name, expected));
        };
        self.without_words("explanation")?;
        let named = self.given.named(&topic.parameters(self.entry))?;
        explain::page(&topic, self.entry, &named, explain::DIGITS)
    }

    /// The times that bound the regimes: the t_S that is quoted and, where a sample size is given, t_C.
    /// Parameters of which the model knows nothing, such as the noise level of a curve, are left aside.
    ///
    /// # Errors
    /// Wrong arguments; failed numerics.
    pub fn bounds(&self) -> Result<Bounds> {
        let mut parameters = self.entry.parameters.to_vec();
        parameters.extend(sample_size::PARAMETERS);
        let own = self.given.all_known();
        let request = Arc::new(Request::read(&own.named(&parameters)?, &parameters)?);
        if request.rows()? != 1 {
            let message = "bounds are those of one model: give one value of each parameter";
            return Err(Error::Usage(message.into()));
        }
        let model = Models::new(self.entry, Arc::clone(&request))?.at(0)?;
        Bounds::of(self.entry, model.as_ref(), &request.at(0))
    }

    fn computed(&self, plan: Plan<'_>, line: impl FnOnce() -> String) -> Result<Computed> {
        Computed::new(plan, line, self.heard.0.as_deref().unwrap_or(&|_| ()))
    }

    /// Refuses words that ask for times.
    fn only(&self, what: &str) -> Result<()> {
        let Some(word) = self.words.first() else { return Ok(()) };
        let article = if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        Err(Error::argument("with", word, format!("asks for times, not for {article} {what}")))
    }

    /// Refuses what only the table of times takes.
    fn without_words(&self, what: &str) -> Result<()> {
        self.only(what)?;
        let Some(_) = self.given.schedule else { return Ok(()) };
        Err(Error::Usage(format!("{what} takes no schedule: only times stand on one")))
    }

    /// What would be typed for the same table, of a question of these parameters.
    fn command_line(&self, command: &str, parameters: &[Parameter]) -> String {
        let words: String = self.words.iter().map(|word| format!(" --{word}")).collect();
        format!("regimes {command} {}{}{words}", self.entry.name, self.given.flags(parameters))
    }
}
