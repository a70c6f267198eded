//! Whether an order that failed is carried out once more, and when.
//!
//! | failure | orders | source |
//! |---|---|---|
//! | 429 | all: it was "never processed" | <https://www.twilio.com/docs/api/errors/20429> |
//! | 503 | those that may be repeated: "try again a few times with exponential back-off" | <https://www.twilio.com/docs/api/errors/20503> |
//! | 500 | the same: whether it was done is not known | <https://www.twilio.com/docs/api/errors/20500> |
//! | 504, no answer | the same | as 500 |
//! | any other | none | |
//!
//! Two orders may not be repeated when it is not known whether they were done: creating a task (it has no idempotency key),
//! and claiming a caller's task (a claim that was written without our hearing of it would be refused by `If-Match`, and
//! then pass for somebody else's, so that nobody would ring until it is old). Both fail instead, and the caller is told.
//!
//! The host waits: it may take up to half of the span away at random, so that many do not come back at once; it waits
//! longer if Twilio says so (`Retry-After`); and it gives up when the request's own time is over.

use super::order::{Answer, Change, Order};
use crate::time::Millis;
use serde_json::Value;

/// How often an order is carried out at most: "a few times". Twilio's own library retries three times
/// (<https://github.com/twilio/twilio-node#enable-auto-retry-with-exponential-backoff>); ours begins with a shorter wait.
pub const ATTEMPTS: u32 = 5;

/// Before the first retry. TaskRouter takes three listings by attribute a second
/// (<https://www.twilio.com/en-us/changelog/taskrouter-endpoint-rate-limit-correction>), so that a third of a second passes
/// before the second retry.
const FIRST: Millis = Millis(200);

/// Never longer: a whole request has less than 10 s, and somebody waits for it.
const LONGEST: Millis = Millis(1000);

/// How long to wait before `order` is carried out again, if it is; `attempt` counts from 1.
#[must_use]
pub fn retry_after(order: &Order, answer: &Answer, attempt: u32) -> Option<Millis> {
    let Answer::Failed { status, .. } = answer else {
        return None;
    };
    let worth_it = match status {
        429 => true,
        0 | 500 | 503 | 504 => may_be_repeated(order),
        _ => false,
    };
    if !worth_it || attempt == 0 || attempt >= ATTEMPTS {
        return None;
    }
    let doubled = FIRST.0.saturating_mul(1 << (attempt - 1));
    Some(Millis(doubled.min(LONGEST.0)))
}

/// Whether carrying it out twice comes to the same as once.
fn may_be_repeated(order: &Order) -> bool {
    match order {
        // Nothing is made twice, and nobody goes to the end of the queue twice.
        Order::CreateTask(_) | Order::CreateParticipant(_) | Order::RedirectCall { .. } => false,
        // `If-Match`: a repeated one is refused with 412, upon which the runs read again.
        Order::UpdateTask {
            change: Change::Attributes(attributes),
            ..
        } => !is_claim(attributes),
        Order::UpdateTask {
            change: Change::Close(_),
            ..
        }
        | Order::ValidateToken { .. }
        | Order::FetchTask { .. }
        | Order::ListCalleeTasks { .. }
        | Order::ListCallerTasks
        | Order::ListConversation { .. }
        | Order::ListOpposite { .. }
        | Order::FetchColleague { .. }
        | Order::ListReservations { .. }
        | Order::FetchWorker { .. }
        | Order::ListWorkers { .. }
        | Order::FetchPerson { .. }
        | Order::FetchVoiceChannel { .. }
        | Order::FetchWorkflow { .. }
        | Order::FetchTargets { .. }
        | Order::ListQueues
        | Order::ListConferences { .. }
        | Order::ListParticipants { .. }
        // These set a state.
        | Order::HoldParticipant { .. }
        | Order::LetGo { .. }
        | Order::RemoveParticipant { .. }
        | Order::EndConference { .. } => true,
    }
}

/// A claim is on the caller's task before its callee's task or any progress is.
fn is_claim(attributes: &Value) -> bool {
    let has = |key| {
        attributes
            .get("internal_call")
            .and_then(|links| links.get(key))
            .is_some_and(|value| !value.is_null())
    };
    has("claim") && !has("callee_task") && !has("progress")
}

#[cfg(test)]
mod tests {
    use super::super::label::Label;
    use super::super::order::{Closing, NewTask};
    use super::*;
    use crate::ids::{ConferenceSid, TaskSid, WorkerSid, WorkflowSid};
    use crate::twilio::attributes::Role;
    use serde_json::json;

    fn failed(status: u16) -> Answer {
        Answer::Failed {
            status,
            message: String::new(),
        }
    }

    fn update(change: Change) -> Order {
        Order::UpdateTask {
            task: TaskSid::from_number(1),
            if_match: "\"1\"".to_owned(),
            change,
        }
    }

    fn claim() -> Order {
        let links = json!({ "role": "caller", "claim": "17", "progress": null });
        let attributes = json!({ "internal_call": links });
        update(Change::Attributes(attributes))
    }

    fn create() -> Order {
        Order::CreateTask(NewTask {
            workflow: WorkflowSid::from_number(1),
            target: None,
            attributes: json!({}),
            timeout_s: 60,
            priority: 0,
        })
    }

    fn repeatable() -> Vec<Order> {
        let task = TaskSid::from_number(1);
        let worker = WorkerSid::from_number(1);
        let conference = ConferenceSid::from_number(1);
        let written = json!({ "internal_call": { "claim": "17", "callee_task": "WT2" } });
        let noted = json!({ "internal_call": { "claim": "17", "progress": "busy" } });
        vec![
            Order::ValidateToken {
                token: "t".to_owned(),
            },
            Order::FetchTask { task: task.clone() },
            Order::ListCalleeTasks {
                caller_task: task.clone(),
            },
            Order::ListCallerTasks,
            Order::ListReservations { task: task.clone() },
            Order::FetchWorker {
                worker: worker.clone(),
            },
            Order::FetchVoiceChannel {
                worker: worker.clone(),
            },
            Order::FetchPerson { worker },
            Order::ListWorkers { page: None },
            Order::FetchWorkflow {
                workflow: WorkflowSid::from_number(1),
            },
            Order::ListConferences { task },
            update(Change::Close(Closing::Wrap)),
            update(Change::Attributes(written)),
            update(Change::Attributes(noted)),
            update(Change::Attributes(json!({}))),
            Order::HoldParticipant {
                conference: conference.clone(),
                label: Label::Of(Role::Callee),
                hold: true,
            },
            Order::EndConference { conference },
        ]
    }

    #[test]
    fn what_may_have_been_done_is_repeated_unless_it_would_be_done_twice() {
        for status in [0, 500, 503, 504] {
            for order in repeatable() {
                assert!(
                    retry_after(&order, &failed(status), 1).is_some(),
                    "{status} {order:?}"
                );
            }
            for order in [create(), claim()] {
                assert_eq!(
                    retry_after(&order, &failed(status), 1),
                    None,
                    "{status} {order:?}"
                );
            }
        }
    }

    #[test]
    fn what_was_refused_for_the_number_of_requests_is_repeated_whatever_it_is() {
        for order in repeatable().into_iter().chain([create(), claim()]) {
            assert!(retry_after(&order, &failed(429), 1).is_some(), "{order:?}");
        }
    }

    #[test]
    fn an_answer_stands() {
        let order = Order::ListCallerTasks;
        assert_eq!(retry_after(&order, &Answer::Listed(Vec::new()), 1), None);
        for status in [400, 401, 403, 404, 409, 412, 502] {
            assert_eq!(retry_after(&order, &failed(status), 1), None, "{status}");
        }
    }

    #[test]
    fn each_wait_is_twice_the_last_one_up_to_a_second_and_there_are_four() {
        let waits: Vec<_> = (0..8)
            .map(|attempt| retry_after(&Order::ListCallerTasks, &failed(503), attempt))
            .collect();
        let expected = [
            None,
            Some(200),
            Some(400),
            Some(800),
            Some(1000),
            None,
            None,
            None,
        ];
        assert_eq!(waits, expected.map(|wait| wait.map(Millis)));
    }
}
