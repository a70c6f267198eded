use super::*;

#[test]
fn a_hold_that_fails_opens_nothing_is_told_once_and_tried_again() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    let mut id = hold(&agent.talks_to(2));
    for (times, pause) in [2, 5, 10, 30, 30].into_iter().enumerate() {
        let effects = agent.fail(id);
        assert_eq!(notices(&effects).len(), usize::from(times == 0));
        agent.assert_talks_to(2);
        assert_eq!(agent.state(1), CallState::NotHeld);
        let due = agent.core.next_deadline().unwrap();
        assert_eq!(due, agent.now + Millis::from_secs(pause));
        id = hold(&agent.pass(pause));
        agent.assert_talks_to(2);
    }
    agent.settle(id);
    assert_eq!(agent.state(1), CallState::OnHold);
}

#[test]
fn a_hold_that_is_not_answered_is_tried_again() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    let lost = hold(&agent.talks_to(2));
    let effects = agent.pass(15);
    assert!(matches!(notices(&effects)[..], [Notice::NotHeld { .. }]));
    let again = hold(&agent.pass(2));
    assert_ne!(lost, again);
    // What is heard late of the first order says nothing of the one that is out.
    agent.settle(lost);
    assert_eq!(agent.state(1), CallState::Holding);
    agent.settle(again);
    assert_eq!(agent.state(1), CallState::OnHold);
    agent.assert_talks_to(2);
}

#[test]
fn whoever_joins_a_call_in_the_background_is_put_on_hold() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    let held = hold(&agent.talks_to(2));
    agent.settle(held);
    let effects = agent.told(&Event::ParticipantsChanged {
        reservation: reservation(1),
        participants: serde_json::from_value(json!([
            {"target": customer(1), "kind": "customer", "me": false, "joined": true, "onHold": true},
            {"target": "late", "kind": "external", "me": false, "joined": true, "onHold": false},
            {"target": "gone", "kind": "external", "me": false, "joined": false, "onHold": false}
        ]))
        .unwrap(),
    });
    let id = hold(&effects);
    assert_eq!(holds(&effects), [(id, "late".to_owned(), true)]);
}

#[test]
fn a_colleague_who_is_consulted_is_never_put_on_hold() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    agent.told(&Event::ParticipantsChanged {
        reservation: reservation(1),
        participants: serde_json::from_value(json!([
            {"target": customer(1), "kind": "customer", "me": false, "joined": true, "onHold": true},
            {"target": "WK", "kind": "worker", "me": false, "joined": true, "onHold": false},
            {"target": "boss", "kind": "supervisor", "me": false, "joined": true, "onHold": false}
        ]))
        .unwrap(),
    });
    assert_eq!(holds(&agent.talks_to(2)), []);
    assert_eq!(agent.state(1), CallState::OnHold);
}

#[test]
fn who_comes_off_hold_in_the_background_is_put_back() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    let held = hold(&agent.talks_to(2));
    agent.settle(held);
    let effects = agent.meets(1, false); // by another tab, or another plugin
    assert_eq!(holds(&effects)[0].1, customer(1));
    agent.assert_talks_to(2);
}

#[test]
fn what_is_seen_from_before_an_order_does_not_count() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    let held = hold(&agent.talks_to(2));
    assert_eq!(holds(&agent.meets(1, false)), [], "its hold is on the way");
    agent.settle(held);
    assert_eq!(agent.state(1), CallState::OnHold);
}

#[test]
fn a_call_that_waits_long_is_brought_to_mind_once() {
    let mut agent = Agent::configured(
        |features| features["multi_call"]["reminder_seconds"] = json!(60),
        "client:alice",
    );
    agent.talks_to(1);
    let held = hold(&agent.talks_to(2));
    agent.settle(held);
    let effects = agent.pass(60);
    assert!(matches!(
        notices(&effects)[..],
        [Notice::WaitsLong { seconds: 60, .. }]
    ));
    assert_eq!(notices(&agent.pass(60)), []);
    let back = hold(&agent.swaps_to(1));
    let held = hold(&agent.settle(back));
    agent.settle(held);
    let effects = agent.pass(60);
    assert!(
        matches!(notices(&effects)[..], [Notice::WaitsLong { .. }]),
        "the other waits now"
    );
}

/// Alice's first call with these participants besides the customer, and him on hold or not.
fn shared(agent: &mut Agent, customer_on_hold: bool, others: &[(&str, bool)]) -> Vec<Effect> {
    let mut participants = vec![json!({
        "target": customer(1), "kind": "customer", "me": false, "joined": true, "onHold": customer_on_hold,
    })];
    participants.extend(others.iter().map(|(kind, on_hold)| {
        json!({"target": kind, "kind": kind, "me": false, "joined": true, "onHold": on_hold})
    }));
    agent.told(&Event::ParticipantsChanged {
        reservation: reservation(1),
        participants: serde_json::from_value(json!(participants)).unwrap(),
    })
}

#[test]
fn a_customer_whom_a_colleague_talks_to_is_not_taken_from_him() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    shared(&mut agent, true, &[("worker", false)]);
    assert_eq!(holds(&agent.talks_to(2)), []);
    // The colleague takes him back from hold, on the call that is not live here.
    assert_eq!(holds(&shared(&mut agent, false, &[("worker", false)])), []);
    assert_eq!(agent.state(1), CallState::OnHold);
    // And goes: nobody is left with him.
    let effects = shared(&mut agent, false, &[("supervisor", false)]);
    assert_eq!(holds(&effects)[0].1, customer(1));
}

#[test]
fn a_colleague_on_hold_is_no_company() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    shared(&mut agent, false, &[("worker", true)]);
    assert_eq!(holds(&agent.talks_to(2))[0].1, customer(1));
}

#[test]
fn going_back_to_a_consult_leaves_the_customer_on_hold() {
    for other in ["worker", "transfer"] {
        let mut agent = Agent::new();
        agent.talks_to(1);
        shared(&mut agent, true, &[(other, false)]);
        assert_eq!(holds(&agent.talks_to(2)), [], "{other}");
        let effects = agent.swaps_to(1);
        let back: Vec<_> = holds(&effects).into_iter().filter(|hold| !hold.2).collect();
        assert_eq!(back, [], "{other}");
        agent.assert_talks_to(1);
    }
}

#[test]
fn once_the_colleague_has_gone_going_back_takes_the_customer_back() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    shared(&mut agent, true, &[("transfer", false)]);
    agent.talks_to(2);
    shared(&mut agent, true, &[]);
    let effects = agent.swaps_to(1);
    assert_eq!(holds(&effects), [(hold(&effects), customer(1), false)]);
}

/// Flex has him among the participants by one name, before he accepts and after it.
#[test]
fn a_colleague_who_was_awaited_and_has_come_is_company_until_he_is_on_hold_himself() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    let colleague = |agent: &mut Agent, kind: &str, on_hold: bool| {
        agent.told(&Event::ParticipantsChanged {
            reservation: reservation(1),
            participants: serde_json::from_value(json!([
                {"target": customer(1), "kind": "customer", "me": false, "joined": true, "onHold": false},
                {"target": "WK", "kind": kind, "me": false, "joined": true, "onHold": on_hold}
            ]))
            .unwrap(),
        })
    };
    colleague(&mut agent, "transfer", false);
    colleague(&mut agent, "worker", false);
    assert_eq!(holds(&agent.talks_to(2)), []);
    let effects = colleague(&mut agent, "worker", true);
    assert_eq!(holds(&effects), [(hold(&effects), customer(1), true)]);
}

/// There is no customer: the colleagues are those who wait, and the silent party is nobody.
#[test]
fn on_a_call_that_was_handed_over_the_colleagues_are_put_on_hold() {
    let mut agent = Agent::new();
    let attributes = json!({"name": "Bob Brown", "internal_call": {"role": "caller",
        "strategy": "warm_transfer", "caller_worker": WorkerSid::from_number(1)}});
    agent.task(1, "pending", attributes.clone());
    agent.accepts(1);
    agent.task(1, "accepted", attributes);
    agent.leg_comes(1, Offered::ByFlex);
    agent.opens(1);
    agent.is_heard(1);
    agent.told(&Event::ParticipantsChanged {
        reservation: reservation(1),
        participants: serde_json::from_value(json!([
            {"target": "WKbob", "kind": "transfer", "me": false, "joined": true, "onHold": false},
            {"target": customer(1), "kind": "customer", "me": false, "joined": true, "onHold": false}
        ]))
        .unwrap(),
    });
    agent.told(&Event::ParticipantsChanged {
        reservation: reservation(1),
        participants: serde_json::from_value(json!([
            {"target": "WKbob", "kind": "worker", "me": false, "joined": true, "onHold": false},
            {"target": customer(1), "kind": "customer", "me": false, "joined": true, "onHold": false},
            {"target": "boss", "kind": "supervisor", "me": false, "joined": true, "onHold": false},
            {"target": "WKcarol", "kind": "transfer", "me": false, "joined": true, "onHold": false}
        ]))
        .unwrap(),
    });
    let effects = agent.talks_to(2);
    assert_eq!(
        holds(&effects),
        [(hold(&effects), "WKbob".to_owned(), true)]
    );
}
