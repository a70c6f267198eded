//! How well a word matches a term.
//!
//! | way | means | in the name | elsewhere |
//! |---|---|---|---|
//! | exact | the word is the term | 0 | 1 |
//! | prefix | it begins with it | 2 | 3 |
//! | initials | the first letters of the name's words, or of its first and last, begin with it | 4 | |
//! | substring | it holds it | 6 | 7 |
//! | typo | one edit apart | 8 | 9 |
//! | typo in its beginning | so far as it is typed | 10 | 11 |
//!
//! A row's cost is the sum over the terms, each by its best word.

/// How a word matches a term, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    Exact,
    Prefix,
    Initials,
    Substring,
    Typo,
    TypoInBeginning,
}

impl Way {
    /// What it costs.
    pub(super) fn cost(self, elsewhere: bool) -> u8 {
        let cost = match self {
            Self::Exact => 0,
            Self::Prefix => 2,
            Self::Initials => 4,
            Self::Substring => 6,
            Self::Typo => 8,
            Self::TypoInBeginning => 10,
        };
        cost + u8::from(elsewhere)
    }

    /// Which way has that cost, and whether elsewhere than in the name.
    pub(super) fn of(cost: u8) -> (Self, bool) {
        let way = match cost >> 1 {
            0 => Self::Exact,
            1 => Self::Prefix,
            2 => Self::Initials,
            3 => Self::Substring,
            4 => Self::Typo,
            _ => Self::TypoInBeginning,
        };
        (way, cost & 1 == 1)
    }
}

/// Letters from which on a term may hold a typo.
const TYPO_FROM: usize = 4;

/// A word typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    /// Folded, in UTF-8.
    pub(super) bytes: Vec<u8>,
    /// The same as letters.
    pub(super) letters: Vec<char>,
    /// All of it is ASCII: it is then only taken for a slip of other ASCII letters.
    pub(super) plain: bool,
}

impl Term {
    /// Of a folded word.
    pub(super) fn new(word: &[u8]) -> Self {
        Self {
            letters: std::str::from_utf8(word)
                .unwrap_or_default()
                .chars()
                .collect(),
            plain: word.is_ascii(),
            bytes: word.to_vec(),
        }
    }

    /// Whether it may be initials: of two letters and more.
    pub(super) fn may_be_initials(&self) -> bool {
        self.letters.len() >= 2
    }

    /// Whether it is looked for within words: one letter is in nearly all of them, unless it is an ideograph.
    pub(super) fn may_be_within(&self) -> bool {
        match self.letters.as_slice() {
            [] => false,
            [letter] => is_ideograph(*letter),
            _ => true,
        }
    }

    /// Whether it may hold a typo: of four letters and more. A number with another digit is another number.
    pub(super) fn may_be_typo(&self) -> bool {
        self.letters.len() >= TYPO_FROM && !self.letters.iter().any(char::is_ascii_digit)
    }

    /// Whether `word` is one edit from it, [`Way::Typo`]; or a beginning of it is, the term's last letter being right or
    /// swapped, [`Way::TypoInBeginning`].
    pub(super) fn typo_of(&self, word: &[u8]) -> Option<Way> {
        if !self.may_be_typo() {
            return None;
        }
        if self.plain {
            return one_edit(&self.bytes, word, u8::is_ascii);
        }
        let word: Vec<char> = std::str::from_utf8(word)
            .unwrap_or_default()
            .chars()
            .collect();
        one_edit(&self.letters, &word, |_| true)
    }
}

/// Han and kana: a name's words run together, and one letter says much.
fn is_ideograph(letter: char) -> bool {
    matches!(letter, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether one edit leads from `term` to `word` or to a beginning of it. The edit is where the two first differ; at the
/// term's last letter it counts only for the whole word, or every word one letter shorter would do.
fn one_edit<T: PartialEq>(term: &[T], word: &[T], allowed: impl Fn(&T) -> bool) -> Option<Way> {
    let same = term.iter().zip(word).take_while(|(a, b)| a == b).count();
    let left = term.len().checked_sub(same + 1)?;
    let rest = |slice, by| tail(slice, same + by);
    let other = word.get(same).is_some_and(allowed);
    // Its letter is wrong.
    let wrong = other && rest(word, 1).starts_with(rest(term, 1));
    // It has a letter too many; of two alike either may be that one.
    let many = rest(word, 0).starts_with(rest(term, 1));
    let doubled = same > 0 && term.get(same) == term.get(same - 1);
    // It lacks a letter.
    let lacks = other && rest(word, 1).starts_with(rest(term, 0));
    let swapped = match (term.get(same..same + 2), word.get(same..same + 2)) {
        (Some([a, b]), Some([c, d])) => {
            a == d && b == c && rest(word, 2).starts_with(rest(term, 2))
        }
        _ => false,
    };
    let whole = (wrong || swapped) && word.len() == term.len()
        || many && word.len() + 1 == term.len()
        || lacks && word.len() == term.len() + 1;
    if whole {
        Some(Way::Typo)
    } else if wrong && left > 0 || many && (left > 0 || doubled) || lacks || swapped {
        Some(Way::TypoInBeginning)
    } else {
        None
    }
}

fn tail<T>(slice: &[T], from: usize) -> &[T] {
    slice.get(from..).unwrap_or_default()
}
