//! REST and webhooks over real HTTP: the sandbox on a port of its own.

mod applications;
mod participants;

use super::resolver;
use crate::sandbox::{Options, Sandbox};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::Router;
use backline::ids::CallSid;
use backline_functions::signature;
use backline_world::account::account_sid;
use backline_world::telephony::{NewCall, Twiml};
use backline_world::World;
use serde_json::Value;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;

/// A sandbox with REST and the functions, and a client.
pub struct Served {
    pub sandbox: Sandbox,
    pub client: reqwest::Client,
    pub base: String,
}

impl Served {
    pub async fn new(more: impl FnOnce(&Sandbox) -> Router) -> Self {
        Self::in_world(World::default(), more).await
    }

    /// Over a world of the test's own.
    pub async fn in_world(world: World, more: impl FnOnce(&Sandbox) -> Router) -> Self {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .unwrap();
        let port = listener.local_addr().unwrap().port();
        let options = Options {
            port,
            auth_token: "secret".to_owned(),
            flex_bundle: std::path::PathBuf::new(),
            plugin: None,
        };
        let sandbox = Sandbox::new(world, options);
        let app = Router::new()
            .merge(super::routes(&sandbox))
            .merge(crate::functions::routes(&sandbox))
            .merge(more(&sandbox));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self {
            sandbox,
            client: resolver::client(Duration::from_secs(10)),
            base: format!("http://localhost:{port}"),
        }
    }

    fn account(&self) -> String {
        format!(
            "{}/t/api.twilio.com/2010-04-01/Accounts/{}",
            self.base,
            account_sid()
        )
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let request = self.client.get(format!("{}{path}", self.account()));
        self.send(request).await
    }

    async fn post(&self, path: &str, form: &str) -> (u16, Value) {
        let request = self
            .client
            .post(format!("{}{path}", self.account()))
            .body(form.to_owned());
        self.send(request).await
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> (u16, Value) {
        let response = request
            .basic_auth(account_sid(), Some("secret"))
            .send()
            .await
            .unwrap();
        let status = response.status().as_u16();
        let body = response.text().await.unwrap();
        (status, serde_json::from_str(&body).unwrap_or(Value::Null))
    }

    /// An agent's answered leg in the conference `room`.
    async fn in_room(&self, identity: &str) -> String {
        self.in_room_with(identity, "").await
    }

    /// The same, with attributes of `<Conference>`.
    async fn in_room_with(&self, identity: &str, attributes: &str) -> String {
        let twiml =
            format!("<Response><Dial><Conference {attributes}>room</Conference></Dial></Response>");
        let mut form = super::form::Form::default();
        form.push("To", &format!("client:{identity}"));
        form.push("From", "+15550100");
        form.push("Twiml", &twiml);
        let (status, call) = self.post("/Calls.json", &form.encode()).await;
        assert_eq!(status, 201, "{call}");
        let sid = call["sid"].as_str().unwrap().to_owned();
        self.answer(&CallSid::parse(&sid).unwrap());
        sid
    }

    /// A Device answers.
    pub fn answer(&self, call: &CallSid) {
        self.sandbox.world(|world| {
            let now = world.now();
            world.telephony.leg_answered(now, call);
        });
    }
}

fn nothing(_: &Sandbox) -> Router {
    Router::new()
}

#[tokio::test]
async fn a_request_without_the_auth_token_is_20003() {
    let served = Served::new(nothing).await;
    let url = format!("{}/Calls.json", served.account());
    for request in [
        served.client.get(&url),
        served
            .client
            .get(&url)
            .basic_auth(account_sid(), Some("wrong")),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        assert_eq!(body["code"], 20003);
        assert_eq!(body["status"], 401);
        assert_eq!(
            body["more_info"],
            "https://www.twilio.com/docs/errors/20003"
        );
    }
}

#[tokio::test]
async fn what_is_unknown_is_20404_and_a_wrong_method_20004() {
    let served = Served::new(nothing).await;
    let unknown = CallSid::from_number(0xdead);
    for path in [
        format!("/Calls/{unknown}.json"),
        "/Calls/CA1.json".to_owned(),
        "/Conferences/CF1.json".to_owned(),
        "/Nothing.json".to_owned(),
    ] {
        let (status, body) = served.get(&path).await;
        assert_eq!((status, &body["code"]), (404, &20404.into()), "{path}");
    }
    let url = format!("{}/Calls.json", served.account());
    let (status, body) = served.send(served.client.put(url)).await;
    assert_eq!((status, &body["code"]), (405, &20004.into()));
}

#[tokio::test]
async fn a_call_is_made_fetched_and_ended() {
    let served = Served::new(nothing).await;
    let sid = served.in_room("alice").await;
    let path = format!("/Calls/{sid}.json");
    let (status, call) = served.get(&path).await;
    assert_eq!(status, 200);
    assert_eq!(call["status"], "in-progress");
    assert_eq!(call["direction"], "outbound-api");
    assert_eq!(call["to"], "client:alice");
    assert_eq!(call["parent_call_sid"], Value::Null);
    let (_, call) = served.post(&path, "Status=completed").await;
    assert_eq!(call["status"], "completed");
    let (status, error) = served.post(&path, "Status=completed").await;
    assert_eq!((status, &error["code"]), (400, &21220.into()));
    assert!(served.sandbox.world(|world| world.telephony.is_at_rest()));
}

#[tokio::test]
async fn what_a_call_lacks_is_named() {
    let served = Served::new(nothing).await;
    for (form, code) in [
        ("From=%2B1&Url=http://localhost/", 21201),
        ("To=client:bob&Url=http://localhost/", 21213),
        ("To=client:bob&From=%2B1", 21205),
        ("To=client:bob&From=%2B1&Url=nonsense", 21205),
        ("To=client:bob&From=%2B1&Twiml=nonsense", 12100),
    ] {
        let (status, error) = served.post("/Calls.json", form).await;
        assert_eq!((status, &error["code"]), (400, &code.into()), "{form}");
    }
    assert!(served.sandbox.world(|world| world.telephony.is_at_rest()));
}

#[tokio::test]
async fn a_conference_is_found_by_name_and_its_participants_held_muted_and_removed() {
    let served = Served::new(nothing).await;
    let alice = served.in_room("alice").await;
    let (_, waiting) = served
        .get("/Conferences.json?FriendlyName=room&Status=in-progress")
        .await;
    assert_eq!(waiting["conferences"], Value::Array(Vec::new()));
    let bob = served.in_room("bob").await;
    let (_, list) = served
        .get("/Conferences.json?FriendlyName=room&Status=in-progress")
        .await;
    let conference = list["conferences"][0]["sid"].as_str().unwrap().to_owned();
    let participants = format!("/Conferences/{conference}/Participants");
    let (_, list) = served.get(&format!("{participants}.json")).await;
    assert_eq!(list["participants"][0]["call_sid"], alice.as_str());
    assert_eq!(list["participants"][1]["status"], "connected");

    let own = format!("{participants}/{bob}.json");
    let (_, one) = served.post(&own, "Hold=true&Muted=true").await;
    assert_eq!((&one["hold"], &one["muted"]), (&true.into(), &true.into()));
    let (_, held) = served.get(&format!("{participants}.json?Hold=true")).await;
    assert_eq!(held["participants"].as_array().unwrap().len(), 1);
    let (_, one) = served.post(&own, "Hold=false").await;
    assert_eq!((&one["hold"], &one["muted"]), (&false.into(), &true.into()));

    let url = format!("{}{own}", served.account());
    let (status, _) = served.send(served.client.delete(url)).await;
    assert_eq!(status, 204);
    let (status, error) = served.post(&own, "Hold=true").await;
    assert_eq!((status, &error["code"]), (404, &20404.into()));

    let path = format!("/Conferences/{conference}.json");
    let (_, ended) = served.post(&path, "Status=completed").await;
    assert_eq!(ended["status"], "completed");
    assert_eq!(ended["reason_conference_ended"], "conference-ended-via-api");
    assert!(served.sandbox.world(|world| world.telephony.is_at_rest()));
}

#[tokio::test]
async fn lists_come_in_pages() {
    let served = Served::new(nothing).await;
    for identity in ["alice", "bob", "carol"] {
        served.in_room(identity).await;
    }
    let (_, first) = served.get("/Calls.json?PageSize=2").await;
    assert_eq!(first["calls"].as_array().unwrap().len(), 2);
    let next = first["next_page_uri"].as_str().unwrap();
    let url = format!("{}/t/api.twilio.com{next}", served.base);
    let (_, second) = served.send(served.client.get(url)).await;
    assert_eq!(second["calls"].as_array().unwrap().len(), 1);
    assert_eq!(second["calls"][0]["to"], "client:alice");
    assert_eq!(second["next_page_uri"], Value::Null);
}

/// What the account's own server was sent: URL path, headers, form.
type Seen = (String, HeaderMap, Vec<(String, String)>);

#[derive(Clone)]
struct Page {
    seen: mpsc::UnboundedSender<Seen>,
    answer: Arc<Mutex<(StatusCode, String)>>,
}

fn page(answer: (StatusCode, &str)) -> (Page, mpsc::UnboundedReceiver<Seen>) {
    let (seen, received) = mpsc::unbounded_channel();
    let answer = Arc::new(Mutex::new((answer.0, answer.1.to_owned())));
    (Page { seen, answer }, received)
}

fn hooks(page: Page) -> Router {
    async fn hook(
        State(page): State<Page>,
        uri: axum::http::Uri,
        headers: HeaderMap,
        body: axum::body::Bytes,
    ) -> (StatusCode, String) {
        let form = super::form::Form::parse(&body).0;
        let _ = page.seen.send((uri.to_string(), headers, form));
        page.answer.lock().unwrap().clone()
    }
    Router::new()
        .route("/hook", axum::routing::post(hook))
        .with_state(page)
}

/// A call that asks for its TwiML at `url` once it is answered.
fn order(served: &Served, url: String) -> CallSid {
    let new = NewCall {
        from: "+15550100".to_owned(),
        to: "client:alice".to_owned(),
        twiml: Twiml::Url {
            url,
            fallback: None,
        },
        timeout_s: 30,
        status_callback: None,
    };
    served.sandbox.world(|world| {
        let now = world.now();
        world.telephony.create_call(now, new).unwrap()
    })
}

#[tokio::test]
async fn a_page_for_twiml_is_asked_with_a_signature_and_its_answer_runs() {
    let (page, mut seen) = page((
        StatusCode::OK,
        "<Response><Dial><Conference>there</Conference></Dial></Response>",
    ));
    let served = Served::new(|_| hooks(page)).await;
    let port = served.sandbox.options().port;
    let url = format!("http://functions.localhost:{port}/hook?a=1%202");
    let call = order(&served, url.clone());
    served.answer(&call);
    let (path, headers, form) = seen.recv().await.unwrap();
    assert_eq!(path, "/hook?a=1%202");
    assert!(form.contains(&("CallSid".to_owned(), call.to_string())));
    let signature = headers[signature::HEADER].to_str().unwrap();
    assert!(signature::is_valid("secret", &url, &form, signature));
    assert!(headers.contains_key("i-twilio-idempotency-token"));
    until(&served, |world| {
        world.telephony.conference_named("there").is_some()
    })
    .await;
}

#[tokio::test]
async fn a_page_that_fails_or_is_not_there_is_an_alert_11200() {
    let (page, mut seen) = page((StatusCode::INTERNAL_SERVER_ERROR, ""));
    let served = Served::new(|_| hooks(page)).await;
    let call = order(&served, format!("{}/hook", served.base));
    served.answer(&call);
    seen.recv().await.unwrap();
    until(&served, |world| world.telephony.alerts().len() == 1).await;
    // A port that was free a moment ago.
    let free = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let call = order(&served, format!("http://{free}/"));
    served.answer(&call);
    until(&served, |world| world.telephony.alerts().len() == 2).await;
    let codes = served.sandbox.world(|world| {
        let alerts = world.telephony.alerts();
        alerts.iter().map(|alert| alert.code).collect::<Vec<_>>()
    });
    assert_eq!(codes, [11200, 11200]);
}

/// Waits for the world to become so, or fails: a lost wake-up must not hang the suite.
async fn until(served: &Served, so: impl Fn(&World) -> bool) {
    for _ in 0..2000 {
        if served.sandbox.world(|world| so(world)) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!(
        "never: {:#}",
        served.sandbox.world(|world| world.telephony.snapshot())
    );
}

#[tokio::test]
async fn a_flex_token_is_validated_for_the_account_only() {
    let world = backline_world::setup::demo(3, backline::time::Millis(0));
    let served = Served::in_world(world, nothing).await;
    let url = format!(
        "{}/t/iam.twilio.com/v1/Accounts/{}/Tokens/validate",
        served.base,
        account_sid()
    );
    let ask = |body: &str| served.client.post(&url).body(body.to_owned());
    let (status, bob) = served.send(ask(r#"{"token":"sandbox-token-bob"}"#)).await;
    assert_eq!(status, 200);
    assert_eq!(bob["valid"], true);
    assert_eq!(
        bob["worker_sid"],
        backline_world::account::worker_sid(1).as_str()
    );
    let (_, other) = served.send(ask(r#"{"token":"stolen"}"#)).await;
    assert_eq!(other["valid"], false);
    let (status, _) = served.send(ask("nonsense")).await;
    assert_eq!(status, 400);
    let unsigned = ask("{}").send().await.unwrap();
    assert_eq!(unsigned.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_fault_fails_loses_or_doubles_a_webhook() {
    use crate::control::faults::{Effect, Rule};
    let (page, mut seen) = page((
        StatusCode::OK,
        "<Response><Pause length=\"60\"/></Response>",
    ));
    let served = Served::new(|_| hooks(page)).await;
    let url = format!("{}/hook", served.base);
    for (effect, expected) in [(Effect::Fail(503), 1), (Effect::Lose, 2)] {
        let rule = Rule {
            target: "webhook:twiml".to_owned(),
            latency_ms: 0,
            effect,
            times: Some(1),
        };
        served.sandbox.faults().replace(vec![rule]).unwrap();
        let call = order(&served, url.clone());
        served.answer(&call);
        until(&served, |world| world.telephony.alerts().len() == expected).await;
    }
    // None of them left the sandbox; the next comes twice.
    assert!(seen.try_recv().is_err());
    let rule = Rule {
        target: "webhook:twiml".to_owned(),
        latency_ms: 0,
        effect: Effect::Duplicate,
        times: Some(1),
    };
    served.sandbox.faults().replace(vec![rule]).unwrap();
    let call = order(&served, url);
    served.answer(&call);
    let (_, first, _) = seen.recv().await.unwrap();
    let (_, second, _) = seen.recv().await.unwrap();
    let token = "i-twilio-idempotency-token";
    assert_eq!(first[token], second[token]);
}
