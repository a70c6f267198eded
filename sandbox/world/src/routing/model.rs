//! What TaskRouter keeps: workers, activities, channels, queues, tasks, reservations.

use super::expression::Expression;
use super::transfer::model::{Transfer, TransferSid};
use super::workflow::Step;
use backline::ids::{
    ActivitySid, CallSid, ChannelSid, QueueSid, ReservationSid, TaskSid, WorkerSid, WorkflowSid,
};
use backline::time::Millis;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, VecDeque};

/// The attributes of a task or worker.
pub type Attributes = Map<String, Value>;

/// What a worker may be doing (<https://www.twilio.com/docs/taskrouter/api/activity>).
#[derive(Debug, Clone)]
pub struct Activity {
    /// Its SID.
    pub sid: ActivitySid,
    /// `friendly_name`.
    pub name: String,
    /// Whether workers in it are offered tasks.
    pub available: bool,
}

/// A kind of work (<https://www.twilio.com/docs/taskrouter/api/task-channel>).
#[derive(Debug, Clone)]
pub struct Channel {
    /// Its SID.
    pub sid: ChannelSid,
    /// `unique_name`: voice, chat …
    pub unique_name: String,
    /// `friendly_name`.
    pub name: String,
}

/// Which of the waiting tasks of equal priority is first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskOrder {
    /// The oldest.
    Fifo,
    /// The newest.
    Lifo,
}

/// Where tasks wait (<https://www.twilio.com/docs/taskrouter/api/task-queue>).
#[derive(Debug, Clone)]
pub struct Queue {
    /// Its SID.
    pub sid: QueueSid,
    /// `friendly_name`.
    pub name: String,
    /// Who is in it.
    pub target_workers: Expression,
    /// How many workers are reserved for one task at a time, 1 to 50.
    pub max_reserved_workers: usize,
    /// `task_order`.
    pub order: TaskOrder,
}

/// An agent (<https://www.twilio.com/docs/taskrouter/api/worker>).
#[derive(Debug, Clone)]
pub struct Worker {
    /// His SID.
    pub sid: WorkerSid,
    /// `friendly_name`.
    pub name: String,
    /// What he is doing.
    pub activity: ActivitySid,
    /// His attributes.
    pub attributes: Attributes,
    /// Capacity and availability per channel.
    pub channels: BTreeMap<ChannelSid, WorkerChannel>,
    /// Counts his changes.
    pub version: u64,
    /// When he last changed.
    pub updated: Millis,
    /// When his activity last changed.
    pub activity_changed: Millis,
    /// Since when he has had no new task: the longest idle one is first.
    pub idle_since: Millis,
}

/// A worker's share in a channel (<https://www.twilio.com/docs/taskrouter/api/worker-channel>).
#[derive(Debug, Clone)]
pub struct WorkerChannel {
    /// `configured_capacity`: tasks at a time.
    pub capacity: u64,
    /// Whether he gets tasks of it.
    pub available: bool,
}

/// A unit of work (<https://www.twilio.com/docs/taskrouter/api/task>).
#[derive(Debug, Clone)]
pub struct Task {
    /// Its SID.
    pub sid: TaskSid,
    /// Its attributes.
    pub attributes: Attributes,
    /// Where it is in its life.
    pub state: TaskState,
    /// The ETag: counts its changes.
    pub version: u64,
    /// Tasks of higher priority are assigned first.
    pub priority: u64,
    /// Why it was canceled, completed or wrapped up.
    pub reason: Option<String>,
    /// Its kind of work.
    pub channel: ChannelSid,
    /// The workflow that it was given to.
    pub workflow: Option<WorkflowSid>,
    /// The queue that it is in.
    pub queue: Option<QueueSid>,
    /// How it is routed.
    pub route: Route,
    /// Whether a worker named by `RoutingTarget` gets it beyond his capacity and availability.
    pub ignore_capacity: bool,
    /// Time to live before it is assigned.
    pub timeout: Millis,
    /// When it was made.
    pub created: Millis,
    /// When it last changed.
    pub updated: Millis,
    /// When it entered its queue.
    pub queue_entered: Millis,
    /// Its place among tasks of equal priority, milliseconds since 1970.
    pub virtual_start: u64,
    /// Workers who let its offer go: they are offered it again only after the others.
    pub refused_by: Vec<WorkerSid>,
    /// Its transfers, oldest first.
    pub transfers: Vec<Transfer>,
}

/// The life of a task (<https://www.twilio.com/docs/taskrouter/lifecycle-task-state>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskState {
    /// Waiting for a worker.
    Pending,
    /// On offer.
    Reserved,
    /// Accepted.
    Assigned,
    /// The work is done, its worker is not yet.
    Wrapping,
    /// Over, and deleted five minutes later.
    Completed {
        /// When it ended.
        at: Millis,
    },
    /// Given up before it was assigned, and deleted five minutes later.
    Canceled {
        /// When it ended.
        at: Millis,
    },
}

/// How a task finds its worker.
#[derive(Debug, Clone)]
pub enum Route {
    /// `RoutingTarget=WK…`.
    ToWorker(WorkerSid),
    /// `RoutingTarget=WQ…`.
    ToQueue(QueueSid),
    /// The steps of its workflow that are still ahead; the first is the present one.
    Steps {
        /// The steps.
        ahead: VecDeque<Step>,
        /// Whether `RoutingTarget` named the workflow.
        targeted: bool,
    },
}

/// An offer of a task to a worker (<https://www.twilio.com/docs/taskrouter/api/reservations>).
#[derive(Debug, Clone)]
pub struct Reservation {
    /// Its SID.
    pub sid: ReservationSid,
    /// What is offered.
    pub task: TaskSid,
    /// To whom.
    pub worker: WorkerSid,
    /// What became of it.
    pub state: ReservationState,
    /// The transfer that it comes of.
    pub transfer: Option<TransferSid>,
    /// The ordered phone call, if any.
    pub delivery: Delivery,
    /// Counts its changes.
    pub version: u64,
    /// How long it may stay pending.
    pub timeout: Millis,
    /// When it was made.
    pub created: Millis,
    /// When it last changed.
    pub updated: Millis,
}

/// What became of a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReservationState {
    /// On offer.
    Pending {
        /// Until when.
        lapses: Lapse,
    },
    /// Taken.
    Accepted,
    /// The work is done.
    Wrapping,
    /// Over.
    Completed,
    /// Turned down.
    Rejected,
    /// Let pass.
    TimedOut,
    /// The task was canceled.
    Canceled,
    /// Another worker took the task.
    Rescinded,
}

/// When an offer lapses. While the worker's leg is being set up he has answered, so its time stands still:
/// <https://support.twilio.com/hc/en-us/articles/42786996187419>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lapse {
    /// Then.
    At(Millis),
    /// Not now ("onHold"; REST and events still say `pending`, which is assumed).
    OnHold {
        /// What is left of its time.
        left: Millis,
    },
}

/// How the task reaches the worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// No phone call by TaskRouter.
    None,
    /// `Instruction=call`.
    Call {
        /// Whether an answer accepts.
        accept: bool,
        /// The leg.
        leg: Leg,
    },
    /// `Instruction=conference`.
    Conference {
        /// Whether the customer's exit ends it.
        end_on_customer_exit: bool,
        /// The worker's leg.
        leg: Leg,
    },
}

/// The worker's leg.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leg {
    /// Ordered.
    Ordered,
    /// Ringing.
    Ringing(CallSid),
    /// Answered.
    Up(CallSid),
    /// Over, or never answered.
    Over,
}

impl TaskState {
    /// `assignment_status`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Reserved => "reserved",
            Self::Assigned => "assigned",
            Self::Wrapping => "wrapping",
            Self::Completed { .. } => "completed",
            Self::Canceled { .. } => "canceled",
        }
    }

    /// Whether the task still waits for somebody to accept it.
    #[must_use]
    pub fn is_waiting(self) -> bool {
        match self {
            Self::Pending | Self::Reserved => true,
            Self::Assigned | Self::Wrapping | Self::Completed { .. } | Self::Canceled { .. } => {
                false
            }
        }
    }

    /// When it ended, if it has.
    #[must_use]
    pub fn ended(self) -> Option<Millis> {
        match self {
            Self::Completed { at } | Self::Canceled { at } => Some(at),
            Self::Pending | Self::Reserved | Self::Assigned | Self::Wrapping => None,
        }
    }
}

impl ReservationState {
    /// `reservation_status`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending { .. } => "pending",
            Self::Accepted => "accepted",
            Self::Wrapping => "wrapping",
            Self::Completed => "completed",
            Self::Rejected => "rejected",
            Self::TimedOut => "timeout",
            Self::Canceled => "canceled",
            Self::Rescinded => "rescinded",
        }
    }

    /// Whether it takes up the worker's capacity.
    #[must_use]
    pub fn is_live(self) -> bool {
        match self {
            Self::Pending { .. } | Self::Accepted | Self::Wrapping => true,
            Self::Completed
            | Self::Rejected
            | Self::TimedOut
            | Self::Canceled
            | Self::Rescinded => false,
        }
    }

    /// When the offer lapses, if it is one.
    #[must_use]
    pub fn deadline(self) -> Option<Millis> {
        match self {
            Self::Pending {
                lapses: Lapse::At(deadline),
            } => Some(deadline),
            Self::Pending {
                lapses: Lapse::OnHold { .. },
            }
            | Self::Accepted
            | Self::Wrapping
            | Self::Completed
            | Self::Rejected
            | Self::TimedOut
            | Self::Canceled
            | Self::Rescinded => None,
        }
    }
}

impl Delivery {
    /// The worker's leg, if one was ordered.
    #[must_use]
    pub fn leg(&self) -> Option<&Leg> {
        match self {
            Self::None => None,
            Self::Call { leg, .. } | Self::Conference { leg, .. } => Some(leg),
        }
    }

    pub(super) fn set_leg(&mut self, to: Leg) {
        match self {
            Self::None => {}
            Self::Call { leg, .. } | Self::Conference { leg, .. } => *leg = to,
        }
    }
}

impl Route {
    /// `routing_target`.
    #[must_use]
    pub fn target(&self, workflow: Option<&WorkflowSid>) -> Option<String> {
        match self {
            Self::ToWorker(worker) => Some(worker.to_string()),
            Self::ToQueue(queue) => Some(queue.to_string()),
            Self::Steps { targeted: true, .. } => workflow.map(ToString::to_string),
            Self::Steps {
                targeted: false, ..
            } => None,
        }
    }
}
