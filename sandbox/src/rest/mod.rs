//! REST 2010-04-01 (<https://www.twilio.com/docs/usage/api>): calls, conferences, participants, applications; the validation of
//! Flex tokens; and the sending of signed webhooks.

mod applications;
mod calls;
mod conferences;
mod errors;
pub mod form;
mod participants;
mod paths;
pub mod resolver;
#[cfg(test)]
pub mod tests;
mod tokens;
mod webhooks;

use crate::sandbox::Sandbox;
use axum::body::Bytes;
use axum::extract::{OriginalUri, Path, State};
use axum::http::{header, HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::Router;
use backline_world::account::account_sid;
use base64::Engine;
use errors::ApiError;
use form::Form;
use paths::Resource;

/// The routes of this product, absolute (`/t/<host>/…` for what the SDKs believe to be `<host>`).
pub fn routes(sandbox: &Sandbox) -> Router {
    webhooks::spawn(sandbox);
    Router::new()
        .route("/t/api.twilio.com/{*path}", any(answer))
        .route(
            "/t/iam.twilio.com/v1/Accounts/{account}/Tokens/validate",
            any(tokens::validate),
        )
        .with_state(sandbox.clone())
}

async fn answer(
    State(sandbox): State<Sandbox>,
    OriginalUri(uri): OriginalUri,
    Path(decoded): Path<String>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri
        .path()
        .strip_prefix("/t/api.twilio.com")
        .unwrap_or_default();
    if let Err(error) = authenticate(&sandbox, &headers) {
        return error.into_response();
    }
    let query = Form::parse(uri.query().unwrap_or_default().as_bytes());
    let request = Request {
        sandbox: &sandbox,
        path,
        query,
        form: Form::parse(&body),
    };
    dispatch(&method, &decoded, &request).unwrap_or_else(IntoResponse::into_response)
}

/// An authenticated request.
struct Request<'a> {
    sandbox: &'a Sandbox,
    /// From `/2010-04-01` on.
    path: &'a str,
    query: Form,
    form: Form,
}

fn dispatch(method: &Method, path: &str, request: &Request<'_>) -> Result<Response, ApiError> {
    let resource = Resource::parse(path).ok_or_else(|| ApiError::not_found(request.path))?;
    match (resource, method.as_str()) {
        (Resource::Applications, "GET") => Ok(applications::list(request)),
        (Resource::Application(sid), "GET") => applications::fetch(request, &sid),
        (Resource::Application(sid), "POST") => applications::update(request, &sid),
        (Resource::Calls, "GET") => Ok(calls::list(request)),
        (Resource::Calls, "POST") => calls::create(request),
        (Resource::Call(sid), "GET") => calls::fetch(request, &sid),
        (Resource::Call(sid), "POST") => calls::update(request, &sid),
        (Resource::Conferences, "GET") => Ok(conferences::list(request)),
        (Resource::Conference(sid), "GET") => conferences::fetch(request, &sid),
        (Resource::Conference(sid), "POST") => conferences::update(request, &sid),
        (Resource::Participants(conference), "GET") => participants::list(request, &conference),
        (Resource::Participants(conference), "POST") => participants::create(request, &conference),
        (Resource::Participant(conference, one), "GET") => {
            participants::fetch(request, &conference, &one)
        }
        (Resource::Participant(conference, one), "POST") => {
            participants::update(request, &conference, &one)
        }
        (Resource::Participant(conference, one), "DELETE") => {
            participants::remove(request, &conference, &one)
        }
        (
            Resource::Applications
            | Resource::Application(_)
            | Resource::Calls
            | Resource::Call(_)
            | Resource::Conferences
            | Resource::Conference(_)
            | Resource::Participants(_)
            | Resource::Participant(..),
            _,
        ) => Err(ApiError::method_not_allowed()),
    }
}

/// Basic authentication by account SID and auth token (<https://www.twilio.com/docs/iam/api/authtoken>).
///
/// # Errors
/// 20003, HTTP 401.
pub fn authenticate(sandbox: &Sandbox, headers: &HeaderMap) -> Result<(), ApiError> {
    let expected = format!("{}:{}", account_sid(), sandbox.options().auth_token);
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Basic "))
        .and_then(|code| {
            base64::engine::general_purpose::STANDARD
                .decode(code.trim())
                .ok()
        });
    if given.as_deref() == Some(expected.as_bytes()) {
        Ok(())
    } else {
        Err(ApiError::unauthorized())
    }
}

fn json(status: StatusCode, body: &serde_json::Value) -> Response {
    (status, axum::Json(body)).into_response()
}

/// A page of a list, as 2010-04-01 writes it (<https://www.twilio.com/docs/usage/twilios-response#response-formats-list-paging-information>).
fn page(request: &Request<'_>, key: &str, all: &[serde_json::Value]) -> Response {
    let number = |name: &str| request.query.first(name).and_then(|text| text.parse().ok());
    let size: usize = number("PageSize").unwrap_or(50).clamp(1, 1000);
    let index: usize = number("Page").unwrap_or(0);
    let start = index.saturating_mul(size);
    let rows: Vec<&serde_json::Value> = all.iter().skip(start).take(size).collect();
    let uri = |index: usize| {
        let mut query = request.query.without(&["Page", "PageSize"]);
        query.push("PageSize", &size.to_string());
        query.push("Page", &index.to_string());
        format!("{}?{}", request.path, query.encode())
    };
    let has_next = start.saturating_add(size) < all.len();
    let body = serde_json::json!({
        key: rows,
        "first_page_uri": uri(0),
        "next_page_uri": has_next.then(|| uri(index + 1)),
        "previous_page_uri": (index > 0).then(|| uri(index - 1)),
        "uri": uri(index),
        "page": index,
        "page_size": size,
        "start": start,
        "end": start + rows.len().saturating_sub(1),
    });
    json(StatusCode::OK, &body)
}
