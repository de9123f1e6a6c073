//! How a figure is to look: from flags, or from the section `figure` of a specification.

use clap::{Arg, ArgAction, ArgMatches, Command};
use regimes::document::{Document, Node};
use regimes::error::{Error, Result};
use regimes::models::parameter::{Domain, Parameter};
use regimes::suggest::did_you_mean;
use regimes::sweep::numbers;
use regimes_figure::axis::Scale;
use regimes_figure::label::unreadable;
use regimes_figure::{ONE_COLUMN, TWO_COLUMNS};

/// Every option that is text, a number or a list: its flag and key, what it takes, what it does.
const VALUED: &[(&str, &str, &str)] = &[
    ("x", "COLUMN", "column along x [default: t, or what is swept]"),
    ("y", "COLUMNS", "columns along y [default: the quantity]; with --heat the other axis"),
    ("series", "COLUMNS", "columns that tell series apart [default: whatever else is swept]"),
    ("log", "AXES", "logarithmic axes: x, y, value, or several with commas"),
    ("x-range", "A:B", "ends of the x axis"),
    ("y-range", "A:B", "ends of the y axis"),
    ("value-range", "A:B", "ends of a heat map's colours"),
    ("x-label", "LABEL", "label of the x axis; $...$ is mathematics, as in $t_S$ or $\\alpha$"),
    ("y-label", "LABEL", "label of the y axis"),
    ("value-label", "LABEL", "label of a heat map's colours"),
    ("title", "LABEL", "title above the figure"),
    ("width", "WIDTH", "one or two columns (3.375 and 7 inches), or inches [default: one]"),
    ("height", "INCHES", "height in inches"),
    ("contours", "LEVELS", "levels of a heat map's contour lines [default: round ones]"),
    ("absent", "LABEL", "what a heat map's cells without a value mean"),
    ("equal", "A,B", "a line over a heat map where column A equals column B"),
    ("equal-label", "LABEL", "its name"),
];

/// Options that are on or off, with the flag that turns them off or on.
const SWITCHES: &[(&str, &str)] = &[
    ("log-x", "logarithmic x axis"),
    ("log-y", "logarithmic y axis"),
    ("no-shading", "no shading of the regimes"),
    ("no-markers", "no lines at t_S and t_C"),
];

/// Widest and highest figure in inches.
const LARGEST: f64 = 40.0;

/// Validated options.
#[derive(Clone, Debug)]
pub(super) struct Options {
    /// The column that a heat map shows, empty for the first; none for curves.
    pub(super) heat: Option<String>,
    pub(super) x: Option<String>,
    pub(super) y: Vec<String>,
    pub(super) series: Option<Vec<String>>,
    pub(super) log: Vec<String>,
    pub(super) x_range: Option<[f64; 2]>,
    pub(super) y_range: Option<[f64; 2]>,
    pub(super) value_range: Option<[f64; 2]>,
    pub(super) x_label: Option<String>,
    pub(super) y_label: Option<String>,
    pub(super) value_label: Option<String>,
    pub(super) title: String,
    pub(super) width: f64,
    pub(super) height: Option<f64>,
    pub(super) contours: Option<Vec<f64>>,
    pub(super) absent: Option<String>,
    pub(super) equal: Option<[String; 2]>,
    pub(super) equal_label: String,
    pub(super) shading: bool,
    /// Lines at t_S, at t_C.
    pub(super) markers: [bool; 2],
}

/// Adds the flags to the command.
pub(super) fn with_flags(command: Command) -> Command {
    let command = VALUED.iter().fold(command, |command, (name, value, help)| {
        command.arg(
            Arg::new(format!("figure-{name}"))
                .long(*name)
                .global(true)
                .value_name(*value)
                .allow_hyphen_values(name.ends_with("range"))
                .allow_negative_numbers(true)
                .help_heading("Figure")
                .help(*help),
        )
    });
    let command = SWITCHES.iter().fold(command, |command, (name, help)| {
        command.arg(
            Arg::new(format!("figure-{name}"))
                .long(*name)
                .global(true)
                .action(ArgAction::SetTrue)
                .help_heading("Figure")
                .help(*help),
        )
    });
    command.arg(
        Arg::new("figure-heat")
            .long("heat")
            .global(true)
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("")
            .value_name("COLUMN")
            .help_heading("Figure")
            .help("a heat map with contour lines over two swept parameters, of a column [default: the quantity]"),
    )
}

/// Text of an option by name, and how to complain about it.
struct Reader<'a> {
    get: &'a dyn Fn(&str) -> Result<Option<String>>,
    fail: &'a dyn Fn(&str, &str, String) -> Error,
}

impl Options {
    /// Reads the flags.
    ///
    /// # Errors
    /// [`Error::Argument`] naming the flag.
    pub(super) fn from_flags(matches: &ArgMatches) -> Result<Self> {
        let get = |name: &str| Ok(matches.get_one::<String>(&format!("figure-{name}")).cloned());
        let fail = |name: &str, value: &str, expected: String| {
            Error::argument(format!("--{name}"), format!("{value:?}"), expected)
        };
        let mut options = Reader { get: &get, fail: &fail }.options()?;
        let on = |name: &str| matches.get_flag(&format!("figure-{name}"));
        for axis in ["x", "y"] {
            if on(&format!("log-{axis}")) {
                options.log.push(axis.to_owned());
            }
        }
        options.shading = !on("no-shading");
        options.markers = [!on("no-markers"); 2];
        options.heat = get("heat")?;
        options.checked(|name, expected| fail(name, "", expected.into()))
    }

    /// Reads a table of a specification.
    ///
    /// # Errors
    /// [`Error::File`] with line and key.
    pub(super) fn from_spec(document: &Document, node: &Node) -> Result<Self> {
        let mut known: Vec<&str> = vec!["kind", "value", "shading", "markers"];
        known.extend(VALUED.iter().map(|(name, ..)| *name));
        document.table(node, &known)?;
        let get = |name: &str| {
            document
                .get(node, name)
                .map(|v| super::super::table::argument_text(document, v))
                .transpose()
        };
        let fail = |name: &str, value: &str, expected: String| {
            document
                .error(document.get(node, name).unwrap_or(node), format!("{value:?}: {expected}"))
        };
        let mut options = Reader { get: &get, fail: &fail }.options()?;
        let switch = |name: &str| -> Result<bool> {
            match document.get(node, name).map(|v| (v, v.content())) {
                None => Ok(true),
                Some((_, regimes::document::Content::Boolean(on))) => Ok(*on),
                Some((v, _)) => {
                    Err(document.error(v, "must be true or false; markers also \"t_S\" or \"t_C\""))
                }
            }
        };
        options.shading = switch("shading")?;
        options.markers = match get_text(document, node, "markers") {
            Some("t_S") => [true, false],
            Some("t_C") => [false, true],
            _ => [switch("markers")?; 2],
        };
        let kind = get("kind")?;
        options.heat = match kind.as_deref() {
            None | Some("lines") => None,
            Some("heat-map") => Some(get("value")?.unwrap_or_default()),
            Some(other) => {
                let hint = did_you_mean(other, ["lines", "heat-map"]);
                return Err(fail("kind", other, format!("must be lines or heat-map{hint}")));
            }
        };
        options.checked(|name, expected| fail(name, "", expected.into()))
    }

    /// The scale of an axis.
    pub(super) fn scale(&self, axis: &str) -> Scale {
        if self.log.iter().any(|a| a == axis) { Scale::Log } else { Scale::Linear }
    }

    fn checked(self, fail: impl Fn(&str, &str) -> Error) -> Result<Self> {
        for (axis, range) in [("x", self.x_range), ("y", self.y_range), ("value", self.value_range)]
        {
            if self.scale(axis) == Scale::Log && range.is_some_and(|r| r[0] <= 0.0) {
                let expected = "a logarithmic axis needs ends above 0";
                return Err(fail(&format!("{axis}-range"), expected));
            }
        }
        let only_heat = [
            ("contours", self.contours.is_some()),
            ("absent", self.absent.is_some()),
            ("equal", self.equal.is_some()),
            ("value-range", self.value_range.is_some()),
            ("value-label", self.value_label.is_some()),
        ];
        match only_heat.iter().find(|(_, given)| *given && self.heat.is_none()) {
            Some((name, _)) => Err(fail(name, "belongs to heat maps")),
            None => Ok(self),
        }
    }
}

/// The text of a key, where it is text.
fn get_text<'a>(document: &Document, node: &'a Node, key: &str) -> Option<&'a str> {
    match document.get(node, key)?.content() {
        regimes::document::Content::Text(text) => Some(text),
        _ => None,
    }
}

impl Reader<'_> {
    fn options(&self) -> Result<Options> {
        let text = |name: &str| (self.get)(name);
        let list = |name: &str| -> Result<Option<Vec<String>>> {
            Ok(text(name)?.map(|t| t.split(',').map(|w| w.trim().to_owned()).collect()))
        };
        let label = |name: &str| -> Result<Option<String>> {
            let label = text(name)?;
            match label.as_deref().map(|label| (label, unreadable(label))) {
                Some((label, Some(why))) => Err((self.fail)(name, label, why)),
                _ => Ok(label),
            }
        };
        let log = list("log")?.unwrap_or_default();
        if let Some(other) = log.iter().find(|a| !["x", "y", "value"].contains(&a.as_str())) {
            return Err((self.fail)("log", other, "must be x, y or value".into()));
        }
        let width = match text("width")?.as_deref() {
            None | Some("one") => ONE_COLUMN,
            Some("two") => TWO_COLUMNS,
            Some(other) => self.length("width", other)?,
        };
        let height = text("height")?.map(|t| self.length("height", &t)).transpose()?;
        let contours = match text("contours")? {
            Some(levels) => Some(self.numbers("contours", &levels)?),
            None => None,
        };
        let equal = match list("equal")? {
            None => None,
            Some(names) => match <[String; 2]>::try_from(names) {
                Ok(pair) => Some(pair),
                Err(names) => {
                    return Err((self.fail)(
                        "equal",
                        &names.join(","),
                        "must be two columns".into(),
                    ));
                }
            },
        };
        Ok(Options {
            heat: None,
            x: text("x")?,
            y: list("y")?.unwrap_or_default(),
            series: list("series")?,
            log,
            x_range: self.range("x-range")?,
            y_range: self.range("y-range")?,
            value_range: self.range("value-range")?,
            x_label: label("x-label")?,
            y_label: label("y-label")?,
            value_label: label("value-label")?,
            title: label("title")?.unwrap_or_default(),
            width,
            height,
            contours,
            absent: label("absent")?,
            equal,
            equal_label: label("equal-label")?.unwrap_or_default(),
            shading: true,
            markers: [true; 2],
        })
    }

    /// A length in inches.
    fn length(&self, name: &str, text: &str) -> Result<f64> {
        let words = if name == "width" { "one, two or " } else { "" };
        let expected = format!("must be {words}a number of inches from 1 to {LARGEST}");
        match self.numbers(name, text).as_deref() {
            Ok([length]) if (1.0..=LARGEST).contains(length) => Ok(*length),
            _ => Err((self.fail)(name, text, expected)),
        }
    }

    /// Two ends, as `0:8`, or in a specification also `[0, 8]`.
    fn range(&self, name: &str) -> Result<Option<[f64; 2]>> {
        let Some(text) = (self.get)(name)? else { return Ok(None) };
        let expected = || "must be two numbers, as in 0:8, the first below the second".to_owned();
        let ends = text.replacen(':', ",", 1);
        match self.numbers(name, &ends).as_deref() {
            Ok([a, b]) if a < b => Ok(Some([*a, *b])),
            _ => Err((self.fail)(name, &text, expected())),
        }
    }

    fn numbers(&self, name: &str, text: &str) -> Result<Vec<f64>> {
        let parameter = Parameter {
            name: "numbers",
            symbol: "",
            latex: "",
            aliases: &[],
            help: "",
            domain: Domain::Real,
            default: None,
            required: false,
        };
        let wrong = |error: Error| match error {
            Error::Argument { expected, .. } => (self.fail)(name, text, expected),
            other => (self.fail)(name, text, other.to_string()),
        };
        numbers(&parameter, text).map_err(wrong)
    }
}
