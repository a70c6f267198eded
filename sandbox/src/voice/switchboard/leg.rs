//! One Device's registration, one leg's state.

use super::outside::ConnectionId;
use crate::voice::messages::ice_ufrag;
use backline::time::Millis;
use std::collections::BTreeSet;

#[derive(Debug)]
pub enum Device {
    /// Connected, without a valid token.
    Unknown,
    /// Its token is valid; it may dial.
    Known { identity: String },
    /// It rings, too.
    Registered { identity: String },
}

#[derive(Debug)]
pub struct Leg {
    pub identity: String,
    /// What the Device called it before it knew the SID.
    pub alias: Option<String>,
    /// What was pressed on it.
    pub keys: String,
    pub state: LegState,
}

#[derive(Debug)]
pub enum LegState {
    Ringing {
        devices: BTreeSet<ConnectionId>,
    },
    Live {
        device: ConnectionId,
        ufrag: Option<String>,
    },
    Adrift {
        ufrag: Option<String>,
        deadline: Millis,
    },
}

/// A leg as `control` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegView {
    /// Whose Device.
    pub identity: String,
    /// `ringing`, `live` or `adrift` (live, its Device's socket is away).
    pub state: &'static str,
    /// The keys that were pressed on it, in order.
    pub keys: String,
}

impl Device {
    pub fn identity(&self) -> Option<&str> {
        match self {
            Self::Unknown => None,
            Self::Known { identity } | Self::Registered { identity } => Some(identity),
        }
    }

    pub fn rings_for(&self, whom: &str) -> bool {
        match self {
            Self::Unknown | Self::Known { .. } => false,
            Self::Registered { identity } => identity == whom,
        }
    }
}

impl Leg {
    pub fn transport(&self) -> Option<&str> {
        match &self.state {
            LegState::Ringing { .. } => None,
            LegState::Live { ufrag, .. } | LegState::Adrift { ufrag, .. } => ufrag.as_deref(),
        }
    }

    pub fn is_held_by(&self, connection: ConnectionId) -> bool {
        match &self.state {
            LegState::Live { device, .. } => *device == connection,
            LegState::Ringing { .. } | LegState::Adrift { .. } => false,
        }
    }

    pub fn deadline(&self) -> Option<Millis> {
        match &self.state {
            LegState::Adrift { deadline, .. } => Some(*deadline),
            LegState::Ringing { .. } | LegState::Live { .. } => None,
        }
    }

    pub fn view(&self) -> LegView {
        LegView {
            identity: self.identity.clone(),
            keys: self.keys.clone(),
            state: match self.state {
                LegState::Ringing { .. } => "ringing",
                LegState::Live { .. } => "live",
                LegState::Adrift { .. } => "adrift",
            },
        }
    }
}

/// A key of a phone, or a pause between two.
pub fn is_key(key: char) -> bool {
    matches!(key, '0'..='9' | '*' | '#' | 'w')
}

/// A leg that `device` holds by the transport of its description.
pub fn live(device: ConnectionId, sdp: &str) -> LegState {
    LegState::Live {
        device,
        ufrag: ice_ufrag(sdp).map(str::to_owned),
    }
}
