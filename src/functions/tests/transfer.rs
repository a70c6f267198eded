//! Cold transfer of a call by conference.

use super::*;
use crate::functions::Whom;
use crate::twilio::attributes::Progress;

fn carol() -> WorkerSid {
    WorkerSid::from_number(3)
}

fn transfer(task: &TaskSid, token: &str, to: &WorkerSid) -> Request {
    Request::Transfer {
        task: task.clone(),
        to: Whom::Worker(to.clone()),
        token: token.to_owned(),
    }
}

/// They talk; everybody has room for two calls.
fn talking() -> (Twilio, TaskSid) {
    let mut twilio = Twilio::new(|_| {});
    twilio.capacity = Some(2);
    twilio.ring();
    twilio.conferences.insert(ConferenceSid::from_number(1));
    twilio.in_progress = true;
    let callee = twilio.callees()[0].sid.clone();
    for sid in [&caller_task(), &callee] {
        twilio.tasks.get_mut(sid).unwrap().1 = TaskStatus::Assigned;
    }
    let caller = &mut twilio.tasks.get_mut(&caller_task()).unwrap().2;
    caller["internal_call"]["progress"] = json!("answered");
    (twilio, callee)
}

fn noted(twilio: &Twilio, task: &TaskSid) -> Value {
    twilio.task(task).unwrap().attributes["internal_call"]["transfer"].clone()
}

/// Both are out of it, and nothing is left.
fn is_closed(twilio: &Twilio, callee: &TaskSid) -> bool {
    let wraps = |task: &TaskSid| twilio.task(task).unwrap().status == TaskStatus::Wrapping;
    wraps(&caller_task()) && wraps(callee) && twilio.conferences.is_empty()
}

fn code(response: &Response) -> String {
    let Body::Json(body) = &response.body else {
        panic!("{response:?}");
    };
    let body: Value = serde_json::from_str(body).unwrap();
    body["code"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn whoever_stays_is_told_to_whom_and_the_call_is_closed() {
    for callee_leaves in [true, false] {
        let (mut twilio, callee) = talking();
        let (leaves, stays, token) = match callee_leaves {
            true => (callee.clone(), caller_task(), "bob"),
            false => (caller_task(), callee.clone(), "alice"),
        };
        let response = twilio.run(transfer(&leaves, token, &carol()));
        assert_eq!(response.status, 200, "{response:?}");
        let third = json!({"agent": {"worker": carol(), "contactUri": "client:mallory", "name": "Mallory"}});
        assert_eq!(noted(&twilio, &stays), third);
        assert_eq!(noted(&twilio, &leaves), Value::Null);
        let goes_on = twilio.task(&stays).unwrap();
        assert_eq!(goes_on.link("conversation"), Some(caller_task().as_str()));
        assert!(
            is_closed(&twilio, &callee),
            "callee leaves: {callee_leaves}"
        );
        assert_eq!(twilio.caller().progress(), Some(Progress::Answered));
        assert_eq!(twilio.callees().len(), 1, "nobody is rung by it");
    }
}

#[test]
fn to_a_queue_nobody_is_asked_after() {
    let (mut twilio, callee) = talking();
    twilio.available = false;
    let request = Request::Transfer {
        task: callee.clone(),
        to: Whom::Queue("Sales".to_owned()),
        token: "bob".to_owned(),
    };
    assert_eq!(twilio.run(request).status, 200);
    assert_eq!(noted(&twilio, &caller_task()), json!({"queue": "Sales"}));
    assert!(is_closed(&twilio, &callee));
}

#[test]
fn a_third_who_cannot_be_reached_leaves_the_call_as_it_was() {
    type Case = (fn(&mut Twilio), &'static str);
    let cases: [Case; 4] = [
        (|twilio| twilio.available = false, "unavailable"),
        (|twilio| twilio.free = false, "busy"),
        (
            |twilio| (twilio.on_a_call, twilio.policy) = (true, Some(BusyPolicy::Busy)),
            "busy",
        ),
        (
            |twilio| (twilio.on_a_call, twilio.policy) = (true, Some(BusyPolicy::Notify)),
            "busy_notify",
        ),
    ];
    for (change, why) in cases {
        let (mut twilio, callee) = talking();
        change(&mut twilio);
        let before = twilio.tasks.clone();
        let response = twilio.run(transfer(&callee, "bob", &carol()));
        assert_eq!((response.status, code(&response).as_str()), (409, why));
        assert_eq!(twilio.tasks, before);
        assert_eq!(twilio.conferences.len(), 1);
    }
}

#[test]
fn only_a_party_transfers_and_to_neither_of_the_two() {
    let (twilio, callee) = talking();
    let cases = [
        ("mallory", &callee, carol(), 403),
        ("forged", &callee, carol(), 403),
        ("alice", &callee, carol(), 200), // either task is hers to name
        ("bob", &callee, alice(), 409),
        ("bob", &callee, bob(), 409),
        ("sue", &callee, carol(), 200),
    ];
    for (token, task, to, status) in cases {
        let mut twilio = twilio.clone();
        let before = twilio.tasks.clone();
        assert_eq!(twilio.run(transfer(task, token, &to)).status, status);
        assert_eq!(twilio.tasks == before, status != 200, "{token}");
    }
}

#[test]
fn a_call_that_is_not_on_is_not_transferred() {
    for status in [TaskStatus::Reserved, TaskStatus::Wrapping] {
        let (mut twilio, callee) = talking();
        twilio.tasks.get_mut(&callee).unwrap().1 = status;
        let before = twilio.tasks.clone();
        let response = twilio.run(transfer(&caller_task(), "alice", &carol()));
        assert_eq!((response.status, code(&response).as_str()), (409, "over"));
        assert_eq!(twilio.tasks, before);
    }
    let mut twilio = Twilio::new(|_| {});
    let response = twilio.run(transfer(&caller_task(), "alice", &carol()));
    assert_eq!((response.status, code(&response).as_str()), (409, "over"));
}

#[test]
fn a_call_whose_conference_is_not_listed_yet_is_not_transferred_yet() {
    let (mut twilio, callee) = talking();
    let listed = std::mem::take(&mut twilio.conferences);
    let before = twilio.tasks.clone();
    let request = transfer(&callee, "bob", &carol());
    assert_eq!(twilio.run(request.clone()).status, 503);
    assert_eq!(twilio.tasks, before);
    twilio.conferences = listed;
    assert_eq!(twilio.run(request).status, 200);
    assert!(is_closed(&twilio, &callee));
}

#[test]
fn who_is_transferred_cannot_transfer_any_more() {
    let (mut twilio, callee) = talking();
    let links = &mut twilio.tasks.get_mut(&callee).unwrap().2["internal_call"];
    links["transfer"] = json!({"queue": "Sales"});
    let response = twilio.run(transfer(&callee, "bob", &carol()));
    let expected = (409, "transferred");
    assert_eq!((response.status, code(&response).as_str()), expected);
    assert_eq!(noted(&twilio, &caller_task()), Value::Null);
}

#[test]
fn a_request_that_dies_at_any_step_is_finished_by_the_next() {
    for steps in 0..12 {
        let (mut twilio, callee) = talking();
        let mut dies = Going::new(transfer(&callee, "bob", &carol()));
        for _ in 0..steps {
            if dies.response.is_none() {
                dies.step(NOW, &mut twilio);
            }
        }
        let response = twilio.run(transfer(&callee, "bob", &carol()));
        assert_eq!(response.status, 200, "after {steps}: {response:?}");
        assert!(is_closed(&twilio, &callee), "after {steps}");
        assert_eq!(
            noted(&twilio, &caller_task())["agent"]["worker"],
            json!(carol())
        );
    }
}

#[test]
fn however_it_crosses_the_other_ones_hanging_up_nothing_is_left_open() {
    let (twilio, callee) = talking();
    let end = Request::End {
        task: caller_task(),
        token: "alice".to_owned(),
        outcome: None,
        warm: false,
    };
    let going = [
        Going::new(transfer(&callee, "bob", &carol())),
        Going::new(end),
    ];
    let states = interleave(&twilio, &going, NOW, &|twilio, at_rest| {
        if at_rest {
            assert!(is_closed(twilio, &callee));
        }
    });
    assert_eq!(states, 1_823, "states explored");
}

#[test]
fn two_requests_for_one_transfer_close_it_once_whatever_their_order() {
    let (twilio, callee) = talking();
    let going = [
        Going::new(transfer(&callee, "bob", &carol())),
        Going::new(transfer(&callee, "bob", &carol())),
    ];
    let states = interleave(&twilio, &going, NOW, &|twilio, at_rest| {
        if at_rest {
            assert!(is_closed(twilio, &callee));
            assert_eq!(
                noted(twilio, &caller_task())["agent"]["worker"],
                json!(carol())
            );
        }
    });
    assert_eq!(states, 5_435, "states explored");
}

#[test]
fn two_who_transfer_each_other_at_once_leave_a_closed_call() {
    let (twilio, callee) = talking();
    let going = [
        Going::new(transfer(&callee, "bob", &carol())),
        Going::new(transfer(
            &caller_task(),
            "alice",
            &WorkerSid::from_number(4),
        )),
    ];
    let states = interleave(&twilio, &going, NOW, &|twilio, at_rest| {
        if at_rest {
            assert!(is_closed(twilio, &callee));
            let told = [&caller_task(), &callee].map(|task| !noted(twilio, task).is_null());
            assert_ne!(told, [false, false], "nobody is told");
        }
    });
    assert_eq!(states, 5_180, "states explored");
}

#[test]
fn the_next_call_is_of_the_same_conversation() {
    let mut twilio = Twilio::new(|attributes| {
        attributes["internal_call"]["conversation"] = json!("WT0");
    });
    twilio.ring();
    for task in [twilio.caller(), twilio.callees().remove(0)] {
        assert_eq!(task.conversation(), Some("WT0"));
    }
}

#[test]
fn the_next_callee_reads_who_transferred_his_caller() {
    let mut twilio = Twilio::new(|attributes| {
        attributes["internal_call"]["transferred_by"] = json!("Carol Clark");
    });
    twilio.ring();
    let callee = twilio.callees().remove(0);
    assert_eq!(callee.link("transferred_by"), Some("Carol Clark"));
}
