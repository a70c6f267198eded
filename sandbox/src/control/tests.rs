//! Each fault, on the whole of what it strikes: Twilio's REST, the callbacks, the agents' sockets.

use super::faults::{Effect, Rule};
use super::*;
use crate::sandbox::Options;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Method};
use backline::ids::CallSid;
use backline::time::Millis;
use backline_world::telephony::{NewCall, Twiml};
use backline_world::{account, setup};
use base64::Engine;
use std::net::Ipv4Addr;
use std::time::Duration;
use tokio::sync::mpsc;
use tower::ServiceExt;

/// The sandbox, and its routes as the process has them.
struct Bench {
    sandbox: Sandbox,
    app: Router,
}

impl Bench {
    fn new() -> Self {
        let options = Options {
            port: 0,
            auth_token: "secret".to_owned(),
            flex_bundle: std::path::PathBuf::new(),
            plugin: None,
        };
        let sandbox = Sandbox::new(setup::demo(3, Millis(0)), options);
        let app = Router::new()
            .merge(crate::taskrouter::routes(&sandbox))
            .merge(crate::rest::routes(&sandbox))
            .merge(routes(&sandbox))
            .layer(axum::middleware::from_fn_with_state(
                sandbox.clone(),
                requests::intercept,
            ));
        Self { sandbox, app }
    }

    async fn send(&self, request: Request) -> (u16, HeaderMap, Value) {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        (parts.status.as_u16(), parts.headers, body)
    }

    /// A request to Twilio.
    async fn rest(
        &self,
        method: Method,
        path: &str,
        form: &str,
        tag: &str,
    ) -> (u16, HeaderMap, Value) {
        let credentials = format!("{}:secret", account::account_sid());
        let code = base64::engine::general_purpose::STANDARD.encode(credentials);
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/t/{path}"))
            .header("authorization", format!("Basic {code}"))
            .header("content-type", "application/x-www-form-urlencoded");
        if !tag.is_empty() {
            request = request.header("if-match", tag);
        }
        self.send(request.body(Body::from(form.to_owned())).unwrap())
            .await
    }

    async fn tasks(
        &self,
        method: Method,
        rest: &str,
        form: &str,
        tag: &str,
    ) -> (u16, HeaderMap, Value) {
        let workspace = account::workspace_sid();
        let path = format!("taskrouter.twilio.com/v1/Workspaces/{workspace}/Tasks{rest}");
        self.rest(method, &path, form, tag).await
    }

    async fn create_task(&self) -> (u16, Value) {
        let form = format!(
            "WorkflowSid={}&TaskChannel=voice",
            account::anyone_workflow_sid()
        );
        let (status, _, task) = self.tasks(Method::POST, "", &form, "").await;
        (status, task)
    }

    async fn listed(&self, list: &str) -> usize {
        let (status, _, body) = match list {
            "tasks" => self.tasks(Method::GET, "", "", "").await,
            _ => {
                let account = account::account_sid();
                let path = format!("api.twilio.com/2010-04-01/Accounts/{account}/Conferences.json");
                self.rest(Method::GET, &path, "", "").await
            }
        };
        assert_eq!(status, 200);
        body[list].as_array().unwrap().len()
    }

    fn in_world(&self) -> usize {
        self.sandbox.read(|world| world.routing.tasks().count())
    }

    fn fault(&self, target: &str, latency_ms: u64, effect: Effect, times: Option<u32>) {
        self.faults(vec![rule(target, latency_ms, effect, times)]);
    }

    fn faults(&self, rules: Vec<Rule>) {
        self.sandbox.faults().replace(rules).unwrap();
    }

    async fn control(&self, method: Method, path: &str, body: &Value) -> u16 {
        let request = Request::builder()
            .method(method)
            .uri(format!("/control/{path}"))
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        self.send(request).await.0
    }
}

fn rule(target: &str, latency_ms: u64, effect: Effect, times: Option<u32>) -> Rule {
    Rule {
        target: target.to_owned(),
        latency_ms,
        effect,
        times,
    }
}

#[tokio::test]
async fn a_refused_rest_request_has_twilios_code_and_changes_nothing() {
    let bench = Bench::new();
    for (status, code) in [(429, 20429), (500, 20500), (503, 20503)] {
        bench.fault("rest:tasks.create", 0, Effect::Fail(status), Some(1));
        let (given, error) = bench.create_task().await;
        assert_eq!((given, &error["code"]), (status, &json!(code)));
        assert_eq!(error["status"], status);
    }
    assert_eq!(bench.in_world(), 0);
    assert_eq!(bench.create_task().await.0, 201);
}

#[tokio::test]
async fn a_forced_conflict_is_412_once_and_the_version_still_holds() {
    let bench = Bench::new();
    let (_, task) = bench.create_task().await;
    let path = format!("/{}", task["sid"].as_str().unwrap());
    let (_, headers, _) = bench.tasks(Method::GET, &path, "", "").await;
    let tag = headers["etag"].to_str().unwrap().to_owned();
    bench.fault("rest:tasks.update", 0, Effect::Fail(412), Some(1));
    let (status, _, error) = bench.tasks(Method::POST, &path, "Priority=5", &tag).await;
    assert_eq!((status, &error["code"]), (412, &json!(20412)));
    let (status, _, task) = bench.tasks(Method::POST, &path, "Priority=5", &tag).await;
    assert_eq!((status, &task["priority"]), (200, &json!(5)));
}

#[tokio::test]
async fn an_answer_may_be_lost_after_the_request_was_carried_out() {
    let bench = Bench::new();
    bench.fault("rest:tasks.create", 0, Effect::Lose, Some(1));
    assert_eq!(bench.create_task().await.0, 504);
    assert_eq!(bench.in_world(), 1);
    bench.fault("rest:tasks.create", 0, Effect::Hang, Some(1));
    let patience = Duration::from_millis(100);
    let answer = tokio::time::timeout(patience, bench.create_task()).await;
    assert!(answer.is_err(), "{answer:?}");
    assert_eq!(bench.in_world(), 2);
    assert_eq!(bench.create_task().await.0, 201);
}

#[tokio::test]
async fn a_slow_answer_is_given_after_its_latency() {
    let bench = Bench::new();
    bench.fault("rest:tasks.create", 60, Effect::Pass, None);
    let before = bench.sandbox.uptime_ms();
    assert_eq!(bench.create_task().await.0, 201);
    assert!(bench.sandbox.uptime_ms() >= before + 60);
}

#[tokio::test]
async fn a_list_may_lag_behind_what_was_made_while_the_resource_itself_is_there() {
    let bench = Bench::new();
    assert_eq!(bench.create_task().await.0, 201);
    bench.fault("rest:tasks.list", 0, Effect::Lag(60_000), Some(2));
    // Nothing has changed since the rule was put: what was so then is what is listed.
    assert_eq!(bench.listed("tasks").await, 1);
    let (_, second) = bench.create_task().await;
    let sid = second["sid"].as_str().unwrap();
    assert_eq!(bench.listed("tasks").await, 1);
    assert_eq!(
        bench.tasks(Method::GET, &format!("/{sid}"), "", "").await.0,
        200
    );
    // The rule is used up.
    assert_eq!(bench.listed("tasks").await, 2);
    assert_eq!(bench.in_world(), 2);
}

#[tokio::test]
async fn a_list_catches_up_once_its_lag_is_over() {
    let bench = Bench::new();
    bench.fault("rest:tasks.list", 0, Effect::Lag(50), None);
    assert_eq!(bench.create_task().await.0, 201);
    while bench.listed("tasks").await == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(bench.listed("tasks").await, 1);
}

fn call_to(bench: &Bench, identity: &str, twiml: &str, callback: Option<&str>) -> CallSid {
    let new = NewCall {
        from: "+15550100".to_owned(),
        to: format!("client:{identity}"),
        twiml: Twiml::Text(twiml.to_owned()),
        timeout_s: 60,
        status_callback: callback.map(|url| {
            let events = ["initiated", "answered", "completed"];
            (url.to_owned(), events.map(str::to_owned).to_vec())
        }),
    };
    bench.sandbox.world(|world| {
        let now = world.now();
        world.telephony.create_call(now, new).unwrap()
    })
}

fn answer(bench: &Bench, call: &CallSid) {
    bench.sandbox.world(|world| {
        let now = world.now();
        world.telephony.leg_answered(now, call);
    });
}

#[tokio::test]
async fn the_list_of_conferences_may_lag_too() {
    let bench = Bench::new();
    bench.fault("rest:conferences.list", 0, Effect::Lag(60_000), None);
    let room = "<Response><Dial><Conference>room</Conference></Dial></Response>";
    let call = call_to(&bench, "alice", room, None);
    answer(&bench, &call);
    assert_eq!(bench.listed("conferences").await, 0);
    bench.faults(Vec::new());
    assert_eq!(bench.listed("conferences").await, 1);
}

/// A server of the account's own: the `CallStatus` of each callback, as it comes.
async fn callbacks() -> (String, mpsc::UnboundedReceiver<String>) {
    let (sender, seen) = mpsc::unbounded_channel();
    let take = move |body: String| {
        let form = crate::rest::form::Form::parse(body.as_bytes());
        let _ = sender.send(form.first("CallStatus").unwrap_or_default().to_owned());
        async {}
    };
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let app = Router::new().route("/", post(take));
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, seen)
}

#[tokio::test]
async fn callbacks_are_lost_doubled_and_reordered_by_the_event_that_they_tell() {
    let bench = Bench::new();
    let (url, mut seen) = callbacks().await;
    bench.faults(vec![
        rule("webhook:call-status:queued", 0, Effect::Lose, None),
        rule("webhook:call-status:in-progress", 1_000, Effect::Pass, None),
        rule("webhook:call-status:completed", 0, Effect::Duplicate, None),
    ]);
    let call = call_to(
        &bench,
        "alice",
        "<Response><Hangup/></Response>",
        Some(&url),
    );
    answer(&bench, &call);
    let mut order = Vec::new();
    for _ in 0..3 {
        order.push(seen.recv().await.unwrap());
    }
    assert_eq!(order, ["completed", "completed", "in-progress"]);
    // The family's name strikes each of them.
    bench.fault("webhook:call-status", 0, Effect::Lose, Some(3));
    let lost = call_to(&bench, "bob", "<Response><Hangup/></Response>", Some(&url));
    answer(&bench, &lost);
    while !bench.sandbox.faults().rules().is_empty() {
        tokio::task::yield_now().await;
    }
    let told = call_to(&bench, "carol", "<Response/>", Some(&url));
    assert_eq!(seen.recv().await.unwrap(), "queued");
    assert!(told != lost);
}

#[tokio::test]
async fn a_workers_activity_and_channels_are_changed_from_outside() {
    let bench = Bench::new();
    let available = json!({"activity": "Available"});
    let alice = account::worker_sid(0);
    let share = |bench: &Bench| {
        bench.sandbox.read(|world| {
            let worker = world.routing.worker(&alice).unwrap();
            let voice = world
                .routing
                .channels()
                .find(|channel| channel.unique_name == "voice");
            let share = &worker.channels[&voice.unwrap().sid];
            (share.capacity, share.available)
        })
    };
    assert_eq!(
        bench
            .control(Method::POST, "workers/alice/activity", &available)
            .await,
        204
    );
    let voice = "workers/alice/channels/voice";
    assert_eq!(
        bench
            .control(Method::POST, voice, &json!({"capacity": 3}))
            .await,
        204
    );
    assert_eq!(share(&bench), (3, true));
    assert_eq!(
        bench
            .control(Method::POST, voice, &json!({"available": false}))
            .await,
        204
    );
    assert_eq!(share(&bench), (3, false));
    for path in [
        "workers/nobody/channels/voice",
        "workers/alice/channels/pigeon",
    ] {
        assert_eq!(bench.control(Method::POST, path, &json!({})).await, 404);
    }
}

#[tokio::test]
async fn a_workers_attributes_are_changed_one_by_one() {
    let bench = Bench::new();
    let path = "workers/bob/attributes";
    let attributes = |bench: &Bench| {
        let bob = account::worker_sid(1);
        bench
            .sandbox
            .read(|world| world.routing.worker(&bob).unwrap().attributes.clone())
    };
    let before = attributes(&bench);
    let team = json!({"team_name": "Sales"});
    assert_eq!(bench.control(Method::POST, path, &team).await, 204);
    let mut expected = before.clone();
    expected.insert("team_name".to_owned(), "Sales".into());
    assert_eq!(attributes(&bench), expected);
    let none = json!({"team_name": null});
    assert_eq!(bench.control(Method::POST, path, &none).await, 204);
    assert_eq!(attributes(&bench), before);
    let nobody = "workers/nobody/attributes";
    assert_eq!(bench.control(Method::POST, nobody, &team).await, 404);
}

#[tokio::test]
async fn a_supervisor_who_takes_an_agent_off_work_may_take_his_offers_back() {
    let bench = Bench::new();
    let form = format!(
        "WorkflowSid={}&TaskChannel=voice&RoutingTarget={}",
        account::anyone_workflow_sid(),
        account::worker_sid(0)
    );
    bench.tasks(Method::POST, "", &form, "").await;
    let rejected = |bench: &Bench| {
        bench.sandbox.read(|world| {
            let all = world.routing.reservations();
            all.filter(|one| one.state.as_str() == "rejected").count()
        })
    };
    let path = "workers/alice/activity";
    let change =
        |activity: &str, reject: bool| json!({"activity": activity, "reject_pending": reject});
    bench
        .control(Method::POST, path, &change("Available", false))
        .await;
    bench
        .control(Method::POST, path, &change("Offline", false))
        .await;
    assert_eq!(rejected(&bench), 0);
    bench
        .control(Method::POST, path, &change("Available", false))
        .await;
    bench
        .control(Method::POST, path, &change("Offline", true))
        .await;
    assert_eq!(rejected(&bench), 1);
}
