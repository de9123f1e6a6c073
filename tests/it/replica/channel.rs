//! The channel alone: brute quadrature, two routes, derivatives.

use super::{channel, general, panels};
use regimes::channel::Effort;
use regimes::numerics::special::normal_density;
use regimes::symbolic::SHORTCUTS;

/// A name, the function it stands for, its kinks.
type Known = (&'static str, fn(f64) -> f64, &'static [f64]);

/// I_out by brute force: no structure used but the kinks.
fn brute(phi: impl Fn(f64) -> f64, kinks: &[f64], v: f64, snr: f64, fine: f64) -> f64 {
    let (known, unknown) = ((1.0 - v).sqrt(), v.sqrt());
    let s = snr.sqrt();
    let mut total = 0.0;
    for (big, outer) in panels(&[], fine) {
        let breaks: Vec<f64> = kinks.iter().map(|z| (z - known * big) / unknown).collect();
        let signal: Vec<(f64, f64)> = panels(&breaks, fine)
            .into_iter()
            .map(|(w, weight)| (s * phi(known * big + unknown * w), weight))
            .collect();
        let low = signal.iter().map(|x| x.0).fold(f64::INFINITY, f64::min) - 8.5;
        let high = signal.iter().map(|x| x.0).fold(f64::NEG_INFINITY, f64::max) + 8.5;
        let steps = ((high - low) / 0.1).ceil();
        let spacing = (high - low) / steps;
        let mut entropy = 0.0;
        for k in 0..=steps as usize {
            let y = low + k as f64 * spacing;
            let p: f64 = signal.iter().map(|&(u, weight)| weight * normal_density(y - u)).sum();
            if p > 0.0 {
                entropy -= spacing * p * p.ln();
            }
        }
        total += outer * (entropy - 0.5 * (2.0 * std::f64::consts::PI).ln() - 0.5);
    }
    total
}

#[test]
fn independent_brute_quadrature() {
    let kinked: [Known; 5] = [
        ("tanh", f64::tanh, &[]),
        ("relu", |z| z.max(0.0), &[0.0]),
        ("sign", f64::signum, &[0.0]),
        ("sin", f64::sin, &[]),
        ("abs(z-0.3)+tanh(z)", |z| (z - 0.3).abs() + z.tanh(), &[0.3]),
    ];
    for (name, phi, kinks) in kinked {
        for (v, snr) in [(0.9, 0.2), (0.4, 4.0)] {
            let want = brute(phi, kinks, v, snr, 1.0);
            let got = channel(name, 1.0, 1.0).at(v, snr, Effort::Certify).unwrap().information;
            let gap = (got.value - want).abs();
            assert!(gap <= got.error + 2e-12, "{name} {v} {snr}: {got:?} against {want}");
            assert!(got.error < 1e-11);
        }
    }
}

/// Piecewise-linear functions by truncated Gaussians and by quadrature in w.
#[test]
fn independent_piecewise_linear_two_ways() {
    let cases: [Known; 3] = [
        ("relu", |z| z.max(0.0), &[0.0]),
        ("hardtanh", |z| z.clamp(-1.0, 1.0), &[-1.0, 1.0]),
        ("abs", f64::abs, &[0.0]),
    ];
    for (name, phi, breaks) in cases {
        for (v, snr) in [(1.0, 0.3), (0.5, 30.0), (1e-3, 100.0), (1e-6, 1e4)] {
            let a = channel(name, 1.0, 1.0).at(v, snr, Effort::Certify).unwrap();
            let b = general(phi, breaks, 1.0).at(v, snr, Effort::Certify).unwrap();
            for (x, y) in [(a.information, b.information), (a.by_snr, b.by_snr)] {
                let bound = x.error + y.error + 1e-14;
                assert!((x.value - y.value).abs() <= bound, "{name} {v} {snr}: {x:?} {y:?}");
            }
        }
    }
}

/// The derivatives that come with the information are its derivatives.
#[test]
fn identity_derivatives_by_differences() {
    for name in ["tanh", "relu", "sign", "abs", "square", "clip(z,-1,0.5)+sign(z)"] {
        let c = channel(name, 1.3, 1.0);
        let at = |v: f64, snr: f64| c.at(v, snr, Effort::Certify).unwrap();
        for (v, snr) in [(0.6, 0.7), (0.05, 20.0)] {
            let p = at(v, snr);
            let (h, k) = (1e-4 * v, 1e-4 * snr);
            let difference = |f: &dyn Fn(f64) -> f64| (f(1.0) - f(-1.0)) / 2.0;
            let checks = [
                (p.by_variance.value, difference(&|x| at(v + x * h, snr).information.value) / h),
                (p.by_snr.value, difference(&|x| at(v, snr + x * k).information.value) / k),
                (p.by_variance_twice, difference(&|x| at(v + x * h, snr).by_variance.value) / h),
                (p.by_variance_and_snr, difference(&|x| at(v, snr + x * k).by_variance.value) / k),
            ];
            for (got, want) in checks {
                assert!((got / want - 1.0).abs() < 1e-5, "{name} {v} {snr}: {got} against {want}");
            }
        }
    }
}

/// Every named activation down to v = 1e-12: finite, with a stated error that is small.
#[test]
fn limit_small_posterior_variance() {
    for shortcut in SHORTCUTS {
        let c = channel(shortcut.name, 1.0, 1.0);
        for v in [1e-12, 1e-9, 1e-6] {
            for snr in [1e-8, 1.0, 1e8] {
                let p = c.at(v, snr, Effort::Certify).unwrap();
                let what = format!("{} {v} {snr}: {p:?}", shortcut.name);
                let i = p.information;
                assert!(i.value >= 0.0 && i.error <= 1e-10 * (1.0 + i.value), "{what}");
                assert!(p.by_variance.error <= 1e-6 * p.by_variance.value, "{what}");
                assert!(p.by_snr.value >= 0.0 && p.by_snr.error.is_finite(), "{what}");
            }
        }
    }
}
