//! Contour lines by marching squares, linked into lines as long as they go.

use std::collections::BTreeMap;

/// An edge of the grid: the node at its lower end, and whether it runs along x.
type Edge = (usize, usize, bool);

/// Lines on which the values, given on a grid, equal `level`: `values[j][i]` belongs to `xs[i]`,
/// `ys[j]`. Cells with a missing corner have no lines. Crossings are interpolated linearly.
pub fn lines(
    xs: &[f64],
    ys: &[f64],
    values: &[Vec<Option<f64>>],
    level: f64,
) -> Vec<Vec<[f64; 2]>> {
    let mut places: BTreeMap<Edge, [f64; 2]> = BTreeMap::new();
    let mut ends: BTreeMap<Edge, Vec<Edge>> = BTreeMap::new();
    for j in 0..ys.len().saturating_sub(1) {
        for i in 0..xs.len().saturating_sub(1) {
            let corner = |dj: usize, di: usize| values[j + dj][i + di].filter(|z| z.is_finite());
            let [Some(a), Some(b), Some(c), Some(d)] =
                [corner(0, 0), corner(0, 1), corner(1, 1), corner(1, 0)]
            else {
                continue;
            };
            // Lower, right, upper and left edge with the values at their ends.
            let edges: [(Edge, f64, f64); 4] = [
                ((j, i, true), a, b),
                ((j, i + 1, false), b, c),
                ((j + 1, i, true), d, c),
                ((j, i, false), a, d),
            ];
            let crossed: Vec<Edge> = edges
                .iter()
                .filter(|(_, p, q)| (*p < level) != (*q < level))
                .map(|(edge, p, q)| {
                    let u = (level - p) / (q - p);
                    let (y, x, along) = *edge;
                    let between = |v: &[f64], k: usize, u: f64| v[k] + u * (v[k + 1] - v[k]);
                    let at =
                        if along { [between(xs, x, u), ys[y]] } else { [xs[x], between(ys, y, u)] };
                    places.insert(*edge, at);
                    *edge
                })
                .collect();
            let mut join = |p: Edge, q: Edge| {
                ends.entry(p).or_default().push(q);
                ends.entry(q).or_default().push(p);
            };
            match crossed[..] {
                [p, q] => join(p, q),
                [lower, right, upper, left] => {
                    // A saddle: the mean says which corners belong together.
                    let middle = 0.25 * (a + b + c + d);
                    if (middle < level) == (a < level) {
                        join(lower, right);
                        join(upper, left);
                    } else {
                        join(lower, left);
                        join(right, upper);
                    }
                }
                _ => {}
            }
        }
    }
    link(&places, ends)
}

/// Joins segments at their common edges: lines with ends first, then closed ones.
fn link(
    places: &BTreeMap<Edge, [f64; 2]>,
    mut ends: BTreeMap<Edge, Vec<Edge>>,
) -> Vec<Vec<[f64; 2]>> {
    let open: Vec<Edge> = ends.iter().filter(|(_, to)| to.len() == 1).map(|(e, _)| *e).collect();
    let all: Vec<Edge> = ends.keys().copied().collect();
    let mut found = Vec::new();
    for start in open.into_iter().chain(all) {
        let mut line = Vec::new();
        let mut here = start;
        while let Some(next) = ends.get_mut(&here).and_then(Vec::pop) {
            if line.is_empty() {
                line.extend(places.get(&here));
            }
            if let Some(back) = ends.get_mut(&next)
                && let Some(k) = back.iter().position(|e| *e == here)
            {
                back.remove(k);
            }
            line.extend(places.get(&next));
            here = next;
        }
        // A crossing at a node gives the same place twice.
        line.dedup();
        if line.len() > 1 {
            found.push(line);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn grid(f: impl Fn(f64, f64) -> f64) -> (Vec<f64>, Vec<Vec<Option<f64>>>) {
        let xs: Vec<f64> = (0..=40).map(|k| -2.0 + 0.1 * f64::from(k)).collect();
        let values = xs.iter().map(|y| xs.iter().map(|x| Some(f(*x, *y))).collect()).collect();
        (xs, values)
    }

    #[test]
    fn independent_circle() {
        let (xs, values) = grid(f64::hypot);
        let found = lines(&xs, &xs, &values, 1.5);
        assert_eq!(found.len(), 1);
        let line = &found[0];
        assert_eq!(line.first(), line.last());
        // Linear interpolation of r over cells of 0.1 is off by h²/(8 r) at most.
        for [x, y] in line {
            assert!((x.hypot(*y) - 1.5).abs() < 0.01 / (8.0 * 1.5) + 1e-12);
        }
        let length: f64 =
            line.windows(2).map(|w| (w[1][0] - w[0][0]).hypot(w[1][1] - w[0][1])).sum();
        assert!((length - 2.0 * std::f64::consts::PI * 1.5).abs() < 0.02, "{length}");
    }

    #[test]
    fn limit_gaps_cut_lines() {
        let (xs, mut values) = grid(|x, _| x);
        assert_eq!(lines(&xs, &xs, &values, 0.05).len(), 1);
        values[20][20] = None;
        assert_eq!(lines(&xs, &xs, &values, 0.05).len(), 2);
        assert!(lines(&xs, &xs, &values, 7.0).is_empty());
        assert!(lines(&[], &[], &[], 0.0).is_empty());
    }

    proptest! {
        #[test]
        fn identity_planes_have_straight_contours(a in -3f64..3.0, b in -3f64..3.0, level in -2f64..2.0) {
            prop_assume!(a.abs() > 0.1 && b.abs() > 0.1);
            let (xs, values) = grid(|x, y| a * x + b * y);
            let found = lines(&xs, &xs, &values, level);
            prop_assert!(found.len() <= 1);
            for [x, y] in found.iter().flatten() {
                prop_assert!((a * x + b * y - level).abs() < 1e-12);
            }
        }

        #[test]
        fn identity_every_crossed_edge_is_on_a_line(
            values in proptest::collection::vec(-1f64..1.0, 36), level in -0.9f64..0.9
        ) {
            let xs: Vec<f64> = (0..6).map(f64::from).collect();
            let grid: Vec<Vec<Option<f64>>> =
                values.chunks(6).map(|row| row.iter().map(|z| Some(*z)).collect()).collect();
            let below = |j: usize, i: usize| values[6 * j + i] < level;
            let mut crossed = 0;
            for j in 0..6 {
                for i in 0..6 {
                    crossed += usize::from(i < 5 && below(j, i) != below(j, i + 1));
                    crossed += usize::from(j < 5 && below(j, i) != below(j + 1, i));
                }
            }
            let found = lines(&xs, &xs, &grid, level);
            let mut places: Vec<String> = found.iter().flatten().map(|p| format!("{p:?}")).collect();
            places.sort();
            places.dedup();
            prop_assert_eq!(places.len(), crossed);
        }
    }
}
