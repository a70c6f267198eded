//! Requests that may not be made, or were made before, against a real call: the documented answer, and the world as it
//! was. (The same over HTTP's finer points, by the orders that Twilio would have got:
//! `functions-server/tests/server/hostile.rs`.)
//!
//! Twilio's signature carries no time and never expires
//! (<https://www.twilio.com/docs/usage/webhooks/webhooks-security>): whoever overheard a callback may send it again. So what
//! is replayed is answered as at first, and changes nothing more.

#[rustfmt::skip] // A table: one row, one line.
mod rows;

use super::whole_tests::{accept, function, offered, office, place, talking, until};
use crate::rest::form::Form;
use crate::rest::tests::Served;
use backline::ids::{ConferenceSid, TaskSid};
use backline_functions::signature;
use backline_world::account::flex_token;
use backline_world::routing::model::TaskState;
use rows::{by_nobody, by_nobody_of_twilio, misshapen, replayed, DONE};
use serde_json::{json, Value};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
/// What is asked, by whom, and what must be answered.
type Row = (&'static str, Ask, u16, &'static str);

struct Ask {
    method: &'static str,
    path: String,
    kind: &'static str,
    body: String,
    /// The token that it is signed with, if it is.
    signed: Option<&'static str>,
}

/// An agent's plugin, with his token.
fn agent(identity: &str, name: &str, task: &TaskSid, more: &[(&str, &str)]) -> Ask {
    plugin(&flex_token(identity), name, task.as_str(), more)
}

fn plugin(token: &str, name: &str, task: &str, more: &[(&str, &str)]) -> Ask {
    let mut form = vec![("taskSid", task), ("Token", token)];
    form.extend(more);
    raw("POST", &format!("flex/{name}"), FORM, &encoded(&form))
}

/// Twilio, or somebody who says that he is.
fn signed(token: &'static str, path: &str, form: &[(&str, &str)]) -> Ask {
    Ask {
        signed: Some(token),
        ..raw("POST", path, FORM, &encoded(form))
    }
}

fn raw(method: &'static str, path: &str, kind: &'static str, body: &str) -> Ask {
    let folder = if path.starts_with('/') {
        ""
    } else {
        "/internal-call/"
    };
    Ask {
        method,
        path: format!("{folder}{path}"),
        kind,
        body: body.to_owned(),
        signed: None,
    }
}

fn encoded(form: &[(&str, &str)]) -> String {
    let owned = form
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Form(owned.collect()).encode()
}

async fn send(served: &Served, ask: &Ask) -> (u16, String) {
    let url = format!("{}{}", served.base, ask.path);
    let mut request = served.client.request(ask.method.parse().unwrap(), &url);
    if let Some(token) = ask.signed {
        let form = Form::parse(ask.body.as_bytes()).0;
        request = request.header(signature::HEADER, signature::sign(token, &url, &form));
    }
    if !ask.body.is_empty() {
        request = request
            .header("content-type", ask.kind)
            .body(ask.body.clone());
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// The world, but for the ages of tasks.
fn seen(served: &Served) -> Value {
    served.sandbox.world(|world| {
        let mut routing = world.routing.snapshot();
        for task in routing["tasks"].as_array_mut().unwrap() {
            task.as_object_mut().unwrap().remove("age");
        }
        json!([routing, world.telephony.snapshot()])
    })
}

async fn all(served: &Served, rows: Vec<Row>) {
    for (what, ask, status, says) in rows {
        let before = seen(served);
        let (answered, body) = send(served, &ask).await;
        let line = format!("{what}: {} {} {}", ask.method, ask.path, ask.body);
        assert_eq!(answered, status, "{line}: {body}");
        assert!(body.contains(says), "{line}: {body}");
        assert!(status != 204 || body.is_empty(), "{line}: {body}");
        assert_eq!(seen(served), before, "{line}");
    }
}

#[tokio::test]
async fn bad_and_repeated_requests_get_their_answer_and_change_nothing() {
    let served = office().await;
    let caller = place(&served).await;
    assert_eq!(function(&served, "ring", &caller, "alice").await.0, 200);
    let (_, callee) = offered(&served, 1).unwrap();
    let none = ConferenceSid::from_number(5).to_string();

    all(&served, by_nobody(&caller, &callee)).await;
    all(&served, by_nobody_of_twilio(&caller, &none)).await;
    all(&served, misshapen(&caller)).await;
    let again = vec![(
        "Alice rings twice",
        agent("alice", "ring", &caller, &[]),
        200,
        DONE,
    )];
    all(&served, again).await;

    accept(&served, 0, &caller).await;
    let bob = accept(&served, 1, &caller).await;
    until(&served, "both talk, and Alice's task says so", |world| {
        let task = world.routing.task(&caller).unwrap();
        talking(world, &caller) && task.attributes["internal_call"]["progress"] == "answered"
    })
    .await;
    let conference = served.sandbox.world(|world| {
        let room = world.telephony.conference_named(caller.as_str());
        room.unwrap().to_string()
    });
    all(&served, by_nobody(&caller, &callee)).await;
    all(&served, by_nobody_of_twilio(&caller, &conference)).await;
    // None of them stood in the way of the right one.
    let hold = agent("alice", "hold", &caller, &[("hold", "true")]);
    assert_eq!(send(&served, &hold).await.0, 200);

    served.sandbox.world(|world| {
        let now = world.now();
        world.telephony.leg_hung_up(now, &bob);
    });
    until(&served, "over, and both in wrap-up", |world| {
        let wrapping = |task| world.routing.task(task).unwrap().state == TaskState::Wrapping;
        wrapping(&caller) && wrapping(&callee) && world.telephony.is_at_rest()
    })
    .await;
    all(&served, by_nobody(&caller, &callee)).await;
    all(&served, replayed(&caller, &callee, &conference)).await;
}
