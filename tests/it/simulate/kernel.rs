//! The score kernel against direct sums in double precision.

use proptest::prelude::*;
use regimes::Noise;
use regimes::models::{Clusters, Model};
use regimes::numerics::random::{Purpose, Seed};
use regimes::simulate::{DataSet, Points, Real, Seen, see};

/// Logits of a few hundred, sums of a few thousand terms: some thousand roundings.
const DOUBLE: f64 = 1e-10;

/// What single-precision products may change of double-precision results.
const SINGLE: f64 = 1e-5;

fn clusters<T: Real>(n: usize, d: usize, seed: u64) -> DataSet<T> {
    let model = Clusters::new(d as f64, 1.0, 1.0).unwrap();
    let mut frame = Seed(seed).stream(Purpose::Frame, 0, 0);
    let sampler = model.sampler(&mut frame).unwrap().required().unwrap();
    DataSet::draw(sampler.as_ref(), n, Seed(seed), 0).unwrap()
}

fn noisy<T: Real>(data: &DataSet<T>, count: usize, t: f64, own: bool, hints: bool) -> Points {
    let noise = Noise::at_time(t).unwrap();
    let mut stream = Seed(5).stream(Purpose::Points, 1, 0);
    let from: Vec<usize> = (0..count).map(|_| stream.below(data.len())).collect();
    let values = from
        .iter()
        .flat_map(|&i| data.sample(i).collect::<Vec<_>>())
        .map(|a| noise.decay() * a + noise.delta().sqrt() * stream.normal())
        .collect();
    Points {
        dimension: data.dimension(),
        values,
        noises: vec![noise; count],
        own: if own { from.clone() } else { Vec::new() },
        hints: if hints { from } else { Vec::new() },
    }
}

/// The softmax by its definition: entropy, Σw², Σ_k P(k)², nearest, odds against the own, mean.
struct Direct {
    entropy: f64,
    coincidence: f64,
    agreement: f64,
    nearest: usize,
    odds: f64,
    mean: Vec<f64>,
}

fn direct(data: &DataSet<f64>, points: &Points, j: usize) -> Direct {
    let d = data.dimension();
    let x = &points.values[j * d..][..d];
    let (decay, delta) = (points.noises[j].decay(), points.noises[j].delta());
    let energies: Vec<f64> = (0..data.len())
        .map(|i| {
            let square: f64 = data.sample(i).zip(x).map(|(a, x)| (x - decay * a).powi(2)).sum();
            square / (2.0 * delta)
        })
        .collect();
    let least = energies.iter().copied().fold(f64::INFINITY, f64::min);
    let total: f64 = energies.iter().map(|e| (least - e).exp()).sum();
    let w: Vec<f64> = energies.iter().map(|e| (least - e).exp() / total).collect();
    let mut classes = vec![0.0; data.classes().len()];
    let mut mean = vec![0.0; d];
    for (i, w) in w.iter().enumerate() {
        classes[data.class_of(i)] += w;
        mean.iter_mut().zip(data.sample(i)).for_each(|(m, a)| *m += w * a);
    }
    let own = points.own.first().map_or(0, |_| points.own[j]);
    let others: f64 = energies
        .iter()
        .enumerate()
        .filter(|(i, _)| *i != own)
        .map(|(_, e)| (least - e).exp())
        .sum();
    Direct {
        entropy: w.iter().filter(|w| **w > 0.0).map(|w| -w * w.ln()).sum(),
        coincidence: w.iter().map(|w| w * w).sum(),
        agreement: classes.iter().map(|c| c * c).sum(),
        nearest: energies.iter().position(|e| *e == least).unwrap(),
        odds: others.ln() - least + energies[own],
        mean,
    }
}

fn relative(a: &[f64], b: &[f64]) -> f64 {
    let norm = |x: &mut dyn Iterator<Item = f64>| x.map(|x| x * x).sum::<f64>().sqrt();
    norm(&mut a.iter().zip(b).map(|(a, b)| a - b)) / norm(&mut b.iter().copied())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Any shape, any time, with and without own samples and hints.
    #[test]
    fn independent_kernel_is_the_softmax(
        n in 2usize..900,
        d in 1usize..40,
        count in 1usize..20,
        t in 0.02..6.0f64,
        own in any::<bool>(),
        hints in any::<bool>(),
    ) {
        let data: DataSet<f64> = clusters(n, d, n as u64);
        let points = noisy(&data, count, t, own, hints);
        let seen = see(&data, &points, true).unwrap();
        for j in 0..count {
            let want = direct(&data, &points, j);
            let got = seen.all(&data, &points, j);
            prop_assert!((got.entropy() - want.entropy).abs() < DOUBLE);
            prop_assert!((got.coincidence() - want.coincidence).abs() < DOUBLE);
            prop_assert!((got.agreement() - want.agreement).abs() < DOUBLE);
            prop_assert_eq!(got.nearest(), want.nearest);
            prop_assert!(relative(&seen.means[j * d..][..d], &want.mean) < 2e-9);
            if own {
                let odds = seen.others[j].log_sum() - seen.own[j];
                prop_assert!((odds - want.odds).abs() < DOUBLE * want.odds.abs().max(1.0));
            }
        }
    }
}

/// Averages and the largest relative error of the means of two runs on the same samples.
fn compare(n: usize, d: usize, count: usize) {
    let single: DataSet<f32> = clusters(n, d, 3);
    let labels: Vec<u32> = (0..n).map(|i| single.class_of(i) as u32).collect();
    let wide = (0..n).flat_map(|i| single.sample(i).collect::<Vec<_>>());
    let wide: Vec<f64> = wide.collect();
    let double: DataSet<f64> = DataSet::new(d, &wide, Some(&labels)).unwrap();
    for t in [0.1, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 8.0] {
        let points = noisy(&single, count, t, true, false);
        let (a, b) = (see(&single, &points, true).unwrap(), see(&double, &points, true).unwrap());
        let average = |seen: &Seen, f: &dyn Fn(&regimes::simulate::Tally) -> f64| -> f64 {
            (0..count).map(|j| f(&seen.all(&single, &points, j))).sum::<f64>() / count as f64
        };
        for (what, f) in [
            (
                "f/α",
                &(|s: &regimes::simulate::Tally| s.entropy() / (n as f64).ln())
                    as &dyn Fn(&regimes::simulate::Tally) -> f64,
            ),
            ("φ_C", &|s| s.coincidence()),
            ("φ", &|s| s.agreement()),
        ] {
            let off = (average(&a, f) - average(&b, f)).abs();
            assert!(off < SINGLE, "{what} at t = {t}, d = {d}: off by {off:e}");
        }
        let worst = (0..count)
            .map(|j| relative(&a.means[j * d..][..d], &b.means[j * d..][..d]))
            .fold(0.0, f64::max);
        assert!(worst < SINGLE, "mean at t = {t}, d = {d}: off by {worst:e}");
    }
}

#[test]
fn independent_single_precision_is_within_1e_5() {
    compare(3000, 64, 32);
    compare(3000, 1024, 32);
}

#[test]
#[ignore = "half a minute and 300 MB"]
fn independent_single_precision_at_full_size() {
    compare(20_000, 1024, 256);
}

/// The bits depend on the number of threads neither in one precision nor in the other.
#[test]
fn identity_same_bits_on_any_number_of_threads() {
    fn run<T: Real>(threads: usize) -> Vec<u64> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let data: DataSet<T> = clusters(5000, 48, 9);
            let points = noisy(&data, 300, 0.8, true, false);
            let seen = see(&data, &points, true).unwrap();
            let sums = seen.others.iter().flat_map(|s| [s.log_sum(), s.entropy(), s.coincidence()]);
            sums.chain(seen.means.iter().copied()).map(f64::to_bits).collect()
        })
    }
    let (single, double) = (run::<f32>(1), run::<f64>(1));
    for threads in [2, 5] {
        assert_eq!(run::<f32>(threads), single);
        assert_eq!(run::<f64>(threads), double);
    }
}
