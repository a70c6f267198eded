//! `Participants` (<https://www.twilio.com/docs/voice/api/conference-participant-resource>): only of conferences that
//! are not completed.

use super::calls::{callback, seconds};
use super::errors::ApiError;
use super::form::Form;
use super::paths::uri;
use super::{json, page, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use backline::ids::{CallSid, ConferenceSid};
use backline_world::account::account_sid;
use backline_world::output::Method;
use backline_world::telephony::{
    ConferenceOfParticipant, HoldChange, NewParticipant, ParticipantChanges, ParticipantView, Tune,
};
use serde_json::{json, Value};

/// How long a participant's phone rings, seconds, unless `Timeout` says otherwise.
const RING_S: u64 = 60;

pub fn list(request: &Request<'_>, conference: &str) -> Result<Response, ApiError> {
    let sid = ConferenceSid::parse(conference).map_err(|_| ApiError::not_found(request.path))?;
    let conference = request
        .sandbox
        .world(|world| world.telephony.conference(&sid))
        .ok_or_else(|| ApiError::not_found(request.path))?;
    let rows: Vec<Value> = conference
        .participants
        .iter()
        .filter(|one| {
            request
                .query
                .flag("Hold")
                .is_none_or(|hold| hold == one.hold)
        })
        .filter(|one| {
            request
                .query
                .flag("Muted")
                .is_none_or(|muted| muted == one.muted)
        })
        .map(resource)
        .collect();
    Ok(page(request, "participants", &rows))
}

pub fn create(request: &Request<'_>, conference: &str) -> Result<Response, ApiError> {
    let form = &request.form;
    let text = |name: &str| form.first(name).filter(|value| !value.is_empty());
    let to =
        text("To").ok_or_else(|| ApiError::bad_request(21201, "No 'To' number is specified"))?;
    let from = text("From")
        .ok_or_else(|| ApiError::bad_request(21213, "No 'From' number is specified"))?;
    let new = NewParticipant {
        conference: ConferenceSid::parse(conference).map_or_else(
            |_| ConferenceOfParticipant::Named(conference.to_owned()),
            ConferenceOfParticipant::Sid,
        ),
        from: from.to_owned(),
        to: to.to_owned(),
        timeout_s: seconds(form, RING_S),
        label: text("Label").map(str::to_owned),
        muted: form.flag("Muted").unwrap_or(false),
        start_on_enter: form.flag("StartConferenceOnEnter").unwrap_or(true),
        end_on_exit: form.flag("EndConferenceOnExit").unwrap_or(false),
        wait: match form.first("WaitUrl") {
            Some("") => Tune::Silence,
            Some(_) => tune(form, "Wait", Method::Post),
            None => Tune::Music,
        },
        status_callback: callback(form, "", &["completed"]),
        conference_callback: callback(form, "Conference", &[]),
    };
    let made = request.sandbox.world(|world| {
        let now = world.now();
        let (conference, call) = world.telephony.create_participant(now, new)?;
        Ok((world.telephony.conference(&conference), call))
    });
    let (conference, call) = made.map_err(|error| ApiError::of_create(&error, request.path))?;
    conference
        .and_then(|room| room.participants.into_iter().find(|one| one.call == call))
        .map(|one| json(StatusCode::CREATED, &resource(&one)))
        .ok_or_else(|| ApiError::not_found(request.path))
}

pub fn fetch(
    request: &Request<'_>,
    conference: &ConferenceSid,
    one: &str,
) -> Result<Response, ApiError> {
    find(request, conference, one).map(|one| json(StatusCode::OK, &resource(&one)))
}

/// `Hold` with `HoldUrl` and `HoldMethod` (GET by default), `Muted`, `EndConferenceOnExit`. Without a `HoldUrl` one on
/// hold hears Twilio's own music (assumed: no default is documented). `AnnounceUrl` and the like are accepted and do nothing.
pub fn update(
    request: &Request<'_>,
    conference: &ConferenceSid,
    one: &str,
) -> Result<Response, ApiError> {
    let call = find(request, conference, one)?.call;
    let changes = ParticipantChanges {
        hold: request.form.flag("Hold").map(|hold| {
            if hold {
                HoldChange::Hold(tune(&request.form, "Hold", Method::Get))
            } else {
                HoldChange::Unhold
            }
        }),
        muted: request.form.flag("Muted"),
        end_on_exit: request.form.flag("EndConferenceOnExit"),
    };
    request
        .sandbox
        .world(|world| {
            let now = world.now();
            world
                .telephony
                .update_participant(now, conference, &call, changes)
        })
        .map_err(|error| ApiError::of_update(&error, request.path))?;
    fetch(request, conference, one)
}

pub fn remove(
    request: &Request<'_>,
    conference: &ConferenceSid,
    one: &str,
) -> Result<Response, ApiError> {
    let call = find(request, conference, one)?.call;
    request
        .sandbox
        .world(|world| {
            let now = world.now();
            world.telephony.kick_participant(now, conference, &call)
        })
        .map_err(|error| ApiError::of_update(&error, request.path))?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `WaitUrl` and `WaitMethod`, or `HoldUrl` and `HoldMethod`; without a URL Twilio's own music.
fn tune(form: &Form, prefix: &str, default: Method) -> Tune {
    let text = |suffix: &str| {
        form.first(&format!("{prefix}{suffix}"))
            .filter(|value| !value.is_empty())
    };
    text("Url").map_or(Tune::Music, |url| Tune::Page {
        url: url.to_owned(),
        method: text("Method").and_then(Method::parse).unwrap_or(default),
    })
}

/// By call SID, or by label.
fn find(
    request: &Request<'_>,
    conference: &ConferenceSid,
    one: &str,
) -> Result<ParticipantView, ApiError> {
    let call = CallSid::parse(one).ok();
    request
        .sandbox
        .world(|world| world.telephony.conference(conference))
        .and_then(|room| {
            room.participants.into_iter().find(|participant| {
                call.as_ref() == Some(&participant.call)
                    || participant.label.as_deref() == Some(one)
            })
        })
        .ok_or_else(|| ApiError::not_found(request.path))
}

fn resource(one: &ParticipantView) -> Value {
    json!({
        "account_sid": account_sid(),
        "call_sid": one.call,
        "call_sid_to_coach": null,
        "coaching": false,
        "conference_sid": one.conference,
        "date_created": one.date_created,
        "date_updated": one.date_updated,
        "end_conference_on_exit": one.end_on_exit,
        "hold": one.hold,
        "label": one.label,
        "muted": one.muted,
        "queue_time": null,
        "start_conference_on_enter": one.start_on_enter,
        "status": one.status,
        "uri": uri(&format!(
            "Conferences/{}/Participants/{}",
            one.conference, one.call
        )),
    })
}
