//! What the panel shows of favourites.

use super::*;
use crate::desk::Desk;
use crate::event::Tab;
use crate::view::{AgentField, Group, Phase};
use serde_json::json;

fn on(desk: &mut Desk, event: &Event) -> Vec<Effect> {
    desk.handle(Millis(5), event)
}

fn event(value: serde_json::Value) -> Event {
    serde_json::from_value(value).unwrap()
}

fn person(number: u128, login: &str, activity: u128) -> serde_json::Value {
    json!({"worker_sid": worker(number), "friendly_name": login, "activity_name": "Away",
           "worker_activity_sid": crate::ids::ActivitySid::from_number(activity),
           "attributes": {"contact_uri": format!("client:{login}")}})
}

/// Offline.
const GONE: u128 = 9;

/// Alice at her desk, with bob, carol, dave, erin, and frank, who is Offline.
fn desk() -> Desk {
    let mut desk = Desk::default();
    let started = json!({"kind": "started",
        "configuration": {
            "outbound_call_flows": {"default": {
                "workflow_sid": crate::ids::WorkflowSid::from_number(1), "queue_sid": crate::ids::QueueSid::from_number(1),
                "caller_id": "+15550000"}},
            "taskrouter_offline_activity_sid": crate::ids::ActivitySid::from_number(GONE),
            "ui_attributes": {"custom_data": {
                "serverless_functions_domain": "functions.example",
                "features": {"internal_call": {"enabled": true}}}}},
        "me": {"workerSid": worker(1), "friendlyName": "alice", "attributes": {"contact_uri": "client:alice"}},
        "activities": [], "origin": NOON});
    on(&mut desk, &event(started));
    for (number, login, activity) in [
        (2, "bob", 1),
        (3, "carol", 1),
        (4, "dave", 1),
        (5, "erin", 1),
        (6, "frank", GONE),
    ] {
        on(
            &mut desk,
            &event(json!({"kind": "personChanged", "person": person(number, login, activity)})),
        );
    }
    desk
}

fn press(desk: &mut Desk, number: u128) -> Vec<Effect> {
    on(
        desk,
        &Event::FavouritePressed {
            worker: worker(number),
        },
    )
}

fn call(desk: &mut Desk, number: u128) -> Vec<Effect> {
    let callee = desk
        .dialpad_view()
        .unwrap()
        .agents
        .rows
        .into_iter()
        .find(|row| row.callee.worker == worker(number));
    on(
        desk,
        &Event::PersonChosen {
            callee: callee.unwrap().callee,
        },
    );
    let effects = on(desk, &Event::CallPressed);
    typed(desk, "");
    effects
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

fn agents(desk: &Desk) -> AgentField {
    desk.dialpad_view().unwrap().agents
}

fn rows(desk: &Desk) -> Vec<(String, Group)> {
    let rows = agents(desk).rows.into_iter();
    rows.map(|row| (row.callee.name.0, row.group)).collect()
}

fn of(group: Group, names: &[&str]) -> Vec<(String, Group)> {
    names
        .iter()
        .map(|name| ((*name).to_owned(), group))
        .collect()
}

#[test]
fn favourites_come_first_in_his_order_then_those_called_last_then_everybody() {
    let mut desk = desk();
    press(&mut desk, 5);
    press(&mut desk, 2);
    assert!(call(&mut desk, 4)
        .iter()
        .any(|effect| matches!(effect, Effect::KeepFavourites { .. })));
    let expected = [
        of(Group::Favourites, &["erin", "bob"]),
        of(Group::Recent, &["dave"]),
        of(Group::Everybody, &["carol"]),
    ];
    assert_eq!(rows(&desk), expected.concat());
    assert_eq!(agents(&desk).matches, 4);
    on(
        &mut desk,
        &Event::FavouriteMoved {
            worker: worker(2),
            up: true,
        },
    );
    assert_eq!(rows(&desk)[..2], of(Group::Favourites, &["bob", "erin"]));
    press(&mut desk, 2);
    assert_eq!(rows(&desk)[0], of(Group::Favourites, &["erin"])[0]);
    typed(&mut desk, "a");
    assert!(rows(&desk)
        .iter()
        .all(|(_, group)| *group == Group::Everybody));
}

#[test]
fn with_a_filter_on_nobody_is_listed_as_a_favourite_or_for_a_recent_call_whom_it_does_not_fit() {
    let mut desk = desk();
    press(&mut desk, 5);
    call(&mut desk, 4);
    for (number, login) in [(2, "bob"), (3, "carol")] {
        let mut person = person(number, login, 1);
        person["attributes"]["team_name"] = "Sales".into();
        on(
            &mut desk,
            &event(json!({"kind": "personChanged", "person": person})),
        );
    }
    press(&mut desk, 3);
    on(
        &mut desk,
        &event(json!({"kind": "filterChosen", "facet": "team", "value": "Sales"})),
    );
    // Of those who fit the favourite is first.
    assert_eq!(rows(&desk), of(Group::Everybody, &["carol", "bob"]));
    assert_eq!(agents(&desk).matches, 2);
    let digits = agents(&desk).shortcuts;
    assert_eq!(digits.len(), 2, "a digit calls whom it always calls");
    on(&mut desk, &event(json!({"kind": "filtersCleared"})));
    let favourites = of(Group::Favourites, &["erin", "carol"]);
    assert_eq!(rows(&desk)[..2], favourites);
}

#[test]
fn whoever_matches_as_well_as_a_favourite_comes_after_him() {
    let mut desk = desk();
    for (number, login) in [(11, "mia one"), (12, "mia two")] {
        on(
            &mut desk,
            &event(json!({"kind": "personChanged", "person": person(number, login, 1)})),
        );
    }
    typed(&mut desk, "mia");
    assert_eq!(rows(&desk)[0].0, "mia one");
    press(&mut desk, 12);
    assert_eq!(rows(&desk)[0].0, "mia two");
    assert!(agents(&desk).rows[0].favourite);
}

#[test]
fn a_favourite_who_goes_offline_keeps_his_place_and_his_digit() {
    let mut desk = desk();
    [6, 3, 2]
        .into_iter()
        .for_each(|number| drop(press(&mut desk, number)));
    assert_eq!(
        rows(&desk)[..3],
        of(Group::Favourites, &["frank", "carol", "bob"])
    );
    assert_eq!(
        agents(&desk).matches,
        5,
        "he is shown, though no search finds him"
    );
    let digits = |desk: &Desk| -> Vec<(u8, u128)> {
        let shortcuts = agents(desk).shortcuts.into_iter();
        shortcuts
            .map(|shortcut| (shortcut.digit, shortcut.callee.worker.number()))
            .collect()
    };
    assert_eq!(digits(&desk), [(1, 6), (2, 3), (3, 2)]);
    on(&mut desk, &Event::PersonRemoved { worker: worker(3) });
    assert_eq!(digits(&desk), [(1, 6), (2, 3), (3, 2)]);
    // Nobody knows this one: his digit calls nobody, and no other one's does it in his place.
    press(&mut desk, 77);
    press(&mut desk, 4);
    assert_eq!(digits(&desk), [(1, 6), (2, 3), (3, 2), (5, 4)]);
}

#[test]
fn nobody_is_his_own_favourite() {
    let mut desk = desk();
    assert_eq!(press(&mut desk, 1), []);
    let me = json!({"kind": "favouritesChanged", "colleagues": [colleague(1, Some(1), 1, None)]});
    on(&mut desk, &event(me));
    assert!(rows(&desk).iter().all(|(name, _)| name != "alice"));
}

#[test]
fn only_a_call_that_is_placed_to_a_person_is_recent() {
    let mut desk = desk();
    call(&mut desk, 3);
    call(&mut desk, 4);
    assert_eq!(
        rows(&desk)[0],
        of(Group::Recent, &["carol"])[0],
        "the second was not placed: the first is on"
    );
    assert!(rows(&desk)
        .iter()
        .all(|(name, group)| name != "dave" || *group == Group::Everybody));
}

#[test]
fn favourites_outlive_what_is_restored_of_the_directory() {
    let mut desk = desk();
    let bytes = desk.directory_snapshot();
    press(&mut desk, 4);
    let restore = on(&mut desk, &Event::FieldOpened { tab: Tab::Agent });
    assert!(matches!(restore[0], Effect::RestoreDirectory { .. }));
    desk.restore_directory(&bytes).unwrap();
    assert_eq!(agents(&desk).phase, Phase::Loading);
    assert_eq!(rows(&desk)[0], of(Group::Favourites, &["dave"])[0]);
    assert!(agents(&desk).rows[0].favourite);
}

#[test]
fn the_field_reads_and_opens_them_once() {
    let mut desk = desk();
    let ordered = |effects: Vec<Effect>| {
        let ours = |effect: &&Effect| {
            matches!(
                effect,
                Effect::RestoreFavourites { .. } | Effect::OpenFavourites { .. }
            )
        };
        effects.iter().filter(ours).count()
    };
    assert_eq!(
        ordered(on(&mut desk, &Event::FieldOpened { tab: Tab::Queue })),
        0
    );
    assert_eq!(
        ordered(on(&mut desk, &Event::FieldOpened { tab: Tab::Agent })),
        2
    );
    assert_eq!(
        ordered(on(&mut desk, &Event::FieldOpened { tab: Tab::Agent })),
        0
    );
}

#[test]
fn whoever_was_called_is_not_offered_while_he_is_offline() {
    let mut desk = desk();
    call(&mut desk, 3);
    assert_eq!(rows(&desk)[0], of(Group::Recent, &["carol"])[0]);
    on(&mut desk, &Event::PersonRemoved { worker: worker(3) });
    assert_eq!(rows(&desk), of(Group::Everybody, &["bob", "dave", "erin"]));
    assert_eq!(agents(&desk).matches, 3);
}
