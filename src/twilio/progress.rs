//! How far a call between agents got, as it is written on the caller's task.

use serde::{Deserialize, Serialize};

/// How far a call got. From `Ringing` it moves once to any of the others, and stays there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// The callee's task exists.
    Ringing,
    /// The callee's leg joined the conference.
    Answered,
    /// The callee declined.
    Declined,
    /// The callee is on a call, or has no capacity for another.
    Busy,
    /// The same, and whoever called may be told when he is free.
    BusyNotify,
    /// The callee calls the caller at the same moment: his call goes on in place of this one.
    Glare,
    /// The callee's phone rang as long as it may.
    NoAnswer,
    /// The callee takes no work at present, or went away while his phone rang.
    Unavailable,
    /// The callee accepted, but his phone did not get into the call.
    NotConnected,
}

impl Progress {
    /// As it is written on tasks.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ringing => "ringing",
            Self::Answered => "answered",
            Self::Declined => "declined",
            Self::Busy => "busy",
            Self::BusyNotify => "busy_notify",
            Self::Glare => "glare",
            Self::NoAnswer => "no_answer",
            Self::Unavailable => "unavailable",
            Self::NotConnected => "not_connected",
        }
    }

    /// Reads one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::Ringing,
            Self::Answered,
            Self::Declined,
            Self::Busy,
            Self::BusyNotify,
            Self::Glare,
            Self::NoAnswer,
            Self::Unavailable,
            Self::NotConnected,
        ]
        .into_iter()
        .find(|progress| progress.as_str() == text)
    }
}
