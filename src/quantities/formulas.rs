//! Formulas and remarks that several quantities of the random energy model share.

use super::explanation::{Intermediate, Line};
use crate::rem::large_deviations::Energies;

pub(super) const BANDWIDTH_CONDENSATION: Intermediate =
    Intermediate { symbol: "h_G", latex: "h_G", value: Energies::bandwidth_condensation };

pub(super) const BANDWIDTH_OPTIMAL: Intermediate =
    Intermediate { symbol: "h_opt", latex: "h_\\mathrm{opt}", value: Energies::bandwidth_optimal };

pub(super) const VARYING: &str = "i runs over the directions in which the data vary (ℓ_i > 0), w_i is its share of all d dimensions, and KL counts nats per ambient dimension: along directions that do not vary it would be infinite";

pub(super) const LARGE_DEVIATIONS: Line = (
    "g(λ; r) = lim (1/d) log E_a e^(−λE) = −½ Σ_i w_i [log(1 + λℓ_i/τ) + λ(ℓ_i + rτ)/(τ + λℓ_i)], τ = e^(2t) − 1",
    "g(\\lambda; r) &= \\lim \\tfrac1d \\log \\mathbb{E}_a e^{-\\lambda E} = -\\tfrac12 \\sum_i w_i \\Bigl[\\log(1 + \\lambda\\ell_i/\\tau) + \\frac{\\lambda(\\ell_i + r\\tau)}{\\tau + \\lambda\\ell_i}\\Bigr], \\quad \\tau = e^{2t} - 1",
    "BBDM24",
);

pub(super) const PHASES: Line = (
    "ψ = α + g(1) if α + g(1) − g′(1) ≥ 0 (large t), else g′(λ_c) with α + g(λ_c) = λ_c g′(λ_c)",
    "\\psi &= \\alpha + g(1) \\text{ if } \\alpha + g(1) - g'(1) \\ge 0 \\text{ (large } t), \\text{ else } g'(\\lambda_c),\\ \\alpha + g(\\lambda_c) = \\lambda_c g'(\\lambda_c)",
    "D81",
);

pub(super) const SWAPPED: &str = "the supplement of BBDM24 prints the two phases in exchanged order, and its closed-form rate function has misprints; this is the Legendre transform itself, uncondensed at large t";

pub(super) const LEADING: &str = "leading order at fixed α: corrections vanish as d grows: at α = 0.05 the time of φ_C = ½ is off by 0.090, 0.022, 0.0059 at d = 64, 256, 1024, nearly as 1/d";

pub(super) const EXACT: &str = "exact at finite n and d for independent samples: no expansion; as d → ∞ the corrections to the asymptotic order are e^(−cd) away from t_C, a window of width 1/√d around it";

pub(super) const MISSED: &str = "the theory curve published beside the simulation is the asymptotic one: it misses the simulated points by up to 38 standard errors, since the curve of a simulation is the exact mean below, which never crosses zero";

pub(super) const DERRIDA: Line = (
    "d f^e = E log(1 + Z_{2..n}/Z_1) = E_x ∫dv [1 − (1 − K(v))^(n−1)] [1 − K_1(v)], K(v) = E_a[1 − exp(−e^(v−E))]",
    "d f^e &= \\mathbb{E} \\log(1 + Z_{2..n}/Z_1) = \\mathbb{E}_x \\int dv\\, [1 - (1 - K(v))^{n-1}]\\,[1 - K_1(v)], \\quad K(v) = \\mathbb{E}_a[1 - \\exp(-e^{v-E})]",
    "D81",
);

pub(super) const OWN_WEIGHT: Line = (
    "φ_C = E Σ_μ w_μ² = E w_1 = E_x ∫dv E_1[ζ e^(−ζ)] (1 − K(v))^(n−1), ζ = e^(v−E_1)",
    "\\varphi_C &= \\mathbb{E} \\sum_\\mu w_\\mu^2 = \\mathbb{E} w_1 = \\mathbb{E}_x \\int dv\\, \\mathbb{E}_1[\\zeta e^{-\\zeta}]\\,(1 - K(v))^{n-1}, \\quad \\zeta = e^{v-E_1}",
    "D81",
);
