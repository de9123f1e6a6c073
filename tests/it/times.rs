//! Transition times and information curves of every model against mpmath.
use crate::reference::{Record, number, numbers, reference};
use nalgebra::DMatrix;
use regimes::classes::{Classes, Covariance, GaussianClass, GaussianClasses};
use regimes::models::linear_manifold::Embedding;
use regimes::models::{Clusters, CurieWeiss, Gaussian, LinearManifold, Model, Order};
use regimes::schedule::Schedule;
use regimes::transitions::collapse::collapse_time;
use regimes::transitions::speciation::{CRITERIA, pair_bayes_time};
use regimes::{Answer, Estimate, Noise};

/// What transition times promise.
const TIME_TOLERANCE: f64 = 1e-9;

/// What information, cloning probability and class entropy promise.
const CURVE_TOLERANCE: f64 = 1e-10;

/// Value within the stated error, stated error within the tolerance, "none" where there is none.
fn check(what: &str, record: &Record, got: &Answer, want: &str, tolerance: f64) {
    match (got, want) {
        (Answer::Absent(reason), "none") => assert!(reason.len() > 10, "{what}: {reason}"),
        (Answer::Value(got), want) if want != "none" => {
            let want: f64 = want.parse().unwrap();
            let rounding = f64::EPSILON * want.abs();
            let deviation = (got.value - want).abs();
            assert!(deviation <= got.error + rounding, "{what} {record:?}: {got:?}, not {want}");
            assert!(got.error <= tolerance, "{what} {record:?}: {got:?} is too uncertain");
        }
        _ => panic!("{what} {record:?}: {got:?}, not {want}"),
    }
}

#[test]
fn independent_two_clusters() {
    for record in reference("clusters.csv") {
        let d = number(&record, "d");
        let model = Clusters::new(d, number(&record, "mu"), number(&record, "sigma")).unwrap();
        let alpha = Estimate::exact(number(&record, "n")).ln() / d;
        let quantity = record["quantity"].as_str();
        let got = match quantity {
            "t_C.asymptotic" => collapse_time(&model, alpha, Order::Asymptotic, 0.0).unwrap(),
            "t_C.class-bit" => collapse_time(&model, alpha, Order::ClassBit, 0.0).unwrap(),
            _ => {
                let name = quantity.strip_prefix("t_S.").unwrap();
                let criterion = CRITERIA.iter().find(|c| c.name == name).unwrap();
                (criterion.time)(&model).unwrap()
            }
        };
        check(quantity, &record, &got, &record["value"], TIME_TOLERANCE);
    }
}

#[test]
fn independent_gaussians_with_given_eigenvalues() {
    for record in reference("gaussian.csv") {
        let eigenvalues = numbers(&record, "eigenvalues");
        let d = eigenvalues.len() as f64;
        let model = Gaussian::with_eigenvalues(&eigenvalues, d).unwrap();
        let noise = Noise::at_snr(number(&record, "snr")).unwrap();
        let got = model.information(noise, Order::Asymptotic).unwrap();
        check("information", &record, &got, &record["information"], CURVE_TOLERANCE);
        let alpha = Estimate::exact(number(&record, "log_n")) / d;
        for (column, bandwidth) in [("t_C", 0.0), ("t_C_bandwidth", number(&record, "bandwidth"))] {
            let got = collapse_time(&model, alpha, Order::Asymptotic, bandwidth).unwrap();
            check(column, &record, &got, &record[column], TIME_TOLERANCE);
        }
    }
}

#[test]
fn independent_linear_manifolds() {
    for record in reference("linear_manifold.csv") {
        let embedding = match record["embedding"].as_str() {
            "orthonormal" => Embedding::Orthonormal,
            "iid-p" => Embedding::IidP,
            _ => Embedding::IidD,
        };
        let beta = number(&record, "beta");
        let model = LinearManifold::new(f64::INFINITY, beta, embedding).unwrap();
        let noise = Noise::at_snr(number(&record, "snr")).unwrap();
        let got = model.information(noise, Order::Asymptotic).unwrap();
        check("information", &record, &got, &record["information"], CURVE_TOLERANCE);
        check("mmse", &record, &model.mmse(noise).unwrap(), &record["mmse"], CURVE_TOLERANCE);
        let alpha = Estimate::exact(number(&record, "alpha"));
        let got = collapse_time(&model, alpha, Order::Asymptotic, 0.0).unwrap();
        check("t_C", &record, &got, &record["t_C"], TIME_TOLERANCE);
    }
}

#[test]
fn independent_curie_weiss() {
    for record in reference("curie_weiss.csv") {
        let model = CurieWeiss::new(number(&record, "d"), number(&record, "temperature")).unwrap();
        let magnetisation = Answer::Value(model.magnetisation());
        check("m*", &record, &magnetisation, &record["m_star"], CURVE_TOLERANCE);
        let top = model.top_eigenvalue().unwrap();
        check("Λ", &record, &top, &record["lambda_top"], 1e-9 * number(&record, "lambda_top"));
        let supremum = Answer::Value(model.largest_information(Order::Asymptotic).unwrap());
        check("supremum", &record, &supremum, &record["supremum"], CURVE_TOLERANCE);
        let alpha = Estimate::exact(number(&record, "alpha"));
        let got = collapse_time(&model, alpha, Order::Asymptotic, 0.0).unwrap();
        check("t_C", &record, &got, &record["t_C"], TIME_TOLERANCE);
    }
}

fn square(entries: &[f64], d: usize) -> Covariance {
    Covariance::Full(DMatrix::from_row_slice(d, d, entries))
}

#[test]
fn independent_pairs_of_gaussian_classes() {
    for record in reference("gaussian_pair.csv") {
        let d = number(&record, "d") as usize;
        let w = number(&record, "weight1");
        let class = |label: &str, weight: f64, mean: &str, cov: &str| GaussianClass {
            label: label.into(),
            weight,
            mean: numbers(&record, mean),
            covariance: square(&numbers(&record, cov), d),
        };
        let pair = GaussianClasses::new(vec![
            class("1", w, "mean1", "cov1"),
            class("2", 1.0 - w, "mean2", "cov2"),
        ])
        .unwrap();
        let noise = Noise::at_time(number(&record, "t")).unwrap();
        let ratio = pair.log_likelihood_ratio(0, 1, noise).unwrap();
        for (name, got) in [("llr_mean", ratio.mean), ("llr_variance", ratio.variance)] {
            let size = number(&record, name);
            check(name, &record, &Answer::Value(got), &record[name], 1e-10 * (1.0 + size));
        }
        if record["entropy"] != "none" {
            let posterior = pair.posterior(noise).unwrap();
            let entropy = Answer::Value(posterior.entropy);
            check("entropy", &record, &entropy, &record["entropy"], CURVE_TOLERANCE);
            let clone = Answer::Value(posterior.clone);
            check("clone", &record, &clone, &record["clone"], CURVE_TOLERANCE);
        }
        // The reference is for class 1; the criterion takes the later of the two directions.
        let got = pair_bayes_time(&pair, 0, 1).unwrap();
        if record["bayes_time"] != "none" {
            let (got, want) = (got.estimate().unwrap(), number(&record, "bayes_time"));
            let exchanged = got.value > want + got.error;
            assert!(
                exchanged || (got.value - want).abs() <= got.error + 1e-15,
                "{record:?} {got:?}"
            );
            assert!(got.error <= TIME_TOLERANCE, "{record:?} {got:?}");
        }
    }
}

#[test]
fn independent_large_isotropic_pairs() {
    let records = reference("isotropic_pair.csv");
    let time = |record: &Record| {
        let d = number(record, "d") as usize;
        let mut mean = vec![0.0; d];
        mean[0] = number(record, "distance");
        let class = |mean: Vec<f64>, variance: f64| GaussianClass {
            label: String::new(),
            weight: 0.5,
            mean,
            covariance: Covariance::Isotropic(variance),
        };
        let classes = vec![
            class(mean, number(record, "variance1")),
            class(vec![0.0; d], number(record, "variance2")),
        ];
        pair_bayes_time(&GaussianClasses::new(classes).unwrap(), 0, 1).unwrap()
    };
    for record in &records {
        // The later direction: the larger of the reference and of its exchanged record, if given.
        let exchanged = records.iter().find(|r| {
            r["d"] == record["d"]
                && r["distance"] == record["distance"]
                && r["variance1"] == record["variance2"]
                && r["variance2"] == record["variance1"]
        });
        let Some(exchanged) = exchanged else { continue };
        let later = [record, exchanged]
            .into_iter()
            .max_by(|a, b| number(a, "bayes_time").total_cmp(&number(b, "bayes_time")))
            .unwrap();
        check("bayes", record, &time(record), &later["bayes_time"], TIME_TOLERANCE);
    }
}

#[test]
fn independent_several_classes() {
    for record in reference("multi_class.csv") {
        let d = number(&record, "d") as usize;
        let weights = numbers(&record, "weights");
        let means = numbers(&record, "means");
        let variance = number(&record, "variance");
        let classes = weights.iter().enumerate().map(|(k, &weight)| GaussianClass {
            label: k.to_string(),
            weight,
            mean: means[k * d..(k + 1) * d].to_vec(),
            covariance: Covariance::Isotropic(variance),
        });
        let classes = GaussianClasses::new(classes.collect()).unwrap();
        let posterior = classes.posterior(Noise::at_time(number(&record, "t")).unwrap()).unwrap();
        let entropy = Answer::Value(posterior.entropy);
        check("entropy", &record, &entropy, &record["entropy"], CURVE_TOLERANCE);
        check("clone", &record, &Answer::Value(posterior.clone), &record["clone"], CURVE_TOLERANCE);
    }
}

/// Classes of different covariances, on a line, in the plane, and told apart by the distance from
/// their common centre; small class entropies keep their digits.
#[test]
fn independent_unequal_classes() {
    for record in reference("unequal_classes.csv") {
        let d = number(&record, "d") as usize;
        let (weights, means) = (numbers(&record, "weights"), numbers(&record, "means"));
        let covariances = numbers(&record, "covariances");
        let classes = weights.iter().enumerate().map(|(k, &weight)| {
            let (mean, covariance) = match record["id"].split('-').next().unwrap() {
                "line" => (vec![means[k]], Covariance::Isotropic(covariances[k])),
                "radial" => (vec![0.0; d], Covariance::Isotropic(covariances[k])),
                _ => {
                    let full = &covariances[k * d * d..(k + 1) * d * d];
                    let full = DMatrix::from_row_slice(d, d, full);
                    (means[k * d..(k + 1) * d].to_vec(), Covariance::Full(full))
                }
            };
            GaussianClass { label: k.to_string(), weight, mean, covariance }
        });
        let classes = GaussianClasses::new(classes.collect()).unwrap();
        let posterior = classes.posterior(Noise::at_time(number(&record, "t")).unwrap()).unwrap();
        let entropy = Answer::Value(posterior.entropy);
        check("entropy", &record, &entropy, &record["entropy"], CURVE_TOLERANCE);
        check("clone", &record, &Answer::Value(posterior.clone), &record["clone"], CURVE_TOLERANCE);
        if d == 1 {
            let relative = posterior.entropy.error / posterior.entropy.value;
            assert!(relative < 1e-11, "{record:?}: {posterior:?}");
        }
    }
}

/// Parameters of the schedules are rounded to doubles here, exact decimals in the reference.
const DECIMAL: f64 = 1e-12;

#[test]
fn independent_schedule_positions() {
    let mut checked = 0;
    for record in reference("schedule.csv") {
        // "step-log-snr" is another definition of EDM's fractional steps.
        let column = match record["column"].as_str() {
            "step-log-snr" => continue,
            "s" => "time",
            other => other,
        };
        let overrides = match record["shift"].as_str() {
            "none" => Vec::new(),
            shift => vec![("shift".to_owned(), shift.parse().unwrap())],
        };
        let schedule = Schedule::named(&record["name"], &overrides).unwrap();
        let position = schedule.position(Noise::at_time(number(&record, "t")).unwrap());
        let got = position.get(column).unwrap();
        match (got, record["value"].as_str()) {
            (Answer::Absent(_), "none") => {}
            (Answer::Value(got), want) if want != "none" => {
                let want: f64 = want.parse().unwrap();
                let allowed = got.error + DECIMAL * want.abs().max(1.0);
                assert!((got.value - want).abs() <= allowed, "{record:?}: {got:?}");
            }
            _ => panic!("{record:?}: {got:?}"),
        }
        checked += 1;
    }
    assert!(checked > 100);
}
