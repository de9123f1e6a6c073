//! An explanation as text, or as LaTeX with its sources in comments.

use super::{WIDTH, hanging};
use regimes::explain::{Notation, Note, Page};

/// The page in a notation.
pub fn explanation(page: &Page, notation: Notation) -> String {
    let (comment, begin, end) = match notation {
        Notation::Unicode => ("", "", "\n"),
        Notation::Latex => ("% ", "\\begin{align*}", "\\end{align*}\n"),
    };
    let mut text = format!("{comment}{}\n{begin}\n", page.title);
    for line in page.lines.iter().flat_map(|line| line.text(notation).split('\n')) {
        text.push_str(&match notation {
            Notation::Unicode => format!("  {line}\n"),
            Notation::Latex => format!("{line} \\\\\n"),
        });
    }
    text.push_str(end);
    for note in &page.notes {
        let (mark, note) = match note {
            Note::Source(source) => ("", source),
            Note::Remark(remark) => ("– ", remark),
        };
        for line in hanging(mark, note, WIDTH) {
            text.push_str(&format!("{comment}{line}\n"));
        }
    }
    text
}
