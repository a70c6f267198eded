//! Filters by click.

use super::*;
use crate::event::Facet;
use crate::ids::ActivitySid;
use crate::view::FilterRow;

/// Who does what, in which team, with which skills.
fn worker(number: u128, login: &str, activity: &str, team: &str, skills: &[&str]) -> Value {
    let mut row = person(number, login, None);
    row["activity_name"] = activity.into();
    row["worker_activity_sid"] = json!(ActivitySid::from_number(activity.len() as u128));
    row["attributes"]["team_name"] = team.into();
    row["attributes"]["routing"] = json!({ "skills": skills });
    row
}

fn with_teams() -> Desk {
    let mut desk = desk();
    let rows = vec![
        worker(1, "alice", "Available", "Mine", &["mine"]),
        worker(2, "bob", "Available", "Sales", &["chat", "voice"]),
        worker(3, "carol", "Break", "Sales", &["voice"]),
        worker(4, "dave", "Break", "Support", &["chat"]),
        worker(5, "erin", "Available", "", &[]),
    ];
    load(&mut desk, rows);
    desk
}

fn changed(desk: &mut Desk, row: Value) {
    let person = serde_json::from_value(row).unwrap();
    on(desk, &Event::PersonChanged { person });
}

fn choose(desk: &mut Desk, facet: Facet, value: &str) {
    let value = Some(value.to_owned());
    on(desk, &Event::FilterChosen { facet, value });
}

fn opened(desk: &mut Desk, open: bool) -> Vec<Effect> {
    on(desk, &Event::FiltersOpened { open })
}

fn filters(desk: &Desk) -> Option<Vec<FilterRow>> {
    view(desk).agents.filters
}

fn values(desk: &Desk, facet: Facet) -> Vec<String> {
    let rows = filters(desk).unwrap().into_iter();
    rows.filter(|row| row.facet == facet)
        .flat_map(|row| row.values)
        .collect()
}

fn chosen(desk: &Desk, facet: Facet) -> Option<String> {
    let rows = filters(desk).unwrap();
    rows.into_iter().find(|row| row.facet == facet)?.chosen
}

fn filtered_by(desk: &Desk) -> Vec<String> {
    view(desk).agents.filtered_by
}

#[test]
fn opened_they_offer_what_somebody_has_and_closed_nothing() {
    let mut desk = with_teams();
    assert_eq!(filters(&desk), None);
    opened(&mut desk, true);
    let row = |facet, values: &[&str]| FilterRow {
        facet,
        values: values.iter().map(|&value| value.to_owned()).collect(),
        chosen: None,
    };
    let all = [
        row(Facet::Status, &["Available", "Break"]),
        row(Facet::Team, &["Sales", "Support"]),
        row(Facet::Skill, &["chat", "voice"]),
    ];
    assert_eq!(filters(&desk).unwrap(), all);
    opened(&mut desk, false);
    assert_eq!(filters(&desk), None);
}

#[test]
fn what_nobody_has_at_all_is_no_filter() {
    let mut desk = loaded();
    opened(&mut desk, true);
    let facets: Vec<Facet> = filters(&desk)
        .unwrap()
        .iter()
        .map(|row| row.facet)
        .collect();
    assert_eq!(facets, [Facet::Status]);
}

#[test]
fn opening_them_fetches_the_directory_as_opening_the_field_does() {
    let mut desk = desk();
    let first = request(&opened(&mut desk, true));
    assert!(first.is_some());
    assert_eq!(view(&desk).agents.phase, Phase::Loading);
    assert_eq!(filters(&desk), Some(Vec::new()));
    assert_eq!(open(&mut desk, Tab::Agent), None, "it is under way");
    assert_eq!(request(&opened(&mut desk, false)), None);
    let mut off =
        with(json!({"enabled": true, "enable_call_agent": false, "enable_call_queue": true}));
    assert_eq!(request(&opened(&mut off, true)), None);
}

#[test]
fn all_that_are_chosen_hold_together_and_with_what_is_typed() {
    let mut desk = with_teams();
    choose(&mut desk, Facet::Team, "Sales");
    assert_eq!(names(&desk), ["bob", "carol"]);
    assert_eq!(view(&desk).agents.matches, 2);
    choose(&mut desk, Facet::Skill, "chat");
    assert_eq!(names(&desk), ["bob"]);
    choose(&mut desk, Facet::Status, "Break");
    assert!(names(&desk).is_empty());
    assert_eq!(filtered_by(&desk), ["Break", "Sales", "chat"]);
    on(
        &mut desk,
        &Event::FilterChosen {
            facet: Facet::Skill,
            value: None,
        },
    );
    assert_eq!(names(&desk), ["carol"]);
    choose(&mut desk, Facet::Status, "  ");
    assert_eq!(filtered_by(&desk), ["Sales"], "blank is none");
    typed(&mut desk, "bo");
    assert_eq!(names(&desk), ["bob"]);
    typed(&mut desk, "dave");
    assert!(names(&desk).is_empty());
}

#[test]
fn a_filter_is_in_force_while_they_are_closed_and_the_view_says_so() {
    let mut desk = with_teams();
    opened(&mut desk, true);
    choose(&mut desk, Facet::Team, "Support");
    opened(&mut desk, false);
    assert_eq!(filters(&desk), None);
    assert_eq!(
        (names(&desk), filtered_by(&desk)),
        (vec!["dave".to_owned()], vec!["Support".to_owned()])
    );
    opened(&mut desk, true);
    assert_eq!(chosen(&desk, Facet::Team).as_deref(), Some("Support"));
    on(&mut desk, &Event::FiltersCleared);
    assert_eq!(names(&desk), ["bob", "carol", "dave", "erin"]);
    assert!(filtered_by(&desk).is_empty());
    assert!(
        filters(&desk)
            .unwrap()
            .iter()
            .all(|row| row.chosen.is_none()),
        "and they stay open"
    );
}

#[test]
fn who_is_chosen_in_the_field_stays_among_the_rows() {
    let mut desk = with_teams();
    let callee = view(&desk).agents.rows[3].callee.clone();
    on(&mut desk, &Event::PersonChosen { callee });
    choose(&mut desk, Facet::Team, "Sales");
    assert_eq!(names(&desk), ["erin", "bob", "carol"]);
    assert_eq!(view(&desk).agents.matches, 2);
    assert!(view(&desk).can_call);
}

#[test]
fn who_changes_his_team_or_status_comes_into_the_list_or_leaves_it() {
    let mut desk = with_teams();
    choose(&mut desk, Facet::Team, "Sales");
    choose(&mut desk, Facet::Status, "Break");
    assert_eq!(names(&desk), ["carol"]);
    changed(&mut desk, worker(4, "dave", "Break", "Sales", &[]));
    assert_eq!(names(&desk), ["carol", "dave"]);
    changed(&mut desk, worker(3, "carol", "Available", "Sales", &[]));
    assert_eq!(names(&desk), ["dave"]);
}

#[test]
fn a_value_that_nobody_has_any_more_stays_chosen_and_listed_until_it_is_cleared() {
    let mut desk = with_teams();
    opened(&mut desk, true);
    choose(&mut desk, Facet::Team, "Support");
    let worker_sid = WorkerSid::from_number(4);
    on(&mut desk, &Event::PersonRemoved { worker: worker_sid });
    assert_eq!(
        view(&desk).agents.phase,
        Phase::Empty,
        "somebody is there, and does not match"
    );
    assert_eq!(values(&desk, Facet::Team), ["Sales", "Support"]);
    assert_eq!(chosen(&desk, Facet::Team).as_deref(), Some("Support"));
    on(&mut desk, &Event::FiltersCleared);
    assert_eq!(values(&desk, Facet::Team), ["Sales"]);
    assert_eq!(names(&desk), ["bob", "carol", "erin"]);
}

#[test]
fn a_value_that_is_written_otherwise_by_now_is_listed_once_and_is_the_one_chosen() {
    let mut desk = with_teams();
    opened(&mut desk, true);
    choose(&mut desk, Facet::Team, "Support");
    changed(&mut desk, worker(4, "dave", "Break", "SUPPORT", &[]));
    assert_eq!(names(&desk), ["dave"]);
    assert_eq!(values(&desk, Facet::Team), ["Sales", "SUPPORT"]);
    assert_eq!(chosen(&desk, Facet::Team).as_deref(), Some("SUPPORT"));
}

#[test]
fn a_field_that_appears_anew_lists_everybody_unless_somebody_is_chosen() {
    let mut desk = with_teams();
    let appeared = |tab, empty| Event::FieldAppeared { tab, empty };
    opened(&mut desk, true);
    choose(&mut desk, Facet::Team, "Sales");
    typed(&mut desk, "bo");
    let callee = view(&desk).agents.rows[0].callee.clone();
    on(&mut desk, &Event::PersonChosen { callee });
    on(&mut desk, &appeared(Tab::Agent, false));
    assert_eq!(filtered_by(&desk), ["Sales"], "it spells bob");
    assert!(view(&desk).can_call);
    on(&mut desk, &appeared(Tab::Queue, true));
    assert_eq!(filtered_by(&desk), ["Sales"], "the other tab's");
    on(&mut desk, &appeared(Tab::Agent, true));
    assert!(!view(&desk).can_call, "it does not show whom");
    assert_eq!((filters(&desk), filtered_by(&desk)), (None, Vec::new()));
    assert_eq!(names(&desk), ["bob", "carol", "dave", "erin"]);
}

#[test]
fn a_new_start_has_no_filter() {
    let mut desk = with_teams();
    opened(&mut desk, true);
    choose(&mut desk, Facet::Team, "Sales");
    let started = json!({"kind": "started",
        "configuration": {"ui_attributes": {"custom_data": {"features": {"internal_call": {"enabled": true}}}}},
        "me": {"workerSid": WorkerSid::from_number(1), "friendlyName": "alice",
               "attributes": {"contact_uri": "client:alice"}},
        "activities": []});
    on(&mut desk, &serde_json::from_value(started).unwrap());
    assert_eq!((filters(&desk), filtered_by(&desk)), (None, Vec::new()));
}
