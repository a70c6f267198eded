//! Legs: ringing, answering, ending; what the voice product tells us.

use super::application::Line;
use super::call::{
    AfterDial, Call, Direction, Doing, Ending, FarEnd, Live, Offer, OnAnswer, Over, Phone, Role,
    State,
};
use super::callback::Subscription;
use super::conference::Why;
use super::Telephony;
use crate::orders::{CallFact, Cause};
use crate::output::Output;
use backline::ids::CallSid;
use backline::time::Millis;

/// A leg to be rung.
pub(super) struct NewLeg {
    pub from: String,
    /// `client:…`, `sip:…` or a number.
    pub to: String,
    pub direction: Direction,
    pub parent: Option<CallSid>,
    pub role: Role,
    pub timeout_s: u64,
    pub then: OnAnswer,
    pub subscription: Option<Subscription>,
    /// For the far end's Voice SDK.
    pub parameters: Vec<(String, String)>,
}

/// Who ended a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// The phone itself: it need not be told.
    FarEnd,
    Us,
}

impl Telephony {
    /// A Device shows the call to its user.
    pub fn leg_ringing(&mut self, now: Millis, sid: &CallSid) {
        let Some(call) = self.calls.get_mut(sid) else {
            return;
        };
        if let State::Queued(offer) = &call.state {
            call.state = State::Ringing(offer.clone());
            call.updated = now;
            self.tell_call(now, sid, "ringing");
        }
    }

    /// A Device answered. If the leg was taken back meanwhile it is hung up.
    pub fn leg_answered(&mut self, now: Millis, sid: &CallSid) {
        let Some(call) = self.calls.get(sid) else {
            return;
        };
        match &call.state {
            State::Queued(_) | State::Ringing(_) => self.answer(now, sid),
            State::InProgress(_) => {}
            State::Over(_) => self.outputs.push(Output::HangUpLeg { call: sid.clone() }),
        }
    }

    /// A Device rejected the call.
    pub fn leg_rejected(&mut self, now: Millis, sid: &CallSid) {
        if self.is_ringing(sid) {
            self.finish(now, sid, Ending::Busy, By::FarEnd);
        }
    }

    /// Nobody is registered under the leg's identity, or the Device went away while it rang.
    pub fn leg_unreachable(&mut self, now: Millis, sid: &CallSid) {
        if self.is_ringing(sid) {
            self.finish(now, sid, Ending::Failed, By::FarEnd);
        }
    }

    /// The far end hung up (or took its own call back).
    pub fn leg_hung_up(&mut self, now: Millis, sid: &CallSid) {
        let ending = if self.is_ringing(sid) {
            Ending::Canceled
        } else {
            Ending::Completed
        };
        self.finish(now, sid, ending, By::FarEnd);
    }

    /// Ends a call: `completed` if it was answered, else `canceled`. False if there is no such call that is not over.
    pub fn end_call(&mut self, now: Millis, sid: &CallSid) -> bool {
        match self.calls.get(sid).map(|call| &call.state) {
            Some(State::Queued(_) | State::Ringing(_)) => {
                self.finish(now, sid, Ending::Canceled, By::Us);
                true
            }
            Some(State::InProgress(_)) => {
                self.finish(now, sid, Ending::Completed, By::Us);
                true
            }
            Some(State::Over(_)) | None => false,
        }
    }

    pub(super) fn is_ringing(&self, sid: &CallSid) -> bool {
        self.calls
            .get(sid)
            .is_some_and(|call| call.offer().is_some())
    }

    /// Makes a leg and rings its phone.
    pub(super) fn ring(&mut self, now: Millis, leg: NewLeg) -> CallSid {
        let sid = self.next_call_sid();
        let deadline = now + Millis::from_secs(leg.timeout_s);
        let line = match self.line(&leg) {
            Ok(line) => line,
            Err((code, message)) => {
                self.alert(code, &sid, message);
                Line::Dead
            }
        };
        let (phone, far, answers) = match line {
            Line::Device(identity) => (Phone::Device { identity }, None, None),
            Line::Number => (self.synthetic(), self.far_end(now, &leg.to), None),
            Line::Application(dialled) => {
                // The next that is made, below.
                let other = CallSid::from_number(sid.number() + 1);
                (Phone::Application { other }, None, Some(dialled))
            }
            Line::Dead => (Phone::Nobody, Some((now, FarEnd::Fails)), None),
        };
        let offer = Offer {
            deadline,
            far,
            then: leg.then,
        };
        let rings_at_once = match phone {
            Phone::Customer { .. } | Phone::Application { .. } => true,
            Phone::Device { .. } | Phone::Nobody => false,
        };
        if let Phone::Device { identity } = &phone {
            self.outputs.push(Output::OfferLeg {
                call: sid.clone(),
                identity: identity.clone(),
                from: leg.from.clone(),
                to: leg.to.clone(),
                parameters: leg.parameters.clone(),
            });
        }
        let call = Call {
            sid: sid.clone(),
            from: leg.from,
            to: leg.to,
            direction: leg.direction,
            parent: leg.parent,
            phone,
            role: leg.role,
            created: now,
            updated: now,
            state: State::Queued(offer),
            subscription: leg.subscription,
            parameters: Vec::new(),
        };
        self.calls.insert(sid.clone(), call);
        self.tell_call(now, &sid, "initiated");
        if rings_at_once {
            self.leg_ringing(now, &sid);
        }
        if let Some(dialled) = answers {
            self.application_answers(now, &sid, dialled);
        }
        sid
    }

    /// Something that a leg does by itself is due.
    pub(super) fn ripen(&mut self, now: Millis, sid: &CallSid) {
        let Some(call) = self.calls.get(sid) else {
            return;
        };
        if call.deadline().is_none_or(|deadline| deadline > now) {
            return;
        }
        match call.offer() {
            Some(offer) => match offer.far {
                Some((at, FarEnd::Answers)) if at <= now => self.answer(now, sid),
                Some((at, FarEnd::IsBusy)) if at <= now => {
                    self.finish(now, sid, Ending::Busy, By::FarEnd);
                }
                Some((at, FarEnd::Fails)) if at <= now => {
                    self.finish(now, sid, Ending::Failed, By::FarEnd);
                }
                Some(_) | None => self.finish(now, sid, Ending::NoAnswer, By::Us),
            },
            None => {
                if let Some(Doing::Waiting { rest, .. }) = self.pause(sid) {
                    self.run(now, sid, rest);
                }
            }
        }
    }

    pub(super) fn answer(&mut self, now: Millis, sid: &CallSid) {
        let Some(call) = self.calls.get_mut(sid) else {
            return;
        };
        let Some(then) = call.offer().map(|offer| offer.then.clone()) else {
            return;
        };
        call.state = State::InProgress(Live {
            since: now,
            doing: Doing::Between,
        });
        call.updated = now;
        if let Role::Worker { reservation, .. } = &call.role {
            self.facts.push(CallFact::Answered {
                reservation: reservation.clone(),
                call: sid.clone(),
            });
        }
        self.tell_call(now, sid, "answered");
        match then {
            OnAnswer::Fetch(source) => self.fetch(now, sid, source, Vec::new()),
            OnAnswer::Run(program) => self.run(now, sid, program),
            OnAnswer::TaskConference(plan) => self.meet_customer(now, sid, plan),
            OnAnswer::Join(conference, entry) => {
                self.join(now, sid, &conference, *entry, AfterDial::default());
            }
            OnAnswer::Bridge(parent) => self.bridge(now, &parent, sid),
        }
    }

    /// Ends a leg, and all that follows from it. Does nothing to one that is over.
    pub(super) fn finish(&mut self, now: Millis, sid: &CallSid, ending: Ending, by: By) {
        let Some(call) = self.calls.get_mut(sid) else {
            return;
        };
        let answered = match &call.state {
            State::Over(_) => return,
            State::Queued(_) | State::Ringing(_) => None,
            State::InProgress(live) => Some(live.since),
        };
        let over = State::Over(Over {
            ending,
            answered,
            at: now,
        });
        let state = std::mem::replace(&mut call.state, over);
        call.updated = now;
        let role = call.role.clone();
        let phone = call.phone.clone();
        let told = by == By::Us && matches!(call.phone, Phone::Device { .. });
        if told {
            let call = sid.clone();
            self.outputs.push(match answered {
                None => Output::CancelLeg { call },
                Some(_) => Output::HangUpLeg { call },
            });
        }
        self.tell_call(now, sid, "completed");
        match state {
            State::Queued(offer) | State::Ringing(offer) => {
                self.offer_failed(now, sid, offer.then, ending);
            }
            State::InProgress(live) => self.abandon(now, sid, live.doing, Why::HungUp),
            State::Over(_) => {}
        }
        self.facts.extend(ended(role, sid, ending, answered));
        if let Phone::Application { other } = phone {
            self.other_leg_over(now, &other, ending);
        }
    }

    /// What a leg was doing ends: with it, or because REST gave it other TwiML.
    pub(super) fn abandon(&mut self, now: Millis, sid: &CallSid, doing: Doing, why: Why) {
        match doing {
            Doing::Between | Doing::Fetching { .. } | Doing::Waiting { .. } => {}
            Doing::Enqueued(waiting) => self.gone_from_queue(now, sid, &waiting, why),
            Doing::InConference { conference, .. } => {
                self.leave(now, &conference, sid, why);
            }
            Doing::Dialling { children, .. } => {
                for child in children {
                    self.finish(now, &child, Ending::Canceled, By::Us);
                }
            }
            Doing::BridgedTo { peer, .. } => self.finish(now, &peer, Ending::Completed, By::Us),
            Doing::BridgedBy { peer } => self.dialled_leg_over(now, &peer, sid, "completed"),
        }
    }

    /// A leg that was not answered was meant for somebody.
    fn offer_failed(&mut self, now: Millis, sid: &CallSid, then: OnAnswer, ending: Ending) {
        match then {
            OnAnswer::Fetch(_) | OnAnswer::Run(_) | OnAnswer::TaskConference(_) => {}
            OnAnswer::Join(conference, entry) => {
                self.never_joined(now, &conference, sid, entry.end_on_exit);
            }
            OnAnswer::Bridge(parent) => {
                let status = super::CallStatus::from(ending).as_str();
                self.dialled_leg_over(now, &parent, sid, status);
            }
        }
    }

    /// Takes what an answered leg is doing, leaving it between two verbs.
    pub(super) fn pause(&mut self, sid: &CallSid) -> Option<Doing> {
        match &mut self.calls.get_mut(sid)?.state {
            State::InProgress(live) => Some(std::mem::replace(&mut live.doing, Doing::Between)),
            State::Queued(_) | State::Ringing(_) | State::Over(_) => None,
        }
    }

    /// Sets what an answered leg is doing; false if it is not answered.
    pub(super) fn resume(&mut self, now: Millis, sid: &CallSid, doing: Doing) -> bool {
        let Some(call) = self.calls.get_mut(sid) else {
            return false;
        };
        match &mut call.state {
            State::InProgress(live) => {
                live.doing = doing;
                call.updated = now;
                true
            }
            State::Queued(_) | State::Ringing(_) | State::Over(_) => false,
        }
    }
}

fn ended(role: Role, sid: &CallSid, ending: Ending, answered: Option<Millis>) -> Option<CallFact> {
    let call = sid.clone();
    match (role, answered) {
        (Role::Worker { reservation, .. }, Some(_)) => {
            Some(CallFact::WorkerLegEnded { reservation, call })
        }
        (Role::Worker { reservation, .. }, None) => Some(CallFact::NotAnswered {
            reservation,
            call,
            cause: match ending {
                Ending::Busy => Cause::Busy,
                Ending::NoAnswer => Cause::NoAnswer,
                Ending::Failed => Cause::Unreachable,
                Ending::Canceled | Ending::Completed => Cause::Canceled,
            },
        }),
        (Role::Customer { task, .. }, _) => Some(CallFact::CustomerLegEnded { call, task }),
        (Role::Supervisor { .. } | Role::Plain, _) => None,
    }
}
