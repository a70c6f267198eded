//! Whole requests: REST, the event bridge's calls, the control API.

use super::*;
use crate::rest::form::Form;
use axum::http::Method;
use backline::ids::{CallSid, ConferenceSid, ReservationSid};
use base64::Engine;
use proptest::test_runner::TestRunner;

/// What a path below the workspace or the account may be made of.
fn path() -> impl Strategy<Value = String> {
    let words = vec![
        "Tasks".to_owned(),
        "Workers".to_owned(),
        "Reservations".to_owned(),
        "Channels".to_owned(),
        "WorkerChannels".to_owned(),
        "Activities".to_owned(),
        "TaskQueues".to_owned(),
        "Workflows".to_owned(),
        "CustomerParticipant".to_owned(),
        "Transfers".to_owned(),
        "Calls".to_owned(),
        "Conferences".to_owned(),
        "Participants".to_owned(),
        "voice".to_owned(),
        "caller".to_owned(),
        task_sid(1),
        task_sid(2),
        account::worker_sid(0).to_string(),
        account::anyone_workflow_sid().to_string(),
        ReservationSid::from_number(1).to_string(),
        CallSid::from_number(1).to_string(),
        ConferenceSid::from_number(1).to_string(),
        "%00".to_owned(),
        "%ff".to_owned(),
        "..".to_owned(),
    ];
    let likely = prop::sample::select(vec![
        "Tasks".to_owned(),
        format!("Tasks/{}", task_sid(1)),
        format!("Tasks/{}/Reservations", task_sid(1)),
        format!("Workers/{}", account::worker_sid(0)),
        format!("Workers/{}/Channels/voice", account::worker_sid(0)),
        format!("Workers/{}/Transfers", account::worker_sid(0)),
        format!("Workers/{}/Transfers/TT{:032x}", account::worker_sid(0), 1),
        format!(
            "Workers/{}/Reservations/{}",
            account::worker_sid(0),
            ReservationSid::from_number(1)
        ),
        "Calls".to_owned(),
        format!("Calls/{}", CallSid::from_number(1)),
        "Conferences".to_owned(),
        "Conferences/room/Participants".to_owned(),
        format!("Conferences/{}", ConferenceSid::from_number(1)),
        format!(
            "Conferences/{}/Participants/caller",
            ConferenceSid::from_number(1)
        ),
    ]);
    let made =
        prop::collection::vec(prop::sample::select(words), 0..5).prop_map(|words| words.join("/"));
    let lists = prop::sample::select(vec!["Tasks", "Calls"]).prop_map(str::to_owned);
    prop_oneof![2 => lists, 1 => likely, 1 => made]
}

fn method() -> impl Strategy<Value = Method> {
    prop::sample::select(vec![
        Method::POST,
        Method::POST,
        Method::POST,
        Method::GET,
        Method::DELETE,
        Method::PUT,
    ])
}

fn each<S: Strategy>(strategy: &S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    TestRunner::new(cases()).run(strategy, test).unwrap();
}

fn encoded(pairs: Vec<(String, String)>) -> String {
    Form(pairs).encode()
}

#[test]
fn rest_answers_every_request_and_refuses_without_a_trace() {
    let bench = Bench::new();
    let basic = |password: &str| {
        let pair = format!("{}:{password}", account::account_sid());
        let code = base64::engine::general_purpose::STANDARD.encode(pair);
        format!("Basic {code}")
    };
    let all = (
        (method(), path(), pairs(), pairs()),
        (
            prop::bool::weighted(0.9),
            prop::option::of("\"[0-9]\"|[!-~]{0,9}"),
        ),
        prop::bool::weighted(0.1),
    );
    each(
        &all,
        |((method, path, query, form), (signed, tag), elsewhere)| {
            let of_voice = path.starts_with("Ca") || path.starts_with("Conf");
            let base = if of_voice != elsewhere {
                format!(
                    "api.twilio.com/2010-04-01/Accounts/{}",
                    account::account_sid()
                )
            } else {
                format!(
                    "taskrouter.twilio.com/v1/Workspaces/{}",
                    account::workspace_sid()
                )
            };
            let mut request = Request::builder()
                .method(method)
                .uri(format!("/t/{base}/{path}?{}", encoded(query)))
                .header("content-type", "application/x-www-form-urlencoded")
                .header("authorization", basic(if signed { TOKEN } else { "guess" }));
            if let Some(tag) = tag {
                request = request.header("if-match", tag);
            }
            let (status, body, changed) = bench.ask(request.body(encoded(form).into()).unwrap());
            let known = [200, 201, 204, 400, 401, 404, 405, 409, 412];
            prop_assert!(known.contains(&status), "{status}: {body}");
            // 400: a path that is no text is refused before anything is looked at.
            prop_assert!(signed || [400, 401, 404].contains(&status), "{status}");
            if status >= 400 {
                prop_assert!(!changed, "{status}: {body}");
                prop_assert!(body.is_null() || body["code"].is_u64(), "{body}");
            }
            Ok(())
        },
    );
    assert!(bench.sandbox.read(|world| world.routing.tasks().count()) > 1);
    assert!(!bench
        .sandbox
        .read(|world| world.telephony.calls().is_empty()));
}

#[test]
fn the_event_bridge_answers_every_call_and_refuses_without_a_trace() {
    let bench = Bench::new();
    let path = path().prop_map(|path| format!("Workspaces/{}/{path}", account::workspace_sid()));
    let url = prop_oneof![9 => path, 1 => any::<String>()];
    let params = prop_oneof![
        5 => pairs().prop_map(|pairs| pairs.into_iter().map(|(name, value)| (name, Value::from(value))).collect()),
        4 => prop::collection::btree_map(name(), any_json(), 0..6)
            .prop_map(|map| Value::Object(map.into_iter().collect())),
        1 => any_json(),
    ];
    let token = prop_oneof![
        9 => Just(account::flex_token("alice")),
        1 => any::<String>(),
    ];
    let call = (url, "POST|GET", params, token).prop_map(|(url, method, params, token)| {
        json!({"url": url, "method": method, "params": params, "token": token}).to_string()
    });
    let right = json!({
        "url": format!("Workspaces/{}/Tasks", account::workspace_sid()),
        "method": "POST",
        "params": {"WorkflowSid": account::anyone_workflow_sid()},
        "token": account::flex_token("alice"),
    });
    let body = prop_oneof![7 => call, 1 => Just(right.to_string()), 1 => any_json().prop_map(|json| json.to_string()), 1 => any::<String>()];
    each(&body, |body| {
        let request = Request::post("/t/event-bridge.twilio.com/v1/wschannels");
        let (status, answer, changed) = bench.ask(request.body(body.into()).unwrap());
        prop_assert!(
            [200, 400, 401, 404, 409, 412].contains(&status),
            "{status}: {answer}"
        );
        if status == 200 {
            prop_assert!(answer.get("payload").is_some());
        } else {
            prop_assert!(answer["code"].is_u64() && !changed, "{answer}");
        }
        Ok(())
    });
    assert!(bench.sandbox.read(|world| world.routing.tasks().count()) > 1);
}

/// A request of the control API with the body that it wants, more or less.
fn controlled() -> impl Strategy<Value = (Method, String, Value)> {
    let effect = prop_oneof![
        prop::sample::select(vec![
            json!("lose"),
            json!("drop"),
            json!("hang"),
            json!("sing")
        ]),
        any::<u64>().prop_map(|number| json!({"fail": number})),
        any::<u64>().prop_map(|number| json!({"lag": number})),
    ];
    let target = prop::sample::select(vec!["rpc", "socket", "rest:tasks.list", "webhook"]);
    let rule = (target, any::<u64>(), effect, prop::option::of(any::<u32>()))
        .prop_map(|(target, latency, effect, times)| {
            json!({"target": target, "latency_ms": latency, "effect": effect, "times": times})
        });
    let rules = prop::collection::vec(prop_oneof![4 => rule, 1 => any_json()], 0..4);
    let who = || prop_oneof![Just("alice".to_owned()), "[a-z]{1,5}"];
    let activity = prop_oneof![
        Just("Available".to_owned()),
        Just("Offline".to_owned()),
        any::<String>()
    ];
    prop_oneof![
        rules.prop_map(|rules| (Method::PUT, "faults".to_owned(), json!({"rules": rules}))),
        (
            any::<String>(),
            any::<String>(),
            prop::option::of(any::<String>())
        )
            .prop_map(|(from, name, queue)| {
                let body = json!({"from": from, "name": name, "queue": queue});
                (Method::POST, "customers".to_owned(), body)
            }),
        (who(), activity, any::<bool>()).prop_map(|(who, activity, reject)| {
            let body = json!({"activity": activity, "reject_pending": reject});
            (Method::POST, format!("workers/{who}/activity"), body)
        }),
        (who(), "voice|chat|[a-z]{1,5}", any::<u64>()).prop_map(|(who, channel, capacity)| {
            let body = json!({"capacity": capacity});
            (
                Method::POST,
                format!("workers/{who}/channels/{channel}"),
                body,
            )
        }),
        (method(), any_json()).prop_map(|(method, body)| (method, "faults".to_owned(), body)),
        (method(), any_json()).prop_map(|(method, body)| (method, "customers".to_owned(), body)),
        any_json().prop_map(|body| (Method::PUT, "features/multi_call".to_owned(), body)),
        any_json().prop_map(|body| (Method::PUT, "configuration".to_owned(), body)),
        (0u128..3).prop_map(|number| {
            let call = CallSid::from_number(number);
            (Method::DELETE, format!("customers/{call}"), json!(null))
        }),
    ]
}

#[test]
fn the_control_api_answers_every_request_and_refuses_without_a_trace() {
    let bench = Bench::new();
    each(&controlled(), |(method, path, body)| {
        let request = Request::builder()
            .method(method)
            .uri(format!("/control/{path}"))
            .header("content-type", "application/json");
        let rules = bench.sandbox.faults().rules();
        let (status, answer, changed) = bench.ask(request.body(body.to_string().into()).unwrap());
        // 422: JSON of another shape.
        let known = [200, 201, 204, 400, 404, 405, 422];
        prop_assert!(known.contains(&status), "{status}: {answer}");
        if status >= 400 {
            prop_assert!(!changed, "{status}: {answer}");
            prop_assert_eq!(bench.sandbox.faults().rules(), rules);
        }
        Ok(())
    });
    assert!(!bench
        .sandbox
        .read(|world| world.telephony.calls().is_empty()));
}
