//! Reading the committed reference values.
use std::collections::HashMap;
use std::path::Path;

/// One line of a reference file, by column name.
pub type Record = HashMap<String, String>;

/// The records of `tests/reference/NAME`.
pub fn reference(name: &str) -> Vec<Record> {
    // Other members of the workspace lie below its root.
    let folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let paths = folders.map(|folder| folder.join("tests/reference").join(name));
    let path = paths.into_iter().find(|path| path.exists()).unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_path(&path)
        .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let records: Vec<Record> = reader
        .records()
        .map(|line| header.iter().cloned().zip(line.unwrap().iter().map(str::to_owned)).collect())
        .collect();
    assert!(records.len() > 1, "{name} is empty");
    records
}

/// The number in column `key`.
pub fn number(record: &Record, key: &str) -> f64 {
    record[key].parse().unwrap_or_else(|_| panic!("{key} = {}", record[key]))
}

/// The numbers, separated by spaces, in column `key`.
pub fn numbers(record: &Record, key: &str) -> Vec<f64> {
    record[key].split_whitespace().map(|x| x.parse().unwrap()).collect()
}
