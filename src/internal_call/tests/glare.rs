//! Alice and Bob call each other at the same moment.

use super::*;

/// Bob's own task, whose SID is higher than Alice's, or lower.
const HIGHER: u128 = 77;
const LOWER: u128 = 7;

fn his_offer() -> ReservationSid {
    ReservationSid::from_number(30)
}

/// His call of her, as her plugin sees it.
fn his(status: &str, caller_task: u128) -> Event {
    offer("callee", status, |r| {
        r["sid"] = json!(his_offer());
        r["taskSid"] = json!(TaskSid::from_number(31));
        r["attributes"]["internal_call"]["caller_task"] = json!(TaskSid::from_number(caller_task));
    })
}

/// The tasks that Flex is asked to accept.
fn accepts(effects: &[Effect]) -> Vec<ReservationSid> {
    let accept = |effect: &Effect| match effect {
        Effect::AcceptTask { reservation, .. } => Some(reservation.clone()),
        _ => None,
    };
    effects.iter().filter_map(accept).collect()
}

fn glare() -> CallLine {
    let (name, why) = (bob().name, Unanswered::Glare);
    CallLine::Unanswered { name, why }
}

fn told_of_it() -> Notice {
    let (name, why) = (bob().name, Unanswered::Glare);
    Notice::Unanswered { name, why }
}

/// Alice has called Bob, and the functions are asked to ring him.
fn asked() -> (Core, EffectId) {
    let mut core = desk();
    let id = creation(&press(&mut core));
    let created = Outcome::TaskCreated { task: task() };
    let ring = posts(&settle(&mut core, id, created))[0].0;
    core.told(NOW, &offer("caller", "pending", |_| {}));
    (core, ring)
}

fn orders_of<T: Clone>(events: &[T]) -> Vec<Vec<T>> {
    if events.is_empty() {
        return vec![Vec::new()];
    }
    (0..events.len())
        .flat_map(|first| {
            let mut rest = events.to_vec();
            let first = rest.remove(first);
            orders_of(&rest).into_iter().map(move |mut order| {
                order.insert(0, first.clone());
                order
            })
        })
        .collect()
}

#[test]
fn where_the_functions_say_so_his_call_is_taken_once_in_whatever_order_it_is_told() {
    for theirs in [HIGHER, LOWER] {
        let (_, ring) = asked();
        let answer = Event::Settled {
            id: ring,
            outcome: answered(409, Some("glare")),
        };
        let events = [
            answer,
            progress("pending", "glare"),
            progress("canceled", "glare"),
            his("pending", theirs),
        ];
        for order in orders_of(&events) {
            let (mut core, _) = asked();
            let mut effects = Vec::new();
            for event in &order {
                effects.extend(core.told(NOW, event));
            }
            assert_eq!(accepts(&effects), [his_offer()], "{order:#?}");
            assert_eq!(notices(&effects), [told_of_it()], "{order:#?}");
            assert_eq!(line(&core), glare());
        }
    }
}

#[test]
fn where_both_ring_the_higher_sid_gives_way_and_his_call_is_taken() {
    let (mut core, _) = rung();
    let effects = core.told(NOW, &his("pending", LOWER));
    assert_eq!(notices(&effects), [told_of_it()]);
    assert_eq!(paths(&effects), ["end"]);
    assert_eq!(accepts(&effects), [his_offer()]);
    assert_eq!(line(&core), glare());
}

#[test]
fn and_the_lower_goes_on() {
    let (mut core, _) = rung();
    let effects = core.told(NOW, &his("pending", HIGHER));
    assert_eq!((notices(&effects), paths(&effects)), (vec![], vec![]));
    assert_eq!(accepts(&effects), []);
    assert_eq!(line(&core), CallLine::Ringing { name: bob().name });
    // His gives way: it was none that she missed.
    for event in [progress("accepted", "answered"), his("canceled", HIGHER)] {
        let effects = core.told(NOW, &event);
        assert_eq!(notices(&effects), []);
    }
    assert_eq!(line(&core), CallLine::Talking { name: bob().name });
}

#[test]
fn his_call_that_comes_while_her_task_is_made_is_compared_once_it_is_there_and_nobody_is_rung() {
    let mut core = desk();
    let id = creation(&press(&mut core));
    let effects = core.told(NOW, &his("pending", LOWER));
    assert_eq!(accepts(&effects), [], "her task has no SID yet");
    let effects = settle(&mut core, id, Outcome::TaskCreated { task: task() });
    assert_eq!(paths(&effects), ["end"]);
    assert_eq!(accepts(&effects), [his_offer()]);
    assert_eq!(line(&core), glare());
}

#[test]
fn her_own_leg_is_over_before_his_call_is_taken() {
    for over in [
        progress("wrapping", "ringing"),
        progress("completed", "ringing"),
    ] {
        let (mut core, _) = rung();
        action(&mut core, FlexAction::AcceptTask, reservation().as_str());
        core.told(NOW, &progress("accepted", "ringing"));
        let effects = core.told(NOW, &his("pending", LOWER));
        assert_eq!(paths(&effects), ["end"]);
        assert_eq!(accepts(&effects), []);
        let hung_up = effects.iter().find_map(|effect| match effect {
            Effect::HangUp { reservation, .. } => Some(reservation.clone()),
            _ => None,
        });
        assert_eq!(hung_up, Some(reservation()));
        let effects = core.told(NOW, &over);
        assert_eq!(accepts(&effects), [his_offer()]);
        assert_eq!(line(&core), glare());
    }
}

/// His plugin may be giving way to hers at this moment: were hers to do so too, neither were left.
#[test]
fn the_lower_does_not_give_way_though_his_call_is_taken_by_hand() {
    let (mut core, _) = rung();
    core.told(NOW, &his("pending", HIGHER));
    let effects = core.told(NOW, &his("accepted", HIGHER));
    assert_eq!((notices(&effects), paths(&effects)), (vec![], vec![]));
    assert_eq!(line(&core), CallLine::Ringing { name: bob().name });
}

#[test]
fn somebody_elses_call_and_a_queues_are_none_of_it() {
    let carol = WorkerSid::from_number(3);
    let of_carol = offer("callee", "pending", |r| {
        r["sid"] = json!(his_offer());
        r["taskSid"] = json!(TaskSid::from_number(31));
        r["attributes"]["internal_call"]["caller_worker"] = json!(carol);
        r["attributes"]["internal_call"]["caller_task"] = json!(TaskSid::from_number(LOWER));
    });
    let of_queue = offer("callee", "pending", |r| {
        r["sid"] = json!(his_offer());
        r["taskSid"] = json!(TaskSid::from_number(31));
        r["attributes"]["callToQueue"] = json!("Sales");
        r["attributes"]["internal_call"]["caller_task"] = json!(TaskSid::from_number(LOWER));
    });
    for other in [of_carol, of_queue] {
        let (mut core, _) = rung();
        let effects = core.told(NOW, &other);
        assert_eq!((accepts(&effects), paths(&effects)), (vec![], vec![]));
        assert_eq!(line(&core), CallLine::Ringing { name: bob().name });
    }
}

#[test]
fn call_pressed_while_his_call_is_on_offer_takes_it_and_places_none() {
    let mut core = desk();
    core.told(NOW, &his("pending", HIGHER));
    let effects = press(&mut core);
    assert_eq!(accepts(&effects), [his_offer()]);
    assert!(!effects
        .iter()
        .any(|effect| matches!(effect, Effect::CreateTask { .. })));
    assert_eq!(line(&core), CallLine::Idle);
    // Once it is taken she may call him again.
    core.told(NOW, &his("canceled", HIGHER));
    creation(&press(&mut core));
}

#[test]
fn a_call_of_his_that_comes_later_rings() {
    let (mut core, ring) = asked();
    settle(&mut core, ring, answered(409, Some("glare")));
    core.told(NOW, &progress("canceled", "glare"));
    let late = NOW + Millis::from_secs(15);
    let effects = core.told(late, &his("pending", HIGHER));
    assert_eq!(accepts(&effects), []);
    assert!(effects
        .iter()
        .any(|effect| matches!(effect, Effect::NotifyRinging { .. })));
}

#[test]
fn whoever_hung_up_first_takes_no_call_by_himself() {
    let (mut core, ring) = asked();
    action(&mut core, FlexAction::RejectTask, reservation().as_str());
    settle(&mut core, ring, answered(409, Some("glare")));
    core.told(NOW, &progress("canceled", "glare"));
    let effects = core.told(NOW, &his("pending", HIGHER));
    assert_eq!(accepts(&effects), []);
}

#[test]
fn another_tab_of_hers_takes_nothing_by_itself() {
    let mut core = started("client:alice", |event| event["tab"] = json!("tab-2"));
    core.told(NOW, &offer("caller", "pending", |_| {}));
    core.told(NOW, &progress("canceled", "glare"));
    let effects = core.told(NOW, &his("pending", LOWER));
    assert_eq!(accepts(&effects), []);
}

/// Where an agent takes one call at a time, his colleague's waits for the room that hers takes.
#[test]
fn a_task_that_gave_way_is_completed_at_once() {
    let (mut core, _) = rung();
    core.told(NOW, &progress("accepted", "glare"));
    core.told(NOW, &progress("wrapping", "glare"));
    let (when, effects) = wait(&mut core);
    assert_eq!(when, NOW);
    let completes = |effect: &Effect| matches!(effect, Effect::CompleteTask { .. });
    assert!(effects.iter().any(completes));
}
