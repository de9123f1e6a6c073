//! Files to matrices: formats, orders and kinds of numbers, and what damaged files say.
use proptest::prelude::*;
use regimes::dataset::{Source, for_each_block, open};
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn npy(descr: &str, fortran: bool, shape: &str, numbers: &[u8]) -> Vec<u8> {
    let order = if fortran { "True" } else { "False" };
    let header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(numbers);
    bytes
}

fn doubles(numbers: &[f64]) -> Vec<u8> {
    numbers.iter().flat_map(|x| x.to_le_bytes()).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn npz(members: &[(&str, &[u8])], packed: bool) -> Vec<u8> {
    let method =
        if packed { zip::CompressionMethod::Deflated } else { zip::CompressionMethod::Stored };
    let options = zip::write::SimpleFileOptions::default().compression_method(method);
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        archive.start_file(*name, options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

fn all(source: &dyn Source) -> Vec<f64> {
    let mut out = vec![0.0; source.samples() * source.dimension()];
    source.read(0, &mut out).unwrap();
    out
}

fn refusal(path: &Path, name: Option<&str>) -> String {
    let message = open(path, name).err().unwrap_or_else(|| panic!("{path:?} was read")).to_string();
    assert!(message.starts_with(&path.display().to_string()), "{message}");
    message
}

/// 2 samples of shape (2, 3), in every format that holds them.
#[test]
fn identity_every_format_gives_the_same_rows() {
    let folder = Folder::new();
    let numbers: Vec<f64> = (0..12).map(f64::from).collect();
    let bytes: Vec<u8> = (0..12).collect();
    let mut idx = vec![0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3];
    idx.extend(&bytes);
    let plain = npy("<f8", false, "(2, 2, 3)", &doubles(&numbers));
    // Entry (i, j, k) = 6i + 3j + k in column-major order: i fastest.
    let column_major: Vec<f64> = (0..3)
        .flat_map(|k| (0..2).flat_map(move |j| (0..2).map(move |i| f64::from(6 * i + 3 * j + k))))
        .collect();
    let text = "# a comment\na,b,c,d,e,f\n0,1,2,3,4,5\n\n6,7,8,9,1e1,11\n";
    let spaced = "0 1 2 3 4 5\n6 7 8 9 10 11\n";
    let two = npz(&[("x.npy", &plain), ("y.npy", &npy("<i8", false, "(1,)", &[0; 8]))], true);
    for (file, content, name) in [
        ("a.npy", plain.clone(), None),
        ("b.npy", npy("<f8", true, "(2, 2, 3)", &doubles(&column_major)), None),
        ("c.npy", npy("|u1", false, "(2, 6)", &bytes), None),
        ("d.npy.gz", gzip(&plain), None),
        ("e-idx3-ubyte", idx.clone(), None),
        ("f-idx3-ubyte.gz", gzip(&idx), None),
        ("g.csv", text.into(), None),
        ("h.txt", spaced.into(), None),
        ("i.npz", npz(&[("x.npy", &plain)], true), None),
        ("j.npz", npz(&[("x.npy", &plain)], false), Some("x")),
        ("k.npz", two, Some("x.npy")),
        // The contents decide, not the name.
        ("l.csv", plain, None),
    ] {
        let data = open(&folder.file(file, &content), name).unwrap();
        assert_eq!((data.samples(), data.dimension()), (2, 6), "{file}");
        assert_eq!(all(&data), numbers, "{file}");
        let mut second = vec![0.0; 6];
        data.read(1, &mut second).unwrap();
        assert_eq!(second, numbers[6..], "{file}");
        let mut single = vec![0.0f32; 12];
        data.read_single(0, &mut single).unwrap();
        assert!(single.iter().zip(&numbers).all(|(a, b)| f64::from(*a) == *b), "{file}");
        assert!(data.read(1, &mut [0.0; 12]).is_err(), "{file}: row 2 does not exist");
    }
}

#[test]
fn identity_blocks_cover_all_rows_once() {
    let folder = Folder::new();
    let numbers: Vec<f64> = (0..35).map(f64::from).collect();
    let path = folder.file("a.npy", &npy("<f8", false, "(7, 5)", &doubles(&numbers)));
    let data = open(&path, None).unwrap();
    for rows in [1, 2, 3, 7, 100] {
        let (mut seen, mut next) = (Vec::new(), 0);
        for_each_block(&data, rows, &mut |first, block| {
            assert_eq!(first, next);
            next += block.len() / 5;
            seen.extend_from_slice(block);
            Ok(())
        })
        .unwrap();
        assert_eq!(seen, numbers);
    }
}

#[test]
fn bad_input_files_that_lie_or_end_early() {
    let folder = Folder::new();
    let good = npy("<f8", false, "(2, 3)", &doubles(&[1.0; 6]));
    let cut = &good[..good.len() - 5];
    let mut long_header = b"\x93NUMPY\x02\x00".to_vec();
    long_header.extend(u32::MAX.to_le_bytes());
    let one = npz(&[("x.npy", &good)], true);
    for (name, bytes, says) in [
        ("empty", &b""[..], "is empty"),
        ("cut.npy", cut, "48 bytes of numbers, and 43 are there"),
        ("more.npy", &npy("<f8", false, "(2, 2)", &doubles(&[1.0; 6])), "does not match"),
        ("huge.npy", &npy("<f8", false, "(4294967296, 4294967296)", &[]), "more than any file"),
        ("zero.npy", &npy("<f8", false, "(0, 4294967296, 4294967296)", &[]), "more than any file"),
        ("none.npy", &npy("<f8", false, "(0, 3)", &[]), "no numbers"),
        ("list.npy", &npy("<f8", false, "(6,)", &doubles(&[1.0; 6])), "two axes or more"),
        ("scalar.npy", &npy("<f8", false, "()", &doubles(&[1.0])), "no numbers"),
        ("object.npy", &npy("|O", false, "(2, 3)", &[0; 48]), "|O"),
        ("magic.npy", &good[..7], "truncated"),
        ("header.npy", &good[..30], "of header are promised"),
        ("long.npy", &long_header, "of header are promised"),
        ("version.npy", b"\x93NUMPY\x09\x00\x00\x00\x00\x00\x00", "version 9"),
        ("idx", &[0, 0, 8, 2, 0, 0, 0, 9, 0, 0, 0, 9, 1, 2], "81 bytes of numbers, and 2"),
        ("idx-sizes", &[0, 0, 8, 3, 0, 0, 0, 9], "truncated"),
        ("broken.gz", &gzip(&good)[..40], "cannot be unpacked"),
        ("broken.npz", &one[..one.len() - 30], "npz archive"),
        ("empty.npz", &npz(&[], true), "no arrays"),
        ("text.npz", &npz(&[("x.npy", b"hello")], true), "is not an npy file"),
        ("inner.npz", &npz(&[("x.npy", cut)], true), "and 43 are there"),
        ("word.csv", b"1,2\n3,four\n", "line 2, column 2: \"four\" is not a number"),
        ("short.csv", b"1,2\n3\n", "line 2: has 1 fields"),
        ("names.csv", b"a,b\n", "no numbers"),
        ("binary", &[0xff, 0xfe, 0x00, 0x80, 0x81, 0x0a], "is no text"),
    ] {
        let path = folder.file(name, bytes);
        let message = refusal(&path, None);
        assert!(message.contains(says), "{name}: {message}");
    }
    let two = folder.file("two.npz", &npz(&[("train.npy", &good), ("test.npy", &good)], true));
    assert!(refusal(&two, None).contains("name one of train, test"));
    assert!(refusal(&two, Some("tran")).contains("did you mean train"));
    assert!(refusal(&folder.file("good.npy", &good), Some("x")).contains("no npz archive"));
    assert!(refusal(&folder.0.path().join("absent"), None).contains("cannot be read"));
    assert!(refusal(folder.0.path(), None).contains("has no images"));
}

/// A file that grows, shrinks or is rewritten between two blocks is noticed.
#[test]
fn bad_input_a_file_that_changes_while_it_is_read() {
    let folder = Folder::new();
    let good = npy("<f8", false, "(2, 3)", &doubles(&[1.0; 6]));
    for length in [good.len() - 8, good.len() + 8] {
        let path = folder.file("a.npy", &good);
        let data = open(&path, None).unwrap();
        let mut row = [0.0; 3];
        data.read(0, &mut row).unwrap();
        let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
        file.set_len(length as u64).unwrap();
        let message = data.read(0, &mut row).unwrap_err().to_string();
        assert!(message.contains("changed while it was read"), "{message}");
    }
    let path = folder.file("b.npy", &good);
    let data = open(&path, None).unwrap();
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
    std::fs::OpenOptions::new().write(true).open(&path).unwrap().set_modified(later).unwrap();
    assert!(data.read(0, &mut [0.0; 3]).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// One byte changed and the file cut anywhere: data or an error, never a panic.
    #[test]
    fn property_damaged_files_do_not_panic(
        kind in 0usize..5, at in any::<prop::sample::Index>(), byte in any::<u8>(),
        cut in any::<prop::sample::Index>(), whole in any::<bool>(),
    ) {
        let good = npy("<f4", true, "(2, 3)", &[7; 24]);
        let mut bytes = match kind {
            0 => good,
            1 => npz(&[("x.npy", &good)], true),
            2 => gzip(&good),
            3 => vec![0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6],
            _ => b"x;y\n1.5;2\n-3e4;inf\n".to_vec(),
        };
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if !whole {
            bytes.truncate(cut.index(bytes.len()));
        }
        let folder = Folder::new();
        let path = folder.file("x", &bytes);
        if let Ok(data) = open(&path, None) {
            let mut out = vec![0.0; data.samples() * data.dimension()];
            let _ = data.read(0, &mut out);
        }
    }

    #[test]
    fn property_any_bytes_do_not_panic(start in 0usize..5, tail in proptest::collection::vec(any::<u8>(), 0..200)) {
        let magic: &[u8] = [&b"\x93NUMPY\x01\x00"[..], b"PK\x03\x04", &[0x1f, 0x8b], &[0, 0, 8], b""][start];
        let folder = Folder::new();
        let path = folder.file("x", &[magic, &tail].concat());
        let _ = open(&path, None);
    }
}
