//! From the press of Accept until the new call is audible, and every way in which it does not get there.

use super::call::{Aside, Call, Key, Leg};
use super::{Calls, Change, Purpose, Said};
use crate::effect::{Effect, Notice};
use crate::error::Failure;
use crate::event::{ActionToken, Offered};
use crate::ids::{CallSid, ReservationSid};
use crate::ledger::Ledger;
use crate::pii::Pii;
use crate::time::Millis;

/// From the press of Accept until the call is audible. TaskRouter calls the agent within a second, and Flex answers by
/// itself, after at most 5 s (another tab comes first); what takes longer is given up, so that the call he is in gets
/// him back.
const ACCEPT_WAIT: Millis = Millis::from_secs(20);

/// From a leg's answer until its first packet, which comes within 50 ms (measured). A browser that does not tell of it
/// must not keep the agent deaf.
const AUDIO_WAIT: Millis = Millis::from_secs(2);

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

    fn accept(&mut self, now: Millis, key: Key, token: Option<ActionToken>) {
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
        let mut said = Said::default();
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
        // Hanging up puts another call's leg into Flex's phone state for as long as it takes.
        if !self.calls.is_empty() {
            self.show_leg(&mut said);
        }
        self.settle_down(now, ledger, said)
    }

    /// A leg of this agent's rings.
    pub fn leg_offered<P: From<Purpose>>(
        &mut self,
        now: Millis,
        leg: &CallSid,
        task: Option<&ReservationSid>,
        offered: Offered,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let mut said = Said::default();
        if self.rules.enabled && self.call_of_leg(leg).is_none() {
            let key = self.whose(leg, task);
            if matches!(self.change, Change::AtRest) && !self.is_live(&key) {
                self.accept(now, key.clone(), None);
            }
            self.offer_leg(now, &key, leg, offered, ledger, &mut said);
        }
        self.settle_down(now, ledger, said)
    }

    fn offer_leg<P: From<Purpose>>(
        &mut self,
        now: Millis,
        key: &Key,
        leg: &CallSid,
        offered: Offered,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let Some(call) = self.call_mut(key) else {
            return;
        };
        match offered {
            Offered::ByFlex => call.leg = Leg::Offered(leg.clone()),
            Offered::Forwardable => {
                call.leg = Leg::Forwarding(leg.clone());
                said.effects.push(Effect::ForwardLeg {
                    id: Self::open(Purpose::Forward(leg.clone()), ledger),
                    leg: leg.clone(),
                });
            }
            Offered::Nowhere => {
                call.leg = Leg::Offered(leg.clone());
                self.not_opened(now, leg, "Twilio gave this call no connect token.", said);
            }
        }
    }

    /// Which call a leg belongs to: the one that Twilio names, the one that is being accepted, the latest that never had
    /// one, the latest whose leg has ended; otherwise it is a call of its own.
    fn whose(&mut self, leg: &CallSid, named: Option<&ReservationSid>) -> Key {
        let lacks_one = |call: &&Call| matches!(call.leg, Leg::None);
        let named = named.map(|sid| Key::Task(sid.clone()));
        let accepting = match &self.change {
            Change::Accepting { key, .. } => Some(key.clone()),
            Change::AtRest | Change::Swapping { .. } => None,
        };
        let asked = named.into_iter().chain(accepting);
        let by_name = asked.filter_map(|key| self.call(&key).filter(lacks_one));
        let latest = || self.calls.iter().rev().filter(|call| call.is_taken());
        let lost_one = latest().filter(|call| matches!(call.leg, Leg::Gone));
        let found = by_name
            .chain(latest().filter(lacks_one))
            .chain(lost_one)
            .next();
        if let Some(call) = found {
            return call.key.clone();
        }
        self.before = self.live.clone();
        self.calls.push(Call::without_task(leg));
        Key::Leg(leg.clone())
    }

    /// A leg is answered: its audio follows.
    pub fn leg_opened<P: From<Purpose>>(
        &mut self,
        now: Millis,
        leg: &CallSid,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let mut said = Said::default();
        if let Some(call) = self.call_of_leg(leg) {
            if call.open_leg().is_none() {
                call.leg = Leg::Opening(leg.clone(), now + AUDIO_WAIT);
            }
            // Flex has put it into its phone state, if it was its own; and has not, if it was another device's.
            self.show_leg(&mut said);
        }
        self.settle_down(now, ledger, said)
    }

    /// The first packet of a leg's audio is here.
    pub fn leg_audible<P: From<Purpose>>(
        &mut self,
        now: Millis,
        leg: &CallSid,
        ledger: &mut Ledger<P>,
    ) -> Said {
        if let Some(call) = self.call_of_leg(leg) {
            call.leg = Leg::Audible(leg.clone());
            let key = call.key.clone();
            self.audible(now, &key);
        }
        self.settle_down(now, ledger, Said::default())
    }

    /// The call could be heard now. It is, if it is the one that is being accepted, or if nobody else is.
    pub(super) fn audible(&mut self, now: Millis, key: &Key) {
        match &self.change {
            Change::Accepting { key: awaited, .. } if awaited == key => self.switch(now, key),
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
    fn set_aside(&mut self, now: Millis) {
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

    /// The agent muted himself on a leg, or is back.
    pub fn leg_muted<P: From<Purpose>>(
        &mut self,
        now: Millis,
        leg: &CallSid,
        muted: bool,
        ledger: &mut Ledger<P>,
    ) -> Said {
        if let Some(call) = self.call_of_leg(leg) {
            call.muted = muted;
        }
        self.settle_down(now, ledger, Said::default())
    }

    /// A leg is over: hung up by either side, taken back, refused, or broken (`detail`).
    pub fn leg_ended<P: From<Purpose>>(
        &mut self,
        now: Millis,
        leg: &CallSid,
        detail: Option<&str>,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let mut said = Said::default();
        if let Some(call) = self.call_of_leg(leg) {
            let was_open = call.open_leg().is_some();
            call.leg = Leg::Gone;
            let (key, name, taken) = (call.key.clone(), call.name.clone(), call.is_taken());
            if matches!(key, Key::Leg(_)) {
                self.calls.retain(|call| call.key != key);
            }
            if let (false, true, Some(detail)) = (was_open, taken, detail) {
                tell_not_opened(name, detail, &mut said);
            }
            self.let_go(now, &key);
        }
        if self.rules.enabled {
            self.show_leg(&mut said);
        }
        self.settle_down(now, ledger, said)
    }

    /// No device could be opened for a leg, or it could not be connected. The call he is in gets him back.
    pub(super) fn not_opened(&mut self, now: Millis, leg: &CallSid, detail: &str, said: &mut Said) {
        let Some(call) = self.call_of_leg(leg) else {
            return;
        };
        let (key, name) = (call.key.clone(), call.name.clone());
        call.leg = Leg::Failed(leg.clone());
        tell_not_opened(name, detail, said);
        if matches!(&self.change, Change::Accepting { key: awaited, .. } if *awaited == key) {
            self.back_to_rest(now);
        }
    }

    /// "Retry" on a call whose leg could not be opened.
    pub fn leg_retried<P: From<Purpose>>(
        &mut self,
        now: Millis,
        reservation: &ReservationSid,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let mut said = Said::default();
        let key = Key::Task(reservation.clone());
        let failed = match self.call(&key).map(|call| &call.leg) {
            Some(Leg::Failed(sid)) => Some(sid.clone()),
            Some(
                Leg::None
                | Leg::Gone
                | Leg::Offered(_)
                | Leg::Forwarding(_)
                | Leg::Opening(..)
                | Leg::Audible(_)
                | Leg::Elsewhere,
            )
            | None => None,
        };
        if let (Some(leg), Change::AtRest) = (failed, &self.change) {
            self.accept(now, key.clone(), None);
            self.offer_leg(now, &key, &leg, Offered::Forwardable, ledger, &mut said);
        }
        self.settle_down(now, ledger, said)
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

    pub(super) fn wake_legs(&mut self, now: Millis) {
        let late = self.calls.iter_mut().filter_map(|call| match &call.leg {
            Leg::Opening(sid, until) if *until <= now => {
                call.leg = Leg::Audible(sid.clone());
                Some(call.key.clone())
            }
            Leg::None
            | Leg::Gone
            | Leg::Offered(_)
            | Leg::Forwarding(_)
            | Leg::Failed(_)
            | Leg::Opening(..)
            | Leg::Audible(_)
            | Leg::Elsewhere => None,
        });
        for key in late.collect::<Vec<_>>() {
            self.audible(now, &key);
        }
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

    /// Flex hangs up the leg in its phone state: this call's must be there.
    pub fn hanging_up(&self, reservation: &ReservationSid) -> Said {
        let mut said = Said::default();
        let call = self.call(&Key::Task(reservation.clone()));
        if let Some(leg) = call.and_then(Call::open_leg) {
            said.effects.push(Effect::ShowLeg {
                leg: Some(leg.clone()),
            });
        }
        said
    }
}

fn tell_not_opened(name: Pii<String>, detail: &str, said: &mut Said) {
    said.tell(Notice::CallNotOpened {
        name,
        detail: detail.to_owned(),
    });
}
