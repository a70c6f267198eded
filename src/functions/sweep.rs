//! The sweep: calls that are over without anybody having told. No clock runs here, so the end of any other call drives it:
//! only its end, for TaskRouter lists tasks by an attribute three times a second and no oftener
//! (<https://www.twilio.com/en-us/changelog/taskrouter-endpoint-rate-limit-correction>).
//!
//! | state | answer | next |
//! |---|---|---|
//! | listing (the oldest callers' tasks) | | checking the first |
//! | checking one ([`Close`], only if it looks over) | | checking the next, or done |

use super::close::{Close, Why};
use super::order::{Answer, Order};
use super::{Response, Step};
use crate::ids::TaskSid;
use crate::time::Millis;

/// How many calls are looked at: those forgotten are among the oldest, and a webhook has 10 s.
const AT_MOST: usize = 5;

/// A sweep.
#[derive(Debug, Clone, PartialEq)]
pub enum Sweep {
    /// The oldest open calls are listed.
    Listing,
    /// One is looked at.
    Checking {
        /// The run that closes it, if it looks over.
        close: Box<Close>,
        /// Those still to be looked at.
        rest: Vec<TaskSid>,
    },
}

impl Sweep {
    pub(super) fn start() -> (Self, Step) {
        (Self::Listing, Step::Orders(vec![Order::ListCallerTasks]))
    }

    /// What it could not do is left to the next sweep.
    pub(super) fn resume(&mut self, now: Millis, answers: Vec<Answer>) -> Step {
        match self {
            Self::Listing => match answers.into_iter().next() {
                Some(Answer::Listed(mut tasks)) => {
                    tasks.truncate(AT_MOST);
                    self.next(tasks)
                }
                Some(_) | None => Step::Respond(Response::empty()),
            },
            Self::Checking { close, rest } => match close.resume(now, answers) {
                Step::Orders(orders) => Step::Orders(orders),
                Step::Respond(_) => {
                    let rest = std::mem::take(rest);
                    self.next(rest)
                }
            },
        }
    }

    fn next(&mut self, mut rest: Vec<TaskSid>) -> Step {
        if rest.is_empty() {
            return Step::Respond(Response::empty());
        }
        let (close, step) = Close::told(Why::Checked, rest.remove(0));
        let close = Box::new(close);
        *self = Self::Checking { close, rest };
        step
    }
}
