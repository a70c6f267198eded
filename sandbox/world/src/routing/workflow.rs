//! Workflows: which task goes to which queue, in which order, for how long.
//!
//! Source: <https://www.twilio.com/docs/taskrouter/workflow-configuration>,
//! <https://www.twilio.com/docs/taskrouter/task-evaluation>.

use super::expression::{parse_path, Expression, Names, Segment};
use backline::ids::{QueueSid, WorkflowSid};
use backline::time::Millis;
use serde_json::Value;
use std::collections::VecDeque;
use thiserror::Error;

/// A workflow (<https://www.twilio.com/docs/taskrouter/api/workflow>).
#[derive(Debug, Clone)]
pub struct Workflow {
    /// Its SID.
    pub sid: WorkflowSid,
    /// `friendly_name`.
    pub name: String,
    /// Its rules.
    pub configuration: Configuration,
    /// `task_reservation_timeout`.
    pub reservation_timeout: Millis,
}

/// The parsed `configuration` of a workflow.
#[derive(Debug, Clone)]
pub struct Configuration {
    source: Value,
    filters: Vec<Filter>,
    default_queue: Option<QueueSid>,
}

#[derive(Debug, Clone)]
struct Filter {
    expression: Expression,
    targets: Vec<Target>,
}

#[derive(Debug, Clone)]
struct Target {
    queue: Option<QueueSid>,
    priority: Option<u64>,
    timeout: Option<Millis>,
    rules: Rules,
}

/// What a routing step asks of workers.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Who may get the task.
    pub expression: Option<Expression>,
    /// Left at once if this holds and nobody can be reserved
    /// (<https://www.twilio.com/docs/taskrouter/worker-presence>).
    pub skip_if: Option<Expression>,
    /// Who is first.
    pub order_by: Vec<Order>,
    /// `known_worker_sid` or `known_worker_friendly_name`: the only worker who may get it
    /// (<https://www.twilio.com/docs/taskrouter/workflow-configuration/known-agent-routing>).
    pub known_worker: Option<KnownWorker>,
}

/// One key of `order_by`.
#[derive(Debug, Clone)]
pub struct Order {
    /// What is compared, on worker or task.
    pub path: Vec<Segment>,
    /// `DESC`.
    pub descending: bool,
}

/// How a step names its worker.
#[derive(Debug, Clone)]
pub enum KnownWorker {
    /// The task's attribute that has his SID.
    Sid(Vec<Segment>),
    /// The task's attribute that has his friendly name.
    Name(Vec<Segment>),
}

/// A routing step that a task goes through.
#[derive(Debug, Clone)]
pub struct Step {
    /// The filter that it belongs to, counted from 0: a timeout moves only within one.
    pub filter: usize,
    /// The queue.
    pub queue: Option<QueueSid>,
    /// Overrides the task's priority.
    pub priority: Option<u64>,
    /// Age of the task at which the step is left, if it has a timeout.
    pub until_age: Option<Millis>,
    /// Whom it asks for.
    pub rules: Rules,
    /// Whether `skip_if` was evaluated: that happens only as a task enters the step.
    pub entered: bool,
}

/// Why a configuration is none (<https://www.twilio.com/docs/api/errors/22203>).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("Workflow configuration: {0}")]
pub struct ConfigurationError(String);

impl Configuration {
    /// Reads `{"task_routing": {"filters": […], "default_filter": {"queue": "WQ…"}}}`.
    ///
    /// # Errors
    /// [`ConfigurationError`] names what is missing or malformed.
    pub fn parse(source: Value) -> Result<Self, ConfigurationError> {
        let routing = source
            .get("task_routing")
            .ok_or_else(|| ConfigurationError("task_routing is missing".to_owned()))?;
        let filters = items(routing, "filters")
            .map(filter)
            .collect::<Result<_, _>>()?;
        let default_queue = routing.get("default_filter").and_then(|filter| {
            let queue = filter.get("queue").or_else(|| filter.get("task_queue_sid"));
            QueueSid::parse(queue?.as_str()?).ok()
        });
        Ok(Self {
            filters,
            default_queue,
            source,
        })
    }

    /// As it was written.
    #[must_use]
    pub fn source(&self) -> &Value {
        &self.source
    }

    /// The steps of a task: those of the first filter that matches it; then (for steps that are skipped) those of
    /// the further ones; then the default queue.
    #[must_use]
    pub fn steps(&self, task: &dyn Names) -> VecDeque<Step> {
        let matching = self
            .filters
            .iter()
            .enumerate()
            .filter(|(_, filter)| filter.expression.holds(task));
        let mut steps: VecDeque<Step> = matching
            .flat_map(|(number, filter)| filter.steps(number))
            .collect();
        if let Some(queue) = &self.default_queue {
            steps.push_back(Step {
                filter: self.filters.len(),
                queue: Some(queue.clone()),
                priority: None,
                until_age: None,
                rules: Rules::default(),
                entered: false,
            });
        }
        steps
    }
}

impl Filter {
    fn steps(&self, number: usize) -> Vec<Step> {
        let mut age = Some(Millis(0));
        let mut queue = None;
        let mut steps = Vec::new();
        for target in &self.targets {
            // Timeouts add up: each counts from the task's creation.
            age = age.zip(target.timeout).map(|(age, timeout)| age + timeout);
            queue = target.queue.clone().or(queue);
            steps.push(Step {
                filter: number,
                queue: queue.clone(),
                priority: target.priority,
                until_age: age,
                rules: target.rules.clone(),
                entered: false,
            });
        }
        steps
    }
}

fn filter(source: &Value) -> Result<Filter, ConfigurationError> {
    Ok(Filter {
        expression: expression(source, "expression")?
            .ok_or_else(|| ConfigurationError("a filter has no expression".to_owned()))?,
        targets: items(source, "targets")
            .map(target)
            .collect::<Result<_, _>>()?,
    })
}

fn target(source: &Value) -> Result<Target, ConfigurationError> {
    let queue = source
        .get("queue")
        .and_then(Value::as_str)
        .map(QueueSid::parse)
        .transpose()
        .map_err(|error| ConfigurationError(format!("queue: {error}")))?;
    let known = |key: &str| source.get(key).and_then(Value::as_str).and_then(parse_path);
    Ok(Target {
        queue,
        priority: number(source, "priority"),
        timeout: number(source, "timeout").map(Millis::from_secs),
        rules: Rules {
            expression: expression(source, "expression")?,
            skip_if: expression(source, "skip_if")?,
            order_by: source
                .get("order_by")
                .and_then(Value::as_str)
                .map(orders)
                .unwrap_or_default(),
            known_worker: known("known_worker_sid")
                .map(KnownWorker::Sid)
                .or_else(|| known("known_worker_friendly_name").map(KnownWorker::Name)),
        },
    })
}

/// `worker.level DESC, worker.age`.
fn orders(source: &str) -> Vec<Order> {
    let order = |key: &str| {
        let mut words = key.split_whitespace();
        Some(Order {
            path: parse_path(words.next()?)?,
            descending: words
                .next()
                .is_some_and(|word| word.eq_ignore_ascii_case("desc")),
        })
    };
    source.split(',').filter_map(order).collect()
}

fn expression(source: &Value, key: &str) -> Result<Option<Expression>, ConfigurationError> {
    source
        .get(key)
        .and_then(Value::as_str)
        .map(Expression::parse)
        .transpose()
        .map_err(|error| ConfigurationError(format!("{key}: {error}")))
}

/// Numbers come as numbers or as strings.
fn number(source: &Value, key: &str) -> Option<u64> {
    let value = source.get(key)?;
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn items<'a>(source: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    source
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}
