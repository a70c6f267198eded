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
//! | paging | failure, or no answer within [`PATIENCE`], and there are functions | paging by the functions, from the start | `ListPeople` |
//! | paging by the functions | a page | settling, then on by the functions | `SettleDirectory` |
//! | paging by the functions | failure, or no answer | broken, at the page of the workspace that failed | |
//! | opening, paging without functions | failure, or no answer within [`PATIENCE`] | broken, at that step | |
//! | restoring, settling | no answer within [`PATIENCE`] | as with any answer | |
//! | broken | retry, field opened, or [`retry_after`] | that step again | the same again |
//! | whole | field opened, [`STALE`] later or more | paging from the start, behind the list | `LoadPeople` |
//!
//! Invariants: one request at a time, so that a page is only asked for when the one before is in; only the answer to the
//! newest request counts; a failure loses nothing that is known, and ends by itself once the service is back.
//!
//! Where Flex's own list is refused or fails, the functions ask TaskRouter's REST for the same people; in another order, so
//! that they begin at the first. The list of workers: <https://twilio.github.io/twilio-taskrouter.js/Workspace.html>; those who are there now: the live
//! query, of which Twilio gives the first 200 only (<https://www.twilio.com/docs/sync/limits>).

use super::Purpose;
use crate::effect::{Effect, HttpRequest};
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
    Page(Page),
    /// A page is being sorted in.
    Settle {
        /// The one that follows, if there is one.
        next: Option<Page>,
    },
}

/// A page of everybody.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Page {
    /// Of the workspace client's list.
    Workspace {
        /// The last one of the page before.
        after: Option<WorkerSid>,
    },
    /// Of the functions' list, since that failed.
    Functions {
        /// Where it goes on, in the functions' words.
        mark: Option<String>,
        /// The page of the workspace's that failed.
        instead_of: Option<WorkerSid>,
        /// What was said then.
        detail: String,
    },
}

/// What the directory is fetched with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Means<'a> {
    /// Who is in it is not there.
    pub offline: Option<&'a ActivitySid>,
    /// The functions, where they are configured.
    pub functions: Option<&'a str>,
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
        means: Means<'_>,
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
            Self::Whole { since } if now >= *since + STALE => (Step::Page(FIRST_PAGE), 0, true),
            Self::Busy { .. } | Self::Whole { .. } => return None,
        };
        Some(self.begin(now, step, failures, again, means, ledger))
    }

    /// It is time.
    pub(super) fn wake<P: From<Purpose>>(
        &mut self,
        now: Millis,
        means: Means<'_>,
        ledger: &mut Ledger<P>,
    ) -> Option<Effect> {
        if self.next_deadline().is_none_or(|due| now < due) {
            return None;
        }
        if let Self::Busy { request, .. } = *self {
            let outcome = super::no_answer();
            self.settle(now, request, &outcome, means, ledger)
        } else {
            self.open(now, means, ledger)
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
                step: Step::Page(FIRST_PAGE),
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
        means: Means<'_>,
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
            (Step::Settle { next: Some(page) }, _) => Step::Page(page.clone()),
            (Step::Open, Outcome::People { .. }) => Step::Page(FIRST_PAGE),
            (Step::Page(page), Outcome::People { next, .. }) => Step::Settle {
                next: next.as_deref().and_then(|next| page.followed_by(next)),
            },
            (
                Step::Page(Page::Workspace { after }),
                Outcome::Failed { .. }
                | Outcome::Done
                | Outcome::TaskCreated { .. }
                | Outcome::Answered { .. }
                | Outcome::Queues { .. }
                | Outcome::Favourites { .. },
            ) if means.functions.is_some() => {
                let step = Step::Page(Page::Functions {
                    mark: None,
                    instead_of: after.clone(),
                    detail: detail(outcome),
                });
                let failures = *failures;
                return Some(self.begin(now, step, failures, again, means, ledger));
            }
            (
                Step::Open | Step::Page(_),
                Outcome::Failed { .. }
                | Outcome::Done
                | Outcome::TaskCreated { .. }
                | Outcome::Answered { .. }
                | Outcome::Queues { .. }
                | Outcome::Favourites { .. },
            ) => {
                let failures = failures.saturating_add(1);
                let (step, detail) = step.after_failure(detail(outcome));
                *self = Self::Broken {
                    step,
                    detail,
                    due: now + retry_after(failures),
                    failures,
                    again,
                };
                return None;
            }
        };
        Some(self.begin(now, next, 0, again, means, ledger))
    }

    /// Whether everybody comes by the functions at present, as Flex's own list failed.
    pub(crate) fn goes_round(&self) -> bool {
        match self {
            Self::Busy {
                step: Step::Page(page) | Step::Settle { next: Some(page) },
                ..
            } => matches!(page, Page::Functions { .. }),
            Self::Busy { .. } | Self::Closed | Self::Broken { .. } | Self::Whole { .. } => false,
        }
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
        means: Means<'_>,
        ledger: &mut Ledger<P>,
    ) -> Effect {
        let id = ledger.open(Purpose::Directory.into());
        let effect = match &step {
            Step::Restore => Effect::RestoreDirectory { id },
            Step::Open => Effect::LoadDirectory {
                id,
                offline: means.offline.cloned(),
            },
            Step::Page(Page::Workspace { after }) => Effect::LoadPeople {
                id,
                after: after.clone(),
            },
            Step::Page(Page::Functions { mark, .. }) => Effect::ListPeople {
                id,
                request: HttpRequest {
                    url: format!(
                        "{}/internal-call/flex/people",
                        means.functions.unwrap_or_default()
                    ),
                    form: mark
                        .iter()
                        .map(|mark| ("page".to_owned(), mark.clone()))
                        .collect(),
                },
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

/// Where everybody begins.
const FIRST_PAGE: Page = Page::Workspace { after: None };

impl Page {
    /// The next one of the same list. A word that names none ends it: those who are not on it are asked for anew at the
    /// next opening.
    fn followed_by(&self, next: &str) -> Option<Self> {
        match self {
            Self::Workspace { .. } => {
                let after = WorkerSid::parse(next).ok()?;
                Some(Self::Workspace { after: Some(after) })
            }
            Self::Functions {
                instead_of, detail, ..
            } => Some(Self::Functions {
                mark: Some(next.to_owned()),
                instead_of: instead_of.clone(),
                detail: detail.clone(),
            }),
        }
    }
}

impl Step {
    /// What is tried again, and what the agent reads meanwhile: of Flex's own list, where both failed.
    fn after_failure(&self, said: String) -> (Self, String) {
        match self {
            Self::Page(Page::Functions {
                instead_of, detail, ..
            }) => {
                let after = instead_of.clone();
                (Self::Page(Page::Workspace { after }), detail.clone())
            }
            Self::Restore | Self::Open | Self::Page(_) | Self::Settle { .. } => {
                (self.clone(), said)
            }
        }
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
