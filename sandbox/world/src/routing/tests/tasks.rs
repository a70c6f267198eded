use super::*;
use proptest::prelude::*;

#[test]
fn a_task_goes_through_its_life_and_is_deleted_five_minutes_after() {
    let mut world = world(1);
    let task = create(&mut world, for_anyone(json!({})));
    let (reservation, _) = offer(&world, &task).unwrap();
    update(&mut world, &reservation, ReservationUpdate::Accept).unwrap();
    assert_eq!(status(&world, &task), "assigned");
    set_status(&mut world, &task, Status::Wrapping).unwrap();
    events(&mut world);
    set_status(&mut world, &task, Status::Completed).unwrap();
    assert_eq!(
        events(&mut world),
        [
            (0, "task.completed".to_owned()),
            (0, "reservation.completed".to_owned())
        ]
    );
    assert!(world.routing.is_at_rest());
    world.advance(at(299));
    assert_eq!(status(&world, &task), "completed");
    world.advance(at(300));
    assert!(world.routing.task(&task).is_err());
    assert_eq!(world.routing.reservations().count(), 0);
}

#[test]
fn transitions_that_do_not_exist_are_refused_and_change_nothing() {
    let mut world = world(1);
    let task = create(&mut world, for_anyone(json!({})));
    let (reservation, _) = offer(&world, &task).unwrap();
    for illegal in [Status::Wrapping, Status::Completed] {
        let error = set_status(&mut world, &task, illegal).unwrap_err();
        assert_eq!((error.status(), error.code()), (400, 20001));
    }
    update(&mut world, &reservation, ReservationUpdate::WrapUp).unwrap_err();
    update(&mut world, &reservation, ReservationUpdate::Complete).unwrap_err();
    assert_eq!(status(&world, &task), "reserved");
    update(&mut world, &reservation, ReservationUpdate::Accept).unwrap();
    set_status(&mut world, &task, Status::Canceled).unwrap_err();
    update(&mut world, &reservation, ReservationUpdate::Accept).unwrap_err();
    update(&mut world, &reservation, REJECT).unwrap_err();
    assert_eq!(status(&world, &task), "assigned");
}

#[test]
fn canceling_a_task_takes_its_offer_back() {
    let mut world = world(1);
    let task = create(&mut world, for_anyone(json!({})));
    let (reservation, _) = offer(&world, &task).unwrap();
    events(&mut world);
    set_status(&mut world, &task, Status::Canceled).unwrap();
    assert_eq!(
        events(&mut world),
        [
            (0, "task.canceled".to_owned()),
            (0, "reservation.canceled".to_owned())
        ]
    );
    update(&mut world, &reservation, ReservationUpdate::Accept).unwrap_err();
    assert!(world.routing.is_at_rest());
}

#[test]
fn a_task_that_nobody_takes_dies_at_its_timeout() {
    let mut world = world(0);
    let new = NewTask {
        timeout_s: Some(60),
        ..for_anyone(json!({}))
    };
    let task = create(&mut world, new);
    world.advance(at(59));
    assert_eq!(status(&world, &task), "pending");
    world.advance(at(60));
    assert_eq!(status(&world, &task), "canceled");
    let reason = world.routing.task(&task).unwrap().reason.clone();
    assert_eq!(reason.as_deref(), Some("Task TTL Exceeded"));
}

#[test]
fn of_two_who_claim_a_version_one_wins() {
    let mut world = world(0);
    let task = create(&mut world, for_anyone(json!({})));
    let version = world.routing.task(&task).unwrap().version.to_string();
    let claim = |world: &mut World, by: &str, version: &str| {
        let now = world.now();
        let update = TaskUpdate {
            attributes: Some(attributes(json!({ "by": by }))),
            ..TaskUpdate::default()
        };
        world.change(now, |world| {
            world.routing.update_task(now, &task, update, Some(version))
        })
    };
    claim(&mut world, "first", &format!("\"{version}\"")).unwrap();
    let error = claim(&mut world, "second", &version).unwrap_err();
    assert_eq!((error.status(), error.code()), (412, 20412));
    assert_eq!(world.routing.task(&task).unwrap().attributes["by"], "first");
    claim(&mut world, "anyhow", "*").unwrap();
}

#[test]
fn tasks_are_found_by_their_attributes() {
    let mut world = world(0);
    let task = create(&mut world, for_anyone(json!({"claim": "x", "n": 1})));
    create(&mut world, for_anyone(json!({"claim": "y"})));
    let found = |source: &str| {
        let filter = TaskFilter {
            attributes: Some(source.to_owned()),
            ..TaskFilter::default()
        };
        let found = world.routing.list_tasks(&filter);
        found.map(|tasks| {
            tasks
                .iter()
                .map(|task| task.sid.clone())
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(found("claim == 'x' AND n >= 1"), Ok(vec![task]));
    assert_eq!(found("claim == 'z'"), Ok(vec![]));
    assert_eq!(found("claim ==").unwrap_err().code(), 20001);
}

#[test]
fn tasks_are_listed_in_the_order_that_is_asked_for() {
    let mut world = world(0);
    let [a, b, c] = [(1, 2), (2, 1), (3, 2)].map(|(second, priority)| {
        world.advance(at(second));
        let new = NewTask {
            priority: Some(priority),
            ..for_anyone(json!({}))
        };
        create(&mut world, new)
    });
    let listed = |text: &str| {
        let ordering = Ordering::parse(text)?;
        let filter = TaskFilter {
            ordering,
            ..TaskFilter::default()
        };
        let all = world.routing.list_tasks(&filter)?;
        Ok(all.into_iter().map(|task| task.sid.clone()).collect())
    };
    let of = |sids: [&TaskSid; 3]| Ok::<Vec<TaskSid>, RoutingError>(sids.map(Clone::clone).into());
    assert_eq!(listed("DateCreated:asc"), of([&a, &b, &c]));
    assert_eq!(listed("DateCreated:desc"), of([&c, &b, &a]));
    assert_eq!(listed("Priority:desc"), of([&a, &c, &b]));
    assert_eq!(listed("Priority:desc,DateCreated:desc"), of([&c, &a, &b]));
    assert_eq!(listed("VirtualStartTime:desc"), of([&c, &b, &a]));
    for refused in [
        "",
        "DateCreated",
        "Sid:asc",
        "Priority:down",
        "DateCreated:asc,VirtualStartTime:asc",
    ] {
        assert_eq!(listed(refused).unwrap_err().code(), 20001, "{refused}");
    }
}

#[test]
fn what_does_not_exist_is_refused() {
    let mut world = world(1);
    let now = world.now();
    for new in [
        NewTask {
            workflow: Some("WW1".to_owned()),
            ..NewTask::default()
        },
        NewTask {
            workflow: None,
            ..NewTask::default()
        },
        NewTask {
            channel: Some("fax".to_owned()),
            ..for_anyone(json!({}))
        },
        NewTask {
            timeout_s: Some(0),
            ..for_anyone(json!({}))
        },
        NewTask {
            routing_target: Some(account::worker_sid(9).to_string()),
            ..NewTask::default()
        },
    ] {
        let error = world.routing.create_task(now, new).unwrap_err();
        assert_eq!(error.code(), 20001);
    }
    let nobody = world.routing.task(&TaskSid::from_number(0xff)).unwrap_err();
    assert_eq!((nobody.status(), nobody.code()), (404, 20404));
    assert!(world.routing.is_at_rest());
}

#[test]
fn every_payload_has_every_key_that_the_sdk_reads() {
    let mut world = world(1);
    create(&mut world, for_anyone(json!({"name": "Zoë"})));
    let payload = world.drain().into_iter().find_map(|output| match output {
        Output::WorkerEvent { payload, .. } => Some(payload),
        _ => None,
    });
    let payload = payload.unwrap();
    for key in [
        "account_sid",
        "date_created",
        "date_updated",
        "reservation_status",
        "sid",
        "task",
        "reservation_timeout",
        "worker_sid",
        "workspace_sid",
        "version",
    ] {
        assert!(payload.get(key).is_some(), "{key}");
    }
    let task = &payload["task"];
    for key in [
        "addons",
        "age",
        "attributes",
        "date_created",
        "date_updated",
        "priority",
        "queue_name",
        "queue_sid",
        "reason",
        "routing_target",
        "sid",
        "assignment_status",
        "task_channel_unique_name",
        "task_channel_sid",
        "timeout",
        "workflow_name",
        "workflow_sid",
        "version",
        "virtual_start_time",
    ] {
        assert!(task.get(key).is_some(), "{key}");
    }
    assert_eq!(task["attributes"], r#"{"name":"Zoë"}"#);
    assert_eq!(task["date_created"], EPOCH.0 / 1000);
    assert_eq!(task["queue_name"], "Everyone");
    let rows = world.routing.worker_index_rows();
    assert_eq!(rows[0]["activity_name"], "Available");
    assert_eq!(rows[0]["attributes"]["full_name"], "Alice Anderson");
}

/// What a random client does.
#[derive(Debug, Clone)]
enum Step {
    CreateForAnyone,
    CreateForWorker(usize),
    Activity(usize, bool),
    Reservation(usize, usize),
    Task(usize, usize),
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::CreateForAnyone),
        (0..3_usize).prop_map(Step::CreateForWorker),
        (0..3_usize, any::<bool>())
            .prop_map(|(worker, available)| Step::Activity(worker, available)),
        (0..8_usize, 0..4_usize).prop_map(|(nth, what)| Step::Reservation(nth, what)),
        (0..8_usize, 0..3_usize).prop_map(|(nth, what)| Step::Task(nth, what)),
        (1..200_u64).prop_map(Step::Wait),
    ]
}

fn take(world: &mut World, step: Step) {
    match step {
        Step::CreateForAnyone => drop(create(world, for_anyone(json!({})))),
        Step::CreateForWorker(worker) => drop(create(world, for_worker(worker))),
        Step::Activity(worker, true) => set_activity(world, worker, available_activity_sid()),
        Step::Activity(worker, false) => set_activity(world, worker, offline_activity_sid()),
        Step::Reservation(nth, what) => {
            let updates = [
                ReservationUpdate::Accept,
                REJECT,
                ReservationUpdate::WrapUp,
                ReservationUpdate::Complete,
            ];
            let sid = world
                .routing
                .reservations()
                .nth(nth)
                .map(|found| found.sid.clone());
            if let Some(sid) = sid {
                let _ = update(world, &sid, updates[what].clone());
            }
        }
        Step::Task(nth, what) => {
            let statuses = [Status::Canceled, Status::Wrapping, Status::Completed];
            let sid = world
                .routing
                .tasks()
                .nth(nth)
                .map(|found| found.sid.clone());
            if let Some(sid) = sid {
                let _ = set_status(world, &sid, statuses[what]);
            }
        }
        Step::Wait(seconds) => world.advance(world.now() + Millis::from_secs(seconds)),
    }
}

/// The invariants that the module states.
fn check(routing: &Routing) {
    for task in routing.tasks() {
        let live: Vec<_> = routing
            .reservations()
            .filter(|reservation| reservation.task == task.sid && reservation.state.is_live())
            .map(|reservation| reservation.state.as_str())
            .collect();
        let expected: &[&str] = match task.state.as_str() {
            "reserved" => &["pending"],
            "assigned" => &["accepted"],
            "wrapping" => &["wrapping"],
            _ => &[],
        };
        assert_eq!(live, expected, "{}", task.state.as_str());
    }
    for worker in routing.workers() {
        let held = routing.reservations().filter(|reservation| {
            let ignores = |task: &Task| task.ignore_capacity;
            reservation.worker == worker.sid
                && reservation.state.is_live()
                && !routing.task(&reservation.task).is_ok_and(ignores)
        });
        assert!(held.count() <= 1, "voice has a capacity of one");
    }
}

proptest! {
    #[test]
    fn the_invariants_hold_whatever_clients_do(steps in prop::collection::vec(step(), 1..40)) {
        let mut world = world(2);
        for step in steps {
            take(&mut world, step);
            check(&world.routing);
        }
    }
}

/// The SDK counts with it how long a reservation has been on offer.
#[test]
fn a_task_is_as_old_as_the_moment_in_which_it_is_read() {
    let mut world = crate::setup::demo(1, Millis(0));
    let new = NewTask {
        attributes: serde_json::Map::new(),
        workflow: None,
        queue: None,
        channel: None,
        priority: None,
        timeout_s: None,
        routing_target: Some(crate::account::worker_sid(0).to_string()),
        ignore_capacity: None,
        virtual_start: None,
    };
    let sid = world.change(Millis(0), |world| world.routing.create_task(Millis(0), new));
    let sid = sid.unwrap();
    world.advance(Millis::from_secs(7));
    let task = world.routing.task(&sid).unwrap();
    assert_eq!(world.routing.task_payload(task)["age"], 7);
}
