//! Posterior moments at outputs y, one or a whole grid of them.

use crate::numerics::special::normal_density;

/// Unnormalised posterior moments at one output y: sums of (density × monomial) over the signal.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cell {
    /// Density p(y).
    pub(crate) p: f64,
    /// Times w.
    pub(crate) w: f64,
    /// Times w².
    pub(crate) ww: f64,
    /// Times n = y − u.
    pub(crate) n: f64,
    /// Times n².
    pub(crate) nn: f64,
    /// Times n w.
    pub(crate) nw: f64,
}

impl Cell {
    /// Adds a point of `weight` in w whose signal is `n` noises below the output.
    pub(crate) fn add(&mut self, w: f64, n: f64, weight: f64) {
        self.gather(w, n, weight * normal_density(n));
    }

    /// The same with the density of the noise in `g` already.
    pub(crate) fn gather(&mut self, w: f64, n: f64, g: f64) {
        let (gw, gn) = (g * w, g * n);
        self.p += g;
        self.w += gw;
        self.ww += gw * w;
        self.n += gn;
        self.nn += gn * n;
        self.nw += gn * w;
    }
}

/// The moments on a uniform grid in y, one array for each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grid {
    /// Densities.
    pub(crate) p: Vec<f64>,
    /// Times w.
    pub(crate) w: Vec<f64>,
    /// Times w².
    pub(crate) ww: Vec<f64>,
    /// Times n.
    pub(crate) n: Vec<f64>,
    /// Times n².
    pub(crate) nn: Vec<f64>,
    /// Times n w.
    pub(crate) nw: Vec<f64>,
}

impl Grid {
    /// `count` empty cells.
    pub(crate) fn reset(&mut self, count: usize) {
        for array in
            [&mut self.p, &mut self.w, &mut self.ww, &mut self.n, &mut self.nn, &mut self.nw]
        {
            array.clear();
            array.resize(count, 0.0);
        }
    }

    /// Sets cell `j`.
    pub(crate) fn set(&mut self, j: usize, cell: &Cell) {
        self.p[j] = cell.p;
        self.w[j] = cell.w;
        self.ww[j] = cell.ww;
        self.n[j] = cell.n;
        self.nn[j] = cell.nn;
        self.nw[j] = cell.nw;
    }

    /// Cell `j`.
    pub(crate) fn get(&self, j: usize) -> Cell {
        Cell {
            p: self.p[j],
            w: self.w[j],
            ww: self.ww[j],
            n: self.n[j],
            nn: self.nn[j],
            nw: self.nw[j],
        }
    }

    /// Number of cells.
    pub(crate) fn len(&self) -> usize {
        self.p.len()
    }
}
