//! The replica-symmetric engine against second routes: random-matrix theory, integrals, closed forms of
//! the noiseless channel.

mod channel;

use regimes::channel::{Channel, Effort, Response};
use regimes::numerics::legendre;
use regimes::numerics::special::{normal_cdf, normal_density};
use regimes::prior::{Binary, Mixture, Normal, Prior};
use regimes::replica::Replica;
use regimes::symbolic::{SHORTCUTS, activation};
use std::sync::Arc;

fn channel(name: &str, gain: f64, second_moment: f64) -> Channel {
    let phi = activation(name).unwrap();
    Channel::new(&Response::from(&phi), gain, second_moment).unwrap()
}

fn normal(name: &str, beta: f64) -> Replica {
    let prior = Arc::new(Normal::new(0.0).unwrap());
    Replica::new(prior, channel(name, 1.0, 1.0), beta).unwrap()
}

/// The same function through the general route, whatever its class.
fn general(phi: fn(f64) -> f64, breakpoints: &[f64], second_moment: f64) -> Channel {
    let response = Response::General {
        function: Arc::new(phi),
        breakpoints: breakpoints.to_vec(),
        symmetric: false,
        monotone: false,
    };
    Channel::new(&response, 1.0, second_moment).unwrap()
}

/// Nodes and weights of composite rules on |x| ≤ 9, split at `breaks`.
fn panels(breaks: &[f64], width: f64) -> Vec<(f64, f64)> {
    let mut edges = vec![-9.0, 9.0];
    edges.extend(breaks.iter().filter(|x| x.abs() < 9.0));
    edges.sort_by(f64::total_cmp);
    let rule = legendre::Rule::new(12);
    let mut nodes = Vec::new();
    for pair in edges.windows(2) {
        let count = ((pair[1] - pair[0]) / width).ceil().max(1.0);
        for k in 0..count as usize {
            let low = pair[0] + (pair[1] - pair[0]) * k as f64 / count;
            let high = low + (pair[1] - pair[0]) / count;
            rule.on(low, high, |x, w| nodes.push((x, w * normal_density(x))));
        }
    }
    nodes
}

/// β (1 − v)(1 + snr v) = snr v: Marchenko-Pastur, through the closed form and the general route.
#[test]
fn limit_linear_is_marchenko_pastur() {
    let prior: Arc<dyn Prior> = Arc::new(Normal::new(0.0).unwrap());
    for beta in [1e-3, 0.25, 1.0, 7.0, 1e3_f64] {
        for snr in [1e-8, 1e-2, 0.3, 3.0, 30.0, 1e4, 1e8_f64] {
            let x = beta + snr - beta * snr;
            let root = (x * x + 4.0 * beta * beta * snr).sqrt();
            let v = if x > 0.0 { 2.0 * beta / (x + root) } else { (root - x) / (2.0 * beta * snr) };
            // 1 − v without cancellation, from β (1 − v) = snr v/(1 + snr v).
            let u = snr * v / (1.0 + snr * v) / beta;
            let log_v = if v > 0.5 { (-u).ln_1p() } else { v.ln() };
            let want = 0.5 * (beta * (-log_v - u) + (snr * v).ln_1p());
            let mut routes = vec![channel("linear", 1.0, 1.0)];
            // The general route takes long where the signal is long.
            if snr < 1e5 || beta < 1e3 {
                routes.push(general(|z| z, &[], 1.0));
            }
            for c in routes {
                let m = Replica::new(Arc::clone(&prior), c, beta).unwrap();
                let b = m.branches(snr).unwrap();
                let e = b.equilibrium();
                let gap = (e.information.value - want).abs();
                assert!(gap <= 1e-12 * want.max(1.0), "{beta} {snr}: {e:?} against {want}");
                assert!((e.variance.value / v - 1.0).abs() < 1e-8, "{beta} {snr}: {e:?}, {v}");
            }
        }
    }
}

/// The integral of ½ mmse over snr is the information.
#[test]
fn identity_information_is_the_integral_of_the_mmse() {
    for (name, beta) in [("tanh", 0.5), ("relu", 0.5), ("sign", 1.0)] {
        let m = normal(name, beta);
        let rule = legendre::Rule::new(20);
        let top: f64 = 5.0;
        let mut sum = 0.0;
        // In log snr from where I is its linear term.
        let (low, parts) = (-18.0f64, 5);
        let width = (top.ln() - low) / f64::from(parts);
        for k in 0..parts {
            let start = low + f64::from(k) * width;
            rule.on(start, start + width, |x, weight| {
                let snr = x.exp();
                let mmse = m.branches(snr).unwrap().equilibrium().mmse.value;
                sum += weight * snr * 0.5 * mmse;
            });
        }
        let first = m.information(low.exp()).unwrap().value;
        let want = m.information(top).unwrap().value;
        assert!((first + sum - want).abs() < 1e-8, "{name}: {} against {want}", first + sum);
    }
}

/// Noiseless closed forms: r = E[Φ(a) + N(a)²/Φ(−a)]/(βv) for ReLU, E[N²(1/Φ(a) + 1/Φ(−a))]/(βv)
/// for sign, a = √((ρ − v)/v) V.
#[test]
fn limit_noiseless_closed_forms() {
    let spins: Arc<dyn Prior> = Arc::new(Binary::BALANCED);
    let sparse: Arc<dyn Prior> = Arc::new(Mixture::gauss_bernoulli(0.6).unwrap());
    for (name, prior, beta) in
        [("sign", &spins, 2.0), ("sign", &spins, 1.0), ("relu", &sparse, 2.5)]
    {
        let rho = prior.second_moment();
        let m = Replica::new(Arc::clone(prior), channel(name, 1.0, rho), beta).unwrap();
        let branches = m.branches(f64::INFINITY).unwrap();
        let v = branches.uninformed().variance.value;
        let ratio = ((rho - v) / v).sqrt();
        let mean: f64 = panels(&[], 0.25)
            .into_iter()
            .map(|(x, weight)| {
                let a = ratio * x;
                let n = normal_density(a);
                let upper = if a < 30.0 { n * n / normal_cdf(-a).max(1e-300) } else { 0.0 };
                let lower = if a > -30.0 { n * n / normal_cdf(a).max(1e-300) } else { 0.0 };
                weight * if name == "sign" { upper + lower } else { normal_cdf(a) + upper }
            })
            .sum();
        let again = prior.at(mean / (beta * v)).mmse.value;
        assert!((again / v - 1.0).abs() < 1e-9, "{name} {beta}: {v} becomes {again}");
    }
}

/// Every named activation at both ends of every range: the information is finite, grows with snr
/// and is concave in it, lies below that of the linear channel of equal variance, and says how exact
/// it is.
#[test]
fn limit_extreme_noise_and_ratios() {
    extremes(&[
        (1e-3, &[1e-8, 1.0, 1e3, 1e8]),
        (0.5, &[1e-8, 1e-3, 1.0, 1e3]),
        (1e3, &[1e-8, 1.0]),
    ]);
}

/// The same where signals are millions of noises long.
#[test]
fn limit_extreme_signals_at_large_ratios() {
    extremes(&[(0.5, &[1e3, 1e5, 1e8]), (1e3, &[1.0, 1e3, 1e8])]);
}

/// Checks every named activation along snr at each β.
fn extremes(cases: &[(f64, &[f64])]) {
    for shortcut in SHORTCUTS {
        let name = shortcut.name;
        let variance =
            2.0 * channel(name, 1.0, 1.0).at(1.0, 0.0, Effort::Certify).unwrap().by_snr.value;
        for &(beta, snrs) in cases {
            let m = normal(name, beta);
            let (mut last, mut mmse) = (0.0, f64::INFINITY);
            for &snr in snrs {
                let b = m.branches(snr).unwrap();
                let e = b.equilibrium();
                let i = e.information;
                let bound = 0.5 * (snr * variance).ln_1p();
                let what = format!("{name} {beta} {snr}: {e:?}");
                // A finite alphabet is exhausted at the largest snr.
                assert!(i.value > last || (i.value == last && e.mmse.value == 0.0), "{what}");
                assert!(i.value <= bound * (1.0 + 1e-6), "{what}, bound {bound}");
                assert!(i.error <= 1e-10 * (1.0 + i.value), "{what}");
                assert!(e.mmse.value <= mmse * (1.0 + 1e-9), "{what}");
                (last, mmse) = (i.value, e.mmse.value);
            }
        }
    }
}

/// A map that starts every search at its neighbour's solution is the map of cold starts.
#[test]
fn identity_map_from_neighbours_is_the_map_from_cold_starts() {
    for name in ["tanh", "abs"] {
        let m = normal(name, 0.5);
        for beta in [0.1, 0.4, 1.0, 3.0] {
            let m = m.with_beta(beta).unwrap();
            let mut neighbour = None;
            for k in 1..=8 {
                let alpha = 0.1 * f64::from(k);
                let warm = m.collapse(alpha, neighbour).unwrap();
                let cold = m.collapse(alpha, None).unwrap();
                let (a, b) = (warm.time.value().unwrap(), cold.time.value().unwrap());
                assert!((a - b).abs() < 1e-9, "{name} {beta} {alpha}: {a} {b}");
                neighbour = warm.neighbour;
            }
        }
    }
}

/// Noiseless spins under sign: the fixed points of v = mmse(r), iterated from v = 1 in mpmath with
/// 20 digits until they settled (quadrature of the closed form of r, tanh form of mmse).
#[test]
fn independent_noiseless_spins() {
    let prior: Arc<dyn Prior> = Arc::new(Binary::BALANCED);
    for (measurements, want) in [
        (0.5, 0.706_910_969_945_862),
        (0.74, 0.577_087_713_698_860_5),
        (0.98, 0.449_891_723_118_110_6),
        (1.22, 0.320_178_009_706_615_1),
    ] {
        let m = Replica::new(Arc::clone(&prior), channel("sign", 1.0, 1.0), 1.0 / measurements);
        let v = m.unwrap().branches(f64::INFINITY).unwrap().uninformed().variance;
        assert!((v.value - want).abs() <= v.error + 1e-11, "{measurements}: {v:?} against {want}");
    }
}

/// Small snr: I = ½ snr Var φ, with relative accuracy.
#[test]
fn limit_weak_signal_is_linear() {
    for name in ["tanh", "relu", "sign", "abs"] {
        let m = normal(name, 0.7);
        let information = m.information(1e-8).unwrap();
        let phi = activation(name).unwrap();
        let mut moments = [0.0; 3];
        for (z, weight) in panels(&[0.0], 1.0) {
            let x = phi.eval(z);
            moments[0] += weight;
            moments[1] += weight * x;
            moments[2] += weight * x * x;
        }
        let want = 0.5e-8 * (moments[2] - moments[1] * moments[1]);
        assert!((information.value / want - 1.0).abs() < 1e-7, "{name}: {information:?} {want}");
        assert!(information.error < 1e-12 * want.max(1e-6));
    }
}

/// t_C solves I = α, and a start at a neighbour's solution changes nothing.
#[test]
fn identity_collapse_solves_information_equals_alpha() {
    for name in ["tanh", "relu", "sign", "softplus", "abs", "square"] {
        let mut neighbour = None;
        for alpha in [0.1, 0.2, 0.3] {
            let m = normal(name, 0.5);
            let cold = m.collapse(alpha, None).unwrap();
            let warm = m.collapse(alpha, neighbour).unwrap();
            neighbour = cold.neighbour;
            let (a, b) = (cold.time.value().unwrap(), warm.time.value().unwrap());
            assert!((a - b).abs() < 1e-10, "{name} {alpha}: {a} {b}");
            let snr = cold.log_snr.value().unwrap().exp();
            let information = m.information(snr).unwrap();
            assert!((information.value - alpha).abs() < 1e-11, "{name} {alpha}: {information:?}");
        }
    }
}

/// A finite alphabet has finite information: no collapse beyond it, and it says so.
#[test]
fn limit_no_collapse_beyond_the_supremum() {
    let m = normal("sign", 0.5);
    let supremum = m.supremum().unwrap().value().unwrap();
    assert!(supremum < std::f64::consts::LN_2);
    assert!(m.collapse(0.999 * supremum, None).unwrap().time.value().is_some());
    let absent = m.collapse(1.001 * supremum, None).unwrap().time;
    assert!(absent.reason().unwrap().contains("never exceeds"), "{absent:?}");
    let spins: Arc<dyn Prior> = Arc::new(Binary::BALANCED);
    let m = Replica::new(spins, channel("tanh", 1.0, 1.0), 0.5).unwrap();
    let supremum = m.supremum().unwrap().value().unwrap();
    assert!((supremum - 0.5 * std::f64::consts::LN_2).abs() < 1e-15);
    assert!(normal("tanh", 0.5).supremum().unwrap().value().is_none());
    assert!(normal("0*z+2", 0.5).collapse(0.1, None).unwrap().time.reason().is_some());
}

/// Even activations: v = ρ is stationary, loses stability at weak recovery, and phase retrieval
/// near β = 0.9 has a first-order transition.
#[test]
fn limit_even_activations_have_a_symmetric_point() {
    let m = normal("abs", 0.5);
    assert!(m.symmetric_point());
    let weak = m.weak_recovery().unwrap().value().unwrap();
    let below = m.branches((weak - 0.05).exp()).unwrap();
    assert_eq!(below.uninformed().variance.value, 1.0);
    let above = m.branches((weak + 0.05).exp()).unwrap();
    assert!(above.uninformed().variance.value < 1.0);
    // (1/β) E[(Var(w|y) − 1)²] = 1 at the threshold.
    let point = channel("abs", 1.0, 1.0).at(1.0, weak.exp(), Effort::Certify).unwrap();
    assert!((-2.0 * point.by_variance_twice / 0.5 - 1.0).abs() < 1e-7);
}

/// Binary weights under sign: the informed branch is perfect recovery, and takes over at a
/// first-order transition before the other one ends.
#[test]
fn identity_first_order_transition_of_spins() {
    let spins: Arc<dyn Prior> = Arc::new(Binary::BALANCED);
    let m = Replica::new(spins, channel("sign", 1.0, 1.0), 0.5).unwrap();
    let t = m.transitions().unwrap();
    let [first] = t.first_order.as_slice() else { panic!("{t:?}") };
    let [end] = t.spinodals.as_slice() else { panic!("{t:?}") };
    assert!(end.ends_uninformed && first.log_snr.value < end.log_snr.value);
    let b = m.branches(first.log_snr.value.exp()).unwrap();
    let gap = b.informed().information.value - b.uninformed().information.value;
    assert!(gap.abs() < 1e-10, "{b:?}");
    // On both sides of the spinodal: two stable branches, then one.
    let stable =
        |lambda: f64| m.branches(lambda.exp()).unwrap().all().iter().filter(|s| s.stable).count();
    assert_eq!(stable(end.log_snr.value - 1e-3), 2);
    assert_eq!(stable(end.log_snr.value + 1e-3), 1);
}

/// The perceptron with ±1 weights: the first-order line runs from weak noise at β just below the
/// noiseless point 1/1.245 = 0.80 [G90] without a gap past β = 1/1.493 = 0.67, where the
/// uninformed branch begins to end.
#[test]
fn published_first_order_line_of_the_binary_perceptron() {
    let mut last = f64::INFINITY;
    for beta in [0.5, 0.6, 0.64, 0.66, 0.68, 0.7, 0.75, 0.79] {
        let phi = Response::from(&activation("sign").unwrap());
        let channel = Channel::new(&phi, 1.0, 1.0).unwrap();
        let model = Replica::new(Arc::new(Binary::BALANCED), channel, beta).unwrap();
        let found = model.transitions().unwrap();
        assert_eq!(found.first_order.len(), 1, "{beta}: {found:?}");
        let snr = found.first_order[0].log_snr.value;
        assert!(-snr < last, "{beta}: {snr} after {last}");
        last = -snr;
        assert_eq!(found.spinodals.iter().any(|s| s.ends_uninformed), beta < 0.67, "{beta}");
    }
}

/// The potential curve has its minimum at the saddle, and its value there.
#[test]
fn identity_potential_is_smallest_at_the_saddle() {
    let sparse: Arc<dyn Prior> = Arc::new(Mixture::gauss_bernoulli(0.3).unwrap());
    let m = Replica::new(sparse, channel("tanh", 1.0, 0.3), 0.8).unwrap();
    let b = m.branches(2.0).unwrap();
    let e = b.equilibrium();
    let v = e.variance.value;
    let at = |v: f64| m.potential(v, 2.0).unwrap();
    assert!((at(v).value - e.information.value).abs() <= at(v).error + e.information.error);
    assert!(at(0.9 * v).value > at(v).value && at(1.1 * v).value > at(v).value);
}
