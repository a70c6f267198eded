//! Whose Flex token is this?
//! (<https://www.twilio.com/docs/flex/developer/plugins/call-functions>, package `twilio-flex-token-validator`.)

use super::errors::ApiError;
use crate::sandbox::Sandbox;
use axum::body::Bytes;
use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use backline::time::Millis;
use backline_world::account::{account_sid, identity_of};
use serde_json::{json, Value};

/// How long a token is said to be valid.
const VALIDITY: Millis = Millis::from_secs(8 * 3600);

/// `POST …/Tokens/validate` with `{"token"}`.
pub async fn validate(
    State(sandbox): State<Sandbox>,
    Path(account): Path<String>,
    OriginalUri(uri): OriginalUri,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Err(error) = super::authenticate(&sandbox, &headers) {
        return error.into_response();
    }
    if account != account_sid().as_str() {
        return ApiError::not_found(uri.path()).into_response();
    }
    if method != Method::POST {
        return ApiError::method_not_allowed().into_response();
    }
    let body: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let Some(token) = body.get("token").and_then(Value::as_str) else {
        return ApiError::bad_request(20001, "Missing token").into_response();
    };
    super::json(StatusCode::OK, &verdict(&sandbox, token))
}

fn verdict(sandbox: &Sandbox, token: &str) -> Value {
    let worker = identity_of(token).and_then(|identity| {
        let sid = sandbox.world(|world| {
            let worker = world.routing.worker_by_identity(identity)?;
            let roles = worker.attributes.get("roles").cloned();
            Some((worker.sid.clone(), roles))
        })?;
        Some((identity, sid))
    });
    match worker {
        Some((identity, (worker, roles))) => json!({
            "valid": true,
            "code": 0,
            "message": null,
            "identity": identity,
            "worker_sid": worker,
            "roles": roles.unwrap_or_else(|| json!(["agent"])),
            "realm_user_id": identity,
            "expiration": sandbox.world(|world| world.telephony.date(world.now() + VALIDITY)),
        }),
        None => json!({
            "valid": false,
            "code": 20101,
            "message": "Invalid token",
        }),
    }
}
