//! Calls by a TwiML application.

use super::*;
use crate::effect::OutboundOrder;
use crate::ids::ApplicationSid;

pub(super) fn desk_with(contact_uri: &str) -> Core {
    started(contact_uri, |event| {
        let feature = &mut event["configuration"]["ui_attributes"]["custom_data"]["features"]
            ["internal_call"];
        feature["application_sid"] = json!(ApplicationSid::from_number(1));
        feature["outbound_queue_sid"] = json!(QueueSid::from_number(3));
    })
}

pub(super) fn desk() -> Core {
    desk_with("client:alice")
}

fn order(effects: &[Effect]) -> (EffectId, OutboundOrder) {
    let found = effects.iter().find_map(|effect| match effect {
        Effect::StartOutboundCall { id, order } => Some((*id, (**order).clone())),
        _ => None,
    });
    found.expect("a call is started")
}

pub(super) fn native(role: &str, status: &str, change: impl FnOnce(&mut Value)) -> Event {
    offer(role, status, |reservation| {
        let attributes = &mut reservation["attributes"];
        attributes["client_call"] = Value::Null;
        attributes["from"] = json!("+15550100");
        attributes["internal_call"]["strategy"] = json!("application");
        if role == "callee" {
            attributes["to"] = json!(ApplicationSid::from_number(1));
            attributes["internal_call"]["caller_uri"] = json!("client:bob");
        } else {
            attributes["outbound_to"] = json!("app:AP?…");
        }
        change(reservation);
    })
}

fn with_progress(progress: &str) -> Event {
    native("caller", "accepted", |reservation| {
        reservation["attributes"]["internal_call"]["progress"] = json!(progress);
    })
}

/// Alice is in her conference, and Twilio calls the application.
fn calling() -> Core {
    calling_from("client:alice")
}

fn calling_from(contact_uri: &str) -> Core {
    let mut core = desk_with(contact_uri);
    let (id, _) = order(&press(&mut core));
    core.told(NOW, &native("caller", "pending", |_| {}));
    settle(&mut core, id, Outcome::Done);
    core.told(NOW, &native("caller", "accepted", |_| {}));
    core
}

fn rings() -> Core {
    let mut core = calling();
    core.told(NOW, &with_progress("ringing"));
    core
}

#[test]
fn a_press_starts_one_call_to_the_application_and_names_the_colleague() {
    let mut core = desk();
    let (_, order) = order(&press(&mut core));
    assert_eq!(
        order.destination.0,
        format!(
            "app:{}?worker_sid={}&conversation_id=tab-1-1000",
            ApplicationSid::from_number(1),
            bob().worker
        )
    );
    assert_eq!(order.queue, QueueSid::from_number(3));
    assert_eq!(
        serde_json::to_value(&order.attributes).unwrap(),
        json!({"name": "Bob Brown", "internal_outbound_to": "Bob Brown",
            "conversations": {"conversation_id": "tab-1-1000"},
            "internal_call": {"role": "caller", "strategy": "application", "caller_worker": alice(),
                "callee_worker": bob().worker, "tab": "tab-1", "ring_seconds": 25}})
    );
    assert!(press(&mut core).is_empty());
}

#[test]
fn a_queues_name_is_percent_encoded_byte_by_byte() {
    let mut core = desk();
    let queue = "Säles & worker_sid=x#? +☎".to_owned();
    let tab = Tab::Queue;
    let opened = core.told(NOW, &Event::FieldOpened { tab });
    let loading = opened.iter().find_map(|effect| match effect {
        Effect::ListQueues { id, .. } => Some(*id),
        _ => None,
    });
    let queues = vec![queue.clone()];
    settle(&mut core, loading.unwrap(), Outcome::Queues { queues });
    core.told(NOW, &Event::TabChosen { tab });
    core.told(NOW, &Event::QueueChosen { queue });
    let (_, order) = order(&core.told(NOW, &Event::CallPressed));
    assert!(order.destination.0.contains(
        "?callToQueue=S%C3%A4les%20%26%20worker_sid%3Dx%23%3F%20%2B%E2%98%8E&conversation_id="
    ));
}

#[test]
fn what_flex_refuses_is_told_and_nobody_was_called() {
    let mut core = desk();
    let (id, _) = order(&press(&mut core));
    let effects = settle(&mut core, id, failed());
    assert!(matches!(
        notices(&effects)[..],
        [Notice::CallNotPlaced { .. }]
    ));
    assert!(!press(&mut core).is_empty(), "the button works again");
}

#[test]
fn a_call_of_which_no_task_comes_is_told() {
    let mut core = desk();
    let (id, _) = order(&press(&mut core));
    assert!(settle(&mut core, id, Outcome::Done).is_empty());
    let late = core.next_deadline().unwrap();
    let effects = core.told(late, &Event::DeadlineReached);
    assert!(matches!(
        notices(&effects)[..],
        [Notice::CallNotPlaced { .. }]
    ));
}

#[test]
fn flex_accepts_the_callers_own_and_no_ring_is_ordered() {
    let mut core = desk();
    let (id, _) = order(&press(&mut core));
    let offered = core.told(NOW, &native("caller", "pending", |_| {}));
    assert!(offered.is_empty(), "{offered:?}");
    let (verdict, more) = action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    assert_eq!((verdict, more.len()), (Verdict::Pass, 1));
    assert!(settle(&mut core, id, Outcome::Done).is_empty());
    assert!(core
        .told(NOW, &native("caller", "accepted", |_| {}))
        .is_empty());
    let effects = core.told(NOW, &with_progress("ringing"));
    assert!(effects.is_empty(), "{effects:?}");
    assert!(matches!(line(&core), CallLine::Ringing { .. }));
}

#[test]
fn the_caller_reads_each_outcome_and_keeps_it_when_his_leg_ends() {
    for (progress, why) in [
        ("declined", Unanswered::Declined { reason: None }),
        ("busy", Unanswered::Busy),
        ("busy_notify", Unanswered::BusyNotify),
        ("no_answer", Unanswered::NoAnswer),
        ("unavailable", Unanswered::Unavailable),
    ] {
        let mut core = rings();
        let effects = core.told(NOW, &with_progress(progress));
        let name = "Bob Brown".into();
        assert_eq!(notices(&effects), [Notice::Unanswered { name, why }]);
        core.told(NOW, &native("caller", "wrapping", |_| {}));
        assert!(matches!(line(&core), CallLine::Unanswered { why: kept, .. } if kept == why));
    }
}

#[test]
fn the_phone_rings_as_long_as_it_may_and_then_the_functions_say_no_answer() {
    let mut core = rings();
    let late = core.next_deadline().unwrap();
    assert_eq!(late, NOW + Millis::from_secs(25));
    let effects = core.told(late, &Event::DeadlineReached);
    let form = &posts(&effects)[0].1.form;
    assert_eq!(paths(&effects), ["end"]);
    assert!(form.contains(&("outcome".to_owned(), "no_answer".to_owned())));
}

#[test]
fn an_application_that_asks_nobody_is_no_colleague_who_does_not_answer() {
    let mut core = calling();
    let effects = core.told(NOW, &native("caller", "wrapping", |_| {}));
    assert!(matches!(
        notices(&effects)[..],
        [Notice::CalleeNotRung { .. }]
    ));
    let mut core = calling();
    let late = core.next_deadline().unwrap();
    let effects = core.told(late, &Event::DeadlineReached);
    assert!(matches!(
        notices(&effects)[..],
        [Notice::CalleeNotRung { .. }]
    ));
    assert_eq!(paths(&effects), ["end"]);
}

#[test]
fn a_line_that_is_left_while_it_rings_was_not_answered() {
    let mut core = rings();
    let effects = core.told(NOW, &native("caller", "wrapping", |_| {}));
    let why = Unanswered::NoAnswer;
    let name = "Bob Brown".into();
    assert_eq!(notices(&effects), [Notice::Unanswered { name, why }]);
}

#[test]
fn a_line_that_is_left_while_the_functions_are_told_that_nobody_came_is_not_cancelled() {
    let mut core = rings();
    // He accepted at the last moment, and is not seen to come.
    let late = core.next_deadline().unwrap();
    let effects = core.told(late, &Event::DeadlineReached);
    let answered = Outcome::Answered {
        status: 409,
        message: String::new(),
        code: Some("answered".to_owned()),
    };
    settle(&mut core, posts(&effects)[0].0, answered);
    let later = core.next_deadline().unwrap();
    let effects = core.told(later, &Event::DeadlineReached);
    let form = &posts(&effects)[0].1.form;
    assert!(form.contains(&("outcome".to_owned(), "not_connected".to_owned())));
    let effects = core.told(NOW, &native("caller", "wrapping", |_| {}));
    let why = Unanswered::NoAnswer;
    let name = "Bob Brown".into();
    assert_eq!(notices(&effects), [Notice::Unanswered { name, why }]);
}

#[test]
fn hanging_up_cancels_and_what_is_left_is_checked() {
    let mut core = rings();
    let (verdict, _) = action(&mut core, FlexAction::HangupCall, reservation().as_str());
    assert_eq!(verdict, Verdict::Pass);
    let effects = core.told(NOW, &native("caller", "wrapping", |_| {}));
    assert!(notices(&effects).is_empty());
    assert!(matches!(line(&core), CallLine::Cancelled { .. }));
    assert_eq!(paths(&effects), ["check"]);
}

#[test]
fn a_caller_with_a_phone_of_his_own_hangs_up_without_flex() {
    let mut core = calling_from("sip:alice@example.com");
    core.told(NOW, &with_progress("ringing"));
    core.told(NOW, &native("caller", "wrapping", |_| {}));
    assert!(matches!(line(&core), CallLine::Cancelled { .. }));
}

#[test]
fn who_leaves_a_call_that_may_go_on_ends_it_for_nobody() {
    let mut core = calling();
    core.told(NOW, &with_progress("answered"));
    assert!(matches!(line(&core), CallLine::Talking { .. }));
    action(&mut core, FlexAction::HangupCall, reservation().as_str());
    let late = core.next_deadline().unwrap();
    assert_eq!(paths(&core.told(late, &Event::DeadlineReached)), ["check"]);
    let over = core.told(NOW, &native("caller", "wrapping", |_| {}));
    assert_eq!(paths(&over), ["check"]);
    assert!(matches!(line(&core), CallLine::Ended { .. }));
}

#[test]
fn the_callee_accepts_by_flex_with_a_caller_id_and_says_that_he_came() {
    let mut core = desk();
    let offered = core.told(NOW, &native("callee", "pending", |_| {}));
    assert!(matches!(offered[..], [Effect::NotifyRinging { .. }]));
    let (verdict, more) = action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    let from = "+15550100".into();
    assert_eq!((verdict, more.len()), (Verdict::From { from }, 1));
    let accepted = core.told(NOW, &native("callee", "accepted", |_| {}));
    assert_eq!(paths(&accepted), ["came"]);
}

#[test]
fn a_part_that_is_handed_on_is_accepted_with_a_caller_id_and_is_no_call_of_this_agents() {
    let mut core = desk();
    let carols = |status: &str| {
        native("callee", status, |r| {
            r["attributes"]["internal_call"]["callee_worker"] = json!(WorkerSid::from_number(66));
        })
    };
    assert_eq!(core.told(NOW, &carols("pending")), []);
    let accept = |core: &mut Core| {
        let (verdict, more) = action(core, FlexAction::AcceptTask, reservation().as_str());
        assert_eq!(more.len(), 1);
        verdict
    };
    let from = "+15550100".into();
    assert_eq!(accept(&mut core), Verdict::From { from });
    assert_eq!(core.told(NOW, &carols("accepted")), []);
    assert_eq!(accept(&mut core), Verdict::Pass);
}

#[test]
fn hold_is_flexs_own_and_so_is_its_button() {
    let mut core = desk();
    core.told(NOW, &native("callee", "accepted", |_| {}));
    for flex_action in [FlexAction::HoldCall, FlexAction::UnholdCall] {
        let (verdict, more) = action(&mut core, flex_action, reservation().as_str());
        assert_eq!((verdict, more.len()), (Verdict::Pass, 1));
    }
    let view = core.call_view(reservation().as_str()).unwrap();
    assert_eq!(view.hold, None);
}

#[test]
fn declining_goes_by_the_functions() {
    let mut core = desk();
    core.told(NOW, &native("callee", "pending", |_| {}));
    let (verdict, effects) = action(&mut core, FlexAction::RejectTask, reservation().as_str());
    assert!(matches!(verdict, Verdict::Replace { .. }));
    assert_eq!(paths(&effects), ["reject"]);
}

#[test]
fn what_was_answered_and_is_handed_over_is_refused_at_taskrouter() {
    let mut core = desk();
    core.told(NOW, &native("callee", "pending", |_| {}));
    let (_, effects) = action(&mut core, FlexAction::RejectTask, reservation().as_str());
    let answered = Outcome::Answered {
        status: 409,
        message: String::new(),
        code: Some("answered".to_owned()),
    };
    let effects = settle(&mut core, posts(&effects)[0].0, answered);
    assert!(matches!(effects[..], [Effect::RejectReservation { .. }]));
}

#[test]
fn a_call_that_is_handed_over_to_somebody_else_is_flexs_alone() {
    let mut core = desk();
    let third = native("callee", "pending", |reservation| {
        reservation["attributes"]["internal_call"]["callee_worker"] =
            json!(WorkerSid::from_number(9));
    });
    assert!(core.told(NOW, &third).is_empty());
    let (verdict, more) = action(&mut core, FlexAction::RejectTask, reservation().as_str());
    assert_eq!((verdict, more.len()), (Verdict::Pass, 1));
}

#[test]
fn a_missed_call_can_be_called_back() {
    let mut core = desk();
    core.told(NOW, &native("callee", "pending", |_| {}));
    let effects = core.told(NOW, &native("callee", "canceled", |_| {}));
    assert_eq!(
        notices(&effects),
        [Notice::Missed {
            name: "Bob Brown".into(),
            back: Some(bob())
        }]
    );
    assert_eq!(paths(&effects), ["check"]);
}

#[test]
fn the_phone_stops_ringing_before_taskrouter_takes_the_agent_off_work() {
    let mut core = desk();
    let offered = native("callee", "pending", |reservation| {
        reservation["timeout"] = json!(20);
    });
    core.told(NOW, &offered);
    let late = core.next_deadline().unwrap();
    assert!(late < NOW + Millis::from_secs(20));
    assert_eq!(paths(&core.told(late, &Event::DeadlineReached)), ["end"]);
}

#[test]
fn a_queues_caller_refuses_his_own_call() {
    let mut core = desk();
    let own = native("callee", "pending", |reservation| {
        let attributes = &mut reservation["attributes"];
        attributes["callToQueue"] = json!("Sales");
        attributes["internal_call"]["callee_worker"] = Value::Null;
        attributes["internal_call"]["caller_worker"] = json!(alice());
    });
    let effects = core.told(NOW, &own);
    assert!(matches!(effects[..], [Effect::RejectReservation { .. }]));
}

#[test]
fn an_unclear_strategy_is_told_at_the_start_and_at_every_press() {
    let mut event = start_event("client:alice");
    let feature =
        &mut event["configuration"]["ui_attributes"]["custom_data"]["features"]["internal_call"];
    feature["strategy"] = json!("warm_transfer");
    let mut core = Core::default();
    let told = core.told(NOW, &serde_json::from_value(event).unwrap());
    assert!(matches!(notices(&told)[..], [Notice::KeyNeedsKey { .. }]));
    let pressed = press(&mut core);
    assert!(matches!(
        pressed[..],
        [Effect::Notify {
            notice: Notice::KeyNeedsKey { .. }
        }]
    ));
}
