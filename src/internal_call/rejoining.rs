//! Calls that outlive a page: with `multi_call.recover`, a conference goes on when a party's leg ends that nobody hung up.
//!
//! Whoever is left, in [`Other`]:
//!
//! | from | event | to | effects |
//! |---|---|---|---|
//! | there | the task says that the other is lost | lost | the call canvas says so |
//! | lost | the task says so no longer | there | |
//! | lost | the task says that he was lost once more | lost, for the whole time | |
//! | lost | he did not come back in time | given up | `Http` end, unless he is back |
//! | given up | the task goes into wrap-up, or is gone | | `Notify` (in `over_without_other`) |
//!
//! Whose page was loaded again, in [`Rejoin`]:
//!
//! | from | event | to | effects |
//! |---|---|---|---|
//! | — | a call is found accepted at the start | asking | `Http` rejoin |
//! | asking | done: his phone rings, and says whose call it is | waiting | `SelectTask`, if nothing is on screen, and unless there may be several calls: then `calls` knows in which he is |
//! | asking | refused, and may be tried again | waiting | |
//! | asking | refused for good | — | `Notify`, unless the call is over or he is in it by another tab |
//! | waiting | that time | asking | `Http` rejoin |
//! | any | his reservation is not accepted any more | — | |
//!
//! A leg that has only just ended may still be listed, a list may lag, and a phone that was told to ring may not be reached:
//! "done", "there" and "over" are asked again, too.
//! A phone that is no browser goes on without one: such a call does not outlive its legs.

use super::ending::Why;
use super::leg::{Other, Stage};
use super::{of_task, succeeded, InternalCall, Purpose, Said};
use crate::dialpad::Destination;
use crate::effect::{Effect, Notice};
use crate::event::Outcome;
use crate::ids::ReservationSid;
use crate::ledger::Ledger;
use crate::time::Millis;
use crate::twilio::configuration::Outbound;
use crate::twilio::reservation::InternalReservation;
use serde::{Deserialize, Serialize};

/// Pauses before the functions are asked again: a leg that was hung up is gone within a second; that of a browser that
/// crashed once Twilio has missed it for as long as the Voice SDK may take to reconnect, 30 s
/// (`MAX_RECONNECT_TIMEOUT_ALLOWED`).
const PAUSES: [Millis; 6] = [
    Millis::from_secs(2),
    Millis::from_secs(3),
    Millis::from_secs(5),
    Millis::from_secs(10),
    Millis::from_secs(10),
    Millis::from_secs(10),
];

/// The functions' words for it that nothing is to be done: nobody waits, or his phone is in the call.
const NOTHING_TO_DO: [&str; 2] = ["over", "there"];

/// How this agent is brought back.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rejoin {
    attempt: usize,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum State {
    Asking,
    Waiting { until: Millis },
}

impl Rejoin {
    pub(super) fn deadline(&self) -> Option<Millis> {
        match self.state {
            State::Asking => None,
            State::Waiting { until } => Some(until),
        }
    }
}

/// The other party, by what the task says now and what was known before.
pub(super) fn other_party(now: Millis, before: Option<&Stage>, new: &InternalReservation) -> Other {
    let known = match before {
        Some(Stage::Connected { other, .. }) => *other,
        Some(
            Stage::Offered(_)
            | Stage::Accepting { .. }
            | Stage::Rejecting(_)
            | Stage::Wrapping { .. }
            | Stage::Completing,
        )
        | None => Other::There,
    };
    // Of whatever form: another time is another loss.
    let lost = new.call.lost.as_deref();
    let lost = lost.map(|since| Millis(since.parse().unwrap_or_default()));
    match (lost, new.call.rejoin_seconds, known) {
        (Some(_), Some(_), Other::GivenUp) => known,
        (Some(since), Some(_), Other::Lost { since: before, .. }) if since == before => known,
        (Some(since), Some(seconds), Other::There | Other::Lost { .. }) => Other::Lost {
            since,
            until: now + Millis::from_secs(u64::from(seconds)),
        },
        (None, _, _) | (_, None, _) => Other::There,
    }
}

impl InternalCall {
    /// For how long a party of this call is waited for whose page went; `None`: his leg's end is the call's.
    pub(super) fn outlives(&self, outbound: &Outbound, to: &Destination) -> Option<u32> {
        let seconds = self.rejoin_seconds?;
        match to {
            Destination::Agent(callee)
                if !callee.contact_uri.is_sip() && !outbound.contact_uri.is_sip() =>
            {
                Some(seconds)
            }
            Destination::Agent(_) | Destination::Queue(_) => None,
        }
    }

    /// A call is found: where it outlives a page, this one may be the next.
    pub(super) fn rejoin<P: From<Purpose>>(
        &mut self,
        sid: &ReservationSid,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let Some(leg) = self.legs.get(sid).filter(|leg| leg.outlives_a_page()) else {
            return;
        };
        let form = of_task(&leg.reservation.task);
        let purpose = Purpose::Rejoin(sid.clone());
        if self.post("rejoin", form, purpose, ledger, said).is_some() {
            let rejoin = self.rejoins.entry(sid.clone()).or_insert(Rejoin {
                attempt: 0,
                state: State::Asking,
            });
            rejoin.state = State::Asking;
        }
    }

    /// Flex's task list has another selection.
    pub fn task_selected(&mut self, reservation: Option<&ReservationSid>) {
        if !self.several {
            self.selected = reservation.cloned();
        }
    }

    pub(super) fn rejoin_settled<P: From<Purpose>>(
        &mut self,
        now: Millis,
        sid: &ReservationSid,
        outcome: &Outcome,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let Some(mut rejoin) = self.rejoins.remove(sid) else {
            return;
        };
        let Some(leg) = self.legs.get(sid) else {
            return;
        };
        let Stage::Connected { .. } = &leg.stage else {
            return;
        };
        let refusal = succeeded(outcome).err();
        if refusal.is_none() && !self.several && self.selected.is_none() {
            // Flex starts with no task on screen; what he has chosen meanwhile stays there.
            said.order(Effect::SelectTask {
                id: ledger.open(Purpose::Select.into()),
                reservation: sid.clone(),
            });
        }
        let code = refusal.as_ref().and_then(|refusal| refusal.code.as_deref());
        let nothing_to_do =
            refusal.is_none() || code.is_some_and(|code| NOTHING_TO_DO.contains(&code));
        let passing = refusal.as_ref().is_some_and(|refusal| refusal.passing);
        match (PAUSES.get(rejoin.attempt), refusal) {
            (Some(pause), _) if passing || nothing_to_do => {
                rejoin.attempt += 1;
                rejoin.state = State::Waiting {
                    until: now + *pause,
                };
                self.rejoins.insert(sid.clone(), rejoin);
            }
            (Some(_) | None, Some(refusal)) if !nothing_to_do => said.tell(Notice::NotRejoined {
                name: leg.reservation.name.clone(),
                detail: refusal.detail,
            }),
            (Some(_) | None, Some(_) | None) => {}
        }
    }

    pub(super) fn wake_rejoins<P: From<Purpose>>(
        &mut self,
        now: Millis,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let legs = &self.legs;
        self.rejoins.retain(|sid, _| {
            let leg = legs.get(sid).filter(|leg| leg.outlives_a_page());
            matches!(leg.map(|leg| &leg.stage), Some(Stage::Connected { .. }))
        });
        let due: Vec<ReservationSid> = self
            .rejoins
            .iter()
            .filter(|(_, rejoin)| rejoin.deadline().is_some_and(|until| until <= now))
            .map(|(sid, _)| sid.clone())
            .collect();
        for sid in due {
            self.rejoin(&sid, ledger, said);
        }
    }

    /// Whether the other party has been waited for as long as he may.
    pub(super) fn give_up_other<P: From<Purpose>>(
        &mut self,
        now: Millis,
        sid: &ReservationSid,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) -> bool {
        let Some(leg) = self.legs.get_mut(sid) else {
            return false;
        };
        let Stage::Connected { other, .. } = &mut leg.stage else {
            return false;
        };
        if !matches!(other, Other::Lost { until, .. } if *until <= now) {
            return false;
        }
        *other = Other::GivenUp;
        let task = leg.reservation.task.clone();
        said.call = true;
        self.end(&task, Why::NotBack, ledger, said);
        true
    }

    /// The call is over, and the other party did not come back.
    pub(super) fn over_without_other(&self, sid: &ReservationSid, said: &mut Said) {
        let Some(leg) = self.legs.get(sid) else {
            return;
        };
        if let Stage::Connected {
            other: Other::GivenUp,
            ..
        } = &leg.stage
        {
            said.tell(Notice::NotBack {
                name: leg.reservation.name.clone(),
            });
        }
    }
}
