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
//! Whoever transfers asks the functions ([`asking`](super::asking)); a third who has no room, or takes no work, leaves the
//! call as it is.
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

use super::asking::{Topic, Wish};
use super::ending::Why;
use super::leg::{Leg, Seat, Stage};
use super::{InternalCall, Purpose, Refusal, Said};
use crate::dialpad::Destination;
use crate::effect::Notice;
use crate::ids::ReservationSid;
use crate::ledger::Ledger;
use crate::pii::Pii;
use crate::twilio::attributes::{Progress, Role, TransferTo};
use crate::twilio::reservation::InternalReservation;
use crate::view::OrderView;

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
        let transferred = leg.reservation.call.transfer.is_some();
        if to_a_party || transferred || !leg.may_transfer() {
            return said;
        }
        let name = leg.reservation.name.clone();
        self.ask(sid, Wish::Transfer { name, to }, ledger, &mut said);
        said
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
        let leaves = doubt.has_hung_up() || self.is_asking(&over.sid, &Topic::Transfer);
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

    pub(super) fn transfer_view(&self, sid: &ReservationSid, leg: &Leg) -> Option<OrderView> {
        match (leg.may_transfer(), self.is_asking(sid, &Topic::Transfer)) {
            (true, true) => Some(OrderView::Ordered),
            (true, false) => Some(OrderView::Able),
            (false, _) => None,
        }
    }
}

/// What whoever transfers reads once it is over.
pub(super) fn told(name: Pii<String>, to: &Destination, outcome: Result<(), Refusal>) -> Notice {
    let to = to.name();
    let Err(Refusal { code, detail, .. }) = outcome else {
        return Notice::HandedOn { name, to };
    };
    match code.as_deref().and_then(Progress::parse) {
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
        | None => Notice::NotTransferred { to, detail },
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
