//! Ringing the callee: his task is made once, however often and by whomever it is asked for.
//!
//! | state | answer | next |
//! |---|---|---|
//! | fetching (and validating) | not the caller, or no such call | refused 403/404 |
//! | | closed | refused 409 |
//! | | callee's task is written | done |
//! | | unclaimed | claiming |
//! | | claimed lately by another request | done: that one rings |
//! | | claimed long ago | claiming, then searching |
//! | claiming (`If-Match`), and asking after the callee | written | creating, or searching first |
//! | | written, and he takes no work or has no room | closing, with that outcome |
//! | | changed meanwhile (412) | fetching again |
//! | closing | closed | refused 409, with the outcome as code |
//! | searching | found | reading it, then writing back |
//! | | none | creating |
//! | creating | made | writing back |
//! | | failed | refused 502, the claim stays: nothing is made twice |
//! | writing back | written | done |
//! | | changed meanwhile (412), or refused | re-reading |
//! | re-reading | open | writing back |
//! | | closed | taking back |
//!
//! Task creation has no idempotency key; hence the claim, and the search when a claim was left by somebody who died.
//! The caller may hang up while his callee's task is being made: writing back finds it out by `If-Match`, and takes
//! the callee's task back.

use super::callee::{callee_task, target};
use super::close::{Close, Why};
use super::order::{Answer, Change, Closing, Order, Task};
use super::party::no_session;
use super::{refuse, refused, Response, Settings, Step};
use crate::ids::{TaskSid, WorkerSid};
use crate::time::Millis;
use crate::twilio::attributes::Progress;

/// After this long a claim without a callee's task was left by a request that died: Twilio gives a function 10 s
/// (<https://www.twilio.com/docs/serverless/functions-assets/functions#limits>).
const CLAIM_LIFETIME: Millis = Millis::from_secs(12);

/// How often a task that changes under our hands is read again before giving up.
const ATTEMPTS: u8 = 5;

/// A run of `ring`.
#[derive(Debug, Clone, PartialEq)]
pub struct Ring {
    task: TaskSid,
    asker: Asker,
    attempts: u8,
    reservation_timeout_s: Option<u64>,
    state: State,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq)]
enum Asker {
    /// The caller's plugin: proved by the token's validation.
    Plugin { worker: Option<WorkerSid> },
    /// Twilio's join callback, in case the plugin's request was lost.
    Twilio,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Fetching,
    Claiming { stale: bool },
    Closing { outcome: Progress, close: Close },
    Searching { caller: Task },
    Found { caller: Task },
    Creating { caller: Task },
    WritingBack { callee: Task },
    ReReading { callee: Task },
    TakingBack,
}

impl Ring {
    /// The plugin asks.
    pub(super) fn asked(task: TaskSid, token: String) -> (Self, Step) {
        let orders = vec![
            Order::ValidateToken { token },
            Order::FetchTask { task: task.clone() },
        ];
        (
            Self {
                task,
                asker: Asker::Plugin { worker: None },
                attempts: 0,
                reservation_timeout_s: None,
                state: State::Fetching,
            },
            Step::Orders(orders),
        )
    }

    /// The join callback found the caller's task without a callee's.
    pub(super) fn fallback(now: Millis, settings: &Settings, caller: Task) -> (Self, Step) {
        let mut ring = Self {
            task: caller.sid.clone(),
            asker: Asker::Twilio,
            attempts: 0,
            reservation_timeout_s: None,
            state: State::Fetching,
        };
        let step = ring.fetched(now, settings, caller);
        (ring, step)
    }

    pub(super) fn resume(
        &mut self,
        now: Millis,
        settings: &Settings,
        answers: Vec<Answer>,
    ) -> Step {
        match &mut self.state {
            State::Closing { outcome, close } => {
                let outcome = *outcome;
                return match close.resume(answers) {
                    Step::Respond(response) if response.status < 300 => unreached(outcome),
                    step => step,
                };
            }
            State::Claiming { stale } => {
                let stale = *stale;
                return self.claimed(settings, stale, answers);
            }
            State::Fetching
            | State::Searching { .. }
            | State::Found { .. }
            | State::Creating { .. }
            | State::WritingBack { .. }
            | State::ReReading { .. }
            | State::TakingBack => {}
        }
        let mut answers = answers.into_iter();
        let mut answer = answers.next();
        if let Some(Answer::Token(identity)) = answer {
            let Some(identity) = identity else {
                return no_session();
            };
            self.asker = Asker::Plugin {
                worker: Some(identity.worker),
            };
            answer = answers.next();
        }
        match (self.state.clone(), answer) {
            (State::Fetching, Some(Answer::Task(caller))) => self.fetched(now, settings, caller),
            (State::Searching { caller }, Some(Answer::Listed(found))) => match found.first() {
                // The claim admits one creation at a time, so there is one at most.
                Some(callee) => {
                    self.state = State::Found { caller };
                    Step::Orders(vec![Order::FetchTask {
                        task: callee.clone(),
                    }])
                }
                None => self.create(settings, caller),
            },
            (State::Found { caller }, Some(Answer::Task(callee))) => {
                self.write_back(&caller, callee)
            }
            (State::Creating { caller }, Some(Answer::Task(callee))) => {
                self.write_back(&caller, callee)
            }
            (State::WritingBack { callee }, Some(Answer::Task(_))) => {
                Step::Respond(Response::done(Some(&callee.sid)))
            }
            (State::ReReading { callee }, Some(Answer::Task(caller))) => {
                if caller.is_open() {
                    self.write_back(&caller, callee)
                } else {
                    self.take_back(&callee)
                }
            }
            (State::TakingBack, Some(_)) => {
                refuse(409, "The call was over before the callee was rung.")
            }
            // Changed meanwhile, or too many requests at a time: the callee's phone rings, and must be taken back if
            // nobody can know of it.
            (State::WritingBack { callee }, Some(Answer::Failed { .. })) => self.again(
                State::ReReading { callee },
                "The call's task kept changing. Call again.",
            ),
            (State::ReReading { callee }, Some(Answer::Failed { status: 404, .. })) => {
                self.take_back(&callee)
            }
            (State::Fetching, Some(Answer::Failed { status: 404, .. })) => {
                refuse(404, "There is no such call.")
            }
            (
                State::Fetching
                | State::Claiming { .. }
                | State::Closing { .. }
                | State::Searching { .. }
                | State::Found { .. }
                | State::Creating { .. }
                | State::WritingBack { .. }
                | State::ReReading { .. }
                | State::TakingBack,
                other,
            ) => refused(other),
        }
    }

    /// The claim, and what was asked after the callee with it. What could not be learnt of him does not hinder the call:
    /// TaskRouter decides.
    fn claimed(&mut self, settings: &Settings, stale: bool, answers: Vec<Answer>) -> Step {
        let mut answers = answers.into_iter();
        let caller = match answers.next() {
            Some(Answer::Task(caller)) => caller,
            Some(Answer::Failed { status: 412, .. }) => {
                return self.again(
                    State::Fetching,
                    "The call's task kept changing. Call again.",
                )
            }
            other => return refused(other),
        };
        // In the order in which `claim` asked.
        let workflow = answers.next();
        let unreached = match (answers.next(), answers.next()) {
            (_, Some(Answer::Worker { available: false } | Answer::Failed { status: 404, .. })) => {
                Some(Progress::Unavailable)
            }
            (Some(Answer::Channel { free: false }), _) => Some(Progress::Busy),
            (_, _) => None,
        };
        if let Some(outcome) = unreached {
            let (close, step) = Close::told(Why::Unreached(outcome), self.task.clone());
            self.state = State::Closing { outcome, close };
            return step;
        }
        self.reservation_timeout_s = match workflow {
            Some(Answer::Workflow {
                reservation_timeout_s,
            }) => Some(reservation_timeout_s),
            _ => None,
        };
        if stale {
            self.state = State::Searching { caller };
            Step::Orders(vec![Order::ListCalleeTasks {
                caller_task: self.task.clone(),
            }])
        } else {
            self.create(settings, caller)
        }
    }

    fn fetched(&mut self, now: Millis, settings: &Settings, caller: Task) -> Step {
        if let Some(refusal) = self.refusal(&caller) {
            return refusal;
        }
        if let Some(callee) = caller
            .link("callee_task")
            .and_then(|sid| TaskSid::parse(sid).ok())
        {
            return Step::Respond(Response::done(Some(&callee)));
        }
        let claimed = caller
            .link("claim")
            .and_then(|claim| claim.parse().ok())
            .map(Millis);
        match claimed {
            Some(at) if now < at + CLAIM_LIFETIME => Step::Respond(Response::done(None)),
            Some(_) => self.claim(now, settings, &caller, true),
            None => self.claim(now, settings, &caller, false),
        }
    }

    fn refusal(&self, caller: &Task) -> Option<Step> {
        if caller.link("role") != Some("caller") || caller.text("from").is_none() {
            return Some(refuse(404, "There is no such call."));
        }
        match &self.asker {
            Asker::Twilio => {}
            Asker::Plugin {
                worker: Some(worker),
            } if caller.link("caller_worker") == Some(worker.as_str()) => {}
            Asker::Plugin { .. } => {
                return Some(refuse(403, "Only the caller may ring the callee."))
            }
        }
        if !caller.is_open() {
            return Some(refuse(409, "The call is over."));
        }
        None
    }

    fn claim(&mut self, now: Millis, settings: &Settings, caller: &Task, stale: bool) -> Step {
        self.state = State::Claiming { stale };
        let mut orders = vec![Order::UpdateTask {
            task: self.task.clone(),
            if_match: caller.version.clone(),
            change: Change::Attributes(caller.with_links(&[("claim", &now.0.to_string())])),
        }];
        if let Some(worker) = target(caller) {
            orders.push(Order::FetchWorkflow {
                workflow: settings.workflow.clone(),
            });
            orders.push(Order::FetchVoiceChannel {
                worker: worker.clone(),
            });
            orders.push(Order::FetchWorker { worker });
        }
        Step::Orders(orders)
    }

    fn create(&mut self, settings: &Settings, caller: Task) -> Step {
        let Some(order) = callee_task(settings, &caller, self.reservation_timeout_s) else {
            return refuse(400, "The call names nobody to ring.");
        };
        self.state = State::Creating { caller };
        Step::Orders(vec![Order::CreateTask(order)])
    }

    fn write_back(&mut self, caller: &Task, callee: Task) -> Step {
        let mut links = vec![("callee_task", callee.sid.as_str())];
        if caller.link("progress").is_none() {
            links.push(("progress", "ringing"));
        }
        let order = Order::UpdateTask {
            task: self.task.clone(),
            if_match: caller.version.clone(),
            change: Change::Attributes(caller.with_links(&links)),
        };
        self.state = State::WritingBack { callee };
        Step::Orders(vec![order])
    }

    fn take_back(&mut self, callee: &Task) -> Step {
        self.state = State::TakingBack;
        Step::Orders(vec![Order::UpdateTask {
            task: callee.sid.clone(),
            if_match: callee.version.clone(),
            change: Change::Close(Closing::Cancel),
        }])
    }

    fn again(&mut self, state: State, message: &str) -> Step {
        self.attempts = self.attempts.saturating_add(1);
        if self.attempts > ATTEMPTS {
            return refuse(503, message);
        }
        self.state = state;
        Step::Orders(vec![Order::FetchTask {
            task: self.task.clone(),
        }])
    }
}

fn unreached(outcome: Progress) -> Step {
    let message = match outcome {
        Progress::Busy => "Your colleague has no room for another call.",
        Progress::Ringing
        | Progress::Answered
        | Progress::Declined
        | Progress::NoAnswer
        | Progress::Unavailable
        | Progress::NotConnected => "Your colleague takes no calls at present.",
    };
    Step::Respond(Response::coded(409, outcome.as_str(), message))
}
