use super::*;

fn writes_back(order: &Order) -> bool {
    match order {
        Order::UpdateTask {
            change: Change::Attributes(attributes),
            ..
        } => attributes["internal_call"]["callee_task"].is_string(),
        _ => false,
    }
}

#[test]
fn ringing_makes_the_callees_task_and_links_both() {
    let mut twilio = Twilio::new(|_| {});
    assert_eq!(twilio.ring().status, 200);
    let callee = twilio.callees().remove(0);
    let caller = twilio.caller();
    assert_eq!(caller.link("callee_task"), Some(callee.sid.as_str()));
    assert_eq!(caller.link("progress"), Some("ringing"));
    assert_eq!(
        caller.attributes["theirs"],
        json!({"kept": 1}),
        "what others wrote is kept"
    );
    assert_eq!(callee.link("caller_task"), Some(caller_task().as_str()));
    assert_eq!(callee.link("role"), Some("callee"));
    assert_eq!(
        (callee.text("from"), callee.text("name")),
        (Some("client:alice"), Some("Alice"))
    );
    assert_eq!(callee.text("targetWorker"), Some("client:bob"));
    assert_eq!(callee.attributes["client_call"], json!(true));
}

#[test]
fn a_person_is_routed_to_directly_and_a_queue_by_its_name() {
    let order = |change: &dyn Fn(&mut Value)| {
        let mut twilio = Twilio::new(|a| change(a));
        let mut going = Going::new(asked());
        loop {
            if let [Order::CreateTask(new)] = going.orders.as_slice() {
                return new.clone();
            }
            going.step(NOW, &mut twilio);
        }
    };
    let person = order(&|_| {});
    assert_eq!(
        (person.target, person.workflow),
        (Some(bob()), settings().workflow)
    );
    let queue = order(&|a| {
        a["callToQueue"] = json!("Sales & Co");
        a["to"] = json!("queue:Sales & Co");
        a["internal_call"]["callee_worker"] = Value::Null;
    });
    assert_eq!(queue.target, None);
    assert_eq!(queue.attributes["callToQueue"], json!("Sales & Co"));
    assert_eq!(queue.attributes.get("targetWorker"), None);
}

#[test]
fn a_repeated_ring_answers_the_same_and_makes_nothing() {
    let mut twilio = Twilio::new(|_| {});
    let first = twilio.ring();
    assert_eq!(twilio.ring(), first);
    twilio.run(joined());
    assert_eq!(twilio.callees().len(), 1);
}

#[test]
fn both_tasks_are_of_one_conversation_and_what_else_is_said_of_it_stays() {
    let id = |task: &Task| task.attributes["conversations"]["conversation_id"].clone();
    for (said, expected) in [
        (json!(null), json!(caller_task())),
        (json!({"initiated_by": "Agent"}), json!(caller_task())),
        (json!({"conversation_id": "1-2"}), json!("1-2")),
    ] {
        let mut twilio = Twilio::new(|attributes| {
            if !said.is_null() {
                attributes["conversations"] = said.clone();
            }
        });
        twilio.ring();
        assert_eq!(id(&twilio.caller()), expected);
        assert_eq!(id(&twilio.callees()[0]), expected);
        let stays = twilio.caller().attributes["conversations"]["initiated_by"].clone();
        assert_eq!(stays, said["initiated_by"]);
    }
}

#[test]
fn the_join_callback_rings_if_the_plugins_request_was_lost() {
    let mut twilio = Twilio::new(|_| {});
    assert_eq!(twilio.run(joined()).body, Body::Empty);
    assert_eq!(twilio.open_callees(), 1);
}

#[test]
fn two_requests_in_any_interleaving_never_offer_two_tasks() {
    // He has room for one: the other's own call of him must not make him busy.
    for (other, expected) in [(asked(), 1508), (asked_of(None), 669), (joined(), 592)] {
        let going = [Going::new(asked()), Going::new(other)];
        let states = interleave(&Twilio::new(|_| {}), &going, NOW, &|twilio, at_rest| {
            assert!(twilio.callees().len() <= 1);
            if at_rest {
                assert_eq!(twilio.open_callees(), 1);
                assert!(twilio.caller().link("callee_task").is_some());
                assert_eq!(twilio.caller().link("progress"), Some("ringing"));
            }
        });
        assert_eq!(states, expected, "states explored");
    }
}

#[test]
fn a_claim_left_by_a_request_that_died_is_taken_over_after_its_lifetime() {
    let mut twilio = Twilio::new(|_| {});
    let mut dead = Going::new(asked());
    dead.until(&mut twilio, |order| matches!(order, Order::CreateTask(_))); // claimed, and never creates
    let early = twilio.ring();
    assert_eq!(early.status, 409);
    assert!(matches!(early.body, Body::Json(text) if text.contains("\"code\":\"claimed\"")));
    assert_eq!(
        twilio.callees().len(),
        0,
        "too early: it may still be at work"
    );
    let mut late = Going::new(asked());
    while late.response.is_none() {
        late.step(NOW + Millis::from_secs(12), &mut twilio);
    }
    assert_eq!(twilio.open_callees(), 1);
}

#[test]
fn a_claim_that_was_slow_to_be_written_is_written_anew_before_the_task_is_ordered() {
    let mut twilio = Twilio::new(|_| {});
    let mut slow = Going::new(asked());
    let claims = |order: &Order| matches!(order, Order::UpdateTask { .. });
    slow.until(&mut twilio, claims);
    let later = NOW + Millis::from_secs(6);
    slow.step(later, &mut twilio);
    assert!(claims(&slow.orders[0]), "{:?}", slow.orders);
    slow.step(later, &mut twilio);
    assert!(matches!(slow.orders[0], Order::CreateTask(_)));
    // Its task is on its way: nobody takes the claim for a dead one's while it can still arrive.
    let mut second = Going::new(asked());
    while second.response.is_none() {
        second.step(later + Millis(11_999), &mut twilio);
    }
    assert_eq!(second.response.map(|it| it.status), Some(409));
    slow.step(later, &mut twilio);
    assert_eq!(twilio.open_callees(), 1);
}

#[test]
fn an_old_claim_of_somebody_who_cannot_be_reached_by_now_rings_nobody() {
    for (available, free, outcome) in [(false, true, "unavailable"), (true, false, "busy")] {
        let mut twilio = Twilio::new(|_| {});
        let mut dead = Going::new(asked());
        dead.until(&mut twilio, |order| matches!(order, Order::CreateTask(_)));
        (twilio.available, twilio.free) = (available, free);
        let mut late = Going::new(asked());
        while late.response.is_none() {
            late.step(NOW + Millis::from_secs(12), &mut twilio);
        }
        assert_eq!(twilio.callees(), []);
        assert_eq!(twilio.caller().link("progress"), Some(outcome));
        assert!(!twilio.caller().is_open());
    }
}

#[test]
fn two_who_find_that_he_cannot_be_reached_or_one_and_a_hang_up_end_the_call_once() {
    for (other, expected) in [(asked(), 2095), (joined(), 1032), (ended(), 322)] {
        let mut twilio = Twilio::new(|_| {});
        twilio.free = false;
        let going = [Going::new(asked()), Going::new(other)];
        let states = interleave(&twilio, &going, NOW, &|twilio, at_rest| {
            assert_eq!(twilio.callees(), []);
            if at_rest {
                assert!(!twilio.caller().is_open());
            }
        });
        assert_eq!(states, expected, "states explored");
    }
}

#[test]
fn a_stale_claim_whose_task_was_made_is_found_and_not_made_again() {
    let mut twilio = Twilio::new(|_| {});
    let mut dead = Going::new(asked());
    dead.until(&mut twilio, writes_back); // fetched, claimed, created
    assert_eq!(twilio.callees().len(), 1);
    let mut late = Going::new(joined());
    while late.response.is_none() {
        late.step(NOW + Millis::from_secs(12), &mut twilio);
    }
    assert_eq!(twilio.callees().len(), 1);
    assert_eq!(
        twilio.caller().link("callee_task"),
        Some(twilio.callees()[0].sid.as_str())
    );
}

#[test]
fn a_callee_that_cannot_be_made_is_said_so() {
    let mut twilio = Twilio::new(|_| {});
    twilio.fail_creation = true;
    let response = twilio.ring();
    assert_eq!(response.status, 502);
    assert!(matches!(response.body, Body::Json(text) if text.contains("busy")));
}

#[test]
fn somebody_who_takes_no_work_or_has_no_room_is_not_rung_and_the_caller_reads_why() {
    for (available, free, outcome) in [
        (false, true, "unavailable"),
        (true, false, "busy"),
        (false, false, "unavailable"),
    ] {
        let mut twilio = Twilio::new(|_| {});
        (twilio.available, twilio.free) = (available, free);
        let response = twilio.ring();
        assert_eq!(response.status, 409);
        assert!(
            matches!(response.body, Body::Json(text) if text.contains(&format!("\"code\":\"{outcome}\"")))
        );
        assert_eq!(twilio.callees(), []);
        assert_eq!(twilio.caller().link("progress"), Some(outcome));
        assert_eq!(twilio.caller().link("claim"), None, "no leg is taken");
        assert!(!twilio.caller().is_open(), "and the call is over");
    }
}

#[test]
fn he_is_asked_after_before_he_is_claimed_whomever_the_plugin_names() {
    let strangers = WorkerSid::from_number(66);
    for (named, questions) in [(Some(bob()), 1), (None, 1), (Some(strangers), 2)] {
        let mut twilio = Twilio::new(|_| {});
        let mut going = Going::new(asked_of(named));
        let mut asked = 0;
        while !going
            .orders
            .iter()
            .any(|it| matches!(it, Order::CreateTask(_)))
        {
            let of_him = |order: &&Order| matches!(order, Order::FetchWorker { .. });
            let now = going.orders.iter().filter(of_him).count();
            let writes = |order: &Order| matches!(order, Order::UpdateTask { .. });
            assert!(now == 0 || !going.orders.iter().any(writes), "not at once");
            asked += now;
            going.step(NOW, &mut twilio);
        }
        assert_eq!(asked, questions);
        let Some(Order::CreateTask(new)) = going.orders.first() else {
            panic!()
        };
        assert_eq!(new.target, Some(bob()), "the task says who it is");
    }
}

#[test]
fn an_outcome_that_was_written_by_a_request_that_died_closes_the_call() {
    let mut twilio = Twilio::new(|_| {});
    twilio.free = false;
    let mut dead = Going::new(asked());
    dead.step(NOW, &mut twilio); // fetched
    dead.step(NOW, &mut twilio); // looked whether he calls
    dead.step(NOW, &mut twilio); // noted, and never closes
    assert_eq!(twilio.caller().link("progress"), Some("busy"));
    assert!(twilio.caller().is_open());
    twilio.free = true;
    let response = twilio.ring();
    assert_eq!(response.status, 409);
    assert!(matches!(response.body, Body::Json(text) if text.contains("\"code\":\"busy\"")));
    assert!(!twilio.caller().is_open());
    assert_eq!(twilio.callees(), []);
}

#[test]
fn the_phone_never_rings_as_long_as_taskrouter_offers_a_task() {
    let made = |ring_s: Value, offered_s: u64| {
        let mut twilio = Twilio::new(|a| a["internal_call"]["ring_seconds"] = ring_s.clone());
        twilio.reservation_timeout_s = offered_s;
        let mut going = Going::new(asked());
        loop {
            if let [Order::CreateTask(new)] = going.orders.as_slice() {
                let ring = new.attributes["internal_call"]["ring_seconds"].as_u64();
                return (ring.unwrap(), new.timeout_s);
            }
            going.step(NOW, &mut twilio);
        }
    };
    assert_eq!(made(json!(25), 120), (25, 30));
    assert_eq!(made(Value::Null, 120), (25, 30));
    assert_eq!(made(json!("soon"), 120), (25, 30));
    assert_eq!(made(json!(9999), 120), (60, 65));
    assert_eq!(made(json!(0), 120), (5, 10));
    assert_eq!(made(json!(25), 30), (20, 25));
    assert_eq!(made(json!(25), 10), (5, 9));
    assert_eq!(made(json!(25), 2), (1, 1));
    for offered in 2..200 {
        let (ring, kept) = made(json!(25), offered);
        assert!(1 <= ring && ring <= kept && kept < offered, "{offered}");
    }
}

#[test]
fn a_write_back_that_is_refused_is_made_again() {
    let mut twilio = Twilio::new(|_| {});
    let mut going = Going::new(asked());
    going.until(&mut twilio, writes_back);
    let step = going.run.resume(
        NOW,
        vec![Answer::Failed {
            status: 429,
            message: "Too many requests".to_owned(),
        }],
    );
    going.take(step);
    while going.response.is_none() {
        going.step(NOW, &mut twilio);
    }
    assert_eq!(going.response.unwrap().status, 200);
    assert!(twilio.caller().callee_task().is_some());
    assert_eq!(twilio.callees().len(), 1);
}
