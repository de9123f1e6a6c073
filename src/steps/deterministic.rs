//! Deterministic sampling (DDIM, Euler in σ) of Gaussian data, in closed form.
//!
//! A step multiplies the coordinate of variance λ by 1 + (σ_{k+1} − σ_k) σ_k/(λ + σ_k²), where the exact flow
//! multiplies it by √((λ + σ_{k+1}²)/(λ + σ_k²)). Everything after is sums over the eigenvalues.

use super::ancestral::Start;
use super::level::Level;
use crate::Answer;
use crate::numerics::Estimate;
use crate::spectrum::Spectrum;

/// What comes out, against the exact law at the last level; per dimension.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// Variance of what comes out over the exact one.
    pub variance_ratio: Estimate,
    /// KL(exact law ‖ what comes out).
    pub kl: Estimate,
    /// Wasserstein distance W₂/√d, in units of the data.
    pub w2: Estimate,
}

/// Points that stand for a Marchenko-Pastur law; twice as many say how well.
const NODES: usize = 128;

/// What a grid from the noisiest level to the cleanest gives of Gaussian data with this spectrum.
pub fn output(spectrum: &Spectrum, grid: &[Level], start: Start) -> Answer<Output> {
    match spectrum {
        Spectrum::Atoms(atoms) => of_atoms(atoms.atoms(), grid, start),
        Spectrum::MarchenkoPastur(law) => {
            let of = |count: usize| {
                let nodes = law.nodes(count).into_iter();
                let atoms: Vec<(Estimate, f64)> = nodes
                    .map(|(value, weight)| (Estimate::new(value, NODE * value), weight))
                    .collect();
                of_atoms(&atoms, grid, start)
            };
            of(NODES).and_then(|few| {
                of(2 * NODES).map(|many| Output {
                    variance_ratio: refined(few.variance_ratio, many.variance_ratio),
                    kl: refined(few.kl, many.kl),
                    w2: refined(few.w2, many.w2),
                })
            })
        }
    }
}

/// Relative error of a node: a few roundings.
const NODE: f64 = 8.0 * f64::EPSILON;

/// The finer of two sums; what refining changed bounds what more would.
fn refined(few: Estimate, many: Estimate) -> Estimate {
    many.widened(2.0 * (few.value - many.value))
}

fn of_atoms(atoms: &[(Estimate, f64)], grid: &[Level], start: Start) -> Answer<Output> {
    let (Some(first), Some(last)) = (grid.first(), grid.last()) else {
        return Answer::absent("a grid without levels");
    };
    if first.sigma.is_infinite() && last.sigma == 0.0 && grid.len() == 2 {
        return Answer::absent("a single step from pure noise to the data gives their mean alone");
    }
    let end = Estimate::exact(last.sigma).squared();
    let mut all = [Estimate::exact(0.0); 4];
    for &(variance, fraction) in atoms {
        let exact = variance + end;
        let ratio = ratio(variance, grid) * started(variance, first.sigma, start);
        // Without variance and without noise there is nothing to tell apart.
        let nothing = exact.value == 0.0;
        let (kl, apart) = if nothing {
            (Estimate::exact(0.0), Estimate::exact(0.0))
        } else {
            let short = (Estimate::exact(1.0) - ratio) / ratio;
            (relative_entropy(short), exact * (ratio.sqrt() - 1.0).squared())
        };
        let share = Estimate::rounded(fraction);
        for (sum, term) in all.iter_mut().zip([exact * ratio, exact, kl, apart]) {
            *sum = *sum + term * share;
        }
    }
    let [generated, exact, kl, apart] = all;
    if exact.value == 0.0 {
        return Answer::absent("data without variance at a level without noise");
    }
    Answer::Value(Output {
        variance_ratio: generated / exact,
        kl: kl.clamp(0.0, f64::INFINITY),
        w2: apart.sqrt(),
    })
}

/// The variance of data that have only one.
pub(super) fn one_variance(spectrum: &Spectrum) -> Option<f64> {
    match spectrum {
        Spectrum::Atoms(atoms) => match atoms.atoms() {
            [(variance, _)] => Some(variance.value),
            _ => None,
        },
        Spectrum::MarchenkoPastur(_) => None,
    }
}

/// Variance at the last level over the exact one, from an exact start.
fn ratio(variance: Estimate, grid: &[Level]) -> Estimate {
    if variance.value == 0.0 {
        // Noise alone shrinks by σ_{k+1}/σ_k exactly.
        return Estimate::exact(1.0);
    }
    let mut ratio = Estimate::exact(1.0);
    for pair in grid.windows(2) {
        if pair[0].sigma.is_infinite() {
            // A step from pure noise makes noise: (λ + σσ')²/(λ + σ²) → σ'².
            let there = Estimate::exact(pair[1].sigma).squared();
            ratio = there / (variance + there);
            continue;
        }
        let [here, there] = [pair[0].sigma, pair[1].sigma].map(Estimate::exact);
        let before = variance + here.squared();
        let factor = (variance + here * there) / before;
        // Both in one, so that long grids keep their digits: each is close to one.
        ratio = ratio * (factor.squared() * before / (variance + there.squared()));
    }
    ratio
}

/// What a start from a Gaussian multiplies the variance by.
fn started(variance: Estimate, sigma: f64, start: Start) -> Estimate {
    let noise = Estimate::exact(sigma).squared();
    match start {
        // All of them are pure noise.
        _ if sigma.is_infinite() => Estimate::exact(1.0),
        Start::Exact => Estimate::exact(1.0),
        Start::Ve => noise / (variance + noise),
        Start::Vp => (noise + 1.0) / (variance + noise),
    }
}

/// ½ [x − log(1 + x)] for the exact variance over that generated, 1 + x.
fn relative_entropy(x: Estimate) -> Estimate {
    if x.value.abs() < SMALL {
        // The terms after x⁵/5 are below x⁶/(6 (1 − |x|)).
        let series = x.squared() * (0.5 - x * (1.0 / 3.0 - x * (0.25 - x * 0.2)));
        return (series * 0.5).widened(x.value.powi(6));
    }
    (x - x.ln_1p()) * 0.5
}

/// Below, x − log(1 + x) is summed as a series.
const SMALL: f64 = 1e-3;
