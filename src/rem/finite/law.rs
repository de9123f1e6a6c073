//! The law of an energy seen from a fixed point, through its Laplace transform.

use nalgebra::Complex;

/// A positive random energy E whose Laplace transform M(λ) = E e^{−λE} is known.
pub(crate) trait Law {
    /// log M(λ) and its first two derivatives in λ, for real λ > [`Law::edge`].
    fn cumulants(&self, lambda: f64) -> [f64; 3];

    /// log M(λ) for complex λ with real part above [`Law::edge`].
    fn log_transform(&self, lambda: Complex<f64>) -> Complex<f64>;

    /// The transform exists for λ above this number, which is not positive.
    fn edge(&self) -> f64;

    /// log of the Chernoff bound at its optimum: min over λ of λv + log M(λ) where v = −(log M)′(λ).
    fn rate(&self, lambda: f64) -> f64 {
        let [log, slope, _] = self.cumulants(lambda);
        log - lambda * slope
    }

    /// Smallest v such that E ζ^λ ≥ e^`level` for the best λ ≤ `cap`, ζ = e^{v − E}: no function of
    /// ζ bounded by ζ^λ for all λ in [0, cap] has a larger mean than e^level below v.
    ///
    /// Returns (λ, v). `level` must be negative.
    fn lower(&self, level: f64, cap: f64) -> (f64, f64) {
        if self.rate(cap) >= level {
            return (cap, (level - self.cumulants(cap)[0]) / cap);
        }
        let lambda = bisect(cap.ln() - 300.0, cap.ln(), |x| self.rate(x.exp()) > level).exp();
        (lambda, -self.cumulants(lambda)[1])
    }

    /// Smallest v such that P(E > v) ≤ e^`level` by Chernoff's bound; `level` must be negative.
    fn upper(&self, level: f64) -> f64 {
        let top = (-self.edge()).ln();
        let s = bisect(top - 300.0, top, |x| self.rate(-x.exp()) > level).exp();
        -self.cumulants(-s)[1]
    }

    /// Mean energy.
    fn mean(&self) -> f64 {
        -self.cumulants(0.0)[1]
    }
}

/// The point up to which `holds` is true, to a few parts in 10⁴ of a logarithmic variable.
fn bisect(mut low: f64, mut high: f64, holds: impl Fn(f64) -> bool) -> f64 {
    while high - low > 1e-4 {
        let middle = 0.5 * (low + high);
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// E = (c/2) χ′²_k(N): a scaled non-central χ² variable, the energy of an isotropic Gaussian sample.
///
/// log M(λ) = −(k/2) log(1 + cλ) − ½ λ cN/(1 + cλ).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Isotropic {
    /// Degrees of freedom k.
    pub(crate) freedom: f64,
    /// Scale c.
    pub(crate) scale: f64,
    /// cN, which stays finite where c → 0.
    pub(crate) shift: f64,
}

impl Law for Isotropic {
    fn cumulants(&self, lambda: f64) -> [f64; 3] {
        let Self { freedom, scale, shift } = *self;
        let q = 1.0 / (1.0 + scale * lambda);
        [
            -0.5 * (freedom * (scale * lambda).ln_1p() + lambda * shift * q),
            -0.5 * q * (freedom * scale + shift * q),
            scale * q * q * (0.5 * freedom * scale + shift * q),
        ]
    }

    fn log_transform(&self, lambda: Complex<f64>) -> Complex<f64> {
        let growth = lambda * self.scale + 1.0;
        // log(1 + cλ) through log1p of its squared modulus, so that small cλ keeps its digits.
        let (x, y) = (lambda.re * self.scale, lambda.im * self.scale);
        let log = Complex::new(0.5 * (x * (2.0 + x) + y * y).ln_1p(), y.atan2(1.0 + x));
        -(log * self.freedom + lambda * self.shift / growth) * 0.5
    }

    fn edge(&self) -> f64 {
        -1.0 / self.scale
    }
}

/// A sum of independent energies: data whose covariance has several eigenvalues.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Weighted {
    /// One energy for each eigenvalue.
    pub(crate) parts: Vec<Isotropic>,
}

impl Law for Weighted {
    fn cumulants(&self, lambda: f64) -> [f64; 3] {
        self.parts
            .iter()
            .map(|part| part.cumulants(lambda))
            .fold([0.0; 3], |sum, x| [sum[0] + x[0], sum[1] + x[1], sum[2] + x[2]])
    }

    fn log_transform(&self, lambda: Complex<f64>) -> Complex<f64> {
        self.parts.iter().map(|part| part.log_transform(lambda)).sum()
    }

    fn edge(&self) -> f64 {
        self.parts.iter().map(Isotropic::edge).fold(f64::NEG_INFINITY, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAW: Isotropic = Isotropic { freedom: 7.0, scale: 0.8, shift: 11.0 };

    #[test]
    fn identity_derivatives_and_complex_values() {
        for lambda in [-0.7, 0.0, 0.4, 2.0] {
            let [log, slope, curvature] = LAW.cumulants(lambda);
            let e = 1e-4;
            let (up, down) = (LAW.cumulants(lambda + e), LAW.cumulants(lambda - e));
            assert!(((up[0] - down[0]) / (2.0 * e) - slope).abs() < 1e-5);
            assert!(((up[1] - down[1]) / (2.0 * e) - curvature).abs() < 1e-4);
            let complex = LAW.log_transform(Complex::new(lambda, 0.0));
            assert!((complex.re - log).abs() < 1e-14 && complex.im == 0.0);
        }
    }

    /// Mean and variance of (c/2) χ′²: (c/2)(k + N) and (c²/4)(2k + 4N).
    #[test]
    fn independent_moments() {
        let n = 11.0 / 0.8;
        assert!((LAW.mean() - 0.4 * (7.0 + n)).abs() < 1e-13);
        assert!((LAW.cumulants(0.0)[2] - 0.16 * (14.0 + 4.0 * n)).abs() < 1e-12);
    }

    #[test]
    fn identity_levels_solve_their_equation() {
        let (lambda, v) = LAW.lower(-9.0, 50.0);
        assert!((lambda * v + LAW.cumulants(lambda)[0] + 9.0).abs() < 1e-2 && v > 0.0);
        let (capped, v) = LAW.lower(-40.0, 1.0);
        assert!(capped == 1.0 && (v + LAW.cumulants(1.0)[0] + 40.0).abs() < 1e-12);
        assert!(LAW.upper(-9.0) > LAW.mean());
    }
}
