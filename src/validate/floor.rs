//! A floor for standard errors of probabilities: what no draw has shown may still happen.
//!
//! A mean of N quantities between 0 and 1 that all came out 1 has no spread, but the probability may be
//! 1 − 1/N. Where the file does not say N, the other points do: a mean of value p has the variance
//! p(1 − p)/N at most, so N ≤ p(1 − p)/s². With the median of those, no standard error may be below
//! that of a frequency (k + ½)/(N + 1), the centre of Wilson's interval at one standard error `[W27]`.

use super::Measurement;

/// Values this close to 0 or 1 say little on N.
const INSIDE: f64 = 0.02;

/// Fewest points that say what N is.
const WITNESSES: usize = 3;

/// Raises the standard errors of `points`, means of what lies between 0 and 1, to what their number of
/// trials can show; returns how many were raised, and the trials, if there were any.
pub fn raise(points: &mut [Measurement]) -> Option<(usize, f64)> {
    let mut trials: Vec<f64> = points
        .iter()
        .filter_map(|point| match *point {
            Measurement::Mean { value, stderr } if (INSIDE..=1.0 - INSIDE).contains(&value) => {
                Some(value * (1.0 - value) / (stderr * stderr))
            }
            _ => None,
        })
        .filter(|n| n.is_finite())
        .collect();
    if trials.len() < WITNESSES {
        return None;
    }
    trials.sort_by(f64::total_cmp);
    let n = trials[trials.len() / 2].max(1.0);
    let mut raised = 0;
    for point in points {
        let Measurement::Mean { value, stderr } = point else { continue };
        // Only where the draws show no spread to speak of: inside, the spread itself is known.
        if (INSIDE..=1.0 - INSIDE).contains(value) {
            continue;
        }
        let centre = (value.clamp(0.0, 1.0) * n + 0.5) / (n + 1.0);
        let floor = (centre * (1.0 - centre) / n).sqrt();
        if *stderr < floor {
            *stderr = floor;
            raised += 1;
        }
    }
    (raised > 0).then_some((raised, n))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(value: f64, stderr: f64) -> Measurement {
        Measurement::Mean { value, stderr }
    }

    /// Of 10⁴ trials that all agree, the next one may still not.
    #[test]
    fn limit_no_standard_error_is_below_what_trials_can_show() {
        let n: f64 = 1e4;
        let inside = [0.6f64, 0.8, 0.9].map(|p| mean(p, (p * (1.0 - p) / n).sqrt()));
        let mut points =
            vec![inside[0], inside[1], inside[2], mean(1.0, 4.6e-11), mean(0.999, 3.3e-4)];
        let (raised, trials) = raise(&mut points).unwrap();
        assert_eq!(raised, 1);
        assert!((trials / n - 1.0).abs() < 1e-12);
        let Measurement::Mean { stderr, .. } = points[3] else { unreachable!() };
        // √(½/n²) to leading order.
        assert!((stderr * n - 0.5f64.sqrt()).abs() < 1e-3, "{stderr}");
        assert_eq!(points[0], inside[0]);
        assert_eq!(points[4], mean(0.999, 3.3e-4));
    }

    #[test]
    fn limit_without_witnesses_nothing_is_raised() {
        let mut points = vec![mean(1.0, 1e-12), mean(0.5, 0.01), mean(0.4, 0.01)];
        assert_eq!(raise(&mut points), None);
        assert_eq!(points[0], mean(1.0, 1e-12));
    }
}
