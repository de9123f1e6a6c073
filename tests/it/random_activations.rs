//! Random activations from the whole grammar: the channel, its derivatives and the replica
//! information against rules of ten thousand points that know nothing but the kinks of φ.
//!
//! Where the signal is so steep that ten thousand points do not resolve it, the brute rules anchor the
//! information at a weaker signal and the identity between it and its derivatives does the rest.
//!
//! The first 12 always run; `REGIMES_RANDOM_ACTIVATIONS=300` runs that many, and
//! `REGIMES_RANDOM_ONLY=17` only that one of them.

use crate::grammar::Generator;
use regimes::Error;
use regimes::channel::{Channel, ChannelPoint, Effort, Response};
use regimes::numerics::legendre;
use regimes::numerics::special::normal_density;
use regimes::prior::Normal;
use regimes::replica::Replica;
use regimes::symbolic::Activation;
use std::sync::Arc;

/// How many activations run without being asked for.
const ALWAYS: usize = 12;

/// Seed of the activations and of the questions asked about them.
const SEED: u64 = 20_240_218;

/// Processor time that a question may take, in seconds: most take milliseconds, the stationary points
/// of quartics with large gains two seconds.
const PATIENCE: f64 = 5.0;

/// Rounding of the sums of ten thousand terms.
const ROUNDING: f64 = 2e-11;

/// Largest stated error of the engine that counts as an answer, relative to 1 + |value|.
const USEFUL: f64 = 1e-8;

/// Sizes of the brute rules.
#[derive(Clone, Copy)]
struct Rule {
    /// Panels of eight nodes in w.
    panels: usize,
    /// Spacing in y, in units of the noise.
    output: f64,
    /// Spacing in V, and at most this part of the width of a kink in V.
    outer: (f64, f64),
}

const FINE: Rule = Rule { panels: 1250, output: 0.35, outer: (0.1, 0.4) };
const FINER: Rule = Rule { panels: 1700, output: 0.29, outer: (0.08, 0.33) };
const ROUGH: Rule = Rule { panels: 160, output: 0.6, outer: (0.4, 1.0) };

/// I_out, ∂I/∂v and ∂I/∂snr.
#[derive(Clone, Copy, Debug)]
struct Brute {
    information: f64,
    by_variance: f64,
    by_snr: f64,
}

/// Half-width of the windows of the noise, and of the ranges of V and w.
const NOISE: f64 = 8.8;
const KNOWN: f64 = 8.6;
const UNKNOWN: f64 = 9.5;

/// (w, weight) of panels over |w| ≤ 9.5 that end at the breaks.
fn nodes(breaks: &[f64], panels: usize) -> Vec<(f64, f64)> {
    let mut edges = vec![-UNKNOWN, UNKNOWN];
    edges.extend(breaks.iter().filter(|x| x.abs() < UNKNOWN));
    edges.sort_by(f64::total_cmp);
    edges.dedup();
    let rule = legendre::rule(8);
    let width = 2.0 * UNKNOWN / panels as f64;
    let mut list = Vec::with_capacity(8 * (panels + edges.len()));
    for pair in edges.windows(2) {
        let count = ((pair[1] - pair[0]) / width).ceil();
        for k in 0..count as usize {
            let at = |k: f64| pair[0] + (pair[1] - pair[0]) * k / count;
            rule.on(at(k as f64), at(k as f64 + 1.0), |w, weight| {
                list.push((w, weight * normal_density(w)));
            });
        }
    }
    list
}

/// Sums over y given V: entropy of y, p ⟨w⟩² and p Var(n|y), for signals (u, w, weight) by ascending u.
fn given(signals: &[(f64, f64, f64)], spacing: f64) -> [f64; 3] {
    let mut sums = [0.0; 3];
    let mut start = 0;
    while start < signals.len() {
        // A run of signals whose windows overlap.
        let mut end = start + 1;
        while end < signals.len() && signals[end].0 - signals[end - 1].0 < 2.0 * NOISE {
            end += 1;
        }
        let low = signals[start].0 - NOISE;
        let count = ((signals[end - 1].0 + NOISE - low) / spacing).ceil() as usize + 1;
        let mut cells = vec![[0.0f64; 4]; count];
        let shrink = (-spacing * spacing).exp();
        for &(u, w, weight) in &signals[start..end] {
            let first = ((u - NOISE - low) / spacing).ceil().max(0.0) as usize;
            let last = (((u + NOISE - low) / spacing).floor() as usize).min(count - 1);
            // g_{j+1} = g_j q_j and q_{j+1} = q_j exp(−h²).
            let mut n = low + first as f64 * spacing - u;
            let mut g = weight * normal_density(n);
            let mut q = (-spacing * (n + 0.5 * spacing)).exp();
            for cell in &mut cells[first..=last] {
                cell[0] += g;
                cell[1] += g * w;
                cell[2] += g * n;
                cell[3] += g * n * n;
                g *= q;
                q *= shrink;
                n += spacing;
            }
        }
        for [p, w, n, nn] in cells {
            if p > 1e-290 {
                sums[0] -= spacing * p * p.ln();
                sums[1] += spacing * w * w / p;
                sums[2] += spacing * (nn - n * n / p);
            }
        }
        start = end;
    }
    sums
}

/// The channel by brute force.
fn brute(phi: &Activation, gain: f64, v: f64, snr: f64, rule: Rule) -> Brute {
    let (known, unknown) = (gain * (1.0 - v).max(0.0).sqrt(), gain * v.sqrt());
    let amplitude = snr.sqrt();
    let kinks: Vec<f64> = phi.breakpoints().positions().collect();
    let feature = (v / (1.0 - v).max(1e-300)).sqrt();
    let spacing = rule.outer.0.min(rule.outer.1 * feature);
    let steps = (KNOWN / spacing).ceil() as i64;
    let noise = 0.5 * (2.0 * std::f64::consts::PI).ln() + 0.5;
    let mut total = Brute { information: 0.0, by_variance: 0.0, by_snr: 0.0 };
    for k in -steps..=steps {
        let at = k as f64 * spacing;
        let at_weight = spacing * normal_density(at);
        let breaks: Vec<f64> = kinks.iter().map(|z| (z - known * at) / unknown).collect();
        let list = nodes(&breaks, rule.panels);
        let z: Vec<f64> = list.iter().map(|(w, _)| known * at + unknown * w).collect();
        let mut values = vec![0.0; z.len()];
        phi.eval_slice(&z, &mut values);
        let mut signals: Vec<(f64, f64, f64)> =
            list.iter().zip(&values).map(|(&(w, weight), y)| (amplitude * y, w, weight)).collect();
        // What both weights together make negligible.
        signals.retain(|(_, _, weight)| weight * at_weight > 1e-20);
        signals.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let [entropy, drift, signal] = given(&signals, rule.output);
        total.information += at_weight * (entropy - noise);
        total.by_variance += at_weight * drift / (2.0 * v);
        total.by_snr += at_weight * signal / (2.0 * snr);
    }
    total
}

/// `got` within its stated error of the brute value, whose own error two rules tell.
fn check(what: &str, got: regimes::numerics::Estimate, fine: f64, finer: f64, scale: f64) -> f64 {
    assert!(got.value.is_finite() && got.error.is_finite(), "{what}: {got:?}");
    let unsure = 3.0 * (fine - finer).abs() + ROUNDING * scale;
    let gap = (got.value - finer).abs();
    assert!(gap <= got.error + unsure, "{what}: {got:?} against {finer} ± {unsure:e}");
    assert!(got.error <= USEFUL * (scale + got.value.abs()), "{what}: vague {got:?}");
    unsure / scale
}

/// Change between the two brute rules beyond which they have no more to say: the nodes in w lie many
/// noises apart, and p(y) falls into pieces.
const UNRESOLVED: f64 = 1e-6;

/// The information at `snr` as the brute one at an snr weak enough for the brute rules, plus the
/// integral of ∂I/∂snr from there: information and its derivative come from different moments of the
/// output, so an error in either shows.
fn anchored(channel: &Channel, phi: &Activation, gain: f64, v: f64, snr: f64) -> (f64, f64) {
    let mut start = snr;
    let (anchor, unsure) = loop {
        start *= 1e-3;
        let [a, b] = [FINE, FINER].map(|rule| brute(phi, gain, v, start, rule).information);
        if (a - b).abs() < 1e-10 {
            break (b, (a - b).abs());
        }
        assert!(start > 1e-30, "no snr is weak enough for the brute rules");
    };
    let width = (snr / start).ln();
    let panels = (width / 3.0).ceil();
    let rule = legendre::Rule::new(16);
    let mut sum = 0.0;
    for k in 0..panels as usize {
        let low = start.ln() + width * k as f64 / panels;
        rule.on(low, low + width / panels, |x, weight| {
            let point = channel.at(v, x.exp(), Effort::Certify).unwrap();
            sum += weight * x.exp() * point.by_snr.value;
        });
    }
    (anchor + sum, unsure)
}

/// Checks one point without brute rules, for signals too steep for them.
fn check_steep(question: &Question, channel: &Channel, point: &ChannelPoint) {
    let Question { text, phi, gain, v, snr, .. } = question;
    let (want, unsure) = anchored(channel, phi, *gain, *v, *snr);
    let gap = (point.information.value - want).abs();
    assert!(gap < point.information.error + 3.0 * unsure + 3e-9, "{text}: {point:?}, {want}");
    // ∂I/∂v as a difference of fourth order.
    let h = 2e-2 * v.min(1.0 - v);
    let at = |k: f64| channel.at(v + k * h, *snr, Effort::Certify).unwrap().information.value;
    let slope = (8.0 * (at(1.0) - at(-1.0)) - (at(2.0) - at(-2.0))) / (12.0 * h);
    let gap = (point.by_variance.value - slope).abs();
    let allowed = 1e-6 * slope + 2.0 * point.information.error / h;
    assert!(gap < allowed, "{text}: {point:?}, slope {slope}");
}

struct Question {
    number: usize,
    text: String,
    phi: Activation,
    gain: f64,
    v: f64,
    snr: f64,
    beta: f64,
}

/// Processor time of this thread in seconds; where the system does not tell, the time of day.
fn clock() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    let since = || std::time::UNIX_EPOCH.elapsed().unwrap().as_secs_f64();
    nanoseconds.map_or_else(since, |n| 1e-9 * n)
}

fn timed<T>(what: &str, f: impl FnOnce() -> T) -> T {
    let start = clock();
    let result = f();
    let took = clock() - start;
    assert!(took < PATIENCE, "{what}: {took} s");
    result
}

fn ask(question: &Question) -> f64 {
    let Question { number, text, phi, gain, v, snr, beta } = question;
    let name = format!("{number}: {text}, gain {gain}, v {v}, snr {snr}, beta {beta}");
    let channel = timed(&name, || match Channel::new(&Response::from(phi), *gain, 1.0) {
        Ok(channel) => Some(channel),
        // Growth that no rule follows is refused in words.
        Err(Error::Usage(reason)) if reason.contains("grows too fast") => None,
        Err(other) => panic!("{name}: {other}"),
    });
    let Some(channel) = channel else { return 0.0 };
    let point = timed(&name, || channel.at(*v, *snr, Effort::Certify).unwrap());
    let prior = Arc::new(Normal::new(0.0).unwrap());
    let model = Replica::new(prior, channel.clone(), *beta).unwrap();
    let [a, b] = [FINE, FINER].map(|rule| brute(phi, *gain, *v, *snr, rule));
    if (a.information - b.information).abs() > UNRESOLVED {
        check_steep(question, &channel, &point);
        let branches = timed(&name, || model.branches(*snr).unwrap());
        let saddle = branches.equilibrium();
        for k in 0..8 {
            let v = 0.02f64.powf(f64::from(k) / 7.0);
            let potential = model.potential(v, *snr).unwrap().value;
            assert!(potential > saddle.information.value - 1e-9, "{name}: {potential} at {v}");
        }
        return 0.0;
    }
    let mut unsure = check(&name, point.information, a.information, b.information, 1.0);
    let scale = 0.5 / v;
    let u = check(&name, point.by_variance, a.by_variance, b.by_variance, scale);
    unsure = unsure.max(u);
    check(&name, point.by_snr, a.by_snr, b.by_snr, 0.5 / snr);
    // The replica information: stationary at the v it states, and nowhere lower.
    let branches = timed(&name, || model.branches(*snr).unwrap());
    let saddle = branches.equilibrium();
    let latent = |v: f64| 0.5 * beta * (v - 1.0 - v.ln());
    let v = saddle.variance.value;
    if v > 1e-3 {
        let [a, b] = [FINE, FINER].map(|rule| brute(phi, *gain, v, *snr, rule));
        let what = format!("{name}, saddle {v}");
        let (fine, finer) = (latent(v) + a.information, latent(v) + b.information);
        unsure = unsure.max(check(&what, saddle.information, fine, finer, 1.0));
        check(&what, saddle.mmse, 2.0 * a.by_snr, 2.0 * b.by_snr, 1.0 / snr);
        let map = 1.0 / (1.0 + 2.0 / beta * b.by_variance);
        let allowed = 2.0 * (2.0 / beta) * (a.by_variance - b.by_variance).abs() + 1e-9;
        assert!((map / v - 1.0).abs() < allowed + 2.0 * saddle.variance.error / v, "{what}: {map}");
    }
    for k in 0..8 {
        let v = 0.02f64.powf(f64::from(k) / 7.0);
        let floor = saddle.information.value - 2e-3;
        let rough = latent(v) + brute(phi, *gain, v, *snr, ROUGH).information;
        // Steep activations outrun the rough rule, which then sees too little.
        let sharp =
            || latent(v) + brute(phi, *gain, v, *snr, Rule { panels: 12_000, ..FINE }).information;
        assert!(rough > floor || sharp() > floor, "{name}: {rough} at {v}, {saddle:?}");
    }
    unsure
}

#[test]
fn independent_random_activations() {
    let wanted = std::env::var("REGIMES_RANDOM_ACTIVATIONS").ok();
    let count = wanted.map_or(ALWAYS, |text| text.parse().unwrap());
    let mut generator = Generator::new(SEED);
    let mut questions = Vec::new();
    while questions.len() < count {
        let (text, phi) = generator.activation();
        let number = questions.len();
        let gain = generator.between(0.4, 2.5);
        let v = generator.between(0.01, 1.0);
        let snr = generator.between(1e-2, 1e2);
        let beta = generator.between(0.2, 5.0);
        questions.push(Question { number, text, phi, gain, v, snr, beta });
    }
    let only = std::env::var("REGIMES_RANDOM_ONLY").ok().map(|text| text.parse().unwrap());
    let next = std::sync::atomic::AtomicUsize::new(0);
    let results = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let k = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some(question) = questions.get(k) else { break };
                    if only.is_some_and(|only: usize| only != k) {
                        continue;
                    }
                    let outcome = std::panic::catch_unwind(|| ask(question));
                    results.lock().unwrap().push((k, outcome.ok()));
                }
            });
        }
    });
    let results = results.into_inner().unwrap();
    let failed: Vec<usize> = results.iter().filter(|r| r.1.is_none()).map(|r| r.0).collect();
    assert!(failed.is_empty(), "{} of {} failed: {failed:?}", failed.len(), results.len());
    // The rules must be sharp for nearly all, or they would test nothing.
    let sharp = results.iter().filter(|r| r.1.is_some_and(|unsure| unsure < 1e-9)).count();
    assert!(only.is_some() || sharp * 10 >= results.len() * 8, "{sharp} of {}", results.len());
}
