//! The eigenvalues of a data set: bulk and outliers.

use super::Data;
use crate::dataset::Source;
use crate::dataset::spectrum::MeasuredSpectrum;
use crate::error::Result;
use crate::table::{Cell, Column, Plan, Row};

/// Outliers that get a standard error.
const MOST_OUTLIERS: usize = 100;

/// What the noise fit says, in a sentence.
pub(super) fn fit_note(measured: &MeasuredSpectrum) -> String {
    let (low, high) = measured.fit.sampled.bulk().edges();
    let fits = if measured.fit.distance < 0.1 {
        "the rest looks like such noise"
    } else {
        "the rest does not look like such noise, so the bulk and the count of outliers say little"
    };
    format!(
        "noise and spikes: noise variance {:.4e} (what the trace leaves to a direction without spike), bulk from {:.4e} to {:.4e}, {} outliers beyond {:.4e} [BBP05, JOH01]; largest distance from the Marchenko-Pastur distribution {:.3}: {fits}",
        measured.fit.variance,
        low.value,
        high.value,
        measured.fit.spikes.len(),
        measured.fit.threshold,
        measured.fit.distance
    )
}

/// That the data lie in a subspace, if they do.
pub(super) fn rank_note(data: &Data<'_>, measured: &MeasuredSpectrum) -> Option<String> {
    let varying = measured.dimension() - measured.constant;
    let distinct = data.selection.samples() - data.found.duplicates;
    let why = if measured.rank + 1 >= distinct {
        format!("{distinct} distinct samples span no more")
    } else {
        "features repeat or determine each other".to_owned()
    };
    measured.deficient.then(|| {
        format!(
            "rank {} of {varying}: the other eigenvalues are below their numerical error {:.1e} and count as 0 ({why}); noise, bulk and outliers are those within the {0} directions",
            measured.rank, measured.error
        )
    })
}

/// One row for each eigenvalue, largest first.
pub(super) fn plan(data: &Data<'_>) -> Result<Plan<'static>> {
    let measured = data.spectrum()?;
    let shown = measured.fit.spikes.len().clamp(1, MOST_OUTLIERS);
    let n = data.selection.samples() as f64;
    let errors = measured.standard_errors(&data.selection, shown, None, &|done| {
        (data.heard)("standard errors", done as f64 / n);
    })?;
    let columns = vec![
        Column::number("k", "k", ""),
        Column::text("kind"),
        Column::sampled("eigenvalue", "λ_k", "variance", "BBP05"),
        Column::number("error", "error", "numerical bound"),
        Column::number("population", "ℓ_k", "variance"),
        Column::sampled("time", "½ log λ_k", "OU time", "BBDM24 Eq. 3"),
    ];
    let mut head = data.head(columns, measured.values.len());
    head.notes.push(fit_note(&measured));
    head.notes.extend(rank_note(data, &measured));
    let varying = measured.dimension() - measured.constant;
    let spanned = if measured.deficient { measured.rank } else { varying };
    Ok(Plan {
        head,
        row: Box::new(move |k| {
            let (value, outlier) = (measured.values[k], k < measured.fit.spikes.len());
            let kind = match k {
                _ if outlier => "outlier",
                k if k < spanned => "bulk",
                k if k < varying => "null",
                _ => "constant",
            };
            let stderr = errors.eigenvalues.get(k).copied();
            let population = match measured.fit.spikes.get(k) {
                Some(spike) => Cell::Number(*spike),
                None => Cell::Missing("not an outlier".into()),
            };
            let time = if value > 1.0 {
                Cell::Sampled(0.5 * value.ln(), stderr.map(|s| 0.5 * s / value))
            } else {
                Cell::Missing("no positive time: λ ≤ 1".into())
            };
            let cells = vec![
                Cell::Number((k + 1) as f64),
                Cell::Text(kind.to_owned()),
                Cell::Sampled(value, stderr),
                Cell::Number(measured.error),
                population,
                time,
            ];
            Ok(Row { cells, notes: Vec::new() })
        }),
    })
}
