//! Samples of nonlinear manifolds, a = φ(Bξ).

use super::{BATCH, Denoiser, Sampler};
use crate::Answer;
use crate::error::Result;
use crate::numerics::random::Stream;
use crate::prior::Prior;
use crate::symbolic::Activation;
use nalgebra::{DMatrix, DMatrixView, DMatrixViewMut};
use std::sync::Arc;

/// A nonlinear manifold that can be drawn from.
#[derive(Clone, Debug)]
pub struct ManifoldSamples {
    pub(crate) activation: Arc<Activation>,
    /// B, gain and normalisation included, d × p.
    pub(crate) embedding: DMatrix<f64>,
    /// The prior of a latent coordinate about the mean of its class.
    pub(crate) prior: Arc<dyn Prior>,
    /// Latent classes have means ±μ̃ in every coordinate; one class where it is 0.
    pub(crate) mu: f64,
}

impl Sampler for ManifoldSamples {
    fn dimension(&self) -> usize {
        self.embedding.nrows()
    }

    fn classes(&self) -> usize {
        if self.mu > 0.0 { 2 } else { 1 }
    }

    fn draw(&self, stream: &mut Stream, samples: &mut [f64], labels: &mut [u32]) {
        let (d, p) = self.embedding.shape();
        for (samples, labels) in samples.chunks_mut(BATCH * d).zip(labels.chunks_mut(BATCH)) {
            let count = labels.len();
            let mut latent = vec![0.0; p * count];
            for (latent, label) in latent.chunks_exact_mut(p).zip(labels.iter_mut()) {
                let negative = self.mu > 0.0 && stream.uniform() < 0.5;
                *label = u32::from(negative);
                let mean = if negative { -self.mu } else { self.mu };
                latent.iter_mut().for_each(|x| *x = mean + self.prior.draw(stream));
            }
            let mut fields = vec![0.0; d * count];
            DMatrixViewMut::from_slice(&mut fields, d, count).gemm(
                1.0,
                &self.embedding,
                &DMatrixView::from_slice(&latent, p, count),
                0.0,
            );
            self.activation.eval_slice(&fields, samples);
        }
    }

    fn posterior(&self) -> Result<Answer<Box<dyn Denoiser>>> {
        Ok(Answer::absent(
            "the exact score is known for Gaussian classes only: use --score empirical",
        ))
    }
}
