//! Shortest paths over candidate levels, where an edge costs the height at its start times its length.

/// Places of the `steps` + 1 candidates, both ends among them, whose left Riemann sum of `heights` is least;
/// all candidates where there are no more than that.
///
/// With D_j(b) the least sum of j steps up to b, D_j(b) = min_{a<b} D_{j−1}(a) + h_a (x_b − x_a): the lower
/// envelope of lines whose slopes h_a fall, walked once a step, so the whole takes `steps` × candidates.
pub(super) fn shortest(heights: &[f64], levels: &[f64], steps: usize) -> Vec<usize> {
    let count = levels.len();
    if steps + 1 >= count {
        return (0..count).collect();
    }
    let mut sums = vec![f64::INFINITY; count];
    sums[0] = 0.0;
    let mut came_from: Vec<Vec<u32>> = Vec::with_capacity(steps);
    for step in 1..=steps {
        let mut next = vec![f64::INFINITY; count];
        let mut from = vec![0u32; count];
        let mut envelope = Envelope { heights, levels, sums: &sums, lines: Vec::new(), at: 0 };
        for to in step..count {
            envelope.add(to - 1);
            if let Some((least, start)) = envelope.least(to) {
                next[to] = least;
                from[to] = start as u32;
            }
        }
        came_from.push(from);
        sums = next;
    }
    let mut places = vec![count - 1];
    for from in came_from.iter().rev() {
        let last = places.last().copied().unwrap_or(0);
        places.push(from[last] as usize);
    }
    places.reverse();
    places
}

/// The lower envelope of the lines D(a) + h_a (x − x_a), asked at rising x.
struct Envelope<'a> {
    heights: &'a [f64],
    levels: &'a [f64],
    sums: &'a [f64],
    lines: Vec<usize>,
    at: usize,
}

impl Envelope<'_> {
    fn value(&self, line: usize, x: f64) -> f64 {
        self.sums[line] + self.heights[line] * (x - self.levels[line])
    }

    /// Adds a line, of a slope no larger than those before.
    fn add(&mut self, line: usize) {
        if self.sums[line] == f64::INFINITY {
            return;
        }
        while let [.., before, last] = self.lines[..] {
            // `last` is never lowest if the new line meets `before` no later than it does.
            if self.meet(before, line) > self.meet(before, last) {
                break;
            }
            self.lines.pop();
        }
        self.lines.push(line);
        self.at = self.at.min(self.lines.len() - 1);
    }

    /// Where a later line comes below an earlier one.
    fn meet(&self, early: usize, late: usize) -> f64 {
        let fall = self.heights[early] - self.heights[late];
        let gap = self.value(late, self.levels[late]) - self.value(early, self.levels[late]);
        match (gap <= 0.0, fall > 0.0) {
            (true, _) => self.levels[late],
            (false, true) => self.levels[late] + gap / fall,
            (false, false) => f64::INFINITY,
        }
    }

    /// The lowest line at a candidate, and which it is.
    fn least(&mut self, to: usize) -> Option<(f64, usize)> {
        let x = self.levels[to];
        let mut here = self.value(*self.lines.get(self.at)?, x);
        while let Some(&next) = self.lines.get(self.at + 1) {
            let there = self.value(next, x);
            // Lines that are one but for rounding hide no lower one behind them.
            if there > here + SAME * here.abs() {
                break;
            }
            (here, self.at) = (there, self.at + 1);
        }
        Some((here, self.lines[self.at]))
    }
}

/// Relative difference of values that are one up to rounding.
const SAME: f64 = 8.0 * f64::EPSILON;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::random::{Purpose, Seed};

    fn sum(heights: &[f64], levels: &[f64], places: &[usize]) -> f64 {
        places.windows(2).map(|p| heights[p[0]] * (levels[p[1]] - levels[p[0]])).sum()
    }

    /// Against every path, over random falling heights, plateaus included.
    #[test]
    fn independent_shortest_is_the_least_of_all_paths() {
        fn every(
            from: usize,
            last: usize,
            steps: usize,
            path: &mut Vec<usize>,
            f: &mut dyn FnMut(&[usize]),
        ) {
            if steps == 1 {
                path.push(last);
                f(path);
                path.pop();
                return;
            }
            for to in from + 1..=last + 1 - steps {
                path.push(to);
                every(to, last, steps - 1, path, f);
                path.pop();
            }
        }
        let mut stream = Seed(7).stream(Purpose::Points, 0, 0);
        for case in 0..200 {
            let count = 9;
            let mut heights: Vec<f64> =
                (0..count).map(|_| (stream.uniform() * 6.0).floor()).collect();
            if case % 2 == 0 {
                heights.iter_mut().for_each(|h| *h += stream.uniform());
            }
            heights.sort_by(|a, b| b.total_cmp(a));
            let mut levels: Vec<f64> = (0..count).map(|_| stream.uniform() * 5.0).collect();
            levels.sort_by(f64::total_cmp);
            for steps in 1..count {
                let places = shortest(&heights, &levels, steps);
                assert_eq!(places.len(), steps + 1);
                let mut best = f64::INFINITY;
                every(0, count - 1, steps, &mut vec![0], &mut |path| {
                    best = best.min(sum(&heights, &levels, path));
                });
                let got = sum(&heights, &levels, &places);
                assert!((got - best).abs() < 1e-12 * (1.0 + best), "{steps}: {got} {best}");
            }
        }
    }
}
