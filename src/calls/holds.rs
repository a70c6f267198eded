//! Who is on hold at Twilio. Worked out anew after every event: whoever is in a call in the background and not on hold
//! is ordered to be, whenever he came; a hold that fails is ordered again. Not so while a colleague shares the call, in a
//! consult whoever leads it: the customer would be taken from him, and he could not take him back.

use super::call::{Call, Key, Order, Party, PartyId, Which};
use super::{Calls, Change, Fact, Purpose, Said};
use crate::effect::{Effect, Notice};
use crate::ledger::Ledger;
use crate::time::Millis;

/// After this an order that is not answered counts as failed: as long as the browser waits for any request.
const ORDER_WAIT: Millis = Millis::from_secs(15);

/// Pauses before a hold that failed is ordered again; the last one is repeated for as long as the call waits.
const PAUSES: [Millis; 4] = [
    Millis::from_secs(2),
    Millis::from_secs(5),
    Millis::from_secs(10),
    Millis::from_secs(30),
];

impl Calls {
    pub(super) fn order_holds<P: From<Purpose>>(
        &mut self,
        now: Millis,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let (change, live) = (&self.change, &self.live);
        for call in &mut self.calls {
            let place = place_of(call, change, live.as_ref());
            let (shared, handed_over) = (call.is_shared(), call.is_handed_over());
            let key = &call.key;
            for party in &mut call.parties {
                let wanted = match (place, party.wanted_back) {
                    (Place::Live, _) | (Place::Coming, false) => None,
                    (Place::Coming, true) => Some(false),
                    (Place::Aside, _) => (!shared && !party.stays(handed_over)).then_some(true),
                };
                let Some(wanted) = wanted.filter(|wanted| party.on_hold != *wanted) else {
                    if matches!(party.order, Order::Failed { .. }) {
                        party.order = Order::None; // nothing is wanted of him any more
                    }
                    continue;
                };
                if !party.order.is_due(now) {
                    continue;
                }
                party.orders = party.orders.wrapping_add(1);
                let which = Which {
                    hold: wanted,
                    number: party.orders,
                };
                order(party, key, which, ledger, said);
                party.order = Order::Out {
                    which,
                    until: now + ORDER_WAIT,
                };
            }
        }
    }

    pub(super) fn hold_over(
        &mut self,
        now: Millis,
        key: &Key,
        id: &PartyId,
        ordered: Which,
        failure: Option<String>,
        said: &mut Said,
    ) {
        let Some(call) = self.call_mut(key) else {
            return;
        };
        let name = call.name.clone();
        let Some(party) = call.party(id) else {
            return;
        };
        let hold = match party.order {
            Order::Out { which, .. } if which == ordered => which.hold,
            // Given up, and done all the same.
            Order::None | Order::Failed { .. } if failure.is_none() => {
                party.on_hold = ordered.hold;
                return;
            }
            Order::None | Order::Out { .. } | Order::Failed { .. } => return,
        };
        let Some(detail) = failure else {
            (party.on_hold, party.ours, party.order) = (hold, hold, Order::None);
            party.failures = 0;
            return;
        };
        // It may have been done all the same, so what is wanted next is ordered in any case.
        if hold && !party.wanted_back {
            party.on_hold = false;
            if party.order_again(now) {
                said.tell(Notice::NotHeld { name, detail });
            }
            return;
        }
        (party.on_hold, party.order) = (hold, Order::None);
        let coming = matches!(&self.change, Change::Swapping { to, .. } if to == key);
        if coming && !hold {
            self.back_to_rest(now);
            said.tell(Notice::NotResumed { name, detail });
        }
    }

    /// Orders that nobody answered have failed; and whoever waits too long is remembered.
    pub(super) fn wake_holds(&mut self, now: Millis, said: &mut Said) {
        let mut late = Vec::new();
        for call in &self.calls {
            for party in &call.parties {
                match party.order {
                    Order::Out { which, until } if until <= now => {
                        late.push((call.key.clone(), party.id.clone(), which));
                    }
                    Order::None | Order::Out { .. } | Order::Failed { .. } => {}
                }
            }
        }
        for (key, id, which) in late {
            let failure = Some("Twilio did not answer in time.".to_owned());
            self.hold_over(now, &key, &id, which, failure, said);
        }
        let remind = self.rules.reminder;
        for call in &mut self.calls {
            let due = reminder(call, remind).is_some_and(|at| at <= now);
            if let (true, Some(aside)) = (due, &mut call.aside) {
                aside.reminded = true;
                let seconds = now.saturating_sub(aside.since).0 / 1000;
                said.tell(Notice::WaitsLong {
                    name: call.name.clone(),
                    seconds: u32::try_from(seconds).unwrap_or(u32::MAX),
                });
            }
        }
    }

    /// When the agent is to be reminded of a call.
    pub(super) fn reminder_of(&self, call: &Call) -> Option<Millis> {
        reminder(call, self.rules.reminder)
    }
}

fn reminder(call: &Call, after: Option<Millis>) -> Option<Millis> {
    let aside = call.aside.filter(|aside| !aside.reminded)?;
    Some(aside.since + after?)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Live, or not connected yet: whoever is on hold there is so by the agent's own doing.
    Live,
    /// Being swapped to.
    Coming,
    /// In the background.
    Aside,
}

fn place_of(call: &Call, change: &Change, live: Option<&Key>) -> Place {
    match change {
        Change::Swapping { to, .. } if *to == call.key => return Place::Coming,
        Change::AtRest | Change::Accepting { .. } | Change::Swapping { .. } => {}
    }
    // Also while no call is live: the last one ended, and the agent chooses.
    let aside = live.is_some() || call.aside.is_some();
    if call.is_audible() && live != Some(&call.key) && aside {
        Place::Aside
    } else {
        Place::Live
    }
}

fn order<P: From<Purpose>>(
    party: &Party,
    key: &Key,
    which: Which,
    ledger: &mut Ledger<P>,
    said: &mut Said,
) {
    let Key::Task(reservation) = key else {
        return; // he listens in: they are not his to hold
    };
    let (reservation, hold) = (reservation.clone(), which.hold);
    match &party.id {
        PartyId::Other => said.facts.push(Fact::HoldWanted { reservation, hold }),
        PartyId::Participant(participant) => said.effects.push(Effect::HoldParticipant {
            id: ledger.open(Purpose::Hold(key.clone(), party.id.clone(), which).into()),
            reservation,
            participant: participant.clone(),
            participant_type: party.kind.clone(),
            hold,
        }),
    }
}

impl Order {
    fn is_due(&self, now: Millis) -> bool {
        match self {
            Self::None => true,
            Self::Out { .. } => false,
            Self::Failed { again_at } => *again_at <= now,
        }
    }
}

impl Party {
    /// Whether it is the first failure in a row.
    fn order_again(&mut self, now: Millis) -> bool {
        let first = self.failures == 0;
        let pause = PAUSES.get(usize::from(self.failures)).or(PAUSES.last());
        let again_at = now + pause.copied().unwrap_or_default();
        self.failures = self.failures.saturating_add(1);
        self.order = Order::Failed { again_at };
        first
    }
}
