mod about;
mod everybody;
mod filters;
mod queues;
mod reach;
mod round;
mod watch;

use crate::desk::Desk;
use crate::effect::Effect;
use crate::error::Failure;
use crate::event::{EffectId, Event, Outcome, Tab};
use crate::ids::WorkerSid;
use crate::time::Millis;
use crate::view::{DialpadView, Phase};
use serde_json::{json, Value};

fn desk() -> Desk {
    with(json!({"enabled": true, "enable_call_queue": true}))
}

fn with(feature: Value) -> Desk {
    let mut desk = Desk::default();
    let event = json!({
        "kind": "started",
        "configuration": {"ui_attributes": {"custom_data": {"features": {"internal_call": feature}}}},
        "me": {"workerSid": WorkerSid::from_number(1), "friendlyName": "alice",
               "attributes": {"contact_uri": "client:alice"}},
        "activities": [],
    });
    desk.handle(Millis(0), &serde_json::from_value(event).unwrap());
    desk
}

fn view(desk: &Desk) -> DialpadView {
    desk.dialpad_view().unwrap()
}

fn on(desk: &mut Desk, event: &Event) -> Vec<Effect> {
    desk.handle(Millis(0), event)
}

fn open(desk: &mut Desk, tab: Tab) -> Option<EffectId> {
    request(&on(desk, &Event::FieldOpened { tab }))
}

/// The list that is asked for.
fn request(effects: &[Effect]) -> Option<EffectId> {
    effects.iter().find_map(|effect| match effect {
        Effect::RestoreDirectory { id }
        | Effect::LoadDirectory { id, .. }
        | Effect::LoadPeople { id, .. }
        | Effect::ListPeople { id, .. }
        | Effect::SettleDirectory { id }
        | Effect::ListQueues { id, .. }
        | Effect::LoadQueues { id } => Some(*id),
        _ => None,
    })
}

/// The answer to a request, and the request that follows.
fn answer(desk: &mut Desk, id: EffectId, outcome: Outcome) -> Option<EffectId> {
    request(&on(desk, &Event::Settled { id, outcome }))
}

fn failed(message: &str) -> Outcome {
    Outcome::Failed {
        failure: Failure::new(message),
    }
}

/// Opens the field; what was kept is read, and the live query asked for.
fn opening(desk: &mut Desk) -> EffectId {
    let restore = open(desk, Tab::Agent).unwrap();
    answer(desk, restore, Outcome::Done).unwrap()
}

/// The directory has these in it, and nobody else.
fn load(desk: &mut Desk, rows: Vec<Value>) {
    let there = opening(desk);
    let page = answer(desk, there, people(rows)).unwrap();
    let settle = answer(desk, page, people(Vec::new())).unwrap();
    assert_eq!(answer(desk, settle, Outcome::Done), None);
}

fn person(number: u128, login: &str, name: Option<&str>) -> Value {
    json!({"worker_sid": WorkerSid::from_number(number), "friendly_name": login, "activity_name": "Available",
           "attributes": {"contact_uri": format!("client:{login}"), "full_name": name}})
}

fn people(rows: Vec<Value>) -> Outcome {
    page(rows, None)
}

fn page(rows: Vec<Value>, next: Option<u128>) -> Outcome {
    Outcome::People {
        people: serde_json::from_value(json!(rows)).unwrap(),
        next: next.map(|number| WorkerSid::from_number(number).to_string()),
    }
}

fn names(desk: &Desk) -> Vec<String> {
    view(desk)
        .agents
        .rows
        .iter()
        .map(|row| row.callee.name.0.clone())
        .collect()
}

fn typed(desk: &mut Desk, text: &str) {
    on(
        desk,
        &Event::QueryTyped {
            tab: Tab::Agent,
            text: text.into(),
        },
    );
}

fn loaded() -> Desk {
    let mut desk = desk();
    let rows = vec![
        person(1, "alice", None),
        person(2, "bob", Some("Bob Brown")),
        person(3, "zoe", None),
    ];
    load(&mut desk, rows);
    desk
}

#[test]
fn nothing_is_fetched_before_the_field_is_first_opened_and_then_once() {
    let mut desk = desk();
    assert_eq!(view(&desk).agents.phase, Phase::Closed);
    assert!(open(&mut desk, Tab::Agent).is_some());
    assert_eq!(view(&desk).agents.phase, Phase::Loading);
    assert_eq!(open(&mut desk, Tab::Agent), None);
    assert_eq!(view(&desk).queues.phase, Phase::Closed);
}

#[test]
fn a_switched_off_tab_is_absent_and_fetches_nothing() {
    let mut desk = with(json!({"enabled": true}));
    assert_eq!(view(&desk).tabs, [Tab::Agent]);
    assert_eq!(open(&mut desk, Tab::Queue), None);
    assert!(with(json!({"enabled": true, "enable_call_agent": false}))
        .dialpad_view()
        .is_none());
    assert!(with(json!({})).dialpad_view().is_none());
    assert_eq!(
        view(&with(
            json!({"enabled": true, "enable_call_agent": false, "enable_call_queue": true})
        ))
        .active,
        Tab::Queue
    );
}

#[test]
fn the_caller_himself_is_never_listed_and_cannot_be_chosen() {
    let mut desk = loaded();
    assert_eq!(names(&desk), ["Bob Brown", "zoe"]);
    let me = serde_json::from_value(json!({"kind": "personChosen", "callee":
        {"worker": WorkerSid::from_number(1), "contactUri": "client:alice", "name": "alice"}}))
    .unwrap();
    on(&mut desk, &me);
    assert!(!view(&desk).can_call);
}

#[test]
fn somebody_without_a_full_name_can_be_found_and_chosen() {
    let mut desk = loaded();
    typed(&mut desk, "zo");
    let callee = view(&desk).agents.rows[0].callee.clone();
    on(&mut desk, &Event::PersonChosen { callee });
    let view = view(&desk);
    assert_eq!((view.agents.query.as_str(), view.can_call), ("zoe", true));
}

#[test]
fn editing_the_text_after_a_choice_clears_the_choice() {
    let mut desk = loaded();
    let callee = view(&desk).agents.rows[0].callee.clone();
    on(&mut desk, &Event::PersonChosen { callee });
    assert!(view(&desk).can_call);
    typed(&mut desk, "Bob Brow");
    assert!(!view(&desk).can_call);
}

#[test]
fn live_changes_reach_the_list_and_somebody_who_left_is_not_called() {
    let mut desk = loaded();
    on(
        &mut desk,
        &serde_json::from_value(
            json!({"kind": "personChanged", "person": person(4, "carol", Some("Carol Clark"))}),
        )
        .unwrap(),
    );
    assert_eq!(names(&desk), ["Bob Brown", "Carol Clark", "zoe"]);
    let callee = view(&desk).agents.rows[0].callee.clone();
    on(
        &mut desk,
        &Event::PersonChosen {
            callee: callee.clone(),
        },
    );
    on(
        &mut desk,
        &Event::PersonRemoved {
            worker: callee.worker,
        },
    );
    assert!(!view(&desk).can_call);
}

#[test]
fn an_empty_result_is_told_from_an_empty_list() {
    let mut desk = loaded();
    typed(&mut desk, "nobody at all");
    assert_eq!(view(&desk).agents.phase, Phase::Empty);
}

#[test]
fn a_malformed_row_is_skipped_and_the_others_are_listed() {
    let mut desk = desk();
    let rows = vec![
        json!({"worker_sid": "WK1"}),
        json!({}),
        json!({"worker_sid": 7}),
        person(2, "bob", None),
    ];
    load(&mut desk, rows);
    assert_eq!(names(&desk), ["bob"]);
}

#[test]
fn whoever_is_chosen_is_among_the_rows_even_of_a_large_team() {
    let mut desk = desk();
    let rows = (2..200)
        .map(|n| person(n, &format!("agent{n:03}"), None))
        .collect();
    load(&mut desk, rows);
    typed(&mut desk, "agent199");
    let callee = view(&desk).agents.rows[0].callee.clone();
    on(
        &mut desk,
        &Event::PersonChosen {
            callee: callee.clone(),
        },
    );
    assert!(view(&desk)
        .agents
        .rows
        .iter()
        .any(|row| row.callee == callee));
}

#[test]
fn queues_are_sorted_and_matched_anywhere_in_any_case() {
    let mut desk = desk();
    let id = open(&mut desk, Tab::Queue).unwrap();
    let queues = ["support", "Everyone", "Sales", "Sales"]
        .map(str::to_owned)
        .to_vec();
    on(
        &mut desk,
        &Event::Settled {
            id,
            outcome: Outcome::Queues { queues },
        },
    );
    assert_eq!(view(&desk).queues.rows, ["Everyone", "Sales", "support"]);
    on(
        &mut desk,
        &Event::QueryTyped {
            tab: Tab::Queue,
            text: "AL".into(),
        },
    );
    assert_eq!(view(&desk).queues.rows, ["Sales"]);
    on(
        &mut desk,
        &Event::QueueChosen {
            queue: "no such queue".to_owned(),
        },
    );
    assert_eq!(view(&desk).queues.selected, None);
}
