//! Several calls of one agent: which is live, what the others do meanwhile. The only machine that orders microphones,
//! ears, holds and devices.
//!
//! A call is live, or in the background. **Only the live call has an ear or a microphone**: what is ordered is not
//! "close this, open that" but [`Audio`], the one leg that has either, worked out from the state after every event. A leg
//! has neither from its creation. Isolation is local and immediate; the hold at Twilio follows it, and is repeated until
//! it is done.
//!
//! | from | event | to | effects |
//! |---|---|---|---|
//! | at rest | accept requested | accepting | microphone of the live call closed, nothing else |
//! | accepting | another accept requested | accepting | waits for its turn |
//! | accepting | its leg came, and Flex's device is busy | accepting | `ForwardLeg` |
//! | accepting | its leg is audible | at rest, it is live | ear and microphone switched; `HoldParticipant` of the former |
//! | accepting | failed, rescinded, hung up, or too late | at rest, as before | microphone given back; `Notify` |
//! | at rest | swap requested, or unhold of a call in the background | swapping | `HoldParticipant` off: nothing is heard yet |
//! | swapping | everybody is back | at rest, it is live | ear and microphone switched; `HoldParticipant` of the former |
//! | swapping | failed, or too late | at rest, as before | `Notify`; `HoldParticipant` of those who were back |
//! | any | the live call's leg ended | nothing is live | next, if so configured |
//! | any | somebody joined a call in the background, or his hold failed | | `HoldParticipant`, again after a while |
//!
//! Invariants: at most one ear and one microphone are open, and of the same call; a call that is accepted in vain leaves
//! all as it was; a hold that fails opens nothing; own mute is the Voice SDK's, and nothing here touches it.
//! Sources: <https://www.twilio.com/docs/voice/sdks/javascript/twiliocall>,
//! <https://www.twilio.com/docs/voice/api/conference-participant-resource>.

mod accepting;
mod call;
mod holds;
mod swapping;
#[cfg(test)]
mod tests;
mod view;

use crate::effect::{Effect, Notice, Panel};
use crate::event::{ActionToken, EffectId, Event, Outcome};
use crate::ids::{CallSid, ReservationSid, TaskSid};
use crate::ledger::Ledger;
use crate::time::Millis;
use crate::twilio::multi_call::MultiCall;
use crate::twilio::participant::RawParticipant;
use crate::twilio::reservation::{RawReservation, ReservationStatus};
pub use call::{Call, Key, Leg, PartyId, Which};
use serde::{Deserialize, Serialize};

/// What an effect of this machine was for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A device of its own for this leg.
    Forward(CallSid),
    /// Put a party on hold, or take him back.
    Hold(Key, PartyId, Which),
    /// Flex's `AcceptTask`, or another action of Flex, whose own outcome is an event anyway.
    Action,
}

/// Which leg has the agent's ear, and which his microphone. Every other leg has neither.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Audio {
    /// He hears this one.
    pub ear: Option<CallSid>,
    /// This one hears him, unless he has muted himself.
    pub microphone: Option<CallSid>,
}

/// What another machine must do.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Fact {
    /// The other party of a call between agents goes on hold, or comes back.
    HoldWanted {
        /// Whose call.
        reservation: ReservationSid,
        /// On, or off.
        hold: bool,
    },
    /// This agent has as many calls as he may: the offer is declined.
    OneTooMany {
        /// Which offer.
        reservation: ReservationSid,
    },
}

/// What the machine says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// Orders.
    pub effects: Vec<Effect>,
    /// For the other machines.
    pub facts: Vec<Fact>,
}

impl Said {
    fn tell(&mut self, notice: Notice) {
        self.effects.push(Effect::Notify { notice });
    }
}

/// What is being changed. One thing at a time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Change {
    AtRest,
    /// From the press of Accept until the new call is audible.
    Accepting {
        key: Key,
        token: Option<ActionToken>,
        until: Millis,
    },
    /// From the press of Swap until everybody is back from hold.
    Swapping {
        to: Key,
        until: Millis,
    },
}

/// All calls of one agent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Calls {
    rules: MultiCall,
    /// Whether the agent's phone is this browser; a `sip:` phone has no audio here.
    here: bool,
    /// In the order in which they came.
    calls: Vec<Call>,
    live: Option<Key>,
    /// Live before the leg that Flex opened for listening in on a colleague.
    before: Option<Key>,
    change: Change,
    /// Accepted by the agent while another change was under way; the first is the next.
    waiting: Vec<ReservationSid>,
    selected: Option<ReservationSid>,
    /// As ordered last.
    audio: Audio,
}

impl Calls {
    /// The machine as configured, for a phone in this browser or elsewhere.
    #[must_use]
    pub fn new(rules: MultiCall, here: bool) -> Self {
        Self {
            rules,
            here,
            calls: Vec::new(),
            live: None,
            before: None,
            change: Change::AtRest,
            waiting: Vec::new(),
            selected: None,
            audio: Audio::default(),
        }
    }

    /// One of the events that concern no other machine.
    pub fn handle<P: From<Purpose>>(
        &mut self,
        now: Millis,
        event: &Event,
        ledger: &mut Ledger<P>,
    ) -> Said {
        match event {
            Event::LegOffered {
                leg,
                reservation,
                offered,
            } => self.leg_offered(now, leg, reservation.as_ref(), *offered, ledger),
            Event::LegOpened { leg } => self.leg_opened(now, leg, ledger),
            Event::LegAudible { leg } => self.leg_audible(now, leg, ledger),
            Event::LegMuted { leg, muted } => self.leg_muted(now, leg, *muted, ledger),
            Event::LegEnded { leg, detail } => self.leg_ended(now, leg, detail.as_deref(), ledger),
            Event::ParticipantsChanged {
                reservation,
                participants,
            } => self.participants_changed(now, reservation, participants, ledger),
            Event::TaskSelected { reservation } => {
                self.task_selected(now, reservation.clone(), ledger)
            }
            Event::SwapPressed { reservation } => self.swap(now, reservation, None, ledger),
            Event::EndAndAnswerPressed { reservation } => {
                self.end_and_answer(now, reservation, ledger)
            }
            Event::LegRetryPressed { reservation } => self.leg_retried(now, reservation, ledger),
            Event::ActionEnded { token, failure } => {
                self.action_over(now, *token, failure.as_ref(), ledger)
            }
            Event::Started { .. }
            | Event::TabChosen { .. }
            | Event::FieldOpened { .. }
            | Event::RetryPressed { .. }
            | Event::QueryTyped { .. }
            | Event::PersonChosen { .. }
            | Event::QueueChosen { .. }
            | Event::CallPressed
            | Event::CallBackPressed { .. }
            | Event::DeclineChosen { .. }
            | Event::PersonChanged { .. }
            | Event::PersonRemoved { .. }
            | Event::ActionRequested { .. }
            | Event::ReservationChanged { .. }
            | Event::Settled { .. }
            | Event::DeadlineReached => Said::default(),
        }
    }

    /// The reservation that Flex means: by its SID, or its task's.
    #[must_use]
    pub fn find(&self, sid: Option<&str>, task_sid: Option<&str>) -> Option<ReservationSid> {
        let named = |text: &str| {
            self.calls.iter().find_map(|call| match &call.key {
                Key::Task(reservation)
                    if reservation.as_str() == text
                        || call.task.as_ref().map(TaskSid::as_str) == Some(text) =>
                {
                    Some(reservation.clone())
                }
                Key::Task(_) | Key::Leg(_) => None,
            })
        };
        sid.and_then(named).or_else(|| task_sid.and_then(named))
    }

    /// A reservation came or changed.
    pub fn reservation_changed<P: From<Purpose>>(
        &mut self,
        now: Millis,
        raw: &RawReservation,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let mut said = Said::default();
        if !self.rules.enabled || !raw.is_voice() {
            return said;
        }
        let key = Key::Task(raw.sid.clone());
        match raw.status {
            ReservationStatus::Pending => {
                let is_new = self.call(&key).is_none();
                self.put(now, raw);
                if is_new && self.is_full() {
                    self.refuse(raw, &mut said);
                }
            }
            ReservationStatus::Accepted => {
                self.put(now, raw);
                self.taken(now, &key);
            }
            ReservationStatus::Wrapping
            | ReservationStatus::Completed
            | ReservationStatus::Rejected
            | ReservationStatus::Timeout
            | ReservationStatus::Canceled
            | ReservationStatus::Rescinded => self.over(now, &key),
        }
        self.settle_down(now, ledger, said)
    }

    /// Who is in the conference of a call, as Flex knows it.
    pub fn participants_changed<P: From<Purpose>>(
        &mut self,
        now: Millis,
        reservation: &ReservationSid,
        participants: &[RawParticipant],
        ledger: &mut Ledger<P>,
    ) -> Said {
        let key = Key::Task(reservation.clone());
        let me = participants.iter().find(|one| one.me && one.joined);
        let leg = me.and_then(|me| CallSid::parse(me.call.as_deref()?).ok());
        self.leg_where_it_belongs(&key, leg);
        if let Some(call) = self.call_mut(&key) {
            call.meet(participants);
        }
        self.settle_down(now, ledger, Said::default())
    }

    /// An effect of this machine is over.
    pub fn settle<P: From<Purpose>>(
        &mut self,
        now: Millis,
        purpose: Purpose,
        outcome: &Outcome,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let mut said = Said::default();
        let failure = match outcome {
            Outcome::Failed { failure } => Some(failure.message.clone()),
            Outcome::Done
            | Outcome::TaskCreated { .. }
            | Outcome::Answered { .. }
            | Outcome::People { .. }
            | Outcome::Queues { .. } => None,
        };
        match purpose {
            Purpose::Action => {}
            Purpose::Forward(leg) => {
                if let Some(detail) = failure {
                    self.not_opened(now, &leg, &detail, &mut said);
                }
            }
            Purpose::Hold(key, party, which) => {
                self.hold_over(now, &key, &party, which, failure, &mut said);
            }
        }
        self.settle_down(now, ledger, said)
    }

    /// The hold of a call between agents, ordered by [`Fact::HoldWanted`], is over.
    pub fn internal_hold_over<P: From<Purpose>>(
        &mut self,
        now: Millis,
        reservation: &ReservationSid,
        hold: bool,
        failure: Option<String>,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let mut said = Said::default();
        let key = Key::Task(reservation.clone());
        // Its machine orders one thing at a time: what is over is what is under way.
        let other = PartyId::Other;
        let party = self.call_mut(&key).and_then(|call| call.party(&other));
        let number = party.map_or(0, |party| party.orders);
        self.hold_over(
            now,
            &key,
            &other,
            Which { hold, number },
            failure,
            &mut said,
        );
        self.settle_down(now, ledger, said)
    }

    /// A deadline is reached.
    pub fn wake<P: From<Purpose>>(&mut self, now: Millis, ledger: &mut Ledger<P>) -> Said {
        let mut said = Said::default();
        self.wake_change(now, &mut said);
        self.wake_legs(now);
        self.wake_holds(now, &mut said);
        self.settle_down(now, ledger, said)
    }

    /// When this machine next wants to be woken.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Millis> {
        let change = match &self.change {
            Change::AtRest => None,
            Change::Accepting { until, .. } | Change::Swapping { until, .. } => Some(*until),
        };
        let calls = self.calls.iter().filter_map(|call| {
            let reminder = self.reminder_of(call);
            call.deadline().into_iter().chain(reminder).min()
        });
        change.into_iter().chain(calls).min()
    }

    /// Flex's task list has another selection.
    pub fn task_selected<P: From<Purpose>>(
        &mut self,
        now: Millis,
        reservation: Option<ReservationSid>,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let before = self.leg_on_screen().cloned();
        self.selected = reservation;
        let mut said = Said::default();
        if self.leg_on_screen() != before.as_ref() {
            self.show_leg(&mut said);
        }
        self.settle_down(now, ledger, said)
    }

    /// After every event: what is due is ordered, and the audio follows the state.
    fn settle_down<P: From<Purpose>>(
        &mut self,
        now: Millis,
        ledger: &mut Ledger<P>,
        mut said: Said,
    ) -> Said {
        if !self.rules.enabled {
            return said;
        }
        self.conclude_accept(now);
        self.finish_swap(now);
        self.next_in_turn(ledger, &mut said);
        let audio = self.audio();
        if audio.ear.is_some() && audio.ear != self.audio.ear {
            self.bring_on_screen(ledger, &mut said);
        }
        if audio != self.audio {
            self.audio = audio.clone();
            // First of all: nothing is ordered of anybody before the agent's own ear and microphone are right.
            said.effects.insert(0, Effect::SetAudio { audio });
        }
        self.order_holds(now, ledger, &mut said);
        said.effects.push(Effect::ViewChanged {
            panel: Panel::Calls,
        });
        said
    }

    /// The whole isolation, in one place.
    fn audio(&self) -> Audio {
        let ear = self.live_call().and_then(|call| call.open_leg()).cloned();
        let microphone = match &self.change {
            Change::Accepting { .. } => None,
            Change::AtRest | Change::Swapping { .. } => ear.clone(),
        };
        Audio { ear, microphone }
    }

    fn live_call(&self) -> Option<&Call> {
        self.live.as_ref().and_then(|key| self.call(key))
    }

    fn call(&self, key: &Key) -> Option<&Call> {
        self.calls.iter().find(|call| &call.key == key)
    }

    fn call_mut(&mut self, key: &Key) -> Option<&mut Call> {
        self.calls.iter_mut().find(|call| &call.key == key)
    }

    fn call_of_leg(&mut self, leg: &CallSid) -> Option<&mut Call> {
        self.calls
            .iter_mut()
            .find(|call| call.leg.sid() == Some(leg))
    }

    fn is_live(&self, key: &Key) -> bool {
        self.live.as_ref() == Some(key)
    }

    fn put(&mut self, now: Millis, raw: &RawReservation) {
        let key = Key::Task(raw.sid.clone());
        match self.call_mut(&key) {
            Some(call) => call.read(raw),
            None => self.calls.push(Call::of(raw, now)),
        }
        self.leg_where_it_belongs(&key, raw.worker_leg());
    }

    /// TaskRouter, or Flex, says which leg is the agent's own in a task; what was taken for granted before may have been
    /// another's.
    fn leg_where_it_belongs(&mut self, key: &Key, leg: Option<CallSid>) {
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

    fn taken(&mut self, now: Millis, key: &Key) {
        let here = self.here;
        let Some(call) = self.call_mut(key) else {
            return;
        };
        call.take();
        if here {
            return;
        }
        // A phone elsewhere: there is no audio here to wait for.
        call.leg = Leg::Elsewhere;
        self.audible(now, key);
    }

    /// The task is over for this agent. A leg that is still there goes on until it ends, and may yet turn out to be
    /// another task's: the task gives a call its name, the leg its audio.
    fn over(&mut self, now: Millis, key: &Key) {
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

    /// An offer that is only now accepted has no leg yet: what was taken for its leg is another's.
    fn detach_leg(&mut self, key: &Key) {
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

    /// Nothing waits for a call that is no more.
    fn let_go(&mut self, now: Millis, key: &Key) {
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
    fn is_full(&self) -> bool {
        let taken = self.calls.iter().filter(|call| call.is_taken()).count();
        self.rules.limit.is_some_and(|limit| taken >= limit)
    }

    fn refuse(&mut self, raw: &RawReservation, said: &mut Said) {
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

    /// The call that he is in now comes on screen, if he was in another before.
    fn bring_on_screen<P: From<Purpose>>(&self, ledger: &mut Ledger<P>, said: &mut Said) {
        let Some(Key::Task(reservation)) = &self.live else {
            return;
        };
        let others = self.calls.iter().any(|call| call.aside.is_some());
        if others && self.selected.as_ref() != Some(reservation) {
            said.effects.push(Effect::SelectTask {
                id: Self::open(Purpose::Action, ledger),
                reservation: reservation.clone(),
            });
        }
    }

    /// Flex's call controls act on the leg in its phone state.
    fn show_leg(&self, said: &mut Said) {
        said.effects.push(Effect::ShowLeg {
            leg: self.leg_on_screen().cloned(),
        });
    }

    fn leg_on_screen(&self) -> Option<&CallSid> {
        let selected = self
            .selected
            .as_ref()
            .and_then(|sid| self.call(&Key::Task(sid.clone())));
        let any = self.calls.iter().rev();
        selected
            .into_iter()
            .chain(self.live_call())
            .chain(any)
            .find_map(Call::open_leg)
    }

    fn open<P: From<Purpose>>(purpose: Purpose, ledger: &mut Ledger<P>) -> EffectId {
        ledger.open(purpose.into())
    }
}
