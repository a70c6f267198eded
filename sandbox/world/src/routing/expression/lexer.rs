//! Text to tokens.

use super::{ExpressionError, Segment};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Path(Vec<Segment>),
    Text(String),
    Number(f64),
    True,
    False,
    Null,
    And,
    Or,
    Not,
    In,
    Has,
    Contains,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Open,
    Close,
    ListOpen,
    ListClose,
    Comma,
}

pub(super) fn tokens(source: &str) -> Result<Vec<Token>, ExpressionError> {
    let mut reader = Reader {
        characters: source.chars().collect(),
        at: 0,
    };
    let mut tokens = Vec::new();
    while let Some(token) = reader.token()? {
        tokens.push(token);
    }
    Ok(tokens)
}

struct Reader {
    characters: Vec<char>,
    at: usize,
}

impl Reader {
    fn token(&mut self) -> Result<Option<Token>, ExpressionError> {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
        let Some(first) = self.peek() else {
            return Ok(None);
        };
        if starts_word(first) {
            return self.word().map(Some);
        }
        let starts_number = first.is_ascii_digit()
            || (first == '-' && self.peek_at(1).is_some_and(|next| next.is_ascii_digit()));
        if starts_number {
            return self.number().map(Some);
        }
        self.at += 1;
        let followed_by_equals = self.peek() == Some('=');
        let token = match (first, followed_by_equals) {
            ('"' | '\'', _) => return self.text(first).map(Some),
            ('(', _) => Token::Open,
            (')', _) => Token::Close,
            ('[', _) => Token::ListOpen,
            (']', _) => Token::ListClose,
            (',', _) => Token::Comma,
            ('=', false) => Token::Equal,
            ('<', false) => Token::Less,
            ('>', false) => Token::Greater,
            ('=', true) => self.second(Token::Equal),
            ('!', true) => self.second(Token::NotEqual),
            ('<', true) => self.second(Token::LessOrEqual),
            ('>', true) => self.second(Token::GreaterOrEqual),
            (_, _) => return Err(ExpressionError::Character(self.at - 1)),
        };
        Ok(Some(token))
    }

    /// A keyword, or a path with its keys and indices.
    fn word(&mut self) -> Result<Token, ExpressionError> {
        let word = self.name();
        if let Some(keyword) = keyword(&word) {
            return Ok(keyword);
        }
        let mut path = vec![Segment::Key(word)];
        loop {
            match (self.peek(), self.peek_at(1)) {
                (Some('.'), Some(next)) if starts_word(next) || next.is_ascii_digit() => {
                    self.at += 1;
                    path.push(Segment::Key(self.name()));
                }
                (Some('['), Some(next)) if next.is_ascii_digit() => {
                    self.at += 1;
                    let digits = self.take_while(|character| character.is_ascii_digit());
                    let index = digits
                        .parse()
                        .map_err(|_| ExpressionError::Character(self.at))?;
                    if self.peek() != Some(']') {
                        return Err(ExpressionError::Character(self.at));
                    }
                    self.at += 1;
                    path.push(Segment::Index(index));
                }
                (_, _) => return Ok(Token::Path(path)),
            }
        }
    }

    fn number(&mut self) -> Result<Token, ExpressionError> {
        let start = self.at;
        let digits = self
            .take_while(|character| character.is_ascii_digit() || matches!(character, '.' | '-'));
        digits
            .parse()
            .map(Token::Number)
            .map_err(|_| ExpressionError::Character(start))
    }

    /// The rest of a string; a backslash takes the next character as it is.
    fn text(&mut self, quote: char) -> Result<Token, ExpressionError> {
        let start = self.at;
        let mut text = String::new();
        while let Some(character) = self.peek() {
            self.at += 1;
            if character == quote {
                return Ok(Token::Text(text));
            }
            let escaped = (character == '\\').then(|| self.peek()).flatten();
            self.at += usize::from(escaped.is_some());
            text.push(escaped.unwrap_or(character));
        }
        Err(ExpressionError::Character(start))
    }

    fn name(&mut self) -> String {
        self.take_while(|character| {
            character.is_alphanumeric() || matches!(character, '_' | '-' | '$')
        })
    }

    fn take_while(&mut self, test: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(character) = self.peek().filter(|character| test(*character)) {
            self.at += 1;
            taken.push(character);
        }
        taken
    }

    fn second(&mut self, token: Token) -> Token {
        self.at += 1;
        token
    }

    fn peek(&self) -> Option<char> {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> Option<char> {
        self.characters.get(self.at + ahead).copied()
    }
}

fn starts_word(character: char) -> bool {
    character.is_alphabetic() || matches!(character, '_' | '$')
}

fn keyword(word: &str) -> Option<Token> {
    let token = match word.to_ascii_uppercase().as_str() {
        "AND" => Token::And,
        "OR" => Token::Or,
        "NOT" => Token::Not,
        "IN" => Token::In,
        "HAS" => Token::Has,
        "CONTAINS" => Token::Contains,
        "TRUE" => Token::True,
        "FALSE" => Token::False,
        "NULL" => Token::Null,
        _ => return None,
    };
    Some(token)
}
