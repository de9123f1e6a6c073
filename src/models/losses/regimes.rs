//! The regimes that loss curves show: collapse, the class, and what the network holds of its training samples.

use super::enclosure::{Bounds, Enclosure};
use super::{Losses, ONE_CURVE, Which, time_between};
use crate::Answer;
use crate::answer::short;
use crate::models::Model;
use crate::numerics::Estimate;
use crate::process::{Noise, time_at_log_snr};

/// Standard errors within which a smaller difference of the losses may be the largest.
const DOUBT: f64 = 2.0;

/// Share of the validation loss below which the loss on training samples has ended at the last level.
const ENDED: f64 = 0.1;

impl Losses {
    /// Where the information of a curve reaches `alpha` nats per dimension.
    pub(super) fn crossing(&self, which: Which, alpha: Estimate) -> Answer {
        let Some(measured) = self.curve(which) else { return Answer::absent(ONE_CURVE) };
        let (all, moved): (&Enclosure, _) = (&measured.enclosure, self.moved_of(which));
        let sigma = 1.0 / all.last().sqrt();
        let last = all.information(all.last(), moved);
        if alpha.upper() > last.low {
            let where_ =
                if alpha.lower() > last.high { "exceeds" } else { "lies within the error of" };
            return Answer::absent(format!(
                "not resolved: α = {} {where_} the information at the last measured level σ = {}, {} nats per dimension: the collapse, if any, lies at less noise",
                short(alpha.value),
                short(sigma),
                short(last.value)
            ));
        }
        let at = |target: f64, of: fn(Bounds) -> f64| all.reaches(target, moved, of);
        // The upper bound reaches it first, the lower one last.
        let found = (
            at(alpha.value, |bounds| bounds.value),
            at(alpha.lower().max(f64::MIN_POSITIVE), |bounds| bounds.high),
            at(alpha.upper(), |bounds| bounds.low),
        );
        match found {
            (Some(middle), Some(first), Some(last)) => {
                Answer::Value(time_between(middle, (first, last)))
            }
            _ => Answer::absent("not resolved: it lies beyond the range of numbers"),
        }
    }

    /// I(class; x_t) in nats.
    pub fn class_information(&self, noise: Noise) -> Answer {
        if self.conditional.is_none() {
            return Answer::absent(ONE_CURVE);
        }
        if self.dimension.is_infinite() {
            return Answer::absent("the information on the class is one in all: give a finite --d");
        }
        let without = self.informed(Which::Own, noise);
        without.and_then(|without| {
            self.informed(Which::Conditional, noise).map(|with| (without - with) * self.dimension)
        })
    }

    /// H(class | x_t) is steepest in t where (mmse − mmse given the class) snr (1 + snr) is largest: between
    /// the levels beside the one that shows it, up to where another may be larger within the standard errors.
    pub fn steepest_class_time(&self) -> Answer {
        let Some(conditional) = &self.conditional else { return Answer::absent(ONE_CURVE) };
        let value = |which: Which, k: usize, value: f64| match self.moved_of(which) {
            Some(moved) if moved.level == k => moved.to,
            _ => value,
        };
        let levels = self.own.enclosure.levels().zip(conditional.enclosure.levels());
        let slopes: Vec<(f64, f64, f64)> = levels
            .enumerate()
            .map(|(k, ((snr, without), (_, with)))| {
                let difference = value(Which::Own, k, without) - value(Which::Conditional, k, with);
                let stderr = self.own.stderr[k].hypot(conditional.stderr[k]);
                let speed = snr * (1.0 + snr);
                (time_at_log_snr(snr.ln()), difference * speed, stderr * speed)
            })
            .collect();
        // The one that is certainly steepest as far as the standard errors tell.
        let least = |k: usize| slopes[k].1 - DOUBT * slopes[k].2;
        let best = (0..slopes.len()).max_by(|a, b| least(*a).total_cmp(&least(*b))).unwrap_or(0);
        if least(best) <= 0.0 {
            return Answer::absent(
                "not resolved: the two curves do not differ beyond their errors",
            );
        }
        // One peak is assumed: what may be as steep beyond levels that are not is left aside.
        let may = |k: &usize| slopes[*k].1 + DOUBT * slopes[*k].2 >= least(best);
        let first = (0..=best).rev().take_while(may).last().unwrap_or(best);
        let last = (best..slopes.len()).take_while(may).last().unwrap_or(best);
        if first == 0 || last + 1 == slopes.len() {
            return Answer::absent(format!(
                "not resolved: the class entropy may be steepest at the {} level that was measured",
                if first == 0 { "noisiest" } else { "last" }
            ));
        }
        let (left, right) = (slopes[best - 1], slopes[best + 1]);
        // The parabola through the three in t.
        let (a, b) = (left.0 - slopes[best].0, right.0 - slopes[best].0);
        let (fa, fb) = (left.1 - slopes[best].1, right.1 - slopes[best].1);
        let curvature = fa * b - fb * a;
        let step = if curvature == 0.0 { 0.0 } else { 0.5 * (fa * b * b - fb * a * a) / curvature };
        let time = (slopes[best].0 + step).clamp(right.0, left.0);
        let ends = (slopes[last + 1].0, slopes[first - 1].0);
        Answer::Value(Estimate::new(time, (time - ends.0).max(ends.1 - time)))
    }

    /// Where the validation information passes what the training losses level off at: with the exact empirical
    /// score that is log n, and this the collapse (derived here).
    pub fn train_time(&self) -> Answer {
        self.plateau().and_then(|plateau| self.crossing(Which::Own, plateau))
    }

    /// What the training losses level off at, nats per dimension.
    fn plateau(&self) -> Answer {
        let Some(train) = &self.train else {
            return Answer::absent("needs --train, the losses on the training samples");
        };
        let last = train.enclosure.last();
        let noise = match Noise::at_snr(last) {
            Ok(noise) => noise,
            Err(error) => return Answer::absent(error.to_string()),
        };
        let validation = match self.mmse(noise) {
            Ok(Answer::Value(mmse)) => mmse.value,
            _ => self.own.enclosure.last_mmse(),
        };
        let share = train.enclosure.last_mmse() / validation;
        if share > ENDED {
            return Answer::absent(format!(
                "no memorisation is seen: at σ = {} the loss on training samples is still {:.2} of the validation loss",
                short(noise.sigma()),
                share
            ));
        }
        Answer::Value(train.enclosure.informed(last, self.moved_of(Which::Train)))
    }

    /// How many samples the network holds by heart, as a remark.
    pub(super) fn held(&self) -> Option<String> {
        let plateau = self.plateau().estimate()?;
        let total = if self.dimension.is_finite() {
            format!(" = log of {:.4e} samples", (plateau.value * self.dimension).exp())
        } else {
            " per dimension".into()
        };
        let nats = if self.dimension.is_finite() { plateau * self.dimension } else { plateau };
        Some(format!(
            "the losses on training samples level off at {} ± {:.1e} nats{total}",
            short(nats.value),
            nats.error
        ))
    }
}

/// Points between two levels at which a difference of bounds is looked at.
const BETWEEN: usize = 8;

impl Losses {
    /// log snr from the noisiest level on, some between each two.
    fn places(&self) -> Vec<f64> {
        let levels: Vec<f64> = self.own.enclosure.levels().map(|(snr, _)| snr.ln()).collect();
        let mut all = Vec::with_capacity(BETWEEN * levels.len());
        for pair in levels.windows(2) {
            let step = (pair[1] - pair[0]) / BETWEEN as f64;
            all.extend((0..BETWEEN).map(|k| pair[0] + step * k as f64));
        }
        all.extend(levels.last());
        all
    }

    /// Where something that rises along the levels passes `target`: between where it may first do so and where
    /// it certainly has.
    fn passing(&self, target: f64, of: impl Fn(Noise) -> Answer) -> Answer {
        let value = |u: f64| -> Option<Estimate> {
            let noise = Noise::at_log_snr(u).ok()?;
            of(noise).found()
        };
        let places = self.places();
        let mut known = Vec::with_capacity(places.len());
        for u in &places {
            match of(match Noise::at_log_snr(*u) {
                Ok(noise) => noise,
                Err(error) => return Answer::absent(error.to_string()),
            }) {
                Answer::Value(value) => known.push((*u, value)),
                absent if known.is_empty() => return absent,
                Answer::Absent(_) => break,
            }
        }
        let Some(at) =
            known.windows(2).position(|w| w[0].1.value < target && w[1].1.value >= target)
        else {
            let (first, last) = (known[0].1, known[known.len() - 1].1);
            let where_ =
                if first.value >= target { "before the noisiest" } else { "beyond the last" };
            return Answer::absent(format!(
                "not resolved: {} is passed {where_} of the levels, which show {} to {}",
                short(target),
                short(first.value),
                short(last.value)
            ));
        };
        let (mut low, mut high) = (known[at].0, known[at + 1].0);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            match value(middle) {
                Some(here) if here.value < target => low = middle,
                _ => high = middle,
            }
        }
        let middle = 0.5 * (low + high);
        // The truth rises: it is below where a later bound is, and above where an earlier one was.
        let first = known.iter().rposition(|(_, value)| value.upper() < target);
        let last = known.iter().position(|(_, value)| value.lower() >= target);
        match (first, last) {
            (Some(first), Some(last)) => {
                Answer::Value(time_between(middle, (known[first].0, known[last].0)))
            }
            _ => Answer::absent(format!(
                "not resolved: about t = {}, but the levels leave it open; measure more of them",
                short(time_at_log_snr(middle))
            )),
        }
    }

    /// Where x_t tells a share of the class.
    pub fn class_known(&self, share: f64) -> Answer {
        self.label_entropy()
            .and_then(|all| self.passing(all.value * share, |noise| self.class_information(noise)))
    }

    /// Where a start from isotropic noise of the data's variance costs `budget` nats.
    ///
    /// # Errors
    /// None of its own.
    pub fn late_start(&self, budget: f64) -> crate::Result<Answer> {
        if self.dimension.is_infinite() {
            return Ok(Answer::absent("a cost in all grows with d: give a finite d"));
        }
        Ok(self.passing(budget, |noise| {
            let gaussian = match self.covariance_information(noise) {
                Ok(answer) => answer,
                Err(error) => return Answer::absent(error.to_string()),
            };
            let informed = self.informed(Which::Own, noise);
            gaussian.and_then(|g| informed.map(|informed| (g - informed) * self.dimension))
        }))
    }
}

/// Halvings of what is between two points.
const HALVINGS: u32 = 50;
