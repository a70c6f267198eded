//! A customer whose agent has vanished (his browser crashed, or the page was reloaded) is offered again, by the workflow
//! that his task came from, instead of being left alone: where `features.multi_call.recover` has the conference outlive its
//! agent, and Flex's own way of hanging up ends it all the same.
//!
//! | state | answer | next |
//! |---|---|---|
//! | reading the task and its reservations | not the agent who took it | refused 403 |
//! | | a call between agents, or on its way to another agent | done |
//! | | | looking |
//! | looking who is there | nobody, or more than the customer | done |
//! | | the customer alone | offering |
//! | offering: his leg goes back to the workflow | done, or he has hung up | done |
//!
//! Idempotent: a customer who was offered again is not in that conference any more. Two requests at the same moment may
//! both offer him; TaskRouter then takes the first offer back, because its call is no longer in the queue
//! (<https://www.twilio.com/docs/voice/twiml/enqueue>).

use super::order::{Answer, Order, Present, Task, TaskStatus};
use super::party::no_session;
use super::{refuse, refused, twiml, Identity, Response, Step};
use crate::ids::{CallSid, ConferenceSid, TaskSid, WorkerSid};
use serde_json::Value;

/// What TaskRouter and Twilio write on a task of its leg, its conference and its agent: not the next one's.
const OF_THE_LEG: [&str; 4] = ["conference", "worker_call_sid", "call_sid", "hang_up_by"];

/// A run that offers a customer again.
#[derive(Debug, Clone, PartialEq)]
pub struct Recover {
    state: State,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    /// `asked`: by an agent, whose token is validated first.
    Reading {
        asked: bool,
    },
    Looking {
        task: Task,
        agent: Option<WorkerSid>,
    },
    Offering,
}

impl Recover {
    /// Twilio tells that somebody left the conference of a task.
    pub(super) fn told(task: TaskSid) -> (Self, Step) {
        Self::reading(false, Vec::new(), task)
    }

    /// An agent's plugin found, when it started, that it lost his leg.
    pub(super) fn asked(task: TaskSid, token: String) -> (Self, Step) {
        Self::reading(true, vec![Order::ValidateToken { token }], task)
    }

    fn reading(asked: bool, mut orders: Vec<Order>, task: TaskSid) -> (Self, Step) {
        orders.push(Order::FetchTask { task: task.clone() });
        orders.push(Order::ListReservations { task });
        let state = State::Reading { asked };
        (Self { state }, Step::Orders(orders))
    }

    pub(super) fn resume(&mut self, answers: Vec<Answer>) -> Step {
        match self.state.clone() {
            State::Reading { asked } => self.read(asked, answers.into_iter()),
            State::Looking { task, agent } => match answers.into_iter().next() {
                Some(Answer::Participants(there)) => self.look(&task, agent.as_ref(), &there),
                // The conference is over.
                Some(Answer::Failed { status: 404, .. }) => done(),
                other => refused(other),
            },
            State::Offering => match answers.into_iter().next() {
                // He has hung up, 21220: <https://www.twilio.com/docs/api/errors/21220>
                Some(
                    Answer::Done
                    | Answer::Failed {
                        status: 400 | 404, ..
                    },
                ) => done(),
                other => refused(other),
            },
        }
    }

    fn read(&mut self, asked: bool, mut answers: impl Iterator<Item = Answer>) -> Step {
        let asker = match asked.then(|| answers.next()) {
            None => None,
            Some(Some(Answer::Token(Some(identity)))) => Some(identity),
            Some(Some(Answer::Token(None))) => return no_session(),
            Some(other) => return refused(other),
        };
        let task = match answers.next() {
            Some(Answer::Task(task)) => task,
            Some(Answer::Failed { status: 404, .. }) => return done(),
            other => return refused(other),
        };
        let (holders, on_offer) = match answers.next() {
            Some(Answer::Reservations { holders, offered }) => (holders, !offered.is_empty()),
            Some(Answer::Failed { status: 404, .. }) => return done(),
            other => return refused(other),
        };
        if asker.is_some_and(|asker| !may_ask(&asker, &holders)) {
            return refuse(
                403,
                "Only the agent who took the call, or a supervisor, may do that.",
            );
        }
        let goes_on = match task.status {
            // Transferred: it is being offered to another agent.
            TaskStatus::Pending | TaskStatus::Reserved => true,
            TaskStatus::Assigned
            | TaskStatus::Wrapping
            | TaskStatus::Completed
            | TaskStatus::Canceled => on_offer,
        };
        let conference = conference_of(&task).filter(|_| !goes_on && task.role().is_none());
        let Some(conference) = conference else {
            return done();
        };
        let agent = holders.into_iter().last();
        self.state = State::Looking { task, agent };
        Step::Orders(vec![Order::ListParticipants { conference }])
    }

    fn look(&mut self, task: &Task, agent: Option<&WorkerSid>, there: &[Present]) -> Step {
        let customer =
            customer_of(task).filter(|customer| matches!(there, [alone] if alone.leg == *customer));
        let Some(customer) = customer else {
            return done();
        };
        let Some(workflow) = &task.workflow else {
            return refuse(502, "Twilio did not say which workflow the task came from.");
        };
        self.state = State::Offering;
        Step::Orders(vec![Order::RedirectCall {
            call: customer,
            twiml: twiml::enqueue(workflow, &offered_again(task, agent)),
        }])
    }
}

fn may_ask(asker: &Identity, holders: &[WorkerSid]) -> bool {
    asker.supervisor || holders.contains(&asker.worker)
}

/// What the task said of the customer, and whom he was talking to: workflows may prefer that agent.
fn offered_again(task: &Task, agent: Option<&WorkerSid>) -> Value {
    let mut attributes = task.attributes.as_object().cloned().unwrap_or_default();
    attributes.retain(|key, _| !OF_THE_LEG.contains(&key.as_str()));
    attributes.insert("recovered_task_sid".to_owned(), task.sid.as_str().into());
    if let Some(agent) = agent {
        attributes.insert("recovered_worker_sid".to_owned(), agent.as_str().into());
    }
    Value::Object(attributes)
}

/// As TaskRouter's `conference` instruction writes it
/// (<https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks>).
fn conference_of(task: &Task) -> Option<ConferenceSid> {
    let sid = task.attributes.get("conference")?.get("sid")?.as_str()?;
    ConferenceSid::parse(sid).ok()
}

fn customer_of(task: &Task) -> Option<CallSid> {
    let participants = task.attributes.get("conference")?.get("participants")?;
    CallSid::parse(participants.get("customer")?.as_str()?).ok()
}

fn done() -> Step {
    Step::Respond(Response::done(None))
}
