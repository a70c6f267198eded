//! Any agent's browser may make a task with whatever attributes: it ends, holds and closes nothing of a call of others.

use super::*;
use crate::functions::Whom;
use crate::twilio::attributes::DeclineReason;

fn mallory() -> WorkerSid {
    WorkerSid::from_number(66)
}

/// Alice and Bob talk, and Mallory has a task of his own making.
fn with(forged: Value) -> (Twilio, TaskSid, TaskSid) {
    let mut twilio = Twilio::new(|_| {});
    twilio.ring();
    let callee = twilio.callees()[0].sid.clone();
    for task in [caller_task(), callee.clone()] {
        twilio.tasks.get_mut(&task).unwrap().1 = TaskStatus::Assigned;
    }
    let caller = &mut twilio.tasks.get_mut(&caller_task()).unwrap().2;
    caller["internal_call"]["progress"] = json!("answered");
    twilio.conferences.insert(ConferenceSid::from_number(1));
    twilio.in_progress = true;
    let own = TaskSid::from_number(900);
    let attributes = json!({"client_call": true, "internal_call": forged});
    let task = (0, TaskStatus::Assigned, attributes);
    twilio.tasks.insert(own.clone(), task);
    (twilio, own, callee)
}

fn asked_for(task: &TaskSid) -> Vec<Request> {
    let (task, token) = (task.clone(), "mallory".to_owned());
    vec![
        Request::End {
            task: task.clone(),
            token: token.clone(),
            outcome: None,
            warm: false,
        },
        Request::Reject {
            task: task.clone(),
            token: token.clone(),
            reason: Some(DeclineReason::Busy),
        },
        Request::Came {
            task: task.clone(),
            token: token.clone(),
            warm: false,
        },
        Request::Transfer {
            task: task.clone(),
            to: Whom::Queue("Sales".to_owned()),
            token: token.clone(),
        },
        Request::Hold {
            task,
            token,
            whom: None,
            hold: true,
        },
    ]
}

#[test]
fn a_task_that_says_that_it_is_the_callees_touches_nothing_of_the_call() {
    let forged =
        json!({"role": "callee", "callee_worker": mallory(), "caller_task": caller_task()});
    let (twilio, own, _) = with(forged);
    for request in asked_for(&own) {
        let mut twilio = twilio.clone();
        let before = twilio.clone();
        assert_eq!(twilio.run(request.clone()).status, 403, "{request:?}");
        assert_eq!(twilio.tasks, before.tasks, "{request:?}");
        assert_eq!(twilio.conferences, before.conferences, "{request:?}");
    }
}

#[test]
fn a_task_that_says_that_it_is_the_callers_closes_no_task_of_others() {
    let (_, _, callee) = with(json!({}));
    let forged = json!({"role": "caller", "caller_worker": mallory(), "callee_task": callee});
    let (twilio, own, callee) = with(forged);
    for request in asked_for(&own) {
        let mut twilio = twilio.clone();
        let before = twilio.tasks[&callee].clone();
        twilio.run(request.clone());
        assert_eq!(twilio.tasks[&callee], before, "{request:?}");
    }
}

#[test]
fn a_task_of_no_conversation_or_another_touches_nothing_of_a_call_that_flex_connects() {
    for said in [None, Some("1-2-3"), Some("")] {
        for callers in [Some(super::enqueue::CONVERSATION), None] {
            let mut twilio = super::enqueue::called(|attributes| {
                attributes["internal_call"]["progress"] = json!("answered");
                if callers.is_none() {
                    attributes["conversations"] = json!({});
                }
            });
            let own = TaskSid::from_number(900);
            let forged = json!({
                "conversations": {"conversation_id": said},
                "internal_call": {"role": "callee", "strategy": "application",
                    "callee_worker": mallory(), "caller_task": caller_task()},
            });
            let task = (0, TaskStatus::Assigned, forged);
            twilio.tasks.insert(own.clone(), task);
            for request in asked_for(&own) {
                let mut twilio = twilio.clone();
                let before = twilio.clone();
                assert_eq!(twilio.run(request.clone()).status, 403, "{request:?}");
                assert_eq!(twilio.tasks, before.tasks, "{request:?}");
                assert_eq!(twilio.conferences, before.conferences, "{request:?}");
            }
        }
    }
}

#[test]
fn a_task_that_guesses_the_conversation_of_a_call_by_conference_touches_nothing_of_it() {
    let (mut twilio, own, _) = with(json!({
        "role": "callee", "callee_worker": mallory(), "caller_task": caller_task(),
    }));
    for task in [caller_task(), own.clone()] {
        if let Some((_, _, attributes)) = twilio.tasks.get_mut(&task) {
            attributes["conversations"] = json!({"conversation_id": caller_task()});
        }
    }
    for request in asked_for(&own) {
        let mut twilio = twilio.clone();
        let before = twilio.clone();
        assert_eq!(twilio.run(request.clone()).status, 403, "{request:?}");
        assert_eq!(twilio.tasks, before.tasks, "{request:?}");
    }
}
