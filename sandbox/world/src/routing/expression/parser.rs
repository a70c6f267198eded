//! Tokens to a condition: `OR` binds loosest, then `AND`, then `NOT`.

use super::lexer::{tokens, Token};
use super::{Comparison, Condition, ExpressionError, Operand, Segment};
use serde_json::Value;

/// How deep parentheses and negations may nest: a person's expression has a handful, and the parser recurses.
pub(super) const MAX_DEPTH: usize = 64;

pub(super) fn parse(source: &str) -> Result<Condition, ExpressionError> {
    let mut parser = Parser {
        tokens: tokens(source)?,
        at: 0,
        depth: 0,
    };
    let condition = parser.either()?;
    if parser.peek().is_some() {
        return Err(ExpressionError::Token(parser.at));
    }
    Ok(condition)
}

pub(super) fn parse_path(source: &str) -> Option<Vec<Segment>> {
    let mut tokens = tokens(source).ok()?.into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(Token::Path(path)), None) => Some(path),
        (_, _) => None,
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn either(&mut self) -> Result<Condition, ExpressionError> {
        let mut conditions = vec![self.both()?];
        while self.take(&Token::Or) {
            conditions.push(self.both()?);
        }
        Ok(Condition::Any(conditions))
    }

    fn both(&mut self) -> Result<Condition, ExpressionError> {
        let mut conditions = vec![self.negation()?];
        while self.take(&Token::And) {
            conditions.push(self.negation()?);
        }
        Ok(Condition::All(conditions))
    }

    fn negation(&mut self) -> Result<Condition, ExpressionError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(ExpressionError::Depth);
        }
        let condition = if self.take(&Token::Not) {
            Condition::Not(Box::new(self.negation()?))
        } else if self.take(&Token::Open) {
            let condition = self.either()?;
            self.expect(&Token::Close)?;
            condition
        } else {
            self.comparison()?
        };
        self.depth -= 1;
        Ok(condition)
    }

    fn comparison(&mut self) -> Result<Condition, ExpressionError> {
        let left = self.operand()?;
        let Some(comparison) = self.operator()? else {
            return Ok(Condition::Holds(left));
        };
        let right = match (comparison, self.peek()) {
            (Comparison::In | Comparison::NotIn, Some(Token::Open)) => {
                self.at += 1;
                self.list(&Token::Close)?
            }
            (_, _) => self.operand()?,
        };
        Ok(Condition::Compare(left, comparison, right))
    }

    fn operator(&mut self) -> Result<Option<Comparison>, ExpressionError> {
        let comparison = match self.peek() {
            Some(Token::Equal) => Comparison::Equal,
            Some(Token::NotEqual) => Comparison::NotEqual,
            Some(Token::Less) => Comparison::Less,
            Some(Token::LessOrEqual) => Comparison::LessOrEqual,
            Some(Token::Greater) => Comparison::Greater,
            Some(Token::GreaterOrEqual) => Comparison::GreaterOrEqual,
            Some(Token::In) => Comparison::In,
            Some(Token::Has) => Comparison::Has,
            Some(Token::Contains) => Comparison::Contains,
            Some(Token::Not) => {
                self.at += 1;
                match self.peek() {
                    Some(Token::In) => Comparison::NotIn,
                    Some(Token::Contains) => Comparison::NotContains,
                    Some(_) | None => return Err(ExpressionError::Token(self.at)),
                }
            }
            Some(_) | None => return Ok(None),
        };
        self.at += 1;
        Ok(Some(comparison))
    }

    fn operand(&mut self) -> Result<Operand, ExpressionError> {
        let at = self.at;
        let token = self.tokens.get(at).cloned();
        self.at += 1;
        match token {
            Some(Token::Path(path)) => Ok(Operand::Path(path)),
            Some(Token::Text(text)) => Ok(Operand::Constant(Value::String(text))),
            Some(Token::Number(number)) => Ok(Operand::Constant(Value::from(number))),
            Some(Token::True) => Ok(Operand::Constant(Value::Bool(true))),
            Some(Token::False) => Ok(Operand::Constant(Value::Bool(false))),
            Some(Token::Null) => Ok(Operand::Constant(Value::Null)),
            Some(Token::ListOpen) => self.list(&Token::ListClose),
            Some(_) | None => Err(ExpressionError::Token(at)),
        }
    }

    /// The items of a list whose opening was taken. Lists do not nest: Twilio's have scalars only.
    fn list(&mut self, end: &Token) -> Result<Operand, ExpressionError> {
        let mut items = Vec::new();
        if self.take(end) {
            return Ok(Operand::List(items));
        }
        loop {
            if self.peek() == Some(&Token::ListOpen) {
                return Err(ExpressionError::Token(self.at));
            }
            items.push(self.operand()?);
            if self.take(end) {
                return Ok(Operand::List(items));
            }
            self.expect(&Token::Comma)?;
        }
    }

    fn expect(&mut self, token: &Token) -> Result<(), ExpressionError> {
        if self.take(token) {
            Ok(())
        } else {
            Err(ExpressionError::Token(self.at))
        }
    }

    fn take(&mut self, token: &Token) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }
}
