use super::*;

/// On the second of two calls, the first on hold.
fn two_calls() -> Agent {
    let mut agent = Agent::new();
    agent.talks_to(1);
    let held = hold(&agent.talks_to(2));
    agent.settle(held);
    agent.assert_talks_to(2);
    assert_eq!(agent.state(1), CallState::OnHold);
    agent
}

#[test]
fn a_swap_takes_the_other_back_first_and_then_moves_ear_and_microphone_at_once() {
    let mut agent = two_calls();
    let effects = agent.swaps_to(1);
    let back = hold(&effects);
    assert_eq!(holds(&effects), [(back, customer(1), false)]);
    agent.assert_talks_to(2);
    assert_eq!(agent.state(1), CallState::Resuming);
    let effects = agent.settle(back);
    agent.assert_talks_to(1);
    assert_eq!(holds(&effects)[0].1, customer(2));
}

#[test]
fn nobody_swaps_to_the_call_that_he_is_in_or_to_one_that_is_not_heard_yet() {
    let mut agent = two_calls();
    assert_eq!(agent.swaps_to(2), []);
    agent.meets(2, true); // he put her on hold by Flex's own button
    assert_eq!(agent.swaps_to(2), []);
    agent.meets(2, false);
    agent.customer_calls(3);
    agent.accepts(3);
    agent.accepted(3);
    agent.leg_comes(3, Offered::Forwardable);
    assert_eq!(agent.swaps_to(3), []);
}

#[test]
fn nobody_swaps_while_he_answers_a_call() {
    let mut agent = two_calls();
    agent.customer_calls(3);
    agent.accepts(3);
    agent.assert_only_hears(2);
    assert_eq!(agent.swaps_to(1), []);
    agent.assert_only_hears(2);
    agent.accepted(3);
    agent.leg_comes(3, Offered::Forwardable);
    agent.opens(3);
    agent.is_heard(3);
    agent.assert_talks_to(3);
    assert_eq!(agent.state(1), CallState::OnHold);
}

#[test]
fn a_swap_that_fails_changes_nothing() {
    let mut agent = two_calls();
    let back = hold(&agent.swaps_to(1));
    let effects = agent.fail(back);
    assert!(matches!(notices(&effects)[..], [Notice::NotResumed { .. }]));
    agent.assert_talks_to(2);
    // He may be back all the same: he is put on hold once more.
    let again = hold(&effects);
    assert_eq!(holds(&effects), [(again, customer(1), true)]);
    agent.settle(again);
    assert_eq!(agent.state(1), CallState::OnHold);
}

#[test]
fn a_swap_back_while_the_hold_fails_takes_back_whoever_may_be_on_hold() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    let going = hold(&agent.talks_to(2));
    agent.swaps_to(1);
    let effects = agent.fail(going);
    agent.assert_talks_to(2);
    let back = hold(&effects);
    assert_eq!(holds(&effects), [(back, customer(1), false)]);
    agent.settle(back);
    agent.assert_talks_to(1);
}

#[test]
fn a_swap_that_is_not_answered_is_given_up() {
    let mut agent = two_calls();
    agent.swaps_to(1);
    let effects = agent.pass(15);
    assert!(matches!(
        notices(&effects)[..],
        [Notice::NotResumed { .. }, ..]
    ));
    agent.assert_talks_to(2);
}

#[test]
fn flexs_own_unhold_of_a_call_in_the_background_is_a_swap() {
    let mut agent = two_calls();
    let effects = agent.asks(FlexAction::UnholdCall, 1);
    assert_eq!(verdict(&effects), Verdict::Ignore);
    let back = hold(&effects);
    agent.settle(back);
    agent.assert_talks_to(1);
}

#[test]
fn flexs_own_hold_and_unhold_of_the_live_call_are_flexs() {
    let mut agent = two_calls();
    for action in [FlexAction::HoldCall, FlexAction::UnholdCall] {
        let effects = agent.asks(action, 2);
        assert_eq!(verdict(&effects), Verdict::Pass);
        assert_eq!(holds(&effects), []);
        agent.assert_talks_to(2);
    }
}

#[test]
fn a_swap_back_before_the_hold_is_confirmed_waits_for_it() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    let going = hold(&agent.talks_to(2));
    assert_eq!(holds(&agent.swaps_to(1)), [], "the hold is on its way");
    agent.assert_talks_to(2);
    let effects = agent.settle(going);
    let back = hold(&effects);
    assert_eq!(holds(&effects), [(back, customer(1), false)]);
    agent.settle(back);
    agent.assert_talks_to(1);
}

/// In the first call, a second party, whom the agent has put on hold himself.
fn one_of_two_is_on_hold() -> Agent {
    let mut agent = Agent::new();
    agent.talks_to(1);
    agent.told(&Event::ParticipantsChanged {
        reservation: reservation(1),
        participants: serde_json::from_value(json!([
            {"target": "first", "kind": "customer", "me": false, "joined": true, "onHold": false},
            {"target": "second", "kind": "external", "me": false, "joined": true, "onHold": true}
        ]))
        .unwrap(),
    });
    agent
}

#[test]
fn whom_the_agent_himself_put_on_hold_stays_there_though_he_swaps_back_before_the_other_is() {
    let mut agent = one_of_two_is_on_hold();
    let going = hold(&agent.talks_to(2));
    agent.swaps_to(1);
    let effects = agent.settle(going);
    let back = hold(&effects);
    assert_eq!(holds(&effects), [(back, "first".to_owned(), false)]);
    agent.settle(back);
    agent.assert_talks_to(1);
}

#[test]
fn whom_the_agent_himself_put_on_hold_stays_on_hold() {
    let mut agent = one_of_two_is_on_hold();
    let effects = agent.talks_to(2);
    let held = hold(&effects);
    assert_eq!(holds(&effects), [(held, "first".to_owned(), true)]);
    agent.settle(held);
    let effects = agent.swaps_to(1);
    let back = hold(&effects);
    assert_eq!(holds(&effects), [(back, "first".to_owned(), false)]);
    agent.settle(back);
    agent.assert_talks_to(1);
}

#[test]
fn a_customer_held_by_the_agents_own_button_comes_back_by_a_swap() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    agent.meets(1, true);
    assert_eq!(holds(&agent.talks_to(2)), [], "he is on hold already");
    let back = hold(&agent.swaps_to(1));
    agent.settle(back);
    agent.assert_talks_to(1);
}

#[test]
fn when_the_live_call_ends_nobody_is_live_and_the_other_stays_on_hold() {
    let mut agent = two_calls();
    let effects = agent.ended(2, None);
    agent.assert_talks_to_nobody();
    assert_eq!(holds(&effects), []);
    let back = hold(&agent.swaps_to(1));
    agent.settle(back);
    agent.assert_talks_to(1);
}

#[test]
fn the_next_is_taken_back_by_itself_if_so_configured() {
    let mut agent = Agent::configured(
        |features| features["multi_call"]["resume_next"] = json!(true),
        "client:alice",
    );
    agent.talks_to(1);
    let held = hold(&agent.talks_to(2));
    agent.settle(held);
    agent.now = agent.now + Millis(1);
    let held = hold(&agent.talks_to(3));
    agent.settle(held);
    let effects = agent.ended(3, None);
    let back = hold(&effects);
    assert_eq!(
        holds(&effects),
        [(back, customer(2), false)],
        "who waits for the shortest time"
    );
    agent.settle(back);
    agent.assert_talks_to(2);
}

#[test]
fn the_other_ends_while_he_is_taken_back() {
    let mut agent = two_calls();
    let back = hold(&agent.swaps_to(1));
    agent.ended(1, None);
    agent.assert_talks_to(2);
    agent.settle(back);
    agent.assert_talks_to(2);
}

#[test]
fn one_press_makes_one_swap() {
    let mut agent = two_calls();
    hold(&agent.swaps_to(1));
    assert_eq!(holds(&agent.swaps_to(1)), []);
    assert_eq!(holds(&agent.swaps_to(2)), [], "he is there");
}

#[test]
fn own_mute_is_nothing_of_ours() {
    let mut agent = two_calls();
    let muted = |number: u128, muted: bool| Event::LegMuted {
        leg: leg(number),
        muted,
    };
    agent.told(&muted(2, true));
    agent.assert_talks_to(2);
    let back = hold(&agent.swaps_to(1));
    agent.settle(back);
    let rows = agent.view().rows;
    assert!(!rows[0].muted && rows[1].muted);
    agent.told(&muted(1, true));
    agent.told(&muted(1, false));
    agent.assert_talks_to(1);
}
