use super::*;

#[test]
fn the_called_leg_joins_the_conference_named_after_the_callers_task() {
    let mut core = desk();
    let effects = core.told(NOW, &offer("callee", "pending", |_| {}));
    assert!(effects
        .iter()
        .any(|e| matches!(e, Effect::NotifyRinging { .. })));
    let (_, effects) = action(&mut core, FlexAction::AcceptTask, task().as_str());
    let Some(Effect::CallWorker {
        from,
        url,
        status_callback,
        ..
    }) = effects.get(1)
    else {
        panic!("{effects:?}")
    };
    assert_eq!(from.as_str(), "client:bob");
    assert_eq!(
        *status_callback,
        format!(
            "https://f.example/internal-call/common/agent-leg-over?taskSid={}&role=callee&calleeTask={}",
            TaskSid::from_number(77),
            task()
        )
    );
    assert!(url.ends_with(&format!(
        "/agent-join-conference?conferenceName={}",
        TaskSid::from_number(77)
    )));
}

#[test]
fn a_sip_agent_is_called_with_the_accounts_caller_id() {
    let mut core = started("sip:alice@example.com", |_| {});
    core.told(NOW, &offer("callee", "pending", |_| {}));
    let (_, effects) = action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    let Some(Effect::CallWorker { from, .. }) = effects.get(1) else {
        panic!("{effects:?}")
    };
    assert_eq!(from.as_str(), "+15550100");
}

#[test]
fn native_tasks_pass_through_untouched() {
    let mut core = desk();
    let native = offer("callee", "pending", |r| {
        r["attributes"] = json!({"from": "+15550111", "client_call": "true"})
    });
    assert_eq!(core.told(NOW, &native), vec![]);
    for flex in [FlexAction::AcceptTask, FlexAction::RejectTask] {
        let (verdict, effects) = action(&mut core, flex, reservation().as_str());
        assert_eq!((verdict, effects.len()), (Verdict::Pass, 1));
    }
}

#[test]
fn an_action_without_any_sid_passes() {
    let mut core = desk();
    let event = Event::ActionRequested {
        token: ActionToken(1),
        action: FlexAction::AcceptTask,
        sid: None,
        task_sid: None,
        target: None,
    };
    assert_eq!(
        core.told(NOW, &event),
        vec![Effect::Verdict {
            token: ActionToken(1),
            verdict: Verdict::Pass
        }]
    );
}

#[test]
fn a_second_accept_calls_nobody_twice() {
    let mut core = desk();
    core.told(NOW, &offer("callee", "pending", |_| {}));
    action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    let (verdict, effects) = action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    assert_eq!((verdict, effects.len()), (Verdict::Ignore, 1));
}

#[test]
fn a_failed_accept_is_told_once_and_may_be_tried_again() {
    let mut core = desk();
    core.told(NOW, &offer("callee", "pending", |_| {}));
    let (Verdict::Replace { until }, _) =
        action(&mut core, FlexAction::AcceptTask, reservation().as_str())
    else {
        panic!("not replaced")
    };
    let effects = settle(&mut core, until, failed());
    assert_eq!(
        notices(&effects),
        [Notice::AcceptFailed {
            detail: "no way".to_owned()
        }]
    );
    let (verdict, _) = action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    assert!(matches!(verdict, Verdict::Replace { .. }));
}

#[test]
fn a_person_who_declines_tells_the_functions_and_flexs_reject_waits_for_it() {
    let mut core = desk();
    core.told(NOW, &offer("callee", "pending", |_| {}));
    let (verdict, effects) = action(&mut core, FlexAction::RejectTask, reservation().as_str());
    assert_eq!(paths(&effects), ["reject"]);
    let until = posts(&effects)[0].0;
    assert_eq!(verdict, Verdict::Replace { until });
    let effects = settle(
        &mut core,
        until,
        Outcome::Answered {
            status: 502,
            message: "Twilio refused".to_owned(),
            code: None,
        },
    );
    assert_eq!(
        notices(&effects),
        [Notice::RejectFailed {
            detail: "HTTP 502 Twilio refused".to_owned()
        }]
    );
    let (verdict, _) = action(&mut core, FlexAction::RejectTask, reservation().as_str());
    assert!(
        matches!(verdict, Verdict::Replace { .. }),
        "he may try again"
    );
}

#[test]
fn a_member_of_a_called_queue_rejects_natively() {
    let mut core = desk();
    core.told(
        NOW,
        &offer("callee", "pending", |r| {
            r["attributes"]["callToQueue"] = json!("Sales")
        }),
    );
    let (verdict, effects) = action(&mut core, FlexAction::RejectTask, reservation().as_str());
    assert_eq!((verdict, effects.len()), (Verdict::Pass, 1));
    assert_eq!(
        core.told(
            NOW,
            &offer("callee", "rejected", |r| r["attributes"]["callToQueue"] =
                json!("Sales"))
        ),
        []
    );
}

#[test]
fn the_caller_refuses_his_own_call_to_a_queue_until_that_is_done() {
    let mut core = desk();
    let own = |status: &str| {
        offer("callee", status, |r| {
            r["attributes"]["callToQueue"] = json!("Sales");
            r["attributes"]["internal_call"]["caller_worker"] = json!(alice());
        })
    };
    let effects = core.told(NOW, &own("pending"));
    let [Effect::RejectReservation { id, .. }] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!(settle(&mut core, *id, failed()), vec![]);
    let (due, effects) = wait(&mut core);
    assert_eq!(due, NOW + Millis::from_secs(1));
    let [Effect::RejectReservation { id, .. }] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!(core.told(due, &own("rejected")), vec![]);
    let settled = Event::Settled {
        id: *id,
        outcome: failed(),
    };
    assert_eq!(core.told(due, &settled), vec![]);
    assert_eq!(core.next_deadline(), None);
}

#[test]
fn the_caller_refuses_his_own_call_to_a_queue_and_ends_it_if_nobody_else_is_there() {
    let mut core = desk();
    let own = |status: &str, sid: u128| {
        offer("callee", status, |r| {
            r["sid"] = json!(ReservationSid::from_number(sid));
            r["attributes"]["callToQueue"] = json!("Sales");
            r["attributes"]["internal_call"]["caller_worker"] = json!(alice());
        })
    };
    let effects = core.told(NOW, &own("pending", 1));
    assert!(
        matches!(effects.as_slice(), [Effect::RejectReservation { .. }]),
        "{effects:?}"
    );
    assert_eq!(core.told(NOW, &own("rejected", 1)), vec![]);
    let effects = core.told(NOW, &own("pending", 2));
    assert_eq!(paths(&effects), ["end"]);
    assert_eq!(notices(&effects), [Notice::NobodyElseInQueue]);
    let (verdict, _) = action(
        &mut core,
        FlexAction::AcceptTask,
        ReservationSid::from_number(2).as_str(),
    );
    assert_eq!(verdict, Verdict::Ignore, "Flex still shows it");
    core.told(NOW, &own("canceled", 2));
    let over = offer("caller", "completed", |r| {
        r["taskSid"] = json!(TaskSid::from_number(77));
    });
    core.told(NOW, &over);
    assert_eq!(
        core.call_view(ReservationSid::from_number(1).as_str()),
        None
    );
}

#[test]
fn the_end_is_posted_once_and_the_task_completed_after_wrap_up() {
    let (mut core, _) = ringing();
    core.told(NOW, &offer("caller", "accepted", |_| {}));
    assert_eq!(
        paths(&core.told(NOW, &offer("caller", "wrapping", |_| {}))),
        ["end"]
    );
    assert_eq!(core.told(NOW, &offer("caller", "wrapping", |_| {})), vec![]);
    let due = core.next_deadline().unwrap();
    assert_eq!(due, NOW + Millis::from_secs(2));
    assert_eq!(
        core.told(Millis(due.0 - 1), &Event::DeadlineReached),
        vec![]
    );
    let effects = core.told(due, &Event::DeadlineReached);
    assert!(
        matches!(effects.as_slice(), [Effect::CompleteTask { .. }]),
        "{effects:?}"
    );
    assert_eq!(core.told(due, &Event::DeadlineReached), vec![]);
    assert_eq!(
        core.told(due, &offer("caller", "completed", |_| {})),
        vec![]
    );
    assert_eq!(core.next_deadline(), None);
}

#[test]
fn auto_complete_can_be_switched_off() {
    let mut core = started("client:alice", |e| {
        e["configuration"]["ui_attributes"]["custom_data"]["features"]["internal_call"]
            ["auto_complete"] = json!(false);
    });
    core.told(NOW, &offer("callee", "wrapping", |_| {}));
    assert_eq!(core.next_deadline(), None);
}

#[test]
fn before_the_start_flexs_own_actions_run() {
    let (verdict, _) = action(
        &mut Core::default(),
        FlexAction::AcceptTask,
        reservation().as_str(),
    );
    assert_eq!(verdict, Verdict::Pass);
}

#[test]
fn a_callee_who_declines_while_he_accepts_has_declined() {
    let mut core = desk();
    core.told(NOW, &offer("callee", "pending", |_| {}));
    action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    let (verdict, effects) = action(&mut core, FlexAction::RejectTask, reservation().as_str());
    assert!(matches!(verdict, Verdict::Replace { .. }), "{verdict:?}");
    assert_eq!(paths(&effects), ["reject"]);
}

#[test]
fn a_caller_whose_own_phone_does_not_answer_may_try_again_for_20_seconds() {
    let (mut core, effects) = rung();
    let own = effects.iter().find_map(|effect| match effect {
        Effect::AcceptTask { id, .. } => Some(*id),
        _ => None,
    });
    action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    settle(&mut core, own.unwrap(), failed());
    let (due, effects) = wait(&mut core);
    assert_eq!(due, NOW + Millis::from_secs(20));
    assert_eq!(paths(&effects), ["end"]);
}

/// Twilio's callback says so at once; where it is lost, this does.
#[test]
fn a_callee_tells_that_he_came_and_a_caller_does_not() {
    for (role, told) in [("callee", 1), ("caller", 0)] {
        let mut core = desk();
        core.told(NOW, &offer(role, "pending", |_| {}));
        core.told(NOW, &offer(role, "accepted", |_| {}));
        let came = |effects: &[Effect]| {
            let paths = paths(effects).into_iter();
            paths.filter(|path| path == "came").count()
        };
        let due = NOW + Millis::from_secs(3);
        let early = core.told(Millis(due.0 - 1), &Event::DeadlineReached);
        assert_eq!(came(&early), 0, "{role}");
        assert_eq!(
            came(&core.told(due, &Event::DeadlineReached)),
            told,
            "{role}"
        );
        let later = core.told(due + Millis::from_secs(60), &Event::DeadlineReached);
        assert_eq!(came(&later), 0, "{role}: once");
    }
}
