//! Text files of samples in the dialects that programs write: what is read, and what is refused because
//! it can be read in two ways.

mod dialects;

use regimes::dataset::columns::Columns;
use regimes::dataset::list::list;
use regimes::dataset::open::samples;
use regimes::dataset::text::{Choice, Samples};
use regimes::dataset::{Source, labels};
use std::path::PathBuf;
use tempfile::TempDir;

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn file(&self, text: &[u8]) -> PathBuf {
        let path = self.0.path().join("data.txt");
        std::fs::write(&path, text).unwrap();
        path
    }

    fn read(&self, text: &str, choice: &Choice) -> Result<Samples, String> {
        samples(&self.file(text.as_bytes()), None, choice).map_err(|error| error.to_string())
    }
}

fn entries(read: &Samples) -> Vec<f64> {
    let mut out = vec![0.0; read.array.samples() * read.array.dimension()];
    read.array.read(0, &mut out).unwrap();
    out
}

fn words(list: &[&str]) -> Option<Vec<String>> {
    Some(list.iter().map(|word| (*word).to_owned()).collect())
}

/// Two samples (1.5, 2.5) and (3.5, 4.5) and what programs put around them.
#[test]
fn identity_dialects_of_programs() {
    let folder = Folder::new();
    for (text, remark) in [
        ("1.5,2.5\n3.5,4.5\n", ""),
        ("\u{feff}a,b\r\n1.5,2.5\r\n3.5,4.5", ""),
        ("a;b\n1.5;2.5\n3.5;4.5\n", ""),
        ("a\tb\n1.5\t2.5\n3.5\t4.5\n", ""),
        ("1.5,\t2.5\n3.5,\t4.5\n", ""),
        ("x, m;y, m\n1.5;2.5\n3.5;4.5\n", ""),
        ("\"x, m\",\"y, m\"\n1.5,2.5\n3.5,4.5\n", ""),
        ("# x y\n1.500000000000000000e+00 2.500000000000000000e+00\n3.5e+00 4.5e+00\n", ""),
        ("   1.5     2.5\n   3.5     4.5  \n", ""),
        ("1.5\t 2.5\n\n3.5\t 4.5\n# the end", ""),
        // Line ends of old.
        ("a,b\r1.5,2.5\r3.5,4.5\r", ""),
        ("a b\r1.5 2.5\r3.5 4.5\r", ""),
        ("1.5,2.5,\n3.5,4.5,\n", "lines end in a separator"),
        ("a,b\n1.5,2.5,\n3.5,4.5,\n", "lines end in a separator"),
        ("a,b,\n1.5,2.5\n3.5,4.5\n", "ends in a separator"),
        // A data frame with its index, with names and without.
        (",a,b\n0,1.5,2.5\n1,3.5,4.5\n", "column 0 (unnamed) read as an index"),
        (",0,1\n0,1.5,2.5\n1,3.5,4.5\n", "line 1 read as the names of the columns"),
        ("Unnamed: 0,a,b\n17,1.5,2.5\n3,3.5,4.5\n", "read as an index"),
        (",,a,b\n0,x,1.5,2.5\n0,y,3.5,4.5\n", "column 1 (unnamed) read as names of the rows"),
        // R: write.csv, write.table.
        ("\"\",\"V1\",\"V2\"\n\"1\",1.5,2.5\n\"2\",3.5,4.5\n", "read as an index"),
        ("\"\",\"V1\",\"V2\"\n\"Mazda RX4\",1.5,2.5\n\"Fiat\",3.5,4.5\n", "names of the rows"),
        ("\"V1\" \"V2\"\n\"1\" 1.5 2.5\n\"2\" 3.5 4.5\n", "read as names of the rows"),
        ("\"V1\" \"V2\"\n\"Mazda RX4\" 1.5 2.5\n\"Fiat\" 3.5 4.5\n", "read as names of the rows"),
        ("      a    b\n0   1.5  2.5\n1   3.5  4.5\n", "read as names of the rows"),
    ] {
        let read = folder.read(text, &Choice::default()).unwrap_or_else(|e| panic!("{text}: {e}"));
        assert_eq!(read.array.dimension(), 2, "{text}");
        assert_eq!(entries(&read), [1.5, 2.5, 3.5, 4.5], "{text}");
        let said = read.remarks.join("; ");
        assert!(said.contains(remark) && said.is_empty() == remark.is_empty(), "{text}: {said}");
    }
}

/// What can be read in two ways is refused, and each flag that the message names gives its reading.
#[test]
fn bad_input_two_readings_are_both_named() {
    let folder = Folder::new();
    let yes = Choice { header: Some(true), ..Choice::default() };
    let no = Choice { header: Some(false), ..Choice::default() };
    let none = Choice { drop: Some(Vec::new()), ..Choice::default() };
    let drop = |column: &str| Choice { drop: words(&[column]), ..Choice::default() };
    let label = |column: &str| Choice { label: Some(column.into()), ..Choice::default() };
    let frame = "0,1,2,3\n.5,.1,.7,.2\n.3,.4,.1,.9\n.5,.6,.3,.2\n.9,.3,.5,.1\n";
    let species = "5.1,3.5,Iris-setosa\n4.9,3.0,Iris-setosa\n7.0,3.2,Iris-versicolor\n6.4,3.1,Iris-versicolor\n";
    let classes = "x,y,label\n.1,.2,3\n.4,.5,8\n.7,.3,3\n.2,.9,8\n";
    let hidden = ".1,.2,3\n.4,.5,8\n.7,.3,3\n.2,.9,8\n";
    let rows = "0,.1,.2\n1,.4,.5\n2,.7,.3\n";
    let id = "id,a,b\n1,.1,.2\n2,.4,.5\n3,.7,.3\n";
    let time = ",a,b\n0.5,.1,.2\n1.0,.4,.5\n1.5,.7,.3\n";
    let years = "1990,1991,1992\n.1,.2,.4\n.4,.5,.1\n.7,.3,.9\n";
    for (text, says, choices) in [
        (frame, "--header yes or --header no", vec![(yes.clone(), 4, 4), (no.clone(), 5, 4)]),
        (years, "over columns that have none", vec![(yes.clone(), 3, 3), (no.clone(), 4, 3)]),
        (species, "such as \"Iris-setosa\"", vec![(label("2"), 4, 2), (drop("2"), 4, 2)]),
        (
            classes,
            "--label-column label takes it as the class labels, --drop label",
            vec![(label("label"), 4, 2), (drop("label"), 4, 2), (none.clone(), 4, 3)],
        ),
        (
            hidden,
            "column 2: holds a few whole numbers",
            vec![(label("2"), 4, 2), (drop("2"), 4, 2), (none.clone(), 4, 3)],
        ),
        (rows, "counts the rows", vec![(drop("0"), 3, 2), (none.clone(), 3, 3)]),
        (id, "--drop id leaves it out", vec![(drop("id"), 3, 2), (none.clone(), 3, 3)]),
        (time, "--drop #0 leaves it out", vec![(drop("#0"), 3, 2), (none.clone(), 3, 3)]),
    ] {
        let message =
            folder.read(text, &Choice::default()).err().unwrap_or_else(|| panic!("{text}"));
        assert!(message.contains(says), "{text}: {message}");
        for (choice, samples, dimension) in choices {
            let read = folder.read(text, &choice).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(
                (read.array.samples(), read.array.dimension()),
                (samples, dimension),
                "{text}"
            );
            assert_eq!(read.labels.is_some(), choice.label.is_some());
        }
    }
    // Bytes of 8 × 8 pixels and a label before them.
    let line = |label: usize| format!("{label}{}\n", ",17,200".repeat(32));
    let images = format!("{}{}", line(4), line(7));
    assert!(folder.read(&images, &Choice::default()).unwrap_err().contains("images of 64 pixels"));
    let labelled = folder.read(&images, &label("0")).unwrap();
    assert_eq!((labelled.array.dimension(), labelled.labels), (64, words(&["4", "7"])));
}

/// Columns by name, position and range.
#[test]
fn identity_columns_are_chosen_as_they_are_named() {
    let folder = Folder::new();
    let text = ",a,2,b\n7,.1,.2,.3\n9,.4,.5,.6\n";
    let chosen = |list: &[&str]| {
        let choice = Choice { features: words(list), ..Choice::default() };
        folder.read(text, &choice).map(|read| entries(&read))
    };
    assert_eq!(chosen(&["a:"]).unwrap(), [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
    assert_eq!(chosen(&["0", "b"]).unwrap(), [7.0, 0.3, 9.0, 0.6]);
    assert_eq!(chosen(&["#1:2"]).unwrap(), [0.1, 0.2, 0.4, 0.5]);
    assert_eq!(chosen(&["name:2"]).unwrap(), [0.2, 0.5]);
    assert_eq!(chosen(&["#3"]).unwrap(), [0.3, 0.6]);
    for (list, says) in [
        (&["c"][..], "no such column"),
        (&["4"], "4 columns, counted from 0"),
        (&["b:a"], "stands behind"),
        (&["a", "0:1"], "twice"),
    ] {
        let message = chosen(list).unwrap_err();
        assert!(message.starts_with("--columns-from") && message.contains(says), "{message}");
    }
    // A number that names one column and counts to another.
    let choice = Choice { drop: words(&["1"]), ..Choice::default() };
    let message = folder.read(",0,1\n0,.1,.2\n1,.4,.5\n", &choice).unwrap_err();
    assert!(message.contains("#1 for the position or name:1 for the name"), "{message}");
}

#[test]
fn bad_input_fields_that_are_no_numbers_are_placed() {
    let folder = Folder::new();
    for (text, says) in [
        ("a,b\n1.5,2.5\n3.5,\n", "line 3, column 2: is empty"),
        ("1.5,2.5\n3.5,NA\n", "line 2, column 2: \"NA\" is not a number: every sample needs"),
        ("a;b\n1,5;2,5\n", "line 2, column 1: \"1,5\" is not a number: a comma is neither"),
        ("1,5 2,5\n3,5 4,5\n", "decimal commas between blanks, or pairs"),
        ("\"1,024\",2.5\n", "a comma is neither"),
        ("1.5,2.5\n3.5,4.5,5.5\n", "line 2: has 3 fields, the lines before have 2"),
        ("1.5,2.5,\n3.5,4.5,5.5\n", "is empty"),
        ("a,b,c\n1,2\n", "has 2 fields, the lines before have 3"),
        ("1.5,foo,2.5\n3.5,4.5,5.5\n", "\"foo\" stands over numbers, among numbers"),
        ("1.5 2.5\n3.5 4.5 x\n", "has 3 fields, the lines before have 2"),
    ] {
        let message =
            folder.read(text, &Choice::default()).err().unwrap_or_else(|| panic!("{text}"));
        assert!(message.contains(says), "{text}: {message}");
    }
    for bytes in [&b"\xff\xfe1\x00,\x002\x00"[..], b"\xfe\xff\x001\x00,\x002"] {
        let message = samples(&folder.file(bytes), None, &Choice::default()).unwrap_err();
        assert!(message.to_string().contains("UTF-16"), "{message}");
    }
}

/// Labels: one on each line, with words, an index, or among other columns.
#[test]
fn identity_labels_in_any_file() {
    let folder = Folder::new();
    let read = |text: &str, column: Option<&str>| {
        labels::read_column(&folder.file(text.as_bytes()), None, column, 3)
            .map_err(|error| error.to_string())
    };
    let want = Ok(words(&["sports car", "van", "van"]).unwrap());
    for text in [
        "sports car\nvan\nvan\n",
        "kind\nsports car\nvan\nvan\n",
        "\"sports car\"\n\"van\"\n\"van\"",
        ",0\n0,sports car\n1,van\n2,van\n",
        "\"\",\"x\"\n\"1\",\"sports car\"\n\"2\",\"van\"\n\"3\",\"van\"\n",
        "id,label\n5,sports car\n7,van\n9,van\n",
    ] {
        assert_eq!(read(text, None), want, "{text}");
    }
    assert_eq!(read("0,sports car\n1,van\n2,van\n", Some("1")), want);
    assert_eq!(read("a,b\n0,sports car\n1,van\n2,van\n", Some("b")), want);
    assert_eq!(
        read("0 van\n1 van\n2 car\n", Some("1")),
        Ok(words(&["van", "van", "car"]).unwrap())
    );
    assert_eq!(read("0\n1.0\n0\n", None), Ok(words(&["0", "1", "0"]).unwrap()));
    for (text, says) in [
        ("0,a\n1,b\n2,c\n", "name the column of labels with --label-column"),
        ("p,q\n0,a\n1,b\n2,c\n", "name the one of labels with --label-column"),
        ("0 van\n1 van\n2 car\n", "--label-column 1 takes what stands behind"),
        ("a\n\"\"\nb\n", "is empty"),
        ("a\nb\n", "has 2 labels, the data have 3 samples"),
        // A label too many is no heading.
        ("0\n1\n0\n1\n", "has 4 labels, the data have 3 samples"),
    ] {
        let message = read(text, None).err().unwrap_or_else(|| panic!("{text}"));
        assert!(message.contains(says), "{text}: {message}");
    }
}

/// Curves and lists share the dialects: an index of the rows is no column of theirs.
#[test]
fn identity_an_index_is_no_column_of_a_curve_or_a_list() {
    let folder = Folder::new();
    for text in [
        ",t,value\n0,0.5,0.1\n1,1.5,0.9\n",
        "\"t\" \"value\"\n\"1\" 0.5 0.1\n\"2\" 1.5 0.9\n",
        "  t    value\n0.5   0.1\n1.5   0.9\n",
        "0.5   0.1\n1.5   0.9\n",
    ] {
        let columns = Columns::read(&folder.file(text.as_bytes())).unwrap();
        assert_eq!(columns.names(), ["t", "value"], "{text}");
        assert_eq!(columns.numbers("t").unwrap(), [Some(0.5), Some(1.5)], "{text}");
    }
    for text in [
        ",0\n0,4\n1,2.5\n2,1\n",
        "\"x\"\n\"1\" 4\n\"2\" 2.5\n\"3\" 1\n",
        "\u{feff}4,2.5,1",
        "4 2.5\n1\n",
    ] {
        assert_eq!(
            list(&folder.file(text.as_bytes()), &["eigenvalue"]).unwrap(),
            [4.0, 2.5, 1.0],
            "{text}"
        );
    }
    let message =
        list(&folder.file(b"0,4\n1,2.5\n2,1\n"), &["eigenvalue"]).unwrap_err().to_string();
    assert!(message.contains("an index and the numbers, or all of them numbers?"), "{message}");
}
