//! Adding a party to a call by conference: his phone rings as a callee's does, and he joins the two who talk.
//!
//! | state | answer | next |
//! |---|---|---|
//! | asking whose call it is ([`Party`]) | | reading |
//! | reading (the caller's task, the conference, the third) | the two do not talk, or the caller left; or it is being transferred | refused 409 |
//! | | somebody is being added at this moment | refused 503 |
//! | | a request that added somebody died | listing |
//! | | | knowing, if somebody was added before; else letting go |
//! | listing (tasks of the call) | | knowing |
//! | knowing (the tasks of those who were added) | he is called, or in it | done, once it is written |
//! | | there are as many as may be | refused 409 |
//! | | | letting go |
//! | letting go (of the two with whom it began) | the third takes no work, is busy, or has no phone | refused 409, with that outcome as code |
//! | | | claiming |
//! | claiming (`If-Match`, on the caller's task) | it changed meanwhile (412) | reading again |
//! | | written | creating |
//! | creating (his task) | made | writing back |
//! | writing back (`If-Match`) | it changed meanwhile (412) | re-reading |
//! | | written | telling everybody ([`Parties`]) |
//! | re-reading | open | writing back |
//! | | closed | taking back |
//! | taking back (`If-Match`) | changed meanwhile (412) | reading it, then again |
//! | | anything else | refused 409 |
//!
//! The two legs with which a call begins end the conference with them. Before anybody is added they do not any more: from
//! then on the call goes on as long as two are in it, and whoever leaves is taken out of it ([`close`](super::close)).

use super::callee::{added_task, Adder, Presence, Third};
use super::closing::close_as;
use super::label::Label;
use super::order::{Answer, Change, Closing, Order, Room, Task, TaskStatus};
use super::parties::{others, parties, Parties};
use super::party::{stranger, Found, Party};
use super::{refuse, refused, Response, Settings, Step};
use crate::ids::{ConferenceSid, ContactUri, TaskSid, WorkerSid};
use crate::time::Millis;
use crate::twilio::attributes::{Progress, Role, CLAIM_LIFETIME};
use serde_json::{json, Value};

/// How often a task that changes under our hands is read again before giving up.
const ATTEMPTS: u8 = 5;

/// How many are in a call at most: a task's attributes hold 4,096 bytes
/// (<https://www.twilio.com/docs/taskrouter/limits>), and name all of them.
const MOST: usize = 8;

/// The code that says that the call is over, or not on yet.
const OVER: &str = "over";
/// The code that says that there are as many as may be.
const FULL: &str = "full";

/// A run that adds a party.
#[derive(Debug, Clone, PartialEq)]
pub struct Add {
    worker: WorkerSid,
    attempts: u8,
    state: State,
}

/// What is known of the call, and of whom.
#[derive(Debug, Clone, PartialEq)]
struct Call {
    by: Task,
    caller: Task,
    conference: ConferenceSid,
    /// Whom it is about; or with which outcome he cannot be called.
    third: Result<Third, Progress>,
    reservation_timeout_s: Option<u64>,
    /// The tasks of those who were added, and are or may come to be there: the caller's may not name all.
    open: Vec<TaskSid>,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Asking { party: Party },
    Reading { by: Task },
    Listing { call: Call },
    Knowing { call: Call },
    Claiming { call: Call },
    LettingGo { call: Call },
    Creating { call: Call },
    WritingBack { call: Call, added: Task },
    ReReading { call: Call, added: Task },
    TakingBack { added: TaskSid },
    ReadingBack,
    Telling(Parties),
}

impl Add {
    pub(super) fn asked(task: TaskSid, worker: WorkerSid, token: String) -> (Self, Step) {
        let (party, step) = Party::ask(task, token);
        let state = State::Asking { party };
        let attempts = 0;
        (
            Self {
                worker,
                attempts,
                state,
            },
            step,
        )
    }

    pub(super) fn resume(
        &mut self,
        now: Millis,
        settings: &Settings,
        answers: Vec<Answer>,
    ) -> Step {
        match self.state.clone() {
            State::Asking { mut party } => match party.resume(answers) {
                Found::Step(step) => {
                    self.state = State::Asking { party };
                    step
                }
                Found::Gone => over(),
                Found::Call { named, caller } => self.read(settings, named, caller),
            },
            State::Reading { by } => self.judge(now, by, answers),
            State::Listing { call } => match answers.into_iter().next() {
                Some(Answer::Listed(tasks)) => self.know(call, tasks),
                other => refused(other),
            },
            State::Knowing { call } => self.known(call, answers),
            State::Claiming { mut call } => match answers.into_iter().next() {
                Some(Answer::Task(caller)) => {
                    call.caller = caller;
                    self.create(settings, call)
                }
                Some(Answer::Failed { status: 412, .. }) => self.again(settings, call),
                other => refused(other),
            },
            State::LettingGo { call } => {
                let is_left = |answer: &Answer| matches!(answer, Answer::Failed { status, .. } if *status != 404);
                match answers.into_iter().find(is_left) {
                    Some(failed) => refused(Some(failed)),
                    None => self.claim(now, call),
                }
            }
            State::Creating { call } => match answers.into_iter().next() {
                Some(Answer::Task(added)) => {
                    self.attempts = 0;
                    self.write_back(call, added)
                }
                other => refused(other),
            },
            State::WritingBack { call, added } => match answers.into_iter().next() {
                Some(Answer::Task(caller)) => self.tell(caller.sid),
                // Changed meanwhile, or too many requests at a time: his phone rings, and somebody must know of it.
                Some(Answer::Failed { .. }) if self.attempts < ATTEMPTS => {
                    self.attempts += 1;
                    let task = call.caller.sid.clone();
                    self.state = State::ReReading { call, added };
                    Step::Orders(vec![Order::FetchTask { task }])
                }
                other => refused(other),
            },
            State::ReReading { mut call, added } => match answers.into_iter().next() {
                Some(Answer::Task(caller)) if caller.is_open() => {
                    call.caller = caller;
                    self.write_back(call, added)
                }
                Some(Answer::Task(_) | Answer::Failed { status: 404, .. }) => {
                    self.take_back(&added)
                }
                other => refused(other),
            },
            // His reservation raised its version.
            State::TakingBack { added } => match answers.into_iter().next() {
                Some(Answer::Failed { status: 412, .. }) if self.attempts < ATTEMPTS => {
                    self.attempts += 1;
                    self.state = State::ReadingBack;
                    Step::Orders(vec![Order::FetchTask { task: added }])
                }
                _ => over(),
            },
            State::ReadingBack => match answers.into_iter().next() {
                Some(Answer::Task(added)) if added.is_open() => self.take_back(&added),
                _ => over(),
            },
            State::Telling(mut parties) => {
                let step = parties.resume(answers);
                self.state = State::Telling(parties);
                step
            }
        }
    }

    fn read(&mut self, settings: &Settings, by: Task, caller: TaskSid) -> Step {
        let worker = || self.worker.clone();
        let orders = vec![
            Order::FetchTask {
                task: caller.clone(),
            },
            Order::ListConferences { task: caller },
            Order::FetchColleague { worker: worker() },
            Order::FetchVoiceChannel { worker: worker() },
            Order::FetchWorker { worker: worker() },
            Order::FetchWorkflow {
                workflow: settings.workflow.clone(),
            },
        ];
        self.state = State::Reading { by };
        Step::Orders(orders)
    }

    fn judge(&mut self, now: Millis, by: Task, answers: Vec<Answer>) -> Step {
        let mut answers = answers.into_iter();
        let caller = match answers.next() {
            Some(Answer::Task(caller)) => caller,
            Some(Answer::Failed { status: 404, .. }) => return over(),
            other => return refused(other),
        };
        let rooms = match answers.next() {
            Some(Answer::Conferences(rooms)) => rooms,
            other => return refused(other),
        };
        if by.is_native() || by.is_handed_over() || caller.role() != Some(Role::Caller) {
            return stranger();
        }
        let talks = [&by, &caller].map(|task| task.status) == [TaskStatus::Assigned; 2]
            && caller.progress() == Some(Progress::Answered);
        if !talks || caller.link("transfer").is_some() || by.link("transfer").is_some() {
            return over();
        }
        let Some(Room { sid, .. }) = rooms.into_iter().find(|room| room.in_progress) else {
            return refuse(503, "Twilio does not list the call's conference yet.");
        };
        if caller.is_party(&self.worker) {
            return refuse(409, "He is in this call already.");
        }
        let third = match self.third(&caller, &mut answers) {
            Ok(third) => third,
            Err(step) => return step,
        };
        let reservation_timeout_s = match answers.next() {
            Some(Answer::Workflow {
                reservation_timeout_s,
            }) => Some(reservation_timeout_s),
            _ => None,
        };
        let call = Call {
            by,
            conference: sid,
            third,
            reservation_timeout_s,
            open: Vec::new(),
            caller,
        };
        match call.caller.adding_at() {
            Some(at) if now < at + CLAIM_LIFETIME => {
                refuse(503, "Somebody is being added to the call at this moment.")
            }
            Some(_) => {
                let caller_task = call.caller.sid.clone();
                self.state = State::Listing { call };
                Step::Orders(vec![Order::ListCalleeTasks { caller_task }])
            }
            None => self.know(call, Vec::new()),
        }
    }

    /// Whom it is about, or why he cannot be called; or an answer that says neither.
    fn third(
        &self,
        caller: &Task,
        answers: &mut impl Iterator<Item = Answer>,
    ) -> Result<Result<Third, Progress>, Step> {
        let (name, contact_uri): (String, Option<ContactUri>) = match answers.next() {
            Some(Answer::Colleague { name, contact_uri }) => (name, contact_uri),
            Some(Answer::Failed { status: 404, .. }) => (String::new(), None),
            other => return Err(refused(other)),
        };
        let presence = Presence::learnt(answers);
        Ok(
            match (presence.unreached(caller.busy_policy()), contact_uri) {
                (Some(outcome), _) => Err(outcome),
                (None, None) => Err(Progress::Unavailable),
                (None, Some(contact_uri)) => Ok(Third {
                    worker: self.worker.clone(),
                    contact_uri,
                    name,
                }),
            },
        )
    }

    fn know(&mut self, call: Call, listed: Vec<TaskSid>) -> Step {
        let mut tasks = others(&call.caller);
        for task in listed {
            if !tasks.contains(&task) {
                tasks.push(task);
            }
        }
        if call.caller.added().is_empty() && call.caller.adding_at().is_none() {
            return self.let_go(call);
        }
        self.state = State::Knowing { call };
        let fetch = |task| Order::FetchTask { task };
        Step::Orders(tasks.into_iter().map(fetch).collect())
    }

    fn known(&mut self, mut call: Call, answers: Vec<Answer>) -> Step {
        let mut open = Vec::new();
        for answer in answers {
            match answer {
                Answer::Task(task) if task.is_callee_of(&call.caller.sid) => {
                    open.extend(Some(task).filter(Task::is_open));
                }
                Answer::Task(_) | Answer::Failed { status: 404, .. } => {}
                other => return refused(Some(other)),
            }
        }
        let is_he = |task: &&Task| {
            task.is_added() && task.link("callee_worker") == Some(self.worker.as_str())
        };
        // His phone rings, so that he may have no room: that is this very call.
        let added = open.iter().filter(|task| task.is_added());
        call.open = added.map(|task| task.sid.clone()).collect();
        if let Some(added) = open.iter().find(is_he) {
            return match call.caller.added().contains(&added.sid) {
                true => self.tell(call.caller.sid),
                false => self.write_back(call, added.clone()),
            };
        }
        // The caller is there, too.
        if open.len() + 1 >= MOST {
            let message = "There are as many in this call as there may be.";
            return Step::Respond(Response::coded(409, FULL, message));
        }
        self.let_go(call)
    }

    fn claim(&mut self, now: Millis, call: Call) -> Step {
        let step = write(&call.caller, &[("adding", json!(now.0.to_string()))]);
        self.state = State::Claiming { call };
        step
    }

    fn let_go(&mut self, call: Call) -> Step {
        if let Err(outcome) = call.third {
            return unreached(outcome);
        }
        let orders = [Role::Caller, Role::Callee].map(|role| Order::LetGo {
            conference: call.conference.clone(),
            label: Label::Of(role),
        });
        self.state = State::LettingGo { call };
        Step::Orders(orders.into())
    }

    fn create(&mut self, settings: &Settings, call: Call) -> Step {
        let rows = parties(&[call.caller.clone(), call.by.clone()], &[]);
        let own = call.by.label();
        let own = own.as_ref().map(Label::as_str);
        let named = rows.into_iter().find(|row| Some(row.label.as_str()) == own);
        let adder = Adder::of(&call.by, named.map(|row| row.name.0).unwrap_or_default());
        let timeout = call.reservation_timeout_s;
        let order = match &call.third {
            Ok(third) => added_task(settings, &call.caller, adder, third, timeout),
            Err(outcome) => return unreached(*outcome),
        };
        self.state = State::Creating { call };
        Step::Orders(vec![Order::CreateTask(order)])
    }

    fn write_back(&mut self, call: Call, added: Task) -> Step {
        let mut all = call.caller.added();
        // Those who declined, or left, need not be named for ever.
        all.drain(..all.len().saturating_sub(MOST));
        for task in call.open.iter().chain([&added.sid]) {
            if !all.contains(task) {
                all.push(task.clone());
            }
        }
        let links = [("added", json!(all)), ("adding", Value::Null)];
        let step = write(&call.caller, &links);
        self.state = State::WritingBack { call, added };
        step
    }

    fn take_back(&mut self, added: &Task) -> Step {
        let how = added.closing().unwrap_or(Closing::Cancel);
        self.state = State::TakingBack {
            added: added.sid.clone(),
        };
        Step::Orders(vec![close_as(added, how)])
    }

    fn tell(&mut self, caller: TaskSid) -> Step {
        let (parties, step) = Parties::tell(caller, Response::done(None));
        self.state = State::Telling(parties);
        step
    }

    fn again(&mut self, settings: &Settings, call: Call) -> Step {
        self.attempts = self.attempts.saturating_add(1);
        if self.attempts > ATTEMPTS {
            return refuse(503, "The call's tasks kept changing.");
        }
        self.read(settings, call.by, call.caller.sid)
    }
}

fn write(caller: &Task, links: &[(&str, Value)]) -> Step {
    Step::Orders(vec![Order::UpdateTask {
        task: caller.sid.clone(),
        if_match: caller.version.clone(),
        change: Change::Attributes(caller.with(links)),
    }])
}

fn over() -> Step {
    let message = "The call is over, or not answered yet.";
    Step::Respond(Response::coded(409, OVER, message))
}

fn unreached(outcome: Progress) -> Step {
    let message = "Whom you want to add cannot be reached at present.";
    Step::Respond(Response::coded(409, outcome.as_str(), message))
}
