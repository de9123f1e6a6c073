//! Theory beside measurement: does a measured curve agree with a predicted one?
//!
//! Three questions, since each is blind to what another sees: is the scatter as large as the stated
//! errors (χ²), is any point too far off (the largest |z|), and do deviations keep their sign longer
//! than noise would (runs)? A drift within the error bars fails only the last.

pub mod fit;
pub mod floor;
mod measured;
mod plan;
mod predicted;
mod setting;
pub mod tails;

pub use fit::{Fit, fit};
pub use plan::{AGAINST, Compared, OPTIONS, SHARED, level, plan};
pub use setting::parameters;

use crate::numerics::Estimate;
use tails::{chi_squared_tail, normal_tails, runs_tail};

/// One measured value with its uncertainty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measurement {
    /// A mean with its standard error.
    Mean {
        /// The mean.
        value: f64,
        /// Its standard error, above 0.
        stderr: f64,
    },
    /// A frequency: `hits` of `trials` outcomes.
    Frequency {
        /// Outcomes counted, perhaps rounded in print.
        hits: f64,
        /// Trials.
        trials: f64,
    },
}

impl Measurement {
    /// The value.
    pub fn value(self) -> f64 {
        match self {
            Self::Mean { value, .. } => value,
            Self::Frequency { hits, trials } => hits / trials,
        }
    }

    /// Its standard error; for a frequency that of the predicted probability p, √(p(1 − p)/N).
    pub fn stderr(self, predicted: f64) -> f64 {
        match self {
            Self::Mean { stderr, .. } => stderr,
            Self::Frequency { trials, .. } => {
                let p = predicted.clamp(0.0, 1.0);
                (p * (1.0 - p) / trials).sqrt()
            }
        }
    }

    /// Deviation from the prediction in standard errors. The numerical error of the prediction is
    /// added to them in squares. For a frequency it is the signed root of the deviance,
    /// ±√(2[k log(k/Np) + (N − k) log((N − k)/(N(1 − p)))]), which holds near 0 and 1 too.
    pub fn deviation(self, predicted: Estimate) -> f64 {
        match self {
            Self::Mean { value, stderr } => {
                (value - predicted.value) / stderr.hypot(predicted.error)
            }
            Self::Frequency { hits, trials } => {
                // The probability nearest to the frequency within the error of the prediction.
                let frequency = hits / trials;
                let p = frequency.clamp(predicted.lower(), predicted.upper()).clamp(0.0, 1.0);
                let part = |count: f64, expected: f64| {
                    if count <= 0.0 { 0.0 } else { count * (count / expected).ln() }
                };
                let deviance = part(hits, trials * p) + part(trials - hits, trials * (1.0 - p));
                (2.0 * deviance.max(0.0)).sqrt().copysign(frequency - p)
            }
        }
    }
}

/// How a measured curve stands to a predicted one.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Deviation of each point in standard errors.
    pub deviations: Vec<f64>,
    /// Σ z².
    pub chi_squared: f64,
    /// Points less fitted parameters.
    pub freedom: usize,
    /// Probability of a larger χ² by chance.
    pub chi_squared_p: f64,
    /// Which point deviates most.
    pub largest: usize,
    /// Probability that chance takes the largest of as many deviations that far.
    pub largest_p: f64,
    /// Stretches of deviations of one sign.
    pub runs: usize,
    /// Deviations above and below the prediction.
    pub signs: (usize, usize),
    /// Probability of so few stretches by chance, given the signs.
    pub runs_p: f64,
    /// Whether points share their noise, so that neither runs nor a sum of squares count them apart.
    pub shared: bool,
}

impl Comparison {
    /// ```
    /// use regimes::Estimate;
    /// use regimes::validate::{Comparison, Measurement};
    /// // Three clone experiments of 1000 pairs each beside their predicted probabilities.
    /// let seen = |hits: f64| Measurement::Frequency { hits, trials: 1000.0 };
    /// let points = [(512.0, 0.50), (641.0, 0.65), (788.0, 0.80)];
    /// let points = points.map(|(hits, phi)| (seen(hits), Estimate::exact(phi)));
    /// let comparison = Comparison::new(&points, 0);
    /// assert!(comparison.reduced() < 1.0 && comparison.agrees(0.01));
    /// ```
    ///
    /// Compares points in the order of their coordinate; `fitted` parameters were chosen to agree.
    /// At least one point is needed, and more points than fitted parameters.
    pub fn new(points: &[(Measurement, Estimate)], fitted: usize) -> Self {
        let deviations: Vec<f64> = points.iter().map(|(m, p)| m.deviation(*p)).collect();
        let chi_squared: f64 = deviations.iter().map(|z| z * z).sum();
        let freedom = points.len().saturating_sub(fitted);
        let mut largest = 0;
        for (k, z) in deviations.iter().enumerate() {
            if z.abs() > deviations[largest].abs() {
                largest = k;
            }
        }
        let extreme = deviations.get(largest).map_or(0.0, |z| z.abs());
        // 1 − (1 − p)^N
        let largest_p = -(points.len() as f64 * (-normal_tails(extreme)).ln_1p()).exp_m1();
        let above = deviations.iter().filter(|z| **z > 0.0).count();
        let below = deviations.iter().filter(|z| **z < 0.0).count();
        let signed: Vec<bool> =
            deviations.iter().filter(|z| **z != 0.0).map(|z| *z > 0.0).collect();
        let runs = if signed.is_empty() {
            0
        } else {
            1 + signed.windows(2).filter(|pair| pair[0] != pair[1]).count()
        };
        Self {
            chi_squared_p: chi_squared_tail(chi_squared, freedom),
            chi_squared,
            freedom,
            largest,
            largest_p,
            runs,
            signs: (above, below),
            runs_p: runs_tail(runs, above, below),
            shared: false,
            deviations,
        }
    }

    /// The same for points that share their noise, as those of one data set at many times do: their
    /// deviations may go together, so runs say nothing, and the mean square is held against that of a
    /// single point. The largest deviation is judged as before, which holds under any dependence.
    #[must_use]
    pub fn of_shared_noise(self) -> Self {
        Self {
            chi_squared_p: normal_tails(self.reduced().sqrt()),
            runs_p: 1.0,
            shared: true,
            ..self
        }
    }

    /// The comparison without its farthest point, and which that is, if that alone makes the verdict.
    fn without_largest(&self, points: &[(Measurement, Estimate)], level: f64) -> Option<Self> {
        let fitted = points.len() - self.freedom;
        if self.agrees(level) || self.freedom < 2 {
            return None;
        }
        let mut rest = points.to_vec();
        rest.remove(self.largest);
        let rest = Self::new(&rest, fitted);
        let rest = if self.shared { rest.of_shared_noise() } else { rest };
        rest.agrees(level).then_some(rest)
    }

    /// What is to be said of a verdict that one of the `points` compared makes alone; `place` names it.
    pub fn single_culprit(
        &self,
        points: &[(Measurement, Estimate)],
        level: f64,
        place: impl Fn(usize) -> String,
    ) -> Option<String> {
        let rest = self.without_largest(points, level)?;
        Some(format!(
            "the point at {} makes the verdict alone: without it χ²/N = {:.3}, and the others agree",
            place(self.largest),
            rest.reduced()
        ))
    }

    /// The statistics by name.
    pub fn statistics(&self, level: f64) -> Vec<(String, f64)> {
        [
            ("points", self.deviations.len() as f64),
            ("degrees_of_freedom", self.freedom as f64),
            ("chi_squared", self.chi_squared),
            ("reduced_chi_squared", self.reduced()),
            ("chi_squared_p", self.chi_squared_p),
            ("largest_deviation", self.deviations[self.largest]),
            ("largest_deviation_p", self.largest_p),
            ("runs", self.runs as f64),
            ("runs_p", self.runs_p),
            ("agrees", f64::from(u8::from(self.agrees(level)))),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    /// χ² per degree of freedom.
    pub fn reduced(&self) -> f64 {
        self.chi_squared / self.freedom.max(1) as f64
    }

    /// True unless one of the three questions is answered with a probability below a third of
    /// `level`: all of them together mislead with a probability of at most `level`.
    pub fn agrees(&self, level: f64) -> bool {
        [self.chi_squared_p, self.largest_p, self.runs_p].iter().all(|p| *p >= level / 3.0)
    }

    /// The verdict in a sentence; `place` names a point.
    pub fn verdict(&self, level: f64, place: impl Fn(usize) -> String) -> String {
        let scatter = format!(
            "χ²/N = {:.3} over {} ({})",
            self.reduced(),
            if self.shared {
                let points = self.deviations.len();
                format!("{points} points that share their noise, counted as one")
            } else if self.freedom == 1 {
                "1 degree of freedom".to_owned()
            } else {
                format!("{} degrees of freedom", self.freedom)
            },
            probability(self.chi_squared_p)
        );
        let z = self.deviations.get(self.largest).copied().unwrap_or(0.0);
        let farthest =
            format!("largest deviation {z:+.2} standard errors at {}", place(self.largest));
        let (above, below) = self.signs;
        let runs = if self.shared {
            "runs are not asked".to_owned()
        } else {
            format!(
                "{above} points above and {below} below in {} runs ({})",
                self.runs,
                probability(self.runs_p)
            )
        };
        if self.agrees(level) {
            let small = if self.chi_squared_p > 1.0 - level / 3.0 {
                "; the scatter is smaller than the stated errors allow"
            } else {
                ""
            };
            return format!(
                "measurement and prediction agree: {scatter}, {farthest}, {runs}{small}"
            );
        }
        let third = level / 3.0;
        let mut reasons = Vec::new();
        if self.chi_squared_p < third {
            reasons.push("the scatter exceeds the stated errors");
        }
        if self.largest_p < third {
            reasons.push("a point lies too far off");
        }
        if self.runs_p < third {
            reasons.push("the deviations keep their sign: a drift, not noise");
        }
        format!(
            "measurement and prediction disagree ({}): {scatter}, {farthest}, {runs}",
            reasons.join("; ")
        )
    }
}

/// A probability in words.
pub fn probability(p: f64) -> String {
    if p >= 1e-4 {
        format!("p = {p:.4}")
    } else if p > 0.0 {
        format!("p = {p:.1e}")
    } else {
        "p < 1e-300".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::random::{Purpose, Seed};

    fn exact(x: f64) -> Estimate {
        Estimate::exact(x)
    }

    fn means(deviations: &[f64]) -> Vec<(Measurement, Estimate)> {
        let point = |z: &f64| (Measurement::Mean { value: 1.0 + 0.1 * z, stderr: 0.1 }, exact(1.0));
        deviations.iter().map(point).collect()
    }

    #[test]
    fn identity_each_question_finds_its_own_fault() {
        let good = [0.5, -1.1, 0.3, 1.2, -0.4, -0.9, 0.8, -0.2, 1.5, -1.3, 0.1, -0.6];
        assert!(Comparison::new(&means(&good), 0).agrees(0.01));
        let wide: Vec<f64> = good.iter().map(|z| 3.0 * z).collect();
        let found = Comparison::new(&means(&wide), 0);
        assert!(!found.agrees(0.01) && found.chi_squared_p < 1e-4);
        // Errors of half a standard error that never change their sign.
        let drift: Vec<f64> = (0..20).map(|k| if k < 10 { 0.6 } else { -0.6 }).collect();
        let found = Comparison::new(&means(&drift), 0);
        assert!(found.runs_p < 1e-3 && found.chi_squared_p > 0.5 && !found.agrees(0.01));
        assert!(found.verdict(0.01, |_| "t = 1".into()).contains("a drift, not noise"));
        let mut one = good;
        one[4] = 5.0;
        let found = Comparison::new(&means(&one), 0);
        assert_eq!(found.largest, 4);
        assert!(found.largest_p < 1e-3 && !found.agrees(0.01));
    }

    /// Of data that do agree, the share called disagreeing is at most the level.
    #[test]
    fn identity_level_of_the_verdict() {
        let mut stream = Seed(11).stream(Purpose::Points, 0, 0);
        let (mut wrong, rounds) = (0, 4000);
        for _ in 0..rounds {
            let mut z = vec![0.0; 25];
            stream.normals(&mut z);
            wrong += usize::from(!Comparison::new(&means(&z), 0).agrees(0.05));
        }
        let share = wrong as f64 / rounds as f64;
        // Three questions at 0.05/3 each, not independent; four standard errors.
        assert!(share < 0.05 + 0.014 && share > 0.02, "{share}");
    }

    /// Points that all carry one deviation: no drift, and one point's worth of scatter.
    #[test]
    fn identity_shared_noise_is_no_drift() {
        let together = [1.8; 30];
        let apart = Comparison::new(&means(&together), 0);
        assert!(!apart.agrees(0.01) && apart.runs_p < 1e-6);
        let shared = apart.of_shared_noise();
        assert!(shared.agrees(0.01) && (shared.chi_squared_p - normal_tails(1.8)).abs() < 1e-12);
        assert!(shared.verdict(0.01, |_| "t".into()).contains("share their noise"));
        // What no single point can be either is found all the same.
        assert!(!Comparison::new(&means(&[5.0; 30]), 0).of_shared_noise().agrees(0.01));
        // The level holds where all points are one, and where they are independent.
        let mut stream = Seed(12).stream(Purpose::Points, 0, 0);
        let rounds = 4000;
        let mut wrong = [0, 0];
        for _ in 0..rounds {
            let one = means(&[stream.normal(); 25]);
            let mut z = vec![0.0; 25];
            stream.normals(&mut z);
            for (wrong, points) in wrong.iter_mut().zip([one, means(&z)]) {
                *wrong += usize::from(!Comparison::new(&points, 0).of_shared_noise().agrees(0.05));
            }
        }
        assert!(wrong.iter().all(|w| *w as f64 / (rounds as f64) < 0.05 + 0.014), "{wrong:?}");
    }

    #[test]
    fn identity_the_point_that_makes_the_verdict_is_named() {
        let mut z = vec![0.5, -1.1, 0.3, 1.2, -0.4, -0.9, 0.8, -0.2, 1.5, -1.3, 0.1, -0.6];
        z[4] = 40.0;
        let points = means(&z);
        let found = Comparison::new(&points, 0);
        let said = found.single_culprit(&points, 0.01, |k| format!("point {k}")).unwrap();
        assert!(said.contains("point 4") && said.contains("without it χ²/N = 0."), "{said}");
        z[7] = -40.0;
        let points = means(&z);
        assert_eq!(
            Comparison::new(&points, 0).single_culprit(&points, 0.01, |_| String::new()),
            None
        );
    }

    #[test]
    fn identity_deviance_is_the_score_far_from_the_ends() {
        let measured = Measurement::Frequency { hits: 5100.0, trials: 10_000.0 };
        let z = measured.deviation(exact(0.5));
        assert!((z - 2.0).abs() < 1e-3, "{z}");
        assert!(Measurement::Frequency { hits: 4900.0, trials: 1e4 }.deviation(exact(0.5)) < -1.99);
        // All of 100 at p = 0.99: −2·100·log 0.99 = 2.01.
        let all = Measurement::Frequency { hits: 100.0, trials: 100.0 };
        assert!((all.deviation(exact(0.99)).powi(2) - 2.010_067).abs() < 1e-6);
        assert_eq!(all.deviation(exact(1.0)), 0.0);
        assert_eq!(all.deviation(exact(0.0)), f64::INFINITY);
    }
}
