//! The random energy model behind collapse.
//!
//! Seen from a noisy point x_t, the samples are energy levels E^μ = |x_t − a^μ e^{−t}|²/(2Δ_t), and
//! the empirical score is their Gibbs average at inverse temperature one. The sample that x_t came
//! from is one level among n; collapse is the condensation of the measure onto it `[BBDM24]`.
//!
//! [`large_deviations`] is the theory at d → ∞ and fixed α = log n / d; [`finite`] is exact at
//! finite n and d; [`levels`] draws the lowest levels where n is beyond any memory.
//!
//! `[D81]` is B. Derrida, Phys. Rev. B 24, 2613 (1981): the random energy model and its integral
//! for E log Z.
//!
//! Everything is computed in the rescaled variable y = e^t x_t = a + √τ ω with τ = e^{2t} − 1, in
//! which the energies read |y − a^μ|²/(2τ) and time enters through τ alone.

pub mod finite;
pub mod large_deviations;
pub mod levels;
