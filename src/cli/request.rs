//! What was asked: a model, the parameters fixed by name, and the sweep over numbers.

use super::known::{known, names_of};
use super::values::{LARGEST_SWEEP, numbers, split};
use crate::error::{Error, Result};
use crate::models::parameter::{Domain, Parameter, Value, Values};
use crate::models::{Entry, Model};
use crate::output::number::exact_text;
use crate::output::{Cell, Column};
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use std::sync::Arc;

/// Models kept ready for a sweep; beyond, they are built row by row.
const MODELS_KEPT: usize = 4096;

/// A parameter as a flag, or as a positional argument if it is called `file`.
pub(crate) fn argument(parameter: &Parameter) -> Arg {
    let mut help = parameter.help.to_owned();
    if let Some(default) = parameter.default {
        help.push_str(&format!(" [default: {default}]"));
    }
    // Where negative numbers make sense, so do ranges such as -3:3:#61, which look like flags.
    let arg = Arg::new(parameter.name)
        .help(help)
        .action(ArgAction::Set)
        .allow_negative_numbers(true)
        .allow_hyphen_values(parameter.domain == Domain::Real);
    if parameter.name == "file" {
        return arg.value_name("FILE").value_hint(ValueHint::FilePath);
    }
    let arg = match parameter.domain {
        Domain::Name(names) => known(arg, names.iter().copied()),
        Domain::Text if parameter.symbol == "FILE" => arg.value_hint(ValueHint::FilePath),
        Domain::Text => names_of(parameter.name).into_iter().fold(arg, known),
        _ => arg,
    };
    arg.long(parameter.name).aliases(parameter.aliases.iter().copied()).value_name(parameter.symbol)
}

/// Adds the parameters of a command to its definition.
pub(crate) fn with_parameters<'a>(
    command: Command,
    parameters: impl IntoIterator<Item = &'a Parameter>,
) -> Command {
    parameters.into_iter().fold(command, |command, p| command.arg(argument(p)))
}

/// The values of one parameter.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    /// The parameter.
    pub(crate) parameter: Parameter,
    /// Its numbers; of texts, their places in the list.
    pub(crate) values: Vec<f64>,
    /// Its texts, where it takes texts: activations side by side.
    texts: Vec<Arc<str>>,
}

impl Axis {
    fn value(&self, k: usize) -> Value {
        match self.texts.get(k) {
            Some(text) => Value::Text(Arc::clone(text)),
            None => Value::Number(self.values[k]),
        }
    }

    /// Its values as they would be typed.
    pub(crate) fn typed(&self) -> Vec<String> {
        if self.texts.is_empty() {
            return self.values.iter().map(|x| exact_text(*x)).collect();
        }
        self.texts.iter().map(ToString::to_string).collect()
    }
}

/// A parsed query: the cartesian product of its axes, in the order written.
#[derive(Debug)]
pub(crate) struct Request {
    /// Names, paths and lists, the same for every row.
    pub(crate) fixed: Values,
    /// Axes in the order written, defaults last.
    pub(crate) axes: Vec<Axis>,
}

impl Request {
    /// Reads the values of `parameters` from what was typed.
    ///
    /// # Errors
    /// [`Error::Argument`] for a value outside its domain, [`Error::Usage`] for a missing one.
    pub(crate) fn read(matches: &ArgMatches, parameters: &[Parameter]) -> Result<Self> {
        let mut fixed = Values::default();
        let mut axes: Vec<(usize, Axis)> = Vec::new();
        for (k, parameter) in parameters.iter().enumerate() {
            let typed: Option<&String> = matches.get_one(parameter.name);
            let place = matches.index_of(parameter.name).unwrap_or(usize::MAX / 2 + k);
            let Some(text) = typed.map(String::as_str).or(parameter.default) else {
                if parameter.required {
                    let flag = if parameter.name == "file" {
                        "FILE".into()
                    } else {
                        format!("--{}", parameter.name)
                    };
                    return Err(Error::Usage(format!("{flag} is required: {}", parameter.help)));
                }
                continue;
            };
            match parameter.domain {
                Domain::Name(names) if !names.contains(&text) => {
                    let hint = crate::suggest::did_you_mean(text, names.iter().copied());
                    let expected = format!("{}{hint}", parameter.domain.expected());
                    return Err(Error::argument(format!("--{}", parameter.name), text, expected));
                }
                // Activations and priors side by side; a path may have commas of its own.
                Domain::Text if parameter.name != "file" && split(text, ',').len() > 1 => {
                    let texts: Vec<Arc<str>> =
                        split(text, ',').into_iter().map(|text| text.trim().into()).collect();
                    if texts.iter().any(|text| text.is_empty()) {
                        let expected = "has an empty entry: two commas, or one at an end";
                        return Err(Error::argument(
                            format!("--{}", parameter.name),
                            text,
                            expected,
                        ));
                    }
                    let values = (0..texts.len()).map(|k| k as f64).collect();
                    axes.push((place, Axis { parameter: *parameter, values, texts }));
                }
                Domain::Name(_) | Domain::Text => {
                    fixed.set(parameter.name, Value::Text(text.into()));
                }
                Domain::Vector => {
                    fixed.set(parameter.name, Value::Vector(vector(parameter, text)?.into()));
                }
                _ => {
                    let values = numbers(parameter, text)?;
                    axes.push((place, Axis { parameter: *parameter, values, texts: Vec::new() }));
                }
            }
        }
        axes.sort_by_key(|(place, _)| *place);
        let request = Self { fixed, axes: axes.into_iter().map(|(_, axis)| axis).collect() };
        request.rows()?;
        Ok(request)
    }

    /// Number of rows.
    ///
    /// # Errors
    /// [`Error::Usage`] with the count if there are more than ten million.
    pub(crate) fn rows(&self) -> Result<usize> {
        let count: f64 = self.axes.iter().map(|a| a.values.len() as f64).product();
        if count > LARGEST_SWEEP as f64 {
            let sizes: Vec<String> = self
                .axes
                .iter()
                .filter(|a| a.values.len() > 1)
                .map(|a| format!("--{}: {}", a.parameter.name, a.values.len()))
                .collect();
            return Err(Error::Usage(format!(
                "the sweep would have {count} rows ({}), more than {LARGEST_SWEEP}: split it",
                sizes.join(", ")
            )));
        }
        Ok(count as usize)
    }

    /// The axis of a parameter, if it has values.
    pub(crate) fn axis(&self, name: &str) -> Option<&Axis> {
        self.axes.iter().find(|a| a.parameter.name == name)
    }

    /// All values at row `index`: the last axis written runs fastest.
    pub(crate) fn at(&self, index: usize) -> Values {
        let mut values = self.fixed.clone();
        let mut rest = index;
        for axis in self.axes.iter().rev() {
            let value = axis.value(rest % axis.values.len());
            rest /= axis.values.len();
            values.set(axis.parameter.name, value);
        }
        values
    }
}

/// A list of numbers, or a file of them: text, a named column of a csv, an array.
fn vector(parameter: &Parameter, text: &str) -> Result<Vec<f64>> {
    let path = std::path::Path::new(text);
    // A pipe counts: a shell's `<(command)`.
    if !path.metadata().is_ok_and(|metadata| !metadata.is_dir()) {
        let list = Parameter { domain: Domain::NonNegative, ..*parameter };
        return numbers(&list, text).map_err(|error| {
            // Text that is no list of numbers was probably meant as a file.
            if text.contains(['/', '\\'])
                || path.extension().is_some_and(|e| e.to_string_lossy().parse::<f64>().is_err())
            {
                Error::File {
                    path: path.to_owned(),
                    location: None,
                    message: "cannot be read: no such file".into(),
                }
            } else {
                error
            }
        });
    }
    // The program's own tables of eigenvalues call the column by the singular.
    let singular = parameter.name.trim_end_matches('s');
    let values = crate::dataset::list::list(path, &[singular, parameter.name])?;
    if let Some(k) = values.iter().position(|x| !(x.is_finite() && *x >= 0.0)) {
        let message = format!("{} must be a finite number, 0 or above", values[k]);
        let location = Some(format!("entry {}", k + 1));
        return Err(Error::File { path: path.to_owned(), location, message });
    }
    Ok(values)
}

/// The models of a sweep: kept where they are few, built anew where they are many.
pub(crate) struct Models {
    entry: &'static Entry,
    request: Arc<Request>,
    kept: Vec<Option<Arc<dyn Model>>>,
    /// For each axis, its size and whether it is a parameter of the model.
    shape: Vec<(usize, bool)>,
}

impl Models {
    /// Validates every model of the sweep before the first row is computed.
    ///
    /// # Errors
    /// Whatever building a model finds wrong.
    pub(crate) fn new(entry: &'static Entry, request: Arc<Request>) -> Result<Self> {
        let own = |axis: &Axis| entry.parameters.iter().any(|p| p.name == axis.parameter.name);
        let shape: Vec<(usize, bool)> =
            request.axes.iter().map(|a| (a.values.len(), own(a))).collect();
        let mut models = Self { entry, request, kept: Vec::new(), shape };
        let count: usize = models.shape.iter().filter(|s| s.1).map(|s| s.0).product();
        for k in 0..count {
            let values = models.request.at(models.row_of(k));
            // A model whose numerics fail costs its own rows only: they say so.
            let model: Option<Arc<dyn Model>> = match (entry.build)(&values) {
                Ok(model) => Some(model.into()),
                Err(Error::Numerics(_)) => None,
                Err(other) => return Err(other),
            };
            if count <= MODELS_KEPT {
                models.kept.push(model);
            }
        }
        Ok(models)
    }

    /// A row that has the k-th combination of the model's own parameters.
    fn row_of(&self, k: usize) -> usize {
        let (mut rest, mut row, mut stride) = (k, 0, 1);
        for (size, own) in self.shape.iter().rev() {
            if *own {
                row += (rest % size) * stride;
                rest /= size;
            }
            stride *= size;
        }
        row
    }

    /// Which combination of the model's own parameters row `index` has.
    fn combination(&self, index: usize) -> usize {
        let (mut rest, mut k, mut stride) = (index, 0, 1);
        for (size, own) in self.shape.iter().rev() {
            if *own {
                k += (rest % size) * stride;
                stride *= size;
            }
            rest /= size;
        }
        k
    }

    /// The model of row `index`.
    ///
    /// # Errors
    /// Whatever building it finds wrong.
    pub(crate) fn at(&self, index: usize) -> Result<Arc<dyn Model>> {
        if let Some(Some(model)) = self.kept.get(self.combination(index)) {
            return Ok(Arc::clone(model));
        }
        Ok((self.entry.build)(&self.request.at(index))?.into())
    }

    /// The first model, to ask what all of them have in common.
    ///
    /// # Errors
    /// Whatever building it finds wrong.
    pub(crate) fn first(&self) -> Result<Arc<dyn Model>> {
        self.at(0)
    }

    /// The first model that could be built, if any: what all have in common may be asked of it.
    ///
    /// # Errors
    /// Wrong arguments.
    pub(crate) fn first_sound(&self) -> Result<Option<Arc<dyn Model>>> {
        if let Some(Some(model)) = self.kept.iter().find(|model| model.is_some()) {
            return Ok(Some(Arc::clone(model)));
        }
        match self.first() {
            Ok(model) => Ok(Some(model)),
            Err(Error::Numerics(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }
}

/// The column of a parameter.
pub(crate) fn parameter_column(p: &Parameter) -> Column {
    if p.domain.is_number() { Column::number(p.name, p.symbol, "") } else { Column::text(p.name) }
}

/// The cell of a parameter.
pub(crate) fn parameter_cell(values: &Values, name: &str) -> Cell {
    match values.get(name) {
        Some(Value::Number(x)) => Cell::Number(*x),
        Some(Value::Text(x)) => Cell::Text(x.to_string()),
        _ => Cell::Missing("not given".into()),
    }
}
