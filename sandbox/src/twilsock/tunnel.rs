//! The HTTP that travels inside Twilsock: what the Sync and Conversations SDKs call "network".

use super::frame::Frame;
use percent_encoding::percent_decode_str;
use serde_json::{json, Map, Value};

/// A request inside a `message` frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Upper case.
    pub method: String,
    /// `cds.us1.twilio.com`, `aim.us1.twilio.com` …
    pub host: String,
    /// The path's segments, decoded.
    pub path: Vec<String>,
    /// Query parameters, decoded; of a repeated one the first.
    pub params: Map<String, Value>,
    /// `If-Match`, if any.
    pub if_match: Option<String>,
    /// The payload; `Null` when there is none.
    pub body: Value,
}

impl Request {
    /// The request that a `message` frame carries; parts that are missing or of the wrong type are empty.
    #[must_use]
    pub fn of(frame: &Frame) -> Self {
        let request = frame.header.get("http_request").unwrap_or(&Value::Null);
        let text = |key: &str| request.get(key).and_then(Value::as_str).unwrap_or_default();
        let params = request
            .get("params")
            .and_then(Value::as_object)
            .map(|params| {
                params
                    .iter()
                    .filter_map(|(name, value)| {
                        let value = value
                            .as_str()
                            .or_else(|| value.get(0).and_then(Value::as_str))?;
                        Some((name.clone(), decode(value).into()))
                    })
                    .collect()
            })
            .unwrap_or_default();
        let if_match = request
            .get("headers")
            .and_then(Value::as_object)
            .and_then(|headers| {
                headers
                    .iter()
                    .find(|(name, _)| name.eq_ignore_ascii_case("If-Match"))
            })
            .map(|(_, value)| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            });
        Self {
            method: text("method").to_ascii_uppercase(),
            host: text("host").to_owned(),
            path: text("path")
                .split('/')
                .filter(|segment| !segment.is_empty())
                .map(decode)
                .collect(),
            params,
            if_match,
            body: frame.json(),
        }
    }

    /// A query parameter.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.get(name).and_then(Value::as_str)
    }

    /// By which name a fault strikes it: `sync:maps.write`, `sync:documents.read` …; only what is asked of Sync's objects.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        let [version, collection, ..] = self.path.as_slice() else {
            return None;
        };
        if !self.host.starts_with("cds.") || version != "v3" {
            return None;
        }
        let deed = if self.method == "GET" {
            "read"
        } else {
            "write"
        };
        Some(format!("sync:{}.{deed}", collection.to_ascii_lowercase()))
    }

    /// A text of the body, or the empty text.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.body
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The answer to a [`Request`].
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// JSON; `Null` for none.
    pub body: Value,
}

impl Answer {
    /// 200.
    #[must_use]
    pub fn ok(body: Value) -> Self {
        Self { status: 200, body }
    }

    /// 201.
    #[must_use]
    pub fn created(body: Value) -> Self {
        Self { status: 201, body }
    }

    /// An error as Twilio writes it (<https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions>).
    #[must_use]
    pub fn error(status: u16, code: u32, message: &str) -> Self {
        Self {
            status,
            body: json!({
                "code": code, "message": message, "status": status,
                "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
            }),
        }
    }

    /// 404, 20404 (<https://www.twilio.com/docs/api/errors/20404>).
    #[must_use]
    pub fn not_found(request: &Request) -> Self {
        Self::error(
            404,
            20404,
            &format!(
                "The requested resource /{} was not found",
                request.path.join("/")
            ),
        )
    }

    /// 405, 20004 (<https://www.twilio.com/docs/api/errors/20004>).
    #[must_use]
    pub fn wrong_method() -> Self {
        Self::error(405, 20004, "Method not allowed")
    }

    /// What a fault answers: with 403 that the identity may not (<https://www.twilio.com/docs/api/errors/54007>), or that
    /// something is wrong at Twilio (<https://www.twilio.com/docs/api/errors/20500>).
    #[must_use]
    pub fn refused(status: u16) -> Self {
        match status {
            403 => Self::error(403, 54007, "Access forbidden for identity"),
            _ => Self::error(status, 20500, "Internal Server Error"),
        }
    }

    /// The words that belong to the status.
    #[must_use]
    pub fn status_text(&self) -> &'static str {
        axum::http::StatusCode::from_u16(self.status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("Unknown")
    }
}
