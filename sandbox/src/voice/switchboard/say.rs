//! What the switchboard says to Devices.

use super::outside::{ConnectionId, Offer, Outside};
use crate::voice::messages::{ServerMessage, SignallingError, UserMessage};
use backline::ids::CallSid;
use backline_world::account;
use serde_json::json;
use std::collections::BTreeSet;

pub fn cancel(call: &CallSid, devices: BTreeSet<ConnectionId>, outside: &mut impl Outside) {
    for device in devices {
        let callsid = call.to_string();
        outside.send(device, ServerMessage::Cancel { callsid });
    }
}

pub fn acknowledge(from: ConnectionId, message: UserMessage, outside: &mut impl Outside) {
    outside.send(
        from,
        ServerMessage::Ack {
            acktype: "message",
            callsid: message.callsid,
            voiceeventsid: message.voiceeventsid,
        },
    );
}

pub fn answered(call: &CallSid, sdp: Option<String>) -> ServerMessage {
    ServerMessage::Answer {
        callsid: call.to_string(),
        sdp,
        reconnect: reconnect_token(call),
    }
}

pub fn hung_up(call: &CallSid, error: Option<SignallingError>) -> ServerMessage {
    ServerMessage::Hangup {
        callsid: call.to_string(),
        error,
    }
}

pub fn refusal(error: SignallingError) -> ServerMessage {
    ServerMessage::Error {
        error,
        callsid: None,
    }
}

/// Proves that a Device was offered the leg. Opaque to the SDK; guessable, since the sandbox keeps no secrets.
pub fn reconnect_token(call: &CallSid) -> String {
    format!("reconnect-{call}")
}

pub fn invite_parameters(offer: &Offer) -> serde_json::Value {
    let custom: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&offer.parameters)
        .finish();
    json!({
        "CallSid": offer.call,
        "AccountSid": account::account_sid(),
        "From": offer.from,
        "To": offer.to,
        "ApiVersion": "2010-04-01",
        "Params": custom,
    })
}
