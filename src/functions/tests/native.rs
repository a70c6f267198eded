//! What becomes of a call that Flex connects, once its callee's task is there.

use super::enqueue::{asked, called, task_of, twiml};
use super::*;
use crate::twilio::attributes::Progress;

/// Bob's phone rings: Twilio has made his task.
fn rings() -> (Twilio, TaskSid) {
    let mut twilio = called(|_| {});
    let attributes = task_of(&twiml(twilio.run(asked())));
    let callee = TaskSid::from_number(50);
    twilio
        .tasks
        .insert(callee.clone(), (0, TaskStatus::Reserved, attributes));
    (twilio, callee)
}

#[test]
fn a_decline_is_noted_before_anything_ends() {
    let (mut twilio, callee) = rings();
    let request = Request::Reject {
        task: callee.clone(),
        token: "bob".to_owned(),
        reason: None,
    };
    let mut going = Going::new(request);
    going.until(&mut twilio, |order| {
        matches!(
            order,
            Order::UpdateTask {
                change: Change::Close(_),
                ..
            }
        )
    });
    assert_eq!(twilio.caller().progress(), Some(Progress::Declined));
    while going.response.is_none() {
        going.step(NOW, &mut twilio);
    }
    assert_eq!(twilio.task(&callee).unwrap().status, TaskStatus::Canceled);
    assert!(twilio.conferences.is_empty());
}

#[test]
fn no_answer_is_noted_before_the_callees_task_is_cancelled_which_ends_the_callers() {
    let (mut twilio, _) = rings();
    let request = Request::End {
        task: caller_task(),
        token: "alice".to_owned(),
        outcome: Some(crate::functions::Outcome::NoAnswer),
        warm: false,
    };
    let mut going = Going::new(request);
    going.until(&mut twilio, |order| {
        matches!(
            order,
            Order::UpdateTask {
                change: Change::Close(_),
                ..
            }
        )
    });
    assert_eq!(twilio.caller().progress(), Some(Progress::NoAnswer));
}

#[test]
fn a_call_that_was_answered_cannot_be_declined_by_whom_it_is_handed_to() {
    let (mut twilio, callee) = rings();
    twilio.in_progress = true;
    twilio.tasks.get_mut(&callee).unwrap().1 = TaskStatus::Assigned;
    let came = Request::Came {
        task: callee.clone(),
        token: "bob".to_owned(),
        warm: false,
    };
    twilio.run(came);
    assert_eq!(twilio.caller().progress(), Some(Progress::Answered));
    let declined = Request::Reject {
        task: callee.clone(),
        token: "bob".to_owned(),
        reason: None,
    };
    assert_eq!(twilio.run(declined).status, 409);
    assert_eq!(twilio.task(&callee).unwrap().status, TaskStatus::Assigned);
    assert!(!twilio.conferences.is_empty());
}

#[test]
fn a_call_that_is_talked_is_not_ended_by_whoever_it_is_handed_to_in_vain() {
    // Twilio's word of the transfer's reservation; his plugin's.
    let told = |callee: &TaskSid| Request::OfferOver {
        task: caller_task(),
        callee: Some(callee.clone()),
        how: crate::functions::OfferOver::Refused,
    };
    let says = |callee: &TaskSid| Request::End {
        task: callee.clone(),
        token: "bob".to_owned(),
        outcome: Some(crate::functions::Outcome::Away),
        warm: false,
    };
    for came_is_lost in [false, true] {
        let (mut twilio, callee) = rings();
        twilio.in_progress = true;
        twilio.tasks.get_mut(&callee).unwrap().1 = TaskStatus::Assigned;
        if !came_is_lost {
            let came = Request::Came {
                task: callee.clone(),
                token: "bob".to_owned(),
                warm: false,
            };
            twilio.run(came);
        }
        for request in [told(&callee), says(&callee)] {
            assert_eq!(twilio.run(request).status, 409);
        }
        assert_eq!(twilio.task(&callee).unwrap().status, TaskStatus::Assigned);
        assert!(twilio.caller().is_open());
        assert!(!twilio.conferences.is_empty());
    }
}

#[test]
fn a_colleague_who_goes_away_while_it_rings_ends_the_call() {
    let (mut twilio, callee) = rings();
    let over = Request::OfferOver {
        task: caller_task(),
        callee: Some(callee.clone()),
        how: crate::functions::OfferOver::Refused,
    };
    assert_eq!(twilio.run(over).status, 200);
    assert_eq!(twilio.caller().progress(), Some(Progress::Unavailable));
    assert_eq!(twilio.task(&callee).unwrap().status, TaskStatus::Canceled);
}

#[test]
fn what_is_left_of_a_call_that_is_over_is_found_by_the_callers_task() {
    let (mut twilio, callee) = rings();
    twilio.tasks.get_mut(&caller_task()).unwrap().1 = TaskStatus::Wrapping;
    twilio.conferences.clear();
    let check = Request::Check {
        task: caller_task(),
        token: "alice".to_owned(),
        outlives: false,
        warm: false,
    };
    assert_eq!(twilio.run(check).status, 200);
    assert_eq!(twilio.task(&callee).unwrap().status, TaskStatus::Canceled);
}

/// Bob has come.
fn came(twilio: &mut Twilio, callee: &TaskSid) -> Request {
    twilio.in_progress = true;
    twilio.tasks.get_mut(callee).unwrap().1 = TaskStatus::Assigned;
    Request::Came {
        task: callee.clone(),
        token: "bob".to_owned(),
        warm: false,
    }
}

/// Whether tasks are listed by attribute, which TaskRouter allows three times a second.
fn lists(twilio: &mut Twilio, request: Request) -> bool {
    let mut going = Going::new(request);
    let mut listed = false;
    while going.response.is_none() {
        let list = |order: &Order| matches!(order, Order::ListCalleeTasks { .. });
        listed |= going.orders.iter().any(list);
        going.step(NOW, twilio);
    }
    listed
}

#[test]
fn the_callers_task_names_the_callees_once_he_has_come_so_that_nobody_lists_it() {
    let check = || Request::Check {
        task: caller_task(),
        token: "alice".to_owned(),
        outlives: false,
        warm: false,
    };
    let (mut twilio, callee) = rings();
    assert!(lists(&mut twilio, check()));
    let came = came(&mut twilio, &callee);
    assert_eq!(twilio.run(came.clone()).status, 200);
    assert_eq!(twilio.caller().callee_task(), Some(callee));
    assert_eq!(twilio.caller().progress(), Some(Progress::Answered));
    assert_eq!(twilio.caller().attributes["theirs"]["kept"], 1);
    assert!(!lists(&mut twilio, check()));
    let version = twilio.caller().version;
    assert_eq!(twilio.run(came).status, 200);
    assert_eq!(twilio.caller().version, version, "told twice, written once");
}

#[test]
fn what_others_write_on_the_callers_task_meanwhile_stays() {
    let (mut twilio, callee) = rings();
    let mut going = Going::new(came(&mut twilio, &callee));
    going.until(&mut twilio, |order| {
        matches!(order, Order::UpdateTask { .. })
    });
    let caller = twilio.tasks.get_mut(&caller_task()).unwrap();
    caller.0 += 1;
    caller.2["theirs"]["kept"] = 2.into();
    while going.response.is_none() {
        going.step(NOW, &mut twilio);
    }
    assert_eq!(twilio.caller().callee_task(), Some(callee));
    assert_eq!(twilio.caller().attributes["theirs"]["kept"], 2);
}

#[test]
fn a_task_that_nobody_took_is_not_named_nor_is_any_on_a_call_that_is_over() {
    let (mut offered, callee) = rings();
    let request = came(&mut offered, &callee);
    offered.tasks.get_mut(&callee).unwrap().1 = TaskStatus::Reserved;
    offered.run(request);
    assert_eq!(offered.caller().callee_task(), None);
    let (mut over, callee) = rings();
    let request = came(&mut over, &callee);
    over.tasks.get_mut(&caller_task()).unwrap().1 = TaskStatus::Wrapping;
    over.run(request);
    assert_eq!(over.caller().callee_task(), None);
}
