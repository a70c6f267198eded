//! Which requests are understood, and what the others are answered.
//!
//! | request | answer |
//! |---|---|
//! | another path | 404 |
//! | `OPTIONS` | 204, for every origin: plugins call from Flex's |
//! | a method that is not `GET` or `POST` | 405 |
//! | a body that does not come in time | 408 |
//! | a body that is too long | 413 |
//! | a `GET` with a body | 403 |
//! | a body that is neither a form nor JSON | 415 |
//! | a body that is not a JSON object, though it says so | 400 |
//! | Twilio's signature missing or wrong, where it must be | 403 |
//! | a parameter missing, or of the wrong kind | 400, naming it |
//! | any other | as [`backline::functions`] decides: a Flex token is checked there |
//!
//! A sweep may follow what Twilio asked, once it is answered.
//!
//! As Twilio's own functions do
//! (<https://www.twilio.com/docs/serverless/functions-assets/functions/request-flow#supported-requests>,
//! <https://www.twilio.com/docs/serverless/functions-assets/visibility>), where they say.

use crate::body::{self, Body, BodyError};
use crate::hosting::{unix_now, Hosting, WHOLE};
use crate::signature;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::{header, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::Router;
use backline::functions::http::{self, Origin, RequestError};
use backline::functions::{self as core, Sweeps};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::time::{timeout_at, Instant};

const METHODS: &str = "GET, POST, OPTIONS";

/// The functions' routes, to be mounted: `/internal-call/…` and `/multi-call/…`, by itself and under the path of each public URL.
pub fn routes(hosting: Hosting) -> Router {
    let mut paths: BTreeSet<String> = hosting
        .public
        .iter()
        .map(|base| path_of(base).to_owned())
        .collect();
    // A proxy may have taken the public URL's path off.
    paths.insert(String::new());
    let server = Server {
        public: hosting
            .public
            .iter()
            .flat_map(|base| signature::written(base))
            .collect(),
        paths: paths.clone(),
        hosting,
        sweeps: Mutex::default(),
    };
    let mut router = Router::new();
    for path in paths {
        for folder in http::FOLDERS {
            router = router.route(&format!("{path}{folder}{{*name}}"), any(answer));
        }
    }
    router
        .layer(DefaultBodyLimit::max(body::LONGEST))
        .with_state(Arc::new(server))
}

/// The functions alone: their routes, `GET /health` for whoever watches over the server, and nothing else.
pub fn app(hosting: Hosting) -> Router {
    routes(hosting)
        .route("/health", get(|| async { "ok\n" }))
        .fallback(|| async { no_such_function() })
}

struct Server {
    hosting: Hosting,
    /// Every public URL in every way in which Twilio may have written it to sign it.
    public: Vec<String>,
    /// The paths of the public URLs.
    paths: BTreeSet<String>,
    sweeps: Mutex<Sweeps>,
}

/// The path of an absolute URL; empty if it has none.
fn path_of(base: &str) -> &str {
    let after_scheme = base.split_once("://").map_or(base, |(_, rest)| rest);
    after_scheme
        .find('/')
        .and_then(|at| after_scheme.get(at..))
        .unwrap_or_default()
}

async fn answer(State(server): State<Arc<Server>>, request: Request) -> Response {
    let began = Instant::now();
    let Some((path, query, origin)) = server.function(request.uri()) else {
        return no_such_function();
    };
    let method = request.method().clone();
    if method == Method::OPTIONS {
        return allow_everybody(StatusCode::NO_CONTENT.into_response());
    }
    let response = match server
        .understand(&path, &query, origin, request, began)
        .await
    {
        Err(refusal) => refusal,
        Ok(understood) => {
            // Its own task: what was begun is finished even if whoever asked hangs up.
            let run = tokio::spawn(async move {
                let response = server.hosting.run(understood, began + WHOLE).await;
                if origin == Origin::Twilio && server.begins_sweep() {
                    tokio::spawn(async move { server.hosting.sweep().await });
                }
                response
            });
            run.await.map_or_else(
                |_| refused(StatusCode::INTERNAL_SERVER_ERROR, "the function failed"),
                to_http,
            )
        }
    };
    tracing::info!(
        %method,
        path,
        status = response.status().as_u16(),
        ms = began.elapsed().as_millis(),
    );
    allow_everybody(response)
}

impl Server {
    fn begins_sweep(&self) -> bool {
        let mut sweeps = self.sweeps.lock().unwrap_or_else(PoisonError::into_inner);
        sweeps.begin(unix_now())
    }

    /// The function's path and query, and what must prove its requests' origin.
    fn function(&self, uri: &Uri) -> Option<(String, String, Origin)> {
        let query = uri
            .query()
            .map_or_else(String::new, |query| format!("?{query}"));
        self.paths.iter().find_map(|prefix| {
            let path = uri.path().strip_prefix(prefix.as_str())?;
            Some((path.to_owned(), query.clone(), http::origin(path)?))
        })
    }

    async fn understand(
        &self,
        path: &str,
        query: &str,
        origin: Origin,
        request: Request,
        began: Instant,
    ) -> Result<core::Request, Response> {
        let method = request.method().clone();
        if method != Method::GET && method != Method::POST {
            let mut refusal = refused(StatusCode::METHOD_NOT_ALLOWED, "the method is not allowed");
            let methods = HeaderValue::from_static(METHODS);
            refusal.headers_mut().insert(header::ALLOW, methods);
            return Err(refusal);
        }
        let headers = request.headers().clone();
        let bytes = timeout_at(began + WHOLE, Bytes::from_request(request, &()))
            .await
            .map_err(|_| refused(StatusCode::REQUEST_TIMEOUT, "the body did not come"))?
            .map_err(|error| refused(error.status(), "the body is too long, or broke off"))?;
        if method == Method::GET && !bytes.is_empty() {
            return Err(refused(StatusCode::FORBIDDEN, "a GET carries no body"));
        }
        let kind = text(&headers, &header::CONTENT_TYPE);
        let body = body::parse(kind, &bytes).map_err(|error| match error {
            BodyError::Type => refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, &error.to_string()),
            BodyError::Json => refused(StatusCode::BAD_REQUEST, &error.to_string()),
        })?;
        if origin == Origin::Twilio && !self.is_signed(path, query, &headers, &body) {
            return Err(refused(
                StatusCode::FORBIDDEN,
                "Unauthorized - you are not authorized to perform this action",
            ));
        }
        let mut parameters = body::form(query.trim_start_matches('?').as_bytes());
        match body {
            Body::Form(more) | Body::Json(more) => parameters.extend(more),
        }
        http::request(path, &parameters).map_err(|error| match error {
            RequestError::NoSuchFunction => no_such_function(),
            RequestError::Parameter(_) => refused(StatusCode::BAD_REQUEST, &error.to_string()),
        })
    }

    /// Whether Twilio signed it, for one of our public URLs. It signs forms; JSON would need another check (`bodySHA256`),
    /// and none of our callbacks is JSON.
    fn is_signed(&self, path: &str, query: &str, headers: &HeaderMap, body: &Body) -> bool {
        let Some(given) = text(headers, &HeaderName::from_static(signature::HEADER)) else {
            return false;
        };
        let Body::Form(form) = body else {
            return false;
        };
        let token = self.hosting.auth_token.reveal();
        self.public
            .iter()
            .any(|base| signature::is_valid(token, &format!("{base}{path}{query}"), form, given))
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn to_http(response: core::Response) -> Response {
    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let of_type = |kind: &'static str| [(header::CONTENT_TYPE, kind)];
    match response.body {
        core::Body::Json(text) => (status, of_type("application/json"), text).into_response(),
        core::Body::Twiml(text) => (status, of_type("text/xml"), text).into_response(),
        core::Body::Wav(bytes) => (status, of_type("audio/wav"), bytes).into_response(),
        core::Body::Empty => status.into_response(),
    }
}

fn refused(status: StatusCode, message: &str) -> Response {
    to_http(core::Response::refused(status.as_u16(), message))
}

fn no_such_function() -> Response {
    allow_everybody(refused(
        StatusCode::NOT_FOUND,
        &RequestError::NoSuchFunction.to_string(),
    ))
}

/// Plugins call from the agent's own origin. What a request may do depends on its proof, never on where it comes from.
fn allow_everybody(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "Content-Type"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_has_a_path_or_none() {
        for (base, path) in [
            ("https://calls.example", ""),
            ("http://localhost:8800/functions", "/functions"),
            ("https://calls.example/a/b", "/a/b"),
        ] {
            assert_eq!(path_of(base), path, "{base}");
        }
    }
}
