//! Closing a call: both tasks and the conference, whatever of them is still open. Idempotent.
//!
//! | state | answer | next |
//! |---|---|---|
//! | asking whose call it is ([`Party`]) | | fetching, or gathering |
//! | fetching the caller's task | | gathering |
//! | gathering (conferences; callee's tasks, if the caller's names none) | | reading, or judging |
//! | reading (the callee's tasks) | | judging |
//! | judging | not to be closed, see [`Why`]; declined or unreached, but Flex connects the call and it is talked | refused 409, or done |
//! | | he did not come in time | taking the callee's task back, then noting |
//! | | another outcome is to be noted | noting |
//! | | none is | closing all |
//! | noting (on the caller's task) | done | closing all |
//! | closing | all closed | done |
//! | any of the last five | something changed meanwhile (412) | fetching again |
//!
//! Where a party was added ([`add`](super::add)), the call goes on as long as two are in it:
//!
//! | state | answer | next |
//! |---|---|---|
//! | judging | somebody was added, and it is about one party | counting (who is in the conference) |
//! | counting | he is there, though it was said that he would not come | refused 409; or done, where nobody said so |
//! | | two others are there | noting (why he did not come, on his own task), then closing his task only |
//! | | fewer are | closing all |
//! | his task closed | | counting once more |
//! | counting once more | fewer than two are left: another one left at the same moment | closing all |
//! | | two | telling the others ([`Parties`]) |
//!
//! An outcome is noted before anything ends: what an end brings about (Twilio's callbacks) closes the call, too, and
//! knows no outcome.
//!
//! An assigned task goes into wrap-up, one on offer is cancelled
//! (<https://www.twilio.com/docs/taskrouter/lifecycle-task-state>).

use super::closing::{close_as, closing, forgotten, given_up, looks_over, note, was_taken};
use super::label::Label;
use super::order::{Answer, Closing, Order, Present, Room, Task, TaskStatus};
use super::parties::{others, Parties};
use super::party::{Found, Party};
pub(super) use super::why::Why;
use super::{refuse, refused, Response, Step};
use crate::ids::{ConferenceSid, TaskSid};
use crate::time::Millis;
use crate::twilio::attributes::{CallParty, DeclineReason, Progress, Role};

/// How often tasks that change under our hands are read again before giving up.
const ATTEMPTS: u8 = 5;

/// So many must stay, where one party leaves, or the call is over.
pub(super) const STAY: usize = 2;

/// The code that says that the callee has taken the call, so that it is not closed.
pub(super) const ANSWERED: &str = "answered";

/// The code that says that nothing is left that tells how the call came out.
const UNKNOWN: &str = "unknown";

/// A run that closes a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Close {
    why: Why,
    now: Millis,
    attempts: u8,
    /// The callee's task, where the request names it.
    callee: Option<TaskSid>,
    /// Whose end it is, if it is one party's.
    leaver: Option<Leaver>,
    outcome: CameOut,
    state: State,
}

/// Whose end of a call it is: only he goes, where others stay.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Leaver {
    /// By his task.
    Of(TaskSid),
    /// By his label, as somebody says who takes him out of it.
    Labelled(Label),
}

/// How the call came out, which whoever ends it is told.
#[derive(Debug, Clone, Copy, PartialEq)]
enum CameOut {
    /// The caller's task is gone, which would say it.
    Unknown,
    /// Nobody had come, nor said why.
    Unanswered,
    As(Progress),
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Asking {
        party: Party,
    },
    Fetching {
        task: TaskSid,
    },
    Gathering {
        call: Call,
    },
    Reading {
        call: Call,
        conferences: Vec<Room>,
    },
    Counting {
        call: Call,
        callees: Vec<Task>,
        conferences: Vec<Room>,
        leaver: Label,
    },
    /// Once he is gone.
    CountingAgain {
        task: TaskSid,
    },
    /// The others are told that he left.
    Telling(Parties),
    /// Nobody is to be told that the callee did not come before he cannot come any more.
    TakingBack {
        call: Call,
        conferences: Vec<Room>,
        outcome: Progress,
    },
    /// `closings`: of all but the task that is noted on.
    Noting {
        task: TaskSid,
        closings: Vec<Order>,
        scope: Scope,
    },
    Closing {
        task: TaskSid,
        orders: Vec<Order>,
        scope: Scope,
    },
}

/// What is closed.
#[derive(Debug, Clone, PartialEq)]
enum Scope {
    Call,
    /// One party's part of it: it goes on.
    Part(ConferenceSid),
}

/// The caller's task, by name and, if it still exists, as it is.
#[derive(Debug, Clone, PartialEq)]
struct Call {
    task: TaskSid,
    caller: Option<Task>,
}

impl Call {
    /// Whether a callee's task may exist that the caller's does not name: it was claimed and not written back, or the
    /// caller's is gone. Only then are tasks listed by attribute, which TaskRouter allows three times a second
    /// (<https://www.twilio.com/en-us/changelog/taskrouter-endpoint-rate-limit-correction>).
    fn may_have_unnamed_callee(&self) -> bool {
        self.caller.as_ref().is_none_or(|caller| {
            let claimed = caller.link("claim").is_some() && caller.link("callee_task").is_none();
            claimed || caller.adding_at().is_some()
        })
    }
}

/// How long after the claim to ring nobody is being rung, or has only just come, any more: the longest ring time is a
/// minute.
const SET_UP: Millis = Millis::from_secs(90);

impl Call {
    /// Whether its set-up is long over; not said by calls that Flex connects itself.
    fn is_set_up(&self, now: Millis) -> bool {
        let claimed = self.caller.as_ref().and_then(Task::claimed_at);
        claimed.is_some_and(|at| at + SET_UP <= now)
    }
}

impl Close {
    /// Asked by a plugin.
    pub(super) fn asked(why: Why, task: TaskSid, token: String) -> (Self, Step) {
        let (party, step) = Party::ask(task.clone(), token);
        let close = Self::new(why, State::Asking { party });
        (close.left_by(Leaver::Of(task)), step)
    }

    /// It is one party's end.
    pub(super) fn left_by(mut self, leaver: Leaver) -> Self {
        self.leaver = Some(leaver);
        self
    }

    /// It is the whole call's, whoever asks.
    pub(super) fn for_all(mut self) -> Self {
        self.leaver = None;
        self
    }

    /// Told by Twilio, or found by the functions themselves: the caller's task.
    pub(super) fn told(why: Why, task: TaskSid) -> (Self, Step) {
        let orders = vec![Order::FetchTask { task: task.clone() }];
        let close = Self::new(why, State::Fetching { task });
        (close, Step::Orders(orders))
    }

    fn new(why: Why, state: State) -> Self {
        Self {
            why,
            now: Millis::default(),
            attempts: 0,
            callee: None,
            leaver: None,
            outcome: CameOut::Unknown,
            state,
        }
    }

    /// The same call, where the callee's task is known besides: a list may lag, and the caller's may not name it.
    pub(super) fn with_callee(mut self, callee: Option<TaskSid>) -> Self {
        self.callee = callee;
        self
    }

    pub(super) fn resume(&mut self, now: Millis, answers: Vec<Answer>) -> Step {
        self.now = now;
        match self.state.clone() {
            State::Asking { mut party } => match party.resume(answers) {
                Found::Step(step) => {
                    self.state = State::Asking { party };
                    step
                }
                // The call is closed, and its task is gone: nothing is left to do.
                Found::Gone => self.done(),
                Found::Call { named, caller } if named.sid == caller => self.gather(Call {
                    task: caller,
                    caller: Some(named),
                }),
                Found::Call { named, caller } => {
                    self.callee = Some(named.sid);
                    self.fetch(caller)
                }
            },
            State::Fetching { task } => match answers.into_iter().next() {
                Some(Answer::Task(caller)) => self.gather(Call {
                    task,
                    caller: Some(caller),
                }),
                Some(Answer::Failed { status: 404, .. }) => {
                    self.gather(Call { task, caller: None })
                }
                other => refused(other),
            },
            State::Gathering { call } => self.gathered(call, answers),
            State::Reading { call, conferences } => self.read(call, conferences, answers),
            State::TakingBack {
                call,
                conferences,
                outcome,
            } => {
                let changed =
                    |answer: &Answer| matches!(answer, Answer::Failed { status: 412, .. });
                match answers.into_iter().find(Answer::is_failed) {
                    Some(answer) if changed(&answer) => self.again(call.task),
                    Some(answer) => refused(Some(answer)),
                    None => self.close(call, Vec::new(), conferences, Some((outcome, None))),
                }
            }
            State::Counting {
                call,
                callees,
                conferences,
                leaver,
            } => match answers.into_iter().next() {
                Some(Answer::Participants(there)) => {
                    self.counted(call, &callees, conferences, leaver, &there)
                }
                Some(Answer::Failed { status: 404, .. }) => {
                    self.close_callees(call, &callees, conferences)
                }
                other => refused(other),
            },
            State::Noting {
                task,
                closings,
                scope,
            } => self.noted(task, closings, scope, answers),
            State::Closing {
                task,
                orders,
                scope,
            } => self.closed(task, &orders, scope, answers),
            State::CountingAgain { task } => match answers.into_iter().next() {
                Some(Answer::Participants(there)) if connected(&there).count() < STAY => {
                    self.leaver = None;
                    self.why = Why::Over;
                    self.fetch(task)
                }
                Some(Answer::Participants(_)) => {
                    let (parties, step) = Parties::tell(task, Response::done(None));
                    self.state = State::Telling(parties);
                    step
                }
                Some(Answer::Failed { status: 404, .. }) => self.done(),
                other => refused(other),
            },
            State::Telling(mut parties) => {
                let step = parties.resume(answers);
                self.state = State::Telling(parties);
                step
            }
        }
    }

    fn fetch(&mut self, task: TaskSid) -> Step {
        self.state = State::Fetching { task: task.clone() };
        Step::Orders(vec![Order::FetchTask { task }])
    }

    fn gather(&mut self, call: Call) -> Step {
        let mut orders = Vec::new();
        if call.may_have_unnamed_callee() {
            orders.push(Order::ListCalleeTasks {
                caller_task: call.task.clone(),
            });
        }
        match self.why {
            Why::ConferenceOver => {}
            Why::Over
            | Why::Declined(_)
            | Why::Unreached(_)
            | Why::Late(_)
            | Why::CalleesLegOver
            | Why::Checked
            | Why::Swept => orders.push(Order::ListConferences {
                task: call.task.clone(),
            }),
        }
        if orders.is_empty() {
            return self.gathered(call, Vec::new());
        }
        self.state = State::Gathering { call };
        Step::Orders(orders)
    }

    fn gathered(&mut self, call: Call, answers: Vec<Answer>) -> Step {
        let mut callees = Vec::new();
        let mut conferences = Vec::new();
        for answer in answers {
            match answer {
                Answer::Listed(found) => callees = found,
                Answer::Conferences(found) => conferences = found,
                other => return refused(Some(other)),
            }
        }
        // A list may lag behind a creation; what the caller's task names is there.
        let named = call.caller.as_ref().map(others).unwrap_or_default();
        for task in named.into_iter().chain(self.callee.clone()) {
            if !callees.contains(&task) {
                callees.push(task);
            }
        }
        if callees.is_empty() {
            return self.judge(call, &[], conferences);
        }
        let orders = callees
            .into_iter()
            .map(|task| Order::FetchTask { task })
            .collect();
        self.state = State::Reading { call, conferences };
        Step::Orders(orders)
    }

    fn read(&mut self, call: Call, conferences: Vec<Room>, answers: Vec<Answer>) -> Step {
        let mut callees = Vec::new();
        for answer in answers {
            match answer {
                // A task that is none of this call's is not closed, whoever names it.
                Answer::Task(callee) => {
                    callees.extend(Some(callee).filter(|callee| callee.is_callee_of(&call.task)));
                }
                Answer::Failed { status: 404, .. } => {} // gone meanwhile
                other => return refused(Some(other)),
            }
        }
        self.judge(call, &callees, conferences)
    }

    fn judge(&mut self, call: Call, callees: &[Task], conferences: Vec<Room>) -> Step {
        let several = self.leaver.is_some() && callees.iter().any(Task::is_added);
        if let (true, Some(room)) = (several, conferences.first()) {
            let Some(leaver) = self.leaver_of(&call, callees) else {
                return self.done(); // he left long ago
            };
            let conference = room.sid.clone();
            self.state = State::Counting {
                call,
                callees: callees.to_vec(),
                conferences,
                leaver,
            };
            return Step::Orders(vec![Order::ListParticipants { conference }]);
        }
        let progress = call.caller.as_ref().and_then(Task::progress);
        let coming = callees
            .iter()
            .any(|callee| callee.status == TaskStatus::Assigned);
        let native = call.caller.as_ref();
        let native = native.is_some_and(|task| task.is_native() || task.is_handed_over());
        let outcome = match self.why {
            // Flex hands a native call over: whoever declines that, or is offered it in vain, declines no call.
            Why::Declined(_) | Why::Unreached(_)
                if native && (coming || progress == Some(Progress::Answered)) =>
            {
                let message = "The call has been answered.";
                return Step::Respond(Response::coded(409, ANSWERED, message));
            }
            Why::Over | Why::ConferenceOver => None,
            Why::Declined(reason) => Some((Progress::Declined, reason)),
            Why::Unreached(outcome) => Some((outcome, None)),
            Why::CalleesLegOver => Some((Progress::NotConnected, None)),
            Why::Late(outcome) => {
                // Twilio's word that he joined may be late or lost: that both are in the conference says the same.
                let together = coming && conferences.iter().any(|room| room.in_progress);
                let came = progress == Some(Progress::Answered) || together;
                if came || (coming && outcome == Progress::NoAnswer) {
                    let message = "The call has been answered.";
                    return Step::Respond(Response::coded(409, ANSWERED, message));
                }
                Some((outcome, None))
            }
            Why::Swept if !call.is_set_up(self.now) => {
                return Step::Respond(Response::done(None));
            }
            Why::Checked | Why::Swept => {
                let named = call.caller.as_ref().and_then(Task::callee_task);
                let known = named.is_some() || !callees.is_empty();
                // One that ended is deleted after five minutes.
                let nobody_comes = !callees.iter().any(Task::is_open);
                let gone = known && nobody_comes;
                let empty = conferences.is_empty();
                let over = match call.caller.as_ref().filter(|caller| caller.is_open()) {
                    None => true,
                    Some(caller) if nobody_comes && empty && forgotten(caller, self.now) => true,
                    Some(caller) if given_up(caller, self.now) => true,
                    Some(_) if callees.iter().any(|one| given_up(one, self.now)) => true,
                    Some(_) => looks_over(progress, gone, empty),
                };
                if !over {
                    return Step::Respond(Response::done(None));
                }
                // Whoever would say what came of it was not heard yet, or never will be.
                let outcome = match callees.iter().any(was_taken) {
                    true => Progress::NotConnected,
                    false => Progress::NoAnswer,
                };
                (progress == Some(Progress::Ringing)).then_some((outcome, None))
            }
        };
        let closings: Vec<Order> = callees
            .iter()
            .filter_map(|callee| self.callees_closing(callee))
            .collect();
        // The end of a native callee's task ends the caller's: nothing could be noted on that any more.
        if let (Why::Late(outcome), false) = (self.why, closings.is_empty() || native) {
            self.state = State::TakingBack {
                call,
                conferences,
                outcome,
            };
            return Step::Orders(closings);
        }
        self.close(call, closings, conferences, outcome)
    }

    /// The callee's other tabs see why his task is cancelled.
    fn callees_closing(&self, callee: &Task) -> Option<Order> {
        let how = match (callee.closing()?, self.why) {
            (Closing::Cancel, Why::Declined(_)) => Closing::Decline,
            (how, _) => how,
        };
        Some(close_as(callee, how))
    }

    /// Who leaves a call to which somebody was added, as long as his task is there.
    fn leaver_of(&self, call: &Call, callees: &[Task]) -> Option<Label> {
        match self.leaver.as_ref()? {
            Leaver::Labelled(label) => Some(label.clone()),
            Leaver::Of(task) if *task == call.task => Some(Label::Of(Role::Caller)),
            Leaver::Of(task) => callees.iter().find(|one| one.sid == *task)?.label(),
        }
    }

    fn counted(
        &mut self,
        call: Call,
        callees: &[Task],
        conferences: Vec<Room>,
        leaver: Label,
        there: &[Present],
    ) -> Step {
        let comes = |own: &Task| own.status == TaskStatus::Assigned;
        let own = call.caller.iter().chain(callees);
        let own = own
            .into_iter()
            .find(|task| task.label().as_ref() == Some(&leaver));
        let is_own = |one: &&Present| one.label.as_ref() == Some(&leaver);
        let is_there = there.iter().filter(is_own).any(|one| one.connected);
        let stay = connected(there).filter(|one| !is_own(one)).count();
        let outcome = match self.why {
            // He is there, or on his way.
            Why::Declined(_) | Why::Unreached(_) | Why::Late(_)
                if is_there
                    || (self.why == Why::Late(Progress::NoAnswer) && own.is_some_and(comes)) =>
            {
                let message = "He is in the call.";
                return Step::Respond(Response::coded(409, ANSWERED, message));
            }
            // He is there, or is still called.
            Why::Checked if is_there || own.is_some_and(|own| !was_taken(own) && own.is_open()) => {
                return Step::Respond(Response::done(None));
            }
            Why::Declined(reason) => Some((Progress::Declined, reason)),
            Why::Unreached(outcome) | Why::Late(outcome) => Some((outcome, None)),
            Why::CalleesLegOver => Some((Progress::NotConnected, None)),
            Why::Over | Why::ConferenceOver | Why::Checked | Why::Swept => None,
        };
        if stay < STAY {
            return self.close_callees(call, callees, conferences);
        }
        let Some(Room {
            sid: conference, ..
        }) = conferences.into_iter().next()
        else {
            return self.done();
        };
        let mut closings = Vec::new();
        if there.iter().any(|one| is_own(&one)) {
            let (conference, label) = (conference.clone(), leaver.clone());
            closings.push(Order::RemoveParticipant { conference, label });
        }
        // Of one who came, and went, it is not said why he did not come.
        let is_came = |one: &CallParty| one.label == leaver.as_str() && one.state.is_present();
        let absent = own.filter(|own| own.is_added() && !own.parties().iter().any(is_came));
        let why = absent.and_then(|own| note(own, outcome?));
        let (task, scope) = (call.task, Scope::Part(conference));
        match why {
            Some(note) => {
                self.state = State::Noting {
                    task,
                    closings,
                    scope,
                };
                Step::Orders(vec![note])
            }
            None => self.close_all(task, closings, own, scope),
        }
    }

    /// All of it, and nothing is noted.
    fn close_callees(&mut self, call: Call, callees: &[Task], conferences: Vec<Room>) -> Step {
        let closings = callees
            .iter()
            .filter_map(|callee| self.callees_closing(callee));
        let closings = closings.collect();
        self.close(call, closings, conferences, None)
    }

    fn close(
        &mut self,
        call: Call,
        mut closings: Vec<Order>,
        conferences: Vec<Room>,
        outcome: Option<(Progress, Option<DeclineReason>)>,
    ) -> Step {
        closings.extend(
            conferences
                .into_iter()
                .map(|Room { sid, .. }| Order::EndConference { conference: sid }),
        );
        let caller = call.caller.as_ref();
        let note = caller.and_then(|caller| note(caller, outcome?));
        let noted = note.as_ref().and(outcome).map(|(outcome, _)| outcome);
        self.outcome = match caller {
            None => CameOut::Unknown,
            Some(caller) if caller.is_undecided() => noted.map_or(CameOut::Unanswered, CameOut::As),
            Some(caller) => caller.progress().map_or(CameOut::Unanswered, CameOut::As),
        };
        match note {
            Some(note) => {
                self.state = State::Noting {
                    task: call.task,
                    closings,
                    scope: Scope::Call,
                };
                Step::Orders(vec![note])
            }
            None => self.close_all(call.task, closings, caller, Scope::Call),
        }
    }

    fn noted(
        &mut self,
        task: TaskSid,
        closings: Vec<Order>,
        scope: Scope,
        answers: Vec<Answer>,
    ) -> Step {
        match answers.into_iter().next() {
            Some(Answer::Task(noted)) => self.close_all(task, closings, Some(&noted), scope),
            Some(Answer::Failed { status: 404, .. }) => self.close_all(task, closings, None, scope),
            Some(Answer::Failed { status: 412, .. }) => self.again(task),
            other => refused(other),
        }
    }

    /// `last`: the caller's task, or that of the one who leaves.
    fn close_all(
        &mut self,
        task: TaskSid,
        mut orders: Vec<Order>,
        last: Option<&Task>,
        scope: Scope,
    ) -> Step {
        orders.extend(last.and_then(|last| match last.role() {
            Some(Role::Callee) => self.callees_closing(last),
            Some(Role::Caller) | None => closing(last),
        }));
        if orders.is_empty() {
            return self.over(task, scope);
        }
        self.state = State::Closing {
            task,
            orders: orders.clone(),
            scope,
        };
        Step::Orders(orders)
    }

    fn over(&mut self, task: TaskSid, scope: Scope) -> Step {
        match scope {
            Scope::Call => self.done(),
            Scope::Part(conference) => {
                self.state = State::CountingAgain { task };
                Step::Orders(vec![Order::ListParticipants { conference }])
            }
        }
    }

    fn closed(
        &mut self,
        task: TaskSid,
        orders: &[Order],
        scope: Scope,
        answers: Vec<Answer>,
    ) -> Step {
        let mut failed = None;
        for (order, answer) in orders.iter().zip(answers) {
            match (order, answer) {
                // Gone, or ended by somebody else meanwhile.
                (_, Answer::Failed { status: 404, .. })
                | (Order::EndConference { .. }, Answer::Failed { status: 400, .. }) => {}
                (_, Answer::Failed { status: 412, .. }) => return self.again(task),
                (_, answer @ Answer::Failed { .. }) => failed = Some(answer),
                (_, _) => {}
            }
        }
        match failed {
            Some(failed) => refused(Some(failed)),
            None => self.over(task, scope),
        }
    }

    fn done(&self) -> Step {
        Step::Respond(match self.outcome {
            CameOut::As(outcome) => Response::coded(200, outcome.as_str(), "The call is over."),
            CameOut::Unanswered => Response::done(None),
            CameOut::Unknown => Response::coded(200, UNKNOWN, "The call is over."),
        })
    }

    /// A task changed under our hands: all over again.
    fn again(&mut self, task: TaskSid) -> Step {
        self.attempts = self.attempts.saturating_add(1);
        if self.attempts > ATTEMPTS {
            return refuse(503, "The call's tasks kept changing.");
        }
        self.fetch(task)
    }
}

/// Of the parties; whoever listens in is none.
pub(super) fn connected(there: &[Present]) -> impl Iterator<Item = &Present> {
    let is_party = |one: &&Present| one.connected && one.label.is_some();
    there.iter().filter(is_party)
}
