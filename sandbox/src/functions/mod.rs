//! Backline's functions, run from the same core as everywhere else.
//!
//! Mounted at `/internal-call/…` (host `functions.localhost`) and at `/functions/internal-call/…`. What the core orders
//! goes over real HTTP to Twilio's REST on our own port, where faults can meet it.

mod orders;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod whole_tests;

use crate::rest::form::Form;
use crate::rest::signature;
use crate::sandbox::Sandbox;
use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::http::{header, HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::Router;
use backline::functions::http::{self, Origin, RequestError};
use backline::functions::{self as core, Body, Settings, Step};
use backline::time::Millis;
use backline_world::account::internal_call_workflow_sid;
use orders::Twilio;
use std::time::{SystemTime, UNIX_EPOCH};

/// More steps than any run takes: a loop would be a defect of the core.
const MAX_STEPS: usize = 50;

/// The routes of this product, absolute.
pub fn routes(sandbox: &Sandbox) -> Router {
    let state = Functions {
        sandbox: sandbox.clone(),
        twilio: Twilio::new(sandbox),
    };
    Router::new()
        .route("/internal-call/{*path}", any(answer))
        .route("/functions/internal-call/{*path}", any(answer))
        .with_state(state)
}

#[derive(Clone)]
struct Functions {
    sandbox: Sandbox,
    twilio: Twilio,
}

async fn answer(
    State(functions): State<Functions>,
    OriginalUri(uri): OriginalUri,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path();
    let path = path.strip_prefix("/functions").unwrap_or(path);
    let Some(origin) = http::origin(path) else {
        return allow_everybody(refused(404, &RequestError::NoSuchFunction.to_string()));
    };
    if method == Method::OPTIONS {
        return allow_everybody(StatusCode::NO_CONTENT.into_response());
    }
    let form = parameters_of(&headers, &body);
    if origin == Origin::Twilio && !signed(&functions.sandbox, &uri, &headers, &form) {
        // As Twilio's own functions refuse a request to a protected path.
        return refused(
            403,
            "Unauthorized - you are not authorized to perform this action",
        );
    }
    let mut parameters = Form::parse(uri.query().unwrap_or_default().as_bytes()).0;
    parameters.extend(form);
    let response = match http::request(path, &parameters) {
        Ok(request) => to_http(functions.run(request).await),
        Err(error @ RequestError::NoSuchFunction) => refused(404, &error.to_string()),
        Err(error @ RequestError::Parameter(_)) => refused(400, &error.to_string()),
    };
    allow_everybody(response)
}

impl Functions {
    async fn run(&self, request: core::Request) -> core::Response {
        let settings = Settings {
            workflow: internal_call_workflow_sid(),
            base: format!("http://functions.localhost:{}", self.sandbox.options().port),
        };
        let (mut run, mut step) = core::start(settings, request);
        for _ in 0..MAX_STEPS {
            match step {
                Step::Respond(response) => return response,
                Step::Orders(orders) => {
                    let answers = futures_util::future::join_all(
                        orders.iter().map(|order| self.twilio.carry_out(order)),
                    )
                    .await;
                    step = run.resume(unix_now(), answers);
                }
            }
        }
        core::Response::refused(500, "the function does not come to an end")
    }
}

/// A form, or a flat JSON object.
fn parameters_of(headers: &HeaderMap, body: &[u8]) -> Vec<(String, String)> {
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/json"));
    if !is_json {
        return Form::parse(body).0;
    }
    match serde_json::from_slice(body) {
        Ok(serde_json::Value::Object(object)) => object
            .into_iter()
            .map(|(name, value)| match value {
                serde_json::Value::String(text) => (name, text),
                other => (name, other.to_string()),
            })
            .collect(),
        Ok(_) | Err(_) => Vec::new(),
    }
}

/// Whether the request carries Twilio's signature of the URL by which it came.
fn signed(
    sandbox: &Sandbox,
    uri: &axum::http::Uri,
    headers: &HeaderMap,
    form: &[(String, String)],
) -> bool {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let (Some(host), Some(given)) = (text("host"), text(signature::HEADER)) else {
        return false;
    };
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let url = format!("http://{host}{path}");
    signature::is_valid(&sandbox.options().auth_token, &url, form, given)
}

fn unix_now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Millis(since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }))
}

fn to_http(response: core::Response) -> Response {
    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match response.body {
        Body::Json(text) => {
            (status, [(header::CONTENT_TYPE, "application/json")], text).into_response()
        }
        Body::Twiml(text) => (status, [(header::CONTENT_TYPE, "text/xml")], text).into_response(),
        Body::Wav(bytes) => (status, [(header::CONTENT_TYPE, "audio/wav")], bytes).into_response(),
        Body::Empty => status.into_response(),
    }
}

fn refused(status: u16, message: &str) -> Response {
    to_http(core::Response::refused(status, message))
}

/// Plugins call from the agent's own origin.
fn allow_everybody(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "Content-Type"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
