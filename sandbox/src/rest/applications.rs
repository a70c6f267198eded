//! `Applications` (<https://www.twilio.com/docs/usage/api/applications>): those of the set-up, which may be changed.

use super::errors::ApiError;
use super::paths::uri;
use super::{json, page, Request};
use axum::http::StatusCode;
use axum::response::Response;
use backline::ids::ApplicationSid;
use backline_world::account::account_sid;
use backline_world::telephony::{Application, ApplicationChanges, Telephony};
use serde_json::{json, Value};

pub fn list(request: &Request<'_>) -> Response {
    let wanted = request.query.first("FriendlyName");
    let rows: Vec<Value> = request.sandbox.world(|world| {
        let all = world.telephony.applications();
        all.filter(|one| wanted.is_none_or(|name| name == one.name))
            .map(|one| resource(&world.telephony, one))
            .collect()
    });
    page(request, "applications", &rows)
}

pub fn fetch(request: &Request<'_>, sid: &ApplicationSid) -> Result<Response, ApiError> {
    request
        .sandbox
        .world(|world| {
            let mut all = world.telephony.applications();
            all.find(|one| one.sid == *sid)
                .map(|one| resource(&world.telephony, one))
        })
        .map(|one| json(StatusCode::OK, &one))
        .ok_or_else(|| ApiError::not_found(request.path))
}

/// `FriendlyName`, `VoiceUrl`, `VoiceFallbackUrl`; the others are accepted and do nothing.
pub fn update(request: &Request<'_>, sid: &ApplicationSid) -> Result<Response, ApiError> {
    let text = |name: &str| request.form.first(name).map(str::to_owned);
    let changes = ApplicationChanges {
        name: text("FriendlyName"),
        voice_url: text("VoiceUrl"),
        voice_fallback_url: text("VoiceFallbackUrl"),
    };
    request.sandbox.world(|world| {
        let now = world.now();
        world.telephony.update_application(now, sid, changes)
    });
    fetch(request, sid)
}

fn resource(telephony: &Telephony, one: &Application) -> Value {
    json!({
        "sid": one.sid,
        "account_sid": account_sid(),
        "api_version": "2010-04-01",
        "date_created": telephony.date(one.created),
        "date_updated": telephony.date(one.updated),
        "friendly_name": one.name,
        "message_status_callback": null,
        "public_application_connect_enabled": false,
        "sms_fallback_method": "POST",
        "sms_fallback_url": null,
        "sms_method": "POST",
        "sms_status_callback": null,
        "sms_url": null,
        "status_callback": null,
        "status_callback_method": "POST",
        "uri": uri(&format!("Applications/{}", one.sid)),
        "voice_caller_id_lookup": false,
        "voice_fallback_method": "POST",
        "voice_fallback_url": one.voice_fallback_url,
        "voice_method": "POST",
        "voice_url": one.voice_url,
    })
}
