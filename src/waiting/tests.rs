use crate::core::Core;
use crate::effect::{Effect, HttpRequest, Notice};
use crate::event::{Callee, EffectId, Event, Outcome};
use crate::ids::{ContactUri, QueueSid, TaskSid, WorkerSid, WorkflowSid};
use crate::pii::Pii;
use crate::time::Millis;
use serde_json::json;

const MINUTE: Millis = Millis::from_secs(60);

fn at(seconds: u64) -> Millis {
    Millis::from_secs(seconds)
}

fn colleague(number: u128) -> Callee {
    Callee {
        worker: WorkerSid::from_number(number),
        contact_uri: ContactUri::parse("client:bob").unwrap(),
        name: Pii(format!("Bob {number}")),
    }
}

fn bob() -> Callee {
    colleague(2)
}

fn core_with(policy: Option<&str>) -> Core {
    let event = json!({"kind": "started", "configuration": {
        "outbound_call_flows": {"default": {
            "workflow_sid": WorkflowSid::from_number(1), "queue_sid": QueueSid::from_number(1),
            "caller_id": "+15550100"}},
        "ui_attributes": {"custom_data": {"serverless_functions_domain": "f.example",
            "features": {"internal_call": {"enabled": true, "busy_policy": policy}}}}},
        "me": {"workerSid": WorkerSid::from_number(1), "friendlyName": "alice",
               "attributes": {"contact_uri": "client:alice"}},
        "activities": [], "tab": "tab-1"});
    let mut core = Core::default();
    core.handle(at(0), &serde_json::from_value(event).unwrap());
    core
}

fn posted(effects: &[Effect], path: &str) -> Vec<(EffectId, HttpRequest)> {
    let post = |effect: &Effect| match effect {
        Effect::Http { id, request } if request.url.ends_with(path) => Some((*id, request.clone())),
        _ => None,
    };
    effects.iter().filter_map(post).collect()
}

fn answered(status: u16, code: &str) -> Outcome {
    Outcome::Answered {
        status,
        message: String::new(),
        code: Some(code.to_owned()),
    }
}

fn settle(core: &mut Core, now: Millis, id: EffectId, outcome: Outcome) -> Vec<Effect> {
    core.handle(now, &Event::Settled { id, outcome })
}

/// Alice calls him, and his phone is not rung, with this outcome.
fn call(core: &mut Core, now: Millis, callee: Callee, code: &str) -> Vec<Effect> {
    let effects = core.handle(now, &Event::CallBackPressed { callee });
    let create = effects.iter().find_map(|effect| match effect {
        Effect::CreateTask { id, .. } => Some(*id),
        _ => None,
    });
    let task = TaskSid::from_number(9);
    let effects = settle(core, now, create.unwrap(), Outcome::TaskCreated { task });
    let ring = posted(&effects, "/ring")[0].0;
    let effects = settle(core, now, ring, answered(409, code));
    let over = json!({"kind": "reservationChanged", "reservation": {
        "sid": "WR00000000000000000000000000000001", "taskSid": TaskSid::from_number(9),
        "status": "canceled", "attributes": {"client_call": true, "internal_call": {
            "role": "caller", "caller_worker": WorkerSid::from_number(1), "tab": "tab-1"}}}});
    let pending = {
        let mut pending = over.clone();
        pending["reservation"]["status"] = json!("pending");
        pending
    };
    for event in [pending, over] {
        core.handle(now, &serde_json::from_value(event).unwrap());
    }
    effects
}

fn press(core: &mut Core, now: Millis, callee: Callee) {
    core.handle(now, &Event::TellWhenFreePressed { callee });
}

/// Bob is waited for since the beginning.
fn waiting() -> Core {
    let mut core = core_with(None);
    press(&mut core, at(0), bob());
    core
}

/// The questions that are due by then, with when each was asked.
fn questions(core: &mut Core, until: Millis) -> Vec<(Millis, EffectId)> {
    let mut all = Vec::new();
    while let Some(due) = core.next_deadline().filter(|due| *due <= until) {
        let effects = core.handle(due, &Event::DeadlineReached);
        all.extend(
            posted(&effects, "/reach")
                .into_iter()
                .map(|(id, _)| (due, id)),
        );
    }
    all
}

fn notices(effects: &[Effect]) -> Vec<Notice> {
    let notice = |effect: &Effect| match effect {
        Effect::Notify { notice } => Some(notice.clone()),
        _ => None,
    };
    effects.iter().filter_map(notice).collect()
}

#[test]
fn whoever_is_busy_by_that_policy_may_be_waited_for_and_nobody_else() {
    let mut core = core_with(None);
    assert_eq!(core.waiting().offered, None);
    call(&mut core, at(0), bob(), "busy");
    assert_eq!(core.waiting().offered, None);
    call(&mut core, at(1), bob(), "busy_notify");
    assert_eq!(core.waiting().offered, Some(bob()));
    press(&mut core, at(2), bob());
    assert_eq!(core.waiting().offered, None);
    assert_eq!(core.waiting().colleagues, [bob()]);
    core.handle(
        at(3),
        &Event::WaitCancelled {
            worker: bob().worker,
        },
    );
    assert_eq!(core.waiting().colleagues, []);
    assert_eq!(
        core.waiting().offered,
        Some(bob()),
        "he may think better of it"
    );
}

#[test]
fn he_is_asked_after_with_growing_pauses_and_told_of_once_he_is_free() {
    let mut core = waiting();
    let asked = questions(&mut core, at(60));
    let times: Vec<_> = asked.iter().map(|(time, _)| *time).collect();
    assert_eq!(times, [5, 10, 20, 35, 50].map(at));
    let newest = asked.last().unwrap().1;
    let effects = settle(&mut core, at(61), newest, answered(200, "free"));
    assert_eq!(notices(&effects), [Notice::Free { callee: bob() }]);
    assert_eq!(core.waiting().colleagues, []);
    assert_eq!(core.next_deadline(), None, "he is asked after no more");
}

#[test]
fn an_answer_that_is_not_that_he_is_free_changes_nothing() {
    let mut core = waiting();
    let failure = crate::error::Failure::new("no way");
    for outcome in [
        answered(200, "busy"),
        answered(200, "unavailable"),
        answered(403, "free"),
        answered(200, "abducted"),
        Outcome::Done,
        Outcome::Failed { failure },
    ] {
        let due = core.next_deadline().unwrap();
        let asked = questions(&mut core, due);
        assert_eq!(settle(&mut core, due, asked[0].1, outcome), []);
        assert_eq!(core.waiting().colleagues, [bob()]);
    }
}

#[test]
fn only_the_newest_question_counts() {
    let mut core = waiting();
    let asked = questions(&mut core, at(10));
    assert_eq!(
        settle(&mut core, at(11), asked[0].1, answered(200, "free")),
        []
    );
    assert_eq!(core.waiting().colleagues, [bob()]);
    // Asked for anew meanwhile: what was found before says nothing.
    core.handle(
        at(11),
        &Event::WaitCancelled {
            worker: bob().worker,
        },
    );
    press(&mut core, at(11), bob());
    assert_eq!(
        settle(&mut core, at(12), asked[1].1, answered(200, "free")),
        []
    );
    assert_eq!(core.waiting().colleagues, [bob()]);
}

#[test]
fn after_half_an_hour_he_is_given_up_and_that_is_told() {
    let mut core = waiting();
    let half_an_hour = Millis(30 * MINUTE.0);
    questions(&mut core, Millis(half_an_hour.0 - 1));
    assert_eq!(core.waiting().colleagues, [bob()]);
    assert_eq!(core.next_deadline(), Some(half_an_hour));
    let effects = core.handle(half_an_hour, &Event::DeadlineReached);
    let name = bob().name;
    assert_eq!(notices(&effects), [Notice::NotFree { name }]);
    assert_eq!(posted(&effects, "/reach"), []);
    assert_eq!(
        (core.waiting().colleagues, core.next_deadline()),
        (vec![], None)
    );
}

#[test]
fn whoever_is_called_again_is_not_waited_for_any_more() {
    let mut core = waiting();
    press(&mut core, at(0), colleague(3));
    call(&mut core, at(1), bob(), "busy_notify");
    assert_eq!(core.waiting().colleagues, [colleague(3)]);
    assert_eq!(core.waiting().offered, Some(bob()));
}

#[test]
fn several_may_be_waited_for_each_once_and_nobody_for_himself() {
    let mut core = waiting();
    for number in [2, 3, 1, 3] {
        press(&mut core, at(1), colleague(number));
    }
    assert_eq!(core.waiting().colleagues, [bob(), colleague(3)]);
    let asked = questions(&mut core, at(6));
    assert_eq!(asked.len(), 2);
    let effects = settle(&mut core, at(6), asked[1].1, answered(200, "free"));
    assert_eq!(
        notices(&effects),
        [Notice::Free {
            callee: colleague(3)
        }]
    );
    assert_eq!(core.waiting().colleagues, [bob()]);
}

#[test]
fn no_more_than_ten_are_waited_for() {
    let mut core = core_with(None);
    for number in 10..25 {
        press(&mut core, at(0), colleague(number));
    }
    assert_eq!(core.waiting().colleagues.len(), 10);
    call(&mut core, at(1), bob(), "busy_notify");
    assert_eq!(core.waiting().offered, None);
}

#[test]
fn what_is_configured_goes_with_the_question_and_with_the_call() {
    for (configured, said) in [
        (Some("notify"), Some("notify")),
        (Some("Busy"), None),
        (None, None),
    ] {
        let mut core = core_with(configured);
        press(&mut core, at(0), bob());
        let due = core.next_deadline().unwrap();
        let effects = core.handle(due, &Event::DeadlineReached);
        let form = posted(&effects, "/reach")[0].1.form.clone();
        let policy = form.iter().find(|(key, _)| key == "busyPolicy");
        assert_eq!(policy.map(|(_, value)| value.as_str()), said);
        let effects = core.handle(due, &Event::CallBackPressed { callee: bob() });
        let written = effects.iter().find_map(|effect| match effect {
            Effect::CreateTask { order, .. } => order.attributes.internal_call.busy_policy,
            _ => None,
        });
        assert_eq!(
            written.map(crate::twilio::busy_policy::BusyPolicy::as_str),
            said
        );
    }
}
