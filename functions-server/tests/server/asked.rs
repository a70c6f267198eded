//! Asking the server, and what it does when everything is right: or else the other tests would prove nothing.

use crate::twilio::{sid, Twilio, FRESH, TALKING};
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use axum::Router;
use backline::functions::http::Api;
use backline::functions::Settings;
use backline::ids::{AccountSid, WorkflowSid, WorkspaceSid};
use backline_functions::{app, signature, Hosting, Secret};
use std::time::Duration;
use tower::ServiceExt;
use url::form_urlencoded;

pub const PUBLIC: &str = "https://calls.example/backline";
pub const AUTH_TOKEN: &str = "0123456789abcdef";
pub const FORM: &str = "application/x-www-form-urlencoded";

/// A server before a Twilio in which nobody else is.
pub struct Server {
    pub app: Router,
    pub twilio: Twilio,
}

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Server {
    pub async fn new() -> Self {
        Self::with_timeout(Duration::from_secs(5)).await
    }

    pub async fn with_timeout(timeout: Duration) -> Self {
        let twilio = Twilio::with_calls();
        let rest = twilio.clone().serve().await;
        let hosting = Hosting {
            settings: Settings {
                workflow: WorkflowSid::from_number(9),
                base: PUBLIC.to_owned(),
            },
            public: vec![PUBLIC.to_owned()],
            api: Api {
                taskrouter: format!("{rest}/taskrouter"),
                voice: format!("{rest}/api"),
                iam: format!("{rest}/iam"),
                account: AccountSid::from_number(1),
                workspace: WorkspaceSid::from_number(1),
            },
            auth_token: Secret::new(AUTH_TOKEN.to_owned()),
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            timeout,
        };
        Self {
            app: app(hosting),
            twilio,
        }
    }

    pub async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

pub fn post(path: &str, kind: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(path)
        .header("content-type", kind)
        .body(body.into())
        .unwrap()
}

pub fn encoded(form: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish()
}

/// A plugin's request.
pub fn plugins(name: &str, task: u32, token: &str, more: &[(&str, &str)]) -> Request<Body> {
    let task = sid("WT", task);
    let mut form = vec![("taskSid", task.as_str()), ("Token", token)];
    form.extend(more);
    post(&format!("/internal-call/flex/{name}"), FORM, encoded(&form))
}

/// Twilio's request, signed with a token for a URL and parameters that may be others than those of the request.
pub fn signed(
    path: &str,
    form: &[(&str, &str)],
    token: &str,
    url: &str,
    of: &[(&str, &str)],
) -> Request<Body> {
    let owned: Vec<_> = of
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let mut request = post(path, FORM, encoded(form));
    let signature = signature::sign(token, url, &owned).parse().unwrap();
    request.headers_mut().insert(signature::HEADER, signature);
    request
}

/// Twilio's request, signed as it should be.
pub fn twilios(path: &str, form: &[(&str, &str)]) -> Request<Body> {
    signed(path, form, AUTH_TOKEN, &format!("{PUBLIC}{path}"), form)
}

pub const CONFERENCE: &str = "/internal-call/common/call-outbound-join";

/// The conference of the call that is on has ended.
pub fn ended<'a>(caller: &'a str, conference: &'a str) -> [(&'static str, &'a str); 3] {
    [
        ("ConferenceSid", conference),
        ("FriendlyName", caller),
        ("StatusCallbackEvent", "conference-end"),
    ]
}

#[tokio::test]
async fn what_is_proved_is_done_and_done_once_however_often_it_comes() {
    let server = Server::new().await;
    let (caller, conference) = (sid("WT", TALKING.0), sid("CF", 5));
    for (turn, closed) in [(1, 2), (2, 2), (3, 2)] {
        let answer = server
            .ask(twilios(CONFERENCE, &ended(&caller, &conference)))
            .await;
        assert_eq!(answer.status, 204, "{turn}: {}", answer.body);
        assert_eq!(server.twilio.mutations().len(), closed, "{turn}");
    }
    for _ in 0..2 {
        let answer = server
            .ask(plugins("ring", FRESH, "token-of-alice", &[]))
            .await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.headers["access-control-allow-origin"], "*");
        assert_eq!(server.twilio.count("POST /taskrouter"), 2 + 3);
    }
    assert_eq!(server.twilio.lock().tasks.len(), 4);
}

#[tokio::test]
async fn a_sweep_follows_whatever_twilio_asks_and_nothing_else() {
    let server = Server::new().await;
    let lists = || {
        let inner = server.twilio.lock();
        let is_list = |request: &&String| request.starts_with("GET") && request.ends_with("/Tasks");
        inner.requests.iter().filter(is_list).count()
    };
    let (caller, conference) = (sid("WT", TALKING.0), sid("CF", 5));
    let other = [
        ("ConferenceSid", conference.as_str()),
        ("FriendlyName", caller.as_str()),
        ("StatusCallbackEvent", "participant-mute"),
    ];
    let url = format!("{PUBLIC}{CONFERENCE}");
    let forged = signed(CONFERENCE, &other, "another token", &url, &other);
    assert_eq!(server.ask(forged).await.status, 403);
    for hold in ["true", "false"] {
        let hold = plugins("hold", TALKING.0, "token-of-alice", &[("hold", hold)]);
        assert_eq!(server.ask(hold).await.status, 200);
    }
    // The holds took several requests to Twilio: a sweep of before would be among them.
    assert_eq!(lists(), 0);
    assert_eq!(server.ask(twilios(CONFERENCE, &other)).await.status, 204);
    // It is not waited for.
    while lists() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn parties_and_supervisors_may_hold_by_form_or_json() {
    for token in ["token-of-alice", "token-of-bob", "token-of-sue"] {
        let server = Server::new().await;
        let answer = server
            .ask(plugins("hold", TALKING.0, token, &[("hold", "true")]))
            .await;
        assert_eq!(answer.status, 200, "{token}: {}", answer.body);
        assert_eq!(server.twilio.count("/Participants/"), 1, "{token}");
        let body =
            serde_json::json!({ "taskSid": sid("WT", TALKING.0), "Token": token, "hold": false });
        let json = post(
            "/internal-call/flex/hold",
            "application/json",
            body.to_string(),
        );
        assert_eq!(server.ask(json).await.status, 200, "{token}");
        assert_eq!(server.twilio.count("/Participants/"), 2, "{token}");
    }
}

#[tokio::test]
async fn twilio_may_come_by_either_path_and_its_url_may_have_been_written_with_a_port() {
    let server = Server::new().await;
    let path = format!(
        "/internal-call/common/agent-outbound-join?taskSid={}",
        sid("WT", 1)
    );
    let form = [("CallSid", "CA1")];
    for (asked, url) in [
        (path.clone(), format!("{PUBLIC}{path}")),
        (format!("/backline{path}"), format!("{PUBLIC}{path}")),
        (
            path.clone(),
            format!("https://calls.example:443/backline{path}"),
        ),
    ] {
        let mut request = signed(&asked, &form, AUTH_TOKEN, &url, &form);
        // Whatever a proxy, or anybody, writes there.
        request
            .headers_mut()
            .insert("host", "10.0.0.7:8080".parse().unwrap());
        let answer = server.ask(request).await;
        assert_eq!(answer.status, 200, "{asked} {url}");
        assert_eq!(answer.headers["content-type"], "text/xml");
        assert!(answer.body.contains(PUBLIC), "{}", answer.body);
    }
}

#[tokio::test]
async fn a_watcher_and_a_browser_are_answered() {
    let server = Server::new().await;
    let health = Request::get("/health").body(Body::empty()).unwrap();
    assert_eq!(server.ask(health).await.status, 200);
    for path in [
        "/internal-call/flex/ring",
        "/backline/internal-call/flex/hold",
    ] {
        let preflight = Request::options(path).body(Body::empty()).unwrap();
        let answer = server.ask(preflight).await;
        assert_eq!(answer.status, 204);
        assert_eq!(answer.headers["access-control-allow-origin"], "*");
        assert_eq!(
            answer.headers["access-control-allow-methods"],
            "GET, POST, OPTIONS"
        );
    }
    assert_eq!(server.twilio.count(""), 0);
}

#[tokio::test]
async fn everybody_comes_page_by_page_with_no_more_than_the_directory_reads() {
    let server = Server::new().await;
    let page = async |more: &[(&str, &str)]| {
        let answer = server
            .ask(plugins("people", 1, "token-of-mallory", more))
            .await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        serde_json::from_str::<serde_json::Value>(&answer.body).unwrap()
    };
    let row = |number| {
        serde_json::json!({
            "worker_sid": sid("WK", number), "friendly_name": "he", "activity_name": "Break",
            "worker_activity_sid": sid("WA", 1), "attributes": { "contact_uri": "client:he" },
        })
    };
    let first = page(&[]).await;
    assert_eq!(first["people"], serde_json::json!([row(1)]));
    let next = first["next"].as_str().unwrap();
    let second = page(&[("page", next)]).await;
    assert_eq!(second["people"], serde_json::json!([row(2)]));
    assert_eq!(second["next"], serde_json::Value::Null);
    assert_eq!(server.twilio.mutations(), Vec::<String>::new());
}
