//! Parameters of a request, by RPC or REST, in one shape.

use super::Refusal;
use backline::ids::{ActivitySid, ReservationSid, TaskSid, WorkerSid};
use backline_world::routing::model::Attributes;
use backline_world::routing::time::parse_iso8601;
use backline_world::routing::transfer::model::Mode;
use backline_world::routing::transfer::NewTransfer;
use backline_world::routing::{
    parse_attributes, Dial, NewTask, Ordering, ReservationUpdate, Status, TaskFilter, TaskUpdate,
    WorkerUpdate,
};
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Named values: text in a form; text, numbers, booleans and objects in JSON.
pub(super) struct Parameters {
    values: Map<String, Value>,
    /// The names that were asked for.
    asked: RefCell<BTreeSet<String>>,
}

impl Parameters {
    /// Of a name that comes again the last value counts; only of the one list, `AssignmentStatus`, all do.
    pub(super) fn of_form(pairs: Vec<(String, String)>) -> Self {
        let mut values = Map::new();
        for (key, value) in pairs {
            let earlier = values.get(&key).and_then(Value::as_str);
            let value = match earlier {
                Some(earlier) if key == "AssignmentStatus" => format!("{earlier},{value}"),
                Some(_) | None => value,
            };
            values.insert(key, Value::String(value));
        }
        Self::of(values)
    }

    fn of(values: Map<String, Value>) -> Self {
        let asked = RefCell::default();
        Self { values, asked }
    }

    pub(super) fn of_json(value: Option<&Value>) -> Self {
        Self::of(
            value
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_default(),
        )
    }

    /// The first of them that nothing here asked for: what is not emulated must not look as if it were.
    ///
    /// # Errors
    /// 400 with its name.
    pub(super) fn check_all_asked(&self) -> Result<(), Refusal> {
        let asked = self.asked.borrow();
        match self.values.keys().find(|name| !asked.contains(*name)) {
            Some(name) => Err(Refusal::invalid(
                "query",
                &format!("'{name}' is not emulated"),
            )),
            None => Ok(()),
        }
    }

    /// All of them, as text.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, String)> {
        self.values
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), as_text(value)?)))
    }

    /// As text; absent if it is null or empty.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        as_text(self.value(name)?)
    }

    /// As it came.
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.asked.borrow_mut().insert(name.to_owned());
        self.values.get(name)
    }

    /// `true`, `1` and `yes` are true, any other value is false
    /// (<https://www.twilio.com/docs/taskrouter/api/task#create-a-task-resource>, IgnoreCapacity).
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        let text = self.text(name)?.to_ascii_lowercase();
        Some(matches!(text.as_str(), "true" | "1" | "yes"))
    }

    pub(super) fn number(&self, name: &'static str) -> Result<Option<u64>, Refusal> {
        self.text(name)
            .map(|text| text.parse())
            .transpose()
            .map_err(|_| Refusal::invalid(name, "is not a whole number"))
    }

    pub(super) fn new_task(&self) -> Result<NewTask, Refusal> {
        Ok(NewTask {
            attributes: self.attributes()?.unwrap_or_default(),
            workflow: self.text("WorkflowSid"),
            queue: self.text("TaskQueueSid"),
            channel: self.channel(),
            priority: self.number("Priority")?,
            timeout_s: self.number("Timeout")?,
            routing_target: self.text("RoutingTarget"),
            ignore_capacity: self.flag("IgnoreCapacity"),
            virtual_start: self.moment("VirtualStartTime")?,
        })
    }

    pub(super) fn task_update(&self) -> Result<TaskUpdate, Refusal> {
        let status = self.text("AssignmentStatus");
        Ok(TaskUpdate {
            attributes: self.attributes()?,
            status: status.as_deref().map(Status::parse).transpose()?,
            reason: self.text("Reason"),
            priority: self.number("Priority")?,
            channel: self.channel(),
            virtual_start: self.moment("VirtualStartTime")?,
        })
    }

    pub(super) fn task_filter(&self) -> Result<TaskFilter, Refusal> {
        let statuses = self.text("AssignmentStatus").unwrap_or_default();
        let statuses = statuses.split(',').map(str::trim);
        Ok(TaskFilter {
            statuses: statuses
                .filter(|status| !status.is_empty())
                .map(str::to_owned)
                .collect(),
            attributes: self.text("EvaluateTaskAttributes"),
            workflow: self.text("WorkflowSid"),
            queue: self.text("TaskQueueSid"),
            routing_target: self.text("RoutingTarget"),
            priority: self.number("Priority")?,
            ordering: match self.text("Ordering") {
                Some(text) => Ordering::parse(&text)?,
                None => Vec::new(),
            },
        })
    }

    /// What `task.transfer` sends (observed: twilio-taskrouter 2.1.1).
    pub(super) fn new_transfer(&self) -> Result<NewTransfer, Refusal> {
        let reservation = self.text("ReservationSid").unwrap_or_default();
        let task = self.text("TaskSid").unwrap_or_default();
        Ok(NewTransfer {
            reservation: ReservationSid::parse(&reservation)
                .map_err(|error| Refusal::invalid("ReservationSid", &error.to_string()))?,
            task: TaskSid::parse(&task)
                .map_err(|error| Refusal::invalid("TaskSid", &error.to_string()))?,
            to: self.text("To").unwrap_or_default(),
            mode: Mode::parse(self.text("Mode").as_deref())?,
            attributes: self.attributes()?,
            priority: self.number("Priority")?,
        })
    }

    /// `TransferStatus`: the only one that a request may ask for.
    pub(super) fn check_canceled(&self) -> Result<(), Refusal> {
        match self.text("TransferStatus").as_deref() {
            Some("canceled") => Ok(()),
            other => Err(Refusal::invalid(
                "TransferStatus",
                &format!("cannot be set to '{}'", other.unwrap_or_default()),
            )),
        }
    }

    pub(super) fn worker_update(&self) -> Result<WorkerUpdate, Refusal> {
        Ok(WorkerUpdate {
            activity: self.activity("ActivitySid")?,
            attributes: self.attributes()?,
            name: self.text("FriendlyName"),
            reject_pending: self.flag("RejectPendingReservations").unwrap_or(false),
        })
    }

    /// `ReservationStatus` or `Instruction`, with its parameters
    /// (<https://www.twilio.com/docs/taskrouter/api/reservations>).
    pub(super) fn reservation_update(&self) -> Result<ReservationUpdate, Refusal> {
        let status = self.text("ReservationStatus");
        let instruction = self.text("Instruction").map(|text| text.to_lowercase());
        match (instruction.as_deref(), status.as_deref()) {
            (Some("call"), _) => Ok(ReservationUpdate::Call {
                url: self.text("CallUrl").unwrap_or_default(),
                accept: self.flag("CallAccept").unwrap_or(false),
                status_callback: self.text("CallStatusCallbackUrl"),
                dial: self.dial("CallTo", "CallFrom", "CallTimeout")?,
            }),
            (Some("conference"), _) => Ok(ReservationUpdate::Conference {
                end_on_exit: self.flag("EndConferenceOnExit").unwrap_or(false),
                end_on_customer_exit: self.flag("EndConferenceOnCustomerExit").unwrap_or(false),
                status_callback: self.text("ConferenceStatusCallback").map(|url| {
                    let events = self.text("ConferenceStatusCallbackEvent");
                    let events = events.unwrap_or_default();
                    let listed = events.split([' ', ',']).filter(|event| !event.is_empty());
                    (url, listed.map(str::to_owned).collect())
                }),
                dial: self.dial("To", "From", "Timeout")?,
            }),
            (Some("supervise"), _) => Ok(ReservationUpdate::Monitor {
                supervisor: self.supervisor()?,
                dial: self.dial("To", "From", "Timeout")?,
            }),
            (Some("accept"), _) | (None, Some("accepted")) => Ok(ReservationUpdate::Accept),
            (Some("reject"), _) | (None, Some("rejected")) => Ok(ReservationUpdate::Reject {
                activity: self.activity("WorkerActivitySid")?,
            }),
            (None, Some("wrapping")) => Ok(ReservationUpdate::WrapUp),
            (None, Some("completed")) => Ok(ReservationUpdate::Complete),
            (Some(other), _) => Err(Refusal::invalid(
                "Instruction",
                &format!("'{other}' is not emulated"),
            )),
            (None, Some(other)) => Err(Refusal::invalid(
                "ReservationStatus",
                &format!("cannot be set to '{other}'"),
            )),
            (None, None) => Err(Refusal::invalid(
                "ReservationStatus",
                "or an Instruction is required",
            )),
        }
    }

    /// Who listens in: of the modes only `monitor` is emulated, the only one that Flex asks for.
    fn supervisor(&self) -> Result<WorkerSid, Refusal> {
        match self.text("SupervisorMode").as_deref() {
            Some("monitor") => {}
            other => {
                let reason = format!("'{}' is not emulated", other.unwrap_or_default());
                return Err(Refusal::invalid("SupervisorMode", &reason));
            }
        }
        let supervisor = self.text("Supervisor").unwrap_or_default();
        WorkerSid::parse(&supervisor)
            .map_err(|error| Refusal::invalid("Supervisor", &error.to_string()))
    }

    fn dial(&self, to: &str, from: &str, timeout: &'static str) -> Result<Dial, Refusal> {
        Ok(Dial {
            to: self.text(to),
            from: self.text(from),
            timeout_s: self.number(timeout)?,
        })
    }

    fn attributes(&self) -> Result<Option<Attributes>, Refusal> {
        let attributes = self.value("Attributes").map(parse_attributes).transpose();
        Ok(attributes?)
    }

    fn channel(&self) -> Option<String> {
        ["TaskChannel", "TaskChannelUniqueName", "TaskChannelSid"]
            .into_iter()
            .find_map(|name| self.text(name))
    }

    fn activity(&self, name: &'static str) -> Result<Option<ActivitySid>, Refusal> {
        self.text(name)
            .map(|sid| ActivitySid::parse(&sid))
            .transpose()
            .map_err(|error| Refusal::invalid(name, &error.to_string()))
    }

    fn moment(&self, name: &'static str) -> Result<Option<u64>, Refusal> {
        self.text(name)
            .map(|text| {
                parse_iso8601(&text)
                    .ok_or_else(|| Refusal::invalid(name, "is not a moment in ISO 8601"))
            })
            .transpose()
    }
}

fn as_text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        value @ (Value::Bool(_) | Value::Number(_) | Value::Object(_) | Value::Array(_)) => {
            value.to_string()
        }
        Value::Null => return None,
    };
    (!text.is_empty()).then_some(text)
}
