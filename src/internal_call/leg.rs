//! One leg: this agent's reservation of a call between agents, and what was done about it.

use super::application::ENQUEUE_WAIT;
use super::warm_transfer::Company;
use crate::event::ActionToken;
use crate::ids::WorkerSid;
use crate::time::Millis;
use crate::twilio::attributes::{Progress, Role};
use crate::twilio::reservation::InternalReservation;
use crate::twilio::strategy::StrategyName;
use crate::view::HoldView;
use serde::{Deserialize, Serialize};

/// A reservation of a call between agents, and what was done about it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Leg {
    pub(super) reservation: InternalReservation,
    pub(super) stage: Stage,
    #[serde(default)]
    pub(super) company: Company,
    #[serde(default)]
    pub(super) seat: Seat,
}

/// Where the agent took it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub(super) enum Seat {
    /// In another tab, or before the page was loaded, or nowhere yet.
    #[default]
    Elsewhere,
    /// In this tab: his phone is here.
    Here,
}

/// What was done about it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Stage {
    /// Nothing yet.
    Offered(Offer),
    /// Flex was asked to accept it, or TaskRouter to call this agent.
    Accepting {
        offer: Offer,
        until: Millis,
        /// Flex's action, where nothing else tells that it failed.
        #[serde(default)]
        token: Option<ActionToken>,
    },
    /// The functions, or TaskRouter, are being told that he declines.
    Rejecting(Offer),
    /// Accepted.
    Connected {
        hold: Hold,
        doubt: Doubt,
        #[serde(default)]
        other: Other,
    },
    /// Over; completed by itself at that time, if ever.
    Wrapping { complete_at: Option<Millis> },
    /// Being completed.
    Completing,
}

/// Until when it stays on offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Offer {
    /// The call is ended then; `None`: it was, or the placing waits.
    pub(super) rings_until: Option<Millis>,
    /// It is refused then, before TaskRouter's own time-out; `None`: that is under way, or was tried often enough.
    pub(super) refused_at: Option<Millis>,
    /// How often it is refused again, where that fails.
    #[serde(default)]
    pub(super) refusals_left: u8,
    /// Flex was asked to accept it: the caller's own, once.
    #[serde(default)]
    pub(super) taken: bool,
}

/// The other party, once he was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub(super) enum Other {
    /// He is there, as far as the task says.
    #[default]
    There,
    /// His leg ended, and nobody hung up: the call is ended then, unless he is back.
    Lost {
        /// As the task says it: another time is another loss.
        since: Millis,
        until: Millis,
    },
    /// He did not come back in time.
    GivenUp,
}

/// The other party's hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Hold {
    Off,
    On,
    Ordered { on: bool },
}

/// What somebody may not know of a connected call, and when something is done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Doubt {
    /// Whether it is over: all that tells of it may have been lost. The functions are asked.
    Over { check_at: Millis },
    /// This agent, who was called, is in it.
    Came { tell_at: Millis },
    /// This agent hung up.
    HungUp { end_at: Millis },
}

/// How often a call that lasts is asked after.
const CHECK_EVERY: Millis = Millis::from_secs(180);

/// How long the agent's own phone may take to answer, once he accepts: Flex answers it by itself within a second, and
/// Twilio rings a phone for 60 s at most (<https://www.twilio.com/docs/voice/api/call-resource>, Timeout).
const ACCEPT_WAIT: Millis = Millis::from_secs(20);

/// How long a caller whose own phone did not answer may take to try again: his colleague may be waiting for him.
const ONCE_MORE: Millis = Millis::from_secs(20);

/// How long after a refusal that failed the next one follows.
const REFUSE_AGAIN: Millis = Millis::from_secs(1);

/// How often that is done: all of them fit into the last moment before TaskRouter's time-out.
const REFUSALS: u8 = 3;

impl Offer {
    pub(super) fn new(rings_until: Option<Millis>, refused_at: Millis) -> Self {
        Self {
            rings_until,
            refused_at: Some(refused_at),
            refusals_left: REFUSALS,
            taken: false,
        }
    }

    /// It is being refused.
    pub(super) fn refusing(mut self) -> Stage {
        self.refused_at = None;
        Stage::Rejecting(self)
    }

    /// Refusing it failed: it is refused again after a moment, unless that was done often enough.
    pub(super) fn refuse_again(&mut self, now: Millis) {
        if let Some(left) = self.refusals_left.checked_sub(1) {
            self.refusals_left = left;
            self.refused_at = Some(now + REFUSE_AGAIN);
        }
    }
}

impl Doubt {
    pub(super) fn has_hung_up(&self) -> bool {
        match self {
            Self::HungUp { .. } => true,
            Self::Over { .. } | Self::Came { .. } => false,
        }
    }

    /// Nothing is unknown for now.
    pub(super) fn later(now: Millis) -> Self {
        Self::Over {
            check_at: now + CHECK_EVERY,
        }
    }
}

/// Until when a native caller's own may stay on offer, while perhaps another tab rings his phone; TaskRouter's own time-out
/// does not come first.
pub(super) fn native_on_offer_until(now: Millis, refused_at: Option<Millis>) -> Millis {
    let until = now + ENQUEUE_WAIT;
    refused_at.map_or(until, |refused_at| until.min(refused_at))
}

impl Leg {
    /// Accepting failed: it is on offer again.
    pub(super) fn offer_once_more(&mut self, now: Millis, mut offer: Offer) {
        match (self.reservation.call.role, self.is_native()) {
            (Role::Caller, true) => {
                offer.rings_until = Some(native_on_offer_until(now, offer.refused_at));
            }
            (Role::Caller, false) => offer.rings_until = Some(now + ONCE_MORE),
            (Role::Callee, _) => {}
        }
        self.stage = Stage::Offered(offer);
    }

    /// Until when the agent's phone may take to answer. TaskRouter's time-out stands still while Flex rings it
    /// (<https://support.twilio.com/hc/en-us/articles/42786996187419>).
    pub(super) fn accepting_until(&self, now: Millis) -> Millis {
        match (self.reservation.call.role, self.is_native()) {
            (Role::Caller, true) => now + ENQUEUE_WAIT,
            (Role::Caller, false) | (Role::Callee, _) => now + ACCEPT_WAIT,
        }
    }

    pub(super) fn deadline(&self) -> Option<Millis> {
        match &self.stage {
            Stage::Offered(offer) => offer.rings_until.or(offer.refused_at),
            Stage::Rejecting(offer) => offer.refused_at,
            Stage::Accepting { until, .. } => Some(*until),
            Stage::Connected { doubt, other, .. } => {
                let doubt = match doubt {
                    Doubt::Over { check_at } => *check_at,
                    Doubt::Came { tell_at } => *tell_at,
                    Doubt::HungUp { end_at } => *end_at,
                };
                Some(match other {
                    Other::Lost { until, .. } => doubt.min(*until),
                    Other::There | Other::GivenUp => doubt,
                })
            }
            Stage::Wrapping { complete_at } => *complete_at,
            Stage::Completing => None,
        }
    }

    pub(super) fn is_on_offer_to_callee(&self) -> bool {
        self.reservation.call.role == Role::Callee && matches!(self.stage, Stage::Offered(_))
    }

    /// And he is not in the call yet.
    pub(super) fn is_accepted_by_callee(&self) -> bool {
        let accepting = matches!(self.stage, Stage::Accepting { .. });
        self.reservation.call.role == Role::Callee && accepting
    }

    pub(super) fn hold_view(&self) -> Option<HoldView> {
        if self.is_native() && !self.is_handed_over() {
            return None; // Flex's own button
        }
        match &self.stage {
            // There is nobody to be held.
            Stage::Connected { .. } if self.has_lost_other() => None,
            Stage::Connected { hold, .. } => Some(match hold {
                Hold::Off => HoldView::Off,
                Hold::On => HoldView::On,
                Hold::Ordered { on: true } => HoldView::Holding,
                Hold::Ordered { on: false } => HoldView::Resuming,
            }),
            Stage::Offered(_)
            | Stage::Accepting { .. }
            | Stage::Rejecting(_)
            | Stage::Wrapping { .. }
            | Stage::Completing => None,
        }
    }

    pub(super) fn has_lost_other(&self) -> bool {
        let lost = |other: &Other| match other {
            Other::Lost { .. } => true,
            Other::There | Other::GivenUp => false,
        };
        matches!(&self.stage, Stage::Connected { other, .. } if lost(other))
    }

    /// Whether the call goes on when a party's page goes.
    pub(super) fn outlives_a_page(&self) -> bool {
        self.reservation.call.rejoin_seconds.is_some()
    }

    /// The party whom the other one is; of a queue's member nothing is known.
    pub(super) fn other_worker(&self) -> Option<&WorkerSid> {
        let call = &self.reservation.call;
        match call.role {
            Role::Caller => call.callee_worker.as_ref(),
            Role::Callee => call.caller_worker.as_ref(),
        }
    }

    /// Whether the other party can be transferred: they are two.
    pub(super) fn may_transfer(&self) -> bool {
        self.talks() && !self.is_of_several()
    }

    /// Whether both talk, in a conference of the functions.
    pub(super) fn talks(&self) -> bool {
        let answered = match self.reservation.call.role {
            Role::Caller => self.reservation.call.progress == Some(Progress::Answered),
            Role::Callee => true,
        };
        let talks = match &self.stage {
            Stage::Connected { doubt, .. } => !doubt.has_hung_up(),
            Stage::Offered(_)
            | Stage::Accepting { .. }
            | Stage::Rejecting(_)
            | Stage::Wrapping { .. }
            | Stage::Completing => false,
        };
        talks && answered && !self.is_native() && !self.has_lost_other()
    }

    pub(super) fn is_held_by_other(&self) -> bool {
        let (call, task) = (&self.reservation.call, &self.reservation.task);
        let held = self.company.is_held() || call.is_held(task);
        matches!(self.stage, Stage::Connected { .. }) && held
    }

    /// Whether Flex and TaskRouter connect it by themselves.
    pub(super) fn is_native(&self) -> bool {
        match self.reservation.strategy {
            StrategyName::Application | StrategyName::WarmTransfer => true,
            StrategyName::Conference => false,
        }
    }

    /// Whether the others are on hold, as far as it is known.
    pub(super) fn noted_hold(&self) -> Hold {
        match self.is_handed_over() {
            true => self.company.hold(),
            false => noted_hold(&self.reservation),
        }
    }

    /// Whether this agent is one of a queue that was called: he is named nowhere on the task, so the functions cannot
    /// know him for a party. His leg's end ends the conference, and Twilio's callback the call.
    pub(super) fn is_queue_member(&self) -> bool {
        queue_member(&self.reservation)
    }
}

pub(super) fn queue_member(reservation: &InternalReservation) -> bool {
    reservation.to_queue && reservation.call.role == Role::Callee
}

/// Whether the other party is on hold, or all others are, as the task says.
pub(super) fn noted_hold(reservation: &InternalReservation) -> Hold {
    match reservation.call.holds_others(&reservation.task) {
        true => Hold::On,
        false => Hold::Off,
    }
}
