//! Who is in the conference of a task, as Flex's store has it (`task.conference.participants`,
//! <https://assets.flex.twilio.com/docs/releases/flex-ui/2.17.1/ui-components/ConferenceParticipant>).

use super::lenient::lenient;
use serde::{Deserialize, Serialize};

/// Somebody in the conference of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct RawParticipant {
    /// As Flex's actions address him: a worker by his SID, somebody who was added (`external`) by his participant SID,
    /// the customer by his call SID.
    pub target: String,
    /// `callSid`: his leg.
    #[serde(default, deserialize_with = "lenient")]
    pub call: Option<String>,
    /// `participantType`: `customer`, `worker`, `supervisor`, `external`, or `transfer`: not there yet, but on offer to him.
    pub kind: String,
    /// Whether he is this agent.
    pub me: bool,
    /// Whether he is in the conference, and has not left it.
    pub joined: bool,
    /// Whether he hears music.
    pub on_hold: bool,
}
