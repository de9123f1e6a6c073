//! A trained network as a model of its data: its loss curve is the posterior variance.
//!
//! Losses at some noise levels enclose the information between them (`enclosure`), so that everything that
//! follows from I(snr) follows from validation losses: t_C from I = log n, what the steps of a sampler cost,
//! and, with the losses of a conditional network beside, the class information
//! I(class; x_s) = ½ ∫_0^s [mmse − mmse(given the class)] `[GSV05]`.

mod check;
mod enclosure;
mod file;
mod parameterisation;
mod regimes;

pub use parameterisation::Parameterisation;

use super::parameter::{Domain, OPTIONAL_DIMENSION, Parameter, Values};
use super::{Entry, Formula, Ingredient, Model, Order};
use crate::Answer;
use crate::answer::short;
use crate::classes::Classes;
use crate::error::{Error, Result};
use crate::numerics::Estimate;
use crate::process::{Noise, Process, time_estimate};
use crate::spectrum::Spectrum;
use check::Measured;
use enclosure::Moved;
use file::Curve;
use std::path::Path;
use std::sync::Arc;

const FILE: Parameter = Parameter {
    required: true,
    ..Parameter::of_text(
        "file",
        "file",
        "csv of a loss curve: a noise level (sigma, snr, t, log_snr, alpha_bar or flow_time), loss, perhaps stderr",
    )
};

const PARAMETERISATION: Parameter = Parameter {
    required: true,
    ..Parameter::of_text(
        "parameterisation",
        "PARAMETERISATION",
        "what the network predicts, its loss the mean square error per dimension: epsilon, x0, v, flow, or edm:SIGMA_DATA for EDM's weighted loss",
    )
};

const VARIANCE: Parameter = Parameter {
    latex: "\\sigma_a^2",
    required: true,
    ..Parameter::optional(
        "variance",
        "σ_a²",
        "variance of the data per dimension, about their mean",
        Domain::Positive,
    )
};

/// The losses of a network that is told the class.
pub const CONDITIONAL: Parameter = Parameter::of_text(
    "conditional",
    "FILE",
    "losses of the same network told the class, at the same levels: their difference is the class information",
);

/// The losses on the training samples.
pub const TRAIN: Parameter = Parameter::of_text(
    "train",
    "FILE",
    "losses on the training samples: where their integral levels off while that of FILE goes on, the network copies",
);

const LABEL_ENTROPY: Parameter = Parameter {
    latex: "H",
    ..Parameter::optional(
        "label-entropy",
        "H",
        "entropy of the class in nats, such as log(10) for ten classes of equal size",
        Domain::Positive,
    )
};

/// The command line's entry.
pub const ENTRY: Entry = Entry {
    name: "losses",
    about: "a trained network, by its loss curve",
    parameters: &[
        FILE,
        OPTIONAL_DIMENSION,
        PARAMETERISATION,
        VARIANCE,
        CONDITIONAL,
        LABEL_ENTROPY,
        TRAIN,
    ],
    process: Process::Gaussian,
    classes: false,
    levels: false,
    latent: false,
    example: "losses.csv --parameterisation epsilon --variance 1 --d 64 --n 1000",
    build: |values: &Values| Ok(Box::new(Losses::of(values)?)),
};

/// Which of the curves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    Own,
    Conditional,
    Train,
}

/// A trained network, by its losses.
#[derive(Clone, Debug)]
pub struct Losses {
    dimension: f64,
    variance: f64,
    own: Arc<Measured>,
    conditional: Option<Arc<Measured>>,
    train: Option<Arc<Measured>>,
    label_entropy: Option<f64>,
    /// One loss moved by its standard error.
    moved: Option<(Which, Moved)>,
    notes: Arc<[String]>,
}

/// Levels of two curves that are one, relative to their snr.
const SAME: f64 = 1e-6;

/// What a query may lie beyond the last level for its own rounding.
const ROUNDED: f64 = 1e-12;

impl Losses {
    fn of(values: &Values) -> Result<Self> {
        let text = |p: Parameter| {
            let missing = || Error::Usage(format!("--{} is required: {}", p.name, p.help));
            values.text(p.name).ok_or_else(missing)
        };
        let of = Parameterisation::named(text(PARAMETERISATION)?)?;
        let variance = values.required(VARIANCE.name)?;
        let dimension = values.number(OPTIONAL_DIMENSION.name).unwrap_or(f64::INFINITY);
        OPTIONAL_DIMENSION.check(dimension)?;
        let read = |path: &str| -> Result<(Curve, Measured)> {
            let curve = Curve::read(Path::new(path))?;
            let measured = check::measured(&curve, of, variance, dimension)?;
            Ok((curve, measured))
        };
        let (curve, own) = read(text(FILE)?)?;
        let conditional = match values.text(CONDITIONAL.name) {
            None => None,
            Some(path) => {
                let (other, measured) = read(path)?;
                below(&curve, &own, &other, &measured)?;
                Some(Arc::new(measured))
            }
        };
        let train = match values.text(TRAIN.name) {
            None => None,
            Some(path) => Some(Arc::new(read(path)?.1)),
        };
        let label_entropy = values.number(LABEL_ENTROPY.name);
        let notes = notes(&own, of, variance).into();
        let own = Arc::new(own);
        let moved = None;
        Ok(Self { dimension, variance, own, conditional, train, label_entropy, moved, notes })
    }

    /// The curve of a kind.
    fn curve(&self, which: Which) -> Option<&Measured> {
        match which {
            Which::Own => Some(&self.own),
            Which::Conditional => self.conditional.as_deref(),
            Which::Train => self.train.as_deref(),
        }
    }

    /// What is moved of a curve.
    fn moved_of(&self, which: Which) -> Option<Moved> {
        self.moved.filter(|(of, _)| *of == which).map(|(_, moved)| moved)
    }

    /// The model with one measured loss moved by its standard error, for each of them: how far a result moves
    /// with all of them, added in squares, is its standard error.
    pub fn moves(&self) -> impl Iterator<Item = Self> + '_ {
        [Which::Own, Which::Conditional, Which::Train].into_iter().flat_map(move |which| {
            let curve = self.curve(which);
            let levels = curve.into_iter().flat_map(|c| c.enclosure.levels().zip(&c.stderr));
            levels.enumerate().filter(|(_, (_, stderr))| **stderr > 0.0).map(
                move |(level, ((_, value), stderr))| {
                    // Towards smaller values where there is room: an mmse above the variance is none.
                    let down = value - stderr;
                    let to = if down >= 0.0 { down } else { value + stderr };
                    Self { moved: Some((which, Moved { level, to })), ..self.clone() }
                },
            )
        })
    }

    /// Whether its losses have standard errors.
    pub fn has_errors(&self) -> bool {
        self.moves().next().is_some()
    }

    /// H(class), where it was given.
    pub fn label_entropy(&self) -> Answer {
        match self.label_entropy {
            Some(entropy) => Answer::Value(Estimate::exact(entropy)),
            None => Answer::absent("needs --label-entropy, the entropy of the class in nats"),
        }
    }

    /// The snr of a level up to the last that was measured, or why it lies beyond.
    fn within(&self, measured: &Measured, noise: Noise) -> Answer<f64> {
        let (snr, last) = (noise.snr(), measured.enclosure.last());
        if snr <= last * (1.0 + ROUNDED) {
            return Answer::Value(snr.min(last));
        }
        let there = measured.enclosure.information(last, None);
        let more = 0.5 * (measured.enclosure.last_mmse() * (snr - last)).ln_1p();
        Answer::absent(format!(
            "not measured: σ = {} is below the last level, σ = {}; the information there is between {} and {} nats per dimension",
            short(noise.sigma()),
            short(1.0 / last.sqrt()),
            short(there.low),
            if more.is_finite() { short(there.high + more) } else { "∞".into() }
        ))
    }

    /// I(a; x)/d by one of the curves.
    fn informed(&self, which: Which, noise: Noise) -> Answer {
        let Some(measured) = self.curve(which) else { return Answer::absent(ONE_CURVE) };
        self.within(measured, noise)
            .map(|snr| measured.enclosure.informed(snr, self.moved_of(which)))
    }
}

/// Why a network of one curve has no class information.
const ONE_CURVE: &str = "needs --conditional, the losses of the network told the class";

/// Refuses a conditional curve at other levels, or above the other.
fn below(curve: &Curve, own: &Measured, other: &Curve, measured: &Measured) -> Result<()> {
    let apart = |k: usize| {
        let (a, b) = (curve.rows[k].noise.snr(), other.rows[k].noise.snr());
        (a / b - 1.0).abs() > SAME
    };
    let count = curve.rows.len();
    if count != other.rows.len() || (0..count).any(apart) {
        let message = format!(
            "has not the noise levels of {}: the two are compared level by level",
            curve.path.display()
        );
        return Err(other.error(None, message));
    }
    let levels = own.enclosure.levels().zip(measured.enclosure.levels());
    for (k, ((_, without), (_, with))) in levels.enumerate() {
        let doubt = 4.0 * own.stderr[k].hypot(measured.stderr[k]) + 1e-6 * without;
        if with > without + doubt {
            let message = format!(
                "at σ = {} the loss given the class, a posterior variance of {}, exceeds that without it, {}: the curves cross, or the files are exchanged",
                short(curve.rows[k].noise.sigma()),
                short(with),
                short(without)
            );
            return Err(other.error(Some(other.rows[k].line), message));
        }
    }
    Ok(())
}

/// What every result on these losses should carry.
fn notes(own: &Measured, of: Parameterisation, variance: f64) -> Vec<String> {
    let mut notes = vec![format!(
        "measured losses ({}): information is ½ ∫ loss, an upper bound of that of the data as far as the network is not optimal; errors bound what lies between the levels",
        of.name()
    )];
    let pieces = own.stderr.len();
    let improvable = own.enclosure.improvable();
    if improvable > 0 {
        notes.push(format!(
            "between {improvable} of {pieces} neighbouring levels the loss falls more slowly than that of any optimal denoiser, d(1/mmse)/dsnr ≥ 1: there the bounds are Riemann sums"
        ));
    }
    if own.rises > 0 {
        notes.push(format!(
            "the losses rise towards less noise {} times, within their standard errors",
            own.rises
        ));
    }
    let above = |(snr, mmse): (f64, f64)| mmse > variance / (1.0 + variance * snr) * 1.01;
    let worse = own.enclosure.levels().filter(|level| above(*level)).count();
    if worse > 0 {
        notes.push(format!(
            "at {worse} of {pieces} levels the loss exceeds that of the best linear denoiser of isotropic data of this variance"
        ));
    }
    notes
}

impl Model for Losses {
    fn name(&self) -> &'static str {
        ENTRY.name
    }

    fn dimension(&self) -> f64 {
        self.dimension
    }

    fn spectrum(&self) -> Answer<&Spectrum> {
        Answer::absent(
            "a loss curve tells the information, not the spectrum: take it from `dataset`",
        )
    }

    fn classes(&self) -> Answer<&dyn Classes> {
        Answer::absent("a loss curve tells how much of the class is known, not the classes")
    }

    fn losses(&self) -> Option<&Losses> {
        Some(self)
    }

    fn second_moment(&self) -> Answer {
        Answer::Value(Estimate::exact(self.variance))
    }

    fn covariance_information(&self, noise: Noise) -> Result<Answer> {
        // That of isotropic data of this variance.
        let variance = Estimate::exact(self.variance);
        Ok(Answer::Value((variance / Estimate::rounded(noise.tau())).ln_1p() * 0.5))
    }

    fn information(&self, noise: Noise, order: Order) -> Result<Answer> {
        if order == Order::ClassBit {
            return Ok(Answer::absent(
                "the measured information has the class in it: the asymptotic order is exact",
            ));
        }
        Ok(self.informed(Which::Own, noise))
    }

    fn mmse(&self, noise: Noise) -> Result<Answer> {
        let moved = self.moved_of(Which::Own);
        Ok(self.within(&self.own, noise).map(|snr| self.own.enclosure.mmse(snr, moved)))
    }

    fn mmse_slope(&self, noise: Noise) -> Option<f64> {
        self.within(&self.own, noise).found().map(|snr| self.own.enclosure.slope(snr))
    }

    fn largest_information(&self, _: Order) -> Result<Estimate> {
        // It goes on beyond the last level; how far is not known.
        Ok(Estimate::exact(f64::INFINITY))
    }

    fn solve_collapse(&self, alpha: Estimate) -> Result<Option<Answer>> {
        Ok(Some(self.crossing(Which::Own, alpha)))
    }

    fn collapse_closed_form(&self, _: Estimate, bandwidth: f64, _: Order) -> Option<Answer> {
        (bandwidth > 0.0)
            .then(|| Answer::absent("known for the empirical score only, without --bandwidth"))
    }

    fn formula(&self, ingredient: Ingredient) -> Option<Formula> {
        (ingredient == Ingredient::Information).then_some(Formula {
            symbol: "I/d",
            latex_symbol: "I/d",
            unicode: "½ ∫_0^snr mmse(s) ds, mmse measured",
            latex: "\\tfrac12 \\int_0^{\\mathrm{snr}} \\mathrm{mmse}(s)\\,ds",
            source: "GSV05",
        })
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = self.notes.to_vec();
        notes.extend(self.held());
        notes
    }
}

/// The time at a log snr whose two bounds are known.
fn time_between(middle: f64, ends: (f64, f64)) -> Estimate {
    let error = (ends.0 - middle).abs().max((ends.1 - middle).abs());
    time_estimate(Estimate::rounded(middle).widened(error))
}
