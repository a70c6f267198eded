//! A party whose page went, and came back: his phone is rung again, for the conference in which the other one waits.
//!
//! | state | answer | next |
//! |---|---|---|
//! | asking (token, his task, who has its reservation) | token not valid, or it is not he | refused 403 |
//! | | the call is over, or does not outlive a page | refused 409, `over` |
//! | | | finding |
//! | finding (the conference; the other's task; his phone) | the call is over, or the other's task is of another call | refused 409, `over` |
//! | | his phone is no browser | refused 409, `over` |
//! | | | counting |
//! | counting (who is in it) | he is, or his phone rings | refused 409, `there` |
//! | | the other is not, or they never talked | refused 409, `over` |
//! | | the other alone, and his task does not say so | noting that (`lost`), then refused 409, `there` |
//! | | the other alone, for less than a second | refused 409, `there` |
//! | | the other alone | claiming |
//! | claiming (on the other's task, `If-Match`) | another request rings him | refused 409, `there` |
//! | | it changed meanwhile (412) | finding again |
//! | | written | ringing |
//! | ringing | done | done |
//! | | refused | giving the claim back, then refused 502 |
//!
//! A leg on its way into the conference looks like one that has left it: so he is rung only where he has been missing for a
//! while, and his plugin asks again.
//!
//! A claim is as old as a request may take (`CLAIM_LIFETIME`): two tabs that start at once ring him once.
//! He comes back without being on hold, whatever was before: that is written with the claim.
//!
//! Nobody is rung by what a task says of phones, which any agent's browser may write: only whoever asks, by his worker's
//! address, and only a browser, which Flex has answer by itself.
//!
//! The leg is his phone's next incoming call; it says by its custom parameter `taskSid` whose it is
//! (<https://www.twilio.com/docs/voice/api/conference-participant-resource#create-a-participant>, `To`).

use super::hold::on_hold;
use super::label::Label;
use super::order::{Answer, Change, NewParticipant, Order, Present, Task};
use super::party::{signed_in, stranger};
use super::sides::conference_and_task;
use super::{refused, Response, Settings, Step};
use crate::ids::{ConferenceSid, ContactUri, TaskSid, WorkerSid};
use crate::time::Millis;
use crate::twilio::attributes::{Progress, Role, CLAIM_LIFETIME, OUTLIVES};
use serde_json::Value;

/// How often a task that changes under our hands is read again before giving up.
const ATTEMPTS: u8 = 5;

/// For how long he must have been missing: a leg is in the conference within this time of its answer.
const MISSING: Millis = Millis::from_secs(1);

/// A run that brings a party back.
#[derive(Debug, Clone, PartialEq)]
pub struct Rejoin {
    attempts: u8,
    state: State,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Asking,
    Finding {
        own: Own,
    },
    Counting {
        own: Own,
        phone: ContactUri,
        other: Task,
        conference: ConferenceSid,
    },
    Noting,
    Claiming {
        own: Own,
        phone: ContactUri,
        conference: ConferenceSid,
    },
    /// `other` with the claim on it.
    Ringing {
        other: Task,
    },
    GivingBack {
        refusal: Step,
    },
}

/// The task of whoever comes back, and what it says of the call.
#[derive(Debug, Clone, PartialEq)]
struct Own {
    task: Task,
    worker: WorkerSid,
    role: Role,
    caller: TaskSid,
    other: TaskSid,
}

impl Own {
    /// Whether the other's task is of the same call, too.
    fn agrees(&self, other: &Task) -> bool {
        match self.role {
            Role::Callee => other.calls(&self.task, &self.worker),
            Role::Caller => other.is_callee_of(&self.task.sid),
        }
    }
}

impl Rejoin {
    pub(super) fn asked(task: TaskSid, token: String) -> (Self, Step) {
        let state = State::Asking;
        let orders = vec![
            Order::ValidateToken { token },
            Order::FetchTask { task: task.clone() },
            Order::ListReservations { task },
        ];
        (Self { attempts: 0, state }, Step::Orders(orders))
    }

    pub(super) fn resume(
        &mut self,
        now: Millis,
        settings: &Settings,
        answers: Vec<Answer>,
    ) -> Step {
        match self.state.clone() {
            State::Asking => self.asked_by(answers),
            State::Finding { own } => self.found(own, answers),
            State::Counting {
                own,
                phone,
                other,
                conference,
            } => match answers.into_iter().next() {
                Some(Answer::Participants(present)) => {
                    self.claim(now, own, phone, &other, conference, &present)
                }
                Some(Answer::Failed { status: 404, .. }) => over(),
                other => refused(other),
            },
            State::Noting => there(),
            State::Claiming {
                own,
                phone,
                conference,
            } => match answers.into_iter().next() {
                Some(Answer::Task(other)) => self.ring(settings, &own, &phone, other, conference),
                Some(Answer::Failed { status: 412, .. }) if self.attempts < ATTEMPTS => {
                    self.attempts += 1;
                    self.look(own)
                }
                Some(Answer::Failed { status: 404, .. }) => over(),
                other => refused(other),
            },
            State::Ringing { other } => match answers.into_iter().next() {
                Some(Answer::Done) => Step::Respond(Response::done(None)),
                failed => self.give_back(&other, refused(failed)),
            },
            State::GivingBack { refusal } => refusal,
        }
    }

    fn asked_by(&mut self, answers: Vec<Answer>) -> Step {
        let mut answers = answers.into_iter();
        let identity = match signed_in(answers.next()) {
            Ok(identity) => identity,
            Err(step) => return step,
        };
        let (task, holders) = match (answers.next(), answers.next()) {
            (Some(Answer::Task(task)), Some(Answer::Reservations { holders, .. })) => {
                (task, holders)
            }
            (Some(Answer::Failed { status: 404, .. }), _) => return over(),
            (Some(Answer::Task(_)), other) | (other, _) => return refused(other),
        };
        if !holders.contains(&identity.worker) {
            return stranger();
        }
        self.find(task, identity.worker)
    }

    fn find(&mut self, task: Task, worker: WorkerSid) -> Step {
        let other = match task.role() {
            Some(Role::Callee) => task.caller_task().map(|other| (Role::Callee, other)),
            Some(Role::Caller) => task.callee_task().map(|other| (Role::Caller, other)),
            None => None,
        };
        match (task.caller_task(), other) {
            (Some(caller), Some((role, other)))
                // Of three or more, whoever loses his page leaves.
                if task.is_open() && task.rejoin_wait().is_some() && task.parties().is_empty() =>
            {
                self.look(Own {
                    task,
                    worker,
                    role,
                    caller,
                    other,
                })
            }
            (Some(_) | None, Some(_) | None) => over(),
        }
    }

    fn look(&mut self, own: Own) -> Step {
        let orders = vec![
            Order::ListConferences {
                task: own.caller.clone(),
            },
            Order::FetchTask {
                task: own.other.clone(),
            },
            Order::FetchColleague {
                worker: own.worker.clone(),
            },
        ];
        self.state = State::Finding { own };
        Step::Orders(orders)
    }

    fn found(&mut self, own: Own, mut answers: Vec<Answer>) -> Step {
        let phone = match answers.pop() {
            Some(Answer::Colleague { contact_uri, .. }) => contact_uri,
            other => return refused(other),
        };
        let Some(phone) = phone.filter(|phone| !phone.is_sip()) else {
            return over();
        };
        match conference_and_task(answers) {
            Ok((Some(conference), Some(other))) if other.is_open() && own.agrees(&other) => {
                self.state = State::Counting {
                    own,
                    phone,
                    other,
                    conference: conference.clone(),
                };
                Step::Orders(vec![Order::ListParticipants { conference }])
            }
            Ok(_) => over(),
            Err(step) => step,
        }
    }

    fn claim(
        &mut self,
        now: Millis,
        own: Own,
        phone: ContactUri,
        other: &Task,
        conference: ConferenceSid,
        present: &[Present],
    ) -> Step {
        let is_there = |role| present.iter().any(|one| one.label == Some(Label::Of(role)));
        let claimed = other.rejoining_at();
        let claimed = claimed.is_some_and(|at| now < at + CLAIM_LIFETIME);
        if is_there(own.role) || claimed {
            return there();
        }
        if !is_there(own.role.other()) {
            return over();
        }
        let caller = match own.role {
            Role::Caller => &own.task,
            Role::Callee => other,
        };
        if caller.progress() != Some(Progress::Answered) {
            return over();
        }
        match other.lost_at() {
            Some(since) if since + MISSING <= now => {}
            Some(_) => return there(),
            None => {
                self.state = State::Noting;
                let since = now.0.to_string();
                let attributes = other.with_links(&[("lost", &since)]);
                return Step::Orders(vec![update(other, attributes)]);
            }
        }
        let links = [
            ("rejoining", Value::String(now.0.to_string())),
            ("on_hold", on_hold(other, own.role, false)),
        ];
        let order = update(other, other.with(&links));
        self.state = State::Claiming {
            own,
            phone,
            conference,
        };
        Step::Orders(vec![order])
    }

    fn ring(
        &mut self,
        settings: &Settings,
        own: &Own,
        phone: &ContactUri,
        other: Task,
        conference: ConferenceSid,
    ) -> Step {
        let callee = match own.role {
            Role::Caller => String::new(),
            Role::Callee => format!("&calleeTask={}", own.task.sid),
        };
        let mut orders = vec![Order::CreateParticipant(NewParticipant {
            conference,
            role: own.role,
            to: format!("{}?taskSid={}", phone.as_str(), own.task.sid),
            // What is shown of a leg that Flex answers by itself.
            from: phone.as_str().to_owned(),
            status_callback: format!(
                "{}/internal-call/common/agent-leg-over?taskSid={}&role={}&{OUTLIVES}=true{callee}",
                settings.base,
                own.caller,
                own.role.as_str()
            ),
        })];
        if own.task.on_hold().is(own.role) {
            // His own desktop shows it; where somebody wrote meanwhile it shows it until the next hold.
            let links = [("on_hold", on_hold(&own.task, own.role, false))];
            orders.push(update(&own.task, own.task.with(&links)));
        }
        self.state = State::Ringing { other };
        Step::Orders(orders)
    }

    /// So that he may try again at once.
    fn give_back(&mut self, other: &Task, refusal: Step) -> Step {
        self.state = State::GivingBack { refusal };
        let order = update(other, other.with(&[("rejoining", Value::Null)]));
        Step::Orders(vec![order])
    }
}

fn update(task: &Task, attributes: Value) -> Order {
    Order::UpdateTask {
        task: task.sid.clone(),
        if_match: task.version.clone(),
        change: Change::Attributes(attributes),
    }
}

fn over() -> Step {
    Step::Respond(Response::coded(409, OVER, "The call is over."))
}

fn there() -> Step {
    let message = "Your phone is in the call already, or rings.";
    Step::Respond(Response::coded(409, THERE, message))
}

/// The code of the answer that nobody waits for him any more.
const OVER: &str = "over";

/// The code of the answer that nothing is to be done.
const THERE: &str = "there";
