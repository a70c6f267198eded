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
//! | any | the leg of listening in ended | nothing is live | back to the call before it |
//! | swapping | everybody is back, and he listened in | at rest, it is live | `EndListening` |
//! | any | somebody joined a call in the background, or his hold failed | | `HoldParticipant`, again after a while |
//!
//! Invariants: at most one ear and one microphone are open, and of the same call; a call that is accepted in vain leaves
//! all as it was; a hold that fails opens nothing; own mute is the Voice SDK's, and nothing here touches it.
//! Sources: <https://www.twilio.com/docs/voice/sdks/javascript/twiliocall>,
//! <https://www.twilio.com/docs/voice/api/conference-participant-resource>.

mod accepting;
mod call;
mod ending;
mod holds;
mod legs;
mod lost;
mod said;
mod screen;
mod swapping;
#[cfg(test)]
mod tests;
mod view;

use crate::effect::{Effect, Panel};
use crate::event::{ActionToken, EffectId, Event, Outcome};
use crate::ids::{CallSid, ReservationSid, TaskSid};
use crate::ledger::Ledger;
use crate::time::Millis;
use crate::twilio::multi_call::MultiCall;
use crate::twilio::participant::RawParticipant;
use crate::twilio::reservation::{RawReservation, ReservationStatus};
pub use call::{Call, Key, Leg, PartyId, Which};
pub use said::{Audio, Fact, Purpose, Said};
use serde::{Deserialize, Serialize};

/// What is being changed. One thing at a time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    /// Legs that went with the page.
    lost: Vec<lost::Lost>,
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
            lost: Vec::new(),
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
            | Event::FieldAppeared { .. }
            | Event::FieldOpened { .. }
            | Event::RetryPressed { .. }
            | Event::QueryTyped { .. }
            | Event::FiltersOpened { .. }
            | Event::FilterChosen { .. }
            | Event::FiltersCleared
            | Event::PersonChosen { .. }
            | Event::RowsShown { .. }
            | Event::FavouritePressed { .. }
            | Event::FavouriteMoved { .. }
            | Event::FavouritesChanged { .. }
            | Event::QueueChosen { .. }
            | Event::CallPressed
            | Event::CallBackPressed { .. }
            | Event::TellWhenFreePressed { .. }
            | Event::WaitCancelled { .. }
            | Event::DeclineChosen { .. }
            | Event::TransferPressed { .. }
            | Event::AddPressed { .. }
            | Event::PartyHoldPressed { .. }
            | Event::PartyRemovePressed { .. }
            | Event::EndForAllPressed { .. }
            | Event::PersonChanged { .. }
            | Event::PersonRemoved { .. }
            | Event::WorkTold { .. }
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

    /// Whether the agent is in another call than this one, or about to be.
    #[must_use]
    pub fn is_in_another(&self, than: &ReservationSid) -> bool {
        let than = Key::Task(than.clone());
        let live = self.live.as_ref().is_some_and(|live| *live != than);
        live || self.change != Change::AtRest
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
        self.look_for_lost(raw, ledger, &mut said);
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
            | ReservationStatus::Rescinded
            | ReservationStatus::Gone => self.over(now, &key),
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
        let mut said = Said::default();
        // Two, while he takes the place of a leg that went with his page.
        let me = participants.iter().filter(|one| one.me && one.joined);
        let legs = me.filter_map(|me| CallSid::parse(me.call.as_deref()?).ok());
        let legs: Vec<CallSid> = legs.collect();
        for leg in &legs {
            self.leg_where_it_belongs(&key, Some(leg.clone()));
        }
        if let Some(call) = self.call_mut(&key) {
            call.meet(participants);
        }
        self.joined_again(reservation, &legs, &mut said);
        self.settle_down(now, ledger, said)
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
            | Outcome::Queues { .. }
            | Outcome::Favourites { .. } => None,
        };
        match purpose {
            Purpose::Action => {}
            Purpose::Recover(leg) => self.recovered(&leg, outcome, ledger, &mut said),
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
        if audio.ear != self.audio.ear {
            if audio.ear.is_some() {
                self.bring_on_screen(ledger, &mut said);
            }
            self.listen_no_more(&audio, &mut said);
            self.show_leg(&mut said);
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

    /// The same, and Flex's phone state is put right whether or not the ear has gone to another leg.
    fn settle_and_show<P: From<Purpose>>(
        &mut self,
        now: Millis,
        ledger: &mut Ledger<P>,
        said: Said,
    ) -> Said {
        let ear = self.audio.ear.clone();
        let mut said = self.settle_down(now, ledger, said);
        if self.rules.enabled && ear == self.audio.ear {
            self.show_leg(&mut said);
        }
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

    fn of_task(&self, reservation: &ReservationSid) -> Option<&Call> {
        self.call(&Key::Task(reservation.clone()))
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

    fn open<P: From<Purpose>>(purpose: Purpose, ledger: &mut Ledger<P>) -> EffectId {
        ledger.open(purpose.into())
    }
}
