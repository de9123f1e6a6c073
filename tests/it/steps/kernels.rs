//! The cost as what it is: KL of the true transitions from those of the sampler, summed over the chain.
use super::{geometric, of};
use regimes::models::{Clusters, Independent, Order};
use regimes::numerics::random::{Purpose, Seed};
use regimes::prior::{self, Component, Mixture, Prior};
use std::f64::consts::TAU;
use std::sync::Arc;

/// What two-dimensional trapezoidal sums over smooth densities reach.
const QUADRATURE: f64 = 1e-11;

fn log_normal(x: f64, variance: f64) -> f64 {
    -0.5 * (x * x / variance + (TAU * variance).ln())
}

/// KL of one step of one coordinate with these components, from s to s + δ, by quadrature: y' given y is a
/// mixture of N(y + m_c(y) δ, δ + δ² v_c), the sampler's N(y + E[a|y] δ, δ).
fn step(components: &[Component], s: f64, delta: f64) -> f64 {
    let reach = |c: &Component| 9.0 * (s * s * c.variance + s).sqrt() + s * c.mean.abs();
    let outer = components.iter().map(reach).fold(0.0, f64::max);
    let (rows, columns) = (600, 400);
    let h = 2.0 * outer / f64::from(rows);
    let mut sum = 0.0;
    for i in 0..=rows {
        let y = -outer + h * f64::from(i);
        let weights: Vec<f64> = components
            .iter()
            .map(|c| c.weight * log_normal(y - s * c.mean, s * s * c.variance + s).exp())
            .collect();
        let density: f64 = weights.iter().sum();
        if density < 1e-300 {
            continue;
        }
        // Mean and variance of a given y and the component.
        let posterior = |c: &Component| {
            let width = 1.0 + s * c.variance;
            ((c.mean + c.variance * y) / width, c.variance / width)
        };
        let parts: Vec<(f64, f64, f64)> = components
            .iter()
            .zip(&weights)
            .map(|(c, w)| {
                let (mean, variance) = posterior(c);
                (w / density, mean, delta + delta * delta * variance)
            })
            .collect();
        let drift: f64 = parts.iter().map(|(w, mean, _)| w * mean).sum();
        let far = parts.iter().map(|(_, mean, v)| (mean - drift).abs() * delta + 9.0 * v.sqrt());
        let inner = far.fold(0.0, f64::max);
        let g = 2.0 * inner / f64::from(columns);
        for j in 0..=columns {
            let x = -inner + g * f64::from(j);
            let p: f64 = parts
                .iter()
                .map(|(w, mean, v)| w * log_normal(x - (mean - drift) * delta, *v).exp())
                .sum();
            if p > 1e-300 {
                sum += h * g * density * p * (p.ln() - log_normal(x, delta));
            }
        }
    }
    sum
}

fn check(prior: Arc<dyn Prior>, components: &[Component], snr: &[f64]) {
    let model = Independent::new(f64::INFINITY, prior).unwrap();
    let got = of(&model, Order::Asymptotic, snr);
    let mut all = 0.0;
    for (k, pair) in snr.windows(2).enumerate() {
        let want = step(components, pair[0], pair[1] - pair[0]);
        all += want;
        assert!((got.steps[k].value - want).abs() < QUADRATURE, "{k}: {:?} {want}", got.steps[k]);
    }
    assert!((got.total.value - all).abs() < QUADRATURE, "{:?} {all}", got.total);
}

#[test]
fn independent_spins_by_their_transition_kernels() {
    let spin = |mean: f64| Component { weight: 0.5, mean, variance: 0.0 };
    let spins = [spin(-1.0), spin(1.0)];
    check(prior::named("rademacher").unwrap(), &spins, &[0.4, 1.1, 2.7]);
    check(prior::named("rademacher").unwrap(), &spins, &[0.1, 0.5, 2.0, 6.0]);
}

#[test]
fn independent_mixture_by_its_transition_kernels() {
    let components = [
        Component { weight: 0.3, mean: -1.0, variance: 0.4 },
        Component { weight: 0.7, mean: 0.6, variance: 0.05 },
    ];
    let mixture = Mixture::new(components.to_vec()).unwrap();
    check(Arc::new(mixture), &components, &geometric(0.05, 20.0, 5));
}

/// Two clusters in 64 dimensions, the class included: the mean over true chains of the log of their density
/// over that of the sampler, within three standard errors.
#[test]
fn independent_clusters_by_simulated_chains() {
    const CHAINS: usize = 20_000;
    const D: usize = 64;
    let (mu, sigma) = (0.4, 0.8);
    let snr = [0.02, 0.08, 0.3, 1.0, 2.5];
    let model = Clusters::new(D as f64, mu, sigma).unwrap();
    let got = of(&model, Order::ClassBit, &snr).total;
    let mut stream = Seed(5).stream(Purpose::Points, 0, 0);
    let (mut sum, mut squares) = (0.0, 0.0);
    let mut sample = [0.0; D];
    let mut y = [0.0; D];
    for _ in 0..CHAINS {
        let sign = if stream.uniform() < 0.5 { 1.0 } else { -1.0 };
        sample.iter_mut().for_each(|a| *a = sign * mu + sigma * stream.normal());
        for (y, a) in y.iter_mut().zip(&sample) {
            *y = snr[0] * a + snr[0].sqrt() * stream.normal();
        }
        let mut log_ratio = 0.0;
        for pair in snr.windows(2) {
            let (s, delta) = (pair[0], pair[1] - pair[0]);
            let next: Vec<f64> = y
                .iter()
                .zip(&sample)
                .map(|(y, a)| y + a * delta + delta.sqrt() * stream.normal())
                .collect();
            // Given y the class is a spin of field m·y/(1 + sσ²), and a given both is Gaussian.
            let width = 1.0 + s * sigma * sigma;
            let field = mu * y.iter().sum::<f64>() / width;
            let [plus, minus] =
                [1.0, -1.0].map(|sign: f64| 1.0 / (1.0 + (-2.0 * sign * field).exp()));
            let spread = delta + delta * delta * sigma * sigma / width;
            let log_of = |sign: f64, weight: f64| {
                let terms = y.iter().zip(&next).map(|(y, next)| {
                    let mean = (sign * mu + sigma * sigma * y) / width;
                    log_normal(next - y - mean * delta, spread)
                });
                weight.ln() + terms.sum::<f64>()
            };
            let (a, b) = (log_of(1.0, plus), log_of(-1.0, minus));
            let top = a.max(b);
            let truth = top + ((a - top).exp() + (b - top).exp()).ln();
            let sampled: f64 = y
                .iter()
                .zip(&next)
                .map(|(y, next)| {
                    let mean = ((plus - minus) * mu + sigma * sigma * y) / width;
                    log_normal(next - y - mean * delta, delta)
                })
                .sum();
            log_ratio += truth - sampled;
            y.copy_from_slice(&next);
        }
        sum += log_ratio;
        squares += log_ratio * log_ratio;
    }
    let mean = sum / CHAINS as f64;
    let stderr = ((squares / CHAINS as f64 - mean * mean) / CHAINS as f64).sqrt();
    let want = got.value * D as f64;
    assert!((mean - want).abs() < 3.0 * stderr, "{mean} ± {stderr}, {want}");
    assert!(stderr < 0.02 * want);
    // Without the class it is another number: the test would see it.
    let without = of(&model, Order::Asymptotic, &snr).total.value * D as f64;
    assert!((mean - without).abs() > 6.0 * stderr, "{mean} ± {stderr}, {without}");
}
