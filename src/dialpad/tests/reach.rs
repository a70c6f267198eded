//! Whether the person who is chosen could be rung.

use super::*;
use crate::effect::HttpRequest;
use crate::event::Callee;
use crate::ids::{ActivitySid, ContactUri, QueueSid, WorkflowSid};
use crate::view::Reachable;

const ZOE: u128 = 3;
const AVAILABLE: u128 = 1;
const BREAK: u128 = 2;

/// A desk whose functions are at `f.example`.
pub(super) fn at_functions() -> Desk {
    with(json!({"enabled": true}))
}

/// The same, with the tab of queues.
pub(super) fn with_queues() -> Desk {
    with(json!({"enabled": true, "enable_call_queue": true}))
}

fn with(feature: Value) -> Desk {
    let mut desk = Desk::default();
    let flow = json!({"workflow_sid": WorkflowSid::from_number(1), "queue_sid": QueueSid::from_number(1),
        "caller_id": "+15550100"});
    let data =
        json!({"serverless_functions_domain": "f.example", "features": {"internal_call": feature}});
    let event = json!({
        "kind": "started",
        "configuration": {"outbound_call_flows": {"default": flow}, "ui_attributes": {"custom_data": data}},
        "me": {"workerSid": WorkerSid::from_number(1), "friendlyName": "alice",
               "attributes": {"contact_uri": "client:alice"}},
        "activities": [{"sid": ActivitySid::from_number(AVAILABLE), "name": "Available", "available": true}],
    });
    desk.handle(Millis(0), &serde_json::from_value(event).unwrap());
    desk
}

fn choose(desk: &mut Desk, now: u64, number: u128) -> Option<EffectId> {
    let callee = Callee {
        worker: WorkerSid::from_number(number),
        contact_uri: ContactUri::parse("client:zoe").unwrap(),
        name: "Zoe Zimmer".into(),
    };
    asked(
        &desk.handle(Millis(now), &Event::PersonChosen { callee }),
        number,
    )
}

fn opened(desk: &mut Desk, now: u64) -> Option<EffectId> {
    let tab = Tab::Agent;
    asked(&desk.handle(Millis(now), &Event::FieldOpened { tab }), ZOE)
}

/// The question after him.
fn asked(effects: &[Effect], number: u128) -> Option<EffectId> {
    let expected = HttpRequest {
        url: "https://f.example/internal-call/flex/reach".to_owned(),
        form: vec![(
            "workerSid".to_owned(),
            WorkerSid::from_number(number).to_string(),
        )],
    };
    effects.iter().find_map(|effect| match effect {
        Effect::Http { id, request } => {
            assert_eq!(*request, expected);
            Some(*id)
        }
        _ => None,
    })
}

fn answered(desk: &mut Desk, id: EffectId, status: u16, code: &str) {
    told(desk, id, status, code, "");
}

fn told(desk: &mut Desk, id: EffectId, status: u16, code: &str, room: &str) {
    let outcome = Outcome::Answered {
        status,
        message: room.to_owned(),
        code: Some(code.to_owned()),
    };
    on(desk, &Event::Settled { id, outcome });
}

fn reachable(desk: &Desk) -> Option<Reachable> {
    view(desk).agents.reachable
}

#[test]
fn he_is_asked_after_when_he_is_chosen_and_again_when_that_is_a_while_ago() {
    let mut desk = at_functions();
    let id = choose(&mut desk, 0, ZOE).unwrap();
    assert_eq!(reachable(&desk), None, "not known yet");
    answered(&mut desk, id, 200, "busy");
    assert_eq!(reachable(&desk), Some(Reachable::Busy));
    assert_eq!(opened(&mut desk, 14_999), None);
    let again = opened(&mut desk, 15_000).unwrap();
    assert_eq!(reachable(&desk), None);
    answered(&mut desk, id, 200, "busy");
    assert_eq!(reachable(&desk), None, "the older answer");
    answered(&mut desk, again, 200, "free");
    assert_eq!(reachable(&desk), Some(Reachable::Free));
    assert_eq!(opened(&mut desk, 15_001), None);
    assert!(choose(&mut desk, 15_002, ZOE).is_some(), "chosen anew");
    assert_eq!(reachable(&desk), None);
}

#[test]
fn of_another_who_is_chosen_nothing_is_known() {
    let mut desk = at_functions();
    let zoe = choose(&mut desk, 0, ZOE).unwrap();
    let bob = choose(&mut desk, 10, 2).unwrap();
    answered(&mut desk, zoe, 200, "busy");
    assert_eq!(reachable(&desk), None);
    answered(&mut desk, bob, 200, "unavailable");
    assert_eq!(reachable(&desk), Some(Reachable::Unavailable));
    let text = "Zoe".into();
    on(
        &mut desk,
        &Event::QueryTyped {
            tab: Tab::Agent,
            text,
        },
    );
    assert_eq!(reachable(&desk), None, "nobody is chosen");
    assert!(choose(&mut desk, 20, ZOE).is_some());
}

#[test]
fn what_he_does_meanwhile_counts_more_and_is_nothing_that_a_decision_depends_on() {
    let does = |activity: u128| {
        let mut row = person(ZOE, "zoe", None);
        row["worker_activity_sid"] = json!(ActivitySid::from_number(activity));
        let person = serde_json::from_value(row).unwrap();
        Event::PersonChanged { person }
    };
    for (code, there, gone) in [
        ("free", Some(Reachable::Free), Some(Reachable::Unavailable)),
        ("busy", Some(Reachable::Busy), Some(Reachable::Unavailable)),
        ("unavailable", None, Some(Reachable::Unavailable)),
    ] {
        let mut desk = at_functions();
        on(&mut desk, &does(AVAILABLE));
        let id = choose(&mut desk, 0, ZOE).unwrap();
        answered(&mut desk, id, 200, code);
        assert_eq!(reachable(&desk), there, "{code}");
        on(&mut desk, &does(BREAK));
        assert_eq!(reachable(&desk), gone, "{code}");
        on(&mut desk, &does(AVAILABLE));
        assert_eq!(reachable(&desk), there, "{code}");
        assert_eq!(opened(&mut desk, 1), None, "asked already");
    }
}

#[test]
fn an_answer_that_says_nothing_leaves_it_open_and_it_is_asked_again() {
    for (status, code) in [(503, "busy"), (403, ""), (200, ""), (200, "declined")] {
        let mut desk = at_functions();
        let id = choose(&mut desk, 0, ZOE).unwrap();
        answered(&mut desk, id, status, code);
        assert_eq!(reachable(&desk), None);
        assert!(opened(&mut desk, 1).is_some(), "{status} {code}");
    }
    let mut desk = at_functions();
    let id = choose(&mut desk, 0, ZOE).unwrap();
    let outcome = failed("no route");
    on(&mut desk, &Event::Settled { id, outcome });
    assert!(opened(&mut desk, 1).is_some());
}

#[test]
fn without_functions_nobody_is_asked() {
    let mut desk = desk();
    assert_eq!(choose(&mut desk, 0, ZOE), None);
    assert_eq!(reachable(&desk), None);
}

#[test]
fn for_how_many_calls_he_has_room_is_told_of_one_who_could_be_rung_and_only_as_a_number() {
    let does = |activity: u128| {
        let mut row = person(ZOE, "zoe", None);
        row["worker_activity_sid"] = json!(ActivitySid::from_number(activity));
        let person = serde_json::from_value(row).unwrap();
        Event::PersonChanged { person }
    };
    for (code, room, expected) in [
        ("free", "2", Some(2)),
        ("free", "", None),
        ("free", "many", None),
        ("free", "-1", None),
        ("busy", "2", None),
        ("unavailable", "2", None),
    ] {
        let mut desk = at_functions();
        on(&mut desk, &does(AVAILABLE));
        let id = choose(&mut desk, 0, ZOE).unwrap();
        told(&mut desk, id, 200, code, room);
        assert_eq!(view(&desk).agents.room, expected, "{code} {room}");
        on(&mut desk, &does(BREAK));
        assert_eq!(view(&desk).agents.room, None, "he takes no calls now");
        choose(&mut desk, 10, 2);
        assert_eq!(view(&desk).agents.room, None, "another is chosen");
    }
}
