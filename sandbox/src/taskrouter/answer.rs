//! What every REST request has in common: who asks, by which method, and how he is answered.

use super::Refusal;
use crate::sandbox::Sandbox;
use axum::http::header::{AUTHORIZATION, ETAG};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::Json;
use backline_world::account;
use base64::Engine as _;
use serde_json::Value;

/// Basic authentication with the account's SID and token.
pub(super) fn authenticate(sandbox: &Sandbox, headers: &HeaderMap) -> Result<(), Refusal> {
    let given = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Basic "))
        .and_then(|value| base64::engine::general_purpose::STANDARD.decode(value).ok());
    let expected = format!(
        "{}:{}",
        account::account_sid(),
        sandbox.options().auth_token
    );
    match given {
        Some(given) if given == expected.as_bytes() => Ok(()),
        Some(_) => Err(Refusal::unauthenticated(
            "Authentication Error - invalid username",
        )),
        None => Err(Refusal::unauthenticated(
            "Authentication Error - No credentials provided",
        )),
    }
}

/// What a request wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Get,
    Post,
    Delete,
}

impl Verb {
    pub(super) fn of(method: &Method) -> Result<Self, Refusal> {
        match method.as_str() {
            "GET" => Ok(Self::Get),
            "POST" => Ok(Self::Post),
            "DELETE" => Ok(Self::Delete),
            other => Err(Refusal::method(other)),
        }
    }
}

/// What REST answers.
pub(super) enum Answer {
    /// 200, or 201 for what was just made; a task's carries its version.
    Resource {
        created: bool,
        version: Option<u64>,
        body: Value,
    },
    /// 204.
    Nothing,
}

impl Answer {
    pub(super) fn plain(body: Value) -> Self {
        Self::Resource {
            created: false,
            version: None,
            body,
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        match self {
            Self::Nothing => StatusCode::NO_CONTENT.into_response(),
            Self::Resource {
                created,
                version,
                body,
            } => {
                let status = if created {
                    StatusCode::CREATED
                } else {
                    StatusCode::OK
                };
                let tag = version.map(|version| [(ETAG, format!("\"{version}\""))]);
                match tag {
                    Some(tag) => (status, tag, Json(body)).into_response(),
                    None => (status, Json(body)).into_response(),
                }
            }
        }
    }
}
