//! Text as folded words, and what of an agent becomes words.

use super::fold::{fold_char, Folded};

/// Opens the word that holds somebody's initials. Below every byte of a real word, so that these sort apart.
pub(super) const INITIALS: u8 = 1;
/// Opens the word that holds the whole of somebody's team, for filters.
pub(super) const TEAM: u8 = 2;
/// Opens the word that holds the whole of a skill, for filters.
pub(super) const SKILL: u8 = 3;
/// The least byte of a real word.
pub(super) const FIRST: u8 = 0x20;

/// Initials beyond these are nobody's.
pub(super) const INITIALS_AT_MOST: usize = 8;

/// The words of `text`, folded, in UTF-8. `word` is the caller's, to be used again.
pub(super) fn each_word(text: &str, word: &mut Vec<u8>, mut f: impl FnMut(&[u8])) {
    word.clear();
    for c in text.chars() {
        match c {
            'a'..='z' | '0'..='9' => word.push(c as u8),
            'A'..='Z' => word.push(c.to_ascii_lowercase() as u8),
            _ => match fold_char(c) {
                Folded::Nothing => {}
                Folded::Gap => {
                    if !word.is_empty() {
                        f(word);
                        word.clear();
                    }
                }
                letters @ Folded::Letters(_) => letters.letters().for_each(|c| push(word, c)),
            },
        }
    }
    if !word.is_empty() {
        f(word);
        word.clear();
    }
}

/// All words of `text`, parted by single spaces: how teams and skills are told apart. Empty: there are none.
pub(super) fn joined(text: &str, word: &mut Vec<u8>, out: &mut Vec<u8>) {
    let from = out.len();
    each_word(text, word, |word| {
        if out.len() > from {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    });
}

/// Initials of a name of two words and more: of all its words, and of the first and the last.
#[derive(Debug, Default)]
pub(super) struct Initials {
    all: Vec<u8>,
    words: usize,
    first: usize,
    last: usize,
}

impl Initials {
    /// Begins another name.
    pub(super) fn clear(&mut self) {
        self.all.clear();
        self.all.push(INITIALS);
        self.words = 0;
    }

    /// The name's next word.
    pub(super) fn add(&mut self, word: &[u8]) {
        let letter = first_letter(word);
        self.words += 1;
        if self.words > INITIALS_AT_MOST {
            return;
        }
        self.last = self.all.len();
        self.all.extend_from_slice(letter);
        if self.words == 1 {
            self.first = self.all.len();
        }
    }

    /// What to look for after [`INITIALS`]; nothing for a name of one word.
    pub(super) fn each(&mut self, mut f: impl FnMut(&[u8])) {
        if self.words < 2 {
            return;
        }
        f(&self.all);
        if self.words > 2 {
            self.all.drain(self.first..self.last);
            f(&self.all);
        }
    }
}

/// The bytes of the first letter.
fn first_letter(word: &[u8]) -> &[u8] {
    let end = word
        .iter()
        .skip(1)
        .position(|byte| byte & 0xc0 != 0x80)
        .map_or(word.len(), |at| at + 1);
    word.get(..end).unwrap_or_default()
}

/// Appends a letter in UTF-8.
pub(super) fn push(word: &mut Vec<u8>, letter: char) {
    let mut bytes = [0; 4];
    word.extend_from_slice(letter.encode_utf8(&mut bytes).as_bytes());
}

/// The first eight bytes, so that numbers compare as words do; shorter words are filled with `fill`.
#[inline]
pub(super) fn key(word: &[u8], fill: u8) -> u64 {
    match word.first_chunk::<8>() {
        Some(bytes) => u64::from_be_bytes(*bytes),
        None => {
            let mut bytes = [fill; 8];
            for (to, from) in bytes.iter_mut().zip(word) {
                *to = *from;
            }
            u64::from_be_bytes(bytes)
        }
    }
}

/// Words in order, to be searched.
pub(super) trait Words {
    /// How many.
    fn len(&self) -> usize;
    /// [`key`] of one, filled with 0.
    fn key(&self, at: usize) -> u64;
    /// One.
    fn word(&self, at: usize) -> &[u8];

    /// Those between `lo` and `hi` that begin with `prefix`, all of which share its first `shared` bytes.
    fn range(&self, lo: usize, hi: usize, prefix: &[u8]) -> (usize, usize) {
        let least = key(prefix, 0);
        let most = key(prefix, 0xff);
        let from = partition(lo, hi, |at| self.key(at) < least);
        if from == hi || self.key(from) > most {
            return (from, from);
        }
        let to = gallop(from, hi, |at| self.key(at) <= most);
        if prefix.len() <= 8 {
            return (from, to);
        }
        let from = partition(from, to, |at| self.word(at) < prefix);
        let to = gallop(from, to, |at| self.word(at).starts_with(prefix));
        (from, to)
    }

    /// Where `word` is, between `lo` and `hi`.
    fn exact(&self, lo: usize, hi: usize, word: &[u8]) -> Option<usize> {
        let (from, to) = self.range(lo, hi, word);
        (from < to && self.word(from).len() == word.len()).then_some(from)
    }
}

/// The first in `lo..hi` that `before` does not hold for; it holds for those before it alone.
pub(super) fn partition(lo: usize, hi: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut lo, mut hi) = (lo, hi);
    while lo < hi {
        let middle = lo + (hi - lo) / 2;
        if before(middle) {
            lo = middle + 1;
        } else {
            hi = middle;
        }
    }
    lo
}

/// The same where the answer is near `lo`.
pub(super) fn gallop(lo: usize, hi: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut from, mut step) = (lo, 1);
    loop {
        let next = from + step;
        if next >= hi {
            return partition(from, hi, before);
        }
        if !before(next) {
            return partition(from, next, before);
        }
        from = next;
        step *= 2;
    }
}

/// Sorts a short list. The standard library's sorts are for long ones: each of its kinds takes kilobytes.
pub(super) fn sort_few<T>(list: &mut [T], before: impl Fn(&T, &T) -> bool) {
    for end in 1..list.len() {
        let mut at = end;
        while at > 0 && matches!(list.get(at - 1..=at), Some([a, b]) if before(b, a)) {
            list.swap(at - 1, at);
            at -= 1;
        }
    }
}
