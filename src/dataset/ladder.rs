//! The speciation ladder of labelled data, with standard errors.

use super::Source;
use super::groups::{MeasuredClasses, shrinkage};
use super::moments::{Moments, scan};
use super::selection::Labelling;
use super::span::Span;
use crate::Answer;
use crate::error::Result;
use crate::transitions::ladder::{Split, merge_tree};
use crate::transitions::speciation::pair_bayes_time;

/// One split of the merge tree of measured classes.
#[derive(Clone, Debug)]
pub struct MeasuredSplit {
    /// When the two groups separate, and which groups.
    pub split: Split,
    /// Standard error of the time, where it was asked for and exists.
    pub stderr: Option<f64>,
}

/// The merge tree of measured classes.
#[derive(Clone, Debug)]
pub struct MeasuredLadder {
    /// Splits, latest first.
    pub splits: Vec<MeasuredSplit>,
    /// Shrinkage ρ of each class's covariance.
    pub shrinkage: Vec<f64>,
}

/// The ladder of the classes of `labelling`, of the given `moments`.
///
/// Standard errors are a jackknife over `blocks` ≥ 2 parts of the data, each every `blocks`-th
/// sample: all covariances, shrinkages and times are computed anew without each part. With 0 or 1
/// there are none. `progress` hears of the share done.
///
/// # Errors
/// Errors of reading; failed numerics.
pub fn measured_ladder(
    source: &dyn Source,
    labelling: &Labelling,
    moments: &[Moments],
    blocks: usize,
    progress: &dyn Fn(f64),
) -> Result<MeasuredLadder> {
    let class = |row: usize| labelling.class_of[row] as usize;
    // Matrices of the dimension would be mostly zeros where the samples are few.
    let span = Span::of_few(source)?;
    let within = match &span {
        Some(span) => {
            let mut found = scan(&span.samples, moments.len(), &|row| Some(class(row)), &|_| ())?;
            for group in &mut found.groups {
                group.error += span.error / group.count.max(1) as f64;
            }
            Some(found.groups)
        }
        None => None,
    };
    let moments = within.as_deref().unwrap_or(moments);
    let (source, outside) = match &span {
        Some(span) => (&span.samples as &dyn Source, span.rest),
        None => (source, 0),
    };
    let rho = shrinkage(source, moments, outside, &|row| Some(class(row)))?;
    let classes = MeasuredClasses::new(&labelling.names, moments, &rho, outside)?;
    let share = |done: f64| progress(done / (1 + blocks) as f64);
    classes.separate(&share);
    let tree = merge_tree(&classes)?;
    // The pair that separates two groups last gives the split its time.
    let pairs: Vec<Option<(usize, usize)>> =
        tree.iter().map(|split| last_pair(&classes, split)).collect::<Result<_>>()?;
    let mut without: Vec<Vec<Option<f64>>> = vec![Vec::new(); tree.len()];
    for block in 0..if blocks >= 2 { blocks } else { 0 } {
        let part = |row: usize| (row % blocks == block).then(|| class(row));
        let rest = |row: usize| (row % blocks != block).then(|| class(row));
        let removed = scan(source, moments.len(), &part, &|_| ())?.groups;
        let kept: Vec<Moments> =
            moments.iter().zip(&removed).map(|(all, part)| all.without(part)).collect();
        if kept.iter().any(|m| m.count < 2) {
            without.iter_mut().for_each(|times| times.push(None));
            continue;
        }
        let rho = shrinkage(source, &kept, outside, &rest)?;
        let classes = MeasuredClasses::new(&labelling.names, &kept, &rho, outside)?;
        for (times, pair) in without.iter_mut().zip(&pairs) {
            times.push(match pair {
                Some((j, k)) => pair_bayes_time(&classes, *j, *k)?.value(),
                None => None,
            });
        }
        share((block + 2) as f64);
    }
    let splits = tree
        .into_iter()
        .zip(without)
        .map(|(split, times)| MeasuredSplit { split, stderr: jackknife(&times) })
        .collect();
    Ok(MeasuredLadder { splits, shrinkage: rho })
}

fn last_pair(classes: &MeasuredClasses, split: &Split) -> Result<Option<(usize, usize)>> {
    let mut best: Option<(f64, (usize, usize))> = None;
    for &j in &split.left {
        for &k in &split.right {
            let (j, k) = (j.min(k), j.max(k));
            if let Answer::Value(time) = pair_bayes_time(classes, j, k)?
                && best.is_none_or(|(t, _)| time.value > t)
            {
                best = Some((time.value, (j, k)));
            }
        }
    }
    Ok(best.map(|(_, pair)| pair))
}

/// The jackknife's standard error: √((B − 1)/B Σ (t_b − t̄)²); none where a time is missing.
fn jackknife(times: &[Option<f64>]) -> Option<f64> {
    let times: Option<Vec<f64>> = times.iter().copied().collect();
    let times = times.filter(|times| times.len() >= 2)?;
    let count = times.len() as f64;
    let mean = times.iter().sum::<f64>() / count;
    let square: f64 = times.iter().map(|t| (t - mean).powi(2)).sum();
    Some(((count - 1.0) / count * square).sqrt())
}
