//! Data as others keep them: safetensors, CIFAR's records, folders of images, labels in words.
use proptest::prelude::*;
use regimes::dataset::open::samples;
use regimes::dataset::text::Choice;
use regimes::dataset::{Source, labels, open};
use std::path::Path;
use tempfile::TempDir;

fn all(source: &dyn Source) -> Vec<f64> {
    let mut out = vec![0.0; source.samples() * source.dimension()];
    source.read(0, &mut out).unwrap();
    out
}

fn safetensors(header: &str, numbers: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), numbers].concat()
}

/// A file of CIFAR: labels, then pixels that count up from the record's number.
fn records(labels: &[&[u8]]) -> Vec<u8> {
    let pixels = |k: usize| (0..3072).map(move |i| (i + k) as u8);
    labels.iter().enumerate().flat_map(|(k, l)| l.iter().copied().chain(pixels(k))).collect()
}

fn refusal(path: &Path) -> String {
    open(path, None).unwrap_err().to_string()
}

#[test]
fn identity_safetensors_of_every_kind() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("net.bin");
    let header = r#"{"__metadata__":{"by":"hand"},
        "half":{"dtype":"F16","shape":[2,1],"data_offsets":[0,4]},
        "brain":{"dtype":"BF16","shape":[2,2],"data_offsets":[4,12]},
        "whole":{"dtype":"I64","shape":[1,2],"data_offsets":[12,28]}}"#;
    // 1.5 and -2 in half precision, then 1, -3.140625, 2^100 and -0 in bfloat16.
    let half = [0x00, 0x3e, 0x00, 0xc0];
    let brain = [0x80, 0x3f, 0x49, 0xc0, 0x80, 0x71, 0x00, 0x80];
    let whole = [(-7i64).to_le_bytes(), 9i64.to_le_bytes()].concat();
    let numbers = [&half[..], &brain, &whole].concat();
    std::fs::write(&path, safetensors(header, &numbers)).unwrap();
    let named = |name: &str| open(&path, Some(name)).unwrap();
    assert_eq!(all(&named("half")), [1.5, -2.0]);
    assert_eq!(all(&named("brain")), [1.0, -3.140_625, 2f64.powi(100), 0.0]);
    assert_eq!((all(&named("whole")), named("whole").shape().to_vec()), (vec![-7.0, 9.0], vec![2]));
    let message = refusal(&path);
    assert!(message.contains("several arrays") && message.contains("brain"), "{message}");
    let message = open(&path, Some("brian")).unwrap_err().to_string();
    assert!(message.contains("brain"), "{message}");
}

#[test]
fn bad_input_safetensors_that_lie() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("net");
    for (header, reason) in [
        (r#"{"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}"#, "truncated"),
        (r#"{"a":{"dtype":"F32","shape":[1,1],"data_offsets":[0,8]}}"#, "do not fit"),
        (r#"{"a":{"dtype":"F8_E4M3","shape":[4,1],"data_offsets":[0,4]}}"#, "another kind"),
        (r#"{"a":{"dtype":"F32","shape":[1,-1],"data_offsets":[0,4]}}"#, "must have"),
        (r#"{"a":{"dtype":"F32","shape":[1,1],"data_offsets":[4]}}"#, "must have"),
        (
            r#"{"a":{"dtype":"U8","shape":[4611686018427387904,4611686018427387904],"data_offsets":[0,4]}}"#,
            "do not fit",
        ),
        (r#"{"a":{"dtype":"U8","shape":[1,4],"data_offsets":[18446744073709551615,3]}}"#, "beyond"),
        (r#"{"a":[]}"#, "must have"),
        (r#"{"a":}"#, "no JSON object"),
        ("{}", "no arrays"),
    ] {
        std::fs::write(&path, safetensors(header, &[0; 4])).unwrap();
        let message = refusal(&path);
        assert!(message.contains(reason), "{header}: {message}");
    }
}

#[test]
fn identity_records_of_cifar() {
    let folder = TempDir::new().unwrap();
    let ten = folder.path().join("data_batch_1.bin");
    std::fs::write(&ten, records(&[&[3], &[9]])).unwrap();
    std::fs::write(folder.path().join("data_batch_2.bin"), records(&[&[0]])).unwrap();
    std::fs::write(folder.path().join("test_batch.bin"), records(&[&[1]])).unwrap();
    let read = samples(&ten, None, &Choice::default()).unwrap();
    assert_eq!(read.labels.unwrap(), ["3", "9"]);
    assert_eq!(read.array.shape(), [3, 32, 32]);
    let pixels = all(&read.array);
    assert_eq!((pixels[0], pixels[255], pixels[3072]), (0.0, 255.0, 1.0));
    // All training batches of a folder, in their order.
    let read = samples(folder.path(), None, &Choice::default()).unwrap();
    assert_eq!(read.labels.unwrap(), ["3", "9", "0"]);
    assert_eq!(all(&read.array)[2 * 3072], 0.0);
    let hundred = folder.path().join("other.bin");
    std::fs::write(&hundred, records(&[&[19, 99], &[2, 57]])).unwrap();
    let label = |label: Option<&str>| {
        let choice = Choice { label: label.map(str::to_owned), ..Choice::default() };
        samples(&hundred, None, &choice).map(|read| read.labels.unwrap())
    };
    assert_eq!(label(None).unwrap(), ["99", "57"]);
    assert_eq!(label(Some("coarse")).unwrap(), ["19", "2"]);
    let message = label(Some("corse")).unwrap_err().to_string();
    assert!(message.contains("coarse"), "{message}");
}

#[test]
fn bad_input_files_cut_short_are_named() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        refusal(&path)
    };
    let whole = records(&[&[3], &[9]]);
    let message = write("data_batch_1.bin", &whole[..whole.len() - 100]);
    assert!(message.contains("6046 bytes are 1 records of 3073 bytes and 2973"), "{message}");
    assert!(refusal(folder.path()).contains("CIFAR-10"), "{}", refusal(folder.path()));
    let message = write("test_batch.bin", &records(&[&[3], &[57]]));
    assert!(message.contains("whole records, whose first bytes are not labels"), "{message}");
    let header = r#"{"a":{"dtype":"F32","shape":[4,2],"data_offsets":[0,32]}}"#;
    let message = write("net", &safetensors(header, &[0; 20]));
    assert!(message.contains("safetensors file and truncated"), "{message}");
    assert!(message.contains("32 bytes of numbers, and 20 are there"), "{message}");
    let message = write("net", &safetensors(header, &[])[..30]);
    assert!(message.contains("57 bytes, and 22 are there"), "{message}");
}

#[test]
fn identity_folders_of_images() {
    let folder = TempDir::new().unwrap();
    let picture = |name: &str, shade: u8| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let image = image::RgbImage::from_fn(3, 2, |x, y| image::Rgb([shade, x as u8, y as u8]));
        image.save(path).unwrap();
    };
    picture("cats/b.png", 7);
    picture("cats/a.PNG", 5);
    picture("dogs/deep/z.png", 9);
    image::GrayImage::from_pixel(3, 2, image::Luma([4]))
        .save(folder.path().join("dogs/grey.png"))
        .unwrap();
    std::fs::write(folder.path().join("dogs/readme.txt"), "no image").unwrap();
    std::fs::write(folder.path().join("dogs/.hidden.png"), "no image").unwrap();
    let read = samples(folder.path(), None, &Choice::default()).unwrap();
    assert_eq!(read.labels.unwrap(), ["cats", "cats", "dogs", "dogs"]);
    assert_eq!(read.array.shape(), [2, 3, 3]);
    let numbers = all(&read.array);
    let first: Vec<f64> = numbers.chunks(18).map(|image| image[0]).collect();
    assert_eq!(first, [5.0, 7.0, 9.0, 4.0]);
    assert_eq!(numbers[15..18], [5.0, 2.0, 1.0]);
    assert_eq!(numbers[54..], [4.0; 18]);
    let said = read.remarks.join("\n");
    assert!(said.contains("1 of the images are grey") && said.contains("1 files"), "{said}");
}

#[test]
fn bad_input_folders_and_files_of_other_programs() {
    let folder = TempDir::new().unwrap();
    let file = |name: &str| folder.path().join(name);
    let said = |reason: &str| {
        let message = samples(folder.path(), None, &Choice::default()).unwrap_err().to_string();
        assert!(message.contains(reason), "{reason}: {message}");
    };
    said("no images");
    std::fs::write(file("a.png"), "no image").unwrap();
    said("a.png");
    let grey = |width: u32| image::GrayImage::from_pixel(width, 2, image::Luma([4]));
    grey(2).save(file("a.png")).unwrap();
    grey(3).save(file("b.png")).unwrap();
    said("2 × 3 pixels");
    image::RgbaImage::from_pixel(2, 2, image::Rgba([1, 2, 3, 4])).save(file("b.png")).unwrap();
    said("transparent");
    grey(2).save(file("b.png")).unwrap();
    std::fs::create_dir(file("class")).unwrap();
    grey(2).save(file("class/c.png")).unwrap();
    said("beside folders");
    for (start, reason) in [
        (&b"\x89HDF\r\n\x1a\n..."[..], "h5py"),
        (b"PAR1....", "read_parquet"),
        (b"\x80\x04\x95....", "pickle"),
        (b"\x89PNG\r\n\x1a\n", "folder"),
    ] {
        std::fs::write(file("other"), start).unwrap();
        let message = refusal(&file("other"));
        assert!(message.contains(reason), "{message}");
    }
    let mut torch = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    torch.start_file("net/data.pkl", zip::write::SimpleFileOptions::default()).unwrap();
    std::fs::write(file("other"), torch.finish().unwrap().into_inner()).unwrap();
    assert!(refusal(&file("other")).contains("torch.load"));
}

#[test]
fn identity_labels_in_words_and_bad_input_labels() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("labels.npy");
    let write = |descr: &str, count: usize, entries: &[u8]| {
        let header =
            format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({count},), }}\n");
        let length = (header.len() as u16).to_le_bytes();
        std::fs::write(
            &path,
            [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), entries].concat(),
        )
        .unwrap();
        labels::read(&path, None, count).map_err(|e| e.to_string())
    };
    let unicode: Vec<u8> = "catémü".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
    assert_eq!(write("<U3", 2, &unicode).unwrap(), ["cat", "émü"]);
    assert_eq!(write("|S4", 2, b"a\0\0\0bird").unwrap(), ["a", "bird"]);
    assert!(write("<U3", 3, &unicode).unwrap_err().contains("does not match"));
    assert!(write("|S2", 1, b"\xff\xfe").unwrap_err().contains("Unicode"));
    assert_eq!(
        write("<i8", 2, &[3i64.to_le_bytes(), (1i64 << 53).to_le_bytes()].concat()).unwrap()[0],
        "3"
    );
    // Two that double precision would take for one.
    let large = [((1i64 << 53) + 2).to_le_bytes(), ((1i64 << 53) + 3).to_le_bytes()].concat();
    assert!(write("<i8", 2, &large).unwrap_err().contains("2^53"));
    assert!(write("<f8", 1, &f64::NAN.to_le_bytes()).unwrap_err().contains("label 1"));
}

proptest! {
    /// Damaged headers and images say what is wrong.
    #[test]
    fn property_damaged_files_do_not_panic(at in 0usize..200, byte in any::<u8>(), cut in 0usize..200) {
        let folder = TempDir::new().unwrap();
        let header = r#"{"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}"#;
        let mut bytes = safetensors(header, &[1; 8]);
        let place = at % bytes.len();
        bytes[place] = byte;
        bytes.truncate(cut.max(1));
        let path = folder.path().join("file");
        std::fs::write(&path, &bytes).unwrap();
        let _ = open(&path, None);
        let mut image = std::io::Cursor::new(Vec::new());
        image::GrayImage::from_fn(9, 9, |x, y| image::Luma([(x * y) as u8]))
            .write_to(&mut image, image::ImageFormat::Png)
            .unwrap();
        let mut bytes = image.into_inner();
        let place = at % bytes.len();
        bytes[place] = byte;
        bytes.truncate(cut.max(1));
        std::fs::write(folder.path().join("x.png"), &bytes).unwrap();
        let _ = samples(folder.path(), None, &Choice::default());
    }
}
