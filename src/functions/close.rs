//! Closing a call: both tasks and the conference, whatever of them is still open. Idempotent.
//!
//! | state | answer | next |
//! |---|---|---|
//! | fetching the named task (and validating) | not a party | refused 403 |
//! | | a callee's | fetching the caller's |
//! | fetching the caller's task | | gathering |
//! | gathering (callee's tasks, conferences; notes `declined`) | | reading |
//! | reading (the callee's tasks) | | closing, or done |
//! | closing | all closed | done |
//! | | one changed meanwhile (412) | fetching the caller's task again |
//!
//! An assigned task goes into wrap-up, one on offer is cancelled
//! (<https://www.twilio.com/docs/taskrouter/lifecycle-task-state>).

use super::order::{Answer, Change, Order, Task};
use super::{Response, Step};
use crate::ids::{ConferenceSid, TaskSid};

/// How often tasks that change under our hands are read again before giving up.
const ATTEMPTS: u8 = 5;

/// A run that closes a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Close {
    how: How,
    attempts: u8,
    state: State,
}

/// Why it is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// The callee declined: written on the caller's task.
    Declined,
    /// A leg is over, or the caller gave up.
    Ended,
    /// Twilio says that the conference is over: nothing to end there.
    ConferenceOver,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Named {
        task: TaskSid,
    },
    Caller {
        task: TaskSid,
    },
    Gathering {
        caller: Option<Task>,
        task: TaskSid,
    },
    Reading {
        caller: Option<Task>,
        conferences: Vec<ConferenceSid>,
        task: TaskSid,
    },
    Closing {
        orders: Vec<Order>,
        task: TaskSid,
    },
}

impl Close {
    pub(super) fn declined(task: TaskSid, token: String) -> (Self, Step) {
        Self::asked(How::Declined, task, token)
    }

    pub(super) fn ended(task: TaskSid, token: String) -> (Self, Step) {
        Self::asked(How::Ended, task, token)
    }

    fn asked(how: How, task: TaskSid, token: String) -> (Self, Step) {
        let orders = vec![
            Order::ValidateToken { token },
            Order::FetchTask { task: task.clone() },
        ];
        (
            Self {
                how,
                attempts: 0,
                state: State::Named { task },
            },
            Step::Orders(orders),
        )
    }

    /// The conference named after this caller's task is over.
    pub(super) fn conference_over(task: TaskSid) -> (Self, Step) {
        Self::told_by_twilio(How::ConferenceOver, task)
    }

    /// An answered leg of this call is over, whether or not it was in the conference.
    pub(super) fn leg_over(task: TaskSid) -> (Self, Step) {
        Self::told_by_twilio(How::Ended, task)
    }

    fn told_by_twilio(how: How, task: TaskSid) -> (Self, Step) {
        let orders = vec![Order::FetchTask { task: task.clone() }];
        (
            Self {
                how,
                attempts: 0,
                state: State::Caller { task },
            },
            Step::Orders(orders),
        )
    }

    pub(super) fn resume(&mut self, answers: Vec<Answer>) -> Step {
        match self.state.clone() {
            State::Named { task } => self.named(&task, answers),
            State::Caller { task } => match answers.into_iter().next() {
                Some(Answer::Task(caller)) => self.gather(Some(caller), task),
                Some(Answer::Failed { status: 404, .. }) => self.gather(None, task),
                other => refused(other),
            },
            State::Gathering { caller, task } => self.gathered(caller, task, answers),
            State::Reading {
                caller,
                conferences,
                task,
            } => self.read(caller, conferences, task, answers),
            State::Closing { orders, task } => self.closed(task, &orders, answers),
        }
    }

    fn named(&mut self, task: &TaskSid, answers: Vec<Answer>) -> Step {
        let mut answers = answers.into_iter();
        let identity = match answers.next() {
            Some(Answer::Token(Some(identity))) => identity,
            Some(Answer::Token(None)) => {
                return refuse(
                    403,
                    "Your Flex session is not valid any more. Sign in again.",
                )
            }
            other => return refused(other),
        };
        let named = match answers.next() {
            Some(Answer::Task(named)) => named,
            // The call is closed, and its task is gone: nothing is left to do.
            Some(Answer::Failed { status: 404, .. }) => return Step::Respond(Response::done(None)),
            other => return refused(other),
        };
        let Some(caller) = named.caller_task() else {
            return refuse(404, "There is no such call.");
        };
        if !named.is_party(&identity.worker) {
            return refuse(403, "Only a party of the call may end it.");
        }
        if caller == *task {
            self.gather(Some(named), caller)
        } else {
            self.state = State::Caller {
                task: caller.clone(),
            };
            Step::Orders(vec![Order::FetchTask { task: caller }])
        }
    }

    fn gather(&mut self, caller: Option<Task>, task: TaskSid) -> Step {
        let mut orders = vec![Order::ListCalleeTasks {
            caller_task: task.clone(),
        }];
        if self.how != How::ConferenceOver {
            orders.push(Order::ListConferences { task: task.clone() });
        }
        if let (How::Declined, Some(caller)) = (self.how, &caller) {
            if caller.is_open() && caller.link("progress") != Some("declined") {
                orders.push(Order::UpdateTask {
                    task: task.clone(),
                    if_match: caller.version.clone(),
                    change: Change::Attributes(caller.with_links(&[("progress", "declined")])),
                });
            }
        }
        self.state = State::Gathering { caller, task };
        Step::Orders(orders)
    }

    fn gathered(&mut self, mut caller: Option<Task>, task: TaskSid, answers: Vec<Answer>) -> Step {
        let mut callees = Vec::new();
        let mut conferences = Vec::new();
        for answer in answers {
            match answer {
                Answer::Listed(found) => callees = found,
                Answer::Conferences(found) => conferences = found,
                Answer::Task(noted) => caller = Some(noted),
                Answer::Failed { status: 412, .. } => return self.again(task),
                Answer::Done | Answer::Token(_) | Answer::Failed { .. } => {
                    return refused(Some(answer))
                }
            }
        }
        if callees.is_empty() {
            return self.close(caller, Vec::new(), conferences, task);
        }
        let orders = callees
            .into_iter()
            .map(|task| Order::FetchTask { task })
            .collect();
        self.state = State::Reading {
            caller,
            conferences,
            task,
        };
        Step::Orders(orders)
    }

    fn read(
        &mut self,
        caller: Option<Task>,
        conferences: Vec<ConferenceSid>,
        task: TaskSid,
        answers: Vec<Answer>,
    ) -> Step {
        let mut callees = Vec::new();
        for answer in answers {
            match answer {
                Answer::Task(callee) => callees.push(callee),
                Answer::Failed { status: 404, .. } => {} // gone meanwhile
                Answer::Listed(_)
                | Answer::Conferences(_)
                | Answer::Done
                | Answer::Token(_)
                | Answer::Failed { .. } => return refused(Some(answer)),
            }
        }
        self.close(caller, callees, conferences, task)
    }

    fn close(
        &mut self,
        caller: Option<Task>,
        callees: Vec<Task>,
        conferences: Vec<ConferenceSid>,
        task: TaskSid,
    ) -> Step {
        // The callee's task goes first: nobody may be offered a call that is over.
        let mut orders: Vec<Order> = callees.iter().chain(&caller).filter_map(closing).collect();
        orders.extend(
            conferences
                .into_iter()
                .map(|conference| Order::EndConference { conference }),
        );
        if orders.is_empty() {
            return Step::Respond(Response::done(None));
        }
        self.state = State::Closing {
            orders: orders.clone(),
            task,
        };
        Step::Orders(orders)
    }

    fn closed(&mut self, task: TaskSid, orders: &[Order], answers: Vec<Answer>) -> Step {
        let mut failed = None;
        for (order, answer) in orders.iter().zip(answers) {
            if let Answer::Failed { status, .. } = &answer {
                match (order, status) {
                    // Gone, or ended by somebody else meanwhile.
                    (_, 404) | (Order::EndConference { .. }, 400) => {}
                    (_, 412) => return self.again(task),
                    _ => failed = Some(answer),
                }
            }
        }
        match failed {
            Some(failed) => refused(Some(failed)),
            None => Step::Respond(Response::done(None)),
        }
    }

    /// A task changed under our hands: all over again.
    fn again(&mut self, task: TaskSid) -> Step {
        self.attempts = self.attempts.saturating_add(1);
        if self.attempts > ATTEMPTS {
            return refuse(503, "The call's tasks kept changing.");
        }
        self.state = State::Caller { task: task.clone() };
        Step::Orders(vec![Order::FetchTask { task }])
    }
}

fn closing(open: &Task) -> Option<Order> {
    Some(Order::UpdateTask {
        task: open.sid.clone(),
        if_match: open.version.clone(),
        change: Change::Close(open.closing()?),
    })
}

fn refused(answer: Option<Answer>) -> Step {
    match answer {
        Some(Answer::Failed { status, message }) => {
            refuse(502, &format!("Twilio refused ({status}): {message}"))
        }
        Some(
            Answer::Task(_)
            | Answer::Listed(_)
            | Answer::Conferences(_)
            | Answer::Done
            | Answer::Token(_),
        )
        | None => refuse(500, "An answer was of another kind than its order."),
    }
}

fn refuse(status: u16, message: &str) -> Step {
    Step::Respond(Response::refused(status, message))
}
