//! What the names of an expression mean: `task.…`, `worker.…`, `workers.…`, and bare ones.

use super::expression::{dig, Names, Segment};
use super::model::{Attributes, Worker};
use super::Routing;
use serde_json::Value;

/// The names in a workflow's filter and in `EvaluateTaskAttributes`: bare ones are the task's.
pub(super) struct TaskNames<'a>(pub &'a Attributes);

/// The names in a queue's `TargetWorkers`: bare ones are the worker's.
pub(super) struct WorkerNames<'a> {
    pub routing: &'a Routing,
    pub worker: &'a Worker,
}

/// The names in a routing step: `worker.…` is the worker's, the others are the task's.
pub(super) struct StepNames<'a> {
    pub worker: WorkerNames<'a>,
    pub task: TaskNames<'a>,
}

/// The names in `skip_if`: how many workers of the queue are in which activity
/// (<https://www.twilio.com/docs/taskrouter/worker-presence>).
pub(super) struct PresenceNames<'a> {
    pub routing: &'a Routing,
    pub workers: Vec<&'a Worker>,
    pub task: TaskNames<'a>,
}

impl Names for TaskNames<'_> {
    fn value(&self, path: &[Segment]) -> Value {
        attribute(self.0, without("task", path).unwrap_or(path))
    }
}

impl Names for WorkerNames<'_> {
    fn value(&self, path: &[Segment]) -> Value {
        let path = without("worker", path).unwrap_or(path);
        self.own(path)
            .unwrap_or_else(|| attribute(&self.worker.attributes, path))
    }
}

impl WorkerNames<'_> {
    /// The fields of the worker himself: `sid`, `friendly_name`, `activity_name`, `activity_sid`, `channel.<name>.…`
    /// (<https://www.twilio.com/docs/taskrouter/activity-based-routing>,
    /// <https://www.twilio.com/docs/taskrouter/multitasking>).
    fn own(&self, path: &[Segment]) -> Option<Value> {
        let activity = || self.routing.activities.get(&self.worker.activity);
        match path {
            [Segment::Key(key)] => match key.as_str() {
                "sid" => Some(Value::from(self.worker.sid.as_str())),
                "friendly_name" => Some(Value::from(self.worker.name.as_str())),
                "activity_sid" => Some(Value::from(self.worker.activity.as_str())),
                "activity_name" => activity().map(|activity| Value::from(activity.name.as_str())),
                _ => None,
            },
            [Segment::Key(first), Segment::Key(channel), Segment::Key(field)]
                if first == "channel" =>
            {
                let channel = self.routing.channel_by_name(channel)?;
                let payload = self.routing.worker_channel_payload(self.worker, channel);
                payload.get(field).cloned()
            }
            _ => None,
        }
    }
}

impl Names for StepNames<'_> {
    fn value(&self, path: &[Segment]) -> Value {
        match without("worker", path) {
            Some(path) => self.worker.value(path),
            None => self.task.value(path),
        }
    }
}

impl Names for PresenceNames<'_> {
    fn value(&self, path: &[Segment]) -> Value {
        match without("workers", path) {
            Some([Segment::Key(which)]) => {
                let counted = self.workers.iter().filter(|worker| match which.as_str() {
                    "available" => self.routing.is_available(worker),
                    "unavailable" => !self.routing.is_available(worker),
                    sid => worker.activity.as_str() == sid,
                });
                Value::from(counted.count())
            }
            Some(_) => Value::Null,
            None => self.task.value(path),
        }
    }
}

fn attribute(attributes: &Attributes, path: &[Segment]) -> Value {
    match path {
        [Segment::Key(key), rest @ ..] => dig(attributes.get(key), rest),
        _ => Value::Null,
    }
}

fn without<'a>(prefix: &str, path: &'a [Segment]) -> Option<&'a [Segment]> {
    match path {
        [Segment::Key(key), rest @ ..] if key == prefix && !rest.is_empty() => Some(rest),
        _ => None,
    }
}
