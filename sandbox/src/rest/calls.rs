//! `Calls` (<https://www.twilio.com/docs/voice/api/call-resource>).

use super::errors::ApiError;
use super::form::Form;
use super::paths::uri;
use super::{json, page, Request};
use axum::http::StatusCode;
use axum::response::Response;
use backline::ids::CallSid;
use backline_world::account::account_sid;
use backline_world::telephony::{CallChange, CallView, NewCall, Twiml};
use serde_json::{json, Value};

/// How long a call made by REST rings, seconds, unless `Timeout` says otherwise.
const RING_S: u64 = 60;

pub fn list(request: &Request<'_>) -> Response {
    let calls = request.sandbox.world(|world| world.telephony.calls());
    let wanted = |name: &str, value: &str| request.query.first(name).is_none_or(|w| w == value);
    let rows: Vec<Value> = calls
        .iter()
        .filter(|call| wanted("Status", call.status.as_str()))
        .filter(|call| wanted("To", &call.to) && wanted("From", &call.from))
        .filter(|call| {
            let parent = call.parent.as_ref().map_or("", CallSid::as_str);
            wanted("ParentCallSid", parent)
        })
        .map(resource)
        .collect();
    page(request, "calls", &rows)
}

pub fn create(request: &Request<'_>) -> Result<Response, ApiError> {
    let form = &request.form;
    let text = |name: &str| form.first(name).filter(|value| !value.is_empty());
    let to = text("To")
        .ok_or_else(|| ApiError::bad_request(21201, "No 'To' number is specified"))?
        .to_owned();
    let from = text("From")
        .ok_or_else(|| ApiError::bad_request(21213, "No 'From' number is specified"))?
        .to_owned();
    let twiml =
        twiml(form).ok_or_else(|| ApiError::bad_request(21205, "Url parameter is required"))?;
    let new = NewCall {
        from,
        to,
        twiml,
        timeout_s: seconds(form, RING_S),
        status_callback: callback(form, "", &["completed"]),
    };
    let call = request.sandbox.world(|world| {
        let now = world.now();
        let sid = world.telephony.create_call(now, new)?;
        Ok(world.telephony.call(&sid))
    });
    match call {
        Ok(Some(call)) => Ok(json(StatusCode::CREATED, &resource(&call))),
        Ok(None) => Err(ApiError::not_found(request.path)),
        Err(error) => Err(ApiError::of_create(&error, request.path)),
    }
}

pub fn fetch(request: &Request<'_>, sid: &CallSid) -> Result<Response, ApiError> {
    request
        .sandbox
        .world(|world| world.telephony.call(sid))
        .map(|call| json(StatusCode::OK, &resource(&call)))
        .ok_or_else(|| ApiError::not_found(request.path))
}

pub fn update(request: &Request<'_>, sid: &CallSid) -> Result<Response, ApiError> {
    let change = match (twiml(&request.form), request.form.first("Status")) {
        (Some(twiml), _) => Some(CallChange::Redirect(twiml)),
        (None, Some("completed")) => Some(CallChange::Complete),
        (None, Some("canceled")) => Some(CallChange::Cancel),
        (None, Some(other)) => {
            let message = format!("Invalid status: {other}");
            return Err(ApiError::bad_request(20001, message));
        }
        (None, None) => None,
    };
    if let Some(change) = change {
        request
            .sandbox
            .world(|world| {
                let now = world.now();
                world.telephony.update_call(now, sid, change)
            })
            .map_err(|error| ApiError::of_update(&error, request.path))?;
    }
    fetch(request, sid)
}

fn twiml(form: &Form) -> Option<Twiml> {
    let text = |name: &str| form.first(name).filter(|value| !value.is_empty());
    // "If both twiml and url are provided then twiml parameter will be ignored."
    match (text("Url"), text("Twiml")) {
        (Some(url), _) => Some(Twiml::Url {
            url: url.to_owned(),
            fallback: text("FallbackUrl").map(str::to_owned),
        }),
        (None, Some(twiml)) => Some(Twiml::Text(twiml.to_owned())),
        (None, None) => None,
    }
}

/// `Timeout`: 5 to 600 seconds.
pub fn seconds(form: &Form, default: u64) -> u64 {
    form.first("Timeout")
        .and_then(|value| value.parse().ok())
        .unwrap_or(default)
        .clamp(5, 600)
}

/// `<prefix>StatusCallback` and its events, repeated or separated by blanks.
pub fn callback(form: &Form, prefix: &str, default: &[&str]) -> Option<(String, Vec<String>)> {
    let url = form
        .first(&format!("{prefix}StatusCallback"))
        .filter(|url| !url.is_empty())?;
    let mut events: Vec<String> = form
        .all(&format!("{prefix}StatusCallbackEvent"))
        .iter()
        .flat_map(|events| events.split_whitespace())
        .map(str::to_owned)
        .collect();
    if events.is_empty() {
        events = default.iter().map(|event| (*event).to_owned()).collect();
    }
    Some((url.to_owned(), events))
}

fn resource(call: &CallView) -> Value {
    let own = format!("Calls/{}", call.sid);
    let sub = |name: &str| uri(&format!("{own}/{name}"));
    json!({
        "sid": call.sid,
        "account_sid": account_sid(),
        "answered_by": null,
        "api_version": "2010-04-01",
        "caller_name": null,
        "date_created": call.date_created,
        "date_updated": call.date_updated,
        "direction": call.direction,
        "duration": call.duration_s.map(|seconds| seconds.to_string()),
        "end_time": call.end_time,
        "forwarded_from": null,
        "from": call.from,
        "from_formatted": call.from,
        "group_sid": null,
        "parent_call_sid": call.parent,
        "phone_number_sid": null,
        "price": null,
        "price_unit": "USD",
        "queue_time": "0",
        "start_time": call.start_time,
        "status": call.status,
        "subresource_uris": {
            "events": sub("Events"),
            "notifications": sub("Notifications"),
            "payments": sub("Payments"),
            "recordings": sub("Recordings"),
            "siprec": sub("Siprec"),
            "streams": sub("Streams"),
            "transcriptions": sub("Transcriptions"),
            "user_defined_message_subscriptions": sub("UserDefinedMessageSubscriptions"),
            "user_defined_messages": sub("UserDefinedMessages"),
        },
        "to": call.to,
        "to_formatted": call.to,
        "trunk_sid": null,
        "uri": uri(&own),
    })
}
