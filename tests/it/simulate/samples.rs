//! Samples of the models against what the models say of themselves.

use nalgebra::{DMatrix, DVector};
use regimes::Noise;
use regimes::classes::{Covariance, GaussianClass};
use regimes::models::linear_manifold::Embedding;
use regimes::models::manifold::Normalisation;
use regimes::models::{Clusters, CurieWeiss, Gaussian, LinearManifold, Manifold, Mixture, Model};
use regimes::numerics::random::{Purpose, Seed};
use regimes::prior;

/// Standard errors allowed; a test run makes a few dozen comparisons.
const STANDARD_ERRORS: f64 = 4.5;

/// A solve of a 5 × 5 system against its eigendecomposition.
const SOLVE: f64 = 1e-12;

/// `count` samples with their classes.
fn draw(model: &dyn Model, count: usize, seed: u64) -> (Vec<Vec<f64>>, Vec<u32>) {
    let mut frame = Seed(seed).stream(Purpose::Frame, 0, 0);
    let sampler = model.sampler(&mut frame).unwrap().required().unwrap();
    let d = sampler.dimension();
    let (mut samples, mut labels) = (vec![0.0; count * d], vec![0; count]);
    sampler.draw(&mut Seed(seed).stream(Purpose::Samples, 0, 0), &mut samples, &mut labels);
    (samples.chunks_exact(d).map(<[f64]>::to_vec).collect(), labels)
}

/// Fails unless the mean of `values` is `want` within the standard errors.
fn mean_is(what: &str, values: &[f64], want: f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let stderr = (variance / n).sqrt();
    let off = (mean - want).abs();
    assert!(off <= STANDARD_ERRORS * stderr + 1e-12, "{what}: {mean} ± {stderr}, not {want}");
}

#[test]
fn identity_clusters_have_their_means_and_variance() {
    let model = Clusters::new(8.0, 0.7, 1.3).unwrap();
    let (samples, labels) = draw(&model, 20_000, 1);
    for i in 0..8 {
        let along: Vec<f64> =
            samples.iter().zip(&labels).map(|(a, k)| if *k == 0 { a[i] } else { -a[i] }).collect();
        mean_is("mean", &along, 0.7);
        let squares: Vec<f64> = along.iter().map(|x| (x - 0.7).powi(2)).collect();
        mean_is("variance", &squares, 1.69);
    }
    mean_is("weight", &labels.iter().map(|k| f64::from(*k)).collect::<Vec<_>>(), 0.5);
}

#[test]
fn identity_gaussian_has_its_eigenvalues() {
    let eigenvalues = [4.0, 1.0, 1.0, 0.25, 0.0];
    let model = Gaussian::with_eigenvalues(&eigenvalues, 5.0).unwrap();
    let (samples, _) = draw(&model, 20_000, 2);
    let mut want = eigenvalues;
    want.sort_by(f64::total_cmp);
    let mut found: Vec<(f64, Vec<f64>)> = (0..5)
        .map(|i| samples.iter().map(|a| a[i] * a[i]).collect::<Vec<_>>())
        .map(|squares| (squares.iter().sum::<f64>(), squares))
        .collect();
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    for ((_, squares), want) in found.iter().zip(want) {
        mean_is("eigenvalue", squares, want);
    }
}

/// d E[M²] is known exactly at finite d, below and above the critical temperature.
#[test]
fn independent_curie_weiss_magnetisation() {
    for (d, temperature) in [(10.0, 0.7), (41.0, 0.95), (41.0, 1.5), (300.0, 0.8)] {
        let model = CurieWeiss::new(d, temperature).unwrap();
        let want = model.top_eigenvalue().unwrap().value().unwrap();
        let (samples, labels) = draw(&model, 20_000, 3);
        let total = |a: &Vec<f64>| a.iter().sum::<f64>();
        let squares: Vec<f64> = samples.iter().map(|a| total(a).powi(2) / d).collect();
        mean_is("d E[M²]", &squares, want);
        // Spins are exchangeable: the first and the last agree as often as any two.
        let pairs: Vec<f64> = samples.iter().map(|a| a[0] * a[a.len() - 1]).collect();
        mean_is("s_1 s_d", &pairs, (want - 1.0) / (d - 1.0));
        for (a, k) in samples.iter().zip(&labels) {
            let sign = if temperature < 1.0 && total(a) < 0.0 { 1 } else { *k };
            assert_eq!(
                *k,
                if total(a) == 0.0 { *k } else { sign.min(u32::from(temperature < 1.0)) }
            );
            assert!(temperature < 1.0 || *k == 0);
        }
    }
}

#[test]
fn identity_linear_manifolds_have_their_normalisation() {
    for (embedding, variance) in
        [(Embedding::Orthonormal, 0.25), (Embedding::IidP, 1.0), (Embedding::IidD, 0.25)]
    {
        let model = LinearManifold::new(40.0, 0.25, embedding).unwrap();
        // One number from each of many embeddings: samples of one share its luck.
        let sizes: Vec<f64> = (0..3000)
            .map(|seed| draw(&model, 1, seed).0[0].iter().map(|x| x * x).sum::<f64>() / 40.0)
            .collect();
        mean_is("variance per coordinate", &sizes, variance);
        let (samples, _) = draw(&model, 60, 7);
        let matrix = DMatrix::from_fn(60, 40, |i, j| samples[i][j]);
        let rank = matrix.svd(false, false).rank(1e-9);
        assert_eq!(rank, 10, "{embedding:?}");
    }
}

/// The mean square of a coordinate is a Gaussian average of φ²; with 200 latents the spread of
/// |ξ|²/p changes it by less than the standard error.
#[test]
fn identity_manifolds_have_the_variance_of_their_activation() {
    for (name, mu) in [("relu", 0.0), ("tanh", 0.0), ("relu", 0.8)] {
        let activation = || regimes::symbolic::activation(name).unwrap();
        let prior = prior::named("normal").unwrap();
        let model =
            Manifold::new(10.0, activation(), 20.0, prior, 1.5, Normalisation::IidP, mu).unwrap();
        let want = activation().moments(1.5 * (1.0 + mu * mu).sqrt()).unwrap().square.value;
        // One number from each of many embeddings: samples of one share its luck.
        let sizes: Vec<f64> = (0..3000)
            .map(|seed| draw(&model, 1, seed).0[0].iter().map(|x| x * x).sum::<f64>() / 10.0)
            .collect();
        mean_is(name, &sizes, want);
        let (_, labels) = draw(&model, 400, 5);
        let minus = labels.iter().filter(|k| **k == 1).count();
        assert!(if mu > 0.0 { (120..280).contains(&minus) } else { minus == 0 });
    }
}

fn mixture() -> (Mixture, Vec<GaussianClass>) {
    let rotation = DMatrix::from_fn(5, 5, |i, j| ((3 * i + 2 * j * j) as f64).sin());
    let full = &rotation * rotation.transpose() + DMatrix::identity(5, 5) * 0.3;
    let class = |weight: f64, mean: [f64; 5], covariance| GaussianClass {
        label: String::new(),
        weight,
        mean: mean.to_vec(),
        covariance,
    };
    let classes = vec![
        class(0.5, [1.0, 0.0, 0.0, -1.0, 0.5], Covariance::Full(full)),
        class(0.3, [0.0; 5], Covariance::Isotropic(0.6)),
        class(0.2, [-1.0; 5], Covariance::Diagonal(vec![1.0, 0.5, 2.0, 0.0, 3.0])),
    ];
    (Mixture::new(classes.clone()).unwrap(), classes)
}

#[test]
fn identity_mixture_has_its_classes() {
    let (model, classes) = mixture();
    let (samples, labels) = draw(&model, 30_000, 4);
    for (k, class) in classes.iter().enumerate() {
        let own: Vec<&Vec<f64>> = samples
            .iter()
            .zip(&labels)
            .filter(|(_, l)| **l as usize == k)
            .map(|(a, _)| a)
            .collect();
        let share: Vec<f64> =
            labels.iter().map(|l| f64::from(u8::from(*l as usize == k))).collect();
        mean_is("weight", &share, class.weight);
        let covariance = class.covariance.matrix(5);
        for i in 0..5 {
            mean_is("mean", &own.iter().map(|a| a[i]).collect::<Vec<_>>(), class.mean[i]);
            for j in 0..=i {
                let products: Vec<f64> =
                    own.iter().map(|a| (a[i] - class.mean[i]) * (a[j] - class.mean[j])).collect();
                mean_is("covariance", &products, covariance[(i, j)]);
            }
        }
    }
}

/// E[a|x] and P(k|x) by dense solves.
#[test]
fn independent_posterior_by_dense_solves() {
    let (model, classes) = mixture();
    let mut frame = Seed(1).stream(Purpose::Frame, 0, 0);
    let posterior = model
        .sampler(&mut frame)
        .unwrap()
        .required()
        .unwrap()
        .posterior()
        .unwrap()
        .required()
        .unwrap();
    let mut stream = Seed(1).stream(Purpose::Points, 0, 0);
    for t in [0.05, 0.4, 1.0, 3.0] {
        let noise = Noise::at_time(t).unwrap();
        let x = DVector::from_fn(5, |_, _| stream.normal());
        let (mut weights, mut mean) = ([0.0; 3], [0.0; 5]);
        posterior.denoise(x.as_slice(), noise, &mut weights, Some(&mut mean));
        let (mut logs, mut means) = (Vec::new(), Vec::new());
        for class in &classes {
            let m = DVector::from_column_slice(&class.mean);
            let c = class.covariance.matrix(5);
            let g = &c * noise.alpha_bar() + DMatrix::identity(5, 5) * noise.delta();
            let offset = &x - &m * noise.decay();
            let solved = g.clone().lu().solve(&offset).unwrap();
            logs.push(class.weight.ln() - 0.5 * g.determinant().ln() - 0.5 * offset.dot(&solved));
            means.push(m + c * solved * noise.decay());
        }
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = logs.iter().map(|l| (l - most).exp()).sum();
        let want: Vec<f64> = logs.iter().map(|l| (l - most).exp() / total).collect();
        let average = means.iter().zip(&want).map(|(m, w)| m * *w).sum::<DVector<f64>>();
        for (got, want) in weights.iter().chain(&mean).zip(want.iter().chain(average.iter())) {
            assert!((got - want).abs() < SOLVE * want.abs().max(1.0), "t = {t}: {got}, not {want}");
        }
    }
}

/// A manifold of lower dimension, where the embedding has no inverse.
#[test]
fn independent_posterior_of_a_manifold() {
    let model = LinearManifold::new(6.0, 0.5, Embedding::IidP).unwrap();
    let mut frame = Seed(2).stream(Purpose::Frame, 0, 0);
    let sampler = model.sampler(&mut frame).unwrap().required().unwrap();
    let posterior = sampler.posterior().unwrap().required().unwrap();
    // The same embedding again.
    let mut frame = Seed(2).stream(Purpose::Frame, 0, 0);
    let w = DMatrix::from_fn(6, 3, |_, _| frame.normal() / 3f64.sqrt());
    let noise = Noise::at_time(0.7).unwrap();
    let x = DVector::from_fn(6, |i, _| (i as f64).cos());
    let (mut weights, mut mean) = ([0.0; 1], [0.0; 6]);
    posterior.denoise(x.as_slice(), noise, &mut weights, Some(&mut mean));
    let c = &w * w.transpose();
    let g = &c * noise.alpha_bar() + DMatrix::identity(6, 6) * noise.delta();
    let want = c * g.lu().solve(&x).unwrap() * noise.decay();
    assert_eq!(weights[0], 1.0);
    for (got, want) in mean.iter().zip(want.iter()) {
        assert!((got - want).abs() < SOLVE, "{got}, not {want}");
    }
}

#[test]
fn bad_input_models_without_samples_say_why() {
    let reason = |model: &dyn Model| {
        let mut frame = Seed(1).stream(Purpose::Frame, 0, 0);
        model.sampler(&mut frame).unwrap().reason().unwrap().to_owned()
    };
    let infinite = Gaussian::isotropic(f64::INFINITY, 1.0).unwrap();
    assert!(reason(&infinite).contains("finite --d"));
    let broken = LinearManifold::new(10.0, 0.33, Embedding::IidP).unwrap();
    assert!(reason(&broken).contains("β d = 3.3"));
}
