//! Sums of many rows of numbers, each with its weight.

use crate::numerics::exponential::in_widest_registers;

/// Numbers summed side by side: enough to fill the registers, few enough to stay in them.
const LANES: usize = 16;

/// Adds Σ_k `weights[k]` `row(k)` to `sums`; all rows are as long as it.
pub(super) fn add_combination<'a>(
    sums: &mut [f64],
    weights: &[f64],
    row: impl Fn(usize) -> &'a [f64],
) {
    let rows: Vec<(f64, &[f64])> = weights
        .iter()
        .enumerate()
        .filter(|(_, weight)| **weight != 0.0)
        .map(|(k, &weight)| (weight, row(k)))
        .collect();
    in_widest_registers(
        #[inline(always)]
        || add_rows(sums, &rows),
    );
}

#[inline(always)]
fn add_rows(sums: &mut [f64], rows: &[(f64, &[f64])]) {
    let mut chunks = sums.chunks_exact_mut(LANES);
    let mut start = 0;
    for chunk in &mut chunks {
        let mut total = [0.0; LANES];
        for &(weight, row) in rows {
            let row: &[f64; LANES] = match row[start..].first_chunk() {
                Some(row) => row,
                None => return,
            };
            for lane in 0..LANES {
                total[lane] += weight * row[lane];
            }
        }
        for lane in 0..LANES {
            chunk[lane] += total[lane];
        }
        start += LANES;
    }
    let rest = chunks.into_remainder();
    for &(weight, row) in rows {
        for (sum, value) in rest.iter_mut().zip(&row[start..]) {
            *sum += weight * value;
        }
    }
}
