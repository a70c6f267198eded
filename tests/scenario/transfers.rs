//! Cold transfers of a call by conference.

use crate::calls::alice_talks_to_bob;
use crate::harness::message::Act;
use crate::harness::network::Fault;
use crate::harness::{Office, ALICE, BOB, CAROL};
use backline::effect::{Notice, Unanswered};
use backline::time::Millis;
use backline::view::CallLine;
use backline_world::routing::model::Task;

/// One of the two transfers the other to Carol.
fn transferred(leaves: usize, faults: &[(&'static str, Fault, u64)]) -> Office {
    let mut office = alice_talks_to_bob();
    // Until Twilio's word that he came is written, nobody can be transferred.
    office.until("both can transfer", |office| {
        [ALICE, BOB].map(|seat| office.stations[seat].transferable().is_some()) == [true; 2]
    });
    for (hop, fault, meet) in faults {
        office.faults(hop, *fault, *meet);
    }
    office.act(leaves, Act::Transfer(CAROL));
    office
}

fn reads(office: &Office, seat: usize, is: fn(&Notice) -> bool) -> bool {
    office.stations[seat].notices.iter().any(is)
}

/// Carol takes it, and talks to whoever stayed; one hangs up, and nothing is left.
fn goes_on(mut office: Office, leaves: usize) {
    let stays = if leaves == ALICE { BOB } else { ALICE };
    office.until("Carol is offered the call", |office| {
        office.is_offered(CAROL)
    });
    office.act(CAROL, Act::Accept);
    office.until("they talk", |office| office.talk(stays, CAROL));
    assert!(office.live_legs(leaves).is_empty());
    assert!(reads(&office, stays, |notice| matches!(
        notice,
        Notice::TransferredTo { .. }
    )));
    office.act(stays, Act::HangUp);
    office.comes_to_rest();
}

#[test]
fn either_party_transfers_the_other_to_a_third_with_whom_he_talks() {
    for leaves in [ALICE, BOB] {
        goes_on(transferred(leaves, &[]), leaves);
    }
}

#[test]
fn whatever_is_lost_late_or_doubled_on_the_way_the_third_is_called_once() {
    let slow = Fault::Delay(Millis::from_secs(6));
    let faults = [
        ("http:transfer", Fault::Lose),
        ("http:transfer", Fault::Double),
        ("http:transfer", Fault::Fail(503)),
        ("settled:http", Fault::Lose),
        ("settled:http", Fault::Double),
        ("rest:update-task", Fault::Fail(412)),
        ("rest:update-task", slow),
        ("answer:update-task", Fault::Lose),
        ("rest:close-task", Fault::Lose),
        ("rest:close-task", Fault::Fail(412)),
        ("rest:end-conference", Fault::Lose),
        ("rest:fetch", Fault::Lose),
        ("webhook:conference-end", Fault::Lose),
        ("webhook:leg-over", Fault::Lose),
        ("push:", Fault::Double),
        ("push:", slow),
    ];
    for leaves in [ALICE, BOB] {
        for (hop, fault) in faults {
            let office = transferred(leaves, &[(hop, fault, 1)]);
            goes_on(office, leaves);
        }
    }
}

#[test]
fn no_request_arrives_and_the_two_talk_on() {
    let office = &mut transferred(BOB, &[("http:transfer", Fault::Lose, 100)]);
    office.pass(Millis::from_secs(60));
    assert!(office.talk(ALICE, BOB));
    assert!(reads(office, BOB, |notice| matches!(
        notice,
        Notice::NotTransferred { .. }
    )));
    office.act(BOB, Act::HangUp);
    office.comes_to_rest();
    assert_eq!(office.stations[ALICE].notices, vec![]);
}

#[test]
fn the_third_takes_no_calls_and_the_two_talk_on() {
    let mut office = alice_talks_to_bob();
    office.act(
        CAROL,
        Act::Activity {
            name: "Break",
            reject_pending: false,
        },
    );
    office.pass(Millis::from_secs(2));
    office.act(BOB, Act::Transfer(CAROL));
    office.pass(Millis::from_secs(10));
    assert!(office.talk(ALICE, BOB));
    assert!(reads(&office, BOB, |notice| matches!(
        notice,
        Notice::TransferUnavailable { .. }
    )));
    office.act(ALICE, Act::HangUp);
    office.comes_to_rest();
}

#[test]
fn the_third_declines_or_does_not_answer_and_whoever_stayed_reads_it_and_is_left_in_no_call() {
    for declines in [true, false] {
        let mut office = transferred(BOB, &[]);
        office.until("Carol is offered the call", |office| {
            office.is_offered(CAROL)
        });
        if declines {
            office.act(CAROL, Act::Reject);
        }
        office.pass(Millis::from_secs(90));
        let line = office.stations[ALICE].line();
        let why = match line {
            CallLine::Unanswered { why, .. } => why,
            line => panic!("{line:?}"),
        };
        match why {
            Unanswered::Declined { .. } => assert!(declines),
            Unanswered::NoAnswer => assert!(!declines),
            why => panic!("{why:?}"),
        }
        assert!(office.live_legs(ALICE).is_empty());
        office.comes_to_rest();
    }
}

#[test]
fn whoever_stays_hangs_up_while_the_third_is_rung() {
    for moment in (0..1500).step_by(50) {
        for leaves in [ALICE, BOB] {
            let stays = if leaves == ALICE { BOB } else { ALICE };
            let mut office = transferred(leaves, &[]);
            office.pass(Millis(moment));
            office.act(stays, Act::Cancel);
            office.pass(Millis::from_secs(3));
            // Between two legs there is nothing to hang up: then the next call goes on.
            if !office.live_legs(stays).is_empty() || office.is_offered(CAROL) {
                office.act(stays, Act::Cancel);
            }
            office.pass(Millis::from_secs(3));
            assert!(office.live_legs(stays).is_empty(), "{moment}");
            office.comes_to_rest();
        }
    }
}

#[test]
fn both_transfer_each_other_at_once_and_nobody_is_left_in_a_call() {
    let mut office = alice_talks_to_bob();
    office.until("both can transfer", |office| {
        [ALICE, BOB].map(|seat| office.stations[seat].transferable().is_some()) == [true; 2]
    });
    office.act(ALICE, Act::Transfer(CAROL));
    office.act(BOB, Act::Transfer(CAROL));
    office.comes_to_rest();
}

#[test]
fn the_page_of_whoever_transfers_goes_and_the_other_is_transferred_all_the_same() {
    for leaves in [ALICE, BOB] {
        let mut office = transferred(leaves, &[]);
        office.until("it is noted", |office| {
            let noted = |task: &Task| !task.attributes["internal_call"]["transfer"].is_null();
            office.world.routing.tasks().any(noted)
        });
        office.act(leaves, Act::Close);
        office.until("Carol is offered the call", |office| {
            office.is_offered(CAROL)
        });
        office.act(CAROL, Act::Accept);
        office.pass(Millis::from_secs(10));
        office.act(CAROL, Act::HangUp);
        office.pass(Millis::from_secs(60));
        assert!(office.live_legs(CAROL).is_empty());
    }
}
