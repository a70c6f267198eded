#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)] // helpers of tests

mod loading;

use super::{fold, Roster};
use crate::ids::{ActivitySid, ContactUri, WorkerSid};
use crate::pii::Pii;
use crate::twilio::configuration::RawActivity;
use crate::twilio::worker_index::Person;
use crate::view::Presence;
use proptest::prelude::*;

fn person(number: u128, name: &str, login: &str, activity: u128) -> Person {
    Person {
        worker: WorkerSid::from_number(number),
        name: name.into(),
        login: login.into(),
        email: Pii(format!("{login}@example.com")),
        contact_uri: ContactUri::parse(&format!("client:{login}")).unwrap(),
        team: String::new(),
        skills: Vec::new(),
        extension: Pii::default(),
        activity: Some(ActivitySid::from_number(activity)),
        activity_name: "…".to_owned(),
    }
}

const AVAILABLE: u128 = 1;
const BREAK: u128 = 2;
const OFFLINE: u128 = 3;

fn roster() -> Roster {
    let activity = |number, available| RawActivity {
        sid: ActivitySid::from_number(number),
        name: String::new(),
        available,
    };
    let mut roster = Roster::new(
        WorkerSid::from_number(1),
        Some(ActivitySid::from_number(OFFLINE)),
        &[
            activity(AVAILABLE, true),
            activity(BREAK, false),
            activity(OFFLINE, false),
        ],
    );
    for person in [
        person(1, "Alice Anderson", "alice", AVAILABLE),
        person(2, "José Álvarez", "jalvarez", BREAK),
        person(3, "Joséphine Alba", "jalba", AVAILABLE),
        person(4, "Mary-Jo Smith", "mjsmith", AVAILABLE),
        person(5, "Nguyễn Văn An", "van", AVAILABLE),
        person(6, "Otto Offline", "otto", OFFLINE),
    ] {
        roster.put(person);
    }
    while !roster.settle() {}
    roster
}

fn found(query: &str) -> Vec<String> {
    roster()
        .search(query)
        .0
        .into_iter()
        .map(|row| row.callee.name.0)
        .collect()
}

#[test]
fn case_and_accents_do_not_matter() {
    assert_eq!(found("jose alv"), ["José Álvarez"]);
    assert_eq!(found("NGUYEN van"), ["Nguyễn Văn An"]);
    assert_eq!(fold("Jose\u{301}"), fold("José"), "both normal forms");
    assert_eq!(fold("Straße"), "strasse");
}

#[test]
fn login_and_email_are_matched_too() {
    assert_eq!(found("mjsm"), ["Mary-Jo Smith"]);
    assert_eq!(
        found("jalba@example"),
        ["Joséphine Alba", "José Álvarez"],
        "jalvarez begins like it, but for one letter"
    );
}

#[test]
fn the_whole_word_comes_first_then_its_beginning_then_the_available() {
    assert_eq!(
        found("jo"),
        ["Mary-Jo Smith", "Joséphine Alba", "José Álvarez"]
    );
}

#[test]
fn oneself_and_the_offline_are_not_listed_others_are_whatever_they_do() {
    let all = found("");
    assert!(
        !all.contains(&"Alice Anderson".to_owned()) && !all.contains(&"Otto Offline".to_owned())
    );
    assert_eq!(all.len(), 4);
    let rows = roster().search("alvarez").0;
    assert_eq!(rows[0].presence, Presence::Unavailable);
}

#[test]
fn operators_and_quotes_are_only_text() {
    assert_eq!(found("\" OR 1==1"), Vec::<String>::new());
}

proptest! {
    #[test]
    fn any_text_can_be_searched(query in "\\PC{0,40}") {
        let (rows, matches) = roster().search(&query);
        prop_assert!(rows.len() <= matches);
    }

    #[test]
    fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
        prop_assert_eq!(fold(&fold(&text)), fold(&text));
    }
}
