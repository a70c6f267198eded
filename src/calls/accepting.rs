//! From the press of Accept until the new call is audible, and every way in which it does not get there.

use super::call::{Aside, Call, Key, Leg};
use super::{Calls, Change, Purpose, Said};
use crate::effect::{Effect, Notice};
use crate::error::Failure;
use crate::event::ActionToken;
use crate::ids::ReservationSid;
use crate::ledger::Ledger;
use crate::pii::Pii;
use crate::time::Millis;

/// From the press of Accept until the call is audible. TaskRouter calls the agent within a second, and Flex answers by
/// itself, after at most 5 s (another tab comes first); what takes longer is given up, so that the call he is in gets
/// him back.
const ACCEPT_WAIT: Millis = Millis::from_secs(20);

impl Calls {
    /// Whether an offer may be accepted now; if not, it is accepted by itself as soon as what is under way is done.
    pub fn may_accept(&mut self, reservation: &ReservationSid) -> bool {
        let key = Key::Task(reservation.clone());
        let Some(call) = self.call(&key).filter(|call| !call.is_taken()) else {
            return true;
        };
        let free = match &self.change {
            Change::AtRest => true,
            Change::Accepting { key: other, .. } => *other == call.key,
            Change::Swapping { .. } => false,
        };
        if !free && !self.waiting.contains(reservation) {
            self.waiting.push(reservation.clone());
        }
        free
    }

    /// An offer is being accepted: the live call does not hear him any more.
    pub fn accepting<P: From<Purpose>>(
        &mut self,
        now: Millis,
        token: ActionToken,
        reservation: &ReservationSid,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let key = Key::Task(reservation.clone());
        let offered = self.call(&key).is_some_and(|call| !call.is_taken());
        if offered && matches!(self.change, Change::AtRest) {
            self.detach_leg(&key);
            self.waiting.retain(|waiting| waiting != reservation);
            self.accept(now, key, Some(token));
        }
        self.settle_down(now, ledger, Said::default())
    }

    pub(super) fn accept(&mut self, now: Millis, key: Key, token: Option<ActionToken>) {
        let until = now + ACCEPT_WAIT;
        self.change = Change::Accepting { key, token, until };
    }

    /// A Flex action that ran is over.
    pub fn action_over<P: From<Purpose>>(
        &mut self,
        now: Millis,
        ended: ActionToken,
        failure: Option<&Failure>,
        ledger: &mut Ledger<P>,
    ) -> Said {
        match &self.change {
            // Flex, or the machine of calls between agents, tells the agent why.
            Change::Accepting {
                key,
                token: Some(token),
                ..
            } if *token == ended && failure.is_some() => {
                if self.call(key).is_none_or(|call| !call.is_taken()) {
                    self.back_to_rest(now);
                }
            }
            Change::AtRest | Change::Accepting { .. } | Change::Swapping { .. } => {}
        }
        if self.calls.is_empty() {
            return self.settle_down(now, ledger, Said::default());
        }
        // Hanging up puts another call's leg into Flex's phone state for as long as it takes.
        self.settle_and_show(now, ledger, Said::default())
    }

    /// The call could be heard now. It is, if nobody else is; one that is being accepted is switched to when all that an
    /// event says has been taken in (`conclude_accept`).
    pub(super) fn audible(&mut self, now: Millis, key: &Key) {
        match &self.change {
            Change::AtRest if self.live_call().is_none() => self.switch(now, key),
            Change::AtRest | Change::Accepting { .. } | Change::Swapping { .. } => {
                if self.live_call().is_some() {
                    self.set_aside(now);
                }
            }
        }
    }

    /// From one call to another, in one step.
    pub(super) fn switch(&mut self, now: Millis, to: &Key) {
        self.live = Some(to.clone());
        self.change = Change::AtRest;
        if let Some(call) = self.call_mut(to) {
            call.aside = None;
            for party in &mut call.parties {
                party.wanted_back = false;
            }
        }
        self.set_aside(now);
    }

    /// Whatever is open and not live waits from now on.
    pub(super) fn set_aside(&mut self, now: Millis) {
        let live = self.live.clone();
        for call in &mut self.calls {
            if call.is_audible() && live.as_ref() != Some(&call.key) {
                call.aside.get_or_insert(Aside {
                    since: now,
                    reminded: false,
                });
            }
        }
    }

    /// The accept is over if its call turns out to be open, or live, already, or if its leg has ended: which leg is whose
    /// is known for sure only later.
    pub(super) fn conclude_accept(&mut self, now: Millis) {
        let Change::Accepting { key, .. } = &self.change else {
            return;
        };
        let key = key.clone();
        let call = self.call(&key);
        let (gone, open) = (
            call.is_none_or(|call| call.leg == Leg::Gone),
            call.is_some_and(Call::is_audible),
        );
        if gone || self.is_live(&key) {
            self.back_to_rest(now);
        } else if open {
            self.switch(now, &key);
        }
    }

    /// What was under way is not; nothing else changes. A call that opened meanwhile, and was made to wait, is live if no
    /// other is.
    pub(super) fn back_to_rest(&mut self, now: Millis) {
        self.change = Change::AtRest;
        for party in self.calls.iter_mut().flat_map(|call| &mut call.parties) {
            party.wanted_back = false;
        }
        let unheard = |call: &&Call| call.is_audible() && call.is_taken() && call.aside.is_none();
        let waiting = self.calls.iter().find(unheard).map(|call| call.key.clone());
        if let (None, Some(waiting)) = (self.live_call(), waiting) {
            self.switch(now, &waiting);
        }
    }

    pub(super) fn wake_change(&mut self, now: Millis, said: &mut Said) {
        let (key, accepting) = match &self.change {
            Change::Accepting { key, until, .. } if *until <= now => (key.clone(), true),
            Change::Swapping { to, until } if *until <= now => (to.clone(), false),
            Change::AtRest | Change::Accepting { .. } | Change::Swapping { .. } => return,
        };
        self.back_to_rest(now);
        let Some(call) = self.call(&key) else {
            return;
        };
        let name = call.name.clone();
        let detail = "Twilio did not answer in time.".to_owned();
        said.tell(match accepting {
            true => Notice::CallNotOpened { name, detail },
            false => Notice::NotResumed { name, detail },
        });
    }

    /// Accepts that waited for their turn.
    pub(super) fn next_in_turn<P: From<Purpose>>(
        &mut self,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        if !matches!(self.change, Change::AtRest) || self.waiting.is_empty() {
            return;
        }
        let reservation = self.waiting.remove(0);
        said.effects.push(Effect::AcceptTask {
            id: Self::open(Purpose::Action, ledger),
            reservation,
        });
    }

    /// "End & answer": the live call is hung up, and the offer accepted.
    pub fn end_and_answer<P: From<Purpose>>(
        &mut self,
        now: Millis,
        reservation: &ReservationSid,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let mut said = Said::default();
        if let Some(Key::Task(live)) = self.live.clone() {
            said.effects.push(Effect::HangUp {
                id: Self::open(Purpose::Action, ledger),
                reservation: live,
            });
        }
        if !self.waiting.contains(reservation) {
            self.waiting.push(reservation.clone());
        }
        self.settle_down(now, ledger, said)
    }
}

pub(super) fn tell_not_opened(name: Pii<String>, detail: &str, said: &mut Said) {
    said.tell(Notice::CallNotOpened {
        name,
        detail: detail.to_owned(),
    });
}
