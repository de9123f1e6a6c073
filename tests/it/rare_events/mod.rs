//! Activations that are flat wherever the pre-activation is likely: what is told is as small as the
//! probability of the rest, and keeps its digits.

mod models;

use crate::reference::{number, reference};
use regimes::Estimate;
use regimes::channel::{Channel, ChannelPoint, Effort, Response};
use regimes::numerics::legendre;
use regimes::symbolic::activation;

/// Largest stated error that counts as an answer, relative to the value.
const USEFUL: f64 = 1e-8;

/// Part of the information, in units of a change of log snr, that is left to come where the values of φ
/// are told apart: less has no relative accuracy.
const RESOLVED: f64 = 1e-6;

/// What is below every number that a double holds with all its digits.
const UNDERFLOW: f64 = 1e-299;

/// Processor time that a question may take, in seconds; most take milliseconds.
const PATIENCE: f64 = 5.0;

/// Rounding of the sums here, of which some terms cancel, and of thresholds divided by gains.
const ROUNDING: f64 = 3e-11;

fn channel(text: &str, gain: f64) -> Channel {
    Channel::new(&Response::from(&activation(text).unwrap()), gain, 1.0).unwrap()
}

fn density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

/// P(w > x) by its power series or its continued fraction.
fn upper_tail(x: f64) -> f64 {
    if x < 0.0 {
        return 1.0 - upper_tail(-x);
    }
    if x < 3.0 {
        let (mut term, mut sum) = (x, x);
        for k in 1..200 {
            term *= x * x / f64::from(2 * k + 1);
            sum += term;
        }
        return 0.5 - density(x) * sum;
    }
    let fraction = (1..300).rev().fold(x, |below, k| x + f64::from(k) / below);
    density(x) / fraction
}

/// The part of w where u differs from its usual value 0: (u, probability).
type Rare = Vec<(f64, f64)>;

/// u = rise·(w − edge) for w > edge, in panels of a noise and a half.
fn ramp(edge: f64, rise: f64) -> Rare {
    let (start, end) = (edge.max(-12.0), (edge.max(0.0).powi(2) + 130.0).sqrt());
    let panels = ((end - start) * (6.0 + rise / 1.5)).ceil();
    let step = (end - start) / panels;
    let mut nodes = Vec::new();
    for k in 0..panels as usize {
        let low = start + k as f64 * step;
        legendre::rule(8).on(low, low + step, |w, weight| {
            nodes.push((rise * (w - edge), weight * density(w)));
        });
    }
    nodes
}

/// I(u; u + n) as ∫ N(y) (E X log X − E X log E X), X = e^{uy − u²/2}: no term is negative, and none
/// knows anything of the engine.
fn information(rare: &Rare, spacing: f64) -> f64 {
    let largest = rare.iter().map(|r| r.0).fold(0.0, f64::max);
    let least = rare.iter().map(|r| r.0).fold(0.0, f64::min);
    let total: f64 = rare.iter().map(|r| r.1).sum();
    let (low, high) = (least - 11.0, largest + 11.0);
    let mut sum = 0.0;
    for k in 0..=((high - low) / spacing) as usize {
        let y = low + k as f64 * spacing;
        let noise = density(y);
        // X log X − X + 1 and X − 1; in densities where X is too large.
        let (mut each, mut change, mut all, mut logs) = (0.0, 0.0, 0.0, 0.0);
        for &(u, q) in rare {
            let x = u * (y - 0.5 * u);
            if x < -50.0 {
                each += q;
                change -= q;
                continue;
            }
            let there = q * density(y - u);
            all += there;
            logs += there * x;
            if x < 600.0 {
                each += q * if x.abs() < 1e-3 {
                    x * x * (0.5 + x * (1.0 / 3.0 + x * 0.125))
                } else {
                    x * x.exp() - x.exp_m1()
                };
                change += q * x.exp_m1();
            }
        }
        let p = noise * (1.0 - total).max(0.0) + all;
        if p < f64::MIN_POSITIVE {
            continue;
        }
        sum += if all < 1e3 * noise {
            let gap = if change.abs() < 1e-3 {
                let e = change;
                e * e * (0.5 - e * (1.0 / 6.0 - e / 12.0))
            } else if change > -0.5 {
                (1.0 + change) * change.ln_1p() - change
            } else {
                let ratio = p / noise;
                ratio * ratio.ln() - ratio + 1.0
            };
            noise * (each - gap)
        } else {
            logs - p * (p.ln() + 0.5 * y * y + 0.918_938_533_204_672_8)
        };
    }
    spacing * sum
}

/// The same with the rounding of the sums and what the spacing leaves open.
fn independent(rare: &Rare) -> (f64, f64) {
    let most = rare.iter().map(|r| r.0.abs()).fold(1.0, f64::max);
    let spacing = if rare.len() == 1 { (1.0 / most).min(0.2) } else { 0.1 };
    let [rough, fine] = [spacing, 0.7 * spacing].map(|h| information(rare, h));
    (fine, 3.0 * (fine - rough).abs() + ROUNDING * fine)
}

fn check(what: &str, got: Estimate, want: f64, open: f64) {
    assert!(
        (got.value - want).abs() <= got.error + open,
        "{what}: {got:?}, not {want:e} ± {open:e}"
    );
    assert!(got.error <= USEFUL * got.value + UNDERFLOW, "{what}: vague {got:?}");
}

/// Processor time of this thread in seconds; where the system does not tell, the time of day.
fn clock() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    let since = || std::time::UNIX_EPOCH.elapsed().unwrap().as_secs_f64();
    nanoseconds.map_or_else(since, |n| 1e-9 * n)
}

fn at(what: &str, channel: &Channel, v: f64, snr: f64) -> ChannelPoint {
    let start = clock();
    let point = channel.at(v, snr, Effort::Certify).unwrap();
    let took = clock() - start;
    assert!(took < PATIENCE, "{what}: {took} s");
    point
}

/// A few digits of a random number in [low, high), from a generator of full period.
struct Numbers(u64);

impl Numbers {
    fn between(&mut self, low: f64, high: f64) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        low + (high - low) * ((self.0 >> 11) as f64 / (1u64 << 53) as f64)
    }
}

/// Values of 70 digits from tests/reference/rare_events.py.
#[test]
fn independent_reference_values() {
    for record in reference("rare_events.csv") {
        let (gain, snr) = (number(&record, "gain"), number(&record, "snr"));
        let text = &record["activation"];
        let what = format!("{text} {gain} {snr}");
        let point = at(&what, &channel(text, gain), 1.0, snr);
        let want = number(&record, "information");
        check(&what, point.information, want, 4e-16 * want);
        let (told, want) = (want, number(&record, "by_snr"));
        if snr * want > RESOLVED * told {
            check(&what, point.by_snr, want, 4e-16 * want);
        } else {
            let got = point.by_snr;
            assert!(
                (got.value - want).abs() <= got.error + 4e-16 * want,
                "{what}: {got:?} {want:e}"
            );
        }
    }
}

/// Random thresholds, gains and signal-to-noise ratios against sums that share nothing with the engine.
#[test]
fn property_random_thresholds() {
    let mut numbers = Numbers(20_260_729);
    for case in 0..160 {
        let c = (numbers.between(-12.0, 12.0) * 16.0).round() / 16.0;
        let gain = numbers.between(-1.0, 0.6).exp();
        let snr = 10f64.powf(numbers.between(-4.0, 4.0));
        let (edge, amplitude) = (c / gain, snr.sqrt());
        let two = |rise: f64| vec![(rise * edge.signum(), upper_tail(edge.abs()))];
        let (text, rare): (String, Rare) = match case % 4 {
            0 => (format!("sign(z-({c}))"), two(2.0 * amplitude)),
            1 => (format!("max(sign(z-({c})),0)"), two(amplitude)),
            2 => {
                let c = c.abs();
                (format!("relu(z-{c})"), ramp(c / gain, gain * amplitude))
            }
            _ => {
                let edge = edge.abs().max(1.0);
                let c = edge * gain;
                (format!("sign(abs(z)-{c})"), vec![(2.0 * amplitude, 2.0 * upper_tail(edge))])
            }
        };
        let what = format!("{case}: {text} gain {gain} snr {snr}");
        let channel = channel(&text, gain);
        let (want, open) = independent(&rare);
        check(&what, at(&what, &channel, 1.0, snr).information, want, open);
        if case % 4 != 2 {
            // Without noise the information is the entropy of φ.
            let p = rare[0].1;
            let want = -p * p.ln() - (1.0 - p) * (-p).ln_1p();
            let got = at(&what, &channel, 1.0, f64::INFINITY).information;
            check(&what, got, want, ROUNDING * want);
        }
    }
}

/// Part of z known: the sum over V of what is told given V.
#[test]
fn property_part_of_the_preactivation_is_known() {
    let mut numbers = Numbers(7);
    for case in 0..12 {
        let c = numbers.between(3.5, 12.0);
        let v = 10f64.powf(numbers.between(-2.0, -0.1));
        let snr = 10f64.powf(numbers.between(-3.0, 1.0));
        let (known, unknown) = ((1.0 - v).sqrt(), v.sqrt());
        let ramps = case % 2 == 0;
        let text = if ramps { format!("relu(z-{c})") } else { format!("sign(z-{c})") };
        let sum = |spacing: f64| -> f64 {
            let h = spacing * (unknown / known).min(1.0);
            let (from, to) = (c * known - 9.5, c * known + 9.5);
            let given = |x: f64| -> f64 {
                let edge = (c - known * x) / unknown;
                let side = if ramps || edge > 0.0 { 1.0 } else { -1.0 };
                let rare = if ramps {
                    ramp(edge, unknown * snr.sqrt())
                } else {
                    vec![(side * 2.0 * snr.sqrt(), upper_tail(edge.abs()))]
                };
                density(x) * information(&rare, 0.2)
            };
            let steps = ((to - from) / h).ceil();
            let width = (to - from) / steps;
            (0..steps as usize)
                .map(|k| {
                    let mut part = 0.0;
                    let low = from + k as f64 * width;
                    legendre::rule(4).on(low, low + width, |x, weight| part += weight * given(x));
                    part
                })
                .sum()
        };
        let what = format!("{case}: {text} v {v} snr {snr}");
        let got = at(&what, &channel(&text, 1.0), v, snr).information;
        let [rough, fine] = [0.8, 0.5].map(sum);
        let open = 3.0 * (fine - rough).abs() + 1e-9 * fine;
        check(&what, got, fine, open);
    }
}

/// Below the smallest double there is a bound and no claim of nothing.
#[test]
fn limit_underflow_is_bounded() {
    for (text, gain) in [("sign(z-40)", 1.0), ("relu(z-1)", 1e-3), ("sign(abs(z)-1)", 1e-3)] {
        for snr in [1e-6, 1.0, 1e6, f64::INFINITY] {
            let point = channel(text, gain).at(1.0, snr, Effort::Certify);
            let Ok(point) = point else { continue };
            let got = point.information;
            if got.value.is_finite() {
                assert!(got.error > 0.0 && got.upper() < UNDERFLOW, "{text} {gain} {snr}: {got:?}");
            }
        }
    }
}

/// Smooth activations far out take the general route: weak signals tell half their variance.
#[test]
fn limit_weak_signals_of_smooth_activations() {
    for text in ["relu(z-9)^2", "sigmoid(20*(z-9))", "exp(-(z-9)^2)", "softplus(8*(z-9))"] {
        let phi = activation(text).unwrap();
        let moments = phi.moments(1.0).unwrap();
        let variance = moments.square.value - moments.mean.value.powi(2);
        let point = at(text, &channel(text, 1.0), 1.0, 1e-6);
        let want = 0.5e-6 * variance;
        // The next order is smaller by snr φ², φ at most some ten.
        check(text, point.information, want, 1e-3 * want);
        check(text, point.by_snr, 0.5 * variance, 1e-3 * variance);
    }
}
