//! The unsettled part of the index: the words of whoever came or changed since the last merge.

use super::lexicon::Posting;
use super::scan::each_occurrence;
use super::tally::{look, looks};
use super::words::{gallop, key, partition, Words, FIRST};
use std::cmp::Ordering;

/// No word, or the end of a list.
const NONE: u32 = u32::MAX;

/// A few postings of a word, the newest first, and where those before them are.
#[derive(Debug, Clone, Copy)]
struct Link {
    postings: [Posting; 3],
    before: u32,
}

/// Bits of a word's number in the table.
const NUMBER: u32 = 24;

/// No posting.
const EMPTY: Posting = Posting(u32::MAX);

/// Words as they came, found by hashing; each with a list of postings.
#[derive(Debug, Clone, Default)]
pub(super) struct Fresh {
    /// The words, with a zero before and after each, so that none is found across two.
    text: Vec<u8>,
    /// Where each starts.
    starts: Vec<u32>,
    /// The newest posting of each.
    newest: Vec<u32>,
    links: Pages<Link>,
    /// Words by their hash, eight bits of which their numbers carry; [`NONE`]: free. A power of two, or empty.
    table: Vec<u32>,
}

/// The words of a [`Fresh`] in order, brought up to date before a search.
#[derive(Debug, Clone, Default)]
pub(super) struct Order {
    /// Key and number of each word.
    words: Vec<(u64, u32)>,
}

impl Fresh {
    /// `posting.slot()` has `word`. All words of one slot come together, those of the name first.
    pub(super) fn add(&mut self, word: &[u8], posting: Posting) {
        let number = self.number(word);
        let Some(newest) = self.newest.get_mut(number as usize) else {
            return;
        };
        if let Some(link) = self.links.at_mut(*newest) {
            let [first, second, third] = link.postings;
            if first.slot() == posting.slot() {
                return;
            }
            if third == EMPTY {
                link.postings = [posting, first, second];
                return;
            }
        }
        let link = self.links.len();
        self.links.push(Link {
            postings: [posting, EMPTY, EMPTY],
            before: *newest,
        });
        *newest = link;
    }

    fn number(&mut self, word: &[u8]) -> u32 {
        if (self.starts.len() + 1) * 8 > self.table.len() * 7 {
            self.grow();
        }
        let (mut at, mark) = hash(word);
        let mask = self.table.len() - 1;
        loop {
            at &= mask;
            let Some(&entry) = self.table.get(at) else {
                return NONE;
            };
            if entry == NONE {
                break;
            }
            let number = entry & ((1 << NUMBER) - 1);
            // The word itself is far away in memory.
            if entry >> NUMBER == mark && self.word_of(number) == word {
                return number;
            }
            at += 1;
        }
        let number = self.starts.len() as u32;
        // The last number with all of a mark's bits would be `NONE`.
        if number + 1 >= 1 << NUMBER {
            return NONE;
        }
        if self.text.is_empty() {
            self.text.push(0);
        }
        self.starts.push(self.text.len() as u32);
        self.text.extend_from_slice(word);
        self.text.push(0);
        self.newest.push(NONE);
        if let Some(place) = self.table.get_mut(at) {
            *place = mark << NUMBER | number;
        }
        number
    }

    fn grow(&mut self) {
        let size = (self.table.len() * 2).max(64);
        let mut table = vec![NONE; size];
        for number in 0..self.starts.len() as u32 {
            let (home, mark) = hash(self.word_of(number));
            let mut at = home & (size - 1);
            while table.get(at).is_some_and(|&taken| taken != NONE) {
                at = (at + 1) & (size - 1);
            }
            if let Some(place) = table.get_mut(at) {
                *place = mark << NUMBER | number;
            }
        }
        self.table = table;
    }

    pub(super) fn word_of(&self, number: u32) -> &[u8] {
        let from = self.start(number) as usize;
        let to = match self.starts.get(number as usize + 1) {
            Some(&next) => next as usize,
            None => self.text.len(),
        };
        self.text
            .get(from..to.saturating_sub(1))
            .unwrap_or_default()
    }

    fn start(&self, number: u32) -> u32 {
        self.starts.get(number as usize).copied().unwrap_or(NONE)
    }

    /// How many words.
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// The postings of a word, newest first.
    pub(super) fn postings(&self, number: u32, mut f: impl FnMut(Posting)) {
        let mut at = self.newest.get(number as usize).copied().unwrap_or(NONE);
        while let Some(link) = self.links.at(at) {
            for posting in link.postings {
                if posting != EMPTY {
                    look();
                    f(posting);
                }
            }
            at = link.before;
        }
    }

    /// The real words that hold `term`, some more than once.
    pub(super) fn holding(&self, term: &[u8], mut f: impl FnMut(u32)) {
        // Places ascend, and with them the words that they are in.
        let mut word = 0;
        looks(self.text.len() / 16);
        each_occurrence(&self.text, term, |at| {
            look();
            word = gallop(word, self.starts.len(), |word| {
                self.starts
                    .get(word)
                    .is_some_and(|&start| start as usize <= at)
            });
            word = word.saturating_sub(1);
            let first = self
                .starts
                .get(word)
                .and_then(|&start| self.text.get(start as usize));
            if first.is_some_and(|&byte| byte >= FIRST) {
                f(word as u32);
            }
        });
    }

    /// Memory held, bytes.
    pub(super) fn bytes(&self) -> usize {
        self.text.capacity()
            + (self.starts.capacity() + self.newest.capacity() + self.table.capacity()) * 4
            + self.links.bytes()
    }
}

/// Where to look for a word, and the eight bits that its entry carries.
fn hash(word: &[u8]) -> (usize, u32) {
    let mix = |hash: u64, number: u64| {
        (hash ^ number)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(29)
    };
    let (eights, rest) = word.as_chunks::<8>();
    let hash = eights.iter().fold(word.len() as u64, |hash, eight| {
        mix(hash, u64::from_le_bytes(*eight))
    });
    let hash = mix(hash, key(rest, 0));
    let mixed = (hash ^ hash >> 32) as u32;
    (mixed as usize, (hash >> 56) as u32)
}

impl Order {
    /// Words that were sorted elsewhere ([`Self::order`]).
    pub(super) fn of(words: Vec<(u64, u32)>) -> Self {
        Self { words }
    }

    /// Words as they came, from the one on; how they are sorted.
    pub(super) fn unsorted(fresh: &Fresh, from: u32, to: u32) -> Vec<(u64, u32)> {
        let word = |number| (key(fresh.word_of(number), 0), number);
        (from..to).map(word).collect()
    }

    pub(super) fn order(fresh: &Fresh, a: (u64, u32), b: (u64, u32)) -> Ordering {
        a.0.cmp(&b.0)
            .then_with(|| fresh.word_of(a.1).cmp(fresh.word_of(b.1)))
    }

    /// Takes in the words that came since the last time.
    pub(super) fn update(&mut self, fresh: &Fresh) {
        let known = self.words.len();
        if known > fresh.len() {
            self.words.clear();
            return self.update(fresh);
        }
        if known == fresh.len() {
            return;
        }
        let order = |a: &(u64, u32), b: &(u64, u32)| Self::order(fresh, *a, *b);
        self.words
            .extend(Self::unsorted(fresh, known as u32, fresh.len() as u32));
        if known * 4 < self.words.len() {
            return self.words.sort_unstable_by(order);
        }
        // Those that came go in from the greatest on, so that each word moves once.
        let mut new = self.words.split_off(known);
        new.sort_unstable_by(order);
        let mut from = self.words.len();
        self.words.resize(fresh.len(), (0, NONE));
        let mut to = self.words.len();
        while let Some(last) = new.pop() {
            let at = partition(0, from, |at| {
                self.words
                    .get(at)
                    .is_some_and(|word| order(word, &last).is_lt())
            });
            to -= from - at + 1;
            self.words.copy_within(at..from, to + 1);
            if let Some(place) = self.words.get_mut(to) {
                *place = last;
            }
            from = at;
        }
    }

    /// The word of that place, by its number.
    pub(super) fn number(&self, at: usize) -> u32 {
        self.words.get(at).map_or(NONE, |word| word.1)
    }

    pub(super) fn on<'a>(&'a self, fresh: &'a Fresh) -> Ordered<'a> {
        Ordered { order: self, fresh }
    }

    /// Memory held, bytes.
    pub(super) fn bytes(&self) -> usize {
        self.words.capacity() * 16
    }
}

/// A [`Fresh`] seen in order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ordered<'a> {
    order: &'a Order,
    fresh: &'a Fresh,
}

impl Ordered<'_> {
    /// The first real word.
    pub(super) fn first(&self) -> usize {
        partition(0, self.len(), |at| self.key(at) >> 56 < u64::from(FIRST))
    }

    pub(super) fn postings(&self, at: usize, f: impl FnMut(Posting)) {
        self.fresh.postings(self.order.number(at), f);
    }
}

impl Words for Ordered<'_> {
    fn len(&self) -> usize {
        self.order.words.len()
    }

    #[inline]
    fn key(&self, at: usize) -> u64 {
        look();
        self.order.words.get(at).map_or(u64::MAX, |word| word.0)
    }

    fn word(&self, at: usize) -> &[u8] {
        look();
        self.fresh.word_of(self.order.number(at))
    }
}

/// A list that grows without moving: memory given back to WebAssembly is never given back to the browser.
#[derive(Debug, Clone)]
struct Pages<T>(Vec<Vec<T>>);

impl<T> Default for Pages<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// Items of a page.
const PAGE: usize = 1 << 12;

impl<T: Copy> Pages<T> {
    fn push(&mut self, item: T) {
        match self.0.last_mut() {
            Some(page) if page.len() < PAGE => page.push(item),
            Some(_) => {
                let mut page = Vec::with_capacity(PAGE);
                page.push(item);
                self.0.push(page);
            }
            // The first page of a small index need not be whole.
            None => self.0.push(vec![item]),
        }
    }

    fn len(&self) -> u32 {
        self.0
            .last()
            .map_or(0, |last| (self.0.len() - 1) * PAGE + last.len()) as u32
    }

    fn at(&self, at: u32) -> Option<T> {
        let at = at as usize;
        self.0.get(at / PAGE)?.get(at % PAGE).copied()
    }

    fn at_mut(&mut self, at: u32) -> Option<&mut T> {
        let at = at as usize;
        self.0.get_mut(at / PAGE)?.get_mut(at % PAGE)
    }

    fn bytes(&self) -> usize {
        self.0.iter().map(Vec::capacity).sum::<usize>() * size_of::<T>()
    }
}
