//! The covariance spectrum of a data set, and how far its sampling reaches.

use super::moments::{Moments, block_rows};
use super::{Source, for_each_block};
use crate::Answer;
use crate::error::{Error, Result};
use crate::models::{Gaussian, Order};
use crate::numerics::products::{ColumnMajor, columns_against};
use crate::numerics::{Estimate, spectra};
use crate::process::Noise;
use crate::spectrum::NoiseFit;
use crate::transitions::collapse::collapse_time;
use nalgebra::DMatrix;

/// What is subtracted from the data before their covariance is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Centring {
    /// The mean of each feature.
    Feature,
    /// One number for all features: the mean of all entries.
    Global,
    /// Nothing: second moments about zero.
    None,
}

impl Centring {
    /// The point about which moments are taken.
    pub fn centre(self, mean: &[f64]) -> Vec<f64> {
        match self {
            Self::Feature => mean.to_vec(),
            Self::Global => vec![mean.iter().sum::<f64>() / mean.len() as f64; mean.len()],
            Self::None => vec![0.0; mean.len()],
        }
    }
}

/// Eigenvalues and eigenvectors of the covariance Σ (x − c)(x − c)ᵀ/n of n samples, or /(n − 1) where c is
/// the mean of each feature.
#[derive(Clone, Debug)]
pub struct MeasuredSpectrum {
    /// Eigenvalues, largest first; zero beyond the rank.
    pub values: Vec<f64>,
    /// Bound on their numerical error.
    pub error: f64,
    /// The centre c.
    pub centre: Vec<f64>,
    /// Number of features that do not vary about it at all.
    pub constant: usize,
    /// Number of eigenvalues above their numerical error: no measurement tells the others from zero.
    pub rank: usize,
    /// Whether the data lie in a subspace, of dimension `rank`, for another reason than that the
    /// samples are few: features that repeat or determine each other, or repeated samples.
    pub deficient: bool,
    /// The spectrum read as noise and spikes: within the subspace where there is one, else over all
    /// features that are not constant.
    pub fit: NoiseFit,
    vectors: DMatrix<f64>,
    samples: usize,
}

/// Below this share of the trace, an entry of the diagonal is rounding and not variance.
const CONSTANT: f64 = 1e-14;

/// Sums of variances between which the fourth powers that standard errors need are normal numbers,
/// for any number of samples.
const TRACES: std::ops::RangeInclusive<f64> = 1e-120..=1e120;

/// Fails for data whose fourth powers leave the range of numbers; zero is no scale.
fn within_range(trace: f64) -> Result<()> {
    if trace == 0.0 || TRACES.contains(&trace) {
        return Ok(());
    }
    let side = if trace < 1.0 {
        "below 1e-120: their squares vanish"
    } else {
        "above 1e120: their squares overflow"
    };
    Err(Error::Usage(format!(
        "the variances of the features add up to {trace:e}, {side}; bring the entries closer to 1 with --scale"
    )))
}

impl MeasuredSpectrum {
    /// The spectrum of data with these moments.
    ///
    /// # Errors
    /// [`Error::Usage`] for fewer than two samples, data that do not vary, or data of a scale at
    /// which their fourth powers overflow or vanish; failed numerics.
    pub fn new(moments: &Moments, centring: Centring) -> Result<Self> {
        if moments.count < 2 {
            return Err(Error::Usage(format!(
                "a covariance needs at least two samples, not {}",
                moments.count
            )));
        }
        let centre = centring.centre(&moments.mean);
        let matrix = match centring {
            // The mean was taken from the data too.
            Centring::Feature => {
                &moments.covariance * (moments.count as f64 / (moments.count - 1) as f64)
            }
            Centring::Global | Centring::None => moments.about(&centre),
        };
        let trace = matrix.trace();
        within_range(trace)?;
        if trace <= 4.0 * moments.error {
            return Err(Error::Usage(
                "the data do not vary (Λ = 0): all samples are the same".into(),
            ));
        }
        let constant = matrix.diagonal().iter().filter(|v| **v <= CONSTANT * trace).count();
        let eigen = spectra::symmetric("data covariance", matrix)?;
        let error = eigen.error + moments.error;
        let varying = eigen.values.len() - constant;
        let rank = eigen.values.iter().take_while(|x| **x > error).count().clamp(1, varying);
        let values: Vec<f64> =
            eigen.values.iter().enumerate().map(|(k, x)| if k < rank { *x } else { 0.0 }).collect();
        // A mean that was taken from the samples costs one direction.
        let reach = moments.count - usize::from(centring == Centring::Feature);
        let deficient = rank < reach.min(varying);
        let within = if deficient { rank } else { varying };
        let fit = NoiseFit::new(&values[..within], moments.count)?;
        Ok(Self {
            error,
            values,
            centre,
            constant,
            rank,
            deficient,
            fit,
            vectors: eigen.vectors,
            samples: moments.count,
        })
    }

    /// The eigenvectors, column by column, in the order of the values.
    pub(super) fn directions(&self) -> ColumnMajor<'_> {
        ColumnMajor { entries: self.vectors.as_slice(), rows: self.dimension() }
    }

    /// Largest eigenvalue Λ.
    pub fn top(&self) -> f64 {
        self.values[0]
    }

    /// Dimension d.
    pub fn dimension(&self) -> usize {
        self.values.len()
    }

    /// t_C of Gaussian data of this spectrum: Σ ½ log(1 + λ_i snr) = log n.
    ///
    /// # Errors
    /// Failed numerics.
    pub fn collapse_time(&self) -> Result<Answer> {
        let d = self.dimension() as f64;
        let model = Gaussian::with_eigenvalues(&self.values, d)?;
        let alpha = Estimate::exact((self.samples as f64).ln()) / d;
        collapse_time(&model, alpha, Order::Asymptotic, 0.0)
    }

    /// Standard errors from the spread over the samples: of the `count` largest eigenvalues, and of
    /// the collapse time `collapse`, to first order in the fluctuations of the covariance.
    ///
    /// Sample x moves λ_k by ((v_k·(x − c))² − λ_k)/n, and the information I at fixed snr by
    /// Σ_k ½ snr ((v_k·(x − c))² − λ_k)/(1 + snr λ_k)/n; the samples are independent.
    ///
    /// # Errors
    /// Errors of reading.
    pub fn standard_errors(
        &self,
        source: &dyn Source,
        count: usize,
        collapse: Option<f64>,
        progress: &dyn Fn(usize),
    ) -> Result<StandardErrors> {
        let (d, n) = (self.dimension(), self.samples as f64);
        let snr = collapse.and_then(|t| Noise::at_time(t).ok()).map(Noise::snr);
        let snr = snr.filter(|snr| snr.is_finite() && *snr > 0.0);
        let gains: Vec<f64> = match snr {
            Some(snr) => self.values.iter().map(|v| 0.5 * snr / (1.0 + snr * v)).collect(),
            None => Vec::new(),
        };
        let wanted = if snr.is_some() { d } else { count.min(d) };
        let vectors = ColumnMajor { entries: &self.vectors.as_slice()[..wanted * d], rows: d };
        let expected: f64 = gains.iter().zip(&self.values).map(|(g, v)| g * v).sum();
        let (mut fourth, mut spread) = (vec![0.0; count.min(d)], 0.0);
        let (mut shifted, mut products) = (Vec::new(), Vec::new());
        for_each_block(source, block_rows(d), &mut |first, rows| {
            progress(first);
            let m = rows.len() / d;
            shifted.clear();
            for row in rows.chunks_exact(d) {
                shifted.extend(row.iter().zip(&self.centre).map(|(x, c)| x - c));
            }
            products.resize(wanted * m, 0.0);
            columns_against(vectors, ColumnMajor { entries: &shifted, rows: d }, &mut products);
            for sample in products[..wanted * m].chunks_exact(wanted) {
                for (sum, p) in fourth.iter_mut().zip(sample) {
                    *sum += p.powi(4);
                }
                if !gains.is_empty() {
                    let here: f64 = gains.iter().zip(sample).map(|(g, p)| g * p * p).sum();
                    spread += (here - expected).powi(2);
                }
            }
            Ok(())
        })?;
        progress(source.samples());
        let eigenvalues = fourth
            .iter()
            .zip(&self.values)
            .map(|(sum, value)| ((sum / n - value * value).max(0.0) / (n - 1.0)).sqrt())
            .collect();
        let time = snr.map(|snr| {
            // dI/dt = −snr (1 + snr) Σ λ/(1 + snr λ)
            let mmse: f64 = self.values.iter().map(|v| v / (1.0 + snr * v)).sum();
            (spread / n / (n - 1.0)).sqrt() / (snr * (1.0 + snr) * mmse)
        });
        Ok(StandardErrors { eigenvalues, time })
    }
}

/// Standard errors of a measured spectrum.
#[derive(Clone, Debug)]
pub struct StandardErrors {
    /// Of the largest eigenvalues.
    pub eigenvalues: Vec<f64>,
    /// Of the collapse time.
    pub time: Option<f64>,
}
