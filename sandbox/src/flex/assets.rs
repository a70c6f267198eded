//! What Flex and its SDKs load from Twilio's content hosts: lists, fonts (sounds are served by `voice`).

use super::not_found;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{json, Value};

pub fn routes() -> Router {
    Router::new()
        .route(
            "/t/assets.flex.twilio.com/assets/countries.json",
            get(countries),
        )
        .route(
            "/t/assets.flex.twilio.com/assets/flagPositions.json",
            get(flags),
        )
        .route(
            "/t/assets.flex.twilio.com/assets/locales/releases/flex-ui/{version}/{file}",
            get(locale),
        )
        .route("/t/assets.flex.twilio.com/assets/img/{*path}", get(picture))
        .route("/t/assets.flex.twilio.com/assets/fonts/{*path}", get(fonts))
        .route(
            "/t/assets.twilio.com/public_assets/paste-fonts/{*path}",
            get(fonts),
        )
}

/// The dial pad's countries: a few are enough to type a number.
async fn countries() -> Json<Value> {
    let countries = [
        ("Australia", "AU", "61"),
        ("Brazil", "BR", "55"),
        ("Canada", "CA", "1"),
        ("China", "CN", "86"),
        ("Estonia", "EE", "372"),
        ("France", "FR", "33"),
        ("Germany", "DE", "49"),
        ("India", "IN", "91"),
        ("Ireland", "IE", "353"),
        ("Italy", "IT", "39"),
        ("Japan", "JP", "81"),
        ("Mexico", "MX", "52"),
        ("Spain", "ES", "34"),
        ("Thailand", "TH", "66"),
        ("United Kingdom", "GB", "44"),
        ("United States", "US", "1"),
    ];
    Json(
        countries
            .iter()
            .map(|(name, code, calling)| {
                json!({"name": name, "alpha2Code": code, "callingCodes": [calling]})
            })
            .collect(),
    )
}

async fn flags() -> Json<Value> {
    Json(json!({}))
}

/// The languages that Backline speaks; Flex's own strings are Twilio's to give, so those stay English.
const LOCALES: [(&str, &str); 6] = [
    ("en-US", "English (United States)"),
    ("es-ES", "Español (España)"),
    ("es-MX", "Español (México)"),
    ("pt-BR", "Português (Brasil)"),
    ("th", "ไทย"),
    ("zh-Hans", "简体中文"),
];

async fn locale(Path((_, file)): Path<(String, String)>) -> Response {
    if file == "available_locales.json" {
        let locales: Value = LOCALES
            .iter()
            .map(|(tag, name)| json!({"tag": tag, "name": name}))
            .collect();
        return Json(locales).into_response();
    }
    let known = LOCALES
        .iter()
        .any(|(tag, _)| file.strip_suffix(".json") == Some(tag));
    if known {
        Json(json!({"strings": {}})).into_response()
    } else {
        not_found(&file)
    }
}

/// Twilio's pictures (flags, icons) are not ours to ship: an empty one takes their place.
async fn picture(Path(_): Path<String>) -> Response {
    const EMPTY: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>"#;
    ([(header::CONTENT_TYPE, "image/svg+xml")], EMPTY).into_response()
}

/// Twilio's fonts are not ours to ship: the browser's own take their place.
async fn fonts(Path(_): Path<String>) -> Response {
    ([(header::CONTENT_TYPE, "text/css")], "").into_response()
}
