//! What stands below the field of whoever is chosen.

use super::*;
use crate::event::Callee;
use crate::ids::{ActivitySid, ContactUri};
use crate::view::{About, Presence};

const NOON: &str = "2026-11-21T12:00:00.000Z";
const AVAILABLE: u128 = 1;
const BREAK: u128 = 2;

/// A desk that knows which activity takes work.
fn desk_of(rows: Vec<Value>) -> Desk {
    let mut desk = reach::at_functions();
    load(&mut desk, rows);
    desk
}

fn zoe(activity: u128, name: &str) -> Value {
    let mut row = person(3, "zoe", None);
    row["activity_name"] = name.into();
    row["worker_activity_sid"] = json!(ActivitySid::from_number(activity));
    row["attributes"]["team_name"] = "Sales".into();
    row["attributes"]["routing"] = json!({"skills": ["voice", "chat"]});
    row
}

fn since(mut row: Value, since: &str) -> Value {
    row["date_activity_changed"] = since.into();
    row
}

fn choose(desk: &mut Desk, number: u128, login: &str) {
    let callee = Callee {
        worker: WorkerSid::from_number(number),
        contact_uri: ContactUri::parse(&format!("client:{login}")).unwrap(),
        name: login.into(),
    };
    on(desk, &Event::PersonChosen { callee });
}

fn about(desk: &Desk) -> Option<About> {
    view(desk).agents.about
}

fn shown(desk: &mut Desk, now: u64, numbers: &[u128]) -> Vec<Effect> {
    let workers = numbers.iter().copied().map(WorkerSid::from_number);
    let workers = workers.collect();
    desk.handle(Millis(now), &Event::RowsShown { workers })
}

/// Those who are asked after.
fn watched(effects: &[Effect]) -> Option<(EffectId, Vec<WorkerSid>)> {
    effects.iter().find_map(|effect| match effect {
        Effect::WatchPeople { id, workers } => Some((*id, workers.clone())),
        _ => None,
    })
}

fn wake(desk: &mut Desk, now: u64) -> Option<(EffectId, Vec<WorkerSid>)> {
    watched(&desk.handle(Millis(now), &Event::DeadlineReached))
}

#[test]
fn whoever_is_chosen_has_his_team_skills_and_status_below_the_field() {
    let mut desk = desk_of(vec![zoe(AVAILABLE, "Available"), person(4, "erin", None)]);
    assert_eq!(about(&desk), None, "nobody is chosen");
    choose(&mut desk, 3, "zoe");
    let expected = About {
        team: Some("Sales".to_owned()),
        skills: vec!["voice".to_owned(), "chat".to_owned()],
        presence: Presence::Available,
        activity: "Available".to_owned(),
        since: None,
    };
    assert_eq!(about(&desk), Some(expected));
    choose(&mut desk, 4, "erin");
    let erin = about(&desk).unwrap();
    assert_eq!((erin.team, erin.skills), (None, Vec::new()));
    typed(&mut desk, "eri");
    assert_eq!(about(&desk), None, "he is chosen no longer");
}

#[test]
fn of_whom_nothing_is_known_he_is_not_shown_as_available() {
    let mut desk = desk_of(Vec::new());
    choose(&mut desk, 9, "frank");
    let frank = about(&desk).unwrap();
    assert_eq!(frank.presence, Presence::Unknown);
    assert_eq!((frank.activity.as_str(), frank.since), ("", None));

    let mut before = desk_of(vec![zoe(AVAILABLE, "Available")]);
    let kept = before.directory_snapshot();
    let mut desk = reach::at_functions();
    let restore = open(&mut desk, Tab::Agent).unwrap();
    desk.restore_directory(&kept).unwrap();
    answer(&mut desk, restore, Outcome::Done);
    choose(&mut desk, 3, "zoe");
    let zoe = about(&desk).unwrap();
    assert_eq!(zoe.team.as_deref(), Some("Sales"), "this was kept");
    assert_eq!(zoe.presence, Presence::Unknown, "this may have changed");
    assert_eq!((zoe.activity.as_str(), zoe.since), ("", None));
}

#[test]
fn what_he_does_is_told_on_when_the_list_is_closed_until_another_text_is_typed() {
    let mut desk = desk_of(vec![zoe(AVAILABLE, "Available"), person(4, "erin", None)]);
    shown(&mut desk, 0, &[3, 4]);
    let (id, _) = wake(&mut desk, 250).unwrap();
    answer(
        &mut desk,
        id,
        people(vec![since(zoe(AVAILABLE, "Available"), NOON)]),
    );
    choose(&mut desk, 3, "zoe");
    assert_eq!(about(&desk).unwrap().since.as_deref(), Some(NOON));
    assert_eq!(watched(&shown(&mut desk, 300, &[])), None);
    assert_eq!(
        about(&desk).unwrap().since.as_deref(),
        Some(NOON),
        "the list is closed"
    );
    let (id, whom) = wake(&mut desk, 550).unwrap();
    assert_eq!(whom, [WorkerSid::from_number(3)]);
    answer(&mut desk, id, people(Vec::new()));
    let later = "2026-11-21T12:30:00.000Z";
    let person = serde_json::from_value(since(zoe(BREAK, "Break"), later)).unwrap();
    on(&mut desk, &Event::PersonChanged { person });
    let now = about(&desk).unwrap();
    assert_eq!(
        (now.activity.as_str(), now.presence),
        ("Break", Presence::Unavailable)
    );
    assert_eq!(now.since.as_deref(), Some(later));

    let text = "z".into();
    let tab = Tab::Agent;
    let effects = desk.handle(Millis(600), &Event::QueryTyped { tab, text });
    assert_eq!(watched(&effects).unwrap().1, [], "nobody is watched");
    choose(&mut desk, 3, "zoe");
    assert_eq!(about(&desk).unwrap().since, None, "it may have changed");
}

#[test]
fn whoever_is_chosen_and_off_the_screen_is_watched_besides_those_on_it() {
    let mut desk = desk_of(vec![zoe(AVAILABLE, "Available"), person(4, "erin", None)]);
    choose(&mut desk, 3, "zoe");
    shown(&mut desk, 0, &[4]);
    let (_, whom) = wake(&mut desk, 250).unwrap();
    assert_eq!(whom, [4, 3].map(WorkerSid::from_number));
    let many: Vec<u128> = (10..60).collect();
    shown(&mut desk, 300, &many);
    let (_, whom) = wake(&mut desk, 550).unwrap();
    assert_eq!(whom.len(), 29);
    assert_eq!(whom.last(), Some(&WorkerSid::from_number(3)));
    let worker = WorkerSid::from_number(3);
    desk.handle(Millis(600), &Event::PersonRemoved { worker });
    assert_eq!(about(&desk), None);
    let (_, whom) = wake(&mut desk, 850).unwrap();
    assert!(!whom.contains(&WorkerSid::from_number(3)));
}
