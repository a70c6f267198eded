//! What those do whose rows are on the screen: asked for anew, and told as it changes, for as long as they are there. So is
//! what the one does who was chosen among them, whose status stays below the field when the list is closed.
//!
//! | state | event | becomes | effect |
//! |---|---|---|---|
//! | any | other rows are on the screen, or he is no longer chosen | due | |
//! | due | they stay for [`PAUSE`] | asking | `WatchPeople` |
//! | asking | their rows | told | |
//! | asking | failure, or no answer within [`PATIENCE`] | blind | |
//! | blind | [`RETRY`] | asking | `WatchPeople` |
//! | any | no row is on the screen, nobody is chosen | closed | `WatchPeople`, of nobody |
//!
//! The directory's own live query has the first 200 rows only (<https://www.twilio.com/docs/sync/limits>), and what a page
//! says of somebody is as old as that page.

use super::directory::PATIENCE;
use super::Purpose;
use crate::effect::Effect;
use crate::event::{EffectId, Outcome};
use crate::ids::WorkerSid;
use crate::ledger::Ledger;
use crate::time::Millis;
use serde::{Deserialize, Serialize};

/// Whoever types or scrolls does not ask at every row that passes.
const PAUSE: Millis = Millis(250);
/// So long until it is tried again.
const RETRY: Millis = Millis::from_secs(10);
/// A list in a query is shorter than 30 values (<https://www.twilio.com/docs/sync/live-query>).
const AT_ONCE: usize = 29;

/// Who is watched.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Watch {
    /// The list's rows on the screen, from above.
    #[serde(default)]
    rows: Vec<WorkerSid>,
    /// They and the one who is chosen.
    shown: Vec<WorkerSid>,
    stage: Stage,
    /// Whether the last order named somebody: it is closed when nobody is left.
    ordered: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
enum Stage {
    #[default]
    Closed,
    Due {
        at: Millis,
        /// What they did before was not told either.
        blind: bool,
    },
    Asking {
        request: EffectId,
        until: Millis,
        blind: bool,
    },
    Told,
    Blind {
        due: Millis,
    },
}

impl Watch {
    /// These rows are on the screen now, and he is chosen.
    pub(super) fn show<P: From<Purpose>>(
        &mut self,
        now: Millis,
        workers: &[WorkerSid],
        chosen: Option<&WorkerSid>,
        ledger: &mut Ledger<P>,
    ) -> Option<Effect> {
        self.rows = workers.get(..AT_ONCE).unwrap_or(workers).to_vec();
        self.aim(now, chosen, ledger)
    }

    /// Nobody is chosen any more; the rows are the same.
    pub(super) fn let_go<P: From<Purpose>>(
        &mut self,
        now: Millis,
        ledger: &mut Ledger<P>,
    ) -> Option<Effect> {
        self.aim(now, None, ledger)
    }

    fn aim<P: From<Purpose>>(
        &mut self,
        now: Millis,
        chosen: Option<&WorkerSid>,
        ledger: &mut Ledger<P>,
    ) -> Option<Effect> {
        let further = chosen.filter(|chosen| !self.rows.contains(chosen));
        let room = AT_ONCE - usize::from(further.is_some());
        let rows = self.rows.iter().take(room).chain(further);
        let workers: Vec<WorkerSid> = rows.cloned().collect();
        if workers == self.shown {
            return None;
        }
        self.shown = workers;
        if self.shown.is_empty() {
            self.stage = Stage::Closed;
            return std::mem::take(&mut self.ordered)
                .then(|| self.order(ledger.open(Purpose::Watch.into())));
        }
        self.stage = Stage::Due {
            at: now + PAUSE,
            blind: self.is_blind(),
        };
        None
    }

    /// Whether what they do is not told at present.
    pub(crate) fn is_blind(&self) -> bool {
        match self.stage {
            Stage::Blind { .. } => true,
            Stage::Due { blind, .. } | Stage::Asking { blind, .. } => blind,
            Stage::Closed | Stage::Told => false,
        }
    }

    /// It is time.
    pub(super) fn wake<P: From<Purpose>>(
        &mut self,
        now: Millis,
        ledger: &mut Ledger<P>,
    ) -> Option<Effect> {
        if self.next_deadline().is_none_or(|due| now < due) {
            return None;
        }
        if matches!(self.stage, Stage::Asking { .. }) {
            self.stage = Stage::Blind { due: now + RETRY };
            return None;
        }
        let request = ledger.open(Purpose::Watch.into());
        self.stage = Stage::Asking {
            request,
            until: now + PATIENCE,
            blind: self.is_blind(),
        };
        self.ordered = true;
        Some(self.order(request))
    }

    /// When that is.
    pub(super) fn next_deadline(&self) -> Option<Millis> {
        match self.stage {
            Stage::Due { at, .. } => Some(at),
            Stage::Asking { until, .. } => Some(until),
            Stage::Blind { due } => Some(due),
            Stage::Closed | Stage::Told => None,
        }
    }

    /// Whether that answer is waited for.
    pub(crate) fn awaits(&self, id: EffectId) -> bool {
        matches!(self.stage, Stage::Asking { request, .. } if request == id)
    }

    /// Whether somebody's row, or his status below the field, is on the screen.
    pub(crate) fn shows(&self, worker: &WorkerSid) -> bool {
        self.shown.contains(worker)
    }

    /// An answer came.
    pub(super) fn settle(&mut self, now: Millis, id: EffectId, outcome: &Outcome) {
        if !self.awaits(id) {
            return;
        }
        self.stage = match outcome {
            Outcome::People { .. } => Stage::Told,
            Outcome::Failed { .. }
            | Outcome::Done
            | Outcome::TaskCreated { .. }
            | Outcome::Answered { .. }
            | Outcome::Queues { .. }
            | Outcome::Favourites { .. } => Stage::Blind { due: now + RETRY },
        };
    }

    fn order(&self, id: EffectId) -> Effect {
        Effect::WatchPeople {
            id,
            workers: self.shown.clone(),
        }
    }
}
