//! The regimes on a time axis, drawn to scale.
//!
//! Backward in time a run passes noise (right), commits to a class at t_S, and collapses onto a
//! training sample at t_C (left). The t_S that is quoted (`transitions::quoted`) and the first t_C of the
//! table bound the regimes; the other criteria are marked below the axis.

use super::super::number::readable;
use super::words::{joined, width_of};
use regimes::table::{Head, Row};

/// Beyond this ratio of the largest time to the least the axis is logarithmic.
const LOGARITHMIC: f64 = 30.0;

/// Beyond this many powers of ten only every one of them is a candidate for a tick.
const FINE_DECADES: f64 = 3.0;

/// Columns before the axis, for the symbols of the marks.
const MARGIN: usize = 6;

/// How a collapse before any commitment is remarked on.
const NO_REGIME_TWO: &str = "no regime II";

/// Times that bound regimes, and how they are called.
struct Time<'a> {
    name: &'a str,
    symbol: &'a str,
    value: Option<f64>,
    reason: &'a str,
}

/// The axis: which time stands in which column.
struct Axis {
    from: f64,
    to: f64,
    log: bool,
    width: usize,
}

impl Axis {
    fn new(times: &[f64], width: usize) -> Option<Self> {
        let most = times.iter().copied().fold(f64::NAN, f64::max);
        let least = times.iter().copied().fold(f64::NAN, f64::min);
        if !(least > 0.0 && most.is_finite()) {
            return None;
        }
        let log = most > LOGARITHMIC * least;
        let (from, to) = if log { (least / 3.0, most * 3.0) } else { (0.0, most * 1.3) };
        Some(Self { from, to, log, width })
    }

    fn column(&self, t: f64) -> usize {
        let share =
            if self.log { (t / self.from).ln() / (self.to / self.from).ln() } else { t / self.to };
        (share.clamp(0.0, 1.0) * (self.width - 1) as f64).round() as usize
    }

    /// Times to label, from the left.
    fn ticks(&self) -> Vec<f64> {
        let (from, to) = (self.from.max(f64::MIN_POSITIVE), self.to);
        if self.log {
            let steps: &[f64] =
                if (to / from).log10() <= FINE_DECADES { &[1.0, 2.0, 5.0] } else { &[1.0] };
            let decades = from.log10().floor() as i32..=to.log10().ceil() as i32;
            let all = decades.flat_map(|k| steps.iter().map(move |s| s * 10f64.powi(k)));
            return all.filter(|t| (from..=to).contains(t)).collect();
        }
        let rough = to / 6.0;
        let power = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|s| s * power).into_iter().find(|s| *s >= rough);
        let step = step.unwrap_or(rough);
        (0..).map(|k| f64::from(k) * step).take_while(|t| *t <= to).collect()
    }
}

/// A stretch of the axis between two columns.
struct Regime {
    numeral: &'static str,
    name: &'static str,
    from: usize,
    to: usize,
}

/// The times of a row that bound the regimes, t_S and t_C, by name; nothing where a row has no such
/// column, or no such time.
pub fn bounds(head: &Head, row: &Row) -> [Option<(String, f64)>; 2] {
    let times = times(head, row);
    bounding(&times).map(|time| time.and_then(|time| Some((time.name.to_owned(), time.value?))))
}

fn times<'a>(head: &'a Head, row: &'a Row) -> Vec<Time<'a>> {
    head.columns
        .iter()
        .zip(&row.cells)
        .filter(|(column, _)| column.kind.spread().is_some() && column.is_time())
        .filter(|(column, _)| {
            let (group, rest) = column.name.split_once('.').unwrap_or_default();
            ["t_S", "t_C"].contains(&group) && !rest.contains('.')
        })
        .map(|(column, cell)| Time {
            name: &column.name,
            symbol: &column.symbol,
            value: cell.value().filter(|t| t.is_finite() && *t > 0.0),
            reason: cell.reason().unwrap_or("not at a positive time"),
        })
        .collect()
}

fn bounding<'a>(times: &'a [Time<'a>]) -> [Option<&'a Time<'a>>; 2] {
    let first = |group: &str| times.iter().find(|t| t.name.starts_with(group));
    // The first that there is.
    let quoted = |t: &&Time<'_>| t.name.starts_with("t_S.") && t.value.is_some();
    [times.iter().find(quoted).or_else(|| first("t_S.")), first("t_C.")]
}

/// The lines of the picture; none for a table without both kinds of times.
pub(super) fn bar(head: &Head, row: &Row, width: usize) -> Vec<String> {
    let times = times(head, row);
    let [Some(speciation), Some(collapse)] = bounding(&times) else {
        return Vec::new();
    };
    if speciation.value.is_none() && collapse.value.is_none() {
        return Vec::new();
    }
    let classes = times.iter().any(|t| ["t_S.between-class", "t_S.bayes"].contains(&t.name));
    let marks: Vec<f64> = times.iter().filter_map(|t| t.value).collect();
    let Some(axis) = Axis::new(&marks, width.saturating_sub(MARGIN + 4).max(30)) else {
        return Vec::new();
    };
    let (regimes, remarks) = regimes(&axis, speciation, collapse, classes);
    let mut lines = Vec::new();
    let abbreviated = labels(&axis, &regimes, &mut lines);
    scale(&axis, &regimes, &mut lines);
    for symbol in symbols(&times) {
        lines.push(marked(&axis, &times, symbol, [speciation.name, collapse.name]));
    }
    lines.push(String::new());
    let mut key: Vec<String> = [collapse, speciation]
        .iter()
        .filter_map(|time| Some(format!("● {} = {}", time.name, readable(time.value?, 4))))
        .collect();
    if marks.len() > key.len() {
        key.push("· the other criteria".into());
    }
    key.push(format!("axis in OU time{}", if axis.log { ", logarithmic" } else { "" }));
    if abbreviated {
        key.extend(regimes.iter().map(|r| format!("{} {}", r.numeral, r.name)));
    }
    lines.extend(joined(&key, "; ", width));
    // The row may have said so itself.
    let said = row.notes.iter().any(|note| note.starts_with(NO_REGIME_TWO));
    for remark in remarks.iter().filter(|r| !(said && r.starts_with(NO_REGIME_TWO))) {
        lines.extend(super::hanging("", remark, width));
    }
    lines
}

/// The regimes from left to right, and what is to be said of those that are missing.
fn regimes(
    axis: &Axis,
    speciation: &Time<'_>,
    collapse: &Time<'_>,
    classes: bool,
) -> (Vec<Regime>, Vec<String>) {
    let committed = if classes { "class committed" } else { "leading direction set" };
    let regime = |numeral, name, from, to| Regime { numeral, name, from, to };
    let end = axis.width;
    match (collapse.value, speciation.value) {
        (Some(c), Some(s)) if c < s => {
            let (c, s) = (axis.column(c), axis.column(s));
            let all = vec![
                regime("III", "memorised", 0, c),
                regime("II", committed, c, s),
                regime("I", "noise", s, end),
            ];
            (all, Vec::new())
        }
        (Some(c), Some(_)) => {
            let c = axis.column(c);
            let all = vec![regime("III", "memorised", 0, c), regime("I", "noise", c, end)];
            let remark = format!("{NO_REGIME_TWO}: {} ≥ {}", collapse.name, speciation.name);
            (all, vec![remark])
        }
        (Some(c), None) => {
            let c = axis.column(c);
            let all =
                vec![regime("III", "memorised", 0, c), regime("I-II", "not memorised", c, end)];
            (all, vec![format!("{}: {}", speciation.name, speciation.reason)])
        }
        (None, _) => {
            let s = speciation.value.map_or(0, |s| axis.column(s));
            // Whether anything is memorised below t_S is for the reason to say.
            let all = vec![regime("II-III", "not noise", 0, s), regime("I", "noise", s, end)];
            (all, vec![format!("{}: {}", collapse.name, collapse.reason)])
        }
    }
}

/// A line of text put together column by column.
fn canvas(width: usize) -> Vec<char> {
    vec![' '; width + 1]
}

fn put(line: &mut [char], at: usize, text: &str) {
    for (place, c) in line.iter_mut().skip(at).zip(text.chars()) {
        *place = c;
    }
}

fn push(lines: &mut Vec<String>, margin: &str, line: &[char]) {
    let text: String = line.iter().collect();
    lines.push(format!("  {margin:<width$}{text}", width = MARGIN - 2).trim_end().to_owned());
}

/// The names of the regimes above the axis; true if one had to be abbreviated.
fn labels(axis: &Axis, regimes: &[Regime], lines: &mut Vec<String>) -> bool {
    let mut line = canvas(axis.width);
    let mut abbreviated = false;
    for regime in regimes {
        if regime.from > 0 {
            put(&mut line, regime.from, "│");
        }
        let room = (regime.to - regime.from).saturating_sub(1);
        let fits = |text: &str| width_of(text) <= room;
        let text = [regime.name, regime.numeral].into_iter().find(|text| fits(text)).unwrap_or("");
        abbreviated |= text != regime.name;
        put(&mut line, regime.from + 1 + (room - width_of(text)) / 2, text);
    }
    push(lines, "", &line);
    abbreviated
}

/// The axis with its ticks, and their times.
fn scale(axis: &Axis, regimes: &[Regime], lines: &mut Vec<String>) {
    let (mut line, mut numbers) = (canvas(axis.width), canvas(axis.width));
    put(&mut line, 0, &"─".repeat(axis.width));
    put(&mut line, axis.width, "→");
    let mut free = 0;
    for t in axis.ticks() {
        let column = axis.column(t);
        let label = short(t);
        let start = column.saturating_sub(label.len() / 2);
        if start < free || start + label.len() > axis.width {
            continue;
        }
        put(&mut line, column, "┬");
        put(&mut numbers, start, &label);
        free = start + label.len() + 2;
    }
    for regime in regimes.iter().filter(|r| r.from > 0) {
        let tick = line[regime.from] == '┬';
        put(&mut line, regime.from, if tick { "┼" } else { "┴" });
    }
    push(lines, "", &line);
    push(lines, "t", &numbers);
}

/// A time of a tick: 0.5, 10, 2e-4.
fn short(t: f64) -> String {
    if t == 0.0 {
        return "0".into();
    }
    if !(1e-3..1e4).contains(&t) {
        return format!("{t:.0e}");
    }
    // The steps of the ticks have one digit; their multiples at most two more.
    let text = format!("{t:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The symbols of the times, each once: t_S, t_C, and those of the energy levels.
fn symbols<'a>(times: &[Time<'a>]) -> Vec<&'a str> {
    let mut symbols = Vec::new();
    for time in times.iter().filter(|t| t.value.is_some()) {
        if !symbols.contains(&time.symbol) {
            symbols.push(time.symbol);
        }
    }
    symbols
}

/// The times of one symbol.
fn marked(axis: &Axis, times: &[Time<'_>], symbol: &str, bounds: [&str; 2]) -> String {
    let mut line = canvas(axis.width);
    let own = times.iter().filter(|t| t.symbol == symbol);
    let (bounding, others): (Vec<_>, Vec<_>) = own.partition(|t| bounds.contains(&t.name));
    for (times, mark) in [(others, "·"), (bounding, "●")] {
        for t in times.iter().filter_map(|time| time.value) {
            put(&mut line, axis.column(t), mark);
        }
    }
    let mut lines = Vec::new();
    push(&mut lines, symbol, &line);
    lines.swap_remove(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use regimes::numerics::Estimate;
    use regimes::table::{Cell, Column};

    fn picture(times: &[(&str, Option<f64>)], width: usize) -> Vec<String> {
        let columns = times
            .iter()
            .map(|(name, _)| Column::estimate(*name, &name[..3], "OU time", "BBDM24", 1.0))
            .collect();
        let head = Head {
            command: "times".into(),
            model: String::new(),
            command_line: String::new(),
            title: None,
            conventions: Vec::new(),
            columns,
            notes: Vec::new(),
            summary: Vec::new(),
            rows: 1,
            axes: Vec::new(),
            digits: Some(6),
            row_notes: true,
            page: false,
        };
        let cell = |t: &Option<f64>| match t {
            Some(t) => Cell::Estimate(Estimate::exact(*t)),
            None => Cell::Missing("no transition: its reason".into()),
        };
        let cells = times.iter().map(|(_, t)| cell(t)).collect();
        bar(&head, &Row { cells, notes: Vec::new() }, width)
    }

    /// Columns of the marks are proportional to the times.
    #[test]
    fn identity_times_are_drawn_to_scale() {
        for width in [40, 72, 100] {
            let lines = picture(&[("t_S.bayes", Some(3.0)), ("t_C.asymptotic", Some(1.5))], width);
            let place = |symbol: &str| {
                let line = lines.iter().find(|l| l.trim_start().starts_with(symbol)).unwrap();
                line.chars().position(|c| c == '●').unwrap() as f64 - MARGIN as f64
            };
            let axis = (width - MARGIN - 4 - 1) as f64;
            assert!((place("t_S") - axis * 3.0 / 3.9).abs() <= 0.5, "{lines:#?}");
            assert!((place("t_C") - axis * 1.5 / 3.9).abs() <= 0.5, "{lines:#?}");
            assert!(lines.iter().all(|l| width_of(l) <= width), "{lines:#?}");
            let text = lines.join(" ");
            assert!(text.contains("● t_C.asymptotic = 1.500; ● t_S.bayes = 3;"), "{text}");
        }
        let text = picture(&[("t_S.bayes", Some(3.0)), ("t_C.asymptotic", Some(1.5))], 72);
        assert!(text[0].contains("memorised") && text[0].contains("class committed"));
    }

    #[test]
    fn limit_missing_and_exchanged_transitions_are_said() {
        let text = |times: &[(&str, Option<f64>)]| picture(times, 72).join("\n");
        let one = text(&[("t_S.spectral", Some(2.0)), ("t_C.asymptotic", None)]);
        assert!(one.contains("t_C.asymptotic: no transition: its reason"), "{one}");
        assert!(!one.contains(" memorised") && one.contains("noise"), "{one}");
        let one = text(&[("t_S.spectral", None), ("t_C.asymptotic", Some(0.4))]);
        assert!(one.contains("not memorised") && one.contains("t_S.spectral: no"), "{one}");
        let one = text(&[("t_S.spectral", Some(0.3)), ("t_C.asymptotic", Some(0.4))]);
        assert!(one.contains("no regime II: t_C.asymptotic ≥ t_S.spectral"), "{one}");
        assert!(!one.contains("committed") && !one.contains("leading"), "{one}");
        assert!(text(&[("t_S.spectral", None), ("t_C.asymptotic", None)]).is_empty());
        assert!(text(&[("t_S.spectral", Some(1.0))]).is_empty());
    }

    #[test]
    fn limit_far_apart_times_get_a_logarithmic_axis() {
        for least in [1e-2, 1e-5, 1e-300] {
            let lines = picture(&[("t_S.bayes", Some(4.0)), ("t_C.asymptotic", Some(least))], 72);
            let text = lines.join("\n");
            assert!(text.contains("logarithmic"), "{text}");
            let numbers = lines.iter().find(|l| l.trim_start().starts_with("t ")).unwrap();
            assert!(numbers.split_whitespace().count() >= 3, "{text}");
            assert!(lines.iter().all(|l| width_of(l) <= 72), "{text}");
        }
    }
}

#[cfg(test)]
mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Any positive times: ticks and marks stay on the axis, in order.
        #[test]
        fn identity_axes_keep_the_order(
            logs in proptest::collection::vec(-700.0..700.0f64, 1..6),
            width in 30usize..200,
        ) {
            let mut times: Vec<f64> = logs.iter().map(|x| x.exp()).collect();
            times.sort_by(f64::total_cmp);
            if let Some(axis) = Axis::new(&times, width) {
                let columns: Vec<usize> = times.iter().map(|t| axis.column(*t)).collect();
                prop_assert!(columns.windows(2).all(|c| c[0] <= c[1]) && columns[times.len() - 1] < width);
                prop_assert!(axis.ticks().iter().all(|t| *t <= axis.to && *t >= axis.from));
            }
        }
    }
}
