//! Where an axis has its ticks, and what they say.

use super::label::Label;

/// Ticks of one axis.
#[derive(Clone, Debug)]
pub struct Ticks {
    /// Labelled ticks.
    pub major: Vec<(f64, Label)>,
    /// Ticks without a label.
    pub minor: Vec<f64>,
    /// Power of ten by which the labels are to be multiplied.
    pub exponent: i32,
}

/// Mantissas of round numbers.
const ROUND: [f64; 3] = [1.0, 2.0, 5.0];

/// Labels from this power of ten on, or below the negative of the second, share a factor.
const LARGE: i32 = 5;
const SMALL: i32 = -3;

/// Relative slack with which a multiple of the step counts as inside the range.
const SLACK: f64 = 1e-9;

/// Decimals beyond which labels stop: those of a double near 1.
const MOST_DECIMALS: usize = 15;

/// Ticks at multiples of 1, 2 or 5 times a power of ten, at most `most` of them with labels.
pub fn linear(low: f64, high: f64, most: usize) -> Ticks {
    let span = high - low;
    let step = round_step(span / most.max(1) as f64);
    let major = multiples(low, high, step);
    // Fifths of 5 and 10, quarters of 2.
    let mantissa = step / 10f64.powf(step.log10().floor());
    let parts = if (mantissa - 2.0).abs() < 0.1 { 4.0 } else { 5.0 };
    let minor = multiples(low, high, step / parts);
    let minor =
        minor.into_iter().filter(|x| major.iter().all(|m| (m - x).abs() > 0.1 * step / parts));
    let largest = low.abs().max(high.abs());
    let magnitude = largest.log10().floor() as i32;
    let exponent = if (SMALL..LARGE).contains(&magnitude) { 0 } else { magnitude };
    let unit = 10f64.powi(exponent);
    let decimals = decimals(step / unit);
    let minor = minor.collect();
    let major = major.into_iter().map(|x| (x, Label::symbol(&plain(x / unit, decimals)))).collect();
    Ticks { major, minor, exponent }
}

/// The least of 1, 2, 5 times a power of ten that is at least `least`.
fn round_step(least: f64) -> f64 {
    let power = least.log10().floor() as i32;
    let candidates = (power..=power + 1).flat_map(|p| ROUND.map(|m| m * 10f64.powi(p)));
    candidates.into_iter().find(|step| *step >= least * (1.0 - SLACK)).unwrap_or(least)
}

fn multiples(low: f64, high: f64, step: f64) -> Vec<f64> {
    let slack = SLACK * (high - low);
    let first = ((low - slack) / step).ceil();
    let count = ((high + slack) / step).floor() - first;
    (0..=count.clamp(-1.0, 1e4) as i64).map(|k| (first + k as f64) * step).collect()
}

/// Decimals that a multiple of `step` needs.
fn decimals(step: f64) -> usize {
    let whole = |k: &usize| {
        let scaled = step * 10f64.powi(*k as i32);
        scaled.round() >= 1.0 && (scaled - scaled.round()).abs() < 1e-6 * scaled
    };
    (0..MOST_DECIMALS).find(whole).unwrap_or(MOST_DECIMALS)
}

fn plain(x: f64, decimals: usize) -> String {
    let text = format!("{x:.decimals$}");
    // No negative zero.
    if text.trim_start_matches('-').chars().all(|c| c == '0' || c == '.') {
        text.trim_start_matches('-').to_owned()
    } else {
        text
    }
}

/// Ticks at powers of ten, `most` with labels at most; where there are few, also at 2 and 5 times.
pub fn logarithmic(low: f64, high: f64, most: usize) -> Ticks {
    let (first, last) = (low.log10(), high.log10());
    let powers: Vec<i32> =
        ((first - SLACK).ceil() as i32..=(last + SLACK).floor() as i32).collect();
    let decades = last - first;
    if powers.len() < 2 && decades < 0.7 {
        // Less than a decade reads like a linear axis.
        return Ticks { minor: Vec::new(), ..linear(low, high, most) };
    }
    let every = powers.len().div_ceil(most.max(1)).max(1) as i32;
    let inside = |x: &f64| (low * (1.0 - SLACK)..=high * (1.0 + SLACK)).contains(x);
    // Three labels a decade where there is room.
    let mantissas: &[f64] = if 3.0 * decades <= most as f64 { &ROUND } else { &[1.0] };
    let span = powers.first().map_or(0, |p| p - 1)..=powers.last().map_or(0, |p| p + 1);
    let mut major: Vec<(f64, Label)> = span
        .clone()
        .filter(|p| p.rem_euclid(every) == 0)
        .flat_map(|p| mantissas.iter().map(move |m| (p, *m)))
        .map(|(p, m)| (m * 10f64.powi(p), power_label(m, p, &powers)))
        .filter(|(x, _)| inside(x))
        .collect();
    major.sort_by(|a, b| a.0.total_cmp(&b.0));
    let minors: &[f64] =
        if every == 1 { &[2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0] } else { &[1.0] };
    let minor = span
        .flat_map(|p| minors.iter().map(move |m| m * 10f64.powi(p)))
        .filter(|x| inside(x) && major.iter().all(|(m, _)| (m / x - 1.0).abs() > SLACK))
        .collect();
    Ticks { major, minor, exponent: 0 }
}

fn power_label(mantissa: f64, power: i32, all: &[i32]) -> Label {
    let near_one = all.iter().all(|p| (-2..=3).contains(p)) && all.len() <= 4;
    if near_one {
        return Label::symbol(&plain(mantissa * 10f64.powi(power), (-power).max(0) as usize));
    }
    let times = if mantissa == 1.0 { String::new() } else { format!("{mantissa:.0}×") };
    Label::symbol(&format!("{times}10^{{{power}}}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(label: &Label) -> f64 {
        use super::super::label::Level;
        let part = |level: Level| -> String {
            label.runs.iter().filter(|r| r.level == level).map(|r| r.text.as_str()).collect()
        };
        let read = |text: String| text.replace('−', "-").parse::<f64>().unwrap();
        let (base, power) = (part(Level::Base), part(Level::Super));
        if power.is_empty() {
            return read(base);
        }
        let mantissa = base.strip_suffix("10").unwrap();
        let mantissa = mantissa.strip_suffix('×').map_or(1.0, |m| read(m.to_owned()));
        mantissa * 10f64.powf(read(power))
    }

    proptest! {
        #[test]
        fn identity_linear_ticks_are_round_inside_and_few(
            low in -1e6f64..1e6, scale in -6f64..6.0, most in 2usize..9
        ) {
            let high = low + 10f64.powf(scale);
            prop_assume!(high > low);
            let ticks = linear(low, high, most);
            prop_assert!(ticks.major.len() <= most + 1);
            let span = high - low;
            for (x, label) in &ticks.major {
                prop_assert!((low - 1e-6 * span..=high + 1e-6 * span).contains(x));
                // A label says where its tick stands.
                let shown = value(label) * 10f64.powi(ticks.exponent);
                let slack = 1e-6 * span + 1e-12 * low.abs();
                prop_assert!((shown - x).abs() <= slack, "{shown} at {x}");
            }
            let texts: Vec<String> = ticks.major.iter().map(|(_, l)| l.text()).collect();
            let mut distinct = texts.clone();
            distinct.dedup();
            prop_assert_eq!(distinct.len(), texts.len());
            for m in &ticks.minor {
                prop_assert!(ticks.major.iter().all(|(x, _)| x != m));
            }
        }

        #[test]
        fn identity_linear_axes_have_at_least_two_ticks(
            low in -100f64..100.0, span in 0.01f64..1000.0
        ) {
            prop_assert!(linear(low, low + span, 5).major.len() >= 2);
        }

        #[test]
        fn identity_log_ticks_say_where_they_are(
            low in -12f64..10.0, decades in 0.1f64..20.0, most in 2usize..9
        ) {
            let (low, high) = (10f64.powf(low), 10f64.powf(low + decades));
            let ticks = logarithmic(low, high, most);
            for (x, label) in &ticks.major {
                prop_assert!((low * (1.0 - 1e-6)..=high * (1.0 + 1e-6)).contains(x));
                let shown = value(label) * 10f64.powi(ticks.exponent);
                prop_assert!((shown / x - 1.0).abs() < 1e-6, "{shown} at {x}");
            }
            if decades >= 2.0 && most >= 4 {
                prop_assert!(ticks.major.len() >= 2, "{ticks:?}");
            }
        }
    }

    #[test]
    fn identity_common_axes() {
        let texts = |t: Ticks| t.major.iter().map(|(_, l)| l.text()).collect::<Vec<_>>();
        assert_eq!(texts(linear(0.0, 1.0, 6)), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(texts(linear(0.0, 10.0, 6)), ["0", "2", "4", "6", "8", "10"]);
        assert_eq!(texts(linear(-1.0, 1.0, 5)), ["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
        assert_eq!(texts(logarithmic(0.1, 100.0, 6)), ["0.1", "1", "10", "100"]);
        assert_eq!(
            texts(logarithmic(1e-4, 10.0, 6)),
            ["10−4", "10−3", "10−2", "10−1", "100", "101"]
        );
        assert_eq!(linear(0.0, 2e-5, 5).exponent, -5);
    }
}
