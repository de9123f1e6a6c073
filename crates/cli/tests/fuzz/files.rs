//! Data files whose headers lie: npy, npz, IDX, text, each plain or in gzip.

use crate::drive::{Inputs, Random, drive, peak_memory};
use crate::mutate::{NASTY_TEXTS, below, damage, nested, once_in, pick};
use rand::RngExt;
use regimes::dataset::columns::Columns;
use regimes::dataset::{Source, for_each_block, list, open};
use std::io::Write;
use std::path::Path;
use zip::write::SimpleFileOptions;

/// Files here are small: whoever needs more memory than this believed a header.
const MEMORY: u64 = 2 << 30;

struct File(Vec<u8>);

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = &self.0[..self.0.len().min(1000)];
        write!(f, "{} bytes b\"{}\"", self.0.len(), shown.escape_ascii())
    }
}

const SIZES: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
    "-1",
    "1000000000000000000",
    "4294967296",
    "2147483648",
    "9223372036854775807",
    "18446744073709551615",
    "18446744073709551616",
    "3L",
    "1.5",
    "None",
    "(2,)",
    "1e3",
    "",
];

fn sizes(random: &mut Random) -> (String, usize) {
    let mut product = 1usize;
    let sizes: Vec<String> = (0..below(random, 4))
        .map(|_| {
            if once_in(random, 8) {
                return pick(random, SIZES).to_owned();
            }
            let size = 1 + below(random, 4);
            product *= size;
            size.to_string()
        })
        .collect();
    (format!("({},)", sizes.join(", ")), product)
}

const TYPES: &[(&str, usize)] = &[
    ("<f8", 8),
    (">f8", 8),
    ("<f4", 4),
    ("<f2", 2),
    ("|u1", 1),
    ("<i8", 8),
    (">i2", 2),
    ("|b1", 1),
    ("<u8", 8),
    ("=f8", 8),
    ("f8", 8),
    ("<c16", 16),
    ("|O", 8),
    ("<U4", 16),
    ("|S0", 0),
    ("", 1),
    ("<f999999999999999999999", 8),
    ("<i3", 3),
    ("|V8", 8),
];

fn npy(random: &mut Random) -> Vec<u8> {
    let (shape, count) = sizes(random);
    let (kind, size) = if once_in(random, 6) {
        TYPES[below(random, TYPES.len())]
    } else {
        TYPES[below(random, 9)]
    };
    let (descr, size) = match below(random, 12) {
        0 | 1 => {
            let fields: Vec<String> = (0..1 + below(random, 3))
                .map(|k| {
                    let name = if once_in(random, 6) {
                        pick(random, NASTY_TEXTS).to_owned()
                    } else {
                        ["t", "value", "stderr"][k].to_owned()
                    };
                    format!("('{}', '{kind}')", name.escape_default())
                })
                .collect();
            (format!("[{}]", fields.join(", ")), size * fields.len())
        }
        2 if once_in(random, 4) => (nested(random, "[", "('a', '<f8')", "]"), 8),
        3 => (
            pick(random, &["None", "[]", "[()]", "[('a',)]", "[('a','<f8',(2,))]", "{}", "'"])
                .into(),
            8,
        ),
        _ => (format!("'{kind}'"), size),
    };
    let order = if once_in(random, 4) { "True" } else { "False" };
    let mut header = format!("{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}");
    if once_in(random, 10) {
        header.push_str(pick(random, &["#", "# comment", "\n#\n", "}", "\0", "    \n"]));
    }
    if once_in(random, 4) {
        let mut bytes = header.into_bytes();
        damage(random, &mut bytes);
        header = String::from_utf8_lossy(&bytes).into_owned();
    }
    let version = if once_in(random, 20) { random.random() } else { 1 + below(random, 3) as u8 };
    let mut bytes = b"\x93NUMPY".to_vec();
    bytes.extend([version, 0]);
    let length = match below(random, 20) {
        0 => u32::MAX,
        1 => random.random(),
        2 => 0,
        _ => header.len() as u32,
    };
    if version == 1 {
        bytes.extend((length as u16).to_le_bytes());
    } else {
        bytes.extend(length.to_le_bytes());
    }
    bytes.extend(header.bytes());
    let extra = if once_in(random, 6) { below(random, 20) } else { 0 };
    bytes.extend((0..count * size + extra).map(|_| random.random::<u8>()));
    bytes
}

fn npz(random: &mut Random) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for k in 0..below(random, 4) {
        let name = match below(random, 8) {
            0 => format!("{}{k}", pick(random, NASTY_TEXTS)),
            1 => "../../outside.npy".to_owned(),
            2 => "outcomes.npy".to_owned(),
            k => format!("{}.npy", ["x", "t", "value", "stderr", "labels"][k % 5]),
        };
        let method = if once_in(random, 2) {
            zip::CompressionMethod::Stored
        } else {
            zip::CompressionMethod::Deflated
        };
        let options = SimpleFileOptions::default().compression_method(method);
        // Refuses some names and repeated ones.
        if archive.start_file(name, options).is_err() {
            continue;
        }
        let bytes = if once_in(random, 200) {
            // A bomb within reason: a few kilobytes that unpack to many megabytes.
            vec![0; 20 << 20]
        } else {
            npy(random)
        };
        archive.write_all(&bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn idx(random: &mut Random) -> Vec<u8> {
    let kinds = [8u8, 9, 11, 12, 13, 14, 0, 10, 255];
    let axes = 1 + below(random, 3);
    let kind = if once_in(random, 8) { kinds[below(random, 9)] } else { kinds[below(random, 6)] };
    let stated = if once_in(random, 10) { random.random() } else { axes as u8 };
    let mut bytes = vec![0, 0, kind, stated];
    let mut count = match kind {
        14 => 8,
        12 | 13 => 4,
        11 => 2,
        _ => 1,
    };
    for _ in 0..axes {
        let size = if once_in(random, 10) { random.random() } else { 1 + below(random, 4) as u32 };
        bytes.extend(size.to_be_bytes());
        count *= (size as usize).min(8);
    }
    bytes.extend((0..count).map(|_| random.random::<u8>()));
    bytes
}

fn csv(random: &mut Random) -> Vec<u8> {
    let separator = pick(random, &[",", ";", "\t", " ", ", ", "  "]);
    let width = 1 + below(random, 4);
    let mut text = String::new();
    if once_in(random, 2) {
        let names: Vec<&str> = (0..width)
            .map(|k| {
                if once_in(random, 6) {
                    pick(random, NASTY_TEXTS)
                } else {
                    ["t", "phi", "stderr", "n"][k]
                }
            })
            .collect();
        text = names.join(separator) + "\n";
    }
    for _ in 0..below(random, 6) {
        let fields: Vec<String> = (0..width)
            .map(|_| match below(random, 10) {
                0 => pick(random, crate::mutate::NASTY_NUMBERS).to_owned(),
                1 => String::new(),
                _ => format!("{}.{}", below(random, 10), below(random, 10)),
            })
            .collect();
        text +=
            &(fields.join(separator) + pick(random, &["\n", "\n", "\n", "\r\n", "\n\n", "#\n"]));
    }
    text.into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn file(random: &mut Random) -> File {
    let mut bytes = match below(random, 8) {
        0..=2 => npy(random),
        3 => npz(random),
        4 | 5 => idx(random),
        _ => csv(random),
    };
    if once_in(random, 3) {
        damage(random, &mut bytes);
    }
    for _ in 0..if once_in(random, 8) { 1 + below(random, 3) } else { 0 } {
        bytes = gzip(&bytes);
        if once_in(random, 3) {
            damage(random, &mut bytes);
        }
    }
    File(bytes)
}

fn check(path: &Path, file: &File) -> Result<(), String> {
    std::fs::write(path, &file.0).unwrap();
    for name in [None, Some("x")] {
        let Ok(source) = open(path, name) else { continue };
        let (n, d) = (source.samples(), source.dimension());
        if n == 0 || d == 0 {
            return Err(format!("opened with {n} samples of {d} numbers"));
        }
        let mut rows = 0;
        for_each_block(&source, 3, &mut |_, block| {
            rows += block.len() / d;
            Ok(())
        })
        .map_err(|error| format!("opened, then {error}"))?;
        if rows != n {
            return Err(format!("{rows} rows of {n} were read"));
        }
        if source.read(n, &mut vec![0.0; d]).is_ok() {
            return Err("a row beyond the last was read".into());
        }
    }
    if let Ok(columns) = Columns::read(path) {
        let names: Vec<String> = columns.names().iter().map(|name| (*name).to_owned()).collect();
        let lengths = names.iter().filter_map(|name| columns.numbers(name).ok().map(|x| x.len()));
        let lengths: std::collections::BTreeSet<usize> = lengths.collect();
        if lengths.len() > 1 {
            return Err(format!("columns {names:?} have lengths {lengths:?}"));
        }
    }
    match list::list(path, &["eigenvalue", "eigenvalues"]) {
        Ok(values) if values.is_empty() => Err("a list of no numbers".into()),
        Err(error) if error.to_string().trim().is_empty() => Err("an error without words".into()),
        _ => Ok(()),
    }
}

#[test]
fn property_no_data_file_panics() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    let inputs = Inputs::of("files", 25_000, 0.22);
    drive(&inputs, file, |file, _| check(&path, file));
    if let Some(peak) = peak_memory() {
        assert!(peak < MEMORY, "{peak} bytes of memory were used");
    }
}
