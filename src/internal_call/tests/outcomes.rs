//! What the caller reads.

use super::*;

#[test]
fn the_line_follows_the_callers_task_and_never_goes_back() {
    let (mut core, _) = ringing();
    let mut told = |to: &str| {
        core.told(NOW, &progress("accepted", to));
        line(&core)
    };
    let name = bob().name;
    let (ringing, talking) = (
        CallLine::Ringing { name: name.clone() },
        CallLine::Talking { name: name.clone() },
    );
    assert_eq!(told("ringing"), ringing);
    assert_eq!(told("answered"), talking);
    assert_eq!(told("ringing"), talking);
    assert_eq!(told("declined"), talking);
    core.told(NOW, &offer("caller", "wrapping", |_| {}));
    assert_eq!(line(&core), CallLine::Ended { name });
}

#[test]
fn every_outcome_is_told_once_and_still_stands_when_the_callers_leg_is_over() {
    for (written, why) in [
        ("declined", Unanswered::Declined { reason: None }),
        ("busy", Unanswered::Busy),
        ("busy_notify", Unanswered::BusyNotify),
        ("no_answer", Unanswered::NoAnswer),
        ("unavailable", Unanswered::Unavailable),
        ("not_connected", Unanswered::NotConnected),
    ] {
        let (mut core, _) = rung();
        let name = bob().name;
        let notice = Notice::Unanswered {
            name: name.clone(),
            why,
        };
        let first = core.told(NOW, &progress("accepted", written));
        assert_eq!(notices(&first), [notice]);
        let second = core.told(NOW, &progress("wrapping", written));
        assert_eq!(notices(&second), []);
        assert_eq!(line(&core), CallLine::Unanswered { name, why });
    }
}

#[test]
fn an_outcome_that_this_version_does_not_know_is_no_outcome() {
    let (mut core, _) = rung();
    core.told(NOW, &progress("accepted", "abducted"));
    assert_eq!(line(&core), CallLine::Ringing { name: bob().name });
}

#[test]
fn a_reason_for_declining_is_read() {
    let (mut core, _) = rung();
    let declined = offer("caller", "accepted", |r| {
        r["attributes"]["internal_call"]["progress"] = json!("declined");
        r["attributes"]["internal_call"]["reason"] = json!("calling_back");
    });
    let effects = core.told(NOW, &declined);
    let why = Unanswered::Declined {
        reason: Some(crate::twilio::attributes::DeclineReason::CallingBack),
    };
    assert_eq!(
        notices(&effects),
        [Notice::Unanswered {
            name: bob().name,
            why
        }]
    );
}

#[test]
fn somebody_busy_or_away_is_told_by_the_rings_answer_and_no_leg_is_set_up() {
    for (code, why) in [
        ("busy", Unanswered::Busy),
        ("busy_notify", Unanswered::BusyNotify),
        ("unavailable", Unanswered::Unavailable),
    ] {
        let mut core = desk();
        let id = creation(&press(&mut core));
        let ring = posts(&settle(
            &mut core,
            id,
            Outcome::TaskCreated { task: task() },
        ))[0]
            .0;
        core.told(NOW, &offer("caller", "pending", |_| {}));
        let effects = settle(&mut core, ring, answered(409, Some(code)));
        let name = bob().name;
        assert_eq!(
            effects,
            [Effect::Notify {
                notice: Notice::Unanswered { name, why }
            }]
        );
    }
}

#[test]
fn nobody_who_answers_in_time_ends_the_call_as_no_answer() {
    let (mut core, _) = rung();
    core.told(NOW, &offer("caller", "accepted", |_| {}));
    let (due, effects) = wait(&mut core);
    assert_eq!(due, NOW + Millis::from_secs(25));
    let posted = posts(&effects).remove(0);
    assert_eq!(
        posted.1.form[1],
        ("outcome".to_owned(), "no_answer".to_owned())
    );
    assert_eq!(
        line(&core),
        CallLine::Ringing { name: bob().name },
        "not yet"
    );
    let effects = settle(&mut core, posted.0, ok());
    assert_eq!(notices(&effects).len(), 1);
    assert!(matches!(
        line(&core),
        CallLine::Unanswered {
            why: Unanswered::NoAnswer,
            ..
        }
    ));
}

#[test]
fn somebody_who_answers_at_the_last_moment_is_waited_for() {
    let (mut core, _) = rung();
    core.told(NOW, &offer("caller", "accepted", |_| {}));
    let (_, effects) = wait(&mut core);
    let posted = posts(&effects)[0].0;
    let effects = settle(&mut core, posted, answered(409, Some("answered")));
    assert_eq!(effects, []);
    assert_eq!(line(&core), CallLine::Ringing { name: bob().name });
    let mut came = core.clone();
    came.told(NOW, &progress("accepted", "answered"));
    let asked_after = NOW + Millis::from_secs(180);
    assert_eq!(came.next_deadline(), Some(asked_after), "he came");
    let (_, effects) = wait(&mut core);
    assert_eq!(
        posts(&effects)[0].1.form[1],
        ("outcome".to_owned(), "not_connected".to_owned())
    );
}

#[test]
fn hanging_up_before_anybody_answered_cancels_the_call() {
    let (mut core, _) = rung();
    core.told(NOW, &offer("caller", "accepted", |_| {}));
    core.told(NOW, &offer("caller", "wrapping", |_| {}));
    assert_eq!(line(&core), CallLine::Cancelled { name: bob().name });
}

#[test]
fn the_caller_takes_back_his_call_before_his_own_leg_is_there() {
    let (mut core, _) = ringing();
    let (verdict, effects) = action(&mut core, FlexAction::RejectTask, reservation().as_str());
    assert_eq!(
        (verdict, paths(&effects)),
        (Verdict::Ignore, vec!["end".to_owned()])
    );
    core.told(NOW, &offer("caller", "canceled", |_| {}));
    assert_eq!(line(&core), CallLine::Cancelled { name: bob().name });
}

#[test]
fn what_is_wanting_is_told_at_the_start_by_its_key() {
    let start = |configure: &dyn Fn(&mut Value)| {
        let mut event = start_event("client:alice");
        configure(&mut event);
        let mut core = Core::default();
        let effects = core.told(NOW, &serde_json::from_value(event).unwrap());
        (core, effects)
    };
    let data = "/configuration/ui_attributes/custom_data";
    let (_, effects) = start(&|e| {
        *e.pointer_mut(&format!("{data}/serverless_functions_domain"))
            .unwrap() = Value::Null;
    });
    let key = "ui_attributes.custom_data.serverless_functions_domain".to_owned();
    let place = Place::Flex;
    assert_eq!(notices(&effects), [Notice::Misconfigured { key, place }]);
    let (_, effects) = start(&|e| {
        *e.pointer_mut(&format!("{data}/features")).unwrap() = Value::Null;
    });
    assert_eq!(effects, [], "switched off: nothing is wanting");

    let (mut core, effects) = start(&|_| {});
    assert_eq!(paths(&effects), ["ready"]);
    let ready = posts(&effects)[0].0;
    let key = "TWILIO_FLEX_INTERNAL_CALL_WORKFLOW_SID";
    let effects = settle(&mut core, ready, answered(500, Some(key)));
    assert_eq!(
        notices(&effects),
        [Notice::Misconfigured {
            key: key.to_owned(),
            place: Place::Functions
        }]
    );
    let (mut core, effects) = start(&|_| {});
    let ready = posts(&effects)[0].0;
    let effects = settle(&mut core, ready, failed());
    assert_eq!(
        notices(&effects),
        [Notice::FunctionsUnreachable {
            url: "https://f.example".to_owned(),
            detail: "no way".to_owned()
        }]
    );
}

#[test]
fn whatever_the_ring_is_answered_after_the_caller_took_his_call_back_is_no_news() {
    for answer in [
        ok(),
        failed(),
        answered(409, Some("busy")),
        answered(502, None),
    ] {
        let mut core = desk();
        let id = creation(&press(&mut core));
        let created = Outcome::TaskCreated { task: task() };
        let ring = posts(&settle(&mut core, id, created))[0].0;
        core.told(NOW, &offer("caller", "pending", |_| {}));
        action(&mut core, FlexAction::RejectTask, reservation().as_str());
        assert_eq!(settle(&mut core, ring, answer), []);
        assert_eq!(line(&core), CallLine::Cancelled { name: bob().name });
    }
}

#[test]
fn a_caller_who_hung_up_is_not_told_later_that_nobody_answered() {
    let (mut core, _) = rung();
    core.told(NOW, &offer("caller", "accepted", |_| {}));
    action(&mut core, FlexAction::HangupCall, reservation().as_str());
    let (due, effects) = wait(&mut core);
    assert_eq!(due, NOW + Millis::from_secs(3));
    assert_eq!(posts(&effects)[0].1.form.len(), 1, "ended, with no outcome");
    assert_eq!(core.next_deadline(), Some(due + Millis::from_secs(180)));
}
