//! Whatever a Flex account holds is read: never a panic, and a value of another type costs its own field only.

mod arbitrary;
mod well_formed;

use crate::ids::{
    ActivitySid, CallSid, ContactUri, QueueSid, ReservationSid, TaskSid, WorkerSid, WorkflowSid,
};
use proptest::prelude::*;
use serde_json::{json, Value};

/// Enough for a parser without loops of its own, in a moment.
const CASES: u32 = 200;

fn cases() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(CASES)
    }
}

/// Keys that are read somewhere, and others.
fn key() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "outbound_call_flows",
        "default",
        "workflow_sid",
        "ui_attributes",
        "custom_data",
        "serverless_functions_port",
        "features",
        "internal_call",
        "multi_call",
        "ring_seconds",
        "rejoin_seconds",
        "lost",
        "role",
        "on_hold",
        "progress",
        "client_call",
        "conference",
        "participants",
        "favourite",
        "changedAt",
        "calledAt",
        "task_channel_unique_name",
        "worker",
        "attributes",
        "contact_uri",
        "full_name",
        "worker_sid",
        "sid",
        "taskSid",
        "status",
        "timeout",
    ]);
    prop_oneof![9 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

/// Any JSON, made of likely keys and likely values.
fn any_json() -> impl Strategy<Value = Value> {
    let likely = prop::sample::select(vec![
        json!("caller"),
        json!("accepted"),
        json!("client:alice"),
        json!("8800"),
        json!(WorkerSid::from_number(1)),
        json!(TaskSid::from_number(1)),
    ]);
    let leaf = prop_oneof![
        likely,
        any::<String>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A value that is neither a text nor a number nor a boolean that somebody wants.
fn of_no_wanted_type() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!([])),
        Just(json!([1, "x"])),
        Just(json!({})),
        Just(json!({"enabled": {"enabled": true}})),
        Just(json!(-1)),
        Just(json!(0.5)),
        Just(json!(1e300)),
    ]
}

/// The paths (JSON pointers) of every leaf below a value.
fn leaves(value: &Value) -> Vec<String> {
    match value {
        Value::Object(all) => all
            .iter()
            .flat_map(|(key, value)| {
                let below = leaves(value);
                below.into_iter().map(move |path| format!("/{key}{path}"))
            })
            .collect(),
        _ => vec![String::new()],
    }
}

/// The value without what is at a path.
fn without(value: &Value, path: &str) -> Value {
    let mut value = value.clone();
    let (parent, key) = path.rsplit_once('/').unwrap();
    let parent = value.pointer_mut(parent).unwrap();
    parent.as_object_mut().unwrap().remove(key).unwrap();
    value
}

/// The value with another at a path.
fn with(value: &Value, path: &str, other: Value) -> Value {
    let mut value = value.clone();
    *value.pointer_mut(path).unwrap() = other;
    value
}

/// Reads one.
fn read<T: serde::de::DeserializeOwned>(value: &Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(value.clone())
}

fn configuration() -> Value {
    json!({
        "outbound_call_flows": {"default": {
            "workflow_sid": WorkflowSid::from_number(1), "queue_sid": QueueSid::from_number(1),
            "caller_id": "+15550100",
        }},
        "taskrouter_offline_activity_sid": ActivitySid::from_number(1),
        "ui_attributes": {"custom_data": {
            "serverless_functions_domain": "functions.localhost",
            "serverless_functions_protocol": "http", "serverless_functions_port": "8800",
            "features": {
                "internal_call": {
                    "enabled": true, "enable_call_agent": true, "enable_call_queue": true,
                    "auto_complete": true, "auto_complete_seconds": 7, "ring_seconds": 30,
                },
                "multi_call": {
                    "enabled": true, "max_calls": 3, "resume_next": true, "reminder_seconds": 60,
                },
            },
        }},
    })
}

fn person() -> Value {
    json!({
        "worker_sid": WorkerSid::from_number(2), "friendly_name": "bob",
        "activity_name": "Available", "worker_activity_sid": ActivitySid::from_number(2),
        "attributes": {
            "contact_uri": "client:bob", "full_name": "Bob Brown", "email": "bob@example.com",
        },
    })
}

fn item() -> Value {
    json!({
        "worker": WorkerSid::from_number(2), "favourite": 3, "changedAt": 1_767_225_600_000_u64,
        "calledAt": 1_767_225_600_000_u64,
    })
}

fn row_of_reservations() -> Value {
    json!({
        "worker_sid": WorkerSid::from_number(2), "status": "accepted", "task_channel_unique_name": "voice",
    })
}

fn task() -> Value {
    json!({
        "client_call": true, "from": "client:alice", "name": "Alice Anderson", "callToQueue": "Everyone",
        "worker_call_sid": CallSid::from_number(1),
        "conference": {"participants": {"worker": CallSid::from_number(2)}},
        "internal_call": {
            "role": "callee", "tab": "tab-1", "ring_seconds": 25, "progress": "ringing",
            "reason": "busy", "on_hold": {"caller": true, "callee": false},
            "rejoin_seconds": 20, "lost": "1767225600000",
        },
    })
}

fn reservation() -> Value {
    json!({
        "sid": ReservationSid::from_number(1), "taskSid": TaskSid::from_number(1), "status": "pending",
        "timeout": 120, "channel": "voice", "reason": "the call is over", "attributes": task(),
    })
}

fn me() -> Value {
    json!({
        "workerSid": WorkerSid::from_number(1), "friendlyName": "alice",
        "attributes": {"contact_uri": ContactUri::parse("client:alice").unwrap()},
    })
}
