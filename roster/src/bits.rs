//! Sets of slots, one bit each.

/// How many slots a word holds.
pub(super) const WORD: usize = 64;

/// A set of slots.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Bits(pub(super) Vec<u64>);

impl Bits {
    /// No slot, with room for `slots`.
    pub(super) fn none(slots: usize) -> Self {
        Self(vec![0; slots.div_ceil(WORD)])
    }

    /// Makes room for `slots`.
    pub(super) fn reach(&mut self, slots: usize) {
        let words = slots.div_ceil(WORD);
        if words > self.0.len() {
            self.0.resize(words, 0);
        }
    }

    /// Whether `slot` is in.
    pub(super) fn has(&self, slot: u32) -> bool {
        has(&self.0, slot)
    }

    /// Puts `slot` in or out; one beyond the room stays out.
    pub(super) fn put(&mut self, slot: u32, value: bool) {
        if let Some(word) = self.0.get_mut(slot as usize / WORD) {
            let bit = 1 << (slot as usize % WORD);
            if value {
                *word |= bit;
            } else {
                *word &= !bit;
            }
        }
    }

    /// Memory held, bytes.
    pub(super) fn bytes(&self) -> usize {
        self.0.capacity() * 8
    }
}

/// Whether `slot` is in `words`.
#[inline]
pub(super) fn has(words: &[u64], slot: u32) -> bool {
    words
        .get(slot as usize / WORD)
        .is_some_and(|word| word >> (slot as usize % WORD) & 1 == 1)
}

/// Takes `slot` out of `words`; whether it was in.
#[inline]
pub(super) fn take(words: &mut [u64], slot: u32) -> bool {
    match words.get_mut(slot as usize / WORD) {
        Some(word) => {
            let bit = 1 << (slot as usize % WORD);
            let was = *word & bit != 0;
            *word &= !bit;
            was
        }
        None => false,
    }
}

/// Puts `slot` into `words`, if there is room.
#[inline]
pub(super) fn insert(words: &mut [u64], slot: u32) {
    if let Some(word) = words.get_mut(slot as usize / WORD) {
        *word |= 1 << (slot as usize % WORD);
    }
}

/// How many are in.
pub(super) fn count(words: &[u64]) -> usize {
    words.iter().map(|word| word.count_ones() as usize).sum()
}

/// Those in, ascending.
pub(super) fn each(words: &[u64]) -> impl Iterator<Item = u32> + '_ {
    (0u32..)
        .step_by(WORD)
        .zip(words)
        .flat_map(|(base, &word)| Ones(word).map(move |bit| base + bit))
}

/// The bits of a word, ascending.
pub(super) struct Ones(pub(super) u64);

impl Iterator for Ones {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        if self.0 == 0 {
            return None;
        }
        let bit = self.0.trailing_zeros();
        self.0 &= self.0 - 1;
        Some(bit)
    }
}
