//! Class structures given by a program rather than a file: what is refused.
use nalgebra::DMatrix;
use regimes::classes::{Covariance, GaussianClass, GaussianClasses};

fn class(weight: f64, mean: &[f64], covariance: Covariance) -> GaussianClass {
    GaussianClass { label: "owls".into(), weight, mean: mean.to_vec(), covariance }
}

fn refused(classes: Vec<GaussianClass>, what: &str) {
    let message = GaussianClasses::new(classes).unwrap_err().to_string();
    assert!(message.contains(what), "{message:?} does not say {what:?}");
}

#[test]
fn bad_input_classes_are_refused_with_what_is_wrong() {
    let unit = || Covariance::Isotropic(1.0);
    let half = |mean: &[f64], covariance| class(0.5, mean, covariance);
    let with = |covariance| vec![half(&[1.0, 0.0], unit()), half(&[-1.0, 0.0], covariance)];
    let full = |entries: &[f64]| Covariance::Full(DMatrix::from_row_slice(2, 2, entries));
    assert!(GaussianClasses::new(with(unit())).is_ok());
    refused(vec![], "at least two classes");
    refused(vec![class(1.0, &[1.0], unit())], "at least two classes");
    refused(vec![half(&[], unit()), half(&[], unit())], "at least one coordinate");
    refused(vec![half(&[1.0], unit()), half(&[1.0, 2.0], unit())], "mean has 2 coordinates");
    refused(vec![half(&[1.0], unit()), half(&[f64::NAN], unit())], "entry NaN");
    refused(vec![half(&[1.0], unit()), class(0.4, &[0.0], unit())], "must add to 1");
    refused(vec![half(&[1.0], unit()), class(-0.5, &[0.0], unit())], "between 0 and 1");
    refused(with(Covariance::Isotropic(-1.0)), "not -1");
    refused(with(Covariance::Isotropic(f64::INFINITY)), "not inf");
    refused(with(Covariance::Diagonal(vec![1.0])), "has 1 variances");
    refused(with(Covariance::Diagonal(vec![1.0, -2.0])), "not -2");
    refused(with(Covariance::Full(DMatrix::identity(3, 3))), "is 3 × 3");
    refused(with(full(&[1.0, 0.5, 0.4, 1.0])), "not symmetric");
    refused(with(full(&[1.0, f64::NAN, f64::NAN, 1.0])), "entry NaN");
    // An indefinite matrix shows where its eigenvalues are first needed.
    let indefinite = GaussianClasses::new(vec![
        half(&[1.0, 0.0], full(&[1.0, 2.0, 2.0, 1.0])),
        half(&[-1.0, 0.0], full(&[1.0, 2.0, 2.0, 1.0])),
    ]);
    let message = indefinite.unwrap_err().to_string();
    assert!(message.contains("negative eigenvalue"), "{message}");
}
