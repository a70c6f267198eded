//! Calls when everything works, and what people do.

use crate::harness::message::Act;
use crate::harness::{Office, ALICE, BOB, CAROL};
use backline::effect::{Notice, Unanswered};
use backline::time::Millis;
use backline::view::CallLine;

/// Alice has called Bob, and his Flex shows it.
pub fn alice_rings_bob() -> Office {
    let mut office = Office::new(1);
    office.act(ALICE, Act::Call(BOB));
    office.until("Bob is offered the call", |office| office.is_offered(BOB));
    office
}

/// They talk.
pub fn alice_talks_to_bob() -> Office {
    let mut office = alice_rings_bob();
    office.act(BOB, Act::Accept);
    office.until("they talk", |office| office.talk(ALICE, BOB));
    office
}

fn hang_up(agent: usize) {
    let mut office = alice_talks_to_bob();
    office.pass(Millis::from_secs(5));
    assert!(office.talk(ALICE, BOB));
    let line = office.stations[ALICE].line();
    assert!(matches!(line, CallLine::Talking { .. }), "{line:?}");
    office.act(agent, Act::HangUp);
    office.pass(Millis::from_secs(10));
    assert_eq!(office.left_over(), None);
    for agent in [ALICE, BOB] {
        assert_eq!(office.stations[agent].notices, vec![]);
    }
    let line = office.stations[ALICE].line();
    assert!(matches!(line, CallLine::Ended { .. }), "{line:?}");
}

#[test]
fn they_hear_each_other_and_when_the_caller_hangs_up_everything_completes_after_wrap_up() {
    hang_up(ALICE);
}

#[test]
fn they_hear_each_other_and_when_the_callee_hangs_up_everything_completes_after_wrap_up() {
    hang_up(BOB);
}

#[test]
fn the_callee_rejects_and_the_caller_reads_that_he_declined() {
    let mut office = alice_rings_bob();
    office.until("Alice waits", |office| !office.live_legs(ALICE).is_empty());
    office.pass(Millis::from_secs(2));
    office.act(BOB, Act::Reject);
    office.pass(Millis::from_secs(10));
    assert_eq!(office.left_over(), None);
    let line = office.stations[ALICE].line();
    assert!(
        matches!(
            line,
            CallLine::Unanswered {
                why: Unanswered::Declined { .. },
                ..
            }
        ),
        "{line:?}"
    );
    assert_eq!(office.stations[BOB].notices, vec![]);
}

#[test]
fn the_callee_rejects_before_the_caller_s_leg_is_answered() {
    let mut office = Office::new(1);
    office.fault(
        "phone:answer",
        crate::harness::network::Fault::Delay(Millis::from_secs(3)),
    );
    office.act(ALICE, Act::Call(BOB));
    office.until("Bob is offered the call", |office| office.is_offered(BOB));
    office.act(BOB, Act::Reject);
    office.pass(Millis::from_secs(10));
    assert_eq!(office.left_over(), None);
    let line = office.stations[ALICE].line();
    assert!(
        matches!(
            line,
            CallLine::Unanswered {
                why: Unanswered::Declined { .. },
                ..
            }
        ),
        "{line:?}"
    );
}

#[test]
fn the_caller_gives_up_while_it_rings() {
    let mut office = alice_rings_bob();
    office.until("Alice waits", |office| !office.live_legs(ALICE).is_empty());
    office.pass(Millis::from_secs(2));
    office.act(ALICE, Act::Cancel);
    office.pass(Millis::from_secs(1));
    assert!(!office.is_offered(BOB));
    office.pass(Millis::from_secs(10));
    assert_eq!(office.left_over(), None);
}

#[test]
fn the_caller_gives_up_at_any_moment_before_his_own_leg_exists() {
    for moment in (0..600).step_by(10) {
        let mut office = Office::new(moment);
        office.act(ALICE, Act::Call(BOB));
        office.pass(Millis(moment));
        office.act(ALICE, Act::Cancel);
        office.pass(Millis::from_secs(2));
        // Too early there was nothing yet that could be given up: then the call goes on.
        if !office.live_legs(ALICE).is_empty() {
            office.act(ALICE, Act::Cancel);
        }
        office.comes_to_rest();
        assert!(!office.is_offered(BOB));
    }
}

#[test]
fn nobody_answers_and_the_call_ends_by_itself() {
    let mut office = alice_rings_bob();
    office.comes_to_rest();
}

#[test]
fn a_queue_call_reaches_a_member_and_never_the_caller() {
    let mut office = Office::new(1);
    office.act(ALICE, Act::CallQueue("Support"));
    office.until("Bob is offered the call", |office| office.is_offered(BOB));
    assert!(!office.is_offered(ALICE) && !office.is_offered(CAROL));
    office.act(BOB, Act::Accept);
    office.until("they talk", |office| office.talk(ALICE, BOB));
    office.act(BOB, Act::HangUp);
    office.pass(Millis::from_secs(10));
    assert_eq!(office.left_over(), None);
}

#[test]
fn a_member_who_refuses_a_queue_call_leaves_it_to_the_next() {
    let mut office = Office::new(1);
    office.act(ALICE, Act::CallQueue("Everyone"));
    office.until("somebody is offered the call", |office| {
        office.is_offered(BOB) || office.is_offered(CAROL)
    });
    let (first, second) = match office.is_offered(BOB) {
        true => (BOB, CAROL),
        false => (CAROL, BOB),
    };
    office.act(first, Act::Reject);
    office.until("the other is offered it", |office| {
        office.is_offered(second)
    });
    assert!(!office.is_offered(ALICE));
    office.act(second, Act::Accept);
    office.until("they talk", |office| office.talk(ALICE, second));
    office.act(ALICE, Act::HangUp);
    office.comes_to_rest();
}

#[test]
fn a_queue_whose_only_member_is_the_caller_never_rings_him() {
    let mut office = Office::new(1);
    // Bob is the only other one with that skill.
    office.change(|world| {
        let update = backline_world::routing::WorkerUpdate {
            attributes: Some(serde_json::Map::from_iter([(
                "contact_uri".to_owned(),
                "client:bob".into(),
            )])),
            ..Default::default()
        };
        let bob = backline_world::account::worker_sid(BOB);
        world
            .routing
            .update_worker(world.now(), &bob, update)
            .unwrap();
    });
    office.act(ALICE, Act::CallQueue("Support"));
    for _ in 0..100 {
        office.pass(Millis::from_secs(1));
        assert!((0..3).all(|agent| !office.is_offered(agent)));
    }
    office.act(ALICE, Act::Cancel);
    office.comes_to_rest();
}

#[test]
fn a_double_press_makes_one_call() {
    let mut office = Office::new(1);
    office.act(ALICE, Act::Call(BOB));
    office.dispatch_press(ALICE);
    office.until("Bob is offered the call", |office| office.is_offered(BOB));
    office.dispatch_press(ALICE);
    office.pass(Millis::from_secs(3));
    assert_eq!(office.open_tasks("caller").len(), 1);
    assert_eq!(office.open_tasks("callee").len(), 1);
    office.act(ALICE, Act::Cancel);
    office.comes_to_rest();
}

#[test]
fn two_who_call_each_other_at_once_are_not_left_with_anything() {
    let mut office = Office::new(1);
    office.act(ALICE, Act::Call(BOB));
    office.act(BOB, Act::Call(ALICE));
    office.pass(Millis::from_secs(5));
    office.act(ALICE, Act::Cancel);
    office.act(BOB, Act::Cancel);
    office.comes_to_rest();
}

#[test]
fn a_customer_s_native_call_is_untouched() {
    let mut office = Office::new(1);
    // Only Carol takes customers' calls.
    office.act(ALICE, Act::Call(BOB));
    office.until("Bob is offered the call", |office| office.is_offered(BOB));
    office.act(BOB, Act::Accept);
    office.until("they talk", |office| office.talk(ALICE, BOB));
    let customer = office.change(|world| {
        let now = world.now();
        let own = serde_json::Map::new();
        world
            .telephony
            .customer_calls(now, "+15550123", "+15550100", "Cora", own)
    });
    office.until("Carol is offered the customer", |office| {
        office.is_offered(CAROL)
    });
    office.act(CAROL, Act::Accept);
    office.until("Carol talks to the customer", |office| {
        office.heard(CAROL) == [["customer"]]
    });
    assert!(office.talk(ALICE, BOB));
    office.act(ALICE, Act::HangUp);
    office.pass(Millis::from_secs(10));
    assert_eq!(office.heard(CAROL), [["customer"]]);
    assert_eq!(office.stations[CAROL].notices, Vec::<Notice>::new());
    office.change(|world| world.telephony.customer_hangs_up(world.now(), &customer));
    office.pass(Millis::from_secs(10));
    // Flex completes customers' tasks by the agent's hand: the plugin does not.
    assert_eq!(office.stations[CAROL].reservations.len(), 1);
    office.complete_by_hand(CAROL);
    office.comes_to_rest();
}
