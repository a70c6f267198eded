//! What a person opens: the chooser at `localhost`, Flex at `<identity>.localhost`.

use super::{agent, agents, host_identity, not_found, Agent};
use crate::sandbox::Sandbox;
use axum::extract::Request;
use axum::http::{header, HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{middleware, Router};
use backline_world::account::{account_sid, flex_token};
use serde_json::json;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tower_http::services::ServeDir;

/// How long a login lasts; the SDKs ask for a new token only near its end.
pub const LOGIN_LASTS: Duration = Duration::from_secs(24 * 60 * 60);

/// Agents of the chooser; the others have addresses all the same.
const CHOOSER_LIMIT: usize = 50;

pub fn routes(sandbox: &Sandbox) -> Router {
    let page = sandbox.clone();
    let bundle = Router::new()
        .fallback_service(ServeDir::new(&sandbox.options().flex_bundle))
        .layer(middleware::map_response(cached));
    Router::new()
        .route(
            "/",
            get(move |request: Request| async move { front(&page, &request) }),
        )
        .route("/host/redirect.js", get(redirect_script))
        .nest("/host/bundle", bundle)
}

/// Flex's own addresses (`/agent-desktop` …) are all the one page; nothing else is here.
pub fn fallback(sandbox: &Sandbox, request: &Request) -> Response {
    let path = request.uri().path();
    let page = request.method() == Method::GET
        && !path.starts_with("/t/")
        && host_identity(request.headers()).is_some()
        && request
            .headers()
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"));
    if page {
        return front(sandbox, request);
    }
    tracing::warn!(method = %request.method(), path, "nothing is served here");
    not_found(path)
}

fn front(sandbox: &Sandbox, request: &Request) -> Response {
    let Some(identity) = host_identity(request.headers()) else {
        return chooser(sandbox, request.headers());
    };
    match agent(sandbox, identity) {
        Some(agent) => flex(sandbox, &agent, request.uri().query().unwrap_or_default()),
        None => {
            let page = chooser(sandbox, request.headers());
            (StatusCode::NOT_FOUND, page).into_response()
        }
    }
}

fn chooser(sandbox: &Sandbox, headers: &HeaderMap) -> Response {
    let port = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .and_then(|host| host.rsplit_once(':'))
        .and_then(|(_, port)| port.parse::<u16>().ok())
        .unwrap_or(sandbox.options().port);
    let items: Vec<String> = agents(sandbox)
        .iter()
        .take(CHOOSER_LIMIT)
        .map(|agent| item(agent, port))
        .collect();
    Html(include_str!("chooser.html").replace("__AGENTS__", &items.join("\n"))).into_response()
}

fn item(agent: &Agent, port: u16) -> String {
    let initial: String = agent.full_name.chars().take(1).collect();
    format!(
        r#"        <li><a href="http://{identity}.localhost:{port}/"><span class="face" aria-hidden="true">{initial}</span><span><span class="name">{name}</span><br /><span class="login">{identity}</span></span><span class="activity">{activity}</span></a></li>"#,
        identity = escape(&agent.identity),
        initial = escape(&initial),
        name = escape(&agent.full_name),
        activity = escape(&agent.activity),
    )
}

/// `?plugin=off` is Flex without the plugin, `?language=es-ES` Flex in another language.
fn flex(sandbox: &Sandbox, agent: &Agent, query: &str) -> Response {
    let asked = |name: &str| {
        query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    };
    let plugin_off = asked("plugin") == Some("off");
    let settings = json!({
        "login": {
            "identity": agent.identity,
            "token": flex_token(&agent.identity),
            "roles": agent.roles,
            "expiration": humantime::format_rfc3339_millis(SystemTime::now() + LOGIN_LASTS).to_string(),
            "flexUserSid": format!("FU{:032x}", 0xf1),
        },
        "config": {
            "language": asked("language").unwrap_or("en-US"),
            "logLevel": "warn",
            "sso": {"accountSid": account_sid().as_str()},
            "pluginService": {
                "enabled": true,
                "url": if plugin_off { "/no-plugins" } else { "/plugins" },
            },
        },
    });
    // Inside a script element only `<` could end it.
    let settings = settings.to_string().replace('<', "\\u003c");
    let page = include_str!("host.html")
        .replace("__SETTINGS__", &settings)
        .replace(
            "__BUNDLE__",
            &format!("/host/bundle/flex.js?v={}", bundle_version(sandbox)),
        );
    Html(page).into_response()
}

/// When the bundle was built: its address changes with it, so that a browser may keep it for ever.
fn bundle_version(sandbox: &Sandbox) -> u64 {
    std::fs::metadata(sandbox.options().flex_bundle.join("flex.js"))
        .and_then(|file| file.modified())
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .map_or(0, |age| age.as_secs())
}

async fn redirect_script() -> Response {
    (
        [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")],
        include_str!("redirect.js"),
    )
        .into_response()
}

async fn cached(mut response: Response) -> Response {
    if response.status().is_success() {
        response.headers_mut().insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        );
    }
    response
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
