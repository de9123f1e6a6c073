//! The committed figures are what their specifications draw today, and show what their data say.
#![allow(missing_docs, clippy::unwrap_used)]

use regimes::figure::axis::{Axis, Scale};
use regimes::figure::label::{Label, Level, Run};
use regimes::figure::palette;
use regimes::figure::scene::{Anchor, Area, Text};
use roxmltree::{Document, Node};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Coordinates are written to a thousandth of a point; a value may be rounded once more on its way.
const PLACE: f64 = 0.002;

/// Other processors round differently: far below the width of a line, in points and in data.
const DRIFT: f64 = 0.02;
const DATA_DRIFT: f64 = 1e-8;

/// Committed files stay small.
const LARGEST: u64 = 300_000;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn regimes(arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_regimes");
    Command::new(program).current_dir(root()).args(arguments).output().unwrap()
}

fn drawn(arguments: &[&str], picture: &Path) -> String {
    let path = picture.to_string_lossy().into_owned();
    let output = regimes(&[&["figure"], arguments, &["--quiet", "--output", &path]].concat());
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {message}");
    std::fs::read_to_string(picture).unwrap()
}

fn specs() -> Vec<String> {
    let folder = root().join("tables/figures");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "toml"))
        .map(|p| p.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert!(names.len() >= 6);
    names
}

/// Text with its numbers taken out, and the numbers.
fn numbers(text: &str) -> (String, Vec<f64>) {
    let (mut rest, mut found, mut word) = (String::new(), Vec::new(), String::new());
    let mut end = |word: &mut String, rest: &mut String| {
        match word.parse::<f64>() {
            Ok(x) => {
                found.push(x);
                rest.push('0');
            }
            Err(_) => rest.push_str(word),
        }
        word.clear();
    };
    for c in text.chars() {
        let exponent = c == '-' && word.ends_with('e') && word.len() > 1;
        let more = c.is_ascii_digit() || c == '.' || (c == 'e' && !word.is_empty()) || exponent;
        if !more {
            end(&mut word, &mut rest);
        }
        if more || c == '-' { word.push(c) } else { rest.push(c) }
    }
    end(&mut word, &mut rest);
    (rest, found)
}

fn same(name: &str, fresh: &str, committed: &str, drift: f64) {
    let ((text, values), (old_text, old_values)) = (numbers(fresh), numbers(committed));
    let advice =
        format!("regimes figure tables/figures/{name}.toml -o tables/results/figures/{name}.svg");
    assert_eq!(text, old_text, "{name}: {advice}");
    for (a, b) in values.iter().zip(&old_values) {
        let close = a == b || (a - b).abs() <= drift * b.abs().max(1.0);
        assert!(close, "{name}: {a} against {b}: {advice}");
    }
}

/// The texts of a picture, as they were laid out.
fn texts(document: &Document<'_>) -> Vec<Text> {
    let number =
        |node: &Node<'_, '_>, name: &str| node.attribute(name).map(|x| x.parse::<f64>().unwrap());
    document
        .descendants()
        .filter(|n| n.has_tag_name("text"))
        .map(|node| {
            let size = number(&node, "font-size").unwrap();
            let mut below = 0.0;
            let runs = node.children().map(|child| {
                let text = child.text().unwrap_or("").replace('\u{a0}', " ");
                below += number(&child, "dy").unwrap_or(0.0);
                let level = match below {
                    b if b > 1e-9 => Level::Sub,
                    b if b < -1e-9 => Level::Super,
                    _ => Level::Base,
                };
                Run { text, italic: child.attribute("font-style") == Some("italic"), level }
            });
            Text {
                label: Label { runs: runs.collect() },
                at: [number(&node, "x").unwrap(), number(&node, "y").unwrap()],
                anchor: match node.attribute("text-anchor").unwrap() {
                    "start" => Anchor::Start,
                    "middle" => Anchor::Middle,
                    _ => Anchor::End,
                },
                size,
                colour: node.attribute("fill").unwrap().to_owned(),
                turn: if node.has_attribute("transform") { -90.0 } else { 0.0 },
            }
        })
        .collect()
}

/// No text over another, none over the edge, none smaller than may be printed.
fn well_set(name: &str, document: &Document<'_>) {
    let size: Vec<f64> = document
        .root_element()
        .attribute("viewBox")
        .unwrap()
        .split(' ')
        .map(|x| x.parse().unwrap())
        .collect();
    let page = Area { left: 0.0, top: 0.0, right: size[2], bottom: size[3] };
    let texts = texts(document);
    assert!(texts.len() > 6, "{name}");
    for (k, text) in texts.iter().enumerate() {
        let area = text.area();
        let said = text.label.text();
        assert!(page.holds(&area), "{name}: {said:?} leaves the page: {area:?}");
        assert!((6.0..=9.0).contains(&text.size), "{name}: {said:?} at {} pt", text.size);
        for other in &texts[..k] {
            let meets = area.meets(&other.area());
            assert!(!meets, "{name}: {said:?} over {:?}", other.label.text());
        }
    }
}

fn group<'a>(document: &'a Document<'a>, class: &str) -> Vec<Node<'a, 'a>> {
    let is = |n: &Node<'_, '_>| n.has_tag_name("g") && n.attribute("class") == Some(class);
    document.descendants().filter(is).collect()
}

fn axis(fact: &str) -> Axis {
    let words: Vec<&str> = fact.split(' ').collect();
    let number = |k: usize| words[k].parse::<f64>().unwrap();
    Axis {
        scale: if words[0] == "log" { Scale::Log } else { Scale::Linear },
        range: [number(1), number(2)],
        paper: [number(3), number(4)],
    }
}

/// Points of an absolute path of lines.
fn points(d: &str) -> Vec<[f64; 2]> {
    let parts = d.split(['M', 'L', 'Z']).filter(|p| !p.trim().is_empty());
    parts
        .map(|p| {
            let (x, y) = p.trim().split_once(' ').unwrap();
            [x.parse().unwrap(), y.parse().unwrap()]
        })
        .collect()
}

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
fn identity_figures_of_both_widths_are_well_set() {
    let folder = tempfile::tempdir().unwrap();
    let lines = [
        "curve phi clusters --d 256,1024,4096 --mu 1 --sigma 1 --t 0:8:#40",
        "curve excess-entropy clusters --d 256 --n 20000 --t 0.5:6:#40 --y f_over_alpha",
        "curve excess-entropy clusters --d 1024 --n 20000 --snr 0.001:1:*30 --log x --y f_over_alpha",
        "curve information linear-manifold --beta 0.25,0.5 --embedding iid-p --t 0.01:3:#30 --log-y",
        "times clusters --d 64:16384:*9 --n 20000 --log x",
        "times linear-manifold --embedding orthonormal --alpha 0.25,0.5,1 --beta 0.1:1:#10 --y t_C.asymptotic",
        "times linear-manifold --embedding orthonormal --alpha 0.1:1:#9 --beta 0.1:1:#9 --heat --log value",
        "times clusters --d 1e3:1e6:*7 --n 20000 --mu 1,2,3,4,5,6,7,8,9 --y t_S --log x",
        "schedule --name ddpm-linear --step 0:999:37 --x step --y t",
        "simulate clones clusters --d 64 --n 200 --t 0.5:5:#6 --blocks 4 --points 8 --title Clones",
    ];
    for (k, line) in lines.iter().enumerate() {
        for width in ["one", "two", "2.4"] {
            let picture = folder.path().join(format!("{k}-{width}.svg"));
            let mut words: Vec<&str> = line.split_whitespace().collect();
            words.extend(["--width", width]);
            let svg = drawn(&words, &picture);
            well_set(&format!("{line} --width {width}"), &Document::parse(&svg).unwrap());
        }
    }
}

#[test]
fn identity_same_bytes_on_any_number_of_threads() {
    let line = "figure curve phi clusters --d 64,256 --t 0:8:#30";
    let with = |threads: &str| {
        let mut words: Vec<&str> = line.split_whitespace().collect();
        words.extend(["--threads", threads]);
        let output = regimes(&words);
        assert!(output.status.success());
        output.stdout
    };
    assert_eq!(with("1"), with("3"));
    assert!(with("1").starts_with(b"<svg"));
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

#[cfg(feature = "render")]
#[test]
fn identity_png_and_pdf_have_the_size_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let line = ["curve", "phi", "clusters", "--d", "256", "--t", "0:8:#20", "--height", "2"];
    let write = |name: &str, more: &[&str]| {
        let path = folder.path().join(name);
        let text = path.to_string_lossy().into_owned();
        let output = regimes(&[&["figure"], &line[..], more, &["--output", &text]].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(path.with_extension("csv").exists());
        std::fs::read(&path).unwrap()
    };
    let png = write("a.png", &["--dpi", "200"]);
    assert_eq!(&png[1..4], b"PNG");
    let side = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    assert_eq!((side(16), side(20)), (675, 400));
    // Text is there, on a machine without fonts too.
    let ink = ink_of_label(&png);
    assert!(ink > 20, "{ink}");
    let pdf = write("a.pdf", &[]);
    assert!(pdf.starts_with(b"%PDF-"));
    let text = String::from_utf8_lossy(&pdf);
    assert!(text.contains("/MediaBox [0 0 243 144]"), "{}", &text[..600]);
    // Outlines of glyphs are made of curves.
    let curves: Vec<Vec<f64>> = text
        .lines()
        .filter_map(|l| l.strip_suffix(" c"))
        .map(|l| l.split(' ').map(|x| x.parse().unwrap()).collect())
        .collect();
    assert!(curves.len() > 100);
    // The outermost ones are where the SVG has them: the last number of the x axis ends at the right
    // edge, the label of the y axis begins at the left one, t_S stands at the top.
    let most = |k: usize| curves.iter().map(|c| c[k]).fold(0.0, f64::max);
    let least = |k: usize| curves.iter().map(|c| c[k]).fold(f64::INFINITY, f64::min);
    assert!(most(4) > 235.0 && most(4) < 243.0, "{}", most(4));
    assert!(least(4) > 1.0 && least(4) < 8.0, "{}", least(4));
    assert!(most(5) > 134.0 && most(5) < 144.0, "{}", most(5));
    assert!(least(5) > 1.0 && least(5) < 8.0, "{}", least(5));
}

/// Dark pixels in the leftmost tenth of an inch, where only the label of the axis stands.
#[cfg(feature = "render")]
fn ink_of_label(png: &[u8]) -> usize {
    let picture = resvg::tiny_skia::Pixmap::decode_png(png).unwrap();
    let (width, strip) = (picture.width() as usize, 30);
    let dark = |(k, p): &(usize, &resvg::tiny_skia::PremultipliedColorU8)| {
        k % width < strip && p.red() < 128
    };
    picture.pixels().iter().enumerate().filter(dark).count()
}

#[test]
fn bad_input_names_the_argument() {
    let line = "figure curve phi clusters --d 256 --t 0:8:#9";
    let refused = |more: &str, parts: &[&str]| {
        let words = format!("{line} {more}");
        let output = regimes(&words.split_whitespace().collect::<Vec<_>>());
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{more}: {message}");
        assert!(output.stdout.is_empty() && !message.contains("panicked"), "{message}");
        for part in parts {
            assert!(message.contains(part), "{more}: {message:?} does not say {part:?}");
        }
    };
    refused("--y ph", &["--y", "ph", "did you mean phi?"]);
    refused("--x nosuch", &["--x", "nosuch", "known: d, "]);
    refused("--series nosuch", &["--series"]);
    refused("--width three", &["--width", "three", "one, two"]);
    refused("--height -1", &["--height"]);
    refused("--log z", &["--log", "x, y or value"]);
    refused("--x-range 3:1", &["--x-range", "3:1", "0:8"]);
    refused("--log x --x-range 0:1", &["--x-range", "above 0"]);
    refused("--contours 1,2", &["--contours", "heat maps"]);
    refused("--heat", &["two swept parameters"]);
    refused("--dpi 0", &["--dpi"]);
    refused("--output fig.jpg", &["--output", ".svg, .png or .pdf"]);
    refused("--resume", &["--resume", "not with figure"]);
    refused("--format json", &["--format", "json", ".svg, .png or .pdf"]);
    let output = regimes(&["figure", "curv", "phi"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn bad_input_a_measurement_beside_the_picture_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let (picture, data) = (folder.path().join("phi.svg"), folder.path().join("phi.csv"));
    std::fs::write(&data, "t,phi\n1,0.9\n").unwrap();
    let name = picture.to_string_lossy().into_owned();
    let line = ["figure", "curve", "phi", "clusters", "--d", "64", "--t", "0:8:#9", "-o", &name];
    let output = regimes(&line);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains("--output") && message.contains("phi.csv"), "{message}");
    assert_eq!(std::fs::read_to_string(&data).unwrap(), "t,phi\n1,0.9\n");
    assert!(!picture.exists());
    // Its own data it replaces.
    std::fs::remove_file(&data).unwrap();
    for _ in 0..2 {
        assert!(regimes(&line).status.success());
    }
}

#[test]
fn bad_input_in_specifications_names_the_line() {
    let folder = tempfile::tempdir().unwrap();
    let block =
        "[[block]]\ncommand = \"curve phi clusters\"\narguments = { d = 64, t = \"0:8:#9\" }\n";
    for (text, parts) in [
        (format!("[figure]\nwidht = 3\n{block}"), ["line 2", "did you mean width?"]),
        (format!("[figure]\nkind = \"heatmap\"\n{block}"), ["line 2, figure.kind", "heat-map"]),
        (format!("[figure]\ny = \"psi\"\n{block}"), ["line 1", "known: "]),
        ("[figure]\n".to_owned(), ["needs at least one", "block"]),
        (
            format!("{block}[[points]]\nfile = \"no.csv\"\nx = \"t\"\ny = \"p\"\n"),
            ["no.csv", "read"],
        ),
        (format!("{block}mark = \"dots\"\n"), ["mark", "line, points or both"]),
        (format!("[figure]\nshading = 3\n{block}"), ["line 2, figure.shading", "true or false"]),
    ] {
        let path = folder.path().join("spec.toml");
        std::fs::write(&path, &text).unwrap();
        let output = regimes(&["figure", &path.to_string_lossy()]);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{text}: {message}");
        for part in parts {
            assert!(message.contains(part), "{text}: {message:?} does not say {part:?}");
        }
    }
}

#[test]
fn identity_the_command_line_is_sound() {
    regimes::cli::definition().debug_assert();
}
