//! What scale of the data a schedule was made for: its noise levels are in the data's own unit.

/// What the data are expected to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expected {
    /// Entries within ± this number, at which samples are clipped.
    Within(f64),
    /// Entries of this standard deviation.
    Deviation(f64),
    /// Entries between −1 and 1, or of unit variance.
    Usual,
}

/// σ_data of `[KAAL22]`, and the default of the classes that have it.
const SIGMA_DATA: f64 = 0.5;

/// Schedules whose networks are conditioned for data of standard deviation [`SIGMA_DATA`].
const CONDITIONED: [&str; 3] = ["edm", "EDMEulerScheduler", "EDMDPMSolverMultistepScheduler"];

impl Expected {
    /// What the schedule or class called `name` is made for where nothing else is said.
    pub(super) fn of(name: &str) -> Self {
        if CONDITIONED.contains(&name) { Self::Deviation(SIGMA_DATA) } else { Self::Usual }
    }
}
