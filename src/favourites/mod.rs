//! An agent's favourites, and whom he called last: on this computer, and in a Sync map of his own, so that they follow him.
//!
//! | stage | event | becomes | effect |
//! |---|---|---|---|
//! | closed | field opened | opening | `RestoreFavourites`, `OpenFavourites` |
//! | opening | what the map holds | open | |
//! | open | there is something that the map lacks | writing | `WriteFavourite`, one at a time |
//! | writing | it is written | open | |
//! | opening, writing | failure, or no answer within [`PATIENCE`] | broken | |
//! | broken | [`retry_after`] | opening | `OpenFavourites` |
//! | any | he changes something, a call is placed, another copy has news | the same | `KeepFavourites` |
//!
//! Invariants: what is changed is kept on this computer before it is written anywhere else, and whether or not it can be;
//! one request at a time; nothing is taken for written that the map was not heard to hold; copies that can reach the map
//! become equal ([`list`] says which of two changes stays).
//!
//! Not in the worker's attributes, which routing reads and others overwrite. A map (<https://www.twilio.com/docs/sync/api/map-resource>)
//! has an item for each colleague, so that two changes meet only if they are about the same one.

pub mod list;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))] // proptest wants randomness of the system
mod tests;

use crate::effect::{Effect, Panel};
use crate::event::{EffectId, Outcome};
use crate::ids::WorkerSid;
use crate::ledger::Ledger;
use crate::time::Millis;
use crate::twilio::colleague::{Colleague, RawColleague};
use list::{List, FORGOTTEN_AFTER};
use serde::{Deserialize, Serialize};

/// After the first failure it is tried again after so long, after each further one after twice as long.
const FIRST_RETRY: Millis = Millis::from_secs(4);
/// And never later than this.
const LONGEST_RETRY: Millis = Millis::from_secs(300);
/// The Sync SDK itself tries again for 90 s (twilio-sync 2.0.1, `network.js`); after this it does not answer any more.
const PATIENCE: Millis = Millis::from_secs(120);
/// So many failures in a row, and the agent is told that his favourites stay on this computer.
const TOLD_AFTER: u8 = 2;

/// What an effect of this machine was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Purpose {
    /// The copy on this computer.
    Restore,
    /// The map.
    Open,
    /// One of its items.
    Write,
}

/// Where the map is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
enum Stage {
    /// Never asked for.
    #[default]
    Closed,
    /// Being read.
    Opening { request: EffectId, until: Millis },
    /// Its changes are told.
    Open,
    /// The same, and one of its items is being written.
    Writing {
        request: EffectId,
        until: Millis,
        item: Colleague,
    },
    /// It could not be reached.
    Broken { due: Millis },
}

/// State of the favourites.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Favourites {
    /// Milliseconds since 1970 at the zero of the core's clock. Without it nobody could say what was changed last, and
    /// nothing is kept.
    origin: Option<u64>,
    list: List,
    /// What the map was heard to hold.
    map: List,
    stage: Stage,
    /// In a row.
    failures: u8,
}

impl Favourites {
    /// Nothing yet.
    #[must_use]
    pub fn new(origin: Option<u64>) -> Self {
        Self {
            origin,
            ..Self::default()
        }
    }

    /// The field of agents was opened, by `owner`.
    pub fn open<P: From<Purpose>>(
        &mut self,
        now: Millis,
        owner: &WorkerSid,
        ledger: &mut Ledger<P>,
    ) -> Vec<Effect> {
        if self.origin.is_none() || self.stage != Stage::Closed {
            return Vec::new();
        }
        let id = ledger.open(Purpose::Restore.into());
        vec![
            Effect::RestoreFavourites { id },
            self.ask(now, owner, ledger),
        ]
    }

    /// A star was pressed.
    pub fn pressed<P: From<Purpose>>(
        &mut self,
        now: Millis,
        worker: &WorkerSid,
        ledger: &mut Ledger<P>,
    ) -> Vec<Effect> {
        self.change(now, ledger, |list, wall| list.toggle(worker, wall))
    }

    /// A favourite is to change places.
    pub fn moved<P: From<Purpose>>(
        &mut self,
        now: Millis,
        worker: &WorkerSid,
        up: bool,
        ledger: &mut Ledger<P>,
    ) -> Vec<Effect> {
        self.change(now, ledger, |list, wall| list.shift(worker, up, wall))
    }

    /// A call to somebody was placed.
    pub fn called<P: From<Purpose>>(
        &mut self,
        now: Millis,
        worker: &WorkerSid,
        ledger: &mut Ledger<P>,
    ) -> Vec<Effect> {
        self.change(now, ledger, |list, wall| list.called(worker, wall))
    }

    /// Another machine, or another tab, has changed something in the map.
    pub fn heard<P: From<Purpose>>(
        &mut self,
        now: Millis,
        rows: &[RawColleague],
        ledger: &mut Ledger<P>,
    ) -> Vec<Effect> {
        let news = List::read(rows);
        for colleague in news.rows() {
            self.map.put(colleague.clone());
        }
        self.change(now, ledger, |list, _| list.merge(&news))
    }

    /// It is time to try what failed again, or too late for an answer.
    pub fn wake<P: From<Purpose>>(
        &mut self,
        now: Millis,
        owner: &WorkerSid,
        ledger: &mut Ledger<P>,
    ) -> Vec<Effect> {
        if self.next_deadline().is_none_or(|due| now < due) {
            return Vec::new();
        }
        match self.stage {
            Stage::Broken { .. } => vec![self.ask(now, owner, ledger)],
            Stage::Opening { .. } | Stage::Writing { .. } => {
                self.fail(now, TOLD_AFTER);
                changed()
            }
            Stage::Closed | Stage::Open => Vec::new(),
        }
    }

    /// When this machine next wants to be woken.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Millis> {
        match self.stage {
            Stage::Opening { until, .. } | Stage::Writing { until, .. } => Some(until),
            Stage::Broken { due } => Some(due),
            Stage::Closed | Stage::Open => None,
        }
    }

    /// An effect of this machine is over.
    pub fn settle<P: From<Purpose>>(
        &mut self,
        now: Millis,
        id: EffectId,
        purpose: Purpose,
        outcome: &Outcome,
        ledger: &mut Ledger<P>,
    ) -> Vec<Effect> {
        let told = match outcome {
            Outcome::Favourites { colleagues } => Some(List::read(colleagues)),
            Outcome::Done
            | Outcome::TaskCreated { .. }
            | Outcome::Answered { .. }
            | Outcome::People { .. }
            | Outcome::Queues { .. }
            | Outcome::Failed { .. } => None,
        };
        let stage = std::mem::take(&mut self.stage);
        match (purpose, stage) {
            // A computer that keeps nothing is as one at which he never was.
            (Purpose::Restore, stage) => {
                self.stage = stage;
                self.restore(now, &told.unwrap_or_default(), ledger)
            }
            (Purpose::Open, Stage::Opening { request, .. }) if request == id => match told {
                Some(news) => {
                    self.stage = Stage::Open;
                    self.map = news.clone();
                    let mut effects = self.change(now, ledger, |list, _| list.merge(&news));
                    // That it can be read says nothing of whether it can be written.
                    if self.stage == Stage::Open {
                        self.failures = 0;
                    }
                    effects.extend(changed());
                    effects
                }
                None => {
                    self.fail(now, gravity(outcome));
                    changed()
                }
            },
            (Purpose::Write, Stage::Writing { request, item, .. }) if request == id => {
                self.stage = Stage::Open;
                if matches!(outcome, Outcome::Done) {
                    self.failures = 0;
                    self.map.take(&item);
                    self.write(now, ledger)
                        .into_iter()
                        .chain(changed())
                        .collect()
                } else {
                    self.fail(now, gravity(outcome));
                    changed()
                }
            }
            // The answer came too late.
            (Purpose::Open | Purpose::Write, stage) => {
                self.stage = stage;
                Vec::new()
            }
        }
    }

    /// What is kept.
    #[must_use]
    pub fn list(&self) -> &List {
        &self.list
    }

    /// Whether what he changes stays on this computer, as things stand.
    #[must_use]
    pub fn stays_here(&self) -> bool {
        self.failures >= TOLD_AFTER
    }

    /// What was kept on this computer. Whatever came before it is kept there already.
    fn restore<P: From<Purpose>>(
        &mut self,
        now: Millis,
        kept: &List,
        ledger: &mut Ledger<P>,
    ) -> Vec<Effect> {
        self.list.merge(kept);
        if let Some(origin) = self.origin {
            self.list.forget_old(origin.saturating_add(now.0));
        }
        let written = self.write(now, ledger).into_iter();
        written.chain(changed()).collect()
    }

    /// Changes the list; what is kept and written then.
    fn change<P: From<Purpose>>(
        &mut self,
        now: Millis,
        ledger: &mut Ledger<P>,
        change: impl FnOnce(&mut List, u64),
    ) -> Vec<Effect> {
        let Some(origin) = self.origin else {
            return Vec::new();
        };
        let before = self.list.clone();
        change(&mut self.list, origin.saturating_add(now.0));
        let mut effects = Vec::new();
        if self.list != before {
            let colleagues = self.list.rows().to_vec();
            effects.push(Effect::KeepFavourites { colleagues });
            effects.extend(changed());
        }
        effects.extend(self.write(now, ledger));
        effects
    }

    /// The next item that the map lacks.
    fn write<P: From<Purpose>>(&mut self, now: Millis, ledger: &mut Ledger<P>) -> Option<Effect> {
        if self.stage != Stage::Open {
            return None;
        }
        let item = self.list.ahead_of(&self.map)?;
        let request = ledger.open(Purpose::Write.into());
        self.stage = Stage::Writing {
            request,
            until: now + PATIENCE,
            item: item.clone(),
        };
        let lasts = item.favourite.is_some();
        let seconds = u32::try_from(FORGOTTEN_AFTER / 1000).unwrap_or(u32::MAX);
        Some(Effect::WriteFavourite {
            id: request,
            colleague: item,
            ttl: if lasts { 0 } else { seconds },
        })
    }

    fn ask<P: From<Purpose>>(
        &mut self,
        now: Millis,
        owner: &WorkerSid,
        ledger: &mut Ledger<P>,
    ) -> Effect {
        let request = ledger.open(Purpose::Open.into());
        self.stage = Stage::Opening {
            request,
            until: now + PATIENCE,
        };
        Effect::OpenFavourites {
            id: request,
            owner: owner.clone(),
        }
    }

    fn fail(&mut self, now: Millis, gravity: u8) {
        self.failures = self.failures.saturating_add(gravity);
        let due = now + retry_after(self.failures);
        self.stage = Stage::Broken { due };
    }
}

/// Whoever has no permission (<https://www.twilio.com/docs/api/errors/54007>) will hardly have it at the next attempt.
fn gravity(outcome: &Outcome) -> u8 {
    match outcome {
        Outcome::Failed { failure } if matches!(failure.status, Some(401 | 403)) => TOLD_AFTER,
        Outcome::Failed { .. }
        | Outcome::Done
        | Outcome::TaskCreated { .. }
        | Outcome::Answered { .. }
        | Outcome::People { .. }
        | Outcome::Queues { .. }
        | Outcome::Favourites { .. } => 1,
    }
}

/// How long to wait after so many failures in a row.
fn retry_after(failures: u8) -> Millis {
    let doubled = u32::from(failures.saturating_sub(1)).min(16);
    Millis(FIRST_RETRY.0 << doubled).min(LONGEST_RETRY)
}

fn changed() -> Vec<Effect> {
    vec![Effect::ViewChanged {
        panel: Panel::Dialpad,
    }]
}
