//! Why a call is closed.

use super::Outcome;
use crate::twilio::attributes::{DeclineReason, Progress};

/// Why it is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// A leg is over, or the caller gave up.
    Over,
    /// The callee declined, perhaps with a reason: written on the caller's task.
    Declined(Option<DeclineReason>),
    /// He cannot be rung, or is not any more: written on the caller's task.
    Unreached(Progress),
    /// Nobody came in time, as somebody's tab says: written on the caller's task, unless he has come, or (no answer) is
    /// coming.
    Late(Progress),
    /// The callee's leg is over: if he was not seen in the call, that is written on the caller's task.
    CalleesLegOver,
    /// Twilio says that the conference is over: nothing to end there.
    ConferenceOver,
    /// Nobody says so: it is closed only if it looks over.
    Checked,
    /// Nobody asks at all: likewise, and only if its set-up is long over, for a list of conferences may lag.
    Swept,
}

impl Why {
    /// As a party's plugin says it.
    pub(super) fn of(outcome: Option<Outcome>) -> Self {
        match outcome {
            None | Some(Outcome::NotBack) => Self::Over,
            Some(Outcome::NoAnswer) => Self::Late(Progress::NoAnswer),
            Some(Outcome::Away) => Self::Unreached(Progress::Unavailable),
            Some(Outcome::NotConnected) => Self::Late(Progress::NotConnected),
        }
    }
}
