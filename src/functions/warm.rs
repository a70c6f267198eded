//! A call that was handed over: both agents have the one task, and are in Flex's own conference with a silent party, whom
//! Flex takes for the customer. What the task alone does not tell is who is there.
//!
//! | state | answer | next |
//! |---|---|---|
//! | asking whose call it is ([`Party`]) | it was not handed over | closing ([`Close`]), or done |
//! | | | reading |
//! | reading (the task, who has it, the conference) | closed, or gone | closing |
//! | | no conference | judging: nobody is there |
//! | | | counting |
//! | counting (who is in it) | | judging |
//! | judging: a party came | both are there, and nobody noted it | noting |
//! | | both are there | dismissing |
//! | | not both | done |
//! | judging: is it over | nobody is there; or somebody was, one is left, and nobody else is on his way | closing |
//! | | anything else | done |
//! | judging: nobody came in time | both are there, or he is coming | refused 409, `answered` |
//! | | else | closing, with that outcome |
//! | noting (`answered`, on the task) | written | dismissing |
//! | | changed meanwhile (412) | reading again |
//! | dismissing (the silent party) | done, or gone already | done |
//!
//! Whoever asks: nothing is believed but what Twilio says of the conference. Only a leg that is in this very conference is
//! ended.

use super::close::{Close, Why, ANSWERED};
use super::order::{Answer, Change, Order, Present, Task};
use super::party::{Found, Party};
use super::{refuse, refused, twiml, Response, Step};
use crate::ids::{CallSid, TaskSid, WorkerSid};
use crate::time::Millis;
use crate::twilio::attributes::Progress;

/// How often a task that changes under our hands is read again before giving up.
const ATTEMPTS: u8 = 5;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Mode {
    /// The colleague is in the call, as a party's plugin says.
    Came,
    /// Whether it is over.
    Checked,
    /// It is to be closed, and why.
    Ended(Why),
}

/// A run about a call that was handed over.
#[derive(Debug, Clone, PartialEq)]
pub struct Warm {
    mode: Mode,
    attempts: u8,
    state: State,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Asking { party: Party },
    Reading { task: TaskSid },
    Counting { call: Call },
    Noting { call: Call, silent: Option<CallSid> },
    Dismissing,
    Closing(Close),
}

/// The task, and who has it.
#[derive(Debug, Clone, PartialEq)]
struct Call {
    task: Task,
    holders: Vec<WorkerSid>,
    on_offer: bool,
}

impl Warm {
    pub(super) fn asked(mode: Mode, task: TaskSid, token: String) -> (Self, Step) {
        let (party, step) = Party::ask(task, token);
        let warm = Self {
            mode,
            attempts: 0,
            state: State::Asking { party },
        };
        (warm, step)
    }

    pub(super) fn resume(&mut self, now: Millis, answers: Vec<Answer>) -> Step {
        match self.state.clone() {
            State::Asking { mut party } => match party.resume(answers) {
                Found::Step(step) => {
                    self.state = State::Asking { party };
                    step
                }
                Found::Gone => done(),
                Found::Call { named, .. } if named.is_handed_over() => self.read(named.sid),
                Found::Call { caller, .. } => match self.mode {
                    Mode::Came => done(),
                    Mode::Checked => self.close_as(Why::Checked, caller),
                    Mode::Ended(why) => self.close_as(why, caller),
                },
            },
            State::Reading { task } => self.count(task, answers),
            State::Counting { call } => match answers.into_iter().next() {
                Some(Answer::Participants(there)) => self.judge(call, &there),
                Some(Answer::Failed { status: 404, .. }) => self.judge(call, &[]),
                other => refused(other),
            },
            State::Noting { call, silent } => match answers.into_iter().next() {
                Some(Answer::Task(_)) => self.dismiss(silent),
                Some(Answer::Failed { status: 412, .. }) => {
                    self.attempts = self.attempts.saturating_add(1);
                    if self.attempts > ATTEMPTS {
                        return refuse(503, "The call's task kept changing.");
                    }
                    self.read(call.task.sid)
                }
                Some(Answer::Failed { status: 404, .. }) => done(),
                other => refused(other),
            },
            State::Dismissing => match answers.into_iter().next() {
                // Gone by itself meanwhile.
                Some(
                    Answer::Done
                    | Answer::Failed {
                        status: 400 | 404, ..
                    },
                ) => done(),
                other => refused(other),
            },
            State::Closing(mut close) => {
                let step = close.resume(now, answers);
                self.state = State::Closing(close);
                step
            }
        }
    }

    fn read(&mut self, task: TaskSid) -> Step {
        let orders = vec![
            Order::FetchTask { task: task.clone() },
            Order::ListReservations { task: task.clone() },
            Order::ListConferences { task: task.clone() },
        ];
        self.state = State::Reading { task };
        Step::Orders(orders)
    }

    fn count(&mut self, sid: TaskSid, answers: Vec<Answer>) -> Step {
        let mut answers = answers.into_iter();
        let task = match answers.next() {
            Some(Answer::Task(task)) => task,
            Some(Answer::Failed { status: 404, .. }) => return self.close(sid),
            other => return refused(other),
        };
        let (holders, on_offer) = match answers.next() {
            Some(Answer::Reservations { holders, offered }) => (holders, !offered.is_empty()),
            other => return refused(other),
        };
        let rooms = match answers.next() {
            Some(Answer::Conferences(rooms)) => rooms,
            other => return refused(other),
        };
        if !task.is_open() {
            return self.close(sid);
        }
        let call = Call {
            task,
            holders,
            on_offer,
        };
        match rooms.into_iter().next() {
            None => self.judge(call, &[]),
            Some(room) => {
                self.state = State::Counting { call };
                Step::Orders(vec![Order::ListParticipants {
                    conference: room.sid,
                }])
            }
        }
    }

    fn judge(&mut self, call: Call, there: &[Present]) -> Step {
        let silent = call.task.called_leg();
        let is_silent = |one: &&Present| Some(one.leg.as_str()) == silent;
        let agents = there.iter().filter(|one| one.connected && !is_silent(one));
        let (agents, silent) = (agents.count(), there.iter().find(is_silent));
        let answered = call.task.progress() == Some(Progress::Answered);
        match self.mode {
            Mode::Came if agents < 2 => done(),
            Mode::Came => {
                let silent = silent.map(|one| one.leg.clone());
                if !call.task.is_undecided() {
                    return self.dismiss(silent);
                }
                let order = Order::UpdateTask {
                    task: call.task.sid.clone(),
                    if_match: call.task.version.clone(),
                    change: Change::Attributes(
                        call.task
                            .with_links(&[("progress", Progress::Answered.as_str())]),
                    ),
                };
                self.state = State::Noting { call, silent };
                Step::Orders(vec![order])
            }
            Mode::Checked => {
                let over = match answered {
                    true => agents < 2 && !call.on_offer,
                    false => agents == 0,
                };
                match over {
                    true => self.close(call.task.sid),
                    false => done(),
                }
            }
            Mode::Ended(Why::Late(outcome)) => {
                // TaskRouter's word of the acceptance comes before his leg is in the conference.
                let coming = call.holders.len() > 1 && outcome == Progress::NoAnswer;
                if answered || agents > 1 || coming {
                    let message = "The call has been answered.";
                    return Step::Respond(Response::coded(409, ANSWERED, message));
                }
                self.close(call.task.sid)
            }
            Mode::Ended(_) => self.close(call.task.sid),
        }
    }

    fn dismiss(&mut self, silent: Option<CallSid>) -> Step {
        let Some(call) = silent else {
            return done();
        };
        self.state = State::Dismissing;
        Step::Orders(vec![Order::RedirectCall {
            call,
            twiml: twiml::hang_up(),
        }])
    }

    fn close(&mut self, task: TaskSid) -> Step {
        let why = match self.mode {
            Mode::Came => return done(),
            Mode::Checked => Why::Over,
            Mode::Ended(Why::Late(outcome)) => Why::Unreached(outcome),
            Mode::Ended(why) => why,
        };
        self.close_as(why, task)
    }

    fn close_as(&mut self, why: Why, task: TaskSid) -> Step {
        let (close, step) = Close::told(why, task);
        self.state = State::Closing(close);
        step
    }
}

fn done() -> Step {
    Step::Respond(Response::done(None))
}
