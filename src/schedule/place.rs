//! Noise levels as people quote them: a coordinate and its value, such as `sigma:0.01` or `step:1`.

use super::{Schedule, UNIVERSAL};
use crate::Noise;
use crate::error::{Error, Result};
use crate::suggest::among;
use crate::symbolic;

/// The noise level that `text` = COORDINATE:VALUE names, in a coordinate that all schedules share or in one of
/// `schedule`; none where it has no colon.
///
/// ```
/// use regimes::schedule::{Schedule, place};
/// let noise = place("sigma:0.01", None)?.unwrap();
/// assert!((noise.sigma() - 0.01).abs() < 1e-17);
/// let ddpm = Schedule::named("ddpm-linear", &[])?;
/// assert!(place("step:446", Some(&ddpm))?.unwrap().time() > 1.0);
/// assert!(place("step:446", None).is_err());
/// # Ok::<(), regimes::Error>(())
/// ```
///
/// # Errors
/// [`Error::Argument`] for an unknown coordinate, a value that is no number, or a level that does not exist.
pub fn place(text: &str, schedule: Option<&Schedule>) -> Result<Option<Noise>> {
    let Some((name, value)) = text.split_once(':') else { return Ok(None) };
    let name = name.trim().replace('-', "_");
    let value = symbolic::constant(value.trim())
        .map_err(|e| Error::argument(name.clone(), format!("{value:?}"), e.to_string()))?;
    let noise = match name.as_str() {
        "t" => Noise::at_time(value)?,
        "snr" => Noise::at_snr(value)?,
        "sigma" | "sigma_noise" => Noise::at_sigma(value)?,
        "alpha_bar" => Noise::at_alpha_bar(value)?,
        "log_snr" => Noise::at_log_snr(value)?,
        own => {
            let columns = schedule.map_or_else(Vec::new, Schedule::columns);
            match schedule {
                Some(schedule) if columns.iter().any(|column| column.name == own) => {
                    schedule.noise_at(own, value)?
                }
                _ => {
                    let shared = UNIVERSAL.iter().map(|column| column.name);
                    let own_names = columns.iter().map(|column| column.name);
                    let known = among(own, shared.chain(own_names));
                    let hint = if schedule.is_none() { "; steps need a --schedule" } else { "" };
                    let expected = format!("is no coordinate: there are {known}{hint}");
                    return Err(Error::argument("coordinate", name, expected));
                }
            }
        }
    };
    Ok(Some(noise))
}
