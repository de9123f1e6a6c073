//! A linear score learned from n samples.
use regimes::spectrum::MarchenkoPastur;
use regimes::training::linear::Linear;

/// ½ E[1/(x + c) − 1 + log(x + c)] as a sum over the law itself.
#[test]
fn independent_linear_scores_are_sums_over_the_law() {
    for psi_n in [0.1, 0.5, 1.0, 2.0, 10.0] {
        let linear = Linear::new(psi_n).unwrap();
        let nodes = MarchenkoPastur::new(psi_n, 1.0).unwrap().nodes(4000);
        for c in [0.05, 0.3, 1.0, 4.0] {
            let sum: f64 =
                nodes.iter().map(|(x, w)| 0.5 * w * (1.0 / (x + c) - 1.0 + (x + c).ln())).sum();
            let found = linear.kl(c).unwrap();
            assert!(
                (found.value - sum).abs() < found.error + 1e-10,
                "{psi_n} {c}: {found:?} {sum}"
            );
        }
        // The best ridge is a minimum.
        let best = linear.best_ridge().unwrap();
        let least = linear.kl(best.value).unwrap();
        for factor in [0.9, 0.99, 1.01, 1.1] {
            assert!(linear.kl(best.value * factor).unwrap().value > least.value);
        }
        assert!(best.error < 1e-12);
    }
}

/// KL/d of 300-dimensional samples, drawn by another program: to the digits of the draws.
#[test]
fn independent_linear_scores_of_drawn_samples() {
    for (y, drawn) in [(0.25, 0.04114), (0.5, 0.07775), (1.0, 0.1761), (2.0, 0.3557)] {
        let found = Linear::new(1.0 / y).unwrap().kl(0.3).unwrap();
        assert!((found.value - drawn).abs() < 3e-4, "{y}: {found:?}");
    }
}
