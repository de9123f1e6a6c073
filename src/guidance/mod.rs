//! Classifier-free guidance `[HS22]` of two opposite Gaussian classes ±m, |m| = M: what S_c + ω(S_c − S) generates.
//!
//! Nothing happens but along m, and there, for every σ, d and schedule, it is one equation (derived here, in the
//! setting of `[PVBM25]`): with κ = M e^{−t}/Γ_t, y = κ x·m/M and the clock γ = M²e^{−2t}/Γ_t, which runs from 0 at t = ∞
//! to M²/σ² at the data,
//!
//! dy = [1 + ω(1 − tanh y)] dγ + dW, y(0) = 0,
//!
//! and what comes out lies at σ²y/M. Without guidance y ~ N(γ, γ). The deterministic sampler has the same
//! drift in another variable ([`deterministic`]). Three statements differ from what is commonly said:
//!
//! - the stochastic sampler's overshoot is σ²c(ω)/M: in units of σ it vanishes at large d, and so does the loss
//!   of variance. **The deterministic sampler's do not**: its shift and loss of variance are of order one in
//!   units of σ at every d. They agree at ω = 0 only;
//! - guidance by ω > 0 always lowers the variance, also where it hardly moves the mean;
//! - it acts while γ is of order one, around t_S: a window that ends before adds ωγ, one that begins after
//!   e^{−γ/2}. What a window added is never undone.

pub mod closed;
mod contour;
pub mod deterministic;
mod elements;
mod parted;
pub mod power;
pub mod stochastic;

use crate::error::{Error, Result};
use crate::numerics::Estimate;
use crate::process::Noise;
use deterministic::Flow;
use stochastic::{Law, Problem};

/// Which sampler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampler {
    /// The stochastic one: backward SDE, ancestral sampling.
    Sde,
    /// The deterministic one: probability-flow ODE, DDIM.
    Ode,
}

/// Two opposite classes.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// |m|², m the half-difference of the means.
    pub separation: Estimate,
    /// σ² along it.
    pub variance: Estimate,
}

/// How they are guided.
#[derive(Clone, Copy, Debug)]
pub struct Guidance {
    pair: Pair,
    omega: f64,
    power: f64,
    sampler: Sampler,
    /// γ₁ ≤ γ₂ between which guidance is on.
    clocks: [f64; 2],
    /// γ at the data, M²/σ².
    last: Estimate,
}

/// What is generated along the class's mean, and when guidance acts.
#[derive(Clone, Copy, Debug)]
pub struct Guided {
    /// Shift of the mean from m, in units of σ.
    pub mean_shift: Estimate,
    /// Variance in units of σ².
    pub variance_ratio: Estimate,
    /// Times at which 5 and 95 % of the shift have been added; none where nothing is added.
    pub window: Option<[Estimate; 2]>,
}

/// Ends that are tried where every end is a problem of its own, and how well the clock is then known.
const PARTS: usize = 7;
const ROUGHLY: f64 = 1e-4;

/// Shares of the effect between which guidance is said to act.
const SHARES: [f64; 2] = [0.05, 0.95];

impl Guided {
    /// Without guidance.
    pub const NONE: Self = Self {
        mean_shift: Estimate::exact(0.0),
        variance_ratio: Estimate::exact(1.0),
        window: None,
    };
}

impl Pair {
    /// γ at a noise level.
    pub fn clock(&self, noise: Noise) -> f64 {
        (self.separation / (self.variance + Estimate::rounded(noise.tau()))).value
    }

    /// The time at which γ takes a value.
    fn time(&self, clock: Estimate) -> Estimate {
        let tau = self.separation / clock - self.variance;
        if tau.value <= 0.0 {
            return Estimate::new(0.0, 0.5 * (tau.value.abs() + tau.error));
        }
        0.5 * tau.ln_1p()
    }
}

impl Guidance {
    /// Guidance of strength ω ≥ −1 by the power a ≥ 0 of the difference (0: the usual one), between two noise
    /// levels in either order, or all along.
    ///
    /// # Errors
    /// [`Error::Argument`] for ω below −1, a below 0 or with ω below 0, or a window without extent.
    pub fn new(
        pair: Pair,
        omega: f64,
        power: f64,
        sampler: Sampler,
        window: Option<[Noise; 2]>,
    ) -> Result<Self> {
        checked(omega, power)?;
        let last = pair.separation / pair.variance;
        let mut clocks = [0.0, last.value];
        if let Some(ends) = window {
            clocks = ends.map(|noise| pair.clock(noise));
            if ends[0].time() == ends[1].time() {
                let expected = "is empty: its two times must differ";
                return Err(Error::argument("--window", ends[0].time(), expected));
            }
            clocks.sort_by(f64::total_cmp);
        }
        Ok(Self { pair, omega, power, sampler, clocks, last })
    }

    /// The law of what is generated, without its window, which costs as much again.
    pub fn outcome(&self) -> Guided {
        self.found(false)
    }

    /// The law of what is generated, and when guidance acts.
    pub fn with_window(&self) -> Guided {
        self.found(true)
    }

    fn found(&self, window: bool) -> Guided {
        if self.omega == 0.0 || self.last.value == 0.0 || self.clocks[0] >= self.clocks[1] {
            return Guided::NONE;
        }
        match self.sampler {
            Sampler::Ode => self.flow(window),
            Sampler::Sde => self.diffusion(window),
        }
    }

    fn flow(&self, window: bool) -> Guided {
        let between = self.clocks.map(f64::sqrt);
        let widening = self.widening();
        let flow = Flow { omega: self.omega, power: self.power, widening, between };
        let paths = flow.followed();
        let [mean_shift, variance_ratio] = paths.law();
        let place = |share| paths.place_of_share(share, between[0], mean_shift.value);
        let window = if window { self.times(|share| Some(place(share)?.squared())) } else { None };
        Guided { mean_shift, variance_ratio, window }
    }

    fn diffusion(&self, window: bool) -> Guided {
        let law = self.law(self.clocks);
        let mean_shift = law.mean / self.last.sqrt();
        let variance_ratio = 1.0 + law.variance / self.last;
        let window =
            if window { self.times(|share| self.clock_of_share(share, law)) } else { None };
        Guided { mean_shift, variance_ratio, window }
    }

    fn law(&self, clocks: [f64; 2]) -> Law {
        if self.power > 0.0 {
            return power::law(self.omega, self.power, self.widening(), clocks);
        }
        if clocks[0] == 0.0 && self.omega > -0.5 && clocks[1] >= stochastic::last(self.omega) {
            let mean = closed::overshoot(self.omega);
            return Law { mean, variance: closed::variance(self.omega) };
        }
        Problem::new(self.omega, clocks).law()
    }

    fn clock_of_share(&self, share: f64, law: Law) -> Option<Estimate> {
        if self.power == 0.0 {
            return Problem::new(self.omega, self.clocks).clock_of_share(share, law.mean);
        }
        // In time-dependent equations every end is a problem of its own.
        let [start, end] = self.clocks;
        let excess = |root: f64| {
            let clocks = [start, root * root];
            let mean = power::rough_mean(self.omega, self.power, self.widening(), clocks);
            mean / law.mean.value - share
        };
        // Regula falsi with the kept end halved.
        let (mut low, mut high) = (start.sqrt(), end.min(power::OVER).sqrt());
        let (mut below, mut above) = (-share, 1.0 - share);
        for _ in 0..PARTS {
            let middle = (low * above - high * below) / (above - below);
            let here = excess(middle);
            if here < 0.0 {
                (low, below, above) = (middle, here, 0.5 * above);
            } else {
                (high, above, below) = (middle, here, 0.5 * below);
            }
        }
        let best = (low * above - high * below) / (above - below);
        let clock = best * best;
        Some(Estimate::new(clock, 2.0 * (high - low) * best + ROUGHLY * (1.0 + clock)))
    }

    /// (σ² − 1)/M², by which Γ differs from one in κ² = γ − widening·γ².
    fn widening(&self) -> f64 {
        (self.pair.variance.value - 1.0) / self.pair.separation.value
    }

    fn times(&self, clock: impl Fn(f64) -> Option<Estimate>) -> Option<[Estimate; 2]> {
        let [first, last] = SHARES.map(clock);
        Some([self.pair.time(first?), self.pair.time(last?)])
    }
}

/// Refuses strengths and powers that are none.
///
/// # Errors
/// [`Error::Argument`] naming the argument.
pub fn checked(omega: f64, power: f64) -> Result<()> {
    if !(omega >= -1.0 && omega.is_finite()) {
        let expected =
            "must be a finite number, −1 (the score of both classes) or above; 0 is no guidance";
        return Err(Error::argument("--omega", omega, expected));
    }
    if !(power >= 0.0 && power.is_finite()) {
        return Err(Error::argument("--power", power, "must be a finite number, 0 or above"));
    }
    if power > 0.0 && omega < 0.0 {
        return Err(Error::argument("--omega", omega, "must be 0 or above with a --power"));
    }
    Ok(())
}
