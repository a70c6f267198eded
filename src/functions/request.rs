//! What the functions are asked, by the agents' plugins and by Twilio.

use super::{Label, PageMark};
use crate::ids::{CallSid, ConferenceSid, TaskSid, WorkerSid, WorkflowSid};
use crate::twilio::attributes::{DeclineReason, Role};
use crate::twilio::busy_policy::BusyPolicy;

/// Who is called, or transferred to, as the parameters say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// A person.
    Worker(WorkerSid),
    /// A queue, by its name.
    Queue(String),
}

/// How a callee's offer ended without him.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferOver {
    /// `reservation.rejected`.
    Refused,
    /// `reservation.timeout`.
    Lapsed,
}

/// A request, with its origin already proved where the server can (Twilio's signature).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// The caller's plugin asks to ring the callee.
    Ring {
        /// The caller's task.
        task: TaskSid,
        /// Whom he calls, if it is a person: asked after while the task is read.
        callee: Option<WorkerSid>,
        /// His Flex token.
        token: String,
    },
    /// The callee's plugin says that he declines.
    Reject {
        /// The callee's task.
        task: TaskSid,
        /// His Flex token.
        token: String,
        /// Why, if he said so.
        reason: Option<DeclineReason>,
    },
    /// A party's plugin says that the call is over.
    End {
        /// Either task of the call.
        task: TaskSid,
        /// His Flex token.
        token: String,
        /// How it came out, if nobody answered.
        outcome: Option<Outcome>,
        /// The call was handed over, as he says.
        warm: bool,
    },
    /// A party's plugin ends the call for everybody, however many are in it.
    EndForAll {
        /// His own task.
        task: TaskSid,
        /// His Flex token.
        token: String,
    },
    /// The callee's plugin says that he is in the call.
    Came {
        /// The callee's task.
        task: TaskSid,
        /// His Flex token.
        token: String,
        /// The call was handed over, as he says.
        warm: bool,
    },
    /// A party's plugin found a call of which it does not know whether it is over.
    Check {
        /// Either task of the call.
        task: TaskSid,
        /// His Flex token.
        token: String,
        /// The conference goes on when a leg ends.
        outlives: bool,
        /// The call was handed over, as he says.
        warm: bool,
    },
    /// A party's plugin starts in the middle of a call: its agent's leg went with the page before it.
    Rejoin {
        /// His own task.
        task: TaskSid,
        /// His Flex token.
        token: String,
    },
    /// A party's plugin puts the other party on hold, or takes it back.
    Hold {
        /// Either task of the call.
        task: TaskSid,
        /// His Flex token.
        token: String,
        /// Which one, in a call of more than two; else all others.
        whom: Option<Label>,
        /// On hold, or not.
        hold: bool,
    },
    /// A party's plugin adds somebody to the call.
    Add {
        /// His own task.
        task: TaskSid,
        /// Whom.
        worker: WorkerSid,
        /// His Flex token.
        token: String,
    },
    /// A party's plugin takes another party out of the call, or no longer calls him.
    Remove {
        /// His own task.
        task: TaskSid,
        /// Whom.
        whom: Label,
        /// His Flex token.
        token: String,
    },
    /// A party's plugin transfers the other party, and leaves.
    Transfer {
        /// His own task.
        task: TaskSid,
        /// To whom.
        to: Whom,
        /// His Flex token.
        token: String,
    },
    /// A plugin starts, and has lost the agent's leg of a customer's call.
    Recover {
        /// The customer's task.
        task: TaskSid,
        /// The agent's Flex token.
        token: String,
    },
    /// Twilio tells that somebody left a customer's conference.
    Left {
        /// `FriendlyName`: TaskRouter names the conference after the task.
        task: TaskSid,
    },
    /// TaskRouter tells that a callee's offer is over, and that he did not take it.
    OfferOver {
        /// The caller's task.
        task: TaskSid,
        /// His own, unless both have the one.
        callee: Option<TaskSid>,
        /// Refused, or lapsed.
        how: OfferOver,
    },
    /// Twilio tells of something that changes nothing.
    Ignored,
    /// A plugin starts.
    Ready {
        /// The agent's Flex token.
        token: String,
        /// Of the callers' tasks, as Flex's configuration says.
        workflow: Option<WorkflowSid>,
    },
    /// A plugin asks after a colleague whom its agent may call.
    Reach {
        /// The colleague.
        worker: WorkerSid,
        /// What is configured for somebody who is on a call.
        policy: Option<BusyPolicy>,
        /// The agent's Flex token.
        token: String,
    },
    /// A plugin's own list of the workspace's workers failed.
    People {
        /// `page`: the first one, or where the one before ended.
        page: Option<PageMark>,
        /// The agent's Flex token.
        token: String,
    },
    /// A plugin's agent opens the list of queues.
    Queues {
        /// The agent's Flex token.
        token: String,
    },
    /// Twilio has called the application for a caller, and asks what becomes of that leg.
    Enqueue {
        /// `CallSid`.
        call: CallSid,
        /// `ParentCallSid`: the leg that was called, if this one is another.
        parent: Option<CallSid>,
        /// `conversation_id`.
        conversation: String,
        /// `worker_sid`, or `callToQueue`.
        whom: Whom,
        /// `look`: how often it asked before, and no task was listed.
        look: u8,
    },
    /// Twilio plays what the caller hears until the callee comes.
    Ringback,
    /// A number was called that is handed over to a colleague: it keeps silent.
    Silence,
    /// Twilio wants the TwiML of an answered leg.
    Twiml {
        /// The caller's task, which names the conference.
        conference: TaskSid,
        /// Whose leg.
        label: Label,
        /// The conference goes on when a leg ends.
        outlives: bool,
    },
    /// Twilio tells that an agent's leg is over
    /// (<https://www.twilio.com/docs/taskrouter/api/reservations>, `CallStatusCallbackUrl`).
    LegOver {
        /// The caller's task.
        task: TaskSid,
        /// Whose leg.
        role: Role,
        /// `CallStatus` is `completed`: a leg that nobody answered leaves the call on offer.
        was_answered: bool,
        /// The callee's task, if it is his leg.
        callee: Option<TaskSid>,
        /// The conference goes on when a leg ends.
        outlives: bool,
    },
    /// Twilio tells what happened in a conference.
    Conference {
        /// What happened.
        event: ConferenceEvent,
        /// `FriendlyName`: the caller's task.
        task: TaskSid,
        /// `ConferenceSid`.
        conference: ConferenceSid,
    },
}

/// How a call came out that nobody ended, as a party's plugin may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// `no_answer`: the phone rang as long as it may.
    NoAnswer,
    /// `unavailable`: the callee went away while his phone rang.
    Away,
    /// `not_connected`: the callee accepted, and did not come.
    NotConnected,
    /// `not_back`: the other party was lost, and did not come back in time.
    NotBack,
}

/// The conference's events that matter here
/// (<https://www.twilio.com/docs/voice/twiml/conference#attributes-statuscallbackevent>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConferenceEvent {
    /// `participant-join` with the label `caller`.
    CallerJoined,
    /// `participant-join` with the label `callee`.
    CalleeJoined,
    /// `participant-join` with the label of one who was added.
    AddedJoined,
    /// `participant-leave`: of a conference that goes on when a leg ends.
    Left,
    /// `conference-end`.
    Ended,
    /// Any other.
    Other,
}
