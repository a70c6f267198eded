//! TaskRouter's own events: what they mean, and what comes of them.

use super::*;
use crate::functions::OfferOver;

const PATH: &str = "/internal-call/common/taskrouter-event";

/// An event about a task with these attributes, as TaskRouter posts it.
fn event(kind: &str, attributes: &str) -> Vec<(String, String)> {
    let task = TaskSid::from_number(101);
    [
        ("EventType", kind),
        ("TaskSid", task.as_str()),
        ("TaskAttributes", attributes),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

fn meant(kind: &str, attributes: &Value) -> Request {
    http::request(PATH, &event(kind, &attributes.to_string())).unwrap()
}

#[test]
fn only_a_callees_offer_that_he_did_not_take_means_anything() {
    let own = json!({"internal_call": {"role": "callee", "caller_task": caller_task()}});
    for (kind, how) in [
        ("reservation.rejected", OfferOver::Refused),
        ("reservation.timeout", OfferOver::Lapsed),
    ] {
        let callee = TaskSid::from_number(101);
        let task = caller_task();
        let callee = Some(callee);
        assert_eq!(meant(kind, &own), Request::OfferOver { task, callee, how });
        let mut queues = own.clone();
        queues["callToQueue"] = "Everyone".into();
        for other in [
            queues,
            json!({"internal_call": {"role": "caller", "caller_task": caller_task()}}),
            json!({"internal_call": {"role": "callee"}}),
            json!({"internal_call": {"role": "callee", "caller_task": "WT1"}}),
            json!({"from": "+15550111"}),
            json!([1]),
        ] {
            assert_eq!(meant(kind, &other), Request::Ignored, "{other}");
        }
        let damaged = http::request(PATH, &event(kind, "{"));
        assert_eq!(damaged, Ok(Request::Ignored));
    }
    for kind in [
        "reservation.created",
        "reservation.accepted",
        "reservation.canceled",
        "reservation.rescinded",
        "task.canceled",
        "worker.activity.update",
    ] {
        assert_eq!(meant(kind, &own), Request::Ignored, "{kind}");
    }
}

#[test]
fn the_caller_reads_what_became_of_the_offer_and_nothing_is_left() {
    for (how, progress) in [
        (OfferOver::Refused, "unavailable"),
        (OfferOver::Lapsed, "no_answer"),
    ] {
        let mut twilio = Twilio::new(|_| {});
        twilio.ring();
        let over = Request::OfferOver {
            task: caller_task(),
            callee: Some(twilio.callees()[0].sid.clone()),
            how,
        };
        assert_eq!(twilio.run(over.clone()).status, 200);
        assert_eq!(twilio.caller().link("progress"), Some(progress));
        assert_eq!(twilio.open_callees(), 0);
        assert!(!twilio.caller().is_open());
        assert_eq!(twilio.run(over).status, 200, "told twice");
        assert_eq!(twilio.caller().link("progress"), Some(progress));
    }
}

/// His plugin says so as well, at any moment: whichever is first, the caller reads one outcome, and it stays.
#[test]
fn the_event_and_the_callees_plugin_agree_in_any_order() {
    let mut twilio = Twilio::new(|_| {});
    twilio.ring();
    twilio.tasks.get_mut(&caller_task()).unwrap().1 = TaskStatus::Assigned;
    let callee = twilio.callees()[0].sid.clone();
    let told = Request::OfferOver {
        task: caller_task(),
        callee: Some(callee.clone()),
        how: OfferOver::Refused,
    };
    let says = Request::End {
        task: callee,
        token: "bob".to_owned(),
        outcome: Some(crate::functions::Outcome::Away),
        warm: false,
    };
    let going = [Going::new(told), Going::new(says)];
    let states = interleave(&twilio, &going, NOW, &|twilio, at_rest| {
        if at_rest {
            assert_eq!(twilio.caller().link("progress"), Some("unavailable"));
            assert_eq!(twilio.open_callees(), 0);
            assert!(!twilio.caller().is_open());
        }
    });
    assert_eq!(states, 367, "states explored");
}
