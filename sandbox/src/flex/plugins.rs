//! The plugin service: Flex asks for a list, then loads each `src`
//! (<https://www.twilio.com/docs/flex/developer/plugins/api/plugin-configuration>; the list's shape is observed).

use super::not_found;
use crate::sandbox::Sandbox;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{json, Value};
use std::path::{Path, PathBuf};

pub fn routes(sandbox: &Sandbox) -> Router {
    Router::new()
        .route("/plugins", get(list))
        .route("/plugins/{file}", get(file))
        // What a page opened with `?plugin=off` asks instead: Flex as it is, to compare with.
        .route("/no-plugins", get(no_plugins))
        // The hosted plugin service, which Flex asks when a page names no other.
        .route("/t/flex.twilio.com/plugins", get(list))
        .with_state(sandbox.clone())
}

async fn list(State(sandbox): State<Sandbox>) -> Json<Value> {
    let entry = sandbox
        .options()
        .plugin
        .as_deref()
        .and_then(built_plugin)
        .map(|path| {
            let file = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            json!({
                "name": "backline", "version": "0.1.0", "flexVersion": "*", "phase": 3,
                "src": format!("/plugins/{file}"),
            })
        });
    Json(entry.into_iter().collect())
}

async fn no_plugins() -> Json<Value> {
    Json(json!([]))
}

async fn file(
    State(sandbox): State<Sandbox>,
    axum::extract::Path(name): axum::extract::Path<String>,
) -> Response {
    // Only the plugin itself and its source map are here, whatever the name says.
    let found = sandbox
        .options()
        .plugin
        .as_deref()
        .and_then(built_plugin)
        .and_then(|plugin| {
            let map = PathBuf::from(format!("{}.map", plugin.display()));
            [plugin, map]
                .into_iter()
                .find(|path| path.file_name().is_some_and(|file| file == name.as_str()))
        });
    let Some(path) = found else {
        return not_found(&format!("/plugins/{name}"));
    };
    match tokio::fs::read(&path).await {
        Ok(bytes) => (
            [
                (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
                (header::CACHE_CONTROL, "no-cache"),
            ],
            bytes,
        )
            .into_response(),
        Err(error) => {
            tracing::warn!(%error, path = %path.display(), "plugin");
            not_found(&format!("/plugins/{name}"))
        }
    }
}

/// The plugin's file: `path` itself, or the newest `.js` in it if it is a directory. Looked up at each request, so that
/// a rebuilt plugin needs a reload of the page only.
fn built_plugin(path: &Path) -> Option<PathBuf> {
    if path.is_file() {
        return Some(path.to_owned());
    }
    std::fs::read_dir(path)
        .ok()?
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let script = path.extension().is_some_and(|extension| extension == "js");
            let built = std::fs::metadata(&path).ok()?.modified().ok()?;
            (script && path.is_file()).then_some((built, path))
        })
        .max()
        .map(|(_, path)| path)
}
