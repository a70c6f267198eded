//! The list of queues: those that a call between agents can reach, as the functions say; where they cannot say it, all queues
//! of the workspace.
//!
//! | list | event | becomes | effect |
//! |---|---|---|---|
//! | closed, failed | field opened, or retry | loading | `ListQueues`; `LoadQueues`, where there are no functions |
//! | loading, by the functions | their answer | ready | |
//! | | failure, or no answer within [`PATIENCE`](super::directory::PATIENCE) | loading, by Flex | `LoadQueues` |
//! | loading, by Flex | its answer | ready, or failed | |
//! | | no answer in time | failed | |
//! | ready | anything | ready | none: matching is local |

use super::directory::PATIENCE;
use super::{failed, List, Purpose, NO_ANSWER, UNEXPECTED};
use crate::effect::{Effect, HttpRequest};
use crate::event::{EffectId, Outcome};
use crate::ledger::Ledger;
use crate::time::Millis;
use serde::{Deserialize, Serialize};

/// The list, and who was asked for it last.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub(super) struct Queues {
    list: List<Vec<String>>,
    by: By,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
enum By {
    /// The functions: those that can be reached.
    Functions,
    /// Flex: all.
    #[default]
    Flex,
}

impl Queues {
    pub(super) fn list(&self) -> &List<Vec<String>> {
        &self.list
    }

    /// Fetches it, if it is not there, or failed.
    pub(super) fn open<P: From<Purpose>>(
        &mut self,
        now: Millis,
        functions: Option<&str>,
        ledger: &mut Ledger<P>,
    ) -> Option<Effect> {
        match self.list {
            List::Closed | List::Failed { .. } => Some(self.ask(now, functions, ledger)),
            List::Loading { .. } | List::Ready(_) => None,
        }
    }

    fn ask<P: From<Purpose>>(
        &mut self,
        now: Millis,
        functions: Option<&str>,
        ledger: &mut Ledger<P>,
    ) -> Effect {
        let id = ledger.open(Purpose::Queues.into());
        let until = now + PATIENCE;
        self.list = List::Loading { request: id, until };
        match functions {
            Some(base) => {
                self.by = By::Functions;
                let request = HttpRequest {
                    url: format!("{base}/internal-call/flex/queues"),
                    form: Vec::new(),
                };
                Effect::ListQueues { id, request }
            }
            None => {
                self.by = By::Flex;
                Effect::LoadQueues { id }
            }
        }
    }

    /// It is not waited for any more.
    pub(super) fn wake<P: From<Purpose>>(
        &mut self,
        now: Millis,
        ledger: &mut Ledger<P>,
    ) -> Option<Effect> {
        let over = self.until().is_some_and(|until| until <= now);
        over.then(|| self.came_to_nothing(now, failed(NO_ANSWER), ledger))?
    }

    pub(super) fn until(&self) -> Option<Millis> {
        self.list.until()
    }

    pub(super) fn settle<P: From<Purpose>>(
        &mut self,
        now: Millis,
        id: EffectId,
        outcome: &Outcome,
        ledger: &mut Ledger<P>,
    ) -> Option<Effect> {
        if !matches!(self.list, List::Loading { request, .. } if request == id) {
            return None;
        }
        let why = match outcome {
            Outcome::Queues { queues } => {
                self.list = List::Ready(in_order(queues));
                return None;
            }
            Outcome::Failed { failure } => List::Failed {
                detail: failure.message.clone(),
            },
            Outcome::Done
            | Outcome::TaskCreated { .. }
            | Outcome::Answered { .. }
            | Outcome::People { .. }
            | Outcome::Favourites { .. } => failed(UNEXPECTED),
        };
        self.came_to_nothing(now, why, ledger)
    }

    fn came_to_nothing<P: From<Purpose>>(
        &mut self,
        now: Millis,
        why: List<Vec<String>>,
        ledger: &mut Ledger<P>,
    ) -> Option<Effect> {
        match self.by {
            By::Functions => Some(self.ask(now, None, ledger)),
            By::Flex => {
                self.list = why;
                None
            }
        }
    }
}

fn in_order(queues: &[String]) -> Vec<String> {
    let mut queues = queues.to_vec();
    queues.sort_by_cached_key(|name| (crate::roster::fold(name), name.clone()));
    queues.dedup();
    queues
}
