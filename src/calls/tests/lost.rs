//! The page was reloaded in a call: leg 9 went with it.

use super::*;

/// What TaskRouter says of the task whose leg it was.
fn lost_task(agent: &mut Agent, status: &str) -> Vec<Effect> {
    let participants = json!({"worker": leg(9), "customer": customer(9)});
    let attributes = json!({"name": "Dana", "conference": {"participants": participants}});
    agent.task(9, status, attributes)
}

fn recovering() -> Agent {
    Agent::configured(
        |features| features["multi_call"]["recover"] = json!(true),
        "client:alice",
    )
}

fn asked(effects: &[Effect]) -> Option<EffectId> {
    effects.iter().find_map(|effect| match effect {
        Effect::Http { id, request } => {
            assert_eq!(request.url, "https://f.example/multi-call/flex/recover");
            let task = ("taskSid".to_owned(), TaskSid::from_number(9).to_string());
            assert_eq!(request.form, [task]);
            Some(*id)
        }
        _ => None,
    })
}

fn answered(agent: &mut Agent, id: EffectId, status: u16) -> Vec<Effect> {
    let outcome = Outcome::Answered {
        status,
        message: "no".to_owned(),
        code: None,
    };
    agent.told(&Event::Settled { id, outcome })
}

fn completed(effects: &[Effect]) -> bool {
    let task = TaskSid::from_number(9);
    effects
        .iter()
        .any(|effect| matches!(effect, Effect::CompleteTask { task: own, .. } if *own == task))
}

#[test]
fn without_recovery_he_reads_once_that_the_call_ended() {
    let mut agent = Agent::new();
    assert!(notices(&lost_task(&mut agent, "accepted")).is_empty());
    let effects = lost_task(&mut agent, "wrapping");
    let name = "Dana".into();
    assert_eq!(notices(&effects), [Notice::CutOff { name }]);
    assert!(asked(&effects).is_none());
    assert!(notices(&lost_task(&mut agent, "wrapping")).is_empty());
}

#[test]
fn a_call_whose_leg_is_another_is_nobodys_loss() {
    let mut agent = Agent::new();
    agent.talks_to(1);
    let participants = json!({"worker": leg(1), "customer": customer(1)});
    let attributes = json!({"conference": {"participants": participants}});
    assert!(notices(&agent.task(1, "wrapping", attributes)).is_empty());
}

#[test]
fn the_customer_is_offered_again_and_the_old_task_completed_in_whatever_order() {
    let name = || "Dana".into();
    // In wrap-up before the functions answer, and after.
    let mut agent = recovering();
    let id = asked(&lost_task(&mut agent, "accepted")).unwrap();
    assert!(asked(&lost_task(&mut agent, "wrapping")).is_none());
    let effects = answered(&mut agent, id, 200);
    assert_eq!(notices(&effects), [Notice::GivenBack { name: name() }]);
    assert!(completed(&effects));

    let mut agent = recovering();
    let id = asked(&lost_task(&mut agent, "accepted")).unwrap();
    assert!(!completed(&answered(&mut agent, id, 200)));
    assert!(completed(&lost_task(&mut agent, "wrapping")));
    assert!(!completed(&lost_task(&mut agent, "completed")));
}

fn kept(effects: &[Effect]) -> bool {
    let kept = Effect::KeepConference {
        reservation: reservation(9),
    };
    effects.contains(&kept)
}

/// Who of his own legs is in the conference of task 9, beside the customer.
fn own_legs(agent: &mut Agent, legs: &[u128]) -> Vec<Effect> {
    let me = |number: &u128| json!({"target": "me", "kind": "worker", "call": leg(*number), "me": true, "joined": true, "onHold": false});
    let dana = json!({"target": customer(9), "kind": "customer", "me": false, "joined": true, "onHold": false});
    let participants = std::iter::once(dana).chain(legs.iter().map(me));
    agent.told(&Event::ParticipantsChanged {
        reservation: reservation(9),
        participants: serde_json::from_value(participants.collect()).unwrap(),
    })
}

#[test]
fn a_conference_whose_agent_crashed_outlives_his_leg_and_the_one_by_which_he_joins_again() {
    let mut agent = recovering();
    let effects = lost_task(&mut agent, "accepted");
    assert!(kept(&effects), "Flex has it end with the leg that crashed");
    let id = asked(&effects).unwrap();
    answered(&mut agent, id, 200);
    assert!(!kept(&own_legs(&mut agent, &[9])));
    assert!(!kept(&own_legs(&mut agent, &[9, 1])));
    assert!(kept(&own_legs(&mut agent, &[1])), "and with the new one");
    assert!(!kept(&own_legs(&mut agent, &[1])));
    assert!(!completed(&lost_task(&mut agent, "wrapping")), "his to do");
}

#[test]
fn a_call_joined_again_before_the_functions_answer_is_not_said_to_be_offered_again() {
    let mut agent = recovering();
    let id = asked(&lost_task(&mut agent, "accepted")).unwrap();
    own_legs(&mut agent, &[1]);
    assert!(notices(&answered(&mut agent, id, 200)).is_empty());
}

#[test]
fn of_two_calls_lost_the_one_that_he_joins_has_the_leg() {
    let mut agent = recovering();
    lost_task(&mut agent, "accepted");
    let participants = json!({"worker": leg(8), "customer": customer(8)});
    let attributes = json!({"name": "Erin", "conference": {"participants": participants}});
    agent.task(8, "accepted", attributes);
    let told = |agent: &mut Agent, event: Event| agent.told(&event);
    let offered = Event::LegOffered {
        leg: leg(1),
        reservation: None,
        offered: Offered::ByFlex,
    };
    told(&mut agent, offered);
    told(&mut agent, Event::LegOpened { leg: leg(1) });
    own_legs(&mut agent, &[9, 1]);
    told(&mut agent, Event::LegAudible { leg: leg(1) });
    assert_eq!(agent.state(9), CallState::Live);
    assert_eq!(agent.state(8), CallState::Connecting);
}

#[test]
fn functions_that_refuse_leave_the_task_to_him_and_say_so() {
    let mut agent = recovering();
    let id = asked(&lost_task(&mut agent, "wrapping")).unwrap();
    let effects = answered(&mut agent, id, 502);
    let (name, detail) = ("Dana".into(), "no".to_owned());
    assert_eq!(notices(&effects), [Notice::NotGivenBack { name, detail }]);
    assert!(!completed(&effects));
}

#[test]
fn a_conference_outlives_him_only_if_so_configured_and_never_when_he_hangs_up() {
    for (mut agent, outlives) in [(recovering(), true), (Agent::new(), false)] {
        agent.customer_calls(1);
        let status_callback = "https://f.example/multi-call/common/conference".to_owned();
        let accepting = match outlives {
            true => Verdict::Outliving { status_callback },
            false => Verdict::Pass,
        };
        assert_eq!(verdict(&agent.accepts(1)), accepting);
        agent.accepted(1);
        agent.leg_comes(1, Offered::ByFlex);
        agent.opens(1);
        agent.is_heard(1);
        agent.meets(1, false);
        let hanging_up = match outlives {
            true => Verdict::Ending,
            false => Verdict::Pass,
        };
        assert_eq!(verdict(&agent.asks(FlexAction::HangupCall, 1)), hanging_up);
    }
}

/// Whoever hangs up leaves the customer to the colleague who has come, and was awaited before.
#[test]
fn it_does_not_end_with_him_where_a_colleague_stays() {
    let mut agent = recovering();
    agent.customer_calls(1);
    agent.accepts(1);
    agent.accepted(1);
    agent.leg_comes(1, Offered::ByFlex);
    agent.opens(1);
    agent.is_heard(1);
    for (kind, hanging_up) in [("transfer", Verdict::Ending), ("worker", Verdict::Pass)] {
        agent.told(&Event::ParticipantsChanged {
            reservation: reservation(1),
            participants: serde_json::from_value(json!([
                {"target": customer(1), "kind": "customer", "me": false, "joined": true, "onHold": true},
                {"target": "WK", "kind": kind, "me": false, "joined": true, "onHold": false}
            ]))
            .unwrap(),
        });
        assert_eq!(verdict(&agent.asks(FlexAction::HangupCall, 1)), hanging_up);
    }
}

#[test]
fn the_conference_of_a_phone_elsewhere_ends_with_it() {
    let mut agent = Agent::configured(
        |features| features["multi_call"]["recover"] = json!(true),
        "sip:alice@example.com",
    );
    agent.customer_calls(1);
    assert_eq!(verdict(&agent.accepts(1)), Verdict::Pass);
    agent.accepted(1);
    let effects = agent.asks(FlexAction::HangupCall, 1);
    assert_eq!(verdict(&effects), Verdict::Pass);
}

#[test]
fn whoever_leaves_others_talking_does_not_end_their_conference() {
    let mut agent = recovering();
    agent.talks_to(1);
    let participants = json!([
        {"target": customer(1), "kind": "customer", "me": false, "joined": true, "onHold": false},
        {"target": "WK2", "kind": "worker", "me": false, "joined": true, "onHold": false},
        {"target": "me", "kind": "worker", "call": leg(1), "me": true, "joined": true, "onHold": false}
    ]);
    agent.told(&Event::ParticipantsChanged {
        reservation: reservation(1),
        participants: serde_json::from_value(participants).unwrap(),
    });
    let effects = agent.asks(FlexAction::HangupCall, 1);
    assert_eq!(verdict(&effects), Verdict::Pass);
}

/// A call with Bob, which outlives a page, as the task 9 says it.
fn with_bob(agent: &mut Agent, status: &str) -> Vec<Effect> {
    let call = json!({"role": "callee", "rejoin_seconds": 20, "progress": "answered"});
    let attributes = json!({"name": "Bob", "client_call": true, "internal_call": call,
                            "worker_call_sid": leg(9)});
    agent.task(9, status, attributes)
}

/// Bob's call has him back, by another leg.
fn is_rung_for_bob(agent: &mut Agent) -> Vec<Effect> {
    let effects = agent.told(&Event::LegOffered {
        leg: leg(8),
        reservation: Some(reservation(9)),
        offered: Offered::ByFlex,
    });
    agent.told(&Event::LegOpened { leg: leg(8) });
    agent.told(&Event::LegAudible { leg: leg(8) });
    effects
}

#[test]
fn a_call_that_has_him_back_is_heard_and_shown() {
    let mut agent = recovering();
    with_bob(&mut agent, "accepted");
    let effects = is_rung_for_bob(&mut agent);
    assert!(
        matches!(effects.as_slice(), [Effect::SelectTask { reservation: shown, .. }] if *shown == reservation(9)),
        "{effects:?}"
    );
    assert_eq!(agent.audio.ear, Some(leg(8)));
    assert_eq!(agent.audio.microphone, Some(leg(8)));
}

#[test]
fn a_call_that_has_him_back_waits_while_he_talks_to_somebody_else() {
    let mut agent = recovering();
    with_bob(&mut agent, "accepted");
    agent.talks_to(1);
    assert!(is_rung_for_bob(&mut agent).is_empty());
    assert_eq!(agent.audio.ear, Some(leg(1)));
    assert_eq!(agent.audio.microphone, Some(leg(1)));
}

#[test]
fn a_second_ring_of_the_call_that_has_him_back_is_no_other_calls() {
    let mut agent = recovering();
    with_bob(&mut agent, "accepted");
    is_rung_for_bob(&mut agent);
    agent.told(&Event::LegEnded {
        leg: leg(8),
        detail: None,
    });
    agent.talks_to(1);
    agent.customer_calls(2);
    agent.accepts(2);
    agent.told(&Event::LegOffered {
        leg: leg(7),
        reservation: Some(reservation(9)),
        offered: Offered::Forwardable,
    });
    agent.told(&Event::LegOpened { leg: leg(7) });
    agent.told(&Event::LegAudible { leg: leg(7) });
    agent.accepted(2);
    let state = agent.state(9);
    assert!(
        matches!(state, CallState::OnHold | CallState::Holding),
        "{state:?}"
    );
    assert_eq!(agent.state(2), CallState::Connecting);
    assert_eq!(agent.audio.ear, Some(leg(1)));
}

#[test]
fn a_colleague_s_call_is_no_loss_once_he_is_back_in_it() {
    let mut agent = recovering();
    assert!(notices(&with_bob(&mut agent, "accepted")).is_empty());
    is_rung_for_bob(&mut agent);
    assert!(notices(&with_bob(&mut agent, "wrapping")).is_empty());
    let mut agent = recovering();
    with_bob(&mut agent, "accepted");
    let name = "Bob".into();
    let effects = with_bob(&mut agent, "wrapping");
    assert_eq!(notices(&effects), [Notice::CutOff { name }]);
}

#[test]
fn recovery_without_functions_is_named_at_the_start() {
    let start = json!({
        "kind": "started",
        "configuration": {"ui_attributes": {"custom_data": {
            "features": {"multi_call": {"enabled": true, "recover": true}}}}},
        "me": {"workerSid": WorkerSid::from_number(1), "friendlyName": "alice",
               "attributes": {"contact_uri": "client:alice"}},
        "activities": [],
    });
    let effects = Core::default().handle(NOW, &serde_json::from_value(start).unwrap());
    let key = "ui_attributes.custom_data.serverless_functions_domain";
    assert_eq!(notices(&effects), [Notice::misconfigured(key)]);
}
