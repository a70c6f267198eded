//! The Live Query Language (<https://www.twilio.com/docs/sync/live-query>): `field operator "value"`, with
//! `AND`, `OR` and parentheses.
//!
//! ```text
//! query      = [ either ]                       an empty query matches every row
//! either     = both { OR both }
//! both       = comparison { AND comparison }
//! comparison = "(" either ")" | field operator value
//! value      = "text" | number | true | false | null | "[" value { "," value } "]"
//! ```
//! Assumed, because the page is silent: `AND` binds closer than `OR`; `CONTAINS` ignores case; a field that holds a
//! list matches if one of its elements does; an absent field equals nothing. `NOT_CONTAINS` is not on the page.

use serde_json::Value;
use thiserror::Error;

/// How deep parentheses may nest; deeper is refused rather than recursed into.
const DEPTH_LIMIT: usize = 64;

/// Operators of a query, and elements of a list, must be fewer than this: <https://www.twilio.com/docs/api/errors/54509>,
/// <https://www.twilio.com/docs/api/errors/54510>.
const TOO_MANY: usize = 30;

/// Why a text is no query.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum QueryError {
    /// It does not fit the grammar.
    #[error("Invalid query: expected {expected} at byte {at}")]
    Invalid {
        /// Where, in bytes from the start.
        at: usize,
        /// What would have been right there.
        expected: &'static str,
    },
    /// 30 operators or more.
    #[error("Query expression contains too many operators")]
    Operators,
    /// A list with 30 elements or more.
    #[error("Query expression contains an array with too many items")]
    Elements,
}

impl QueryError {
    /// Twilio's code (<https://www.twilio.com/docs/api/errors/54507> and what follows).
    #[must_use]
    pub fn code(&self) -> u32 {
        match self {
            Self::Invalid { .. } => 54507,
            Self::Operators => 54509,
            Self::Elements => 54510,
        }
    }
}

/// A query, ready to be asked of rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Query {
    /// The empty query.
    Everything,
    /// All of them.
    All(Vec<Query>),
    /// At least one of them.
    Any(Vec<Query>),
    /// One comparison.
    Compare {
        /// Path below the row: `data.attributes.full_name` is `attributes`, `full_name`.
        path: Vec<String>,
        /// What must hold.
        test: Test,
        /// Whether it must hold, or must not.
        wanted: bool,
    },
}

/// What a comparison asks.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// Is one of these (one, for `==`).
    OneOf(Vec<String>),
    /// Has this part, whatever the case.
    Contains(String),
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// [`QueryError`] at the first place that does not fit the grammar.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let mut parser = Parser {
            text,
            at: 0,
            operators: 0,
        };
        parser.skip_blanks();
        if parser.rest().is_empty() {
            return Ok(Self::Everything);
        }
        let query = parser.either(0)?;
        if parser.rest().is_empty() {
            Ok(query)
        } else {
            Err(parser.error("AND, OR or the end"))
        }
    }

    /// Whether the row is among the answers.
    #[must_use]
    pub fn matches(&self, row: &Value) -> bool {
        match self {
            Self::Everything => true,
            Self::All(parts) => parts.iter().all(|part| part.matches(row)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(row)),
            Self::Compare { path, test, wanted } => {
                let found = path
                    .iter()
                    .try_fold(row, |value, name| value.get(name))
                    .unwrap_or(&Value::Null);
                test.holds(found) == *wanted
            }
        }
    }
}

impl Test {
    fn holds(&self, value: &Value) -> bool {
        match value {
            Value::Array(elements) => elements.iter().any(|element| self.holds_for_one(element)),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Object(_) => self.holds_for_one(value),
        }
    }

    fn holds_for_one(&self, value: &Value) -> bool {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return false,
        };
        match self {
            Self::OneOf(values) => values.contains(&text),
            Self::Contains(part) => text.to_lowercase().contains(&part.to_lowercase()),
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    operators: usize,
}

impl Parser<'_> {
    fn either(&mut self, depth: usize) -> Result<Query, QueryError> {
        let mut parts = vec![self.both(depth)?];
        while self.word(&["or", "||"]) {
            self.count_operator()?;
            parts.push(self.both(depth)?);
        }
        Ok(Query::Any(parts))
    }

    fn both(&mut self, depth: usize) -> Result<Query, QueryError> {
        let mut parts = vec![self.comparison(depth)?];
        while self.word(&["and", "&&"]) {
            self.count_operator()?;
            parts.push(self.comparison(depth)?);
        }
        Ok(Query::All(parts))
    }

    fn comparison(&mut self, depth: usize) -> Result<Query, QueryError> {
        if self.symbol('(') {
            if depth >= DEPTH_LIMIT {
                return Err(self.error("fewer parentheses"));
            }
            let query = self.either(depth + 1)?;
            return if self.symbol(')') {
                Ok(query)
            } else {
                Err(self.error(")"))
            };
        }
        let path = self.field()?;
        let (test, wanted) = if self.word(&["==", "eq"]) {
            (Test::OneOf(vec![self.scalar()?]), true)
        } else if self.word(&["!=", "not_eq"]) {
            (Test::OneOf(vec![self.scalar()?]), false)
        } else if self.word(&["in"]) {
            (Test::OneOf(self.list()?), true)
        } else if self.word(&["not_in"]) || self.words("not", "in") {
            (Test::OneOf(self.list()?), false)
        } else if self.word(&["contains"]) {
            (Test::Contains(self.scalar()?), true)
        } else if self.word(&["not_contains"]) || self.words("not", "contains") {
            (Test::Contains(self.scalar()?), false)
        } else {
            return Err(self.error("an operator"));
        };
        self.count_operator()?;
        Ok(Query::Compare { path, test, wanted })
    }

    fn count_operator(&mut self) -> Result<(), QueryError> {
        self.operators += 1;
        if self.operators < TOO_MANY {
            Ok(())
        } else {
            Err(QueryError::Operators)
        }
    }

    /// `data.attributes.full_name` without the leading `data`: rows are what stands below it.
    fn field(&mut self) -> Result<Vec<String>, QueryError> {
        let name: String = self
            .rest()
            .chars()
            .take_while(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '$' | ':' | '/'))
            .collect();
        if name.is_empty() || name.split('.').any(str::is_empty) {
            return Err(self.error("a field"));
        }
        self.advance(name.len());
        let mut path: Vec<String> = name.split('.').map(str::to_owned).collect();
        if path.len() > 1 && path.first().is_some_and(|first| first == "data") {
            path.remove(0);
        }
        Ok(path)
    }

    fn list(&mut self) -> Result<Vec<String>, QueryError> {
        if !self.symbol('[') {
            return Err(self.error("["));
        }
        let mut values = Vec::new();
        if self.symbol(']') {
            return Ok(values);
        }
        loop {
            values.push(self.scalar()?);
            if values.len() >= TOO_MANY {
                return Err(QueryError::Elements);
            }
            if self.symbol(']') {
                return Ok(values);
            }
            if !self.symbol(',') {
                return Err(self.error(", or ]"));
            }
        }
    }

    /// A quoted text with JSON's escapes, or a bare number, `true`, `false` or `null` as its text.
    fn scalar(&mut self) -> Result<String, QueryError> {
        if self.rest().starts_with('"') {
            let mut stream = serde_json::Deserializer::from_str(self.rest()).into_iter::<String>();
            let Some(Ok(value)) = stream.next() else {
                return Err(self.error("a closed \"text\""));
            };
            let used = stream.byte_offset();
            self.advance(used);
            return Ok(value);
        }
        let bare: String = self
            .rest()
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'))
            .collect();
        if matches!(bare.as_str(), "true" | "false" | "null") || bare.parse::<f64>().is_ok() {
            self.advance(bare.len());
            Ok(bare)
        } else {
            Err(self.error("a \"text\""))
        }
    }

    fn symbol(&mut self, symbol: char) -> bool {
        let found = self.rest().starts_with(symbol);
        if found {
            self.advance(symbol.len_utf8());
        }
        found
    }

    /// One of these operators, in either case; a word must end where a word ends.
    fn word(&mut self, forms: &[&str]) -> bool {
        for form in forms {
            let Some(start) = self.rest().get(..form.len()) else {
                continue;
            };
            let after = self
                .rest()
                .get(form.len()..)
                .and_then(|rest| rest.chars().next());
            let ends = !form.ends_with(char::is_alphabetic)
                || !after.is_some_and(|c| c.is_alphanumeric() || c == '_');
            if start.eq_ignore_ascii_case(form) && ends {
                self.advance(form.len());
                return true;
            }
        }
        false
    }

    fn words(&mut self, first: &str, second: &str) -> bool {
        let start = self.at;
        if self.word(&[first]) && self.word(&[second]) {
            return true;
        }
        self.at = start;
        false
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn advance(&mut self, bytes: usize) {
        self.at += bytes;
        self.skip_blanks();
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn error(&self, expected: &'static str) -> QueryError {
        QueryError::Invalid {
            at: self.at,
            expected,
        }
    }
}

#[cfg(test)]
mod tests;
