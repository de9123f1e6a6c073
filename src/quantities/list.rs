//! The list of curves.

use super::{
    Curve, classes, collapse_window, dictionary, energies, geometry, glass, guidance, information,
    potential, replica, strings, uturn,
};
use crate::models::Entry;

/// Every curve over noise levels; a new one is a file, or a constant in one, and a line here.
pub static CURVES: [&Curve; 27] = [
    &classes::PHI,
    &information::EXCESS_ENTROPY,
    &information::INFORMATION,
    &replica::INFORMATION,
    &classes::CLASS_ENTROPY,
    &potential::POTENTIAL,
    &energies::BASIN,
    &energies::FREE_ENERGY,
    &replica::POTENTIAL,
    &energies::KL,
    &energies::CONDENSATION,
    &collapse_window::COLLAPSE_WINDOW,
    &uturn::UTURN,
    &glass::COMPLEXITY,
    &glass::FRANZ_PARISI,
    &glass::FRESH,
    &dictionary::GLASS,
    &geometry::JACOBIAN,
    &guidance::GUIDANCE,
    &strings::INFORMATION,
    &strings::HIDDEN,
    &strings::CLASS_ENTROPY,
    &strings::PHI,
    &strings::PHI_OF_LEVELS,
    &strings::EXCESS_ENTROPY,
    &strings::CONDENSATION,
    &strings::RECONSTRUCTION,
];

impl Curve {
    /// Names of the curves, each once: models of different kinds may compute one in different ways.
    pub fn names() -> Vec<&'static str> {
        let mut names: Vec<&'static str> = Vec::new();
        for curve in CURVES {
            if !names.contains(&curve.name) {
                names.push(curve.name);
            }
        }
        names
    }

    /// What the curves of one name are about.
    pub fn abouts(name: &str) -> String {
        let mut texts: Vec<&str> =
            CURVES.iter().filter(|q| q.name == name).map(|q| q.about).collect();
        texts.dedup();
        texts.join("; ")
    }

    /// Every curve of a kind of data.
    pub fn of(entry: &Entry) -> impl Iterator<Item = &'static Self> {
        CURVES.into_iter().filter(|curve| super::has(*curve, entry))
    }

    /// The curve called `name` of a kind of data.
    pub fn find(name: &str, entry: &Entry) -> Option<&'static Self> {
        Self::of(entry).find(|curve| curve.name == name)
    }
}
