//! Whatever comes: no panic, and nothing changed without a valid proof.

use crate::asked::{encoded, Server, CONFERENCE, FORM};
use crate::twilio::{sid, FRESH, TALKING};
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, Request, Uri};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::sync::OnceLock;
use tokio::runtime::Runtime;

const PATHS: [&str; 25] = [
    CONFERENCE,
    "/internal-call/flex/ring",
    "/internal-call/flex/reject",
    "/internal-call/flex/end",
    "/internal-call/flex/came",
    "/internal-call/flex/check",
    "/internal-call/flex/hold",
    "/internal-call/flex/ready",
    "/internal-call/flex/reach",
    "/internal-call/common/agent-outbound-join",
    "/internal-call/common/agent-join-conference",
    "/internal-call/common/agent-leg-over",
    "/internal-call/common/ringback",
    "/internal-call/common/taskrouter-event",
    "/multi-call/flex/recover",
    "/multi-call/common/conference",
    "/backline/internal-call/flex/hold",
    "/internal-call/common/enqueue",
    "/internal-call/flex/rejoin",
    "/internal-call/flex/people",
    "/internal-call/flex/queues",
    "/internal-call/flex/transfer",
    "/internal-call/flex/end-for-all",
    "/internal-call/flex/add",
    "/internal-call/flex/remove",
];

fn served() -> &'static (Runtime, Server) {
    static SERVED: OnceLock<(Runtime, Server)> = OnceLock::new();
    SERVED.get_or_init(|| {
        let runtime = Runtime::new().unwrap();
        let server = runtime.block_on(Server::new());
        (runtime, server)
    })
}

/// A parameter that some function takes, with a value that it might.
fn parameter() -> impl Strategy<Value = (String, String)> {
    let names = [
        "taskSid",
        "Token",
        "reason",
        "outcome",
        "hold",
        "conferenceName",
        "role",
        "CallStatus",
        "ConferenceSid",
        "FriendlyName",
        "StatusCallbackEvent",
        "ParticipantLabel",
        "bodySHA256",
        "page",
        "party",
        "workerSid",
    ];
    let values = [
        "true",
        "caller",
        "callee",
        "completed",
        "conference-end",
        "participant-join",
        "unavailable",
        "expired",
    ];
    let sids = [
        sid("WT", TALKING.0),
        sid("WT", TALKING.1),
        sid("WT", FRESH),
        sid("CF", 5),
        sid("CA", 1),
    ];
    let value = prop_oneof![
        prop::sample::select(values.to_vec()).prop_map(str::to_owned),
        prop::sample::select(sids.to_vec()),
        any::<String>(),
    ];
    let name = prop_oneof![
        9 => prop::sample::select(names.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    (name, value)
}

fn form() -> impl Strategy<Value = String> {
    vec(parameter(), 0..6).prop_map(|pairs| {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        encoded(&pairs)
    })
}

fn uri() -> impl Strategy<Value = Uri> {
    let path = prop_oneof![
        9 => prop::sample::select(PATHS.to_vec()).prop_map(str::to_owned),
        1 => "/[!-~]{0,40}",
    ];
    let query = prop_oneof![form(), "[!-~]{0,60}"];
    (path, query).prop_filter_map("no URI", |(path, query)| {
        format!("{path}?{query}").parse().ok()
    })
}

fn header() -> impl Strategy<Value = (HeaderName, HeaderValue)> {
    let names = [
        "content-type",
        "x-twilio-signature",
        "host",
        "content-length",
        "x-forwarded-host",
        "authorization",
    ];
    let name = prop_oneof![
        9 => prop::sample::select(names.to_vec()).prop_map(str::to_owned),
        1 => "[a-z-]{1,20}",
    ];
    let value = prop_oneof![
        Just(FORM.as_bytes().to_vec()),
        Just(b"application/json".to_vec()),
        Just(b"RSOYDt4T1cUTdK1PDd93/VVr8B8=".to_vec()),
        vec(any::<u8>(), 0..40),
    ];
    (name, value).prop_filter_map("no header", |(name, value)| {
        Some((name.parse().ok()?, HeaderValue::from_bytes(&value).ok()?))
    })
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        form().prop_map(String::into_bytes),
        vec(parameter(), 0..6).prop_map(|pairs| {
            let object: serde_json::Map<_, _> = pairs
                .into_iter()
                .map(|(name, value)| (name, serde_json::Value::String(value)))
                .collect();
            serde_json::Value::Object(object).to_string().into_bytes()
        }),
        vec(any::<u8>(), 0..200),
    ]
}

fn request() -> impl Strategy<Value = Request<Body>> {
    let methods = [
        Method::POST,
        Method::POST,
        Method::POST,
        Method::GET,
        Method::PUT,
        Method::OPTIONS,
    ];
    (
        prop::sample::select(methods.to_vec()),
        uri(),
        vec(header(), 0..4),
        body(),
    )
        .prop_map(|(method, uri, headers, body)| {
            let mut request = Request::new(Body::from(body));
            *request.method_mut() = method;
            *request.uri_mut() = uri;
            request.headers_mut().extend(headers);
            request
        })
}

fn each<S: Strategy>(
    strategy: &S,
    cases: u32,
    test: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let config = ProptestConfig::with_cases(cases);
    TestRunner::new(config).run(strategy, test).unwrap();
}

#[test]
fn nothing_is_changed_without_a_proof() {
    let (runtime, server) = served();
    each(&request(), 1500, |request| {
        let answer = runtime.block_on(server.ask(request));
        let known = [200, 204, 400, 403, 404, 405, 413, 415];
        prop_assert!(known.contains(&answer.status), "{}", answer.status);
        prop_assert_eq!(server.twilio.mutations(), Vec::<String>::new());
        Ok(())
    });
    // Some came as far as the check of their token.
    assert!(server.twilio.count("validate") > 0);
}

#[test]
fn no_body_gets_through_a_webhook_without_a_signature() {
    let (runtime, server) = served();
    let kinds = prop::sample::select(vec![FORM, "application/json"]);
    each(&(body(), kinds), 500, |(body, kind)| {
        let request = crate::asked::post(CONFERENCE, kind, body);
        let answer = runtime.block_on(server.ask(request));
        prop_assert!([400, 403].contains(&answer.status), "{}", answer.status);
        prop_assert_eq!(server.twilio.mutations(), Vec::<String>::new());
        Ok(())
    });
}
