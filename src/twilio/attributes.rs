//! Attributes of the tasks of a call between agents: the reference's names (S0), and our own under `internal_call`.
//!
//! Flex and other plugins write on the same object, so everything that is read is optional and everything that is
//! written goes into its own keys.

use super::busy_policy::BusyPolicy;
use super::lenient::lenient;
pub use super::progress::Progress;
use super::strategy::StrategyName;
use crate::event::Callee;
use crate::ids::{ContactUri, TaskSid, WorkerSid};
use crate::pii::Pii;
use crate::time::Millis;
use serde::{Deserialize, Serialize};

/// After this long a claim without a callee's task was left by a request that died: Twilio gives a function 10 s
/// (<https://www.twilio.com/docs/serverless/functions-assets/functions#limits>).
pub const CLAIM_LIFETIME: Millis = Millis::from_secs(12);

/// The callee's task is ordered under a claim that is at most this old: what is then slow on its way is still made
/// within the claim's lifetime.
pub const CLAIM_FRESH: Millis = Millis::from_secs(3);

/// The functions' word for it that another request has the claim: it rings the callee, or died before it could.
pub const CLAIMED: &str = "claimed";

/// The parameter of our webhooks that says that a conference goes on when a leg ends: on, where a page that went may come
/// back.
pub const OUTLIVES: &str = "outlives";

/// The caller's task, as `createTask` makes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct CallerAttributes {
    /// The callee's contact URI, or `queue:<name>`.
    pub to: Pii<String>,
    /// `outbound`.
    pub direction: String,
    /// The callee's name; absent for a queue.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<Pii<String>>,
    /// The caller's name.
    #[serde(rename = "fromName")]
    pub from_name: Pii<String>,
    /// The caller's own contact URI: in the reference's workflow the task finds him by it.
    #[serde(rename = "targetWorker")]
    pub target_worker: ContactUri,
    /// Queue that is called.
    #[serde(
        rename = "callToQueue",
        skip_serializing_if = "Option::is_none",
        default
    )]
    pub call_to_queue: Option<String>,
    /// `"true"`: the caller's own task is accepted by itself.
    #[serde(rename = "autoAnswer")]
    pub auto_answer: String,
    /// Marks a call between agents.
    pub client_call: bool,
    /// Our own part.
    pub internal_call: InternalCall,
}

/// The caller's task of a call that Flex itself places (to a TwiML application, or to a number), as far as it is not Flex's own:
/// Flex adds where it calls to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct OutboundAttributes {
    /// Who is called: his name, or the queue's.
    pub name: Pii<String>,
    /// The same, for the header that would show the address.
    pub internal_outbound_to: Pii<String>,
    /// The caller's name, where his colleague gets this very task.
    #[serde(rename = "fromName", skip_serializing_if = "Option::is_none", default)]
    pub from_name: Option<Pii<String>>,
    /// Queue that is called.
    #[serde(
        rename = "callToQueue",
        skip_serializing_if = "Option::is_none",
        default
    )]
    pub call_to_queue: Option<String>,
    /// All tasks of the call are of one conversation
    /// (<https://www.twilio.com/docs/flex/developer/insights/enhance-integration>).
    pub conversations: Conversations,
    /// Our own part.
    pub internal_call: InternalCall,
}

/// `conversations` of a task's attributes, as Flex Insights reads it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Conversations {
    /// Names the conversation.
    pub conversation_id: String,
}

/// `internal_call`: what a call between agents knows of itself. What the functions and the other plugin wrote is read
/// leniently: a value that this version does not know is as good as none.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct InternalCall {
    /// Whose task this is.
    pub role: Role,
    /// How the two are connected; by a conference of the functions, if nothing is said.
    #[serde(
        skip_serializing_if = "Option::is_none",
        default,
        deserialize_with = "lenient"
    )]
    pub strategy: Option<StrategyName>,
    /// The caller: he is never offered his own call.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub caller_worker: Option<WorkerSid>,
    /// The callee, if a person was called.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub callee_worker: Option<WorkerSid>,
    /// On the callee's task: the caller's, which names the conference.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub caller_task: Option<TaskSid>,
    /// On the callee's task, or the one that both have, if Flex does not know it: the caller's contact URI, to call him back.
    #[serde(
        skip_serializing_if = "Option::is_none",
        default,
        deserialize_with = "lenient"
    )]
    pub caller_uri: Option<ContactUri>,
    /// On the caller's task, once it exists: the callee's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub callee_task: Option<TaskSid>,
    /// On the caller's task: which request makes (or made) the callee's task.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub claim: Option<String>,
    /// On the caller's task: the tab that placed the call. Another tab of the caller leaves it alone.
    #[serde(
        skip_serializing_if = "Option::is_none",
        default,
        deserialize_with = "lenient"
    )]
    pub tab: Option<String>,
    /// How long the callee's phone rings, seconds: as configured on the caller's task, as granted (never longer than
    /// the workflow offers a task) on the callee's.
    #[serde(
        skip_serializing_if = "Option::is_none",
        default,
        deserialize_with = "lenient"
    )]
    pub ring_seconds: Option<u32>,
    /// On the caller's task: what is configured for a callee who is on a call.
    #[serde(
        skip_serializing_if = "Option::is_none",
        default,
        deserialize_with = "lenient"
    )]
    pub busy_policy: Option<BusyPolicy>,
    /// On the caller's task: how far the call got.
    #[serde(
        skip_serializing_if = "Option::is_none",
        default,
        deserialize_with = "lenient"
    )]
    pub progress: Option<Progress>,
    /// On the caller's task: why the callee declined, if he said so.
    #[serde(
        skip_serializing_if = "Option::is_none",
        default,
        deserialize_with = "lenient"
    )]
    pub reason: Option<DeclineReason>,
    /// On both tasks: who of the two is on hold.
    #[serde(
        skip_serializing_if = "Option::is_none",
        default,
        deserialize_with = "lenient"
    )]
    pub on_hold: Option<OnHold>,
    /// On both tasks, where the call outlives a party's page: for how long he is waited for, seconds.
    #[serde(
        skip_serializing_if = "Option::is_none",
        default,
        deserialize_with = "lenient"
    )]
    pub rejoin_seconds: Option<u32>,
    /// Since when the other party has been lost: his leg ended, and nobody hung up. Milliseconds of Unix time.
    #[serde(
        skip_serializing_if = "Option::is_none",
        default,
        deserialize_with = "lenient"
    )]
    pub lost: Option<String>,
    /// On the task of whoever was added to a call in which two talked: who added him, by his name.
    #[serde(
        skip_serializing_if = "Option::is_none",
        default,
        deserialize_with = "lenient"
    )]
    pub added_by: Option<Pii<String>>,
    /// On all tasks of a call to which somebody was added: who is, was or may come to be in it.
    #[serde(
        skip_serializing_if = "Option::is_none",
        default,
        deserialize_with = "lenient"
    )]
    pub parties: Option<Vec<CallParty>>,
    /// On the task of whoever stays: the other party transferred him, to this one.
    #[serde(
        skip_serializing_if = "Option::is_none",
        default,
        deserialize_with = "lenient"
    )]
    pub transfer: Option<TransferTo>,
    /// On both tasks of the call that follows a transfer: who transferred the caller, by his name.
    #[serde(
        skip_serializing_if = "Option::is_none",
        default,
        deserialize_with = "lenient"
    )]
    pub transferred_by: Option<Pii<String>>,
    /// On the task of whoever stays, and on the caller's of the call that follows: the conversation that goes on.
    #[serde(
        skip_serializing_if = "Option::is_none",
        default,
        deserialize_with = "lenient"
    )]
    pub conversation: Option<String>,
}

impl InternalCall {
    /// Nothing but the role.
    #[must_use]
    pub fn of(role: Role) -> Self {
        Self {
            role,
            strategy: None,
            caller_uri: None,
            caller_worker: None,
            callee_worker: None,
            caller_task: None,
            callee_task: None,
            claim: None,
            tab: None,
            ring_seconds: None,
            busy_policy: None,
            progress: None,
            reason: None,
            on_hold: None,
            rejoin_seconds: None,
            lost: None,
            added_by: None,
            parties: None,
            transfer: None,
            transferred_by: None,
            conversation: None,
        }
    }
}

impl InternalCall {
    /// Whoever else is, was or may come to be in the call of which `task` is a part, where it is one of more than two.
    pub fn others<'a>(&'a self, task: &TaskSid) -> impl Iterator<Item = &'a CallParty> {
        let own = self.own_label(task);
        let all = self.parties.iter().flatten();
        all.filter(move |party| party.label != own)
    }

    /// The agent whose task it is, as the functions label him.
    fn own_label(&self, task: &TaskSid) -> String {
        match self.role {
            Role::Callee if self.added_by.is_some() => task.to_string(),
            role => role.as_str().to_owned(),
        }
    }

    /// Whether another one put this agent on hold.
    #[must_use]
    pub fn is_held(&self, task: &TaskSid) -> bool {
        let own = self.own_label(task);
        let held = |party: &CallParty| party.label == own && party.state == PartyState::OnHold;
        match &self.parties {
            Some(parties) => parties.iter().any(held),
            None => self.on_hold.unwrap_or_default().is(self.role),
        }
    }

    /// Whether the other party is on hold, or all others are.
    #[must_use]
    pub fn holds_others(&self, task: &TaskSid) -> bool {
        let is = |state: PartyState| self.others(task).any(|party| party.state == state);
        match &self.parties {
            Some(_) => is(PartyState::OnHold) && !is(PartyState::There),
            None => self.on_hold.unwrap_or_default().is(self.role.other()),
        }
    }
}

/// To whom a party of a call is transferred.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(
    rename_all = "lowercase",
    try_from = "RawTransferTo",
    into = "RawTransferTo"
)]
pub enum TransferTo {
    /// To a person.
    Agent(Callee),
    /// To whoever of a queue takes it first.
    Queue(String),
}

/// The same on the wire: no more is read of an enum than its names.
#[derive(Clone, Serialize, Deserialize)]
struct RawTransferTo {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    agent: Option<Callee>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    queue: Option<String>,
}

impl TryFrom<RawTransferTo> for TransferTo {
    type Error = &'static str;

    fn try_from(raw: RawTransferTo) -> Result<Self, Self::Error> {
        match (raw.agent, raw.queue) {
            (Some(agent), None) => Ok(Self::Agent(agent)),
            (None, Some(queue)) => Ok(Self::Queue(queue)),
            (Some(_), Some(_)) | (None, None) => Err("neither an agent nor a queue"),
        }
    }
}

impl From<TransferTo> for RawTransferTo {
    fn from(to: TransferTo) -> Self {
        let (agent, queue) = match to {
            TransferTo::Agent(agent) => (Some(agent), None),
            TransferTo::Queue(queue) => (None, Some(queue)),
        };
        Self { agent, queue }
    }
}

/// A party of a call of more than two, as its tasks tell it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct CallParty {
    /// His participant's label: `caller`, `callee`, or the task of one who was added.
    pub label: String,
    /// What he is called; empty, if it is not known (a queue was called).
    pub name: Pii<String>,
    /// Whether he is there.
    pub state: PartyState,
}

/// Whether a party is in a call of more than two, or why he is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum PartyState {
    /// He is called, or has accepted and is being connected.
    Ringing,
    /// He hears the others and they hear him.
    There,
    /// He hears music, and nobody hears him.
    OnHold,
    /// He was there, or is about to go.
    Left,
    /// He did not want to come.
    Declined,
    /// He did not answer, or could not be reached.
    NoAnswer,
}

impl PartyState {
    /// Whether he is in the conference.
    #[must_use]
    pub fn is_present(self) -> bool {
        match self {
            Self::There | Self::OnHold => true,
            Self::Ringing | Self::Left | Self::Declined | Self::NoAnswer => false,
        }
    }
}

/// Who of the two is on hold: whoever is hears music, and nobody hears him.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct OnHold {
    /// The caller, by the callee.
    #[serde(default)]
    pub caller: bool,
    /// The callee, by the caller.
    #[serde(default)]
    pub callee: bool,
}

impl OnHold {
    /// Whether the one with this role is on hold.
    #[must_use]
    pub fn is(self, role: Role) -> bool {
        match role {
            Role::Caller => self.caller,
            Role::Callee => self.callee,
        }
    }
}

/// Whose task it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// He placed the call.
    Caller,
    /// He is called.
    Callee,
}

impl Role {
    /// The other party's.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Caller => Self::Callee,
            Self::Callee => Self::Caller,
        }
    }

    /// As it is written on tasks and as the participant's label.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Callee => "callee",
        }
    }
}

/// Why a callee declines, if he says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum DeclineReason {
    /// He is in the middle of something.
    Busy,
    /// He will call back.
    CallingBack,
    /// He asks for a message instead.
    Message,
}

impl DeclineReason {
    /// As it is written on tasks.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::CallingBack => "calling_back",
            Self::Message => "message",
        }
    }

    /// Reads one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Busy, Self::CallingBack, Self::Message]
            .into_iter()
            .find(|reason| reason.as_str() == text)
    }
}

/// A task's attributes, of which the core reads this much.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct RawTaskAttributes {
    /// Marks a call between agents.
    #[serde(default, deserialize_with = "lenient")]
    pub client_call: Option<bool>,
    /// The address that was called.
    #[serde(default, deserialize_with = "lenient")]
    pub to: Option<Pii<String>>,
    /// The caller's contact URI.
    #[serde(default, deserialize_with = "lenient")]
    pub from: Option<Pii<String>>,
    /// The other party's name; on a task that both have, the callee's.
    #[serde(default, deserialize_with = "lenient")]
    pub name: Option<Pii<String>>,
    /// The caller's name.
    #[serde(default, deserialize_with = "lenient", rename = "fromName")]
    pub from_name: Option<Pii<String>>,
    /// Queue that is called.
    #[serde(default, deserialize_with = "lenient", rename = "callToQueue")]
    pub call_to_queue: Option<String>,
    /// TaskRouter's note of the worker's own leg.
    #[serde(default, deserialize_with = "lenient")]
    pub worker_call_sid: Option<String>,
    /// TaskRouter's note of the conference that its `conference` instruction made.
    #[serde(default, deserialize_with = "lenient")]
    pub conference: Option<RawConference>,
    /// Our own part.
    #[serde(default, deserialize_with = "lenient")]
    pub internal_call: Option<InternalCall>,
}

/// `conference` of a task's attributes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct RawConference {
    /// Call SIDs by role.
    #[serde(default, deserialize_with = "lenient")]
    pub participants: Option<RawConferenceLegs>,
}

/// `conference.participants` of a task's attributes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct RawConferenceLegs {
    /// The worker's own leg.
    #[serde(default, deserialize_with = "lenient")]
    pub worker: Option<String>,
}

impl std::fmt::Debug for RawTaskAttributes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawTaskAttributes")
            .field("client_call", &self.client_call)
            .field("internal_call", &self.internal_call)
            .finish_non_exhaustive()
    }
}
