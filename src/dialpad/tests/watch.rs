//! What those on the screen do.

use super::*;
use crate::ids::ActivitySid;

fn workers(numbers: impl IntoIterator<Item = u128>) -> Vec<WorkerSid> {
    numbers.into_iter().map(WorkerSid::from_number).collect()
}

fn shown(desk: &mut Desk, now: u64, numbers: impl IntoIterator<Item = u128>) -> Vec<Effect> {
    let workers = workers(numbers);
    desk.handle(Millis(now), &Event::RowsShown { workers })
}

fn wake(desk: &mut Desk, now: u64) -> Option<(EffectId, Vec<WorkerSid>)> {
    asked(&desk.handle(Millis(now), &Event::DeadlineReached))
}

fn asked(effects: &[Effect]) -> Option<(EffectId, Vec<WorkerSid>)> {
    effects.iter().find_map(|effect| match effect {
        Effect::WatchPeople { id, workers } => Some((*id, workers.clone())),
        _ => None,
    })
}

/// Zoe (3) and Bob (2), as a page told of them.
fn open_list() -> Desk {
    let mut desk = desk();
    load(
        &mut desk,
        vec![person(2, "bob", Some("Bob Brown")), person(3, "zoe", None)],
    );
    desk
}

fn on_break(number: u128, since: &str) -> Value {
    let mut row = person(number, "zoe", None);
    row["activity_name"] = "Break".into();
    row["worker_activity_sid"] = json!(ActivitySid::from_number(77));
    row["date_activity_changed"] = since.into();
    row
}

fn row(desk: &Desk, number: u128) -> crate::view::PersonRow {
    let worker = WorkerSid::from_number(number);
    let mut rows = view(desk).agents.rows.into_iter();
    rows.find(|row| row.callee.worker == worker).unwrap()
}

fn old(desk: &Desk) -> bool {
    view(desk).agents.statuses_old
}

#[test]
fn rows_that_stay_are_asked_for_once_and_what_they_do_is_told_from_then_on() {
    let mut desk = open_list();
    assert_eq!(shown(&mut desk, 0, [2]), []);
    assert_eq!(shown(&mut desk, 200, [2, 3]), [], "he scrolls on");
    assert_eq!(wake(&mut desk, 449), None);
    let (id, whom) = wake(&mut desk, 450).unwrap();
    assert_eq!(whom, workers([2, 3]));
    assert_eq!(shown(&mut desk, 460, [2, 3]), [], "the same rows");
    let before = row(&desk, 3);
    assert_eq!(
        (before.activity.as_str(), before.since),
        ("Available", None)
    );
    let noon = "2026-11-21T12:00:00.000Z";
    answer(&mut desk, id, people(vec![on_break(3, noon)]));
    let now = row(&desk, 3);
    assert_eq!(
        (now.activity.as_str(), now.since),
        ("Break", Some(noon.to_owned()))
    );
    assert_eq!((old(&desk), desk.next_deadline()), (false, None));
    let later = "2026-11-21T12:30:00.000Z";
    let person = serde_json::from_value(on_break(3, later)).unwrap();
    on(&mut desk, &Event::PersonChanged { person });
    assert_eq!(row(&desk, 3).since.as_deref(), Some(later));
}

#[test]
fn a_closed_list_is_not_watched_any_more() {
    let mut desk = open_list();
    shown(&mut desk, 0, [3]);
    assert_eq!(shown(&mut desk, 100, []), [], "nothing was asked yet");
    assert_eq!(desk.next_deadline(), None);
    shown(&mut desk, 200, [3]);
    let (id, _) = wake(&mut desk, 450).unwrap();
    answer(&mut desk, id, people(vec![on_break(3, "x")]));
    assert_eq!(row(&desk, 3).since.as_deref(), Some("x"));
    let (id, whom) = asked(&shown(&mut desk, 500, [])).unwrap();
    assert_eq!(whom, []);
    assert_eq!(row(&desk, 3).since, None, "it may have changed since");
    assert_eq!(answer(&mut desk, id, people(Vec::new())), None);
    assert_eq!(desk.next_deadline(), None);
}

#[test]
fn a_list_that_is_closed_while_he_scrolls_leaves_no_query_open() {
    let mut desk = open_list();
    shown(&mut desk, 0, [3]);
    let (id, _) = wake(&mut desk, 250).unwrap();
    answer(&mut desk, id, people(vec![on_break(3, "x")]));
    assert_eq!(shown(&mut desk, 300, [2]), [], "he scrolls");
    let (_, whom) = asked(&shown(&mut desk, 400, [])).unwrap();
    assert_eq!(whom, []);
    assert_eq!(desk.next_deadline(), None);
}

#[test]
fn what_cannot_be_checked_is_said_until_it_can() {
    let mut desk = open_list();
    shown(&mut desk, 0, [3]);
    let (id, _) = wake(&mut desk, 250).unwrap();
    let outcome = failed("no route");
    desk.handle(Millis(300), &Event::Settled { id, outcome });
    assert!(old(&desk));
    assert_eq!(names(&desk), ["Bob Brown", "zoe"], "and found all the same");
    shown(&mut desk, 400, [2]);
    assert!(old(&desk), "of these rows too");
    let (id, whom) = wake(&mut desk, 650).unwrap();
    assert_eq!((whom, old(&desk)), (workers([2]), true));
    assert_eq!(wake(&mut desk, 60_650), None, "nor is it answered");
    assert!(old(&desk));
    assert_eq!(answer(&mut desk, id, people(Vec::new())), None);
    assert!(old(&desk), "too late");
    let (id, _) = wake(&mut desk, 70_650).unwrap();
    answer(&mut desk, id, people(Vec::new()));
    assert!(!old(&desk));
    shown(&mut desk, 80_000, []);
    assert!(!old(&desk));
}

#[test]
fn no_more_are_asked_for_than_a_query_may_name() {
    let mut desk = open_list();
    shown(&mut desk, 0, 1..=50);
    let (_, whom) = wake(&mut desk, 250).unwrap();
    assert_eq!(whom, workers(1..=29));
}

#[test]
fn an_answer_tells_nothing_of_rows_that_have_gone() {
    let mut desk = open_list();
    shown(&mut desk, 0, [3]);
    let (first, _) = wake(&mut desk, 250).unwrap();
    shown(&mut desk, 300, [2]);
    assert_eq!(
        answer(&mut desk, first, people(vec![on_break(3, "x")])),
        None
    );
    let row = row(&desk, 3);
    assert_eq!((row.activity.as_str(), row.since), ("Available", None));
}

/// What those of these numbers work on: a call for each that `calls` names, as often as it does.
fn work(of: &[u128], calls: &[u128]) -> Event {
    let row = |number: &u128| {
        json!({"worker_sid": WorkerSid::from_number(*number), "status": "accepted",
            "task_channel_unique_name": "voice"})
    };
    let (of, rows) = (workers(of.iter().copied()), calls.iter().map(row));
    let told = json!({"kind": "workTold", "workers": of, "work": rows.collect::<Vec<_>>()});
    serde_json::from_value(told).unwrap()
}

#[test]
fn how_many_calls_those_on_the_screen_are_on_is_told_as_long_as_it_is_known() {
    let mut desk = open_list();
    let calls = |desk: &Desk| (row(desk, 2).calls, row(desk, 3).calls);
    shown(&mut desk, 0, [2]);
    assert_eq!(calls(&desk), (None, None), "not known yet");
    let told = on(&mut desk, &work(&[2, 9], &[2, 9]));
    assert!(matches!(told[..], [Effect::ViewChanged { .. }]));
    assert_eq!(calls(&desk), (Some(1), None));
    shown(&mut desk, 100, [2, 3]);
    on(&mut desk, &work(&[2], &[]));
    assert_eq!(
        calls(&desk),
        (Some(0), None),
        "of the other nothing was asked yet"
    );
    on(&mut desk, &work(&[2, 3], &[3, 3]));
    assert_eq!(calls(&desk), (Some(0), Some(2)));
    shown(&mut desk, 200, [2]);
    assert_eq!(calls(&desk), (Some(0), None), "off the screen");
    let workers = workers([2]);
    on(
        &mut desk,
        &Event::WorkTold {
            workers,
            work: None,
        },
    );
    assert_eq!(calls(&desk), (None, None));
}

#[test]
fn what_is_no_call_of_somebody_is_not_counted() {
    let mut desk = open_list();
    shown(&mut desk, 0, [3]);
    let zoe = WorkerSid::from_number(3);
    let rows = json!([
        {"worker_sid": zoe, "status": "wrapping", "task_channel_unique_name": "voice"},
        {"worker_sid": zoe, "status": "accepted", "task_channel_unique_name": "chat"},
        {"worker_sid": zoe, "status": "accepted"},
        {"worker_sid": "nobody", "status": "accepted", "task_channel_unique_name": "voice"},
        {"worker_sid": 7, "status": [], "task_channel_unique_name": {}},
        {},
    ]);
    let told = json!({"kind": "workTold", "workers": [zoe], "work": rows});
    on(&mut desk, &serde_json::from_value(told).unwrap());
    assert_eq!(row(&desk, 3).calls, Some(0));
}
