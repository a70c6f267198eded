//! Which task is on screen, and whose leg belongs to which.

use super::*;

fn selects(effects: &[Effect]) -> Vec<ReservationSid> {
    let selected = effects.iter().filter_map(|effect| match effect {
        Effect::SelectTask { reservation, .. } => Some(reservation.clone()),
        _ => None,
    });
    selected.collect()
}

fn looks_at(agent: &mut Agent, number: u128) -> Vec<Effect> {
    agent.told(&Event::TaskSelected {
        reservation: Some(reservation(number)),
    })
}

/// On the second of two calls, the first on hold and on screen.
fn looking_at_the_first() -> Agent {
    let mut agent = Agent::new();
    agent.talks_to(1);
    looks_at(&mut agent, 1);
    let effects = agent.talks_to(2);
    assert_eq!(selects(&effects), [reservation(2)]);
    agent.settle(hold(&effects));
    agent
}

#[test]
fn the_call_that_he_goes_to_comes_on_screen_and_what_he_looks_at_then_is_his_choice() {
    let mut agent = looking_at_the_first();
    for number in [2, 1] {
        assert_eq!(selects(&looks_at(&mut agent, number)), []);
    }
    agent.assert_talks_to(2);
    let back = hold(&agent.swaps_to(1));
    looks_at(&mut agent, 2);
    assert_eq!(selects(&agent.settle(back)), [reservation(1)]);
}

#[test]
fn a_first_call_selects_nothing() {
    let mut agent = Agent::new();
    assert_eq!(selects(&agent.talks_to(1)), []);
}

#[test]
fn somebody_who_has_left_takes_no_leg_with_him() {
    let mut agent = looking_at_the_first();
    let me_and_another = |me_joined: bool| {
        json!([
            {"target": "me", "kind": "worker", "call": leg(2), "me": true, "joined": me_joined, "onHold": false},
            {"target": "WK2", "kind": "worker", "call": leg(2), "me": false, "joined": true, "onHold": false},
        ])
    };
    agent.told(&Event::ParticipantsChanged {
        reservation: reservation(1),
        participants: serde_json::from_value(me_and_another(false)).unwrap(),
    });
    // The leg is the second call's still: hanging up the first shows the first's own.
    let shown = agent.core.handle(
        agent.now,
        &Event::ActionRequested {
            token: ActionToken(99),
            action: FlexAction::HangupCall,
            sid: Some(reservation(1).to_string()),
            task_sid: None,
            target: None,
        },
    );
    let own = Some(leg(1));
    assert!(shown.contains(&Effect::ShowLeg { leg: own }), "{shown:?}");
}
