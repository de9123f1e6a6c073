//! Speed of the empirical score beside plain matrix products: `cargo bench --bench score`.
//!
//! 256 points, 20 000 samples, 1024 dimensions. The score needs two products of that size; its rate
//! is theirs over its time. Products and scores alternate, so that other work on the machine slows
//! both.

#![allow(clippy::print_stdout)]

use criterion::Criterion;
use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use rayon::prelude::*;
use regimes::models::{Clusters, Model};
use regimes::numerics::random::{Purpose, Seed};
use regimes::simulate::{DataSet, Points, Real, see};
use regimes::{Answer, Noise};
use std::hint::black_box;
use std::time::Instant;

const POINTS: usize = 256;
const SAMPLES: usize = 20_000;
const DIMENSION: usize = 1024;
const ROUNDS: usize = 9;

fn data<T: Real>() -> DataSet<T> {
    let mut frame = Seed(1).stream(Purpose::Frame, 0, 0);
    let sampler =
        Clusters::new(DIMENSION as f64, 1.0, 1.0).and_then(|model| model.sampler(&mut frame));
    let Ok(Answer::Value(sampler)) = sampler else { unreachable!("two clusters have samples") };
    let Ok(data) = DataSet::draw(sampler.as_ref(), SAMPLES, Seed(1), 0) else {
        unreachable!("samples are finite")
    };
    data
}

/// Noisy samples at time `t`.
fn points<T: Real>(data: &DataSet<T>, t: f64) -> Points {
    let Ok(noise) = Noise::at_time(t) else { unreachable!("the time is positive") };
    let mut stream = Seed(1).stream(Purpose::Points, 0, 0);
    let mut points = Points {
        dimension: DIMENSION,
        values: Vec::new(),
        noises: vec![noise; POINTS],
        own: Vec::new(),
        hints: Vec::new(),
    };
    for _ in 0..POINTS {
        let own = stream.below(data.len());
        points.values.extend(
            data.sample(own).map(|a| noise.decay() * a + noise.delta().sqrt() * stream.normal()),
        );
    }
    points
}

/// Seconds of the two products alone, samples cut into pieces of `piece`.
fn products<T: Real>(samples: &[T], values: &[T], piece: usize) -> f64 {
    let (d, q) = (DIMENSION, POINTS);
    let one = T::narrow(1.0);
    let start = Instant::now();
    let total: f64 = samples
        .par_chunks(piece * d)
        .map(|rows| {
            let n = rows.len() / d;
            let samples = MatRef::from_column_major_slice(rows, d, n);
            let points = MatRef::from_column_major_slice(values, d, q);
            let (mut weights, mut means) = (vec![T::default(); n * q], vec![T::default(); d * q]);
            let target = MatMut::from_column_major_slice_mut(&mut weights, n, q);
            matmul(target, Accum::Replace, samples.transpose(), points, one, Par::Seq);
            let weights = MatRef::from_column_major_slice(&weights, n, q);
            let target = MatMut::from_column_major_slice_mut(&mut means, d, q);
            matmul(target, Accum::Replace, samples, weights, one, Par::Seq);
            means[0].wide()
        })
        .sum();
    black_box(total);
    start.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Rates of products and scores, and their ratio.
fn report<T: Real>() {
    let data = data::<T>();
    let samples: Vec<T> =
        (0..data.len()).flat_map(|i| data.sample(i).map(T::narrow).collect::<Vec<T>>()).collect();
    let work = 4.0 * (POINTS * SAMPLES * DIMENSION) as f64 * 1e-9;
    for (t, what) in [(6.0, "all weights alike"), (2.0, "near collapse"), (0.7, "collapsed")] {
        let points = points(&data, t);
        let narrow: Vec<T> = points.values.iter().map(|x| T::narrow(*x)).collect();
        let mut times: [Vec<f64>; 4] = Default::default();
        for _ in 0..ROUNDS {
            times[0].push(products(
                &samples,
                &narrow,
                SAMPLES.div_ceil(rayon::current_num_threads()),
            ));
            times[1].push(products(&samples, &narrow, 256));
            for (means, place) in [(true, 2), (false, 3)] {
                let start = Instant::now();
                let _ = black_box(see(&data, &points, means));
                times[place].push(start.elapsed().as_secs_f64());
            }
        }
        // The fastest way to multiply is the measure.
        let fastest: Vec<f64> = times[0].iter().zip(&times[1]).map(|(a, b)| a.min(*b)).collect();
        let ratio = |place: usize, share: f64| {
            median(fastest.iter().zip(&times[place]).map(|(p, s)| 100.0 * share * p / s).collect())
        };
        println!(
            "{} at t = {t} ({what}): products {:.0} GFLOP/s, score {:.0} % of that rate, weights alone {:.0} %",
            T::NAME,
            work / median(fastest.clone()),
            ratio(2, 1.0),
            ratio(3, 0.5),
        );
    }
}

/// Largest memory of this process so far, from Linux's accounting.
fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kib| kib / 1024.0)
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args().sample_size(10);
    {
        let data = data::<f32>();
        let points = points(&data, 2.0);
        let _ = black_box(see(&data, &points, true));
        if let Some(peak) = peak_memory() {
            println!("f32: data set and one score, {peak:.0} MiB at most");
        }
        criterion.bench_function("score, 256 × 20 000 × 1024, f32", |bench| {
            bench.iter(|| see(&data, &points, true));
        });
        criterion.bench_function("weights, 256 × 20 000 × 1024, f32", |bench| {
            bench.iter(|| see(&data, &points, false));
        });
    }
    report::<f32>();
    report::<f64>();
    criterion.final_summary();
}
