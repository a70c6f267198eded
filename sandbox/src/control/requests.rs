//! Every request that would have left the browser or the functions: faulted, carried out, recorded.

use super::faults::{self, Gate};
use super::past;
use super::targets::Target;
use crate::sandbox::Sandbox;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{header, request::Parts, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::Json;
use serde::Serialize;
use serde_json::json;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// The longest log that is kept.
const LOG_LENGTH: usize = 4096;
/// The longest body that is held in memory, bytes; Twilio's own requests are far smaller.
const BODY_LIMIT: usize = 4 * 1024 * 1024;

/// A request that was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Record {
    /// Its name, as in a fault's target.
    pub name: String,
    /// HTTP method.
    pub method: String,
    /// Path without its query, which may carry a token.
    pub path: String,
    /// HTTP status of the answer.
    pub status: u16,
    /// When it came, milliseconds since the sandbox's start.
    pub started_ms: u64,
    /// When its answer left.
    pub ended_ms: u64,
}

/// The last requests, oldest first.
#[derive(Debug, Default)]
pub struct RequestLog(Mutex<VecDeque<Record>>);

impl RequestLog {
    /// What is in the log.
    pub fn records(&self) -> Vec<Record> {
        self.lock().iter().cloned().collect()
    }

    /// Empties it.
    pub fn clear(&self) {
        self.lock().clear();
    }

    fn add(&self, record: Record) {
        let mut records = self.lock();
        if records.len() == LOG_LENGTH {
            records.pop_front();
        }
        records.push_back(record);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Record>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Applies the faults to a request, by its name, and records it.
pub async fn intercept(State(sandbox): State<Sandbox>, request: Request, next: Next) -> Response {
    let upgrade = request.headers().contains_key(header::UPGRADE);
    let target = Target::of(request.method(), request.uri().path(), upgrade);
    if target == Target::Local || request.method() == axum::http::Method::OPTIONS {
        return next.run(request).await;
    }
    let started_ms = sandbox.uptime_ms();
    let method = request.method().to_string();
    let path = request.uri().path().to_owned();
    let (names, response) = if upgrade {
        connect(&sandbox, &target, request, next).await
    } else {
        exchange(&sandbox, &target, request, next).await
    };
    sandbox.requests().add(Record {
        name: names.into_iter().next().unwrap_or_default(),
        method,
        path,
        status: response.status().as_u16(),
        started_ms,
        ended_ms: sandbox.uptime_ms(),
    });
    response
}

/// A WebSocket's opening can be delayed or refused, not doubled.
async fn connect(
    sandbox: &Sandbox,
    target: &Target,
    request: Request,
    next: Next,
) -> (Vec<String>, Response) {
    let names = target.names(&[]);
    let response = match faults::gate_any(sandbox, &names).await {
        Gate::Pass | Gate::Duplicate | Gate::Lag(_) => next.run(request).await,
        Gate::Hang => std::future::pending().await,
        Gate::Lose => failure(StatusCode::GATEWAY_TIMEOUT.as_u16()),
        Gate::Fail(status) => failure(status),
    };
    (names, response)
}

async fn exchange(
    sandbox: &Sandbox,
    target: &Target,
    request: Request,
    next: Next,
) -> (Vec<String>, Response) {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_LIMIT).await else {
        return (
            target.names(&[]),
            failure(StatusCode::PAYLOAD_TOO_LARGE.as_u16()),
        );
    };
    let names = target.names(&body);
    let response = match faults::gate_any(sandbox, &names).await {
        Gate::Pass => next.run(rebuilt(&parts, &body)).await,
        Gate::Lose => {
            // The harder loss: it happened, and whoever asked does not learn it.
            let _ = next.run(rebuilt(&parts, &body)).await;
            failure(StatusCode::GATEWAY_TIMEOUT.as_u16())
        }
        Gate::Duplicate => {
            let _ = next.clone().run(rebuilt(&parts, &body)).await;
            next.run(rebuilt(&parts, &body)).await
        }
        Gate::Hang => {
            let _ = next.run(rebuilt(&parts, &body)).await;
            // Until whoever asked hangs up.
            std::future::pending().await
        }
        Gate::Lag(span) => past::as_of(span, next.run(rebuilt(&parts, &body))).await,
        Gate::Fail(status) => failure(status),
    };
    (names, response)
}

fn rebuilt(parts: &Parts, body: &Bytes) -> Request {
    Request::from_parts(parts.clone(), Body::from(body.clone()))
}

fn failure(status: u16) -> Response {
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    (
        code,
        // Without it a browser reports an opaque network failure and hides the status.
        [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")],
        // 20412, 20429, 20500, 20503 … (<https://www.twilio.com/docs/api/errors>).
        Json(json!({
            "code": 20000 + u32::from(code.as_u16()), "message": "injected fault",
            "more_info": format!("https://www.twilio.com/docs/errors/20{}", code.as_u16()), "status": code.as_u16(),
        })),
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::faults::{Effect, Rule};
    use axum::routing::post;
    use axum::Router;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::Arc;
    use tower::ServiceExt;

    const RING: &str = "/internal-call/flex/ring";

    fn counted(sandbox: &Sandbox) -> (Router, Arc<AtomicU32>) {
        let count = Arc::new(AtomicU32::new(0));
        let counter = count.clone();
        let app = Router::new()
            .route(
                RING,
                post(move |body: String| async move {
                    counter.fetch_add(1, Ordering::Relaxed);
                    body
                }),
            )
            .layer(axum::middleware::from_fn_with_state(
                sandbox.clone(),
                intercept,
            ));
        (app, count)
    }

    async fn send(app: &Router) -> StatusCode {
        let request = Request::post(RING).body(Body::from("hello")).unwrap();
        app.clone().oneshot(request).await.unwrap().status()
    }

    fn fault(sandbox: &Sandbox, effect: Effect) {
        sandbox
            .faults()
            .replace(vec![Rule {
                target: "functions".to_owned(),
                latency_ms: 0,
                effect,
                times: Some(1),
            }])
            .unwrap();
    }

    #[tokio::test]
    async fn a_refused_request_is_not_carried_out() {
        let sandbox = Sandbox::for_tests();
        let (app, count) = counted(&sandbox);
        fault(&sandbox, Effect::Fail(503));
        assert_eq!(send(&app).await, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(count.load(Ordering::Relaxed), 0);
        assert_eq!(send(&app).await, StatusCode::OK);
    }

    #[tokio::test]
    async fn a_lost_answer_belongs_to_a_request_that_was_carried_out() {
        let sandbox = Sandbox::for_tests();
        let (app, count) = counted(&sandbox);
        fault(&sandbox, Effect::Lose);
        assert_eq!(send(&app).await, StatusCode::GATEWAY_TIMEOUT);
        assert_eq!(count.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn a_doubled_request_is_carried_out_twice_and_recorded_once() {
        let sandbox = Sandbox::for_tests();
        let (app, count) = counted(&sandbox);
        fault(&sandbox, Effect::Duplicate);
        assert_eq!(send(&app).await, StatusCode::OK);
        assert_eq!(count.load(Ordering::Relaxed), 2);
        let records = sandbox.requests().records();
        assert_eq!(records.len(), 1);
        assert_eq!(records[0].name, "functions:flex/ring");
        assert_eq!(records[0].status, 200);
    }
}
