//! The host page with the real Flex UI, its plugin service, and Flex's own HTTP API.
//!
//! [`pages`] is what a person opens, [`api`] what Flex asks `flex-api` and `flex.twilio.com`, [`assets`] what it loads
//! from Twilio's content hosts, [`plugins`] the plugin service.

mod api;
mod assets;
mod pages;
mod plugins;
#[cfg(test)]
mod tests;

use crate::sandbox::Sandbox;
use axum::extract::Request;
use axum::http::{header, HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use backline_world::account;
use serde_json::{json, Value};

/// The routes of this product, absolute (`/t/<host>/…` for what the SDKs believe to be `<host>`), and the fallback of
/// the whole sandbox: a page of Flex for an agent's host, Twilio's 404 for everything else.
pub fn routes(sandbox: &Sandbox) -> Router {
    let page = sandbox.clone();
    Router::new()
        .merge(pages::routes(sandbox))
        .merge(api::routes(sandbox))
        .merge(assets::routes())
        .merge(plugins::routes(sandbox))
        .method_not_allowed_fallback(wrong_method)
        .fallback(move |request: Request| async move { pages::fallback(&page, &request) })
}

/// Everybody's row of the `tr-worker` index.
#[must_use]
pub fn worker_rows(sandbox: &Sandbox) -> Vec<Value> {
    sandbox.world(|world| world.routing.worker_index_rows())
}

/// The agents of this sandbox whom somebody may play: identity and full name.
fn agents(sandbox: &Sandbox) -> Vec<Agent> {
    let rows: Vec<Value> = sandbox.world(|world| {
        let routing = &world.routing;
        let played = routing
            .workers()
            .filter(|worker| !account::is_colleague(&worker.sid));
        played
            .filter_map(|worker| routing.worker_index_row(&worker.sid))
            .collect()
    });
    rows.iter()
        .map(|row| {
            let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
            let identity = text(row.get("friendly_name")).unwrap_or_default();
            Agent {
                full_name: text(row.pointer("/attributes/full_name"))
                    .unwrap_or_else(|| identity.clone()),
                activity: text(row.get("activity_name")).unwrap_or_default(),
                roles: row
                    .pointer("/attributes/roles")
                    .and_then(Value::as_array)
                    .map(|roles| roles.iter().filter_map(|role| text(Some(role))).collect())
                    .unwrap_or_else(|| vec!["agent".to_owned()]),
                identity,
            }
        })
        .collect()
}

struct Agent {
    identity: String,
    full_name: String,
    activity: String,
    /// `agent`, `supervisor`, `admin`: the worker's own `roles` attribute, as Flex keeps it.
    roles: Vec<String>,
}

fn agent(sandbox: &Sandbox, identity: &str) -> Option<Agent> {
    agents(sandbox)
        .into_iter()
        .find(|agent| agent.identity == identity)
}

/// The first label of the host, if there is more than one: `alice` of `alice.localhost:8800`.
fn host_identity(headers: &HeaderMap) -> Option<&str> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let (identity, _) = host.split_once('.')?;
    (!identity.is_empty() && identity.parse::<u8>().is_err()).then_some(identity)
}

/// An error as Twilio writes it (<https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions>).
fn error(status: StatusCode, code: u32, message: &str) -> Response {
    let body = json!({
        "code": code, "message": message, "status": status.as_u16(),
        "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
    });
    (status, Json(body)).into_response()
}

/// 20404 (<https://www.twilio.com/docs/api/errors/20404>).
fn not_found(path: &str) -> Response {
    let message = format!("The requested resource {path} was not found");
    error(StatusCode::NOT_FOUND, 20404, &message)
}

/// 20004 (<https://www.twilio.com/docs/api/errors/20004>).
async fn wrong_method() -> Response {
    error(StatusCode::METHOD_NOT_ALLOWED, 20004, "Method not allowed")
}
