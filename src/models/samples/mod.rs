//! Samples of data models, with the class of each, and what a model knows of a noisy sample.

mod gaussian;
mod independent;
mod manifold;
mod spins;

pub use gaussian::GaussianSamples;
pub use independent::IndependentSamples;
pub use manifold::ManifoldSamples;
pub use spins::SpinSamples;

use crate::Answer;
use crate::error::Result;
use crate::memory;
use crate::numerics::random::Stream;
use crate::process::Noise;

/// Draws samples of one data model.
///
/// What all samples of a data set share, such as a random embedding, is drawn when the sampler is
/// made; see [`super::Model::sampler`].
pub trait Sampler: Send + Sync {
    /// Ambient dimension d.
    fn dimension(&self) -> usize;

    /// Number of classes K ≥ 1.
    fn classes(&self) -> usize;

    /// Draws as many samples as there are `labels`: sample i goes to `samples[i d .. (i+1) d]`, its
    /// class, from 0 to K − 1, to `labels[i]`.
    fn draw(&self, stream: &mut Stream, samples: &mut [f64], labels: &mut [u32]);

    /// The model's own posterior, from which its exact score follows, or why it is not known.
    ///
    /// # Errors
    /// Failed numerics.
    fn posterior(&self) -> Result<Answer<Box<dyn Denoiser>>>;
}

/// What the law of the data says of a noisy sample.
pub trait Denoiser: Send + Sync {
    /// Writes P(k|x_t) to `classes` and, where it is wanted, E[a|x_t] to `mean`. The score is
    /// (e^{−t} E[a|x_t] − x_t)/Δ_t. Needs 0 < t < ∞.
    fn denoise(&self, x: &[f64], noise: Noise, classes: &mut [f64], mean: Option<&mut [f64]>);

    /// Writes E[a|x_t, k] to `mean`, where [`Self::frame`] says that it is known.
    fn denoise_class(&self, x: &[f64], noise: Noise, class: usize, mean: &mut [f64]) {
        let _ = (x, noise, class);
        mean.fill(f64::NAN);
    }

    /// Where a class lies among the others, if the classes are told apart by what is known of each.
    fn frame(&self, class: usize) -> Option<ClassFrame> {
        let _ = class;
        None
    }
}

/// Where a class lies among the others.
#[derive(Clone, Debug)]
pub struct ClassFrame {
    /// Its mean.
    pub mean: Vec<f64>,
    /// The direction from the middle of all classes to it, of length one.
    pub direction: Vec<f64>,
    /// Its variance along that direction.
    pub variance: f64,
    /// Its variance in all directions together.
    pub trace: f64,
    /// Smallest and largest variance of the data along any direction.
    pub sizes: [f64; 2],
}

/// Why a model of infinite dimension has no samples.
pub(crate) const NEEDS_DIMENSION: &str = "samples need a finite --d";

/// Largest d of which samples are drawn.
const LARGEST_DIMENSION: f64 = 1e8;

/// d as a number of coordinates.
pub(crate) fn coordinates(dimension: f64) -> Answer<usize> {
    if dimension.is_infinite() {
        Answer::absent(NEEDS_DIMENSION)
    } else if dimension > LARGEST_DIMENSION {
        Answer::absent(format!("samples need d up to {LARGEST_DIMENSION:e}, not {dimension:e}"))
    } else {
        // A mean, a spread and a sample of every class at least.
        let fits = memory::fits("a few samples", 64.0 * dimension, "--d");
        fits.map(|()| dimension as usize).map_err(|error| error.to_string()).into()
    }
}

/// Fails if an embedding of p latent coordinates in d dimensions, with what the threads draw of them,
/// is more than memory holds.
///
/// # Errors
/// [`crate::Error::Usage`] with the bytes.
pub(crate) fn embedding_fits(d: usize, p: usize) -> Result<()> {
    let drawn = (BATCH * rayon::current_num_threads()) as f64;
    let bytes = 8.0 * p as f64 * (d as f64 + drawn);
    memory::fits(&format!("an embedding of {p} latent in {d} dimensions"), bytes, "--beta or --d")
}

/// Samples whose latent coordinates are multiplied with an embedding in one go.
const BATCH: usize = 128;

/// p = βd as a number of latent coordinates, where it is one: β was typed with finitely many digits.
pub(crate) fn latent_coordinates(beta: f64, d: usize) -> Answer<usize> {
    let product = beta * d as f64;
    let p = product.round();
    if p < 1.0 || (p - product).abs() > 1e-9 * d as f64 {
        return Answer::absent(format!(
            "needs a whole number of latent dimensions: β d = {product}"
        ));
    }
    Answer::Value(p as usize)
}
