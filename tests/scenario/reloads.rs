//! Pages that go in the middle of a call that outlives them.

use crate::harness::message::Act;
use crate::harness::network::Fault;
use crate::harness::{Office, ALICE, BOB, NAMES};
use backline::effect::Notice;
use backline::time::Millis;

fn talking() -> Office {
    let mut office = Office::recovering(1);
    office.act(ALICE, Act::Call(BOB));
    office.until("Bob is offered the call", |office| office.is_offered(BOB));
    office.act(BOB, Act::Accept);
    office.until("they talk", |office| office.talk(ALICE, BOB));
    office.pass(Millis::from_secs(5));
    office
}

/// Whether his Flex says that the other is lost.
fn reads_lost(office: &Office, seat: usize) -> bool {
    let station = &office.stations[seat];
    let mut all = station.reservations.keys();
    all.any(|sid| {
        let view = station.desk.call_view(sid.as_str());
        view.is_some_and(|view| view.other_lost)
    })
}

fn loads(office: &mut Office, seat: usize) {
    office.act(seat, Act::Load(Millis::from_secs(3)));
    office.until("the leg is gone", |office| !office.talk(ALICE, BOB));
}

fn told_not_back(office: &Office, seat: usize) -> bool {
    let notices = &office.stations[seat].notices;
    notices
        .iter()
        .any(|notice| matches!(notice, Notice::NotBack { .. }))
}

#[test]
fn whoever_reloads_his_page_is_waited_for_and_they_talk_on() {
    for (gone, left) in [(ALICE, BOB), (BOB, ALICE)] {
        for ends in [gone, left] {
            let mut office = talking();
            loads(&mut office, gone);
            office.until("the other reads it", |office| reads_lost(office, left));
            office.until("they talk again", |office| office.talk(ALICE, BOB));
            office.pass(Millis::from_secs(60));
            assert!(office.talk(ALICE, BOB) && !reads_lost(&office, left));
            // And again.
            loads(&mut office, left);
            office.until("they talk once more", |office| office.talk(ALICE, BOB));
            office.act(ends, Act::HangUp);
            office.pass(Millis::from_secs(10));
            assert_eq!(office.left_over(), None, "{} hung up", NAMES[ends]);
            assert!(!told_not_back(&office, ALICE) && !told_not_back(&office, BOB));
        }
    }
}

#[test]
fn nobody_comes_back_so_the_call_ends_in_time_and_whoever_is_left_is_told() {
    for (gone, left) in [(ALICE, BOB), (BOB, ALICE)] {
        let mut office = talking();
        office.act(gone, Act::Close);
        office.pass(Millis::from_secs(15));
        assert!(reads_lost(&office, left) && !told_not_back(&office, left));
        office.pass(Millis::from_secs(10));
        assert!(told_not_back(&office, left));
        assert!(office.live_legs(left).is_empty());
        office.act(gone, Act::Load(Millis::from_secs(1)));
        office.comes_to_rest();
    }
}

#[test]
fn both_reload_at_once_and_the_call_is_over() {
    let mut office = talking();
    office.act(ALICE, Act::Load(Millis::from_secs(3)));
    office.act(BOB, Act::Load(Millis::from_secs(3)));
    office.pass(Millis::from_secs(20));
    assert_eq!(office.left_over(), None);
}

#[test]
fn whatever_word_is_lost_they_talk_on() {
    let words: [&[&'static str]; 5] = [
        &["webhook:participant-leave", "webhook:leg-over"],
        &["webhook:participant-join"],
        &[
            "webhook:participant-leave",
            "webhook:leg-over",
            "webhook:participant-join",
        ],
        &["http:check"],
        &["push:task.updated"],
    ];
    for words in words {
        let mut office = talking();
        for word in words {
            office.faults(word, Fault::Lose, 100);
        }
        loads(&mut office, BOB);
        office.until("they talk again", |office| office.talk(ALICE, BOB));
        office.pass(Millis::from_secs(60));
        assert!(office.talk(ALICE, BOB), "without {words:?}");
        office.network.rules.clear();
        office.act(BOB, Act::HangUp);
        office.comes_to_rest();
    }
}

#[test]
fn a_word_of_his_leaving_that_comes_after_he_is_back_changes_nothing() {
    let mut office = talking();
    for word in ["webhook:participant-leave", "webhook:leg-over"] {
        office.fault(word, Fault::Delay(Millis::from_secs(12)));
    }
    loads(&mut office, BOB);
    office.until("they talk again", |office| office.talk(ALICE, BOB));
    office.pass(Millis::from_secs(60));
    assert!(office.talk(ALICE, BOB) && !reads_lost(&office, ALICE));
    office.act(ALICE, Act::HangUp);
    office.comes_to_rest();
}

#[test]
fn a_request_to_come_back_that_is_refused_lost_or_doubled_is_made_again() {
    for fault in [
        Fault::Fail(503),
        Fault::Double,
        Fault::Delay(Millis::from_secs(6)),
    ] {
        let mut office = talking();
        office.fault("http:rejoin", fault);
        loads(&mut office, BOB);
        office.until("they talk again", |office| office.talk(ALICE, BOB));
        office.pass(Millis::from_secs(60));
        assert!(office.talk(ALICE, BOB), "{fault:?}");
        assert_eq!(office.live_legs(BOB).len(), 1);
        office.act(ALICE, Act::HangUp);
        office.comes_to_rest();
    }
    let mut office = talking();
    office.fault("rest:create-participant", Fault::Fail(503));
    loads(&mut office, BOB);
    office.until("they talk again", |office| office.talk(ALICE, BOB));
    office.act(BOB, Act::HangUp);
    office.comes_to_rest();
}

#[test]
fn a_second_tab_is_loaded_and_takes_nothing_from_the_first() {
    let mut office = talking();
    office.act(BOB + 3, Act::Load(Millis::from_secs(1)));
    office.pass(Millis::from_secs(60));
    assert!(office.talk(ALICE, BOB));
    assert_eq!(office.live_legs(BOB).len(), 1);
    // The first goes: the second does not take the call over, the next page does.
    loads(&mut office, BOB);
    office.until("they talk again", |office| office.talk(ALICE, BOB));
    office.act(BOB, Act::HangUp);
    office.comes_to_rest();
}

#[test]
fn whoever_is_left_hangs_up_while_the_other_s_phone_rings_again() {
    let mut office = talking();
    office.fault("phone:answer", Fault::Delay(Millis::from_secs(4)));
    loads(&mut office, BOB);
    office.pass(Millis::from_secs(5));
    office.act(ALICE, Act::HangUp);
    office.pass(Millis::from_secs(15));
    assert_eq!(office.left_over(), None);
}
