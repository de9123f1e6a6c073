//! The random energy model layer against published numbers, independent routes and its identities.

#[cfg(test)]
mod anisotropic;
#[cfg(test)]
mod finite;
#[cfg(test)]
mod large_deviations;
#[cfg(test)]
mod levels;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod small;
