//! What a model is asked.

use super::Query;
use super::given::{Value, shell};
use super::{Bounds, Computed, curve, guidance, spectrum, times};
use crate::dataset::columns::Columns;
use crate::error::{Error, Result};
use crate::explain::{self, Page, Topic};
use crate::models::parameter::Parameter;
use crate::quantities::{Curve, sample_size};
use crate::schedule::chosen::single;
use crate::simulate::{self, Experiment, Runner, Subject};
use crate::solve::{self, Question};
use crate::steps;
use crate::strings::schedules::SCHEDULE as TOKENS;
use crate::suggest::among;
use crate::sweep::{Models, Request};
use crate::validate;
use std::sync::Arc;

impl Query {
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
        let mut parameters = times::parameters(self.entry);
        let (named, beside) = if self.entry.process.is_of_tokens() {
            self.gaussian_schedule()?;
            parameters.push(TOKENS);
            (self.given.named(&parameters)?, None)
        } else {
            self.given.beside(&parameters, "times")?
        };
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
        if name == spectrum::NAME && !self.entry.process.is_of_tokens() {
            self.without_words("curve")?;
            let parameters = spectrum::parameters(self.entry);
            let plan = spectrum::plan(self.entry, &self.given.named(&parameters)?)?;
            return self.computed(plan, || line(&parameters));
        }
        if name == steps::STEP_COST && !self.entry.process.is_of_tokens() {
            self.without_words("curve")?;
            let parameters = steps::parameters(self.entry);
            let (named, schedules) = self.given.with_schedules(&parameters)?;
            let plan = steps::curve(self.entry, &named, single(schedules, "curve")?)?;
            return self.computed(plan, || line(&parameters));
        }
        let Some(curve) = Curve::find(name, self.entry) else {
            let others: &[&str] = if self.entry.process.is_of_tokens() {
                &[]
            } else {
                &[spectrum::NAME, steps::STEP_COST]
            };
            let others = others.iter().copied();
            let known = Curve::of(self.entry).map(|curve| curve.name).chain(others);
            let expected = format!("{} has {}", self.entry.name, among(name, known));
            return Err(Error::argument("curve", name, expected));
        };
        self.without_words("curve")?;
        let parameters = curve::parameters(curve, self.entry);
        let (named, schedules) = if self.entry.process.is_of_tokens() {
            (self.given.named(&parameters)?, Vec::new())
        } else {
            self.given.with_schedules(&parameters)?
        };
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
        let (named, schedules) = if self.entry.process.is_of_tokens() {
            self.gaussian_schedule()?;
            (self.given.named(&parameters)?, Vec::new())
        } else {
            self.given.with_schedules(&parameters)?
        };
        let levels = !self.words.is_empty();
        let schedule = single(schedules, "steps")?;
        let plan = steps::plan(self.entry, &named, levels, schedule)?;
        self.computed(plan, || self.command_line("steps", &parameters))
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
        self.gaussian("guidance")?;
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
        parameters.extend(experiment.settings_of(Some(self.entry)));
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
        self.gaussian("comparison")?;
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
        if self.entry.process.is_of_tokens() {
            return Ok(Bounds::default());
        }
        let mut parameters = self.entry.parameters.to_vec();
        parameters.extend(sample_size::PARAMETERS);
        let own = self.given.all_known();
        let request = Arc::new(Request::read(&own.named(&parameters)?, &parameters)?);
        if request.rows()? != 1 {
            let message = "bounds are those of one model: give one value of each parameter";
            return Err(Error::Usage(message.into()));
        }
        let models = Models::new(self.entry, Arc::clone(&request))?;
        Bounds::of(self.entry, models.at(0)?.as_ref(), &request.at(0))
    }
}
