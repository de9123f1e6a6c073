//! The speciation ladder of more than two classes.
//!
//! Spectral: ½ log Λ_k over the outlier eigenvalues. Pairwise Bayes: the times at which two classes
//! can be told apart make a merge tree by single linkage — two groups separate at the latest time
//! that any pair across them does `[ABBM26]`.

use super::pairs::pair_bayes_time;
use crate::Answer;
use crate::classes::Classes;
use crate::error::Result;
use crate::models::Model;
use crate::numerics::Estimate;

/// One split of the merge tree, going back in time from pure noise.
#[derive(Clone, Debug)]
pub struct Split {
    /// When the two groups separate.
    pub time: Answer,
    /// Class indices of one group.
    pub left: Vec<usize>,
    /// Class indices of the other.
    pub right: Vec<usize>,
}

/// t = ½ log Λ_k for the eigenvalues above the within-class spectrum, largest first; those at or
/// below 1 have no positive time.
///
/// # Errors
/// Failed numerics.
pub fn spectral(model: &dyn Model) -> Result<Vec<Estimate>> {
    Ok(model.outliers()?.into_iter().filter(|x| x.value > 1.0).map(|x| x.ln() * 0.5).collect())
}

/// The K − 1 splits, latest time first; pairs that never separate come last.
///
/// In single linkage the distance of two groups is the smallest over pairs; here closeness is an
/// early separation, so groups merge in the order of their earliest-separating … latest pairs:
/// going from the data (all classes apart) to noise (one group), two groups are one as long as
/// some chain of pairs is unresolved.
///
/// # Errors
/// Failed numerics.
pub fn merge_tree(classes: &dyn Classes) -> Result<Vec<Split>> {
    let count = classes.weights().len();
    let mut pairs: Vec<(usize, usize, Answer)> = Vec::new();
    for j in 0..count {
        for k in j + 1..count {
            pairs.push((j, k, pair_bayes_time(classes, j, k)?));
        }
    }
    Ok(link(count, &pairs))
}

/// Linkage with the separation of two groups at the latest pair across them; `pairs` holds all j < k in
/// order.
///
/// Of the separations of all groups a table is kept: merging two of them takes the later one of each
/// pair, so that the work grows with the cube of `count` at most.
fn link(count: usize, pairs: &[(usize, usize, Answer)]) -> Vec<Split> {
    let order = |t: &Answer| t.value().unwrap_or(f64::NEG_INFINITY);
    // across[a][b], a < b: the place in `pairs` of the latest pair between groups a and b.
    let mut across: Vec<Vec<usize>> = vec![vec![0; count]; count];
    for (place, (j, k, _)) in pairs.iter().enumerate() {
        across[*j][*k] = place;
    }
    let time = |place: usize| order(&pairs[place].2);
    let mut groups: Vec<Vec<usize>> = (0..count).map(|k| vec![k]).collect();
    let mut splits = Vec::new();
    // From the data upwards: merge the two groups whose separation is lost first, that is, whose
    // latest separating pair is earliest.
    while groups.len() > 1 {
        let mut best = (0, 1);
        for a in 0..groups.len() {
            for b in a + 1..groups.len() {
                if time(across[a][b]) < time(across[best.0][best.1]) {
                    best = (a, b);
                }
            }
        }
        let (a, b) = best;
        let split = pairs[across[a][b]].2.clone();
        for c in (0..groups.len()).filter(|c| *c != a && *c != b) {
            let (one, other) = (across[a.min(c)][a.max(c)], across[b.min(c)][b.max(c)]);
            let later = if time(other) >= time(one) { other } else { one };
            across[a.min(c)][a.max(c)] = later;
        }
        across.remove(b);
        across.iter_mut().for_each(|row| {
            row.remove(b);
        });
        let right = groups.remove(b);
        let left = groups[a].clone();
        groups[a].extend(&right);
        groups[a].sort_unstable();
        splits.push(Split { time: split, left, right });
    }
    splits.reverse();
    splits
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two close pairs far from each other: the far split comes first, at the latest pair.
    #[test]
    fn identity_tree_of_two_pairs() {
        let at = |t: f64| Answer::Value(Estimate::exact(t));
        let pairs = [
            (0, 1, at(1.0)),
            (2, 3, at(1.5)),
            (0, 2, at(3.0)),
            (0, 3, at(3.1)),
            (1, 2, at(3.3)),
            (1, 3, at(3.2)),
        ];
        let tree = link(4, &pairs);
        let times: Vec<f64> = tree.iter().filter_map(|s| s.time.value()).collect();
        assert_eq!(times, [3.3, 1.5, 1.0]);
        assert_eq!((&tree[0].left[..], &tree[0].right[..]), (&[0, 1][..], &[2, 3][..]));
    }

    /// Trees of random times against the definition: going from the data to noise, two groups are merged
    /// when no pair across any two of them separates earlier, looked up pair by pair.
    #[test]
    fn independent_trees_by_definition() {
        let mut state = 7u64;
        let mut random = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 40) as f64 / 2f64.powi(24)
        };
        for count in [1, 2, 3, 5, 8, 13] {
            let mut pairs = Vec::new();
            for j in 0..count {
                for k in j + 1..count {
                    let t = random();
                    // Pairs that never separate, and ties.
                    let answer = match () {
                        () if t < 0.1 => Answer::absent("never"),
                        () if t < 0.3 => Answer::Value(Estimate::exact(0.2)),
                        () => Answer::Value(Estimate::exact(t)),
                    };
                    pairs.push((j, k, answer));
                }
            }
            let at = |j: usize, k: usize| {
                let pair = pairs.iter().find(|(a, b, _)| (*a, *b) == (j.min(k), j.max(k)));
                pair.and_then(|(_, _, t)| t.value()).unwrap_or(f64::NEG_INFINITY)
            };
            let latest = |left: &[usize], right: &[usize]| {
                let all = left.iter().flat_map(|&j| right.iter().map(move |&k| (j, k)));
                all.map(|(j, k)| at(j, k)).fold(f64::NEG_INFINITY, f64::max)
            };
            let tree = link(count, &pairs);
            assert_eq!(tree.len(), count - 1);
            let mut groups: Vec<Vec<usize>> = (0..count).map(|k| vec![k]).collect();
            for split in tree.iter().rev() {
                let here = latest(&split.left, &split.right);
                assert_eq!(split.time.value().unwrap_or(f64::NEG_INFINITY), here);
                for a in 0..groups.len() {
                    assert!((0..a).all(|b| latest(&groups[a], &groups[b]) >= here));
                }
                groups.retain(|g| *g != split.left && *g != split.right);
                let mut merged = [&split.left[..], &split.right[..]].concat();
                merged.sort_unstable();
                groups.push(merged);
            }
        }
    }
}
