//! What Flex and its SDKs load from Twilio's content hosts: lists, sounds, fonts.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
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
        .route("/t/media.twiliocdn.com/{*path}", get(sound))
        .route("/t/sdk.twilio.com/js/client/sounds/{*path}", get(sound))
        .route(
            "/t/assets.twilio.com/public_assets/paste-fonts/{*path}",
            get(fonts),
        )
        .route("/t/eventgw.us1.twilio.com/v4/{kind}", post(metrics))
        .route("/t/eventgw.twilio.com/v4/{kind}", post(metrics))
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

/// Every sound is a short silence: decodable, and nobody needs to hear a sandbox ring.
async fn sound(Path(_): Path<String>) -> Response {
    ([(header::CONTENT_TYPE, "audio/wav")], silence()).into_response()
}

/// A tenth of a second of silence: 8 kHz, mono, 16 bits.
fn silence() -> Vec<u8> {
    const SAMPLES: u32 = 800;
    let data = SAMPLES * 2;
    let mut wav = Vec::new();
    wav.extend_from_slice(b"RIFF");
    wav.extend_from_slice(&(36 + data).to_le_bytes());
    wav.extend_from_slice(b"WAVEfmt ");
    wav.extend_from_slice(&16u32.to_le_bytes());
    // PCM, mono; 8000 samples and 16000 bytes a second; 2 bytes and 16 bits a sample.
    wav.extend_from_slice(&1u16.to_le_bytes());
    wav.extend_from_slice(&1u16.to_le_bytes());
    wav.extend_from_slice(&8_000u32.to_le_bytes());
    wav.extend_from_slice(&16_000u32.to_le_bytes());
    wav.extend_from_slice(&2u16.to_le_bytes());
    wav.extend_from_slice(&16u16.to_le_bytes());
    wav.extend_from_slice(b"data");
    wav.extend_from_slice(&data.to_le_bytes());
    wav.resize(wav.len() + data as usize, 0);
    wav
}

/// Twilio's fonts are not ours to ship: the browser's own take their place.
async fn fonts(Path(_): Path<String>) -> Response {
    ([(header::CONTENT_TYPE, "text/css")], "").into_response()
}

/// Insights of the Voice SDK: taken, and forgotten.
async fn metrics(Path(_): Path<String>) -> Json<Value> {
    Json(json!({}))
}
