//! The best grid: its closed form, its equations with derivatives of another route, and no grid below it.
use super::{geometric, of};
use proptest::prelude::*;
use regimes::models::{Clusters, Gaussian, Independent, Model, Order};
use regimes::prior;
use regimes::steps::{Data, Level, Optimal, cost, optimal};

/// What the stationarity equations hold to, relative to the largest of their terms.
const STATIONARY: f64 = 1e-10;

fn best(model: &dyn Model, order: Order, ends: [f64; 2], steps: usize) -> Optimal {
    let data = Data::new(model, order).unwrap().found().unwrap();
    optimal::grid(&data, ends.map(Level::at_snr), steps).unwrap()
}

/// Of one variance the best grid is even in log(1 + λs) at every K, and costs ½ [K(e^{ℓ/K} − 1) − ℓ].
#[test]
fn independent_one_variance_in_closed_form() {
    for (variance, ends) in [(1.7, [1e-3, 50.0]), (0.01, [0.0, 1e5]), (40.0, [0.2, 0.3])] {
        let model = Gaussian::isotropic(f64::INFINITY, f64::sqrt(variance)).unwrap();
        let whole = (variance * (ends[1] - ends[0]) / (1.0 + variance * ends[0])).ln_1p();
        for steps in [1usize, 2, 3, 10, 50, 250, 1000] {
            let got = best(&model, Order::Asymptotic, ends, steps);
            assert_eq!(got.grid.len(), steps + 1);
            assert!(got.residual <= STATIONARY, "{steps}: {}", got.residual);
            for (k, level) in got.grid.iter().enumerate() {
                let share = whole * k as f64 / steps as f64;
                let want = ends[0] + (1.0 / variance + ends[0]) * share.exp_m1();
                let gap = (level.snr - want).abs() / (want + 1.0 / variance);
                assert!(gap < 1e-9, "{steps}, {k}: {} {want}", level.snr);
            }
            let snr: Vec<f64> = got.grid.iter().map(|level| level.snr).collect();
            let total = of(&model, Order::Asymptotic, &snr).total;
            let k = steps as f64;
            let want = 0.5 * (k * (whole / k).exp_m1() - whole);
            assert!((total.value - want).abs() <= total.error + 1e-13, "{steps}: {total:?} {want}");
        }
    }
}

/// mmse'(s_k) δ_k = mmse(s_k) − mmse(s_{k−1}), with the derivative of the prior's own route.
#[test]
fn independent_stationary_by_the_derivative_of_the_prior() {
    for name in ["rademacher", "binary:0.9", "gauss-bernoulli:0.1"] {
        let prior = prior::named(name).unwrap();
        let model = Independent::new(f64::INFINITY, prior.clone()).unwrap();
        for steps in [2usize, 7, 30] {
            let got = best(&model, Order::Asymptotic, [1e-2, 40.0], steps);
            let snr: Vec<f64> = got.grid.iter().map(|level| level.snr).collect();
            let (mut residual, mut terms) = (0.0f64, 0.0f64);
            for k in 1..steps {
                let here = prior.at(snr[k]);
                let drop = here.mmse.value - prior.at(snr[k - 1]).mmse.value;
                let term = here.slope * (snr[k + 1] - snr[k]);
                residual = residual.max((term - drop).abs() * (1.0 + snr[k]));
                terms = terms.max(term.abs() * (1.0 + snr[k]));
            }
            assert!(residual < STATIONARY * terms, "{name} {steps}: {residual} of {terms}");
            assert!(got.residual < STATIONARY, "{name} {steps}: {}", got.residual);
        }
    }
}

/// Ends six hundred powers of ten apart: levels must travel far before Newton's method converges.
#[test]
fn limit_ends_far_apart() {
    let model = Gaussian::isotropic(f64::INFINITY, 1.0).unwrap();
    for (first, last, steps) in [(1e-300, 1e300, 7), (1e-100, 1e150, 40), (0.0, 1e30, 3)] {
        let got = best(&model, Order::Asymptotic, [first, last], steps);
        let snr: Vec<f64> = got.grid.iter().map(|level| level.snr).collect();
        let total = of(&model, Order::Asymptotic, &snr).total.value;
        let (k, whole) = (steps as f64, last.ln_1p() - first.ln_1p());
        let want = 0.5 * (k * (whole / k).exp_m1() - whole);
        assert!((total / want - 1.0).abs() < 1e-9, "{steps}: {total} {want} {}", got.residual);
    }
}

/// K steps of the best grid cost (∫√|mmse'| ds)²/(4K) for large K.
#[test]
fn limit_many_steps() {
    let model = Gaussian::with_eigenvalues(&[5.0, 0.2], 2.0).unwrap();
    let (first, last) = (1e-2, 1e2);
    let slope = |s: f64| 0.5 * (25.0 / (1.0 + 5.0 * s).powi(2) + 0.04 / (1.0 + 0.2 * s).powi(2));
    let cells = 20_000;
    let fine = geometric(first, last, cells);
    let density: f64 =
        fine.windows(2).map(|p| (p[1] - p[0]) * slope((p[0] * p[1]).sqrt()).sqrt()).sum();
    let got = best(&model, Order::Asymptotic, [first, last], 1000);
    let snr: Vec<f64> = got.grid.iter().map(|level| level.snr).collect();
    let total = of(&model, Order::Asymptotic, &snr).total.value;
    let want = density * density / 4000.0;
    assert!((total / want - 1.0).abs() < 5e-3, "{total} {want}");
    assert!(got.residual < STATIONARY);
}

/// Two scales far apart: mmse falls in two steps, two grids are stationary, and the better one is found.
#[test]
fn independent_two_scales_against_a_search_of_everything() {
    // Variances 1 and 1e-6 with weights that make the two drops cost alike.
    let model = Gaussian::with_eigenvalues(&[1.0, 1.0, 1.0, 1e-6], 4.0).unwrap();
    let ends = [1e-3, 1e9];
    for steps in [2usize, 3] {
        let got = best(&model, Order::Asymptotic, ends, steps);
        let snr: Vec<f64> = got.grid.iter().map(|level| level.snr).collect();
        let found = of(&model, Order::Asymptotic, &snr).total.value;
        let fine = geometric(ends[0], ends[1], 300);
        let mut least = f64::INFINITY;
        for (k, a) in fine[1..300].iter().enumerate() {
            let seconds = if steps == 2 { &fine[k + 1..k + 2] } else { &fine[k + 2..300] };
            for b in seconds {
                let snr = if steps == 2 {
                    vec![ends[0], *a, ends[1]]
                } else {
                    vec![ends[0], *a, *b, ends[1]]
                };
                least = least.min(of(&model, Order::Asymptotic, &snr).total.value);
            }
        }
        assert!(found <= least * (1.0 + 1e-12), "{steps}: {found} {least}");
        assert!(found >= 0.9 * least);
    }
}

/// A model of any kind that has its curves in closed form.
#[derive(Clone, Debug)]
enum Any {
    Gaussian(Vec<f64>),
    Clusters(u32, f64, f64),
    Spins(f64),
}

impl Any {
    fn model(&self) -> (Box<dyn Model>, Order) {
        match self {
            Self::Gaussian(logs) => {
                let eigenvalues: Vec<f64> = logs.iter().map(|x| x.exp()).collect();
                let d = eigenvalues.len() as f64;
                let model = Gaussian::with_eigenvalues(&eigenvalues, d).unwrap();
                (Box::new(model), Order::Asymptotic)
            }
            Self::Clusters(d, mu, sigma) => {
                let model = Clusters::new(f64::from(*d), *mu, *sigma).unwrap();
                (Box::new(model), Order::ClassBit)
            }
            Self::Spins(p) => {
                let prior = prior::named(&format!("binary:{p}")).unwrap();
                (Box::new(Independent::new(8.0, prior).unwrap()), Order::Asymptotic)
            }
        }
    }
}

fn any_model() -> impl Strategy<Value = Any> {
    prop_oneof![
        prop::collection::vec(-4.0..4.0f64, 1..6).prop_map(Any::Gaussian),
        (1u32..2000, 0.05..3.0f64, 0.01..2.0f64).prop_map(|(d, mu, s)| Any::Clusters(d, mu, s)),
        (0.02..0.98f64).prop_map(Any::Spins),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// No grid that has a name costs less, nor any that is drawn.
    #[test]
    fn property_no_grid_costs_less_than_the_best(
        of in any_model(),
        low in -8.0..-1.0f64,
        length in 2.0..14.0f64,
        steps in 1usize..90,
        draws in prop::collection::vec(0.0..1.0f64, 90),
    ) {
        let (model, order) = of.model();
        let ends = [low.exp(), (low + length).exp()].map(Level::at_snr);
        let data = Data::new(model.as_ref(), order).unwrap().found().unwrap();
        let got = optimal::grid(&data, ends, steps).unwrap();
        let found = cost(&data, &got.grid).unwrap().total;
        for grid in super::grids::named(&data, ends, steps) {
            let other = cost(&data, &grid).unwrap().total;
            prop_assert!(found.lower() <= other.upper(), "{found:?} {other:?}");
        }
        let mut drawn: Vec<f64> = draws[..steps - 1].iter().map(|x| (low + length * x).exp()).collect();
        drawn.sort_by(f64::total_cmp);
        let drawn: Vec<Level> = drawn.into_iter().map(Level::at_snr).collect();
        let drawn: Vec<Level> = [ends[0]].into_iter().chain(drawn).chain([ends[1]]).collect();
        let other = cost(&data, &drawn).unwrap().total;
        prop_assert!(found.lower() <= other.upper(), "{found:?} {other:?}");
        // Levels that are all but one level have no slopes to speak of.
        prop_assert!(got.residual < 1e-7, "{} at {steps}", got.residual);
    }
}
