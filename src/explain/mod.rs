//! Explanations: the formula of a quantity, its source, the numbers substituted, the value.
//!
//! ```
//! let page = regimes::ask("clusters")?.set("d", 1024).explain("t_S.curvature")?;
//! assert!(page.lines[0].latex.starts_with("V''(0, t) = 0"));
//! let time = page.value().and_then(|cell| cell.value()).unwrap();
//! assert!((time - 3.812309).abs() < 1e-6);
//! # Ok::<(), regimes::Error>(())
//! ```

mod page;
mod topic;
mod writing;

pub use page::{Line, Notation, Note, Page};
pub use topic::Topic;

use crate::error::{Error, Result};
use crate::models::Entry;
use crate::models::parameter::Value;
use crate::quantities::information::ORDER;
use crate::sweep::{Request, Typed};
use crate::table::{Cell, Kind};
use page::Writer;
use std::sync::Arc;

/// Significant digits of numbers within formulas where none are asked for.
pub const DIGITS: usize = 10;

/// The page about a topic for a model; a computation that fails is said on it, and ends it. Numbers
/// within formulas have `digits` significant digits, values all that they have.
///
/// # Errors
/// Wrong arguments.
pub fn page<Face, T: Typed<Face> + ?Sized>(
    topic: &Topic,
    entry: &'static Entry,
    typed: &T,
    digits: usize,
) -> Result<Page> {
    let parameters = topic.parameters(entry);
    let request = Arc::new(Request::read(typed, &parameters)?);
    if request.rows()? != 1 {
        return Err(Error::Usage("explain takes one value of each parameter".into()));
    }
    let mut values = request.at(0);
    if let Some(order) = topic.order() {
        values.set(ORDER.name, Value::Text(order.into()));
    }
    let title = format!("{}, {}", topic.name, entry.about);
    let column = topic.of(entry).unwrap_or(topic.quantity).columns();
    let column = column.into_iter().find(|column| column.kind == Kind::Estimate);
    let page = Page { title, lines: Vec::new(), notes: Vec::new(), failure: None, column };
    let mut writer = Writer { page, digits, parameters, values };
    match writer.written(topic, entry, &request) {
        Ok(()) => {}
        Err(error @ Error::Numerics(_)) => {
            let cell = Cell::from(Err(error));
            writer.heed(&cell);
            writer.put(cell, |_, _| String::new());
        }
        Err(other) => return Err(other),
    }
    Ok(writer.finish())
}
