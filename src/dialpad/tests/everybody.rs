//! How everybody gets into the directory.

use super::*;

fn of(range: std::ops::Range<u128>) -> Vec<Value> {
    range
        .map(|number| person(number, &format!("agent{number:03}"), None))
        .collect()
}

fn phase(desk: &Desk) -> Phase {
    view(desk).agents.phase
}

fn known(desk: &Desk) -> u32 {
    view(desk).agents.known
}

/// The first page of two is in, and the second asked for.
fn half() -> (Desk, EffectId) {
    let mut desk = desk();
    let there = opening(&mut desk);
    let first = answer(&mut desk, there, people(of(2..4))).unwrap();
    let settle = answer(&mut desk, first, page(of(2..12), Some(11))).unwrap();
    let second = answer(&mut desk, settle, Outcome::Done).unwrap();
    (desk, second)
}

fn broken(desk: &mut Desk, id: EffectId, now: Millis) {
    let outcome = failed("no route");
    let effects = desk.handle(now, &Event::Settled { id, outcome });
    assert_eq!(request(&effects), None);
    let detail = "no route".to_owned();
    assert_eq!(phase(desk), Phase::Failed { detail });
}

#[test]
fn pages_are_asked_for_one_after_the_other_each_from_where_the_last_ended() {
    let mut desk = desk();
    let there = opening(&mut desk);
    let mut asked = Vec::new();
    let mut events = vec![(there, people(of(2..4)))];
    while let Some((id, outcome)) = events.pop() {
        for effect in on(&mut desk, &Event::Settled { id, outcome }) {
            match effect {
                Effect::LoadPeople { id, after } => {
                    let from = after.as_ref().map_or(1, WorkerSid::number);
                    asked.push(from);
                    let to = from + 10;
                    let rows = of(from + 1..to + 1);
                    events.push((id, page(rows, (to < 31).then_some(to))));
                }
                Effect::SettleDirectory { id } => events.push((id, Outcome::Done)),
                Effect::SaveDirectory => asked.push(0),
                _ => {}
            }
        }
    }
    assert_eq!(asked, [1, 11, 21, 0], "and kept at the end");
    assert_eq!((phase(&desk), known(&desk)), (Phase::Ready, 30));
}

#[test]
fn those_who_are_known_are_found_while_the_others_come() {
    let (mut desk, _) = half();
    assert_eq!((phase(&desk), known(&desk)), (Phase::Loading, 10));
    typed(&mut desk, "agent009");
    assert_eq!(names(&desk), ["agent009"]);
}

#[test]
fn progress_is_told_in_whole_steps() {
    let mut desk = desk();
    let there = opening(&mut desk);
    let first = answer(&mut desk, there, people(Vec::new())).unwrap();
    answer(&mut desk, first, page(of(2..1300), Some(1299))).unwrap();
    assert_eq!(known(&desk), 1000);
}

#[test]
fn a_page_that_fails_leaves_what_is_known_and_is_asked_for_again() {
    let (mut desk, second) = half();
    broken(&mut desk, second, Millis(0));
    assert_eq!((names(&desk).len(), known(&desk)), (10, 10));
    let again = on(&mut desk, &Event::RetryPressed { tab: Tab::Agent });
    assert!(
        matches!(&again[0], Effect::LoadPeople { after: Some(after), .. } if after.number() == 11),
        "{again:?}"
    );
    assert_eq!(phase(&desk), Phase::Loading);
    let id = request(&again).unwrap();
    let settle = answer(&mut desk, id, people(of(12..22))).unwrap();
    answer(&mut desk, settle, Outcome::Done);
    assert_eq!((phase(&desk), known(&desk)), (Phase::Ready, 20));
}

#[test]
fn it_goes_on_by_itself_each_time_later_and_never_gives_up() {
    let (mut desk, mut request_id) = half();
    let mut waits = Vec::new();
    let mut now = Millis(1000);
    for _ in 0..300 {
        broken(&mut desk, request_id, now);
        let due = desk.next_deadline().unwrap();
        let early = desk.handle(Millis(due.0 - 1), &Event::DeadlineReached);
        assert_eq!(request(&early), None);
        waits.push(due.saturating_sub(now).0 / 1000);
        request_id = request(&desk.handle(due, &Event::DeadlineReached)).unwrap();
        now = due;
    }
    assert_eq!(waits[..7], [2, 4, 8, 16, 32, 60, 60]);
    assert_eq!(waits.last(), Some(&60));
    let settle = answer(&mut desk, request_id, people(of(12..22))).unwrap();
    answer(&mut desk, settle, Outcome::Done);
    assert_eq!((phase(&desk), desk.next_deadline()), (Phase::Ready, None));
}

#[test]
fn a_live_query_that_fails_is_asked_again_and_a_late_answer_changes_nothing() {
    let mut desk = desk();
    let first = opening(&mut desk);
    broken(&mut desk, first, Millis(0));
    let second = open(&mut desk, Tab::Agent).unwrap();
    assert_eq!(answer(&mut desk, first, people(of(2..3))), None);
    assert_eq!((phase(&desk), known(&desk)), (Phase::Loading, 0));
    assert!(answer(&mut desk, second, people(of(3..4))).is_some());
    assert_eq!(names(&desk), ["agent003"]);
}

#[test]
fn without_what_was_kept_it_starts_as_the_first_time() {
    let mut desk = desk();
    let restore = open(&mut desk, Tab::Agent).unwrap();
    assert!(desk.restore_directory(b"not a roster").is_err());
    let outcome = failed("no database");
    let next = on(
        &mut desk,
        &Event::Settled {
            id: restore,
            outcome,
        },
    );
    assert!(matches!(next[0], Effect::LoadDirectory { .. }), "{next:?}");
}

#[test]
fn what_was_kept_is_shown_before_anything_is_fetched_and_never_put_over_what_is_new() {
    let kept = loaded().directory_snapshot();
    let mut desk = desk();
    assert!(
        desk.restore_directory(&kept).is_err(),
        "nobody opened the field"
    );
    let restore = open(&mut desk, Tab::Agent).unwrap();
    desk.restore_directory(&kept).unwrap();
    assert_eq!(names(&desk), ["Bob Brown", "zoe"]);
    answer(&mut desk, restore, Outcome::Done).unwrap();
    assert!(desk.restore_directory(&kept).is_err(), "too late");
}

#[test]
fn the_live_query_leaves_out_the_offline_activity_of_the_workspace() {
    use crate::ids::ActivitySid;
    let mut desk = Desk::default();
    let offline = ActivitySid::from_number(7);
    let event = json!({
        "kind": "started",
        "configuration": {"taskrouter_offline_activity_sid": offline,
                          "ui_attributes": {"custom_data": {"features": {"internal_call": {"enabled": true}}}}},
        "me": {"workerSid": WorkerSid::from_number(1), "friendlyName": "alice",
               "attributes": {"contact_uri": "client:alice"}},
        "activities": [],
    });
    desk.handle(Millis(0), &serde_json::from_value(event).unwrap());
    let id = open(&mut desk, Tab::Agent).unwrap();
    let outcome = Outcome::Done;
    let effects = on(&mut desk, &Event::Settled { id, outcome });
    assert!(
        matches!(&effects[0], Effect::LoadDirectory { offline: Some(sid), .. } if *sid == offline),
        "{effects:?}"
    );
}

#[test]
fn that_nobody_is_there_is_told_from_that_nobody_matches() {
    let mut desk = desk();
    load(&mut desk, vec![person(1, "alice", None)]);
    assert_eq!(phase(&desk), Phase::Nobody);
    typed(&mut desk, "  ");
    assert_eq!(phase(&desk), Phase::Nobody);
    typed(&mut desk, "bob");
    assert_eq!(phase(&desk), Phase::Empty);
}

/// Lets the time pass that an answer is waited for; what is asked then.
fn in_vain(desk: &mut Desk) -> Vec<Effect> {
    let due = desk.next_deadline().unwrap();
    assert_eq!(due, crate::dialpad::directory::PATIENCE);
    let early = desk.handle(Millis(due.0 - 1), &Event::DeadlineReached);
    assert_eq!(early, []);
    desk.handle(due, &Event::DeadlineReached)
}

#[test]
fn a_list_that_does_not_come_is_told_and_tried_again() {
    let detail = "no answer".to_owned();
    let mut desk = desk();
    let there = opening(&mut desk);
    assert_eq!(request(&in_vain(&mut desk)), None);
    let told = Phase::Failed { detail };
    assert_eq!(phase(&desk), told);
    assert_eq!(answer(&mut desk, there, people(of(2..3))), None, "too late");
    let due = desk.next_deadline().unwrap();
    let again = desk.handle(due, &Event::DeadlineReached);
    assert!(
        matches!(again[0], Effect::LoadDirectory { .. }),
        "{again:?}"
    );

    let (mut desk, _) = half();
    assert_eq!(request(&in_vain(&mut desk)), None);
    assert_eq!((phase(&desk), known(&desk)), (told.clone(), 10));

    let mut desk = self::desk();
    open(&mut desk, Tab::Queue).unwrap();
    assert_eq!(request(&in_vain(&mut desk)), None);
    assert_eq!(view(&desk).queues.phase, told);
    assert_eq!(desk.next_deadline(), None);
    assert!(open(&mut desk, Tab::Queue).is_some());
}

#[test]
fn what_only_makes_it_faster_is_not_waited_for() {
    let mut desk = desk();
    open(&mut desk, Tab::Agent).unwrap();
    let next = in_vain(&mut desk);
    assert!(matches!(next[0], Effect::LoadDirectory { .. }), "{next:?}");

    let mut desk = self::desk();
    let there = opening(&mut desk);
    let page = answer(&mut desk, there, people(of(2..4))).unwrap();
    answer(&mut desk, page, people(Vec::new())).unwrap();
    assert_eq!(in_vain(&mut desk)[0], Effect::SaveDirectory);
    assert_eq!(phase(&desk), Phase::Ready);
}

/// The field is opened at that time.
fn opened_at(desk: &mut Desk, now: u64) -> Vec<Effect> {
    let event = Event::FieldOpened { tab: Tab::Agent };
    desk.handle(Millis(now), &event)
}

#[test]
fn a_directory_that_is_a_minute_old_is_listed_again_behind_the_list() {
    let mut desk = desk();
    load(&mut desk, of(2..5));
    assert_eq!(request(&opened_at(&mut desk, 59_999)), None);
    let again = opened_at(&mut desk, 60_000);
    assert!(
        matches!(again[0], Effect::LoadPeople { after: None, .. }),
        "{again:?}"
    );
    assert_eq!((phase(&desk), known(&desk)), (Phase::Ready, 3));
    let id = request(&again).unwrap();
    let settle = answer(&mut desk, id, page(of(2..3), Some(2))).unwrap();
    let second = answer(&mut desk, settle, Outcome::Done).unwrap();
    assert_eq!(known(&desk), 3, "not yet known to have left");
    assert_eq!(request(&opened_at(&mut desk, 130_000)), None);
    let settle = answer(&mut desk, second, people(of(4..6))).unwrap();
    let done = Event::Settled {
        id: settle,
        outcome: Outcome::Done,
    };
    assert_eq!(
        desk.handle(Millis(140_000), &done)[0],
        Effect::SaveDirectory
    );
    assert_eq!(names(&desk), ["agent002", "agent004", "agent005"]);
    assert_eq!(request(&opened_at(&mut desk, 199_999)), None);
    assert!(request(&opened_at(&mut desk, 200_000)).is_some());
}

#[test]
fn what_the_live_query_told_while_it_is_listed_again_stays() {
    let mut desk = desk();
    load(&mut desk, of(2..5));
    let id = request(&opened_at(&mut desk, 60_000)).unwrap();
    let worker = WorkerSid::from_number(3);
    on(&mut desk, &Event::PersonRemoved { worker });
    let person = serde_json::from_value(self::person(4, "renamed", None)).unwrap();
    on(&mut desk, &Event::PersonChanged { person });
    let settle = answer(&mut desk, id, people(of(2..5))).unwrap();
    answer(&mut desk, settle, Outcome::Done);
    assert_eq!(names(&desk), ["agent002", "renamed"]);
}

#[test]
fn a_second_listing_that_fails_is_told_and_goes_on() {
    let mut desk = desk();
    load(&mut desk, of(2..5));
    let id = request(&opened_at(&mut desk, 60_000)).unwrap();
    broken(&mut desk, id, Millis(60_000));
    assert_eq!(known(&desk), 3);
    let due = desk.next_deadline().unwrap();
    let id = request(&desk.handle(due, &Event::DeadlineReached)).unwrap();
    assert_eq!(phase(&desk), Phase::Ready);
    let settle = answer(&mut desk, id, people(of(2..3))).unwrap();
    answer(&mut desk, settle, Outcome::Done);
    assert_eq!(names(&desk), ["agent002"]);
}
