//! The callee's plugin says that he has come. Twilio says so too ([`conference`](super::conference)); where that callback
//! is lost, the caller would read that it rings until his plugin gives up.
//!
//! | state | answer | next |
//! |---|---|---|
//! | asking whose call it is ([`Party`]) | he was added to it | telling everybody ([`Parties`]) |
//! | | | reading |
//! | reading (the caller's task, the conference) | both are in it, and the caller's task says that it rings | writing |
//! | | Flex connects it, and the caller's task does not name the callee's, which Twilio made | writing |
//! | | anything else | done |
//! | writing `answered`, the callee's task, or both on the caller's task | it changed meanwhile (412) | reading again |
//! | | written | done |
//!
//! It never ends anything: what looks over here may be a list that lags.

use super::order::{Answer, Change, Order, Task, TaskStatus};
use super::parties::Parties;
use super::party::{Found, Party};
use super::{refuse, refused, Response, Step};
use crate::ids::TaskSid;
use crate::twilio::attributes::{Progress, Role};

/// How often a task that changes under our hands is read again before giving up.
const ATTEMPTS: u8 = 5;

/// A run that takes in that the callee has come.
#[derive(Debug, Clone, PartialEq)]
pub struct Came {
    attempts: u8,
    state: State,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Asking {
        party: Party,
    },
    Telling(Parties),
    Reading {
        caller: TaskSid,
        callee: Option<TaskSid>,
    },
    Writing {
        caller: TaskSid,
        callee: Option<TaskSid>,
    },
}

impl Came {
    pub(super) fn told(task: TaskSid, token: String) -> (Self, Step) {
        let (party, step) = Party::ask(task, token);
        let state = State::Asking { party };
        (Self { attempts: 0, state }, step)
    }

    pub(super) fn resume(&mut self, answers: Vec<Answer>) -> Step {
        match self.state.clone() {
            State::Asking { mut party } => match party.resume(answers) {
                Found::Step(step) => {
                    self.state = State::Asking { party };
                    step
                }
                Found::Gone => done(),
                Found::Call { named, .. } if named.role() != Some(Role::Callee) => {
                    refuse(409, "Only the callee comes.")
                }
                Found::Call { named, caller } if named.is_added() => {
                    let (parties, step) = Parties::tell(caller, Response::done(None));
                    self.state = State::Telling(parties);
                    step
                }
                Found::Call { named, caller } => {
                    let callee = to_be_named(&named).then_some(named.sid);
                    self.read(caller, callee)
                }
            },
            State::Telling(mut parties) => {
                let step = parties.resume(answers);
                self.state = State::Telling(parties);
                step
            }
            State::Reading { caller, callee } => self.judge(caller, callee, answers),
            State::Writing { caller, callee } => match answers.into_iter().next() {
                Some(Answer::Failed { status: 412, .. }) if self.attempts < ATTEMPTS => {
                    self.attempts += 1;
                    self.read(caller, callee)
                }
                Some(Answer::Task(_) | Answer::Failed { status: 404, .. }) => done(),
                other => refused(other),
            },
        }
    }

    fn read(&mut self, caller: TaskSid, callee: Option<TaskSid>) -> Step {
        let orders = vec![
            Order::FetchTask {
                task: caller.clone(),
            },
            Order::ListConferences {
                task: caller.clone(),
            },
        ];
        self.state = State::Reading { caller, callee };
        Step::Orders(orders)
    }

    fn judge(&mut self, caller: TaskSid, callee: Option<TaskSid>, answers: Vec<Answer>) -> Step {
        let mut answers = answers.into_iter();
        let task = match answers.next() {
            Some(Answer::Task(task)) => task,
            Some(Answer::Failed { status: 404, .. }) => return done(),
            other => return refused(other),
        };
        let both = match answers.next() {
            Some(Answer::Conferences(rooms)) => rooms.iter().any(|room| room.in_progress),
            other => return refused(other),
        };
        let mut links = Vec::new();
        if both && task.is_undecided() {
            links.push(("progress", Progress::Answered.as_str()));
        }
        if let Some(callee) = callee.as_ref().filter(|_| task.callee_task().is_none()) {
            links.push(("callee_task", callee.as_str()));
        }
        if links.is_empty() || !task.is_open() {
            return done();
        }
        let order = Order::UpdateTask {
            task: task.sid.clone(),
            if_match: task.version.clone(),
            change: Change::Attributes(task.with_links(&links)),
        };
        self.state = State::Writing { caller, callee };
        Step::Orders(vec![order])
    }
}

/// Whether the caller's task should name it: the functions did not make it, and would list tasks to find it. One that
/// nobody took is no proof that it is the call's.
fn to_be_named(callee: &Task) -> bool {
    callee.is_native() && callee.status == TaskStatus::Assigned
}

fn done() -> Step {
    Step::Respond(Response::done(None))
}
