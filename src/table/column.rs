//! What a column holds, and what is to be said of it.

use std::borrow::Cow;

/// Unit of times of the forward process.
const OU_TIME: &str = "OU time";

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A parameter or a coordinate: a number without an error of its own.
    Number,
    /// A computed value with its error.
    Estimate,
    /// A measured value with its standard error.
    Sampled,
    /// Text.
    Text,
}

impl Kind {
    /// What a value of this kind carries beside it, as it is called in every format.
    pub fn spread(self) -> Option<&'static str> {
        match self {
            Self::Estimate => Some("error"),
            Self::Sampled => Some("stderr"),
            Self::Number | Self::Text => None,
        }
    }
}

/// One column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Name; dots nest it in JSON, as in `t_S.spectral`.
    pub name: String,
    /// Symbol in Unicode.
    pub symbol: String,
    /// Unit or normalisation.
    pub unit: Cow<'static, str>,
    /// Source key and equation; empty for parameters.
    pub source: String,
    /// What it holds.
    pub kind: Kind,
    /// Error bound that its values promise; larger ones end the command with status 3.
    pub tolerance: f64,
    /// Whether its error is to stand in a column of its own, beside it: see [`super::flattened`].
    pub flat: bool,
}

impl Column {
    /// A parameter or coordinate.
    pub fn number(name: &str, symbol: &str, unit: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.to_owned(),
            symbol: symbol.to_owned(),
            unit: unit.into(),
            source: String::new(),
            kind: Kind::Number,
            tolerance: f64::INFINITY,
            flat: false,
        }
    }

    /// A computed value whose error stays within `tolerance`.
    pub fn estimate(
        name: impl Into<String>,
        symbol: &str,
        unit: impl Into<Cow<'static, str>>,
        source: &str,
        tolerance: f64,
    ) -> Self {
        Self {
            name: name.into(),
            symbol: symbol.to_owned(),
            unit: unit.into(),
            source: source.to_owned(),
            kind: Kind::Estimate,
            tolerance,
            flat: false,
        }
    }

    /// A measured value with its standard error.
    pub fn sampled(
        name: impl Into<String>,
        symbol: &str,
        unit: impl Into<Cow<'static, str>>,
        source: &str,
    ) -> Self {
        Self { kind: Kind::Sampled, ..Self::estimate(name, symbol, unit, source, f64::INFINITY) }
    }

    /// Text.
    pub fn text(name: &str) -> Self {
        Self { kind: Kind::Text, ..Self::number(name, name, "") }
    }

    /// The same column, whose error is to stand in a column of its own: the main values of curves.
    #[must_use]
    pub fn flat(self) -> Self {
        Self { flat: true, ..self }
    }

    /// Whether its values are times of the process, which have places on axes and schedules; widths and
    /// slopes beside them have not.
    pub fn is_time(&self) -> bool {
        self.unit == OU_TIME
    }

    /// The same column without an error of its own.
    #[must_use]
    pub fn bare(self) -> Self {
        Self { kind: Kind::Number, tolerance: f64::INFINITY, flat: false, ..self }
    }
}
