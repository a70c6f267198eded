use super::*;

#[test]
fn a_first_call_is_closed_until_it_is_audible() {
    let mut agent = Agent::new();
    agent.customer_calls(1);
    assert_eq!(verdict(&agent.accepts(1)), Verdict::Pass);
    agent.accepted(1);
    agent.leg_comes(1, Offered::ByFlex);
    agent.opens(1);
    agent.assert_talks_to_nobody();
    agent.is_heard(1);
    agent.assert_talks_to(1);
}

#[test]
fn second_accept_isolates_the_first_call() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    agent.customer_calls(2);
    let effects = agent.accepts(2);
    agent.assert_only_hears(1);
    assert_eq!(
        holds(&effects),
        [],
        "nobody is held before the new call is open"
    );
    agent.accepted(2);
    forward(&agent.leg_comes(2, Offered::Forwardable));
    agent.opens(2);
    agent.assert_only_hears(1);
    let effects = agent.is_heard(2);
    agent.assert_talks_to(2);
    assert_eq!(holds(&effects)[0].1, customer(1));
    assert!(holds(&effects)[0].2);
}

#[test]
fn an_accept_that_fails_only_gives_the_microphone_back() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    agent.customer_calls(2);
    agent.accepts(2);
    agent.assert_only_hears(1);
    let effects = agent.told(&Event::ActionEnded {
        token: ActionToken(agent.tokens),
        failure: Some(Failure::new("rescinded")),
    });
    agent.assert_talks_to(1);
    assert_eq!(holds(&effects), []);
}

#[test]
fn an_accept_that_is_rescinded_only_gives_the_microphone_back() {
    for status in ["rescinded", "canceled", "timeout", "rejected"] {
        let mut agent = Agent::new();
        agent.talks_to(1);
        agent.customer_calls(2);
        agent.accepts(2);
        let effects = agent.task(2, status, json!({}));
        agent.assert_talks_to(1);
        assert_eq!(holds(&effects), [], "{status}");
    }
}

#[test]
fn a_caller_who_hangs_up_first_only_gives_the_microphone_back() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    agent.customer_calls(2);
    agent.accepts(2);
    agent.accepted(2);
    agent.leg_comes(2, Offered::Forwardable);
    agent.opens(2);
    let effects = agent.ended(2, None);
    agent.assert_talks_to(1);
    assert_eq!(notices(&effects), []);
    let effects = agent.is_heard(2);
    agent.assert_talks_to(1);
    assert_eq!(holds(&effects), []);
}

#[test]
fn a_device_that_cannot_be_opened_is_told_and_can_be_tried_again() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    agent.customer_calls(2);
    agent.accepts(2);
    agent.accepted(2);
    let id = forward(&agent.leg_comes(2, Offered::Forwardable));
    let effects = agent.fail(id);
    assert!(matches!(
        notices(&effects)[..],
        [Notice::CallNotOpened { .. }]
    ));
    agent.assert_talks_to(1);
    assert_eq!(agent.state(2), CallState::Failed);
    let effects = agent.told(&Event::LegRetryPressed {
        reservation: reservation(2),
    });
    agent.assert_only_hears(1);
    forward(&effects);
    agent.opens(2);
    agent.is_heard(2);
    agent.assert_talks_to(2);
}

#[test]
fn a_leg_without_a_connect_token_is_told() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    agent.customer_calls(2);
    agent.accepts(2);
    agent.accepted(2);
    let effects = agent.leg_comes(2, Offered::Nowhere);
    assert!(matches!(
        notices(&effects)[..],
        [Notice::CallNotOpened { .. }]
    ));
    agent.assert_talks_to(1);
}

#[test]
fn an_accept_that_never_becomes_audible_is_given_up() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    agent.customer_calls(2);
    agent.accepts(2);
    assert_eq!(
        agent.core.next_deadline(),
        Some(agent.now + Millis::from_secs(20))
    );
    let effects = agent.pass(20);
    assert!(matches!(
        notices(&effects)[..],
        [Notice::CallNotOpened { .. }]
    ));
    agent.assert_talks_to(1);
}

#[test]
fn a_call_that_opens_after_it_was_given_up_stays_closed_and_is_held() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    agent.customer_calls(2);
    agent.accepts(2);
    agent.accepted(2);
    agent.leg_comes(2, Offered::Forwardable);
    agent.pass(20);
    agent.meets(2, false);
    agent.opens(2);
    let effects = agent.is_heard(2);
    agent.assert_talks_to(1);
    assert_eq!(holds(&effects)[0].1, customer(2));
}

#[test]
fn a_browser_that_does_not_tell_of_audio_keeps_nobody_deaf() {
    let mut agent = Agent::new();
    agent.customer_calls(1);
    agent.accepts(1);
    agent.accepted(1);
    agent.leg_comes(1, Offered::ByFlex);
    agent.opens(1);
    agent.assert_talks_to_nobody();
    agent.pass(2);
    agent.assert_talks_to(1);
}

#[test]
fn a_second_accept_waits_until_the_first_is_done() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    agent.customer_calls(2);
    agent.customer_calls(3);
    agent.accepts(2);
    assert_eq!(verdict(&agent.accepts(3)), Verdict::Ignore);
    assert_eq!(verdict(&agent.accepts(3)), Verdict::Ignore, "pressed again");
    assert!(agent.view().offers.iter().all(|offer| offer.accepted));
    agent.accepted(2);
    agent.leg_comes(2, Offered::Forwardable);
    agent.opens(2);
    let effects = agent.is_heard(2);
    agent.assert_talks_to(2);
    let accepts = effects
        .iter()
        .filter(|effect| matches!(effect, Effect::AcceptTask { reservation: third, .. } if *third == reservation(3)));
    assert_eq!(accepts.count(), 1);
    assert_eq!(verdict(&agent.accepts(3)), Verdict::Pass);
    agent.assert_only_hears(2);
}

#[test]
fn two_legs_that_come_crossed_are_put_where_taskrouter_says() {
    let mut agent = Agent::new();
    agent.customer_calls(1);
    agent.customer_calls(2);
    agent.accepted(1);
    agent.accepted(2);
    // The later task's leg comes first: the latest without one gets what comes.
    agent.leg_comes(1, Offered::ByFlex);
    agent.opens(1);
    let note = |number: u128| json!({"conference": {"participants": {"worker": leg(number)}}});
    agent.task(1, "accepted", note(1));
    agent.meets(1, false);
    agent.is_heard(1);
    agent.assert_talks_to(1);
    agent.leg_comes(2, Offered::Forwardable);
    agent.opens(2);
    agent.is_heard(2);
    agent.assert_talks_to(2);
    assert_eq!(agent.state(1), CallState::Holding);
    assert_eq!(agent.state(2), CallState::Live);
}

#[test]
fn a_leg_that_nobody_asked_for_closes_the_microphone_until_it_is_open() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    agent.customer_calls(2);
    agent.accepted(2); // by another plugin
    agent.leg_comes(2, Offered::Forwardable);
    agent.assert_only_hears(1);
    agent.opens(2);
    agent.is_heard(2);
    agent.assert_talks_to(2);
}

#[test]
fn an_offer_beyond_the_limit_is_declined_and_told() {
    let mut agent = Agent::configured(
        |features| features["multi_call"]["max_calls"] = json!(1),
        "client:alice",
    );
    agent.talks_to(1);
    let effects = agent.customer_calls(2);
    assert!(matches!(
        notices(&effects)[..],
        [Notice::OneCallTooMany { .. }]
    ));
    let refused = effects
        .iter()
        .any(|effect| matches!(effect, Effect::RejectReservation { reservation: sid, .. } if *sid == reservation(2)));
    assert!(refused);
    assert_eq!(notices(&agent.customer_calls(2)), [], "told once");
}

#[test]
fn a_task_that_is_no_call_touches_no_call() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    let chat = json!({"kind": "reservationChanged", "reservation": {
        "sid": reservation(2), "taskSid": TaskSid::from_number(2), "status": "pending", "channel": "chat",
        "attributes": {}}});
    agent.told(&serde_json::from_value(chat).unwrap());
    assert_eq!(verdict(&agent.accepts(2)), Verdict::Pass);
    agent.assert_talks_to(1);
}

#[test]
fn switched_off_nothing_is_ordered() {
    let mut agent = Agent::configured(
        |features| features["multi_call"]["enabled"] = json!(false),
        "client:alice",
    );
    agent.customer_calls(1);
    assert_eq!(verdict(&agent.accepts(1)), Verdict::Pass);
    agent.accepted(1);
    let mut effects = agent.leg_comes(1, Offered::ByFlex);
    effects.extend(agent.opens(1));
    effects.extend(agent.is_heard(1));
    effects.extend(agent.meets(1, false));
    assert_eq!(effects, []);
    agent.assert_talks_to_nobody();
    assert_eq!(agent.core.calls_view(), None);
}

/// The offers whose accept takes its turn now.
fn turns(effects: &[Effect]) -> Vec<ReservationSid> {
    let turns = effects.iter().filter_map(|effect| match effect {
        Effect::AcceptTask { reservation, .. } => Some(reservation.clone()),
        _ => None,
    });
    turns.collect()
}

#[test]
fn an_offer_that_is_pressed_twice_while_another_is_accepted_takes_one_turn() {
    let mut agent = Agent::new();
    for number in [1, 2] {
        agent.customer_calls(number);
    }
    agent.accepts(1);
    for _ in 0..2 {
        assert_eq!(verdict(&agent.accepts(2)), Verdict::Ignore);
    }
    let mut taken = Vec::new();
    for number in [1, 2] {
        agent.accepted(number);
        agent.leg_comes(number, Offered::Forwardable);
        agent.opens(number);
        taken.extend(turns(&agent.is_heard(number)));
        if number == 1 {
            assert_eq!(verdict(&agent.accepts(2)), Verdict::Pass);
        }
    }
    assert_eq!(taken, [reservation(2)]);
    agent.assert_talks_to(2);
}
