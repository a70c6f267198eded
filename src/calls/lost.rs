//! Calls whose leg went with the page, when it was reloaded or crashed: the Voice SDK hangs up, and a leg that was answered
//! cannot be taken back.
//!
//! | from | event | to | effects |
//! |---|---|---|---|
//! | lost | its task in wrap-up, nothing is recovered | over | `Notify` |
//! | lost | its task, which has another leg (a colleague waited for it) | over | |
//! | lost | a customer's task | asked | `Http`: the functions offer the customer again; `KeepConference` |
//! | asked, or given back | he is there by another leg, and not by that one | over | `KeepConference` |
//! | asked | answered | given back | `Notify` |
//! | asked, or given back | its task in wrap-up, and answered | over | `CompleteTask`: what is left to do is the next task's |
//!
//! While Twilio still waits for a leg that crashed, Flex has the conference end with it (`updateEndConferenceOnExitForTask`),
//! and shows "Join Call": another leg takes its place, with which the conference would end likewise.

use super::{Calls, Leg, Purpose, Said};
use crate::effect::{Effect, HttpRequest, Notice};
use crate::event::Outcome;
use crate::ids::{CallSid, ReservationSid, TaskSid};
use crate::ledger::Ledger;
use crate::pii::Pii;
use crate::twilio::multi_call::Recover;
use crate::twilio::reservation::{RawReservation, ReservationStatus};
use serde::{Deserialize, Serialize};

/// A leg that is no more.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Lost {
    leg: CallSid,
    stage: Stage,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Stage {
    Lost,
    Asked { of: Of, wrapping: bool },
    GivenBack { of: Of },
}

/// Whose it was.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Of {
    reservation: ReservationSid,
    task: TaskSid,
    name: Pii<String>,
}

impl Lost {
    /// It was there when the page went.
    #[must_use]
    pub fn new(leg: CallSid) -> Self {
        let stage = Stage::Lost;
        Self { leg, stage }
    }
}

impl Calls {
    /// Whether the conference of an offer should outlive this agent: where it then tells who leaves it.
    #[must_use]
    pub fn outlives_him(&self, reservation: &ReservationSid) -> Option<String> {
        let base = self.recovers(reservation)?;
        Some(format!("{base}/multi-call/common/conference"))
    }

    /// Whether hanging up must end the conference, which by itself would go on: unless others go on talking.
    #[must_use]
    pub fn ends_with_him(&self, reservation: &ReservationSid) -> bool {
        let call = self.of_task(reservation);
        let alone = call.is_some_and(|call| {
            let there = call.parties.iter().filter(|party| !party.is_awaited());
            there.count() <= 1
        });
        self.recovers(reservation).is_some() && alone
    }

    /// A phone elsewhere goes on without the browser, and is hung up without Flex knowing.
    fn recovers(&self, reservation: &ReservationSid) -> Option<&String> {
        let customer = self
            .of_task(reservation)
            .is_some_and(|call| call.internal.is_none());
        match &self.rules.recover {
            Recover::Through(base) if customer && self.here => Some(base),
            Recover::Through(_) | Recover::Off | Recover::Misconfigured(_) => None,
        }
    }

    /// The core has just started.
    pub fn start(&mut self, lost: Vec<CallSid>) -> Said {
        let mut said = Said::default();
        if !self.rules.enabled {
            return said;
        }
        self.lost = lost.into_iter().map(Lost::new).collect();
        if let Recover::Misconfigured(missing) = &self.rules.recover {
            said.tell(Notice::misconfigured(missing.0));
        }
        said
    }

    /// What a reservation says of the legs that were lost.
    pub(super) fn look_for_lost<P: From<Purpose>>(
        &mut self,
        raw: &RawReservation,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let leg = raw.worker_leg();
        let Some(at) = self
            .lost
            .iter()
            .position(|lost| Some(&lost.leg) == leg.as_ref())
        else {
            return;
        };
        let mut lost = self.lost.remove(at);
        let of = || Of {
            reservation: raw.sid.clone(),
            task: raw.task_sid.clone(),
            name: raw.name(),
        };
        let wrapping = match raw.status {
            ReservationStatus::Accepted => false,
            ReservationStatus::Wrapping => true,
            ReservationStatus::Pending
            | ReservationStatus::Rejected
            | ReservationStatus::Timeout
            | ReservationStatus::Canceled
            | ReservationStatus::Rescinded
            | ReservationStatus::Completed
            | ReservationStatus::Gone => return,
        };
        let functions = match &self.rules.recover {
            Recover::Through(base) if raw.strategy().is_none() => Some(base.clone()),
            Recover::Through(_) | Recover::Off | Recover::Misconfigured(_) => None,
        };
        match (lost.stage, functions) {
            (Stage::Lost, Some(base)) => {
                said.effects.push(Effect::Http {
                    id: Self::open(Purpose::Recover(lost.leg.clone()), ledger),
                    request: HttpRequest {
                        url: format!("{base}/multi-call/flex/recover"),
                        form: vec![("taskSid".to_owned(), raw.task_sid.to_string())],
                    },
                });
                if !wrapping {
                    let reservation = raw.sid.clone();
                    said.effects.push(Effect::KeepConference { reservation });
                }
                let of = of();
                lost.stage = Stage::Asked { of, wrapping };
            }
            (Stage::Lost, None) if self.is_back(raw) => return,
            (Stage::Lost, None) if wrapping => {
                said.tell(Notice::CutOff { name: raw.name() });
                return;
            }
            (Stage::Asked { of, .. }, _) => lost.stage = Stage::Asked { of, wrapping },
            (Stage::GivenBack { of }, _) if wrapping => return complete(of, ledger, said),
            (stage @ (Stage::Lost | Stage::GivenBack { .. }), _) => lost.stage = stage,
        }
        self.lost.push(lost);
    }

    /// His own legs that are in the conference of a call: by Flex's "Join Call" one has taken the place of that which was lost.
    pub(super) fn joined_again(
        &mut self,
        reservation: &ReservationSid,
        legs: &[CallSid],
        said: &mut Said,
    ) {
        let before = self.lost.len();
        self.lost.retain(|lost| match &lost.stage {
            Stage::Asked { of, .. } | Stage::GivenBack { of } => {
                of.reservation != *reservation || legs.is_empty() || legs.contains(&lost.leg)
            }
            Stage::Lost => true,
        });
        if self.lost.len() < before {
            let reservation = reservation.clone();
            said.effects.push(Effect::KeepConference { reservation });
        }
    }

    /// A colleague waited for him, and he has had another leg of that call.
    fn is_back(&self, raw: &RawReservation) -> bool {
        let leg = self.of_task(&raw.sid).map(|call| &call.leg);
        raw.outlives_a_page() && leg.is_some_and(|leg| *leg != Leg::None)
    }

    /// The functions have answered.
    pub(super) fn recovered<P: From<Purpose>>(
        &mut self,
        leg: &CallSid,
        outcome: &Outcome,
        ledger: &mut Ledger<P>,
        said: &mut Said,
    ) {
        let Some(at) = self.lost.iter().position(|lost| &lost.leg == leg) else {
            return;
        };
        let mut lost = self.lost.remove(at);
        let Stage::Asked { of, wrapping } = lost.stage else {
            return;
        };
        let name = of.name.clone();
        if let Some(detail) = refusal(outcome) {
            said.tell(Notice::NotGivenBack { name, detail });
            return;
        }
        said.tell(Notice::GivenBack { name });
        if wrapping {
            return complete(of, ledger, said);
        }
        lost.stage = Stage::GivenBack { of };
        self.lost.push(lost);
    }
}

fn complete<P: From<Purpose>>(of: Of, ledger: &mut Ledger<P>, said: &mut Said) {
    said.effects.push(Effect::CompleteTask {
        id: Calls::open(Purpose::Action, ledger),
        reservation: of.reservation,
        task: of.task,
    });
}

/// Why the functions did not do it.
fn refusal(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Answered { status, .. } if (200..300).contains(status) => None,
        Outcome::Answered { message, .. } => Some(message.clone()),
        Outcome::Failed { failure } => Some(failure.message.clone()),
        Outcome::Done
        | Outcome::TaskCreated { .. }
        | Outcome::People { .. }
        | Outcome::Queues { .. }
        | Outcome::Favourites { .. } => None,
    }
}
