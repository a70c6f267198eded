//! Calls by a number that is handed over.

use super::*;
use crate::effect::{OutboundOrder, TransferTarget};

fn desk() -> Core {
    started("client:alice", |event| {
        let feature = &mut event["configuration"]["ui_attributes"]["custom_data"]["features"]
            ["internal_call"];
        feature["call_target"] = json!("+15005550009");
    })
}

fn order(effects: &[Effect]) -> (EffectId, OutboundOrder) {
    let found = effects.iter().find_map(|effect| match effect {
        Effect::StartOutboundCall { id, order } => Some((*id, (**order).clone())),
        _ => None,
    });
    found.expect("a call is started")
}

fn transfer(effects: &[Effect]) -> Option<(EffectId, TransferTarget)> {
    effects.iter().find_map(|effect| match effect {
        Effect::TransferTask { id, to, .. } => Some((*id, to.clone())),
        _ => None,
    })
}

/// The one task: Alice's own, or handed over to her by Bob.
fn shared(role: &str, status: &str, change: impl FnOnce(&mut Value)) -> Event {
    offer(role, status, |reservation| {
        let attributes = &mut reservation["attributes"];
        attributes["client_call"] = Value::Null;
        attributes["from"] = json!("+15550100");
        attributes["internal_call"]["strategy"] = json!("warm_transfer");
        attributes["internal_call"]["role"] = json!("caller");
        if role == "callee" {
            attributes["name"] = json!("Alice Anderson");
            attributes["fromName"] = json!("Bob Brown");
            attributes["internal_call"]["caller_uri"] = json!("client:bob");
            attributes["internal_call"]["caller_task"] = Value::Null;
            reservation["transferred"] = json!(true);
        }
        change(reservation);
    })
}

/// Who is in the conference: by kind, whether it is this agent, and on hold.
fn there(participants: &[(&str, bool, bool)]) -> Event {
    let participants: Vec<Value> = participants
        .iter()
        .map(|(kind, me, on_hold)| {
            let target = if *me { "WKme" } else { *kind };
            json!({"target": target, "kind": kind, "me": me, "joined": true, "onHold": on_hold})
        })
        .collect();
    serde_json::from_value(
        json!({"kind": "participantsChanged", "reservation": reservation(),
        "participants": participants}),
    )
    .unwrap()
}

const ME: (&str, bool, bool) = ("worker", true, false);
const NUMBER: (&str, bool, bool) = ("customer", false, false);
const OTHER: (&str, bool, bool) = ("worker", false, false);

/// Alice's task is there, and her own leg is up; the functions were asked.
fn placed() -> (Core, EffectId) {
    let mut core = desk();
    let (id, _) = order(&press(&mut core));
    let effects = core.told(NOW, &shared("caller", "pending", |_| {}));
    let ring = posts(&effects)[0].clone();
    assert!(ring.1.url.ends_with("/ring"));
    settle(&mut core, id, Outcome::Done);
    core.told(NOW, &shared("caller", "accepted", |_| {}));
    (core, ring.0)
}

fn handed_over() -> (Core, EffectId) {
    let (mut core, ring) = placed();
    settle(&mut core, ring, ok());
    let effects = core.told(NOW, &there(&[ME, NUMBER]));
    let (id, _) = transfer(&effects).expect("it is handed over");
    (core, id)
}

fn rings() -> Core {
    let (mut core, id) = handed_over();
    settle(&mut core, id, Outcome::Done);
    core
}

fn talking() -> Core {
    let mut core = rings();
    core.told(
        NOW,
        &shared("caller", "accepted", |reservation| {
            reservation["attributes"]["internal_call"]["progress"] = json!("answered");
        }),
    );
    core.told(NOW, &there(&[ME, OTHER]));
    core
}

fn name() -> crate::pii::Pii<String> {
    "Bob Brown".into()
}

#[test]
fn a_press_calls_the_number_and_the_task_says_who_calls_whom() {
    let mut core = desk();
    let (_, order) = order(&press(&mut core));
    assert_eq!(order.destination.0, "+15005550009");
    assert_eq!(order.queue, QueueSid::from_number(1));
    assert_eq!(
        serde_json::to_value(&order.attributes).unwrap(),
        json!({"name": "Bob Brown", "internal_outbound_to": "Bob Brown", "fromName": "Alice Anderson",
            "conversations": {"conversation_id": "tab-1-1000"},
            "internal_call": {"role": "caller", "strategy": "warm_transfer", "caller_worker": alice(),
                "caller_uri": "client:alice", "callee_worker": bob().worker, "tab": "tab-1", "ring_seconds": 25}})
    );
    assert!(press(&mut core).is_empty(), "one press, one call");
}

/// It is handed over once: when the functions have nothing against it, her own leg is up, and the number is there.
#[test]
fn it_is_handed_over_once_whichever_comes_last() {
    let facts: [fn(&mut Core, EffectId) -> Vec<Effect>; 3] = [
        |core, ring| settle(core, ring, ok()),
        |core, _| core.told(NOW, &shared("caller", "accepted", |_| {})),
        |core, _| core.told(NOW, &there(&[ME, NUMBER])),
    ];
    for order_of in [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        let mut core = desk();
        let (id, _) = order(&press(&mut core));
        let effects = core.told(NOW, &shared("caller", "pending", |_| {}));
        let ring = posts(&effects)[0].0;
        settle(&mut core, id, Outcome::Done);
        let mut transfers = Vec::new();
        for (at, fact) in order_of.into_iter().enumerate() {
            let effects = facts[fact](&mut core, ring);
            transfers.extend(transfer(&effects).map(|(_, to)| (at, to)));
        }
        let worker = bob().worker;
        assert_eq!(transfers, [(2, TransferTarget::Worker { worker })]);
        let again = core.told(NOW, &there(&[ME, NUMBER]));
        assert_eq!(transfer(&again), None);
        assert!(matches!(line(&core), CallLine::Calling { .. }));
    }
}

#[test]
fn a_queue_is_named_to_flex() {
    let mut core = desk();
    let tab = Tab::Queue;
    let opened = core.told(NOW, &Event::FieldOpened { tab });
    let loading = opened.iter().find_map(|effect| match effect {
        Effect::ListQueues { id, .. } => Some(*id),
        _ => None,
    });
    let queues = vec!["Sales".to_owned()];
    settle(&mut core, loading.unwrap(), Outcome::Queues { queues });
    core.told(NOW, &Event::TabChosen { tab });
    let queue = "Sales".to_owned();
    core.told(NOW, &Event::QueueChosen { queue });
    let (id, _) = order(&core.told(NOW, &Event::CallPressed));
    let of_queue = |status| {
        shared("caller", status, |reservation| {
            let attributes = &mut reservation["attributes"];
            attributes["callToQueue"] = json!("Sales");
            attributes["internal_call"]["callee_worker"] = Value::Null;
        })
    };
    let ring = posts(&core.told(NOW, &of_queue("pending")))[0].0;
    settle(&mut core, id, Outcome::Done);
    core.told(NOW, &of_queue("accepted"));
    settle(&mut core, ring, ok());
    let effects = core.told(NOW, &there(&[ME, NUMBER]));
    let queue = "Sales".to_owned();
    assert_eq!(
        transfer(&effects).unwrap().1,
        TransferTarget::Queue { queue }
    );
}

#[test]
fn who_cannot_be_reached_is_not_handed_anything() {
    for (code, why) in [
        ("busy", Unanswered::Busy),
        ("unavailable", Unanswered::Unavailable),
    ] {
        let (mut core, ring) = placed();
        core.told(NOW, &there(&[ME, NUMBER]));
        let effects = settle(&mut core, ring, answered(409, Some(code)));
        assert_eq!(transfer(&effects), None);
        assert_eq!(
            notices(&effects),
            [Notice::Unanswered { name: name(), why }]
        );
        let later = core.told(NOW, &there(&[ME, NUMBER]));
        assert_eq!(transfer(&later), None);
    }
}

#[test]
fn she_reads_that_it_rings_once_taskrouter_has_begun_and_then_that_he_answered() {
    let (mut core, id) = handed_over();
    assert!(matches!(line(&core), CallLine::Calling { .. }));
    let effects = settle(&mut core, id, Outcome::Done);
    assert!(matches!(
        &effects[..],
        [Effect::HoldParticipant { participant, participant_type, hold: false, .. }]
            if participant == "customer" && participant_type == "customer"
    ));
    assert_eq!(line(&core), CallLine::Ringing { name: name() });
    let effects = core.told(NOW, &there(&[ME, OTHER, NUMBER]));
    assert_eq!(paths(&effects), ["came"]);
    let form = &posts(&effects)[0].1.form;
    assert!(form.contains(&("strategy".to_owned(), "warm_transfer".to_owned())));
    assert!(
        paths(&core.told(NOW, &there(&[ME, OTHER]))).is_empty(),
        "once"
    );
    core.told(
        NOW,
        &shared("caller", "accepted", |reservation| {
            reservation["attributes"]["internal_call"]["progress"] = json!("answered");
        }),
    );
    assert_eq!(line(&core), CallLine::Talking { name: name() });
}

#[test]
fn he_who_answers_before_taskrouter_said_that_it_began_has_answered() {
    let (mut core, id) = handed_over();
    core.told(
        NOW,
        &shared("caller", "accepted", |reservation| {
            reservation["attributes"]["internal_call"]["progress"] = json!("answered");
        }),
    );
    settle(&mut core, id, Outcome::Done);
    assert_eq!(line(&core), CallLine::Talking { name: name() });
}

#[test]
fn a_transfer_that_flex_or_taskrouter_refuses_is_told_and_the_call_ended() {
    let (mut core, id) = handed_over();
    let effects = settle(&mut core, id, failed());
    assert!(matches!(
        notices(&effects)[..],
        [Notice::CalleeNotRung { .. }]
    ));
    assert_eq!(paths(&effects), ["end"]);
    let (mut core, _) = handed_over();
    let (_, effects) = wait(&mut core);
    assert!(matches!(
        notices(&effects)[..],
        [Notice::CalleeNotRung { .. }]
    ));
    assert_eq!(paths(&effects), ["end"]);
}

#[test]
fn a_number_that_does_not_answer_is_named() {
    let target = || "+15005550009".into();
    let (mut core, ring) = placed();
    settle(&mut core, ring, ok());
    core.told(NOW, &shared("caller", "accepted", |_| {}));
    core.told(NOW, &there(&[ME]));
    let (at, effects) = wait(&mut core);
    assert_eq!(at, NOW + Millis::from_secs(15));
    assert_eq!(
        notices(&effects),
        [Notice::TargetNotAnswered { target: target() }]
    );
    assert_eq!(paths(&effects), ["end"]);
    // Flex ends the attempt, and nobody hung up.
    let (mut core, ring) = placed();
    settle(&mut core, ring, ok());
    let effects = core.told(NOW, &shared("caller", "wrapping", |_| {}));
    assert_eq!(
        notices(&effects),
        [Notice::TargetNotAnswered { target: target() }]
    );
}

#[test]
fn what_taskrouter_says_of_the_transfer_is_an_outcome_if_nobody_else_says_more_in_time() {
    for (reason, why) in [
        (
            "Transfer failed because the reservation was rejected",
            Unanswered::Declined { reason: None },
        ),
        (
            "Transfer failed because the reservation timed out",
            Unanswered::NoAnswer,
        ),
    ] {
        let core = rings();
        let failed = |progress: Option<&str>| {
            shared("caller", "accepted", |reservation| {
                reservation["outgoing"] = json!({"status": "failed", "reason": reason});
                reservation["attributes"]["internal_call"]["progress"] = json!(progress);
            })
        };
        let mut told = core.clone();
        assert!(notices(&told.told(NOW, &failed(None))).is_empty());
        let later = NOW + Millis::from_secs(1);
        assert!(notices(&told.told(later, &failed(None))).is_empty());
        let mut late = told.clone();
        let (at, effects) = wait(&mut late);
        assert_eq!(at, NOW + Millis::from_secs(3));
        assert_eq!(
            notices(&effects),
            [Notice::Unanswered { name: name(), why }]
        );
        assert_eq!(paths(&effects), ["end"]);
        let word = failed(Some("unavailable"));
        assert!(notices(&late.told(at, &word)).is_empty(), "once");
        // The functions know better: at once, and soon after.
        for mut core in [core, told] {
            let effects = core.told(later, &word);
            let why = Unanswered::Unavailable;
            assert_eq!(
                notices(&effects),
                [Notice::Unanswered { name: name(), why }]
            );
        }
    }
}

#[test]
fn nobody_answers_in_time() {
    let mut core = rings();
    let (at, effects) = wait(&mut core);
    assert_eq!(at, NOW + Millis::from_secs(25));
    let post = &posts(&effects)[0].1;
    assert!(post.url.ends_with("/end"));
    for (key, value) in [("outcome", "no_answer"), ("strategy", "warm_transfer")] {
        assert!(post.form.contains(&(key.to_owned(), value.to_owned())));
    }
}

#[test]
fn the_colleague_reads_who_calls_accepts_by_flex_and_says_that_he_came() {
    let mut core = desk();
    let effects = core.told(NOW, &shared("callee", "pending", |_| {}));
    assert!(
        matches!(&effects[..], [Effect::NotifyRinging { from, .. }] if from.0 == "Bob Brown"),
        "{effects:?}"
    );
    let (verdict, _) = action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    assert_eq!(verdict, Verdict::Staying);
    let effects = core.told(NOW, &shared("callee", "accepted", |_| {}));
    assert_eq!(paths(&effects), ["came"]);
}

#[test]
fn he_who_declines_says_so_and_one_who_missed_it_calls_back() {
    let mut core = desk();
    core.told(NOW, &shared("callee", "pending", |_| {}));
    let mut declining = core.clone();
    let (verdict, effects) = action(
        &mut declining,
        FlexAction::RejectTask,
        reservation().as_str(),
    );
    assert!(matches!(verdict, Verdict::Replace { .. }));
    assert_eq!(paths(&effects), ["reject"]);
    let gone = declining.told(NOW, &shared("callee", "canceled", |_| {}));
    assert!(notices(&gone).is_empty());
    let missed = core.told(NOW, &shared("callee", "canceled", |_| {}));
    let back = bob();
    assert_eq!(
        notices(&missed),
        [Notice::Missed {
            name: name(),
            back: Some(back)
        }]
    );
    assert_eq!(paths(&missed), ["check"]);
}

#[test]
fn a_call_that_comes_back_to_its_caller_is_flexs_own() {
    let mut core = desk();
    let back = shared("caller", "pending", |reservation| {
        reservation["transferred"] = json!(true);
    });
    assert!(core.told(NOW, &back).is_empty());
    let (verdict, _) = action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    assert_eq!(verdict, Verdict::Pass);
    // Likewise one that was called by an application.
    let back = shared("caller", "pending", |reservation| {
        reservation["transferred"] = json!(true);
        reservation["attributes"]["internal_call"]["strategy"] = json!("application");
    });
    assert!(core.told(NOW, &back).is_empty());
}

#[test]
fn hold_is_of_everybody_else_and_shown_on_both_sides() {
    let mut core = talking();
    let view = |core: &Core| core.call_view(reservation().as_str()).unwrap();
    assert_eq!(view(&core).hold, Some(HoldView::Off));
    let (verdict, effects) = action(&mut core, FlexAction::HoldCall, reservation().as_str());
    let Verdict::Replace { until } = verdict else {
        panic!("{verdict:?}");
    };
    assert!(matches!(
        &effects[1..],
        [Effect::HoldParticipant { id, participant, participant_type, hold: true, .. }]
            if *id == until && participant == "worker" && participant_type == "worker"
    ));
    assert_eq!(view(&core).hold, Some(HoldView::Holding));
    settle(&mut core, until, Outcome::Done);
    assert_eq!(view(&core).hold, Some(HoldView::On));
    core.told(NOW, &there(&[ME, ("worker", false, true)]));
    let (verdict, effects) = action(&mut core, FlexAction::UnholdCall, reservation().as_str());
    assert!(matches!(verdict, Verdict::Replace { .. }));
    assert!(matches!(
        &effects[1..],
        [Effect::HoldParticipant { hold: false, .. }]
    ));
    core.told(NOW, &there(&[("worker", true, true), OTHER]));
    assert!(view(&core).held_by_other);
}

#[test]
fn whoever_is_taken_back_before_flex_says_that_he_is_on_hold_comes_back() {
    let hold = |core: &mut Core, flex| {
        let (verdict, effects) = action(core, flex, reservation().as_str());
        let Verdict::Replace { until } = verdict else {
            panic!("{verdict:?}");
        };
        settle(core, until, Outcome::Done);
        effects
    };
    for late in [false, true] {
        let mut core = talking();
        hold(&mut core, FlexAction::HoldCall);
        if late {
            core.told(NOW, &there(&[ME, OTHER])); // what was so before it
        }
        let effects = hold(&mut core, FlexAction::UnholdCall);
        assert!(matches!(
            &effects[1..],
            [Effect::HoldParticipant { participant, hold: false, .. }] if participant == "worker"
        ));
    }
}

#[test]
fn a_hold_that_fails_is_told_and_changes_nothing() {
    let mut core = talking();
    let (verdict, _) = action(&mut core, FlexAction::HoldCall, reservation().as_str());
    let Verdict::Replace { until } = verdict else {
        panic!("{verdict:?}");
    };
    let effects = settle(&mut core, until, failed());
    assert!(matches!(notices(&effects)[..], [Notice::HoldFailed { .. }]));
    let view = core.call_view(reservation().as_str()).unwrap();
    assert_eq!(view.hold, Some(HoldView::Off));
}

#[test]
fn whoever_is_out_of_it_asks_whether_it_is_over() {
    let mut core = talking();
    let effects = core.told(NOW, &shared("caller", "wrapping", |_| {}));
    let post = &posts(&effects)[0].1;
    assert!(post.url.ends_with("/check"));
    assert!(post
        .form
        .contains(&("strategy".to_owned(), "warm_transfer".to_owned())));
    assert!(notices(&effects).is_empty());
}
