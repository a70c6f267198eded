//! The queues that a call between agents can reach: those to which the internal-call workflow leads. A task for any other is
//! in no queue, and is cancelled (<https://www.twilio.com/docs/taskrouter/workflow-configuration>).
//!
//! Where one of the two cannot be read, or the workflow names none, the plugin is refused, and offers all queues.

use super::order::{Answer, Order};
use super::party::signed_in;
use super::{refuse, refused, Response, Settings, Step};
use crate::ids::QueueSid;
use serde_json::Value;

pub(super) fn ask(settings: &Settings, token: String) -> Step {
    Step::Orders(vec![
        Order::ValidateToken { token },
        Order::FetchTargets {
            workflow: settings.workflow.clone(),
        },
        Order::ListQueues,
    ])
}

pub(super) fn answer(answers: Vec<Answer>) -> Step {
    let mut answers = answers.into_iter();
    if let Err(step) = signed_in(answers.next()) {
        return step;
    }
    let targets = match answers.next() {
        Some(Answer::Targets(targets)) => targets,
        other => return refused(other),
    };
    let queues = match answers.next() {
        Some(Answer::Queues(queues)) => queues,
        other => return refused(other),
    };
    let reached = queues.into_iter().filter(|(sid, _)| targets.contains(sid));
    let names: Vec<String> = reached.map(|(_, name)| name).collect();
    if names.is_empty() {
        return refuse(502, "The workflow names no queue of this workspace.");
    }
    Step::Respond(Response::queues(&names))
}

/// What a filter says that is for calls to persons only.
const NO_QUEUE: &str = "callToQueue==null";

/// The queues that a workflow's configuration names: of its filters' targets, and of its default filter. A filter that no call
/// to a queue can match leads nowhere.
pub(super) fn targets(configuration: &Value) -> Option<Vec<QueueSid>> {
    let routing = configuration.get("task_routing")?;
    let filters = routing.get("filters").and_then(Value::as_array);
    let targets = filters
        .into_iter()
        .flatten()
        .filter(|filter| !is_for_persons(filter))
        .filter_map(|filter| filter.get("targets")?.as_array())
        .flatten();
    let all = targets.chain(routing.get("default_filter"));
    let named = all.filter_map(|target| QueueSid::parse(target.get("queue")?.as_str()?).ok());
    Some(named.collect())
}

fn is_for_persons(filter: &Value) -> bool {
    let expression = filter.get("expression").and_then(Value::as_str);
    expression.is_some_and(|text| {
        let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        bare.contains(NO_QUEUE)
            && !text
                .split_whitespace()
                .any(|word| word.eq_ignore_ascii_case("or"))
    })
}
