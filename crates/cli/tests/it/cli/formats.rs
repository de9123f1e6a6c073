//! Formats, sweeps, threads and output files.

use super::{json, refused, regimes, stdout, words};
use serde_json::Value;

#[test]
fn identity_formats_carry_the_same_columns() {
    let line = "times clusters --d 64,256 --n 1000 --mu 1 --sigma 0.5";
    let json = json(line);
    let csv = stdout(&format!("{line} --format csv"));
    let mut lines = csv.lines().filter(|l| !l.starts_with('#'));
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    for (k, line) in lines.enumerate() {
        for (name, field) in header.iter().zip(line.split(',')) {
            if *name == "notes" {
                continue;
            }
            let (name, leaf) = match name.strip_suffix(".error") {
                Some(name) => (name, "error"),
                None => (*name, "value"),
            };
            let mut cell = &json["rows"][k];
            for part in name.split('.') {
                cell = &cell[part];
            }
            let cell = if cell.is_object() { &cell[leaf] } else { cell };
            assert_eq!(cell.as_f64(), field.parse().ok(), "{name}");
        }
    }
    let markdown = stdout(&format!("{line} --format md"));
    assert!(markdown.contains("| d | n | log_n | alpha | mu | sigma | t_S.spectral |"));
    let latex = stdout(&format!("{line} --format tex"));
    assert!(latex.contains("\\toprule") && latex.contains("$t_S$ (spectral)"));
    assert!(stdout(&format!("{line} --format text")).contains("largest error bound"));
}

/// npy: magic, a header that NumPy reads, and the numbers of the csv.
#[test]
fn identity_npy_holds_the_same_numbers() {
    let line = "curve phi clusters --d 256 --t 1,2 --format npy";
    let bytes = regimes(&words(line)).stdout;
    assert_eq!(&bytes[..8], b"\x93NUMPY\x02\x00");
    let length = u32::from_le_bytes(bytes[8..12].try_into().unwrap()) as usize;
    assert_eq!((12 + length) % 64, 0);
    let header = String::from_utf8_lossy(&bytes[12..12 + length]).into_owned();
    assert!(header.contains("('phi', '<f8')") && header.contains("'shape': (2,)"));
    assert!(header.contains("# ") && header.contains("regimes curve phi"));
    let numbers: Vec<f64> =
        bytes[12 + length..].chunks(8).map(|b| f64::from_le_bytes(b.try_into().unwrap())).collect();
    // d, mu, sigma, t, snr, phi, error
    assert_eq!((numbers.len(), numbers[3], numbers[10]), (14, 1.0, 2.0));
    assert!((numbers[12] - 0.977_006_440_750_324_8).abs() < 1e-14);
}

#[test]
fn identity_sweeps_run_in_the_order_written() {
    let rows = json("times gaussian --alpha 0.1,0.2 --sigma 1,2,3 --d inf")["rows"].clone();
    let pairs: Vec<(f64, f64)> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["alpha"].as_f64().unwrap(), r["sigma"].as_f64().unwrap()))
        .collect();
    assert_eq!(pairs[..4], [(0.1, 1.0), (0.1, 2.0), (0.1, 3.0), (0.2, 1.0)]);
    let rows = json("times gaussian --sigma 1,2,3 --alpha 0.1,0.2 --d inf")["rows"].clone();
    assert_eq!(rows[1]["alpha"].as_f64(), Some(0.2));
}

#[test]
fn identity_any_number_of_threads_gives_the_same_bytes() {
    let line = "times clusters --d 16:65536:*40 --n 10:1e9:*30 --sigma 0.7 --format csv";
    let one = stdout(&format!("{line} --threads 1"));
    assert_eq!(one, stdout(&format!("{line} --threads 3")));
}

#[test]
fn identity_greek_names_and_expressions() {
    let greek = json("times clusters --d 2^8 --α log(20000)/256 --μ 1 --σ sqrt(1)");
    let ascii = json("times clusters --d 256 --n 20000 --mu 1 --sigma 1");
    let time = |v: &Value| v["rows"][0]["t_C"]["asymptotic"]["value"].as_f64().unwrap();
    assert!((time(&greek) - time(&ascii)).abs() < 1e-14);
}

#[test]
fn limit_output_files_appear_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("times.csv");
    let name = path.to_string_lossy().into_owned();
    refused(&["times", "clusters", "--d", "1,0", "--n", "9", "-o", &name], &["--d = 0"]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let output = regimes(&["times", "clusters", "--d", "64", "--n", "9", "-o", &name]);
    assert!(output.status.success() && output.stdout.is_empty());
    assert!(std::fs::read_to_string(&path).unwrap().contains("t_S.spectral"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    let nowhere = folder.path().join("no/such/times.csv");
    let output =
        regimes(&["times", "clusters", "--d", "64", "--n", "9", "-o", &nowhere.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(1));
}

/// A table wider than a page is cut into parts, with the parameters in each.
#[test]
fn identity_wide_tables_are_cut_into_parts() {
    let line = "times clusters --d 64,128,256 --n 1000";
    let text = stdout(&format!("{line} --format text"));
    for line in text.lines() {
        assert!(line.chars().count() <= 72, "{line}");
    }
    let rows = text.lines().filter(|l| l.trim_start().starts_with("256 ")).count();
    let heads = text.lines().filter(|l| l.contains(" alpha ")).count();
    assert!(rows >= 3 && rows == heads, "{rows} {heads}");
    // Each number of the csv, to the digits of the table.
    let csv = stdout(&format!("{line} --format csv"));
    let mut lines = csv.lines().filter(|l| !l.starts_with('#'));
    let columns: Vec<&str> = lines.next().unwrap().split(',').collect();
    let last: Vec<&str> = lines.next_back().unwrap().split(',').collect();
    for (column, cell) in columns.iter().zip(last) {
        if column.starts_with("t_") && !column.ends_with(".error") {
            let value: f64 = cell.parse().unwrap();
            let shown = format!("{value:.5}");
            assert!(text.contains(&shown[..6]), "{column} = {cell}");
        }
    }
}
