//! What a search found, and what may be said of it: "no solution" is said only where it is proved.

use crate::Answer;
use crate::answer::short;
use crate::numerics::Estimate;
use crate::table::Cell;

/// What a search found.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// Solutions in ascending order.
    pub(super) roots: Vec<Estimate>,
    /// Where the function jumps across zero without a solution.
    pub(super) jumps: Vec<f64>,
    /// Where it comes within its error of zero and turns back.
    pub(super) touches: Vec<(f64, Estimate)>,
    /// Between which values it stays within its error of zero.
    pub(super) level: Option<(f64, f64)>,
    /// The function at both ends of where it exists.
    pub(super) ends: Option<[(f64, Estimate); 2]>,
    /// Where it is closest to zero, as far as was looked.
    pub(super) nearest: Option<(f64, f64)>,
    /// Why it does not exist somewhere, the first reason met.
    pub(super) reason: Option<String>,
    /// Why it could not be computed somewhere, the first reason met.
    pub(super) failure: Option<String>,
    /// Where was looked.
    pub(super) resolution: Resolution,
}

/// Where a search looked.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Resolution {
    pub(super) low: f64,
    pub(super) high: f64,
    /// Number of points.
    pub(super) points: usize,
    /// Largest distance between neighbours, or largest ratio.
    pub(super) spacing: f64,
    /// Whether `spacing` is a distance.
    pub(super) linear: bool,
    /// Whether the function exists at all points.
    pub(super) everywhere: bool,
    /// Whether the points allowed did not suffice.
    pub(super) exhausted: bool,
}

impl Found {
    /// Nothing, for a reason that is a proof.
    pub(super) fn none(reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), ..Self::default() }
    }

    /// The first solution of `name` and how many there are; the others go into the notes. `theorem`
    /// says why there is at most one.
    pub(super) fn answer(
        &self,
        name: &str,
        theorem: Option<&str>,
        notes: &mut Vec<String>,
    ) -> (Cell, usize) {
        for x in &self.jumps {
            notes.push(format!("the difference jumps across zero at {name} = {x:.10}"));
        }
        if let [first, others @ ..] = &self.roots[..] {
            for other in others {
                notes.push(format!("also at {name} = {:.12} ± {:.1e}", other.value, other.error));
            }
            for (x, y) in &self.touches {
                notes.push(touch(name, *x, *y));
            }
            if let Some((a, b)) = self.level {
                notes.push(level(name, a, b));
            }
            if let Some(why) = &self.failure {
                notes.push(format!("not looked at everywhere: {why}"));
            }
            return (Cell::from(Ok(Answer::Value(*first))), self.roots.len());
        }
        let text = self.why_none(name, theorem);
        (
            self.failure.as_ref().map_or_else(
                || Cell::Missing(text.clone().into()),
                |why| Cell::Failed(format!("{text}; not computed everywhere: {why}"), None),
            ),
            0,
        )
    }

    fn why_none(&self, name: &str, theorem: Option<&str>) -> String {
        if let Some((a, b)) = self.level {
            return level(name, a, b);
        }
        if let [(x, y), ..] = self.touches[..] {
            return touch(name, x, y);
        }
        let elsewhere =
            self.reason.as_ref().map(|r| format!("; elsewhere: {r}")).unwrap_or_default();
        let Some([(a, fa), (b, fb)]) = self.ends else {
            let reason = self.reason.as_deref().unwrap_or("no value");
            if self.resolution.points == 0 {
                return format!("no solution: {reason}");
            }
            return format!(
                "no solution found {}, as there is no value: {reason}",
                self.resolution
            );
        };
        let ends = format!(
            "left − right is {} at {name} = {a:.6e} and {} at {b:.6e}",
            short(fa.value),
            short(fb.value)
        );
        let proved = self.resolution.everywhere && fa.sign_is_certain() && fb.sign_is_certain();
        if let (Some(theorem), true) = (theorem, proved && self.failure.is_none()) {
            let (low, high) = (self.resolution.low, self.resolution.high);
            return format!("no solution between {low:e} and {high:e}: {theorem}; {ends}");
        }
        let nearest = self.nearest.map_or_else(String::new, |(x, y)| {
            format!(", closest to zero {} at {x:.6e}", short(y))
        });
        format!("no solution found {}: {ends}{nearest}{elsewhere}", self.resolution)
    }
}

fn touch(name: &str, x: f64, y: Estimate) -> String {
    format!(
        "undecided at {name} = {x:.12}: left − right is {:.1e} ± {:.1e} there and of one sign around it, a double solution or none",
        y.value, y.error
    )
}

fn level(name: &str, a: f64, b: f64) -> String {
    format!(
        "no single solution: left − right is zero within its errors from {name} = {a:.6e} to {b:.6e}, a limit that is reached there or a quantity that does not depend on {name}"
    )
}

impl std::fmt::Display for Resolution {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let apart = if self.linear { "at most" } else { "by factors of at most" };
        write!(
            f,
            "between {:e} and {:e} at {} points {apart} {:.4} apart{}",
            self.low,
            self.high,
            self.points,
            self.spacing,
            if self.exhausted { " (more would be needed: --between looks closer)" } else { "" }
        )
    }
}
