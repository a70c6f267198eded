//! Everybody, each in a slot: what is known of him, where he is found by his key, and what he does at present.

use super::bits::Bits;
use super::record::{Common, Entry, Record};

/// Bytes of a page of records. A longer record has a page of its own.
const PAGE: usize = 1 << 16;
/// Slots at most: the table has this many bits for one.
pub(super) const SLOTS: usize = 1 << 24;
/// No slot.
const FREE: u32 = u32::MAX;

/// What agents may do, by the number of a status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Its name.
    pub name: String,
    /// Whether those in it take calls.
    pub reachable: bool,
    /// Whether those in it are not listed at all.
    pub hidden: bool,
}

/// Everybody.
#[derive(Debug, Clone, Default)]
pub(super) struct People {
    pub(super) common: Common,
    pub(super) pages: Vec<Vec<u8>>,
    /// A record being written.
    draft: Vec<u8>,
    /// Where each slot's record starts: page and offset.
    pub(super) at: Vec<u32>,
    pub(super) keys: Vec<u128>,
    pub(super) status: Vec<u16>,
    /// Slots by the hash of their key, eight bits of which they carry; [`FREE`] otherwise. A power of two, or empty.
    table: Vec<u32>,
    /// Slots that are somebody's.
    pub(super) live: Bits,
    /// Those who are listed.
    pub(super) visible: Bits,
    pub(super) reachable: Bits,
    by_status: Vec<Bits>,
    pub(super) statuses: Vec<Status>,
    /// How many are live.
    pub(super) count: usize,
    me: Option<u128>,
    /// Records of those who left or changed, still in the pages.
    left_behind: usize,
    /// How often records were moved.
    moved: u32,
}

impl People {
    /// Those of whom `me` is not listed.
    pub(super) fn new(me: Option<u128>, statuses: Vec<Status>) -> Self {
        Self {
            me,
            by_status: vec![Bits::default(); statuses.len()],
            statuses,
            ..Self::default()
        }
    }

    /// How many slots there are, live or not.
    pub(super) fn slots(&self) -> usize {
        self.keys.len()
    }

    /// The slot of whoever has that key.
    pub(super) fn slot(&self, key: u128) -> Option<u32> {
        let (mut at, mark) = hash(key);
        loop {
            at &= self.table.len().checked_sub(1)?;
            let entry = *self.table.get(at)?;
            if entry == FREE {
                return None;
            }
            let slot = entry & (SLOTS as u32 - 1);
            if entry >> 24 == mark && self.keys.get(slot as usize) == Some(&key) {
                return Some(slot);
            }
            at += 1;
        }
    }

    /// A new slot for somebody who has none; nothing if there are too many already.
    pub(super) fn add(&mut self, entry: &Entry, status: u16) -> Option<u32> {
        // The last slot with all of its mark's bits would be `FREE`.
        if self.slots() + 1 >= SLOTS {
            return None;
        }
        let slot = self.slots() as u32;
        let at = self.write(entry);
        grow_gently(&mut self.at);
        grow_gently(&mut self.keys);
        grow_gently(&mut self.status);
        self.at.push(at);
        self.keys.push(entry.key);
        self.status.push(status);
        let slots = self.slots().next_multiple_of(1024);
        self.live.reach(slots);
        self.visible.reach(slots);
        self.reachable.reach(slots);
        for bits in &mut self.by_status {
            bits.reach(slots);
        }
        self.live.put(slot, true);
        self.count += 1;
        self.enter(slot, status, true);
        if (self.count + 1) * 8 > self.table.len() * 7 {
            self.fill_table();
        } else {
            self.insert(slot, entry.key);
        }
        Some(slot)
    }

    fn write(&mut self, entry: &Entry) -> u32 {
        self.draft.clear();
        self.common.write(entry, &mut self.draft);
        append(&mut self.pages, &self.draft)
    }

    /// Frees the slot of whoever has that key.
    pub(super) fn remove(&mut self, key: u128) -> Option<u32> {
        let slot = self.slot(key)?;
        self.erase(key);
        let status = self.status_of(slot);
        self.enter(slot, status, false);
        self.live.put(slot, false);
        self.count -= 1;
        self.left_behind += 1;
        Some(slot)
    }

    /// Somebody does something else now.
    pub(super) fn set_status(&mut self, key: u128, status: u16) -> bool {
        let Some(slot) = self.slot(key) else {
            return false;
        };
        let before = self.status_of(slot);
        if before != status {
            self.enter(slot, before, false);
            self.enter(slot, status, true);
            if let Some(place) = self.status.get_mut(slot as usize) {
                *place = status;
            }
        }
        true
    }

    pub(super) fn status_of(&self, slot: u32) -> u16 {
        self.status.get(slot as usize).copied().unwrap_or(u16::MAX)
    }

    /// Marks what follows from a status, or takes the marks away.
    fn enter(&mut self, slot: u32, status: u16, value: bool) {
        let Some(meaning) = self.statuses.get(usize::from(status)) else {
            return;
        };
        let listed = !meaning.hidden
            && (self.me.is_none() || self.keys.get(slot as usize) != self.me.as_ref());
        self.visible.put(slot, value && listed);
        self.reachable.put(slot, value && meaning.reachable);
        if let Some(bits) = self.by_status.get_mut(usize::from(status)) {
            bits.put(slot, value);
        }
    }

    /// Adds a status; its number.
    pub(super) fn add_status(&mut self, status: Status) -> u16 {
        self.statuses.push(status);
        self.by_status
            .push(Bits::none(self.slots().next_multiple_of(1024)));
        (self.statuses.len() - 1) as u16
    }

    /// The name of a status.
    pub(super) fn status_name(&self, status: u32) -> &str {
        let status = self.statuses.get(status as usize);
        status.map_or("", |status| &status.name)
    }

    /// The first status of that one's name: activities of other meaning may share it.
    pub(super) fn same_name(&self, status: u16) -> u32 {
        let name = self.status_name(u32::from(status));
        let mut statuses = self.statuses.iter();
        statuses.position(|status| status.name == name).unwrap_or(0) as u32
    }

    /// Those in a status.
    pub(super) fn in_status(&self, status: usize) -> &[u64] {
        self.by_status.get(status).map_or(&[], |bits| &bits.0)
    }

    /// What is known of the one in `slot`.
    pub(super) fn record(&self, slot: u32) -> Record<'_> {
        self.common.read(self.bytes_of(slot))
    }

    /// Where the record of `slot` is, and how often records were moved: a record that changes is written elsewhere.
    pub(super) fn edition(&self, slot: u32) -> (u32, u32) {
        let at = self.at.get(slot as usize).copied().unwrap_or(u32::MAX);
        (at, self.moved)
    }

    /// His record, and what follows it.
    fn bytes_of(&self, slot: u32) -> &[u8] {
        let at = self.at.get(slot as usize).copied().unwrap_or(u32::MAX);
        self.pages
            .get(at as usize >> 16)
            .and_then(|page| page.get(at as usize & 0xffff..))
            .unwrap_or_default()
    }

    /// Writes the records of live slots together, leaving out those that nobody has any more.
    fn compact(&mut self) {
        let mut pages: Vec<Vec<u8>> = Vec::new();
        let mut at = Vec::with_capacity(self.at.len());
        for slot in 0..self.slots() as u32 {
            let bytes = self.bytes_of(slot);
            let record = bytes.get(..self.common.length(bytes)).unwrap_or_default();
            at.push(append(&mut pages, record));
        }
        self.pages = pages;
        self.at = at;
        self.left_behind = 0;
        self.moved = self.moved.wrapping_add(1);
    }

    fn insert(&mut self, slot: u32, key: u128) {
        let (mut at, mark) = hash(key);
        let mask = self.table.len().wrapping_sub(1);
        while let Some(place) = self.table.get_mut(at & mask) {
            if *place == FREE {
                *place = mark << 24 | slot;
                return;
            }
            at += 1;
        }
    }

    /// Makes the table anew, with room for more.
    pub(super) fn fill_table(&mut self) {
        let size = (self.count * 8 / 7 + 2).next_power_of_two().max(16);
        self.table.clear();
        self.table.resize(size, FREE);
        let live = std::mem::take(&mut self.live);
        for slot in super::bits::each(&live.0) {
            if let Some(&key) = self.keys.get(slot as usize) {
                self.insert(slot, key);
            }
        }
        self.live = live;
    }

    /// Takes a key out of the table, and moves up those that stood further on because of it.
    fn erase(&mut self, key: u128) {
        let Some(mask) = self.table.len().checked_sub(1) else {
            return;
        };
        let slot_of = |entry: u32| (entry & (SLOTS as u32 - 1)) as usize;
        let mut at = hash(key).0 & mask;
        while let Some(&entry) = self.table.get(at) {
            if entry == FREE {
                return;
            }
            if self.keys.get(slot_of(entry)) == Some(&key) {
                break;
            }
            at = (at + 1) & mask;
        }
        let mut gap = at;
        loop {
            at = (at + 1) & mask;
            let Some(&entry) = self.table.get(at) else {
                return;
            };
            if entry == FREE {
                break;
            }
            let home = self.keys.get(slot_of(entry)).map_or(0, |&key| hash(key).0) & mask;
            if at.wrapping_sub(home) & mask >= at.wrapping_sub(gap) & mask {
                if let Some(place) = self.table.get_mut(gap) {
                    *place = entry;
                }
                gap = at;
            }
        }
        if let Some(place) = self.table.get_mut(gap) {
            *place = FREE;
        }
    }

    /// Puts everybody into other slots: those of `order`, one after another.
    pub(super) fn reorder(&mut self, order: &[u32]) {
        self.at = pick(&self.at, order);
        self.keys = pick(&self.keys, order);
        self.status = pick(&self.status, order);
        self.count = order.len();
        if self.left_behind * 4 > self.count {
            self.compact();
        }
        self.mark_all();
    }

    /// All bits and the table, out of keys and statuses. Every slot is live.
    pub(super) fn mark_all(&mut self) {
        let slots = self.slots();
        self.live = Bits::none(slots);
        self.visible = Bits::none(slots);
        self.reachable = Bits::none(slots);
        self.by_status = vec![Bits::none(slots); self.statuses.len()];
        for slot in 0..slots as u32 {
            self.live.put(slot, true);
            self.enter(slot, self.status_of(slot), true);
        }
        self.fill_table();
    }

    /// Memory held, bytes.
    pub(super) fn bytes(&self) -> usize {
        self.common.bytes()
            + self.pages.iter().map(Vec::capacity).sum::<usize>()
            + (self.at.capacity() + self.table.capacity()) * 4
            + self.keys.capacity() * 16
            + self.status.capacity() * 2
            + [&self.live, &self.visible, &self.reachable]
                .into_iter()
                .chain(&self.by_status)
                .map(Bits::bytes)
                .sum::<usize>()
    }
}

/// An eighth more at a time, not twice as much: WebAssembly gives no memory back.
fn grow_gently<T>(list: &mut Vec<T>) {
    if list.len() == list.capacity() {
        list.reserve_exact(list.len() / 8 + 16);
    }
}

/// Appends a record; where it is.
fn append(pages: &mut Vec<Vec<u8>>, record: &[u8]) -> u32 {
    let fits = |page: &Vec<u8>| page.len() < PAGE && page.len() + record.len() <= PAGE;
    if !pages.last().is_some_and(fits) {
        // The first page of a small directory need not be whole.
        let room = if pages.is_empty() { 0 } else { PAGE };
        pages.push(Vec::with_capacity(room.max(record.len())));
    }
    let number = pages.len() as u32 - 1;
    let Some(page) = pages.last_mut() else {
        return u32::MAX;
    };
    let offset = page.len() as u32;
    page.extend_from_slice(record);
    number << 16 | offset
}

fn pick<T: Copy>(list: &[T], order: &[u32]) -> Vec<T> {
    let mut picked = Vec::with_capacity(order.len());
    picked.extend(
        order
            .iter()
            .filter_map(|&slot| list.get(slot as usize).copied()),
    );
    picked
}

/// Where to look for a key, and the eight bits that its entry carries.
fn hash(key: u128) -> (usize, u32) {
    let mixed = ((key as u64) ^ (key >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed >> 32) as usize, (mixed >> 24 & 0xff) as u32)
}
