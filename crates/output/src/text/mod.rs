//! Text for a terminal: a report for one row, an aligned table for several.
//!
//! No colours, no width that a pipe would not have: what is piped is the same bytes everywhere.

mod bar;
mod explanation;
mod layout;
mod page;
mod report;
mod words;

use super::{Format, Plan, number};
pub use bar::bounds;
pub use explanation::explanation;
use layout::Layout;
use regimes::error::Result;
use regimes::table::{Head, Kind, Row, Summary};
pub use words::hanging;
use words::joined;

/// Columns of a line where there is no terminal to ask.
pub const WIDTH: usize = 72;

/// Significant digits of a report, and of tables, whose numbers are to be compared; where none are
/// asked for.
const REPORT_DIGITS: usize = 10;
const TABLE_DIGITS: usize = 6;

fn digits(head: &Head) -> usize {
    head.digits.unwrap_or(if head.rows == 1 { REPORT_DIGITS } else { TABLE_DIGITS })
}

/// The format, for a terminal of some width.
pub struct Text {
    width: usize,
    layout: Layout,
}

impl Text {
    /// Before anything is known of the rows.
    pub const PLAIN: Self = Self { width: WIDTH, layout: Layout::UNKNOWN };

    /// The format whose columns fit the content of a table, and the table, of which the first rows
    /// have then been computed. `progress` hears of them.
    ///
    /// # Errors
    /// The first error of a row.
    pub fn fitted<'a>(
        plan: Plan<'a>,
        width: usize,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<(Plan<'a>, Self)> {
        if plan.head.rows == 1 || plan.head.page {
            return Ok((plan, Self { width, layout: Layout::UNKNOWN }));
        }
        let (plan, layout) = layout::fitted(plan, width, progress)?;
        Ok((plan, Self { width, layout }))
    }

    /// Remarks, each with a dash before its first line.
    fn remarks<'t>(&self, remarks: impl Iterator<Item = &'t String>) -> Vec<String> {
        remarks.flat_map(|remark| hanging("– ", remark, self.width)).collect()
    }

    /// Conventions and version, below everything else.
    fn foot(&self, head: &Head) -> Vec<String> {
        let pieces: Vec<String> = head
            .conventions
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .chain([format!("regimes {}", env!("CARGO_PKG_VERSION"))])
            .collect();
        joined(&pieces, "; ", self.width)
    }

    /// Numbers about the table as a whole.
    fn summary(&self, head: &Head) -> Vec<String> {
        let widest = head.summary.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        let number = |x: f64| number::readable(x, digits(head));
        head.summary.iter().map(|(name, x)| format!("{name:<widest$}  {}", number(*x))).collect()
    }
}

/// Lines with a blank one before them; nothing where there are none.
fn block(lines: &[String], out: &mut Vec<u8>) {
    if !lines.is_empty() {
        out.push(b'\n');
    }
    for line in lines {
        out.extend_from_slice(line.trim_end().as_bytes());
        out.push(b'\n');
    }
}

impl Format for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn begin(&self, head: &Head, out: &mut Vec<u8>) {
        for text in head.title.iter().chain([&head.command_line]) {
            for line in hanging("", text, self.width) {
                out.extend_from_slice(format!("{line}\n").as_bytes());
            }
        }
        if head.page {
            return;
        }
        out.push(b'\n');
        if head.rows != 1 {
            self.layout.heading(head, self.width, out);
        }
    }

    fn row(&self, head: &Head, _: usize, row: &Row, out: &mut Vec<u8>) {
        if head.page {
            block(&page::paragraph(head, row, self.width), out);
        } else if head.rows == 1 {
            report::report(head, row, self.width, out);
            block(&bar::bar(head, row, self.width), out);
            block(&self.remarks(head.notes.iter().chain(&row.notes)), out);
        } else {
            self.layout.row(head, row, self.width, out);
        }
    }

    fn end(&self, head: &Head, summary: &Summary, out: &mut Vec<u8>) {
        if head.rows != 1 && !head.page {
            self.layout.other_parts(head, out);
            let mut lines = self.layout.units(head, self.width);
            if head.columns.iter().any(|c| c.kind == Kind::Estimate) {
                lines.insert(0, format!("largest error bound: {:.1e}", summary.largest_error));
            }
            block(&lines, out);
        }
        block(&self.summary(head), out);
        if head.page {
            block(&self.remarks(head.notes.iter()), out);
        } else if head.rows != 1 {
            block(&self.remarks(summary.remarks.iter().chain(&head.notes)), out);
        }
        block(&self.foot(head), out);
    }
}
