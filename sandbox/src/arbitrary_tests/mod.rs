//! Whatever a page, the functions or a test asks: never a panic, one of the documented answers, and what is refused
//! changes nothing.

mod pieces;
mod requests;

use crate::control;
use crate::sandbox::{Options, Sandbox};
use axum::body::Body;
use axum::http::Request;
use axum::Router;
use backline::time::Millis;
use backline_world::routing::NewTask;
use backline_world::{account, setup, World};
use proptest::prelude::*;
use serde_json::{json, Value};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

const TOKEN: &str = "secret";

/// Each case may change the world, which the next one meets.
const CASES: u32 = 200;

fn cases() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(CASES)
    }
}

/// The sandbox's routes without a port: Twilio's REST, the event bridge, the control API.
struct Bench {
    runtime: Runtime,
    sandbox: Sandbox,
    app: Router,
}

impl Bench {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let entered = runtime.enter();
        let options = Options {
            port: 0,
            auth_token: TOKEN.to_owned(),
            flex_bundle: std::path::PathBuf::new(),
            plugin: None,
        };
        let sandbox = Sandbox::new(setup::demo(3, Millis(0)), options);
        let app = Router::new()
            .merge(crate::taskrouter::routes(&sandbox))
            .merge(crate::rest::routes(&sandbox))
            .merge(control::routes(&sandbox));
        drop(entered);
        sandbox.world(|world| {
            let now = world.now();
            let new = NewTask {
                workflow: Some(account::anyone_workflow_sid().to_string()),
                ..NewTask::default()
            };
            world.routing.create_task(now, new).unwrap();
        });
        Self {
            runtime,
            sandbox,
            app,
        }
    }

    /// Status, body, and whether the request changed the world. Nothing else does meanwhile: on one thread no webhook is
    /// answered before the request is; what was due by itself has happened before, or the change is not looked at.
    fn ask(&self, request: Request<Body>) -> (u16, Value, bool) {
        self.runtime.block_on(async {
            let (before, due) = self
                .sandbox
                .world(|world| (seen(&*world), world.next_deadline()));
            let response = self.app.clone().oneshot(request).await.unwrap();
            let status = response.status().as_u16();
            let body = axum::body::to_bytes(response.into_body(), usize::MAX).await;
            let body = serde_json::from_slice(&body.unwrap()).unwrap_or(Value::Null);
            let changed = self.sandbox.read(seen) != before;
            let by_itself = due.is_some_and(|due| due.0 <= self.sandbox.uptime_ms());
            (status, body, changed && !by_itself)
        })
    }
}

/// The world but for the ages of tasks, which grow by themselves.
fn seen(world: &World) -> Value {
    let mut routing = world.routing.snapshot();
    let tasks = routing["tasks"].as_array_mut().unwrap();
    for task in tasks {
        task.as_object_mut().unwrap().remove("age").unwrap();
    }
    json!([routing, world.telephony.snapshot()])
}

/// Names of parameters that something reads.
fn name() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "Attributes",
        "WorkflowSid",
        "TaskQueueSid",
        "TaskChannel",
        "Priority",
        "Timeout",
        "RoutingTarget",
        "IgnoreCapacity",
        "VirtualStartTime",
        "AssignmentStatus",
        "Reason",
        "ReservationStatus",
        "ReservationSid",
        "TaskSid",
        "TransferStatus",
        "Mode",
        "Instruction",
        "CallUrl",
        "CallTo",
        "To",
        "From",
        "Url",
        "Twiml",
        "Status",
        "Hold",
        "HoldUrl",
        "Muted",
        "TaskSid",
        "TargetWorkerSid",
        "Page",
        "PageSize",
        "EvaluateTaskAttributes",
        "ActivitySid",
        "Capacity",
        "Available",
        "FriendlyName",
        "StatusCallback",
    ]);
    prop_oneof![9 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

/// A value that some parameter may have, or any text.
fn value() -> impl Strategy<Value = String> {
    let likely = vec![
        account::anyone_workflow_sid().to_string(),
        account::everyone_queue_sid().to_string(),
        account::worker_sid(0).to_string(),
        setup::available_activity_sid().to_string(),
        task_sid(1),
        "{\"name\":\"Bob\"}".to_owned(),
        "voice".to_owned(),
        "client:alice".to_owned(),
        "call".to_owned(),
        "conference".to_owned(),
        "accepted".to_owned(),
        "completed".to_owned(),
        "wrapping".to_owned(),
        "true".to_owned(),
        "18446744073709551615".to_owned(),
        "-1".to_owned(),
        "9223372036854775807-01-01T00:00:00Z".to_owned(),
        "2026-01-01T00:00:00Z".to_owned(),
        "http://localhost:1/page".to_owned(),
        "<Response><Dial><Conference>room</Conference></Dial></Response>".to_owned(),
        "internal_call.role == 'caller'".to_owned(),
    ];
    prop_oneof![3 => prop::sample::select(likely), 1 => any::<String>()]
}

fn task_sid(number: u128) -> String {
    backline::ids::TaskSid::from_number(number).to_string()
}

/// Parameters: now and then those that a task and a call need, and more.
fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    let needed = [
        ("WorkflowSid", account::anyone_workflow_sid().to_string()),
        ("To", "client:bob".to_owned()),
        ("From", "+15550100".to_owned()),
        ("Url", "http://localhost:1/page".to_owned()),
    ];
    let needed = needed
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec();
    let more = || prop::collection::vec((name(), value()), 0..5);
    let enough = more().prop_map(move |more| more.into_iter().chain(needed.clone()).collect());
    prop_oneof![more(), enough]
}

/// Any JSON, of likely values.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        value().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}
