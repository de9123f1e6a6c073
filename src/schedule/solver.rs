//! What a schedule's class does between two noise levels.

/// The kind of a sampler's steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Solver {
    /// Stochastic, with the posterior variance: DDPM and Euler-ancestral.
    Ancestral,
    /// Deterministic of first order: DDIM, Euler in σ.
    #[default]
    FirstOrder,
    /// Of higher order, or with other noise: what its steps cost is not known here.
    Other,
}

/// Classes whose steps are of first order.
const FIRST_ORDER: &[&str] = &[
    "CogVideoXDDIMScheduler",
    "DDIMInverseScheduler",
    "DDIMParallelScheduler",
    "DDIMScheduler",
    "EDMEulerScheduler",
    "EulerDiscreteScheduler",
    "FlowMatchEulerDiscreteScheduler",
];

/// Classes whose steps are ancestral.
const ANCESTRAL: &[&str] = &[
    "DDPMParallelScheduler",
    "DDPMScheduler",
    "DDPMWuerstchenScheduler",
    "EulerAncestralDiscreteScheduler",
];

impl Solver {
    /// That of a class; `order` where its file names one.
    pub(super) fn of_class(class: &str, order: Option<f64>, algorithm: Option<&str>) -> Self {
        let class = class.strip_prefix("Flax").unwrap_or(class);
        let deterministic = algorithm.is_none_or(|name| !name.starts_with("sde"));
        // Exponential integrators of first order are DDIM.
        let lowest = class.starts_with("DPMSolver") && order == Some(1.0) && deterministic;
        match class {
            class if ANCESTRAL.contains(&class) => Self::Ancestral,
            class if FIRST_ORDER.contains(&class) || lowest => Self::FirstOrder,
            _ => Self::Other,
        }
    }

    /// That which is usual on a schedule by name.
    pub(super) fn of_name(name: &str) -> Self {
        if name.starts_with("ddpm") { Self::Ancestral } else { Self::FirstOrder }
    }
}
