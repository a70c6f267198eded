//! The Voice SDK's signalling messages: JSON text frames `{type, version, payload}`, parsed once, here.
//!
//! Observed in `@twilio/voice-sdk` 2.11.1 and 2.18.5 (`pstream.js`, `wstransport.js`); Twilio does not document them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version that the Voice SDK writes and expects.
const VERSION: &str = "1.6";

/// What a Device says.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "type", content = "payload", rename_all = "lowercase")]
pub enum ClientMessage {
    /// First of all, and again with each new token.
    Listen(Listen),
    /// Ready for calls, or no longer.
    Register(Register),
    /// A call of its own; one forwarded to it; or one that it resumes over a new socket.
    Invite(Invite),
    /// Takes an offered call.
    Answer(SessionDescription),
    /// New transport addresses for a live call (ICE restart).
    Reinvite(SessionDescription),
    /// Ends a call.
    Hangup(CallReference),
    /// Refuses an offered call.
    Reject(CallReference),
    /// Keys pressed.
    Dtmf(Keys),
    /// A user-defined message.
    Message(UserMessage),
}

/// Payload of `listen`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Listen {
    /// Access token.
    pub token: String,
}

/// Payload of `register`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Register {
    /// What the Device can take.
    pub media: MediaCapabilities,
}

/// What a Device can take.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MediaCapabilities {
    /// Calls.
    #[serde(default)]
    pub audio: bool,
}

/// Payload of a Device's `invite`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Invite {
    /// `TJS…` for a new call, otherwise the SID of an existing one.
    pub callsid: String,
    /// Its offer.
    pub sdp: String,
    /// The token of an existing call.
    #[serde(default)]
    pub reconnect: Option<String>,
    /// Parameters for the application of a new call.
    #[serde(default)]
    pub twilio: TwilioParameters,
}

/// Payload part `twilio` of a Device's `invite`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct TwilioParameters {
    /// Form-encoded.
    #[serde(default)]
    pub params: String,
}

/// Payload of `answer` and `reinvite`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SessionDescription {
    /// The call.
    pub callsid: String,
    /// Answer or offer.
    pub sdp: String,
}

/// Payload of `dtmf`. (Where both ends know `telephone-event`, the SDK sends keys as RTP instead; the sandbox offers none.)
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Keys {
    /// The call.
    pub callsid: String,
    /// The keys, in order: `0` to `9`, `*`, `#`, and `w` for a pause.
    pub dtmf: String,
}

/// Payload of `hangup` and `reject`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CallReference {
    /// The call; a Device that does not know its SID yet says the `TJS…` that it made up.
    pub callsid: String,
}

/// Payload of `message`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct UserMessage {
    /// The call.
    pub callsid: String,
    /// The Device's name for the message.
    pub voiceeventsid: String,
}

/// Why a frame is not a message.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// Not JSON, an unknown type, or a payload without a needed key.
    #[error("not a signalling message: {0}")]
    Malformed(#[from] serde_json::Error),
}

/// Parses a text frame; `None` is a keep-alive (white space only).
///
/// # Errors
/// [`MessageError::Malformed`] if it is neither a known message nor a keep-alive.
pub fn parse(text: &str) -> Result<Option<ClientMessage>, MessageError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    Ok(Some(serde_json::from_str(text)?))
}

/// What the sandbox says.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", content = "payload", rename_all = "lowercase")]
pub enum ServerMessage {
    /// Answer to `listen`.
    Connected(Value),
    /// Answer to `register`.
    Ready {},
    /// Answer to `register` without audio.
    Offline {},
    /// Rings the Device.
    Invite {
        callsid: String,
        sdp: String,
        reconnect: String,
        parameters: Value,
    },
    /// The Device's own call rings at the other end.
    Ringing { callsid: String },
    /// The call is answered; with an answer if the Device made the offer.
    Answer {
        callsid: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        sdp: Option<String>,
        reconnect: String,
    },
    /// Stops ringing.
    Cancel { callsid: String },
    /// The call is over.
    Hangup {
        callsid: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<SignallingError>,
    },
    /// A user-defined message arrived.
    Ack {
        acktype: &'static str,
        callsid: String,
        voiceeventsid: String,
    },
    /// Something is wrong, with a call or with the connection.
    Error {
        error: SignallingError,
        #[serde(skip_serializing_if = "Option::is_none")]
        callsid: Option<String>,
    },
}

/// An error of the Voice SDK (<https://www.twilio.com/docs/api/errors>).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignallingError {
    /// Twilio's code.
    pub code: u32,
    /// Twilio's words.
    pub message: &'static str,
}

/// The token is not one of ours (<https://www.twilio.com/docs/api/errors/31204>).
pub const TOKEN_INVALID: SignallingError = SignallingError {
    code: 31204,
    message: "JWT is invalid",
};

/// The call is not known, or not to this token (<https://www.twilio.com/docs/api/errors/31005>).
pub const CONNECTION_ERROR: SignallingError = SignallingError {
    code: 31005,
    message: "Error sent from gateway in HANGUP",
};

/// The session description cannot be used (<https://www.twilio.com/docs/api/errors/31400>).
pub const BAD_REQUEST: SignallingError = SignallingError {
    code: 31400,
    message: "Bad Request (HTTP/SIP)",
};

impl ServerMessage {
    /// The text frame.
    #[must_use]
    pub fn to_text(&self) -> String {
        #[derive(Serialize)]
        struct Frame<'a> {
            #[serde(flatten)]
            message: &'a ServerMessage,
            version: &'static str,
        }
        serde_json::to_string(&Frame {
            message: self,
            version: VERSION,
        })
        .unwrap_or_default()
    }
}

/// The ICE user fragment of a session description: the same in two descriptions of the same transport.
#[must_use]
pub fn ice_ufrag(sdp: &str) -> Option<&str> {
    sdp.lines()
        .find_map(|line| line.strip_prefix("a=ice-ufrag:"))
        .map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn white_space_is_a_keep_alive() {
        assert_eq!(parse("\n").unwrap(), None);
        assert_eq!(parse("").unwrap(), None);
    }

    #[test]
    fn what_the_sdk_writes_is_understood() {
        let listen = r#"{"payload":{"browserinfo":{"p":"browser"},"reconnectTimeout":0,"token":"t"},"type":"listen","version":"1.6"}"#;
        assert_eq!(
            parse(listen).unwrap(),
            Some(ClientMessage::Listen(Listen { token: "t".into() }))
        );
        let invite = r#"{"payload":{"callsid":"TJSabc","sdp":"v=0","twilio":{"params":"To=bob"}},"type":"invite","version":"1.6"}"#;
        let Some(ClientMessage::Invite(invite)) = parse(invite).unwrap() else {
            panic!("not an invite");
        };
        assert_eq!(
            (invite.reconnect, invite.twilio.params.as_str()),
            (None, "To=bob")
        );
        let resumed = r#"{"payload":{"callsid":"CA1","reconnect":"r","sdp":"v=0","twilio":{}},"type":"invite","version":"1.6"}"#;
        let Some(ClientMessage::Invite(resumed)) = parse(resumed).unwrap() else {
            panic!("not an invite");
        };
        assert_eq!(resumed.reconnect.as_deref(), Some("r"));
    }

    #[test]
    fn a_message_without_what_it_needs_is_refused() {
        for text in [
            "{}",
            "null",
            r#"{"type":"answer","payload":{"callsid":"CA1"}}"#,
            r#"{"type":"listen"}"#,
            r#"{"type":"listen","payload":{"token":null}}"#,
            r#"{"type":"sing","payload":{}}"#,
            r#"{"type":["invite"],"payload":{}}"#,
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_answer_without_a_description_has_no_such_key() {
        let answer = ServerMessage::Answer {
            callsid: "CA1".into(),
            sdp: None,
            reconnect: "r".into(),
        };
        let value: Value = serde_json::from_str(&answer.to_text()).unwrap();
        assert_eq!(
            value,
            serde_json::json!({"type":"answer","version":"1.6","payload":{"callsid":"CA1","reconnect":"r"}})
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in ".*") {
            let _ = parse(&text);
            let _ = ice_ufrag(&text);
        }

        #[test]
        fn no_payload_makes_the_parser_panic(
            kind in "listen|register|invite|answer|reinvite|hangup|reject|dtmf|message|other",
            key in "callsid|sdp|token|media|twilio|reconnect|x",
            value in "null|1|true|\"\"|\\[\\]|\\{\\}|\"[a-z]{0,8}\"",
        ) {
            let text = format!(r#"{{"type":"{kind}","payload":{{"{key}":{value}}}}}"#);
            let _ = parse(&text);
        }
    }
}
