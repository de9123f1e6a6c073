//! Known tables in random dialects.
use super::{Folder, entries};
use proptest::prelude::*;
use regimes::dataset::Source;
use regimes::dataset::text::Choice;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Names {
    None,
    Words,
    FromZero,
    FromOne,
    Years,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Index {
    None,
    Counting,
    Words,
    Shuffled,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Label {
    None,
    Numbers,
    Words,
}

/// How a table is written.
#[derive(Clone, Debug)]
struct Dialect {
    separator: &'static str,
    names: Names,
    index: Index,
    index_name: &'static str,
    label: Label,
    label_first: bool,
    whole: bool,
    quoted: bool,
    bom: bool,
    end: &'static str,
    trailing: bool,
    comment: bool,
    last_end: bool,
}

prop_compose! {
    fn dialect()(
        separator in prop::sample::select(vec![",", ";", "\t", " ", "    ", ", "]),
        names in prop::sample::select(vec![Names::None, Names::Words, Names::FromZero, Names::FromOne, Names::Years]),
        index in prop::sample::select(vec![Index::None, Index::Counting, Index::Words, Index::Shuffled]),
        index_name in prop::sample::select(vec!["", "id", "Unnamed: 0"]),
        label in prop::sample::select(vec![Label::None, Label::Numbers, Label::Words]),
        flags in any::<[bool; 7]>(),
        end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
    ) -> Dialect {
        let [label_first, whole, quoted, bom, trailing, comment, last_end] = flags;
        Dialect { separator, names, index, index_name, label, label_first, whole, quoted, bom, end, trailing, comment, last_end }
    }
}

/// A table in a dialect, the places of its index and labels, and its width; none where the dialect cannot
/// say what the table is, so that no reader could know.
fn written(
    dialect: &Dialect,
    rows: &[Vec<f64>],
    classes: &[usize],
) -> Option<(String, Option<usize>, Option<usize>)> {
    let d = rows[0].len();
    let blanks = dialect.separator.trim().is_empty() && dialect.separator != "\t";
    let unnamed = dialect.index_name.is_empty();
    // Without names: whole numbers among whole numbers tell nobody that they are labels, shuffled ones that
    // they are an index; one number in one column is as good a sample as a name; and three years in a row
    // may be a sample of whole numbers.
    let impossible = match dialect.names {
        Names::None => {
            (dialect.label == Label::Numbers && dialect.whole) || dialect.index == Index::Shuffled
        }
        Names::FromZero | Names::FromOne => d == 1,
        Names::Years => {
            (dialect.whole && d < 4) || d < 2 || dialect.label == Label::Numbers && dialect.whole
        }
        Names::Words => false,
    };
    if impossible || (dialect.index == Index::Shuffled && !unnamed && dialect.index_name == "id") {
        return None;
    }
    let quote = |text: &str| {
        if dialect.quoted || text.contains(' ') { format!("\"{text}\"") } else { text.to_owned() }
    };
    let number = |x: f64| if dialect.whole { format!("{}", x.trunc()) } else { format!("{x:.4}") };
    let mut lines: Vec<Vec<String>> = Vec::new();
    let name = |k: usize| match dialect.names {
        Names::FromZero => k.to_string(),
        Names::FromOne => (k + 1).to_string(),
        Names::Years => (1990 + k).to_string(),
        _ => ["mass", "x 1", "width", "depth", "q", "w7"][k].to_owned(),
    };
    let label_at = if dialect.label_first { 0 } else { d };
    let place = |fields: &mut Vec<String>, label: Option<String>, index: Option<String>| {
        if let Some(label) = label {
            fields.insert(label_at, quote(&label));
        }
        if let Some(index) = index {
            fields.insert(0, quote(&index));
        }
    };
    let has_label = dialect.label != Label::None;
    if dialect.names != Names::None {
        let mut fields: Vec<String> = (0..d).map(|k| quote(&name(k))).collect();
        let index = (dialect.index != Index::None).then(|| dialect.index_name.to_owned());
        // Between blanks nothing is no field.
        let short = blanks && unnamed && !dialect.quoted;
        place(&mut fields, has_label.then(|| "label".to_owned()), index.filter(|_| !short));
        lines.push(fields);
    }
    for (k, row) in rows.iter().enumerate() {
        let mut fields: Vec<String> = row.iter().map(|x| quote(&number(*x))).collect();
        let class = classes[k];
        let label = match dialect.label {
            Label::None => None,
            Label::Numbers => Some(class.to_string()),
            Label::Words => Some(["cat", "dog", "sports car"][class].to_owned()),
        };
        let index = match dialect.index {
            Index::None => None,
            Index::Counting => Some(k.to_string()),
            Index::Words => Some(format!("row{k}")),
            Index::Shuffled => Some((100 - 7 * k).to_string()),
        };
        place(&mut fields, label, index);
        lines.push(fields);
    }
    let mut text = String::new();
    if dialect.bom {
        text.push('\u{feff}');
    }
    if dialect.comment {
        text += &format!("# made by hand{}", dialect.end);
    }
    let trailing = if dialect.trailing && !blanks { dialect.separator } else { "" };
    let all: Vec<String> =
        lines.iter().map(|fields| fields.join(dialect.separator) + trailing).collect();
    text += &all.join(dialect.end);
    if dialect.last_end {
        text += dialect.end;
    }
    let index = (dialect.index != Index::None).then_some(0);
    let label = has_label.then(|| label_at + usize::from(index.is_some()));
    Some((text, index, label))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    /// A known table in a random dialect: the same table is read, or the file is refused with the flags that
    /// settle it, and with what it is said outright the same table and labels are read.
    #[test]
    fn property_no_dialect_is_read_as_another_table(
        dialect in dialect(),
        table in (4usize..9, 1usize..6).prop_flat_map(|(n, d)| {
            // Never a whole number.
            let entry = (-200i32..200, 1u32..9999).prop_map(|(a, b)| f64::from(a) + f64::from(b) / 1e4 * f64::from(a.signum() | 1));
            (prop::collection::vec(prop::collection::vec(entry, d), n), prop::collection::vec(0usize..3, n))
        }),
    ) {
        let (rows, mut classes) = table;
        // Some class occurs twice.
        classes[1] = classes[0];
        let Some((text, index, label)) = written(&dialect, &rows, &classes) else { return Ok(()) };
        let number = |x: f64| if dialect.whole { x.trunc() } else { format!("{x:.4}").parse().unwrap() };
        let want: Vec<f64> = rows.iter().flatten().map(|x| number(*x)).collect();
        let folder = Folder::new();
        match folder.read(&text, &Choice::default()) {
            Ok(read) => {
                prop_assert_eq!(read.array.samples(), rows.len(), "{:?}\n{}", &dialect, &text);
                prop_assert_eq!(entries(&read), want.clone(), "{:?}\n{}", &dialect, &text);
                // An index that was recognised was said to be.
                prop_assert!(index.is_none() || !read.remarks.is_empty(), "{}", &text);
            }
            Err(message) => {
                let settles = ["--header", "--drop", "--label-column"].iter().any(|flag| message.contains(flag));
                prop_assert!(settles, "{:?}\n{}\n{}", &dialect, &text, message);
            }
        }
        let width = rows[0].len() + usize::from(index.is_some()) + usize::from(label.is_some());
        let features = (0..width).filter(|k| Some(*k) != index && Some(*k) != label).map(|k| format!("#{k}")).collect();
        let choice = Choice {
            header: Some(dialect.names != Names::None),
            label: label.map(|k| format!("#{k}")),
            features: Some(features),
            ..Choice::default()
        };
        let read = folder.read(&text, &choice);
        prop_assert!(read.is_ok(), "{:?}\n{}\n{}", &dialect, &text, read.unwrap_err());
        let read = read.unwrap();
        prop_assert_eq!(entries(&read), want, "{:?}\n{}", &dialect, &text);
        let names = ["cat", "dog", "sports car"];
        let wanted: Option<Vec<String>> = match dialect.label {
            Label::None => None,
            Label::Numbers => Some(classes.iter().map(usize::to_string).collect()),
            Label::Words => Some(classes.iter().map(|k| names[*k].to_owned()).collect()),
        };
        prop_assert_eq!(read.labels, wanted);
    }
}
