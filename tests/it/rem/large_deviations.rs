use regimes::rem::large_deviations::Energies;
use regimes::{Estimate, Noise};

/// Within the stated error (and `slack`, what the reference itself is good to).
fn assert_close(name: &str, got: Estimate, want: f64, slack: f64) {
    let deviation = (got.value - want).abs();
    assert!(deviation <= got.error + slack, "{name}: {got:?} against {want}");
}

/// The numbers that the theory's authors and its re-derivations print.
#[test]
fn published_isotropic_times() {
    for (alpha, sigma, collapse, onset, generalisation) in [
        (0.5, 1.0, 0.229337572693541, 0.4186742652406, 0.1637254083126),
        (1.0, 1.0, 0.0727067289344296, 0.1631868790967, 0.06393925172959),
        (0.2, 2.0, 1.10594597112265, 1.447636790488, 0.7152076290731),
    ] {
        let rem = Energies::isotropic(alpha, sigma).unwrap();
        assert_close("t_C", rem.collapse_time().unwrap(), collapse, 2e-15);
        assert_close("t_o", rem.onset_time().unwrap(), onset, 1e-12);
        assert_close("t_g", rem.generalisation_time().unwrap(), generalisation, 1e-12);
        assert!(rem.onset_time().unwrap().error < 1e-14);
    }
}

#[test]
fn published_basin_and_bandwidths() {
    let rem = Energies::isotropic(0.5, 1.0).unwrap();
    for (t, radius) in [(0.25, 0.889127), (0.30, 0.628052), (0.35, 0.368368), (0.40, 0.102256)] {
        let got = rem.basin(Noise::at_time(t).unwrap()).unwrap().estimate().unwrap();
        assert_close("r*", got, radius, 5e-7);
    }
    for (alpha, condensed, central, optimal) in
        [(0.5, 0.652145, 0.922273, 0.622436), (1.0, 0.372106, 0.526238, 0.369344)]
    {
        let rem = Energies::isotropic(alpha, 1.0).unwrap();
        assert_close("h_G", rem.bandwidth_condensation().unwrap(), condensed, 5e-7);
        assert_close("h_CLT", rem.bandwidth_central_limit().unwrap(), central, 6e-7);
        assert_close("h_opt", rem.bandwidth_optimal().unwrap(), optimal, 5e-7);
    }
}

fn spectrum(name: &str, alpha: f64) -> Energies {
    match name {
        "isotropic-1" => Energies::isotropic(alpha, 1.0),
        "isotropic-2" => Energies::isotropic(alpha, 2.0),
        "manifold-0.25" => Energies::linear_manifold(alpha, 0.25),
        "three-modes" => Energies::new(alpha, &[(9.0, 1.0), (1.0, 4.0), (0.25, 3.0)]),
        other => panic!("no spectrum {other}"),
    }
    .unwrap()
}

/// tests/reference/rem.py computes the same quantities from their definitions.
#[test]
fn independent_definitions_of_every_quantity() {
    let mut seen = 0;
    for line in include_str!("../../reference/rem_large_deviations.csv").lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |k: usize| cells[k].parse::<f64>().unwrap();
        let (rem, at, want) = (spectrum(cells[0], number(1)), number(3), number(4));
        let noise = Noise::at_time(at).unwrap();
        let got = match cells[2] {
            "t_C" => rem.collapse_time().unwrap(),
            "t_o" => rem.onset_time().unwrap(),
            "t_g" => rem.generalisation_time().unwrap(),
            "h_opt" => rem.bandwidth_optimal().unwrap(),
            "h_G" => rem.bandwidth_condensation().unwrap(),
            "h_CLT" => rem.bandwidth_central_limit().unwrap(),
            "basin" => rem.basin(noise).unwrap().estimate().unwrap(),
            "kl" => rem.kullback_leibler(at).unwrap(),
            psi => {
                let r = psi.strip_prefix("psi r=").unwrap().parse().unwrap();
                rem.free_energy(noise, r).unwrap().value
            }
        };
        assert_close(line, got, want, 1e-15 * want.abs());
        assert!(got.error < 1e-12, "{line}: {got:?}");
        seen += 1;
    }
    assert!(seen > 90, "only {seen} reference values");
}

/// Collapse is condensation: at t_C, λ_c = 1 and ψ = −½.
#[test]
fn identity_collapse_is_condensation() {
    let spectra: [&[(f64, f64)]; 4] = [
        &[(1.0, 1.0)],
        &[(2.5, 1.0), (0.0, 2.0)],
        &[(9.0, 1.0), (0.3, 5.0)],
        &[(1e-4, 3.0), (1e3, 1.0), (0.0, 1.0)],
    ];
    for modes in spectra {
        for alpha in [1e-3, 0.1, 0.5, 2.0, 10.0] {
            let rem = Energies::new(alpha, modes).unwrap();
            let time = rem.collapse_time().unwrap();
            // The time as a number carries a relative error of 1e-16 only if it is not tiny.
            let noise = Noise::at_time(time.value).unwrap();
            let lambda = rem.condensation(noise).unwrap().estimate().unwrap();
            assert!((lambda.value - 1.0).abs() < 1e-10, "{modes:?} {alpha}: {lambda:?}");
            let psi = rem.free_energy(noise, 1.0).unwrap();
            assert!((psi.value.value + 0.5).abs() < 1e-10, "{modes:?} {alpha}: {psi:?}");
            let radius = rem.basin(noise).unwrap().value().unwrap();
            assert!((radius - 1.0).abs() < 1e-10);
        }
    }
}

/// ψ is continuous where the phases meet, and the divergence where the kernel sum condenses.
#[test]
fn identity_phases_join() {
    let rem = spectrum("three-modes", 0.7);
    let h = rem.bandwidth_condensation().unwrap().value;
    let below = rem.kullback_leibler(h * (1.0 - 1e-9)).unwrap().value;
    let above = rem.kullback_leibler(h * (1.0 + 1e-9)).unwrap().value;
    assert!((below - above).abs() < 1e-8 && (below - above).abs() > 0.0);
    let t = rem.collapse_time().unwrap().value;
    let psi = |t: f64| rem.free_energy(Noise::at_time(t).unwrap(), 1.0).unwrap();
    let (below, above) = (psi(t * (1.0 - 1e-9)), psi(t * (1.0 + 1e-9)));
    assert!(below.condensed && !above.condensed);
    assert!((below.value.value - above.value.value).abs() < 1e-8);
}

/// Trap from its definition ψ(r*) = −r*/2, on both sides of t_C.
#[test]
fn identity_basin_solves_its_equation() {
    for name in ["isotropic-2", "manifold-0.25", "three-modes"] {
        let rem = spectrum(name, 0.6);
        let onset = rem.onset_time().unwrap().value;
        for fraction in [0.05, 0.3, 0.5, 0.7, 0.9, 0.99] {
            let noise = Noise::at_time(fraction * onset).unwrap();
            let r = rem.basin(noise).unwrap().value().unwrap();
            let psi = rem.free_energy(noise, r).unwrap().value;
            assert!((psi.value + 0.5 * r).abs() < 1e-12 * (1.0 + r), "{name} {fraction}");
        }
        let late = rem.basin(Noise::at_time(1.01 * onset).unwrap()).unwrap();
        assert!(late.reason().is_some());
    }
}

/// The ordering of the times, over the whole range of the parameters.
#[test]
fn limit_extreme_parameters() {
    for alpha in [1e-6, 1e-3, 0.5, 10.0, 50.0] {
        for sigma in [1e-3, 1.0, 1e3] {
            let rem = Energies::isotropic(alpha, sigma).unwrap();
            let collapse = rem.collapse_time().unwrap();
            let (onset, best) = (rem.onset_time().unwrap(), rem.generalisation_time().unwrap());
            let case = format!("alpha = {alpha}, sigma = {sigma}");
            assert!(collapse.upper() < onset.lower(), "{case}");
            // At large α, t_C − t_g is of relative order e^{−4α}.
            assert!(best.value <= collapse.value + collapse.error + best.error, "{case}");
            assert!(alpha > 5.0 || best.upper() < collapse.lower(), "{case}");
            let exact = 0.5 * (sigma * sigma / (2.0 * alpha).exp_m1()).ln_1p();
            assert_close(&case, collapse, exact, 4e-16 * exact);
            for time in [collapse, onset, best] {
                assert!(time.error < 1e-9 * time.value, "{case}: {time:?}");
            }
            let h = rem.bandwidth_optimal().unwrap().value;
            let least = rem.kullback_leibler(h).unwrap().value;
            for factor in [0.9, 1.1] {
                assert!(rem.kullback_leibler(factor * h).unwrap().value >= least, "{case}");
            }
        }
    }
    assert!(Energies::isotropic(0.0, 1.0).is_err());
    assert!(Energies::new(1.0, &[(0.0, 1.0)]).is_err());
    assert!(Energies::linear_manifold(1.0, 1.5).is_err());
}

/// A manifold is isotropic data at α/β.
#[test]
fn identity_manifold_is_isotropic_at_higher_density() {
    let manifold = Energies::linear_manifold(0.5, 0.125).unwrap();
    let isotropic = Energies::isotropic(4.0, 1.0).unwrap();
    for (a, b) in [
        (manifold.collapse_time(), isotropic.collapse_time()),
        (manifold.onset_time(), isotropic.onset_time()),
        (manifold.generalisation_time(), isotropic.generalisation_time()),
    ] {
        let (a, b) = (a.unwrap(), b.unwrap());
        assert!((a.value - b.value).abs() <= a.error + b.error);
    }
}
