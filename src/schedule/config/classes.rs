//! The scheduler classes of diffusers, as far as they fix a training schedule.

/// What kind of schedule a class has.
pub(super) enum Kind {
    /// A variance-preserving chain.
    Betas {
        /// Defaults of `beta_start` and `beta_end`.
        defaults: [f64; 2],
        /// Default of `beta_schedule`.
        schedule: &'static str,
        /// What `rescale_betas_zero_snr` does.
        zero_snr: ZeroSnr,
    },
    /// EDM's levels.
    Edm,
    /// Rectified flow.
    Flow,
    /// The variance-exploding SDE.
    Ve {
        /// Default of `sigma_max`.
        sigma_max: f64,
    },
    /// The variance-preserving SDE.
    Vp,
}

/// What a class does with `rescale_betas_zero_snr`.
#[derive(Clone, Copy)]
pub(super) enum ZeroSnr {
    /// It does not have the argument.
    Ignored,
    /// The last ᾱ is zero.
    Exact,
    /// The last ᾱ is 2^{−24}, so that its σ_VE stays finite.
    Floored,
}

const fn ddpm(zero_snr: ZeroSnr) -> Kind {
    Kind::Betas { defaults: [1e-4, 0.02], schedule: "linear", zero_snr }
}

const fn stable(schedule: &'static str, zero_snr: ZeroSnr) -> Kind {
    Kind::Betas { defaults: [0.000_85, 0.012], schedule, zero_snr }
}

/// Classes by name, with the defaults that diffusers documents for them.
pub(super) const CLASSES: &[(&str, Kind)] = &[
    ("DDPMScheduler", ddpm(ZeroSnr::Exact)),
    ("DDPMParallelScheduler", ddpm(ZeroSnr::Exact)),
    ("DDIMScheduler", ddpm(ZeroSnr::Exact)),
    ("DDIMInverseScheduler", ddpm(ZeroSnr::Exact)),
    ("DDIMParallelScheduler", ddpm(ZeroSnr::Exact)),
    ("PNDMScheduler", ddpm(ZeroSnr::Ignored)),
    ("DEISMultistepScheduler", ddpm(ZeroSnr::Ignored)),
    ("DPMSolverSinglestepScheduler", ddpm(ZeroSnr::Ignored)),
    ("DPMSolverMultistepScheduler", ddpm(ZeroSnr::Floored)),
    ("UniPCMultistepScheduler", ddpm(ZeroSnr::Floored)),
    ("EulerDiscreteScheduler", ddpm(ZeroSnr::Floored)),
    ("EulerAncestralDiscreteScheduler", ddpm(ZeroSnr::Floored)),
    ("LMSDiscreteScheduler", ddpm(ZeroSnr::Ignored)),
    ("HeunDiscreteScheduler", stable("linear", ZeroSnr::Ignored)),
    ("KDPM2DiscreteScheduler", stable("linear", ZeroSnr::Ignored)),
    ("KDPM2AncestralDiscreteScheduler", stable("linear", ZeroSnr::Ignored)),
    ("DPMSolverSDEScheduler", stable("linear", ZeroSnr::Ignored)),
    ("LCMScheduler", stable("scaled_linear", ZeroSnr::Exact)),
    ("TCDScheduler", stable("scaled_linear", ZeroSnr::Exact)),
    ("EDMEulerScheduler", Kind::Edm),
    ("EDMDPMSolverMultistepScheduler", Kind::Edm),
    ("FlowMatchEulerDiscreteScheduler", Kind::Flow),
    ("FlowMatchHeunDiscreteScheduler", Kind::Flow),
    ("ScoreSdeVeScheduler", Kind::Ve { sigma_max: 1348.0 }),
    ("ScoreSdeVpScheduler", Kind::Vp),
];
