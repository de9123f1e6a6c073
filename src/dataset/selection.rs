//! Which part of the data is looked at: classes, samples per class, a channel, padding, a scale.

use super::{Source, beyond_the_last, labels};
use crate::error::{Error, Result};
use std::path::Path;

/// Where the channels of an image are among its axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelAxis {
    /// The first axis after the samples, as in (n, 3, 32, 32).
    First,
    /// The last axis, as in (n, 32, 32, 3).
    Last,
}

/// Largest number of channels by which an axis is recognised.
const MOST_CHANNELS: usize = 4;

/// The classes of the samples chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelling {
    /// Names of the classes.
    pub names: Vec<String>,
    /// For each sample chosen, the index of its class.
    pub class_of: Vec<u32>,
}

impl Labelling {
    /// Samples in each class.
    pub fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.names.len()];
        for &class in &self.class_of {
            counts[class as usize] += 1;
        }
        counts
    }
}

/// A part of a data set, as samples of their own.
pub struct Selection<'a> {
    source: Box<dyn Source + 'a>,
    /// Rows of the source, in ascending order; none for all.
    rows: Option<Vec<usize>>,
    /// For each feature, its place in the source's sample, none for padding; none for all.
    features: Option<Vec<Option<usize>>>,
    shape: Vec<usize>,
    scale: f64,
    labelling: Option<Labelling>,
    remarks: Vec<String>,
}

impl<'a> Selection<'a> {
    /// All of `source`.
    pub fn all(source: Box<dyn Source + 'a>) -> Self {
        let shape = source.shape().to_vec();
        let (rows, features, labelling) = (None, None, None);
        Self { source, rows, features, shape, scale: 1.0, labelling, remarks: Vec::new() }
    }

    /// Labels the samples and keeps those of `classes` (all classes where there are none), the first
    /// `per_class` of each where that is given, in the order of the file.
    ///
    /// # Errors
    /// [`Error::Argument`] for classes that do not occur or have too few samples; [`Error::File`]
    /// for labels that cannot be read or are not one for each sample.
    pub fn labelled(
        self,
        path: &Path,
        array: Option<&str>,
        classes: &[String],
        per_class: Option<usize>,
    ) -> Result<Self> {
        let labels = labels::read(path, array, self.source.samples())?;
        self.labelled_by(&labels, classes, per_class)
    }

    /// The same with one of `labels` for each sample.
    ///
    /// # Errors
    /// [`Error::Argument`] for classes that do not occur or have too few samples.
    pub fn labelled_by(
        mut self,
        labels: &[String],
        classes: &[String],
        per_class: Option<usize>,
    ) -> Result<Self> {
        let known = labels::distinct(labels);
        let names: Vec<String> = if classes.is_empty() {
            known.iter().map(|(name, _)| name.clone()).collect()
        } else {
            classes.to_vec()
        };
        for (k, name) in names.iter().enumerate() {
            if names[..k].contains(name) {
                return Err(Error::argument("--classes", name, "is named twice"));
            }
            let count = known.iter().find(|(known, _)| known == name).map(|(_, count)| *count);
            let Some(count) = count else {
                let shown: Vec<&str> = known.iter().take(20).map(|(n, _)| n.as_str()).collect();
                let more = if known.len() > 20 { ", ..." } else { "" };
                let expected =
                    format!("does not occur among the labels {}{more}", shown.join(", "));
                return Err(Error::argument("--classes", name, expected));
            };
            if let Some(wanted) = per_class.filter(|&wanted| wanted > count) {
                let expected = format!("class {name} has only {count} samples");
                return Err(Error::argument("--per-class", wanted, expected));
            }
        }
        let mut taken = vec![0; names.len()];
        let (mut rows, mut class_of) = (Vec::new(), Vec::new());
        for (row, label) in labels.iter().enumerate() {
            let Some(class) = names.iter().position(|name| name == label) else { continue };
            if per_class.is_none_or(|most| taken[class] < most) {
                taken[class] += 1;
                rows.push(row);
                class_of.push(class as u32);
            }
        }
        let counts: Vec<String> =
            names.iter().zip(&taken).map(|(name, count)| format!("{name}: {count}")).collect();
        let which = if per_class.is_some() { ", the first of each in file order" } else { "" };
        self.remarks.push(format!("classes {}{which}", counts.join(", ")));
        self.rows = Some(rows);
        self.labelling = Some(Labelling { names, class_of });
        Ok(self)
    }

    /// Keeps channel `channel`, counted from 0.
    ///
    /// # Errors
    /// [`Error::Argument`] for samples without channels, or fewer of them.
    pub fn channel(mut self, channel: usize, axis: Option<ChannelAxis>) -> Result<Self> {
        let wrong = |expected: String| Err(Error::argument("--channel", channel, expected));
        let [first, middle, last] = self.shape[..] else {
            let shape = shown(&self.shape);
            return wrong(format!(
                "needs images of three axes, (channel, height, width) or (height, width, channel): samples here have shape {shape}"
            ));
        };
        let axis = match (axis, first <= MOST_CHANNELS, last <= MOST_CHANNELS) {
            (Some(axis), ..) => axis,
            (None, true, false) => ChannelAxis::First,
            (None, false, true) => ChannelAxis::Last,
            _ => {
                let shape = shown(&self.shape);
                return wrong(format!(
                    "which axis of {shape} holds the channels? Add --channel-axis first or last"
                ));
            }
        };
        let (count, height, width) = match axis {
            ChannelAxis::First => (first, middle, last),
            ChannelAxis::Last => (last, first, middle),
        };
        if channel >= count {
            return wrong(format!("there are {count} channels, counted from 0"));
        }
        let place = |pixel: usize| match axis {
            ChannelAxis::First => channel * height * width + pixel,
            ChannelAxis::Last => pixel * count + channel,
        };
        self.features = Some((0..height * width).map(|pixel| Some(place(pixel))).collect());
        self.shape = vec![height, width];
        let which = if axis == ChannelAxis::First { "first" } else { "last" };
        self.remarks.push(format!("channel {channel} of {count} ({which} axis)"));
        Ok(self)
    }

    /// Pads every image with zeros on all sides to `side` × `side` pixels.
    ///
    /// # Errors
    /// [`Error::Argument`] for samples that are no images, or larger ones.
    pub fn padded(mut self, side: usize) -> Result<Self> {
        let wrong = |expected: String| Err(Error::argument("--pad", side, expected));
        let (height, width, depth) = match self.shape[..] {
            [height, width] => (height, width, 1),
            [height, width, depth] if depth <= MOST_CHANNELS => (height, width, depth),
            _ => {
                let shape = shown(&self.shape);
                return wrong(format!(
                    "needs images (height, width) or (height, width, channel): samples here have shape {shape}; choose a --channel first"
                ));
            }
        };
        if side < height || side < width || side > 1 << 15 {
            return wrong(format!("the images are {height} × {width}: must be at least as large"));
        }
        let (top, left) = ((side - height) / 2, (side - width) / 2);
        let mut features = Vec::with_capacity(side * side * depth);
        for row in 0..side {
            for column in 0..side {
                for k in 0..depth {
                    let inside = (top..top + height).contains(&row)
                        && (left..left + width).contains(&column);
                    let place = inside.then(|| ((row - top) * width + column - left) * depth + k);
                    features.push(place.and_then(|p| match &self.features {
                        Some(old) => old[p],
                        None => Some(p),
                    }));
                }
            }
        }
        self.features = Some(features);
        self.shape = if depth == 1 { vec![side, side] } else { vec![side, side, depth] };
        self.remarks.push(format!("padded with zeros from {height} × {width} to {side} × {side}"));
        Ok(self)
    }

    /// Multiplies every number by `scale`.
    ///
    /// # Errors
    /// [`Error::Argument`] unless it is a finite number other than 0.
    pub fn scaled(mut self, scale: f64) -> Result<Self> {
        if !scale.is_finite() || scale == 0.0 {
            return Err(Error::argument("--scale", scale, "must be a finite number other than 0"));
        }
        self.scale = scale;
        if scale != 1.0 {
            let factor = match 1.0 / scale {
                x if (x - x.round()).abs() < 1e-9 * x.abs() && x.abs() > 1.5 => {
                    format!("divided by {}", x.round())
                }
                _ => format!("multiplied by {scale}"),
            };
            self.remarks.push(format!("entries {factor}"));
        }
        Ok(self)
    }

    /// The classes, where labels were given.
    pub fn labelling(&self) -> Option<&Labelling> {
        self.labelling.as_ref()
    }

    /// Says more of the data.
    #[must_use]
    pub fn remarked(mut self, remarks: Vec<String>) -> Self {
        self.remarks.extend(remarks);
        self
    }

    /// What was selected, in words.
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// The row of the file that is row `k` here.
    pub fn row_in_file(&self, k: usize) -> usize {
        self.rows.as_ref().map_or(k, |rows| rows[k])
    }
}

/// A shape as a message shows it.
fn shown(shape: &[usize]) -> String {
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    format!("({})", sizes.join(", "))
}

/// Rows read and thrown away for each row wanted, at most: a few long reads beat many short ones.
const WASTE: usize = 16;

/// Numbers read from the source at a time.
const BUFFER: usize = 1 << 19;

impl Selection<'_> {
    /// Rows `first` … of the selection, whole samples of the source, handed over one by one.
    fn visit(&self, first: usize, count: usize, visit: &mut dyn FnMut(&[f64])) -> Result<()> {
        let width = self.source.dimension();
        let most = (BUFFER / width).max(1);
        let mut buffer = Vec::new();
        let mut done = first;
        while done < first + count {
            // The longest run of wanted rows within one read.
            let start = self.row_in_file(done);
            let mut end = done + 1;
            while end < first + count {
                let span = self.row_in_file(end) + 1 - start;
                let gap = self.row_in_file(end) - self.row_in_file(end - 1);
                if span > most || gap > WASTE {
                    break;
                }
                end += 1;
            }
            let span = self.row_in_file(end - 1) + 1 - start;
            buffer.resize(span * width, 0.0);
            self.source.read(start, &mut buffer)?;
            for k in done..end {
                let at = (self.row_in_file(k) - start) * width;
                visit(&buffer[at..at + width]);
            }
            done = end;
        }
        Ok(())
    }
}

impl Source for Selection<'_> {
    fn samples(&self) -> usize {
        self.rows.as_ref().map_or(self.source.samples(), Vec::len)
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn read(&self, first: usize, out: &mut [f64]) -> Result<()> {
        let d = self.dimension();
        let count = out.len() / d;
        if first.checked_add(count).is_none_or(|end| end > self.samples()) {
            return Err(beyond_the_last(first, count, self.samples()));
        }
        let mut rows = out.chunks_exact_mut(d);
        let features = self.features.as_deref();
        self.visit(first, count, &mut |sample| {
            let Some(row) = rows.next() else { return };
            match features {
                None => row.copy_from_slice(sample),
                Some(features) => {
                    for (x, place) in row.iter_mut().zip(features) {
                        *x = place.map_or(0.0, |place| sample[place]);
                    }
                }
            }
        })?;
        if self.scale != 1.0 {
            out.iter_mut().for_each(|x| *x *= self.scale);
        }
        Ok(())
    }
}
