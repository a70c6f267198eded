//! REST's JSON (<https://www.twilio.com/docs/taskrouter/api>; shapes from Twilio's OpenAPI), and the rows of the worker
//! index.

use super::model::{Activity, Channel, Queue, Reservation, Task, Worker};
use super::payload::text;
use super::workflow::Workflow;
use super::Routing;
use crate::account;
use backline::ids::{ReservationSid, WorkerSid};
use backline::time::Millis;
use serde_json::{json, Value};

const API: &str = "https://taskrouter.twilio.com/v1/Workspaces";

impl Routing {
    /// A Task.
    #[must_use]
    pub fn task_resource(&self, task: &Task) -> Value {
        let queue = task.queue.as_ref().and_then(|sid| self.queues.get(sid));
        let workflow = task
            .workflow
            .as_ref()
            .and_then(|sid| self.workflows.get(sid));
        let channel = self.channels.get(&task.channel);
        let url = url("Tasks", &task.sid);
        json!({
            "account_sid": account::account_sid(),
            "workspace_sid": account::workspace_sid(),
            "sid": task.sid,
            "age": self.age_s(task),
            "assignment_status": task.state.as_str(),
            "attributes": text(&task.attributes),
            "addons": "{}",
            "date_created": self.iso(task.created),
            "date_updated": self.iso(task.updated),
            "task_queue_entered_date": task.queue.as_ref().map(|_| self.iso(task.queue_entered)),
            "virtual_start_time": super::time::iso8601(task.virtual_start),
            "priority": task.priority,
            "reason": task.reason,
            "task_queue_sid": task.queue,
            "task_queue_friendly_name": queue.map(|queue| queue.name.as_str()),
            "task_channel_sid": task.channel,
            "task_channel_unique_name": channel.map(|channel| channel.unique_name.as_str()),
            "timeout": task.timeout.0 / 1000,
            "workflow_sid": task.workflow,
            "workflow_friendly_name": workflow.map(|workflow| workflow.name.as_str()),
            "ignore_capacity": task.ignore_capacity,
            "routing_target": task.route.target(task.workflow.as_ref()),
            "links": {
                "workspace": workspace_url(),
                "reservations": format!("{url}/Reservations"),
                "workflow": task.workflow.as_ref().map(|sid| self::url("Workflows", sid)),
                "task_queue": task.queue.as_ref().map(|sid| self::url("TaskQueues", sid)),
            },
            "url": url,
        })
    }

    /// A Reservation, under its task.
    #[must_use]
    pub fn reservation_resource(&self, reservation: &Reservation) -> Value {
        let worker = self.workers.get(&reservation.worker);
        let task = url("Tasks", &reservation.task);
        json!({
            "account_sid": account::account_sid(),
            "workspace_sid": account::workspace_sid(),
            "sid": reservation.sid,
            "task_sid": reservation.task,
            "worker_sid": reservation.worker,
            "worker_name": worker.map(|worker| worker.name.as_str()),
            "reservation_status": reservation.state.as_str(),
            "date_created": self.iso(reservation.created),
            "date_updated": self.iso(reservation.updated),
            "url": format!("{task}/Reservations/{}", reservation.sid),
            "links": {
                "task": task, "workspace": workspace_url(), "worker": url("Workers", &reservation.worker),
            },
        })
    }

    /// A Worker.
    #[must_use]
    pub fn worker_resource(&self, worker: &Worker) -> Value {
        let activity = self.activities.get(&worker.activity);
        let url = url("Workers", &worker.sid);
        json!({
            "account_sid": account::account_sid(),
            "workspace_sid": account::workspace_sid(),
            "sid": worker.sid,
            "friendly_name": worker.name,
            "activity_name": activity.map(|activity| activity.name.as_str()),
            "activity_sid": worker.activity,
            "available": self.is_available(worker),
            "attributes": text(&worker.attributes),
            "date_created": self.iso(Millis(0)),
            "date_status_changed": self.iso(worker.activity_changed),
            "date_updated": self.iso(worker.updated),
            "links": {
                "workspace": workspace_url(), "activity": self::url("Activities", &worker.activity),
                "worker_channels": format!("{url}/Channels"), "reservations": format!("{url}/Reservations"),
            },
            "url": url,
        })
    }

    /// A WorkerChannel.
    #[must_use]
    pub fn worker_channel_resource(&self, worker: &Worker, channel: &Channel) -> Value {
        let mut resource = self.worker_channel_payload(worker, channel);
        if let Value::Object(resource) = &mut resource {
            let sid = resource
                .get("sid")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let url = format!("{}/Channels/{sid}", url("Workers", &worker.sid));
            resource.remove("last_reserved_time");
            resource.insert("date_created".to_owned(), json!(self.iso(Millis(0))));
            resource.insert("date_updated".to_owned(), json!(self.iso(worker.updated)));
            resource.insert("url".to_owned(), json!(url));
        }
        resource
    }

    /// An Activity.
    #[must_use]
    pub fn activity_resource(&self, activity: &Activity) -> Value {
        json!({
            "account_sid": account::account_sid(),
            "workspace_sid": account::workspace_sid(),
            "sid": activity.sid,
            "friendly_name": activity.name,
            "available": activity.available,
            "date_created": self.iso(Millis(0)),
            "date_updated": self.iso(Millis(0)),
            "url": url("Activities", &activity.sid),
            "links": { "workspace": workspace_url() },
        })
    }

    /// A TaskQueue.
    #[must_use]
    pub fn queue_resource(&self, queue: &Queue) -> Value {
        json!({
            "account_sid": account::account_sid(),
            "workspace_sid": account::workspace_sid(),
            "sid": queue.sid,
            "friendly_name": queue.name,
            "target_workers": queue.target_workers.source(),
            "max_reserved_workers": queue.max_reserved_workers,
            "task_order": queue.order.as_str(),
            "assignment_activity_sid": Value::Null,
            "assignment_activity_name": Value::Null,
            "reservation_activity_sid": Value::Null,
            "reservation_activity_name": Value::Null,
            "date_created": self.iso(Millis(0)),
            "date_updated": self.iso(Millis(0)),
            "url": url("TaskQueues", &queue.sid),
            "links": { "workspace": workspace_url() },
        })
    }

    /// A Workflow.
    #[must_use]
    pub fn workflow_resource(&self, workflow: &Workflow) -> Value {
        json!({
            "account_sid": account::account_sid(),
            "workspace_sid": account::workspace_sid(),
            "sid": workflow.sid,
            "friendly_name": workflow.name,
            "configuration": workflow.configuration.source().to_string(),
            "document_content_type": "application/json",
            "task_reservation_timeout": workflow.reservation_timeout.0 / 1000,
            "assignment_callback_url": Value::Null,
            "fallback_assignment_callback_url": Value::Null,
            "date_created": self.iso(Millis(0)),
            "date_updated": self.iso(Millis(0)),
            "url": url("Workflows", &workflow.sid),
            "links": { "workspace": workspace_url() },
        })
    }

    /// A TaskChannel.
    #[must_use]
    pub fn channel_resource(&self, channel: &Channel) -> Value {
        json!({
            "account_sid": account::account_sid(),
            "workspace_sid": account::workspace_sid(),
            "sid": channel.sid,
            "unique_name": channel.unique_name,
            "friendly_name": channel.name,
            "channel_optimized_routing": false,
            "date_created": self.iso(Millis(0)),
            "date_updated": self.iso(Millis(0)),
            "url": url("TaskChannels", &channel.sid),
            "links": { "workspace": workspace_url() },
        })
    }

    /// All rows of Sync's `tr-worker` index, which Flex's directory and Teams view read.
    #[must_use]
    pub fn worker_index_rows(&self) -> Vec<Value> {
        self.workers
            .values()
            .map(|worker| self.worker_row(worker))
            .collect()
    }

    /// One row of the `tr-worker` index.
    #[must_use]
    pub fn worker_index_row(&self, sid: &WorkerSid) -> Option<Value> {
        self.workers.get(sid).map(|worker| self.worker_row(worker))
    }

    /// All rows of Sync's `tr-reservation` index, of which the Teams view shows those that are live: what flex-ui 2.17.1
    /// reads of them (`InsightsTask`).
    #[must_use]
    pub fn reservation_index_rows(&self) -> Vec<Value> {
        self.reservations
            .values()
            .filter_map(|reservation| self.reservation_row(reservation))
            .collect()
    }

    /// One row of the `tr-reservation` index.
    #[must_use]
    pub fn reservation_index_row(&self, sid: &ReservationSid) -> Option<Value> {
        self.reservations
            .get(sid)
            .and_then(|reservation| self.reservation_row(reservation))
    }

    fn reservation_row(&self, reservation: &Reservation) -> Option<Value> {
        let task = self.tasks.get(&reservation.task)?;
        let queue = task.queue.as_ref().and_then(|sid| self.queues.get(sid));
        let channel = self.channels.get(&task.channel);
        Some(json!({
            "reservation_sid": reservation.sid,
            "worker_sid": reservation.worker,
            "status": reservation.state.as_str(),
            "task_sid": task.sid,
            "task_status": task.state.as_str(),
            "task_age": self.age_s(task),
            "task_priority": task.priority,
            "task_channel_unique_name": channel.map(|channel| channel.unique_name.as_str()),
            "task_routing_target": task.route.target(task.workflow.as_ref()),
            "queue_name": queue.map(|queue| queue.name.as_str()),
            "attributes": task.attributes,
            "date_created": self.iso(reservation.created),
            "date_updated": self.iso(reservation.updated),
        }))
    }

    fn worker_row(&self, worker: &Worker) -> Value {
        let activity = self.activities.get(&worker.activity);
        json!({
            "worker_sid": worker.sid,
            "friendly_name": worker.name,
            "worker_activity_sid": worker.activity,
            "activity_name": activity.map(|activity| activity.name.as_str()),
            "available": self.is_available(worker),
            "attributes": worker.attributes,
            "date_updated": self.iso(worker.updated),
            "date_activity_changed": self.iso(worker.activity_changed),
            "workspace_sid": account::workspace_sid(),
            "account_sid": account::account_sid(),
        })
    }
}

fn workspace_url() -> String {
    format!("{API}/{}", account::workspace_sid())
}

fn url(kind: &str, sid: &impl std::fmt::Display) -> String {
    format!("{}/{kind}/{sid}", workspace_url())
}
