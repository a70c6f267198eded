//! One leg: its data. What happens to it is in `legs.rs` and `run.rs`.

use super::callback::Subscription;
use super::hearing::Player;
use super::twiml::{CallbackWish, Entry, Verb};
use backline::ids::{CallSid, ConferenceSid, ReservationSid, TaskSid, WorkerSid};
use backline::time::Millis;
use serde::Serialize;
use std::collections::VecDeque;

/// A leg.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub sid: CallSid,
    pub from: String,
    pub to: String,
    pub direction: Direction,
    pub parent: Option<CallSid>,
    pub phone: Phone,
    pub role: Role,
    pub created: Millis,
    pub updated: Millis,
    pub state: State,
    pub subscription: Option<Subscription>,
    /// Custom parameters of a call from a browser: sent along with requests for TwiML.
    pub parameters: Vec<(String, String)>,
}

/// <https://www.twilio.com/docs/voice/api/call-resource#call-properties>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Somebody called the account, or connected from a Voice SDK.
    Inbound,
    /// Made by REST or TaskRouter.
    OutboundApi,
    /// Made by `<Dial>`.
    OutboundDial,
}

/// Who is at the far end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Phone {
    /// A Voice SDK (or a SIP phone, which nobody registers here): the outside rings and answers.
    Device { identity: String },
    /// A customer made by the sandbox: rings and answers by the clock, and says one tone, his own.
    Customer { hertz: u32 },
    /// A TwiML application. Such a call has two legs, and this is the other: what one hears, the other says.
    Application { other: CallSid },
    /// There is nobody to ring.
    Nobody,
}

/// What the leg is to TaskRouter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Role {
    Worker {
        reservation: ReservationSid,
        worker: WorkerSid,
    },
    Customer {
        name: String,
        attributes: serde_json::Map<String, serde_json::Value>,
        task: Option<TaskSid>,
    },
    /// Somebody who listens in on a reservation that is not his.
    Supervisor {
        worker: WorkerSid,
    },
    Plain,
}

#[derive(Debug, Clone)]
pub(super) enum State {
    /// Nobody has said yet that it rings.
    Queued(Offer),
    Ringing(Offer),
    InProgress(Live),
    Over(Over),
}

/// A leg that is not answered yet.
#[derive(Debug, Clone)]
pub(super) struct Offer {
    pub deadline: Millis,
    /// A synthetic customer's own doing.
    pub far: Option<(Millis, FarEnd)>,
    pub then: OnAnswer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FarEnd {
    Answers,
    IsBusy,
    Fails,
}

/// What happens once it is answered.
#[derive(Debug, Clone)]
pub(super) enum OnAnswer {
    Fetch(Source),
    Run(Program),
    /// `Instruction=conference` (<https://www.twilio.com/docs/taskrouter/api/reservations>).
    TaskConference(TaskConference),
    /// A participant made by REST, or the customer of an outbound task.
    Join(ConferenceSid, Box<Entry>),
    /// `<Dial>`: talks to that leg.
    Bridge(CallSid),
}

#[derive(Debug, Clone)]
pub(super) struct TaskConference {
    pub task: TaskSid,
    pub from: String,
    pub customer: Option<CallSid>,
    pub outbound_to: Option<String>,
    pub end_on_exit: bool,
    pub end_on_customer_exit: bool,
    pub status_callback: Option<CallbackWish>,
}

/// Where TwiML comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    pub url: String,
    pub fallback: Option<String>,
}

/// Verbs still to run, and the page they came from (relative addresses resolve against it).
#[derive(Debug, Clone, Default)]
pub(super) struct Program {
    pub verbs: VecDeque<Verb>,
    pub base: Option<String>,
    /// A verb has run: `<Reject>` is too late.
    pub begun: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Live {
    pub since: Millis,
    pub doing: Doing,
}

#[derive(Debug, Clone)]
pub(super) enum Doing {
    /// Between two verbs; never seen from outside.
    Between,
    Fetching {
        webhook: u64,
        url: String,
        fallback: Option<String>,
    },
    Waiting {
        until: Millis,
        hears_announcement: bool,
        rest: Program,
    },
    InConference {
        conference: ConferenceSid,
        after: AfterDial,
    },
    Dialling {
        children: Vec<CallSid>,
        after: AfterDial,
    },
    /// This leg dialled `peer`.
    BridgedTo {
        peer: CallSid,
        after: AfterDial,
    },
    /// `peer` dialled this leg.
    BridgedBy {
        peer: CallSid,
    },
    Enqueued(Box<Enqueued>),
}

/// A leg that waits in a queue.
#[derive(Debug, Clone)]
pub(super) struct Enqueued {
    pub queue: Queue,
    pub since: Millis,
    pub hears: Player,
    /// When it leaves the queue.
    pub after: AfterDial,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Queue {
    /// TaskRouter's own, of a workflow (<https://www.twilio.com/docs/taskrouter/twiml-queue-calls>).
    Workflow(String),
    Named(String),
}

/// How a document goes on after `<Dial>` or `<Enqueue>`.
#[derive(Debug, Clone, Default)]
pub(super) struct AfterDial {
    pub action: Option<String>,
    pub rest: Program,
}

#[derive(Debug, Clone)]
pub(super) struct Over {
    pub ending: Ending,
    pub answered: Option<Millis>,
    pub at: Millis,
}

/// <https://www.twilio.com/docs/voice/api/call-resource#call-status-values>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Completed,
    Busy,
    NoAnswer,
    Failed,
    Canceled,
}

/// <https://www.twilio.com/docs/voice/api/call-resource#call-status-values>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallStatus {
    /// Accepted, not dialled yet.
    Queued,
    /// Rings.
    Ringing,
    /// Answered.
    InProgress,
    /// Was answered and is over.
    Completed,
    /// The far end refused.
    Busy,
    /// Could not be connected: nobody is registered under that identity.
    Failed,
    /// The far end did not answer in time.
    NoAnswer,
    /// Taken back before it was answered.
    Canceled,
}

impl Direction {
    /// As Twilio writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::OutboundApi => "outbound-api",
            Self::OutboundDial => "outbound-dial",
        }
    }
}

impl CallStatus {
    /// As Twilio writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Ringing => "ringing",
            Self::InProgress => "in-progress",
            Self::Completed => "completed",
            Self::Busy => "busy",
            Self::Failed => "failed",
            Self::NoAnswer => "no-answer",
            Self::Canceled => "canceled",
        }
    }
}

impl From<Ending> for CallStatus {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Completed => Self::Completed,
            Ending::Busy => Self::Busy,
            Ending::NoAnswer => Self::NoAnswer,
            Ending::Failed => Self::Failed,
            Ending::Canceled => Self::Canceled,
        }
    }
}

impl Call {
    pub fn status(&self) -> CallStatus {
        match &self.state {
            State::Queued(_) => CallStatus::Queued,
            State::Ringing(_) => CallStatus::Ringing,
            State::InProgress(_) => CallStatus::InProgress,
            State::Over(over) => over.ending.into(),
        }
    }

    pub fn is_over(&self) -> bool {
        matches!(self.state, State::Over(_))
    }

    pub fn offer(&self) -> Option<&Offer> {
        match &self.state {
            State::Queued(offer) | State::Ringing(offer) => Some(offer),
            State::InProgress(_) | State::Over(_) => None,
        }
    }

    pub fn doing(&self) -> Option<&Doing> {
        match &self.state {
            State::InProgress(live) => Some(&live.doing),
            State::Queued(_) | State::Ringing(_) | State::Over(_) => None,
        }
    }

    /// The conference that it is in, or rings for.
    pub fn conference(&self) -> Option<&ConferenceSid> {
        if let Some(Doing::InConference { conference, .. }) = self.doing() {
            return Some(conference);
        }
        match &self.offer()?.then {
            OnAnswer::Join(conference, _) => Some(conference),
            OnAnswer::Fetch(_)
            | OnAnswer::Run(_)
            | OnAnswer::TaskConference(_)
            | OnAnswer::Bridge(_) => None,
        }
    }

    /// When it next does something by itself.
    pub fn deadline(&self) -> Option<Millis> {
        match &self.state {
            State::Queued(offer) | State::Ringing(offer) => Some(
                offer
                    .far
                    .map_or(offer.deadline, |(at, _)| at.min(offer.deadline)),
            ),
            State::InProgress(live) => match &live.doing {
                Doing::Waiting { until, .. } => Some(*until),
                Doing::Between
                | Doing::Fetching { .. }
                | Doing::InConference { .. }
                | Doing::Dialling { .. }
                | Doing::BridgedTo { .. }
                | Doing::BridgedBy { .. }
                | Doing::Enqueued(_) => None,
            },
            State::Over(_) => None,
        }
    }

    /// Whole seconds talked, for a call that is over.
    pub fn duration_s(&self) -> Option<u64> {
        match &self.state {
            State::Over(Over {
                answered: Some(answered),
                at,
                ..
            }) => Some(at.0.saturating_sub(answered.0).div_ceil(1000)),
            State::Over(_) | State::Queued(_) | State::Ringing(_) | State::InProgress(_) => None,
        }
    }
}
