use super::*;
use crate::functions::order::TaskStatus::{Assigned, Wrapping};
use crate::functions::Outcome;

pub(super) fn callee_task() -> TaskSid {
    TaskSid::from_number(2)
}

fn conference() -> ConferenceSid {
    ConferenceSid::from_number(1)
}

/// Alice talks to Bob, in a call that outlives their pages; these two are in it.
pub(super) fn talking(there: &[Role]) -> Twilio {
    let mut twilio = Twilio::new(|attributes| {
        let own = &mut attributes["internal_call"];
        own["progress"] = json!("answered");
        own["callee_task"] = json!(callee_task());
        own["rejoin_seconds"] = json!(20);
    });
    let callee = json!({
        "to": "client:bob", "from": "client:alice", "client_call": true,
        "conferenceSid": caller_task(),
        "internal_call": {
            "role": "callee", "caller_worker": alice(), "callee_worker": bob(),
            "caller_task": caller_task(), "rejoin_seconds": 20,
        },
    });
    twilio.tasks.get_mut(&caller_task()).unwrap().1 = Assigned;
    twilio.tasks.insert(callee_task(), (0, Assigned, callee));
    twilio.conferences.insert(conference());
    twilio.in_progress = true;
    twilio.holders = vec![alice(), bob()];
    twilio.parties = there.iter().map(|role| (Label::Of(*role), true)).collect();
    twilio
}

pub(super) fn task_of(role: Role) -> TaskSid {
    match role {
        Role::Caller => caller_task(),
        Role::Callee => callee_task(),
    }
}

fn leg_over(role: Role) -> Request {
    Request::LegOver {
        task: caller_task(),
        role,
        was_answered: true,
        callee: None,
        outlives: true,
    }
}

fn event(event: ConferenceEvent) -> Request {
    Request::Conference {
        event,
        task: caller_task(),
        conference: conference(),
    }
}

fn check() -> Request {
    Request::Check {
        task: callee_task(),
        token: "bob".to_owned(),
        outlives: true,
        warm: false,
    }
}

fn not_back(token: &str) -> Request {
    Request::End {
        task: caller_task(),
        token: token.to_owned(),
        outcome: Some(Outcome::NotBack),
        warm: false,
    }
}

pub(super) fn lost(twilio: &Twilio, role: Role) -> bool {
    twilio.task(&task_of(role)).unwrap().lost_at().is_some()
}

fn closed(twilio: &Twilio) -> bool {
    let open = [Role::Caller, Role::Callee]
        .into_iter()
        .filter_map(|role| twilio.task(&task_of(role)))
        .any(|task| task.is_open());
    !open && twilio.conferences.is_empty()
}

#[test]
fn whoever_is_left_reads_that_the_other_is_lost_by_whichever_word_of_it_comes() {
    for left in [Role::Caller, Role::Callee] {
        for word in [
            leg_over(left.other()),
            event(ConferenceEvent::Left),
            check(),
        ] {
            let mut twilio = talking(&[left]);
            assert!(twilio.run(word).status < 300);
            assert!(lost(&twilio, left) && !lost(&twilio, left.other()));
            assert!(!closed(&twilio));
        }
    }
}

#[test]
fn since_when_is_written_once() {
    let mut twilio = talking(&[Role::Caller]);
    twilio.run(leg_over(Role::Callee));
    let once = twilio.caller();
    twilio.run(event(ConferenceEvent::Left));
    assert_eq!(twilio.caller(), once);
}

#[test]
fn an_old_word_of_his_leaving_says_nothing_while_both_are_there() {
    let mut twilio = talking(&[Role::Caller, Role::Callee]);
    let before = twilio.clone();
    twilio.run(leg_over(Role::Callee));
    assert_eq!(format!("{twilio:?}"), format!("{before:?}"));
}

#[test]
fn nobody_is_lost_any_more_once_both_are_there_and_one_whose_phone_rings_is_not() {
    let mut twilio = talking(&[Role::Caller]);
    twilio.run(leg_over(Role::Callee));
    twilio.parties.push((Label::Of(Role::Callee), false));
    twilio.run(event(ConferenceEvent::Left));
    assert!(lost(&twilio, Role::Caller));
    twilio.parties = [Role::Caller, Role::Callee]
        .map(|role| (Label::Of(role), true))
        .into();
    twilio.run(event(ConferenceEvent::CalleeJoined));
    assert!(!lost(&twilio, Role::Caller));
}

#[test]
fn a_list_that_has_nobody_yet_ends_no_call_into_which_somebody_just_came() {
    for word in [ConferenceEvent::CalleeJoined, ConferenceEvent::Left] {
        let mut twilio = talking(&[]);
        let before = twilio.clone();
        assert!(twilio.run(event(word)).status < 300);
        assert_eq!(format!("{twilio:?}"), format!("{before:?}"));
    }
}

#[test]
fn where_nobody_is_left_or_nobody_answered_the_call_is_closed() {
    let mut twilio = talking(&[]);
    twilio.run(leg_over(Role::Callee));
    assert!(closed(&twilio));
    let mut twilio = talking(&[Role::Caller]);
    let caller = &mut twilio.tasks.get_mut(&caller_task()).unwrap().2;
    caller["internal_call"]["progress"] = json!("ringing");
    twilio.run(leg_over(Role::Callee));
    assert!(closed(&twilio));
    assert_eq!(twilio.caller().link("progress"), Some("not_connected"));
}

#[test]
fn whoever_waited_long_enough_ends_the_call_unless_the_other_is_back() {
    let mut twilio = talking(&[Role::Caller]);
    assert_eq!(twilio.run(not_back("mallory")).status, 403);
    assert!(!closed(&twilio));
    assert_eq!(twilio.run(not_back("alice")).status, 200);
    assert!(closed(&twilio));
    let mut twilio = talking(&[Role::Caller, Role::Callee]);
    let response = twilio.run(not_back("alice"));
    assert_eq!(response.status, 409);
    assert!(format!("{response:?}").contains("answered"), "{response:?}");
    assert!(!closed(&twilio));
}

#[test]
fn a_hang_up_ends_it_however_its_words_are_mingled() {
    // Bob hung up: his leg is over, its words come, and his plugin's.
    let twilio = talking(&[Role::Caller]);
    let end = Request::End {
        task: callee_task(),
        token: "bob".to_owned(),
        outcome: None,
        warm: false,
    };
    let going = [leg_over(Role::Callee), event(ConferenceEvent::Left), end].map(Going::new);
    let states = interleave(&twilio, &going, NOW, &|twilio, rest| {
        assert!(!rest || closed(twilio), "{twilio:?}");
    });
    assert!(states > 1000, "{states}");
}

#[test]
fn the_sweep_closes_a_call_whose_other_party_was_lost_long_ago() {
    let mut twilio = talking(&[Role::Callee]);
    twilio.run(leg_over(Role::Caller));
    let checked = |twilio: &mut Twilio, seconds| {
        let request = Request::Check {
            task: caller_task(),
            token: "alice".to_owned(),
            outlives: false,
            warm: false,
        };
        let mut going = Going::new(request);
        while going.response.is_none() {
            going.step(NOW + Millis::from_secs(seconds), twilio);
        }
    };
    checked(&mut twilio, 79);
    assert!(!closed(&twilio));
    checked(&mut twilio, 80);
    assert!(closed(&twilio));
    assert_eq!(twilio.caller().status, Wrapping);
}
