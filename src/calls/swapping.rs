//! From one call that is open to another: the other's parties come back from hold first, then ear and microphone move.

use super::call::{Call, Key, Order, PartyId};
use super::{Calls, Change, Purpose, Said};
use crate::ids::ReservationSid;
use crate::ledger::Ledger;
use crate::time::Millis;

/// How long everybody may take to come back from hold: as long as a request to Twilio may take at all.
const SWAP_WAIT: Millis = Millis::from_secs(15);

impl Calls {
    /// Whether taking somebody back from hold on this call means to swap to it: it is in the background.
    #[must_use]
    pub fn is_aside(&self, reservation: &ReservationSid) -> bool {
        let key = Key::Task(reservation.clone());
        self.rules.enabled && !self.is_live(&key) && self.call(&key).is_some_and(Call::is_audible)
    }

    /// "Swap" was pressed, or Flex's own unhold of a call in the background (`only`: of one party).
    pub fn swap<P: From<Purpose>>(
        &mut self,
        now: Millis,
        reservation: &ReservationSid,
        only: Option<&str>,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let key = Key::Task(reservation.clone());
        if matches!(self.change, Change::AtRest) {
            self.begin_swap(now, &key, only);
        }
        self.settle_down(now, ledger, Said::default())
    }

    pub(super) fn begin_swap(&mut self, now: Millis, key: &Key, only: Option<&str>) {
        if self.is_live(key) || !self.call(key).is_some_and(Call::is_audible) {
            return;
        }
        let Some(call) = self.call_mut(key) else {
            return;
        };
        // Whom this machine put on hold comes back, and not whom the agent himself did. If it was all his own doing, the
        // press means all; but not in a consult, of which the customer must not hear.
        let shared = call.is_shared();
        let held_by_us = |order: &Order, ours: bool| {
            ours || matches!(order, Order::Out { which, .. } if which.hold)
        };
        let any_ours = call
            .parties
            .iter()
            .any(|party| held_by_us(&party.order, party.ours));
        for party in &mut call.parties {
            party.wanted_back = match (only, &party.id) {
                (Some(only), PartyId::Participant(id)) => id == only,
                (_, PartyId::Participant(_) | PartyId::Other) if any_ours => {
                    held_by_us(&party.order, party.ours)
                }
                (_, PartyId::Participant(_) | PartyId::Other) => party.on_hold && !shared,
            };
        }
        let until = now + SWAP_WAIT;
        let to = key.clone();
        self.change = Change::Swapping { to, until };
    }

    /// Everybody is back: now he is heard there, and nowhere else.
    pub(super) fn finish_swap(&mut self, now: Millis) {
        let Change::Swapping { to, .. } = &self.change else {
            return;
        };
        let key = to.clone();
        let there = self.call(&key).is_some_and(|call| {
            let waits = |party: &super::call::Party| {
                party.wanted_back && (party.on_hold || matches!(party.order, Order::Out { .. }))
            };
            !call.parties.iter().any(waits)
        });
        if there {
            self.switch(now, &key);
        }
    }

    /// The live call is over: back to the one that waits for the shortest time.
    pub(super) fn resume_next(&mut self, now: Millis) {
        let asides = self.calls.iter().filter(|call| call.is_audible());
        let latest = asides.max_by_key(|call| call.aside.map(|aside| aside.since));
        if let Some(key) = latest.map(|call| call.key.clone()) {
            self.begin_swap(now, &key, None);
        }
    }
}
