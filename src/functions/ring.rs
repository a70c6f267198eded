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
//! | claiming (`If-Match`) | written | creating, or searching first |
//! | | changed meanwhile (412) | fetching again |
//! | searching | found | reading it, then writing back |
//! | | none | creating |
//! | creating | made | writing back |
//! | | failed | refused 502, the claim stays: nothing is made twice |
//! | writing back | written | done |
//! | | changed meanwhile (412) | re-reading |
//! | re-reading | open | writing back |
//! | | closed | taking back |
//!
//! Task creation has no idempotency key; hence the claim, and the search when a claim was left by somebody who died.
//! The caller may hang up while his callee's task is being made: writing back finds it out by `If-Match`, and takes
//! the callee's task back.

use super::order::{Answer, Change, Closing, NewTask, Order, Task};
use super::{Response, Settings, Step};
use crate::ids::{TaskSid, WorkerSid};
use crate::time::Millis;
use serde_json::{json, Value};

/// After this long a claim without a callee's task was left by a request that died: Twilio gives a function 10 s
/// (<https://www.twilio.com/docs/serverless/functions-assets/functions#limits>).
const CLAIM_LIFETIME: Millis = Millis::from_secs(12);

/// TaskRouter gives the callee's task up after this long, seconds, if nothing else ended it: S0 had a day.
const TASK_TIMEOUT_S: u64 = 120;

/// S0's priority: before customers. A colleague waits on the line.
const PRIORITY: u32 = 1000;

/// How often a task that changes under our hands is read again before giving up.
const ATTEMPTS: u8 = 5;

/// A run of `ring`.
#[derive(Debug, Clone, PartialEq)]
pub struct Ring {
    task: TaskSid,
    asker: Asker,
    attempts: u8,
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
        let mut answers = answers.into_iter();
        let mut answer = answers.next();
        if let Some(Answer::Token(identity)) = answer {
            let Some(identity) = identity else {
                return refuse(
                    403,
                    "Your Flex session is not valid any more. Sign in again.",
                );
            };
            self.asker = Asker::Plugin {
                worker: Some(identity.worker),
            };
            answer = answers.next();
        }
        match (self.state.clone(), answer) {
            (State::Fetching, Some(Answer::Task(caller))) => self.fetched(now, settings, caller),
            (State::Claiming { stale }, Some(Answer::Task(caller))) => {
                if stale {
                    self.state = State::Searching { caller };
                    Step::Orders(vec![Order::ListCalleeTasks {
                        caller_task: self.task.clone(),
                    }])
                } else {
                    self.create(settings, caller)
                }
            }
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
            (State::Claiming { .. }, Some(Answer::Failed { status: 412, .. })) => self.again(
                State::Fetching,
                "The call's task kept changing. Call again.",
            ),
            (State::WritingBack { callee }, Some(Answer::Failed { status: 412, .. })) => self
                .again(
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
                | State::Searching { .. }
                | State::Found { .. }
                | State::Creating { .. }
                | State::WritingBack { .. }
                | State::ReReading { .. },
                Some(Answer::Failed { status, message }),
            ) => refuse(502, &format!("Twilio refused ({status}): {message}")),
            (
                State::Fetching
                | State::Claiming { .. }
                | State::Searching { .. }
                | State::Found { .. }
                | State::Creating { .. }
                | State::WritingBack { .. }
                | State::ReReading { .. },
                Some(
                    Answer::Task(_)
                    | Answer::Listed(_)
                    | Answer::Conferences(_)
                    | Answer::Done
                    | Answer::Token(_),
                )
                | None,
            )
            | (State::TakingBack, None) => {
                refuse(500, "An answer was of another kind than its order.")
            }
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

    fn claim(&mut self, now: Millis, _settings: &Settings, caller: &Task, stale: bool) -> Step {
        self.state = State::Claiming { stale };
        Step::Orders(vec![Order::UpdateTask {
            task: self.task.clone(),
            if_match: caller.version.clone(),
            change: Change::Attributes(caller.with_links(&[("claim", &now.0.to_string())])),
        }])
    }

    fn create(&mut self, settings: &Settings, caller: Task) -> Step {
        let Some(order) = callee_task(settings, &caller) else {
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

/// The callee's task for a caller's; `None` if it names neither a person nor a queue.
fn callee_task(settings: &Settings, caller: &Task) -> Option<NewTask> {
    let queue = caller.text("callToQueue");
    let to = caller.text("to")?;
    let target = caller
        .link("callee_worker")
        .and_then(|sid| WorkerSid::parse(sid).ok());
    let mut attributes = json!({
        "to": to,
        "name": caller.text("fromName").unwrap_or("Unknown"),
        "from": caller.text("from")?,
        "autoAnswer": "false",
        "conferenceSid": caller.sid.as_str(),
        "internal": "true",
        "client_call": true,
        "internal_call": {
            "role": "callee",
            "caller_worker": caller.link("caller_worker"),
            "caller_task": caller.sid.as_str(),
        },
    });
    let all = attributes.as_object_mut()?;
    match (queue, &target) {
        (Some(queue), _) => {
            all.insert("callToQueue".to_owned(), Value::String(queue.to_owned()));
        }
        (None, worker) => {
            if !(to.starts_with("client:") || to.starts_with("sip:")) {
                return None;
            }
            all.insert("targetWorker".to_owned(), Value::String(to.to_owned()));
            if let (Some(worker), Some(links)) = (
                worker,
                all.get_mut("internal_call").and_then(Value::as_object_mut),
            ) {
                links.insert(
                    "callee_worker".to_owned(),
                    Value::String(worker.to_string()),
                );
            }
        }
    }
    Some(NewTask {
        workflow: settings.workflow.clone(),
        target: if queue.is_some() { None } else { target },
        attributes,
        timeout_s: TASK_TIMEOUT_S,
        priority: PRIORITY,
    })
}

fn refuse(status: u16, message: &str) -> Step {
    Step::Respond(Response::refused(status, message))
}
