//! The exact empirical score of strings of tokens: how much is left open of which sample a noisy one came from.

use super::blocks::{self, Looks, Measured, Unit};
use super::entropy;
use super::experiments::Experiment;
use super::layout::Layout;
use super::packed::Packed;
use super::run::depends_on;
use super::settings::Settings;
use super::work::{Heard, Runner, Work};
use crate::Answer;
use crate::dataset::observables::{CLONES, NEAREST, OWN_WEIGHT, PARTICIPATION};
use crate::error::{Error, Result};
use crate::memory;
use crate::models::Entry;
use crate::models::parameter::Parameter;
use crate::numerics::Estimate;
use crate::numerics::random::{MOST_BLOCKS, MOST_PARTS, Purpose};
use crate::quantities::{self, SampleSize, noise, sample_size};
use crate::strings::conventions;
use crate::strings::noise::KEPT;
use crate::sweep::{Models, Request, Typed, parameter_cell, parameter_column};
use crate::table::{Cell, Column, Head, Plan, Row};
use crate::tokens::{Corruption, Noised};
use std::ops::Range;
use std::sync::Arc;

/// Most samples and tokens of a string: they are counted in 32 bits.
const LARGEST: f64 = 4e9;

/// One combination of parameters, whose strings are drawn anew in every block.
struct Job {
    size: SampleSize,
    n: usize,
    length: usize,
    bytes: f64,
}

/// Runs the simulation by `runner` and prepares its table.
///
/// # Errors
/// Wrong arguments; strings that are not drawn; whatever `runner` finds wrong.
pub(super) fn plan<Face, T: Typed<Face> + ?Sized>(
    experiment: &'static Experiment,
    entry: &'static Entry,
    typed: &T,
    runner: &Runner<'_>,
) -> Result<Plan<'static>> {
    let request = Arc::new(Request::read(typed, &experiment.parameters(Some(entry)))?);
    let settings = Settings::read(typed, &experiment.settings_of(Some(entry)))?;
    noise::given_once(entry.process, &request)?;
    sample_size::exactly_one(&request)?;
    let models = Models::new(entry, Arc::clone(&request))?;
    let layout = Layout::new(&request)?;
    let levels: Vec<f64> = (0..layout.times())
        .map(|k| request.at(layout.row(0, k)).required(KEPT.name))
        .collect::<Result<_>>()?;
    let jobs = jobs(&request, &models, &layout, &settings)?;
    let steps = |blocks: Range<usize>| blocks.len() * levels.len();
    let block = |index: usize, heard: &Heard<'_>| {
        let combination = index / settings.blocks;
        let model = models.at(layout.row(combination, 0))?;
        let unit = Unit { seed: settings.seed, block: index as u64, heard };
        of_block(model.strings().required()?, &jobs[combination], &levels, settings.points, unit)
    };
    let results = runner(&Work {
        command: format!("simulate {}", experiment.name),
        model: entry.name,
        settings: depends_on(&request, &[], &settings),
        width: entropy::width(levels.len()),
        count: jobs.len() * settings.blocks,
        at_once: blocks::side_by_side(jobs.iter().map(|job| job.bytes).fold(0.0, f64::max)),
        steps: &steps,
        block: &block,
    })?;
    let shown = shown(entry, &request);
    let mut rows = Vec::new();
    for (combination, blocks) in results.chunks(settings.blocks).enumerate() {
        for (k, &kept) in levels.iter().enumerate() {
            let index = layout.row(combination, k);
            let (job, values) = (&jobs[combination], request.at(index));
            let mut cells = vec![Cell::Number(job.length as f64)];
            cells.extend(job.size.cells());
            cells.extend(shown.iter().map(|p| parameter_cell(&values, p.name)));
            cells.push(Cell::Number(kept));
            let draws = (settings.blocks * settings.points) as f64;
            let found = entropy::at(blocks, k, draws);
            let f = found.index.times(1.0 / job.length as f64);
            let over_alpha = f.times(1.0 / job.size.alpha.value);
            let weights = [found.clones, found.own_weight, found.nearest, found.participation];
            let sampled = |m: Measured| Cell::Sampled(m.value, Some(m.stderr));
            cells.extend([f, over_alpha].into_iter().chain(weights).map(sampled));
            rows.push((index, Row { cells, notes: Vec::new() }));
        }
    }
    rows.sort_by_key(|(index, _)| *index);
    let rows: Vec<Row> = rows.into_iter().map(|(_, row)| row).collect();
    let mut head = Head::new(
        &format!("simulate {}", experiment.name),
        entry.name,
        columns(entry, &shown),
        rows.len(),
    );
    conventions(&mut head);
    head.axes = request.swept();
    head.notes = models.first_sound()?.map_or_else(Vec::new, |model| model.notes());
    head.notes.push(format!(
        "standard errors from {} independent blocks of {} points at every noise level, each with its own data set; seed {}",
        settings.blocks, settings.points, settings.seed.0
    ));
    let missing = |index| Error::Usage(format!("there is no row {index}"));
    let row = move |index: usize| rows.get(index).cloned().ok_or_else(|| missing(index));
    Ok(Plan { head, row: Box::new(row) })
}

/// Parameters of the model beside d that were given.
fn shown(entry: &Entry, request: &Request) -> Vec<Parameter> {
    let given = |p: &&Parameter| {
        p.name != "d" && (request.axis(p.name).is_some() || request.fixed.text(p.name).is_some())
    };
    entry.parameters.iter().filter(given).copied().collect()
}

fn columns(entry: &Entry, shown: &[Parameter]) -> Vec<Column> {
    let mut columns = vec![quantities::dimension(entry)];
    columns.extend(SampleSize::columns());
    columns.extend(shown.iter().map(parameter_column));
    columns.extend(noise::columns_of(entry.process));
    columns.push(Column::sampled("f", "f^e", "nats per token", "BBDM24 Eq. 5").flat());
    columns.push(Column::sampled("f_over_alpha", "f^e/α", "", "").flat());
    let weights = [CLONES, OWN_WEIGHT, NEAREST, PARTICIPATION];
    columns.extend(weights.map(|o| Column::sampled(o.name, o.symbol, o.unit, o.source)));
    columns
}

/// What every combination is, each held against the memory that it takes.
fn jobs(
    request: &Request,
    models: &Models,
    layout: &Layout,
    settings: &Settings,
) -> Result<Vec<Job>> {
    let combinations = layout.combinations();
    let streams = combinations as f64 * settings.blocks as f64;
    if streams > MOST_BLOCKS as f64 {
        let expected = format!(
            "{combinations} combinations of parameters make {streams:.1e} blocks, more than the {MOST_BLOCKS} that there are random numbers for"
        );
        return Err(Error::argument("--blocks", settings.blocks, expected));
    }
    if layout.times() as u64 >= MOST_PARTS {
        let expected = "at fewer levels: there are no random numbers for so many";
        return Err(Error::argument("--kept", layout.times(), expected));
    }
    let width = entropy::width(layout.times()) as f64;
    memory::fits("the results of all blocks", 8.0 * width * streams, "--blocks or list of levels")?;
    (0..combinations)
        .map(|combination| {
            let row = layout.row(combination, 0);
            let model = models.at(row)?;
            let Noised { strings, .. } = model.strings().required()?;
            let (length, symbols) = (strings.length(), strings.symbols());
            if length > LARGEST {
                let expected = "a simulation needs a finite number of tokens, below 4e9";
                return Err(Error::argument("--d", length, expected));
            }
            if symbols > LARGEST {
                let expected = "is too many symbols to draw: 4e9 at most";
                return Err(Error::argument("--tokens", symbols, expected));
            }
            let n = SampleSize::of(&request.at(row), length)?.n.round();
            if !(2.0..=LARGEST).contains(&n) {
                let expected = "a simulation needs from 2 to 4e9 samples; `curve excess-entropy --order exact` takes any n";
                return Err(Error::argument("n", n, expected));
            }
            let log_n = Estimate::exact(n).ln();
            let size = SampleSize { n, log_n: log_n.value, alpha: log_n / length };
            let bytes = Packed::bytes(n, length, symbols);
            if bytes > settings.memory {
                let gib = bytes / f64::from(1 << 30);
                let expected = format!("makes a data set of {gib:.1} GiB: raise --memory, or take fewer samples");
                return Err(Error::argument("n", n, expected));
            }
            memory::fits("the strings of one block", bytes + 16.0 * length, "n or --d")?;
            // Whoever draws no strings says so before anything is computed.
            let mut stream = settings.seed.stream(Purpose::Samples, 0, 0);
            if let Answer::Absent(reason) = strings.draw(&mut stream, &mut vec![0; length as usize]) {
                return Err(Error::Usage(format!("no strings are drawn: {reason}")));
            }
            Ok(Job { size, n: n as usize, length: length as usize, bytes })
        })
        .collect()
}

/// One block: a data set, and averages over `points` noisy samples at each level.
fn of_block(
    noised: Noised<'_>,
    job: &Job,
    levels: &[f64],
    points: usize,
    unit: Unit<'_>,
) -> Result<Vec<f64>> {
    let Noised { strings, corruption } = noised;
    let symbols = strings.symbols();
    let mut samples = Packed::new(job.length, symbols, job.n);
    let mut tokens = vec![0u32; job.length];
    let mut stream = unit.seed.stream(Purpose::Samples, unit.block, 0);
    for k in 0..job.n {
        strings.draw(&mut stream, &mut tokens).required()?;
        samples.set(k, &tokens);
    }
    let mut means = Vec::with_capacity(entropy::width(levels.len()));
    let mut point = Packed::new(job.length, symbols, 1);
    for (level, &kept) in levels.iter().enumerate() {
        let mut stream = unit.seed.stream(Purpose::Points, unit.block, level as u64);
        let mut sums = [0.0; 6];
        for _ in 0..points {
            let own = stream.below(job.n);
            samples.tokens(own, &mut tokens);
            let seen = match corruption {
                Corruption::Masked => {
                    let mut visible = vec![0u64; job.length.div_ceil(64)];
                    for k in 0..job.length {
                        visible[k / 64] |= u64::from(stream.uniform() < kept) << (k % 64);
                    }
                    point.set(0, &tokens);
                    matching(&samples, &point, &visible, job.n)
                }
                Corruption::Uniform => {
                    for token in &mut tokens {
                        if stream.uniform() >= kept {
                            *token = stream.below(symbols as usize) as u32;
                        }
                    }
                    point.set(0, &tokens);
                    let closeness = (1.0 - kept) / (1.0 + (symbols - 1.0) * kept);
                    weighing(&samples, &point, job, own, closeness)
                }
            };
            sums.iter_mut().zip(seen).for_each(|(sum, value)| *sum += value);
        }
        means.extend(sums.map(|sum| sum / points as f64));
        (unit.heard)()?;
    }
    means.extend(Looks::default().fields());
    Ok(means)
}

/// Under masking all samples that match what is visible weigh alike. In the order of [`entropy`], whose
/// leave-one-out average is −∞ here and left out.
fn matching(samples: &Packed, point: &Packed, visible: &[u64], n: usize) -> [f64; 6] {
    let count = (0..n).filter(|k| samples.matches(*k, point, visible)).count() as f64;
    [count.ln(), 0.0, count, 1.0 / count, 1.0 / count, 1.0 / count]
}

/// Under uniform noise a sample weighs ρ^h, h being the number of tokens in which it differs.
fn weighing(samples: &Packed, point: &Packed, job: &Job, own: usize, closeness: f64) -> [f64; 6] {
    let mut counts = vec![0u32; job.length + 1];
    for k in 0..job.n {
        counts[samples.distance(k, point)] += 1;
    }
    let least = counts.iter().position(|count| *count > 0).unwrap_or(0);
    let (mut sum, mut squares, mut logs) = (0.0, 0.0, 0.0);
    for (h, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let further = (h - least) as f64;
        let (weight, count) = (closeness.powf(further), f64::from(*count));
        sum += count * weight;
        squares += count * weight * weight;
        if weight > 0.0 {
            logs += count * weight * further * closeness.ln();
        }
    }
    let mine = closeness.powf((samples.distance(own, point) - least) as f64) / sum;
    // ρ = 0 and h least: 0⁰ = 1, and no logarithm.
    let logs = if logs.is_nan() { 0.0 } else { logs };
    let coincidence = squares / (sum * sum);
    [sum.ln() - logs / sum, 0.0, 1.0 / coincidence, coincidence, mine, 1.0 / sum]
}
