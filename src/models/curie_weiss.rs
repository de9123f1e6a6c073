//! Curie-Weiss data: spins P(s) ∝ exp((Σ s)²/(2Td)), two phases of magnetisation ±m* below T = 1
//! `[BM23]`.

use super::one_class;
use super::parameter::{Domain, OPTIONAL_DIMENSION, Parameter, Values};
use super::samples::{self, SpinSamples};
use super::{Entry, Formula, Ingredient, Model, Order, Part, Sampler};
use crate::Answer;
use crate::classes::{Classes, EqualPair};
use crate::error::Result;
use crate::numerics::random::Stream;
use crate::numerics::{Estimate, roots};
use crate::prior::Binary;
use crate::process::{Noise, Process};
use crate::spectrum::{Atoms, Spectrum};

/// Largest d for which the magnetisation is summed exactly.
const LARGEST_SUM: f64 = 1e9;

/// Field beyond which a spin's variance, and all that follows from it, is below any double.
const LARGEST_FIELD: f64 = 700.0;

/// Field whose multiples would overflow.
const OVERFLOWING_FIELD: f64 = 1e300;

/// Logarithm of a relative weight that no longer counts, however many such there are.
const NEGLIGIBLE: f64 = -60.0;

/// T in units of the critical temperature.
pub const TEMPERATURE: Parameter = Parameter {
    name: "temperature",
    symbol: "T",
    latex: "T",
    aliases: &["T"],
    help: "temperature in units of the critical one; two phases below 1",
    domain: Domain::Positive,
    default: None,
    required: true,
};

/// The command line's entry.
pub const ENTRY: Entry = Entry {
    name: "curie-weiss",
    about: "Curie-Weiss spins: two phases of magnetisation ±m* below temperature 1",
    parameters: &[OPTIONAL_DIMENSION, TEMPERATURE],
    process: Process::Gaussian,
    classes: true,
    levels: false,
    latent: false,
    example: "--d 1000 --temperature 0.8 --alpha 0.3",
    build: |values: &Values| {
        let d = values.number("d").unwrap_or(f64::INFINITY);
        Ok(Box::new(CurieWeiss::new(d, values.required("temperature")?)?))
    },
};

/// Curie-Weiss spins.
#[derive(Clone, Debug)]
pub struct CurieWeiss {
    dimension: f64,
    temperature: f64,
    magnetisation: Estimate,
    spin: Binary,
    spectrum: Spectrum,
    pair: Option<EqualPair>,
}

impl CurieWeiss {
    /// d spins (d may be infinite) at `temperature` = T > 0.
    ///
    /// ```
    /// use regimes::models::CurieWeiss;
    /// use regimes::transitions::Transitions;
    /// let spins = CurieWeiss::new(1000.0, 0.5)?;
    /// let (m, t) = (spins.magnetisation().value, 0.5);
    /// assert!((m - (m / t).tanh()).abs() < 1e-15);
    /// // Spins hold at most the entropy of a phase: with more samples there is no collapse.
    /// assert!(spins.collapse_time(0.1)?.value().is_some());
    /// assert!(spins.collapse_time(0.3)?.reason().unwrap().contains("exceeds the largest information"));
    /// # Ok::<(), regimes::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`crate::Error::Argument`] for numbers outside their domain; failed numerics.
    pub fn new(dimension: f64, temperature: f64) -> Result<Self> {
        OPTIONAL_DIMENSION.check(dimension)?;
        TEMPERATURE.check(temperature)?;
        let field = ordering_field(temperature)?;
        let magnetisation = {
            let m = field.value.tanh();
            // dm/dh = 1 − m²
            Estimate::new(m, (1.0 - m * m) * field.error + 2.0 * f64::EPSILON * m)
        };
        let spin = Binary::from_field(field);
        // 1 − m*² = sech² h*, the variance of a spin within a phase.
        let variance = {
            let v = field.value.min(LARGEST_FIELD).cosh().powi(-2);
            Estimate::new(v, 2.0 * v * field.error + 8.0 * f64::EPSILON * v * (1.0 + field.value))
        };
        let pair = if magnetisation.value > 0.0 && dimension.is_finite() {
            let separation = magnetisation.squared() * dimension;
            Some(EqualPair::new([0.5; 2], vec![(separation, variance)])?)
        } else {
            None
        };
        let spectrum = Spectrum::Atoms(Atoms::new(vec![(variance, 1.0)]));
        Ok(Self { dimension, temperature, magnetisation, spin, spectrum, pair })
    }

    /// Spontaneous magnetisation m*, the positive solution of m = tanh(m/T), or 0.
    pub fn magnetisation(&self) -> Estimate {
        self.magnetisation
    }

    /// `d E[M²]` of the measure at finite d, exactly.
    ///
    /// The weights of the magnetisations M = 1 − 2k/d ≥ 0 are followed outwards from the largest,
    /// by their ratios w(k+1)/w(k) = (d − k)/(k + 1) · e^{−(M_k + M_{k+1})/T}, until they are
    /// negligible; M < 0 mirrors M > 0.
    fn exact_top_eigenvalue(&self) -> Estimate {
        let (d, t) = (self.dimension, self.temperature);
        let magnetisation = |k: f64| 1.0 - 2.0 * k / d;
        let log_ratio =
            |k: f64| ((d - k) / (k + 1.0)).ln() - (magnetisation(k) + magnetisation(k + 1.0)) / t;
        let middle = 0.5 * d;
        let peak = (0.5 * d * (1.0 - self.magnetisation.value)).floor().clamp(0.0, middle.floor());
        let (mut total, mut second, mut steps, mut beside) = (0.0, 0.0, 0.0, 0.0);
        let mut add = |k: f64, log_weight: f64| {
            // M = 0, which even d reach, is its own mirror image.
            let share = if k == middle { 0.5 } else { 1.0 };
            let (weight, m) = (share * log_weight.exp(), magnetisation(k));
            total += weight;
            second += weight * m * m;
            steps += 1.0;
            if k != peak {
                beside += weight;
            }
        };
        add(peak, 0.0);
        let (mut k, mut log_weight) = (peak, 0.0);
        while k + 1.0 <= middle && log_weight > NEGLIGIBLE {
            log_weight += log_ratio(k);
            k += 1.0;
            add(k, log_weight);
        }
        (k, log_weight) = (peak, 0.0);
        while k >= 1.0 && log_weight > NEGLIGIBLE {
            k -= 1.0;
            log_weight -= log_ratio(k);
            add(k, log_weight);
        }
        let value = d * second / total;
        // Each step of the recurrence adds a few roundings of numbers of order 1/T, to the weights
        // beside the largest: where they vanish, to nothing.
        let each = if beside == 0.0 { 4.0 } else { 4.0 + 4.0 / t };
        let relative = f64::EPSILON * (steps * each + 16.0);
        Estimate::new(value, relative * value)
    }
}

/// h* with h = m/T and m = tanh h, from h coth h = 1/T: well-conditioned at both ends; 0 for T ≥ 1.
fn ordering_field(temperature: f64) -> Result<Estimate> {
    if temperature >= 1.0 {
        return Ok(Estimate::exact(0.0));
    }
    if temperature * LARGEST_FIELD < 1.0 {
        // h = tanh(h)/T, and 1 − tanh h < 2e^{−1400}. Where 1/T may overflow, a field that does not
        // leaves as little to chance.
        return Ok(Estimate::rounded((1.0 / temperature).min(OVERFLOWING_FIELD)));
    }
    // h coth h − 1 = 1/T − 1, the left side through its series for small h.
    let target = (Estimate::exact(1.0) - temperature) / Estimate::exact(temperature);
    let langevin = |h: f64| {
        let value = if h < 0.02 {
            let q = h * h;
            // h coth h − 1 = h²/3 − h⁴/45 + 2h⁶/945 − h⁸/4725 + …
            q * (1.0 / 3.0 - q * (1.0 / 45.0 - q * (2.0 / 945.0 - q / 4725.0)))
        } else {
            h / h.tanh() - 1.0
        };
        Estimate::new(value, 4.0 * f64::EPSILON * (value + if h < 0.02 { 0.0 } else { 1.0 }))
    };
    // h²/3 ≥ h coth h − 1 ≥ h − 1 and h coth h ≤ h + 1 bracket the root.
    let low = (0.5 * target.value).min((3.0 * target.value).sqrt() * 0.5);
    let high = target.value + 1.5 + (4.0 * target.value).sqrt();
    let f = |h: f64| langevin(h) - target;
    Ok(roots::bracketed("Curie-Weiss magnetisation", f, low, high)?.estimate())
}

impl Model for CurieWeiss {
    fn name(&self) -> &'static str {
        ENTRY.name
    }

    fn dimension(&self) -> f64 {
        self.dimension
    }

    fn top_eigenvalue(&self) -> Result<Answer> {
        if self.dimension.is_infinite() {
            return Ok(Answer::absent("Λ = d E[M²] grows with d: give a finite d"));
        }
        if self.dimension > LARGEST_SUM {
            return Ok(Answer::absent("Λ is summed exactly over magnetisations: give d up to 1e9"));
        }
        Ok(Answer::Value(self.exact_top_eigenvalue()))
    }

    fn spectrum(&self) -> Answer<&Spectrum> {
        Answer::Value(&self.spectrum)
    }

    fn outliers(&self) -> Result<Vec<Estimate>> {
        Ok(self.top_eigenvalue()?.estimate().into_iter().collect())
    }

    fn information(&self, noise: Noise, order: Order) -> Result<Answer> {
        Ok(match order {
            Order::Asymptotic => {
                Answer::Value(self.spin.information(Estimate::rounded(noise.snr())))
            }
            Order::ClassBit if self.magnetisation.value == 0.0 => one_class(),
            Order::ClassBit => Answer::absent(
                "the phases are mixtures of independent spins only to leading order in d: corrections of the size of the class bit are not known",
            ),
        })
    }

    fn mmse(&self, noise: Noise) -> Result<Answer> {
        Ok(Answer::Value(self.spin.mmse(Estimate::rounded(noise.snr()))))
    }

    fn largest_information(&self, _: Order) -> Result<Estimate> {
        Ok(self.spin.entropy())
    }

    fn second_moment(&self) -> Answer {
        Estimate::exact(1.0).into()
    }

    fn reduced_mean(&self) -> Option<Estimate> {
        Some(self.magnetisation)
    }

    fn classes(&self) -> Answer<&dyn Classes> {
        if self.temperature >= 1.0 {
            return Answer::absent(format!(
                "no classes: T = {} ≥ 1, a single phase",
                self.temperature
            ));
        }
        match &self.pair {
            Some(pair) => Answer::Value(pair),
            None => Answer::absent("grows like ½ log d: give a finite d"),
        }
    }

    fn sampler(&self, _: &mut Stream) -> Result<Answer<Box<dyn Sampler>>> {
        Ok(samples::coordinates(self.dimension)
            .map(|d| -> Box<dyn Sampler> { Box::new(SpinSamples::new(d, self.temperature)) }))
    }

    fn formula(&self, ingredient: Ingredient) -> Option<Formula> {
        Some(match ingredient {
            Ingredient::TopEigenvalue => Formula {
                symbol: "Λ",
                latex_symbol: "\\Lambda",
                unicode: "{d} E[M²] under P(M) ∝ C({d}, k) e^({d} M²/(2·{temperature}))",
                latex: "{d}\\,\\mathbb{E}[M^2],\\quad P(M) \\propto \\tbinom{{d}}{k} e^{{d} M^2/(2\\cdot{temperature})}",
                source: "BM23",
            },
            Ingredient::BetweenEigenvalue => Formula {
                symbol: "Λ_B",
                latex_symbol: "\\Lambda_B",
                unicode: "{d}·m*², m* = tanh(m*/{temperature})",
                latex: "{d}\\,m_*^2,\\quad m_* = \\tanh(m_*/{temperature})",
                source: "BM23",
            },
            Ingredient::ClassSignal => Formula {
                symbol: "γ_t",
                latex_symbol: "\\gamma_t",
                unicode: "{d}·m*² e^(−2t)/(1 − m*² e^(−2t))",
                latex: "\\frac{{d}\\,m_*^2 e^{-2t}}{1 - m_*^2 e^{-2t}}",
                source: "BM23",
            },
            Ingredient::Information => Formula {
                symbol: "I/d",
                latex_symbol: "I/d",
                unicode: "I(s; √snr s + z), P(s = +1) = (1 + m*)/2",
                latex: "I(s; \\sqrt{\\mathrm{snr}}\\,s + z),\\quad P(s=+1) = \\tfrac{1+m_*}{2}",
                source: "BM23",
            },
            _ => return None,
        })
    }

    fn parts(&self, ingredient: Ingredient, _: Option<Noise>) -> Result<Vec<Part>> {
        let value = Answer::Value(self.magnetisation);
        let magnetisation = Part { symbol: "m*", latex: "m_*", value };
        let uses_it = !matches!(ingredient, Ingredient::TopEigenvalue);
        Ok(if uses_it { vec![magnetisation] } else { Vec::new() })
    }

    fn notes(&self) -> Vec<String> {
        if self.pair.is_some() {
            vec![
                "cloning, bayes and class-entropy use independent spins within each phase: leading order in d"
                    .into(),
            ]
        } else {
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_magnetisation_solves_its_equation() {
        for temperature in [0.05, 0.5, 0.9, 0.999, 0.999_999] {
            let m = CurieWeiss::new(100.0, temperature).unwrap().magnetisation();
            let back = (m.value / temperature).tanh();
            assert!((back - m.value).abs() < 1e-15, "{temperature}: {m:?}");
            assert!(m.error / m.value < 1e-9, "{temperature}: {m:?}");
        }
    }

    #[test]
    fn limit_above_the_critical_temperature_there_are_no_classes() {
        let model = CurieWeiss::new(100.0, 1.0).unwrap();
        assert_eq!(model.magnetisation().value, 0.0);
        assert!(!model.classes().exists());
    }
}
