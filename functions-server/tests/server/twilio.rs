//! As much of Twilio's REST as the functions order, on a port of its own. It counts every order that changes something.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde_json::{json, Value};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use url::form_urlencoded;

/// What goes wrong with requests whose method and path contain a text; a task's creation is followed by [`CREATION`].
#[derive(Clone)]
pub struct Fault {
    pub on: &'static str,
    pub status: u16,
    pub retry_after: Option<&'static str>,
    /// Carried out, and the answer comes only after this.
    pub late: Option<Duration>,
    pub times: usize,
}

pub const CREATION: &str = "(creation)";

#[derive(Default)]
pub struct Inner {
    pub tasks: BTreeMap<String, Task>,
    pub conference_is_over: bool,
    /// Every request, as `METHOD path`.
    pub requests: Vec<String>,
    /// Those that changed something, or would have if they had not been refused.
    pub mutations: Vec<String>,
    pub faults: Vec<Fault>,
}

pub struct Task {
    pub status: String,
    pub version: u32,
    pub attributes: Value,
}

#[derive(Clone, Default)]
pub struct Twilio(Arc<Mutex<Inner>>);

/// The SID of a kind whose digits are a number.
pub fn sid(kind: &str, number: u32) -> String {
    format!("{kind}{number:032x}")
}

pub const ALICE: u32 = 1;
pub const BOB: u32 = 2;

/// Alice's task of her call with Bob, and Bob's: they talk, in conference 5.
pub const TALKING: (u32, u32) = (1, 2);
/// Alice's task of a call that rings nobody yet.
pub const FRESH: u32 = 3;

impl Twilio {
    /// Serves; gives the base URL.
    pub async fn serve(self) -> String {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .unwrap();
        let port = listener.local_addr().unwrap().port();
        let app = Router::new().fallback(answer).with_state(self);
        tokio::spawn(async move { axum::serve(listener, app).await });
        format!("http://127.0.0.1:{port}")
    }

    pub fn with_calls() -> Self {
        let twilio = Self::default();
        let call = |callee: Option<u32>| {
            json!({
                "to": "client:bob", "from": "client:alice", "fromName": "Alice",
                "internal_call": {
                    "role": "caller", "caller_worker": sid("WK", ALICE), "callee_worker": sid("WK", BOB),
                    "callee_task": callee.map(|task| sid("WT", task)),
                    "progress": callee.map(|_| "answered"),
                },
            })
        };
        let callees = json!({
            "conferenceSid": sid("WT", TALKING.0),
            "internal_call": {
                "role": "callee", "caller_worker": sid("WK", ALICE), "callee_worker": sid("WK", BOB),
                "caller_task": sid("WT", TALKING.0),
            },
        });
        for (number, attributes) in [
            (TALKING.0, call(Some(TALKING.1))),
            (TALKING.1, callees),
            (FRESH, call(None)),
        ] {
            let task = Task {
                status: "assigned".to_owned(),
                version: 0,
                attributes,
            };
            twilio.lock().tasks.insert(sid("WT", number), task);
        }
        twilio
    }

    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }

    pub fn mutations(&self) -> Vec<String> {
        self.lock().mutations.clone()
    }

    /// How many requests' method and path contain a text.
    pub fn count(&self, what: &str) -> usize {
        let inner = self.lock();
        inner
            .requests
            .iter()
            .filter(|one| one.contains(what))
            .count()
    }

    pub fn fault(&self, fault: Fault) {
        self.lock().faults.push(fault);
    }
}

async fn answer(
    State(twilio): State<Twilio>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let line = format!("{method} {}", uri.path());
    let is_creation = method == Method::POST && line.ends_with("/Tasks");
    let logged = format!("{line}{}", if is_creation { CREATION } else { "" });
    let (fault, answer) = {
        let mut inner = twilio.lock();
        inner.requests.push(logged.clone());
        let fault = inner
            .faults
            .iter_mut()
            .find(|fault| fault.times > 0 && logged.contains(fault.on))
            .map(|fault| {
                fault.times -= 1;
                fault.clone()
            });
        let refused = fault.as_ref().is_some_and(|fault| fault.late.is_none());
        if refused {
            if method == Method::POST && !line.ends_with("validate") {
                inner.mutations.push(line);
            }
            (fault, StatusCode::OK.into_response())
        } else {
            (fault, inner.answer(&line, &uri, &headers, &body))
        }
    };
    match fault {
        None => answer,
        Some(Fault {
            late: Some(late), ..
        }) => {
            tokio::time::sleep(late).await;
            answer
        }
        Some(fault) => {
            let status = StatusCode::from_u16(fault.status).unwrap();
            let mut answer = (status, Json(json!({ "message": "a fault" }))).into_response();
            if let Some(seconds) = fault.retry_after {
                answer
                    .headers_mut()
                    .insert("retry-after", seconds.parse().unwrap());
            }
            answer
        }
    }
}

fn ok(body: Value) -> Response {
    Json(body).into_response()
}

impl Inner {
    fn answer(&mut self, line: &str, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Response {
        if !headers["authorization"]
            .to_str()
            .unwrap()
            .starts_with("Basic ")
        {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        let form: BTreeMap<String, String> = form_urlencoded::parse(body).into_owned().collect();
        let parts: Vec<&str> = line.split('/').collect();
        match parts.as_slice() {
            ["POST ", "iam", .., "validate"] => ok(identity(body)),
            [.., "Conferences.json"] => ok(self.conferences()),
            ["POST ", "api", ..] => {
                self.mutations.push(line.to_owned());
                self.conference_is_over |= form.get("Status").is_some_and(|now| now == "completed");
                ok(json!({}))
            }
            ["GET ", .., "Tasks"] => {
                let query = uri.query().unwrap_or_default();
                let listed = self.tasks.iter().filter(|(_, task)| {
                    let of = task.attributes["internal_call"]["caller_task"].as_str();
                    of.is_some_and(|caller| query.contains(caller))
                });
                let tasks: Vec<_> = listed.map(|(sid, _)| json!({ "sid": sid })).collect();
                ok(json!({ "tasks": tasks }))
            }
            ["POST ", .., "Tasks"] => {
                self.mutations.push(line.to_owned());
                let made = sid("WT", 100 + u32::try_from(self.tasks.len()).unwrap());
                let task = Task {
                    status: "reserved".to_owned(),
                    version: 0,
                    attributes: serde_json::from_str(&form["Attributes"]).unwrap(),
                };
                self.tasks.insert(made.clone(), task);
                self.task(&made)
            }
            ["POST ", .., "Tasks", task] => {
                self.mutations.push(line.to_owned());
                self.update(task, headers, &form)
            }
            ["GET ", .., "Tasks", task] => self.task(task),
            [.., "Reservations"] => ok(json!({ "reservations": [] })),
            [.., "Workers"] => ok(workers(uri.query().unwrap_or_default())),
            [.., "Workers", worker] => ok(json!({
                "available": true, "sid": worker, "friendly_name": "he", "activity_name": "Break", "activity_sid": sid("WA", 1),
                "attributes": json!({ "contact_uri": "client:he", "salary": 1 }).to_string(),
            })),
            [.., "voice"] => ok(json!({ "available": true, "available_capacity_percentage": 100 })),
            [.., "Workflows", _] => ok(json!({ "task_reservation_timeout": 120 })),
            _ => StatusCode::NOT_FOUND.into_response(),
        }
    }

    fn task(&self, sid: &str) -> Response {
        match self.tasks.get(sid) {
            None => StatusCode::NOT_FOUND.into_response(),
            Some(task) => ok(json!({
                "sid": sid, "version": task.version.to_string(), "assignment_status": task.status,
                "attributes": task.attributes.to_string(),
            })),
        }
    }

    fn update(
        &mut self,
        sid: &str,
        headers: &HeaderMap,
        form: &BTreeMap<String, String>,
    ) -> Response {
        let Some(task) = self.tasks.get_mut(sid) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        if headers["if-match"] != format!("\"{}\"", task.version) {
            return StatusCode::PRECONDITION_FAILED.into_response();
        }
        task.version += 1;
        if let Some(attributes) = form.get("Attributes") {
            task.attributes = serde_json::from_str(attributes).unwrap();
        }
        if let Some(status) = form.get("AssignmentStatus") {
            task.status.clone_from(status);
        }
        self.task(sid)
    }

    fn conferences(&self) -> Value {
        let status = if self.conference_is_over {
            "completed"
        } else {
            "in-progress"
        };
        json!({ "conferences": [{ "sid": sid("CF", 5), "status": status }] })
    }
}

/// Two pages of one worker each: the second for whoever brings the token of the first, and escaped it.
fn workers(query: &str) -> Value {
    let row = |number: u32, name: &str| {
        json!({
            "sid": sid("WK", number), "friendly_name": name, "activity_name": "Break",
            "activity_sid": sid("WA", 1), "available": false, "workspace_sid": sid("WS", 1),
            "attributes": null,
        })
    };
    let next = format!(
        "https://taskrouter.twilio.com/v1/Workers?{query}&Page=1&PageToken=PA%26{}",
        sid("WK", ALICE)
    );
    if query.contains(&format!("Page=1&PageToken=PA%26{}", sid("WK", ALICE))) {
        json!({ "workers": [row(BOB, "bob")], "meta": { "next_page_url": null } })
    } else {
        json!({ "workers": [row(ALICE, "alice")], "meta": { "next_page_url": next } })
    }
}

/// Alice and Bob are parties, Mallory is not, Sue is a supervisor; every other token is forged or expired.
fn identity(body: &[u8]) -> Value {
    let body: Value = serde_json::from_slice(body).unwrap();
    let (worker, role) = match body["token"].as_str().unwrap() {
        "token-of-alice" => (ALICE, "agent"),
        "token-of-bob" => (BOB, "agent"),
        "token-of-mallory" => (66, "agent"),
        "token-of-sue" => (77, "supervisor"),
        _ => return json!({ "valid": false, "code": 20101, "message": "Invalid token" }),
    };
    json!({ "valid": true, "worker_sid": sid("WK", worker), "roles": [role] })
}
