//! Grids by name. A new one is an entry of the list.

use super::deterministic;
use super::frame::{Ask, follows};
use super::inverse::evenly;
use super::level::Level;
use super::optimal;
use super::parameters::{KAPPA, Sampler};
use crate::Answer;
use crate::error::{Error, Result};
use crate::numerics::NumericsError;

/// A grid by its name.
pub struct Named {
    /// Its name.
    pub name: &'static str,
    /// What it is, in a line.
    pub about: &'static str,
    /// Source key, where it was published.
    pub source: &'static str,
    /// Its levels from the noisiest to the cleanest; the ends are set by the caller.
    make: fn(&Ask<'_>) -> Result<Vec<Level>>,
}

/// Every grid that depends on nothing but its ends and the data.
pub static GRIDS: [Named; 9] = [
    Named { name: "optimal", about: "costs least with this sampler", source: "", make: best },
    Named {
        name: "geometric",
        about: "even in log-SNR",
        source: "",
        make: |ask| {
            let [a, b] = ask.ends.map(|end| end.snr);
            ask.finite("geometric")?;
            ask.noisy("geometric")?;
            // b/a may leave the range of numbers.
            Ok(ask.shares().map(|x| Level::at_snr(a.powf(1.0 - x) * b.powf(x))).collect())
        },
    },
    Named {
        name: "arctan",
        about: "σ = c tan θ, θ even, c the data's σ: best for deterministic sampling of one variance",
        source: "",
        make: |ask| arctan(ask, ask.data.spread()?),
    },
    Named {
        name: "karras",
        about: "σ^(1/7) even",
        source: "KAAL22",
        make: |ask| {
            let [a, b] = ask.ends.map(|end| end.sigma.powf(1.0 / RHO));
            ask.finite("karras")?;
            Ok(ask.shares().map(|x| Level::at_sigma((a + (b - a) * x).powf(RHO))).collect())
        },
    },
    Named {
        name: "entropic",
        about: "even in I(a; x)",
        source: "SHA25",
        make: |ask| {
            ask.noisy("entropic")?;
            evenly(ask, |snr| Ok(ask.data.information(snr)?.value))
        },
    },
    Named {
        name: "rescaled-entropic",
        about: "even in ∫σ dI",
        source: "SHA25",
        make: super::inverse::rescaled,
    },
    Named {
        name: "class-entropic",
        about: "even in I(class; x)",
        source: "SHA25",
        make: |ask| {
            ask.noisy("class-entropic")?;
            let classes = match ask.data.model().classes() {
                Answer::Value(classes) => classes,
                Answer::Absent(reason) => {
                    let expected = format!("needs classes: {reason}");
                    return Err(Error::argument("--grid", "class-entropic", expected));
                }
            };
            let informed = |snr| Ok(classes.information(Level::at_snr(snr).noise()?)?.value);
            evenly(ask, informed)
        },
    },
    Named {
        name: "dilated",
        about: "half of the steps at snr below κ²/d, even in e^(-t) there and beyond",
        source: "ABMV25",
        make: dilated,
    },
    Named {
        name: "uniform-t",
        about: "even in t",
        source: "",
        make: |ask| {
            ask.finite("uniform-t")?;
            let (a, b) = (ask.ends[0].noise()?.time(), ask.ends[1].noise()?.time());
            ask.shares().map(|x| Level::at_time(a + (b - a) * x)).collect()
        },
    },
];

/// The exponent ρ of `[KAAL22 Eq. 5]`.
const RHO: f64 = 7.0;

/// A named grid; its ends are those asked for.
///
/// # Errors
/// Ends that the grid cannot have, more steps than it has distinct levels, failed numerics.
pub fn levels(named: &Named, ask: &Ask<'_>) -> Result<Vec<Level>> {
    let mut grid = (named.make)(ask)?;
    let last = grid.len() - 1;
    (grid[0], grid[last]) = (ask.ends[0], ask.ends[1]);
    if let Some(k) = grid.windows(2).position(|pair| !follows(pair)) {
        let (what, message) = (
            "grid",
            format!(
                "{}: levels {k} and {} of {last} are one level up to rounding, take fewer steps",
                named.name,
                k + 1
            ),
        );
        return Err(NumericsError::Domain { what, message }.into());
    }
    Ok(grid)
}

fn best(ask: &Ask<'_>) -> Result<Vec<Level>> {
    match ask.sampler {
        Sampler::Ancestral => {
            ask.noisy("optimal")?;
            Ok(optimal::grid(ask.data, ask.ends, ask.steps)?.grid)
        }
        Sampler::Ddim => {
            let spectrum = ask.data.model().gaussian().required()?;
            match deterministic::one_variance(spectrum) {
                Some(variance) => arctan(ask, variance.sqrt()),
                None => Err(Error::argument(
                    "--grid",
                    "optimal",
                    "is known for ddim where the data have one variance: take arctan",
                )),
            }
        }
    }
}

fn arctan(ask: &Ask<'_>, c: f64) -> Result<Vec<Level>> {
    if c == 0.0 {
        return Err(Error::argument("--grid", "arctan", "needs data that vary: c is their σ"));
    }
    let [a, b] = ask.ends.map(|end| (end.sigma / c).atan());
    Ok(ask.shares().map(|x| Level::at_sigma(c * (a + (b - a) * x).tan())).collect())
}

/// √ᾱ even up to κ/√d by half of the steps, and even again up to the end.
fn dilated(ask: &Ask<'_>) -> Result<Vec<Level>> {
    let fail = |message: &str| Err(Error::argument("--grid", "dilated", message));
    let Some(kappa) = ask.values.number(KAPPA.name) else {
        return fail("needs --kappa: half of its steps are at snr below κ²/d");
    };
    let middle = kappa / ask.data.model().dimension().sqrt();
    let amplitude = |level: Level| Ok::<_, Error>(level.noise()?.decay());
    let (a, b) = (amplitude(ask.ends[0])?, amplitude(ask.ends[1])?);
    if !(a < middle && middle < b) {
        return fail("needs κ/√d between e^(-t) at its two ends: change --kappa, or the ends");
    }
    let at = |x: f64| {
        let amplitude = if x < 0.5 {
            a + (middle - a) * 2.0 * x
        } else {
            middle + (b - middle) * (2.0 * x - 1.0)
        };
        // snr = ᾱ/(1 − ᾱ)
        let square = amplitude * amplitude;
        Level::at_snr(square / (1.0 - square))
    };
    Ok(ask.shares().map(at).collect())
}
