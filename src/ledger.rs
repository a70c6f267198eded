//! Which effects are still out, and what each is for.
//!
//! | an answer whose id … | |
//! |---|---|
//! | names a slot in use, in its present generation | settles it: its purpose is taken out |
//! | is unknown, of an earlier generation, or repeated | changes nothing |
//!
//! Invariant: every id settles at most once (`stale_and_repeated_ids_are_ignored`).

use crate::event::EffectId;
use serde::{Deserialize, Serialize};

/// Effects under way, each with its purpose.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ledger<P> {
    slots: Vec<Slot<P>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Slot<P> {
    generation: u16,
    purpose: Option<P>,
}

impl<P> Default for Ledger<P> {
    fn default() -> Self {
        Self { slots: Vec::new() }
    }
}

impl<P> Ledger<P> {
    /// Notes an effect that is about to start; the id goes out with it.
    pub fn open(&mut self, purpose: P) -> EffectId {
        for (index, slot) in self.slots.iter_mut().enumerate() {
            if slot.purpose.is_none() {
                slot.generation = slot.generation.wrapping_add(1);
                slot.purpose = Some(purpose);
                return id(index, slot.generation);
            }
        }
        self.slots.push(Slot {
            generation: 0,
            purpose: Some(purpose),
        });
        id(self.slots.len() - 1, 0)
    }

    /// Settles an effect: what it was for, unless the id is unknown, stale or repeated.
    pub fn settle(&mut self, effect: EffectId) -> Option<P> {
        let [a, b, c, d] = effect.0.to_be_bytes();
        let slot = self
            .slots
            .get_mut(usize::from(u16::from_be_bytes([a, b])))?;
        if slot.generation == u16::from_be_bytes([c, d]) {
            slot.purpose.take()
        } else {
            None
        }
    }

    /// What is still out.
    pub fn purposes(&self) -> impl Iterator<Item = &P> {
        self.slots.iter().filter_map(|slot| slot.purpose.as_ref())
    }
}

fn id(index: usize, generation: u16) -> EffectId {
    // A tab never has 65,536 effects out at once; if it had, the answer would be ignored as unknown.
    EffectId(u32::try_from(index).map_or(u32::MAX, |slot| slot << 16 | u32::from(generation)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stale_and_repeated_ids_are_ignored() {
        let mut ledger = Ledger::default();
        let first = ledger.open('a');
        assert_eq!(ledger.settle(first), Some('a'));
        assert_eq!(ledger.settle(first), None, "repeated");
        let second = ledger.open('b');
        assert_eq!(ledger.settle(first), None, "of an earlier generation");
        assert_eq!(ledger.settle(EffectId(77 << 16)), None, "unknown");
        assert_eq!(ledger.settle(second), Some('b'));
    }
}
