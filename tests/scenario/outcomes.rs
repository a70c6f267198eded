//! What the caller reads when his call is not taken, what the callee reads, and that nobody is taken off work.

use crate::calls::{alice_rings_bob, alice_talks_to_bob};
use crate::harness::message::Act;
use crate::harness::network::Fault;
use crate::harness::{Office, ALICE, BOB};
use backline::effect::{Notice, Unanswered};
use backline::time::Millis;
use backline::twilio::attributes::DeclineReason;
use backline::view::CallLine;
use backline_world::audio::Hears;
use backline_world::{account, setup};

fn why(office: &Office) -> Option<Unanswered> {
    match office.stations[ALICE].line() {
        CallLine::Unanswered { why, .. } => Some(why),
        _ => None,
    }
}

fn leave(reject_pending: bool) -> Act {
    Act::Activity {
        name: "Break",
        reject_pending,
    }
}

/// Alice calls Bob while this is so; what she reads.
fn called(office: &mut Office) -> Option<Unanswered> {
    office.act(ALICE, Act::Call(BOB));
    office.pass(Millis::from_secs(40));
    let read = why(office);
    office.comes_to_rest();
    read
}

#[test]
fn nobody_answers_and_both_read_it_and_nobody_is_taken_off_work() {
    let mut office = Office::new(1);
    assert_eq!(called(&mut office), Some(Unanswered::NoAnswer));
    let notices = &office.stations[BOB].notices;
    assert!(matches!(notices[..], [Notice::Missed { .. }]));
    for agent in [ALICE, BOB] {
        let worker = office.world.routing.worker(&account::worker_sid(agent));
        let activity = &worker.unwrap().activity;
        assert_eq!(*activity, setup::available_activity_sid());
    }
}

#[test]
fn a_colleague_on_break_is_unavailable() {
    let mut office = Office::new(1);
    office.act(BOB, leave(false));
    office.pass(Millis::from_secs(1));
    assert_eq!(called(&mut office), Some(Unanswered::Unavailable));
}

#[test]
fn a_colleague_who_goes_on_break_while_his_phone_rings_is_unavailable() {
    let mut office = alice_rings_bob();
    office.act(BOB, leave(true));
    office.pass(Millis::from_secs(5));
    assert_eq!(why(&office), Some(Unanswered::Unavailable));
    office.comes_to_rest();
}

#[test]
fn a_colleague_in_another_call_is_busy() {
    let mut office = alice_talks_to_bob();
    let carol = crate::harness::CAROL;
    office.act(carol, Act::Call(BOB));
    office.pass(Millis::from_secs(5));
    let line = office.stations[carol].line();
    let CallLine::Unanswered { why, .. } = line else {
        panic!("{line:?}")
    };
    assert_eq!(why, Unanswered::Busy);
    assert!(office.talk(ALICE, BOB));
    office.act(ALICE, Act::HangUp);
    office.comes_to_rest();
}

#[test]
fn the_reason_for_declining_is_read() {
    let mut office = alice_rings_bob();
    office.act(BOB, Act::Decline(DeclineReason::CallingBack));
    office.pass(Millis::from_secs(5));
    let reason = Some(DeclineReason::CallingBack);
    assert_eq!(why(&office), Some(Unanswered::Declined { reason }));
    office.comes_to_rest();
}

#[test]
fn a_colleague_who_declines_after_he_accepted_has_declined() {
    let mut office = alice_rings_bob();
    office.fault("rpc:call", Fault::Delay(Millis::from_secs(5)));
    office.act(BOB, Act::Accept);
    office.pass(Millis::from_secs(1));
    office.act(BOB, Act::Reject);
    office.pass(Millis::from_secs(3));
    let reason = None;
    assert_eq!(why(&office), Some(Unanswered::Declined { reason }));
    office.comes_to_rest();
}

#[test]
fn a_colleague_who_accepts_at_the_last_moment_is_talked_to() {
    // Each delay puts his acceptance at another moment of the closing.
    for late in 0..40 {
        let mut office = alice_rings_bob();
        office.pass(Millis(24_300 + late * 30));
        office.act(BOB, Act::Accept);
        office.pass(Millis::from_secs(20));
        if why(&office).is_none() {
            assert!(office.talk(ALICE, BOB), "{late}");
            office.act(ALICE, Act::HangUp);
        }
        office.comes_to_rest();
    }
}

#[test]
fn on_hold_the_other_hears_music_and_then_both_hear_each_other_again() {
    for (holder, other) in [(ALICE, BOB), (BOB, ALICE)] {
        let mut office = alice_talks_to_bob();
        office.pass(Millis::from_secs(2));
        office.act(holder, Act::Hold);
        office.pass(Millis::from_secs(3));
        assert!(office.heard(holder).concat().is_empty());
        let held = &office.live_legs(other)[0];
        let graph = office.world.telephony.audio();
        let leg = graph.legs.iter().find(|leg| leg.call == *held).unwrap();
        assert_eq!(leg.hears, Hears::Music);
        office.act(holder, Act::Resume);
        office.pass(Millis::from_secs(3));
        assert!(office.talk(ALICE, BOB));
        office.act(other, Act::HangUp);
        office.comes_to_rest();
    }
}
