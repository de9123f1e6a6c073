//! What strings say of their process.

use crate::table::Head;

/// Puts what holds for tokens in the place of what holds for Gaussian noise.
pub fn conventions(head: &mut Head) {
    for (name, text) in &mut head.conventions {
        if name == "process" {
            *text = "tokens kept with probability kept, else hidden or drawn again; kept = 1 is the data".into();
        }
        if name == "information" {
            *text = "nats per token".into();
        }
    }
}
