//! What the agent sees of his calls.

use super::call::{Call, Key, Leg, Order, Stage};
use super::{Calls, Change};
use crate::ids::ReservationSid;
use crate::view::{CallRow, CallState, CallsView, OfferRow};

impl Calls {
    /// The strip of all calls, and the offers that wait while he is in one; `None` while there is nothing to choose.
    #[must_use]
    pub fn view(&self) -> Option<CallsView> {
        let rows: Vec<CallRow> = self
            .calls
            .iter()
            .filter_map(|call| self.row(call))
            .collect();
        let offers: Vec<OfferRow> = self
            .calls
            .iter()
            .filter_map(|call| self.offer(call))
            .collect();
        let choice = rows.len() > 1 || (!rows.is_empty() && !offers.is_empty());
        let failed = rows.iter().any(|row| row.state == CallState::Failed);
        let alone_aside =
            self.live.is_none() && !rows.is_empty() && matches!(self.change, Change::AtRest);
        (choice || failed || (alone_aside && rows.iter().any(|row| row.can_swap)))
            .then_some(CallsView { rows, offers })
    }

    fn row(&self, call: &Call) -> Option<CallRow> {
        // A leg that has ended: its task is about to be in wrap-up.
        if !call.is_taken() || call.leg == Leg::Gone {
            return None;
        }
        let state = self.state_of(call);
        Some(CallRow {
            reservation: reservation(&call.key),
            name: call.name.clone(),
            state,
            muted: call.muted,
            aside_since: call.aside.map(|aside| aside.since.0),
            can_swap: matches!(
                state,
                CallState::OnHold | CallState::NotHeld | CallState::Holding
            ) && matches!(self.change, Change::AtRest),
        })
    }

    fn state_of(&self, call: &Call) -> CallState {
        match &self.change {
            Change::Swapping { to, .. } if *to == call.key => return CallState::Resuming,
            Change::AtRest | Change::Accepting { .. } | Change::Swapping { .. } => {}
        }
        match &call.leg {
            Leg::Failed(_) => CallState::Failed,
            Leg::None | Leg::Gone | Leg::Offered(_) | Leg::Forwarding(_) | Leg::Opening(..) => {
                CallState::Connecting
            }
            Leg::Audible(_) | Leg::Elsewhere if self.is_live(&call.key) => CallState::Live,
            Leg::Audible(_) | Leg::Elsewhere => {
                let others = || {
                    call.parties
                        .iter()
                        .filter(|party| !party.stays(call.is_handed_over()))
                };
                if others().any(|party| matches!(party.order, Order::Failed { .. })) {
                    CallState::NotHeld
                } else if call.is_shared() || others().all(|party| party.on_hold) {
                    CallState::OnHold
                } else {
                    CallState::Holding
                }
            }
        }
    }

    fn offer(&self, call: &Call) -> Option<OfferRow> {
        let Stage::Offered { since } = &call.stage else {
            return None;
        };
        let reservation = reservation(&call.key)?;
        let accepting = matches!(&self.change, Change::Accepting { key, .. } if *key == call.key);
        Some(OfferRow {
            accepted: accepting || self.waiting.contains(&reservation),
            reservation,
            name: call.name.clone(),
            internal: call.internal.is_some(),
            since: since.0,
        })
    }
}

fn reservation(key: &Key) -> Option<ReservationSid> {
    match key {
        Key::Task(reservation) => Some(reservation.clone()),
        Key::Leg(_) => None,
    }
}
