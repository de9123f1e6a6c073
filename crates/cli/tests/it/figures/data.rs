//! Every value of the csv lies at its place in the picture.

use super::layout::well_set;
use super::{DATA_DRIFT, DRIFT, LARGEST, PLACE, axis, drawn, group, points, root, same, specs};
use regimes_figure::palette;
use roxmltree::{Document, Node};

struct Datum {
    series: String,
    mark: String,
    x: f64,
    y: Option<f64>,
    z: Option<f64>,
    stderr: Option<f64>,
}

fn data(csv: &str) -> Vec<Datum> {
    let mut lines = csv.lines().filter(|l| !l.starts_with('#'));
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let map = names[5] == "error";
    let stderr = names.iter().position(|n| *n == "stderr").unwrap();
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(csv.as_bytes());
    reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            let number = |k: usize| record[k].parse::<f64>().ok();
            Datum {
                series: record[0].to_owned(),
                mark: record[1].to_owned(),
                x: number(2).unwrap(),
                y: number(3),
                z: if map { number(4) } else { None },
                stderr: number(stderr),
            }
        })
        .collect()
}

/// Every row of the data is drawn where it says, and nothing else is.
fn shows(name: &str, document: &Document<'_>, csv: &str) {
    let data = data(csv);
    let plot = group(document, "plot")[0];
    let x_axis = axis(plot.attribute("data-x-axis").unwrap());
    let y_axis = axis(plot.attribute("data-y-axis").unwrap());
    let mut drawn = 0;
    for series in group(document, "series") {
        let (label, mark) =
            (series.attribute("data-name").unwrap(), series.attribute("data-mark").unwrap());
        let rows: Vec<&Datum> =
            data.iter().filter(|d| d.series == label && d.mark == mark).collect();
        let expected: Vec<[f64; 2]> = rows
            .iter()
            .filter_map(|d| Some([d.x, d.y?]))
            .filter(|[x, y]| mark == "line" || (x_axis.shows(*x) && y_axis.shows(*y)))
            .map(|[x, y]| [x_axis.place(x), y_axis.place(y)])
            // Nothing has a place at zero on a logarithmic axis.
            .filter(|place| place.iter().all(|x| x.is_finite()))
            .collect();
        let shown: Vec<[f64; 2]> = if mark == "line" {
            series
                .children()
                .filter(|n| n.has_tag_name("path"))
                .flat_map(|p| points(p.attribute("d").unwrap()))
                .collect()
        } else {
            let places = series.children().filter_map(|n| n.attribute("transform"));
            places.flat_map(|t| points(&t.replace("translate(", "M").replace(')', ""))).collect()
        };
        assert_eq!(shown.len(), expected.len(), "{name}, {label}");
        for (a, b) in shown.iter().zip(&expected) {
            let apart = (a[0] - b[0]).abs().max((a[1] - b[1]).abs());
            assert!(apart < PLACE, "{name}, {label}: {a:?} against {b:?}");
        }
        if mark == "point" {
            let within = |d: &&&Datum| {
                x_axis.shows(d.x) && d.y.is_some_and(|y| y_axis.shows(y)) && d.stderr.is_some()
            };
            let bars = series.children().filter(|n| n.attribute("class") == Some("bar")).count();
            assert_eq!(bars, rows.iter().filter(within).count(), "{name}, {label}: error bars");
        }
        drawn += rows.len();
    }
    let rows = |mark: &str| data.iter().filter(|d| d.mark == mark).collect::<Vec<_>>();
    for transition in group(document, "transition") {
        let x: f64 = transition.attribute("data-x").unwrap().parse().unwrap();
        let of = transition.attribute("data-name").unwrap();
        assert!(
            rows("transition").iter().any(|d| d.series == of && d.x == x),
            "{name}: {of} at {x}"
        );
        let path = transition.children().find(|n| n.has_tag_name("path")).unwrap();
        assert!((points(path.attribute("d").unwrap())[0][0] - x_axis.place(x)).abs() < PLACE);
    }
    for cells in group(document, "cells") {
        let fact = cells.attribute("data-z-axis").unwrap();
        let colours = axis(&format!("{fact} 0 1"));
        let paths: Vec<Node<'_, '_>> =
            cells.children().filter(|n| n.has_tag_name("path")).collect();
        let rows = rows("cell");
        assert_eq!(paths.len(), rows.len(), "{name}: cells");
        for (path, row) in paths.iter().zip(&rows) {
            let fill = match row.z {
                Some(z) => {
                    let z = z.clamp(colours.range[0], colours.range[1]);
                    palette::hex(palette::heat(colours.place(z)))
                }
                None => palette::ABSENT.to_owned(),
            };
            assert_eq!(
                path.attribute("fill"),
                Some(fill.as_str()),
                "{name}: {}, {:?}",
                row.x,
                row.y
            );
            let corners = points(path.attribute("d").unwrap());
            let (x, y) = (x_axis.place(row.x), y_axis.place(row.y.unwrap()));
            assert!((corners[0][0] - PLACE..=corners[1][0] + PLACE).contains(&x), "{name}");
            assert!((corners[0][1] - PLACE..=corners[2][1] + PLACE).contains(&y), "{name}");
        }
        drawn += rows.len();
    }
    assert!(drawn > 20, "{name} shows {drawn} values");
}

#[test]
fn identity_committed_figures_show_their_data() {
    let folder = tempfile::tempdir().unwrap();
    for name in specs() {
        let picture = folder.path().join(format!("{name}.svg"));
        let spec = format!("tables/figures/{name}.toml");
        let fresh = drawn(&[&spec], &picture);
        let csv = std::fs::read_to_string(picture.with_extension("csv")).unwrap();
        let document = Document::parse(&fresh).unwrap();
        well_set(&name, &document);
        shows(&name, &document, &csv);
        let desc = document.descendants().find(|n| n.has_tag_name("desc")).unwrap();
        let made = format!("regimes {}: regimes figure {spec}", env!("CARGO_PKG_VERSION"));
        assert_eq!(desc.text(), Some(made.as_str()));
        let committed = root().join("tables/results/figures");
        for (fresh, ending, drift) in [(&fresh, "svg", DRIFT), (&csv, "csv", DATA_DRIFT)] {
            let path = committed.join(format!("{name}.{ending}"));
            assert!(std::fs::metadata(&path).unwrap().len() < LARGEST, "{}", path.display());
            same(&name, fresh, &std::fs::read_to_string(&path).unwrap(), drift);
        }
    }
}

#[test]
fn limit_missing_values_break_lines_and_say_why() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("gap.svg");
    // Classes that always overlap have no such t_S: no value, and no zero either.
    let words = "times clusters --d 100 --n 1e4 --mu 0.01,0.05,0.2,1,2 --x mu --y t_S.cloning,t_C.asymptotic";
    let svg = drawn(&words.split_whitespace().collect::<Vec<_>>(), &picture);
    let csv = std::fs::read_to_string(picture.with_extension("csv")).unwrap();
    let document = Document::parse(&svg).unwrap();
    shows_few(&document, &csv);
    let missing: Vec<Datum> = data(&csv).into_iter().filter(|d| d.y.is_none()).collect();
    assert!(!missing.is_empty());
    assert!(csv.contains("no transition"), "{csv}");
}

/// Lines have as many points as there are values.
fn shows_few(document: &Document<'_>, csv: &str) {
    let values = data(csv).iter().filter(|d| d.y.is_some()).count();
    let shown: usize =
        group(document, "series")
            .iter()
            .flat_map(|s| s.children().filter(|n| n.has_tag_name("path")))
            .map(|p| {
                if p.has_attribute("transform") {
                    1
                } else {
                    points(p.attribute("d").unwrap()).len()
                }
            })
            .sum();
    assert_eq!(shown, values);
}

#[test]
fn limit_first_order_jumps_are_not_joined() {
    let folder = tempfile::tempdir().unwrap();
    let parts = |column: &str, name: &str| {
        let picture = folder.path().join(name);
        let line = format!(
            "curve information manifold --activation abs --beta 0.91 --snr 500:50000:*20 --log x --y {column}"
        );
        let svg = drawn(&line.split_whitespace().collect::<Vec<_>>(), &picture);
        let document = Document::parse(&svg).unwrap();
        let series = group(&document, "series")[0];
        let path = series.children().find(|n| n.has_tag_name("path")).unwrap();
        path.attribute("d").unwrap().matches('M').count()
    };
    // The latents' posterior variance jumps; the information only changes its slope.
    assert_eq!(parts("posterior_variance", "v.svg"), 2);
    assert_eq!(parts("information", "i.svg"), 1);
}
