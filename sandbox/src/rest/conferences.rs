//! `Conferences` (<https://www.twilio.com/docs/voice/api/conference-resource>).

use super::errors::ApiError;
use super::paths::uri;
use super::{json, page, Request};
use axum::http::StatusCode;
use axum::response::Response;
use backline::ids::ConferenceSid;
use backline_world::account::account_sid;
use backline_world::telephony::ConferenceView;
use serde_json::{json, Value};

pub fn list(request: &Request<'_>) -> Response {
    let conferences = request.sandbox.world(|world| world.telephony.conferences());
    let wanted = |name: &str, value: &str| request.query.first(name).is_none_or(|w| w == value);
    let rows: Vec<Value> = conferences
        .iter()
        .filter(|conference| wanted("FriendlyName", &conference.friendly_name))
        .filter(|conference| wanted("Status", conference.status.as_str()))
        .map(resource)
        .collect();
    page(request, "conferences", &rows)
}

pub fn fetch(request: &Request<'_>, sid: &ConferenceSid) -> Result<Response, ApiError> {
    request
        .sandbox
        .world(|world| world.telephony.conference(sid))
        .map(|conference| json(StatusCode::OK, &resource(&conference)))
        .ok_or_else(|| ApiError::not_found(request.path))
}

/// `Status=completed` ends it; `AnnounceUrl` is accepted and not played.
pub fn update(request: &Request<'_>, sid: &ConferenceSid) -> Result<Response, ApiError> {
    match request.form.first("Status") {
        Some("completed") => request
            .sandbox
            .world(|world| {
                let now = world.now();
                world.telephony.end_conference(now, sid)
            })
            .map_err(|error| ApiError::of_update(&error, request.path))?,
        Some(other) => {
            let message = format!("Invalid status: {other}");
            return Err(ApiError::bad_request(20001, message));
        }
        None => {}
    }
    fetch(request, sid)
}

fn resource(conference: &ConferenceView) -> Value {
    let own = format!("Conferences/{}", conference.sid);
    json!({
        "sid": conference.sid,
        "account_sid": account_sid(),
        "api_version": "2010-04-01",
        "call_sid_ending_conference": conference.ended_by,
        "date_created": conference.date_created,
        "date_updated": conference.date_updated,
        "friendly_name": conference.friendly_name,
        "reason_conference_ended": conference.reason_ended,
        "region": "us1",
        "status": conference.status,
        "subresource_uris": {
            "participants": uri(&format!("{own}/Participants")),
            "recordings": uri(&format!("{own}/Recordings")),
        },
        "uri": uri(&own),
    })
}
