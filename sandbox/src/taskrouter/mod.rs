//! TaskRouter: the event bridge (WebSocket and RPC) and REST.

mod answer;
mod bridge;
mod interactions;
mod page;
mod parameters;
mod rest;
mod rpc;

use crate::sandbox::Sandbox;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use backline_world::routing::RoutingError;
use serde_json::json;

/// The routes of this product, absolute (`/t/<host>/…` for what the SDKs believe to be `<host>`).
pub fn routes(sandbox: &Sandbox) -> Router {
    Router::new()
        .merge(bridge::routes(sandbox))
        .merge(rest::routes(sandbox))
}

/// An answer that refuses: Twilio's `{code, message, more_info, status}`
/// (<https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions>).
#[derive(Debug)]
struct Refusal {
    status: u16,
    code: u32,
    message: String,
}

impl Refusal {
    /// No such resource: 20404.
    fn not_found(path: &str) -> Self {
        RoutingError::NotFound(path.to_owned()).into()
    }

    /// A parameter that Twilio does not take: 20001.
    fn invalid(name: &'static str, reason: &str) -> Self {
        RoutingError::invalid(name, reason).into()
    }

    /// Who asks is not known: 20003 (<https://www.twilio.com/docs/api/errors/20003>).
    fn unauthenticated(message: &str) -> Self {
        Self {
            status: 401,
            code: 20003,
            message: message.to_owned(),
        }
    }

    /// Who asks may not do that: 20403 (<https://www.twilio.com/docs/api/errors/20403>).
    fn forbidden(message: &str) -> Self {
        Self {
            status: 403,
            code: 20403,
            message: message.to_owned(),
        }
    }

    /// The resource does not take this method: 20004 (<https://www.twilio.com/docs/api/errors/20004>).
    fn method(method: &str) -> Self {
        Self {
            status: 405,
            code: 20004,
            message: format!("Method {method} not allowed"),
        }
    }
}

impl From<RoutingError> for Refusal {
    fn from(error: RoutingError) -> Self {
        Self {
            status: error.status(),
            code: error.code(),
            message: error.to_string(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = json!({
            "code": self.code, "message": self.message, "status": self.status,
            "more_info": format!("https://www.twilio.com/docs/errors/{}", self.code),
        });
        (status, Json(body)).into_response()
    }
}

#[cfg(test)]
mod tests;
