//! Who of the two is in a call that outlives their pages: whoever waits for the other must know it, and since when.
//!
//! | state | answer | next |
//! |---|---|---|
//! | asking whose call it is, if a plugin asks ([`Party`]) | | reading |
//! | reading (the caller's task) | gone, closed, or nobody answered yet | closing ([`Close`]) |
//! | | answered | finding |
//! | finding (the conference; the callee's task) | no conference | closing |
//! | | | counting |
//! | counting (who is in it) | nobody | closing; done where somebody just came or left: the conference tells its end itself |
//! | | one | noting `lost` on his task, unless it is there; if he does not wait any more, closing |
//! | | both | noting on both tasks that nobody is lost, where they say so |
//! | noting (`If-Match`) | it changed meanwhile (412) | reading again |
//! | | written | done; to one who does not wait any more: refused 409, `answered` |
//!
//! What is noted is what is so, whoever asks, whenever and however often: the tasks are read before the participants, and
//! whoever comes back has written on the same task before his phone rings ([`rejoin`](super::rejoin)). So a word of his
//! leaving that comes late is refused by `If-Match`, or sees him there.

use super::close::{Close, Leaver, Why, ANSWERED};
use super::label::Label;
use super::order::{Answer, Change, Order, Present, Task};
use super::parties::Parties;
use super::party::{Found, Party};
use super::{refuse, refused, Response, Step};
use crate::ids::{ConferenceSid, TaskSid};
use crate::time::Millis;
use crate::twilio::attributes::{Progress, Role};
use serde_json::Value;

/// How often a task that changes under our hands is read again before giving up.
const ATTEMPTS: u8 = 5;

/// Why it is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Mode {
    /// Somebody's answered leg is over.
    LegOver(Role),
    /// Somebody came into the conference, or left it.
    Changed,
    /// A party's plugin does not know whether the call is over.
    Checked,
    /// A party's plugin has waited for the other as long as it may.
    NotBack,
}

/// A run that takes in who is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Sides {
    mode: Mode,
    task: TaskSid,
    callee: Option<TaskSid>,
    /// Where Twilio names it: a list may lag.
    conference: Option<ConferenceSid>,
    attempts: u8,
    state: State,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Asking { party: Party },
    Reading,
    Finding { caller: Task },
    Counting { caller: Task, callee: Option<Task> },
    Noting,
    Closing(Close),
    Telling(Parties),
}

impl Sides {
    /// An answered leg is over.
    pub(super) fn leg_over(task: TaskSid, role: Role, callee: Option<TaskSid>) -> (Self, Step) {
        let mut sides = Self::new(Mode::LegOver(role), task);
        sides.callee = callee;
        let step = sides.read();
        (sides, step)
    }

    /// Somebody came into the conference, or left it.
    pub(super) fn changed(task: TaskSid, conference: ConferenceSid) -> (Self, Step) {
        let mut sides = Self::new(Mode::Changed, task);
        sides.conference = Some(conference);
        let step = sides.read();
        (sides, step)
    }

    /// A party's plugin asks.
    pub(super) fn asked(mode: Mode, task: TaskSid, token: String) -> (Self, Step) {
        let (party, step) = Party::ask(task.clone(), token);
        let mut sides = Self::new(mode, task);
        sides.state = State::Asking { party };
        (sides, step)
    }

    fn new(mode: Mode, task: TaskSid) -> Self {
        Self {
            mode,
            task,
            callee: None,
            conference: None,
            attempts: 0,
            state: State::Reading,
        }
    }

    fn read(&mut self) -> Step {
        self.state = State::Reading;
        Step::Orders(vec![Order::FetchTask {
            task: self.task.clone(),
        }])
    }

    pub(super) fn resume(&mut self, now: Millis, answers: Vec<Answer>) -> Step {
        match self.state.clone() {
            State::Asking { mut party } => match party.resume(answers) {
                Found::Step(step) => {
                    self.state = State::Asking { party };
                    step
                }
                Found::Gone => done(),
                Found::Call { named, caller } => {
                    if named.sid != caller {
                        self.callee = Some(named.sid);
                    }
                    self.task = caller;
                    self.read()
                }
            },
            State::Reading => match answers.into_iter().next() {
                Some(Answer::Task(caller)) if !caller.added().is_empty() => self.of_several(),
                Some(Answer::Task(caller)) if is_answered(&caller) => self.find(caller),
                Some(Answer::Task(_) | Answer::Failed { status: 404, .. }) => self.close(),
                other => refused(other),
            },
            State::Finding { caller } => self.found(caller, answers),
            State::Counting { caller, callee } => match answers.into_iter().next() {
                Some(Answer::Participants(there)) => self.note(now, &caller, callee, &there),
                Some(Answer::Failed { status: 404, .. }) => self.close(),
                other => refused(other),
            },
            State::Noting => self.noted(answers),
            State::Closing(mut close) => {
                let step = close.resume(now, answers);
                self.state = State::Closing(close);
                step
            }
            State::Telling(mut parties) => {
                let step = parties.resume(answers);
                self.state = State::Telling(parties);
                step
            }
        }
    }

    fn find(&mut self, caller: Task) -> Step {
        let callee = caller.callee_task().or(self.callee.clone());
        let mut orders: Vec<Order> = callee
            .map(|task| Order::FetchTask { task })
            .into_iter()
            .collect();
        if self.conference.is_none() {
            orders.push(Order::ListConferences {
                task: caller.sid.clone(),
            });
        }
        if orders.is_empty() {
            return self.found(caller, Vec::new());
        }
        self.state = State::Finding { caller };
        Step::Orders(orders)
    }

    fn found(&mut self, caller: Task, answers: Vec<Answer>) -> Step {
        let (listed, callee) = match conference_and_task(answers) {
            Ok(found) => found,
            Err(step) => return step,
        };
        let Some(conference) = self.conference.clone().or(listed) else {
            return self.close();
        };
        self.state = State::Counting { caller, callee };
        Step::Orders(vec![Order::ListParticipants { conference }])
    }

    fn note(
        &mut self,
        now: Millis,
        caller: &Task,
        callee: Option<Task>,
        there: &[Present],
    ) -> Step {
        let is_there = |role| {
            let mut connected = there.iter().filter(|one| one.connected);
            connected.any(|one| one.label == Some(Label::Of(role)))
        };
        let since = now.0.to_string();
        let both = (is_there(Role::Caller), is_there(Role::Callee));
        let orders: Vec<Order> = match both {
            // The conference tells its end itself: its list may not have yet who has just come.
            (false, false) if self.mode == Mode::Changed => return self.done(),
            (false, false) => return self.close(),
            (true, false) | (false, true) if self.mode == Mode::NotBack => return self.close(),
            (true, false) => lost(caller, &since).into_iter().collect(),
            (false, true) => callee
                .and_then(|callee| lost(&callee, &since))
                .into_iter()
                .collect(),
            (true, true) => [Some(caller), callee.as_ref()]
                .into_iter()
                .flatten()
                .filter_map(nobody_lost)
                .collect(),
        };
        if orders.is_empty() {
            return self.done();
        }
        self.state = State::Noting;
        Step::Orders(orders)
    }

    fn noted(&mut self, answers: Vec<Answer>) -> Step {
        let mut failed = None;
        for answer in answers {
            match answer {
                Answer::Failed { status: 412, .. } => {
                    self.attempts = self.attempts.saturating_add(1);
                    if self.attempts > ATTEMPTS {
                        return refuse(503, "The call's tasks kept changing.");
                    }
                    return self.read();
                }
                Answer::Failed { status: 404, .. } => {} // closed, and gone
                answer @ Answer::Failed { .. } => failed = Some(answer),
                Answer::Task(_)
                | Answer::Listed(_)
                | Answer::Reservations { .. }
                | Answer::Worker { .. }
                | Answer::Workers { .. }
                | Answer::Colleague { .. }
                | Answer::Channel { .. }
                | Answer::Workflow { .. }
                | Answer::Targets(_)
                | Answer::Queues(_)
                | Answer::Conferences(_)
                | Answer::Participants(_)
                | Answer::Done
                | Answer::Token(_) => {}
            }
        }
        match failed {
            Some(failed) => refused(Some(failed)),
            None => self.done(),
        }
    }

    fn done(&self) -> Step {
        match self.mode {
            Mode::NotBack => {
                let message = "The other party is back.";
                Step::Respond(Response::coded(409, ANSWERED, message))
            }
            Mode::LegOver(_) | Mode::Changed | Mode::Checked => done(),
        }
    }

    fn close(&mut self) -> Step {
        let (close, step) = Close::told(self.why(), self.task.clone());
        let close = match self.leaver() {
            Some(leaver) => close.left_by(leaver),
            None => close,
        };
        self.state = State::Closing(close.with_callee(self.callee.take()));
        step
    }

    fn why(&self) -> Why {
        match self.mode {
            Mode::LegOver(Role::Callee) => Why::CalleesLegOver,
            Mode::LegOver(Role::Caller) | Mode::Changed | Mode::NotBack => Why::Over,
            Mode::Checked => Why::Checked,
        }
    }

    /// Whose end it is, where the call may go on without him.
    fn leaver(&self) -> Option<Leaver> {
        let callee = || self.callee.clone().map(Leaver::Of);
        match self.mode {
            Mode::LegOver(Role::Caller) => Some(Leaver::Of(self.task.clone())),
            Mode::LegOver(Role::Callee) => callee(),
            Mode::Checked | Mode::NotBack => callee().or(Some(Leaver::Of(self.task.clone()))),
            Mode::Changed => None,
        }
    }

    /// Whoever loses his page leaves; who is there is told.
    fn of_several(&mut self) -> Step {
        if self.mode == Mode::Changed {
            let (parties, step) = Parties::tell(self.task.clone(), Response::done(None));
            self.state = State::Telling(parties);
            return step;
        }
        self.close()
    }
}

/// The first conference listed and the task fetched, whichever are there.
pub(super) fn conference_and_task(
    answers: Vec<Answer>,
) -> Result<(Option<ConferenceSid>, Option<Task>), Step> {
    let (mut conference, mut task) = (None, None);
    for answer in answers {
        match answer {
            Answer::Conferences(open) => conference = open.into_iter().next().map(|room| room.sid),
            Answer::Task(fetched) => task = Some(fetched),
            Answer::Failed { status: 404, .. } => {}
            other => return Err(refused(Some(other))),
        }
    }
    Ok((conference, task))
}

fn is_answered(caller: &Task) -> bool {
    caller.is_open() && caller.progress() == Some(Progress::Answered)
}

/// Notes on the task of whoever is left that he is alone, unless it says so.
fn lost(left: &Task, since: &str) -> Option<Order> {
    let noted = left.lost_at().is_some() || !left.is_open();
    (!noted).then(|| update(left, left.with_links(&[("lost", since)])))
}

fn nobody_lost(task: &Task) -> Option<Order> {
    let noted = task.lost_at().is_some() || task.rejoining_at().is_some();
    let links = [("lost", Value::Null), ("rejoining", Value::Null)];
    (noted && task.is_open()).then(|| update(task, task.with(&links)))
}

fn update(task: &Task, attributes: Value) -> Order {
    Order::UpdateTask {
        task: task.sid.clone(),
        if_match: task.version.clone(),
        change: Change::Attributes(attributes),
    }
}

fn done() -> Step {
    Step::Respond(Response::done(None))
}
