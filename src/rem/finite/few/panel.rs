//! The kernels on one panel of distances, at the points of a grid in v.

use crate::rem::finite::mellin::Kernel;

/// Terms of the power series.
pub(super) const POWERS: usize = 3;

/// Equally spaced v.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    pub(super) start: f64,
    pub(super) step: f64,
    pub(super) count: usize,
}

impl Grid {
    pub(super) fn at(&self, j: usize) -> f64 {
        self.start + self.step * j as f64
    }

    /// Just above the last point.
    pub(super) fn end(&self) -> f64 {
        self.at(self.count)
    }

    /// Index of the first point at or above v.
    pub(super) fn index(&self, v: f64) -> usize {
        ((v - self.start) / self.step).ceil().clamp(0.0, self.count as f64) as usize
    }
}

/// The kernels at the nodes of a panel, where they are neither a short series nor at their limit.
pub(super) struct Panel {
    /// Its upper end.
    pub(super) end: f64,
    /// t and the weights of the rule.
    pub(super) nodes: Vec<(f64, f64)>,
    pub(super) first: usize,
    pub(super) saturated: usize,
    /// For each node, and for each kernel in turn, the values between the two.
    pub(super) values: Vec<f64>,
    /// For each node the powers of ζ at the point below the first.
    pub(super) powers: Vec<[f64; POWERS]>,
}

/// Coefficients of ζ, ζ², ζ³ in a kernel.
pub(super) fn series(kernel: Kernel) -> [f64; POWERS] {
    match kernel {
        Kernel::Hit => [1.0, -0.5, 1.0 / 6.0],
        Kernel::First => [1.0, -1.0, 0.5],
        Kernel::Second => [0.0, 1.0, -1.0],
        Kernel::HitSquare | Kernel::SecondSquare => [0.0, 1.0, 0.0],
        Kernel::FirstSquare => [1.0, 0.0, -1.0],
        Kernel::Below | Kernel::Above | Kernel::Density => [f64::NAN; POWERS],
    }
}
