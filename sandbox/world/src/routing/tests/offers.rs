use super::*;

#[test]
fn a_task_is_offered_to_an_available_worker_and_only_once() {
    let mut world = world(1);
    let task = create(&mut world, for_anyone(json!({})));
    assert_eq!(offered_to(&world, &task), Some(0));
    assert_eq!(status(&world, &task), "reserved");
    assert_eq!(events(&mut world), [(0, "reservation.created".to_owned())]);
}

#[test]
fn nobody_is_offered_a_task_while_all_are_unavailable() {
    let mut world = world(0);
    let task = create(&mut world, for_anyone(json!({})));
    assert_eq!(status(&world, &task), "pending");
    set_activity(&mut world, 2, available_activity_sid());
    assert_eq!(offered_to(&world, &task), Some(2));
}

#[test]
fn a_worker_at_capacity_gets_nothing_until_his_task_is_completed() {
    let mut world = world(1);
    let first = create(&mut world, for_anyone(json!({})));
    let second = create(&mut world, for_anyone(json!({})));
    let (reservation, _) = offer(&world, &first).unwrap();
    assert_eq!(offered_to(&world, &second), None);
    update(&mut world, &reservation, ReservationUpdate::Accept).unwrap();
    update(&mut world, &reservation, ReservationUpdate::WrapUp).unwrap();
    assert_eq!(
        offered_to(&world, &second),
        None,
        "wrap-up takes up capacity"
    );
    update(&mut world, &reservation, ReservationUpdate::Complete).unwrap();
    assert_eq!(offered_to(&world, &second), Some(0));
}

#[test]
fn another_channel_has_a_capacity_of_its_own() {
    let mut world = world(1);
    create(&mut world, for_anyone(json!({})));
    let chats: Vec<_> = (0..4)
        .map(|_| {
            let chat = NewTask {
                channel: Some("chat".to_owned()),
                ..for_anyone(json!({}))
            };
            create(&mut world, chat)
        })
        .collect();
    let offered: Vec<_> = chats.iter().map(|chat| offered_to(&world, chat)).collect();
    assert_eq!(offered, [Some(0), Some(0), Some(0), None]);
}

#[test]
fn a_rejected_offer_goes_to_the_next_worker_and_returns_after_the_others() {
    let mut world = world(3);
    let task = create(&mut world, for_anyone(json!({})));
    let mut seen = Vec::new();
    for _ in 0..4 {
        let (reservation, worker) = offer(&world, &task).unwrap();
        seen.push(worker);
        update(&mut world, &reservation, REJECT).unwrap();
    }
    let mut others = seen[..3].to_vec();
    others.sort_unstable();
    assert_eq!(others, [0, 1, 2], "everybody once");
    assert!(seen[3] != seen[2], "and only then again: {seen:?}");
}

#[test]
fn rejecting_with_an_activity_sets_it() {
    let mut world = world(1);
    let task = create(&mut world, for_anyone(json!({})));
    let (reservation, _) = offer(&world, &task).unwrap();
    let activity = Some(offline_activity_sid());
    update(
        &mut world,
        &reservation,
        ReservationUpdate::Reject { activity },
    )
    .unwrap();
    let alice = world.routing.worker(&account::worker_sid(0)).unwrap();
    assert_eq!(alice.activity, offline_activity_sid());
}

#[test]
fn an_offer_that_lapses_applies_the_timeout_activity_and_goes_on() {
    let mut world = world(2);
    let task = create(&mut world, for_anyone(json!({})));
    let (_, first) = offer(&world, &task).unwrap();
    events(&mut world);
    world.advance(at(119));
    assert_eq!(offered_to(&world, &task), Some(first));
    world.advance(at(120));
    let second = offered_to(&world, &task).unwrap();
    assert!(second != first);
    let worker = world.routing.worker(&account::worker_sid(first)).unwrap();
    assert_eq!(worker.activity, offline_activity_sid());
    assert_eq!(
        events(&mut world),
        [
            (first, "reservation.timeout".to_owned()),
            (first, "worker.activity.update".to_owned()),
            (second, "reservation.created".to_owned()),
        ]
    );
}

#[test]
fn a_named_worker_gets_his_task_even_offline_and_at_capacity() {
    let mut world = world(0);
    let first = create(&mut world, for_worker(1));
    let second = create(&mut world, for_worker(1));
    assert_eq!(offered_to(&world, &first), Some(1));
    assert_eq!(offered_to(&world, &second), Some(1));
}

#[test]
fn a_named_worker_whose_capacity_counts_gets_his_task_when_he_is_free() {
    let mut world = world(0);
    let new = NewTask {
        ignore_capacity: Some(false),
        ..for_worker(1)
    };
    let task = create(&mut world, new);
    assert_eq!(offered_to(&world, &task), None);
    set_activity(&mut world, 0, available_activity_sid());
    assert_eq!(offered_to(&world, &task), None, "not to another");
    set_activity(&mut world, 1, available_activity_sid());
    assert_eq!(offered_to(&world, &task), Some(1));
}

#[test]
fn of_two_waiting_tasks_the_one_of_higher_priority_is_first_then_the_older() {
    let mut world = world(0);
    let old = create(&mut world, for_anyone(json!({})));
    world.advance(at(5));
    let young = create(&mut world, for_anyone(json!({})));
    let urgent = NewTask {
        priority: Some(10),
        ..for_anyone(json!({}))
    };
    let urgent = create(&mut world, urgent);
    let mut order = Vec::new();
    set_activity(&mut world, 0, available_activity_sid());
    for _ in 0..3 {
        let offered = [&old, &young, &urgent]
            .into_iter()
            .find(|task| offered_to(&world, task).is_some())
            .unwrap()
            .clone();
        let (reservation, _) = offer(&world, &offered).unwrap();
        update(&mut world, &reservation, ReservationUpdate::Accept).unwrap();
        update(&mut world, &reservation, ReservationUpdate::Complete).unwrap();
        order.push(offered);
    }
    assert_eq!(order, [urgent, old, young]);
}

#[test]
fn the_internal_workflow_finds_the_agent_by_his_phone() {
    let mut world = world(3);
    let new = NewTask {
        workflow: Some(account::internal_call_workflow_sid().to_string()),
        ..for_anyone(json!({"targetWorker": "client:bob", "from": "client:alice"}))
    };
    let task = create(&mut world, new);
    assert_eq!(offered_to(&world, &task), Some(1));
    assert_eq!(world.routing.task(&task).unwrap().priority, 1000);
}

#[test]
fn a_call_to_a_queue_reaches_a_member_and_never_the_caller() {
    let mut world = world(3);
    // Support: Alice (who calls) and Bob.
    let new = NewTask {
        workflow: Some(account::internal_call_workflow_sid().to_string()),
        ..for_anyone(json!({"callToQueue": "Support", "from": "client:alice"}))
    };
    let task = create(&mut world, new);
    for _ in 0..3 {
        let (reservation, worker) = offer(&world, &task).unwrap();
        assert_eq!(worker, 1);
        update(&mut world, &reservation, REJECT).unwrap();
    }
}

/// A task as the application's `<Enqueue>` makes it, and whom it is offered to.
fn enqueued(world: &mut World, attributes: Value) -> (TaskSid, Option<usize>) {
    let new = NewTask {
        workflow: Some(account::internal_call_workflow_sid().to_string()),
        ..for_anyone(attributes)
    };
    let task = create(world, new);
    let offered = offered_to(world, &task);
    (task, offered)
}

#[test]
fn the_internal_workflow_finds_the_agent_by_his_sid_and_nobody_else() {
    let mut world = world(3);
    let by_sid = |callee| json!({"worker_sid": account::worker_sid(callee), "from": "+15550100", "internal_call": {"caller_worker": account::worker_sid(0)}});
    let (task, offered) = enqueued(&mut world, by_sid(1));
    assert_eq!(offered, Some(1));
    assert_eq!(world.routing.task(&task).unwrap().priority, 1000);
    let queue = world.routing.task(&task).unwrap().queue.clone();
    assert_eq!(queue, Some(crate::setup::internal_calls_queue_sid()));
    // He is taken now, and the call is offered to nobody else.
    assert_eq!(enqueued(&mut world, by_sid(1)).1, None);
    // Nobody calls himself.
    assert_eq!(enqueued(&mut world, by_sid(0)).1, None);
}

#[test]
fn a_call_to_a_queue_by_an_application_never_reaches_the_caller() {
    let mut world = world(3);
    // Support: Alice (who calls) and Bob.
    let to_queue = json!({"callToQueue": "Support", "from": "+15550100", "internal_call": {"caller_worker": account::worker_sid(0)}});
    let (task, offered) = enqueued(&mut world, to_queue);
    assert_eq!(offered, Some(1));
    let (reservation, _) = offer(&world, &task).unwrap();
    update(&mut world, &reservation, REJECT).unwrap();
    assert_eq!(offered_to(&world, &task), Some(1));
}

#[test]
fn a_task_that_no_filter_takes_is_canceled() {
    let mut world = world(3);
    let new = NewTask {
        workflow: Some(account::internal_call_workflow_sid().to_string()),
        ..for_anyone(json!({}))
    };
    let task = create(&mut world, new);
    assert_eq!(status(&world, &task), "canceled");
}

#[test]
fn a_step_with_a_timeout_is_left_and_the_last_one_gives_the_task_up() {
    let mut world = world(0);
    let queue = account::everyone_queue_sid();
    let configuration = json!({"task_routing": {"filters": [{
        "expression": "1==1",
        "targets": [
            {"queue": queue, "timeout": 10, "expression": "worker.full_name == 'Carol Clark'"},
            {"queue": queue, "timeout": "10", "priority": 7},
        ],
    }]}});
    let sid = WorkflowSid::from_number(0x77);
    world.routing.add_workflow(Workflow {
        sid: sid.clone(),
        name: "Steps".to_owned(),
        configuration: workflow::Configuration::parse(configuration).unwrap(),
        reservation_timeout: RESERVATION_TIMEOUT,
    });
    set_activity(&mut world, 0, available_activity_sid());
    let new = |world: &mut World| {
        let new = NewTask {
            workflow: Some(sid.to_string()),
            ..for_anyone(json!({}))
        };
        create(world, new)
    };
    let task = new(&mut world);
    world.advance(at(9));
    assert_eq!(offered_to(&world, &task), None);
    world.advance(at(10));
    assert_eq!(offered_to(&world, &task), Some(0));
    assert_eq!(world.routing.task(&task).unwrap().priority, 7);
    let late = new(&mut world);
    world.advance(at(30));
    assert_eq!(status(&world, &late), "canceled");
    assert_eq!(
        status(&world, &task),
        "reserved",
        "an offer outlives its step"
    );
}

#[test]
fn a_step_is_skipped_only_if_nobody_can_be_reserved() {
    let mut world = world(1);
    let configuration = json!({"task_routing": {
        "filters": [{
            "expression": "1==1",
            "targets": [{
                "queue": account::everyone_queue_sid(), "skip_if": "workers.available == 1",
                "expression": "worker.full_name == task.wanted",
            }],
        }],
        "default_filter": {"queue": account::everyone_queue_sid()},
    }});
    let sid = WorkflowSid::from_number(0x78);
    world.routing.add_workflow(Workflow {
        sid: sid.clone(),
        name: "Skips".to_owned(),
        configuration: workflow::Configuration::parse(configuration).unwrap(),
        reservation_timeout: RESERVATION_TIMEOUT,
    });
    let new = NewTask {
        workflow: Some(sid.to_string()),
        ..for_anyone(json!({"wanted": "Carol Clark"}))
    };
    let task = create(&mut world, new);
    assert_eq!(offered_to(&world, &task), Some(0), "by the default filter");
}

#[test]
fn a_queue_that_reserves_several_workers_rescinds_the_others_on_accept() {
    let mut world = world(2);
    let sid = QueueSid::from_number(0x99);
    world.routing.add_queue(Queue {
        sid: sid.clone(),
        name: "Both".to_owned(),
        target_workers: expression::Expression::parse("1==1").unwrap(),
        max_reserved_workers: 2,
        order: model::TaskOrder::Fifo,
    });
    let new = NewTask {
        routing_target: Some(sid.to_string()),
        ..for_anyone(json!({}))
    };
    let task = create(&mut world, new);
    let offers = world.routing.live_reservations(&task);
    assert_eq!(offers.len(), 2);
    events(&mut world);
    update(&mut world, &offers[1], ReservationUpdate::Accept).unwrap();
    assert_eq!(
        events(&mut world),
        [
            (0, "reservation.rescinded".to_owned()),
            (1, "reservation.accepted".to_owned())
        ]
    );
    assert_eq!(world.routing.live_reservations(&task), [offers[1].clone()]);
}

#[test]
fn going_away_may_reject_the_pending_offers() {
    let mut world = world(2);
    let task = create(&mut world, for_anyone(json!({})));
    let (_, first) = offer(&world, &task).unwrap();
    let now = world.now();
    let gone = WorkerUpdate {
        activity: Some(offline_activity_sid()),
        reject_pending: true,
        ..WorkerUpdate::default()
    };
    let worker = account::worker_sid(first);
    world
        .change(now, |world| world.routing.update_worker(now, &worker, gone))
        .unwrap();
    assert_eq!(offered_to(&world, &task), Some(1 - first));
}
