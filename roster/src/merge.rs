//! Settling: the fresh words go into the settled ones, and everybody into the order of names.
//!
//! Done in steps of a millisecond or two, whatever their number, so that a first build of very many does not hold the page up. The index answers
//! as before until the last step; a change of words in between begins it anew.

use super::beginnings::{Beginnings, DENSE_FROM};
use super::bits::{each, Bits};
use super::bytes::put;
use super::fold::folded;
use super::fresh::Order;
use super::grams::{put_gaps, Maker};
use super::index::Index;
use super::lexicon::{Dense, Lexicon, Posting, Row};
use super::runs::Runs;
use super::words::{push, sort_few, Words};
use std::cmp::Ordering;

/// Words or agents of a step, where each takes a microsecond: those who type wait for no more than a step.
const STEP: usize = 2 * 1024;
/// Items of a step that are only moved, and postings: many times quicker.
const MANY: usize = 8 * STEP;
/// Nobody's new slot.
const GONE: u32 = u32::MAX;
/// A set of which at least one in this many is a member takes less room as bits.
const DENSE_WORD: usize = 16;

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Sort keys of agents from the one on, then sort them.
    Keys(u32),
    Order,
    /// Fresh words from the one on, then sort them.
    WordKeys(u32),
    SortWords,
    /// Merge words.
    Words,
    /// Measure the lists of grams from a word on, then write them.
    Measure(usize),
    Write(usize),
    Beginnings,
    Done,
}

/// A merge under way.
#[derive(Debug, Clone)]
pub(super) struct Merge {
    phase: Phase,
    /// Unsettled agents: place, beginning of the folded name, slot.
    keys: Runs<(u32, u128, u32)>,
    word_keys: Runs<(u64, u32)>,
    /// Slots in their new order, and the other way round.
    order: Vec<u32>,
    moved: Vec<u32>,
    fresh: Order,
    /// The next words of both sides.
    next_settled: usize,
    next_fresh: usize,
    lexicon: Lexicon,
    maker: Option<Maker>,
    beginnings: Beginnings,
    postings: Vec<u32>,
}

impl Merge {
    pub(super) fn new() -> Self {
        Self {
            phase: Phase::Keys(0),
            keys: Runs::default(),
            word_keys: Runs::default(),
            order: Vec::new(),
            moved: Vec::new(),
            fresh: Order::default(),
            next_settled: 0,
            next_fresh: 0,
            lexicon: Lexicon::default(),
            maker: None,
            beginnings: Beginnings::default(),
            postings: Vec::new(),
        }
    }

    /// Goes on; whether it is done.
    pub(super) fn step(&mut self, index: &Index) -> bool {
        self.phase = match self.phase {
            Phase::Keys(from) => self.sort_keys(index, from.max(index.settled)),
            Phase::Order => self.sort_agents(index),
            Phase::WordKeys(from) => self.word_keys(index, from),
            Phase::SortWords => self.sort_words(index),
            Phase::Words => self.merge_words(index),
            Phase::Measure(from) => self.grams(from, false),
            Phase::Write(from) => self.grams(from, true),
            Phase::Beginnings => {
                let agents = self.order.len();
                if self.beginnings.step(&mut self.lexicon, agents, MANY) {
                    Phase::Done
                } else {
                    Phase::Beginnings
                }
            }
            Phase::Done => Phase::Done,
        };
        self.phase == Phase::Done
    }

    /// The new words, and the slots in their new order.
    pub(super) fn finish(self) -> (Lexicon, Vec<u32>) {
        (self.lexicon, self.order)
    }

    fn sort_keys(&mut self, index: &Index, from: u32) -> Phase {
        let slots = index.people.slots() as u32;
        let to = slots.min(from.saturating_add(STEP as u32));
        let mut keys = Vec::new();
        keys.reserve_exact((to - from.min(to)) as usize);
        let mut name = Vec::new();
        for slot in (from..to).filter(|&slot| index.people.live.has(slot)) {
            name.clear();
            for letter in folded(index.people.record(slot).name()) {
                push(&mut name, letter);
                if name.len() >= 16 {
                    break;
                }
            }
            let mut bytes = [0; 16];
            bytes
                .iter_mut()
                .zip(&name)
                .for_each(|(to, from)| *to = *from);
            let place = index.place.get((slot - index.settled) as usize);
            keys.push((
                place.copied().unwrap_or_default(),
                u128::from_be_bytes(bytes),
                slot,
            ));
        }
        self.keys.push(keys, |a, b| by_key(index, a, b));
        if to == slots {
            Phase::Order
        } else {
            Phase::Keys(to)
        }
    }

    fn sort_agents(&mut self, index: &Index) -> Phase {
        let Some(keys) = self.keys.step(MANY, |a, b| by_key(index, a, b)) else {
            return Phase::Order;
        };
        self.order.reserve_exact(index.people.count);
        let mut settled = each(&index.people.live.0)
            .take_while(|&slot| slot < index.settled)
            .peekable();
        for (place, _, slot) in keys {
            while let Some(before) = settled.next_if(|&settled| settled < place) {
                self.order.push(before);
            }
            self.order.push(slot);
        }
        self.order.extend(settled);
        self.moved = vec![GONE; index.people.slots()];
        for (&slot, new) in self.order.iter().zip(0..) {
            if let Some(moved) = self.moved.get_mut(slot as usize) {
                *moved = new;
            }
        }
        Phase::WordKeys(0)
    }

    fn word_keys(&mut self, index: &Index, from: u32) -> Phase {
        let words = index.fresh.len() as u32;
        let to = words.min(from.saturating_add(STEP as u32));
        let keys = Order::unsorted(&index.fresh, from, to);
        self.word_keys
            .push(keys, |a, b| Order::order(&index.fresh, *a, *b));
        if to == words {
            Phase::SortWords
        } else {
            Phase::WordKeys(to)
        }
    }

    fn sort_words(&mut self, index: &Index) -> Phase {
        let order = |a: &_, b: &_| Order::order(&index.fresh, *a, *b);
        let Some(words) = self.word_keys.step(MANY, order) else {
            return Phase::SortWords;
        };
        self.fresh = Order::of(words);
        let lexicon = &mut self.lexicon;
        let words = index.lexicon.len() + index.fresh.len();
        lexicon.starts.reserve_exact(words + 1);
        lexicon.keys.reserve_exact(words);
        lexicon.rows.reserve_exact(words);
        Phase::Words
    }

    fn merge_words(&mut self, index: &Index) -> Phase {
        let settled = &index.lexicon;
        let mut postings = 0;
        for _ in 0..STEP {
            if postings >= MANY {
                break;
            }
            let old = (self.next_settled < settled.len()).then(|| settled.word(self.next_settled));
            let new = self.fresh.on(&index.fresh);
            let new = (self.next_fresh < new.len()).then(|| {
                let number = self.fresh.number(self.next_fresh);
                (number, index.fresh.word_of(number))
            });
            let (word, from_old, from_new) = match (old, new) {
                (None, None) => return self.end_words(),
                (Some(old), None) => (old, true, None),
                (None, Some((number, new))) => (new, false, Some(number)),
                (Some(old), Some((number, new))) => {
                    let order = old.cmp(new);
                    let word = if order.is_le() { old } else { new };
                    (word, order.is_le(), order.is_ge().then_some(number))
                }
            };
            self.postings.clear();
            if from_old {
                self.settled_postings(settled, self.next_settled);
                self.next_settled += 1;
            }
            if let Some(number) = from_new {
                let Self {
                    postings, moved, ..
                } = self;
                index
                    .fresh
                    .postings(number, |posting| postings.extend(moved_to(moved, posting)));
                sort_postings(postings, self.order.len());
                self.next_fresh += 1;
            }
            postings += self.postings.len();
            if !self.postings.is_empty() {
                self.add_word(word);
            }
        }
        Phase::Words
    }

    fn settled_postings(&mut self, settled: &Lexicon, at: usize) {
        let Self {
            postings, moved, ..
        } = self;
        let row = settled.row(at);
        settled.postings(row, |posting| postings.extend(moved_to(moved, posting)));
        if let Row::Dense(number) = row {
            if let Some(dense) = settled.dense_at(number) {
                for (bits, elsewhere) in [(&dense.name, false), (&dense.elsewhere, true)] {
                    let all = each(&bits.0).map(|slot| Posting::new(slot, elsewhere));
                    postings.extend(all.filter_map(|posting| moved_to(moved, posting)));
                }
                sort_postings(postings, self.order.len());
            }
        }
    }

    fn add_word(&mut self, word: &[u8]) {
        let lexicon = &mut self.lexicon;
        lexicon.starts.push(lexicon.text.len() as u32);
        lexicon.text.extend_from_slice(word);
        lexicon.keys.push(super::words::key(word, 0));
        let agents = self.order.len();
        let row = match self.postings.as_slice() {
            [only] => Row::Only(Posting(*only)),
            many if many.len() >= DENSE_FROM && many.len() * DENSE_WORD >= agents => {
                let mut dense = Dense::default();
                for &posting in many {
                    dense.add(Posting(posting), agents);
                }
                lexicon.dense.push(dense);
                Row::Dense(lexicon.dense.len() as u32 - 1)
            }
            many => {
                let at = lexicon.stream.len() as u32;
                put(&mut lexicon.stream, many.len() as u32);
                put_gaps(&mut lexicon.stream, many);
                Row::Stream(at)
            }
        };
        lexicon.rows.push(row.pack());
    }

    fn end_words(&mut self) -> Phase {
        let lexicon = &mut self.lexicon;
        lexicon.starts.push(lexicon.text.len() as u32);
        lexicon.text.shrink_to_fit();
        lexicon.stream.shrink_to_fit();
        lexicon.starts.shrink_to_fit();
        lexicon.keys.shrink_to_fit();
        lexicon.rows.shrink_to_fit();
        self.moved = Vec::new();
        self.fresh = Order::default();
        self.beginnings = Beginnings::from(lexicon.first());
        self.maker = Some(Maker::new());
        Phase::Measure(lexicon.first())
    }

    fn grams(&mut self, from: usize, write: bool) -> Phase {
        let to = self.lexicon.len().min(from.saturating_add(2 * STEP));
        let Some(maker) = &mut self.maker else {
            return Phase::Beginnings;
        };
        for number in from..to {
            let word = self.lexicon.word(number);
            if write {
                maker.write(number as u32, word);
            } else {
                maker.measure(number as u32, word);
            }
        }
        if to < self.lexicon.len() {
            return if write {
                Phase::Write(to)
            } else {
                Phase::Measure(to)
            };
        }
        if write {
            self.lexicon.grams = self.maker.take().map(Maker::finish).unwrap_or_default();
            Phase::Beginnings
        } else {
            maker.lay_out();
            Phase::Write(self.lexicon.first())
        }
    }
}

fn by_key(index: &Index, a: &(u32, u128, u32), b: &(u32, u128, u32)) -> Ordering {
    (a.0, a.1)
        .cmp(&(b.0, b.1))
        .then_with(|| index.ranks().by_name(a.2, b.2))
}

fn moved_to(moved: &[u32], posting: Posting) -> Option<u32> {
    let slot = *moved.get(posting.slot() as usize)?;
    (slot != GONE).then(|| Posting::new(slot, posting.elsewhere()).0)
}

/// Few by insertion, many by marking them.
fn sort_postings(postings: &mut Vec<u32>, agents: usize) {
    if postings.len() < 48 {
        return sort_few(postings, |a, b| a < b);
    }
    let mut set = Bits::none(agents * 2);
    for &posting in postings.iter() {
        set.put(posting, true);
    }
    postings.clear();
    postings.extend(each(&set.0));
}
