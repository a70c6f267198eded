//! Cold transfer of a call by conference: whoever stays is told on his own task to whom, and the call is closed. His plugin
//! then calls the third, as himself ([`ring`](super::ring)).
//!
//! | state | answer | next |
//! |---|---|---|
//! | asking whose call it is ([`Party`]) | | reading |
//! | reading (the task of whoever stays; their conference; the third) | it says so already, and is open | closing |
//! | | it says so already, and is closed | done |
//! | | they do not talk (any more); whoever asks is being transferred himself; the third is a party | refused 409 |
//! | | their conference is not listed yet | refused 503 |
//! | | the third takes no work, is busy, or has no phone | refused 409, with that outcome as code |
//! | | | noting |
//! | noting (`If-Match`) | it changed meanwhile (412) | reading again |
//! | | gone | refused 409 |
//! | | written | closing ([`Close`]) |
//! | closing | closed | done |
//!
//! The note is what counts: before it nothing has changed, and whoever sees it closes the call: this run, another one
//! that is asked the same, or the plugin of whoever stays. It is on the one task that he reads anyway, so it is written
//! in one step. Nothing is noted before the conference is listed: one that the closing cannot find goes on, and whoever
//! stays would be in it and in his next call at once.

use super::callee::Presence;
use super::close::{Close, Why};
use super::order::{Answer, Change, Order, Task, TaskStatus};
use super::party::{stranger, Found, Party};
use super::{refuse, refused, Response, Step, Whom};
use crate::event::Callee;
use crate::ids::{ContactUri, TaskSid, WorkerSid};
use crate::pii::Pii;
use crate::time::Millis;
use crate::twilio::attributes::{Progress, Role, TransferTo};
use serde_json::{json, Value};

/// How often a task that changes under our hands is read again before giving up.
const ATTEMPTS: u8 = 5;

/// The code that says that the call is over, or not on yet.
const OVER: &str = "over";
/// The code that says that whoever asks is being transferred himself.
const TRANSFERRED: &str = "transferred";

/// A run that transfers a party.
#[derive(Debug, Clone, PartialEq)]
pub struct Transfer {
    to: Whom,
    attempts: u8,
    state: State,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Asking { party: Party },
    Reading { leaves: Task, stays: TaskSid },
    Noting { leaves: Task, stays: TaskSid },
    Closing(Close),
}

impl Transfer {
    pub(super) fn asked(task: TaskSid, to: Whom, token: String) -> (Self, Step) {
        let (party, step) = Party::ask(task, token);
        let state = State::Asking { party };
        let attempts = 0;
        (
            Self {
                to,
                attempts,
                state,
            },
            step,
        )
    }

    pub(super) fn resume(&mut self, now: Millis, answers: Vec<Answer>) -> Step {
        match self.state.clone() {
            State::Asking { mut party } => match party.resume(answers) {
                Found::Step(step) => {
                    self.state = State::Asking { party };
                    step
                }
                Found::Gone => over(),
                Found::Call { named, caller } => {
                    let stays = match named.role() {
                        Some(Role::Caller) => named.callee_task(),
                        Some(Role::Callee) => Some(caller),
                        None => None,
                    };
                    match stays {
                        Some(stays) => self.read(named, stays),
                        None => over(),
                    }
                }
            },
            State::Reading { leaves, .. } => self.judge(leaves, answers),
            State::Noting { leaves, stays } => match answers.into_iter().next() {
                Some(Answer::Task(_)) => self.close(&leaves, stays),
                Some(Answer::Failed { status: 404, .. }) => over(),
                Some(Answer::Failed { status: 412, .. }) => {
                    self.attempts = self.attempts.saturating_add(1);
                    if self.attempts > ATTEMPTS {
                        return refuse(503, "The call's tasks kept changing.");
                    }
                    self.read(leaves, stays)
                }
                other => refused(other),
            },
            State::Closing(mut close) => {
                let step = close.resume(now, answers);
                self.state = State::Closing(close);
                step
            }
        }
    }

    fn read(&mut self, leaves: Task, stays: TaskSid) -> Step {
        let caller = match leaves.role() {
            Some(Role::Callee) => &stays,
            Some(Role::Caller) | None => &leaves.sid,
        };
        let mut orders = vec![
            Order::FetchTask {
                task: stays.clone(),
            },
            Order::ListConferences {
                task: caller.clone(),
            },
        ];
        if let Whom::Worker(worker) = &self.to {
            let worker = worker.clone();
            orders.extend([
                Order::FetchColleague {
                    worker: worker.clone(),
                },
                Order::FetchVoiceChannel {
                    worker: worker.clone(),
                },
                Order::FetchWorker { worker },
            ]);
        }
        self.state = State::Reading { leaves, stays };
        Step::Orders(orders)
    }

    fn judge(&mut self, leaves: Task, answers: Vec<Answer>) -> Step {
        let mut answers = answers.into_iter();
        let stays = match answers.next() {
            Some(Answer::Task(stays)) => stays,
            Some(Answer::Failed { status: 404, .. }) => return over(),
            other => return refused(other),
        };
        let conferences = match answers.next() {
            Some(Answer::Conferences(found)) => found,
            other => return refused(other),
        };
        let of_one_call = match stays.role() {
            Some(Role::Callee) => stays.is_callee_of(&leaves.sid),
            Some(Role::Caller) => leaves.is_callee_of(&stays.sid),
            None => false,
        };
        if !of_one_call || stays.is_native() || stays.is_handed_over() {
            return stranger();
        }
        if note_of(&stays).is_some_and(|note| is_same(&note, &self.to)) {
            return match stays.is_open() {
                true => self.close(&leaves, stays.sid),
                false => Step::Respond(Response::done(None)),
            };
        }
        if note_of(&leaves).is_some() {
            let message = "You are being transferred yourself.";
            return Step::Respond(Response::coded(409, TRANSFERRED, message));
        }
        if [&leaves, &stays].map(|task| task.status) != [TaskStatus::Assigned; 2] {
            return over();
        }
        if [&leaves, &stays]
            .iter()
            .any(|task| !task.parties().is_empty() || task.adding_at().is_some())
        {
            return refuse(409, "There are more than two in this call.");
        }
        if conferences.is_empty() {
            return refuse(503, "Twilio does not list the call's conference yet.");
        }
        let note = match self.third(&leaves, answers) {
            Ok(note) => note,
            Err(step) => return step,
        };
        let mut links = vec![("transfer", note)];
        links.extend(stays.conversation().map(|id| ("conversation", json!(id))));
        let order = Order::UpdateTask {
            task: stays.sid.clone(),
            if_match: stays.version.clone(),
            change: Change::Attributes(stays.with(&links)),
        };
        let stays = stays.sid;
        self.state = State::Noting { leaves, stays };
        Step::Orders(vec![order])
    }

    /// What is noted of the third; or why he cannot be called.
    fn third(
        &self,
        leaves: &Task,
        mut answers: impl Iterator<Item = Answer>,
    ) -> Result<Value, Step> {
        let worker = match &self.to {
            Whom::Queue(queue) => return Ok(json!(TransferTo::Queue(queue.clone()))),
            Whom::Worker(worker) => worker,
        };
        if leaves.is_party(worker) {
            return Err(refuse(409, "He is in this call already."));
        }
        let (name, contact_uri) = match answers.next() {
            Some(Answer::Colleague { name, contact_uri }) => (name, contact_uri),
            Some(Answer::Failed { status: 404, .. }) => {
                return Err(unreached(Progress::Unavailable))
            }
            other => return Err(refused(other)),
        };
        let presence = Presence::learnt(&mut answers);
        match (presence.unreached(leaves.busy_policy()), contact_uri) {
            (Some(outcome), _) => Err(unreached(outcome)),
            (None, None) => Err(unreached(Progress::Unavailable)),
            (None, Some(contact_uri)) => Ok(agent(worker, contact_uri, name)),
        }
    }

    fn close(&mut self, leaves: &Task, stays: TaskSid) -> Step {
        let (caller, callee) = match leaves.role() {
            Some(Role::Callee) => (stays, leaves.sid.clone()),
            Some(Role::Caller) | None => (leaves.sid.clone(), stays),
        };
        let (close, step) = Close::told(Why::Over, caller);
        self.state = State::Closing(close.with_callee(Some(callee)));
        step
    }
}

fn agent(worker: &WorkerSid, contact_uri: ContactUri, name: String) -> Value {
    json!(TransferTo::Agent(Callee {
        worker: worker.clone(),
        contact_uri,
        name: Pii(name),
    }))
}

/// To whom a task says that its agent is transferred.
fn note_of(task: &Task) -> Option<TransferTo> {
    let note = task.attributes.get("internal_call")?.get("transfer")?;
    serde_json::from_value(note.clone()).ok()
}

fn is_same(note: &TransferTo, to: &Whom) -> bool {
    match (note, to) {
        (TransferTo::Agent(callee), Whom::Worker(worker)) => callee.worker == *worker,
        (TransferTo::Queue(noted), Whom::Queue(queue)) => noted == queue,
        (TransferTo::Agent(_), Whom::Queue(_)) | (TransferTo::Queue(_), Whom::Worker(_)) => false,
    }
}

fn over() -> Step {
    let message = "The call is over, or not answered yet.";
    Step::Respond(Response::coded(409, OVER, message))
}

fn unreached(outcome: Progress) -> Step {
    let message = "Whom it is to be transferred to cannot be reached at present.";
    Step::Respond(Response::coded(409, outcome.as_str(), message))
}
