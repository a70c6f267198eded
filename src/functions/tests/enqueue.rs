//! Callers' legs to the TwiML application.

use super::*;
use crate::functions::Whom;
use crate::twilio::attributes::Progress;

pub(super) const CONVERSATION: &str = "7-8-9";

fn asking_leg() -> CallSid {
    CallSid::from_number(5)
}

fn called_leg() -> CallSid {
    CallSid::from_number(6)
}

/// Alice calls Bob: her task is hers, and its conference has the leg that Flex called.
pub(super) fn called(change: impl FnOnce(&mut Value)) -> Twilio {
    let mut twilio = Twilio::new(|attributes| {
        *attributes = json!({
            "name": "Bob", "from": "+15550100", "outbound_to": "app:AP?…", "theirs": {"kept": 1},
            "conversations": {"conversation_id": CONVERSATION},
            "internal_call": {"role": "caller", "strategy": "application",
                "caller_worker": alice(), "callee_worker": bob(), "ring_seconds": 20},
        });
        change(attributes);
    });
    if let Some((_, status, _)) = twilio.tasks.get_mut(&caller_task()) {
        *status = TaskStatus::Assigned;
    }
    twilio.holders = vec![alice()];
    twilio.conferences = [ConferenceSid::from_number(1)].into();
    twilio.participants = vec![CallSid::from_number(4), called_leg()];
    twilio
}

pub(super) fn asked() -> Request {
    Request::Enqueue {
        call: asking_leg(),
        parent: Some(called_leg()),
        conversation: CONVERSATION.to_owned(),
        whom: Whom::Worker(bob()),
        look: 0,
    }
}

pub(super) fn twiml(response: Response) -> String {
    assert_eq!(response.status, 200);
    match response.body {
        Body::Twiml(text) => text,
        other => panic!("no TwiML: {other:?}"),
    }
}

pub(super) fn task_of(twiml: &str) -> Value {
    let task = twiml
        .split("<Task priority=\"1000\" timeout=\"25\">")
        .nth(1);
    let task = task.unwrap().split("</Task>").next().unwrap();
    let text = task
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
    serde_json::from_str(&text).unwrap()
}

fn is_hung_up(twiml: &str) -> bool {
    twiml.ends_with("<Response><Hangup/></Response>")
}

#[test]
fn the_leg_is_put_in_line_under_the_name_of_whose_task_it_is() {
    let mut twilio = called(|_| {});
    let twiml = twiml(twilio.run(asked()));
    assert!(twiml.contains(&format!(
        "<Enqueue workflowSid=\"{}\" waitUrl=\"https://f.example/internal-call/common/ringback\" \
         waitUrlMethod=\"GET\">",
        settings().workflow
    )));
    assert_eq!(
        task_of(&twiml),
        json!({
            "name": "Alice & \"<Al>\"", "worker_sid": bob(),
            "conversations": {"conversation_id": CONVERSATION},
            "internal_call": {"role": "callee", "strategy": "application", "caller_worker": alice(),
                "caller_uri": "client:alice", "caller_task": caller_task(), "callee_worker": bob(),
                "ring_seconds": 20},
        })
    );
    let caller = twilio.caller();
    assert_eq!(caller.progress(), Some(Progress::Ringing));
    assert_eq!(caller.link("claim"), Some(asking_leg().as_str()));
    assert_eq!(caller.attributes["theirs"]["kept"], 1);
}

#[test]
fn a_queues_call_names_the_queue_and_nobody() {
    let mut twilio = called(|attributes| {
        attributes["callToQueue"] = json!("Sales & <Co>");
        attributes["internal_call"]["callee_worker"] = Value::Null;
    });
    let request = Request::Enqueue {
        call: asking_leg(),
        parent: Some(called_leg()),
        conversation: CONVERSATION.to_owned(),
        whom: Whom::Queue("Sales & <Co>".to_owned()),
        look: 0,
    };
    let twiml = twiml(twilio.run(request));
    assert!(twiml.contains("&quot;callToQueue&quot;:&quot;Sales &amp; &lt;Co&gt;&quot;"));
    assert!(!twiml.contains("worker_sid"));
}

#[test]
fn the_leg_may_be_the_called_one_itself_or_be_noted_on_the_task() {
    let mut twilio = called(|_| {});
    let request = Request::Enqueue {
        call: called_leg(),
        parent: None,
        conversation: CONVERSATION.to_owned(),
        whom: Whom::Worker(bob()),
        look: 0,
    };
    assert!(!is_hung_up(&twiml(twilio.run(request))));
    let mut noted = called(|attributes| {
        attributes["conference"] = json!({"participants": {"customer": called_leg()}});
    });
    noted.participants.clear();
    assert!(!is_hung_up(&twiml(noted.run(asked()))));
}

#[test]
fn whoever_is_not_the_caller_is_hung_up_on_and_nothing_is_written() {
    type Change = fn(&mut Twilio);
    let cases: [(&str, Change); 11] = [
        ("a leg of another call", |twilio| {
            twilio.participants = vec![CallSid::from_number(4)];
        }),
        ("a task that another has", |twilio| {
            twilio.holders = vec![WorkerSid::from_number(66)];
        }),
        ("a task that two had", |twilio| {
            twilio.holders.push(WorkerSid::from_number(66));
        }),
        ("a task that nobody has", |twilio| twilio.holders.clear()),
        ("no conference", |twilio| twilio.conferences.clear()),
        ("two tasks of one conversation", |twilio| {
            let same = twilio.tasks[&caller_task()].clone();
            twilio.tasks.insert(TaskSid::from_number(2), same);
        }),
        ("a task in wrap-up", |twilio| {
            twilio.tasks.get_mut(&caller_task()).unwrap().1 = TaskStatus::Wrapping;
        }),
        ("a task of a customer", |twilio| {
            let attributes = &mut twilio.tasks.get_mut(&caller_task()).unwrap().2;
            attributes["internal_call"] = json!({"role": "caller"});
        }),
        ("a call of the other strategy", |twilio| {
            let attributes = &mut twilio.tasks.get_mut(&caller_task()).unwrap().2;
            attributes["internal_call"]["strategy"] = Value::Null;
        }),
        ("a task that calls another", |twilio| {
            let attributes = &mut twilio.tasks.get_mut(&caller_task()).unwrap().2;
            attributes["internal_call"]["callee_worker"] = json!(WorkerSid::from_number(9));
        }),
        ("a task that calls a queue", |twilio| {
            let attributes = &mut twilio.tasks.get_mut(&caller_task()).unwrap().2;
            attributes["callToQueue"] = json!("Sales");
        }),
    ];
    for (name, change) in cases {
        let mut twilio = called(|_| {});
        change(&mut twilio);
        let before = twilio.tasks.clone();
        assert!(is_hung_up(&twiml(twilio.run(asked()))), "{name}");
        assert_eq!(twilio.tasks, before, "{name}");
    }
}

#[test]
fn a_request_that_is_made_again_is_answered_alike_and_rings_nobody_twice() {
    let mut twilio = called(|_| {});
    let first = twiml(twilio.run(asked()));
    let version = twilio.caller().version;
    assert_eq!(twiml(twilio.run(asked())), first);
    assert_eq!(twilio.caller().version, version);
}

#[test]
fn requests_at_the_same_time_are_answered_alike_whatever_is_first() {
    let mut twilio = called(|_| {});
    let (mut one, mut two) = (Going::new(asked()), Going::new(asked()));
    let writes = |order: &Order| matches!(order, Order::UpdateTask { .. });
    one.until(&mut twilio, writes);
    two.until(&mut twilio, writes);
    for going in [&mut one, &mut two] {
        while going.response.is_none() {
            going.step(NOW, &mut twilio);
        }
    }
    assert_eq!(one.response, two.response);
    assert!(!is_hung_up(&twiml(one.response.unwrap())));
}

#[test]
fn another_leg_of_a_call_that_rings_is_hung_up_on() {
    let mut twilio = called(|_| {});
    twilio.run(asked());
    let again = Request::Enqueue {
        call: CallSid::from_number(9),
        parent: Some(called_leg()),
        conversation: CONVERSATION.to_owned(),
        whom: Whom::Worker(bob()),
        look: 0,
    };
    assert!(is_hung_up(&twiml(twilio.run(again))));
}

#[test]
fn a_colleague_who_cannot_be_reached_is_not_rung_and_the_caller_reads_why() {
    for (free, available, outcome) in [
        (false, true, Progress::Busy),
        (true, false, Progress::Unavailable),
    ] {
        let mut twilio = called(|_| {});
        (twilio.free, twilio.available) = (free, available);
        assert!(is_hung_up(&twiml(twilio.run(asked()))));
        assert_eq!(twilio.caller().progress(), Some(outcome));
    }
}

#[test]
fn a_call_whose_outcome_is_written_is_not_put_in_line() {
    let mut twilio = called(|attributes| {
        attributes["internal_call"]["progress"] = json!("no_answer");
    });
    assert!(is_hung_up(&twiml(twilio.run(asked()))));
}

#[test]
fn the_parameters_are_those_of_one_person_or_one_queue() {
    let read = |more: &[(&str, &str)]| {
        let mut all = vec![
            ("CallSid".to_owned(), asking_leg().to_string()),
            ("conversation_id".to_owned(), CONVERSATION.to_owned()),
        ];
        let more = more.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        all.extend(more);
        http::request("/internal-call/common/enqueue", &all)
    };
    let bob = bob().to_string();
    assert!(read(&[("worker_sid", &bob)]).is_ok());
    assert!(read(&[("callToQueue", "Säles & 'Co'")]).is_ok());
    assert!(read(&[]).is_err());
    assert!(read(&[("worker_sid", "WK1")]).is_err());
    assert!(read(&[("worker_sid", &bob), ("callToQueue", "Sales")]).is_err());
}

#[test]
fn a_conversation_cannot_end_the_expression_that_finds_it() {
    for name in ["", "x' OR '1'=='1", "x\"", "x y", &"x".repeat(65)] {
        let all = [
            ("CallSid".to_owned(), asking_leg().to_string()),
            ("conversation_id".to_owned(), name.to_owned()),
            ("worker_sid".to_owned(), bob().to_string()),
        ];
        assert!(
            http::request("/internal-call/common/enqueue", &all).is_err(),
            "{name}"
        );
    }
}

/// The URL that the leg asks next.
fn redirected(twiml: &str) -> Option<String> {
    let start = "<Response><Pause length=\"1\"/><Redirect method=\"POST\">";
    let url = twiml.split(start).nth(1)?.split("</Redirect>").next()?;
    Some(url.replace("&amp;", "&"))
}

/// What Twilio then asks: its own parameters, and those of the URL.
fn asked_again(url: &str) -> Request {
    let (path, query) = url.split_once('?').unwrap();
    let own = [
        ("CallSid", asking_leg().to_string()),
        ("ParentCallSid", called_leg().to_string()),
    ];
    let own = own.map(|(name, value)| (name.to_owned(), value));
    let named = query.split('&').map(|pair| {
        let (name, value) = pair.split_once('=').unwrap();
        (name.to_owned(), decoded(value))
    });
    let all: Vec<_> = own.into_iter().chain(named).collect();
    http::request(&path["https://f.example".len()..], &all).unwrap()
}

fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend(part[2..].bytes());
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_task_that_is_not_listed_yet_is_looked_for_again() {
    let mut twilio = called(|_| {});
    twilio.lists_lag = true;
    let first = twiml(twilio.run(asked()));
    let again = asked_again(&redirected(&first).unwrap());
    assert_eq!(twilio.caller().link("claim"), None);
    twilio.lists_lag = false;
    assert!(twiml(twilio.run(again)).contains("<Enqueue"));
    assert_eq!(twilio.caller().progress(), Some(Progress::Ringing));
}

#[test]
fn a_task_that_there_is_not_is_looked_for_a_few_times() {
    let mut twilio = called(|_| {});
    twilio.tasks.clear();
    let (mut request, mut looks) = (asked(), 0);
    let last = loop {
        let answer = twiml(twilio.run(request));
        match redirected(&answer) {
            Some(url) => request = asked_again(&url),
            None => break answer,
        }
        looks += 1;
    };
    assert!(is_hung_up(&last));
    assert_eq!(looks, 5);
}

#[test]
fn a_queue_is_looked_for_by_its_name_whatever_is_in_it() {
    let mut twilio = called(|attributes| {
        attributes["callToQueue"] = json!("Säles & <Co>?look=9");
        attributes["internal_call"]["callee_worker"] = Value::Null;
    });
    twilio.lists_lag = true;
    let request = Request::Enqueue {
        call: asking_leg(),
        parent: Some(called_leg()),
        conversation: CONVERSATION.to_owned(),
        whom: Whom::Queue("Säles & <Co>?look=9".to_owned()),
        look: 0,
    };
    let first = twiml(twilio.run(request));
    twilio.lists_lag = false;
    let again = asked_again(&redirected(&first).unwrap());
    assert!(twiml(twilio.run(again)).contains("<Enqueue"));
}
