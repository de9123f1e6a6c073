//! The equilibrium is the lowest point of the potential, whatever the search for it looked at.
use regimes::channel::{Channel, Response};
use regimes::replica::Replica;
use regimes::symbolic::{SHORTCUTS, activation};

/// Values of v at which the potential is looked at, a decade.
const PER_DECADE: f64 = 0.75;

/// Decades below ρ.
const DECADES: f64 = 9.0;

/// What equilibrium and potential may both be wrong by beyond their stated errors.
const ROUNDING: f64 = 1e-12;

fn below(name: &str, latent: &str, beta: f64, snr: f64) -> Option<String> {
    let prior = regimes::prior::named(latent).unwrap();
    let rho = prior.second_moment();
    let channel = Channel::new(&Response::from(&activation(name).unwrap()), 1.0, rho).unwrap();
    let model = Replica::new(prior.clone(), channel, beta).unwrap();
    let branches = model.branches(snr).unwrap();
    let best = branches.equilibrium().information;
    if let Some(entropy) = prior.entropy()
        && best.lower() > beta * entropy + ROUNDING
    {
        return Some(format!("{name} {latent} {beta} {snr}: {best:?} above {}", beta * entropy));
    }
    (0..(DECADES * PER_DECADE) as usize).find_map(|k| {
        let v = prior.variance() * 0.999 * 10f64.powf(-(k as f64) / PER_DECADE);
        let potential = model.potential(v, snr).unwrap();
        let lower = potential.upper() < best.lower() - ROUNDING;
        lower.then(|| format!("{name} {latent} {beta} {snr}: {best:?}, {potential:?} at {v}"))
    })
}

#[test]
fn identity_nothing_lies_below_the_equilibrium() {
    let mut questions = Vec::new();
    for shortcut in SHORTCUTS {
        for (k, latent) in
            ["normal", "rademacher", "binary:0.2", "gauss-bernoulli:0.1"].into_iter().enumerate()
        {
            for (beta, snrs) in [(0.3, [2.0, 60.0]), (1.5, [9.0, 300.0])] {
                for snr in snrs {
                    questions.push((shortcut.name, latent, beta, snr * (1.0 + 0.1 * k as f64)));
                }
            }
        }
    }
    let half = questions.len() / 2;
    let failures: Vec<String> = std::thread::scope(|scope| {
        let halves = [&questions[..half], &questions[half..]];
        let handles = halves.map(|part| {
            scope.spawn(move || {
                part.iter()
                    .filter_map(|&(name, latent, beta, snr)| below(name, latent, beta, snr))
                    .collect::<Vec<_>>()
            })
        });
        handles.into_iter().flat_map(|h| h.join().unwrap()).collect()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
