//! Nothing that is written names anybody.

use super::*;
use std::collections::BTreeSet;

/// Stands in every field that may hold something personal, in any case of its letters.
const MARK: &str = "Zyx";

/// Every kind of event, with every field filled.
fn events() -> Vec<Value> {
    let reservation = "WR00000000000000000000000000000001";
    let leg = "CA00000000000000000000000000000001";
    let callee = json!({"worker": "WK00000000000000000000000000000002",
        "contactUri": "client:Zyx_40example_2Ecom", "name": "Zyx Zyxson"});
    let colleagues = colleagues();
    let mut events = vec![
        json!({"kind": "started", "configuration": {
            "outbound_call_flows": {"default": {
                "workflow_sid": "Zyx", "queue_sid": "Zyx", "caller_id": "+1555Zyx"}},
            "taskrouter_offline_activity_sid": "Zyx",
            "ui_attributes": {"custom_data": {
                "serverless_functions_domain": "user:Zyx@Zyx.example/Zyx",
                "serverless_functions_protocol": "Zyx", "serverless_functions_port": "Zyx",
                "features": {"internal_call": {"strategy": "Zyx", "application_sid": "Zyx",
                    "outbound_queue_sid": "Zyx", "call_target": "Zyx"}}}}},
            "me": {"workerSid": "WK00000000000000000000000000000001", "friendlyName": "Zyx",
                "attributes": {"contact_uri": "sip:Zyx@example.com", "full_name": "Zyx", "email": "Zyx@example.com"}},
            "activities": [{"sid": "WA00000000000000000000000000000001", "name": "Zyx", "available": true}],
            "tab": "Zyx", "lost": [leg], "origin": 1_700_000_000_000_u64}),
        json!({"kind": "tabChosen", "tab": "agent"}),
        json!({"kind": "fieldAppeared", "tab": "agent", "empty": true}),
        json!({"kind": "fieldOpened", "tab": "queue"}),
        json!({"kind": "retryPressed", "tab": "queue"}),
        json!({"kind": "queryTyped", "tab": "agent", "text": "Zyx"}),
        json!({"kind": "filtersOpened", "open": true}),
        json!({"kind": "filterChosen", "facet": "team", "value": "Zyx"}),
        json!({"kind": "filtersCleared"}),
        json!({"kind": "personChosen", "callee": callee}),
        json!({"kind": "rowsShown", "workers": ["WK00000000000000000000000000000002"]}),
        json!({"kind": "favouritePressed", "worker": "WK00000000000000000000000000000002"}),
        json!({"kind": "favouriteMoved", "worker": "WK00000000000000000000000000000002", "up": true}),
        json!({"kind": "favouritesChanged", "colleagues": colleagues}),
        json!({"kind": "queueChosen", "queue": "Zyx"}),
        json!({"kind": "callPressed"}),
        json!({"kind": "callBackPressed", "callee": callee}),
        json!({"kind": "tellWhenFreePressed", "callee": callee}),
        json!({"kind": "waitCancelled", "worker": "WK00000000000000000000000000000002"}),
        json!({"kind": "declineChosen", "reservation": reservation, "reason": "busy"}),
        json!({"kind": "transferPressed", "reservation": reservation}),
        json!({"kind": "addPressed", "reservation": reservation}),
        json!({"kind": "partyHoldPressed", "reservation": reservation, "label": "callee", "on": true}),
        json!({"kind": "partyRemovePressed", "reservation": reservation, "label": "callee"}),
        json!({"kind": "endForAllPressed", "reservation": reservation}),
        json!({"kind": "personChanged", "person": {"worker_sid": "Zyx", "friendly_name": "Zyx",
            "activity_name": "Zyx", "worker_activity_sid": "Zyx", "attributes": {"full_name": "Zyx"}}}),
        json!({"kind": "personRemoved", "worker": "WK00000000000000000000000000000002"}),
        json!({"kind": "workTold", "workers": ["WK00000000000000000000000000000002"], "work": [
            {"worker_sid": "Zyx", "status": "Zyx", "task_channel_unique_name": "Zyx"}]}),
        json!({"kind": "actionRequested", "token": 1, "action": "acceptTask", "sid": "Zyx",
            "taskSid": "Zyx", "target": "Zyx"}),
        json!({"kind": "reservationChanged", "reservation": {
            "sid": reservation, "taskSid": "WT00000000000000000000000000000001", "status": "pending",
            "timeout": 120, "channel": "Zyx", "transferred": true,
            "outgoing": {"status": "failed", "reason": "Zyx"}, "attributes": {
                "client_call": true, "to": "Zyx", "from": "client:Zyx", "name": "Zyx", "fromName": "Zyx", "callToQueue": "Zyx",
                "worker_call_sid": "Zyx", "conference": {"participants": {"worker": "Zyx"}},
                "internal_call": {"role": "callee", "claim": "Zyx", "tab": "Zyx", "transferred_by": "Zyx", "conversation": "Zyx", "added_by": "Zyx",
                    "parties": [{"label": "callee", "name": "Zyx", "state": "there"}],
                    "transfer": {"agent": {"worker": "WK00000000000000000000000000000002",
                        "contactUri": "client:Zyx", "name": "Zyx"}}}}}}),
        json!({"kind": "legOffered", "leg": leg, "reservation": reservation, "offered": "byFlex"}),
        json!({"kind": "legOpened", "leg": leg}),
        json!({"kind": "legAudible", "leg": leg}),
        json!({"kind": "legMuted", "leg": leg, "muted": true}),
        json!({"kind": "legEnded", "leg": leg, "detail": "Zyx"}),
        json!({"kind": "participantsChanged", "reservation": reservation, "participants": [
            {"target": "Zyx", "call": "Zyx", "kind": "customer", "me": false, "joined": true, "onHold": false}]}),
        json!({"kind": "taskSelected", "reservation": reservation}),
        json!({"kind": "swapPressed", "reservation": reservation}),
        json!({"kind": "endAndAnswerPressed", "reservation": reservation}),
        json!({"kind": "legRetryPressed", "reservation": reservation}),
        json!({"kind": "actionEnded", "token": 1, "failure": {"message": "Zyx"}}),
        json!({"kind": "deadlineReached"}),
    ];
    let outcomes = outcomes().into_iter();
    events.extend(outcomes.map(|outcome| json!({"kind": "settled", "id": 0, "outcome": outcome})));
    events
}

/// Of one who is known by his SID, and of one who is not.
fn colleagues() -> Value {
    json!([{"worker": "WK00000000000000000000000000000002", "favourite": 7, "changedAt": 7, "calledAt": 7},
        {"worker": "Zyx", "favourite": 7, "changedAt": 7, "calledAt": 7}])
}

/// Every kind of outcome.
fn outcomes() -> Vec<Value> {
    vec![
        json!({"kind": "done"}),
        json!({"kind": "taskCreated", "task": "WT00000000000000000000000000000001"}),
        json!({"kind": "answered", "status": 503, "message": "Zyx", "code": "Zyx Zyx"}),
        json!({"kind": "people", "people": [{"friendly_name": "Zyx"}]}),
        json!({"kind": "queues", "queues": ["Zyx"]}),
        json!({"kind": "favourites", "colleagues": colleagues()}),
        json!({"kind": "failed", "failure": {"status": 400, "message": "Zyx"}}),
    ]
}

/// Every kind of effect, with every field filled.
fn effects() -> Vec<Value> {
    let reservation = "WR00000000000000000000000000000001";
    let task = "WT00000000000000000000000000000001";
    let leg = "CA00000000000000000000000000000001";
    let mut effects = vec![
        json!({"kind": "verdict", "token": 1, "verdict": {"kind": "pass"}}),
        json!({"kind": "verdict", "token": 1, "verdict": {"kind": "outliving",
            "statusCallback": "https://u:Zyx@Zyx/multi-call/Zyx"}}),
        json!({"kind": "verdict", "token": 1, "verdict": {"kind": "from", "from": "+1555Zyx"}}),
        json!({"kind": "startOutboundCall", "id": 1, "order": {
            "destination": "app:AP00000000000000000000000000000001?callToQueue=Zyx",
            "queue": "WQ00000000000000000000000000000001", "attributes": {
                "name": "Zyx", "internal_outbound_to": "Zyx", "callToQueue": "Zyx",
                "conversations": {"conversation_id": "Zyx"},
                "internal_call": {"role": "caller", "strategy": "application", "tab": "Zyx"}}}}),
        json!({"kind": "startOutboundCall", "id": 1, "order": {
            "destination": "sip:Zyx@example.com", "queue": "WQ00000000000000000000000000000001", "attributes": {
                "name": "Zyx", "internal_outbound_to": "Zyx", "fromName": "Zyx",
                "conversations": {"conversation_id": "Zyx"},
                "internal_call": {"role": "caller", "strategy": "warm_transfer", "caller_uri": "client:Zyx"}}}}),
        json!({"kind": "transferTask", "id": 1, "reservation": reservation,
            "to": {"kind": "worker", "worker": "WK00000000000000000000000000000001"}}),
        json!({"kind": "transferTask", "id": 1, "reservation": reservation, "to": {"kind": "queue", "queue": "Zyx"}}),
        json!({"kind": "verdict", "token": 1, "verdict": {"kind": "staying"}}),
        json!({"kind": "createTask", "id": 1, "order": {
            "to": "client:Zyx", "from": "sip:Zyx", "workflow": "WW00000000000000000000000000000001",
            "queue": "WQ00000000000000000000000000000001", "taskChannel": "voice", "attributes": {
                "to": "queue:Zyx", "direction": "outbound", "name": "Zyx", "fromName": "Zyx",
                "targetWorker": "client:Zyx", "callToQueue": "Zyx", "autoAnswer": "true",
                "client_call": true, "internal_call": {"role": "caller", "claim": "Zyx", "tab": "Zyx"}}}}),
        json!({"kind": "callWorker", "id": 1, "reservation": reservation, "from": "+1555Zyx",
            "url": "https://Zyx/internal-call/common/Zyx?Zyx=Zyx", "statusCallback": "http://u:Zyx@Zyx:80/Zyx"}),
        json!({"kind": "acceptTask", "id": 1, "reservation": reservation}),
        json!({"kind": "selectTask", "id": 1, "reservation": reservation}),
        json!({"kind": "rejectReservation", "id": 1, "reservation": reservation}),
        json!({"kind": "completeTask", "id": 1, "reservation": reservation, "task": task}),
        json!({"kind": "http", "id": 1, "request": {"url": "https://Zyx.example",
            "form": [["taskSid", task], ["Zyx", "Zyx"]]}}),
        json!({"kind": "restoreDirectory", "id": 1}),
        json!({"kind": "loadDirectory", "id": 1, "offline": "WA00000000000000000000000000000001"}),
        json!({"kind": "loadPeople", "id": 1, "after": "WK00000000000000000000000000000001"}),
        json!({"kind": "listPeople", "id": 1, "request": {"url": "https://Zyx.example/internal-call/flex/people",
            "form": [["page", "1.Zyx"]]}}),
        json!({"kind": "listQueues", "id": 1, "request": {"url": "https://Zyx.example/internal-call/flex/queues", "form": []}}),
        json!({"kind": "watchPeople", "id": 1, "workers": ["WK00000000000000000000000000000001"]}),
        json!({"kind": "settleDirectory", "id": 1}),
        json!({"kind": "saveDirectory"}),
        json!({"kind": "restoreFavourites", "id": 1}),
        json!({"kind": "keepFavourites", "colleagues": [colleagues()[0]]}),
        json!({"kind": "openFavourites", "id": 1, "owner": "WK00000000000000000000000000000001"}),
        json!({"kind": "writeFavourite", "id": 1, "colleague": colleagues()[0], "ttl": 0}),
        json!({"kind": "loadQueues", "id": 1}),
        json!({"kind": "setAudio", "audio": {"ear": leg, "microphone": null}}),
        json!({"kind": "forwardLeg", "id": 1, "leg": leg}),
        json!({"kind": "showLeg", "leg": leg}),
        json!({"kind": "endListening", "leg": leg}),
        json!({"kind": "keepConference", "reservation": reservation}),
        json!({"kind": "holdParticipant", "id": 1, "reservation": reservation, "participant": "Zyx",
            "participantType": "customer", "hold": true}),
        json!({"kind": "hangUp", "id": 1, "reservation": reservation}),
        json!({"kind": "notifyRinging", "from": "Zyx", "reservation": reservation}),
        json!({"kind": "viewChanged", "panel": "call"}),
    ];
    let notices = notices().into_iter();
    effects.extend(notices.map(|notice| json!({"kind": "notify", "notice": notice})));
    effects
}

/// Every kind of notice.
fn notices() -> Vec<Value> {
    let said = |kind: &str| json!({"kind": kind, "detail": "HTTP 503 Zyx"});
    let named = |kind: &str| json!({"kind": kind, "name": "Zyx", "detail": "Zyx"});
    vec![
        json!({"kind": "misconfigured", "key": "outbound_call_flows.default", "place": "flex"}),
        json!({"kind": "keysContradict", "key": "features.a", "secondKey": "features.b"}),
        json!({"kind": "keyNeedsKey", "key": "features.a", "secondKey": "features.b"}),
        json!({"kind": "targetNotAnswered", "target": "+1555Zyx"}),
        said("callNotPlaced"),
        said("calleeNotRung"),
        said("acceptFailed"),
        said("rejectFailed"),
        said("completeFailed"),
        said("cleanUpFailed"),
        json!({"kind": "nobodyElseInQueue"}),
        json!({"kind": "unanswered", "name": "Zyx", "why": {"kind": "declined", "reason": "busy"}}),
        json!({"kind": "free", "callee": {"worker": "WK00000000000000000000000000000002",
            "contactUri": "sip:Zyx", "name": "Zyx"}}),
        json!({"kind": "notFree", "name": "Zyx"}),
        json!({"kind": "missed", "name": "Zyx", "back": {"worker": "WK00000000000000000000000000000002",
            "contactUri": "sip:Zyx", "name": "Zyx"}}),
        json!({"kind": "calledMeanwhile", "name": "Zyx", "back": {"worker": "WK00000000000000000000000000000002",
            "contactUri": "sip:Zyx", "name": "Zyx"}}),
        said("holdFailed"),
        said("resumeFailed"),
        named("callNotOpened"),
        named("notHeld"),
        named("notResumed"),
        json!({"kind": "waitsLong", "name": "Zyx", "seconds": 120}),
        json!({"kind": "oneCallTooMany", "name": "Zyx"}),
        json!({"kind": "cutOff", "name": "Zyx"}),
        json!({"kind": "givenBack", "name": "Zyx"}),
        named("notGivenBack"),
        json!({"kind": "notBack", "name": "Zyx"}),
        json!({"kind": "transferredTo", "name": "Zyx", "to": "Zyx"}),
        json!({"kind": "transferredNotCalling", "name": "Zyx", "to": "Zyx", "callee": {
            "worker": "WK00000000000000000000000000000002", "contactUri": "client:Zyx", "name": "Zyx"}}),
        json!({"kind": "handedOn", "name": "Zyx", "to": "Zyx"}),
        json!({"kind": "transferBusy", "to": "Zyx"}),
        json!({"kind": "addBusy", "name": "Zyx"}),
        json!({"kind": "addUnavailable", "name": "Zyx"}),
        json!({"kind": "notAdded", "name": "Zyx", "detail": "no"}),
        json!({"kind": "notRemoved", "name": "Zyx", "detail": "no"}),
        json!({"kind": "notEndedForAll", "detail": "no"}),
        json!({"kind": "transferUnavailable", "to": "Zyx"}),
        json!({"kind": "notTransferred", "to": "Zyx", "detail": "Zyx"}),
        named("notRejoined"),
        json!({"kind": "functionsUnreachable", "url": "https://Zyx", "detail": "Zyx"}),
    ]
}

/// The kinds that serde knows, by what it says of one that it does not.
fn kinds_of<T: serde::de::DeserializeOwned + std::fmt::Debug>() -> BTreeSet<String> {
    let error = serde_json::from_value::<T>(json!({"kind": "?"})).unwrap_err();
    let text = error.to_string();
    let names = text.split("expected one of").nth(1).unwrap();
    names
        .split(',')
        .map(|name| name.trim().trim_matches('`').to_owned())
        .collect()
}

fn kinds_in(values: &[Value]) -> BTreeSet<String> {
    values
        .iter()
        .map(|value| value["kind"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_kind_is_here() {
    assert_eq!(kinds_in(&events()), kinds_of::<Event>());
    assert_eq!(kinds_in(&outcomes()), kinds_of::<Outcome>());
    assert_eq!(kinds_in(&effects()), kinds_of::<Effect>());
    assert_eq!(kinds_in(&notices()), kinds_of::<crate::effect::Notice>());
}

fn assert_names_nobody(text: &str, of: &dyn std::fmt::Display) {
    let folded = text.to_lowercase();
    assert!(!folded.contains(&MARK.to_lowercase()), "{of}: {text}");
}

#[test]
fn no_event_names_anybody() {
    for value in events() {
        let event: Event = serde_json::from_value(value.clone()).unwrap();
        let mut agent = Recorded::new(Recorder::default());
        agent.told(&event);
        assert_names_nobody(&agent.exported(), &value);
        // Nor would it if the recorder kept all of it.
        let mut all = String::new();
        Pseudonyms::default().write(&Json::of(&event).unwrap(), &mut all);
        assert_names_nobody(&all, &value);
    }
}

#[test]
fn no_effect_names_anybody() {
    for value in effects() {
        let effect: Effect = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(
            serde_json::to_value(&effect).unwrap()["kind"],
            value["kind"]
        );
        let mut agent = Recorded::new(Recorder::default());
        agent
            .recorder
            .before(agent.now, &agent.core, &Event::CallPressed);
        agent.recorder.after(Json::of(&[effect]).unwrap());
        assert_names_nobody(&agent.exported(), &value);
    }
}

/// All of the above one after the other, and what the core remembers of it.
#[test]
fn no_state_names_anybody() {
    let mut agent = Recorded::new(Recorder::with_segments(SEGMENT, 1));
    for first in [
        events()[0].clone(),
        serde_json::to_value(started()).unwrap(),
    ] {
        agent.told(&serde_json::from_value(first).unwrap());
        for value in events().into_iter().skip(1).cycle().take(60) {
            let event: Event = serde_json::from_value(value.clone()).unwrap();
            agent.told(&event);
            assert_names_nobody(&agent.exported(), &value);
        }
    }
    let mut plain = serde_json::to_string(&agent.core).unwrap();
    plain.retain(|c| c != '‹');
    assert!(plain.contains(MARK), "or nothing was shown");
}

#[test]
fn what_support_needs_is_shown() {
    let mut agent = Recorded::new(Recorder::default());
    for value in events() {
        agent.told(&serde_json::from_value(value).unwrap());
    }
    let text = agent.exported();
    for shown in [
        "WR00000000000000000000000000000001",
        "\"kind\":\"customer\"",
        "\"status\":503",
        "\"status\":\"pending\"",
        "sip:‹",
    ] {
        assert!(text.contains(shown), "{shown}");
    }
}
