//! What holds for every quantity of the list.
use regimes::catalogue;
use regimes::models::parameter::{Value, Values};
use regimes::models::{Entry, Model};
use regimes::process::Noise;
use regimes::quantities::{self, Point, SampleSize};
use regimes::table::{Cell, Kind, flattened, flattened_cells};

/// Parameters of a small model of each kind that needs no file.
fn small(entry: &Entry) -> Option<Values> {
    let mut values = Values::default();
    let number = |text: &str| text.parse::<f64>().map(Value::Number);
    for p in entry.parameters {
        let given = match (entry.name, p.name) {
            ("mixture" | "losses" | "markov-chain", _) => return None,
            (_, "d" | "symbols") => "8",
            (_, "tokens") => "binary:0.3",
            (_, "first") => "0.6",
            (_, "second") => "0.3",
            ("ising-chain", "temperature") => "1",
            (_, "rules" | "branching" | "levels") => "2",
            (_, "grammar") => "random:3",
            (_, "corruption") => "masked",
            ("linear-manifold", "embedding") => "orthonormal",
            ("manifold", "activation") => "tanh",
            (_, "beta") => "0.5",
            ("curie-weiss", "temperature") => "0.8",
            ("independent", "prior") => "gauss-bernoulli:0.3",
            _ => match p.default {
                Some(text) => text,
                None => continue,
            },
        };
        values.set(p.name, number(given).unwrap_or_else(|_| Value::Text(given.into())));
    }
    Some(values)
}

/// A model, its values with a sample size, and the number of samples.
fn cases() -> impl Iterator<Item = (&'static Entry, Box<dyn Model>, Values)> {
    catalogue::all().filter_map(|entry| {
        let mut values = small(entry)?;
        for (name, x) in [
            ("n", 20.0),
            ("kept", 0.3),
            ("epsilon", 0.3),
            ("q", 0.5),
            ("v", 0.5),
            ("r", 1.0),
            ("tilt", 1.0),
            ("overlap", 0.5),
            ("omega", 1.0),
            ("budget", 0.1),
            ("tolerance", 1e-3),
        ] {
            values.set(name, Value::Number(x));
        }
        let model = (entry.build)(&values).unwrap_or_else(|e| panic!("{}: {e}", entry.name));
        Some((entry, model, values))
    })
}

#[test]
fn identity_cells_are_those_of_the_columns() {
    for (entry, model, values) in cases() {
        let size = Some(SampleSize::of(&values, model.dimension()).unwrap());
        // Near the data, between the times, far from them.
        for t in [0.05, 1.0, 30.0] {
            let noise = Some(Noise::at_time(t).unwrap());
            for quantity in quantities::of(entry) {
                // What takes the finite-size averages is slow, and the same at every t.
                let once = quantity.noise() || t == 1.0;
                if !once {
                    continue;
                }
                let about = format!("{} of {} at t = {t}", quantity.name(), entry.name);
                let point = Point {
                    noise: noise.filter(|_| quantity.noise()),
                    size: size.filter(|_| quantity.samples()),
                    values: &values,
                };
                let columns = quantity.columns();
                let cells = quantity.cells(model.as_ref(), &point);
                let cells = cells.unwrap_or_else(|error| panic!("{about}: {error}"));
                assert_eq!(columns.len(), cells.len(), "{about}");
                for (column, cell) in columns.iter().zip(&cells) {
                    // Nothing is not a number, and nothing computed goes without its error.
                    assert!(cell.value().is_none_or(|x| !x.is_nan()), "{about}: {}", column.name);
                    if column.kind == Kind::Estimate {
                        let sound =
                            matches!(cell, Cell::Estimate(_) | Cell::Missing(_) | Cell::Failed(..));
                        assert!(sound, "{about}: {} is {cell:?}", column.name);
                    }
                }
                let flat = flattened(columns.clone());
                assert_eq!(flat.len(), flattened_cells(&columns, cells).len(), "{about}");
            }
        }
    }
}

/// What is missing is said, not computed as something else.
#[test]
fn bad_input_without_noise_or_samples_is_refused() {
    for (entry, model, values) in cases() {
        for quantity in quantities::of(entry).filter(|q| q.noise() || q.samples()) {
            let nothing = Point { noise: None, size: None, values: &values };
            let refused = match quantity.cells(model.as_ref(), &nothing) {
                Err(error) => error.to_string().contains("missing"),
                Ok(cells) => cells
                    .iter()
                    .any(|cell| cell.reason().is_some_and(|reason| reason.contains("missing"))),
            };
            let absent = matches!(model.classes(), regimes::Answer::Absent(_));
            assert!(refused || absent, "{} of {}", quantity.name(), entry.name);
        }
    }
}

/// What failed without a best value has none: not a number never stands in a cell.
#[test]
fn regression_a_failure_without_a_value_is_no_number() {
    let nothing = regimes::numerics::NumericsError::ToleranceMissed {
        what: "v",
        value: f64::NAN,
        error: 1e-15,
        tolerance: 1e-12,
    };
    assert!(!nothing.to_string().contains("NaN"), "{nothing}");
    assert!(Cell::from(Err(nothing.into())).value().is_none());
    // Latents so few that t_C lies where their posterior variance is below all that is looked at.
    let few = regimes::ask("manifold").unwrap().set("activation", "tanh").set("beta", 1e-4);
    let times = few.set("alpha", 0.3).times().unwrap();
    let cell = times.column("t_C.asymptotic").unwrap()[0];
    assert!(cell.value().is_none() && cell.reason().unwrap().contains("not resolved"), "{cell:?}");
}
