//! Data on nonlinear manifolds: Python's reference values, direct simulation, limits, bad input.
use crate::reference::{Record, number, reference};
use nalgebra::{DMatrix, DVector, SymmetricEigen};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use regimes::models::manifold::Normalisation;
use regimes::models::{Ingredient, Manifold, Model, Order};
use regimes::transitions::collapse::collapse_time;
use regimes::{Answer, Estimate, Noise};

/// What information, mmse and collapse times promise.
const TOLERANCE: f64 = 1e-9;

/// What the posterior variance promises: where the potential is flat it is worse known than the rest.
const VARIANCE_TOLERANCE: f64 = 5e-9;

/// What averages over the class means promise, relatively.
const CLASS_TOLERANCE: f64 = 1e-10;

/// Standard errors that a mean of a simulation may be away.
const STANDARD_ERRORS: f64 = 4.0;

fn model(activation: &str, prior: &str, beta: f64, gain: f64, mu: f64, d: f64) -> Manifold {
    let activation = regimes::symbolic::activation(activation).unwrap();
    let prior = regimes::prior::named(prior).unwrap();
    Manifold::new(d, activation, beta, prior, gain, Normalisation::IidP, mu).unwrap()
}

fn of(record: &Record, mu: f64, d: f64) -> Manifold {
    let beta = if record.contains_key("beta") { number(record, "beta") } else { 0.5 };
    model(&record["activation"], &record["prior"], beta, number(record, "gain"), mu, d)
}

/// Within the stated error and what the reference leaves open, with a stated error within `promise`.
fn check(what: &str, record: &Record, got: Estimate, want: f64, open: f64, promise: f64) {
    let open = open + f64::EPSILON * want.abs();
    assert!((got.value - want).abs() <= got.error + open, "{what} {record:?}: {got:?}");
    assert!(got.error <= promise, "{what} {record:?}: {got:?} is too uncertain");
}

#[test]
fn independent_information() {
    for record in reference("manifold_information.csv") {
        let data = of(&record, 0.0, f64::INFINITY);
        let noise = Noise::at_snr(number(&record, "snr")).unwrap();
        let branches = data.replica().unwrap().branches(noise.snr()).unwrap();
        let information = data.information(noise, Order::Asymptotic).unwrap().estimate().unwrap();
        let mmse = data.mmse(noise).unwrap().estimate().unwrap();
        let variance = branches.equilibrium().variance;
        for (what, got) in
            [("information", information), ("posterior_variance", variance), ("mmse", mmse)]
        {
            let open = number(&record, &format!("{what}_tolerance"));
            let promise = if what == "posterior_variance" { VARIANCE_TOLERANCE } else { TOLERANCE };
            check(what, &record, got, number(&record, what), open, promise);
        }
        // Minima and maxima alternate: of the solutions that a coarse survey finds, half are stable.
        let stable = branches.all().iter().filter(|s| s.stable).count();
        let solutions: usize = record["solutions"].parse().unwrap();
        assert!(stable >= solutions.div_ceil(2), "{record:?}: {branches:?}");
    }
}

#[test]
fn independent_collapse_times() {
    let mut absent = 0;
    for record in reference("manifold_collapse.csv") {
        let data = of(&record, 0.0, f64::INFINITY);
        let alpha = Estimate::exact(number(&record, "alpha"));
        match collapse_time(&data, alpha, Order::Asymptotic, 0.0).unwrap() {
            Answer::Absent(reason) => {
                assert_eq!(record["t_C"], "none", "{record:?}: {reason}");
                assert!(reason.contains("never exceeds"), "{reason}");
                absent += 1;
            }
            Answer::Value(got) => {
                let open = number(&record, "tolerance");
                check("t_C", &record, got, number(&record, "t_C"), open, TOLERANCE);
            }
        }
    }
    assert_eq!(absent, 4);
}

#[test]
fn independent_class_means() {
    for record in reference("manifold_classes.csv") {
        let (d, mu) = (1000.0, number(&record, "mu"));
        let data = of(&record, mu, d);
        let variance = regimes::prior::named(&record["prior"]).unwrap().second_moment();
        let (linear, residual) = (number(&record, "linear_squared"), number(&record, "residual"));
        let promise = |x: f64| CLASS_TOLERANCE * x;
        let between = number(&record, "between");
        let got = data.reduced_mean().unwrap().squared();
        check("between", &record, got, between, 0.0, promise(between));
        let value = |x| data.eigenvalue(x).unwrap().estimate().unwrap();
        let want = linear * mu * mu / variance * d;
        let got = value(Ingredient::WeakSeparation);
        check("weak separation", &record, got, want, 4.0 * f64::EPSILON * want, promise(want));
        let want = 2.0 * (linear * 0.5 * d * mu * mu + residual);
        let got = value(Ingredient::GaussianEquivalent);
        check("equivalent", &record, got, want, 4.0 * f64::EPSILON * want, promise(want));
        // One class: the bulk, and beside it what the common length of the latents adds.
        let beta = 0.5;
        let kurtosis = match record["prior"].as_str() {
            "normal" => 0.0,
            "rademacher" => -2.0,
            _ => 3.0 / 0.3 - 3.0,
        };
        let theta = number(&record, "quadratic").powi(2) * (0.5 + 0.25 * kurtosis) / beta;
        let edge = linear * (1.0f64 + f64::sqrt(1.0 / beta)).powi(2) + residual;
        let above = theta > linear * (1.0 / beta + f64::sqrt(1.0 / beta));
        let want =
            if above { theta + residual + linear / (1.0 - linear / (beta * theta)) } else { edge };
        let one = of(&record, 0.0, d);
        let got = one.top_eigenvalue().unwrap().estimate().unwrap();
        check("top", &record, got, want, 16.0 * f64::EPSILON * want, promise(want));
        assert_eq!(one.outliers().unwrap().len(), usize::from(above), "{record:?}");
    }
}

/// Close classes: φ̄(h) = ϱ_1 h/σ + O(h²).
#[test]
fn limit_close_classes_are_weakly_separated() {
    for activation in ["tanh", "relu", "sign", "gelu", "sin(2*z)", "softplus"] {
        for mu in [1e-1, 1e-2, 1e-3] {
            let data = model(activation, "normal", 0.5, 1.0, mu, 500.0);
            let exact = 500.0 * data.reduced_mean().unwrap().value.powi(2);
            let weak = data.eigenvalue(Ingredient::WeakSeparation).unwrap().value().unwrap();
            let gap = (exact / weak - 1.0).abs();
            // The next term is of relative order μ̃², its factor the ratio of Hermite coefficients.
            assert!(gap < 20.0 * mu * mu, "{activation} {mu}: {exact} against {weak}");
        }
    }
}

/// A Gaussian of the same covariance tells the most: I ≤ ∫ρ(λ) ½ log(1 + snr λ).
#[test]
fn limit_information_is_below_the_gaussian_of_equal_spectrum() {
    for activation in ["tanh", "relu", "sign", "abs", "sin(2*z)", "gelu", "z^2"] {
        for (prior, beta) in [("normal", 0.5), ("rademacher", 1.5), ("gauss-bernoulli:0.3", 0.2)] {
            let data = model(activation, prior, beta, 1.0, 0.0, f64::INFINITY);
            for snr in [1e-4, 0.1, 3.0, 100.0] {
                let noise = Noise::at_snr(snr).unwrap();
                let got = data.information(noise, Order::Asymptotic).unwrap().estimate().unwrap();
                let bound = data.spectrum().required().unwrap().information(noise);
                assert!(
                    got.lower() <= bound.upper(),
                    "{activation} {prior} {snr}: {got:?} {bound:?}"
                );
                // To first order in the signal the two are one.
                if snr < 1e-3 {
                    assert!(
                        got.value > 0.99 * bound.value,
                        "{activation} {prior}: {got:?} {bound:?}"
                    );
                }
            }
        }
    }
}

/// No output tells more than the latents know: I/d ≤ β H(ξ).
#[test]
fn limit_information_is_below_the_entropy_of_the_latents() {
    for activation in ["tanh", "relu", "gelu", "silu", "square", "abs", "sin(2*z)", "softplus"] {
        for (latent, beta) in [("rademacher", 1.5), ("rademacher", 0.2), ("binary:0.2", 0.7)] {
            let data = model(activation, latent, beta, 1.0, 0.0, f64::INFINITY);
            let most = beta * regimes::prior::named(latent).unwrap().entropy().unwrap();
            for snr in [1.0, 10.0, 100.0, 1e4] {
                let noise = Noise::at_snr(snr).unwrap();
                let got = data.information(noise, Order::Asymptotic).unwrap().estimate().unwrap();
                assert!(got.lower() <= most, "{activation} {latent} {snr}: {got:?} {most}");
                // At the largest snr next to nothing of the latents is left unknown.
                let known = got.value > 0.98 * most || ["abs", "square"].contains(&activation);
                assert!(snr < 1e4 || known, "{activation} {latent} {snr}: {got:?} {most}");
            }
        }
    }
}

/// Means and variances of independent repetitions.
#[derive(Default)]
struct Mean {
    values: Vec<f64>,
}

impl Mean {
    fn value(&self) -> f64 {
        self.values.iter().sum::<f64>() / self.values.len() as f64
    }

    fn error(&self) -> f64 {
        let (mean, n) = (self.value(), self.values.len() as f64);
        let spread: f64 = self.values.iter().map(|x| (x - mean).powi(2)).sum();
        (spread / (n - 1.0) / n).sqrt()
    }

    /// `open` is what the finite size leaves open.
    fn agrees(&self, what: &str, want: f64, open: f64) {
        let (got, allowed) = (self.value(), STANDARD_ERRORS * self.error() + open);
        assert!((got - want).abs() <= allowed, "{what}: {got} ± {}, not {want}", self.error());
    }
}

/// A standard normal number by Box and Muller.
fn normal(random: &mut ChaCha8Rng) -> f64 {
    let (a, b): (f64, f64) = (random.random(), random.random());
    (-2.0 * (1.0 - a).ln()).sqrt() * (std::f64::consts::TAU * b).cos()
}

/// A centred latent coordinate of `prior`.
fn latent(prior: &str, random: &mut ChaCha8Rng) -> f64 {
    match prior {
        "rademacher" => f64::from(random.random::<bool>()).mul_add(2.0, -1.0),
        "gauss-bernoulli:0.3" => {
            let kept = random.random::<f64>() < 0.3;
            if kept { normal(random) } else { 0.0 }
        }
        _ => normal(random),
    }
}

fn weights(d: usize, p: usize, random: &mut ChaCha8Rng) -> DMatrix<f64> {
    DMatrix::from_fn(d, p, |_, _| normal(random) / (p as f64).sqrt())
}

/// Exact covariance of φ(u), φ(v) for Gaussian u, v of standard deviations s, t and correlation c.
type Exact = fn(s: f64, t: f64, c: f64) -> f64;

const EXACT: [(&str, Exact); 4] = [
    ("sign", |_, _, c| std::f64::consts::FRAC_2_PI * c.asin()),
    ("abs", |s, t, c| {
        s * t * std::f64::consts::FRAC_2_PI * ((1.0 - c * c).sqrt() + c * c.asin() - 1.0)
    }),
    ("relu", |s, t, c| {
        let root = (1.0 - c * c).sqrt();
        s * t / std::f64::consts::TAU * (root + c * (std::f64::consts::PI - c.acos()) - 1.0)
    }),
    ("square", |s, t, c| 2.0 * (s * t * c).powi(2)),
];

/// The population covariance for one W.
fn covariance(exact: Exact, w: &DMatrix<f64>) -> DMatrix<f64> {
    let gram = w * w.transpose();
    let scale: Vec<f64> = gram.diagonal().iter().map(|x| x.sqrt()).collect();
    DMatrix::from_fn(w.nrows(), w.nrows(), |i, j| {
        let c = if i == j { 1.0 } else { gram[(i, j)] / (scale[i] * scale[j]) };
        exact(scale[i], scale[j], c.clamp(-1.0, 1.0))
    })
}

/// Moments of the spectrum against the exact covariance for random W, at two sizes so that what is
/// of relative order 1/d drops out.
#[test]
fn identity_moments_of_the_population_spectrum() {
    const REPETITIONS: u64 = 40;
    for (name, exact) in EXACT {
        for beta in [0.5, 2.0] {
            let data = model(name, "normal", beta, 1.0, 0.0, 1000.0);
            let phi = regimes::symbolic::activation(name).unwrap();
            let moments = phi.moments(1.0).unwrap();
            let (scale, shift) = (moments.linear.value.powi(2), moments.residual.value);
            let mean = data.spectrum().required().unwrap().mean().value;
            assert!((mean - scale - shift).abs() < 1e-12);
            let second = mean * mean + scale * scale / beta;
            let mut random = ChaCha8Rng::seed_from_u64(7);
            let [mut first_mean, mut second_mean] = [Mean::default(), Mean::default()];
            for _ in 0..REPETITIONS {
                let traces = [60, 120].map(|d| {
                    let p = (beta * d as f64) as usize;
                    let c = covariance(exact, &weights(d, p, &mut random));
                    [c.trace() / d as f64, c.norm_squared() / d as f64]
                });
                let limit = |k: usize| 2.0 * traces[1][k] - traces[0][k];
                first_mean.values.push(limit(0));
                second_mean.values.push(limit(1));
            }
            // What extrapolation leaves is of order 1/d².
            let left = 10.0 / (120.0f64 * 60.0);
            first_mean.agrees(&format!("{name} {beta} tr C"), mean, left * mean);
            second_mean.agrees(&format!("{name} {beta} tr C²"), second, left * second);
            assert!(second_mean.error() < 0.1 * second, "{name} {beta}: too noisy to tell");
        }
    }
}

/// The largest eigenvalue of one class: the edge of the bulk, or the outlier above it that a curved
/// mean of the activation makes.
#[test]
fn identity_top_eigenvalue_of_one_class() {
    const SIZE: usize = 250;
    const REPETITIONS: u64 = 10;
    for (name, exact) in EXACT {
        let data = model(name, "normal", 0.5, 1.0, 0.0, SIZE as f64);
        let want = data.top_eigenvalue().unwrap().value().unwrap();
        let edge = data.spectrum().required().unwrap().top().value;
        let outlier = matches!(name, "abs" | "square");
        assert_eq!(want > edge, outlier, "{name}: {want} {edge}");
        let mut random = ChaCha8Rng::seed_from_u64(11);
        let mut top = Mean::default();
        for _ in 0..REPETITIONS {
            let c = covariance(exact, &weights(SIZE, SIZE / 2, &mut random));
            top.values.push(SymmetricEigen::new(c).eigenvalues.max());
        }
        // Edges of finite matrices are off by d^(−2/3), lone eigenvalues by 1/d.
        let d = SIZE as f64;
        let open = if outlier { 10.0 / d } else { 2.0 * d.powf(-2.0 / 3.0) };
        top.agrees(name, want, open * want);
    }
}

/// What the coordinates share through |ξ|²: the variance of Σ_i φ_i/√d over latents of each prior.
#[test]
fn identity_common_length_of_the_latents() {
    const SIZE: usize = 160;
    const SAMPLES: usize = 1500;
    const REPETITIONS: u64 = 12;
    let beta = 0.5;
    let p = SIZE / 2;
    for prior in ["normal", "rademacher", "gauss-bernoulli:0.3"] {
        let data = model("abs", prior, beta, 1.0, 0.0, SIZE as f64);
        // For abs ϱ_1 = 0: (1, …, 1)/√d is the eigenvector.
        let want = data.top_eigenvalue().unwrap().value().unwrap();
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let mut variance = Mean::default();
        for _ in 0..REPETITIONS {
            let w = weights(SIZE, p, &mut random);
            let xi = DMatrix::from_fn(p, SAMPLES, |_, _| latent(prior, &mut random));
            let sums = (w * xi).map(f64::abs).row_sum();
            variance.values.push(sums.variance() / SIZE as f64);
        }
        variance.agrees(prior, want, 10.0 / SIZE as f64 * want);
        assert!(variance.error() < 0.03 * want, "{prior}: too noisy to tell");
    }
}

/// φ̄(h) by a trapezoidal sum.
fn class_mean(phi: impl Fn(f64) -> f64, h: f64, spread: f64) -> f64 {
    (-160..=160)
        .map(|k| f64::from(k) * 0.05)
        .map(|z| {
            0.05 * (-0.5 * z * z).exp() / f64::sqrt(std::f64::consts::TAU) * phi(h + spread * z)
        })
        .sum()
}

/// Two classes, simulated: the squared half-distance of their means, and the variance within a class
/// along the class axis.
#[test]
fn identity_class_means_and_variance_along_them() {
    const SIZE: usize = 300;
    const SAMPLES: usize = 1500;
    const REPETITIONS: u64 = 16;
    let cases = [
        ("tanh(2*z)", "normal", 0.5, 1.0, 1.0),
        ("tanh(2*z)", "rademacher", 0.5, 1.0, 1.0),
        ("tanh(2*z)", "gauss-bernoulli:0.3", 0.5, 1.0, 1.0),
        ("relu", "normal", 2.0, 1.0, 0.7),
        ("tanh(z)+0.3*abs(z)", "normal", 0.5, 1.5, 1.0),
    ];
    for (name, prior, beta, gain, mu) in cases {
        let data = model(name, prior, beta, gain, mu, SIZE as f64);
        let between = data.reduced_mean().unwrap().value.powi(2);
        let top = data.top_eigenvalue().unwrap().value().unwrap();
        let within = top - SIZE as f64 * between;
        let phi = regimes::symbolic::activation(name).unwrap();
        let spread = regimes::prior::named(prior).unwrap().variance().sqrt();
        let p = (beta * SIZE as f64) as usize;
        let mut random = ChaCha8Rng::seed_from_u64(5);
        let [mut squares, mut variances] = [Mean::default(), Mean::default()];
        for _ in 0..REPETITIONS {
            let w = weights(SIZE, p, &mut random);
            let centre = w.column_sum() * mu;
            let axis = centre.map(|h| {
                let mean = |h| class_mean(|z| phi.eval(gain * z), h, spread);
                0.5 * (mean(h) - mean(-h))
            });
            let axis: DVector<f64> = axis.normalize();
            let project = |sign: f64, random: &mut ChaCha8Rng| {
                let xi = DMatrix::from_fn(p, SAMPLES, |_, _| sign * mu + latent(prior, random));
                let along = axis.transpose() * (&w * xi).map(|z| phi.eval(gain * z));
                (along.mean(), along.variance())
            };
            let (plus, minus) = (project(1.0, &mut random), project(-1.0, &mut random));
            squares.values.push((0.5 * (plus.0 - minus.0)).powi(2) / SIZE as f64);
            variances.values.push(0.5 * (plus.1 + minus.1));
        }
        // Averages over W of both leave relative terms of order 1/d.
        let left = 4.0 / SIZE as f64;
        squares.agrees(&format!("{name} {prior}: between"), between, left * between);
        variances.agrees(&format!("{name} {prior}: within"), within, left * within);
        assert!(squares.error() < 0.03 * between && variances.error() < 0.03 * within, "{name}");
    }
}
