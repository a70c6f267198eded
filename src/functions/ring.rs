//! Ringing the callee: his task is made once, however often and by whomever it is asked for.
//!
//! | state | answer | next |
//! |---|---|---|
//! | fetching (validating; and asking after the callee, if the plugin named him) | not the caller, or no such call | refused 403/404 |
//! | | closed | refused 409 |
//! | | callee's task is written | done |
//! | | an outcome is written | closing, with it; done, if he answered |
//! | | claimed lately by another request | refused 409 `claimed`: that one rings, if it lives |
//! | | unclaimed, or claimed long ago | asking after the callee, if he is a person and was not asked after |
//! | asking, or nothing to ask | unclaimed, and he has something to do | looking whether he calls at this moment ([`Glare`]) |
//! | the same, or looking | he can be reached, or it could not be learnt; or there is an old claim; or he gives way | claiming |
//! | | unclaimed, and he takes no work or is busy | noting that outcome |
//! | | he can be reached, but the caller's plugin hands the call over itself | done |
//! | looking | his own call goes on | noting that |
//! | noting (`If-Match`) | written | closing, with it |
//! | | changed meanwhile (412) | fetching again |
//! | closing | closed | refused 409, with the outcome as code |
//! | claiming (`If-Match`) | written | creating, or searching first, if there was a claim |
//! | | written so slowly that it would soon be taken for a dead one's | claiming anew |
//! | | changed meanwhile (412) | fetching again |
//! | searching | found | reading it, then writing back |
//! | | none, and he can be reached | creating |
//! | | none, and he cannot | noting that outcome |
//! | creating | made | writing back |
//! | | failed | refused 502, the claim stays: nothing is made twice |
//! | writing back | written | done |
//! | | changed meanwhile (412), or refused | re-reading |
//! | re-reading | open | writing back |
//! | | closed | taking back |
//! | taking back (`If-Match`) | changed meanwhile (412) | reading it, then again |
//! | | anything else | refused 409 |
//!
//! Task creation has no idempotency key; hence the claim, and the search when a claim was left by somebody who died.
//! It is written only for somebody who can be reached: his caller's plugin sees it on the task and takes its own leg
//! meanwhile.
//!
//! The caller may hang up while his callee's task is being made: writing back finds it out by `If-Match`, and takes
//! the callee's task back.

use super::callee::{callee_task, conversation_id, target, Callee};
use super::close::{Close, Why};
use super::closing::close_as;
use super::glare::{Glare, Next, Verdict, MEETS};
use super::order::{with, Answer, Change, Closing, Order, Task};
use super::party::{no_session, Asker};
use super::{refuse, refused, Response, Settings, Step};
use crate::ids::{TaskSid, WorkerSid};
use crate::time::Millis;
use crate::twilio::attributes::{Progress, CLAIMED, CLAIM_FRESH, CLAIM_LIFETIME};
use serde_json::Value;

/// How often a task that changes under our hands is read again before giving up.
const ATTEMPTS: u8 = 5;

/// A run of `ring`.
#[derive(Debug, Clone, PartialEq)]
pub struct Ring {
    task: TaskSid,
    asker: Asker,
    attempts: u8,
    callee: Option<Callee>,
    /// What came of the look whether he calls at the same moment.
    glare: Option<Verdict>,
    state: State,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    /// `of`: who is asked after with it.
    Fetching {
        of: Option<WorkerSid>,
    },
    Asking {
        of: WorkerSid,
        caller: Task,
    },
    Looking {
        glare: Glare,
        caller: Task,
    },
    Noting {
        outcome: Progress,
    },
    Claiming {
        stale: bool,
    },
    Closing {
        outcome: Progress,
        close: Close,
    },
    Searching {
        caller: Task,
    },
    Found {
        caller: Task,
    },
    Creating {
        caller: Task,
    },
    WritingBack {
        callee: Task,
    },
    ReReading {
        callee: Task,
    },
    TakingBack {
        callee: TaskSid,
    },
    ReadingBack,
}

impl Ring {
    /// The plugin asks. What it says of the callee saves a round trip, if the task says so, too.
    pub(super) fn asked(
        settings: &Settings,
        task: TaskSid,
        callee: Option<WorkerSid>,
        token: String,
    ) -> (Self, Step) {
        let mut orders = vec![
            Order::ValidateToken { token },
            Order::FetchTask { task: task.clone() },
        ];
        if let Some(callee) = &callee {
            orders.extend(Callee::questions(settings, callee));
        }
        (
            Self {
                task,
                asker: Asker::Plugin { worker: None },
                attempts: 0,
                callee: None,
                glare: None,
                state: State::Fetching { of: callee },
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
            callee: None,
            glare: None,
            state: State::Fetching { of: None },
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
        if let State::Closing { outcome, close } = &mut self.state {
            let outcome = *outcome;
            return match close.resume(now, answers) {
                Step::Respond(response) if response.status < 300 => unreached(outcome),
                step => step,
            };
        }
        if let State::Looking { glare, caller } = &mut self.state {
            let caller = caller.clone();
            return match glare.resume(answers) {
                Next::Orders(orders) => Step::Orders(orders),
                Next::Decided(verdict) => {
                    self.decided(verdict);
                    self.fetched(now, settings, caller)
                }
            };
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
            (State::Fetching { of }, Some(Answer::Task(caller))) => {
                if let Some(worker) = of {
                    self.callee = Some(Callee::learnt(worker, answers));
                }
                self.fetched(now, settings, caller)
            }
            (State::Asking { of, caller }, first) => {
                self.callee = Some(Callee::learnt(of, first.into_iter().chain(answers)));
                self.fetched(now, settings, caller)
            }
            (State::Noting { outcome }, Some(Answer::Task(_))) => self.close(outcome),
            (State::Claiming { stale }, Some(Answer::Task(caller))) => {
                if stale {
                    self.search(caller)
                } else {
                    self.create(now, settings, caller)
                }
            }
            (
                State::Claiming { .. } | State::Noting { .. },
                Some(Answer::Failed { status: 412, .. }),
            ) => self.again(
                State::Fetching { of: None },
                "The call's task kept changing. Call again.",
            ),
            (State::Searching { caller }, Some(Answer::Listed(found))) => match found.first() {
                // The claim admits one creation at a time, so there is one at most.
                Some(callee) => {
                    self.state = State::Found { caller };
                    Step::Orders(vec![Order::FetchTask {
                        task: callee.clone(),
                    }])
                }
                None => match self.callee.as_ref().and_then(|it| it.unreached(&caller)) {
                    // Nothing of this call is at him.
                    Some(outcome) => self.note(&caller, outcome),
                    None => self.create(now, settings, caller),
                },
            },
            (State::Found { caller }, Some(Answer::Task(callee))) => {
                self.write_back(&caller, callee)
            }
            (State::Creating { caller }, Some(Answer::Task(callee))) => {
                // His phone rings: what it took to get there does not count against it.
                self.attempts = 0;
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
            // His reservation raised its version.
            (State::TakingBack { callee }, Some(Answer::Failed { status: 412, .. })) => self
                .read_again(
                    State::ReadingBack,
                    callee,
                    "The colleague's task kept changing.",
                ),
            (State::ReadingBack, Some(Answer::Task(callee))) if callee.is_open() => {
                self.take_back(&callee)
            }
            (State::TakingBack { .. } | State::ReadingBack, Some(_)) => {
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
            (State::Fetching { .. }, Some(Answer::Failed { status: 404, .. })) => {
                refuse(404, "There is no such call.")
            }
            (
                State::Fetching { .. }
                | State::Looking { .. }
                | State::Noting { .. }
                | State::Claiming { .. }
                | State::Closing { .. }
                | State::Searching { .. }
                | State::Found { .. }
                | State::Creating { .. }
                | State::WritingBack { .. }
                | State::ReReading { .. }
                | State::TakingBack { .. }
                | State::ReadingBack,
                other,
            ) => refused(other),
        }
    }

    fn fetched(&mut self, now: Millis, settings: &Settings, caller: Task) -> Step {
        if let Some(refusal) = self.asker.refusal(&caller) {
            return refusal;
        }
        if let Some(callee) = caller
            .link("callee_task")
            .and_then(|sid| TaskSid::parse(sid).ok())
        {
            return Step::Respond(Response::done(Some(&callee)));
        }
        match caller.progress() {
            None | Some(Progress::Ringing) => {}
            Some(Progress::Answered) => return Step::Respond(Response::done(None)),
            // Whoever wrote it may have died before he closed the call.
            Some(
                outcome @ (Progress::Declined
                | Progress::Busy
                | Progress::BusyNotify
                | Progress::Glare
                | Progress::NoAnswer
                | Progress::Unavailable
                | Progress::NotConnected),
            ) => return self.close(outcome),
        }
        let claimed = caller.claimed_at();
        if claimed.is_some_and(|at| now < at + CLAIM_LIFETIME) {
            let message = "Your colleague is being rung already.";
            return Step::Respond(Response::coded(409, CLAIMED, message));
        }
        if caller.link(MEETS).is_some() {
            self.glare = Some(Verdict::Ours);
        }
        let unreached = match (target(&caller), &self.callee) {
            (None, _) => None,
            (Some(called), Some(callee)) if callee.worker == called => match &self.glare {
                None if claimed.is_none() && callee.presence.may_call() => {
                    if let Some((glare, orders)) = Glare::look(&caller, called) {
                        self.state = State::Looking { glare, caller };
                        return Step::Orders(orders);
                    }
                    callee.unreached(&caller)
                }
                Some(Verdict::Theirs) => Some(Progress::Glare),
                // What he has to do is his own call.
                Some(Verdict::Ours) => None,
                Some(Verdict::Alone(_)) | None => callee.unreached(&caller),
            },
            (Some(called), _) => {
                let orders = Callee::questions(settings, &called).into();
                self.state = State::Asking { of: called, caller };
                return Step::Orders(orders);
            }
        };
        if caller.is_handed_over() {
            // His plugin rings the callee himself, once it has a call to hand over.
            return match unreached {
                Some(outcome) => self.note(&caller, outcome),
                None => Step::Respond(Response::done(None)),
            };
        }
        match unreached {
            // Where a claim was left, it may be this very call that he has no room beside.
            Some(outcome) if claimed.is_none() => self.note(&caller, outcome),
            Some(_) | None => self.claim(now, &caller, claimed.is_some()),
        }
    }

    fn decided(&mut self, verdict: Verdict) {
        if let (Verdict::Alone(presence), Some(callee)) = (&verdict, &mut self.callee) {
            callee.presence = presence.clone();
        }
        self.glare = Some(verdict);
    }

    fn claim(&mut self, now: Millis, caller: &Task, stale: bool) -> Step {
        self.state = State::Claiming { stale };
        self.write(caller, &[("claim", &now.0.to_string())])
    }

    fn note(&mut self, caller: &Task, outcome: Progress) -> Step {
        self.state = State::Noting { outcome };
        self.write(caller, &[("progress", outcome.as_str())])
    }

    fn close(&mut self, outcome: Progress) -> Step {
        let (close, step) = Close::told(Why::Unreached(outcome), self.task.clone());
        self.state = State::Closing { outcome, close };
        step
    }

    fn search(&mut self, caller: Task) -> Step {
        self.state = State::Searching { caller };
        Step::Orders(vec![Order::ListCalleeTasks {
            caller_task: self.task.clone(),
        }])
    }

    /// On the caller's task, unless it changed since it was read.
    fn write(&self, caller: &Task, links: &[(&str, &str)]) -> Step {
        self.update(caller, caller.with_links(links))
    }

    fn update(&self, caller: &Task, attributes: Value) -> Step {
        Step::Orders(vec![Order::UpdateTask {
            task: self.task.clone(),
            if_match: caller.version.clone(),
            change: Change::Attributes(attributes),
        }])
    }

    fn create(&mut self, now: Millis, settings: &Settings, caller: Task) -> Step {
        let fresh = caller
            .claimed_at()
            .is_some_and(|at| now <= at + CLAIM_FRESH);
        if !fresh && self.attempts < ATTEMPTS {
            self.attempts = self.attempts.saturating_add(1);
            // Nobody wrote since our own claim, and what we looked for was not there.
            return self.claim(now, &caller, false);
        }
        let offered_s = self.callee.as_ref().and_then(|it| it.reservation_timeout_s);
        let Some(order) = callee_task(settings, &caller, offered_s) else {
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
        let id = [("conversation_id", Value::from(conversation_id(caller)))];
        let attributes = with(caller.with_links(&links), "conversations", &id);
        self.state = State::WritingBack { callee };
        self.update(caller, attributes)
    }

    fn take_back(&mut self, callee: &Task) -> Step {
        let how = callee.closing().unwrap_or(Closing::Cancel);
        self.state = State::TakingBack {
            callee: callee.sid.clone(),
        };
        Step::Orders(vec![close_as(callee, how)])
    }

    /// The caller's task.
    fn again(&mut self, state: State, message: &str) -> Step {
        self.read_again(state, self.task.clone(), message)
    }

    fn read_again(&mut self, state: State, task: TaskSid, message: &str) -> Step {
        self.attempts = self.attempts.saturating_add(1);
        if self.attempts > ATTEMPTS {
            return refuse(503, message);
        }
        self.state = state;
        Step::Orders(vec![Order::FetchTask { task }])
    }
}

fn unreached(outcome: Progress) -> Step {
    let message = match outcome {
        Progress::Busy | Progress::BusyNotify => "Your colleague is on another call.",
        Progress::Glare => "Your colleague is calling you at this moment.",
        Progress::Ringing
        | Progress::Answered
        | Progress::Declined
        | Progress::NoAnswer
        | Progress::Unavailable
        | Progress::NotConnected => "Your colleague takes no calls at present.",
    };
    Step::Respond(Response::coded(409, outcome.as_str(), message))
}
