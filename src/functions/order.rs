//! What the functions order of Twilio's REST API, and what it answers.

use super::label::Label;
pub(super) use super::task::with;
pub use super::task::{Task, TaskStatus};
use super::{Identity, PageMark};
use crate::ids::{CallSid, ConferenceSid, ContactUri, QueueSid, TaskSid, WorkerSid, WorkflowSid};
use crate::twilio::attributes::Role;
use crate::twilio::busy_policy::BusyPolicy;
use crate::twilio::worker_index::RawPerson;
use serde_json::Value;
use std::num::NonZeroU32;

/// What is left of a worker's channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capacity {
    /// Nothing, or it is shut.
    Full,
    /// Something; of so many calls, if that was told.
    Left(Option<NonZeroU32>),
}

/// An order to Twilio's REST API.
#[derive(Debug, Clone, PartialEq)]
pub enum Order {
    /// Whose Flex token is this? (<https://www.twilio.com/docs/flex/developer/plugins/call-functions>)
    ValidateToken {
        /// The token.
        token: String,
    },
    /// Fetch a task.
    FetchTask {
        /// Which.
        task: TaskSid,
    },
    /// Update a task (<https://www.twilio.com/docs/taskrouter/api/task#update-a-task-resource>).
    UpdateTask {
        /// Which.
        task: TaskSid,
        /// Only if its version still is this one.
        if_match: String,
        /// What changes: one thing at a time, for a task in wrap-up takes no attributes with its status
        /// (<https://www.twilio.com/docs/taskrouter/api/task#update-a-task-resource>).
        change: Change,
    },
    /// Create the callee's task.
    CreateTask(NewTask),
    /// Tasks whose `internal_call.caller_task` is this caller's task.
    ListCalleeTasks {
        /// The caller's task.
        caller_task: TaskSid,
    },
    /// The oldest callers' tasks that are assigned: calls that may be over without anybody having told.
    ListCallerTasks,
    /// The callers' tasks of this conversation.
    ListConversation {
        /// `conversations.conversation_id`.
        conversation: String,
    },
    /// Somebody's own calls of somebody: callers' tasks that are not over.
    ListOpposite {
        /// Who calls.
        caller: WorkerSid,
        /// Whom.
        callee: WorkerSid,
    },
    /// What somebody is called, and by which phone.
    FetchColleague {
        /// Who.
        worker: WorkerSid,
    },
    /// Who has, or had, a reservation of a task.
    ListReservations {
        /// The task.
        task: TaskSid,
    },
    /// Whether somebody takes work, and what he is to those who call him while he is on a call
    /// (<https://www.twilio.com/docs/taskrouter/api/worker>, `available`, `attributes`).
    FetchWorker {
        /// Who.
        worker: WorkerSid,
    },
    /// A page of the workspace's workers
    /// (<https://www.twilio.com/docs/taskrouter/api/worker#read-multiple-worker-resources>).
    ListWorkers {
        /// The first one, or where the one before ended.
        page: Option<PageMark>,
    },
    /// One of its rows, with what the list leaves out.
    FetchPerson {
        /// Who.
        worker: WorkerSid,
    },
    /// Whether somebody has room for another call (<https://www.twilio.com/docs/taskrouter/api/worker-channel>).
    FetchVoiceChannel {
        /// Who.
        worker: WorkerSid,
    },
    /// How long a workflow offers a task (<https://www.twilio.com/docs/taskrouter/api/workflow>, `task_reservation_timeout`).
    FetchWorkflow {
        /// Which.
        workflow: WorkflowSid,
    },
    /// To which queues a workflow leads (<https://www.twilio.com/docs/taskrouter/api/workflow>, `configuration`).
    FetchTargets {
        /// Which.
        workflow: WorkflowSid,
    },
    /// All queues (<https://www.twilio.com/docs/taskrouter/api/task-queue>).
    ListQueues,
    /// Conferences that are named after this caller's task and not over.
    ListConferences {
        /// The caller's task.
        task: TaskSid,
    },
    /// Put a party on hold, or take it back: by its label
    /// (<https://www.twilio.com/docs/voice/api/conference-participant-resource#update-a-participant-resource>).
    HoldParticipant {
        /// Its conference.
        conference: ConferenceSid,
        /// Which party.
        label: Label,
        /// On hold, or not.
        hold: bool,
    },
    /// Have a conference go on when this party leaves it: `EndConferenceOnExit=false`, of whoever is in it already
    /// (<https://www.twilio.com/docs/voice/api/conference-participant-resource#update-a-participant-resource>).
    LetGo {
        /// Its conference.
        conference: ConferenceSid,
        /// Which party.
        label: Label,
    },
    /// Take a party out of its conference
    /// (<https://www.twilio.com/docs/voice/api/conference-participant-resource#delete-a-participant-resource>).
    RemoveParticipant {
        /// Its conference.
        conference: ConferenceSid,
        /// Which party.
        label: Label,
    },
    /// Who is in a conference
    /// (<https://www.twilio.com/docs/voice/api/conference-participant-resource#read-multiple-participant-resources>).
    ListParticipants {
        /// Which.
        conference: ConferenceSid,
    },
    /// Ring a party's phone again, for a conference that it was in
    /// (<https://www.twilio.com/docs/voice/api/conference-participant-resource#create-a-participant>).
    CreateParticipant(NewParticipant),
    /// Have a call run other TwiML, wherever it is (<https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource>).
    RedirectCall {
        /// Which.
        call: CallSid,
        /// What.
        twiml: String,
    },
    /// End a conference: `Status=completed`.
    EndConference {
        /// Which.
        conference: ConferenceSid,
    },
}

/// What changes of a task.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// All of its attributes.
    Attributes(Value),
    /// Its assignment status.
    Close(Closing),
}

/// How a task is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// `wrapping`: it was assigned.
    Wrap,
    /// `canceled`: it was not.
    Cancel,
    /// `canceled`, because the callee declined.
    Decline,
}

/// The callee's task.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTask {
    /// Its workflow.
    pub workflow: WorkflowSid,
    /// `RoutingTarget`: the worker, if a person is called. TaskRouter then needs no workflow expression.
    pub target: Option<WorkerSid>,
    /// Its attributes.
    pub attributes: Value,
    /// `Timeout`, seconds: until TaskRouter gives the task up by itself.
    pub timeout_s: u64,
    /// `Priority`.
    pub priority: u32,
}

/// A party who comes back.
#[derive(Debug, Clone, PartialEq)]
pub struct NewParticipant {
    /// Its conference.
    pub conference: ConferenceSid,
    /// Which party: his label.
    pub role: Role,
    /// His phone, with the custom parameters of the Voice SDK.
    pub to: String,
    /// The other party's.
    pub from: String,
    /// Where Twilio tells that the leg is over.
    pub status_callback: String,
}

/// Somebody in a conference, or rung for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// His leg.
    pub leg: CallSid,
    /// Which party of a call between agents.
    pub label: Option<Label>,
    /// `connected`: his phone does not only ring.
    pub connected: bool,
    /// `hold`: he hears music, and nobody hears him.
    pub hold: bool,
}

/// What came of an order.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// `FetchTask`, `UpdateTask`, `CreateTask`.
    Task(Task),
    /// `ListCalleeTasks`, `ListCallerTasks`, `ListConversation`, `ListOpposite`: their names only, for a list tells no versions to update them by.
    Listed(Vec<TaskSid>),
    /// `ListReservations`.
    Reservations {
        /// The workers whose reservation is accepted or in wrap-up.
        holders: Vec<WorkerSid>,
        /// Those whose is pending.
        offered: Vec<WorkerSid>,
    },
    /// `FetchWorker`: whether his activity takes work.
    Worker {
        /// `available`
        available: bool,
        /// What a supervisor wrote on him.
        policy: Option<BusyPolicy>,
    },
    /// `ListWorkers`; `FetchPerson`, of one.
    Workers {
        /// As rows of the worker index, with the attributes that the directory reads.
        people: Vec<RawPerson>,
        /// Where it goes on, if there are more.
        next: Option<PageMark>,
    },
    /// `FetchColleague`.
    Colleague {
        /// His full name; his worker's, if he has none.
        name: String,
        /// His phone, if it is one.
        contact_uri: Option<ContactUri>,
    },
    /// `FetchVoiceChannel`: whether there is room for another call.
    Channel {
        /// What is left of it.
        room: Capacity,
        /// `assigned_tasks` are more than none: he is on a call, or in wrap-up of one.
        on_a_call: bool,
        /// All of `available_capacity_percentage` is left: nothing is on offer to him either.
        idle: bool,
    },
    /// `FetchWorkflow`.
    Workflow {
        /// `task_reservation_timeout`, seconds.
        reservation_timeout_s: u64,
    },
    /// `FetchTargets`.
    Targets(Vec<QueueSid>),
    /// `ListQueues`: each with its name.
    Queues(Vec<(QueueSid, String)>),
    /// `ListConferences`.
    Conferences(Vec<Room>),
    /// `ListParticipants`.
    Participants(Vec<Present>),
    /// `EndConference`, `HoldParticipant`, `LetGo`, `RemoveParticipant`, `CreateParticipant`, `RedirectCall`.
    Done,
    /// `ValidateToken`: `None` if it is not valid, or not a worker's.
    Token(Option<Identity>),
    /// Any order: Twilio, or the way to it, said no.
    Failed {
        /// HTTP status; 0 if there was no answer.
        status: u16,
        /// What was said.
        message: String,
    },
}

impl Answer {
    /// Whether Twilio said no.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        matches!(self, Self::Failed { .. })
    }
}

/// A conference that is not over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// Its SID.
    pub sid: ConferenceSid,
    /// `in-progress`: both parties are in it. One who waits alone is in a conference that is `init`
    /// (<https://www.twilio.com/docs/voice/api/conference-resource#conference-properties>).
    pub in_progress: bool,
}
