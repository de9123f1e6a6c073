//! What two resolvents do together: the losses of what was learned.

use super::ensemble::{C, Ensemble, Point};

/// The two-point functions at z₁, z₂.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// Error on the means of the samples, and on the contrasts of their noise draws.
    pub seen: [C; 2],
    /// Error on new samples.
    pub fresh: C,
}

/// One of the three kinds of rows: means of samples, contrasts of draws, new samples.
struct Rows {
    /// E: the isotropic part of its features.
    noise: f64,
    /// κ, τ.
    overlap: f64,
    target: f64,
}

impl Ensemble {
    /// The error on new samples at two points, whose A(z) are given.
    pub fn fresh(&self, one: &Point, two: &Point, overlaps: [C; 2]) -> C {
        // Where the noise is averaged over, nothing on new samples depends on the contrasts of its draws.
        self.errors(one, two, overlaps, self.iota > 0.0).fresh
    }

    /// The errors at two points, whose A(z) are given.
    pub fn pair(&self, one: &Point, two: &Point, overlaps: [C; 2]) -> Pair {
        self.errors(one, two, overlaps, true)
    }

    fn errors(&self, one: &Point, two: &Point, overlaps: [C; 2], contrasts: bool) -> Pair {
        let (iota, eta) = (self.iota, self.eta());
        let rows = [
            Rows { noise: self.v2 + iota * self.s2, overlap: iota, target: iota },
            Rows { noise: self.s2, overlap: 1.0, target: 1.0 },
            Rows { noise: self.v2 + self.s2, overlap: 1.0, target: 1.0 },
        ];
        let zero = C::new(0.0, 0.0);
        let (q1, q2) = (one.q * self.psi_p, two.q * self.psi_p);
        let qq = q1 * q2;
        // H_j and its sums with F₁F₂ and products of the G's of kinds k and l.
        let (mut h, mut ff) = (zero, zero);
        let (mut g, mut gg) = ([zero; 3], [[zero; 3]; 3]);
        for mode in &self.modes {
            let (f1, f2) = (self.stiffness(mode, &one.theta), self.stiffness(mode, &two.theta));
            let hj = mode.weight * ((q1 * f1 + 1.0) * (q2 * f2 + 1.0)).inv();
            let own = [mode.first, self.b2, mode.population];
            h += hj;
            ff += hj * f1 * f2;
            for k in (0..3).filter(|k| contrasts || *k != 1) {
                g[k] += hj * own[k];
                for l in (0..=k).filter(|l| contrasts || *l == 0) {
                    gg[k][l] += hj * (own[k] * own[l]);
                }
            }
        }
        let denominator = ((one.q * two.q).inv() - ff * self.psi_p).inv();
        let chi = self.chi(one) * self.chi(two);
        let theta = [one.theta[0] * two.theta[0], (one.theta[1] * two.theta[1]) * (eta * iota)];
        let (mut direct, mut kernel) = ([zero; 3], [[zero; 2]; 3]);
        for (k, row) in rows.iter().enumerate().filter(|(k, _)| contrasts || *k != 1) {
            let q12 = -(g[k] + row.noise) * denominator * self.psi_p;
            // ⟨M⟩ with M_j = H_j (ψ_p q12 − Q₁Q₂ G_kj), and ⟨G_l M⟩.
            let mean = h * q12 - qq * g[k];
            direct[k] =
                -(overlaps[0] + overlaps[1]) * row.overlap + row.target - chi * mean * self.b2;
            for (l, other) in rows.iter().enumerate().take(if contrasts { 2 } else { 1 }) {
                let cross = if k >= l { gg[k][l] } else { gg[l][k] };
                let weighted = g[l] * q12 - qq * cross;
                kernel[k][l] = -theta[l] * (q12 * other.noise + weighted) / self.psi_n;
            }
        }
        let one = C::new(1.0, 0.0);
        let (a, b, c, d) = (one - kernel[0][0], -kernel[0][1], -kernel[1][0], one - kernel[1][1]);
        let inverse = (a * d - b * c).inv();
        let seen =
            [(d * direct[0] - b * direct[1]) * inverse, (a * direct[1] - c * direct[0]) * inverse];
        Pair { seen, fresh: direct[2] + kernel[2][0] * seen[0] + kernel[2][1] * seen[1] }
    }
}
