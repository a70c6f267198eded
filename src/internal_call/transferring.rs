//! Cold transfer of a call by conference, by either party.
//!
//! Whoever stays goes on as if he had called the third himself: his call ends, and his plugin places the next one, with
//! all that [`placing`](super::placing) knows of a callee who is busy, away, declines or does not answer. So the caller's
//! transfer and the callee's are one, nobody stays behind in a conference, and no task, leg or label ever changes hands.
//!
//! ```text
//! Bob: Transfer ─▶ functions: note on Alice's task, then close the call ─▶ Alice: call over, noted ─▶ place(Carol)
//! ```
//!
//! Whoever transfers, in [`Transfer`]:
//!
//! | from | event | to | effects |
//! |---|---|---|---|
//! | — | transfer pressed, they talk, the third is neither of the two | asking | `Http` transfer |
//! | asking | done | — | `Notify` |
//! | asking | refused: the third has no room, or takes no work; or for another reason | — | `Notify`; the call goes on |
//! | asking | not heard, or the server was at fault | waiting | |
//! | waiting | that time | asking | `Http` transfer: the functions do it once, however often they are asked |
//! | asking | not heard for the last time | — | `Notify` |
//! | waiting | his own leg is over | — | |
//!
//! Whoever stays:
//!
//! | his leg | his task says that he is transferred | effects |
//! |---|---|---|
//! | connected | first seen | `Http` end: whoever should have may have died |
//! | wrapping, or over | yes, and he took it in this tab, and is in no other call | the next call is placed; `Notify` |
//! | the same | yes, and it was elsewhere, or he is in another call | `Notify`, with a button where it is a person |
//! | the same | but he hung up, or transfers himself | |
//!
//! Invariants: a leg is over once, so at most one call follows a transfer; before the note is written nothing of the call
//! has changed; after it, the call ends whoever dies. Two who transfer each other at once both leave, and nobody is called.

use super::ending::Why;
use super::leg::{Leg, Seat, Stage};
use super::{of_task, succeeded, InternalCall, Purpose, Said};
use crate::dialpad::Destination;
use crate::effect::Notice;
use crate::event::Outcome;
use crate::ids::ReservationSid;
use crate::ledger::Ledger;
use crate::pii::Pii;
use crate::time::Millis;
use crate::twilio::attributes::{Progress, Role, TransferTo};
use crate::twilio::reservation::InternalReservation;
use crate::view::TransferView;
use serde::{Deserialize, Serialize};

/// Pauses before the functions are asked again: he waits on the line for it.
const PAUSES: [Millis; 2] = [Millis::from_secs(1), Millis::from_secs(4)];

/// A transfer of the other party.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Transfer {
    /// The other party.
    name: Pii<String>,
    to: Destination,
    attempt: usize,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum State {
    Asking,
    Waiting { until: Millis },
}

/// A call that is over since the other party transferred this agent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Onward {
    /// His reservation of it.
    pub from: ReservationSid,
    /// To whom.
    pub to: Destination,
    /// Of what his next call is the continuation.
    pub after: After,
    /// Whether his phone is in this tab.
    pub here: bool,
}

/// What a call that follows a transfer keeps of the one before.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct After {
    /// Who transferred the caller.
    pub by: Pii<String>,
    /// The conversation that goes on, for Flex Insights.
    pub conversation: Option<String>,
}

impl Transfer {
    pub(super) fn deadline(&self) -> Option<Millis> {
        match self.state {
            State::Asking => None,
            State::Waiting { until } => Some(until),
        }
    }
}

impl InternalCall {
    /// "Transfer now" was pressed.
    pub fn transfer<P: From<Purpose>>(
        &mut self,
        sid: &ReservationSid,
        to: Destination,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let mut said = Said::default();
        let Some(leg) = self.legs.get(sid) else {
            return said;
        };
        let party = |worker| worker == &self.me.worker || Some(worker) == leg.other_worker();
        let to_a_party = to.worker().is_some_and(party);
        let ordered = self.transfers.contains_key(sid) || leg.reservation.call.transfer.is_some();
        if to_a_party || ordered || !leg.may_transfer() {
            return said;
        }
        let transfer = Transfer {
            name: leg.reservation.name.clone(),
            to,
            attempt: 0,
            state: State::Asking,
        };
        self.transfers.insert(sid.clone(), transfer);
        self.ask_to_transfer(sid, ledger, &mut said);
        said.call = true;
        said
    }

    fn ask_to_transfer<P: From<Purpose>>(
        &mut self,
        sid: &ReservationSid,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let (Some(leg), Some(transfer)) = (self.legs.get(sid), self.transfers.get(sid)) else {
            return;
        };
        let mut form = of_task(&leg.reservation.task);
        form.push(match &transfer.to {
            Destination::Agent(callee) => ("workerSid".to_owned(), callee.worker.to_string()),
            Destination::Queue(queue) => ("callToQueue".to_owned(), queue.clone()),
        });
        let purpose = Purpose::Transfer(sid.clone());
        if self.post("transfer", form, purpose, ledger, said).is_none() {
            self.transfers.remove(sid);
        }
    }

    pub(super) fn transfer_settled(
        &mut self,
        now: Millis,
        sid: &ReservationSid,
        outcome: &Outcome,
        said: &mut Said,
    ) {
        let Some(mut transfer) = self.transfers.remove(sid) else {
            return;
        };
        said.call = true;
        let (name, to) = (transfer.name.clone(), transfer.to.name());
        let Err(refusal) = succeeded(outcome) else {
            said.tell(Notice::HandedOn { name, to });
            return;
        };
        // Nothing was heard of it, and the call is over meanwhile: it went on without him.
        if refusal.passing && !self.legs.get(sid).is_some_and(is_connected) {
            return;
        }
        match PAUSES.get(transfer.attempt) {
            Some(pause) if refusal.passing => {
                transfer.attempt += 1;
                transfer.state = State::Waiting {
                    until: now + *pause,
                };
                self.transfers.insert(sid.clone(), transfer);
            }
            Some(_) | None => {
                let why = refusal.code.as_deref().and_then(Progress::parse);
                said.tell(match why {
                    Some(Progress::Busy | Progress::BusyNotify) => Notice::TransferBusy { to },
                    Some(Progress::Unavailable) => Notice::TransferUnavailable { to },
                    Some(
                        Progress::Ringing
                        | Progress::Answered
                        | Progress::Declined
                        | Progress::Glare
                        | Progress::NoAnswer
                        | Progress::NotConnected,
                    )
                    | None => Notice::NotTransferred {
                        to,
                        detail: refusal.detail,
                    },
                });
            }
        }
    }

    pub(super) fn wake_transfers<P: From<Purpose>>(
        &mut self,
        now: Millis,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let legs = &self.legs;
        self.transfers.retain(|sid, transfer| {
            transfer.deadline().is_none() || legs.get(sid).is_some_and(is_connected)
        });
        let due = |transfer: &Transfer| transfer.deadline().is_some_and(|until| until <= now);
        let due: Vec<ReservationSid> = (self.transfers.iter())
            .filter(|(_, transfer)| due(transfer))
            .map(|(sid, _)| sid.clone())
            .collect();
        for sid in due {
            if let Some(transfer) = self.transfers.get_mut(&sid) {
                transfer.state = State::Asking;
            }
            self.ask_to_transfer(&sid, ledger, said);
        }
    }

    /// His task may say that he is transferred: the call is ended in place of a request that died.
    pub(super) fn transferred<P: From<Purpose>>(
        &mut self,
        sid: &ReservationSid,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let Some(leg) = self.legs.get(sid) else {
            return;
        };
        if leg.reservation.call.transfer.is_some() && !leg.is_queue_member() {
            let task = leg.reservation.task.clone();
            self.end(&task, Why::Over, ledger, said);
        }
    }

    /// His leg is over: whether he was transferred, and to whom. Asked before the leg is forgotten.
    pub(super) fn onward(&self, over: &InternalReservation) -> Option<Onward> {
        let leg = self.legs.get(&over.sid)?;
        let to = match over.call.transfer.clone()? {
            TransferTo::Agent(callee) => Destination::Agent(callee),
            TransferTo::Queue(queue) => Destination::Queue(queue),
        };
        let Stage::Connected { doubt, .. } = &leg.stage else {
            return None;
        };
        let leaves = doubt.has_hung_up() || self.transfers.contains_key(&over.sid);
        if leaves || to.worker() == Some(&self.me.worker) {
            return None;
        }
        let placed_here =
            over.call.role == Role::Caller && over.call.tab.is_some() && over.call.tab == self.tab;
        Some(Onward {
            from: over.sid.clone(),
            to,
            after: After {
                by: over.name.clone(),
                conversation: over.call.conversation.clone(),
            },
            here: placed_here || leg.seat == Seat::Here,
        })
    }

    /// Where he took the call that is accepted now.
    pub(super) fn seat_of(&self, sid: &ReservationSid) -> Seat {
        match self.legs.get(sid) {
            Some(Leg {
                stage: Stage::Accepting { .. },
                ..
            }) => Seat::Here,
            Some(known) => known.seat,
            None => Seat::Elsewhere,
        }
    }

    pub(super) fn transfer_view(&self, sid: &str, leg: &Leg) -> Option<TransferView> {
        let ordered = self.transfers.keys().any(|key| key.as_str() == sid);
        match (leg.may_transfer(), ordered) {
            (true, true) => Some(TransferView::Ordered),
            (true, false) => Some(TransferView::Able),
            (false, _) => None,
        }
    }
}

/// What whoever was transferred reads; `calling`: the next call is being placed.
#[must_use]
pub fn onward_notice(name: Pii<String>, to: Destination, calling: bool) -> Notice {
    let named = to.name();
    if calling {
        return Notice::TransferredTo { name, to: named };
    }
    Notice::TransferredNotCalling {
        name,
        to: named,
        callee: match to {
            Destination::Agent(callee) => Some(callee),
            Destination::Queue(_) => None,
        },
    }
}

fn is_connected(leg: &Leg) -> bool {
    matches!(leg.stage, Stage::Connected { .. })
}
