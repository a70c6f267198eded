//! The control API: state, customers, levels and faults, for tests and demos. Described in `docs/control.md`.

pub mod faults;
pub mod past;
pub mod requests;
mod seam;
mod targets;
#[cfg(test)]
mod tests;

use crate::sandbox::Sandbox;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use axum::{Json, Router};
use faults::Rule;
use serde::Deserialize;
use serde_json::{json, Value};
use thiserror::Error;

/// The routes of this product.
pub fn routes(sandbox: &Sandbox) -> Router {
    Router::new()
        .route("/control/state", get(state))
        .route("/control/levels", get(levels))
        .route("/control/features/{feature}", put(feature))
        .route("/control/configuration", put(configuration))
        .route("/control/event-callback", put(event_callback))
        .route("/control/customers", post(customer_calls))
        .route("/control/customers/{call}", delete(customer_hangs_up))
        .route("/control/colleagues", post(more_colleagues))
        .route("/control/workers/{identity}/activity", post(activity))
        .route("/control/workers/{identity}/attributes", post(attributes))
        .route(
            "/control/workers/{identity}/channels/{channel}",
            post(channel),
        )
        .route(
            "/control/workers/{identity}/event-bridge",
            delete(drop_event_bridge),
        )
        .route(
            "/control/workers/{identity}/signalling",
            delete(drop_signalling),
        )
        .route(
            "/control/faults",
            get(show_faults).put(put_faults).delete(clear_faults),
        )
        .route(
            "/control/requests",
            get(show_requests).delete(clear_requests),
        )
        .with_state(sandbox.clone())
}

/// Why the control API refused.
#[derive(Debug, Error)]
pub enum ControlError {
    /// No such customer, worker or activity.
    #[error("{0}")]
    NotFound(String),
    /// The request makes no sense.
    #[error("{0}")]
    Senseless(String),
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Senseless(_) => StatusCode::BAD_REQUEST,
        };
        (status, Json(json!({"message": self.to_string()}))).into_response()
    }
}

async fn state(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(sandbox.world(|world| seam::state(world)))
}

async fn levels(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(seam::levels(&sandbox))
}

async fn feature(
    State(sandbox): State<Sandbox>,
    Path(feature): Path<String>,
    Json(settings): Json<Value>,
) -> StatusCode {
    sandbox.configure(&feature, settings);
    StatusCode::NO_CONTENT
}

/// An object: another would take the place of the whole configuration.
async fn configuration(
    State(sandbox): State<Sandbox>,
    Json(patch): Json<serde_json::Map<String, Value>>,
) -> StatusCode {
    sandbox.overlay(Value::Object(patch));
    StatusCode::NO_CONTENT
}

/// The workspace's `EventCallbackUrl`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EventCallback {
    url: Option<String>,
}

async fn event_callback(
    State(sandbox): State<Sandbox>,
    Json(callback): Json<EventCallback>,
) -> StatusCode {
    sandbox.world(|world| world.routing.set_event_callback(callback.url));
    StatusCode::NO_CONTENT
}

/// A customer who calls in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Customer {
    from: String,
    name: String,
    #[serde(default)]
    queue: Option<String>,
    #[serde(default)]
    attributes: serde_json::Map<String, Value>,
}

async fn customer_calls(
    State(sandbox): State<Sandbox>,
    Json(customer): Json<Customer>,
) -> Response {
    let Customer {
        from,
        name,
        queue,
        mut attributes,
    } = customer;
    if let Some(queue) = queue {
        attributes.entry("queue").or_insert_with(|| queue.into());
    }
    let call = sandbox.world(|world| seam::customer_calls(world, &from, &name, attributes));
    (StatusCode::CREATED, Json(json!({"call": call}))).into_response()
}

async fn customer_hangs_up(
    State(sandbox): State<Sandbox>,
    Path(call): Path<String>,
) -> Result<StatusCode, ControlError> {
    sandbox.world(|world| seam::customer_hangs_up(world, &call))?;
    Ok(StatusCode::NO_CONTENT)
}

async fn drop_signalling(
    State(sandbox): State<Sandbox>,
    Path(identity): Path<String>,
) -> StatusCode {
    crate::voice::drop_signalling(&sandbox, &identity);
    StatusCode::NO_CONTENT
}

/// How many colleagues whom nobody plays there are from now on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Colleagues {
    count: usize,
}

async fn more_colleagues(
    State(sandbox): State<Sandbox>,
    Json(Colleagues { count }): Json<Colleagues>,
) -> StatusCode {
    sandbox.world(|world| backline_world::colleagues::add(&mut world.routing, count));
    StatusCode::NO_CONTENT
}

/// What a worker does from now on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewActivity {
    activity: String,
    #[serde(default)]
    reject_pending: bool,
}

async fn activity(
    State(sandbox): State<Sandbox>,
    Path(identity): Path<String>,
    Json(new): Json<NewActivity>,
) -> Result<StatusCode, ControlError> {
    sandbox
        .world(|world| seam::set_activity(world, &identity, &new.activity, new.reject_pending))?;
    Ok(StatusCode::NO_CONTENT)
}

async fn attributes(
    State(sandbox): State<Sandbox>,
    Path(identity): Path<String>,
    Json(new): Json<serde_json::Map<String, Value>>,
) -> Result<StatusCode, ControlError> {
    sandbox.world(|world| seam::set_attributes(world, &identity, new))?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a worker can take of a channel from now on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewShare {
    capacity: Option<u64>,
    available: Option<bool>,
}

async fn channel(
    State(sandbox): State<Sandbox>,
    Path((identity, channel)): Path<(String, String)>,
    Json(new): Json<NewShare>,
) -> Result<StatusCode, ControlError> {
    sandbox.world(|world| {
        seam::set_channel(world, &identity, &channel, new.capacity, new.available)
    })?;
    Ok(StatusCode::NO_CONTENT)
}

async fn drop_event_bridge(
    State(sandbox): State<Sandbox>,
    Path(identity): Path<String>,
) -> StatusCode {
    let target = format!("socket:event-bridge:{identity}");
    sandbox.faults().drop_sockets(target);
    StatusCode::NO_CONTENT
}

async fn show_faults(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(json!({"rules": sandbox.faults().rules()}))
}

/// The rules that take the place of all others.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    rules: Vec<Rule>,
}

async fn put_faults(
    State(sandbox): State<Sandbox>,
    Json(new): Json<Rules>,
) -> Result<Json<Value>, ControlError> {
    sandbox
        .faults()
        .replace(new.rules)
        .map_err(|error| ControlError::Senseless(error.to_string()))?;
    Ok(Json(json!({"rules": sandbox.faults().rules()})))
}

async fn clear_faults(State(sandbox): State<Sandbox>) -> StatusCode {
    // No rule can be refused when there is none.
    let _ = sandbox.faults().replace(Vec::new());
    StatusCode::NO_CONTENT
}

async fn show_requests(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(json!({"now_ms": sandbox.uptime_ms(), "requests": sandbox.requests().records()}))
}

async fn clear_requests(State(sandbox): State<Sandbox>) -> StatusCode {
    sandbox.requests().clear();
    StatusCode::NO_CONTENT
}
