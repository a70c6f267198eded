//! The sweep: calls that are over without anybody having told. No clock runs here, so Twilio's webhooks drive it, each of
//! any call: its server begins a sweep once it has answered one, unless another began a moment ago ([`Sweeps`]).
//!
//! | state | answer | next |
//! |---|---|---|
//! | listing (the callers' tasks) | | checking the first of this sweep's share |
//! | checking one ([`Close`], only if it looks over) | | checking the next, or done |
//!
//! Of more calls than one sweep looks at, each has another share, by the clock; of a hundred, the oldest. A call that is
//! being set up is left alone, and so are those that Flex connects itself: their plugins ask after them.

use super::close::{Close, Why};
use super::order::{Answer, Order};
use super::{Response, Step};
use crate::ids::TaskSid;
use crate::time::Millis;

/// How many calls one looks at: it is over within the 10 s that a webhook has, too.
const AT_MOST: usize = 5;

/// How often one may begin. TaskRouter lists tasks by an attribute three times a second and no oftener, for the whole
/// account (<https://www.twilio.com/en-us/changelog/taskrouter-endpoint-rate-limit-correction>), and a call that is being
/// set up may need such a list at once; nobody waits for a sweep.
const EVERY: Millis = Millis::from_secs(10);

/// When the last sweep began: kept by the server.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sweeps {
    began: Option<Millis>,
}

impl Sweeps {
    /// A webhook was answered: whether a sweep begins now. `now` as in [`Run::resume`](super::Run::resume).
    pub fn begin(&mut self, now: Millis) -> bool {
        let begins = self.began.is_none_or(|began| began + EVERY <= now);
        if begins {
            self.began = Some(now);
        }
        begins
    }
}

/// A sweep.
#[derive(Debug, Clone, PartialEq)]
pub enum Sweep {
    /// The open calls are listed.
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
                Some(Answer::Listed(tasks)) => self.next(share(now, tasks)),
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
        let (close, step) = Close::told(Why::Swept, rest.remove(0));
        let close = Box::new(close);
        *self = Self::Checking { close, rest };
        step
    }
}

/// Calls that last would keep the others from being looked at, were it always the oldest.
fn share(now: Millis, tasks: Vec<TaskSid>) -> Vec<TaskSid> {
    let shares = tasks.len().div_ceil(AT_MOST).max(1);
    let sweeps = usize::try_from(now.0 / EVERY.0).unwrap_or_default();
    let skipped = sweeps % shares * AT_MOST;
    tasks.into_iter().skip(skipped).take(AT_MOST).collect()
}
