//! Finite-size truth: the information of small systems with Rademacher latents, enumerated exactly
//! and averaged over W, extrapolated in 1/p, against the replica-symmetric value.

use regimes::channel::{Channel, Response};
use regimes::prior::Binary;
use regimes::replica::Replica;
use regimes::symbolic::activation;
use std::sync::Arc;

/// SplitMix64 and the polar method: a few lines of reproducible normal numbers.
struct Random {
    state: u64,
    spare: Option<f64>,
}

impl Random {
    fn uniform(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.state;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        if let Some(x) = self.spare.take() {
            return x;
        }
        loop {
            let (a, b) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
            let r = a * a + b * b;
            if r > 0.0 && r < 1.0 {
                let scale = (-2.0 * r.ln() / r).sqrt();
                self.spare = Some(b * scale);
                return a * scale;
            }
        }
    }
}

/// One sample of log p(y|ξ)/p(y) per dimension at p latents and d = 2p, with a control variate of
/// mean 0, ½(|n|² − d) per dimension.
fn sample(phi: &dyn Fn(f64) -> f64, p: usize, snr: f64, random: &mut Random) -> (f64, f64) {
    let d = 2 * p;
    let scale = 1.0 / (p as f64).sqrt();
    let w: Vec<f64> = (0..p * d).map(|_| scale * random.normal()).collect();
    let s = snr.sqrt();
    // All latents equal to +1 are the truth: W has no preferred sign.
    let mut z: Vec<f64> = (0..d).map(|i| (0..p).map(|j| w[j * d + i]).sum()).collect();
    let noise: Vec<f64> = (0..d).map(|_| random.normal()).collect();
    let y: Vec<f64> = z.iter().zip(&noise).map(|(z, n)| s * phi(*z) + n).collect();
    let own: f64 = noise.iter().map(|n| 0.5 * n * n).sum();
    let mut signs = vec![1.0; p];
    let mut total = 0.0;
    let count = 1u32 << p;
    for step in 0..count {
        let energy: f64 = z
            .iter()
            .zip(&y)
            .map(|(z, y)| {
                let e = y - s * phi(*z);
                0.5 * e * e
            })
            .sum();
        total += (own - energy).exp();
        // The Gray code flips one latent at a time.
        if step + 1 < count {
            let j = (step + 1).trailing_zeros() as usize;
            signs[j] = -signs[j];
            for (z, w) in z.iter_mut().zip(&w[j * d..(j + 1) * d]) {
                *z += 2.0 * signs[j] * w;
            }
        }
    }
    let information = (count as f64).ln() - total.ln();
    (information / d as f64, (own - 0.5 * d as f64) / d as f64)
}

/// Mean and standard error, the control variate regressed out.
fn mean(values: &[(f64, f64)]) -> (f64, f64) {
    let n = values.len() as f64;
    let average = |f: &dyn Fn(&(f64, f64)) -> f64| values.iter().map(f).sum::<f64>() / n;
    let a = average(&|x| x.0);
    let covariance = average(&|x| (x.0 - a) * x.1);
    let slope = covariance / average(&|x| x.1 * x.1);
    let a = average(&|x| x.0 - slope * x.1);
    let variance = average(&|x| (x.0 - slope * x.1 - a).powi(2));
    (a, (variance / n).sqrt())
}

#[test]
fn independent_enumeration_extrapolates_to_the_replica_value() {
    // Spins under sign have a first-order transition at snr = 1.585; small systems feel it from afar.
    type Case = (&'static str, f64, fn(f64) -> f64);
    let cases: [Case; 3] =
        [("tanh", 1.0, f64::tanh), ("relu", 1.0, |z| z.max(0.0)), ("sign", 0.3, f64::signum)];
    let mut random = Random { state: 20_260_101, spare: None };
    // Debug builds are slow; they look at fewer and smaller systems.
    let plan: &[(usize, usize)] = if cfg!(debug_assertions) {
        &[(4, 6000), (6, 4000), (8, 2500)]
    } else {
        &[(4, 30_000), (6, 20_000), (8, 12_000), (10, 4_000), (12, 700), (14, 100)]
    };
    for (name, snr, phi) in cases {
        let (mut sw, mut sx, mut sxx, mut sy, mut sxy) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for &(p, count) in plan {
            let values: Vec<(f64, f64)> =
                (0..count).map(|_| sample(&phi, p, snr, &mut random)).collect();
            let (value, error) = mean(&values);
            let (x, weight) = (1.0 / p as f64, 1.0 / (error * error));
            sw += weight;
            sx += weight * x;
            sxx += weight * x * x;
            sy += weight * value;
            sxy += weight * x * value;
        }
        // Straight line in 1/p.
        let determinant = sw * sxx - sx * sx;
        let limit = (sxx * sy - sx * sxy) / determinant;
        let error = (sxx / determinant).sqrt();
        let response = Response::from(&activation(name).unwrap());
        let channel = Channel::new(&response, 1.0, 1.0).unwrap();
        let replica = Replica::new(Arc::new(Binary::BALANCED), channel, 0.5).unwrap();
        let want = replica.information(snr).unwrap().value;

        // Three standard errors, and what the next order in 1/p may leave: 0.05/p² at p = 4.
        assert!(
            (limit - want).abs() < 3.0 * error + 0.002,
            "{name}: {limit} ± {error}, not {want}"
        );
        assert!(error < 0.01, "{name}: standard error {error}");
    }
}
