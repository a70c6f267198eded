//! How everybody gets into the directory: what was known at the last start, those who are there now, then all page by page.
//!
//! | state | event | becomes | effect |
//! |---|---|---|---|
//! | closed | field opened | restoring | `RestoreDirectory` |
//! | restoring | its answer, whichever | opening | `LoadDirectory` |
//! | opening | those who are there | paging from the start | `LoadPeople` |
//! | paging | a page | settling | `SettleDirectory` |
//! | settling | its answer, whichever; more pages | paging from there | `LoadPeople` |
//! | settling | its answer, whichever; it was the last page | whole | `SaveDirectory` |
//! | opening, paging | failure, or no answer within [`PATIENCE`] | broken, at that step | |
//! | restoring, settling | no answer within [`PATIENCE`] | as with any answer | |
//! | broken | retry, field opened, or [`retry_after`] | that step again | the same again |
//! | whole | field opened, [`STALE`] later or more | paging from the start, behind the list | `LoadPeople` |
//!
//! Invariants: one request at a time, so that a page is only asked for when the one before is in; only the answer to the
//! newest request counts; a failure loses nothing that is known, and ends by itself once the service is back.
//!
//! The list of workers: <https://twilio.github.io/twilio-taskrouter.js/Workspace.html>; those who are there now: the live
//! query, of which Twilio gives the first 200 only (<https://www.twilio.com/docs/sync/limits>).

use super::Purpose;
use crate::effect::Effect;
use crate::event::{EffectId, Outcome};
use crate::ids::{ActivitySid, WorkerSid};
use crate::ledger::Ledger;
use crate::time::Millis;
use crate::view::Phase;
use serde::{Deserialize, Serialize};

/// The SDKs have no time limit of their own for a request that the server took and does not answer. Slow lists are still
/// answered within a fraction of this.
pub(super) const PATIENCE: Millis = Millis::from_secs(60);
/// So old may be what was listed when the field is opened: of those beyond its first rows the live query may not tell.
const STALE: Millis = Millis::from_secs(60);
/// After the first failure it is tried again after so long, after each further one after twice as long.
const FIRST_RETRY: Millis = Millis::from_secs(2);
/// And never later than this: an agent who waits sees that it goes on.
const LONGEST_RETRY: Millis = Millis::from_secs(60);

/// What is being done.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Step {
    /// What was kept at the last start is being read.
    Restore,
    /// The live query is being opened.
    Open,
    /// A page is on its way.
    Page {
        /// The last one of the page before.
        after: Option<WorkerSid>,
    },
    /// A page is being sorted in.
    Settle {
        /// The last one on it; nobody, if there is no further page.
        next: Option<WorkerSid>,
    },
}

/// State of the directory; the people themselves are in the roster.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Directory {
    /// Never opened.
    #[default]
    Closed,
    /// Something is under way.
    Busy {
        /// What.
        step: Step,
        /// The newest request.
        request: EffectId,
        /// How often it failed before.
        failures: u8,
        /// So long it is waited for.
        until: Millis,
        /// Everybody was in once: nobody waits for this.
        again: bool,
    },
    /// It could not be done.
    Broken {
        /// What.
        step: Step,
        /// What was said.
        detail: String,
        /// How often in a row.
        failures: u8,
        /// When it is tried again.
        due: Millis,
        /// As in [`Directory::Busy`].
        again: bool,
    },
    /// Everybody is in.
    Whole {
        /// Since then.
        since: Millis,
    },
}

impl Directory {
    /// The field was opened, or Retry pressed.
    pub(super) fn open<P: From<Purpose>>(
        &mut self,
        now: Millis,
        offline: Option<&ActivitySid>,
        ledger: &mut Ledger<P>,
    ) -> Option<Effect> {
        let (step, failures, again) = match self {
            Self::Closed => (Step::Restore, 0, false),
            Self::Broken {
                step,
                failures,
                again,
                ..
            } => (step.clone(), *failures, *again),
            Self::Whole { since } if now >= *since + STALE => (Step::Page { after: None }, 0, true),
            Self::Busy { .. } | Self::Whole { .. } => return None,
        };
        Some(self.begin(now, step, failures, again, offline, ledger))
    }

    /// It is time.
    pub(super) fn wake<P: From<Purpose>>(
        &mut self,
        now: Millis,
        offline: Option<&ActivitySid>,
        ledger: &mut Ledger<P>,
    ) -> Option<Effect> {
        if self.next_deadline().is_none_or(|due| now < due) {
            return None;
        }
        if let Self::Busy { request, .. } = *self {
            let outcome = super::no_answer();
            self.settle(now, request, &outcome, offline, ledger)
        } else {
            self.open(now, offline, ledger)
        }
    }

    /// When it is tried again, or not waited for any more.
    pub(super) fn next_deadline(&self) -> Option<Millis> {
        match self {
            Self::Busy { until, .. } => Some(*until),
            Self::Broken { due, .. } => Some(*due),
            Self::Closed | Self::Whole { .. } => None,
        }
    }

    /// Whether those who are known are asked for once more, from the first on.
    #[must_use]
    pub(crate) fn begins_again(&self) -> bool {
        matches!(
            self,
            Self::Busy {
                step: Step::Page { after: None },
                again: true,
                ..
            }
        )
    }

    /// What waits for that answer.
    #[must_use]
    pub fn awaits(&self, id: EffectId) -> Option<&Step> {
        match self {
            Self::Busy { step, request, .. } if *request == id => Some(step),
            Self::Busy { .. } | Self::Closed | Self::Broken { .. } | Self::Whole { .. } => None,
        }
    }

    /// An answer came.
    pub(super) fn settle<P: From<Purpose>>(
        &mut self,
        now: Millis,
        id: EffectId,
        outcome: &Outcome,
        offline: Option<&ActivitySid>,
        ledger: &mut Ledger<P>,
    ) -> Option<Effect> {
        let Self::Busy {
            step,
            request,
            failures,
            again,
            ..
        } = self
        else {
            return None;
        };
        if *request != id {
            return None;
        }
        let again = *again;
        let next = match (&*step, outcome) {
            // Without what was kept it goes on as at the first start, and an unsettled roster only searches slower.
            (Step::Restore, _) => Step::Open,
            (Step::Settle { next: None }, _) => {
                *self = Self::Whole { since: now };
                return Some(Effect::SaveDirectory);
            }
            (Step::Settle { next }, _) => Step::Page {
                after: next.clone(),
            },
            (Step::Open, Outcome::People { .. }) => Step::Page { after: None },
            (Step::Page { .. }, Outcome::People { next, .. }) => {
                Step::Settle { next: next.clone() }
            }
            (
                Step::Open | Step::Page { .. },
                Outcome::Failed { .. }
                | Outcome::Done
                | Outcome::TaskCreated { .. }
                | Outcome::Answered { .. }
                | Outcome::Queues { .. }
                | Outcome::Favourites { .. },
            ) => {
                let failures = failures.saturating_add(1);
                *self = Self::Broken {
                    step: step.clone(),
                    detail: detail(outcome),
                    due: now + retry_after(failures),
                    failures,
                    again,
                };
                return None;
            }
        };
        Some(self.begin(now, next, 0, again, offline, ledger))
    }

    /// The directory as the view tells it: whether the list that is shown is `empty`, and whether something `typed` made it so.
    pub(crate) fn phase(&self, empty: bool, typed: bool) -> Phase {
        match self {
            Self::Closed => Phase::Closed,
            Self::Busy { again: false, .. } => Phase::Loading,
            Self::Broken { detail, .. } => Phase::Failed {
                detail: detail.clone(),
            },
            Self::Busy { .. } | Self::Whole { .. } if empty && typed => Phase::Empty,
            Self::Busy { .. } | Self::Whole { .. } if empty => Phase::Nobody,
            Self::Busy { .. } | Self::Whole { .. } => Phase::Ready,
        }
    }

    fn begin<P: From<Purpose>>(
        &mut self,
        now: Millis,
        step: Step,
        failures: u8,
        again: bool,
        offline: Option<&ActivitySid>,
        ledger: &mut Ledger<P>,
    ) -> Effect {
        let id = ledger.open(Purpose::Directory.into());
        let effect = match &step {
            Step::Restore => Effect::RestoreDirectory { id },
            Step::Open => Effect::LoadDirectory {
                id,
                offline: offline.cloned(),
            },
            Step::Page { after } => Effect::LoadPeople {
                id,
                after: after.clone(),
            },
            Step::Settle { .. } => Effect::SettleDirectory { id },
        };
        *self = Self::Busy {
            step,
            request: id,
            failures,
            until: now + PATIENCE,
            again,
        };
        effect
    }
}

/// How long to wait after so many failures in a row.
fn retry_after(failures: u8) -> Millis {
    let doubled = u32::from(failures.saturating_sub(1)).min(16);
    Millis(FIRST_RETRY.0 << doubled).min(LONGEST_RETRY)
}

fn detail(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Failed { failure } => failure.message.clone(),
        // A shell that answers with something else has a fault of its own: it is tried again.
        Outcome::Done
        | Outcome::TaskCreated { .. }
        | Outcome::Answered { .. }
        | Outcome::People { .. }
        | Outcome::Queues { .. }
        | Outcome::Favourites { .. } => super::UNEXPECTED.to_owned(),
    }
}
