//! Samples of independent coordinates.

use super::{Denoiser, Sampler};
use crate::Answer;
use crate::error::Result;
use crate::numerics::random::Stream;
use crate::prior::Prior;
use std::sync::Arc;

/// Independent draws of a scalar prior.
#[derive(Clone, Debug)]
pub struct IndependentSamples {
    pub(crate) dimension: usize,
    pub(crate) prior: Arc<dyn Prior>,
}

impl Sampler for IndependentSamples {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn classes(&self) -> usize {
        1
    }

    fn draw(&self, stream: &mut Stream, samples: &mut [f64], labels: &mut [u32]) {
        samples.iter_mut().for_each(|x| *x = self.prior.draw(stream));
        labels.fill(0);
    }

    fn posterior(&self) -> Result<Answer<Box<dyn Denoiser>>> {
        Ok(Answer::absent(
            "the exact score is known for Gaussian classes only: use --score empirical",
        ))
    }
}
