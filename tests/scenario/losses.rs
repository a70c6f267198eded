//! Calls when something on the way goes wrong.

use crate::calls::{alice_rings_bob, alice_talks_to_bob};
use crate::harness::message::Act;
use crate::harness::network::{Fault, Rule};
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
fn the_ring_request_is_lost_and_made_again() {
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
fn no_ring_request_arrives_and_the_caller_reads_that_nobody_was_rung() {
    let mut office = Office::new(1);
    office.faults("http:ring", Fault::Lose, 2);
    office.act(ALICE, Act::Call(BOB));
    office.pass(Millis::from_secs(40));
    let line = office.stations[ALICE].line();
    let notice = Notice::CalleeNotRung {
        detail: "timed out".to_owned(),
    };
    assert_eq!(line, CallLine::Failed { notice });
    assert!(!office.is_offered(BOB));
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
fn no_join_callback_ever_comes_and_they_talk_for_as_long_as_they_like() {
    let mut office = Office::new(1);
    office.faults("webhook:participant-join", Fault::Lose, 100);
    office.act(ALICE, Act::Call(BOB));
    office.until("Bob is offered the call", |office| office.is_offered(BOB));
    office.act(BOB, Act::Accept);
    office.until("they talk", |office| office.talk(ALICE, BOB));
    // Bob's plugin tells what Twilio did not.
    office.pass(Millis::from_secs(4));
    let line = office.stations[ALICE].line();
    assert!(matches!(line, CallLine::Talking { .. }), "{line:?}");
    office.pass(Millis::from_secs(120));
    assert!(office.talk(ALICE, BOB));
    let line = office.stations[ALICE].line();
    assert!(matches!(line, CallLine::Talking { .. }), "{line:?}");
    office.act(BOB, Act::HangUp);
    office.comes_to_rest();
}

#[test]
fn a_page_that_goes_while_they_talk_ends_the_call() {
    for agent in [ALICE, BOB] {
        let mut office = alice_talks_to_bob();
        office.act(agent, Act::Load(Millis::from_secs(3)));
        office.comes_to_rest();
    }
}

#[test]
fn the_caller_s_page_goes_while_it_rings_and_the_callee_s_phone_stops() {
    let mut office = alice_rings_bob();
    office.act(ALICE, Act::Close);
    office.pass(Millis::from_secs(40));
    assert!(!office.is_offered(BOB));
    let missed = |notice: &Notice| matches!(notice, Notice::Missed { .. });
    assert!(office.stations[BOB].notices.iter().any(missed));
    office.act(BOB, Act::CallBack);
    office.act(ALICE, Act::Load(Millis::from_secs(1)));
    office.until("Alice is offered the call", |office| {
        office.is_offered(ALICE)
    });
    office.act(ALICE, Act::Accept);
    office.until("they talk", |office| office.talk(ALICE, BOB));
    office.act(ALICE, Act::HangUp);
    office.comes_to_rest();
}

#[test]
fn the_caller_s_page_is_loaded_again_while_it_rings_and_everything_ends() {
    let mut office = alice_rings_bob();
    office.until("Alice waits", |office| !office.live_legs(ALICE).is_empty());
    office.act(ALICE, Act::Load(Millis::from_secs(2)));
    office.pass(Millis::from_secs(20));
    assert!(!office.is_offered(BOB));
    office.comes_to_rest();
}

#[test]
fn a_socket_that_drops_while_they_begin_to_talk_is_made_up_for() {
    let mut office = alice_rings_bob();
    office.act(ALICE, Act::DropSocket(Millis::from_secs(8)));
    office.act(BOB, Act::DropSocket(Millis::from_secs(8)));
    office.act(BOB, Act::Accept);
    office.until("they talk", |office| office.talk(ALICE, BOB));
    office.pass(Millis::from_secs(15));
    let line = office.stations[ALICE].line();
    assert!(matches!(line, CallLine::Talking { .. }), "{line:?}");
    office.act(ALICE, Act::HangUp);
    office.comes_to_rest();
    assert_eq!(office.stations[BOB].notices, vec![]);
}

/// One of the two who talk hangs up, with these callbacks lost.
fn hang_up_despite(agent: usize, lost: &[(&'static str, u64)]) {
    let mut office = alice_talks_to_bob();
    for (hop, count) in lost {
        office.faults(hop, Fault::Lose, *count);
    }
    office.act(agent, Act::HangUp);
    office.comes_to_rest();
    assert_eq!(
        office.network.met.len() as u64,
        lost.iter().map(|(_, count)| count).sum::<u64>()
    );
}

#[test]
fn the_conference_s_end_is_lost_and_the_legs_ends_close() {
    hang_up_despite(ALICE, &[("webhook:conference-end", 1)]);
    hang_up_despite(BOB, &[("webhook:conference-end", 1)]);
}

#[test]
fn the_conference_s_end_and_one_leg_s_are_lost_and_the_other_leg_s_closes() {
    hang_up_despite(
        ALICE,
        &[("webhook:conference-end", 1), ("webhook:leg-over", 1)],
    );
}

#[test]
fn both_legs_ends_are_lost_and_the_conference_s_closes() {
    hang_up_despite(BOB, &[("webhook:leg-over", 2)]);
}

#[test]
fn a_call_whose_end_nobody_tells_is_closed_by_the_page_that_is_left() {
    for agent in [ALICE, BOB] {
        let mut office = alice_talks_to_bob();
        office.faults("webhook:conference-end", Fault::Lose, 1);
        office.faults("webhook:leg-over", Fault::Lose, 2);
        office.act(agent, Act::Close);
        let goes_on = |office: &Office| {
            office
                .left_over()
                .is_some_and(|left| left.contains("assigned"))
        };
        office.pass(Millis::from_secs(60));
        assert!(goes_on(&office));
        office.pass(Millis::from_secs(180));
        assert!(!goes_on(&office));
        office.act(agent, Act::Load(Millis::from_secs(1))); // completes his own
        office.comes_to_rest();
        assert_eq!(office.network.met.len(), 3);
    }
}

#[test]
fn the_conference_s_end_is_lost_while_the_caller_waits_alone() {
    let mut office = alice_rings_bob();
    office.until("Alice waits", |office| !office.live_legs(ALICE).is_empty());
    office.pass(Millis::from_secs(1));
    office.fault("webhook:conference-end", Fault::Lose);
    office.act(ALICE, Act::Cancel);
    office.comes_to_rest();
    assert_eq!(office.network.met.len(), 1);
}

#[test]
fn the_functions_fail_when_twilio_asks_what_a_leg_shall_do_and_the_call_ends() {
    for spare in [0, 1] {
        let mut office = Office::new(1);
        office.network.rules.push(Rule {
            hop: "webhook:twiml",
            spare,
            meet: 1,
            fault: Fault::Fail(500),
        });
        office.act(ALICE, Act::Call(BOB));
        office.pass(Millis::from_secs(2));
        office.act(BOB, Act::Accept);
        office.pass(Millis::from_secs(30));
        assert_eq!(office.left_over(), None);
        assert_eq!(office.network.met.len(), 1);
    }
}

#[test]
fn somebody_hangs_up_before_his_leg_is_in_the_conference() {
    for agent in [ALICE, BOB] {
        let mut office = Office::new(1);
        // Each page takes this long to come.
        office.faults("answer:webhook", Fault::Delay(Millis::from_secs(4)), 100);
        office.act(ALICE, Act::Call(BOB));
        office.until("Bob is offered the call", |office| office.is_offered(BOB));
        office.act(BOB, Act::Accept);
        office.until("his leg is answered", |office| {
            !office.live_legs(agent).is_empty()
        });
        assert!(office.world.telephony.conferences().is_empty());
        office.act(agent, Act::HangUp);
        office.pass(Millis::from_secs(30));
        assert_eq!(office.left_over(), None);
    }
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
