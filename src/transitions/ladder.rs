//! The speciation ladder of more than two classes.
//!
//! Spectral: ½ log Λ_k over the outlier eigenvalues. Pairwise Bayes: the times at which two classes
//! can be told apart make a merge tree by single linkage — two groups separate at the latest time
//! that any pair across them does `[ABBM26]`.

use super::speciation::pair_bayes_time;
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

/// Single linkage with the separation of two groups at the latest pair across them.
fn link(count: usize, pairs: &[(usize, usize, Answer)]) -> Vec<Split> {
    let time = |j: usize, k: usize| {
        let found = pairs.iter().find(|(a, b, _)| (*a, *b) == (j.min(k), j.max(k)));
        found.map_or(Answer::absent("no pair"), |(_, _, t)| t.clone())
    };
    let order = |t: &Answer| t.value().unwrap_or(f64::NEG_INFINITY);
    let across = |left: &[usize], right: &[usize]| {
        left.iter()
            .flat_map(|&j| right.iter().map(move |&k| (j, k)))
            .map(|(j, k)| time(j, k))
            .max_by(|a, b| order(a).total_cmp(&order(b)))
            .unwrap_or(Answer::absent("empty group"))
    };
    let mut groups: Vec<Vec<usize>> = (0..count).map(|k| vec![k]).collect();
    let mut splits = Vec::new();
    // From the data upwards: merge the two groups whose separation is lost first, that is, whose
    // latest separating pair is earliest.
    while groups.len() > 1 {
        let mut best: Option<(usize, usize, Answer)> = None;
        for a in 0..groups.len() {
            for b in a + 1..groups.len() {
                let t = across(&groups[a], &groups[b]);
                if best.as_ref().is_none_or(|(_, _, found)| order(&t) < order(found)) {
                    best = Some((a, b, t));
                }
            }
        }
        let Some((a, b, time)) = best else { break };
        let right = groups.remove(b);
        let left = groups[a].clone();
        groups[a].extend(&right);
        groups[a].sort_unstable();
        splits.push(Split { time, left, right });
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
}
