//! A party is added to a call by conference: three in it, and whoever leaves.

use super::*;
use crate::functions::order::TaskStatus::{Assigned, Canceled, Wrapping};
use crate::functions::{OfferOver, Outcome};
use crate::twilio::attributes::PartyState::{
    self, Declined, Left, NoAnswer, OnHold, Ringing, There,
};

fn carol() -> WorkerSid {
    WorkerSid::from_number(3)
}

fn callee_task() -> TaskSid {
    TaskSid::from_number(2)
}

fn conference() -> ConferenceSid {
    ConferenceSid::from_number(1)
}

/// Alice talks to Bob; everybody has room for two calls.
fn two() -> Twilio {
    let mut twilio = Twilio::new(|attributes| {
        attributes["name"] = json!("Bob");
        let own = &mut attributes["internal_call"];
        own["progress"] = json!("answered");
        own["callee_task"] = json!(callee_task());
    });
    twilio.capacity = Some(2);
    let callee = json!({
        "to": "client:bob", "from": "client:alice", "name": "Alice", "client_call": true,
        "conferenceSid": caller_task(),
        "internal_call": {
            "role": "callee", "caller_worker": alice(), "callee_worker": bob(), "caller_task": caller_task(),
        },
    });
    twilio.tasks.get_mut(&caller_task()).unwrap().1 = Assigned;
    twilio.tasks.insert(callee_task(), (0, Assigned, callee));
    twilio.conferences.insert(conference());
    twilio.in_progress = true;
    twilio.parties = [Role::Caller, Role::Callee]
        .map(|role| (Label::Of(role), true))
        .into();
    twilio
}

fn add(task: TaskSid, token: &str, worker: WorkerSid) -> Request {
    let token = token.to_owned();
    Request::Add {
        task,
        worker,
        token,
    }
}

/// Carol's.
fn third(twilio: &Twilio) -> Task {
    let added: Vec<Task> = twilio
        .callees()
        .into_iter()
        .filter(Task::is_added)
        .collect();
    assert_eq!(added.len(), 1, "{added:?}");
    added.into_iter().next().unwrap()
}

/// Her phone rings.
fn ringing() -> Twilio {
    let mut twilio = two();
    let response = twilio.run(add(caller_task(), "alice", carol()));
    assert_eq!(response.status, 200, "{response:?}");
    twilio
}

/// She is in it.
fn three() -> Twilio {
    let mut twilio = ringing();
    let own = third(&twilio).sid;
    twilio.tasks.get_mut(&own).unwrap().1 = Assigned;
    twilio.parties.push((Label::Added(own), true));
    twilio.run(came_in());
    twilio
}

fn came_in() -> Request {
    Request::Conference {
        event: ConferenceEvent::AddedJoined,
        task: caller_task(),
        conference: conference(),
    }
}

/// What each open task says of all.
fn told(twilio: &Twilio) -> Vec<Vec<PartyState>> {
    let open = twilio.all().into_iter().filter(Task::is_open);
    let states = |task: Task| task.parties().into_iter().map(|one| one.state).collect();
    open.map(states).collect()
}

fn statuses(twilio: &Twilio) -> Vec<TaskStatus> {
    twilio.all().into_iter().map(|task| task.status).collect()
}

fn end(task: TaskSid, token: &str) -> Request {
    Request::End {
        task,
        token: token.to_owned(),
        outcome: None,
        warm: false,
    }
}

/// What tells that one of the three goes, by his own task and his token.
fn partings(twilio: &Twilio) -> Vec<(Label, Vec<Request>)> {
    let over = |role, callee| Request::LegOver {
        task: caller_task(),
        role,
        was_answered: true,
        callee,
        outlives: false,
    };
    let own = third(twilio).sid;
    vec![
        (
            Label::Of(Role::Caller),
            vec![end(caller_task(), "alice"), over(Role::Caller, None)],
        ),
        (
            Label::Of(Role::Callee),
            vec![
                end(callee_task(), "bob"),
                over(Role::Callee, Some(callee_task())),
            ],
        ),
        (
            Label::Added(own.clone()),
            vec![end(own.clone(), "carol"), over(Role::Callee, Some(own))],
        ),
    ]
}

#[test]
fn whoever_is_added_is_rung_as_a_callee_and_reads_who_added_him() {
    for (task, token, by, uri, worker) in [
        (caller_task(), "alice", "Alice", "client:alice", alice()),
        (callee_task(), "bob", "Bob", "client:bob", bob()),
    ] {
        let mut twilio = two();
        assert_eq!(twilio.run(add(task, token, carol())).status, 200);
        let own = third(&twilio);
        assert_eq!((own.text("name"), own.text("from")), (Some(by), Some(uri)));
        assert_eq!(own.link("added_by"), Some(by));
        assert_eq!(own.link("caller_worker"), Some(worker.as_str()));
        assert_eq!(own.link("callee_worker"), Some(carol().as_str()));
        assert!(own.is_callee_of(&caller_task()));
        assert_eq!(own.conversation(), Some(caller_task().as_str()));
        assert_eq!(twilio.caller().added(), [own.sid]);
        assert_eq!(twilio.caller().adding_at(), None);
        assert_eq!(told(&twilio), vec![vec![There, There, Ringing]; 3]);
        let names = |task: Task| task.parties().into_iter().map(|one| one.name.0).collect();
        let names: Vec<String> = names(twilio.caller());
        assert_eq!(names, ["Alice", "Bob", "Mallory"]);
    }
}

#[test]
fn before_anybody_is_rung_neither_leg_ends_the_conference_any_more() {
    let mut twilio = two();
    let mut going = Going::new(add(caller_task(), "alice", carol()));
    going.until(&mut twilio, |order| matches!(order, Order::CreateTask(_)));
    assert_eq!(twilio.let_go, [Role::Caller, Role::Callee].map(Label::Of));
}

#[test]
fn asked_twice_she_is_rung_once() {
    let mut twilio = ringing();
    let before = twilio.tasks.clone();
    for (task, token) in [(caller_task(), "alice"), (callee_task(), "bob")] {
        assert_eq!(twilio.run(add(task, token, carol())).status, 200);
        assert_eq!(twilio.tasks, before);
    }
}

#[test]
fn asked_again_since_nothing_was_heard_she_is_not_busy_by_this_very_call() {
    let mut twilio = ringing();
    twilio.capacity = Some(1);
    let before = twilio.tasks.clone();
    let again = || add(caller_task(), "alice", carol());
    assert_eq!(twilio.run(again()).status, 200);
    twilio.free = false;
    assert_eq!(twilio.run(again()).status, 200);
    assert_eq!(twilio.tasks, before);
}

#[test]
fn somebody_else_is_added_and_her_whom_a_request_that_died_rang_is_not_forgotten() {
    let mut twilio = two();
    let mut died = Going::new(add(caller_task(), "alice", carol()));
    died.until(&mut twilio, |order| matches!(order, Order::CreateTask(_)));
    died.step(NOW, &mut twilio);
    let hers = third(&twilio).sid;
    let mut going = Going::new(add(callee_task(), "bob", WorkerSid::from_number(4)));
    while going.response.is_none() {
        going.step(NOW + Millis::from_secs(60), &mut twilio);
    }
    assert_eq!(going.response.unwrap().status, 200);
    let added = twilio.caller().added();
    assert!(added.len() == 2 && added.contains(&hers), "{added:?}");
    twilio.run(end(callee_task(), "bob"));
    assert!(twilio.all().iter().all(|task| !task.is_open()));
}

#[test]
fn one_who_comes_when_the_call_is_over_is_not_left_alone_in_a_conference_of_its_name() {
    let mut twilio = ringing();
    let own = third(&twilio).sid;
    twilio.tasks.get_mut(&own).unwrap().1 = Assigned;
    twilio.run(end(caller_task(), "alice"));
    assert_eq!(twilio.conferences.len(), 0);
    twilio.conferences.insert(conference());
    twilio.parties = vec![(Label::Added(own), true)];
    twilio.run(came_in());
    assert_eq!(twilio.conferences.len(), 0);
}

#[test]
fn what_comes_late_of_one_who_left_long_ago_ends_nothing_of_the_others() {
    let mut twilio = three();
    twilio.run(end(callee_task(), "bob"));
    twilio.tasks.remove(&callee_task());
    let before = twilio.tasks.clone();
    let over = Request::LegOver {
        task: caller_task(),
        role: Role::Callee,
        was_answered: true,
        callee: Some(callee_task()),
        outlives: false,
    };
    twilio.run(over);
    assert_eq!(twilio.tasks, before);
    let mut twilio = three();
    twilio.run(end(caller_task(), "alice"));
    let before = twilio.tasks.clone();
    for event in [ConferenceEvent::CallerJoined, ConferenceEvent::CalleeJoined] {
        twilio.run(Request::Conference {
            event,
            task: caller_task(),
            conference: conference(),
        });
    }
    assert_eq!((twilio.tasks, twilio.conferences.len()), (before, 1));
}

#[test]
fn those_who_declined_are_not_named_for_ever() {
    let mut twilio = two();
    twilio.capacity = Some(50);
    for number in 0..30 {
        let worker = WorkerSid::from_number(10 + number);
        assert_eq!(
            twilio
                .run(add(caller_task(), "alice", worker.clone()))
                .status,
            200
        );
        let own = twilio
            .all()
            .into_iter()
            .find(|task| task.link("callee_worker") == Some(worker.as_str()));
        twilio.run(Request::OfferOver {
            task: caller_task(),
            callee: own.map(|task| task.sid),
            how: OfferOver::Refused,
        });
    }
    let all = twilio.caller().attributes.to_string().len();
    assert!(all < 3_000, "TaskRouter takes 4,096 bytes: {all}");
    let rows = told(&twilio);
    assert_eq!((rows[0].len(), rows[0].last()), (12, Some(&NoAnswer)));
}

#[test]
fn whoever_cannot_be_reached_is_not_added_and_the_call_stays_as_it_was() {
    type Case = (fn(&mut Twilio), u16);
    let cases: [Case; 7] = [
        (|twilio| twilio.available = false, 409),
        (|twilio| twilio.free = false, 409),
        (|twilio| twilio.in_progress = false, 503),
        (|twilio| twilio.conferences.clear(), 503),
        (
            |twilio| twilio.tasks.get_mut(&caller_task()).unwrap().1 = Wrapping,
            409,
        ),
        (
            |twilio| {
                let caller = &mut twilio.tasks.get_mut(&caller_task()).unwrap().2;
                caller["internal_call"]["progress"] = json!("ringing");
            },
            409,
        ),
        (
            |twilio| {
                let caller = &mut twilio.tasks.get_mut(&caller_task()).unwrap().2;
                caller["internal_call"]["adding"] = json!(NOW.0.to_string());
            },
            503,
        ),
    ];
    for (change, status) in cases {
        let mut twilio = two();
        change(&mut twilio);
        let before = twilio.tasks.clone();
        assert_eq!(
            twilio.run(add(callee_task(), "bob", carol())).status,
            status
        );
        assert_eq!(twilio.tasks, before);
        assert_eq!(twilio.let_go, []);
    }
    for worker in [alice(), bob()] {
        let mut twilio = two();
        assert_eq!(twilio.run(add(caller_task(), "alice", worker)).status, 409);
    }
    for token in ["mallory", "forged"] {
        let mut twilio = two();
        assert_eq!(twilio.run(add(caller_task(), token, carol())).status, 403);
    }
}

#[test]
fn a_request_that_died_is_taken_up_and_rings_nobody_twice() {
    for at in [
        |order: &Order| matches!(order, Order::CreateTask(_)),
        |order: &Order| {
            matches!(order, Order::UpdateTask { change: Change::Attributes(all), .. }
            if !all["internal_call"]["added"].is_null())
        },
    ] {
        let mut twilio = two();
        Going::new(add(caller_task(), "alice", carol())).until(&mut twilio, at);
        assert_eq!(twilio.run(add(caller_task(), "alice", carol())).status, 503);
        let mut going = Going::new(add(caller_task(), "alice", carol()));
        while going.response.is_none() {
            going.step(NOW + Millis::from_secs(60), &mut twilio);
        }
        assert_eq!(twilio.caller().added(), [third(&twilio).sid]);
        assert_eq!(told(&twilio), vec![vec![There, There, Ringing]; 3]);
    }
}

#[test]
fn a_call_has_room_for_eight() {
    let mut twilio = three();
    for number in 10..15 {
        let response = twilio.run(add(caller_task(), "alice", WorkerSid::from_number(number)));
        assert_eq!(response.status, 200, "{number}");
    }
    let response = twilio.run(add(caller_task(), "alice", WorkerSid::from_number(20)));
    assert_eq!(response.status, 409);
    assert_eq!(twilio.open_callees(), 7);
    let most = twilio.caller().attributes.to_string().len();
    assert!(most < 3_000, "TaskRouter takes 4,096 bytes: {most}");
}

#[test]
fn whoever_leaves_leaves_the_two_others_to_themselves_and_the_next_ends_it() {
    for first in 0..3 {
        for how in 0..2 {
            let mut twilio = three();
            assert_eq!(told(&twilio), vec![vec![There; 3]; 3]);
            let (label, requests) = partings(&twilio)[first].clone();
            // Each comes late, and twice.
            assert_eq!(twilio.run(requests[how].clone()).status, 200);
            for request in requests {
                twilio.run(request);
            }
            let mut expected = [There; 3];
            expected[first] = Left;
            assert_eq!(told(&twilio), vec![expected.to_vec(); 2], "{label:?}");
            assert_eq!(twilio.parties.len(), 2, "{label:?}");
            assert_eq!(twilio.conferences.len(), 1);
            let next = (first + 1) % 3;
            let (_, requests) = partings(&twilio)[next].clone();
            twilio.run(requests[how].clone());
            assert_eq!(statuses(&twilio), [Wrapping; 3], "{label:?}");
            assert_eq!(twilio.conferences.len(), 0);
        }
    }
}

#[test]
fn where_only_her_phone_rings_a_hanging_up_ends_it_for_all() {
    for first in 0..2 {
        let mut twilio = ringing();
        let (_, requests) = partings(&twilio)[first].clone();
        twilio.run(requests[0].clone());
        assert_eq!(statuses(&twilio), [Wrapping, Wrapping, Canceled]);
        assert_eq!(twilio.conferences.len(), 0);
    }
}

#[test]
fn whoever_does_not_come_leaves_the_two_as_they_were_and_they_read_it() {
    let late = |outcome| {
        move |task: TaskSid| Request::End {
            task,
            token: "carol".to_owned(),
            outcome: Some(outcome),
            warm: false,
        }
    };
    let reject = |task| Request::Reject {
        task,
        token: "carol".to_owned(),
        reason: None,
    };
    let over = |how| {
        move |own| Request::OfferOver {
            task: caller_task(),
            callee: Some(own),
            how,
        }
    };
    type Case = (Box<dyn Fn(TaskSid) -> Request>, PartyState);
    let cases: Vec<Case> = vec![
        (Box::new(reject), Declined),
        (Box::new(late(Outcome::NoAnswer)), NoAnswer),
        (Box::new(late(Outcome::Away)), NoAnswer),
        (Box::new(over(OfferOver::Lapsed)), NoAnswer),
        (Box::new(over(OfferOver::Refused)), NoAnswer),
    ];
    for (request, state) in cases {
        let mut twilio = ringing();
        let own = third(&twilio).sid;
        let response = twilio.run(request(own.clone()));
        assert_eq!(response.status, 200, "{response:?}");
        assert_eq!(
            statuses(&twilio),
            [Assigned, Assigned, Canceled],
            "{state:?}"
        );
        assert_eq!(told(&twilio), vec![vec![There, There, state]; 2]);
        assert_eq!(twilio.conferences.len(), 1);
        assert_eq!(
            twilio.caller().progress(),
            Some(crate::twilio::attributes::Progress::Answered)
        );
        // And can be added again.
        assert_eq!(twilio.run(add(caller_task(), "alice", carol())).status, 200);
        assert_eq!(twilio.open_callees(), 2);
        assert_eq!(
            told(&twilio),
            vec![vec![There, There, Ringing]; 3],
            "she is one"
        );
        // Of one who is there it is not true.
        let mut twilio = three();
        let before = twilio.tasks.clone();
        assert_eq!(twilio.run(request(own)).status, 409, "{state:?}");
        assert_eq!(twilio.tasks, before);
    }
}

#[test]
fn somebody_is_taken_out_of_it_by_a_party_whether_he_is_there_or_rings() {
    for (twilio, status) in [(three(), Wrapping), (ringing(), Canceled)] {
        let whom = Label::Added(third(&twilio).sid);
        let remove = |token: &str| Request::Remove {
            task: callee_task(),
            whom: whom.clone(),
            token: token.to_owned(),
        };
        let mut gone = twilio.clone();
        assert_eq!(gone.run(remove("bob")).status, 200);
        assert_eq!(statuses(&gone), [Assigned, Assigned, status]);
        assert_eq!(gone.parties.len(), 2);
        assert_eq!(gone.conferences.len(), 1);
        let mut other = twilio.clone();
        assert_eq!(other.run(remove("mallory")).status, 403);
        assert_eq!(other.tasks, twilio.tasks);
    }
}

#[test]
fn one_party_may_end_it_for_all() {
    for (task, token) in [(caller_task(), "alice"), (callee_task(), "bob")] {
        let mut twilio = three();
        let token = token.to_owned();
        assert_eq!(twilio.run(Request::EndForAll { task, token }).status, 200);
        assert_eq!(statuses(&twilio), [Wrapping; 3]);
        assert_eq!(twilio.conferences.len(), 0);
    }
}

#[test]
fn each_is_held_by_himself_or_all_others_at_once() {
    let mut twilio = three();
    let hold = |task, token: &str, whom, hold| Request::Hold {
        task,
        token: token.to_owned(),
        whom,
        hold,
    };
    let bob = || Some(Label::Of(Role::Callee));
    assert_eq!(
        twilio.run(hold(caller_task(), "alice", bob(), true)).status,
        200
    );
    assert_eq!(told(&twilio), vec![vec![There, OnHold, There]; 3]);
    twilio.run(hold(caller_task(), "alice", bob(), false));
    assert_eq!(told(&twilio), vec![vec![There; 3]; 3]);
    twilio.run(hold(callee_task(), "bob", None, true));
    assert_eq!(told(&twilio), vec![vec![OnHold, There, OnHold]; 3]);
    twilio.run(hold(callee_task(), "bob", None, false));
    assert_eq!(told(&twilio), vec![vec![There; 3]; 3]);
}

#[test]
fn a_conference_that_ends_closes_the_tasks_of_all_also_where_the_callers_is_gone() {
    let mut twilio = three();
    twilio.conferences.clear();
    twilio.run(over());
    assert_eq!(statuses(&twilio), [Wrapping; 3]);
    let mut twilio = three();
    twilio.run(end(caller_task(), "alice"));
    twilio.tasks.remove(&caller_task());
    let own = third(&twilio).sid;
    assert_eq!(twilio.run(end(own, "carol")).status, 200);
    assert_eq!(statuses(&twilio), [Wrapping; 2]);
    assert_eq!(twilio.conferences.len(), 0);
}

#[test]
fn a_plugin_that_asks_whether_it_is_over_leaves_who_is_there_and_takes_out_who_is_not() {
    let check = |task, outlives| Request::Check {
        task,
        token: "bob".to_owned(),
        outlives,
        warm: false,
    };
    for outlives in [true, false] {
        let mut twilio = three();
        let before = twilio.tasks.clone();
        twilio.run(check(callee_task(), outlives));
        assert_eq!(twilio.tasks, before);
        twilio
            .parties
            .retain(|(label, _)| *label != Label::Of(Role::Callee));
        twilio.run(check(callee_task(), outlives));
        assert_eq!(
            told(&twilio),
            vec![vec![There, Left, There]; 2],
            "{outlives}"
        );
    }
}

/// Once all is answered: a call that goes on has two in it at least, and its tasks say so; one that is over is closed.
fn is_consistent(twilio: &Twilio, answered: bool) {
    let open: Vec<Task> = twilio.all().into_iter().filter(Task::is_open).collect();
    let added = open.iter().filter(|task| task.is_added()).count();
    assert!(added <= 1, "rung twice: {open:?}");
    if !answered {
        return;
    }
    if twilio.conferences.is_empty() {
        assert!(open.is_empty(), "left behind: {open:?}");
        return;
    }
    let there = twilio.parties.iter().filter(|(_, connected)| *connected);
    assert!(there.count() >= 2, "alone: {twilio:?}");
    let said: HashSet<String> = told(twilio)
        .into_iter()
        .map(|one| format!("{one:?}"))
        .collect();
    assert!(said.len() <= 1, "{said:?}");
    for (label, _) in &twilio.parties {
        let his = |task: &Task| task.label().as_ref() == Some(label);
        assert!(open.iter().any(his), "in it without a task: {label:?}");
    }
}

#[test]
fn every_order_of_two_who_add_her_rings_her_once() {
    let mut twilio = two();
    let going = [(caller_task(), "alice"), (callee_task(), "bob")].map(|(task, token)| {
        let mut going = Going::new(add(task, token, carol()));
        going.until(&mut twilio, |order| {
            matches!(order, Order::UpdateTask { .. })
        });
        going
    });
    assert_eq!(interleave(&twilio, &going, NOW, &is_consistent), 10_633);
}

#[test]
fn every_order_of_adding_and_leaving_rings_nobody_in_vain() {
    let mut twilio = two();
    let mut adding = Going::new(add(caller_task(), "alice", carol()));
    adding.until(&mut twilio, |order| {
        matches!(order, Order::UpdateTask { .. })
    });
    let going = [adding, Going::new(end(callee_task(), "bob"))];
    assert_eq!(interleave(&twilio, &going, NOW, &is_consistent), 38_056);
}

#[test]
fn every_order_of_two_who_leave_leaves_nobody_alone() {
    let three = three();
    let going = [0, 1].map(|index: usize| {
        let (_, requests) = partings(&three)[index].clone();
        Going::new(requests[0].clone())
    });
    assert_eq!(interleave(&three, &going, NOW, &is_consistent), 29_725);
}
