//! What the random energy model answers, explained: formula, order of its corrections, and where
//! the printed formulas differ.

use super::super::curve::Point;
use super::super::curve::levels::{ensemble, with_energies};
use super::super::level_times::{finite_time, level_time};
use super::super::sample_size::SampleSize;
use super::{Page, noise};
use regimes::Answer;
use regimes::error::Result;
use regimes::models::Model;
use regimes::models::parameter::Parameter;
use regimes::process::Noise;
use regimes::rem::finite::{Ensemble, Quantity};
use regimes::rem::large_deviations::Energies;

/// A line of mathematics: Unicode, LaTeX, source.
type Line = (&'static str, &'static str, &'static str);

/// A number on the way: Unicode, LaTeX, value.
type Part = (&'static str, &'static str, fn(&Energies) -> Result<regimes::Estimate>);

/// What a curve of this name is about, it says itself.
const AS_A_CURVE: &str = "";

/// A quantity of the random energy model.
pub(super) struct Level {
    /// Name on the command line.
    pub(super) name: &'static str,
    /// What it is, in a line.
    pub(super) about: &'static str,
    /// False for times.
    pub(super) at_noise: bool,
    /// Parameters beside the model's, the sample size and the noise level.
    pub(super) parameters: &'static [Parameter],
    symbol: (&'static str, &'static str),
    lines: &'static [Line],
    remarks: &'static [&'static str],
    value: fn(&dyn Model, &Point<'_>) -> Result<Answer>,
    /// Numbers on the way, that one needs to check the value by hand.
    parts: &'static [Part],
}

const CONDENSATION: Part = ("h_G", "h_G", Energies::bandwidth_condensation);

const OPTIMAL: Part = ("h_opt", "h_\\mathrm{opt}", Energies::bandwidth_optimal);

const VARYING: &str = "i runs over the directions in which the data vary (ℓ_i > 0), w_i is its share of all d dimensions, and KL counts nats per ambient dimension: along directions that do not vary it would be infinite";

const LARGE_DEVIATIONS: Line = (
    "g(λ; r) = lim (1/d) log E_a e^(−λE) = −½ Σ_i w_i [log(1 + λℓ_i/τ) + λ(ℓ_i + rτ)/(τ + λℓ_i)], τ = e^(2t) − 1",
    "g(\\lambda; r) &= \\lim \\tfrac1d \\log \\mathbb{E}_a e^{-\\lambda E} = -\\tfrac12 \\sum_i w_i \\Bigl[\\log(1 + \\lambda\\ell_i/\\tau) + \\frac{\\lambda(\\ell_i + r\\tau)}{\\tau + \\lambda\\ell_i}\\Bigr], \\quad \\tau = e^{2t} - 1",
    "BBDM24",
);

const PHASES: Line = (
    "ψ = α + g(1) if α + g(1) − g′(1) ≥ 0 (large t), else g′(λ_c) with α + g(λ_c) = λ_c g′(λ_c)",
    "\\psi &= \\alpha + g(1) \\text{ if } \\alpha + g(1) - g'(1) \\ge 0 \\text{ (large } t), \\text{ else } g'(\\lambda_c),\\ \\alpha + g(\\lambda_c) = \\lambda_c g'(\\lambda_c)",
    "D81",
);

const SWAPPED: &str = "the supplement of BBDM24 prints the two phases in exchanged order, and its closed-form rate function has misprints; this is the Legendre transform itself, uncondensed at large t";

const LEADING: &str = "leading order at fixed α: corrections vanish as d grows: at α = 0.05 the time of φ_C = ½ is off by 0.090, 0.022, 0.0059 at d = 64, 256, 1024, nearly as 1/d";

const EXACT: &str = "exact at finite n and d for independent samples: no expansion; as d → ∞ the corrections to the asymptotic order are e^(−cd) away from t_C, a window of width 1/√d around it";

const MISSED: &str = "the theory curve published beside the simulation is the asymptotic one: it misses the simulated points by up to 38 standard errors, since the curve of a simulation is the exact mean below, which never crosses zero";

const DERRIDA: Line = (
    "d f^e = E log(1 + Z_{2..n}/Z_1) = E_x ∫dv [1 − (1 − K(v))^(n−1)] [1 − K_1(v)], K(v) = E_a[1 − exp(−e^(v−E))]",
    "d f^e &= \\mathbb{E} \\log(1 + Z_{2..n}/Z_1) = \\mathbb{E}_x \\int dv\\, [1 - (1 - K(v))^{n-1}]\\,[1 - K_1(v)], \\quad K(v) = \\mathbb{E}_a[1 - \\exp(-e^{v-E})]",
    "D81",
);

const OWN_WEIGHT: Line = (
    "φ_C = E Σ_μ w_μ² = E w_1 = E_x ∫dv E_1[ζ e^(−ζ)] (1 − K(v))^(n−1), ζ = e^(v−E_1)",
    "\\varphi_C &= \\mathbb{E} \\sum_\\mu w_\\mu^2 = \\mathbb{E} w_1 = \\mathbb{E}_x \\int dv\\, \\mathbb{E}_1[\\zeta e^{-\\zeta}]\\,(1 - K(v))^{n-1}, \\quad \\zeta = e^{v-E_1}",
    "D81",
);

const NO_R: &[Parameter] = &[];

/// In the order of the help.
pub(super) const LEVELS: &[Level] = &[
    Level {
        name: "t_C.onset",
        about: "onset of condensation for typical x: the first samples trap the score",
        at_noise: false,
        parameters: NO_R,
        symbol: ("t_o", "t_o"),
        lines: &[
            LARGE_DEVIATIONS,
            PHASES,
            (
                "ψ(r = 0) = 0 at t_o: α = I/d + ½ Σ_i w_i ℓ_i/(τ + ℓ_i)",
                "\\psi(r = 0) &= 0 \\text{ at } t_o: \\quad \\alpha = I/d + \\tfrac12 \\sum_i w_i \\frac{\\ell_i}{\\tau + \\ell_i}",
                "AALMV25",
            ),
        ],
        remarks: &[LEADING, SWAPPED],
        value: |model, point| level(model, point, Energies::onset_time),
        parts: &[],
    },
    Level {
        name: "t_C.generalisation",
        about: "where the empirical score is nearest to that of the law of the data",
        at_noise: false,
        parameters: NO_R,
        symbol: ("t_g", "t_g"),
        lines: &[
            LARGE_DEVIATIONS,
            (
                "h_opt² = h_G² Σ_i w_i p_i(2 − p_i)/W, W = Σ_i w_i over ℓ_i > 0, p_i = ℓ_i/(h_G² + ℓ_i), α = I(h_G²)/d − ½ Σ_i w_i p_i(1 − p_i), h_opt² = e^(2t_g) − 1",
                "h_\\mathrm{opt}^2 &= \\frac{h_G^2}{W} \\sum_i w_i p_i(2 - p_i), \\quad W = \\sum_{\\ell_i > 0} w_i, \\quad p_i = \\frac{\\ell_i}{h_G^2 + \\ell_i}, \\quad \\alpha = I(h_G^2)/d - \\tfrac12 \\sum_i w_i p_i(1 - p_i), \\quad h_\\mathrm{opt}^2 = e^{2t_g} - 1",
                "BM24",
            ),
        ],
        remarks: &[LEADING, VARYING],
        value: |model, point| level(model, point, Energies::generalisation_time),
        parts: &[CONDENSATION, OPTIMAL],
    },
    Level {
        name: "t_C.clones",
        about: "where two clones end on one sample with probability ½, at this n and d",
        at_noise: false,
        parameters: NO_R,
        symbol: ("t_C.clones", "t_C^{\\mathrm{clones}}"),
        lines: &[OWN_WEIGHT, ("φ_C = ½ at t_C.clones", "\\varphi_C &= \\tfrac12", "BBDM24")],
        remarks: &[EXACT],
        value: |model, point| finite(model, point, Ensemble::clone_collapse_time),
        parts: &[],
    },
    Level {
        name: "t_C.leave-one-out",
        about: "where the leave-one-out excess entropy is zero, at this n and d",
        at_noise: false,
        parameters: NO_R,
        symbol: ("t_C.leave-one-out", "t_C^{\\mathrm{loo}}"),
        lines: &[(
            "E log(Z_{2..n}/Z_1) = E_x ∫dv {[1 − (1 − K(v))^(n−1)] − K_1(v)} = 0",
            "\\mathbb{E} \\log(Z_{2..n}/Z_1) &= \\mathbb{E}_x \\int dv\\, \\{[1 - (1 - K(v))^{n-1}] - K_1(v)\\} = 0",
            "D81",
        )],
        remarks: &[
            EXACT,
            "f^e itself is a conditional entropy: it is positive at every t, and a zero of a measured f^e is noise",
        ],
        value: |model, point| finite(model, point, Ensemble::leave_one_out_time),
        parts: &[],
    },
    Level {
        name: "t_C.participation",
        about: "where two samples share the weight, E 1/Σw² = 2, at this n and d",
        at_noise: false,
        parameters: NO_R,
        symbol: ("t_C.participation", "t_C^{\\mathrm{part}}"),
        lines: &[(
            "E 1/Σ_μ w_μ² = 2, by 1/Y = ∫dp e^(−pY) with Y = Σ_μ Z_μ²",
            "\\mathbb{E}\\, 1/\\textstyle\\sum_\\mu w_\\mu^2 &= 2, \\quad 1/Y = \\int dp\\, e^{-pY},\\ Y = \\textstyle\\sum_\\mu Z_\\mu^2",
            "D81",
        )],
        remarks: &[
            EXACT,
            "rare points with many participants count fully in this mean and pull the time below t_C at fixed α",
        ],
        value: |model, point| finite(model, point, Ensemble::participation_time),
        parts: &[],
    },
    Level {
        name: "excess-entropy-exact",
        about: "empirical excess entropy f^e/d at finite n and d",
        at_noise: true,
        parameters: NO_R,
        symbol: ("f^e", "f^e"),
        lines: &[DERRIDA],
        remarks: &[
            EXACT,
            MISSED,
            "above t_C it is α − I/d up to e^(−cd), the class bit included; below it d f^e → 0",
        ],
        value: |model, point| with_ensemble(model, point, |e| e.excess_entropy(point.noise)),
        parts: &[],
    },
    Level {
        name: "condensation",
        about: AS_A_CURVE,
        at_noise: true,
        parameters: NO_R,
        symbol: ("φ_C", "\\varphi_C"),
        lines: &[OWN_WEIGHT],
        remarks: &[
            EXACT,
            "two clones started from x_t end on the same sample with this probability; the two sides are separate integrals, equal by the Nishimori identity",
        ],
        value: |model, point| {
            with_ensemble(model, point, |e| e.mean(Quantity::CloneCollapse, point.noise))
        },
        parts: &[],
    },
    Level {
        name: "basin",
        about: AS_A_CURVE,
        at_noise: true,
        parameters: NO_R,
        symbol: ("r*", "r^*"),
        lines: &[
            LARGE_DEVIATIONS,
            (
                "ψ(r*) = −r*/2: r* = 1 − 2(α − I/d)/Σ_i w_i ℓ_i/(τ + ℓ_i) for t_C ≤ t ≤ t_o, τ_C/τ below",
                "\\psi(r^*) &= -r^*/2: \\quad r^* = 1 - \\frac{2(\\alpha - I/d)}{\\sum_i w_i \\ell_i/(\\tau + \\ell_i)} \\text{ for } t_C \\le t \\le t_o, \\quad \\tau_C/\\tau \\text{ below}",
                "AALMV25",
            ),
        ],
        remarks: &[LEADING],
        value: |model, point| with_energies(model, point, |levels| levels.basin(point.noise)),
        parts: &[],
    },
    Level {
        name: "free-energy",
        about: AS_A_CURVE,
        at_noise: true,
        parameters: &[super::super::curve::levels::R],
        symbol: ("ψ", "\\psi"),
        lines: &[LARGE_DEVIATIONS, PHASES],
        remarks: &[LEADING, SWAPPED],
        value: |model, point| {
            let r = point.values.required("r")?;
            with_energies(model, point, |levels| {
                if point.noise.tau() == 0.0 || !point.noise.tau().is_finite() {
                    return Ok(Answer::absent("no levels to compare at t = 0 or t = ∞"));
                }
                Ok(levels.free_energy(point.noise, r)?.value.into())
            })
        },
        parts: &[],
    },
    Level {
        name: "kl",
        about: AS_A_CURVE,
        at_noise: true,
        parameters: NO_R,
        symbol: ("KL", "\\mathrm{KL}"),
        lines: &[(
            "KL = ½ Σ_i w_i [log(1 + h²/ℓ_i) − h²/(h² + ℓ_i)] for h > h_G, else α + ½ Σ_i w_i [log(h²/ℓ_i) − 1] + W h_opt²/(2h²), W = Σ_i w_i over ℓ_i > 0, h² = e^(2t) − 1",
            "\\mathrm{KL} &= \\tfrac12 \\sum_i w_i \\Bigl[\\log(1 + h^2/\\ell_i) - \\frac{h^2}{h^2 + \\ell_i}\\Bigr] \\ (h > h_G), \\quad \\alpha + \\tfrac12 \\sum_i w_i [\\log(h^2/\\ell_i) - 1] + W\\frac{h_\\mathrm{opt}^2}{2h^2} \\ (h < h_G), \\quad h^2 = e^{2t} - 1",
            "BM24",
        )],
        remarks: &[LEADING, VARYING],
        value: |model, point| {
            with_energies(model, point, |levels| levels.kullback_leibler_at(point.noise))
        },
        parts: &[CONDENSATION, OPTIMAL],
    },
];

fn level(
    model: &dyn Model,
    point: &Point<'_>,
    time: fn(&Energies) -> Result<regimes::Estimate>,
) -> Result<Answer> {
    let size = SampleSize::of(point.values, model.dimension())?;
    level_time(model, &size, 0.0, time)
}

fn finite(
    model: &dyn Model,
    point: &Point<'_>,
    time: fn(&Ensemble) -> Result<Answer>,
) -> Result<Answer> {
    let size = SampleSize::of(point.values, model.dimension())?;
    finite_time(model, &size, 0.0, point.values, time)
}

fn with_ensemble(
    model: &dyn Model,
    point: &Point<'_>,
    f: impl FnOnce(&Ensemble) -> Result<regimes::Estimate>,
) -> Result<Answer> {
    ensemble(model, point)?.try_and_then(|ensemble| f(&ensemble).map(Answer::Value))
}

impl Page {
    /// Formula, numbers, value and remarks of a quantity of the random energy model.
    pub(super) fn level(&mut self, model: &dyn Model, level: &Level) -> Result<()> {
        for (unicode, latex, source) in level.lines {
            self.definition(unicode, latex, source);
        }
        self.alpha(model)?;
        let noise = if level.at_noise { noise::of(&self.values)? } else { Noise::at_time(0.0)? };
        if level.at_noise {
            let tau = Answer::Value(regimes::Estimate::rounded(noise.tau()));
            self.result("τ", "\\tau", &tau);
        }
        let size = SampleSize::of(&self.values, model.dimension())?;
        if let (false, Answer::Value(energies)) =
            (level.parts.is_empty(), model.energies(size.alpha.value)?)
        {
            for (symbol, latex, part) in level.parts {
                self.result(symbol, latex, &Answer::Value(part(&energies)?));
            }
        }
        let size = Some(size);
        let point = Point { noise, size, values: &self.values };
        let value = (level.value)(model, &point);
        self.computed(level.symbol.0, level.symbol.1, value)?;
        for remark in level.remarks {
            self.remark(remark);
        }
        Ok(())
    }
}
