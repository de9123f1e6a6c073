//! NumPy's npy: a structured array with one float64 field per numeric column.
//!
//! Text columns are left out. A missing value is NaN, the only place where the program writes one:
//! a float array has no other word for it. The provenance is a Python comment in the header, which
//! NumPy's reader skips.

use super::Format;
use super::csv::provenance;
use regimes::table::{Head, Kind, Row, Summary};

/// The format.
pub struct Npy;

/// NumPy refuses headers beyond 10 000 bytes unless told otherwise.
const COMMENT: usize = 1500;

impl Format for Npy {
    fn name(&self) -> &'static str {
        "npy"
    }

    fn begin(&self, head: &Head, out: &mut Vec<u8>) {
        let mut fields = Vec::new();
        for column in head.columns.iter().filter(|c| c.kind != Kind::Text) {
            fields.push(format!("('{}', '<f8')", column.name));
            if let Some(spread) = column.kind.spread() {
                fields.push(format!("('{}.{spread}', '<f8')", column.name));
            }
        }
        let comment: String = provenance(head)
            .join(" | ")
            .chars()
            .map(|c| if c.is_ascii() && !c.is_ascii_control() { c } else { '?' })
            .take(COMMENT)
            .collect();
        let mut header = format!(
            "{{'descr': [{}], 'fortran_order': False, 'shape': ({},), }} # {comment}",
            fields.join(", "),
            head.rows
        );
        // Magic, version and a four-byte length; padded to a multiple of 64 and ended by a newline.
        let unpadded = 12 + header.len() + 1;
        header.push_str(&" ".repeat(unpadded.next_multiple_of(64) - unpadded));
        header.push('\n');
        out.extend_from_slice(b"\x93NUMPY\x02\x00");
        out.extend_from_slice(&(header.len() as u32).to_le_bytes());
        out.extend_from_slice(header.as_bytes());
    }

    fn row(&self, head: &Head, _: usize, row: &Row, out: &mut Vec<u8>) {
        for (column, cell) in head.columns.iter().zip(&row.cells) {
            if column.kind == Kind::Text {
                continue;
            }
            out.extend_from_slice(&cell.value().unwrap_or(f64::NAN).to_le_bytes());
            if column.kind.spread().is_some() {
                out.extend_from_slice(&cell.spread().unwrap_or(f64::NAN).to_le_bytes());
            }
        }
    }

    fn end(&self, _: &Head, _: &Summary, _: &mut Vec<u8>) {}
}
