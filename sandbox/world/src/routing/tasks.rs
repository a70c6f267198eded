//! Making, changing and ending tasks.

use super::expression::Expression;
use super::model::{Attributes, Route, Task, TaskState};
use super::names::TaskNames;
use super::{check_version, Routing, RoutingError};
use backline::ids::TaskSid;
use backline::time::Millis;
use serde_json::Value;

/// `Timeout` of a task, by default 24 hours and at most two weeks
/// (<https://www.twilio.com/docs/taskrouter/api/task#create-a-task-resource>).
const TIMEOUT: Millis = Millis::from_secs(86_400);
const LONGEST_TIMEOUT_S: u64 = 1_209_600;

/// The channel of a task that names none.
const DEFAULT_CHANNEL: &str = "default";

/// Parameters of a new task (<https://www.twilio.com/docs/taskrouter/api/task#create-a-task-resource>), as they come.
#[derive(Debug, Clone, Default)]
pub struct NewTask {
    /// `Attributes`.
    pub attributes: Attributes,
    /// `WorkflowSid`.
    pub workflow: Option<String>,
    /// `TaskQueueSid`.
    pub queue: Option<String>,
    /// `TaskChannel`: a SID or a unique name.
    pub channel: Option<String>,
    /// `Priority`.
    pub priority: Option<u64>,
    /// `Timeout`, seconds.
    pub timeout_s: Option<u64>,
    /// `RoutingTarget`: a worker, queue or workflow.
    pub routing_target: Option<String>,
    /// `IgnoreCapacity`: by default true with a worker as target.
    pub ignore_capacity: Option<bool>,
    /// `VirtualStartTime`, milliseconds since 1970.
    pub virtual_start: Option<u64>,
}

/// The states that a request may put a task in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Given up: only before it is assigned.
    Canceled,
    /// The work is done: only while it is assigned.
    Wrapping,
    /// Over: only while it is assigned or wrapping.
    Completed,
}

/// A change of a task (<https://www.twilio.com/docs/taskrouter/api/task#update-a-task-resource>).
#[derive(Debug, Clone, Default)]
pub struct TaskUpdate {
    /// `Attributes`: replaces them all.
    pub attributes: Option<Attributes>,
    /// `AssignmentStatus`.
    pub status: Option<Status>,
    /// `Reason`.
    pub reason: Option<String>,
    /// `Priority`.
    pub priority: Option<u64>,
    /// `TaskChannel`.
    pub channel: Option<String>,
    /// `VirtualStartTime`, milliseconds since 1970.
    pub virtual_start: Option<u64>,
}

/// Which tasks a list has (<https://www.twilio.com/docs/taskrouter/api/task#read-multiple-task-resources>).
#[derive(Debug, Clone, Default)]
pub struct TaskFilter {
    /// `AssignmentStatus`, any of them; all if there are none.
    pub statuses: Vec<String>,
    /// `EvaluateTaskAttributes`.
    pub attributes: Option<String>,
    /// `WorkflowSid`.
    pub workflow: Option<String>,
    /// `TaskQueueSid`.
    pub queue: Option<String>,
    /// `RoutingTarget`.
    pub routing_target: Option<String>,
    /// `Priority`.
    pub priority: Option<u64>,
    /// `Ordering`: the first counts most; by ascending date of creation if there is none.
    pub ordering: Vec<Ordering>,
}

/// One pair of `Ordering` (<https://www.twilio.com/docs/taskrouter/api/task#read-multiple-task-resources>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ordering {
    /// What is compared.
    pub by: OrderBy,
    /// The greatest first.
    pub descending: bool,
}

/// By what a list of tasks may be ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderBy {
    /// `DateCreated`.
    DateCreated,
    /// `Priority`.
    Priority,
    /// `VirtualStartTime`.
    VirtualStartTime,
}

impl Ordering {
    /// Parses `Attribute:Order`, or some of them parted by commas: "The only ordering pairing not allowed is DateCreated and
    /// VirtualStartTime."
    ///
    /// # Errors
    /// [`RoutingError::InvalidParameter`] for anything else.
    pub fn parse(text: &str) -> Result<Vec<Self>, RoutingError> {
        let refused = || RoutingError::invalid("Ordering", format!("cannot be '{text}'"));
        let one = |pair: &str| {
            let (attribute, order) = pair.trim().split_once(':')?;
            let by = match attribute {
                "DateCreated" => OrderBy::DateCreated,
                "Priority" => OrderBy::Priority,
                "VirtualStartTime" => OrderBy::VirtualStartTime,
                _ => return None,
            };
            let descending = match order {
                "asc" => false,
                "desc" => true,
                _ => return None,
            };
            Some(Self { by, descending })
        };
        let all: Vec<Self> = text
            .split(',')
            .map(one)
            .collect::<Option<_>>()
            .ok_or_else(refused)?;
        let names = |by| all.iter().any(|one: &Self| one.by == by);
        match names(OrderBy::DateCreated) && names(OrderBy::VirtualStartTime) {
            true => Err(refused()),
            false => Ok(all),
        }
    }

    fn compare(self, one: &Task, other: &Task) -> std::cmp::Ordering {
        let order = match self.by {
            OrderBy::DateCreated => one.created.cmp(&other.created),
            OrderBy::Priority => one.priority.cmp(&other.priority),
            OrderBy::VirtualStartTime => one.virtual_start.cmp(&other.virtual_start),
        };
        if self.descending {
            order.reverse()
        } else {
            order
        }
    }
}

impl Status {
    /// Parses `AssignmentStatus`.
    ///
    /// # Errors
    /// [`RoutingError::InvalidParameter`] for one that no request may ask for.
    pub fn parse(text: &str) -> Result<Self, RoutingError> {
        match text {
            "canceled" => Ok(Self::Canceled),
            "wrapping" => Ok(Self::Wrapping),
            "completed" => Ok(Self::Completed),
            _ => Err(RoutingError::invalid(
                "AssignmentStatus",
                format!("cannot be set to '{text}'"),
            )),
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Canceled => "canceled",
            Self::Wrapping => "wrapping",
            Self::Completed => "completed",
        }
    }
}

impl Routing {
    /// Makes a task and offers it if somebody can take it.
    ///
    /// # Errors
    /// [`RoutingError::InvalidParameter`] for a SID or name that does not exist, or a timeout out of range.
    pub fn create_task(&mut self, now: Millis, new: NewTask) -> Result<TaskSid, RoutingError> {
        self.tell(now);
        let channel = self.find_channel(new.channel.as_deref().unwrap_or(DEFAULT_CHANNEL))?;
        let channel = channel.sid.clone();
        let timeout = match new.timeout_s {
            None => TIMEOUT,
            Some(seconds @ 1..=LONGEST_TIMEOUT_S) => Millis::from_secs(seconds),
            Some(_) => {
                return Err(RoutingError::invalid(
                    "Timeout",
                    format!("must be between 1 and {LONGEST_TIMEOUT_S}"),
                ))
            }
        };
        let named_queue = new
            .queue
            .as_deref()
            .map(|sid| self.find_queue(sid))
            .transpose()?;
        let (route, workflow) = self.route(&new)?;
        let queue =
            named_queue.or_else(|| self.queue_of(&route, workflow.as_ref(), &new.attributes));
        self.tasks_made += 1;
        let sid = TaskSid::from_number(self.tasks_made);
        let task = Task {
            sid: sid.clone(),
            attributes: new.attributes,
            state: TaskState::Pending,
            version: 0,
            priority: new.priority.unwrap_or(0),
            reason: None,
            channel,
            workflow,
            queue,
            ignore_capacity: matches!(route, Route::ToWorker(_))
                && new.ignore_capacity.unwrap_or(true),
            route,
            timeout,
            created: self.now,
            updated: self.now,
            queue_entered: self.now,
            virtual_start: new.virtual_start.unwrap_or_else(|| self.unix(self.now)),
            refused_by: Vec::new(),
            transfers: Vec::new(),
        };
        self.tasks.insert(sid.clone(), task);
        self.enter_step(&sid);
        self.assign();
        Ok(sid)
    }

    /// Changes a task. `if_match` is the `If-Match` header.
    ///
    /// # Errors
    /// [`RoutingError`] if there is no such task, the version is another, or the transition does not exist.
    pub fn update_task(
        &mut self,
        now: Millis,
        sid: &TaskSid,
        update: TaskUpdate,
        if_match: Option<&str>,
    ) -> Result<(), RoutingError> {
        self.tell(now);
        let task = self.task(sid)?;
        check_version(if_match, task.version)?;
        if update.attributes.is_some()
            && matches!(update.status, Some(Status::Wrapping | Status::Completed))
        {
            return Err(RoutingError::invalid(
                "Attributes",
                "send the attributes and the assignment status in two requests",
            ));
        }
        let channel = match update.channel.as_deref() {
            Some(channel) => Some(self.find_channel(channel)?.sid.clone()),
            None => None,
        };
        if let Some(status) = update.status {
            self.check_status(sid, status)?;
        }
        let changes_itself = update.attributes.is_some()
            || update.priority.is_some()
            || channel.is_some()
            || update.virtual_start.is_some();
        if let Some(task) = self.tasks.get_mut(sid).filter(|_| changes_itself) {
            task.attributes = update
                .attributes
                .unwrap_or(std::mem::take(&mut task.attributes));
            task.priority = update.priority.unwrap_or(task.priority);
            task.virtual_start = update.virtual_start.unwrap_or(task.virtual_start);
            task.channel = channel.unwrap_or(task.channel.clone());
            task.touch(now);
            self.tell_task(sid, "task.updated");
        }
        if let Some(status) = update.status {
            self.set_status(sid, status, update.reason);
        }
        self.assign();
        Ok(())
    }

    /// Deletes a task; whoever had it or was offered it is told that it was canceled.
    ///
    /// # Errors
    /// [`RoutingError`] if there is no such task or the version is another.
    pub fn delete_task(
        &mut self,
        now: Millis,
        sid: &TaskSid,
        if_match: Option<&str>,
    ) -> Result<(), RoutingError> {
        self.tell(now);
        check_version(if_match, self.task(sid)?.version)?;
        self.cancel(sid, Some("deleted".to_owned()));
        self.forget(sid);
        self.assign();
        Ok(())
    }

    /// The tasks that a list has, oldest first.
    ///
    /// # Errors
    /// [`RoutingError::InvalidParameter`] if `EvaluateTaskAttributes` is no expression.
    pub fn list_tasks(&self, filter: &TaskFilter) -> Result<Vec<&Task>, RoutingError> {
        let expression = filter
            .attributes
            .as_deref()
            .map(Expression::parse)
            .transpose()
            .map_err(|error| RoutingError::invalid("EvaluateTaskAttributes", error.to_string()))?;
        let wanted =
            |wanted: &Option<String>, has: Option<String>| wanted.is_none() || *wanted == has;
        let listed = self.tasks.values().filter(|task| {
            let status = task.state.as_str();
            (filter.statuses.is_empty() || filter.statuses.iter().any(|wanted| wanted == status))
                && wanted(
                    &filter.workflow,
                    task.workflow.as_ref().map(ToString::to_string),
                )
                && wanted(&filter.queue, task.queue.as_ref().map(ToString::to_string))
                && wanted(
                    &filter.routing_target,
                    task.route.target(task.workflow.as_ref()),
                )
                && filter
                    .priority
                    .is_none_or(|priority| priority == task.priority)
                && expression
                    .as_ref()
                    .is_none_or(|expression| expression.holds(&TaskNames(&task.attributes)))
        });
        let mut listed: Vec<&Task> = listed.collect();
        listed.sort_by(|one, other| {
            let pairs = filter.ordering.iter();
            pairs
                .map(|pair| pair.compare(one, other))
                .find(|order| order.is_ne())
                .unwrap_or_else(|| one.created.cmp(&other.created))
        });
        Ok(listed)
    }

    /// A task's time to live is over, its step's is, or it ended five minutes ago.
    pub(super) fn task_deadline(&mut self, sid: &TaskSid) {
        let Some(task) = self.tasks.get(sid) else {
            return;
        };
        if task.state.ended().is_some() {
            self.forget(sid);
        } else if task.dies() <= self.now {
            self.cancel(sid, Some("Task TTL Exceeded".to_owned()));
        } else {
            self.leave_step(sid);
        }
    }

    /// Writes into a task's attributes and tells its workers.
    pub(super) fn write_attributes(&mut self, sid: &TaskSid, write: impl FnOnce(&mut Attributes)) {
        let now = self.now;
        let Some(task) = self.tasks.get_mut(sid) else {
            return;
        };
        write(&mut task.attributes);
        task.touch(now);
        self.tell_task(sid, "task.updated");
    }

    fn check_status(&self, sid: &TaskSid, status: Status) -> Result<(), RoutingError> {
        let state = self.task(sid)?.state;
        let allowed = match (status, state) {
            (Status::Canceled, TaskState::Pending | TaskState::Reserved)
            | (Status::Wrapping, TaskState::Assigned)
            | (Status::Completed, TaskState::Assigned | TaskState::Wrapping) => true,
            (Status::Canceled | Status::Wrapping | Status::Completed, _) => false,
        };
        if allowed {
            Ok(())
        } else {
            Err(RoutingError::IllegalTaskTransition {
                task: sid.to_string(),
                from: state.as_str(),
                to: status.as_str(),
            })
        }
    }

    fn set_status(&mut self, sid: &TaskSid, status: Status, reason: Option<String>) {
        match status {
            Status::Canceled => self.cancel(sid, reason),
            Status::Wrapping => self.wrap_up(sid, reason),
            Status::Completed => self.complete(sid, reason),
        }
    }

    fn forget(&mut self, sid: &TaskSid) {
        self.tasks.remove(sid);
        self.reservations
            .retain(|_, reservation| reservation.task != *sid);
    }
}

/// `Attributes` as they come: a JSON object, or its text.
///
/// # Errors
/// [`RoutingError::InvalidParameter`] for anything else.
pub fn parse_attributes(value: &Value) -> Result<Attributes, RoutingError> {
    let parsed = match value {
        Value::Object(attributes) => Some(attributes.clone()),
        Value::String(text) => serde_json::from_str(text).ok(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
    };
    parsed.ok_or_else(|| RoutingError::invalid("Attributes", "is not a JSON object"))
}
