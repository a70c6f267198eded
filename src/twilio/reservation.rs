//! A reservation and its task, as the TaskRouter SDK and Flex's store hold them
//! (<https://www.twilio.com/docs/taskrouter/api/reservations>).

use super::attributes::{InternalCall, Progress, RawTaskAttributes, Role};
use super::lenient::lenient;
use super::strategy::StrategyName;
use crate::ids::{ApplicationSid, CallSid, ReservationSid, TaskSid};
use crate::pii::Pii;
use crate::time::Millis;
use serde::{Deserialize, Serialize};

/// `Reason` with which the functions cancel the callee's task because he declined
/// (<https://www.twilio.com/docs/taskrouter/api/task#update-a-task-resource>): his other tabs know by it that he missed
/// nothing.
pub const DECLINED: &str = "the callee declined";

/// A reservation of this agent, whatever its task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct RawReservation {
    /// `reservation.sid`.
    pub sid: ReservationSid,
    /// `reservation.task.sid`.
    pub task_sid: TaskSid,
    /// `reservation.status`.
    pub status: ReservationStatus,
    /// `reservation.timeout`, seconds: how long TaskRouter offers the task before it applies the workspace's
    /// TimeoutActivity.
    #[serde(default, deserialize_with = "lenient")]
    pub timeout: Option<u32>,
    /// `reservation.dateCreated`, milliseconds since the Unix epoch by TaskRouter's clock.
    #[serde(default, deserialize_with = "lenient")]
    pub created: Option<u64>,
    /// `reservation.task.dateCreated`, likewise.
    #[serde(default, deserialize_with = "lenient")]
    pub task_created: Option<u64>,
    /// `reservation.task.age`, seconds: when TaskRouter told of it.
    #[serde(default, deserialize_with = "lenient")]
    pub task_age: Option<u32>,
    /// `reservation.task.taskChannelUniqueName`: `voice`, `chat` …
    #[serde(default, deserialize_with = "lenient")]
    pub channel: Option<String>,
    /// `reservation.task.reason`: why the task was cancelled, in the words of whoever did it
    /// (<https://www.twilio.com/docs/taskrouter/js-sdk-v2/task>).
    #[serde(default, deserialize_with = "lenient")]
    pub reason: Option<String>,
    /// Whether it comes of a transfer: `reservation.transfer`
    /// (<https://twilio.github.io/twilio-taskrouter.js/Reservation.html>).
    #[serde(default, deserialize_with = "lenient")]
    pub transferred: Option<bool>,
    /// The transfer that this agent asked for last: `task.transfers.outgoing`.
    #[serde(default, deserialize_with = "lenient")]
    pub outgoing: Option<RawTransfer>,
    /// `reservation.task.attributes`.
    #[serde(default, deserialize_with = "lenient")]
    pub attributes: Option<RawTaskAttributes>,
}

/// A transfer that this agent asked for (<https://twilio.github.io/twilio-taskrouter.js/OutgoingTransfer.html>).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct RawTransfer {
    /// `status`: `initiated`, `complete`, `failed`, `canceled`.
    pub status: String,
    /// `transferFailedReason`, in Twilio's words.
    #[serde(default, deserialize_with = "lenient")]
    pub reason: Option<String>,
}

impl RawReservation {
    /// Whether its task is a call.
    #[must_use]
    pub fn is_voice(&self) -> bool {
        self.channel.as_deref() == Some("voice")
    }

    /// Whether its task is a call between agents in a conference of the functions.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        self.of_task(|attributes| attributes.client_call) == Some(true)
    }

    /// How it is connected, if its task is a call between agents.
    #[must_use]
    pub fn strategy(&self) -> Option<StrategyName> {
        if self.is_internal() {
            return Some(StrategyName::Conference);
        }
        let links = self.of_task(|attributes| attributes.internal_call.clone())?;
        links.strategy.filter(|strategy| match strategy {
            StrategyName::Application | StrategyName::WarmTransfer => true,
            StrategyName::Conference => false,
        })
    }

    /// Whether this agent got the caller's own task: his colleague handed it over to him.
    fn is_handed_over(&self) -> bool {
        self.strategy() == Some(StrategyName::WarmTransfer) && self.transferred == Some(true)
    }

    /// Who calls, or is called: his name, the queue's, or his number.
    #[must_use]
    pub fn name(&self) -> Pii<String> {
        let named = self.of_task(|attributes| match self.is_handed_over() {
            true => attributes.from_name.clone(),
            false => attributes.name.clone(),
        });
        let queue = || {
            let queue = self.of_task(|attributes| attributes.call_to_queue.clone());
            queue.map(Pii)
        };
        named
            .or_else(queue)
            .or_else(|| self.of_task(|attributes| attributes.from.clone()))
            .unwrap_or_default()
    }

    /// On a call between agents: whether the other party is on hold, or all others are.
    #[must_use]
    pub fn other_on_hold(&self) -> Option<bool> {
        let links = self
            .of_task(|attributes| attributes.internal_call.clone())
            .filter(|_| self.is_internal())?;
        Some(links.holds_others(&self.task_sid))
    }

    /// How many others are in a call between agents of more than two.
    #[must_use]
    pub fn others_present(&self) -> usize {
        let links = self.of_task(|attributes| attributes.internal_call.clone());
        let links = links.filter(|_| self.is_internal());
        let present = |links: &InternalCall| {
            let others = links.others(&self.task_sid);
            others.filter(|party| party.state.is_present()).count()
        };
        links.as_ref().map_or(0, present)
    }

    /// Whether it is a call between agents that goes on when one of their pages goes.
    #[must_use]
    pub fn outlives_a_page(&self) -> bool {
        let links = self.of_task(|attributes| attributes.internal_call.clone());
        links.is_some_and(|links| links.rejoin_seconds.is_some())
    }

    /// The agent's own leg, as TaskRouter wrote it: `conference.participants.worker` by its `conference` instruction,
    /// `worker_call_sid` by `call` (<https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks>).
    #[must_use]
    pub fn worker_leg(&self) -> Option<CallSid> {
        let attributes = self.attributes.as_ref()?;
        let conference = attributes.conference.as_ref();
        conference
            .and_then(|conference| conference.participants.as_ref()?.worker.as_deref())
            .or(attributes.worker_call_sid.as_deref())
            .and_then(|sid| CallSid::parse(sid).ok())
    }

    /// How long it had been on offer when TaskRouter told of it: by TaskRouter's own clock, whatever the browser's says.
    fn offered_for(&self) -> Millis {
        let age = self.task_age.map(|age| Millis::from_secs(u64::from(age)));
        let (Some(age), Some(created), Some(task_created)) = (age, self.created, self.task_created)
        else {
            return Millis::default();
        };
        age.saturating_sub(Millis(created.saturating_sub(task_created)))
    }

    fn of_task<T>(&self, read: impl Fn(&RawTaskAttributes) -> Option<T>) -> Option<T> {
        self.attributes.as_ref().and_then(read)
    }
}

/// <https://www.twilio.com/docs/taskrouter/api/reservations#reservation-status-values>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum ReservationStatus {
    /// On offer.
    Pending,
    /// Taken.
    Accepted,
    /// Refused.
    Rejected,
    /// Not answered in time.
    Timeout,
    /// The task was cancelled.
    Canceled,
    /// Another worker took the task.
    Rescinded,
    /// In wrap-up.
    Wrapping,
    /// Done.
    Completed,
    /// Not TaskRouter's word, but its silence: when the connection came back, it was not among this worker's reservations
    /// any more. How it ended was told while this tab could not hear.
    Gone,
}

/// What became of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum HandOver {
    /// On its way.
    Initiated,
    /// He took it.
    Complete,
    /// He refused.
    Refused,
    /// He did not take it, or was not found.
    Failed,
}

impl HandOver {
    fn of(raw: &RawTransfer) -> Option<Self> {
        let rejected = |reason: &str| reason.contains("rejected");
        match raw.status.as_str() {
            "initiated" => Some(Self::Initiated),
            "complete" => Some(Self::Complete),
            "failed" if raw.reason.as_deref().is_some_and(rejected) => Some(Self::Refused),
            "failed" | "canceled" => Some(Self::Failed),
            _ => None,
        }
    }
}

/// A reservation of a call between agents.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct InternalReservation {
    /// Its SID.
    pub sid: ReservationSid,
    /// Its task.
    pub task: TaskSid,
    /// Where it stands.
    pub status: ReservationStatus,
    /// How it is connected.
    pub strategy: StrategyName,
    /// The caller's contact URI, for the agent's own leg.
    pub from: Pii<String>,
    /// Whether a TwiML application was called: it is no caller id for the agent's own leg.
    pub to_application: bool,
    /// The other party.
    pub name: Pii<String>,
    /// How long TaskRouter offers it, if it says so.
    pub timeout: Option<Millis>,
    /// How long it had been on offer when TaskRouter told of it.
    pub offered_for: Millis,
    /// Whether a queue was called.
    pub to_queue: bool,
    /// Whether it comes of a transfer.
    pub transferred: bool,
    /// What became of the transfer that this agent asked for last.
    pub outgoing: Option<HandOver>,
    /// Whether it is over because this agent declined, perhaps in another tab.
    pub declined: bool,
    /// The agent's own leg, once TaskRouter wrote it.
    pub leg: Option<CallSid>,
    /// Role and links.
    pub call: InternalCall,
}

impl InternalReservation {
    /// Reads a reservation; `None` unless its task is a call between agents: the role is set, and `client_call` is true or
    /// the strategy says that Flex connects them.
    #[must_use]
    pub fn parse(raw: &RawReservation) -> Option<Self> {
        let attributes = raw.attributes.as_ref()?;
        let strategy = raw.strategy()?;
        let called = attributes.to.as_ref();
        let mut call = attributes.internal_call.clone()?;
        if raw.is_handed_over() {
            call.role = Role::Callee; // both have the caller's task
        }
        Some(Self {
            strategy,
            to_application: called.is_some_and(|to| ApplicationSid::parse(&to.0).is_ok()),
            sid: raw.sid.clone(),
            task: raw.task_sid.clone(),
            status: raw.status,
            from: attributes.from.clone().unwrap_or_default(),
            name: match raw.is_handed_over() {
                true => attributes.from_name.clone(),
                false => attributes
                    .name
                    .clone()
                    .or_else(|| attributes.call_to_queue.as_deref().map(Pii::from)),
            }
            .unwrap_or_default(),
            timeout: raw
                .timeout
                .map(|seconds| Millis::from_secs(u64::from(seconds))),
            offered_for: raw.offered_for(),
            to_queue: attributes.call_to_queue.is_some(),
            transferred: raw.transferred == Some(true),
            outgoing: raw.outgoing.as_ref().and_then(HandOver::of),
            declined: raw.reason.as_deref() == Some(DECLINED)
                || call.progress == Some(Progress::Declined),
            leg: raw.worker_leg(),
            call,
        })
    }
}
