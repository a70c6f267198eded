//! Callees who are on a call: what a supervisor wrote on them, and what is configured.

use super::*;
use crate::twilio::attributes::Progress;
use BusyPolicy::{Busy, Notify, Ring};

type Policy = Option<BusyPolicy>;
type Case = (Policy, Policy, bool, Option<Progress>);

/// What is on him; what is configured; whether he has room; and what becomes of a call to him while he is on one.
const CASES: [Case; 10] = [
    (None, None, true, None),
    (None, None, false, Some(Progress::Busy)),
    (None, Some(Ring), true, None),
    (None, Some(Ring), false, Some(Progress::Busy)),
    (None, Some(Busy), true, Some(Progress::Busy)),
    (None, Some(Notify), true, Some(Progress::BusyNotify)),
    (None, Some(Notify), false, Some(Progress::BusyNotify)),
    (Some(Ring), Some(Busy), true, None),
    (Some(Busy), Some(Ring), true, Some(Progress::Busy)),
    (Some(Notify), Some(Ring), true, Some(Progress::BusyNotify)),
];

fn code(response: &Response) -> Option<String> {
    let Body::Json(text) = &response.body else {
        panic!("no JSON: {response:?}");
    };
    let json: Value = serde_json::from_str(text).unwrap();
    json["code"].as_str().map(str::to_owned)
}

fn configured(policy: Option<BusyPolicy>) -> impl Fn(&mut Value) {
    move |attributes| {
        if let Some(policy) = policy {
            attributes["internal_call"]["busy_policy"] = json!(policy);
        }
    }
}

fn on_a_call(mut twilio: Twilio, his: Option<BusyPolicy>, free: bool) -> Twilio {
    (twilio.on_a_call, twilio.policy, twilio.free) = (true, his, free);
    twilio
}

#[test]
fn a_callee_who_is_on_a_call_is_rung_or_busy_by_his_own_policy_and_else_by_the_configured_one() {
    for (his, policy, free, outcome) in CASES {
        let mut twilio = on_a_call(Twilio::new(configured(policy)), his, free);
        let response = twilio.ring();
        let case = (his, policy, free);
        assert_eq!(
            twilio.open_callees(),
            usize::from(outcome.is_none()),
            "{case:?}"
        );
        let written = outcome.unwrap_or(Progress::Ringing);
        assert_eq!(twilio.caller().progress(), Some(written), "{case:?}");
        assert_eq!(
            code(&response).as_deref(),
            outcome.map(Progress::as_str),
            "{case:?}"
        );
        assert_eq!(twilio.caller().is_open(), outcome.is_none(), "{case:?}");
    }
}

#[test]
fn so_is_one_who_is_called_by_an_application() {
    for (his, policy, free, outcome) in CASES {
        let mut twilio = on_a_call(enqueue::called(configured(policy)), his, free);
        let twiml = enqueue::twiml(twilio.run(enqueue::asked()));
        let case = (his, policy, free);
        assert_eq!(twiml.contains("<Enqueue"), outcome.is_none(), "{case:?}");
        let written = outcome.unwrap_or(Progress::Ringing);
        assert_eq!(twilio.caller().progress(), Some(written), "{case:?}");
    }
}

#[test]
fn whoever_asks_before_he_calls_is_told_the_same() {
    for (his, policy, free, outcome) in CASES {
        let mut twilio = on_a_call(Twilio::new(|_| {}), his, free);
        let response = twilio.run(Request::Reach {
            worker: bob(),
            policy,
            token: "alice".to_owned(),
        });
        let expected = if outcome.is_some() { "busy" } else { "free" };
        assert_eq!(
            code(&response).as_deref(),
            Some(expected),
            "{:?}",
            (his, policy, free)
        );
    }
}

#[test]
fn nobody_is_busy_who_is_on_no_call_and_has_room() {
    for policy in [None, Some(Ring), Some(Busy), Some(Notify)] {
        let mut twilio = Twilio::new(configured(policy));
        twilio.policy = policy;
        assert_eq!(twilio.ring().status, 200, "{policy:?}");
        assert_eq!(twilio.open_callees(), 1);
    }
}

#[test]
fn a_call_to_a_queue_asks_after_nobodys_policy() {
    let mut twilio = on_a_call(Twilio::new(configured(Some(Busy))), Some(Busy), false);
    if let Some((_, _, all)) = twilio.tasks.get_mut(&caller_task()) {
        all["callToQueue"] = json!("Sales");
        all["internal_call"]["callee_worker"] = Value::Null;
    }
    assert_eq!(twilio.run(asked_of(None)).status, 200);
    assert_eq!(twilio.open_callees(), 1);
}

#[test]
fn what_is_no_policy_is_as_if_nothing_were_written() {
    let read = |attributes: &str| {
        let order = Order::FetchWorker { worker: bob() };
        let body = json!({"available": true, "attributes": attributes}).to_string();
        http::answer(&order, 200, None, &body)
    };
    let found = |policy| Answer::Worker {
        available: true,
        policy,
    };
    for (attributes, policy) in [
        ("{\"internal_call_busy_policy\":\"notify\"}", Some(Notify)),
        ("{\"internal_call_busy_policy\":\"ring\"}", Some(Ring)),
        ("{\"internal_call_busy_policy\":\"Busy\"}", None),
        ("{\"internal_call_busy_policy\":true}", None),
        ("{}", None),
        ("no JSON", None),
    ] {
        assert_eq!(read(attributes), found(policy), "{attributes}");
    }
    let caller = Twilio::new(|all| all["internal_call"]["busy_policy"] = json!("never")).caller();
    assert_eq!(caller.busy_policy(), None);
}

#[test]
fn a_plugin_says_what_is_configured_and_anything_else_is_nothing() {
    let bob = bob().to_string();
    for (word, policy) in [("busy", Some(Busy)), ("Busy", None), ("", None)] {
        let form = [
            ("workerSid", bob.as_str()),
            ("Token", "t"),
            ("busyPolicy", word),
        ];
        let form = form.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let read = http::request("/internal-call/flex/reach", &form).unwrap();
        assert!(
            matches!(read, Request::Reach { policy: p, .. } if p == policy),
            "{word}"
        );
    }
}
