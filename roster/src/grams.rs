//! Which words hold three given bytes, not at their beginning: where to look for a term within words.
//!
//! Bytes are told apart by class: each letter a to z and each digit is one, the end of a word is one, and the others share
//! five. What shares is told apart by looking at the word.

use super::bytes::{length, put, Reader};
use super::tally::look;

/// Classes of bytes: 0 is the end of a word.
const CLASSES: u32 = 42;
/// Codes of three classes.
const CODES: usize = (CLASSES * CLASSES * CLASSES) as usize;

/// The words by what they hold.
#[derive(Debug, Clone, Default)]
pub(super) struct Grams {
    /// Where each code's list starts in `lists`, and the end; empty as long as there are no words.
    pub(super) starts: Vec<u32>,
    /// Words, ascending, by their gaps.
    pub(super) lists: Vec<u8>,
}

/// A part of a term that is looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lookup {
    from: usize,
    to: usize,
    /// Every word listed holds the term; otherwise they are still to be looked at.
    pub(super) sure: bool,
}

#[inline]
fn class(byte: u8) -> u32 {
    match byte {
        b'a'..=b'z' => u32::from(byte - b'a') + 1,
        b'0'..=b'9' => u32::from(byte - b'0') + 27,
        _ => 37 + u32::from(byte) % 5,
    }
}

fn code(a: u8, b: u8, c: Option<u8>) -> usize {
    ((class(a) * CLASSES + class(b)) * CLASSES + c.map_or(0, class)) as usize
}

/// The codes of a word: of its bytes from the second on, two and three at a time.
#[inline]
fn codes(word: &[u8], mut f: impl FnMut(usize)) {
    let mut bytes = word.iter().skip(1).copied();
    let (Some(mut a), Some(mut b)) = (bytes.next(), bytes.next()) else {
        return;
    };
    for c in bytes {
        f(code(a, b, Some(c)));
        (a, b) = (b, c);
    }
    f(code(a, b, None));
}

impl Grams {
    /// Where to look for `term`; nothing for less than two bytes.
    pub(super) fn lookup(&self, term: &[u8]) -> Option<Lookup> {
        let apart = term
            .iter()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if let [a, b] = term {
            let from = code(*a, *b, None);
            return Some(self.lists_of(from, from + CLASSES as usize, apart));
        }
        term.windows(3)
            .filter_map(|three| match three {
                [a, b, c] => Some(code(*a, *b, Some(*c))),
                _ => None,
            })
            .map(|code| self.lists_of(code, code + 1, apart && term.len() == 3))
            .min_by_key(|lookup| lookup.size(self))
    }

    fn lists_of(&self, from: usize, to: usize, sure: bool) -> Lookup {
        Lookup { from, to, sure }
    }

    /// The words of a lookup, some more than once.
    #[inline]
    pub(super) fn each(&self, lookup: Lookup, mut f: impl FnMut(u32)) {
        for code in lookup.from..lookup.to {
            let (from, to) = self.bounds(code);
            let mut list = Reader::at(self.lists.get(..to).unwrap_or_default(), from);
            let mut word = 0u32;
            while !list.is_at_end() {
                word = word.wrapping_add(list.number());
                look();
                f(word);
            }
        }
    }

    fn bounds(&self, code: usize) -> (usize, usize) {
        let at = |code: usize| self.starts.get(code).map_or(0, |&at| at as usize);
        (at(code), at(code + 1))
    }

    /// Memory held, bytes.
    pub(super) fn bytes(&self) -> usize {
        self.starts.capacity() * 4 + self.lists.capacity()
    }
}

impl Lookup {
    fn size(self, grams: &Grams) -> usize {
        let (from, to) = grams.bounds(self.from);
        to.saturating_sub(from)
    }
}

/// Makes [`Grams`]: every word goes through [`Self::measure`], then again in the same order through [`Self::write`].
#[derive(Debug, Clone)]
pub(super) struct Maker {
    starts: Vec<u32>,
    last: Vec<u32>,
    lists: Vec<u8>,
}

impl Maker {
    pub(super) fn new() -> Self {
        Self {
            starts: vec![0; CODES + 1],
            last: vec![0; CODES],
            lists: Vec::new(),
        }
    }

    /// Learns how much room the word takes.
    pub(super) fn measure(&mut self, number: u32, word: &[u8]) {
        codes(word, |code| {
            if let (Some(size), Some(last)) = (self.starts.get_mut(code), self.last.get_mut(code)) {
                *size += length(number - *last) as u32;
                *last = number;
            }
        });
    }

    /// Ends measuring: lays the lists out.
    pub(super) fn lay_out(&mut self) {
        let mut end = 0;
        for start in &mut self.starts {
            let size = *start;
            *start = end;
            end += size;
        }
        self.lists = vec![0; end as usize];
        self.last.fill(0);
    }

    /// Writes the word into its lists; `starts` says where each goes on.
    pub(super) fn write(&mut self, number: u32, word: &[u8]) {
        codes(word, |code| {
            let (Some(at), Some(last)) = (self.starts.get_mut(code), self.last.get_mut(code))
            else {
                return;
            };
            let mut gap = number - *last;
            *last = number;
            loop {
                let more = gap >= 0x80;
                if let Some(byte) = self.lists.get_mut(*at as usize) {
                    *byte = (gap & 0x7f) as u8 | u8::from(more) << 7;
                }
                *at += 1;
                gap >>= 7;
                if !more {
                    return;
                }
            }
        });
    }

    /// Every word has been written.
    pub(super) fn finish(mut self) -> Grams {
        // Each start has moved on to where the next one was.
        self.starts.rotate_right(1);
        if let Some(first) = self.starts.first_mut() {
            *first = 0;
        }
        Grams {
            starts: self.starts,
            lists: self.lists,
        }
    }
}

/// Appends `numbers`, ascending, by their gaps.
pub(super) fn put_gaps(out: &mut Vec<u8>, numbers: &[u32]) {
    let mut last = 0;
    for &number in numbers {
        // Ascending, unless a snapshot was forged: then wrong, but no panic.
        put(out, number.wrapping_sub(last));
        last = number;
    }
}
