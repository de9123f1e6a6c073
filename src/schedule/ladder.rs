//! The step index of a training chain: counted from 0, with the noise, and linear in the log-SNR
//! between steps.

use super::axis::{Axis, Column, log_snr_of};
use crate::error::{Error, Result};
use crate::numerics::Estimate;
use crate::{Answer, Noise};

/// The log-SNR at every step of a chain.
#[derive(Clone, Debug)]
pub(super) struct Ladder {
    log_snr: Vec<Estimate>,
}

impl Ladder {
    /// From the log-SNR of steps 0, 1, …; falling, the last perhaps to −∞.
    ///
    /// # Errors
    /// [`Error::Usage`] unless there are two steps or more and the log-SNR falls strictly.
    pub(super) fn new(log_snr: Vec<Estimate>) -> Result<Self> {
        if log_snr.len() < 2 {
            return Err(Error::Usage("a discrete schedule needs two steps or more".into()));
        }
        let falls = |pair: &[Estimate]| pair[0].value > pair[1].value;
        if let Some(k) = log_snr.windows(2).position(|pair| !falls(pair)) {
            return Err(Error::Usage(format!(
                "the noise does not grow from every step to the next: log-SNR {} at step {k}, {} \
                 at step {}",
                log_snr[k].value,
                log_snr[k + 1].value,
                k + 1
            )));
        }
        Ok(Self { log_snr })
    }

    fn last(&self) -> usize {
        self.log_snr.len() - 1
    }
}

impl Axis for Ladder {
    fn column(&self) -> Column {
        Column {
            name: "step",
            symbol: "k",
            unit: "steps from 0, the cleanest",
            help: "step of the schedule, counted from 0, linear in the log-SNR between steps",
        }
    }

    fn ends(&self) -> [f64; 2] {
        [0.0, self.last() as f64]
    }

    fn at(&self, noise: Noise) -> Answer {
        let target = log_snr_of(noise);
        let passed = |node: &Estimate| node.value >= target.value;
        // The interval [low, low + 1] around the target, or the outermost one beside it.
        let low = self.log_snr.partition_point(passed).clamp(1, self.last()) - 1;
        let (a, b) = (self.log_snr[low], self.log_snr[low + 1]);
        for (step, node, other) in [(low, a, b), (low + 1, b, a)] {
            if node.value == target.value {
                let error = (node.error + target.error) / (other.value - node.value).abs();
                return Estimate::new(step as f64, error).into();
            }
        }
        if b.value == f64::NEG_INFINITY {
            if a.value - target.value <= a.error + target.error {
                return Estimate::exact(low as f64).into();
            }
            return Answer::absent(format!(
                "between step {low} and step {}, which carries no signal: nothing interpolates to \
                 an infinite log-SNR",
                low + 1
            ));
        }
        ((a - target) / (a - b) + low as f64).into()
    }

    fn log_snr(&self, step: f64) -> Result<Estimate> {
        let low = (step as usize).min(self.last());
        let (a, fraction) = (self.log_snr[low], step - low as f64);
        if fraction == 0.0 {
            return Ok(a);
        }
        let b = self.log_snr[low + 1];
        if b.value == f64::NEG_INFINITY {
            let expected =
                "lies before the last step, which carries no signal: must be whole there";
            return Err(Error::argument("step", step, expected));
        }
        Ok(a + (b - a) * fraction)
    }

    fn num_steps(&self) -> Option<usize> {
        Some(self.log_snr.len())
    }
}
