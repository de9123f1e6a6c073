//! One of the arrays that a file holds, by name.

use super::stored::Stored;
use crate::error::Result;
use crate::suggest::did_you_mean;

/// The array called `name`, or the only one.
///
/// # Errors
/// [`crate::Error::File`] naming the arrays there are.
pub(super) fn one_of<'a>(
    stored: &Stored,
    known: &'a [String],
    name: Option<&str>,
) -> Result<&'a String> {
    let Some(name) = name else {
        return match known {
            [] => Err(stored.error(None, "has no arrays")),
            [only] => Ok(only),
            _ => {
                let message = format!("has several arrays: name one of {}", known.join(", "));
                Err(stored.error(None, message))
            }
        };
    };
    known.iter().find(|known| *known == name).ok_or_else(|| {
        let hint = did_you_mean(name, known.iter().map(String::as_str));
        stored.error(None, format!("has no array {name}{hint} (it has {})", known.join(", ")))
    })
}
