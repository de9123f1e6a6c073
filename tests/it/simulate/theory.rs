//! Simulations against the theory: the only place where the two meet.

use regimes::Noise;
use regimes::models::linear_manifold::Embedding;
use regimes::models::manifold::Normalisation;
use regimes::models::{Clusters, LinearManifold, Manifold, Model, Order};
use regimes::numerics::random::Seed;
use regimes::rem::finite::{Ensemble, Quantity};
use regimes::simulate::clones::{self, Route, Score};
use regimes::simulate::{Measured, Scheme, Source, Unit, blocks, collapse, entropy, levels};

/// Standard errors allowed at every single point.
const STANDARD_ERRORS: f64 = 4.0;

/// χ²/N of ten or fifty points: around 1 for standard errors that are neither too small nor too
/// large. What they allow for rare events at the ends brings it down; few points and data sets shared
/// between times widen it.
const CHI_SQUARED: std::ops::Range<f64> = 0.05..2.5;

/// Blocks and points of a run.
struct Size {
    blocks: usize,
    points: usize,
}

impl Size {
    fn draws(&self) -> f64 {
        (self.blocks * self.points) as f64
    }

    fn run(&self, block: impl Fn(u64) -> regimes::Result<Vec<f64>> + Sync) -> Vec<Vec<f64>> {
        blocks::run(self.blocks, 2, &|k| block(k as u64)).unwrap()
    }
}

fn fifty_times(first: f64, last: f64) -> Vec<Noise> {
    (0..50).map(|k| Noise::at_time(first + (last - first) * f64::from(k) / 49.0).unwrap()).collect()
}

/// Collects how far measured values are from predicted ones, in standard errors.
#[derive(Default)]
struct Comparison {
    squares: f64,
    count: f64,
    failures: Vec<String>,
}

impl Comparison {
    fn add(&mut self, what: &str, t: f64, measured: Measured, want: f64, error: f64) {
        let z = (measured.value - want) / measured.stderr.hypot(error);
        self.squares += z * z;
        self.count += 1.0;
        if z.is_nan() || z.abs() > STANDARD_ERRORS {
            self.failures.push(format!(
                "{what} at t = {t}: {} ± {}, predicted {want}: {z:.1} standard errors",
                measured.value, measured.stderr
            ));
        }
    }

    fn finish(self, what: &str) {
        let reduced = self.squares / self.count;
        println!("{what}: {} points, chi²/N = {reduced:.2}", self.count);
        assert!(self.failures.is_empty(), "{what}: {:#?}", self.failures);
        assert!(CHI_SQUARED.contains(&reduced), "{what}: chi²/N = {reduced}");
    }
}

/// f^e, own weight, nearest neighbour and participation against the exact finite-size theory.
fn entropy_meets_theory(
    what: &str,
    model: &dyn Model,
    ensemble: Ensemble,
    n: usize,
    times: &[Noise],
    size: Size,
) {
    let ensemble = ensemble.with_tolerance(1e-6);
    let found = size.run(|block| {
        entropy::block(
            Source::<f32>::Model(model, n),
            times,
            size.points,
            Unit::new(Seed(11), block),
        )
    });
    let mut all: Vec<Comparison> = NAMES.iter().map(|_| Comparison::default()).collect();
    for (k, &noise) in times.iter().enumerate() {
        let at = entropy::at(&found, k, size.draws());
        for (place, (measured, quantity)) in [
            (at.index, Quantity::IndexEntropy),
            (at.clones, Quantity::CloneCollapse),
            (at.own_weight, Quantity::OwnWeight),
            (at.nearest, Quantity::NearestNeighbour),
            (at.participation, Quantity::Participation),
            (at.leave_one_out, Quantity::LeaveOneOut),
        ]
        .into_iter()
        .enumerate()
        {
            // The theory takes longer than the simulation: f^e at every time, the rest at some.
            if place == 0 || k % 5 == 0 {
                let want = ensemble.mean(quantity, noise).unwrap();
                let error = want.error;
                all[place].add(NAMES[place], noise.time(), measured, want.value, error);
            }
        }
    }
    for (comparison, name) in all.into_iter().zip(NAMES) {
        comparison.finish(&format!("{what}, {name}"));
    }
}

const NAMES: [&str; 6] =
    ["entropy", "φ_C", "own weight", "nearest", "participation", "leave-one-out"];

#[test]
fn independent_entropy_of_clusters() {
    let model = Clusters::new(24.0, 1.0, 1.0).unwrap();
    let ensemble = Ensemble::clusters(24.0, 24.0, 1.0, 200f64.ln()).unwrap();
    let size = Size { blocks: 60, points: 40 };
    entropy_meets_theory("clusters", &model, ensemble, 200, &fifty_times(0.2, 4.0), size);
}

#[test]
fn independent_entropy_of_a_linear_manifold() {
    let model = LinearManifold::new(48.0, 0.25, Embedding::Orthonormal).unwrap();
    let ensemble = Ensemble::linear_manifold(12.0, 48.0, 200f64.ln()).unwrap();
    let size = Size { blocks: 60, points: 40 };
    entropy_meets_theory("linear manifold", &model, ensemble, 200, &fifty_times(0.1, 3.0), size);
}

#[test]
#[ignore = "minutes"]
fn independent_entropy_at_the_published_size() {
    let model = Clusters::new(256.0, 1.0, 1.0).unwrap();
    let ensemble = Ensemble::clusters(256.0, 256.0, 1.0, 20_000f64.ln()).unwrap();
    let size = Size { blocks: 20, points: 256 };
    entropy_meets_theory("published size", &model, ensemble, 20_000, &fifty_times(0.55, 8.0), size);
}

/// φ of the exact score against the class posterior, and φ_C of the empirical one against D81.
#[test]
fn independent_clones_of_clusters() {
    let model = Clusters::new(64.0, 1.0, 1.0).unwrap();
    let times = fifty_times(0.3, 6.0);
    let size = Size { blocks: 40, points: 60 };
    let exact = size.run(|block| {
        let score = Score::<f32>::Exact(&model);
        clones::block(score, Route::Jump, &times, size.points, Unit::new(Seed(12), block))
    });
    let empirical = size.run(|block| {
        let score = Score::Empirical(Source::<f32>::Model(&model, 500));
        clones::block(score, Route::Jump, &times, size.points, Unit::new(Seed(13), block))
    });
    let ensemble = Ensemble::clusters(64.0, 64.0, 1.0, 500f64.ln()).unwrap().with_tolerance(1e-6);
    let mut all: [Comparison; 3] = Default::default();
    for (k, &noise) in times.iter().enumerate() {
        let t = noise.time();
        let phi = model.classes().required().unwrap().posterior(noise).unwrap().clone;
        let at = clones::at(&exact, k, size.draws(), false);
        all[0].add("φ, exact score", t, at.phi, phi.value, phi.error);
        let at = clones::at(&empirical, k, size.draws(), true);
        // 500 samples do not feel the difference between their classes and the population's.
        all[1].add("φ, empirical score", t, at.phi, phi.value, phi.error + 1.0 / 500.0);
        let same = ensemble.mean(Quantity::CloneCollapse, noise).unwrap();
        all[2].add("φ_C", t, at.coincidence.unwrap(), same.value, same.error);
    }
    let [exact, empirical, coincidence] = all;
    exact.finish("φ, exact score");
    assert!(empirical.failures.is_empty(), "{:#?}", empirical.failures);
    coincidence.finish("φ_C");
}

/// Above the collapse f^e is α − I/d: the information of the replica formula.
#[test]
fn independent_entropy_of_a_tanh_manifold() {
    manifold_meets_theory(120.0, 4000, Size { blocks: 40, points: 24 });
}

#[test]
#[ignore = "minutes"]
fn independent_entropy_of_a_larger_tanh_manifold() {
    manifold_meets_theory(300.0, 20_000, Size { blocks: 40, points: 128 });
}

/// β of the tanh manifold: many latents, for which the replica formula holds.
const BETA: f64 = 4.0;

fn manifold_meets_theory(d: f64, n: usize, size: Size) {
    let tanh = regimes::symbolic::activation("tanh(2*z)").unwrap();
    let prior = regimes::prior::named("normal").unwrap();
    let model = Manifold::new(d, tanh, BETA, prior, 1.0, Normalisation::IidP, 0.0).unwrap();
    let alpha = (n as f64).ln() / d;
    // Times at which most of log n is still open, so that no single sample weighs much.
    let times = fifty_times(1.6, 3.2);
    let found = size.run(|block| {
        entropy::block(
            Source::<f32>::Model(&model, n),
            &times,
            size.points,
            Unit::new(Seed(14), block),
        )
    });
    let mut all = Comparison::default();
    for (k, &noise) in times.iter().enumerate() {
        let information = model.information(noise, Order::Asymptotic).unwrap().estimate().unwrap();
        let at = entropy::at(&found, k, size.draws()).index.times(1.0 / d);
        // The replica formula holds for p → ∞. Fields of different coordinates have variances that
        // differ by √(2/p), which a curved activation turns into a correction of relative order 1/p.
        let error = information.error + information.value / (BETA * d);
        all.add("f", noise.time(), at, alpha - information.value, error);
    }
    all.finish("tanh manifold");
}

/// Backward paths step by step against their law: collapse times and clones.
#[test]
fn independent_euler_and_jumps_agree() {
    let model = Clusters::new(16.0, 1.0, 1.0).unwrap();
    let scheme = Scheme::new(6.0, 1200.0).unwrap();
    let source = Source::<f32>::Model(&model, 60);
    let size = Size { blocks: 16, points: 32 };
    let [euler, jump] = [true, false].map(|euler| {
        let found = size.run(|block| {
            collapse::block(source, euler, scheme, size.points, false, Unit::new(Seed(15), block))
        });
        collapse::summary(&found, size.points)
    });
    let error = euler.mean.stderr.hypot(jump.mean.stderr);
    // The scheme's own error is of the order of its step.
    let off = (euler.mean.value - jump.mean.value).abs();
    assert!(off < STANDARD_ERRORS * error + scheme.step(), "{euler:?} against {jump:?}");
    let times: Vec<Noise> = [0.4, 0.8, 1.2, 2.0].map(|t| Noise::at_time(t).unwrap()).into();
    let size = Size { blocks: 16, points: 64 };
    let [euler, jump] = [Route::Euler(scheme), Route::Jump].map(|route| {
        size.run(|block| {
            let score = Score::Empirical(source);
            clones::block(score, route, &times, size.points, Unit::new(Seed(16), block))
        })
    });
    for k in 0..times.len() {
        let a = clones::at(&euler, k, size.draws(), true);
        let b = clones::at(&jump, k, size.draws(), true);
        for (a, b) in [(a.phi, b.phi), (a.coincidence.unwrap(), b.coincidence.unwrap())] {
            let error = a.stderr.hypot(b.stderr);
            let off = (a.value - b.value).abs();
            assert!(off < STANDARD_ERRORS * error + scheme.step(), "time {k}: {a:?}, {b:?}");
        }
    }
}

/// The exact score step by step: clones end in one class as often as the posterior says.
#[test]
fn independent_euler_with_the_exact_score() {
    let model = Clusters::new(16.0, 1.0, 1.0).unwrap();
    let scheme = Scheme::new(10.0, 1000.0).unwrap();
    let times: Vec<Noise> = [0.6, 1.4, 2.2].map(|t| Noise::at_time(t).unwrap()).into();
    let size = Size { blocks: 10, points: 100 };
    let found = size.run(|block| {
        let score = Score::<f64>::Exact(&model);
        clones::block(score, Route::Euler(scheme), &times, size.points, Unit::new(Seed(17), block))
    });
    for (k, &noise) in times.iter().enumerate() {
        let phi = model.classes().required().unwrap().posterior(noise).unwrap().clone.value;
        let at = clones::at(&found, k, size.draws(), false).phi;
        let off = (at.value - phi).abs();
        assert!(off < STANDARD_ERRORS * at.stderr + scheme.step(), "{at:?}, predicted {phi}");
    }
}

/// ψ of fresh samples, drawn in pieces, against the same data set kept whole and against D81.
#[test]
fn independent_levels() {
    let model = Clusters::new(20.0, 1.0, 1.0).unwrap();
    let times = fifty_times(0.4, 3.0);
    let size = Size { blocks: 40, points: 20 };
    let n = 1000;
    let found = size.run(|block| {
        levels::block::<f32>(&model, n, &times, size.points, Unit::new(Seed(18), block))
    });
    let ensemble =
        Ensemble::clusters(20.0, 20.0, 1.0, (n as f64).ln()).unwrap().with_tolerance(1e-6);
    let mut all = Comparison::default();
    for (k, &noise) in times.iter().enumerate() {
        let at = levels::at(&found, k, size.draws());
        // E_1 = |z|²/2 has mean ½ per dimension, and E log Z_{2..n}/Z_1 adds ½ to ψ.
        assert!((at.own.value - 0.5).abs() < STANDARD_ERRORS * at.own.stderr);
        let want = ensemble.mean(Quantity::LeaveOneOut, noise).unwrap();
        all.add("ψ", noise.time(), at.free_energy, want.value / 20.0 - 0.5, want.error);
        assert!(at.least.value > 0.0 && at.condensed.value <= 1.0);
    }
    all.finish("ψ");
}
