//! The picture and its data as files, both whole or not at all.

use super::Drawing;
use clap::ArgMatches;
use regimes::error::{Error, Result};
use regimes_figure::{FigureError, data, render, svg};
use regimes_output::csv::Csv;
use regimes_output::destination::Staged;
use regimes_output::{Format, Head, Summary, Target};
use std::io::{IsTerminal, Write};
use std::path::Path;

/// Kinds of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Svg,
    Png,
    Pdf,
}

/// Every kind by its ending.
const KINDS: [(&str, Kind); 3] = [("svg", Kind::Svg), ("png", Kind::Png), ("pdf", Kind::Pdf)];

/// What the ending of the file, or `--format`, asks for.
///
/// # Errors
/// [`Error::Argument`] for another ending, or for a kind that this build does not write.
pub(super) fn kind(matches: &ArgMatches, target: &Target) -> Result<Kind> {
    let find = |name: &str| KINDS.iter().find(|(n, _)| *n == name).map(|(_, kind)| *kind);
    let (flag, value, kind) = match (matches.get_one::<String>("format"), target) {
        (Some(name), _) => ("--format", name.clone(), find(name)),
        (None, Target::Stdout) => return Ok(Kind::Svg),
        (None, Target::File(path)) => {
            let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
            let kind = ending.as_deref().and_then(find);
            ("--output", path.display().to_string(), kind)
        }
    };
    let Some(kind) = kind else {
        return Err(Error::argument(flag, value, "a figure is .svg, .png or .pdf"));
    };
    if kind != Kind::Svg && !render::BUILT {
        return Err(Error::argument(flag, value, render::RenderError::NotBuilt.to_string()));
    }
    if kind != Kind::Svg && *target == Target::Stdout && std::io::stdout().is_terminal() {
        return Err(Error::argument(flag, value, "is binary: pipe it or give --output FILE"));
    }
    if let Target::File(path) = target {
        spare(path)?;
    }
    Ok(kind)
}

/// The data go beside the picture, where a measurement of the same name may lie: only data of a
/// figure are replaced.
fn spare(picture: &Path) -> Result<()> {
    let data = picture.with_extension("csv");
    if !data.is_file() {
        return Ok(());
    }
    let text = regimes::inputs::read_to_string(&data).unwrap_or_default();
    if text.lines().take_while(|line| line.starts_with('#')).any(|l| l.contains(FROM_FIGURE)) {
        return Ok(());
    }
    let expected = format!(
        "its data would go into {}, which is there already and no figure's data: choose another name",
        data.display()
    );
    Err(Error::argument("--output", picture.display(), expected))
}

/// What the head of a figure's data says.
const FROM_FIGURE: &str = ": regimes figure ";

/// Draws and writes.
///
/// # Errors
/// [`Error::Usage`] for figures that cannot be drawn, [`Error::Output`] for files.
pub(super) fn write(
    drawing: &Drawing,
    kind: Kind,
    dpi: f64,
    target: &Target,
    command_line: &str,
) -> Result<()> {
    let scene = regimes_figure::layout(&drawing.figure).map_err(|error: FigureError| {
        let reasons = match error {
            FigureError::Empty { .. } if !drawing.notes.is_empty() => {
                format!(" ({})", drawing.notes.join("; "))
            }
            _ => String::new(),
        };
        Error::Usage(format!("{error}{reasons}"))
    })?;
    let made = format!("regimes {}: {command_line}", env!("CARGO_PKG_VERSION"));
    let title = drawing.figure.title.text();
    let picture = svg::write(&scene, &title, &made);
    let bytes = match kind {
        Kind::Svg => picture.into_bytes(),
        Kind::Png | Kind::Pdf => {
            let unreadable = |e: render::RenderError| Error::Usage(e.to_string());
            for item in &scene.items {
                if let regimes_figure::scene::Item::Text(text) = item {
                    render::readable(&text.label.text()).map_err(unreadable)?;
                }
            }
            match kind {
                Kind::Png => render::png(&picture, dpi),
                _ => render::pdf(&picture, &made),
            }
            .map_err(unreadable)?
        }
    };
    match target {
        Target::Stdout => {
            let failed = |source| Error::Output { target: "standard output".into(), source };
            let mut out = std::io::stdout().lock();
            out.write_all(&bytes).and_then(|()| out.flush()).map_err(failed)
        }
        Target::File(path) => {
            // Both are whole before either takes its name: a full disk leaves neither.
            let mut data = Staged::new(&path.with_extension("csv"))?;
            let mut picture = Staged::new(path)?;
            data.fill(&table(drawing, command_line))?;
            picture.fill(&bytes)?;
            data.settle()?;
            picture.settle()?;
            data.commit()?;
            picture.commit()
        }
    }
}

/// What is drawn, as csv.
fn table(drawing: &Drawing, command_line: &str) -> Vec<u8> {
    let (x, y, z) = &drawing.names;
    let rows = data::rows(&drawing.figure);
    let title = drawing.figure.title.text();
    let head = Head {
        command: "figure".to_owned(),
        model: String::new(),
        command_line: command_line.to_owned(),
        title: (!title.is_empty()).then_some(title),
        conventions: drawing.conventions.clone(),
        columns: data::columns(x, y, z.as_deref()),
        notes: drawing.notes.clone(),
        summary: Vec::new(),
        rows: rows.len(),
        axes: Vec::new(),
        digits: None,
        row_notes: true,
        page: false,
    };
    let mut out = Vec::new();
    Csv.begin(&head, &mut out);
    for (index, row) in rows.iter().enumerate() {
        Csv.row(&head, index, row, &mut out);
    }
    Csv.end(&head, &Summary::default(), &mut out);
    out
}
