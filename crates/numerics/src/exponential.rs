//! Sums of very many exponentials, in the widest registers that the processor has.

use pulp::Arch;

/// Lanes summed side by side: a multiple of every vector length.
const LANES: usize = 16;

/// Runs `work` compiled for the widest registers that the processor has. What it calls is compiled so
/// only where it is inlined.
#[inline(always)]
pub fn in_widest_registers<R>(work: impl FnOnce() -> R) -> R {
    Arch::new().dispatch(work)
}

/// Exponent below which terms of the sums here are taken at it: e^{−700} is nothing beside any of them.
const LOWEST: f64 = -700.0;

/// e^x for x ≤ 0 to a relative 4e-16, in a form that a compiler can vectorise where it is inlined;
/// e^`lowest` below `lowest`, which is −708 or above so that its power of two is a normal number.
#[inline(always)]
pub fn exponential(x: f64, lowest: f64) -> f64 {
    const HIGH: f64 = 6.931_471_803_691_238e-1;
    const LOW: f64 = 1.908_214_929_270_587_7e-10;
    // Adding and taking off 1.5·2⁵² rounds to the nearest whole number.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    // 1/k! from k = 13 down: the remainder at |r| ≤ ½ log 2 is 4e-18.
    const SERIES: [f64; 13] = [
        1.0 / 479_001_600.0,
        1.0 / 39_916_800.0,
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0,
    ];
    let clamped = if x > lowest { x } else { lowest };
    let shifted = clamped * std::f64::consts::LOG2_E + ROUND;
    let k = shifted - ROUND;
    let r = (clamped - k * HIGH) - k * LOW;
    let mut series = 1.0 / 6_227_020_800.0;
    for coefficient in SERIES {
        series = series * r + coefficient;
    }
    // The low bits of the shifted number are those of k.
    series * f64::from_bits((shifted.to_bits() << 52).wrapping_add(0x3ff0_0000_0000_0000))
}

/// Largest term and sums of a list of exponents.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sums {
    /// The largest exponent m.
    pub largest: f64,
    /// Σ e^{x − m}.
    pub sum: f64,
    /// Σ e^{2(x − m)}.
    pub squares: f64,
}

/// The sums over the exponents x = −(a·u + b·v) for the pairs (u, v) of `first` and `second`; u = ∞
/// leaves a pair out. At least one pair must be finite. `exponents` is space to work in.
pub fn weighted_sums(
    first: &[f64],
    second: &[f64],
    (a, b): (f64, f64),
    exponents: &mut Vec<f64>,
) -> Sums {
    exponents.resize(first.len(), 0.0);
    Arch::new().dispatch(
        #[inline(always)]
        || {
            let mut tops = [f64::NEG_INFINITY; LANES];
            for ((x, u), v) in exponents.iter_mut().zip(first).zip(second) {
                *x = -(a * u + b * v);
            }
            let (chunks, rest) = exponents.as_chunks::<LANES>();
            for chunk in chunks {
                for (top, x) in tops.iter_mut().zip(chunk) {
                    *top = if *x > *top { *x } else { *top };
                }
            }
            let largest = tops.iter().chain(rest).copied().fold(f64::NEG_INFINITY, f64::max);
            let (mut sums, mut squares) = ([0.0; LANES], [0.0; LANES]);
            for chunk in chunks {
                for k in 0..LANES {
                    let term = exponential(chunk[k] - largest, LOWEST);
                    sums[k] += term;
                    squares[k] += term * term;
                }
            }
            for (k, x) in rest.iter().enumerate() {
                let term = exponential(x - largest, LOWEST);
                sums[k] += term;
                squares[k] += term * term;
            }
            Sums { largest, sum: sums.iter().sum(), squares: squares.iter().sum() }
        },
    )
}

/// Points of a Gaussian mixture of unit variance, one array for each property.
#[derive(Clone, Debug, Default)]
pub struct Mixture {
    /// Centres u, ascending where [`Mixture::moments`] is to find its way.
    pub centres: Vec<f64>,
    /// A number w that belongs to each.
    pub values: Vec<f64>,
    /// Weights.
    pub weights: Vec<f64>,
}

impl Mixture {
    /// Σ weight e^{−n²/2} times 1, w, w², n, n², n w, where n = y − u, over the points `from..to`.
    pub fn moments(&self, y: f64, from: usize, to: usize) -> [f64; 6] {
        let range = from..to;
        let (u, w) = (&self.centres[range.clone()], &self.values[range.clone()]);
        let weights = &self.weights[range];
        in_widest_registers(
            #[inline(always)]
            || moments(y, u, w, weights),
        )
    }
}

/// Sums side by side: six of them fit into the registers.
const WIDTH: usize = 8;

#[inline(always)]
fn moments(y: f64, u: &[f64], w: &[f64], weights: &[f64]) -> [f64; 6] {
    let mut sums = [[0.0; WIDTH]; 6];
    let (blocks_u, last_u) = u.as_chunks::<WIDTH>();
    let (blocks_w, last_w) = w.as_chunks::<WIDTH>();
    let (blocks, last) = weights.as_chunks::<WIDTH>();
    for ((u, w), weights) in blocks_u.iter().zip(blocks_w).zip(blocks) {
        add(&mut sums, y, u, w, weights);
    }
    // The last few are filled up with points of no weight.
    let mut rest = ([y; WIDTH], [0.0; WIDTH], [0.0; WIDTH]);
    rest.0[..last_u.len()].copy_from_slice(last_u);
    rest.1[..last_w.len()].copy_from_slice(last_w);
    rest.2[..last.len()].copy_from_slice(last);
    add(&mut sums, y, &rest.0, &rest.1, &rest.2);
    sums.map(|lanes| lanes.iter().sum())
}

#[inline(always)]
fn add(
    sums: &mut [[f64; WIDTH]; 6],
    y: f64,
    u: &[f64; WIDTH],
    w: &[f64; WIDTH],
    weights: &[f64; WIDTH],
) {
    for k in 0..WIDTH {
        let n = y - u[k];
        let g = weights[k] * exponential(-0.5 * n * n, LOWEST);
        let (gw, gn) = (g * w[k], g * n);
        sums[0][k] += g;
        sums[1][k] += gw;
        sums[2][k] += gw * w[k];
        sums[3][k] += gn;
        sums[4][k] += gn * n;
        sums[5][k] += gn * w[k];
    }
}

/// Cleans the upper halves of the vector registers, which the matrix kernels leave in use: as long as
/// they are, the C library's elementary functions run up to twenty-five times slower, here and in
/// every thread started.
pub fn clean_registers() {
    let numbers = std::hint::black_box([1.0f64; 2 * LANES]);
    let mut out = [0.0; 2 * LANES];
    // Any code compiled for wide registers ends by cleaning them.
    Arch::new().dispatch(
        #[inline(always)]
        || {
            for (x, y) in out.iter_mut().zip(&numbers) {
                *x = y * 3.0 + 1.0;
            }
        },
    );
    std::hint::black_box(out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn independent_exponential_of_the_standard_library() {
        for k in 0..70_000 {
            let x = -0.01 * f64::from(k);
            let (got, want) = (exponential(x, LOWEST), x.exp());
            assert!((got / want - 1.0).abs() < 1e-15, "{x}: {got} {want}");
        }
        assert_eq!(exponential(0.0, LOWEST), 1.0);
        assert!(exponential(f64::NEG_INFINITY, LOWEST) < 1e-303);
    }

    #[test]
    fn independent_moments_term_by_term() {
        for count in [0usize, 1, 7, 8, 9, 50] {
            let points = Mixture {
                centres: (0..count).map(|k| 0.1 * k as f64).collect(),
                values: (0..count).map(|k| ((k * 13) % 7) as f64 - 3.0).collect(),
                weights: (0..count).map(|k| ((k * 37) % 11) as f64 + 0.5).collect(),
            };
            for y in [-1.0, 0.33, 8.0] {
                let mut want = [0.0; 6];
                for k in 0..count {
                    let (n, w) = (y - points.centres[k], points.values[k]);
                    let g = points.weights[k] * (-0.5 * n * n).exp();
                    for (sum, term) in want.iter_mut().zip([1.0, w, w * w, n, n * n, n * w]) {
                        *sum += g * term;
                    }
                }
                let got = points.moments(y, 0, count);
                for (a, b) in got.iter().zip(&want) {
                    assert!((a - b).abs() <= 1e-13 * want[0] * 100.0, "{got:?} {want:?}");
                }
            }
        }
    }

    #[test]
    fn independent_sums_term_by_term() {
        for count in [1usize, 15, 16, 50] {
            let u: Vec<f64> = (0..count).map(|k| ((k * 37) % 11) as f64).collect();
            let v: Vec<f64> = (0..count).map(|k| ((k * 13) % 7) as f64 - 3.0).collect();
            let x: Vec<f64> = u.iter().zip(&v).map(|(u, v)| -(0.5 * u + 0.3 * v)).collect();
            let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = x.iter().map(|x| (x - largest).exp()).sum();
            let squares: f64 = x.iter().map(|x| (2.0 * (x - largest)).exp()).sum();
            let mut space = Vec::new();
            let got = weighted_sums(&u, &v, (0.5, 0.3), &mut space);
            assert_eq!(got.largest, largest);
            assert!((got.sum / sum - 1.0).abs() < 1e-14);
            assert!((got.squares / squares - 1.0).abs() < 1e-14);
            let mut with_own = u.clone();
            with_own.push(f64::INFINITY);
            let again =
                weighted_sums(&with_own, &[&v[..], &[0.0]].concat(), (0.5, 0.3), &mut space);
            assert!((again.sum - got.sum).abs() < 1e-14 && again.largest == largest);
        }
    }
}
