use super::*;

#[test]
fn one_press_makes_one_call_however_often_it_is_pressed() {
    let mut core = desk();
    let id = creation(&press(&mut core));
    assert_eq!(core.told(NOW, &Event::CallPressed), vec![]);
    settle(&mut core, id, Outcome::TaskCreated { task: task() });
    assert_eq!(core.told(NOW, &Event::CallPressed), vec![]);
}

#[test]
fn the_callers_task_carries_the_references_attributes_and_an_explicit_role() {
    let mut core = desk();
    let effects = press(&mut core);
    let Some(Effect::CreateTask { order, .. }) = effects
        .iter()
        .find(|e| matches!(e, Effect::CreateTask { .. }))
    else {
        panic!("no task")
    };
    assert_eq!(
        serde_json::to_value(&order.attributes).unwrap(),
        json!({"to": "client:bob", "direction": "outbound", "name": "Bob Brown", "fromName": "Alice Anderson",
               "targetWorker": "client:alice", "autoAnswer": "true", "client_call": true,
               "internal_call": {"role": "caller", "caller_worker": alice(), "callee_worker": bob().worker,
                                 "tab": "tab-1", "ring_seconds": 25}})
    );
    assert_eq!(
        (order.to.as_str(), order.from.as_str()),
        ("client:bob", "client:alice")
    );
}

#[test]
fn a_queue_is_called_by_its_name() {
    let mut core = desk();
    let opened = core.told(NOW, &Event::FieldOpened { tab: Tab::Queue });
    let Some(Effect::ListQueues { id, .. }) = opened.first() else {
        panic!("{opened:?}")
    };
    settle(
        &mut core,
        *id,
        Outcome::Queues {
            queues: vec!["Sales".to_owned()],
        },
    );
    core.told(NOW, &Event::TabChosen { tab: Tab::Queue });
    core.told(
        NOW,
        &Event::QueueChosen {
            queue: "Sales".to_owned(),
        },
    );
    let effects = core.told(NOW, &Event::CallPressed);
    let Some(Effect::CreateTask { order, .. }) = effects
        .iter()
        .find(|e| matches!(e, Effect::CreateTask { .. }))
    else {
        panic!("no task")
    };
    assert_eq!(order.to.as_str(), "Sales");
    assert_eq!(order.attributes.to.as_str(), "queue:Sales");
    assert_eq!(order.attributes.call_to_queue.as_deref(), Some("Sales"));
    assert_eq!(order.attributes.name, None);
}

#[test]
fn the_callee_is_rung_as_soon_as_the_task_exists() {
    let mut core = desk();
    let id = creation(&press(&mut core));
    let effects = settle(&mut core, id, Outcome::TaskCreated { task: task() });
    let posts = posts(&effects);
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0].1.url, "https://f.example/internal-call/flex/ring");
    assert_eq!(
        posts[0].1.form,
        vec![
            ("taskSid".to_owned(), task().to_string()),
            ("calleeWorker".to_owned(), bob().worker.to_string())
        ]
    );
}

#[test]
fn a_reservation_that_overtakes_the_answer_to_create_task_rings_the_callee_once() {
    let mut core = desk();
    let id = creation(&press(&mut core));
    let first = core.told(NOW, &offer("caller", "pending", |_| {}));
    assert_eq!(paths(&first), ["ring"]);
    let second = settle(&mut core, id, Outcome::TaskCreated { task: task() });
    assert_eq!(paths(&second), Vec::<String>::new());
}

#[test]
fn the_callers_own_leg_is_accepted_by_itself_once_the_callee_is_rung() {
    let (_, effects) = ringing();
    assert!(!effects
        .iter()
        .any(|e| matches!(e, Effect::AcceptTask { .. })));
    let (mut core, effects) = rung();
    assert!(effects
        .iter()
        .any(|e| matches!(e, Effect::AcceptTask { reservation: r, .. } if *r == reservation())));
    let (verdict, effects) = action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    let Some(Effect::CallWorker { id, from, url, .. }) = effects.get(1) else {
        panic!("{effects:?}")
    };
    assert_eq!(verdict, Verdict::Replace { until: *id });
    assert_eq!(from.as_str(), "client:alice");
    assert_eq!(
        *url,
        format!(
            "https://f.example/internal-call/common/agent-outbound-join?taskSid={}",
            task()
        )
    );
}

fn accepts(effects: &[Effect]) -> usize {
    let accepts = |effect: &&Effect| matches!(effect, Effect::AcceptTask { .. });
    effects.iter().filter(accepts).count()
}

/// What the functions write on the caller's task once they found that the callee can be reached.
fn claimed(own: &mut Value) {
    own["attributes"]["internal_call"]["claim"] = json!("1000");
}

#[test]
fn the_callers_own_leg_is_accepted_once_while_the_callees_task_is_being_made() {
    let (mut core, effects) = ringing();
    assert_eq!(accepts(&effects), 0);
    let effects = core.told(NOW, &offer("caller", "pending", claimed));
    assert_eq!(accepts(&effects), 1);
    assert!(matches!(line(&core), CallLine::Calling { .. }));
    let rings = |own: &mut Value| {
        claimed(own);
        own["attributes"]["internal_call"]["progress"] = json!("ringing");
    };
    assert_eq!(
        accepts(&core.told(NOW, &offer("caller", "pending", rings))),
        0
    );
    let (verdict, _) = action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    assert!(matches!(verdict, Verdict::Replace { .. }));
}

#[test]
fn a_claim_that_comes_with_the_reservation_is_as_good() {
    let mut core = desk();
    press(&mut core);
    let effects = core.told(NOW, &offer("caller", "pending", claimed));
    assert_eq!(accepts(&effects), 1);
}

#[test]
fn one_who_cannot_be_reached_leaves_the_callers_own_leg_alone() {
    let (mut core, _) = ringing();
    let busy = |own: &mut Value| own["attributes"]["internal_call"]["progress"] = json!("busy");
    let effects = core.told(NOW, &offer("caller", "pending", busy));
    assert_eq!(accepts(&effects), 0);
    let (verdict, _) = action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    assert_eq!(verdict, Verdict::Ignore);
}

#[test]
fn a_ring_that_fails_after_its_claim_ends_the_call_and_says_so() {
    let mut core = desk();
    let id = creation(&press(&mut core));
    let created = Outcome::TaskCreated { task: task() };
    let ring = posts(&settle(&mut core, id, created))[0].0;
    core.told(NOW, &offer("caller", "pending", claimed));
    let effects = settle(&mut core, ring, answered(502, None));
    assert_eq!(paths(&effects), ["end"]);
    assert!(matches!(line(&core), CallLine::Failed { .. }));
}

#[test]
fn where_another_request_has_the_claim_it_is_asked_again_once_that_one_is_dead() {
    let claimed_by_another = || answered(409, Some("claimed"));
    for ringing in [false, true] {
        let mut core = desk();
        let id = creation(&press(&mut core));
        let created = Outcome::TaskCreated { task: task() };
        let ring = posts(&settle(&mut core, id, created))[0].0;
        core.told(NOW, &offer("caller", "pending", claimed));
        assert_eq!(settle(&mut core, ring, claimed_by_another()), vec![]);
        assert!(matches!(line(&core), CallLine::Calling { .. }));
        if ringing {
            core.told(NOW, &progress("pending", "ringing"));
            assert!(matches!(line(&core), CallLine::Ringing { .. }));
        } else {
            let (due, effects) = wait(&mut core);
            assert_eq!(due, NOW + Millis::from_secs(12));
            assert_eq!(paths(&effects), ["ring"]);
            let again = posts(&effects)[0].0;
            settle(&mut core, again, ok());
            assert!(matches!(line(&core), CallLine::Ringing { .. }));
        }
    }
}

/// Alice's call, whose ring was not answered yet.
fn asked_to_ring() -> (Core, EffectId) {
    let mut core = desk();
    let id = creation(&press(&mut core));
    let created = Outcome::TaskCreated { task: task() };
    let ring = posts(&settle(&mut core, id, created))[0].0;
    core.told(NOW, &offer("caller", "pending", |_| {}));
    (core, ring)
}

#[test]
fn a_second_claim_of_others_is_not_waited_for() {
    let (mut core, ring) = asked_to_ring();
    settle(&mut core, ring, answered(409, Some("claimed")));
    let (due, effects) = wait(&mut core);
    let again = posts(&effects)[0].0;
    let refused = Event::Settled {
        id: again,
        outcome: answered(409, Some("claimed")),
    };
    assert_eq!(paths(&core.told(due, &refused)), ["end"]);
    assert!(matches!(line(&core), CallLine::Failed { .. }));
}

#[test]
fn a_ring_that_fails_after_it_told_that_he_cannot_be_reached_is_ended_here() {
    for (answer, ends) in [
        (failed(), 1),
        (answered(503, None), 1),
        (answered(409, Some("busy")), 0),
        (ok(), 0),
    ] {
        let (mut core, ring) = asked_to_ring();
        core.told(NOW, &progress("pending", "busy"));
        let effects = settle(&mut core, ring, answer);
        assert_eq!(paths(&effects).len(), ends);
        assert_eq!(notices(&effects), vec![], "he has read it");
        assert!(matches!(line(&core), CallLine::Unanswered { .. }));
    }
}

#[test]
fn who_hung_up_while_he_was_calling_is_told_nothing_more_and_nobody_is_asked_to_ring() {
    for answer in [
        failed(),
        answered(502, None),
        answered(409, Some("claimed")),
        ok(),
    ] {
        let (mut core, ring) = asked_to_ring();
        core.told(NOW, &offer("caller", "accepted", claimed));
        action(&mut core, FlexAction::HangupCall, reservation().as_str());
        let effects = settle(&mut core, ring, answer);
        assert_eq!((paths(&effects), notices(&effects)), (vec![], vec![]));
        core.told(NOW, &progress("accepted", "ringing"));
        assert!(matches!(line(&core), CallLine::Calling { .. }));
        core.told(NOW, &offer("caller", "wrapping", |_| {}));
        assert!(matches!(line(&core), CallLine::Cancelled { .. }));
    }
}

#[test]
fn a_ring_whose_answer_is_lost_or_bad_does_not_end_a_call_whose_task_says_that_he_came() {
    for lost in [failed(), answered(503, None)] {
        let mut core = desk();
        let id = creation(&press(&mut core));
        let created = Outcome::TaskCreated { task: task() };
        let ring = posts(&settle(&mut core, id, created))[0].0;
        let came = |own: &mut Value| {
            claimed(own);
            own["attributes"]["internal_call"]["progress"] = json!("answered");
        };
        core.told(NOW, &offer("caller", "accepted", came));
        assert_eq!(settle(&mut core, ring, lost), vec![]);
        assert!(matches!(line(&core), CallLine::Talking { .. }));
    }
}

#[test]
fn a_callers_task_of_another_tab_is_left_to_it_and_ended_if_it_is_gone() {
    let other = |r: &mut Value| r["attributes"]["internal_call"]["tab"] = json!("tab-2");
    let mut core = desk();
    let offered = offer("caller", "pending", other);
    assert_eq!(core.told(NOW, &offered), vec![]);
    // Flex accepts it by itself in this tab, too.
    let (verdict, effects) = action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    assert_eq!((verdict, effects.len()), (Verdict::Ignore, 1));
    let (due, effects) = wait(&mut core);
    assert_eq!(due, NOW + Millis::from_secs(10));
    assert_eq!(paths(&effects), ["end"]);
}

#[test]
fn a_task_that_comes_although_its_creation_was_taken_for_failed_is_ended_at_once() {
    let mut core = desk();
    let id = creation(&press(&mut core));
    settle(&mut core, id, failed());
    core.told(NOW, &offer("caller", "pending", |_| {}));
    let (due, effects) = wait(&mut core);
    assert_eq!((due, paths(&effects)), (NOW, vec!["end".to_owned()]));
}

#[test]
fn nobody_calls_himself() {
    let mut core = desk();
    let me = Callee {
        worker: alice(),
        ..bob()
    };
    assert_eq!(
        core.told(NOW, &Event::CallBackPressed { callee: me }),
        vec![]
    );
}

#[test]
fn a_creation_that_never_answers_is_given_up_and_told() {
    let mut core = desk();
    let id = creation(&press(&mut core));
    let (due, effects) = wait(&mut core);
    assert_eq!(due, NOW + Millis::from_secs(20));
    assert_eq!(notices(&effects).len(), 1);
    assert_eq!(
        settle(&mut core, id, Outcome::TaskCreated { task: task() }),
        vec![],
        "too late"
    );
    creation(&core.told(due, &Event::CallPressed));
}

#[test]
fn a_task_that_cannot_be_created_is_told_and_the_button_works_again() {
    let mut core = desk();
    let id = creation(&press(&mut core));
    let effects = settle(&mut core, id, failed());
    let notice = Notice::CallNotPlaced {
        detail: "no way".to_owned(),
    };
    assert_eq!(notices(&effects), std::slice::from_ref(&notice));
    assert_eq!(line(&core), CallLine::Failed { notice });
    creation(&core.told(NOW, &Event::CallPressed));
}

#[test]
fn a_ring_that_was_not_heard_is_asked_for_once_more_and_then_ends_the_call_with_the_reason() {
    let mut core = desk();
    let id = creation(&press(&mut core));
    let created = Outcome::TaskCreated { task: task() };
    let ring = posts(&settle(&mut core, id, created))[0].0;
    let effects = settle(&mut core, ring, failed());
    assert_eq!(
        (paths(&effects), notices(&effects)),
        (vec!["ring".to_owned()], vec![])
    );
    let again = posts(&effects)[0].0;
    let effects = settle(&mut core, again, failed());
    assert_eq!(paths(&effects), ["end"]);
    assert_eq!(
        notices(&effects),
        [Notice::CalleeNotRung {
            detail: "no way".to_owned()
        }]
    );
}

#[test]
fn a_ring_that_was_refused_is_not_asked_for_again() {
    let mut core = desk();
    let id = creation(&press(&mut core));
    let created = Outcome::TaskCreated { task: task() };
    let ring = posts(&settle(&mut core, id, created))[0].0;
    for status in [403, 502] {
        let mut core = core.clone();
        let effects = settle(&mut core, ring, answered(status, None));
        assert_eq!(paths(&effects), ["end"], "{status}");
    }
}

#[test]
fn a_caller_who_gives_up_before_his_leg_is_there_closes_everything() {
    for status in ["completed", "canceled", "rescinded", "timeout", "rejected"] {
        let (mut core, _) = ringing();
        assert_eq!(
            paths(&core.told(NOW, &offer("caller", status, |_| {}))),
            ["end"],
            "{status}"
        );
        creation(&core.told(NOW, &Event::CallPressed));
    }
}

#[test]
fn a_reservation_that_never_comes_is_given_up_and_told() {
    let mut core = desk();
    let id = creation(&press(&mut core));
    settle(&mut core, id, Outcome::TaskCreated { task: task() });
    let due = core.next_deadline().unwrap();
    let effects = core.told(due, &Event::DeadlineReached);
    assert_eq!(paths(&effects), ["end"]);
    assert_eq!(notices(&effects).len(), 1);
    creation(&core.told(due, &Event::CallPressed));
}

#[test]
fn a_wanting_configuration_names_its_key_and_calls_nobody() {
    let mut core = started("client:alice", |e| {
        e["configuration"]["outbound_call_flows"]["default"]["workflow_sid"] = Value::Null;
    });
    let effects = press(&mut core);
    let notice = Notice::misconfigured("outbound_call_flows.default.workflow_sid");
    assert_eq!(notices(&effects), [notice]);
    assert!(!effects
        .iter()
        .any(|e| matches!(e, Effect::CreateTask { .. })));
}

#[test]
fn flexs_own_accepting_of_the_callers_leg_waits_until_the_callee_is_rung() {
    let mut core = desk();
    let id = creation(&press(&mut core));
    let created = Outcome::TaskCreated { task: task() };
    let ring = posts(&settle(&mut core, id, created))[0].0;
    core.told(NOW, &offer("caller", "pending", |_| {}));
    let (verdict, effects) = action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    assert_eq!((verdict, effects.len()), (Verdict::Ignore, 1));
    let effects = settle(&mut core, ring, ok());
    assert!(effects
        .iter()
        .any(|effect| matches!(effect, Effect::AcceptTask { .. })));
    let (verdict, _) = action(&mut core, FlexAction::AcceptTask, reservation().as_str());
    assert!(matches!(verdict, Verdict::Replace { .. }));
}

/// His reservation was faster, and the call is over: the next one is not taken for that one.
#[test]
fn the_answer_to_an_earlier_creation_is_none_to_the_next() {
    let mut core = desk();
    let first = creation(&press(&mut core));
    core.told(NOW, &offer("caller", "pending", |_| {}));
    core.told(NOW, &offer("caller", "canceled", |_| {}));
    let second = creation(&core.told(NOW, &Event::CallPressed));
    let late = Outcome::TaskCreated { task: task() };
    assert!(paths(&settle(&mut core, first, late)).is_empty());
    let other = TaskSid::from_number(11);
    let effects = settle(&mut core, second, Outcome::TaskCreated { task: other });
    assert_eq!(paths(&effects), ["ring"]);
}
