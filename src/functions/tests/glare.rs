//! Alice and Bob call each other at the same moment.

use super::*;
use crate::functions::Whom;
use crate::twilio::attributes::Progress;

/// Of the two the higher.
fn bobs_task() -> TaskSid {
    TaskSid::from_number(2)
}

/// Alice has called Bob and Bob Alice; each has room for so many calls.
fn both(capacity: usize) -> Twilio {
    let mut twilio = Twilio::new(|_| {});
    let attributes = json!({
        "to": "client:alice", "from": "client:bob", "fromName": "Bob", "client_call": true,
        "internal_call": {"role": "caller", "caller_worker": bob(), "callee_worker": alice()},
    });
    twilio
        .tasks
        .insert(bobs_task(), (0, TaskStatus::Reserved, attributes));
    twilio.capacity = Some(capacity);
    twilio
}

fn bob_asks() -> Request {
    Request::Ring {
        task: bobs_task(),
        callee: Some(alice()),
        token: "bob".to_owned(),
    }
}

/// The callees' tasks that are open: whom each calls.
fn rung(twilio: &Twilio) -> Vec<TaskSid> {
    let callee = |task: &Task| task.role() == Some(Role::Callee) && task.is_open();
    let all = twilio.all().into_iter().filter(callee);
    all.filter_map(|task| task.caller_task()).collect()
}

fn progress(twilio: &Twilio, task: &TaskSid) -> Option<Progress> {
    twilio.task(task).unwrap().progress()
}

fn code(response: &Option<Response>) -> Option<String> {
    let Some(Response {
        body: Body::Json(text),
        ..
    }) = response
    else {
        panic!("no JSON: {response:?}");
    };
    let json: Value = serde_json::from_str(text).unwrap();
    json["code"].as_str().map(str::to_owned)
}

/// One of the two rings, the other's task is closed, and says why.
fn expect_one_call(twilio: &Twilio) {
    let rung = rung(twilio);
    assert_eq!(rung.len(), 1, "{:#?}", twilio.all());
    let (goes_on, gave_way) = match rung[0] == caller_task() {
        true => (caller_task(), bobs_task()),
        false => (bobs_task(), caller_task()),
    };
    assert_eq!(progress(twilio, &goes_on), Some(Progress::Ringing));
    assert!(twilio.task(&goes_on).unwrap().is_open());
    assert_eq!(progress(twilio, &gave_way), Some(Progress::Glare));
    assert!(!twilio.task(&gave_way).unwrap().is_open());
}

#[test]
fn two_who_call_each_other_end_up_in_one_call_in_any_interleaving() {
    for (capacity, expected) in [(1, 7420), (2, 6244)] {
        let going = [Going::new(asked()), Going::new(bob_asks())];
        let states = interleave(&both(capacity), &going, NOW, &|twilio, at_rest| {
            assert!(rung(twilio).len() <= 1, "two phones ring");
            if at_rest {
                expect_one_call(twilio);
            }
        });
        assert_eq!(states, expected, "states explored with room for {capacity}");
    }
}

#[test]
fn the_plugin_of_whoever_gives_way_is_told_so() {
    let mut twilio = both(1);
    let (mut first, mut second) = (Going::new(asked()), Going::new(bob_asks()));
    while first.response.is_none() || second.response.is_none() {
        for going in [&mut first, &mut second] {
            if going.response.is_none() {
                going.step(NOW, &mut twilio);
            }
        }
    }
    expect_one_call(&twilio);
    assert_eq!(code(&first.response), None);
    assert_eq!(code(&second.response).as_deref(), Some("glare"));
}

/// The first has called, and the second's phone rings, when the second calls.
#[test]
fn whoever_is_rung_already_gives_way_whatever_the_sids() {
    for (first, second, loser) in [
        (asked(), bob_asks(), bobs_task()),
        (bob_asks(), asked(), caller_task()),
    ] {
        let mut twilio = both(2);
        let later = twilio.tasks.remove(&loser).unwrap();
        assert_eq!(twilio.run(first).status, 200);
        twilio.tasks.insert(loser.clone(), later);
        let response = twilio.run(second);
        assert_eq!(response.status, 409);
        assert_eq!(code(&Some(response)).as_deref(), Some("glare"));
        assert_eq!(progress(&twilio, &loser), Some(Progress::Glare));
        expect_one_call(&twilio);
    }
}

/// Bob's request sees Alice's task, hers does not see his: it finds out as it writes.
#[test]
fn one_that_the_other_has_seen_goes_on_though_it_saw_nothing() {
    let mut twilio = both(1);
    let notes = |order: &Order| matches!(order, Order::UpdateTask { .. });
    let mut hers = Going::new(asked());
    twilio.lists_lag = true;
    hers.until(&mut twilio, notes);
    twilio.lists_lag = false;
    let response = twilio.run(bob_asks());
    assert_eq!(code(&Some(response)).as_deref(), Some("glare"));
    while hers.response.is_none() {
        hers.step(NOW, &mut twilio);
    }
    expect_one_call(&twilio);
}

#[test]
fn a_call_that_came_to_nothing_meanwhile_does_not_make_its_caller_busy() {
    let mut twilio = both(1);
    let mut hers = Going::new(asked());
    let reads = |order: &Order| *order == Order::FetchTask { task: bobs_task() };
    hers.until(&mut twilio, reads);
    twilio.run(Request::End {
        task: bobs_task(),
        token: "bob".to_owned(),
        outcome: None,
        warm: false,
    });
    while hers.response.is_none() {
        hers.step(NOW, &mut twilio);
    }
    assert_eq!(rung(&twilio), [caller_task()]);
}

#[test]
fn what_is_no_call_of_the_callees_to_this_caller_is_left_alone() {
    type Change = fn(&mut Value);
    let changes: [(&str, Change); 4] = [
        ("he calls somebody else", |own| {
            own["callee_worker"] = json!(WorkerSid::from_number(66));
        }),
        ("somebody else's, who says that it is his", |own| {
            own["caller_worker"] = json!(WorkerSid::from_number(66));
        }),
        ("they talk", |own| own["progress"] = json!("answered")),
        ("his part in a call of hers", |own| {
            own["role"] = json!("callee")
        }),
    ];
    for (name, change) in changes {
        let mut twilio = both(2);
        if let Some((_, _, all)) = twilio.tasks.get_mut(&bobs_task()) {
            change(&mut all["internal_call"]);
        }
        let before = twilio.tasks[&bobs_task()].clone();
        // A list may name whatever it likes.
        let mut going = Going::new(asked());
        while going.response.is_none() {
            let lists = |order: &Order| matches!(order, Order::ListOpposite { .. });
            if let Some(index) = going.orders.iter().position(lists) {
                for other in 0..going.orders.len() {
                    if other != index {
                        going.carry_out(other, NOW, &mut twilio);
                    }
                }
                going.answers[index] = Some(Answer::Listed(vec![bobs_task()]));
                let answers = std::mem::take(&mut going.answers);
                let step = going
                    .run
                    .resume(NOW, answers.into_iter().flatten().collect());
                going.take(step);
                continue;
            }
            going.step(NOW, &mut twilio);
        }
        assert_eq!(going.response.unwrap().status, 200, "{name}");
        assert_eq!(twilio.tasks[&bobs_task()], before, "{name}");
    }
}

/// Mallory's browser makes a task that says that Bob calls Alice: TaskRouter gave it to Mallory.
#[test]
fn a_task_that_its_worker_does_not_have_stops_nobodys_call() {
    let mut twilio = both(2);
    twilio.capacity = None;
    twilio.on_a_call = true;
    twilio.free = true;
    let before = twilio.tasks[&bobs_task()].clone();
    twilio.holders = vec![WorkerSid::from_number(66)];
    let mut hers = Going::new(asked());
    let reads = |order: &Order| *order == Order::FetchTask { task: bobs_task() };
    hers.until(&mut twilio, reads);
    while hers.response.is_none() {
        hers.step(NOW, &mut twilio);
    }
    assert_eq!(twilio.tasks[&bobs_task()], before);
    assert_ne!(twilio.caller().progress(), Some(Progress::Glare));
}

#[test]
fn a_colleague_who_takes_no_calls_gives_no_way_and_is_not_looked_at() {
    let mut twilio = both(2);
    twilio.available = false;
    let mut hers = Going::new(asked());
    while hers.response.is_none() {
        let lists = |order: &Order| matches!(order, Order::ListOpposite { .. });
        assert!(!hers.orders.iter().any(lists));
        hers.step(NOW, &mut twilio);
    }
    assert_eq!(twilio.caller().progress(), Some(Progress::Unavailable));
    assert_eq!(progress(&twilio, &bobs_task()), None);
}

#[test]
fn nobody_is_looked_for_where_the_callee_has_nothing_to_do() {
    let mut twilio = Twilio::new(|_| {});
    let mut hers = Going::new(asked());
    while hers.response.is_none() {
        let lists = |order: &Order| matches!(order, Order::ListOpposite { .. });
        assert!(!hers.orders.iter().any(lists));
        hers.step(NOW, &mut twilio);
    }
    assert_eq!(rung(&twilio), [caller_task()]);
}

/// The same by an application: each of the two has a leg that asks what becomes of it.
fn by_applications(capacity: usize) -> (Twilio, [Request; 2]) {
    let mut twilio = enqueue::called(|_| {});
    let attributes = json!({
        "name": "Alice", "from": "+15550100", "outbound_to": "app:AP?…",
        "conversations": {"conversation_id": "1-2-3"}, "conference": {"participants": {
            "customer": CallSid::from_number(8)}},
        "internal_call": {"role": "caller", "strategy": "application",
            "caller_worker": bob(), "callee_worker": alice(), "ring_seconds": 20},
    });
    twilio
        .tasks
        .insert(bobs_task(), (0, TaskStatus::Assigned, attributes));
    twilio.holders = Vec::new();
    twilio.capacity = Some(capacity);
    twilio.held_by_whose = true;
    let bobs = Request::Enqueue {
        call: CallSid::from_number(8),
        parent: None,
        conversation: "1-2-3".to_owned(),
        whom: Whom::Worker(alice()),
        look: 0,
    };
    (twilio, [enqueue::asked(), bobs])
}

#[test]
fn so_do_two_who_call_by_an_application() {
    for (capacity, expected) in [(1, 4719), (2, 4491)] {
        let (twilio, requests) = by_applications(capacity);
        let going = requests.map(Going::new);
        let states = interleave(&twilio, &going, NOW, &|twilio, at_rest| {
            let of = |task: TaskSid| progress(twilio, &task);
            let both = [of(caller_task()), of(bobs_task())];
            let rings = both.iter().filter(|one| **one == Some(Progress::Ringing));
            assert!(rings.count() <= 1, "two phones ring");
            if at_rest {
                assert!(both.contains(&Some(Progress::Ringing)), "{both:?}");
                assert!(both.contains(&Some(Progress::Glare)), "{both:?}");
            }
        });
        assert_eq!(states, expected, "states explored with room for {capacity}");
    }
}

#[test]
fn the_list_of_the_callees_own_calls_leaves_out_what_is_over() {
    let order = Order::ListOpposite {
        caller: bob(),
        callee: alice(),
    };
    let api = http::Api {
        taskrouter: "https://t".to_owned(),
        voice: "https://v".to_owned(),
        iam: "https://i".to_owned(),
        account: AccountSid::from_number(1),
        workspace: WorkspaceSid::from_number(1),
    };
    let url = http::call(&api, &order).url;
    assert!(
        url.contains(&format!("caller_worker%20%3D%3D%20%27{}%27", bob())),
        "{url}"
    );
    assert!(
        url.contains(&format!("callee_worker%20%3D%3D%20%27{}%27", alice())),
        "{url}"
    );
    let row = |number: u128, status: &str| json!({"sid": TaskSid::from_number(number), "assignment_status": status});
    let statuses = [
        "pending",
        "reserved",
        "assigned",
        "wrapping",
        "completed",
        "canceled",
    ];
    let rows: Vec<Value> = (1..)
        .zip(statuses)
        .map(|(number, status)| row(number, status))
        .collect();
    let open = [1, 2, 3].map(TaskSid::from_number).to_vec();
    let body = json!({ "tasks": rows }).to_string();
    assert_eq!(http::answer(&order, 200, None, &body), Answer::Listed(open));
}
