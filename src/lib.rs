//! Theory calculator for the dynamical regimes of diffusion models.

pub mod symbolic;
