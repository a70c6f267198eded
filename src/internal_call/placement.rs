//! The call that is being placed, and what it waits for.

use crate::dialpad::Destination;
use crate::effect::Unanswered;
use crate::event::EffectId;
use crate::ids::{CallSid, TaskSid};
use crate::time::Millis;
use crate::view::CallLine;
use serde::{Deserialize, Serialize};

/// The call that this agent places, if any.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Placing {
    /// None: the button works.
    Idle,
    /// His task is being created.
    Creating {
        /// Who is called.
        to: Destination,
        /// When it has taken too long.
        until: Millis,
        /// The order: the answer to an earlier one may come as late.
        #[serde(default)]
        order: Option<EffectId>,
    },
    /// His task exists.
    Placed {
        /// Who is called.
        to: Destination,
        /// His task, which names the conference.
        task: TaskSid,
        /// Whether his own reservation came, or until when it must.
        reservation: Awaited,
        /// What the callee is waited for.
        wait: Wait,
        /// What the panel says.
        line: CallLine,
        /// Whether the number that is handed over has been met in the conference.
        #[serde(default)]
        met: bool,
        /// Which leg was answered in this tab meanwhile.
        #[serde(default)]
        here: Here,
    },
}

/// The leg that was answered in this tab last, since Flex began to call: who hangs up in another tab is heard of no
/// otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Here {
    /// None.
    #[default]
    Nothing,
    /// It is up.
    Up(CallSid),
    /// It is over.
    Over(CallSid),
}

/// Something that must come in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Awaited {
    /// It may take until then.
    Until(Millis),
    /// It came.
    Came,
}

/// What the callee is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Wait {
    /// The functions are asked to ring him.
    Ring {
        /// Whether they are asked a second time: the first was not heard, or its answer.
        again: bool,
        /// Whether another's claim was waited for.
        #[serde(default)]
        claimed: bool,
    },
    /// Another request rings him, or died before it could: asked again then.
    Claim {
        /// When that is known.
        until: Millis,
    },
    /// Twilio calls the application, whose functions put the call in line for him.
    Enqueue {
        /// It may take until then.
        until: Millis,
    },
    /// The number that is called, to be handed over to him.
    Number {
        /// It may take until then.
        until: Millis,
    },
    /// It is being handed over.
    Transfer {
        /// TaskRouter may take until then to begin.
        until: Millis,
    },
    /// His phone rings.
    Answer {
        /// For so long.
        until: Millis,
    },
    /// He did not take it, TaskRouter says; his plugin may have told the functions why.
    Word {
        /// What is made of it, if they do not.
        why: Unanswered,
        /// They may take until then.
        until: Millis,
    },
    /// He may have accepted at the last moment.
    Connection {
        /// For so long.
        until: Millis,
    },
    /// For nothing more, by Flex's own dialling: he accepted and was not seen to come, and the functions are being told.
    GivenUp,
    /// For nothing: he came, or will not.
    Over,
}

impl Placing {
    pub(super) fn deadline(&self) -> Option<Millis> {
        match self {
            Self::Idle => None,
            Self::Creating { until, .. } => Some(*until),
            Self::Placed {
                reservation, wait, ..
            } => {
                let reservation = match reservation {
                    Awaited::Until(time) => Some(*time),
                    Awaited::Came => None,
                };
                let callee = match wait {
                    Wait::Claim { until }
                    | Wait::Enqueue { until }
                    | Wait::Number { until }
                    | Wait::Transfer { until }
                    | Wait::Answer { until }
                    | Wait::Word { until, .. }
                    | Wait::Connection { until } => Some(*until),
                    Wait::Ring { .. } | Wait::GivenUp | Wait::Over => None,
                };
                reservation.into_iter().chain(callee).min()
            }
        }
    }

    pub(super) fn line_of(&self, task: &TaskSid) -> Option<CallLine> {
        match self {
            Self::Placed {
                task: placed, line, ..
            } if placed == task => Some(line.clone()),
            Self::Placed { .. } | Self::Idle | Self::Creating { .. } => None,
        }
    }
}
