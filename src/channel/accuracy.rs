//! How much effort an evaluation takes: the sizes of the rules in V, w and y.

use super::scalars::Scalars;

/// How much effort an evaluation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// About 1e-3: to see on which side of a root one is.
    Survey,
    /// About 1e-7: while searching.
    Search,
    /// As good as it gets, with an error bound from the comparison of two resolutions.
    Certify,
    /// The same until the derivatives settle too, not only the information.
    Polish,
}

/// Change of the information, relative to 1 + the information, at which the ladder ends.
const SETTLED: f64 = 5e-12;

/// Relative change of the derivatives at which the ladder of [`Effort::Polish`] ends.
const POLISHED: f64 = 5e-12;

impl Effort {
    /// True where a finer rule changed nothing that matters.
    pub(super) fn settled(self, s: &Scalars, change: &Scalars) -> bool {
        let allowed = SETTLED * (1.0 + s.information) + s.open;
        let information = s.information.is_infinite() || change.information.abs() <= allowed;
        let derivatives = match self {
            Effort::Polish => {
                change.drift.abs() <= POLISHED * s.drift + s.open
                    && change.signal.abs() <= POLISHED * s.signal + s.open
            }
            _ => change.drift.abs() <= 5e-9 * s.drift.max(1e-9) + s.open,
        };
        information && derivatives
    }
}

/// How fine the rules are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Accuracy {
    /// Factor on the first spacings in w, y and V.
    pub(crate) spacing: f64,
    /// Nodes of the Gauss-Legendre rules on panels in V and y.
    pub(crate) nodes: usize,
    /// Largest change by the last halving of the spacing in y, relative to `scale`. The rules
    /// converge exponentially: what is left is at most about the square of it.
    pub(crate) output: f64,
    /// Largest change by the last halving of the spacing in V.
    pub(crate) outer: f64,
    /// Error that a panel in V may leave, relative to the whole.
    pub(crate) panel: f64,
    /// Size of the information where V has its weight, at most 1.
    pub(crate) scale: f64,
    /// Whether panels are compared with their halves.
    pub(crate) halves: bool,
    /// Where the Gaussian weights of V, w and the noise together are cut: V² + w² ≤ reach².
    pub(crate) reach: f64,
    /// The signal has its weight far out: beside it, what a density has in common with the noise would
    /// drown it.
    pub(crate) rare: bool,
}

/// Width in u of a panel in w, in noises.
pub(crate) const ACROSS: f64 = 8.0;

/// Half-width of the window of one noise density: its tail beyond is below 1e-17.
const NOISE_REACH: f64 = 8.6;

/// Smallest range of w and of the noise, where V itself is far out.
const LEAST_REACH: f64 = 3.0;

impl Accuracy {
    /// The accuracy at one value of V, whose own weight leaves less to the other variables.
    pub(crate) fn given(&self, v: f64) -> Self {
        let reach = (self.reach * self.reach - v * v).max(0.0).sqrt().max(LEAST_REACH);
        Self { reach, ..*self }
    }

    /// Half-width of the window of one noise density.
    pub(crate) fn noise(&self) -> f64 {
        (self.reach + 0.3).min(NOISE_REACH)
    }

    /// Nodes of the Gauss-Legendre rules in w on panels of [`ACROSS`] noises times the spacing: as many
    /// as the Chebyshev series of the noise density needs.
    pub(crate) fn across(&self) -> usize {
        if self.spacing <= 1.0 {
            20
        } else if self.spacing <= 1.2 {
            14
        } else {
            12
        }
    }
}

pub(super) const SURVEY: Accuracy = Accuracy {
    spacing: 1.5,
    nodes: 6,
    output: 0.1,
    outer: 0.1,
    panel: 1e-4,
    scale: 0.0,
    halves: false,
    reach: 4.5,
    rare: false,
};

pub(super) const SEARCH: Accuracy = Accuracy {
    spacing: 1.15,
    nodes: 9,
    output: 1e-3,
    outer: 2e-4,
    panel: 1e-10,
    scale: 0.0,
    halves: false,
    reach: 6.2,
    rare: false,
};

/// Ever finer rules; the change from one to the next is the stated error. Spacings and nodes differ
/// from rung to rung, so that two rungs do not err alike.
pub(super) const LADDER: [Accuracy; 6] = [
    rung(1.0, 12, 8.1, 3e-13),
    rung(0.86, 15, 8.4, 1e-13),
    rung(0.72, 18, 8.4, 3e-14),
    rung(0.6, 21, 8.4, 3e-14),
    Accuracy { output: 1e-6, outer: 1e-8, halves: true, ..rung(0.93, 12, 8.4, 3e-14) },
    Accuracy { output: 1e-7, outer: 1e-10, halves: true, ..rung(0.79, 15, 8.4, 3e-14) },
];

const fn rung(spacing: f64, nodes: usize, reach: f64, panel: f64) -> Accuracy {
    let (output, outer) = (1e-5, 1e-5);
    Accuracy { spacing, nodes, output, outer, panel, scale: 0.0, halves: false, reach, rare: false }
}
