//! Which columns of a text file are features: a row index and class labels are not.

use super::cells::{Cell, cell, counts};
use super::choice::{self, Choice};
use super::header::{Head, Header, names_labels};
use crate::dataset::stored::Stored;
use crate::error::{Error, Result};

/// What the columns of a file are.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Roles {
    /// Columns of features, ascending.
    pub(super) features: Vec<usize>,
    /// The column of labels.
    pub(super) label: Option<usize>,
    /// What was recognised or left out.
    pub(super) remarks: Vec<String>,
}

/// One column, as the first lines show it.
struct Column {
    place: usize,
    name: Option<String>,
    cells: Vec<Cell>,
    example: String,
}

/// Rows that must count before counting is no accident.
const COUNTING: usize = 3;

/// Rows from which on repeated whole numbers look like classes.
const CLASSES: usize = 4;

/// Smallest side of an image whose pixels betray a label beside them.
const SIDE: usize = 8;

/// Most classes that such labels count.
const MOST_CLASSES: f64 = 100.0;

impl Column {
    fn numbers(&self) -> Option<Vec<f64>> {
        super::cells::numbers(&self.cells)
    }

    fn whole(&self) -> bool {
        !self.cells.is_empty() && self.cells.iter().all(|c| matches!(c, Cell::Number(_, true)))
    }

    fn words(&self) -> bool {
        let word = |c: &Cell| matches!(c, Cell::Word | Cell::Missing | Cell::Empty);
        self.cells.contains(&Cell::Word) && self.cells.iter().all(word)
    }

    /// Whether the line of names has nothing for it, or what data frames put there.
    fn unnamed(&self) -> bool {
        self.name.as_deref().is_some_and(|name| name.is_empty() || name.starts_with("Unnamed: "))
    }

    fn distinct(&self) -> usize {
        let mut numbers = self.numbers().unwrap_or_default();
        numbers.sort_by(f64::total_cmp);
        numbers.dedup();
        numbers.len()
    }

    /// How a message calls the column.
    fn shown(&self) -> String {
        match self.name.as_deref() {
            Some("") => format!("column {} (unnamed)", self.place),
            Some(name) => format!("column {} ({name})", self.place),
            None => format!("column {}", self.place),
        }
    }

    /// What to write for it after a flag.
    fn flag(&self) -> String {
        match self.name.as_deref() {
            Some(name)
                if !name.is_empty()
                    && !name.contains([',', ' ', ':'])
                    && super::number(name).is_none() =>
            {
                name.to_owned()
            }
            Some(_) => format!("#{}", self.place),
            None => self.place.to_string(),
        }
    }
}

/// Finds the roles of the columns, or takes what `choice` says.
///
/// # Errors
/// [`Error::Argument`] for columns that do not exist; [`Error::File`] where a column may be a feature
/// or not.
pub(super) fn roles(
    stored: &Stored,
    head: &Head,
    header: &Header,
    choice: &Choice,
) -> Result<Roles> {
    let width = header.width;
    let names = header.names.as_deref();
    let body = &head.lines[usize::from(names.is_some())..];
    let columns: Vec<Column> = (0..width)
        .map(|place| Column {
            place,
            name: names.map(|names| names[place].clone()),
            cells: body.iter().map(|(_, fields)| cell(&fields[place])).collect(),
            example: body.first().map_or_else(String::new, |(_, fields)| fields[place].clone()),
        })
        .collect();
    let label = choice
        .label
        .as_deref()
        .map(|text| choice::column("--label-column", text, names, width))
        .transpose()?;
    let mut roles = Roles { label, ..Roles::default() };
    if let Some(label) = label {
        roles.remarks.push(format!("labels from {}", columns[label].shown()));
    }
    if let Some(list) = &choice.features {
        if choice.drop.is_some() {
            return Err(Error::Usage("give --columns-from or --drop, not both".into()));
        }
        roles.features = choice::columns("--columns-from", list, names, width)?;
        roles.features.retain(|k| Some(*k) != label);
        roles.features.sort_unstable();
        let count = roles.features.len();
        roles.remarks.push(format!("{count} of {width} columns read (--columns-from)"));
        return some_features(stored, roles);
    }
    let dropped =
        choice::columns("--drop", choice.drop.as_deref().unwrap_or_default(), names, width)?;
    if !dropped.is_empty() {
        let shown: Vec<String> = dropped.iter().map(|k| columns[*k].shown()).collect();
        roles.remarks.push(format!("left out: {} (--drop)", shown.join(", ")));
    }
    let keep_all = choice.drop.as_ref().is_some_and(Vec::is_empty);
    let left = |k: &usize| !dropped.contains(k) && Some(*k) != label;
    let mut open: Vec<&Column> = columns.iter().filter(|c| left(&c.place)).collect();
    if !keep_all && !body.is_empty() {
        let index = leading_index(stored, header, &open)?;
        for column in open.drain(..index) {
            roles.remarks.push(format!(
                "{} read as {} and left out (--drop none keeps it)",
                column.shown(),
                if column.words() || header.row_names {
                    "names of the rows"
                } else {
                    "an index of the rows"
                }
            ));
        }
        // Labels that were named elsewhere leave no doubt about the columns that could be labels.
        doubts(stored, &open, header, label.is_some())?;
    }
    roles.features = open.iter().map(|c| c.place).collect();
    some_features(stored, roles)
}

fn some_features(stored: &Stored, roles: Roles) -> Result<Roles> {
    if roles.features.is_empty() {
        return Err(stored.error(None, "has no column left for the data"));
    }
    Ok(roles)
}

/// How many of the first columns are an index, because a line of names has no name for them.
fn leading_index(stored: &Stored, header: &Header, open: &[&Column]) -> Result<usize> {
    let count = open.iter().take_while(|c| c.unnamed()).count();
    // A table without any name has no index either.
    if count == open.len() {
        return Ok(usize::from(header.row_names));
    }
    for column in &open[..count] {
        let row_name = header.row_names && column.place == 0;
        if !(row_name || column.whole() || column.words()) {
            return Err(doubt(
                stored,
                column,
                "has no name, as an index of the rows, and numbers that are not whole, as a feature",
                "is the index",
                false,
            ));
        }
    }
    Ok(count)
}

fn doubt(stored: &Stored, column: &Column, why: &str, drops: &str, label: bool) -> Error {
    let flag = column.flag();
    let takes = if label {
        format!("--label-column {flag} takes it as the class labels, ")
    } else {
        String::new()
    };
    stored.error(
        Some(column.shown()),
        format!("{why}: {takes}--drop {flag} leaves it out if it {drops}, --drop none keeps every column as a feature (columns count from 0)"),
    )
}

/// Fails for columns that may be a feature or something else.
fn doubts(stored: &Stored, open: &[&Column], header: &Header, labelled: bool) -> Result<()> {
    if open.len() < 2 {
        return Ok(());
    }
    let all_words = open.iter().all(|c| c.words());
    for column in open.iter().filter(|_| !all_words) {
        if column.words() {
            let flag = column.flag();
            return Err(stored.error(
                Some(column.shown()),
                format!("holds words such as {:?}, no feature: --label-column {flag} takes them as the class labels, --drop {flag} leaves them out (columns count from 0)", column.example),
            ));
        }
        if column.cells.len() >= COUNTING && column.numbers().is_some_and(|x| counts(&x)) {
            return Err(doubt(
                stored,
                column,
                "counts the rows, as an index, in the place of a feature",
                "is an index",
                false,
            ));
        }
        let Some(name) = column.name.as_deref().filter(|_| !labelled) else { continue };
        let classes = column.whole() && column.distinct() < column.cells.len().max(2);
        if names_labels(name) && (!name.eq_ignore_ascii_case("y") || classes) {
            return Err(doubt(
                stored,
                column,
                "is called like class labels and holds numbers like a feature",
                "is no feature",
                true,
            ));
        }
    }
    if header.names.is_none() && !labelled {
        return hidden_labels(stored, open);
    }
    Ok(())
}

/// Fails if the first or last of columns without names looks like class labels.
fn hidden_labels(stored: &Stored, open: &[&Column]) -> Result<()> {
    let ends = [open[0], open[open.len() - 1]];
    let square = |x: usize| x.isqrt().pow(2) == x && x.isqrt() >= SIDE;
    let image = |d: usize| square(d) || (d.is_multiple_of(3) && square(d / 3));
    for column in ends {
        let others = open.iter().filter(|c| c.place != column.place);
        let rows = column.cells.len();
        let repeated = column.whole() && column.distinct() < rows;
        let fractions =
            others.clone().all(|c| c.numbers().is_some_and(|x| x.iter().any(|x| x.fract() != 0.0)));
        if rows >= CLASSES && repeated && fractions {
            return Err(doubt(
                stored,
                column,
                "holds a few whole numbers, as class labels do, beside columns with fractions",
                "is no feature",
                true,
            ));
        }
        let small =
            column.numbers().is_some_and(|x| x.iter().all(|x| (0.0..MOST_CLASSES).contains(x)));
        if column.whole() && small && image(open.len() - 1) && !image(open.len()) {
            let why = format!(
                "of {} looks like the class label of images of {} pixels",
                open.len(),
                open.len() - 1
            );
            return Err(doubt(stored, column, &why, "is no feature", true));
        }
    }
    Ok(())
}
