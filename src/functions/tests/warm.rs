//! A call that was handed over: one task, one conference, three legs.

use super::*;
use crate::functions::{OfferOver, Outcome};
use crate::twilio::attributes::Progress;

fn silent() -> CallSid {
    CallSid::from_number(30)
}

fn leg(of: u128) -> CallSid {
    CallSid::from_number(30 + of)
}

/// Alice has the task; in its conference are the silent party and the first so many agents.
fn with_agents(agents: u128) -> Twilio {
    let mut twilio = Twilio::new(|attributes| {
        attributes["from"] = json!("+15550100");
        attributes["client_call"] = Value::Null;
        attributes["internal_call"]["strategy"] = json!("warm_transfer");
        attributes["conference"] = json!({"participants": {"customer": silent()}});
    });
    twilio.tasks.get_mut(&caller_task()).unwrap().1 = TaskStatus::Assigned;
    twilio.conferences.insert(ConferenceSid::from_number(1));
    twilio.holders = vec![alice()];
    twilio.participants = std::iter::once(silent())
        .chain((1..=agents).map(leg))
        .collect();
    twilio
}

fn with_progress(agents: u128, progress: Progress) -> Twilio {
    let mut twilio = with_agents(agents);
    let (_, _, attributes) = twilio.tasks.get_mut(&caller_task()).unwrap();
    attributes["internal_call"]["progress"] = json!(progress);
    twilio
}

fn came(token: &str) -> Request {
    Request::Came {
        task: caller_task(),
        token: token.to_owned(),
        warm: true,
    }
}

fn check() -> Request {
    Request::Check {
        task: caller_task(),
        token: "alice".to_owned(),
        outlives: false,
        warm: true,
    }
}

fn end(token: &str, outcome: Option<Outcome>) -> Request {
    Request::End {
        task: caller_task(),
        token: token.to_owned(),
        outcome,
        warm: true,
    }
}

#[test]
fn the_number_keeps_silent() {
    let request = http::request("/internal-call/common/call-silence", &[]).unwrap();
    let response = Twilio::new(|_| {}).run(request);
    let Body::Twiml(twiml) = response.body else {
        panic!("TwiML is wanted");
    };
    assert!(twiml.contains("<Pause length=\"240\"/><Hangup/>"));
    assert!(!twiml.contains("<Say") && !twiml.contains("<Play"));
}

#[test]
fn who_can_be_reached_is_rung_by_the_callers_own_plugin() {
    let mut twilio = with_agents(1);
    assert_eq!(twilio.ring().status, 200);
    assert!(twilio.callees().is_empty());
    assert_eq!(twilio.caller().link("claim"), None);
    assert!(twilio.caller().is_open());
}

#[test]
fn who_cannot_be_reached_is_noted_and_the_call_closed() {
    for (available, free, outcome) in [
        (false, true, Progress::Unavailable),
        (true, false, Progress::Busy),
    ] {
        let mut twilio = with_agents(1);
        (twilio.available, twilio.free) = (available, free);
        let response = twilio.ring();
        assert_eq!(response.status, 409);
        assert_eq!(twilio.caller().progress(), Some(outcome));
        assert!(!twilio.caller().is_open() && twilio.conferences.is_empty());
    }
}

#[test]
fn once_both_are_there_it_is_noted_and_the_silent_party_sent_away() {
    for token in ["alice", "bob", "sue"] {
        let mut twilio = with_agents(2);
        assert_eq!(twilio.run(came(token)).status, 200);
        assert_eq!(twilio.caller().progress(), Some(Progress::Answered));
        assert_eq!(twilio.participants, [leg(1), leg(2)]);
        let [(gone, twiml)] = &twilio.redirected[..] else {
            panic!("one leg is ended: {:?}", twilio.redirected);
        };
        assert_eq!(*gone, silent());
        assert!(twiml.contains("<Hangup/>"));
        assert_eq!(twilio.run(came(token)).status, 200, "told twice");
        assert_eq!(twilio.redirected.len(), 1);
    }
}

#[test]
fn nobody_is_sent_away_and_nothing_noted_before_both_are_there() {
    for agents in [0, 1] {
        let mut twilio = with_agents(agents);
        assert_eq!(twilio.run(came("bob")).status, 200);
        assert_eq!(twilio.caller().progress(), None);
        assert!(twilio.redirected.is_empty());
    }
}

#[test]
fn a_leg_that_is_not_in_the_tasks_conference_is_not_ended() {
    let mut twilio = with_agents(2);
    let (_, _, attributes) = twilio.tasks.get_mut(&caller_task()).unwrap();
    attributes["conference"]["participants"]["customer"] = json!(CallSid::from_number(99));
    twilio.participants = vec![leg(1), leg(2)];
    assert_eq!(twilio.run(came("bob")).status, 200);
    assert!(twilio.redirected.is_empty());
}

#[test]
fn a_stranger_changes_nothing() {
    for request in [
        came("mallory"),
        end("mallory", None),
        end("mallory", Some(Outcome::NoAnswer)),
        came("nobody"),
    ] {
        let mut twilio = with_agents(2);
        let before = format!("{twilio:?}");
        assert_eq!(twilio.run(request).status, 403);
        assert_eq!(format!("{twilio:?}"), before);
    }
}

#[test]
fn one_of_a_queue_is_a_party_if_he_has_it() {
    let mut twilio = with_agents(2);
    let (_, _, attributes) = twilio.tasks.get_mut(&caller_task()).unwrap();
    attributes["callToQueue"] = "Sales".into();
    attributes["internal_call"]["callee_worker"] = Value::Null;
    assert_eq!(twilio.run(came("bob")).status, 403);
    twilio.holders.push(bob());
    assert_eq!(twilio.run(came("bob")).status, 200);
    assert_eq!(twilio.caller().progress(), Some(Progress::Answered));
}

#[test]
fn it_is_over_when_nobody_is_left_to_talk_to() {
    type Change = fn(&mut Twilio);
    let as_it_is: Change = |_| {};
    let cases: [(&str, Option<Progress>, u128, Change, bool); 8] = [
        ("she waits for him", None, 1, as_it_is, false),
        ("she has gone before he came", None, 0, as_it_is, true),
        ("both talk", Some(Progress::Answered), 2, as_it_is, false),
        ("one is left", Some(Progress::Answered), 1, as_it_is, true),
        (
            "one is left, and another is being offered it",
            Some(Progress::Answered),
            1,
            |twilio| twilio.on_offer = true,
            false,
        ),
        ("three talk", Some(Progress::Answered), 3, as_it_is, false),
        ("he declined", Some(Progress::Declined), 0, as_it_is, true),
        (
            "there is no conference any more",
            Some(Progress::Answered),
            2,
            |twilio| twilio.conferences.clear(),
            true,
        ),
    ];
    for (what, progress, agents, change, over) in cases {
        let mut twilio = match progress {
            Some(progress) => with_progress(agents, progress),
            None => with_agents(agents),
        };
        change(&mut twilio);
        assert_eq!(twilio.run(check()).status, 200);
        assert_eq!(!twilio.caller().is_open(), over, "{what}");
        assert!(!over || twilio.conferences.is_empty(), "{what}");
    }
}

#[test]
fn nobody_answered_in_time_unless_he_did() {
    let late = Some(Outcome::NoAnswer);
    let mut twilio = with_agents(1);
    assert_eq!(twilio.run(end("alice", late)).status, 200);
    assert_eq!(twilio.caller().progress(), Some(Progress::NoAnswer));
    assert!(!twilio.caller().is_open() && twilio.conferences.is_empty());
    // He is in it, though nobody noted it yet; or TaskRouter says that he took it.
    let mut came = with_agents(2);
    let mut coming = with_agents(1);
    coming.holders.push(bob());
    for twilio in [&mut came, &mut coming] {
        let response = twilio.run(end("alice", late));
        assert_eq!(response.status, 409);
        assert!(twilio.caller().is_open());
    }
    // Taken, and not come: that is not connected.
    let response = coming.run(end("alice", Some(Outcome::NotConnected)));
    assert_eq!(response.status, 200);
    assert_eq!(coming.caller().progress(), Some(Progress::NotConnected));
}

#[test]
fn a_decline_is_noted_with_its_reason_and_closes_the_call_unless_it_was_answered() {
    let reject = || Request::Reject {
        task: caller_task(),
        token: "bob".to_owned(),
        reason: Some(crate::twilio::attributes::DeclineReason::Message),
    };
    let mut twilio = with_agents(1);
    assert_eq!(twilio.run(reject()).status, 200);
    assert_eq!(twilio.caller().progress(), Some(Progress::Declined));
    assert_eq!(twilio.caller().link("reason"), Some("message"));
    assert!(!twilio.caller().is_open());
    // He is offered it once more, by somebody who hands it on.
    let mut twilio = with_progress(2, Progress::Answered);
    assert_eq!(twilio.run(reject()).status, 409);
    assert!(twilio.caller().is_open());
}

#[test]
fn taskrouters_own_word_that_he_refused_closes_it_and_not_that_the_caller_did() {
    let event = |worker: WorkerSid| {
        let attributes = json!({"internal_call": {"role": "caller", "strategy": "warm_transfer",
            "caller_worker": alice(), "callee_worker": bob()}});
        let parameters = [
            ("EventType", "reservation.rejected".to_owned()),
            ("TaskSid", caller_task().to_string()),
            ("WorkerSid", worker.to_string()),
            ("TaskAttributes", attributes.to_string()),
        ];
        let parameters = parameters.map(|(key, value)| (key.to_owned(), value));
        http::request("/internal-call/common/taskrouter-event", &parameters).unwrap()
    };
    assert_eq!(event(alice()), Request::Ignored);
    let over = event(bob());
    assert_eq!(
        over,
        Request::OfferOver {
            task: caller_task(),
            callee: None,
            how: OfferOver::Refused
        }
    );
    let mut twilio = with_agents(1);
    assert_eq!(twilio.run(over).status, 200);
    assert_eq!(twilio.caller().progress(), Some(Progress::Unavailable));
    assert!(!twilio.caller().is_open());
}

/// A plugin that is configured otherwise than the call was placed.
#[test]
fn a_call_that_was_not_handed_over_is_closed_as_any_other() {
    let mut twilio = Twilio::new(|_| {});
    twilio.ring();
    assert_eq!(twilio.run(check()).status, 200);
    assert!(twilio.caller().is_open(), "it rings");
    assert_eq!(twilio.run(end("alice", None)).status, 200);
    assert!(!twilio.caller().is_open());
    assert_eq!(twilio.open_callees(), 0);
}

/// Whichever of them is first: nobody is hung up on who talks, and the silent party is gone in the end.
#[test]
fn both_say_that_he_came_while_her_time_runs_out() {
    let twilio = with_agents(2);
    let late = end("alice", Some(Outcome::NoAnswer));
    let going = [came("alice"), came("bob"), late].map(Going::new);
    let states = interleave(&twilio, &going, NOW, &|twilio, done| {
        assert!(twilio.caller().is_open());
        if done {
            assert_eq!(twilio.caller().progress(), Some(Progress::Answered));
            assert_eq!(twilio.participants, [leg(1), leg(2)]);
        }
    });
    assert!(states > 100, "{states}");
}
