//! The spin in Gaussian noise against mpmath's real-space integrals.
use crate::reference::{number, reference};
use regimes::Estimate;
use regimes::prior::Binary;

/// What the issue of curves promises at every γ from 1e-12 to 1e12.
const TOLERANCE: f64 = 1e-10;

#[test]
fn independent_spin_values_lie_within_their_stated_errors() {
    for record in reference("binary.csv") {
        let spin = Binary::new(number(&record, "weight")).unwrap();
        let gamma = Estimate::exact(number(&record, "gamma"));
        for (name, got) in [
            ("information", spin.information(gamma)),
            ("entropy", spin.moments(gamma).entropy),
            ("clone", spin.clone_probability(gamma)),
            ("mmse", spin.mmse(gamma)),
        ] {
            let want = number(&record, name);
            // The reference is itself rounded to a double here.
            let allowed = got.error + f64::EPSILON * want.abs();
            assert!((got.value - want).abs() <= allowed, "{name} {record:?}: {got:?}");
            assert!(got.error <= TOLERANCE, "{name} {record:?}: {got:?}");
        }
    }
}

/// The entropy keeps relative accuracy where it is exponentially small.
#[test]
fn independent_small_entropies_keep_their_digits() {
    for record in reference("binary.csv") {
        let gamma = number(&record, "gamma");
        let (weight, want) = (number(&record, "weight"), number(&record, "entropy"));
        if weight == 0.5 && want > 1e-300 {
            let got = Binary::BALANCED.moments(gamma.into()).entropy.value;
            // 200 terms of equal sign, each good to a few units in the last place.
            assert!((got / want - 1.0).abs() < 1e-12, "{record:?}: {got}");
        }
    }
}
