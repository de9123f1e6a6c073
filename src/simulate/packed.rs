//! Strings packed into bits: a plane for each digit of a token, so that 64 tokens are compared at once.

/// Some strings of one length.
pub(super) struct Packed {
    /// 64 tokens a word.
    words: usize,
    planes: usize,
    /// Of each string, word after word, all planes of a word together.
    bits: Vec<u64>,
}

impl Packed {
    /// Planes for tokens of so many symbols.
    pub(super) fn planes(symbols: f64) -> usize {
        let mut planes = 1;
        while (1u64 << planes) < symbols as u64 {
            planes += 1;
        }
        planes
    }

    /// Bytes of `count` strings.
    pub(super) fn bytes(count: f64, length: f64, symbols: f64) -> f64 {
        8.0 * count * (length / 64.0).ceil() * Self::planes(symbols) as f64
    }

    /// Room for `count` strings of `length` tokens.
    pub(super) fn new(length: usize, symbols: f64, count: usize) -> Self {
        let (words, planes) = (length.div_ceil(64), Self::planes(symbols));
        Self { words, planes, bits: vec![0; count * words * planes] }
    }

    fn string(&self, index: usize) -> &[u64] {
        let size = self.words * self.planes;
        &self.bits[index * size..(index + 1) * size]
    }

    /// Writes a string, over one that was all zeros or has to go.
    pub(super) fn set(&mut self, index: usize, tokens: &[u32]) {
        let size = self.words * self.planes;
        let planes = self.planes;
        let string = &mut self.bits[index * size..(index + 1) * size];
        string.fill(0);
        for (k, token) in tokens.iter().enumerate() {
            for plane in 0..planes {
                string[k / 64 * planes + plane] |= u64::from(token >> plane & 1) << (k % 64);
            }
        }
    }

    /// The tokens of a string.
    pub(super) fn tokens(&self, index: usize, tokens: &mut [u32]) {
        let string = self.string(index);
        for (k, token) in tokens.iter_mut().enumerate() {
            let bit = |plane: usize| (string[k / 64 * self.planes + plane] >> (k % 64) & 1) as u32;
            *token = (0..self.planes).map(|plane| bit(plane) << plane).sum();
        }
    }

    /// Whether a string equals the first of `point` wherever `visible` has a bit.
    pub(super) fn matches(&self, index: usize, point: &Self, visible: &[u64]) -> bool {
        let words = self.string(index).chunks_exact(self.planes);
        let point = point.bits.chunks_exact(self.planes);
        words.zip(point).zip(visible).all(|((a, b), seen)| different(a, b) & seen == 0)
    }

    /// In how many tokens a string differs from the first of `point`.
    pub(super) fn distance(&self, index: usize, point: &Self) -> usize {
        let words = self.string(index).chunks_exact(self.planes);
        let point = point.bits.chunks_exact(self.planes);
        words.zip(point).map(|(a, b)| different(a, b).count_ones() as usize).sum()
    }
}

/// Where tokens differ, of which these are the planes.
fn different(a: &[u64], b: &[u64]) -> u64 {
    a.iter().zip(b).fold(0, |all, (a, b)| all | (a ^ b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::random::{Purpose, Seed};

    #[test]
    fn identity_packed_strings_are_the_strings() {
        let mut stream = Seed(3).stream(Purpose::Points, 0, 0);
        for (length, symbols) in [(1, 2.0), (64, 2.0), (65, 3.0), (200, 50_257.0), (7, 1.0)] {
            let mut draw = || -> Vec<u32> {
                (0..length).map(|_| stream.below(symbols as usize) as u32).collect()
            };
            let (all, point) = ([draw(), draw(), draw()], draw());
            let mut packed = Packed::new(length, symbols, 3);
            all.iter().enumerate().for_each(|(k, string)| packed.set(k, string));
            let mut one = Packed::new(length, symbols, 1);
            one.set(0, &point);
            let mut visible = vec![0u64; length.div_ceil(64)];
            (0..length).step_by(3).for_each(|k| visible[k / 64] |= 1 << (k % 64));
            for (k, string) in all.iter().enumerate() {
                let mut back = vec![0; length];
                packed.tokens(k, &mut back);
                assert_eq!(&back, string);
                let apart = string.iter().zip(&point).filter(|(a, b)| a != b).count();
                assert_eq!(packed.distance(k, &one), apart);
                let agree = (0..length).step_by(3).all(|k| string[k] == point[k]);
                assert_eq!(packed.matches(k, &one, &visible), agree);
            }
        }
    }
}
