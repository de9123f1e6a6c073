//! How the scheduler classes of diffusers place their inference steps, as their code does.

/// What a class does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) kind: Kind,
    /// Default of `timestep_spacing`.
    pub(super) spacing: Spacing,
    /// Whether a further point is spaced and the cleanest left out: multistep solvers.
    pub(super) one_more: bool,
    /// Whether evenly spaced steps are whole numbers.
    pub(super) whole: bool,
    /// Levels of σ that it can take instead of evenly spaced steps, and between which ends.
    pub(super) levels: Option<Ends>,
    /// Where sampling ends unless told otherwise.
    pub(super) last: Last,
}

/// What the steps are steps of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A variance-preserving chain.
    Chain,
    /// σ^{1/ρ} or log σ between two ends.
    Edm,
    /// A flow.
    Flow,
}

/// Which steps of a chain are taken `[LLLY24 Table 2]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spacing {
    /// Multiples of N/K from 0 on, rounded down.
    Leading,
    /// The last step and multiples of N/K before it.
    Trailing,
    /// Evenly from the last step to the first, both included.
    Linspace,
}

/// Between which ends levels of σ are spaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    /// Those of the evenly spaced steps that they replace.
    OfSteps,
    /// Those of the whole chain.
    OfChain,
}

/// Where sampling ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Last {
    /// At σ = 0.
    Zero,
    /// At the least σ of the chain.
    SigmaMin,
}

impl Spacing {
    /// By the name that configurations and flags use.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "leading" => Self::Leading,
            "trailing" => Self::Trailing,
            "linspace" => Self::Linspace,
            _ => return None,
        })
    }
}

const DDIM: Rules = Rules {
    kind: Kind::Chain,
    spacing: Spacing::Leading,
    one_more: false,
    whole: true,
    levels: None,
    last: Last::Zero,
};
const PNDM: Rules = Rules { last: Last::SigmaMin, ..DDIM };
const EULER_ANCESTRAL: Rules = Rules { spacing: Spacing::Linspace, whole: false, ..DDIM };
const EULER: Rules = Rules { levels: Some(Ends::OfSteps), ..EULER_ANCESTRAL };
const SOLVER: Rules =
    Rules { spacing: Spacing::Linspace, one_more: true, levels: Some(Ends::OfChain), ..DDIM };
const DEIS: Rules = Rules { last: Last::SigmaMin, ..SOLVER };
/// A chain by its name: evenly spaced as DDIM's, levels between the ends of the whole.
const NAMED: Rules = Rules { levels: Some(Ends::OfChain), ..DDIM };
const EDM: Rules = Rules { kind: Kind::Edm, ..DDIM };
const FLOW: Rules = Rules { kind: Kind::Flow, levels: Some(Ends::OfSteps), ..EULER_ANCESTRAL };

/// Classes and named schedules with their rules.
const ALL: &[(&str, Rules)] = &[
    ("DDPMScheduler", DDIM),
    ("DDPMParallelScheduler", DDIM),
    ("DDIMScheduler", DDIM),
    ("DDIMParallelScheduler", DDIM),
    ("PNDMScheduler", PNDM),
    ("EulerDiscreteScheduler", EULER),
    ("EulerAncestralDiscreteScheduler", EULER_ANCESTRAL),
    ("LMSDiscreteScheduler", EULER),
    ("HeunDiscreteScheduler", EULER),
    ("KDPM2DiscreteScheduler", EULER),
    ("KDPM2AncestralDiscreteScheduler", EULER),
    ("DPMSolverMultistepScheduler", SOLVER),
    ("UniPCMultistepScheduler", SOLVER),
    ("DEISMultistepScheduler", DEIS),
    ("SASolverScheduler", DEIS),
    ("EDMEulerScheduler", EDM),
    ("EDMDPMSolverMultistepScheduler", EDM),
    ("FlowMatchEulerDiscreteScheduler", FLOW),
    ("FlowMatchHeunDiscreteScheduler", Rules { levels: None, ..FLOW }),
    ("ddpm-linear", NAMED),
    ("sd-scaled-linear", NAMED),
    ("cosine", NAMED),
    ("edm", EDM),
    ("flow", FLOW),
];

/// The rules of a class or a named schedule.
pub(super) fn of(name: &str) -> Option<Rules> {
    ALL.iter().find(|(known, _)| *known == name).map(|(_, rules)| *rules)
}

/// Names of those that have rules.
pub(super) fn known() -> Vec<&'static str> {
    ALL.iter().map(|(name, _)| *name).collect()
}
