//! The scheduler classes of diffusers, as far as they fix a training schedule.

/// What kind of schedule a class has.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// A variance-preserving chain.
    Betas(Chain),
    /// Levels of σ from the largest to the smallest.
    Sigmas(Levels),
    /// Rectified flow.
    Flow {
        /// Whether the class has `use_dynamic_shifting`.
        dynamic: bool,
    },
    /// The angle arctan σ as time.
    Angle,
    /// The variance-exploding SDE.
    Ve {
        /// Default of `sigma_max`.
        sigma_max: f64,
    },
    /// The variance-preserving SDE.
    Vp,
    /// A class whose file fixes no such schedule, and why.
    Unsupported(&'static str),
}

/// Defaults and abilities of a class with a variance-preserving chain.
#[derive(Clone, Copy)]
pub(super) struct Chain {
    /// Defaults of `beta_start` and `beta_end`.
    pub(super) betas: [f64; 2],
    /// Default of `beta_schedule`.
    pub(super) schedule: &'static str,
    /// The values of `beta_schedule` that the class takes, where they are fewer than all.
    pub(super) only: Option<&'static [&'static str]>,
    /// Default of `num_train_timesteps`.
    pub(super) steps: f64,
    /// What `rescale_betas_zero_snr` does.
    pub(super) zero_snr: ZeroSnr,
    /// Whether the class turns into a flow with `use_flow_sigmas`.
    pub(super) flow: bool,
    /// Whether it has `snr_shift_scale`.
    pub(super) snr_shift: bool,
    /// Whether it has `timestep_type`.
    pub(super) timestep_type: bool,
}

/// Defaults of a class whose levels are those of σ.
#[derive(Clone, Copy)]
pub(super) struct Levels {
    /// Defaults of `sigma_min` and `sigma_max`.
    pub(super) sigma: [f64; 2],
    /// Default of `sigma_schedule`; none where σ^{1/ρ} is always evenly spaced.
    pub(super) schedule: Option<&'static str>,
    /// Default of `num_train_timesteps`.
    pub(super) steps: f64,
    /// Levels beyond `num_train_timesteps`.
    pub(super) more: f64,
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

/// DDPM's defaults, without `rescale_betas_zero_snr`.
const DDPM: Chain = Chain {
    betas: [1e-4, 0.02],
    schedule: "linear",
    only: None,
    steps: 1000.0,
    zero_snr: ZeroSnr::Ignored,
    flow: false,
    snr_shift: false,
    timestep_type: false,
};
const DDPM_EXACT: Chain = Chain { zero_snr: ZeroSnr::Exact, ..DDPM };
const DDPM_FLOORED: Chain = Chain { zero_snr: ZeroSnr::Floored, ..DDPM };
const SOLVER: Chain = Chain { flow: true, ..DDPM };
const SOLVER_FLOORED: Chain = Chain { flow: true, ..DDPM_FLOORED };
/// Stable Diffusion's variances, linear.
const STABLE: Chain = Chain { betas: [0.000_85, 0.012], ..DDPM };
const LATENT: Chain = Chain { schedule: "scaled_linear", zero_snr: ZeroSnr::Exact, ..STABLE };
const COGVIDEO: Chain = Chain { snr_shift: true, ..LATENT };
/// Chains that are always the cosine.
const COSINE: Chain =
    Chain { schedule: "squaredcos_cap_v2", only: Some(&["squaredcos_cap_v2"]), ..DDPM };

const EDM: Levels =
    Levels { sigma: [0.002, 80.0], schedule: Some("karras"), steps: 1000.0, more: 1.0 };
const CONSISTENCY: Levels = Levels { schedule: None, steps: 40.0, more: 0.0, ..EDM };
const STABLE_AUDIO: Levels =
    Levels { sigma: [0.3, 500.0], schedule: Some("exponential"), steps: 1000.0, more: 0.0 };

const TOKENS: Kind = Kind::Unsupported("its noise replaces tokens and is not Gaussian");
const STAGES: Kind =
    Kind::Unsupported("it runs through stages of growing resolution, each with its own noise");

/// Classes by name, with the defaults that diffusers documents for them. A class `Flax…` is the
/// class without this prefix.
const CLASSES: &[(&str, Kind)] = &[
    ("DDPMScheduler", Kind::Betas(DDPM_EXACT)),
    ("DDPMParallelScheduler", Kind::Betas(DDPM_EXACT)),
    ("DDIMScheduler", Kind::Betas(DDPM_EXACT)),
    ("DDIMInverseScheduler", Kind::Betas(DDPM_EXACT)),
    ("DDIMParallelScheduler", Kind::Betas(DDPM_EXACT)),
    ("RePaintScheduler", Kind::Betas(DDPM)),
    ("PNDMScheduler", Kind::Betas(DDPM)),
    ("DEISMultistepScheduler", Kind::Betas(SOLVER)),
    ("SASolverScheduler", Kind::Betas(SOLVER)),
    ("DPMSolverSinglestepScheduler", Kind::Betas(SOLVER)),
    ("DPMSolverMultistepScheduler", Kind::Betas(SOLVER_FLOORED)),
    ("DPMSolverMultistepInverseScheduler", Kind::Betas(SOLVER)),
    ("UniPCMultistepScheduler", Kind::Betas(SOLVER_FLOORED)),
    ("EulerDiscreteScheduler", Kind::Betas(Chain { timestep_type: true, ..DDPM_FLOORED })),
    ("EulerAncestralDiscreteScheduler", Kind::Betas(DDPM_FLOORED)),
    ("LMSDiscreteScheduler", Kind::Betas(DDPM)),
    ("HeunDiscreteScheduler", Kind::Betas(STABLE)),
    ("KDPM2DiscreteScheduler", Kind::Betas(STABLE)),
    ("KDPM2AncestralDiscreteScheduler", Kind::Betas(STABLE)),
    ("DPMSolverSDEScheduler", Kind::Betas(STABLE)),
    ("LCMScheduler", Kind::Betas(LATENT)),
    ("TCDScheduler", Kind::Betas(LATENT)),
    ("CogVideoXDDIMScheduler", Kind::Betas(COGVIDEO)),
    ("CogVideoXDPMScheduler", Kind::Betas(COGVIDEO)),
    ("UnCLIPScheduler", Kind::Betas(COSINE)),
    ("ConsistencyDecoderScheduler", Kind::Betas(Chain { steps: 1024.0, ..COSINE })),
    ("IPNDMScheduler", Kind::Angle),
    ("EDMEulerScheduler", Kind::Sigmas(EDM)),
    ("EDMDPMSolverMultistepScheduler", Kind::Sigmas(EDM)),
    ("CMStochasticIterativeScheduler", Kind::Sigmas(CONSISTENCY)),
    ("CosineDPMSolverMultistepScheduler", Kind::Sigmas(STABLE_AUDIO)),
    ("FlowMatchEulerDiscreteScheduler", Kind::Flow { dynamic: true }),
    ("FlowMatchHeunDiscreteScheduler", Kind::Flow { dynamic: false }),
    ("FlowMatchLCMScheduler", Kind::Flow { dynamic: true }),
    ("LTXEulerAncestralRFScheduler", Kind::Flow { dynamic: false }),
    ("ScoreSdeVeScheduler", Kind::Ve { sigma_max: 1348.0 }),
    ("ScoreSdeVpScheduler", Kind::Vp),
    (
        "KarrasVeScheduler",
        Kind::Unsupported(
            "its levels follow from the number of sampling steps alone, and its code takes sigma^2 \
             where KAAL22 has sigma; the schedule `ve` has the noise that was meant",
        ),
    ),
    (
        "DDPMWuerstchenScheduler",
        Kind::Unsupported("its cosine has a continuous time and is clipped at both ends"),
    ),
    (
        "SCMScheduler",
        Kind::Unsupported(
            "its levels, arctan(sigma/sigma_data), are chosen when sampling; give sigma itself",
        ),
    ),
    ("HeliosScheduler", STAGES),
    ("HeliosDMDScheduler", STAGES),
    ("AmusedScheduler", TOKENS),
    ("VQDiffusionScheduler", TOKENS),
    ("BlockRefinementScheduler", TOKENS),
];

/// The kind of a class.
pub(super) fn find(class: &str) -> Option<Kind> {
    let name = class.strip_prefix("Flax").unwrap_or(class);
    CLASSES.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
}

/// Names of the classes that are read.
pub(super) fn read() -> Vec<&'static str> {
    let is_read = |kind: &Kind| !matches!(kind, Kind::Unsupported(_));
    CLASSES.iter().filter(|(_, kind)| is_read(kind)).map(|(name, _)| *name).collect()
}
