//! Deterministic sampling of Gaussian data: closed forms, and the published update rule followed.
use super::one;

/// c tan θ with θ even: the variance that comes out is (c² + σ_min²) cos^{2K}((θ_max − θ_min)/K).
#[test]
fn independent_arctan_in_closed_form() {
    for (c, low, high, steps, printed) in [
        (1.3f64, 0.0f64, 80.0f64, 5u32, Some(0.611820)),
        (1.3, 0.0, 80.0, 10, Some(0.784553)),
        (1.3, 0.0, 80.0, 50, Some(0.952810)),
        (0.4, 0.02, 14.0, 7, None),
        (1.0, 0.0, 14.6, 20, None),
    ] {
        let query = regimes::ask("gaussian").unwrap().set("sigma", c).set("sampler", "ddim");
        let query = query.set("steps", steps).set("sigma-noise", format!("{high}:{low}"));
        let angle = (high / c).atan() - (low / c).atan();
        let want = (angle / f64::from(steps)).cos().powi(2 * steps as i32);
        for grid in ["arctan", "optimal"] {
            let got = one(&query.clone().set("grid", grid).steps().unwrap(), "variance_ratio");
            assert!((got - want).abs() < 1e-13, "{c} {steps}: {got} {want}");
            assert!(printed.is_none_or(|printed: f64| (got - printed).abs() < 5e-7));
        }
        // No other grid comes closer.
        for grid in ["karras", "rescaled-entropic", "geometric", "uniform-t"] {
            if low == 0.0 && grid != "karras" && grid != "uniform-t" {
                continue;
            }
            let got = one(&query.clone().set("grid", grid).steps().unwrap(), "variance_ratio");
            assert!(got < want + 1e-13, "{grid}: {got} {want}");
        }
    }
}

/// Song, Meng, Ermon's update x' = √ᾱ' â + √(1 − ᾱ') ε̂ on every eigenvalue, with the perfect denoiser in
/// variance-preserving coordinates; the laws at the end compared as Gaussians are.
#[test]
fn independent_by_the_published_update() {
    let eigenvalues = [3.0f64, 0.5, 0.04, 0.0];
    let levels = [20.0f64, 6.0, 2.5, 1.0, 0.3, 0.05];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grid.csv");
    let text: String = levels.iter().map(|sigma| format!("{sigma}\n")).collect();
    std::fs::write(&path, format!("sigma\n{text}")).unwrap();
    for start in ["exact", "ve", "vp"] {
        let query = regimes::ask("gaussian").unwrap().set("eigenvalues", "3,0.5,0.04,0");
        let query = query.set("sampler", "ddim").set("start", start);
        let got = query.set("grid", path.to_str().unwrap()).steps().unwrap();
        let (mut made, mut exact, mut kl, mut apart) = (0.0, 0.0, 0.0, 0.0);
        for lambda in eigenvalues {
            let alpha_bar = |sigma: f64| 1.0 / (1.0 + sigma * sigma);
            let first = alpha_bar(levels[0]);
            // Standard deviation of x in variance-preserving coordinates.
            let mut x = match start {
                "exact" => (first * lambda + 1.0 - first).sqrt(),
                "ve" => (1.0 - first).sqrt(),
                _ => 1.0,
            };
            for pair in levels.windows(2) {
                let (a, b) = (alpha_bar(pair[0]), alpha_bar(pair[1]));
                let clean = a.sqrt() * lambda / (a * lambda + 1.0 - a) * x;
                let noise = (x - a.sqrt() * clean) / (1.0 - a).sqrt();
                x = b.sqrt() * clean + (1.0 - b).sqrt() * noise;
            }
            let last = levels[levels.len() - 1];
            let truth = lambda + last * last;
            let variance = x * x / alpha_bar(last);
            made += variance / 4.0;
            exact += truth / 4.0;
            kl += 0.125 * (truth / variance - 1.0 - (truth / variance).ln());
            apart += (variance.sqrt() - truth.sqrt()).powi(2) / 4.0;
        }
        for (name, want) in
            [("variance_ratio", made / exact), ("output_kl", kl), ("output_w2", apart.sqrt())]
        {
            assert!(
                (one(&got, name) - want).abs() < 1e-12,
                "{start} {name}: {} {want}",
                one(&got, name)
            );
        }
    }
}

/// A Marchenko-Pastur spectrum, against the eigenvalues at evenly spaced ranks; an orthonormal embedding,
/// against its two eigenvalues.
#[test]
fn independent_spectra_of_embeddings() {
    use regimes::spectrum::MarchenkoPastur;
    let ask = |model: &str| {
        let query = regimes::ask(model).unwrap().set("sampler", "ddim").set("grid", "karras");
        query.set("steps", 12).set("sigma-noise", "0.05:20")
    };
    let embedded = |embedding: &str| {
        ask("linear-manifold").set("beta", 0.5).set("embedding", embedding).steps().unwrap()
    };
    let of = |list: &[f64]| {
        let list: Vec<String> = list.iter().map(|x| format!("{x:?}")).collect();
        ask("gaussian").set("d", "inf").set("eigenvalues", list.join(",")).steps().unwrap()
    };
    // Ranks from the distribution function, by bisection.
    let law = MarchenkoPastur::new(0.5, 1.0).unwrap();
    let (count, top) = (2000, law.edges().1.value);
    let quantile = |share: f64| {
        let (mut low, mut high) = (0.0, top);
        for _ in 0..40 {
            let middle = 0.5 * (low + high);
            if law.distribution(&[middle])[0] < share { low = middle } else { high = middle }
        }
        high
    };
    let ranks: Vec<f64> = (0..count)
        .map(|k| (k as f64 + 0.5) / count as f64)
        .map(|share| if share < 0.5 { 0.0 } else { quantile(share) })
        .collect();
    for (got, want, tolerance) in
        [(embedded("iid-p"), of(&ranks), 2e-4), (embedded("orthonormal"), of(&[1.0, 0.0]), 1e-13)]
    {
        for name in ["variance_ratio", "output_kl", "output_w2"] {
            let (got, want) = (one(&got, name), one(&want, name));
            assert!((got / want - 1.0).abs() < tolerance, "{name}: {got} {want}");
        }
        assert!(!got.summary().missed_tolerance);
    }
}

/// What is not Gaussian has no closed form, and says so.
#[test]
fn bad_input_other_data_say_why() {
    let query =
        regimes::ask("clusters").unwrap().set("d", 16).set("sampler", "ddim").set("grid", "karras");
    let got = query.set("steps", 5).set("sigma-noise", "0.01:9").steps().unwrap();
    let reason = got.column("variance_ratio").unwrap()[0].reason().unwrap().to_owned();
    assert!(reason.contains("not one Gaussian"), "{reason}");
}

/// From pure noise, as flows and chains of zero terminal snr begin: what Euler's steps in the time u of a flow
/// x = (1 − u) a + u z give, whose first step is from u = 1; and the limit of a start at ever more noise.
#[test]
fn independent_from_pure_noise_by_the_steps_of_a_flow() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grid.csv");
    let times = [1.0f64, 0.7, 0.4, 0.15, 0.02];
    let sigma = |u: f64| u / (1.0 - u);
    let query = || {
        regimes::ask("gaussian").unwrap().set("sampler", "ddim").set("grid", path.to_str().unwrap())
    };
    let written = |first: &str| {
        let rest: String = times[1..].iter().map(|u| format!("{}\n", sigma(*u))).collect();
        std::fs::write(&path, format!("sigma\n{first}\n{rest}")).unwrap();
    };
    let (mut made, mut exact, last) = (0.0, 0.0, times[times.len() - 1]);
    for lambda in [3.0f64, 0.5, 0.0] {
        // The standard deviation of x; E[a|x] of centred Gaussian data is linear in it.
        let mut x = 1.0;
        for pair in times.windows(2) {
            let [u, next] = [pair[0], pair[1]];
            let signal = (1.0 - u) * lambda / ((1.0 - u).powi(2) * lambda + u * u);
            let velocity = (x - signal * x) / u;
            x += (next - u) * velocity;
        }
        made += (x / (1.0 - last)).powi(2) / 3.0;
        exact += (lambda + sigma(last).powi(2)) / 3.0;
    }
    for start in ["exact", "ve", "vp"] {
        written("inf");
        let query = || query().set("eigenvalues", "3,0.5,0").set("start", start);
        let got = one(&query().steps().unwrap(), "variance_ratio");
        assert!((got - made / exact).abs() < 1e-13, "{start}: {got} {}", made / exact);
        written("1e9");
        let near = one(&query().steps().unwrap(), "variance_ratio");
        assert!((got - near).abs() < 1e-8, "{start}: {got} {near}");
    }
    std::fs::write(&path, "sigma\ninf\n0\n").unwrap();
    let table = query().set("sigma", 1).steps().unwrap();
    let reason = table.column("variance_ratio").unwrap()[0].reason().unwrap().to_owned();
    assert!(reason.contains("mean alone"), "{reason}");
}
