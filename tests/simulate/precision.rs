//! Both precisions at any scale of the data: of the kernel against direct sums, of whole simulations
//! against each other.

use proptest::prelude::*;
use regimes::Noise;
use regimes::models::linear_manifold::Embedding;
use regimes::models::{Clusters, CurieWeiss, Gaussian, LinearManifold, Model};
use regimes::numerics::random::{Purpose, Seed};
use regimes::simulate::clones::{self, Route, Score};
use regimes::simulate::{
    DataSet, Measured, Points, Real, Scheme, Source, Unit, blocks, collapse, entropy, levels, see,
};

/// Logits are off by 0.01 at most, and weights by as much of themselves: entropies by less than
/// twice that times their own size.
const LOGITS: f64 = 0.02;

/// Energies |x − a e^{−t}|²/2Δ by their definition, in double precision.
fn energies<T: Real>(data: &DataSet<T>, x: &[f64], noise: Noise) -> Vec<f64> {
    let square = |i: usize| -> f64 {
        data.sample(i).zip(x).map(|(a, x)| (x - noise.decay() * a).powi(2)).sum()
    };
    (0..data.len()).map(|i| square(i) / (2.0 * noise.delta())).collect()
}

/// Entropy and coincidence of the weights, the mean, and the least energy.
fn direct<T: Real>(data: &DataSet<T>, energies: &[f64]) -> (f64, f64, Vec<f64>, f64) {
    let least = energies.iter().copied().fold(f64::INFINITY, f64::min);
    let total: f64 = energies.iter().map(|e| (least - e).exp()).sum();
    let weights: Vec<f64> = energies.iter().map(|e| (least - e).exp() / total).collect();
    let mut mean = vec![0.0; data.dimension()];
    for (i, w) in weights.iter().enumerate() {
        mean.iter_mut().zip(data.sample(i)).for_each(|(m, a)| *m += w * a);
    }
    let entropy = weights.iter().filter(|w| **w > 0.0).map(|w| -w * w.ln()).sum();
    (entropy, weights.iter().map(|w| w * w).sum(), mean, least)
}

/// Samples about `offset` with a spread of `scale`, and points between them; checks what they see.
/// Returns whether the precision could hold them.
fn check<T: Real>(
    (n, d): (usize, usize),
    (scale, offset): (f64, f64),
    t: f64,
    seed: u64,
) -> Result<bool, TestCaseError> {
    let mut stream = Seed(seed).stream(Purpose::Samples, 0, 0);
    let values: Vec<f64> = (0..n * d).map(|_| offset + scale * stream.normal()).collect();
    let data: DataSet<T> = DataSet::new(d, &values, None).unwrap();
    let noise = Noise::at_time(t).unwrap();
    if !data.is_sharp(noise) {
        return Ok(false);
    }
    let from: Vec<usize> = (0..8).map(|_| stream.below(n)).collect();
    let points = Points {
        dimension: d,
        values: from
            .iter()
            .flat_map(|&i| data.sample(i).collect::<Vec<_>>())
            .map(|a| noise.decay() * a + noise.delta().sqrt() * stream.normal())
            .collect(),
        noises: vec![noise; 8],
        own: Vec::new(),
        hints: from,
    };
    let seen = see(&data, &points, true).unwrap();
    for (j, x) in points.values.chunks_exact(d).enumerate() {
        let energies = energies(&data, x, noise);
        let (entropy, coincidence, mean, least) = direct(&data, &energies);
        let tally = &seen.others[j];
        let off = (tally.entropy() - entropy).abs();
        prop_assert!(off < LOGITS * (1.0 + entropy), "entropy {entropy} is off by {off}");
        let off = (tally.coincidence() - coincidence).abs();
        prop_assert!(off < LOGITS, "coincidence {coincidence} is off by {off}");
        let nearest = energies[tally.nearest()];
        prop_assert!(nearest - least < LOGITS, "the nearest at {nearest}, not {least}");
        let off = seen.common[j] - tally.nearest_logit() - least;
        prop_assert!(off.abs() < LOGITS + 1e-6 * least, "least energy {least} is off by {off}");
        let off = mean.iter().zip(&seen.means[j * d..]).map(|(a, b)| (a - b).powi(2));
        // Weights that are off move the mean by so much of the spread, rounding by less.
        let spread = scale * (d as f64).sqrt();
        let off = off.sum::<f64>().sqrt();
        prop_assert!(off < LOGITS * spread + 1e-6 * offset.abs(), "mean off by {off} of {spread}");
    }
    Ok(true)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Double precision holds all of these; single precision most.
    #[test]
    fn independent_kernel_is_the_softmax_at_any_scale(
        n in 2usize..400,
        d in 1usize..40,
        scale in -6.0..6.0f64,
        offset in proptest::option::of(-2.0..3.0f64),
        t in -2.0..0.8f64,
        seed in 0u64..1000,
    ) {
        let (scale, t) = (10f64.powf(scale), 10f64.powf(t));
        let offset = scale * offset.map_or(0.0, |x| 10f64.powf(x));
        prop_assert!(check::<f64>((n, d), (scale, offset), t, seed)?);
        let single = check::<f32>((n, d), (scale, offset), t, seed)?;
        prop_assert!(single || scale > 100.0, "single precision gave up at scale {scale}");
    }
}

/// Models of every kind that can be scaled, in `d` dimensions.
fn model(kind: usize, d: f64, scale: f64) -> Box<dyn Model> {
    match kind {
        0 => Box::new(Clusters::new(d, scale, scale).unwrap()),
        1 => Box::new(Clusters::new(d, scale, 1.0).unwrap()),
        2 => Box::new(Gaussian::isotropic(d, scale).unwrap()),
        3 => {
            let values: Vec<f64> = (1..=d as usize).map(|k| (scale / k as f64).powi(2)).collect();
            Box::new(Gaussian::with_eigenvalues(&values, d).unwrap())
        }
        4 => Box::new(LinearManifold::new(d, 0.5, Embedding::IidP).unwrap()),
        _ => Box::new(CurieWeiss::new(d, 0.8).unwrap()),
    }
}

/// Blocks of one experiment.
fn run<T: Real>(kind: usize, model: &dyn Model, n: usize, t: f64) -> Vec<Vec<f64>> {
    let times = [Noise::at_time(t).unwrap()];
    let source = Source::<T>::Model(model, n);
    let scheme = Scheme::new(4.0, 40.0).unwrap();
    let block = |k: usize| {
        let unit = Unit::new(Seed(3), k as u64);
        let mut numbers = match kind {
            0 => entropy::block(source, &times, 16, unit),
            1 => clones::block(Score::Empirical(source), Route::Jump, &times, 16, unit),
            2 => clones::block(Score::Empirical(source), Route::Euler(scheme), &times, 16, unit),
            3 => levels::block::<T>(model, n, &times, 16, unit),
            _ => collapse::block(source, k.is_multiple_of(2), scheme, 16, false, unit),
        }?;
        // How many looks were in which precision differs.
        numbers.truncate(numbers.len() - 2);
        Ok(numbers)
    };
    blocks::run(6, 1.0, None, &|_| (), &block).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// With common random numbers both precisions agree within their standard errors.
    #[test]
    fn property_both_precisions_agree_at_any_scale(
        experiment in 0usize..5,
        kind in 0usize..6,
        n in 2usize..120,
        d in 1usize..12,
        scale in -6.0..6.0f64,
        t in -1.5..0.8f64,
    ) {
        let model = model(kind, 2.0 * d as f64, 10f64.powf(scale));
        let t = 10f64.powf(t);
        let single = run::<f32>(experiment, model.as_ref(), n, t);
        let double = run::<f64>(experiment, model.as_ref(), n, t);
        for k in 0..single[0].len() {
            // One more of its 96 draws that went another way is no disagreement.
            let of = |blocks: &[Vec<f64>]| Measured::over(blocks.iter().map(|b| b[k]), 1.0 / 96.0);
            let (a, b) = (of(&single), of(&double));
            let allowed = a.stderr.hypot(b.stderr) + 1e-6 * b.value.abs();
            prop_assert!((a.value - b.value).abs() <= allowed, "number {k}: {a:?}, {b:?}");
        }
    }
}
