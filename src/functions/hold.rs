//! Hold and resume: the other party hears music, one's own leg stays as it is.
//!
//! | state | answer | next |
//! |---|---|---|
//! | asking whose call it is ([`Party`]) | | finding |
//! | finding (the conference, the other task) | no conference | refused 409 |
//! | | found | holding |
//! | holding | done | noting on both tasks |
//! | noting, the caller's task first, then the callee's | it changed meanwhile (412) | reading both again, then holding |
//! | | noted on both | done |
//!
//! Where a party was added ([`add`](super::add)):
//!
//! | state | answer | next |
//! |---|---|---|
//! | asking | | finding the room |
//! | finding the room | no conference | refused 409 |
//! | | found | counting, unless one party is named |
//! | counting (who is in it) | | holding all others, or the one who is named |
//! | holding them | done | telling everybody ([`Parties`]) |
//!
//! The participant's `hold` is the truth; `internal_call.on_hold` on both tasks is what both desktops show. Whoever
//! notes has read both tasks before he held, and nobody noted in between: otherwise he holds again. So two requests
//! that cross (hold in one tab, resume in the other) never leave tasks that tell another thing than the participant.
//! One task after the other, and always in this order: of two who noted at the same time each could be first on one.

use super::label::Label;
use super::order::{Answer, Change, Order, Task};
use super::parties::Parties;
use super::party::{Found, Party};
use super::{refuse, refused, Response, Step};
use crate::ids::{ConferenceSid, TaskSid};
use crate::twilio::attributes::Role;
use serde_json::Value;

/// How often tasks that change under our hands are read again before giving up.
const ATTEMPTS: u8 = 5;

/// A run that puts a party on hold, or takes it back.
#[derive(Debug, Clone, PartialEq)]
pub struct Hold {
    hold: bool,
    /// Which one, in a call of more than two; else all others.
    of_several: Option<Label>,
    attempts: u8,
    state: State,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Asking {
        party: Party,
    },
    Finding {
        held: Role,
        named: Task,
    },
    Holding {
        whom: Whom,
        tasks: Vec<Task>,
    },
    /// The first `done` of the tasks are noted.
    Noting {
        whom: Whom,
        tasks: Vec<Task>,
        done: usize,
    },
    Reading {
        whom: Whom,
    },
    FindingRoom {
        own: Label,
        caller: TaskSid,
    },
    Counting {
        own: Label,
        caller: TaskSid,
        conference: ConferenceSid,
    },
    HoldingSeveral {
        caller: TaskSid,
    },
    Telling(Parties),
}

#[derive(Debug, Clone, PartialEq)]
struct Whom {
    conference: ConferenceSid,
    role: Role,
}

impl Hold {
    pub(super) fn asked(
        task: TaskSid,
        token: String,
        of_several: Option<Label>,
        hold: bool,
    ) -> (Self, Step) {
        let (party, step) = Party::ask(task, token);
        let state = State::Asking { party };
        let attempts = 0;
        (
            Self {
                hold,
                of_several,
                attempts,
                state,
            },
            step,
        )
    }

    pub(super) fn resume(&mut self, answers: Vec<Answer>) -> Step {
        match self.state.clone() {
            State::Asking { mut party } => match party.resume(answers) {
                Found::Step(step) => {
                    self.state = State::Asking { party };
                    step
                }
                Found::Gone => refuse(404, "There is no such call."),
                Found::Call { named, caller } => match named.label() {
                    Some(own) if self.is_of_several(&named) => self.find_room(own, caller),
                    Some(_) | None => self.find(named, caller),
                },
            },
            State::FindingRoom { own, caller } => match answers.into_iter().next() {
                Some(Answer::Conferences(rooms)) => match rooms.into_iter().next() {
                    Some(room) => self.count(own, caller, room.sid),
                    None => refuse(409, "The call is over, or not connected yet."),
                },
                other => refused(other),
            },
            State::Counting {
                own,
                caller,
                conference,
            } => match answers.into_iter().next() {
                Some(Answer::Participants(there)) => {
                    let others = there.into_iter().filter(|one| one.connected);
                    let others = others.filter_map(|one| one.label);
                    let others = others.filter(|label| *label != own).collect();
                    self.hold_several(caller, &conference, others)
                }
                other => refused(other),
            },
            State::HoldingSeveral { caller } => {
                let one_is_named = self.of_several.is_some();
                let failed = |answer: &Answer| match answer {
                    // Of all, one may leave at this moment.
                    Answer::Failed { status: 404, .. } => one_is_named,
                    answer => answer.is_failed(),
                };
                match answers.into_iter().find(failed) {
                    Some(Answer::Failed { status: 404, .. }) => {
                        refuse(409, "He is not in the call.")
                    }
                    Some(failed) => refused(Some(failed)),
                    None => {
                        let (parties, step) = Parties::tell(caller, Response::done(None));
                        self.state = State::Telling(parties);
                        step
                    }
                }
            }
            State::Telling(mut parties) => {
                let step = parties.resume(answers);
                self.state = State::Telling(parties);
                step
            }
            State::Finding { held, named } => self.found(held, named, answers),
            State::Holding { whom, tasks } => match answers.into_iter().next() {
                Some(Answer::Done) => self.note(whom, tasks, 0),
                Some(Answer::Failed { status: 404, .. }) => {
                    refuse(409, "The other party is not in the call.")
                }
                other => refused(other),
            },
            State::Noting { whom, tasks, done } => self.noted(whom, tasks, done, &answers),
            State::Reading { whom } => self.hold(whom, tasks_of(answers)),
        }
    }

    fn is_of_several(&self, named: &Task) -> bool {
        let several = named.is_added() || !named.added().is_empty() || !named.parties().is_empty();
        several || self.of_several.is_some()
    }

    fn find_room(&mut self, own: Label, caller: TaskSid) -> Step {
        let order = Order::ListConferences {
            task: caller.clone(),
        };
        self.state = State::FindingRoom { own, caller };
        Step::Orders(vec![order])
    }

    fn count(&mut self, own: Label, caller: TaskSid, conference: ConferenceSid) -> Step {
        if let Some(label) = self.of_several.clone() {
            return self.hold_several(caller, &conference, vec![label]);
        }
        let order = Order::ListParticipants {
            conference: conference.clone(),
        };
        self.state = State::Counting {
            own,
            caller,
            conference,
        };
        Step::Orders(vec![order])
    }

    fn hold_several(
        &mut self,
        caller: TaskSid,
        conference: &ConferenceSid,
        whom: Vec<Label>,
    ) -> Step {
        if whom.is_empty() {
            return refuse(409, "Nobody else is in the call.");
        }
        let hold = |label| Order::HoldParticipant {
            conference: conference.clone(),
            label,
            hold: self.hold,
        };
        let orders = whom.into_iter().map(hold).collect();
        self.state = State::HoldingSeveral { caller };
        Step::Orders(orders)
    }

    fn find(&mut self, named: Task, caller: TaskSid) -> Step {
        let held = match named.role() {
            Some(role) => role.other(),
            None => return refuse(404, "There is no such call."),
        };
        let mut orders = vec![Order::ListConferences {
            task: caller.clone(),
        }];
        let other = match held {
            Role::Caller => Some(caller),
            Role::Callee => named.callee_task(),
        };
        orders.extend(other.map(|task| Order::FetchTask { task }));
        self.state = State::Finding { held, named };
        Step::Orders(orders)
    }

    fn found(&mut self, held: Role, named: Task, answers: Vec<Answer>) -> Step {
        let caller = named.sid.clone();
        let mut tasks = vec![named];
        let mut conference = None;
        for answer in answers {
            match answer {
                Answer::Conferences(open) => {
                    conference = open.into_iter().next().map(|room| room.sid)
                }
                // A task that is none of this call's is not written on, whoever names it.
                Answer::Task(other) => match (held, other.is_callee_of(&caller)) {
                    (Role::Caller, _) | (Role::Callee, true) => tasks.push(other),
                    (Role::Callee, false) => {}
                },
                Answer::Failed { status: 404, .. } => {}
                other => return refused(Some(other)),
            }
        }
        let Some(conference) = conference else {
            return refuse(409, "The call is over, or not connected yet.");
        };
        let role = held;
        self.hold(Whom { conference, role }, tasks)
    }

    fn hold(&mut self, whom: Whom, mut tasks: Vec<Task>) -> Step {
        tasks.retain(Task::is_open);
        tasks.sort_by_key(|task| task.role() != Some(Role::Caller));
        let order = Order::HoldParticipant {
            conference: whom.conference.clone(),
            label: Label::Of(whom.role),
            hold: self.hold,
        };
        self.state = State::Holding { whom, tasks };
        Step::Orders(vec![order])
    }

    fn note(&mut self, whom: Whom, tasks: Vec<Task>, done: usize) -> Step {
        let Some(task) = tasks.get(done) else {
            return Step::Respond(Response::done(None));
        };
        let order = Order::UpdateTask {
            task: task.sid.clone(),
            if_match: task.version.clone(),
            change: Change::Attributes(noted(task, whom.role, self.hold)),
        };
        self.state = State::Noting { whom, tasks, done };
        Step::Orders(vec![order])
    }

    fn noted(&mut self, whom: Whom, tasks: Vec<Task>, done: usize, answers: &[Answer]) -> Step {
        let changed = |answer: &Answer| matches!(answer, Answer::Failed { status: 412, .. });
        if !answers.iter().any(changed) {
            // The party is on hold, or back: a desktop that shows it late is no reason to say that it failed.
            return self.note(whom, tasks, done.saturating_add(1));
        }
        self.attempts = self.attempts.saturating_add(1);
        if self.attempts > ATTEMPTS {
            return refuse(
                409,
                "The call is being changed by somebody else. Try again.",
            );
        }
        self.state = State::Reading { whom };
        let read = |task: &Task| Order::FetchTask {
            task: task.sid.clone(),
        };
        Step::Orders(tasks.iter().map(read).collect())
    }
}

/// Closed and gone meanwhile: nobody looks at it.
fn tasks_of(answers: Vec<Answer>) -> Vec<Task> {
    let tasks = answers.into_iter().filter_map(|answer| match answer {
        Answer::Task(task) => Some(task),
        _ => None,
    });
    tasks.collect()
}

fn noted(task: &Task, held: Role, hold: bool) -> Value {
    task.with(&[("on_hold", on_hold(task, held, hold))])
}

/// Who is on hold, once this one is, or is not.
pub(super) fn on_hold(task: &Task, held: Role, hold: bool) -> Value {
    let mut on_hold = task.on_hold();
    match held {
        Role::Caller => on_hold.caller = hold,
        Role::Callee => on_hold.callee = hold,
    }
    serde_json::json!({"caller": on_hold.caller, "callee": on_hold.callee})
}
