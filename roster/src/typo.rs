//! The words one edit away from a term, out of words in order and without an index of their own.
//!
//! An edit at some letter leaves the letters before it: they are a range of the words. A letter too many and two swapped
//! give one spelling to look up there; a wrong or missing one gives a spelling for each letter that goes on in that
//! range, of which there are the fewer the later it comes.

use super::quality::{Term, Way};
use super::words::{gallop, push, Words};

/// Below this many words it is quicker to compare each.
const FEW: usize = 12;

/// Calls `found` with ranges of `words` that are one typo from `term`, as a whole or in their beginnings; some words come more than once, and with them
/// some that begin with the term.
pub(super) fn typos<W: Words>(
    words: &W,
    first: usize,
    term: &Term,
    found: impl FnMut(usize, usize, Way),
) {
    if !term.may_be_typo() {
        return;
    }
    let mut starts: Vec<usize> = Vec::with_capacity(term.letters.len() + 1);
    let mut at = 0;
    for letter in &term.letters {
        starts.push(at);
        at += letter.len_utf8();
    }
    starts.push(at);
    let mut search = Search {
        words,
        term,
        starts,
        spelling: Vec::with_capacity(term.bytes.len() + 4),
        found,
    };
    let (mut lo, mut hi) = (first, words.len());
    for at in 0..term.letters.len() {
        if hi - lo <= FEW {
            search.each(lo, hi);
            return;
        }
        search.too_many(at, lo, hi);
        search.swapped(at, lo, hi);
        search.other_letter(at, lo, hi);
        (lo, hi) = words.range(lo, hi, search.bytes(0, at + 1));
    }
    // What remains begins with the term and is no typo of it.
}

struct Search<'a, W, F> {
    words: &'a W,
    term: &'a Term,
    /// Where its letters start, and its end.
    starts: Vec<usize>,
    spelling: Vec<u8>,
    found: F,
}

impl<W: Words, F: FnMut(usize, usize, Way)> Search<'_, W, F> {
    /// The bytes of letters `from..to`.
    fn bytes(&self, from: usize, to: usize) -> &[u8] {
        match (self.starts.get(from), self.starts.get(to)) {
            (Some(&from), Some(&to)) => self.term.bytes.get(from..to).unwrap_or_default(),
            _ => &[],
        }
    }

    /// Begins a spelling with the term's letters before `at`.
    fn spell(&mut self, at: usize) {
        let end = self.starts.get(at).copied().unwrap_or_default();
        self.spelling.clear();
        self.spelling
            .extend_from_slice(self.term.bytes.get(..end).unwrap_or_default());
    }

    fn letters_from(&mut self, at: usize) {
        let start = self.starts.get(at).copied().unwrap_or(usize::MAX);
        self.spelling
            .extend_from_slice(self.term.bytes.get(start..).unwrap_or_default());
    }

    /// Each word by comparison.
    fn each(&mut self, lo: usize, hi: usize) {
        for at in lo..hi {
            if let Some(way) = self.term.typo_of(self.words.word(at)) {
                (self.found)(at, at + 1, way);
            }
        }
    }

    /// The letter at `at` is one too many.
    fn too_many(&mut self, at: usize, lo: usize, hi: usize) {
        let letter = self.term.letters.get(at);
        if at > 0 && letter == self.term.letters.get(at - 1) {
            return; // The same spelling as without the one before it.
        }
        self.spell(at);
        self.letters_from(at + 1);
        if at + 1 == self.term.letters.len() {
            if let Some(at) = self.words.exact(lo, hi, &self.spelling) {
                (self.found)(at, at + 1, Way::Typo);
            }
        } else {
            self.report(lo, hi);
        }
    }

    /// The letters at `at` and after it are swapped.
    fn swapped(&mut self, at: usize, lo: usize, hi: usize) {
        let letters = &self.term.letters;
        let (Some(&one), Some(&two)) = (letters.get(at), letters.get(at + 1)) else {
            return;
        };
        if one == two {
            return;
        }
        self.spell(at);
        push(&mut self.spelling, two);
        push(&mut self.spelling, one);
        self.letters_from(at + 2);
        self.report(lo, hi);
    }

    /// The letter at `at` is wrong, or one is missing before it.
    fn other_letter(&mut self, at: usize, lo: usize, hi: usize) {
        let depth = self.starts.get(at).copied().unwrap_or_default();
        let last = at + 1 == self.term.letters.len();
        let right = self.term.letters.get(at).copied();
        let mut from = lo;
        // Words that end here come first.
        while from < hi && self.words.word(from).len() <= depth {
            from += 1;
        }
        while from < hi {
            let Some(letter) = letter_at(self.words.word(from), depth) else {
                return;
            };
            if self.term.plain && !letter.is_ascii() {
                return; // Nor are those after it.
            }
            self.spell(at);
            push(&mut self.spelling, letter);
            let to = {
                let child = &self.spelling;
                let words = self.words;
                if child.len() <= 8 {
                    let most = super::words::key(child, 0xff);
                    gallop(from, hi, |at| words.key(at) <= most)
                } else {
                    gallop(from, hi, |at| words.word(at).starts_with(child))
                }
            };
            // In order there is always one; a forged snapshot must not hold it up either.
            let to = to.max(from + 1);
            if to - from <= 2 {
                self.each(from, to);
                from = to;
                continue;
            }
            let child = self.spelling.len();
            if Some(letter) != right {
                self.letters_from(at + 1);
                if !last {
                    self.report(from, to);
                } else if let Some(at) = self.words.exact(from, to, &self.spelling) {
                    (self.found)(at, at + 1, Way::Typo);
                }
                self.spelling.truncate(child);
            }
            self.letters_from(at);
            self.report(from, to);
            from = to;
        }
    }

    fn report(&mut self, lo: usize, hi: usize) {
        let (mut from, to) = self.words.range(lo, hi, &self.spelling);
        if from < to && self.words.word(from).len() == self.spelling.len() {
            (self.found)(from, from + 1, Way::Typo);
            from += 1;
        }
        if from < to {
            (self.found)(from, to, Way::TypoInBeginning);
        }
    }
}

fn letter_at(word: &[u8], at: usize) -> Option<char> {
    let rest = word.get(at..)?;
    match rest.first() {
        Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
        Some(_) => {
            let letter = rest.get(..rest.len().min(4))?;
            match std::str::from_utf8(letter) {
                Ok(text) => text.chars().next(),
                Err(error) => std::str::from_utf8(letter.get(..error.valid_up_to())?)
                    .ok()?
                    .chars()
                    .next(),
            }
        }
        None => None,
    }
}
