//! Expressions: reading, algebra, analysis, printing.

use crate::drive::{Inputs, Random, drive};
use crate::mutate::{NASTY_NUMBERS, below, damage_text, nested, once_in, pick};
use regimes::symbolic::{Expression, Function, MAX_LENGTH, SHORTCUTS, activation, constant, parse};

/// Where expressions are evaluated.
const POINTS: [f64; 9] = [0.0, -0.0, 1.0, -1.5, 1e-300, 1e300, -40.0, f64::INFINITY, f64::NAN];

/// Analyses that take more than microseconds are made of one input in this many.
const ANALYSED: usize = 40;

fn atom(random: &mut Random) -> String {
    match below(random, 10) {
        0 => pick(random, NASTY_NUMBERS).to_owned(),
        1 => format!("{}", below(random, 100)),
        2 => format!("{}e{}", below(random, 10), below(random, 800) as i64 - 400),
        3 => pick(random, &["pi", "π", "e", "inf", "∞"]).to_owned(),
        4 => pick(random, &["Z", "x", "zz", "z2", "2z", "relux", "Φ", "μ̃"]).to_owned(),
        _ => "z".to_owned(),
    }
}

fn expression(random: &mut Random, depth: usize) -> String {
    if depth == 0 {
        return atom(random);
    }
    match below(random, 14) {
        0..=5 => {
            let a = expression(random, depth - 1);
            let b = expression(random, depth - 1);
            let sign = pick(
                random,
                &["+", "-", "*", "/", "^", "**", " − ", "·", "×", "÷", " + ", "^-", "*-", ""],
            );
            format!("{a}{sign}{b}")
        }
        6 => format!("({})", expression(random, depth - 1)),
        7 => format!("-{}", expression(random, depth - 1)),
        8 => format!("|{}|", expression(random, depth - 1)),
        9 => format!("√{}", expression(random, depth - 1)),
        10 => {
            let power =
                pick(random, &["²", "³", "⁻¹", "¹⁰", "⁻", "⁰", "²³⁴⁵⁶⁷⁸⁹", "^2", "^0.5", "^-1"]);
            format!("({}){power}", expression(random, depth - 1))
        }
        _ => {
            let function = Function::ALL[below(random, Function::ALL.len())];
            let name = function.names()[below(random, function.names().len())];
            let count = if once_in(random, 20) { below(random, 5) } else { function.arity() };
            let arguments: Vec<String> =
                (0..count).map(|_| expression(random, depth - 1)).collect();
            format!("{name}({})", arguments.join(", "))
        }
    }
}

fn text(random: &mut Random) -> String {
    let depth = below(random, 5);
    let mut text = match below(random, 60) {
        0 => {
            let (open, close) = [
                ("(", ")"),
                ("-", ""),
                ("abs(", ")"),
                ("|", "|"),
                ("√", ""),
                ("2^", ""),
                ("tanh(", ")^2"),
            ][below(random, 7)];
            nested(random, open, "z", close)
        }
        1 => pick(random, &["z+", "z*", "z^", "1,", "²", "e", "9", "-z", "abs(z)+"])
            .repeat([10, 1000, MAX_LENGTH / 2, MAX_LENGTH][below(random, 4)]),
        2 | 3 => {
            let shortcut = &SHORTCUTS[below(random, SHORTCUTS.len())];
            format!("{}:{}", shortcut.name, expression(random, 1))
        }
        _ => expression(random, depth),
    };
    if once_in(random, 2) {
        for _ in 0..=below(random, 3) {
            damage_text(random, &mut text);
        }
    }
    text
}

/// What is printed reads back as the same tree.
fn prints_back(expression: &Expression, what: &str) -> Result<(), String> {
    let printed = expression.to_string();
    let latex = expression.latex();
    if latex.is_empty() || latex.matches('{').count() != latex.matches('}').count() {
        return Err(format!("{what} {printed} in LaTeX is {latex}"));
    }
    match parse(&printed, &["z"]) {
        Ok(again) if again == *expression => Ok(()),
        Ok(again) => Err(format!("{what} printed as {printed} reads back as {again}")),
        // What algebra makes of a long text may be longer than what may be typed.
        Err(_) if what != "itself" && printed.len() > MAX_LENGTH / 4 => Ok(()),
        Err(error) => Err(format!("{what} printed as {printed} is refused: {error}")),
    }
}

fn check(text: &str, random: &mut Random) -> Result<(), String> {
    if constant(text).is_ok_and(f64::is_nan) {
        return Err("is a constant NaN".into());
    }
    let expression = match parse(text, &["z"]) {
        Ok(expression) => expression,
        Err(error) if error.to_string().is_empty() => return Err("error without words".into()),
        Err(_) => {
            // Names with a parameter are read by another way.
            let _ = text.contains(':').then(|| activation(text));
            return Ok(());
        }
    };
    prints_back(&expression, "itself")?;
    let simple = expression.simplify();
    let slope = expression.differentiate(0);
    for z in POINTS {
        let _ = (expression.evaluate(&[z]), simple.evaluate(&[z]), slope.evaluate(&[z]));
    }
    let compiled = expression.compile();
    let mut values = [0.0; POINTS.len()];
    compiled.eval_slice(&POINTS, &mut values);
    prints_back(&simple, "simplified")?;
    prints_back(&slope, "derivative")?;
    let _ = (expression.parity(), expression.polynomial());
    if once_in(random, ANALYSED) {
        let _ = (expression.domain(), expression.breakpoints(40.0));
        if text.len() < 200
            && let Ok(phi) = activation(text)
        {
            let _ = phi.latex();
            let _ = POINTS.map(|z| phi.eval_with_derivative(z));
            let moments = once_in(random, 4).then(|| phi.moments(1.0));
            if let Some(Ok(moments)) = moments {
                let shown = format!("{moments:?}");
                if shown.contains("NaN") {
                    return Err(format!("moments are {shown}"));
                }
            }
        }
    }
    Ok(())
}

#[test]
fn property_no_expression_panics() {
    let inputs = Inputs::of("expressions", 100_000, 0.55);
    drive(&inputs, text, |text, random| check(text, random));
}
