//! Beginnings that very many words have: whoever has one is known together, so that one or two letters find them at
//! once.

use super::bytes::Reader;
use super::lexicon::{Dense, Lexicon, Row};
use super::words::{sort_few, Words};

/// Beginnings shared by at least one in this many agents are known together.
const DENSE_BEGINNING: usize = 32;
/// Below this nothing is dense.
pub(super) const DENSE_FROM: usize = 256;

/// Finds the beginnings, of one letter and then of two, that very many agents have.
#[derive(Debug, Clone, Default)]
pub(super) struct Beginnings {
    letters: Letters,
    /// The first real word, and the next one to look at.
    first: usize,
    from: usize,
    ranges: Vec<[u32; 3]>,
}

#[derive(Debug, Clone, Copy, Default)]
enum Letters {
    #[default]
    One,
    Two,
}

impl Beginnings {
    /// Before the first real word.
    pub(super) fn from(first: usize) -> Self {
        Self {
            first,
            from: first,
            ..Self::default()
        }
    }

    /// Looks at so many words or more; whether the lexicon knows all beginnings of so many agents.
    pub(super) fn step(&mut self, lexicon: &mut Lexicon, agents: usize, words: usize) -> bool {
        let least = DENSE_FROM.max(agents / DENSE_BEGINNING);
        let until = self.from.saturating_add(words);
        while self.from < lexicon.len() {
            if self.from >= until {
                return false;
            }
            let (from, word) = (self.from, lexicon.word(self.from));
            let letters = match self.letters {
                Letters::One => 1,
                Letters::Two => 2,
            };
            let (_, to) = lexicon.range(from, lexicon.len(), beginning(word, letters));
            let to = to.max(from + 1);
            let range = [from as u32, to as u32];
            if !self.ranges.iter().any(|known| known.starts_with(&range)) {
                if let Some(all) = together(lexicon, from, to, agents, least) {
                    self.ranges
                        .push([range[0], range[1], lexicon.dense.len() as u32]);
                    lexicon.dense.push(all);
                }
            }
            self.from = to;
        }
        match self.letters {
            Letters::One => {
                self.letters = Letters::Two;
                self.from = self.first;
                false
            }
            Letters::Two => {
                let mut ranges = std::mem::take(&mut self.ranges);
                sort_few(&mut ranges, |a, b| a < b);
                ranges.shrink_to_fit();
                lexicon.beginnings = ranges;
                lexicon.dense.shrink_to_fit();
                true
            }
        }
    }
}

/// Everybody with a word of a range, if they are many.
fn together(lexicon: &Lexicon, lo: usize, hi: usize, agents: usize, least: usize) -> Option<Dense> {
    let mut all = Dense::default();
    let mut postings = 0;
    for at in lo..hi {
        match lexicon.row(at) {
            Row::Only(_) => postings += 1,
            Row::Stream(start) => {
                postings += Reader::at(&lexicon.stream, start as usize).number() as usize;
            }
            Row::Dense(_) => postings += least,
        }
    }
    if postings < least {
        return None;
    }
    for at in lo..hi {
        let row = lexicon.row(at);
        lexicon.postings(row, |posting| all.add(posting, agents));
        if let Row::Dense(number) = row {
            if let Some(dense) = lexicon.dense_at(number) {
                all.add_all(dense, agents);
            }
        }
    }
    Some(all)
}

/// The first so many letters of a word, or all of it.
fn beginning(word: &[u8], letters: usize) -> &[u8] {
    let end = word
        .iter()
        .enumerate()
        .filter(|(_, &byte)| byte & 0xc0 != 0x80)
        .nth(letters)
        .map_or(word.len(), |(at, _)| at);
    word.get(..end).unwrap_or_default()
}
