//! Which rows of a sweep are one simulation: those that differ in the noise level only.

use crate::error::Result;
use crate::process::Process;
use crate::quantities::noise;
use crate::sweep::Request;

/// The axes of a sweep, the noise level set apart.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    sizes: Vec<usize>,
    /// Which axis is the noise level, if one is.
    noise: Option<usize>,
}

impl Layout {
    /// The layout of a request.
    ///
    /// # Errors
    /// [`crate::Error::Usage`] for sweeps too large to be listed.
    pub(super) fn new(request: &Request) -> Result<Self> {
        request.rows()?;
        let own = [Process::Gaussian, Process::Tokens].map(noise::coordinates);
        let is_noise = |name: &str| own.iter().flat_map(|own| own.iter()).any(|p| p.name == name);
        Ok(Self {
            sizes: request.axes.iter().map(|a| a.values.len()).collect(),
            noise: request.axes.iter().position(|a| is_noise(a.parameter.name)),
        })
    }

    /// Number of noise levels.
    pub(super) fn times(&self) -> usize {
        self.noise.map_or(1, |axis| self.sizes[axis])
    }

    /// Number of combinations of all other parameters.
    pub(super) fn combinations(&self) -> usize {
        self.sizes.iter().product::<usize>() / self.times()
    }

    /// The row of a combination and a noise level; the last axis runs fastest.
    pub(super) fn row(&self, combination: usize, time: usize) -> usize {
        let (mut rest, mut row, mut stride) = (combination, 0, 1);
        for (axis, size) in self.sizes.iter().enumerate().rev() {
            if Some(axis) == self.noise {
                row += time * stride;
            } else {
                row += (rest % size) * stride;
                rest /= size;
            }
            stride *= size;
        }
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_every_row_is_met_once() {
        for noise in [None, Some(0), Some(1), Some(2)] {
            let layout = Layout { sizes: vec![3, 4, 5], noise };
            let mut rows: Vec<usize> = (0..layout.combinations())
                .flat_map(|c| (0..layout.times()).map(move |t| (c, t)))
                .map(|(c, t)| layout.row(c, t))
                .collect();
            rows.sort_unstable();
            assert_eq!(rows, (0..60).collect::<Vec<_>>());
        }
    }
}
