//! Loss curves that cannot be what they are said to be.
use super::{file, losses, predicted, sigmas};
use regimes::Noise;
use tempfile::NamedTempFile;

fn written(text: &str) -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

fn refused(file: &NamedTempFile, parts: &[&str]) {
    let message = losses(file, 1.0, 64.0).set("n", 100).times().unwrap_err().to_string();
    for part in parts {
        assert!(message.contains(part), "{message} has no {part:?}");
    }
}

fn gaussian(noise: Noise) -> f64 {
    1.0 / (1.0 + noise.tau())
}

#[test]
fn bad_input_files() {
    refused(&written("sigma,los\n1,2\n"), &["line 1", "needs a column loss", "sigma, los"]);
    refused(&written("loss\n1\n"), &["needs one column of noise levels", "not 0"]);
    refused(&written("sigma,snr,loss\n1,1,1\n"), &["not 2 of them"]);
    refused(&written("sigma,loss\n3,0.1\n1,x\n"), &["line 3", "\"x\" is no finite number"]);
    refused(&written("sigma,loss\n3,0.1\n1,nan\n"), &["line 3", "no finite number"]);
    refused(&written("sigma,loss\n3,0.1\n1,0.5\n"), &["has 2 levels", "three or more"]);
    refused(&written("sigma,loss\n3,0.1\n0,0.5\n1,0.5\n"), &["line 3", "some noise"]);
    refused(&written("sigma,loss\n3,0.1\n-1,0.5\n1,0.5\n"), &["line 3", "-1"]);
    refused(
        &written("sigma,loss\n3,0.1\n1,0.5\n2,0.2\n1,0.5\n"),
        &["line 5", "there twice", "line 3"],
    );
    refused(&written("sigma,loss\n3,0.1\n1,-0.5\n2,0.2\n"), &["line 3", "-0.5 is below 0"]);
    refused(&written("sigma,loss,stderr\n3,0.1,0\n1,0.5,-1\n2,0.2,0\n"), &["line 3", "stderr"]);
    refused(&written("sigma,loss\n3,0.1,4\n1,0.5\n2,0.2\n"), &["line"]);
    let missing = regimes::ask("losses").unwrap().set("file", "no-such-file.csv");
    let missing = missing.set("parameterisation", "x0").set("variance", 1).set("n", 10);
    assert!(missing.times().unwrap_err().to_string().contains("no-such-file.csv"));
}

#[test]
fn bad_input_another_parameterisation_is_named() {
    let levels = sigmas(40.0, 0.05, 40);
    let epsilon = file(&levels, |noise| (gaussian(noise), 0.0));
    for wrong in ["x0", "v", "flow", "edm:0.5"] {
        let query = predicted(&epsilon, wrong, 1.0, 64.0).set("n", 100);
        let message = query.times().unwrap_err().to_string();
        assert!(message.contains("it would fit --parameterisation epsilon"), "{wrong}: {message}");
    }
    // Of data of variance 1, v has a loss of 1 at every level.
    let v = file(&levels, |_| (1.0, 0.0));
    refused(&v, &["as epsilon", "above the variance 1", "it would fit --parameterisation v"]);
    let summed = file(&levels, |noise| (64.0 * gaussian(noise), 0.0));
    refused(&summed, &["summed over the d = 64 dimensions it would fit epsilon"]);
    let scaled = file(&levels, |noise| (7.0 * gaussian(noise), 0.0));
    refused(&scaled, &["no parameterisation fits it unweighted"]);
    for (text, says) in [("edm", "edm:0.5"), ("epsilonn", "epsilon"), ("edm:-1", "above 0")] {
        let query = predicted(&epsilon, text, 1.0, 64.0).set("n", 100);
        assert!(query.times().unwrap_err().to_string().contains(says));
    }
}

#[test]
fn bad_input_shapes_of_curves() {
    let levels = sigmas(40.0, 0.05, 40);
    // One value above its neighbours, in the middle.
    let bump = |noise: Noise| {
        let here = noise.sigma() > 0.5 && noise.sigma() < 0.6;
        (gaussian(noise) * if here { 1.4 } else { 1.0 }, 0.0)
    };
    refused(&file(&levels, bump), &["rises from", "must fall with the noise"]);
    // Within its standard error it is let pass.
    let doubtful = file(&levels, |noise| (bump(noise).0, 0.3 * gaussian(noise)));
    let times = losses(&doubtful, 1.0, 64.0).set("n", 100).times().unwrap();
    assert!(times.head.notes.iter().any(|note| note.contains("within their standard errors")));
    let gap: Vec<f64> = levels.iter().copied().filter(|s| *s > 10.0 || *s < 0.8).collect();
    refused(&file(&gap, |noise| (gaussian(noise), 0.0)), &["more than a decade", "rises by up to"]);
    // Conditional losses above the others, and at other levels.
    let (low, high) = (
        file(&levels, |noise| (0.9 * gaussian(noise), 0.0)),
        file(&levels, |noise| (gaussian(noise), 0.0)),
    );
    let with = |own: &NamedTempFile, other: &NamedTempFile| {
        let query = losses(own, 1.0, 64.0).set("conditional", other.path().to_string_lossy());
        query.set("n", 100).times()
    };
    let message = with(&low, &high).unwrap_err().to_string();
    assert!(message.contains("the curves cross, or the files are exchanged"), "{message}");
    assert!(with(&high, &low).is_ok());
    let other = file(&sigmas(40.0, 0.05, 39), |noise| (0.9 * gaussian(noise), 0.0));
    let message = with(&high, &other).unwrap_err().to_string();
    assert!(message.contains("has not the noise levels"), "{message}");
}
