//! Samples about their centres, and along the eigenvectors of what varies about them.

use crate::dataset::moments::block_rows;
use crate::dataset::spectrum::MeasuredSpectrum;
use crate::dataset::{Selection, Source, for_each_block};
use crate::error::Result;
use crate::numerics::products::{ColumnMajor, columns_against};
use crate::numerics::stop;

/// The centres about which samples lie, and how many share each.
pub(super) struct Centres<'a> {
    pub(super) selection: &'a Selection<'a>,
    pub(super) means: Vec<Vec<f64>>,
    pub(super) counts: Vec<usize>,
}

impl Centres<'_> {
    /// The class of a sample, counted from 0.
    pub(super) fn class(&self, sample: usize) -> usize {
        let labelling = self.selection.labelling().filter(|_| self.means.len() > 1);
        labelling.map_or(0, |labelling| labelling.class_of[sample] as usize)
    }

    /// Appends a sample less its centre.
    pub(super) fn subtract(&self, sample: usize, row: &[f64], out: &mut Vec<f64>) {
        out.extend(row.iter().zip(&self.means[self.class(sample)]).map(|(x, c)| x - c));
    }
}

/// Takes the index of the first sample of a block, the samples less their centres, and their coordinates.
pub(super) type Visit<'a> = dyn FnMut(usize, &[f64], &[f64]) -> Result<()> + 'a;

/// Visits all samples less their centres, with their coordinates along the first `width` directions.
pub(super) fn projected(
    selection: &Selection<'_>,
    spectrum: &MeasuredSpectrum,
    centres: &Centres<'_>,
    width: usize,
    visit: &mut Visit<'_>,
) -> Result<()> {
    let d = selection.dimension();
    let directions = spectrum.directions();
    let left = ColumnMajor { entries: &directions.entries[..width * d], rows: d };
    let (mut shifted, mut products) = (Vec::new(), Vec::new());
    for_each_block(selection, block_rows(d), &mut |first, rows| {
        stop::point();
        shifted.clear();
        for (k, row) in rows.chunks_exact(d).enumerate() {
            centres.subtract(first + k, row, &mut shifted);
        }
        products.resize(width * rows.len() / d, 0.0);
        columns_against(left, ColumnMajor { entries: &shifted, rows: d }, &mut products);
        visit(first, &shifted, &products[..width * rows.len() / d])
    })
}
