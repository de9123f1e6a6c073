//! A part of a table's rows, for several machines to share it.

use regimes::error::{Error, Result};
use std::fmt;

/// More parts than this are a typing mistake.
pub const MOST_SHARDS: usize = 65_536;

/// Shard `number` of `count`: every `count`-th row, so that slow stretches of a table are shared too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    number: usize,
    count: usize,
}

impl Shard {
    /// The whole table.
    pub const WHOLE: Self = Self { number: 1, count: 1 };

    /// Reads `i/N`, 1 ≤ i ≤ N ≤ [`MOST_SHARDS`].
    ///
    /// # Errors
    /// [`Error::Argument`] naming `name` for anything else.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let whole = |text: &str| -> Option<usize> {
            text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
        };
        text.split_once('/')
            .and_then(|(number, count)| Some((whole(number)?, whole(count)?)))
            .filter(|(number, count)| (1..=*count).contains(number) && *count <= MOST_SHARDS)
            .map(|(number, count)| Self { number, count })
            .ok_or_else(|| {
                let expected = format!("must be i/N with 1 ≤ i ≤ N ≤ {MOST_SHARDS}, such as 1/4");
                Error::argument(name, format!("{text:?}"), expected)
            })
    }

    /// Which one, from 1.
    pub fn number(self) -> usize {
        self.number
    }

    /// Of how many.
    pub fn count(self) -> usize {
        self.count
    }

    /// True where row `index` belongs to it.
    pub fn holds(self, index: usize) -> bool {
        index % self.count == self.number - 1
    }

    /// Its rows of a table of `rows`.
    pub fn rows(self, rows: usize) -> impl ExactSizeIterator<Item = usize> {
        (self.number - 1..rows).step_by(self.count)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.number, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn identity_shards_are_read_as_they_are_written(count in 1usize..=MOST_SHARDS, k in any::<usize>()) {
            let shard = Shard { number: 1 + k % count, count };
            prop_assert_eq!(Shard::parse("--shard", &shard.to_string()).unwrap(), shard);
        }

        #[test]
        fn bad_input_any_text_is_a_shard_or_refused(text in "[0-9/ +.-]{0,9}|.{0,12}") {
            match Shard::parse("--shard", &text) {
                Ok(shard) => {
                    prop_assert!(1 <= shard.number && shard.number <= shard.count);
                    let digits: Vec<&str> = text.split('/').map(|w| w.trim_start_matches('0')).collect();
                    prop_assert_eq!(digits.join("/"), shard.to_string());
                }
                Err(error) => prop_assert!(error.to_string().contains("must be i/N")),
            }
        }

        #[test]
        fn identity_every_row_is_in_one_shard(count in 1usize..40, rows in 0usize..200) {
            let shards: Vec<Shard> = (1..=count).map(|number| Shard { number, count }).collect();
            let mut all: Vec<usize> = shards.iter().flat_map(|s| s.rows(rows)).collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..rows).collect::<Vec<_>>());
            for index in 0..rows {
                let holders: Vec<&Shard> = shards.iter().filter(|s| s.holds(index)).collect();
                prop_assert_eq!(holders.len(), 1);
                prop_assert!(holders[0].rows(rows).any(|r| r == index));
            }
        }
    }

    #[test]
    fn bad_input_shards_that_are_none() {
        for text in ["0/4", "5/4", "1/0", "/", "1", "1/4/2", "-1/4", "+1/4", " 1/4", "1/65537", ""]
        {
            let message = Shard::parse("--shard", text).unwrap_err().to_string();
            assert!(message.contains("--shard") && message.contains("1 ≤ i ≤ N"), "{message}");
        }
    }
}
