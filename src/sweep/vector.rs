//! Lists that are one value, such as eigenvalues.

use super::values::numbers;
use crate::dataset::list::list;
use crate::error::{Error, Result};
use crate::models::parameter::{Domain, Parameter};
use std::path::Path;

/// A list of numbers, or a file of them: text, a named column of a csv, an array.
pub(super) fn vector(parameter: &Parameter, text: &str) -> Result<Vec<f64>> {
    let path = Path::new(text);
    // A pipe counts: a shell's `<(command)`.
    if !path.metadata().is_ok_and(|metadata| !metadata.is_dir()) {
        let list = Parameter { domain: Domain::NonNegative, ..*parameter };
        return numbers(&list, text).map_err(|error| {
            // Text that is no list of numbers was probably meant as a file.
            if text.contains(['/', '\\'])
                || path.extension().is_some_and(|e| e.to_string_lossy().parse::<f64>().is_err())
            {
                Error::File {
                    path: path.to_owned(),
                    location: None,
                    message: "cannot be read: no such file".into(),
                }
            } else {
                error
            }
        });
    }
    // The program's own tables of eigenvalues call the column by the singular.
    let singular = parameter.name.trim_end_matches('s');
    let values = list(path, &[singular, parameter.name])?;
    if let Some(k) = values.iter().position(|x| !(x.is_finite() && *x >= 0.0)) {
        let message = format!("{} must be a finite number, 0 or above", values[k]);
        let location = Some(format!("entry {}", k + 1));
        return Err(Error::File { path: path.to_owned(), location, message });
    }
    Ok(values)
}
