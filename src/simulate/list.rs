//! The list of experiments: what each shows of its blocks.

use super::experiments::{Experiment, Kind, Measurement, Results};
use super::settings::{
    BINS, BLOCKS, CLASS, GUIDED_BETWEEN, GUIDED_STEPS, HORIZON, MEMORY, OMEGA, POINTS, PRECISION,
    ROUTE, SAMPLER, SCORE, SEED, SHOW, STEPS, Settings,
};
use super::{Measured, clones, collapse, entropy, guidance, levels, uturn};
use crate::dataset::observables::{
    CLONES, LEAVE_ONE_OUT, NEAREST, OWN_WEIGHT, Observable, PARTICIPATION,
};
use crate::error::{Error, Result};
use crate::suggest::among;
use crate::table::{Cell, Column};

fn observed(o: Observable) -> Column {
    Column::sampled(o.name, o.symbol, o.unit, o.source)
}

/// Every experiment; a new one is its file in `simulate` and an entry here.
pub const EXPERIMENTS: &[Experiment] = &[
    Experiment {
        kind: Kind::Clones,
        name: "clones",
        about: "φ and φ_C: how often two backward runs from one x_t end in one class, on one sample",
        example: "--t 1:6:#11",
        curve: true,
        stored: true,
        points: "pairs of clones at every time",
        settings: &[SCORE, ROUTE, HORIZON, STEPS, BLOCKS, POINTS, SEED, PRECISION, MEMORY],
        columns: |settings| {
            let mut columns =
                vec![Column::sampled("phi", "φ", "probability", "BBDM24 Eq. 6").flat()];
            if !settings.exact {
                columns.push(observed(CLONES));
            }
            columns
        },
        rows: |settings, results| {
            rows_over_times(results, |k| {
                let draws = draws(settings);
                let clones = clones::at(results.blocks, k, draws, !settings.exact);
                let mut cells = vec![if results.classes {
                    sampled(clones.phi)
                } else {
                    Cell::Missing("the data have one class".into())
                }];
                cells.extend(clones.coincidence.map(sampled));
                cells
            })
        },
        notes: |settings| {
            let score =
                if settings.exact { "the model's own score" } else { "the empirical score" };
            let scheme = settings.scheme;
            vec![if settings.euler {
                format!(
                    "{score}, Euler-Maruyama with steps of {} (T = {}, {} steps)",
                    scheme.step(),
                    scheme.horizon,
                    scheme.steps
                )
            } else {
                format!(
                    "{score}, ends drawn from the posterior: averages of the probabilities themselves"
                )
            }]
        },
    },
    Experiment {
        kind: Kind::Entropy,
        name: "entropy",
        about: "f^e(t) = H(index | x_t, data)/d, its leave-one-out version, φ_C, own weight, nearest sample, participation",
        example: "--t 0.5:4:#15",
        curve: true,
        stored: true,
        points: "points at every time",
        settings: &[BLOCKS, POINTS, SEED, PRECISION, MEMORY],
        columns: |_| {
            let f = Column::sampled("f", "f^e", "nats per dimension", "BBDM24 Eq. 5").flat();
            let mut columns = vec![f, Column::sampled("f_over_alpha", "f^e/α", "", "").flat()];
            columns
                .extend([LEAVE_ONE_OUT, CLONES, OWN_WEIGHT, NEAREST, PARTICIPATION].map(observed));
            columns
        },
        rows: |settings, results| {
            rows_over_times(results, |k| {
                let found = entropy::at(results.blocks, k, draws(settings));
                let f = found.index.times(1.0 / results.dimension);
                let mut cells = vec![sampled(f), sampled(f.times(1.0 / results.alpha))];
                cells.push(sampled(found.leave_one_out.times(1.0 / results.dimension)));
                let weights = [found.clones, found.own_weight, found.nearest, found.participation];
                cells.extend(weights.map(sampled));
                cells
            })
        },
        notes: |_| vec!["f^e is averaged as −Σ w log w: positive, it never crosses zero".into()],
    },
    Experiment {
        kind: Kind::Collapse,
        name: "collapse",
        about: "t̂_C of trajectories: the last change of their nearest sample; mean, histogram, histories",
        example: "--blocks 4 --points 64",
        curve: false,
        stored: true,
        points: "trajectories",
        settings: &[ROUTE, HORIZON, STEPS, SHOW, BINS, BLOCKS, POINTS, SEED, PRECISION, MEMORY],
        columns: |settings| match settings.show {
            "histogram" => vec![
                Column::number("t", "t", "OU time"),
                Column::number("width", "width", "OU time"),
                Column::sampled("density", "p(t̂_C)", "per OU time", "").flat(),
                Column::number("count", "count", "trajectories"),
            ],
            "histories" => vec![
                Column::number("trajectory", "trajectory", ""),
                Column::number("t", "t", "OU time"),
                Column::number("nearest", "nearest", "sample, from 0"),
            ],
            _ => vec![
                Column::sampled("last_change", "t̂_C", "OU time", "").flat(),
                Column::number("deviation", "sd", "OU time"),
                Column::number("median", "median", "OU time"),
                Column::number("trajectories", "trajectories", ""),
            ],
        },
        rows: collapse_rows,
        notes: |settings| {
            let scheme = settings.scheme;
            let how = if settings.euler {
                "Euler-Maruyama from pure noise with the empirical score"
            } else {
                "forward paths from random samples, which are backward paths of the exact empirical score"
            };
            vec![format!("{how}; T = {}, steps of {}", scheme.horizon, scheme.step())]
        },
    },
    Experiment {
        kind: Kind::Levels,
        name: "levels",
        about: "energies |x − a e^(−t)|²/2Δ of the samples seen from a noisy one, for n beyond memory",
        example: "--t 0.5:4:#8 --blocks 8 --points 32",
        curve: true,
        stored: false,
        points: "points at every time",
        settings: &[BLOCKS, POINTS, SEED, PRECISION],
        columns: |_| {
            vec![
                Column::sampled("own_energy", "E_1/d", "per dimension", "D81"),
                Column::sampled("least_energy", "min E/d", "per dimension", "D81"),
                Column::sampled("free_energy", "ψ", "nats per dimension", "D81"),
                Column::sampled("condensed", "E Σv²", "", "D81"),
            ]
        },
        rows: |settings, results| {
            rows_over_times(results, |k| {
                let found = levels::at(results.blocks, k, draws(settings));
                [found.own, found.least, found.free_energy, found.condensed].map(sampled).to_vec()
            })
        },
        notes: |_| {
            vec![
                "least energy, ψ = (1/d) log Σ e^−E and v: of the samples other than the own one"
                    .into(),
            ]
        },
    },
    Experiment {
        kind: Kind::Uturn,
        name: "uturn",
        about: "forward from a sample to x_t and back: class and sample retained, overlap of start and end",
        example: "--t 0.5:4:#8 --blocks 8 --points 64",
        curve: true,
        stored: true,
        points: "U-turns at every time",
        settings: &[SCORE, ROUTE, HORIZON, STEPS, BLOCKS, POINTS, SEED, PRECISION, MEMORY],
        columns: |settings| {
            let mut columns = vec![
                Column::sampled("class_retention", "φ", "probability", "SFW24").flat(),
                Column::sampled("overlap", "q", "per dimension", "GSV05"),
            ];
            if !settings.exact {
                columns.push(Column::sampled("index_retention", "φ_C", "probability", "D81"));
            }
            columns
        },
        rows: |settings, results| {
            rows_over_times(results, |k| {
                let found = uturn::at(results.blocks, k, draws(settings), !settings.exact);
                let class = if results.classes {
                    sampled(found.class)
                } else {
                    Cell::Missing("the data have one class".into())
                };
                [class, sampled(found.overlap)]
                    .into_iter()
                    .chain(found.index.map(sampled))
                    .collect()
            })
        },
        notes: |settings| {
            let score =
                if settings.exact { "the model's own score" } else { "the empirical score" };
            vec![format!("{score}, back by the stochastic process")]
        },
    },
    Experiment {
        kind: Kind::Guidance,
        name: "guidance",
        about: "guided runs with the exact scores of the classes: mean shift, variance, share of the class",
        example: "--omega 1 --steps 300 --blocks 4 --points 32",
        curve: false,
        stored: false,
        points: "guided runs",
        settings: &[
            OMEGA,
            SAMPLER,
            CLASS,
            GUIDED_STEPS,
            GUIDED_BETWEEN[0],
            GUIDED_BETWEEN[1],
            BLOCKS,
            POINTS,
            SEED,
        ],
        columns: |_| {
            vec![
                Column::sampled("mean_shift", "δ/σ", "σ", "PVBM25"),
                Column::sampled("variance_ratio", "v/σ²", "", "PVBM25"),
                Column::sampled("across_ratio", "v⊥/σ²", "other directions", "PVBM25"),
                Column::sampled("class_share", "P(class)", "probability", "PVBM25"),
            ]
        },
        rows: |settings, results| {
            let found = guidance::all(results.blocks, draws(settings));
            let all = [found.mean_shift, found.variance_ratio, found.across, found.share];
            vec![(0, all.map(sampled).to_vec())]
        },
        notes: |settings| {
            let which = settings.guided.map_or("", |plan| {
                if plan.flow { "probability flow" } else { "stochastic process" }
            });
            vec![format!("S_c + ω (S_c − S) by the {which}, Heun steps even in log snr")]
        },
    },
];

impl Experiment {
    /// The experiment called `name`.
    ///
    /// # Errors
    /// [`Error::Argument`] for a name that is none, with the nearest one.
    pub fn find(name: &str) -> Result<&'static Self> {
        EXPERIMENTS.iter().find(|e| e.name == name).ok_or_else(|| {
            let known = among(name, EXPERIMENTS.iter().map(|e| e.name));
            Error::argument("experiment", name, format!("must be one of {known}"))
        })
    }
}

/// Points in all at one time.
fn draws(settings: &Settings) -> f64 {
    (settings.blocks * settings.points) as f64
}

fn sampled(measured: Measured) -> Cell {
    Cell::Sampled(measured.value, Some(measured.stderr))
}

fn rows_over_times(results: &Results<'_>, cells: impl Fn(usize) -> Vec<Cell>) -> Vec<Measurement> {
    (0..results.times).map(|k| (k, cells(k))).collect()
}

fn collapse_rows(settings: &Settings, results: &Results<'_>) -> Vec<Measurement> {
    let (blocks, points) = (results.blocks, settings.points);
    let numbers =
        |list: &[f64]| -> Measurement { (0, list.iter().map(|x| Cell::Number(*x)).collect()) };
    match settings.show {
        "histogram" => collapse::histogram(blocks, points, settings.bins)
            .into_iter()
            .map(|bin| {
                let place = [bin.middle, bin.width].map(Cell::Number);
                let count = Cell::Number(bin.count as f64);
                (0, place.into_iter().chain([sampled(bin.density), count]).collect())
            })
            .collect(),
        "histories" => {
            let steps = settings.scheme.steps;
            let mut rows = Vec::with_capacity(blocks.len() * points * (steps + 1));
            for trajectory in 0..blocks.len() * points {
                for k in (0..=steps).rev() {
                    let nearest = collapse::nearest_at(blocks, points, steps, trajectory, k);
                    let t = settings.scheme.step() * k as f64;
                    rows.push(numbers(&[trajectory as f64, t, nearest]));
                }
            }
            rows
        }
        _ => {
            let all = collapse::summary(blocks, points);
            let rest = [all.deviation, all.median, all.count as f64].map(Cell::Number);
            vec![(0, [sampled(all.mean)].into_iter().chain(rest).collect())]
        }
    }
}
