//! The agent's own legs: which call each belongs to, and what becomes of it from its first ring to its end.

use super::accepting::tell_not_opened;
use super::call::{Call, Key, Leg};
use super::{Calls, Change, Purpose, Said};
use crate::effect::Effect;
use crate::event::Offered;
use crate::ids::{CallSid, ReservationSid};
use crate::ledger::Ledger;
use crate::time::Millis;

/// From a leg's answer until its first packet, which comes within 50 ms (measured). A browser that does not tell of it
/// must not keep the agent deaf.
const AUDIO_WAIT: Millis = Millis::from_secs(2);

impl Calls {
    /// A leg of this agent's rings. One that Twilio names, of a call that he has taken, brings him back to it after his page
    /// was loaded again: if he is in another call by then, it waits.
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
            let returns = task.is_some() && self.call(&key).is_some_and(Call::is_taken);
            let waits = returns && self.live_call().is_some();
            if matches!(self.change, Change::AtRest) && !self.is_live(&key) && !waits {
                self.accept(now, key.clone(), None);
                if returns {
                    self.bring_back_on_screen(&key, ledger, &mut said);
                }
            }
            self.offer_leg(now, &key, leg, offered, ledger, &mut said);
        }
        self.settle_down(now, ledger, said)
    }

    pub(super) fn offer_leg<P: From<Purpose>>(
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
        let named = named.and_then(|sid| self.call(&Key::Task(sid.clone())));
        // Perhaps once more.
        let named = named.filter(|call| matches!(call.leg, Leg::None | Leg::Gone));
        let accepting = match &self.change {
            Change::Accepting { key, .. } => Some(key.clone()),
            Change::AtRest | Change::Swapping { .. } => None,
        };
        let accepting = accepting.and_then(|key| self.call(&key).filter(lacks_one));
        let latest = || self.calls.iter().rev().filter(|call| call.is_taken());
        let lost_one = latest().filter(|call| matches!(call.leg, Leg::Gone));
        let found = named
            .into_iter()
            .chain(accepting)
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

    /// A leg is answered: its audio follows. Nothing is shown of it before that: what makes Flex draw much of its page anew
    /// would keep the first packet's news waiting, and with it the agent's voice.
    pub fn leg_opened<P: From<Purpose>>(
        &mut self,
        now: Millis,
        leg: &CallSid,
        ledger: &mut Ledger<P>,
    ) -> Said {
        if let Some(call) = self.call_of_leg(leg) {
            if call.open_leg().is_none() {
                call.leg = Leg::Opening(leg.clone(), now + AUDIO_WAIT);
            }
        }
        self.settle_down(now, ledger, Said::default())
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
        // Flex has put it into its phone state, if it is on its own device.
        self.settle_and_show(now, ledger, Said::default())
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
        self.settle_and_show(now, ledger, said)
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

    /// TaskRouter, or Flex, says which leg is the agent's own in a task; what was taken for granted before may have been
    /// another's.
    pub(super) fn leg_where_it_belongs(&mut self, key: &Key, leg: Option<CallSid>) {
        let other = leg.and_then(|leg| {
            let one = self
                .calls
                .iter()
                .position(|call| call.leg.sid() == Some(&leg))?;
            (&self.calls.get(one)?.key != key && self.call(key).is_some())
                .then(|| (one, self.calls.remove(one)))
        });
        let Some((one, mut other)) = other else {
            return;
        };
        if let Some(call) = self.call_mut(key) {
            call.exchange_legs(&mut other);
        }
        let emptied = Some(other.key.clone());
        self.calls.insert(one, other);
        // Ear and microphone stay with the leg.
        if self.live == emptied {
            self.live = Some(key.clone());
        } else if self.is_live(key) {
            self.live.clone_from(&emptied);
        }
        self.calls.retain(|call| !call.is_nothing());
        // A leg that is waited for without anybody having pressed Accept is the same one, whatever its call.
        if let Change::Accepting {
            key: awaited,
            token: None,
            ..
        } = &mut self.change
        {
            if emptied.as_ref() == Some(awaited) {
                awaited.clone_from(key);
            } else if let (true, Some(emptied)) = (awaited == key, emptied) {
                *awaited = emptied;
            }
        }
    }

    /// An offer that is only now accepted has no leg yet: what was taken for its leg is another's.
    pub(super) fn detach_leg(&mut self, key: &Key) {
        let Some(call) = self.call_mut(key) else {
            return;
        };
        let Some(leg) = call.leg.sid().cloned() else {
            return;
        };
        let mut other = Call::without_task(&leg);
        call.exchange_legs(&mut other);
        if self.is_live(key) {
            self.live = Some(other.key.clone());
        }
        self.calls.push(other);
    }

    pub(super) fn call_of_leg(&mut self, leg: &CallSid) -> Option<&mut Call> {
        self.calls
            .iter_mut()
            .find(|call| call.leg.sid() == Some(leg))
    }
}
