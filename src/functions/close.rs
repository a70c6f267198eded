//! Closing a call: both tasks and the conference, whatever of them is still open. Idempotent.
//!
//! | state | answer | next |
//! |---|---|---|
//! | fetching the named task (and validating) | not a party | refused 403 |
//! | | a callee's | fetching the caller's |
//! | fetching the caller's task | | gathering |
//! | gathering (callee's tasks, conferences) | declined, and the caller's task is assigned | telling, then closing |
//! | | otherwise | closing, or done |
//! | closing | all closed | done |
//! | | one changed meanwhile (412) | gathering again |
//!
//! An assigned task goes into wrap-up, one on offer is cancelled
//! (<https://www.twilio.com/docs/taskrouter/lifecycle-task-state>). Attributes and `wrapping` cannot go in one request:
//! that he declined is written first, and before the conference ends, whose callback closes the tasks too.

use super::order::{Answer, Closing, Order, Task};
use super::{Response, Step};
use crate::ids::{ConferenceSid, TaskSid};

/// How often tasks that change under our hands are read again before giving up.
const ATTEMPTS: u8 = 5;

/// `internal_call.progress` of a call that the callee refused.
const DECLINED: &str = "declined";

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
    Telling {
        task: TaskSid,
        conferences: Vec<ConferenceSid>,
    },
    Closing {
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
            State::Telling { task, conferences } => self.told(task, conferences, answers),
            State::Closing { task } => self.closed(task, answers),
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
        self.state = State::Gathering { caller, task };
        Step::Orders(orders)
    }

    fn gathered(&mut self, caller: Option<Task>, task: TaskSid, answers: Vec<Answer>) -> Step {
        let mut tasks: Vec<Task> = caller.into_iter().collect();
        let mut conferences: Vec<ConferenceSid> = Vec::new();
        for answer in answers {
            match answer {
                Answer::Tasks(found) => tasks.extend(found),
                Answer::Conferences(found) => conferences = found,
                Answer::Task(_) | Answer::Done | Answer::Token(_) | Answer::Failed { .. } => {
                    return refused(Some(answer));
                }
            }
        }
        if let Some(step) = self.tell(&tasks, &task, &conferences) {
            return step;
        }
        self.close(tasks, conferences, task)
    }

    /// Writes on the caller's assigned task that he was declined, while the callee's is cancelled.
    fn tell(
        &mut self,
        tasks: &[Task],
        task: &TaskSid,
        conferences: &[ConferenceSid],
    ) -> Option<Step> {
        let caller = tasks.iter().find(|open| open.sid == *task)?;
        let told = self.how != How::Declined || caller.link("progress") == Some(DECLINED);
        if told || caller.closing() != Some(Closing::Wrap) {
            return None;
        }
        let mut orders = vec![Order::UpdateTask {
            task: task.clone(),
            if_match: caller.version.clone(),
            attributes: Some(caller.with_links(&[("progress", DECLINED)])),
            close: None,
        }];
        let callees = tasks.iter().filter(|open| open.sid != *task);
        orders.extend(callees.filter_map(|open| self.closing(open, task)));
        self.state = State::Telling {
            task: task.clone(),
            conferences: conferences.to_vec(),
        };
        Some(Step::Orders(orders))
    }

    fn told(
        &mut self,
        task: TaskSid,
        conferences: Vec<ConferenceSid>,
        answers: Vec<Answer>,
    ) -> Step {
        let changed = answers.iter().any(is_to_be_repeated);
        match answers.into_iter().next() {
            Some(Answer::Task(caller)) if !changed => self.close(vec![caller], conferences, task),
            Some(Answer::Task(_) | Answer::Failed { status: 412, .. })
                if self.attempts < ATTEMPTS =>
            {
                self.again(task)
            }
            // It is more important that the call ends.
            Some(_) | None => {
                self.how = How::Ended;
                self.again(task)
            }
        }
    }

    fn again(&mut self, task: TaskSid) -> Step {
        self.attempts += 1;
        self.state = State::Caller { task: task.clone() };
        Step::Orders(vec![Order::FetchTask { task }])
    }

    fn close(
        &mut self,
        mut tasks: Vec<Task>,
        conferences: Vec<ConferenceSid>,
        task: TaskSid,
    ) -> Step {
        // The callee's task goes first: nobody may be offered a call that is over.
        tasks.reverse();
        let mut orders: Vec<Order> = tasks
            .iter()
            .filter_map(|open| self.closing(open, &task))
            .collect();
        orders.extend(
            conferences
                .into_iter()
                .map(|conference| Order::EndConference { conference }),
        );
        if orders.is_empty() {
            return Step::Respond(Response::done(None));
        }
        self.state = State::Closing { task };
        Step::Orders(orders)
    }

    fn closing(&self, open: &Task, caller: &TaskSid) -> Option<Order> {
        let close = open.closing()?;
        let declined = self.how == How::Declined && open.sid == *caller && close == Closing::Cancel;
        Some(Order::UpdateTask {
            task: open.sid.clone(),
            if_match: open.version.clone(),
            attributes: declined.then(|| open.with_links(&[("progress", DECLINED)])),
            close: Some(close),
        })
    }

    fn closed(&mut self, task: TaskSid, answers: Vec<Answer>) -> Step {
        let changed = answers
            .iter()
            .any(|answer| matches!(answer, Answer::Failed { status: 412, .. }));
        // 404 and 4xx of a conference or a task that somebody else closed meanwhile are as good as done; others are told.
        let failed = answers.into_iter().find(
            |answer| matches!(answer, Answer::Failed { status, .. } if *status == 0 || *status == 429 || *status >= 500),
        );
        if changed && self.attempts < ATTEMPTS {
            return self.again(task);
        }
        match failed {
            Some(failed) => refused(Some(failed)),
            None => Step::Respond(Response::done(None)),
        }
    }
}

/// 404 and other 4xx of what somebody else closed meanwhile are as good as done.
fn is_to_be_repeated(answer: &Answer) -> bool {
    match answer {
        Answer::Failed { status, .. } => [0, 412, 429].contains(status) || *status >= 500,
        Answer::Task(_)
        | Answer::Tasks(_)
        | Answer::Conferences(_)
        | Answer::Done
        | Answer::Token(_) => false,
    }
}

fn refused(answer: Option<Answer>) -> Step {
    match answer {
        Some(Answer::Failed { status, message }) => {
            refuse(502, &format!("Twilio refused ({status}): {message}"))
        }
        Some(
            Answer::Task(_)
            | Answer::Tasks(_)
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
