//! Branches of the replica-symmetric potential against plain state evolution: activations of two values
//! on random intervals, by closed forms of their cells and rules that share nothing with the library.
#![allow(missing_docs, clippy::unwrap_used)]

use regimes::channel::{Channel, Response};
use regimes::numerics::special::{normal_cdf, normal_density};
use regimes::prior::{Component, Mixture, Prior, named};
use regimes::replica::Replica;
use regimes::symbolic::activation;
use std::sync::Arc;

/// Where an activation of two values has the upper one.
type Upper = Vec<(f64, f64)>;

/// Standard deviations that rules reach to.
const FAR: f64 = 8.5;

/// Largest distance of a converged iteration from the library's v, relative to ρ: the rules here are
/// good to 1e-9, and what a slope near 1 makes of that.
const AGREES: f64 = 1e-5;

/// Iterates of the map that are followed: with noise each costs a rule in the output.
const ITERATES: usize = 400;
const NOISELESS_ITERATES: usize = 6000;

/// The same from small v, where rules are long.
const INFORMED_ITERATES: usize = 40;

/// Part of ρ at which the informed iteration begins: below, cells are narrower than rules here resolve.
const SMALL: f64 = 1e-3;

/// Sum of `f` over a grid with normal weights.
fn average(spacing: f64, f: impl Fn(f64) -> f64) -> f64 {
    let steps = (FAR / spacing).ceil() as i64;
    (-steps..=steps).map(|k| k as f64 * spacing).map(|x| spacing * normal_density(x) * f(x)).sum()
}

/// E⟨w⟩² of the channel: two cells of z = √(ρ − v) V + √v w, their levels `2 half` noises apart.
fn learnt(upper: &Upper, rho: f64, v: f64, half: f64) -> f64 {
    let (known, spread) = ((rho - v).max(0.0).sqrt(), v.sqrt());
    let cells = |x: f64| {
        let at = |z: f64| (z - known * x) / spread;
        let mass = |&(a, b): &(f64, f64)| {
            // By the side that does not cancel.
            let (a, b) = (at(a), at(b));
            if a > 0.0 { normal_cdf(-a) - normal_cdf(-b) } else { normal_cdf(b) - normal_cdf(a) }
        };
        let up: f64 = upper.iter().map(mass).sum();
        let outside = |z: f64| if z.is_infinite() { 0.0 } else { normal_density(at(z)) };
        let first: f64 = upper.iter().map(|&(a, b)| outside(a) - outside(b)).sum();
        (up, first)
    };
    let given = |x: f64| {
        let (up, first) = cells(x);
        let down = 1.0 - up;
        if up < 1e-14 || down < 1e-14 {
            return 0.0;
        }
        if half.is_infinite() {
            return first * first / (up * down);
        }
        let spacing = 0.3f64.min(0.6 / half);
        let steps = ((half + FAR) / spacing).ceil() as i64;
        let told = |k: i64| {
            let y = k as f64 * spacing;
            let (a, b) = (normal_density(y - half), normal_density(y + half));
            let p = up * a + down * b;
            if p > 0.0 { spacing * (a - b) * (a - b) / p } else { 0.0 }
        };
        first * first * (-steps..=steps).map(told).sum::<f64>()
    };
    if known < 1e-9 {
        return given(0.0);
    }
    average(0.2 * (spread / known).min(1.0), given)
}

/// mmse of a latent coordinate at strength r, by a rule in the observation given each component.
fn mmse(prior: &str, r: f64) -> f64 {
    // Weight, mean, variance of the components.
    let parts: Vec<(f64, f64, f64)> = match prior {
        "normal" => return 1.0 / (1.0 + r),
        "rademacher" => vec![(0.5, 1.0, 0.0), (0.5, -1.0, 0.0)],
        "binary:0.6" => vec![(0.6, 1.0, 0.0), (0.4, -1.0, 0.0)],
        "gauss-bernoulli:0.4" => vec![(0.6, 0.0, 0.0), (0.4, 0.0, 1.0)],
        other => panic!("{other}"),
    };
    let s = r.sqrt();
    let second: f64 = parts.iter().map(|(p, m, c)| p * (m * m + c)).sum();
    let squared = |y: f64| {
        let (mut density, mut first) = (0.0, 0.0);
        for (p, m, c) in &parts {
            let width = (1.0 + r * c).sqrt();
            let f = p * normal_density((y - s * m) / width) / width;
            density += f;
            first += f * (m + s * c / (1.0 + r * c) * (y - s * m));
        }
        if density > 0.0 { (first / density).powi(2) } else { 0.0 }
    };
    let total: f64 = parts
        .iter()
        .map(|(p, m, c)| {
            let width = (1.0 + r * c).sqrt();
            p * average(0.05f64.min(0.3 / width), |x| squared(s * m + width * x))
        })
        .sum();
    second - total
}

struct Model {
    upper: Upper,
    prior: &'static str,
    beta: f64,
    snr: f64,
}

impl Model {
    fn rho(&self) -> f64 {
        named(self.prior).unwrap().second_moment()
    }

    /// The map of state evolution; φ is ±1.
    fn map(&self, v: f64) -> f64 {
        mmse(self.prior, learnt(&self.upper, self.rho(), v, self.snr.sqrt()) / (self.beta * v))
    }

    /// Iterates from `start`; None where `most` of them have not come to rest.
    fn limit(&self, start: f64, most: usize) -> Option<f64> {
        let mut v = start;
        let mut last = f64::INFINITY;
        for _ in 0..most {
            let next = self.map(v);
            let change = (next - v).abs();
            // What a geometric series of such steps would still add.
            let rate = change / last;
            v = next;
            let rests = last.is_finite() && rate < 1.0 && change * rate / (1.0 - rate) < 1e-8;
            if v < 1e-9 || rests {
                return Some(v);
            }
            last = change;
        }
        None
    }

    fn library(&self, phi: &str) -> Replica {
        let prior = named(self.prior).unwrap();
        let response = Response::from(&activation(phi).unwrap());
        let channel = Channel::new(&response, 1.0, prior.second_moment()).unwrap();
        Replica::new(prior, channel, self.beta).unwrap()
    }

    /// Where the map leads without a hint: a point at v = ρ that is one by symmetry needs a nudge.
    fn uninformed(&self) -> Option<f64> {
        let most = if self.snr.is_infinite() { NOISELESS_ITERATES } else { ITERATES };
        self.limit(self.rho() * (1.0 - 1e-5), most)
    }
}

fn door(k: f64) -> (String, Upper) {
    let all = vec![(f64::NEG_INFINITY, -k), (k, f64::INFINITY)];
    (format!("sign(abs(z)-{k})"), all)
}

/// Symmetric perceptrons whose v = ρ has just become unstable and leads to a branch nearby: at K = 0.6745
/// and 1/β = 1.5, below the published threshold of approximate message passing, 1.566 `[BKMMZ19]`.
#[test]
fn independent_branch_beside_an_unstable_symmetric_point() {
    for (k, ratio, want, open) in
        [(0.674_489_750_196_081_7, 1.5, 0.857_412, 1e-6), (0.4, 2.5, 0.970, 5e-4)]
    {
        let (phi, upper) = door(k);
        let model = Model { upper, prior: "rademacher", beta: 1.0 / ratio, snr: f64::INFINITY };
        let branches = model.library(&phi).branches(f64::INFINITY).unwrap();
        let got = branches.uninformed().variance;
        assert!((got.value - want).abs() < open + got.error, "{phi}: {got:?}");
        let plain = model.uninformed().unwrap();
        assert!((got.value - plain).abs() < AGREES, "{phi}: {got:?} against {plain}");
        // The perfect one is the equilibrium all the same.
        assert!(branches.equilibrium().variance.value < 1e-10 && branches.all().len() == 4);
    }
}

/// Every start: doors, one threshold, periodic signs; four latents; with noise and without.
#[test]
fn property_branches_are_the_limits_of_state_evolution() {
    const PRIORS: [&str; 4] = ["rademacher", "binary:0.6", "normal", "gauss-bernoulli:0.4"];
    let mut rested = 0;
    for j in 0..48u32 {
        // Multiples of irrational numbers, modulo 1.
        let at = |step: f64| (f64::from(j + 1) * step).fract();
        let k = 0.1 + 1.5 * at(0.618_033_988_749_895);
        let (phi, upper) = match j % 12 {
            5 => {
                let k = 1.5 + 2.0 * k;
                let up = |n: i32| {
                    let edge = |n: i32| f64::from(n) * std::f64::consts::PI / k;
                    (edge(2 * n), edge(2 * n + 1))
                };
                (format!("sign(sin({k}*z))"), (-20..=20).map(up).collect())
            }
            11 => {
                // Two bands and what lies outside of them.
                let (a, b) = (0.3 + k, 0.2 + 0.1 * k);
                let far = a + b;
                let out = [(f64::NEG_INFINITY, -far), (b - a, a - b), (far, f64::INFINITY)];
                (format!("sign(abs(abs(z)-{a})-{b})"), out.to_vec())
            }
            4 | 10 => (format!("sign(z-{k})"), vec![(k, f64::INFINITY)]),
            _ => door(k),
        };
        let snr =
            if j % 2 == 0 { f64::INFINITY } else { 10f64.powf(3.0 * at(0.754_877_666_246_693)) };
        let beta = 10f64.powf(1.3 * at(0.569_840_290_998_053) - 0.9);
        let model = Model { upper, prior: PRIORS[(j / 6) as usize % 4], beta, snr };
        let what = format!("{phi} {} beta {beta} snr {snr}", model.prior);
        let rho = model.rho();
        let branches = model.library(&phi).branches(snr).unwrap();
        let agrees = |got: f64, want: f64| (got - want).abs() < AGREES * rho;
        if let Some(want) = model.uninformed() {
            rested += 1;
            let got = branches.uninformed().variance.value;
            assert!(agrees(got, want), "{what}: {got} against {want}");
        }
        let got = branches.informed().variance.value;
        let small = SMALL * rho;
        if model.map(small) < small {
            assert!(got < small, "{what}: {got}");
        } else if let Some(want) = model.limit(small, INFORMED_ITERATES) {
            // The map above has its first stationary point there unless one lies below.
            assert!(got < small || agrees(got, want), "{what}: {got} against {want}");
        }
    }
    assert!(rested > 34, "{rested}");
}

/// Latents of two scales, ±1 ± δ, behind a linear channel: three stable branches at a time, and two
/// transitions or one of them directly, by the least of all potentials on a grid of snr.
#[test]
fn property_transitions_by_way_of_a_third_branch() {
    for (delta, beta, count) in [(0.15, 2.5, 2), (0.15, 3.0, 1), (0.25, 2.0, 1), (0.1, 2.5, 2)] {
        let point = |mean: f64| Component { weight: 0.25, mean, variance: 0.0 };
        let means = [-1.0 - delta, -1.0 + delta, 1.0 - delta, 1.0 + delta];
        let prior = Arc::new(Mixture::new(means.map(point).to_vec()).unwrap());
        let response = Response::from(&activation("z").unwrap());
        let channel = Channel::new(&response, 1.0, prior.second_moment()).unwrap();
        let model = Replica::new(prior, channel, beta).unwrap();
        let found = model.transitions().unwrap().first_order;
        let what = format!("{delta} {beta}: {found:?}");
        assert_eq!(found.len(), count, "{what}");
        let at = |log_snr: f64| model.branches(log_snr.exp()).unwrap();
        let mut most = 0;
        for k in 0..48 {
            let log_snr = 0.25 * f64::from(k) - 1.0;
            let branches = at(log_snr);
            most = most.max(branches.all().iter().filter(|s| s.stable).count());
            // Between two jumps v lies between what they leave and what they reach.
            let v = branches.equilibrium().variance.value;
            for jump in &found {
                let before = log_snr < jump.log_snr.value;
                let beyond =
                    if before { v >= jump.uninformed.value } else { v <= jump.informed.value };
                assert!(beyond, "{log_snr} {v} {what}");
            }
            // No jump that is not said: log v moves by less than a branch in proportion to itself.
            let next = at(log_snr + 0.25).equilibrium().variance.value;
            let within = log_snr..=log_snr + 0.25;
            let said = found.iter().any(|jump| within.contains(&jump.log_snr.value));
            let moves = (v / next).ln() > 0.6 * (1.0 / next).ln();
            assert!(said || next < 1e-9 || !moves, "{log_snr}: {v} {next} {what}");
        }
        assert_eq!(most, 3, "{what}");
    }
}

/// What branches there are changes at spinodals and at weak recovery only: counted between them.
#[test]
fn identity_branches_change_at_spinodals_only() {
    let cases = [
        ("sign(abs(z)-0.6744897501960817)", "rademacher", 0.6),
        ("sign(abs(z)-0.4)", "rademacher", 0.45),
        ("sign(abs(z)-0.4)", "normal", 0.35),
        ("sign(abs(abs(z)-1)-0.5)", "binary:0.6", 0.3),
        ("sign(abs(abs(z)-1)-0.5)", "gauss-bernoulli:0.4", 0.2),
        ("abs", "normal", 0.9),
    ];
    for (phi, prior, beta) in cases {
        let model = Model { upper: vec![], prior, beta, snr: 1.0 }.library(phi);
        let transitions = model.transitions().unwrap();
        let mut ends: Vec<f64> = transitions.spinodals.iter().map(|s| s.log_snr.value).collect();
        ends.extend(transitions.weak_recovery.value());
        ends.extend([-6.0, 9.0]);
        ends.retain(|x| x.abs() < 10.0);
        ends.sort_by(f64::total_cmp);
        let stable = |log_snr: f64| {
            let branches = model.branches(log_snr.exp()).unwrap();
            branches.all().iter().filter(|s| s.stable).count()
        };
        let what = format!("{phi} {prior} {beta}: {transitions:?}");
        for pair in ends.windows(2).filter(|pair| pair[1] - pair[0] > 1e-2) {
            let width = pair[1] - pair[0];
            let counts: Vec<usize> = [1e-2, 0.2, 0.4, 0.6, 0.8, 0.99]
                .map(|part| stable(pair[0] + part * width))
                .to_vec();
            assert!(counts.iter().all(|n| *n == counts[0]), "{counts:?} in {pair:?} of {what}");
        }
        // The equilibrium jumps where first-order transitions say, and nowhere else.
        let at = |log_snr: f64| model.branches(log_snr.exp()).unwrap().equilibrium().variance.value;
        for jump in &transitions.first_order {
            let (before, after) = (at(jump.log_snr.value - 1e-6), at(jump.log_snr.value + 1e-6));
            assert!((before - jump.uninformed.value).abs() < 1e-3 * before, "{what}");
            assert!((after - jump.informed.value).abs() <= 1e-3 * after + 1e-12, "{what}");
        }
    }
}
