use crate::core::Core;
use crate::effect::{Effect, HttpRequest, Notice, Verdict};
use crate::error::Failure;
use crate::event::{ActionToken, Callee, EffectId, Event, FlexAction, Outcome, Tab};
use crate::ids::{ContactUri, QueueSid, ReservationSid, TaskSid, WorkerSid, WorkflowSid};
use crate::time::Millis;
use crate::view::CallLine;
use serde_json::{json, Value};

const NOW: Millis = Millis(1000);

fn alice() -> WorkerSid {
    WorkerSid::from_number(1)
}

fn bob() -> Callee {
    Callee {
        worker: WorkerSid::from_number(2),
        contact_uri: ContactUri::parse("client:bob").unwrap(),
        name: "Bob Brown".into(),
    }
}

fn task() -> TaskSid {
    TaskSid::from_number(10)
}

fn reservation() -> ReservationSid {
    ReservationSid::from_number(20)
}

fn started(contact_uri: &str, configure: impl FnOnce(&mut Value)) -> Core {
    let mut event = json!({
        "kind": "started",
        "configuration": {
            "outbound_call_flows": {"default": {
                "workflow_sid": WorkflowSid::from_number(1), "queue_sid": QueueSid::from_number(1),
                "caller_id": "+15550100"}},
            "ui_attributes": {"custom_data": {
                "serverless_functions_domain": "f.example",
                "features": {"internal_call": {"enabled": true, "enable_call_queue": true}}}}},
        "me": {"workerSid": alice(), "friendlyName": "alice",
               "attributes": {"contact_uri": contact_uri, "full_name": "Alice Anderson"}},
        "activities": [],
    });
    configure(&mut event);
    let mut core = Core::default();
    assert_eq!(
        core.handle(NOW, &serde_json::from_value(event).unwrap()),
        vec![]
    );
    core
}

fn desk() -> Core {
    started("client:alice", |_| {})
}

fn offer(role: &str, status: &str, change: impl FnOnce(&mut Value)) -> Event {
    let mut event = json!({"kind": "reservationChanged", "reservation": {
    "sid": reservation(), "taskSid": task(), "status": status,
    "attributes": {
        "client_call": true, "from": if role == "caller" {"client:alice"} else {"client:bob"},
        "name": "Bob Brown",
        "internal_call": {"role": role, "caller_worker": if role == "caller" {alice()} else {bob().worker},
                          "callee_worker": if role == "caller" {bob().worker} else {alice()}},
    }}});
    if role == "callee" {
        event["reservation"]["attributes"]["internal_call"]["caller_task"] =
            json!(TaskSid::from_number(77));
    }
    change(&mut event["reservation"]);
    serde_json::from_value(event).unwrap()
}

fn press(core: &mut Core) -> Vec<Effect> {
    core.handle(NOW, &Event::PersonChosen { callee: bob() });
    core.handle(NOW, &Event::CallPressed)
}

fn creation(effects: &[Effect]) -> EffectId {
    effects
        .iter()
        .find_map(|e| {
            if let Effect::CreateTask { id, .. } = e {
                Some(*id)
            } else {
                None
            }
        })
        .expect("a task is created")
}

fn posts(effects: &[Effect]) -> Vec<(EffectId, HttpRequest)> {
    effects
        .iter()
        .filter_map(|e| {
            if let Effect::Http { id, request } = e {
                Some((*id, request.clone()))
            } else {
                None
            }
        })
        .collect()
}

fn paths(effects: &[Effect]) -> Vec<String> {
    posts(effects)
        .into_iter()
        .map(|(_, r)| r.url.rsplit('/').next().unwrap().to_owned())
        .collect()
}

fn notices(effects: &[Effect]) -> Vec<Notice> {
    effects
        .iter()
        .filter_map(|e| {
            if let Effect::Notify { notice } = e {
                Some(notice.clone())
            } else {
                None
            }
        })
        .collect()
}

fn settle(core: &mut Core, id: EffectId, outcome: Outcome) -> Vec<Effect> {
    core.handle(NOW, &Event::Settled { id, outcome })
}

fn failed() -> Outcome {
    Outcome::Failed {
        failure: Failure::new("no way"),
    }
}

fn line(core: &Core) -> CallLine {
    core.dialpad().unwrap().line().clone()
}

fn action(core: &mut Core, action: FlexAction, sid: &str) -> (Verdict, Vec<Effect>) {
    let event = Event::ActionRequested {
        token: ActionToken(5),
        action,
        sid: Some(sid.to_owned()),
        task_sid: None,
    };
    let effects = core.handle(NOW, &event);
    match effects.first() {
        Some(Effect::Verdict {
            token: ActionToken(5),
            verdict,
        }) => (*verdict, effects.clone()),
        other => panic!("no verdict first: {other:?}"),
    }
}

/// Alice has called Bob and her own reservation is on offer.
fn ringing() -> (Core, Vec<Effect>) {
    let mut core = desk();
    let id = creation(&press(&mut core));
    settle(&mut core, id, Outcome::TaskCreated { task: task() });
    let effects = core.handle(NOW, &offer("caller", "pending", |_| {}));
    (core, effects)
}

#[test]
fn one_press_makes_one_call_however_often_it_is_pressed() {
    let mut core = desk();
    let id = creation(&press(&mut core));
    assert_eq!(core.handle(NOW, &Event::CallPressed), vec![]);
    settle(&mut core, id, Outcome::TaskCreated { task: task() });
    assert_eq!(core.handle(NOW, &Event::CallPressed), vec![]);
}

#[test]
fn the_callers_task_carries_the_references_attributes_and_an_explicit_role() {
    let mut core = desk();
    let effects = press(&mut core);
    let Some(Effect::CreateTask { order, .. }) = effects
        .iter()
        .find(|e| matches!(e, Effect::CreateTask { .. }))
    else {
        panic!("no task")
    };
    assert_eq!(
        serde_json::to_value(&order.attributes).unwrap(),
        json!({"to": "client:bob", "direction": "outbound", "name": "Bob Brown", "fromName": "Alice Anderson",
               "targetWorker": "client:alice", "autoAnswer": "true", "client_call": true,
               "internal_call": {"role": "caller", "caller_worker": alice(), "callee_worker": bob().worker}})
    );
    assert_eq!(
        (order.to.as_str(), order.from.as_str()),
        ("client:bob", "client:alice")
    );
}

#[test]
fn a_queue_is_called_by_its_name() {
    let mut core = desk();
    let opened = core.handle(NOW, &Event::FieldOpened { tab: Tab::Queue });
    let Some(Effect::LoadQueues { id }) = opened.first() else {
        panic!("{opened:?}")
    };
    settle(
        &mut core,
        *id,
        Outcome::Queues {
            queues: vec!["Sales".to_owned()],
        },
    );
    core.handle(NOW, &Event::TabChosen { tab: Tab::Queue });
    core.handle(
        NOW,
        &Event::QueueChosen {
            queue: "Sales".to_owned(),
        },
    );
    let effects = core.handle(NOW, &Event::CallPressed);
    let Some(Effect::CreateTask { order, .. }) = effects
        .iter()
        .find(|e| matches!(e, Effect::CreateTask { .. }))
    else {
        panic!("no task")
    };
    assert_eq!(order.to.as_str(), "Sales");
    assert_eq!(order.attributes.to.as_str(), "queue:Sales");
    assert_eq!(order.attributes.call_to_queue.as_deref(), Some("Sales"));
    assert_eq!(order.attributes.name, None);
}

#[test]
fn the_callee_is_rung_as_soon_as_the_task_exists() {
    let mut core = desk();
    let id = creation(&press(&mut core));
    let effects = settle(&mut core, id, Outcome::TaskCreated { task: task() });
    let posts = posts(&effects);
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0].1.url, "https://f.example/internal-call/flex/ring");
    assert_eq!(
        posts[0].1.form,
        vec![("taskSid".to_owned(), task().to_string())]
    );
}

#[test]
fn a_reservation_that_overtakes_the_answer_to_create_task_rings_the_callee_once() {
    let mut core = desk();
    let id = creation(&press(&mut core));
    let first = core.handle(NOW, &offer("caller", "pending", |_| {}));
    assert_eq!(paths(&first), ["ring"]);
    let second = settle(&mut core, id, Outcome::TaskCreated { task: task() });
    assert_eq!(paths(&second), Vec::<String>::new());
}

#[test]
fn the_callers_own_leg_is_accepted_by_itself_through_flexs_action() {
    let (mut core, effects) = ringing();
    assert!(effects
        .iter()
        .any(|e| matches!(e, Effect::AcceptTask { reservation: r, .. } if *r == reservation())));
    let (verdict, effects) = action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    let Some(Effect::CallWorker { id, from, url, .. }) = effects.get(1) else {
        panic!("{effects:?}")
    };
    assert_eq!(verdict, Verdict::Replace { until: *id });
    assert_eq!(from.as_str(), "client:alice");
    assert_eq!(
        *url,
        format!(
            "https://f.example/internal-call/common/agent-outbound-join?taskSid={}",
            task()
        )
    );
}

#[test]
fn a_callers_task_of_another_tab_is_not_accepted_by_itself() {
    let mut core = desk();
    assert_eq!(
        core.handle(NOW, &offer("caller", "pending", |_| {})),
        vec![]
    );
}

#[test]
fn the_called_leg_joins_the_conference_named_after_the_callers_task() {
    let mut core = desk();
    let effects = core.handle(NOW, &offer("callee", "pending", |_| {}));
    assert!(effects
        .iter()
        .any(|e| matches!(e, Effect::NotifyRinging { .. })));
    let (_, effects) = action(&mut core, FlexAction::AcceptTask, task().as_str());
    let Some(Effect::CallWorker { from, url, .. }) = effects.get(1) else {
        panic!("{effects:?}")
    };
    assert_eq!(from.as_str(), "client:bob");
    assert!(url.ends_with(&format!(
        "/agent-join-conference?conferenceName={}",
        TaskSid::from_number(77)
    )));
}

#[test]
fn a_sip_agent_is_called_with_the_accounts_caller_id() {
    let mut core = started("sip:alice@example.com", |_| {});
    core.handle(NOW, &offer("callee", "pending", |_| {}));
    let (_, effects) = action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    let Some(Effect::CallWorker { from, .. }) = effects.get(1) else {
        panic!("{effects:?}")
    };
    assert_eq!(from.as_str(), "+15550100");
}

#[test]
fn native_tasks_pass_through_untouched() {
    let mut core = desk();
    let native = offer("callee", "pending", |r| {
        r["attributes"] = json!({"from": "+15550111", "client_call": "true"})
    });
    assert_eq!(core.handle(NOW, &native), vec![]);
    for flex in [FlexAction::AcceptTask, FlexAction::RejectTask] {
        let (verdict, effects) = action(&mut core, flex, reservation().as_str());
        assert_eq!((verdict, effects.len()), (Verdict::Pass, 1));
    }
}

#[test]
fn an_action_without_any_sid_passes() {
    let mut core = desk();
    let event = Event::ActionRequested {
        token: ActionToken(1),
        action: FlexAction::AcceptTask,
        sid: None,
        task_sid: None,
    };
    assert_eq!(
        core.handle(NOW, &event),
        vec![Effect::Verdict {
            token: ActionToken(1),
            verdict: Verdict::Pass
        }]
    );
}

#[test]
fn a_second_accept_calls_nobody_twice() {
    let mut core = desk();
    core.handle(NOW, &offer("callee", "pending", |_| {}));
    action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    let (verdict, effects) = action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    assert_eq!((verdict, effects.len()), (Verdict::Ignore, 1));
}

#[test]
fn a_failed_accept_is_told_once_and_may_be_tried_again() {
    let mut core = desk();
    core.handle(NOW, &offer("callee", "pending", |_| {}));
    let (Verdict::Replace { until }, _) =
        action(&mut core, FlexAction::AcceptTask, reservation().as_str())
    else {
        panic!("not replaced")
    };
    let effects = settle(&mut core, until, failed());
    assert_eq!(
        notices(&effects),
        [Notice::AcceptFailed {
            detail: "no way".to_owned()
        }]
    );
    let (verdict, _) = action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    assert!(matches!(verdict, Verdict::Replace { .. }));
}

#[test]
fn a_person_who_declines_tells_the_functions_and_flexs_reject_waits_for_it() {
    let mut core = desk();
    core.handle(NOW, &offer("callee", "pending", |_| {}));
    let (verdict, effects) = action(&mut core, FlexAction::RejectTask, reservation().as_str());
    assert_eq!(paths(&effects), ["reject"]);
    let until = posts(&effects)[0].0;
    assert_eq!(verdict, Verdict::Replace { until });
    let effects = settle(
        &mut core,
        until,
        Outcome::Answered {
            status: 502,
            body: "Twilio refused".to_owned(),
        },
    );
    assert_eq!(
        notices(&effects),
        [Notice::RejectFailed {
            detail: "HTTP 502 Twilio refused".to_owned()
        }]
    );
    let (verdict, _) = action(&mut core, FlexAction::RejectTask, reservation().as_str());
    assert!(
        matches!(verdict, Verdict::Replace { .. }),
        "he may try again"
    );
}

#[test]
fn a_member_of_a_called_queue_rejects_natively() {
    let mut core = desk();
    core.handle(
        NOW,
        &offer("callee", "pending", |r| {
            r["attributes"]["callToQueue"] = json!("Sales")
        }),
    );
    let (verdict, effects) = action(&mut core, FlexAction::RejectTask, reservation().as_str());
    assert_eq!((verdict, effects.len()), (Verdict::Pass, 1));
    assert_eq!(
        core.handle(
            NOW,
            &offer("callee", "rejected", |r| r["attributes"]["callToQueue"] =
                json!("Sales"))
        ),
        []
    );
}

#[test]
fn the_caller_refuses_his_own_call_to_a_queue_and_ends_it_if_nobody_else_is_there() {
    let mut core = desk();
    let own = |status: &str, sid: u128| {
        offer("callee", status, |r| {
            r["sid"] = json!(ReservationSid::from_number(sid));
            r["attributes"]["callToQueue"] = json!("Sales");
            r["attributes"]["internal_call"]["caller_worker"] = json!(alice());
        })
    };
    let effects = core.handle(NOW, &own("pending", 1));
    assert!(
        matches!(effects.as_slice(), [Effect::RejectReservation { .. }]),
        "{effects:?}"
    );
    assert_eq!(core.handle(NOW, &own("rejected", 1)), vec![]);
    let effects = core.handle(NOW, &own("pending", 2));
    assert_eq!(paths(&effects), ["end"]);
    assert_eq!(notices(&effects), [Notice::NobodyElseInQueue]);
}

#[test]
fn a_task_that_cannot_be_created_is_told_and_the_button_works_again() {
    let mut core = desk();
    let id = creation(&press(&mut core));
    let effects = settle(&mut core, id, failed());
    let notice = Notice::CallNotPlaced {
        detail: "no way".to_owned(),
    };
    assert_eq!(notices(&effects), std::slice::from_ref(&notice));
    assert_eq!(line(&core), CallLine::Failed { notice });
    creation(&core.handle(NOW, &Event::CallPressed));
}

#[test]
fn a_callee_who_cannot_be_rung_ends_the_call_with_the_reason() {
    let mut core = desk();
    let id = creation(&press(&mut core));
    let ring = posts(&settle(
        &mut core,
        id,
        Outcome::TaskCreated { task: task() },
    ))[0]
        .0;
    let effects = settle(
        &mut core,
        ring,
        Outcome::Answered {
            status: 502,
            body: "no".to_owned(),
        },
    );
    assert_eq!(paths(&effects), ["end"]);
    assert_eq!(
        notices(&effects),
        [Notice::CalleeNotRung {
            detail: "HTTP 502 no".to_owned()
        }]
    );
}

#[test]
fn the_line_follows_the_callers_task_and_never_goes_back() {
    let (mut core, _) = ringing();
    let progress = |core: &mut Core, to: &str| {
        core.handle(
            NOW,
            &offer("caller", "accepted", |r| {
                r["attributes"]["internal_call"]["progress"] = json!(to)
            }),
        );
        line(core)
    };
    let name = bob().name;
    assert_eq!(line(&core), CallLine::Calling { name: name.clone() });
    assert_eq!(
        progress(&mut core, "ringing"),
        CallLine::Ringing { name: name.clone() }
    );
    assert_eq!(
        progress(&mut core, "answered"),
        CallLine::Talking { name: name.clone() }
    );
    assert_eq!(
        progress(&mut core, "ringing"),
        CallLine::Talking { name: name.clone() }
    );
    core.handle(NOW, &offer("caller", "wrapping", |_| {}));
    assert_eq!(line(&core), CallLine::Ended { name });
}

#[test]
fn a_declined_call_still_says_so_when_the_callers_leg_is_over() {
    let (mut core, _) = ringing();
    let effects = core.handle(
        NOW,
        &offer("caller", "wrapping", |r| {
            r["attributes"]["internal_call"]["progress"] = json!("declined")
        }),
    );
    assert_eq!(notices(&effects), [Notice::Declined { name: bob().name }]);
    assert_eq!(line(&core), CallLine::Declined { name: bob().name });
}

#[test]
fn the_end_is_posted_once_and_the_task_completed_after_wrap_up() {
    let (mut core, _) = ringing();
    core.handle(NOW, &offer("caller", "accepted", |_| {}));
    assert_eq!(
        paths(&core.handle(NOW, &offer("caller", "wrapping", |_| {}))),
        ["end"]
    );
    assert_eq!(
        core.handle(NOW, &offer("caller", "wrapping", |_| {})),
        vec![]
    );
    let due = core.next_deadline().unwrap();
    assert_eq!(due, NOW + Millis::from_secs(2));
    assert_eq!(
        core.handle(Millis(due.0 - 1), &Event::DeadlineReached),
        vec![]
    );
    let effects = core.handle(due, &Event::DeadlineReached);
    assert!(
        matches!(effects.as_slice(), [Effect::CompleteTask { .. }]),
        "{effects:?}"
    );
    assert_eq!(core.handle(due, &Event::DeadlineReached), vec![]);
    assert_eq!(
        core.handle(due, &offer("caller", "completed", |_| {})),
        vec![]
    );
    assert_eq!(core.next_deadline(), None);
}

#[test]
fn auto_complete_can_be_switched_off() {
    let mut core = started("client:alice", |e| {
        e["configuration"]["ui_attributes"]["custom_data"]["features"]["internal_call"]
            ["auto_complete"] = json!(false);
    });
    core.handle(NOW, &offer("callee", "wrapping", |_| {}));
    assert_eq!(core.next_deadline(), None);
}

#[test]
fn a_caller_who_gives_up_before_his_leg_is_there_closes_everything() {
    for status in ["completed", "canceled", "rescinded", "timeout", "rejected"] {
        let (mut core, _) = ringing();
        assert_eq!(
            paths(&core.handle(NOW, &offer("caller", status, |_| {}))),
            ["end"],
            "{status}"
        );
        creation(&core.handle(NOW, &Event::CallPressed));
    }
}

#[test]
fn a_callee_whose_offer_was_cancelled_posts_nothing() {
    let mut core = desk();
    core.handle(NOW, &offer("callee", "pending", |_| {}));
    assert_eq!(
        core.handle(NOW, &offer("callee", "canceled", |_| {})),
        vec![]
    );
}

#[test]
fn a_reservation_that_never_comes_is_given_up_and_told() {
    let mut core = desk();
    let id = creation(&press(&mut core));
    settle(&mut core, id, Outcome::TaskCreated { task: task() });
    let due = core.next_deadline().unwrap();
    let effects = core.handle(due, &Event::DeadlineReached);
    assert_eq!(paths(&effects), ["end"]);
    assert_eq!(notices(&effects).len(), 1);
    creation(&core.handle(due, &Event::CallPressed));
}

#[test]
fn a_wanting_configuration_names_its_key_and_calls_nobody() {
    let mut core = started("client:alice", |e| {
        e["configuration"]["outbound_call_flows"]["default"]["workflow_sid"] = Value::Null;
    });
    let effects = press(&mut core);
    let notice = Notice::Misconfigured {
        key: "outbound_call_flows.default.workflow_sid".to_owned(),
    };
    assert_eq!(notices(&effects), [notice]);
    assert!(!effects
        .iter()
        .any(|e| matches!(e, Effect::CreateTask { .. })));
}

#[test]
fn before_the_start_flexs_own_actions_run() {
    let (verdict, _) = action(
        &mut Core::default(),
        FlexAction::AcceptTask,
        reservation().as_str(),
    );
    assert_eq!(verdict, Verdict::Pass);
}
