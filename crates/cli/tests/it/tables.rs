//! The committed tables are what the specifications give today.
use std::path::{Path, PathBuf};
use std::process::Command;

/// Other processors and mathematics libraries may round differently: what a table may drift by
/// beyond the errors that it states.
const DRIFT: f64 = 1e-13;

/// What an error bound may move by: a tenth of the tolerance that curves promise.
const ERROR_DRIFT: f64 = 1e-11;

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn regenerate(spec: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_regimes"))
        .current_dir(root())
        .args(["table", spec, "--format", "csv", "--quiet"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{spec}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Fields of a CSV line; quotes only protect commas here.
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    fields.push(field);
    fields
}

#[test]
fn identity_committed_tables_have_not_drifted() {
    let mut specs: Vec<PathBuf> = std::fs::read_dir(root().join("tables"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    specs.sort();
    assert!(specs.len() >= 4);
    for spec in specs {
        let name = spec.file_stem().unwrap().to_string_lossy().into_owned();
        let fresh = regenerate(&format!("tables/{name}.toml"));
        let committed = root().join("tables/results").join(format!("{name}.csv"));
        compare(&name, &fresh, &std::fs::read_to_string(&committed).unwrap(), &committed);
    }
}

fn compare(name: &str, fresh: &str, committed: &str, path: &Path) {
    let advice = format!("regimes table tables/{name}.toml --output {}", path.display());
    assert_eq!(fresh.lines().count(), committed.lines().count(), "rows changed: {advice}");
    let mut header: Vec<String> = Vec::new();
    for (line, (a, b)) in fresh.lines().zip(committed.lines()).enumerate() {
        if a.starts_with('#') {
            // The command line that made the committed file may name its format.
            let same = a.split(" --format").next() == b.split(" --format").next();
            assert!(same, "line {}: {a} became {b}: {advice}", line + 1);
            continue;
        }
        let (a, b) = (fields(a), fields(b));
        if header.is_empty() {
            assert_eq!(a, b, "columns changed: {advice}");
            header = a;
            continue;
        }
        // The error stated beside a value, in both files together.
        let stated = |k: usize| {
            let own = [format!("{}.error", header[k]), format!("{}_error", header[k])];
            let beside = header.iter().position(|c| own.contains(c));
            let next = (header.get(k + 1).map(String::as_str) == Some("error")).then_some(k + 1);
            let at = beside.or(next);
            let error = |row: &[String]| at.and_then(|k| row[k].parse::<f64>().ok()).unwrap_or(0.0);
            error(&a) + error(&b)
        };
        for (k, (column, (x, y))) in header.iter().zip(a.iter().zip(&b)).enumerate() {
            match (x.parse::<f64>(), y.parse::<f64>()) {
                // Error bounds may move by rounding; they must stay of one size.
                (Ok(x), Ok(y)) if column.ends_with("error") => {
                    assert!(
                        x <= 4.0 * y + ERROR_DRIFT && y <= 4.0 * x + ERROR_DRIFT,
                        "{column}, line {}: {x} against {y}",
                        line + 1
                    );
                }
                (Ok(x), Ok(y)) => {
                    let close = x == y || (x - y).abs() <= DRIFT * x.abs().max(1.0) + stated(k);
                    assert!(close, "{name} {column}, line {}: {x} against {y}: {advice}", line + 1);
                }
                _ => assert_eq!(x, y, "{name} {column}, line {}: {advice}", line + 1),
            }
        }
    }
}

/// BBDM24 Table 1 prints the first DDPM step whose ᾱ is below 1/Λ.
#[test]
fn published_ddpm_steps_of_table_1() {
    let table = regenerate("tables/bbdm24-table-1.toml");
    let mut lines = table.lines().filter(|l| !l.starts_with('#')).map(fields);
    let header = lines.next().unwrap();
    let column = header.iter().position(|c| c == "t_S.spectral.step").unwrap();
    let steps: Vec<f64> = lines.map(|row| row[column].parse::<f64>().unwrap().ceil()).collect();
    assert_eq!(steps, [446.0, 526.0, 329.0, 495.0, 635.0]);
}
