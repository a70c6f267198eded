//! What the functions order of Twilio's REST API, and what it answers.

use super::{Identity, PageMark};
use crate::ids::{CallSid, ConferenceSid, ContactUri, QueueSid, TaskSid, WorkerSid, WorkflowSid};
use crate::time::Millis;
use crate::twilio::attributes::{OnHold, Progress, Role};
use crate::twilio::busy_policy::BusyPolicy;
use crate::twilio::strategy::StrategyName;
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
        role: Role,
        /// On hold, or not.
        hold: bool,
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
    /// Which party of a call between agents, by his label.
    pub role: Option<Role>,
    /// `connected`: his phone does not only ring.
    pub connected: bool,
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
    /// `EndConference`, `HoldParticipant`, `CreateParticipant`, `RedirectCall`.
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

/// A task as REST shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// Its SID.
    pub sid: TaskSid,
    /// Its version, for `If-Match`.
    pub version: String,
    /// Where it stands.
    pub status: TaskStatus,
    /// Its attributes, all of them: what others wrote is carried through.
    pub attributes: Value,
    /// Its workflow, if REST names one.
    pub workflow: Option<WorkflowSid>,
}

/// <https://www.twilio.com/docs/taskrouter/lifecycle-task-state>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskStatus {
    /// Waits for a worker.
    Pending,
    /// On offer.
    Reserved,
    /// Taken.
    Assigned,
    /// In wrap-up.
    Wrapping,
    /// Done.
    Completed,
    /// Given up.
    Canceled,
}

impl Task {
    /// Whether a call may still come of it, or is on.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.closing().is_some()
    }

    /// How it is closed, if it is open.
    #[must_use]
    pub fn closing(&self) -> Option<Closing> {
        match self.status {
            TaskStatus::Pending | TaskStatus::Reserved => Some(Closing::Cancel),
            TaskStatus::Assigned => Some(Closing::Wrap),
            TaskStatus::Wrapping | TaskStatus::Completed | TaskStatus::Canceled => None,
        }
    }

    /// The text at `internal_call.<key>`.
    #[must_use]
    pub fn link(&self, key: &str) -> Option<&str> {
        self.attributes.get("internal_call")?.get(key)?.as_str()
    }

    /// The text at `<key>`.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.attributes.get(key)?.as_str()
    }

    /// Which conversation it is part of, if that is said.
    #[must_use]
    pub fn conversation(&self) -> Option<&str> {
        let conversations = self.attributes.get("conversations")?;
        conversations.get("conversation_id")?.as_str()
    }

    /// Whether the two are connected by Flex, through a TwiML application.
    #[must_use]
    pub fn is_native(&self) -> bool {
        self.link("strategy") == Some(StrategyName::Application.as_str())
    }

    /// Whether the caller handed it over: both have this one task.
    #[must_use]
    pub fn is_handed_over(&self) -> bool {
        self.link("strategy") == Some(StrategyName::WarmTransfer.as_str())
    }

    /// The leg that Flex calls, once it is in the conference; on the caller's task.
    #[must_use]
    pub fn called_leg(&self) -> Option<&str> {
        let conference = self.attributes.get("conference")?;
        conference.get("participants")?.get("customer")?.as_str()
    }

    /// How far the call got; on the caller's task.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        let written = self.attributes.get("internal_call")?.get("progress")?;
        serde_json::from_value(written.clone()).ok()
    }

    /// What is configured for a callee who is on a call; on the caller's task.
    #[must_use]
    pub fn busy_policy(&self) -> Option<BusyPolicy> {
        BusyPolicy::parse(self.link("busy_policy")?)
    }

    /// When somebody claimed to ring the callee; on the caller's task.
    #[must_use]
    pub fn claimed_at(&self) -> Option<Millis> {
        self.link("claim")?.parse().ok().map(Millis)
    }

    /// For how long a party whose page went is waited for, if the call outlives it.
    #[must_use]
    pub fn rejoin_wait(&self) -> Option<Millis> {
        let own = self.attributes.get("internal_call")?;
        own.get("rejoin_seconds")?.as_u64().map(Millis::from_secs)
    }

    /// Since when the other party has been lost.
    #[must_use]
    pub fn lost_at(&self) -> Option<Millis> {
        self.link("lost")?.parse().ok().map(Millis)
    }

    /// When somebody began to ring the other party's phone again.
    #[must_use]
    pub fn rejoining_at(&self) -> Option<Millis> {
        self.link("rejoining")?.parse().ok().map(Millis)
    }

    /// Who of the two is on hold, as it is noted here.
    #[must_use]
    pub fn on_hold(&self) -> OnHold {
        let written = self
            .attributes
            .get("internal_call")
            .and_then(|own| own.get("on_hold"))
            .and_then(|on_hold| serde_json::from_value(on_hold.clone()).ok());
        written.unwrap_or_default()
    }

    /// Whether the call's outcome is still open: written once, it stays.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        matches!(self.progress(), None | Some(Progress::Ringing))
    }

    /// Whose task of a call between agents it is.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        match self.link("role") {
            Some("caller") => Some(Role::Caller),
            Some("callee") => Some(Role::Callee),
            Some(_) | None => None,
        }
    }

    /// The attributes with texts set at `internal_call.<key>`; everything else stays.
    #[must_use]
    pub fn with_links(&self, links: &[(&str, &str)]) -> Value {
        let links: Vec<(&str, Value)> = links
            .iter()
            .map(|(key, text)| (*key, Value::String((*text).to_owned())))
            .collect();
        self.with(&links)
    }

    /// The attributes with values set at `internal_call.<key>`; everything else stays.
    #[must_use]
    pub fn with(&self, links: &[(&str, Value)]) -> Value {
        with(self.attributes.clone(), "internal_call", links)
    }

    /// The caller's task of the call: this one, or the one that the callee's names.
    #[must_use]
    pub fn caller_task(&self) -> Option<TaskSid> {
        match self.role()? {
            Role::Caller => Some(self.sid.clone()),
            Role::Callee => self
                .link("caller_task")
                .and_then(|sid| TaskSid::parse(sid).ok()),
        }
    }

    /// The callee's task, where the caller's names it.
    #[must_use]
    pub fn callee_task(&self) -> Option<TaskSid> {
        self.link("callee_task")
            .and_then(|sid| TaskSid::parse(sid).ok())
    }

    /// Whether it says that it is the callee's task of this caller's.
    #[must_use]
    pub fn is_callee_of(&self, caller: &TaskSid) -> bool {
        self.role() == Some(Role::Callee) && self.caller_task().as_ref() == Some(caller)
    }

    /// Whether it is the caller's task of the call of which another says that it is the callee's.
    #[must_use]
    pub fn calls(&self, callee: &Self, worker: &WorkerSid) -> bool {
        // Only Flex's own dialling gives it a name that nobody can guess.
        let conversation = self.conversation().filter(|_| self.is_native());
        self.role() == Some(Role::Caller)
            && (self.callee_task().as_ref() == Some(&callee.sid)
                || self.link("callee_worker") == Some(worker.as_str())
                || (conversation.is_some() && conversation == callee.conversation()))
    }

    /// Whether this worker is the party whose task it is, or the other one named on it.
    #[must_use]
    pub fn is_party(&self, worker: &WorkerSid) -> bool {
        [self.link("caller_worker"), self.link("callee_worker")].contains(&Some(worker.as_str()))
    }
}

/// The attributes with values set at `<of>.<key>`; everything else stays.
pub(super) fn with(mut attributes: Value, of: &str, values: &[(&str, Value)]) -> Value {
    if !attributes.is_object() {
        attributes = Value::Object(serde_json::Map::new());
    }
    if let Some(all) = attributes.as_object_mut() {
        let own = all
            .entry(of)
            .or_insert_with(|| Value::Object(serde_json::Map::new()));
        if !own.is_object() {
            *own = Value::Object(serde_json::Map::new());
        }
        if let Some(own) = own.as_object_mut() {
            for (key, value) in values {
                own.insert((*key).to_owned(), value.clone());
            }
        }
    }
    attributes
}
