//! Requests that may not be made: the documented answer, and nothing changed.

use crate::asked::{
    encoded, ended, plugins, post, signed, twilios, Server, AUTH_TOKEN, CONFERENCE, FORM, PUBLIC,
};
use crate::twilio::{sid, FRESH, TALKING};
use axum::body::Body;
use axum::http::Request;

type Case = (&'static str, Request<Body>, u16);

/// Twilio's own requests, by somebody else.
fn of_signatures() -> Vec<Case> {
    let (caller, conference, other) = (sid("WT", TALKING.0), sid("CF", 5), sid("WT", FRESH));
    let form = ended(&caller, &conference);
    let url = format!("{PUBLIC}{CONFERENCE}");
    let with =
        |token: &str, url: &str, of: &[(&str, &str)]| signed(CONFERENCE, &form, token, url, of);
    let mut more = form.to_vec();
    more.push(("Extra", "1"));
    let leg = format!("/internal-call/common/agent-leg-over?taskSid={caller}&role=callee");
    let over = [("CallStatus", "completed")];
    let mut nonsense = post(CONFERENCE, FORM, encoded(&form));
    nonsense
        .headers_mut()
        .insert("x-twilio-signature", "!".parse().unwrap());
    let mut unreadable = post(CONFERENCE, FORM, encoded(&form));
    let bytes = axum::http::HeaderValue::from_bytes(b"\xff\xfe").unwrap();
    unreadable.headers_mut().insert("x-twilio-signature", bytes);
    // Signed as if its parameters were a form's; and as if they were none.
    let json = |of: &[(&str, &str)]| {
        let mut request = with(AUTH_TOKEN, &url, of);
        let kind = "application/json".parse().unwrap();
        request.headers_mut().insert("content-type", kind);
        let object: serde_json::Map<_, _> = form
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).into()))
            .collect();
        *request.body_mut() = serde_json::Value::Object(object).to_string().into();
        request
    };
    vec![
        ("no signature", post(CONFERENCE, FORM, encoded(&form)), 403),
        ("a signature that is none", nonsense, 403),
        ("a signature that is no text", unreadable, 403),
        ("signed with another token", with("guess", &url, &form), 403),
        ("signed with no token", with("", &url, &form), 403),
        (
            "signature of another function",
            with(
                AUTH_TOKEN,
                &format!("{PUBLIC}/internal-call/common/ringback"),
                &form,
            ),
            403,
        ),
        (
            "signature of another host",
            with(
                AUTH_TOKEN,
                &format!("https://evil.example{CONFERENCE}"),
                &form,
            ),
            403,
        ),
        (
            "signature of another scheme",
            with(
                AUTH_TOKEN,
                &format!("http://calls.example/backline{CONFERENCE}"),
                &form,
            ),
            403,
        ),
        (
            "signature of another port",
            with(
                AUTH_TOKEN,
                &format!("https://calls.example:8443/backline{CONFERENCE}"),
                &form,
            ),
            403,
        ),
        (
            "signature of another call",
            with(AUTH_TOKEN, &url, &ended(&other, &conference)),
            403,
        ),
        (
            "signature of fewer parameters",
            with(AUTH_TOKEN, &url, &form[..2]),
            403,
        ),
        (
            "signature of more parameters",
            with(AUTH_TOKEN, &url, &more),
            403,
        ),
        (
            "a query that was not signed",
            signed(
                &leg,
                &over,
                AUTH_TOKEN,
                &format!(
                    "{PUBLIC}/internal-call/common/agent-leg-over?taskSid={caller}&role=caller"
                ),
                &over,
            ),
            403,
        ),
        ("JSON that no signature covers", json(&[]), 403),
        ("JSON signed as a form", json(&form), 403),
        (
            "a TwiML page without a signature",
            Request::get(format!(
                "/internal-call/common/agent-outbound-join?taskSid={caller}"
            ))
            .body(Body::empty())
            .unwrap(),
            403,
        ),
        (
            "a leg put in line without a signature",
            post(
                "/internal-call/common/enqueue",
                FORM,
                encoded(&[
                    ("CallSid", &sid("CA", 1)),
                    ("worker_sid", &sid("WK", 2)),
                    ("conversation_id", "1-2-3"),
                ]),
            ),
            403,
        ),
        (
            "the ringing tone without a signature",
            Request::get("/internal-call/common/ringback")
                .body(Body::empty())
                .unwrap(),
            403,
        ),
    ]
}

/// Plugins' requests, by somebody else.
fn of_tokens() -> Vec<Case> {
    let task = sid("WT", FRESH);
    let no_token = encoded(&[("taskSid", task.as_str())]);
    let mut cases = vec![
        (
            "no token",
            post("/internal-call/flex/ring", FORM, no_token),
            400,
        ),
        (
            "the callee rings himself",
            plugins("ring", FRESH, "token-of-bob", &[]),
            403,
        ),
        (
            "a supervisor rings",
            plugins("ring", FRESH, "token-of-sue", &[]),
            403,
        ),
        (
            "a token as JSON structure",
            post(
                "/internal-call/flex/ring",
                "application/json",
                format!("{{\"taskSid\":\"{task}\",\"Token\":{{\"token\":\"token-of-alice\"}}}}"),
            ),
            400,
        ),
    ];
    for (name, more) in [
        ("ring", [].as_slice()),
        ("reject", &[]),
        ("end", &[]),
        ("end", &[("outcome", "unavailable")]),
        ("came", &[]),
        ("check", &[]),
        ("hold", &[("hold", "true")]),
    ] {
        let task = if name == "ring" { FRESH } else { TALKING.0 };
        cases.extend([
            ("expired token", plugins(name, task, "expired", more), 403),
            (
                "forged token",
                plugins(name, task, "token-of-alice\0", more),
                403,
            ),
            ("empty token", plugins(name, task, "", more), 403),
            (
                "the auth token is no Flex token",
                plugins(name, task, AUTH_TOKEN, more),
                403,
            ),
            (
                "somebody else's token",
                plugins(name, task, "token-of-mallory", more),
                403,
            ),
            (
                "a call that does not exist",
                plugins(name, 404, "token-of-mallory", more),
                if ["ring", "hold"].contains(&name) {
                    404
                } else {
                    200
                },
            ),
        ]);
    }
    let reach = |worker: &str, token: &str| {
        let form = encoded(&[("workerSid", worker), ("Token", token)]);
        post("/internal-call/flex/reach", FORM, form)
    };
    let bob = sid("WK", 2);
    cases.extend([
        ("a state for an expired token", reach(&bob, "expired"), 403),
        ("a state for an empty token", reach(&bob, ""), 403),
        ("a state for the auth token", reach(&bob, AUTH_TOKEN), 403),
        ("the state of nobody", reach("", "token-of-alice"), 400),
        (
            "the state of a task",
            reach(&sid("WT", FRESH), "token-of-alice"),
            400,
        ),
        (
            "the state of a worker of another kind",
            reach("WK2/Channels", "token-of-alice"),
            400,
        ),
    ]);
    cases.push((
        "expired token at start",
        plugins("ready", 1, "expired", &[]),
        403,
    ));
    for token in ["expired", "token-of-alice\0", "", AUTH_TOKEN] {
        cases.push((
            "everybody's names without a session",
            plugins("people", 1, token, &[]),
            403,
        ));
    }
    cases.push((
        "everybody's names without a token",
        post("/internal-call/flex/people", FORM, ""),
        400,
    ));
    cases
}

/// Requests that cannot be understood, though their proof is right.
fn of_shapes() -> Vec<Case> {
    let caller = sid("WT", TALKING.0);
    let conference = sid("CF", 5);
    let ring = "/internal-call/flex/ring";
    let token = ("Token", "token-of-alice");
    let with = |task: &str| post(ring, FORM, encoded(&[("taskSid", task), token]));
    let good = encoded(&[("taskSid", &sid("WT", FRESH)), token]);
    let method = |method: &str| {
        let request = Request::builder().method(method).uri(ring);
        request
            .header("content-type", FORM)
            .body(good.clone().into())
            .unwrap()
    };
    let get = Request::get(ring).body(good.clone().into()).unwrap();
    let event = |form: &[(&str, &str)]| twilios(CONFERENCE, form);
    let leg = "/internal-call/common/agent-leg-over";
    let long = format!("{good}&more={}", "x".repeat(64 * 1024));
    let hold = |hold| plugins("hold", TALKING.0, "token-of-alice", &[("hold", hold)]);
    let page = |page| plugins("people", 1, "token-of-alice", &[("page", page)]);
    let long_page = format!("1.{}", "x".repeat(513));
    vec![
        ("PUT", method("PUT"), 405),
        ("DELETE", method("DELETE"), 405),
        ("PATCH", method("PATCH"), 405),
        ("HEAD", method("HEAD"), 405),
        ("a method of one's own", method("RING"), 405),
        ("a GET with a body", get, 403),
        (
            "the root",
            Request::get("/").body(Body::empty()).unwrap(),
            404,
        ),
        (
            "an unknown function",
            post("/internal-call/flex/rings", FORM, good.clone()),
            404,
        ),
        (
            "a function's name and more",
            post("/internal-call/flex/ring/", FORM, good.clone()),
            404,
        ),
        (
            "a function's name encoded",
            post("/internal-call/flex/%72ing", FORM, good.clone()),
            404,
        ),
        (
            "a path that climbs",
            post("/internal-call/common/../flex/ring", FORM, good.clone()),
            404,
        ),
        ("a body that is too long", post(ring, FORM, long), 413),
        ("text", post(ring, "text/plain", good.clone()), 415),
        (
            "a file",
            post(ring, "multipart/form-data; boundary=x", good.clone()),
            415,
        ),
        (
            "no JSON",
            post(ring, "application/json", "{\"taskSid\":"),
            400,
        ),
        (
            "JSON that is no object",
            post(ring, "application/json", "[]"),
            400,
        ),
        (
            "a form called JSON",
            post(ring, "application/json", good.clone()),
            400,
        ),
        (
            "JSON called a form",
            post(ring, FORM, "{\"taskSid\":\"WT\"}"),
            400,
        ),
        (
            "no form",
            post(ring, FORM, b"\xff\xfe=%zz&&&=".to_vec()),
            400,
        ),
        ("nothing", post(ring, FORM, ""), 400),
        (
            "a parameter of another case",
            post(ring, FORM, good.replace("taskSid", "TaskSid")),
            400,
        ),
        ("another kind of SID", with(&sid("WK", FRESH)), 400),
        ("a short SID", with("WT3"), 400),
        (
            "a SID with more",
            with(&format!("{}/Reservations", sid("WT", FRESH))),
            400,
        ),
        ("a SID that climbs", with("WT/../../Workspaces"), 400),
        (
            "an unknown reason",
            plugins("reject", TALKING.1, "token-of-bob", &[("reason", "bored")]),
            400,
        ),
        (
            "an unknown outcome",
            plugins(
                "end",
                TALKING.0,
                "token-of-alice",
                &[("outcome", "answered")],
            ),
            400,
        ),
        ("a hold that is neither", hold("maybe"), 400),
        ("a page that is none", page("2"), 400),
        ("a page without a token", page("1."), 400),
        ("a page before the first", page("-1.PAWK1"), 400),
        ("a page with a signed number", page("+1.PAWK1"), 400),
        ("a page beyond all numbers", page("99999999999.PAWK1"), 400),
        ("a page that ends the line", page("1.PA\r\nHost: evil"), 400),
        ("a page whose token is a book", page(&long_page), 400),
        (
            "a page elsewhere",
            page("https://evil.example/Workers?PageToken=PAWK1"),
            400,
        ),
        (
            "an event without a name",
            event(&[("FriendlyName", &caller), ("ConferenceSid", &conference)]),
            400,
        ),
        (
            "an event of a conference of somebody else's",
            event(&ended("Sales", &conference)),
            400,
        ),
        (
            "an event with another kind of SID",
            event(&ended(&caller, &sid("CA", 5))),
            400,
        ),
        (
            "a leg of nobody",
            twilios(
                &format!("{leg}?taskSid={caller}&role=other"),
                &[("CallStatus", "completed")],
            ),
            400,
        ),
        (
            "a leg without a status",
            twilios(&format!("{leg}?taskSid={caller}&role=callee"), &[]),
            400,
        ),
        (
            "an event that does not matter",
            event(&[
                ("FriendlyName", &caller),
                ("ConferenceSid", &conference),
                ("StatusCallbackEvent", "participant-speech-start"),
            ]),
            204,
        ),
    ]
}

#[tokio::test]
async fn hostile_requests_get_their_answer_and_change_nothing() {
    let server = Server::new().await;
    for (name, request, expected) in [of_signatures(), of_tokens(), of_shapes()]
        .into_iter()
        .flatten()
    {
        let line = format!("{name}: {} {}", request.method(), request.uri());
        let answer = server.ask(request).await;
        assert_eq!(answer.status, expected, "{line}: {}", answer.body);
        assert_eq!(server.twilio.mutations(), Vec::<String>::new(), "{line}");
        if answer.status >= 400 && !line.contains("HEAD") {
            let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
            assert_eq!(body["success"], false, "{line}");
        }
        assert!(!answer.body.contains(AUTH_TOKEN), "{line}");
    }
    // None of them has stood in the way of the right ones.
    let answer = server
        .ask(plugins("ring", FRESH, "token-of-alice", &[]))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(server.twilio.mutations().len(), 3);
}
