//! Twilio's expression language: which workers, which tasks.
//!
//! ```text
//! skills HAS 'support' AND (languages HAS "en" OR level >= 5) AND worker.contact_uri != task.from
//! ```
//!
//! Comparisons `== != < > <= >= IN, NOT IN, HAS, CONTAINS`, joined by `AND`, `OR`, `NOT` and parentheses; constants are
//! strings in single or double quotes, numbers, `true`, `false`, `null` and lists. A key that does not exist is null;
//! values of different types are never equal (Twilio: "comparisons between different types should be avoided").
//! Source: <https://www.twilio.com/docs/taskrouter/expression-syntax>.

mod lexer;
mod parser;

use serde_json::Value;
use std::cmp::Ordering;
use thiserror::Error;

/// Why a text is no expression.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExpressionError {
    /// A character that no expression has, or a string without its end.
    #[error("unexpected character at {0}")]
    Character(usize),
    /// Something else was expected here (a token's number).
    #[error("unexpected token number {0}")]
    Token(usize),
    /// Parentheses or negations nested deeper than [`parser::MAX_DEPTH`].
    #[error("nested too deeply")]
    Depth,
}

/// A parsed expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    source: String,
    condition: Condition,
}

/// One step of a path: `object.key` or `array[2]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// A key of an object.
    Key(String),
    /// A place in an array.
    Index(usize),
}

/// Where the names of an expression get their values.
pub trait Names {
    /// The value at `path`; null if there is none.
    fn value(&self, path: &[Segment]) -> Value;
}

#[derive(Debug, Clone, PartialEq)]
enum Condition {
    /// Joined by `AND`: flat, so that a long chain does not recurse.
    All(Vec<Condition>),
    /// Joined by `OR`.
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Compare(Operand, Comparison, Operand),
    /// A bare operand: true only if it is the boolean `true`.
    Holds(Operand),
}

#[derive(Debug, Clone, PartialEq)]
enum Operand {
    Constant(Value),
    List(Vec<Operand>),
    Path(Vec<Segment>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    Has,
    Contains,
    NotContains,
}

impl Expression {
    /// Parses an expression.
    ///
    /// # Errors
    /// [`ExpressionError`] where the text leaves the language.
    pub fn parse(source: &str) -> Result<Self, ExpressionError> {
        Ok(Self {
            source: source.to_owned(),
            condition: parser::parse(source)?,
        })
    }

    /// The expression as it was written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it holds for these names.
    #[must_use]
    pub fn holds(&self, names: &dyn Names) -> bool {
        self.condition.holds(names)
    }
}

/// Parses a bare path such as `task.last_agent`.
#[must_use]
pub fn parse_path(source: &str) -> Option<Vec<Segment>> {
    parser::parse_path(source)
}

/// The value at `path` inside `document`; null if there is none.
#[must_use]
pub fn dig(document: Option<&Value>, path: &[Segment]) -> Value {
    let found = path.iter().fold(document, |value, segment| match segment {
        Segment::Key(key) => value.and_then(|value| value.get(key)),
        Segment::Index(index) => value.and_then(|value| value.get(index)),
    });
    found.cloned().unwrap_or(Value::Null)
}

/// The order of two scalars of one type.
#[must_use]
pub fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64()?.partial_cmp(&right.as_f64()?),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        (_, _) => None,
    }
}

impl Condition {
    fn holds(&self, names: &dyn Names) -> bool {
        match self {
            Self::All(conditions) => conditions.iter().all(|condition| condition.holds(names)),
            Self::Any(conditions) => conditions.iter().any(|condition| condition.holds(names)),
            Self::Not(condition) => !condition.holds(names),
            Self::Compare(left, comparison, right) => {
                comparison.holds(&left.value(names), &right.value(names))
            }
            Self::Holds(operand) => operand.value(names) == Value::Bool(true),
        }
    }
}

impl Operand {
    fn value(&self, names: &dyn Names) -> Value {
        match self {
            Self::Constant(value) => value.clone(),
            Self::List(items) => items.iter().map(|item| item.value(names)).collect(),
            Self::Path(path) => names.value(path),
        }
    }
}

impl Comparison {
    fn holds(self, left: &Value, right: &Value) -> bool {
        let ordered = |test: fn(Ordering) -> bool| compare(left, right).is_some_and(test);
        match self {
            Self::Equal => same(left, right),
            Self::NotEqual => !same(left, right),
            Self::Less => ordered(Ordering::is_lt),
            Self::LessOrEqual => ordered(Ordering::is_le),
            Self::Greater => ordered(Ordering::is_gt),
            Self::GreaterOrEqual => ordered(Ordering::is_ge),
            Self::In => includes(right, left),
            Self::NotIn => !includes(right, left),
            Self::Has => includes(left, right),
            Self::Contains => contains(left, right),
            Self::NotContains => !contains(left, right),
        }
    }
}

fn same(left: &Value, right: &Value) -> bool {
    compare(left, right).map_or_else(|| left == right, Ordering::is_eq)
}

fn includes(list: &Value, item: &Value) -> bool {
    list.as_array()
        .is_some_and(|list| list.iter().any(|candidate| same(candidate, item)))
}

fn contains(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::String(text), Value::String(part)) => text.contains(part.as_str()),
        (_, _) => includes(left, right),
    }
}

#[cfg(test)]
mod tests;
