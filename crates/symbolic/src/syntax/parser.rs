//! Tokens to a tree, by recursive descent with one function per level of precedence.

use std::collections::HashMap;
use std::sync::Arc;

use super::error::ParseError;
use super::lexer::{Lexeme, Token, shortened, tokens, unknown};
use crate::expression::{Constant, Expression, Node, Operator};
use crate::function::Function;

/// How deep a tree may be, operations inside operations: enough for any formula written by
/// hand, and little enough that no recursion over the tree can exhaust the stack.
pub const MAX_DEPTH: usize = 200;

/// How deep brackets, signs and powers may nest: what is printed has a bracket around many an operand
/// that was typed without, and must read back.
const MAX_NESTING: usize = 2 * MAX_DEPTH;

/// How many characters an expression may have.
pub const MAX_LENGTH: usize = 10_000;

/// Reads an expression in the given variables.
///
/// Variable names take precedence over the constants `e`, `pi` and `inf`.
///
/// # Errors
/// A [`ParseError`] that points at the first place where the text cannot be read, names the
/// nearest known name if a name is unknown, and says so if the text is longer than
/// [`MAX_LENGTH`] or nests deeper than [`MAX_DEPTH`].
/// ```
/// use regimes_symbolic::parse;
/// let phi = parse("tanh(2*z) + 0.1*z^2", &["z"])?;
/// assert_eq!(phi.to_string(), "tanh(2·z) + 0.1·z²");
/// assert!(parse("2z", &["z"]).unwrap_err().message.contains("2*z"));
/// # Ok::<(), regimes_symbolic::ParseError>(())
/// ```
pub fn parse(text: &str, variables: &[&str]) -> Result<Expression, ParseError> {
    let (root, _) = parse_with_places(text, variables)?;
    let variables = variables.iter().map(|&name| name.to_owned()).collect();
    Ok(Expression::new(root, variables))
}

/// Where each node of a parsed tree starts in the text. The keys are addresses: they are good
/// for as long as the tree is.
pub(crate) type Places = HashMap<*const Node, usize>;

/// Reads an expression and remembers where its nodes come from.
pub(crate) fn parse_with_places(
    text: &str,
    variables: &[&str],
) -> Result<(Arc<Node>, Places), ParseError> {
    if let Some((position, _)) = text.char_indices().nth(MAX_LENGTH) {
        let message = format!("an expression may have at most {MAX_LENGTH} characters");
        return Err(ParseError::new(text, position, message));
    }
    let mut parser = Parser {
        text,
        variables,
        tokens: tokens(text)?,
        next: 0,
        nesting: 0,
        places: Places::new(),
    };
    let parsed = parser.sum()?;
    parser.end()?;
    Ok((parsed.node, parser.places))
}

/// A subtree, its height, and where it starts in the text.
struct Parsed {
    node: Arc<Node>,
    height: usize,
    start: usize,
}

struct Parser<'a> {
    text: &'a str,
    variables: &'a [&'a str],
    tokens: Vec<Lexeme>,
    next: usize,
    nesting: usize,
    places: Places,
}

type Step = Result<Parsed, ParseError>;

impl Parser<'_> {
    fn peek(&self) -> &Lexeme {
        // The last token is End and is never passed.
        &self.tokens[self.next.min(self.tokens.len() - 1)]
    }

    fn symbol(&self) -> Option<char> {
        match self.peek().token {
            Token::Symbol(c) => Some(c),
            _ => None,
        }
    }

    /// Steps over the next token and gives the place where it started.
    fn advance(&mut self) -> usize {
        let start = self.peek().start;
        self.next = (self.next + 1).min(self.tokens.len() - 1);
        start
    }

    fn error(&self, position: usize, message: impl Into<String>) -> ParseError {
        ParseError::new(self.text, position, message)
    }

    fn column(&self, position: usize) -> usize {
        self.text[..position].chars().count() + 1
    }

    /// Adds a node above subtrees of the given height.
    fn build(&mut self, start: usize, height: usize, node: Node) -> Step {
        if height >= MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} operations, each inside the next");
            return Err(self.error(start, message));
        }
        let node = Arc::new(node);
        self.places.insert(Arc::as_ptr(&node), start);
        Ok(Parsed { node, height: height + 1, start })
    }

    fn binary(&mut self, operator: Operator, a: Parsed, b: Parsed) -> Step {
        let height = a.height.max(b.height);
        self.build(a.start, height, Node::Binary(operator, [a.node, b.node]))
    }

    /// The sign of a literal number belongs to the number.
    fn negate(&mut self, start: usize, a: Parsed) -> Step {
        match *a.node {
            Node::Number(x) => self.build(start, 0, Node::Number(if x == 0.0 { 0.0 } else { -x })),
            _ => self.build(start, a.height, Node::Negate(a.node)),
        }
    }

    /// Runs a step one level further down.
    fn nested(&mut self, step: impl FnOnce(&mut Self) -> Step) -> Step {
        if self.nesting >= MAX_NESTING {
            let message =
                format!("brackets, signs or powers nest deeper than {MAX_NESTING} levels");
            return Err(self.error(self.peek().start, message));
        }
        self.nesting += 1;
        let parsed = step(self);
        self.nesting -= 1;
        parsed
    }

    /// `a + b - c …`
    fn sum(&mut self) -> Step {
        let mut left = self.product()?;
        while let Some(c @ ('+' | '-')) = self.symbol() {
            self.advance();
            let operator = if c == '+' { Operator::Add } else { Operator::Subtract };
            let right = self.product()?;
            left = self.binary(operator, left, right)?;
        }
        Ok(left)
    }

    /// `a * b / c …`
    fn product(&mut self) -> Step {
        let mut left = self.signed()?;
        while let Some(c @ ('*' | '/')) = self.symbol() {
            self.advance();
            let operator = if c == '*' { Operator::Multiply } else { Operator::Divide };
            let right = self.signed()?;
            left = self.binary(operator, left, right)?;
        }
        Ok(left)
    }

    /// `-a`, `+a`, or a power.
    fn signed(&mut self) -> Step {
        match self.symbol() {
            Some('-') => {
                let start = self.advance();
                let operand = self.nested(Self::signed)?;
                self.negate(start, operand)
            }
            Some('+') => {
                self.advance();
                self.nested(Self::signed)
            }
            _ => self.power(),
        }
    }

    /// `a^b`, where the exponent may have a sign and powers of its own.
    fn power(&mut self) -> Step {
        let base = self.atom()?;
        if let Token::Superscript(exponent) = self.peek().token {
            let at = self.advance();
            if self.symbol() == Some('^') {
                let message = "a power of a superscript is ambiguous: write (z^2)^3 or z^(2^3)";
                return Err(self.error(self.peek().start, message));
            }
            let exponent = self.build(at, 0, Node::Number(exponent))?;
            return self.binary(Operator::Power, base, exponent);
        }
        if self.symbol() != Some('^') {
            return Ok(base);
        }
        self.advance();
        let exponent = self.nested(Self::signed)?;
        self.binary(Operator::Power, base, exponent)
    }

    /// A number, a name, a call, or an expression in brackets.
    fn atom(&mut self) -> Step {
        let Lexeme { token, start, end } = self.peek().clone();
        match token {
            Token::Number(x) => {
                self.advance();
                self.build(start, 0, Node::Number(x))
            }
            Token::Symbol('(') => {
                self.advance();
                let mut inner = self.nested(Self::sum)?;
                self.close(')', '(', start)?;
                inner.start = start;
                Ok(inner)
            }
            Token::Symbol('|') => {
                self.advance();
                let inner = self.nested(Self::sum)?;
                self.close('|', '|', start)?;
                let call = Node::Call(Function::Abs, vec![inner.node]);
                self.build(start, inner.height, call)
            }
            Token::Root => {
                self.advance();
                self.root(start)
            }
            Token::Name => {
                self.advance();
                self.name(start, end)
            }
            Token::End => Err(self.error(start, "expected a number, a name or '(' here")),
            Token::Superscript(_) => Err(self.error(start, "a superscript needs a base before it")),
            Token::Symbol(c) => {
                let message = format!("expected a number, a name or '(' before '{c}'");
                Err(self.error(start, message))
            }
        }
    }

    /// What follows a root sign.
    fn root(&mut self, start: usize) -> Step {
        let bracketed = self.symbol() == Some('(');
        let operand = self.nested(Self::atom)?;
        let power =
            matches!(self.peek().token, Token::Superscript(_)) || self.symbol() == Some('^');
        if power && !bracketed {
            let message = "a power after √ is ambiguous: write √(z^2) or (√z)^2";
            return Err(self.error(self.peek().start, message));
        }
        let call = Node::Call(Function::Sqrt, vec![operand.node]);
        self.build(start, operand.height, call)
    }

    /// A variable, a constant or a call.
    fn name(&mut self, start: usize, end: usize) -> Step {
        let name = &self.text[start..end];
        let called = self.symbol() == Some('(');
        if let Some(i) = self.variables.iter().position(|&variable| variable == name) {
            if called && Function::named(name).is_some() {
                return self.call(start, end);
            }
            return self.build(start, 0, Node::Variable(i));
        }
        let constant = Constant::ALL.iter().find(|c| c.names().contains(&name));
        if let Some(&constant) = constant {
            return self.build(start, 0, Node::Constant(constant));
        }
        if Function::named(name).is_none() {
            let message = unknown(name, called, self.variables);
            return Err(self.error(start, message));
        }
        if !called {
            let message = format!("{name} needs its argument in brackets, as in {name}(…)");
            return Err(self.error(end, message));
        }
        self.call(start, end)
    }

    /// The arguments of a function whose name was just read.
    fn call(&mut self, start: usize, end: usize) -> Step {
        let name = &self.text[start..end];
        let Some(function) = Function::named(name) else {
            return Err(self.error(start, unknown(name, true, self.variables)));
        };
        let open = self.advance();
        let mut arguments = Vec::new();
        let mut height = 0;
        if self.symbol() != Some(')') {
            loop {
                let argument = self.nested(Self::sum)?;
                height = height.max(argument.height);
                arguments.push(argument.node);
                if self.symbol() != Some(',') {
                    break;
                }
                self.advance();
            }
        }
        self.close(')', '(', open)?;
        if arguments.len() != function.arity() {
            let plural = if function.arity() == 1 { "" } else { "s" };
            let message = format!(
                "{name} takes {} argument{plural}, not {}",
                function.arity(),
                arguments.len()
            );
            return Err(self.error(start, message));
        }
        self.build(start, height, Node::Call(function, arguments))
    }

    /// The bracket that ends what the one at `opened` began.
    fn close(&mut self, bracket: char, opening: char, opened: usize) -> Result<(), ParseError> {
        if self.symbol() == Some(bracket) {
            self.advance();
            return Ok(());
        }
        if self.peek().token == Token::End {
            let column = self.column(opened);
            let message =
                format!("expected '{bracket}' to close the '{opening}' at column {column}");
            return Err(self.error(self.peek().start, message));
        }
        Err(self.misplaced())
    }

    /// Nothing may follow a complete expression.
    fn end(&self) -> Result<(), ParseError> {
        match self.peek().token {
            Token::End => Ok(()),
            _ => Err(self.misplaced()),
        }
    }

    /// What to say of a token where an operator was expected.
    fn misplaced(&self) -> ParseError {
        let here = self.peek();
        let message = match here.token {
            Token::Symbol(')') => "this ')' closes nothing".to_owned(),
            Token::Symbol(',') => "',' separates the arguments of a function only".to_owned(),
            Token::Superscript(_) => "two powers in a row: use brackets".to_owned(),
            _ => {
                let before = self.next.checked_sub(1).map(|i| &self.tokens[i]);
                let left = before.map_or("", |token| &self.text[token.start..token.end]);
                let right = &self.text[here.start..here.end];
                let advice = if left.chars().count() + right.chars().count() <= 32 {
                    format!(": write {left}*{right}")
                } else {
                    String::new()
                };
                let between = shortened(right);
                format!("expected an operator before {between}; a product needs its sign{advice}")
            }
        };
        self.error(here.start, message)
    }
}
