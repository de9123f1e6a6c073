//! Text that does not meet, sizes, formats, the same bytes.

use super::{drawn, regimes};
use regimes_figure::label::{Label, Level, Run};
use regimes_figure::scene::{Anchor, Area, Text};
use roxmltree::{Document, Node};

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
pub(crate) fn well_set(name: &str, document: &Document<'_>) {
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
fn identity_the_command_line_is_sound() {
    regimes_cli::definition().debug_assert();
}
