//! What the machine orders and says.

use super::call::{Key, PartyId, Which};
use crate::effect::{Effect, Notice};
use crate::ids::{CallSid, ReservationSid};
use serde::{Deserialize, Serialize};

/// What an effect of this machine was for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Purpose {
    /// A device of its own for this leg.
    Forward(CallSid),
    /// Put a party on hold, or take him back.
    Hold(Key, PartyId, Which),
    /// Offer a customer again whose leg went with the page.
    Recover(CallSid),
    /// Flex's `AcceptTask`, or another action of Flex, whose own outcome is an event anyway.
    Action,
}

/// Which leg has the agent's ear, and which his microphone. Every other leg has neither.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Audio {
    /// He hears this one.
    pub ear: Option<CallSid>,
    /// This one hears him, unless he has muted himself.
    pub microphone: Option<CallSid>,
}

/// What another machine must do.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Fact {
    /// The other party of a call between agents goes on hold, or comes back.
    HoldWanted {
        /// Whose call.
        reservation: ReservationSid,
        /// On, or off.
        hold: bool,
    },
    /// This agent has as many calls as he may: the offer is declined.
    OneTooMany {
        /// Which offer.
        reservation: ReservationSid,
    },
}

/// What the machine says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// Orders.
    pub effects: Vec<Effect>,
    /// For the other machines.
    pub facts: Vec<Fact>,
}

impl Said {
    pub(super) fn tell(&mut self, notice: Notice) {
        self.effects.push(Effect::Notify { notice });
    }
}
