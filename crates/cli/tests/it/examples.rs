//! What the tests of the help, the manual pages and the schema share: every command, its examples,
//! and the files that the examples name.
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// An example is to be tried out: here on a machine that may be busy.
const QUICK: Duration = Duration::from_secs(60);

/// A command, a quantity or an experiment, with a model or without.
pub(crate) struct Node {
    /// The words after the program's name.
    pub(crate) path: Vec<String>,
    pub(crate) command: clap::Command,
}

impl Node {
    pub(crate) fn name(&self) -> String {
        self.path.join(" ")
    }

    pub(crate) fn examples(&self) -> Vec<String> {
        regimes_cli::examples::of(&self.command)
    }
}

/// Everything that has a `--help`.
pub(crate) fn nodes() -> Vec<Node> {
    fn walk(command: &clap::Command, path: &[String], all: &mut Vec<Node>) {
        all.push(Node { path: path.to_vec(), command: command.clone() });
        // Below `figure` stand the commands that it draws, with their own examples.
        if path.last().is_some_and(|name| name == "figure") {
            return;
        }
        for inner in command.get_subcommands() {
            let path: Vec<String> =
                path.iter().cloned().chain([inner.get_name().to_owned()]).collect();
            walk(inner, &path, all);
        }
    }
    let mut all = Vec::new();
    walk(&regimes_cli::definition(), &[], &mut all);
    all
}

/// Every example of every command, each once.
pub(crate) fn all() -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for example in nodes().iter().flat_map(Node::examples) {
        if !all.contains(&example) {
            all.push(example);
        }
    }
    all
}

/// The words of a command line, as a shell takes them.
pub(crate) fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    words.push(word);
    words.retain(|w| !w.is_empty());
    words
}

/// A folder with all that it holds.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &name);
        } else {
            std::fs::copy(&path, &name).unwrap();
        }
    }
}

/// A folder with the files that examples name.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        let path = folder.path();
        // Two classes of 60 points in 4 × 4 pixels.
        let (samples, side) = (120, 4);
        let pixel = |k: usize| {
            let class = if (k / (side * side)).is_multiple_of(2) { 60.0 } else { 180.0 };
            // Knuth's multiplicative hash: numbers without a pattern.
            class + f64::from((k as u32).wrapping_mul(2_654_435_761) >> 24) / 5.0
        };
        let pixels: Vec<f64> = (0..samples * side * side).map(pixel).collect();
        std::fs::write(path.join("images.npy"), npy(&pixels, &[samples, side, side])).unwrap();
        let standard: Vec<f64> = pixels.iter().map(|x| (x - 145.0) / 40.0).collect();
        let matrix = npy(&standard, &[samples, side * side]);
        std::fs::write(path.join("samples.npy"), &matrix).unwrap();
        let mut archive =
            zip::ZipWriter::new(std::fs::File::create(path.join("data.npz")).unwrap());
        archive.start_file("x.npy", zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut archive, &matrix).unwrap();
        archive.finish().unwrap();
        // As many images as the example of MNIST takes.
        let images = 10_000;
        let bytes: Vec<u8> = (0..images * side * side).map(|k| pixel(k) as u8).collect();
        let shape = [images, side, side].map(|n| n as u32);
        std::fs::write(path.join("train-images-idx3-ubyte"), idx(&bytes, &shape)).unwrap();
        let labels: Vec<u8> = (0..images).map(|k| if k % 2 == 0 { 1 } else { 8 }).collect();
        let labels = idx(&labels, &shape[..1]);
        std::fs::write(path.join("train-labels-idx1-ubyte"), labels).unwrap();
        let classes = "dimension = 16\n[[class]]\nmean = 1\nvariance = 1\n[[class]]\nmean = -1\nvariance = 1\n";
        std::fs::write(path.join("classes.toml"), classes).unwrap();
        let chain = "transition = [[0.9, 0.1], [0.3, 0.7]]\n";
        std::fs::write(path.join("chain.toml"), chain).unwrap();
        let losses: String = (0..60)
            .map(|k| {
                // ε-losses of standard Gaussian data.
                let sigma = 100.0 * 1e-4f64.powf(f64::from(k) / 59.0);
                format!("{sigma},{}\n", 1.0 / (1.0 + sigma * sigma))
            })
            .collect();
        std::fs::write(path.join("losses.csv"), format!("sigma,loss\n{losses}")).unwrap();
        let learned = "tau,train,train_stderr,test,test_stderr\n1,0.9579,1e-4,0.9580,1e-4\n1000,0.589,2e-3,1.111,4e-3\n";
        std::fs::write(path.join("learned.csv"), learned).unwrap();
        let measured = losses.replace('\n', ",1e-9\n");
        std::fs::write(path.join("measured.csv"), format!("sigma,loss,stderr\n{measured}"))
            .unwrap();
        let flowers: String = (0..60u32)
            .map(|k| {
                // Two species a few standard deviations apart.
                let part =
                    |i: u32| f64::from((7 * k + i).wrapping_mul(2_654_435_761) >> 24) / 100.0;
                let (species, at) = if k % 2 == 0 { ("setosa", 5.0) } else { ("virginica", 8.0) };
                format!("{},{:.2},{:.2},{species}\n", k + 1, at + part(0), part(1))
            })
            .collect();
        let flowers = format!("id,sepal,petal,species\n{flowers}");
        std::fs::write(path.join("flowers.csv"), flowers).unwrap();
        let tables = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join("tables");
        copy(&tables, &path.join("tables"));
        for (name, column, curve) in [
            ("phi.csv", "phi", "curve phi clusters --d 256 --t 1:5:#5"),
            ("information.csv", "information", "curve information gaussian --snr 0.5:2:#4"),
            (
                "fe.csv",
                "f",
                "curve excess-entropy clusters --d 256 --n 20000 --order exact --t 1:3:#3",
            ),
        ] {
            folder.measured(name, column, curve);
        }
        for shard in 1..=2 {
            let line = format!(
                "table tables/bbdm24-table-1.toml --shard {shard}/2 --output table.{shard}of2"
            );
            assert!(folder.run(&words(&line)).status.success(), "{line}");
        }
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs the program in the folder; stops it where it is not as quick as an example should be.
    pub(crate) fn run(&self, words: &[String]) -> Output {
        let (out, errors) = (self.file(".stdout"), self.file(".stderr"));
        let mut child = Command::new(env!("CARGO_BIN_EXE_regimes"))
            .current_dir(self.path())
            .args(words)
            .stdout(std::fs::File::create(&out).unwrap())
            .stderr(std::fs::File::create(&errors).unwrap())
            .spawn()
            .unwrap();
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if start.elapsed() > QUICK {
                child.kill().unwrap();
                child.wait().unwrap();
                panic!("{words:?} takes more than {QUICK:?}");
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        let read = |path| std::fs::read(path).unwrap();
        Output { status, stdout: read(&out), stderr: read(&errors) }
    }

    /// A curve as if it had been measured: the prediction, 0.01 beside it.
    fn measured(&self, name: &str, column: &str, curve: &str) {
        let output = self.run(&words(&format!("{curve} --format json")));
        let table: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut text = format!("t,{column},stderr\n");
        for (k, row) in table["rows"].as_array().unwrap().iter().enumerate() {
            let shift = if k % 2 == 0 { 0.01 } else { -0.01 };
            let value = row[column].as_f64().unwrap() + shift;
            text.push_str(&format!("{},{value},0.01\n", row["t"]));
        }
        std::fs::write(self.path().join(name), text).unwrap();
    }

    /// Whether a file is in the folder.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.path().join(name).exists()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }
}

/// An array in NumPy's format, version 1.0.
fn npy(values: &[f64], shape: &[usize]) -> Vec<u8> {
    let shape: Vec<String> = shape.iter().map(usize::to_string).collect();
    let mut header =
        format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({},), }}", shape.join(", "));
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend_from_slice(&(header.len() as u16).to_le_bytes());
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend(values.iter().flat_map(|x| x.to_le_bytes()));
    bytes
}

/// An array of bytes in the format of MNIST.
fn idx(values: &[u8], shape: &[u32]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, shape.len() as u8];
    bytes.extend(shape.iter().flat_map(|n| n.to_be_bytes()));
    bytes.extend_from_slice(values);
    bytes
}
