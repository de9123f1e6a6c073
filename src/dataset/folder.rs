//! Folders of images, PNG or JPEG: a folder in it for each class, or all in one; or CIFAR's batches.

use super::array::{Array, Layout};
use super::cifar;
use super::element::{Element, Kind};
use super::stored::Stored;
use super::text::Samples;
use crate::error::{Error, Result};
use crate::inputs::{self, Fingerprint, Opened};
use crate::numerics::stop;
use image::{ColorType, ImageDecoder, ImageReader};
use rayon::prelude::*;
use std::io::{Cursor, Read, Seek};
use std::path::{Path, PathBuf};

/// Endings of image files.
const ENDINGS: [&str; 3] = ["png", "jpg", "jpeg"];

/// Images decoded at a time: enough for all cores, little for the memory.
const AT_A_TIME: usize = 256;

/// What an image is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Form {
    width: u32,
    height: u32,
    /// Whether it has colours.
    colour: bool,
    /// Whether a number has two bytes.
    wide: bool,
}

fn wrong(path: &Path, message: impl Into<String>) -> Error {
    Error::File { path: path.to_owned(), location: None, message: message.into() }
}

/// The samples in a folder; `label` chooses one of the labels where samples have several.
///
/// # Errors
/// [`Error::File`] for a folder without images, and images that cannot be read or differ in shape.
pub(super) fn samples(path: &Path, label: Option<&str>) -> Result<Samples> {
    let mut files = inputs::below(path)?;
    let batches = cifar::batches(&files)?;
    if !batches.is_empty() {
        return cifar::samples(path, batches, label);
    }
    if label.is_some() {
        return Err(Error::argument(
            "--label-column",
            label.unwrap_or_default(),
            "is for columns of text and for CIFAR: the classes of a folder of images are its folders",
        ));
    }
    let all = files.len();
    files.retain(|file| {
        let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
    });
    let Some(first) = files.first() else {
        return Err(wrong(
            path,
            format!("has no images: none of its {all} files ends in {}", ENDINGS.join(", ")),
        ));
    };
    let forms = files.par_iter().map(|file| form(file)).collect::<Result<Vec<Form>>>()?;
    let shape = forms[0];
    for (file, form) in files.iter().zip(&forms) {
        if (form.width, form.height, form.wide) != (shape.width, shape.height, shape.wide) {
            let bits = |form: &Form| if form.wide { 16 } else { 8 };
            return Err(wrong(
                file,
                format!(
                    "has {} × {} pixels of {} bits, {} has {} × {} of {}: samples have one shape",
                    form.height,
                    form.width,
                    bits(form),
                    first.display(),
                    shape.height,
                    shape.width,
                    bits(&shape)
                ),
            ));
        }
    }
    let coloured = forms.iter().filter(|form| form.colour).count();
    let form = Form { colour: coloured > 0, ..shape };
    let mut remarks = Vec::new();
    if coloured > 0 && coloured < files.len() {
        remarks.push(format!(
            "{} of the images are grey: their values stand in all three channels",
            files.len() - coloured
        ));
    }
    if files.len() < all {
        remarks.push(format!("{} files of other kinds were left out", all - files.len()));
    }
    let array = array(path, &files, form)?;
    let labels = labels(path, &files)?;
    if let Some(labels) = &labels {
        let mut classes: Vec<&str> = labels.iter().map(String::as_str).collect();
        classes.dedup();
        remarks.push(format!("classes by the names of the folders: {}", classes.len()));
    }
    Ok(Samples { array, labels, remarks })
}

/// The class of each image: the first folder on the way to it.
fn labels(folder: &Path, files: &[PathBuf]) -> Result<Option<Vec<String>>> {
    let class = |file: &PathBuf| {
        let within = file.strip_prefix(folder).ok()?;
        let mut parts = within.components();
        let first = parts.next()?.as_os_str().to_string_lossy().into_owned();
        parts.next().map(|_| first)
    };
    let classes: Vec<Option<String>> = files.iter().map(class).collect();
    let within = classes.iter().flatten().count();
    if within == 0 {
        return Ok(None);
    }
    if within < files.len() {
        return Err(wrong(
            folder,
            format!(
                "has {} images beside folders with {within}: a folder for each class, or all images in one",
                files.len() - within
            ),
        ));
    }
    Ok(classes.into_iter().collect())
}

/// An image's file. The folder as a whole is remembered, not every one of its files.
fn opened(file: &Path) -> Result<impl Read + Seek> {
    match inputs::open(file)? {
        Opened::File(file) => Ok(file),
        Opened::Pipe(_) => Err(wrong(file, "is a pipe: the images of a folder are files")),
    }
}

fn whole(file: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    opened(file)?
        .read_to_end(&mut bytes)
        .map_err(|e| wrong(file, format!("cannot be read: {e}")))?;
    Ok(bytes)
}

fn reader(file: &Path, bytes: Vec<u8>) -> Result<ImageReader<Cursor<Vec<u8>>>> {
    ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|e| wrong(file, format!("cannot be read: {e}")))
}

fn unsound(file: &Path, error: &image::ImageError) -> Error {
    wrong(file, format!("is no image that is read here: {error}"))
}

/// What an image is, from its header.
fn form(file: &Path) -> Result<Form> {
    stop::point();
    let failed = |e: std::io::Error| wrong(file, format!("cannot be read: {e}"));
    let opened = std::io::BufReader::new(opened(file)?);
    let reader = ImageReader::new(opened).with_guessed_format().map_err(failed)?;
    let decoder = reader.into_decoder().map_err(|e| unsound(file, &e))?;
    let (width, height) = decoder.dimensions();
    let colour = decoder.color_type();
    if width == 0 || height == 0 {
        return Err(wrong(file, "has no pixels"));
    }
    Ok(Form { width, height, colour: colour.has_color(), wide: bits(colour) == 16 })
}

fn bits(colour: ColorType) -> u16 {
    colour.bits_per_pixel() / u16::from(colour.channel_count())
}

/// The numbers of an image, row by row, channels last.
fn numbers(file: &Path, bytes: Vec<u8>, form: Form) -> Result<Vec<u8>> {
    stop::point();
    let image = reader(file, bytes)?.decode().map_err(|e| unsound(file, &e))?;
    if (image.width(), image.height()) != (form.width, form.height) {
        return Err(wrong(file, "changed while it was read: run again when it is complete"));
    }
    let opaque =
        !image.color().has_alpha() || image.to_rgba16().pixels().all(|p| p.0[3] == u16::MAX);
    if !opaque {
        return Err(wrong(
            file,
            "is transparent in places: which colour lies below is not for this program to say",
        ));
    }
    let wide = |numbers: Vec<u16>| numbers.into_iter().flat_map(u16::to_le_bytes).collect();
    Ok(match (form.colour, form.wide) {
        (false, false) => image.to_luma8().into_raw(),
        (true, false) => image.to_rgb8().into_raw(),
        (false, true) => wide(image.to_luma16().into_raw()),
        (true, true) => wide(image.to_rgb16().into_raw()),
    })
}

/// The images as an array: n × height × width, or with three channels last.
fn array(path: &Path, files: &[PathBuf], form: Form) -> Result<Array> {
    let mut fingerprint = Fingerprint::default();
    let stored = Stored::temporary(path, |out| {
        for part in files.chunks(AT_A_TIME) {
            let bytes =
                part.par_iter().map(|file| whole(file)).collect::<Result<Vec<Vec<u8>>>>()?;
            for (file, bytes) in part.iter().zip(&bytes) {
                fingerprint.add(file.to_string_lossy().as_bytes());
                fingerprint.add(bytes);
            }
            let images = part.par_iter().zip(bytes).map(|(file, bytes)| numbers(file, bytes, form));
            for image in images.collect::<Result<Vec<Vec<u8>>>>()? {
                out.write_all(&image).map_err(|source| Error::Output {
                    target: format!("a temporary file for the contents of {}", path.display()),
                    source,
                })?;
            }
        }
        Ok(())
    })?;
    inputs::remember_whole(path, fingerprint.text());
    // 32 bits fit.
    let mut shape = vec![files.len(), form.height as usize, form.width as usize];
    shape.extend(form.colour.then_some(3));
    let element = Element::new(Kind::Unsigned(if form.wide { 2 } else { 1 }), false);
    Array::new(stored, Layout { offset: 0, element, shape, fortran: false })
}
