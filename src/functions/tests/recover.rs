use super::*;
use crate::functions::order::TaskStatus::{Assigned, Reserved, Wrapping};

fn customer() -> CallSid {
    CallSid::from_number(5)
}

/// Alice's task of a customer's call; she has gone, and he is alone.
fn left_alone(status: TaskStatus) -> Twilio {
    let mut twilio = Twilio::new(|attributes| {
        *attributes = json!({
            "from": "+15550001111", "name": "Dana <& Co>", "call_sid": customer(),
            "conference": {
                "sid": ConferenceSid::from_number(1),
                "participants": {"worker": CallSid::from_number(4), "customer": customer()},
            },
        });
    });
    if let Some(task) = twilio.tasks.get_mut(&caller_task()) {
        task.1 = status;
    }
    twilio.holders = vec![alice()];
    twilio.participants = vec![customer()];
    twilio
}

fn left() -> Request {
    Request::Left {
        task: caller_task(),
    }
}

fn asked_by(token: &str) -> Request {
    Request::Recover {
        task: caller_task(),
        token: token.to_owned(),
    }
}

#[test]
fn a_customer_left_alone_goes_back_to_his_workflow_with_what_is_known_of_him() {
    for request in [left(), asked_by("alice"), asked_by("sue")] {
        let mut twilio = left_alone(Wrapping);
        assert_eq!(twilio.run(request).status, 200);
        let [(call, twiml)] = twilio.redirected.as_slice() else {
            panic!("{:?}", twilio.redirected);
        };
        assert_eq!(*call, customer());
        let workflow = WorkflowSid::from_number(9);
        let task = format!(
            "{{&quot;from&quot;:&quot;+15550001111&quot;,&quot;name&quot;:&quot;Dana &lt;&amp; Co&gt;&quot;,\
             &quot;recovered_task_sid&quot;:&quot;{}&quot;,&quot;recovered_worker_sid&quot;:&quot;{}&quot;}}",
            caller_task(),
            alice(),
        );
        assert!(
            twiml.contains(&format!(
                "<Enqueue workflowSid=\"{workflow}\"><Task>{task}</Task></Enqueue>"
            )),
            "{twiml}"
        );
    }
}

#[test]
fn he_is_offered_once_however_often_it_is_told() {
    let mut twilio = left_alone(Assigned);
    for request in [left(), left(), asked_by("alice")] {
        assert_eq!(twilio.run(request).status, 200);
    }
    assert_eq!(twilio.redirected.len(), 1);
}

#[test]
fn whoever_is_not_alone_stays_where_he_is() {
    let alone = || left_alone(Wrapping);
    let cases: [(&str, Twilio); 6] = [
        ("a colleague is still with him", {
            let mut twilio = alone();
            twilio.participants.push(CallSid::from_number(6));
            twilio
        }),
        ("somebody else is alone there", {
            let mut twilio = alone();
            twilio.participants = vec![CallSid::from_number(6)];
            twilio
        }),
        ("he has hung up", {
            let mut twilio = alone();
            twilio.participants.clear();
            twilio
        }),
        ("he is transferred: on offer", left_alone(Reserved)),
        ("he is transferred: another agent is asked", {
            let mut twilio = alone();
            twilio.on_offer = true;
            twilio
        }),
        ("it is a call between agents", {
            let mut twilio = Twilio::new(|_| {});
            twilio.holders = vec![alice()];
            twilio.participants = vec![customer()];
            twilio
        }),
    ];
    for (why, mut twilio) in cases {
        assert_eq!(twilio.run(left()).status, 200, "{why}");
        assert_eq!(twilio.redirected, [], "{why}");
    }
}

#[test]
fn strangers_and_the_signed_out_are_refused() {
    for token in ["bob", "nobody"] {
        let mut twilio = left_alone(Wrapping);
        assert_eq!(twilio.run(asked_by(token)).status, 403, "{token}");
        assert_eq!(twilio.redirected, [], "{token}");
    }
}

#[test]
fn only_leaving_counts_of_what_the_conference_tells() {
    let told = |event: &str| {
        let parameters = [
            ("StatusCallbackEvent", event),
            ("FriendlyName", caller_task().as_str()),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        http::request("/multi-call/common/conference", &parameters)
    };
    assert_eq!(told("participant-leave"), Ok(left()));
    assert_eq!(told("conference-end"), Ok(Request::Ignored));
}
