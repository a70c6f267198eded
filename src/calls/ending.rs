//! Tasks that come to an end, and offers that are one too many.

use super::call::Key;
use super::{Calls, Change, Fact, Said};
use crate::effect::Notice;
use crate::time::Millis;
use crate::twilio::reservation::RawReservation;

impl Calls {
    /// The task is over for this agent. A leg that is still there goes on until it ends, and may yet turn out to be
    /// another task's: the task gives a call its name, the leg its audio.
    pub(super) fn over(&mut self, now: Millis, key: &Key) {
        if let Key::Task(sid) = key {
            self.waiting.retain(|waiting| waiting != sid);
        }
        let Some(leg) = self.call(key).and_then(|call| call.leg.sid()).cloned() else {
            self.calls.retain(|call| &call.key != key);
            self.let_go(now, key);
            return;
        };
        if let Some(call) = self.call_mut(key) {
            call.key = Key::Leg(leg.clone());
            call.take();
            call.parties.clear();
        }
        if self.is_live(key) {
            self.live = Some(Key::Leg(leg));
        } else {
            self.let_go(now, key);
        }
    }

    /// Nothing waits for a call that is no more.
    pub(super) fn let_go(&mut self, now: Millis, key: &Key) {
        match &self.change {
            Change::Accepting { key: gone, .. } | Change::Swapping { to: gone, .. }
                if gone == key =>
            {
                self.back_to_rest(now);
            }
            Change::AtRest | Change::Accepting { .. } | Change::Swapping { .. } => {}
        }
        if !self.is_live(key) {
            return;
        }
        self.live = None;
        // Whoever listened in on a colleague is back where he was.
        let before = self.before.take();
        if !matches!(self.change, Change::AtRest) {
            return;
        }
        match before {
            Some(before) => self.begin_swap(now, &before, None),
            None if self.rules.resume_next => self.resume_next(now),
            None => {}
        }
    }

    /// How many calls he has taken, or is taking.
    pub(super) fn is_full(&self) -> bool {
        let taken = self.calls.iter().filter(|call| call.is_taken()).count();
        self.rules.limit.is_some_and(|limit| taken >= limit)
    }

    pub(super) fn refuse(&mut self, raw: &RawReservation, said: &mut Said) {
        let Some(call) = self.call(&Key::Task(raw.sid.clone())) else {
            return;
        };
        said.tell(Notice::OneCallTooMany {
            name: call.name.clone(),
        });
        said.facts.push(Fact::OneTooMany {
            reservation: raw.sid.clone(),
        });
    }
}
