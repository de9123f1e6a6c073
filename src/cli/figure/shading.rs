//! Lines at the transition times, and the regimes between them.

use super::columns::Group;
use super::options::Options;
use super::source::Source;
use crate::error::Result;
use crate::figure::axis::Scale;
use crate::figure::label::Label;
use crate::figure::{Band, Lines, Mark, Marker, Regime, Series, palette};
use crate::process::Noise;

/// Lines at t_S and t_C, and the regimes where all series share them.
pub(super) fn transitions(
    sources: &[Source<'_>],
    groups: &[(usize, usize)],
    x: &str,
    options: &Options,
    lines: &mut Lines,
) -> Result<()> {
    let place: fn(f64) -> Option<f64> = match x {
        "t" => |t| Some(t),
        "snr" => |t| Noise::at_time(t).ok().map(Noise::snr),
        _ => return Ok(()),
    };
    let mut shared = None;
    let mut same = true;
    for (k, (source, row)) in groups.iter().enumerate() {
        let Some(transitions) = &sources[*source].transitions else { continue };
        let times = transitions.at(*row)?;
        same &= *shared.get_or_insert(times) == times;
        let colour = lines.series[k].style.colour;
        let [speciation, collapse] = options.markers;
        for (symbol, time, wanted) in
            [("t_S", times.speciation, speciation), ("t_C", times.collapse, collapse)]
        {
            let Some(x) = time.and_then(place).filter(|_| wanted) else { continue };
            let label = Label::symbol(symbol);
            // Shared by several series, a line is black.
            match lines.markers.iter_mut().find(|m| m.x == x && m.label == label) {
                Some(known) if known.colour != colour => known.colour = 0,
                Some(_) => {}
                None => lines.markers.push(Marker { x, label, colour }),
            }
        }
    }
    let Some(times) = shared.filter(|_| same && options.shading) else { return Ok(()) };
    let end = match x {
        "t" => [0.0, f64::INFINITY],
        _ => [f64::INFINITY, 0.0],
    };
    let speciation = times.speciation.and_then(place);
    let collapse = times.collapse.and_then(place);
    let beyond = match (times.speciation, times.collapse) {
        (Some(s), Some(c)) if c > s => collapse,
        (Some(_), _) => speciation,
        (None, _) => collapse,
    };
    let mut add = |name, fill, from: f64, to: f64| {
        let span = [from.min(to), from.max(to)];
        lines.regimes.push(Regime { name, fill, span });
    };
    if let Some(c) = collapse {
        add("memorised", palette::MEMORISED, end[0], c);
    }
    if let Some(s) = speciation
        && beyond == speciation
    {
        add("class committed", palette::COMMITTED, collapse.unwrap_or(end[0]), s);
    }
    if let (Some(from), true) = (beyond, speciation.is_some()) {
        add("noise", palette::NOISE, from, end[1]);
    }
    Ok(())
}

/// The regimes in a plane whose y axis is time: above t_S, between, and below t_C, where there is
/// one curve of each.
pub(super) fn bands(sources: &[Source<'_>], groups: &[Group], lines: &Lines) -> Vec<Band> {
    let of = |prefix: &str| {
        let mut found = groups.iter().zip(&lines.series).filter(|(g, s)| {
            s.mark == Mark::Line && sources[g.source].columns[g.y].name.starts_with(prefix)
        });
        let one = found.next();
        if found.next().is_some() { None } else { one.map(|(_, s)| s) }
    };
    let (Some(s), Some(c)) = (of("t_S."), of("t_C.")) else { return Vec::new() };
    let whole = |s: &Series| -> Option<Vec<[f64; 2]>> {
        let positive = |y: f64| lines.y.scale == Scale::Linear || y > 0.0;
        s.points
            .iter()
            .map(|p| p.y.clone().ok().filter(|y| positive(*y)).map(|y| [p.x, y]))
            .collect()
    };
    let (Some(upper), Some(lower)) = (whole(s), whole(c)) else { return Vec::new() };
    let ordered = upper.len() == lower.len()
        && upper.iter().zip(&lower).all(|(u, l)| u[0] == l[0] && u[1] >= l[1]);
    if !ordered {
        return Vec::new();
    }
    let band = |lower: &[[f64; 2]], upper: &[[f64; 2]], name: &str, fill| Band {
        lower: lower.to_vec(),
        upper: upper.to_vec(),
        label: Label::new(name),
        fill,
    };
    vec![
        band(&upper, &[], "noise", palette::NOISE),
        band(&lower, &upper, "class committed", palette::COMMITTED),
        band(&[], &lower, "memorised", palette::MEMORISED),
    ]
}
