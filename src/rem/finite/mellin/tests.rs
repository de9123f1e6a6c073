use super::super::law::Isotropic;
use super::*;
use crate::numerics::panels;

const ALL: [Kernel; 9] = [
    Kernel::Hit,
    Kernel::First,
    Kernel::Second,
    Kernel::Below,
    Kernel::Above,
    Kernel::Density,
    Kernel::HitSquare,
    Kernel::FirstSquare,
    Kernel::SecondSquare,
];

fn ln_gamma(x: f64) -> f64 {
    special::Gamma::ln_gamma(x).0
}

fn plain(kernel: Kernel, zeta: f64) -> f64 {
    match kernel {
        Kernel::Hit => -(-zeta).exp_m1(),
        Kernel::First => zeta * (-zeta).exp(),
        Kernel::Second => zeta * zeta * (-zeta).exp(),
        Kernel::HitSquare => -(-zeta * zeta).exp_m1(),
        Kernel::FirstSquare => zeta * (-zeta * zeta).exp(),
        Kernel::SecondSquare => zeta * zeta * (-zeta * zeta).exp(),
        Kernel::Below | Kernel::Above | Kernel::Density => unreachable!(),
    }
}

/// Density of (c/2) χ′²_k(N) as a Poisson mixture of gamma densities.
fn density(law: &Isotropic, energy: f64) -> f64 {
    let half = 0.5 * law.shift / law.scale;
    let x = energy / law.scale;
    (0..400)
        .map(|j| {
            let (j, shape) = (f64::from(j), 0.5 * law.freedom + f64::from(j));
            let poisson = if half == 0.0 {
                if j == 0.0 { 0.0 } else { f64::NEG_INFINITY }
            } else {
                j * half.ln() - half - ln_gamma(j + 1.0)
            };
            (poisson + (shape - 1.0) * x.ln() - x - ln_gamma(shape)).exp() / law.scale
        })
        .sum()
}

/// The mean of a kernel by integrating over the density.
fn mean(kernel: Kernel, law: &Isotropic, v: f64) -> f64 {
    let top = law.upper(-45.0);
    // E = x² removes the singularity of one degree of freedom.
    let cut = |last: f64| {
        let mut points: Vec<f64> = (0..=24).map(|k| last * f64::from(k) / 24.0).collect();
        points.extend(
            [v - 3.0, v, v + 3.0]
                .iter()
                .filter(|x| **x > 0.0 && **x < last * last)
                .map(|x| x.sqrt()),
        );
        points.sort_by(f64::total_cmp);
        points
    };
    let integral = |f: &dyn Fn(f64) -> f64, last: f64| {
        let weighted = |x: f64| if x == 0.0 { 0.0 } else { 2.0 * x * f(x * x) };
        panels::integrate("mean", weighted, &cut(last), 1e-14).unwrap().value
    };
    match kernel {
        Kernel::Density => density(law, v),
        Kernel::Below => integral(&|e| density(law, e), v.sqrt()),
        Kernel::Above => 1.0 - integral(&|e| density(law, e), v.sqrt()),
        _ => integral(&|e| plain(kernel, (v - e).exp()) * density(law, e), top.sqrt()),
    }
}

#[test]
fn independent_means_by_integration_over_the_density() {
    let laws = [
        Isotropic { freedom: 1.0, scale: 0.7, shift: 0.0 },
        Isotropic { freedom: 1.0, scale: 0.2, shift: 2.0 },
        Isotropic { freedom: 3.0, scale: 5.0, shift: 4.0 },
        Isotropic { freedom: 16.0, scale: 0.5, shift: 20.0 },
        Isotropic { freedom: 60.0, scale: 2.0, shift: 70.0 },
    ];
    for law in laws {
        for kernel in ALL {
            if law.freedom < 10.0
                && matches!(kernel, Kernel::Density | Kernel::Below | Kernel::Above)
            {
                continue;
            }
            let width = law.cumulants(0.0)[2].sqrt();
            for place in [-8.0, -2.0, 0.0, 1.5] {
                let v = law.mean() + place * width;
                if v <= 0.0 && matches!(kernel, Kernel::Density | Kernel::Below | Kernel::Above) {
                    continue;
                }
                let want = mean(kernel, &law, v);
                for (name, window, line) in [
                    ("saddle", 30.0, Line::through_saddle(kernel, &law, v, 30.0, 0.0, FULL_DEPTH)),
                    ("zero", 60.0, Line::at(kernel, &law, 0.0, law.mean(), 60.0, 0.0, FULL_DEPTH)),
                ] {
                    if (v - law.mean()).abs() > window && name == "zero" {
                        continue;
                    }
                    let got = line.value(v);
                    let bound = 2.0 * line.error + 2e-14;
                    assert!(
                        (got - want).abs() < bound,
                        "{kernel:?} {law:?} {name} at {v}: {got} not {want}, {:.1e}",
                        line.error
                    );
                }
            }
        }
    }
}

/// Relative accuracy in the tail, far below the smallest number: E = (c/2) χ² has K → e^v M(1)
/// and the density of level n = e^2000 can be asked for.
#[test]
fn limit_deep_tail() {
    let law = Isotropic { freedom: 4000.0, scale: 1.0, shift: 3000.0 };
    let v = -2300.0;
    let line = Line::through_saddle(
        Kernel::Hit,
        &law,
        v,
        10.0,
        2500.0 - law.cumulants(1.0)[0],
        FULL_DEPTH,
    );
    // e^v M(1) dominates; the next term of 1 − e^{−ζ} is −½ e^{2v} M(2).
    let first = (2500.0 + v).exp();
    let second = 0.5 * (2500.0 + 2.0 * v + law.cumulants(2.0)[0] - law.cumulants(1.0)[0]).exp();
    assert!((line.value(v) / (first - second) - 1.0).abs() < 1e-9, "{}", line.value(v));
}
