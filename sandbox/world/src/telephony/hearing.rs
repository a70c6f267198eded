//! What a participant's ears are at, and how far what is played to him has come. What happens to it is in `player.rs`.

use super::twiml::Verb;
use crate::audio::{Hears, Place, Sound};
use crate::output::Method;
use backline::time::Millis;
use std::collections::VecDeque;

/// What somebody is to hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tune {
    /// Twilio's own hold music: the default.
    Music,
    /// Nothing: an empty `waitUrl`.
    Silence,
    /// What the account's server answers: a sound, or TwiML with `<Play>`, `<Say>`, `<Pause>` or `<Redirect>`.
    Page {
        /// Its URL.
        url: String,
        /// `waitMethod`, `HoldMethod`.
        method: Method,
    },
}

/// Where a participant is with his ears.
#[derive(Debug, Clone)]
pub(super) enum Hearing {
    /// In the room.
    Room,
    /// Alone, before the conference starts.
    Waiting(Player),
    /// On hold.
    Held(Player),
}

#[derive(Debug, Clone)]
pub(super) enum Player {
    Music,
    Silence,
    Asking {
        webhook: u64,
        wants: Wants,
        script: Script,
    },
    Sounding {
        sound: Option<Sound>,
        /// `None`: for ever.
        until: Option<Millis>,
        script: Script,
    },
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wants {
    /// TwiML or a sound.
    Page,
    /// The sound of `<Play>`, so many times; 0: for ever.
    File { times: u64 },
}

/// A document, and how far it has run.
#[derive(Debug, Clone)]
pub(super) struct Script {
    /// What was asked for in the beginning, and how.
    pub first: (String, Method),
    /// The URL that `wants` names, absolute.
    pub asked: String,
    /// The URL of the document: others are relative to it.
    pub base: String,
    pub verbs: Vec<Verb>,
    pub ahead: VecDeque<Verb>,
    /// Pages in a row that took no time.
    pub idle_pages: u8,
}

impl Hearing {
    pub fn is_held(&self) -> bool {
        matches!(self, Self::Held(_))
    }

    pub fn player(&self) -> Option<(Place, &Player)> {
        match self {
            Self::Room => None,
            Self::Waiting(player) => Some((Place::Wait, player)),
            Self::Held(player) => Some((Place::Hold, player)),
        }
    }

    pub fn with(place: Place, player: Player) -> Self {
        match place {
            Place::Wait => Self::Waiting(player),
            Place::Hold => Self::Held(player),
        }
    }
}

impl Player {
    pub fn hears(&self, place: Place) -> Hears {
        match self {
            Self::Music => Hears::Music,
            Self::Silence | Self::Asking { .. } | Self::Sounding { sound: None, .. } => {
                Hears::Silence
            }
            Self::Sounding {
                sound: Some(sound), ..
            } => Hears::Chosen {
                place,
                sound: sound.clone(),
            },
        }
    }

    /// When it goes on by itself.
    pub fn deadline(&self) -> Option<Millis> {
        match self {
            Self::Sounding { until, .. } => *until,
            Self::Music | Self::Silence | Self::Asking { .. } => None,
        }
    }

    pub fn webhook(&self) -> Option<u64> {
        match self {
            Self::Asking { webhook, .. } => Some(*webhook),
            Self::Music | Self::Silence | Self::Sounding { .. } => None,
        }
    }
}

impl Script {
    /// Something takes time.
    pub fn heard(self) -> Self {
        Self {
            idle_pages: 0,
            ..self
        }
    }
}
