//! Which colour, dashes and shape each series gets, and what the legend says.
//!
//! A series is told by two names: the parameters it belongs to, and what it is (a quantity, a kind of
//! theory, a simulation). Where both vary, colours and shapes tell the parameters and dashes the rest,
//! and the legend lists the two apart: m + n lines instead of m · n.

use super::label::Label;
use super::{Key, Mark, Style};

/// What tells a series from the others.
#[derive(Clone, Debug, PartialEq)]
pub struct Names {
    /// The parameters that vary, as the legend says them.
    pub parameters: String,
    /// What it is.
    pub what: String,
    /// How it is drawn.
    pub mark: Mark,
}

/// Styles of the series in their order, and the legend.
pub fn assign(all: &[Names]) -> (Vec<Style>, Vec<Key>) {
    let first = distinct(all.iter().map(|n| n.parameters.as_str()));
    let second = distinct(all.iter().map(|n| n.what.as_str()));
    let place = |list: &[&str], name: &str| list.iter().position(|n| *n == name).unwrap_or(0);
    // Dashes go to lines only, in the order in which lines come.
    let dashed = distinct(all.iter().filter(|n| n.mark != Mark::Points).map(|n| n.what.as_str()));
    let two = first.len() > 1 && second.len() > 1;
    let styles: Vec<Style> = all
        .iter()
        .map(|n| {
            let (a, b) = (place(&first, &n.parameters), place(&second, &n.what));
            if two {
                Style { colour: a, dash: place(&dashed, &n.what), shape: a }
            } else {
                let k = if first.len() > 1 { a } else { b };
                Style { colour: k, dash: k, shape: k }
            }
        })
        .collect();
    let mut keys: Vec<Key> = Vec::new();
    let mut add = |label: &str, style: Style, mark: Mark| {
        let (line, point) = (mark != Mark::Points, mark != Mark::Line);
        let label = Label::new(label);
        if label.is_empty() {
            return;
        }
        match keys.iter_mut().find(|k| k.label == label) {
            Some(key) => {
                key.line |= line;
                key.point |= point;
                if line {
                    key.style.dash = style.dash;
                }
            }
            None => keys.push(Key { label, style, line, point }),
        }
    };
    if two {
        for (names, style) in all.iter().zip(&styles) {
            add(&names.parameters, Style { dash: 0, ..*style }, names.mark);
        }
        for (names, style) in all.iter().zip(&styles) {
            add(&names.what, Style { colour: 0, shape: 0, ..*style }, names.mark);
        }
    } else {
        for (names, style) in all.iter().zip(&styles) {
            let both = [names.what.as_str(), names.parameters.as_str()];
            let name = if first.len() > 1 { both[1] } else { both[0] };
            add(name, *style, names.mark);
        }
    }
    (styles, keys)
}

fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut all = Vec::new();
    for name in names {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(parameters: &str, what: &str, mark: Mark) -> Names {
        Names { parameters: parameters.into(), what: what.into(), mark }
    }

    #[test]
    fn identity_theory_and_simulation_share_a_line_of_the_legend() {
        let all = [
            names("d = 1", "", Mark::Line),
            names("d = 2", "", Mark::Line),
            names("d = 1", "", Mark::Points),
        ];
        let (styles, keys) = assign(&all);
        assert_eq!(styles[0], styles[2]);
        assert_ne!(styles[0].colour, styles[1].colour);
        assert_ne!(styles[0].dash, styles[1].dash);
        assert_eq!(keys.len(), 2);
        assert!(keys[0].line && keys[0].point && !keys[1].point);
    }

    #[test]
    fn identity_two_kinds_of_names_are_listed_apart() {
        let all: Vec<Names> = ["d = 1", "d = 2", "d = 3"]
            .iter()
            .flat_map(|d| ["theory", "exact"].map(|w| names(d, w, Mark::Line)))
            .collect();
        let (styles, keys) = assign(&all);
        assert_eq!(keys.len(), 5);
        for (k, s) in styles.iter().enumerate() {
            assert!(styles[..k].iter().all(|t| (t.colour, t.dash) != (s.colour, s.dash)));
        }
    }
}
