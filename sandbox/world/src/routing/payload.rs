//! The event bridge's JSON: what twilio-taskrouter 2.1.1 reads (epoch seconds, attributes as text, versions as text).
//! A key that is missing throws inside the SDK.

use super::model::{
    Activity, Attributes, Channel, Queue, Reservation, ReservationState, Task, TaskOrder, Worker,
};
use super::transfer::model::{Transfer, TransferState};
use super::Routing;
use crate::account;
use crate::orders::{AddedLeg, Part, ParticipantChange, ParticipantSnapshot};
use backline::ids::{CallSid, TaskSid, WorkerSid};
use serde_json::{json, Value};

impl Routing {
    /// A task in `reservation.*` and `task.*` events.
    #[must_use]
    pub fn task_payload(&self, task: &Task) -> Value {
        let queue = task.queue.as_ref().and_then(|sid| self.queues.get(sid));
        let workflow = task
            .workflow
            .as_ref()
            .and_then(|sid| self.workflows.get(sid));
        let channel = self.channels.get(&task.channel);
        json!({
            "account_sid": account::account_sid(),
            "workspace_sid": account::workspace_sid(),
            "sid": task.sid,
            "addons": "{}",
            "age": self.age_s(task),
            "assignment_status": task.state.as_str(),
            "attributes": text(&task.attributes),
            "date_created": self.epoch_s(task.created),
            "date_updated": self.epoch_s(task.updated),
            "priority": task.priority,
            "queue_name": queue.map(|queue| queue.name.as_str()),
            "queue_sid": task.queue,
            "reason": task.reason,
            "routing_target": task.route.target(task.workflow.as_ref()),
            "task_channel_sid": task.channel,
            "task_channel_unique_name": channel.map(|channel| channel.unique_name.as_str()),
            "timeout": task.timeout.0 / 1000,
            "version": task.version.to_string(),
            "virtual_start_time": task.virtual_start / 1000,
            "workflow_name": workflow.map(|workflow| workflow.name.as_str()),
            "workflow_sid": task.workflow,
        })
    }

    /// A reservation in `reservation.*` events, with its task.
    #[must_use]
    pub fn reservation_payload(&self, reservation: &Reservation) -> Value {
        let task = self.tasks.get(&reservation.task);
        let mut payload = json!({
            "account_sid": account::account_sid(),
            "workspace_sid": account::workspace_sid(),
            "worker_sid": reservation.worker,
            "sid": reservation.sid,
            "date_created": self.epoch_s(reservation.created),
            "date_updated": self.epoch_s(reservation.updated),
            "reservation_status": reservation.state.as_str(),
            "reservation_timeout": reservation.timeout.0 / 1000,
            "version": reservation.version.to_string(),
            "canceled_reason_code": Value::Null,
            "task_sid": reservation.task,
            "task": task.map(|task| self.task_payload(task)),
        });
        // The SDK takes a `null` for a transfer.
        let outgoing = task
            .and_then(Task::transfer_under_way)
            .filter(|transfer| transfer.reservation == reservation.sid);
        let incoming = reservation.transfer.zip(task);
        let incoming = incoming.and_then(|(sid, task)| task.transfer(sid));
        for (key, transfer) in [
            ("task_transfer", incoming),
            ("active_outgoing_task_transfer", outgoing),
        ] {
            if let (Some(transfer), Value::Object(payload)) = (transfer, &mut payload) {
                let transfer = self.transfer_payload(&reservation.task, transfer);
                payload.insert(key.to_owned(), transfer);
            }
        }
        payload
    }

    /// A transfer in events and answers.
    #[must_use]
    pub fn transfer_payload(&self, task: &TaskSid, transfer: &Transfer) -> Value {
        let workflow = self.tasks.get(task).and_then(|task| task.workflow.clone());
        let failed = match transfer.state {
            TransferState::Failed { reason } => Some(reason),
            TransferState::Initiated | TransferState::Complete | TransferState::Canceled => None,
        };
        json!({
            "account_sid": account::account_sid(),
            "workspace_sid": account::workspace_sid(),
            "task_sid": task,
            "sid": transfer.sid.to_string(),
            "transfer_mode": transfer.mode.as_str(),
            "transfer_type": transfer.to.kind(),
            "transfer_to": transfer.to.as_str(),
            "transfer_status": transfer.state.as_str(),
            "transfer_failed_reason": failed,
            "initiating_reservation_sid": transfer.reservation,
            "initiating_worker_sid": transfer.worker,
            "initiating_queue_sid": transfer.queue,
            "initiating_workflow_sid": workflow,
            "date_created": self.epoch_s(transfer.created),
            "date_updated": self.epoch_s(transfer.updated),
        })
    }

    /// A worker in `worker.*` events and answers.
    #[must_use]
    pub fn worker_payload(&self, worker: &Worker) -> Value {
        let activity = self.activities.get(&worker.activity);
        json!({
            "account_sid": account::account_sid(),
            "workspace_sid": account::workspace_sid(),
            "sid": worker.sid,
            "friendly_name": worker.name,
            "activity_name": activity.map(|activity| activity.name.as_str()),
            "activity_sid": worker.activity,
            "available": self.is_available(worker),
            "attributes": text(&worker.attributes),
            "date_created": self.epoch_s(backline::time::Millis(0)),
            "date_status_changed": self.epoch_s(worker.activity_changed),
            "date_updated": self.epoch_s(worker.updated),
            "version": worker.version.to_string(),
        })
    }

    /// A worker's channel in answers and events. Its `available_capacity_percentage` is also a name in expressions.
    #[must_use]
    pub fn worker_channel_payload(&self, worker: &Worker, channel: &Channel) -> Value {
        let share = worker.channels.get(&channel.sid);
        let capacity = share.map_or(0, |share| share.capacity);
        let assigned = self.assigned_tasks(&worker.sid, &channel.sid);
        let free = capacity.saturating_sub(assigned);
        json!({
            "account_sid": account::account_sid(),
            "workspace_sid": account::workspace_sid(),
            "worker_sid": worker.sid,
            "sid": worker_channel_sid(&worker.sid, channel),
            "assigned_tasks": assigned,
            "available": share.is_some_and(|share| share.available),
            "available_capacity_percentage": (u128::from(free) * 100).checked_div(u128::from(capacity)).unwrap_or(0),
            "configured_capacity": capacity,
            "date_created": self.epoch_s(backline::time::Millis(0)),
            "date_updated": self.epoch_s(worker.updated),
            "last_reserved_time": Value::Null,
            "task_channel_sid": channel.sid,
            "task_channel_unique_name": channel.unique_name,
        })
    }

    /// An activity in answers.
    #[must_use]
    pub fn activity_payload(&self, activity: &Activity) -> Value {
        json!({
            "account_sid": account::account_sid(),
            "workspace_sid": account::workspace_sid(),
            "sid": activity.sid,
            "friendly_name": activity.name,
            "available": activity.available,
            "date_created": self.epoch_s(backline::time::Millis(0)),
            "date_updated": self.epoch_s(backline::time::Millis(0)),
        })
    }

    /// A queue in answers.
    #[must_use]
    pub fn queue_payload(&self, queue: &Queue) -> Value {
        json!({
            "account_sid": account::account_sid(),
            "workspace_sid": account::workspace_sid(),
            "sid": queue.sid,
            "friendly_name": queue.name,
            "target_workers": queue.target_workers.source(),
            "max_reserved_workers": queue.max_reserved_workers,
            "task_order": queue.order.as_str(),
            "lifo_queue": queue.order == TaskOrder::Lifo,
            "reservation_activity_sid": Value::Null,
            "reservation_activity_name": Value::Null,
            "assignment_activity_sid": Value::Null,
            "assignment_activity_name": Value::Null,
            "date_created": self.epoch_s(backline::time::Millis(0)),
            "date_updated": self.epoch_s(backline::time::Millis(0)),
        })
    }

    /// A `participant.*` event: values of `media_properties` are arrays of text.
    #[must_use]
    pub fn participant_payload(
        &self,
        task: &TaskSid,
        change: ParticipantChange,
        participant: &ParticipantSnapshot,
    ) -> Value {
        let event = match (change, participant.hold) {
            (ParticipantChange::Added, _) => "participant-join",
            (ParticipantChange::Modified, true) => "participant-hold",
            (ParticipantChange::Modified, false) => "participant-unhold",
            (ParticipantChange::Removed, _) => "participant-leave",
        };
        json!({
            "participant_sid": participant_sid(participant),
            "type": participant_type(participant),
            "interaction_sid": interaction_sid(task),
            "channel_sid": interaction_channel_sid(task),
            "channel_type": "voice",
            "media_properties": {
                "AccountSid": [account::account_sid()],
                "CallSid": [participant.call],
                "ConferenceSid": [participant.conference],
                "FriendlyName": [task],
                "Hold": [participant.hold.to_string()],
                "Muted": [participant.muted.to_string()],
                "SequenceNumber": [participant.sequence.to_string()],
                "StatusCallbackEvent": [event],
                "Timestamp": [self.iso(self.now)],
            },
            "routing_properties": self.routing_properties(task, participant),
        })
    }

    /// `participant.add.failed`: somebody who was added did not answer. The words of `error_data` are assumed.
    #[must_use]
    pub fn participant_failed_payload(&self, task: &TaskSid, call: &CallSid) -> Value {
        json!({
            "participant_sid": renamed("UT", call.as_str()),
            "type": "agent",
            "interaction_sid": interaction_sid(task),
            "channel_sid": interaction_channel_sid(task),
            "channel_type": "voice",
            "media_properties": { "CallSid": [call] },
            "routing_properties": { "task_sid": task },
            "error_data": { "error_message": "The participant did not answer" },
        })
    }

    /// The answer to a participant's being added: he rings.
    #[must_use]
    pub fn added_participant(&self, leg: &AddedLeg, call: &CallSid) -> Value {
        let task = &leg.task;
        json!({
            "sid": renamed("UT", call.as_str()),
            "type": "agent",
            "interaction_sid": interaction_sid(task),
            "channel_sid": interaction_channel_sid(task),
            "routing_properties": {
                "task_sid": task, "worker_sid": leg.worker, "reservation_sid": leg.reservation,
            },
        })
    }

    /// `…/Interactions/KD…/Channels`: the conference of a task, if it has one.
    #[must_use]
    pub fn interaction_channels(&self, task: &TaskSid, conference: Option<&str>) -> Value {
        let channel = conference.map(|conference| {
            json!({
                "sid": interaction_channel_sid(task), "interaction_sid": interaction_sid(task), "type": "voice",
                "status": "active", "media_sid": conference,
            })
        });
        json!({ "channels": channel.into_iter().collect::<Value>() })
    }

    /// `…/Channels/UO…/Participants`: as the events have them, with keys in snake case.
    #[must_use]
    pub fn interaction_participants(
        &self,
        task: &TaskSid,
        participants: &[ParticipantSnapshot],
    ) -> Value {
        let participants = participants.iter().map(|participant| {
            json!({
                "sid": participant_sid(participant),
                "participant_sid": participant_sid(participant),
                "type": participant_type(participant),
                "interaction_sid": interaction_sid(task),
                "channel_sid": interaction_channel_sid(task),
                "media_properties": {
                    "account_sid": [account::account_sid()],
                    "call_sid": [participant.call],
                    "conference_sid": [participant.conference],
                    "friendly_name": [task],
                    "hold": [participant.hold.to_string()],
                    "muted": [participant.muted.to_string()],
                    "sequence_number": [participant.sequence.to_string()],
                    "status_callback_event": ["participant-join"],
                    "timestamp": [self.iso(self.now)],
                },
                "routing_properties": self.routing_properties(task, participant),
            })
        });
        json!({ "channel_type": "voice", "participants": participants.collect::<Value>() })
    }

    fn routing_properties(&self, task: &TaskSid, participant: &ParticipantSnapshot) -> Value {
        let mut live = self.reservations.values().rev().filter(|reservation| {
            reservation.task == *task
                && match reservation.state {
                    ReservationState::Accepted | ReservationState::Wrapping => true,
                    ReservationState::Pending { .. }
                    | ReservationState::Completed
                    | ReservationState::Rejected
                    | ReservationState::TimedOut
                    | ReservationState::Canceled
                    | ReservationState::Rescinded => false,
                }
        });
        let own = participant.reservation.as_ref();
        let own = own.and_then(|sid| self.reservations.get(sid));
        let reservation = own.or_else(|| live.next());
        // Whoever listens in has no reservation of this task.
        let of_worker = |value: Value, parts: &[Part]| match parts.contains(&participant.part) {
            true => value,
            false => Value::Null,
        };
        let workers = [Part::Agent, Part::Supervisor];
        json!({
            "task_sid": task,
            "reservation_sid": of_worker(json!(reservation.map(|reservation| &reservation.sid)), &[Part::Agent]),
            "worker_sid": of_worker(json!(participant.worker), &workers),
        })
    }

    pub(super) fn epoch_s(&self, moment: backline::time::Millis) -> u64 {
        self.unix(moment) / 1000
    }

    pub(super) fn age_s(&self, task: &Task) -> u64 {
        self.now.0.saturating_sub(task.created.0) / 1000
    }

    pub(super) fn iso(&self, moment: backline::time::Millis) -> String {
        super::time::iso8601(self.unix(moment))
    }
}

impl TaskOrder {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Fifo => "FIFO",
            Self::Lifo => "LIFO",
        }
    }
}

/// The task that an interaction (`KD…`) or its channel (`UO…`) belongs to: they share their digits.
#[must_use]
pub fn task_of_interaction(sid: &str) -> Option<TaskSid> {
    let digits = sid.strip_prefix("KD").or_else(|| sid.strip_prefix("UO"))?;
    TaskSid::parse(&format!("WT{digits}")).ok()
}

fn interaction_sid(task: &TaskSid) -> String {
    renamed("KD", task.as_str())
}

fn interaction_channel_sid(task: &TaskSid) -> String {
    renamed("UO", task.as_str())
}

/// `UT…` of a participant of a task's conference.
#[must_use]
pub fn participant_sid(participant: &ParticipantSnapshot) -> String {
    renamed("UT", participant.call.as_str())
}

fn participant_type(participant: &ParticipantSnapshot) -> &'static str {
    match participant.part {
        Part::Agent => "agent",
        Part::Customer => "customer",
        Part::Supervisor => "supervisor",
    }
}

/// `WC…`, made of the low digits of worker and channel: one for each pair.
fn worker_channel_sid(worker: &WorkerSid, channel: &Channel) -> String {
    let low = |sid: &str| sid.get(18..).unwrap_or_default().to_owned();
    format!("WC{}{}", low(worker.as_str()), low(channel.sid.as_str()))
}

fn renamed(prefix: &str, sid: &str) -> String {
    format!("{prefix}{}", sid.get(2..).unwrap_or_default())
}

pub(super) fn text(attributes: &Attributes) -> String {
    serde_json::to_string(attributes).unwrap_or_else(|_| "{}".to_owned())
}
