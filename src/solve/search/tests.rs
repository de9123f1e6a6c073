//! Searches with known zeros.

use super::*;
use proptest::prelude::*;

fn values(found: &Found) -> Vec<f64> {
    found.roots.iter().map(|r| r.value).collect()
}

fn exists(y: Estimate) -> Result<At> {
    Ok(At::Value(y))
}

#[test]
fn identity_all_solutions_are_found() {
    let f = |x: f64| exists(Estimate::rounded((x - 1.0) * (x - 2.0) * (x - 30.0)));
    let found = all(f, (1e-3, 1e3), Scale::Logarithmic).unwrap();
    assert_eq!(found.roots.len(), 3, "{found:?}");
    for (got, want) in found.roots.iter().zip([1.0, 2.0, 30.0]) {
        assert!((got.value - want).abs() <= got.error + 1e-13 * want, "{got:?}");
    }
}

proptest! {
    /// Two solutions far closer than the first points, on any background that turns once.
    #[test]
    fn property_pairs_between_two_points_are_found(
        at in 0.02f64..0.98,
        log_apart in -5.0f64..-2.5,
        tilt in -0.3f64..0.3,
        power in 1.0f64..3.0,
    ) {
        let apart = 10f64.powf(log_apart);
        let f = |x: f64| {
            let y = x - at;
            let bowl = (y * y - apart * apart) * (1.0 + tilt * y) + y.abs().powf(power + 2.0);
            exists(Estimate::new(bowl, 1e-16 * (1.0 + bowl.abs())))
        };
        let found = all(f, (0.0, 1.0), Scale::Linear).unwrap();
        prop_assert_eq!(found.roots.len(), 2, "{:?}", found);
        prop_assert!(found.roots[0].value < at && at < found.roots[1].value);
        prop_assert!(found.resolution.points < POINTS + MORE_POINTS);
    }

    /// A tangent is neither a solution nor the absence of one.
    #[test]
    fn property_a_touch_is_said(at in 0.02f64..0.98, error in 1e-12f64..1e-8) {
        let f = |x: f64| exists(Estimate::new((x - at).powi(2), error));
        let found = all(f, (0.0, 1.0), Scale::Linear).unwrap();
        prop_assert!(found.roots.is_empty(), "{:?}", found);
        prop_assert!(!found.touches.is_empty(), "{:?}", found);
        prop_assert!((found.touches[0].0 - at).abs() < 1e-3);
    }
}

#[test]
fn limit_a_jump_is_no_solution_and_an_edge_hides_none() {
    let jump = |x: f64| exists(Estimate::exact(if x < 0.3 { -1.0 } else { 1.0 }));
    let found = all(jump, (0.0, 1.0), Scale::Linear).unwrap();
    assert!(found.roots.is_empty() && found.jumps.len() == 1);
    // Exists from 0.5 on, with a root just above.
    let edge = |x: f64| {
        Ok(if x < 0.5 {
            At::Absent("too small".to_owned())
        } else {
            At::Value(Estimate::rounded(x - 0.5001))
        })
    };
    let found = all(edge, (0.0, 1.0), Scale::Linear).unwrap();
    assert_eq!(found.roots.len(), 1);
    assert_eq!(found.reason.as_deref(), Some("too small"));
}

/// The function changes sign only across a gap in which it does not exist.
#[test]
fn limit_a_gap_holds_no_solution() {
    for (low, high) in [(0.3, 0.6), (0.501, 0.5095)] {
        let f = |x: f64| {
            Ok(if low < x && x < high {
                At::Absent("gap".to_owned())
            } else {
                At::Value(Estimate::rounded(x - 0.5 * (low + high)))
            })
        };
        let found = all(f, (0.0, 1.0), Scale::Linear).unwrap();
        assert!(found.roots.is_empty() && found.jumps.is_empty(), "{found:?}");
        assert_eq!(found.reason.as_deref(), Some("gap"));
    }
}

#[test]
fn limit_a_plateau_is_no_solution_and_an_end_may_be_one() {
    let f = |x: f64| exists(Estimate::new((-40.0 * x).exp(), 1e-10));
    let found = all(f, (0.0, 1.0), Scale::Linear).unwrap();
    assert!(found.roots.is_empty() && found.level.is_some(), "{found:?}");
    let f = |x: f64| exists(Estimate::rounded(x - 1.0));
    let found = all(f, (0.0, 1.0), Scale::Linear).unwrap();
    assert_eq!(values(&found).len(), 1, "{found:?}");
}

#[test]
fn identity_whole_numbers_are_bracketed() {
    let f = |x: f64| exists(Estimate::exact(x - 1234.5));
    let found = all(f, (1.0, 1e6), Scale::Whole).unwrap();
    assert_eq!((found.roots[0].value, found.roots.len()), (1234.5, 1));
    let f = |x: f64| exists(Estimate::exact(x - 1234.0));
    let found = all(f, (1.0, 1e6), Scale::Whole).unwrap();
    assert_eq!((found.roots[0], found.roots.len()), (Estimate::exact(1234.0), 1));
}
