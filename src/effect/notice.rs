//! What the agent must read.

use crate::event::Callee;
use crate::pii::Pii;
use crate::twilio::attributes::DeclineReason;
use crate::twilio::configuration::CONTACT_URI_KEY;
use serde::{Deserialize, Serialize};

/// Where a key is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum Place {
    /// Flex's service configuration
    /// (<https://www.twilio.com/docs/flex/developer/config/flex-configuration-rest-api>).
    Flex,
    /// The agent's own worker.
    Worker,
    /// The environment of the functions.
    Functions,
}

/// Something that the agent must read, each with a sentence and a remedy in every locale.
/// `detail` is what the server or the SDK said.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Notice {
    /// The configuration lacks something, or it is not of its kind: calls cannot be made.
    Misconfigured {
        /// The key, such as `outbound_call_flows.default.workflow_sid`.
        key: String,
        /// Where it is set.
        place: Place,
    },
    /// Two keys are set of which only one may be: calls cannot be made.
    KeysContradict {
        /// The one.
        key: String,
        /// The other.
        second_key: String,
    },
    /// A key is set, and another that it needs is wanting, or not of its kind: calls cannot be made.
    KeyNeedsKey {
        /// The one that is set.
        key: String,
        /// The one that is wanting.
        second_key: String,
    },
    /// The number by which agents are connected (`call_target`) did not answer: nobody was rung, and the call was ended.
    TargetNotAnswered {
        /// Which.
        target: Pii<String>,
    },
    /// The caller's task could not be created: nobody was called.
    CallNotPlaced {
        /// What was said.
        detail: String,
    },
    /// The functions could not ring the callee: the call was ended.
    CalleeNotRung {
        /// What was said.
        detail: String,
    },
    /// Accepting failed: the call is still on offer, or gone.
    AcceptFailed {
        /// What was said.
        detail: String,
    },
    /// The rejection did not reach the functions: the caller may still wait.
    RejectFailed {
        /// What was said.
        detail: String,
    },
    /// A finished call's task could not be completed by itself: do it by hand.
    CompleteFailed {
        /// What was said.
        detail: String,
    },
    /// The clean-up after a call did not reach the functions.
    CleanUpFailed {
        /// What was said.
        detail: String,
    },
    /// A call to a queue found nobody but the caller himself.
    NobodyElseInQueue,
    /// The callee did not take the call. On screen because Flex closes the dial pad, and its line, while a call is on.
    Unanswered {
        /// Who was called.
        name: Pii<String>,
        /// Why.
        why: Unanswered,
    },
    /// A colleague who was waited for is free.
    Free {
        /// Whom "Call" calls.
        callee: Callee,
    },
    /// A colleague was waited for as long as anybody is, and was not free.
    NotFree {
        /// Who.
        name: Pii<String>,
    },
    /// A colleague's call was over before it was taken.
    Missed {
        /// Who called.
        name: Pii<String>,
        /// Whom "Call back" calls, if he can be called.
        back: Option<Callee>,
    },
    /// A colleague's call came and went while this tab had no connection, and what became of it is not known: it may have
    /// been answered or declined in another tab.
    CalledMeanwhile {
        /// Who called.
        name: Pii<String>,
        /// Whom "Call back" calls, if he can be called.
        back: Option<Callee>,
    },
    /// The other party could not be put on hold: he still hears.
    HoldFailed {
        /// What was said.
        detail: String,
    },
    /// The other party could not be taken back from hold: he still hears music.
    ResumeFailed {
        /// What was said.
        detail: String,
    },
    /// A call was accepted, and its audio could not be opened: the caller hears nobody.
    CallNotOpened {
        /// Who calls.
        name: Pii<String>,
        /// What was said.
        detail: String,
    },
    /// Somebody in a call in the background could not be put on hold. He hears nobody, and is heard by nobody; it is
    /// tried again.
    NotHeld {
        /// Whose call.
        name: Pii<String>,
        /// What was said.
        detail: String,
    },
    /// A call could not be taken back from hold: all is as it was.
    NotResumed {
        /// Whose call.
        name: Pii<String>,
        /// What was said.
        detail: String,
    },
    /// A call has been in the background for long.
    WaitsLong {
        /// Whose call.
        name: Pii<String>,
        /// For how long.
        seconds: u32,
    },
    /// The agent has as many calls as he may: this offer was declined.
    OneCallTooMany {
        /// Who calls.
        name: Pii<String>,
    },
    /// The page was reloaded, or crashed, in a call, which ended with it.
    CutOff {
        /// Whose call.
        name: Pii<String>,
    },
    /// The page was reloaded, or crashed, in a call: if the customer is still there, he is offered again.
    GivenBack {
        /// Whose call.
        name: Pii<String>,
    },
    /// The same, and the functions could not offer him again: he may be alone in the call.
    NotGivenBack {
        /// Whose call.
        name: Pii<String>,
        /// What was said.
        detail: String,
    },
    /// A colleague's connection was lost, and he did not come back in time: the call is over.
    NotBack {
        /// Who.
        name: Pii<String>,
    },
    /// The page was reloaded, or crashed, in a call with a colleague, and this agent's phone could not be rung again for it.
    NotRejoined {
        /// Whose call.
        name: Pii<String>,
        /// What was said.
        detail: String,
    },
    /// The other party transferred this agent, who is calling the one whom he was transferred to.
    TransferredTo {
        /// Who transferred him.
        name: Pii<String>,
        /// To whom.
        to: Pii<String>,
    },
    /// The same, and he is not being called by itself: the agent's phone is in another tab, or in another call.
    TransferredNotCalling {
        /// Who transferred him.
        name: Pii<String>,
        /// To whom.
        to: Pii<String>,
        /// The same, if it is a person: he can be called.
        callee: Option<Callee>,
    },
    /// This agent transferred the other party, and is out of the call.
    HandedOn {
        /// Who was transferred.
        name: Pii<String>,
        /// To whom.
        to: Pii<String>,
    },
    /// Nobody was transferred: the one whom it was to has no room for a call.
    TransferBusy {
        /// Who that is.
        to: Pii<String>,
    },
    /// Nobody was transferred: the one whom it was to takes no calls at present.
    TransferUnavailable {
        /// Who that is.
        to: Pii<String>,
    },
    /// Nobody was transferred.
    NotTransferred {
        /// To whom it was to be.
        to: Pii<String>,
        /// What was said.
        detail: String,
    },
    /// Nobody was added to the call: the colleague has no room for one.
    AddBusy {
        /// Who that is.
        name: Pii<String>,
    },
    /// Nobody was added to the call: the colleague takes none at present.
    AddUnavailable {
        /// Who that is.
        name: Pii<String>,
    },
    /// Nobody was added to the call.
    NotAdded {
        /// Who was to be.
        name: Pii<String>,
        /// What was said.
        detail: String,
    },
    /// A party of several is in the call still.
    NotRemoved {
        /// Who.
        name: Pii<String>,
        /// What was said.
        detail: String,
    },
    /// The call was not ended for everybody.
    NotEndedForAll {
        /// What was said.
        detail: String,
    },
    /// At the start: Backline's functions did not answer, or not as they should. Calls will fail.
    FunctionsUnreachable {
        /// Where they were looked for.
        url: String,
        /// What was said.
        detail: String,
    },
}

/// Why a call was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Unanswered {
    /// The callee declined.
    Declined {
        /// Why, if he said so.
        reason: Option<DeclineReason>,
    },
    /// The callee is on a call, or has no capacity for another.
    Busy,
    /// The same, and the agent may be told when he is free.
    BusyNotify,
    /// The callee calls at the same moment: his call is taken in place of the agent's.
    Glare,
    /// The callee's phone rang as long as it may.
    NoAnswer,
    /// The callee takes no work at present, or went away while his phone rang.
    Unavailable,
    /// The callee accepted, but his phone did not get into the call.
    NotConnected,
}

impl Notice {
    /// This key is wanting.
    #[must_use]
    pub fn misconfigured(key: &str) -> Self {
        let place = if key == CONTACT_URI_KEY {
            Place::Worker
        } else if key.starts_with("TWILIO_") {
            Place::Functions
        } else {
            Place::Flex
        };
        Self::Misconfigured {
            key: key.to_owned(),
            place,
        }
    }
}
