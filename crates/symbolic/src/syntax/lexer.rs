//! Text to tokens.

use super::error::ParseError;
use super::error::nearest;
use crate::expression::Constant;
use crate::function::Function;

/// What a token says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    /// A number.
    Number(f64),
    /// The name of a constant, function or variable.
    Name,
    /// An exponent in superscript digits.
    Superscript(f64),
    /// One of `+ - * / ^ ( ) , |`, with the Unicode forms mapped to these.
    Symbol(char),
    /// A root sign.
    Root,
    /// The end of the text.
    End,
}

/// A token and the bytes it covers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lexeme {
    pub(crate) token: Token,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

const SUPERSCRIPTS: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/// The value of a superscript digit.
fn superscript(c: char) -> Option<char> {
    let digit = SUPERSCRIPTS.chars().position(|s| s == c)?;
    char::from_digit(u32::try_from(digit).ok()?, 10)
}

/// Superscript digits for a whole number, as `Display` prints them.
pub(crate) fn to_superscript(number: u32) -> String {
    number
        .to_string()
        .chars()
        .filter_map(|c| SUPERSCRIPTS.chars().nth(c.to_digit(10)? as usize))
        .collect()
}

/// Cuts a text into tokens; the last is [`Token::End`].
pub(crate) fn tokens(input: &str) -> Result<Vec<Lexeme>, ParseError> {
    let mut found = Vec::new();
    let mut start = 0;
    while let Some(c) = input[start..].chars().next() {
        let rest = &input[start..];
        let (token, length) = if c.is_whitespace() {
            start += c.len_utf8();
            continue;
        } else if c.is_ascii_digit() || c == '.' {
            number(input, start)?
        } else if superscript(c).is_some() || c == '⁻' {
            exponent(input, start)?
        } else if c.is_alphabetic() || c == '_' {
            let length = rest
                .find(|c: char| !(c.is_alphanumeric() || c == '_') || superscript(c).is_some())
                .unwrap_or(rest.len());
            (Token::Name, length)
        } else {
            match c {
                _ if rest.starts_with("**") => (Token::Symbol('^'), 2),
                '+' | '-' | '*' | '/' | '^' | '(' | ')' | ',' | '|' => (Token::Symbol(c), 1),
                '−' | '–' => (Token::Symbol('-'), c.len_utf8()),
                '·' | '⋅' | '×' => (Token::Symbol('*'), c.len_utf8()),
                '÷' | '∕' => (Token::Symbol('/'), c.len_utf8()),
                '√' => (Token::Root, c.len_utf8()),
                '∞' => (Token::Name, c.len_utf8()),
                _ => return Err(ParseError::new(input, start, unexpected(c))),
            }
        };
        found.push(Lexeme { token, start, end: start + length });
        start += length;
    }
    found.push(Lexeme { token: Token::End, start: input.len(), end: input.len() });
    Ok(found)
}

/// What to say of a character that no expression contains.
fn unexpected(c: char) -> String {
    let advice = match c {
        '[' | '{' => "; use '('",
        ']' | '}' => "; use ')'",
        '%' => "; there is no remainder or percentage",
        ';' => "; arguments are separated by ','",
        '=' | '<' | '>' | '!' | '&' | '?' => {
            "; there are no comparisons, use heaviside, sign, min, max or clip"
        }
        _ => "",
    };
    format!("unexpected character '{}'{advice}", c.escape_debug())
}

/// Reads `12`, `.5`, `1.`, `2e4`, `1E-3`.
fn number(input: &str, start: usize) -> Result<(Token, usize), ParseError> {
    let bytes = &input.as_bytes()[start..];
    let digits =
        |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(0);
    let mut length = whole;
    if bytes.get(length) == Some(&b'.') {
        let fraction = digits(length + 1);
        length += 1 + fraction;
        if whole + fraction == 0 {
            return Err(ParseError::new(input, start, "expected digits beside '.'"));
        }
        if bytes.get(length) == Some(&b'.') {
            let message = "a number has one decimal point";
            return Err(ParseError::new(input, start + length, message));
        }
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        let exponent = bytes.get(length + 1 + signed).map_or(0, |_| digits(length + 1 + signed));
        // "2e" without digits is left to the parser, which sees 2 times the constant e.
        if exponent > 0 {
            length += 1 + signed + exponent;
        }
    }
    let text = &input[start..start + length];
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok((Token::Number(value), length)),
        Ok(_) => {
            let message = format!("{text} overflows: the largest number is 1.8e308");
            Err(ParseError::new(input, start, message))
        }
        Err(_) => {
            let message = format!("{text} is not a number");
            Err(ParseError::new(input, start, message))
        }
    }
}

/// Reads superscript digits, with a superscript minus if it comes first.
fn exponent(input: &str, start: usize) -> Result<(Token, usize), ParseError> {
    let mut text = String::new();
    let mut length = 0;
    for c in input[start..].chars() {
        match superscript(c) {
            Some(digit) => text.push(digit),
            None if c == '⁻' && length == 0 => text.push('-'),
            None => break,
        }
        length += c.len_utf8();
    }
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok((Token::Superscript(value), length)),
        _ => Err(ParseError::new(input, start, "this superscript is not a number")),
    }
}

/// The message for a name that means nothing, with the nearest name that does.
pub(crate) fn unknown(name: &str, called: bool, variables: &[&str]) -> String {
    let functions = || Function::ALL.iter().flat_map(|f| f.names()).copied();
    let constants = || Constant::ALL.iter().flat_map(|c| c.names()).copied();
    let guess = if called {
        nearest(name, functions())
    } else {
        // A variable is the likelier slip: it comes first among equally near names.
        nearest(name, variables.iter().copied().chain(constants()).chain(functions()))
    };
    let kind = if called { "function" } else { "name" };
    let guess = guess.map_or(String::new(), |name| format!("; did you mean {name}?"));
    let allowed = match variables {
        _ if called => String::new(),
        [] => " (no variables are allowed here)".to_owned(),
        [one] => format!(" (the variable is {one})"),
        many => format!(" (the variables are {})", many.join(", ")),
    };
    format!("unknown {kind} {}{guess}{allowed}", shortened(name))
}

/// The name, cut if it is longer than a name should be.
pub(crate) fn shortened(name: &str) -> String {
    if name.chars().count() <= 32 {
        format!("'{name}'")
    } else {
        let head: String = name.chars().take(32).collect();
        format!("'{head}…'")
    }
}
