//! The binding: the only place that knows JavaScript. Decides nothing.

mod event;
mod read;
mod write;

use crate::desk::Desk;
use crate::effect::{Effect, HttpRequest};
use crate::error::Failure;
use crate::event::{Event, Outcome};
use crate::favourites::list::List;
use crate::json::Json;
use crate::packed::PackedRows;
use crate::recorder::Recorder;
use crate::time::Millis;
use crate::twilio::colleague::{Colleagues, RawColleagues};
use crate::view::{CallView, CallsView, DialpadView};
use event::ReadError;
use std::cell::RefCell;
use std::rc::Rc;
use tsify::Ts;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const PII: &str = "/** Personal data: show it, never log it. */\nexport type Pii<T> = T;\n";

/// After this a request counts as failed, milliseconds: Twilio ends a function after 10 s
/// (<https://www.twilio.com/docs/serverless/functions-assets/functions/invocation>), so nobody answers any more.
const HTTP_TIMEOUT_MS: u32 = 15_000;

/// So many characters of an answer fit on a notification.
const EXCERPT: usize = 160;

/// The last minutes of one tab. Outlives its core, so that it can tell on which event that failed.
#[wasm_bindgen]
#[derive(Default)]
pub struct FlightRecorder {
    recorder: Rc<RefCell<Recorder>>,
}

#[wasm_bindgen]
impl FlightRecorder {
    /// A recorder of nothing yet.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// All that is kept, as JSON in which nobody is named. `now` is the clock of `handle`, `savedAt` (ISO 8601) the same
    /// moment.
    #[must_use]
    pub fn recording(&self, now: f64, #[wasm_bindgen(js_name = savedAt)] saved_at: &str) -> String {
        self.recorder.borrow().export(millis(now), saved_at)
    }
}

/// The core of one tab.
#[wasm_bindgen]
pub struct Backline {
    desk: Desk,
    recorder: Rc<RefCell<Recorder>>,
    /// Of the panel's last view.
    rows: PackedRows,
}

#[wasm_bindgen]
impl Backline {
    /// A core that waits for `started`.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(recorder: &FlightRecorder) -> Self {
        Self {
            desk: Desk::default(),
            recorder: Rc::clone(&recorder.recorder),
            rows: PackedRows::default(),
        }
    }

    /// Takes in a fact at `now` (milliseconds of a monotonic clock), gives out the orders that follow.
    ///
    /// # Errors
    /// If the event is not of its type; nothing has changed then.
    pub fn handle(&mut self, now: f64, event: Ts<Event>) -> Result<Vec<Ts<Effect>>, JsError> {
        let event = event::event(&event.js_value())?;
        let now = millis(now);
        // Not borrowed while the core works: it stays readable if that fails.
        let recorder = &self.recorder;
        recorder.borrow_mut().before(now, self.desk.core(), &event);
        let effects = self.desk.handle(now, &event);
        let written = Json::of(&effects)?;
        let effects = write::list(&written)?;
        recorder.borrow_mut().after(written);
        Ok(effects)
    }

    /// When `deadlineReached` is wanted next, on the clock of `handle`; `undefined`: never, as things stand.
    #[wasm_bindgen(js_name = nextDeadline)]
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // milliseconds stay below 2^53 for 285,000 years
    pub fn next_deadline(&self) -> Option<f64> {
        self.desk.next_deadline().map(|time| time.0 as f64)
    }

    /// The Call Agent / Call Queue panel, but for the rows of its list of people ([`Self::agent_rows`]); `undefined`: no panel.
    ///
    /// # Errors
    /// Never in practice: if the view cannot be converted.
    #[wasm_bindgen(js_name = dialpadView)]
    pub fn dialpad_view(&mut self) -> Result<Option<Ts<DialpadView>>, JsError> {
        let view = self.desk.dialpad_view();
        let rows = view.as_ref().map(|view| PackedRows::of(&view.agents.rows));
        self.rows = rows.unwrap_or_default();
        view.map(|view| Ok(write::value(&view)?)).transpose()
    }

    /// The numbers of the rows of the view that `dialpadView` gave last, as `src/packed.rs` says; taken once.
    #[wasm_bindgen(js_name = agentRows)]
    #[must_use]
    pub fn agent_rows(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.rows.numbers)
    }

    /// And their text.
    #[wasm_bindgen(js_name = agentTexts)]
    #[must_use]
    pub fn agent_texts(&mut self) -> String {
        std::mem::take(&mut self.rows.text)
    }

    /// The strip of all calls; `undefined`: there is nothing to choose.
    ///
    /// # Errors
    /// Never in practice: if the view cannot be converted.
    #[wasm_bindgen(js_name = callsView)]
    pub fn calls_view(&self) -> Result<Option<Ts<CallsView>>, JsError> {
        self.desk
            .calls_view()
            .map(|view| Ok(write::value(&view)?))
            .transpose()
    }

    /// What an earlier start kept of this agent's directory, as `directorySnapshot` gave it; whether it could be used.
    /// Nothing changes but while `restoreDirectory` is ordered.
    #[wasm_bindgen(js_name = restoreDirectory)]
    pub fn restore_directory(&mut self, bytes: &[u8]) -> bool {
        self.desk.restore_directory(bytes).is_ok()
    }

    /// The directory, for the agent's next start.
    #[wasm_bindgen(js_name = directorySnapshot)]
    #[must_use]
    pub fn directory_snapshot(&mut self) -> Vec<u8> {
        self.desk.directory_snapshot()
    }

    /// A step of sorting in who came, some milliseconds at most; whether that is done.
    #[wasm_bindgen(js_name = settleDirectory)]
    pub fn settle_directory(&mut self) -> bool {
        self.desk.settle_directory()
    }

    /// What stands in the call canvas of a reservation; `undefined`: it is no call between agents.
    ///
    /// # Errors
    /// Never in practice: if the view cannot be converted.
    #[wasm_bindgen(js_name = callView)]
    pub fn call_view(&self, reservation: &str) -> Result<Option<Ts<CallView>>, JsError> {
        self.desk
            .call_view(reservation)
            .map(|view| Ok(write::value(&view)?))
            .transpose()
    }
}

/// Two copies of an agent's favourites as one: lists of what is kept of a colleague, as a copy or an item of his Sync map
/// has it. Whoever writes either merges what is there by this.
///
/// # Errors
/// If one of them is no list.
#[wasm_bindgen(js_name = mergeFavourites)]
pub fn merge_favourites(
    one: Ts<RawColleagues>,
    other: Ts<RawColleagues>,
) -> Result<Ts<Colleagues>, JsError> {
    let read = |list: &JsValue| -> Result<List, ReadError> {
        let RawColleagues(rows) = event::whole(list)?;
        Ok(List::read(&rows))
    };
    let mut merged = read(&one.js_value())?;
    merged.merge(&read(&other.js_value())?);
    Ok(write::value(&Colleagues(merged.rows().to_vec()))?)
}

/// Performs an `http` effect: POSTs the form with `token` (the agent's Flex token) added as `Token`. Resolves to
/// the outcome, `answered` or `failed`; never rejects for what the network or the server did.
///
/// # Errors
/// If the request is not of its type.
#[wasm_bindgen(js_name = performHttp)]
pub async fn perform_http(request: Ts<HttpRequest>, token: String) -> Result<Ts<Outcome>, JsError> {
    let request = read_request(&request)?;
    let outcome = match post(&request, &token).await {
        Ok((status, body)) => answered(status, &body),
        Err(error) => Outcome::Failed {
            failure: Failure::new(&error.to_string()),
        },
    };
    Ok(write::value(&outcome)?)
}

/// Performs a `listPeople` or `listQueues` effect, as `performHttp` does. Resolves to `people` or `queues`, as the answer
/// names them, or `failed`.
///
/// # Errors
/// If the request is not of its type.
#[wasm_bindgen(js_name = performList)]
pub async fn perform_list(request: Ts<HttpRequest>, token: String) -> Result<Ts<Outcome>, JsError> {
    let request = read_request(&request)?;
    let failure = match post(&request, &token).await {
        Ok((200, body)) => match listed(&body) {
            Some(list) => return Ok(list),
            None => Failure::new("unexpected answer"),
        },
        Ok((status, body)) => Failure {
            status: Some(status),
            message: said(&body).0,
        },
        Err(error) => Failure::new(&error.to_string()),
    };
    Ok(write::value(&Outcome::Failed { failure })?)
}

/// The rows stay as they were parsed: they are read when they come in as an event.
fn listed(body: &str) -> Option<Ts<Outcome>> {
    let json = js_sys::JSON::parse(body).ok()?;
    let of = |name: &str| js_sys::Reflect::get(&json, &name.into()).ok();
    let is_there = |name: &&str| of(name).is_some_and(|list| js_sys::Array::is_array(&list));
    let kind = ["people", "queues"].into_iter().find(is_there)?;
    let outcome = js_sys::Object::new();
    for (name, value) in [
        ("kind", &kind.into()),
        (kind, &of(kind)?),
        ("next", &of("next")?),
    ] {
        js_sys::Reflect::set(&outcome, &name.into(), value).ok()?;
    }
    Some(Ts::new_unchecked(outcome.unchecked_into()))
}

fn read_request(request: &Ts<HttpRequest>) -> Result<HttpRequest, event::ReadError> {
    let request = request.js_value();
    Ok(HttpRequest {
        url: event::field(&request, "url")?,
        form: event::field(&request, "form")?,
    })
}

async fn post(request: &HttpRequest, token: &str) -> Result<(u16, String), gloo_net::Error> {
    let form = request
        .form
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .chain([("Token", token)])
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect::<Vec<_>>()
        .join("&");
    let limit = web_sys::AbortSignal::timeout_with_u32(HTTP_TIMEOUT_MS);
    let response = gloo_net::http::Request::post(&request.url)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .abort_signal(Some(&limit))
        .body(form)?
        .send()
        .await?;
    Ok((response.status(), response.text().await?))
}

/// What an answer says: `message` and `code` of its JSON, or its text; as much of it as fits on a notification.
fn answered(status: u16, body: &str) -> Outcome {
    let (message, code) = said(body);
    Outcome::Answered {
        status,
        message,
        code,
    }
}

fn said(body: &str) -> (String, Option<String>) {
    let json = js_sys::JSON::parse(body).unwrap_or(JsValue::UNDEFINED);
    let text = |name| event::field::<Option<String>>(&json, name).ok().flatten();
    let message = excerpt(text("message").as_deref().unwrap_or(body));
    (message, text("code"))
}

fn excerpt(text: &str) -> String {
    let beginning: String = text.chars().take(EXCERPT).collect();
    beginning.trim().to_owned()
}

fn encode(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// A JavaScript time: negative, fractional and NaN times become the nearest whole number from zero.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn millis(now: f64) -> Millis {
    Millis(now as u64)
}
