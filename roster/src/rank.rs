//! Who comes first: by cost, then the reachable, then favourites, those called last, and everybody else by name.
//!
//! The order is total: those of one name are told apart by their key.

use super::bits::{each, has, Bits};
use super::fold::folded;
use super::people::People;
use super::words::sort_few;
use std::cmp::Ordering;

/// How many calls back somebody is still among the recent ones.
pub(super) const RECENT: usize = 20;

/// Those whom the agent likes to call: few, by slot.
#[derive(Debug, Clone, Default)]
pub(super) struct Dear {
    /// By key.
    pub(super) favourites: Vec<u128>,
    /// By key, the newest first.
    pub(super) recent: Vec<u128>,
    /// Slot and place: favourites at 0, then those called, the newest first.
    slots: Vec<(u32, u8)>,
    bits: Bits,
}

/// The place of everybody else.
const NOT_DEAR: u8 = u8::MAX;

impl Dear {
    /// Finds everybody's slot again.
    pub(super) fn find(&mut self, people: &People) {
        self.slots.clear();
        let favourites = self.favourites.iter().map(|key| (key, 0));
        for (key, place) in favourites.chain(self.recent.iter().zip(1..NOT_DEAR)) {
            if let Some(slot) = people.slot(*key) {
                self.slots.push((slot, place));
            }
        }
        sort_few(&mut self.slots, |a, b| a < b);
        self.slots.dedup_by_key(|dear| dear.0);
        self.bits = Bits::none(people.slots());
        for &(slot, _) in &self.slots {
            self.bits.put(slot, true);
        }
    }

    /// Whether `key` names one of them.
    pub(super) fn is_dear(&self, key: u128) -> bool {
        self.favourites.contains(&key) || self.recent.contains(&key)
    }

    fn place(&self, slot: u32) -> u8 {
        if !self.bits.has(slot) {
            return NOT_DEAR;
        }
        self.slots
            .binary_search_by_key(&slot, |dear| dear.0)
            .ok()
            .and_then(|at| self.slots.get(at))
            .map_or(NOT_DEAR, |dear| dear.1)
    }

    /// Memory held, bytes.
    pub(super) fn bytes(&self) -> usize {
        (self.favourites.capacity() + self.recent.capacity()) * 16
            + self.slots.capacity() * 8
            + self.bits.bytes()
    }
}

/// What orders slots.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ranks<'a> {
    pub(super) people: &'a People,
    pub(super) dear: &'a Dear,
    /// Slots below are in the order of names.
    pub(super) settled: u32,
    /// For the others: how many of those come before.
    pub(super) place: &'a [u32],
}

impl Ranks<'_> {
    fn key(&self, slot: u32, cost: u32) -> u64 {
        let far = !has(&self.people.reachable.0, slot);
        let name = match slot.checked_sub(self.settled) {
            None => u64::from(slot) * 2 + 1,
            Some(at) => u64::from(self.place.get(at as usize).copied().unwrap_or_default()) * 2,
        };
        u64::from(cost) << 42 | u64::from(far) << 41 | u64::from(self.dear.place(slot)) << 33 | name
    }

    fn order(&self, a: &(u64, u32), b: &(u64, u32)) -> Ordering {
        a.0.cmp(&b.0).then_with(|| self.by_name(a.1, b.1))
    }

    /// By folded name, then by key.
    pub(super) fn by_name(&self, a: u32, b: u32) -> Ordering {
        folded(self.people.record(a).name())
            .cmp(folded(self.people.record(b).name()))
            .then_with(|| {
                let key = |slot: u32| self.people.keys.get(slot as usize);
                key(a).cmp(&key(b))
            })
    }
}

/// Keeps the first few of many: a heap, the last of them on top.
#[derive(Debug)]
pub(super) struct First<'a> {
    ranks: Ranks<'a>,
    kept: Vec<(u64, u32)>,
    want: usize,
}

impl<'a> First<'a> {
    pub(super) fn new(ranks: Ranks<'a>, want: usize) -> Self {
        Self {
            ranks,
            kept: Vec::with_capacity(want),
            want,
        }
    }

    /// Considers one.
    #[inline]
    pub(super) fn push(&mut self, slot: u32, cost: u32) {
        let new = (self.ranks.key(slot, cost), slot);
        if self.kept.len() < self.want {
            self.kept.push(new);
            self.rise(self.kept.len() - 1);
        } else if self.kept.first().is_some_and(|top| new.0 <= top.0) {
            self.replace_top(new);
        }
    }

    fn replace_top(&mut self, new: (u64, u32)) {
        if let Some(top) = self.kept.first_mut() {
            if self.ranks.order(&new, top).is_lt() {
                *top = new;
                self.sink(self.kept.len());
            }
        }
    }

    /// Whether what is at `a` comes after what is at `b`.
    fn is_after(&self, a: usize, b: usize) -> bool {
        match (self.kept.get(a), self.kept.get(b)) {
            (Some(a), Some(b)) => self.ranks.order(a, b).is_gt(),
            _ => false,
        }
    }

    fn rise(&mut self, mut at: usize) {
        while at > 0 && self.is_after(at, (at - 1) / 2) {
            self.kept.swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    /// Moves the top down among the first `end`.
    fn sink(&mut self, end: usize) {
        let mut at = 0;
        while 2 * at + 1 < end {
            let left = 2 * at + 1;
            let right = left + 1;
            let below = if right < end && self.is_after(right, left) {
                right
            } else {
                left
            };
            if !self.is_after(below, at) {
                return;
            }
            self.kept.swap(at, below);
            at = below;
        }
    }

    /// Considers all of a set, of one cost. Those with a slot in the order of names come in that order: the first
    /// reachable ones, or else the first of the others, are enough.
    pub(super) fn push_many(&mut self, set: &[u64], cost: u32) {
        let Ranks {
            people,
            dear,
            settled,
            ..
        } = self.ranks;
        for &(slot, _) in &dear.slots {
            if has(set, slot) {
                self.push(slot, cost);
            }
        }
        let from_word = settled as usize / super::bits::WORD;
        let unsettled = set.get(from_word..).unwrap_or_default();
        for slot in each(unsettled).map(|slot| slot + (from_word * super::bits::WORD) as u32) {
            if slot >= settled && !dear.bits.has(slot) {
                self.push(slot, cost);
            }
        }
        let mut missing = self.want;
        for reachable in [true, false] {
            let mut base = 0;
            'words: for (at, &word) in set.iter().enumerate() {
                let near = people.reachable.0.get(at).copied().unwrap_or_default();
                let dear = dear.bits.0.get(at).copied().unwrap_or_default();
                let here = word & !dear & if reachable { near } else { !near };
                for bit in super::bits::Ones(here) {
                    if missing == 0 || base + bit >= settled {
                        break 'words;
                    }
                    self.push(base + bit, cost);
                    missing -= 1;
                }
                base += super::bits::WORD as u32;
            }
        }
    }

    /// The first ones, in order.
    pub(super) fn finish(mut self) -> impl Iterator<Item = u32> {
        for end in (1..self.kept.len()).rev() {
            self.kept.swap(0, end);
            self.sink(end);
        }
        self.kept.into_iter().map(|kept| kept.1)
    }
}
