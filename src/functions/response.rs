//! What requests are answered with.

use super::PageMark;
use crate::ids::TaskSid;
use crate::twilio::worker_index::RawPerson;
use serde_json::Value;

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

    /// `{"success":true,"people":[…],"next":…}`: rows as those of the worker index, without what is absent.
    #[must_use]
    pub(super) fn people(people: &[RawPerson], next: Option<&PageMark>) -> Self {
        let mut rows = serde_json::json!(people);
        drop_absent(&mut rows);
        let next = next.map(ToString::to_string);
        let body = serde_json::json!({ "success": true, "people": rows, "next": next });
        Self {
            status: 200,
            body: Body::Json(body.to_string()),
        }
    }

    /// `{"success":true,"queues":[…]}`: names.
    #[must_use]
    pub(super) fn queues(names: &[String]) -> Self {
        let body = serde_json::json!({ "success": true, "queues": names });
        Self {
            status: 200,
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

/// A page has hundreds of rows, and most of them lack something.
fn drop_absent(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(drop_absent);
        }
        Value::Array(rows) => rows.iter_mut().for_each(drop_absent),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
