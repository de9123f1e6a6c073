//! Inference steps as a coordinate.

use crate::error::{Error, Result};
use crate::numerics::Estimate;
use crate::schedule::axis::{Axis, Column, log_snr_of};
use crate::{Answer, Noise};

/// Its name.
pub(super) const NAME: &str = "inference_step";

/// Steps between the levels of a sampler, linear in log-SNR within a step.
#[derive(Debug)]
pub(super) struct InferenceStep {
    /// log-SNR of the levels from the noisiest, rising; the last perhaps ∞.
    log_snr: Vec<Estimate>,
}

impl InferenceStep {
    /// # Errors
    /// [`Error::Usage`] unless the noise falls from every level to the next.
    pub(super) fn new(log_snr: Vec<Estimate>) -> Result<Self> {
        if log_snr.len() < 2 {
            return Err(Error::Usage("a sampler needs a step: two levels at least".into()));
        }
        if let Some(k) = log_snr.windows(2).position(|pair| pair[0].value >= pair[1].value) {
            let sigma = |k: usize| crate::answer::short((log_snr[k].value * -0.5).exp());
            return Err(Error::Usage(format!(
                "the noise does not fall from inference step {k} to the next: σ = {}, then {}",
                sigma(k),
                sigma(k + 1)
            )));
        }
        Ok(Self { log_snr })
    }

    fn last(&self) -> usize {
        self.log_snr.len() - 1
    }
}

impl Axis for InferenceStep {
    fn column(&self) -> Column {
        Column {
            name: NAME,
            symbol: "i",
            unit: "inference steps from 0, the noisiest",
            help: "step of the sampler, counted from 0 at its noisiest level, linear in the log-SNR between levels",
        }
    }

    fn ends(&self) -> [f64; 2] {
        [self.last() as f64, 0.0]
    }

    fn at(&self, noise: Noise) -> Answer {
        let here = log_snr_of(noise);
        let last = self.last();
        if let Some(k) = self.log_snr.iter().position(|level| level.value == here.value) {
            return Estimate::exact(k as f64).into();
        }
        if here.upper() < self.log_snr[0].lower() {
            return Answer::absent(
                "before the first inference step: more noise than the sampler begins with",
            );
        }
        let passed = |level: &Estimate| level.value <= here.value;
        let low = self.log_snr.partition_point(passed).clamp(1, last) - 1;
        let (a, b) = (self.log_snr[low], self.log_snr[low + 1]);
        if a.value == f64::NEG_INFINITY {
            return Answer::absent("within the first inference step, which begins without signal");
        }
        if b.value == f64::INFINITY {
            return Answer::absent(format!(
                "within the last inference step, {low}, which ends without noise"
            ));
        }
        if here.lower() > b.upper() {
            return Answer::absent(
                "after the last inference step: less noise than the sampler ends with",
            );
        }
        ((here - a) / (b - a) + low as f64).into()
    }

    fn log_snr(&self, step: f64) -> Result<Estimate> {
        let low = (step as usize).min(self.last());
        let (a, fraction) = (self.log_snr[low], step - low as f64);
        if fraction == 0.0 {
            return Ok(a);
        }
        let b = self.log_snr[low + 1];
        if !(a.value.is_finite() && b.value.is_finite()) {
            let expected = "lies within a step that has an end without signal or without noise: must be whole there";
            return Err(Error::argument("inference_step", step, expected));
        }
        Ok(a + (b - a) * fraction)
    }
}
