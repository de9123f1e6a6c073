//! LaTeX tables for the packages booktabs and siunitx.

use super::Format;
use super::csv::provenance;
use super::markdown::shown;
use super::table::{Cell, Head, Kind, Row, Summary};

/// The format.
pub struct Latex;

impl Format for Latex {
    fn name(&self) -> &'static str {
        "tex"
    }

    fn begin(&self, head: &Head, out: &mut Vec<u8>) {
        for line in provenance(head) {
            out.extend_from_slice(format!("% {line}\n").as_bytes());
        }
        let layout: String =
            head.columns.iter().map(|c| if c.kind == Kind::Text { 'l' } else { 'S' }).collect();
        let names: Vec<String> =
            head.columns.iter().map(|c| format!("{{{}}}", heading(&c.name))).collect();
        let begin = format!(
            "% \\usepackage{{booktabs,siunitx}}\n\\begin{{tabular}}{{{layout}}}\n\\toprule\n{} \\\\\n\\midrule\n",
            names.join(" & ")
        );
        out.extend_from_slice(begin.as_bytes());
    }

    fn row(&self, head: &Head, _: usize, row: &Row, out: &mut Vec<u8>) {
        let digits = head.digits.unwrap_or(self.digits());
        let cells: Vec<String> = (0..head.columns.len())
            .map(|k| {
                let text = shown(head, row, k, digits, "{--}");
                match &row.cells[k] {
                    Cell::Text(_) => escaped(&text),
                    // S columns align numbers; words must hide in braces.
                    _ if text.contains("inf") => text.replace("inf", "{$\\infty$}"),
                    _ => text,
                }
            })
            .collect();
        out.extend_from_slice(cells.join(" & ").as_bytes());
        out.extend_from_slice(b" \\\\\n");
    }

    fn end(&self, _: &Head, summary: &Summary, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\\bottomrule\n\\end{tabular}\n");
        for remark in &summary.remarks {
            out.extend_from_slice(format!("% {}\n", remark.replace('\n', " ")).as_bytes());
        }
    }
}

/// Column names as the papers write them: `t_S.spectral` becomes t_S (spectral).
fn heading(name: &str) -> String {
    let symbols = [
        ("mu", "$\\tilde\\mu$"),
        ("sigma", "$\\sigma$"),
        ("alpha", "$\\alpha$"),
        ("beta", "$\\beta$"),
        ("alpha_bar", "$\\bar\\alpha$"),
        ("log_n", "$\\log n$"),
        ("phi", "$\\varphi$"),
        ("f_over_alpha", "$f/\\alpha$"),
        ("d", "$d$"),
        ("n", "$n$"),
        ("t", "$t$"),
        ("f", "$f$"),
    ];
    if let Some((_, symbol)) = symbols.iter().find(|(n, _)| *n == name) {
        return (*symbol).to_owned();
    }
    for (prefix, symbol) in [("t_S.", "$t_S$"), ("t_C.", "$t_C$")] {
        if let Some(rest) = name.strip_prefix(prefix) {
            return format!("{symbol} ({})", escaped(rest));
        }
    }
    escaped(name)
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}
