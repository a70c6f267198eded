//! What the functions are asked to do with a call that goes on meanwhile, by one of the plugin's own buttons: to transfer the
//! other party, to add one, to hold one of several, to take him out, to end it for all.
//!
//! | from | event | to | effects |
//! |---|---|---|---|
//! | — | pressed, and the same is not under way | asking | `Http` |
//! | asking | done, or refused | — | what comes of it |
//! | asking | not heard, or the server was at fault | waiting | |
//! | waiting | that time | asking | `Http`: the functions do it once, however often they are asked |
//! | asking | not heard for the last time | — | what comes of it |
//! | waiting, or asking and not heard | his own leg is over | — | |

use super::leg::{Leg, Stage};
use super::{of_task, succeeded, InternalCall, Purpose, Refusal, Said};
use crate::dialpad::Destination;
use crate::event::{Callee, Outcome};
use crate::ids::{ReservationSid, WorkerSid};
use crate::ledger::Ledger;
use crate::pii::Pii;
use crate::time::Millis;
use serde::{Deserialize, Serialize};

/// Pauses before the functions are asked again: he waits on the line for it.
const PAUSES: [Millis; 2] = [Millis::from_secs(1), Millis::from_secs(4)];

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Wish {
    /// That the other party calls somebody else.
    Transfer {
        /// The other party.
        name: Pii<String>,
        to: Destination,
    },
    /// That somebody is called into the call.
    Add(Callee),
    /// That a party of several hears music, or comes back.
    Hold { party: Party, on: bool },
    /// That a party of several leaves, or is not called any more.
    Remove(Party),
    /// That it is over, however many are in it.
    EndForAll,
}

/// A party of several.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Party {
    pub label: String,
    pub name: Pii<String>,
}

/// What a wish is about: of each there is one at a time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Topic {
    /// The transfer of the other party.
    Transfer,
    /// Whom to add.
    Add(WorkerSid),
    /// A party of several, by his label.
    Party(String),
    /// The whole call.
    EndForAll,
}

impl Wish {
    pub(super) fn topic(&self) -> Topic {
        match self {
            Self::Transfer { .. } => Topic::Transfer,
            Self::Add(callee) => Topic::Add(callee.worker.clone()),
            Self::Hold { party, .. } | Self::Remove(party) => Topic::Party(party.label.clone()),
            Self::EndForAll => Topic::EndForAll,
        }
    }

    /// The function, and what it is told besides the task.
    fn request(&self) -> (&'static str, Vec<(String, String)>) {
        let party = |party: &Party| ("party".to_owned(), party.label.clone());
        let worker = |callee: &Callee| ("workerSid".to_owned(), callee.worker.to_string());
        match self {
            Self::Transfer { to, .. } => {
                let to = match to {
                    Destination::Agent(callee) => worker(callee),
                    Destination::Queue(queue) => ("callToQueue".to_owned(), queue.clone()),
                };
                ("transfer", vec![to])
            }
            Self::Add(callee) => ("add", vec![worker(callee)]),
            Self::Hold { party: of, on } => {
                ("hold", vec![party(of), ("hold".to_owned(), on.to_string())])
            }
            Self::Remove(of) => ("remove", vec![party(of)]),
            Self::EndForAll => ("end-for-all", Vec::new()),
        }
    }
}

/// A wish that the functions were asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Ask {
    of: ReservationSid,
    wish: Wish,
    attempt: usize,
    /// When they are asked again; `None`: they are being asked.
    again: Option<Millis>,
}

impl Ask {
    pub(super) fn deadline(&self) -> Option<Millis> {
        self.again
    }
}

impl InternalCall {
    /// Asks, unless the same is under way.
    pub(super) fn ask<P: From<Purpose>>(
        &mut self,
        of: &ReservationSid,
        wish: Wish,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        if self.is_asking(of, &wish.topic()) {
            return;
        }
        let ask = Ask {
            of: of.clone(),
            wish,
            attempt: 0,
            again: None,
        };
        if self.post_wish(&ask, ledger, said) {
            self.asks.push(ask);
        }
        said.call = true;
    }

    pub(super) fn is_asking(&self, of: &ReservationSid, topic: &Topic) -> bool {
        let same = |ask: &Ask| ask.of == *of && ask.wish.topic() == *topic;
        self.asks.iter().any(same)
    }

    /// Whether somebody is being added, whoever it is: the functions take one after the other.
    pub(super) fn is_adding(&self, of: &ReservationSid) -> bool {
        let adds = |ask: &Ask| ask.of == *of && matches!(ask.wish, Wish::Add(_));
        self.asks.iter().any(adds)
    }

    fn post_wish<P: From<Purpose>>(
        &self,
        ask: &Ask,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) -> bool {
        let Some(leg) = self.legs.get(&ask.of) else {
            return false;
        };
        let (path, more) = ask.wish.request();
        let mut form = of_task(&leg.reservation.task);
        form.extend(more);
        let purpose = Purpose::Ask(ask.of.clone(), ask.wish.topic());
        self.post(path, form, purpose, ledger, said).is_some()
    }

    pub(super) fn ask_settled(
        &mut self,
        now: Millis,
        of: &ReservationSid,
        topic: &Topic,
        outcome: &Outcome,
        said: &mut Said,
    ) {
        let same = |ask: &Ask| ask.of == *of && ask.wish.topic() == *topic;
        let Some(index) = self.asks.iter().position(same) else {
            return;
        };
        let mut ask = self.asks.remove(index);
        said.call = true;
        let outcome = succeeded(outcome);
        if let Err(Refusal { passing: true, .. }) = outcome {
            // Nothing was heard of it, and the call is over meanwhile: it went on without him.
            if !self.legs.get(of).is_some_and(is_connected) {
                return;
            }
            if let Some(pause) = PAUSES.get(ask.attempt) {
                ask.attempt += 1;
                ask.again = Some(now + *pause);
                self.asks.push(ask);
                return;
            }
        }
        match ask.wish {
            Wish::Transfer { name, to } => said.tell(super::transferring::told(name, &to, outcome)),
            wish => said.effects.extend(super::parties::told(wish, outcome)),
        }
    }

    pub(super) fn wake_asks<P: From<Purpose>>(
        &mut self,
        now: Millis,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let legs = &self.legs;
        self.asks
            .retain(|ask| ask.again.is_none() || legs.get(&ask.of).is_some_and(is_connected));
        let mut asks = std::mem::take(&mut self.asks);
        for ask in &mut asks {
            if ask.again.take_if(|again| *again <= now).is_some() {
                self.post_wish(ask, ledger, said);
            }
        }
        self.asks = asks;
    }
}

fn is_connected(leg: &Leg) -> bool {
    matches!(leg.stage, Stage::Connected { .. })
}
