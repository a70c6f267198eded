//! Everybody who matches a term, each at his best.
//!
//! The ways are tried best first; whoever is taken is no longer open to a worse one. So the levels are disjoint and in
//! order of cost, and their sizes add up to the number of matches.

use super::bits::{count, has, take};
use super::fresh::{Fresh, Order, Ordered};
use super::lexicon::{Dense, Lexicon, Posting, Row};
use super::quality::{Term, Way};
use super::tally::looks;
use super::typo::typos;
use super::words::{Words, INITIALS};

/// Those who match at one cost.
#[derive(Debug, Clone)]
pub(super) struct Level {
    pub(super) cost: u8,
    /// Where in [`Taken::found`] they are.
    pub(super) from: usize,
    pub(super) to: usize,
    /// Further ones.
    pub(super) many: Option<Vec<u64>>,
}

/// What was taken.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// Slots that may still be taken.
    pub(super) open: Vec<u64>,
    /// How many these are, if that is known: with none left, nothing is looked for.
    pub(super) left: Option<usize>,
    /// Whether sets of many are put into `found`, too.
    pub(super) listed: bool,
    pub(super) found: Vec<u32>,
    pub(super) levels: Vec<Level>,
    /// Slots with the term elsewhere than in the name, until those with it in the name are through.
    later: Vec<u32>,
    many: Option<Vec<u64>>,
    from: usize,
}

impl Taken {
    /// Begins another term.
    pub(super) fn clear(&mut self) {
        self.found.clear();
        self.levels.clear();
        self.later.clear();
        self.many = None;
        self.from = 0;
    }

    #[inline]
    fn take(&mut self, posting: Posting) {
        if posting.elsewhere() {
            if has(&self.open, posting.slot()) {
                self.later.push(posting.slot());
            }
        } else if take(&mut self.open, posting.slot()) {
            self.found.push(posting.slot());
        }
    }

    fn take_many(&mut self, slots: &[u64]) {
        looks(slots.len());
        if self.listed {
            let Self { open, found, .. } = self;
            for (at, (open, slots)) in open.iter_mut().zip(slots).enumerate() {
                let new = *open & slots;
                if new != 0 {
                    *open &= !new;
                    found.extend(super::bits::Ones(new).map(|bit| at as u32 * 64 + bit));
                }
            }
            return;
        }
        let many = self.many.get_or_insert_with(|| vec![0; self.open.len()]);
        for ((open, slots), many) in self.open.iter_mut().zip(slots).zip(many) {
            let new = *open & slots;
            *open &= !new;
            *many |= new;
        }
    }

    /// Ends a way: those in the name, then the others.
    fn end(&mut self, way: Way, dense: &[&Dense]) {
        for dense in dense {
            self.take_many(&dense.name.0);
        }
        self.level(way.cost(false));
        let later = std::mem::take(&mut self.later);
        for &slot in &later {
            if take(&mut self.open, slot) {
                self.found.push(slot);
            }
        }
        self.later = later;
        self.later.clear();
        for dense in dense {
            self.take_many(&dense.elsewhere.0);
        }
        self.level(way.cost(true));
    }

    fn level(&mut self, cost: u8) {
        let many = self.many.take();
        if self.from < self.found.len() || many.is_some() {
            self.levels.push(Level {
                cost,
                from: self.from,
                to: self.found.len(),
                many,
            });
            self.from = self.found.len();
        }
    }

    fn is_done(&self) -> bool {
        self.left.is_some_and(|left| self.found.len() >= left)
    }

    /// Memory held, bytes.
    pub(super) fn bytes(&self) -> usize {
        self.open.capacity() * 8 + (self.found.capacity() + self.later.capacity()) * 4
    }

    /// Opens only those found.
    pub(super) fn narrow(&mut self) {
        self.open.fill(0);
        for &slot in &self.found {
            super::bits::insert(&mut self.open, slot);
        }
        self.left = Some(self.found.len());
    }
}

impl Level {
    /// How many.
    pub(super) fn size(&self) -> usize {
        self.to - self.from + self.many.as_deref().map_or(0, count)
    }
}

/// Where terms are looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sieve<'a> {
    lexicon: &'a Lexicon,
    fresh: &'a Fresh,
    ordered: Ordered<'a>,
    /// The first real words of both.
    first: usize,
    first_ordered: usize,
}

impl<'a> Sieve<'a> {
    pub(super) fn new(lexicon: &'a Lexicon, fresh: &'a Fresh, order: &'a Order) -> Self {
        let ordered = order.on(fresh);
        Self {
            lexicon,
            fresh,
            ordered,
            first: lexicon.first(),
            first_ordered: ordered.first(),
        }
    }

    /// Takes whoever matches `term`.
    pub(super) fn run(&self, term: &Term, taken: &mut Taken) {
        let (mut lo, hi) = self
            .lexicon
            .range(self.first, self.lexicon.len(), &term.bytes);
        let together = self.lexicon.together(lo, hi);
        let ordered = self.ordered;
        let (mut new, end) = ordered.range(self.first_ordered, ordered.len(), &term.bytes);
        let mut dense = Vec::new();

        if lo < hi && self.lexicon.word(lo).len() == term.bytes.len() {
            self.word(lo, taken, &mut dense);
            lo += 1;
        }
        if new < end && ordered.word(new).len() == term.bytes.len() {
            ordered.postings(new, |posting| taken.take(posting));
            new += 1;
        }
        taken.end(Way::Exact, &dense);
        if taken.is_done() {
            return;
        }

        dense.clear();
        match together {
            Some(together) => dense.push(together),
            None => self.words(lo, hi, taken, &mut dense),
        }
        self.fresh_words(new, end, taken);
        taken.end(Way::Prefix, &dense);
        if taken.is_done() {
            return;
        }

        if term.may_be_initials() {
            self.initials(term, taken);
        }
        if term.may_be_within() {
            self.within(term, taken);
        }
        if term.may_be_typo() && !taken.is_done() {
            self.typos(term, taken);
        }
    }

    /// Whole words first; those with a typo in their beginnings wait.
    fn typos(&self, term: &Term, taken: &mut Taken) {
        let ordered = self.ordered;
        let mut dense = Vec::new();
        let mut settled = Vec::new();
        let mut fresh = Vec::new();
        typos(self.lexicon, self.first, term, |lo, hi, way| {
            if way == Way::Typo {
                self.words(lo, hi, taken, &mut dense);
            } else {
                settled.push((lo, hi));
            }
        });
        typos(&ordered, self.first_ordered, term, |lo, hi, way| {
            if way == Way::Typo {
                self.fresh_words(lo, hi, taken);
            } else {
                fresh.push((lo, hi));
            }
        });
        taken.end(Way::Typo, &dense);
        dense.clear();
        for (lo, hi) in settled {
            self.words(lo, hi, taken, &mut dense);
        }
        for (lo, hi) in fresh {
            self.fresh_words(lo, hi, taken);
        }
        taken.end(Way::TypoInBeginning, &dense);
    }

    fn initials(&self, term: &Term, taken: &mut Taken) {
        let mut dense = Vec::new();
        let initials = [&[INITIALS], term.bytes.as_slice()].concat();
        let (lo, hi) = self.lexicon.range(0, self.first, &initials);
        self.words(lo, hi, taken, &mut dense);
        let (lo, hi) = self.ordered.range(0, self.first_ordered, &initials);
        for at in lo..hi {
            self.ordered.postings(at, |posting| taken.take(posting));
        }
        taken.end(Way::Initials, &dense);
    }

    fn within(&self, term: &Term, taken: &mut Taken) {
        if taken.is_done() {
            return;
        }
        let mut dense = Vec::new();
        if let Some(lookup) = self.lexicon.grams.lookup(&term.bytes) {
            self.lexicon.grams.each(lookup, |word| {
                let word = word as usize;
                let row = self.lexicon.row(word);
                // Most words are one agent's alone, who most often was taken by his name already.
                if let Row::Only(posting) = row {
                    if !has(&taken.open, posting.slot()) {
                        return;
                    }
                }
                if lookup.sure || is_within(self.lexicon.word(word), &term.bytes) {
                    self.row(row, taken, &mut dense);
                }
            });
        }
        self.fresh.holding(&term.bytes, |word| {
            self.fresh.postings(word, |posting| taken.take(posting));
        });
        taken.end(Way::Substring, &dense);
    }

    #[inline]
    fn word(&self, at: usize, taken: &mut Taken, dense: &mut Vec<&'a Dense>) {
        self.row(self.lexicon.row(at), taken, dense);
    }

    #[inline]
    fn row(&self, row: Row, taken: &mut Taken, dense: &mut Vec<&'a Dense>) {
        match row {
            Row::Dense(number) => dense.extend(self.lexicon.dense_at(number)),
            row => self.lexicon.postings(row, |posting| taken.take(posting)),
        }
    }

    fn fresh_words(&self, lo: usize, hi: usize, taken: &mut Taken) {
        for at in lo..hi {
            self.ordered.postings(at, |posting| taken.take(posting));
        }
    }

    fn words(&self, lo: usize, hi: usize, taken: &mut Taken, dense: &mut Vec<&'a Dense>) {
        for at in lo..hi {
            self.word(at, taken, dense);
        }
    }
}

/// Whether `term` stands in `word` after its first byte.
fn is_within(word: &[u8], term: &[u8]) -> bool {
    let (Some(&first), Some(rest)) = (term.first(), word.get(1..)) else {
        return false;
    };
    let last = (rest.len() + 1).saturating_sub(term.len());
    rest.iter()
        .take(last)
        .enumerate()
        .any(|(at, &byte)| byte == first && rest.get(at..).is_some_and(|rest| begins(rest, term)))
}

/// Whether `text` begins with `term`; for a few bytes quicker than comparing memory.
fn begins(text: &[u8], term: &[u8]) -> bool {
    text.len() >= term.len() && text.iter().zip(term).all(|(a, b)| a == b)
}
