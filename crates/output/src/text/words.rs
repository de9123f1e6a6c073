//! Lines of words that fit a width.

/// Columns that `text` takes: combining marks, as in μ̃, take none.
pub(super) fn width_of(text: &str) -> usize {
    text.chars().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).count()
}

/// `text` filled with spaces to `width`, on the right.
pub(super) fn left(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(width_of(text))))
}

/// `text` filled with spaces to `width`, on the left.
pub(super) fn right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(width_of(text))))
}

/// A number cut where its decimal point, or its exponent, stands: what comes before, and the rest.
pub(super) fn at_point(text: &str) -> (&str, &str) {
    let digits = text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    match text.find(['.', 'e']).filter(|_| digits) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    }
}

/// Words in lines of at most `width`; those after the first stand below the first word.
pub fn hanging(mark: &str, text: &str, width: usize) -> Vec<String> {
    let indent = width_of(mark);
    let room = width.saturating_sub(indent).max(20);
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    let lines = joined(&words, " ", room);
    let first = [mark.to_owned()].into_iter().chain(std::iter::repeat(" ".repeat(indent)));
    first.zip(lines).map(|(indent, line)| format!("{indent}{line}")).collect()
}

/// Pieces in lines of at most `width`, as far as a piece is not wider itself.
pub(super) fn joined(pieces: &[String], between: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    // A line that is not the last ends as a piece does that is followed by another.
    let ends = width_of(between.trim_end());
    for piece in pieces {
        match lines.last_mut() {
            Some(line) if width_of(line) + width_of(between) + width_of(piece) + ends <= width => {
                line.push_str(between);
                line.push_str(piece);
            }
            Some(line) => {
                line.push_str(between.trim_end());
                lines.push(piece.clone());
            }
            None => lines.push(piece.clone()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_words_fit_their_width() {
        let text = "the quick brown fox jumps over the lazy dog and a half of another one";
        let lines = hanging("– ", text, 30);
        assert!(lines.iter().all(|line| width_of(line) <= 30) && lines.len() > 1);
        assert_eq!(lines.join(" ").split_whitespace().skip(1).collect::<Vec<_>>().join(" "), text);
        assert!(lines[1].starts_with("  "));
        assert_eq!(width_of("μ̃ = 1"), 5);
    }

    #[test]
    fn identity_numbers_are_cut_at_their_point() {
        assert_eq!(at_point("12.5e-3"), ("12", ".5e-3"));
        assert_eq!(at_point("1e-12"), ("1", "e-12"));
        assert_eq!(at_point("-20000"), ("-20000", ""));
        assert_eq!(at_point("none"), ("none", ""));
        assert_eq!(at_point("inf"), ("inf", ""));
    }
}
