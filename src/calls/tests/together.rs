//! Calls between agents among the others, phones elsewhere, listening in, hanging up.

use super::*;

fn with_internal_calls() -> Agent {
    Agent::configured(
        |features| features["internal_call"] = json!({"enabled": true}),
        "client:alice",
    )
}

fn colleague(caller_held: bool) -> Value {
    json!({"client_call": true, "from": "client:bob", "name": "Bob Brown",
           "internal_call": {"role": "callee", "caller_task": TaskSid::from_number(77),
                             "caller_worker": WorkerSid::from_number(2),
                             "callee_worker": WorkerSid::from_number(1),
                             "on_hold": {"caller": caller_held, "callee": false}}})
}

type Post = (EffectId, String, Vec<(String, String)>);

fn posts(effects: &[Effect]) -> Vec<Post> {
    let posts = effects.iter().filter_map(|effect| match effect {
        Effect::Http { id, request } => {
            let path = request.url.rsplit('/').next().unwrap().to_owned();
            Some((*id, path, request.form.clone()))
        }
        _ => None,
    });
    posts.collect()
}

fn shown(effects: &[Effect]) -> Vec<Option<CallSid>> {
    let shown = effects.iter().filter_map(|effect| match effect {
        Effect::ShowLeg { leg } => Some(leg.clone()),
        _ => None,
    });
    shown.collect()
}

#[test]
fn a_call_between_agents_goes_on_hold_like_any_other() {
    let mut agent = Agent::configured(
        |features| features["internal_call"] = json!({"enabled": true}),
        "client:alice",
    );
    agent.task(1, "pending", colleague(false));
    agent.accepts(1);
    agent.task(1, "accepted", colleague(false));
    agent.leg_comes(1, Offered::ByFlex);
    agent.opens(1);
    agent.is_heard(1);
    agent.assert_talks_to(1);
    let effects = agent.talks_to(2);
    agent.assert_talks_to(2);
    let orders = posts(&effects);
    assert_eq!(orders.len(), 1, "{effects:?}");
    assert_eq!(orders[0].1, "hold");
    assert!(orders[0]
        .2
        .contains(&("hold".to_owned(), "true".to_owned())));
    assert_eq!(holds(&effects), []);
    let answered = |status: u16| Outcome::Answered {
        status,
        message: String::new(),
        code: None,
    };
    let effects = agent.told(&Event::Settled {
        id: orders[0].0,
        outcome: answered(503),
    });
    assert!(matches!(notices(&effects)[..], [Notice::NotHeld { .. }]));
    let orders = posts(&agent.pass(2));
    agent.told(&Event::Settled {
        id: orders[0].0,
        outcome: answered(200),
    });
    assert_eq!(agent.state(1), CallState::OnHold);
    let orders = posts(&agent.swaps_to(1));
    assert!(orders[0]
        .2
        .contains(&("hold".to_owned(), "false".to_owned())));
    agent.assert_talks_to(2);
    agent.told(&Event::Settled {
        id: orders[0].0,
        outcome: answered(200),
    });
    agent.assert_talks_to(1);
}

fn of_several(states: [&str; 3]) -> Value {
    let labels = ["caller", "callee", "WT00000000000000000000000000000077"];
    let party = |(label, state)| json!({"label": label, "name": "", "state": state});
    let parties: Vec<_> = labels.into_iter().zip(states).map(party).collect();
    let mut attributes = colleague(false);
    attributes["internal_call"]["parties"] = json!(parties);
    attributes
}

fn held(effects: &[Effect]) -> usize {
    let posts = posts(effects).into_iter();
    posts.filter(|post| post.1 == "hold").count()
}

/// He is in a call of three, and on a customer's.
fn away_from_two() -> Agent {
    let mut agent = with_internal_calls();
    agent.task(1, "pending", colleague(false));
    agent.accepts(1);
    agent.task(1, "accepted", of_several(["there"; 3]));
    agent.leg_comes(1, Offered::ByFlex);
    agent.opens(1);
    agent.is_heard(1);
    let effects = agent.talks_to(2);
    assert_eq!(held(&effects), 0);
    agent
}

#[test]
fn two_colleagues_talk_on_while_he_is_on_another_call_and_he_is_back_at_once() {
    let mut agent = away_from_two();
    agent.assert_talks_to(2);
    let effects = agent.swaps_to(1);
    assert_eq!(held(&effects), 0);
    agent.assert_talks_to(1);
}

#[test]
fn the_last_colleague_who_is_left_meanwhile_hears_music() {
    let mut agent = away_from_two();
    let effects = agent.task(1, "accepted", of_several(["left", "there", "there"]));
    assert_eq!(held(&effects), 1);
}

#[test]
fn a_colleague_beyond_the_limit_reads_that_he_is_busy() {
    let mut agent = Agent::configured(
        |features| {
            features["internal_call"] = json!({"enabled": true});
            features["multi_call"]["max_calls"] = json!(1);
        },
        "client:alice",
    );
    agent.talks_to(1);
    let effects = agent.task(2, "pending", colleague(false));
    let orders = posts(&effects);
    assert_eq!(orders[0].1, "reject");
    assert!(orders[0]
        .2
        .contains(&("reason".to_owned(), "busy".to_owned())));
}

#[test]
fn ones_own_leg_that_still_waits_for_the_callee_leaves_the_microphone_alone() {
    let mut agent = with_internal_calls();
    agent.talks_to(1);
    let mine = json!({"client_call": true, "from": "client:alice", "name": "Bob Brown",
                      "internal_call": {"role": "caller", "tab": "another"}});
    agent.task(2, "pending", mine);
    agent.assert_talks_to(1);
}

#[test]
fn a_phone_elsewhere_has_no_audio_here_but_its_calls_are_held() {
    let mut agent = Agent::configured(|_| {}, "sip:alice@example.com");
    for number in [1, 2] {
        agent.customer_calls(number);
        agent.accepts(number);
        agent.meets(number, false);
        let event = json!({"from": "+1555"});
        let effects = agent.task(number, "accepted", event);
        agent.assert_talks_to_nobody();
        if number == 2 {
            assert_eq!(holds(&effects)[0].1, customer(1));
        }
    }
    assert_eq!(agent.state(2), CallState::Live);
}

#[test]
fn whoever_listens_in_on_a_colleague_is_back_where_he_was() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    agent.leg_comes(9, Offered::Forwardable);
    agent.opens(9);
    let effects = agent.is_heard(9);
    agent.assert_talks_to(9);
    let held = hold(&effects);
    agent.settle(held);
    let back = hold(&agent.ended(9, None));
    agent.assert_talks_to_nobody();
    agent.settle(back);
    agent.assert_talks_to(1);
}

/// Alice talks to 1, which is selected, and listens in by leg 9; what Flex's phone state was ordered to show.
fn listening_in() -> (Agent, Vec<Option<CallSid>>) {
    let mut agent = Agent::new();
    agent.talks_to(1);
    agent.told(&Event::TaskSelected {
        reservation: Some(reservation(1)),
    });
    agent.leg_comes(9, Offered::Forwardable);
    agent.opens(9);
    let effects = agent
        .core
        .handle(agent.now, &Event::LegAudible { leg: leg(9) });
    agent.settle(hold(&effects));
    (agent, shown(&effects))
}

#[test]
fn what_flex_ends_is_the_listening_in_and_not_the_selected_call() {
    let (mut agent, shown_last) = listening_in();
    assert_eq!(shown_last, [Some(leg(9))]);
    let selected = Event::TaskSelected {
        reservation: Some(reservation(1)),
    };
    assert_eq!(shown(&agent.core.handle(agent.now, &selected)), []);
    let over = Event::LegEnded {
        leg: leg(9),
        detail: None,
    };
    let effects = agent.core.handle(agent.now, &over);
    assert!(shown(&effects).iter().all(|shown| *shown == Some(leg(1))));
    assert!(!shown(&effects).is_empty());
}

#[test]
fn whoever_goes_back_to_his_own_call_listens_no_more() {
    let (mut agent, _) = listening_in();
    let back = hold(&agent.swaps_to(1));
    let ends = Effect::EndListening { leg: leg(9) };
    let effects = agent.settle(back);
    assert!(effects.contains(&ends), "{effects:?}");
    agent.assert_talks_to(1);
    agent.talks_to(2);
    let effects = agent.ended(9, None);
    assert_eq!(holds(&effects), [], "he is not taken back once more");
    agent.assert_talks_to(2);
}

#[test]
fn hanging_up_ends_the_call_that_is_meant() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    let held = hold(&agent.talks_to(2));
    agent.settle(held);
    let effects = agent.core.handle(
        agent.now,
        &Event::ActionRequested {
            token: ActionToken(99),
            action: FlexAction::HangupCall,
            sid: Some(reservation(1).to_string()),
            task_sid: None,
            target: None,
        },
    );
    assert_eq!(shown(&effects), [Some(leg(1))]);
    let effects = agent.core.handle(
        agent.now,
        &Event::ActionEnded {
            token: ActionToken(99),
            failure: None,
        },
    );
    assert_eq!(
        shown(&effects),
        [Some(leg(2))],
        "Flex's controls act on the live call again"
    );
}

#[test]
fn the_dial_pad_is_free_again_when_the_last_call_ends() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    let held = hold(&agent.talks_to(2));
    agent.settle(held);
    let over = |number: u128| Event::LegEnded {
        leg: leg(number),
        detail: None,
    };
    let now = agent.now;
    assert_eq!(shown(&agent.core.handle(now, &over(1))), [Some(leg(2))]);
    assert_eq!(shown(&agent.core.handle(now, &over(2))), [None]);
}

#[test]
fn flexs_controls_follow_the_selected_task() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    let held = hold(&agent.talks_to(2));
    agent.settle(held);
    let selected = |number: u128| Event::TaskSelected {
        reservation: Some(reservation(number)),
    };
    let now = agent.now;
    assert_eq!(shown(&agent.core.handle(now, &selected(1))), [Some(leg(1))]);
    agent.assert_talks_to(2);
    assert_eq!(shown(&agent.core.handle(now, &selected(2))), [Some(leg(2))]);
}

#[test]
fn end_and_answer_hangs_up_and_accepts() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    agent.customer_calls(2);
    let effects = agent.told(&Event::EndAndAnswerPressed {
        reservation: reservation(2),
    });
    assert!(matches!(&effects[..], [
        Effect::HangUp { reservation: ended, .. },
        Effect::AcceptTask { reservation: taken, .. },
    ] if *ended == reservation(1) && *taken == reservation(2)));
    assert_eq!(verdict(&agent.accepts(2)), Verdict::Pass);
    agent.ended(1, None);
    agent.task(1, "wrapping", json!({}));
    agent.accepted(2);
    agent.leg_comes(2, Offered::ByFlex);
    agent.opens(2);
    agent.is_heard(2);
    agent.assert_talks_to(2);
}

#[test]
fn the_live_call_ends_while_another_is_accepted() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    agent.customer_calls(2);
    agent.accepts(2);
    agent.ended(1, None);
    agent.assert_talks_to_nobody();
    agent.accepted(2);
    agent.leg_comes(2, Offered::ByFlex);
    agent.opens(2);
    agent.is_heard(2);
    agent.assert_talks_to(2);
}

#[test]
fn whoever_listens_in_and_answers_goes_on_listening_until_the_caller_is_heard() {
    let (mut agent, _) = listening_in();
    let ends = Effect::EndListening { leg: leg(9) };
    let mut before = agent.customer_calls(2);
    before.extend(agent.accepts(2));
    agent.accepted(2);
    before.extend(agent.leg_comes(2, Offered::Forwardable));
    before.extend(agent.opens(2));
    before.extend(agent.meets(2, false));
    assert!(!before.contains(&ends));
    assert!(agent.is_heard(2).contains(&ends));
}
