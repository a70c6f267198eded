//! This agent's own legs of calls between agents: one for each reservation.

use super::ending::{Vanished, Why};
use super::leg::{
    native_on_offer_until, noted_hold, queue_member, Doubt, Hold, Leg, Offer, Seat, Stage,
};
use super::rejoining::other_party;
use super::warm_transfer::Company;
use super::{InternalCall, Purpose, Said};
use crate::effect::{Effect, Notice};
use crate::event::Callee;
use crate::ids::{ContactUri, ReservationSid};
use crate::ledger::Ledger;
use crate::time::Millis;
use crate::twilio::attributes::{Progress, Role};
use crate::twilio::reservation::{InternalReservation, RawReservation, ReservationStatus};
use crate::twilio::strategy::StrategyName;

/// How long TaskRouter offers a task, where the reservation does not say so: the default of TaskReservationTimeout
/// (<https://www.twilio.com/docs/taskrouter/api/workflow>).
const RESERVATION_TIMEOUT: Millis = Millis::from_secs(120);

/// How long before TaskRouter's time-out this agent refuses by himself: a request takes well under a second, and a
/// dropped socket is back within about 4 s (measured). Of a short time-out, half.
const LAST_MOMENT: Millis = Millis::from_secs(5);

/// How much longer than the caller's tab the callee's rings, before it ends the call in its place: the caller's should be
/// the first, and is, unless it is gone.
const GRACE: Millis = Millis::from_secs(2);

/// How long a caller's task that this tab did not place may stay on offer: the tab that placed it takes it at once. Where
/// Flex takes it, it is on offer for as long as the agent's phone rings.
const ORPHAN_WAIT: Millis = Millis::from_secs(10);

/// How long Twilio has to tell that the callee has come, before his plugin does: its callback takes well under a second.
const CAME_WAIT: Millis = Millis::from_secs(3);

/// How long a call found at the start may take to look like one, before the functions are asked.
const FOUND_WAIT: Millis = Millis::from_secs(5);

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
        if !self.concerns_me(&new) {
            self.note_handed_on(new);
            return said;
        }
        said.call = true;
        if let (Role::Caller, Some(progress)) = (new.call.role, new.call.progress) {
            let reason = new.call.reason;
            self.progressed(now, &new.task, progress, reason, ledger, &mut said);
        }
        if new.call.role == Role::Caller {
            self.transfer_changed(now, &new);
        }
        match new.status {
            ReservationStatus::Pending => self.offered(now, new, ledger, &mut said),
            ReservationStatus::Accepted => self.accepted(now, new, ledger, &mut said),
            ReservationStatus::Wrapping => self.wrapping(now, new, ledger, &mut said),
            ReservationStatus::Completed
            | ReservationStatus::Canceled
            | ReservationStatus::Rescinded
            | ReservationStatus::Rejected
            | ReservationStatus::Timeout
            | ReservationStatus::Gone => {
                self.over(&new, ledger, &mut said);
                self.meet(now, ledger, &mut said);
            }
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
            self.take_own_leg(ledger, said);
            return;
        }
        let sid = new.sid.clone();
        let timeout = new.timeout.unwrap_or(RESERVATION_TIMEOUT);
        let left = timeout.saturating_sub(new.offered_for);
        let last_moment = LAST_MOMENT.min(Millis(timeout.0 / 2));
        let refused_at = now + left.saturating_sub(last_moment);
        let own_call = new.call.caller_worker.as_ref() == Some(&self.me.worker);
        let mut rings_until = None;
        let mut placed_here = false;
        let mut refused = false;
        match new.call.role {
            Role::Caller => {
                placed_here = self.own_reservation_came(now, &new, ledger, said);
                if !placed_here {
                    // Of this very tab, but not being placed: its creation was taken for failed.
                    let mine = new.call.tab.is_some() && new.call.tab == self.tab;
                    rings_until = Some(match new.strategy {
                        _ if mine => now,
                        StrategyName::Application | StrategyName::WarmTransfer => {
                            native_on_offer_until(now, Some(refused_at))
                        }
                        StrategyName::Conference => now + ORPHAN_WAIT,
                    });
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
        let offer = Offer::new(rings_until, refused_at);
        let stage = if refused {
            offer.refusing()
        } else {
            Stage::Offered(offer)
        };
        let of_colleague = new.call.role == Role::Callee;
        let leg = Leg {
            reservation: new,
            stage,
            company: Company::default(),
            seat: Seat::default(),
        };
        self.legs.insert(sid, leg);
        if placed_here {
            self.take_own_leg(ledger, said);
        }
        if of_colleague {
            self.cross(now, ledger, said);
            self.meet(now, ledger, said);
        }
    }

    /// The caller's own leg is wanted as soon as somebody claims to ring his callee, and not before: by then a colleague
    /// can be reached, as far as is known, and whoever has the claim makes his task or is found dead.
    pub(super) fn take_own_leg<P: From<Purpose>>(
        &mut self,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let wanted = |leg: &Leg| match leg.stage {
            Stage::Offered(offer) => {
                !leg.is_native() && !offer.taken && self.wants_own_leg(&leg.reservation)
            }
            Stage::Accepting { .. }
            | Stage::Rejecting(_)
            | Stage::Connected { .. }
            | Stage::Wrapping { .. }
            | Stage::Completing => false,
        };
        let own = self.legs.iter().find(|(_, leg)| wanted(leg));
        let Some(sid) = own.map(|(sid, _)| sid.clone()) else {
            return;
        };
        if let Some(Leg {
            stage: Stage::Offered(offer),
            ..
        }) = self.legs.get_mut(&sid)
        {
            offer.taken = true;
        }
        let id = ledger.open(Purpose::AcceptOwn(sid.clone()).into());
        said.order(Effect::AcceptTask {
            id,
            reservation: sid,
        });
    }

    /// The caller's call is over: that it was offered to himself need not be remembered any more.
    fn forget_own_offers(&mut self, gone: &InternalReservation) {
        if gone.call.role == Role::Caller {
            self.legs
                .retain(|_, leg| leg.reservation.call.caller_task.as_ref() != Some(&gone.task));
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
            new.call.role == Role::Caller && self.own_reservation_came(now, &new, ledger, said);
        let company = self.company_of(&new.sid);
        let noted = match new.strategy {
            StrategyName::WarmTransfer => company.hold(),
            StrategyName::Conference | StrategyName::Application => noted_hold(&new),
        };
        let (hold, doubt) = match self.legs.get(&new.sid).map(|leg| &leg.stage) {
            Some(Stage::Connected {
                hold: hold @ Hold::Ordered { .. },
                doubt,
                ..
            }) => (*hold, *doubt),
            Some(Stage::Connected { doubt, .. }) => (noted, *doubt),
            Some(Stage::Offered(_) | Stage::Accepting { .. } | Stage::Rejecting(_))
                if new.call.role == Role::Callee =>
            {
                match new.strategy {
                    // Twilio tells nobody else.
                    StrategyName::Application | StrategyName::WarmTransfer => {
                        self.tell_came(&new.task, ledger, said);
                    }
                    StrategyName::Conference => {}
                }
                let tell_at = now + CAME_WAIT;
                (noted, Doubt::Came { tell_at })
            }
            Some(
                Stage::Offered(_)
                | Stage::Accepting { .. }
                | Stage::Rejecting(_)
                | Stage::Wrapping { .. }
                | Stage::Completing,
            ) => (noted, Doubt::later(now)),
            None if placed_here => (noted, Doubt::later(now)),
            None => {
                let check_at = now + FOUND_WAIT;
                (noted, Doubt::Over { check_at })
            }
        };
        let sid = new.sid.clone();
        let before = self.legs.get(&sid).map(|leg| &leg.stage);
        let found = before.is_none() && !placed_here;
        let other = other_party(now, before, &new);
        let seat = self.seat_of(&sid);
        let leg = Leg {
            reservation: new,
            stage: Stage::Connected { hold, doubt, other },
            company,
            seat,
        };
        let task = leg.reservation.task.clone();
        self.legs.insert(sid.clone(), leg);
        self.transferred(&sid, ledger, said);
        if found {
            self.rejoin(&sid, ledger, said);
        }
        if placed_here {
            self.wait_for_number(now, &task);
            self.hand_over_when_met(now, ledger, said);
        }
        self.meet(now, ledger, said);
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
        self.over_without_other(&new.sid, said);
        said.onward = self.onward(&new);
        self.own_leg_over(&new.task, new.leg.as_ref(), said);
        self.over_for_me(&new, ledger, said);
        let complete_at = match new.call.progress {
            // It was no call, and his colleague's waits for the room that it takes.
            Some(Progress::Glare) if new.call.role == Role::Caller => Some(now),
            Some(_) | None => self.wrap_up.map(|span| now + span),
        };
        let sid = new.sid.clone();
        let leg = Leg {
            stage: Stage::Wrapping { complete_at },
            company: self.company_of(&sid),
            seat: self.seat_of(&sid),
            reservation: new,
        };
        self.legs.insert(sid, leg);
        self.meet(now, ledger, said);
    }

    fn company_of(&self, sid: &ReservationSid) -> Company {
        let known = self.legs.get(sid);
        known.map_or_else(Company::default, |leg| leg.company.clone())
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
            // Kept, to know it again if it comes back.
            if let Some(Leg {
                stage: Stage::Rejecting(offer),
                ..
            }) = self.legs.get_mut(&gone.sid)
            {
                offer.refused_at = None;
                offer.refusals_left = 0;
            }
            return;
        }
        self.forget_own_offers(gone);
        self.over_without_other(&gone.sid, said);
        said.onward = self.onward(gone);
        let Some(known) = self.legs.remove(&gone.sid) else {
            return;
        };
        self.own_leg_over(&gone.task, gone.leg.as_ref(), said);
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
                | ReservationStatus::Timeout
                | ReservationStatus::Gone,
                _,
            ) => Why::Over,
        };
        if why == Why::Over {
            self.over_for_me(gone, ledger, said);
        } else {
            self.end(&gone.task, why, ledger, said);
        }
        if gone.call.role != Role::Callee || offer.is_none() {
            return;
        }
        if self.is_calling(gone.call.caller_worker.as_ref()) {
            return; // they call each other, and his gave way
        }
        let (name, back) = (gone.name.clone(), caller_of(gone));
        if gone.status == ReservationStatus::Gone {
            self.told_when_ended(&gone.task, Vanished { name, back }, said);
        } else if why != Why::Away && !gone.declined {
            said.tell(Notice::Missed { name, back });
        }
    }

    /// This agent is out of the call. By a conference of the functions it is over then; a native one may go on without him,
    /// and ends by itself: if it looks over, what is left of it is closed.
    fn over_for_me<P: From<Purpose>>(
        &mut self,
        gone: &InternalReservation,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        if queue_member(gone) && gone.strategy != StrategyName::WarmTransfer {
            return;
        }
        match gone.strategy {
            StrategyName::Application | StrategyName::WarmTransfer => {
                let form = self.form_of(&gone.task);
                self.post("check", form, Purpose::Check, ledger, said);
            }
            StrategyName::Conference => self.end(&gone.task, Why::Over, ledger, said),
        }
    }
}

/// Refuses at TaskRouter, which names no activity: the agent stays in his.
pub(super) fn refuse<P: From<Purpose>>(
    sid: &ReservationSid,
    ledger: &mut Ledger<P>,
    said: &mut Said,
) {
    let id = ledger.open(Purpose::Refuse(sid.clone()).into());
    said.order(Effect::RejectReservation {
        id,
        reservation: sid.clone(),
    });
}

/// Whom a callee calls back.
fn caller_of(reservation: &InternalReservation) -> Option<Callee> {
    Some(Callee {
        worker: reservation.call.caller_worker.clone()?,
        contact_uri: match &reservation.call.caller_uri {
            Some(uri) => uri.clone(),
            None => ContactUri::parse(reservation.from.as_str()).ok()?,
        },
        name: reservation.name.clone(),
    })
}
