//! Labels: plain text with `$…$` for mathematics.
//!
//! Within dollars a single letter is a symbol and slanted, a word of several letters is upright, `_`
//! and `^` lower and raise the next character or `{…}`, and `\alpha` is α. Two dollars are one. What
//! goes beyond that, such as fractions, is refused by [`unreadable`]: it would be set as something else.

use super::font;
use crate::suggest::did_you_mean;

/// Size of sub- and superscripts, in parts of the text's.
const SCRIPT_SIZE: f64 = 0.7;

/// How far subscripts go down and superscripts up, in parts of the text's size.
const DROP: f64 = 0.22;
const RISE: f64 = 0.36;

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// On the baseline.
    Base,
    /// A subscript.
    Sub,
    /// A superscript.
    Super,
}

/// Characters set alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The characters.
    pub text: String,
    /// Slanted, as symbols are.
    pub italic: bool,
    /// Where they stand.
    pub level: Level,
}

/// A label ready to be set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label {
    /// Its runs from left to right.
    pub runs: Vec<Run>,
}

/// What in the label `source` cannot be set, and what can.
pub fn unreadable(source: &str) -> Option<String> {
    let parts: Vec<String> = source.replace("$$", "").split('$').map(str::to_owned).collect();
    if parts.len().is_multiple_of(2) {
        return Some(
            "a $ has no second one: mathematics stands between two, a dollar is $$".into(),
        );
    }
    // Every second part is mathematics.
    parts.iter().skip(1).step_by(2).find_map(|math| {
        let mut rest = math.as_str();
        while let Some(k) = rest.find('\\') {
            rest = &rest[k + 1..];
            let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
            let name = &rest[..end];
            if letter(name).is_none() && !UPRIGHT.contains(&name) {
                let hint = did_you_mean(name, LETTERS.iter().map(|(n, _)| *n).chain(UPRIGHT));
                return Some(format!(
                    "\\{name} cannot be set{hint}: labels have letters such as \\alpha, _ and ^, no fractions"
                ));
            }
            rest = &rest[end..];
        }
        let open = math.chars().filter(|c| *c == '{').count();
        if open != math.chars().filter(|c| *c == '}').count() {
            return Some(format!("the braces of ${math}$ do not match"));
        }
        math.ends_with(['_', '^'])
            .then(|| format!("nothing follows the last character of ${math}$"))
    })
}

impl Run {
    /// Size of its characters where the text has `size`.
    pub fn size(&self, size: f64) -> f64 {
        if self.level == Level::Base { size } else { SCRIPT_SIZE * size }
    }

    /// How far below the baseline it stands where the text has `size`.
    pub fn drop(&self, size: f64) -> f64 {
        match self.level {
            Level::Base => 0.0,
            Level::Sub => DROP * size,
            Level::Super => -RISE * size,
        }
    }
}

impl Label {
    /// Reads a label as it is written in a specification.
    pub fn new(source: &str) -> Self {
        let mut label = Self::default();
        let mut math = false;
        let mut plain = String::new();
        let mut rest = source;
        while let Some(c) = rest.chars().next() {
            if let Some(after) = rest.strip_prefix("$$") {
                plain.push('$');
                rest = after;
            } else if c == '$' {
                label.push(&std::mem::take(&mut plain), false, Level::Base);
                math = !math;
                rest = &rest[1..];
            } else if math {
                let end = rest.find('$').unwrap_or(rest.len());
                label.math(&rest[..end], Level::Base);
                rest = &rest[end..];
            } else {
                plain.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
        label.push(&plain, false, Level::Base);
        label
    }

    /// A symbol such as t_S, as the columns of tables have it.
    pub fn symbol(symbol: &str) -> Self {
        let mut label = Self::default();
        label.math(symbol, Level::Base);
        label
    }

    /// Nothing to set.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// The characters alone.
    pub fn text(&self) -> String {
        self.runs.iter().map(|r| r.text.as_str()).collect()
    }

    /// Width in points at `size` points.
    pub fn width(&self, size: f64) -> f64 {
        self.runs.iter().map(|r| font::width(&r.text, r.italic, r.size(size))).sum()
    }

    /// This label followed by another.
    #[must_use]
    pub fn then(mut self, other: Self) -> Self {
        for run in other.runs {
            self.push(&run.text, run.italic, run.level);
        }
        self
    }

    fn push(&mut self, text: &str, italic: bool, level: Level) {
        if text.is_empty() {
            return;
        }
        match self.runs.last_mut() {
            Some(last) if last.italic == italic && last.level == level => last.text.push_str(text),
            _ => self.runs.push(Run { text: text.to_owned(), italic, level }),
        }
    }

    fn math(&mut self, source: &str, level: Level) {
        let chars: Vec<char> = source.chars().collect();
        let mut k = 0;
        while k < chars.len() {
            let c = chars[k];
            if (c == '_' || c == '^') && k + 1 < chars.len() {
                let script = if c == '_' { Level::Sub } else { Level::Super };
                let (inner, next) = argument(&chars, k + 1);
                // Scripts of scripts stay where they are: no axis needs them.
                self.math(&inner, if level == Level::Base { script } else { level });
                k = next;
                continue;
            }
            if c == '\\' {
                let name: String =
                    chars[k + 1..].iter().take_while(|c| c.is_ascii_alphabetic()).collect();
                k += 1 + name.len();
                match letter(&name) {
                    Some(letter) => self.push(&letter.to_string(), letter.is_lowercase(), level),
                    // The braces of \mathrm{data} go by themselves, and words are upright anyway.
                    None if FONTS.contains(&name.as_str()) => {}
                    None => self.push(&name, false, level),
                }
                continue;
            }
            if c.is_alphabetic() {
                let ascii = |c: &&char| c.is_ascii_alphabetic();
                let length = chars[k..].iter().take_while(ascii).count().max(1);
                let word: String = chars[k..k + length].iter().collect();
                // Capital scripts such as the S of t_S abbreviate words.
                let capital = c.is_uppercase() && (level != Level::Base || !c.is_ascii());
                self.push(&word, length == 1 && !capital, level);
                k += length;
                continue;
            }
            match c {
                '-' => self.push("−", false, level),
                '{' | '}' => {}
                _ => self.push(&c.to_string(), false, level),
            }
            k += 1;
        }
    }
}

/// What `_` or `^` applies to, and what follows: braces, a word, or one character.
fn argument(chars: &[char], start: usize) -> (String, usize) {
    if chars[start] == '{' {
        let length = chars[start + 1..].iter().take_while(|c| **c != '}').count();
        let end = start + 1 + length;
        return (chars[start + 1..end].iter().collect(), (end + 1).min(chars.len()));
    }
    let word = chars[start..].iter().take_while(|c| c.is_ascii_alphanumeric()).count();
    let length = word.max(1);
    (chars[start..start + length].iter().collect(), start + length)
}

/// Names of characters.
const LETTERS: &[(&str, char)] = &[
    ("alpha", 'α'),
    ("beta", 'β'),
    ("gamma", 'γ'),
    ("delta", 'δ'),
    ("epsilon", 'ε'),
    ("eta", 'η'),
    ("theta", 'θ'),
    ("kappa", 'κ'),
    ("lambda", 'λ'),
    ("mu", 'μ'),
    ("nu", 'ν'),
    ("xi", 'ξ'),
    ("pi", 'π'),
    ("rho", 'ρ'),
    ("sigma", 'σ'),
    ("tau", 'τ'),
    ("phi", 'φ'),
    ("chi", 'χ'),
    ("psi", 'ψ'),
    ("omega", 'ω'),
    ("Gamma", 'Γ'),
    ("Delta", 'Δ'),
    ("Lambda", 'Λ'),
    ("Sigma", 'Σ'),
    ("Phi", 'Φ'),
    ("Psi", 'Ψ'),
    ("Omega", 'Ω'),
    ("infty", '∞'),
    ("cdot", '·'),
    ("times", '×'),
    ("sqrt", '√'),
    ("ell", 'ℓ'),
    ("partial", '∂'),
    ("le", '≤'),
    ("ge", '≥'),
    ("pm", '±'),
    ("to", '→'),
    ("sim", '∼'),
    ("approx", '≈'),
    ("propto", '∝'),
    ("langle", '⟨'),
    ("rangle", '⟩'),
];

/// Names that change nothing: words are upright in any case.
const FONTS: [&str; 2] = ["mathrm", "text"];

/// Names that are set as they are, and those that change nothing.
const UPRIGHT: [&str; 10] =
    ["mathrm", "text", "log", "ln", "exp", "sin", "cos", "tanh", "min", "max"];

fn letter(name: &str) -> Option<char> {
    LETTERS.iter().find(|(n, _)| *n == name).map(|(_, c)| *c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(label: &Label) -> String {
        label
            .runs
            .iter()
            .map(|r| {
                let level = match r.level {
                    Level::Base => "",
                    Level::Sub => "_",
                    Level::Super => "^",
                };
                let style = if r.italic { "/" } else { "" };
                format!("[{level}{style}{}]", r.text)
            })
            .collect()
    }

    #[test]
    fn identity_labels_are_set_as_mathematics() {
        assert_eq!(set(&Label::symbol("t_S")), "[/t][_S]");
        assert_eq!(set(&Label::new("$f(t)/\\alpha$")), "[/f][(][/t][)/][/α]");
        assert_eq!(set(&Label::new("time $t$, log $n$")), "[time ][/t][, log ][/n]");
        assert_eq!(set(&Label::new("$10^{-3}$")), "[10][^−3]");
        assert_eq!(set(&Label::symbol("σ_VE")), "[/σ][_VE]");
        assert_eq!(set(&Label::symbol("log n")), "[log ][/n]");
        assert_eq!(set(&Label::new("5 $$")), "[5 $]");
        assert_eq!(set(&Label::symbol("x_i^2")), "[/x][_/i][^2]");
    }

    #[test]
    fn bad_input_what_cannot_be_set_is_refused() {
        for (source, wants) in [
            ("$\\frac{a}{b}$", "\\frac cannot be set"),
            ("time $\\alhpa$", "did you mean alpha"),
            ("$t_S", "no second"),
            ("$t_{S$", "braces"),
            ("$t_$", "nothing follows"),
            ("$a\\,b$", "cannot be set"),
        ] {
            let said = unreadable(source).unwrap();
            assert!(said.contains(wants), "{source}: {said}");
        }
        for source in [
            "5 $$",
            "$t_S$",
            "$\\alpha$ and $\\log n_{\\mathrm{data}}$",
            "plain",
            "",
            "a_b^c \\frac",
        ] {
            assert_eq!(unreadable(source), None, "{source}");
        }
        assert_eq!(set(&Label::new("$\\log n_{\\mathrm{data}}$")), "[log ][/n][_data]");
    }

    #[test]
    fn limit_unfinished_markup_is_text() {
        for source in ["$", "$_$", "$^{a$", "a$b", "$\\$", "$x_$", "_^", "$\\nosuch$"] {
            let label = Label::new(source);
            assert!(label.width(8.0).is_finite(), "{source}: {label:?}");
        }
    }
}
