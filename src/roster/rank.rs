//! Who comes first: by cost, then the reachable, then favourites, those called last, and everybody else by name.
//!
//! The order is total: those of one name are told apart by their key.

use super::bits::{each, has, Bits};
use super::fold::folded;
use super::people::People;
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
        self.slots.sort_unstable();
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

/// Keeps the first few of many.
#[derive(Debug)]
pub(super) struct First<'a> {
    ranks: Ranks<'a>,
    kept: Vec<(u64, u32)>,
    want: usize,
    /// Beyond this nobody is among them.
    bound: u64,
}

impl<'a> First<'a> {
    pub(super) fn new(ranks: Ranks<'a>, want: usize) -> Self {
        Self {
            ranks,
            kept: Vec::with_capacity(want * 4),
            want,
            bound: u64::MAX,
        }
    }

    /// Considers one.
    #[inline]
    pub(super) fn push(&mut self, slot: u32, cost: u32) {
        let key = self.ranks.key(slot, cost);
        if key <= self.bound {
            self.kept.push((key, slot));
            if self.kept.len() >= self.want * 4 {
                self.drop_rest();
            }
        }
    }

    fn drop_rest(&mut self) {
        let Some(last) = self.want.checked_sub(1) else {
            return self.kept.clear();
        };
        if last < self.kept.len() {
            let ranks = self.ranks;
            let (_, nth, _) = self
                .kept
                .select_nth_unstable_by(last, |a, b| ranks.order(a, b));
            self.bound = nth.0;
            self.kept.truncate(self.want);
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
        self.drop_rest();
        let ranks = self.ranks;
        self.kept.sort_unstable_by(|a, b| ranks.order(a, b));
        self.kept.into_iter().map(|kept| kept.1)
    }
}
