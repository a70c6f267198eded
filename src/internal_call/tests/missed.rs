//! What the callee's side does by itself, and what he reads.

use super::*;
use crate::twilio::attributes::DeclineReason;
use crate::twilio::reservation::DECLINED;

fn called() -> Core {
    let mut core = desk();
    core.told(
        NOW,
        &offer("callee", "pending", |r| {
            r["timeout"] = json!(120);
            r["attributes"]["internal_call"]["ring_seconds"] = json!(20);
        }),
    );
    core
}

#[test]
fn a_call_that_is_over_before_it_was_taken_was_missed_and_can_be_called_back() {
    for status in ["canceled", "timeout"] {
        let mut core = called();
        let effects = core.told(NOW, &offer("callee", status, |_| {}));
        let notice = Notice::Missed {
            name: bob().name,
            back: Some(bob()),
        };
        assert_eq!(notices(&effects), [notice], "{status}");
        assert_eq!(paths(&effects), ["end"], "whoever ended it, it is closed");
        creation(&core.told(NOW, &Event::CallBackPressed { callee: bob() }));
    }
}

#[test]
fn a_call_that_was_declined_or_taken_by_another_was_not_missed() {
    let mut core = called();
    action(&mut core, FlexAction::RejectTask, reservation().as_str());
    assert_eq!(
        notices(&core.told(NOW, &offer("callee", "canceled", |_| {}))),
        []
    );
    let mut core = called();
    assert_eq!(core.told(NOW, &offer("callee", "rescinded", |_| {})), []);
}

#[test]
fn a_call_that_was_declined_in_another_tab_was_not_missed_in_this_one() {
    let declined = |r: &mut serde_json::Value| r["reason"] = json!(DECLINED);
    let mut core = called();
    let effects = core.told(NOW, &offer("callee", "canceled", declined));
    assert_eq!(notices(&effects), []);
    assert_eq!(paths(&effects), ["end"], "whoever ended it, it is closed");
    let mut core = called();
    let given_up = |r: &mut serde_json::Value| r["reason"] = json!("the call is over");
    let effects = core.told(NOW, &offer("callee", "canceled", given_up));
    assert_eq!(notices(&effects).len(), 1);
}

/// The event bridge was away while the call ended: the reservation is not listed any more.
#[test]
fn of_an_offer_that_vanished_he_reads_what_the_functions_know_of_the_call() {
    let (name, back) = (bob().name, Some(bob()));
    let missed = Notice::Missed {
        name: name.clone(),
        back: back.clone(),
    };
    let meanwhile = Notice::CalledMeanwhile { name, back };
    for (answer, expected) in [
        (answered(200, Some("declined")), None), // in another tab
        (answered(200, Some("answered")), None), // likewise
        (ok(), Some(&missed)),
        (answered(200, Some("no_answer")), Some(&missed)),
        (answered(200, Some("unavailable")), None),
        (answered(200, Some("unknown")), Some(&meanwhile)),
        (answered(403, None), Some(&meanwhile)),
    ] {
        let mut core = called();
        let effects = core.told(NOW, &offer("callee", "gone", |_| {}));
        assert_eq!(notices(&effects), [], "nothing is known yet");
        assert_eq!(paths(&effects), ["end"]);
        let effects = settle(&mut core, posts(&effects)[0].0, answer.clone());
        let read: Vec<Notice> = notices(&effects)
            .into_iter()
            .filter(|notice| !matches!(notice, Notice::CleanUpFailed { .. }))
            .collect();
        assert_eq!(
            read.iter().collect::<Vec<_>>(),
            Vec::from_iter(expected),
            "{answer:?}"
        );
    }
}

#[test]
fn a_call_of_which_the_functions_do_not_answer_is_told_without_claiming_what_became_of_it() {
    let mut core = called();
    let mut effects = core.told(NOW, &offer("callee", "gone", |_| {}));
    for _ in 0..4 {
        let id = posts(&effects)[0].0;
        assert_eq!(settle(&mut core, id, failed()), []);
        effects = wait(&mut core).1;
    }
    let effects = settle(&mut core, posts(&effects)[0].0, failed());
    assert!(matches!(
        notices(&effects).as_slice(),
        [Notice::CalledMeanwhile { .. }, Notice::CleanUpFailed { .. }]
    ));
}

#[test]
fn the_phone_stops_ringing_by_itself_if_the_callers_tab_is_gone() {
    let mut core = called();
    let (due, effects) = wait(&mut core);
    assert_eq!(due, NOW + Millis::from_secs(22));
    assert_eq!(
        posts(&effects)[0].1.form[1],
        ("outcome".to_owned(), "no_answer".to_owned())
    );
}

/// The page was loaded while it rang, and the task had waited a minute for its first reservation: TaskRouter's time-out
/// began with the reservation, and not with the page.
#[test]
fn an_offer_that_a_new_page_finds_is_refused_before_taskrouters_time_out_too() {
    for (task_age, refused_after) in [(60, 115), (100, 75), (175, 0), (300, 0)] {
        let mut core = desk();
        core.told(
            NOW,
            &offer("callee", "pending", |r| {
                r["timeout"] = json!(120);
                r["created"] = json!(1_767_225_660_000_u64);
                r["taskCreated"] = json!(1_767_225_600_000_u64);
                r["taskAge"] = json!(task_age);
                r["attributes"]["internal_call"]["ring_seconds"] = json!(600);
            }),
        );
        let (due, effects) = wait(&mut core);
        assert_eq!(due, NOW + Millis::from_secs(refused_after), "{task_age}");
        assert_eq!(paths(&effects), ["end"], "{task_age}");
    }
}

#[test]
fn before_taskrouters_own_time_out_the_offer_is_refused_so_that_the_activity_stays() {
    let mut core = called();
    let (_, effects) = wait(&mut core);
    settle(&mut core, posts(&effects)[0].0, answered(403, None)); // for good
    let (due, effects) = wait(&mut core);
    assert_eq!(due, NOW + Millis::from_secs(115));
    assert!(
        matches!(effects.as_slice(), [Effect::RejectReservation { .. }]),
        "{effects:?}"
    );
    let effects = core.told(due, &offer("callee", "rejected", |_| {}));
    assert_eq!(paths(&effects), ["end"], "and the call is ended again");
}

fn refused(effects: &[Effect]) -> EffectId {
    match effects {
        [Effect::RejectReservation { id, .. }] => *id,
        other => panic!("{other:?}"),
    }
}

fn queues_offer() -> Core {
    let mut core = desk();
    core.told(
        NOW,
        &offer("callee", "pending", |r| {
            r["attributes"]["callToQueue"] = json!("Sales");
        }),
    );
    core
}

#[test]
fn a_refusal_that_fails_is_made_again_before_taskrouters_own_time_out() {
    let mut core = queues_offer();
    let (mut due, mut effects) = wait(&mut core);
    for _ in 0..3 {
        let told = core.told(
            due,
            &Event::Settled {
                id: refused(&effects),
                outcome: failed(),
            },
        );
        assert!(notices(&told).is_empty(), "{told:?}");
        let before = due;
        (due, effects) = wait(&mut core);
        assert_eq!(due, before + Millis::from_secs(1));
    }
    core.told(
        due,
        &Event::Settled {
            id: refused(&effects),
            outcome: failed(),
        },
    );
    assert_eq!(core.next_deadline(), None, "and not for ever");
}

#[test]
fn a_refusal_that_succeeds_is_made_once() {
    let mut core = queues_offer();
    let (due, effects) = wait(&mut core);
    core.told(
        due,
        &Event::Settled {
            id: refused(&effects),
            outcome: Outcome::Done,
        },
    );
    assert_eq!(core.next_deadline(), None);
}

#[test]
fn a_decline_of_which_nothing_is_heard_is_made_at_taskrouter_before_its_own_time_out() {
    let mut core = desk();
    core.told(NOW, &offer("callee", "pending", |_| {}));
    let effects = core.told(
        NOW,
        &Event::DeclineChosen {
            reservation: reservation(),
            reason: DeclineReason::Busy,
        },
    );
    assert_eq!(paths(&effects), ["reject"]);
    let (due, effects) = wait(&mut core);
    assert_eq!(due, NOW + Millis::from_secs(115));
    refused(&effects);
}

#[test]
fn a_queues_member_whose_decline_fails_reads_it_and_may_decline_or_accept_again() {
    let mut core = queues_offer();
    let decline = Event::DeclineChosen {
        reservation: reservation(),
        reason: DeclineReason::Busy,
    };
    let id = refused(&core.told(NOW, &decline));
    let effects = settle(&mut core, id, failed());
    assert!(
        matches!(notices(&effects).as_slice(), [Notice::RejectFailed { .. }]),
        "{effects:?}"
    );
    refused(&core.told(NOW, &decline));
}

#[test]
fn a_short_reservation_timeout_shortens_the_ringing() {
    let mut core = desk();
    core.told(
        NOW,
        &offer("callee", "pending", |r| r["timeout"] = json!(15)),
    );
    assert_eq!(core.next_deadline(), Some(NOW + Millis::from_secs(10)));
}

#[test]
fn with_a_very_short_reservation_timeout_it_rings_at_all() {
    let mut core = desk();
    core.told(
        NOW,
        &offer("callee", "pending", |r| r["timeout"] = json!(4)),
    );
    assert_eq!(core.next_deadline(), Some(NOW + Millis::from_secs(2)));
}

#[test]
fn a_queues_member_who_does_not_answer_lets_the_next_one_have_it() {
    let mut core = desk();
    core.told(
        NOW,
        &offer("callee", "pending", |r| {
            r["attributes"]["callToQueue"] = json!("Sales");
        }),
    );
    let (due, effects) = wait(&mut core);
    assert_eq!(due, NOW + Millis::from_secs(27));
    assert!(matches!(
        effects.as_slice(),
        [Effect::RejectReservation { .. }]
    ));
}

#[test]
fn going_away_while_the_phone_rings_tells_the_caller_so() {
    let mut core = called();
    let effects = core.told(NOW, &offer("callee", "rejected", |_| {}));
    assert_eq!(
        posts(&effects)[0].1.form[1],
        ("outcome".to_owned(), "unavailable".to_owned())
    );
    assert_eq!(notices(&effects), []);
}

#[test]
fn declining_with_a_reason_says_it() {
    let mut core = called();
    let event = Event::DeclineChosen {
        reservation: reservation(),
        reason: DeclineReason::Message,
    };
    let effects = core.told(NOW, &event);
    let (id, request) = posts(&effects).remove(0);
    assert!(request.url.ends_with("/flex/reject"));
    assert_eq!(request.form[1], ("reason".to_owned(), "message".to_owned()));
    assert_eq!(core.told(NOW, &event), [], "once");
    let effects = settle(&mut core, id, failed());
    assert_eq!(notices(&effects).len(), 1);
    assert_eq!(
        paths(&core.told(NOW, &event)),
        ["reject"],
        "and again if it failed"
    );
}

#[test]
fn a_phone_that_does_not_answer_after_accepting_gives_the_offer_back() {
    let mut core = called();
    action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    let (due, effects) = wait(&mut core);
    assert_eq!(due, NOW + Millis::from_secs(20));
    assert!(matches!(
        notices(&effects).as_slice(),
        [Notice::AcceptFailed { .. }]
    ));
    let (verdict, _) = action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    assert!(matches!(verdict, Verdict::Replace { .. }));
}
