//! What requests are answered with.

use crate::ids::TaskSid;

/// What a request is answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// The body and its type.
    pub body: Body,
}

/// A response's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// `application/json`.
    Json(String),
    /// `text/xml`.
    Twiml(String),
    /// `audio/wav`.
    Wav(Vec<u8>),
    /// Nothing.
    Empty,
}

impl Response {
    /// `{"success":true,…}`
    #[must_use]
    pub fn done(callee_task: Option<&TaskSid>) -> Self {
        let body =
            serde_json::json!({ "success": true, "calleeTask": callee_task.map(TaskSid::as_str) });
        Self {
            status: 200,
            body: Body::Json(body.to_string()),
        }
    }

    /// `{"success":false,"message":…}`: a sentence that an agent may read.
    #[must_use]
    pub fn refused(status: u16, message: &str) -> Self {
        let body = serde_json::json!({ "success": false, "message": message });
        Self {
            status,
            body: Body::Json(body.to_string()),
        }
    }

    /// The same, with a word that the plugin knows.
    #[must_use]
    pub fn coded(status: u16, code: &str, message: &str) -> Self {
        let body = serde_json::json!({ "success": status < 300, "code": code, "message": message });
        Self {
            status,
            body: Body::Json(body.to_string()),
        }
    }

    /// What callbacks are answered with: No Content (<https://www.twilio.com/docs/taskrouter/api/event/reference>).
    #[must_use]
    pub fn empty() -> Self {
        Self {
            status: 204,
            body: Body::Empty,
        }
    }
}
