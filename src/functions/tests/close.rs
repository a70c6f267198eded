use super::*;
use crate::functions::Outcome;
use crate::twilio::attributes::DeclineReason;

#[test]
fn hanging_up_while_the_callee_is_being_rung_leaves_nothing_open() {
    for (other, expected) in [(ended(), 481), (over(), 223)] {
        let mut twilio = Twilio::new(|_| {});
        let going = [Going::new(asked()), Going::new(other)];
        twilio.conferences.insert(ConferenceSid::from_number(1));
        let states = interleave(&twilio, &going, NOW, &|twilio, at_rest| {
            assert!(twilio.callees().len() <= 1);
            if at_rest {
                assert_eq!(twilio.open_callees(), 0);
                assert!(!twilio.caller().is_open());
            }
        });
        assert_eq!(states, expected, "states explored");
    }
}

#[test]
fn declining_while_the_caller_hangs_up_leaves_nothing_open() {
    let mut twilio = Twilio::new(|_| {});
    twilio.ring();
    twilio.tasks.get_mut(&caller_task()).unwrap().1 = TaskStatus::Assigned;
    let callee = twilio.callees()[0].sid.clone();
    let declined = Request::Reject {
        task: callee,
        token: "bob".to_owned(),
        reason: None,
    };
    let going = [Going::new(declined), Going::new(ended())];
    let states = interleave(&twilio, &going, NOW, &|twilio, at_rest| {
        if at_rest {
            assert_eq!(twilio.open_callees(), 0);
            assert!(!twilio.caller().is_open());
        }
    });
    assert_eq!(states, 338, "states explored");
}

/// The conference that a decline ends is told to be over, and the plugins end what they see ended, while the rest of the
/// decline is on its way.
#[test]
fn a_decline_is_told_to_the_caller_whatever_its_own_consequences_overtake() {
    let mut twilio = Twilio::new(|_| {});
    twilio.ring();
    twilio.tasks.get_mut(&caller_task()).unwrap().1 = TaskStatus::Assigned;
    twilio.conferences.insert(ConferenceSid::from_number(1));
    let declined = Request::Reject {
        task: twilio.callees()[0].sid.clone(),
        token: "bob".to_owned(),
        reason: None,
    };
    let going = [
        Going::new(declined),
        Going::once(over(), |twilio| twilio.conferences.is_empty()),
        Going::once(ended(), |twilio| twilio.open_callees() == 0),
    ];
    let states = interleave(&twilio, &going, NOW, &|twilio, at_rest| {
        if at_rest {
            assert_eq!(twilio.caller().link("progress"), Some("declined"));
            assert_eq!(twilio.open_callees(), 0);
            assert!(!twilio.caller().is_open());
        }
    });
    assert_eq!(states, 1125, "states explored");
}

#[test]
fn only_the_caller_rings_and_only_a_party_ends_or_declines() {
    let status = |request: Request| Twilio::new(|_| {}).run(request).status;
    let task = caller_task();
    for (token, ring, end) in [
        ("alice", 200, 200),
        ("bob", 403, 200),
        ("mallory", 403, 403),
        ("forged", 403, 403),
    ] {
        let token = token.to_owned();
        assert_eq!(
            status(Request::Ring {
                task: task.clone(),
                callee: None,
                token: token.clone()
            }),
            ring,
            "{token}"
        );
        assert_eq!(
            status(Request::End {
                task: task.clone(),
                token: token.clone(),
                outcome: None,
                warm: false
            }),
            end,
            "{token}"
        );
        assert_eq!(
            status(Request::Reject {
                task: task.clone(),
                token: token.clone(),
                reason: None,
            }),
            end,
            "{token}"
        );
    }
}

#[test]
fn a_task_that_is_no_call_between_agents_is_never_touched() {
    for request in [
        asked(),
        ended(),
        Request::Reject {
            task: caller_task(),
            token: "alice".to_owned(),
            reason: None,
        },
    ] {
        let mut twilio = Twilio::new(|a| *a = json!({"from": "+15550100", "type": "inbound"}));
        let before = twilio.tasks.clone();
        assert!(matches!(twilio.run(request).status, 403 | 404));
        assert_eq!(twilio.tasks, before);
    }
}

#[test]
fn declining_closes_both_tasks_and_the_conference_and_says_declined() {
    let mut twilio = Twilio::new(|_| {});
    twilio.ring();
    twilio.tasks.get_mut(&caller_task()).unwrap().1 = TaskStatus::Assigned;
    twilio.conferences.insert(ConferenceSid::from_number(1));
    let callee = twilio.callees()[0].sid.clone();
    assert_eq!(
        twilio
            .run(Request::Reject {
                task: callee.clone(),
                token: "bob".to_owned(),
                reason: None,
            })
            .status,
        200
    );
    assert_eq!(twilio.task(&callee).unwrap().status, TaskStatus::Canceled);
    assert_eq!(twilio.caller().status, TaskStatus::Wrapping);
    assert_eq!(twilio.caller().link("progress"), Some("declined"));
    assert!(twilio.conferences.is_empty());
}

#[test]
fn a_callee_who_joins_is_written_and_one_who_joins_a_finished_call_is_let_go() {
    let join = Request::Conference {
        event: ConferenceEvent::CalleeJoined,
        task: caller_task(),
        conference: ConferenceSid::from_number(1),
    };
    let mut twilio = Twilio::new(|_| {});
    twilio.conferences.insert(ConferenceSid::from_number(1));
    twilio.run(join.clone());
    assert_eq!(twilio.caller().link("progress"), Some("answered"));
    assert_eq!(twilio.conferences.len(), 1);
    twilio.tasks.get_mut(&caller_task()).unwrap().1 = TaskStatus::Completed;
    twilio.run(join);
    assert!(twilio.conferences.is_empty());
}

#[test]
fn an_answered_leg_s_end_closes_the_call_and_an_unanswered_one_s_does_not() {
    for (status, role, progress, open) in [
        ("completed", "caller", "ringing", false),
        ("completed", "callee", "not_connected", false),
        ("no-answer", "callee", "ringing", true),
        ("busy", "caller", "ringing", true),
    ] {
        let mut twilio = Twilio::new(|_| {});
        twilio.ring();
        twilio.conferences.insert(ConferenceSid::from_number(1));
        let parameters = [
            ("taskSid".to_owned(), caller_task().to_string()),
            ("role".to_owned(), role.to_owned()),
            ("CallStatus".to_owned(), status.to_owned()),
        ];
        let request = http::request("/internal-call/common/agent-leg-over", &parameters).unwrap();
        let answer = if open { 204 } else { 200 };
        assert_eq!(twilio.run(request).status, answer, "{status}");
        assert_eq!(twilio.caller().is_open(), open, "{status}");
        assert_eq!(twilio.callees()[0].is_open(), open, "{status}");
        assert_eq!(twilio.conferences.is_empty(), !open, "{status}");
        assert_eq!(twilio.caller().link("progress"), Some(progress), "{status}");
    }
}

fn ended_as(outcome: Outcome) -> Request {
    Request::End {
        task: caller_task(),
        token: "alice".to_owned(),
        outcome: Some(outcome),
        warm: false,
    }
}

fn check() -> Request {
    Request::Check {
        task: caller_task(),
        token: "alice".to_owned(),
        outlives: false,
        warm: false,
    }
}

/// A call that rings, both tasks as given.
fn ringing(caller: TaskStatus, callee: TaskStatus) -> Twilio {
    let mut twilio = Twilio::new(|_| {});
    twilio.ring();
    twilio.conferences.insert(ConferenceSid::from_number(1));
    let sid = twilio.callees()[0].sid.clone();
    twilio.tasks.get_mut(&caller_task()).unwrap().1 = caller;
    twilio.tasks.get_mut(&sid).unwrap().1 = callee;
    twilio
}

#[test]
fn a_reason_for_declining_is_written_with_it() {
    let mut twilio = ringing(TaskStatus::Assigned, TaskStatus::Reserved);
    twilio.run(Request::Reject {
        task: twilio.callees()[0].sid.clone(),
        token: "bob".to_owned(),
        reason: Some(DeclineReason::CallingBack),
    });
    assert_eq!(twilio.caller().link("progress"), Some("declined"));
    assert_eq!(twilio.caller().link("reason"), Some("calling_back"));
}

#[test]
fn nobody_who_came_or_is_coming_is_hung_up_on_as_no_answer() {
    use TaskStatus::{Assigned, Reserved};
    for (outcome, callee, progress, closed) in [
        (Outcome::NoAnswer, Reserved, "ringing", true),
        (Outcome::NoAnswer, Assigned, "ringing", false),
        (Outcome::NoAnswer, Assigned, "answered", false),
        (Outcome::NotConnected, Assigned, "ringing", true),
        (Outcome::NotConnected, Assigned, "answered", false),
        (Outcome::Away, Reserved, "ringing", true),
    ] {
        let mut twilio = ringing(Assigned, callee);
        let caller = twilio.tasks.get_mut(&caller_task()).unwrap();
        caller.2["internal_call"]["progress"] = json!(progress);
        let status = twilio.run(ended_as(outcome)).status;
        assert_eq!(status, if closed { 200 } else { 409 }, "{outcome:?}");
        assert_eq!(twilio.open_callees(), usize::from(!closed), "{outcome:?}");
        assert_eq!(twilio.caller().is_open(), !closed, "{outcome:?}");
        assert_eq!(twilio.conferences.is_empty(), closed, "{outcome:?}");
    }
}

#[test]
fn a_callee_who_accepts_just_as_his_phone_has_rung_long_enough_is_not_said_not_to_have_answered() {
    let mut twilio = ringing(TaskStatus::Assigned, TaskStatus::Reserved);
    let mut going = Going::new(ended_as(Outcome::NoAnswer));
    let closes = |order: &Order| matches!(order, Order::UpdateTask { .. });
    while !going.orders.iter().any(closes) {
        going.step(NOW, &mut twilio);
    }
    let callee = twilio.callees()[0].sid.clone();
    let accepted = twilio.tasks.get_mut(&callee).unwrap();
    *accepted = (accepted.0 + 1, TaskStatus::Assigned, accepted.2.clone());
    while going.response.is_none() {
        going.step(NOW, &mut twilio);
    }
    assert_eq!(going.response.unwrap().status, 409);
    assert_eq!(twilio.caller().link("progress"), Some("ringing"));
    assert_eq!(twilio.open_callees(), 1);
    assert_eq!(twilio.conferences.len(), 1);
}

#[test]
fn a_callee_who_is_in_the_conference_has_come_though_nobody_has_written_it() {
    for outcome in [Outcome::NoAnswer, Outcome::NotConnected] {
        let mut twilio = ringing(TaskStatus::Assigned, TaskStatus::Assigned);
        twilio.in_progress = true;
        assert_eq!(twilio.run(ended_as(outcome)).status, 409, "{outcome:?}");
        assert!(twilio.caller().is_open());
    }
}

#[test]
fn a_check_closes_a_call_whose_callees_task_is_deleted() {
    let mut twilio = ringing(TaskStatus::Assigned, TaskStatus::Canceled);
    let callee = twilio.callees()[0].sid.clone();
    twilio.tasks.remove(&callee);
    assert_eq!(twilio.run(check()).status, 200);
    assert!(!twilio.caller().is_open());
}

#[test]
fn a_check_says_of_a_call_that_somebody_took_that_he_was_not_connected() {
    use TaskStatus::{Assigned, Canceled, Completed, Wrapping};
    for (callee, progress) in [
        (Canceled, "no_answer"),
        (Wrapping, "not_connected"),
        (Completed, "not_connected"),
    ] {
        let mut twilio = ringing(Assigned, callee);
        assert_eq!(twilio.run(check()).status, 200);
        assert_eq!(twilio.caller().link("progress"), Some(progress));
    }
}

#[test]
fn a_check_closes_a_call_whose_callers_task_is_closed_or_deleted() {
    for deleted in [true, false] {
        let mut twilio = ringing(TaskStatus::Canceled, TaskStatus::Assigned);
        if deleted {
            twilio.tasks.remove(&caller_task());
        }
        let check = Request::Check {
            task: twilio.callees()[0].sid.clone(),
            token: "bob".to_owned(),
            outlives: false,
            warm: false,
        };
        assert_eq!(twilio.run(check).status, 200);
        assert_eq!(twilio.open_callees(), 0, "deleted: {deleted}");
    }
}

#[test]
fn whoever_ends_a_call_is_told_how_it_came_out() {
    let mut twilio = ringing(TaskStatus::Assigned, TaskStatus::Canceled);
    let caller = twilio.tasks.get_mut(&caller_task()).unwrap();
    caller.2["internal_call"]["progress"] = json!("not_connected");
    let response = twilio.run(ended_as(Outcome::NoAnswer));
    let Body::Json(body) = response.body else {
        panic!("{response:?}")
    };
    assert_eq!(response.status, 200);
    assert!(body.contains("\"code\":\"not_connected\""), "{body}");
}

#[test]
fn an_outcome_is_written_once_and_stays() {
    let mut twilio = ringing(TaskStatus::Assigned, TaskStatus::Reserved);
    let caller = twilio.tasks.get_mut(&caller_task()).unwrap();
    caller.2["internal_call"]["progress"] = json!("declined");
    twilio.run(ended_as(Outcome::NoAnswer));
    assert_eq!(twilio.caller().link("progress"), Some("declined"));
}

#[test]
fn a_supervisor_may_end_a_call_and_a_queues_member_only_with_a_reservation() {
    let mut twilio = ringing(TaskStatus::Assigned, TaskStatus::Assigned);
    let callee = twilio.callees()[0].sid.clone();
    let end = |task: &TaskSid, token: &str| Request::End {
        task: task.clone(),
        token: token.to_owned(),
        outcome: None,
        warm: false,
    };
    assert_eq!(twilio.clone().run(end(&callee, "sue")).status, 200);
    twilio.holders = vec![WorkerSid::from_number(66)];
    assert_eq!(
        twilio.clone().run(end(&callee, "mallory")).status,
        403,
        "a person was called: who else has a reservation does not matter"
    );
    let of_queue = twilio.tasks.get_mut(&callee).unwrap();
    of_queue.2["callToQueue"] = json!("Sales");
    assert_eq!(twilio.clone().run(end(&callee, "mallory")).status, 200);
    assert_eq!(
        twilio.clone().run(end(&caller_task(), "mallory")).status,
        403
    );
    twilio.holders.clear();
    let before = twilio.tasks.clone();
    assert_eq!(twilio.run(end(&callee, "mallory")).status, 403);
    assert_eq!(twilio.tasks, before);
}

#[test]
fn a_call_that_looks_over_is_closed_by_a_check_and_no_other() {
    use TaskStatus::{Assigned, Canceled, Reserved};
    for (progress, callee, conference, closed) in [
        (Value::Null, Reserved, true, false),
        (json!("ringing"), Reserved, true, false),
        (json!("ringing"), Reserved, false, false),
        (json!("ringing"), Canceled, true, true),
        (json!("answered"), Assigned, true, false),
        (json!("answered"), Assigned, false, true),
        (json!("declined"), Canceled, true, true),
    ] {
        let mut twilio = ringing(Assigned, callee);
        let caller = twilio.tasks.get_mut(&caller_task()).unwrap();
        caller.2["internal_call"]["progress"] = progress.clone();
        if !conference {
            twilio.conferences.clear();
        }
        assert_eq!(twilio.run(check()).status, 200);
        assert_eq!(twilio.caller().is_open(), !closed, "{progress} {callee:?}");
        assert!(!closed || twilio.open_callees() == 0);
    }
}

#[test]
fn a_call_whose_ring_died_long_ago_is_closed_by_a_check_unless_somebody_is_in_it() {
    for (claimed_s, conference, closed) in
        [(60, false, true), (59, false, false), (60, true, false)]
    {
        let mut twilio = Twilio::new(|own| {
            own["internal_call"]["claim"] = json!("1000000"); // NOW
        });
        twilio.tasks.get_mut(&caller_task()).unwrap().1 = TaskStatus::Assigned;
        if conference {
            twilio.conferences.insert(ConferenceSid::from_number(1));
        }
        let mut late = Going::new(check());
        while late.response.is_none() {
            late.step(NOW + Millis::from_secs(claimed_s), &mut twilio);
        }
        assert_eq!(twilio.caller().is_open(), !closed);
    }
}

#[test]
fn a_list_that_lags_behind_hides_no_callee_that_the_callers_task_names() {
    let mut twilio = ringing(TaskStatus::Assigned, TaskStatus::Reserved);
    twilio.lists_lag = true;
    assert_eq!(twilio.run(ended()).status, 200);
    assert_eq!(twilio.open_callees(), 0);
}

#[test]
fn what_the_callee_says_of_his_own_task_closes_it_though_nothing_else_names_it() {
    let said = |callee: &TaskSid| {
        let parameters = [
            ("taskSid", caller_task().to_string()),
            ("role", "callee".to_owned()),
            ("calleeTask", callee.to_string()),
            ("CallStatus", "completed".to_owned()),
        ];
        let parameters = parameters.map(|(key, value)| (key.to_owned(), value));
        let over = http::request("/internal-call/common/agent-leg-over", &parameters).unwrap();
        let end = Request::End {
            task: callee.clone(),
            token: "bob".to_owned(),
            outcome: None,
            warm: false,
        };
        [over, end]
    };
    let mut twilio = ringing(TaskStatus::Assigned, TaskStatus::Assigned);
    twilio.lists_lag = true;
    let caller = twilio.tasks.get_mut(&caller_task()).unwrap();
    caller.2["internal_call"]["callee_task"] = Value::Null;
    let callee = twilio.callees()[0].sid.clone();
    for request in said(&callee) {
        let mut twilio = twilio.clone();
        assert_eq!(twilio.run(request).status, 200);
        assert_eq!(twilio.open_callees(), 0);
    }
}

/// Only what changed meanwhile is worth another attempt: what Twilio refuses is told at once.
#[test]
fn taking_the_callees_task_back_is_not_tried_again_when_twilio_refuses_it() {
    let mut twilio = Twilio::new(|_| {});
    twilio.ring();
    let late = Request::End {
        task: caller_task(),
        token: "alice".to_owned(),
        outcome: Some(Outcome::NoAnswer),
        warm: false,
    };
    let mut going = Going::new(late);
    let callee = twilio.callees()[0].sid.clone();
    let takes_back = |going: &Going| {
        let mut orders = going.orders.iter();
        orders.any(|order| matches!(order, Order::UpdateTask { task, .. } if *task == callee))
    };
    while !takes_back(&going) {
        assert!(going.response.is_none());
        going.step(NOW, &mut twilio);
    }
    let refusals = going.orders.iter().map(|_| Answer::Failed {
        status: 503,
        message: "busy".to_owned(),
    });
    let step = going.run.resume(NOW, refusals.collect());
    assert!(
        matches!(&step, Step::Respond(response) if response.status == 502),
        "{step:?}"
    );
}

fn callee_joined() -> Request {
    Request::Conference {
        event: ConferenceEvent::CalleeJoined,
        task: caller_task(),
        conference: ConferenceSid::from_number(1),
    }
}

/// Twilio says it once: whatever else changes the task meanwhile, it is written, and not for ever tried.
#[test]
fn that_the_callee_came_is_written_though_the_task_changes_meanwhile() {
    for (changes, status, written) in [(5, 200, true), (6, 502, false)] {
        let mut twilio = Twilio::new(|_| {});
        let mut told = Going::new(callee_joined());
        for _ in 0..changes {
            told.until(&mut twilio, |order| {
                matches!(order, Order::UpdateTask { .. })
            });
            twilio.tasks.get_mut(&caller_task()).unwrap().0 += 1;
            told.step(NOW, &mut twilio);
        }
        while told.response.is_none() {
            told.step(NOW, &mut twilio);
        }
        assert_eq!(told.response.unwrap().status / 100, status / 100);
        let answered = twilio.caller().link("progress") == Some("answered");
        assert_eq!(answered, written, "{changes} changes");
    }
}

#[test]
fn a_callee_who_joins_the_call_of_a_task_that_is_gone_is_not_left_alone_in_it() {
    let mut twilio = Twilio::new(|_| {});
    twilio.tasks.remove(&caller_task());
    let mut told = Going::new(callee_joined());
    let ends = |order: &Order| matches!(order, Order::EndConference { .. });
    told.step(NOW, &mut twilio);
    assert!(told.orders.iter().any(ends));
}
