//! TaskRouter, the functions and Twilio's legs, as simple as the cores can tell.

use super::{is_live, is_open, Call, Card, Order, State};
use crate::names::{CallNumber, Offer, Who};
use crate::office::Answer;
use backline::twilio::attributes::{Progress, Role};
use backline::twilio::reservation::ReservationStatus as Status;

impl State {
    pub(super) fn carry_out(&mut self, who: Who, order: Order) -> Answer {
        match order {
            Order::Start => {
                let number = u8::try_from(self.calls.len()).unwrap();
                self.calls.push(Call {
                    caller: who,
                    own: Status::Pending,
                    callee: None,
                    progress: None,
                    asked: false,
                    accepted: false,
                    declined: false,
                    hung_up: false,
                    met_busy: false,
                });
                self.publish(number, Role::Caller);
                Answer::Done
            }
            // TaskRouter's workflow has nobody else, and the functions are told that it gave up.
            Order::Refuse(offer) => {
                if self.call(offer.call).callee == Some(Status::Pending) {
                    self.call(offer.call).callee = Some(Status::Rejected);
                    self.publish(offer.call, Role::Callee);
                    self.note(offer.call, Progress::NoAnswer);
                    self.close(offer.call);
                }
                Answer::Done
            }
            Order::Complete(offer) => {
                let call = self.call(offer.call);
                match offer.role {
                    Role::Caller if call.own == Status::Wrapping => call.own = Status::Completed,
                    Role::Callee if call.callee == Some(Status::Wrapping) => {
                        call.callee = Some(Status::Completed);
                    }
                    Role::Caller | Role::Callee => return Answer::Refused,
                }
                self.publish(offer.call, offer.role);
                Answer::Done
            }
            Order::Came(call) => {
                if self.call(call).callee == Some(Status::Accepted) {
                    self.note(call, Progress::Answered);
                }
                Answer::Ok
            }
            Order::Decline(number) => {
                let call = self.call(number);
                if call.callee == Some(Status::Accepted)
                    || call.progress == Some(Progress::Answered)
                {
                    return Answer::Because(Progress::Answered);
                }
                if call.callee == Some(Status::Pending) {
                    call.declined = true;
                    self.note(number, Progress::Declined);
                }
                self.close(number);
                Answer::Ok
            }
            Order::End(number, None) => {
                self.close(number);
                Answer::Ok
            }
            Order::End(number, Some(outcome)) => {
                let call = self.call(number);
                if call.callee == Some(Status::Accepted)
                    || call.progress == Some(Progress::Answered)
                {
                    return Answer::Because(Progress::Answered);
                }
                self.note(number, outcome);
                self.close(number);
                Answer::Ok
            }
            Order::Check(number) => {
                let call = self.call(number);
                let gone = call.callee.is_some_and(|status| !is_open(status));
                let over = !is_open(call.own)
                    || match call.progress {
                        None => false,
                        Some(Progress::Ringing | Progress::Answered) => gone,
                        Some(_) => true,
                    };
                if over {
                    let outcome = match call.accepted {
                        true => Progress::NotConnected,
                        false => Progress::NoAnswer,
                    };
                    if call.progress == Some(Progress::Ringing) {
                        self.note(number, outcome);
                    }
                    self.close(number);
                }
                Answer::Ok
            }
        }
    }

    /// Twilio asks the functions what to do with the leg that Flex called (`functions/enqueue.rs`, `functions/glare.rs`).
    pub(super) fn enqueue(&mut self, number: CallNumber) {
        self.call(number).asked = true;
        let caller = self.calls[usize::from(number)].caller;
        let callee = caller.other();
        let opposite = (0..).zip(&self.calls).find(|(_, other)| {
            other.caller == callee && is_open(other.own) && other.is_undecided()
        });
        match opposite.map(|(other, held)| (other, held.progress.is_some())) {
            Some((other, rings)) if rings || other < number => {
                self.note(number, Progress::Glare);
                return self.close(number);
            }
            Some((other, _)) => {
                self.note(other, Progress::Glare);
                self.close(other);
            }
            None => {
                let has = |call: &&Call| {
                    (call.caller == callee && is_live(call.own))
                        || (call.caller == caller && call.callee_is(is_live))
                };
                if self.calls.iter().filter(has).count() >= self.room {
                    self.call(number).met_busy = true;
                    self.note(number, Progress::Busy);
                    return self.close(number);
                }
            }
        }
        self.call(number).callee = Some(Status::Pending);
        self.note(number, Progress::Ringing);
        self.publish(number, Role::Callee);
    }

    /// Written once, an outcome stays.
    pub(super) fn note(&mut self, number: CallNumber, progress: Progress) {
        let call = self.call(number);
        if call.is_undecided() && call.progress != Some(progress) {
            call.progress = Some(progress);
            if is_open(call.own) {
                self.publish(number, Role::Caller);
            }
        }
    }

    /// Both legs end, and with them both tasks.
    pub(super) fn close(&mut self, number: CallNumber) {
        let after = |status: Status| match status {
            Status::Pending => Status::Canceled,
            Status::Accepted => Status::Wrapping,
            other => other,
        };
        let call = self.call(number);
        let (own, callee) = (after(call.own), call.callee.map(after));
        let changed = (own != call.own, callee != call.callee);
        (call.own, call.callee) = (own, callee);
        if changed.0 {
            self.publish(number, Role::Caller);
        }
        if changed.1 {
            self.publish(number, Role::Callee);
        }
    }

    /// TaskRouter tells whoever has that reservation.
    pub(super) fn publish(&mut self, number: CallNumber, role: Role) {
        let call = &self.calls[usize::from(number)];
        let (who, status) = match role {
            Role::Caller => (call.caller, Some(call.own)),
            Role::Callee => (call.caller.other(), call.callee),
        };
        let progress = match role {
            Role::Caller => call.progress,
            Role::Callee => None,
        };
        let round = 0;
        let offer = Offer {
            call: number,
            role,
            round,
        };
        if let Some(status) = status {
            let card = Card { status, progress };
            self.agent_mut(who)
                .news
                .entry(offer)
                .or_default()
                .push(card);
        }
    }
}
