//! Voice signalling and media: what the Voice SDK talks to.
//!
//! `messages` parses what Devices say, `signalling` serves their sockets, `switchboard` decides (who rings, who took
//! the call, over which socket it is held), `hub` drives it. `media` carries one leg; `conference` mixes them by the
//! world's audio graph (`mixer`, `inbox`, `g711`, `tones`), and `levels` measures who hears whom.

mod conference;
mod files;
mod g711;
mod hub;
mod inbox;
mod levels;
mod media;
mod messages;
mod mixer;
mod send_clock;
mod signalling;
mod sounds;
mod switchboard;
mod tones;
mod wav;

pub use hub::VoiceHub;

use crate::control::faults::Line;
use crate::sandbox::Sandbox;
use axum::extract::{Path, State, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::Router;
use backline::time::Millis;
use hub::{lock, Input};
use serde_json::{json, Map, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Largest signalling frame, bytes: a session description is about 5 kB.
const LARGEST_FRAME: usize = 256 * 1024;

/// The routes of this product, absolute (`/t/<host>/…` for what the SDKs believe to be `<host>`). Starts the
/// switchboard and the mixer; must be called inside the runtime.
pub fn routes(sandbox: &Sandbox) -> Router {
    let voice = Arc::clone(sandbox.voice());
    if voice.start(sandbox) {
        tokio::spawn(conference::run(sandbox.clone(), Arc::clone(voice.shared())));
    }
    Router::new()
        .route("/t/{host}/signal", get(signal))
        .route(
            "/t/sdk.twilio.com/js/client/sounds/{*path}",
            get(sounds::sound),
        )
        .route("/t/media.twiliocdn.com/{*path}", get(sounds::sound))
        .route(
            "/t/eventgw.us1.twilio.com/v4/{*path}",
            any(sounds::insights),
        )
        .with_state(sandbox.clone())
}

/// The meters of every leg: `[{call, identity, state, keys, rtp, opened, level_in, level_in_now, silent_ms, level_out,
/// level_out_now, hears: [{source, level, level_now}], heard_ms: {source: ms}, heard_run: {source: [first, last]}}]`.
///
/// `identity` is null for a synthetic customer. `rtp` is `sound`, `silent` or `none`, and null for a customer or while
/// it rings. `keys`: what was pressed on it (DTMF), null for a customer.
/// `state`: `ringing`, `live`, `adrift` (live, the Device's socket is away), `synthetic`. Levels are root mean
/// squares, 0 to 32768. `source`: a call SID, `music` (Twilio's own), `wait` (what `waitUrl` answers), `hold` (what
/// `HoldUrl` answers) or `ringback`.
#[must_use]
pub fn levels(sandbox: &Sandbox) -> Value {
    let shared = sandbox.voice().shared();
    let known = lock(&shared.legs).clone();
    let levels = lock(&shared.levels);
    let calls: BTreeSet<_> = known.keys().chain(levels.calls()).collect();
    calls
        .into_iter()
        .map(|call| {
            let leg = known.get(call);
            let mut out = Map::new();
            out.insert("call".into(), json!(call));
            out.insert("identity".into(), json!(leg.map(|leg| &leg.identity)));
            let state = leg.map_or("synthetic", |leg| leg.state);
            out.insert("state".into(), json!(state));
            out.insert("keys".into(), json!(leg.map(|leg| &leg.keys)));
            out.extend(levels.to_json(call));
            Value::Object(out)
        })
        .collect()
}

/// Frames of 20 ms that the mixer has made so far.
#[must_use]
pub fn frame(sandbox: &Sandbox) -> u64 {
    lock(&sandbox.voice().shared().levels).frame()
}

/// Each agent's voice, over all his legs: `{identity: {heard_ms, on_two_ms, perhaps_on_two_ms, legs: {call: [first, last]}}}`,
/// since the start; `perhaps`: when a packet was sent is not sure, about a stop of its sender or on a machine that was too busy;
/// `legs`: the frames in which it was sent there last, without a pause between.
#[must_use]
pub fn voices(sandbox: &Sandbox) -> Value {
    lock(&sandbox.voice().shared().levels).voices()
}

/// Keeps a sound that was answered at `url`, to be played when the world says so: its length.
///
/// # Errors
/// Why it cannot be played.
pub fn keep_sound(sandbox: &Sandbox, url: &str, file: &[u8]) -> Result<Millis, String> {
    let samples = wav::decode(file).map_err(|error| error.to_string())?;
    let length = Millis(samples.len() as u64 * 1000 / tones::SAMPLE_RATE);
    sandbox.voice().shared().files.keep(url, samples);
    Ok(length)
}

/// Drops the signalling sockets of an identity without a word, as a failing network does. Its live calls go on.
pub fn drop_signalling(sandbox: &Sandbox, identity: &str) {
    sandbox.voice().input(Input::Drop(identity.to_owned()));
}

async fn signal(
    Path(host): Path<String>,
    State(sandbox): State<Sandbox>,
    upgrade: WebSocketUpgrade,
) -> Response {
    if !is_signalling_host(&host) {
        return StatusCode::NOT_FOUND.into_response();
    }
    upgrade
        .max_message_size(LARGEST_FRAME)
        .on_upgrade(move |socket| async move {
            let line = Line::new(&sandbox, "socket:voice");
            signalling::serve(socket, Arc::clone(sandbox.voice()), line).await;
        })
}

/// `voice-js.<edge>.twilio.com`, and the older `chunderw-vpc-gll[-<region>].twilio.com`.
fn is_signalling_host(host: &str) -> bool {
    let name = host.split_once(':').map_or(host, |(name, _)| name);
    name.strip_suffix(".twilio.com")
        .is_some_and(|name| name.starts_with("voice-js.") || name.starts_with("chunderw-vpc-gll"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_twilios_signalling_hosts_are_served() {
        for host in [
            "voice-js.roaming.twilio.com",
            "voice-js.dublin.twilio.com",
            "chunderw-vpc-gll.twilio.com",
            "chunderw-vpc-gll-ie1.twilio.com:443",
        ] {
            assert!(is_signalling_host(host), "{host}");
        }
        for host in ["tsock.us1.twilio.com", "voice-js.example.com", ""] {
            assert!(!is_signalling_host(host), "{host}");
        }
    }
}
