//! A linear score learned from n samples: the Gaussian part of the data, which needs n of the order of d.
//!
//! Data N(0, I), a generator N(0, S_n + c I) with the samples' covariance S_n and a ridge c. Collapse onto samples
//! needs n = e^{αd}; this part is learned long before.

use crate::error::Result;
use crate::numerics::Estimate;
use crate::numerics::roots;
use crate::process::Noise;
use crate::spectrum::MarchenkoPastur;

/// Ridges between which the best one is looked for: it goes to 0 with d/n, and to 1 for few samples.
const RIDGES: (f64, f64) = (1e-12, 16.0);

/// A ridge far above the eigenvalues' mean, 1.
const FAR: f64 = 1e100;

/// The linear score of n = `psi_n` d samples.
#[derive(Clone, Debug)]
pub struct Linear {
    psi_n: f64,
    law: MarchenkoPastur,
}

impl Linear {
    /// Of `psi_n` = n/d samples a dimension.
    ///
    /// # Errors
    /// [`crate::Error::Argument`] for a ratio that is not positive.
    pub fn new(psi_n: f64) -> Result<Self> {
        Ok(Self { psi_n, law: MarchenkoPastur::new(psi_n, 1.0)? })
    }

    /// KL(data ‖ generator)/d = ½ E[1/(x + c) − 1 + log(x + c)] over the eigenvalues x of S_n, for a ridge c > 0.
    ///
    /// # Errors
    /// A ridge that is no noise level.
    pub fn kl(&self, ridge: f64) -> Result<Estimate> {
        // Far above all eigenvalues E 1/(x + c) and E log(1 + x/c) are at most 1/c.
        if ridge > FAR {
            return Ok((0.5 * (Estimate::exact(ridge).ln() - 1.0)).widened(1.0 / ridge));
        }
        // Below all eigenvalues a ridge changes E log(x + c) by less than E 1/x times itself.
        if ridge < RIDGES.0 && self.psi_n > 1.0 {
            let [inverse, _] = self.inverse(ridge);
            let [floor, _] = self.inverse(RIDGES.0);
            let near = self.kl(RIDGES.0)?;
            return Ok((near + 0.5 * (inverse - floor)).widened(RIDGES.0 * inverse.upper()));
        }
        // E log(1 + x/c) is twice the information of such data at snr = 1/c.
        let information = self.law.information(Noise::at_snr(1.0 / ridge)?);
        let [inverse, _] = self.inverse(ridge);
        Ok(0.5 * (inverse - 1.0 + Estimate::exact(ridge).ln()) + information)
    }

    /// E 1/(x + c) and its derivative by c: y c m² + (c + 1 − y) m = 1 with y = d/n.
    fn inverse(&self, c: f64) -> [Estimate; 2] {
        let y = Estimate::rounded(1.0 / self.psi_n);
        let c = Estimate::exact(c);
        let linear = c + 1.0 - y;
        let root = (linear * linear + 4.0 * y * c).sqrt();
        // The positive root, written so that nothing cancels.
        let m = if linear.value > 0.0 {
            2.0 / (linear + root)
        } else {
            (root - linear) / (2.0 * y * c)
        };
        [m, -(y * m * m + m) / root]
    }

    /// KL/d at the best ridge. There it is flat: with |KL″| ≤ E 1/(x + c)³ ≤ E 1/(x + c)²/c = E 1/(x + c)/c what the
    /// ridge is off by enters in second order.
    ///
    /// # Errors
    /// As [`Self::kl`].
    pub fn best_kl(&self, best: Estimate) -> Result<Estimate> {
        let [inverse, _] = self.inverse(best.value);
        let moved = 0.5 * inverse.upper() * best.error * (best.error / best.value);
        Ok(self.kl(best.value)?.widened(2.0 * moved))
    }

    /// The ridge at which the generator is best: E[1/(x + c) − 1/(x + c)²] = 0.
    ///
    /// # Errors
    /// A best ridge beyond all that is searched.
    pub fn best_ridge(&self) -> Result<Estimate> {
        let slope = |log_c: f64| {
            let [m, derivative] = self.inverse(log_c.exp());
            m + derivative
        };
        let root = roots::bracketed("best ridge", slope, RIDGES.0.ln(), RIDGES.1.ln())?;
        Ok(root.estimate().exp())
    }
}
