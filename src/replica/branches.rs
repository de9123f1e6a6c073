//! Every stationary point of the potential at one snr.

use super::{FLOOR, Replica};
use crate::channel::Effort;
use crate::error::Result;
use crate::numerics::Estimate;

/// Posterior variance, in units of ρ, below which no bound looks.
const PERFECT: f64 = 1e-60;

/// A stationary point of the potential.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Saddle {
    /// v, posterior variance of a latent coordinate, in (0, ρ].
    pub variance: Estimate,
    /// r, strength of the effective scalar channel on a latent coordinate.
    pub strength: f64,
    /// Potential per ambient dimension in nats; the information where this is the equilibrium.
    pub information: Estimate,
    /// E[(φ − ⟨φ⟩)²] per ambient dimension: 2 dI/dsnr.
    pub mmse: Estimate,
    /// A local minimum: state evolution converges to it.
    pub stable: bool,
}

/// All stationary points at one snr, in ascending order of v.
#[derive(Clone, Debug, PartialEq)]
pub struct Branches {
    saddles: Vec<Saddle>,
}

impl Branches {
    /// Every stationary point, in ascending order of v.
    pub fn all(&self) -> &[Saddle] {
        &self.saddles
    }

    /// The stable point of least potential.
    pub fn equilibrium(&self) -> &Saddle {
        self.saddles.iter().fold(&self.saddles[0], |best, saddle| {
            let better = saddle.information.value < best.information.value;
            let wins = (saddle.stable && !best.stable) || (saddle.stable == best.stable && better);
            if wins { saddle } else { best }
        })
    }

    /// The stable point of smallest v: what a start at the truth reaches.
    pub fn informed(&self) -> &Saddle {
        self.saddles.iter().find(|s| s.stable).unwrap_or(&self.saddles[0])
    }

    /// The stable point of largest v: what an algorithm without a hint (AMP) reaches.
    pub fn uninformed(&self) -> &Saddle {
        self.saddles.iter().rfind(|s| s.stable).unwrap_or(&self.saddles[self.saddles.len() - 1])
    }
}

impl Replica {
    /// Every stationary point at `snr` in [0, ∞].
    ///
    /// # Errors
    /// [`crate::Error::Argument`] for an snr out of range, [`crate::Error::Numerics`] if a rule or a
    /// search fails, [`crate::Error::Usage`] at snr = ∞ for an activation whose noiseless limit is not
    /// covered.
    pub fn branches(&self, snr: f64) -> Result<Branches> {
        let mut saddles = Vec::new();
        for v in self.stationary(snr)? {
            saddles.push(self.fine_saddle(v, snr)?);
        }
        if self.blind {
            // Newton's steps may have led a second point into v = ρ.
            let rho = self.rho();
            let exact = |s: &Saddle| s.variance.value == rho && s.variance.error < 1e-15 * rho;
            saddles.retain(|s: &Saddle| exact(s) || s.variance.value < rho * (1.0 - 1e-9));
        }
        saddles.sort_by(|a, b| a.variance.value.total_cmp(&b.variance.value));
        Ok(Branches { saddles })
    }

    /// Locations of all stationary points, to search accuracy, ascending.
    pub(super) fn stationary(&self, snr: f64) -> Result<Vec<f64>> {
        let rho = self.rho();
        if snr == 0.0 || self.channel.constant() {
            return Ok(vec![self.prior.variance()]);
        }
        let mut found = Vec::new();
        if self.blind {
            found.push(rho);
        }
        if let Some(v) = self.single(snr)? {
            found.insert(0, v);
            return Ok(found);
        }
        self.search(snr, &mut found)?;
        found.sort_by(f64::total_cmp);
        found.dedup_by(|a, b| (*a / *b - 1.0).abs() < 1e-7);
        Ok(found)
    }

    /// The certified point, by finer rules where v or the mmse has too large a bound: most points need
    /// none, and the information never does.
    fn fine_saddle(&self, v: f64, snr: f64) -> Result<Saddle> {
        /// Bound on v and the mmse that is asked for: half of what curves promise by default.
        const FINE: f64 = 5e-11;
        let first = self.saddle(v, snr, Effort::Certify)?;
        let worst = |s: &Saddle| s.variance.error.max(s.mmse.error);
        if worst(&first) <= FINE || v <= FLOOR * self.rho() {
            return Ok(first);
        }
        let second = self.saddle(first.variance.value, snr, Effort::Polish)?;
        Ok(if worst(&second) < worst(&first) { second } else { first })
    }

    /// The certified point at a location known to search accuracy.
    pub(super) fn saddle(&self, v: f64, snr: f64, effort: Effort) -> Result<Saddle> {
        let rho = self.rho();
        let mut v = v;
        let mut point = self.point(v, snr, effort)?;
        let trivial = snr == 0.0 || self.channel.constant() || (self.blind && v == rho);
        let learnt = v <= FLOOR * rho;
        let mut variance = Estimate::rounded(v);
        if learnt {
            // The map rises with v, so a fixed point below v is below its image: one more step shows
            // how far below.
            let image = point.latent.mmse.upper().clamp(PERFECT * rho, v);
            let below = self.point(image, snr, effort)?;
            if below.output.by_snr.upper() <= point.output.by_snr.upper() {
                (v, point) = (image, below);
            }
            variance = Estimate::new(point.latent.mmse.value.min(v), v);
        } else if !trivial {
            // Newton's steps with certified values, and what the last one leaves open.
            for _ in 0..4 {
                let step = -point.excess() / point.excess_by_log_v();
                let moved = (v * step.clamp(-0.1, 0.1).exp()).min(rho);
                let open = point.excess_error() / point.excess_by_log_v().abs();
                let rest = open + step * step + 4.0 * f64::EPSILON;
                variance = Estimate::new(moved, moved * rest);
                if step.abs() < 1e-5 || step.abs() <= 2.0 * open {
                    break;
                }
                v = moved;
                point = self.point(v, snr, effort)?;
            }
        }
        let slope = point.excess_by_log_v();
        let information = if self.blind && v == rho {
            point.output.information
        } else if learnt {
            let entropy = self.prior.entropy().unwrap_or(f64::INFINITY);
            Estimate::rounded(self.beta * entropy).widened(1e-14)
        } else if snr == 0.0 {
            Estimate::exact(0.0)
        } else {
            point.potential()
        };
        let above = 2.0 * point.output.by_snr.upper();
        let mmse = if learnt { Estimate::between(0.0, above) } else { point.mmse_at(variance) };
        let stable = slope < 0.0;
        Ok(Saddle { variance, strength: point.strength, information, mmse, stable })
    }
}
