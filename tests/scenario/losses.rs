//! Calls when something on the way goes wrong.

use crate::calls::{alice_rings_bob, alice_talks_to_bob};
use crate::harness::message::Act;
use crate::harness::network::Fault;
use crate::harness::{Office, ALICE, BOB};
use backline::effect::Notice;
use backline::time::Millis;
use backline::view::CallLine;

/// Alice calls Bob with this fault on the way; he accepts as soon as he is offered the call, they talk, he hangs up.
fn whole_call_despite(faults: &[(&'static str, Fault)]) {
    let mut office = Office::new(1);
    for (hop, fault) in faults {
        office.faults(hop, *fault, 100);
    }
    office.act(ALICE, Act::Call(BOB));
    office.until("Bob is offered the call", |office| office.is_offered(BOB));
    office.act(BOB, Act::Accept);
    office.until("they talk", |office| office.talk(ALICE, BOB));
    office.pass(Millis::from_secs(3));
    office.act(BOB, Act::HangUp);
    office.comes_to_rest();
    assert!(!office.network.met.is_empty(), "nothing went wrong");
}

#[test]
fn the_ring_request_is_lost_and_the_join_callback_rings() {
    let mut office = Office::new(1);
    office.fault("http:ring", Fault::Lose);
    office.act(ALICE, Act::Call(BOB));
    office.until("Bob is offered the call", |office| office.is_offered(BOB));
    office.act(BOB, Act::Accept);
    office.until("they talk", |office| office.talk(ALICE, BOB));
    office.act(BOB, Act::HangUp);
    office.comes_to_rest();
}

#[test]
fn the_ring_request_comes_long_after_the_join_callback() {
    whole_call_despite(&[("http:ring", Fault::Delay(Millis::from_secs(2)))]);
}

#[test]
fn the_join_callback_comes_long_after_the_ring_request() {
    whole_call_despite(&[(
        "webhook:participant-join",
        Fault::Delay(Millis::from_secs(5)),
    )]);
}

#[test]
fn no_join_callback_ever_comes() {
    whole_call_despite(&[("webhook:participant-join", Fault::Lose)]);
}

#[test]
fn the_conference_s_end_is_lost_and_the_plugin_s_own_end_closes() {
    // The callee hangs up; nobody tells the functions but a plugin whose reservation changes.
    let mut office = alice_rings_bob();
    office.fault("webhook:conference-end", Fault::Lose);
    office.act(ALICE, Act::Cancel);
    office.pass(Millis::from_secs(1));
    office.act(ALICE, Act::Cancel);
    office.comes_to_rest();
}

#[test]
fn every_callback_and_request_is_doubled() {
    whole_call_despite(&[("webhook:", Fault::Double), ("http:", Fault::Double)]);
}

#[test]
fn every_event_is_doubled() {
    whole_call_despite(&[("push:", Fault::Double)]);
}

#[test]
fn no_task_can_be_created() {
    let mut office = Office::new(1);
    office.fault("rpc:create-task", Fault::Fail(400));
    office.act(ALICE, Act::Call(BOB));
    office.pass(Millis::from_secs(5));
    let line = office.stations[ALICE].line();
    assert!(matches!(line, CallLine::Failed { .. }), "{line:?}");
    assert!(!office.is_offered(BOB));
    office.comes_to_rest();
    // The button works again.
    office.act(ALICE, Act::Call(BOB));
    office.until("Bob is offered the call", |office| office.is_offered(BOB));
    office.act(ALICE, Act::Cancel);
    office.comes_to_rest();
}

#[test]
fn the_callee_s_accept_fails_once_and_works_again() {
    let mut office = alice_rings_bob();
    office.pass(Millis::from_secs(1));
    office.fault("rpc:call", Fault::Fail(500));
    office.act(BOB, Act::Accept);
    office.until("Bob reads of it", |office| {
        matches!(
            office.stations[BOB].notices[..],
            [Notice::AcceptFailed { .. }]
        )
    });
    assert!(office.is_offered(BOB));
    office.act(BOB, Act::Accept);
    office.until("they talk", |office| office.talk(ALICE, BOB));
    office.act(ALICE, Act::HangUp);
    office.comes_to_rest();
}

#[test]
fn the_caller_s_own_leg_fails_and_he_gives_up() {
    let mut office = Office::new(1);
    office.fault("rpc:call", Fault::Fail(500));
    office.act(ALICE, Act::Call(BOB));
    office.until("Alice reads of it", |office| {
        !office.stations[ALICE].notices.is_empty()
    });
    assert!(office.live_legs(ALICE).is_empty());
    office.act(ALICE, Act::Cancel);
    office.comes_to_rest();
    assert!(!office.is_offered(BOB));
}

#[test]
fn the_callee_cannot_be_rung_and_the_call_ends() {
    let mut office = Office::new(1);
    office.faults("rest:create-task", Fault::Fail(500), 5);
    office.act(ALICE, Act::Call(BOB));
    office.pass(Millis::from_secs(5));
    let line = office.stations[ALICE].line();
    assert!(matches!(line, CallLine::Failed { .. }), "{line:?}");
    office.comes_to_rest();
}

#[test]
fn a_hang_up_is_cleaned_up_by_the_conference_s_end_if_both_plugins_ends_are_lost() {
    let mut office = alice_talks_to_bob();
    office.faults("http:end", Fault::Lose, 10);
    office.act(ALICE, Act::HangUp);
    office.comes_to_rest();
}
