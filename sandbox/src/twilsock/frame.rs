//! Twilsock's frames: `TWILSOCK V3.0 <header bytes>\r\n<header JSON>\r\n<payload>`, one per WebSocket message.
//!
//! Observed in twilsock 0.8.3, 0.12.2 and 0.13.5 (`parser.js`); Twilio does not document it.

use serde_json::{Map, Value};
use thiserror::Error;

const MAGIC: &str = "TWILSOCK V3.0 ";

/// Why bytes are not a frame.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FrameError {
    /// They do not begin with `TWILSOCK V3.0 <number>\r\n`.
    #[error("not a TWILSOCK V3.0 frame")]
    Magic,
    /// Fewer bytes than the header or the payload announce.
    #[error("shorter than announced")]
    Truncated,
    /// The header is not a JSON object.
    #[error("the header is not a JSON object")]
    Header,
}

/// A frame. `payload_size` is written by [`Frame::encode`].
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// The header: `method`, `id` and what the method needs.
    pub header: Map<String, Value>,
    /// The payload; JSON in everything that the SDKs send.
    pub payload: Vec<u8>,
}

impl Frame {
    /// A frame with a JSON payload; `Null` is no payload.
    #[must_use]
    pub fn new(mut header: Map<String, Value>, payload: &Value) -> Self {
        let payload = match payload {
            Value::Null => Vec::new(),
            Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => {
                header.insert("payload_type".to_owned(), "application/json".into());
                payload.to_string().into_bytes()
            }
        };
        Self { header, payload }
    }

    /// Reads one frame.
    ///
    /// # Errors
    /// [`FrameError`] if the bytes are none. Bytes after the payload are ignored.
    pub fn parse(bytes: &[u8]) -> Result<Self, FrameError> {
        let rest = bytes
            .strip_prefix(MAGIC.as_bytes())
            .ok_or(FrameError::Magic)?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = rest.split_at_checked(digits).ok_or(FrameError::Magic)?;
        let header_size: usize = std::str::from_utf8(digits)
            .ok()
            .and_then(|digits| digits.parse().ok())
            .ok_or(FrameError::Magic)?;
        let rest = rest.strip_prefix(b"\r\n").ok_or(FrameError::Magic)?;
        let (header, rest) = rest
            .split_at_checked(header_size)
            .ok_or(FrameError::Truncated)?;
        let header: Map<String, Value> =
            serde_json::from_slice(header).map_err(|_| FrameError::Header)?;
        let payload_size = header
            .get("payload_size")
            .and_then(Value::as_u64)
            .and_then(|size| usize::try_from(size).ok())
            .unwrap_or(0);
        let payload = if payload_size == 0 {
            Vec::new()
        } else {
            rest.strip_prefix(b"\r\n")
                .and_then(|rest| rest.get(..payload_size))
                .ok_or(FrameError::Truncated)?
                .to_vec()
        };
        Ok(Self { header, payload })
    }

    /// The frame as bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut header = self.header.clone();
        header.insert("payload_size".to_owned(), self.payload.len().into());
        let header = Value::Object(header).to_string();
        let mut bytes = format!("{MAGIC}{}\r\n{header}\r\n", header.len()).into_bytes();
        bytes.extend_from_slice(&self.payload);
        bytes
    }

    /// A text of the header, or the empty text.
    #[must_use]
    pub fn text(&self, key: &str) -> &str {
        self.header
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The payload as JSON; `Null` when there is none or it is something else.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.payload).unwrap_or(Value::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn object(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(map) => map,
            other => panic!("not an object: {other}"),
        }
    }

    #[test]
    fn what_is_encoded_is_read_back() {
        let frame = Frame::new(
            object(json!({"method": "message", "id": "TM1", "name": "Zoë"})),
            &json!({"a": [1, "é"]}),
        );
        let read = Frame::parse(&frame.encode()).unwrap();
        assert_eq!(read.text("name"), "Zoë");
        assert_eq!(read.text("method"), "message");
        assert_eq!(read.json(), json!({"a": [1, "é"]}));
    }

    #[test]
    fn sizes_are_in_bytes() {
        let header = r#"{"method":"x","id":"é","payload_size":2}"#;
        assert_ne!(header.len(), header.chars().count());
        let text = format!("{MAGIC}{}\r\n{header}\r\né", header.len());
        let bytes = text.as_bytes();
        let frame = Frame::parse(bytes).unwrap();
        assert_eq!(frame.text("id"), "é");
        assert_eq!(frame.payload, "é".as_bytes());
    }

    #[test]
    fn what_is_no_frame_is_told_apart() {
        for (bytes, error) in [
            (&b""[..], FrameError::Magic),
            (b"TWILSOCK V2.0 2\r\n{}\r\n", FrameError::Magic),
            (b"TWILSOCK V3.0 x\r\n{}\r\n", FrameError::Magic),
            (
                b"TWILSOCK V3.0 99999999999999999999999\r\n{}",
                FrameError::Magic,
            ),
            (b"TWILSOCK V3.0 9\r\n{}\r\n", FrameError::Truncated),
            (b"TWILSOCK V3.0 2\r\n[]\r\n", FrameError::Header),
            (
                b"TWILSOCK V3.0 18\r\n{\"payload_size\":9}\r\n{}",
                FrameError::Truncated,
            ),
        ] {
            assert_eq!(Frame::parse(bytes), Err(error), "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Frame::parse(&bytes);
        }

        #[test]
        fn no_bytes_after_a_good_magic_panic(size in 0usize..300, rest in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut bytes = format!("{MAGIC}{size}\r\n").into_bytes();
            bytes.extend(rest);
            let _ = Frame::parse(&bytes);
        }

        #[test]
        fn any_payload_survives(text in ".*", name in ".*") {
            let frame = Frame::new(object(json!({"id": name})), &json!(text));
            let read = Frame::parse(&frame.encode()).unwrap();
            prop_assert_eq!(read.json(), json!(text));
            prop_assert_eq!(read.text("id"), name);
        }
    }
}
