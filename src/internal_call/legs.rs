//! This agent's own legs of calls between agents: one for each reservation.

use super::ending::Why;
use super::{of_task, succeeded, InternalCall, Purpose, Said};
use crate::effect::{Effect, Notice};
use crate::event::{Callee, Outcome};
use crate::ids::{ContactUri, ReservationSid};
use crate::ledger::Ledger;
use crate::time::Millis;
use crate::twilio::attributes::Role;
use crate::twilio::reservation::{InternalReservation, RawReservation, ReservationStatus};
use crate::view::HoldView;

/// How long TaskRouter offers a task, where the reservation does not say so: the default of TaskReservationTimeout
/// (<https://www.twilio.com/docs/taskrouter/api/workflow>).
const RESERVATION_TIMEOUT: Millis = Millis::from_secs(120);

/// How long before TaskRouter's time-out this agent refuses by himself: a request takes well under a second, and a
/// dropped socket is back within about 4 s (measured).
const LAST_MOMENT: Millis = Millis::from_secs(5);

/// How much longer than the caller's tab the callee's rings, before it ends the call in its place: the caller's should be
/// the first, and is, unless it is gone.
const GRACE: Millis = Millis::from_secs(2);

/// How long a caller's task that this tab did not place may stay on offer: the tab that placed it takes it at once.
const ORPHAN_WAIT: Millis = Millis::from_secs(10);

/// How long a call found at the start may take to look like one, before the functions are asked.
const FOUND_WAIT: Millis = Millis::from_secs(5);

/// How long after hanging up Twilio may take to end the call, before the functions are told: its callbacks come within a
/// second.
pub(super) const HANG_UP_WAIT: Millis = Millis::from_secs(3);

/// A reservation of a call between agents, and what was done about it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Leg {
    pub(super) reservation: InternalReservation,
    pub(super) stage: Stage,
}

/// What was done about it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Stage {
    /// Nothing yet.
    Offered(Offer),
    /// Flex was asked to accept it, or TaskRouter to call this agent.
    Accepting { offer: Offer, until: Millis },
    /// The functions, or TaskRouter, are being told that he declines.
    Rejecting(Offer),
    /// Accepted.
    Connected { hold: Hold, doubt: Option<Doubt> },
    /// Over; completed by itself at that time, if ever.
    Wrapping { complete_at: Option<Millis> },
    /// Being completed.
    Completing,
}

/// Until when it stays on offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Offer {
    /// The call is ended then; `None`: it was, or the placing waits.
    pub(super) rings_until: Option<Millis>,
    /// It is refused then, before TaskRouter's own time-out.
    pub(super) refused_at: Millis,
}

/// The other party's hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Hold {
    Off,
    On,
    Ordered { on: bool },
}

/// A reason to think that a call which looks connected is not, and when it is acted upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Doubt {
    /// It was there when the page was loaded.
    Found { check_at: Millis },
    /// This agent hung up.
    HungUp { end_at: Millis },
}

impl Leg {
    pub(super) fn deadline(&self) -> Option<Millis> {
        match &self.stage {
            Stage::Offered(offer) => Some(offer.rings_until.unwrap_or(offer.refused_at)),
            Stage::Accepting { until, .. } => Some(*until),
            Stage::Connected { doubt, .. } => doubt.as_ref().map(|doubt| match doubt {
                Doubt::Found { check_at } => *check_at,
                Doubt::HungUp { end_at } => *end_at,
            }),
            Stage::Wrapping { complete_at } => *complete_at,
            Stage::Rejecting(_) | Stage::Completing => None,
        }
    }

    pub(super) fn is_on_offer_to_callee(&self) -> bool {
        self.reservation.call.role == Role::Callee && matches!(self.stage, Stage::Offered(_))
    }

    pub(super) fn hold_view(&self) -> Option<HoldView> {
        match &self.stage {
            Stage::Connected { hold, .. } => Some(match hold {
                Hold::Off => HoldView::Off,
                Hold::On => HoldView::On,
                Hold::Ordered { on: true } => HoldView::Holding,
                Hold::Ordered { on: false } => HoldView::Resuming,
            }),
            Stage::Offered(_)
            | Stage::Accepting { .. }
            | Stage::Rejecting(_)
            | Stage::Wrapping { .. }
            | Stage::Completing => None,
        }
    }

    pub(super) fn is_held_by_other(&self) -> bool {
        let call = &self.reservation.call;
        matches!(self.stage, Stage::Connected { .. })
            && call.on_hold.unwrap_or_default().is(call.role)
    }

    /// Whether this agent is one of a queue that was called: he is named nowhere on the task, so the functions cannot
    /// know him for a party. His leg's end ends the conference, and Twilio's callback the call.
    pub(super) fn is_queue_member(&self) -> bool {
        queue_member(&self.reservation)
    }
}

fn queue_member(reservation: &InternalReservation) -> bool {
    reservation.to_queue && reservation.call.role == Role::Callee
}

/// Whether the other party is on hold, as the task says.
fn noted_hold(reservation: &InternalReservation) -> Hold {
    let call = &reservation.call;
    if call.on_hold.unwrap_or_default().is(call.role.other()) {
        Hold::On
    } else {
        Hold::Off
    }
}

impl InternalCall {
    /// A reservation came or changed. Those of other tasks are not ours.
    pub fn reservation_changed<P: From<Purpose>>(
        &mut self,
        now: Millis,
        raw: &RawReservation,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let mut said = Said::default();
        let Some(new) = InternalReservation::parse(raw) else {
            return said;
        };
        said.call = true;
        if let (Role::Caller, Some(progress)) = (new.call.role, new.call.progress) {
            let reason = new.call.reason;
            self.progressed(now, &new.task, progress, reason, ledger, &mut said);
        }
        match new.status {
            ReservationStatus::Pending => self.offered(now, new, ledger, &mut said),
            ReservationStatus::Accepted => self.accepted(now, new, ledger, &mut said),
            ReservationStatus::Wrapping => self.wrapping(now, new, ledger, &mut said),
            ReservationStatus::Completed
            | ReservationStatus::Canceled
            | ReservationStatus::Rescinded
            | ReservationStatus::Rejected
            | ReservationStatus::Timeout => self.over(&new, ledger, &mut said),
        }
        said
    }

    fn offered<P: From<Purpose>>(
        &mut self,
        now: Millis,
        new: InternalReservation,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        if let Some(known) = self.legs.get_mut(&new.sid) {
            known.reservation = new; // attributes changed
            return;
        }
        let sid = new.sid.clone();
        let timeout = new.timeout.unwrap_or(RESERVATION_TIMEOUT);
        let refused_at = now + timeout.saturating_sub(LAST_MOMENT);
        let own_call = new.call.caller_worker.as_ref() == Some(&self.me.worker);
        let mut rings_until = None;
        let mut placed_here = false;
        let mut refused = false;
        match new.call.role {
            Role::Caller => {
                placed_here = self.own_reservation_came(&new, ledger, said);
                if placed_here {
                    let id = ledger.open(Purpose::Select.into());
                    said.order(Effect::SelectTask {
                        id,
                        reservation: sid.clone(),
                    });
                } else {
                    // Of this very tab, but not being placed: its creation was taken for failed.
                    let mine = new.call.tab.is_some() && new.call.tab == self.tab;
                    rings_until = Some(if mine { now } else { now + ORPHAN_WAIT });
                }
            }
            Role::Callee if own_call => {
                self.refuse_own_call(&new, ledger, said);
                refused = true;
            }
            Role::Callee => {
                let seconds = new.call.ring_seconds.unwrap_or(self.ring_seconds);
                let rings = now + Millis::from_secs(u64::from(seconds)) + GRACE;
                rings_until = Some(rings.min(refused_at));
                said.order(Effect::NotifyRinging {
                    from: new.name.clone(),
                    reservation: sid.clone(),
                });
            }
        }
        let offer = Offer {
            rings_until,
            refused_at,
        };
        let stage = if refused {
            Stage::Rejecting(offer)
        } else {
            Stage::Offered(offer)
        };
        let reservation = new;
        self.legs.insert(sid, Leg { reservation, stage });
        if placed_here {
            self.take_own_leg(now, ledger, said);
        }
    }

    /// The caller's own leg is wanted as soon as the callee is rung: nobody is put on a line on which nobody will come.
    pub(super) fn take_own_leg<P: From<Purpose>>(
        &mut self,
        _now: Millis,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let own = self.legs.iter().find(|(_, leg)| {
            matches!(leg.stage, Stage::Offered(_)) && self.is_rung(&leg.reservation.task)
        });
        if let Some((sid, _)) = own {
            let id = ledger.open(Purpose::AcceptOwn(sid.clone()).into());
            said.order(Effect::AcceptTask {
                id,
                reservation: sid.clone(),
            });
        }
    }

    /// A queue's workflow offered the caller his own call. He refuses it, so that it goes to somebody else; if it comes
    /// back there is nobody else.
    fn refuse_own_call<P: From<Purpose>>(
        &mut self,
        new: &InternalReservation,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let again = self
            .legs
            .values()
            .any(|leg| leg.reservation.task == new.task);
        if again {
            said.tell(Notice::NobodyElseInQueue);
            self.end(&new.task, Why::Over, ledger, said);
            self.legs.retain(|_, leg| leg.reservation.task != new.task);
        } else {
            refuse(&new.sid, ledger, said);
        }
    }

    fn accepted<P: From<Purpose>>(
        &mut self,
        now: Millis,
        new: InternalReservation,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let placed_here =
            new.call.role == Role::Caller && self.own_reservation_came(&new, ledger, said);
        let noted = noted_hold(&new);
        let (hold, doubt) = match self.legs.get(&new.sid).map(|leg| &leg.stage) {
            Some(Stage::Connected {
                hold: hold @ Hold::Ordered { .. },
                doubt,
            }) => (*hold, *doubt),
            Some(Stage::Connected { doubt, .. }) => (noted, *doubt),
            Some(
                Stage::Offered(_)
                | Stage::Accepting { .. }
                | Stage::Rejecting(_)
                | Stage::Wrapping { .. }
                | Stage::Completing,
            ) => (noted, None),
            None if placed_here => (noted, None),
            None => {
                let check_at = now + FOUND_WAIT;
                (noted, Some(Doubt::Found { check_at }))
            }
        };
        let sid = new.sid.clone();
        let stage = Stage::Connected { hold, doubt };
        let reservation = new;
        self.legs.insert(sid, Leg { reservation, stage });
    }

    fn wrapping<P: From<Purpose>>(
        &mut self,
        now: Millis,
        new: InternalReservation,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        if let Some(Leg {
            stage: Stage::Wrapping { .. } | Stage::Completing,
            ..
        }) = self.legs.get(&new.sid)
        {
            return;
        }
        self.own_leg_over(&new.task, said);
        if !queue_member(&new) {
            self.end(&new.task, Why::Over, ledger, said);
        }
        let complete_at = self.wrap_up.map(|span| now + span);
        let sid = new.sid.clone();
        let stage = Stage::Wrapping { complete_at };
        let reservation = new;
        self.legs.insert(sid, Leg { reservation, stage });
    }

    /// The reservation is over. The end is posted unless it was (in wrap-up), or the task goes on without this agent.
    fn over<P: From<Purpose>>(
        &mut self,
        gone: &InternalReservation,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let own_call = gone.call.caller_worker.as_ref() == Some(&self.me.worker);
        if own_call && gone.call.role == Role::Callee && gone.status == ReservationStatus::Rejected
        {
            return; // kept, to know it again if it comes back
        }
        let Some(known) = self.legs.remove(&gone.sid) else {
            return;
        };
        self.own_leg_over(&gone.task, said);
        let offer = match &known.stage {
            Stage::Wrapping { .. } | Stage::Completing => return, // the end was posted
            Stage::Offered(offer) | Stage::Accepting { offer, .. } => Some(offer),
            Stage::Rejecting(_) | Stage::Connected { .. } => None,
        };
        let why = match (gone.call.role, gone.status, offer) {
            (Role::Callee, _, _) if queue_member(gone) => return, // the next of the queue has it
            (Role::Callee, ReservationStatus::Rescinded, _) => return, // another took it
            (Role::Callee, ReservationStatus::Rejected, Some(offer)) => {
                // Not by declining: Flex refuses what is on offer when its agent goes away.
                if offer.rings_until.is_some() {
                    Why::Away
                } else {
                    Why::NoAnswer
                }
            }
            (Role::Callee, ReservationStatus::Timeout, _) => Why::NoAnswer,
            (
                _,
                ReservationStatus::Pending
                | ReservationStatus::Accepted
                | ReservationStatus::Wrapping
                | ReservationStatus::Completed
                | ReservationStatus::Canceled
                | ReservationStatus::Rescinded
                | ReservationStatus::Rejected
                | ReservationStatus::Timeout,
                _,
            ) => Why::Over,
        };
        if gone.call.role == Role::Callee && offer.is_some() && why != Why::Away {
            said.tell(Notice::Missed {
                name: gone.name.clone(),
                back: caller_of(gone),
            });
        }
        self.end(&gone.task, why, ledger, said);
    }

    pub(super) fn wake_legs<P: From<Purpose>>(
        &mut self,
        now: Millis,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let due: Vec<ReservationSid> = self
            .legs
            .iter()
            .filter(|(_, leg)| leg.deadline().is_some_and(|deadline| deadline <= now))
            .map(|(sid, _)| sid.clone())
            .collect();
        for sid in due {
            self.wake_leg(&sid, ledger, said);
        }
    }

    fn wake_leg<P: From<Purpose>>(
        &mut self,
        sid: &ReservationSid,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let Some(leg) = self.legs.get_mut(sid) else {
            return;
        };
        let task = leg.reservation.task.clone();
        let member = leg.is_queue_member();
        match &mut leg.stage {
            Stage::Offered(offer) => {
                let rang = offer.rings_until.take().is_some();
                if rang && !member {
                    let why = match leg.reservation.call.role {
                        Role::Callee => Why::NoAnswer,
                        Role::Caller => Why::Over,
                    };
                    self.end(&task, why, ledger, said);
                } else {
                    let offer = *offer;
                    leg.stage = Stage::Rejecting(offer);
                    refuse(sid, ledger, said);
                }
            }
            Stage::Accepting { offer, .. } => {
                leg.stage = Stage::Offered(*offer);
                said.call = true;
                said.tell(Notice::AcceptFailed {
                    detail: "the phone did not answer".to_owned(),
                });
            }
            Stage::Connected { doubt, .. } => match doubt.take() {
                Some(Doubt::Found { .. }) => {
                    self.post("check", of_task(&task), Purpose::Check, ledger, said);
                }
                Some(Doubt::HungUp { .. }) if !member => self.end(&task, Why::Over, ledger, said),
                Some(Doubt::HungUp { .. }) | None => {}
            },
            Stage::Wrapping { .. } => {
                leg.stage = Stage::Completing;
                let id = ledger.open(Purpose::Complete(sid.clone()).into());
                said.order(Effect::CompleteTask {
                    id,
                    reservation: sid.clone(),
                    task,
                });
            }
            Stage::Rejecting(_) | Stage::Completing => {}
        }
    }

    pub(super) fn complete_settled(
        &mut self,
        sid: &ReservationSid,
        outcome: &Outcome,
        said: &mut Said,
    ) {
        let Some(leg) = self.legs.get_mut(sid) else {
            return;
        };
        if let (Stage::Completing, Err(refusal)) = (&leg.stage, succeeded(outcome)) {
            leg.stage = Stage::Wrapping { complete_at: None };
            said.tell(Notice::CompleteFailed {
                detail: refusal.detail,
            });
        }
    }
}

/// Refuses at TaskRouter, which names no activity: the agent stays in his.
pub(super) fn refuse<P: From<Purpose>>(
    sid: &ReservationSid,
    ledger: &mut Ledger<P>,
    said: &mut Said,
) {
    let id = ledger.open(Purpose::Refuse.into());
    said.order(Effect::RejectReservation {
        id,
        reservation: sid.clone(),
    });
}

/// Whom a callee calls back.
fn caller_of(reservation: &InternalReservation) -> Option<Callee> {
    Some(Callee {
        worker: reservation.call.caller_worker.clone()?,
        contact_uri: ContactUri::parse(reservation.from.as_str()).ok()?,
        name: reservation.name.clone(),
    })
}
