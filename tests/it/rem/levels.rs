use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use regimes::Noise;
use regimes::rem::finite::{Ensemble, Quantity};
use regimes::rem::levels::{LevelSampler, Levels};

fn draws(ensemble: &Ensemble, t: f64, count: usize, seed: u64) -> Vec<Levels> {
    let sampler = LevelSampler::new(ensemble, Noise::at_time(t).unwrap(), 1000.0).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..count).map(|_| sampler.draw(&mut || rng.random())).collect()
}

/// Mean and standard error.
fn summary(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let count = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / count;
    let variance = values.map(|x| (x - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, (variance / count).sqrt())
}

/// Sampled levels against Derrida's integral at n = e^50, d = 1000, through the collapse, and for
/// two classes: separate routes from the same assumptions.
#[test]
fn independent_sampled_levels_agree_with_the_exact_means() {
    for (m2, t) in [(0.0, 0.9), (0.0, 1.2), (0.0, 1.5), (1000.0, 1.3), (1000.0, 2.6)] {
        let ensemble = Ensemble::clusters(1000.0, m2, 1.0, 50.0).unwrap().with_tolerance(1e-6);
        let levels = draws(&ensemble, t, 1500, 271_828);
        let noise = Noise::at_time(t).unwrap();
        for (quantity, (mean, stderr)) in [
            (Quantity::IndexEntropy, summary(levels.iter().map(Levels::log_inverse_weight))),
            (Quantity::LeaveOneOut, summary(levels.iter().map(Levels::log_ratio))),
            (Quantity::OwnWeight, summary(levels.iter().map(Levels::own_weight))),
        ] {
            let want = ensemble.mean(quantity, noise).unwrap();
            // A mean made by one draw in a thousand has no Gaussian standard error.
            if quantity == Quantity::OwnWeight && want.value < 0.02 {
                continue;
            }
            assert!(
                (mean - want.value).abs() < 4.0 * stderr + 1e-9,
                "{quantity:?} at {t}: {mean} ± {stderr}, exact {want:?}"
            );
        }
    }
}

/// The number of levels drawn one by one, and the Poisson law of the lowest one: nF(E_min) is
/// exponential, so log nF has the Gumbel mean −γ. Checked through the nearest-neighbour identity.
#[test]
fn independent_nearest_neighbour_from_levels() {
    let ensemble = Ensemble::isotropic(200.0, 1.0, 30.0).unwrap().with_tolerance(1e-6);
    for t in [0.7, 0.9, 1.1] {
        let levels = draws(&ensemble, t, 3000, 99);
        let nearest = |l: &Levels| f64::from(u8::from(l.lowest.first().is_none_or(|e| l.own < *e)));
        let (mean, stderr) = summary(levels.iter().map(nearest));
        let want = ensemble.mean(Quantity::NearestNeighbour, Noise::at_time(t).unwrap()).unwrap();
        assert!((mean - want.value).abs() < 4.0 * stderr + 2e-3, "{t}: {mean} ± {stderr} {want:?}");
        let (count, spread) = summary(levels.iter().map(|l| l.lowest.len() as f64));
        assert!(count > 300.0 && count < 3000.0 && spread < 10.0, "{count} levels");
    }
}

#[test]
fn limit_too_few_samples_are_refused() {
    let ensemble = Ensemble::isotropic(20.0, 1.0, 9.0).unwrap();
    let noise = Noise::at_time(1.0).unwrap();
    assert!(LevelSampler::new(&ensemble, noise, 1000.0).is_err());
    assert!(LevelSampler::new(&ensemble, Noise::at_time(0.0).unwrap(), 20.0).is_err());
    assert!(LevelSampler::new(&ensemble, noise, 20.0).is_ok());
}

/// Mean and standard error of Σw² over levels seen from points whose own sample is taken away: fresh points.
pub fn fresh_participation(d: f64, alpha: f64, t: f64, count: usize) -> (f64, f64) {
    let ensemble = Ensemble::isotropic(d, 1.0, alpha * d).unwrap();
    let all = draws(&ensemble, t, count, 314_159);
    let participation = |levels: &Levels| {
        let least = levels.lowest[0];
        let (mut sum, mut squares) = ((least + levels.log_rest).exp(), 0.0);
        for energy in &levels.lowest {
            let weight = (least - energy).exp();
            sum += weight;
            squares += weight * weight;
        }
        squares / (sum * sum)
    };
    summary(all.iter().map(participation))
}
