//! Bands: whole numbers of modes, printed edges, drawn matrices.
use super::{Uniform, any, learner};
use nalgebra::DMatrix;
use regimes::numerics::random::{Purpose, Seed};
use regimes::numerics::spectra;

/// Weights add up to one with the atom: no band is missed.
#[test]
fn property_bands_hold_all_eigenvalues() {
    let mut u = Uniform::new(5);
    for _ in 0..60 {
        let learner = any(&mut u);
        let bands = learner.bands().unwrap();
        let total: f64 = bands.bands.iter().map(|band| band.weight.value).sum();
        let error: f64 = bands.bands.iter().map(|band| band.weight.error).sum();
        assert!((bands.atom_weight + total - 1.0).abs() <= error + 1e-12, "{total} {learner:?}");
        for pair in bands.bands.windows(2) {
            assert!(pair[0].upper.upper() < pair[1].lower.lower());
        }
        let mass: f64 = bands.bands.iter().map(|band| band.mass.value).sum();
        if learner.draws.is_infinite() {
            let want = learner.coefficients.b.value.powi(2) * learner.psi_p;
            assert!((mass / want - 1.0).abs() < 1e-9, "{mass} {want}");
        }
    }
}

/// p ≥ n + d: d modes of the population, n − d of the samples, d of memory; with gaps as narrow as 2·10⁻⁴.
#[test]
fn identity_bands_are_whole_numbers_of_modes() {
    for (phi, t, ratios) in [
        ("tanh", 0.01, [4.0, 16.0]),
        ("tanh", 0.1, [4.0, 16.0]),
        ("relu", 0.1, [4.0, 16.0]),
        ("tanh", 0.01, [20.0, 200.0]),
        ("erf", 0.01, [8.0, 64.0]),
    ] {
        let learner = learner(phi, t, ratios, "1:1", f64::INFINITY);
        let bands = learner.bands().unwrap();
        let count: Vec<f64> =
            bands.bands.iter().map(|band| band.weight.value * ratios[1]).collect();
        assert_eq!(count.len(), 3, "{phi} {t} {ratios:?}: {count:?}");
        for (got, want) in count.iter().zip([1.0, ratios[0] - 1.0, 1.0]) {
            assert!((got - want).abs() < 1e-9, "{phi} {t} {ratios:?}: {count:?}");
        }
        assert!((bands.atom_weight - (1.0 - (1.0 + ratios[0]) / ratios[1])).abs() < 1e-15);
    }
    let narrow = learner("tanh", 0.1, [4.0, 16.0], "1:1", f64::INFINITY).bands().unwrap();
    let gap = [narrow.bands[0].upper.value, narrow.bands[1].lower.value];
    assert!((gap[0] - 0.0310389).abs() < 1e-7 && (gap[1] - 0.0310449).abs() < 1e-7, "{gap:?}");
}

/// The wide limit's two slow bands lie between s² + v²(1 ± √(p/n))², the printed bulk; the lowest does not.
#[test]
fn published_slow_bulk_of_wide_networks() {
    let ratios = [400.0, 4000.0];
    let learner = learner("tanh", 0.1, ratios, "1:1", f64::INFINITY);
    let bands = learner.bands().unwrap();
    let c = &learner.coefficients;
    let root = (ratios[1] / ratios[0]).sqrt();
    let edges = [(1.0 - root), (1.0 + root)].map(|x| c.s2.value + c.v2.value * x * x);
    let bulk = &bands.bands[1];
    // Corrections of order 1/ψ_n to the density move edges by a few of them.
    assert!((bulk.lower.value / edges[0] - 1.0).abs() < 0.02, "{bulk:?} {edges:?}");
    assert!((bulk.upper.value / edges[1] - 1.0).abs() < 0.02, "{bulk:?} {edges:?}");
    let memory = learner.memories()[0].above.value + c.s2.value;
    let lowest = &bands.bands[0];
    assert!(lowest.lower.value < memory && memory < lowest.upper.value, "{lowest:?} {memory}");
    assert!(lowest.loss_share.value > 10.0 * bulk.loss_share.value);
}

/// One drawn matrix: every eigenvalue lies in its band, counts to the unit.
#[test]
fn independent_drawn_spectra_fill_the_bands() {
    let (d, n, p) = (60, 240, 960);
    let learner = learner("tanh", 0.01, [4.0, 16.0], "1:1", f64::INFINITY);
    let bands = learner.bands().unwrap();
    let c = &learner.coefficients;
    let normals = |part: u64, rows: usize, columns: usize| {
        let mut matrix = DMatrix::zeros(rows, columns);
        Seed(7).stream(Purpose::Frame, 0, part).normals(matrix.as_mut_slice());
        matrix
    };
    let y = normals(0, p, d) / (d as f64).sqrt();
    let x = normals(1, d, n) * (-c.t).exp();
    let g = (&y * x * c.a.value + normals(2, p, n) * c.v2.value.sqrt()) / (n as f64).sqrt();
    let mut z = DMatrix::zeros(p, n + d);
    z.columns_mut(0, n).copy_from(&g);
    z.columns_mut(n, d).copy_from(&(y * c.b.value));
    // The same eigenvalues, the atom aside.
    let eigen = spectra::symmetric("drawn", z.transpose() * z).unwrap();
    let mut values: Vec<f64> = eigen.values.iter().map(|x| x + c.s2.value).collect();
    values.reverse();
    let counts = [d, n - d, d];
    let mut from = 0;
    for (band, count) in bands.bands.iter().zip(counts) {
        let own = &values[from..from + count];
        from += count;
        // Edges of drawn spectra fluctuate by d^{−2/3}.
        let slack = 0.06 * (band.upper.value - band.lower.value);
        assert!(
            own[0] > band.lower.value - slack && own[count - 1] < band.upper.value + slack,
            "{band:?}"
        );
    }
}
