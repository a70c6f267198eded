//! An index of agents that is searched at every keystroke and changed while it is.
//!
//! | part | holds | changed by |
//! |---|---|---|
//! | [`People`] | everybody, by slot: records, keys, statuses | everything |
//! | [`Lexicon`] | the words of those in settled slots, which are in the order of names | merging only |
//! | [`Fresh`] | the words of those in the slots after them | adding |
//!
//! Somebody who changes more than his status leaves his slot and gets a new one. His old words stay until the next
//! merge: a slot that is nobody's is never listed.

use super::fold::fold;
use super::fresh::Fresh;
use super::lexicon::Lexicon;
use super::lexicon::Posting;
use super::merge::Merge;
use super::people::{People, Status};
use super::query::Filter;
use super::rank::{Dear, Ranks, RECENT};
use super::record::{Entry, Record};
use super::search::{search, Found, Scratch};
use super::values::Offered;
use super::words::{each_word, joined, partition, Initials, SKILL, TEAM};
use std::cell::RefCell;

/// Unsettled slots as a part of the settled ones, from which on it is time to merge: one in this many.
const MERGE_PART: usize = 8;
/// Fewer unsettled slots than these are left alone.
const MERGE_FROM: usize = 512;

/// Everybody who can be found.
#[derive(Debug, Clone, Default)]
pub struct Index {
    pub(super) people: People,
    pub(super) lexicon: Lexicon,
    pub(super) fresh: Fresh,
    /// Slots below are settled: in the order of names, their words in `lexicon`.
    pub(super) settled: u32,
    /// For each slot after them, how many settled ones come before it by name.
    pub(super) place: Vec<u32>,
    pub(super) dear: Dear,
    pub(super) scratch: RefCell<Scratch>,
    /// As long as nobody changes.
    pub(super) offered: RefCell<Offered>,
    merging: Option<Box<Merge>>,
    speller: Speller,
}

/// Buffers to take words apart with.
#[derive(Debug, Default)]
struct Speller {
    word: Vec<u8>,
    value: Vec<u8>,
    initials: Initials,
}

impl Clone for Speller {
    /// Empty: it is filled when it is needed.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Index {
    /// Nobody yet. Whoever has the key `me` is never listed.
    pub fn new(me: Option<u128>, statuses: Vec<Status>) -> Self {
        Self {
            people: People::new(me, statuses),
            ..Self::default()
        }
    }

    /// Everybody, all settled: slots in the order of names.
    pub(super) fn settled(people: People, lexicon: Lexicon) -> Self {
        Self {
            settled: people.slots() as u32,
            people,
            lexicon,
            ..Self::default()
        }
    }

    /// Somebody came, or anything about him changed. Words that are known already cost nothing; a new status is its
    /// number.
    pub fn put(&mut self, entry: &Entry, status: u16) {
        if let Some(slot) = self.people.slot(entry.key) {
            if self.people.record(slot).is(entry) {
                self.set_status(entry.key, status);
                return;
            }
            self.people.remove(entry.key);
        }
        self.merging = None;
        self.offered = RefCell::default();
        let Some(slot) = self.people.add(entry, status) else {
            return;
        };
        self.place.push(self.place_of(entry));
        self.add_words(slot, entry);
        if self.dear.is_dear(entry.key) {
            self.dear.find(&self.people);
        }
    }

    /// Somebody left; whether he was there.
    pub fn remove(&mut self, key: u128) -> bool {
        let was = self.people.remove(key).is_some();
        if was {
            self.merging = None;
            self.offered = RefCell::default();
        }
        was
    }

    /// Somebody does something else now; whether he is there.
    pub fn set_status(&mut self, key: u128, status: u16) -> bool {
        let Some(slot) = self.people.slot(key) else {
            return false;
        };
        let (before, listed) = (self.people.status_of(slot), self.people.visible.has(slot));
        self.people.set_status(key, status);
        if self.people.visible.has(slot) != listed {
            self.offered = RefCell::default();
        } else if before != status {
            self.offered.borrow_mut().forget_statuses();
        }
        true
    }

    /// A status that was not there before; its number.
    pub fn add_status(&mut self, status: Status) -> u16 {
        self.people.add_status(status)
    }

    /// All statuses, by number.
    pub fn statuses(&self) -> &[Status] {
        &self.people.statuses
    }

    /// Favourites, present or not, and those called, the newest first, of whom the first [`RECENT`] come before others.
    pub fn set_dear(&mut self, favourites: Vec<u128>, mut recent: Vec<u128>) {
        recent.truncate(RECENT);
        self.dear.favourites = favourites;
        self.dear.recent = recent;
        self.dear.find(&self.people);
    }

    /// Whether somebody is a favourite.
    #[must_use]
    pub fn is_favourite(&self, key: u128) -> bool {
        self.dear.favourites.contains(&key)
    }

    /// Takes over the favourites and those called last of another index.
    pub fn keep_dear(&mut self, other: &Self) {
        self.dear.favourites.clone_from(&other.dear.favourites);
        self.dear.recent.clone_from(&other.dear.recent);
        self.dear.find(&self.people);
    }

    /// The first `want` who match what was typed and clicked, and how many there are.
    pub fn search(&self, text: &str, clicked: &[Filter], want: usize) -> Found {
        search(self, text, clicked, want)
    }

    /// The slot of somebody.
    pub fn slot(&self, key: u128) -> Option<u32> {
        self.people.slot(key)
    }

    /// The keys of all who are in; of those who have left since the last merge, too.
    pub fn keys(&self) -> impl Iterator<Item = u128> + '_ {
        self.people.keys.iter().copied()
    }

    /// Key, record and status of a slot.
    pub fn at(&self, slot: u32) -> (u128, Record<'_>, u16) {
        let key = self.people.keys.get(slot as usize);
        (
            key.copied().unwrap_or_default(),
            self.people.record(slot),
            self.people.status_of(slot),
        )
    }

    /// Stands for what [`Self::at`] knows of a slot beside the status: as long as it is the same, so are all texts of the
    /// record, whatever slot it is in.
    #[must_use]
    pub fn edition(&self, slot: u32) -> (u32, u32) {
        self.people.edition(slot)
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.people.count
    }

    /// Whether so many are unsettled that searches take longer than they need.
    pub fn wants_merging(&self) -> bool {
        let unsettled = self.place.len();
        unsettled >= MERGE_FROM && unsettled * MERGE_PART >= self.settled as usize
    }

    /// A step of settling, a millisecond or two, the last one some more; whether everything is settled. The index may be
    /// searched and changed between steps.
    pub fn settle(&mut self) -> bool {
        if self.place.is_empty() && self.people.count == self.settled as usize {
            return true;
        }
        let mut merge = self
            .merging
            .take()
            .unwrap_or_else(|| Box::new(Merge::new()));
        if merge.step(self) {
            let (lexicon, order) = merge.finish();
            self.lexicon = lexicon;
            self.fresh = Fresh::default();
            self.place = Vec::new();
            self.settled = order.len() as u32;
            self.people.reorder(&order);
            self.dear.find(&self.people);
            *self.scratch.borrow_mut() = Scratch::default();
            return true;
        }
        self.merging = Some(merge);
        false
    }

    /// All steps of settling at once.
    pub fn settle_all(&mut self) {
        while !self.settle() {}
    }

    pub(super) fn ranks(&self) -> Ranks<'_> {
        Ranks {
            people: &self.people,
            dear: &self.dear,
            settled: self.settled,
            place: &self.place,
        }
    }

    /// Memory held, bytes.
    pub fn bytes(&self) -> usize {
        self.people.bytes()
            + self.lexicon.bytes()
            + self.fresh.bytes()
            + self.place.capacity() * 4
            + self.dear.bytes()
            + self.scratch.borrow().bytes()
    }

    fn place_of(&self, entry: &Entry) -> u32 {
        if self.settled == 0 {
            return 0;
        }
        let name = fold(entry.name);
        partition(0, self.settled as usize, |slot| {
            let slot = slot as u32;
            let other = self.people.record(slot).name();
            let key = self
                .people
                .keys
                .get(slot as usize)
                .copied()
                .unwrap_or_default();
            super::fold::folded(other)
                .cmp(name.chars())
                .then(key.cmp(&entry.key))
                .is_lt()
        }) as u32
    }

    fn add_words(&mut self, slot: u32, entry: &Entry) {
        let Self {
            people,
            fresh,
            speller,
            ..
        } = self;
        let Speller {
            word,
            value,
            initials,
        } = speller;
        initials.clear();
        each_word(entry.name, word, |word| {
            fresh.add(word, Posting::new(slot, false));
            initials.add(word);
        });
        initials.each(|word| fresh.add(word, Posting::new(slot, false)));
        let mut elsewhere = |text: &str, word: &mut Vec<u8>| {
            each_word(text, word, |word| fresh.add(word, Posting::new(slot, true)));
        };
        let record = people.record(slot);
        elsewhere(entry.login, word);
        for part in record.email_parts() {
            elsewhere(part, word);
        }
        elsewhere(entry.team, word);
        for skill in entry.skills {
            elsewhere(skill, word);
        }
        elsewhere(entry.extension, word);
        if let Some(identity) = record.further_identity() {
            elsewhere(&identity, word);
        }
        let facets = std::iter::once((TEAM, entry.team))
            .chain(entry.skills.iter().map(|&skill| (SKILL, skill)));
        for (mark, text) in facets {
            value.clear();
            value.push(mark);
            joined(text, word, value);
            if value.len() > 1 {
                fresh.add(value, Posting::new(slot, true));
            }
        }
    }
}
