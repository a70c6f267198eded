//! Who is believed while everybody is being fetched, and what the next start knows.

use super::*;
use crate::twilio::worker_index::RawPerson;
use serde_json::json;

fn raw(number: u128, name: &str, activity: u128) -> RawPerson {
    serde_json::from_value(json!({
        "worker_sid": WorkerSid::from_number(number), "friendly_name": format!("agent{number}"),
        "worker_activity_sid": ActivitySid::from_number(activity), "activity_name": "…",
        "attributes": {"full_name": name, "contact_uri": format!("client:agent{number}")},
    }))
    .unwrap()
}

fn live(number: u128, name: &str, activity: u128) -> Person {
    Person::parse(&raw(number, name, activity)).unwrap()
}

fn empty() -> Roster {
    let mut roster = roster();
    for number in 1..=6 {
        roster.remove(&WorkerSid::from_number(number));
    }
    roster
}

fn rows(roster: &Roster) -> Vec<(String, Presence)> {
    let rows = roster.search("").0.into_iter();
    rows.map(|row| (row.callee.name.0, row.presence)).collect()
}

fn settle(roster: &mut Roster) {
    while !roster.settle() {}
}

#[test]
fn a_page_never_overwrites_what_the_live_query_told_since() {
    let mut roster = empty();
    roster.begin();
    roster.put(live(7, "Gül", BREAK));
    roster.went(&WorkerSid::from_number(8));
    roster.list(&raw(7, "Gül", AVAILABLE));
    roster.list(&raw(8, "Han", AVAILABLE));
    roster.list(&raw(9, "Ida", AVAILABLE));
    roster.listed_all();
    let ida = ("Ida".to_owned(), Presence::Available);
    assert_eq!(
        rows(&roster),
        [ida, ("Gül".to_owned(), Presence::Unavailable)]
    );
}

#[test]
fn whoever_went_offline_is_hidden_and_comes_back() {
    let mut roster = empty();
    roster.put(live(7, "Gül", AVAILABLE));
    roster.went(&WorkerSid::from_number(7));
    assert_eq!(rows(&roster), []);
    assert_eq!(roster.known(), 1);
    roster.put(live(7, "Gül", AVAILABLE));
    assert_eq!(rows(&roster).len(), 1);
}

#[test]
fn everybody_is_found_before_between_and_after_the_steps_of_sorting_in() {
    let mut roster = empty();
    roster.begin();
    for page in 0..40 {
        for number in 0..250 {
            let number = 100 + page * 250 + number;
            roster.list(&raw(number, &format!("Agent {number}"), AVAILABLE));
        }
        loop {
            let last = 100 + page * 250 + 249;
            let (found, total) = roster.search(&format!("agent{last}"));
            assert_eq!(
                (found[0].callee.name.as_str(), total),
                (format!("Agent {last}").as_str(), 1)
            );
            if roster.settle() {
                break;
            }
        }
    }
    roster.listed_all();
    settle(&mut roster);
    assert_eq!((roster.known(), roster.search("agent").1), (10_000, 10_000));
}

/// Gül was available, Han on a break, Ida offline.
fn kept() -> Vec<u8> {
    let mut before = empty();
    before.put(live(7, "Gül", AVAILABLE));
    before.put(live(8, "Han", BREAK));
    before.put(live(9, "Ida", OFFLINE));
    before.snapshot()
}

#[test]
fn the_next_start_knows_everybody_and_nobody_is_shown_as_available() {
    let mut roster = empty();
    roster.restore(&kept()).unwrap();
    let unknown = |name: &str| (name.to_owned(), Presence::Unknown);
    assert_eq!(
        rows(&roster),
        [unknown("Gül"), unknown("Han")],
        "Ida was offline"
    );
    roster.begin();
    roster.list(&raw(7, "Gül", AVAILABLE));
    roster.put(live(9, "Ida", AVAILABLE));
    assert_eq!(
        rows(&roster),
        [
            ("Gül".to_owned(), Presence::Available),
            ("Ida".to_owned(), Presence::Available),
            unknown("Han"),
        ]
    );
}

#[test]
fn whoever_is_on_no_page_has_left_unless_the_live_query_told_of_him() {
    let mut roster = empty();
    roster.restore(&kept()).unwrap();
    roster.begin();
    roster.list(&raw(7, "Gül", AVAILABLE));
    roster.put(live(9, "Ida", AVAILABLE));
    roster.listed_all();
    assert_eq!(roster.known(), 2, "Han has left");
    assert!(roster.row(&WorkerSid::from_number(8)).is_none());
}

#[test]
fn a_row_without_attributes_confirms_somebody_and_one_without_a_phone_removes_him() {
    let mut roster = empty();
    roster.restore(&kept()).unwrap();
    roster.begin();
    for (number, attributes) in [(7, json!(null)), (8, json!({"full_name": "Han"}))] {
        let row = json!({"worker_sid": WorkerSid::from_number(number), "friendly_name": "x", "attributes": attributes});
        roster.list(&serde_json::from_value(row).unwrap());
    }
    roster.listed_all();
    assert_eq!(rows(&roster), [("Gül".to_owned(), Presence::Unknown)]);
}

#[test]
fn statuses_do_not_pile_up_from_start_to_start() {
    let mut bytes = kept();
    let mut statuses = Vec::new();
    for _ in 0..5 {
        let mut roster = empty();
        roster.restore(&bytes).unwrap();
        roster.begin();
        roster.list(&raw(7, "Gül", AVAILABLE));
        roster.list(&raw(8, "Han", BREAK));
        roster.went(&WorkerSid::from_number(8));
        roster.list(&raw(9, "Ida", OFFLINE));
        roster.listed_all();
        bytes = roster.snapshot();
        statuses.push(roster.doings.len());
    }
    assert_eq!(statuses[1..], [statuses[1]; 4]);
}

#[test]
fn an_activity_that_takes_calls_no_more_is_not_available_at_the_next_start() {
    let mut roster = Roster::new(WorkerSid::from_number(1), None, &[]);
    roster.restore(&kept()).unwrap();
    roster.put(live(7, "Gül", AVAILABLE));
    let row = roster.row(&WorkerSid::from_number(7)).unwrap();
    assert_eq!(row.presence, Presence::Unavailable);
}

#[test]
fn what_was_damaged_or_is_of_another_version_is_refused_and_changes_nothing() {
    let bytes = kept();
    let mut roster = roster();
    let before = rows(&roster);
    for length in 0..bytes.len() {
        assert!(roster.restore(&bytes[..length]).is_err(), "{length}");
    }
    for at in (0..bytes.len()).filter(|&at| at < 20 || at % 7 == 0) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x15;
        if roster.clone().restore(&changed).is_ok() {
            // Only what one did then can have become something else, and that is told anew.
            assert!((8..8 + 4 + 120).contains(&at), "{at}");
        }
    }
    assert_eq!(rows(&roster), before);
    assert!(roster.restore(&bytes).is_ok());
}
