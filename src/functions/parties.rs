//! Telling every task of a call of more than two who is in it: what the desktops show.
//!
//! | state | answer | next |
//! |---|---|---|
//! | reading (the caller's task, the conference) | no conference: it is over | done |
//! | | the caller's task is gone: he left long ago | listing |
//! | | | fetching |
//! | listing (the others' tasks) | | fetching |
//! | fetching (the others' tasks) | nobody was added | done |
//! | | | counting |
//! | counting (who is in the conference) | every open task says so | done |
//! | | | noting |
//! | noting (`If-Match`) | written, or changed meanwhile (412) | reading |
//!
//! It is over when there is nothing to write: whoever wrote last has seen, after it, that it is so. So two that cross leave
//! what is so, whatever each of them saw.

use super::label::Label;
use super::order::{Answer, Change, Order, Present, Task, TaskStatus};
use super::{refuse, refused, Response, Step};
use crate::ids::{ConferenceSid, TaskSid};
use crate::pii::Pii;
use crate::twilio::attributes::{CallParty, PartyState, Progress, Role};
use serde_json::json;

/// So many are told of at most, with those who left (a task's attributes hold 4,096 bytes).
const ROWS: usize = 12;

/// How often it is written before giving up.
const ATTEMPTS: u8 = 8;

/// A run that tells who is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Parties {
    /// The caller's task.
    task: TaskSid,
    attempts: u8,
    response: Response,
    state: State,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Reading,
    Listing {
        conference: ConferenceSid,
    },
    Fetching {
        caller: Option<Task>,
        conference: ConferenceSid,
    },
    Counting {
        tasks: Vec<Task>,
    },
    Noting,
}

impl Parties {
    /// Begins; `response` is the answer once all is told.
    pub(super) fn tell(task: TaskSid, response: Response) -> (Self, Step) {
        let mut parties = Self {
            task,
            attempts: 0,
            response,
            state: State::Reading,
        };
        let step = parties.read();
        (parties, step)
    }

    fn read(&mut self) -> Step {
        self.state = State::Reading;
        Step::Orders(vec![
            Order::FetchTask {
                task: self.task.clone(),
            },
            Order::ListConferences {
                task: self.task.clone(),
            },
        ])
    }

    pub(super) fn resume(&mut self, answers: Vec<Answer>) -> Step {
        match self.state.clone() {
            State::Reading => self.found(answers),
            State::Listing { conference } => match answers.into_iter().next() {
                Some(Answer::Listed(tasks)) => self.fetch(None, tasks, conference),
                other => refused(other),
            },
            State::Fetching { caller, conference } => self.fetched(caller, conference, answers),
            State::Counting { tasks } => match answers.into_iter().next() {
                Some(Answer::Participants(there)) => self.note(&tasks, &there),
                Some(Answer::Failed { status: 404, .. }) => self.done(),
                other => refused(other),
            },
            State::Noting => {
                let passes = |answer: &Answer| match answer {
                    // Changed or gone meanwhile: it is read again.
                    Answer::Failed { status, .. } => matches!(status, 404 | 412),
                    _ => true,
                };
                match answers.into_iter().find(|answer| !passes(answer)) {
                    Some(failed) => refused(Some(failed)),
                    None => self.read(),
                }
            }
        }
    }

    fn found(&mut self, answers: Vec<Answer>) -> Step {
        let (conference, caller) = match super::sides::conference_and_task(answers) {
            Ok(found) => found,
            Err(step) => return step,
        };
        let Some(conference) = conference else {
            return self.done();
        };
        match caller {
            Some(caller) => {
                let tasks = others(&caller);
                self.fetch(Some(caller), tasks, conference)
            }
            None => {
                self.state = State::Listing { conference };
                Step::Orders(vec![Order::ListCalleeTasks {
                    caller_task: self.task.clone(),
                }])
            }
        }
    }

    fn fetch(
        &mut self,
        caller: Option<Task>,
        tasks: Vec<TaskSid>,
        conference: ConferenceSid,
    ) -> Step {
        if tasks.is_empty() {
            return self.done();
        }
        self.state = State::Fetching { caller, conference };
        let fetch = |task| Order::FetchTask { task };
        Step::Orders(tasks.into_iter().map(fetch).collect())
    }

    fn fetched(
        &mut self,
        caller: Option<Task>,
        conference: ConferenceSid,
        answers: Vec<Answer>,
    ) -> Step {
        let mut tasks: Vec<Task> = caller.into_iter().collect();
        for answer in answers {
            match answer {
                // A task that is none of this call's is not written on, whoever names it.
                Answer::Task(task) => {
                    tasks.extend(Some(task).filter(|task| task.is_callee_of(&self.task)));
                }
                Answer::Failed { status: 404, .. } => {} // gone meanwhile
                other => return refused(Some(other)),
            }
        }
        if !tasks.iter().any(Task::is_added) {
            return self.done();
        }
        self.state = State::Counting { tasks };
        Step::Orders(vec![Order::ListParticipants { conference }])
    }

    fn note(&mut self, tasks: &[Task], there: &[Present]) -> Step {
        let parties = parties(tasks, there);
        let orders: Vec<Order> = tasks
            .iter()
            .filter(|task| task.is_open() && task.parties() != parties)
            .map(|task| Order::UpdateTask {
                task: task.sid.clone(),
                if_match: task.version.clone(),
                change: Change::Attributes(task.with(&[("parties", json!(parties))])),
            })
            .collect();
        if orders.is_empty() {
            return self.done();
        }
        self.attempts = self.attempts.saturating_add(1);
        if self.attempts > ATTEMPTS {
            return refuse(503, "The call's tasks kept changing.");
        }
        self.state = State::Noting;
        Step::Orders(orders)
    }

    fn done(&self) -> Step {
        Step::Respond(self.response.clone())
    }
}

/// The tasks of the others, as the caller's names them.
pub(super) fn others(caller: &Task) -> Vec<TaskSid> {
    let mut tasks: Vec<TaskSid> = caller.callee_task().into_iter().collect();
    tasks.extend(caller.added());
    tasks
}

/// Who is in it: the caller, the callee, and whoever was added, in the order in which they were.
pub(super) fn parties(tasks: &[Task], there: &[Present]) -> Vec<CallParty> {
    // One that is closed says what was so when it was.
    let open = tasks.iter().filter(|task| task.is_open());
    let known: Vec<CallParty> = open.flat_map(Task::parties).collect();
    // In one order, whoever tells: first those whose tasks are not looked at any more.
    let of_tasks = tasks.iter().filter_map(Task::label);
    let of_tasks: Vec<String> = of_tasks.map(|label| label.as_str().to_owned()).collect();
    let mut labels: Vec<String> = Vec::new();
    let told = known.iter().map(|party| party.label.clone());
    let past = told.filter(|label| !of_tasks.contains(label));
    // Who is called once more is one party.
    let again: Vec<String> = superseded(tasks).map(|sid| sid.to_string()).collect();
    for label in past.chain(of_tasks.iter().cloned()) {
        if !labels.contains(&label) && !again.contains(&label) {
            labels.push(label);
        }
    }
    let rank = |label: &String| match Label::parse(label) {
        Some(Label::Of(Role::Caller)) => 0,
        Some(Label::Of(Role::Callee)) => 1,
        Some(Label::Added(_)) | None => 2,
    };
    labels.sort_by_key(rank);
    let party = |label: String| {
        let task = tasks.iter().find(|task| is_of(task, &label));
        let known = known.iter().find(|party| party.label == label);
        let said = name(&label, tasks).map(|name| Pii(name.to_owned()));
        CallParty {
            name: said
                .or(known.map(|one| one.name.clone()))
                .unwrap_or_default(),
            state: match (task, known) {
                (Some(task), _) => state(task, there.iter().find(|one| is_labelled(one, &label))),
                (None, Some(known)) if !known.state.is_present() => known.state,
                (None, _) => PartyState::Left,
            },
            label,
        }
    };
    let mut all: Vec<CallParty> = labels.into_iter().map(party).collect();
    // Of those who are gone only the last are of interest, and there is not room for all.
    while all.len() > ROWS {
        let is_gone = |party: &CallParty| {
            let may_come = party.state == PartyState::Ringing;
            let added = matches!(Label::parse(&party.label), Some(Label::Added(_)));
            added && !may_come && !party.state.is_present()
        };
        let Some(gone) = all.iter().position(is_gone) else {
            break;
        };
        all.remove(gone);
    }
    all
}

/// The tasks of those who were added, left or did not come, and were added again.
fn superseded(tasks: &[Task]) -> impl Iterator<Item = &TaskSid> {
    let is_again = move |(index, task): &(usize, &Task)| {
        let mut later = tasks.iter().skip(index + 1);
        let worker = task.link("callee_worker");
        let same = |one: &Task| one.is_added() && one.link("callee_worker") == worker;
        task.is_added() && !task.is_open() && later.any(same)
    };
    tasks
        .iter()
        .enumerate()
        .filter(is_again)
        .map(|(_, task)| &task.sid)
}

fn is_of(task: &Task, label: &str) -> bool {
    task.label().is_some_and(|own| own.as_str() == label)
}

fn is_labelled(present: &Present, label: &str) -> bool {
    present
        .label
        .as_ref()
        .is_some_and(|own| own.as_str() == label)
}

/// The caller's and the callee's names are on the caller's task; that of one who was added is on his own.
fn name<'a>(label: &str, tasks: &'a [Task]) -> Option<&'a str> {
    let of = |role| move |task: &&Task| task.label() == Some(Label::Of(role));
    let name = match Label::parse(label)? {
        Label::Of(Role::Caller) => tasks.iter().find(of(Role::Caller))?.text("fromName"),
        Label::Of(Role::Callee) => {
            let caller = tasks.iter().find(of(Role::Caller))?;
            caller.text("name").or(caller.text("callToQueue"))
        }
        Label::Added(sid) => tasks.iter().find(|task| task.sid == sid)?.link("own_name"),
    };
    name.filter(|name| !name.is_empty())
}

fn state(task: &Task, present: Option<&Present>) -> PartyState {
    let added = task.is_added();
    match (task.status, present) {
        (TaskStatus::Assigned, Some(one)) if one.connected && one.hold => PartyState::OnHold,
        (TaskStatus::Assigned, Some(one)) if one.connected => PartyState::There,
        // His leg is being set up, or over, and its end is on its way.
        (TaskStatus::Assigned, Some(_) | None) if added => PartyState::Ringing,
        (TaskStatus::Pending | TaskStatus::Reserved, _) => PartyState::Ringing,
        (TaskStatus::Canceled, _) => match task.progress() {
            Some(Progress::Declined) => PartyState::Declined,
            _ => PartyState::NoAnswer,
        },
        (TaskStatus::Wrapping | TaskStatus::Completed, _) if added => match task.progress() {
            Some(Progress::NotConnected) => PartyState::NoAnswer,
            _ => PartyState::Left,
        },
        (TaskStatus::Assigned | TaskStatus::Wrapping | TaskStatus::Completed, _) => {
            PartyState::Left
        }
    }
}
