//! Class structures given by a program rather than a file: what is refused, and the posterior of
//! three or more of them against identities.

mod plain;

use nalgebra::{DMatrix, DVector};
use regimes::Noise;
use regimes::classes::{Classes, Covariance, GaussianClass, GaussianClasses};
use regimes::numerics::Estimate;
use regimes::numerics::random::{Purpose, Seed, Stream};

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

const CURVE: f64 = regimes::numerics::precision::CURVE_TOLERANCE;

/// Entropy and cloning probability with their errors at time `t`.
fn posterior(classes: Vec<GaussianClass>, t: f64) -> [Estimate; 2] {
    let posterior =
        GaussianClasses::new(classes).unwrap().posterior(Noise::at_time(t).unwrap()).unwrap();
    [posterior.entropy, posterior.clone]
}

fn agree(a: Estimate, b: Estimate, what: &str) {
    assert!((a.value - b.value).abs() <= a.error + b.error, "{what}: {a:?} against {b:?}");
}

/// A uniform number in [low, high).
fn within(stream: &mut Stream, low: f64, high: f64) -> f64 {
    low + (high - low) * stream.uniform()
}

fn weights(stream: &mut Stream, count: usize) -> Vec<f64> {
    let raw: Vec<f64> = (0..count).map(|_| within(stream, 0.05, 1.0)).collect();
    let sum: f64 = raw.iter().sum();
    raw.iter().map(|w| w / sum).collect()
}

/// A rotation of `d` dimensions, by Gram and Schmidt.
fn rotation(stream: &mut Stream, d: usize) -> DMatrix<f64> {
    DMatrix::from_fn(d, d, |_, _| stream.normal()).qr().q()
}

/// What labels of two classes leave open, with a third class that is half of one of them: its label
/// adds log 2 where that class is, and nothing else. Two classes have a route of their own.
#[test]
fn identity_halves_of_a_class_add_their_own_entropy() {
    let mut stream = Seed(3).stream(Purpose::Points, 0, 0);
    for case in 0..40 {
        let d = 1 + case % 2;
        let weight = within(&mut stream, 0.1, 0.9);
        let mut random = |weight: f64| {
            let mean: Vec<f64> = (0..d).map(|_| within(&mut stream, -3.0, 3.0)).collect();
            let variances = (0..d).map(|_| within(&mut stream, 0.05, 3.0)).collect();
            class(weight, &mean, Covariance::Diagonal(variances))
        };
        let (a, b) = (random(weight), random(1.0 - weight));
        let half = GaussianClass { weight: 0.5 * b.weight, ..b.clone() };
        let t = within(&mut stream, 0.02, 2.0);
        let [two, _] = posterior(vec![a.clone(), b.clone()], t);
        let [three, _] = posterior(vec![half.clone(), a, half], t);
        let added = Estimate::rounded(b.weight * std::f64::consts::LN_2);
        assert!(three.error < CURVE, "{case}: {three:?}");
        agree(two + added, three, &format!("case {case}"));
    }
}

/// The order of the classes, and the direction in space in which they differ, say nothing.
#[test]
fn identity_order_and_rotation_change_nothing() {
    let mut stream = Seed(4).stream(Purpose::Points, 0, 0);
    for case in 0..12 {
        let (d, r) = (5, 1 + case % 2);
        let (w, t) = (weights(&mut stream, 3), within(&mut stream, 0.05, 1.0));
        let turn = rotation(&mut stream, d);
        let rest: Vec<f64> = (0..d).map(|_| within(&mut stream, 0.2, 2.0)).collect();
        // Classes that differ along the first r coordinates only.
        let (mut plain, mut turned) = (Vec::new(), Vec::new());
        for &w in &w {
            let small = DMatrix::from_fn(r, r + 2, |_, _| stream.normal());
            let small = &small * small.transpose() / (r as f64 + 2.0);
            let mean = DVector::from_fn(d, |i, _| if i < r { 2.0 * stream.normal() } else { 1.5 });
            let mut covariance = DMatrix::from_diagonal(&DVector::from_column_slice(&rest));
            covariance.view_mut((0, 0), (r, r)).copy_from(&small);
            let seen = &turn * &covariance * turn.transpose();
            let seen = (&seen + seen.transpose()) * 0.5;
            turned.push(class(w, (&turn * &mean).as_slice(), Covariance::Full(seen)));
            plain.push(class(w, &mean.as_slice()[..r], Covariance::Full(small)));
        }
        let one = posterior(plain.clone(), t);
        plain.reverse();
        let other = posterior(plain, t);
        let rotated = posterior(turned, t);
        for ((one, other), rotated) in one.into_iter().zip(other).zip(rotated) {
            assert!(one.error < CURVE && rotated.error < CURVE, "{case}: {rotated:?}");
            agree(one, other, &format!("order {case}"));
            agree(one, rotated, &format!("rotation {case}"));
        }
    }
}

/// Labels made of three independent ones, each of which tells on coordinates of its own: entropies
/// add, cloning probabilities multiply, and each of the three is a matter of two classes. The labels
/// together tell on more axes than rules cover.
#[test]
fn property_sampled_posteriors_lie_within_their_errors() {
    let mut stream = Seed(5).stream(Purpose::Points, 0, 0);
    for case in 0..16 {
        let each = [1, 2, 6][case % 3];
        let rotated = case % 4 == 3;
        let d = 3 * each;
        let turn = rotation(&mut stream, d);
        let spread = [3.0, 1.0, 0.3][case % 3];
        let part = |stream: &mut Stream| {
            let w = within(stream, 0.2, 0.8);
            let mut side = |w: f64| {
                let mean: Vec<f64> = (0..each).map(|_| spread * stream.normal()).collect();
                let variances: Vec<f64> = (0..each).map(|_| within(stream, 0.3, 2.0)).collect();
                (w, mean, variances)
            };
            [side(w), side(1.0 - w)]
        };
        let parts: Vec<_> = (0..3).map(|_| part(&mut stream)).collect();
        let t = within(&mut stream, 0.05, 1.2);
        let (mut entropy, mut clone) = (Estimate::exact(0.0), Estimate::exact(1.0));
        for sides in &parts {
            let classes =
                sides.iter().map(|(w, m, v)| class(*w, m, Covariance::Diagonal(v.clone())));
            let [h, phi] = posterior(classes.collect(), t);
            entropy = entropy + h;
            clone = clone * phi;
        }
        let joint = (0..8).map(|label: usize| {
            let chosen = (0..3).map(|i| &parts[i][(label >> i) & 1]);
            let (mut weight, mut mean, mut variances) = (1.0, Vec::new(), Vec::new());
            for (w, m, v) in chosen {
                weight *= w;
                mean.extend(m);
                variances.extend(v.iter().copied());
            }
            if !rotated {
                return class(weight, &mean, Covariance::Diagonal(variances));
            }
            let full =
                &turn * DMatrix::from_diagonal(&DVector::from_vec(variances)) * turn.transpose();
            let full = (&full + full.transpose()) * 0.5;
            let mean = &turn * DVector::from_vec(mean);
            class(weight, mean.as_slice(), Covariance::Full(full))
        });
        let joint: Vec<GaussianClass> = joint.collect();
        assert!(GaussianClasses::new(joint.clone()).unwrap().is_sampled());
        let [h, phi] = posterior(joint, t);
        agree(h, entropy, &format!("entropy, case {case}"));
        agree(phi, clone, &format!("φ, case {case}"));
        assert!(h.error < 0.05 && phi.error < 0.05, "{case}: {h:?} {phi:?}");
    }
}

/// The same seed gives the same bits, another seed other ones within the errors.
#[test]
fn identity_seeds_decide_what_is_sampled() {
    let mut stream = Seed(6).stream(Purpose::Points, 0, 0);
    let classes: Vec<GaussianClass> = (0..5)
        .map(|_| {
            let mean: Vec<f64> = (0..20).map(|_| stream.normal()).collect();
            let variances = (0..20).map(|_| within(&mut stream, 0.3, 2.0)).collect();
            class(0.2, &mean, Covariance::Diagonal(variances))
        })
        .collect();
    let noise = Noise::at_time(1.0).unwrap();
    let at = |seed| {
        let classes = GaussianClasses::new(classes.clone()).unwrap().with_seed(seed);
        classes.posterior(noise).unwrap().entropy
    };
    assert_eq!(at(1).value.to_bits(), at(1).value.to_bits());
    assert_ne!(at(1).value.to_bits(), at(2).value.to_bits());
    agree(at(1), at(2), "seeds");
}

/// What docs/accuracy.md promises of ten classes in 256 dimensions.
const TEN_CLASSES: f64 = 1e-3;

/// Ten classes in 256 dimensions, of one covariance, isotropic, and each with variances of its own, are
/// known to what the accuracy of sampled posteriors promises.
#[test]
fn identity_ten_classes_in_many_dimensions_are_resolved() {
    let mut stream = Seed(7).stream(Purpose::Points, 0, 0);
    let d = 256;
    for kind in 0..3 {
        let classes: Vec<GaussianClass> = (0..10)
            .map(|_| {
                let mean: Vec<f64> = (0..d).map(|_| 0.5 * stream.normal()).collect();
                let covariance = match kind {
                    0 => Covariance::Isotropic(1.0),
                    1 => Covariance::Isotropic(within(&mut stream, 0.5, 2.0)),
                    _ => Covariance::Diagonal(
                        (0..d).map(|_| within(&mut stream, 0.3, 2.0)).collect(),
                    ),
                };
                class(0.1, &mean, covariance)
            })
            .collect();
        let classes = GaussianClasses::new(classes).unwrap();
        for t in [0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 4.0] {
            let posterior = classes.posterior(Noise::at_time(t).unwrap()).unwrap();
            let worst = posterior.entropy.error.max(posterior.clone.error);
            assert!(worst < TEN_CLASSES, "kind {kind}, t = {t}: {posterior:?}");
            assert!(posterior.information.value <= 10f64.ln() + 1e-12);
        }
    }
}
