//! Numbers as files store them.

/// The kind of a stored number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// IEEE half precision.
    Half,
    /// The upper half of single precision, bfloat16.
    Brain,
    /// IEEE single precision.
    Single,
    /// IEEE double precision.
    Double,
    /// Signed integer of 1, 2, 4 or 8 bytes.
    Signed(usize),
    /// Unsigned integer of 1, 2, 4 or 8 bytes.
    Unsigned(usize),
    /// One byte: zero or not.
    Bool,
}

/// The kind and byte order of a stored number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element {
    kind: Kind,
    big_endian: bool,
}

impl Element {
    /// A number of this kind and byte order.
    pub fn new(kind: Kind, big_endian: bool) -> Self {
        Self { kind, big_endian }
    }

    /// The number that NumPy calls `descr`, such as `<f4`.
    pub fn from_numpy(descr: &str) -> Option<Self> {
        let mut characters = descr.chars();
        let order = characters.next()?;
        let (big_endian, body) = match order {
            '<' | '|' => (false, characters.as_str()),
            '=' => (cfg!(target_endian = "big"), characters.as_str()),
            '>' => (true, characters.as_str()),
            _ => (false, descr),
        };
        let kind = match body {
            "f2" => Kind::Half,
            "f4" => Kind::Single,
            "f8" => Kind::Double,
            "b1" => Kind::Bool,
            "i1" => Kind::Signed(1),
            "i2" => Kind::Signed(2),
            "i4" => Kind::Signed(4),
            "i8" => Kind::Signed(8),
            "u1" => Kind::Unsigned(1),
            "u2" => Kind::Unsigned(2),
            "u4" => Kind::Unsigned(4),
            "u8" => Kind::Unsigned(8),
            _ => return None,
        };
        Some(Self { kind, big_endian })
    }

    /// Bytes of one number.
    pub fn size(self) -> usize {
        match self.kind {
            Kind::Half | Kind::Brain => 2,
            Kind::Single => 4,
            Kind::Double => 8,
            Kind::Signed(size) | Kind::Unsigned(size) => size,
            Kind::Bool => 1,
        }
    }

    /// Decodes one number after the other; integers beyond 2^53 are rounded.
    pub fn decode(self, bytes: &[u8], out: &mut [f64]) {
        match (self.kind, self.big_endian) {
            // The common cases without a branch for each number.
            (Kind::Unsigned(1), _) => {
                for (x, &b) in out.iter_mut().zip(bytes) {
                    *x = f64::from(b);
                }
            }
            (Kind::Double, false) => {
                for (x, b) in out.iter_mut().zip(bytes.as_chunks::<8>().0) {
                    *x = f64::from_le_bytes(*b);
                }
            }
            (Kind::Single, false) => {
                for (x, b) in out.iter_mut().zip(bytes.as_chunks::<4>().0) {
                    *x = f64::from(f32::from_le_bytes(*b));
                }
            }
            _ => {
                for (x, b) in out.iter_mut().zip(bytes.chunks_exact(self.size())) {
                    *x = self.one(b);
                }
            }
        }
    }

    /// One number from its `size()` bytes.
    pub fn one(self, bytes: &[u8]) -> f64 {
        let mut unsigned = 0u64;
        for k in 0..bytes.len() {
            let at = if self.big_endian { k } else { bytes.len() - 1 - k };
            unsigned = unsigned << 8 | u64::from(bytes[at]);
        }
        match self.kind {
            Kind::Half => half::f16::from_bits(unsigned as u16).to_f64(),
            Kind::Brain => f64::from(f32::from_bits((unsigned as u32) << 16)),
            Kind::Single => f64::from(f32::from_bits(unsigned as u32)),
            Kind::Double => f64::from_bits(unsigned),
            Kind::Unsigned(_) => unsigned as f64,
            Kind::Signed(size) => {
                let unused = 64 - 8 * size as u32;
                ((unsigned << unused) as i64 >> unused) as f64
            }
            Kind::Bool => f64::from(u8::from(unsigned != 0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_numbers_of_every_kind() {
        let read = |descr: &str, bytes: &[u8]| Element::from_numpy(descr).unwrap().one(bytes);
        assert_eq!(read("<f2", &[0x00, 0x3e]), 1.5);
        assert_eq!(read(">f2", &[0xbe, 0x00]), -1.5);
        assert_eq!(read("<f4", &1.5f32.to_le_bytes()), 1.5);
        assert_eq!(read(">f4", &1.5f32.to_be_bytes()), 1.5);
        assert_eq!(read("<f8", &(-0.1f64).to_le_bytes()), -0.1);
        assert_eq!(read(">f8", &(-0.1f64).to_be_bytes()), -0.1);
        assert_eq!(read("|u1", &[200]), 200.0);
        assert_eq!(read("|i1", &[200]), -56.0);
        assert_eq!(read("<i2", &(-300i16).to_le_bytes()), -300.0);
        assert_eq!(read(">u2", &60_000u16.to_be_bytes()), 60_000.0);
        assert_eq!(read("<i4", &(-70_000i32).to_le_bytes()), -70_000.0);
        assert_eq!(read(">i8", &(-7_000_000_000i64).to_be_bytes()), -7e9);
        assert_eq!(read("<u8", &u64::MAX.to_le_bytes()), 18_446_744_073_709_551_615.0);
        assert_eq!(read("|b1", &[7]), 1.0);
        for unknown in ["<c8", "|O", "<U3", "", ">", "f16", "é4"] {
            assert!(Element::from_numpy(unknown).is_none(), "{unknown}");
        }
    }

    /// Both routes of decoding agree.
    #[test]
    fn identity_decoding_in_bulk() {
        let bytes: Vec<u8> = (0..64u8).map(|k| k.wrapping_mul(37)).collect();
        for descr in ["<f2", "<f4", ">f4", "<f8", ">f8", "|u1", "|i1", "<i2", "<i4", "<i8", "|b1"] {
            let element = Element::from_numpy(descr).unwrap();
            let mut out = vec![0.0; bytes.len() / element.size()];
            element.decode(&bytes, &mut out);
            for (x, b) in out.iter().zip(bytes.chunks(element.size())) {
                assert_eq!(x.to_bits(), element.one(b).to_bits(), "{descr}");
            }
        }
    }
}
