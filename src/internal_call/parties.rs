//! Calls of more than two, by conference: a colleague is called into a call in which two talk, by any of its parties.
//!
//! Who is in it is on everybody's task, as the functions write it (`functions/parties.rs`); here it is only read. Whoever
//! hangs up leaves; the call goes on as long as two are in it.
//!
//! | event | effects |
//! |---|---|
//! | "Add" pressed, they talk, and whoever is chosen is not in it | `Http` add; refused: `Notify` |
//! | a party's "Hold", "Resume" or "Remove" pressed, and he is there (or, to remove him, rings) | `Http` hold, remove; refused: `Notify` |
//! | "End for all" pressed | `Http` end-for-all; refused: `Notify` |
//!
//! Each is one [`Wish`]: asked again where it was not heard ([`asking`](super::asking)).

use super::asking::{Party, Topic, Wish};
use super::leg::Leg;
use super::{InternalCall, Purpose, Refusal, Said};
use crate::dialpad::Destination;
use crate::effect::{Effect, Notice};
use crate::ids::ReservationSid;
use crate::ledger::Ledger;
use crate::twilio::attributes::{CallParty, PartyState, Progress, Role};
use crate::twilio::reservation::InternalReservation;
use crate::view::{OrderView, PartyView};

/// How many are in a call at most, as the functions have it.
const MOST: usize = 8;

impl InternalCall {
    /// "Add" was pressed: whoever is chosen is called into the call.
    pub fn add<P: From<Purpose>>(
        &mut self,
        sid: &ReservationSid,
        to: Destination,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let mut said = Said::default();
        let Some(leg) = self.legs.get(sid) else {
            return said;
        };
        let Destination::Agent(callee) = to else {
            return said; // a queue has no name among the parties
        };
        let party = callee.worker == self.me.worker || Some(&callee.worker) == leg.other_worker();
        if !party && leg.may_add() && !self.is_adding(sid) {
            self.ask(sid, Wish::Add(callee), ledger, &mut said);
        }
        said
    }

    /// "Hold" or "Resume" of one of several was pressed.
    pub fn hold_party<P: From<Purpose>>(
        &mut self,
        sid: &ReservationSid,
        label: &str,
        on: bool,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let mut said = Said::default();
        let party = self.party(sid, label);
        if let Some(party) = party.filter(|party| party.state.is_present()) {
            let party = named(party);
            self.ask(sid, Wish::Hold { party, on }, ledger, &mut said);
        }
        said
    }

    /// "Remove" of one of several was pressed.
    pub fn remove_party<P: From<Purpose>>(
        &mut self,
        sid: &ReservationSid,
        label: &str,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let mut said = Said::default();
        if let Some(party) = self.party(sid, label).filter(|party| is_removable(party)) {
            let party = named(party);
            self.ask(sid, Wish::Remove(party), ledger, &mut said);
        }
        said
    }

    /// "End for all" was pressed.
    pub fn end_for_all<P: From<Purpose>>(
        &mut self,
        sid: &ReservationSid,
        ledger: &mut Ledger<P>,
    ) -> Said {
        let mut said = Said::default();
        if self.legs.get(sid).is_some_and(|leg| leg.is_of_several()) {
            self.ask(sid, Wish::EndForAll, ledger, &mut said);
        }
        said
    }

    /// One of the others.
    fn party(&self, sid: &ReservationSid, label: &str) -> Option<&CallParty> {
        let leg = self.legs.get(sid)?;
        let mut others = others(&leg.reservation);
        others.find(|party| party.label == label)
    }

    pub(super) fn party_views(&self, sid: &ReservationSid, leg: &Leg) -> Vec<PartyView> {
        let view = |party: &CallParty| PartyView {
            label: party.label.clone(),
            name: party.name.clone(),
            state: party.state,
            changing: self.is_asking(sid, &Topic::Party(party.label.clone())),
        };
        others(&leg.reservation).map(view).collect()
    }

    pub(super) fn add_view(&self, sid: &ReservationSid, leg: &Leg) -> Option<OrderView> {
        match (leg.may_add(), self.is_adding(sid)) {
            (true, true) => Some(OrderView::Ordered),
            (true, false) => Some(OrderView::Able),
            (false, _) => None,
        }
    }
}

impl Leg {
    /// Whether more than two are, were or may come to be in it.
    pub(super) fn is_of_several(&self) -> bool {
        others(&self.reservation).next().is_some()
    }

    /// Whether somebody can be added: they talk, he with whom it began is there, and there is room.
    fn may_add(&self) -> bool {
        let caller = Role::Caller.as_str();
        let all = || self.reservation.call.parties.iter().flatten();
        let left = |party: &CallParty| party.label == caller && !party.state.is_present();
        let may_come = all().filter(|party| is_removable(party)).count();
        self.talks() && !all().any(left) && may_come < MOST
    }
}

/// Whoever else is, was or may come to be in a call of several.
fn others(reservation: &InternalReservation) -> impl Iterator<Item = &CallParty> {
    reservation.call.others(&reservation.task)
}

fn is_removable(party: &CallParty) -> bool {
    party.state.is_present() || party.state == PartyState::Ringing
}

fn named(party: &CallParty) -> Party {
    Party {
        label: party.label.clone(),
        name: party.name.clone(),
    }
}

/// What the agent reads of a wish that is over: nothing of what he sees in the list of parties.
pub(super) fn told(wish: Wish, outcome: Result<(), Refusal>) -> Option<Effect> {
    let Err(Refusal { code, detail, .. }) = outcome else {
        return None;
    };
    let notice = match wish {
        Wish::Transfer { .. } => return None,
        Wish::Add(callee) => {
            let name = callee.name;
            match code.as_deref().and_then(Progress::parse) {
                Some(Progress::Busy | Progress::BusyNotify) => Notice::AddBusy { name },
                Some(Progress::Unavailable) => Notice::AddUnavailable { name },
                Some(
                    Progress::Ringing
                    | Progress::Answered
                    | Progress::Declined
                    | Progress::Glare
                    | Progress::NoAnswer
                    | Progress::NotConnected,
                )
                | None => Notice::NotAdded { name, detail },
            }
        }
        Wish::Hold { on: true, .. } => Notice::HoldFailed { detail },
        Wish::Hold { on: false, .. } => Notice::ResumeFailed { detail },
        Wish::Remove(party) => Notice::NotRemoved {
            name: party.name,
            detail,
        },
        Wish::EndForAll => Notice::NotEndedForAll { detail },
    };
    Some(Effect::Notify { notice })
}
