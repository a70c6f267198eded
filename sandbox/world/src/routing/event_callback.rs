//! The workspace's event callback (<https://www.twilio.com/docs/taskrouter/api/event/reference#event-callbacks>): a webhook
//! for every event. Here: `reservation.*`, with the parameters that the page lists under Task, Worker and Reservation.

use super::Routing;
use crate::account;
use crate::output::{Method, Output, Webhook};
use backline::ids::ReservationSid;
use serde_json::Value;

/// Telephony counts its webhooks from 0; an answer to one of these is nobody's.
const FIRST_ID: u64 = 1 << 40;

impl Routing {
    /// Where every event is posted to from now on, if anywhere: `EventCallbackUrl`.
    pub fn set_event_callback(&mut self, url: Option<String>) {
        self.event_callback = url;
    }

    pub(super) fn call_back(&mut self, sid: &ReservationSid, event_type: &str) {
        let Some(url) = self.event_callback.clone() else {
            return;
        };
        let Some(reservation) = self.reservations.get(sid) else {
            return;
        };
        let text = |value: &str| value.to_owned();
        let mut parameters = vec![
            ("EventType", text(event_type)),
            ("AccountSid", account::account_sid().to_string()),
            ("WorkspaceSid", account::workspace_sid().to_string()),
            ("WorkspaceName", text("Flex Task Assignment")),
            ("ResourceType", text("reservation")),
            ("ResourceSid", sid.to_string()),
            ("Timestamp", (self.unix(self.now) / 1000).to_string()),
            ("ReservationSid", sid.to_string()),
            ("TaskSid", reservation.task.to_string()),
            ("WorkerSid", reservation.worker.to_string()),
        ];
        if let Some(task) = self.tasks.get(&reservation.task) {
            parameters.extend([
                (
                    "TaskAttributes",
                    Value::from(task.attributes.clone()).to_string(),
                ),
                ("TaskAssignmentStatus", text(task.state.as_str())),
                ("TaskPriority", task.priority.to_string()),
            ]);
            let queue = task.queue.as_ref().map(ToString::to_string);
            let workflow = task.workflow.as_ref().map(ToString::to_string);
            parameters.extend(queue.map(|queue| ("TaskQueueSid", queue)));
            parameters.extend(workflow.map(|workflow| ("WorkflowSid", workflow)));
        }
        if let Some(worker) = self.workers.get(&reservation.worker) {
            parameters.extend([
                ("WorkerName", worker.name.clone()),
                ("WorkerActivitySid", worker.activity.to_string()),
            ]);
            let activity = self.activities.get(&worker.activity);
            parameters
                .extend(activity.map(|activity| ("WorkerActivityName", activity.name.clone())));
        }
        self.events_told += 1;
        let parameters = parameters.into_iter();
        let webhook = Webhook {
            id: FIRST_ID + self.events_told,
            purpose: "taskrouter-event",
            method: Method::Post,
            url,
            parameters: parameters
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        };
        self.outputs.push(Output::Webhook(webhook));
    }
}
