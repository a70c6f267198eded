//! TaskRouter: workers, activities, channels, queues, workflows, tasks, reservations.
//!
//! ```text
//! task         pending ⇄ reserved → assigned → wrapping → completed        pending, reserved → canceled
//! reservation  pending → accepted → wrapping → completed
//!              pending → rejected | timeout | canceled | rescinded
//! ```
//! Sources: <https://www.twilio.com/docs/taskrouter/lifecycle-task-state>,
//! <https://www.twilio.com/docs/taskrouter/lifecycle-task-workflows-and-assignment>,
//! <https://www.twilio.com/docs/taskrouter/api/reservations>.
//!
//! Invariants: more than one reservation of a task is accepted or wrapping only if it was transferred; a task is
//! `reserved` exactly while it has a pending reservation; a task that ended has no live reservation; a worker has more
//! live reservations in a channel than his capacity only by `IgnoreCapacity` or a lowered capacity.
//!
//! Reading order: `model`, `tasks`, `route`, `assign`, `reservations`, `transfer`, `ending`, `supervise`, `learn` (what
//! telephony says), `payload` (the event bridge's JSON), `resource` (REST's JSON).

mod assign;
mod ending;
mod error;
mod event_callback;
pub mod expression;
mod learn;
pub mod model;
mod names;
pub mod payload;
mod reservations;
mod resource;
mod route;
mod supervise;
mod tasks;
pub mod time;
pub mod transfer;
mod workers;
pub mod workflow;

pub use error::RoutingError;
pub use reservations::{Dial, ReservationUpdate};
pub use tasks::{parse_attributes, NewTask, OrderBy, Ordering, Status, TaskFilter, TaskUpdate};
pub use workers::WorkerUpdate;

use crate::orders::DialOrder;
use crate::output::Output;
use backline::ids::{
    ActivitySid, CallSid, ChannelSid, QueueSid, ReservationSid, TaskSid, WorkerSid, WorkflowSid,
};
use backline::time::Millis;
use model::{Activity, Channel, Queue, Reservation, Task, TaskState, Worker};
use serde_json::{json, Value};
use std::collections::BTreeMap;
use workflow::Workflow;

/// How long an offer stands if its task has no workflow, and `TaskReservationTimeout`'s default
/// (<https://www.twilio.com/docs/taskrouter/api/workflow>: 120 s).
pub const RESERVATION_TIMEOUT: Millis = Millis::from_secs(120);

/// A task that ended is deleted after five minutes
/// (<https://www.twilio.com/docs/taskrouter/lifecycle-task-state>).
const KEPT_AFTER_END: Millis = Millis::from_secs(300);

/// Workers, queues, workflows, tasks, reservations.
#[derive(Debug, Clone, Default)]
pub struct Routing {
    /// Unix time at world time 0, milliseconds.
    pub epoch: Millis,
    /// `timeout_activity_sid` of the workspace: what a worker gets who lets an offer pass
    /// (<https://www.twilio.com/docs/taskrouter/api/workspace>).
    pub timeout_activity: Option<ActivitySid>,
    now: Millis,
    activities: BTreeMap<ActivitySid, Activity>,
    channels: BTreeMap<ChannelSid, Channel>,
    queues: BTreeMap<QueueSid, Queue>,
    workflows: BTreeMap<WorkflowSid, Workflow>,
    workers: BTreeMap<WorkerSid, Worker>,
    tasks: BTreeMap<TaskSid, Task>,
    reservations: BTreeMap<ReservationSid, Reservation>,
    tasks_made: u128,
    reservations_made: u128,
    transfers_made: u128,
    orders: Vec<DialOrder>,
    endings: Vec<CallSid>,
    holds: Vec<TaskSid>,
    refused_calls: Vec<CallSid>,
    outputs: Vec<Output>,
    /// `EventCallbackUrl` of the workspace.
    event_callback: Option<String>,
    events_told: u64,
}

impl Routing {
    /// The earliest reservation, step or task timeout, or deletion.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Millis> {
        let offers = self
            .reservations
            .values()
            .filter_map(|reservation| reservation.state.deadline());
        let tasks = self.tasks.values().filter_map(Task::deadline);
        offers.chain(tasks).min()
    }

    /// Lets everything due at `due` happen.
    pub fn fire(&mut self, due: Millis) {
        self.now = self.now.max(due);
        let is_due = |deadline: Option<Millis>| deadline.is_some_and(|deadline| deadline <= due);
        let lapsed: Vec<_> = self
            .reservations
            .values()
            .filter(|reservation| is_due(reservation.state.deadline()))
            .map(|reservation| reservation.sid.clone())
            .collect();
        for reservation in lapsed {
            self.let_pass(&reservation);
        }
        let tasks: Vec<_> = self
            .tasks
            .values()
            .filter(|task| is_due(task.deadline()))
            .map(|task| task.sid.clone())
            .collect();
        for task in tasks {
            self.task_deadline(&task);
        }
        self.assign();
    }

    /// Legs to be dialled.
    pub fn drain_orders(&mut self) -> Vec<DialOrder> {
        std::mem::take(&mut self.orders)
    }

    /// Legs that ring for an offer that is over: to be ended.
    pub fn drain_endings(&mut self) -> Vec<CallSid> {
        std::mem::take(&mut self.endings)
    }

    /// Calls that were enqueued into a workflow that does not exist.
    pub fn drain_refused_calls(&mut self) -> Vec<CallSid> {
        std::mem::take(&mut self.refused_calls)
    }

    /// Tasks whose customer is to be put on hold.
    pub fn drain_holds(&mut self) -> Vec<TaskSid> {
        std::mem::take(&mut self.holds)
    }

    /// Events to be pushed.
    pub fn drain_outputs(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.outputs)
    }

    /// Whether no task and no reservation is open.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        self.tasks.values().all(|task| task.state.ended().is_some())
            && self
                .reservations
                .values()
                .all(|reservation| !reservation.state.is_live())
    }

    /// All workers, and all tasks and reservations that are not deleted, for people and tests to read.
    #[must_use]
    pub fn snapshot(&self) -> Value {
        let played = |worker: &&Worker| !crate::account::is_colleague(&worker.sid);
        let workers = self.workers.values().filter(played).map(|worker| {
            let activity = self.activities.get(&worker.activity);
            json!({
                "sid": worker.sid, "friendly_name": worker.name, "available": self.is_available(worker),
                "activity": activity.map(|activity| activity.name.as_str()), "attributes": worker.attributes,
            })
        });
        let tasks = self.tasks.values().map(|task| self.task_payload(task));
        let reservations = self.reservations.values().map(|reservation| {
            json!({
                "sid": reservation.sid, "task_sid": reservation.task, "worker_sid": reservation.worker,
                "reservation_status": reservation.state.as_str(), "version": reservation.version.to_string(),
            })
        });
        json!({
            "at_rest": self.is_at_rest(),
            "workers": workers.collect::<Value>(),
            "tasks": tasks.collect::<Value>(),
            "reservations": reservations.collect::<Value>(),
        })
    }

    /// All activities.
    pub fn activities(&self) -> impl Iterator<Item = &Activity> {
        self.activities.values()
    }

    /// All channels.
    pub fn channels(&self) -> impl Iterator<Item = &Channel> {
        self.channels.values()
    }

    /// All queues.
    pub fn queues(&self) -> impl Iterator<Item = &Queue> {
        self.queues.values()
    }

    /// All workflows.
    pub fn workflows(&self) -> impl Iterator<Item = &Workflow> {
        self.workflows.values()
    }

    /// All workers.
    pub fn workers(&self) -> impl Iterator<Item = &Worker> {
        self.workers.values()
    }

    /// All tasks that are not deleted, oldest first.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.tasks.values()
    }

    /// All reservations of tasks that are not deleted, oldest first.
    pub fn reservations(&self) -> impl Iterator<Item = &Reservation> {
        self.reservations.values()
    }

    /// The worker.
    ///
    /// # Errors
    /// [`RoutingError::NotFound`].
    pub fn worker(&self, sid: &WorkerSid) -> Result<&Worker, RoutingError> {
        self.workers.get(sid).ok_or_else(|| unknown("Workers", sid))
    }

    /// The worker who logs in as `identity`: his friendly name.
    #[must_use]
    pub fn worker_by_identity(&self, identity: &str) -> Option<&Worker> {
        self.workers.values().find(|worker| worker.name == identity)
    }

    /// The task.
    ///
    /// # Errors
    /// [`RoutingError::NotFound`].
    pub fn task(&self, sid: &TaskSid) -> Result<&Task, RoutingError> {
        self.tasks.get(sid).ok_or_else(|| unknown("Tasks", sid))
    }

    /// The reservation.
    ///
    /// # Errors
    /// [`RoutingError::NotFound`].
    pub fn reservation(&self, sid: &ReservationSid) -> Result<&Reservation, RoutingError> {
        self.reservations
            .get(sid)
            .ok_or_else(|| unknown("Reservations", sid))
    }

    /// Adds an activity.
    pub fn add_activity(&mut self, activity: Activity) {
        self.activities.insert(activity.sid.clone(), activity);
    }

    /// Adds a channel. Workers who are already there have none of it.
    pub fn add_channel(&mut self, channel: Channel) {
        self.channels.insert(channel.sid.clone(), channel);
    }

    /// Adds a queue.
    pub fn add_queue(&mut self, queue: Queue) {
        self.queues.insert(queue.sid.clone(), queue);
    }

    /// Adds a workflow.
    pub fn add_workflow(&mut self, workflow: Workflow) {
        self.workflows.insert(workflow.sid.clone(), workflow);
    }

    /// Adds a worker.
    pub fn add_worker(&mut self, worker: Worker) {
        self.workers.insert(worker.sid.clone(), worker);
    }

    /// The time, by which what is read says how old it is.
    pub fn tell(&mut self, now: Millis) {
        self.now = self.now.max(now);
    }

    fn unix(&self, moment: Millis) -> u64 {
        (self.epoch + moment).0
    }

    fn live_reservations(&self, task: &TaskSid) -> Vec<ReservationSid> {
        self.reservations
            .values()
            .filter(|reservation| reservation.task == *task && reservation.state.is_live())
            .map(|reservation| reservation.sid.clone())
            .collect()
    }

    /// Sends a `reservation.*` event to its worker.
    fn tell_reservation(&mut self, sid: &ReservationSid, event_type: &str) {
        let Some(reservation) = self.reservations.get(sid) else {
            return;
        };
        let event = Output::WorkerEvent {
            worker: reservation.worker.clone(),
            event_type: event_type.to_owned(),
            payload: self.reservation_payload(reservation),
        };
        self.outputs.push(event);
        self.call_back(sid, event_type);
    }

    /// Sends an event about a task to every worker who has a live reservation of it.
    fn tell_task(&mut self, sid: &TaskSid, event_type: &str) {
        let Some(payload) = self.tasks.get(sid).map(|task| self.task_payload(task)) else {
            return;
        };
        self.tell_task_workers(sid, event_type, &payload);
    }

    fn tell_task_workers(&mut self, sid: &TaskSid, event_type: &str, payload: &Value) {
        let workers = self
            .reservations
            .values()
            .filter(|reservation| reservation.task == *sid && reservation.state.is_live());
        let events: Vec<_> = workers
            .map(|reservation| Output::WorkerEvent {
                worker: reservation.worker.clone(),
                event_type: event_type.to_owned(),
                payload: payload.clone(),
            })
            .collect();
        self.outputs.extend(events);
    }

    fn set_task_state(&mut self, sid: &TaskSid, state: TaskState) {
        let now = self.now;
        if let Some(task) = self.tasks.get_mut(sid) {
            task.state = state;
            task.touch(now);
        }
    }
}

impl Task {
    /// When something next happens to it by itself.
    fn deadline(&self) -> Option<Millis> {
        match self.state {
            TaskState::Pending => [Some(self.dies()), self.step_ends()]
                .into_iter()
                .flatten()
                .min(),
            TaskState::Reserved => Some(self.dies()),
            TaskState::Assigned | TaskState::Wrapping => None,
            TaskState::Completed { at } | TaskState::Canceled { at } => Some(at + KEPT_AFTER_END),
        }
    }

    /// When it is given up unless it is assigned.
    fn dies(&self) -> Millis {
        self.created + self.timeout
    }

    fn touch(&mut self, now: Millis) {
        self.version += 1;
        self.updated = now;
    }
}

fn unknown(kind: &str, sid: &impl std::fmt::Display) -> RoutingError {
    RoutingError::NotFound(format!(
        "/Workspaces/{}/{kind}/{sid}",
        crate::account::workspace_sid()
    ))
}

/// `If-Match`: absent and `*` match any version (<https://www.twilio.com/docs/usage/mutation-and-conflict-resolution>).
fn check_version(if_match: Option<&str>, current: u64) -> Result<(), RoutingError> {
    let Some(given) = if_match else {
        return Ok(());
    };
    let bare = given.trim().trim_start_matches("W/").trim_matches('"');
    if bare == "*" || bare == current.to_string() {
        Ok(())
    } else {
        Err(RoutingError::Precondition {
            given: given.to_owned(),
            current,
        })
    }
}

#[cfg(test)]
mod tests;
