//! What Flex and its SDKs load from Twilio's content hosts: lists, fonts (sounds are served by `voice`).

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

/// Twilio's fonts are not ours to ship: the browser's own take their place.
async fn fonts(Path(_): Path<String>) -> Response {
    ([(header::CONTENT_TYPE, "text/css")], "").into_response()
}
