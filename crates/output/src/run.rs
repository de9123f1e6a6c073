//! What a run was: everything that its rows depend on, and everything that formatting them takes.

use super::number::exact_text;
use super::shard::Shard;
use regimes::inputs::fingerprint;
use regimes::table::{Column, Head, Kind};
use serde_json::{Map, Value, json};

/// A run of a command that computes rows, or the shard of one.
#[derive(Clone, Debug)]
pub struct Run {
    /// The table's head.
    pub head: Head,
    /// The files it read, with length and hash of their contents.
    pub inputs: Vec<(String, String)>,
    /// Which of its rows.
    pub shard: Shard,
    /// What else the rows depend on, by name: where it is known, the command line may differ in the
    /// rest.
    pub settings: Vec<(String, String)>,
    /// Cells of a row.
    pub width: usize,
    /// Version of the program.
    pub version: String,
}

impl Run {
    /// A run of this version.
    pub fn new(head: Head, inputs: Vec<(String, String)>, shard: Shard) -> Self {
        let (settings, width) = (Vec::new(), head.columns.len());
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Self { head, inputs, shard, settings, width, version }
    }

    /// A run whose rows are made of `width` plain numbers and depend on these settings alone.
    #[must_use]
    pub fn of_numbers(self, width: usize, settings: Vec<(String, String)>) -> Self {
        Self { settings, width, ..self }
    }

    /// Everything that the rows depend on, by name, shards aside.
    fn parameters(&self) -> Vec<(String, String)> {
        let mut all = vec![("version".to_owned(), self.version.clone())];
        if self.settings.is_empty() {
            all.push(("command line".to_owned(), self.head.command_line.clone()));
        } else {
            all.push(("command".to_owned(), self.head.command.clone()));
            all.push(("model".to_owned(), self.head.model.clone()));
            all.extend(self.settings.iter().cloned());
        }
        all.extend(self.inputs.iter().map(|(path, text)| (format!("file {path}"), text.clone())));
        all.push(("number of rows".to_owned(), self.head.rows.to_string()));
        if self.settings.is_empty() {
            let description = head_to_json(&self.head).to_string();
            all.push(("table".to_owned(), fingerprint(description.as_bytes())));
        }
        all.push(("cells of a row".to_owned(), self.width.to_string()));
        all
    }

    /// Where the `other` run differs from this one, shards aside; none if it is the same.
    pub fn difference(&self, other: &Self) -> Option<String> {
        difference(&self.parameters(), &other.parameters())
    }

    /// As JSON, on one line.
    pub fn to_json(&self) -> String {
        let inputs: Map<String, Value> =
            self.inputs.iter().map(|(path, text)| (path.clone(), json!(text))).collect();
        let settings: Vec<Value> = self.settings.iter().map(|pair| json!(pair)).collect();
        json!({
            "program": "regimes",
            "version": self.version,
            "shard": self.shard.to_string(),
            "inputs": inputs,
            "settings": settings,
            "width": self.width,
            "head": head_to_json(&self.head),
        })
        .to_string()
    }

    /// The run that [`Run::to_json`] wrote; none if it is not one.
    pub fn from_json(text: &str) -> Option<Self> {
        let root: Value = serde_json::from_str(text).ok()?;
        let inputs = root.get("inputs")?.as_object()?;
        let setting = |pair: &Value| -> Option<(String, String)> {
            Some((pair.get(0)?.as_str()?.to_owned(), pair.get(1)?.as_str()?.to_owned()))
        };
        Some(Self {
            head: head_from_json(root.get("head")?)?,
            settings: root
                .get("settings")?
                .as_array()?
                .iter()
                .map(setting)
                .collect::<Option<_>>()?,
            width: usize::try_from(root.get("width")?.as_u64()?).ok()?,
            inputs: inputs
                .iter()
                .map(|(path, text)| Some((path.clone(), text.as_str()?.to_owned())))
                .collect::<Option<_>>()?,
            shard: Shard::parse("shard", root.get("shard")?.as_str()?).ok()?,
            version: root.get("version")?.as_str()?.to_owned(),
        })
    }
}

/// The first of the parameters `here` that is another one `there`, or is only there.
pub fn difference(here: &[(String, String)], there: &[(String, String)]) -> Option<String> {
    for (name, value) in here {
        let found = there.iter().find(|(other, _)| other == name).map(|(_, found)| found);
        if found != Some(value) {
            let found = found.map_or_else(|| "was not set".to_owned(), |f| format!("was {f}"));
            return Some(format!("there {name} {found}, here it is {value}"));
        }
    }
    let (name, _) = there.iter().find(|(name, _)| here.iter().all(|(own, _)| own != name))?;
    Some(format!("there {name} was set"))
}

const KINDS: [(Kind, &str); 4] = [
    (Kind::Number, "number"),
    (Kind::Estimate, "estimate"),
    (Kind::Sampled, "sampled"),
    (Kind::Text, "text"),
];

fn kind_name(kind: Kind) -> &'static str {
    KINDS.iter().find(|(k, _)| *k == kind).map_or("", |(_, name)| name)
}

/// Numbers are text here: JSON has no infinity.
fn head_to_json(head: &Head) -> Value {
    let columns: Vec<Value> = head
        .columns
        .iter()
        .map(|c| {
            let tolerance = exact_text(c.tolerance);
            json!([c.name, c.symbol, c.unit, c.source, kind_name(c.kind), tolerance, c.flat])
        })
        .collect();
    let summary: Vec<Value> =
        head.summary.iter().map(|(name, x)| json!([name, exact_text(*x)])).collect();
    json!({
        "command": head.command,
        "model": head.model,
        "command_line": head.command_line,
        "title": head.title,
        "conventions": head.conventions,
        "columns": columns,
        "notes": head.notes,
        "summary": summary,
        "rows": head.rows,
        "axes": head.axes,
        "digits": head.digits,
        "row_notes": head.row_notes,
        "page": head.page,
    })
}

fn head_from_json(root: &Value) -> Option<Head> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let number = |value: &Value| value.as_str()?.parse::<f64>().ok();
    let list = |name: &str| root.get(name)?.as_array();
    let whole = |value: &Value| usize::try_from(value.as_u64()?).ok();
    let column = |value: &Value| {
        let kind = value.get(4)?.as_str()?;
        Some(Column {
            name: text(value.get(0)?)?,
            symbol: text(value.get(1)?)?,
            unit: text(value.get(2)?)?.into(),
            source: text(value.get(3)?)?,
            kind: KINDS.iter().find(|(_, name)| *name == kind)?.0,
            tolerance: number(value.get(5)?)?,
            flat: value.get(6)?.as_bool()?,
        })
    };
    let digits = root.get("digits")?;
    let title = root.get("title")?;
    Some(Head {
        command: text(root.get("command")?)?,
        model: text(root.get("model")?)?,
        command_line: text(root.get("command_line")?)?,
        title: if title.is_null() { None } else { Some(text(title)?) },
        conventions: list("conventions")?
            .iter()
            .map(|pair| Some((text(pair.get(0)?)?.into(), text(pair.get(1)?)?)))
            .collect::<Option<_>>()?,
        columns: list("columns")?.iter().map(column).collect::<Option<_>>()?,
        notes: list("notes")?.iter().map(text).collect::<Option<_>>()?,
        summary: list("summary")?
            .iter()
            .map(|pair| Some((text(pair.get(0)?)?, number(pair.get(1)?)?)))
            .collect::<Option<_>>()?,
        rows: whole(root.get("rows")?)?,
        axes: list("axes")?
            .iter()
            .map(|pair| Some((text(pair.get(0)?)?, whole(pair.get(1)?)?)))
            .collect::<Option<_>>()?,
        digits: if digits.is_null() { None } else { Some(whole(digits)?) },
        row_notes: root.get("row_notes")?.as_bool()?,
        page: root.get("page")?.as_bool()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn identity_runs_are_read_as_they_are_written(
            words in proptest::collection::vec(".{0,30}", 8),
            numbers in proptest::collection::vec(-1e300..1e300f64, 2),
            infinite in any::<bool>(),
            rows in 0usize..1 << 40,
            digits in proptest::option::of(1usize..18),
        ) {
            let tolerance = if infinite { f64::INFINITY } else { numbers[0] };
            let column = Column::estimate(&words[0], &words[1], words[2].clone(), &words[3], tolerance);
            let head = Head {
                command: words[4].clone(),
                model: words[5].clone(),
                command_line: words[6].clone(),
                title: infinite.then(|| words[7].clone()),
                conventions: vec![(words[0].clone().into(), words[1].clone())],
                columns: vec![column.clone().flat(), Column::text("label"), column.bare()],
                notes: words.clone(),
                summary: vec![(words[2].clone(), numbers[1]), (words[3].clone(), tolerance)],
                rows,
                axes: vec![(words[5].clone(), rows), (words[6].clone(), 2)],
                digits,
                row_notes: infinite,
                page: !infinite,
            };
            let shard = Shard::parse("", "2/3").unwrap();
            let run = Run::new(head, vec![("a.toml".into(), words[0].clone())], shard);
            let settings = vec![(words[1].clone(), words[2].clone())];
            let named = run.clone().of_numbers(rows, settings);
            let read = Run::from_json(&named.to_json()).unwrap();
            prop_assert_eq!(format!("{read:?}"), format!("{named:?}"));
            prop_assert_eq!(named.difference(&read), None);
            let text = run.to_json();
            prop_assert!(!text.contains('\n'));
            let read = Run::from_json(&text).unwrap();
            prop_assert_eq!(format!("{read:?}"), format!("{run:?}"));
            prop_assert_eq!(run.difference(&read), None);
            let mut other = read;
            other.head.columns[0].tolerance = 1.5e-7;
            prop_assert!(run.difference(&other).unwrap().contains("there table was"));
            other.inputs[0].1.push('x');
            prop_assert!(run.difference(&other).unwrap().contains("there file a.toml was"));
        }

        #[test]
        fn bad_input_any_text_is_a_run_or_none(text in ".{0,80}") {
            let _ = Run::from_json(&text);
        }
    }
}
