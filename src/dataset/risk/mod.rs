//! Which samples are memorised first.
//!
//! Every sample has a time at which the empirical score, coming from the noise, begins to lead back to it: where
//! its own weight, times the number of its copies, outgrows that of all others. For all samples that time is
//! computed as Gaussian data have it (`own`); for those that come first it is measured, as the crossing of
//! E log(Z_others/Z_own) over noises, with the Gaussian fluctuation as a control variate of mean zero.

mod centres;
mod copies;
mod crossing;
mod own;

use super::moments::{Moments, block_rows, scan};
use super::spectrum::{Centring, MeasuredSpectrum};
use super::{Selection, Source, for_each_block};
use crate::error::{Error, Result};
use crate::process::{Noise, time_at_log_snr};
use centres::{Centres, projected};
use copies::Copies;
use crossing::measured;
use own::Gaussian;
use rayon::prelude::*;

/// Share of the noise variance at collapse within which two samples are near copies: their weights then differ by
/// e^(−1/8) there.
const NEAR: f64 = 0.25;

/// Directions along which near copies are looked for first.
const DIRECTIONS: usize = 32;

/// Why a sample without others has no collapse.
const ALWAYS: &str = "memorised at every t: all samples of its class are copies of it";

/// The same of a sample whose class holds no other.
const ALONE: &str =
    "memorised at every t once the class is told: it is the only sample of its class";

/// A group of copies that is at risk.
#[derive(Clone, Debug)]
pub struct AtRisk {
    /// Its samples, the first one first.
    pub members: Vec<usize>,
    /// Of which so many are exact copies of the first.
    pub exact: usize,
    /// |a − centre| over its root mean square.
    pub radius: f64,
    /// Its collapse as Gaussian data have it, or why there is none.
    pub gaussian: std::result::Result<f64, String>,
    /// Its own collapse and the standard error, or why it was not found.
    pub own: std::result::Result<(f64, f64), String>,
}

/// Who is at risk, and how that was found.
#[derive(Clone, Debug)]
pub struct Ranked {
    /// The groups that come first.
    pub first: Vec<AtRisk>,
    /// Number of groups in all, and of those with several samples.
    pub groups: (usize, usize),
    /// Squared distance within which samples are near copies.
    pub near: f64,
    /// Whether all near copies were found.
    pub all_seen: bool,
}

/// One pass over the samples: what is known of each.
struct Pass {
    /// Coordinates along the first directions.
    along: Vec<f64>,
    /// Squared distance from the centre.
    squares: Vec<f64>,
    width: usize,
}

/// The `count` groups of samples that are memorised first, of data whose classes have the moments `groups`.
///
/// With labels every sample is compared with its own class, I(a; x_t | class) = log n_c: a rare class collapses
/// earlier. `heard` hears of the share done.
///
/// # Errors
/// Data that do not vary; errors of reading.
pub fn rank(
    selection: &Selection<'_>,
    groups: &[Moments],
    count: usize,
    seed: u64,
    heard: &dyn Fn(&str, f64),
) -> Result<Ranked> {
    let n = selection.samples();
    let mut copies = Copies::none(n);
    copies.exact(selection, block_rows(selection.dimension()))?;
    // Copies would stand out of the covariance in their own direction: each sample counts once there.
    let distinct = (0..n).filter(|k| copies.root(*k) == *k).count();
    let once = if (2..n).contains(&distinct) {
        let labelling = selection.labelling();
        let class = |k: usize| labelling.map_or(0, |l| l.class_of[k] as usize);
        let first = |k: usize| (copies.root(k) == k).then(|| class(k));
        Some(scan(selection, groups.len(), &first, &|_| ())?.groups)
    } else {
        None
    };
    let within = within(once.as_deref().unwrap_or(groups));
    let spectrum = MeasuredSpectrum::new(&within, Centring::Feature)?;
    let centres = Centres {
        selection,
        means: groups.iter().map(|group| group.mean.clone()).collect(),
        counts: groups.iter().map(|group| group.count).collect(),
    };
    let collapse = spectrum.collapse_time()?.value().map(Noise::at_time).transpose()?;
    let near = collapse.map_or(0.0, |noise| NEAR * noise.tau());
    let gaussian = Gaussian::new(&spectrum.values, collapse.map_or(0.0, Noise::log_snr));
    let exact = copies.clone();
    let pass = pass(selection, &spectrum, &centres, &|share| heard("reading", share))?;
    copies.near(selection, &pass.along, pass.width, near, &|share| heard("copies", share))?;
    let all = copies.groups();
    let sizes: Vec<usize> = all.iter().map(Vec::len).collect();
    let mut sizes_of = vec![0; n];
    all.iter().zip(&sizes).for_each(|(group, size)| sizes_of[group[0]] = *size);
    let times = gaussian_times(selection, &spectrum, &gaussian, &centres, &sizes_of, &|share| {
        heard("collapse", share);
    })?;
    // Copies first, which can be removed; of these and of the others those with the smallest log snr, which are
    // reached first, coming from the noise.
    let mut order: Vec<usize> = (0..all.len()).collect();
    let key = |group: &usize| {
        let members = &all[*group];
        (members.len() == 1, times[members[0]].unwrap_or(f64::INFINITY))
    };
    order.sort_by(|a, b| {
        let (a, b) = (key(a), key(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    order.truncate(count);
    let mean_square: f64 = pass.squares.iter().sum::<f64>() / n as f64;
    let chosen: Vec<&Vec<usize>> = order.iter().map(|group| &all[*group]).collect();
    let own = measured((&spectrum, &gaussian, &centres), &chosen, &times, seed, &|s| {
        heard("weights", s);
    })?;
    let mut first: Vec<AtRisk> = chosen
        .into_iter()
        .zip(own)
        .map(|(members, own)| AtRisk {
            exact: members.iter().filter(|k| exact.root(**k) == exact.root(members[0])).count(),
            radius: (pass.squares[members[0]] / mean_square).sqrt(),
            gaussian: match times[members[0]] {
                Some(u) if u.is_finite() => Ok(time_at_log_snr(u)),
                Some(_) if members.len() == 1 => Err(ALONE.into()),
                Some(_) => Err(ALWAYS.into()),
                None => Err("no transition: the data hardly vary around it".into()),
            },
            members: members.clone(),
            own,
        })
        .collect();
    let time = |one: &AtRisk| match &one.own {
        Ok((time, _)) => *time,
        Err(_) => one.gaussian.clone().unwrap_or(0.0),
    };
    first.sort_by(|a, b| {
        let single = |one: &AtRisk| one.members.len() == 1;
        single(a).cmp(&single(b)).then(time(b).total_cmp(&time(a)))
    });
    let several = sizes.iter().filter(|size| **size > 1).count();
    Ok(Ranked { first, groups: (all.len(), several), near, all_seen: copies.all_seen })
}

/// Moments within the classes, about the mean of each.
fn within(groups: &[Moments]) -> Moments {
    let mut all = Moments::together(groups);
    if let [one] = groups {
        return one.clone();
    }
    all.covariance.fill(0.0);
    for group in groups {
        all.covariance += &group.covariance * (group.count as f64 / all.count as f64);
    }
    all
}

fn pass(
    selection: &Selection<'_>,
    spectrum: &MeasuredSpectrum,
    centres: &Centres<'_>,
    heard: &dyn Fn(f64),
) -> Result<Pass> {
    let (n, d) = (selection.samples(), selection.dimension());
    let width = DIRECTIONS.min(d);
    crate::memory::fits(
        "the samples along their first directions",
        8.0 * n as f64 * width as f64,
        "number of samples",
    )?;
    let (mut along, mut squares) = (Vec::with_capacity(n * width), Vec::with_capacity(n));
    // Near copies may be of different classes: one centre for all.
    let one = Centres { selection, means: vec![spectrum.centre.clone()], counts: vec![n] };
    let labelled = centres.means.len() > 1;
    projected(selection, spectrum, &one, width, &mut |first, rows, products| {
        heard(first as f64 / n as f64);
        along.extend_from_slice(products);
        if !labelled {
            squares.extend(rows.chunks_exact(d).map(|x| x.iter().map(|x| x * x).sum::<f64>()));
        }
        Ok(())
    })?;
    if labelled {
        let mut own = Vec::new();
        for_each_block(selection, block_rows(d), &mut |first, rows| {
            for (k, row) in rows.chunks_exact(d).enumerate() {
                own.clear();
                centres.subtract(first + k, row, &mut own);
                squares.push(own.iter().map(|x| x * x).sum());
            }
            Ok(())
        })?;
    }
    Ok(Pass { along, squares, width })
}

/// log snr at which every first sample of a group collapses, as Gaussian data have it; none for the others.
fn gaussian_times(
    selection: &Selection<'_>,
    spectrum: &MeasuredSpectrum,
    gaussian: &Gaussian,
    centres: &Centres<'_>,
    sizes: &[usize],
    heard: &dyn Fn(f64),
) -> Result<Vec<Option<f64>>> {
    let rank = gaussian.rank();
    let mut times = Vec::with_capacity(sizes.len());
    projected(selection, spectrum, centres, rank, &mut |first, _, products| {
        heard(first as f64 / sizes.len() as f64);
        let of = |(k, coordinates): (usize, &[f64])| {
            let sample = first + k;
            // n_c/K of its class, of which K copies are one sample.
            let others = centres.counts[centres.class(sample)] as f64 / sizes[sample] as f64;
            if sizes[sample] == 0 {
                return None;
            }
            if others <= 1.0 {
                return Some(f64::NEG_INFINITY);
            }
            let squares: Vec<f64> = coordinates.iter().map(|p| p * p).collect();
            gaussian.collapse(&squares, others.ln())
        };
        let block: Vec<_> = products.par_chunks_exact(rank.max(1)).enumerate().map(of).collect();
        times.extend(block);
        Ok(())
    })?;
    Ok(times)
}

/// Refuses a count of rows that is none.
///
/// # Errors
/// [`Error::Argument`] for more rows than samples can be measured.
pub fn checked(count: usize) -> Result<usize> {
    if count <= MOST {
        return Ok(count);
    }
    Err(Error::argument("--top", count, format!("must be at most {MOST}: every row is measured")))
}

/// Rows at most: each costs as much as the mean of its noises over all samples.
const MOST: usize = 10_000;
